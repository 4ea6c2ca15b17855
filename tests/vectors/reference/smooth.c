/* Exponential smoothing: R's ets and HoltWinters. */
#include "smooth.h"
#include "analytics/ets.h"
#include "checks.h"

/* The model R ended with: the figures of an entry of ets(). */
void ref_ets_of(struct pl_ets *m, const struct pl_json *v)
{
	const struct pl_json *p = pl_json_get(v, "par"), *x;
	const char *method = pl_json_str(pl_json_get(v, "method"));
	double sum = 0;

	memset(m, 0, sizeof(*m));
	m->form = (struct pl_ets_form){ method[4], method[6], method[7] == 'd',
					method[strlen(method) - 2] };
	m->period = m->form.season == 'N' ? 1 : 12;
	m->alpha = ref_num(pl_json_get(p, "alpha"));
	m->level = ref_num(pl_json_get(p, "l"));
	x = pl_json_get(p, "b");
	m->slope = pl_json_is_null(x) ? 0 : ref_num(x);
	x = pl_json_get(p, "beta");
	m->beta = pl_json_is_null(x) ? 0 : ref_num(x);
	x = pl_json_get(p, "gamma");
	m->gamma = pl_json_is_null(x) ? 0 : ref_num(x);
	x = pl_json_get(p, "phi");
	m->phi = pl_json_is_null(x) ? 1 : ref_num(x);
	for (size_t i = 0; i < 11 && m->period > 1; i++) {
		char key[4];

		(void)snprintf(key, sizeof(key), "s%zu", i);
		/* s0 is the latest */
		m->season[11 - i] = ref_num(pl_json_get(p, key));
		sum += m->season[11 - i];
	}
	m->season[0] = m->period > 1 ? 12 - sum : 0;
}

/* alpha, level, beta, slope of a form without season */
struct ets_at {
	struct pl_ets m;
	const struct column *y;
	double held[4];
	size_t free[4], k; /* not on a bound */
};

static double ets_loglik(const double *v, void *ctx)
{
	const struct ets_at *p = ctx;
	struct pl_ets m = p->m;
	double all[4];
	struct pl_err e;

	memcpy(all, p->held, sizeof(all));
	for (size_t i = 0; i < p->k; i++)
		all[p->free[i]] = v[i];
	m.alpha = all[0];
	m.level = all[1];
	m.beta = all[2];
	m.slope = all[3];
	return pl_ets_measure(&m, p->y->v, p->y->n, &e) ? NAN : m.loglik;
}

/* Standard errors of what is free.  For what is on a bound the likelihood is
 * no parabola but a slope g, and the gap explains gap / g: as much as an error
 * of sqrt(gap / 2) / g would. */
static void ets_errors(double *se, const struct ref_item *it,
		       const struct pl_ets *m, const struct column *y)
{
	struct ets_at p = { .m = *m, .y = y };
	const double v[4] = { m->alpha, m->level, m->beta, m->slope };
	const double lo = 1e-4, hi = 1 - 1e-4, h = 1e-5;
	double start[4], err[4] = { 0 };

	memcpy(p.held, v, sizeof(v));
	for (size_t i = 0; i < (m->form.trend == 'N' ? 2u : 4u); i++)
		if (i % 2 || (v[i] > lo * 1.001 && v[i] < hi * .999999)) {
			start[p.k] = v[i];
			p.free[p.k++] = i;
		}
	assert_true(ref_optim_hess(err, start, NULL, p.k, ets_loglik, &p));
	for (size_t i = 0, k = 0; i < 4; i++) {
		const double in = v[i] > .5 ? -h : h;
		double g;

		se[i] = NAN;
		if (k < p.k && p.free[k] == i) {
			se[i] = err[k++];
			continue;
		}
		p.held[i] = v[i] + in;
		g = (m->loglik - ets_loglik(start, &p)) / h;
		p.held[i] = v[i];
		if (g > 0)
			se[i] = sqrt(it->gap / 2) / g;
	}
}

/* Plume's parameters beside R's.  The forms with seasons have a dozen more,
 * and R's searches of those end elsewhere. */
static void ets_coefs(struct ref_item *it, const struct pl_ets *m,
		      const struct column *y)
{
	double se[4] = { NAN, NAN, NAN, NAN };

	if (m->form.season == 'N')
		ets_errors(se, it, m, y);
	ref_coef(it, m->alpha, se[0], "par.alpha");
	ref_coef(it, m->level, se[1], "par.l");
	if (m->form.trend != 'N') {
		ref_coef(it, m->beta, se[2], "par.beta");
		ref_coef(it, m->slope, se[3], "par.b");
	}
	if (m->form.damped)
		ref_coef(it, m->phi, NAN, "par.phi");
	if (m->form.season == 'N')
		return;
	ref_coef(it, m->gamma, NAN, "par.gamma");
	for (size_t i = 0; i < 11; i++)
		ref_coef(it, m->season[11 - i], NAN, "par.s%zu", i);
}

