#include "check.h"

#include "crypto/keccak.h"
#include "evm/memstate.h"

#define ADDR(n) (&(const struct pl_addr){ { [19] = (n) } })
#define U(n) (&(const struct pl_u256){ { (n), 0, 0, 0 } })

struct world {
	struct pl_arena *a;
	struct pl_memstate *m;
	struct pl_state *s;
};

static int set_up(void **state)
{
	static const uint8_t code[] = { 0x60, 0x00 };
	struct world *w = calloc(1, sizeof(*w));

	w->a = pl_arena_open(0);
	w->m = pl_memstate_new(w->a);
	pl_memstate_put(w->m, ADDR(1), 7, U(1000), (struct pl_span){ NULL, 0 });
	pl_memstate_put(w->m, ADDR(2), 1, U(5), (struct pl_span){ code, 2 });
	pl_memstate_put_slot(w->m, ADDR(2), U(1), U(11));
	pl_memstate_put_slot(w->m, ADDR(2), U(2), U(22));
	w->s = pl_state_open(pl_memstate_source(w->m));
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	pl_state_close(w->s);
	pl_arena_close(w->a);
	free(w);
	return 0;
}

static uint64_t slot(struct pl_state *s, unsigned addr, uint64_t key)
{
	return pl_slot_value(pl_state_slot(s,
					   pl_state_get(s, ADDR((uint8_t)addr)),
					   U(key)))
		->w[0];
}

static void set(struct pl_state *s, unsigned addr, uint64_t key, uint64_t value)
{
	struct pl_acct *a = pl_state_get(s, ADDR((uint8_t)addr));

	pl_state_set_slot(s, a, pl_state_slot(s, a, U(key)), U(value));
}

static struct pl_hash32 root(struct world *w)
{
	struct pl_hash32 h;
	struct pl_err e = { 0 };
	size_t n;
	struct pl_state_change *c = pl_state_changes(w->s, w->a, &n);

	assert_ok(pl_memstate_root(w->m, &h, w->a, c, n, &e), &e);
	return h;
}

static void reads_what_the_source_has(void **state)
{
	struct pl_state *s = ((struct world *)*state)->s;
	struct pl_acct *a = pl_state_get(s, ADDR(1));

	assert_ptr_equal(a, pl_state_get(s, ADDR(1)));
	assert_int_equal(pl_acct_nonce(a), 7);
	assert_int_equal(pl_acct_balance(a)->w[0], 1000);
	assert_true(pl_acct_exists(a));
	assert_false(pl_acct_exists(pl_state_get(s, ADDR(9))));
	assert_true(pl_acct_is_empty(pl_state_get(s, ADDR(9))));
	assert_int_equal(pl_acct_code(s, pl_state_get(s, ADDR(2))).n, 2);
	assert_int_equal(slot(s, 2, 1), 11);
	assert_int_equal(slot(s, 2, 3), 0);
	assert_true(pl_acct_is_taken(s, pl_state_get(s, ADDR(2))));
	assert_false(pl_acct_is_taken(s, pl_state_get(s, ADDR(9))));
}

