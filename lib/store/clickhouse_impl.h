/* What the files of the ClickHouse index share. */
#ifndef PL_STORE_CLICKHOUSE_IMPL_H
#define PL_STORE_CLICKHOUSE_IMPL_H

#include "base/buf.h"
#include "net/transport.h"
#include "store/backend.h"
#include "store/sqlite_mirror.h"

#define PL_CH_ROW 203 /* bytes of a row of `transfer` as RowBinary */

struct pl_ch_cursor {
	int64_t token, source;
	struct pl_cursor cur;
};

struct pl_ch {
	struct pl_index ix;
	struct pl_transport *t;
	const char *base; /* scheme://host:port/ */
	const char *host;
	const char *db, *cluster;
	const char *headers[4];
	const char *rows;        /* the table to write and read: FROM … */
	struct pl_index *mirror; /* tokens and sources; rows once it writes */
	bool full;               /* the mirror has the rows */
	bool in_txn;
	struct pl_arena *scratch;
	struct pl_ch_catalog {
		struct pl_source *source; /* by seq */
		size_t sources;
		struct pl_index_token *token;
		size_t tokens;
		struct pl_ch_cursor *cursor;
		size_t cursors;
	} now, before; /* before: at the begin of the transaction */
};

/* Open the connection and split the address: clickhouse://[user[:password]@]
 * host[:port]/database[?cluster=NAME][&secure=1]. */
PL_CHECKED enum pl_rc pl_ch_connect(struct pl_ch *c, const char *url,
				    struct pl_err *e);
/* Run a statement; what it answers lives in the arena. */
PL_CHECKED enum pl_rc pl_ch_ask(struct pl_ch *c, struct pl_arena *a,
				struct pl_span *out, const char *sql,
				struct pl_err *e);
/* INSERT INTO table FORMAT RowBinary.  Tried again where the connection
 * breaks: the same rows twice are the same rows. */
PL_CHECKED enum pl_rc pl_ch_insert(struct pl_ch *c, const char *table,
				   struct pl_span rows, struct pl_err *e);

/* A row as bytes, and back; false for bytes this program does not write. */
void pl_ch_put_row(struct pl_buf *b, const struct pl_mirror_row *r,
		   uint64_t version);
PL_CHECKED bool pl_ch_get_row(struct pl_mirror_row *out,
			      const uint8_t b[PL_CH_ROW]);

void pl_ch_put_u64(struct pl_buf *b, uint64_t v);
void pl_ch_put_text(struct pl_buf *b, const char *s); /* NULL: "" */

/* Values of a RowBinary answer, one after the other. */
PL_CHECKED bool pl_ch_take_u64(uint64_t *out, struct pl_span *s);
PL_CHECKED bool pl_ch_take_u8(uint8_t *out, struct pl_span *s);
PL_CHECKED bool pl_ch_take(void *out, size_t n, struct pl_span *s);
PL_CHECKED bool pl_ch_take_text(struct pl_arena *a, const char **out,
				struct pl_span *s);

#endif
