/* GARCH and GJR with normal and t innovations: the pass against a plain
 * likelihood and its differences, the fit on simulated samples, its bounds and
 * units, a warm start, and what is refused. */
#include "analytics/garch.h"
#include "analytics/gsl.h"
#include "analytics/rng.h"
#include "analytics/vol.h"
#include "sample.h"

#define N 1200

static const struct pl_vol_par truth[] = {
	{ .05, .10, .10, NAN, .80, NAN },
	{ .05, .10, .10, NAN, .80, 5 },
	{ .05, .10, .04, .12, .80, NAN },
	{ .05, .10, .04, .12, .80, 6 },
};

static void simulate(double *x, size_t n, const struct pl_vol_par *p,
		     uint64_t seed)
{
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	struct pl_zig zig;
	struct pl_rng r;
	double h = p->omega / fmax(1 - p->alpha - gamma / 2 - p->beta, .02);

	pl_zig_init(&zig);
	pl_rng_stream(&r, seed, 0);
	for (size_t t = 0; t < n; t++) {
		const double z = isnan(p->nu) ? pl_rng_normal(&r, &zig)
					      : pl_rng_t(&r, &zig, p->nu);
		const double e = sqrt(h) * z;

		x[t] = p->mu + e;
		h = p->omega + (p->alpha + (e < 0 ? gamma : 0)) * e * e +
		    p->beta * h;
	}
}

/* The definition in vol.h. */
static long double plain(const struct pl_vol_par *p, const double *x, size_t n)
{
	const long double gamma = isnan(p->gamma) ? 0 : p->gamma;
	const long double nu = p->nu, pi = acosl(-1);
	long double m = 0, h, l = 0;

	for (size_t t = 0; t < n; t++)
		m += ((long double)x[t] - p->mu) * ((long double)x[t] - p->mu);
	m /= (long double)n;
	h = p->omega + (p->alpha + gamma / 2 + p->beta) * m;
	for (size_t t = 0; t < n; t++) {
		const long double e = (long double)x[t] - p->mu, z = e * e / h;

		l -= logl(h) / 2;
		if (isnan(p->nu))
			l -= (logl(2 * pi) + z) / 2;
		else
			l += lgammal((nu + 1) / 2) - lgammal(nu / 2) -
			     logl(pi * (nu - 2)) / 2 -
			     (nu + 1) / 2 * log1pl(z / (nu - 2));
		h = p->omega + (p->alpha + (e < 0 ? gamma : 0)) * e * e +
		    p->beta * h;
	}
	return l;
}

static double *member(struct pl_vol_par *p, size_t i)
{
	double *const all[] = { &p->mu,    &p->omega, &p->alpha,
				&p->gamma, &p->beta,  &p->nu };

	return all[i];
}

static void gradient_matches_differences(void **state)
{
	static double x[N];

	(void)state;
	for (int k = 0; k < 4; k++) {
		struct pl_vol_par p = truth[k];
		double l, g[6];
		struct pl_err e;
		size_t at = 0;

		simulate(x, N, &p, 7);
		p.alpha += .03;
		p.omega *= 1.3;
		assert_ok(pl_vol_loglik(&l, g, (enum pl_vol_kind)k, &p, x, 1, N,
					&e),
			  &e);
		assert_near(l, (double)plain(&p, x, N), 1e-12);
		for (size_t i = 0; i < 6; i++) {
			struct pl_vol_par a = p, b = p;
			const double d = 1e-6;

			if (isnan(*member(&p, i)))
				continue;
			*member(&a, i) += d;
			*member(&b, i) -= d;
			assert_near(
				g[at],
				(double)((plain(&a, x, N) - plain(&b, x, N)) /
					 (2 * (long double)d)),
				1e-5);
			at++;
		}
	}
}

/* Within four standard errors of the truth, the gradient gone, and no
 * likelihood nearby is higher. */
static void fit_finds_the_truth(void **state)
{
	static double x[20000];

	(void)state;
	for (int k = 0; k < 4; k++) {
		const struct pl_vol_spec spec = { .kind = (enum pl_vol_kind)k };
		struct pl_arena *a = pl_arena_open(0);
		struct pl_vol_par t = truth[k];
		struct pl_vol v;
		struct pl_err e;

		simulate(x, COUNT(x), &t, 100 + (uint64_t)k);
		assert_ok(pl_vol_fit(a, &v, x, 1, COUNT(x), &spec, &e), &e);
		assert_true(v.converged && v.gradient < 1e-8);
		assert_false(v.boundary || v.integrated || v.normal);
		assert_true(v.agree == v.starts);
		for (size_t i = 0; i < 6; i++) {
			const double se = *member(&v.se.qml, i);

			if (isnan(*member(&t, i))) {
				assert_true(isnan(*member(&v.coef, i)));
				continue;
			}
			assert_true(se > 0);
			assert_true(fabs(*member(&v.coef, i) - *member(&t, i)) <
				    4 * se);
			for (int s = -1; s < 2; s += 2) {
				struct pl_vol_par q = v.coef;

				*member(&q, i) += s * .1 * se;
				assert_true((double)plain(&q, x, COUNT(x)) <
					    v.loglik);
			}
		}
		assert_true(v.se_sigma_next > 0 &&
			    v.se_sigma_next < sqrt(v.h_next));
		pl_arena_close(a);
	}
}

static void same(const struct pl_vol_par *a, const struct pl_vol_par *b,
		 double unit, double rel)
{
	assert_near(a->mu * unit, b->mu, rel);
	assert_near(a->omega * unit * unit, b->omega, rel);
	assert_near(a->alpha, b->alpha, rel);
	assert_near(a->beta, b->beta, rel);
}

