/* ClickHouse's HTTP interface: statements in the body, rows as RowBinary. */
#include <stdlib.h>

#include "base/file.h"
#include "base/stop.h"
#include "net/http.h"
#include "store/clickhouse_impl.h"

#define TIMEOUT_S 600
#define TRIES 4
#define WORDS 300 /* of a server's complaint */
#define PASSWORD "PLUME_CLICKHOUSE_PASSWORD"
#define PASSWORD_FILE "PLUME_CLICKHOUSE_PASSWORD_FILE"

/* ---------------------------------------------------------------- address */

/* Names that need no quotes, in SQL and in an address. */
static bool is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

	return n && n < 64 && !s[n] && !(*s >= '0' && *s <= '9');
}

static enum pl_rc bad_address(struct pl_err *e, const char *why)
{
	(void)pl_fail(e, PL_EUSAGE, "the index's address: %s", why);
	return pl_hint(e, "it should look like clickhouse://user@host:8123/"
			  "database, with ?cluster=NAME for several servers");
}

/* The text after the first c of *s, which ends there; NULL: none. */
static char *cut(char *s, char c)
{
	char *at = strchr(s, c);

	if (at)
		*at++ = '\0';
	return at;
}

static enum pl_rc password(struct pl_ch *c, const char **out, struct pl_err *e)
{
	const char *given = getenv(PASSWORD), *path = getenv(PASSWORD_FILE);
	struct pl_span text;

	*out = NULL;
	if (given && *given) {
		*out = given;
	} else if (path && *path) {
		PL_TRY(pl_file_read(c->ix.a, &text, path, 4096, e));
		while (text.n && text.p[text.n - 1] <= ' ')
			text.n--;
		*out = pl_strndup(c->ix.a, (const char *)text.p, text.n);
	}
	return PL_OK;
}

static enum pl_rc options(struct pl_ch *c, char *query, bool *secure,
			  struct pl_err *e)
{
	*secure = false;
	while (query) {
		char *next = cut(query, '&'), *value = cut(query, '=');

		if (!strcmp(query, "cluster") && value && is_name(value))
			c->cluster = value;
		else if (!strcmp(query, "secure") && value &&
			 !strcmp(value, "1"))
			*secure = true;
		else
			return bad_address(e, "cluster=NAME and secure=1 are "
					      "what may follow the ?");
		query = next;
	}
	return PL_OK;
}

enum pl_rc pl_ch_connect(struct pl_ch *c, const char *url, struct pl_err *e)
{
	struct pl_http_conf conf = { .timeout_s = TIMEOUT_S };
	char *s = pl_strdup(c->ix.a, strstr(url, "://") + 3);
	char *query = cut(s, '?'), *db = cut(s, '/'), *at = strrchr(s, '@');
	char *user = NULL, *in_url = NULL;
	const char *secret;
	bool secure;

	if (at) {
		*at = '\0';
		user = s;
		in_url = cut(user, ':');
		s = at + 1;
	}
	if (!*s || !db || !is_name(db))
		return bad_address(e, "no host, or no name of a database");
	PL_TRY(options(c, query, &secure, e));
	PL_TRY(password(c, &secret, e));
	if (in_url)
		secret = in_url;
	c->db = db;
	c->host = s;
	c->base = pl_printf(c->ix.a, "http%s://%s%s/", secure ? "s" : "", s,
			    strchr(s, ':') ? "" : ":8123");
	if (user)
		c->headers[0] =
			pl_printf(c->ix.a, "X-ClickHouse-User: %s", user);
	if (secret)
		c->headers[user ? 1 : 0] =
			pl_printf(c->ix.a, "X-ClickHouse-Key: %s", secret);
	return pl_http_open(c->ix.a, &c->t, &conf, e);
}

/* ------------------------------------------------------------- statements */

static const char *encoded(struct pl_arena *a, const char *s)
{
	char *out = pl_alloc(a, 3 * strlen(s) + 1), *w = out;

	for (; *s; s++)
		w += snprintf(w, 4, "%%%02X", (unsigned)(uint8_t)*s);
	return out;
}

