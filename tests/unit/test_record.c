/* Decision records: made, named, kept, found, compared; and every way of
 * changing one refused. */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "crypto/sha256.h"
#include "record/evidence.h"

static const char row[] =
	"{\"verdict\":\"high\",\"score\":12.5,\"n\":3,\"garch\":{\"mu\":1e-7,"
	"\"omega\":2},\"flags\":[{\"code\":\"x\"}],\"optimizer\":null,"
	"\"model\":{\"name\":\"m\",\"version\":2,\"parameters\":{}},"
	"\"input\":{\"kind\":\"csv\",\"source\":\"a.csv\",\"sha256\":\"aa\","
	"\"rows\":3,\"series_sha256\":\"bb\",\"trust\":\"local\"},"
	"\"trust\":\"local\",\"record\":null}";

static struct pl_arena *a;
static char dir[] = "/tmp/plume-record.XXXXXX";

static int setup(void **state)
{
	(void)state;
	a = pl_arena_open(0);
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char **names;
	size_t n;
	struct pl_err e;

	(void)state;
	if (!pl_dir_list(a, &names, &n, dir, &e)) {
		for (size_t i = 0; i < n; i++)
			(void)unlink(pl_printf(a, "%s/%s", dir, names[i]));
	}
	(void)rmdir(dir);
	pl_arena_close(a);
	return 0;
}

static struct pl_record made(const char *text)
{
	struct pl_record r;
	struct pl_err e = { 0 };

	assert_ok(pl_record_make(a, &r, "0.1.0", "analyze risk",
				 pl_span_str(text), &e),
		  &e);
	return r;
}

/* The id below is sha256sum's of the bytes above it. */
static void a_record_is_canonical_and_named_by_its_hash(void **state)
{
	static const char want[] =
		"{\"command\":\"analyze risk\",\"flags\":[{\"code\":\"x\"}],"
		"\"input\":{\"kind\":\"csv\",\"rows\":3,\"series_sha256\":"
		"\"bb\",\"sha256\":\"aa\",\"source\":\"a.csv\",\"trust\":"
		"\"local\"},\"model\":{\"name\":\"m\",\"parameters\":{},"
		"\"version\":2},\"optimizer\":null,\"plume\":\"0.1.0\","
		"\"result\":{\"garch\":{\"mu\":1e-7,\"omega\":2},\"n\":3},"
		"\"schema\":\"plume/record/1\",\"score\":12.5,\"trust\":"
		"\"local\",\"verdict\":\"high\"}";
	struct pl_record r = made(row);

	(void)state;
	assert_int_equal(r.bytes.n, sizeof(want) - 1);
	assert_memory_equal(r.bytes.p, want, r.bytes.n);
	assert_string_equal(pl_record_name(a, &r.id),
			    "fc3e87258f5d87a7ff032a443027bc41"
			    "10848fc649db6709dd4798940f64d729");
}

static void a_row_without_a_model_is_refused(void **state)
{
	static const char *const bad[] = {
		"{\"input\":{},\"result\":1}",
		"{\"model\":3}",
		"[]",
		"",
		"{\"model\":{},\"n\":9007199254740993}",
	};
	struct pl_record r;
	struct pl_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(pl_record_make(a, &r, NULL, "x",
						pl_span_str(bad[i]), &e),
				 PL_EFORMAT);
}

static void every_changed_byte_is_refused(void **state)
{
	struct pl_record r = made(row), got;
	struct pl_span copy = pl_span_dup(a, r.bytes);
	uint8_t *p = pl_alloc(a, copy.n);
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_err e = { 0 };

	(void)state;
	memcpy(p, copy.p, copy.n);
	copy.p = p;
	for (size_t i = 0; i < copy.n; i++) {
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			p[i] = (uint8_t)(p[i] ^ bit);
			assert_int_equal(
				pl_record_check(scratch, &got, &r.id, copy, &e),
				PL_EPROOF);
			p[i] = (uint8_t)(p[i] ^ bit);
		}
		assert_int_equal(pl_record_check(scratch, &got, &r.id,
						 (struct pl_span){ copy.p, i },
						 &e),
				 PL_EPROOF);
		pl_arena_reset(scratch);
	}
	assert_ok(pl_record_check(a, &got, &r.id, copy, &e), &e);
	pl_arena_close(scratch);
}

