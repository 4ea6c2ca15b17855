/* What lists say of Orbit chains, in the shapes that are around: nitro's
 * --chain.info-json (kebab-case, "rollup" an object), Conduit's (camelCase,
 * flat or below "mainnet" and "testnet"), and the token bridge's
 * orbitChainsData.json ("ethBridge").  Nothing of it is believed: the bridge's
 * storage is asked before anything is proven. */
#ifndef PL_ORBIT_CHAIN_INFO_H
#define PL_ORBIT_CHAIN_INFO_H

#include "codec/json_in.h"
#include "orbit/contracts.h"

struct pl_chain_info {
	uint64_t chain_id;
	uint64_t parent_chain_id; /* 0: not said */
	struct pl_orbit_contracts contracts;
	bool has_kind, has_outbox;
	const char *rpc, *explorer, *currency, *feed; /* or NULL */
};

/* The entry of that chain id; without one (NULL) the only entry there is.
 * PL_ENOTFOUND: there is none, or they are several.  Texts point into the
 * document. */
PL_CHECKED enum pl_rc pl_chain_info_read(struct pl_chain_info *out,
					 const struct pl_json *doc,
					 const uint64_t *chain_id,
					 struct pl_err *e);

#endif
