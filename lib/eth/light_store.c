#include "eth/light_store.h"

#include <inttypes.h>

#include "base/hex.h"

#include "codec/ssz.h"
#include "crypto/sha256.h"

#define MIN_SYNC_COMMITTEE_PARTICIPANTS 1

const char *const pl_lc_rules[] = {
	"trusted_block_root",
	"fork",
	"header",
	"current_sync_committee_branch",
	"participants",
	"slots",
	"period",
	"relevance",
	"finalized_empty",
	"finality_branch",
	"next_sync_committee_empty",
	"next_sync_committee_same",
	"next_sync_committee_branch",
	"sync_committee_keys",
	"signature",
	"apply",
	NULL,
};

#define BROKEN(failed, e, rule, ...)                                           \
	(*(failed) = (rule), pl_fail((e), PL_EPROOF, rule ": " __VA_ARGS__))

/* --------------------------------------------------------------- headers */

bool pl_lc_header_is_valid(const struct pl_lc_header *h,
			   const struct pl_lc_config *c)
{
	enum pl_lc_fork f = pl_lc_fork_at(c, h->beacon.slot);
	const struct pl_lc_execution *x = &h->execution;

	struct pl_hash32 root;

	/* SPEC capella/sync-protocol is_valid_light_client_header: nothing of
	 * the execution layer before Capella */
	if (f < PL_LC_CAPELLA) {
		struct pl_lc_header rest = *h;

		memset(&rest.beacon, 0, sizeof(rest.beacon));
		return pl_lc_header_is_empty(&rest);
	}
	/* SPEC gloas/sync-protocol is_valid_light_client_header */
	if (h->fork >= PL_LC_GLOAS)
		return pl_lc_branch_holds(
			&h->execution_block_hash, h->execution_branch,
			pl_lc_gindex_block_hash(f), &h->beacon.body_root);
	/* SPEC deneb/sync-protocol is_valid_light_client_header: no blob gas
	 * before Deneb */
	if (f < PL_LC_DENEB && (x->blob_gas_used || x->excess_blob_gas))
		return false;
	pl_lc_execution_root(&root, x, f);
	return pl_lc_branch_holds(&root, h->execution_branch,
				  pl_lc_gindex_execution(f),
				  &h->beacon.body_root);
}

/* Whether two forks write a header and the branches beside it alike. */
static bool same_form(enum pl_lc_fork a, enum pl_lc_fork b)
{
	return pl_lc_depth_execution(a) == pl_lc_depth_execution(b) &&
	       pl_lc_depth_finality(a) == pl_lc_depth_finality(b) &&
	       (a >= PL_LC_DENEB) == (b >= PL_LC_DENEB);
}

/* An object may come in the form of a later fork (an upgraded one), never in
 * one that lacks what its slot's fork has. */
static enum pl_rc check_header(const struct pl_lc_header *h,
			       const struct pl_lc_config *c, const char *what,
			       const char **failed, struct pl_err *e)
{
	enum pl_lc_fork f = pl_lc_fork_at(c, h->beacon.slot);

	/* SPEC altair/p2p-interface fork_digest-context: the form is that of
	 * the attested slot */
	if (h->fork < f && !same_form(h->fork, f))
		return BROKEN(failed, e, "fork",
			      "%s header of slot %" PRIu64
			      " comes as %s, its slot is %s's",
			      what, h->beacon.slot, pl_lc_fork_name(h->fork),
			      pl_lc_fork_name(f));
	if (!pl_lc_header_is_valid(h, c))
		return BROKEN(failed, e, "header",
			      "the execution part of the %s header of slot "
			      "%" PRIu64 " is not under its body root",
			      what, h->beacon.slot);
	return PL_OK;
}

/* --------------------------------------------------------------- helpers */

bool pl_lc_is_sync_committee_update(const struct pl_lc_update *u)
{
	return !pl_lc_branch_is_empty(u->next_sync_committee_branch);
}

bool pl_lc_is_finality_update(const struct pl_lc_update *u)
{
	return !pl_lc_branch_is_empty(u->finality_branch);
}

size_t pl_lc_participants(const struct pl_lc_update *u)
{
	return pl_ssz_count(u->sync_committee_bits,
			    sizeof(u->sync_committee_bits));
}

static bool supermajority(const struct pl_lc_config *c, size_t participants)
{
	return participants * 3 >= (size_t)c->preset->sync_committee_size * 2;
}

