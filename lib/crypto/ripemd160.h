/* RIPEMD-160 (façade over libcrypto, loaded when first used). */
#ifndef PL_CRYPTO_RIPEMD160_H
#define PL_CRYPTO_RIPEMD160_H

#include "base/types.h"

/* PL_EIO where the system's libcrypto has it in no provider. */
PL_CHECKED enum pl_rc pl_ripemd160(uint8_t out[20], struct pl_span in,
				   struct pl_err *e);

#endif
