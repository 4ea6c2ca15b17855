/* Ethereum's JSON-RPC, answered from proofs only (`plume light serve`).
 *
 * Every value in an answer follows from a header that the source proved, is
 * computed here, or is refused with an error that says why; with
 * allow_claimed what no proof is known for, and what no proof is to be had of,
 * is passed on to the node and marked: the answer has
 * a member "plume":{"trust":"claimed"} beside its result, and the HTTP answer
 * the header X-Plume-Trust with the weakest label in it.
 *
 * `latest` and `pending` are the newest head known (for Ethereum the
 * optimistic one), `safe` and `finalized` those of the chain, `earliest` is
 * block 0.  That something does not exist is proven for numbers beyond the
 * head only; `null` for an unknown hash is the node's word, and marked so.
 *
 * Over a WebSocket eth_subscribe tells new heads, each block of the chain in
 * turn, and logs, of which none is missing.  After a reorganisation logs of the
 * old chain that were told are told once more, as removed (of the last 64
 * blocks, and 256 KiB), then the blocks of the new one from where it branched
 * off, and their logs.  Filters that are polled do the same.
 *
 * Several threads may answer at once, each with its own way to the node; they
 * share the heads, the cache and the filters.  One other brings new heads
 * (pl_serve_tick), and nobody waits for it. */
#ifndef PL_SYNC_SERVE_H
#define PL_SYNC_SERVE_H

#include "net/server.h"
#include "sync/view.h"

/* The ways to the chain's node at `url`: of all of them together it is counted
 * what went over them, and one at a time holds an answer of many megabytes.
 * Lives in the arena. */
struct pl_serve_nodes;
struct pl_serve_nodes *pl_serve_nodes_new(struct pl_arena *a, const char *url);

/* One of them, for the view of pl_serve_conf. */
struct pl_rpc *pl_serve_node(struct pl_arena *a, struct pl_serve_nodes *all,
			     struct pl_transport *way);

struct pl_serve_conf {
	/* With the anchors.  Used by pl_serve_new and pl_serve_tick; and, where
	 * there are no workers, by whoever answers. */
	struct pl_view *view;
	struct pl_serve_nodes *nodes; /* or NULL */
	/* The workers' ways to the node: one each. */
	struct pl_transport *const *ways;
	unsigned workers; /* 0: one thread does everything */
	/* Learn what is new of the chain that anchors the view.  PL_EPROOF:
	 * two signed headers conflict, and nothing may be served any longer;
	 * after other failures the heads stay where they are.
	 * NULL: nothing new is to be had. */
	enum pl_rc (*refresh)(void *ctx, struct pl_err *e);
	const struct pl_family *family; /* of its blocks, or NULL */
	bool allow_claimed;
	/* Of a chain whose gas also pays for the parent's data, which no proof
	 * tells: estimates are of execution alone, instead of refused. */
	bool execution_gas;
	size_t cache;        /* bytes; 0: 4 MiB */
	uint64_t max_blocks; /* of one eth_getLogs; 0: 2048 */
	/* Send to a WebSocket what it subscribed to, from the tick.  NULL:
	 * eth_subscribe is refused. */
	void (*push)(void *ctx, uint64_t socket, struct pl_span text);
	/* A line for the operator, from the tick; may be NULL. */
	void (*say)(void *ctx, const char *text);
	void *ctx;
};

struct pl_serve;

/* The anchors' heads are taken as they are.  Lives in the arena. */
PL_CHECKED enum pl_rc pl_serve_new(struct pl_arena *a, struct pl_serve **out,
				   const struct pl_serve_conf *conf,
				   struct pl_err *e);
void pl_serve_close(struct pl_serve *s); /* NULL is allowed */

/* POST: JSON-RPC; GET /metrics, /healthz.  For struct pl_server_conf: what is
 * known here already, by the loop; all else, by its workers. */
bool pl_serve_quick(void *serve, struct pl_arena *a, struct pl_reply *out,
		    const struct pl_ask *ask);
void pl_serve_handle(void *serve, unsigned worker, struct pl_arena *a,
		     struct pl_reply *out, const struct pl_ask *ask);
void pl_serve_tick(void *serve);

/* Nothing is to be told to it any more. */
void pl_serve_gone(void *serve, uint64_t socket);

/* The newest head, before the first tick. */
const struct pl_viewed *pl_serve_head(const struct pl_serve *s);

/* What runs code on the newest head's state: the first worker's own, until the
 * next request. */
struct pl_exec;
struct pl_exec *pl_serve_exec(struct pl_serve *s);

/* Of the last pl_serve_rpc: that a proof was false (PL_EPROOF) or none was to
 * be had (PL_ENET), for whichever call it was first; else its rc is PL_OK. */
const struct pl_err *pl_serve_failure(const struct pl_serve *s);

/* It as a node within this process, such a failure being one of the exchange; s
 * is closed with it.  *trust is kept as the weakest label in all that was
 * answered. */
struct pl_transport *pl_serve_transport(struct pl_arena *a, struct pl_serve *s,
					enum pl_trust *trust);

/* One JSON-RPC text to its answer, by the first worker; empty where only
 * notifications came.  *trust is the weakest label in it. */
struct pl_span pl_serve_rpc(struct pl_serve *s, struct pl_arena *a,
			    struct pl_span text, enum pl_trust *trust);

#endif
