#include "analytics/pelt.h"

#include <math.h>
#include <string.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"

const char *const pl_cp_model_words[] = { "mean", "mean-variance", NULL };
const char *const pl_cp_rule_words[] = { "mbic", "bic", "fixed", NULL };

static const double ln_2pi = 1.837877066409345483560659472811;

/* A last change that may still turn out best; candidates stand side by side
 * in arrays so that the inner loop runs along memory.  Prefix sums are kept
 * in two doubles: their differences must not lose the digits of a long,
 * far-off series. */
struct cand {
	double *f;          /* minimum up to here */
	double *s1, *c1;    /* sum of x, high and low part */
	double *s2, *c2;    /* sum of x^2 */
	double *cost;       /* of the segment from here to the end at hand */
	size_t *pos, *drop; /* points before; end from which it is dropped */
	size_t n;
};

struct pelt {
	size_t n, min;
	double *s1, *c1, *s2, *c2; /* prefix sums, n + 1 */
	double *f;                 /* n + 1 */
	size_t *last;              /* n + 1: points before the last segment */
	double *ln;                /* ln of 0..n */
	double *inv;               /* 1 / m */
	double penalty, floor;
	bool var, mbic;
	struct cand c;
};

static void prefix(struct pelt *p, const double *x, size_t stride,
		   double centre, double scale)
{
	for (size_t i = 0; i < p->n; i++) {
		const double v = (x[i * stride] - centre) / scale;
		double s = p->s1[i] + v, w = v * v;

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

/* Sums of squares about the mean, from each candidate to `end`. */
static void rss(struct pelt *p, size_t end)
{
	const double s1 = p->s1[end], c1 = p->c1[end];
	const double s2 = p->s2[end], c2 = p->c2[end];
	const struct cand *c = &p->c;

	for (size_t k = 0; k < c->n; k++) {
		const double a = (s1 - c->s1[k]) + (c1 - c->c1[k]);
		const double b = (s2 - c->s2[k]) + (c2 - c->c2[k]);

		c->cost[k] = b - a * a * p->inv[end - c->pos[k]];
	}
}

/* -2 log-likelihood of the segment: with the variance known (1 after
 * scaling), the constant left out; or with its own, kept above the floor. */
static void costs(struct pelt *p, size_t end)
{
	const struct cand *c = &p->c;

	rss(p, end);
	for (size_t k = 0; p->var && k < c->n; k++) {
		const size_t m = end - c->pos[k];
		const double r = fmax(c->cost[k], 0);
		const double v = fmax(r * p->inv[m], p->floor);

		c->cost[k] = (double)m * (ln_2pi + log(v)) + r / v;
	}
	for (size_t k = 0; p->mbic && k < c->n; k++)
		c->cost[k] += p->ln[end - c->pos[k]];
}

static void add(struct pelt *p, size_t pos)
{
	struct cand *c = &p->c;

	c->f[c->n] = p->f[pos];
	c->s1[c->n] = p->s1[pos];
	c->c1[c->n] = p->c1[pos];
	c->s2[c->n] = p->s2[pos];
	c->c2[c->n] = p->c2[pos];
	c->pos[c->n] = pos;
	c->drop[c->n] = SIZE_MAX;
	c->n++;
}

/* A candidate s whose f + cost(s, end) + K exceeds f(end) cannot be the last
 * change of any end at or beyond end + min, for `end` serves better there.
 * K bounds what a split can gain: 0, or -ln(end - s) with MBIC's term. */
static void prune(struct pelt *p, size_t end)
{
	struct cand *c = &p->c;
	size_t to = 0;

	for (size_t k = 0; k < c->n; k++) {
		const double bound = p->mbic ? p->ln[end - c->pos[k]] : 0;

		if (c->drop[k] == SIZE_MAX &&
		    c->f[k] + c->cost[k] - bound > p->f[end])
			c->drop[k] = end + p->min;
		if (c->drop[k] <= end + 1)
			continue;
		if (to != k) {
			c->f[to] = c->f[k];
			c->s1[to] = c->s1[k];
			c->c1[to] = c->c1[k];
			c->s2[to] = c->s2[k];
			c->c2[to] = c->c2[k];
			c->pos[to] = c->pos[k];
			c->drop[to] = c->drop[k];
		}
		to++;
	}
	c->n = to;
}

static void run(struct pelt *p)
{
	p->f[0] = -p->penalty;
	for (size_t end = p->min; end <= p->n; end++) {
		const struct cand *c = &p->c;
		double best = INFINITY;
		size_t at = 0;

		/* the segment before a change must itself be long enough */
		if (end == p->min || end >= 2 * p->min)
			add(p, end - p->min);
		costs(p, end);
		for (size_t k = 0; k < c->n; k++) {
			const double v = c->f[k] + c->cost[k];

			if (v < best) {
				best = v;
				at = c->pos[k];
			}
		}
		p->f[end] = best + p->penalty;
		p->last[end] = at;
		prune(p, end);
	}
}

static void collect(struct pl_arena *a, struct pl_cp *o, const struct pelt *p,
		    const double *x, size_t stride)
{
	size_t segs = 0, end;

	for (end = p->n; end; end = p->last[end])
		segs++;
	o->seg = PL_NEW_N(a, struct pl_cp_seg, segs);
	o->changes = segs - 1;
	for (end = p->n; end; end = p->last[end]) {
		struct pl_cp_seg *s = &o->seg[--segs];
		const size_t from = p->last[end];
		double q = 0;

		s->start = from;
		s->n = end - from;
		s->mean = pl_mean(x + from * stride, stride, end - from);
		for (size_t i = from; i < end; i++)
			q += (x[i * stride] - s->mean) *
			     (x[i * stride] - s->mean);
		s->sd = sqrt(q / (double)s->n);
	}
}

static void room(struct pl_arena *a, struct pelt *p)
{
	const size_t n = p->n + 1;

	p->s1 = PL_NEW_N(a, double, n);
	p->c1 = PL_NEW_N(a, double, n);
	p->s2 = PL_NEW_N(a, double, n);
	p->c2 = PL_NEW_N(a, double, n);
	p->f = PL_NEW_N(a, double, n);
	p->last = PL_NEW_N(a, size_t, n);
	p->ln = PL_NEW_N(a, double, n);
	p->inv = PL_NEW_N(a, double, n);
	p->c.f = PL_NEW_N(a, double, n);
	p->c.s1 = PL_NEW_N(a, double, n);
	p->c.c1 = PL_NEW_N(a, double, n);
	p->c.s2 = PL_NEW_N(a, double, n);
	p->c.c2 = PL_NEW_N(a, double, n);
	p->c.cost = PL_NEW_N(a, double, n);
	p->c.pos = PL_NEW_N(a, size_t, n);
	p->c.drop = PL_NEW_N(a, size_t, n);
	for (size_t i = 1; i < n; i++) {
		p->ln[i] = log((double)i);
		p->inv[i] = 1 / (double)i;
	}
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
					       : params * log((double)n);
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
		run(&p);
		o.cost = p.f[n];
		collect(a, &o, &p, x, stride);
		*out = o;
	}
	pl_arena_close(tmp);
	return rc;
}
