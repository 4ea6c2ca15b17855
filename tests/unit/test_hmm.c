/* Hidden Markov chains: the likelihood against the sum over all paths, the
 * smoothed states and the best path against the same sum, the fit against
 * the truth that made the sample. */
#include "analytics/gsl.h"
#include "analytics/hmm_error.h"
#include "analytics/rng.h"
#include "sample.h"

static const struct pl_hmm_par three = {
	.k = 3,
	.start = { .5, .3, .2 },
	.trans = { { .8, .15, .05 }, { .1, .7, .2 }, { .3, .1, .6 } },
	.mean = { .1, -.2, .4 },
	.sd = { .5, 1, 2.5 },
};
static const struct pl_hmm_par two = {
	.k = 2,
	.start = { 1, 0 },
	.trans = { { .98, .02 }, { .05, .95 } },
	.mean = { .05, -.1 },
	.sd = { .6, 2 },
};

static double density(double x, double m, double s)
{
	return exp(-.5 * (x - m) * (x - m) / (s * s)) /
	       (s * sqrt(2 * acos(-1)));
}

/* Every path, one after the other: n^k of them. */
static void likelihood_is_the_sum_over_paths(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 3;
	double x[8];

	(void)state;
	for (size_t n = 1; n <= 8; n++) {
		double sum = 0;
		size_t paths = 1;

		for (size_t t = 0; t < n; t++) {
			x[t] = 1.5 * normal(&seed);
			paths *= 3;
		}
		for (size_t p = 0; p < paths; p++) {
			size_t code = p, was = 0;
			double prob = 1;

			for (size_t t = 0; t < n; t++, code /= 3) {
				const size_t s = code % 3;

				prob *= (t ? three.trans[was][s]
					   : three.start[s]) *
					density(x[t], three.mean[s],
						three.sd[s]);
				was = s;
			}
			sum += prob;
		}
		assert_near(pl_hmm_loglik(a, &three, x, n), log(sum), 1e-12);
	}
	pl_arena_close(a);
}

/* 100 000 points do not run out of exponents, nor does one far away. */
static void long_samples_do_not_underflow(void **state)
{
	static double x[100000];
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 4;
	double l;

	(void)state;
	for (size_t t = 0; t < 100000; t++)
		x[t] = normal(&seed);
	x[500] = 1e6;
	l = pl_hmm_loglik(a, &three, x, 100000);
	assert_true(isfinite(l) && l < -1e9);
	pl_arena_close(a);
}

static size_t draw(double *x, uint8_t *path, size_t n,
		   const struct pl_hmm_par *p, uint64_t seed)
{
	size_t s = 0, changes = 0;

	for (size_t t = 0; t < n; t++) {
		double u = uniform(&seed);
		size_t to = 0;

		for (; to + 1 < p->k && u > p->trans[s][to]; to++)
			u -= p->trans[s][to];
		changes += to != s;
		s = to;
		path[t] = (uint8_t)s;
		x[t] = p->mean[s] + p->sd[s] * normal(&seed);
	}
	return changes;
}

