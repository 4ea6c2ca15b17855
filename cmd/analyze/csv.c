/* A series out of a CSV file. */
#include <math.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/time.h"
#include "cmd/analyze/read.h"
#include "cmd/suggest.h"
#include "codec/csv.h"
#include "codec/gzip.h"
#include "crypto/sha256.h"
#include "record/record.h"

/* What the cells of the time column are.  Plain numbers are seconds since
 * 1970 when all of them are whole and could be nothing else (1973 and later),
 * milliseconds when all have 12 digits or more; else they are just numbers
 * (1..n, years with a fraction) of which only the order and distance count. */
enum times { NONE, NUMBERS, DATES };
#define UNIX_FROM 1e8
#define MILLI_FROM 1e11

struct reader {
	struct pl_arena *a;
	const struct pl_input_args *in;
	const char *name; /* of the file, in messages */
	struct pl_csv csv;
	size_t time, value; /* columns */
	enum times times;
	bool whole; /* all numbers so far are whole */
	double *t, *y;
	uint64_t *line;
	size_t n, cap;
	uint64_t missing;
};

static bool is_missing(struct pl_span s)
{
	static const char *const words[] = { "",     "NA",   "N/A",
					     "NaN",  "nan",  "NAN",
					     "null", "NULL", "-" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (pl_span_is(s, words[i]))
			return true;
	}
	return false;
}

static bool is_number(double *out, struct pl_span s)
{
	struct pl_err e;

	return !pl_double_parse(out, (const char *)s.p, s.n, &e);
}

static const char *column_name(const struct reader *r, size_t column)
{
	if (r->in->no_header)
		return pl_printf(r->a, "%zu", column + 1);
	return pl_strndup(r->a, (const char *)r->csv.header[column].p,
			  r->csv.header[column].n);
}

static enum pl_rc bad_cell(struct reader *r, size_t column, struct pl_span s,
			   const char *what, struct pl_err *e)
{
	char *text = pl_strndup(r->a, (const char *)s.p, s.n > 40 ? 40 : s.n);

	return pl_fail(e, PL_EFORMAT,
		       "line %" PRIu64 ", column \"%s\": \"%s\" "
		       "is not %s",
		       r->csv.line, pl_out_safe(r->a, column_name(r, column)),
		       pl_out_safe(r->a, text), what);
}

/* --------------------------------------------------------------- columns */

/* A column by its number alone, in a file without names. */
static enum pl_rc numbered(size_t *out, const struct reader *r,
			   const char *text, struct pl_err *e)
{
	double v;

	if (!is_number(&v, pl_span_str(text)) || v != floor(v) || v < 1 ||
	    v > (double)r->csv.columns)
		return pl_fail(e, PL_EUSAGE,
			       "no column %s: with --no-header columns are "
			       "numbers from 1 to %zu",
			       text, r->csv.columns);
	*out = (size_t)v - 1;
	return PL_OK;
}

static enum pl_rc column(size_t *out, const struct reader *r, const char *name,
			 struct pl_err *e)
{
	struct pl_suggest near = pl_suggest_for(name);
	enum pl_rc rc;

	if (r->in->no_header)
		return numbered(out, r, name, e);
	rc = pl_csv_column(out, &r->csv, name, e);
	if (rc != PL_ENOTFOUND)
		return rc;
	for (size_t i = 0; i < r->csv.header_n; i++)
		pl_suggest_try(&near, column_name(r, i));
	if (near.best)
		return pl_hint(e, "did you mean \"%s\"?",
			       pl_out_safe(r->a, near.best));
	return PL_ENOTFOUND;
}

/* "date, open, close", as many as fit into a hint. */
static const char *column_names(const struct reader *r)
{
	struct pl_buf b;

	pl_buf_init(&b, r->a);
	for (size_t i = 0; i < r->csv.columns && b.n < 160; i++)
		pl_buf_fmt(&b, "%s%.40s", i ? ", " : "",
			   pl_out_safe(r->a, column_name(r, i)));
	return pl_buf_cstr(&b);
}

/* Without --value: the one column that is not the time. */
static enum pl_rc only_column(size_t *out, const struct reader *r,
			      struct pl_err *e)
{
	size_t others = r->csv.columns - (r->in->time ? 1 : 0);

	if (others == 1) {
		*out = r->in->time && r->time == 0 ? 1 : 0;
		return PL_OK;
	}
	(void)pl_fail(e, PL_EUSAGE,
		      "which column holds the values? there are %zu", others);
	return pl_hint(e, "name one with --value: %s", column_names(r));
}

/* The first line of a file without names would be lost silently. */
static enum pl_rc header_is_names(const struct reader *r, struct pl_err *e)
{
	double v;

	if (r->in->no_header ||
	    !is_number(&v, pl_span_str(column_name(r, r->value))))
		return PL_OK;
	(void)pl_fail(e, PL_EFORMAT,
		      "the first line holds numbers (%s), not "
		      "names of columns",
		      pl_out_safe(r->a, column_name(r, r->value)));
	return pl_hint(e, "say --no-header and give columns by number");
}