/* Its own words, without control bytes. */
static enum pl_rc complaint(struct pl_ch *c, const struct pl_answer *got,
			    struct pl_err *e)
{
	size_t n = got->body.n < WORDS ? got->body.n : WORDS;
	char *s = pl_strndup(c->scratch, (const char *)got->body.p, n);

	for (size_t i = 0; i < n; i++)
		if ((uint8_t)s[i] < ' ' || (uint8_t)s[i] >= 0x7f)
			s[i] = ' ';
	(void)pl_fail(e, PL_ESTORE, "ClickHouse at %s: status %d: %s", c->host,
		      got->status, s);
	if (got->status == 401 || got->status == 403 || strstr(s, "assword") ||
	    strstr(s, "Code: 193") || strstr(s, "Code: 192"))
		return pl_hint(e,
			       "the user stands in the address, the "
			       "password in " PASSWORD
			       " or in the file that " PASSWORD_FILE " names");
	return e->rc;
}

static enum pl_rc post(struct pl_ch *c, struct pl_arena *a, struct pl_span *out,
		       const char *url, struct pl_span body, struct pl_err *e)
{
	struct pl_request ask = {
		.url = url, .body = body, .accept = "*/*", .headers = c->headers
	};
	struct pl_answer got = { 0 };
	enum pl_rc rc = PL_OK;

	for (unsigned k = 0; k < TRIES; k++) {
		rc = pl_transport_exchange(c->t, a, &got, &ask, e);
		if (rc != PL_ENET || k + 1 == TRIES || pl_stop_asked())
			break;
		pl_stop_pause(100u << k);
	}
	if (rc)
		return pl_note(e, "ClickHouse");
	if (got.status != 200)
		return complaint(c, &got, e);
	*out = got.body;
	return PL_OK;
}

enum pl_rc pl_ch_ask(struct pl_ch *c, struct pl_arena *a, struct pl_span *out,
		     const char *sql, struct pl_err *e)
{
	return post(c, a, out, c->base, pl_span_str(sql), e);
}

enum pl_rc pl_ch_insert(struct pl_ch *c, const char *table, struct pl_span rows,
			struct pl_err *e)
{
	const char *sql = pl_printf(
		c->scratch, "INSERT INTO %s.%s FORMAT RowBinary", c->db, table);
	struct pl_span none;

	if (!rows.n)
		return PL_OK;
	return post(c, c->scratch, &none,
		    pl_printf(c->scratch,
			      "%s?insert_distributed_sync=1&query=%s", c->base,
			      encoded(c->scratch, sql)),
		    rows, e);
}

/* -------------------------------------------------------------- RowBinary */

void pl_ch_put_u64(struct pl_buf *b, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		pl_buf_byte(b, (uint8_t)(v >> 8 * i));
}

static void put(struct pl_buf *b, const uint8_t *p, size_t n)
{
	pl_buf_put(b, (struct pl_span){ p, n });
}

void pl_ch_put_text(struct pl_buf *b, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	for (size_t v = n; v >= 0x80 || (pl_buf_byte(b, (uint8_t)v), false);
	     v >>= 7)
		pl_buf_byte(b, (uint8_t)(v | 0x80));
	put(b, (const uint8_t *)(s ? s : ""), n);
}

