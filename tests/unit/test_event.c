/* Events read from logs: what a contract may write and what no rows come of,
 * events that users describe, and prices. */
#include "check.h"

#include <math.h>

#include "token/event.h"

#define ALL UINT64_MAX

struct room {
	struct pl_arena *a;
	const struct pl_event_book *book;
};

static int open_room(void **state)
{
	static struct room r;
	struct pl_err e;

	r.a = pl_arena_open(0);
	assert_ok(pl_event_book(r.a, &r.book, NULL, NULL, NULL, &e), &e);
	*state = &r;
	return 0;
}

static int close_room(void **state)
{
	struct room *r = *state;

	pl_arena_close(r->a);
	return 0;
}

struct log {
	struct pl_hash32 t[4];
	size_t n;
	struct pl_span data;
};

/* The topic of a signature, then words: numbers, or 0x… of any length. */
static struct log log_of(struct pl_arena *a, const char *sig, size_t topics,
			 const char *const *words)
{
	struct pl_abi_item it;
	struct log l = { .n = topics + 1 };
	struct pl_buf b;
	struct pl_err e;

	assert_ok(pl_abi_sig_parse(a, &it, sig, &e), &e);
	l.t[0] = it.hash;
	pl_buf_init(&b, a);
	for (size_t i = 0; words[i]; i++) {
		struct pl_u256 v;
		uint8_t be[32];

		assert_ok(pl_u256_parse(&v, words[i], strlen(words[i]), &e),
			  &e);
		pl_u256_to_be(be, &v);
		if (i < topics)
			memcpy(l.t[i + 1].b, be, 32);
		else
			pl_buf_put(&b, (struct pl_span){ be, 32 });
	}
	l.data = pl_buf_span(&b);
	return l;
}

#define LOG(a, sig, topics, ...)                                               \
	log_of(a, sig, topics, (const char *const[]){ __VA_ARGS__, NULL })

static enum pl_rc rows(struct room *r, struct pl_event **ev, size_t *n,
		       uint64_t kinds, const struct log *l, struct pl_err *e)
{
	return pl_event_read(r->a, ev, n, r->book, kinds, l->t, l->n, l->data,
			     e);
}

#define TRANSFER "event Transfer(address,address,uint256)"
#define BIG "0x8000000000000000000000000000000000000000000000000000000000000000"

static void forms_of_one_topic(void **state)
{
	struct room *r = *state;
	struct log l = LOG(r->a, TRANSFER, 2, "1", "2", BIG);
	struct pl_event *ev;
	struct pl_err e;
	size_t n;

	/* 2^255 raw units are an amount like any other */
	assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(ev->kind, PL_EV_TRANSFER);
	assert_int_equal(pl_u256_bits(pl_event_num(ev, PL_EC_VALUE)), 256);
	assert_null(pl_event_num(ev, PL_EC_ID));
	l = LOG(r->a, TRANSFER, 3, "1", "2", "7");
	assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
	assert_int_equal(ev->kind, PL_EV_TRANSFER_NFT);
	/* not asked for, but a form that exists: no rows, no complaint */
	assert_ok(rows(r, &ev, &n, pl_event_kinds_of(PL_STD_ERC20), &l, &e),
		  &e);
	assert_int_equal(n, 0);
	/* the oldest collectibles index nothing */
	l = LOG(r->a, TRANSFER, 0, "1", "2", "7");
	assert_int_equal(rows(r, &ev, &n, ALL, &l, &e), PL_EFORMAT);
	assert_non_null(strstr(e.msg, "1 topics"));
	l.n = 0;
	assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
	assert_int_equal(n, 0);
}

static void hostile_logs(void **state)
{
	struct room *r = *state;
	struct pl_arena *a = r->a;
	const struct log bad[] = {
		/* short, long and no data */
		LOG(a, TRANSFER, 2, "1", "2"),
		LOG(a, TRANSFER, 2, "1", "2", "3", "4"),
		/* dirt above an address */
		LOG(a, TRANSFER, 2, BIG, "2", "3"),
		LOG(a, TRANSFER, 3, "1", BIG, "3"),
		/* a truth that is neither */
		LOG(a, "event AddressFrozen(address,bool,address)", 3, "1", "2",
		    "3"),
		LOG(a, "event ApprovalForAll(address,address,bool)", 2, "1",
		    "2", "2"),
		/* a country over 2^16 */
		LOG(a, "event CountryUpdated(address,uint16)", 2, "1", "65536"),
		/* reserves over 2^112 */
		LOG(a, "event Sync(uint112,uint112)", 0,
		    "5192296858534827628530496329220096", "1"),
		/* a tick of 25 bits */
		LOG(a, "event Initialize(uint160,int24)", 0, "1", "8388608"),
		/* what a pool cannot have moved */
		LOG(a,
		    "event Swap(address,uint256,uint256,uint256,uint256,"
		    "address)",
		    2, "1", "2", BIG, "0", "0", "0"),
		LOG(a,
		    "event Swap(address,uint256,uint256,uint256,uint256,"
		    "address)",
		    2, "1", "2", "0", "0", "0", BIG),
		/* batches: unequal, and longer than they are */
		LOG(a,
		    "event TransferBatch(address,address,address,uint256[],"
		    "uint256[])",
		    3, "1", "2", "3", "64", "128", "1", "9", "2", "5", "6"),
		LOG(a,
		    "event TransferBatch(address,address,address,uint256[],"
		    "uint256[])",
		    3, "1", "2", "3", "64", "128", BIG, "9", BIG, "5"),
		/* updated after the end of time */
		LOG(a, "event AnswerUpdated(int256,uint256,uint256)", 2, "1",
		    "2", BIG),
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct pl_event *ev;
		struct pl_err e;
		size_t n;

		assert_int_equal(rows(r, &ev, &n, ALL, &bad[i], &e),
				 PL_EFORMAT);
		assert_true(strlen(e.msg) > 10);
	}
}

