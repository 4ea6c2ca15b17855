/* Assertions: what a rollup contract on the parent chain stores about a block
 * of its chain.  BoLD (nitro-contracts 3) keeps hashes of assertions, the
 * contracts before it (2) numbered nodes.  All of this is arithmetic: that the
 * contract holds such a hash is for a storage proof to say. */
#ifndef PL_ORBIT_ASSERTION_H
#define PL_ORBIT_ASSERTION_H

#include "eth/receipt.h"

/* Where the chain stands behind a block: the block, and how much of the inbox
 * was read. */
struct pl_global_state {
	struct pl_hash32 block_hash, send_root;
	uint64_t batch, pos; /* of the inbox, and messages within that batch */
};

enum pl_machine_status {
	PL_MACHINE_RUNNING,
	PL_MACHINE_FINISHED,
	PL_MACHINE_ERRORED
};

struct pl_assertion_state {
	struct pl_global_state global;
	enum pl_machine_status status;
	struct pl_hash32 end_history_root; /* BoLD; zero otherwise */
};

/* BoLD: the key of _assertions and the value of _latestConfirmed. */
struct pl_hash32 pl_assertion_hash(const struct pl_hash32 *parent,
				   const struct pl_assertion_state *after,
				   const struct pl_hash32 *inbox_acc);

/* Before BoLD: what a node's confirmData is. */
struct pl_hash32 pl_confirm_data(const struct pl_hash32 *block_hash,
				 const struct pl_hash32 *send_root);

/* Before BoLD: what a node claims to have run, n blocks from one state to the
 * next (end_history_root counts for nothing), and its hash. */
struct pl_hash32 pl_execution_hash(const struct pl_assertion_state *before,
				   const struct pl_assertion_state *after,
				   uint64_t n_blocks);
struct pl_hash32 pl_node_hash(bool has_sibling, const struct pl_hash32 *last,
			      const struct pl_hash32 *execution,
			      const struct pl_hash32 *inbox_acc,
			      const struct pl_hash32 *wasm_root);

/* BoLD's AssertionConfirmed.  PL_EFORMAT for any other log, here and below. */
struct pl_confirmed {
	struct pl_hash32 assertion, block_hash, send_root;
};
PL_CHECKED enum pl_rc pl_confirmed_read(struct pl_confirmed *out,
					const struct pl_log *log,
					struct pl_err *e);

/* The outbox's SendRootUpdated, which goes with every confirmation. */
struct pl_send_root {
	struct pl_hash32 send_root, block_hash;
};
PL_CHECKED enum pl_rc pl_send_root_read(struct pl_send_root *out,
					const struct pl_log *log,
					struct pl_err *e);

/* BoLD's AssertionCreated.  PL_EPROOF when the hash is not that of the fields.
 * The status may be any: only PL_MACHINE_FINISHED stands for a block. */
struct pl_asserted {
	struct pl_hash32 hash, parent;
	struct pl_assertion_state after;
	struct pl_hash32 inbox_acc;
};
PL_CHECKED enum pl_rc pl_asserted_read(struct pl_asserted *out,
				       const struct pl_log *log,
				       struct pl_err *e);

/* The first topics of these events. */
extern const struct pl_hash32 pl_asserted_topic, pl_send_root_topic,
	pl_node_created_topic;

/* NodeCreated of the contracts before BoLD. */
struct pl_node_created {
	uint64_t number;
	struct pl_hash32 parent, hash, execution;
	struct pl_assertion_state before, after;
	uint64_t n_blocks;
	struct pl_hash32 inbox_acc, wasm_root;
	bool has_sibling; /* as the hash says */
};

/* PL_EPROOF when the event's own hashes do not follow from its fields. */
PL_CHECKED enum pl_rc pl_node_created_read(struct pl_node_created *out,
					   const struct pl_log *log,
					   struct pl_err *e);

#endif
