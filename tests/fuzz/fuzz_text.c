/* Numbers, amounts, integers, addresses and times as people write them: what
 * is read is printed, and the print reads as the same value. */
#include <stdlib.h>

#include "base/num.h"
#include "base/time.h"
#include "base/types.h"
#include "crypto/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void number(const char *s, size_t n)
{
	char text[PL_NUM_TEXT];
	struct pl_err e;
	double x, y;

	if (pl_double_parse(&x, s, n, &e))
		return;
	pl_double_text(text, x);
	need(!pl_double_parse(&y, text, strlen(text), &e));
	need(!memcmp(&x, &y, sizeof(x)) || (x == 0 && y == 0));
}

static void integer(const char *s, size_t n)
{
	char text[PL_U256_DEC];
	struct pl_u256 x, y;
	struct pl_err e;

	if (pl_u256_parse(&x, s, n, &e))
		return;
	pl_u256_dec(text, &x);
	need(!pl_u256_parse(&y, text, strlen(text), &e));
	need(!pl_u256_cmp(&x, &y));
}

static void amount(struct pl_arena *a, const char *s, uint8_t decimals)
{
	struct pl_amount x, y;
	struct pl_err e;

	if (pl_amount_parse(&x, s, decimals, &e))
		return;
	need(!pl_amount_parse(&y, pl_amount_text(a, &x), decimals, &e));
	need(!pl_u256_cmp(&x.raw, &y.raw) && x.decimals == y.decimals);
	need(pl_amount_double(&x) >= 0);
}

static void point_in_time(const char *s, size_t n)
{
	char text[PL_TIME_TEXT];
	struct pl_err e;
	int64_t x, y;

	if (pl_time_parse(&x, s, n, &e))
		return;
	pl_time_text(text, x);
	need(strlen(text) < sizeof(text));
	/* years of more than four digits are printed, and not read */
	if (!pl_time_parse(&y, text, strlen(text), &e))
		need(x == y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	const char *s;

	if (size) {
		s = pl_strndup(a, (const char *)data + 1, size - 1);
		number(s, size - 1);
		integer(s, size - 1);
		amount(a, s, data[0]);
		point_in_time(s, size - 1);
	}
	pl_arena_close(a);
	return 0;
}
