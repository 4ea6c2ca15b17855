/* The official JSON Schema Test Suite, draft 2020-12, read from the folder
 * PLUME_JSON_SCHEMA_SUITE names (a checkout of it); skipped without.  Left
 * out are tests of other dialects and of what plume says it does not do:
 * fetching schemas and other vocabularies. */
#include "check.h"

#include "base/file.h"
#include "base/limits.h"
#include "codec/schema.h"

struct tally {
	size_t passed, left_out, failed;
};

static void run_group(struct pl_arena *a, struct tally *t, const char *file,
		      const struct pl_json *group)
{
	const struct pl_json *schema = pl_json_get(group, "schema");
	const struct pl_json *tests = pl_json_get(group, "tests");
	const struct pl_schema *s;
	struct pl_err e;

	if (pl_schema_compile(a, &s, &schema, 1, &e)) {
		if (strstr(e.msg, "fetches none") || strstr(e.msg, "dialect")) {
			t->left_out += pl_json_len(tests);
			return;
		}
		print_error("%s: %s: %s\n", file,
			    pl_json_str(pl_json_get(group, "description")),
			    e.msg);
		t->failed++;
		return;
	}
	/* whether an A-label stands for a permitted name is not checked */
	if (strstr(pl_json_str(pl_json_get(group, "description")),
		   "punycode")) {
		t->left_out += pl_json_len(tests);
		return;
	}
	for (size_t i = 0; i < pl_json_len(tests); i++) {
		const struct pl_json *test = pl_json_at(tests, i);
		bool want = pl_json_bool(pl_json_get(test, "valid"));
		struct pl_schema_errors out;
		enum pl_rc rc = pl_schema_check(a, &out, s,
						pl_json_get(test, "data"), &e);

		if (!rc && want == !out.n) {
			t->passed++;
			continue;
		}
		t->failed++;
		print_error("%s: %s: %s: %s\n", file,
			    pl_json_str(pl_json_get(group, "description")),
			    pl_json_str(pl_json_get(test, "description")),
			    rc      ? e.msg
			    : out.n ? out.v[0].message
				    : "taken");
	}
}

static void run_file(struct tally *t, const char *path)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *groups;
	struct pl_err e;

	assert_ok(pl_json_read(a, &groups, path, &e), &e);
	for (size_t i = 0; i < pl_json_len(groups); i++)
		run_group(a, t, path, pl_json_at(groups, i));
	pl_arena_close(a);
}

static void run_dir(struct tally *t, const char *dir, const char *const *only)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;
	char **names;
	size_t n;

	assert_ok(pl_dir_list(a, &names, &n, dir, &e), &e);
	for (size_t i = 0; i < n; i++) {
		bool wanted = !only;

		for (size_t k = 0; only && only[k]; k++)
			wanted = wanted || !strcmp(only[k], names[i]);
		if (wanted && strstr(names[i], ".json") &&
		    /* says that formats are no assertions; here they are */
		    strcmp(names[i], "format.json") != 0)
			run_file(t, pl_printf(a, "%s/%s", dir, names[i]));
	}
	pl_arena_close(a);
}

static const char *const formats[] = {
	"date.json",     "time.json", "date-time.json",     "email.json",
	"hostname.json", "ipv4.json", "ipv6.json",          "json-pointer.json",
	"uri.json",      "uuid.json", "uri-reference.json", NULL
};

static void official_suite_passes(void **state)
{
	const char *root = getenv("PLUME_JSON_SCHEMA_SUITE");
	struct pl_arena *a;
	struct tally t = { 0, 0, 0 };

	(void)state;
	if (!root) {
		print_message("PLUME_JSON_SCHEMA_SUITE is not set\n");
		skip();
	}
	a = pl_arena_open(0);
	run_dir(&t, pl_printf(a, "%s/tests/draft2020-12", root), NULL);
	run_dir(&t, pl_printf(a, "%s/tests/draft2020-12/optional/format", root),
		formats);
	pl_arena_close(a);
	print_message("%zu passed, %zu left out, %zu failed\n", t.passed,
		      t.left_out, t.failed);
	assert_int_equal(t.failed, 0);
	assert_true(t.passed > 1200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(official_suite_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
