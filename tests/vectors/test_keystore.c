/* Key files of others: the five of ethereum/tests (geth, pyethereum,
 * MyCrypto) and the nine of ethers (geth, Parity, ethers on several systems),
 * with their passwords and keys. */
#include "check.h"

#include "base/limits.h"
#include "codec/json_in.h"
#include "crypto/addr.h"
#include "wallet/keystore.h"

static struct pl_arena *a;
static struct pl_err e;

/* What a command prints; n = 0 where a tool is missing. */
static struct pl_span output(const char *cmd)
{
	size_t cap = (size_t)1 << 20, n;
	uint8_t *p = pl_alloc(a, cap);
	FILE *f = popen(cmd, "r");

	assert_non_null(f);
	n = fread(p, 1, cap, f);
	assert_true(n < cap);
	if (pclose(f))
		n = 0;
	return (struct pl_span){ p, n };
}

/* The JSON that `before` FILE `after` prints; NULL: skip. */
static const struct pl_json *load(struct pl_span *text, const char *before,
				  const char *file, const char *after)
{
	char *path = testdata(a, file);
	const struct pl_json *v;

	if (!path) {
		print_message("skipped: PLUME_TESTDATA is absent\n");
		return NULL;
	}
	*text = output(pl_printf(a, "%s '%s' %s", before, path, after));
	if (!text->n) {
		print_message("skipped: cannot unpack %s\n", file);
		return NULL;
	}
	assert_ok(pl_json_parse(a, &v, *text, &e), &e);
	return v;
}

/* The file again as text: the façade reads JSON and does not write it, so the
 * span is cut out of the archive's text by its braces. */
static struct pl_span cut_object(const char *text, const char *name)
{
	const char *at = strstr(text, pl_printf(a, "\"%s\"", name));
	const char *from, *to;
	int depth = 0;

	assert_non_null(at);
	from = strstr(at, "\"json\"");
	assert_non_null(from);
	from = strchr(from, '{');
	for (to = from;; to++) {
		depth += (*to == '{') - (*to == '}');
		if (!depth)
			break;
	}
	return (struct pl_span){ (const uint8_t *)from,
				 (size_t)(to - from) + 1 };
}

static void ethereum_tests_unlock(void **state)
{
	struct pl_span text;
	const struct pl_json *all = load(
		&text, "zstd -qdc --long=25",
		"ethereum-tests/small-Trie-RLP-ABI-KeyStore-Genesis.tar.zst",
		"| tar xOf - KeyStoreTests");
	size_t n = 0;

	(void)state;
	if (!all)
		skip();
	for (void *it = pl_json_iter(all); it; it = pl_json_next(all, it)) {
		const struct pl_json *c = pl_json_iter_value(it);
		const char *name = pl_json_iter_key(it);
		const char *password, *priv;
		struct pl_keystore ks;
		struct pl_addr addr;
		uint8_t key[32];

		assert_ok(pl_json_need_str(&password, c, "password", &e), &e);
		assert_ok(pl_json_need_str(&priv, c, "priv", &e), &e);
		assert_ok(pl_keystore_parse(
				  a, &ks,
				  cut_object((const char *)text.p, name), &e),
			  &e);
		assert_ok(pl_keystore_unlock(key, &addr, &ks,
					     pl_span_str(password), &e),
			  &e);
		assert_hex_equal((struct pl_span){ key, 32 }, priv);
		n++;
	}
	assert_int_equal(n, 5);
}

static void one_of_ethers(const struct pl_json *c, size_t *unlocked,
			  size_t *refused)
{
	const char *type, *text, *hex, *address;
	struct pl_addr want, got;
	struct pl_keystore ks;
	struct pl_span password;
	uint8_t key[32];

	assert_ok(pl_json_need_str(&type, c, "type", &e), &e);
	assert_ok(pl_json_need_str(&text, c, "content", &e), &e);
	assert_ok(pl_json_need_str(&hex, c, "password", &e), &e);
	assert_ok(pl_json_need_str(&address, c, "address", &e), &e);
	if (strcmp(type, "keystore") != 0) {
		assert_int_equal(
			pl_keystore_parse(a, &ks, pl_span_str(text), &e),
			PL_EFORMAT);
		assert_non_null(strstr(e.msg, "presale"));
		++*refused;
		return;
	}
	password = unhex(a, hex);
	assert_ok(pl_addr_parse(&want, address, &e), &e);
	assert_ok(pl_keystore_parse(a, &ks, pl_span_str(text), &e), &e);
	assert_ok(pl_keystore_unlock(key, &got, &ks, password, &e), &e);
	assert_true(pl_addr_equal(&want, &got));
	++*unlocked;
}

static void ethers_wallets_unlock(void **state)
{
	struct pl_span text;
	const struct pl_json *all =
		load(&text, "gzip -dc",
		     "ethereum-tests/vectors/ethers6-wallets.json.gz", "");
	size_t unlocked = 0, refused = 0;

	(void)state;
	if (!all)
		skip();
	for (size_t i = 0; i < pl_json_len(all); i++)
		one_of_ethers(pl_json_at(all, i), &unlocked, &refused);
	assert_int_equal(unlocked, 7);
	assert_int_equal(refused, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethereum_tests_unlock),
		cmocka_unit_test(ethers_wallets_unlock),
	};
	int failed;

	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return failed;
}
