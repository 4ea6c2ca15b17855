#include "codec/yaml.h"

#include "base/buf.h"

#define MAX_DEPTH                                                              \
	16 /* collections inside one another: bounds the recursion             \
	    */

/* Where reading is: p at the first character of something, `col` its column;
 * at the end of the text p = end. */
struct yaml {
	const uint8_t *p, *end, *bol;
	size_t line;
	unsigned depth;
	struct pl_buf *b;
	struct pl_err *e;
};

static enum pl_rc bad(struct yaml *y, const char *what)
{
	return pl_fail(y->e, PL_EFORMAT, "yaml: line %zu: %s", y->line, what);
}

static bool at(const struct yaml *y, char c)
{
	return y->p < y->end && *y->p == (uint8_t)c;
}

static size_t column(const struct yaml *y)
{
	return (size_t)(y->p - y->bol);
}

/* Whether what follows ends a scalar or a marker: blank, line or text end. */
static bool blank_at(const struct yaml *y, const uint8_t *p)
{
	return p >= y->end || *p == ' ' || *p == '\n' || *p == '\r';
}

static void spaces(struct yaml *y)
{
	while (at(y, ' '))
		y->p++;
}

/* Over blanks, comments and line ends, to the next thing of any line. */
static void skip(struct yaml *y)
{
	for (;;) {
		spaces(y);
		if (at(y, '\r'))
			y->p++;
		if (at(y, '#'))
			while (y->p < y->end && *y->p != '\n')
				y->p++;
		if (!at(y, '\n'))
			return;
		y->bol = ++y->p;
		y->line++;
	}
}

/* After a value of a block: nothing more on this line. */
static enum pl_rc end_of_line(struct yaml *y)
{
	size_t line = y->line;

	skip(y);
	if (y->p < y->end && y->line == line)
		return bad(y, "something follows a value");
	return PL_OK;
}

static enum pl_rc put_char(struct yaml *y, uint8_t c)
{
	if (c < 0x20 || c >= 0x7f)
		return bad(y, "a character outside printable ASCII");
	if (c == '"' || c == '\\')
		pl_buf_byte(y->b, '\\');
	pl_buf_byte(y->b, c);
	return PL_OK;
}

static enum pl_rc quoted(struct yaml *y)
{
	char quote = (char)*y->p++;

	pl_buf_byte(y->b, '"');
	for (;; y->p++) {
		if (y->p >= y->end)
			return bad(y, "a quote is not closed");
		if (at(y, quote)) {
			y->p++;
			if (quote == '"' || !at(y, '\''))
				break;
		} else if (quote == '"' && at(y, '\\')) {
			return bad(y, "escapes are not read");
		}
		PL_TRY(put_char(y, *y->p));
	}
	pl_buf_byte(y->b, '"');
	return PL_OK;
}

/* Up to the end of the line, ": ", " #", or in a flow also , [ ] { }. */
static enum pl_rc plain(struct yaml *y, bool flow)
{
	const uint8_t *last;

	if (y->p >= y->end || strchr("&*!|>%@`,[]{}#\"'", *y->p))
		return bad(y, "no value can begin here");
	pl_buf_byte(y->b, '"');
	for (last = y->p; last < y->end; last++) {
		if (*last == '\n' || *last == '\r')
			break;
		if (*last == ':' && blank_at(y, last + 1))
			break;
		if (*last == ' ' && last + 1 < y->end && last[1] == '#')
			break;
		if (flow && strchr(",[]{}", *last))
			break;
	}
	while (last > y->p && last[-1] == ' ')
		last--;
	for (; y->p < last; y->p++)
		PL_TRY(put_char(y, *y->p));
	pl_buf_byte(y->b, '"');
	return PL_OK;
}

static enum pl_rc scalar(struct yaml *y, bool flow)
{
	return at(y, '\'') || at(y, '"') ? quoted(y) : plain(y, flow);
}

static enum pl_rc deeper(struct yaml *y)
{
	if (++y->depth > MAX_DEPTH)
		return bad(y, "nested too deeply");
	return PL_OK;
}

static enum pl_rc flow_value(struct yaml *y);

static enum pl_rc flow_pair(struct yaml *y)
{
	PL_TRY(scalar(y, true));
	skip(y);
	if (!at(y, ':') || !blank_at(y, y->p + 1))
		return bad(y, "a key without \": \"");
	pl_buf_byte(y->b, ':');
	y->p++;
	skip(y);
	return flow_value(y);
}

