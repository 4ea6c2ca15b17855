/* Keys and passwords: memory that is locked, left out of core dumps and
 * wiped before it is given back. */
#ifndef PL_BASE_SECRET_H
#define PL_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Zeroed pages of at least n bytes.  Where the system refuses to lock them
 * (RLIMIT_MEMLOCK) they are still unswappable-by-wish and wiped. */
void *pl_secret_open(size_t n) __attribute__((returns_nonnull));
void pl_secret_close(void *p, size_t n); /* wipes; NULL is allowed */

/* Overwrite in a way the compiler may not drop. */
void pl_wipe(void *p, size_t n);

/* Compare in time that depends on n only. */
PL_CHECKED bool pl_ct_equal(const void *a, const void *b, size_t n);

#endif
