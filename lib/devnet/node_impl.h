/* Within devnet/node*.c. */
#ifndef PL_DEVNET_NODE_IMPL_H
#define PL_DEVNET_NODE_IMPL_H

#include <pthread.h>

#include "base/limits.h"
#include "codec/json_in.h"
#include "codec/json_out.h"
#include "devnet/node.h"
#include "eth/node_out.h"
#include "net/subs.h"

#define NODE_FILTERS 256
#define NODE_MAX_BATCH 1000 /* libraries gather that many */
#define NODE_KEY "result"
#define NODE_MAX_ANSWER ((size_t)64 << 20)
#define NODE_TIP 1000000000u /* suggested, wei */
#define NODE_CALL_GAS 50000000u

struct node_filter;

struct pl_dev_node {
	struct pl_dev_node_conf conf;
	struct pl_dev *d;
	struct pl_arena *a; /* what lives as long as the node */
	pthread_mutex_t lock;
	bool automine;
	uint64_t interval; /* seconds; 0: none */
	uint64_t due_ns;   /* monotonic: the next block of the interval */
	struct pl_addr *impersonated;
	size_t n_impersonated;
	bool impersonate_all;
	struct node_filter *filters; /* NODE_FILTERS of them */
	uint64_t last_filter;        /* or subscription */
	struct pl_subs subs;
};

/* One call: what it may use. */
struct node_call {
	struct pl_dev_node *n;
	struct pl_dev *d;
	struct pl_arena *a;
	struct pl_jout *w; /* the result goes here, under NODE_KEY */
	uint64_t socket;   /* the request came over; 0: none */
	const struct pl_json *params;
	uint64_t now;        /* seconds, the wall clock */
	int code;            /* of the error, where one was chosen */
	struct pl_span data; /* of the error: bytes, or p = NULL */
};

enum {
	NODE_PARSE = -32700,
	NODE_INVALID = -32600,
	NODE_NO_METHOD = -32601,
	NODE_PARAMS = -32602,
	NODE_FAILED = -32000,
	NODE_REVERTED = 3
};

struct node_method {
	const char *name;
	enum pl_rc (*run)(struct node_call *c, struct pl_err *e);
	size_t min, max; /* parameters */
};
extern const struct node_method node_methods[];

/* --------------------------------------------- parameters (node_param.c) */

const struct pl_json *node_param(const struct node_call *c, size_t i);
/* PL_EUSAGE, with the code of wrong parameters. */
enum pl_rc node_bad(struct node_call *c, struct pl_err *e);
PL_CHECKED enum pl_rc node_addr(struct node_call *c, struct pl_addr *out,
				size_t i, struct pl_err *e);
PL_CHECKED enum pl_rc node_hash(struct node_call *c, struct pl_hash32 *out,
				size_t i, struct pl_err *e);
PL_CHECKED enum pl_rc node_u64(struct node_call *c, uint64_t *out, size_t i,
			       struct pl_err *e);
PL_CHECKED enum pl_rc node_u256(struct node_call *c, struct pl_u256 *out,
				size_t i, struct pl_err *e);
PL_CHECKED enum pl_rc node_data(struct node_call *c, struct pl_span *out,
				size_t i, struct pl_err *e);
/* A slot's number: a quantity or 32 bytes. */
PL_CHECKED enum pl_rc node_slot(struct pl_u256 *out, const struct pl_json *v,
				struct pl_err *e);

/* A block that was named, and the state behind it. */
struct node_at {
	const struct pl_dev_block *b;
	uint32_t state;
	bool pending; /* b lives in the call's arena */
};
/* *found is false for a number or hash that is no block's.  Absent: latest. */
PL_CHECKED enum pl_rc node_find(struct node_call *c, struct node_at *out,
				bool *found, const struct pl_json *v,
				struct pl_err *e);
/* The same; failing where there is none. */
PL_CHECKED enum pl_rc node_at(struct node_call *c, struct node_at *out,
			      size_t i, struct pl_err *e);
/* For those that want no pending block: its number. */
PL_CHECKED enum pl_rc node_number(struct node_call *c, uint64_t *out,
				  const struct pl_json *v, struct pl_err *e);

