#include "net/ws.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

#include <libwebsockets.h>

#include "base/buf.h"
#include "base/lazy.h"
#include "base/limits.h"
#include "base/stop.h"
#include "net/url.h"

#define FUNCS(X)                                                               \
	X(lws_set_log_level)                                                   \
	X(lws_create_context)                                                  \
	X(lws_context_destroy)                                                 \
	X(lws_context_user)                                                    \
	X(lws_get_context)                                                     \
	X(lws_client_connect_via_info)                                         \
	X(lws_http_client_http_response)                                       \
	X(lws_cancel_service)                                                  \
	X(lws_service)                                                         \
	X(lws_sul_schedule)                                                    \
	X(lws_hdr_custom_length)                                               \
	X(lws_hdr_custom_copy)                                                 \
	X(lws_is_first_fragment)                                               \
	X(lws_is_final_fragment)                                               \
	X(lws_remaining_packet_payload)                                        \
	X(lws_validity_confirmed)

#ifndef PL_LWS_SO /* the Makefile knows better */
#define PL_LWS_SO "libwebsockets.so.17"
#endif
#define PL_LAZY_TABLE ws
PL_LAZY(ws, PL_LWS_SO, FUNCS);

#define OPEN_S 10
#define QUIET_S 30
#define HEARD 4      /* headers of the answer that are kept */
#define VALUE 64     /* bytes of one */
#define FDS 16       /* descriptors of one context */
#define CHUNK 4096   /* read at once */
#define SLICE_MS 200 /* between looks at base/stop.h */

enum stage { DIALLING, OPEN, LOST };

struct pl_ws {
	struct pl_ws_conf conf;
	struct pl_arena *a;
	const char *host;
	struct lws_context *ctx;
	lws_sorted_usec_list_t alarm;
	bool rang;
	enum stage stage;
	struct pl_err why;  /* once it is lost */
	struct pl_buf part; /* of a message that is not whole */
	/* whole ones, each behind its length, up from `at` */
	struct pl_buf whole;
	size_t at;
	char heard[HEARD][VALUE];
	bool has[HEARD];
	lws_retry_bo_t life;
};

/* ------------------------------------------------------------------- URLs */

static enum pl_rc judge(struct pl_url *u, const char *url, bool insecure,
			struct pl_err *e)
{
	if (!pl_url_split(u, url) || !u->ws) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the feed's address is no ws or wss URL");
		return pl_hint(e, "it should look like wss://host:port/path");
	}
	if (u->user) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%.*s: a name and password in the address are "
			      "not sent",
			      (int)u->place.n, (const char *)u->place.p);
		return pl_hint(e, "feeds ask for none; some want a key in the "
				  "path");
	}
	if (!u->tls && !insecure && !pl_url_is_loopback(u)) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%.*s: ws to another machine can be read and "
			      "changed on the way",
			      (int)u->place.n, (const char *)u->place.p);
		return pl_hint(e, "use wss, or allow it with --insecure-http "
				  "or the network's setting `insecure`");
	}
	return PL_OK;
}

enum pl_rc pl_ws_url_check(const char *url, bool insecure, struct pl_err *e)
{
	struct pl_url u;

	return judge(&u, url, insecure, e);
}

/* ------------------------------------------------------------------ losing */

static PL_PRINTF(3, 4) void lose(struct pl_ws *s, enum pl_rc rc,
				 const char *fmt, ...)
{
	char text[160];
	va_list args;

	if (s->stage == LOST)
		return; /* the first reason is the reason */
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	(void)pl_fail(&s->why, rc, "%s: %s", s->host, text);
	s->stage = LOST;
}

static void refused(struct pl_ws *s, struct lws *wsi, const char *text,
		    size_t n)
{
	unsigned status = ws.lws_http_client_http_response(wsi);

	if (status == 429)
		lose(s, PL_ENET,
		     "too many listeners from here already (HTTP status 429)");
	else if (status && status != 101)
		lose(s, PL_ENET, "no WebSocket there (HTTP status %u)", status);
	else
		lose(s, PL_ENET, "no WebSocket: %.*s", (int)(n < 100 ? n : 100),
		     n ? text : "the connection ended");
}

/* A code and a few words, where the server gives them. */
static void said_goodbye(struct pl_ws *s, const uint8_t *p, size_t n)
{
	unsigned code = n < 2 ? 1005 : (unsigned)(p[0] << 8 | p[1]);
	size_t words = n < 2 ? 0 : n - 2;

	lose(s, PL_ENET, "the server closed the connection (code %u%s%.*s)",
	     code, words ? ": " : "", (int)(words < 80 ? words : 80),
	     words ? (const char *)p + 2 : "");
}

/* --------------------------------------------------------------- handshake */

