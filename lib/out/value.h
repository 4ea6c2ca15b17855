/* Inside out/: what a kind of value looks like, and how a row's members are
 * reached. */
#ifndef PL_OUT_VALUE_H
#define PL_OUT_VALUE_H

#include "base/buf.h"
#include "out/out.h"

struct pl_out {
	struct pl_arena *a;
	struct pl_arena *scratch; /* of one row; pl_out_end closes it */
	struct pl_out_spec s;
	size_t rows;
	bool raw;               /* pl_out_raw wrote the result */
	struct pl_table *table; /* text lists: rows held back */
};

/* The value's address, or NULL for null. */
const void *pl_field_value(const struct pl_field *f, const void *row);

/* The text of a plain value (v not NULL).  `human` shortens doubles and makes
 * strings safe for a terminal. */
void pl_value_text(struct pl_buf *b, enum pl_kind kind, const void *v,
		   const char *const *words, bool human);

/* The bytes of an element in a list of plain values. */
size_t pl_value_size(enum pl_kind kind);

/* Does a JSON value of this kind stand in quotes?  Does a column of it stand
 * to the right? */
bool pl_kind_quoted(enum pl_kind kind);
bool pl_kind_right(enum pl_kind kind);

/* The next character of UTF-8 text: its length and code point, or length 1
 * and -1 where the bytes are bad.  0 at the end. */
size_t pl_out_utf8_next(const char *s, int32_t *cp);

/* json.c: one object; depth < 0: on one line. */
void pl_json_row(struct pl_buf *b, const struct pl_field *f, const void *row,
		 int depth);
void pl_json_member(struct pl_buf *b, const struct pl_field *f, const void *row,
		    int depth);

/* csv.c */
void pl_csv_head(struct pl_buf *b, const struct pl_field *f);
void pl_csv_row(struct pl_buf *b, const struct pl_field *f, const void *row);

/* text.c */
void pl_text_add(struct pl_out *o, const void *row); /* hold back a row */
void pl_text_end(struct pl_out *o);                  /* print those held */
void pl_text_row(struct pl_out *o, const void *row); /* a block, at once */

#endif
