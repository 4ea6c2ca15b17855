/* Strict RLP (Yellow Paper, appendix B).  The reader copies nothing: an item
 * is a span into the caller's bytes and dies with them.  It refuses every
 * encoding that is not the canonical one, because hashes are taken over the
 * encoding.  The writer appends to a buffer. */
#ifndef PL_CODEC_RLP_H
#define PL_CODEC_RLP_H

#include "base/buf.h"
#include "base/types.h"

struct pl_rlp {
	bool is_list;
	struct pl_span body; /* payload without its header */
};

/* Move the first item of *in to *out and advance *in past it.  On PL_EFORMAT
 * (truncated or non-canonical) neither *in nor *out has changed.  The same
 * holds for the typed readers below, which refuse an item of another type. */
PL_CHECKED enum pl_rc pl_rlp_next(struct pl_rlp *out, struct pl_span *in,
				  struct pl_err *e);

/* The next item is a list (a byte string): its payload. */
PL_CHECKED enum pl_rc pl_rlp_list(struct pl_span *body, struct pl_span *in,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_rlp_bytes_any(struct pl_span *out, struct pl_span *in,
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_rlp_u64_any(uint64_t *out, struct pl_span *in,
				     struct pl_err *e);

/* The forms nearly all items of headers have are read inline, the others and
 * all that is wrong by the functions called _any. */
PL_CHECKED static inline enum pl_rc
pl_rlp_bytes(struct pl_span *out, struct pl_span *in, struct pl_err *e)
{
	size_t n;

	if (in->n <= 55 || *in->p < 0x80 || *in->p > 0x80 + 55)
		return pl_rlp_bytes_any(out, in, e);
	n = *in->p - 0x80u;
	if (n == 1) /* is it one that stands for itself? */
		return pl_rlp_bytes_any(out, in, e);
	(void)pl_span_take(in, 1);
	*out = pl_span_take(in, n);
	return PL_OK;
}

PL_CHECKED enum pl_rc pl_rlp_fixed_any(uint8_t *out, size_t n,
				       struct pl_span *in, struct pl_err *e);

/* A byte string of exactly n bytes, copied to out.  Inline, because headers
 * are full of them: one byte of length, and as many bytes. */
PL_CHECKED static inline enum pl_rc
pl_rlp_fixed(uint8_t *out, size_t n, struct pl_span *in, struct pl_err *e)
{
	if (n < 2 || n > 55 || in->n <= n || *in->p != 0x80 + n)
		return pl_rlp_fixed_any(out, n, in, e);
	memcpy(out, in->p + 1, n);
	(void)pl_span_take(in, n + 1);
	return PL_OK;
}

/* Big-endian integers without leading zeros; 0 is the empty string. */
PL_CHECKED static inline enum pl_rc
pl_rlp_u64(uint64_t *out, struct pl_span *in, struct pl_err *e)
{
	unsigned n = in->n ? *in->p - 0x80u : 0;

	if (n > 1 && n <= 8 && in->n > n && in->p[1]) { /* two to eight bytes */
		*out = in->n > 8 ? pl_load_be64(in->p + 1) >> (64 - 8 * n)
				 : pl_load_be(in->p + 1, n);
		(void)pl_span_take(in, 1 + n);
		return PL_OK;
	}
	if (in->n && *in->p && *in->p <= 0x80) { /* 1 to 127; none is 0 */
		*out = *pl_span_take(in, 1).p & 0x7f;
		return PL_OK;
	}
	return pl_rlp_u64_any(out, in, e);
}
PL_CHECKED enum pl_rc pl_rlp_u256_any(struct pl_u256 *out, struct pl_span *in,
				      struct pl_err *e);
PL_CHECKED static inline enum pl_rc
pl_rlp_u256(struct pl_u256 *out, struct pl_span *in, struct pl_err *e)
{
	uint64_t small;

	if (!in->n || *in->p > 0x88) /* more than eight bytes */
		return pl_rlp_u256_any(out, in, e);
	PL_TRY(pl_rlp_u64(&small, in, e));
	*out = pl_u256_of(small);
	return PL_OK;
}

/* The whole of `in` is one list and nothing stands behind it. */
PL_CHECKED enum pl_rc pl_rlp_whole_list_any(struct pl_span *body,
					    struct pl_span in,
					    struct pl_err *e);
PL_CHECKED static inline enum pl_rc
pl_rlp_whole_list(struct pl_span *body, struct pl_span in, struct pl_err *e)
{
	/* two bytes of length, the first of them not zero */
	if (in.n < 3 + 256 || in.p[0] != 0xf9 || !in.p[1] ||
	    ((size_t)in.p[1] << 8 | in.p[2]) != in.n - 3)
		return pl_rlp_whole_list_any(body, in, e);
	body->p = in.p + 3;
	body->n = in.n - 3;
	return PL_OK;
}

/* PL_EFORMAT when bytes are left over; `what` names the list. */
PL_CHECKED enum pl_rc pl_rlp_end(struct pl_span in, const char *what,
				 struct pl_err *e);

/* The first item of *in with its header, checked at every level of nesting
 * (PL_ELIMIT past PL_RLP_DEPTH), and *in moved past it. */
#define PL_RLP_DEPTH 1024
PL_CHECKED enum pl_rc pl_rlp_raw(struct pl_span *out, struct pl_span *in,
				 struct pl_err *e);

/* Items in a list's payload. */
PL_CHECKED enum pl_rc pl_rlp_count(size_t *n, struct pl_span body,
				   struct pl_err *e);

/* Writing.  A list is what stands between pl_rlp_open and pl_rlp_close. */
void pl_rlp_put(struct pl_buf *b, struct pl_span bytes);
void pl_rlp_put_u64(struct pl_buf *b, uint64_t v);
void pl_rlp_put_u256(struct pl_buf *b, const struct pl_u256 *v);
size_t pl_rlp_open(struct pl_buf *b);
void pl_rlp_close(struct pl_buf *b, size_t opened);

/* The header of a string or list of n payload bytes (never for a single byte
 * below 0x80, which has none); returns its length. */
#define PL_RLP_HEAD 9
size_t pl_rlp_head(uint8_t out[PL_RLP_HEAD], bool is_list, size_t n);

#endif
