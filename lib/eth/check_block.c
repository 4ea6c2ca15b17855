/* Whole blocks: the header, then whatever it commits to; and how one hangs on
 * the other. */
#include <string.h>

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check_impl.h"
#include "eth/node_json.h"

/* ------------------------------------------------ withdrawals and uncles */

static enum pl_rc read_withdrawal(struct pl_arena *a, struct pl_span *out,
				  const struct pl_json *v, struct pl_err *e)
{
	struct pl_buf b;

	if (pl_json_type(v) == PL_J_STR)
		return pl_json_data(a, out, v, e);
	pl_buf_init(&b, a);
	PL_TRY(pl_withdrawal_from_json(&b, v, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc check_withdrawals(struct pl_check *c,
				    const struct pl_block_report *r,
				    uint64_t *size,
				    const struct pl_json *holder,
				    struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_hash32 root;
	struct pl_span *raws;
	size_t n;

	*size = 0;
	if (!pl_has(holder, "withdrawals"))
		return PL_OK;
	PL_TRY(pl_get_list(&list, &n, holder, "withdrawals", PL_MAX_BLOCK_TXS,
			   e));
	if (r->header.n_fields < 17)
		return pl_check_u64(c, "withdrawals.none", n, 0, e);
	raws = PL_NEW_N(c->a, struct pl_span, n);
	for (size_t i = 0; i < n; i++) {
		if (read_withdrawal(c->a, &raws[i], pl_json_at(list, i), e))
			return pl_note(e, "withdrawals[%zu]", i);
		*size += raws[i].n;
	}
	PL_TRY(pl_trie_list_root(&root, c->a, raws, n, e));
	return pl_check_hash(c, "withdrawals.root", &r->header.withdrawals_root,
			     &root, e);
}

/* Uncles: their RLP can be hashed; a list of their hashes says only whether
 * there are any. */
static enum pl_rc check_uncles(struct pl_check *c,
			       const struct pl_block_report *r,
			       const struct pl_json *holder, struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(holder, "uncles");
	struct pl_hash32 h;
	struct pl_span rlp;

	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) == PL_J_STR) {
		PL_TRY(pl_get_data(c->a, &rlp, holder, "uncles", e));
		h = pl_keccak256(rlp);
		return pl_check_hash(c, "uncles.hash", &r->header.uncles_hash,
				     &h, e);
	}
	if (pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT,
			       "\"uncles\" is %s, not an array or bytes",
			       pl_json_type_name(v));
	for (size_t i = 0; i < pl_json_len(v); i++)
		if (pl_json_hash32(&h, pl_json_at(v, i), e))
			return pl_note(e, "uncles[%zu]", i);
	if (!pl_json_len(v))
		return pl_check_hash(c, "uncles.hash", &r->header.uncles_hash,
				     &pl_empty_uncles, e);
	if (pl_hash32_equal(&r->header.uncles_hash, &pl_empty_uncles))
		return pl_check_u64(c, "uncles.hash", pl_json_len(v), 0, e);
	return PL_OK;
}

/* ------------------------------------------------------ the whole block */

/* Total difficulty: no header holds it, but it cannot be below the block's
 * own, and the main network's stands still since the merge. */
static enum pl_rc check_total(struct pl_check *c, struct pl_block_report *r,
			      const struct pl_json *o, struct pl_err *e)
{
	/* TERMINAL_TOTAL_DIFFICULTY was passed by block 15537393: the sum of
	 * all difficulties, 58750003716598352816469 */
	static const struct pl_u256 terminal = { { 0xd815d562d3cfa955, 0xc70, 0,
						   0 } };

	if (!pl_has(o, "totalDifficulty"))
		return PL_OK;
	PL_TRY(pl_get_u256(&r->total_difficulty, o, "totalDifficulty", e));
	r->has_total = true;
	if (check_is_mainnet(r) && pl_u256_is_zero(&r->header.difficulty)) {
		/* newer nodes say 0 */
		if (pl_u256_is_zero(&r->total_difficulty))
			return PL_OK;
		return pl_check_u256(c, "block.total_difficulty",
				     &r->total_difficulty, &terminal, e);
	}
	if (!strcmp(r->chain, "nitro") ||
	    pl_u256_cmp(&r->total_difficulty, &r->header.difficulty) >= 0)
		return PL_OK;
	return pl_check_u256(c, "block.total_difficulty", &r->total_difficulty,
			     &r->header.difficulty, e);
}

static uint64_t with_head(uint64_t body)
{
	uint8_t head[PL_RLP_HEAD];

	return pl_rlp_head(head, true, (size_t)body) + body;
}

/* The length of the block's RLP, where all of its parts were given. */
static enum pl_rc check_size(struct pl_check *c,
			     const struct pl_block_report *r,
			     const struct pl_json *o, uint64_t txs,
			     uint64_t withdrawals, struct pl_err *e)
{
	uint64_t body;

	if (!check_is_mainnet(r) || !pl_has(o, "size") || r->hashes_only ||
	    !pl_hash32_equal(&r->header.uncles_hash, &pl_empty_uncles) ||
	    (r->header.n_fields >= 17 && !pl_has(o, "withdrawals")))
		return PL_OK;
	pl_buf_reset(&c->scratch);
	pl_header_encode(&c->scratch, &r->header);
	body = c->scratch.n + with_head(txs) + with_head(0);
	pl_buf_reset(&c->scratch);
	if (r->header.n_fields >= 17)
		body += with_head(withdrawals);
	return pl_claim_u64(c, "block.size", o, "size", with_head(body), e);
}

static enum pl_rc check_own_receipts(struct pl_check *c,
				     const struct pl_block_report *r,
				     const struct pl_json *holder,
				     const struct check_given *g,
				     struct pl_err *e)
{
	struct pl_receipts_report rr = { .known = false };
	struct pl_receipt_set s = {
		.list = pl_json_get(g->item, "receipts"),
		.txs = pl_json_get(holder, "transactions"),
		.family = r->family,
		.header = &r->header,
		.root = &r->header.receipts_root,
		.block = &r->header.hash,
		.number = &r->header.number,
	};

	if (pl_json_is_null(s.list))
		return PL_OK;
	return pl_check_receipt_set(c, &rr, &s, e);
}

enum pl_rc pl_check_block(struct pl_check *c, struct pl_block_report *r,
			  const struct pl_json *item,
			  const struct pl_family *const *families,
			  struct pl_err *e)
{
	const struct pl_json *holder;
	struct check_sums s = { .blobs = 0 };
	uint64_t withdrawals;
	struct check_given g;

	*r = (struct pl_block_report){ .known = false };
	PL_TRY(check_take_apart(c->a, &g, item, e));
	PL_TRY(check_header_of(c, r, &g, families, e));
	holder = g.fields ? g.fields : g.item;
	PL_TRY(check_txs(c, r, &s, &g, holder, e));
	PL_TRY(check_withdrawals(c, r, &withdrawals, holder, e));
	PL_TRY(check_uncles(c, r, holder, e));
	PL_TRY(check_own_receipts(c, r, holder, &g, e));
	PL_TRY(check_total(c, r, holder, e));
	if (g.fields && pl_has(holder, "transactions"))
		PL_TRY(check_size(c, r, holder, s.size, withdrawals, e));
	return check_lone_tx(c, r, g.item, e);
}

/* Both are the main network's, by their transactions: what the blobs before
 * leave behind. */
static enum pl_rc check_excess(struct pl_check *c,
			       const struct pl_block_report *child,
			       const struct pl_block_report *parent,
			       struct pl_err *e)
{
	uint64_t excess;

	if (!check_is_mainnet(child) || child->chain_id != 1 ||
	    parent->chain_id != 1 || child->header.n_fields < 20 ||
	    !pl_blob_next_excess(&excess, check_fork_of(&child->header),
				 &parent->header))
		return PL_OK;
	return pl_check_u64(c, "parent.excess_blob",
			    child->header.excess_blob_gas, excess, e);
}

enum pl_rc pl_check_link(struct pl_check *c,
			 const struct pl_block_report *child,
			 const struct pl_block_report *parent, struct pl_err *e)
{
	const struct pl_header *h = &child->header;
	struct pl_u256 total;

	PL_TRY(pl_check_hash(c, "parent.link", &h->parent_hash,
			     &parent->header.hash, e));
	if (h->time < parent->header.time)
		return pl_check_u64(c, "parent.time", h->time,
				    parent->header.time, e);
	PL_TRY(check_excess(c, child, parent, e));
	if (!check_is_mainnet(child) || !child->has_total ||
	    !parent->has_total || pl_u256_is_zero(&h->difficulty))
		return PL_OK;
	if (!pl_u256_add(&total, &parent->total_difficulty, &h->difficulty))
		return pl_fail(e, PL_EFORMAT,
			       "\"totalDifficulty\" over 256 bits");
	return pl_check_u256(c, "block.total_difficulty",
			     &child->total_difficulty, &total, e);
}
