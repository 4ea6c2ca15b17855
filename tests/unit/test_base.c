/* base/: exact integers and amounts, text of numbers and times, files. */
#include "check.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/num.h"
#include "base/secret.h"
#include "base/time.h"
#include "base/types.h"

static struct pl_arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = pl_arena_open(0);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	pl_arena_close(arena);
	return 0;
}

/* A counter-based generator: the same numbers in every run. */
static uint64_t splitmix(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Values of all sizes, with runs of ones and zeros, where carries hide. */
static struct pl_u256 random_u256(uint64_t *s)
{
	unsigned bits = (unsigned)(splitmix(s) % 257);
	struct pl_u256 v;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t w = splitmix(s), kind = splitmix(s) % 4;

		if (kind == 0)
			w = 0;
		else if (kind == 1)
			w = UINT64_MAX;
		if (bits <= 64 * i)
			w = 0;
		else if (bits < 64 * i + 64)
			w &= ((uint64_t)1 << (bits - 64 * i)) - 1;
		v.w[i] = w;
	}
	return v;
}

static struct pl_u256 u(const char *text)
{
	struct pl_u256 v;
	struct pl_err e;

	assert_ok(pl_u256_parse(&v, text, strlen(text), &e), &e);
	return v;
}

static void assert_u256(const struct pl_u256 *got, const char *want)
{
	char text[PL_U256_DEC];

	pl_u256_dec(text, got);
	assert_string_equal(text, want);
}

#define MAX_DEC                                                                \
	"1157920892373161954235709850086879078532699846656405640394575840079"  \
	"13129639935"
#define MAX_HEX                                                                \
	"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* Results by bc and Python; NULL: does not fit. */
static const struct {
	const char *a, *b, *sum, *diff, *product, *quotient, *rest;
} arith[] = {
	{ "0", "0", "0", "0", "0", NULL, NULL },
	{ "1", "2", "3", NULL, "2", "0", "1" },
	{ MAX_DEC, "0", MAX_DEC, MAX_DEC, "0", NULL, NULL },
	{ MAX_DEC, "1", NULL,
	  "1157920892373161954235709850086879078532"
	  "69984665640564039457584007913129639934",
	  MAX_DEC, MAX_DEC, "0" },
	{ MAX_DEC, MAX_DEC, NULL, "0", NULL, "1", "0" },
	{ "18446744073709551616", "18446744073709551615",
	  "36893488147419103231", "1",
	  "340282366920938463444927863358058659840", "1", "1" },
	{ "340282366920938463463374607431768211456",
	  "340282366920938463463374607431768211455",
	  "680564733841876926926749214863536422911", "1",
	  "1157920892373161954235709850086879078529"
	  "29702298719625575994209400481361428480",
	  "1", "1" },
	{ "340282366920938463463374607431768211456",
	  "340282366920938463463374607431768211456",
	  "680564733841876926926749214863536422912", "0", NULL, "1", "0" },
	{ "123456789012345678901234567890123456789012345678901234567890",
	  "987654321098765432109876543210",
	  "123456789012345678901234567891111111110111111111011111111100",
	  "123456789012345678901234567889135802467913580246791358024680", NULL,
	  "124999998860937500014238281249", "935329860093532986009353298600" },
};

static void u256_against_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(arith); i++) {
		struct pl_u256 a = u(arith[i].a), b = u(arith[i].b), r, rest;
		bool fits = pl_u256_add(&r, &a, &b);

		assert_int_equal(fits, !!arith[i].sum);
		if (fits)
			assert_u256(&r, arith[i].sum);
		fits = pl_u256_sub(&r, &a, &b);
		assert_int_equal(fits, !!arith[i].diff);
		if (fits)
			assert_u256(&r, arith[i].diff);
		fits = pl_u256_mul(&r, &a, &b);
		assert_int_equal(fits, !!arith[i].product);
		if (fits)
			assert_u256(&r, arith[i].product);
		fits = pl_u256_divmod(&r, &rest, &a, &b);
		assert_int_equal(fits, !!arith[i].quotient);
		if (fits) {
			assert_u256(&r, arith[i].quotient);
			assert_u256(&rest, arith[i].rest);
		}
	}
}

