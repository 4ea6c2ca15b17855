/* A series without its noise: wavelet shrinkage with the universal threshold,
 * soft (Donoho & Johnstone, Biometrika 81, 1994), by GSL's Daubechies wavelets;
 * the noise is the median absolute detail of the finest scale over .6745.
 * The series is mirrored at its ends up to a power of two. */
#ifndef PL_ANALYTICS_DENOISE_H
#define PL_ANALYTICS_DENOISE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_DENOISE_ORDER 8 /* Daubechies, vanishing moments 4 */

struct pl_denoised {
	double noise;           /* its standard deviation */
	double threshold;       /* noise sqrt(2 ln n) */
	uint64_t details, kept; /* wavelet coefficients, and those not zero */
	double share;           /* of the series' variance that is left */
};

/* out has room for n.  PL_EMATH: fewer than 16 points, a constant series. */
PL_CHECKED enum pl_rc pl_denoise(struct pl_arena *a, struct pl_denoised *about,
				 double *out, const double *y, size_t n,
				 struct pl_err *e);

#endif
