/* What the files of the ClickHouse index share.
 *
 * Rows are only ever added: one that changes is written again with a higher
 * version, one that goes is written as gone, and ReplacingMergeTree keeps the
 * highest.  A table's name, head_N_D_X_S, is the one place that says what
 * holds: N commits so far; from commit D on a row may be there twice, so that
 * reading has to take the highest (0: never); X chosen by who wrote; S is
 * `a`, or `p` while the rows of commit N still lie in tables of their own,
 * stage_N_X_…, and are to be read from there.  Renaming it is the commit: it
 * happens or not, and for one of two writers alone. */
#ifndef PL_STORE_CLICKHOUSE_IMPL_H
#define PL_STORE_CLICKHOUSE_IMPL_H

#include "base/buf.h"
#include "net/transport.h"
#include "store/backend.h"
#include "store/event_ops.h"
#include "store/sqlite_mirror.h"
#include "store/sums.h"

#define PL_CH_SHARDS 64
#define PL_CH_NAME 128 /* of a head or stage, and the end */

struct pl_ch_head {
	bool found;
	uint64_t n, doubled;
	char writer[17]; /* 16 hexadecimal digits */
	bool pending;
	unsigned staged; /* tables with rows of commit n, a bit each */
	unsigned tables; /* that are there */
};

struct pl_ch {
	struct pl_index ix;
	struct pl_transport *t;
	const char *base; /* scheme://host:port/ */
	const char *host;
	const char *db, *cluster;
	const char *shard[PL_CH_SHARDS]; /* other servers of the cluster */
	size_t shards;
	const char *headers[4];
	const char *secret;      /* the password; NULL: none */
	struct pl_ch_head head;  /* what this handle reads and builds on */
	struct pl_index *mirror; /* the catalog; all rows once it writes */
	bool full;               /* the mirror has the rows */
	bool in_txn;
	struct pl_arena *scratch; /* of one exchange */
};

static inline struct pl_ch *pl_ch_of(struct pl_index *ix)
{
	return (struct pl_ch *)ix;
}

/* ------------------------------------------------------- clickhouse_http.c */
/* Open the connection and split the address: clickhouse://[user[:password]@]
 * host[:port]/database[?cluster=NAME][&shards=host:port,…][&secure=1]. */
PL_CHECKED enum pl_rc pl_ch_connect(struct pl_ch *c, const char *url,
				    struct pl_err *e);
/* Run a statement; what it answers lives in the arena.  Tried again where the
 * connection breaks. */
PL_CHECKED enum pl_rc pl_ch_ask(struct pl_ch *c, struct pl_arena *a,
				struct pl_span *out, const char *sql,
				struct pl_err *e);
/* The same at one of the shards. */
PL_CHECKED enum pl_rc pl_ch_tell_shard(struct pl_ch *c, size_t shard,
				       const char *sql, struct pl_err *e);
/* Once only: for what must not happen twice. */
PL_CHECKED enum pl_rc pl_ch_once(struct pl_ch *c, const char *sql,
				 struct pl_err *e);
/* INSERT INTO table FORMAT RowBinary.  Tried again where the connection
 * breaks: the same rows twice are the same rows. */
PL_CHECKED enum pl_rc pl_ch_insert(struct pl_ch *c, const char *table,
				   struct pl_span rows, struct pl_err *e);
/* The answer is not what this program writes or asked for. */
PL_CHECKED enum pl_rc pl_ch_damaged(struct pl_ch *c, const char *what,
				    struct pl_err *e);

/* ----------------------------------------------------- clickhouse_tables.c */
/* What is there: head, its stages, tables. */
PL_CHECKED enum pl_rc pl_ch_look(struct pl_ch *c, struct pl_ch_head *out,
				 struct pl_err *e);
/* All tables that are missing, here and on the shards, and the first head. */
PL_CHECKED enum pl_rc pl_ch_make(struct pl_ch *c, struct pl_err *e);
/* PL_ENOTFOUND where there is no index. */
PL_CHECKED enum pl_rc pl_ch_there(struct pl_ch *c, struct pl_err *e);
/* Drop the stages of commits that can no longer be. */
PL_CHECKED enum pl_rc pl_ch_sweep(struct pl_ch *c, struct pl_err *e);
void pl_ch_head_name(char out[PL_CH_NAME], const struct pl_ch_head *h);
void pl_ch_stage_name(char out[PL_CH_NAME], uint64_t n, const char *writer,
		      enum pl_store_table_id t);
/* The name a table is read and filled by: over all shards. */
const char *pl_ch_rows(struct pl_ch *c, enum pl_store_table_id t);
/* "a Int64, b …" */
const char *pl_ch_columns(struct pl_arena *a, enum pl_store_table_id t);

/* SELECT what FROM the rows of t that this handle sees WHERE where, and what
 * follows that.  PL_ESTORE where another has changed rows under it. */
struct pl_ch_query {
	enum pl_store_table_id t;
	const char *what, *where, *then; /* then: NULL for nothing */
};
PL_CHECKED enum pl_rc pl_ch_read(struct pl_ch *c, struct pl_arena *a,
				 struct pl_span *out,
				 const struct pl_ch_query *q, struct pl_err *e);

/* ------------------------------------------------------ clickhouse_write.c */
/* Tokens, sources, cursors and contracts into the mirror. */
PL_CHECKED enum pl_rc pl_ch_catalog(struct pl_ch *c, struct pl_err *e);
/* All rows into the mirror, for a writer; `finish`: what a writer before did
 * not finish is finished.  PL_EFORMAT for rows plume does not write. */
PL_CHECKED enum pl_rc pl_ch_fill(struct pl_ch *c, bool finish,
				 struct pl_err *e);
/* PL_EFORMAT as PL_ESTORE, with the server's name. */
enum pl_rc pl_ch_words(struct pl_ch *c, struct pl_err *e);
PL_CHECKED enum pl_rc pl_ch_begin(struct pl_index *ix, struct pl_err *e);
PL_CHECKED enum pl_rc pl_ch_commit(struct pl_index *ix, struct pl_err *e);
void pl_ch_rollback(struct pl_index *ix);

/* ------------------------------------------------------- clickhouse_read.c */
/* Columns of a transfer, and its order: the unknown first, as in SQLite. */
extern const char pl_ch_order[];
PL_CHECKED enum pl_rc pl_ch_status(struct pl_arena *a, struct pl_index *ix,
				   struct pl_index_status *out, int64_t token,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_ch_sources(struct pl_arena *a, struct pl_index *ix,
				    struct pl_source **out, size_t *n,
				    int64_t token, struct pl_err *e);
PL_CHECKED enum pl_rc pl_ch_each(struct pl_index *ix,
				 const struct pl_index_query *q,
				 pl_transfer_fn fn, void *ctx,
				 struct pl_err *e);
/* The query as a condition. */
const char *pl_ch_where(struct pl_arena *a, const struct pl_index_query *q);

/* ------------------------------------------------------ clickhouse_event.c */
extern const struct pl_event_ops pl_ch_event_ops;

/* -------------------------------------------------------- clickhouse_sum.c */
PL_CHECKED enum pl_rc
pl_ch_bars(struct pl_arena *a, struct pl_index *ix, struct pl_bar_sums *out,
	   const struct pl_index_token *token, const struct pl_index_query *q,
	   const struct pl_bar_rule *rule, struct pl_err *e);
PL_CHECKED enum pl_rc pl_ch_balances(struct pl_arena *a, struct pl_index *ix,
				     struct pl_balances *out,
				     const struct pl_index_token *token,
				     const struct pl_index_query *q,
				     struct pl_err *e);

#endif
