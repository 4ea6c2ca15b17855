/* Decoding of events against others: random logs that ethers wrote, and every
 * log of two real blocks beside what ethereum-etl made of them. */
#include "check.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "codec/json_in.h"
#include "token/event.h"

#define ETL "analytics/onchain/etl_17173049_17173050_"
#define ALL_KINDS UINT64_MAX

struct line {
	char *word[20];
	size_t n;
};

static struct pl_span take_line(struct pl_span *s)
{
	const uint8_t *nl = s->n ? memchr(s->p, '\n', s->n) : NULL;
	size_t len = nl ? (size_t)(nl - s->p) : s->n;
	struct pl_span line = { s->p, len };

	s->p += len + (nl != NULL);
	s->n -= len + (nl != NULL);
	return line;
}

static struct line words(struct pl_arena *a, struct pl_span s)
{
	char *p = pl_strndup(a, (const char *)s.p, s.n), *save = NULL;
	struct line l = { .n = 0 };

	for (p = strtok_r(p, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		assert_true(l.n < COUNT(l.word));
		l.word[l.n++] = p;
	}
	return l;
}

static struct pl_span run(struct pl_arena *a, const char *command)
{
	struct pl_buf out;
	FILE *f = popen(command, "r");
	size_t n;

	assert_non_null(f);
	pl_buf_init(&out, a);
	do {
		n = fread(pl_buf_room(&out, 65536), 1, 65536, f);
		out.n += n;
	} while (n);
	assert_int_equal(pclose(f), 0);
	return pl_buf_span(&out);
}

static size_t topics_of(struct pl_hash32 t[4], char *list)
{
	char *save = NULL;
	struct pl_err e;
	size_t n = 0;

	for (char *p = strtok_r(list, ",", &save); p;
	     p = strtok_r(NULL, ",", &save)) {
		assert_true(n < 4);
		assert_ok(pl_hex_fixed(t[n++].b, 32, p, strlen(p), &e), &e);
	}
	return n;
}

static enum pl_event_col column(const char *name, size_t len)
{
	for (int c = 0; c < PL_EC_COUNT; c++)
		if (strlen(pl_event_col_name(c)) == len &&
		    !memcmp(pl_event_col_name(c), name, len))
			return c;
	fail_msg("no column %s", name);
	return PL_EC_COUNT;
}

/* The column as the line writes it. */
static const char *shown(struct pl_arena *a, const struct pl_event *ev,
			 enum pl_event_col c)
{
	char *digits = pl_alloc(a, PL_U256_DEC);

	assert_true(pl_event_has(ev, c));
	if (c < PL_EC_ADDRS)
		return pl_hex(a, pl_addr_span(&ev->addr[c]));
	if (pl_event_col_signed(c))
		return pl_event_signed_text(a, pl_event_num(ev, c));
	pl_u256_dec(digits, pl_event_num(ev, c));
	return digits;
}

static void one(struct pl_arena *a, const struct pl_event_book *book,
		struct line *l)
{
	enum pl_event_kind kind =
		pl_event_kind_of(l->word[0], strlen(l->word[0]));
	long part = strtol(l->word[3], NULL, 10);
	struct pl_hash32 t[4];
	struct pl_event *ev;
	unsigned has = 0;
	struct pl_err e;
	size_t n, nt;

