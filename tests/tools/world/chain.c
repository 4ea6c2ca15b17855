#include "chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/trie.h"

#define GAS 30000 /* what every transaction uses */
#define TXS 8     /* of a block, at most */
#define LOGS 4    /* of a transaction */

static void must(enum pl_rc rc, const struct pl_err *e)
{
	if (!rc)
		return;
	(void)fprintf(stderr, "world: %s\n", e->msg);
	abort();
}

struct pl_hash32 world_word(uint64_t v)
{
	struct pl_hash32 h = { { 0 } };

	for (size_t i = 0; i < 8; i++)
		h.b[31 - i] = (uint8_t)(v >> 8 * i);
	return h;
}

struct pl_hash32 world_word_addr(const struct pl_addr *a)
{
	struct pl_hash32 h = { { 0 } };

	memcpy(h.b + 12, a->b, sizeof(a->b));
	return h;
}

struct pl_hash32 world_topic(const char *signature)
{
	return pl_keccak256(pl_span_str(signature));
}

struct pl_hash32 world_mapping(const struct pl_hash32 *key, uint64_t slot)
{
	struct pl_hash32 s = world_word(slot);

	return pl_keccak256_2(pl_hash32_span(key), pl_hash32_span(&s));
}

void world_secret(uint8_t out[32], unsigned i)
{
	struct pl_hash32 w = world_word(i);

	memcpy(out, w.b, sizeof(w.b));
}

struct pl_addr world_user(unsigned i)
{
	uint8_t secret[32];
	struct pl_addr a;
	struct pl_err e;

	world_secret(secret, i);
	must(pl_secp_address(&a, secret, &e), &e);
	return a;
}

struct world_chain *world_chain(struct pl_arena *a, uint64_t id, bool nitro,
				size_t blocks)
{
	struct world_chain *c = PL_NEW(a, struct world_chain);

	c->a = a;
	c->id = id;
	c->nitro = nitro;
	c->room = blocks;
	c->block = PL_NEW_N(a, struct world_block, blocks);
	c->now.a = a;
	return c;
}

static struct world_tx *add(struct world_chain *c)
{
	struct world_block *b = &c->open;

	if (!b->tx)
		b->tx = PL_NEW_N(c->a, struct world_tx, TXS);
	if (b->n_tx == TXS)
		abort();
	return &b->tx[b->n_tx++];
}

static void pay(struct world_chain *c, const struct pl_addr *to, bool gives,
		uint64_t value)
{
	struct world_account *acc = world_touch(&c->now, to);
	struct pl_u256 v = pl_u256_of(value);

	if (gives ? !pl_u256_sub(&acc->balance, &acc->balance, &v)
		  : !pl_u256_add(&acc->balance, &acc->balance, &v))
		abort();
}

/* One blob, by a hash of no blob. */
static void add_blob(struct pl_tx *t, struct world_chain *c, uint64_t nonce)
{
	struct pl_hash32 h = world_word(60000 + nonce);
	struct pl_buf b;

	h.b[0] = 1; /* VERSIONED_HASH_VERSION_KZG */
	pl_buf_init(&b, c->a);
	pl_rlp_put(&b, pl_hash32_span(&h));
	t->blob_hashes = pl_buf_span(&b);
	t->max_blob_fee = pl_u256_of(1000000000);
}

/* User 16 lets `to` act for it. */
static void add_authorisation(struct pl_tx *t, struct world_chain *c)
{
	static const uint8_t magic = 5; /* EIP-7702 */
	struct pl_u256 r, s;
	struct pl_hash32 hash;
	struct pl_sig sig;
	struct pl_buf b;
	uint8_t secret[32];
	struct pl_err e;
	size_t list;

	pl_buf_init(&b, c->a);
	pl_buf_byte(&b, magic);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, c->id);
	pl_rlp_put(&b, pl_addr_span(&t->to));
	pl_rlp_put_u64(&b, 0);
	pl_rlp_close(&b, list);
	hash = pl_keccak256(pl_buf_span(&b));
	world_secret(secret, 16);
	must(pl_secp_sign(&sig, &hash, secret, &e), &e);
	r = pl_u256_from_be32(sig.r);
	s = pl_u256_from_be32(sig.s);
	b.n = 0;
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, c->id);
	pl_rlp_put(&b, pl_addr_span(&t->to));
	pl_rlp_put_u64(&b, 0);
	pl_rlp_put_u64(&b, sig.y_parity);
	pl_rlp_put_u256(&b, &r);
	pl_rlp_put_u256(&b, &s);
	pl_rlp_close(&b, list);
	t->auth_list = pl_buf_span(&b);
}

