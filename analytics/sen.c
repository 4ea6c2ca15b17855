/* Theil-Sen.  Few points: all slopes, sorted.  Many: the k-th of n(n-1)/2
 * slopes without forming them (Matoušek, Mount & Netanyahu 1998).  The number
 * of slopes up to s is the number of falls of y - s t, counted by merging; a
 * random sample (fixed seed) closes in on rank k until the slopes between the
 * two bounds are few enough to be listed. */
#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/sort.h"
#include "analytics/trend.h"
#include "analytics/trend_int.h"

#define ALL 256       /* points up to which all pairs are listed */
#define FIRST 65536   /* slopes drawn in the first round */
#define SAMPLE 16384  /* and in each after it */
#define LIST_PER 32   /* slopes listed at the end, per point */
#define MAX_ROUNDS 64 /* each divides the interval, or it is done */

struct bounds {
	double lo, hi;  /* the slope wanted is in (lo, hi] */
	uint64_t to_lo; /* slopes up to lo */
	uint64_t to_hi; /* slopes up to hi */
};

struct keyed {
	double key;
	size_t i; /* the point */
};

struct sen {
	size_t n;
	const double *t, *y;         /* centred, contiguous */
	double *z, *w;               /* n each */
	struct keyed *order, *other; /* n each */
	double *sample;              /* FIRST */
	double *drawn;               /* scratch for it */
	double *list;                /* LIST_PER n */
	double blur; /* slopes closer than this cannot be told apart */
	uint64_t seed;
	struct bounds start; /* of every search */
};

static struct bounds everything(const struct sen *s)
{
	return (struct bounds){ -INFINITY, INFINITY, 0,
				(uint64_t)s->n * (s->n - 1) / 2 };
}

static double slope(const struct sen *s, size_t i, size_t j)
{
	return (s->y[j] - s->y[i]) / (s->t[j] - s->t[i]);
}

/* Pairs with a slope up to v. */
static uint64_t count_to(const struct sen *s, double v)
{
	for (size_t i = 0; i < s->n; i++)
		s->z[i] = s->y[i] - v * s->t[i];
	return pl_count_falls(s->z, s->w, s->n, 1);
}

/* splitmix64 */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Slopes in (lo, hi], drawn with replacement, ascending; how many. */
static size_t draw(struct sen *s, double lo, double hi, size_t want)
{
	size_t k = 0;

	for (size_t tries = 0; tries < 2048 * SAMPLE && k < want; tries++) {
		const uint64_t r = next(&s->seed);
		const size_t i = (size_t)((r >> 32) * s->n >> 32);
		const size_t j = (size_t)((r & 0xffffffffu) * s->n >> 32);
		double v;

		if (i == j)
			continue;
		v = i < j ? slope(s, i, j) : slope(s, j, i);
		if (v > lo && v <= hi)
			s->sample[k++] = v;
	}
	pl_sort(s->sample, s->drawn, k);
	return k;
}

/* Merge two runs by key, of equals the later run's first; the pairs that fall
 * are listed from `have` on, if at all. */
static size_t merge_list(const struct sen *s, struct keyed *to,
			 const struct keyed *a, size_t na,
			 const struct keyed *b, size_t nb, bool listing,
			 size_t have)
{
	const size_t room = LIST_PER * s->n;
	const struct keyed *const a_end = a + na, *const b_end = b + nb;

	while (a < a_end && b < b_end) {
		const bool fall = b->key <= a->key;

		for (size_t k = 0;
		     fall && listing && have < room && k < (size_t)(a_end - a);
		     k++) {
			const size_t p = a[k].i < b->i ? a[k].i : b->i;
			const size_t q = a[k].i < b->i ? b->i : a[k].i;

			s->list[have++] = slope(s, p, q);
		}
		*to++ = *(fall ? b : a);
		b += fall;
		a += !fall;
	}
	memcpy(to, a < a_end ? a : b,
	       (size_t)((a_end - a) + (b_end - b)) * sizeof(*to));
	return have;
}

