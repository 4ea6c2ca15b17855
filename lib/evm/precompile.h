/* The precompiled contracts of Ethereum, Frontier to Osaka: pure functions
 * from bytes to bytes with a price known before they run.
 *
 * Calling one: find it, charge its gas, run it.  What fails takes all the gas
 * that it was given; ECRECOVER and P256VERIFY do not fail but answer with no
 * bytes. */
#ifndef PL_EVM_PRECOMPILE_H
#define PL_EVM_PRECOMPILE_H

#include "base/types.h"
#include "eth/fork.h"

struct pl_precompiled {
	bool ok;      /* false: the call fails and takes all its gas */
	uint64_t gas; /* what it costs */
	struct pl_span out;
};

/* Whether addr is a precompiled contract of that fork; *index is its number
 * (1 … 17, 0x100). */
bool pl_precompile_find(unsigned *index, const struct pl_addr *addr,
			enum pl_fork fork);

/* Gas it would take for that input (UINT64_MAX: more than fits).  Takes time
 * in proportion to nothing: the input's length and a few words of it. */
uint64_t pl_precompile_gas(unsigned index, enum pl_fork fork,
			   struct pl_span in);

/* Run it, after the gas has been charged: the gas bounds the time and the
 * memory.  *out lives in a (or is `in` itself).  false: failure. */
bool pl_precompile_run(struct pl_span *out, struct pl_arena *a, unsigned index,
		       enum pl_fork fork, struct pl_span in);

#endif
