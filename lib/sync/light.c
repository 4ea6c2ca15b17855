#include "sync/light.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "sync/light_impl.h"

struct pl_light *light_new(struct pl_arena *a, const char *dir,
			   const struct pl_lc_config *config)
{
	struct pl_light *l = PL_NEW(a, struct pl_light);

	l->a = a;
	l->dir = dir ? pl_strdup(a, dir) : NULL;
	l->config = *config;
	l->store = PL_NEW(a, struct pl_lc_store);
	return l;
}

enum pl_rc pl_light_open(struct pl_arena *a, struct pl_light **out,
			 const char *dir, const struct pl_lc_config *config,
			 struct pl_err *e)
{
	struct pl_light *l = light_new(a, dir, config);

	PL_TRY(light_load(l, e));
	*out = l;
	return PL_OK;
}

/* ----------------------------------------------------------- out of evidence
 */

static enum pl_rc take_bootstrap(struct pl_light *l,
				 const struct pl_lc_object *o,
				 struct pl_arena *scratch, const char **failed,
				 struct pl_err *e)
{
	struct pl_lc_bootstrap *b = PL_NEW(scratch, struct pl_lc_bootstrap);

	PL_TRY(pl_lc_bootstrap_decode(b, o->ssz, l->config.preset, o->fork, e));
	PL_TRY(pl_lc_store_init(l->store, &l->config, &l->root, b, failed, e));
	l->root_slot = b->header.beacon.slot;
	return PL_OK;
}

/* An object that says nothing newer is no harm. */
static enum pl_rc take_update(struct pl_light *l, const struct pl_lc_object *o,
			      uint64_t now, struct pl_arena *scratch,
			      const char **failed, struct pl_err *e)
{
	struct pl_lc_update *u = PL_NEW(scratch, struct pl_lc_update);
	bool forced = false;

	PL_TRY(pl_lc_update_decode(u, o->kind, o->ssz, l->config.preset,
				   o->fork, e));
	if (pl_lc_process(l->store, u, now, failed, e))
		return *failed && !strcmp(*failed, "relevance") ? PL_OK : e->rc;
	if (!o->forced)
		return PL_OK;
	l->forced = true;
	if (o->forced > now)
		return pl_fail(e, PL_EPROOF,
			       "forced at slot %" PRIu64 ", which has not come",
			       o->forced);
	return pl_lc_force(l->store, &forced, o->forced, failed, e);
}

static enum pl_rc take(struct pl_light *l, const struct pl_lc_object *o,
		       size_t i, uint64_t now, struct pl_arena *scratch,
		       struct pl_err *e)
{
	const char *failed = NULL;
	enum pl_rc rc;

	if ((o->kind == PL_LC_BOOTSTRAP) != (i == 0))
		return pl_fail(e, PL_EPROOF,
			       "evidence begins with one bootstrap and goes "
			       "on with updates");
	rc = i ? take_update(l, o, now, scratch, &failed, e)
	       : take_bootstrap(l, o, scratch, &failed, e);
	if (!rc)
		return PL_OK;
	return pl_note(e, "object %zu, %s%s%s", i + 1, pl_lc_kind_name(o->kind),
		       failed ? ": " : "", failed ? failed : "");
}

enum pl_rc pl_light_from(struct pl_arena *a, struct pl_light **out,
			 const struct pl_lc_config *config,
			 const struct pl_hash32 *root,
			 const struct pl_lc_object *objects, size_t n,
			 uint64_t now, struct pl_err *e)
{
	struct pl_light *l = light_new(a, NULL, config);
	struct pl_arena *scratch;
	enum pl_rc rc = PL_OK;

	if (!n)
		return pl_fail(e, PL_EPROOF, "no evidence of consensus");
	l->root = *root;
	scratch = pl_arena_open(0);
	for (size_t i = 0; i < n && !rc; i++) {
		pl_arena_reset(scratch);
		rc = take(l, &objects[i], i, now, scratch, e);
	}
	pl_arena_close(scratch);
	if (!rc)
		*out = l;
	return rc;
}

/* -------------------------------------------------------------------- reading
 */

const struct pl_lc_config *pl_light_config(const struct pl_light *l)
{
	return &l->config;
}

const struct pl_lc_header *pl_light_finalized(const struct pl_light *l)
{
	return &l->store->finalized_header;
}

const struct pl_lc_header *pl_light_optimistic(const struct pl_light *l)
{
	return &l->store->optimistic_header;
}

const struct pl_hash32 *pl_light_root(const struct pl_light *l)
{
	return &l->root;
}

uint64_t pl_light_root_slot(const struct pl_light *l)
{
	return l->root_slot;
}

const struct pl_light_conflict *pl_light_conflict(const struct pl_light *l)
{
	return l->in_conflict ? &l->conflict : NULL;
}

uint64_t pl_light_clock(const struct pl_lc_config *config)
{
	uint64_t now = (uint64_t)pl_time_now();

	return now < config->genesis_time ? 0
					  : (now - config->genesis_time) /
						    config->seconds_per_slot;
}

int64_t pl_light_time(const struct pl_lc_config *config, uint64_t slot)
{
	return (int64_t)(config->genesis_time +
			 slot * config->seconds_per_slot);
}

void pl_light_about(const struct pl_light *l, struct pl_light_about *out)
{
	const struct pl_lc_store *s = l->store;
	uint64_t at = pl_lc_period(&l->config, s->finalized_header.beacon.slot);
	struct pl_light_about x = {
		.first_period = pl_lc_period(&l->config, l->root_slot),
		.last_period = at + s->next_known,
		.next_known = s->next_known,
		.forced = l->forced,
		.objects = l->n,
		.begun = l->begun,
		.synced = l->synced,
	};

	for (size_t i = 0; i < l->n; i++)
		x.bytes += l->object[i].bytes;
	*out = x;
}

/* Updates by rising periods stand between the bootstrap and the two newest. */
static const struct light_object *nth(const struct pl_light *l, size_t i)
{
	static const enum pl_lc_kind last[] = { PL_LC_FINALITY,
						PL_LC_OPTIMISTIC };

	for (size_t k = 0; k < l->n; k++) {
		const struct light_object *o = &l->object[k];

		if (o->kind == PL_LC_BOOTSTRAP || o->kind == PL_LC_UPDATE)
			if (!i--)
				return o;
	}
	for (size_t j = 0; j < 2; j++)
		for (size_t k = 0; k < l->n; k++)
			if (l->object[k].kind == last[j] && !i--)
				return &l->object[k];
	return NULL;
}

enum pl_rc pl_light_evidence(struct pl_light *l, struct pl_arena *a,
			     const struct pl_lc_object **out, size_t *n,
			     struct pl_err *e)
{
	struct pl_lc_object *v = PL_NEW_N(a, struct pl_lc_object, l->n);

	for (size_t i = 0; i < l->n; i++) {
		const struct light_object *o = nth(l, i);

		if (!o)
			return pl_fail(e, PL_EBUG, "light: object %zu", i);
		v[i].kind = o->kind;
		v[i].fork = o->fork;
		v[i].forced = o->forced;
		PL_TRY(light_read(l, a, &v[i].ssz, o, e));
	}
	*out = v;
	*n = l->n;
	return PL_OK;
}
