/* Addresses as text: EIP-55 mixed case. */
#ifndef PL_CRYPTO_ADDR_H
#define PL_CRYPTO_ADDR_H

#include "base/types.h"

#define PL_ADDR_TEXT 43

/* "0x…" with EIP-55's capitals. */
void pl_addr_text(char out[PL_ADDR_TEXT], const struct pl_addr *a);

/* 40 hex digits after 0x; all of one case, or EIP-55 exactly: a mixed-case
 * text with a wrong capital is PL_EFORMAT, a typing mistake most likely. */
PL_CHECKED enum pl_rc pl_addr_parse(struct pl_addr *out, const char *s,
				    struct pl_err *e);

#endif
