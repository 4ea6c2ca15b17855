/* What mint, transfer, burn, pause and unpause do: one call of one function,
 * and a look at the receipt whether it really happened. */
#include "cmd/token/token.h"

/* A verb: the function behind it, its arguments, the event that shows it. */
struct verb {
	const char *did, *function;
	bool takes_to, takes_amount, answers_bool;
	enum pl_token_event_kind event;
};

static const struct verb verbs[] = {
	{ "mint", "mint", true, true, false, PL_TOKEN_MINT },
	{ "transfer", "transfer", true, true, true, PL_TOKEN_TRANSFER },
	{ "burn", "burn", false, true, false, PL_TOKEN_BURN },
	{ "burn", "burnFrom", true, true, false, PL_TOKEN_BURN },
	{ "pause", "pause", false, false, false, PL_TOKEN_PAUSED },
	{ "unpause", "unpause", false, false, false, PL_TOKEN_UNPAUSED },
};

/* burn of another's tokens is burnFrom */
static const struct verb *verb_of(const struct pl_token_write *w)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verbs[i].did, w->did) &&
		    (strcmp(w->did, "burn") != 0 ||
		     verbs[i].takes_to == (w->from != NULL)))
			return &verbs[i];
	}
	return NULL;
}

/* A write on its way. */
struct job {
	struct pl_ctx *c;
	const struct pl_token_write *w;
	const struct verb *v;
	struct pl_token token;
	struct pl_amount amount;
	struct pl_addr who; /* receiver, or whose tokens burn */
	struct pl_span data;
	struct pl_token_tx tx;
};

static enum pl_rc prepare(struct job *j, struct pl_err *e)
{
	struct pl_abi_value v[2];
	size_t n = 0;

	if (j->v->takes_to)
		v[n++] = pl_abi_addr(&j->who);
	if (j->v->takes_amount) {
		PL_TRY(pl_token_amount(&j->amount, &j->token, j->w->amount, e));
		v[n++] = pl_abi_u256(&j->amount.raw);
	}
	return pl_token_call(j->c->arena, &j->data, &j->token.t, j->v->function,
			     v, n, e);
}

/* Some tokens answer false instead of reverting; no answer at all (as USDT
 * gives none) is a yes. */
static enum pl_rc would_answer_yes(struct job *j, struct pl_err *e)
{
	struct pl_rpc_view call = { .from = &j->tx.from,
				    .to = &j->token.info.addr,
				    .data = j->data };
	struct pl_span answer;
	uint8_t any = 0;

	if (!j->v->answers_bool)
		return PL_OK;
	PL_TRY(pl_rpc_view(j->token.rpc, j->c->arena, &answer, NULL, &call, e));
	for (size_t i = 0; i < answer.n; i++)
		any |= answer.p[i];
	if (answer.n && !any)
		return pl_fail(e, PL_EREFUSED,
			       "%s would be refused: the token answers false",
			       j->v->function);
	return PL_OK;
}

static const char *question(struct job *j)
{
	struct pl_arena *a = j->c->arena;
	const char *unit = pl_token_unit(j->c, &j->token.info);
	const char *who = pl_token_who(j->c, &j->who), *much;

	if (!j->v->takes_amount)
		return pl_printf(a, "%s %s",
				 !strcmp(j->v->did, "pause")
					 ? "Stop all movements of"
					 : "Allow movements of",
				 unit);
	much = pl_amount_text(a, &j->amount);
	if (!strcmp(j->v->did, "burn"))
		return pl_printf(a, "Burn %s %s of %s", much, unit, who);
	return pl_printf(a, "%s %s %s to %s",
			 !strcmp(j->v->did, "mint") ? "Mint" : "Send", much,
			 unit, who);
}

/* Is this the event that the verb causes?  A token that keeps a fee may move
 * less than was said, so of a foreign transfer only the parties count. */
static bool shows(const struct job *j, const struct pl_token_event *ev)
{
	const struct pl_addr *party =
		ev->kind == PL_TOKEN_BURN ? &ev->from : &ev->to;

	if (ev->kind != j->v->event)
		return false;
	return !j->v->takes_amount || pl_addr_equal(party, &j->who);
}