static size_t sort_order(struct sen *s, bool listing)
{
	struct keyed *t;
	size_t have = 0;

	for (size_t w = 1; w < s->n; w *= 2) {
		for (size_t i = 0; i < s->n; i += 2 * w) {
			const size_t na = s->n - i < w ? s->n - i : w;
			const size_t left = s->n - i - na;

			have = merge_list(s, s->other + i, s->order + i, na,
					  s->order + i + na,
					  left < w ? left : w, listing, have);
		}
		t = s->order;
		s->order = s->other;
		s->other = t;
	}
	return have;
}

/* The slopes in (lo, hi]: pairs that stand in one order by y - lo t and fall
 * in that of y - hi t.  The first sort starts from the order of time and puts
 * the later of equals first, so that a slope of lo, which count_to(lo) has
 * counted, does not fall again. */
static size_t list(struct sen *s, double lo, double hi)
{
	for (size_t i = 0; i < s->n; i++) {
		s->order[i].i = i;
		s->order[i].key = isinf(lo) ? s->t[i] : s->y[i] - lo * s->t[i];
	}
	(void)sort_order(s, false);
	for (size_t k = 0; k < s->n; k++) {
		struct keyed *o = &s->order[k];

		o->key = isinf(hi) ? -s->t[o->i] : s->y[o->i] - hi * s->t[o->i];
	}
	return sort_order(s, true);
}

/* Move a bound to v where that keeps ranks k[0] to k[1], from 0, inside. */
static void cut(struct bounds *b, const struct sen *s, double v,
		const uint64_t k[2])
{
	uint64_t c;

	if (!(v > b->lo && v < b->hi))
		return;
	c = count_to(s, v);
	if (c > k[1]) {
		b->hi = v;
		b->to_hi = c;
	} else if (c <= k[0]) {
		b->lo = v;
		b->to_lo = c;
	}
}

/* One round: draw, and move the bounds to about three standard deviations of
 * the sample's rank on either side.  False when nothing more can be gained;
 * *v is then the slope if the bounds have met around many equal ones, and
 * NaN when so few are left between them that none was drawn. */
static bool narrow(struct bounds *b, double *v, struct sen *s,
		   const uint64_t k[2], size_t want)
{
	const double in = (double)(b->to_hi - b->to_lo);
	const size_t m = draw(s, b->lo, b->hi, want);
	double at[2], spread, last;
	size_t lo, hi;

	*v = NAN;
	if (!m)
		return false;
	last = (double)m - 1;
	for (size_t i = 0; i < 2; i++)
		at[i] = (double)(k[i] - b->to_lo) / in * (double)m;
	spread = 1.5 * sqrt((double)m);
	lo = (size_t)fmax(at[0] - spread, 0);
	hi = (size_t)fmin(at[1] + spread, last);
	*v = s->sample[(size_t)fmin(at[0], last)];
	if (s->sample[hi] - s->sample[lo] > 2 * s->blur) {
		cut(b, s, s->sample[lo], k);
		cut(b, s, s->sample[hi], k);
		return true;
	}
	cut(b, s, *v - s->blur, k);
	cut(b, s, *v + s->blur, k);
	return b->hi - b->lo > 4 * s->blur;
}

static uint64_t few(const struct sen *s)
{
	return (uint64_t)LIST_PER * s->n * 3 / 4;
}

/* Bounds in which several ranks are looked for one after the other. */
static void begin(struct sen *s, uint64_t first, uint64_t last)
{
	const uint64_t k[2] = { first, last };
	struct bounds *b = &s->start;
	double v;

	for (int i = 0; i < 2 && s->n > ALL; i++) {
		const uint64_t in = b->to_hi - b->to_lo;

		if (in <= few(s) || in / 4 <= last - first ||
		    !narrow(b, &v, s, k, FIRST))
			return;
	}
}

