/* Forward: what the endpoints say is held against the store, and each step is
 * on disk before the next. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "sync/light_impl.h"

#define DAY 86400
#define MAX_ROUNDS 64 /* of asking for updates without an end */
#define NEWEST 16     /* endpoints whose heads are compared */

/* The newest update of one endpoint. */
struct candidate {
	struct pl_lc_update *u;
	struct pl_span ssz;
	struct pl_hash32 root, finalized; /* of its beacon headers */
	const char *host;
};

struct sync {
	struct pl_light *l;
	const struct pl_light_how *how;
	uint64_t now;
	struct pl_arena *a; /* of this sync */
	struct pl_lc_update *u;
	struct candidate found[NEWEST];
	size_t n;
	enum pl_lc_kind kind; /* asked for */
	const char **said;    /* of each endpoint, last */
};

static void say(const struct sync *s, const char *text)
{
	if (s->how->on_word)
		s->how->on_word(s->how->ctx, text);
}

/* After each question: an answer to the next one wipes the reason. */
static void passed_over(const struct sync *s)
{
	const struct pl_beacon *b = s->how->beacon;

	for (size_t i = 0; i < pl_beacon_count(b); i++) {
		const char *why = pl_beacon_why(b, i);

		if (!why || (s->said[i] && !strcmp(s->said[i], why)))
			continue;
		s->said[i] = pl_strdup(s->a, why);
		say(s, pl_printf(s->a, "%s was passed over: %s",
				 pl_beacon_host(b, i), why));
	}
}

static void tell(const struct sync *s, const struct pl_lc_update *u,
		 const char *host, bool forced)
{
	const struct pl_lc_config *c = &s->l->config;
	struct pl_light_step step = {
		.kind = u->kind,
		.forced = forced,
		.slot = u->attested_header.beacon.slot,
		.participants = pl_lc_participants(u),
		.finalized_slot = s->l->store->finalized_header.beacon.slot,
		.host = host,
	};

	step.period = pl_lc_period(c, step.slot);
	if (s->how->on_step)
		s->how->on_step(s->how->ctx, &step);
}

/* -------------------------------------------------------------- one object */

static enum pl_rc open_file(struct pl_lc_file *f, const struct sync *s,
			    const struct pl_beacon_got *got,
			    enum pl_lc_kind kind, struct pl_err *e)
{
	struct pl_err ignored;
	struct pl_lc_file x = { 0 };

	PL_TRY(pl_lc_file_open(&x, got->scratch, got->body, kind, &s->l->config,
			       e));
	/* SSZ does not say its form: the answer's header does */
	if (*got->fork && !strncmp(x.form, "ssz", 3) &&
	    !pl_lc_fork_parse(&x.fork, got->fork, &ignored))
		x.has_fork = true;
	*f = x;
	return PL_OK;
}

/* The bytes to keep of what was just read. */
static struct pl_span ssz_of(const struct sync *s, struct pl_arena *a,
			     const struct pl_lc_file *f,
			     const struct pl_lc_update *u)
{
	struct pl_buf b;

	if (!f->list)
		return f->raw;
	pl_buf_init(&b, a);
	pl_lc_update_encode(&b, u, s->l->config.preset, f->fork);
	return pl_buf_span(&b);
}

static enum pl_rc named(const char *failed, struct pl_err *e)
{
	return failed ? pl_note(e, "rule %s", failed) : e->rc;
}

static uint64_t finalized_period(const struct pl_light *l)
{
	return pl_lc_period(&l->config, l->store->finalized_header.beacon.slot);
}

/* What an update can move. */
struct mark {
	uint64_t finalized, optimistic, best;
	bool next;
};

static struct mark mark(const struct pl_lc_store *s)
{
	struct mark m = { s->finalized_header.beacon.slot,
			  s->optimistic_header.beacon.slot, 0, s->next_known };

	if (s->has_best)
		m.best = s->best_valid_update.attested_header.beacon.slot;
	return m;
}

static bool same_mark(const struct mark *a, const struct mark *b)
{
	return a->finalized == b->finalized && a->optimistic == b->optimistic &&
	       a->best == b->best && a->next == b->next;
}

