/* Blocks, transactions, receipts and proofs as nodes write them. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "world.h"

#define GAS 30000

void world_hex(struct pl_buf *out, struct pl_span s)
{
	pl_buf_str(out, "\"0x");
	pl_hex_put((char *)pl_buf_room(out, 2 * s.n + 1), s);
	out->n += 2 * s.n;
	pl_buf_byte(out, '"');
}

void world_u64(struct pl_buf *out, uint64_t v)
{
	pl_buf_fmt(out, "\"0x%llx\"", (unsigned long long)v);
}

void world_u256(struct pl_buf *out, const struct pl_u256 *v)
{
	uint8_t be[32];
	char text[65];
	const char *p = text;

	pl_u256_to_be(be, v);
	pl_hex_put(text, (struct pl_span){ be, sizeof(be) });
	while (*p == '0' && p[1])
		p++;
	pl_buf_fmt(out, "\"0x%s\"", p);
}

static void key(struct pl_buf *o, const char *name)
{
	if (o->p[o->n - 1] != '{')
		pl_buf_byte(o, ',');
	pl_buf_fmt(o, "\"%s\":", name);
}

static void m_u64(struct pl_buf *o, const char *name, uint64_t v)
{
	key(o, name);
	world_u64(o, v);
}

static void m_u256(struct pl_buf *o, const char *name, const struct pl_u256 *v)
{
	key(o, name);
	world_u256(o, v);
}

static void m_hex(struct pl_buf *o, const char *name, const void *p, size_t n)
{
	key(o, name);
	world_hex(o, (struct pl_span){ p, n });
}

static void m_word(struct pl_buf *o, const char *name, const uint8_t be[32])
{
	struct pl_u256 v = pl_u256_from_be32(be);

	m_u256(o, name, &v);
}

static void blob_fields(struct pl_buf *o, const struct pl_tx *t)
{
	m_u256(o, "maxFeePerBlobGas", &t->max_blob_fee);
	key(o, "blobVersionedHashes");
	pl_buf_byte(o, '[');
	world_hex(o, (struct pl_span){ t->blob_hashes.p + 1, 32 });
	pl_buf_byte(o, ']');
}

static void setcode_fields(struct pl_buf *o, const struct pl_tx *t)
{
	struct pl_span list = t->auth_list;
	struct pl_auth x;
	struct pl_err e;

	if (pl_auth_next(&x, &list, &e))
		return;
	key(o, "authorizationList");
	pl_buf_str(o, "[{");
	m_u256(o, "chainId", &x.chain_id);
	m_hex(o, "address", x.address.b, 20);
	m_u64(o, "nonce", x.nonce);
	m_u64(o, "yParity", x.y_parity);
	m_u256(o, "r", &x.r);
	m_u256(o, "s", &x.s);
	pl_buf_str(o, "}]");
}

static void signed_fields(struct pl_buf *o, const struct pl_tx *t)
{
	static const char *const names[] = { "gasPrice", "maxFeePerGas",
					     "maxPriorityFeePerGas" };

	m_u64(o, "nonce", t->nonce);
	m_u64(o, "gas", t->gas);
	if (t->type < PL_TX_FEE) {
		m_u256(o, names[0], &t->gas_price);
	} else {
		struct pl_u256 base = pl_u256_of(1000000000);
		struct pl_u256 price = pl_tx_price(t, &base);

		m_u256(o, names[1], &t->max_fee);
		m_u256(o, names[2], &t->max_priority_fee);
		m_u256(o, names[0], &price);
	}
	m_u64(o, "chainId", t->chain_id);
	if (t->type != PL_TX_LEGACY) {
		key(o, "accessList");
		pl_buf_str(o, "[]");
		m_u64(o, "yParity", t->sig.y_parity);
	}
	if (t->type == PL_TX_BLOB)
		blob_fields(o, t);
	if (t->type == PL_TX_SETCODE)
		setcode_fields(o, t);
	m_u64(o, "v", t->type ? t->sig.y_parity : pl_tx_v(t));
	m_word(o, "r", t->sig.r);
	m_word(o, "s", t->sig.s);
	m_hex(o, "to", t->to.b, 20);
	m_u256(o, "value", &t->value);
	m_hex(o, "input", t->data.p, t->data.n);
}

static void own_fields(struct pl_buf *o, const struct pl_nitro_tx *t)
{
	struct pl_u256 none = pl_u256_of(0);

	m_u64(o, "nonce", 0);
	m_u64(o, "gas", 0);
	m_u64(o, "gasPrice", 0);
	m_u64(o, "chainId", t->chain_id);
	m_u64(o, "v", 0);
	m_u64(o, "r", 0);
	m_u64(o, "s", 0);
	m_hex(o, "to", t->to.b, 20);
	m_u256(o, "value", &none);
	m_hex(o, "input", t->data.p, t->data.n);
}

void world_tx_json(struct pl_buf *o, const struct world_chain *c,
		   const struct world_block *b, size_t i)
{
	const struct world_tx *t = &b->tx[i];

	(void)c;
	pl_buf_byte(o, '{');
	m_u64(o, "type", t->receipt.type);
	m_hex(o, "hash", t->hash.b, 32);
	m_hex(o, "from", t->from.b, 20);
	m_hex(o, "blockHash", b->header.hash.b, 32);
	m_u64(o, "blockNumber", b->header.number);
	m_u64(o, "transactionIndex", i);
	if (t->own)
		own_fields(o, &t->nitro);
	else
		signed_fields(o, &t->tx);
	pl_buf_byte(o, '}');
}

static void header_fields(struct pl_buf *o, const struct pl_header *h)
{
	m_u64(o, "number", h->number);
	m_hex(o, "hash", h->hash.b, 32);
	m_hex(o, "parentHash", h->parent_hash.b, 32);
	m_hex(o, "sha3Uncles", h->uncles_hash.b, 32);
	m_hex(o, "miner", h->miner.b, 20);
	m_hex(o, "stateRoot", h->state_root.b, 32);
	m_hex(o, "transactionsRoot", h->tx_root.b, 32);
	m_hex(o, "receiptsRoot", h->receipts_root.b, 32);
	m_hex(o, "logsBloom", h->bloom, sizeof(h->bloom));
	m_u256(o, "difficulty", &h->difficulty);
	m_u64(o, "gasLimit", h->gas_limit);
	m_u64(o, "gasUsed", h->gas_used);
	m_u64(o, "timestamp", h->time);
	m_hex(o, "extraData", h->extra.p, h->extra.n);
	m_hex(o, "mixHash", h->mix_hash.b, 32);
	m_hex(o, "nonce", h->nonce, sizeof(h->nonce));
	m_u256(o, "baseFeePerGas", &h->base_fee);
	if (h->n_fields < 21)
		return;
	m_hex(o, "withdrawalsRoot", h->withdrawals_root.b, 32);
	m_u64(o, "blobGasUsed", h->blob_gas_used);
	m_u64(o, "excessBlobGas", h->excess_blob_gas);
	m_hex(o, "parentBeaconBlockRoot", h->parent_beacon_root.b, 32);
	m_hex(o, "requestsHash", h->requests_hash.b, 32);
}

static void withdrawals(struct pl_buf *o, const struct world_withdrawal *w)
{
	key(o, "withdrawals");
	pl_buf_byte(o, '[');
	if (w) {
		pl_buf_byte(o, '{');
		m_u64(o, "index", w->index);
		m_u64(o, "validatorIndex", w->validator);
		m_hex(o, "address", w->to.b, 20);
		m_u64(o, "amount", w->gwei);
		pl_buf_byte(o, '}');
	}
	pl_buf_byte(o, ']');
}

void world_block_json(struct pl_buf *o, const struct world_chain *c,
		      const struct world_block *b, bool full)
{
	pl_buf_byte(o, '{');
	header_fields(o, &b->header);
	m_u64(o, "size", b->rlp.n);
	key(o, "transactions");
	pl_buf_byte(o, '[');
	for (size_t i = 0; i < b->n_tx; i++) {
		if (i)
			pl_buf_byte(o, ',');
		if (full)
			world_tx_json(o, c, b, i);
		else
			world_hex(o, pl_hash32_span(&b->tx[i].hash));
	}
	pl_buf_byte(o, ']');
	if (!c->nitro)
		withdrawals(o, b->withdrawal);
	pl_buf_str(o, ",\"uncles\":[]}");
}

void world_log_json(struct pl_buf *o, const struct world_block *b, size_t i,
		    const struct pl_log *l, size_t index)
{
	pl_buf_byte(o, '{');
	m_hex(o, "address", l->address.b, 20);
	key(o, "topics");
	for (unsigned k = 0; k < l->n_topics; k++) {
		pl_buf_byte(o, k ? ',' : '[');
		world_hex(o, pl_hash32_span(&l->topics[k]));
	}
	pl_buf_str(o, l->n_topics ? "]" : "[]");
	m_hex(o, "data", l->data.p, l->data.n);
	m_hex(o, "blockHash", b->header.hash.b, 32);
	m_u64(o, "blockNumber", b->header.number);
	m_hex(o, "transactionHash", b->tx[i].hash.b, 32);
	m_u64(o, "transactionIndex", i);
	m_u64(o, "logIndex", index);
	pl_buf_str(o, ",\"removed\":false}");
}

static void logs(struct pl_buf *o, const struct world_block *b, size_t i,
		 enum world_lie lie)
{
	const struct world_tx *t = &b->tx[i];
	size_t index = 0, n = lie == WORLD_OMITTED_LOGS ? 0 : t->n_logs;

	for (size_t k = 0; k < i; k++)
		index += b->tx[k].n_logs;
	key(o, "logs");
	pl_buf_byte(o, '[');
	for (size_t k = 0; k < n; k++) {
		if (k)
			pl_buf_byte(o, ',');
		world_log_json(o, b, i, &t->log[k], index + k);
	}
	if (lie == WORLD_EXTRA_LOG) {
		struct pl_log more = { .data = { NULL, 0 } };

		if (n)
			pl_buf_byte(o, ',');
		world_log_json(o, b, i, n ? &t->log[0] : &more, index + n);
	}
	pl_buf_byte(o, ']');
}

void world_receipt_json(struct pl_buf *o, const struct world_block *b, size_t i,
			enum world_lie lie)
{
	const struct world_tx *t = &b->tx[i];
	struct pl_u256 price = pl_u256_of(1000000000);
	uint8_t empty[PL_BLOOM] = { 0 };

	if (!t->own)
		price = pl_tx_price(&t->tx, &b->header.base_fee);
	pl_buf_byte(o, '{');
	m_u64(o, "type", t->receipt.type);
	m_u64(o, "status", t->receipt.status);
	m_u64(o, "cumulativeGasUsed", t->receipt.cumulative_gas);
	m_u64(o, "gasUsed", t->own ? 0 : GAS);
	m_u256(o, "effectiveGasPrice", &price);
	m_hex(o, "logsBloom",
	      lie == WORLD_OMITTED_LOGS ? empty : t->receipt.bloom, PL_BLOOM);
	logs(o, b, i, lie);
	m_hex(o, "transactionHash", t->hash.b, 32);
	m_u64(o, "transactionIndex", i);
	m_hex(o, "blockHash", b->header.hash.b, 32);
	m_u64(o, "blockNumber", b->header.number);
	m_hex(o, "from", t->from.b, 20);
	m_hex(o, "to", t->own ? t->nitro.to.b : t->tx.to.b, 20);
	if (t->receipt.type == PL_TX_BLOB) {
		m_u64(o, "blobGasUsed", WORLD_BLOB_GAS);
		m_u64(o, "blobGasPrice", 1); /* where nothing is in excess */
	}
	pl_buf_str(o, ",\"contractAddress\":null}");
}