/* No cut of any log has rows: each byte of data is needed. */
static void cut_anywhere(void **state)
{
	struct room *r = *state;
	const struct log good[] = {
		LOG(r->a, TRANSFER, 2, "1", "2", "3"),
		LOG(r->a,
		    "event TransferBatch(address,address,address,uint256[],"
		    "uint256[])",
		    3, "1", "2", "3", "64", "128", "1", "9", "1", "5"),
		LOG(r->a,
		    "event Swap(address,address,int256,int256,uint160,uint128,"
		    "int24)",
		    2, "1", "2", "3", "4", "5", "6", "7"),
	};

	for (size_t i = 0; i < COUNT(good); i++) {
		struct log l = good[i];
		struct pl_event *ev;
		struct pl_err e;
		size_t n;

		assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
		assert_int_equal(n, 1);
		while (l.data.n--)
			assert_int_equal(rows(r, &ev, &n, ALL, &l, &e),
					 PL_EFORMAT);
	}
}

static void a_batch_is_its_rows(void **state)
{
	struct room *r = *state;
	const struct log l = LOG(
		r->a,
		"event TransferBatch(address,address,address,uint256[],"
		"uint256[])",
		3, "1", "2", "3", "64", "160", "2", "9", "9", "2", "5", "6");
	struct pl_event *ev;
	struct pl_err e;
	size_t n;

	assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
	assert_int_equal(n, 2); /* the same id twice is two rows */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ev[i].part, i);
		assert_int_equal(ev[i].num[PL_EC_ID - PL_EC_ADDRS].w[0], 9);
		assert_int_equal(ev[i].num[PL_EC_VALUE - PL_EC_ADDRS].w[0],
				 5 + i);
		assert_int_equal(ev[i].addr[PL_EC_BY].b[19], 1);
	}
}

static void events_of_ones_own(void **state)
{
	static const struct {
		const char *sig, *member, *stamp, *words;
	} bad[] = {
		{ "function nav(uint256 x)", "x", NULL, "no event" },
		{ "event Nav(uint256 x) anonymous", "x", NULL, "no event" },
		{ "event Nav(uint256 x)", "y", NULL, "no parameter" },
		{ "event Nav(address x)", "x", NULL, "not an integer" },
		{ "event Nav(uint256 x)", "x", "x", "both" },
		{ "event Nav(uint256 x)", "x", "at", "no parameter" },
		{ "event Nav()", "x", NULL, "0 parameters" },
		{ "event Nav(uint8 indexed a, uint8 indexed b, uint8 indexed "
		  "c, uint8 indexed d)",
		  "a", NULL, "4 parameters" },
		{ "event Nav(", "x", NULL, "event Nav(" },
	};
	struct room *r = *state;
	const struct pl_event_book *own;
	const struct pl_event_units u = { 6, 0 };
	struct pl_event *ev;
	struct pl_err e;
	struct log l;
	double price;
	size_t n;

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_not_equal(pl_event_book(r->a, &own, bad[i].sig,
						   bad[i].member, bad[i].stamp,
						   &e),
				     PL_OK);
		if (!strstr(e.msg, bad[i].words))
			fail_msg("%s", e.msg);
	}
	assert_ok(
		pl_event_book(r->a, &own,
			      "event NavSet(uint256 indexed day, uint128 nav, "
			      "uint64 at)",
			      "nav", "at", &e),
		&e);
	l = LOG(r->a, "event NavSet(uint256,uint128,uint64)", 1, "77",
		"1012500", "1700000000");
	assert_ok(pl_event_read(r->a, &ev, &n, own, pl_event_bit(PL_EV_NAV),
				l.t, l.n, l.data, &e),
		  &e);
	assert_int_equal(n, 1);
	assert_int_equal(ev->kind, PL_EV_NAV);
	assert_int_equal(ev->has, 1u << PL_EC_ANSWER | 1u << PL_EC_STAMP);
	assert_true(pl_event_price(&price, ev, &u));
	assert_true(price == 1.0125);
	/* the plain book knows nothing of it */
	assert_ok(rows(r, &ev, &n, ALL, &l, &e), &e);
	assert_int_equal(n, 0);
}

