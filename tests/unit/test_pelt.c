/* PELT against the plain O(n^2) minimisation of the same sum, over models,
 * rules, shortest segments and kinds of series. */
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/pelt.h"
#include "sample.h"

#define MAX 300

static long double cost[MAX][MAX + 1]; /* of the segment from, to */

/* Welford's update from the first point on, in long double. */
static void all_costs(const double *x, size_t n, const struct pl_cp_spec *s,
		      double scale, double floor)
{
	for (size_t from = 0; from < n; from++) {
		long double m = 0, q = 0;

		for (size_t to = from + 1; to <= n; to++) {
			const long double k = (long double)(to - from);
			const long double d = (long double)x[to - 1] -
					      (long double)x[from] - m;
			long double v, c;

			m += d / k;
			q += d * d * (k - 1) / k;
			v = fmaxl(q / k, (long double)floor);
			if (s->model == PL_CP_MEAN)
				c = q / (long double)scale / (long double)scale;
			else
				c = k * (logl(2 * acosl(-1)) + logl(v)) + q / v;
			cost[from][to] =
				s->rule == PL_CP_MBIC ? c + logl(k) : c;
		}
	}
}

/* Every last change for every end; returns the least cost and the changes. */
static long double naive(size_t *changes, size_t *n_changes, const double *x,
			 size_t n, const struct pl_cp_spec *s,
			 const struct pl_cp *used, double floor)
{
	static long double f[MAX + 1];
	static size_t last[MAX + 1];
	const size_t min = (size_t)used->min_seg;
	size_t back[MAX + 1], k = 0;

	all_costs(x, n, s, used->scale, floor);
	f[0] = -(long double)used->penalty;
	for (size_t end = 1; end <= n; end++) {
		f[end] = INFINITY;
		for (size_t from = 0; from + min <= end; from++) {
			long double c;

			if (from && from < min)
				continue;
			c = f[from] + (long double)used->penalty +
			    cost[from][end];
			if (c < f[end]) {
				f[end] = c;
				last[end] = from;
			}
		}
	}
	for (size_t end = n; end; end = last[end])
		back[k++] = last[end];
	*n_changes = k - 1;
	for (size_t i = 0; i + 1 < k; i++)
		changes[i] = back[k - 2 - i];
	return f[n];
}

static void make(double *x, size_t n, int kind, uint64_t *seed)
{
	double level = 0, sd = 1;

	for (size_t i = 0; i < n; i++) {
		if (uniform(seed) < .02) {
			level = 6 * normal(seed);
			sd = exp(normal(seed));
		}
		switch (kind) {
		case 0: /* no change */
			x[i] = normal(seed);
			break;
		case 1: /* levels */
			x[i] = level + normal(seed);
			break;
		case 2: /* levels and spreads */
			x[i] = level + sd * normal(seed);
			break;
		case 3: /* far from zero */
			x[i] = 1e7 + level + sd * normal(seed);
			break;
		case 4: /* coarse: ties and constant stretches */
			x[i] = round(level + .3 * normal(seed));
			break;
		default: /* random walk: a change everywhere */
			x[i] = (i ? x[i - 1] : 0) + normal(seed);
			break;
		}
	}
}

static void same_as_naive(const double *x, size_t n,
			  const struct pl_cp_spec *spec)
{
	struct pl_arena *a = pl_arena_open(0);
	size_t want[MAX], k;
	struct pl_moments m;
	struct pl_cp cp;
	struct pl_err e;
	long double least;

	assert_ok(pl_moments(&m, x, 1, n, &e), &e);
	assert_ok(pl_pelt(a, &cp, x, 1, n, spec, &e), &e);
	least = naive(want, &k, x, n, spec, &cp, 1e-12 * m.sd_pop * m.sd_pop);
	assert_near(cp.cost, (double)least, 1e-9);
	assert_int_equal(cp.changes, k);
	assert_int_equal(cp.seg[0].start, 0);
	for (size_t i = 0; i <= k; i++) {
		const struct pl_cp_seg *s = &cp.seg[i];

		if (i)
			assert_int_equal(s->start, want[i - 1]);
		assert_int_equal(s->n, (i < k ? want[i] : n) - s->start);
		assert_true(s->n >= cp.min_seg);
		assert_near(s->mean, pl_mean(x + s->start, 1, s->n), 1e-14);
	}
	pl_arena_close(a);
}

