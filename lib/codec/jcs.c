#include "codec/jcs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/num.h"

struct member {
	const char *key;
	const struct pl_json *value;
};

/* An array or object that is being written. */
struct level {
	const struct pl_json *array; /* NULL in an object */
	struct member *members;
	size_t i, n;
};

struct writer {
	struct pl_buf *out;
	bool pretty;
	size_t depth;
	struct level levels[PL_MAX_JSON_DEPTH];
};

/* Where UTF-16 orders other than UTF-8 does: a surrogate pair (lead byte f0
 * to f4) stands before U+E000 … U+FFFF (lead byte ee, ef). */
static unsigned rank(uint8_t c)
{
	return c == 0xee || c == 0xef ? c + 0x10u : c;
}

/* SPEC RFC 8785 §3.2.3: by UTF-16 code units, compared as numbers */
static int by_utf16(const void *x, const void *y)
{
	const char *a = ((const struct member *)x)->key;
	const char *b = ((const struct member *)y)->key;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (int)rank((uint8_t)*a) - (int)rank((uint8_t)*b);
}

/* SPEC RFC 8785 §3.2.2.2: the two-letter escapes where there are some,
 * \u00xx for the other control characters, everything else as it is */
static void put_string(struct pl_buf *out, const char *s, size_t n)
{
	static const char letters[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
		['\f'] = 'f', ['\r'] = 'r',
	};
	size_t done = 0;

	pl_buf_byte(out, '"');
	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)s[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		pl_buf_put(out, (struct pl_span){ (const uint8_t *)s + done,
						  i - done });
		done = i + 1;
		if (c >= 0x20)
			pl_buf_fmt(out, "\\%c", c);
		else if (letters[c])
			pl_buf_fmt(out, "\\%c", letters[c]);
		else
			pl_buf_fmt(out, "\\u%04x", c);
	}
	pl_buf_put(out,
		   (struct pl_span){ (const uint8_t *)s + done, n - done });
	pl_buf_byte(out, '"');
}

/* An integer is written as the double it becomes for other readers; where
 * that would change its digits it is refused. */
static enum pl_rc put_int(struct pl_buf *out, const struct pl_json *v,
			  struct pl_err *e)
{
	char text[PL_NUM_TEXT], digits[PL_NUM_TEXT];
	int64_t i;

	PL_TRY(pl_json_int(&i, v, e));
	pl_double_text(text, (double)i);
	(void)snprintf(digits, sizeof(digits), "%" PRId64, i);
	if (strcmp(text, digits))
		return pl_fail(e, PL_EFORMAT,
			       "integer %s is beyond 2^53, and readers that "
			       "keep doubles would see %s: write it as a "
			       "string",
			       digits, text);
	pl_buf_str(out, text);
	return PL_OK;
}

static enum pl_rc put_real(struct pl_buf *out, const struct pl_json *v,
			   struct pl_err *e)
{
	char text[PL_NUM_TEXT];
	double x;

	PL_TRY(pl_json_num(&x, v, e));
	pl_double_text(text, x);
	pl_buf_str(out, text);
	return PL_OK;
}

static enum pl_rc open_level(struct writer *w, const struct pl_json *v,
			     struct pl_err *e)
{
	struct level *l = &w->levels[w->depth];
	size_t i = 0;

	if (w->depth == PL_MAX_JSON_DEPTH)
		return pl_fail(e, PL_ELIMIT, "JSON nested deeper than %d",
			       PL_MAX_JSON_DEPTH);
	*l = (struct level){ .n = pl_json_len(v) };
	if (pl_json_type(v) == PL_J_ARRAY) {
		l->array = v;
	} else {
		l->members = PL_NEW_N(w->out->a, struct member, l->n);
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			l->members[i++] =
				(struct member){ pl_json_iter_key(it),
						 pl_json_iter_value(it) };
		qsort(l->members, l->n, sizeof(*l->members), by_utf16);
	}
	w->depth++;
	pl_buf_byte(w->out, l->array ? '[' : '{');
	return PL_OK;
}

static enum pl_rc put_value(struct writer *w, const struct pl_json *v,
			    struct pl_err *e)
{
	switch (pl_json_type(v)) {
	case PL_J_NULL:
		pl_buf_str(w->out, "null");
		return PL_OK;
	case PL_J_BOOL:
		pl_buf_str(w->out, pl_json_bool(v) ? "true" : "false");
		return PL_OK;
	case PL_J_INT:
		return put_int(w->out, v, e);
	case PL_J_REAL:
		return put_real(w->out, v, e);
	case PL_J_STR:
		put_string(w->out, pl_json_str(v), pl_json_str_len(v));
		return PL_OK;
	case PL_J_ARRAY:
	case PL_J_OBJECT:
		return open_level(w, v, e);
	}
	return pl_fail(e, PL_EBUG, "a JSON value of no type");
}

static void new_line(struct writer *w)
{
	if (w->pretty)
		pl_buf_fmt(w->out, "\n%*s", (int)(2 * w->depth), "");
}

/* The next value of the innermost level, or its end. */
static enum pl_rc step(struct writer *w, struct pl_err *e)
{
	struct level *l = &w->levels[w->depth - 1];
	size_t i = l->i++;

	if (i == l->n) {
		w->depth--;
		if (l->n)
			new_line(w);
		pl_buf_byte(w->out, l->array ? ']' : '}');
		return PL_OK;
	}
	if (i)
		pl_buf_byte(w->out, ',');
	new_line(w);
	if (l->array)
		return put_value(w, pl_json_at(l->array, i), e);
	put_string(w->out, l->members[i].key, strlen(l->members[i].key));
	pl_buf_str(w->out, w->pretty ? ": " : ":");
	return put_value(w, l->members[i].value, e);
}

static enum pl_rc write_json(struct pl_buf *out, const struct pl_json *v,
			     bool pretty, struct pl_err *e)
{
	struct writer w;
	size_t was = out->n;
	enum pl_rc rc;

	w.out = out;
	w.pretty = pretty;
	w.depth = 0;
	rc = put_value(&w, v, e);
	while (!rc && w.depth)
		rc = step(&w, e);
	if (rc) {
		out->n = was;
		*pl_buf_room(out, 0) = 0;
	} else if (pretty) {
		pl_buf_byte(out, '\n');
	}
	return rc;
}

enum pl_rc pl_jcs(struct pl_buf *out, const struct pl_json *v, struct pl_err *e)
{
	return write_json(out, v, false, e);
}

enum pl_rc pl_jcs_pretty(struct pl_buf *out, const struct pl_json *v,
			 struct pl_err *e)
{
	return write_json(out, v, true, e);
}
