#include "net/http.h"

#include <stdlib.h>
#include <strings.h>

/* no macros around curl_easy_setopt: it is called through the table */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/buf.h"
#include "base/lazy.h"
#include "base/limits.h"
#include "base/stop.h"
#include "net/url.h"

#define FUNCS(X)                                                               \
	X(curl_global_init)                                                    \
	X(curl_easy_init)                                                      \
	X(curl_easy_cleanup)                                                   \
	X(curl_easy_reset)                                                     \
	X(curl_easy_setopt)                                                    \
	X(curl_easy_perform)                                                   \
	X(curl_easy_getinfo)                                                   \
	X(curl_easy_strerror)                                                  \
	X(curl_slist_append)                                                   \
	X(curl_slist_free_all)                                                 \
	X(curl_multi_init)                                                     \
	X(curl_multi_cleanup)                                                  \
	X(curl_multi_add_handle)                                               \
	X(curl_multi_remove_handle)                                            \
	X(curl_multi_perform)                                                  \
	X(curl_multi_poll)                                                     \
	X(curl_multi_info_read)

#define PL_LAZY_TABLE curl
PL_LAZY(curl, "libcurl.so.4", FUNCS);

#define CONNECT_S 10
#define TIMEOUT_S 60
#define STALL_S 30 /* without one byte */

/* ---------------------------------------------------------------- URLs */

const char *pl_http_host(struct pl_arena *a, const char *url)
{
	struct pl_url u;

	if (!pl_url_split(&u, url))
		return "(not an address)";
	return pl_strndup(a, (const char *)u.place.p, u.place.n);
}

static enum pl_rc judge(struct pl_url *u, const char *url, bool insecure,
			struct pl_err *e)
{
	if (!pl_url_split(u, url) || u->ws) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the node's address is no http or https URL");
		return pl_hint(e, "it should look like https://host:port/path");
	}
	if (!u->tls && !insecure && !pl_url_is_loopback(u)) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%.*s: http to another machine can be read and "
			      "changed on the way",
			      (int)u->place.n, (const char *)u->place.p);
		return pl_hint(e, "use https, or allow it with "
				  "--insecure-http or the network's "
				  "setting `insecure`");
	}
	return PL_OK;
}

enum pl_rc pl_http_url_check(const char *url, bool insecure, struct pl_err *e)
{
	struct pl_url u;

	return judge(&u, url, insecure, e);
}

/* ----------------------------------------------------------- transport */

struct http {
	struct pl_transport base;
	struct pl_http_conf conf;
	CURL *easy;
	CURLM *multi; /* made when several go at once */
	struct pl_http_job *jobs;
};

#define MAX_FORK 32

struct sink {
	struct pl_buf body;
	size_t limit;
	bool over;
	char fork[MAX_FORK + 1];
};

static size_t take(char *p, size_t one, size_t n, void *to)
{
	struct sink *s = to;

	if (n > s->limit - s->body.n) {
		s->over = true;
		return 0;
	}
	pl_buf_put(&s->body, (struct pl_span){ (const uint8_t *)p, n });
	return one * n;
}

/* libcurl calls this at least once a second.  Not 0 ends the exchange. */
static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c,
		       curl_off_t d)
{
	(void)ctx;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return pl_stop_asked();
}

/* One line of the answer's head. */
static size_t take_header(char *p, size_t one, size_t n, void *to)
{
	static const char name[] = "Eth-Consensus-Version:";
	struct sink *s = to;
	size_t at = sizeof(name) - 1, len = 0;

	if (n < at || strncasecmp(p, name, at) != 0)
		return one * n;
	while (at < n && p[at] == ' ')
		at++;
	while (at + len < n && len < MAX_FORK && (uint8_t)p[at + len] > ' ')
		len++;
	memcpy(s->fork, p + at, len);
	s->fork[len] = '\0';
	return one * n;
}

static enum pl_rc add_header(struct curl_slist **list, const char *line,
			     struct pl_err *e)
{
	struct curl_slist *more = strpbrk(line, "\r\n")
					  ? NULL
					  : curl.curl_slist_append(*list, line);

	if (!more)
		return pl_fail(e, PL_EUSAGE,
			       "an HTTP header of the settings cannot be sent");
	*list = more;
	return PL_OK;
}

/* *out is to be freed, even after a failure. */
static enum pl_rc headers_of(struct curl_slist **out, struct pl_arena *a,
			     const struct pl_request *ask, struct pl_err *e)
{
	const char *accept = ask->accept ? ask->accept : "application/json";

	*out = NULL;
	PL_TRY(add_header(out, pl_printf(a, "Accept: %s", accept), e));
	if (ask->body.p) {
		PL_TRY(add_header(out, "Content-Type: application/json", e));
		/* keeps libcurl from waiting for 100-continue */
		PL_TRY(add_header(out, "Expect:", e));
	}
	for (const char *const *h = ask->headers; h && *h; h++)
		PL_TRY(add_header(out, *h, e));
	return PL_OK;
}

#define SET(h, opt, v)                                                         \
	(good = good && curl.curl_easy_setopt((h), (opt), (v)) == CURLE_OK)

