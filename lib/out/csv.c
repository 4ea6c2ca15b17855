/* CSV, RFC 4180: a line of names, CRLF, quotes where needed.  Objects become
 * columns with dotted names, lists one cell of JSON. */
#include "out/value.h"

static void cell(struct pl_buf *b, const char *s, bool *first)
{
	if (!*first)
		pl_buf_byte(b, ',');
	*first = false;
	if (!s[strcspn(s, ",\"\r\n")]) {
		pl_buf_str(b, s);
		return;
	}
	pl_buf_byte(b, '"');
	for (; *s; s++) {
		if (*s == '"')
			pl_buf_byte(b, '"');
		pl_buf_byte(b, (uint8_t)*s);
	}
	pl_buf_byte(b, '"');
}

static void head(struct pl_buf *b, const struct pl_field *f, const char *prefix,
		 bool *first)
{
	for (; f->name; f++) {
		char *name = pl_printf(b->a, "%s%s", prefix, f->name);

		if (f->kind == PL_OBJECT) {
			head(b, f->sub, pl_printf(b->a, "%s.", name), first);
			continue;
		}
		cell(b, name, first);
		if (f->kind == PL_AMOUNT)
			cell(b, pl_printf(b->a, "%s_decimals", name), first);
	}
}

static void plain(struct pl_buf *b, const struct pl_field *f, const void *v,
		  const void *row, bool *first)
{
	struct pl_buf text;

	pl_buf_init(&text, b->a);
	if (v && f->kind == PL_LIST)
		pl_json_member(&text, f, row, -1);
	else if (v)
		pl_value_text(&text, f->kind, v, f->words, false);
	cell(b, pl_buf_cstr(&text), first);
	if (f->kind != PL_AMOUNT)
		return;
	cell(b,
	     v ? pl_printf(b->a, "%u", ((const struct pl_amount *)v)->decimals)
	       : "",
	     first);
}

/* row NULL: an object that is null, all of its cells empty. */
static void cells(struct pl_buf *b, const struct pl_field *f, const void *row,
		  bool *first)
{
	for (; f->name; f++) {
		const void *v = row ? pl_field_value(f, row) : NULL;

		if (f->kind == PL_OBJECT)
			cells(b, f->sub, v, first);
		else
			plain(b, f, v, row, first);
	}
}

void pl_csv_head(struct pl_buf *b, const struct pl_field *f)
{
	bool first = true;

	head(b, f, "", &first);
	pl_buf_str(b, "\r\n");
}

void pl_csv_row(struct pl_buf *b, const struct pl_field *f, const void *row)
{
	bool first = true;

	cells(b, f, row, &first);
	pl_buf_str(b, "\r\n");
}
