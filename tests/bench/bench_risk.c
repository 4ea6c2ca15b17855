/* Milliseconds, data in memory: GARCH with t innovations, Monte Carlo of a
 * million paths, a thousand windows with a fit in each.  peers/risk.py does
 * the simulation in numpy; peers/garch.gretl's time on the same sample scales
 * what is not installed. */
#include "analytics/backtest.h"
#include "analytics/gsl.h"
#include "analytics/mc.h"
#include "analytics/risk.h"
#include "bench.h"

#define RUNS 11

static struct pl_arena *a, *scratch;
static double *x;
static size_t n;

static int fits(void)
{
	for (int k = 0; k < 4; k++) {
		const struct pl_vol_spec s = { .kind = (enum pl_vol_kind)k };
		double ms[RUNS];
		struct pl_vol v;
		struct pl_err e;

		for (size_t i = 0; i < RUNS; i++) {
			const double from = bench_ms();

			pl_arena_reset(scratch);
			if (pl_vol_fit(scratch, &v, x, 1, n, &s, &e))
				return 1;
			ms[i] = bench_ms() - from;
		}
		printf("plume  %-10s %9.3f ms  (median of %d; n %zu, loglik "
		       "%.6f)\n",
		       pl_vol_words[k], bench_median(ms, RUNS), RUNS, n,
		       v.loglik);
	}
	return 0;
}

static int simulate(unsigned threads)
{
	const struct pl_vol_spec s = { .kind = PL_VOL_NORMAL };
	const struct pl_mc_spec mc = {
		.paths = 1000000, .horizon = 10, .seed = 1, .threads = threads
	};
	double *out = PL_NEW_N(a, double, 1000000), ms[RUNS];
	struct pl_mc_tail t;
	struct pl_vol v;
	struct pl_err e;

	pl_arena_reset(scratch);
	if (pl_vol_fit(scratch, &v, x, 1, n, &s, &e))
		return 1;
	for (size_t i = 0; i < RUNS; i++) {
		const double from = bench_ms();

		if (pl_mc_vol(out, &v, &mc, &e) ||
		    pl_mc_tail(&t, out, 1000000, .99, .95, &e))
			return 1;
		ms[i] = bench_ms() - from;
	}
	printf("plume  mc 1e6x10  %9.3f ms  (median of %d; %u threads, VaR "
	       "99 %% %.6f)\n",
	       bench_median(ms, RUNS), RUNS, threads, t.var);
	return 0;
}

/* A fit for each of 1 000 days, one thread. */
static int rolling(enum pl_bt_model model)
{
	const struct pl_bt_spec s = { .level = .99,
				      .window = n - 1000,
				      .refit = 1 };
	struct pl_bt_path p;
	struct pl_err e;
	double from;

	pl_arena_reset(scratch);
	from = bench_ms();
	if (pl_bt_roll(scratch, &p, model, x, n, &s, &e))
		return 1;
	printf("plume  rolling    %9.3f ms  (%s, %zu windows of %zu, %d "
	       "fits)\n",
	       bench_ms() - from, pl_bt_words[model], p.n, n - 1000,
	       (int)p.refits);
	return 0;
}

int main(void)
{
	int failed;

	pl_gsl_init();
	a = pl_arena_open(0);
	scratch = pl_arena_open(0);
	x = bench_column(a, &n, "finance/dem2gbp.csv");
	if (n < 1500) {
		printf("plume  skipped: no PLUME_TESTDATA\n");
		return 0;
	}
	failed = fits() || simulate(1) || simulate(2) ||
		 rolling(PL_BT_HISTORICAL) || rolling(PL_BT_GARCH) ||
		 rolling(PL_BT_GARCH_T);
	pl_arena_close(scratch);
	pl_arena_close(a);
	return failed;
}