static enum pl_rc prepare(const struct http *t, CURL *h, const struct pl_url *u,
			  const struct pl_request *ask,
			  struct curl_slist *headers, struct sink *s,
			  struct pl_err *e)
{
	const struct pl_http_conf *c = &t->conf;
	bool good = true;

	curl.curl_easy_reset(h); /* keeps the connection */
	SET(h, CURLOPT_URL, ask->url);
	SET(h, CURLOPT_PROTOCOLS_STR, u->tls ? "https" : "http");
	SET(h, CURLOPT_FOLLOWLOCATION, 0L);
	SET(h, CURLOPT_USERAGENT, "plume/" PL_VERSION);
	SET(h, CURLOPT_HTTPHEADER, headers);
	if (ask->body.p) {
		SET(h, CURLOPT_POST, 1L);
		SET(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n);
		SET(h, CURLOPT_POSTFIELDS, (const char *)ask->body.p);
	}
	SET(h, CURLOPT_WRITEFUNCTION, take);
	SET(h, CURLOPT_WRITEDATA, s);
	SET(h, CURLOPT_HEADERFUNCTION, take_header);
	SET(h, CURLOPT_HEADERDATA, s);
	SET(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)s->limit);
	SET(h, CURLOPT_CONNECTTIMEOUT,
	    (long)(c->connect_s ? c->connect_s : CONNECT_S));
	SET(h, CURLOPT_TIMEOUT,
	    (long)(c->timeout_s ? c->timeout_s : TIMEOUT_S));
	SET(h, CURLOPT_NOPROGRESS, 0L);
	SET(h, CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(h, CURLOPT_NOSIGNAL, 1L); /* other threads may have exchanges */
	SET(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(h, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
	if (c->ca_file)
		SET(h, CURLOPT_CAINFO, c->ca_file);
	/* a proxy cannot reach this machine's own ports */
	if (pl_url_is_loopback(u))
		SET(h, CURLOPT_NOPROXY, "*");
	/* libcurls without zlib refuse this one: no matter */
	(void)curl.curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "gzip");
	return good ? PL_OK
		    : pl_fail(e, PL_EIO, "this libcurl is too old for plume");
}

/* libcurl's codes in our words; the host is put before them. */
static enum pl_rc explain(CURLcode code, const struct sink *s, struct pl_err *e)
{
	const char *why;

	if (s->over || code == CURLE_FILESIZE_EXCEEDED)
		return pl_fail(e, PL_ELIMIT,
			       "the answer is larger than %zu bytes", s->limit);
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		why = "no machine of this name is known";
	else if (code == CURLE_COULDNT_RESOLVE_PROXY)
		why = "the proxy's name is not known";
	else if (code == CURLE_COULDNT_CONNECT)
		why = "nobody accepts the connection";
	else if (code == CURLE_OPERATION_TIMEDOUT)
		why = "no answer in time";
	else if (code == CURLE_GOT_NOTHING)
		why = "the connection was closed without an answer";
	else if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR)
		why = "the connection was closed in the middle of the answer";
	else if (code == CURLE_ABORTED_BY_CALLBACK)
		why = "given up, for the program is to end";
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		why = "its certificate is not one to be trusted";
	else
		why = curl.curl_easy_strerror(code);
	return pl_fail(e, PL_ENET, "%s", why);
}

static enum pl_rc judge_end(struct pl_arena *a, CURL *h, struct pl_answer *out,
			    CURLcode code, const struct sink *s,
			    struct pl_err *e)
{
	long status = 0;
	curl_off_t after = 0;
	char *type = NULL;

	if (code != CURLE_OK)
		return explain(code, s, e);
	(void)curl.curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	(void)curl.curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
	(void)curl.curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &after);
	*out = (struct pl_answer){
		.status = (int)status,
		.body = pl_buf_span(&s->body),
		.type = pl_strdup(a, type ? type : ""),
		.fork = pl_strdup(a, s->fork),
		.retry_after = after > 0 && after < 86400 ? (unsigned)after : 0,
	};
	return PL_OK;
}

static enum pl_rc http_exchange(struct pl_transport *t, struct pl_arena *a,
				struct pl_answer *out,
				const struct pl_request *ask, struct pl_err *e)
{
	struct http *h = (struct http *)t;
	struct sink s = { .limit = ask->limit ? ask->limit : PL_MAX_BODY };
	struct curl_slist *headers = NULL;
	struct pl_url u;
	enum pl_rc rc;

	PL_TRY(judge(&u, ask->url, h->conf.insecure, e));
	pl_buf_init(&s.body, a);
	rc = headers_of(&headers, a, ask, e);
	if (!rc)
		rc = prepare(h, h->easy, &u, ask, headers, &s, e);
	if (!rc)
		rc = judge_end(a, h->easy, out, curl.curl_easy_perform(h->easy),
			       &s, e);
	curl.curl_slist_free_all(headers);
	if (rc)
		return pl_note(e, "%.*s", (int)u.place.n,
			       (const char *)u.place.p);
	return PL_OK;
}

