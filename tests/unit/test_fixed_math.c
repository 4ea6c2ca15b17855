/* Fixed functions, special values of C99 annex F included, against long
 * double (the linker leads log and its like to what is tested here); the tables
 * against their definition, and a digest of many results that must be the same
 * on every machine. */
#include <float.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/fixed_tables.h"
#include "sample.h"

#define DRAWS 200000

/* Long double has 11 digits more, or there is nothing to measure with. */
#if LDBL_MANT_DIG >= 64
static double ulps(double got, long double want)
{
	const double near = (double)want;
	int e;

	if (got == near && (!isfinite(near) || near == 0))
		return 0;
	(void)frexp(near, &e);
	return (double)fabsl((long double)got - want) /
	       ldexp(1, (e < -1021 ? -1021 : e) - DBL_MANT_DIG);
}

struct line {
	const char *name;
	double (*f)(double);
	long double (*g)(long double);
	double lo, hi;
	bool spread; /* 2^u instead of u */
	double most;
};

static const struct line lines[] = {
	{ "log", pl_log, logl, -1070, 1023, true, .52 },
	{ "log about 1", pl_log, logl, .6, 1.6, false, .52 },
	{ "log2", pl_log2, log2l, -1070, 1023, true, .52 },
	{ "log10", pl_log10, log10l, -1070, 1023, true, .52 },
	{ "log1p small", pl_log1p, log1pl, -60, 3, true, .52 },
	{ "log1p", pl_log1p, log1pl, -.999, 1, false, .52 },
	{ "exp", pl_exp, expl, -708, 709.7, false, .52 },
	{ "exp subnormal", pl_exp, expl, -745, -708, false, 1.01 },
	{ "expm1", pl_expm1, expm1l, -3, 3, false, 1 },
	{ "expm1 wide", pl_expm1, expm1l, -40, 700, false, 1 },
	{ "expm1 small", pl_expm1, expm1l, -60, 0, true, 1 },
	{ "tanh", pl_tanh, tanhl, -23, 23, false, 3 },
	{ "erf", pl_erf, erfl, -6.5, 6.5, false, 1 },
	{ "erf small", pl_erf, erfl, -60, 0, true, 1 },
	{ "erfc", pl_erfc, erfcl, -6.5, 26, false, 1 },
	{ "sin", pl_sin, sinl, -10, 10, false, 1 },
	{ "sin wide", pl_sin, sinl, -1e6, 1e6, false, 1 },
	{ "cos", pl_cos, cosl, -10, 10, false, 1 },
	{ "cos wide", pl_cos, cosl, -1e6, 1e6, false, 1 },
	{ "lgamma large", pl_lgamma, lgammal, 2, 1020, true, 2 },
};

static void against_long_double(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const struct line *l = &lines[i];
		double worst = 0, at = 0;

		for (size_t k = 0; k < DRAWS / 4; k++) {
			double x = l->lo + (l->hi - l->lo) * uniform(&seed), u;

			if (l->spread)
				x = ldexp(1 + uniform(&seed), (int)floor(x));
			u = ulps(l->f(x), l->g(x));
			if (u > worst) {
				worst = u;
				at = x;
			}
		}
		if (getenv("PLUME_TEST_VERBOSE"))
			print_message("%-14s %.4f at %a\n", l->name, worst, at);
		if (!(worst < l->most))
			print_error("%s: %.4f at %a\n", l->name, worst, at);
		assert_true(worst < l->most);
	}
}

static void powers(void **state)
{
	uint64_t seed = 9;
	double worst = 0, wx = 0, wy = 0;

	(void)state;
	for (size_t k = 0; k < DRAWS; k++) {
		const double x = ldexp(1 + uniform(&seed),
				       (int)(40 * uniform(&seed)) - 20);
		const double y = (uniform(&seed) - .5) * 100;
		const long double want = powl(x, y);
		double u;

		/* long double's own error grows with the exponent */
		if (!(want > 1e-300L && want < 1e300L))
			continue;
		u = ulps(pl_pow(x, y), want);
		if (u > worst) {
			worst = u;
			wx = x;
			wy = y;
		}
	}
	if (getenv("PLUME_TEST_VERBOSE"))
		print_message("pow %.4f at %a, %a\n", worst, wx, wy);
	assert_true(worst < .55);
}

static void gamma_near_its_zeros(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (size_t k = 0; k < DRAWS / 10; k++) {
		const double x = 4 * uniform(&seed) + 1e-9;
		const long double want = lgammal(x);
		const double off =
			(double)fabsl((long double)pl_lgamma(x) - want);

		/* long double's own is good to 2^-62 or so about 1 and 2 */
		assert_true(off < 0x1p-59 || ulps(pl_lgamma(x), want) < 1);
	}
	assert_true(pl_lgamma(1) == 0 && pl_lgamma(2) == 0);
}

static void tables(void **state)
{
	(void)state;
	for (int j = 0; j < 128; j++) {
		const long double l = -logl(pl_fm_log[j][0]);
		const long double e = exp2l((long double)j / 128);

		assert_true(fabsl(l - pl_fm_log[j][1] - pl_fm_log[j][2]) <
			    1e-19L);
		assert_true(ldexp(pl_fm_log[j][1], 42) ==
			    floor(ldexp(pl_fm_log[j][1], 42)));
		assert_true(ldexp(pl_fm_log[j][0], 9) ==
			    floor(ldexp(pl_fm_log[j][0], 9)));
		assert_true(fabsl(e - pl_fm_exp[j][0] - pl_fm_exp[j][1]) <
			    3e-19L);
		assert_true(fabs(pl_fm_exp[j][1]) < 0x1p-52);
	}
}
#endif

