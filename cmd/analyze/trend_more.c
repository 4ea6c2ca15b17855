/* What plume analyze trend says beside line, tests and change points: the
 * level as a state that wanders, CUSUM, the series without its noise, and how
 * sure the place of a change is. */
#include <math.h>

#include "analytics/breaks.h"
#include "analytics/denoise.h"
#include "analytics/level.h"
#include "cmd/analyze/trend.h"

/* Kalman fits take so many points at most, from the end: a level known from
 * two thousand points is not known better from a million. */
#define LEVEL_POINTS 2000

/* None for a series that is constant at its end, or a line without noise. */
static void structural(struct pl_arena *a, struct pl_trend_row *r,
		       const double *y, size_t n, struct pl_flags *flags)
{
	static const char *const names[] = { "local level",
					     "local linear trend" };
	const double z = 1.959963984540054;
	struct pl_trend_structural *v =
		PL_NEW_N(a, struct pl_trend_structural, 2);
	const size_t m = n < LEVEL_POINTS ? n : LEVEL_POINTS;
	struct pl_level l;
	struct pl_err ignored;
	size_t fitted = 0;

	for (int k = 0; k < 2; k++) {
		if (pl_level_fit(a, &l, NULL, y + (n - m), m, k, &ignored))
			continue;
		v[fitted++] = (struct pl_trend_structural){
			names[k],
			l.n,
			l.noise,
			l.level,
			k ? l.slope : NAN,
			l.loglik,
			l.aic,
			l.last,
			{ .95, l.last - z * l.last_se, l.last + z * l.last_se },
			l.drift,
			{ .95, l.drift - z * l.drift_se,
			  l.drift + z * l.drift_se },
			l.converged,
		};
	}
	r->structural = (struct pl_list){ v, fitted };
	if (m < n)
		pl_flag_add(flags, "level_window",
			    "level and slope as wandering states are of the "
			    "last 2000 points");
}

static enum pl_rc cusum(struct pl_trend_row *r, const double *y, size_t n,
			struct pl_err *e)
{
	struct pl_cusum c;

	PL_TRY(pl_cusum(&c, y, n, e));
	r->cusum = (struct pl_trend_cusum){ c.stat,  c.p,    c.hac_stat,
					    c.hac_p, c.lags, c.at };
	return PL_OK;
}

static enum pl_rc wavelet(struct pl_arena *a, struct pl_trend_row *r,
			  const double *y, size_t n, struct pl_err *e)
{
	struct pl_trend_wavelet *v = PL_NEW(a, struct pl_trend_wavelet);
	double *out = PL_NEW_N(a, double, n);
	struct pl_denoised d;

	if (n < 16)
		return PL_OK;
	PL_TRY(pl_denoise(a, &d, out, y, n, e));
	*v = (struct pl_trend_wavelet){ PL_DENOISE_ORDER, d.noise, d.threshold,
					d.details,        d.kept,  d.share,
					out[n - 1] };
	r->wavelet = v;
	return PL_OK;
}

enum pl_rc pl_trend_more(struct pl_arena *a, struct pl_trend_row *r,
			 const double *y, size_t n, struct pl_flags *flags,
			 struct pl_err *e)
{
	structural(a, r, y, n, flags);
	PL_TRY(cusum(r, y, n, e));
	return wavelet(a, r, y, n, e);
}

void pl_trend_reach(uint64_t *lo, uint64_t *hi, const struct pl_cp_seg *before,
		    const struct pl_cp_seg *after, double level)
{
	const double n = (double)(before->n + after->n);
	const double sd = sqrt((before->sd * before->sd * (double)before->n +
				after->sd * after->sd * (double)after->n) /
			       n);
	const double reach =
		pl_break_reach(after->mean - before->mean, sd, level);

	/* no further than the segments themselves */
	*lo = reach + 1 < (double)before->n
		      ? after->start - (uint64_t)floor(reach) - 1
		      : before->start;
	*hi = reach + 1 < (double)after->n
		      ? after->start + (uint64_t)floor(reach) + 1
		      : after->start + after->n;
}
