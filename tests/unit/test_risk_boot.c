/* Bootstrap intervals of VaR, ES and moments: they hold the truth of known
 * distributions as often as they say. */
#include "analytics/gsl.h"
#include "analytics/risk.h"
#include "analytics/risk_boot.h"
#include "analytics/rng.h"
#include "analytics/vol.h"
#include "sample.h"

#define LEVEL .95

#define N 1500
#define SERIES SERIES_OF(250)

/* Independent normal or t returns of variance 1 about .05, or a normal
 * autoregression of the same mean and variance. */
struct law {
	const char *name;
	double nu;      /* 0: normal */
	double phi;     /* of the autoregression */
	bool corrected; /* Cornish-Fisher's truth is known: no higher moments */
};
static const struct law laws[] = {
	{ "normal", 0, 0, true },
	{ "autoregressive", 0, .3, true },
	{ "t", 8, 0, false },
};

static void simulate(double *x, const struct law *l, uint64_t stream)
{
	struct pl_zig zig;
	struct pl_rng r;
	double last = 0;

	pl_zig_init(&zig);
	pl_rng_stream(&r, 77, stream);
	for (size_t t = 0; t < N + 50; t++) {
		const double z = l->nu > 0 ? pl_rng_t(&r, &zig, l->nu)
					   : pl_rng_normal(&r, &zig);

		last = l->phi * last + sqrt(1 - l->phi * l->phi) * z;
		if (t >= 50)
			x[t - 50] = .05 + last;
	}
}

static void truth_of(double *truth, const struct law *l)
{
	const enum pl_vol_kind kind = l->nu > 0 ? PL_VOL_T : PL_VOL_NORMAL;

	for (int i = 0; i < PL_RB_FIGURES; i++)
		truth[i] = NAN;
	truth[PL_RB_MEAN] = .05;
	truth[PL_RB_SD] = 1;
	truth[PL_RB_SKEW] = 0;
	if (!(l->nu > 0))
		truth[PL_RB_KURT] = 0;
	pl_vol_tail(&truth[PL_RB_VAR95], &truth[PL_RB_ES95], .05, kind, l->nu);
	pl_vol_tail(&truth[PL_RB_VAR99], &truth[PL_RB_ES99], .01, kind, l->nu);
	for (int i = PL_RB_VAR95; i <= PL_RB_ES99; i++)
		truth[i] = -.05 - truth[i];
	for (int i = 0; l->corrected && i < 4; i++)
		truth[PL_RB_CF_VAR95 + i] = truth[PL_RB_VAR95 + i];
}

static const struct pl_risk_boot_spec spec = {
	.boot = { .seed = 1, .reps = 200, .threads = 1 },
	.type = 7,
	.fall = { { PL_RET_LOG, 100, false }, { PL_RET_SIMPLE, 100, false } },
};

/* A fourth moment takes longer to be normal, and blocks cut what lies across
 * their ends, which the mean of dependent returns feels: .88 will do. */
static bool slow(const struct law *l, int figure)
{
	return figure == PL_RB_KURT || (l->phi > 0 && figure == PL_RB_MEAN);
}

/* As many as said, within 3.29 standard deviations of a binomial: 99.9 %. */
static void bounds_hold_the_truth(void **state)
{
	const double spread = 3.29 * sqrt(LEVEL * (1 - LEVEL) / SERIES);
	static double x[N];

	(void)state;
	for (size_t l = 0; l < sizeof(laws) / sizeof(laws[0]); l++) {
		double truth[PL_RB_FIGURES];
		size_t in[PL_RB_FIGURES] = { 0 };

		truth_of(truth, &laws[l]);
		for (uint64_t s = 0; s < SERIES; s++) {
			struct pl_boot b[PL_RB_FIGURES];
			struct pl_boot_spec used;
			struct pl_err e;

			simulate(x, &laws[l], s);
			assert_ok(pl_risk_boot(b, &used, x, N, &spec, &e), &e);
			for (int i = 0; i < PL_RB_FIGURES; i++)
				in[i] += b[i].lo <= truth[i] &&
					 truth[i] <= b[i].hi;
		}
		for (int i = 0; i < PL_RB_FIGURES; i++) {
			const double got = (double)in[i] / SERIES;

			if (isnan(truth[i]) || (got > .88 && slow(&laws[l], i)))
				continue;
			if (fabs(got - LEVEL) > spread)
				fail_msg("%s, figure %d: %.3f", laws[l].name, i,
					 got);
		}
	}
}

/* Few returns: no bounds rather than wrong ones. */
static void few_returns_have_no_bounds(void **state)
{
	struct pl_boot b[PL_RB_FIGURES];
	struct pl_boot_spec used;
	static double x[N];
	struct pl_err e;

	(void)state;
	simulate(x, &laws[0], 1);
	assert_ok(pl_risk_boot(b, &used, x, 60, &spec, &e), &e);
	assert_true(isnan(b[PL_RB_VAR99].lo) && isnan(b[PL_RB_ES99].lo));
	assert_true(isnan(b[PL_RB_CF_VAR99].lo) && isnan(b[PL_RB_CF_ES99].hi));
	assert_true(isnan(b[PL_RB_ES95].hi)); /* three in the tail */
	assert_true(isfinite(b[PL_RB_VAR95].lo) && isfinite(b[PL_RB_SD].hi));
	assert_ok(pl_risk_boot(b, &used, x, 300, &spec, &e), &e);
	assert_true(isnan(b[PL_RB_ES99].hi) && isfinite(b[PL_RB_ES95].hi));
	assert_true(isfinite(b[PL_RB_VAR99].lo));
	assert_true(b[PL_RB_ES99].lo == b[PL_RB_VAR99].lo);
	assert_true(isnan(b[PL_RB_VAR99].hi)); /* the sample is too small */
	for (int i = 0; i < 60; i++)
		x[i] = 3;
	assert_refused(pl_risk_boot(b, &used, x, 60, &spec, &e), &e, "");
	x[7] = NAN;
	assert_refused(pl_risk_boot(b, &used, x, 60, &spec, &e), &e, "");
}

/* Returns that follow each other in blocks ask for longer blocks, and a VaR
 * from them is less sure. */
static void dependence_is_seen(void **state)
{
	struct pl_var_interval free, tied;
	struct pl_arena *a = pl_arena_open(0);
	static double x[N], y[N];
	struct pl_err e;

	(void)state;
	simulate(x, &laws[0], 3);
	for (size_t i = 0; i < N; i++)
		y[i] = x[i / 20]; /* each 20 times */
	assert_int_equal(pl_boot_block(x, N), 1);
	assert_true(pl_boot_block(y, N) > 15);
	assert_ok(pl_risk_var_interval(a, &free, y, 1, N, .95, .95, &e), &e);
	assert_ok(pl_risk_var_bounds(a, &tied, y, 1, N, .95, .95, &e), &e);
	assert_true(tied.lo < free.lo);
	assert_true(isnan(tied.hi) || tied.hi > free.hi);
	assert_ok(pl_risk_var_interval(a, &free, x, 1, N, .95, .95, &e), &e);
	assert_ok(pl_risk_var_bounds(a, &tied, x, 1, N, .95, .95, &e), &e);
	assert_near(tied.lo / free.lo, 1, .1);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_the_truth),
		cmocka_unit_test(few_returns_have_no_bounds),
		cmocka_unit_test(dependence_is_seen),
	};

	pl_gsl_init();
	return cmocka_run_group_tests_name("risk_boot", tests, NULL, NULL);
}
