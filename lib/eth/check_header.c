/* Blocks as nodes and archives write them, taken apart, and what their header
 * says: its hash, its form, its chain. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "eth/check_impl.h"
#include "eth/node_json.h"

/* ---------------------------------------------------------------- forms */

static enum pl_rc take_rlp(struct pl_arena *a, struct check_given *g,
			   const char *key, struct pl_err *e)
{
	PL_TRY(pl_get_data(a, &g->rlp, g->item, key, e));
	if (!g->rlp.n)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is empty", key);
	return PL_OK;
}

static enum pl_rc take_header(struct pl_arena *a, struct check_given *g,
			      const struct pl_json *header, struct pl_err *e)
{
	if (pl_json_type(header) == PL_J_STR) {
		g->raw = true;
		return take_rlp(a, g, "header", e);
	}
	if (pl_json_type(header) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT,
			       "\"header\" is %s, not an object or bytes",
			       pl_json_type_name(header));
	g->fields = header;
	return PL_OK;
}

static enum pl_rc take_object(struct pl_arena *a, struct check_given *g,
			      struct pl_err *e)
{
	const struct pl_json *o = g->item;

	if (pl_has(o, "parentHash"))
		g->fields = o;
	else if (pl_has(o, "block"))
		PL_TRY(pl_json_need(&g->fields, o, "block", PL_J_OBJECT, e));
	else if (pl_has(o, "l1Header"))
		PL_TRY(pl_json_need(&g->fields, o, "l1Header", PL_J_OBJECT, e));
	else if (pl_has(o, "header"))
		PL_TRY(take_header(a, g, pl_json_get(o, "header"), e));
	else if (!pl_has(o, "rlp"))
		return pl_fail(e, PL_EFORMAT,
			       "no block: neither \"parentHash\" nor "
			       "\"header\", \"block\" or \"rlp\" is there");
	if (pl_has(o, "rlp") && !g->raw)
		PL_TRY(take_rlp(a, g, "rlp", e));
	return PL_OK;
}

enum pl_rc check_take_apart(struct pl_arena *a, struct check_given *g,
			    const struct pl_json *item, struct pl_err *e)
{
	*g = (struct check_given){ .item = item };
	if (pl_json_type(item) == PL_J_STR) {
		g->bare = true;
		PL_TRY(pl_json_data(a, &g->rlp, item, e));
		if (!g->rlp.n)
			return pl_fail(e, PL_EFORMAT, "the header is empty");
		return PL_OK;
	}
	if (pl_json_type(item) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where a block belongs",
			       pl_json_type_name(item));
	return take_object(a, g, e);
}

/* -------------------------------------------------------------- headers */

/* Every place that states the header's hash. */
static enum pl_rc check_hashes(struct pl_check *c, const struct check_given *g,
			       const struct pl_header *h, struct pl_err *e)
{
	const struct pl_json *places[] = { g->fields, g->item };
	bool any = g->bare;

	for (size_t i = 0; i < 2; i++) {
		if (!pl_has(places[i], "hash"))
			continue;
		any = true;
		PL_TRY(pl_claim_hash(c, "header.hash", places[i], "hash",
				     &h->hash, e));
	}
	if (g->fields != g->item)
		PL_TRY(pl_claim_hash(c, "header.hash", g->item, "blockHash",
				     &h->hash, e));
	if (!any)
		return pl_fail(e, PL_EFORMAT,
			       "\"hash\" is missing: nothing to hold the "
			       "header against");
	return PL_OK;
}

/* The archive's own words beside a header in RLP. */
static enum pl_rc check_beside(struct pl_check *c, const struct check_given *g,
			       const struct pl_header *h, struct pl_err *e)
{
	const struct pl_json *o = g->item;

	if (g->fields == o)
		return PL_OK;
	PL_TRY(pl_claim_u64(c, "block.number", o, "number", h->number, e));
	PL_TRY(pl_claim_u64(c, "block.number", o, "blockNumber", h->number, e));
	PL_TRY(pl_claim_hash(c, "block.tx_root", o, "transactionsRoot",
			     &h->tx_root, e));
	PL_TRY(pl_claim_hash(c, "block.receipts_root", o, "receiptsRoot",
			     &h->receipts_root, e));
	return pl_claim_hash(c, "block.state_root", o, "stateRoot",
			     &h->state_root, e);
}

