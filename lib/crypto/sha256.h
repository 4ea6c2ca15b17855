/* SHA-256 (façade over libcrypto, loaded when first used). */
#ifndef PL_CRYPTO_SHA256_H
#define PL_CRYPTO_SHA256_H

#include "base/types.h"

PL_CHECKED enum pl_rc pl_sha256(struct pl_hash32 *out, struct pl_span in,
				struct pl_err *e);

#endif
