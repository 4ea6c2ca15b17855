/* What the rollup confirmed, and what that rests on. */
#include <inttypes.h>

#include "base/hex.h"
#include "eth/node_json.h"
#include "orbit/assertion.h"
#include "sync/orbit_impl.h"

/* Assertions looked at before one is found that stands. */
#define TRIES 64

static bool is_hash(const struct pl_u256 *v, const struct pl_hash32 *h)
{
	uint8_t word[32];

	pl_u256_to_be(word, v);
	return !memcmp(word, h->b, sizeof(word));
}

enum pl_rc orbit_no_hint(const struct orbit_find *f, const char *what,
			 struct pl_err *e)
{
	(void)pl_fail(e, PL_ENOTFOUND,
		      "network '%s': no %s block could be found at block "
		      "%" PRIu64 " of the parent chain",
		      f->o->conf.name, what, f->at->header.number);
	return pl_hint(e, "the parent's node is asked for logs of the "
			  "contracts (eth_getLogs): name one that keeps them, "
			  "--parent-rpc URL");
}

/* -------------------------------------------------------------- confirmed */

/* SPEC nitro-contracts AbsOutbox.updateSendRoot: roots[sendRoot] is the hash
 * of the block that was confirmed with it */
static enum pl_rc in_outbox(struct orbit_find *f,
			    const struct pl_hash32 *send_root,
			    const struct pl_hash32 *block, bool *holds,
			    struct pl_err *e)
{
	struct pl_hash32 slot = pl_orbit_mapping(send_root, PL_OUTBOX_ROOTS, 0);
	struct pl_u256 v;

	PL_TRY(orbit_slots(f, &v, &f->o->conf.contracts.outbox, &slot, 1, e));
	/* what was never set is 0, and no block's hash is */
	*holds = !pl_u256_is_zero(&v) && is_hash(&v, block);
	return PL_OK;
}

struct from_outbox {
	const struct pl_u256 *confirm_data; /* of the latest node, or NULL */
	unsigned tries;
	bool found;
};

static enum pl_rc try_outbox(struct orbit_find *f, void *ctx,
			     const struct pl_log *log, bool *done,
			     struct pl_err *e)
{
	struct from_outbox *x = ctx;
	struct pl_send_root s;
	struct pl_hash32 data;
	struct pl_err ignored;
	bool holds;

	if (pl_send_root_read(&s, log, &ignored))
		return PL_OK;
	*done = ++x->tries >= TRIES;
	data = pl_confirm_data(&s.block_hash, &s.send_root);
	if (x->confirm_data && !is_hash(x->confirm_data, &data))
		return PL_OK;
	PL_TRY(in_outbox(f, &s.send_root, &s.block_hash, &holds, e));
	if (!holds)
		return PL_OK;
	orbit_take(f, &s.block_hash, PL_LEVEL_CONFIRMED, PL_PROVEN,
		   x->confirm_data ? "node" : "outbox");
	*done = x->found = true;
	return PL_OK;
}

static enum pl_rc by_outbox(struct orbit_find *f,
			    const struct pl_u256 *confirm_data,
			    struct pl_err *e)
{
	struct from_outbox x = { .confirm_data = confirm_data };

	PL_TRY(orbit_logs(f, &f->o->conf.contracts.outbox, &pl_send_root_topic,
			  NULL, try_outbox, &x, e));
	return x.found ? PL_OK : orbit_no_hint(f, "confirmed", e);
}

/* The status that the rollup keeps of an assertion. */
static enum pl_rc assertion_node(struct orbit_find *f,
				 struct pl_assertion_node *out,
				 const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_hash32 slot = pl_orbit_mapping(hash, PL_BOLD_ASSERTIONS, 0);
	struct pl_u256 v;

	PL_TRY(orbit_slots(f, &v, &f->o->conf.contracts.rollup, &slot, 1, e));
	return pl_assertion_node_read(out, &v, e);
}

struct from_rollup {
	struct pl_asserted x;
	bool found;
};

