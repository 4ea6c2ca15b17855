#include "walk.h"

#define WITHIN 1e-6
#define COEF 1e-4
/* Below this a search has stopped early; above it, at another place. */
#define EARLY .02

/* ------------------------------------------------------------------ figures */

static struct ref_leaf *leaf_at(const struct ref_item *it, const char *path)
{
	for (size_t i = 0; i < it->leaves; i++)
		if (!strcmp(it->leaf[i].path, path))
			return &it->leaf[i];
	return NULL;
}

static struct ref_leaf *ask(struct ref_item *it, const char *path)
{
	struct ref_leaf *l = leaf_at(it, path);

	if (!l)
		fail_msg("%s has no figure %s", it->id, path);
	else
		l->seen = true;
	return l;
}

__attribute__((format(printf, 2, 0))) static char *
path_of(struct ref_item *it, const char *format, va_list args)
{
	char text[200];

	(void)vsnprintf(text, sizeof(text), format, args);
	return pl_strdup(it->a, text);
}

#define PATH(it, format)                                                       \
	do {                                                                   \
		va_list args;                                                  \
		va_start(args, format);                                        \
		path = path_of(it, format, args);                              \
		va_end(args);                                                  \
	} while (0)

bool ref_has(const struct ref_item *it, const char *path)
{
	return leaf_at(it, path) != NULL;
}

double ref_want(struct ref_item *it, const char *format, ...)
{
	const char *path;

	PATH(it, format);
	return ref_num(ask(it, path)->v);
}

/* Filled by the walk that runs: notes used, and what it prints. */
static const struct ref_table *table;
static bool used[3][64];

static bool noted(const struct ref_item *it, const char *path, size_t kind)
{
	const struct ref_note *n = kind == 0   ? table->unmade
				   : kind == 1 ? table->differ
					       : table->worse;

	for (size_t i = 0; n[i].prefix; i++) {
		if (!ref_starts(it->id, n[i].prefix) ||
		    !ref_starts(path, n[i].path))
			continue;
		assert_true(i < COUNT(used[kind]));
		used[kind][i] = true;
		return true;
	}
	return false;
}

/* A figure that is off is listed, or the test fails. */
static void off(struct ref_item *it, const char *path, double got, double want,
		const char *rule)
{
	const bool listed = noted(it, path, 1);

	if (!listed || verbose())
		print_message("# %s %s: got %.15g, want %.15g: %.1f digits "
			      "(%s)\n",
			      it->id, path, got, want, digits(got, want), rule);
	it->differ++;
	if (!listed)
		fail_msg("%s %s is off and not listed", it->id, path);
}

static bool near(double got, double want, double rel)
{
	return fabs(got - want) <= rel * fabs(want) + 1e-15;
}

void ref_exact(struct ref_item *it, double got, const char *format, ...)
{
	const char *path;
	double want;

	PATH(it, format);
	want = ref_num(ask(it, path)->v);
	if (near(got, want, WITHIN))
		it->figures++;
	else
		off(it, path, got, want, "1e-6");
}

void ref_text(struct ref_item *it, const char *got, const char *path)
{
	it->figures++;
	assert_string_equal(pl_json_str(ask(it, path)->v), got);
}

void ref_printed(struct ref_item *it, double got, const char *path,
		 int significant)
{
	const double want = ref_num(ask(it, path)->v);
	const double unit = pow(10, floor(log10(fabs(want))) + 1 - significant);

	/* the tables are rounded themselves */
	if (fabs(got - want) <= unit * 1.000001)
		it->figures++;
	else
		off(it, path, got, want, "as printed");
}

void ref_maximum(struct ref_item *it, double ours, double theirs)
{
	it->ours = ours;
	it->theirs = theirs;
	it->fit = true;
	if (!(ours >= theirs - 1e-9 * (1 + fabs(theirs))))
		fail_msg("%s: likelihood %.12g, the reference has %.12g",
			 it->id, ours, theirs);
	it->gap = fmax(ours - theirs, 0);
	if (it->gap <= EARLY)
		return;
	it->worse = noted(it, "", 2);
	if (!it->worse)
		fail_msg("%s: likelihood %.12g, the reference's parameters "
			 "have %.12g: not listed as a worse optimum",
			 it->id, ours, theirs);
}

void ref_coef(struct ref_item *it, double got, double se, const char *format,
	      ...)
{
	const char *path;
	double want;

	PATH(it, format);
	want = ref_num(ask(it, path)->v);
	if (near(got, want, COEF)) {
		it->coefs++;
		return;
	}
	if (it->worse) {
		it->elsewhere++;
		return;
	}
	/* a tenth for what is not quadratic */
	if (fabs(got - want) <= 1.1 * sqrt(2 * it->gap) * se) {
		it->explained++;
		return;
	}
	if (!noted(it, path, 1))
		print_message("# gap %.3g explains %.3g, not %.3g\n", it->gap,
			      sqrt(2 * it->gap) * se, fabs(got - want));
	off(it, path, got, want, "fit");
}

void ref_error(struct ref_item *it, double got, double rel, const char *format,
	       ...)
{
	const char *path;
	double want;

	PATH(it, format);
	if (pl_json_is_null(ask(it, path)->v))
		return; /* the reference has none */
	want = ref_num(ask(it, path)->v);
	it->errors++;
	it->close += near(got, want, WITHIN);
	if (verbose() && !near(got, want, WITHIN))
		print_message("#   %s %s: %.8g, %.8g\n", it->id, path, got,
			      want);
	if (!near(got, want, rel))
		off(it, path, got, want, "standard error");
}

