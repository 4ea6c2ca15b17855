/* Methods that read accounts. */
#include "devnet/node_methods.h"

#define MAX_KEYS 1024 /* of one eth_getProof */

static enum pl_rc account_at(struct node_call *c, struct pl_state_account *out,
			     struct pl_addr *addr, size_t block,
			     struct node_at *at, struct pl_err *e)
{
	PL_TRY(node_addr(c, addr, 0, e));
	PL_TRY(node_at(c, at, block, e));
	return pl_dev_account(c->d, at->state, out, addr, e);
}

enum pl_rc node_get_balance(struct node_call *c, struct pl_err *e)
{
	struct pl_state_account x;
	struct pl_addr addr;
	struct node_at at;

	PL_TRY(account_at(c, &x, &addr, 1, &at, e));
	pl_jout_u256(c->w, NODE_KEY, &x.balance);
	return PL_OK;
}

static bool wants_pending(const struct node_call *c, size_t i)
{
	const char *s = pl_json_str(node_param(c, i));

	return s && !strcmp(s, "pending");
}

enum pl_rc node_get_transaction_count(struct node_call *c, struct pl_err *e)
{
	struct pl_state_account x;
	struct pl_addr addr;
	struct node_at at;
	uint64_t nonce;

	if (wants_pending(c, 1)) {
		PL_TRY(node_addr(c, &addr, 0, e));
		PL_TRY(pl_dev_next_nonce(c->d, &nonce, &addr, e));
	} else {
		PL_TRY(account_at(c, &x, &addr, 1, &at, e));
		nonce = x.nonce;
	}
	pl_jout_u64(c->w, NODE_KEY, nonce);
	return PL_OK;
}

enum pl_rc node_get_code(struct node_call *c, struct pl_err *e)
{
	struct pl_span code;
	struct pl_addr addr;
	struct node_at at;

	PL_TRY(node_addr(c, &addr, 0, e));
	PL_TRY(node_at(c, &at, 1, e));
	PL_TRY(pl_dev_code(c->d, at.state, &code, &addr, e));
	pl_jout_data(c->w, NODE_KEY, code);
	return PL_OK;
}

enum pl_rc node_get_storage_at(struct node_call *c, struct pl_err *e)
{
	struct pl_u256 key, value;
	struct pl_hash32 word;
	struct pl_addr addr;
	struct node_at at;

	PL_TRY(node_addr(c, &addr, 0, e));
	PL_TRY(node_u256(c, &key, 1, e));
	PL_TRY(node_at(c, &at, 2, e));
	PL_TRY(pl_dev_slot(c->d, at.state, &value, &addr, &key, e));
	pl_u256_to_be(word.b, &value);
	pl_jout_hash(c->w, NODE_KEY, &word);
	return PL_OK;
}

static enum pl_rc read_keys(struct node_call *c, struct pl_hash32 **out,
			    size_t *n, struct pl_err *e)
{
	const struct pl_json *list = node_param(c, 1);
	size_t len = pl_json_len(list);

	if (pl_json_type(list) != PL_J_ARRAY || len > MAX_KEYS) {
		(void)pl_fail(e, PL_EUSAGE, "keys: a list of at most %d",
			      MAX_KEYS);
		return node_bad(c, e);
	}
	*out = PL_NEW_N(c->a, struct pl_hash32, len);
	for (size_t i = 0; i < len; i++) {
		struct pl_u256 key;

		if (node_slot(&key, pl_json_at(list, i), e))
			return node_bad(c, e);
		pl_u256_to_be((*out)[i].b, &key);
	}
	*n = len;
	return PL_OK;
}

enum pl_rc node_get_proof(struct node_call *c, struct pl_err *e)
{
	struct pl_node_proof out = { .n_nodes = 0 };
	struct pl_node_slot *slots;
	struct pl_dev_proof p;
	struct pl_hash32 *keys = NULL;
	struct node_at at;
	size_t n = 0;

	PL_TRY(node_addr(c, &out.address, 0, e));
	PL_TRY(read_keys(c, &keys, &n, e));
	PL_TRY(node_at(c, &at, 2, e));
	/* what was changed by hand is under no block's root yet */
	PL_TRY(pl_dev_prove(c->d, c->a, at.b->after, &p, &out.address, keys, n,
			    e));
	slots = PL_NEW_N(c->a, struct pl_node_slot, n);
	for (size_t i = 0; i < n; i++)
		slots[i] = (struct pl_node_slot){ keys[i], p.values[i],
						  p.slot_nodes[i],
						  p.n_slot_nodes[i] };
	out.account = p.account;
	out.nodes = p.nodes;
	out.n_nodes = p.n_nodes;
	out.slots = slots;
	out.n_slots = n;
	pl_node_proof(c->w, NODE_KEY, &out);
	return PL_OK;
}
