/* Prices and net asset values that other followed contracts tell: a pool, a
 * feed, the vault whose shares the token is. */
#include <inttypes.h>

#include "cmd/analyze/flows.h"
#include "cmd/ctx.h"
#include "crypto/sha256.h"
#include "record/record.h"
#include "store/price.h"

#define PENDING ((size_t)1 << 16)

struct gather {
	struct pl_flow_work *w;
	struct pl_price_source source;
	uint64_t kinds; /* that tell; other kinds are of the queue */
	struct pl_nav_point *v;
	size_t n;
	struct pl_moves_source *about;
	struct pl_sha256 sha;
	char *pending;
	size_t pending_n;
};

static enum pl_rc hash_pending(struct gather *g, struct pl_err *e)
{
	struct pl_span s = { (const uint8_t *)g->pending, g->pending_n };

	g->pending_n = 0;
	return pl_sha256_put(&g->sha, s, e);
}

static void point(struct gather *g, const struct pl_event_row *r)
{
	double x;

	if (!pl_price_of(&x, &g->source, r)) {
		g->about->unpriced++;
		return;
	}
	/* of several in one second the last counts */
	if (g->n && g->v[g->n - 1].time >= r->time) {
		g->v[g->n - 1].value = x;
		return;
	}
	g->v = pl_grow(g->w->c->arena, g->v, g->n, sizeof(*g->v));
	g->v[g->n++] = (struct pl_nav_point){ r->time, x };
}

static enum pl_rc each(void *ctx, const struct pl_event_row *r,
		       struct pl_err *e)
{
	struct gather *g = ctx;
	struct pl_moves_source *b = g->about;

	if (g->pending_n + PL_CANONICAL_EVENT > PENDING)
		PL_TRY(hash_pending(g, e));
	g->pending_n += pl_canonical_event(g->pending + g->pending_n,
					   &g->source.contract.token, r);
	b->trust = b->rows ? pl_trust_weaker(b->trust, r->trust) : r->trust;
	b->rows++;
	b->last_block = r->block;
	if (pl_event_bit(r->ev.kind) & g->kinds)
		point(g, r);
	return pl_flow_event_row(g->w, r, e);
}

/* What is read of the contract beside what it tells: a vault's queue, where it
 * is not the token itself (whose own events are counted already). */
static uint64_t also(const struct gather *g, enum pl_flow_from from)
{
	const struct pl_addr *token = g->w->in->about.token;

	if (from == PL_FLOW_REGISTRY)
		return g->source.watch.kinds;
	if (from == PL_FLOW_PRICE ||
	    (token && pl_addr_equal(token, &g->source.contract.token.address)))
		return 0;
	return g->source.watch.kinds & (pl_event_bit(PL_EV_REDEEM_REQUEST) |
					pl_event_bit(PL_EV_WITHDRAW));
}

static enum pl_rc rows_of(struct gather *g, struct pl_index *ix,
			  enum pl_flow_from from, struct pl_err *e)
{
	const struct pl_moves_args *in = &g->w->a->in;
	const struct pl_event_query q = {
		.token = g->source.contract.id,
		.kinds = g->kinds | also(g, from),
		.to_time_set = true,
		.to_time = g->w->row->as_of + 1,
		.to_block_set = in->pin_events,
		.to_block = in->pin_events ? *in->pin_events : 0,
	};
	struct pl_hash32 digest;
	struct pl_err ignored;
	enum pl_rc rc;

	PL_TRY(pl_sha256_open(&g->sha, e));
	g->pending = pl_alloc(g->w->c->arena, PENDING);
	rc = pl_index_event_each(ix, &q, each, g, e);
	if (!rc)
		rc = hash_pending(g, e);
	if (rc) {
		if (pl_sha256_close(&g->sha, NULL, &ignored))
			return rc;
		return rc;
	}
	PL_TRY(pl_sha256_close(&g->sha, &digest, e));
	g->about->sha256 = pl_record_name(g->w->c->arena, &digest);
	return PL_OK;
}

