#include "sync/feed.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/stop.h"
#include "base/time.h"
#include "net/ws.h"
#include "orbit/feed_json.h"

#define TIMEOUT_S 20
#define SLICE_MS 200 /* at most, of one step */
#define FIRST_MS 500 /* of waiting before a second round, then twice that … */
#define MOST_MS 64000
#define KNOWN 4096 /* messages whose hashes are remembered */
#define URLS 12

/* nitro, wsbroadcastserver: FeedClientVersion and FeedServerVersion */
#define CLIENT_VERSION "Arbitrum-Feed-Client-Version: 2"
#define SERVER_VERSION 2

static const char *const hear[] = { "arbitrum-feed-server-version:",
				    "arbitrum-chain-id:", NULL };

/* What a signature was over, in which form. */
struct known {
	bool used, v2;
	uint64_t sequence;
	struct pl_hash32 hash;
};

struct pl_feed {
	struct pl_feed_conf conf;
	struct pl_ws *ws;
	struct pl_arena *own;
	struct pl_arena *line;  /* of the connection */
	struct pl_arena *words; /* of the last broadcast */
	size_t at;              /* the server asked, or to be asked */
	bool hopeless[URLS];    /* not this chain's, or not to be dialled */
	bool useful;            /* it gave something new */
	unsigned failed;        /* times since something new came */
	uint64_t not_before;    /* when to dial again, in ms */
	struct pl_err why;      /* the failure that will be told */
	uint64_t ask;
	bool has_next;
	uint64_t next;
	struct known *known;
};

static uint64_t now_ms(void)
{
	return pl_time_mono_ns() / 1000000;
}

struct pl_feed *pl_feed_new(const struct pl_feed_conf *conf)
{
	struct pl_arena *own = pl_arena_open(0);
	struct pl_feed *f = PL_NEW(own, struct pl_feed);

	f->own = own;
	f->conf = *conf;
	if (f->conf.n_urls > URLS)
		f->conf.n_urls = URLS;
	if (!f->conf.timeout_s)
		f->conf.timeout_s = TIMEOUT_S;
	f->line = pl_arena_open(0);
	f->words = pl_arena_open(0);
	f->known = PL_NEW_N(own, struct known, KNOWN);
	return f;
}

void pl_feed_from(struct pl_feed *f, uint64_t sequence, bool exactly)
{
	f->ask = sequence;
	if (!exactly)
		return;
	f->has_next = true;
	f->next = sequence;
}

void pl_feed_close(struct pl_feed *f)
{
	if (!f)
		return;
	pl_ws_close(f->ws);
	pl_arena_close(f->line);
	pl_arena_close(f->words);
	pl_arena_close(f->own);
}

const char *pl_feed_host(const struct pl_feed *f)
{
	return f->ws ? pl_ws_host(f->ws) : "the feed";
}

/* --------------------------------------------------------------- failures */

static void another(struct pl_feed *f)
{
	do
		f->at = (f->at + 1) % f->conf.n_urls;
	while (f->hopeless[f->at]);
}

/* The server gives way.  A false word is told rather than a broken line. */
static enum pl_rc give_way(struct pl_feed *f, struct pl_err *e)
{
	size_t left = 0, round;

	pl_ws_close(f->ws);
	f->ws = NULL;
	if (f->conf.say)
		f->conf.say(f->conf.ctx, e->msg);
	if (f->why.rc != PL_EPROOF)
		f->why = *e;
	f->hopeless[f->at] = e->rc == PL_EUSAGE;
	f->failed += !f->useful; /* one that gave something may be asked on */
	f->useful = false;
	for (size_t i = 0; i < f->conf.n_urls; i++)
		left += !f->hopeless[i];
	if (!left || f->failed >= left * (f->conf.retries + 1u)) {
		*e = f->why;
		return e->rc;
	}
	another(f);
	/* at once to each of them, then slower and slower */
	round = f->failed / left;
	f->not_before = now_ms();
	if (round)
		f->not_before +=
			round > 8 ? MOST_MS : (uint64_t)FIRST_MS << (round - 1);
	return PL_OK;
}

/* ---------------------------------------------------------------- dialling */

static bool is_number(const char *text, uint64_t want)
{
	char *end;

	return *text >= '0' && *text <= '9' &&
	       strtoull(text, &end, 10) == want && !*end;
}

static enum pl_rc greeted(struct pl_feed *f, const struct pl_ws *ws,
			  struct pl_err *e)
{
	const char *version = pl_ws_heard(ws, 0), *chain = pl_ws_heard(ws, 1);

	if (version && !is_number(version, SERVER_VERSION))
		return pl_fail(e, PL_EUSAGE, "%s: a feed of version %s, not %d",
			       pl_ws_host(ws), version, SERVER_VERSION);
	if (chain && !is_number(chain, f->conf.chain_id))
		return pl_fail(e, PL_EUSAGE,
			       "%s: the feed of chain %s, not of %" PRIu64,
			       pl_ws_host(ws), chain, f->conf.chain_id);
	return PL_OK;
}

static enum pl_rc dial(struct pl_feed *f, struct pl_err *e)
{
	const char *say[] = { CLIENT_VERSION, NULL, NULL };
	const struct pl_ws_conf conf = {
		.insecure = f->conf.insecure,
		.open_s = f->conf.timeout_s,
		.quiet_s = f->conf.timeout_s,
		.agent = f->conf.agent,
		.say = say,
		.hear = hear,
	};
	struct pl_ws *ws;

