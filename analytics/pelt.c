#include "analytics/pelt.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"

const char *const pl_cp_model_words[] = { "mean", "mean-variance", NULL };
const char *const pl_cp_rule_words[] = { "mbic", "bic", "fixed", NULL };

static const double ln_2pi = 1.837877066409345483560659472811;

/* Last changes that may still turn out best, side by side in arrays so that
 * the inner loops run along memory, LANES at a time.  Prefix sums are kept in
 * two doubles: their differences must not lose the digits of a long, far-off
 * series.  One that is out has f = infinity until the arrays are closed up. */
#define LANES 8
struct cand {
	double *f;       /* minimum up to here */
	double *s1, *c1; /* sum of x, high and low part */
	double *s2, *c2; /* sum of x^2 */
	double *pos;     /* points before */
	double *lo, *hi; /* means it may still be best for, see narrow() */
	double *cost;    /* of the segment from here to the end at hand */
	size_t *drop;    /* end from which it is out; SIZE_MAX: not known */
	size_t n, out;   /* in the arrays, and of them out */
};

struct pelt {
	size_t n, min;
	double *s1, *c1, *s2, *c2; /* prefix sums, n + 1 */
	double *f;                 /* n + 1 */
	size_t *last;              /* n + 1: points before the last segment */
	double *ln;                /* ln of 0..n */
	double penalty, floor;
	double low, high; /* of the values, centred and scaled */
	bool var, mbic;
	uint64_t work; /* segments looked at */
	struct cand c;
};

static void prefix(struct pelt *p, const double *x, size_t stride,
		   double centre, double scale)
{
	for (size_t i = 0; i < p->n; i++) {
		const double v = (x[i * stride] - centre) / scale;
		double s = p->s1[i] + v, w = v * v;

		p->low = fmin(p->low, v);
		p->high = fmax(p->high, v);
		/* two-sum: the rounding goes to the low part */
		p->c1[i + 1] = p->c1[i] + ((p->s1[i] - (s - (s - p->s1[i]))) +
					   (v - (s - p->s1[i])));
		p->s1[i + 1] = s;
		s = p->s2[i] + w;
		p->c2[i + 1] = p->c2[i] + ((p->s2[i] - (s - (s - p->s2[i]))) +
					   (w - (s - p->s2[i])));
		p->s2[i + 1] = s;
	}
}

/* What the end at hand brings to every sum. */
struct tip {
	double s1, c1, s2, c2, pos;
};

/* One lane's worth of sums of squares about the mean. */
static inline void lane(double *restrict cost, const double *restrict s1,
			const double *restrict c1, const double *restrict s2,
			const double *restrict c2, const double *restrict pos,
			struct tip t)
{
	for (size_t i = 0; i < LANES; i++) {
		const double a = (t.s1 - s1[i]) + (t.c1 - c1[i]);
		const double b = (t.s2 - s2[i]) + (t.c2 - c2[i]);

		cost[i] = b - a * a / (t.pos - pos[i]);
	}
}

/* Sums of squares from each candidate to `end`; the arrays have room for
 * whole lanes. */
static void rss(struct pelt *p, size_t end)
{
	const struct tip t = { p->s1[end], p->c1[end], p->s2[end], p->c2[end],
			       (double)end };
	const struct cand *c = &p->c;

	for (size_t k = 0; k < c->n; k += LANES)
		lane(c->cost + k, c->s1 + k, c->c1 + k, c->s2 + k, c->c2 + k,
		     c->pos + k, t);
}

/* -2 log-likelihood of m points with their own variance, kept above the
 * floor. */
static double var_cost(double rss, double m, double floor)
{
	const double r = rss > 0 ? rss : 0, w = r / m;
	const double v = w > floor ? w : floor;

	return m * (ln_2pi + pl_log(v)) + r / v;
}

/* Of all segments to `end`.  With the variance known (1 after scaling) the
 * sum of squares is -2 log-likelihood but for a constant. */
static void costs(struct pelt *p, size_t end)
{
	const struct cand *c = &p->c;

	rss(p, end);
	for (size_t k = 0; p->var && k < c->n; k++)
		c->cost[k] =
			var_cost(c->cost[k], (double)end - c->pos[k], p->floor);
	for (size_t k = 0; p->mbic && k < c->n; k++)
		c->cost[k] += p->ln[end - (size_t)c->pos[k]];
}

