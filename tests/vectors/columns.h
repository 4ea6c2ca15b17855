/* Columns of numbers out of the files of analytics/, for the checks against
 * published figures.  Values are malloc'd and live until the process ends. */
#ifndef PL_TESTS_COLUMNS_H
#define PL_TESTS_COLUMNS_H

#include <ctype.h>
#include <math.h>

#include "base/file.h"
#include "base/limits.h"
#include "check.h"
#include "codec/json_in.h"

struct column {
	double *v;
	size_t n;
};

/* A JSON file; NULL where the test data are absent. */
static inline const struct pl_json *read_json(struct pl_arena *a,
					      const char *path)
{
	char *full = testdata(a, path);
	const struct pl_json *doc;
	struct pl_err e;

	if (!full)
		return NULL;
	assert_ok(pl_json_read(a, &doc, full, &e), &e);
	return doc;
}

static inline void column_add(struct pl_arena *a, struct column *c, double x)
{
	if ((c->n & (c->n - 1)) == 0)
		c->v = pl_realloc(a, c->v, c->n * sizeof(double),
				  (c->n ? 2 * c->n : 1) * sizeof(double));
	c->v[c->n++] = x;
}

/* The file's bytes; NULL where the test data are absent.  .gz goes through
 * gzip(1). */
static inline char *slurp(struct pl_arena *a, const char *path)
{
	const char *full = testdata(a, path);
	struct pl_span s;
	struct pl_err e;
	size_t n = strlen(path), used = 0, room = 1 << 16, got;
	char *text;
	FILE *f;

	if (!full)
		return NULL;
	if (n < 3 || strcmp(path + n - 3, ".gz") != 0) {
		assert_ok(pl_file_read(a, &s, full, PL_MAX_FILE, &e), &e);
		return pl_strndup(a, (const char *)s.p, s.n);
	}
	f = popen(pl_printf(a, "gzip -dc '%s'", full), "r");
	assert_non_null(f);
	text = pl_realloc(a, NULL, 0, room);
	while ((got = fread(text + used, 1, room - used - 1, f)) > 0) {
		used += got;
		if (room - used < 2) {
			text = pl_realloc(a, text, room, 2 * room);
			room *= 2;
		}
	}
	assert_int_equal(pclose(f), 0);
	text[used] = '\0';
	return text;
}

/* Column `name` of a comma-separated file with a header line. */
static inline struct column csv_column(struct pl_arena *a, char *text,
				       const char *name)
{
	struct column c = { 0 };
	size_t want = 0, len = strlen(name);
	char *p = text;

	assert_non_null(text);
	if (!p)
		return c;
	for (; *p && *p != '\n'; p++) {
		if ((p == text || p[-1] == ',') && !strncmp(p, name, len) &&
		    (p[len] == ',' || p[len] == '\n' || p[len] == '\r'))
			break;
		want += *p == ',';
	}
	assert_true(*p && *p != '\n');
	p = strchr(p, '\n');
	while (p && *++p) {
		char *end;

		for (size_t k = 0; k < want; k++)
			p = strchr(p, ',') + 1;
		column_add(a, &c, strtod(p, &end));
		assert_ptr_not_equal(end, p);
		p = strchr(end, '\n');
	}
	return c;
}

/* Correct decimal digits of got: - log10 of the relative error (absolute
 * where want is 0), at most 15, the digits certified. */
static inline double digits(double got, double want)
{
	double err = fabs(got - want);

	if (want != 0)
		err /= fabs(want);
	if (!(err < 1))
		return 0;
	return err < 1e-15 ? 15 : -log10(err);
}

static inline bool verbose(void)
{
	const char *v = getenv("PLUME_TEST_VERBOSE");

	return v && *v;
}

#endif
