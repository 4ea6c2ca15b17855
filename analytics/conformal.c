#include "analytics/conformal.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "analytics/moments.h"

void pl_wilson(double *lo, double *hi, double share, double n)
{
	const double z = 1.959963984540054, z2 = z * z;
	const double mid = (share + z2 / (2 * n)) / (1 + z2 / n);
	const double r = z / (1 + z2 / n) *
			 sqrt(share * (1 - share) / n + z2 / (4 * n * n));

	*lo = fmax(0, mid - r);
	*hi = fmin(1, mid + r);
}

/* The last scores, in order. */
struct bag {
	double *v;
	size_t n;
};

static size_t place(const struct bag *b, double x)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;

		if (b->v[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void put(struct bag *b, double x)
{
	const size_t i = place(b, x);

	memmove(b->v + i + 1, b->v + i, (b->n - i) * sizeof(double));
	b->v[i] = x;
	b->n++;
}

static void take(struct bag *b, double x)
{
	const size_t i = place(b, x);

	b->n--;
	memmove(b->v + i, b->v + i + 1, (b->n - i) * sizeof(double));
}

/* The score that 1 - alpha of n + 1 do not exceed; the largest where that
 * asks for more than there are. */
static double quantile(const struct bag *b, double alpha)
{
	const double at = ceil((1 - alpha) * ((double)b->n + 1));

	if (at < 1)
		return 0;
	return b->v[at > (double)b->n ? b->n - 1 : (size_t)at - 1];
}

struct run {
	struct pl_conf *o;
	const struct pl_conf_spec *spec;
	const double *error, *scale;
	double *half;
	size_t n, known; /* scores in the bag so far */
	struct bag bag;
};

static double score(const struct run *r, size_t i)
{
	return fabs(r->error[i]) / r->scale[i];
}

/* Ends f - w and f + w as forecasts of the quantiles (1 -+ level)/2. */
static double pinball(double err, double w, double level)
{
	const double tail = (1 - level) / 2;
	const double below = err + w,
		     above = err - w; /* y - lower, y - upper */

	return (below >= 0 ? tail * below : (tail - 1) * below) +
	       (above >= 0 ? (1 - tail) * above : -tail * above);
}

/* The answer to forecast i is in. */
static void learn(struct run *r, size_t i)
{
	const double s = score(r, i), w = r->half[i];
	const double target = 1 - r->spec->level;

	if (!isnan(w)) {
		const bool in = s <= w;

		r->o->judged++;
		r->o->inside += in;
		r->o->pinball +=
			pinball(r->error[i], w * r->scale[i], r->spec->level);
		r->o->alpha += r->spec->rate * (target - (in ? 0 : 1));
	}
	if (r->known >= r->spec->window)
		take(&r->bag, score(r, r->known - (size_t)r->spec->window));
	put(&r->bag, s);
	r->known++;
}

static void adaptive(struct run *r)
{
	const size_t ahead = (size_t)r->spec->ahead;

	for (size_t i = 0; i < r->n; i++) {
		if (i >= ahead && !isnan(r->error[i - ahead]))
			learn(r, i - ahead);
		r->half[i] = r->bag.n < PL_CONF_BURN
				     ? NAN
				     : quantile(&r->bag, r->o->alpha);
	}
	for (size_t i = r->n > ahead ? r->n - ahead : 0; i < r->n; i++)
		if (!isnan(r->error[i]) && i >= r->known)
			learn(r, i);
	r->o->half =
		r->bag.n < PL_CONF_BURN ? NAN : quantile(&r->bag, r->o->alpha);
}

static void split(struct run *r, struct pl_arena *a)
{
	size_t n = 0, inside = 0;

	while (n < r->n && !isnan(r->error[n]))
		n++;
	r->o->split_half = r->o->split_coverage = NAN;
	if (n / 2 < PL_CONF_BURN)
		return;
	r->bag = (struct bag){ PL_NEW_N(a, double, n + 1), 0 };
	for (size_t i = 0; i < n / 2; i++)
		put(&r->bag, score(r, i));
	r->o->split_half = quantile(&r->bag, 1 - r->spec->level);
	for (size_t i = n / 2; i < n; i++)
		inside += score(r, i) <= r->o->split_half;
	r->o->split_judged = n - n / 2;
	r->o->split_coverage = (double)inside / (double)(n - n / 2);
}

enum pl_rc pl_conformal(struct pl_arena *a, struct pl_conf *out, double *half,
			const double *error, const double *scale, size_t n,
			const struct pl_conf_spec *spec, struct pl_err *e)
{
	struct pl_conf o = { .alpha = 1 - spec->level };
	struct run r = { &o, spec, error, scale, half, n, 0, { 0 } };

	if (!(spec->level > 0 && spec->level < 1) || spec->ahead < 1 ||
	    spec->window < PL_CONF_BURN)
		return pl_fail(e, PL_EMATH,
			       "intervals: level %g, %d scores at least",
			       spec->level, PL_CONF_BURN);
	for (size_t i = 0; i < n; i++)
		if (!(scale[i] > 0))
			return pl_fail(e, PL_EMATH,
				       "intervals: the scale of forecast %zu "
				       "is %g",
				       i + 1, scale[i]);
	if (!half)
		r.half = PL_NEW_N(a, double, n);
	r.bag.v = PL_NEW_N(a, double, (size_t)spec->window + 2);
	adaptive(&r);
	o.coverage = o.judged ? (double)o.inside / (double)o.judged : NAN;
	o.pinball = o.judged ? o.pinball / (double)o.judged : NAN;
	o.lo = o.hi = NAN;
	if (o.judged)
		pl_wilson(&o.lo, &o.hi, o.coverage,
			  fmax(1, (double)o.judged / (double)spec->ahead));
	split(&r, a);
	*out = o;
	return PL_OK;
}
