#include "sync/hear.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"

#define QUIET_MS 400 /* …and all that a server had to tell was told */
#define GLANCE_MS 30 /* for what has come in between */
#define WAIT_S 20
#define SIGNERS 16

/* Newest messages are kept in two halves: a full one displaces the older. */
#define HALF 256
#define HALF_TEXT ((size_t)8 << 20)

struct half {
	struct pl_arena *a;
	struct pl_feed_signed *v;
	size_t n;
	struct pl_buf text;
};

struct pl_hear {
	struct pl_hear_conf conf;
	struct pl_arena *a;
	struct pl_arena *scratch; /* of one judgement */
	struct pl_feed *feed;     /* NULL: to be begun */
	struct pl_viewed at;
	bool has_at;
	struct pl_addr known[SIGNERS]; /* proven at that header */
	size_t n_known;
	struct half half[2];
	unsigned now; /* half */
};

static void begin_half(struct half *x)
{
	pl_arena_reset(x->a);
	x->v = NULL;
	x->n = 0;
	pl_buf_init(&x->text, x->a);
}

struct pl_hear *pl_hear_new(struct pl_arena *a, const struct pl_hear_conf *conf)
{
	struct pl_hear *h = PL_NEW(a, struct pl_hear);

	h->conf = *conf;
	h->a = a;
	h->scratch = pl_arena_open(0);
	for (size_t i = 0; i < 2; i++) {
		h->half[i].a = pl_arena_open(0);
		begin_half(&h->half[i]);
	}
	return h;
}

void pl_hear_close(struct pl_hear *h)
{
	if (!h || !h->scratch)
		return;
	pl_feed_close(h->feed);
	pl_arena_close(h->scratch);
	pl_arena_close(h->half[0].a);
	pl_arena_close(h->half[1].a);
	h->feed = NULL;
	h->scratch = NULL;
}

const struct pl_viewed *pl_hear_at(const struct pl_hear *h)
{
	return h->has_at ? &h->at : NULL;
}

/* ---------------------------------------------------------------- signers */

static enum pl_rc stand(struct pl_hear *h, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_LATEST };

	if (h->has_at)
		return PL_OK;
	if (pl_view_header(h->conf.parent, h->a, &h->at, &ref, e))
		return pl_note(e, "the parent chain");
	PL_TRY(pl_orbit_check(h->conf.orbit, h->scratch, &h->at.header, e));
	h->has_at = true;
	return PL_OK;
}

/* The same account signs message after message: one proof does for them. */
static enum pl_rc may_sign(struct pl_hear *h, const struct pl_addr *who,
			   struct pl_err *e)
{
	for (size_t i = 0; i < h->n_known; i++)
		if (pl_addr_equal(&h->known[i], who))
			return PL_OK;
	PL_TRY(stand(h, e));
	PL_TRY(pl_orbit_poster(h->conf.orbit, h->scratch, &h->at.header, who,
			       e));
	h->known[h->n_known % SIGNERS] = *who;
	h->n_known += h->n_known < SIGNERS;
	return PL_OK;
}

/* The parent's node that fails or lies is not the fault of the feed's
 * server. */
static enum pl_rc judge(void *ctx, const struct pl_feed_signed *m,
			struct pl_err *e)
{
	struct pl_hear *h = ctx;
	struct pl_addr who;

	pl_arena_reset(h->scratch);
	PL_TRY(pl_feed_who(&who, m, h->conf.feed.chain_id, h->scratch, e));
	return h->conf.orbit ? may_sign(h, &who, e) : PL_OK;
}

/* --------------------------------------------------------------- the feed */

static void say(void *ctx, const char *text)
{
	const struct pl_feed_conf *c = &((struct pl_hear *)ctx)->conf.feed;

	if (c->say)
		c->say(c->ctx, text);
}

static void open_feed(struct pl_hear *h)
{
	struct pl_feed_conf conf = h->conf.feed;

	conf.judge = judge;
	conf.say = say;
	conf.ctx = h;
	h->feed = pl_feed_new(&conf);
}

struct pl_feed *pl_hear_feed(struct pl_hear *h, const uint64_t *from)
{
	if (h->feed)
		return h->feed;
	open_feed(h);
	if (from)
		pl_feed_from(h->feed, *from, true);
	return h->feed;
}

