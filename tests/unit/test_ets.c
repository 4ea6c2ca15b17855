/* Smoothing: recursions against their textbook form, fits that recover what
 * made a series and are no worse than any nearby, refusals; the minimiser on
 * functions with known minima. */
#include "analytics/ets.h"
#include "analytics/minimise.h"
#include "sample.h"

static double rosenbrock(const double *x, void *ctx)
{
	double s = 0;

	for (size_t i = 0; i + 1 < *(size_t *)ctx; i++)
		s += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2);
	return s;
}

static void minimiser(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[6] = { -1.2, 1, -.5, .8, 1.1, 0 };
	struct pl_minimum m;
	size_t k = 6;

	(void)state;
	assert_true(pl_minimise(a, &m, x, k, rosenbrock, &k, 500));
	assert_true(m.converged && m.f < 1e-10);
	for (size_t i = 0; i < k; i++)
		assert_near(x[i], 1, 1e-4);
	assert_near(pl_logit(pl_logistic(-3)), -3, 1e-13);
	pl_arena_close(a);
}

/* Holt's linear method and Winters' seasons as they are written in books. */
static void recursions(void **state)
{
	struct pl_ets m = { .form = { 'M', 'A', true, 'M' },
			    .period = 4,
			    .alpha = .4,
			    .beta = .1,
			    .gamma = .2,
			    .phi = .9,
			    .level = 10,
			    .slope = 1,
			    .season = { 1.2, .8, 1.1, .9 } };
	double l = 10, b = 1, s[4] = { 1.2, .8, 1.1, .9 }, ahead[5];
	struct pl_ets_state st;
	uint64_t seed = 2;

	(void)state;
	pl_ets_start(&st, &m);
	for (size_t t = 0; t < 30; t++) {
		const double q = l + .9 * b, f = q * s[t % 4];
		const double y = f * (1 + .1 * normal(&seed));
		const double e = (y - f) / f;

		assert_near(pl_ets_next(&st, &m), f, 1e-14);
		pl_ets_step(&st, &m, y);
		l = q * (1 + .4 * e);
		b = .9 * b + .1 * q * e;
		s[t % 4] *= 1 + .2 * e;
	}
	pl_ets_ahead(ahead, 5, &st, &m);
	assert_near(ahead[0], (l + .9 * b) * s[2], 1e-12);
	assert_near(ahead[4],
		    (l + (.9 + .81 + .729 + .6561 + .59049) * b) * s[2], 1e-12);
}

static void finds_what_made_the_series(void **state)
{
	const struct pl_ets_form f = { 'A', 'A', false, 'A' };
	static double y[1500];
	struct pl_ets m, t = { .form = f,
			       .period = 4,
			       .alpha = .5,
			       .beta = .1,
			       .gamma = .2,
			       .phi = 1,
			       .level = 100,
			       .slope = .5,
			       .season = { 5, -3, 1, -3 } };
	struct pl_ets_state st;
	uint64_t seed = 6;
	struct pl_err e;

	(void)state;
	pl_ets_start(&st, &t);
	for (size_t i = 0; i < COUNT(y); i++) {
		y[i] = pl_ets_next(&st, &t) + normal(&seed);
		pl_ets_step(&st, &t, y[i]);
	}
	assert_ok(pl_ets_fit(&m, y, COUNT(y), 4, &f, &e), &e);
	assert_near(m.alpha, .5, .08);
	assert_near(m.beta, .1, .04);
	assert_near(m.gamma, .2, .06);
	assert_near(m.sigma2, 1, .08);
	/* the truth is not above what was found */
	assert_ok(pl_ets_measure(&t, y, COUNT(y), &e), &e);
	assert_true(m.loglik >= t.loglik);
	assert_ok(pl_ets_auto(&m, y, COUNT(y), 4, &e), &e);
	assert_int_equal(m.form.season, 'A');
}

/* The sum at its own constants; at others a larger one. */
static void holt_winters_measured(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_holt_winters w, at;
	uint64_t seed = 3;
	double y[80];
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 80; i++)
		y[i] = 50 + .2 * (double)i + (double)(i % 4) + normal(&seed);
	assert_ok(pl_holt_winters(a, &w, y, 80, 4, false, &e), &e);
	at = (struct pl_holt_winters){ .alpha = w.alpha,
				       .beta = w.beta,
				       .gamma = w.gamma };
	assert_ok(pl_holt_winters_measure(&at, y, 80, 4, &e), &e);
	assert_true(at.sse == w.sse && at.level == w.level &&
		    at.season[3] == w.season[3]);
	at.alpha = w.alpha > .5 ? w.alpha - .2 : w.alpha + .2;
	assert_ok(pl_holt_winters_measure(&at, y, 80, 4, &e), &e);
	assert_true(at.sse > w.sse);
	assert_refused(pl_holt_winters_measure(&at, y, 11, 4, &e), &e,
		       "too few");
	pl_arena_close(a);
}

static void refusals(void **state)
{
	const struct pl_ets_form mul = { 'M', 'N', false, 'N' };
	const struct pl_ets_form add = { 'A', 'N', false, 'N' };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_holt_winters w;
	double y[30];
	struct pl_ets m;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 30; i++)
		y[i] = (double)i;
	assert_refused(pl_ets_fit(&m, y, 30, 1, &mul, &e), &e, "point 1 is 0");
	assert_refused(pl_ets_fit(&m, y, 5, 1, &add, &e), &e, "too few");
	assert_refused(pl_ets_fit(&m, y, 30, 25, &add, &e), &e, "period");
	assert_refused(pl_holt_winters(a, &w, y, 30, 12, false, &e), &e,
		       "too few");
	assert_refused(pl_holt_winters(a, &w, y, 30, 4, true, &e), &e,
		       "point 1 is 0");
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minimiser),
		cmocka_unit_test(recursions),
		cmocka_unit_test(finds_what_made_the_series),
		cmocka_unit_test(holt_winters_measured),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
