/* Foundry's anvil as a node of one's own for as long as the process lives: on
 * a loopback port the system chooses, gone with plume however plume ends
 * (the kernel is asked to kill it). */
#ifndef PL_SYNC_ANVIL_H
#define PL_SYNC_ANVIL_H

#include "net/rpc.h"

struct pl_anvil;

struct pl_anvil_conf {
	const char *path; /* NULL: pl_anvil_find */
	uint64_t chain_id;
	int64_t timestamp; /* of its first block; 0: now */
	unsigned wait_s;   /* until it listens; 0: 30 */
};

/* The native program: $PLUME_ANVIL; the npm package in a node_modules folder
 * above this program (where it was built); $PATH.  Never the current folder,
 * which may be somebody else's repository.  npm's wrapper scripts are passed
 * over: they exit 0 when anvil failed.  PL_ENOTFOUND says how to install. */
PL_CHECKED enum pl_rc pl_anvil_find(struct pl_arena *a, const char **out,
				    struct pl_err *e);

/* Returns when it listens.  PL_ENET with its last words when it does not. */
PL_CHECKED enum pl_rc pl_anvil_open(struct pl_arena *a, struct pl_anvil **out,
				    const struct pl_anvil_conf *conf,
				    struct pl_err *e);
void pl_anvil_close(struct pl_anvil *n); /* stops it; NULL is allowed */

const char *pl_anvil_url(const struct pl_anvil *n); /* "http://127.0.0.1:…" */

/* Set an account's balance, which only a development node lets one do. */
PL_CHECKED enum pl_rc pl_anvil_fund(struct pl_arena *a, struct pl_rpc *r,
				    const struct pl_addr *who,
				    const struct pl_u256 *wei,
				    struct pl_err *e);

#endif