static bool put(uint8_t **p, const uint8_t *end, const char *text)
{
	size_t n = strlen(text);

	if (n + 2 > (size_t)(end - *p))
		return false;
	memcpy(*p, text, n);
	memcpy(*p + n, "\r\n", 2);
	*p += n + 2;
	return true;
}

static bool say(const struct pl_ws *s, uint8_t **p, const uint8_t *end)
{
	if (s->conf.agent &&
	    !put(p, end, pl_printf(s->a, "User-Agent: %s", s->conf.agent)))
		return false;
	for (size_t i = 0; s->conf.say && s->conf.say[i]; i++)
		if (!put(p, end, s->conf.say[i]))
			return false;
	return true;
}

static bool hear(struct pl_ws *s, struct lws *wsi)
{
	for (size_t i = 0; s->conf.hear && s->conf.hear[i] && i < HEARD; i++) {
		const char *name = s->conf.hear[i];
		int len = (int)strlen(name);
		int n = ws.lws_hdr_custom_length(wsi, name, len);

		if (n < 0)
			continue;
		s->has[i] = ws.lws_hdr_custom_copy(wsi, s->heard[i], VALUE,
						   name, len) >= 0;
		if (s->has[i])
			continue;
		lose(s, PL_EFORMAT, "the answer's header %s has %d bytes", name,
		     n);
		return false;
	}
	return true;
}

/* ---------------------------------------------------------------- messages */

static void keep(struct pl_ws *s)
{
	size_t n = s->part.n;

	pl_buf_put(&s->whole,
		   (struct pl_span){ (const uint8_t *)&n, sizeof(n) });
	pl_buf_put(&s->whole, pl_buf_span(&s->part));
	pl_buf_reset(&s->part);
}

/* The limit is held against what the frame announces, before any of it. */
static bool take(struct pl_ws *s, struct lws *wsi, const uint8_t *p, size_t n)
{
	size_t left = ws.lws_remaining_packet_payload(wsi);

	if (ws.lws_is_first_fragment(wsi))
		pl_buf_reset(&s->part);
	if (n > s->conf.limit || left > s->conf.limit ||
	    s->part.n + n + left > s->conf.limit) {
		lose(s, PL_ELIMIT, "a message of more than %zu bytes",
		     s->conf.limit);
		return false;
	}
	pl_buf_put(&s->part, (struct pl_span){ p, n });
	if (!left && ws.lws_is_final_fragment(wsi))
		keep(s);
	return true;
}

/* What fails returns other than 0, and libwebsockets hangs up. */
static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t n)
{
	struct pl_ws *s = ws.lws_context_user(ws.lws_get_context(wsi));

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return say(s, in, *(uint8_t **)in + n) ? 0 : -1;
	case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
		return hear(s, wsi) ? 0 : -1;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		s->stage = OPEN;
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		refused(s, wsi, in, in ? n : 0);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		ws.lws_validity_confirmed(wsi); /* no ping is needed */
		return take(s, wsi, in, n) ? 0 : -1;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		said_goodbye(s, in, n);
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		lose(s, PL_ENET, "the connection was lost");
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{ "plume", on_event, 0, CHUNK, 0, NULL, 0 },
	{ 0 },
};

/* ----------------------------------------------------------------- opening */

/* Alarms ring before lws_service waits, not after: it must not wait then. */
static void ring(lws_sorted_usec_list_t *alarm)
{
	struct pl_ws *s = lws_container_of(alarm, struct pl_ws, alarm);

	s->rang = true;
	ws.lws_cancel_service(s->ctx);
}

/* Serve the connection for so long, or until `done`. */
static void serve_slice(struct pl_ws *s, unsigned ms,
			bool (*done)(const struct pl_ws *s))
{
	s->rang = false;
	ws.lws_sul_schedule(s->ctx, 0, &s->alarm, ring,
			    (lws_usec_t)ms * 1000 + 1);
	while (!s->rang && s->stage != LOST && !done(s))
		if (ws.lws_service(s->ctx, 0) < 0)
			lose(s, PL_ENET, "libwebsockets does not go on");
	ws.lws_sul_schedule(s->ctx, 0, &s->alarm, ring,
			    LWS_SET_TIMER_USEC_CANCEL);
}

static void serve(struct pl_ws *s, unsigned ms,
		  bool (*done)(const struct pl_ws *s))
{
	do {
		unsigned now = ms < SLICE_MS ? ms : SLICE_MS;

		serve_slice(s, now, done);
		ms -= now;
	} while (ms && s->stage != LOST && !done(s) && !pl_stop_asked());
}

static bool is_open(const struct pl_ws *s)
{
	return s->stage == OPEN;
}

static bool has_message(const struct pl_ws *s)
{
	return s->at < s->whole.n;
}

/* A context of its own for one connection, so that closing it leaves nothing.
 * libwebsockets takes SIGPIPE for itself, which is not its to take. */
