/* The beacon chain beside a devnet, before a light client that believes
 * nothing. */
#include "check.h"

#include "devnet/beacon_api.h"
#include "eth/light_out.h"
#include "eth/light_store.h"

#define NOW 1790000000

struct play {
	struct pl_arena *a;
	struct pl_header header;
	struct pl_dev_payload payload;
	struct pl_dev_beacon *b;
	struct pl_lc_store *store;
	uint64_t now;
};

static void block(struct play *p, uint64_t number)
{
	struct pl_buf scratch;

	pl_buf_init(&scratch, p->a);
	p->header.number = number;
	p->header.time = p->now;
	p->header.hash = pl_header_hash(&p->header, &scratch);
}

static void begin_at(struct play *p, uint64_t now)
{
	struct pl_lc_bootstrap *boot;
	const char *failed = NULL;
	struct pl_hash32 root;
	struct pl_err e;

	*p = (struct play){ .a = pl_arena_open(0), .now = now };
	p->header.n_fields = 21;
	p->header.base_fee = pl_u256_of(1000000007);
	block(p, 0);
	p->payload.header = &p->header;
	assert_ok(pl_dev_beacon_open(&p->b, p->now, &p->payload, &e), &e);
	root = pl_dev_beacon_first(p->b);
	boot = PL_NEW(p->a, struct pl_lc_bootstrap);
	assert_true(pl_dev_beacon_bootstrap(boot, p->b, &root));
	p->store = PL_NEW(p->a, struct pl_lc_store);
	assert_ok(pl_lc_store_init(p->store, pl_dev_beacon_config(p->b), &root,
				   boot, &failed, &e),
		  &e);
}

static void begin(struct play *p)
{
	begin_at(p, NOW);
}

static uint64_t slot_now(const struct play *p)
{
	return p->now - pl_dev_beacon_config(p->b)->genesis_time;
}

/* What is known already is no failure. */
static enum pl_rc take(struct play *p, const struct pl_lc_update *u,
		       const char **failed, struct pl_err *e)
{
	enum pl_rc rc;

	*failed = NULL;
	rc = pl_lc_process(p->store, u, slot_now(p), failed, e);
	return rc && *failed && !strcmp(*failed, "relevance") ? PL_OK : rc;
}

/* As a client does: an update of each period, then the newest. */
static enum pl_rc follow(struct play *p, const char **failed, struct pl_err *e)
{
	const struct pl_lc_config *c = pl_dev_beacon_config(p->b);
	struct pl_lc_update *u = PL_NEW(p->a, struct pl_lc_update);
	uint64_t k = pl_lc_period(c, p->store->finalized_header.beacon.slot);

	for (; pl_dev_beacon_update(u, p->b, k); k++)
		PL_TRY(take(p, u, failed, e));
	assert_true(pl_dev_beacon_newest(u, p->b, PL_LC_FINALITY));
	PL_TRY(take(p, u, failed, e));
	assert_true(pl_dev_beacon_newest(u, p->b, PL_LC_OPTIMISTIC));
	return take(p, u, failed, e);
}

