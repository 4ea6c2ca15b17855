/* How far a fitted volatility model's figures hang on the sample it was fitted
 * to.  All rest on the QML covariance of the parameters, which holds whether
 * or not the innovations are what the model says (Bollerslev & Wooldridge
 * 1992).  Where that has no inverse, every bound here is NaN. */
#ifndef PL_ANALYTICS_VOL_ERROR_H
#define PL_ANALYTICS_VOL_ERROR_H

#include "analytics/boot.h"
#include "analytics/vol.h"

/* A figure, its standard error, and bounds: by the delta method, on the scale
 * of the logarithm for what cannot be below 0. */
struct pl_vol_figure {
	double value, se, lo, hi;
};

void pl_vol_persistence(struct pl_vol_figure *out, const struct pl_vol *fit,
			double confidence);
/* NaN from persistence 1 on. */
void pl_vol_long_run(struct pl_vol_figure *out, const struct pl_vol *fit,
		     double confidence);
void pl_vol_sigma_next(struct pl_vol_figure *out, const struct pl_vol *fit,
		       double confidence);

/* VaR and ES one step ahead, -mu - sigma q: the errors of mu, of tomorrow's
 * sigma through all parameters, and of q through nu.  Bounds on the scale of
 * the logarithm of the loss below the mean. */
void pl_vol_loss(struct pl_vol_figure *var, struct pl_vol_figure *es,
		 const struct pl_vol *fit, double level, double confidence);

#define PL_VOL_LEVELS 4

struct pl_vol_fhs_spec {
	const double *level;
	size_t levels; /* <= PL_VOL_LEVELS */
	int type;      /* of the quantile */
	struct pl_boot_spec boot;
};

/* Filtered historical simulation one step ahead: bounds of VaR (out[2i]) and
 * ES (out[2i+1]) at level[i].  Each replication draws parameters from their
 * covariance, filters the sample x (the one that was fitted) anew, and draws
 * the residuals in blocks: so tomorrow's sigma and the residuals' scale move
 * against each other as they do in the fit.  What the parameters' errors and
 * the residuals' quantile share beyond that is the scale of both, in which the
 * two effects cancel.  Replication i draws from stream 2^32 + i.  Replications
 * whose parameters are none of a model (a weight below 0) are drawn again. */
PL_CHECKED enum pl_rc pl_vol_fhs(struct pl_boot *out, struct pl_boot_spec *used,
				 const struct pl_vol *fit, const double *x,
				 size_t n, const struct pl_vol_fhs_spec *spec,
				 struct pl_err *e);

#endif