static void overflow_leaves_the_result_alone(void **state)
{
	struct pl_u256 max = u(MAX_HEX), one = pl_u256_of(1), zero = { { 0 } },
		       r = pl_u256_of(42);

	(void)state;
	assert_false(pl_u256_add(&r, &max, &one));
	assert_false(pl_u256_sub(&r, &zero, &one));
	assert_false(pl_u256_mul(&r, &max, &max));
	assert_false(pl_u256_mul64(&r, &max, 2));
	assert_false(pl_u256_divmod(&r, &r, &max, &zero));
	assert_u256(&r, "42");
}

/* a + b - b = a, (a·b)/b = a, a = q·b + r with r < b, text and bytes there
 * and back. */
static void u256_laws(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct pl_u256 a = random_u256(&seed), b = random_u256(&seed);
		struct pl_u256 s, t, q, r;
		uint8_t be[32];
		char text[PL_U256_DEC];

		if (pl_u256_add(&s, &a, &b)) {
			assert_true(pl_u256_sub(&t, &s, &b));
			assert_int_equal(pl_u256_cmp(&t, &a), 0);
			assert_true(pl_u256_cmp(&s, &a) >= 0);
		} else { /* then the complement of a is less than b */
			for (int k = 0; k < 4; k++)
				t.w[k] = ~a.w[k];
			assert_true(pl_u256_cmp(&t, &b) < 0);
		}
		if (pl_u256_mul(&s, &a, &b) && !pl_u256_is_zero(&b)) {
			assert_true(pl_u256_divmod(&q, &r, &s, &b));
			assert_int_equal(pl_u256_cmp(&q, &a), 0);
			assert_true(pl_u256_is_zero(&r));
		} else if (!pl_u256_is_zero(&b)) {
			assert_true(pl_u256_bits(&a) + pl_u256_bits(&b) > 256);
		}
		if (pl_u256_divmod(&q, &r, &a, &b)) {
			assert_true(pl_u256_cmp(&r, &b) < 0);
			assert_true(pl_u256_mul(&t, &q, &b));
			assert_true(pl_u256_add(&t, &t, &r));
			assert_int_equal(pl_u256_cmp(&t, &a), 0);
		}
		pl_u256_to_be(be, &a);
		t = pl_u256_from_be32(be);
		assert_int_equal(pl_u256_cmp(&t, &a), 0);
		pl_u256_dec(text, &a);
		t = u(text);
		assert_int_equal(pl_u256_cmp(&t, &a), 0);
	}
}

static void u256_small_factor_agrees_with_large(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct pl_u256 a = random_u256(&seed), x, y, q, r;
		uint64_t m = splitmix(&seed) >> splitmix(&seed) % 64;
		struct pl_u256 big = pl_u256_of(m);
		bool one = pl_u256_mul64(&x, &a, m);

		assert_int_equal(one, pl_u256_mul(&y, &a, &big));
		if (one)
			assert_int_equal(pl_u256_cmp(&x, &y), 0);
		if (!m)
			continue;
		assert_true(pl_u256_divmod(&q, &r, &a, &big));
		x = a;
		assert_int_equal(pl_u256_div64(&x, m), r.w[0]);
		assert_int_equal(pl_u256_cmp(&x, &q), 0);
	}
}

static void u256_refuses_what_is_no_number(void **state)
{
	static const char *const bad[] = {
		"",
		"0x",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1.0",
		"1e3",
		"0xg",
		"x",
		"115792089237316195423570985008687907853269984665640564039457"
		"584007913129639936",
		"0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"ffffff",
	};
	struct pl_u256 v = pl_u256_of(42);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(pl_u256_parse(&v, bad[i], strlen(bad[i]), &e),
				 PL_EFORMAT);
	assert_u256(&v, "42");
	v = u(MAX_HEX);
	assert_u256(&v, MAX_DEC);
	assert_int_equal(pl_u256_bits(&v), 256);
}

static void u256_to_double_rounds_to_nearest(void **state)
{
	static const struct {
		const char *text;
		double want;
	} cases[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "9007199254740993", 9007199254740992.0 }, /* tie: to even */
		{ "9007199254740995", 9007199254740996.0 }, /* tie: to even */
		{ "9007199254740994", 9007199254740994.0 },
		{ "18446744073709551615", 0x1p64 },
		{ "0x1000000000000080000000000000000000", 0x1p132 }, /* tie */
		{ "0x1000000000000080000000000000000001",
		  0x1.0000000000001p132 },
		{ MAX_HEX, 0x1p256 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_u256 v = u(cases[i].text);

		if (pl_u256_double(&v) != cases[i].want)
			print_error("%s\n", cases[i].text);
		assert_true(pl_u256_double(&v) == cases[i].want);
	}
}