static void add(struct pelt *p, size_t pos)
{
	struct cand *c = &p->c;

	c->f[c->n] = p->f[pos];
	c->s1[c->n] = p->s1[pos];
	c->c1[c->n] = p->c1[pos];
	c->s2[c->n] = p->s2[pos];
	c->c2[c->n] = p->c2[pos];
	c->pos[c->n] = (double)pos;
	c->lo[c->n] = p->low;
	c->hi[c->n] = p->high;
	c->drop[c->n] = SIZE_MAX;
	c->n++;
}

/* Close the gaps; the order, by which ties are decided, stays. */
static void close_up(struct cand *c)
{
	size_t to = 0;

	for (size_t k = 0; k < c->n; k++) {
		if (isinf(c->f[k]))
			continue;
		c->f[to] = c->f[k];
		c->s1[to] = c->s1[k];
		c->c1[to] = c->c1[k];
		c->s2[to] = c->s2[k];
		c->c2[to] = c->c2[k];
		c->pos[to] = c->pos[k];
		c->lo[to] = c->lo[k];
		c->hi[to] = c->hi[k];
		c->drop[to] = c->drop[k];
		to++;
	}
	for (size_t k = to; k < c->n; k++)
		c->f[k] = INFINITY;
	c->n = to;
	c->out = 0;
}

static inline void lower(double *restrict least, double *restrict cost,
			 const double *restrict f)
{
	for (size_t i = 0; i < LANES; i++) {
		cost[i] += f[i];
		least[i] = cost[i] < least[i] ? cost[i] : least[i];
	}
}

/* cost becomes f + cost; the least of them. */
static double lowest(struct cand *c)
{
	double least[LANES], best = INFINITY;

	for (size_t i = 0; i < LANES; i++)
		least[i] = INFINITY;
	for (size_t k = 0; k < c->n; k += LANES)
		lower(least, c->cost + k, c->f + k);
	for (size_t i = 0; i < LANES; i++)
		best = least[i] < best ? least[i] : best;
	return best;
}

static void strike(struct cand *c, size_t k)
{
	c->f[k] = INFINITY;
	c->out++;
}

/* Where the candidate s would serve a segment better than the later r, over
 * all means of that segment: |mean - at| < half; half < 0: nowhere.  Whatever
 * comes after r adds the same to both.  `less` is taken off what s is ahead
 * by, and so is the rounding of the sums, whichever way is safe. */
struct reach {
	double at, half;
};

static struct reach reach(const struct cand *c, size_t s, size_t r, double less,
			  double safe)
{
	const double a = (c->s1[r] - c->s1[s]) + (c->c1[r] - c->c1[s]);
	const double b = (c->s2[r] - c->s2[s]) + (c->c2[r] - c->c2[s]);
	const double m = c->pos[r] - c->pos[s], q = b - a * a / m;
	const double slack = 1e-9 * (1 + fabs(c->f[r]) + fabs(c->f[s]) + b);
	const double ahead = c->f[r] - c->f[s] - q - less + safe * slack;

	return (struct reach){ a / m, ahead < 0 ? -1 : sqrt(ahead / m) };
}

/* Functional pruning (Rigaill 2015; Maidstone et al. 2017): a candidate is
 * kept only for the means at which no other one serves better.  Here that set
 * is held as one interval, which may be too wide, never too narrow.  An
 * earlier candidate has the longer segment, so MBIC's ln(length) only speaks
 * against it: its lead over r counts less ln(end - s) - ln(end - r), which
 * shrinks from end to end. */
static void behind(struct pelt *p, size_t s, size_t r, size_t end)
{
	struct cand *c = &p->c;
	const size_t from = (size_t)c->pos[s], to = (size_t)c->pos[r];
	struct reach z = reach(
		c, s, r, p->mbic ? p->ln[end - from] - p->ln[end - to] : 0, -1);

	if (z.half < 0 || isinf(c->f[r]))
		return;
	if (z.at - z.half <= c->lo[r])
		c->lo[r] = fmax(c->lo[r], z.at + z.half);
	if (z.at + z.half >= c->hi[r])
		c->hi[r] = fmin(c->hi[r], z.at - z.half);
	if (c->lo[r] > c->hi[r])
		strike(c, r);
}

/* The newest candidate against all others, and each of them against the one
 * that was best for the last end and one more, taken in turns. */
