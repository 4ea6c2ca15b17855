#include "sync/orbit_impl.h"

#include <inttypes.h>

#include "base/hex.h"

static const char *text(struct pl_arena *a, const struct pl_addr *x)
{
	return pl_hex(a, pl_addr_span(x));
}

void orbit_take(struct orbit_find *f, const struct pl_hash32 *hash,
		enum pl_level level, enum pl_trust trust, const char *by)
{
	f->out = (struct pl_anchored){ *hash, level, trust };
	f->ground.by = by;
}

/* --------------------------------------------------------------- storage */

static enum pl_rc slots_at(struct pl_orbit *o, struct pl_arena *a,
			   const struct pl_header *at, struct pl_u256 *out,
			   const struct pl_addr *contract,
			   const struct pl_hash32 *slots, size_t n,
			   struct pl_err *e)
{
	struct pl_node_proof p;
	bool exists;

	if (pl_view_account(o->conf.parent, a, &p, &exists, at, contract, slots,
			    n, e))
		return pl_note(e, "contract %s", text(a, contract));
	if (!exists) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "the parent chain has no contract %s at its "
			      "block %" PRIu64,
			      text(a, contract), at->number);
		return pl_hint(e,
			       "look at `plume network show %s`: is the "
			       "parent the right chain?",
			       o->conf.name);
	}
	for (size_t i = 0; i < n; i++)
		out[i] = p.slots[i].value;
	return PL_OK;
}

enum pl_rc orbit_slots(struct orbit_find *f, struct pl_u256 *out,
		       const struct pl_addr *contract,
		       const struct pl_hash32 *slots, size_t n,
		       struct pl_err *e)
{
	return slots_at(f->o, f->a, &f->at->header, out, contract, slots, n, e);
}

/* ------------------------------------------------- contracts that belong */

static struct pl_addr as_addr(const struct pl_u256 *v)
{
	struct pl_addr a;
	uint8_t word[32];

	pl_u256_to_be(word, v);
	memcpy(a.b, word + 12, sizeof(a.b));
	return a;
}

static enum pl_rc not_its_rollup(struct pl_orbit *o, struct pl_arena *a,
				 const struct pl_addr *is, struct pl_err *e)
{
	const struct pl_addr *set = &o->conf.contracts.rollup;
	bool left = pl_orbit_left(set) != NULL;

	(void)pl_fail(e, PL_EPROOF,
		      "network '%s': the bridge %s belongs to the rollup %s, "
		      "but %s is configured%s",
		      o->conf.name, text(a, &o->conf.contracts.bridge),
		      text(a, is), text(a, set),
		      left ? ", which was the chain's rollup before BoLD" : "");
	return pl_hint(e,
		       "%splume config set network.%s.rollup %s, with .kind "
		       "bold if that one has BoLD",
		       left ? ""
			    : "lists often name a rollup from before "
			      "BoLD; ",
		       o->conf.name, text(a, is));
}

static enum pl_rc not_its_inbox(struct pl_orbit *o, struct pl_arena *a,
				const struct pl_addr *is, struct pl_err *e)
{
	(void)pl_fail(e, PL_EPROOF,
		      "network '%s': the bridge %s takes batches from %s, but "
		      "%s is configured",
		      o->conf.name, text(a, &o->conf.contracts.bridge),
		      text(a, is), text(a, &o->conf.contracts.sequencer_inbox));
	return pl_hint(e, "plume config set network.%s.sequencerinbox %s",
		       o->conf.name, text(a, is));
}

enum pl_rc pl_orbit_check(struct pl_orbit *o, struct pl_arena *a,
			  const struct pl_header *at, struct pl_err *e)
{
	const struct pl_orbit_contracts *c = &o->conf.contracts;
	const struct pl_hash32 slots[2] = { pl_orbit_slot(PL_BRIDGE_ROLLUP),
					    pl_orbit_slot(PL_BRIDGE_INBOX) };
	struct pl_addr rollup, inbox;
	struct pl_u256 v[2];

	if (!c->has_bridge || (!c->has_rollup && !c->has_sequencer_inbox))
		return PL_OK;
	PL_TRY(slots_at(o, a, at, v, &c->bridge, slots, 2, e));
	rollup = as_addr(&v[0]);
	inbox = as_addr(&v[1]);
	if (c->has_rollup && !pl_addr_equal(&rollup, &c->rollup))
		return not_its_rollup(o, a, &rollup, e);
	if (c->has_sequencer_inbox &&
	    !pl_addr_equal(&inbox, &c->sequencer_inbox))
		return not_its_inbox(o, a, &inbox, e);
	return PL_OK;
}