/* ------------------------------------------------------- several at once */

struct pl_http_job {
	struct pl_http_job *next;
	struct pl_http_flight *f;
	CURL *easy;
	struct curl_slist *headers;
	struct sink s;
	struct pl_url u;
};

/* Out of the list, and what libcurl has of it given back. */
static void job_end(struct http *h, struct pl_http_job *j)
{
	struct pl_http_job **at = &h->jobs;

	while (*at && *at != j)
		at = &(*at)->next;
	if (*at)
		*at = j->next;
	if (j->easy) {
		(void)curl.curl_multi_remove_handle(h->multi, j->easy);
		curl.curl_easy_cleanup(j->easy);
	}
	curl.curl_slist_free_all(j->headers);
	j->f->job = NULL;
}

static void job_done(struct http *h, struct pl_http_job *j, enum pl_rc rc)
{
	struct pl_http_flight *f = j->f;

	if (rc)
		rc = pl_note(&f->err, "%.*s", (int)j->u.place.n,
			     (const char *)j->u.place.p);
	f->rc = rc;
	f->done = true;
	job_end(h, j);
}

bool pl_http_is(const struct pl_transport *t)
{
	return t->ops->exchange == http_exchange;
}

static enum pl_rc job_start(struct http *h, struct pl_http_job *j,
			    struct pl_err *e)
{
	const struct pl_request *ask = &j->f->ask;

	PL_TRY(headers_of(&j->headers, j->f->a, ask, e));
	if (!h->multi)
		h->multi = curl.curl_multi_init();
	if (h->multi)
		j->easy = curl.curl_easy_init();
	if (!j->easy)
		return pl_fail(e, PL_EIO, "libcurl does not start");
	PL_TRY(prepare(h, j->easy, &j->u, ask, j->headers, &j->s, e));
	if (curl.curl_easy_setopt(j->easy, CURLOPT_PRIVATE, (void *)j) ||
	    curl.curl_multi_add_handle(h->multi, j->easy))
		return pl_fail(e, PL_EIO, "libcurl does not start");
	return PL_OK;
}

void pl_http_start(struct pl_transport *t, struct pl_http_flight *f)
{
	struct http *h = (struct http *)t;
	struct pl_http_job *j = PL_NEW(f->a, struct pl_http_job);
	enum pl_rc rc;

	f->done = false;
	f->job = NULL;
	f->rc = judge(&j->u, f->ask.url, h->conf.insecure, &f->err);
	if (f->rc) {
		f->done = true;
		return;
	}
	j->f = f;
	j->s.limit = f->ask.limit ? f->ask.limit : PL_MAX_BODY;
	pl_buf_init(&j->s.body, f->a);
	rc = job_start(h, j, &f->err);
	j->next = h->jobs;
	h->jobs = j;
	f->job = j;
	if (rc)
		job_done(h, j, rc);
}

void pl_http_turn(struct pl_transport *t, unsigned ms)
{
	struct http *h = (struct http *)t;
	int running, left;
	CURLMsg *m;

	if (!h->multi || !h->jobs)
		return;
	(void)curl.curl_multi_perform(h->multi, &running);
	m = curl.curl_multi_info_read(h->multi, &left);
	if (!m && ms) {
		(void)curl.curl_multi_poll(h->multi, NULL, 0, (int)ms, NULL);
		(void)curl.curl_multi_perform(h->multi, &running);
		m = curl.curl_multi_info_read(h->multi, &left);
	}
	for (; m; m = curl.curl_multi_info_read(h->multi, &left)) {
		struct pl_http_job *j = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE ||
		    curl.curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
					   (char **)&j) ||
		    !j)
			continue;
		job_done(h, j,
			 judge_end(j->f->a, j->easy, &j->f->got, code, &j->s,
				   &j->f->err));
	}
}

void pl_http_drop(struct pl_transport *t, struct pl_http_flight *f)
{
	if (f->job)
		job_end((struct http *)t, f->job);
}

static void http_close(struct pl_transport *t)
{
	struct http *h = (struct http *)t;

	while (h->jobs)
		job_end(h, h->jobs);
	if (h->multi)
		(void)curl.curl_multi_cleanup(h->multi);
	h->multi = NULL;

	if (h->easy)
		curl.curl_easy_cleanup(h->easy);
	h->easy = NULL;
}

static const struct pl_transport_ops http_ops = { http_exchange, http_close };

enum pl_rc pl_http_open(struct pl_arena *a, struct pl_transport **out,
			const struct pl_http_conf *conf, struct pl_err *e)
{
	struct http *h;
	CURL *easy;

	PL_TRY(curl_load(e));
	if (curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return pl_fail(e, PL_EIO, "libcurl does not start");
	easy = curl.curl_easy_init();
	if (!easy)
		return pl_fail(e, PL_EIO, "libcurl does not start");
	h = PL_NEW(a, struct http);
	h->base.ops = &http_ops;
	if (conf)
		h->conf = *conf;
	h->easy = easy;
	*out = &h->base;
	return PL_OK;
}
