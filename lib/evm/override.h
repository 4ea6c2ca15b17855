/* What a request has the state be instead, before its call runs: the third
 * parameter of eth_call.  A source over another one, which it hides in part. */
#ifndef PL_EVM_OVERRIDE_H
#define PL_EVM_OVERRIDE_H

#include "codec/json_in.h"
#include "evm/evm.h"
#include "evm/state.h"

struct pl_override {
	struct pl_addr addr;
	const struct pl_u256 *balance; /* NULL members stay as they are */
	const uint64_t *nonce;
	const struct pl_span *code;
	bool replace; /* storage is `slots` and nothing else */
	const struct pl_state_slot_change *slots; /* or on top; by key */
	size_t n_slots;
};
struct pl_overrides {
	const struct pl_override *v; /* by address */
	size_t n;
};

/* {"0x…":{"balance","nonce","code","state"|"stateDiff"},…}; null or absent:
 * none.  PL_EUSAGE for what is malformed or not known, PL_ELIMIT beyond
 * PL_MAX_CALL_ACCOUNTS, _SLOTS and _CODE.  Lives in the arena. */
PL_CHECKED enum pl_rc pl_overrides_read(struct pl_arena *a,
					struct pl_overrides *out,
					const struct pl_json *o,
					struct pl_err *e);
/* The fourth parameter: what the block is to be like. */
PL_CHECKED enum pl_rc pl_override_block(struct pl_evm_block *b,
					const struct pl_json *o,
					struct pl_err *e);

struct pl_override_source {
	struct pl_state_source base; /* first */
	struct pl_state_source *under;
	struct pl_overrides over; /* set between runs */
};
void pl_override_source(struct pl_override_source *x,
			struct pl_state_source *under);

#endif