/* ------------------------------------------------------------- amounts */

static const struct {
	const char *in;
	uint8_t decimals;
	const char *raw, *out; /* raw NULL: refused */
} amounts[] = {
	{ "0", 18, "0", "0" },
	{ "1", 0, "1", "1" },
	{ "1", 18, "1000000000000000000", "1" },
	{ "12.5", 18, "12500000000000000000", "12.5" },
	{ "12.50", 1, "125", "12.5" },
	{ "0.000001", 6, "1", "0.000001" },
	{ "0.10", 2, "10", "0.1" },
	{ "007", 2, "700", "7" },
	{ "1.000", 0, "1", "1" },
	{ MAX_DEC, 0, MAX_DEC, MAX_DEC },
	{ "0.1", 255, NULL, NULL }, /* 10^254 is over 2^256 */
	{ MAX_DEC, 1, NULL, NULL },
	{ "0.0000001", 6, NULL, NULL },
	{ "", 18, NULL, NULL },
	{ ".5", 18, NULL, NULL },
	{ "5.", 18, NULL, NULL },
	{ "-1", 18, NULL, NULL },
	{ "+1", 18, NULL, NULL },
	{ "1e3", 18, NULL, NULL },
	{ "1,5", 18, NULL, NULL },
	{ "1 ", 18, NULL, NULL },
	{ "0x10", 18, NULL, NULL },
	{ "1.2.3", 18, NULL, NULL },
};

static void amounts_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(amounts); i++) {
		struct pl_amount v;
		struct pl_err e;
		enum pl_rc rc = pl_amount_parse(&v, amounts[i].in,
						amounts[i].decimals, &e);

		if (rc != (amounts[i].raw ? PL_OK : PL_EFORMAT))
			print_error("row %zu\n", i);
		assert_int_equal(rc, amounts[i].raw ? PL_OK : PL_EFORMAT);
		if (rc)
			continue;
		assert_u256(&v.raw, amounts[i].raw);
		assert_string_equal(pl_amount_text(arena, &v), amounts[i].out);
	}
}

static void amounts_there_and_back(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct pl_amount a = { random_u256(&seed),
				       (uint8_t)splitmix(&seed) },
				 b;
		struct pl_err e;

		assert_ok(pl_amount_parse(&b, pl_amount_text(arena, &a),
					  a.decimals, &e),
			  &e);
		assert_int_equal(pl_u256_cmp(&a.raw, &b.raw), 0);
		if (i % 256 == 0)
			pl_arena_reset(arena);
	}
}

static void amount_to_double(void **state)
{
	struct pl_amount a = { u("12500000000000000000"), 18 };
	struct pl_amount tenth = { u("100000000000000000"), 18 };

	(void)state;
	assert_true(pl_amount_double(&a) == 12.5);
	assert_true(pl_amount_double(&tenth) == 0.1);
}

/* ------------------------------------------------------------- numbers */

static void doubles_print_as_ecmascript(void **state)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 1, "1" },
		{ -1.5, "-1.5" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e21, "1e+21" },
		{ 1e20, "100000000000000000000" },
		{ 1e-6, "0.000001" },
		{ 1e-7, "1e-7" },
		{ 1.5e-7, "1.5e-7" },
		{ 123456789012345680000.0, "123456789012345680000" },
		{ 5e-324, "5e-324" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ 9007199254740993.0, "9007199254740992" },
		{ 2.2250738585072014e-308, "2.2250738585072014e-308" },
		{ 4.35, "4.35" },
		{ 0.3, "0.3" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ (double)NAN, "NaN" },
		{ (double)INFINITY, "Infinity" },
	};
	char text[PL_NUM_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		pl_double_text(text, cases[i].x);
		assert_string_equal(text, cases[i].text);
	}
}

