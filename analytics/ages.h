/* How long tokens have lain where they are, first in, first out: each
 * receipt is a lot with its time, and what an address gives away comes out of
 * its oldest lots.  Mints begin lots, burns end them, a transfer to oneself
 * changes nothing.  What an address gives beyond its lots was received before
 * the transfers at hand: it is counted as unseen, and its age is not known. */
#ifndef PL_ANALYTICS_AGES_H
#define PL_ANALYTICS_AGES_H

#include "analytics/moves.h"

#define PL_AGE_BANDS 6
extern const int64_t pl_age_band[PL_AGE_BANDS - 1]; /* ends, seconds */
extern const char *const pl_age_words[PL_AGE_BANDS];

struct pl_ages {
	struct pl_u256 held, unseen;
	struct pl_u256 band[PL_AGE_BANDS]; /* held, by age at the end */
	double mean;   /* seconds, weighed by amount; NaN: nothing held */
	double median; /* likewise */
	double days_destroyed; /* tokens times days, over `decimals` */
};

/* Every transfer must be timed and in the order of time; ages as of `now`. */
PL_CHECKED enum pl_rc pl_ages(struct pl_arena *a, struct pl_ages *out,
			      const struct pl_moves *m, int64_t now,
			      uint8_t decimals, struct pl_err *e);

#endif
