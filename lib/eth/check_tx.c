/* A block's transactions: each by itself, and all of them against what the
 * header commits to. */
#include <inttypes.h>

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check_impl.h"
#include "eth/node_json.h"

/* Where a transaction says it stands. */
static enum pl_rc place_claims(struct pl_check *c, const struct pl_header *h,
			       const struct pl_json *o, size_t i,
			       struct pl_err *e)
{
	PL_TRY(pl_claim_hash(c, "tx.block_hash", o, "blockHash", &h->hash, e));
	PL_TRY(pl_claim_u64(c, "tx.block_number", o, "blockNumber", h->number,
			    e));
	return pl_claim_u64(c, "tx.index", o, "transactionIndex", i, e);
}

/* Members of a transaction that its hash does not cover. */
static enum pl_rc tx_claims(struct pl_check *c, const struct pl_block_report *r,
			    const struct pl_tx *tx, const struct pl_json *o,
			    struct pl_err *e)
{
	struct pl_u256 price = pl_tx_price(tx, &r->header.base_fee), want;

	PL_TRY(pl_claim_u64(c, "tx.y_parity", o, "yParity", tx->sig.y_parity,
			    e));
	PL_TRY(pl_claim_u64(c, "tx.v", o, "v", pl_tx_v(tx), e));
	if (tx->has_chain_id)
		PL_TRY(pl_claim_u64(c, "tx.chain_id", o, "chainId",
				    tx->chain_id, e));
	if (!check_is_mainnet(r) || !pl_has(o, "gasPrice"))
		return PL_OK;
	PL_TRY(pl_get_u256(&want, o, "gasPrice", e));
	/* some nodes give the cap here, older ones mostly */
	if (tx->type >= PL_TX_FEE && !pl_u256_cmp(&want, &tx->max_fee))
		return PL_OK;
	return pl_check_u256(c, "tx.gas_price", &want, &price, e);
}

/* SPEC EIP-4844 max_fee_per_blob_gas: not below the block's price.  The main
 * network's schedule counts for its own transactions alone. */
static enum pl_rc check_blob_fee(struct pl_check *c,
				 const struct pl_block_report *r,
				 const struct pl_tx *tx, struct pl_err *e)
{
	const struct pl_header *h = &r->header;
	struct pl_u256 price;

	if (tx->type != PL_TX_BLOB || !check_is_mainnet(r) ||
	    tx->chain_id != 1 || h->n_fields < 20)
		return PL_OK;
	if (!pl_blob_price(&price, check_fork_of(h), h->excess_blob_gas))
		return pl_check_false(c, "tx.blob_fee", "a price",
				      "an excess no chain comes to", e);
	if (pl_u256_cmp(&tx->max_blob_fee, &price) < 0)
		return pl_check_u256(c, "tx.blob_fee", &tx->max_blob_fee,
				     &price, e);
	pl_check_proved(c, "tx.blob_fee");
	return PL_OK;
}

/* SPEC EIP-2 low-s: from Homestead on, s is in the lower half */
static bool high_s_allowed(const struct pl_block_report *r)
{
	if (check_is_mainnet(r))
		return pl_fork_mainnet(r->header.number, r->header.time) ==
		       PL_FORK_FRONTIER;
	return r->header.n_fields == 15;
}

static enum pl_rc check_sender(struct pl_check *c,
			       const struct pl_block_report *r,
			       const struct pl_tx *tx, const struct pl_json *o,
			       struct pl_err *e)
{
	struct pl_addr sender;
	const char *from = pl_json_str(pl_json_get(o, "from"));

	if (pl_tx_sender(&sender, tx, &c->scratch, high_s_allowed(r), e))
		return pl_check_false(c, "tx.sender",
				      from ? from : "a valid signature",
				      pl_strdup(c->a, e->msg), e);
	if (pl_json_type(o) == PL_J_OBJECT && !pl_has(o, "from"))
		return pl_fail(e, PL_EFORMAT, "\"from\" is missing");
	PL_TRY(pl_claim_addr(c, "tx.sender", o, "from", &sender, e));
	pl_check_proved(c, "tx.sender");
	return PL_OK;
}

static enum pl_rc check_type(struct pl_check *c,
			     const struct pl_block_report *r,
			     const struct pl_tx *tx, struct pl_err *e)
{
	unsigned most;

	if (!check_is_mainnet(r))
		return PL_OK;
	most = pl_fork_max_tx_type(
		pl_fork_mainnet(r->header.number, r->header.time));
	if (tx->type > most)
		return pl_check_false(c, "tx.type",
				      pl_printf(c->a, "at most %u", most),
				      pl_printf(c->a, "%d", (int)tx->type), e);
	pl_check_proved(c, "tx.type");
	return PL_OK;
}

static enum pl_rc check_tx(struct pl_check *c, const struct pl_block_report *r,
			   struct pl_any_tx *t, const struct pl_json *o,
			   size_t i, struct pl_err *e)
{
	bool object = pl_json_type(o) == PL_J_OBJECT;
	struct pl_hash32 hash;

	PL_TRY(pl_any_tx_read(c, t, r->family, o, e));
	if (object) {
		if (!pl_has(o, "hash"))
			return pl_fail(e, PL_EFORMAT, "\"hash\" is missing");
		hash = pl_keccak256(t->raw);
		PL_TRY(pl_claim_hash(c, "tx.hash", o, "hash", &hash, e));
		PL_TRY(place_claims(c, &r->header, o, i, e));
	}
	if (t->is_own) {
		pl_check_proved(c, "tx.from");
		return PL_OK;
	}
	if (object)
		PL_TRY(tx_claims(c, r, &t->tx, o, e));
	PL_TRY(check_type(c, r, &t->tx, e));
	PL_TRY(check_blob_fee(c, r, &t->tx, e));
	return check_sender(c, r, &t->tx, o, e);
}

