/* Values of JSON compared as JSON Schema wants it. */
#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "codec/schema_impl.h"

static double num(const struct pl_json *v)
{
	double x = 0;
	struct pl_err e;

	(void)!pl_json_num(&x, v, &e);
	return x;
}

static int64_t integer(const struct pl_json *v)
{
	int64_t i = 0;
	struct pl_err e;

	(void)!pl_json_int(&i, v, &e);
	return i;
}

static bool is_number(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_INT || pl_json_type(v) == PL_J_REAL;
}

bool pl_json_is_whole(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_INT ||
	       (pl_json_type(v) == PL_J_REAL && trunc(num(v)) == num(v));
}

/* An int64 against a double, without rounding either. */
static int compare_mixed(int64_t i, double x)
{
	double whole = trunc(x);

	if (whole >= 0x1p63)
		return -1;
	if (whole < -0x1p63)
		return 1;
	if (i != (int64_t)whole)
		return i < (int64_t)whole ? -1 : 1;
	return x > whole ? -1 : x < whole;
}

int pl_json_compare_numbers(const struct pl_json *x, const struct pl_json *y)
{
	bool xi = pl_json_type(x) == PL_J_INT, yi = pl_json_type(y) == PL_J_INT;

	if (xi && yi)
		return integer(x) < integer(y) ? -1 : integer(x) > integer(y);
	if (xi)
		return compare_mixed(integer(x), num(y));
	if (yi)
		return -compare_mixed(integer(y), num(x));
	return num(x) < num(y) ? -1 : num(x) > num(y);
}

static bool equal_members(const struct pl_json *x, const struct pl_json *y,
			  size_t *cost)
{
	if (pl_json_len(x) != pl_json_len(y))
		return false;
	for (void *it = pl_json_iter(x); it; it = pl_json_next(x, it)) {
		const struct pl_json *other =
			pl_json_get(y, pl_json_iter_key(it));

		if (!other ||
		    !pl_json_equal(pl_json_iter_value(it), other, cost))
			return false;
	}
	return true;
}

/* Recursion is bounded by PL_MAX_JSON_DEPTH, which the reader enforces. */
bool pl_json_equal(const struct pl_json *x, const struct pl_json *y,
		   size_t *cost)
{
	++*cost;
	if (is_number(x) && is_number(y))
		return !pl_json_compare_numbers(x, y);
	if (pl_json_type(x) != pl_json_type(y))
		return false;
	switch (pl_json_type(x)) {
	case PL_J_BOOL:
		return pl_json_bool(x) == pl_json_bool(y);
	case PL_J_STR:
		*cost += pl_json_str_len(x) / 64;
		return pl_json_str_len(x) == pl_json_str_len(y) &&
		       !memcmp(pl_json_str(x), pl_json_str(y),
			       pl_json_str_len(x));
	case PL_J_ARRAY:
		if (pl_json_len(x) != pl_json_len(y))
			return false;
		for (size_t i = 0; i < pl_json_len(x); i++)
			if (!pl_json_equal(pl_json_at(x, i), pl_json_at(y, i),
					   cost))
				return false;
		return true;
	case PL_J_OBJECT:
		return equal_members(x, y, cost);
	case PL_J_NULL:
	case PL_J_INT:
	case PL_J_REAL:
		break;
	}
	return true;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h ^= x + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	h *= 0xff51afd7ed558ccdu;
	return h ^ h >> 32;
}

static uint64_t hash_bytes(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)s[i]) * 0x100000001b3u;
	return mix(h, n);
}

uint64_t pl_json_hash(const struct pl_json *v, size_t *cost)
{
	enum pl_json_type t = pl_json_type(v);
	uint64_t h = is_number(v) ? 99 : (uint64_t)t, bits, sum = 0;
	double x;

	++*cost;
	switch (t) {
	case PL_J_INT:
	case PL_J_REAL:
		x = num(v) + 0.0; /* -0 hashes as 0 */
		memcpy(&bits, &x, sizeof(bits));
		return mix(h, bits);
	case PL_J_BOOL:
		return mix(h, pl_json_bool(v));
	case PL_J_STR:
		*cost += pl_json_str_len(v) / 64;
		return hash_bytes(h, pl_json_str(v), pl_json_str_len(v));
	case PL_J_ARRAY:
		for (size_t i = 0; i < pl_json_len(v); i++)
			h = mix(h, pl_json_hash(pl_json_at(v, i), cost));
		return h;
	case PL_J_OBJECT: /* in any order */
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it)) {
			const char *key = pl_json_iter_key(it);

			sum += mix(hash_bytes(1, key, strlen(key)),
				   pl_json_hash(pl_json_iter_value(it), cost));
		}
		return mix(h, sum);
	case PL_J_NULL:
		break;
	}
	return h;
}

/* A number's digits and power of ten: 0.0075 is 75 and -4. */
static void decimal(uint64_t *digits, int *power, const struct pl_json *v)
{
	char text[PL_NUM_TEXT];
	const char *p = text;
	bool fraction = false;
	uint64_t d = 0;
	int exp = 0;

	if (pl_json_type(v) == PL_J_INT) {
		int64_t i = integer(v);

		*digits = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
		*power = 0;
		return;
	}
	pl_double_text(text, fabs(num(v)));
	for (; *p && *p != 'e'; p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		if (d >= UINT64_MAX / 10 - 1) /* only zeros are left */
			exp++;
		else
			d = 10 * d + (uint64_t)(*p - '0');
		exp -= fraction;
	}
	if (*p == 'e')
		exp += (int)strtol(p + 1, NULL, 10);
	*digits = d;
	*power = exp;
}

__extension__ typedef unsigned __int128 u128;

bool pl_json_is_multiple(const struct pl_json *x, const struct pl_json *m)
{
	uint64_t dx, dm, rest;
	int px, pm;

	decimal(&dx, &px, x);
	decimal(&dm, &pm, m);
	if (!dx)
		return true;
	if (!dm)
		return false;
	/* dx·10^px is a multiple of dm·10^pm */
	for (; pm > px; pm--) {
		if (dx % 10)
			return false;
		dx /= 10;
	}
	rest = dx % dm;
	for (; rest && px > pm; px--)
		rest = (uint64_t)((u128)rest * 10 % dm);
	return !rest;
}