static double price_of(struct room *r, const struct log *l, uint8_t dec0,
		       uint8_t dec1)
{
	const struct pl_event_units u = { dec0, dec1 };
	struct pl_event *ev;
	struct pl_err e;
	double price;
	size_t n;

	assert_ok(rows(r, &ev, &n, ALL, l, &e), &e);
	return pl_event_price(&price, ev, &u) ? price : NAN;
}

#define SWAP2 "event Swap(address,uint256,uint256,uint256,uint256,address)"
#define SWAP3 "event Swap(address,address,int256,int256,uint160,uint128,int24)"
#define MINUS1                                                                 \
	"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void prices(void **state)
{
	struct room *r = *state;
	struct pl_arena *a = r->a;
	struct log l;
	double p;

	/* (1350174849792634181862360983626536 / 2^96)^2 / 10^12, by bc */
	l = LOG(a, SWAP3, 2, "1", "2", "0", "0",
		"1350174849792634181862360983626536", "1", "194280");
	p = price_of(r, &l, 6, 18);
	assert_true(fabs(p / 0.000290416214657745 - 1) < 1e-14);
	/* 3000 in of a token of 6, 1 out of one of 18 decimals */
	l = LOG(a, SWAP2, 2, "1", "2", "3000000000", "0", "0",
		"1000000000000000000");
	assert_true(fabs(price_of(r, &l, 6, 18) * 3000 - 1) < 1e-15);
	/* both sides in, or one that did not move: no price */
	l = LOG(a, SWAP2, 2, "1", "2", "3", "4", "0", "0");
	assert_true(isnan(price_of(r, &l, 0, 0)));
	l = LOG(a, SWAP2, 2, "1", "2", "3", "0", "3", "4");
	assert_true(isnan(price_of(r, &l, 0, 0)));
	l = LOG(a, "event Sync(uint112,uint112)", 0, "0", "5");
	assert_true(isnan(price_of(r, &l, 0, 0)));
	l = LOG(a, "event Deposit(address,address,uint256,uint256)", 2, "1",
		"2", "105", "100");
	assert_true(price_of(r, &l, 18, 18) == 1.05);
	assert_true(price_of(r, &l, 18, 6) == 1.05e12);
	l = LOG(a, "event Deposit(address,address,uint256,uint256)", 2, "1",
		"2", "105", "0");
	assert_true(isnan(price_of(r, &l, 18, 18)));
	l = LOG(a, "event AnswerUpdated(int256,uint256,uint256)", 2,
		"265012345678", "7", "1700000000");
	assert_true(price_of(r, &l, 8, 0) == 2650.12345678);
	l = LOG(a, "event AnswerUpdated(int256,uint256,uint256)", 2, MINUS1,
		"7", "1700000000");
	assert_true(isnan(price_of(r, &l, 8, 0)));
	/* an approval has none */
	l = LOG(a, "event Approval(address,address,uint256)", 2, "1", "2", "3");
	assert_true(isnan(price_of(r, &l, 0, 0)));
}

static void names_there_and_back(void **state)
{
	struct room *r = *state;
	struct pl_hash32 *t;
	size_t n;

	for (int k = PL_EV_NONE + 1; k < PL_EV_KINDS; k++) {
		const char *name = pl_event_kind_name(k);

		assert_non_null(name);
		assert_int_equal(pl_event_kind_of(name, strlen(name)), k);
	}
	assert_int_equal(pl_event_kind_of("swap", 4), PL_EV_NONE);
	for (unsigned i = 0; i < PL_STDS; i++) {
		const char *name = pl_std_name(1u << i);

		assert_int_equal(pl_std_of(name, strlen(name)), 1u << i);
	}
	assert_null(pl_std_name(3));
	assert_string_equal(pl_std_text(r->a, PL_STD_ERC20 | PL_STD_ERC4626),
			    "erc20, erc4626");
	/* one topic for both kinds of Transfer */
	n = pl_event_topics(r->a, &t, r->book,
			    pl_event_bit(PL_EV_TRANSFER) |
				    pl_event_bit(PL_EV_TRANSFER_NFT));
	assert_int_equal(n, 1);
	assert_hex_equal(pl_hash32_span(t),
			 "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f5"
			 "5a4df523b3ef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_one_topic),
		cmocka_unit_test(hostile_logs),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(a_batch_is_its_rows),
		cmocka_unit_test(events_of_ones_own),
		cmocka_unit_test(prices),
		cmocka_unit_test(names_there_and_back),
	};

	return cmocka_run_group_tests(tests, open_room, close_room);
}
