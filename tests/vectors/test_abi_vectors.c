/* ABI encodings that ethers' authors made with solc, and those of
 * ethereum/tests: encoded from their values, decoded back to the same. */
#include "check.h"

#include "base/limits.h"
#include "codec/abi.h"
#include "codec/gzip.h"

static const struct pl_json *load(struct pl_arena *a, const char *name)
{
	char *path = testdata(a, name);
	const struct pl_json *json;
	struct pl_span text;
	struct pl_err e;

	if (!path)
		return NULL;
	assert_ok(pl_data_read(a, &text, NULL, path, PL_MAX_JSON_FILE, &e), &e);
	assert_ok(pl_json_parse(a, &json, text, &e), &e);
	return json;
}

/* Encode, compare, decode, encode again, compare. */
static void both_ways(struct pl_arena *a, const struct pl_abi_type *tuple,
		      const struct pl_abi_value *v, size_t n, const char *want)
{
	struct pl_abi_value back;
	struct pl_buf b;
	struct pl_err e;
	struct pl_span bytes = unhex(a, want);

	pl_buf_init(&b, a);
	assert_ok(pl_abi_encode(&b, tuple, v, n, &e), &e);
	assert_hex_equal(pl_buf_span(&b), want);
	assert_ok(pl_abi_decode(a, &back, tuple, bytes, &e), &e);
	pl_buf_reset(&b);
	assert_ok(pl_abi_encode(&b, tuple, back.items, back.n, &e), &e);
	assert_hex_equal(pl_buf_span(&b), want);
	for (size_t cut = 1; cut <= bytes.n && cut < 70; cut++)
		assert_int_equal(
			pl_abi_decode(
				a, &back, tuple,
				(struct pl_span){ bytes.p, bytes.n - cut }, &e),
			PL_EFORMAT);
}

static void ethers_vectors(void **state)
{
	struct pl_arena *a = pl_arena_open(0), *scratch = pl_arena_open(0);
	const struct pl_json *json =
		load(a, "ethereum-tests/vectors/ethers6-abi.json.gz");
	size_t n = pl_json_len(json);

	(void)state;
	if (!json)
		skip();
	assert_int_equal(n, 1024);
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *c = pl_json_at(json, i);
		struct pl_abi_type t;
		struct pl_abi_value v;
		struct pl_err e;
		const char *type = pl_json_str(pl_json_get(c, "type"));

		/* what test() returns is one value of that type */
		assert_ok(pl_abi_type_parse(scratch, &t,
					    pl_printf(scratch, "(%s)", type),
					    &e),
			  &e);
		assert_ok(pl_abi_value_json(scratch, &v, &t.members[0].type,
					    pl_json_get(c, "value"), &e),
			  &e);
		both_ways(scratch, &t, &v, 1,
			  pl_json_str(pl_json_get(c, "encoded")));
		pl_arena_reset(scratch);
	}
	pl_arena_close(scratch);
	pl_arena_close(a);
}

/* ethereum/tests' basic_abi_tests.json lies in an archive: unpacked by
 *   zstd -dc --long=25 small-….tar.zst | tar xO ABITests/… */
static const struct pl_json *ethereum_tests(struct pl_arena *a)
{
	char *tar = testdata(a, "ethereum-tests/small-Trie-RLP-ABI-KeyStore-"
				"Genesis.tar.zst");
	const struct pl_json *json;
	struct pl_buf b;
	struct pl_err e;
	size_t n;
	FILE *f;

	if (!tar)
		return NULL;
	f = popen(pl_printf(a,
			    "zstd -dc --long=25 '%s' 2>/dev/null | tar xOf - "
			    "ABITests/basic_abi_tests.json 2>/dev/null",
			    tar),
		  "r");
	assert_non_null(f);
	pl_buf_init(&b, a);
	do {
		n = fread(pl_buf_room(&b, 4096), 1, 4096, f);
		b.n += n;
	} while (n);
	if (pclose(f) || !b.n)
		return NULL; /* no zstd on this machine */
	assert_ok(pl_json_parse(a, &json, pl_buf_span(&b), &e), &e);
	return json;
}

/* "bytes" and "bytes10" are given as text there: make them hexadecimal. */
static struct pl_abi_value value_of(struct pl_arena *a,
				    const struct pl_abi_type *t,
				    const struct pl_json *v)
{
	struct pl_abi_value out;
	struct pl_err e;

	if (t->kind == PL_ABI_BYTES || t->kind == PL_ABI_FIXED)
		return pl_abi_bytes(pl_span_str(pl_json_str(v)));
	assert_ok(pl_abi_value_json(a, &out, t, v, &e), &e);
	return out;
}

static void ethereum_tests_vectors(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *all = ethereum_tests(a);
	size_t cases = 0;

	(void)state;
	if (!all)
		skip();
	for (void *it = pl_json_iter(all); it; it = pl_json_next(all, it)) {
		const struct pl_json *c = pl_json_iter_value(it);
		const struct pl_json *args = pl_json_get(c, "args");
		const struct pl_json *names = pl_json_get(c, "types");
		size_t n = pl_json_len(names);
		struct pl_abi_value v[8];
		struct pl_abi_type t;
		struct pl_buf text;
		struct pl_err e;

		assert_in_range(n, 1, COUNT(v));
		pl_buf_init(&text, a);
		for (size_t i = 0; i < n; i++)
			pl_buf_fmt(&text, "%s%s", i ? "," : "(",
				   pl_json_str(pl_json_at(names, i)));
		pl_buf_byte(&text, ')');
		assert_ok(pl_abi_type_parse(a, &t, pl_buf_cstr(&text), &e), &e);
		for (size_t i = 0; i < n; i++)
			v[i] = value_of(a, &t.members[i].type,
					pl_json_at(args, i));
		both_ways(a, &t, v, n, pl_json_str(pl_json_get(c, "result")));
		cases++;
	}
	assert_int_equal(cases, 3);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethers_vectors),
		cmocka_unit_test(ethereum_tests_vectors),
	};

	return cmocka_run_group_tests_name("abi vectors", tests, NULL, NULL);
}
