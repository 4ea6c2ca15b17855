/* Random bytes from the system, for keys, salts and identifiers. */
#ifndef PL_CRYPTO_RAND_H
#define PL_CRYPTO_RAND_H

#include <stddef.h>

#include "base/err.h"

/* Waits until the system's generator is seeded; PL_EIO where there is none. */
PL_CHECKED enum pl_rc pl_random(void *out, size_t n, struct pl_err *e);

#endif