/* The unit does not matter, nor the stride, nor where the search began. */
static void unit_stride_and_start(void **state)
{
	static double x[2000], y[4000];

	(void)state;
	for (int k = 0; k < 4; k++) {
		struct pl_vol_spec spec = { .kind = (enum pl_vol_kind)k };
		struct pl_arena *a = pl_arena_open(0);
		struct pl_vol v, w;
		struct pl_err e;

		simulate(x, 2000, &truth[k], 5);
		for (size_t i = 0; i < 2000; i++)
			y[2 * i] = x[i] * 1e-6;
		assert_ok(pl_vol_fit(a, &v, x, 1, 2000, &spec, &e), &e);
		assert_ok(pl_vol_fit(a, &w, y, 2, 2000, &spec, &e), &e);
		same(&v.coef, &w.coef, 1e-6, 1e-7);
		spec.warm = &truth[k];
		assert_ok(pl_vol_fit(a, &w, x, 1, 2000, &spec, &e), &e);
		assert_int_equal(w.starts, 1);
		same(&v.coef, &w.coef, 1, 1e-7);
		assert_near(v.loglik, w.loglik, 1e-12);
		pl_arena_close(a);
	}
}

static void normal_is_garch(void **state)
{
	static double x[1500];
	const struct pl_vol_spec spec = { .kind = PL_VOL_NORMAL };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_garch g;
	struct pl_vol v;
	struct pl_err e;

	(void)state;
	simulate(x, 1500, &truth[0], 11);
	assert_ok(pl_garch_fit(a, &g, x, 1, 1500, NULL, &e), &e);
	assert_ok(pl_vol_fit(a, &v, x, 1, 1500, &spec, &e), &e);
	assert_near(v.loglik, g.loglik, 1e-12);
	assert_near(v.coef.omega, g.coef.omega, 1e-7);
	assert_near(v.se.qml.beta, g.se.qml.beta, 1e-6);
	assert_near(v.h_next, g.h_next, 1e-8);
	for (size_t i = 0; i < 1500; i++)
		assert_near(v.h[i], g.h[i], 1e-7);
	pl_arena_close(a);
}

static void edges_are_flagged(void **state)
{
	static double x[3000];
	struct pl_vol_spec spec = { .kind = PL_VOL_T };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_vol_par p = { 0, .02, .15, NAN, .87, 4 };
	struct pl_vol v;
	struct pl_err e;

	(void)state;
	/* shocks that never fade */
	simulate(x, 3000, &p, 21);
	assert_ok(pl_vol_fit(a, &v, x, 1, 3000, &spec, &e), &e);
	assert_true(v.integrated == (v.persistence >= 1));
	assert_true(v.integrated && isnan(v.long_run));
	/* tails of a normal */
	simulate(x, 3000, &truth[0], 4);
	for (size_t i = 0; i < 3000; i++)
		x[i] = fmax(fmin(x[i], 1.8), -1.8);
	assert_ok(pl_vol_fit(a, &v, x, 1, 3000, &spec, &e), &e);
	assert_true(v.normal && isnan(v.se.qml.nu));
	/* gains alone weigh: gamma below 0, alpha + gamma at 0 at the least */
	simulate(x, 3000, &truth[2], 4);
	for (size_t i = 0; i < 3000; i++)
		x[i] = -x[i];
	spec.kind = PL_VOL_GJR;
	assert_ok(pl_vol_fit(a, &v, x, 1, 3000, &spec, &e), &e);
	assert_true(v.coef.gamma < 0 && v.coef.alpha + v.coef.gamma >= 0);
	pl_arena_close(a);
}

static void refused(void **state)
{
	double x[200];
	const struct pl_vol_spec spec = { .kind = PL_VOL_GJR_T };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_vol v;
	struct pl_err e;
	double l;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		x[i] = 1;
	assert_int_equal(pl_vol_fit(a, &v, x, 1, 200, &spec, &e), PL_EMATH);
	x[0] = 2;
	assert_int_equal(pl_vol_fit(a, &v, x, 1, 3, &spec, &e), PL_EMATH);
	x[77] = NAN;
	assert_int_equal(pl_vol_fit(a, &v, x, 1, 200, &spec, &e), PL_EMATH);
	x[77] = INFINITY;
	assert_int_equal(pl_vol_fit(a, &v, x, 1, 200, &spec, &e), PL_EMATH);
	x[77] = 1;
	assert_int_equal(
		pl_vol_loglik(&l, NULL, PL_VOL_NORMAL,
			      &(struct pl_vol_par){ 0, -1, .1, NAN, .8, NAN },
			      x, 1, 200, &e),
		PL_EMATH);
	pl_arena_close(a);
}

/* Of the t with variance 1: against sums over its density. */
static void tails(void **state)
{
	double q, m, p = 0, s = 0;

	(void)state;
	pl_vol_tail(&q, &m, .05, PL_VOL_NORMAL, NAN);
	assert_near(q, -1.6448536269514722, 1e-14);
	assert_near(m, -2.0627128075074257, 1e-12);
	pl_vol_tail(&q, &m, .01, PL_VOL_T, 5);
	for (double z = -2000; z < q; z += 1e-3) {
		const double at = z + 5e-4, step = fmin(1e-3, q - z);
		const double f =
			exp(lgamma(3) - lgamma(2.5) - .5 * log(acos(-1) * 3) -
			    3 * log1p(at * at / 3));

		p += f * step;
		s += f * at * step;
	}
	assert_near(p, .01, 1e-5);
	assert_near(s / p, m, 1e-5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gradient_matches_differences),
		cmocka_unit_test(fit_finds_the_truth),
		cmocka_unit_test(unit_stride_and_start),
		cmocka_unit_test(normal_is_garch),
		cmocka_unit_test(edges_are_flagged),
		cmocka_unit_test(refused),
		cmocka_unit_test(tails),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