/* SPEC altair/sync-protocol get_safety_threshold */
static uint64_t safety_threshold(const struct pl_lc_store *s)
{
	uint64_t a = s->previous_max_active_participants;
	uint64_t b = s->current_max_active_participants;

	return (a > b ? a : b) / 2;
}

/* What is_better_update compares, most important first. */
struct merit {
	bool supermajority, relevant, final, committee_final;
	size_t participants;
};

static struct merit merit_of(const struct pl_lc_config *c,
			     const struct pl_lc_update *u)
{
	uint64_t attested = pl_lc_period(c, u->attested_header.beacon.slot);
	struct merit m = { .participants = pl_lc_participants(u) };

	m.supermajority = supermajority(c, m.participants);
	m.relevant = pl_lc_is_sync_committee_update(u) &&
		     attested == pl_lc_period(c, u->signature_slot);
	m.final = pl_lc_is_finality_update(u);
	m.committee_final =
		m.final &&
		pl_lc_period(c, u->finalized_header.beacon.slot) == attested;
	return m;
}

/* SPEC altair/sync-protocol is_better_update: whether a is better than b */
bool pl_lc_is_better_update(const struct pl_lc_config *c,
			    const struct pl_lc_update *a,
			    const struct pl_lc_update *b)
{
	struct merit x = merit_of(c, a), y = merit_of(c, b);

	if (x.supermajority != y.supermajority)
		return x.supermajority;
	if (!x.supermajority && x.participants != y.participants)
		return x.participants > y.participants;
	if (x.relevant != y.relevant)
		return x.relevant;
	if (x.final != y.final)
		return x.final;
	if (x.committee_final != y.committee_final)
		return x.committee_final;
	if (x.participants != y.participants)
		return x.participants > y.participants;
	if (a->attested_header.beacon.slot != b->attested_header.beacon.slot)
		return a->attested_header.beacon.slot <
		       b->attested_header.beacon.slot;
	return a->signature_slot < b->signature_slot;
}

/* ------------------------------------------------------------- bootstrap */

/* SPEC altair/sync-protocol initialize_light_client_store */
enum pl_rc pl_lc_store_init(struct pl_lc_store *s, const struct pl_lc_config *c,
			    const struct pl_hash32 *trusted_root,
			    const struct pl_lc_bootstrap *b,
			    const char **failed, struct pl_err *e)
{
	const struct pl_lc_header *h = &b->header;
	struct pl_hash32 root;

	PL_TRY(check_header(h, c, "bootstrap", failed, e));
	pl_lc_beacon_root(&root, &h->beacon);
	if (!pl_hash32_equal(&root, trusted_root)) {
		char hex[65];

		pl_hex_put(hex, pl_hash32_span(&root));
		return BROKEN(failed, e, "trusted_block_root",
			      "the bootstrap's header has root 0x%s, "
			      "which is not the one trusted",
			      hex);
	}
	pl_lc_committee_root(&root, &b->current_sync_committee, c->preset);
	if (!pl_lc_branch_holds(
		    &root, b->current_sync_committee_branch,
		    pl_lc_gindex_current(pl_lc_fork_at(c, h->beacon.slot)),
		    &h->beacon.state_root))
		return BROKEN(failed, e, "current_sync_committee_branch",
			      "the committee is not under the state root of "
			      "slot %" PRIu64,
			      h->beacon.slot);
	memset(s, 0, sizeof(*s));
	s->config = c;
	s->key_check = PL_BLS_BOUND;
	s->finalized_header = *h;
	s->optimistic_header = *h;
	s->current_sync_committee = b->current_sync_committee;
	return PL_OK;
}

/* ------------------------------------------------------------ validation */

static enum pl_rc check_slots(const struct pl_lc_store *s,
			      const struct pl_lc_update *u,
			      uint64_t current_slot, const char **failed,
			      struct pl_err *e)
{
	uint64_t attested = u->attested_header.beacon.slot;
	uint64_t finalized = u->finalized_header.beacon.slot;
	uint64_t store =
		pl_lc_period(s->config, s->finalized_header.beacon.slot);
	uint64_t period = pl_lc_period(s->config, u->signature_slot);

