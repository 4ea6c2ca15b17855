/* JSON-RPC 2.0 over a transport.  Nothing a node says is believed to be what
 * was asked for until its form was checked; what it means is checked by the
 * caller and labelled `claimed`. */
#ifndef PL_NET_RPC_H
#define PL_NET_RPC_H

#include "base/types.h"
#include "codec/json_in.h"
#include "net/transport.h"

struct pl_rpc;

struct pl_rpc_conf {
	const char *url;
	unsigned retries;    /* of calls that only read, beyond the first try */
	unsigned backoff_ms; /* before the first retry, doubled each; 0: 250 */
	const char *const *headers; /* "Name: value", NULL-ended; or NULL */
};

/* The error object of an answer.  code 0 with message NULL: there was none. */
struct pl_rpc_error {
	int64_t code;
	const char *message; /* at most 300 bytes, safe to show */
	struct pl_span data; /* bytes of error.data, revert data mostly */
	bool has_data;
};

/* Lives in the arena; the transport stays the caller's to close. */
struct pl_rpc *pl_rpc_new(struct pl_arena *a, struct pl_transport *t,
			  const struct pl_rpc_conf *conf);

/* "host:port" of the node, for messages. */
const char *pl_rpc_host(const struct pl_rpc *r);

/* Ask and wait.  params is the JSON text of an array ("[]").  The result lives
 * in `a`; JSON null is a result.  Failures:
 *   PL_ENET      no answer, not the answer (HTML, cut short, another id), the
 *                node is overloaded or lacks the method: worth retrying or
 *                asking another
 *   PL_ELIMIT    the answer is larger than PL_MAX_ANSWER (of
 *                eth_getLogs: PL_MAX_BODY; of a single value: PL_MAX_WORD)
 *   PL_EFORMAT   an answer to this call, but with a form it may not have
 *   PL_EREFUSED  the node answered with an error object
 * Reads are tried again after connection failures, 429 and 5xx; methods that
 * change something (eth_send…) never are. */
PL_CHECKED enum pl_rc pl_rpc_call(struct pl_rpc *r, struct pl_arena *a,
				  const struct pl_json **result,
				  const char *method, const char *params,
				  struct pl_err *e);

/* As pl_rpc_call; where the node answers with an error object, *err (in `a`)
 * holds it besides the words in *e.  Otherwise *err is zeroed. */
PL_CHECKED enum pl_rc pl_rpc_ask(struct pl_rpc *r, struct pl_arena *a,
				 const struct pl_json **result,
				 struct pl_rpc_error *err, const char *method,
				 const char *params, struct pl_err *e);

/* Many calls in one exchange (in several, over PL_MAX_BATCH).  PL_OK: every
 * item has its result, or its error with result = NULL. */
struct pl_rpc_item {
	const char *method, *params;  /* in */
	const struct pl_json *result; /* out */
	struct pl_rpc_error error;    /* out */
};
PL_CHECKED enum pl_rc pl_rpc_batch(struct pl_rpc *r, struct pl_arena *a,
				   struct pl_rpc_item *items, size_t n,
				   struct pl_err *e);

/* Answers of one type; errors name the method.  What null means is the
 * method's business, so null is PL_ENOTFOUND here. */
PL_CHECKED enum pl_rc pl_rpc_u64(struct pl_rpc *r, uint64_t *out,
				 const char *method, const char *params,
				 struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_u256(struct pl_rpc *r, struct pl_u256 *out,
				  const char *method, const char *params,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_hash32(struct pl_rpc *r, struct pl_hash32 *out,
				    const char *method, const char *params,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_data(struct pl_rpc *r, struct pl_arena *a,
				  struct pl_span *out, const char *method,
				  const char *params, struct pl_err *e);

PL_CHECKED enum pl_rc pl_rpc_chain_id(struct pl_rpc *r, uint64_t *out,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_block_number(struct pl_rpc *r, uint64_t *out,
					  struct pl_err *e);

/* eth_call.  from may be NULL; block is "latest", "pending" or "0x…".  On
 * PL_EREFUSED *err (may be NULL) holds the revert data. */
struct pl_rpc_view {
	const struct pl_addr *from, *to;
	struct pl_span data;
	const struct pl_u256 *value; /* NULL: none */
	const char *block;           /* NULL: "latest" */
};
PL_CHECKED enum pl_rc pl_rpc_view(struct pl_rpc *r, struct pl_arena *a,
				  struct pl_span *out, struct pl_rpc_error *err,
				  const struct pl_rpc_view *call,
				  struct pl_err *e);

/* Text of the pieces of params: "0x1f"; {"data":…,"from":…,"to":…}. */
char *pl_rpc_quantity(struct pl_arena *a, const struct pl_u256 *v);
char *pl_rpc_call_object(struct pl_arena *a, const struct pl_rpc_view *call);

/* Did the node say that the code reverted (rather than that it is unable)? */
bool pl_rpc_reverted(const struct pl_rpc_error *err);

#endif