static void matches_naive(void **state)
{
	static const uint64_t mins[] = { 0, 1, 2, 3, 7, 30 };
	static const size_t sizes[] = { 60, 61, 150, MAX };
	uint64_t seed = 11;
	double x[MAX];

	(void)state;
	for (int kind = 0; kind < 6; kind++)
		for (size_t k = 0; k < 6 * 4 * 6; k++) {
			struct pl_cp_spec spec = {
				.model = k % 2 ? PL_CP_MEANVAR : PL_CP_MEAN,
				.rule = (enum pl_cp_rule)(k / 2 % 3),
				.penalty = 1 + (double)(k % 17),
				.min_seg = mins[k / 6 % 6],
			};

			if (spec.model == PL_CP_MEANVAR && spec.min_seg == 1)
				continue;
			/* equal points everywhere: many equal minima */
			if (kind == 4 &&
			    (spec.model == PL_CP_MEANVAR || spec.min_seg > 1))
				continue;
			make(x, sizes[k / 36], kind, &seed);
			same_as_naive(x, sizes[k / 36], &spec);
		}
}

#define LONG 1500

/* What make() does not: what changes without end. */
static void make_long(double *x, int kind, uint64_t *seed)
{
	if (kind < 6)
		make(x, LONG, kind, seed);
	for (size_t i = 0; i < LONG; i++) {
		const double t = (double)i / LONG;

		if (kind == 3)
			x[i] -= 1e7;
		else if (kind == 6)
			x[i] = 12 * t + normal(seed);
		else if (kind == 7)
			x[i] = (1 + 5 * t) * normal(seed);
		else if (kind == 8)
			x[i] = 3 * sin(20 * t) + exp(sin(9 * t)) * normal(seed);
	}
}

/* Least cost by every last change for every end, from prefix sums. */
static double least_cost(const double *x, const struct pl_cp_spec *spec,
			 const struct pl_cp *used)
{
	static double s1[LONG + 1], s2[LONG + 1], f[LONG + 1];
	const size_t min = (size_t)used->min_seg;

	for (size_t i = 0; i < LONG; i++) {
		s1[i + 1] = s1[i] + x[i];
		s2[i + 1] = s2[i] + x[i] * x[i];
	}
	f[0] = -used->penalty;
	for (size_t end = 1; end <= LONG; end++) {
		f[end] = INFINITY;
		for (size_t from = 0; from + min <= end; from++) {
			const double m = (double)(end - from);
			const double d = s1[end] - s1[from];
			double c = s2[end] - s2[from] - d * d / m;

			if (from && from < min)
				continue;
			if (spec->model == PL_CP_MEANVAR)
				c = m * (log(2 * acos(-1) * c / m) + 1);
			if (spec->rule == PL_CP_MBIC)
				c += log(m);
			f[end] = fmin(f[end], f[from] + used->penalty + c);
		}
	}
	return f[LONG];
}

/* Long series, in which bounds have much to leave out. */
static void long_matches_naive(void **state)
{
	static double x[LONG];
	uint64_t seed = 5;

	(void)state;
	for (int k = 0; k < 9 * 6; k++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_cp_spec spec = {
			.model = k / 3 % 2 ? PL_CP_MEANVAR : PL_CP_MEAN,
			.rule = (enum pl_cp_rule)(k % 3),
			.penalty = 9,
			.min_seg = k % 2 ? 1 : 5,
			.scale = 1,
		};
		struct pl_cp cp;
		struct pl_err e;

		if (spec.model == PL_CP_MEANVAR)
			spec.min_seg += 4;
		make_long(x, k / 6, &seed);
		/* spreads of 0 are the plain sums' trouble, not PELT's */
		for (size_t i = 0; k / 6 == 4 && i < LONG; i++)
			x[i] += spec.model == PL_CP_MEANVAR ? .1 * normal(&seed)
							    : 0;
		assert_ok(pl_pelt(a, &cp, x, 1, LONG, &spec, &e), &e);
		assert_near(cp.cost, least_cost(x, &spec, &cp), 1e-8);
		pl_arena_close(a);
	}
}