/* Hold an update against the store and, where it moves something, keep it.
 * What says nothing newer is passed over. */
static enum pl_rc apply(struct sync *s, const struct pl_lc_update *u,
			enum pl_lc_fork fork, struct pl_span ssz,
			const char *host, struct pl_err *e)
{
	struct pl_light *l = s->l;
	uint64_t slot = u->attested_header.beacon.slot;
	struct light_object o = { .kind = u->kind, .fork = fork, .slot = slot };
	struct mark before = mark(l->store), after;
	const char *failed = NULL;

	o.period = pl_lc_period(&l->config, slot);
	if (o.period < finalized_period(l))
		return PL_OK;
	if (pl_lc_process(l->store, u, s->now, &failed, e)) {
		if (failed && !strcmp(failed, "relevance"))
			return PL_OK;
		return named(failed, e);
	}
	after = mark(l->store);
	if (same_mark(&before, &after))
		return PL_OK;
	PL_TRY(light_keep(l, o, ssz, e));
	l->synced = pl_time_now();
	PL_TRY(light_save(l, e));
	tell(s, u, host, false);
	return PL_OK;
}

/* --------------------------------------------------------- period by period */

static enum pl_rc no_updates(struct pl_err *e)
{
	return pl_fail(e, PL_ENOTFOUND, "it has no updates for these periods");
}

static enum pl_rc judge_updates(void *ctx, const struct pl_beacon_got *got,
				struct pl_err *e)
{
	struct sync *s = ctx;
	struct mark before = mark(s->l->store), after;
	struct pl_lc_file f;

	if (!got->body.n)
		return no_updates(e);
	if (open_file(&f, s, got, PL_LC_UPDATE, e))
		return e->rc == PL_ENOTFOUND ? no_updates(e) : e->rc;
	if (!pl_lc_file_more(&f))
		return no_updates(e);
	while (pl_lc_file_more(&f)) {
		if (pl_lc_file_next(&f, NULL, s->u, e))
			return named(f.failed, e);
		PL_TRY(apply(s, s->u, f.fork, ssz_of(s, got->scratch, &f, s->u),
			     got->host, e));
	}
	/* another endpoint may have come further */
	after = mark(s->l->store);
	return same_mark(&before, &after) ? no_updates(e) : PL_OK;
}

/* Too few signed for too long: what is best becomes what holds. */
static enum pl_rc force(struct sync *s, bool *forced, struct pl_err *e)
{
	struct pl_light *l = s->l;
	struct light_object *o = l->n ? &l->object[l->n - 1] : NULL;
	const char *failed = NULL;

	*forced = false;
	if (s->how->strict || !l->store->has_best)
		return PL_OK;
	if (pl_lc_force(l->store, forced, s->now, &failed, e))
		return named(failed, e);
	if (!*forced)
		return PL_OK;
	l->forced = true;
	if (o)
		o->forced = s->now;
	say(s, "an update was taken by force: fewer than two thirds signed it");
	return light_save(l, e);
}

static enum pl_rc ask_updates(struct sync *s, uint64_t start, uint64_t end,
			      struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = PL_BEACON_UPDATES,
				   .start = start,
				   .count = end - start + 1 };
	enum pl_rc rc;

	if (q.count > PL_BEACON_CHUNK)
		q.count = PL_BEACON_CHUNK;
	rc = pl_beacon_get(s->how->beacon, &q, judge_updates, s, e);
	if (!rc || start < end)
		passed_over(s);
	return rc;
}

static enum pl_rc catch_up(struct sync *s, struct pl_err *e)
{
	struct pl_light *l = s->l;
	uint64_t current = pl_lc_period(&l->config, s->now);

