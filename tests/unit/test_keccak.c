#include "check.h"

#include "crypto/addr.h"
#include "crypto/keccak.h"

static const struct {
	const char *in, *hash;
} known[] = {
	/* the Keccak team's ShortMsgKAT_256, and words everybody knows */
	{ "", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85"
	      "a470" },
	{ "cc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd997"
		"0b8a" },
	{ "616263", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa1"
		    "2d6c45" },
	{ "80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363"
		"b421" },
	{ "c0", "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d4"
		"9347" },
	{ "7472616e7366657228616464726573732c75696e7432353629",
	  "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b" },
};

static void known_answers(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct pl_hash32 h = pl_keccak256(unhex(a, known[i].in));

		assert_hex_equal(pl_hash32_span(&h), known[i].hash);
	}
	assert_hex_equal(pl_hash32_span(&pl_keccak_empty), known[0].hash);
	pl_arena_close(a);
}

/* One byte at a time is the plainest order of work; every other must agree,
 * around each boundary of a block and of a lane. */
static void pieces_do_not_matter(void **state)
{
	uint8_t text[600];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7 + i / 136);
	for (size_t n = 0; n <= sizeof(text); n++) {
		struct pl_span all = { text, n };
		struct pl_hash32 whole = pl_keccak256(all), h;
		struct pl_keccak k;

		pl_keccak_init(&k);
		for (size_t i = 0; i < n; i++)
			pl_keccak_add(&k, (struct pl_span){ text + i, 1 });
		h = pl_keccak_final(&k);
		assert_memory_equal(h.b, whole.b, 32);
		for (size_t cut = n % 13; cut <= n; cut += 13) {
			struct pl_span rest = all,
				       head = pl_span_take(&rest, cut);

			h = pl_keccak256_2(head, rest);
			assert_memory_equal(h.b, whole.b, 32);
		}
	}
}

/* Every permutation this machine can run, against the plain one. */
static void ways_agree(void **state)
{
	uint64_t plain[25] = { 1 }, other[25];

	(void)state;
	for (int round = 0; round < 100; round++) {
		uint64_t from[25];

		memcpy(from, plain, sizeof(from));
		assert_true(pl_keccak_permute(0, plain));
		for (unsigned way = 1; way < PL_KECCAK_WAYS; way++) {
			memcpy(other, from, sizeof(other));
			if (pl_keccak_permute(way, other))
				assert_memory_equal(other, plain,
						    sizeof(plain));
			else
				assert_memory_equal(other, from, sizeof(from));
		}
	}
	assert_false(pl_keccak_permute(PL_KECCAK_WAYS, plain));
}

#define MANY 100

/* Every way of hashing many, over a batch of n messages whose lengths start at
 * `first` and rise by `step` round and round, against one by one. */
static void check_many(const uint8_t *text, size_t first, size_t step, size_t n)
{
	struct pl_hash32 want[MANY], got[MANY + 1];
	struct pl_span in[MANY];

	for (size_t i = 0; i < n; i++) {
		in[i].n = (first + i * step) % 501;
		in[i].p = in[i].n ? text + (i * 37) % 64 : NULL;
		want[i] = pl_keccak256(in[i]);
	}
	for (unsigned way = 0; way < PL_KECCAK_WAYS; way++) {
		memset(got, 0xee, sizeof(got));
		if (pl_keccak256_many_by(way, got, in, n))
			assert_memory_equal(got, want, n * sizeof(*want));
		assert_int_equal(got[n].b[0], 0xee); /* and not one more */
	}
	memset(got, 0xee, sizeof(got));
	pl_keccak256_many(got, in, n);
	assert_memory_equal(got, want, n * sizeof(*want));
	assert_int_equal(got[n].b[0], 0xee);
}

static void many_are_as_one(void **state)
{
	uint8_t text[600];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 11 + i / 136);
	for (size_t len = 0; len <= 500; len++)
		check_many(text, len, 0, 1 + len % 19); /* of one length */
	for (size_t from = 0; from <= 500; from += MANY) {
		check_many(text, from, 1, MANY);
		check_many(text, from, 500, MANY); /* falling */
	}
	for (size_t n = 0; n < 40; n++)
		for (size_t step = 1; step < 500; step += 61)
			check_many(text, 7 * n, step, n);
	/* a long one among short ones, at every place */
	for (size_t at = 0; at < 20; at++) {
		struct pl_hash32 got[20], want;
		struct pl_span in[20];

		for (size_t i = 0; i < 20; i++)
			in[i] = (struct pl_span){ text, i == at ? 600 : 3 };
		for (unsigned way = 0; way < PL_KECCAK_WAYS; way++)
			for (size_t i = 0; i < 20; i++) {
				if (!pl_keccak256_many_by(way, got, in, 20))
					break;
				want = pl_keccak256(in[i]);
				assert_memory_equal(got[i].b, want.b, 32);
			}
	}
	assert_false(pl_keccak256_many_by(PL_KECCAK_WAYS, NULL, NULL, 0));
}

/* A million letters a: the long message every implementation publishes. */
static void long_message(void **state)
{
	uint8_t *text = malloc(1000000);
	struct pl_hash32 h;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 1000000);
	h = pl_keccak256((struct pl_span){ text, 1000000 });
	free(text);
	assert_hex_equal(pl_hash32_span(&h),
			 "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e"
			 "9853098fc96");
}

/* EIP-55's own examples */
static const char *const addrs[] = {
	"0x52908400098527886E0F7030069857D2E4169EE7",
	"0x8617E340B3D01FA5F11F306F4090FD50E238070D",
	"0xde709f2102306220921060314715629080e2fb77",
	"0x27b1fdb04752bbc536007a920d24acb045561c26",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
	"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
	"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
	"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
};

static void addresses_read_and_print(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addrs); i++) {
		char text[PL_ADDR_TEXT], lower[PL_ADDR_TEXT];
		struct pl_addr a, b;
		struct pl_err e;

		assert_ok(pl_addr_parse(&a, addrs[i], &e), &e);
		pl_addr_text(text, &a);
		assert_string_equal(text, addrs[i]);
		memcpy(lower, text, sizeof(lower));
		for (char *p = lower; *p; p++)
			if (*p >= 'A' && *p <= 'F')
				*p = (char)(*p + ('a' - 'A'));
		assert_ok(pl_addr_parse(&b, lower, &e), &e);
		assert_true(pl_addr_equal(&a, &b));
	}
}

static const char *const no_addrs[] = {
	"",
	"0x",
	"52908400098527886E0F7030069857D2E4169EE7",
	"0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", /* a capital lost */
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAee", /* a digit mistyped */
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
	"0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
	"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae ",
};

static void no_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(no_addrs); i++) {
		struct pl_addr a = { { 7 } };
		struct pl_err e;

		assert_int_equal(pl_addr_parse(&a, no_addrs[i], &e),
				 PL_EFORMAT);
		assert_int_equal(a.b[0], 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(pieces_do_not_matter),
		cmocka_unit_test(ways_agree),
		cmocka_unit_test(many_are_as_one),
		cmocka_unit_test(long_message),
		cmocka_unit_test(addresses_read_and_print),
		cmocka_unit_test(no_addresses),
	};

	return cmocka_run_group_tests_name("keccak", tests, NULL, NULL);
}
