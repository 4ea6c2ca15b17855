/* Accounts and logs, as JSON-RPC asks for them. */
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "rpc.h"

void rpc_get_proof(struct call *x)
{
	const struct world_block *b = rpc_block_of(x, pl_json_at(x->params, 2));

	b = rpc_shown(x, b, WORLD_STALE_STATE, 3);
	b = rpc_shown(x, b, WORLD_OTHER_BLOCK, 1);
	if (b)
		world_proof_json(x->out, b, x->params, x->lie);
	else
		rpc_null(x);
}

static const struct world_account *account(struct call *x, const char *ref)
{
	static const struct world_account none;
	const char *text = pl_json_str(pl_json_at(x->params, 0));
	const struct world_block *b =
		rpc_block_of(x, pl_json_at(x->params, ref ? 2 : 1));
	const struct world_account *acc;
	struct pl_addr addr;
	struct pl_err e;

	if (!b || !text || pl_hex_fixed(addr.b, 20, text, strlen(text), &e))
		return &none;
	acc = world_account(b->state, &addr);
	return acc ? acc : &none;
}

void rpc_get_code(struct call *x)
{
	static const uint8_t wrong[] = { 0x60, 0x00, 0x00 };
	struct pl_span code = account(x, NULL)->code;

	if (x->lie == WORLD_WRONG_CODE)
		code = (struct pl_span){ wrong, sizeof(wrong) };
	world_hex(x->out, code);
}

void rpc_get_balance(struct call *x)
{
	world_u256(x->out, &account(x, NULL)->balance);
}

void rpc_get_nonce(struct call *x)
{
	world_u64(x->out, account(x, NULL)->nonce);
}

void rpc_get_storage(struct call *x)
{
	const struct world_account *acc = account(x, "third");
	struct pl_hash32 key = world_word(
		rpc_number_of(pl_json_str(pl_json_at(x->params, 1))));
	struct pl_u256 v = world_slot(acc, &key);

	pl_u256_to_be(key.b, &v);
	world_hex(x->out, pl_hash32_span(&key));
}

/* Whether text, or one of a list, is these bytes; null fits all. */
static bool fits(const struct pl_json *want, struct pl_span is)
{
	char text[67] = "0x";

	if (pl_json_is_null(want))
		return true;
	pl_hex_put(text + 2, is);
	if (pl_json_str(want))
		return !strcasecmp(pl_json_str(want), text);
	for (size_t i = 0; i < pl_json_len(want); i++)
		if (fits(pl_json_at(want, i), is))
			return true;
	return !pl_json_len(want);
}

static bool wanted(const struct pl_json *f, const struct pl_log *l)
{
	const struct pl_json *topics = pl_json_get(f, "topics");

	if (!fits(pl_json_get(f, "address"), pl_addr_span(&l->address)) ||
	    pl_json_len(topics) > l->n_topics)
		return false;
	for (size_t i = 0; i < pl_json_len(topics); i++)
		if (!fits(pl_json_at(topics, i), pl_hash32_span(&l->topics[i])))
			return false;
	return true;
}

static void block_logs(struct call *x, const struct pl_json *f,
		       const struct world_block *b, bool *first)
{
	size_t index = 0;

	for (size_t i = 0; i < b->n_tx; i++)
		for (size_t k = 0; k < b->tx[i].n_logs; k++, index++) {
			const struct pl_log *l = &b->tx[i].log[k];

			if (!wanted(f, l) || x->lie == WORLD_OMITTED_LOGS)
				continue;
			if (!*first)
				pl_buf_byte(x->out, ',');
			*first = false;
			world_log_json(x->out, b, i, l, index);
		}
}

void rpc_get_logs(struct call *x)
{
	const struct pl_json *f = pl_json_at(x->params, 0);
	const struct world_block *from =
		rpc_block_of(x, pl_json_get(f, "fromBlock"));
	const struct world_block *to =
		rpc_block_of(x, pl_json_get(f, "toBlock"));
	bool first = true;

	if (pl_json_get(f, "blockHash"))
		from = to = rpc_by_hash(
			x->c, pl_json_str(pl_json_get(f, "blockHash")));
	if (!to)
		to = &x->c->block[x->c->n - 1];
	pl_buf_byte(x->out, '[');
	for (; from && from <= to; from++)
		block_logs(x, f, from, &first);
	pl_buf_byte(x->out, ']');
}