	for (unsigned idle = 0; idle < MAX_ROUNDS; idle++) {
		uint64_t at = finalized_period(l);
		bool next = l->store->next_known, forced;
		uint64_t start = at + next;

		/* what is left is for the finality update to say */
		if (start > current || (next && at + 1 >= current))
			return PL_OK;
		if (ask_updates(s, start, current, e)) {
			if (e->rc != PL_ENOTFOUND)
				return e->rc;
			PL_TRY(force(s, &forced, e));
			if (forced)
				continue;
			/* of a period that has just begun there may be none;
			 * the heads will tell */
			if (start < current)
				say(s, "no endpoint has the updates that are "
				       "missing");
			return PL_OK;
		}
		if (finalized_period(l) != at || l->store->next_known != next) {
			idle = 0;
			continue;
		}
		PL_TRY(force(s, &forced, e));
		if (!forced)
			return PL_OK;
	}
	return PL_OK;
}

/* ---------------------------------------------------------------- the heads */

static enum pl_rc judge_newest(void *ctx, const struct pl_beacon_got *got,
			       struct pl_err *e)
{
	struct sync *s = ctx;
	struct candidate c = { .u = PL_NEW(s->a, struct pl_lc_update) };
	const char *failed = NULL;
	struct pl_lc_file f;

	PL_TRY(open_file(&f, s, got, s->kind, e));
	if (!pl_lc_file_more(&f))
		return pl_fail(e, PL_ENOTFOUND, "an empty answer");
	if (pl_lc_file_next(&f, NULL, c.u, e))
		return named(f.failed, e);
	if (pl_lc_validate(s->l->store, c.u, s->now, &failed, e)) {
		if (!failed || strcmp(failed, "relevance") != 0)
			return named(failed, e);
		return PL_OK; /* known already */
	}
	if (s->n == NEWEST)
		return PL_OK;
	c.ssz = pl_span_dup(s->a, ssz_of(s, got->scratch, &f, c.u));
	c.u->attested_header.fork = f.fork;
	pl_lc_beacon_root(&c.root, &c.u->attested_header.beacon);
	pl_lc_beacon_root(&c.finalized, &c.u->finalized_header.beacon);
	c.host = pl_strdup(s->a, got->host);
	s->found[s->n++] = c;
	return PL_OK;
}

static bool same_slot_differs(const struct pl_lc_header *a,
			      const struct pl_lc_header *b,
			      const struct pl_hash32 *ra,
			      const struct pl_hash32 *rb)
{
	return a->beacon.slot == b->beacon.slot && !pl_hash32_equal(ra, rb);
}

static enum pl_rc save_proof(struct sync *s, const struct candidate *c,
			     unsigned i, struct pl_err *e)
{
	struct pl_light_conflict *x = &s->l->conflict;
	uint64_t slot = c->u->attested_header.beacon.slot;
	struct pl_buf b;

	x->root[i] = c->root;
	x->host[i] = pl_strdup(s->l->a, c->host);
	x->participants[i] = pl_lc_participants(c->u);
	x->file[i] =
		pl_printf(s->l->a, "%s/conflict-%" PRIu64 "-%u-%s.bin",
			  s->l->dir, slot, i + 1, pl_lc_kind_name(c->u->kind));
	pl_buf_init(&b, s->a);
	PL_TRY(light_frame(&b, &s->l->config, slot, c->ssz, e));
	return pl_file_write(x->file[i], pl_buf_span(&b), 0644, e);
}

static enum pl_rc conflict(struct sync *s, const struct candidate *a,
			   const struct candidate *b, bool finalized,
			   struct pl_err *e)
{
	struct pl_light_conflict *x = &s->l->conflict;

	x->slot = finalized ? a->u->finalized_header.beacon.slot
			    : a->u->attested_header.beacon.slot;
	x->finalized = finalized;
	x->both = 0;
	for (size_t i = 0; i < PL_LC_COMMITTEE_MAX; i++)
		x->both += (a->u->sync_committee_bits[i / 8] &
			    b->u->sync_committee_bits[i / 8]) >>
				   i % 8 &
			   1;
	PL_TRY(save_proof(s, a, 0, e));
	PL_TRY(save_proof(s, b, 1, e));
	s->l->in_conflict = true;
	(void)pl_fail(e, PL_EPROOF,
		      "equivocation: %s and %s show two signed headers of slot "
		      "%" PRIu64 " that differ; %" PRIu64
		      " members signed both",
		      x->host[0], x->host[1], x->slot, x->both);
	return pl_hint(
		e, "both are kept, in %s and %s; the head stays where it was",
		x->file[0], x->file[1]);
}

