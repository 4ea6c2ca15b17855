/* All receipts of a block against the root and the bloom in its header. */
#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check.h"
#include "eth/node_json.h"

static bool is_raw(const struct pl_json *v)
{
	/* longer than a hash: a receipt holds a bloom */
	return v && pl_json_type(v) == PL_J_STR && pl_json_str_len(v) > 512;
}

bool pl_is_receipt_list(const struct pl_json *v)
{
	const struct pl_json *first = pl_json_at(v, 0);

	/* an empty block's list is empty */
	return !pl_json_len(v) ||
	       (pl_json_get(first, "cumulativeGasUsed") || is_raw(first));
}

/* The running state over a block's receipts. */
struct run {
	const struct pl_receipt_set *set;
	uint64_t gas;      /* cumulative so far */
	uint64_t logs;     /* so far */
	uint64_t blob_gas; /* stated so far */
	bool no_blob_gas;  /* a receipt that has to state it does not */
	bool has_log;      /* a log index was stated before */
	uint64_t next_log;
	struct pl_hash32 tx; /* of the receipt at hand, if has_tx */
	bool has_tx;
	uint8_t bloom[PL_BLOOM];
};

static enum pl_rc read_receipt(struct pl_check *c, struct pl_receipt *r,
			       struct pl_span *raw, const struct pl_json *v,
			       struct pl_err *e)
{
	struct pl_buf b;

	if (pl_json_type(v) == PL_J_STR) {
		PL_TRY(pl_json_data(c->a, raw, v, e));
		return pl_receipt_decode(r, *raw, e);
	}
	PL_TRY(pl_receipt_from_json(c->a, r, v, e));
	pl_buf_init(&b, c->a);
	pl_receipt_encode(&b, r);
	*raw = pl_buf_span(&b);
	return PL_OK;
}

static char *bloom_text(struct pl_arena *a, const uint8_t bloom[PL_BLOOM])
{
	return pl_hex(a, (struct pl_span){ bloom, PL_BLOOM });
}

static enum pl_rc check_bloom(struct pl_check *c, const char *rule,
			      const uint8_t want[PL_BLOOM],
			      const uint8_t got[PL_BLOOM], struct pl_err *e)
{
	if (memcmp(want, got, PL_BLOOM) != 0)
		return pl_check_false(c, rule, bloom_text(c->a, want),
				      bloom_text(c->a, got), e);
	pl_check_proved(c, rule);
	return PL_OK;
}

/* Members of a log that no hash covers: they are to agree with the block. */
static enum pl_rc log_claims(struct pl_check *c, struct run *run,
			     const struct pl_json *o, size_t i,
			     struct pl_err *e)
{
	const struct pl_receipt_set *s = run->set;
	bool removed;
	uint64_t index;

	if (s->block)
		PL_TRY(pl_claim_hash(c, "log.block_hash", o, "blockHash",
				     s->block, e));
	if (s->number)
		PL_TRY(pl_claim_u64(c, "log.block_number", o, "blockNumber",
				    *s->number, e));
	if (s->header)
		PL_TRY(pl_claim_u64(c, "log.time", o, "blockTimestamp",
				    s->header->time, e));
	PL_TRY(pl_claim_u64(c, "log.tx_index", o, "transactionIndex", i, e));
	if (run->has_tx)
		PL_TRY(pl_claim_hash(c, "log.tx_hash", o, "transactionHash",
				     &run->tx, e));
	PL_TRY(pl_json_flag(&removed, o, "removed", e));
	if (removed)
		return pl_check_false(c, "log.removed", "true", "false", e);
	if (!pl_has(o, "logIndex"))
		return PL_OK;
	PL_TRY(pl_get_u64(&index, o, "logIndex", e));
	/* counted over the block; a node that starts elsewhere counts on */
	PL_TRY(pl_check_u64(c, "log.index", index,
			    run->has_log ? run->next_log : run->logs, e));
	run->has_log = true;
	run->next_log = index + 1;
	return PL_OK;
}