/* No change in a long series, with variances too: it comes to an end. */
static void long_and_quiet(void **state)
{
	enum { N = 200000 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_cp_spec spec = { .model = PL_CP_MEANVAR };
	double *x = PL_NEW_N(a, double, N);
	uint64_t seed = 9;
	struct pl_cp cp;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < N; i++)
		x[i] = normal(&seed);
	assert_ok(pl_pelt(a, &cp, x, 1, N, &spec, &e), &e);
	assert_int_equal(cp.changes, 0);
	spec.model = PL_CP_MEAN;
	assert_ok(pl_pelt(a, &cp, x, 1, N, &spec, &e), &e);
	assert_int_equal(cp.changes, 0);
	pl_arena_close(a);
}

/* A step as plain as it gets, found where it is. */
static void one_step(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_cp_spec spec = { .model = PL_CP_MEAN };
	uint64_t seed = 3;
	double x[2 * 200];
	struct pl_cp cp;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		x[2 * i] = (i < 120 ? 5 : 9) + .5 * normal(&seed);
	assert_ok(pl_pelt(a, &cp, x, 2, 200, &spec, &e), &e);
	assert_int_equal(cp.changes, 1);
	assert_int_equal(cp.seg[1].start, 120);
	assert_true(fabs(cp.scale - .5) < .1);
	assert_near(cp.penalty, 2 * log(200), 1e-15);
	assert_int_equal(cp.min_seg, 2);
	assert_true(fabs(cp.seg[0].sd - .5) < .1 &&
		    fabs(cp.seg[1].mean - 9) < .2);
	spec.model = PL_CP_MEANVAR;
	assert_ok(pl_pelt(a, &cp, x, 2, 200, &spec, &e), &e);
	assert_int_equal(cp.changes, 1);
	assert_near(cp.penalty, 3 * log(200), 1e-15);
	assert_int_equal(cp.min_seg, 10);
	pl_arena_close(a);
}

/* Mostly equal steps: the robust scale is 0 and the other takes over. */
static void quiet_series(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_cp_spec spec = { .model = PL_CP_MEAN };
	double x[100] = { 0 };
	struct pl_cp cp;
	struct pl_err e;

	(void)state;
	for (size_t i = 50; i < 100; i++)
		x[i] = 1;
	assert_ok(pl_pelt(a, &cp, x, 1, 100, &spec, &e), &e);
	assert_near(cp.scale, sqrt(1.0 / 99 / 2), 1e-14);
	assert_int_equal(cp.changes, 1);
	assert_int_equal(cp.seg[1].start, 50);
	assert_true(cp.seg[0].sd == 0 && cp.seg[1].mean == 1);
	pl_arena_close(a);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_cp_spec spec = { .model = PL_CP_MEAN };
	double x[] = { 1, 2, 3, 4, 5 }, c[] = { 3, 3, 3, 3 };
	struct pl_cp cp = { .n = 42 };
	struct pl_err e;

	(void)state;
	assert_refused(pl_pelt(a, &cp, c, 1, 4, &spec, &e), &e, "equal 3");
	assert_refused(pl_pelt(a, &cp, x, 1, 3, &spec, &e), &e,
		       "3 points and a shortest segment of 2");
	spec.model = PL_CP_MEANVAR;
	spec.min_seg = 1;
	assert_refused(pl_pelt(a, &cp, x, 1, 5, &spec, &e), &e,
		       "shortest segment of 1");
	spec = (struct pl_cp_spec){ .rule = PL_CP_FIXED };
	assert_refused(pl_pelt(a, &cp, x, 1, 5, &spec, &e), &e, "penalty of 0");
	spec.penalty = INFINITY;
	assert_refused(pl_pelt(a, &cp, x, 1, 5, &spec, &e), &e, "penalty");
	spec.penalty = 3;
	x[4] = NAN;
	assert_refused(pl_pelt(a, &cp, x, 1, 5, &spec, &e), &e, "point 5");
	assert_int_equal(cp.n, 42);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_naive),
		cmocka_unit_test(long_matches_naive),
		cmocka_unit_test(long_and_quiet),
		cmocka_unit_test(one_step),
		cmocka_unit_test(quiet_series),
		cmocka_unit_test(refusals),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
