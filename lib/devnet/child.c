#include "devnet/child.h"

#include "base/embed.h"
#include "codec/abi.h"
#include "crypto/keccak.h"

PL_EMBED(pl_dev_outbox_json, "templates/contracts/DevOutbox.json");

#define OWNER "plume devnet: who confirms the child's blocks"
#define GAS 400000 /* more than either transaction takes */
#define ARBOS 32   /* before the version that keeps a ring of block hashes */

struct pl_dev_child {
	struct pl_dev *parent;
	struct pl_hash32 send_root; /* 0 */
	struct pl_abi_item update;
	struct pl_hash32 confirmed;
	uint64_t
		parent_block; /* the parent's head when it was last looked at */
};

/* Below the group's order, which begins with 31 bits of ones. */
static struct pl_hash32 owner_key(void)
{
	struct pl_hash32 key = pl_keccak256(pl_span_str(OWNER));

	key.b[0] &= 0x7f;
	return key;
}

struct pl_addr pl_dev_child_owner(void)
{
	struct pl_hash32 key = owner_key();
	struct pl_addr out = { { 0 } };
	struct pl_err e;

	/* it is a key */
	(void)!pl_secp_address(&out, key.b, &e);
	return out;
}

struct pl_addr pl_dev_child_outbox(void)
{
	struct pl_addr owner = pl_dev_child_owner();

	return pl_create_address(&owner, 0);
}

/* Into the parent's pool, and on into a block. */
static enum pl_rc send(struct pl_dev_child *x, struct pl_arena *a,
		       const struct pl_addr *to, struct pl_span data, bool mine,
		       uint64_t now, struct pl_err *e)
{
	struct pl_hash32 key = owner_key(), hash;
	struct pl_addr owner = pl_dev_child_owner();
	const struct pl_dev_block *head = pl_dev_head(x->parent);
	struct pl_tx tx = {
		.type = PL_TX_FEE,
		.chain_id = pl_dev_conf(x->parent)->chain_id,
		.gas = GAS,
		.has_to = to != NULL,
		.data = data,
	};
	struct pl_buf raw;

	if (to)
		tx.to = *to;
	/* the base fee may rise by an eighth a block while it waits */
	if (!pl_u256_mul64(&tx.max_fee, &head->header.base_fee, 8))
		return pl_fail(e, PL_EMATH, "base fee out of range");
	PL_TRY(pl_dev_next_nonce(x->parent, &tx.nonce, &owner, e));
	pl_buf_init(&raw, a);
	PL_TRY(pl_tx_sign(&tx, &raw, key.b, e));
	pl_tx_encode(&raw, &tx);
	PL_TRY(pl_dev_send(x->parent, &hash, pl_buf_span(&raw), NULL, e));
	return mine ? pl_dev_mine(x->parent, NULL, now, e) : PL_OK;
}

static enum pl_rc deploy(struct pl_dev_child *x, struct pl_arena *a,
			 uint64_t now, struct pl_err *e)
{
	const struct pl_json *json, *code, *abi;
	const struct pl_abi_item *update;
	struct pl_abi all;
	struct pl_span data;

	PL_TRY(pl_json_parse(a, &json, PL_EMBEDDED(pl_dev_outbox_json), e));
	PL_TRY(pl_json_need(&code, json, "bytecode", PL_J_STR, e));
	PL_TRY(pl_json_data(a, &data, code, e));
	PL_TRY(pl_json_need(&abi, json, "abi", PL_J_ARRAY, e));
	PL_TRY(pl_abi_read(a, &all, abi, e));
	PL_TRY(pl_abi_find(&update, &all, PL_ABI_FUNCTION, "updateSendRoot",
			   e));
	x->update = *update;
	return send(x, a, NULL, data, true, now, e);
}

enum pl_rc pl_dev_child_new(struct pl_arena *a, struct pl_dev_child **out,
			    struct pl_dev *parent, uint64_t now,
			    struct pl_err *e)
{
	struct pl_dev_child *x = PL_NEW(a, struct pl_dev_child);

	x->parent = parent;
	PL_TRY(deploy(x, a, now, e));
	x->parent_block = pl_dev_head(parent)->header.number;
	*out = x;
	return PL_OK;
}

static void put_be64(uint8_t *p, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

void pl_dev_child_seal(void *child, struct pl_header *h)
{
	struct pl_dev_child *x = child;

	h->n_fields = 16;
	h->difficulty = pl_u256_of(1);
	h->extra = pl_hash32_span(&x->send_root);
	memset(&h->mix_hash, 0, sizeof(h->mix_hash));
	put_be64(h->mix_hash.b + 8, x->parent_block);
	put_be64(h->mix_hash.b + 16, ARBOS);
}

enum pl_rc pl_dev_child_confirm(struct pl_dev_child *x,
				const struct pl_dev *child, bool mine,
				uint64_t now, struct pl_err *e)
{
	const struct pl_hash32 *block = &pl_dev_head(child)->header.hash;
	struct pl_addr outbox = pl_dev_child_outbox();
	struct pl_abi_value v[2] = {
		{ .kind = PL_ABI_FIXED,
		  .bytes = pl_hash32_span(&x->send_root) },
		{ .kind = PL_ABI_FIXED, .bytes = pl_hash32_span(block) },
	};
	struct pl_arena *a;
	struct pl_span data;
	enum pl_rc rc;

	x->parent_block = pl_dev_head(x->parent)->header.number;
	if (pl_hash32_equal(block, &x->confirmed))
		return PL_OK;
	a = pl_arena_open(0);
	rc = pl_abi_encode_call(a, &data, &x->update, v, 2, e);
	if (!rc)
		rc = send(x, a, &outbox, data, mine, now, e);
	if (!rc)
		x->confirmed = *block;
	pl_arena_close(a);
	return rc;
}
