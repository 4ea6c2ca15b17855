/* State and bodies below a proven header. */
#include <inttypes.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "eth/check.h"
#include "eth/node_json.h"
#include "sync/view_impl.h"

static const char *hex(struct pl_arena *a, struct pl_span s)
{
	return pl_hex(a, s);
}

enum pl_rc view_blame(struct pl_view *v, uint64_t number, struct pl_err *e)
{
	const char *host = pl_rpc_host(v->conf.rpc);

	if (e->rc == PL_EPROOF && !*e->hint)
		(void)pl_hint(e, "the node is wrong, behind, or of another "
				 "chain; name another with --rpc URL");
	return pl_note(e, "%s, block %" PRIu64, host, number);
}

/* ------------------------------------------------------------------ state */

static enum pl_rc read_nodes(struct pl_arena *a, const struct pl_span **out,
			     size_t *n, const struct pl_json *o,
			     const char *key, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_span *v;

	PL_TRY(pl_get_list(&list, n, o, key, PL_MAX_PROOF_NODES, e));
	v = PL_NEW_N(a, struct pl_span, *n);
	for (size_t i = 0; i < *n; i++)
		if (pl_json_data(a, &v[i], pl_json_at(list, i), e))
			return pl_note(e, "%s[%zu]", key, i);
	*out = v;
	return PL_OK;
}

static enum pl_rc prove_slot(struct pl_arena *a, struct pl_node_slot *out,
			     const struct pl_hash32 *root,
			     const struct pl_hash32 *key,
			     const struct pl_json *o, struct pl_err *e)
{
	out->key = *key;
	PL_TRY(read_nodes(a, &out->nodes, &out->n_nodes, o, "proof", e));
	return pl_trie_slot(&out->value, root, key, out->nodes, out->n_nodes,
			    e);
}

static enum pl_rc prove(struct pl_arena *a, struct pl_node_proof *out,
			bool *exists, const struct pl_header *at,
			const struct pl_hash32 *slots, size_t n,
			const struct pl_json *o, struct pl_err *e)
{
	struct pl_node_slot *s = PL_NEW_N(a, struct pl_node_slot, n);
	const struct pl_json *list;
	size_t given;

	PL_TRY(read_nodes(a, &out->nodes, &out->n_nodes, o, "accountProof", e));
	if (pl_trie_account(&out->account, exists, &at->state_root,
			    &out->address, out->nodes, out->n_nodes, e))
		return pl_note(e, "the account's proof");
	PL_TRY(pl_get_list(&list, &given, o, "storageProof", PL_MAX_PROOF_SLOTS,
			   e));
	if (given != n)
		return pl_fail(e, PL_EPROOF,
			       "%zu proofs of slots where %zu were asked for",
			       given, n);
	for (size_t i = 0; i < n; i++)
		if (prove_slot(a, &s[i], &out->account.storage_root, &slots[i],
			       pl_json_at(list, i), e))
			return pl_note(e, "the proof of slot %s",
				       hex(a, pl_hash32_span(&slots[i])));
	out->slots = s;
	out->n_slots = n;
	return PL_OK;
}

const char *view_proof_params(struct pl_arena *a, const struct pl_header *at,
			      const struct pl_addr *address,
			      const struct pl_hash32 *slots, size_t n)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "[\"%s\",[", hex(a, pl_addr_span(address)));
	for (size_t i = 0; i < n; i++)
		pl_buf_fmt(&b, "%s\"%s\"", i ? "," : "",
			   hex(a, pl_hash32_span(&slots[i])));
	pl_buf_fmt(&b, "],\"0x%" PRIx64 "\"]", at->number);
	return pl_buf_cstr(&b);
}

enum pl_rc view_prove(struct pl_view *v, struct pl_arena *a,
		      struct pl_node_proof *out, bool *exists,
		      const struct pl_header *at, const struct pl_addr *address,
		      const struct pl_hash32 *slots, size_t n,
		      const struct pl_json *o, struct pl_err *e)
{
	struct pl_node_proof p = { .address = *address };
	bool found;

	if (prove(a, &p, &found, at, slots, n, o, e))
		return view_blame(v, at->number, e);
	*out = p;
	*exists = found;
	return PL_OK;
}

enum pl_rc pl_view_account(struct pl_view *v, struct pl_arena *a,
			   struct pl_node_proof *out, bool *exists,
			   const struct pl_header *at,
			   const struct pl_addr *address,
			   const struct pl_hash32 *slots, size_t n,
			   struct pl_err *e)
{
	const struct pl_json *o;

	if (n > PL_MAX_PROOF_SLOTS)
		return pl_fail(e, PL_ELIMIT, "%zu slots; at most %d at once", n,
			       PL_MAX_PROOF_SLOTS);
	if (view_ask(v, a, &o, "eth_getProof",
		     view_proof_params(a, at, address, slots, n), e)) {
		if (e->rc == PL_ENOTFOUND)
			e->rc = PL_ENET; /* there always is a proof */
		return e->rc;
	}
	return view_prove(v, a, out, exists, at, address, slots, n, o, e);
}

