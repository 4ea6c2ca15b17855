#include "net/rpc.h"

#include <ctype.h>
#include <strings.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/stop.h"
#include "base/time.h"
#include "crypto/rand.h"
#include "net/http.h"
#include "net/rpc_impl.h"

#define MAX_MESSAGE 300

struct pl_rpc *pl_rpc_new(struct pl_arena *a, struct pl_transport *t,
			  const struct pl_rpc_conf *conf)
{
	struct pl_rpc *r = PL_NEW(a, struct pl_rpc);

	r->t = t;
	r->conf = *conf;
	r->conf.url = pl_strdup(a, conf->url);
	r->host = pl_http_host(a, conf->url);
	r->next_id = 1;
	r->window = 4;
	return r;
}

const char *pl_rpc_host(const struct pl_rpc *r)
{
	return r->host;
}

/* ------------------------------------------------------- error objects */

/* A server's words for a terminal: no control bytes, not endless. */
static const char *safe(struct pl_arena *a, const struct pl_json *v)
{
	size_t n = pl_json_str_len(v), len = n < MAX_MESSAGE ? n : MAX_MESSAGE;
	char *s = pl_strndup(a, pl_json_str(v), len);

	/* do not end inside a character */
	while (len < n && len && ((uint8_t)s[len - 1] & 0xc0) == 0x80)
		len--;
	if (len < n && len && (uint8_t)s[len - 1] >= 0xc0)
		len--;
	s[len] = '\0';
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)s[i];

		if (c < 0x20 || c == 0x7f)
			s[i] = ' ';
		/* U+0080 to U+009F are control characters too */
		if (c == 0xc2 && (uint8_t)s[i + 1] < 0xa0)
			s[i] = s[i + 1] = ' ';
	}
	return s;
}

/* Bytes of error.data: plain (geth), after "Reverted " (Parity's heirs) or
 * one level down in an object (Hardhat, Ganache). */
static void error_data(struct pl_arena *a, struct pl_rpc_error *out,
		       const struct pl_json *v)
{
	const char *s;
	struct pl_err none;

	if (pl_json_type(v) == PL_J_OBJECT)
		v = pl_json_get(v, "data");
	s = v && pl_json_type(v) == PL_J_STR ? pl_json_str(v) : NULL;
	if (!s)
		return;
	if (!strncmp(s, "Reverted ", 9))
		s += 9;
	out->has_data = !pl_hex_bytes(a, &out->data, s, strlen(s), &none);
}

static bool has(const char *text, const char *part)
{
	size_t n = strlen(part);

	for (; *text; text++) {
		if (!strncasecmp(text, part, n))
			return true;
	}
	return false;
}

bool pl_rpc_reverted(const struct pl_rpc_error *err)
{
	return err->message && (err->code == 3 || has(err->message, "revert"));
}

bool pl_rpc_overloaded(const struct pl_rpc_error *err)
{
	return err->code == 429 || has(err->message, "rate limit") ||
	       has(err->message, "too many requests") ||
	       has(err->message, "request limit");
}

/* What an error object means to the caller. */
enum pl_rc pl_rpc_refusal(const struct pl_rpc_error *err, const char *method,
			  struct pl_err *e)
{
	if (pl_rpc_overloaded(err)) {
		(void)pl_fail(e, PL_ENET, "%s: the node is busy: %s", method,
			      err->message);
		return pl_hint(e, "wait a little, or name another node with "
				  "--rpc");
	}
	if (err->code == -32601) {
		(void)pl_fail(e, PL_ENET, "the node does not offer %s: %s",
			      method, err->message);
		return pl_hint(e, "name another node with --rpc");
	}
	return pl_fail(e, PL_EREFUSED, "%s: the node answers: %s (code %jd)",
		       method, err->message, (intmax_t)err->code);
}

static enum pl_rc read_error(struct pl_arena *a, struct pl_rpc_error *out,
			     const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *code, *message;
	struct pl_rpc_error err = { 0 };

	if (pl_json_need(&code, v, "code", PL_J_INT, e) ||
	    pl_json_need(&message, v, "message", PL_J_STR, e) ||
	    pl_json_int(&err.code, code, e))
		return pl_note(e, "the error of a JSON-RPC answer");
	err.message = safe(a, message);
	error_data(a, &err, pl_json_get(v, "data"));
	*out = err;
	return PL_OK;
}

