/* Forward: what the endpoints say is held against the store, and each step is
 * on disk before the next. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "sync/light_sync.h"

#define DAY 86400
#define MAX_ROUNDS 64 /* of asking for updates without an end */

/* --------------------------------------------------------- period by period */

static enum pl_rc no_updates(struct pl_err *e)
{
	return pl_fail(e, PL_ENOTFOUND, "it has no updates for these periods");
}

static enum pl_rc judge_updates(void *ctx, const struct pl_beacon_got *got,
				struct pl_err *e)
{
	struct light_sync *s = ctx;
	struct light_mark before = light_mark(s->l->store), after;
	struct pl_lc_file f;

	if (!got->body.n)
		return no_updates(e);
	if (light_open_answer(&f, s, got, PL_LC_UPDATE, e))
		return e->rc == PL_ENOTFOUND ? no_updates(e) : e->rc;
	if (!pl_lc_file_more(&f))
		return no_updates(e);
	while (pl_lc_file_more(&f)) {
		if (pl_lc_file_next(&f, NULL, s->u, e))
			return light_named(f.failed, e);
		PL_TRY(light_apply(s, s->u, f.fork,
				   light_ssz_of(s, got->scratch, &f, s->u),
				   got->host, e));
	}
	/* another endpoint may have come further */
	after = light_mark(s->l->store);
	return light_same_mark(&before, &after) ? no_updates(e) : PL_OK;
}

uint64_t light_now(const struct light_sync *s)
{
	return s->how->now ? s->how->now : pl_light_clock(&s->l->config);
}

/* Too few signed for too long: what is best becomes what holds. */
static enum pl_rc force(struct light_sync *s, bool *forced, struct pl_err *e)
{
	struct pl_light *l = s->l;
	struct light_object *o = l->n ? &l->object[l->n - 1] : NULL;
	const uint64_t now = light_now(s);
	const char *failed = NULL;

	*forced = false;
	if (s->how->strict || !l->store->has_best)
		return PL_OK;
	if (pl_lc_force(l->store, forced, now, &failed, e))
		return light_named(failed, e);
	if (!*forced)
		return PL_OK;
	l->forced = true;
	if (o)
		o->forced = now;
	light_say(s, "an update was taken by force: fewer than two thirds "
		     "signed it");
	return light_save(l, e);
}

static enum pl_rc ask_updates(struct light_sync *s, uint64_t start,
			      uint64_t end, struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = PL_BEACON_UPDATES,
				   .start = start,
				   .count = end - start + 1 };
	enum pl_rc rc;

	if (q.count > PL_BEACON_CHUNK)
		q.count = PL_BEACON_CHUNK;
	rc = pl_beacon_get(s->how->beacon, &q, judge_updates, s, e);
	if (!rc || start < end)
		light_passed_over(s);
	return rc;
}

static enum pl_rc catch_up(struct light_sync *s, struct pl_err *e)
{
	struct pl_light *l = s->l;
	uint64_t current = pl_lc_period(&l->config, light_now(s));

	for (unsigned idle = 0; idle < MAX_ROUNDS; idle++) {
		uint64_t at = light_finalized_period(l);
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
				light_say(
					s,
					"no endpoint has the updates that are "
					"missing");
			return PL_OK;
		}
		if (light_finalized_period(l) != at ||
		    l->store->next_known != next) {
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
	struct light_sync *s = ctx;
	struct light_candidate c = { .u = PL_NEW(s->a, struct pl_lc_update) };
	const char *failed = NULL;
	struct pl_lc_file f;

	PL_TRY(light_open_answer(&f, s, got, s->kind, e));
	if (!pl_lc_file_more(&f))
		return pl_fail(e, PL_ENOTFOUND, "an empty answer");
	if (pl_lc_file_next(&f, NULL, c.u, e))
		return light_named(f.failed, e);
	if (pl_lc_validate(s->l->store, c.u, light_now(s), &failed, e)) {
		if (!failed || strcmp(failed, "relevance") != 0)
			return light_named(failed, e);
		return PL_OK; /* known already */
	}
	if (s->n == LIGHT_NEWEST)
		return PL_OK;
	c.ssz = pl_span_dup(s->a, light_ssz_of(s, got->scratch, &f, c.u));
	c.u->attested_header.fork = f.fork;
	pl_lc_beacon_root(&c.root, &c.u->attested_header.beacon);
	pl_lc_beacon_root(&c.finalized, &c.u->finalized_header.beacon);
	c.host = pl_strdup(s->a, got->host);
	s->found[s->n++] = c;
	return PL_OK;
}

/* Ask every endpoint, compare what they signed, take the newest. */
static enum pl_rc newest(struct light_sync *s, enum pl_lc_kind kind,
			 struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = kind == PL_LC_FINALITY
						    ? PL_BEACON_FINALITY
						    : PL_BEACON_OPTIMISTIC };
	const struct light_candidate *best = NULL;
	size_t stood;

	s->kind = kind;
	s->n = 0;
	PL_TRY(pl_beacon_all(s->how->beacon, &q, judge_newest, s, &stood, e));
	light_passed_over(s);
	PL_TRY(light_compare(s, e));
	for (size_t i = 0; i < s->n; i++)
		if (!best || s->found[i].u->attested_header.beacon.slot >
				     best->u->attested_header.beacon.slot)
			best = &s->found[i];
	if (!best)
		return PL_OK;
	return light_apply(s, best->u, best->u->attested_header.fork, best->ssz,
			   best->host, e);
}

static enum pl_rc check_age(struct light_sync *s, struct pl_err *e)
{
	uint64_t slot = s->l->store->finalized_header.beacon.slot;
	uint64_t now = light_now(s);
	uint64_t seconds =
		now > slot ? (now - slot) * s->l->config.seconds_per_slot : 0;
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
	light_say(s, text);
	return PL_OK;
}

static enum pl_rc go(struct light_sync *s, struct pl_err *e)
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
	struct light_sync s = { .l = l, .how = how };
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
	if (!rc)
		rc = go(&s, e);
	if (rc)
		l->whole = false; /* the next sync reads the file again */
	pl_arena_close(s.a);
	(void)close(fd);
	return rc;
}