const char *view_code_params(struct pl_arena *a, const struct pl_header *at,
			     const struct pl_addr *address)
{
	return pl_printf(a, "[\"%s\",\"0x%" PRIx64 "\"]",
			 hex(a, pl_addr_span(address)), at->number);
}

enum pl_rc view_prove_code(struct pl_view *v, struct pl_arena *a,
			   struct pl_span *out, const struct pl_header *at,
			   const struct pl_hash32 *hash,
			   const struct pl_json *o, struct pl_err *e)
{
	struct pl_hash32 is;
	struct pl_span code;

	PL_TRY(pl_json_data(a, &code, o, e));
	is = pl_keccak256(code);
	if (!pl_hash32_equal(&is, hash)) {
		(void)pl_fail(e, PL_EPROOF,
			      "code with hash %s, but the account's is %s",
			      hex(a, pl_hash32_span(&is)),
			      hex(a, pl_hash32_span(hash)));
		return view_blame(v, at->number, e);
	}
	*out = code;
	return PL_OK;
}

enum pl_rc pl_view_code(struct pl_view *v, struct pl_arena *a,
			struct pl_span *out, const struct pl_header *at,
			const struct pl_addr *address,
			const struct pl_hash32 *hash, struct pl_err *e)
{
	const struct pl_json *o;

	if (pl_hash32_equal(hash, &pl_keccak_empty)) {
		*out = (struct pl_span){ NULL, 0 };
		return PL_OK;
	}
	PL_TRY(view_ask(v, a, &o, "eth_getCode",
			view_code_params(a, at, address), e));
	return view_prove_code(v, a, out, at, hash, o, e);
}

/* ----------------------------------------------------------------- bodies */

/* The values are all the leaves below the root. */
static enum pl_rc check_root(struct pl_arena *a, const char *what,
			     const struct pl_hash32 *root,
			     const struct pl_span *values, size_t n,
			     struct pl_err *e)
{
	struct pl_hash32 is;

	PL_TRY(pl_trie_list_root(&is, a, values, n, e));
	if (pl_hash32_equal(&is, root))
		return PL_OK;
	return pl_fail(e, PL_EPROOF,
		       "its %s have root %s, but its header says %s", what,
		       hex(a, pl_hash32_span(&is)),
		       hex(a, pl_hash32_span(root)));
}

static enum pl_rc read_txs(struct pl_arena *a, struct pl_node_block *b,
			   const struct pl_json *block, struct pl_err *e)
{
	struct pl_span *raw;
	const struct pl_json *list;
	struct pl_any_tx tx;
	struct pl_check c;

	PL_TRY(pl_get_list(&list, &b->n_txs, block, "transactions",
			   PL_MAX_BLOCK_TXS, e));
	raw = PL_NEW_N(a, struct pl_span, b->n_txs);
	pl_check_init(&c, a);
	for (size_t i = 0; i < b->n_txs; i++) {
		if (pl_any_tx_read(&c, &tx, b->family, pl_json_at(list, i), e))
			return pl_note(e, "transactions[%zu]", i);
		raw[i] = tx.raw;
	}
	b->txs = raw;
	return check_root(a, "transactions", &b->header->tx_root, raw, b->n_txs,
			  e);
}

static enum pl_rc read_withdrawals(struct pl_arena *a, struct pl_node_block *b,
				   const struct pl_json *block,
				   struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_span *raw;

	if (b->header->n_fields < 17)
		return PL_OK;
	PL_TRY(pl_get_list(&list, &b->n_withdrawals, block, "withdrawals",
			   PL_MAX_BLOCK_TXS, e));
	raw = PL_NEW_N(a, struct pl_span, b->n_withdrawals);
	for (size_t i = 0; i < b->n_withdrawals; i++) {
		struct pl_buf out;

		pl_buf_init(&out, a);
		if (pl_withdrawal_from_json(&out, pl_json_at(list, i), e))
			return pl_note(e, "withdrawals[%zu]", i);
		raw[i] = pl_buf_span(&out);
	}
	b->withdrawals = raw;
	return check_root(a, "withdrawals", &b->header->withdrawals_root, raw,
			  b->n_withdrawals, e);
}

