/* Clique, the proof of authority of Goerli and Rinkeby (EIP-225). */
#ifndef PL_ETH_CLIQUE_H
#define PL_ETH_CLIQUE_H

#include "eth/header.h"

/* Whether a header has the form of a clique block: 32 bytes of vanity and a
 * 65-byte seal in the extra data, difficulty 1 or 2, no mix hash. */
bool pl_clique_fits(const struct pl_header *h);

/* Who sealed it: recovered from the last 65 bytes of the extra data over the
 * hash of the header without them.  PL_EPROOF when the seal is nobody's. */
PL_CHECKED enum pl_rc pl_clique_signer(struct pl_addr *out,
				       const struct pl_header *h,
				       struct pl_buf *scratch,
				       struct pl_err *e);

#endif
