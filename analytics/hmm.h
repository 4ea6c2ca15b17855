/* Market regimes: a hidden Markov chain of 2 to 4 states, returns normal with
 * mean and variance of their state (Hamilton 1989; Rabiner 1989).  Baum-Welch
 * with scaled forward and backward passes, from several starts: quantiles of
 * the returns' size, then random ones, start i from stream i of the seed.
 * States come out in the order of their variance, calm first. */
#ifndef PL_ANALYTICS_HMM_H
#define PL_ANALYTICS_HMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_HMM_MAX 4
#define PL_HMM_MIN 50 /* points for each state */

struct pl_hmm_par {
	uint64_t k;
	double start[PL_HMM_MAX];
	double trans[PL_HMM_MAX][PL_HMM_MAX]; /* rows: from */
	double mean[PL_HMM_MAX], sd[PL_HMM_MAX];
};

struct pl_hmm_spec {
	uint64_t k;
	uint64_t starts;   /* 0: 8 */
	uint64_t max_iter; /* 0: 2000 */
	uint64_t seed;
	unsigned threads;
};

struct pl_hmm {
	struct pl_hmm_par par;
	uint64_t n;
	double loglik, aic, bic; /* k^2 + 2k - 1 parameters */
	double gain;             /* of the last iteration */
	uint64_t iterations;     /* of the best start */
	uint64_t starts, agree;
	bool converged;
	bool floor;               /* a variance is at its lower bound */
	double *smooth;           /* n rows of k: P(state | all returns) */
	double last[PL_HMM_MAX];  /* P(state of the last | returns to it) */
	double stay[PL_HMM_MAX];  /* periods a visit lasts on average */
	double share[PL_HMM_MAX]; /* of time, by the smoothed states */
	uint8_t *path;            /* n: the most likely states (Viterbi 1967) */
};

/* PL_EMATH: fewer than PL_HMM_MIN points a state, a constant sample, NaN. */
PL_CHECKED enum pl_rc pl_hmm_fit(struct pl_arena *a, struct pl_hmm *out,
				 const double *x, size_t n,
				 const struct pl_hmm_spec *spec,
				 struct pl_err *e);

/* Log-likelihood at given parameters; NaN where there is none. */
double pl_hmm_loglik(struct pl_arena *a, const struct pl_hmm_par *p,
		     const double *x, size_t n);

#endif
