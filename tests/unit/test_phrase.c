/* Phrases and trees of keys, against vectors of others: BIP-39's own (their
 * passphrase is TREZOR), BIP-32's, and the accounts that development nodes
 * share. */
#include "check.h"

#include "base/hex.h"
#include "devnet/node.h"
#include "wallet/phrase.h"

static const struct {
	const char *phrase, *seed;
} good[] = {
	{ "abandon abandon abandon abandon abandon abandon abandon abandon "
	  "abandon abandon abandon about",
	  "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f0"
	  "9a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04" },
	{ "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
	  "ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332"
	  "572917f0f8e5a589620c6f15b11c61dee327651a14c34e18231052e48c069" },
	{ "letter advice cage absurd amount doctor acoustic avoid letter "
	  "advice cage absurd amount doctor acoustic avoid letter always",
	  "107d7c02a5aa6f38c58083ff74f04c607c2d2c0ecc55501dadd72d025b751bc27fe"
	  "913ffb796f841c49b1d33b610cf0e91d3aa239027f5e99fe4ce9e5088cd65" },
	{ "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo "
	  "zoo zoo zoo zoo zoo zoo vote",
	  "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e16139"
	  "12f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad" },
	{ "jelly better achieve collect unaware mountain thought cargo oxygen "
	  "act hood bridge",
	  "b5b6d0127db1a9d2226af0c3346031d77af31e918dba64287a1b44b8ebf63cdd526"
	  "76f672a290aae502472cf2d602c051f3e6f18055e84e4c43897fc4e51a6ff" },
	{ "indicate race push merry suffer human cruise dwarf pole review arch "
	  "keep canvas theme poem divorce alter left",
	  "3bbf9daa0dfad8229786ace5ddb4e00fa98a044ae4c4975ffd5e094dba9e0bb2893"
	  "49dbe2091761f30f382d4e35c4a670ee8ab50758d2c55881be69e327117ba" },
	{ "exile ask congress lamp submit jacket era scheme attend cousin "
	  "alcohol catch course end lucky hurt sentence oven short ball bird "
	  "grab wing top",
	  "095ee6f817b4c2cb30a5a797360a81a40ab0f9a4e25ecd672a3f58a0b5ba0687c09"
	  "6a6b14d2c0deb3bdefce4f61d01ae07417d502429352e27695163f7447a8c" },
};

static void phrases_make_the_seeds_of_others(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		uint8_t want[64], seed[64];
		const char *phrase;
		struct pl_err e;

		assert_ok(pl_hex_fixed(want, 64, good[i].seed, 128, &e), &e);
		assert_ok(pl_phrase_read(a, &phrase, good[i].phrase, &e), &e);
		assert_string_equal(phrase, good[i].phrase);
		assert_ok(pl_phrase_seed(seed, phrase, "TREZOR", &e), &e);
		assert_memory_equal(seed, want, 64);
	}
	pl_arena_close(a);
}

static const struct {
	const char *label, *phrase;
} bad[] = {
	{ "nothing", "" },
	{ "spaces", "   " },
	{ "a checksum of another",
	  "abandon abandon abandon abandon abandon abandon abandon abandon "
	  "abandon abandon abandon abandon" },
	{ "words that changed places",
	  "better jelly achieve collect unaware mountain thought cargo oxygen "
	  "act hood bridge" },
	{ "eleven words", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong" },
	{ "thirteen", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong" },
	{ "twenty-seven",
	  "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo "
	  "zoo zoo zoo zoo zoo zoo zoo zoo zoo vote" },
	{ "no word of the list",
	  "aband0n abandon abandon abandon abandon abandon abandon abandon "
	  "abandon abandon abandon about" },
	{ "a word of nine letters",
	  "abandoned abandon abandon abandon abandon abandon abandon abandon "
	  "abandon abandon abandon about" },
	{ "capitals", "Zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong" },
	{ "a tab", "zoo\tzoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong" },
};

static void what_is_no_phrase_is_refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const char *out = NULL;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		print_message("%s\n", bad[i].label);
		assert_int_equal(pl_phrase_read(a, &out, bad[i].phrase, &e),
				 PL_EFORMAT);
		assert_null(out);
	}
	assert_ok(pl_phrase_read(a, &out,
				 "  zoo zoo  zoo zoo zoo zoo zoo zoo zoo zoo "
				 "zoo   wrong ",
				 &e),
		  &e);
	assert_string_equal(out, good[1].phrase);
	pl_arena_close(a);
}

