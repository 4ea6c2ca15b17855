/* JSON, RFC 8259.  Integers beyond 2^53 are strings: a reader that keeps
 * numbers as doubles would change them. */
#include <math.h>

#include "out/value.h"

#define EXACT ((uint64_t)1 << 53)

void pl_out_json_str(struct pl_buf *b, const char *s)
{
	size_t n;
	int32_t cp;

	pl_buf_byte(b, '"');
	for (; (n = pl_out_utf8_next(s, &cp)); s += n) {
		if (cp < 0)
			pl_buf_str(b, "\xef\xbf\xbd");
		else if (cp == '"' || cp == '\\')
			pl_buf_fmt(b, "\\%c", (char)cp);
		else if (cp == '\n')
			pl_buf_str(b, "\\n");
		else if (cp == '\t')
			pl_buf_str(b, "\\t");
		else if (cp < 0x20 || cp == 0x7f)
			pl_buf_fmt(b, "\\u%04x", (unsigned)cp);
		else
			pl_buf_put(b,
				   (struct pl_span){ (const uint8_t *)s, n });
	}
	pl_buf_byte(b, '"');
}

static bool too_large(enum pl_kind kind, const void *v)
{
	int64_t i;

	if (kind == PL_UINT)
		return *(const uint64_t *)v > EXACT;
	if (kind != PL_INT)
		return false;
	i = *(const int64_t *)v;
	return i > (int64_t)EXACT || i < -(int64_t)EXACT;
}

static void scalar(struct pl_buf *b, enum pl_kind kind, const void *v,
		   const char *const *words)
{
	struct pl_buf text;

	if (kind == PL_DOUBLE && !isfinite(*(const double *)v)) {
		pl_buf_str(b, "null");
		return;
	}
	if (!pl_kind_quoted(kind) && !too_large(kind, v)) {
		pl_value_text(b, kind, v, words, false);
		return;
	}
	pl_buf_init(&text, b->a);
	pl_value_text(&text, kind, v, words, false);
	pl_out_json_str(b, pl_buf_cstr(&text));
}

static void newline(struct pl_buf *b, int depth)
{
	if (depth < 0)
		return;
	pl_buf_byte(b, '\n');
	for (int i = 0; i < depth; i++)
		pl_buf_str(b, "  ");
}

static void list(struct pl_buf *b, const struct pl_field *f,
		 const struct pl_list *l, int depth)
{
	size_t size = f->sub ? f->size : pl_value_size(f->of);
	int inner = depth < 0 || !f->sub ? -1 : depth + 1;

	pl_buf_byte(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		const void *v = (const char *)l->v + i * size;

		if (i)
			pl_buf_str(b, depth < 0 || f->sub ? "," : ", ");
		newline(b, inner);
		if (f->sub)
			pl_json_row(b, f->sub, v, inner);
		else if (f->of == PL_STR && !*(const char *const *)v)
			pl_buf_str(b, "null");
		else
			scalar(b, f->of, v, f->words);
	}
	if (l->n)
		newline(b, inner < 0 ? -1 : depth);
	pl_buf_byte(b, ']');
}

void pl_json_member(struct pl_buf *b, const struct pl_field *f, const void *row,
		    int depth)
{
	const void *v = pl_field_value(f, row);

	if (!v)
		pl_buf_str(b, "null");
	else if (f->kind == PL_OBJECT)
		pl_json_row(b, f->sub, v, depth);
	else if (f->kind == PL_LIST)
		list(b, f, v, depth);
	else
		scalar(b, f->kind, v, f->words);
}

static void name(struct pl_buf *b, const char *s, bool first, int depth)
{
	if (!first)
		pl_buf_byte(b, ',');
	newline(b, depth);
	pl_out_json_str(b, s);
	pl_buf_str(b, depth < 0 ? ":" : ": ");
}

void pl_json_row(struct pl_buf *b, const struct pl_field *f, const void *row,
		 int depth)
{
	int inner = depth < 0 ? -1 : depth + 1;
	const struct pl_field *first = f;

	pl_buf_byte(b, '{');
	for (; f->name; f++) {
		/* never the first of its object */
		if ((f->flags & PL_SPARE) && !pl_field_value(f, row))
			continue;
		name(b, f->name, f == first, inner);
		pl_json_member(b, f, row, inner);
		if (f->kind == PL_AMOUNT) {
			const struct pl_amount *v = pl_field_value(f, row);

			name(b, pl_printf(b->a, "%s_decimals", f->name), false,
			     inner);
			if (v)
				pl_buf_fmt(b, "%u", v->decimals);
			else
				pl_buf_str(b, "null");
		}
	}
	newline(b, depth);
	pl_buf_byte(b, '}');
}

void pl_out_json(struct pl_buf *b, const struct pl_field *fields,
		 const void *row)
{
	pl_json_row(b, fields, row, -1);
}
