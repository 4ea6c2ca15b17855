/* The light client's objects as the beacon API writes them in JSON. */
#ifndef PL_ETH_LIGHT_OUT_H
#define PL_ETH_LIGHT_OUT_H

#include "codec/json_out.h"
#include "eth/light.h"

/* A number as the beacon API has it: decimal digits in a string. */
void pl_lc_out_number(struct pl_jout *w, const char *key, uint64_t v);

/* {"version": …, "data": …} in the form of fork f. */
void pl_lc_out_bootstrap(struct pl_jout *w, const struct pl_lc_bootstrap *v,
			 const struct pl_lc_preset *p, enum pl_lc_fork f);
void pl_lc_out_update(struct pl_jout *w, const struct pl_lc_update *v,
		      const struct pl_lc_preset *p, enum pl_lc_fork f);

/* {"slot": …, …}: a BeaconBlockHeader. */
void pl_lc_out_beacon(struct pl_jout *w, const char *key,
		      const struct pl_lc_beacon *b);

#endif
