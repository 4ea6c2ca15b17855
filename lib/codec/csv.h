/* CSV after RFC 4180, read record by record over bytes the caller holds.
 * Taken besides: a UTF-8 byte order mark, CRLF or LF, a last record without
 * line end.  Refused, with line number: a quote inside an unquoted field,
 * anything after a closing quote, a quote never closed, a bare CR, a zero
 * byte, lines over PL_MAX_LINE, more than PL_MAX_COLUMNS fields. */
#ifndef PL_CODEC_CSV_H
#define PL_CODEC_CSV_H

#include "base/arena.h"

/* Transparent; read its members, change none.  Nothing to release: the
 * fields' room lives in the arena. */
struct pl_csv {
	struct pl_arena *a;
	struct pl_span rest; /* what is still to read */
	char delimiter;
	uint64_t line;      /* of the record last read, from 1 */
	uint64_t next_line; /* of the record to come */
	size_t columns;     /* of the first record; 0 before it */

	/* The record last read.  A field points into the caller's bytes, or,
	 * where doubled quotes had to be undone, into the scratch buffer,
	 * which the next record overwrites. */
	struct pl_span *field;
	size_t n, cap;
	uint8_t *scratch;
	size_t scratch_cap;

	struct pl_span *header; /* after pl_csv_header; its own copies */
	size_t header_n;
};

/* delimiter 0: the one of , ; and tab that the first record has most of (a
 * comma where it has none). */
void pl_csv_init(struct pl_csv *c, struct pl_arena *a, struct pl_span text,
		 char delimiter);

/* The next record into c->field[0..n).  *more is false, and no record read,
 * at the end.  Empty lines are passed over.  Records of another number of
 * fields than the first are given as they are (see pl_csv_ragged). */
PL_CHECKED enum pl_rc pl_csv_next(struct pl_csv *c, bool *more,
				  struct pl_err *e);

/* Read the first record as names of columns.  PL_EFORMAT on an empty file. */
PL_CHECKED enum pl_rc pl_csv_header(struct pl_csv *c, struct pl_err *e);

/* PL_EFORMAT, naming line and counts, unless the record has as many fields as
 * the first.  Empty fields at the end, more than the header has, are let
 * pass: some exporters end their lines with a delimiter. */
PL_CHECKED enum pl_rc pl_csv_ragged(const struct pl_csv *c, struct pl_err *e);

/* The column of this name: exactly so written, else the only one that differs
 * in capitals and outer spaces, else, for digits, the column of that number
 * from 1.  PL_ENOTFOUND lists the names there are.  Needs pl_csv_header. */
PL_CHECKED enum pl_rc pl_csv_column(size_t *out, const struct pl_csv *c,
				    const char *name, struct pl_err *e);

/* The names of the columns, for messages: "a, b, c", cut where they are many.
 */
char *pl_csv_names(struct pl_arena *a, const struct pl_csv *c);

/* A field with spaces and tabs at both ends taken off; empty when the record
 * has no such column. */
struct pl_span pl_csv_field(const struct pl_csv *c, size_t column);

#endif
