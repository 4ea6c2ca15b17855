#include "codec/csv.h"

#include "base/buf.h"
#include "base/limits.h"

static const char delimiters[] = ",;\t";

/* The delimiter that stands most often in the first record, outside quotes;
 * the earlier of the list where two are equal. */
static char sniff(struct pl_span s)
{
	size_t count[sizeof(delimiters) - 1] = { 0 };
	size_t best = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n && i < PL_MAX_LINE; i++) {
		char c = (char)s.p[i];

		if (c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		if (c == '\n')
			break;
		for (size_t d = 0; d < sizeof(count) / sizeof(*count); d++)
			count[d] += c == delimiters[d];
	}
	for (size_t d = 1; d < sizeof(count) / sizeof(*count); d++)
		if (count[d] > count[best])
			best = d;
	return delimiters[best];
}

void pl_csv_init(struct pl_csv *c, struct pl_arena *a, struct pl_span text,
		 char delimiter)
{
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		(void)pl_span_take(&text, 3);
	*c = (struct pl_csv){
		.a = a,
		.rest = text,
		.delimiter = delimiter ? delimiter : sniff(text),
		.next_line = 1,
	};
}

/* Reading one record: where it stands and what it has met. */
struct reader {
	struct pl_csv *c;
	const uint8_t *p, *end; /* end: of the text or of what one record may
				 * take, whichever comes first */
	bool clipped;           /* end is the latter */
	uint64_t line;
	size_t scratch_n;
};

static enum pl_rc bad(const struct reader *r, struct pl_err *e, const char *why)
{
	return pl_fail(e, PL_EFORMAT, "line %ju, field %zu: %s",
		       (uintmax_t)r->line, r->c->n + 1, why);
}

static enum pl_rc out_of_text(const struct reader *r, struct pl_err *e,
			      const char *why)
{
	if (r->clipped)
		return pl_fail(e, PL_ELIMIT,
			       "line %ju: a record longer than %zu bytes",
			       (uintmax_t)r->c->next_line, PL_MAX_LINE);
	return pl_fail(e, PL_EFORMAT, "line %ju, field %zu: %s",
		       (uintmax_t)r->c->next_line, r->c->n + 1, why);
}

static enum pl_rc push(struct pl_csv *c, struct pl_span field, struct pl_err *e)
{
	if (c->n == PL_MAX_COLUMNS)
		return pl_fail(e, PL_ELIMIT, "line %ju: more than %d fields",
			       (uintmax_t)c->next_line, PL_MAX_COLUMNS);
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;

		c->field =
			pl_realloc(c->a, c->field, c->cap * sizeof(*c->field),
				   cap * sizeof(*c->field));
		c->cap = cap;
	}
	c->field[c->n++] = field;
	return PL_OK;
}

/* Append to the scratch buffer.  Its room is made once per reader and large
 * enough for any record still to come, so that it never moves under a field:
 * what is undone is never longer than the record. */
static uint8_t *to_scratch(struct reader *r, const uint8_t *p, size_t n)
{
	struct pl_csv *c = r->c;
	uint8_t *at;

	if (!c->scratch) {
		c->scratch_cap =
			c->rest.n < PL_MAX_LINE ? c->rest.n : PL_MAX_LINE;
		c->scratch = pl_alloc(c->a, c->scratch_cap + 1);
	}
	at = c->scratch + r->scratch_n;
	if (n)
		memcpy(at, p, n);
	r->scratch_n += n;
	return at;
}

/* After the opening quote, up to and past the closing one. */
static enum pl_rc quoted(struct pl_span *out, struct reader *r,
			 struct pl_err *e)
{
	const uint8_t *from = r->p, *copy = NULL;
	size_t copied = 0;

	for (;; r->p++) {
		if (r->p == r->end)
			return out_of_text(r, e, "a quote is never closed");
		if (!*r->p)
			return bad(r, e, "a zero byte");
		r->line += *r->p == '\n';
		if (*r->p != '"')
			continue;
		if (r->p + 1 == r->end || r->p[1] != '"')
			break;
		/* a doubled quote: keep what stands before it and one of it */
		r->p++;
		copied += (size_t)(r->p - from);
		if (copy)
			(void)to_scratch(r, from, (size_t)(r->p - from));
		else
			copy = to_scratch(r, from, (size_t)(r->p - from));
		from = r->p + 1;
	}
	if (copy) {
		(void)to_scratch(r, from, (size_t)(r->p - from));
		copied += (size_t)(r->p - from);
		*out = (struct pl_span){ copy, copied };
	} else {
		*out = (struct pl_span){ from, (size_t)(r->p - from) };
	}
	r->p++;
	return PL_OK;
}

static enum pl_rc unquoted(struct pl_span *out, struct reader *r,
			   struct pl_err *e)
{
	const uint8_t *from = r->p;
	uint8_t delimiter = (uint8_t)r->c->delimiter;

	for (; r->p < r->end; r->p++) {
		uint8_t c = *r->p;

		if (c == delimiter || c == '\n' || c == '\r')
			break;
		if (c == '"')
			return bad(r, e,
				   "a quote inside a field that does not begin "
				   "with one");
		if (!c)
			return bad(r, e, "a zero byte");
	}
	*out = (struct pl_span){ from, (size_t)(r->p - from) };
	return PL_OK;
}

