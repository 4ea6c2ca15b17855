/* Volatility models: R's fGarch, and exact fits in Python. */
#include "analytics/garch.h"
#include "analytics/vol.h"
#include "checks.h"

struct fit {
	struct column x;
	enum pl_vol_kind kind;
	double up, down, beta, omega, mu, nu;
};

/* The path of variances by the definition, from the presample mean e^2 with
 * `first` as its weight, and the likelihood along it: what plume's own must
 * be, and what the reference's figures are at its parameters. */
struct path {
	double last, next, loglik;
};

static struct path path(const struct fit *f, double first)
{
	const double nu = f->nu,
		     k = pl_vol_is_t(f->kind)
				 ? lgamma((nu + 1) / 2) - lgamma(nu / 2) -
					   .5 * log(acos(-1) * (nu - 2))
				 : -.5 * log(2 * acos(-1));
	struct path p = { 0 };
	double m = 0;

	for (size_t t = 0; t < f->x.n; t++)
		m += (f->x.v[t] - f->mu) * (f->x.v[t] - f->mu) / (double)f->x.n;
	p.next = f->omega + first * m;
	for (size_t t = 0; t < f->x.n; t++) {
		const double e = f->x.v[t] - f->mu, h = p.next;

		p.last = h;
		p.loglik +=
			k - .5 * log(h) -
			(pl_vol_is_t(f->kind)
				 ? (nu + 1) / 2 * log1p(e * e / h / (nu - 2))
				 : .5 * e * e / h);
		p.next = f->omega + (e < 0 ? f->down : f->up) * e * e +
			 f->beta * h;
	}
	return p;
}

static double weight(const struct fit *f)
{
	return (f->up + f->down) / 2 + f->beta;
}

/* What plume reports is the path at its own parameters. */
static void own_path(const struct pl_vol_par *p, const struct fit *of,
		     double last, double next, double loglik)
{
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	const struct fit f = { .x = of->x,
			       .kind = of->kind,
			       .mu = p->mu,
			       .omega = p->omega,
			       .up = p->alpha,
			       .down = p->alpha + gamma,
			       .beta = p->beta,
			       .nu = p->nu };
	const struct path own = path(&f, weight(&f));

	assert_true(digits(last, own.last) > 11);
	assert_true(digits(next, own.next) > 11);
	assert_true(digits(loglik, own.loglik) > 10);
}

/* The steps ahead at the reference's parameters: fGarch's five have roots. */
static void ahead(struct ref_item *it, const struct fit *f, double first)
{
	const struct path p = path(f, first);
	double h = p.next;

	ref_exact(it, sqrt(p.last), "sigma_last");
	for (size_t k = 0; k < 10; k++) {
		if (!ref_has(it, "forecast5.meanError[0]")) {
			ref_exact(it, h, "var_forecast_1_10[%zu]", k);
		} else if (k < 5) {
			ref_exact(it, f->mu, "forecast5.meanForecast[%zu]", k);
			ref_exact(it, sqrt(h), "forecast5.meanError[%zu]", k);
			ref_exact(it, sqrt(h),
				  "forecast5.standardDeviation[%zu]", k);
		}
		h = f->omega + weight(f) * h;
	}
}

static const char *const names[] = { "mu",     "omega", "alpha1",
				     "gamma1", "beta1", "" };

static double part(const struct pl_vol_par *p, size_t i)
{
	const double v[] = {
		p->mu, p->omega, p->alpha, p->gamma, p->beta, p->nu
	};

	return v[i];
}

static struct pl_vol_par of_garch(const struct pl_garch_par *p)
{
	return (struct pl_vol_par){
		p->mu, p->omega, p->alpha, NAN, p->beta, NAN
	};
}

/* The likelihood at (mu, omega, alpha, beta[, nu]). */
static double at(const double *v, void *ctx)
{
	struct fit f = *(const struct fit *)ctx;

	f.mu = v[0];
	f.omega = v[1];
	f.up = f.down = v[2];
	f.beta = v[3];
	f.nu = pl_vol_is_t(f.kind) ? v[4] : NAN;
	return path(&f, weight(&f)).loglik;
}

