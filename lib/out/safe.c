/* UTF-8 for terminals: which characters may be shown and how wide they are.
 * No locale is asked: the tables below do for the scripts in use. */
#include <stdio.h>

#include "out/value.h"

size_t pl_out_utf8_next(const char *text, int32_t *cp)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *s = (const uint8_t *)text;
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf5 ? 4
				 : 0;
	int32_t v;

	*cp = -1;
	if (!s[0])
		return 0;
	if (!n)
		return 1;
	v = n == 1 ? s[0] : s[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < least[n] || (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
		return 1;
	*cp = v;
	return n;
}

struct range {
	int32_t from, to;
};

static bool within(const struct range *r, size_t n, int32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= r[i].from && c <= r[i].to)
			return true;
	return false;
}

/* Control characters, and those that turn the direction of what follows or
 * cannot be seen: a name must not look like another. */
static const struct range hidden[] = {
	{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },
	{ 0x61c, 0x61c },   { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xe0000, 0xe007f },
};

/* Combining marks: no column of their own. */
static const struct range marks[] = {
	{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },
	{ 0x610, 0x61a },   { 0x64b, 0x65f },   { 0x6d6, 0x6dc },
	{ 0x93c, 0x93c },   { 0x941, 0x948 },   { 0x94d, 0x94d },
	{ 0xe31, 0xe31 },   { 0xe34, 0xe3a },   { 0xe47, 0xe4e },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

/* East Asian Wide and Fullwidth, and emoji. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x23e9, 0x23ec },
	{ 0x2614, 0x2615 },   { 0x26a1, 0x26a1 },   { 0x2705, 0x2705 },
	{ 0x274c, 0x274c },   { 0x2753, 0x2755 },   { 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },   { 0x3400, 0x4dbf },   { 0x4e00, 0x9fff },
	{ 0xa000, 0xa4cf },   { 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },   { 0x16fe0, 0x18cff }, { 0x1b000, 0x1b2ff },
	{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
	{ 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

#define WITHIN(table, c) within(table, sizeof(table) / sizeof((table)[0]), c)

size_t pl_out_width(const char *s)
{
	size_t w = 0, n;
	int32_t cp;

	for (; (n = pl_out_utf8_next(s, &cp)); s += n) {
		if (cp >= 0x300 && WITHIN(marks, cp))
			continue;
		w += cp >= 0x1100 && WITHIN(wide, cp) ? 2 : 1;
	}
	return w;
}

char *pl_out_safe(struct pl_arena *a, const char *s)
{
	struct pl_buf b;
	size_t n;
	int32_t cp;

	pl_buf_init(&b, a);
	(void)pl_buf_room(&b, strlen(s));
	pl_buf_str(&b, ""); /* an end, should nothing follow */
	for (; (n = pl_out_utf8_next(s, &cp)); s += n) {
		if (cp >= 0 && !WITHIN(hidden, cp)) {
			pl_buf_put(&b,
				   (struct pl_span){ (const uint8_t *)s, n });
			continue;
		}
		for (size_t i = 0; i < n; i++)
			pl_buf_fmt(&b, "\\x%02x", (uint8_t)s[i]);
	}
	return pl_strdup(a, pl_buf_cstr(&b));
}
