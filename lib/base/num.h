/* Doubles as text and back, the same in every locale. */
#ifndef PL_BASE_NUM_H
#define PL_BASE_NUM_H

#include <stddef.h>

#include "base/err.h"

#define PL_NUM_TEXT 32

/* The shortest digits that read back as the same double, laid out as
 * ECMAScript's Number::toString does (RFC 8785 §3.2.2.3).  "NaN" and
 * "Infinity" for what JSON has no number for: callers print null there. */
void pl_double_text(char out[PL_NUM_TEXT], double x);

/* A decimal number ("-1.5e-3", ".5", "+2"), len characters, nothing around
 * it; no hexadecimal, no inf, no nan.  PL_EFORMAT otherwise, and where the
 * value overflows. */
PL_CHECKED enum pl_rc pl_double_parse(double *out, const char *s, size_t len,
				      struct pl_err *e);

#endif