static void doubles_read_back_the_same(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = splitmix(&seed);
		char text[PL_NUM_TEXT];
		struct pl_err e;
		double x, y;

		memcpy(&x, &bits, sizeof(x));
		if (!isfinite(x))
			continue;
		pl_double_text(text, x);
		assert_ok(pl_double_parse(&y, text, strlen(text), &e), &e);
		assert_memory_equal(&x, &y, sizeof(x));
	}
}

static void doubles_refuse_what_is_no_number(void **state)
{
	static const char *const bad[] = { "",      ".",     "e5",  "1e",
					   "1e+",   "0x10",  "inf", "nan",
					   " 1",    "1 ",    "1,5", "--1",
					   "1e999", "1.2.3", "1_0" };
	static const char *const good[] = { "1",  "-1.5e-3", ".5",
					    "+2", "5.",      "0e0" };
	struct pl_err e;
	double x = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(
			pl_double_parse(&x, bad[i], strlen(bad[i]), &e),
			PL_EFORMAT);
	assert_true(x == 42);
	for (size_t i = 0; i < COUNT(good); i++)
		assert_ok(pl_double_parse(&x, good[i], strlen(good[i]), &e),
			  &e);
}

/* ------------------------------------------------------------- times */

static void times_follow_the_table(void **state)
{
	static const struct {
		const char *in;
		int64_t t;
		bool bad;
	} cases[] = {
		{ "1970-01-01", 0, false },
		{ "1970-01-01T00:00:00Z", 0, false },
		{ "1969-12-31T23:59:59Z", -1, false },
		{ "2000-02-29", 951782400, false },
		{ "2100-03-01", 4107542400, false },
		{ "2026-01-31T23:59:59Z", 1769903999, false },
		{ "2026-01-31 23:59:59", 1769903999, false },
		{ "2026-01-31 23:59 UTC", 1769903940, false },
		{ "2026-02-01T01:59:59+02:00", 1769903999, false },
		{ "2026-01-31T18:29:59.123-05:30", 1769903999, false },
		{ "2026/01/31", 1769817600, false },
		{ "1769903999", 1769903999, false },
		{ "1769903999123", 1769903999, false },
		{ "0", 0, false },
		{ "2100-02-29", 0, true },
		{ "2026-13-01", 0, true },
		{ "2026-00-01", 0, true },
		{ "2026-01-32", 0, true },
		{ "2026-1-1", 0, true },
		{ "2026-01-31T24:00:00Z", 0, true },
		{ "2026-01-31T23:60:00Z", 0, true },
		{ "2026-01/31", 0, true },
		{ "", 0, true },
		{ "yesterday", 0, true },
		{ "2026-01-31T23:59:59Zx", 0, true },
		{ "-5", 0, true },
		{ "2026-01-31T23:59:59+24:00", 0, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t t = 42;
		struct pl_err e;
		enum pl_rc rc =
			pl_time_parse(&t, cases[i].in, strlen(cases[i].in), &e);

		if (rc != (cases[i].bad ? PL_EFORMAT : PL_OK))
			print_error("%s\n", cases[i].in);
		assert_int_equal(rc, cases[i].bad ? PL_EFORMAT : PL_OK);
		assert_true(t == (cases[i].bad ? 42 : cases[i].t));
	}
}

static void times_there_and_back(void **state)
{
	(void)state;
	/* every 100003 seconds of four centuries from 1800 on */
	for (int64_t t = -5364662400; t < 7258118400; t += 100003) {
		char text[PL_TIME_TEXT];
		struct pl_err e;
		int64_t back;

		pl_time_text(text, t);
		assert_ok(pl_time_parse(&back, text, strlen(text), &e), &e);
		assert_true(back == t);
	}
}

/* ------------------------------------------------------------- hex */

static void hex_follows_the_table(void **state)
{
	static const struct {
		const char *in;
		enum pl_rc rc;
	} cases[] = {
		{ "0x", PL_OK },        { "0x00ff", PL_OK },
		{ "0xAbCd", PL_OK },    { "00ff", PL_EFORMAT },
		{ "0x0", PL_EFORMAT },  { "0x0g", PL_EFORMAT },
		{ "0x 0", PL_EFORMAT }, { "", PL_EFORMAT },
		{ "0x0:", PL_EFORMAT }, { "0x0/", PL_EFORMAT },
		{ "0x@0", PL_EFORMAT },
	};
	uint8_t fixed[2] = { 1, 2 };
	struct pl_span s;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(pl_hex_bytes(arena, &s, cases[i].in,
					      strlen(cases[i].in), &e),
				 cases[i].rc);
	assert_int_equal(pl_hex_fixed(fixed, 2, "0x0a0", 5, &e), PL_EFORMAT);
	assert_int_equal(pl_hex_fixed(fixed, 2, "0a0z", 4, &e), PL_EFORMAT);
	assert_int_equal(fixed[0], 1);
	assert_ok(pl_hex_fixed(fixed, 2, "0A0b", 4, &e), &e);
	assert_hex_equal((struct pl_span){ fixed, 2 }, "0a0b");
}

/* Every length around the width of the wide loops, against printf; and every
 * byte that is no digit, at every place, is found there. */
static void hex_is_the_same_at_any_width(void **state)
{
	uint8_t in[48], back[48];
	char text[2 * sizeof(in) + 1], want[2 * sizeof(in) + 1], words[64];
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 151 + 7);
	for (size_t n = 0; n <= sizeof(in); n++) {
		want[0] = 0;
		for (size_t i = 0; i < n; i++)
			(void)snprintf(want + 2 * i, 3, "%02x", in[i]);
		pl_hex_put(text, (struct pl_span){ in, n });
		assert_string_equal(text, want);
		assert_ok(pl_hex_fixed(back, n, text, 2 * n, &e), &e);
		assert_memory_equal(back, in, n);
		for (size_t i = 0; i < 2 * n; i++)
			text[i] =
				(char)(text[i] >= 'a' ? text[i] - 32 : text[i]);
		assert_ok(pl_hex_fixed(back, n, text, 2 * n, &e), &e);
		assert_memory_equal(back, in, n);
	}
	for (size_t at = 0; at < 2 * sizeof(in); at++)
		for (int c = 0; c < 256; c++) {
			char was = text[at];

			text[at] = (char)c;
			(void)snprintf(words, sizeof(words),
				       "hex: character %zu is no digit", at);
			if (c && strchr("0123456789abcdefABCDEF", c)) {
				assert_ok(pl_hex_fixed(back, sizeof(in), text,
						       2 * sizeof(in), &e),
					  &e);
			} else if (at >= 2) {
				assert_int_equal(
					pl_hex_fixed(back, sizeof(in), text,
						     2 * sizeof(in), &e),
					PL_EFORMAT);
				assert_string_equal(e.msg, words);
			}
			text[at] = was;
		}
}

