#include "check.h"

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/secp.h"
#include "eth/clique.h"
#include "eth/fork.h"
#include "eth/header.h"
#include "orbit/nitro.h"

static struct pl_header made(unsigned n_fields)
{
	static const uint8_t extra[] = "made here";
	struct pl_header h = { .n_fields = n_fields };

	memset(h.parent_hash.b, 1, 32);
	h.uncles_hash = pl_empty_uncles;
	memset(h.state_root.b, 2, 32);
	h.tx_root = h.receipts_root = pl_empty_root;
	h.difficulty = pl_u256_of(n_fields < 16 ? 131072 : 0);
	h.number = 1000;
	h.gas_limit = 30000000;
	h.time = 1700000000;
	h.extra = (struct pl_span){ extra, sizeof(extra) - 1 };
	h.base_fee = pl_u256_of(7);
	h.withdrawals_root = pl_empty_root;
	h.excess_blob_gas = 131072;
	memset(h.parent_beacon_root.b, 3, 32);
	memset(h.requests_hash.b, 4, 32);
	return h;
}

/* The first block of the main network. */
static void genesis_hashes_as_known(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = { .n_fields = 15, .gas_limit = 5000 };
	struct pl_hash32 hash;
	struct pl_buf b;

	(void)state;
	h.uncles_hash = pl_empty_uncles;
	h.tx_root = h.receipts_root = pl_empty_root;
	memcpy(h.state_root.b,
	       unhex(a, "d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da"
			"30580f0544")
		       .p,
	       32);
	h.difficulty = pl_u256_of(17179869184);
	h.extra = unhex(a, "11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a3"
			   "8e1e50b1b82fa");
	h.nonce[7] = 0x42;
	pl_buf_init(&b, a);
	hash = pl_header_hash(&h, &b);
	assert_hex_equal(pl_hash32_span(&hash),
			 "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8"
			 "c0db1cb8fa3");
	pl_arena_close(a);
}

static const unsigned layouts[] = { 15, 16, 17, 20, 21 };

static void all_layouts_round_trip(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b, again;

	(void)state;
	pl_buf_init(&b, a);
	pl_buf_init(&again, a);
	for (size_t i = 0; i < COUNT(layouts); i++) {
		struct pl_header h = made(layouts[i]), got;
		struct pl_hash32 hash = pl_header_hash(&h, &again);
		struct pl_err e;

		pl_buf_reset(&b);
		pl_header_encode(&b, &h);
		assert_ok(pl_header_decode(&got, pl_buf_span(&b), &e), &e);
		assert_int_equal(got.n_fields, layouts[i]);
		assert_memory_equal(got.hash.b, hash.b, 32);
		pl_buf_reset(&again);
		pl_header_encode(&again, &got);
		assert_true(
			pl_span_equal(pl_buf_span(&b), pl_buf_span(&again)));
	}
	pl_arena_close(a);
}

/* Many at once are what each is by itself, and one that is wrong is named. */
static void many_are_as_one(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header *got = PL_NEW_N(a, struct pl_header, 70), one;
	struct pl_span rlps[70];
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(rlps); i++) {
		struct pl_header h = made(layouts[i % COUNT(layouts)]);
		struct pl_buf b;

		h.number = i;
		pl_buf_init(&b, a);
		pl_header_encode(&b, &h);
		rlps[i] = pl_buf_span(&b);
	}
	for (size_t n = 0; n <= COUNT(rlps); n++) {
		memset(got, 0, 70 * sizeof(*got));
		assert_ok(pl_header_decode_many(got, rlps, n, &e), &e);
		for (size_t i = 0; i < n; i++) {
			assert_ok(pl_header_decode(&one, rlps[i], &e), &e);
			assert_memory_equal(got[i].hash.b, one.hash.b, 32);
			assert_int_equal(got[i].number, i);
			assert_int_equal(got[i].n_fields, one.n_fields);
		}
	}
	for (size_t i = 0; i < COUNT(rlps); i++) {
		const char *name = pl_printf(a, "number %zu of 70", i);

		rlps[i].n--;
		assert_int_equal(pl_header_decode_many(got, rlps, 70, &e),
				 PL_EFORMAT);
		assert_non_null(strstr(e.msg, name));
		rlps[i].n++;
	}
	pl_arena_close(a);
}