/* Coefficients and likelihood of the entry: theirs in v and *f. */
static size_t theirs(struct ref_item *it, struct fit *f, double *v,
		     const char *nu)
{
	f->mu = v[0] = ref_want(it, "coef.mu");
	f->omega = v[1] = ref_want(it, "coef.omega");
	f->up = f->down = v[2] = ref_want(it, "coef.alpha1");
	f->beta = v[3] = ref_want(it, "coef.beta1");
	if (!pl_vol_is_t(f->kind))
		return 4;
	f->nu = v[4] = ref_want(it, "coef.%s", nu);
	return 5;
}

/* ours: parameters, their errors by the Hessian, likelihood, n. */
static size_t compare(struct ref_item *it, struct fit *f, double *v,
		      const struct pl_vol_par *ours,
		      const struct pl_vol_par *se, double loglik,
		      const char *nu)
{
	const size_t k = theirs(it, f, v, nu);
	const struct pl_vol_par p = { f->mu, f->omega, f->up,
				      NAN,   f->beta,  f->nu };
	struct pl_err e;
	double l;

	assert_ok(pl_vol_loglik(&l, NULL, f->kind, &p, f->x.v, 1, f->x.n, &e),
		  &e);

	ref_exact(it, (double)f->x.n, "n");
	ref_exact(it, l, "loglik");
	ref_maximum(it, loglik, l);
	for (size_t i = 0; i < 6; i++)
		if (!isnan(part(ours, i)))
			ref_coef(it, part(ours, i), part(se, i), "coef.%s",
				 i == 5 ? nu : names[i]);
	return k;
}

/* fGarch differences in units of the sample's standard deviation. */
static void units(double *scale, const struct column *x)
{
	double mean = 0, ss = 0;

	for (size_t t = 0; t < x->n; t++)
		mean += x->v[t] / (double)x->n;
	for (size_t t = 0; t < x->n; t++)
		ss += (x->v[t] - mean) * (x->v[t] - mean);
	scale[1] = ss / (double)(x->n - 1);
	scale[0] = sqrt(scale[1]);
	scale[2] = scale[3] = scale[4] = 1;
}

/* Its errors are of its optimHess at its own parameters. */
static void fgarch(struct ref_item *it, struct fit *f,
		   const struct pl_vol_par *ours, const struct pl_vol_par *se,
		   double loglik)
{
	double v[5] = { 0 }, err[5] = { 0 }, scale[5];
	const size_t k = compare(it, f, v, ours, se, loglik, "shape");

	units(scale, &f->x);
	assert_true(ref_optim_hess(err, v, scale, k, at, f));
	for (size_t i = 0; i < k; i++)
		ref_error(it, err[i], 3e-6, "se_hessian.%s",
			  i == 4   ? "shape"
			  : i == 3 ? names[4]
				   : names[i]);
	ahead(it, f, weight(f));
}

/* The reference stopped at a gradient of about 1e-6; its Hessian and scores
 * are by differences, which leaves its errors three digits or more. */
static void exact(struct ref_item *it, struct fit *f,
		  const struct pl_vol_par *ours,
		  const struct pl_vol_par *const *se, double loglik)
{
	static const char *const kinds[] = { "se_hessian", "se_opg",
					     "se_bollerslev_wooldridge" };
	double v[5] = { 0 };

	(void)compare(it, f, v, ours, se[0], loglik, "nu");
	for (size_t i = 0, k = 0; i < 6; i++) {
		if (isnan(part(ours, i)))
			continue;
		for (size_t s = 0; s < 3; s++)
			ref_error(it, part(se[s], i), 3e-3, "%s[%zu]", kinds[s],
				  k);
		k++;
	}
	ahead(it, f, weight(f));
}

static struct pl_garch normal(struct ref_item *it, struct fit *f)
{
	struct pl_garch g;
	struct pl_err e;
	struct pl_vol_par p;

	*f = (struct fit){ .x = ref_series(it->a, it->id) };
	assert_ok(pl_garch_fit(it->a, &g, f->x.v, 1, f->x.n, NULL, &e), &e);
	assert_true(g.converged && g.gradient < 1e-8);
	p = of_garch(&g.coef);
	own_path(&p, f, g.h[g.n - 1], g.h_next, g.loglik);
	return g;
}

static struct pl_vol other(struct ref_item *it, struct fit *f,
			   enum pl_vol_kind kind)
{
	const struct pl_vol_spec spec = { .kind = kind };
	struct pl_vol g;
	struct pl_err e;