/* ------------------------------------------------------------- memory */

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	size_t used;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n < 300; n++) {
			uint8_t *p = pl_alloc(a, n * 37);

			assert_int_equal((uintptr_t)p % _Alignof(max_align_t),
					 0);
			for (size_t i = 0; i < n * 37; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, n * 37);
		}
		used = pl_arena_used(a);
		assert_true(used >= 37 * 299 * 150);
		pl_arena_reset(a);
		assert_int_equal(pl_arena_used(a), 0);
	}
	pl_arena_close(a);
	pl_arena_close(NULL);
}

static void realloc_keeps_what_was_there(void **state)
{
	char *p = pl_strdup(arena, "abc"), *q, *r;

	(void)state;
	q = pl_realloc(arena, p, 4, 1000);
	assert_string_equal(q, "abc");
	(void)pl_alloc(arena, 1);
	r = pl_realloc(arena, q, 1000, 100000);
	assert_string_equal(r, "abc");
	assert_ptr_equal(pl_realloc(arena, r, 100000, 10), r);
	assert_non_null(pl_realloc(arena, NULL, 0, 10));
}

static void a_list_grows_beside_another(void **state)
{
	size_t *v = NULL, *w = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		v = pl_grow(arena, v, i, sizeof(*v));
		v[i] = i;
		w = pl_grow(arena, w, i, sizeof(*w));
		w[i] = ~i;
	}
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(v[i], i);
		assert_int_equal(w[i], ~i);
	}
}

static void buffers_grow_and_end_with_zero(void **state)
{
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, arena);
	assert_string_equal(pl_buf_cstr(&b), "");
	for (int i = 0; i < 1000; i++)
		pl_buf_fmt(&b, "%d,", i);
	assert_int_equal(b.n, 10 * 2 + 90 * 3 + 900 * 4);
	assert_int_equal(b.p[b.n], 0);
	assert_memory_equal(pl_buf_cstr(&b), "0,1,2,", 6);
	pl_buf_reset(&b);
	assert_string_equal(pl_buf_cstr(&b), "");
}