void ref_ets(struct ref_item *it)
{
	static const char *const keys[] = { "loglik", "aic",    "aicc",
					    "bic",    "sigma2", "mse" };
	struct column c = ref_series(it->a, it->id);
	struct pl_ets m, best;
	struct pl_err e;
	char name[16];

	ref_ets_of(&m, it->v);
	assert_ok(pl_ets_measure(&m, c.v, c.n, &e), &e);
	{
		const double got[] = { m.loglik, m.aic,    m.aicc,
				       m.bic,    m.sigma2, m.mse };

		for (size_t i = 0; i < COUNT(keys); i++)
			ref_exact(it, got[i], "%s", keys[i]);
	}
	assert_ok(pl_ets_fit(&best, c.v, c.n, (size_t)m.period, &m.form, &e),
		  &e);
	assert_true(best.converged);
	ref_maximum(it, best.loglik, m.loglik);
	pl_ets_name(name, &best.form);
	ref_text(it, pl_printf(it->a, "ETS(%s)", name), "method");
	ets_coefs(it, &best, &c);
	if (strcmp(it->id, "ets_AP") != 0)
		return;
	/* nor is the form that plume chooses worse */
	assert_ok(pl_ets_auto(&best, c.v, c.n, 12, &e), &e);
	assert_int_equal(best.tried, PL_ETS_MODELS);
	assert_true(best.aicc <= m.aicc);
}

/* At R's constants.  R's fit moves the level by phi b, its forecast of this
 * form by b. */
void ref_ets_forecast(struct ref_item *it)
{
	struct column c = ref_series(it->a, "AP");
	struct pl_ets_state s;
	double out[24];
	struct pl_ets m;

	ref_ets_of(&m, ref_entry(it, "ets_AP"));
	pl_ets_start(&s, &m);
	for (size_t t = 0; t < c.n; t++)
		pl_ets_step(&s, &m, c.v[t]);
	s.slope /= m.phi;
	pl_ets_ahead(out, 24, &s, &m);
	for (size_t k = 0; k < 24; k++)
		ref_exact(it, out[k], "mean[%zu]", k);
}

struct at {
	struct column y;
	bool mul;
};

/* The sum of squares as a likelihood with the variance found. */
static struct pl_holt_winters at(const double *v, const struct at *p)
{
	struct pl_holt_winters w = { .multiplicative = p->mul,
				     .alpha = v[0],
				     .beta = v[1],
				     .gamma = v[2] };
	struct pl_err e;

	assert_ok(pl_holt_winters_measure(&w, p->y.v, p->y.n, 12, &e), &e);
	return w;
}

static double loglik_at(const double *v, void *ctx)
{
	const struct at *p = ctx;

	return -.5 * (double)(p->y.n - 12) * log(at(v, p).sse);
}

static struct at data(struct ref_item *it)
{
	const bool mul = strstr(it->id, "mult") != NULL;

	return (struct at){ ref_series(it->a, mul ? "AP" : "co2"), mul };
}

struct pl_holt_winters ref_holt_winters_at(struct ref_item *it)
{
	const struct at p = data(it);
	const double v[3] = { ref_want(it, "alpha"), ref_want(it, "beta"),
			      ref_want(it, "gamma") };

	return at(v, &p);
}

void ref_holt_winters_fit(struct ref_item *it)
{
	struct at p = data(it);
	const struct pl_holt_winters r = ref_holt_winters_at(it);
	const double theirs[3] = { r.alpha, r.beta, r.gamma };
	double se[3] = { NAN, NAN, NAN }, ours[3];
	struct pl_holt_winters w;
	struct pl_err e;

	assert_ok(pl_holt_winters(it->a, &w, p.y.v, p.y.n, 12, p.mul, &e), &e);
	ours[0] = w.alpha;
	ours[1] = w.beta;
	ours[2] = w.gamma;
	ref_maximum(it, loglik_at(ours, &p), loglik_at(theirs, &p));
	(void)ref_optim_hess(se, ours, NULL, 3, loglik_at, &p);
	ref_coef(it, w.alpha, se[0], "alpha");
	ref_coef(it, w.beta, se[1], "beta");
	ref_coef(it, w.gamma, se[2], "gamma");
}

void ref_holt_winters(struct ref_item *it)
{
	const struct pl_holt_winters r = ref_holt_winters_at(it);

	ref_exact(it, r.sse, "SSE");
	ref_exact(it, r.level, "coef.a");
	ref_exact(it, r.slope, "coef.b");
	for (size_t i = 0; i < 12; i++)
		ref_exact(it, r.season[i], "coef.s%zu", i + 1);
	ref_holt_winters_fit(it);
}
