/* The errors of a volatility model's figures: bounds that hold the truth as
 * often as they say over many simulated series, derivatives against
 * differences, and what has none. */
#include "analytics/gsl.h"
#include "analytics/rng.h"
#include "analytics/tail.h"
#include "analytics/vol_error.h"
#include "sample.h"

#define N 1500
#define SERIES SERIES_OF(300)
#define LEVEL .95

static const struct pl_vol_par truth[] = {
	{ .05, .05, .10, NAN, .85, NAN },
	{ .05, .05, .10, NAN, .85, 6 },
	{ .05, .05, .04, .12, .85, NAN },
	{ .05, .05, .04, .12, .85, 6 },
};

/* x of n points; the variance of the one after them. */
static double simulate(double *x, size_t n, const struct pl_vol_par *p,
		       uint64_t seed)
{
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	double h = p->omega / (1 - p->alpha - gamma / 2 - p->beta);
	struct pl_zig zig;
	struct pl_rng r;

	pl_zig_init(&zig);
	pl_rng_stream(&r, seed, 0);
	for (size_t t = 0; t < n + 200; t++) { /* the first are forgotten */
		const double z = isnan(p->nu) ? pl_rng_normal(&r, &zig)
					      : pl_rng_t(&r, &zig, p->nu);
		const double e = sqrt(h) * z;

		if (t >= 200)
			x[t - 200] = p->mu + e;
		h = p->omega + (p->alpha + (e < 0 ? gamma : 0)) * e * e +
		    p->beta * h;
	}
	return h;
}

enum {
	SIGMA,
	VAR95,
	VAR99,
	ES95,
	ES99,
	F_VAR95,
	F_ES95,
	F_VAR99,
	F_ES99,
	PERSISTENCE,
	LONG_RUN,
	FIGURES
};
static const char *const names[FIGURES] = {
	"sigma next", "VaR 95",      "VaR 99",    "ES 95",
	"ES 99",      "FHS VaR 95",  "FHS ES 95", "FHS VaR 99",
	"FHS ES 99",  "persistence", "long run"
};

struct tally {
	size_t n, in[FIGURES];
};

static void count(struct tally *c, int what, double lo, double hi, double v)
{
	c->in[what] += lo <= v && v <= hi;
}

/* One series: is the truth within each of the bounds? */
static void judge(struct tally *c, enum pl_vol_kind kind, uint64_t seed)
{
	static double x[N];
	static const double levels[] = { .95, .99 };
	const struct pl_vol_par *p = &truth[kind];
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	const double persistence = p->alpha + gamma / 2 + p->beta;
	const double sigma = sqrt(simulate(x, N, p, seed));
	const struct pl_vol_spec spec = { .kind = kind };
	const struct pl_vol_fhs_spec fhs = {
		.level = levels,
		.levels = 2,
		.type = 7,
		.boot = { .seed = 1, .reps = 200, .threads = 1 },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_vol_figure f, v, s;
	struct pl_boot_spec used;
	struct pl_boot b[4];
	struct pl_vol fit;
	struct pl_err e;

	if (pl_vol_fit(a, &fit, x, 1, N, &spec, &e) || isnan(fit.cov[0])) {
		pl_arena_close(a);
		return;
	}
	c->n++;
	pl_vol_sigma_next(&f, &fit, LEVEL);
	count(c, SIGMA, f.lo, f.hi, sigma);
	pl_vol_persistence(&f, &fit, LEVEL);
	count(c, PERSISTENCE, f.lo, f.hi, persistence);
	pl_vol_long_run(&f, &fit, LEVEL);
	count(c, LONG_RUN, f.lo, f.hi, sqrt(p->omega / (1 - persistence)));
	assert_ok(pl_vol_fhs(b, &used, &fit, x, N, &fhs, &e), &e);
	for (int i = 0; i < 2; i++) {
		double q, m;

		pl_vol_tail(&q, &m, 1 - levels[i], kind, p->nu);
		pl_vol_loss(&v, &s, &fit, levels[i], LEVEL);
		count(c, VAR95 + i, v.lo, v.hi, -p->mu - sigma * q);
		count(c, ES95 + i, s.lo, s.hi, -p->mu - sigma * m);
		count(c, F_VAR95 + 2 * i, b[2 * i].lo, b[2 * i].hi,
		      -p->mu - sigma * q);
		count(c, F_ES95 + 2 * i, b[2 * i + 1].lo, b[2 * i + 1].hi,
		      -p->mu - sigma * m);
	}
	pl_arena_close(a);
}

/* As many as said, within 3.29 standard deviations of a binomial: 99.9 %. */
static void bounds_hold_the_truth(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct tally c = { 0 };
		double spread;

		for (size_t i = 0; i < SERIES; i++)
			judge(&c, (enum pl_vol_kind)kind, 1000 + i);
		assert_true(c.n > SERIES * 9 / 10);
		spread = 3.29 * sqrt(LEVEL * (1 - LEVEL) / (double)c.n);
		for (int f = 0; f < FIGURES; f++) {
			const double got = (double)c.in[f] / (double)c.n;

			if (fabs(got - LEVEL) > spread)
				fail_msg("%s, %s: %.3f of %zu",
					 pl_vol_words[kind], names[f], got,
					 c.n);
		}
	}
}

