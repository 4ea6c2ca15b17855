/* plume analyze flows, in its parts: arguments, figures, events. */
#ifndef PL_CMD_ANALYZE_FLOWS_H
#define PL_CMD_ANALYZE_FLOWS_H

#include "analytics/ages.h"
#include "analytics/exposure.h"
#include "analytics/nav.h"
#include "cmd/analyze/moves.h"
#include "store/event.h"

struct pl_flow_args {
	struct pl_moves_args in;
	const char *supply, *position; /* decimal, NULL: not given */
	double participation, level;
	const struct pl_addr *exposure;
	uint64_t hops, bootstrap, seed, show;
	const char *prices, *nav;
	const struct pl_addr *nav_source, *price_source, *registry;
	const int64_t *as_of;
};

/* A figure with its interval; NaN: there is none. */
struct pl_flow_figure {
	double value, level, lo, hi;
};

struct pl_flow_day {
	int64_t day;
	uint64_t transfers, active;
	double volume, minted, burned;
};

struct pl_flow_band {
	const char *age;
	struct pl_amount amount;
	double share;
};
struct pl_flow_ages {
	struct pl_amount held, unseen;
	double mean_days, median_days, days_destroyed;
	struct pl_list bands;
};

struct pl_flow_hop {
	uint64_t hop, reached;
	struct pl_amount volume;
};
struct pl_flow_exposed {
	struct pl_addr address;
	const char *entity;
	uint64_t hop;
	double share;
	struct pl_amount amount; /* net receipts */
};
struct pl_flow_exposure {
	struct pl_addr address;
	uint64_t reached;
	struct pl_list hops, exposed;
};

struct pl_flow_nav {
	uint64_t navs, prices, matched;
	int64_t last_nav;
	double age_days, usual_days, late, premium;
	struct pl_flow_figure premium_mean, yield;
};

struct pl_flow_liquidity {
	struct pl_amount position;
	double participation;
	struct pl_flow_figure days;
};

struct pl_flow_event {
	const char *kind;
	uint64_t rows;
	int64_t last;
	enum pl_trust trust;
};
struct pl_flow_queue {
	struct pl_amount requested, redeemed, waiting;
	uint64_t requests;
	double share;               /* of the supply; NaN: not known */
	struct pl_flow_figure days; /* at the pace of past redemptions */
};

struct pl_flow_row {
	struct pl_moves_head head;
	bool whole;
	struct pl_amount minted, burned, volume, to_self;
	double net_share;
	const struct pl_amount *supply;
	uint64_t transfers, mints, burns, active, senders, recipients;
	uint64_t negative;
	int64_t as_of;
	uint64_t day_count;
	const struct pl_flow_figure *daily_volume, *daily_net, *velocity;
	struct pl_list days;
	const struct pl_flow_ages *ages;
	const struct pl_flow_exposure *exposure;
	const struct pl_flow_nav *nav;
	const struct pl_flow_liquidity *liquidity;
	const struct pl_flow_queue *queue;
	struct pl_list events;

	const char *symbol;
	struct pl_arena *arena;
};

/* Of the index's events beside transfers. */
struct pl_flow_seen {
	struct pl_flow_event by[PL_EV_KINDS]; /* acts of compliance */
	struct pl_u256 requested, redeemed;   /* shares */
	uint64_t requests;
};

struct pl_flow_work {
	struct pl_ctx *c;
	const struct pl_flow_args *a;
	struct pl_flow_row *row;
	struct pl_moves_in *in;
	struct pl_moves sorted; /* by time; n = 0 where times are missing */
	double *volume, *net, *burned; /* by day, in tokens */
	size_t days;
	double supply; /* in tokens; NaN: not known */
	struct pl_nav_point *nav;
	size_t navs;
	struct pl_nav_point *premium; /* of each price with a value before */
	size_t premiums;
	struct pl_flow_seen seen;
};

enum pl_rc pl_flow_run(struct pl_ctx *c, void *row, const void *args,
		       struct pl_err *e);

/* flow_nav.c */
PL_CHECKED enum pl_rc pl_flow_navs(struct pl_flow_work *w, struct pl_err *e);

/* flow_events.c: what the index has beside transfers.  First the token's own,
 * or those of its registry; then what comes of all that was seen. */
PL_CHECKED enum pl_rc pl_flow_events(struct pl_flow_work *w, struct pl_err *e);
PL_CHECKED enum pl_rc pl_flow_event_row(struct pl_flow_work *w,
					const struct pl_event_row *r,
					struct pl_err *e);
PL_CHECKED enum pl_rc pl_flow_event_sums(struct pl_flow_work *w,
					 struct pl_err *e);

/* flow_source.c: what another contract tells up to the time of the figures;
 * nothing happens where `given` is NULL.  PL_ENOTFOUND where it tells
 * nothing. */
enum pl_flow_from { PL_FLOW_NAV, PL_FLOW_PRICE, PL_FLOW_REGISTRY };
PL_CHECKED enum pl_rc pl_flow_source(struct pl_flow_work *w,
				     struct pl_nav_point **out, size_t *n,
				     enum pl_flow_from from,
				     const struct pl_addr *given,
				     struct pl_err *e);

PL_CHECKED enum pl_rc pl_flow_mean(struct pl_flow_work *w,
				   struct pl_flow_figure *out, const double *x,
				   size_t n, struct pl_err *e);

#endif
