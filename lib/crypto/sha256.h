/* SHA-256 (façade over libcrypto, loaded when first used; pairs apart). */
#ifndef PL_CRYPTO_SHA256_H
#define PL_CRYPTO_SHA256_H

#include "base/types.h"

PL_CHECKED enum pl_rc pl_sha256(struct pl_hash32 *out, struct pl_span in,
				struct pl_err *e);

/* Done by blst (bls.c), with the processor's SHA instructions where it has
 * them.  Cannot fail and loads nothing: for Merkle trees, of a and b one after
 * the other, and for contracts. */
struct pl_hash32 pl_sha256_here(struct pl_span in);
struct pl_hash32 pl_sha256_pair(const struct pl_hash32 *a,
				const struct pl_hash32 *b);

/* Piece by piece.  A handle that was opened is closed on every path; with
 * out = NULL closing only throws the work away. */
struct pl_sha256 {
	void *md;
};

PL_CHECKED enum pl_rc pl_sha256_open(struct pl_sha256 *h, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sha256_put(struct pl_sha256 *h, struct pl_span in,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_sha256_close(struct pl_sha256 *h,
				      struct pl_hash32 *out, struct pl_err *e);

#endif
