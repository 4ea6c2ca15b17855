#include "codec/snappy.h"

#include "base/buf.h"

#define CHUNK_MAX 65536 /* bytes a chunk of a stream holds, unpacked */

static const uint8_t stream_id[10] = { 0xff, 6,   0,   0,   's',
				       'N',  'a', 'P', 'p', 'Y' };

/* CRC-32C (Castagnoli), bit by bit over a nibble's table. */
uint32_t pl_crc32c(struct pl_span in)
{
	static const uint32_t table[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < in.n; i++) {
		crc ^= in.p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

/* The varint before a block: how long it is unpacked. */
static enum pl_rc block_length(size_t *out, struct pl_span *in,
			       struct pl_err *e)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		uint8_t c;

		if (!in->n)
			return pl_fail(e, PL_EFORMAT,
				       "snappy: ends within its length");
		c = *pl_span_take(in, 1).p;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c & 0x80)
			continue;
		if (v > UINT32_MAX || (shift && !c))
			break;
		*out = (size_t)v;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT, "snappy: bad length of a block");
}

struct unpack {
	uint8_t *out;
	size_t at, n;
	struct pl_span in;
};

static enum pl_rc ends(struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT, "snappy: a block ends within an element");
}

static enum pl_rc too_long(const struct unpack *u, struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT,
		       "snappy: a block holds more than the %zu bytes it says",
		       u->n);
}

static enum pl_rc little_endian(size_t *out, struct unpack *u, size_t bytes,
				struct pl_err *e)
{
	size_t v = 0;

	if (u->in.n < bytes)
		return ends(e);
	for (size_t i = 0; i < bytes; i++)
		v |= (size_t)u->in.p[i] << 8 * i;
	(void)pl_span_take(&u->in, bytes);
	*out = v;
	return PL_OK;
}

static enum pl_rc literal(struct unpack *u, uint8_t tag, struct pl_err *e)
{
	size_t len = tag >> 2;

	if (len >= 60)
		PL_TRY(little_endian(&len, u, len - 59, e));
	len++;
	if (len > u->in.n)
		return ends(e);
	if (len > u->n - u->at)
		return too_long(u, e);
	memcpy(u->out + u->at, pl_span_take(&u->in, len).p, len);
	u->at += len;
	return PL_OK;
}

static enum pl_rc copy(struct unpack *u, uint8_t tag, struct pl_err *e)
{
	size_t len = (size_t)(tag >> 2) + 1, off = 0;

	if ((tag & 3) == 1) {
		len = (tag >> 2 & 7) + 4;
		PL_TRY(little_endian(&off, u, 1, e));
		off |= (size_t)(tag >> 5) << 8;
	} else {
		PL_TRY(little_endian(&off, u, (tag & 3) == 2 ? 2 : 4, e));
	}
	if (!off || off > u->at)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: a copy from %zu back, at byte %zu", off,
			       u->at);
	if (len > u->n - u->at)
		return too_long(u, e);
	/* the ranges may overlap: that repeats a pattern */
	for (size_t i = 0; i < len; i++, u->at++)
		u->out[u->at] = u->out[u->at - off];
	return PL_OK;
}

/* Unpacks a block, its length taken off already, into u->out. */
static enum pl_rc unpack(struct unpack *u, struct pl_err *e)
{
	while (u->in.n) {
		uint8_t tag = *pl_span_take(&u->in, 1).p;

		PL_TRY(tag & 3 ? copy(u, tag, e) : literal(u, tag, e));
	}
	if (u->at != u->n)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: a block gives %zu bytes instead of %zu",
			       u->at, u->n);
	return PL_OK;
}

static enum pl_rc within(size_t n, size_t limit, struct pl_err *e)
{
	if (n > limit)
		return pl_fail(e, PL_ELIMIT,
			       "snappy: unpacks to %zu bytes, over the limit "
			       "of %zu",
			       n, limit);
	return PL_OK;
}

/* Every element of a block gives at most 64 bytes for 2 of input, so a length
 * the input cannot reach is refused before the room is taken. */
static enum pl_rc reachable(size_t n, struct pl_span in, struct pl_err *e)
{
	if (n / 32 > in.n)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: %zu bytes cannot unpack to %zu", in.n,
			       n);
	return PL_OK;
}