/* h after the last point, by the definition. */
static double next(const struct pl_vol_par *p, const double *x, size_t n)
{
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	double m = 0, h;

	for (size_t t = 0; t < n; t++)
		m += (x[t] - p->mu) * (x[t] - p->mu) / (double)n;
	h = p->omega + (p->alpha + gamma / 2 + p->beta) * m;
	for (size_t t = 0; t < n; t++) {
		const double e = x[t] - p->mu;

		h = p->omega + (p->alpha + (e < 0 ? gamma : 0)) * e * e +
		    p->beta * h;
	}
	return h;
}

static double *member(struct pl_vol_par *p, size_t i)
{
	double *const all[] = { &p->mu,    &p->omega, &p->alpha,
				&p->gamma, &p->beta,  &p->nu };

	return all[i];
}

static void slopes_match_differences(void **state)
{
	static double x[N];

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		const struct pl_vol_spec spec = {
			.kind = (enum pl_vol_kind)kind
		};
		struct pl_arena *a = pl_arena_open(0);
		struct pl_vol fit;
		struct pl_err e;

		(void)simulate(x, N, &truth[kind], 5);
		assert_ok(pl_vol_fit(a, &fit, x, 1, N, &spec, &e), &e);
		assert_near(next(&fit.coef, x, N) / fit.h_next, 1, 1e-12);
		for (size_t i = 0; i < PL_VOL_PARS; i++) {
			struct pl_vol_par up = fit.coef, down = fit.coef;
			const double se = sqrt(fit.cov[i * (PL_VOL_PARS + 1)]);
			const double d = 1e-4 * se;

			if (isnan(*member(&up, i)) || i == PL_VOL_PARS - 1) {
				assert_true(fit.slope[i] == 0);
				continue;
			}
			*member(&up, i) += d;
			*member(&down, i) -= d;
			assert_near(fit.slope[i] * se / fit.h_next,
				    (next(&up, x, N) - next(&down, x, N)) /
					    2e-4 / fit.h_next,
				    1e-6);
		}
		pl_arena_close(a);
	}
}

