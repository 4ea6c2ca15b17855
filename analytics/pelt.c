#include "analytics/pelt.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"

const char *const pl_cp_model_words[] = { "mean", "mean-variance", NULL };
const char *const pl_cp_rule_words[] = { "mbic", "bic", "fixed", NULL };

static const double ln_2pi = 1.837877066409345483560659472811;

/* What is known up to a point, points before it counted.  Prefix sums are kept
 * in two doubles: their differences must not lose the digits of a long,
 * far-off series. */
struct point {
	double s1, c1; /* sum of x, high and low part */
	double s2, c2; /* sum of x^2 */
	double f;      /* minimum up to here */
	size_t last;   /* points before the last segment of it */
};

/* Candidates, the last changes that may still turn out best, are kept by
 * groups, the older the larger, and not looked at one by one.  For any point
 * e between, cost(s, end) >= cost(s, e) + cost(e, end): so what they stood at
 * when the group was last gone through, and one segment from there for all of
 * them, says which can be best now.  Those that were within reach then are on
 * a list of their own. */
struct group {
	size_t from, n;  /* in the arrays of struct pelt */
	size_t near;     /* of them within reach, listed from `from` on */
	size_t epoch;    /* end at which they were gone through */
	double least[2]; /* value then of the best one within reach, beyond */
	double floor;    /* as a candidate's value without MBIC's term */
	double ln_v;     /* ln of the least variance of their segments */
	double looked;   /* how often one of them was looked at since */
	double grown;    /* cost at least added since, for the end at hand */
	size_t drop;     /* end from which all are out; SIZE_MAX: not known */
};

#define YOUNG 16  /* the newest, gone through at every end */
#define GROUPS 64 /* each at least twice as large as the next */

struct pelt {
	size_t n, min;
	struct point *at; /* n + 1 */
	double *ln;       /* MBIC: ln of 0..n */
	double penalty, floor;
	bool var, mbic;
	double work; /* segments looked at */

	size_t *pos;   /* candidates: points before */
	double *value; /* f + cost at their group's epoch */
	size_t *drop;  /* end from which one is out; SIZE_MAX: not known */
	size_t *near;  /* see struct group */
	struct group group[GROUPS + 1];
	size_t groups;
	size_t young, n_young; /* behind the groups */

	double best; /* for the end at hand */
	size_t best_pos;
};

static void prefix(struct pelt *p, const double *x, size_t stride,
		   double centre, double scale)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct point *a = &p->at[i];
		struct point *b = &p->at[i + 1];
		const double v = (x[i * stride] - centre) / scale;
		double s = a->s1 + v, w = v * v;

		/* two-sum: the rounding goes to the low part */
		b->c1 = a->c1 +
			((a->s1 - (s - (s - a->s1))) + (v - (s - a->s1)));
		b->s1 = s;
		s = a->s2 + w;
		b->c2 = a->c2 +
			((a->s2 - (s - (s - a->s2))) + (w - (s - a->s2)));
		b->s2 = s;
	}
}

/* Sum of squares about the mean. */
static inline double rss(const struct pelt *p, size_t from, size_t end)
{
	const struct point *s = &p->at[from], *t = &p->at[end];
	const double a = (t->s1 - s->s1) + (t->c1 - s->c1);
	const double b = (t->s2 - s->s2) + (t->c2 - s->c2);

	return b - a * a / (double)(end - from);
}

/* -2 log-likelihood of m points with their own variance, kept above the
 * floor. */
static double var_cost(double rss, double m, double floor)
{
	const double r = rss > 0 ? rss : 0, w = r / m;
	const double v = w > floor ? w : floor;

	return m * (ln_2pi + pl_log(v)) + r / v;
}

/* With the variance known (1 after scaling) the sum of squares is -2
 * log-likelihood but for a constant. */
static inline double cost(const struct pelt *p, size_t from, size_t end)
{
	const double r = rss(p, from, end);

	return p->var ? var_cost(r, (double)(end - from), p->floor) : r;
}

