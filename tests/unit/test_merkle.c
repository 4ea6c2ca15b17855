/* The Merkle root of a folder against roots computed by a program of a few
 * lines in another language from the header's words. */
#include "check.h"

#include "crypto/sha256.h"
#include "repo/merkle.h"

static const struct {
	size_t n;
	const char *root;
} cases[] = {
	{ 0, "e3b0c44298fc1c149afbf4c8996fb924"
	     "27ae41e4649b934ca495991b7852b855" },
	{ 1, "f2edfb1f6051245daaab8c5250aad518"
	     "8e5d386366f36585ed4a924cc75b424c" },
	{ 2, "26fe7515b470a9ac38bf9de3aefeef1e"
	     "e1c805c952a4d86df38801590d644bc0" },
	{ 3, "e4815915160c69c32dbf69e6a6c69b9f"
	     "648197f1d5382760a0e7e17e84c6b638" },
	{ 4, "e988321902ec9c824ec1f0c9d7e2d6b3"
	     "369bf12aa6cb17a298b652504e396e3f" },
	{ 5, "95951dbc5bd198a06b32ee52175afe17"
	     "38e6e25015b476150da7e95f79a1c70e" },
	{ 7, "42b8b512c0a2b5d939b75dc5721c3eea"
	     "bc64f88f1296ecf0304b274f481ac66f" },
	{ 8, "1f24ab9ba46924dc935c619b2c8fef0f"
	     "1b560fe34c3cf79914e1aaf4e0bb628d" },
	{ 11, "90d02baccec3abd403bbf2ac75c3a5f1"
	      "8ff48a13ce63a6b6e6efbe2c9a9a2a74" },
};

static int by_path(const void *x, const void *y)
{
	return strcmp(((const struct pl_merkle_file *)x)->path,
		      ((const struct pl_merkle_file *)y)->path);
}

/* File i holds i times 'x'; every third lies in a folder, one is executable. */
static struct pl_merkle_file *make(struct pl_arena *a, size_t n)
{
	struct pl_merkle_file *f = PL_NEW_N(a, struct pl_merkle_file, n);
	struct pl_err e;

	for (size_t i = 0; i < n; i++) {
		uint8_t *x = pl_alloc(a, i + 1);

		memset(x, 'x', i);
		f[i].path =
			pl_printf(a, i % 3 ? "f%02zu" : "documents/f%02zu", i);
		f[i].mode = i == 1 ? 0100755 : 0100644;
		assert_ok(pl_sha256(&f[i].sha256, (struct pl_span){ x, i }, &e),
			  &e);
	}
	qsort(f, n, sizeof(*f), by_path);
	return f;
}

static void root_follows_the_table(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_hash32 root;
		struct pl_err e;

		assert_ok(pl_merkle_root(&root, make(a, cases[i].n), cases[i].n,
					 &e),
			  &e);
		assert_hex_equal(pl_hash32_span(&root), cases[i].root);
	}
	pl_arena_close(a);
}

/* Whatever is changed about the files changes the root. */
static void any_change_shows(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 was, now;
	struct pl_err e;

	(void)state;
	assert_ok(pl_merkle_root(&was, make(a, 7), 7, &e), &e);
	for (size_t i = 0; i < 7; i++) {
		struct pl_merkle_file *f = make(a, 7);

		f[i].sha256.b[i] ^= 1;
		assert_ok(pl_merkle_root(&now, f, 7, &e), &e);
		assert_false(pl_hash32_equal(&was, &now));
		f = make(a, 7);
		f[i].mode ^= 0111;
		assert_ok(pl_merkle_root(&now, f, 7, &e), &e);
		assert_false(pl_hash32_equal(&was, &now));
		f = make(a, 7);
		f[i].path = pl_printf(a, "%s_", f[i].path);
		assert_ok(pl_merkle_root(&now, f, 7, &e), &e);
		assert_false(pl_hash32_equal(&was, &now));
		f = make(a, 7);
		memmove(f + i, f + i + 1, (6 - i) * sizeof(*f));
		assert_ok(pl_merkle_root(&now, f, 6, &e), &e);
		assert_false(pl_hash32_equal(&was, &now));
	}
	pl_arena_close(a);
}

static void order_is_required(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_merkle_file *f = make(a, 3), swap;
	struct pl_hash32 root;
	struct pl_err e;

	(void)state;
	swap = f[0];
	f[0] = f[1];
	f[1] = swap;
	assert_int_equal(pl_merkle_root(&root, f, 3, &e), PL_EUSAGE);
	f[1] = f[0]; /* twice the same */
	assert_int_equal(pl_merkle_root(&root, f, 3, &e), PL_EUSAGE);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_follows_the_table),
		cmocka_unit_test(any_change_shows),
		cmocka_unit_test(order_is_required),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
