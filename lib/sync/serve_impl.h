/* Within sync/serve*.c.  Who may touch what: a seat is one thread's; of struct
 * pl_serve, what stands behind `lock` needs that, counters are atomic, the rest
 * does not change after pl_serve_new. */
#ifndef PL_SYNC_SERVE_IMPL_H
#define PL_SYNC_SERVE_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "codec/json_in.h"
#include "net/subs.h"
#include "sync/serve.h"
#include "sync/serve_cache.h"
#include "sync/serve_exec.h"
#include "sync/serve_node.h"
#include "sync/serve_told.h"

#define SERVE_FILTERS 64
#define SERVE_SUBS 256       /* eth_subscribe */
#define SERVE_SUBS_OF_ONE 32 /* of one WebSocket */
#define SERVE_METHODS 64
#define SERVE_MAX_ANSWER (64 << 20) /* bytes of results in one answer */

/* A head, with the bytes its header's extra data points to. */
struct serve_head {
	bool known;
	struct pl_viewed h;
	uint8_t extra[PL_MAX_EXTRA];
};

/* What holds together: all tags as they were at one time. */
struct serve_heads {
	uint64_t version;         /* 0: none yet */
	struct serve_head tag[3]; /* LATEST, SAFE, FINALIZED */
};

/* What one thread answers with. */
struct serve_seat {
	struct pl_serve *s;
	struct pl_view *view;
	struct serve_node *node; /* NULL: the view's way is the tick's, too */
	struct pl_arena *call;   /* of one call */
	struct serve_execs execs;
	bool in_batch;
	uint64_t socket;          /* the request came over; 0: none */
	struct serve_heads heads; /* for this call */
	struct pl_err failure;    /* pl_serve_failure */
};

struct serve_filter {
	uint64_t id;      /* 0: free */
	bool blocks;      /* newBlockFilter */
	uint64_t next;    /* first block not told of yet */
	uint64_t touched; /* seconds, monotonic */
	uint64_t times;   /* somebody was told */
	struct serve_names names;
	struct pl_arena *a;
	struct pl_span query;    /* JSON, in a */
	struct serve_heard told; /* in a */
};

/* The kinds of subscriptions, and what one of logs keeps for itself. */
enum { SERVE_SUB_HEADS, SERVE_SUB_LOGS };
struct serve_want {
	struct pl_span query; /* JSON */
	struct serve_heard told;
};

struct serve_method_stats {
	atomic_uint_fast64_t ok, failed;
};

struct pl_serve {
	struct pl_serve_conf conf;
	struct pl_cache *cache;
	struct serve_seat quick; /* asks nobody */
	struct serve_seat *seat; /* a worker's each */
	unsigned n_seats;
	struct pl_arena *scratch; /* of the tick */
	struct serve_seat news;   /* the tick's, for what is subscribed to */
	struct serve_names told;  /* who subscribed */
	atomic_bool stopped;      /* conflicting headers: nothing any more */
	atomic_uint_fast64_t failures, bad_proofs;
	struct serve_method_stats stats[SERVE_METHODS];

	pthread_mutex_t lock;
	struct serve_heads heads;
	struct pl_err why; /* it stopped */
	uint64_t last_filter;
	struct serve_filter filters[SERVE_FILTERS];
	uint64_t last_sub;
	struct pl_subs subs;
};

/* One call: what it may use. */
struct serve_call {
	struct pl_serve *s;
	struct serve_seat *seat;
	struct pl_arena *a;
	struct pl_jout *w; /* the result goes here, under SERVE_KEY */
	const struct pl_json *params;
	enum pl_trust trust; /* weakest used so far */
	bool claim;          /* say so beside the result */
	int code; /* of the error, where one was chosen; 0: by kind */
	struct pl_span data;       /* of the error: bytes, or none */
	struct serve_heard *heard; /* logs go here instead; or NULL */
};
#define SERVE_KEY "result"

/* EIP-1474's codes. */
enum {
	RPC_PARSE = -32700,
	RPC_INVALID = -32600,
	RPC_NO_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_SERVER = -32000,
	RPC_NOT_FOUND = -32001,
	RPC_UNAVAILABLE = -32002,
	RPC_REJECTED = -32003,
	RPC_UNSUPPORTED = -32004,
	RPC_LIMIT = -32005
};

struct serve_method {
	const char *name;
	enum pl_rc (*run)(struct serve_call *c, struct pl_err *e);
	size_t min, max; /* parameters */
	bool acts;       /* a second time is not as the first */
};
extern const struct serve_method serve_methods[];
size_t serve_method_find(const char *name); /* index, or SERVE_METHODS */

/* Parameters.  A failure is RPC_PARAMS. */
enum pl_rc serve_bad(struct serve_call *c, struct pl_err *e);
PL_CHECKED enum pl_rc serve_address(struct serve_call *c, struct pl_addr *out,
				    size_t i, struct pl_err *e);
PL_CHECKED enum pl_rc serve_hash(struct serve_call *c, struct pl_hash32 *out,
				 size_t i, struct pl_err *e);
