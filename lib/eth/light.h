/* The light client's containers, one C form for all forks: fields that a fork
 * does not have are zero, branches stand at the end of a room that the longest
 * fits (normalize_merkle_branch), so that an object of one fork needs no
 * rewriting to be used under the next.  Read from SSZ and from the beacon
 * API's JSON; nothing is believed here, light_store.h does the believing. */
#ifndef PL_ETH_LIGHT_H
#define PL_ETH_LIGHT_H

#include "base/buf.h"
#include "codec/json_in.h"
#include "eth/light_config.h"

#define PL_LC_PUBKEY 48
#define PL_LC_SIGNATURE 96
#define PL_LC_BITS (PL_LC_COMMITTEE_MAX / 8)
#define PL_LC_BRANCH 11 /* floorlog2 of the largest generalized index */

struct pl_lc_beacon {
	uint64_t slot, proposer_index;
	struct pl_hash32 parent_root, state_root, body_root;
};

/* ExecutionPayloadHeader, Capella to Fulu. */
struct pl_lc_execution {
	struct pl_hash32 parent_hash;
	struct pl_addr fee_recipient;
	struct pl_hash32 state_root, receipts_root;
	uint8_t logs_bloom[256];
	struct pl_hash32 prev_randao;
	uint64_t block_number, gas_limit, gas_used, timestamp;
	uint8_t extra_data[32];
	size_t extra_n;
	uint8_t base_fee_per_gas[32]; /* little-endian */
	struct pl_hash32 block_hash, transactions_root, withdrawals_root;
	uint64_t blob_gas_used, excess_blob_gas; /* since Deneb */
};

struct pl_lc_header {
	enum pl_lc_fork fork; /* whose form it was read in */
	struct pl_lc_beacon beacon;
	struct pl_lc_execution execution;      /* Capella to Fulu */
	struct pl_hash32 execution_block_hash; /* since Gloas */
	struct pl_hash32 execution_branch[PL_LC_BRANCH];
};

struct pl_lc_committee {
	uint8_t pubkeys[PL_LC_COMMITTEE_MAX][PL_LC_PUBKEY];
	uint8_t aggregate_pubkey[PL_LC_PUBKEY];
};

struct pl_lc_bootstrap {
	struct pl_lc_header header;
	struct pl_lc_committee current_sync_committee;
	struct pl_hash32 current_sync_committee_branch[PL_LC_BRANCH];
};

enum pl_lc_kind {
	PL_LC_BOOTSTRAP,
	PL_LC_UPDATE,
	PL_LC_FINALITY,   /* LightClientFinalityUpdate */
	PL_LC_OPTIMISTIC, /* LightClientOptimisticUpdate */
};
const char *pl_lc_kind_name(enum pl_lc_kind k); /* "bootstrap", "update" … */

/* All three kinds of updates: what one does not have is zero, as the
 * specification makes it before it processes them. */
struct pl_lc_update {
	enum pl_lc_kind kind;
	struct pl_lc_header attested_header;
	struct pl_lc_committee next_sync_committee;
	struct pl_hash32 next_sync_committee_branch[PL_LC_BRANCH];
	struct pl_lc_header finalized_header;
	struct pl_hash32 finality_branch[PL_LC_BRANCH];
	uint8_t sync_committee_bits[PL_LC_BITS];
	uint8_t sync_committee_signature[PL_LC_SIGNATURE];
	uint64_t signature_slot;
};

/* From SSZ in the form of a fork.  Written only on success; the structs are
 * large, keep them in an arena. */
PL_CHECKED enum pl_rc pl_lc_bootstrap_decode(struct pl_lc_bootstrap *out,
					     struct pl_span ssz,
					     const struct pl_lc_preset *p,
					     enum pl_lc_fork f,
					     struct pl_err *e);
PL_CHECKED enum pl_rc pl_lc_update_decode(struct pl_lc_update *out,
					  enum pl_lc_kind kind,
					  struct pl_span ssz,
					  const struct pl_lc_preset *p,
					  enum pl_lc_fork f, struct pl_err *e);

/* And back, in the form of fork f. */
void pl_lc_bootstrap_encode(struct pl_buf *b, const struct pl_lc_bootstrap *v,
			    const struct pl_lc_preset *p, enum pl_lc_fork f);
void pl_lc_update_encode(struct pl_buf *b, const struct pl_lc_update *v,
			 const struct pl_lc_preset *p, enum pl_lc_fork f);

/* SSZ that does not say its fork: the one form that fits the bytes and whose
 * fork is the one of the slot that stands in them. */
PL_CHECKED enum pl_rc pl_lc_fork_guess(enum pl_lc_fork *out,
				       enum pl_lc_kind kind, struct pl_span ssz,
				       const struct pl_lc_config *c,
				       struct pl_err *e);

/* From the "data" of the beacon API's answer; *out is of no use on failure. */
PL_CHECKED enum pl_rc pl_lc_bootstrap_json(struct pl_lc_bootstrap *out,
					   const struct pl_json *data,
					   const struct pl_lc_preset *p,
					   enum pl_lc_fork f, struct pl_err *e);
PL_CHECKED enum pl_rc pl_lc_update_json(struct pl_lc_update *out,
					enum pl_lc_kind kind,
					const struct pl_json *data,
					const struct pl_lc_preset *p,
					enum pl_lc_fork f, struct pl_err *e);

/* Generalized indices: of the finalized root and the committees in the beacon
 * state, of the leaf that a header's execution branch proves in the block's
 * body, and of the execution block's hash there. */
uint64_t pl_lc_gindex_finalized(enum pl_lc_fork f);
uint64_t pl_lc_gindex_current(enum pl_lc_fork f);
uint64_t pl_lc_gindex_next(enum pl_lc_fork f);
uint64_t pl_lc_gindex_execution(enum pl_lc_fork f);
uint64_t pl_lc_gindex_block_hash(enum pl_lc_fork f);

/* Depths of the branches in the form of a fork; 0: there is none. */
unsigned pl_lc_depth_execution(enum pl_lc_fork f);
unsigned pl_lc_depth_finality(enum pl_lc_fork f);
unsigned pl_lc_depth_committee(enum pl_lc_fork f);

/* hash_tree_root */
void pl_lc_beacon_root(struct pl_hash32 *out, const struct pl_lc_beacon *b);
void pl_lc_execution_root(struct pl_hash32 *out,
			  const struct pl_lc_execution *x, enum pl_lc_fork f);
void pl_lc_committee_root(struct pl_hash32 *out,
			  const struct pl_lc_committee *m,
			  const struct pl_lc_preset *p);

/* What a header says of the execution layer: get_lc_execution_root, and the
 * block's hash (zero before Capella). */
void pl_lc_header_execution_root(struct pl_hash32 *out,
				 const struct pl_lc_header *h,
				 const struct pl_lc_config *c);
const struct pl_hash32 *pl_lc_block_hash(const struct pl_lc_header *h);

/* Whether it is the empty container. */
bool pl_lc_header_is_empty(const struct pl_lc_header *h);
bool pl_lc_committee_is_empty(const struct pl_lc_committee *m);
bool pl_lc_committee_equal(const struct pl_lc_committee *a,
			   const struct pl_lc_committee *b);
bool pl_lc_branch_is_empty(const struct pl_hash32 branch[PL_LC_BRANCH]);

/* is_valid_normalized_merkle_branch */
bool pl_lc_branch_holds(const struct pl_hash32 *leaf,
			const struct pl_hash32 branch[PL_LC_BRANCH],
			uint64_t gindex, const struct pl_hash32 *root);

#endif
