#include "sync/token.h"

#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "crypto/addr.h"

/* What is asked, in the order of the batch. */
enum question {
	Q_CODE,
	Q_NAME,
	Q_SYMBOL,
	Q_DECIMALS,
	Q_SUPPLY,
	Q_CAP,
	Q_PAUSED,
	Q_OWNER,
	Q_PENDING,
	Q_ASSET,
	Q_ROOT,
	Q_COMMIT,
	Q_COUNT
};

static const char *const functions[Q_COUNT] = {
	[Q_NAME] = "name",
	[Q_SYMBOL] = "symbol",
	[Q_DECIMALS] = "decimals",
	[Q_SUPPLY] = "totalSupply",
	[Q_CAP] = "cap",
	[Q_PAUSED] = "paused",
	[Q_OWNER] = "owner",
	[Q_PENDING] = "pendingOwner",
	[Q_ASSET] = "asset",
	[Q_ROOT] = "assetRoot",
	[Q_COMMIT] = "assetCommit",
};

/* A reading on its way: what is asked of whom, and the answers. */
struct reading {
	struct pl_arena *a;
	const struct pl_token_artifact *t;
	const char *addr; /* the token's */
	struct pl_rpc_item items[Q_COUNT];
	struct pl_err *e;
};

static enum pl_rc latest(struct pl_arena *a, struct pl_token_block *out,
			 struct pl_rpc *r, struct pl_err *e)
{
	const struct pl_json *v;
	struct pl_token_block b;
	uint64_t time;
	enum pl_rc rc;

	PL_TRY(pl_rpc_call(r, a, &v, "eth_getBlockByNumber",
			   "[\"latest\",false]", e));
	rc = pl_json_u64(&b.number, pl_json_get(v, "number"), e);
	if (!rc)
		rc = pl_json_hash32(&b.hash, pl_json_get(v, "hash"), e);
	if (!rc)
		rc = pl_json_u64(&time, pl_json_get(v, "timestamp"), e);
	if (rc)
		return pl_note(e, "latest block of %s", pl_rpc_host(r));
	b.time = (int64_t)(time & INT64_MAX);
	*out = b;
	return PL_OK;
}

static enum pl_rc ask(struct reading *g, struct pl_rpc *r, const char *block)
{
	struct pl_span data;

	g->items[Q_CODE].method = "eth_getCode";
	g->items[Q_CODE].params =
		pl_printf(g->a, "[\"%s\",\"%s\"]", g->addr, block);
	for (int q = Q_NAME; q < Q_COUNT; q++) {
		PL_TRY(pl_token_call(g->a, &data, g->t, functions[q], NULL, 0,
				     g->e));
		g->items[q].method = "eth_call";
		g->items[q].params = pl_printf(
			g->a, "[{\"to\":\"%s\",\"data\":\"%s\"},\"%s\"]",
			g->addr, pl_hex(g->a, data), block);
	}
	return pl_rpc_batch(r, g->a, g->items, Q_COUNT, g->e);
}

/* The code failed, rather than the node: a function that is not there ends in
 * a revert, and in old contracts in an invalid opcode. */
static bool code_failed(const struct pl_rpc_error *err)
{
	static const char *const signs[] = { "opcode", "out of gas",
					     "execution", "EVM" };

	if (pl_rpc_reverted(err))
		return true;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (err->message && strstr(err->message, signs[i]))
			return true;
	}
	return false;
}

/* The bytes of an answer; none where the token has no such function. */
static enum pl_rc bytes_of(struct reading *g, struct pl_span *out,
			   enum question q)
{
	const struct pl_rpc_item *it = &g->items[q];

	*out = (struct pl_span){ NULL, 0 };
	if (it->result) {
		if (pl_json_data(g->a, out, it->result, g->e))
			return pl_note(g->e, "%s", it->method);
		return PL_OK;
	}
	if (q != Q_CODE && code_failed(&it->error))
		return PL_OK;
	return pl_fail(g->e, PL_ENET, "%s: the node says: %.200s", it->method,
		       it->error.message ? it->error.message : "nothing");
}

/* An answer that decodes as our function of that name; *found is false where
 * there is none, or one of another form under the same name. */