PL_CHECKED enum pl_rc serve_index(struct serve_call *c, uint64_t *out, size_t i,
				  struct pl_err *e);
/* A tag, number or EIP-1898 object; absent: latest. */
PL_CHECKED enum pl_rc serve_ref(struct serve_call *c, struct pl_block_ref *out,
				const struct pl_json *v, struct pl_err *e);

/* Whether the heads or the cache hold it. */
bool serve_known_header(struct serve_call *c, struct pl_viewed *out,
			const struct pl_block_ref *ref);
/* A header that follows by parent hashes from one that is known, to the cache.
 */
void serve_keep_header(struct serve_call *c, const struct pl_viewed *x);

/* The header a reference names, out of the heads, the cache or the source;
 * c->trust goes with it.  PL_ENOTFOUND beyond the head and for unknown
 * hashes. */
PL_CHECKED enum pl_rc serve_header(struct serve_call *c, struct pl_viewed *out,
				   const struct pl_block_ref *ref,
				   struct pl_err *e);
PL_CHECKED enum pl_rc serve_header_param(struct serve_call *c,
					 struct pl_viewed *out, size_t i,
					 struct pl_err *e);
PL_CHECKED enum pl_rc serve_block(struct serve_call *c,
				  struct pl_node_block *out,
				  const struct pl_viewed *at, bool receipts,
				  struct pl_err *e);

void serve_trust(struct serve_call *c, enum pl_trust t);

/* "null", on a node's word alone. */
void serve_claimed_null(struct serve_call *c);

/* Cached text or bytes under a kind and pieces of key. */
bool serve_cached(struct serve_call *c, struct pl_span *out, char kind,
		  const struct pl_span *key, size_t n);
void serve_keep(struct serve_call *c, char kind, const struct pl_span *key,
		size_t n, struct pl_span value);

void serve_say(struct pl_serve *s, const char *fmt, ...) PL_PRINTF(2, 3);

/* GET /metrics */
struct pl_span serve_metrics(struct pl_serve *s, struct pl_arena *a);

void serve_filters_close(struct pl_serve *s);

/* By the tick: whoever subscribed is told what is new. */
void serve_tell(struct pl_serve *s);
void serve_subs_close(struct pl_serve *s);

/* All heads as they are now, to a seat and its view. */
void serve_take_heads(struct serve_seat *seat);
/* What a node answered is given back after each call: of a batch, only the
 * text of its results is held. */
void serve_fresh_memory(struct serve_seat *seat);

/* One text to its answer, with one seat.  false: the seat asks nobody, and
 * somebody would have to be asked. */
bool serve_text(struct serve_seat *seat, struct pl_arena *a,
		struct pl_span *out, struct pl_span text, enum pl_trust *trust);

/* The newest head, for this call. */
static inline const struct pl_viewed *serve_latest(const struct serve_call *c)
{
	return &c->seat->heads.tag[PL_TAG_LATEST].h;
}

/* eth_getLogs' object: what is to be found, and where. */
struct serve_query {
	struct pl_log_filter filter;
	struct pl_block_ref from, to;
};
PL_CHECKED enum pl_rc serve_query(struct serve_call *c, struct serve_query *q,
				  const struct pl_json *o, struct pl_err *e);
/* Every log in the query's range; from `from` to the proven block. */
PL_CHECKED enum pl_rc serve_query_logs(struct serve_call *c,
				       const struct serve_query *q,
				       struct pl_err *e);
PL_CHECKED enum pl_rc
serve_range_logs(struct serve_call *c, const struct serve_query *q,
		 uint64_t from, const struct pl_viewed *to, struct pl_err *e);

/* The methods, by file. */
#define METHODS_STATE(X) X(balance) X(nonce) X(code) X(storage) X(proof)
#define METHODS_BLOCK(X)                                                       \
	X(block_by_number)                                                     \
	X(block_by_hash)                                                       \
	X(tx_count)                                                            \
	X(uncle_count) X(tx_by_hash) X(tx_by_index) X(receipt) X(block_receipts)
#define METHODS_LOGS(X)                                                        \
	X(logs)                                                                \
	X(new_filter)                                                          \
	X(new_block_filter)                                                    \
	X(filter_changes)                                                      \
	X(filter_logs) X(uninstall) X(subscribe) X(unsubscribe)
#define METHODS_FEES(X) X(fee_history) X(gas_price) X(priority_fee)
#define METHODS_MISC(X)                                                        \
	X(chain_id)                                                            \
	X(block_number)                                                        \
	X(net_version)                                                         \
	X(listening)                                                           \
	X(version) X(sha3) X(syncing) X(accounts) X(send_raw)
#define METHODS_CALL(X) X(call) X(estimate_gas) X(access_list)
#define DECLARE(name)                                                          \
	enum pl_rc serve_##name##_method(struct serve_call *c,                 \
					 struct pl_err *e);
METHODS_STATE(DECLARE)
METHODS_BLOCK(DECLARE)
METHODS_LOGS(DECLARE)
METHODS_FEES(DECLARE)
METHODS_MISC(DECLARE)
METHODS_CALL(DECLARE)
#undef DECLARE

#endif