static enum pl_rc check_logs(struct pl_check *c, struct run *run,
			     const struct pl_json *o, size_t i,
			     struct pl_err *e)
{
	const struct pl_json *logs = pl_json_get(o, "logs");
	size_t n = pl_json_len(logs);

	for (size_t k = 0; k < n; k++, run->logs++)
		if (log_claims(c, run, pl_json_at(logs, k), i, e))
			return pl_note(e, "logs[%zu]", k);
	return PL_OK;
}

/* Sender, receiver and created contract follow from the transaction, where
 * the block came with it. */
static enum pl_rc signed_agrees(struct pl_check *c, const struct pl_json *o,
				const struct pl_tx *tx, struct pl_err *e)
{
	struct pl_addr from, made;

	if (tx->has_to)
		PL_TRY(pl_claim_addr(c, "receipt.to", o, "to", &tx->to, e));
	if (pl_tx_sender(&from, tx, &c->scratch, true, e))
		return pl_check_false(c, "tx.sender", "a valid signature",
				      pl_strdup(c->a, e->msg), e);
	PL_TRY(pl_claim_addr(c, "receipt.from", o, "from", &from, e));
	made = pl_create_address(&from, tx->nonce);
	if (!tx->has_to)
		PL_TRY(pl_claim_addr(c, "receipt.contract", o,
				     "contractAddress", &made, e));
	return PL_OK;
}

static enum pl_rc own_agrees(struct pl_check *c, const struct pl_json *o,
			     const struct pl_own_tx *tx, struct pl_err *e)
{
	if (tx->has_to)
		PL_TRY(pl_claim_addr(c, "receipt.to", o, "to", &tx->to, e));
	return pl_claim_addr(c, "receipt.from", o, "from", &tx->from, e);
}

static enum pl_rc tx_agrees(struct pl_check *c, const struct pl_json *o,
			    const struct pl_any_tx *t, struct pl_err *e)
{
	const uint64_t type = t->is_own ? t->own.type : t->tx.type;
	struct pl_hash32 hash = pl_keccak256(t->raw);

	PL_TRY(pl_claim_hash(c, "receipt.tx_hash", o, "transactionHash", &hash,
			     e));
	PL_TRY(pl_claim_u64(c, "receipt.type", o, "type", type, e));
	return t->is_own ? own_agrees(c, o, &t->own, e)
			 : signed_agrees(c, o, &t->tx, e);
}

/* What a unit of gas cost: not below the base fee, and, with the transaction
 * (tx may be NULL), exactly so much.  Nitro's blocks take no tip. */
static enum pl_rc check_price(struct pl_check *c, const struct pl_header *h,
			      const struct pl_json *o, const struct pl_tx *tx,
			      struct pl_err *e)
{
	struct pl_u256 want, price;

	if (!h || h->n_fields < 16 || !pl_u256_is_zero(&h->difficulty) ||
	    !pl_has(o, "effectiveGasPrice"))
		return PL_OK;
	PL_TRY(pl_get_u256(&want, o, "effectiveGasPrice", e));
	if (!tx && pl_u256_cmp(&want, &h->base_fee) >= 0)
		return PL_OK;
	price = tx ? pl_tx_price(tx, &h->base_fee) : h->base_fee;
	return pl_check_u256(c, "receipt.price", &want, &price, e);
}

/* Blob gas and its price, which no receipt's hash covers.  On the main network
 * alone the price follows from the header's excess. */
static enum pl_rc check_blobs(struct pl_check *c, const struct pl_header *h,
			      const struct pl_json *o, const struct pl_tx *tx,
			      struct pl_err *e)
{
	struct pl_u256 want, price;

	PL_TRY(pl_claim_u64(c, "receipt.blob_gas", o, "blobGasUsed",
			    tx->blob_hashes.n / 33 * PL_BLOB_GAS, e));
	if (tx->type != PL_TX_BLOB || tx->chain_id != 1 || !h ||
	    h->n_fields < 20 || !pl_has(o, "blobGasPrice"))
		return PL_OK;
	PL_TRY(pl_get_u256(&want, o, "blobGasPrice", e));
	if (!pl_blob_price(&price, pl_fork_mainnet(h->number, h->time),
			   h->excess_blob_gas))
		return pl_check_false(c, "receipt.blob_price", "a price",
				      "an excess no chain comes to", e);
	return pl_check_u256(c, "receipt.blob_price", &want, &price, e);
}

