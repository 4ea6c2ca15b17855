/* Cost against the number of points, nanoseconds a point: what trend, risk,
 * anomaly and forecast are made of, one thread, data in memory.  bench_moves
 * has the models over transfers.  What would take too long is left out. */
#include "analytics/breaks.h"
#include "analytics/denoise.h"
#include "analytics/forecast.h"
#include "analytics/gsl.h"
#include "analytics/level.h"
#include "analytics/mc.h"
#include "analytics/outlier.h"
#include "analytics/pelt.h"
#include "analytics/pot.h"
#include "analytics/risk.h"
#include "analytics/trend.h"
#include "analytics/vol.h"
#include "bench.h"

#define LEAST 1000
#define MOST 10000000
#define CELL_MS 10000 /* longest run of one model over one length */
#define LAST 2000     /* points of what looks at the last ones alone */

struct job {
	struct pl_arena *a;
	const double *t, *y, *x; /* times, levels, their noise */
	size_t n;
};

static enum pl_rc historical(struct job *j, struct pl_err *e)
{
	struct pl_tail t;

	return pl_risk_historical(j->a, &t, j->x, 1, j->n, .99, 0, e);
}

static enum pl_rc rolling(struct job *j, struct pl_err *e)
{
	return pl_risk_rolling(j->a, PL_NEW_N(j->a, double, j->n), j->x, 1,
			       j->n, 250, .99, 0, e);
}

static enum pl_rc ewma(struct job *j, struct pl_err *e)
{
	struct pl_ewma w;

	return pl_risk_ewma(&w, NULL, j->x, 1, j->n, NULL, e);
}

static enum pl_rc garch(struct job *j, struct pl_err *e)
{
	const struct pl_vol_spec s = { .kind = PL_VOL_NORMAL };
	struct pl_vol v;

	return pl_vol_fit(j->a, &v, j->x, 1, j->n, &s, e);
}

static enum pl_rc garch_t(struct job *j, struct pl_err *e)
{
	const struct pl_vol_spec s = { .kind = PL_VOL_T };
	struct pl_vol v;

	return pl_vol_fit(j->a, &v, j->x, 1, j->n, &s, e);
}

static enum pl_rc gjr_t(struct job *j, struct pl_err *e)
{
	const struct pl_vol_spec s = { .kind = PL_VOL_GJR_T };
	struct pl_vol v;

	return pl_vol_fit(j->a, &v, j->x, 1, j->n, &s, e);
}

static enum pl_rc pot(struct job *j, struct pl_err *e)
{
	struct pl_pot p;

	return pl_pot_fit(j->a, &p, j->x, 1, j->n, 1.6, e);
}

static enum pl_rc drawdown(struct job *j, struct pl_err *e)
{
	struct pl_drawdown d;

	return pl_risk_drawdown(&d, j->x, 1, j->n, PL_RET_LOG, true, e);
}

/* As many paths of ten days. */
static enum pl_rc monte_carlo(struct job *j, struct pl_err *e)
{
	const struct pl_vol_spec s = { .kind = PL_VOL_NORMAL };
	const struct pl_mc_spec mc = {
		.paths = j->n, .horizon = 10, .seed = 1, .threads = 1
	};
	double *out = PL_NEW_N(j->a, double, j->n);
	struct pl_mc_tail t;
	struct pl_vol v;

	PL_TRY(pl_vol_fit(j->a, &v, j->x, 1, LEAST, &s, e));
	PL_TRY(pl_mc_vol(out, &v, &mc, e));
	return pl_mc_tail(&t, out, j->n, .99, .95, e);
}

static enum pl_rc line(struct job *j, struct pl_err *e)
{
	struct pl_slope s;

	return pl_trend_robust(&s, j->t, 1, j->y, 1, j->n, NULL, e);
}

static enum pl_rc theil_sen(struct job *j, struct pl_err *e)
{
	struct pl_sen s;

	return pl_trend_sen(&s, j->t, 1, j->y, 1, j->n, 0, e);
}

static enum pl_rc mann_kendall(struct job *j, struct pl_err *e)
{
	struct pl_mk m;

	return pl_trend_mk(j->a, &m, j->y, 1, j->n, NULL, e);
}

static enum pl_rc pelt_mean(struct job *j, struct pl_err *e)
{
	const struct pl_cp_spec s = { .model = PL_CP_MEAN };
	struct pl_cp cp;

	return pl_pelt(j->a, &cp, j->y, 1, j->n, &s, e);
}

static enum pl_rc pelt_both(struct job *j, struct pl_err *e)
{
	const struct pl_cp_spec s = { .model = PL_CP_MEANVAR };
	struct pl_cp cp;

	return pl_pelt(j->a, &cp, j->y, 1, j->n, &s, e);
}

static enum pl_rc cusum(struct job *j, struct pl_err *e)
{
	struct pl_cusum c;

