/* Portfolios: shrinkage against its definition, parts that add up, weights
 * that nothing beats, simulation against closed forms. */
#include "analytics/gsl.h"
#include "analytics/mc.h"
#include "analytics/portfolio.h"
#include "analytics/risk.h"
#include "sample.h"

#define N 600
#define K 4

static double x[N * K];

static void simulate(uint64_t seed)
{
	for (size_t t = 0; t < N; t++) {
		const double common = normal(&seed);

		for (size_t i = 0; i < K; i++)
			x[t * K + i] = .001 * (double)i +
				       .01 * (double)(i + 1) *
					       (.6 * common + normal(&seed));
	}
}

/* b2 = sum over t of |x x' - S|^2 / n^2, written out row by row. */
static void shrinkage_is_its_definition(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double s[K][K] = { { 0 } }, mean[K] = { 0 }, mu = 0, d2 = 0, b2 = 0;
	struct pl_pf_cov c;
	struct pl_err e;

	(void)state;
	simulate(1);
	assert_ok(pl_pf_covariance(a, &c, x, N, K, &e), &e);
	for (size_t t = 0; t < N; t++)
		for (size_t i = 0; i < K; i++)
			mean[i] += x[t * K + i] / N;
	for (size_t t = 0; t < N; t++)
		for (size_t i = 0; i < K; i++)
			for (size_t j = 0; j < K; j++)
				s[i][j] += (x[t * K + i] - mean[i]) *
					   (x[t * K + j] - mean[j]) / N;
	for (size_t i = 0; i < K; i++)
		mu += s[i][i] / K;
	for (size_t t = 0; t < N; t++) {
		double norm = 0;

		for (size_t i = 0; i < K; i++)
			for (size_t j = 0; j < K; j++) {
				const double p = (x[t * K + i] - mean[i]) *
						 (x[t * K + j] - mean[j]);

				norm += (p - s[i][j]) * (p - s[i][j]);
			}
		b2 += norm / N / N;
	}
	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++) {
			const double d = s[i][j] - (i == j ? mu : 0);

			d2 += d * d;
		}
	assert_true(fabs(c.shrinkage / (b2 / d2) - 1) < 1e-9);
	assert_true(c.shrinkage > 0 && c.shrinkage < .2);
	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++) {
			const double want = (1 - b2 / d2) * s[i][j] +
					    (i == j ? b2 / d2 * mu : 0);

			assert_true(fabs(c.cov[i * K + j] - want) < 1e-15);
			assert_true(fabs(c.corr[i * K + j]) <= 1);
		}
	/* fewer rows, more shrinkage */
	{
		struct pl_pf_cov few;

		assert_ok(pl_pf_covariance(a, &few, x, 20, K, &e), &e);
		assert_true(few.shrinkage > c.shrinkage);
	}
	pl_arena_close(a);
}

static void parts_add_up(void **state)
{
	static const double w[K] = { .5, .4, -.2, .3 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_pf_cov c;
	struct pl_pf_risk r;
	struct pl_err e;

	(void)state;
	simulate(2);
	assert_ok(pl_pf_covariance(a, &c, x, N, K, &e), &e);
	for (int way = 0; way < 2; way++) {
		double var = 0, es = 0;

		if (way)
			assert_ok(pl_pf_historical(a, &r, x, N, K, w, .95, &e),
				  &e);
		else
			assert_ok(pl_pf_risk(a, &r, &c, w, .95, &e), &e);
		for (size_t i = 0; i < K; i++) {
			var += r.var_part[i];
			es += r.es_part[i];
		}
		assert_true(fabs(var - r.var) < 1e-14);
		assert_true(fabs(es - r.es) < 1e-14);
		assert_true(r.es > r.var && r.var > 0);
	}
	/* Euler: a part is the weight times the slope of VaR along it */
	assert_ok(pl_pf_risk(a, &r, &c, w, .99, &e), &e);
	for (size_t i = 0; i < K; i++) {
		double up[K], down[K];
		struct pl_pf_risk ru, rd;

		memcpy(up, w, sizeof(up));
		memcpy(down, w, sizeof(down));
		up[i] += 1e-5;
		down[i] -= 1e-5;
		assert_ok(pl_pf_risk(a, &ru, &c, up, .99, &e), &e);
		assert_ok(pl_pf_risk(a, &rd, &c, down, .99, &e), &e);
		assert_true(fabs(w[i] * (ru.var - rd.var) / 2e-5 -
				 r.var_part[i]) < 1e-9);
	}
	pl_arena_close(a);
}

static double variance(const double *cov, const double *w)
{
	double v = 0;

	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++)
			v += w[i] * cov[i * K + j] * w[j];
	return v;
}