void pl_ch_put_row(struct pl_buf *b, const struct pl_mirror_row *r,
		   uint64_t version)
{
	static const struct pl_hash32 none;
	const struct pl_transfer *t = &r->t;
	uint8_t value[32];

	pl_u256_to_be(value, &t->value);
	pl_ch_put_u64(b, (uint64_t)r->token);
	pl_ch_put_u64(b, r->chain);
	put(b, t->tx.b, 32);
	pl_buf_byte(b, (uint8_t)t->has);
	pl_ch_put_u64(b, t->has & PL_TR_LOG ? t->log_index : 0);
	pl_ch_put_u64(b, t->has & PL_TR_LOG ? 0 : t->nth);
	pl_ch_put_u64(b, t->has & PL_TR_BLOCK ? t->block : 0);
	put(b, t->has & PL_TR_HASH ? t->block_hash.b : none.b, 32);
	pl_ch_put_u64(b, t->has & PL_TR_TIME ? (uint64_t)t->time : 0);
	put(b, t->from.b, 20);
	put(b, t->to.b, 20);
	put(b, value, 32);
	pl_buf_byte(b, (uint8_t)t->trust);
	pl_ch_put_u64(b, (uint64_t)t->source);
	pl_ch_put_u64(b, version);
	pl_buf_byte(b, r->gone);
}

bool pl_ch_take(void *out, size_t n, struct pl_span *s)
{
	if (s->n < n)
		return false;
	memcpy(out, pl_span_take(s, n).p, n);
	return true;
}

bool pl_ch_take_u8(uint8_t *out, struct pl_span *s)
{
	return pl_ch_take(out, 1, s);
}

bool pl_ch_take_u64(uint64_t *out, struct pl_span *s)
{
	uint8_t b[8];

	if (!pl_ch_take(b, sizeof(b), s))
		return false;
	*out = 0;
	for (unsigned i = 0; i < 8; i++)
		*out |= (uint64_t)b[i] << 8 * i;
	return true;
}

bool pl_ch_take_text(struct pl_arena *a, const char **out, struct pl_span *s)
{
	uint64_t n = 0;
	uint8_t b = 0x80;

	for (unsigned i = 0; b & 0x80; i += 7) {
		if (i > 28 || !pl_ch_take_u8(&b, s))
			return false;
		n |= (uint64_t)(b & 0x7f) << i;
	}
	if (n > s->n || memchr(s->p, 0, (size_t)n))
		return false;
	*out = pl_strndup(a, (const char *)s->p, (size_t)n);
	(void)pl_span_take(s, (size_t)n);
	return true;
}

bool pl_ch_get_row(struct pl_mirror_row *out, const uint8_t b[PL_CH_ROW])
{
	const unsigned all = PL_TR_BLOCK | PL_TR_HASH | PL_TR_TIME | PL_TR_LOG;
	struct pl_span s = { b, PL_CH_ROW };
	struct pl_mirror_row r = { .gone = false };
	struct pl_transfer *t = &r.t;
	uint64_t token, time, source, version;
	uint8_t has, value[32], trust, gone;

	if (!pl_ch_take_u64(&token, &s) || !pl_ch_take_u64(&r.chain, &s) ||
	    !pl_ch_take(t->tx.b, 32, &s) || !pl_ch_take_u8(&has, &s) ||
	    !pl_ch_take_u64(&t->log_index, &s) ||
	    !pl_ch_take_u64(&t->nth, &s) || !pl_ch_take_u64(&t->block, &s) ||
	    !pl_ch_take(t->block_hash.b, 32, &s) ||
	    !pl_ch_take_u64(&time, &s) || !pl_ch_take(t->from.b, 20, &s) ||
	    !pl_ch_take(t->to.b, 20, &s) || !pl_ch_take(value, 32, &s) ||
	    !pl_ch_take_u8(&trust, &s) || !pl_ch_take_u64(&source, &s) ||
	    !pl_ch_take_u64(&version, &s) || !pl_ch_take_u8(&gone, &s))
		return false;
	if (has & ~all || trust < PL_LOCAL || trust > PL_PROVEN || gone ||
	    t->block > INT64_MAX || t->log_index > INT64_MAX ||
	    t->nth > INT64_MAX || r.chain > INT64_MAX)
		return false;
	r.token = (int64_t)token;
	t->has = has;
	t->time = (int64_t)time;
	t->value = pl_u256_from_be32(value);
	t->trust = (enum pl_trust)trust;
	t->source = (int64_t)source;
	*out = r;
	return true;
}
