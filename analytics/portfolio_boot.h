/* How sure the figures of a portfolio are: every one again in samples of whole
 * rows, drawn in blocks, covariance, shrinkage and weights anew in each. */
#ifndef PL_ANALYTICS_PORTFOLIO_BOOT_H
#define PL_ANALYTICS_PORTFOLIO_BOOT_H

#include "analytics/boot.h"
#include "analytics/portfolio.h"

enum pl_pf_figure { /* of a holding */
		    PL_PF_MEAN,
		    PL_PF_SD,
		    PL_PF_VAR_PART,
		    PL_PF_ES_PART,
		    PL_PF_HIST_PART,
		    PL_PF_SHARE,
		    PL_PF_LEAST,
		    PL_PF_LEAST_SHORT,
		    PL_PF_PARITY,
		    PL_PF_FIGURES
};
enum pl_pf_whole {
	PL_PF_WHOLE_SD,
	PL_PF_WHOLE_SHRINKAGE,
	PL_PF_WHOLE_DIVERSIFICATION,
	PL_PF_WHOLE_SD_LEAST,
	PL_PF_WHOLE_SD_LEAST_SHORT,
	PL_PF_WHOLE_SD_PARITY,
	PL_PF_WHOLE_FIGURES
};

/* Room for PL_PF_WHOLE_FIGURES, then PL_PF_FIGURES of each holding. */
#define PL_PF_ALL(k) (PL_PF_WHOLE_FIGURES + (k)*PL_PF_FIGURES)

/* One sample's figures; NaN where one does not exist. */
void pl_pf_figures(double *out, const double *x, size_t n, size_t k,
		   const double *w, double level);

/* Their intervals.  Zeros of the spec: blocks by the portfolio's own returns,
 * 1000 replications, down to 100 where n k^2 is large. */
PL_CHECKED enum pl_rc pl_pf_boot(struct pl_boot *out, struct pl_boot_spec *used,
				 const double *x, size_t n, size_t k,
				 const double *w, double level,
				 const struct pl_boot_spec *spec,
				 struct pl_err *e);

#endif
