/* What the index has of a token beside its transfers: freezes, pauses, forced
 * transfers and other acts of compliance, requests to redeem, and values that
 * a feed or a vault reports.  A file of transfers has none of it. */
#include <math.h>

#include "cmd/analyze/flows.h"
#include "cmd/ctx.h"
#include "store/event.h"

struct gather {
	struct pl_flow_work *w;
	struct pl_watch watch;
	bool watched;
	uint64_t rows, last_block;
};

static bool compliance(enum pl_event_kind k)
{
	const uint64_t set =
		pl_event_bit(PL_EV_ADDRESS_FROZEN) |
		pl_event_bit(PL_EV_TOKENS_FROZEN) |
		pl_event_bit(PL_EV_TOKENS_UNFROZEN) |
		pl_event_bit(PL_EV_RECOVERY) | pl_event_bit(PL_EV_PAUSED) |
		pl_event_bit(PL_EV_UNPAUSED) |
		pl_event_bit(PL_EV_COMPLIANCE_ADDED) |
		pl_event_bit(PL_EV_REGISTRY_ADDED) |
		pl_event_bit(PL_EV_IDENTITY_REGISTERED) |
		pl_event_bit(PL_EV_IDENTITY_REMOVED) |
		pl_event_bit(PL_EV_IDENTITY_UPDATED) |
		pl_event_bit(PL_EV_COUNTRY_UPDATED) |
		pl_event_bit(PL_EV_AGENT_ADDED) |
		pl_event_bit(PL_EV_AGENT_REMOVED) | pl_event_bit(PL_EV_FROZEN) |
		pl_event_bit(PL_EV_FORCED_TRANSFER);

	return set >> k & 1;
}

static enum pl_rc queue_row(struct pl_flow_seen *x, const struct pl_event *ev,
			    struct pl_err *e)
{
	const struct pl_u256 *shares = pl_event_num(ev, PL_EC_SHARES);

	if (ev->kind == PL_EV_REDEEM_REQUEST && shares) {
		x->requests++;
		return pl_u256_sum(&x->requested, shares, "requests", e);
	}
	if (ev->kind == PL_EV_WITHDRAW && shares)
		return pl_u256_sum(&x->redeemed, shares, "redemptions", e);
	return PL_OK;
}

enum pl_rc pl_flow_event_row(struct pl_flow_work *w,
			     const struct pl_event_row *r, struct pl_err *e)
{
	struct pl_flow_event *x = &w->seen.by[r->ev.kind];

	if (compliance(r->ev.kind)) {
		x->kind = pl_event_kind_name(r->ev.kind);
		x->trust = x->rows ? pl_trust_weaker(x->trust, r->trust)
				   : r->trust;
		x->rows++;
		x->last = r->time;
	}
	return queue_row(&w->seen, &r->ev, e);
}

/* Of several values of one second the last counts. */
static void value_row(struct gather *g, const struct pl_event_row *r)
{
	struct pl_flow_work *w = g->w;
	double x;

	if (!g->watched || !g->watch.units_known ||
	    (r->ev.kind != PL_EV_NAV && r->ev.kind != PL_EV_ANSWER &&
	     r->ev.kind != PL_EV_DEPOSIT && r->ev.kind != PL_EV_WITHDRAW) ||
	    !pl_event_price(&x, &r->ev, &g->watch.units) || !(x > 0))
		return;
	if (w->navs && w->nav[w->navs - 1].time >= r->time) {
		w->nav[w->navs - 1].value = x;
		return;
	}
	w->nav = pl_grow(w->c->arena, w->nav, w->navs, sizeof(*w->nav));
	w->nav[w->navs++] = (struct pl_nav_point){ r->time, x };
}

static enum pl_rc each(void *ctx, const struct pl_event_row *r,
		       struct pl_err *e)
{
	struct gather *g = ctx;

	g->rows++;
	g->last_block = r->block;
	g->w->in->about.trust =
		pl_trust_weaker(g->w->in->about.trust, r->trust);
	if (!g->w->a->nav && !g->w->a->nav_source)
		value_row(g, r);
	return pl_flow_event_row(g->w, r, e);
}

/* Where the token's own events end: with the last transfer, so that a replay
 * sees the same; where a later time was asked for, there, and the record says
 * up to which block that was. */