static enum pl_rc read_header(struct pl_check *c, struct pl_header *h,
			      const struct check_given *g, struct pl_err *e)
{
	struct pl_header from_rlp;

	if (g->fields)
		PL_TRY(pl_header_from_json(c->a, h, g->fields, e));
	if (!g->rlp.n)
		return PL_OK;
	PL_TRY(pl_header_decode(&from_rlp, g->rlp, e));
	if (!g->fields)
		*h = from_rlp;
	else
		PL_TRY(pl_check_hash(c, "header.rlp", &from_rlp.hash, &h->hash,
				     e));
	return PL_OK;
}

/* Whether the header can be the main network's: its layout is that of the
 * fork its number and time fall in, and it is mined before the merge only. */
static bool mainnet_fits(const struct pl_header *h)
{
	enum pl_fork f = pl_fork_mainnet(h->number, h->time);

	return h->n_fields == pl_fork_header_fields(f) && h->extra.n <= 32 &&
	       pl_u256_is_zero(&h->difficulty) == (f >= PL_FORK_PARIS);
}

/* The oldest fork with a layout, for chains whose schedule is not known. */
static const char *layout_name(const struct pl_header *h)
{
	unsigned f = 0;

	while (f + 1 < PL_FORKS &&
	       pl_fork_header_fields((enum pl_fork)f) < h->n_fields)
		f++;
	if (f == PL_FORK_LONDON && pl_u256_is_zero(&h->difficulty))
		f = PL_FORK_PARIS;
	return pl_fork_name((enum pl_fork)f);
}

static void name_fork(struct pl_block_report *r, const struct pl_family *family)
{
	const struct pl_header *h = &r->header;

	if (family) {
		r->chain = r->fork = family->name;
	} else if (mainnet_fits(h)) {
		r->chain = "ethereum";
		r->fork = pl_fork_name(pl_fork_mainnet(h->number, h->time));
	} else {
		r->chain = "unknown";
		r->fork = layout_name(h);
	}
}

bool check_is_mainnet(const struct pl_block_report *r)
{
	return !strcmp(r->chain, "ethereum");
}

enum pl_fork check_fork_of(const struct pl_header *h)
{
	return pl_fork_mainnet(h->number, h->time);
}

/* SPEC EIP-3675 block-structure: behind the merge a header keeps the fields of
 * mining, with constants in them.  Every block whose difficulty is 0 is held to
 * it. */
static enum pl_rc check_form(struct pl_check *c, const struct pl_header *h,
			     struct pl_err *e)
{
	static const uint8_t no_nonce[8];

	if (h->gas_used > h->gas_limit)
		return pl_check_false(
			c, "header.gas",
			pl_printf(c->a, "at most %" PRIu64, h->gas_limit),
			pl_printf(c->a, "%" PRIu64, h->gas_used), e);
	pl_check_proved(c, "header.gas");
	if (!pl_u256_is_zero(&h->difficulty) || h->n_fields < 16)
		return PL_OK;
	if (memcmp(h->nonce, no_nonce, sizeof(no_nonce)) != 0)
		return pl_check_false(
			c, "header.nonce", "0x0000000000000000",
			pl_hex(c->a, (struct pl_span){ h->nonce, 8 }), e);
	pl_check_proved(c, "header.nonce");
	return pl_check_hash(c, "header.no_uncles", &pl_empty_uncles,
			     &h->uncles_hash, e);
}

enum pl_rc check_header_of(struct pl_check *c, struct pl_block_report *r,
			   const struct check_given *g,
			   const struct pl_family *const *families,
			   struct pl_err *e)
{
	const struct pl_family *family;
	struct pl_header h = { .n_fields = 0 };

	PL_TRY(read_header(c, &h, g, e));
	r->header = h;
	r->known = true;
	r->family = family = pl_family_of(families, &h);
	name_fork(r, family);
	PL_TRY(check_hashes(c, g, &h, e));
	PL_TRY(check_beside(c, g, &h, e));
	PL_TRY(check_form(c, &h, e));
	if (family)
		PL_TRY(family->check(c, r, g->fields, g->item, e));
	return PL_OK;
}

enum pl_rc pl_check_header(struct pl_check *c, struct pl_block_report *r,
			   const struct pl_json *item,
			   const struct pl_family *const *families,
			   struct pl_err *e)
{
	struct check_given g;

	*r = (struct pl_block_report){ .known = false };
	PL_TRY(check_take_apart(c->a, &g, item, e));
	return check_header_of(c, r, &g, families, e);
}
