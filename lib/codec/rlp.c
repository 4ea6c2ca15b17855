#include "codec/rlp.h"

/* The length of n_len big-endian bytes at the front of *s.  Only lengths the
 * short form cannot say, without leading zeros. */
static enum pl_rc long_len(size_t *out, struct pl_span *s, size_t n_len,
			   struct pl_err *e)
{
	uint64_t n = 0;

	if (n_len > s->n)
		return pl_fail(e, PL_EFORMAT, "rlp: length cut short");
	if (!*s->p)
		return pl_fail(e, PL_EFORMAT, "rlp: length not minimal");
	for (size_t i = 0; i < n_len; i++)
		n = n << 8 | s->p[i]; /* n_len is 8 at most */
	(void)pl_span_take(s, n_len);
	if (n <= 55)
		return pl_fail(e, PL_EFORMAT, "rlp: length not minimal");
	if (n > s->n)
		return pl_fail(e, PL_EFORMAT, "rlp: item cut short");
	*out = (size_t)n;
	return PL_OK;
}

enum pl_rc pl_rlp_next(struct pl_rlp *out, struct pl_span *in, struct pl_err *e)
{
	struct pl_span s = *in; /* a copy: *in moves only on success */
	bool is_list;
	size_t n;

	if (!s.n)
		return pl_fail(e, PL_EFORMAT, "rlp: no item");
	is_list = *s.p >= 0xc0;
	if (*s.p < 0x80) {
		n = 1; /* a small byte stands for itself */
	} else {
		n = *pl_span_take(&s, 1).p - (is_list ? 0xc0u : 0x80u);
		if (n > 55)
			PL_TRY(long_len(&n, &s, n - 55, e));
		if (n > s.n)
			return pl_fail(e, PL_EFORMAT, "rlp: item cut short");
		if (!is_list && n == 1 && *s.p < 0x80)
			return pl_fail(e, PL_EFORMAT, "rlp: byte not minimal");
	}
	*out = (struct pl_rlp){ is_list, pl_span_take(&s, n) };
	*in = s;
	return PL_OK;
}

/* The next item, which must be of the wanted type. */
static enum pl_rc typed(struct pl_span *body, struct pl_span *in, bool list,
			struct pl_err *e)
{
	struct pl_span s = *in;
	struct pl_rlp item;

	PL_TRY(pl_rlp_next(&item, &s, e));
	if (item.is_list != list)
		return pl_fail(e, PL_EFORMAT,
			       list ? "rlp: bytes where a list belongs"
				    : "rlp: a list where bytes belong");
	*body = item.body;
	*in = s;
	return PL_OK;
}

enum pl_rc pl_rlp_list(struct pl_span *body, struct pl_span *in,
		       struct pl_err *e)
{
	return typed(body, in, true, e);
}

enum pl_rc pl_rlp_bytes_any(struct pl_span *out, struct pl_span *in,
			    struct pl_err *e)
{
	return typed(out, in, false, e);
}

enum pl_rc pl_rlp_fixed_any(uint8_t *out, size_t n, struct pl_span *in,
			    struct pl_err *e)
{
	struct pl_span s = *in, v;

	/* a bloom: two bytes of length */
	if (n > 255 && n < 65536 && in->n >= n + 3 && *in->p == 0xb9 &&
	    in->p[1] == n >> 8 && in->p[2] == (n & 255)) {
		memcpy(out, in->p + 3, n);
		(void)pl_span_take(in, n + 3);
		return PL_OK;
	}
	PL_TRY(typed(&v, &s, false, e));
	if (v.n != n)
		return pl_fail(e, PL_EFORMAT, "rlp: %zu bytes where %zu belong",
			       v.n, n);
	memcpy(out, v.p, n);
	*in = s;
	return PL_OK;
}

/* The bytes of the next integer: at most max, without leading zeros. */
static enum pl_rc integer(struct pl_span *v, struct pl_span *in, size_t max,
			  struct pl_err *e)
{
	struct pl_span s = *in;

	PL_TRY(typed(v, &s, false, e));
	if (v->n > max)
		return pl_fail(e, PL_EFORMAT,
			       "rlp: integer of %zu bytes, more than %zu", v->n,
			       max);
	if (v->n && !*v->p)
		return pl_fail(e, PL_EFORMAT,
			       "rlp: integer with leading zeros");
	*in = s;
	return PL_OK;
}

enum pl_rc pl_rlp_u64_any(uint64_t *out, struct pl_span *in, struct pl_err *e)
{
	struct pl_span v;

	PL_TRY(integer(&v, in, 8, e));
	*out = pl_load_be(v.p, v.n);
	return PL_OK;
}