enum pl_rc pl_snappy_block(struct pl_arena *a, struct pl_span *out,
			   struct pl_span in, size_t limit, struct pl_err *e)
{
	struct unpack u = { 0 };

	PL_TRY(block_length(&u.n, &in, e));
	PL_TRY(within(u.n, limit, e));
	PL_TRY(reachable(u.n, in, e));
	u.in = in;
	u.out = pl_alloc(a, u.n);
	PL_TRY(unpack(&u, e));
	*out = (struct pl_span){ u.out, u.n };
	return PL_OK;
}

/* SPEC snappy/framing_format checksum: CRC-32C, rotated and added to */
static enum pl_rc checksum(const uint8_t *want, struct pl_span data,
			   struct pl_err *e)
{
	uint32_t crc = pl_crc32c(data), got = 0;

	crc = (crc >> 15 | crc << 17) + 0xa282ead8u;
	for (unsigned i = 0; i < 4; i++)
		got |= (uint32_t)want[i] << 8 * i;
	if (got != crc)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: checksum of a chunk is %08x, "
			       "its bytes give %08x",
			       got, crc);
	return PL_OK;
}

/* Appends what a chunk of data holds. */
static enum pl_rc data_chunk(struct pl_buf *b, struct pl_span body, bool packed,
			     size_t limit, struct pl_err *e)
{
	struct unpack u = { 0 };
	const uint8_t *sum;

	if (body.n < 4)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: a chunk of %zu bytes has no checksum",
			       body.n);
	sum = pl_span_take(&body, 4).p;
	u.n = body.n;
	if (packed)
		PL_TRY(block_length(&u.n, &body, e));
	/* SPEC snappy/framing_format compressed-data: at most 65536 bytes */
	PL_TRY(within(u.n, CHUNK_MAX, e));
	PL_TRY(within(b->n + u.n, limit, e));
	u.in = body;
	u.out = pl_buf_room(b, u.n);
	if (packed)
		PL_TRY(unpack(&u, e));
	else if (u.n)
		memcpy(u.out, body.p, u.n);
	b->n += u.n;
	b->p[b->n] = 0;
	return checksum(sum, (struct pl_span){ u.out, u.n }, e);
}

enum pl_rc pl_snappy_framed(struct pl_arena *a, struct pl_span *out,
			    struct pl_span in, size_t limit, struct pl_err *e)
{
	struct pl_buf b;

	if (in.n < sizeof(stream_id) ||
	    memcmp(in.p, stream_id, sizeof(stream_id)) != 0)
		return pl_fail(e, PL_EFORMAT,
			       "snappy: does not begin as a stream");
	pl_buf_init(&b, a);
	while (in.n) {
		struct pl_span body;
		uint8_t type;
		size_t n;

		if (in.n < 4)
			return pl_fail(e, PL_EFORMAT,
				       "snappy: ends within a chunk's head");
		type = in.p[0];
		n = (size_t)in.p[1] | (size_t)in.p[2] << 8 |
		    (size_t)in.p[3] << 16;
		(void)pl_span_take(&in, 4);
		if (n > in.n)
			return pl_fail(e, PL_EFORMAT,
				       "snappy: a chunk of %zu bytes, %zu left",
				       n, in.n);
		body = pl_span_take(&in, n);
		if (type <= 1) {
			PL_TRY(data_chunk(&b, body, type == 0, limit, e));
			continue;
		}
		/* SPEC snappy/framing_format reserved-unskippable: 02 to 7f */
		if (type < 0x80)
			return pl_fail(e, PL_EFORMAT,
				       "snappy: chunk of unknown type %02x",
				       type);
		if (type == 0xff &&
		    !pl_span_equal(body, (struct pl_span){ stream_id + 4, 6 }))
			return pl_fail(e, PL_EFORMAT,
				       "snappy: bad identifier of a stream");
	}
	*out = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc pl_snappy(struct pl_arena *a, struct pl_span *out, struct pl_span in,
		     size_t limit, struct pl_err *e)
{
	if (in.n >= sizeof(stream_id) &&
	    !memcmp(in.p, stream_id, sizeof(stream_id)))
		return pl_snappy_framed(a, out, in, limit, e);
	return pl_snappy_block(a, out, in, limit, e);
}