static inline double handicap(const struct pelt *p, size_t from, size_t end)
{
	return p->mbic ? p->ln[end - from] : 0;
}

static inline double value(const struct pelt *p, size_t from, size_t end)
{
	return cost(p, from, end) + handicap(p, from, end) + p->at[from].f;
}

/* Sums are rounded, and bounds of them. */
static inline double slack(double v)
{
	return 1e-9 * (1 + fabs(v));
}

/* Of equal ones the earliest is taken, in whatever order they come. */
static inline void consider(struct pelt *p, size_t pos, double v)
{
	if (v > p->best || (v == p->best && pos >= p->best_pos))
		return;
	p->best = v;
	p->best_pos = pos;
}

/* What each of a group stands at, anew. */
static void go_through(struct pelt *p, struct group *g, size_t end)
{
	double least = INFINITY;

	for (size_t k = g->from; k < g->from + g->n; k++) {
		const size_t pos = p->pos[k];
		const double m = (double)(end - pos);
		const double r = rss(p, pos, end);

		p->value[k] = (p->var ? var_cost(r, m, p->floor) : r) +
			      handicap(p, pos, end) + p->at[pos].f;
		least = fmin(least, r / m);
	}
	g->ln_v = p->var ? pl_log(fmax(least, p->floor)) : 0;
	g->epoch = end;
	g->grown = 0;
	g->looked = 0;
	p->work += (double)g->n;
}

/* By how much the values of a group have grown at least.  A few points have a
 * variance far too small, so for these it is bounded otherwise: sums of squares
 * do not fall, and (m + j) ln(1 + j / m) <= j + j^2 / m. */
static double growth(const struct pelt *p, const struct group *g, size_t end)
{
	const double whole = cost(p, g->epoch, end);
	const double j = (double)(end - g->epoch);
	const double m = (double)(g->epoch - p->pos[g->from + g->n - 1]);
	double slow;

	if (!p->var || j > YOUNG)
		return whole;
	slow = j * (ln_2pi + g->ln_v) - j * j / m;
	return slow > whole ? slow : whole;
}

/* Those of a group that can be best.  All of them anew once that is cheaper
 * than what the old values let through: so at most half the work is wasted. */
static void visit(struct pelt *p, struct group *g, size_t end)
{
	const size_t *near = p->near + g->from;
	double limit = p->best + slack(p->best);

	g->grown = growth(p, g, end);
	if (g->least[1] + g->grown <= limit || g->looked > (double)g->n) {
		go_through(p, g, end);
		for (size_t k = g->from; k < g->from + g->n; k++)
			consider(p, p->pos[k], p->value[k]);
		return;
	}
	if (g->least[0] + g->grown > limit)
		return;
	for (size_t i = 0; i < g->near; i++) {
		const size_t k = near[i];

		if (p->value[k] + g->grown > limit)
			continue;
		consider(p, p->pos[k], value(p, p->pos[k], end));
		limit = p->best + slack(p->best);
		g->looked++;
		p->work++;
	}
	p->work += (double)g->near / 8;
}

/* The best last change for `end`: first the one for the last end, which often
 * is, so that most others are not looked at. */
static void search(struct pelt *p, size_t end)
{
	const size_t *young = p->pos + p->young;

	p->best = value(p, p->best_pos, end);
	for (size_t k = 0; k < p->n_young; k++)
		consider(p, young[k], value(p, young[k], end));
	for (size_t k = 0; k < p->groups; k++)
		visit(p, &p->group[k], end);
	p->work += (double)(1 + p->n_young + p->groups);
}

/* A candidate s whose f + cost(s, end) + K exceeds f(end) cannot be the last
 * change of any end at or beyond end + min, for `end` serves better there.
 * K bounds what a split can gain: 0, or -ln(end - s) with MBIC's term. */
static bool is_out(const struct pelt *p, double bound, size_t *drop, size_t end)
{
	const double f = p->at[end].f;

	if (*drop == SIZE_MAX && bound > f + slack(f))
		*drop = end + p->min;
	return *drop <= end + 1;
}