enum pl_rc pl_rlp_u256_any(struct pl_u256 *out, struct pl_span *in,
			   struct pl_err *e)
{
	struct pl_span v;

	PL_TRY(integer(&v, in, 32, e));
	if (!pl_u256_from_be(out, v))
		return pl_fail(e, PL_EBUG, "rlp: integer over 32 bytes");
	return PL_OK;
}

enum pl_rc pl_rlp_whole_list_any(struct pl_span *body, struct pl_span in,
				 struct pl_err *e)
{
	struct pl_span b;

	PL_TRY(pl_rlp_list(&b, &in, e));
	PL_TRY(pl_rlp_end(in, "the list", e));
	*body = b;
	return PL_OK;
}

enum pl_rc pl_rlp_end(struct pl_span in, const char *what, struct pl_err *e)
{
	if (in.n)
		return pl_fail(e, PL_EFORMAT, "rlp: %zu bytes too many in %s",
			       in.n, what);
	return PL_OK;
}

/* Lists still open are remembered by where they end; going down needs no
 * recursion, and depth is bounded. */
enum pl_rc pl_rlp_raw(struct pl_span *out, struct pl_span *in, struct pl_err *e)
{
	const uint8_t *ends[PL_RLP_DEPTH];
	struct pl_span rest = *in, s = *in;
	struct pl_rlp item;
	size_t depth = 0;

	PL_TRY(pl_rlp_next(&item, &rest, e));
	s.n -= rest.n;
	do {
		PL_TRY(pl_rlp_next(&item, &s, e));
		if (item.is_list) {
			if (depth == PL_RLP_DEPTH)
				return pl_fail(e, PL_ELIMIT,
					       "rlp: lists nested deeper than "
					       "%d levels",
					       PL_RLP_DEPTH);
			ends[depth++] = item.body.p + item.body.n;
			s = item.body;
		}
		while (depth && s.p == ends[depth - 1]) {
			depth--;
			if (depth)
				s.n = (size_t)(ends[depth - 1] - s.p);
		}
	} while (depth);
	*out = (struct pl_span){ in->p, in->n - rest.n };
	*in = rest;
	return PL_OK;
}

enum pl_rc pl_rlp_count(size_t *n, struct pl_span body, struct pl_err *e)
{
	struct pl_rlp item;
	size_t count = 0;

	for (; body.n; count++)
		PL_TRY(pl_rlp_next(&item, &body, e));
	*n = count;
	return PL_OK;
}

size_t pl_rlp_head(uint8_t out[PL_RLP_HEAD], bool is_list, size_t n)
{
	unsigned base = is_list ? 0xc0 : 0x80, n_len = 0;

	if (n <= 55) {
		out[0] = (uint8_t)(base + n);
		return 1;
	}
	for (size_t v = n; v; v >>= 8)
		n_len++;
	out[0] = (uint8_t)(base + 55 + n_len);
	for (unsigned i = 0; i < n_len; i++)
		out[1 + i] = (uint8_t)(n >> (8 * (n_len - 1 - i)));
	return 1 + n_len;
}

void pl_rlp_put(struct pl_buf *b, struct pl_span bytes)
{
	uint8_t head[PL_RLP_HEAD];

	if (bytes.n != 1 || *bytes.p >= 0x80) {
		size_t n = pl_rlp_head(head, false, bytes.n);

		pl_buf_put(b, (struct pl_span){ head, n });
	}
	pl_buf_put(b, bytes);
}

void pl_rlp_put_u256(struct pl_buf *b, const struct pl_u256 *v)
{
	uint8_t be[32];
	size_t n = (pl_u256_bits(v) + 7) / 8;

	pl_u256_to_be(be, v);
	pl_rlp_put(b, (struct pl_span){ be + 32 - n, n });
}

void pl_rlp_put_u64(struct pl_buf *b, uint64_t v)
{
	uint8_t be[8];
	size_t n = 0;

	for (uint64_t x = v; x; x >>= 8)
		be[7 - n++] = (uint8_t)x;
	pl_rlp_put(b, (struct pl_span){ be + 8 - n, n });
}

size_t pl_rlp_open(struct pl_buf *b)
{
	return b->n;
}

/* The payload moves up to make room for its header. */
void pl_rlp_close(struct pl_buf *b, size_t opened)
{
	uint8_t head[PL_RLP_HEAD];
	size_t body = b->n - opened, n = pl_rlp_head(head, true, body);

	pl_buf_put(b, (struct pl_span){ head, n }); /* room for n more */
	memmove(b->p + opened + n, b->p + opened, body);
	memcpy(b->p + opened, head, n);
}
