#include "base/hex.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const char digits[] = "0123456789abcdef";

/* Sixteen bytes to their 32 digits, and sixteen digits to their eight bytes,
 * at a time: part of what x86-64 always has. */
#ifdef __SSE2__
static __m128i as_digits(__m128i nibbles)
{
	__m128i letter = _mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9));

	return _mm_add_epi8(
		_mm_add_epi8(nibbles, _mm_set1_epi8('0')),
		_mm_and_si128(letter, _mm_set1_epi8('a' - '0' - 10)));
}

static size_t put_wide(char *out, struct pl_span in)
{
	const __m128i low = _mm_set1_epi8(15);
	size_t i = 0;

	for (; i + 16 <= in.n; i += 16, out += 32) {
		__m128i v = _mm_loadu_si128((const __m128i *)(in.p + i));
		__m128i a = as_digits(_mm_and_si128(_mm_srli_epi16(v, 4), low));
		__m128i b = as_digits(_mm_and_si128(v, low));

		_mm_storeu_si128((__m128i *)out, _mm_unpacklo_epi8(a, b));
		_mm_storeu_si128((__m128i *)(out + 16),
				 _mm_unpackhi_epi8(a, b));
	}
	return i;
}

/* How many of the n bytes were read: all pairs of eight before the first that
 * holds something else. */
static size_t pairs_wide(uint8_t *out, size_t n, const char *t)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		__m128i v = _mm_loadu_si128((const __m128i *)(t + 2 * i));
		__m128i d = _mm_sub_epi8(v, _mm_set1_epi8('0'));
		__m128i u = _mm_sub_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)),
					 _mm_set1_epi8('a'));
		__m128i is_d =
			_mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(9)), d);
		__m128i is_u =
			_mm_cmpeq_epi8(_mm_min_epu8(u, _mm_set1_epi8(5)), u);

		if (_mm_movemask_epi8(_mm_or_si128(is_d, is_u)) != 0xffff)
			break;
		u = _mm_add_epi8(u, _mm_set1_epi8(10));
		v = _mm_or_si128(_mm_and_si128(is_d, d),
				 _mm_and_si128(is_u, u));
		v = _mm_or_si128(_mm_and_si128(_mm_slli_epi16(v, 4),
					       _mm_set1_epi16(0xf0)),
				 _mm_srli_epi16(v, 8));
		_mm_storel_epi64((__m128i *)(out + i), _mm_packus_epi16(v, v));
	}
	return i;
}
#else
static size_t put_wide(char *out, struct pl_span in)
{
	(void)out;
	(void)in;
	return 0;
}

static size_t pairs_wide(uint8_t *out, size_t n, const char *t)
{
	(void)out;
	(void)n;
	(void)t;
	return 0;
}
#endif

void pl_hex_put(char *out, struct pl_span in)
{
	size_t i = put_wide(out, in);

	for (out += 2 * i; i < in.n; i++) {
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
	for (size_t i = pairs_wide(out, n, t); i < n; i++) {
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
