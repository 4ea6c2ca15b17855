/* Analyses as pictures: on the terminal, in the file of --svg, in reports.
 * Each analysis describes its pictures once, from figures it has at hand. */
#ifndef PL_CMD_ANALYZE_PICTURE_H
#define PL_CMD_ANALYZE_PICTURE_H

#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"
#include "out/picture.h"

struct pl_say;

/* In a command's table; `member` is a const char *. */
/* clang-format off */
#define PL_SVG_OPT(t, member)                                                  \
	{ "svg", 0, PL_FILE, PL_AT(t, member, const char *), "FILE",           \
	  "write the charts as SVG, light or dark as their reader is" }
/* clang-format on */

/* What an analysis leaves in a context that asks for it: its pictures, and the
 * row a record was made of. */
struct pl_shown {
	const struct pl_pictures *pictures;
	const void *row;
};

/* A new set of pictures, left in the context. */
struct pl_pictures *pl_pictures_new(struct pl_ctx *c);

/* Write them (or say so, with --dry-run); nothing where path is NULL. */
PL_CHECKED enum pl_rc pl_picture_write(struct pl_ctx *c, const char *path,
				       const struct pl_pictures *p,
				       const char *source, struct pl_err *e);

/* On the terminal. */
void pl_say_pictures(struct pl_say *s, const struct pl_pictures *p);

/* What the ends of a series are called. */
void pl_picture_ends(struct pl_arena *a, const struct pl_input *in,
		     const char **left, const char **right);

/* 0x1234..abcd */
const char *pl_picture_addr(struct pl_arena *a, const struct pl_addr *x);

/* What each feature gave to a score. */
void pl_reasons_picture(struct pl_arena *a, struct pl_picture *out,
			const struct pl_list *features);

/* ------------------------------------------------------- of each analysis */
/* picture_series.c, picture_models.c */
struct pl_trend_row;
struct pl_risk_row;
struct pl_forecast_row;
struct pl_portfolio_row;
struct pl_regime_row;
const struct pl_pictures *pl_trend_pictures(struct pl_ctx *c,
					    const struct pl_trend_row *r);
const struct pl_pictures *pl_risk_pictures(struct pl_ctx *c,
					   const struct pl_risk_row *r);
const struct pl_pictures *pl_forecast_pictures(struct pl_ctx *c,
					       const struct pl_forecast_row *r);
const struct pl_pictures *
pl_portfolio_pictures(struct pl_ctx *c, const struct pl_portfolio_row *r);

/* y: the series; at[i]: where in it return i of r->n ends; path, smooth: as
 * the fitted chain has them. */
struct pl_regime_view {
	const struct pl_input *in;
	const double *y;
	size_t n;
	const size_t *at;
	const uint8_t *path;
	const double *smooth;
	size_t returns, states;
};
const struct pl_pictures *pl_regime_pictures(struct pl_ctx *c,
					     const struct pl_regime_view *v);

/* Of the model called `name`; loss and var of n days. */
struct pl_backtest_row;
struct pl_backtest_view {
	const struct pl_input *in;
	const char *name;
	const double *x;   /* returns of these days */
	const double *var; /* positive losses */
	size_t n;
	double level;
	bool given; /* the returns' unit is not known */
};
const struct pl_pictures *pl_backtest_pictures(struct pl_ctx *c,
					       const struct pl_backtest_view *v,
					       const struct pl_list *models);

/* weight: moments rows of k. */
struct pl_ensemble_view {
	const char *source;
	const char *const *name;
	size_t k, moments;
	const double *weight;
	const char *left, *right;
};
const struct pl_pictures *
pl_ensemble_pictures(struct pl_ctx *c, const struct pl_ensemble_view *v);

/* picture_moves.c */
struct pl_conc_row;
struct pl_flow_work;
struct pl_moves_in;
struct pl_holding;
const struct pl_pictures *pl_conc_pictures(struct pl_ctx *c,
					   const struct pl_conc_row *r,
					   const struct pl_holding *v,
					   size_t n);
const struct pl_pictures *pl_flow_pictures(struct pl_flow_work *w);

/* The bars that were looked at, one after the other from time `first`, and
 * which of them are findings. */
struct pl_anomaly_view {
	const char *symbol;
	int64_t first, last;
	size_t n;
	const double *volume, *count;
	const size_t *loud, *busy; /* by volume, by count; rising */
	size_t n_loud, n_busy;
	const char *bar;
};
const struct pl_pictures *pl_anomaly_pictures(struct pl_ctx *c,
					      const struct pl_anomaly_view *v);

/* Shares by reason and by margin; the accounts found. */
struct pl_wash;
struct pl_wash_view {
	const struct pl_moves_in *in;
	const struct pl_wash *w;
	double share, share_lo, share_hi, margin, margin_lo, margin_hi;
};
const struct pl_pictures *pl_wash_pictures(struct pl_ctx *c,
					   const struct pl_wash_view *v);

#endif
