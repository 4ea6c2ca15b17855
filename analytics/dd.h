/* Double-double arithmetic: an unevaluated sum hi + lo of two doubles, about
 * 106 bits (Dekker 1971, Knuth).  Exact splits, no fused multiply-add, so the
 * digits are the same on every machine; needs -ffp-contract=off.  Not for
 * values near the overflow limit: callers check that results are finite. */
#ifndef PL_ANALYTICS_DD_H
#define PL_ANALYTICS_DD_H

#include <math.h>
#include <stdbool.h>

struct pl_dd {
	double hi, lo;
};

static inline struct pl_dd pl_dd_two_sum(double a, double b)
{
	double s = a + b, t = s - a;

	return (struct pl_dd){ s, (a - (s - t)) + (b - t) };
}

/* |a| >= |b| or a = 0 */
static inline struct pl_dd pl_dd_quick(double a, double b)
{
	double s = a + b;

	return (struct pl_dd){ s, b - (s - a) };
}

static inline struct pl_dd pl_dd_two_prod(double a, double b)
{
	const double split = 134217729.0; /* 2^27 + 1 */
	double p = a * b, ca = split * a, cb = split * b;
	double ah = ca - (ca - a), bh = cb - (cb - b);
	double al = a - ah, bl = b - bh;

	return (struct pl_dd){ p,
			       ((ah * bh - p) + ah * bl + al * bh) + al * bl };
}

static inline struct pl_dd pl_dd_of(double x)
{
	return (struct pl_dd){ x, 0 };
}

static inline double pl_dd_get(struct pl_dd a)
{
	return a.hi + a.lo;
}

static inline struct pl_dd pl_dd_neg(struct pl_dd a)
{
	return (struct pl_dd){ -a.hi, -a.lo };
}

static inline struct pl_dd pl_dd_add(struct pl_dd a, struct pl_dd b)
{
	struct pl_dd s = pl_dd_two_sum(a.hi, b.hi);
	struct pl_dd t = pl_dd_two_sum(a.lo, b.lo);

	s = pl_dd_quick(s.hi, s.lo + t.hi);
	return pl_dd_quick(s.hi, s.lo + t.lo);
}

static inline struct pl_dd pl_dd_sub(struct pl_dd a, struct pl_dd b)
{
	return pl_dd_add(a, pl_dd_neg(b));
}

static inline struct pl_dd pl_dd_mul(struct pl_dd a, struct pl_dd b)
{
	struct pl_dd p = pl_dd_two_prod(a.hi, b.hi);

	return pl_dd_quick(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* Two Newton corrections of the quotient of the high parts. */
static inline struct pl_dd pl_dd_div(struct pl_dd a, struct pl_dd b)
{
	double q1 = a.hi / b.hi, q2, q3;
	struct pl_dd r = pl_dd_sub(a, pl_dd_mul(b, pl_dd_of(q1)));

	q2 = r.hi / b.hi;
	r = pl_dd_sub(r, pl_dd_mul(b, pl_dd_of(q2)));
	q3 = r.hi / b.hi;
	return pl_dd_add(pl_dd_quick(q1, q2), pl_dd_of(q3));
}

static inline struct pl_dd pl_dd_sqrt(struct pl_dd a)
{
	double x;
	struct pl_dd r;

	if (!(a.hi > 0))
		return pl_dd_of(a.hi == 0 ? 0 : NAN);
	x = sqrt(a.hi);
	r = pl_dd_sub(a, pl_dd_two_prod(x, x));
	return pl_dd_quick(x, r.hi / (2 * x));
}

#endif