/* The transaction beside the receipt: an object, its bytes or its hash. */
static enum pl_rc check_tx(struct pl_check *c, struct run *run,
			   const struct pl_json *o, const struct pl_receipt *r,
			   size_t i, struct pl_err *e)
{
	const struct pl_json *v = pl_json_at(run->set->txs, i);
	struct pl_hash32 hash;
	struct pl_any_tx t;

	if (!v)
		return check_price(c, run->set->header, o, NULL, e);
	if (pl_json_type(v) == PL_J_STR && pl_json_str_len(v) == 66) {
		PL_TRY(pl_json_hash32(&hash, v, e));
		return pl_claim_hash(c, "receipt.tx_hash", o, "transactionHash",
				     &hash, e);
	}
	PL_TRY(pl_any_tx_read(c, &t, run->set->family, v, e));
	PL_TRY(pl_check_u64(c, "receipt.type", r->type,
			    t.is_own ? t.own.type : t.tx.type, e));
	if (!t.is_own) {
		PL_TRY(check_price(c, run->set->header, o, &t.tx, e));
		PL_TRY(check_blobs(c, run->set->header, o, &t.tx, e));
	}
	return tx_agrees(c, o, &t, e);
}

/* A contract was made, or there was a receiver; never both. */
static enum pl_rc check_contract(struct pl_check *c, const struct pl_json *o,
				 struct pl_err *e)
{
	bool to = pl_has(o, "to"), made = pl_has(o, "contractAddress");

	if (pl_json_get(o, "to") && to && made)
		return pl_check_false(
			c, "receipt.contract",
			pl_json_str(pl_json_get(o, "contractAddress")),
			"none: the transaction has a receiver", e);
	return PL_OK;
}

static enum pl_rc add_blobs(struct run *run, const struct pl_receipt *r,
			    const struct pl_json *o, struct pl_err *e)
{
	uint64_t gas = 0;

	if (pl_has(o, "blobGasUsed"))
		PL_TRY(pl_get_u64(&gas, o, "blobGasUsed", e));
	else if (r->type == PL_TX_BLOB)
		run->no_blob_gas = true;
	/* more than a header can say is more than it says */
	if (gas > UINT64_MAX - run->blob_gas)
		gas = UINT64_MAX - run->blob_gas;
	run->blob_gas += gas;
	return PL_OK;
}

static enum pl_rc receipt_claims(struct pl_check *c, struct run *run,
				 const struct pl_receipt *r,
				 const struct pl_json *o, size_t i,
				 struct pl_err *e)
{
	const struct pl_receipt_set *s = run->set;

	if (s->block)
		PL_TRY(pl_claim_hash(c, "receipt.block_hash", o, "blockHash",
				     s->block, e));
	if (s->number)
		PL_TRY(pl_claim_u64(c, "receipt.block_number", o, "blockNumber",
				    *s->number, e));
	PL_TRY(pl_claim_u64(c, "receipt.index", o, "transactionIndex", i, e));
	PL_TRY(pl_claim_u64(c, "receipt.gas_used", o, "gasUsed",
			    r->cumulative_gas - run->gas, e));
	PL_TRY(add_blobs(run, r, o, e));
	run->has_tx = pl_has(o, "transactionHash");
	if (run->has_tx)
		PL_TRY(pl_get_hash32(&run->tx, o, "transactionHash", e));
	PL_TRY(check_contract(c, o, e));
	return check_logs(c, run, o, i, e);
}

