/* Blocks far behind a proven one, by the ring of block hashes that a chain
 * keeps in its own state (EIP-2935): one storage proof and one header for as
 * many blocks as the ring holds, where parent hashes cost a header a block. */
#include <inttypes.h>

#include "eth/history.h"
#include "orbit/nitro.h"
#include "sync/view_impl.h"

#define NEAR 64 /* blocks that are walked rather than jumped */
#define GRID 64 /* places of a young ring that are looked at together */

/* The ring that the state after a header holds, or 0. */
static uint64_t ring_of(const struct pl_view *v, const struct pl_header *h)
{
	if (v->conf.ring)
		return v->conf.ring;
	/* nitro, arbos/internal_tx: the parent's hash is kept from ArbOS 40
	 * on, by a contract that counts the chain's own blocks */
	if (pl_nitro_fits(h))
		return pl_nitro_read(h).arbos >= PL_HISTORY_ARBOS
			       ? PL_HISTORY_WINDOW_ARBITRUM
			       : 0;
	return h->n_fields >= 21 ? PL_HISTORY_WINDOW : 0;
}

/* The hashes that the state after x holds for these blocks. */
static enum pl_rc held(struct pl_view *v, struct pl_arena *a,
		       struct pl_u256 *out, const struct pl_viewed *x,
		       const uint64_t *number, size_t n, struct pl_err *e)
{
	struct pl_hash32 slot[GRID];
	struct pl_node_proof p;
	uint64_t ring = ring_of(v, &x->header);
	bool exists;

	for (size_t i = 0; i < n; i++)
		slot[i] = pl_history_slot(number[i], ring);
	PL_TRY(pl_view_account(v, a, &p, &exists, &x->header,
			       &pl_history_address, slot, n, e));
	for (size_t i = 0; i < n; i++)
		out[i] = p.slots[i].value;
	return PL_OK;
}

static enum pl_rc land(struct pl_view *v, struct pl_arena *a,
		       struct pl_viewed *x, uint64_t number,
		       const struct pl_u256 *value, struct pl_err *e)
{
	struct pl_hash32 hash;
	struct pl_viewed to = *x;

	PL_TRY(pl_history_hash(&hash, value, e));
	PL_TRY(view_header_by_hash(v, a, &to.header, &hash, e));
	if (to.header.number != number)
		return pl_fail(e, PL_EPROOF,
			       "the history contract holds block %" PRIu64
			       " where %" PRIu64 " belongs",
			       to.header.number, number);
	to.by = "history storage";
	*x = to;
	return PL_OK;
}

/* A ring that began not long ago has zeros for what was before: to the oldest
 * of blocks spread over it that it has. */
static enum pl_rc to_begin(struct pl_view *v, struct pl_arena *a,
			   struct pl_viewed *x, uint64_t from, struct pl_err *e)
{
	uint64_t span = x->header.number - from, at[GRID];
	struct pl_u256 value[GRID];
	size_t i = 0;

	for (size_t k = 1; k < GRID; k++)
		at[k - 1] = from + span / GRID * k + span % GRID * k / GRID;
	PL_TRY(held(v, a, value, x, at, GRID - 1, e));
	while (i < GRID - 1 && pl_u256_is_zero(&value[i]))
		i++;
	if (i == GRID - 1)
		return pl_fail(e, PL_ENOTFOUND, "the ring has just begun");
	return land(v, a, x, at[i], &value[i], e);
}

void view_by_ring(struct pl_view *v, struct pl_arena *a, struct pl_viewed *x,
		  uint64_t number)
{
	bool young = false;

	while (x->header.number > number && x->header.number - number > NEAR) {
		uint64_t ring = ring_of(v, &x->header), next;
		struct pl_u256 value;
		struct pl_err e;

		if (!ring)
			return;
		next = pl_history_next(x->header.number, number, ring);
		if (!young) {
			if (held(v, a, &value, x, &next, 1, &e))
				return;
			young = pl_u256_is_zero(&value);
		}
		if (young ? to_begin(v, a, x, next, &e)
			  : land(v, a, x, next, &value, &e))
			return;
	}
}
