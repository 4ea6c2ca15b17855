/* R's arima, auto.arima and Arima. */
#include "analytics/arima.h"

#include "analytics/fixed_math.h"
#include "checks.h"

static struct column series_of(struct ref_item *it, struct pl_arima_order *o)
{
	struct column c;

	*o = (struct pl_arima_order){ .p = 2, .s = 1, .constant = true };
	if (ref_starts(it->id, "arma11_")) {
		o->p = o->q = 1;
		return ref_series(it->a, it->id);
	}
	if (strstr(it->id, "lakehuron"))
		return ref_series(it->a, "lakehuron");
	if (strstr(it->id, "lynx")) {
		c = ref_series(it->a, "lynx");
		for (size_t i = 0; i < c.n; i++)
			c.v[i] = pl_log10(c.v[i]);
		return c;
	}
	*o = (struct pl_arima_order){ 0, 1, 1, 0, 1, 1, 12, false };
	c = ref_series(it->a, strstr(it->id, "usacc") ? "usacc" : "AP");
	for (size_t i = 0; i < c.n && !strstr(it->id, "usacc"); i++)
		c.v[i] = pl_log(c.v[i]);
	return c;
}

struct at {
	const struct column *y;
	struct pl_arima_order o;
	struct pl_arena *a;
};

/* The one or two autoregressions from their partial autocorrelations, through
 * tanh; R takes its Hessian in these. */
static void transformed(double *to, const double *u, size_t p)
{
	const double r1 = tanh(u[0]), r2 = p > 1 ? tanh(u[1]) : 0;

	to[0] = r1 * (1 - r2);
	if (p > 1)
		to[1] = r2;
}

static struct pl_arima measured(const struct at *p, const double *v)
{
	struct pl_arima m = { .order = p->o, .coef = { v[0], v[1] } };
	struct pl_err e;

	m.mean = p->o.constant ? v[2] : 0;
	if (pl_arima_measure(p->a, &m, p->y->v, p->y->n, &e))
		m.loglik = NAN;
	return m;
}

static double loglik_at(const double *u, void *ctx)
{
	const struct at *p = ctx;
	double v[3] = { u[0], u[1], p->o.constant ? u[2] : 0 };

	if (p->o.p)
		transformed(v, u, (size_t)p->o.p);
	return measured(ctx, v).loglik;
}

/* Errors as R's arima has them, at v. */
static void errors(double *se, struct at *p, const double *v, size_t k)
{
	const size_t ar = (size_t)p->o.p;
	double u[3] = { 0 }, scale[3] = { 1, 1, 1 }, cov[9], j[9] = { 0 };

	memcpy(u, v, k * sizeof(*u));
	if (ar)
		u[0] = atanh(ar > 1 ? v[0] / (1 - v[1]) : v[0]);
	if (ar > 1)
		u[1] = atanh(v[1]);
	if (p->o.constant) { /* ten errors of the plain mean */
		const struct column *y = p->y;
		double mean = 0, ss = 0;

		for (size_t i = 0; i < y->n; i++)
			mean += y->v[i] / (double)y->n;
		for (size_t i = 0; i < y->n; i++)
			ss += (y->v[i] - mean) * (y->v[i] - mean);
		scale[2] = 10 * sqrt(ss / (double)(y->n - 1) / (double)y->n);
	}
	assert_true(ref_optim_cov(cov, u, scale, k, loglik_at, p));
	for (size_t i = 0; i < k; i++)
		j[i * k + i] = 1;
	for (size_t i = 0; i < ar; i++) { /* differences forward */
		double up[2] = { u[0], u[1] }, was[2], is[2];

		up[i] += 1e-3;
		transformed(was, u, ar);
		transformed(is, up, ar);
		for (size_t c = 0; c < ar; c++)
			j[i * k + c] = (is[c] - was[c]) / 1e-3;
	}
	for (size_t c = 0; c < k; c++) {
		double var = 0;

		for (size_t i = 0; i < k; i++)
			for (size_t l = 0; l < k; l++)
				var += j[i * k + c] * cov[i * k + l] *
				       j[l * k + c];
		se[c] = sqrt(var);
	}
}

