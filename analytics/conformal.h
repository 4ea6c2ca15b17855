/* Intervals from past errors alone, whatever made the forecasts.
 *
 * Split: half the width is the quantile of the first half of the scores
 * (Vovk, Gammerman & Shafer 2005; Lei et al., JASA 113, 2018), right for
 * series whose errors may be exchanged in time, which prices' may not.
 * Adaptive: the quantile is of the last scores, and its level moves up after
 * every miss and down after every hit (Gibbs & Candes, NeurIPS 2021), so that
 * the share of misses over a long time is what was asked for.
 * A score is an error's size over a scale known when the forecast was made. */
#ifndef PL_ANALYTICS_CONFORMAL_H
#define PL_ANALYTICS_CONFORMAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_CONF_BURN 20 /* scores known before an interval is judged */

struct pl_conf_spec {
	double level;    /* .9 */
	double rate;     /* of the adaptation, gamma */
	uint64_t window; /* scores remembered */
	uint64_t ahead;  /* points between a forecast and its answer */
};

struct pl_conf {
	uint64_t judged, inside; /* adaptive intervals with an answer */
	double coverage;         /* inside / judged */
	double lo, hi;           /* 95 % for it (Wilson), judged / ahead taken
				  * as independent */
	double half;             /* of the next interval, in scales */
	double alpha;            /* its level, as adapted */
	double split_half;       /* from the first half; NaN: too few */
	double split_coverage;   /* in the second */
	uint64_t split_judged;
	double pinball; /* mean over judged of the two ends' losses */
};

/* error[i] and scale[i] > 0 of forecast i, in the order they were made; an
 * error without an answer yet is NaN and stands at the end.  half (n, may be
 * NULL) gets the half width, in scales, of each adaptive interval; NaN while
 * too few were known.  PL_EMATH: level outside (0,1), a scale not above 0. */
PL_CHECKED enum pl_rc pl_conformal(struct pl_arena *a, struct pl_conf *out,
				   double *half, const double *error,
				   const double *scale, size_t n,
				   const struct pl_conf_spec *spec,
				   struct pl_err *e);

/* Wilson (1927): share of k in n, 95 %; n need not be whole. */
void pl_wilson(double *lo, double *hi, double share, double n);

#endif