static bool alike(double a, double b)
{
	return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

static void special_values(void **state)
{
	static const double v[] = { 0.,    -0.,  1,      -1,       .5,
				    -.5,   2,    -2,     3,        -3,
				    1e300, -3e5, 1e-310, INFINITY, -INFINITY,
				    NAN,   4,    .25,    0x1p53,   0x1p-1074,
				    -1e9,  1e9,  1e17,   -1e17,    800 };

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++)
		for (size_t k = 0; k < COUNT(v); k++) {
			const double want = (double)powl(v[i], v[k]);
			const double got = pl_pow(v[i], v[k]);

			if (!alike(got, want) &&
			    !(fabs(got - want) <= 1e-15 * fabs(want)))
				print_error("pow(%g, %g): %g, want %g\n", v[i],
					    v[k], got, want);
			assert_true(alike(got, want) ||
				    fabs(got - want) <= 1e-15 * fabs(want));
		}
	assert_true(alike(pl_log(0), -INFINITY) && isnan(pl_log(-1)));
	assert_true(pl_log(1) == 0 && pl_log2(1024) == 10);
	assert_true(pl_log10(1e15) == 15 && pl_log2(0x1p-1074) == -1074);
	assert_true(isinf(pl_log(INFINITY)) && isnan(pl_log(NAN)));
	assert_true(alike(pl_log1p(-1), -INFINITY) && isnan(pl_log1p(-1.5)));
	assert_true(alike(pl_log1p(-0.), -0.) && isinf(pl_log1p(INFINITY)));
	assert_true(pl_exp(0) == 1 && pl_exp(-0.) == 1);
	assert_true(isinf(pl_exp(710)) && pl_exp(-800) == 0);
	assert_true(isinf(pl_exp(INFINITY)) && pl_exp(-INFINITY) == 0);
	assert_true(isnan(pl_exp(NAN)) && alike(pl_expm1(-0.), -0.));
	assert_true(pl_expm1(-INFINITY) == -1 && isinf(pl_expm1(800)));
	assert_true(alike(pl_erf(-0.), -0.) && pl_erf(9) == 1);
	assert_true(pl_erfc(INFINITY) == 0 && pl_erfc(-INFINITY) == 2);
	assert_true(isnan(pl_erf(NAN)) && isnan(pl_erfc(NAN)));
	assert_true(isinf(pl_lgamma(0)) && isnan(pl_lgamma(-1.5)));
	assert_true(isnan(pl_sin(INFINITY)) && isnan(pl_cos(2e6)));
	assert_true(alike(pl_sin(-0.), -0.) && pl_cos(0) == 1);
	assert_true(alike(pl_tanh(-0.), -0.) && pl_tanh(99) == 1);
}

/* FNV over the bits of results at arguments made by integers alone. */
static uint64_t digest_of(double (*f)(double), double lo, double hi)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325), seed = 77;

	for (size_t k = 0; k < 20000; k++) {
		const double y = f(lo + (hi - lo) * uniform(&seed));
		uint64_t b;

		memcpy(&b, &y, sizeof(b));
		for (int i = 0; i < 8; i++)
			h = (h ^ (b >> 8 * i & 255)) * UINT64_C(0x100000001b3);
	}
	return h;
}

static double cube_root(double x)
{
	return pl_pow(x, 1. / 3);
}

/* Raise the models' versions when one of these changes: records made before
 * would no longer replay. */
static void same_everywhere(void **state)
{
	static const struct {
		double (*f)(double);
		double lo, hi;
		uint64_t want;
	} d[] = {
		{ pl_log, 1e-3, 50, UINT64_C(0x9d346b47783d0669) },
		{ pl_log1p, -.9, 9, UINT64_C(0x2a71a315685d1d0d) },
		{ pl_log10, 1e-3, 50, UINT64_C(0xfddd1e01ccfe976f) },
		{ pl_exp, -50, 50, UINT64_C(0x8db32ba061e9632f) },
		{ pl_expm1, -2, 2, UINT64_C(0x650488912d63795d) },
		{ cube_root, 0, 1e6, UINT64_C(0xe526932ebe1a424d) },
		{ pl_lgamma, .1, 90, UINT64_C(0xbf394c5c81550dfc) },
		{ pl_erf, -5, 5, UINT64_C(0x0cb7fc5e0d7b1776) },
		{ pl_erfc, -5, 20, UINT64_C(0x512a167954ad3272) },
		{ pl_sin, -99, 99, UINT64_C(0x2525d0ca71a653c7) },
		{ pl_cos, -99, 99, UINT64_C(0x7217949250a2d0cf) },
		{ pl_tanh, -9, 9, UINT64_C(0x7192a3993abb125d) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(d); i++) {
		const uint64_t got = digest_of(d[i].f, d[i].lo, d[i].hi);

		if (got != d[i].want)
			print_error("row %zu: 0x%016llx\n", i,
				    (unsigned long long)got);
	}
	for (size_t i = 0; i < COUNT(d); i++)
		assert_true(digest_of(d[i].f, d[i].lo, d[i].hi) == d[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if LDBL_MANT_DIG >= 64
		cmocka_unit_test(against_long_double),
		cmocka_unit_test(powers),
		cmocka_unit_test(gamma_near_its_zeros),
		cmocka_unit_test(tables),
#endif
		cmocka_unit_test(special_values),
		cmocka_unit_test(same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
