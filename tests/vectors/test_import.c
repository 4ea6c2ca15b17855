/* Real exports into the index.  The counts were made with Python's csv, json
 * and decimal modules from the same files, not with plume. */
#include "check.h"

#include <unistd.h>

#include "crypto/addr.h"
#include "store/series.h"
#include "sync/import.h"

static struct pl_arena *a;
static struct pl_index *ix;
static char path[64];

static void begin(void)
{
	struct pl_err e = { 0 };
	int fd;

	memcpy(path, "/tmp/plume-import.XXXXXX", 25);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_ok(pl_index_open(&ix, path, PL_INDEX_CREATE, &e), &e);
}

static void end(void)
{
	pl_index_close(ix);
	for (size_t i = 0; i < 3; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };

		(void)unlink(pl_printf(a, "%s%s", path, ends[i]));
	}
}

static int setup(void **state)
{
	(void)state;
	a = pl_arena_open(0);
	begin();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	end();
	pl_arena_close(a);
	return 0;
}

#define PAXG "0x45804880de22913dafe09f4980848ece6ecbaf78"
#define CRO "0xa0b73e1ff0b80914ab6fe0444e65848c4c34450b"
#define USDC "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
#define USDT "0xdac17f958d2ee523a2206206994597c13d831ec7"
#define NONE -1

/* What a file holds, and what importing it must say. */
struct expect {
	const char *file, *token, *map, *where;
	int decimals;
	enum pl_units units;
	enum pl_dates dates;
	bool skip_bad;
	enum pl_import_format format;
	uint64_t tokens, rows, rejected, ignored, zero, no_log;
	uint64_t first, last; /* blocks */
	const char *sum;      /* of all values, raw; NULL: several tokens */
};

/* clang-format off */
static const struct expect files[] = {
	/* the whole file; every second row is a fee leg of value 0, about */
	{ .file = "rwa/paxg_transfers.csv", .decimals = NONE,
	  .format = PL_IMPORT_CSV,
	  .tokens = 1, .rows = 1370, .zero = 686, .first = 24768676,
	  .last = 24769242,
	  .sum = "1746705746516397603895" },
	{ .file = "rwa/paxg_logs_ethgetlogs_first400.json", .decimals = NONE,
	  .format = PL_IMPORT_LOGS, .tokens = 1, .rows = 400, .zero = 200,
	  .first = 24768676, .last = 24768787, .sum = NULL },
	/* 681 logs: 282 with three topics and Transfer's, 9 of ERC-721 */
	{ .file = "onchain/etl_17173049_17173050_logs.json", .decimals = NONE,
	  .format = PL_IMPORT_ETL, .tokens = 71, .rows = 282, .ignored = 399,
	  .zero = 3,
	  .first = 17173049, .last = 17173050 },
	/* ethereum-etl counts ERC-721's among the transfers: 282 + 9 */
	{ .file = "onchain/etl_17173049_17173050_token_transfers.json",
	  .decimals = NONE, .format = PL_IMPORT_ETL, .tokens = 76, .rows = 291,
	  .zero = 3,
	  .first = 17173049, .last = 17173050 },
	/* one token of it; its sum */
	{ .file = "onchain/etl_17173049_17173050_token_transfers.json",
	  .token = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
	  .decimals = NONE, .format = PL_IMPORT_ETL, .tokens = 1, .rows = 88,
	  .ignored = 203,
	  .first = 17173049, .last = 17173050, .sum = "83702901752690270189" },
	{ .file = "onchain/ethereum_2016_token_transfers.csv",
	  .dates = PL_DATES_MDY,
	  .decimals = NONE, .format = PL_IMPORT_ETL, .tokens = 30, .rows = 500,
	  .zero = 2,
	  .first = 2773281, .last = 2779323 },
	{ .file = "onchain/polygon_pos_bridge_erc20_transfers.csv.gz",
	  .decimals = NONE, .format = PL_IMPORT_CSV, .tokens = 231,
	  .rows = 10000, .zero = 8,
	  .no_log = 10000, .first = 12540857, .last = 12562187 },
	/* 23149 rows, 398 of them equal to another: all are kept.  32 values
	 * went through floating point ("1e-08", 14 places): refused. */
	{ .file = "onchain/cro_erc20_transfers.csv.gz", .token = CRO,
	  .decimals = 8,
	  .units = PL_UNITS_DECIMAL, .skip_bad = true, .format = PL_IMPORT_CSV,
	  .tokens = 1, .rows = 23117, .rejected = 32, .zero = 64,
	  .no_log = 23117,
	  .first = 21525890, .last = 21740778, .sum = NULL },
	/* no blocks; thousands separators; a column too many at the end */
	{ .file = "onchain/etherscan_export_address_token.csv", .token = USDC,
	  .decimals = 6, .format = PL_IMPORT_ETHERSCAN, .tokens = 1,
	  .rows = 471,
	  .ignored = 947, .no_log = 471, .sum = "38004242181977" },
	/* 974 rows, 10 of them "2e+05" and the like */
	{ .file = "onchain/erc20_labelled_transfers_2025-01-27.csv.gz",
	  .token = USDT,
	  .where = "token=Tether USD(USDT)", .decimals = 6,
	  .units = PL_UNITS_DECIMAL,
	  .skip_bad = true, .format = PL_IMPORT_CSV, .tokens = 1, .rows = 964,
	  .rejected = 10,
	  .ignored = 4026, .no_log = 964, .first = 0, .last = 0, .sum = NULL },
};