static void secrets_are_wiped_and_compared(void **state)
{
	uint8_t *p = pl_secret_open(100), x[4] = { 1, 2, 3, 4 },
		y[4] = { 1, 2, 3, 5 };

	(void)state;
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	pl_secret_close(p, 100);
	pl_secret_close(NULL, 0);
	assert_false(pl_ct_equal(x, y, 4));
	assert_true(pl_ct_equal(x, y, 3));
	pl_wipe(x, 4);
	assert_int_equal(x[0] | x[1] | x[2] | x[3], 0);
}

/* ------------------------------------------------------------- errors */

static void errors_keep_kind_and_gain_context(void **state)
{
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_fail(&e, PL_EPROOF, "root %d", 7), PL_EPROOF);
	assert_int_equal(pl_note(&e, "block %d", 3), PL_EPROOF);
	assert_int_equal(pl_hint(&e, "try %s", "again"), PL_EPROOF);
	assert_string_equal(e.msg, "block 3: root 7");
	assert_string_equal(e.hint, "try again");
	assert_int_equal(pl_fail(&e, PL_ENET, "x"), PL_ENET);
	assert_string_equal(e.hint, "");
}

static void long_errors_are_cut_not_overrun(void **state)
{
	char text[2000];
	struct pl_err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)pl_fail(&e, PL_EIO, "%s", text);
	for (int i = 0; i < 10; i++)
		(void)pl_note(&e, "%s", text);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
	(void)pl_hint(&e, "%s", text);
	assert_int_equal(strlen(e.hint), sizeof(e.hint) - 1);
}

static void every_kind_has_its_documented_status(void **state)
{
	static const int want[] = { 0, 2, 5, 3, 4, 4, 1, 1, 6, 7, 5, 8, 4, 70 };

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(pl_rc_exit((enum pl_rc)(-(int)i)), want[i]);
		assert_true(*pl_rc_name((enum pl_rc)(-(int)i)));
	}
}

static void trust_is_the_weakest(void **state)
{
	enum pl_trust t;
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_trust_weaker(PL_PROVEN, PL_LOCAL), PL_LOCAL);
	assert_int_equal(pl_trust_weaker(PL_CLAIMED, PL_SIGNED), PL_CLAIMED);
	assert_ok(pl_trust_parse(&t, "signed", &e), &e);
	assert_int_equal(t, PL_SIGNED);
	assert_int_equal(pl_trust_parse(&t, "Proven", &e), PL_EFORMAT);
}

/* ------------------------------------------------------------- files */

static char folder[64];

static char *in(const char *name)
{
	return pl_printf(arena, "%s/%s", folder, name);
}

