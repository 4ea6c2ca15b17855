/* Inside plume analyze risk: everything between the series and the row, and the
 * parts that fill the row one after the other.  A model that the data cannot
 * carry is left out and a flag says why; nothing is replaced by a guess. */
#ifndef PL_CMD_ANALYZE_RISK_WORK_H
#define PL_CMD_ANALYZE_RISK_WORK_H

#include "cmd/analyze/risk.h"

#define PL_RISK_CONFIDENCE .95 /* of every interval */
#define PL_RISK_NEED_95 20     /* returns: the tail must hold one */
#define PL_RISK_NEED_99 100

struct pl_risk_work {
	struct pl_ctx *c;
	const struct pl_risk_args *args;
	struct pl_input_series s;
	double *x;  /* returns */
	size_t *at; /* the point of the series at which each ends */
	size_t n;
	bool losses;                         /* the values read */
	const char *losses_rule, *unit_rule; /* how that is known */
	enum pl_unit unit;                   /* of the values read */
	double scale; /* one whole (100 %) in units of x */
	bool ruined;
	const struct pl_vol *vol; /* NULL: not fitted */
	struct pl_flags flags;
	struct pl_risk_row *row;
};

void pl_risk_flag(struct pl_risk_work *w, const char *code, const char *about);

/* risk_returns.c: what the values are, and the returns they make. */
PL_CHECKED enum pl_rc pl_risk_returns(struct pl_risk_work *w, struct pl_err *e);

/* risk_levels.c: historical, Cornish-Fisher and EWMA. */
PL_CHECKED enum pl_rc pl_risk_levels(struct pl_risk_work *w, struct pl_err *e);

/* risk_fall.c: the deepest fall; how returns add up, and its word. */
PL_CHECKED enum pl_rc pl_risk_fall(struct pl_risk_work *w, struct pl_err *e);
enum pl_returns pl_risk_compounding(const struct pl_risk_work *w);
const char *pl_risk_compounding_word(const struct pl_risk_work *w);

/* risk_vol.c: the volatility model, and what is filtered through it. */
PL_CHECKED enum pl_rc pl_risk_vol(struct pl_risk_work *w, struct pl_err *e);

/* risk_tail.c: peaks over a threshold, Hill's index. */
PL_CHECKED enum pl_rc pl_risk_tail(struct pl_risk_work *w, struct pl_err *e);

/* risk_maxima.c: the worst losses of blocks. */
void pl_risk_maxima(struct pl_risk_work *w);

/* risk_bounds.c: intervals.  Add one (nothing where the figure or its lower
 * bound does not exist), those of the bootstrap and of EWMA, and a flag for
 * every loss that was left without. */
void pl_risk_bound(struct pl_risk_work *w, const char *figure, double value,
		   double lo, double hi, const char *method);
PL_CHECKED enum pl_rc pl_risk_bounds(struct pl_risk_work *w, struct pl_err *e);
void pl_risk_unbound(struct pl_risk_work *w);

#endif
