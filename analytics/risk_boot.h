/* Intervals of what a sample of returns says by itself, all from one block
 * bootstrap: moments, historical and Cornish-Fisher VaR and ES, the deepest
 * fall.  Bounds are percentiles of the replications; those of the historical
 * ES, a mean of few and heavy-tailed losses, come from the studentised
 * replications (Efron & Tibshirani 1993, ch. 12), which percentiles would put
 * too low and too close. */
#ifndef PL_ANALYTICS_RISK_BOOT_H
#define PL_ANALYTICS_RISK_BOOT_H

#include <stdbool.h>

#include "analytics/boot.h"
#include "analytics/series.h"

enum pl_risk_figure {
	PL_RB_MEAN,
	PL_RB_SD,
	PL_RB_SKEW,
	PL_RB_KURT,
	PL_RB_VAR95,
	PL_RB_VAR99,
	PL_RB_ES95,
	PL_RB_ES99,
	PL_RB_CF_VAR95,
	PL_RB_CF_VAR99,
	PL_RB_CF_ES95,
	PL_RB_CF_ES99,
	PL_RB_FALL,  /* of these returns, drawn in another order */
	PL_RB_OTHER, /* the same, compounded as fall[1] says */
	PL_RB_FIGURES
};

/* How returns add up to a fall: compounded (log or simple) in units of
 * `scale`, or summed as amounts, whose fall is in their unit. */
struct pl_risk_fall {
	enum pl_returns kind;
	double scale;
	bool amount;
};

struct pl_risk_boot_spec {
	struct pl_boot_spec boot;
	int type; /* of the quantiles */
	struct pl_risk_fall fall[2];
};

/* The levels of .99 are NaN for fewer than 100 returns.  Of an ES whose tail
 * holds fewer than PL_RB_TAIL of them only the lower bound is given, that of
 * its VaR. */
#define PL_RB_TAIL 5
PL_CHECKED enum pl_rc pl_risk_boot(struct pl_boot out[PL_RB_FIGURES],
				   struct pl_boot_spec *used, const double *x,
				   size_t n,
				   const struct pl_risk_boot_spec *spec,
				   struct pl_err *e);

#endif