static void a_revert_takes_everything_back(void **state)
{
	struct world *w = *state;
	struct pl_state *s = w->s;
	struct pl_acct *a = pl_state_get(s, ADDR(1));
	struct pl_acct *c = pl_state_get(s, ADDR(9));
	struct pl_hash32 before = root(w), after;
	struct pl_log log = { .data = { (const uint8_t *)"x", 1 } };
	size_t mark, n;

	pl_state_begin_tx(s);
	mark = pl_state_mark(s);
	set(s, 2, 1, 99);
	set(s, 2, 5, 1);
	pl_state_set_transient(s, a, U(1), U(3));
	assert_true(pl_state_transfer(s, a, c, U(10)));
	assert_false(pl_state_transfer(s, a, c, U(991)));
	pl_state_create(s, pl_state_get(s, ADDR(8)));
	pl_state_set_code(s, pl_state_get(s, ADDR(8)),
			  (struct pl_span){ (const uint8_t *)"ab", 2 });
	pl_state_set_nonce(s, a, 8);
	assert_true(pl_state_destruct(s, pl_state_get(s, ADDR(2))));
	assert_false(pl_state_destruct(s, pl_state_get(s, ADDR(2))));
	assert_true(pl_state_warm(s, a));
	assert_false(pl_state_warm(s, a));
	pl_state_log(s, &log);
	pl_state_refund(s, 4800);
	after = root(w);
	assert_false(pl_hash32_equal(&before, &after));
	pl_state_revert(s, mark);
	after = root(w);
	assert_true(pl_hash32_equal(&before, &after));
	assert_true(pl_state_warm(s, a));
	assert_int_equal(pl_state_refunded(s), 0);
	(void)pl_state_logs(s, &n);
	assert_int_equal(n, 0);
	assert_int_equal(pl_state_transient(s, a, U(1)).w[0], 0);
	assert_false(pl_acct_exists(c));
	assert_false(pl_acct_is_created(s, pl_state_get(s, ADDR(8))));
	pl_state_end_tx(s, PL_FORK_OSAKA);
	assert_int_equal(slot(s, 2, 1), 11);
}

static void originals_belong_to_a_transaction(void **state)
{
	struct pl_state *s = ((struct world *)*state)->s;
	struct pl_acct *a = pl_state_get(s, ADDR(2));
	struct pl_slot *x;

	pl_state_begin_tx(s);
	set(s, 2, 1, 12);
	x = pl_state_slot(s, a, U(1));
	assert_int_equal(pl_slot_original(x)->w[0], 11);
	assert_true(pl_state_warm_slot(s, x));
	assert_false(pl_state_warm_slot(s, x));
	pl_state_end_tx(s, PL_FORK_OSAKA);
	pl_state_begin_tx(s);
	x = pl_state_slot(s, a, U(1));
	assert_int_equal(pl_slot_original(x)->w[0], 12);
	assert_true(pl_state_warm_slot(s, x));
}

static void the_destructed_and_the_empty_go(void **state)
{
	struct world *w = *state;
	struct pl_state *s = w->s;
	struct pl_state_change *c;
	size_t n;

	pl_state_begin_tx(s);
	(void)pl_state_destruct(s, pl_state_get(s, ADDR(2)));
	pl_state_touch(s, pl_state_get(s, ADDR(9)));
	pl_state_end_tx(s, PL_FORK_OSAKA);
	assert_false(pl_acct_exists(pl_state_get(s, ADDR(2))));
	assert_int_equal(slot(s, 2, 2), 0);
	c = pl_state_changes(s, w->a, &n);
	assert_int_equal(n, 1);
	assert_int_equal(c[0].addr.b[19], 2);
	assert_false(c[0].account.exists);

	/* made anew: what was stored before does not come back */
	pl_state_begin_tx(s);
	pl_state_create(s, pl_state_get(s, ADDR(2)));
	pl_state_set_nonce(s, pl_state_get(s, ADDR(2)), 1);
	set(s, 2, 7, 70);
	pl_state_end_tx(s, PL_FORK_OSAKA);
	c = pl_state_changes(s, w->a, &n);
	assert_int_equal(n, 1);
	assert_true(c[0].wiped);
	assert_int_equal(c[0].n_slots, 1);
	assert_int_equal(c[0].slots[0].key.w[0], 7);

	/* before Spurious Dragon a touch makes an empty account */
	pl_state_begin_tx(s);
	pl_state_touch(s, pl_state_get(s, ADDR(9)));
	pl_state_end_tx(s, PL_FORK_HOMESTEAD);
	assert_true(pl_acct_exists(pl_state_get(s, ADDR(9))));
}

static void ripemd_stays_touched(void **state)
{
	struct world *w = *state;
	struct pl_state *s = w->s;
	size_t mark;

	pl_memstate_put(w->m, ADDR(3), 0, U(0), (struct pl_span){ NULL, 0 });
	pl_memstate_put(w->m, ADDR(4), 0, U(0), (struct pl_span){ NULL, 0 });
	pl_state_begin_tx(s);
	mark = pl_state_mark(s);
	pl_state_touch(s, pl_state_get(s, ADDR(3)));
	pl_state_touch(s, pl_state_get(s, ADDR(4)));
	pl_state_revert(s, mark);
	pl_state_end_tx(s, PL_FORK_OSAKA);
	assert_false(pl_acct_exists(pl_state_get(s, ADDR(3))));
	assert_true(pl_acct_exists(pl_state_get(s, ADDR(4))));
}