static int make_folder(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(folder, sizeof(folder), "%s/plume-test-XXXXXX",
		       tmp && strlen(tmp) < 30 ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	return open_arena(state);
}

static int drop_folder(void **state)
{
	char **names;
	struct pl_err e;
	size_t n;

	if (!pl_dir_list(arena, &names, &n, folder, &e))
		for (size_t i = 0; i < n; i++)
			if (unlink(in(names[i])))
				(void)rmdir(in(names[i]));
	(void)rmdir(folder);
	return close_arena(state);
}

static void files_are_written_whole(void **state)
{
	struct pl_span s = pl_span_str("one"), t;
	struct pl_err e;
	struct stat st;
	char **names;
	size_t n;

	(void)state;
	assert_ok(pl_file_write(in("f"), s, 0600, &e), &e);
	assert_int_equal(stat(in("f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_ok(pl_file_write(in("f"), pl_span_str("two"), 0644, &e), &e);
	assert_ok(pl_file_read(arena, &t, in("f"), 3, &e), &e);
	assert_true(pl_span_is(t, "two"));
	assert_int_equal(t.p[t.n], 0);
	assert_int_equal(pl_file_create(in("f"), s, 0644, &e), PL_EUSAGE);
	assert_ok(pl_file_read(arena, &t, in("f"), 3, &e), &e);
	assert_true(pl_span_is(t, "two"));
	/* nothing is left beside it */
	assert_ok(pl_dir_list(arena, &names, &n, folder, &e), &e);
	assert_int_equal(n, 1);
}

static void a_failed_write_keeps_the_old_file(void **state)
{
	struct pl_span t;
	struct pl_err e;

	(void)state;
	assert_ok(pl_file_write(in("f"), pl_span_str("old"), 0644, &e), &e);
	assert_int_equal(
		pl_file_write(in("f/below"), t = pl_span_str("x"), 0644, &e),
		PL_EIO);
	assert_int_equal(pl_file_write(in("none/f"), t, 0644, &e),
			 PL_ENOTFOUND);
	assert_ok(pl_file_read(arena, &t, in("f"), 100, &e), &e);
	assert_true(pl_span_is(t, "old"));
}

static void reading_has_limits(void **state)
{
	struct pl_span t;
	struct pl_err e;

	(void)state;
	assert_ok(pl_file_write(in("f"), pl_span_str("four"), 0644, &e), &e);
	assert_int_equal(pl_file_read(arena, &t, in("f"), 3, &e), PL_ELIMIT);
	assert_non_null(strstr(e.msg, in("f")));
	assert_ok(pl_file_read(arena, &t, in("f"), 4, &e), &e);
	assert_int_equal(pl_file_read(arena, &t, in("g"), 4, &e), PL_ENOTFOUND);
	assert_int_equal(pl_file_read(arena, &t, folder, 4, &e), PL_EUSAGE);
	assert_int_equal(pl_file_read(arena, &t, "/dev/zero", 4, &e),
			 PL_ELIMIT);
}

static void folders_are_made_and_listed(void **state)
{
	static const char *const want[] = { "a", "b", "c" };
	struct pl_err e;
	char **names;
	size_t n;

	(void)state;
	assert_ok(pl_dir_make(in("b"), 0755, &e), &e);
	assert_ok(pl_dir_make(in("b"), 0755, &e), &e);
	assert_ok(pl_file_write(in("c"), pl_span_str(""), 0644, &e), &e);
	assert_ok(pl_file_write(in("a"), pl_span_str(""), 0644, &e), &e);
	assert_ok(pl_dir_list(arena, &names, &n, folder, &e), &e);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(names[i], want[i]);
	assert_null(names[n]);
	assert_int_equal(pl_dir_make(in("c"), 0755, &e), PL_EIO);
	assert_int_equal(pl_dir_list(arena, &names, &n, in("x"), &e),
			 PL_ENOTFOUND);
}

#define WITH_ARENA(f)                                                          \
	cmocka_unit_test_setup_teardown(f, open_arena, close_arena)
#define WITH_FOLDER(f)                                                         \
	cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u256_against_others),
		cmocka_unit_test(overflow_leaves_the_result_alone),
		cmocka_unit_test(u256_laws),
		cmocka_unit_test(u256_small_factor_agrees_with_large),
		cmocka_unit_test(u256_refuses_what_is_no_number),
		cmocka_unit_test(u256_to_double_rounds_to_nearest),
		WITH_ARENA(amounts_follow_the_table),
		WITH_ARENA(amounts_there_and_back),
		cmocka_unit_test(amount_to_double),
		cmocka_unit_test(doubles_print_as_ecmascript),
		cmocka_unit_test(doubles_read_back_the_same),
		cmocka_unit_test(doubles_refuse_what_is_no_number),
		cmocka_unit_test(times_follow_the_table),
		cmocka_unit_test(times_there_and_back),
		WITH_ARENA(hex_follows_the_table),
		cmocka_unit_test(hex_is_the_same_at_any_width),
		cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
		WITH_ARENA(realloc_keeps_what_was_there),
		WITH_ARENA(a_list_grows_beside_another),
		WITH_ARENA(buffers_grow_and_end_with_zero),
		cmocka_unit_test(secrets_are_wiped_and_compared),
		cmocka_unit_test(errors_keep_kind_and_gain_context),
		cmocka_unit_test(long_errors_are_cut_not_overrun),
		cmocka_unit_test(every_kind_has_its_documented_status),
		cmocka_unit_test(trust_is_the_weakest),
		WITH_FOLDER(files_are_written_whole),
		WITH_FOLDER(a_failed_write_keeps_the_old_file),
		WITH_FOLDER(reading_has_limits),
		WITH_FOLDER(folders_are_made_and_listed),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
