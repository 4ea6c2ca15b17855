/* One step of a sync: an object out of an answer, held against the store, kept
 * on disk and told. */
#include <string.h>

#include "base/time.h"
#include "sync/light_sync.h"

void light_say(const struct light_sync *s, const char *text)
{
	if (s->how->on_word)
		s->how->on_word(s->how->ctx, text);
}

void light_passed_over(const struct light_sync *s)
{
	const struct pl_beacon *b = s->how->beacon;

	for (size_t i = 0; i < pl_beacon_count(b); i++) {
		const char *why = pl_beacon_why(b, i);

		if (!why || (s->said[i] && !strcmp(s->said[i], why)))
			continue;
		s->said[i] = pl_strdup(s->a, why);
		light_say(s, pl_printf(s->a, "%s was passed over: %s",
				       pl_beacon_host(b, i), why));
	}
}

enum pl_rc light_open_answer(struct pl_lc_file *f, const struct light_sync *s,
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

struct pl_span light_ssz_of(const struct light_sync *s, struct pl_arena *a,
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

enum pl_rc light_named(const char *failed, struct pl_err *e)
{
	return failed ? pl_note(e, "rule %s", failed) : e->rc;
}

uint64_t light_finalized_period(const struct pl_light *l)
{
	return pl_lc_period(&l->config, l->store->finalized_header.beacon.slot);
}

struct light_mark light_mark(const struct pl_lc_store *s)
{
	struct light_mark m = { s->finalized_header.beacon.slot,
				s->optimistic_header.beacon.slot, 0,
				s->next_known };

	if (s->has_best)
		m.best = s->best_valid_update.attested_header.beacon.slot;
	return m;
}

bool light_same_mark(const struct light_mark *a, const struct light_mark *b)
{
	return a->finalized == b->finalized && a->optimistic == b->optimistic &&
	       a->best == b->best && a->next == b->next;
}

static void tell(const struct light_sync *s, const struct pl_lc_update *u,
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

enum pl_rc light_apply(struct light_sync *s, const struct pl_lc_update *u,
		       enum pl_lc_fork fork, struct pl_span ssz,
		       const char *host, struct pl_err *e)
{
	struct pl_light *l = s->l;
	uint64_t slot = u->attested_header.beacon.slot;
	struct light_object o = { .kind = u->kind, .fork = fork, .slot = slot };
	struct light_mark before = light_mark(l->store), after;
	const char *failed = NULL;

	o.period = pl_lc_period(&l->config, slot);
	if (o.period < light_finalized_period(l))
		return PL_OK;
	if (pl_lc_process(l->store, u, light_now(s), &failed, e)) {
		if (failed && !strcmp(failed, "relevance"))
			return PL_OK;
		return light_named(failed, e);
	}
	after = light_mark(l->store);
	if (light_same_mark(&before, &after))
		return PL_OK;
	PL_TRY(light_keep(l, o, ssz, e));
	l->synced = pl_time_now();
	PL_TRY(light_save(l, e));
	tell(s, u, host, false);
	return PL_OK;
}