/* What was accepted for a slot before, where its object is still there. */
static bool accepted(struct sync *s, uint64_t slot, struct candidate *out)
{
	struct candidate c = { .u = PL_NEW(s->a, struct pl_lc_update),
			       .host = "what was accepted before" };
	struct pl_err e;

	for (size_t i = 0; i < s->l->n; i++) {
		const struct light_object *o = &s->l->object[i];

		if (o->slot != slot || o->kind == PL_LC_BOOTSTRAP ||
		    light_read(s->l, s->a, &c.ssz, o, &e) ||
		    pl_lc_update_decode(c.u, o->kind, c.ssz,
					s->l->config.preset, o->fork, &e))
			continue;
		pl_lc_beacon_root(&c.root, &c.u->attested_header.beacon);
		pl_lc_beacon_root(&c.finalized, &c.u->finalized_header.beacon);
		*out = c;
		return true;
	}
	return false;
}

static enum pl_rc against_accepted(struct sync *s, const struct candidate *c,
				   struct pl_err *e)
{
	struct candidate before;

	if (!accepted(s, c->u->attested_header.beacon.slot, &before) ||
	    pl_hash32_equal(&before.root, &c->root))
		return PL_OK;
	return conflict(s, &before, c, false, e);
}

static enum pl_rc compare(struct sync *s, struct pl_err *e)
{
	for (size_t i = 0; i < s->n; i++)
		PL_TRY(against_accepted(s, &s->found[i], e));
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct candidate *a = &s->found[k];
			const struct candidate *b = &s->found[i];

			if (same_slot_differs(&a->u->attested_header,
					      &b->u->attested_header, &a->root,
					      &b->root))
				return conflict(s, a, b, false, e);
			if (s->kind == PL_LC_FINALITY &&
			    same_slot_differs(&a->u->finalized_header,
					      &b->u->finalized_header,
					      &a->finalized, &b->finalized))
				return conflict(s, a, b, true, e);
		}
	return PL_OK;
}

/* Ask every endpoint, compare what they signed, take the newest. */
static enum pl_rc newest(struct sync *s, enum pl_lc_kind kind, struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = kind == PL_LC_FINALITY
						    ? PL_BEACON_FINALITY
						    : PL_BEACON_OPTIMISTIC };
	const struct candidate *best = NULL;
	size_t stood;

	s->kind = kind;
	s->n = 0;
	PL_TRY(pl_beacon_all(s->how->beacon, &q, judge_newest, s, &stood, e));
	passed_over(s);
	PL_TRY(compare(s, e));
	for (size_t i = 0; i < s->n; i++)
		if (!best || s->found[i].u->attested_header.beacon.slot >
				     best->u->attested_header.beacon.slot)
			best = &s->found[i];
	if (!best)
		return PL_OK;
	return apply(s, best->u, best->u->attested_header.fork, best->ssz,
		     best->host, e);
}

static enum pl_rc check_age(struct sync *s, struct pl_err *e)
{
	uint64_t slot = s->l->store->finalized_header.beacon.slot;
	uint64_t seconds =
		s->now > slot ? (s->now - slot) * s->l->config.seconds_per_slot
			      : 0;
	const char *text;

	if (seconds <= (uint64_t)PL_LIGHT_OLD_DAYS * DAY)
		return PL_OK;
	text = pl_printf(s->a,
			 "what is trusted so far is %" PRIu64
			 " days old; past %d days, keys of validators that "
			 "left could sign another history",
			 seconds / DAY, PL_LIGHT_OLD_DAYS);
	if (s->how->strict) {
		(void)pl_fail(e, PL_ESTALE, "%s", text);
		return pl_hint(e, "begin from a newer checkpoint: plume light "
				  "init --checkpoint ROOT");
	}
	say(s, text);
	return PL_OK;
}

