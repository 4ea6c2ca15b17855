#include "analytics/sort.h"

#include <string.h>

static uint64_t merge(double *to, const double *a, size_t na, const double *b,
		      size_t nb, int ties)
{
	uint64_t falls = 0;

	while (na && nb) {
		if (ties ? *b <= *a : *b < *a) {
			falls += na;
			*to++ = *b++;
			nb--;
		} else {
			*to++ = *a++;
			na--;
		}
	}
	memcpy(to, na ? a : b, (na + nb) * sizeof(*to));
	return falls;
}

uint64_t pl_count_falls(double *v, double *scratch, size_t n, int ties)
{
	double *from = v, *to = scratch, *t;
	uint64_t falls = 0;

	for (size_t w = 1; w < n; w *= 2) {
		for (size_t i = 0; i < n; i += 2 * w) {
			const size_t na = n - i < w ? n - i : w;
			const size_t nb = n - i - na < w ? n - i - na : w;

			falls += merge(to + i, from + i, na, from + i + na, nb,
				       ties);
		}
		t = from;
		from = to;
		to = t;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	return falls;
}