	*f = (struct fit){ .x = ref_series(it->a, it->id), .kind = kind };
	assert_ok(pl_vol_fit(it->a, &g, f->x.v, 1, f->x.n, &spec, &e), &e);
	assert_true(g.converged && g.gradient < 1e-6);
	own_path(&g.coef, f, g.h[g.n - 1], g.h_next, g.loglik);
	return g;
}

void ref_garch_fgarch(struct ref_item *it)
{
	struct fit f;
	const struct pl_garch g = normal(it, &f);
	const struct pl_vol_par p = of_garch(&g.coef);
	const struct pl_vol_par se = of_garch(&g.se.hessian);

	fgarch(it, &f, &p, &se, g.loglik);
}

void ref_garch_exact(struct ref_item *it)
{
	struct fit f;
	const struct pl_garch g = normal(it, &f);
	const struct pl_vol_par p = of_garch(&g.coef);
	const struct pl_vol_par se[] = { of_garch(&g.se.hessian),
					 of_garch(&g.se.opg),
					 of_garch(&g.se.qml) };
	const struct pl_vol_par *const all[] = { &se[0], &se[1], &se[2] };

	exact(it, &f, &p, all, g.loglik);
}

void ref_garch_t_fgarch(struct ref_item *it)
{
	struct fit f;
	const struct pl_vol g = other(it, &f, PL_VOL_T);

	fgarch(it, &f, &g.coef, &g.se.hessian, g.loglik);
}

void ref_garch_t_exact(struct ref_item *it)
{
	struct fit f;
	const struct pl_vol g = other(it, &f, PL_VOL_T);
	const struct pl_vol_par *const se[] = { &g.se.hessian, &g.se.opg,
						&g.se.qml };

	exact(it, &f, &g.coef, se, g.loglik);
}

/* APARCH with power 2 is GJR: alpha (1 - g)^2 up, alpha (1 + g)^2 down. */
static struct pl_vol_par aparch(const double *v)
{
	return (struct pl_vol_par){
		v[0], v[1], v[2] * (1 - v[3]) * (1 - v[3]), 4 * v[2] * v[3],
		v[4], NAN
	};
}

/* fGarch begins with omega + (alpha + beta) mean e^2, without the (1 + g^2)
 * of the presample rule in vol.h: the likelihood under its rule. */
static double aparch_at(const double *v, void *ctx)
{
	const struct pl_vol_par p = aparch(v);
	struct fit f = { .x = ((const struct fit *)ctx)->x,
			 .mu = p.mu,
			 .omega = p.omega,
			 .up = p.alpha,
			 .down = p.alpha + p.gamma,
			 .beta = p.beta };

	return path(&f, v[2] + v[4]).loglik;
}

/* Plume's parameters in fGarch's terms, and their errors by the same. */
static void gjr_coefs(struct ref_item *it, const struct pl_vol *g,
		      const double *err)
{
	const double up = sqrt(g->coef.alpha);
	const double down = sqrt(g->coef.alpha + g->coef.gamma);
	const double v[5] = { g->coef.mu, g->coef.omega,
			      (up + down) * (up + down) / 4,
			      (down - up) / (down + up), g->coef.beta };

	for (size_t i = 0; i < 5; i++)
		ref_coef(it, v[i], err[i], "coef.%s", names[i]);
}

void ref_gjr_fgarch(struct ref_item *it)
{
	struct fit f;
	const struct pl_vol g = other(it, &f, PL_VOL_GJR);
	double v[5], err[5] = { 0 }, scale[5], l;
	struct pl_vol_par p;
	struct pl_err e;

	for (size_t i = 0; i < 5; i++)
		v[i] = ref_want(it, "coef.%s", names[i]);
	p = aparch(v);
	ref_exact(it, (double)f.x.n, "n");
	ref_exact(it, aparch_at(v, &f), "loglik");
	assert_ok(pl_vol_loglik(&l, NULL, PL_VOL_GJR, &p, f.x.v, 1, f.x.n, &e),
		  &e);
	ref_maximum(it, g.loglik, l);
	units(scale, &f.x);
	assert_true(ref_optim_hess(err, v, scale, 5, aparch_at, &f));
	gjr_coefs(it, &g, err);
	for (size_t i = 0; i < 5; i++)
		ref_error(it, err[i], 3e-6, "se_hessian.%s", names[i]);
	f.mu = p.mu;
	f.omega = p.omega;
	f.up = p.alpha;
	f.down = p.alpha + p.gamma;
	f.beta = p.beta;
	ahead(it, &f, v[2] + v[4]);
}