static enum pl_rc go(struct sync *s, struct pl_err *e)
{
	PL_TRY(check_age(s, e));
	PL_TRY(catch_up(s, e));
	PL_TRY(newest(s, PL_LC_FINALITY, e));
	PL_TRY(catch_up(s, e));
	PL_TRY(newest(s, PL_LC_OPTIMISTIC, e));
	s->l->synced = pl_time_now();
	return light_save(s->l, e);
}

enum pl_rc pl_light_sync(struct pl_light *l, const struct pl_light_how *how,
			 struct pl_err *e)
{
	struct sync s = { .l = l, .how = how, .now = how->now };
	enum pl_rc rc;
	int fd;

	if (!l->dir)
		return pl_fail(e, PL_EUSAGE,
			       "a light client out of evidence stays where it "
			       "is");
	PL_TRY(light_lock(l->dir, &fd, e));
	l->in_conflict = false;
	s.a = pl_arena_open(0);
	s.u = PL_NEW(s.a, struct pl_lc_update);
	s.said = PL_NEW_N(s.a, const char *, pl_beacon_count(how->beacon));
	rc = light_load(l, e); /* another process may have gone on */
	if (how->paranoid)
		l->store->key_check = PL_BLS_KEY;
	if (!s.now)
		s.now = pl_light_clock(&l->config);
	if (!rc)
		rc = go(&s, e);
	if (rc)
		l->whole = false; /* the next sync reads the file again */
	pl_arena_close(s.a);
	(void)close(fd);
	return rc;
}

/* --------------------------------------------------------------- beginning */

struct begin {
	struct pl_light *l;
	struct pl_arena *a;
};

static enum pl_rc judge_bootstrap(void *ctx, const struct pl_beacon_got *got,
				  struct pl_err *e)
{
	struct begin *g = ctx;
	struct sync s = { .l = g->l };
	struct light_object o = { .kind = PL_LC_BOOTSTRAP };
	struct pl_lc_bootstrap *b =
		PL_NEW(got->scratch, struct pl_lc_bootstrap);
	const char *failed = NULL;
	struct pl_lc_file f;
	struct pl_buf ssz;

	PL_TRY(open_file(&f, &s, got, PL_LC_BOOTSTRAP, e));
	if (!pl_lc_file_more(&f))
		return pl_fail(e, PL_ENOTFOUND, "an empty answer");
	if (pl_lc_file_next(&f, b, NULL, e))
		return named(f.failed, e);
	if (pl_lc_store_init(g->l->store, &g->l->config, &g->l->root, b,
			     &failed, e))
		return named(failed, e);
	g->l->root_slot = b->header.beacon.slot;
	o.fork = f.fork;
	o.slot = g->l->root_slot;
	o.period = pl_lc_period(&g->l->config, o.slot);
	pl_buf_init(&ssz, g->a);
	pl_lc_bootstrap_encode(&ssz, b, g->l->config.preset, f.fork);
	return light_keep(g->l, o, pl_buf_span(&ssz), e);
}

static enum pl_rc begin(struct begin *g, struct pl_beacon *b, struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = PL_BEACON_BOOTSTRAP,
				   .root = g->l->root };

	if (pl_beacon_get(b, &q, judge_bootstrap, g, e)) {
		if (e->rc == PL_ENOTFOUND)
			(void)pl_hint(e, "nodes forget bootstraps after a few "
					 "months: name a newer --checkpoint, "
					 "or another --beacon");
		return e->rc;
	}
	return light_save(g->l, e);
}

enum pl_rc pl_light_init(struct pl_arena *a, struct pl_light **out,
			 const char *dir, const struct pl_lc_config *config,
			 const struct pl_hash32 *root, struct pl_beacon *b,
			 struct pl_err *e)
{
	struct begin g = { light_new(a, dir, config), a };
	enum pl_rc rc;
	int fd;

	g.l->root = *root;
	g.l->begun = pl_time_now();
	PL_TRY(light_lock(dir, &fd, e));
	rc = begin(&g, b, e);
	(void)close(fd);
	if (!rc)
		*out = g.l;
	return rc;
}
