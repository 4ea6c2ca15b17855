/* JSON-RPC out of proofs as a node within this process: whatever is written
 * for a node works on it unchanged, and believes nobody. */
#include "sync/serve.h"

struct local {
	struct pl_transport base;
	struct pl_serve *serve;
	enum pl_trust *trust;
};

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	struct local *l = (struct local *)t;
	enum pl_trust trust = PL_PROVEN;
	const struct pl_err *failure;

	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "" };
	out->body = pl_serve_rpc(l->serve, a, ask->body, &trust);
	failure = pl_serve_failure(l->serve);
	if (failure->rc) {
		*e = *failure;
		return e->rc;
	}
	*l->trust = pl_trust_weaker(*l->trust, trust);
	return PL_OK;
}

static void close_serve(struct pl_transport *t)
{
	struct local *l = (struct local *)t;

	pl_serve_close(l->serve);
	l->serve = NULL;
}

struct pl_transport *pl_serve_transport(struct pl_arena *a, struct pl_serve *s,
					enum pl_trust *trust)
{
	static const struct pl_transport_ops ops = { exchange, close_serve };
	struct local *l = PL_NEW(a, struct local);

	l->base.ops = &ops;
	l->serve = s;
	l->trust = trust;
	*trust = PL_PROVEN;
	return &l->base;
}