static enum pl_rc find_columns(struct reader *r, struct pl_err *e)
{
	const struct pl_input_args *in = r->in;

	if (in->time)
		PL_TRY(column(&r->time, r, in->time, e));
	if (in->value)
		PL_TRY(column(&r->value, r, in->value, e));
	else
		PL_TRY(only_column(&r->value, r, e));
	if (in->time && r->time == r->value)
		return pl_fail(e, PL_EUSAGE,
			       "time and value are the same column \"%s\"",
			       pl_out_safe(r->a, column_name(r, r->value)));
	return header_is_names(r, e);
}

/* ------------------------------------------------------------------ rows */

static void grow(struct reader *r)
{
	size_t more = r->cap ? 2 * r->cap : 4096;

	if (r->n < r->cap)
		return;
	r->t = pl_realloc(r->a, r->t, r->n * sizeof(*r->t),
			  more * sizeof(*r->t));
	r->y = pl_realloc(r->a, r->y, r->n * sizeof(*r->y),
			  more * sizeof(*r->y));
	r->line = pl_realloc(r->a, r->line, r->n * sizeof(*r->line),
			     more * sizeof(*r->line));
	r->cap = more;
}

/* The first row decides between numbers and dates. */
static enum pl_rc read_time(struct reader *r, double *out, struct pl_err *e)
{
	struct pl_span s = pl_csv_field(&r->csv, r->time);
	bool number = is_number(out, s);
	struct pl_err ignored;
	int64_t at;

	if (!s.n)
		return pl_fail(e, PL_EFORMAT,
			       "line %" PRIu64 ": the time is missing",
			       r->csv.line);
	if (r->times == NONE)
		r->times = number ? NUMBERS : DATES;
	if (r->times == NUMBERS && !number)
		return bad_cell(r, r->time, s, "a number like those before it",
				e);
	if (r->times == NUMBERS) {
		r->whole = r->whole && *out == floor(*out);
		return PL_OK;
	}
	if (number || pl_time_parse(&at, (const char *)s.p, s.n, &ignored))
		return bad_cell(r, r->time, s,
				"a time (2026-01-31, RFC 3339, "
				"or seconds since 1970)",
				e);
	*out = (double)at;
	return PL_OK;
}

static enum pl_rc read_value(struct reader *r, double *out, struct pl_err *e)
{
	struct pl_span s = pl_csv_field(&r->csv, r->value);

	if (is_missing(s)) {
		if (pl_input_missing(r->in) == PL_MISSING_REFUSE) {
			(void)pl_fail(
				e, PL_EFORMAT,
				"line %" PRIu64 ", column \"%s\": the "
				"value is missing",
				r->csv.line,
				pl_out_safe(r->a, column_name(r, r->value)));
			return pl_hint(e, "--missing skip leaves such rows "
					  "out, carry takes the value before");
		}
		r->missing++;
		*out = NAN;
		return PL_OK;
	}
	if (!is_number(out, s) || !isfinite(*out))
		return bad_cell(r, r->value, s, "a number", e);
	return PL_OK;
}

static enum pl_rc read_row(struct reader *r, struct pl_err *e)
{
	double t = (double)r->n + 1, y;

	PL_TRY(pl_csv_ragged(&r->csv, e));
	if (r->in->time)
		PL_TRY(read_time(r, &t, e));
	PL_TRY(read_value(r, &y, e));
	if (r->n >= PL_MAX_ROWS)
		return pl_fail(e, PL_ELIMIT, "more than %d rows", PL_MAX_ROWS);
	grow(r);
	r->t[r->n] = t;
	r->y[r->n] = y;
	r->line[r->n++] = r->csv.line;
	return PL_OK;
}

static enum pl_rc read_rows(struct reader *r, struct pl_err *e)
{
	bool more;

	if (!r->in->no_header)
		PL_TRY(pl_csv_header(&r->csv, e));
	PL_TRY(pl_csv_next(&r->csv, &more, e));
	if (more)
		PL_TRY(find_columns(r, e));
	while (more) {
		PL_TRY(read_row(r, e));
		PL_TRY(pl_csv_next(&r->csv, &more, e));
	}
	if (!r->n)
		return pl_fail(e, PL_EFORMAT, "no rows");
	return PL_OK;
}

/* ----------------------------------------------------------------- times */

/* Seconds since 1970 out of plain numbers, where they can be nothing else. */
static bool unix_times(struct reader *r)
{
	bool milli = true;

	if (r->times != NUMBERS || !r->whole)
		return false;
	for (size_t i = 0; i < r->n; i++) {
		if (r->t[i] < UNIX_FROM)
			return false;
		milli = milli && r->t[i] >= MILLI_FROM;
	}
	for (size_t i = 0; milli && i < r->n; i++)
		r->t[i] /= 1000;
	return true;
}

static const char *kind_of_times(struct reader *r)
{
	if (!r->in->time)
		return "row";
	if (r->times == DATES)
		return "date";
	return unix_times(r) ? "unix" : "number";
}

struct key {
	double t, y;
	uint64_t line;
};