static enum pl_rc the_asserted(struct orbit_find *f, void *ctx,
			       const struct pl_log *log, bool *done,
			       struct pl_err *e)
{
	struct from_rollup *r = ctx;
	struct pl_err ignored;

	(void)f;
	(void)e;
	if (pl_asserted_read(&r->x, log, &ignored) ||
	    !pl_hash32_equal(&r->x.hash, &f->ground.assertion))
		return PL_OK;
	*done = r->found = true;
	return PL_OK;
}

/* Both the rollup and its outbox say so. */
static enum pl_rc confirmed_twice(struct orbit_find *f,
				  const struct pl_asserted *x, struct pl_err *e)
{
	const struct pl_global_state *g = &x->after.global;
	struct pl_assertion_node node;
	bool holds;

	PL_TRY(assertion_node(f, &node, &x->hash, e));
	if (node.status != PL_ASSERTION_CONFIRMED)
		return pl_fail(e, PL_EPROOF,
			       "the rollup's latest confirmed assertion %s is "
			       "not of status confirmed: the contract is not "
			       "laid out as BoLD's",
			       pl_hex(f->a, pl_hash32_span(&x->hash)));
	PL_TRY(in_outbox(f, &g->send_root, &g->block_hash, &holds, e));
	if (!holds)
		return pl_fail(
			e, PL_EPROOF,
			"the outbox %s does not hold the block that the "
			"rollup confirmed: they are not of one chain",
			pl_hex(f->a,
			       pl_addr_span(&f->o->conf.contracts.outbox)));
	f->ground.has_assertion = true;
	orbit_take(f, &g->block_hash, PL_LEVEL_CONFIRMED, PL_PROVEN,
		   "assertion");
	return PL_OK;
}

/* SPEC nitro-contracts RollupCore.confirmAssertionInternal: _latestConfirmed
 * is the hash of an assertion, which names the block */
static enum pl_rc confirmed_bold(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_addr *rollup = &f->o->conf.contracts.rollup;
	struct pl_hash32 slot = pl_orbit_slot(PL_BOLD_CONFIRMED);
	struct from_rollup r = { .found = false };
	struct pl_u256 latest;

	PL_TRY(orbit_slots(f, &latest, rollup, &slot, 1, e));
	pl_u256_to_be(f->ground.assertion.b, &latest);
	PL_TRY(orbit_logs(f, rollup, &pl_asserted_topic, &f->ground.assertion,
			  the_asserted, &r, e));
	if (r.found)
		return confirmed_twice(f, &r.x, e);
	return by_outbox(f, NULL, e);
}

/* SPEC nitro-contracts-2 RollupCore.confirmNode: confirmData of the latest
 * confirmed node is over the block and the send root */
static enum pl_rc legacy_node(struct orbit_find *f, struct pl_u256 *data,
			      uint64_t number, struct pl_err *e)
{
	struct pl_hash32 key = pl_orbit_slot(number);
	struct pl_hash32 slot =
		pl_orbit_mapping(&key, PL_LEGACY_NODES, PL_NODE_CONFIRM_DATA);

	return orbit_slots(f, data, &f->o->conf.contracts.rollup, &slot, 1, e);
}

static enum pl_rc confirmed_legacy(struct orbit_find *f, struct pl_err *e)
{
	struct pl_hash32 slot = pl_orbit_slot(PL_LEGACY_LATEST);
	struct pl_u256 packed, data;

	PL_TRY(orbit_slots(f, &packed, &f->o->conf.contracts.rollup, &slot, 1,
			   e));
	PL_TRY(legacy_node(f, &data, packed.w[0], e));
	return by_outbox(f, &data, e);
}

enum pl_rc orbit_confirmed(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_orbit_contracts *c = &f->o->conf.contracts;

	switch (c->has_rollup ? c->kind : PL_ORBIT_OUTBOX) {
	case PL_ORBIT_BOLD:
		return confirmed_bold(f, e);
	case PL_ORBIT_LEGACY:
		return confirmed_legacy(f, e);
	case PL_ORBIT_OUTBOX:
		return by_outbox(f, NULL, e);
	}
	return pl_fail(e, PL_EBUG, "orbit: no such kind");
}