	/* SPEC altair/sync-protocol validate_light_client_update: slots in
	 * order */
	if (current_slot < u->signature_slot || u->signature_slot <= attested ||
	    attested < finalized)
		return BROKEN(
			failed, e, "slots",
			"now %" PRIu64 ", signed %" PRIu64 ", attested %" PRIu64
			", finalized %" PRIu64 " are out of order",
			current_slot, u->signature_slot, attested, finalized);
	/* SPEC altair/sync-protocol validate_light_client_update: no period
	 * is skipped */
	if (period != store && !(s->next_known && period == store + 1))
		return BROKEN(failed, e, "period",
			      "signed in period %" PRIu64
			      ", the store is in %" PRIu64 " and knows %s",
			      period, store,
			      s->next_known ? "the next committee"
					    : "no next committee");
	/* SPEC altair/sync-protocol validate_light_client_update: relevant */
	if (attested <= s->finalized_header.beacon.slot &&
	    (s->next_known || !pl_lc_is_sync_committee_update(u) ||
	     pl_lc_period(s->config, attested) != store))
		return BROKEN(failed, e, "relevance",
			      "slot %" PRIu64
			      " is not after the store's %" PRIu64
			      ", and no missing committee comes with it",
			      attested, s->finalized_header.beacon.slot);
	return PL_OK;
}

/* SPEC altair/sync-protocol validate_light_client_update: finality_branch,
 * if present, confirms finalized_header; genesis is a zero root */
static enum pl_rc check_finality(const struct pl_lc_store *s,
				 const struct pl_lc_update *u,
				 const char **failed, struct pl_err *e)
{
	const struct pl_lc_header *h = &u->finalized_header;
	const struct pl_lc_beacon *attested = &u->attested_header.beacon;
	bool present = pl_lc_is_finality_update(u);
	struct pl_hash32 root = { { 0 } };

	if ((!present || !h->beacon.slot) && !pl_lc_header_is_empty(h))
		return BROKEN(failed, e, "finalized_empty",
			      "a finalized header of slot %" PRIu64
			      " where there is none",
			      h->beacon.slot);
	if (!present)
		return PL_OK;
	if (h->beacon.slot) {
		PL_TRY(check_header(h, s->config, "finalized", failed, e));
		pl_lc_beacon_root(&root, &h->beacon);
	}
	if (!pl_lc_branch_holds(&root, u->finality_branch,
				pl_lc_gindex_finalized(pl_lc_fork_at(
					s->config, attested->slot)),
				&attested->state_root))
		return BROKEN(failed, e, "finality_branch",
			      "the finalized header of slot %" PRIu64
			      " is not under the state root of slot %" PRIu64,
			      h->beacon.slot, attested->slot);
	return PL_OK;
}

/* SPEC altair/sync-protocol validate_light_client_update:
 * next_sync_committee, if present, is the one in the attested state */
static enum pl_rc check_committee(const struct pl_lc_store *s,
				  const struct pl_lc_update *u,
				  const char **failed, struct pl_err *e)
{
	const struct pl_lc_beacon *attested = &u->attested_header.beacon;
	const struct pl_lc_config *c = s->config;
	struct pl_hash32 root;

	if (!pl_lc_is_sync_committee_update(u)) {
		if (!pl_lc_committee_is_empty(&u->next_sync_committee))
			return BROKEN(failed, e, "next_sync_committee_empty",
				      "a next committee without its branch");
		return PL_OK;
	}
	if (s->next_known &&
	    pl_lc_period(c, attested->slot) ==
		    pl_lc_period(c, s->finalized_header.beacon.slot) &&
	    !pl_lc_committee_equal(&u->next_sync_committee,
				   &s->next_sync_committee))
		return BROKEN(failed, e, "next_sync_committee_same",
			      "another next committee than the one known for "
			      "period %" PRIu64,
			      pl_lc_period(c, attested->slot));
	pl_lc_committee_root(&root, &u->next_sync_committee, c->preset);
	if (!pl_lc_branch_holds(
		    &root, u->next_sync_committee_branch,
		    pl_lc_gindex_next(pl_lc_fork_at(c, attested->slot)),
		    &attested->state_root))
		return BROKEN(failed, e, "next_sync_committee_branch",
			      "the next committee is not under the state root "
			      "of slot %" PRIu64,
			      attested->slot);
	return PL_OK;
}

