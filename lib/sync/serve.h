/* Ethereum's JSON-RPC, answered from proofs only (`plume light serve`).
 *
 * Every value in an answer follows from a header that the source proved, is
 * computed here, or is refused with an error that says why; with
 * allow_claimed the last are passed on to the node and marked: the answer has
 * a member "plume":{"trust":"claimed"} beside its result, and the HTTP answer
 * the header X-Plume-Trust with the weakest label in it.
 *
 * `latest` and `pending` are the newest head known (for Ethereum the
 * optimistic one), `safe` and `finalized` those of the chain, `earliest` is
 * block 0.  That something does not exist is proven for numbers beyond the
 * head only; `null` for an unknown hash is the node's word, and marked so. */
#ifndef PL_SYNC_SERVE_H
#define PL_SYNC_SERVE_H

#include "base/limits.h"
#include "codec/json_in.h"
#include "eth/node_out.h"
#include "net/rpc.h"
#include "net/server.h"

enum pl_serve_tag {
	PL_SERVE_LATEST,
	PL_SERVE_SAFE,
	PL_SERVE_FINALIZED,
	PL_SERVE_NUMBER,
	PL_SERVE_HASH
};

struct pl_serve_ref {
	enum pl_serve_tag tag;
	uint64_t number;
	struct pl_hash32 hash;
};

/* A header, and how far it is proven. */
struct pl_served {
	struct pl_header header;
	const char *level; /* "optimistic", "finalized", "confirmed" … */
	enum pl_trust trust;
};

/* What eth_getLogs asks for.  A topic without alternatives matches all. */
#define PL_SERVE_ADDRESSES 1024
struct pl_serve_filter {
	const struct pl_addr *addresses;
	size_t n_addresses; /* 0: any */
	struct {
		const struct pl_hash32 *any;
		size_t n;
	} topics[PL_MAX_TOPICS];
};

/* Whether a header's or receipt's bloom allows a match; whether a log is one.
 */
bool pl_serve_may_match(const struct pl_serve_filter *f,
			const uint8_t bloom[PL_BLOOM]);
bool pl_serve_matches(const struct pl_serve_filter *f,
		      const struct pl_log *log);

struct pl_serve_traffic {
	uint64_t requests, bytes; /* to and from nodes, so far */
};

struct pl_serve_source;

/* Where proven data come from: a light client and any node.  All that is
 * handed out lives in the given arena and was checked.  PL_ENOTFOUND: there is
 * no such thing, or the node says so. */
struct pl_serve_source_ops {
	/* Move the heads.  PL_EPROOF: two signed headers conflict; nothing
	 * may be served any longer. */
	enum pl_rc (*refresh)(struct pl_serve_source *s, struct pl_err *e);
	enum pl_rc (*header)(struct pl_serve_source *s, struct pl_arena *a,
			     struct pl_served *out,
			     const struct pl_serve_ref *ref, struct pl_err *e);
	/* The block's transactions and withdrawals; with `receipts`, those
	 * too.  out->header stays the caller's. */
	enum pl_rc (*block)(struct pl_serve_source *s, struct pl_arena *a,
			    struct pl_node_block *out,
			    const struct pl_served *at, bool receipts,
			    struct pl_err *e);
	enum pl_rc (*account)(struct pl_serve_source *s, struct pl_arena *a,
			      struct pl_node_proof *out,
			      const struct pl_served *at,
			      const struct pl_addr *address,
			      const struct pl_hash32 *slots, size_t n,
			      struct pl_err *e);
	/* The bytes whose hash an account has. */
	enum pl_rc (*code)(struct pl_serve_source *s, struct pl_arena *a,
			   struct pl_span *out, const struct pl_served *at,
			   const struct pl_addr *address,
			   const struct pl_hash32 *hash, struct pl_err *e);
	/* The block a node says a transaction is in: a hint, no proof. */
	enum pl_rc (*find_tx)(struct pl_serve_source *s, struct pl_arena *a,
			      struct pl_hash32 *block,
			      const struct pl_hash32 *tx, struct pl_err *e);
	/* A node's own answer, believed by nobody. */
	enum pl_rc (*ask)(struct pl_serve_source *s, struct pl_arena *a,
			  const struct pl_json **result,
			  struct pl_rpc_error *err, const char *method,
			  const char *params, struct pl_err *e);
	struct pl_serve_traffic (*traffic)(struct pl_serve_source *s);
};

struct pl_serve_source {
	const struct pl_serve_source_ops *ops;
};

struct pl_serve_conf {
	struct pl_serve_source *source;
	uint64_t chain_id;
	const char *network;            /* its name, for messages */
	const struct pl_family *family; /* of its blocks, or NULL */
	bool allow_claimed;
	size_t cache;        /* bytes; 0: 4 MiB */
	uint64_t max_blocks; /* of one eth_getLogs; 0: 2048 */
	/* A line for the operator; may be NULL. */
	void (*say)(void *ctx, const char *text);
	void *ctx;
};

struct pl_serve;

/* Heads are asked for once.  Lives in the arena. */
PL_CHECKED enum pl_rc pl_serve_new(struct pl_arena *a, struct pl_serve **out,
				   const struct pl_serve_conf *conf,
				   struct pl_err *e);
void pl_serve_close(struct pl_serve *s); /* NULL is allowed */

/* POST: JSON-RPC; GET /metrics, /healthz.  For struct pl_server_conf. */
void pl_serve_handle(void *serve, struct pl_arena *a, struct pl_reply *out,
		     const struct pl_ask *ask);
void pl_serve_tick(void *serve);

/* The newest head. */
const struct pl_served *pl_serve_head(const struct pl_serve *s);

/* One JSON-RPC text to its answer; empty where only notifications came.
 * *trust is the weakest label in it. */
struct pl_span pl_serve_rpc(struct pl_serve *s, struct pl_arena *a,
			    struct pl_span text, enum pl_trust *trust);

#endif
