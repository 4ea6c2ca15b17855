/* Events beside transfers in the index: contracts that are followed, what is
 * known of each, and the rows of their logs (token/event.h).  Kept in tables
 * of their own; a store without them holds no contract to follow, and refuses
 * to write any (PL_ESTORE).
 *
 * What identifies a row: its chain, transaction, log index and number within
 * the log.  As with transfers nothing is ever overwritten: another content
 * under the same identity is PL_EPROOF. */
#ifndef PL_STORE_EVENT_H
#define PL_STORE_EVENT_H

#include "store/index.h"
#include "token/event.h"

/* A contract that is followed.  Texts are NULL where there is none. */
struct pl_watch {
	int64_t token;    /* its row among the tokens */
	const char *name; /* the user's own word for it */
	unsigned stds;    /* PL_STD_…: what it was recognised as */
	uint64_t kinds;   /* of events; ERC-20's Transfer goes with transfers */
	uint64_t from;    /* first block */
	const char *sig, *member, *stamp; /* an event of the user's own */
	/* Of a pool: its two tokens; of a vault: its shares and its asset.
	 * Prices need their decimals; those of an answer are dec0. */
	bool pair_known;
	struct pl_addr addr0, addr1;
	bool units_known; /* else no price can be told */
	struct pl_event_units units;
	int64_t since; /* when it was added */
};

struct pl_event_row {
	struct pl_event ev;
	uint64_t block, log_index;
	struct pl_hash32 block_hash, tx;
	int64_t time;
	enum pl_trust trust;
	int64_t source;
};

/* How far a source has been read for a contract, and for which kinds. */
struct pl_event_cursor {
	struct pl_cursor at;
	uint64_t kinds;
};

struct pl_event_query {
	int64_t token;
	uint64_t kinds;                    /* 0: all */
	bool from_block_set, to_block_set; /* both ends included */
	uint64_t from_block, to_block;
	bool from_time_set, to_time_set; /* from included, to excluded */
	int64_t from_time, to_time;
};

struct pl_event_count {
	enum pl_event_kind kind;
	uint64_t rows;
	uint64_t first_block, last_block;
	enum pl_trust trust; /* the weakest */
};

typedef enum pl_rc (*pl_event_fn)(void *ctx, const struct pl_event_row *r,
				  struct pl_err *e);

/* ---------------------------------------------------------------- contracts */
/* Follow the token of w->token, or follow it otherwise.  Where the event of
 * the user's own changed, its rows and all cursors of events go. */
PL_CHECKED enum pl_rc pl_index_watch_put(struct pl_index *ix,
					 const struct pl_watch *w,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_watch(struct pl_arena *a, struct pl_index *ix,
				     bool *found, struct pl_watch *out,
				     int64_t token, struct pl_err *e);
/* Forget the contract: it is no longer followed; with `rows` everything the
 * index has of it goes too, and *gone says how many rows. */
PL_CHECKED enum pl_rc pl_index_forget(struct pl_index *ix, uint64_t *gone,
				      int64_t token, bool rows,
				      struct pl_err *e);

/* --------------------------------------------------------------------- rows */
PL_CHECKED enum pl_rc pl_index_event_put(struct pl_index *ix, enum pl_put *how,
					 int64_t token,
					 const struct pl_event_row *r,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_event_cursor(struct pl_index *ix,
					    struct pl_event_cursor *out,
					    int64_t token, int64_t source,
					    struct pl_err *e);
PL_CHECKED enum pl_rc
pl_index_event_cursor_put(struct pl_index *ix, int64_t token, int64_t source,
			  const struct pl_event_cursor *cur, struct pl_err *e);
/* Forget rows of this source from `block` on: a reorganisation. */
PL_CHECKED enum pl_rc pl_index_event_drop_from(struct pl_index *ix,
					       uint64_t *gone, int64_t token,
					       int64_t source, uint64_t block,
					       struct pl_err *e);
/* Forget rows whose kind is not among these. */
PL_CHECKED enum pl_rc pl_index_event_keep_kinds(struct pl_index *ix,
						uint64_t *gone, int64_t token,
						uint64_t kinds,
						struct pl_err *e);
PL_CHECKED enum pl_rc
pl_index_event_hash_below(struct pl_index *ix, bool *found, uint64_t *block,
			  struct pl_hash32 *hash, int64_t token, int64_t source,
			  uint64_t below, struct pl_err *e);
/* In the order of the chain: block, log index, number within the log. */
PL_CHECKED enum pl_rc pl_index_event_each(struct pl_index *ix,
					  const struct pl_event_query *q,
					  pl_event_fn fn, void *ctx,
					  struct pl_err *e);
/* Kinds that have rows, by their number. */
PL_CHECKED enum pl_rc pl_index_event_counts(struct pl_arena *a,
					    struct pl_index *ix,
					    struct pl_event_count **out,
					    size_t *n, int64_t token,
					    struct pl_err *e);

/* Do both hold the same, but for label and source? */
bool pl_event_row_same(const struct pl_event_row *x,
		       const struct pl_event_row *y);

/* ---------------------------------------------------------------- integrity */
typedef void (*pl_index_fault_fn)(void *ctx, const char *words);

/* Look the whole store over: its own structure, and that each row is what
 * plume writes.  Faults are told one by one; *faults is how many. */
PL_CHECKED enum pl_rc pl_index_integrity(struct pl_index *ix, uint64_t *faults,
					 pl_index_fault_fn fn, void *ctx,
					 struct pl_err *e);

#endif
