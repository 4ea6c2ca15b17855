/* Logarithm, exponential, power and their like with fixed digits: the same on
 * every machine with IEEE 754 doubles, whatever its processor, its C library
 * and the compiler's options.  glibc picks variants of exp, log, pow, sin and
 * cos by what the processor can do (FMA, AVX2), whose last digits differ; a
 * record made with one would not replay with the other.  So nothing in
 * analytics/ calls libm for them: it calls these, and what GSL calls inside is
 * led here by the linker (see the Makefile: --wrap).  Only + - x / and sqrt,
 * which IEEE 754 fixes; needs -ffp-contract=off and rounding to nearest.
 * floor, fabs, fmin, frexp, ldexp and copysign are exact in any library.
 *
 * Errors, in units of the last place (measured in the unit test against long
 * double, which is right to 2^-11 of that):
 *   log, log2, log10, log1p, exp, pow   below .52
 *   expm1, erf, erfc, sin, cos          below 1;  tanh below 3
 *   lgamma                              below 2 or 2^-59, whichever is larger
 * Results in the subnormal range are rounded twice: below 1.
 *
 * Sources: Tang, "Table-driven implementation of the logarithm function",
 * ACM TOMS 16 (1990), and of the exponential, TOMS 15 (1989); Dekker (1971)
 * for the sums of two; Abramowitz & Stegun 6.1.40, 7.1.6, 7.1.14. */
#ifndef PL_ANALYTICS_FIXED_MATH_H
#define PL_ANALYTICS_FIXED_MATH_H

/* As C99 annex F has them, special values included; errno and the exception
 * flags are left alone. */
double pl_log(double x);
double pl_log1p(double x);
double pl_log2(double x);
double pl_log10(double x);
double pl_exp(double x);
double pl_expm1(double x);
double pl_pow(double x, double y);
double pl_erf(double x);
double pl_erfc(double x);
double pl_tanh(double x);

/* ln of the gamma function of x > 0; NaN for others but +infinity and 0. */
double pl_lgamma(double x);

/* |x| up to PL_TRIG_MAX; NaN beyond it. */
#define PL_TRIG_MAX 1e6
double pl_sin(double x);
double pl_cos(double x);

#endif
