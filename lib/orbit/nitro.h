/* Headers of Arbitrum Nitro chains, Plume among them: a London header whose
 * extra data and mix hash say how the block hangs on its parent chain. */
#ifndef PL_ORBIT_NITRO_H
#define PL_ORBIT_NITRO_H

#include "eth/header.h"

struct pl_nitro {
	struct pl_hash32 send_root; /* extraData */
	uint64_t send_count;        /* mixHash, three times u64 */
	uint64_t l1_block;
	uint64_t arbos;        /* version */
	bool collect_tips;     /* byte 25 of mixHash, ArbOS 60 and later */
	uint64_t delayed_read; /* nonce: delayed messages read so far */
};

/* Whether a header has the form of a Nitro block. */
bool pl_nitro_fits(const struct pl_header *h);

/* What it says.  The header must fit. */
struct pl_nitro pl_nitro_read(const struct pl_header *h);

#endif