static enum pl_rc one_receipt(struct pl_arena *a, struct pl_span *raw,
			      const struct pl_json *o, struct pl_err *e)
{
	struct pl_receipt r;
	struct pl_buf b;

	PL_TRY(pl_receipt_from_json(a, &r, o, e));
	pl_buf_init(&b, a);
	pl_receipt_encode(&b, &r);
	*raw = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc view_receipts(struct pl_arena *a, struct pl_span **out, size_t *n,
			 const struct pl_json *list, const struct pl_header *h,
			 struct pl_err *e)
{
	struct pl_span *raw;

	if (pl_json_type(list) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "%s where receipts belong",
			       pl_json_type_name(list));
	*n = pl_json_len(list);
	if (*n > PL_MAX_BLOCK_TXS)
		return pl_fail(e, PL_ELIMIT, "%zu receipts of one block", *n);
	raw = PL_NEW_N(a, struct pl_span, *n);
	for (size_t i = 0; i < *n; i++)
		if (one_receipt(a, &raw[i], pl_json_at(list, i), e))
			return pl_note(e, "receipts[%zu]", i);
	PL_TRY(check_root(a, "receipts", &h->receipts_root, raw, *n, e));
	*out = raw;
	return PL_OK;
}

enum pl_rc view_body(struct pl_arena *a, struct pl_node_block *b,
		     const struct pl_json *block, struct pl_err *e)
{
	PL_TRY(read_txs(a, b, block, e));
	return read_withdrawals(a, b, block, e);
}

static enum pl_rc read_block(struct pl_view *v, struct pl_arena *a,
			     struct pl_node_block *b, bool receipts,
			     struct pl_err *e)
{
	const struct pl_hash32 *hash = &b->header->hash;
	struct pl_rpc_item item[2] = {
		{ "eth_getBlockByHash", view_block_params(a, hash, true) },
		{ "eth_getBlockReceipts",
		  pl_printf(a, "[\"%s\"]", hex(a, pl_hash32_span(hash))) }
	};
	struct pl_span *raw;
	size_t n;

	PL_TRY(view_batch(v, a, item, receipts ? 2 : 1, e));
	PL_TRY(view_result(v, &item[0], e));
	PL_TRY(view_body(a, b, item[0].result, e));
	if (!receipts)
		return PL_OK;
	PL_TRY(view_result(v, &item[1], e));
	PL_TRY(view_receipts(a, &raw, &n, item[1].result, b->header, e));
	if (n != b->n_txs)
		return pl_fail(e, PL_EPROOF, "%zu receipts of %zu transactions",
			       n, b->n_txs);
	b->receipts = raw;
	return PL_OK;
}

enum pl_rc pl_view_block(struct pl_view *v, struct pl_arena *a,
			 struct pl_node_block *out, const struct pl_viewed *at,
			 bool receipts, struct pl_err *e)
{
	struct pl_node_block b = { .header = &at->header,
				   .chain_id = v->conf.chain_id };

	b.family = pl_family_of(v->conf.families, &at->header);
	if (read_block(v, a, &b, receipts, e))
		return view_blame(v, at->header.number, e);
	*out = b;
	return PL_OK;
}

/* ----------------------------------------------------------- transactions */

static bool find(const struct pl_node_block *b, const struct pl_hash32 *hash,
		 size_t *at)
{
	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_hash32 h = pl_keccak256(b->txs[i]);

		*at = i;
		if (pl_hash32_equal(&h, hash))
			return true;
	}
	return false;
}

static enum pl_rc no_such_tx(struct pl_view *v, struct pl_arena *a,
			     const struct pl_hash32 *hash, struct pl_err *e)
{
	(void)pl_fail(e, PL_ENOTFOUND, "%s knows no transaction %s in a block",
		      pl_rpc_host(v->conf.rpc), hex(a, pl_hash32_span(hash)));
	return pl_hint(e, "nothing can prove that there is none; another node "
			  "may know it");
}

enum pl_rc pl_view_tx(struct pl_view *v, struct pl_arena *a,
		      struct pl_viewed_tx *out, const struct pl_hash32 *hash,
		      bool receipts, struct pl_err *e)
{
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER };
	struct pl_viewed_tx *x = out;
	const struct pl_json *o;

	if (view_ask(v, a, &o, "eth_getTransactionByHash",
		     pl_printf(a, "[\"%s\"]", hex(a, pl_hash32_span(hash))), e))
		return e->rc == PL_ENOTFOUND ? no_such_tx(v, a, hash, e)
					     : e->rc;
	if (!pl_has(o, "blockNumber"))
		return no_such_tx(v, a, hash, e);
	PL_TRY(pl_get_u64(&ref.number, o, "blockNumber", e));
	PL_TRY(pl_view_header(v, a, &x->at, &ref, e));
	PL_TRY(pl_view_block(v, a, &x->block, &x->at, receipts, e));
	if (find(&x->block, hash, &x->index))
		return PL_OK;
	(void)pl_fail(e, PL_EPROOF,
		      "%s says that the transaction is in block %" PRIu64
		      ", which does not have it",
		      pl_rpc_host(v->conf.rpc), ref.number);
	return pl_hint(e, "name another node with --rpc URL");
}
