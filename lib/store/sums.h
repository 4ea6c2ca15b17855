/* What the models ask of many transfers at once, as sums: a store that is a
 * server does them there, of any other the rows are read and summed here.
 * Both must say the same to the bit; what each figure is stands in this file
 * and in series.h. */
#ifndef PL_STORE_SUMS_H
#define PL_STORE_SUMS_H

#include "crypto/sha256.h"
#include "store/series.h"

/* ---------------------------------------------------------------- the digest
 * Names the rows of a query.  A row's leaf is the SHA-256 of its canonical row
 * with the value in 64 hexadecimal digits.  Leaves are in groups: rows of
 * 10 000 blocks (block / 10000); of rows without a block, those of a UTC day;
 * and those with neither.  A group is the SHA-256 over its leaves in ascending
 * order, the digest the SHA-256 over the groups: first the one with neither,
 * then days, then blocks, each ascending.  So a server can make it out of what
 * it has, in any order, and a shard at a time. */
#define PL_GROUP_BLOCKS 10000
#define PL_GROUP_SECONDS 86400
#define PL_DIGEST_TREE "tree:" /* before the digits, where one is named */

/* As pl_canonical_row, but for the value: 0x and 64 digits. */
size_t pl_leaf_row(char out[PL_CANONICAL_ROW], const struct pl_token_id *token,
		   const struct pl_transfer *t);

/* The same over rows that come in canonical order.  `chained`: instead the
 * SHA-256 over all canonical rows, as records made before name them. */
struct pl_rows_digest;
PL_CHECKED enum pl_rc pl_rows_digest_open(struct pl_arena *a,
					  struct pl_rows_digest **out,
					  const struct pl_token_id *token,
					  bool chained, struct pl_err *e);
PL_CHECKED enum pl_rc pl_rows_digest_put(struct pl_rows_digest *d,
					 const struct pl_transfer *t,
					 struct pl_err *e);
/* Always once; out may be NULL. */
PL_CHECKED enum pl_rc pl_rows_digest_close(struct pl_rows_digest *d,
					   struct pl_hash32 *out,
					   struct pl_err *e);
/* "tree:1f…", or the digits alone of a chained one. */
const char *pl_rows_digest_name(struct pl_arena *a, const struct pl_hash32 *h,
				bool chained);
/* Is it the name of a chained one?  NULL is none. */
bool pl_rows_digest_chained(const char *name);

/* ---------------------------------------------------------------------- bars
 */
struct pl_bar_sums {
	uint64_t rows, zero_rows, no_log_index;
	uint64_t no_block, no_time, early; /* early: before 1970 */
	enum pl_trust trust;               /* the weakest; 0 without rows */
	/* Rows of the lowest and of the highest block, or time where no row
	 * has a block; among these the one that tells the block's hash. */
	struct pl_block_at first, last;
	struct pl_hash32 digest;
	bool over; /* a sum passed 2^256 - 1: bars are not to be used */
	struct pl_bar *bar; /* .start is the bar's number: time or block over
			     * width; some may come twice, in parts */
	size_t n;
	/* Different senders and recipients were counted (`active` of a bar),
	 * or are these, one after the other: number and address. */
	struct pl_bar_seen *seen;
	size_t n_seen;
};

/* A bar's number and an address that moved in it, as bytes that sort. */
struct pl_bar_seen {
	uint8_t b[8 + 20];
};

/* Bars of the query's rows.  Where rows lack the time or block that the rule
 * needs, or come before 1970, there are counts of these and no bars. */
PL_CHECKED enum pl_rc pl_index_bars(struct pl_arena *a, struct pl_index *ix,
				    struct pl_bar_sums *out,
				    const struct pl_index_token *token,
				    const struct pl_index_query *q,
				    const struct pl_bar_rule *rule,
				    struct pl_err *e);

/* ------------------------------------------------------------------ balances
 */
struct pl_balance {
	struct pl_addr who;
	struct pl_u256 in, out; /* a transfer to oneself counts in both */
};

struct pl_balances {
	uint64_t rows, zero_rows, self_rows, no_time;
	uint64_t equal_rows; /* without log index: but for the first of those
			      * equal in block, time, transaction, sender,
			      * recipient and value */
	uint64_t transactions;
	enum pl_trust trust;
	bool blocks_known, times_known;
	struct pl_block_at first, last; /* by block */
	int64_t first_time, last_time;
	struct pl_hash32 digest;
	struct pl_balance *v; /* by address */
	size_t n;
	bool over; /* a sum passed 2^256 - 1 */
};

/* Does the store sum by itself?  Else pl_index_each is as good. */
bool pl_index_sums(const struct pl_index *ix);
/* PL_EBUG where it does not. */
PL_CHECKED enum pl_rc pl_index_balances(struct pl_arena *a, struct pl_index *ix,
					struct pl_balances *out,
					const struct pl_index_token *token,
					const struct pl_index_query *q,
					struct pl_err *e);

#endif