	return pl_cusum(&c, j->y, j->n, e);
}

static enum pl_rc wavelet(struct job *j, struct pl_err *e)
{
	struct pl_denoised d;

	return pl_denoise(j->a, &d, PL_NEW_N(j->a, double, j->n), j->y, j->n,
			  e);
}

static enum pl_rc level(struct job *j, struct pl_err *e)
{
	const size_t m = j->n < LAST ? j->n : LAST;
	struct pl_level l;

	return pl_level_fit(j->a, &l, NULL, j->y + (j->n - m), m, false, e);
}

static enum pl_rc hampel(struct job *j, struct pl_err *e)
{
	struct pl_outliers o;

	return pl_outliers(j->a, &o, j->y, j->n, 7, PL_SCALE_MAD, e);
}

static enum pl_rc forecast(struct job *j, struct pl_err *e)
{
	const struct pl_fc_spec s = { PL_FC_AUTO, 7, 7, false, .9, .02, LAST };
	struct pl_fc f;

	return pl_forecast(j->a, &f, j->y, j->n, &s, e);
}

static const struct {
	const char *name;
	enum pl_rc (*run)(struct job *j, struct pl_err *e);
	bool of_last; /* stops growing at LAST points */
} models[] = {
	{ "VaR, historical", historical },
	{ "VaR, rolling 250", rolling },
	{ "EWMA", ewma },
	{ "GARCH normal", garch },
	{ "GARCH t", garch_t },
	{ "GJR-GARCH t", gjr_t },
	{ "POT", pot },
	{ "drawdown", drawdown },
	{ "MC, paths x 10", monte_carlo },
	{ "robust line, HAC", line },
	{ "Theil-Sen", theil_sen },
	{ "Mann-Kendall", mann_kendall },
	{ "PELT mean", pelt_mean },
	{ "PELT mean-variance", pelt_both },
	{ "CUSUM", cusum },
	{ "wavelet", wavelet },
	{ "Hampel", hampel },
	{ "local level *", level, true },
	{ "forecast *", forecast, true },
};

/* Noise whose size wanders as in GARCH(1,1), and with it around levels that
 * change now and then a series with a week in it. */
static void make(struct job *j, struct pl_arena *a)
{
	double *t = PL_NEW_N(a, double, MOST), *y = PL_NEW_N(a, double, MOST);
	double *x = PL_NEW_N(a, double, MOST), mean = 100, h = 1;
	uint64_t s = 42;

	for (size_t i = 0; i < MOST; i++) {
		double u = -6;

		for (int k = 0; k < 12; k++) {
			s = s * 16807 % 2147483647;
			u += (double)s / 2147483647;
		}
		if (s % 1000 == 0)
			mean += 2 * u;
		h = .05 + .07 * (i ? x[i - 1] * x[i - 1] : 1) + .88 * h;
		x[i] = u * (h > 1e-3 ? h / (.5 + h / 2) : 1);
		y[i] = mean + x[i] + .3 * (double)(i % 7);
		t[i] = (double)i;
	}
	*j = (struct job){ NULL, t, y, x, 0 };
}

/* What a length ten times as large may take, if it goes on growing so. */
static double expected(double ms, double before, size_t n, bool of_last)
{
	const double grows = before > 0 ? ms / before : 10;

	if (of_last)
		return n <= LAST ? 4 * ms : ms;
	return ms * (grows > 10 ? grows : 10);
}

/* Milliseconds; *why where there is no result. */
static double cell(const char **why, size_t which, struct job j, size_t n)
{
	struct pl_err e = { 0 };
	const double from = bench_cpu_ms();
	double ms;

	j.a = pl_arena_open(0);
	j.n = n;
	*why = models[which].run(&j, &e) ? "refused" : NULL;
	ms = bench_cpu_ms() - from;
	pl_arena_close(j.a);
	return ms;
}

int main(void)
{
	struct pl_arena *a = pl_arena_open(0);
	struct job j;

	pl_gsl_init();
	make(&j, a);
	printf("%-19s", "cost, ns a point");
	for (int k = 3; k <= 7; k++)
		printf("%8s1e%d", "", k);
	printf("\n");
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		double ms = 0, before = 0;

		printf("%-19s", models[i].name);
		for (size_t n = LEAST; n <= MOST; n *= 10) {
			const char *why = "too long";

			if (expected(ms, before, n / 10, models[i].of_last) >
			    CELL_MS) {
				printf("%11s", why);
				continue;
			}
			before = ms;
			ms = cell(&why, i, j, n);
			if (why)
				printf("%11s", why);
			else
				printf("%11.1f", ms * 1e6 / (double)n);
			(void)fflush(stdout);
		}
		printf("\n");
	}
	printf("* of the last %d points; \"too long\": more than %d s to "
	       "expect; \"refused\": above the model's limit\n",
	       LAST, CELL_MS / 1000);
	pl_arena_close(a);
	return 0;
}
