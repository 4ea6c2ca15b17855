/* An answer may be large, and there are several ways: so that memory has a
 * bound, an answer over SMALL is given up and asked for again by whoever holds
 * the one permit for large ones, until the end of its call. */
#include "sync/serve_node.h"

#include <pthread.h>
#include <stdatomic.h>

#define SMALL ((size_t)2 << 20)

struct pl_serve_nodes {
	const char *url;
	pthread_mutex_t large;
	atomic_uint_fast64_t requests, bytes;
};

struct serve_node {
	struct pl_transport base;
	struct pl_serve_nodes *all;
	struct pl_transport *way; /* NULL: nobody is asked */
	bool any_size;            /* the permit does not matter */
	bool large;               /* the permit is held */
	bool busy, asked;
};

struct pl_serve_nodes *pl_serve_nodes_new(struct pl_arena *a, const char *url)
{
	struct pl_serve_nodes *all = PL_NEW(a, struct pl_serve_nodes);

	all->url = pl_strdup(a, url);
	(void)pthread_mutex_init(&all->large, NULL);
	atomic_init(&all->requests, 0);
	atomic_init(&all->bytes, 0);
	return all;
}

/* What an answer took while it grew, or until it was given up, is not held for
 * as long as the call. */
static enum pl_rc carry(struct serve_node *n, struct pl_arena *a,
			struct pl_answer *out, const struct pl_request *ask,
			struct pl_err *e)
{
	struct pl_arena *meanwhile = pl_arena_open(0);
	struct pl_answer got;
	enum pl_rc rc;

	atomic_fetch_add(&n->all->requests, 1);
	rc = pl_transport_exchange(n->way, meanwhile, &got, ask, e);
	if (!rc) {
		atomic_fetch_add(&n->all->bytes, got.body.n);
		got.body = pl_span_dup(a, got.body);
		got.type = pl_strdup(a, got.type);
		got.fork = pl_strdup(a, got.fork);
		*out = got;
	}
	pl_arena_close(meanwhile);
	return rc;
}

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	struct serve_node *n = (struct serve_node *)t;
	const size_t limit = ask->limit ? ask->limit : PL_MAX_BODY;
	struct pl_request some = *ask;
	enum pl_rc rc;

	n->asked = true;
	if (!n->way)
		return pl_fail(e, PL_ENET, "no node is asked");
	if (n->busy)
		return pl_fail(e, PL_ENET,
			       "the node is slow, and others wait for it: not "
			       "asked");
	if (n->any_size || n->large || limit <= SMALL)
		return carry(n, a, out, ask, e);
	some.limit = SMALL;
	rc = carry(n, a, out, &some, e);
	if (rc != PL_ELIMIT)
		return rc;
	(void)pthread_mutex_lock(&n->all->large);
	n->large = true;
	return carry(n, a, out, ask, e);
}

static const struct pl_transport_ops ops = { exchange, NULL };

struct serve_node *serve_node_new(struct pl_arena *a,
				  struct pl_serve_nodes *all,
				  struct pl_transport *way)
{
	struct serve_node *n = PL_NEW(a, struct serve_node);

	n->base.ops = &ops;
	n->all = all;
	n->way = way;
	return n;
}

struct pl_rpc *serve_node_rpc(struct pl_arena *a, struct serve_node *n)
{
	const struct pl_rpc_conf conf = { .url = n->all ? n->all->url
							: "http://none" };

	return pl_rpc_new(a, &n->base, &conf);
}

struct pl_rpc *pl_serve_node(struct pl_arena *a, struct pl_serve_nodes *all,
			     struct pl_transport *way)
{
	struct serve_node *n = serve_node_new(a, all, way);

	n->any_size = true;
	return serve_node_rpc(a, n);
}

void serve_node_begin(struct serve_node *n, bool busy)
{
	n->busy = busy;
	n->asked = false;
}

void serve_node_mark(struct serve_node *n)
{
	n->asked = true;
}

bool serve_node_asked(const struct serve_node *n)
{
	return n->asked;
}

void serve_node_end(struct serve_node *n)
{
	if (n->large)
		(void)pthread_mutex_unlock(&n->all->large);
	n->large = false;
}

uint64_t serve_nodes_requests(const struct pl_serve_nodes *all)
{
	return all ? atomic_load(&all->requests) : 0;
}

uint64_t serve_nodes_bytes(const struct pl_serve_nodes *all)
{
	return all ? atomic_load(&all->bytes) : 0;
}