static enum pl_rc check_one(struct pl_check *c, struct run *run,
			    struct pl_span *raw, const struct pl_json *v,
			    size_t i, struct pl_err *e)
{
	uint8_t bloom[PL_BLOOM];
	struct pl_receipt r;
	size_t logs;

	PL_TRY(read_receipt(c, &r, raw, v, e));
	PL_TRY(pl_receipt_bloom(bloom, &r, e));
	PL_TRY(check_bloom(c, "receipt.bloom", r.bloom, bloom, e));
	pl_bloom_or(run->bloom, bloom);
	/* only a chain's own transactions may cost nothing */
	if (r.cumulative_gas < run->gas ||
	    (r.cumulative_gas == run->gas && r.type <= PL_TX_SETCODE))
		return pl_check_false(
			c, "receipt.gas",
			pl_printf(c->a, "%" PRIu64, r.cumulative_gas),
			pl_printf(c->a, "more than %" PRIu64, run->gas), e);
	PL_TRY(check_tx(c, run, v, &r, i, e));
	if (pl_json_type(v) == PL_J_OBJECT) {
		PL_TRY(receipt_claims(c, run, &r, v, i, e));
	} else {
		PL_TRY(pl_rlp_count(&logs, r.logs, e));
		run->logs += logs;
	}
	if (pl_json_type(v) != PL_J_OBJECT)
		run->no_blob_gas = true;
	run->gas = r.cumulative_gas;
	return PL_OK;
}

/* The header's own sums over all receipts. */
static enum pl_rc check_header_sums(struct pl_check *c, const struct run *run,
				    struct pl_err *e)
{
	const struct pl_header *h = run->set->header;

	if (!h)
		return PL_OK;
	PL_TRY(pl_check_u64(c, "receipts.gas", h->gas_used, run->gas, e));
	if (h->n_fields >= 20 && !run->no_blob_gas)
		PL_TRY(pl_check_u64(c, "receipts.blob_gas", h->blob_gas_used,
				    run->blob_gas, e));
	return check_bloom(c, "receipts.bloom", h->bloom, run->bloom, e);
}

/* Before Byzantium the status of a receipt is a state root; the last one is
 * not the block's (rewards come after it), so only the root is checked. */
enum pl_rc pl_check_receipt_set(struct pl_check *c,
				struct pl_receipts_report *r,
				const struct pl_receipt_set *s,
				struct pl_err *e)
{
	struct run run = { .set = s };
	size_t n = pl_json_len(s->list);
	struct pl_span *raws;
	struct pl_hash32 root;

	if (pl_json_type(s->list) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT,
			       "\"receipts\" is %s, not an array",
			       pl_json_type_name(s->list));
	if (n > PL_MAX_BLOCK_TXS)
		return pl_fail(e, PL_ELIMIT, "%zu receipts, more than %d", n,
			       PL_MAX_BLOCK_TXS);
	if (s->txs)
		PL_TRY(pl_check_u64(c, "receipts.count", n, pl_json_len(s->txs),
				    e));
	raws = PL_NEW_N(c->a, struct pl_span, n);
	for (size_t i = 0; i < n; i++)
		if (check_one(c, &run, &raws[i], pl_json_at(s->list, i), i, e))
			return pl_note(e, "receipts[%zu]", i);
	PL_TRY(pl_trie_list_root(&root, c->a, raws, n, e));
	if (s->root)
		PL_TRY(pl_check_hash(c, "receipts.root", s->root, &root, e));
	PL_TRY(check_header_sums(c, &run, e));
	r->root = root;
	r->receipts = n;
	r->logs = run.logs;
	r->known = true;
	return PL_OK;
}

/* ---------------------------------------------------------- the command */

/* The header that came in the same file. */
static enum pl_rc own_block(struct pl_check *c, struct pl_block_report *own,
			    bool *found, const struct pl_json **txs,
			    const struct pl_json *item,
			    const struct pl_anchor *anchor, struct pl_err *e)
{
	const struct pl_json *block = pl_json_get(item, "block");

	*txs = NULL;
	*found = pl_has(item, "block") || pl_has(item, "header") ||
		 pl_has(item, "parentHash");
	if (!*found)
		return PL_OK;
	if (pl_check_header(c, own, item, anchor->families, e))
		return pl_note(e, "its own header");
	*txs = pl_json_get(block ? block : item, "transactions");
	return PL_OK;
}

static enum pl_rc no_anchor(struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE,
		      "the receipts come without a header or root to be held "
		      "against");
	return pl_hint(e, "give --header or --receipts-root");
}