/* After a field: a delimiter, the end of the line, or of the text. */
static enum pl_rc after(bool *ends, struct reader *r, struct pl_err *e)
{
	*ends = true;
	if (r->p == r->end)
		return r->clipped ? out_of_text(r, e, "") : PL_OK;
	if (*r->p == (uint8_t)r->c->delimiter) {
		r->p++;
		*ends = false;
		return PL_OK;
	}
	if (*r->p == '\r') {
		if (r->p + 1 == r->end || r->p[1] != '\n')
			return bad(r, e,
				   "a carriage return without a line feed");
		r->p++;
	}
	if (*r->p != '\n')
		return bad(r, e, "something follows a closing quote");
	r->p++;
	r->line++;
	return PL_OK;
}

static void skip_empty_lines(struct pl_csv *c)
{
	for (;;) {
		size_t n = 0;

		if (c->rest.n && c->rest.p[0] == '\n')
			n = 1;
		else if (c->rest.n > 1 && !memcmp(c->rest.p, "\r\n", 2))
			n = 2;
		if (!n)
			return;
		(void)pl_span_take(&c->rest, n);
		c->next_line++;
	}
}

enum pl_rc pl_csv_next(struct pl_csv *c, bool *more, struct pl_err *e)
{
	struct reader r = { .c = c };
	bool ends = false;

	skip_empty_lines(c);
	if (!c->rest.n) {
		*more = false;
		return PL_OK;
	}
	c->n = 0;
	r.line = c->next_line;
	r.p = c->rest.p;
	r.clipped = c->rest.n > PL_MAX_LINE;
	r.end = r.p + (r.clipped ? PL_MAX_LINE : c->rest.n);
	while (!ends) {
		struct pl_span field = { NULL, 0 };

		if (r.p < r.end && *r.p == '"') {
			r.p++;
			PL_TRY(quoted(&field, &r, e));
		} else {
			PL_TRY(unquoted(&field, &r, e));
		}
		PL_TRY(after(&ends, &r, e));
		PL_TRY(push(c, field, e));
	}
	(void)pl_span_take(&c->rest, (size_t)(r.p - c->rest.p));
	c->line = c->next_line;
	c->next_line = r.line;
	if (!c->columns)
		c->columns = c->n;
	*more = true;
	return PL_OK;
}

enum pl_rc pl_csv_header(struct pl_csv *c, struct pl_err *e)
{
	bool more;

	PL_TRY(pl_csv_next(c, &more, e));
	if (!more)
		return pl_fail(e, PL_EFORMAT,
			       "the file is empty: no line with the names of "
			       "the columns");
	c->header = PL_NEW_N(c->a, struct pl_span, c->n);
	c->header_n = c->n;
	for (size_t i = 0; i < c->n; i++)
		c->header[i] = pl_span_dup(c->a, pl_csv_field(c, i));
	return PL_OK;
}

enum pl_rc pl_csv_ragged(const struct pl_csv *c, struct pl_err *e)
{
	size_t n = c->n;

	while (n > c->columns && !c->field[n - 1].n)
		n--;
	if (n == c->columns)
		return PL_OK;
	return pl_fail(e, PL_EFORMAT, "line %ju: %zu fields where %zu belong",
		       (uintmax_t)c->line, c->n, c->columns);
}

struct pl_span pl_csv_field(const struct pl_csv *c, size_t column)
{
	struct pl_span s = { (const uint8_t *)"", 0 };

	if (column >= c->n)
		return s;
	s = c->field[column];
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		(void)pl_span_take(&s, 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool same_but_case(struct pl_span a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower((uint8_t)b[i]))
			return false;
	return true;
}

/* The number of a column, from 1; 0 for text that is none. */
static size_t column_number(const char *s)
{
	size_t v = 0;

	for (; *s; s++) {
		if (*s < '0' || *s > '9' || v > PL_MAX_COLUMNS)
			return 0;
		v = 10 * v + (size_t)(*s - '0');
	}
	return v;
}

char *pl_csv_names(struct pl_arena *a, const struct pl_csv *c)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < c->header_n; i++) {
		struct pl_span name = c->header[i];

		if (b.n + 80 > 400) {
			pl_buf_str(&b, ", …");
			break;
		}
		if (i)
			pl_buf_str(&b, ", ");
		if (name.n > 60)
			name.n = 60;
		pl_buf_put(&b, name);
	}
	return pl_strdup(a, pl_buf_cstr(&b));
}

static enum pl_rc no_column(const struct pl_csv *c, const char *name,
			    struct pl_err *e)
{
	(void)pl_fail(e, PL_ENOTFOUND, "no column \"%s\"; there are: %s", name,
		      pl_csv_names(c->a, c));
	return pl_hint(e, "name a column as the first line does, or give its "
			  "number, from 1");
}

enum pl_rc pl_csv_column(size_t *out, const struct pl_csv *c, const char *name,
			 struct pl_err *e)
{
	size_t found = 0, at = 0, number = column_number(name);

	for (size_t i = 0; i < c->header_n; i++)
		if (pl_span_is(c->header[i], name)) {
			*out = i;
			return PL_OK;
		}
	for (size_t i = 0; i < c->header_n; i++)
		if (same_but_case(c->header[i], name)) {
			found++;
			at = i;
		}
	if (found > 1)
		return pl_fail(e, PL_EFORMAT,
			       "%zu columns are called \"%s\" but for capitals",
			       found, name);
	if (!found) {
		if (!number || number > c->header_n)
			return no_column(c, name, e);
		at = number - 1;
	}
	*out = at;
	return PL_OK;
}
