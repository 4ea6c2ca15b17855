/* The levels below a validator's word: what the sequencer did and said. */
#include <inttypes.h>

#include "base/hex.h"
#include "eth/node_json.h"
#include "sync/orbit_impl.h"

/* Messages a node may be behind the feed. */
#define BEHIND 8

/* The header that the chain's own node gives for a number or a tag. */
static enum pl_rc node_block(struct orbit_find *f, struct pl_header *out,
			     const char *which, struct pl_err *e)
{
	const struct pl_orbit_conf *c = &f->o->conf;
	const struct pl_json *block;

	PL_TRY(pl_rpc_call(c->rpc, f->a, &block, "eth_getBlockByNumber",
			   pl_printf(f->a, "[\"%s\",false]", which), e));
	if (pl_json_is_null(block))
		return pl_fail(e, PL_ENOTFOUND, "%s has no block %s",
			       pl_rpc_host(c->rpc), which);
	if (pl_json_type(block) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where a block belongs",
			       pl_json_type_name(block));
	return pl_header_from_json(f->a, out, block, e);
}

enum pl_rc orbit_claimed(struct orbit_find *f, struct pl_err *e)
{
	struct pl_header h;

	PL_TRY(node_block(f, &h, "latest", e));
	orbit_take(f, &h.hash, PL_LEVEL_CLAIMED, PL_CLAIMED, "the node's word");
	return PL_OK;
}

/* ----------------------------------------------------------------- signed */

/* Who signed a message, where that covers its block: PL_EPROOF when it is
 * nobody that may. */
static enum pl_rc check_message(struct orbit_find *f, struct pl_addr *signer,
				const struct pl_feed_signed *s,
				struct pl_err *e)
{
	struct pl_hash32 h = pl_feed_hash_v2(&s->m, f->o->conf.chain_id);

	PL_TRY(pl_feed_signer(signer, &h, s->v2, e));
	return pl_orbit_poster(f->o, f->a, &f->at->header, signer, e);
}

static enum pl_rc take_signed(struct orbit_find *f,
			      const struct pl_feed_signed *s,
			      enum pl_level level, struct pl_err *e)
{
	if (check_message(f, &f->ground.signer, s, e))
		return pl_note(e, "feed message %" PRIu64, s->m.sequence);
	f->ground.has_signer = true;
	orbit_take(f, &s->m.block_hash, level, PL_SIGNED, "feed");
	return PL_OK;
}

static bool covers_block(const struct pl_feed_signed *s)
{
	return s->v2.n && s->m.has_block_hash;
}

static enum pl_rc no_message(const struct orbit_find *f, size_t n,
			     struct pl_err *e)
{
	if (n) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "none of the %zu feed messages has a signature "
			      "over its block's hash",
			      n);
		return pl_hint(e, "signatures of the first kind (V1) cover no "
				  "block; those of nitro 3.9 and later (V2) "
				  "do");
	}
	(void)pl_fail(e, PL_ENOTFOUND,
		      "no message of the sequencer's feed is at hand");
	return pl_hint(e,
		       "keep its address: plume config set "
		       "network.%s.feed wss://…; or save what it "
		       "broadcasts and name it: --feed FILE",
		       f->o->conf.name);
}

/* The feed is ahead of nodes: to begin near where the node is.  A word that is
 * not believed, and only saves bytes. */
static uint64_t about(struct orbit_find *f)
{
	uint64_t first = f->o->conf.contracts.genesis_block;
	struct pl_header h;
	struct pl_err e;

	if (node_block(f, &h, "latest", &e) || h.number < first)
		return 0;
	return h.number - first;
}

static enum pl_rc hear(struct orbit_find *f, const struct pl_feed_signed **v,
		       size_t *n, struct pl_err *e)
{
	const struct pl_orbit_conf *c = &f->o->conf;

	*v = c->feed;
	*n = c->n_feed;
	if (*n || !c->listen)
		return PL_OK;
	return c->listen(c->listen_ctx, f->a, v, n, about(f), e);
}

static bool node_has(struct orbit_find *f, const struct pl_hash32 *hash)
{
	const struct pl_json *block;
	struct pl_err e;

	return !pl_rpc_call(f->o->conf.rpc, f->a, &block, "eth_getBlockByHash",
			    pl_printf(f->a, "[\"%s\",false]",
				      pl_hex(f->a, pl_hash32_span(hash))),
			    &e) &&
	       !pl_json_is_null(block);
}

/* The newest message that covers its block, below a number. */
static const struct pl_feed_signed *newest(const struct pl_feed_signed *v,
					   size_t n, uint64_t below)
{
	const struct pl_feed_signed *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (covers_block(&v[i]) && v[i].m.sequence < below &&
		    (!best || v[i].m.sequence > best->m.sequence))
			best = &v[i];
	return best;
}

/* Of what was signed, the newest that the node can show. */
enum pl_rc orbit_signed(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_feed_signed *v, *best, *x;
	size_t n;

	PL_TRY(hear(f, &v, &n, e));
	best = x = newest(v, n, UINT64_MAX);
	if (!best)
		return no_message(f, n, e);
	for (unsigned i = 0; i < BEHIND && x; i++) {
		if (node_has(f, &x->m.block_hash))
			return take_signed(f, x, PL_LEVEL_SIGNED, e);
		x = newest(v, n, x->m.sequence);
	}
	return take_signed(f, best, PL_LEVEL_SIGNED, e);
}

/* ----------------------------------------------------------------- posted */

/* How many messages the batches on the parent chain hold. */
static enum pl_rc messages(struct orbit_find *f, uint64_t *out,
			   struct pl_err *e)
{
	const struct pl_orbit_conf *c = &f->o->conf;
	struct pl_hash32 slot = pl_orbit_slot(PL_BRIDGE_MESSAGES);
	struct pl_u256 v;

	if (!c->contracts.has_bridge)
		return pl_fail(e, PL_ENOTFOUND,
			       "network '%s' has no bridge: what was posted "
			       "cannot be told",
			       c->name);
	PL_TRY(orbit_slots(f, &v, &c->contracts.bridge, &slot, 1, e));
	if (!pl_u256_to_u64(out, &v) || *out > UINT64_MAX / 2)
		return pl_fail(e, PL_EFORMAT,
			       "the bridge counts messages over 63 bits");
	return *out ? PL_OK
		    : pl_fail(e, PL_ENOTFOUND, "no batch was posted yet");
}

/* SPEC nitro-contracts AbsBridge.enqueueSequencerMessage: the count of
 * messages in batches; the chain has one block for each */
enum pl_rc orbit_posted(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_orbit_conf *c = &f->o->conf;
	struct pl_header h;
	uint64_t n;

	PL_TRY(messages(f, &n, e));
	for (size_t i = 0; i < c->n_feed; i++)
		if (c->feed[i].m.sequence == n - 1 && covers_block(&c->feed[i]))
			return take_signed(f, &c->feed[i], PL_LEVEL_POSTED, e);
	n += c->contracts.genesis_block - 1;
	PL_TRY(node_block(f, &h, pl_printf(f->a, "0x%" PRIx64, n), e));
	if (h.number != n)
		return pl_fail(e, PL_EPROOF,
			       "%s gave block %" PRIu64 " for %" PRIu64,
			       pl_rpc_host(c->rpc), h.number, n);
	orbit_take(f, &h.hash, PL_LEVEL_POSTED, PL_CLAIMED, "batch");
	return PL_OK;
}
