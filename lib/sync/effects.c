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

static enum pl_rc token_unit(struct pl_exec *x, struct pl_arena *a,
			     struct token *t, struct pl_err *e)
{
	struct pl_exec_result r;
	struct pl_exec_call c;
	struct pl_abi_item f;
	struct pl_abi_value v;
	struct pl_err ignored;
	bool found;
	uint64_t d;
	char *text;

	PL_TRY(view_call(a, &c, &f, &t->addr, "symbol()", NULL, 0, e));
	PL_TRY(pl_exec_run(x, a, &r, &c, e));
	if (r.status == PL_EVM_SUCCESS && r.output.n &&
	    !pl_token_text_answer(a, &text, r.output, &ignored))
		t->symbol = text;
	PL_TRY(pl_exec_view(x, a, &v, &found, &t->addr, "decimals()(uint8)",
			    NULL, 0, e));
	if (found && pl_u256_to_u64(&d, &v.items[0].num) && d <= UINT8_MAX)
		t->decimals = (uint8_t)d;
	return PL_OK;
}

static void add_change(struct pl_effects *out, struct pl_effect_change *v,
		       const struct pl_effect_change *is)
{
	if (pl_u256_cmp(&is->before, &is->after))
		v[out->n_changes++] = *is;
}

/* All balances before, the message, all of them after. */
static enum pl_rc token_changes(struct pl_exec *x, struct pl_arena *a,
				struct pl_effects *out,
				struct pl_effect_change *v,
				const struct pl_exec_call *call,
				const struct parties *p, struct pl_err *e)
{
	const size_t n = p->n;
	struct pl_exec_call *calls =
		PL_NEW_N(a, struct pl_exec_call, 2 * n + 1);
	struct pl_exec_result *r =
		PL_NEW_N(a, struct pl_exec_result, 2 * n + 1);
	struct pl_abi_item f;

	for (size_t i = 0; i < n; i++) {
		struct pl_abi_value who = pl_abi_addr(&p->v[i].who);

		PL_TRY(view_call(a, &calls[i], &f,
				 &p->token[p->v[i].token].addr,
				 "balanceOf(address)(uint256)", &who, 1, e));
		calls[n + 1 + i] = calls[i];
	}
	calls[n] = *call;
	PL_TRY(pl_exec_run_all(x, a, r, calls, 2 * n + 1, e));
	for (size_t i = 0; i < n; i++) {
		const struct token *t = &p->token[p->v[i].token];
		struct pl_addr *addr = PL_NEW(a, struct pl_addr);
		struct pl_abi_value was, is;

		*addr = t->addr;
		if (!answered(a, &was, &f, &r[i]) ||
		    !answered(a, &is, &f, &r[n + 1 + i]))
			continue;
		add_change(out, v,
			   &(struct pl_effect_change){
				   p->v[i].who, addr, t->symbol, t->decimals,
				   was.items[0].num, is.items[0].num });
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
	for (size_t i = 0; i < p->n_tokens; i++)
		PL_TRY(token_unit(x, a, &p->token[i], e));
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
