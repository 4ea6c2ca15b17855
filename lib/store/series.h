/* From transfers to a series a model can use: bars of equal width, exact sums,
 * and what is needed to name and check the rows behind them. */
#ifndef PL_STORE_SERIES_H
#define PL_STORE_SERIES_H

#include "store/index.h"

/* How rows are put into bars.  Bar k covers [k·w, (k+1)·w) seconds since
 * 1970-01-01 UTC (so days begin at midnight UTC), or blocks.  Bars without a
 * transfer between the first and the last are there, as zeros. */
enum pl_bar_unit { PL_BAR_SECONDS, PL_BAR_BLOCKS };

struct pl_bar_rule {
	enum pl_bar_unit unit;
	uint64_t width;    /* 86400: days, 3600: hours, 1: every block */
	bool include_zero; /* transfers of value 0 count (transfers, active) */
	bool whole_only;   /* leave out the first and the last bar, which the
			    * data as a rule fill only in part */
	bool chained;      /* the digest as records made before have it */
};

/* "day", "hour", "week", "block", "1000blocks", "15min" */
PL_CHECKED enum pl_rc pl_bar_parse(struct pl_bar_rule *out, const char *text,
				   struct pl_err *e);

struct pl_bar {
	uint64_t start;        /* seconds since 1970, or block number */
	uint64_t transfers;    /* with value 0 only under include_zero */
	uint64_t zeros;        /* of value 0, counted here in any case */
	uint64_t active;       /* different senders and recipients, without
				* the zero address */
	struct pl_u256 volume; /* exact sums, raw units; mints and burns in */
	struct pl_u256 minted; /* from the zero address */
	struct pl_u256 burned; /* to the zero address */
};

/* A place on the chain the series stands on. */
struct pl_block_at {
	unsigned has; /* PL_TR_BLOCK, _HASH, _TIME */
	uint64_t block;
	struct pl_hash32 hash;
	int64_t time;
	enum pl_trust trust; /* of the row it was read from */
};

struct pl_index_series {
	struct pl_index_token token;
	struct pl_bar_rule rule;
	struct pl_bar *bar;
	size_t n;
	uint64_t rows;         /* transfers read, those of value 0 included */
	uint64_t zero_rows;    /* of which value 0 */
	uint64_t no_log_index; /* of which without a log index */
	enum pl_trust trust;   /* the weakest among them */
	struct pl_block_at first, last;
	struct pl_hash32 digest; /* names the rows: sums.h */
};

/* PL_ENOTFOUND when the query has no rows; PL_EMATH with a hint when a row
 * lacks the block or time that the rule needs (nothing is guessed), or a sum
 * passes 2^256; PL_ELIMIT over PL_MAX_BARS bars. */
PL_CHECKED enum pl_rc pl_index_series(struct pl_arena *a, struct pl_index *ix,
				      struct pl_index_series *out,
				      const struct pl_index_query *q,
				      const struct pl_bar_rule *rule,
				      struct pl_err *e);

enum pl_measure {
	PL_MEASURE_VOLUME,
	PL_MEASURE_TRANSFERS,
	PL_MEASURE_ACTIVE,
	PL_MEASURE_NET_MINT, /* minted − burned */
};
extern const char *const pl_measure_words[]; /* "volume" …, NULL-ended */

/* The measure of a bar as the models take it: amounts through
 * pl_amount_double with the token's decimals.  PL_EMATH for amounts of a
 * token whose decimals are not known. */
PL_CHECKED enum pl_rc pl_bar_measure(double *out,
				     const struct pl_index_series *s, size_t i,
				     enum pl_measure m, struct pl_err *e);

/* One canonical row, the text digests are over:
 * "chain,token,block,log_index,time,tx,from,to,value\n", hexadecimal in lower
 * case, time in seconds since 1970, value decimal in raw units, nothing
 * between the commas for what is not known.  Returns its length. */
#define PL_CANONICAL_ROW 512
size_t pl_canonical_row(char out[PL_CANONICAL_ROW],
			const struct pl_token_id *token,
			const struct pl_transfer *t);

#endif
