/* Many records under one Merkle root, so that one word on chain stands for all
 * of them and a short path shows that one belongs to it.
 *
 * The tree is RFC 6962's over the records' ids in ascending order, each once:
 * a leaf is SHA-256(00 ‖ id), a node SHA-256(01 ‖ left ‖ right), split at the
 * largest power of two below n.  The first byte keeps leaves and nodes apart,
 * the order makes one root of one set. */
#ifndef PL_RECORD_BATCH_H
#define PL_RECORD_BATCH_H

#include "base/types.h"

#define PL_BATCH_MAX 65536 /* records of one root */
#define PL_BATCH_DEPTH 16  /* hashes of a path at most */

/* In order, each once. */
void pl_batch_sort(struct pl_hash32 *ids, size_t *n);

/* PL_EUSAGE when there are none, or they are not in order, each once;
 * PL_ELIMIT over PL_BATCH_MAX. */
PL_CHECKED enum pl_rc pl_batch_root(struct pl_hash32 *out,
				    const struct pl_hash32 *ids, size_t n,
				    struct pl_err *e);

struct pl_batch_path {
	uint64_t index, size; /* place from 0, records in all */
	struct pl_hash32 hash[PL_BATCH_DEPTH]; /* from the leaf up */
	size_t n;
};

/* The way from ids[index] to the root.  Failures as above. */
PL_CHECKED enum pl_rc pl_batch_path(struct pl_batch_path *out,
				    const struct pl_hash32 *ids, size_t n,
				    size_t index, struct pl_err *e);

/* PL_EPROOF when the path does not lead from `id` to `root` (RFC 9162
 * 2.1.3.2). */
PL_CHECKED enum pl_rc pl_batch_check(const struct pl_hash32 *root,
				     const struct pl_hash32 *id,
				     const struct pl_batch_path *path,
				     struct pl_err *e);

#endif
