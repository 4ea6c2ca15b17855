#include "base/hex.h"

static const char digits[] = "0123456789abcdef";

void pl_hex_put(char *out, struct pl_span in)
{
	for (size_t i = 0; i < in.n; i++) {
		*out++ = digits[in.p[i] >> 4];
		*out++ = digits[in.p[i] & 15];
	}
	*out = '\0';
}

char *pl_hex(struct pl_arena *a, struct pl_span in)
{
	char *s = pl_alloc(a, 2 * in.n + 3);

	s[0] = '0';
	s[1] = 'x';
	pl_hex_put(s + 2, in);
	return s;
}

/* value + 1, so that 0 means "no digit" */
#define R(d, v) [d] = (v) + 1
static const uint8_t value[256] = {
	R('0', 0),  R('1', 1),  R('2', 2),  R('3', 3),  R('4', 4),  R('5', 5),
	R('6', 6),  R('7', 7),  R('8', 8),  R('9', 9),  R('a', 10), R('b', 11),
	R('c', 12), R('d', 13), R('e', 14), R('f', 15), R('A', 10), R('B', 11),
	R('C', 12), R('D', 13), R('E', 14), R('F', 15),
};
#undef R

int pl_hex_digit(char c)
{
	return value[(uint8_t)c] - 1;
}

static enum pl_rc pairs(uint8_t *out, size_t n, const char *t, struct pl_err *e)
{
	for (size_t i = 0; i < n; i++) {
		int hi = pl_hex_digit(t[2 * i]),
		    lo = pl_hex_digit(t[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return pl_fail(e, PL_EFORMAT,
				       "hex: character %zu is no digit",
				       2 * i + (hi < 0 ? 0 : 1));
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return PL_OK;
}

static size_t prefix(const char *t, size_t len)
{
	return len >= 2 && t[0] == '0' && (t[1] == 'x' || t[1] == 'X') ? 2 : 0;
}

enum pl_rc pl_hex_fixed(uint8_t *out, size_t n, const char *text, size_t len,
			struct pl_err *e)
{
	size_t skip = prefix(text, len);
	uint8_t tmp[32], *to = n <= sizeof(tmp) ? tmp : out;

	if (len - skip != 2 * n)
		return pl_fail(e, PL_EFORMAT,
			       "hex: %zu digits where %zu belong", len - skip,
			       2 * n);
	PL_TRY(pairs(to, n, text + skip, e));
	if (to != out && n)
		memcpy(out, to, n);
	return PL_OK;
}

enum pl_rc pl_hex_bytes(struct pl_arena *a, struct pl_span *out,
			const char *text, size_t len, struct pl_err *e)
{
	size_t n;
	uint8_t *b;

	if (prefix(text, len) != 2)
		return pl_fail(e, PL_EFORMAT, "hex: does not begin with 0x");
	if (len % 2)
		return pl_fail(e, PL_EFORMAT, "hex: odd number of digits");
	n = len / 2 - 1;
	b = pl_alloc(a, n + 1);
	PL_TRY(pairs(b, n, text + 2, e));
	*out = (struct pl_span){ b, n };
	return PL_OK;
}