/* As the writers of eth/node_out.h want it. */
void node_block(struct node_call *c, struct pl_node_block *out,
		const struct pl_dev_block *b);

/* ------------------------------------------------------------ node_tx.c */

/* A transaction as a request describes it. */
struct node_request {
	bool has_from, has_nonce, has_gas, has_type, has_price, has_cap,
		has_tip;
	bool has_auths, has_blobs, has_access;
	struct pl_addr from;
	struct pl_tx tx;
};
PL_CHECKED enum pl_rc node_request(struct node_call *c,
				   struct node_request *out,
				   const struct pl_json *o, struct pl_err *e);

/* --------------------------------------------------------- node_call.c */

/* Run a request on a state. */
struct node_run {
	struct node_request r;
	struct node_at at;
	struct pl_dev_call call;
};
PL_CHECKED enum pl_rc node_run_begin(struct node_call *c, struct node_run *x,
				     size_t param, struct pl_err *e);
PL_CHECKED enum pl_rc node_overrides(struct node_call *c, struct node_run *x,
				     const struct pl_json *state,
				     const struct pl_json *block,
				     struct pl_err *e);
PL_CHECKED enum pl_rc node_estimate(struct node_call *c, struct node_run *x,
				    uint64_t *out, struct pl_err *e);
/* Why a run did not succeed, as an error with the data of a revert. */
enum pl_rc node_run_failed(struct node_call *c, const struct pl_transacted *t,
			   struct pl_err *e);

/* --------------------------------------------------------- node_send.c */

/* Make blocks as long as something is ready, where that is the way. */
PL_CHECKED enum pl_rc node_automine(struct node_call *c, struct pl_err *e);
const struct pl_dev_key *node_key(const struct pl_dev_node *n,
				  const struct pl_addr *who);
bool node_impersonates(const struct pl_dev_node *n, const struct pl_addr *who);

/* --------------------------------------------------------- node_logs.c */

/* What logs are looked for. */
struct node_filter_set {
	const struct pl_hash32 *v;
	size_t n; /* 0: any */
};
struct node_query {
	const struct pl_addr *addrs;
	size_t n_addrs;
	struct node_filter_set topics[PL_MAX_TOPICS];
	size_t n_topics;
};
PL_CHECKED enum pl_rc node_query(struct node_call *c, struct node_query *q,
				 struct pl_arena *a, const struct pl_json *o,
				 struct pl_err *e);
/* Write those of a block; removed: it is about to be dropped. */
PL_CHECKED enum pl_rc node_block_logs(struct pl_jout *w,
				      const struct pl_dev_block *b,
				      const struct node_query *q, bool removed,
				      struct pl_err *e);
/* {…} of a request, and the blocks it names. */
PL_CHECKED enum pl_rc node_range(struct node_call *c, uint64_t *from,
				 uint64_t *to, const struct pl_json *o,
				 struct pl_err *e);
/* Items of an open array. */
PL_CHECKED enum pl_rc node_put_logs(struct node_call *c,
				    const struct node_query *q, uint64_t from,
				    uint64_t to, struct pl_err *e);

/* ------------------------------------------------------- node_filter.c */

void node_filters_open(struct pl_dev_node *n);
void node_filters_close(struct pl_dev_node *n);
/* A transaction came into the pool. */
void node_filters_sent(struct pl_dev_node *n, const struct pl_hash32 *hash);
/* Blocks from number `first` on are about to be dropped. */
void node_filters_back(struct pl_dev_node *n, uint64_t first);

/* ---------------------------------------------------------- node_sub.c */

void node_subs_open(struct pl_dev_node *n);
void node_subs_close(struct pl_dev_node *n);
/* Who subscribed is told what is new. */
void node_subs_tell(struct pl_dev_node *n);
void node_subs_sent(struct pl_dev_node *n, struct pl_arena *a,
		    const struct pl_hash32 *hash);
/* Blocks from number `first` on are about to be dropped: who was told of their
 * logs, by filter or subscription, is told that they are gone. */
void node_take_back(struct pl_dev_node *n, uint64_t first);

#endif