/* The k-th slope, k from 0; below[0] becomes the (k-1)-th, or stays NaN. */
static double kth(struct sen *s, uint64_t rank, double *below)
{
	const uint64_t k[2] = { rank, rank };
	struct bounds b = s->start;
	double v = NAN, x;
	size_t m, r;

	if (rank < b.to_lo || rank >= b.to_hi)
		b = everything(s);
	for (int i = 0; i < MAX_ROUNDS && b.to_hi - b.to_lo > few(s); i++)
		if (!narrow(&b, &v, s, k, isinf(b.lo) ? FIRST : SAMPLE))
			break;
	if (b.to_hi - b.to_lo > few(s)) {
		if (rank > b.to_lo)
			*below = v;
		return v;
	}
	m = list(s, b.lo, b.hi);
	if (!m)
		return v;
	r = (size_t)(rank - b.to_lo);
	if (r >= m) /* a slope at a bound, rounded to the other side */
		r = m - 1;
	x = gsl_stats_select(s->list, 1, m, r);
	for (size_t i = 0; i < r; i++)
		if (!(s->list[i] <= *below))
			*below = s->list[i];
	return x;
}

static double pick(struct sen *s, uint64_t k)
{
	double below = NAN;

	return s->n <= ALL ? s->list[k] : kth(s, k, &below);
}

/* The middle slope, or the mean of the two in the middle. */
static double middle(struct sen *s, uint64_t pairs)
{
	const uint64_t k = pairs / 2;
	double below = NAN, x;

	if (pairs % 2)
		return pick(s, k);
	if (s->n <= ALL)
		return (s->list[k - 1] + s->list[k]) / 2;
	x = kth(s, k, &below);
	if (isnan(below))
		below = pick(s, k - 1);
	return (below + x) / 2;
}

static void prepare(struct sen *s, struct pl_arena *a)
{
	double dt = INFINITY, ymax = 0, tmax = 0, sd = 0;

	if (s->n <= ALL) {
		size_t k = 0;

		s->list = PL_NEW_N(a, double, s->n *(s->n - 1) / 2);
		for (size_t i = 0; i < s->n; i++)
			for (size_t j = i + 1; j < s->n; j++)
				s->list[k++] = slope(s, i, j);
		pl_sort(s->list, PL_NEW_N(a, double, k), k);
		return;
	}
	s->z = PL_NEW_N(a, double, s->n);
	s->w = PL_NEW_N(a, double, s->n);
	s->order = PL_NEW_N(a, struct keyed, s->n);
	s->other = PL_NEW_N(a, struct keyed, s->n);
	s->sample = PL_NEW_N(a, double, FIRST);
	s->drawn = PL_NEW_N(a, double, FIRST);
	s->list = PL_NEW_N(a, double, LIST_PER * s->n);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			dt = fmin(dt, s->t[i] - s->t[i - 1]);
		ymax = fmax(ymax, fabs(s->y[i]));
		tmax = fmax(tmax, fabs(s->t[i]));
	}
	/* rounding of y - s t over the smallest step of time, for slopes up
	 * to the size of the data's own */
	sd = ymax / tmax;
	s->blur = 4 * DBL_EPSILON * (ymax + sd * tmax) / dt;
}

static enum pl_rc size_ok(size_t n, struct pl_err *e)
{
	if (n <= PL_SEN_MAX)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "Theil-Sen: %zu points, at most %d are possible", n,
		       PL_SEN_MAX);
}

/* The points from one in the middle, where far-off levels keep their digits. */
static void open_sen(struct sen *s, struct pl_arena *a, double *sorted,
		     const double *t, size_t t_stride, const double *y,
		     size_t y_stride)
{
	double *tc, *yc;

	tc = PL_NEW_N(a, double, s->n);
	yc = PL_NEW_N(a, double, s->n);
	for (size_t i = 0; i < s->n; i++) {
		tc[i] = t[i * t_stride] - t[s->n / 2 * t_stride];
		yc[i] = y[i * y_stride] - sorted[s->n / 2];
	}
	s->t = tc;
	s->y = yc;
	s->start = everything(s);
	prepare(s, a);
}

