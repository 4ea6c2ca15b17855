/* Batches of records: roots worked out elsewhere, every path of every size,
 * and nothing changed that still leads to the root. */
#include "check.h"

#include "crypto/sha256.h"
#include "record/anchor.h"
#include "record/batch.h"
#include "record/record.h"

static struct pl_arena *a;

static int setup(void **state)
{
	(void)state;
	a = pl_arena_open(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_arena_close(a);
	return 0;
}

/* SHA-256 of "0", "1", "2" …, in ascending order */
static struct pl_hash32 *ids_of(size_t n)
{
	struct pl_hash32 *v = PL_NEW_N(a, struct pl_hash32, n + 1);
	size_t kept = n;

	for (size_t i = 0; i < n; i++)
		v[i] = pl_sha256_here(pl_span_str(pl_printf(a, "%zu", i)));
	pl_batch_sort(v, &kept);
	assert_int_equal(kept, n);
	return v;
}

/* By a dozen lines of Python after RFC 6962, 2.1. */
static void roots_as_worked_out_elsewhere(void **state)
{
	static const struct {
		size_t n;
		const char *root;
	} cases[] = {
		{ 1, "13a77175e35eb1d9da91ee14df0d7772"
		     "cea71289800206e2b45c882ecb06efbf" },
		{ 2, "bbb441530bdded54e6e2bfcdc829819f"
		     "f39b30768eb9f023071dffc16b410f10" },
		{ 3, "8be871f13785b4c81a1700459c76ac2b"
		     "3ae2caebb7876c376e223c6adff98c47" },
		{ 5, "d8c2fb0479ebd91f3301787094b05a8e"
		     "6e46c0a565556f777584eb128953ab28" },
		{ 8, "540a3cc3596bd0729e3a17ab2cc994c5"
		     "e008c084a4ca5009e0fec82fb25b0b8e" },
		{ 13, "959b7237f467b8137ade255d13c32067"
		      "30af85fad9388292faf8e3765a824aff" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_hash32 root;
		struct pl_err e;

		assert_ok(pl_batch_root(&root, ids_of(cases[i].n), cases[i].n,
					&e),
			  &e);
		assert_hex_equal(pl_hash32_span(&root), cases[i].root);
	}
}

static void refused(const struct pl_hash32 *root, const struct pl_hash32 *id,
		    const struct pl_batch_path *p)
{
	struct pl_err e;

	assert_int_equal(pl_batch_check(root, id, p, &e), PL_EPROOF);
}

/* Each of the bytes of a path, its length and its place. */
static void no_other_path(const struct pl_hash32 *root,
			  const struct pl_hash32 *id,
			  const struct pl_batch_path *good)
{
	struct pl_batch_path p;

	for (size_t i = 0; i < 32 * good->n; i++) {
		p = *good;
		p.hash[i / 32].b[i % 32] ^= 1;
		refused(root, id, &p);
	}
	for (size_t i = 1; i < good->n; i++) {
		p = *good;
		p.hash[i] = good->hash[i - 1];
		p.hash[i - 1] = good->hash[i];
		refused(root, id, &p);
	}
	p = *good;
	if (p.n--)
		refused(root, id, &p);
	p.n = good->n + 1;
	if (p.n <= PL_BATCH_DEPTH) {
		p.hash[good->n] = *id;
		refused(root, id, &p);
	}
	for (uint64_t k = 0; k < good->size; k++) {
		p = *good;
		p.index = k;
		if (k != good->index)
			refused(root, id, &p);
	}
	p = *good;
	p.index = p.size;
	refused(root, id, &p);
	p.size = 0;
	refused(root, id, &p);
	p.size = UINT64_MAX;
	refused(root, id, &p);
}

static void every_path_of_every_size(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		struct pl_hash32 *ids = ids_of(n), root;
		struct pl_err e;

		assert_ok(pl_batch_root(&root, ids, n, &e), &e);
		for (size_t i = 0; i < n; i++) {
			struct pl_batch_path p;

			assert_ok(pl_batch_path(&p, ids, n, i, &e), &e);
			assert_int_equal(p.index, i);
			assert_int_equal(p.size, n);
			assert_ok(pl_batch_check(&root, &ids[i], &p, &e), &e);
			refused(&root, &ids[(i + 1) % (n + 1)], &p);
			refused(&ids[i], &ids[i], &p);
			if (n < 14)
				no_other_path(&root, &ids[i], &p);
		}
	}
}

/* A root of another batch, places at the seams of a large one. */
static void a_thousand_records(void **state)
{
	static const size_t at[] = { 0, 1, 499, 511, 512, 767, 768, 998, 999 };
	struct pl_hash32 *ids = ids_of(1000), root, other;
	struct pl_batch_path p;
	struct pl_err e;

	(void)state;
	assert_ok(pl_batch_root(&root, ids, 1000, &e), &e);
	assert_ok(pl_batch_root(&other, ids, 999, &e), &e);
	for (size_t i = 0; i < COUNT(at); i++) {
		assert_ok(pl_batch_path(&p, ids, 1000, at[i], &e), &e);
		assert_ok(pl_batch_check(&root, &ids[at[i]], &p, &e), &e);
		refused(&other, &ids[at[i]], &p);
		no_other_path(&root, &ids[at[i]], &p);
	}
}

/* A node of the tree is no record: the first byte keeps them apart. */
static void a_node_is_no_leaf(void **state)
{
	struct pl_hash32 *ids = ids_of(4), root, left;
	struct pl_batch_path p = { .index = 0, .size = 2, .n = 1 };
	struct pl_err e;

	(void)state;
	assert_ok(pl_batch_root(&root, ids, 4, &e), &e);
	assert_ok(pl_batch_root(&left, ids, 2, &e), &e);
	assert_ok(pl_batch_root(&p.hash[0], ids + 2, 2, &e), &e);
	refused(&root, &left, &p);
}

static void what_makes_no_root(void **state)
{
	struct pl_hash32 *ids = ids_of(3), root, swap;
	struct pl_batch_path p;
	struct pl_err e;
	size_t n = 3;

	(void)state;
	assert_int_equal(pl_batch_root(&root, ids, 0, &e), PL_EUSAGE);
	assert_int_equal(pl_batch_path(&p, ids, 3, 3, &e), PL_EUSAGE);
	assert_int_equal(pl_batch_root(&root, ids, PL_BATCH_MAX + 1, &e),
			 PL_ELIMIT);
	swap = ids[0];
	ids[0] = ids[1];
	ids[1] = swap;
	assert_int_equal(pl_batch_root(&root, ids, 3, &e), PL_EUSAGE);
	ids[0] = ids[1];
	assert_int_equal(pl_batch_root(&root, ids, 3, &e), PL_EUSAGE);
	pl_batch_sort(ids, &n);
	assert_int_equal(n, 2);
}

static struct pl_anchor batch_of(size_t n)
{
	struct pl_anchor x = { .ids = ids_of(n),
			       .n = n,
			       .network = "devnet",
			       .chain_id = 31337,
			       .nonce = 4,
			       .done = true };
	struct pl_err e;

	x.by.b[19] = 7;
	x.contract.b[0] = 9;
	assert_ok(pl_batch_root(&x.root, x.ids, n, &e), &e);
	return x;
}

static void a_batch_comes_back_from_its_file(void **state)
{
	struct pl_anchor x = batch_of(5), y;
	struct pl_hash32 other = { { 1 } };
	struct pl_buf b;
	struct pl_err e;
	char *text;

	(void)state;
	pl_buf_init(&b, a);
	assert_ok(pl_anchor_put(&b, &x, &e), &e);
	assert_ok(pl_anchor_get(a, &y, pl_buf_span(&b), &e), &e);
	assert_int_equal(y.n, 5);
	assert_true(pl_hash32_equal(&x.root, &y.root));
	assert_true(pl_addr_equal(&x.by, &y.by));
	assert_true(y.done);
	assert_null(y.tx);
	for (long i = 0; i < 5; i++)
		assert_int_equal(pl_anchor_find(&y, &x.ids[i]), i);
	assert_int_equal(pl_anchor_find(&y, &other), -1);
	/* one digit of one id */
	text = strstr((char *)b.p, pl_record_name(a, &x.ids[2]));
	assert_non_null(text);
	text[5] = text[5] == '0' ? '1' : '0';
	assert_int_equal(pl_anchor_get(a, &y, pl_buf_span(&b), &e), PL_EPROOF);
}

/* keccak(root ‖ keccak(pad(account) ‖ 0)), by `cast index` twice */
static void the_slot_is_solidity_s(void **state)
{
	struct pl_hash32 root = { { 0 } }, slot;
	struct pl_span by =
		unhex(a, "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
	struct pl_addr who;

	(void)state;
	memcpy(who.b, by.p, 20);
	memcpy(root.b,
	       unhex(a, "1e876937c867a10a7569bbcff01a39bf"
			"83170589a257a69f746fcfce9c775da1")
		       .p,
	       32);
	slot = pl_anchor_slot(&who, &root);
	assert_hex_equal(pl_hash32_span(&slot),
			 "d9e972b71dc4b01757c964a9ce0ed169"
			 "6d5ee7100c071750507d39ed1170867c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_as_worked_out_elsewhere),
		cmocka_unit_test(every_path_of_every_size),
		cmocka_unit_test(a_thousand_records),
		cmocka_unit_test(a_node_is_no_leaf),
		cmocka_unit_test(what_makes_no_root),
		cmocka_unit_test(a_batch_comes_back_from_its_file),
		cmocka_unit_test(the_slot_is_solidity_s),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
