/* Reproducible samples, and refusals that name what they should. */
#ifndef PL_TESTS_SAMPLE_H
#define PL_TESTS_SAMPLE_H

#include <math.h>

#include "check.h"

/* splitmix64, then uniform on (0, 1) */
static inline double uniform(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return ((double)(z >> 11) + .5) * 0x1p-53;
}

static inline double normal(uint64_t *seed)
{
	const double r = sqrt(-2 * log(uniform(seed)));

	return r * cos(6.283185307179586 * uniform(seed));
}

/* How many samples of a study of coverage: a tenth where the sanitizers look
 * at memory and make it twenty times as slow. */
#if defined(__SANITIZE_ADDRESS__)
#define SERIES_OF(n) ((n) / 10)
#else
#define SERIES_OF(n) (n)
#endif

/* |got - want| within tol of the larger of |want| and 1. */
#define assert_near(got, want, tol)                                            \
	do {                                                                   \
		const double near_g_ = (got), near_w_ = (want);                \
		const double near_s_ = fmax(fabs(near_w_), 1);                 \
		if (!(fabs(near_g_ - near_w_) <= (tol)*near_s_))               \
			print_error("%s: got %.17g, want %.17g\n", #got,       \
				    near_g_, near_w_);                         \
		assert_true(fabs(near_g_ - near_w_) <= (tol)*near_s_);         \
	} while (0)

/* rc is PL_EMATH and the words contain `word`. */
#define assert_refused(rc, e, word)                                            \
	do {                                                                   \
		enum pl_rc refused_rc_ = (rc);                                 \
		assert_int_equal(refused_rc_, PL_EMATH);                       \
		if (!strstr((e)->msg, word))                                   \
			print_error("\"%s\" does not say \"%s\"\n", (e)->msg,  \
				    word);                                     \
		assert_non_null(strstr((e)->msg, word));                       \
	} while (0)

#endif
