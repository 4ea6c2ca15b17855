/* SHA-1 (FIPS 180-4).  Broken for signatures: here only because WebSocket's
 * handshake (RFC 6455) takes it to show that a server speaks the protocol. */
#ifndef PL_CRYPTO_SHA1_H
#define PL_CRYPTO_SHA1_H

#include "base/span.h"

void pl_sha1(uint8_t out[20], struct pl_span in);

#endif
