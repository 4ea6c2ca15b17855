/* Several calls of JSON-RPC at once, to one node or to several.  As rpc.h has
 * it, nothing is believed before its form was checked; answers that are long
 * lists are found in their text and not made into a tree. */
#ifndef PL_NET_RPC_MANY_H
#define PL_NET_RPC_MANY_H

#include "net/http.h"
#include "net/rpc.h"

/* A list as a node gave it: its text, or, of an answer that is not plainly
 * written, its tree. */
struct pl_rpc_list {
	struct pl_span text; /* .p NULL: none */
	const struct pl_json *tree;
};

/* One exchange under way.  Zeroed at first; from start to done (or drop) it
 * stays where it is, and so does its arena. */
struct pl_rpc_pending {
	bool done;               /* out */
	enum pl_rc rc;           /* out: as of pl_rpc_call, pl_rpc_batch */
	struct pl_err err;       /* out: when rc */
	struct pl_rpc_list list; /* out: of pl_rpc_start_list */

	struct pl_rpc *r;
	struct pl_arena *a;
	const char *method;
	struct pl_rpc_item *items; /* of a batch */
	size_t n;
	uint64_t id; /* of the first call */
	size_t limit;
	struct pl_span body;
	unsigned tries;
	uint64_t since, not_before;
	bool under_way;
	struct pl_http_flight flight;
};

/* A call whose result is a list, of `limit` bytes at most (0: as of
 * pl_rpc_call). */
void pl_rpc_start_list(struct pl_rpc_pending *p, struct pl_rpc *r,
		       struct pl_arena *a, const char *method,
		       const char *params, size_t limit);

/* n calls in one exchange, PL_MAX_BATCH at most; the items stay until done. */
void pl_rpc_start_batch(struct pl_rpc_pending *p, struct pl_rpc *r,
			struct pl_arena *a, struct pl_rpc_item *items,
			size_t n);

/* Has the node more than one exchange at a time? */
bool pl_rpc_is_many(const struct pl_rpc *r);

/* Let those of v that are not done go on, no more than `most` at once to one
 * node, until one is done or ms are over; back at once when one is.  Failures
 * that may pass are waited out and tried again as in rpc.h; a node that says it
 * is busy is asked less at once. */
void pl_rpc_turn(struct pl_rpc_pending *const *v, size_t n, unsigned most,
		 unsigned ms);

/* Exchanges under way to this node. */
unsigned pl_rpc_load(const struct pl_rpc *r);

/* Give it up, done or not. */
void pl_rpc_drop(struct pl_rpc_pending *p);

#endif
