/* Inside vol: the pass over the standardised sample. */
#ifndef PL_ANALYTICS_VOL_INT_H
#define PL_ANALYTICS_VOL_INT_H

#include "analytics/garch_int.h"
#include "analytics/vol.h"

/* Places in the parameter vector.  A model without one of the last three
 * leaves it out and what follows moves up. */
enum { V_MU, V_OMEGA, V_UP, V_DOWN, V_BETA, V_SHAPE, V_MAX };

struct pl_vol_ctx {
	struct pl_garch_sample s;
	enum pl_vol_kind kind;
	size_t k;
	size_t place[V_MAX]; /* of each parameter; V_MAX: not there */
};

void pl_vol_ctx_init(struct pl_vol_ctx *c, enum pl_vol_kind kind);

/* Where the recursion ends: the next variance, its gradient. */
struct pl_vol_end {
	double h, d[V_MAX];
};

/* theta and the derivatives in the model's own order; end may be NULL. */
bool pl_vol_pass(struct pl_ml_eval *out, struct pl_vol_end *end,
		 const double *theta, const struct pl_vol_ctx *c);

/* The likelihood alone; NaN where there is none. */
double pl_vol_value(const double *theta, const struct pl_vol_ctx *c);

#endif