enum pl_rc pl_orbit_poster(struct pl_orbit *o, struct pl_arena *a,
			   const struct pl_header *at,
			   const struct pl_addr *signer, struct pl_err *e)
{
	const struct pl_orbit_contracts *c = &o->conf.contracts;
	struct pl_hash32 who = pl_orbit_word(signer);
	struct pl_hash32 slot = pl_orbit_mapping(&who, PL_INBOX_POSTERS, 0);
	const struct pl_u256 one = pl_u256_of(1);
	struct pl_u256 v;

	if (!c->has_sequencer_inbox)
		return pl_fail(e, PL_ENOTFOUND,
			       "network '%s' has no sequencerinbox: nobody "
			       "can be proven to be its sequencer",
			       o->conf.name);
	PL_TRY(slots_at(o, a, at, &v, &c->sequencer_inbox, &slot, 1, e));
	if (pl_u256_cmp(&v, &one))
		return pl_fail(e, PL_EPROOF,
			       "%s signed, but the sequencer's inbox %s takes "
			       "no batches from it",
			       text(a, signer), text(a, &c->sequencer_inbox));
	return PL_OK;
}

/* ---------------------------------------------------------------- anchors */

/* What is asked for, or what is firmer where there is nothing between. */
static enum pl_rc search(struct orbit_find *f, enum pl_level level,
			 struct pl_err *e)
{
	enum pl_rc rc;

	switch (level) {
	case PL_LEVEL_CLAIMED:
		return orbit_claimed(f, e);
	case PL_LEVEL_SIGNED:
		return orbit_signed(f, e);
	case PL_LEVEL_POSTED:
		return orbit_posted(f, e);
	case PL_LEVEL_ASSERTED:
		rc = orbit_asserted(f, e);
		return rc == PL_ENOTFOUND ? orbit_confirmed(f, e) : rc;
	case PL_LEVEL_CONFIRMED:
	case PL_LEVEL_OPTIMISTIC:
	case PL_LEVEL_FINALIZED:
		return orbit_confirmed(f, e);
	}
	return pl_fail(e, PL_EBUG, "orbit: no such level");
}

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	struct pl_orbit *o = (struct pl_orbit *)x;
	const struct pl_block_ref ref = { .tag = tag };
	struct pl_viewed at;
	struct orbit_find f = { .o = o, .a = a, .at = &at };

	pl_view_refresh(o->conf.parent); /* its head may have moved on */
	if (pl_view_header(o->conf.parent, a, &at, &ref, e))
		return pl_note(e, "the parent chain");
	PL_TRY(pl_orbit_check(o, a, &at.header, e));
	PL_TRY(search(&f, o->conf.level, e));
	f.ground.parent_block = at.header.number;
	f.ground.parent_hash = at.header.hash;
	f.ground.parent_level = at.level;
	f.out.trust = pl_trust_weaker(f.out.trust, at.trust);
	o->ground[tag] = f.ground;
	o->found[tag] = true;
	*out = f.out;
	return PL_OK;
}

struct pl_orbit *pl_orbit_new(struct pl_arena *a,
			      const struct pl_orbit_conf *conf)
{
	struct pl_orbit *o = PL_NEW(a, struct pl_orbit);

	o->base.find = find;
	o->conf = *conf;
	return o;
}

struct pl_anchors *pl_orbit_anchors(struct pl_orbit *o)
{
	return &o->base;
}

const struct pl_orbit_ground *pl_orbit_ground(const struct pl_orbit *o,
					      enum pl_tag tag)
{
	return tag <= PL_TAG_FINALIZED && o->found[tag] ? &o->ground[tag]
							: NULL;
}
