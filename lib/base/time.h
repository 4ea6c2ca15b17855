/* Points in time: seconds since 1970-01-01 UTC, without leap seconds.  No
 * function here reads a clock but pl_time_now. */
#ifndef PL_BASE_TIME_H
#define PL_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PL_TIME_TEXT 64

/* "2026-01-31T23:59:59Z" */
void pl_time_text(char out[PL_TIME_TEXT], int64_t t);

/* Reads RFC 3339, "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS[.frac]][ UTC|Z|±HH:MM]",
 * "YYYY/MM/DD", and whole seconds or milliseconds since 1970 (a number of 12
 * digits or more is milliseconds).  PL_EFORMAT otherwise. */
PL_CHECKED enum pl_rc pl_time_parse(int64_t *out, const char *s, size_t len,
				    struct pl_err *e);

/* Days since 1970-01-01 of a civil date (proleptic Gregorian). */
int64_t pl_time_days(int64_t year, unsigned month, unsigned day);

/* The clock: for commands and drivers, never for pure code. */
int64_t pl_time_now(void);
uint64_t pl_time_mono_ns(void); /* for durations */

#endif