/* BIP-32's first vector. */
static const struct {
	const char *path, *key;
} tree[] = {
	{ "m", "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b3"
	       "5" },
	{ "m/0'", "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0"
		  "afea" },
	{ "m/0h/1", "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319d"
		    "c93368" },
	{ "m/0'/1/2'/", "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff"
			"59fa424dca" },
	{ "m/0'/1/2'/2", "0f479245fb19a38a1954c5c7c0ebab2f9bdfd96a17563ef28a6a4"
			 "b1a2a764ef4" },
	{ "m/0'/1/2'/2/1000000000",
	  "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8" },
};

static void trees_have_the_keys_of_others(void **state)
{
	uint8_t seed[16];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		seed[i] = i;
	for (size_t i = 0; i < COUNT(tree); i++) {
		uint8_t want[32], key[32];
		struct pl_hd_path path;
		struct pl_err e;

		assert_ok(pl_hex_fixed(want, 32, tree[i].key, 64, &e), &e);
		assert_ok(pl_hd_path_read(&path, tree[i].path, &e), &e);
		assert_ok(
			pl_hd_key(key, (struct pl_span){ seed, 16 }, &path, &e),
			&e);
		assert_memory_equal(key, want, 32);
	}
}

static void what_is_no_path_is_refused(void **state)
{
	static const char *const paths[] = {
		"",
		"44'",
		"M/0",
		"m0",
		"m//0",
		"m/0//1",
		"m/",
		"m/-1",
		"m/+1",
		"m/0''",
		"m/x",
		"m/2147483648",
		"m/0x1",
		"m/0 ",
		"m/99999999999999999999",
		"m/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0",
	};
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct pl_hd_path p = { .n = 77 };

		if (!strcmp(paths[i], "m/")) { /* the root, and a slash */
			assert_ok(pl_hd_path_read(&p, paths[i], &e), &e);
			assert_int_equal(p.n, 0);
			continue;
		}
		print_message("%s\n", paths[i]);
		assert_int_not_equal(pl_hd_path_read(&p, paths[i], &e), PL_OK);
		assert_int_equal(p.n, 77);
	}
}

/* The table that a node without --mnemonic begins with is that phrase's. */
static void the_shared_accounts_come_from_their_phrase(void **state)
{
	struct pl_dev_key table[PL_DEV_KEYS], made[PL_DEV_KEYS];
	struct pl_arena *a = pl_arena_open(0);
	const char *phrase;
	struct pl_err e;

	(void)state;
	assert_ok(pl_phrase_read(a, &phrase, pl_dev_phrase, &e), &e);
	assert_ok(pl_dev_keys(table, PL_DEV_KEYS, &e), &e);
	assert_ok(pl_dev_keys_of(made, PL_DEV_KEYS, phrase, PL_DEV_PATH, &e),
		  &e);
	for (size_t i = 0; i < PL_DEV_KEYS; i++) {
		assert_memory_equal(table[i].secret, made[i].secret, 32);
		assert_true(pl_addr_equal(&table[i].addr, &made[i].addr));
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phrases_make_the_seeds_of_others),
		cmocka_unit_test(what_is_no_phrase_is_refused),
		cmocka_unit_test(trees_have_the_keys_of_others),
		cmocka_unit_test(what_is_no_path_is_refused),
		cmocka_unit_test(the_shared_accounts_come_from_their_phrase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
