/* SSZ (simple serialize) as the consensus layer writes it: pieces to read and
 * write containers and lists strictly, and hash_tree_root over chunks as they
 * come.  No allocation; spans point into the caller's bytes.  Refused: offsets
 * that leave a gap, overlap or run backwards, bytes too few or too many, lists
 * over their limit, bits set past a bitvector's end. */
#ifndef PL_CODEC_SSZ_H
#define PL_CODEC_SSZ_H

#include "base/buf.h"
#include "base/types.h"

#define PL_SSZ_PARTS 8  /* members of variable size in one container */
#define PL_SSZ_DEPTH 40 /* of a tree of chunks: 2^40 chunks */

/* A container being read. */
struct pl_ssz {
	struct pl_span all;
	size_t fixed; /* bytes of the fixed part, offsets included */
	size_t at;
	size_t offset[PL_SSZ_PARTS];
	size_t n_offsets;
	const char *what; /* for the words of failures */
};

/* Start on a container whose fixed part has `fixed` bytes, among them 4 for
 * each of `parts` members of variable size.  PL_EFORMAT when the bytes cannot
 * be one.  The members of fixed size may then be taken without a failure, in
 * their order; taking more than there are is a bug of the caller. */
PL_CHECKED enum pl_rc pl_ssz_open(struct pl_ssz *s, struct pl_span bytes,
				  size_t fixed, size_t parts, const char *what,
				  struct pl_err *e);
const uint8_t *pl_ssz_take(struct pl_ssz *s, size_t n);
uint64_t pl_ssz_u64(struct pl_ssz *s);
struct pl_hash32 pl_ssz_hash32(struct pl_ssz *s);

/* The next member is one of variable size: check its offset. */
PL_CHECKED enum pl_rc pl_ssz_offset(struct pl_ssz *s, struct pl_err *e);

/* The bytes of the i-th member of variable size, once all members were
 * taken. */
struct pl_span pl_ssz_part(const struct pl_ssz *s, size_t i);

/* A list: how many items of `size` bytes these are, at most `limit`
 * (PL_ELIMIT). */
PL_CHECKED enum pl_rc pl_ssz_list(size_t *n, struct pl_span bytes, size_t size,
				  uint64_t limit, const char *what,
				  struct pl_err *e);

/* A list of items of variable size: how many, at most `limit`; all offsets
 * are checked.  Then its items. */
PL_CHECKED enum pl_rc pl_ssz_var_list(size_t *n, struct pl_span bytes,
				      uint64_t limit, const char *what,
				      struct pl_err *e);
struct pl_span pl_ssz_var_item(struct pl_span bytes, size_t n, size_t i);

/* A bitvector of exactly `bits` bits: right length, the bits above zero. */
PL_CHECKED enum pl_rc pl_ssz_bitvector(struct pl_span bytes, size_t bits,
				       const char *what, struct pl_err *e);
size_t pl_ssz_count(const uint8_t *bitvector, size_t bytes); /* bits set */

uint64_t pl_ssz_le64(const uint8_t in[8]);
void pl_ssz_put_le64(uint8_t out[8], uint64_t v);

/* Writing.  An offset is put as a gap and filled once its member begins:
 *	size_t gap = pl_ssz_put_gap(b);  …fixed members…
 *	pl_ssz_fill_gap(b, start, gap);  …the member itself… */
void pl_ssz_put_u64(struct pl_buf *b, uint64_t v);
size_t pl_ssz_put_gap(struct pl_buf *b);
void pl_ssz_fill_gap(struct pl_buf *b, size_t start, size_t gap);

/* merkleize, chunk by chunk. */
struct pl_ssz_tree {
	uint64_t n; /* chunks so far */
	struct pl_hash32 at[PL_SSZ_DEPTH + 1];
};

void pl_ssz_tree_init(struct pl_ssz_tree *t);
void pl_ssz_tree_root(struct pl_ssz_tree *t, const struct pl_hash32 *chunk);
void pl_ssz_tree_u64(struct pl_ssz_tree *t,
		     uint64_t v); /* a chunk of its own */
/* Bytes packed into chunks, the last one filled up with zeros. */
void pl_ssz_tree_bytes(struct pl_ssz_tree *t, const uint8_t *p, size_t n);
/* The root of 2^depth chunks, those that were not put being zero.  There must
 * not be more than that. */
void pl_ssz_tree_end(struct pl_hash32 *root, const struct pl_ssz_tree *t,
		     unsigned depth);

void pl_ssz_mix_in_length(struct pl_hash32 *root, uint64_t n);

/* hash_tree_root of a byte vector, and of a byte list with a limit. */
void pl_ssz_bytes_root(struct pl_hash32 *root, const uint8_t *p, size_t n);
void pl_ssz_byte_list_root(struct pl_hash32 *root, struct pl_span bytes,
			   size_t limit);

/* The root that a leaf has with a branch of `depth` siblings, nearest first;
 * `index` is the leaf's place among 2^depth. */
void pl_ssz_branch_root(struct pl_hash32 *root, const struct pl_hash32 *leaf,
			const struct pl_hash32 *branch, unsigned depth,
			uint64_t index);

#endif
