#include "net/replay.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "codec/jcs.h"
#include "codec/json_in.h"

/* One recorded exchange. */
struct entry {
	const char *method, *params; /* params as canonical JSON */
	const struct pl_json *line;
	bool used;
};

struct replay {
	struct pl_transport base;
	struct entry *v;
	size_t n;
	size_t next;    /* the next, while calls come in the order of lines */
	uint64_t chain; /* 0: any */
};

static enum pl_rc canonical(struct pl_arena *a, const char **out,
			    const struct pl_json *v, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	if (pl_json_is_null(v))
		pl_buf_str(&b, "[]");
	else
		PL_TRY(pl_jcs(&b, v, e));
	*out = pl_strdup(a, pl_buf_cstr(&b));
	return PL_OK;
}

/* --------------------------------------------------------------- reading */

static enum pl_rc read_line(struct pl_arena *a, struct entry *out,
			    struct pl_span text, struct pl_err *e)
{
	const struct pl_json *v;
	int forms;

	PL_TRY(pl_json_parse(a, &v, text, e));
	PL_TRY(pl_json_need_str(&out->method, v, "method", e));
	PL_TRY(canonical(a, &out->params, pl_json_get(v, "params"), e));
	forms = !!pl_json_get(v, "result") + !!pl_json_get(v, "error") +
		!!pl_json_get(v, "body");
	if (forms != 1)
		return pl_fail(e, PL_EFORMAT,
			       "one of \"result\", \"error\" and \"body\" "
			       "must stand there");
	out->line = v;
	return PL_OK;
}

static bool is_meant(const struct replay *r, const struct pl_json *line)
{
	const struct pl_json *chain = pl_json_get(line, "chain");
	struct pl_err ignored;
	uint64_t n;

	return !r->chain || pl_json_is_null(chain) ||
	       (!pl_json_u64(&n, chain, &ignored) && n == r->chain);
}

static enum pl_rc read_lines(struct pl_arena *a, struct replay *r,
			     struct pl_span text, struct pl_err *e)
{
	size_t lines = 1, at = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	r->v = PL_NEW_N(a, struct entry, lines);
	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct pl_span line = pl_span_take(&text, n);

		if (end)
			(void)pl_span_take(&text, 1);
		at++;
		if (!line.n || line.p[0] == '#')
			continue;
		if (read_line(a, &r->v[r->n], line, e))
			return pl_note(e, "line %zu", at);
		r->n += is_meant(r, r->v[r->n].line);
	}
	return PL_OK;
}

/* ------------------------------------------------------------- answering */

static bool is_call(const struct entry *it, const char *method,
		    const char *params)
{
	return !strcmp(it->method, method) && !strcmp(it->params, params);
}

static enum pl_rc find(const struct entry **out, struct replay *r,
		       const char *method, const char *params, struct pl_err *e)
{
	struct entry *last = NULL;

	if (r->next < r->n && is_call(&r->v[r->next], method, params)) {
		*out = &r->v[r->next];
		r->v[r->next++].used = true;
		return PL_OK;
	}
	for (size_t i = 0; i < r->n; i++) {
		struct entry *it = &r->v[i];

		if (!is_call(it, method, params))
			continue;
		last = it;
		if (!it->used)
			break;
	}
	if (!last)
		return pl_fail(e, PL_ENOTFOUND,
			       "the recording has no call %s %.300s", method,
			       params);
	last->used = true;
	r->next = r->n; /* they do not */
	*out = last;
	return PL_OK;
}

static enum pl_rc look_up(struct pl_arena *a, const struct entry **out,
			  struct replay *r, const struct pl_json *call,
			  struct pl_err *e)
{
	const char *method, *params;

	PL_TRY(pl_json_need_str(&method, call, "method", e));
	PL_TRY(canonical(a, &params, pl_json_get(call, "params"), e));
	return find(out, r, method, params, e);
}

static enum pl_rc answer_one(struct pl_buf *b, const struct entry *it,
			     const struct pl_json *call, struct pl_err *e)
{
	const struct pl_json *error = pl_json_get(it->line, "error");

	pl_buf_str(b, "{\"jsonrpc\":\"2.0\",\"id\":");
	PL_TRY(pl_jcs(b, pl_json_get(call, "id"), e));
	pl_buf_str(b, error ? ",\"error\":" : ",\"result\":");
	PL_TRY(pl_jcs(b, error ? error : pl_json_get(it->line, "result"), e));
	pl_buf_byte(b, '}');
	return PL_OK;
}