static void changed_bytes_change_the_hash(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	for (size_t i = 0; i < COUNT(layouts); i++) {
		struct pl_header h = made(layouts[i]), got;
		struct pl_hash32 hash;
		struct pl_err e;

		pl_buf_reset(&b);
		pl_header_encode(&b, &h);
		assert_ok(pl_header_decode(&got, pl_buf_span(&b), &e), &e);
		hash = got.hash;
		for (size_t k = 0; k < b.n; k++) {
			struct pl_span cut = { b.p, k };

			assert_int_equal(pl_header_decode(&got, cut, &e),
					 PL_EFORMAT);
			b.p[k] ^= 0x80;
			if (!pl_header_decode(&got, pl_buf_span(&b), &e))
				assert_memory_not_equal(got.hash.b, hash.b, 32);
			b.p[k] ^= 0x80;
		}
		pl_buf_byte(&b, 0x80); /* something behind */
		assert_int_equal(pl_header_decode(&got, pl_buf_span(&b), &e),
				 PL_EFORMAT);
	}
	pl_arena_close(a);
}

/* 18 and 19 fields belong to no fork, nor do 14 and 22. */
static void other_numbers_of_fields(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = made(21), got;
	struct pl_span body, all[21];
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	pl_header_encode(&b, &h);
	assert_ok(pl_rlp_whole_list(&body, pl_span_dup(a, pl_buf_span(&b)), &e),
		  &e);
	for (size_t i = 0; i < 21; i++)
		assert_ok(pl_rlp_raw(&all[i], &body, &e), &e);
	for (size_t n = 0; n <= 22; n++) {
		bool fits = n == 15 || n == 16 || n == 17 || n == 20 || n == 21;
		size_t list;

		pl_buf_reset(&b);
		list = pl_rlp_open(&b);
		for (size_t i = 0; i < n; i++)
			pl_buf_put(&b, all[i < 21 ? i : 20]);
		pl_rlp_close(&b, list);
		assert_int_equal(pl_header_decode(&got, pl_buf_span(&b), &e),
				 fits ? PL_OK : PL_EFORMAT);
	}
	pl_arena_close(a);
}

static void limits_hold(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = made(16), got;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	for (size_t n = PL_MAX_EXTRA; n <= PL_MAX_EXTRA + 1; n++) {
		h.extra = (struct pl_span){ pl_alloc(a, n), n };
		pl_buf_reset(&b);
		pl_header_encode(&b, &h);
		assert_int_equal(pl_header_decode(&got, pl_buf_span(&b), &e),
				 n > PL_MAX_EXTRA ? PL_ELIMIT : PL_OK);
	}
	h.extra = (struct pl_span){ pl_alloc(a, 5000), 5000 };
	pl_buf_reset(&b);
	pl_header_encode(&b, &h);
	assert_int_equal(pl_header_decode(&got, pl_buf_span(&b), &e),
			 PL_ELIMIT);
	pl_arena_close(a);
}

static const struct {
	uint64_t number, time;
	enum pl_fork fork;
} schedule[] = {
	{ 0, 0, PL_FORK_FRONTIER },
	{ 1149999, 1457981342, PL_FORK_FRONTIER },
	{ 1150000, 1457981393, PL_FORK_HOMESTEAD },
	{ 12964999, 1628166812, PL_FORK_BERLIN },
	{ 12965000, 1628166822, PL_FORK_LONDON },
	{ 15537393, 1663224162, PL_FORK_GRAY_GLACIER },
	{ 15537394, 1663224179, PL_FORK_PARIS },
	{ 17034869, 1681338443, PL_FORK_PARIS },
	{ 17034870, 1681338455, PL_FORK_SHANGHAI },
	{ 19426587, 1710338135, PL_FORK_CANCUN },
	{ 22431083, 1746612299, PL_FORK_CANCUN },
	{ 22431084, 1746612311, PL_FORK_PRAGUE },
	{ 23935694, 1764798551, PL_FORK_OSAKA },
	{ 24000000, 1765290071, PL_FORK_BPO1 },
	{ 25000000, 1767747671, PL_FORK_BPO2 },
};

