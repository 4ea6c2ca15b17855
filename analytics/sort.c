#include "analytics/sort.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

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

#define FEW 512 /* up to so many are sorted by comparing */
#define DIGIT 11
#define DIGITS 6

/* Bits that stand in the order of the numbers. */
static uint64_t to_key(double v)
{
	uint64_t b;

	memcpy(&b, &v, sizeof(b));
	return b ^ (b >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

static size_t digit(double v, unsigned at)
{
	return to_key(v) >> (DIGIT * at) & ((1u << DIGIT) - 1);
}

static void deal(double *to, const double *from, size_t n, unsigned at)
{
	uint32_t place[1u << DIGIT] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		place[digit(from[i], at)]++;
	for (size_t i = 0; i < 1u << DIGIT; i++) {
		const uint32_t here = place[i];

		place[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n; i++)
		to[place[digit(from[i], at)]++] = from[i];
}

void pl_sort(double *v, double *scratch, size_t n)
{
	if (n <= FEW || n > UINT32_MAX) {
		(void)pl_count_falls(v, scratch, n, 0);
		return;
	}
	/* an even number of times, so that they end where they began */
	for (unsigned at = 0; at < DIGITS; at += 2) {
		deal(scratch, v, n, at);
		deal(v, scratch, n, at + 1);
	}
}

static void sort_in_place(double *x, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);

	pl_sort(x, PL_NEW_N(a, double, n), n);
	pl_arena_close(a);
}

/* Hoare's selection, the middle of three for a pivot.  Each turn leaves about
 * half; an order made up against that is met by sorting what is left. */
#define TURNS 200
void pl_select_low(double *x, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1, at = k - 1;

	for (int turn = 0; lo < hi; turn++) {
		const double a = x[lo], b = x[lo + (hi - lo) / 2], c = x[hi];
		const double pivot = fmax(fmin(a, b), fmin(fmax(a, b), c));
		size_t i = lo, j = hi;

		if (turn == TURNS) {
			sort_in_place(x + lo, hi - lo + 1);
			return;
		}
		for (;;) {
			double swap;

			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i >= j)
				break;
			swap = x[i];
			x[i++] = x[j];
			x[j--] = swap;
		}
		/* x[lo..j] <= pivot <= x[i..hi]; i == j: the pivot itself */
		if (i == j && at == j)
			return;
		if (at <= j)
			hi = i == j ? j - 1 : j;
		else
			lo = j + 1;
	}
}
