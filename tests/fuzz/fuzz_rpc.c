/* A node may say anything: the input is the body of an answer, to a single
 * call and to a batch.  What comes out is of the form promised. */
#include "base/arena.h"
#include "net/rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fixed {
	struct pl_transport base;
	struct pl_span body;
};

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	(void)ask;
	(void)e;
	*out = (struct pl_answer){
		.status = 200,
		.type = "",
		.fork = "",
		.body = pl_span_dup(a, ((struct fixed *)t)->body),
	};
	return PL_OK;
}

static struct pl_rpc *node(struct pl_arena *a, struct fixed *f,
			   const uint8_t *data, size_t size)
{
	static const struct pl_transport_ops ops = { exchange, NULL };
	const struct pl_rpc_conf conf = { .url = "http://127.0.0.1:1" };

	*f = (struct fixed){ { &ops }, { data, size } };
	return pl_rpc_new(a, &f->base, &conf);
}

static void try_batch(struct pl_arena *a, struct pl_rpc *r)
{
	struct pl_rpc_item v[2] = { { "eth_a", "[]", NULL, { 0 } },
				    { "eth_b", "[]", NULL, { 0 } } };
	struct pl_err e;

	if (pl_rpc_batch(r, a, v, 2, &e))
		return;
	for (int i = 0; i < 2; i++) {
		if (!v[i].result == !v[i].error.message)
			__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v = NULL;
	struct pl_rpc_error err;
	struct fixed f;
	struct pl_err e;
	enum pl_rc rc;

	rc = pl_rpc_ask(node(a, &f, data, size), a, &v, &err, "eth_x", "[]",
			&e);
	if (!rc != !!v || (rc == PL_EREFUSED) > !!err.message)
		__builtin_trap();
	try_batch(a, node(a, &f, data, size));
	pl_arena_close(a);
	return 0;
}