/* No transfers of a token, or none that can be read exactly. */
static const struct { const char *file, *says; enum pl_rc rc; } others[] = {
	{ "onchain/dune_balances_ethereum_erc20_latest_entries.csv", "\"from\"",
	  PL_EFORMAT },
	{ "onchain/uniswap_v2_v3_swaps_2021.csv.gz", "\"value\"", PL_EFORMAT },
	{ "onchain/etl_17173049_17173050_blocks.json", "neither a log",
	  PL_EFORMAT },
	{ "onchain/nft_transfers_sample.csv", "line 2, column value",
	  PL_EFORMAT },
	{ "onchain/ethereum_2016_token_transfers.csv",
	  "month first or day first", PL_EFORMAT },
	{ "onchain/cro_erc20_transfers.csv.gz",
	  "line 2, column value, value \"313.75\"", PL_EFORMAT },
	{ "onchain/etherscan_export_address_token.csv",
	  "decimals are not known", PL_EUSAGE },
	{ "rwa/realt_rmm_v3_liquidations.csv", "\"from\"", PL_EFORMAT },
	{ "rwa/gold_silver_daily_1977_2012.csv", "\"from\"", PL_EFORMAT },
	{ "bench/cp10k.csv.gz", "\"from\"", PL_EFORMAT },
};
/* clang-format on */

static char *data(const char *file)
{
	return testdata(a, pl_printf(a, "analytics/%s", file));
}

static struct pl_import how_of(const struct expect *x)
{
	struct pl_import how = {
		.chain = 1,
		.map = x->map,
		.where = x->where,
		.units = x->units,
		.dates = x->dates,
		.skip_bad = x->skip_bad,
		.decimals_set = x->decimals != NONE,
		.decimals = (uint8_t)(x->decimals == NONE ? 0 : x->decimals),
		.token_set = x->token,
	};
	struct pl_err e = { 0 };

	if (x->token)
		assert_ok(pl_addr_parse(&how.token, x->token, &e), &e);
	return how;
}

static enum pl_rc add(void *ctx, const struct pl_transfer *t, struct pl_err *e)
{
	(void)e;
	assert_true(pl_u256_add(ctx, ctx, &t->value));
	return PL_OK;
}

static void sum_is(const struct pl_addr *token, const char *want)
{
	struct pl_token_id id = { 1, *token };
	struct pl_index_query q = { 0 };
	struct pl_u256 sum = { { 0 } };
	struct pl_index_token t;
	struct pl_err e = { 0 };
	char text[PL_U256_DEC];

	assert_ok(pl_index_token_get(a, ix, &t, &id, &e), &e);
	q.token = t.id;
	assert_ok(pl_index_each(ix, &q, add, &sum, &e), &e);
	pl_u256_dec(text, &sum);
	assert_string_equal(text, want);
}

