/* Every bar of a stored token and what each address got and gave, exactly and
 * line by line: for comparing stores.  store_sums STORE TOKEN */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "store/sums.h"

static struct pl_arena *a;

static void amount(const char *name, const struct pl_u256 *v)
{
	char text[PL_U256_DEC];

	pl_u256_dec(text, v);
	printf(" %s=%s", name, text);
}

static void place(const char *name, const struct pl_block_at *at)
{
	printf("%s has=%u block=%" PRIu64 " time=%" PRId64 " trust=%d %s\n",
	       name, at->has, at->block, at->time, (int)at->trust,
	       pl_hex(a, pl_hash32_span(&at->hash)));
}

static void bars(struct pl_index *ix, const struct pl_index_query *q,
		 const struct pl_bar_rule *rule)
{
	struct pl_index_series s;
	struct pl_err e = { 0 };

	printf("# unit %d width %" PRIu64 " zero %d whole %d blocks %d-%d "
	       "times %d-%d\n",
	       (int)rule->unit, rule->width, rule->include_zero,
	       rule->whole_only, q->from_block_set, q->to_block_set,
	       q->from_time_set, q->to_time_set);
	if (pl_index_series(a, ix, &s, q, rule, &e)) {
		printf("%d %s | %s\n", (int)e.rc, e.msg, e.hint);
		return;
	}
	printf("rows %" PRIu64 " zero %" PRIu64 " no log %" PRIu64
	       " trust %d %s\n",
	       s.rows, s.zero_rows, s.no_log_index, (int)s.trust,
	       pl_hex(a, pl_hash32_span(&s.digest)));
	place("first", &s.first);
	place("last", &s.last);
	for (size_t i = 0; i < s.n; i++) {
		const struct pl_bar *b = &s.bar[i];

		printf("%" PRIu64 " n=%" PRIu64 " zeros=%" PRIu64
		       " active=%" PRIu64,
		       b->start, b->transfers, b->zeros, b->active);
		amount("volume", &b->volume);
		amount("minted", &b->minted);
		amount("burned", &b->burned);
		putchar('\n');
	}
}

static void rules(struct pl_index *ix, const struct pl_index_query *q)
{
	static const struct pl_bar_rule widths[] = {
		{ .unit = PL_BAR_BLOCKS, .width = 1 },
		{ .unit = PL_BAR_BLOCKS, .width = 7 },
		{ .unit = PL_BAR_BLOCKS, .width = 100000 },
		{ .unit = PL_BAR_SECONDS, .width = 400 },
		{ .unit = PL_BAR_SECONDS, .width = 3600 },
		{ .unit = PL_BAR_SECONDS, .width = 86400 },
	};

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		for (unsigned k = 0; k < 4; k++) {
			struct pl_bar_rule r = widths[i];

			r.include_zero = k & 1;
			r.whole_only = k & 2;
			bars(ix, q, &r);
		}
}

static int fail(const struct pl_err *e)
{
	(void)fprintf(stderr, "store_sums: %s\n", e->msg);
	return 1;
}

int main(int argc, char **argv)
{
	struct pl_token_id id = { .chain = 98866 };
	struct pl_index_token t;
	struct pl_index *ix;
	struct pl_err e = { 0 };

	if (argc < 3 ||
	    pl_hex_fixed(id.address.b, 20, argv[2], strlen(argv[2]), &e))
		return 2;
	a = pl_arena_open(0);
	if (pl_index_open(&ix, argv[1], PL_INDEX_READONLY, &e) ||
	    pl_index_token_get(a, ix, &t, &id, &e))
		return fail(&e);
	const struct pl_index_query queries[] = {
		{ .token = t.id },
		{ .token = t.id, .from_block_set = true, .from_block = 5 },
		{ .token = t.id,
		  .from_block_set = true,
		  .to_block_set = true,
		  .from_block = 3,
		  .to_block = 9 },
		{ .token = t.id,
		  .from_time_set = true,
		  .to_time_set = true,
		  .from_time = 1700000400,
		  .to_time = 1700003600 },
		{ .token = t.id, .to_block_set = true, .to_block = UINT64_MAX },
		{ .token = t.id,
		  .from_time_set = true,
		  .from_time = INT64_MAX },
	};
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		rules(ix, &queries[i]);
	pl_index_close(ix);
	pl_arena_close(a);
	return 0;
}