static void a_client_follows_through_every_gap(void **state)
{
	static const unsigned gaps[] = { 1, 1, 2,  30, 64,  1,    63, 65,
					 5, 1, 60, 1,  128, 1000, 1,  20000 };
	struct play p;
	const char *failed = NULL;
	struct pl_err e;

	(void)state;
	begin(&p);
	for (unsigned i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		p.now += gaps[i];
		block(&p, i + 1);
		pl_dev_beacon_tick(p.b, p.now, &p.payload);
		assert_ok(follow(&p, &failed, &e), &e);
		assert_int_equal(
			p.store->optimistic_header.execution.block_number,
			i + 1);
		assert_memory_equal(
			pl_lc_block_hash(&p.store->optimistic_header),
			&p.header.hash, 32);
		/* the head is signed in the slot that has just begun */
		assert_int_equal(p.store->optimistic_header.beacon.slot,
				 slot_now(&p) - 1);
	}
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

static bool is_near_an_end(uint64_t time)
{
	const struct pl_lc_config *c = pl_lc_config_named("devnet");
	const uint64_t slot = time - c->genesis_time;

	return pl_lc_period(c, slot + 7) != pl_lc_period(c, slot - 2);
}

/* Whatever the hour of the first header, which is 16 slots before now: near a
 * period's end there is less room for one that hands over to the next
 * committee. */
static void a_client_follows_from_every_slot_of_a_period(void **state)
{
	struct play p;
	const char *failed = NULL;
	unsigned tried = 0;
	struct pl_err e;

	(void)state;
	for (uint64_t now = NOW; now < NOW + 64; now++) {
		if (!is_near_an_end(now - 16))
			continue;
		begin_at(&p, now);
		for (unsigned late = 0; late < 3; late++) {
			p.now += late * 80;
			pl_dev_beacon_tick(p.b, p.now, &p.payload);
			assert_ok(follow(&p, &failed, &e), &e);
		}
		pl_dev_beacon_close(p.b);
		pl_arena_close(p.a);
		tried++;
	}
	assert_int_equal(tried, 9);
}

/* Nobody asks for a while, then once in the last slots of a period, then in
 * the next: the first of these must have left room for the handing over. */
static void a_client_follows_where_a_period_was_asked_for_late(void **state)
{
	struct play p;
	const char *failed = NULL;
	struct pl_err e;

	(void)state;
	for (unsigned idle = 1; idle < 130; idle++) {
		if (!is_near_an_end(NOW + idle))
			continue;
		begin(&p);
		p.now += idle;
		pl_dev_beacon_tick(p.b, p.now, &p.payload);
		p.now += 64;
		pl_dev_beacon_tick(p.b, p.now, &p.payload);
		assert_ok(follow(&p, &failed, &e), &e);
		pl_dev_beacon_close(p.b);
		pl_arena_close(p.a);
	}
}

/* What was said of a slot stays, whatever the chain did since. */
static void no_slot_has_two_headers(void **state)
{
	struct play p;
	struct pl_hash32 first, again;

	(void)state;
	begin(&p);
	p.now += 3;
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	pl_lc_beacon_root(&first, &pl_dev_beacon_head(p.b)->beacon);
	block(&p, 7);
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	pl_lc_beacon_root(&again, &pl_dev_beacon_head(p.b)->beacon);
	assert_memory_equal(&first, &again, 32);
	p.now -= 2; /* a clock that was set back */
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	pl_lc_beacon_root(&again, &pl_dev_beacon_head(p.b)->beacon);
	assert_memory_equal(&first, &again, 32);
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

static void a_lie_is_found_out(void **state)
{
	struct play p;
	const char *failed = NULL;
	struct pl_err e;

	(void)state;
	begin(&p);
	p.now += 3;
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	pl_dev_beacon_lie(p.b, true);
	assert_int_equal(follow(&p, &failed, &e), PL_EPROOF);
	assert_string_equal(failed, "signature");
	pl_dev_beacon_lie(p.b, false);
	assert_ok(follow(&p, &failed, &e), &e);
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

/* What is written in JSON and in SSZ reads back as what was written. */
static void both_forms_say_the_same(void **state)
{
	static const enum pl_lc_kind kinds[] = { PL_LC_UPDATE, PL_LC_FINALITY,
						 PL_LC_OPTIMISTIC };
	struct play p;
	const struct pl_lc_config *c;
	struct pl_lc_update *u, *json, *ssz;
	const struct pl_json *doc;
	struct pl_jout w;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	begin(&p);
	c = pl_dev_beacon_config(p.b);
	u = PL_NEW(p.a, struct pl_lc_update);
	json = PL_NEW(p.a, struct pl_lc_update);
	ssz = PL_NEW(p.a, struct pl_lc_update);
	p.now += 40;
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	for (unsigned i = 0; i < 3; i++) {
		if (kinds[i] == PL_LC_UPDATE)
			assert_true(pl_dev_beacon_update(
				u, p.b, pl_lc_period(c, slot_now(&p) - 1)));
		else
			assert_true(pl_dev_beacon_newest(u, p.b, kinds[i]));
		pl_buf_init(&b, p.a);
		pl_jout_init(&w, &b);
		pl_lc_out_update(&w, u, c->preset, PL_LC_FULU);
		assert_ok(pl_json_parse(p.a, &doc, pl_buf_span(&b), &e), &e);
		assert_ok(pl_lc_update_json(json, kinds[i],
					    pl_json_get(doc, "data"), c->preset,
					    PL_LC_FULU, &e),
			  &e);
		pl_buf_init(&b, p.a);
		pl_lc_update_encode(&b, u, c->preset, PL_LC_FULU);
		assert_ok(pl_lc_update_decode(ssz, kinds[i], pl_buf_span(&b),
					      c->preset, PL_LC_FULU, &e),
			  &e);
		assert_memory_equal(json, ssz, sizeof(*json));
		assert_memory_equal(&json->attested_header, &u->attested_header,
				    sizeof(u->attested_header));
	}
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

static void what_cannot_be_is_refused(void **state)
{
	struct play p;
	struct pl_lc_bootstrap *boot;
	struct pl_lc_update *u;
	struct pl_hash32 none = { { 1 } };
	struct pl_dev_beacon *b;
	struct pl_err e;

	(void)state;
	begin(&p);
	boot = PL_NEW(p.a, struct pl_lc_bootstrap);
	u = PL_NEW(p.a, struct pl_lc_update);
	assert_false(pl_dev_beacon_bootstrap(boot, p.b, &none));
	assert_null(pl_dev_beacon_header(p.b, &none));
	assert_false(pl_dev_beacon_update(u, p.b, 0));
	assert_false(pl_dev_beacon_update(u, p.b, UINT64_MAX));
	assert_int_equal(pl_dev_beacon_open(&b, 1000, &p.payload, &e),
			 PL_EUSAGE);
	p.header.n_fields = 17;
	assert_int_equal(pl_dev_beacon_open(&b, NOW, &p.payload, &e),
			 PL_EUSAGE);
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

static struct pl_dev_answer get(struct play *p, const char *path,
				const char *query, bool ssz)
{
	struct pl_dev_answer r;

	pl_dev_beacon_get(&r, p->a, p->b, path, query, ssz);
	return r;
}

static void every_route_answers(void **state)
{
	static const char at[] = "/eth/v1/beacon/light_client/";
	struct play p;
	const struct pl_json *doc;
	struct pl_dev_answer r;
	struct pl_hash32 root;
	uint64_t k;
	const char *text;
	struct pl_err e;

	(void)state;
	begin(&p);
	p.now += 200;
	pl_dev_beacon_tick(p.b, p.now, &p.payload);
	root = pl_dev_beacon_first(p.b);
	r = get(&p,
		pl_printf(p.a, "%sbootstrap/%s", at,
			  pl_hash32_text(p.a, &root)),
		"", true);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "application/octet-stream");
	assert_string_equal(r.fork, "fulu");
	k = pl_lc_period(pl_dev_beacon_config(p.b),
			 pl_dev_beacon_header(p.b, &root)->beacon.slot);
	r = get(&p, pl_printf(p.a, "%supdates", at),
		pl_printf(p.a, "count=2&start_period=%llu",
			  (unsigned long long)k),
		false);
	assert_int_equal(r.status, 200);
	assert_ok(pl_json_parse(p.a, &doc, r.body, &e), &e);
	assert_int_equal(pl_json_len(doc), 2);
	r = get(&p, "/eth/v1/beacon/headers/finalized", "", false);
	assert_ok(pl_json_parse(p.a, &doc, r.body, &e), &e);
	assert_ok(pl_json_need_str(&text, pl_json_get(doc, "data"), "root", &e),
		  &e);
	assert_ok(pl_hash32_parse(&root, text, &e), &e);
	r = get(&p, pl_printf(p.a, "%sbootstrap/%s", at, text), "", false);
	assert_int_equal(r.status, 200);
	assert_int_equal(get(&p, "/eth/v1/beacon/headers/head", "", 0).status,
			 200);
	assert_int_equal(get(&p, "/eth/v1/beacon/genesis", "", 0).status, 200);
	assert_int_equal(get(&p, "/eth/v1/config/spec", "", 0).status, 200);
	assert_int_equal(get(&p, "/eth/v1/node/version", "", 0).status, 200);
	/* and what is none says so */
	assert_int_equal(get(&p, "/eth/v1/beacon/headers/0x12", "", 0).status,
			 404);
	assert_int_equal(get(&p, "/eth/v1/beacon/genesis/x", "", 0).status,
			 404);
	assert_int_equal(get(&p, "/eth/v2", "", 0).status, 404);
	r = get(&p, pl_printf(p.a, "%sbootstrap/nonsense", at), "", true);
	assert_int_equal(r.status, 400);
	assert_string_equal(r.type, "application/json");
	assert_int_equal(
		get(&p, pl_printf(p.a, "%supdates", at), "count=1", 1).status,
		400);
	assert_int_equal(get(&p, pl_printf(p.a, "%supdates", at),
			     "start_period=99999999999999999999&count=1", 1)
				 .status,
			 400);
	pl_dev_beacon_close(p.b);
	pl_arena_close(p.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_follows_through_every_gap),
		cmocka_unit_test(a_client_follows_from_every_slot_of_a_period),
		cmocka_unit_test(
			a_client_follows_where_a_period_was_asked_for_late),
		cmocka_unit_test(no_slot_has_two_headers),
		cmocka_unit_test(a_lie_is_found_out),
		cmocka_unit_test(both_forms_say_the_same),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(every_route_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
