/* The tables of fields: those the writers could not follow are refused, and
 * none of plume's commands has one. */
#include "check.h"

#include "cmd/cmd.h"

struct item {
	double at, value;
	const char *name;
};
struct row {
	struct pl_list items;
	struct item one;
	const struct item *other;
	const double *d;
	int word;
};

/* clang-format off */
#define I(member, is) PL_AT(struct item, member, is)
#define R(member, is) PL_AT(struct row, member, is)
static const char *const words[] = { "red", "green", NULL };
static const struct pl_field item[] = {
	{ "at", PL_DOUBLE, I(at, double), "when" },
	{ "value", PL_DOUBLE, I(value, double), "what" },
	{ "name", PL_STR, I(name, const char *), "which" },
	{ 0 },
};
static const struct pl_field twice[] = {
	{ "at", PL_DOUBLE, I(at, double), "when" },
	{ "at", PL_DOUBLE, I(value, double), "what" },
	{ 0 },
};
static const struct pl_field inner[] = {
	{ "deep", PL_LIST, 0, "within", 0, item },
	{ 0 },
};

static const struct {
	const char *label, *words; /* NULL: a good one */
	struct pl_field f;
} cases[] = {
	{ "a list of objects", NULL,
	  { "items", PL_LIST, R(items, struct pl_list), "a", 0, item,
	    sizeof(struct item) } },
	{ "a list of values", NULL,
	  { "items", PL_LIST, R(items, struct pl_list), "a", .of = PL_STR } },
	{ "a list of words", NULL,
	  { "items", PL_LIST, R(items, struct pl_list), "a", .of = PL_ENUM,
	    .words = words } },
	{ "an object inside", NULL,
	  { "one", PL_OBJECT, R(one, struct item), "a", PL_INLINE, item } },
	{ "an object elsewhere", NULL,
	  { "other", PL_OBJECT, R(other, const struct item *), "a", 0, item } },
	{ "a value that may be missing", NULL,
	  { "d", PL_DOUBLE, R(d, const double *), "a", PL_NULLABLE } },
	{ "elements without a size", "have no size",
	  { "items", PL_LIST, R(items, struct pl_list), "a", 0, item } },
	{ "elements larger than the size", "larger than it says",
	  { "items", PL_LIST, R(items, struct pl_list), "a", 0, item,
	    sizeof(struct item) - 1 } },
	{ "a list of nothing", "neither objects nor values",
	  { "items", PL_LIST, R(items, struct pl_list), "a" } },
	{ "a list of both", "neither objects nor values",
	  { "items", PL_LIST, R(items, struct pl_list), "a", 0, item,
	    sizeof(struct item), PL_STR } },
	{ "a list of lists", "no plain value",
	  { "items", PL_LIST, R(items, struct pl_list), "a", .of = PL_LIST } },
	{ "a wrong size of plain values", "values of another size",
	  { "items", PL_LIST, R(items, struct pl_list), "a", .size = 4,
	    .of = PL_UINT } },
	{ "an object without members", "has no members",
	  { "other", PL_OBJECT, R(other, const struct item *), "a" } },
	{ "a number with members", "is no object",
	  { "d", PL_DOUBLE, R(d, const double *), "a", PL_NULLABLE, item } },
	{ "a number inline", "is no object",
	  { "d", PL_DOUBLE, 0, "a", PL_INLINE } },
	{ "an object both inline and null", "inline and null",
	  { "one", PL_OBJECT, R(one, struct item), "a",
	    PL_INLINE | PL_NULLABLE, item } },
	{ "a number with a size", "is no list",
	  { "d", PL_DOUBLE, R(d, const double *), "a", PL_NULLABLE, NULL,
	    8 } },
	{ "an enum without words", "has no words",
	  { "word", PL_ENUM, R(word, int), "a" } },
	{ "words without an enum", "needs no words",
	  { "d", PL_DOUBLE, R(d, const double *), "a", PL_NULLABLE,
	    .words = words } },
	{ "a field nobody explained", "is not explained",
	  { "d", PL_DOUBLE, R(d, const double *), "", PL_NULLABLE } },
	{ "a name twice, further down", "one: at stands there twice",
	  { "one", PL_OBJECT, R(one, struct item), "a", PL_INLINE, twice } },
	{ "no size, further down", "one: deep is a list",
	  { "one", PL_OBJECT, R(one, struct item), "a", PL_INLINE, inner } },
};
/* clang-format on */

static void bad_tables_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pl_field table[] = { cases[i].f, { 0 } };
		struct pl_err e = { 0 };
		enum pl_rc rc = pl_out_check(table, &e);

		if (!cases[i].words && !rc)
			continue;
		if (!cases[i].words || rc != PL_EFORMAT ||
		    !strstr(e.msg, cases[i].words))
			fail_msg("%s: %d, %s", cases[i].label, rc, e.msg);
	}
}

static void a_table_that_never_ends_is_refused(void **state)
{
	struct pl_field round[] = { { "again", PL_OBJECT, 0, "a", 0, NULL },
				    { 0 } };
	struct pl_err e = { 0 };

	(void)state;
	round[0].sub = round;
	assert_int_equal(pl_out_check(round, &e), PL_EFORMAT);
	assert_non_null(strstr(e.msg, "too deep"));
}

static void every_command_has_a_good_one(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; pl_cmds[i]; i++) {
		struct pl_err e = { 0 };

		if (!pl_cmds[i]->fields)
			continue;
		n++;
		if (pl_out_check(pl_cmds[i]->fields, &e))
			fail_msg("%s: %s", pl_cmds[i]->path, e.msg);
	}
	assert_true(n > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_tables_are_refused),
		cmocka_unit_test(a_table_that_never_ends_is_refused),
		cmocka_unit_test(every_command_has_a_good_one),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