static void narrow(struct pelt *p, size_t end, double best_pos)
{
	struct cand *c = &p->c;
	const size_t r = c->n - 1;
	size_t best = SIZE_MAX;

	for (size_t k = 0; k < r; k++) {
		struct reach z;
		size_t turn = k ? end % k : 0;

		if (isinf(c->f[k]))
			continue;
		if (c->pos[k] == best_pos)
			best = k;
		z = reach(c, k, r, 0, 1);
		c->lo[k] = fmax(c->lo[k], z.at - z.half);
		c->hi[k] = fmin(c->hi[k], z.at + z.half);
		if (z.half < 0 || c->lo[k] > c->hi[k]) {
			strike(c, k);
			continue;
		}
		behind(p, k, r, end);
		if (best < k && !isinf(c->f[best]))
			behind(p, best, k, end);
		if (turn < k && !isinf(c->f[turn]))
			behind(p, turn, k, end);
	}
	if (c->out > c->n / 8 + LANES)
		close_up(c);
}

/* A candidate s whose f + cost(s, end) + K exceeds f(end) cannot be the last
 * change of any end at or beyond end + min, for `end` serves better there.
 * K bounds what a split can gain: 0, or -ln(end - s) with MBIC's term. */
static void prune(struct pelt *p, size_t end)
{
	const double limit = p->f[end];
	struct cand *c = &p->c;

	for (size_t k = 0; k < c->n; k++) {
		const double v = c->cost[k];

		if (!(v > limit) || isinf(v))
			continue;
		if (c->drop[k] == SIZE_MAX &&
		    (!p->mbic || v - p->ln[end - (size_t)c->pos[k]] > limit))
			c->drop[k] = end + p->min;
		if (c->drop[k] <= end + 1)
			strike(c, k);
	}
	if (c->out > c->n / 8 + LANES)
		close_up(c);
}

static enum pl_rc too_long(const struct pelt *p, size_t end, struct pl_err *e)
{
	(void)pl_fail(
		e, PL_ELIMIT,
		"change points: given up at point %zu of %zu, the changes "
		"being too few or too small to divide the work",
		end, p->n);
	if (p->var)
		return pl_hint(e, "look for changes of the mean alone, or take "
				  "wider bars");
	return pl_hint(e, "take wider bars");
}

/* PL_ELIMIT once it takes too long. */
static enum pl_rc run(struct pelt *p, struct pl_err *e)
{
	const struct cand *c = &p->c;
	double best_pos = 0;

	for (size_t k = 0; k < p->n + 1 + LANES; k++)
		c->f[k] = INFINITY;
	p->f[0] = -p->penalty;
	for (size_t end = p->min; end <= p->n; end++) {
		double best;
		size_t at = 0;

		/* the segment before a change must itself be long enough */
		if (end == p->min || end >= 2 * p->min) {
			add(p, end - p->min);
			if (!p->var)
				narrow(p, end, best_pos);
		}
		p->work += c->n;
		if (p->work > (p->var ? PL_CP_WORK / 8 : PL_CP_WORK))
			return too_long(p, end, e);
		costs(p, end);
		best = lowest(&p->c);
		while (at + 1 < c->n && c->cost[at] != best)
			at++;
		p->f[end] = best + p->penalty;
		best_pos = c->pos[at];
		p->last[end] = (size_t)best_pos;
		if (p->var)
			prune(p, end);
	}
	return PL_OK;
}

/* The segments, and the cost once more from them: about each segment's own
 * mean, which keeps the digits that prefix sums lose on far-off levels. */
static void collect(struct pl_arena *a, struct pl_cp *o, const struct pelt *p,
		    const double *x, size_t stride)
{
	size_t segs = 0, end;

	for (end = p->n; end; end = p->last[end])
		segs++;
	o->seg = PL_NEW_N(a, struct pl_cp_seg, segs);
	o->changes = segs - 1;
	o->cost = (double)o->changes * p->penalty;
	for (end = p->n; end; end = p->last[end]) {
		struct pl_cp_seg *s = &o->seg[--segs];
		const size_t from = p->last[end];
		double q = 0, c;

		s->start = from;
		s->n = end - from;
		s->mean = pl_mean(x + from * stride, stride, end - from);
		for (size_t i = from; i < end; i++)
			q += (x[i * stride] - s->mean) *
			     (x[i * stride] - s->mean);
		s->sd = sqrt(q / (double)s->n);
		c = q / o->scale / o->scale;
		if (p->var)
			c = var_cost(q, (double)s->n, p->floor);
		o->cost += p->mbic ? c + p->ln[s->n] : c;
	}
}