/* After a group was gone through: which of them stay, and within reach. */
static void settle(struct pelt *p, struct group *g, size_t end)
{
	const double reach = p->best + p->penalty / 2;
	size_t to = g->from;

	g->least[0] = g->least[1] = g->floor = INFINITY;
	g->near = 0;
	g->drop = SIZE_MAX;
	for (size_t k = g->from; k < g->from + g->n; k++) {
		const double v = p->value[k];
		const double bare = v - handicap(p, p->pos[k], end);
		const bool near = v <= reach;

		if (is_out(p, bare, &p->drop[k], end))
			continue;
		if (near)
			p->near[g->from + g->near++] = to;
		g->least[!near] = fmin(g->least[!near], v);
		g->floor = fmin(g->floor, bare);
		p->pos[to] = p->pos[k];
		p->value[to] = v;
		p->drop[to++] = p->drop[k];
	}
	g->n = to - g->from;
}

/* The young become a group, with all before them that are not much larger. */
static void merge(struct pelt *p, size_t end)
{
	struct group g = { .from = p->young, .n = p->n_young };

	while (p->groups && p->group[p->groups - 1].n < 2 * g.n) {
		const struct group *old = &p->group[--p->groups];
		const size_t to = old->from + old->n;

		memmove(p->pos + to, p->pos + g.from, g.n * sizeof(*p->pos));
		memmove(p->drop + to, p->drop + g.from, g.n * sizeof(*p->drop));
		g.from = old->from;
		g.n += old->n;
	}
	go_through(p, &g, end);
	p->group[p->groups++] = g;
	p->n_young = 0;
}

static void tidy(struct pelt *p, size_t end)
{
	size_t to = 0;

	if (p->n_young == YOUNG)
		merge(p, end);
	for (size_t k = 0; k < p->groups; k++) {
		struct group *g = &p->group[k];

		if (g->epoch == end)
			settle(p, g, end);
		if (!g->n || is_out(p, g->floor + g->grown, &g->drop, end))
			continue;
		p->group[to++] = *g;
	}
	p->groups = to;
	if (!p->n_young)
		p->young = to ? p->group[to - 1].from + p->group[to - 1].n : 0;
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
	p->at[0].f = -p->penalty;
	for (size_t end = p->min; end <= p->n; end++) {
		/* the segment before a change must itself be long enough */
		if (end == p->min || end >= 2 * p->min) {
			p->pos[p->young + p->n_young] = end - p->min;
			p->drop[p->young + p->n_young++] = SIZE_MAX;
		}
		search(p, end);
		if (p->work > (p->var ? PL_CP_WORK / 4 : PL_CP_WORK))
			return too_long(p, end, e);
		p->at[end].f = p->best + p->penalty;
		p->at[end].last = p->best_pos;
		tidy(p, end);
	}
	return PL_OK;
}

/* The segments, and the cost once more from them: about each segment's own
 * mean, which keeps the digits that prefix sums lose on far-off levels. */
static void collect(struct pl_arena *a, struct pl_cp *o, const struct pelt *p,
		    const double *x, size_t stride)
{
	size_t segs = 0, end;

	for (end = p->n; end; end = p->at[end].last)
		segs++;
	o->seg = PL_NEW_N(a, struct pl_cp_seg, segs);
	o->changes = segs - 1;
	o->cost = (double)o->changes * p->penalty;
	for (end = p->n; end; end = p->at[end].last) {
		struct pl_cp_seg *s = &o->seg[--segs];
		const size_t from = p->at[end].last;
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
	p->at = PL_NEW_N(a, struct point, p->n + 1);
	p->pos = PL_NEW_N(a, size_t, p->n + 1);
	p->value = PL_NEW_N(a, double, p->n + 1);
	p->drop = PL_NEW_N(a, size_t, p->n + 1);
	p->near = PL_NEW_N(a, size_t, p->n + 1);
	if (!p->mbic)
		return;
	p->ln = PL_NEW_N(a, double, p->n + 1);
	for (size_t i = 1; i <= p->n; i++)
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
