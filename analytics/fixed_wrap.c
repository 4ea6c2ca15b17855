/* What GSL calls inside goes here: the linker turns its exp into __wrap_exp
 * (see WRAPPED in the Makefile).  Only a static GSL can be led so; with
 * GSL_SHARED=1 its last digits are the C library's.
 * And so is its heapsort, for speed alone: what is sorted has one order. */
#include "analytics/fixed_math.h"

#include <math.h>

#include <gsl/gsl_vector.h>

#include "analytics/sort.h"
#include "base/arena.h"

double __wrap_exp(double x);
double __wrap_expm1(double x);
double __wrap_log(double x);
double __wrap_log10(double x);
double __wrap_log1p(double x);
double __wrap_log2(double x);
double __wrap_pow(double x, double y);
double __wrap_sin(double x);
double __wrap_cos(double x);
double __wrap_tanh(double x);
void __wrap_sincos(double x, double *s, double *c);
void __wrap_gsl_sort(double *x, size_t stride, size_t n);
void __wrap_gsl_sort_vector(gsl_vector *v);

double __wrap_exp(double x)
{
	return pl_exp(x);
}

double __wrap_expm1(double x)
{
	return pl_expm1(x);
}

double __wrap_log(double x)
{
	return pl_log(x);
}

double __wrap_log10(double x)
{
	return pl_log10(x);
}

double __wrap_log1p(double x)
{
	return pl_log1p(x);
}

double __wrap_log2(double x)
{
	return pl_log2(x);
}

double __wrap_pow(double x, double y)
{
	return pl_pow(x, y);
}

double __wrap_sin(double x)
{
	return pl_sin(x);
}

double __wrap_cos(double x)
{
	return pl_cos(x);
}

double __wrap_tanh(double x)
{
	return pl_tanh(x);
}

void __wrap_sincos(double x, double *s, double *c)
{
	*s = pl_sin(x);
	*c = pl_cos(x);
}

void __wrap_gsl_sort(double *x, size_t stride, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	double *v = PL_NEW_N(a, double, n);

	for (size_t i = 0; i < n; i++)
		v[i] = x[i * stride];
	pl_sort(v, PL_NEW_N(a, double, n), n);
	for (size_t i = 0; i < n; i++)
		x[i * stride] = v[i];
	pl_arena_close(a);
}

void __wrap_gsl_sort_vector(gsl_vector *v)
{
	__wrap_gsl_sort(v->data, v->stride, v->size);
}
