/* SSZ: what the pieces refuse, and hash_tree_root against a naive one. */
#include "check.h"

#include "codec/ssz.h"
#include "crypto/sha256.h"

struct two {
	struct pl_span a, b;
	uint64_t n;
};

/* {a: List[byte], n: uint64, b: List[byte]} */
static enum pl_rc read_two(struct two *out, struct pl_span in, struct pl_err *e)
{
	struct pl_ssz s;

	PL_TRY(pl_ssz_open(&s, in, 16, 2, "two", e));
	PL_TRY(pl_ssz_offset(&s, e));
	out->n = pl_ssz_u64(&s);
	PL_TRY(pl_ssz_offset(&s, e));
	out->a = pl_ssz_part(&s, 0);
	out->b = pl_ssz_part(&s, 1);
	return PL_OK;
}

static void containers(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} rows[] = {
		{ "10000000 0700000000000000 12000000 aabb cc", true },
		{ "10000000 0700000000000000 10000000", true },
		{ "10000000 0700000000000000 11000000 aa", true },
		/* offsets_first: a gap, and an overlap */
		{ "11000000 0700000000000000 12000000 aabb cc", false },
		{ "0f000000 0700000000000000 12000000 aabb cc", false },
		/* offsets_monotonic */
		{ "10000000 0700000000000000 0f000000 aabb cc", false },
		/* offsets_in_bounds */
		{ "10000000 0700000000000000 14000000 aabb cc", false },
		{ "10000000 0700000000000000 ffffffff aabb cc", false },
		/* container_length */
		{ "10000000 0700000000000000 120000", false },
		{ "", false },
	};
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char hex[128], *to = hex;
		struct two t;
		struct pl_err e;

		for (const char *p = rows[i].hex; *p; p++)
			if (*p != ' ')
				*to++ = *p;
		*to = '\0';
		assert_int_equal(read_two(&t, unhex(a, hex), &e),
				 rows[i].good ? PL_OK : PL_EFORMAT);
		if (rows[i].good)
			assert_int_equal(t.n, 7);
	}
	pl_arena_close(a);
}

static void fixed_containers_have_one_length(void **state)
{
	uint8_t bytes[41] = { 1 };
	struct pl_ssz s;
	struct pl_err e;

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++)
		assert_int_equal(pl_ssz_open(&s, (struct pl_span){ bytes, n },
					     40, 0, "forty", &e),
				 n == 40 ? PL_OK : PL_EFORMAT);
	assert_ok(pl_ssz_open(&s, (struct pl_span){ bytes, 40 }, 40, 0, "forty",
			      &e),
		  &e);
	assert_int_equal(pl_ssz_u64(&s), 1);
}

static void list_limits(void **state)
{
	static const uint8_t z[64];
	struct pl_err e;
	size_t n;

	(void)state;
	assert_ok(pl_ssz_list(&n, (struct pl_span){ z, 64 }, 8, 8, "l", &e),
		  &e);
	assert_int_equal(n, 8);
	assert_int_equal(
		pl_ssz_list(&n, (struct pl_span){ z, 64 }, 8, 7, "l", &e),
		PL_ELIMIT);
	assert_int_equal(
		pl_ssz_list(&n, (struct pl_span){ z, 63 }, 8, 8, "l", &e),
		PL_EFORMAT);
	assert_ok(pl_ssz_list(&n, (struct pl_span){ NULL, 0 }, 8, 0, "l", &e),
		  &e);
	assert_int_equal(n, 0);
}

static void lists_of_variable_items(void **state)
{
	static const struct {
		const char *hex;
		uint64_t limit;
		enum pl_rc rc;
		size_t n;
	} rows[] = {
		{ "", 0, PL_OK, 0 },
		{ "0c0000000d0000000d000000aabbcc", 3, PL_OK, 3 },
		{ "0c0000000d0000000d000000aabbcc", 2, PL_ELIMIT, 0 },
		{ "0c0000000d0000000c000000aabbcc", 3, PL_EFORMAT, 0 },
		{ "0c0000000d00000010000000aabbcc", 3, PL_EFORMAT, 0 },
		{ "0d0000000d0000000d000000aabbcc", 3, PL_EFORMAT, 0 },
		{ "00000000", 3, PL_EFORMAT, 0 },
		{ "0c0000", 3, PL_EFORMAT, 0 },
		{ "ffffffff", 3, PL_EFORMAT, 0 },
	};
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pl_span in = unhex(a, rows[i].hex);
		struct pl_err e;
		size_t n;

		assert_int_equal(
			pl_ssz_var_list(&n, in, rows[i].limit, "l", &e),
			rows[i].rc);
		if (rows[i].rc)
			continue;
		assert_int_equal(n, rows[i].n);
		if (n)
			assert_hex_equal(pl_ssz_var_item(in, n, 2), "bbcc");
	}
	pl_arena_close(a);
}

