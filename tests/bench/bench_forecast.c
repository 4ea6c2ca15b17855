/* Milliseconds of what analyze trend and forecast are made of, against the
 * number of points, and a whole forecast.  Parts that look at the last points
 * alone stop growing there; those that cannot be had at a length say so. */
#include "analytics/breaks.h"
#include "analytics/denoise.h"
#include "analytics/fixed_math.h"
#include "analytics/forecast.h"
#include "analytics/gsl.h"
#include "analytics/level.h"
#include "analytics/pelt.h"
#include "analytics/trend.h"
#include "bench.h"

#define MOST 1000000

static double *series(struct pl_arena *a, size_t n)
{
	double *y = PL_NEW_N(a, double, n), level = 100;
	uint64_t s = 42;

	for (size_t i = 0; i < n; i++) {
		double u = -6;

		for (int k = 0; k < 12; k++) {
			s = s * 16807 % 2147483647;
			u += (double)s / 2147483647;
		}
		level += .1 * u * (i % 97 < 3 ? 3 : 1) * .05;
		y[i] = level + u + (double)(i % 7);
	}
	return y;
}

struct job {
	struct pl_arena *a;
	const double *y;
	size_t n;
};

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

static enum pl_rc pelt(struct job *j, struct pl_err *e)
{
	struct pl_cp_spec spec = { .model = PL_CP_MEAN };
	struct pl_cp cp;

	return pl_pelt(j->a, &cp, j->y, 1, j->n, &spec, e);
}

static enum pl_rc level(struct job *j, struct pl_err *e)
{
	const size_t m = j->n < 2000 ? j->n : 2000;
	struct pl_level l;

	return pl_level_fit(j->a, &l, NULL, j->y + (j->n - m), m, false, e);
}

static enum pl_rc mann_kendall(struct job *j, struct pl_err *e)
{
	struct pl_mk m;

	return pl_trend_mk(j->a, &m, j->y, 1, j->n, NULL, e);
}

static enum pl_rc forecast(struct job *j, struct pl_err *e)
{
	const struct pl_fc_spec spec = {
		PL_FC_AUTO, 7, 1, false, .9, .02, 2000
	};
	struct pl_fc f;

	return pl_forecast(j->a, &f, j->y, j->n, &spec, e);
}

static enum pl_rc forecast_season(struct job *j, struct pl_err *e)
{
	const struct pl_fc_spec spec = {
		PL_FC_AUTO, 7, 7, false, .9, .02, 2000
	};
	struct pl_fc f;

	return pl_forecast(j->a, &f, j->y, j->n, &spec, e);
}

static const struct {
	const char *name;
	enum pl_rc (*run)(struct job *j, struct pl_err *e);
	size_t most;
} parts[] = {
	{ "cusum", cusum, MOST },
	{ "wavelet", wavelet, MOST },
	{ "mann-kendall", mann_kendall, MOST },
	{ "pelt mean", pelt, 100000 },
	{ "local level", level, MOST },
	{ "forecast", forecast, MOST },
	{ "forecast, season 7", forecast_season, MOST },
};

int main(void)
{
	struct pl_arena *a = pl_arena_open(0);
	const double *y = series(a, MOST);

	pl_gsl_init();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		printf("cost   %-19s", parts[i].name);
		for (size_t n = 1000; n <= parts[i].most; n *= 10) {
			struct pl_arena *scratch = pl_arena_open(0);
			struct job j = { scratch, y + (MOST - n), n };
			struct pl_err e;
			const double from = bench_ms();

			if (parts[i].run(&j, &e))
				printf("  %zu: %s", n, e.msg);
			else
				printf("  1e%d: %.4g ms",
				       (int)(pl_log10((double)n) + .5),
				       bench_ms() - from);
			(void)fflush(stdout);
			pl_arena_close(scratch);
		}
		printf("\n");
	}
	pl_arena_close(a);
	return 0;
}