static enum pl_rc value_of(struct reading *g, struct pl_abi_value *v,
			   bool *found, enum question q)
{
	struct pl_span data;
	struct pl_err ignored;

	PL_TRY(bytes_of(g, &data, q));
	*found = data.n &&
		 !pl_token_answer(g->a, v, g->t, functions[q], data, &ignored);
	return PL_OK;
}

static enum pl_rc text_of(struct reading *g, const char **out, enum question q)
{
	struct pl_span data;
	struct pl_err ignored;
	char *s;

	PL_TRY(bytes_of(g, &data, q));
	if (data.n && !pl_token_text_answer(g->a, &s, data, &ignored))
		*out = s;
	return PL_OK;
}

static enum pl_rc addr_of(struct reading *g, const struct pl_addr **out,
			  enum question q)
{
	struct pl_abi_value v;
	struct pl_addr *addr;
	bool found;

	PL_TRY(value_of(g, &v, &found, q));
	if (!found)
		return PL_OK;
	addr = PL_NEW(g->a, struct pl_addr);
	*addr = v.addr;
	*out = addr;
	return PL_OK;
}

static enum pl_rc hash_of(struct reading *g, const struct pl_hash32 **out,
			  enum question q)
{
	static const struct pl_hash32 zero;
	struct pl_abi_value v;
	struct pl_hash32 *h;
	bool found;

	PL_TRY(value_of(g, &v, &found, q));
	if (!found || !memcmp(v.bytes.p, zero.b, sizeof(zero.b)))
		return PL_OK;
	h = PL_NEW(g->a, struct pl_hash32);
	memcpy(h->b, v.bytes.p, sizeof(h->b));
	*out = h;
	return PL_OK;
}

/* What makes it an ERC-20. */
static enum pl_rc read_core(struct reading *g, struct pl_token_info *i)
{
	struct pl_abi_value v;
	struct pl_span code;
	uint64_t decimals;
	uint8_t *d;
	bool found;

	PL_TRY(bytes_of(g, &code, Q_CODE));
	if (!code.n)
		return pl_fail(g->e, PL_ENOTFOUND,
			       "no contract stands at %s in block %" PRIu64,
			       g->addr, i->block.number);
	PL_TRY(value_of(g, &v, &found, Q_SUPPLY));
	if (!found)
		return pl_fail(g->e, PL_EFORMAT,
			       "%s is no ERC-20: it has no totalSupply()",
			       g->addr);
	i->supply = v.num;
	PL_TRY(value_of(g, &v, &found, Q_DECIMALS));
	if (found && pl_u256_to_u64(&decimals, &v.num)) {
		d = PL_NEW(g->a, uint8_t);
		*d = (uint8_t)decimals; /* decoded as a uint8 */
		i->decimals = d;
	}
	PL_TRY(text_of(g, &i->name, Q_NAME));
	return text_of(g, &i->symbol, Q_SYMBOL);
}

/* What ours have besides, and others may. */
static enum pl_rc read_more(struct reading *g, struct pl_token_info *i)
{
	static const struct pl_addr zero;
	struct pl_abi_value v;
	struct pl_u256 *cap;
	bool *paused, found;

	PL_TRY(value_of(g, &v, &found, Q_CAP));
	if (found && ~(v.num.w[0] & v.num.w[1] & v.num.w[2] & v.num.w[3])) {
		cap = PL_NEW(g->a, struct pl_u256);
		*cap = v.num;
		i->cap = cap;
	}
	PL_TRY(value_of(g, &v, &found, Q_PAUSED));
	if (found) {
		paused = PL_NEW(g->a, bool);
		*paused = !pl_u256_is_zero(&v.num);
		i->paused = paused;
	}
	PL_TRY(addr_of(g, &i->owner, Q_OWNER));
	PL_TRY(addr_of(g, &i->pending_owner, Q_PENDING));
	if (i->pending_owner && pl_addr_equal(i->pending_owner, &zero))
		i->pending_owner = NULL;
	PL_TRY(text_of(g, &i->asset, Q_ASSET));
	if (i->asset && !*i->asset)
		i->asset = NULL;
	PL_TRY(hash_of(g, &i->root, Q_ROOT));
	return hash_of(g, &i->commit, Q_COMMIT);
}