static void fill(struct pl_tx *t, const struct world_chain *c, uint64_t nonce)
{
	t->has_chain_id = true;
	t->chain_id = c->id;
	t->nonce = nonce;
	t->gas = 100000;
	if (t->type < PL_TX_FEE) {
		t->gas_price = pl_u256_of(2000000000);
	} else {
		t->max_fee = pl_u256_of(3000000000);
		t->max_priority_fee = pl_u256_of(100000000);
	}
}

struct world_tx *world_send(struct world_chain *c, unsigned user,
			    enum pl_tx_type type, const struct pl_addr *to,
			    uint64_t value, struct pl_span data)
{
	struct world_tx *t = add(c);
	struct pl_buf b;
	uint8_t secret[32];
	struct pl_err e;

	t->from = world_user(user);
	t->tx.type = type;
	fill(&t->tx, c, world_touch(&c->now, &t->from)->nonce++);
	t->tx.has_to = true;
	t->tx.to = *to;
	t->tx.value = pl_u256_of(value);
	t->tx.data = pl_span_dup(c->a, data);
	pay(c, &t->from, true, value);
	pay(c, to, false, value);
	if (type == PL_TX_BLOB)
		add_blob(&t->tx, c, t->tx.nonce);
	if (type == PL_TX_SETCODE)
		add_authorisation(&t->tx, c);
	world_secret(secret, user);
	pl_buf_init(&b, c->a);
	must(pl_tx_sign(&t->tx, &b, secret, &e), &e);
	pl_tx_encode(&b, &t->tx);
	t->raw = pl_buf_span(&b);
	t->hash = pl_keccak256(t->raw);
	return t;
}

struct world_tx *world_own(struct world_chain *c, struct pl_nitro_tx tx)
{
	struct world_tx *t = add(c);
	struct pl_buf b;

	t->own = true;
	t->nitro = tx;
	t->from = pl_nitro_tx_view(c->a, &tx).from;
	pl_buf_init(&b, c->a);
	pl_nitro_tx_encode(&b, &tx);
	t->raw = pl_buf_span(&b);
	t->hash = pl_keccak256(t->raw);
	return t;
}

void world_log(struct world_chain *c, struct world_tx *t,
	       const struct pl_addr *who, const struct pl_hash32 *topics,
	       unsigned n_topics, struct pl_span data)
{
	struct pl_log *l;

	if (!t->log)
		t->log = PL_NEW_N(c->a, struct pl_log, LOGS);
	if (t->n_logs == LOGS)
		abort();
	l = &t->log[t->n_logs++];
	l->address = *who;
	l->n_topics = n_topics;
	memcpy(l->topics, topics, n_topics * sizeof(*topics));
	l->data = pl_span_dup(c->a, data);
}

static void receipt(struct world_chain *c, struct world_tx *t, uint64_t gas)
{
	struct pl_receipt *r = &t->receipt;
	struct pl_buf logs, out;
	struct pl_err e;

	pl_buf_init(&logs, c->a);
	for (size_t i = 0; i < t->n_logs; i++)
		pl_log_encode(&logs, &t->log[i]);
	r->type = (uint8_t)(t->own ? (unsigned)t->nitro.type
				   : (unsigned)t->tx.type);
	r->status = true;
	r->cumulative_gas = gas;
	r->logs = pl_buf_span(&logs);
	must(pl_receipt_bloom(r->bloom, r, &e), &e);
	pl_buf_init(&out, c->a);
	pl_receipt_encode(&out, r);
	t->receipt_raw = pl_buf_span(&out);
}

