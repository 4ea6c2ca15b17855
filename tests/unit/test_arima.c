/* The fast filter against a dense Kalman filter in long double, differences
 * and forecasts against their definitions, recovery of what made a series,
 * refusals. */
#include "analytics/arima.h"
#include "analytics/arima_int.h"
#include "analytics/fixed_math.h"
#include "sample.h"

#define N 120
#define R 16

/* -2 log-likelihood, sigma2 = 1, by matrices: T P T' + R R', from the sum of
 * powers. */
static long double dense(const struct pl_arma *m, const double *w, size_t n)
{
	static long double p[R][R], t[R][R], q[R][R], tp[R][R], next[R][R];
	long double a[R] = { 0 }, ll = 0;
	const size_t r = m->r;

	for (size_t i = 0; i < r; i++)
		for (size_t j = 0; j < r; j++) {
			const long double ri = i ? (long double)m->theta[i] : 1;
			const long double rj = j ? (long double)m->theta[j] : 1;

			t[i][j] = (j == 0 ? (long double)m->phi[i + 1] : 0) +
				  (j == i + 1);
			q[i][j] = p[i][j] =
				i <= m->q && j <= m->q ? ri * rj : 0;
		}
	for (size_t pass = 0; pass < 4000 + n; pass++) {
		long double k[R] = { 0 }, f = 1, v = 0;

		memset(tp, 0, sizeof(tp));
		memset(next, 0, sizeof(next));
		if (pass >= 4000) { /* the stationary start is reached */
			f = p[0][0];
			v = (long double)w[pass - 4000] - a[0];
			ll += logl(f) + v * v / f;
		}
		for (size_t i = 0; i < r; i++)
			for (size_t j = 0; j < r; j++)
				for (size_t l = 0; l < r; l++)
					tp[i][j] += t[i][l] * p[l][j];
		for (size_t i = 0; i < r; i++)
			k[i] = tp[i][0];
		for (size_t i = 0; i < r; i++)
			for (size_t j = 0; j < r; j++) {
				for (size_t l = 0; l < r; l++)
					next[i][j] += tp[i][l] * t[j][l];
				next[i][j] += q[i][j];
				if (pass >= 4000)
					next[i][j] -= k[i] * k[j] / f;
			}
		if (pass >= 4000) {
			long double to[R] = { 0 };

			for (size_t i = 0; i < r; i++) {
				for (size_t l = 0; l < r; l++)
					to[i] += t[i][l] * a[l];
				to[i] += k[i] * v / f;
			}
			memcpy(a, to, sizeof(a));
		}
		memcpy(p, next, sizeof(p));
	}
	return ll;
}

static double fast(const struct pl_arma *m, const double *w, size_t n)
{
	double a[LAGS + 1] = { 0 }, ll = 0;
	struct pl_arma_filter f;

	pl_arma_start(&f, m);
	for (size_t t = 0; t < n; t++) {
		const double v = pl_arma_point(&f, a, w[t]);

		ll += log(f.f) + v * v / f.f;
		pl_arma_turn(&f);
	}
	return ll;
}

static void fast_filter_is_exact(void **state)
{
	static const struct {
		struct pl_arima_order o;
		double c[4];
	} cases[] = {
		{ { .p = 1, .s = 1 }, { .9 } },
		{ { .q = 1, .s = 1 }, { -.8 } },
		{ { .p = 2, .q = 1, .s = 1 }, { 1.2, -.5, .4 } },
		{ { .q = 1, .Q = 1, .s = 12 }, { -.4, -.55 } },
		{ { .p = 1, .q = 1, .P = 1, .Q = 1, .s = 4 },
		  { .5, .3, .6, -.7 } },
		{ { .p = 1, .P = 1, .s = 7 }, { -.6, .5 } },
		{ { .s = 1 }, { 0 } },
	};
	uint64_t seed = 3;
	struct pl_arma m;
	double w[N];

	(void)state;
	for (size_t t = 0; t < N; t++)
		w[t] = normal(&seed);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(pl_arma_set(&m, &cases[i].o, cases[i].c));
		assert_near(fast(&m, w, N), (double)dense(&m, w, N), 1e-11);
	}
}

static void not_stationary_is_refused(void **state)
{
	const struct pl_arima_order o = { .p = 2, .s = 1 };
	const double c[] = { .5, .5 };
	struct pl_arma m;

	(void)state;
	assert_false(pl_arma_set(&m, &o, c)); /* a unit root */
}