enum pl_rc pl_sen_slope(double *out, const double *y, size_t n,
			const struct pl_mk_spec *spec, struct pl_err *e)
{
	struct sen s = { .n = n, .seed = 1 };
	const uint64_t pairs = (uint64_t)n * (n - 1) / 2;
	const uint64_t k[2] = { (pairs - 1) / 2, pairs / 2 };
	struct pl_arena *a;
	enum pl_rc rc;
	double *t, slope = 0;

	PL_TRY(size_ok(n, e));
	a = pl_arena_open(0);
	t = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < n; i++)
		t[i] = (double)i + 1;
	rc = pl_trend_check(t, 1, y, 1, n, e);
	if (!rc) {
		open_sen(&s, a, pl_sorted(a, y, 1, n), t, 1, y, 1);
		if (n > ALL && spec->within > 0) {
			cut(&s.start, &s, spec->near - spec->within, k);
			cut(&s.start, &s, spec->near + spec->within, k);
		}
		slope = middle(&s, pairs);
	}
	pl_arena_close(a);
	PL_TRY(rc);
	if (!isfinite(slope))
		return pl_fail(e, PL_EMATH, "Theil-Sen: slopes out of range");
	*out = slope;
	return PL_OK;
}

static enum pl_rc sen(struct pl_arena *a, struct pl_sen *o, const double *t,
		      size_t t_stride, const double *y, size_t y_stride,
		      struct pl_err *e)
{
	struct sen s = { .n = (size_t)o->n, .seed = 1 };
	double *v = pl_sorted(a, y, y_stride, s.n), half, np;
	uint64_t groups, tied, first, last;

	half = sqrt(pl_mk_variance(v, s.n, &groups, &tied)) *
	       gsl_cdf_ugaussian_Pinv(.5 + o->level / 2);
	open_sen(&s, a, v, t, t_stride, y, y_stride);
	o->pairs = o->n * (o->n - 1) / 2;
	np = (double)o->pairs;
	first = (uint64_t)fmax(nearbyint((np - half) / 2) - 1, 0);
	last = (uint64_t)fmin(nearbyint((np + half) / 2), np - 1);
	begin(&s, first, last);
	o->slope = middle(&s, o->pairs);
	o->lo = pick(&s, first);
	o->hi = pick(&s, last);
	if (!isfinite(o->slope) || !isfinite(o->lo) || !isfinite(o->hi))
		return pl_fail(e, PL_EMATH, "Theil-Sen: slopes out of range");
	for (size_t i = 0; i < s.n; i++)
		v[i] = y[i * y_stride] - o->slope * t[i * t_stride];
	pl_sort(v, PL_NEW_N(a, double, s.n), s.n);
	return pl_quantile(&o->intercept, v, s.n, .5, 7, e);
}

enum pl_rc pl_trend_sen(struct pl_sen *out, const double *t, size_t t_stride,
			const double *y, size_t y_stride, size_t n,
			double level, struct pl_err *e)
{
	struct pl_sen o = { .n = n, .level = level != 0 ? level : .95 };
	struct pl_arena *a;
	enum pl_rc rc;

	if (!(o.level > 0 && o.level < 1))
		return pl_fail(e, PL_EMATH, "Theil-Sen: level %g", o.level);
	PL_TRY(size_ok(n, e));
	PL_TRY(pl_trend_check(t, t_stride, y, y_stride, n, e));
	a = pl_arena_open(0);
	rc = sen(a, &o, t, t_stride, y, y_stride, e);
	pl_arena_close(a);
	if (!rc)
		*out = o;
	return rc;
}
