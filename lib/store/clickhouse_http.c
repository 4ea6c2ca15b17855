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

static const char *base_of(struct pl_ch *c, const char *host, bool secure)
{
	return pl_printf(c->ix.a, "http%s://%s%s/", secure ? "s" : "", host,
			 strchr(host, ':') ? "" : ":8123");
}

static enum pl_rc shards_of(struct pl_ch *c, char *list, bool secure,
			    struct pl_err *e)
{
	while (list) {
		char *next = cut(list, ',');

		if (!*list || strpbrk(list, "@/?# "))
			return bad_address(e, "shards=HOST:PORT,… names the "
					      "cluster's other servers");
		if (c->shards == PL_CH_SHARDS)
			return bad_address(e, "too many shards");
		c->shard[c->shards++] = base_of(c, list, secure);
		list = next;
	}
	return PL_OK;
}

static enum pl_rc options(struct pl_ch *c, char *query, bool *secure,
			  struct pl_err *e)
{
	char *shards = NULL;

	*secure = false;
	while (query) {
		char *next = cut(query, '&'), *value = cut(query, '=');

		if (!strcmp(query, "cluster") && value && is_name(value))
			c->cluster = value;
		else if (!strcmp(query, "secure") && value &&
			 !strcmp(value, "1"))
			*secure = true;
		else if (!strcmp(query, "shards") && value)
			shards = value;
		else
			return bad_address(e, "cluster=NAME, shards=HOST:PORT,…"
					      " and secure=1 are what may "
					      "follow the ?");
		query = next;
	}
	if (shards && !c->cluster)
		return bad_address(e, "shards= goes with cluster=");
	return shards_of(c, shards, *secure, e);
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
	c->base = base_of(c, s, secure);
	if (user)
		c->headers[0] =
			pl_printf(c->ix.a, "X-ClickHouse-User: %s", user);
	c->secret = secret;
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

/* Whoever echoes the password does not have it printed. */
static void hide(char *s, const char *secret)
{
	const size_t n = secret ? strlen(secret) : 0;

	if (!n)
		return;
	for (char *at = s; (at = strstr(at, secret)); at += n)
		memset(at, '*', n);
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
	hide(s, c->secret);
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
		       const char *url, struct pl_span body, unsigned tries,
		       struct pl_err *e)
{
	struct pl_request ask = {
		.url = url, .body = body, .accept = "*/*", .headers = c->headers
	};
	struct pl_answer got = { 0 };
	enum pl_rc rc = PL_OK;

	for (unsigned k = 0; k < tries; k++) {
		rc = pl_transport_exchange(c->t, a, &got, &ask, e);
		if (rc != PL_ENET || k + 1 == tries || pl_stop_asked())
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

/* With the whole answer waited for a failure in its middle has a status of its
 * own; else it would be 200 with words among the rows. */
#define WHOLE "?wait_end_of_query=1"

enum pl_rc pl_ch_ask(struct pl_ch *c, struct pl_arena *a, struct pl_span *out,
		     const char *sql, struct pl_err *e)
{
	return post(c, a, out, pl_printf(c->scratch, "%s" WHOLE, c->base),
		    pl_span_str(sql), TRIES, e);
}

enum pl_rc pl_ch_tell_shard(struct pl_ch *c, size_t shard, const char *sql,
			    struct pl_err *e)
{
	struct pl_span none;

	return post(c, c->scratch, &none, c->shard[shard], pl_span_str(sql),
		    TRIES, e);
}

enum pl_rc pl_ch_once(struct pl_ch *c, const char *sql, struct pl_err *e)
{
	struct pl_span none;

	return post(c, c->scratch, &none,
		    pl_printf(c->scratch,
			      "%s" WHOLE "&insert_distributed_sync=1", c->base),
		    pl_span_str(sql), 1, e);
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
		    pl_printf(c->scratch, "%s?query=%s", c->base,
			      encoded(c->scratch, sql)),
		    rows, TRIES, e);
}

enum pl_rc pl_ch_damaged(struct pl_ch *c, const char *what, struct pl_err *e)
{
	return pl_fail(e, PL_ESTORE,
		       "ClickHouse at %s: %s is not what plume writes", c->host,
		       what);
}
