/* Sorting and selecting, and counting pairs by merging: what Mann-Kendall and
 * Theil-Sen stand on. */
#ifndef PL_ANALYTICS_SORT_H
#define PL_ANALYTICS_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Sort v[0..n) ascending with scratch of the same size; the result is the
 * number of pairs i < j that stood in falling order: v[i] > v[j], or
 * v[i] >= v[j] when `ties`. */
uint64_t pl_count_falls(double *v, double *scratch, size_t n, int ties);

/* Sort v[0..n) ascending with scratch of the same size, -0 before 0; no NaN.
 * Linear: by digits of 11 bits. */
void pl_sort(double *v, double *scratch, size_t n);

/* Bring the k smallest of x[0..n) to its front, in no order, the largest of
 * them to x[k-1].  1 <= k <= n; no NaN. */
void pl_select_low(double *x, size_t n, size_t k);

#endif