	assert_true(kind != PL_EV_NONE);
	nt = topics_of(t, l->word[1]);
	assert_ok(pl_event_read(a, &ev, &n, book, ALL_KINDS, t, nt,
				unhex(a, l->word[2]), &e),
		  &e);
	if (part < 0) { /* an empty batch */
		assert_int_equal(n, 0);
		return;
	}
	assert_true((size_t)part < n);
	ev += part;
	assert_int_equal(ev->kind, kind);
	assert_int_equal(ev->part, part);
	for (size_t i = 4; i < l->n; i++) {
		char *eq = strchr(l->word[i], '=');
		enum pl_event_col c =
			column(l->word[i], (size_t)(eq - l->word[i]));

		assert_string_equal(shown(a, ev, c), eq + 1);
		has |= 1u << c;
	}
	assert_int_equal(ev->has, has);
}

static void as_ethers_wrote(void **state)
{
	struct pl_arena *a = pl_arena_open(0), *scratch = pl_arena_open(0);
	bool seen[PL_EV_KINDS] = { false };
	const struct pl_event_book *book;
	struct pl_span all;
	struct pl_err e;
	size_t n = 0;

	(void)state;
	if (access("node_modules/ethers/package.json", R_OK) ||
	    system("command -v node >/dev/null")) {
		pl_arena_close(scratch);
		pl_arena_close(a);
		skip();
	}
	all = run(a, "node tests/vectors/events.js");
	assert_ok(pl_event_book(a, &book, NULL, NULL, NULL, &e), &e);
	while (all.n) {
		struct line l;

		pl_arena_reset(scratch);
		l = words(scratch, take_line(&all));
		one(scratch, book, &l);
		seen[pl_event_kind_of(l.word[0], strlen(l.word[0]))] = true;
		n++;
	}
	assert_true(n >= 20 * pl_event_def_count);
	for (size_t i = 0; i < pl_event_def_count; i++)
		assert_true(seen[pl_event_defs[i].kind]);
	pl_arena_close(scratch);
	pl_arena_close(a);
}

/* ------------------------------------------------------------- real blocks */

struct real {
	struct pl_arena *a;
	const struct pl_event_book *book;
	struct pl_span transfers; /* etl's, one JSON object a line */
	size_t n[PL_EV_KINDS], bad, pairs;
	struct pl_event sync; /* the last one, of address `pool` */
	struct pl_addr pool;
};

static const char *text(const struct pl_json *o, const char *key)
{
	const char *s = pl_json_str(pl_json_get(o, key));

	assert_non_null(s);
	return s;
}

/* The next line of etl's list is this transfer. */
static void same_transfer(struct real *r, const struct pl_json *log,
			  const struct pl_event *ev)
{
	const struct pl_u256 *v = pl_event_num(
		ev, ev->kind == PL_EV_TRANSFER ? PL_EC_VALUE : PL_EC_ID);
	struct pl_span line = take_line(&r->transfers);
	uint64_t want, got;
	struct pl_err e;
	const struct pl_json *o;
	char digits[PL_U256_DEC];
	char *key, *at;

	/* its values are bare numbers of any size */
	pl_u256_dec(digits, v);
	key = pl_strndup(r->a, (const char *)line.p, line.n);
	at = strstr(key, "\"value\": ");
	assert_non_null(at);
	at += strlen("\"value\": ");
	assert_int_equal(strncmp(at, digits, strlen(digits)), 0);
	assert_int_equal(at[strlen(digits)], ',');
	memset(at, '1', strlen(digits));
	memset(at + 1, ' ', strlen(digits) - 1);
	assert_ok(pl_json_parse(r->a, &o,
				(struct pl_span){ (uint8_t *)key, line.n }, &e),
		  &e);
	assert_string_equal(text(o, "token_address"), text(log, "address"));
	assert_string_equal(text(o, "from_address"),
			    pl_hex(r->a, pl_addr_span(&ev->addr[PL_EC_FROM])));
	assert_string_equal(text(o, "to_address"),
			    pl_hex(r->a, pl_addr_span(&ev->addr[PL_EC_TO])));
	assert_ok(pl_json_u64(&want, pl_json_get(o, "log_index"), &e), &e);
	assert_ok(pl_json_u64(&got, pl_json_get(log, "log_index"), &e), &e);
	assert_int_equal(want, got);
}

/* A pool says its price twice: as a root and as a tick, whose powers of
 * 1.0001 stand around it.  v2: what a swap paid lies off the reserves' price
 * by its fee and its own weight only. */
static void prices_agree(struct real *r, const struct pl_event *ev,
			 const struct pl_addr *pool)
{
	const struct pl_event_units u = { 0, 0 };
	double p, q;

	if (ev->kind == PL_EV_SYNC_V2) {
		r->sync = *ev;
		r->pool = *pool;
	} else if (ev->kind == PL_EV_SWAP_V3) {
		long tick = strtol(pl_event_signed_text(
					   r->a, pl_event_num(ev, PL_EC_TICK)),
				   NULL, 10);

		assert_true(pl_event_price(&p, ev, &u));
		assert_true(p >= pow(1.0001, (double)tick) * (1 - 1e-9));
		assert_true(p <= pow(1.0001, (double)tick + 1) * (1 + 1e-9));
	} else if (ev->kind == PL_EV_SWAP_V2 && r->sync.kind &&
		   pl_addr_equal(&r->pool, pool)) {
		assert_true(pl_event_price(&q, &r->sync, &u));
		if (pl_event_price(&p, ev, &u)) {
			r->pairs++;
			assert_true(fabs(log(p / q)) < 1.0);
		}
	}
}

static void real_log(struct real *r, const struct pl_json *log)
{
	const struct pl_json *topics = pl_json_get(log, "topics");
	struct pl_hash32 t[4];
	struct pl_addr address;
	struct pl_event *ev;
	struct pl_span data;
	struct pl_err e;
	size_t n, nt = pl_json_len(topics);

	assert_true(nt <= 4);
	for (size_t i = 0; i < nt; i++)
		assert_ok(pl_json_hash32(&t[i], pl_json_at(topics, i), &e), &e);
	assert_ok(pl_json_data(r->a, &data, pl_json_get(log, "data"), &e), &e);
	assert_ok(pl_json_addr(&address, pl_json_get(log, "address"), &e), &e);
	if (pl_event_read(r->a, &ev, &n, r->book, ALL_KINDS, t, nt, data, &e)) {
		r->bad++;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		r->n[ev[i].kind]++;
		if (ev[i].kind == PL_EV_TRANSFER ||
		    ev[i].kind == PL_EV_TRANSFER_NFT)
			same_transfer(r, log, &ev[i]);
		prices_agree(r, &ev[i], &address);
	}
}

static void real_blocks(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const char *logs = testdata(a, ETL "logs.json");
	const char *transfers = testdata(a, ETL "token_transfers.json");
	struct real r = { .a = a };
	struct pl_span all;
	struct pl_err e;

	(void)state;
	if (!logs || !transfers) {
		pl_arena_close(a);
		skip();
	}
	assert_ok(pl_file_read(a, &all, logs, PL_MAX_FILE, &e), &e);
	assert_ok(pl_file_read(a, &r.transfers, transfers, PL_MAX_FILE, &e),
		  &e);
	assert_ok(pl_event_book(a, &r.book, NULL, NULL, NULL, &e), &e);
	while (all.n) {
		const struct pl_json *log;
		struct pl_span line = take_line(&all);

		assert_ok(pl_json_parse(a, &log, line, &e), &e);
		real_log(&r, log);
	}
	/* counted by their topics with jq */
	assert_int_equal(r.transfers.n, 0);
	assert_int_equal(r.n[PL_EV_TRANSFER], 282);
	assert_int_equal(r.n[PL_EV_TRANSFER_NFT], 9);
	assert_int_equal(r.n[PL_EV_APPROVAL], 84);
	assert_int_equal(r.n[PL_EV_APPROVAL_NFT], 2);
	assert_int_equal(r.n[PL_EV_SWAP_V2], 69);
	assert_int_equal(r.n[PL_EV_SYNC_V2], 69);
	assert_int_equal(r.n[PL_EV_SWAP_V3], 10);
	assert_int_equal(r.n[PL_EV_ANSWER], 2);
	assert_int_equal(r.bad, 0);
	assert_true(r.pairs > 50);
	pl_arena_close(a);
}

/* Blocks whose receipts hash to their header's root: nothing in them that is
 * of the table fails to decode, and kinds are as often as their topics. */
static void whole_receipts(void **state)
{
	static const struct {
		const char *file;
		size_t transfers, nfts, swaps2, swaps3;
	} blocks[] = {
		{ "chain/receipts/21854576.json", 33, 2, 3, 1 },
		{ "chain/receipts/21925176.json", 225, 8, 24, 13 },
		{ "chain/receipts/23839611_unanchored.json", 242, 2, 7, 15 },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t b = 0; b < COUNT(blocks); b++) {
		const char *path = testdata(a, blocks[b].file);
		struct real r = { .a = a };
		const struct pl_json *o, *list, *logs;
		struct pl_span all;
		size_t seen[PL_EV_KINDS] = { 0 };

		if (!path) {
			pl_arena_close(a);
			skip();
		}
		assert_ok(pl_file_read(a, &all, path, PL_MAX_FILE, &e), &e);
		assert_ok(pl_json_parse(a, &o, all, &e), &e);
		assert_ok(pl_event_book(a, &r.book, NULL, NULL, NULL, &e), &e);
		list = pl_json_get(o, "receipts");
		for (size_t i = 0; i < pl_json_len(list); i++) {
			logs = pl_json_get(pl_json_at(list, i), "logs");
			for (size_t k = 0; k < pl_json_len(logs); k++) {
				const struct pl_json *l = pl_json_at(logs, k);
				const struct pl_json *ts =
					pl_json_get(l, "topics");
				struct pl_hash32 t[4];
				struct pl_event *ev;
				struct pl_span data;
				size_t n;

				for (size_t q = 0; q < pl_json_len(ts); q++)
					assert_ok(pl_json_hash32(
							  &t[q],
							  pl_json_at(ts, q),
							  &e),
						  &e);
				assert_ok(pl_json_data(a, &data,
						       pl_json_get(l, "data"),
						       &e),
					  &e);
				if (pl_event_read(a, &ev, &n, r.book, ALL_KINDS,
						  t, pl_json_len(ts), data, &e))
					continue;
				for (size_t q = 0; q < n; q++)
					seen[ev[q].kind]++;
			}
		}
		assert_int_equal(seen[PL_EV_TRANSFER], blocks[b].transfers);
		assert_int_equal(seen[PL_EV_TRANSFER_NFT], blocks[b].nfts);
		assert_int_equal(seen[PL_EV_SWAP_V2], blocks[b].swaps2);
		assert_int_equal(seen[PL_EV_SWAP_V3], blocks[b].swaps3);
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_ethers_wrote),
		cmocka_unit_test(real_blocks),
		cmocka_unit_test(whole_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
