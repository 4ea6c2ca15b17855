/* Analyses as pictures: what --svg writes and reports show. */
#ifndef PL_CMD_ANALYZE_PICTURE_H
#define PL_CMD_ANALYZE_PICTURE_H

#include "cmd/analyze/keep.h"
#include "out/svg.h"

struct pl_risk_row;
struct pl_trend_row;

/* In a command's table; `member` is a const char *. */
/* clang-format off */
#define PL_SVG_OPT(t, member)                                                  \
	{ "svg", 0, PL_FILE, PL_AT(t, member, const char *), "FILE",           \
	  "write the chart as SVG, light or dark as its reader is" }
/* clang-format on */

/* Write it (or say so, with --dry-run); nothing where path is NULL. */
PL_CHECKED enum pl_rc pl_picture_write(struct pl_ctx *c, const char *path,
				       const struct pl_buf *svg,
				       struct pl_err *e);

/* The series with its line and its breaks. */
void pl_trend_svg(struct pl_buf *b, const struct pl_trend_row *r,
		  const char *id, bool alone);

/* How often each loss occurred, and the value at risk. */
void pl_risk_svg(struct pl_buf *b, const struct pl_risk_row *r, const char *id,
		 bool alone);

/* Wealth less its peak, as the returns went. */
void pl_risk_fall_svg(struct pl_buf *b, const struct pl_risk_row *r,
		      const char *id, bool alone);

/* What each feature gave to a score. */
void pl_reasons_svg(struct pl_buf *b, const struct pl_list *features,
		    const char *id, bool alone);

#endif
