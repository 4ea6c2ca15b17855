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
	struct pl_flow_event by[PL_EV_KINDS];
	struct pl_u256 requested, redeemed;
	uint64_t requests;
};

static bool compliance(enum pl_event_kind k)
{
	const uint64_t set = pl_event_bit(PL_EV_ADDRESS_FROZEN) |
			     pl_event_bit(PL_EV_TOKENS_FROZEN) |
			     pl_event_bit(PL_EV_TOKENS_UNFROZEN) |
			     pl_event_bit(PL_EV_RECOVERY) |
			     pl_event_bit(PL_EV_PAUSED) |
			     pl_event_bit(PL_EV_UNPAUSED) |
			     pl_event_bit(PL_EV_COMPLIANCE_ADDED) |
			     pl_event_bit(PL_EV_REGISTRY_ADDED) |
			     pl_event_bit(PL_EV_FROZEN) |
			     pl_event_bit(PL_EV_FORCED_TRANSFER);

	return set >> k & 1;
}

static enum pl_rc queue_row(struct gather *g, const struct pl_event *ev,
			    struct pl_err *e)
{
	const struct pl_u256 *shares = pl_event_num(ev, PL_EC_SHARES);

	if (ev->kind == PL_EV_REDEEM_REQUEST && shares) {
		g->requests++;
		return pl_u256_sum(&g->requested, shares, "requests", e);
	}
	if (ev->kind == PL_EV_WITHDRAW && shares)
		return pl_u256_sum(&g->redeemed, shares, "redemptions", e);
	return PL_OK;
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
	struct pl_flow_event *x = &g->by[r->ev.kind];

	g->w->in->about.trust =
		pl_trust_weaker(g->w->in->about.trust, r->trust);
	if (compliance(r->ev.kind)) {
		x->kind = pl_event_kind_name(r->ev.kind);
		x->trust = x->rows ? pl_trust_weaker(x->trust, r->trust)
				   : r->trust;
		x->rows++;
		x->last = r->time;
	}
	if (!g->w->a->nav)
		value_row(g, r);
	return queue_row(g, &r->ev, e);
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
	/* nothing after the last transfer, so that a replay sees the same */
	if (b->last_block.number) {
		q.to_block_set = true;
		q.to_block = *b->last_block.number;
	}
	if (in->from_block) {
		q.from_block_set = true;
		q.from_block = *in->from_block;
	}
	if (in->from) {
		q.from_time_set = true;
		q.from_time = *in->from;
	}
	if (in->to) {
		q.to_time_set = true;
		q.to_time = *in->to;
	}
	return pl_index_event_each(ix, &q, each, g, e);
}

/* What was asked to be redeemed and was not yet, at the pace of burns. */
static enum pl_rc queue(struct gather *g, struct pl_err *e)
{
	struct pl_flow_work *w = g->w;
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

enum pl_rc pl_flow_events(struct pl_flow_work *w, struct pl_err *e)
{
	struct gather *g = PL_NEW(w->c->arena, struct gather);
	struct pl_flow_event *v =
		PL_NEW_N(w->c->arena, struct pl_flow_event, PL_EV_KINDS);
	struct pl_index *ix;
	const char *path;
	enum pl_rc rc;
	size_t n = 0;

	if (w->a->in.csv)
		return PL_OK;
	g->w = w;
	PL_TRY(pl_ctx_store_path(w->c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = read(g, ix, e);
	pl_index_close(ix);
	if (rc)
		return rc;
	for (size_t k = 0; k < PL_EV_KINDS; k++) {
		if (g->by[k].rows)
			v[n++] = g->by[k];
	}
	w->row->events = (struct pl_list){ v, n };
	return queue(g, e);
}