/* Bytes that hash to their name but are no record. */
static void what_is_no_record_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum pl_rc rc;
	} cases[] = {
		{ "", PL_EFORMAT },
		{ "{}", PL_EFORMAT },
		{ "[1,2]", PL_EFORMAT },
		{ "{\"schema\":\"plume/record/2\"}", PL_EFORMAT },
		{ "{\"command\":\"c\",\"input\":{},\"model\":{},\"plume\":\"1\""
		  ",\"result\":{},\"schema\":\"plume/record/1\"}\n",
		  PL_EPROOF },
		{ "{\"command\":\"c\",\"model\":{},\"input\":{},\"plume\":\"1\""
		  ",\"result\":{},\"schema\":\"plume/record/1\"}",
		  PL_EPROOF },
		{ "{\"command\":\"c\",\"input\":{},\"model\":{},\"plume\":\"1\""
		  ",\"result\":{\"x\":1.0},\"schema\":\"plume/record/1\"}",
		  PL_EPROOF },
		{ "{\"command\":\"c\",\"input\":[],\"model\":{},\"plume\":\"1\""
		  ",\"result\":{},\"schema\":\"plume/record/1\"}",
		  PL_EFORMAT },
	};
	struct pl_record got;
	struct pl_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_span s = pl_span_str(cases[i].text);
		struct pl_hash32 id;

		assert_ok(pl_sha256(&id, s, &e), &e);
		assert_int_equal(pl_record_check(a, &got, &id, s, &e),
				 cases[i].rc);
		assert_non_null(strstr(e.msg, pl_record_name(a, &id)));
	}
}

static void records_are_kept_and_found(void **state)
{
	struct pl_record r = made(row), again;
	const char *name = pl_record_name(a, &r.id);
	struct pl_hash32 *ids, id;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	assert_ok(pl_record_save(a, dir, &r, &e), &e);
	assert_ok(pl_record_save(a, dir, &r, &e), &e);
	assert_ok(pl_file_write(pl_printf(a, "%s/README.json", dir), r.bytes,
				0644, &e),
		  &e);
	assert_ok(pl_record_list(a, &ids, &n, dir, &e), &e);
	assert_int_equal(n, 1);
	assert_true(pl_hash32_equal(&ids[0], &r.id));
	assert_ok(pl_record_load(a, &again, dir, &r.id, &e), &e);
	assert_true(pl_span_equal(again.bytes, r.bytes));
	assert_ok(pl_record_find(a, &id, dir, pl_strndup(a, name, 4), &e), &e);
	assert_true(pl_hash32_equal(&id, &r.id));
	assert_ok(pl_record_find(a, &id, dir, pl_printf(a, "0x%s", name), &e),
		  &e);
	assert_ok(pl_record_list(a, &ids, &n, "/nowhere/at/all", &e), &e);
	assert_int_equal(n, 0);
}

static void prefixes_follow_the_table(void **state)
{
	struct pl_record r = made(row);
	const char *name = pl_record_name(a, &r.id);
	const char *twin = pl_printf(a, "%s/%.63s%c.json", dir, name,
				     name[63] == '0' ? '1' : '0');
	const struct {
		const char *prefix;
		enum pl_rc rc;
	} cases[] = {
		{ pl_strndup(a, name, 4), PL_EUSAGE }, /* two of them */
		{ pl_strndup(a, name, 63), PL_EUSAGE },
		{ name, PL_OK },
		{ pl_strndup(a, name, 3), PL_EUSAGE },
		{ pl_printf(a, "%s0", name), PL_EUSAGE },
		{ "../../etc/passwd", PL_EUSAGE },
		{ "0x", PL_EUSAGE },
		{ "", PL_EUSAGE },
		{ name[0] == 'f' ? "0000" : "ffff", PL_ENOTFOUND },
	};
	struct pl_hash32 id;
	struct pl_err e = { 0 };

	(void)state;
	assert_ok(pl_record_save(a, dir, &r, &e), &e);
	assert_ok(pl_file_write(twin, r.bytes, 0644, &e), &e);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			pl_record_find(a, &id, dir, cases[i].prefix, &e),
			cases[i].rc);
	(void)unlink(twin);
}

static void a_file_with_other_bytes_is_refused(void **state)
{
	struct pl_record r = made(row), got;
	const char *path =
		pl_printf(a, "%s/%s.json", dir, pl_record_name(a, &r.id));
	struct pl_err e = { 0 };

	(void)state;
	assert_ok(pl_file_write(path, pl_span_str("{}"), 0644, &e), &e);
	assert_int_equal(pl_record_load(a, &got, dir, &r.id, &e), PL_EPROOF);
	assert_int_equal(pl_record_save(a, dir, &r, &e), PL_EPROOF);
	(void)unlink(path);
	assert_int_equal(pl_record_load(a, &got, dir, &r.id, &e), PL_ENOTFOUND);
}

/* A record whose result is `result`. */
static struct pl_record with(const char *result)
{
	return made(pl_printf(a, "{\"model\":{},\"input\":{},\"garch\":%s}",
			      result));
}

