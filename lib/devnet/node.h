/* A development chain as a node: Ethereum's JSON-RPC over lib/devnet/dev.h,
 * with the helpers that test suites know from other development nodes
 * (anvil_…, hardhat_…, evm_…).  Blocks are made when a transaction comes, or
 * every so many seconds, or when asked for.
 *
 * One thread at a time answers; the tick may come from another. */
#ifndef PL_DEVNET_NODE_H
#define PL_DEVNET_NODE_H

#include "devnet/dev.h"
#include "net/server.h"

/* An account that the node signs for. */
struct pl_dev_key {
	struct pl_addr addr;
	uint8_t secret[32]; /* which everybody knows */
};

/* The first accounts of the phrase that development nodes share ("test test …
 * junk", m/44'/60'/0'/0/i). */
#define PL_DEV_KEYS 20
extern const char *const pl_dev_phrase;
PL_CHECKED enum pl_rc pl_dev_keys(struct pl_dev_key *out, size_t n,
				  struct pl_err *e);
/* Those of another phrase (that was checked) or below another path. */
#define PL_DEV_PATH "m/44'/60'/0'/0"
PL_CHECKED enum pl_rc pl_dev_keys_of(struct pl_dev_key *out, size_t n,
				     const char *phrase, const char *path,
				     struct pl_err *e);

struct pl_dev_node;

struct pl_dev_node_conf {
	struct pl_dev *dev; /* outlives the node */
	const struct pl_dev_key *keys;
	size_t n_keys;
	uint64_t interval; /* seconds between blocks; 0: as transactions come */
	bool manual;       /* only when asked for */
	/* GET beside "/" and "/healthz"; false: there is nothing.  NULL:
	 * nothing is. */
	bool (*get)(void *ctx, struct pl_arena *a, struct pl_reply *out,
		    const struct pl_ask *ask);
	void *ctx;
	/* Send to a WebSocket what it subscribed to, under the node's lock.
	 * NULL: eth_subscribe is refused. */
	void (*push)(void *ctx, uint64_t socket, struct pl_span text);
	void *push_ctx;
};

/* Lives in the arena; close it. */
struct pl_dev_node *pl_dev_node_open(struct pl_arena *a,
				     const struct pl_dev_node_conf *conf);
void pl_dev_node_close(struct pl_dev_node *n); /* NULL is allowed */

struct pl_dev *pl_dev_node_dev(struct pl_dev_node *n);

/* For struct pl_server_conf. */
void pl_dev_node_handle(void *node, unsigned worker, struct pl_arena *a,
			struct pl_reply *out, const struct pl_ask *ask);
/* Often: makes the blocks that are due. */
void pl_dev_node_tick(void *node);
void pl_dev_node_gone(void *node, uint64_t socket);

/* One JSON-RPC text to its answer; empty where only notifications came. */
struct pl_span pl_dev_node_rpc(struct pl_dev_node *n, struct pl_arena *a,
			       struct pl_span text);

/* Whoever touches the chain beside the node's own calls. */
void pl_dev_node_lock(struct pl_dev_node *n);
void pl_dev_node_unlock(struct pl_dev_node *n);

#endif