/* ------------------------------------------------------------- eth_getProof */

static void nodes(struct pl_buf *o, const char *name, struct world_proof *p,
		  enum world_lie lie)
{
	key(o, name);
	pl_buf_byte(o, '[');
	if (lie == WORLD_SHORT_PROOF && p->n)
		p->n--;
	for (size_t i = 0; i < p->n; i++) {
		struct pl_span s = p->node[i];

		if (i)
			pl_buf_byte(o, ',');
		if (lie == WORLD_FLIPPED && i == p->n - 1) {
			s = pl_span_dup(o->a, s);
			((uint8_t *)(uintptr_t)s.p)[s.n / 2] ^= 1;
		}
		world_hex(o, s);
	}
	pl_buf_byte(o, ']');
}

static void slot(struct pl_buf *o, struct world_state *s,
		 const struct pl_addr *addr, const char *text,
		 enum world_lie lie)
{
	const struct world_account *acc = world_account(s, addr);
	struct pl_hash32 k = { { 0 } };
	struct world_proof p;
	struct pl_u256 v, one = pl_u256_of(1);
	uint8_t raw[32] = { 0 };
	size_t digits = strlen(text) - 2;
	struct pl_err e;
	char padded[65];

	(void)snprintf(padded, sizeof(padded), "%0*d%s", (int)(64 - digits), 0,
		       text + 2);
	if (digits == 64)
		(void)snprintf(padded, sizeof(padded), "%s", text + 2);
	(void)!pl_hex_fixed(raw, 32, padded, 64, &e);
	memcpy(k.b, raw, 32);
	world_slot_proof(o->a, acc, &k, &p);
	v = world_load(s, addr, &k);
	if (lie == WORLD_WRONG_STORAGE)
		(void)!pl_u256_add(&v, &v, &one);
	pl_buf_byte(o, '{');
	m_hex(o, "key", k.b, 32);
	m_u256(o, "value", &v);
	nodes(o, "proof", &p, lie);
	pl_buf_byte(o, '}');
}