/* The names of the entry's coefficients, in plume's order. */
static const char *const *names_of(const struct pl_arima_order *o)
{
	static const char *const names[][3] = {
		{ "ar1", "ar2", "intercept" },
		{ "ar1", "ma1", "intercept" },
		{ "ma1", "sma1", "" },
	};

	return names[o->s > 1 ? 2 : o->q ? 1 : 0];
}

static void figures(struct ref_item *it, const struct pl_arima *m,
		    const struct column *y)
{
	struct at p = { y, m->order, it->a };
	const char *const *names = names_of(&m->order);
	const size_t k = m->order.constant ? 3 : 2;
	double v[3], se[3] = { NAN, NAN, NAN };
	struct pl_arima r;

	for (size_t i = 0; i < k; i++)
		v[i] = ref_want(it, "coef.%s", names[i]);
	r = measured(&p, v);
	ref_exact(it, r.loglik, "loglik");
	ref_exact(it, r.aic, "aic");
	ref_maximum(it, m->loglik, r.loglik);
	errors(se, &p, v, k);
	for (size_t i = 0; i < k; i++) {
		ref_coef(it, i == 2 ? m->mean : m->coef[i],
			 i == 2 ? m->mean_se : m->se[i], "coef.%s", names[i]);
		ref_error(it, se[i], 5e-6, "se.%s", names[i]);
	}
	/* auto.arima's has n - coefficients below it */
	ref_exact(it,
		  ref_starts(it->id, "auto_")
			  ? r.sigma2 * (double)r.used / (double)(r.used - 2)
			  : r.sigma2,
		  "sigma2");
}

void ref_arima(struct ref_item *it)
{
	struct pl_arima_order o;
	struct column c = series_of(it, &o);
	struct pl_arima m;
	struct pl_err e;

	assert_ok(pl_arima_fit(it->a, &m, c.v, c.n, &o, &e), &e);
	assert_true(m.converged);
	figures(it, &m, &c);
}

void ref_auto_arima(struct ref_item *it)
{
	struct pl_arima_order o;
	struct column c = series_of(it, &o);
	struct pl_arima m;
	struct pl_err e;

	assert_ok(pl_arima_auto(it->a, &m, c.v, c.n, 12, &e), &e);
	ref_exact(it, (double)m.order.p, "order[0]");
	ref_exact(it, (double)m.order.d, "order[1]");
	ref_exact(it, (double)m.order.q, "order[2]");
	ref_exact(it, (double)m.order.P, "order[3]");
	ref_exact(it, (double)m.order.D, "order[4]");
	ref_exact(it, (double)m.order.Q, "order[5]");
	ref_exact(it, (double)m.order.s, "order[6]");
	figures(it, &m, &c);
}

/* At R's coefficients, which stand in the entry of the fit; plume's own, of a
 * likelihood as good, lead to means within 1e-6 as well. */
void ref_arima_forecast(struct ref_item *it)
{
	const struct pl_json *coef =
		pl_json_get(ref_entry(it, "airline_logAP"), "coef");
	const double v[2] = { ref_num(pl_json_get(coef, "ma1")),
			      ref_num(pl_json_get(coef, "sma1")) };
	struct at p = { .a = it->a };
	struct column c = series_of(it, &p.o);
	double out[24], own[24];
	struct pl_arima m, ours;
	struct pl_err e;

	p.y = &c;
	m = measured(&p, v);
	assert_ok(pl_arima_ahead(it->a, out, NULL, 24, &m, c.v, &c.n, 1, &e),
		  &e);
	assert_ok(pl_arima_fit(it->a, &ours, c.v, c.n, &p.o, &e), &e);
	assert_ok(pl_arima_ahead(it->a, own, NULL, 24, &ours, c.v, &c.n, 1, &e),
		  &e);
	for (size_t k = 0; k < 24; k++) {
		ref_exact(it, out[k], "mean[%zu]", k);
		assert_true(digits(own[k], out[k]) > 6);
	}
}
