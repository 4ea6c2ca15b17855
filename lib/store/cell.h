/* The tables of the index as both stores have them, and one value of a row as
 * ClickHouse's RowBinary writes it.  Pure: bytes in, bytes out. */
#ifndef PL_STORE_CELL_H
#define PL_STORE_CELL_H

#include "base/buf.h"

/* In the order they are filled: what rows refer to comes first. */
enum pl_store_table_id {
	PL_T_TOKEN,
	PL_T_SOURCE,
	PL_T_CURSOR,
	PL_T_WATCH,
	PL_T_EVENT_CURSOR,
	PL_T_TRANSFER,
	PL_T_EVENT,
	PL_T_COUNT
};
#define PL_T_CATALOG PL_T_TRANSFER /* tables before it are small */

/* A letter of `types` for each of `columns`:
 *   q a whole number of 64 bits   Q the same or unknown
 *   o a number from 0, or unknown, which is -1 (so it can be in a key)
 *   h 32 bytes   H or unknown     a 20 bytes   A or unknown
 *   s text       S or unknown */
struct pl_store_table {
	const char *name, *columns, *types;
	const char *id;  /* what SQLite finds a row by */
	const char *key; /* what makes a row the same row; none unknown */
};
extern const struct pl_store_table pl_store_tables[PL_T_COUNT];

struct pl_cell {
	bool unknown;
	int64_t i;
	struct pl_span bytes; /* of the answer's */
};

#define PL_MAX_CELL_TEXT ((size_t)1 << 20)

/* The next value of *s; false for bytes that are none of this type: cut, text
 * with a zero in it or over PL_MAX_CELL_TEXT, a number under -1. */
PL_CHECKED bool pl_cell_take(struct pl_cell *out, char type, struct pl_span *s);
void pl_cell_put(struct pl_buf *b, char type, const struct pl_cell *v);

/* Over a whole row: true when each column is there. */
PL_CHECKED bool pl_cell_row(struct pl_cell *out, const char *types,
			    struct pl_span *s);

/* Plain numbers, lowest byte first. */
PL_CHECKED bool pl_cell_u64(uint64_t *out, struct pl_span *s);
void pl_cell_put_u64(struct pl_buf *b, uint64_t v);

#endif
