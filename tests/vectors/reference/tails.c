/* Extreme losses: R's evd and fExtremes, Hill. */
#include "analytics/gev.h"
#include "analytics/moments.h"
#include "analytics/pot.h"
#include "checks.h"

static struct pl_pot peaks(struct ref_item *it)
{
	struct column x;
	struct pl_pot p;
	struct pl_err e;
	double u;

	if (strstr(it->id, "danish")) {
		x = ref_file(it->a, "evt/danish_fire.csv", "loss_mdkk");
		u = strtod(strstr(it->id, "_u") + 2, NULL);
	} else {
		double *s;

		x = ref_series(it->a, it->id);
		for (size_t i = 0; i < x.n; i++)
			x.v[i] = -x.v[i];
		s = pl_sorted(it->a, x.v, 1, x.n);
		assert_ok(pl_quantile(&u, s, x.n, .95, 7, &e), &e);
		ref_exact(it, u, "threshold");
		u = ref_want(it, "threshold");
	}
	assert_ok(pl_pot_fit(it->a, &p, x.v, 1, x.n, u, &e), &e);
	assert_true(p.converged && p.gradient < 1e-9);
	return p;
}

static double at(const double *v, void *ctx)
{
	return pl_pot_loglik(ctx, v[1], v[0]);
}

/* VaR and ES at their parameters by plume's formulas. */
static void tail(struct ref_item *it, const struct pl_pot *p, double level,
		 const char *var_at, const char *es_at)
{
	double var, es;
	struct pl_err e;

	assert_ok(pl_pot_tail(&var, &es, p, level, &e), &e);
	ref_exact(it, var, "%s", var_at);
	ref_exact(it, es, "%s", es_at);
}

void ref_pot_evd(struct ref_item *it)
{
	static const char *const levels[] = { "0.99", "0.995", "0.999" };
	struct pl_pot p = peaks(it), q = p;
	double v[2] = { ref_want(it, "scale"), ref_want(it, "shape") };
	double se[2] = { 0 };

	ref_exact(it, (double)p.exceed, "nexc");
	ref_exact(it, -2 * at(v, &p), "deviance");
	ref_maximum(it, p.loglik, at(v, &p));
	ref_coef(it, p.beta, p.se_beta, "scale");
	ref_coef(it, p.xi, p.se_xi, "shape");
	assert_true(ref_optim_hess(se, v, NULL, 2, at, &p));
	ref_error(it, se[0], 1e-6, "se.scale");
	ref_error(it, se[1], 1e-6, "se.shape");
	q.beta = v[0];
	q.xi = v[1];
	for (size_t i = 0; i < 3; i++)
		tail(it, &q, strtod(levels[i], NULL),
		     pl_printf(it->a, "VaR.%s", levels[i]),
		     pl_printf(it->a, "ES.%s", levels[i]));
}

void ref_pot_fextremes(struct ref_item *it)
{
	struct pl_pot p = peaks(it), q = p;
	double v[2] = { ref_want(it, "par.beta"), ref_want(it, "par.xi") };
	double se[2] = { 0 };

	ref_exact(it, -at(v, &p), "llh");
	ref_maximum(it, p.loglik, at(v, &p));
	ref_coef(it, p.beta, p.se_beta, "par.beta");
	ref_coef(it, p.xi, p.se_xi, "par.xi");
	assert_true(ref_optim_hess(se, v, NULL, 2, at, &p));
	ref_error(it, se[0], 1e-6, "se.beta");
	ref_error(it, se[1], 1e-6, "se.xi");
	q.beta = v[0];
	q.xi = v[1];
	for (size_t i = 0; i < 3; i++)
		tail(it, &q, ref_want(it, "risk.p[%zu]", i),
		     pl_printf(it->a, "risk.quantile[%zu]", i),
		     pl_printf(it->a, "risk.shortfall[%zu]", i));
}

void ref_hill(struct ref_item *it)
{
	struct column x = ref_file(it->a, "evt/danish_fire.csv", "loss_mdkk");
	struct pl_hill h;
	struct pl_err e;

	assert_ok(pl_hill(it->a, &h, x.v, 1, x.n, 109, .95, &e), &e);
	ref_exact(it, h.alpha, "alpha");
}

/* ----------------------------------------------------------- block maxima */

static double gev_at(const double *v, void *ctx)
{
	const struct column *x = ctx;

	return pl_gev_loglik(x->v, 1, x->n, v[0], v[1], v[2]);
}

static struct pl_gev port_pirie(struct ref_item *it, struct column *x)
{
	struct pl_gev g;
	struct pl_err e;

	*x = ref_file(it->a, "evt/portpirie.csv", "sealevel");
	assert_ok(pl_gev_fit(&g, x->v, 1, x->n, &e), &e);
	assert_true(g.converged && g.gradient < 1e-9);
	return g;
}

void ref_block_maxima(struct ref_item *it)
{
	const double v[3] = { ref_want(it, "est.loc"),
			      ref_want(it, "est.scale"),
			      ref_want(it, "est.shape") };
	struct column x;
	const struct pl_gev g = port_pirie(it, &x);
	double se[3] = { 0 };

	ref_exact(it, -2 * gev_at(v, &x), "deviance");
	ref_maximum(it, g.loglik, gev_at(v, &x));
	ref_coef(it, g.loc, g.se_loc, "est.loc");
	ref_coef(it, g.scale, g.se_scale, "est.scale");
	ref_coef(it, g.xi, g.se_xi, "est.shape");
	assert_true(ref_optim_hess(se, v, NULL, 3, gev_at, &x));
	ref_error(it, se[0], 1e-6, "se.loc");
	ref_error(it, se[1], 1e-6, "se.scale");
	ref_error(it, se[2], 1e-6, "se.shape");
}

/* Coles' figures stand in the entry's words: "mu 3.87, sigma 0.198, …". */
void ref_paper_gev(struct ref_item *it)
{
	struct column x;
	const struct pl_gev g = port_pirie(it, &x);
	const char *p = strstr(pl_json_str(pl_json_get(it->v, "source")), "mu");
	const double got[] = { g.loc,      g.scale, g.xi,    g.se_loc,
			       g.se_scale, g.se_xi, g.loglik };

	assert_non_null(p);
	for (size_t i = 0; p && i < COUNT(got); i++, it->figures++) {
		char *end;
		double want, unit = 1;

		p += strcspn(p, "-0123456789");
		want = strtod(p, &end);
		assert_ptr_not_equal(end, p);
		for (p = strchr(p, '.') + 1; p < end; p++)
			unit /= 10;
		if (!(fabs(got[i] - want) <= unit))
			fail_msg("%s: got %g, want %g", it->id, got[i], want);
	}
}
