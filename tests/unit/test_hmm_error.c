/* Errors of a hidden Markov chain: how often 95 % intervals hold the truth
 * that made the samples, and where there is none. */
#include "analytics/hmm_error.h"
#include "analytics/rng.h"
#include "sample.h"

#define SERIES SERIES_OF(200)
#define N 1500
#define FIGURES 6

static const struct pl_hmm_par truth = {
	.k = 2,
	.start = { .7, .3 },
	.trans = { { .96, .04 }, { .09, .91 } },
	.mean = { .05, -.1 },
	.sd = { .6, 2 },
};
static const double z95 = 1.959963984540054;

static void draw(double *x, uint64_t seed)
{
	struct pl_rng r;
	size_t at;

	pl_rng_stream(&r, seed, 0);
	at = pl_rng_u01(&r) > truth.start[0];
	for (size_t t = 0; t < N; t++) {
		x[t] = truth.mean[at] + truth.sd[at] * normal(&seed);
		at = pl_rng_u01(&r) < truth.trans[at][1];
	}
}

static bool within(double lo, double x, double hi)
{
	return lo <= x && x <= hi;
}

/* Within 3.89 standard deviations of a binomial: 99.99 % for each figure. */
static void bounds_hold_the_truth(void **state)
{
	const double spread = 3.89 * sqrt(.95 * .05 / SERIES);
	const struct pl_hmm_spec spec = {
		.k = 2, .starts = 2, .seed = 1, .threads = 1
	};
	size_t in[FIGURES] = { 0 };
	static double x[N];

	(void)state;
	for (uint64_t s = 1; s <= SERIES; s++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_hmm_error se;
		struct pl_hmm h;
		struct pl_err e;

		draw(x, s);
		assert_ok(pl_hmm_fit(a, &h, x, N, &spec, &e), &e);
		pl_hmm_errors(&se, &h.par, x, N);
		for (size_t i = 0; i < 2; i++) {
			const double p = h.par.trans[i][i];
			double lo, hi, other_lo, other_hi;

			in[i] += fabs(h.par.mean[i] - truth.mean[i]) <=
				 z95 * se.mean[i];
			in[2 + i] += fabs(h.par.sd[i] - truth.sd[i]) <=
				     z95 * se.sd[i];
			pl_hmm_bounds(&lo, &hi, p, se.trans[i][i], z95);
			in[4 + i] += within(lo, truth.trans[i][i], hi);
			/* a row of two has one degree of freedom */
			assert_near(se.trans[i][1 - i], se.trans[i][i], 1e-9);
			pl_hmm_bounds(&other_lo, &other_hi, 1 - p,
				      se.trans[i][1 - i], z95);
			assert_near(other_lo, 1 - hi, 1e-9);
		}
		pl_arena_close(a);
	}
	for (size_t i = 0; i < FIGURES; i++) {
		const double got = (double)in[i] / SERIES;

		if (fabs(got - .95) > spread)
			fail_msg("figure %zu: %.3f", i, got);
	}
}

/* Of moves that never happen, and where the likelihood has no maximum. */
static void none_where_there_is_none(void **state)
{
	struct pl_hmm_par p = truth;
	struct pl_hmm_error se;
	static double x[N];
	double lo, hi;

	(void)state;
	draw(x, 1);
	p.trans[0][0] = 1;
	p.trans[0][1] = 0;
	pl_hmm_errors(&se, &p, x, N);
	assert_true(isnan(se.trans[0][0]) && isnan(se.trans[0][1]));
	p = truth;
	p.mean[0] = p.mean[1] = 50; /* far up a slope that only falls off */
	p.sd[0] = p.sd[1] = 1000;
	pl_hmm_errors(&se, &p, x, N);
	assert_true(isnan(se.mean[0]) && isnan(se.sd[1]) &&
		    isnan(se.trans[1][1]));
	pl_hmm_bounds(&lo, &hi, .5, NAN, z95);
	assert_true(isnan(lo) && isnan(hi));
	pl_hmm_bounds(&lo, &hi, .5, .1, z95);
	assert_near(lo, 1 / (1 + exp(.4 * z95)), 1e-14);
	assert_near(hi, 1 - lo, 1e-14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_the_truth),
		cmocka_unit_test(none_where_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