static enum pl_rc make(struct pl_ws *s, const struct pl_url *u,
		       struct pl_err *e)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.options = u->tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
		.gid = -1,
		.uid = -1,
		.user = s,
		.fd_limit_per_thread = FDS,
		/* else the environment's: none reaches this machine's ports */
		.http_proxy_address = pl_url_is_loopback(u) ? "" : NULL,
	};
	struct sigaction pipe;

	PL_TRY(ws_load(e));
	ws.lws_set_log_level(0, NULL);
	(void)sigaction(SIGPIPE, NULL, &pipe);
	s->ctx = ws.lws_create_context(&info);
	(void)sigaction(SIGPIPE, &pipe, NULL);
	return s->ctx ? PL_OK
		      : pl_fail(e, PL_EIO, "libwebsockets does not start");
}

static void dial(struct pl_ws *s, const struct pl_url *u)
{
	const char *host = pl_strndup(s->a, (const char *)u->host.p, u->host.n);
	const char *path = pl_printf(s->a, "%s%.*s",
				     u->path.n && *u->path.p == '/' ? "" : "/",
				     (int)u->path.n, (const char *)u->path.p);
	struct lws_client_connect_info i = {
		.context = s->ctx,
		.address = host,
		.port = (int)u->port,
		.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT |
				  (u->tls ? LCCSCF_USE_SSL : 0),
		.path = path,
		.host = s->host,
		.local_protocol_name = protocols[0].name,
		.alpn = "http/1.1",
		.retry_and_idle_policy = &s->life,
	};

	if (!ws.lws_client_connect_via_info(&i))
		lose(s, PL_ENET, "no connection");
}

static void defaults(struct pl_ws_conf *c)
{
	if (!c->open_s)
		c->open_s = OPEN_S;
	if (!c->quiet_s)
		c->quiet_s = QUIET_S;
	if (!c->limit)
		c->limit = PL_MAX_WS;
}

enum pl_rc pl_ws_open(struct pl_arena *a, struct pl_ws **out, const char *url,
		      const struct pl_ws_conf *conf, struct pl_err *e)
{
	struct pl_ws *s = PL_NEW(a, struct pl_ws);
	struct pl_url u;

	PL_TRY(judge(&u, url, conf->insecure, e));
	s->a = a;
	s->conf = *conf;
	defaults(&s->conf);
	s->host = pl_strndup(a, (const char *)u.place.p, u.place.n);
	s->life.secs_since_valid_ping = (uint16_t)((s->conf.quiet_s + 1) / 2);
	s->life.secs_since_valid_hangup = (uint16_t)s->conf.quiet_s;
	pl_buf_init(&s->part, a);
	pl_buf_init(&s->whole, a);
	PL_TRY(make(s, &u, e));
	dial(s, &u);
	serve(s, s->conf.open_s * 1000, is_open);
	if (s->stage == DIALLING && pl_stop_asked())
		lose(s, PL_ENET, "given up");
	if (s->stage == DIALLING)
		lose(s, PL_ENET, "no answer in %u seconds", s->conf.open_s);
	if (s->stage == LOST) {
		*e = s->why;
		pl_ws_close(s);
		return e->rc;
	}
	*out = s;
	return PL_OK;
}

const char *pl_ws_host(const struct pl_ws *s)
{
	return s->host;
}

const char *pl_ws_heard(const struct pl_ws *s, size_t i)
{
	return i < HEARD && s->has[i] ? s->heard[i] : NULL;
}

static void pop(struct pl_ws *s, struct pl_arena *a, struct pl_span *out)
{
	size_t n;

	memcpy(&n, s->whole.p + s->at, sizeof(n));
	s->at += sizeof(n);
	*out = pl_span_dup(a, (struct pl_span){ s->whole.p + s->at, n });
	if (!out->p) /* an empty message is one */
		out->p = (const uint8_t *)"";
	s->at += n;
	if (s->at < s->whole.n)
		return;
	s->at = 0;
	pl_buf_reset(&s->whole);
}

enum pl_rc pl_ws_next(struct pl_ws *s, struct pl_arena *a, struct pl_span *out,
		      unsigned wait_ms, struct pl_err *e)
{
	if (!has_message(s) && s->stage != LOST)
		serve(s, wait_ms, has_message);
	if (has_message(s)) {
		pop(s, a, out);
		return PL_OK;
	}
	if (s->stage == LOST) {
		*e = s->why;
		return e->rc;
	}
	*out = (struct pl_span){ NULL, 0 };
	return PL_OK;
}

void pl_ws_close(struct pl_ws *s)
{
	if (!s || !s->ctx)
		return;
	s->stage = LOST;
	ws.lws_context_destroy(s->ctx);
	s->ctx = NULL;
}