static enum pl_rc one_chain(struct pl_check *c, struct check_sums *s,
			    uint64_t chain_id, struct pl_err *e)
{
	if (s->has_chain)
		return pl_check_u64(c, "tx.one_chain", s->chain_id, chain_id,
				    e);
	s->has_chain = true;
	s->chain_id = chain_id;
	return PL_OK;
}

static enum pl_rc add_up(struct pl_check *c, struct check_sums *s,
			 const struct pl_any_tx *t, struct pl_err *e)
{
	uint8_t head[PL_RLP_HEAD];

	s->size += t->raw.n;
	if (t->is_own || t->tx.type != PL_TX_LEGACY)
		s->size += pl_rlp_head(head, false, t->raw.n);
	if (t->is_own)
		return one_chain(c, s, t->own.chain_id, e);
	s->blobs += t->tx.blob_hashes.n / 33;
	return t->tx.has_chain_id ? one_chain(c, s, t->tx.chain_id, e) : PL_OK;
}

static enum pl_rc tx_list(struct pl_check *c, struct pl_block_report *r,
			  struct check_sums *s, const struct pl_json *list,
			  size_t n, struct pl_err *e)
{
	struct pl_span *raws = PL_NEW_N(c->a, struct pl_span, n);
	struct pl_hash32 root;
	struct pl_any_tx t;

	for (size_t i = 0; i < n; i++) {
		if (check_tx(c, r, &t, pl_json_at(list, i), i, e) ||
		    add_up(c, s, &t, e))
			return pl_note(e, "transactions[%zu]", i);
		raws[i] = t.raw;
	}
	PL_TRY(pl_trie_list_root(&root, c->a, raws, n, e));
	PL_TRY(pl_check_hash(c, "tx.root", &r->header.tx_root, &root, e));
	if (r->header.n_fields >= 20)
		PL_TRY(pl_check_u64(c, "header.blob_gas",
				    r->header.blob_gas_used, s->blobs * 131072,
				    e));
	r->transactions = n;
	r->txs = list;
	return PL_OK;
}

/* A list of hashes only proves nothing but that it may not be empty. */
static enum pl_rc hash_list(struct pl_check *c, struct pl_block_report *r,
			    const struct pl_json *list, size_t n,
			    struct pl_err *e)
{
	struct pl_hash32 h;

	for (size_t i = 0; i < n; i++)
		if (pl_json_hash32(&h, pl_json_at(list, i), e))
			return pl_note(e, "transactions[%zu]", i);
	if (pl_hash32_equal(&r->header.tx_root, &pl_empty_root))
		return pl_check_u64(c, "tx.root", n, 0, e);
	r->hashes_only = n;
	return PL_OK;
}

/* SPEC EIP-7691 MAX_BLOB_GAS_PER_BLOCK, and 7892: by fork */
static enum pl_rc check_blob_limit(struct pl_check *c,
				   const struct pl_header *h, struct pl_err *e)
{
	const uint64_t most = pl_blob_limit(check_fork_of(h));

	if (h->n_fields < 20)
		return PL_OK;
	if (h->blob_gas_used > most)
		return pl_check_false(
			c, "header.blob_limit",
			pl_printf(c->a, "at most %" PRIu64, most),
			pl_printf(c->a, "%" PRIu64, h->blob_gas_used), e);
	pl_check_proved(c, "header.blob_limit");
	return PL_OK;
}

enum pl_rc check_txs(struct pl_check *c, struct pl_block_report *r,
		     struct check_sums *s, const struct check_given *g,
		     const struct pl_json *holder, struct pl_err *e)
{
	const struct pl_json *list;
	size_t n;

	if (!pl_json_get(holder, "transactions"))
		return PL_OK;
	PL_TRY(pl_get_list(&list, &n, holder, "transactions", PL_MAX_BLOCK_TXS,
			   e));
	if (n && !g->raw && pl_json_type(pl_json_at(list, 0)) == PL_J_STR)
		return hash_list(c, r, list, n, e);
	PL_TRY(tx_list(c, r, s, list, n, e));
	if (!s->has_chain)
		return PL_OK;
	r->chain_id = s->chain_id;
	if (!check_is_mainnet(r))
		return PL_OK;
	PL_TRY(pl_check_u64(c, "tx.chain_id", 1, s->chain_id, e));
	return check_blob_limit(c, &r->header, e);
}

enum pl_rc check_lone_tx(struct pl_check *c, struct pl_block_report *r,
			 const struct pl_json *o, struct pl_err *e)
{
	struct pl_hash32 hash;
	struct pl_span raw;
	struct pl_tx tx;

	if (!pl_has(o, "raw") || !pl_has(o, "txHash"))
		return PL_OK;
	PL_TRY(pl_get_data(c->a, &raw, o, "raw", e));
	hash = pl_keccak256(raw);
	PL_TRY(pl_claim_hash(c, "tx.hash", o, "txHash", &hash, e));
	PL_TRY(pl_tx_decode(&tx, raw, e));
	if (tx.has_to)
		PL_TRY(pl_claim_addr(c, "tx.to", o, "to", &tx.to, e));
	return check_sender(c, r, &tx, o, e);
}