static void ends(struct pl_event_query *q, const struct pl_flow_work *w)
{
	const struct pl_moves_about *b = &w->in->about;
	const struct pl_moves_args *in = &w->a->in;
	const bool later = w->a->as_of && (!in->pin_last || in->pin_events);

	if (later) {
		q->to_time_set = true;
		q->to_time = w->row->as_of + 1;
	}
	if (later && in->pin_events) {
		q->to_block_set = true;
		q->to_block = *in->pin_events;
	} else if (!later && b->last_block.number) {
		q->to_block_set = true;
		q->to_block = *b->last_block.number;
	}
}

static enum pl_rc read(struct gather *g, struct pl_index *ix, struct pl_err *e)
{
	const struct pl_moves_about *b = &g->w->in->about;
	const struct pl_moves_args *in = &g->w->a->in;
	struct pl_token_id id = { b->chain, *in->token };
	struct pl_event_query q = { 0 };
	struct pl_index_token t;

	PL_TRY(pl_index_token_get(g->w->c->arena, ix, &t, &id, e));
	PL_TRY(pl_index_watch(g->w->c->arena, ix, &g->watched, &g->watch, t.id,
			      e));
	q.token = t.id;
	ends(&q, g->w);
	if (in->from_block) {
		q.from_block_set = true;
		q.from_block = *in->from_block;
	}
	if (in->from) {
		q.from_time_set = true;
		q.from_time = *in->from;
	}
	if (in->to && !(q.to_time_set && q.to_time < *in->to)) {
		q.to_time_set = true;
		q.to_time = *in->to;
	}
	PL_TRY(pl_index_event_each(ix, &q, each, g, e));
	if (g->w->a->as_of && g->rows && (!in->pin_last || in->pin_events))
		pl_moves_source_to(g->w->c->arena, &g->w->in->about,
				   g->last_block);
	return PL_OK;
}

/* What was asked to be redeemed and was not yet, at the pace of burns. */
static enum pl_rc queue(struct pl_flow_work *w, struct pl_err *e)
{
	const struct pl_flow_seen *g = &w->seen;
	struct pl_flow_queue *o;
	struct pl_flow_figure pace = { NAN, 0, NAN, NAN };
	struct pl_u256 waiting;
	double x;

	if (!g->requests)
		return PL_OK;
	if (!pl_u256_sub(&waiting, &g->requested, &g->redeemed))
		waiting = pl_u256_of(0); /* others redeemed without asking */
	o = PL_NEW(w->c->arena, struct pl_flow_queue);
	o->requests = g->requests;
	o->requested = pl_moves_amount(w->in, &g->requested);
	o->redeemed = pl_moves_amount(w->in, &g->redeemed);
	o->waiting = pl_moves_amount(w->in, &waiting);
	x = pl_amount_double(&o->waiting);
	o->share = w->supply > 0 ? x / w->supply : NAN;
	if (w->days)
		PL_TRY(pl_flow_mean(w, &pace, w->burned, w->days, e));
	o->days = (struct pl_flow_figure){
		pace.value > 0 ? x / pace.value : NAN, w->a->level,
		pace.hi > 0 ? x / pace.hi : NAN, pace.lo > 0 ? x / pace.lo : NAN
	};
	w->row->queue = o;
	return PL_OK;
}

enum pl_rc pl_flow_event_sums(struct pl_flow_work *w, struct pl_err *e)
{
	struct pl_flow_event *v =
		PL_NEW_N(w->c->arena, struct pl_flow_event, PL_EV_KINDS);
	size_t n = 0;

	for (size_t k = 0; k < PL_EV_KINDS; k++) {
		if (w->seen.by[k].rows)
			v[n++] = w->seen.by[k];
	}
	w->row->events = (struct pl_list){ v, n };
	return queue(w, e);
}

enum pl_rc pl_flow_events(struct pl_flow_work *w, struct pl_err *e)
{
	struct gather *g = PL_NEW(w->c->arena, struct gather);
	struct pl_index *ix;
	const char *path;
	enum pl_rc rc;

	if (w->a->in.csv)
		return PL_OK;
	g->w = w;
	PL_TRY(pl_ctx_store_path(w->c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = read(g, ix, e);
	pl_index_close(ix);
	return rc;
}
