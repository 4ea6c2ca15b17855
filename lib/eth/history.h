/* Blocks far behind a proven one, without walking the parent hashes between.
 * Two roads: the ring of block hashes that the execution layer keeps in its
 * own state (EIP-2935), and the roots of all blocks since the merge that the
 * beacon state keeps (historical_summaries, historical_roots).  Pure: the
 * caller fetches, and holds what comes back to the hash it gets here. */
#ifndef PL_ETH_HISTORY_H
#define PL_ETH_HISTORY_H

#include "base/u256.h"
#include "eth/light.h"

/* ------------------------------------------------ the ring of EIP-2935 */

/* HISTORY_STORAGE_ADDRESS, on every chain that has it. */
extern const struct pl_addr pl_history_address;

/* HISTORY_SERVE_WINDOW: hashes in the ring, and what numbers are taken
 * modulo.  Ethereum since Prague (headers of 21 fields and more); chains of
 * Arbitrum since ArbOS 40, whose contract is another: it counts the chain's
 * own blocks, 393168 of them. */
#define PL_HISTORY_WINDOW 8191
#define PL_HISTORY_WINDOW_ARBITRUM 393168
#define PL_HISTORY_ARBOS 40

/* Whether the state after block `head` has a place for block `number`: its
 * `window` nearest ancestors.  A ring that is younger than its window has
 * zeros for the blocks before it. */
bool pl_history_serves(uint64_t head, uint64_t number, uint64_t window);

/* The storage slot of a block's hash: number modulo window. */
struct pl_hash32 pl_history_slot(uint64_t number, uint64_t window);

/* What a proven slot says: the block's hash, or PL_ENOTFOUND for the zero of
 * a ring that had not begun then. */
PL_CHECKED enum pl_rc pl_history_hash(struct pl_hash32 *out,
				      const struct pl_u256 *value,
				      struct pl_err *e);

/* On the way from `head` back to `number` < head: the block to prove out of
 * head's state next (as far as one ring reaches), and how many such hops
 * there are in all.  window must not be 0. */
uint64_t pl_history_next(uint64_t head, uint64_t number, uint64_t window);
uint64_t pl_history_hops(uint64_t head, uint64_t number, uint64_t window);

/* ------------------------------------- the beacon state's list of roots */

/* historical_summaries (since Capella: block_summary_root and
 * state_summary_root by turns) or historical_roots (before it) of one beacon
 * state, whole, and the list's branch in that state. */
struct pl_history_list {
	bool summaries; /* which of the two it is */
	bool has_slot;
	uint64_t slot; /* of the state, as the server says */
	const struct pl_hash32 *roots;
	size_t n; /* entries: pairs of roots in historical_summaries */
	const struct pl_hash32 *branch;
	size_t n_branch;
};

/* Where one execution block stands: block hash → beacon block →
 * block_roots of its period. */
struct pl_history_block {
	uint64_t slot;
	struct pl_hash32 block_hash;       /* of the execution block */
	struct pl_hash32 beacon_root;      /* of the beacon block */
	const struct pl_hash32 *execution; /* branch, up to beacon_root */
	size_t n_execution;
	const struct pl_hash32 *beacon; /* branch, up to the list's entry */
	size_t n_beacon;
};

/* A proof as it lies in a file. */
struct pl_history_proof {
	struct pl_history_block block;
	struct pl_history_list list;
};

/* From JSON (or YAML that was read):
 *	{"block": {"slot", "execution_block_header", "execution_block_proof",
 *	           "beacon_block_root", "beacon_block_proof"},
 *	 "state": {"slot", "historical_summaries", "proof"}}
 * "block" in the words of portal-spec-tests; "state" as Nimbus and Lodestar
 * answer, with or without the "data" around it; "historical_roots" in place of
 * "historical_summaries" for blocks before Capella.  PL_ELIMIT for lists and
 * branches longer than there can be. */
PL_CHECKED enum pl_rc pl_history_read(struct pl_arena *a,
				      struct pl_history_proof *out,
				      const struct pl_json *v,
				      struct pl_err *e);

/* Or only one half of it. */
PL_CHECKED enum pl_rc pl_history_read_block(struct pl_arena *a,
					    struct pl_history_block *out,
					    const struct pl_json *v,
					    struct pl_err *e);
PL_CHECKED enum pl_rc pl_history_read_list(struct pl_arena *a,
					   struct pl_history_list *out,
					   const struct pl_json *v,
					   struct pl_err *e);

/* The execution block p->block.block_hash is an ancestor of `header`, which
 * the light client proved: every step from header->state_root down to it.
 * PL_EPROOF where a branch does not hold or is longer or shorter than its
 * slot's fork makes it; PL_ESTALE where the list says it is another slot's
 * state; PL_ENOTFOUND where no list of that state has the block: it is from
 * before Bellatrix, or of a period that is not over, or of a fork after Fulu,
 * whose forms are not known here. */
PL_CHECKED enum pl_rc pl_history_check(const struct pl_lc_config *c,
				       const struct pl_lc_beacon *header,
				       const struct pl_history_proof *p,
				       struct pl_err *e);

/* The same over the SSZ in which portal nodes keep the block's half:
 * BlockProofHistoricalRoots, BlockProofHistoricalSummaries (Capella, Deneb
 * and later).  The block's hash stands elsewhere: in the header beside it.
 * The branches point into the bytes given. */
PL_CHECKED enum pl_rc pl_history_decode_block(struct pl_history_block *out,
					      const struct pl_lc_config *c,
					      struct pl_span ssz,
					      struct pl_err *e);

#endif