/* --------------------------------------------------------------------- walk */

static void leaves(struct ref_item *it, const struct pl_json *v,
		   const char *path, int depth)
{
	const enum pl_json_type t = pl_json_type(v);

	assert_true(depth < 8);
	if (t == PL_J_OBJECT) {
		for (void *i = pl_json_iter(v); i; i = pl_json_next(v, i))
			leaves(it, pl_json_iter_value(i),
			       pl_printf(it->a, "%s%s%s", path,
					 *path ? "." : "", pl_json_iter_key(i)),
			       depth + 1);
		return;
	}
	if (t == PL_J_ARRAY) {
		for (size_t i = 0; i < pl_json_len(v); i++)
			leaves(it, pl_json_at(v, i),
			       pl_printf(it->a, "%s[%zu]", path, i), depth + 1);
		return;
	}
	it->leaf = pl_grow(it->a, it->leaf, it->leaves, sizeof(*it->leaf));
	it->leaf[it->leaves++] =
		(struct ref_leaf){ path, v,
				   t == PL_J_NULL || t == PL_J_BOOL ||
					   (t == PL_J_STR && it->words) };
}

static bool row_used[128];

static const struct ref_row *row_of(const char *id)
{
	for (size_t i = 0; table->row[i].prefix; i++) {
		if (!ref_starts(id, table->row[i].prefix))
			continue;
		assert_true(i < COUNT(row_used));
		row_used[i] = true;
		return &table->row[i];
	}
	fail_msg("no row of the table names %s", id);
	return NULL;
}

static void unasked(struct ref_item *it)
{
	for (size_t i = 0; i < it->leaves; i++) {
		if (it->leaf[i].seen)
			continue;
		it->unmade++;
		if (!noted(it, it->leaf[i].path, 0))
			fail_msg("%s: %s is neither asked for nor named",
				 it->id, it->leaf[i].path);
	}
}

static void say(const struct ref_item *it, const struct ref_row *row)
{
	if (it->worse)
		print_message("# %s: plume's likelihood is %.9g, the "
			      "reference's maximum has %.9g\n",
			      it->id, it->ours, it->theirs);
	if (verbose())
		print_message("# %-34s %3zu figures, %2zu of the fit, %2zu "
			      "errors (%zu to 1e-6), %zu differ, %zu not made: "
			      "%s\n",
			      it->id, it->figures,
			      it->coefs + it->explained + it->elsewhere,
			      it->errors, it->close, it->differ, it->unmade,
			      row->what);
}

static void entry(struct ref_tally *t, const char *id, const struct pl_json *v,
		  const struct pl_json *all, bool words)
{
	const struct ref_row *row = row_of(id);
	struct ref_item it = { .id = id, .v = v, .all = all, .words = words };

	t->entries++;
	if (!row)
		return;
	if (!row->check) {
		if (verbose())
			print_message("# %-34s no: %s\n", id, row->what);
		return;
	}
	it.a = pl_arena_open(0);
	leaves(&it, v, "", 0);
	row->check(&it);
	unasked(&it);
	say(&it, row);
	assert_true(it.figures > 0 || it.fit);
	t->covered++;
	t->within += it.differ == 0;
	t->fits += it.fit;
	t->figures += it.figures;
	t->coefs += it.coefs;
	t->explained += it.explained;
	t->elsewhere += it.elsewhere;
	t->errors += it.errors;
	t->close += it.close;
	t->differ += it.differ;
	t->unmade += it.unmade;
	t->worse += it.worse;
	pl_arena_close(it.a);
}

void ref_walk(struct ref_tally *t, const struct ref_table *which,
	      const struct pl_json *list, const char *value)
{
	table = which;
	if (pl_json_type(list) == PL_J_OBJECT) {
		for (void *i = pl_json_iter(list); i; i = pl_json_next(list, i))
			entry(t, pl_json_iter_key(i), pl_json_iter_value(i),
			      list, true);
		return;
	}
	for (size_t i = 0; i < pl_json_len(list); i++) {
		const struct pl_json *j = pl_json_at(list, i);

		entry(t, pl_json_str(pl_json_get(j, "id")),
		      value ? pl_json_get(j, value) : j, list, !value);
	}
}

static void used_up(const struct ref_note *n, const bool *was, const char *what)
{
	for (size_t i = 0; n[i].prefix; i++) {
		if (!was[i])
			fail_msg("the %s %s %s names nothing", what,
				 n[i].prefix, n[i].path);
		print_message("# %s: %s%s%s: %s\n", what, n[i].prefix,
			      *n[i].path ? " " : "", n[i].path, n[i].why);
	}
}

void ref_all_used(const struct ref_table *which)
{
	const struct ref_row *r = which->row;

	for (size_t i = 0; r[i].prefix; i++) {
		if (!row_used[i])
			fail_msg("row %s names no entry", r[i].prefix);
		if (!r[i].check)
			print_message("# no verb: %s: %s\n", r[i].prefix,
				      r[i].what);
	}
	used_up(which->unmade, used[0], "not made");
	used_up(which->differ, used[1], "differs");
	used_up(which->worse, used[2], "worse optimum");
	memset(used, 0, sizeof(used));
	memset(row_used, 0, sizeof(row_used));
}