static void changes_that_are_stored_are_none(void **state)
{
	struct world *w = *state;
	struct pl_state *s = w->s;
	struct pl_hash32 a, b;
	struct pl_state_change *c;
	struct pl_err e = { 0 };
	size_t n;

	pl_state_begin_tx(s);
	set(s, 2, 1, 0);
	set(s, 2, 900, 9);
	pl_state_add_balance(s, pl_state_get(s, ADDR(77)), U(4));
	pl_state_end_tx(s, PL_FORK_OSAKA);
	a = root(w);
	c = pl_state_changes(s, w->a, &n);
	pl_memstate_apply(w->m, c, n);
	pl_state_committed(s);
	(void)pl_state_changes(s, w->a, &n);
	assert_int_equal(n, 0);
	assert_ok(pl_memstate_root(w->m, &b, w->a, NULL, 0, &e), &e);
	assert_true(pl_hash32_equal(&a, &b));
}

static void warm_things_are_listed_in_order(void **state)
{
	struct world *w = *state;
	struct pl_state *s = w->s;
	struct pl_state_access *x;
	struct pl_acct *a = pl_state_get(s, ADDR(2));
	size_t n;

	pl_state_begin_tx(s);
	(void)pl_state_warm(s, a);
	(void)pl_state_warm(s, pl_state_get(s, ADDR(1)));
	(void)pl_state_warm_slot(s, pl_state_slot(s, a, U(9)));
	(void)pl_state_warm_slot(s, pl_state_slot(s, a, U(3)));
	(void)pl_state_slot(s, a, U(4));
	x = pl_state_warm_list(s, w->a, &n);
	assert_int_equal(n, 2);
	assert_int_equal(x[0].addr.b[19], 1);
	assert_int_equal(x[0].n_keys, 0);
	assert_int_equal(x[1].n_keys, 2);
	assert_int_equal(x[1].keys[0].b[31], 3);
	assert_int_equal(x[1].keys[1].b[31], 9);
}

static enum pl_rc no_account(struct pl_state_source *x,
			     struct pl_state_account *out,
			     const struct pl_addr *addr, struct pl_err *e)
{
	(void)x;
	(void)out;
	(void)addr;
	return pl_fail(e, PL_ENET, "nobody answers");
}

static void a_source_that_fails_is_remembered(void **state)
{
	struct pl_state_source src = { .account = no_account };
	struct pl_state *s = pl_state_open(&src);
	struct pl_err e = { 0 };

	(void)state;
	assert_ok(pl_state_failure(s, &e), &e);
	assert_false(pl_acct_exists(pl_state_get(s, ADDR(1))));
	assert_int_equal(pl_state_failure(s, &e), PL_ENET);
	assert_string_equal(e.msg, "nobody answers");
	pl_state_reset(s);
	assert_ok(pl_state_failure(s, &e), &e);
	pl_state_close(s);
}

static void many_slots_are_found_again(void **state)
{
	struct pl_state *s = ((struct world *)*state)->s;

	pl_state_begin_tx(s);
	for (uint64_t i = 0; i < 100000; i++)
		set(s, 2, i * 3, i + 1);
	for (uint64_t i = 0; i < 100000; i++)
		assert_int_equal(slot(s, 2, i * 3), i + 1);
	pl_state_revert(s, 0);
	for (uint64_t i = 1; i < 100000; i++)
		assert_int_equal(slot(s, 2, i * 3), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_what_the_source_has),
		T(a_revert_takes_everything_back),
		T(originals_belong_to_a_transaction),
		T(the_destructed_and_the_empty_go),
		T(ripemd_stays_touched),
		T(changes_that_are_stored_are_none),
		T(warm_things_are_listed_in_order),
		T(a_source_that_fails_is_remembered),
		T(many_slots_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