static void fit_finds_the_truth(void **state)
{
	enum { N = 6000 };
	static double x[N];
	static uint8_t path[N];
	const struct pl_hmm_spec one = { .k = 2, .seed = 1, .threads = 1 };
	struct pl_hmm_spec spec = one;
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hmm h, g;
	struct pl_hmm_error se;
	struct pl_err e;
	size_t right = 0;
	double sum;

	(void)state;
	draw(x, path, N, &two, 8);
	assert_ok(pl_hmm_fit(a, &h, x, N, &one, &e), &e);
	assert_true(h.converged && !h.floor && h.agree >= 2);
	pl_hmm_errors(&se, &h.par, x, N);
	for (size_t i = 0; i < 2; i++) {
		assert_true(fabs(h.par.mean[i] - two.mean[i]) < 5 * se.mean[i]);
		assert_true(fabs(h.par.sd[i] - two.sd[i]) < 5 * se.sd[i]);
		assert_true(fabs(h.par.trans[i][i] - two.trans[i][i]) < .02);
		assert_near(h.stay[i], 1 / (1 - h.par.trans[i][i]), 1e-12);
	}
	/* at a maximum that the truth does not pass */
	assert_near(pl_hmm_loglik(a, &h.par, x, N), h.loglik, 1e-10);
	assert_true(h.loglik >= pl_hmm_loglik(a, &two, x, N));
	for (size_t i = 0; i < 2; i++)
		for (int s = -1; s < 2; s += 2) {
			struct pl_hmm_par q = h.par;

			q.mean[i] += s * .2 * se.mean[i];
			assert_true(pl_hmm_loglik(a, &q, x, N) < h.loglik);
			q = h.par;
			q.sd[i] += s * .2 * se.sd[i];
			assert_true(pl_hmm_loglik(a, &q, x, N) < h.loglik);
		}
	for (size_t t = 0; t < N; t++) {
		assert_near(h.smooth[2 * t] + h.smooth[2 * t + 1], 1, 1e-9);
		right += h.path[t] == path[t];
	}
	assert_true(right > .93 * N);
	assert_near(h.share[0] + h.share[1], 1, 1e-9);
	sum = h.last[0] + h.last[1];
	assert_near(sum, 1, 1e-12);
	/* threads change nothing */
	spec.threads = 2;
	assert_ok(pl_hmm_fit(a, &g, x, N, &spec, &e), &e);
	assert_memory_equal(&g.par, &h.par, sizeof(g.par));
	assert_true(g.loglik == h.loglik && g.agree == h.agree);
	/* more states are never less likely */
	spec.k = 3;
	assert_ok(pl_hmm_fit(a, &g, x, N, &spec, &e), &e);
	assert_true(g.loglik >= h.loglik - 1e-3 && g.bic > h.bic);
	assert_true(g.par.sd[0] <= g.par.sd[1] && g.par.sd[1] <= g.par.sd[2]);
	pl_arena_close(a);
}

/* Steps of Baum-Welch never go down. */
static void each_step_rises(void **state)
{
	enum { N = 500 };
	static double x[N];
	static uint8_t path[N];
	struct pl_arena *a = pl_arena_open(0);
	double before = -INFINITY;

	(void)state;
	draw(x, path, N, &three, 9);
	for (uint64_t it = 1; it < 40; it++) {
		const struct pl_hmm_spec s = { .k = 3,
					       .starts = 1,
					       .max_iter = it };
		struct pl_hmm h;
		struct pl_err e;

		assert_ok(pl_hmm_fit(a, &h, x, N, &s, &e), &e);
		assert_true(h.loglik >= before - 1e-9);
		before = h.loglik;
	}
	pl_arena_close(a);
}

static void refused(void **state)
{
	double x[200];
	struct pl_hmm_spec s = { .k = 2 };
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 1;
	struct pl_hmm h;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		x[i] = normal(&seed);
	assert_int_equal(pl_hmm_fit(a, &h, x, 99, &s, &e), PL_EMATH);
	s.k = 5;
	assert_int_equal(pl_hmm_fit(a, &h, x, 200, &s, &e), PL_EMATH);
	s.k = 1;
	assert_int_equal(pl_hmm_fit(a, &h, x, 200, &s, &e), PL_EMATH);
	s.k = 2;
	x[7] = NAN;
	assert_int_equal(pl_hmm_fit(a, &h, x, 200, &s, &e), PL_EMATH);
	/* half of the sample on one point: a state sits there, and says so */
	for (size_t i = 0; i < 200; i++)
		x[i] = i < 100 ? 0 : normal(&seed);
	assert_ok(pl_hmm_fit(a, &h, x, 200, &s, &e), &e);
	assert_true(h.floor);
	for (size_t i = 0; i < 200; i++)
		x[i] = 1;
	assert_int_equal(pl_hmm_fit(a, &h, x, 200, &s, &e), PL_EMATH);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(likelihood_is_the_sum_over_paths),
		cmocka_unit_test(long_samples_do_not_underflow),
		cmocka_unit_test(fit_finds_the_truth),
		cmocka_unit_test(each_step_rises),
		cmocka_unit_test(refused),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
