/* The contract that keeps roots of records (templates/contracts/
 * PlumeAnchor.sol), and the file that tells which records a root stands for. */
#ifndef PL_RECORD_ANCHOR_H
#define PL_RECORD_ANCHOR_H

#include "codec/abi.h"

#define PL_ANCHOR_SCHEMA "plume/anchor/1"

/* As compiled; lives in the arena. */
struct pl_anchor_code {
	struct pl_abi abi;
	struct pl_span create;    /* creation code, the first root follows */
	struct pl_hash32 runtime; /* Keccak-256 of what stands on chain */
};
PL_CHECKED enum pl_rc pl_anchor_code(struct pl_arena *a,
				     struct pl_anchor_code *out,
				     struct pl_err *e);

/* Data of the transaction: `deploy` a contract with its first root, else call
 * one. */
PL_CHECKED enum pl_rc pl_anchor_data(struct pl_arena *a, struct pl_span *out,
				     const struct pl_anchor_code *code,
				     bool deploy, const struct pl_hash32 *root,
				     struct pl_err *e);

/* Where the contract keeps the time at which `by` anchored `root`. */
struct pl_hash32 pl_anchor_slot(const struct pl_addr *by,
				const struct pl_hash32 *root);

/* A batch: what was anchored, where, and whether it is on chain. */
struct pl_anchor {
	struct pl_hash32 root;
	const struct pl_hash32 *ids; /* ascending */
	size_t n;
	const char *network;
	uint64_t chain_id, nonce;
	struct pl_addr contract, by;
	bool done;                  /* else sent at most */
	const struct pl_hash32 *tx; /* NULL: not known */
	const uint64_t *block;
};

/* The batch as a file; the same batch gives the same bytes. */
PL_CHECKED enum pl_rc pl_anchor_put(struct pl_buf *b, const struct pl_anchor *x,
				    struct pl_err *e);

/* Read one.  PL_EPROOF when its ids do not have its root. */
PL_CHECKED enum pl_rc pl_anchor_get(struct pl_arena *a, struct pl_anchor *out,
				    struct pl_span text, struct pl_err *e);

/* The place of a record in it, or -1. */
long pl_anchor_find(const struct pl_anchor *x, const struct pl_hash32 *id);

#endif