static void one_file(const struct expect *x)
{
	struct pl_import how = how_of(x);
	struct pl_import_result r;
	struct pl_err e = { 0 };

	print_message("%s\n", x->file);
	assert_ok(pl_import_file(ix, &r, &how, data(x->file), &e), &e);
	assert_int_equal(r.format, x->format);
	assert_int_equal(r.tokens, x->tokens);
	assert_int_equal(r.rows, x->rows);
	assert_int_equal(r.added, x->rows);
	assert_int_equal(r.enriched + r.duplicates, 0);
	assert_int_equal(r.rejected, x->rejected);
	assert_int_equal(r.ignored, x->ignored);
	assert_int_equal(r.zero_value, x->zero);
	assert_int_equal(r.no_log_index, x->no_log);
	if (x->first) {
		assert_int_equal(r.first_block, x->first);
		assert_int_equal(r.last_block, x->last);
	}
	if (x->sum)
		sum_is(&r.token, x->sum);
	/* again: nothing new */
	assert_ok(pl_import_file(ix, &r, &how, data(x->file), &e), &e);
	assert_int_equal(r.added + r.enriched, 0);
	assert_int_equal(r.duplicates, x->rows);
}

static void every_export_is_read_exactly(void **state)
{
	(void)state;
	if (!data(""))
		skip();
	for (size_t i = 0; i < COUNT(files); i++) {
		one_file(&files[i]);
		end(); /* each into an index of its own */
		begin();
	}
}

static void what_is_no_export_is_refused(void **state)
{
	(void)state;
	if (!data(""))
		skip();
	for (size_t i = 0; i < COUNT(others); i++) {
		struct pl_import how = { .chain = 1 };
		struct pl_import_result r;
		struct pl_index_token *v;
		struct pl_err e = { 0 };
		size_t n;

		how.token_set = strstr(others[i].file, "cro_") ||
				strstr(others[i].file, "nft_");
		how.map = strstr(others[i].file, "nft_") ? "token=-" : NULL;
		assert_int_equal(
			pl_import_file(ix, &r, &how, data(others[i].file), &e),
			others[i].rc);
		print_message("%s\n", e.msg);
		assert_non_null(strstr(e.msg, others[i].says));
		assert_non_null(strstr(e.msg, others[i].file));
		assert_ok(pl_index_tokens(a, ix, &v, &n, &e), &e);
		assert_int_equal(n, 0); /* not even the token stays */
	}
}

/* The same transfers as logs, as ethereum-etl's rows and as a CSV of their
 * own count once. */
static void formats_agree(void **state)
{
	static const size_t pairs[][2] = { { 0, 1 }, { 3, 2 } };

	(void)state;
	if (!data(""))
		skip();
	for (size_t i = 0; i < COUNT(pairs); i++) {
		const struct expect *whole = &files[pairs[i][0]];
		const struct expect *part = &files[pairs[i][1]];
		struct pl_import how = how_of(whole);
		struct pl_import_result r;
		struct pl_err e = { 0 };

		assert_ok(pl_import_file(ix, &r, &how, data(whole->file), &e),
			  &e);
		how = how_of(part);
		assert_ok(pl_import_file(ix, &r, &how, data(part->file), &e),
			  &e);
		assert_int_equal(r.added, 0);
		assert_int_equal(r.duplicates, part->rows);
	}
}

/* 37 of CRO's rows go from an address to itself, 64 are of value 0, 398 equal
 * another row: bars keep them all, and the days of 2025 are there. */
static void series_of_a_real_token(void **state)
{
	struct pl_import how = how_of(&files[7]);
	struct pl_bar_rule rule = { .include_zero = true };
	struct pl_index_query q = { 0 };
	struct pl_index_token t;
	struct pl_index_series s;
	struct pl_import_result r;
	struct pl_err e = { 0 };
	struct pl_token_id id = { .chain = 1 };
	uint64_t sum = 0;

	(void)state;
	if (!data(""))
		skip();
	assert_ok(pl_import_file(ix, &r, &how, data(files[7].file), &e), &e);
	id.address = r.token;
	assert_ok(pl_index_token_get(a, ix, &t, &id, &e), &e);
	q.token = t.id;
	assert_ok(pl_bar_parse(&rule, "day", &e), &e);
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.rows, 23117);
	assert_int_equal(s.zero_rows, 64);
	assert_int_equal(s.n, 31); /* 2024-12-31 to 2025-01-30 */
	for (size_t i = 0; i < s.n; i++)
		sum += s.bar[i].transfers;
	assert_int_equal(sum, 23117);
	assert_int_equal(s.first.block, 21525890);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_export_is_read_exactly),
		T(what_is_no_export_is_refused),
		T(formats_agree),
		T(series_of_a_real_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