/* A recorded HTTP answer stands for the whole exchange. */
static enum pl_rc answer_raw(struct pl_answer *out, const struct entry *it,
			     struct pl_err *e)
{
	const struct pl_json *status = pl_json_get(it->line, "status");
	const struct pl_json *body;
	int64_t n = 200;

	PL_TRY(pl_json_need(&body, it->line, "body", PL_J_STR, e));
	if (status)
		PL_TRY(pl_json_int(&n, status, e));
	*out = (struct pl_answer){
		.status = (int)n,
		.type = "",
		.fork = "",
		.body = { (const uint8_t *)pl_json_str(body),
			  pl_json_str_len(body) },
	};
	return PL_OK;
}

static enum pl_rc answer_all(struct replay *r, struct pl_arena *a,
			     struct pl_answer *out, const struct pl_json *ask,
			     struct pl_err *e)
{
	bool many = pl_json_type(ask) == PL_J_ARRAY;
	size_t n = many ? pl_json_len(ask) : 1;
	const struct entry *it = NULL;
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *call = many ? pl_json_at(ask, i) : ask;

		PL_TRY(look_up(a, &it, r, call, e));
		if (pl_json_get(it->line, "body"))
			return answer_raw(out, it, e);
		if (many)
			pl_buf_byte(&b, i ? ',' : '[');
		PL_TRY(answer_one(&b, it, call, e));
	}
	if (many)
		pl_buf_str(&b, n ? "]" : "[]");
	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "",
				   .body = pl_buf_span(&b) };
	return PL_OK;
}

/* Asked by GET: the path stands for the params, the result for the body. */
static enum pl_rc answer_get(struct replay *r, struct pl_arena *a,
			     struct pl_answer *out, const char *url,
			     struct pl_err *e)
{
	const char *path = strstr(url, "/eth/");
	const struct entry *it;
	struct pl_buf b;

	PL_TRY(find(&it, r, "GET", pl_printf(a, "[\"%s\"]", path ? path : url),
		    e));
	if (pl_json_get(it->line, "body"))
		return answer_raw(out, it, e);
	if (!pl_json_get(it->line, "result"))
		return pl_fail(e, PL_EFORMAT, "no \"result\" for %s", url);
	pl_buf_init(&b, a);
	PL_TRY(pl_jcs(&b, pl_json_get(it->line, "result"), e));
	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "",
				   .body = pl_buf_span(&b) };
	return PL_OK;
}

static enum pl_rc replay_exchange(struct pl_transport *t, struct pl_arena *a,
				  struct pl_answer *out,
				  const struct pl_request *ask,
				  struct pl_err *e)
{
	struct replay *r = (struct replay *)t;
	const struct pl_json *v;

	if (ask->body.p)
		PL_TRY(pl_json_parse(a, &v, ask->body, e));
	if (ask->body.p ? answer_all(r, a, out, v, e)
			: answer_get(r, a, out, ask->url, e))
		return pl_note(e, "replay");
	if (ask->limit && out->body.n > ask->limit)
		return pl_fail(e, PL_ELIMIT,
			       "the answer is larger than %zu bytes",
			       ask->limit);
	return PL_OK;
}

static const struct pl_transport_ops replay_ops = { replay_exchange, NULL };

enum pl_rc pl_replay_open(struct pl_arena *a, struct pl_transport **out,
			  const char *path, struct pl_err *e)
{
	struct replay *r = PL_NEW(a, struct replay);
	struct pl_span text;

	r->base.ops = &replay_ops;
	PL_TRY(pl_file_read(a, &text, path, PL_MAX_JSON_FILE, e));
	if (read_lines(a, r, text, e))
		return pl_note(e, "%s", path);
	*out = &r->base;
	return PL_OK;
}

enum pl_rc pl_replay_lines(struct pl_arena *a, struct pl_transport **out,
			   struct pl_span lines, uint64_t chain,
			   struct pl_err *e)
{
	struct replay *r = PL_NEW(a, struct replay);

	r->base.ops = &replay_ops;
	r->chain = chain;
	PL_TRY(read_lines(a, r, lines, e));
	*out = &r->base;
	return PL_OK;
}
