/* Snappy, reading only: blocks, and the framing format around them.  Our own
 * decoder: the one library that Debian has is C++, and what is read here is a
 * few kilobytes from strangers, where strictness counts and speed does not. */
#ifndef PL_CODEC_SNAPPY_H
#define PL_CODEC_SNAPPY_H

#include "base/arena.h"

/* One block of at most `limit` bytes once unpacked (PL_ELIMIT, before
 * anything is reserved).  PL_EFORMAT for a length that does not come out, a
 * copy from before the beginning, and bytes left over. */
PL_CHECKED enum pl_rc pl_snappy_block(struct pl_arena *a, struct pl_span *out,
				      struct pl_span in, size_t limit,
				      struct pl_err *e);

/* A framed stream: its identifier, chunks of at most 64 KiB, each with a
 * CRC-32C that is checked. */
PL_CHECKED enum pl_rc pl_snappy_framed(struct pl_arena *a, struct pl_span *out,
				       struct pl_span in, size_t limit,
				       struct pl_err *e);

/* Framed when it begins with the identifier of a stream, else a block. */
PL_CHECKED enum pl_rc pl_snappy(struct pl_arena *a, struct pl_span *out,
				struct pl_span in, size_t limit,
				struct pl_err *e);

uint32_t pl_crc32c(struct pl_span in);

#endif