/* ------------------------------------------------------------- answers */

enum pl_rc pl_rpc_not(struct pl_err *e, const char *what)
{
	return pl_fail(e, PL_ENET, "not the answer to this call: %s", what);
}

/* One object with our version, our id, and a result or an error. */
enum pl_rc pl_rpc_read_answer(struct pl_arena *a, const struct pl_json **result,
			      struct pl_rpc_error *err, const struct pl_json *v,
			      uint64_t want, struct pl_err *e)
{
	const struct pl_json *version = pl_json_get(v, "jsonrpc");
	const struct pl_json *id = pl_json_get(v, "id");
	const struct pl_json *error = pl_json_get(v, "error");
	const struct pl_json *res = pl_json_get(v, "result");
	bool failed = !pl_json_is_null(error);
	int64_t got;

	if (!v || pl_json_type(v) != PL_J_OBJECT)
		return pl_rpc_not(e, "it is no JSON-RPC object");
	if (!version || pl_json_type(version) != PL_J_STR ||
	    strcmp(pl_json_str(version), "2.0") != 0)
		return pl_rpc_not(e, "\"jsonrpc\" is not \"2.0\"");
	/* id null: the node could not read what it was sent */
	if (!(failed && pl_json_is_null(id))) {
		if (!id || pl_json_type(id) != PL_J_INT ||
		    pl_json_int(&got, id, e))
			return pl_rpc_not(e, "its id is not ours");
		if (got < 0 || (uint64_t)got != want)
			return pl_fail(e, PL_ENET,
				       "not the answer to this call: its id is "
				       "%jd, ours %ju",
				       (intmax_t)got, (uintmax_t)want);
	}
	if (failed && !pl_json_is_null(res))
		return pl_rpc_not(e, "it holds a result and an error");
	if (failed)
		return read_error(a, err, error, e);
	if (!res)
		return pl_rpc_not(e, "it holds no result");
	*result = res;
	return PL_OK;
}

static uint8_t first_byte(struct pl_span s)
{
	while (s.n && isspace(*s.p))
		(void)pl_span_take(&s, 1);
	return s.n ? *s.p : 0;
}

/* The body as JSON; the status matters where it is none. */
enum pl_rc pl_rpc_read_body(struct pl_arena *a, const struct pl_json **out,
			    const struct pl_answer *got, struct pl_err *e)
{
	bool html = first_byte(got->body) == '<';

	if (got->status == 429)
		return pl_fail(e, PL_ENET,
			       "the node is busy (HTTP status 429)");
	if (got->status / 100 == 3) {
		(void)pl_fail(e, PL_ENET,
			      "redirects elsewhere (HTTP status %d), which "
			      "is not followed",
			      got->status);
		return pl_hint(e, "give the address it redirects to");
	}
	if (got->status == 401 || got->status == 403) {
		(void)pl_fail(e, PL_ENET, "wants a key (HTTP status %d)",
			      got->status);
		return pl_hint(e, "is the API key in the node's address?");
	}
	if (html) {
		(void)pl_fail(e, PL_ENET,
			      "this is a web page, not a node (HTTP status %d)",
			      got->status);
		return pl_hint(e, "check the address, its port and path");
	}
	if (!first_byte(got->body))
		return pl_fail(e, PL_ENET, "empty answer (HTTP status %d)",
			       got->status);
	if (!pl_json_parse(a, out, got->body, e))
		return PL_OK;
	if (got->status != 200)
		return pl_fail(e, PL_ENET, "HTTP status %d", got->status);
	e->rc = PL_ENET;
	return pl_note(e, "the answer is cut short or no JSON");
}

/* ------------------------------------------------------------- trying */

bool pl_rpc_only_reads(const char *method)
{
	static const char *const spaces[] = { "eth_",   "net_",   "web3_",
					      "debug_", "trace_", "arb" };

	if (!strncmp(method, "eth_send", 8) || !strncmp(method, "eth_sign", 8))
		return false;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		if (!strncmp(method, spaces[i], strlen(spaces[i])))
			return true;
	}
	return false;
}

/* Before try number k (from 0): each twice as long as the one before, of which
 * the second half is chance, so that those who were refused together do not
 * come back together; a server's own wish wins. */
