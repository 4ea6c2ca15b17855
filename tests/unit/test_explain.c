/* Contributions that add up to the bit, and the smallest change that flips a
 * verdict, against search by hand. */
#include "analytics/explain.h"
#include "analytics/gsl.h"
#include "sample.h"

static double score_of(const struct pl_score_model *m, const double *v)
{
	double s = m->base_score;

	for (size_t i = 0; i < m->n; i++) {
		const struct pl_feature_def *d = &m->features[i];

		s += d->weight * (fmin(fmax(v[i], d->lo), d->hi) - d->base);
	}
	return s;
}

static size_t verdict_of(const struct pl_score_model *m, double s)
{
	size_t v = 0;

	for (size_t i = 0; i < m->n_cuts; i++)
		v += s >= m->cuts[i];
	return v;
}

/* The flip flips, the double just before it does not, and no feature does it
 * with fewer steps (tried on a grid). */
static void check_flip(const struct pl_explained *o,
		       const struct pl_score_model *m, const double *values)
{
	double v[PL_MAX_FEATURES];

	memcpy(v, values, m->n * sizeof(*v));
	for (size_t i = 0; i < m->n; i++) {
		const struct pl_feature_def *d = &m->features[i];

		for (int k = -200; k <= 200; k++) {
			const double steps =
				k / 200.0 *
				(o->flip.possible ? o->flip.steps * .999 : 1e6);

			v[i] = fmin(fmax(values[i] + steps * d->scale, d->lo),
				    d->hi);
			if (fabs(v[i] - values[i]) / d->scale >
			    fabs(steps) + 1e-12)
				continue; /* held: further than it looks */
			assert_int_equal(verdict_of(m, score_of(m, v)),
					 o->verdict_no);
		}
		v[i] = values[i];
	}
	for (size_t i = 0; o->flip.possible && i < m->n; i++) {
		if (strcmp(m->features[i].name, o->flip.feature) != 0)
			continue;
		v[i] = o->flip.to;
		assert_string_equal(m->verdicts[verdict_of(m, score_of(m, v))],
				    o->flip.verdict);
		assert_int_not_equal(verdict_of(m, score_of(m, v)),
				     o->verdict_no);
		v[i] = nextafter(o->flip.to, o->feature[i].used);
		assert_int_equal(verdict_of(m, score_of(m, v)), o->verdict_no);
		assert_true(o->flip.from == values[i]);
		assert_true(o->flip.change == o->flip.to - o->flip.from);
	}
}

static void exact_and_flipping(void **state)
{
	static const struct pl_score_model *const models[] = { &pl_score_trend,
							       &pl_score_risk };
	uint64_t seed = 19;
	size_t seen[4] = { 0 };

	(void)state;
	for (int round = 0; round < 400; round++) {
		const struct pl_score_model *m = models[round % 2];
		double v[PL_MAX_FEATURES], s = m->base_score;
		struct pl_explained o;
		struct pl_err e;

		for (size_t i = 0; i < m->n; i++) {
			const struct pl_feature_def *d = &m->features[i];

			/* a third of them out of bounds */
			v[i] = d->lo +
			       (d->hi - d->lo) * (1.5 * uniform(&seed) - .25);
		}
		assert_ok(pl_explain(&o, m, v, &e), &e);
		for (size_t i = 0; i < o.n; i++)
			s += o.feature[i].contribution;
		assert_memory_equal(&s, &o.score, sizeof(s));
		s = score_of(m, v);
		assert_memory_equal(&s, &o.score, sizeof(s));
		assert_int_equal(o.verdict_no, verdict_of(m, s));
		assert_string_equal(o.verdict, m->verdicts[o.verdict_no]);
		check_flip(&o, m, v);
		if (round % 2)
			seen[o.verdict_no]++;
	}
	for (size_t i = 0; i < 4; i++)
		assert_true(seen[i] > 0);
}

static void verdicts_follow_the_table(void **state)
{
	static const struct {
		struct pl_trend_features f;
		const char *verdict;
	} trends[] = {
		{ { 0, 0, 0 }, "flat" },
		{ { 4, 3, 0 }, "rising" },
		{ { -4, -3, 0 }, "falling" },
		{ { 1.5, 1.5, 1.5 }, "flat" },
		{ { INFINITY, 3, 0 }, "rising" },
		{ { -INFINITY, -3, 0 }, "falling" },
	};
	static const struct {
		struct pl_risk_features f;
		const char *verdict;
	} risks[] = {
		{ { .005, .007, .002, 0, .05 }, "low" },
		{ { .0235, .033, .01, .95, .2 }, "moderate" },
		{ { .06, .09, .02, .97, .5 }, "high" },
		{ { .102, .14, .022, .966, .81 }, "extreme" },
		{ { 9, 9, 9, 9, 9 }, "extreme" },
		{ { -9, -9, 0, 0, 0 }, "low" },
	};
	struct pl_explained o;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(trends); i++) {
		assert_ok(pl_explain_trend(&o, &trends[i].f, &e), &e);
		assert_string_equal(o.verdict, trends[i].verdict);
		assert_string_equal(o.model, "trend");
	}
	for (size_t i = 0; i < COUNT(risks); i++) {
		assert_ok(pl_explain_risk(&o, &risks[i].f, &e), &e);
		assert_string_equal(o.verdict, risks[i].verdict);
		assert_true(o.score >= 0 && o.score <= 100);
		assert_int_equal(o.n, 5);
	}
	assert_refused(
		pl_explain_trend(&o, &(struct pl_trend_features){ NAN, 0, 0 },
				 &e),
		&e, "slope_t is not a number");
	assert_refused(pl_explain_risk(&o,
				       &(struct pl_risk_features){ 0, INFINITY,
								   0, 0, 0 },
				       &e),
		       &e, "es99");
}

/* A model whose verdict nothing can move. */
static void no_flip(void **state)
{
	static const struct pl_feature_def f[] = {
		{ "a", "", 0, 1, 1, 0, 1 }, { "b", "", 0, 0, 1, -5, 5 }
	};
	static const char *const words[] = { "small", "large" };
	static const double cuts[] = { 10 };
	static const struct pl_score_model m = { .name = "m",
						 .features = f,
						 .n = 2,
						 .verdicts = words,
						 .cuts = cuts,
						 .n_cuts = 1 };
	const double v[] = { .5, 0 };
	struct pl_explained o;
	struct pl_err e;

	(void)state;
	assert_ok(pl_explain(&o, &m, v, &e), &e);
	assert_false(o.flip.possible);
	assert_null(o.flip.feature);
	check_flip(&o, &m, v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_and_flipping),
		cmocka_unit_test(verdicts_follow_the_table),
		cmocka_unit_test(no_flip),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