/* Decompress a committee's keys, once. */
static enum pl_rc ready(struct pl_lc_keys *k, const struct pl_lc_committee *m,
			const struct pl_lc_store *s, const char **failed,
			struct pl_err *e)
{
	size_t n = s->config->preset->sync_committee_size;
	struct pl_err none;

	if (k->ready)
		return PL_OK;
	if (pl_bls_pks_decode(k->key, m->pubkeys[0], n, s->key_check, e)) {
		*failed = "sync_committee_keys";
		e->rc = PL_EPROOF;
		return pl_note(e, "sync_committee_keys");
	}
	k->has_all = !pl_bls_pks_sum(&k->all, k->key, n, NULL, NULL, &none);
	k->ready = true;
	return PL_OK;
}

/* A committee seen for the first time may never be asked again, so its first
 * signature is checked by aggregate_pubkey, which stands under the same branch
 * as the keys, less the keys of those who did not sign: pl_bls_packed_sum says
 * why that is safe.  False decides nothing; the plain way does. */
static bool signed_at_first_sight(struct pl_lc_keys *k,
				  const struct pl_lc_committee *m,
				  const struct pl_lc_store *s,
				  const struct pl_lc_update *u,
				  struct pl_span message)
{
	struct pl_span packed = { m->aggregate_pubkey, PL_LC_PUBKEY };
	size_t n = s->config->preset->sync_committee_size;
	struct pl_bls_pk all, sum;
	struct pl_err e;

	if (k->ready || k->seen || s->key_check != PL_BLS_BOUND)
		return false;
	k->seen = true;
	return !pl_bls_pk_decode(&all, packed, PL_BLS_BOUND, &e) &&
	       !pl_bls_packed_sum(&sum, m->pubkeys[0], n,
				  u->sync_committee_bits, &all, &e) &&
	       !pl_bls_verify(&sum, message, u->sync_committee_signature, &e);
}

/* SPEC altair/sync-protocol validate_light_client_update: the committee of the
 * signature's period signed the attested header */
static enum pl_rc check_signature(struct pl_lc_store *s,
				  const struct pl_lc_update *u,
				  const char **failed, struct pl_err *e)
{
	const struct pl_lc_config *c = s->config;
	bool current = pl_lc_period(c, u->signature_slot) ==
		       pl_lc_period(c, s->finalized_header.beacon.slot);
	struct pl_lc_keys *k = current ? &s->current_keys : &s->next_keys;
	const struct pl_lc_committee *m =
		current ? &s->current_sync_committee : &s->next_sync_committee;
	struct pl_hash32 root, domain;

	/* SPEC phase0/beacon-chain compute_signing_root: root and domain */
	pl_lc_beacon_root(&root, &u->attested_header.beacon);
	pl_lc_domain(&domain, c, u->signature_slot);
	root = pl_sha256_pair(&root, &domain);
	if (signed_at_first_sight(k, m, s, u, pl_hash32_span(&root)))
		return PL_OK;
	PL_TRY(ready(k, m, s, failed, e));
	if (pl_bls_fast_aggregate_verify(
		    k->key, c->preset->sync_committee_size,
		    u->sync_committee_bits, k->has_all ? &k->all : NULL,
		    pl_hash32_span(&root), u->sync_committee_signature, e)) {
		*failed = "signature";
		return pl_note(e,
			       "signature: slot %" PRIu64
			       " is not signed by the committee of period "
			       "%" PRIu64,
			       u->attested_header.beacon.slot,
			       pl_lc_period(c, u->signature_slot));
	}
	return PL_OK;
}

enum pl_rc pl_lc_validate(struct pl_lc_store *s, const struct pl_lc_update *u,
			  uint64_t current_slot, const char **failed,
			  struct pl_err *e)
{
	/* SPEC altair/sync-protocol validate_light_client_update: enough
	 * participants */
	if (pl_lc_participants(u) < MIN_SYNC_COMMITTEE_PARTICIPANTS)
		return BROKEN(failed, e, "participants", "nobody signed");
	PL_TRY(check_header(&u->attested_header, s->config, "attested", failed,
			    e));
	PL_TRY(check_slots(s, u, current_slot, failed, e));
	PL_TRY(check_finality(s, u, failed, e));
	PL_TRY(check_committee(s, u, failed, e));
	return check_signature(s, u, failed, e);
}

/* ----------------------------------------------------------- application */