static enum pl_rc look_at_receipt(struct job *j, struct pl_err *e)
{
	struct pl_token_event *ev;
	size_t n;

	if (j->v->takes_amount && pl_u256_is_zero(&j->amount.raw))
		return PL_OK;
	PL_TRY(pl_token_events(j->c->arena, &ev, &n, &j->token.t,
			       &j->token.info.addr, j->tx.sent.receipt, e));
	for (size_t i = 0; i < n; i++) {
		if (shows(j, &ev[i]))
			return PL_OK;
	}
	return pl_fail(e, PL_EREFUSED,
		       "transaction %s was mined, but the token logged no %s",
		       pl_hash32_text(j->c->arena, &j->tx.sent.hash),
		       pl_token_event_name(j->v->event));
}

static enum pl_rc send(struct job *j, struct pl_err *e)
{
	struct pl_signer *s;

	PL_TRY(pl_token_tx_unlock(&j->tx, &s, question(j), e));
	PL_TRY(pl_token_tx_send(&j->tx, s, e));
	return look_at_receipt(j, e);
}

static enum pl_rc print(struct job *j, struct pl_err *e)
{
	struct pl_token_row row = { .did = j->v->did,
				    .token = j->token.info.addr,
				    .symbol = j->token.info.symbol,
				    .asset = j->token.asset };

	pl_token_row_fill(&row, &j->tx, !j->c->g->dry_run);
	if (j->v->takes_amount) {
		row.amount = &j->amount;
		row.to = &j->who;
	}
	return pl_out_row(j->c->out, &row, e);
}

/* Who would lose and who would get what. */
static void explain(struct job *j, struct pl_err *e)
{
	static const struct pl_addr nobody;
	const bool burns = j->v->event == PL_TOKEN_BURN;
	const struct pl_addr *from = burns ? &j->who : &j->tx.from;

	if (!j->v->takes_amount)
		return;
	if (j->v->event == PL_TOKEN_MINT)
		from = &nobody;
	pl_dry_explain(j->c, &j->tx.dry, &j->token.info.addr, from,
		       burns ? &nobody : &j->who, &j->amount.raw, e);
}

static enum pl_rc plan(struct job *j, struct pl_err *e)
{
	enum pl_rc rc =
		pl_token_tx_plan(&j->tx, &j->token.info.addr, j->data, e);

	if (rc)
		(void)pl_note(e, "%s", j->v->did);
	else
		rc = would_answer_yes(j, e);
	if (rc)
		explain(j, e);
	return rc;
}

static enum pl_rc open_token(struct job *j, struct pl_dry *dry,
			     struct pl_err *e)
{
	struct pl_token_at at = { .text = j->w->token };
	struct pl_addr addr;

	/* a word that names no token costs no connection */
	PL_TRY(pl_token_resolve(j->c, &addr, NULL, at.text, e));
	PL_TRY(pl_token_node(j->c, &at.rpc, dry, j->w->send, e));
	return pl_token_open_at(j->c, &j->token, &at, e);
}

enum pl_rc pl_token_write(struct pl_ctx *c, const struct pl_token_write *w,
			  struct pl_err *e)
{
	struct job j = { .c = c, .w = w, .v = verb_of(w) };
	struct pl_dry dry;

	if (!c->g->dry_run)
		PL_TRY(pl_require(c, PL_CLAIMED, e));
	PL_TRY(open_token(&j, &dry, e));
	j.tx = (struct pl_token_tx){
		.dry = dry,
		.c = c,
		.net = &j.token.net,
		.rpc = j.token.rpc,
		.t = &j.token.t,
		.info = &j.token.info,
		.signer = w->signer,
		.send = w->send,
	};
	PL_TRY(pl_signer_address(c, &j.tx.from, w->signer, e));
	j.who = w->to ? *w->to : w->from ? *w->from : j.tx.from;
	PL_TRY(prepare(&j, e));
	PL_TRY(plan(&j, e));
	if (c->g->dry_run)
		PL_TRY(pl_dry_run(c, &j.tx.dry, &j.tx.plan, &j.token.t.abi, e));
	else
		PL_TRY(send(&j, e));
	return print(&j, e);
}
