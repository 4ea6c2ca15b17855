/* The contracts on the parent chain that an Orbit chain hangs on, and where
 * in their storage stands what is proven from there (OffchainLabs'
 * nitro-contracts: RollupCore, AbsOutbox, AbsBridge, SequencerInbox). */
#ifndef PL_ORBIT_CONTRACTS_H
#define PL_ORBIT_CONTRACTS_H

#include "base/types.h"

enum pl_orbit_kind {
	PL_ORBIT_BOLD,   /* rollup contracts 3: assertions by hash */
	PL_ORBIT_LEGACY, /* before them: numbered nodes */
	PL_ORBIT_OUTBOX  /* the rollup is not looked at, only its outbox */
};
extern const char *const pl_orbit_kind_words[]; /* NULL-ended */

struct pl_orbit_contracts {
	enum pl_orbit_kind kind;
	struct pl_addr outbox, rollup, bridge, sequencer_inbox;
	bool has_rollup, has_bridge, has_sequencer_inbox;
	uint64_t genesis_block; /* of the chain: the block of message 0 */
};

/* Of a chain whose contracts came with the program. */
struct pl_orbit_known {
	uint64_t chain_id;
	enum pl_orbit_kind kind;
	const char *outbox, *rollup, *bridge, *sequencer_inbox;
	const char *legacy_rollup; /* the one it had before BoLD */
	const char *feed;
};
const struct pl_orbit_known *pl_orbit_known(uint64_t chain_id);

/* Whether lists that are around name this address, though the chain left it:
 * what replaced it, or NULL. */
const struct pl_orbit_known *pl_orbit_left(const struct pl_addr *rollup);

/* Slots, counted as in the contracts' layout. */
#define PL_OUTBOX_ROOTS 3      /* mapping: send root → block hash */
#define PL_BRIDGE_ROLLUP 8     /* between two that a real batch touches */
#define PL_BRIDGE_INBOX 9      /* sequencerInbox */
#define PL_BRIDGE_MESSAGES 10  /* sequencerReportedSubMessageCount */
#define PL_INBOX_POSTERS 3     /* mapping: isBatchPoster */
#define PL_BOLD_CONFIRMED 116  /* _latestConfirmed */
#define PL_BOLD_ASSERTIONS 117 /* mapping: AssertionNode */
#define PL_LEGACY_LATEST 117   /* four numbers in a word */
#define PL_LEGACY_NODES 118    /* mapping: Node */
/* Words of a Node. */
#define PL_NODE_CONFIRM_DATA 2
#define PL_NODE_PARENT 3   /* and deadlines; each number has 64 bits */
#define PL_NODE_CHILDREN 4 /* stakers, first's block, latest's number, … */
#define PL_NODE_HASH 5

struct pl_hash32 pl_orbit_slot(uint64_t slot);
struct pl_hash32 pl_orbit_word(const struct pl_addr *a);
/* Where a mapping at `slot` keeps a key's value; word: of a struct there. */
struct pl_hash32 pl_orbit_mapping(const struct pl_hash32 *key, uint64_t slot,
				  uint64_t word);

/* The first word of BoLD's AssertionNode. */
enum pl_assertion_status {
	PL_ASSERTION_NONE,
	PL_ASSERTION_PENDING,
	PL_ASSERTION_CONFIRMED
};
struct pl_assertion_node {
	uint64_t second_child_block; /* 0: its first child has no rival */
	enum pl_assertion_status status;
};
PL_CHECKED enum pl_rc pl_assertion_node_read(struct pl_assertion_node *out,
					     const struct pl_u256 *word,
					     struct pl_err *e);

#endif
