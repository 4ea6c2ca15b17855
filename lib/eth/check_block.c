/* Blocks: the header's hash, then whatever the header commits to. */
#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check.h"
#include "eth/clique.h"
#include "eth/node_json.h"

/* A block, taken apart by the form it came in. */
struct given {
	const struct pl_json *item;   /* everything */
	const struct pl_json *fields; /* the header as an object, or NULL */
	struct pl_span rlp;           /* the header's bytes, or none */
	bool raw;                     /* transactions and withdrawals are RLP */
	bool bare;                    /* the header's bytes and nothing else */
};

/* ---------------------------------------------------------------- forms */

static enum pl_rc take_rlp(struct pl_arena *a, struct given *g, const char *key,
			   struct pl_err *e)
{
	PL_TRY(pl_get_data(a, &g->rlp, g->item, key, e));
	if (!g->rlp.n)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is empty", key);
	return PL_OK;
}

static enum pl_rc take_header(struct pl_arena *a, struct given *g,
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

static enum pl_rc take_object(struct pl_arena *a, struct given *g,
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

static enum pl_rc take_apart(struct pl_arena *a, struct given *g,
			     const struct pl_json *item, struct pl_err *e)
{
	*g = (struct given){ .item = item };
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
static enum pl_rc check_hashes(struct pl_check *c, const struct given *g,
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
static enum pl_rc check_beside(struct pl_check *c, const struct given *g,
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
			      const struct given *g, struct pl_err *e)
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

static bool is_mainnet(const struct pl_block_report *r)
{
	return !strcmp(r->chain, "ethereum");
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

static enum pl_rc header_of(struct pl_check *c, struct pl_block_report *r,
			    const struct given *g,
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
	struct given g;

	*r = (struct pl_block_report){ .known = false };
	PL_TRY(take_apart(c->a, &g, item, e));
	return header_of(c, r, &g, families, e);
}

/* --------------------------------------------------------- transactions */

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
	if (!is_mainnet(r) || !pl_has(o, "gasPrice"))
		return PL_OK;
	PL_TRY(pl_get_u256(&want, o, "gasPrice", e));
	/* some nodes give the cap here, older ones mostly */
	if (tx->type >= PL_TX_FEE && !pl_u256_cmp(&want, &tx->max_fee))
		return PL_OK;
	return pl_check_u256(c, "tx.gas_price", &want, &price, e);
}

static enum pl_fork fork_of(const struct pl_header *h)
{
	return pl_fork_mainnet(h->number, h->time);
}

/* SPEC EIP-4844 max_fee_per_blob_gas: not below the block's price.  The main
 * network's schedule counts for its own transactions alone. */
static enum pl_rc check_blob_fee(struct pl_check *c,
				 const struct pl_block_report *r,
				 const struct pl_tx *tx, struct pl_err *e)
{
	const struct pl_header *h = &r->header;
	struct pl_u256 price;

	if (tx->type != PL_TX_BLOB || !is_mainnet(r) || tx->chain_id != 1 ||
	    h->n_fields < 20)
		return PL_OK;
	if (!pl_blob_price(&price, fork_of(h), h->excess_blob_gas))
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
	if (is_mainnet(r))
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

	if (!is_mainnet(r))
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

/* Sums over the transactions that the header states. */
struct sums {
	uint64_t blobs;
	uint64_t size; /* bytes of the transactions in the block's RLP */
	bool has_chain;
	uint64_t chain_id;
};

static enum pl_rc one_chain(struct pl_check *c, struct sums *s,
			    uint64_t chain_id, struct pl_err *e)
{
	if (s->has_chain)
		return pl_check_u64(c, "tx.one_chain", s->chain_id, chain_id,
				    e);
	s->has_chain = true;
	s->chain_id = chain_id;
	return PL_OK;
}

static enum pl_rc add_up(struct pl_check *c, struct sums *s,
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
			  struct sums *s, const struct pl_json *list, size_t n,
			  struct pl_err *e)
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
	const uint64_t most = pl_blob_limit(fork_of(h));

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

static enum pl_rc check_txs(struct pl_check *c, struct pl_block_report *r,
			    struct sums *s, const struct given *g,
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
	if (!is_mainnet(r))
		return PL_OK;
	PL_TRY(pl_check_u64(c, "tx.chain_id", 1, s->chain_id, e));
	return check_blob_limit(c, &r->header, e);
}

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
	if (is_mainnet(r) && pl_u256_is_zero(&r->header.difficulty)) {
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

	if (!is_mainnet(r) || !pl_has(o, "size") || r->hashes_only ||
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
				     const struct given *g, struct pl_err *e)
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

/* A single transaction told beside the header (its place is not proven). */
static enum pl_rc check_lone_tx(struct pl_check *c, struct pl_block_report *r,
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

enum pl_rc pl_check_block(struct pl_check *c, struct pl_block_report *r,
			  const struct pl_json *item,
			  const struct pl_family *const *families,
			  struct pl_err *e)
{
	const struct pl_json *holder;
	struct sums s = { .blobs = 0 };
	uint64_t withdrawals;
	struct given g;

	*r = (struct pl_block_report){ .known = false };
	PL_TRY(take_apart(c->a, &g, item, e));
	PL_TRY(header_of(c, r, &g, families, e));
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

	if (!is_mainnet(child) || child->chain_id != 1 ||
	    parent->chain_id != 1 || child->header.n_fields < 20 ||
	    !pl_blob_next_excess(&excess, fork_of(&child->header),
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
	if (!is_mainnet(child) || !child->has_total || !parent->has_total ||
	    pl_u256_is_zero(&h->difficulty))
		return PL_OK;
	if (!pl_u256_add(&total, &parent->total_difficulty, &h->difficulty))
		return pl_fail(e, PL_EFORMAT,
			       "\"totalDifficulty\" over 256 bits");
	return pl_check_u256(c, "block.total_difficulty",
			     &child->total_difficulty, &total, e);
}

/* --------------------------------------------------------------- clique */

static enum pl_rc clique_check(struct pl_check *c, struct pl_block_report *r,
			       const struct pl_json *fields,
			       const struct pl_json *item, struct pl_err *e)
{
	(void)fields;
	if (pl_clique_signer(&r->signer, &r->header, &c->scratch, e))
		return pl_check_false(c, "clique.signer", "a valid seal",
				      pl_strdup(c->a, e->msg), e);
	r->has_signer = true;
	PL_TRY(pl_claim_addr(c, "clique.signer", item, "signer", &r->signer,
			     e));
	pl_check_proved(c, "clique.signer");
	return PL_OK;
}

const struct pl_family pl_family_clique = { "clique", pl_clique_fits,
					    clique_check, NULL, NULL };
