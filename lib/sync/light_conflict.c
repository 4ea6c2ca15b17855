/* Two signed headers of one slot that differ: found, saved, reported. */
#include <inttypes.h>

#include "base/file.h"
#include "sync/light_sync.h"

static bool same_slot_differs(const struct pl_lc_header *a,
			      const struct pl_lc_header *b,
			      const struct pl_hash32 *ra,
			      const struct pl_hash32 *rb)
{
	return a->beacon.slot == b->beacon.slot && !pl_hash32_equal(ra, rb);
}

static enum pl_rc save_proof(struct light_sync *s,
			     const struct light_candidate *c, unsigned i,
			     struct pl_err *e)
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

static enum pl_rc conflict(struct light_sync *s,
			   const struct light_candidate *a,
			   const struct light_candidate *b, bool finalized,
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
static bool accepted(struct light_sync *s, uint64_t slot,
		     struct light_candidate *out)
{
	struct light_candidate c = { .u = PL_NEW(s->a, struct pl_lc_update),
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

static enum pl_rc against_accepted(struct light_sync *s,
				   const struct light_candidate *c,
				   struct pl_err *e)
{
	struct light_candidate before;

	if (!accepted(s, c->u->attested_header.beacon.slot, &before) ||
	    pl_hash32_equal(&before.root, &c->root))
		return PL_OK;
	return conflict(s, &before, c, false, e);
}

enum pl_rc light_compare(struct light_sync *s, struct pl_err *e)
{
	for (size_t i = 0; i < s->n; i++)
		PL_TRY(against_accepted(s, &s->found[i], e));
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct light_candidate *a = &s->found[k];
			const struct light_candidate *b = &s->found[i];

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
