/* Paths of a volatility model, simulated: the distribution of what several
 * periods bring together.  Shocks are drawn from the model's distribution, or
 * from its own past residuals (filtered historical simulation: Barone-Adesi,
 * Giannopoulos & Vosper 1999; here residuals in their standardised form, mean
 * and variance as they are).  Block b of 4096 paths draws from stream b. */
#ifndef PL_ANALYTICS_MC_H
#define PL_ANALYTICS_MC_H

#include "analytics/vol.h"

enum pl_mc_shocks { PL_MC_MODEL, PL_MC_RESIDUALS };
enum pl_mc_sum { PL_MC_LOG, PL_MC_SIMPLE }; /* add up, or compound 1 + r */

struct pl_mc_spec {
	uint64_t paths, horizon; /* <= PL_MC_PATHS, PL_MC_HORIZON */
	uint64_t seed;
	enum pl_mc_shocks shocks;
	enum pl_mc_sum sum;
	double unit; /* what 100 % is in x; for PL_MC_SIMPLE */
	unsigned threads;
};
#define PL_MC_PATHS 10000000
#define PL_MC_HORIZON 1000

/* out[paths]: the return over the horizon, in the unit of x. */
PL_CHECKED enum pl_rc pl_mc_vol(double *out, const struct pl_vol *fit,
				const struct pl_mc_spec *spec,
				struct pl_err *e);

struct pl_mc_tail {
	double level, var, es;
	double var_lo, var_hi; /* simulation error alone, by order statistics */
	double es_se;
};

/* Of outcomes (returns) x[0..n), which come out in another order. */
PL_CHECKED enum pl_rc pl_mc_tail(struct pl_mc_tail *out, double *x, size_t n,
				 double level, double confidence,
				 struct pl_err *e);

#endif