unsigned pl_rpc_pause_ms(struct pl_rpc *r, unsigned k, unsigned wish_s)
{
	uint64_t ms = r->conf.backoff_ms ? r->conf.backoff_ms : BACKOFF_MS;
	uint64_t chance = 0;
	struct pl_err none;

	ms <<= k < 10 ? k : 10;
	if (!pl_random(&chance, sizeof(chance), &none))
		ms = ms / 2 + chance % (ms / 2 + 1);
	if (ms < (uint64_t)wish_s * 1000)
		ms = (uint64_t)wish_s * 1000;
	return ms < MAX_WAIT_MS ? (unsigned)ms : MAX_WAIT_MS;
}

/* One exchange as JSON.  *again: trying once more may help. */
static enum pl_rc exchange(struct pl_rpc *r, struct pl_arena *a,
			   const struct pl_json **out, struct pl_span body,
			   size_t limit, bool *again, unsigned *wish,
			   struct pl_err *e)
{
	struct pl_request ask = { .url = r->conf.url,
				  .body = body,
				  .limit = limit,
				  .headers = r->conf.headers };
	struct pl_answer got = { 0 };
	uint64_t start = pl_time_mono_ns();
	enum pl_rc rc = pl_transport_exchange(r->t, a, &got, &ask, e);

	*wish = got.retry_after;
	if (rc) {
		*again =
			rc == PL_ENET && pl_time_mono_ns() - start < SILENCE_NS;
		return rc;
	}
	*again = got.status == 429 || got.status >= 500;
	rc = pl_rpc_read_body(a, out, &got, e);
	return rc ? pl_note(e, "%s", r->host) : PL_OK;
}

static enum pl_rc insist(struct pl_rpc *r, struct pl_arena *a,
			 const struct pl_json **out, struct pl_span body,
			 size_t limit, bool reads, struct pl_err *e)
{
	unsigned tries = reads ? r->conf.retries : 0, wish;
	bool again;

	for (unsigned k = 0;; k++) {
		enum pl_rc rc =
			exchange(r, a, out, body, limit, &again, &wish, e);

		if (!rc || !again || k == tries || pl_stop_asked())
			return rc;
		pl_stop_pause(pl_rpc_pause_ms(r, k, wish));
	}
}

/* --------------------------------------------------------------- calls */

/* Bytes that the answer to a method may have: a word, or all that a block
 * has; of logs no block bounds the number. */
size_t pl_rpc_most(const char *method)
{
	static const char *const words[] = { "eth_chainId",
					     "eth_blockNumber",
					     "eth_gasPrice",
					     "eth_getBalance",
					     "eth_getTransactionCount",
					     "eth_estimateGas",
					     "eth_sendRawTransaction",
					     "eth_getStorageAt",
					     "eth_maxPriorityFeePerGas",
					     "net_version",
					     "web3_clientVersion" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(method, words[i]))
			return PL_MAX_WORD;
	return strcmp(method, "eth_getLogs") ? PL_MAX_ANSWER : PL_MAX_BODY;
}

void pl_rpc_put_call(struct pl_buf *b, uint64_t id, const char *method,
		     const char *params)
{
	pl_buf_fmt(b,
		   "{\"jsonrpc\":\"2.0\",\"id\":%ju,\"method\":\"%s\","
		   "\"params\":",
		   (uintmax_t)id, method);
	pl_buf_str(b, params);
	pl_buf_byte(b, '}');
}

enum pl_rc pl_rpc_ask(struct pl_rpc *r, struct pl_arena *a,
		      const struct pl_json **result, struct pl_rpc_error *err,
		      const char *method, const char *params, struct pl_err *e)
{
	struct pl_rpc_error failed = { 0 };
	const struct pl_json *v, *got = NULL;
	struct pl_buf body;
	uint64_t id = r->next_id++;
	enum pl_rc rc;

	*err = failed;
	pl_buf_init(&body, a);
	pl_rpc_put_call(&body, id, method, params);
	rc = insist(r, a, &v, pl_buf_span(&body), pl_rpc_most(method),
		    pl_rpc_only_reads(method), e);
	if (rc)
		return pl_note(e, "%s", method);
	if (pl_rpc_read_answer(a, &got, &failed, v, id, e))
		return pl_note(e, "%s: %s", method, r->host);
	if (failed.message) {
		*err = failed;
		(void)!pl_rpc_refusal(&failed, method, e);
		return pl_note(e, "%s", r->host);
	}
	*result = got;
	return PL_OK;
}

