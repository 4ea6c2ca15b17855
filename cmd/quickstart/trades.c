/* A history to analyse: made-up amounts, real transactions. */
#include "base/time.h"
#include "cmd/quickstart/story.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "out/progress.h"
#include "sync/send.h"
#include "token/token.h"

#define DAY 86400
#define BUYERS 4

/* Addresses nobody has the key of. */
static struct pl_addr buyer(unsigned i)
{
	char name[] = "plume quickstart buyer 0";
	struct pl_hash32 h;
	struct pl_addr a;

	name[sizeof(name) - 2] = (char)('0' + i);
	h = pl_keccak256(pl_span_str(name));
	memcpy(a.b, h.b + 12, sizeof(a.b));
	return a;
}

static const char *amount_text(struct pl_arena *a, uint64_t cents)
{
	return pl_printf(a, "%ju.%02ju", (uintmax_t)(cents / 100),
			 (uintmax_t)(cents % 100));
}

/* A day between blocks, the first sale at noon of tomorrow.  Nodes of real
 * chains refuse; their blocks come when they come. */
static void space_days(struct pl_story *s)
{
	struct pl_arena *a = s->c->arena;
	const struct pl_json *r;
	char day[PL_TIME_TEXT];
	struct pl_err e;
	uint64_t now;

	if (pl_rpc_call(s->rpc, a, &r, "eth_getBlockByNumber",
			"[\"latest\",false]", &e) ||
	    pl_json_u64(&now, pl_json_get(r, "timestamp"), &e))
		return;
	now = now / DAY * DAY + DAY + DAY / 2;
	pl_time_text(day, (int64_t)now);
	s->keeps_days =
		!pl_rpc_call(s->rpc, a, &r, "evm_setNextBlockTimestamp",
			     pl_printf(a, "[%ju]", (uintmax_t)now), &e) &&
		!pl_rpc_call(s->rpc, a, &r, "anvil_setBlockTimestampInterval",
			     "[86400]", &e);
	if (s->keeps_days)
		s->since = pl_strndup(a, day, strlen("2026-01-31"));
}

/* What is the same for every sale. */
struct seller {
	struct pl_story *s;
	struct pl_signer *signer;
	struct pl_token_artifact t;
	struct pl_addr token;
	struct pl_send_conf conf;
};

static enum pl_rc sell(struct pl_arena *a, const struct seller *x, uint64_t i,
		       uint64_t cents, struct pl_sent *sent, struct pl_err *e)
{
	struct pl_addr to = buyer((unsigned)(i % BUYERS));
	struct pl_call call = { .to = &x->token };
	struct pl_abi_value v[2];
	struct pl_amount amount;

	PL_TRY(pl_amount_parse(&amount, amount_text(a, cents), 18, e));
	v[0] = pl_abi_addr(&to);
	v[1] = pl_abi_u256(&amount.raw);
	PL_TRY(pl_token_call(a, &call.data, &x->t, "transfer", v, 2, e));
	if (pl_send(a, sent, x->s->rpc, x->signer, &call, &x->conf, e))
		return pl_note(e, "sale %ju", (uintmax_t)(i + 1));
	return PL_OK;
}

static enum pl_rc sell_all(const struct seller *x, struct pl_err *e)
{
	uint64_t *cents = PL_NEW_N(x->s->c->arena, uint64_t, x->s->days);
	struct pl_progress *p = pl_ctx_progress(x->s->c, "sales", x->s->days);
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_sent sent;
	enum pl_rc rc = PL_OK;

	pl_story_sales(cents, x->s->days);
	for (uint64_t i = 0; !rc && i < x->s->days; i++) {
		rc = sell(scratch, x, i, cents[i], &sent, e);
		pl_arena_reset(scratch);
		pl_progress_at(p, i + 1);
	}
	pl_progress_end(p);
	pl_arena_close(scratch);
	return rc;
}

/* The first sale goes by the command, so that it is seen to be the same. */
static enum pl_rc first_sale(struct pl_story *s, struct pl_err *e)
{
	struct pl_addr to = buyer(0);
	char text[PL_ADDR_TEXT];
	const struct pl_json *row;

	pl_addr_text(text, &to);
	PL_STORY_RUN(s, &row, e, "token", "transfer", "villa-7", "2400", "--to",
		     text, "--yes");
	pl_story_did(s, "2400 VILLA7 sold, transaction %.18s",
		     pl_story_text(s, row, "tx"));
	if (!s->keeps_days)
		s->since = pl_story_text(s, row, "block");
	return PL_OK;
}

enum pl_rc pl_story_trades(struct pl_story *s, struct pl_err *e)
{
	struct pl_signer_args by = { .account = s->account };
	struct seller x = { .s = s };
	uint64_t t0;

	PL_TRY(pl_story_part(
		s, "A history",
		"Sales of made-up size to four buyers, each a transaction of "
		"its own.",
		e));
	space_days(s);
	PL_TRY(first_sale(s, e));
	by.password.file = s->password_file;
	PL_TRY(pl_signer_open(s->c, &x.signer, &by, e));
	PL_TRY(pl_token_artifact(s->c->arena, &x.t, e));
	PL_TRY(pl_addr_parse(&x.token, s->token, e));
	x.conf.chain_id = s->chain_id;
	t0 = pl_time_mono_ns();
	PL_TRY(sell_all(&x, e));
	pl_story_did_by(
		s, "plume token transfer villa-7 AMOUNT --to BUYER (once each)",
		"%ju more sales%s, %.1f s", (uintmax_t)s->days,
		s->keeps_days ? ", one a day" : "",
		(double)(pl_time_mono_ns() - t0) / 1e9);
	return PL_OK;
}
