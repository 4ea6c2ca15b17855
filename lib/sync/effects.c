#include "sync/effects.h"

#include <string.h>

#include "token/token.h"

#define VIEW_GAS 10000000
#define WORD 32

/* ------------------------------------------------------------------ views */

static enum pl_rc view_call(struct pl_arena *a, struct pl_exec_call *out,
			    struct pl_abi_item *f, const struct pl_addr *to,
			    const char *signature, const struct pl_abi_value *v,
			    size_t n, struct pl_err *e)
{
	*out = (struct pl_exec_call){ .has_to = true,
				      .to = *to,
				      .gas = VIEW_GAS };
	PL_TRY(pl_abi_sig_parse(a, f, signature, e));
	return pl_abi_encode_call(a, &out->data, f, v, n, e);
}

static bool answered(struct pl_arena *a, struct pl_abi_value *out,
		     const struct pl_abi_item *f,
		     const struct pl_exec_result *r)
{
	struct pl_err ignored;

	return r->status == PL_EVM_SUCCESS && r->output.n &&
	       !pl_abi_decode(a, out, &f->out, r->output, &ignored);
}

enum pl_rc pl_exec_view(struct pl_exec *x, struct pl_arena *a,
			struct pl_abi_value *out, bool *found,
			const struct pl_addr *to, const char *signature,
			const struct pl_abi_value *v, size_t n,
			struct pl_err *e)
{
	struct pl_exec_result r;
	struct pl_exec_call c;
	struct pl_abi_item f;

	PL_TRY(view_call(a, &c, &f, to, signature, v, n, e));
	PL_TRY(pl_exec_run(x, a, &r, &c, e));
	*found = answered(a, out, &f, &r);
	return PL_OK;
}

/* ----------------------------------------------------------------- events */

static void events(struct pl_arena *a, struct pl_effects *out,
		   const struct pl_abi *abi)
{
	const size_t n = out->result.n_logs;
	struct pl_effect_event *v = PL_NEW_N(a, struct pl_effect_event, n);
	struct pl_err ignored;

	for (size_t i = 0; i < n; i++) {
		const struct pl_log *l = &out->result.logs[i];
		const struct pl_abi_item *item =
			l->n_topics ? pl_abi_by_topic(abi, &l->topics[0])
				    : NULL;

		v[i].log = l;
		if (item &&
		    !pl_abi_decode_event(a, &v[i].args, item, l->topics,
					 l->n_topics, l->data, &ignored))
			v[i].item = item;
	}
	out->events = v;
	out->n_events = n;
}

/* ---------------------------------------------------------------- balances */

struct token {
	struct pl_addr addr;
	const char *symbol;
	uint8_t decimals;
};

struct party {
	size_t token;
	struct pl_addr who;
};

struct parties {
	struct token token[PL_EFFECT_TOKENS];
	size_t n_tokens;
	struct party v[PL_EFFECT_PARTIES];
	size_t n;
	bool more;
};

static void add_party(struct parties *p, size_t token,
		      const struct pl_hash32 *topic)
{
	static const struct pl_addr zero;
	struct pl_addr who;

	memcpy(who.b, topic->b + 12, sizeof(who.b));
	if (pl_addr_equal(&who, &zero))
		return;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].token == token && pl_addr_equal(&p->v[i].who, &who))
			return;
	if (p->n == PL_EFFECT_PARTIES) {
		p->more = true;
		return;
	}
	p->v[p->n++] = (struct party){ token, who };
}

static bool find_token(struct parties *p, size_t *out,
		       const struct pl_addr *addr)
{
	for (*out = 0; *out < p->n_tokens; (*out)++)
		if (pl_addr_equal(&p->token[*out].addr, addr))
			return true;
	if (p->n_tokens == PL_EFFECT_TOKENS) {
		p->more = true;
		return false;
	}
	p->token[p->n_tokens++].addr = *addr;
	return true;
}

/* ERC-20's have two topics beside their name, and an amount. */
static void find_parties(struct parties *p, const struct pl_effects *f)
{
	for (size_t i = 0; i < f->result.n_logs; i++) {
		const struct pl_log *l = &f->result.logs[i];
		size_t token;

		if (l->n_topics != 3 || l->data.n != WORD ||
		    !pl_hash32_equal(&l->topics[0], &pl_token_topic_transfer) ||
		    !find_token(p, &token, &l->address))
			continue;
		add_party(p, token, &l->topics[1]);
		add_party(p, token, &l->topics[2]);
	}
}

/* What it calls itself, in the state after: it may be new. */
static void token_unit(struct pl_arena *a, struct token *t,
		       const struct pl_exec_result r[2])
{
	struct pl_hash32 word;
	struct pl_err ignored;
	struct pl_u256 v;
	uint64_t d;
	char *text;

	if (r[0].status == PL_EVM_SUCCESS && r[0].output.n &&
	    !pl_token_text_answer(a, &text, r[0].output, &ignored))
		t->symbol = text;
	if (r[1].status != PL_EVM_SUCCESS || r[1].output.n != sizeof(word.b))
		return;
	v = pl_u256_from_be32(r[1].output.p);
	if (pl_u256_to_u64(&d, &v) && d <= PL_TOKEN_MAX_DECIMALS)
		t->decimals = (uint8_t)d;
}