static void nothing_beats_the_weights(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double least[K], shorts[K], parity[K], sum[3] = { 0 };
	struct pl_pf_cov c;
	struct pl_pf_risk r;
	uint64_t seed = 77;
	struct pl_err e;

	(void)state;
	simulate(3);
	assert_ok(pl_pf_covariance(a, &c, x, N, K, &e), &e);
	assert_ok(pl_pf_least(least, c.cov, K, false, &e), &e);
	assert_ok(pl_pf_least(shorts, c.cov, K, true, &e), &e);
	assert_ok(pl_pf_parity(parity, c.cov, K, &e), &e);
	for (size_t i = 0; i < K; i++) {
		sum[0] += least[i];
		sum[1] += shorts[i];
		sum[2] += parity[i];
		assert_true(least[i] >= 0 && parity[i] > 0);
	}
	for (size_t i = 0; i < 3; i++)
		assert_near(sum[i], 1, 1e-13);
	assert_true(variance(c.cov, shorts) <= variance(c.cov, least));
	for (int round = 0; round < 5000; round++) {
		double w[K], s = 0, total = 0;

		for (size_t i = 0; i < K; i++)
			s += w[i] = -log(uniform(&seed));
		for (size_t i = 0; i < K; i++)
			w[i] /= s;
		assert_true(variance(c.cov, w) >=
			    variance(c.cov, least) * (1 - 1e-12));
		for (size_t i = 0; i < K; i++)
			total += w[i] = shorts[i] + .1 * normal(&seed);
		for (size_t i = 0; i < K; i++)
			w[i] += (1 - total) / K;
		assert_true(variance(c.cov, w) >=
			    variance(c.cov, shorts) * (1 - 1e-12));
	}
	/* equal parts of the deviation */
	memset(c.mean, 0, K * sizeof(double));
	assert_ok(pl_pf_risk(a, &r, &c, parity, .95, &e), &e);
	for (size_t i = 0; i < K; i++)
		assert_near(r.var_part[i] / r.var, 1. / K, 1e-12);
	pl_arena_close(a);
}

static void simulation(void **state)
{
	static const double w[K] = { .25, .25, .25, .25 };
	static double one[200000], two[200000];
	struct pl_pf_mc_spec s = { .paths = 200000,
				   .horizon = 5,
				   .seed = 3,
				   .unit = 1,
				   .threads = 1 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_mc_tail t;
	struct pl_pf_risk r;
	struct pl_pf_cov c;
	struct pl_err e;
	double want;

	(void)state;
	simulate(4);
	assert_ok(pl_pf_covariance(a, &c, x, N, K, &e), &e);
	memset(c.mean, 0, K * sizeof(double));
	assert_ok(pl_pf_risk(a, &r, &c, w, .99, &e), &e);
	want = r.var * sqrt(5);
	for (int way = 0; way < 3; way++) {
		s.nu = way == 1 ? 5 : 0;
		s.compound = way == 2;
		s.threads = 1;
		assert_ok(pl_pf_simulate(one, &c, w, &s, &e), &e);
		s.threads = 2;
		assert_ok(pl_pf_simulate(two, &c, w, &s, &e), &e);
		assert_memory_equal(one, two, sizeof(one));
		assert_ok(pl_mc_tail(&t, one, 200000, .99, .999, &e), &e);
		if (way == 0)
			assert_true(t.var_lo < want && want < t.var_hi);
		/* 3.365 sqrt(3/5) against 2.326 */
		if (way == 1)
			assert_true(fabs(t.var / want - 2.6065 / 2.3263) < .03);
		/* a fall compounds to less */
		if (way == 2)
			assert_true(t.var < want && t.var > .8 * want);
	}
	s.nu = 1.5;
	assert_int_equal(pl_pf_simulate(one, &c, w, &s, &e), PL_EMATH);
	pl_arena_close(a);
}

static void refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const double none[K] = { 0 }, singular[4] = { 1, 1, 1, 1 };
	struct pl_pf_cov c;
	struct pl_pf_risk r;
	struct pl_err e;
	double w[K];

	(void)state;
	simulate(5);
	assert_int_equal(pl_pf_covariance(a, &c, x, 19, K, &e), PL_EMATH);
	assert_int_equal(pl_pf_covariance(a, &c, x, N, 1, &e), PL_EMATH);
	assert_int_equal(pl_pf_covariance(a, &c, x, N, PL_PF_MAX + 1, &e),
			 PL_EMATH);
	assert_ok(pl_pf_covariance(a, &c, x, N, K, &e), &e);
	assert_int_equal(pl_pf_risk(a, &r, &c, none, .95, &e), PL_EMATH);
	assert_int_equal(pl_pf_least(w, singular, 2, true, &e), PL_EMATH);
	for (size_t t = 0; t < N; t++)
		x[t * K + 2] = 1;
	assert_int_equal(pl_pf_covariance(a, &c, x, N, K, &e), PL_EMATH);
	x[6] = NAN;
	assert_int_equal(pl_pf_covariance(a, &c, x, N, K, &e), PL_EMATH);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shrinkage_is_its_definition),
		cmocka_unit_test(parts_add_up),
		cmocka_unit_test(nothing_beats_the_weights),
		cmocka_unit_test(simulation),
		cmocka_unit_test(refused),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
