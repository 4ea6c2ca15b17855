/* A development chain of one's own for as long as the process lives: this very
 * program started again as `plume devnet --consensus`, on a loopback port the
 * system chooses, gone with plume however plume ends (the kernel is asked to
 * kill it). */
#ifndef PL_SYNC_DEVNODE_H
#define PL_SYNC_DEVNODE_H

#include "net/rpc.h"

struct pl_devnode;

struct pl_devnode_conf {
	const char *path; /* of the program; NULL: this one's */
	uint64_t chain_id;
	int64_t timestamp; /* of its first block; 0: now */
	unsigned wait_s;   /* until it listens; 0: 30 */
};

/* Returns when it listens.  PL_ENET with its last words when it does not. */
PL_CHECKED enum pl_rc pl_devnode_open(struct pl_arena *a,
				      struct pl_devnode **out,
				      const struct pl_devnode_conf *conf,
				      struct pl_err *e);
void pl_devnode_close(struct pl_devnode *n); /* stops it; NULL is allowed */

/* "http://127.0.0.1:…": JSON-RPC and the beacon API. */
const char *pl_devnode_url(const struct pl_devnode *n);

/* The beacon block root that its light client begins with. */
const struct pl_hash32 *pl_devnode_checkpoint(const struct pl_devnode *n);

/* Set an account's balance, which only a development node lets one do. */
PL_CHECKED enum pl_rc pl_devnode_fund(struct pl_arena *a, struct pl_rpc *r,
				      const struct pl_addr *who,
				      const struct pl_u256 *wei,
				      struct pl_err *e);

#endif
