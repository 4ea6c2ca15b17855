/* Ways to the node behind `light serve`: within sync/serve*.c. */
#ifndef PL_SYNC_SERVE_NODE_H
#define PL_SYNC_SERVE_NODE_H

#include "sync/serve.h"

struct serve_node;

/* A way for one thread at a time.  way NULL: nobody is asked; whatever would
 * be is PL_ENET. */
struct serve_node *serve_node_new(struct pl_arena *a,
				  struct pl_serve_nodes *all,
				  struct pl_transport *way);
struct pl_rpc *serve_node_rpc(struct pl_arena *a, struct serve_node *n);

/* For the next request: the node has no time, whatever asks it fails. */
void serve_node_begin(struct serve_node *n, bool busy);

/* As if it had been asked. */
void serve_node_mark(struct serve_node *n);

/* Whether it was asked since. */
bool serve_node_asked(const struct serve_node *n);

/* The memory of the call's answers was given back. */
void serve_node_end(struct serve_node *n);

uint64_t serve_nodes_requests(const struct pl_serve_nodes *all);
uint64_t serve_nodes_bytes(const struct pl_serve_nodes *all);

#endif