static void describe(struct gather *g, const char *option)
{
	struct pl_moves_source *b = g->about;
	struct pl_watch *w = PL_NEW(g->w->c->arena, struct pl_watch);
	const bool turned = g->source.inverted;

	*w = g->source.watch;
	b->option = option;
	b->contract = g->source.contract.token.address;
	b->name = w->name;
	b->inverted = turned;
	b->decimals0 = w->units.dec0;
	b->decimals1 = w->units.dec1;
	if (w->pair_known) {
		b->of = turned ? &w->addr1 : &w->addr0;
		b->in = turned ? &w->addr0 : &w->addr1;
	}
}

/* The registry tells nothing; the others are looked for as everywhere. */
static enum pl_rc find(struct gather *g, struct pl_index *ix,
		       enum pl_flow_from from, const struct pl_addr *given,
		       struct pl_err *e)
{
	const struct pl_moves_about *b = &g->w->in->about;
	const struct pl_token_id id = { b->chain,
					b->token ? *b->token : *given };
	const struct pl_token_id own = { b->chain, *given };
	struct pl_arena *a = g->w->c->arena;
	bool found;

	if (from != PL_FLOW_REGISTRY) {
		PL_TRY(pl_price_source(a, ix, &g->source, &id,
				       from == PL_FLOW_NAV ? PL_TELL_NAV
							   : PL_TELL_PRICE,
				       given, e));
		return pl_price_kinds(&g->kinds, &g->source, PL_QUOTE_CLOSE, e);
	}
	PL_TRY(pl_index_token_get(a, ix, &g->source.contract, &own, e));
	PL_TRY(pl_index_watch(a, ix, &found, &g->source.watch,
			      g->source.contract.id, e));
	if (found)
		return PL_OK;
	return pl_fail(e, PL_ENOTFOUND,
		       "the contract of --registry is not followed: `plume "
		       "index add`");
}

static enum pl_rc read_one(struct gather *g, enum pl_flow_from from,
			   const struct pl_addr *given, struct pl_err *e)
{
	struct pl_index *ix;
	const char *path;
	enum pl_rc rc;

	PL_TRY(pl_ctx_store_path(g->w->c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = find(g, ix, from, given, e);
	if (!rc)
		rc = rows_of(g, ix, from, e);
	pl_index_close(ix);
	return rc;
}

static void keep(struct pl_flow_work *w, const struct pl_moves_source *b)
{
	struct pl_moves_about *m = &w->in->about;

	pl_moves_source_add(w->c->arena, m, b);
	if (b->rows)
		m->trust = pl_trust_weaker(m->trust, b->trust);
	if (b->unpriced)
		pl_flag_add(&w->in->flags, "unpriced_events",
			    pl_printf(w->c->arena,
				      "%" PRIu64 " of %" PRIu64
				      " events of the contract of --%s tell no "
				      "price above 0 and were left out",
				      b->unpriced, b->rows, b->option));
}

enum pl_rc pl_flow_source(struct pl_flow_work *w, struct pl_nav_point **out,
			  size_t *n, enum pl_flow_from from,
			  const struct pl_addr *given, struct pl_err *e)
{
	static const char *const options[] = { "nav-source", "price-source",
					       "registry" };
	struct pl_moves_source about = { 0 };
	struct gather g = { .w = w, .about = &about };

	if (!given)
		return PL_OK;
	if (read_one(&g, from, given, e))
		return pl_note(e, "--%s", options[from]);
	describe(&g, options[from]);
	keep(w, &about);
	if (from == PL_FLOW_REGISTRY)
		return PL_OK;
	if (!g.n)
		return pl_fail(e, PL_ENOTFOUND,
			       "--%s: it tells nothing up to the time of the "
			       "figures (--as-of)",
			       options[from]);
	*out = g.v;
	*n = g.n;
	return PL_OK;
}
