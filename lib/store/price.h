/* Prices and net asset values out of the index: which followed contracts tell
 * them of a token, their rows one by one, and bars of them.
 *
 *   price   what a market or a feed says: Uniswap's pools, Chainlink's
 *           answers, an event that the user described
 *   nav     what a share is worth: deposits and withdrawals of a vault,
 *           answers, an event that the user described
 *
 * A row that tells nothing usable (an empty side of a pool, an answer that is
 * not above 0, a number beyond a double, a vault's exchange of so few raw
 * units that it is all rounding) is counted, never a number. */
#ifndef PL_STORE_PRICE_H
#define PL_STORE_PRICE_H

#include "store/event.h"
#include "store/series.h"

enum pl_tell { PL_TELL_PRICE, PL_TELL_NAV };
extern const char *const pl_tell_words[]; /* "price", "nav" */

/* What becomes the price of a bar.
 *   close  the last one told in it
 *   vwap   all of one side that was exchanged in it over all of the other;
 *          exact sums; not for feeds, which exchange nothing
 *   twap   each price weighs by the seconds (in bars of blocks: the blocks)
 *          until the next; a bar begins with the price before it, the first
 *          bar with its first price, and the last ends with its last */
enum pl_quote { PL_QUOTE_CLOSE, PL_QUOTE_VWAP, PL_QUOTE_TWAP };
extern const char *const pl_quote_words[]; /* "close", "vwap", "twap" */

struct pl_price_source {
	struct pl_index_token contract;
	struct pl_watch watch;
	uint64_t kinds; /* of those followed, the ones that tell it */
	bool inverted;  /* the token is token1: prices are turned round */
};

/* Followed contracts that tell it of the token, by address: the token itself,
 * pools that it is a side of, vaults whose shares it is. */
PL_CHECKED enum pl_rc pl_price_sources(struct pl_arena *a, struct pl_index *ix,
				       struct pl_price_source **out, size_t *n,
				       const struct pl_token_id *token,
				       enum pl_tell what, struct pl_err *e);

/* The one to take: `given` (a feed or an event of the user's own may be of
 * any token), or without it the only one there is.  PL_ENOTFOUND for none,
 * PL_EUSAGE with their addresses for several, or for a contract that has
 * nothing to do with the token; PL_EMATH when decimals are not known. */
PL_CHECKED enum pl_rc pl_price_source(struct pl_arena *a, struct pl_index *ix,
				      struct pl_price_source *out,
				      const struct pl_token_id *token,
				      enum pl_tell what,
				      const struct pl_addr *given,
				      struct pl_err *e);

/* Of the source's kinds those that `how` goes by: of a v2 pool its reserves
 * rather than what was paid, but for vwap, which needs what was paid.
 * PL_EUSAGE where none is left. */
PL_CHECKED enum pl_rc pl_price_kinds(uint64_t *out,
				     const struct pl_price_source *s,
				     enum pl_quote how, struct pl_err *e);

/* The price of a row in whole units, the way round that the token is; false:
 * it tells none. */
bool pl_price_of(double *out, const struct pl_price_source *s,
		 const struct pl_event_row *r);

struct pl_price_bar {
	uint64_t start; /* seconds since 1970, or block number */
	uint64_t rows;  /* that told a price */
	double price;   /* NaN: none */
};

struct pl_price_series {
	struct pl_price_source source;
	struct pl_bar_rule rule;
	enum pl_quote how;
	uint64_t kinds; /* that were read */
	struct pl_price_bar *bar;
	size_t n;
	uint64_t rows;     /* read, those that tell nothing included */
	uint64_t unpriced; /* that tell nothing */
	uint64_t empty;    /* bars without a price */
	enum pl_trust trust;
	struct pl_block_at first, last;
	struct pl_hash32 digest; /* of the canonical rows read */
};

/* q->token and q->kinds are set here.  `strict`: a row that tells nothing is
 * PL_EMATH, naming its block, and so is a bar without a price.  PL_ENOTFOUND
 * when no row tells a price; PL_ELIMIT over PL_MAX_BARS bars. */
PL_CHECKED enum pl_rc
pl_price_series(struct pl_arena *a, struct pl_index *ix,
		struct pl_price_series *out, const struct pl_price_source *s,
		const struct pl_event_query *q, const struct pl_bar_rule *rule,
		enum pl_quote how, bool strict, struct pl_err *e);

/* One canonical row of an event, the text that digests are over:
 * "chain,contract,block,log_index,part,block_hash,time,tx,kind" and then each
 * column of enum pl_event_col after a comma, nothing where there is none:
 * addresses in hexadecimal, numbers as 32 bytes in hexadecimal (two's
 * complement), lower case, and "\n".  Returns its length. */
#define PL_CANONICAL_EVENT 1536
size_t pl_canonical_event(char out[PL_CANONICAL_EVENT],
			  const struct pl_token_id *contract,
			  const struct pl_event_row *r);

#endif