/* The covariance is the one the standard errors come from. */
static void errors_are_those_of_the_fit(void **state)
{
	static double x[N];

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		const struct pl_vol_spec spec = {
			.kind = (enum pl_vol_kind)kind
		};
		struct pl_arena *a = pl_arena_open(0);
		struct pl_vol_figure f;
		struct pl_vol fit;
		struct pl_err e;

		(void)simulate(x, N, &truth[kind], 6);
		assert_ok(pl_vol_fit(a, &fit, x, 1, N, &spec, &e), &e);
		for (size_t i = 0; i < PL_VOL_PARS; i++) {
			const double se = *member(&fit.se.qml, i);

			if (isfinite(se))
				assert_near(sqrt(fit.cov[i * 7]) / se, 1, 1e-9);
		}
		pl_vol_sigma_next(&f, &fit, LEVEL);
		assert_near(f.se / fit.se_sigma_next, 1, 1e-9);
		assert_true(f.lo < f.value && f.value < f.hi);
		pl_arena_close(a);
	}
}

static void threads_change_nothing(void **state)
{
	static const double levels[] = { .95, .99 };
	static double x[N];
	const struct pl_vol_spec spec = { .kind = PL_VOL_GJR };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_vol_fhs_spec fhs = {
		.level = levels,
		.levels = 2,
		.type = 7,
		.boot = { .seed = 3, .reps = 300 },
	};
	struct pl_boot one[4], two[4], other[4];
	struct pl_boot_spec used;
	struct pl_vol fit;
	struct pl_err e;

	(void)state;
	(void)simulate(x, N, &truth[2], 8);
	assert_ok(pl_vol_fit(a, &fit, x, 1, N, &spec, &e), &e);
	fhs.boot.threads = 1;
	assert_ok(pl_vol_fhs(one, &used, &fit, x, N, &fhs, &e), &e);
	assert_int_equal(used.reps, 300);
	fhs.boot.threads = 3;
	assert_ok(pl_vol_fhs(two, &used, &fit, x, N, &fhs, &e), &e);
	assert_memory_equal(one, two, sizeof(one));
	fhs.boot.seed = 4;
	assert_ok(pl_vol_fhs(other, &used, &fit, x, N, &fhs, &e), &e);
	assert_memory_not_equal(one, other, sizeof(one));
	for (int i = 0; i < 4; i++)
		assert_near(one[i].lo / other[i].lo, 1, .1);
	pl_arena_close(a);
}

/* No inverse of the Hessian, or no long-run variance: no bounds. */
static void what_has_no_errors(void **state)
{
	static const double level = .95;
	static double x[N];
	const struct pl_vol_spec spec = { .kind = PL_VOL_NORMAL };
	const struct pl_vol_fhs_spec fhs = {
		.level = &level,
		.levels = 1,
		.type = 7,
		.boot = { .seed = 1 },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_boot_spec used;
	struct pl_vol_figure f, g;
	struct pl_boot b[2];
	struct pl_vol fit;
	struct pl_err e;

	(void)state;
	(void)simulate(x, N, &truth[0], 9);
	assert_ok(pl_vol_fit(a, &fit, x, 1, N, &spec, &e), &e);
	fit.long_run = NAN; /* as from persistence 1 on */
	pl_vol_long_run(&f, &fit, LEVEL);
	assert_true(isnan(f.lo) && isnan(f.hi) && isnan(f.value));
	fit.cov[0] = NAN; /* as pl_vol_fit leaves it */
	pl_vol_loss(&f, &g, &fit, .99, LEVEL);
	assert_true(isfinite(f.value) && isnan(f.lo) && isnan(f.hi));
	assert_true(isfinite(g.value) && isnan(g.lo) && isnan(g.hi));
	pl_vol_sigma_next(&f, &fit, LEVEL);
	assert_true(isnan(f.lo));
	assert_refused(pl_vol_fhs(b, &used, &fit, x, N, &fhs, &e), &e,
		       "no standard errors");
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_the_truth),
		cmocka_unit_test(slopes_match_differences),
		cmocka_unit_test(errors_are_those_of_the_fit),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(what_has_no_errors),
	};

	pl_gsl_init();
	return cmocka_run_group_tests_name("vol_error", tests, NULL, NULL);
}