/* EIP-1716: Constantinople itself never was. */
static void forks_follow_the_schedule(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(schedule); i++)
		assert_int_equal(
			pl_fork_mainnet(schedule[i].number, schedule[i].time),
			schedule[i].fork);
	assert_int_equal(pl_fork_mainnet(7279999, 0), PL_FORK_BYZANTIUM);
	assert_int_equal(pl_fork_mainnet(7280000, 0), PL_FORK_PETERSBURG);
	for (int f = 0; f < PL_FORKS; f++)
		assert_non_null(pl_fork_name((enum pl_fork)f));
	assert_int_equal(pl_fork_header_fields(PL_FORK_OSAKA), 21);
	assert_int_equal(pl_fork_max_tx_type(PL_FORK_CANCUN), 3);
}

/* A clique block sealed here by a key we know. */
static void clique_seal(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	uint8_t extra[32 + 65] = "vanity", secret[32] = { [31] = 1 };
	struct pl_header h = made(15), unsealed;
	struct pl_addr signer, want;
	struct pl_hash32 digest;
	struct pl_sig sig;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	h.difficulty = pl_u256_of(2);
	h.extra = (struct pl_span){ extra, 32 };
	unsealed = h;
	digest = pl_header_hash(&unsealed, &b);
	assert_ok(pl_secp_sign(&sig, &digest, secret, &e), &e);
	memcpy(extra + 32, sig.r, 32);
	memcpy(extra + 64, sig.s, 32);
	extra[96] = sig.y_parity;
	h.extra.n = sizeof(extra);
	assert_true(pl_clique_fits(&h));
	assert_ok(pl_secp_address(&want, secret, &e), &e);
	assert_ok(pl_clique_signer(&signer, &h, &b, &e), &e);
	assert_true(pl_addr_equal(&signer, &want));
	h.gas_used++; /* anything else sealed is not this signer's */
	if (!pl_clique_signer(&signer, &h, &b, &e))
		assert_false(pl_addr_equal(&signer, &want));
	extra[96] = 4;
	assert_int_equal(pl_clique_signer(&signer, &h, &b, &e), PL_EPROOF);
	h.extra.n = 64;
	assert_int_equal(pl_clique_signer(&signer, &h, &b, &e), PL_EFORMAT);
	assert_false(pl_clique_fits(&h));
	pl_arena_close(a);
}

static void nitro_parts(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = made(16);
	struct pl_nitro n;

	(void)state;
	assert_false(pl_nitro_fits(&h));
	h.difficulty = pl_u256_of(1);
	h.extra = unhex(a, "5415fe5b5fa72ff4ecaf578e7346f9ef8942c832a0f5564f05d"
			   "8511e3576b334");
	memcpy(h.mix_hash.b,
	       unhex(a, "0000000000028aef00000000018ea3d7000000000000003d000100"
			"0000000000")
		       .p,
	       32);
	h.nonce[7] = 9;
	assert_true(pl_nitro_fits(&h));
	n = pl_nitro_read(&h);
	assert_int_equal(n.send_count, 0x28aef);
	assert_int_equal(n.l1_block, 0x18ea3d7);
	assert_int_equal(n.arbos, 61);
	assert_true(n.collect_tips);
	assert_int_equal(n.delayed_read, 9);
	assert_memory_equal(n.send_root.b, h.extra.p, 32);
	h.n_fields = 17;
	assert_false(pl_nitro_fits(&h));
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(genesis_hashes_as_known),
		cmocka_unit_test(all_layouts_round_trip),
		cmocka_unit_test(many_are_as_one),
		cmocka_unit_test(changed_bytes_change_the_hash),
		cmocka_unit_test(other_numbers_of_fields),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(forks_follow_the_schedule),
		cmocka_unit_test(clique_seal),
		cmocka_unit_test(nitro_parts),
	};

	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
