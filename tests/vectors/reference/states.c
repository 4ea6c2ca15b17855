/* Levels, breaks and change points: R's StructTS and strucchange, statsmodels,
 * full minimisations in Python. */
#include "analytics/breaks.h"
#include "analytics/level.h"
#include "analytics/pelt.h"
#include "checks.h"

/* The reference is the full O(n^2) minimisation. */
void ref_change_points(struct ref_item *it)
{
	const bool var = strstr(it->id, "meanvar") != NULL;
	struct column x = ref_series(it->a, it->id);
	struct pl_cp_spec spec = { .rule = PL_CP_FIXED, .scale = 1 };
	struct pl_cp cp;
	struct pl_err e;

	spec.penalty = ref_want(it, "penalty");
	spec.model = var ? PL_CP_MEANVAR : PL_CP_MEAN;
	spec.min_seg = var ? (uint64_t)ref_want(it, "minseg") : 1;
	assert_ok(pl_pelt(it->a, &cp, x.v, 1, x.n, &spec, &e), &e);
	ref_exact(it, (double)cp.n, "n");
	ref_exact(it, cp.cost, "cost");
	for (size_t i = 0; i < cp.changes; i++)
		ref_exact(it, (double)cp.seg[i + 1].start,
			  "changepoints_1based_last_index_of_left_segment"
			  "[%zu]",
			  i);
	assert_false(ref_has(it, pl_printf(it->a,
					   "changepoints_1based_last_index_of_"
					   "left_segment[%zu]",
					   (size_t)cp.changes)));
}

/* strucchange minimises the same sum of squares for each number of breaks,
 * segments of at least 15 %; BIC picks the number. */
void ref_breakpoints(struct ref_item *it)
{
	const bool one = ref_has(it, "optimal");
	struct column x = ref_series(it->a, it->id);
	struct pl_cp_spec spec = { .rule = PL_CP_FIXED, .scale = 1 };
	struct pl_cp cp;
	struct pl_err e;
	size_t k = 1;

	while (!one && ref_has(it, pl_printf(it->a, "optimal[%zu]", k)))
		k++;
	spec.min_seg = (uint64_t)floor(.15 * (double)x.n);
	/* between what the last break gains and what one more would */
	spec.penalty = one ? 5e5 : 50;
	assert_ok(pl_pelt(it->a, &cp, x.v, 1, x.n, &spec, &e), &e);
	assert_int_equal(cp.changes, k);
	for (size_t i = 0; i < k; i++)
		ref_exact(it, (double)cp.seg[i + 1].start, "%s",
			  one ? "optimal"
			      : pl_printf(it->a, "optimal[%zu]", i));
	ref_exact(it, cp.cost - spec.penalty * (double)k, "RSS.%zu", k);
}

void ref_cusum(struct ref_item *it)
{
	struct column c = ref_series(it->a, it->id);
	struct pl_cusum q;
	struct pl_err e;

	assert_ok(pl_cusum(&q, c.v, c.n, &e), &e);
	ref_exact(it, q.stat, "statistic.S0");
	ref_exact(it, q.p, "p");
}

void ref_sup_f(struct ref_item *it)
{
	struct column c = ref_series(it->a, it->id);
	struct pl_err e;
	uint64_t place;
	double f;

	assert_ok(pl_sup_f(&f, &place, c.v, c.n, .15, &e), &e);
	ref_exact(it, f, "supF");
	ref_exact(it, (double)place, "at");
}

/* -------------------------------------------------------------- local level */

/* The exactly diffuse likelihood of (level, noise) by the filter's definition,
 * after Durbin & Koopman, chapter 2. */
static double exact_level(const double *v, void *ctx)
{
	const struct column *y = ctx;
	double a = y->v[0], p = v[1] + v[0], l = -.5 * log(2 * acos(-1));

	if (!(v[0] >= 0 && v[1] >= 0))
		return NAN;
	for (size_t t = 1; t < y->n; t++) {
		const double f = p + v[1], d = y->v[t] - a;

		l -= .5 * (log(2 * acos(-1)) + log(f) + d * d / f);
		a += p / f * d;
		p = p * v[1] / f + v[0];
	}
	return l;
}

static struct pl_level fitted(struct ref_item *it, struct column *y,
			      double *smooth)
{
	struct pl_level m;
	struct pl_err e;
	double own[2];

	assert_ok(pl_level_fit(it->a, &m, smooth, y->v, y->n, false, &e), &e);
	own[0] = m.level;
	own[1] = m.noise;
	assert_true(m.converged);
	assert_true(digits(m.loglik, exact_level(own, y)) > 11);
	return m;
}

/* Both variances against v, with the errors of R's Hessian in units of them. */
static void variances(struct ref_item *it, struct column *y,
		      const struct pl_level *m, const double *v,
		      const char *level, const char *noise)
{
	double se[2] = { NAN, NAN };

	ref_maximum(it, m->loglik, exact_level(v, y));
	if (m->level > 0 && m->noise > 0)
		(void)ref_optim_hess(se, (double[]){ m->level, m->noise },
				     (double[]){ m->level, m->noise }, 2,
				     exact_level, y);
	ref_coef(it, m->level, se[0], "%s", level);
	ref_coef(it, m->noise, se[1], "%s", noise);
}

void ref_structts(struct ref_item *it)
{
	struct column y = ref_series(it->a, it->id);
	double *smooth = PL_NEW_N(it->a, double, y.n);
	const struct pl_level m = fitted(it, &y, smooth);
	const double v[2] = { ref_want(it, "coef.level"),
			      ref_want(it, "coef.epsilon") };

	variances(it, &y, &m, v, "coef.level", "coef.epsilon");
	ref_coef(it, m.last, NAN, "fitted_last");
	for (size_t i = 0; i < 5; i++)
		ref_coef(it, smooth[i], NAN, "smooth_first5[%zu]", i);
}

/* statsmodels counts ln 2 pi of the diffuse point out. */
void ref_local_level(struct ref_item *it)
{
	struct column y = ref_series(it->a, it->id);
	double *smooth = PL_NEW_N(it->a, double, y.n);
	const struct pl_level m = fitted(it, &y, smooth);
	const double v[2] = { ref_want(it, "sigma2.level"),
			      ref_want(it, "sigma2.irregular") };

	variances(it, &y, &m, v, "sigma2.level", "sigma2.irregular");
	ref_exact(it, exact_level(v, &y) + .5 * log(2 * acos(-1)), "loglik");
	ref_coef(it, m.last, NAN, "filtered_last");
	for (size_t i = 0; i < 5; i++)
		ref_coef(it, smooth[i], NAN, "smoothed5[%zu]", i);
}