static void differences_are_undone(void **state)
{
	struct pl_arima m = { .order = { .d = 1, .D = 1, .s = 4 } };
	struct pl_arena *a = pl_arena_open(0);
	const size_t at[] = { 20, 25, 30 };
	double y[30], out[3 * 8], se[8];
	struct pl_err e;

	(void)state;
	/* without ARMA terms the next values carry line and season on */
	for (size_t t = 0; t < 30; t++)
		y[t] = 3 + 2 * (double)t + (t % 4 == 1 ? 10 : 0);
	m.sigma2 = 4;
	assert_ok(pl_arima_ahead(a, out, se, 8, &m, y, at, 3, &e), &e);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 8; k++) {
			const size_t t = at[i] + k;

			assert_near(out[i * 8 + k],
				    3 + 2 * (double)t + (t % 4 == 1 ? 10 : 0),
				    1e-12);
		}
	assert_near(se[0], 2, 1e-14);
	assert_near(se[1], 2 * sqrt(2), 1e-14);
	assert_near(se[4], 2 * sqrt(4 + 4), 1e-14); /* psi 1 1 1 1 2 */
	pl_arena_close(a);
}

static void finds_what_made_the_series(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_arima_order o = {
		.p = 1, .q = 1, .s = 1, .constant = true
	};
	static double y[4000];
	double e0 = 0, w = 0;
	struct pl_arima m;
	uint64_t seed = 8;
	struct pl_err e;

	(void)state;
	for (size_t t = 0; t < COUNT(y); t++) {
		const double e1 = normal(&seed);

		w = .7 * w + e1 + .4 * e0;
		e0 = e1;
		y[t] = 10 + w;
	}
	assert_ok(pl_arima_fit(a, &m, y, COUNT(y), &o, &e), &e);
	assert_true(m.converged);
	assert_true(fabs(m.coef[0] - .7) < 4 * m.se[0] && m.se[0] < .03);
	assert_true(fabs(m.coef[1] - .4) < 4 * m.se[1] && m.se[1] < .03);
	assert_true(fabs(m.mean - 10) < 4 * m.mean_se);
	assert_near(m.sigma2, 1, .06);
	{ /* the figures of its own coefficients; of others less */
		struct pl_arima at = m;

		at.loglik = at.sigma2 = 0;
		assert_ok(pl_arima_measure(a, &at, y, COUNT(y), &e), &e);
		assert_near(at.loglik, m.loglik, 1e-12);
		assert_near(at.sigma2, m.sigma2, 1e-12);
		at.mean += m.mean_se;
		assert_ok(pl_arima_measure(a, &at, y, COUNT(y), &e), &e);
		assert_near(m.loglik - at.loglik, .5, 1e-3);
		at.coef[0] = 1.01;
		assert_refused(pl_arima_measure(a, &at, y, COUNT(y), &e), &e,
			       "these coefficients");
	}
	assert_ok(pl_arima_auto(a, &m, y, 800, 1, &e), &e);
	assert_true(m.order.d == 0 && m.tried <= PL_ARIMA_TRIES);
	pl_arena_close(a);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_arima_order o = { .p = 1, .d = 1, .s = 1 };
	const struct pl_arima_order bad[] = {
		{ .p = 6, .s = 1 },
		{ .P = 1, .s = 1 },
		{ .d = 3, .s = 1 },
		{ .d = 2, .s = 1, .constant = true },
		{ .P = 3, .s = 60 }
	};
	double y[40] = { 0 };
	struct pl_arima m;
	struct pl_err e;

	(void)state;
	assert_refused(pl_arima_fit(a, &m, y, 40, &o, &e), &e, "equal");
	for (size_t i = 0; i < 40; i++)
		y[i] = (double)i;
	assert_refused(pl_arima_fit(a, &m, y, 5, &o, &e), &e, "too few");
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(pl_arima_fit(a, &m, y, 40, &bad[i], &e), &e,
			       "orders");
	y[7] = NAN;
	assert_refused(pl_arima_fit(a, &m, y, 40, &o, &e), &e, "point 8");
	pl_arena_close(a);
}

static void names(void **state)
{
	char out[64];

	(void)state;
	pl_arima_name(out,
		      &(struct pl_arima_order){ 0, 1, 1, 0, 1, 1, 12, true });
	assert_string_equal(out, "(0,1,1)(0,1,1)[12] with drift");
	pl_arima_name(out,
		      &(struct pl_arima_order){ 2, 0, 0, 0, 0, 0, 1, true });
	assert_string_equal(out, "(2,0,0) with mean");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_filter_is_exact),
		cmocka_unit_test(not_stationary_is_refused),
		cmocka_unit_test(differences_are_undone),
		cmocka_unit_test(finds_what_made_the_series),
		cmocka_unit_test(refusals),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
