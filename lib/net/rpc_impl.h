/* What the files of the JSON-RPC client share. */
#ifndef PL_NET_RPC_IMPL_H
#define PL_NET_RPC_IMPL_H

#include "base/buf.h"
#include "net/rpc.h"

#define BACKOFF_MS 250
#define MAX_WAIT_MS 30000u
/* Who was silent for so long is not asked again. */
#define SILENCE_NS ((uint64_t)10 * 1000000000)

struct pl_rpc {
	struct pl_transport *t;
	struct pl_rpc_conf conf;
	const char *host;
	uint64_t next_id;
	/* calls under way at once, and how many the node bears: it grows by
	 * one a round and is halved when the node says it is busy */
	unsigned under_way;
	double window;
};

bool pl_rpc_overloaded(const struct pl_rpc_error *err);
PL_CHECKED enum pl_rc pl_rpc_refusal(const struct pl_rpc_error *err,
				     const char *method, struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_not(struct pl_err *e, const char *what);
PL_CHECKED enum pl_rc pl_rpc_read_answer(struct pl_arena *a,
					 const struct pl_json **result,
					 struct pl_rpc_error *err,
					 const struct pl_json *v, uint64_t want,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_read_body(struct pl_arena *a,
				       const struct pl_json **out,
				       const struct pl_answer *got,
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_rpc_read_batch(struct pl_arena *a,
					struct pl_rpc_item *items, size_t n,
					const struct pl_json *v, uint64_t first,
					struct pl_err *e);
unsigned pl_rpc_pause_ms(struct pl_rpc *r, unsigned k, unsigned wish_s);
bool pl_rpc_only_reads(const char *method);
size_t pl_rpc_most(const char *method);
void pl_rpc_put_call(struct pl_buf *b, uint64_t id, const char *method,
		     const char *params);

#endif