/* SPEC altair/sync-protocol apply_light_client_update: `finalized` is the
 * update's finalized header, or the attested one when forced */
static enum pl_rc apply(struct pl_lc_store *s, const struct pl_lc_update *u,
			const struct pl_lc_header *finalized,
			const char **failed, struct pl_err *e)
{
	const struct pl_lc_config *c = s->config;
	uint64_t store = pl_lc_period(c, s->finalized_header.beacon.slot);
	uint64_t period = pl_lc_period(c, finalized->beacon.slot);

	if (!s->next_known) {
		if (period != store)
			return BROKEN(failed, e, "apply",
				      "finality in period %" PRIu64
				      " without the committee after %" PRIu64,
				      period, store);
		s->next_sync_committee = u->next_sync_committee;
		s->next_keys.ready = s->next_keys.seen = false;
	} else if (period == store + 1) {
		s->current_sync_committee = s->next_sync_committee;
		s->current_keys = s->next_keys;
		s->next_sync_committee = u->next_sync_committee;
		s->next_keys.ready = s->next_keys.seen = false;
		s->previous_max_active_participants =
			s->current_max_active_participants;
		s->current_max_active_participants = 0;
	}
	/* SPEC altair/sync-protocol is_next_sync_committee_known */
	s->next_known = !pl_lc_committee_is_empty(&s->next_sync_committee);
	if (finalized->beacon.slot > s->finalized_header.beacon.slot) {
		s->finalized_header = *finalized;
		if (finalized->beacon.slot > s->optimistic_header.beacon.slot)
			s->optimistic_header = *finalized;
	}
	return PL_OK;
}

/* SPEC altair/sync-protocol process_light_client_update: whether two thirds
 * finalize something newer, or a missing next committee */
static bool moves_finality(const struct pl_lc_store *s,
			   const struct pl_lc_update *u)
{
	const struct pl_lc_config *c = s->config;
	uint64_t finalized = u->finalized_header.beacon.slot;

	if (!supermajority(c, pl_lc_participants(u)))
		return false;
	if (finalized > s->finalized_header.beacon.slot)
		return true;
	return !s->next_known && pl_lc_is_sync_committee_update(u) &&
	       pl_lc_is_finality_update(u) &&
	       pl_lc_period(c, finalized) ==
		       pl_lc_period(c, u->attested_header.beacon.slot);
}

/* SPEC altair/sync-protocol process_light_client_finality_update,
 * process_light_client_optimistic_update: the same, with fields empty */
enum pl_rc pl_lc_process(struct pl_lc_store *s, const struct pl_lc_update *u,
			 uint64_t current_slot, const char **failed,
			 struct pl_err *e)
{
	size_t participants = pl_lc_participants(u);
	const struct pl_lc_header *h = &u->attested_header;
	bool moves;

	PL_TRY(pl_lc_validate(s, u, current_slot, failed, e));
	moves = moves_finality(s, u);
	if (!s->has_best ||
	    pl_lc_is_better_update(s->config, u, &s->best_valid_update)) {
		s->best_valid_update = *u;
		s->has_best = true;
	}
	if (participants > s->current_max_active_participants)
		s->current_max_active_participants = participants;
	if (participants > safety_threshold(s) &&
	    h->beacon.slot > s->optimistic_header.beacon.slot)
		s->optimistic_header = *h;
	if (!moves)
		return PL_OK;
	PL_TRY(apply(s, u, &u->finalized_header, failed, e));
	s->has_best = false;
	return PL_OK;
}

/* SPEC altair/sync-protocol process_light_client_store_force_update: after
 * UPDATE_TIMEOUT without finality the best update's attested header stands in
 * for a finalized one */
enum pl_rc pl_lc_force(struct pl_lc_store *s, bool *forced,
		       uint64_t current_slot, const char **failed,
		       struct pl_err *e)
{
	const struct pl_lc_update *best = &s->best_valid_update;
	uint64_t at = s->finalized_header.beacon.slot;
	const struct pl_lc_header *h = &best->finalized_header;

	*forced = false;
	if (!s->has_best || current_slot <= at ||
	    current_slot - at <= pl_lc_update_timeout(s->config))
		return PL_OK;
	if (h->beacon.slot <= at)
		h = &best->attested_header;
	PL_TRY(apply(s, best, h, failed, e));
	s->has_best = false;
	*forced = true;
	return PL_OK;
}
