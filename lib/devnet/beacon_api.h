/* The beacon API over a played beacon chain: what light clients ask
 * (/eth/v1/beacon/light_client/…), the headers and the chain's parameters. */
#ifndef PL_DEVNET_BEACON_API_H
#define PL_DEVNET_BEACON_API_H

#include "devnet/beacon.h"

struct pl_dev_answer {
	int status;
	const char *type;
	const char *fork; /* Eth-Consensus-Version, or NULL */
	struct pl_span body;
};

/* GET of a path below the server's root; query is what follows its '?', or
 * "".  ssz: the octet-stream is preferred (where there is one).  What cannot
 * be answered is 400 or 404 with the API's error object. */
void pl_dev_beacon_get(struct pl_dev_answer *out, struct pl_arena *a,
		       struct pl_dev_beacon *b, const char *path,
		       const char *query, bool ssz);

#endif