static int by_time(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void sort_rows(struct reader *r)
{
	struct key *k = PL_NEW_N(r->a, struct key, r->n);

	for (size_t i = 0; i < r->n; i++)
		k[i] = (struct key){ r->t[i], r->y[i], r->line[i] };
	qsort(k, r->n, sizeof(*k), by_time);
	for (size_t i = 0; i < r->n; i++) {
		r->t[i] = k[i].t;
		r->y[i] = k[i].y;
		r->line[i] = k[i].line;
	}
}

static enum pl_rc check_order(struct reader *r, bool equal_ok, struct pl_err *e)
{
	for (size_t i = 1; i < r->n; i++) {
		if (r->t[i] > r->t[i - 1] ||
		    (equal_ok && r->t[i] == r->t[i - 1]))
			continue;
		if (r->t[i] == r->t[i - 1])
			return pl_fail(e, PL_EFORMAT,
				       "lines %" PRIu64 " and %" PRIu64
				       " have the same time: which of them "
				       "counts?",
				       r->line[i - 1], r->line[i]);
		(void)pl_fail(e, PL_EFORMAT,
			      "line %" PRIu64 " is earlier than line %" PRIu64,
			      r->line[i], r->line[i - 1]);
		return pl_hint(e, "--sort brings the rows into the order of "
				  "their times");
	}
	return PL_OK;
}

/* ------------------------------------------------------------- the whole */

static enum pl_rc describe(struct reader *r, struct pl_input_series *s,
			   struct pl_span raw, struct pl_err *e)
{
	struct pl_input_csv *csv = PL_NEW(r->a, struct pl_input_csv);
	struct pl_hash32 digest;

	PL_TRY(pl_sha256(&digest, raw, e));
	csv->time_column = r->in->time ? column_name(r, r->time) : NULL;
	csv->value_column = column_name(r, r->value);
	csv->header = !r->in->no_header;
	csv->sorted = r->in->sort;
	csv->bytes = raw.n;
	s->about.kind = "csv";
	s->about.sha256 = pl_record_name(r->a, &digest);
	s->about.rows = r->n;
	s->about.missing = r->missing;
	s->about.trust = PL_LOCAL;
	s->about.csv = csv;
	return PL_OK;
}

static enum pl_rc read_text(struct reader *r, struct pl_input_series *s,
			    struct pl_span text, bool equal_ok,
			    struct pl_err *e)
{
	pl_csv_init(&r->csv, r->a, text, 0);
	PL_TRY(read_rows(r, e));
	s->about.time_kind = kind_of_times(r);
	s->in_seconds =
		r->times == DATES || !strcmp(s->about.time_kind, "unix");
	if (r->in->sort && r->in->time)
		sort_rows(r);
	PL_TRY(check_order(r, equal_ok, e));
	s->t = r->t;
	s->y = r->y;
	s->line = r->line;
	s->n = r->n;
	return PL_OK;
}

static enum pl_rc file_of(struct pl_arena *a, struct pl_span *text,
			  struct pl_span *raw, const struct pl_input_args *in,
			  struct pl_err *e)
{
	struct pl_input_kept *k = in->kept;

	if (!k || !k->there)
		PL_TRY(pl_data_read(a, text, raw, in->csv, PL_MAX_FILE, e));
	if (!k)
		return PL_OK;
	if (!k->there)
		*k = (struct pl_input_kept){ true, *text, *raw };
	*text = k->text;
	*raw = k->raw;
	return PL_OK;
}

enum pl_rc pl_input_numeric(struct pl_arena *a, const char **out,
			    const struct pl_input_args *in, struct pl_err *e)
{
	struct reader r = { .a = a, .in = in };
	struct pl_span text, raw;
	struct pl_buf b;
	bool more;

	PL_TRY(file_of(a, &text, &raw, in, e));
	pl_csv_init(&r.csv, a, text, 0);
	if (!in->no_header)
		PL_TRY(pl_csv_header(&r.csv, e));
	PL_TRY(pl_csv_next(&r.csv, &more, e));
	pl_buf_init(&b, a);
	for (size_t i = 0; more && i < r.csv.columns && b.n < 160; i++) {
		const char *name = column_name(&r, i);
		double v;

		if (!is_number(&v, pl_csv_field(&r.csv, i)) ||
		    (in->time && !strcmp(in->time, name)))
			continue;
		pl_buf_fmt(&b, "%s%.40s", b.n ? "," : "", pl_out_safe(a, name));
	}
	*out = pl_buf_cstr(&b);
	return PL_OK;
}

enum pl_rc pl_input_csv(struct pl_arena *a, struct pl_input_series *out,
			const struct pl_input_args *in, bool equal_times,
			struct pl_err *e)
{
	struct pl_input_series s = { 0 };
	struct reader r = { .a = a, .in = in, .whole = true };
	struct pl_span text, raw;

	r.name = strcmp(in->csv, "-") ? in->csv : "standard input";
	PL_TRY(file_of(a, &text, &raw, in, e));
	if (read_text(&r, &s, text, equal_times, e))
		return pl_note(e, "%s", pl_out_safe(a, r.name));
	PL_TRY(describe(&r, &s, raw, e));
	*out = s;
	return PL_OK;
}