void world_proof_json(struct pl_buf *o, const struct world_block *b,
		      const struct pl_json *params, enum world_lie lie)
{
	const char *text = pl_json_str(pl_json_at(params, 0));
	const struct pl_json *keys = pl_json_at(params, 1);
	struct world_account none = { .storage_root = pl_empty_root };
	const struct world_account *acc;
	struct pl_u256 balance, one = pl_u256_of(1);
	struct pl_hash32 code;
	struct world_proof p;
	struct pl_addr addr;
	struct pl_err e;

	if (!text || pl_hex_fixed(addr.b, 20, text, strlen(text), &e)) {
		pl_buf_str(o, "null");
		return;
	}
	if (lie == WORLD_OTHER_ACCOUNT)
		addr = world_user(9);
	world_account_proof(o->a, b->state, &addr, &p);
	acc = world_account(b->state, &addr);
	if (!acc)
		acc = &none;
	balance = acc->balance;
	if (lie == WORLD_WRONG_BALANCE)
		(void)!pl_u256_add(&balance, &balance, &one);
	code = pl_keccak256(acc->code);
	pl_buf_byte(o, '{');
	m_hex(o, "address", addr.b, 20);
	m_u256(o, "balance", &balance);
	m_u64(o, "nonce", acc->nonce);
	m_hex(o, "codeHash", code.b, 32);
	m_hex(o, "storageHash", acc->storage_root.b, 32);
	nodes(o, "accountProof", &p, lie);
	key(o, "storageProof");
	pl_buf_byte(o, '[');
	for (size_t i = 0; i < pl_json_len(keys); i++) {
		const char *k = pl_json_str(pl_json_at(keys, i));

		if (i)
			pl_buf_byte(o, ',');
		slot(o, b->state, &addr, k ? k : "0x0", lie);
	}
	pl_buf_str(o, "]}");
}