/* [ … ] or { … }, over as many lines as it takes. */
static enum pl_rc flow(struct yaml *y)
{
	bool map = at(y, '{');
	char close = map ? '}' : ']';

	PL_TRY(deeper(y));
	pl_buf_byte(y->b, *y->p++);
	skip(y);
	while (!at(y, close)) {
		PL_TRY(map ? flow_pair(y) : flow_value(y));
		skip(y);
		if (at(y, close))
			break;
		if (!at(y, ','))
			return bad(y, "a list or mapping is not closed");
		pl_buf_byte(y->b, *y->p++);
		skip(y);
		if (at(y, close))
			return bad(y, "a comma before the end");
	}
	pl_buf_byte(y->b, *y->p++);
	y->depth--;
	return PL_OK;
}

static enum pl_rc flow_value(struct yaml *y)
{
	if (at(y, '{') || at(y, '['))
		return flow(y);
	return scalar(y, true);
}

static enum pl_rc block(struct yaml *y);

static bool at_dash(const struct yaml *y)
{
	return at(y, '-') && blank_at(y, y->p + 1);
}

/* Whether a block of more lines begins here, beneath something at `col`. */
static bool beneath(const struct yaml *y, size_t col)
{
	return y->p < y->end && column(y) > col;
}

static enum pl_rc sequence(struct yaml *y)
{
	size_t col = column(y);

	pl_buf_byte(y->b, '[');
	for (bool first = true; y->p < y->end && column(y) == col;
	     first = false) {
		if (!at_dash(y))
			return bad(y, "no item of the list begins here");
		if (!first)
			pl_buf_byte(y->b, ',');
		y->p++;
		skip(y);
		if (!beneath(y, col))
			return bad(y, "an item of a list is empty");
		PL_TRY(block(y));
	}
	pl_buf_byte(y->b, ']');
	return PL_OK;
}

/* What stands after "key:". */
static enum pl_rc map_value(struct yaml *y, size_t col)
{
	size_t line = y->line;

	skip(y);
	if (y->p < y->end && y->line == line) {
		PL_TRY(flow_value(y));
		return end_of_line(y);
	}
	if (beneath(y, col) ||
	    (y->p < y->end && column(y) == col && at_dash(y)))
		return block(y);
	pl_buf_str(y->b, "null");
	return PL_OK;
}

/* A mapping, or a single scalar: that shows after the first word. */
static enum pl_rc mapping(struct yaml *y)
{
	const size_t col = column(y);
	struct pl_span word;
	bool first = true;

	for (; y->p < y->end && column(y) == col; first = false) {
		size_t start;

		if (!first && at_dash(y))
			break;
		if (!first)
			pl_buf_byte(y->b, ',');
		start = y->b->n;
		PL_TRY(scalar(y, false));
		spaces(y);
		if (!at(y, ':') || !blank_at(y, y->p + 1)) {
			if (!first)
				return bad(y, "a key without \": \"");
			return end_of_line(y);
		}
		if (first) {
			/* the word is written: put the brace before it */
			pl_buf_byte(y->b, '"');
			word = pl_buf_span(y->b);
			memmove(y->b->p + start + 1, y->b->p + start,
				word.n - start - 1);
			y->b->p[start] = '{';
		}
		pl_buf_byte(y->b, ':');
		y->p++;
		PL_TRY(map_value(y, col));
	}
	pl_buf_byte(y->b, '}');
	return PL_OK;
}

static enum pl_rc block(struct yaml *y)
{
	PL_TRY(deeper(y));
	if (at(y, '{') || at(y, '[')) {
		PL_TRY(flow(y));
		PL_TRY(end_of_line(y));
	} else {
		PL_TRY(at_dash(y) ? sequence(y) : mapping(y));
	}
	y->depth--;
	return PL_OK;
}

enum pl_rc pl_yaml_parse(struct pl_arena *a, const struct pl_json **out,
			 struct pl_span text, struct pl_err *e)
{
	struct pl_buf b;
	struct yaml y = { .p = text.p,
			  .end = text.p + text.n,
			  .bol = text.p,
			  .line = 1,
			  .b = &b,
			  .e = e };

	pl_buf_init(&b, a);
	skip(&y);
	if (y.p >= y.end)
		return bad(&y, "nothing there");
	PL_TRY(block(&y));
	if (y.p < y.end)
		return bad(&y, "out of line with what is above");
	return pl_json_parse(a, out, pl_buf_span(&b), e);
}