static void roots(struct world_chain *c, struct pl_header *h)
{
	struct world_block *b = &c->open;
	struct pl_span *txs = PL_NEW_N(c->a, struct pl_span, b->n_tx);
	struct pl_span *rs = PL_NEW_N(c->a, struct pl_span, b->n_tx);
	struct pl_err e;

	for (size_t i = 0; i < b->n_tx; i++) {
		if (!b->tx[i].own)
			h->gas_used += GAS;
		if (b->tx[i].tx.type == PL_TX_BLOB)
			h->blob_gas_used += WORLD_BLOB_GAS;
		receipt(c, &b->tx[i], h->gas_used);
		pl_bloom_or(h->bloom, b->tx[i].receipt.bloom);
		txs[i] = b->tx[i].raw;
		rs[i] = b->tx[i].receipt_raw;
	}
	must(pl_trie_list_root(&h->tx_root, c->a, txs, b->n_tx, &e), &e);
	must(pl_trie_list_root(&h->receipts_root, c->a, rs, b->n_tx, &e), &e);
	h->state_root = world_settle(&c->now);
}

void world_withdraw(struct world_chain *c, unsigned user, uint64_t gwei)
{
	struct world_withdrawal *w = PL_NEW(c->a, struct world_withdrawal);

	w->index = c->n;
	w->validator = 7 * c->n;
	w->to = world_user(user);
	w->gwei = gwei;
	pay(c, &w->to, false, gwei * 1000000000);
	c->open.withdrawal = w;
}

static void withdrawals(struct world_chain *c, struct pl_header *h)
{
	const struct world_withdrawal *w = c->open.withdrawal;
	struct pl_span raw;
	struct pl_buf b;
	struct pl_err e;
	size_t list;

	h->withdrawals_root = pl_empty_root;
	if (!w)
		return;
	pl_buf_init(&b, c->a);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, w->index);
	pl_rlp_put_u64(&b, w->validator);
	pl_rlp_put(&b, pl_addr_span(&w->to));
	pl_rlp_put_u64(&b, w->gwei);
	pl_rlp_close(&b, list);
	raw = pl_buf_span(&b);
	must(pl_trie_list_root(&h->withdrawals_root, c->a, &raw, 1, &e), &e);
}

static void l1_fields(struct world_chain *c, struct pl_header *h)
{
	static const uint8_t nothing;
	struct pl_err e;

	h->n_fields = 21;
	withdrawals(c, h);
	h->parent_beacon_root = world_word(h->number + 7000);
	/* EIP-7685: SHA-256 of nothing */
	must(pl_hex_fixed(h->requests_hash.b, 32,
			  "0xe3b0c44298fc1c149afbf4c8996fb924"
			  "27ae41e4649b934ca495991b7852b855",
			  66, &e),
	     &e);
	h->extra = (struct pl_span){ &nothing, 0 };
}

static void nitro_fields(struct world_chain *c, struct pl_header *h)
{
	h->n_fields = 16;
	h->extra = pl_span_dup(c->a, pl_hash32_span(&c->extra));
	h->difficulty = pl_u256_of(1);
	memcpy(h->nonce, c->nonce, sizeof(h->nonce));
}

void world_seal(struct world_chain *c)
{
	struct world_block *b = &c->open;
	struct pl_header *h = &b->header;
	struct pl_buf buf;

	if (c->n == c->room)
		abort();
	h->number = c->n;
	if (c->n)
		h->parent_hash = c->block[c->n - 1].header.hash;
	h->uncles_hash = pl_empty_uncles;
	h->gas_limit = 30000000;
	h->time = c->time;
	h->mix_hash = c->mix_hash;
	h->base_fee = pl_u256_of(1000000000);
	roots(c, h);
	if (c->nitro)
		nitro_fields(c, h);
	else
		l1_fields(c, h);
	pl_buf_init(&buf, c->a);
	pl_header_encode(&buf, h);
	b->rlp = pl_buf_span(&buf);
	h->hash = pl_keccak256(b->rlp);
	b->state = world_state_copy(c->a, &c->now);
	c->block[c->n++] = *b;
	*b = (struct world_block){ 0 };
}
