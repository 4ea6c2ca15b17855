/* The light client's rules, from a trusted block root to the newest header a
 * sync committee signed: the specification's LightClientStore and what may be
 * done with it.  Pure: the current slot is an argument, and on any failure the
 * store is as it was.  A rule that does not hold is PL_EPROOF, and *failed is
 * its name, one of pl_lc_rules. */
#ifndef PL_ETH_LIGHT_STORE_H
#define PL_ETH_LIGHT_STORE_H

#include "crypto/bls.h"
#include "eth/light.h"

/* The keys of a committee, decompressed once: at its second signature, or at
 * its first where aggregate_pubkey does not do (PL_BLS_KEY, or not signed). */
struct pl_lc_keys {
	bool seen, ready, has_all;
	struct pl_bls_pk all; /* their sum */
	struct pl_bls_pk key[PL_LC_COMMITTEE_MAX];
};

/* About 200 kB: keep it in an arena. */
struct pl_lc_store {
	const struct pl_lc_config *config;
	enum pl_bls_check key_check; /* PL_BLS_KEY: be paranoid */
	struct pl_lc_header finalized_header;
	struct pl_lc_committee current_sync_committee;
	struct pl_lc_committee next_sync_committee; /* empty: not known */
	bool next_known;
	bool has_best;
	struct pl_lc_update best_valid_update;
	struct pl_lc_header optimistic_header;
	uint64_t previous_max_active_participants;
	uint64_t current_max_active_participants;
	struct pl_lc_keys current_keys, next_keys;
};

/* The names of the rules, NULL-ended:
 *	trusted_block_root		the bootstrap's header is the one
 *trusted fork				the object's form is not older than its
 *slot header				is_valid_light_client_header
 *	current_sync_committee_branch
 *	participants			MIN_SYNC_COMMITTEE_PARTICIPANTS
 *	slots				now ≥ signature > attested ≥ finalized
 *	period				no committee period is skipped
 *	relevance			something newer, or a missing committee
 *	finalized_empty			without a branch there is no header
 *	finality_branch
 *	next_sync_committee_empty	without a branch there is no committee
 *	next_sync_committee_same	two for one period are the same
 *	next_sync_committee_branch
 *	sync_committee_keys		the keys that were needed are keys
 *	signature
 *	apply				finality in the store's own period */
extern const char *const pl_lc_rules[];

/* initialize_light_client_store */
PL_CHECKED enum pl_rc pl_lc_store_init(struct pl_lc_store *s,
				       const struct pl_lc_config *c,
				       const struct pl_hash32 *trusted_root,
				       const struct pl_lc_bootstrap *b,
				       const char **failed, struct pl_err *e);

/* validate_light_client_update.  The store changes only in its decompressed
 * keys. */
PL_CHECKED enum pl_rc pl_lc_validate(struct pl_lc_store *s,
				     const struct pl_lc_update *u,
				     uint64_t current_slot, const char **failed,
				     struct pl_err *e);

/* process_light_client_update, _finality_update and _optimistic_update. */
PL_CHECKED enum pl_rc pl_lc_process(struct pl_lc_store *s,
				    const struct pl_lc_update *u,
				    uint64_t current_slot, const char **failed,
				    struct pl_err *e);

/* process_light_client_store_force_update.  PL_OK also where there is nothing
 * to force; *forced says which. */
PL_CHECKED enum pl_rc pl_lc_force(struct pl_lc_store *s, bool *forced,
				  uint64_t current_slot, const char **failed,
				  struct pl_err *e);

bool pl_lc_is_better_update(const struct pl_lc_config *c,
			    const struct pl_lc_update *a,
			    const struct pl_lc_update *b);

bool pl_lc_is_sync_committee_update(const struct pl_lc_update *u);
bool pl_lc_is_finality_update(const struct pl_lc_update *u);
size_t pl_lc_participants(const struct pl_lc_update *u);

/* is_valid_light_client_header: the execution part hangs on the beacon part */
bool pl_lc_header_is_valid(const struct pl_lc_header *h,
			   const struct pl_lc_config *c);

#endif