enum pl_rc pl_token_read(struct pl_arena *a, struct pl_token_info *out,
			 struct pl_rpc *r, const struct pl_token_artifact *t,
			 const struct pl_addr *token, struct pl_err *e)
{
	struct pl_token_info i = { .addr = *token };
	struct reading g = { .a = a, .t = t, .e = e };
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, token);
	g.addr = text;
	PL_TRY(latest(a, &i.block, r, e));
	PL_TRY(ask(&g, r, pl_printf(a, "0x%" PRIx64, i.block.number)));
	PL_TRY(read_core(&g, &i));
	PL_TRY(read_more(&g, &i));
	*out = i;
	return PL_OK;
}

enum pl_rc pl_token_balance(struct pl_arena *a, struct pl_u256 *out,
			    struct pl_rpc *r, const struct pl_token_artifact *t,
			    const struct pl_token_info *info,
			    const struct pl_addr *who, struct pl_err *e)
{
	struct pl_abi_value arg = pl_abi_addr(who), v;
	struct pl_rpc_view call = { .to = &info->addr };
	struct pl_span data, answer;

	PL_TRY(pl_token_call(a, &data, t, "balanceOf", &arg, 1, e));
	call.data = data;
	call.block = pl_printf(a, "0x%" PRIx64, info->block.number);
	PL_TRY(pl_rpc_view(r, a, &answer, NULL, &call, e));
	PL_TRY(pl_token_answer(a, &v, t, "balanceOf", answer, e));
	*out = v.num;
	return PL_OK;
}

enum pl_rc pl_token_exists(struct pl_arena *a, bool *out, struct pl_rpc *r,
			   const struct pl_addr *token, struct pl_err *e)
{
	struct pl_span code;
	char *params = pl_printf(a, "[\"%s\",\"latest\"]",
				 pl_hex(a, pl_addr_span(token)));

	PL_TRY(pl_rpc_data(r, a, &code, "eth_getCode", params, e));
	*out = code.n > 0;
	return PL_OK;
}

/* Logs of other contracts are none of ours to judge: *ours is then false. */
static enum pl_rc read_log(struct pl_arena *a, struct pl_token_event *out,
			   bool *ours, const struct pl_token_artifact *t,
			   const struct pl_addr *token,
			   const struct pl_json *log, struct pl_err *e)
{
	const struct pl_json *list = pl_json_get(log, "topics");
	struct pl_hash32 topics[PL_MAX_TOPICS];
	struct pl_addr addr;
	struct pl_span data;
	size_t n = pl_json_len(list);

	PL_TRY(pl_json_addr(&addr, pl_json_get(log, "address"), e));
	*ours = pl_addr_equal(&addr, token);
	if (!*ours)
		return PL_OK;
	if (n > PL_MAX_TOPICS)
		return pl_fail(e, PL_EFORMAT, "%zu topics", n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_json_hash32(&topics[i], pl_json_at(list, i), e));
	PL_TRY(pl_json_data(a, &data, pl_json_get(log, "data"), e));
	PL_TRY(pl_token_event(a, out, t, &addr, topics, n, data, e));
	*ours = out->kind != PL_TOKEN_OTHER;
	return PL_OK;
}

enum pl_rc pl_token_events(struct pl_arena *a, struct pl_token_event **out,
			   size_t *n, const struct pl_token_artifact *t,
			   const struct pl_addr *token,
			   const struct pl_json *receipt, struct pl_err *e)
{
	const struct pl_json *logs;
	struct pl_token_event *v;
	size_t count = 0;
	bool ours;

	PL_TRY(pl_json_need(&logs, receipt, "logs", PL_J_ARRAY, e));
	if (pl_json_len(logs) > PL_MAX_RECEIPT_LOGS)
		return pl_fail(e, PL_ELIMIT, "a receipt of %zu logs",
			       pl_json_len(logs));
	v = PL_NEW_N(a, struct pl_token_event, pl_json_len(logs));
	for (size_t i = 0; i < pl_json_len(logs); i++) {
		if (read_log(a, &v[count], &ours, t, token, pl_json_at(logs, i),
			     e))
			return pl_note(e, "log %zu of the receipt", i);
		count += ours;
	}
	*out = v;
	*n = count;
	return PL_OK;
}