static void bitvector_padding(void **state)
{
	static const uint8_t full[2] = { 0xff, 0x03 }, over[2] = { 0, 0x04 };
	struct pl_err e;

	(void)state;
	assert_ok(pl_ssz_bitvector((struct pl_span){ full, 2 }, 10, "b", &e),
		  &e);
	assert_int_equal(
		pl_ssz_bitvector((struct pl_span){ over, 2 }, 10, "b", &e),
		PL_EFORMAT);
	assert_int_equal(
		pl_ssz_bitvector((struct pl_span){ full, 1 }, 10, "b", &e),
		PL_EFORMAT);
	assert_int_equal(pl_ssz_count(full, 2), 10);
}

/* All 2^depth chunks laid out, level by level. */
static struct pl_hash32 naive(const struct pl_hash32 *chunks, size_t n,
			      unsigned depth)
{
	static struct pl_hash32 level[256];

	memset(level, 0, sizeof(level));
	if (n)
		memcpy(level, chunks, n * sizeof(*chunks));
	for (size_t width = (size_t)1 << depth; width > 1; width /= 2)
		for (size_t i = 0; i < width / 2; i++)
			level[i] = pl_sha256_pair(&level[2 * i],
						  &level[2 * i + 1]);
	return level[0];
}

static void roots_like_naive_ones(void **state)
{
	struct pl_hash32 chunks[128], got, want;

	(void)state;
	for (size_t i = 0; i < COUNT(chunks); i++)
		memset(&chunks[i], (int)(i * 7 + 1), 32);
	for (unsigned depth = 0; depth <= 7; depth++)
		for (size_t n = 0; n <= (size_t)1 << depth; n++) {
			struct pl_ssz_tree t;

			pl_ssz_tree_init(&t);
			for (size_t i = 0; i < n; i++)
				pl_ssz_tree_root(&t, &chunks[i]);
			pl_ssz_tree_end(&got, &t, depth);
			want = naive(chunks, n, depth);
			assert_memory_equal(&got, &want, 32);
		}
}

static void zero_hashes_are_of_zeros(void **state)
{
	struct pl_hash32 z = { { 0 } }, got;
	struct pl_ssz_tree t;

	(void)state;
	pl_ssz_tree_init(&t);
	for (unsigned depth = 0; depth <= PL_SSZ_DEPTH; depth++) {
		pl_ssz_tree_end(&got, &t, depth);
		assert_memory_equal(&got, &z, 32);
		z = pl_sha256_pair(&z, &z);
	}
}

static void branches_lead_to_the_root(void **state)
{
	struct pl_hash32 leaf[8], root, got, branch[3], mid[4], top[2];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		memset(&leaf[i], (int)i + 1, 32);
	for (size_t i = 0; i < 4; i++)
		mid[i] = pl_sha256_pair(&leaf[2 * i], &leaf[2 * i + 1]);
	for (size_t i = 0; i < 2; i++)
		top[i] = pl_sha256_pair(&mid[2 * i], &mid[2 * i + 1]);
	root = pl_sha256_pair(&top[0], &top[1]);
	for (size_t i = 0; i < 8; i++) {
		branch[0] = leaf[i ^ 1];
		branch[1] = mid[i / 2 ^ 1];
		branch[2] = top[i / 4 ^ 1];
		pl_ssz_branch_root(&got, &leaf[i], branch, 3, i);
		assert_memory_equal(&got, &root, 32);
		pl_ssz_branch_root(&got, &leaf[i], branch, 3, i ^ 1);
		assert_memory_not_equal(&got, &root, 32);
	}
}

static void byte_lists_mix_in_their_length(void **state)
{
	static const uint8_t z[32];
	struct pl_hash32 a, b;

	(void)state;
	pl_ssz_byte_list_root(&a, (struct pl_span){ z, 3 }, 32);
	pl_ssz_byte_list_root(&b, (struct pl_span){ z, 4 }, 32);
	assert_memory_not_equal(&a, &b, 32);
	/* hash_tree_root(ByteList[32]()) = sha256 of 64 zeros */
	pl_ssz_byte_list_root(&a, (struct pl_span){ NULL, 0 }, 32);
	assert_hex_equal(pl_hash32_span(&a),
			 "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea98"
			 "31a92759fb4b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers),
		cmocka_unit_test(fixed_containers_have_one_length),
		cmocka_unit_test(list_limits),
		cmocka_unit_test(lists_of_variable_items),
		cmocka_unit_test(bitvector_padding),
		cmocka_unit_test(roots_like_naive_ones),
		cmocka_unit_test(zero_hashes_are_of_zeros),
		cmocka_unit_test(branches_lead_to_the_root),
		cmocka_unit_test(byte_lists_mix_in_their_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