enum pl_rc pl_rpc_call(struct pl_rpc *r, struct pl_arena *a,
		       const struct pl_json **result, const char *method,
		       const char *params, struct pl_err *e)
{
	struct pl_rpc_error err;

	return pl_rpc_ask(r, a, result, &err, method, params, e);
}

/* ------------------------------------------------------------- batches */

/* Which item an element answers; every id once. */
static enum pl_rc place(size_t *at, const struct pl_json *v,
			const struct pl_rpc_item *items, size_t n,
			uint64_t first, struct pl_err *e)
{
	const struct pl_json *id = pl_json_get(v, "id");
	int64_t got;

	if (!id || pl_json_type(id) != PL_J_INT || pl_json_int(&got, id, e))
		return pl_rpc_not(e, "an id is not ours");
	if (got < 0 || (uint64_t)got < first || (uint64_t)got - first >= n)
		return pl_rpc_not(e, "an id is not ours");
	*at = (size_t)((uint64_t)got - first);
	if (items[*at].result || items[*at].error.message)
		return pl_rpc_not(e, "it answers one call twice");
	return PL_OK;
}

enum pl_rc pl_rpc_read_batch(struct pl_arena *a, struct pl_rpc_item *items,
			     size_t n, const struct pl_json *v, uint64_t first,
			     struct pl_err *e)
{
	struct pl_rpc_error whole = { 0 };
	const struct pl_json *none = NULL;
	size_t at = 0;

	if (pl_json_type(v) == PL_J_OBJECT) { /* refused as a whole */
		PL_TRY(pl_rpc_read_answer(a, &none, &whole, v, 0, e));
		if (!whole.message)
			return pl_rpc_not(e, "it is no list");
		return pl_rpc_refusal(&whole, "batch", e);
	}
	if (pl_json_type(v) != PL_J_ARRAY || pl_json_len(v) != n)
		return pl_rpc_not(e, "it has another number of answers");
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *one = pl_json_at(v, i);

		PL_TRY(place(&at, one, items, n, first, e));
		PL_TRY(pl_rpc_read_answer(a, &items[at].result,
					  &items[at].error, one, first + at,
					  e));
	}
	return PL_OK;
}

static enum pl_rc batch(struct pl_rpc *r, struct pl_arena *a,
			struct pl_rpc_item *items, size_t n, struct pl_err *e)
{
	uint64_t first = r->next_id;
	const struct pl_json *v;
	bool reads = true;
	struct pl_buf body;
	size_t limit = 0;

	pl_buf_init(&body, a);
	for (size_t i = 0; i < n; i++) {
		items[i].result = NULL;
		items[i].error = (struct pl_rpc_error){ 0 };
		pl_buf_byte(&body, i ? ',' : '[');
		pl_rpc_put_call(&body, first + i, items[i].method,
				items[i].params);
		reads = reads && pl_rpc_only_reads(items[i].method);
		if (limit < pl_rpc_most(items[i].method))
			limit = pl_rpc_most(items[i].method);
	}
	pl_buf_byte(&body, ']');
	r->next_id += n;
	PL_TRY(insist(r, a, &v, pl_buf_span(&body), limit, reads, e));
	if (pl_rpc_read_batch(a, items, n, v, first, e))
		return pl_note(e, "%s", r->host);
	return PL_OK;
}

enum pl_rc pl_rpc_batch(struct pl_rpc *r, struct pl_arena *a,
			struct pl_rpc_item *items, size_t n, struct pl_err *e)
{
	for (size_t i = 0; i < n; i += PL_MAX_BATCH) {
		size_t now = n - i < PL_MAX_BATCH ? n - i : PL_MAX_BATCH;

		if (batch(r, a, items + i, now, e))
			return pl_note(e, "%s (%zu calls)", items[i].method,
				       now);
	}
	return PL_OK;
}

/* ------------------------------------------------- answers of one type */