	pl_arena_reset(f->line);
	say[1] = pl_printf(f->line,
			   "Arbitrum-Requested-Sequence-Number: %" PRIu64,
			   f->has_next ? f->next : f->ask);
	PL_TRY(pl_ws_open(f->line, &ws, f->conf.urls[f->at], &conf, e));
	f->ws = ws; /* gives way like one that was listened to */
	return greeted(f, ws, e);
}

/* ------------------------------------------------------------------- order */

static struct known said(struct pl_feed *f, const struct pl_feed_signed *m)
{
	struct known k = { .used = true,
			   .v2 = m->v2.n,
			   .sequence = m->m.sequence };

	k.hash = pl_feed_signed_hash(m, f->conf.chain_id, f->words);
	return k;
}

/* What was signed before must be the same now: the judge has believed both.
 * The two forms are over different fields and cannot be compared. */
static enum pl_rc again(const struct known *k, const struct known *now,
			struct pl_err *e)
{
	if (!k->used || k->sequence != now->sequence || k->v2 != now->v2 ||
	    pl_hash32_equal(&k->hash, &now->hash))
		return PL_OK;
	(void)pl_fail(e, PL_EPROOF,
		      "two messages numbered %" PRIu64 " that differ were "
		      "signed: the sequencer contradicts itself",
		      now->sequence);
	return pl_hint(e, "what it signs cannot be relied on; wait until the "
			  "block is confirmed (--level confirmed)");
}

enum verdict { NEW, OLD, WRONG, FINAL };

static enum verdict place(struct pl_feed *f, const struct pl_feed_signed *m,
			  struct pl_err *e)
{
	uint64_t n = m->m.sequence;
	struct known now = said(f, m), *k = &f->known[n % KNOWN];

	if (f->has_next && n > f->next) {
		(void)pl_fail(e, PL_ENET,
			      "%s: the feed goes from message %" PRIu64
			      " to %" PRIu64 " and leaves out what is between",
			      pl_ws_host(f->ws), f->next ? f->next - 1 : 0, n);
		return WRONG;
	}
	if (again(k, &now, e))
		return FINAL;
	if (f->has_next && n < f->next)
		return OLD;
	*k = now;
	f->has_next = true;
	f->next = n + 1;
	return NEW;
}

/* Messages of a server that sends a false one are not listened to. */
static enum pl_rc judge(struct pl_feed *f, const struct pl_feed_signed *v,
			size_t n, bool *final, struct pl_err *e)
{
	for (size_t i = 0; f->conf.judge && i < n; i++) {
		if (!f->conf.judge(f->conf.ctx, &v[i], e))
			continue;
		*final = e->rc != PL_EPROOF && e->rc != PL_EFORMAT;
		return pl_note(e, "%s: message %" PRIu64, pl_ws_host(f->ws),
			       v[i].m.sequence);
	}
	return PL_OK;
}

/* The new ones of a broadcast. */
static enum pl_rc sort(struct pl_feed *f, struct pl_feed_heard *out,
		       const struct pl_feed_signed *v, size_t n, bool *final,
		       struct pl_err *e)
{
	struct pl_feed_signed *fresh =
		PL_NEW_N(f->words, struct pl_feed_signed, n);

	out->v = fresh;
	PL_TRY(judge(f, v, n, final, e));
	for (size_t i = 0; i < n; i++) {
		enum verdict is = place(f, &v[i], e);

		*final = is == FINAL;
		if (is == NEW)
			fresh[out->n++] = v[i];
		else if (is != OLD)
			return e->rc;
	}
	return PL_OK;
}

static enum pl_rc listen(struct pl_feed *f, struct pl_feed_heard *out,
			 unsigned wait_ms, bool *final, struct pl_err *e)
{
	const struct pl_feed_signed *v;
	size_t n;

	pl_arena_reset(f->words);
	PL_TRY(pl_ws_next(f->ws, f->words, &out->text, wait_ms, e));
	if (!out->text.p)
		return PL_OK;
	if (pl_feed_read(f->words, &v, &n, out->text, e))
		return pl_note(e, "%s", pl_ws_host(f->ws));
	return sort(f, out, v, n, final, e);
}

/* -------------------------------------------------------------------- next */

/* One step: a dial, a pause before one, or a while of listening. */
static enum pl_rc step(struct pl_feed *f, struct pl_feed_heard *out,
		       uint64_t wait_ms, bool *final, struct pl_err *e)
{
	unsigned slice = wait_ms < SLICE_MS ? (unsigned)wait_ms : SLICE_MS;

	if (f->ws)
		return listen(f, out, slice, final, e);
	if (now_ms() >= f->not_before)
		return dial(f, e);
	pl_stop_pause(slice);
	return PL_OK;
}

enum pl_rc pl_feed_next(struct pl_feed *f, struct pl_feed_heard *out,
			uint64_t wait_ms, struct pl_err *e)
{
	uint64_t until = now_ms() + wait_ms, now;

	*out = (struct pl_feed_heard){ .n = 0 };
	if (!f->conf.n_urls)
		return pl_fail(e, PL_EUSAGE, "no server of the feed is named");
	while (!out->n && (now = now_ms()) < until && !pl_stop_asked()) {
		bool final = false;

		*out = (struct pl_feed_heard){ .n = 0 };
		if (!step(f, out, until - now, &final, e))
			continue;
		if (final)
			return e->rc;
		/* messages before a gap are believed all the same */
		f->useful |= out->n;
		PL_TRY(give_way(f, e));
	}
	if (out->n) {
		f->useful = f->ws;
		f->failed = 0;
		f->why = (struct pl_err){ .rc = PL_OK };
	}
	return PL_OK;
}
