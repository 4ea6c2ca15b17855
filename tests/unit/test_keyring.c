/* The folder of key files, in a folder of the test's own. */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "wallet/keyring.h"

static struct pl_arena *a;
static struct pl_err e;
static char dir[] = "/tmp/plume-keyring-XXXXXX";
static char *keys; /* does not exist at first */
static const struct pl_scrypt cheap = { 2, 1, 1 };

#define KEY_01 "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"

static struct pl_span text_of(uint8_t fill)
{
	struct pl_span text = { 0 };
	uint8_t key[32];

	memset(key, fill, sizeof(key));
	assert_ok(pl_keystore_lock(a, &text, key, pl_span_str("p"), &cheap, &e),
		  &e);
	return text;
}

static int setup(void **state)
{
	(void)state;
	a = pl_arena_open(0);
	if (!mkdtemp(dir))
		return -1;
	keys = pl_printf(a, "%s/new/keys", dir);
	return 0;
}

static int teardown(void **state)
{
	char *cmd = pl_printf(a, "rm -rf %s", dir);
	int rc;

	(void)state;
	rc = system(cmd);
	pl_arena_close(a);
	return rc;
}

/* clang-format off */
static const struct { const char *name; enum pl_rc rc; } names[] = {
	{ "alice", PL_OK }, { "A.b_c-9", PL_OK }, { "0", PL_OK },
	{ "UTC--x", PL_OK },
	{ "0123456789012345678901234567890123456789012345678901234567890123",
	  PL_OK },
	{ "01234567890123456789012345678901234567890123456789012345678901234",
	  PL_EUSAGE },
	{ "", PL_EUSAGE }, { ".", PL_EUSAGE }, { "..", PL_EUSAGE },
	{ ".hidden", PL_EUSAGE }, { "-x", PL_EUSAGE }, { "a/b", PL_EUSAGE },
	{ "../x", PL_EUSAGE }, { "a b", PL_EUSAGE }, { "a\n", PL_EUSAGE },
	{ "\xc3\xa4", PL_EUSAGE }, { "0x12", PL_EUSAGE }, { "0Xab", PL_EUSAGE },
};
/* clang-format on */

static void names_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (pl_keyring_name_check(names[i].name, &e) != names[i].rc)
			fail_msg("name '%s'", names[i].name);
	}
}

static void no_folder_is_no_account(void **state)
{
	struct pl_account *v, one;
	size_t n = 9;

	(void)state;
	assert_ok(pl_keyring_list(a, &v, &n, keys, &e), &e);
	assert_int_equal(n, 0);
	assert_int_equal(pl_keyring_find(a, &one, keys, "alice", &e),
			 PL_ENOTFOUND);
	assert_int_equal(pl_keyring_find(a, &one, keys, KEY_01, &e),
			 PL_ENOTFOUND);
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (unsigned)st.st_mode & 07777;
}

static void what_is_added_is_found(void **state)
{
	struct pl_account made, one;

	(void)state;
	assert_ok(pl_keyring_add(a, &made, keys, "alice", text_of(1), 0, &e),
		  &e);
	assert_int_equal(mode_of(keys), 0700);
	assert_int_equal(mode_of(made.file), 0600);
	assert_ok(pl_keyring_find(a, &one, keys, "alice", &e), &e);
	assert_string_equal(one.file, made.file);
	assert_string_equal(one.kind, "scrypt");
	assert_ok(pl_keyring_find(a, &one, keys, KEY_01, &e), &e);
	assert_string_equal(one.name, "alice");
	assert_ok(pl_keyring_find(a, &one, "/nowhere", made.file, &e), &e);
	assert_string_equal(one.name, "alice");
	assert_int_equal(pl_keyring_find(a, &one, keys, "bob", &e),
			 PL_ENOTFOUND);
	assert_non_null(strstr(e.hint, "alice"));
	/* a wrong capital is a typing mistake */
	assert_int_equal(
		pl_keyring_find(a, &one, keys,
				"0x1A642f0E3c3aF545E7AcBD38b07251B3990914F1",
				&e),
		PL_EFORMAT);
}

static void a_name_or_address_is_taken_once(void **state)
{
	struct pl_account made;

	(void)state;
	assert_int_equal(
		pl_keyring_add(a, &made, keys, "alice", text_of(2), 0, &e),
		PL_EUSAGE);
	assert_int_equal(
		pl_keyring_add(a, &made, keys, "other", text_of(1), 0, &e),
		PL_EUSAGE);
	assert_non_null(strstr(e.msg, "alice"));
	assert_int_equal(
		pl_keyring_add(a, &made, keys, "x/y", text_of(2), 0, &e),
		PL_EUSAGE);
}

static void without_a_name_it_is_geths(void **state)
{
	struct pl_account made;

	(void)state;
	assert_ok(pl_keyring_add(a, &made, keys, NULL, text_of(3), 1769903999,
				 &e),
		  &e);
	assert_non_null(
		strstr(made.name, "UTC--2026-01-31T23-59-59.000000000Z--"));
	assert_int_equal(strlen(made.name), 37 + 40);
}

static void what_is_no_key_file_is_listed_with_the_reason(void **state)
{
	struct pl_account *v, one;
	size_t n;

	(void)state;
	assert_ok(pl_file_write(pl_printf(a, "%s/broken", keys),
				pl_span_str("{\"version\":3"), 0600, &e),
		  &e);
	assert_ok(pl_file_write(pl_printf(a, "%s/.hidden", keys),
				pl_span_str("{}"), 0600, &e),
		  &e);
	assert_ok(pl_dir_make(pl_printf(a, "%s/folder", keys), 0700, &e), &e);
	assert_ok(pl_keyring_list(a, &v, &n, keys, &e), &e);
	assert_int_equal(n, 3);
	assert_string_equal(v[1].name, "alice");
	assert_null(v[1].wrong);
	assert_string_equal(v[2].name, "broken");
	assert_non_null(v[2].wrong);
	assert_int_equal(pl_keyring_find(a, &one, keys, "broken", &e),
			 PL_EFORMAT);
}

static void two_files_of_one_address_need_a_name(void **state)
{
	struct pl_account one;

	(void)state;
	assert_ok(pl_file_write(pl_printf(a, "%s/copy", keys), text_of(1), 0600,
				&e),
		  &e);
	assert_int_equal(pl_keyring_find(a, &one, keys, KEY_01, &e), PL_EUSAGE);
	assert_ok(pl_keyring_find(a, &one, keys, "copy", &e), &e);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_follow_the_table),
		cmocka_unit_test(no_folder_is_no_account),
		cmocka_unit_test(what_is_added_is_found),
		cmocka_unit_test(a_name_or_address_is_taken_once),
		cmocka_unit_test(without_a_name_it_is_geths),
		cmocka_unit_test(what_is_no_key_file_is_listed_with_the_reason),
		cmocka_unit_test(two_files_of_one_address_need_a_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
