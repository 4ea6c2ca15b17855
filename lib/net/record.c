#include "net/record.h"

#include <inttypes.h>
#include <string.h>

#include "codec/jcs.h"
#include "codec/json_in.h"
#include "crypto/keccak.h"

#define SEEN 1024 /* lines whose hash is remembered */

struct record {
	struct pl_transport base;
	struct pl_transport *inner;
	struct pl_buf *to;
	uint64_t chain;
	size_t limit, n;
	struct pl_hash32 seen[SEEN];
};

static bool seen_before(struct record *r, struct pl_span line)
{
	struct pl_hash32 h = pl_keccak256(line);
	size_t kept = r->n < SEEN ? r->n : SEEN;

	for (size_t i = 0; i < kept; i++)
		if (pl_hash32_equal(&r->seen[i], &h))
			return true;
	r->seen[r->n++ % SEEN] = h;
	return false;
}

/* The answer with the id of a call: batches come back in any order. */
static const struct pl_json *answer_to(const struct pl_json *answers,
				       const struct pl_json *call)
{
	const struct pl_json *id = pl_json_get(call, "id");
	int64_t want, is;
	struct pl_err e;

	if (pl_json_type(answers) != PL_J_ARRAY)
		return answers;
	if (pl_json_int(&want, id, &e))
		return NULL;
	for (size_t i = 0; i < pl_json_len(answers); i++)
		if (!pl_json_int(&is, pl_json_get(pl_json_at(answers, i), "id"),
				 &e) &&
		    is == want)
			return pl_json_at(answers, i);
	return NULL;
}

/* What it says: that it cannot answer is an answer to this call, where it is
 * not one to a whole batch. */
static const struct pl_json *said(const struct pl_json **error,
				  const struct pl_json *answers,
				  const struct pl_json *call, bool batched)
{
	const struct pl_json *answer = answer_to(answers, call);

	*error = NULL;
	if (!batched || pl_json_type(answers) == PL_J_ARRAY)
		*error = pl_json_get(answer, "error");
	if (pl_json_is_null(*error))
		*error = NULL;
	return *error ? *error : pl_json_get(answer, "result");
}

static enum pl_rc write_down(struct record *r, struct pl_arena *a,
			     const struct pl_json *call,
			     const struct pl_json *answers, bool batched,
			     struct pl_err *e)
{
	const struct pl_json *error;
	const struct pl_json *result = said(&error, answers, call, batched);
	struct pl_buf b;

	if (!result)
		return PL_OK;
	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "{\"chain\":%" PRIu64 ",\"method\":", r->chain);
	PL_TRY(pl_jcs(&b, pl_json_get(call, "method"), e));
	pl_buf_str(&b, ",\"params\":");
	PL_TRY(pl_jcs(&b, pl_json_get(call, "params"), e));
	pl_buf_str(&b, error ? ",\"error\":" : ",\"result\":");
	PL_TRY(pl_jcs(&b, result, e));
	pl_buf_str(&b, "}\n");
	if (seen_before(r, pl_buf_span(&b)))
		return PL_OK;
	if (b.n > r->limit || r->to->n > r->limit - b.n)
		return pl_fail(e, PL_ELIMIT,
			       "what was asked is over %zu bytes: too much to "
			       "keep",
			       r->limit);
	pl_buf_put(r->to, pl_buf_span(&b));
	return PL_OK;
}

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	struct record *r = (struct record *)t;
	const struct pl_json *q, *answers;
	struct pl_err ignored;

	PL_TRY(pl_transport_exchange(r->inner, a, out, ask, e));
	if (!ask->body.p || pl_json_parse(a, &q, ask->body, &ignored) ||
	    pl_json_parse(a, &answers, out->body, &ignored))
		return PL_OK;
	if (pl_json_type(q) != PL_J_ARRAY)
		return write_down(r, a, q, answers, false, e);
	for (size_t i = 0; i < pl_json_len(q); i++)
		PL_TRY(write_down(r, a, pl_json_at(q, i), answers, true, e));
	return PL_OK;
}

static void close_inner(struct pl_transport *t)
{
	pl_transport_close(((struct record *)t)->inner);
}

static const struct pl_transport_ops ops = { exchange, close_inner };

struct pl_transport *pl_record_transport(struct pl_arena *a,
					 struct pl_transport *inner,
					 struct pl_buf *to, uint64_t chain,
					 size_t limit)
{
	struct record *r = PL_NEW(a, struct record);

	r->base.ops = &ops;
	r->inner = inner;
	r->to = to;
	r->chain = chain;
	r->limit = limit;
	return &r->base;
}