/* What the receipts are held against, and what the file says itself. */
static enum pl_rc find_anchor(struct pl_check *c, struct pl_receipts_report *r,
			      struct pl_receipt_set *s,
			      const struct pl_block_report *own, bool has_own,
			      const struct pl_json *item,
			      const struct pl_anchor *anchor,
			      struct pl_hash32 *stated, struct pl_err *e)
{
	const char *key = pl_has(item, "computedReceiptsRoot")
				  ? "computedReceiptsRoot"
				  : "receiptsRoot";

	r->anchor = anchor->header ? "header"
		    : anchor->root ? "receipts-root"
				   : "file";
	s->header = anchor->header ? anchor->header
		    : has_own      ? &own->header
				   : NULL;
	s->root = anchor->root ? anchor->root
		  : s->header  ? &s->header->receipts_root
			       : NULL;
	if (anchor->txs)
		s->txs = anchor->txs;
	if (s->header)
		s->family = pl_family_of(anchor->families, s->header);
	if (anchor->header && has_own)
		PL_TRY(pl_check_hash(c, "anchor.block_hash", &own->header.hash,
				     &anchor->header->hash, e));
	if (pl_has(item, key)) {
		PL_TRY(pl_get_hash32(stated, item, key, e));
		if (s->root)
			PL_TRY(pl_check_hash(c, "anchor.receipts_root", stated,
					     s->root, e));
		s->root = s->root ? s->root : stated;
	}
	return s->root ? PL_OK : no_anchor(e);
}

/* The hash every receipt of the list must name. */
static enum pl_rc find_block(struct pl_check *c, struct pl_receipts_report *r,
			     struct pl_receipt_set *s,
			     const struct pl_json *item, struct pl_err *e)
{
	const struct pl_json *first = pl_json_at(s->list, 0);
	const struct pl_json *says = pl_has(item, "blockHash") ? item : first;

	if (s->header) {
		r->number = s->header->number;
		r->hash = s->header->hash;
		r->has_block = true;
		PL_TRY(pl_claim_hash(c, "anchor.block_hash", item, "blockHash",
				     &r->hash, e));
		PL_TRY(pl_claim_u64(c, "anchor.number", item, "blockNumber",
				    r->number, e));
	} else if (pl_has(says, "blockHash") && pl_has(says, "blockNumber")) {
		PL_TRY(pl_get_hash32(&r->hash, says, "blockHash", e));
		PL_TRY(pl_get_u64(&r->number, says, "blockNumber", e));
	} else {
		return PL_OK;
	}
	s->block = &r->hash;
	s->number = &r->number;
	return PL_OK;
}

static enum pl_rc one_alone(struct pl_err *e)
{
	(void)pl_fail(e, PL_EFORMAT,
		      "a single receipt proves nothing: the root is made of "
		      "all receipts of its block");
	return pl_hint(e, "ask the node for eth_getBlockReceipts");
}

enum pl_rc pl_check_receipts(struct pl_check *c, struct pl_receipts_report *r,
			     const struct pl_json *item,
			     const struct pl_anchor *anchor, struct pl_err *e)
{
	struct pl_receipts_report empty = { .anchor = NULL };
	struct pl_receipt_set s = { .list = item };
	struct pl_block_report own;
	struct pl_hash32 stated;
	bool has_own;

	*r = empty;
	if (pl_has(item, "cumulativeGasUsed"))
		return one_alone(e);
	if (pl_json_type(item) == PL_J_OBJECT)
		PL_TRY(pl_json_need(&s.list, item, "receipts", PL_J_ARRAY, e));
	else if (!pl_is_receipt_list(item))
		return pl_fail(e, PL_EFORMAT, "%s where receipts belong",
			       pl_json_type_name(item));
	PL_TRY(own_block(c, &own, &has_own, &s.txs, item, anchor, e));
	PL_TRY(find_anchor(c, r, &s, &own, has_own, item, anchor, &stated, e));
	PL_TRY(find_block(c, r, &s, item, e));
	return pl_check_receipt_set(c, r, &s, e);
}