static void add_change(struct pl_effects *out, struct pl_effect_change *v,
		       const struct pl_effect_change *is)
{
	if (pl_u256_cmp(&is->before, &is->after))
		v[out->n_changes++] = *is;
}

#define BALANCE_OF "balanceOf(address)(uint256)"

/* All balances before, the message, all of them after, and the units. */
static enum pl_rc around(struct pl_arena *a, struct pl_exec_call *calls,
			 struct pl_abi_item *f, const struct pl_exec_call *call,
			 const struct parties *p, struct pl_err *e)
{
	const size_t n = p->n;
	struct pl_exec_call *units = calls + 2 * n + 1;
	struct pl_abi_item unit;

	for (size_t i = 0; i < n; i++) {
		struct pl_abi_value who = pl_abi_addr(&p->v[i].who);
		const struct pl_addr *to = &p->token[p->v[i].token].addr;

		PL_TRY(view_call(a, &calls[i], f, to, BALANCE_OF, &who, 1, e));
		calls[n + 1 + i] = calls[i];
	}
	calls[n] = *call;
	for (size_t i = 0; i < p->n_tokens; i++) {
		const struct pl_addr *to = &p->token[i].addr;

		PL_TRY(view_call(a, &units[2 * i], &unit, to, "symbol()", NULL,
				 0, e));
		PL_TRY(view_call(a, &units[2 * i + 1], &unit, to, "decimals()",
				 NULL, 0, e));
	}
	return PL_OK;
}

/* A token that is made by the message held nothing for anybody. */
static bool held(struct pl_arena *a, struct pl_u256 *out,
		 const struct pl_abi_item *f, const struct pl_exec_result *r,
		 bool before)
{
	struct pl_abi_value v;

	*out = pl_u256_of(0);
	if (before && r->status == PL_EVM_SUCCESS && !r->output.n)
		return true;
	if (!answered(a, &v, f, r))
		return false;
	*out = v.items[0].num;
	return true;
}

static enum pl_rc token_changes(struct pl_exec *x, struct pl_arena *a,
				struct pl_effects *out,
				struct pl_effect_change *v,
				const struct pl_exec_call *call,
				struct parties *p, struct pl_err *e)
{
	const size_t n = p->n, all = 2 * n + 1 + 2 * p->n_tokens;
	struct pl_exec_call *calls = PL_NEW_N(a, struct pl_exec_call, all);
	struct pl_exec_result *r = PL_NEW_N(a, struct pl_exec_result, all);
	struct pl_abi_item f;

	PL_TRY(around(a, calls, &f, call, p, e));
	PL_TRY(pl_exec_run_all(x, a, r, calls, all, e));
	for (size_t i = 0; i < p->n_tokens; i++)
		token_unit(a, &p->token[i], &r[2 * n + 1 + 2 * i]);
	for (size_t i = 0; i < n; i++) {
		const struct token *t = &p->token[p->v[i].token];
		struct pl_effect_change is = { .account = p->v[i].who,
					       .token = &t->addr,
					       .symbol = t->symbol,
					       .decimals = t->decimals };

		if (held(a, &is.before, &f, &r[i], true) &&
		    held(a, &is.after, &f, &r[n + 1 + i], false))
			add_change(out, v, &is);
	}
	return PL_OK;
}

static enum pl_rc changes(struct pl_exec *x, struct pl_arena *a,
			  struct pl_effects *out,
			  const struct pl_exec_call *call, struct pl_err *e)
{
	const struct pl_exec_result *r = &out->result;
	struct parties *p = PL_NEW(a, struct parties);
	struct pl_effect_change *v = PL_NEW_N(
		a, struct pl_effect_change, r->n_balances + PL_EFFECT_PARTIES);

	out->changes = v;
	for (size_t i = 0; i < r->n_balances; i++)
		add_change(out, v,
			   &(struct pl_effect_change){
				   .account = r->balances[i].addr,
				   .decimals = 18,
				   .before = r->balances[i].before,
				   .after = r->balances[i].after });
	find_parties(p, out);
	out->more = p->more;
	if (!p->n)
		return PL_OK;
	return token_changes(x, a, out, v, call, p, e);
}

enum pl_rc pl_effects_run(struct pl_exec *x, struct pl_arena *a,
			  struct pl_effects *out,
			  const struct pl_exec_call *call,
			  const struct pl_abi *abi, struct pl_err *e)
{
	struct pl_effects f = { .more = false };

	PL_TRY(pl_exec_run(x, a, &f.result, call, e));
	events(a, &f, abi);
	PL_TRY(changes(x, a, &f, call, e));
	*out = f;
	return PL_OK;
}
