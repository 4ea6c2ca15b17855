#include "codec/wsf.h"

#include <string.h>

#include "codec/utf8.h"
#include "crypto/sha1.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

#define KEY 24 /* digits of 16 bytes, with their padding */

static bool good_key(const char *key)
{
	return strlen(key) == KEY && strspn(key, digits) == KEY - 2 &&
	       !strcmp(key + KEY - 2, "==") &&
	       /* the last digit has four bits that stand for nothing */
	       strchr("AQgw", key[KEY - 3]);
}

/* SPEC RFC-6455 Sec-WebSocket-Accept: of the key and a fixed name */
enum pl_rc pl_wsf_accept(char out[PL_WSF_ACCEPT], const char *key,
			 struct pl_err *e)
{
	static const char name[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char both[KEY + sizeof(name)];
	uint8_t h[21] = { 0 };

	if (!good_key(key))
		return pl_fail(e, PL_EFORMAT,
			       "Sec-WebSocket-Key: no base64 of 16 bytes");
	memcpy(both, key, KEY);
	memcpy(both + KEY, name, sizeof(name));
	pl_sha1(h, pl_span_str(both));
	for (size_t i = 0; i < 7; i++) {
		const uint32_t v = (uint32_t)h[3 * i] << 16 |
				   (uint32_t)h[3 * i + 1] << 8 | h[3 * i + 2];

		for (size_t k = 0; k < 4; k++)
			out[4 * i + k] = digits[v >> (18 - 6 * k) & 63];
	}
	out[27] = '='; /* 20 bytes are two short of the last group */
	out[28] = '\0';
	return PL_OK;
}

static bool is_kind(uint8_t kind)
{
	return kind <= PL_WSF_BINARY ||
	       (kind >= PL_WSF_CLOSE && kind <= PL_WSF_PONG);
}

/* SPEC RFC-6455 base-framing: reserved bits and kinds are none */
static enum pl_rc judge(uint8_t first, uint8_t second, struct pl_err *e)
{
	if (first & 0x70)
		return pl_fail(e, PL_EFORMAT, "a reserved bit is set");
	if (!is_kind(first & 15))
		return pl_fail(e, PL_EFORMAT, "a frame of kind %u", first & 15);
	if (!(second & 0x80))
		return pl_fail(e, PL_EFORMAT, "a frame without mask");
	if ((first & 8) && (!(first & 0x80) || (second & 127) > 125))
		return pl_fail(e, PL_EFORMAT,
			       "a control frame that is long or in pieces");
	return PL_OK;
}

/* SPEC RFC-6455 Payload-length: in the fewest bytes that hold it */
static enum pl_rc length(uint64_t *out, const uint8_t *p, size_t n,
			 struct pl_err *e)
{
	const uint64_t v = pl_load_be(p, n);

	if (v >> 63 || v < (n == 2 ? 126 : 65536))
		return pl_fail(e, PL_EFORMAT, "a length in the wrong form");
	*out = v;
	return PL_OK;
}

enum pl_rc pl_wsf_read(struct pl_wsf *out, struct pl_span in, struct pl_err *e)
{
	struct pl_wsf f = { .head = 0 };
	size_t more;

	if (in.n < 2) {
		*out = f;
		return PL_OK;
	}
	PL_TRY(judge(in.p[0], in.p[1], e));
	f.body = in.p[1] & 127;
	more = f.body == 126 ? 2 : f.body == 127 ? 8 : 0;
	if (in.n < 2 + more) {
		*out = f;
		return PL_OK;
	}
	if (more)
		PL_TRY(length(&f.body, in.p + 2, more, e));
	if (in.n >= 2 + more + 4) {
		memcpy(f.mask, in.p + 2 + more, 4);
		f.head = 2 + more + 4;
	}
	f.kind = (enum pl_wsf_kind)(in.p[0] & 15);
	f.last = in.p[0] & 0x80;
	*out = f;
	return PL_OK;
}

void pl_wsf_mask(uint8_t *body, size_t n, const uint8_t mask[4])
{
	for (size_t i = 0; i < n; i++)
		body[i] ^= mask[i % 4];
}

size_t pl_wsf_head(uint8_t out[PL_WSF_HEAD], enum pl_wsf_kind kind, size_t n)
{
	const size_t more = n < 126 ? 0 : n < 65536 ? 2 : 8;

	out[0] = (uint8_t)(0x80 | (unsigned)kind);
	out[1] = (uint8_t)(more == 8 ? 127 : more ? 126 : n);
	for (size_t i = 0; i < more; i++)
		out[2 + i] = (uint8_t)((uint64_t)n >> 8 * (more - 1 - i));
	return 2 + more;
}

bool pl_wsf_is_text(struct pl_span message)
{
	const char *s = (const char *)message.p;
	uint32_t point;

	for (size_t i = 0; i < message.n;) {
		const size_t n =
			message.p[i] < 0x80
				? 1
				: pl_utf8_next(&point, s + i, message.n - i);

		if (!n)
			return false;
		i += n;
	}
	return true;
}

unsigned pl_wsf_close_code(struct pl_span body)
{
	unsigned code;

	if (!body.n)
		return PL_WSF_NORMAL;
	if (body.n < 2)
		return PL_WSF_PROTOCOL;
	code = (unsigned)body.p[0] << 8 | body.p[1];
	(void)pl_span_take(&body, 2);
	if (!pl_wsf_is_text(body))
		return PL_WSF_NOT_UTF8;
	/* 1004 to 1006 and what nobody has registered are never sent */
	if ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) ||
	    (code >= 3000 && code <= 4999))
		return code;
	return PL_WSF_PROTOCOL;
}