static void differences_are_named(void **state)
{
	static const struct {
		const char *was, *now, *path, *old, *new;
	} cases[] = {
		{ "1", "1.0", NULL, NULL, NULL },
		{ "{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", NULL, NULL, NULL },
		{ "1", "2", "result.garch", "1", "2" },
		{ "{\"mu\":1,\"om\":2}", "{\"mu\":1,\"om\":3}",
		  "result.garch.om", "2", "3" },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", "result.garch.b", "absent",
		  "2" },
		{ "{\"z\":1,\"a\":1}", "{\"z\":2,\"b\":2,\"a\":1}",
		  "result.garch.b", "absent", "2" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":3}", "result.garch.a", "1",
		  "absent" },
		{ "[1,[2,3]]", "[1,[2,4]]", "result.garch[1][1]", "3", "4" },
		{ "[1]", "[1,2]", "result.garch[1]", "absent", "2" },
		{ "[]", "{}", "result.garch", "[]", "{}" },
		{ "null", "\"x\"", "result.garch", "null", "\"x\"" },
	};
	struct pl_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_record was = with(cases[i].was);
		struct pl_record now = with(cases[i].now);
		struct pl_record_diff d = { 0 };
		bool same;

		assert_ok(pl_record_compare(a, &same, &d, &was, &now, &e), &e);
		assert_int_equal(same, !cases[i].path);
		if (same)
			continue;
		assert_string_equal(d.path, cases[i].path);
		assert_string_equal(d.was, cases[i].old);
		assert_string_equal(d.now, cases[i].new);
	}
}

static void evidence_of_a_file(void **state)
{
	static const char *const steps[] = { "record", "model", "series",
					     "rows", "file" };
	struct pl_record r = made(row);
	struct pl_evidence *v;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	assert_ok(pl_evidence_of(a, &v, &n, &r, &e), &e);
	assert_int_equal(n, COUNT(steps));
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(v[i].step, steps[i]);
		assert_int_equal(v[i].trust, PL_LOCAL);
	}
	assert_string_equal(v[0].value, pl_record_name(a, &r.id));
	assert_string_equal(v[1].value, "m, version 2");
	assert_string_equal(v[2].value, "bb");
	assert_string_equal(v[3].value, "3");
	assert_string_equal(v[4].value, "aa");
}

static const char chain_row[] =
	"{\"model\":{\"name\":\"m\",\"version\":1},\"input\":{\"kind\":"
	"\"index\",\"sha256\":\"cc\",\"rows\":7,\"series_sha256\":\"dd\","
	"\"trust\":\"claimed\",\"index\":{\"token\":\"0xabc\",\"first_block\":"
	"{\"number\":5,\"hash\":\"0x01\",\"trust\":\"claimed\"},"
	"\"last_block\":{\"number\":9,\"hash\":null,\"trust\":\"proven\"}}}}";

static void evidence_of_a_token(void **state)
{
	struct pl_record r = made(chain_row);
	struct pl_evidence *v;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	assert_ok(pl_evidence_of(a, &v, &n, &r, &e), &e);
	assert_int_equal(n, 6);
	assert_string_equal(v[3].step, "rows");
	assert_string_equal(v[3].value, "cc");
	assert_non_null(strstr(v[3].what, "7 transfers of 0xabc"));
	assert_int_equal(v[3].trust, PL_CLAIMED);
	assert_string_equal(v[4].value, "0x01");
	assert_non_null(strstr(v[4].what, "block 5"));
	assert_string_equal(v[5].value, "hash not known");
	assert_int_equal(v[5].trust, PL_PROVEN);
}

/* Each of them without one of the members a link needs. */
static void evidence_that_lacks_a_link_is_refused(void **state)
{
	static const char *const cut[] = {
		"kind",  "sha256", "rows", "series_sha256", "trust",
		"index", "token",  "name", "version"
	};
	struct pl_evidence *v;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cut); i++) {
		char *text = pl_strdup(a, chain_row);
		char *at = strstr(text, pl_printf(a, "\"%s\":", cut[i]));
		struct pl_record r;

		assert_non_null(at);
		at[1] = '_';
		r = made(text);
		assert_int_equal(pl_evidence_of(a, &v, &n, &r, &e), PL_EFORMAT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_canonical_and_named_by_its_hash),
		cmocka_unit_test(a_row_without_a_model_is_refused),
		cmocka_unit_test(every_changed_byte_is_refused),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(records_are_kept_and_found),
		cmocka_unit_test(prefixes_follow_the_table),
		cmocka_unit_test(a_file_with_other_bytes_is_refused),
		cmocka_unit_test(differences_are_named),
		cmocka_unit_test(evidence_of_a_file),
		cmocka_unit_test(evidence_of_a_token),
		cmocka_unit_test(evidence_that_lacks_a_link_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
