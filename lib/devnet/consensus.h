/* Ethereum's other half beside a development chain: the beacon chain of
 * devnet/beacon.h that follows it, and its API. */
#ifndef PL_DEVNET_CONSENSUS_H
#define PL_DEVNET_CONSENSUS_H

#include "devnet/dev.h"
#include "net/server.h"

struct pl_dev_consensus;

/* Lives in the arena; close it.  The hour is Unix time. */
struct pl_dev_consensus *pl_dev_consensus_new(struct pl_arena *a);
void pl_dev_consensus_close(struct pl_dev_consensus *c); /* NULL is allowed */

/* For pl_dev_conf, with the struct as its ctx: what EIP-4788 keeps. */
void pl_dev_consensus_root(void *consensus, struct pl_hash32 *out,
			   uint64_t time);

/* Begin with the chain's newest block.  lie: no signature is right. */
PL_CHECKED enum pl_rc pl_dev_consensus_begin(struct pl_dev_consensus *c,
					     const struct pl_dev *d,
					     uint64_t now, bool lie,
					     struct pl_err *e);
/* The slots up to now; the last takes the chain's newest block. */
void pl_dev_consensus_tick(struct pl_dev_consensus *c, const struct pl_dev *d,
			   uint64_t now);

/* The root a light client can begin from. */
struct pl_hash32 pl_dev_consensus_first(const struct pl_dev_consensus *c);

/* GET /eth/…; false for other paths. */
PL_CHECKED bool pl_dev_consensus_get(struct pl_dev_consensus *c,
				     const struct pl_dev *d, uint64_t now,
				     struct pl_arena *a, struct pl_reply *out,
				     const struct pl_ask *ask);

#endif