/* pl_rpc_call for those that keep nothing of the answer. */
static enum pl_rc ask_value(struct pl_rpc *r, struct pl_arena *a,
			    const struct pl_json **v, const char *method,
			    const char *params, struct pl_err *e)
{
	PL_TRY(pl_rpc_call(r, a, v, method, params, e));
	if (pl_json_is_null(*v))
		return pl_fail(e, PL_ENOTFOUND, "%s: %s knows nothing of it",
			       method, r->host);
	return PL_OK;
}

#define ONE_VALUE(type, how)                                                   \
	struct pl_arena *a = pl_arena_open(0);                                 \
	const struct pl_json *v;                                               \
	enum pl_rc rc = ask_value(r, a, &v, method, params, e);                \
	type got;                                                              \
                                                                               \
	if (!rc && (rc = how(&got, v, e)))                                     \
		(void)pl_note(e, "%s: %s", method, r->host);                   \
	else if (!rc)                                                          \
		*out = got;                                                    \
	pl_arena_close(a);                                                     \
	return rc

enum pl_rc pl_rpc_u64(struct pl_rpc *r, uint64_t *out, const char *method,
		      const char *params, struct pl_err *e)
{
	ONE_VALUE(uint64_t, pl_json_u64);
}

enum pl_rc pl_rpc_u256(struct pl_rpc *r, struct pl_u256 *out,
		       const char *method, const char *params, struct pl_err *e)
{
	ONE_VALUE(struct pl_u256, pl_json_u256);
}

enum pl_rc pl_rpc_hash32(struct pl_rpc *r, struct pl_hash32 *out,
			 const char *method, const char *params,
			 struct pl_err *e)
{
	ONE_VALUE(struct pl_hash32, pl_json_hash32);
}

enum pl_rc pl_rpc_data(struct pl_rpc *r, struct pl_arena *a,
		       struct pl_span *out, const char *method,
		       const char *params, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(ask_value(r, a, &v, method, params, e));
	if (pl_json_data(a, out, v, e))
		return pl_note(e, "%s: %s", method, r->host);
	return PL_OK;
}

enum pl_rc pl_rpc_chain_id(struct pl_rpc *r, uint64_t *out, struct pl_err *e)
{
	return pl_rpc_u64(r, out, "eth_chainId", "[]", e);
}

enum pl_rc pl_rpc_block_number(struct pl_rpc *r, uint64_t *out,
			       struct pl_err *e)
{
	return pl_rpc_u64(r, out, "eth_blockNumber", "[]", e);
}

/* ------------------------------------------------------------ eth_call */

char *pl_rpc_quantity(struct pl_arena *a, const struct pl_u256 *v)
{
	uint8_t be[32];
	char *hex;

	pl_u256_to_be(be, v);
	hex = pl_hex(a, (struct pl_span){ be, 32 }) + 2;
	while (*hex == '0' && hex[1])
		hex++;
	return pl_printf(a, "0x%s", hex);
}

char *pl_rpc_call_object(struct pl_arena *a, const struct pl_rpc_view *c)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "{\"data\":\"%s\"", pl_hex(a, c->data));
	if (c->from)
		pl_buf_fmt(&b, ",\"from\":\"%s\"",
			   pl_hex(a, pl_addr_span(c->from)));
	if (c->to)
		pl_buf_fmt(&b, ",\"to\":\"%s\"",
			   pl_hex(a, pl_addr_span(c->to)));
	if (c->value && !pl_u256_is_zero(c->value))
		pl_buf_fmt(&b, ",\"value\":\"%s\"",
			   pl_rpc_quantity(a, c->value));
	pl_buf_byte(&b, '}');
	return pl_strdup(a, pl_buf_cstr(&b));
}

enum pl_rc pl_rpc_view(struct pl_rpc *r, struct pl_arena *a,
		       struct pl_span *out, struct pl_rpc_error *err,
		       const struct pl_rpc_view *c, struct pl_err *e)
{
	char *params = pl_printf(a, "[%s,\"%s\"]", pl_rpc_call_object(a, c),
				 c->block ? c->block : "latest");
	struct pl_rpc_error mine;
	const struct pl_json *v;

	PL_TRY(pl_rpc_ask(r, a, &v, err ? err : &mine, "eth_call", params, e));
	if (pl_json_data(a, out, v, e))
		return pl_note(e, "eth_call: %s", r->host);
	return PL_OK;
}
