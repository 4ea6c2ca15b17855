#include "analytics/explain.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static double held(const struct pl_feature_def *d, double v)
{
	return fmin(fmax(v, d->lo), d->hi);
}

static double contribution(const struct pl_feature_def *d, double used)
{
	return d->weight * (used - d->base);
}

/* The score with feature `other` (or none, model->n) at another value. */
static double score_with(const struct pl_score_model *m, const double *used,
			 size_t other, double v)
{
	double s = m->base_score;

	for (size_t i = 0; i < m->n; i++)
		s += contribution(&m->features[i], i == other ? v : used[i]);
	return s;
}

static size_t verdict(const struct pl_score_model *m, double score)
{
	size_t v = 0;

	while (v < m->n_cuts && score >= m->cuts[v])
		v++;
	return v;
}

/* Doubles in their order as integers, so that halving an interval of them
 * ends at neighbours. */
static int64_t place_of(double x)
{
	int64_t i;

	memcpy(&i, &x, sizeof(i));
	return i < 0 ? INT64_MIN - i : i;
}

static double at_place(int64_t i)
{
	double x;

	i = i < 0 ? INT64_MIN - i : i;
	memcpy(&x, &i, sizeof(x));
	return x;
}

/* The value nearest to used[i], towards `end`, with another verdict.  False
 * when there is none up to `end`.  A linear score moves one way with i. */
static bool nearest(double *to, size_t *becomes, const struct pl_score_model *m,
		    const double *used, size_t i, double end)
{
	const size_t now = verdict(m, score_with(m, used, m->n, 0));
	int64_t same = place_of(used[i]), other = place_of(end);

	if (verdict(m, score_with(m, used, i, end)) == now)
		return false;
	for (;;) {
		/* halves first: the distance may not fit */
		const int64_t mid =
			same / 2 + other / 2 + (same % 2 + other % 2) / 2;

		if (mid == same || mid == other)
			break;
		if (verdict(m, score_with(m, used, i, at_place(mid))) == now)
			same = mid;
		else
			other = mid;
	}
	*to = at_place(other);
	*becomes = verdict(m, score_with(m, used, i, *to));
	return true;
}

static void find_flip(struct pl_explained *o, const struct pl_score_model *m,
		      const double *used)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct pl_feature_def *d = &m->features[i];
		const double ends[2] = { d->lo, d->hi };

		for (size_t k = 0; k < 2; k++) {
			const double from = o->feature[i].value;
			double to, steps;
			size_t v;

			if (!nearest(&to, &v, m, used, i, ends[k]))
				continue;
			steps = fabs(to - from) / d->scale;
			if (o->flip.possible && steps >= o->flip.steps)
				continue;
			o->flip = (struct pl_flip){ true,          d->name,
						    from,          to,
						    to - from,     steps,
						    m->verdicts[v] };
		}
	}
}

enum pl_rc pl_explain(struct pl_explained *out,
		      const struct pl_score_model *model, const double *values,
		      struct pl_err *e)
{
	struct pl_explained o = { .model = model->name,
				  .version = model->version,
				  .base_score = model->base_score,
				  .n = model->n };
	double used[PL_MAX_FEATURES];

	assert(model->n <= PL_MAX_FEATURES);
	for (size_t i = 0; i < model->n; i++) {
		const struct pl_feature_def *d = &model->features[i];

		if (!isfinite(values[i]))
			return pl_fail(e, PL_EMATH,
				       "%s score: %s is not a number",
				       model->name, d->name);
		used[i] = held(d, values[i]);
		o.feature[i] = (struct pl_feature){
			d->name,   d->about,
			values[i], used[i],
			d->base,   d->weight,
			d->scale,  d->lo,
			d->hi,     contribution(d, used[i])
		};
	}
	o.score = score_with(model, used, model->n, 0);
	o.verdict_no = verdict(model, o.score);
	o.verdict = model->verdicts[o.verdict_no];
	find_flip(&o, model, used);
	*out = o;
	return PL_OK;
}

/* Three statistics, each about standard normal when there is no trend,
 * weighed; the cuts are the two-sided 5 % points of one of them. */
static const struct pl_feature_def trend_features[] = {
	{ "slope_t", "robust slope over its HAC error", 0, .4, 1, -8, 8 },
	{ "mk_z", "Mann-Kendall z", 0, .4, 1, -8, 8 },
	{ "shift", "last change of level, in noise scales", 0, .2, 1, -8, 8 },
};
static const char *const trend_verdicts[] = { "falling", "flat", "rising" };
static const double trend_cuts[] = { -1.96, 1.96 };

const struct pl_score_model pl_score_trend = {
	.name = "trend",
	.version = 1,
	.features = trend_features,
	.n = sizeof(trend_features) / sizeof(trend_features[0]),
	.verdicts = trend_verdicts,
	.cuts = trend_cuts,
	.n_cuts = 2,
};

enum pl_rc pl_explain_trend(struct pl_explained *out,
			    const struct pl_trend_features *f, struct pl_err *e)
{
	/* an exact line has an infinite t: any number beyond the bound */
	const double t =
		isinf(f->slope_t) ? copysign(1e6, f->slope_t) : f->slope_t;
	const double v[] = { t, f->mk_z, f->shift };

	return pl_explain(out, &pl_score_trend, v, e);
}

/* Points of 100: 25 for losing 10 % on one day of a hundred, 25 for 20 % in
 * the mean of such days, 15 for a volatility of 5 % now, 10 for shocks that
 * never fade, 25 for having lost everything once. */
static const struct pl_feature_def risk_features[] = {
	{ "var99", "historical 99 % value at risk, a fraction", 0, 250, .01, 0,
	  .1 },
	{ "es99", "historical 99 % expected shortfall, a fraction", 0, 125, .01,
	  0, .2 },
	{ "sigma_next", "volatility one step ahead, a fraction", 0, 300, .005,
	  0, .05 },
	{ "persistence", "GARCH alpha + beta", .9, 100, .01, .9, 1 },
	{ "max_drawdown", "deepest fall of wealth, 0 to 1", 0, 25, .05, 0, 1 },
};
static const char *const risk_verdicts[] = { "low", "moderate", "high",
					     "extreme" };
static const double risk_cuts[] = { 15, 40, 70 };

const struct pl_score_model pl_score_risk = {
	.name = "risk",
	.version = 1,
	.features = risk_features,
	.n = sizeof(risk_features) / sizeof(risk_features[0]),
	.verdicts = risk_verdicts,
	.cuts = risk_cuts,
	.n_cuts = 3,
};

enum pl_rc pl_explain_risk(struct pl_explained *out,
			   const struct pl_risk_features *f, struct pl_err *e)
{
	const double v[] = { f->var99, f->es99, f->sigma_next, f->persistence,
			     f->max_drawdown };

	return pl_explain(out, &pl_score_risk, v, e);
}
