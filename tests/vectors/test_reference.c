/* Figures others obtained: reference.json (R, SciPy, statsmodels,
 * PerformanceAnalytics, with the exact call) and published.json (papers).
 * reference/table.c says which entry is held to what; this walks them all,
 * counts, and prints what is left out and what differs, with the reasons.
 * PLUME_TEST_VERBOSE=1 prints a line for each entry. */
#include "analytics/gsl.h"
#include "reference/walk.h"

static void tell(const struct ref_tally *t)
{
	print_message(
		"# %zu entries, of %zu a verb makes figures; %zu of them "
		"agree (%.1f %%); of %zu fits the likelihood is at least "
		"as high, at %zu the reference stopped at a worse place\n",
		t->entries, t->covered, t->within,
		100. * (double)t->within / (double)t->covered, t->fits,
		t->worse);
	print_message("# %zu figures to 1e-6; of fits %zu coefficients to "
		      "1e-4, %zu as far off as the likelihood explains, %zu at "
		      "the worse places; %zu standard errors, %zu of them to "
		      "1e-6; %zu figures differ, %zu no verb makes\n",
		      t->figures, t->coefs, t->explained, t->elsewhere,
		      t->errors, t->close, t->differ, t->unmade);
}

static void reference(void **state)
{
	static const char *const parts[] = { "r", "py", "pa" };
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_json(a, "analytics/reference.json");
	struct ref_tally t = { 0 };

	(void)state;
	if (!doc) {
		pl_arena_close(a);
		skip();
	}
	for (size_t p = 0; p < COUNT(parts); p++)
		ref_walk(&t, &ref_reference,
			 pl_json_get(pl_json_get(doc, parts[p]), "results"),
			 p == 2 ? NULL : "value");
	ref_all_used(&ref_reference);
	tell(&t);
	assert_int_equal(t.entries, 246);
	/* README.md tells these figures */
	assert_int_equal(t.covered, 178);
	assert_int_equal(t.within, 172);
	assert_int_equal(t.fits, 69);
	assert_int_equal(t.worse, 6);
	assert_true(t.figures >= 1758 && t.coefs >= 196);
	assert_true(t.within * 100 >= t.covered * 95);
	pl_arena_close(a);
}

static void published(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_json(a, "analytics/published.json");
	struct ref_tally t = { 0 };

	(void)state;
	if (!doc) {
		pl_arena_close(a);
		skip();
	}
	ref_walk(&t, &ref_published, pl_json_get(doc, "items"), NULL);
	ref_all_used(&ref_published);
	tell(&t);
	assert_int_equal(t.entries, 15);
	assert_int_equal(t.covered, 15);
	assert_int_equal(t.within, t.covered);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference),
		cmocka_unit_test(published),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