/* ------------------------------------------------------------- the newest */

static void put_line(struct pl_buf *b, struct pl_span text)
{
	size_t from = b->n;

	pl_buf_put(b, text);
	/* between tokens alone: JSON has none inside a text */
	for (size_t i = from; i < b->n; i++)
		if (b->p[i] == '\n' || b->p[i] == '\r')
			b->p[i] = ' ';
	pl_buf_byte(b, '\n');
}

static void keep(struct pl_hear *h, const struct pl_feed_heard *x)
{
	struct half *to = &h->half[h->now];

	if (to->n + x->n > HALF || to->text.n > HALF_TEXT) {
		h->now ^= 1;
		to = &h->half[h->now];
		begin_half(to);
	}
	for (size_t i = 0; i < x->n; i++) {
		struct pl_feed_signed *s;

		to->v = pl_grow(to->a, to->v, to->n, sizeof(*to->v));
		s = &to->v[to->n++];
		*s = x->v[i];
		s->m.l2_msg = pl_span_dup(to->a, s->m.l2_msg);
		s->m.block_metadata = pl_span_dup(to->a, s->m.block_metadata);
		s->v1 = pl_span_dup(to->a, s->v1);
		s->v2 = pl_span_dup(to->a, s->v2);
	}
	put_line(&to->text, x->text);
}

static bool is_recent(const struct pl_feed_heard *x, int64_t began)
{
	return x->n && began >= 0 &&
	       x->v[x->n - 1].m.timestamp >= (uint64_t)began;
}

/* Until nothing more comes, or what comes was made only just now. */
static enum pl_rc drain(struct pl_hear *h, uint64_t wait_ms, struct pl_err *e)
{
	int64_t began = pl_time_now();
	struct pl_feed_heard x;

	for (size_t n = 0; n < PL_MAX_FEED; n += x.n) {
		if (pl_feed_next(h->feed, &x, wait_ms, e))
			return n && e->rc == PL_ENET ? PL_OK : e->rc;
		if (!x.n)
			return PL_OK;
		keep(h, &x);
		if (is_recent(&x, began))
			return PL_OK;
		wait_ms = QUIET_MS;
	}
	return PL_OK;
}

static enum pl_rc nothing(const struct pl_hear *h, uint64_t wait_ms,
			  struct pl_err *e)
{
	(void)pl_fail(e, PL_ENOTFOUND, "%s: no message came in %ju seconds",
		      pl_feed_host(h->feed), (uintmax_t)(wait_ms / 1000));
	return pl_hint(e, "the chain may have nothing to do; its last blocks "
			  "are there at --level posted and firmer");
}

enum pl_rc pl_hear_listen(void *ctx, struct pl_arena *a,
			  const struct pl_feed_signed **out, size_t *n,
			  uint64_t from, struct pl_err *e)
{
	struct pl_hear *h = ctx;
	bool first = !h->half[0].n && !h->half[1].n;
	unsigned wait_s =
		h->conf.feed.timeout_s ? h->conf.feed.timeout_s : WAIT_S;
	uint64_t wait_ms = first ? wait_s * UINT64_C(1000) : GLANCE_MS;
	const struct half *old, *new;
	struct pl_feed_signed *v;

	if (!h->feed) {
		open_feed(h);
		pl_feed_from(h->feed, from, false);
	}
	if (drain(h, wait_ms, e)) {
		pl_feed_close(h->feed); /* anew next time */
		h->feed = NULL;
		return e->rc;
	}
	new = &h->half[h->now];
	old = &h->half[h->now ^ 1];
	if (!new->n && !old->n)
		return nothing(h, wait_ms, e);
	*n = old->n + new->n;
	*out = v = PL_NEW_N(a, struct pl_feed_signed, *n);
	if (old->n)
		memcpy(v, old->v, old->n * sizeof(*v));
	if (new->n)
		memcpy(v + old->n, new->v, new->n * sizeof(*v));
	return PL_OK;
}

struct pl_span pl_hear_text(const struct pl_hear *h, struct pl_arena *a)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_put(&b, pl_buf_span(&h->half[h->now ^ 1].text));
	pl_buf_put(&b, pl_buf_span(&h->half[h->now].text));
	return pl_buf_span(&b);
}