static void room(struct pl_arena *a, struct pelt *p)
{
	const size_t n = p->n + 1, lanes = n + LANES;
	double **of_n[] = { &p->s1, &p->c1, &p->s2, &p->c2, &p->f, &p->ln };
	double **of_lanes[] = { &p->c.f,    &p->c.s1, &p->c.c1,
				&p->c.s2,   &p->c.c2, &p->c.pos,
				&p->c.cost, &p->c.lo, &p->c.hi };

	for (size_t i = 0; i < sizeof(of_n) / sizeof(of_n[0]); i++)
		*of_n[i] = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < sizeof(of_lanes) / sizeof(of_lanes[0]); i++)
		*of_lanes[i] = PL_NEW_N(a, double, lanes);
	p->c.drop = PL_NEW_N(a, size_t, lanes);
	p->last = PL_NEW_N(a, size_t, n);
	for (size_t i = 1; i < n; i++)
		p->ln[i] = pl_log((double)i);
}

static enum pl_rc noise(double *scale, struct pl_arena *a, const double *x,
			size_t stride, size_t n, struct pl_err *e)
{
	double *d = PL_NEW_N(a, double, n - 1), median, q = 0;

	for (size_t i = 1; i < n; i++)
		d[i - 1] = x[i * stride] - x[(i - 1) * stride];
	PL_TRY(pl_median_mad(&median, scale, d, 1, n - 1, e));
	if (!(*scale > 0)) {
		for (size_t i = 0; i + 1 < n; i++)
			q += d[i] * d[i];
		*scale = sqrt(q / (double)(n - 1));
	}
	*scale /= sqrt(2);
	return PL_OK;
}

static enum pl_rc settings(struct pl_cp *o, const struct pl_cp_spec *spec,
			   size_t n, struct pl_err *e)
{
	const double params = spec->model == PL_CP_MEANVAR ? 3 : 2;

	*o = (struct pl_cp){ .n = n,
			     .min_seg = spec->min_seg,
			     .model = (int)spec->model,
			     .rule = (int)spec->rule,
			     .scale = 1 };
	if (!o->min_seg)
		o->min_seg = spec->model == PL_CP_MEANVAR ? 10 : 2;
	o->penalty = spec->rule == PL_CP_FIXED ? spec->penalty
					       : params * pl_log((double)n);
	if (!(o->penalty > 0) || !isfinite(o->penalty))
		return pl_fail(e, PL_EMATH,
			       "change points: a penalty of %g is not above 0",
			       o->penalty);
	if (o->min_seg <= n / 2 &&
	    (spec->model == PL_CP_MEAN || o->min_seg >= 2))
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "change points: %zu points and a shortest segment of "
		       "%zu do not go together",
		       n, (size_t)o->min_seg);
}

enum pl_rc pl_pelt(struct pl_arena *a, struct pl_cp *out, const double *x,
		   size_t stride, size_t n, const struct pl_cp_spec *spec,
		   struct pl_err *e)
{
	struct pl_arena *tmp;
	struct pl_moments m;
	struct pl_cp o;
	struct pelt p;
	enum pl_rc rc;

	PL_TRY(pl_moments(&m, x, stride, n, e));
	PL_TRY(settings(&o, spec, n, e));
	p = (struct pelt){ .n = n,
			   .min = (size_t)o.min_seg,
			   .penalty = o.penalty,
			   .floor = 1e-12 * m.sd_pop * m.sd_pop,
			   .var = spec->model == PL_CP_MEANVAR,
			   .mbic = spec->rule == PL_CP_MBIC };
	tmp = pl_arena_open(0);
	rc = PL_OK;
	if (!p.var) {
		o.scale = spec->scale;
		if (!(o.scale > 0))
			rc = noise(&o.scale, tmp, x, stride, n, e);
	}
	if (!rc) {
		room(tmp, &p);
		prefix(&p, x, stride, m.mean, o.scale);
		rc = run(&p, e);
	}
	if (!rc) {
		collect(a, &o, &p, x, stride);
		*out = o;
	}
	pl_arena_close(tmp);
	return rc;
}
