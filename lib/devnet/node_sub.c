/* eth_subscribe: who asked over a WebSocket is told of new blocks, logs and
 * what came into the pool. */
#include "codec/jcs.h"
#include "devnet/node_methods.h"

#define SUBS 1024
#define SUBS_OF_ONE 128

enum sub_kind { SUB_NONE, SUB_HEADS, SUB_LOGS, SUB_PENDING };

void node_subs_open(struct pl_dev_node *n)
{
	pl_subs_init(&n->subs, n->a, SUBS, SUBS_OF_ONE);
}

void node_subs_close(struct pl_dev_node *n)
{
	pl_subs_release(&n->subs);
}

void pl_dev_node_gone(void *node, uint64_t socket)
{
	struct pl_dev_node *n = node;

	pl_dev_node_lock(n);
	pl_subs_gone(&n->subs, socket);
	pl_dev_node_unlock(n);
}

/* ------------------------------------------------------------- subscribing */

static enum sub_kind kind_of(const char *what)
{
	if (!what)
		return SUB_NONE;
	return !strcmp(what, "newHeads")                 ? SUB_HEADS
	       : !strcmp(what, "logs")                   ? SUB_LOGS
	       : !strcmp(what, "newPendingTransactions") ? SUB_PENDING
							 : SUB_NONE;
}

enum pl_rc node_subscribe(struct node_call *c, struct pl_err *e)
{
	const enum sub_kind kind = kind_of(pl_json_str(node_param(c, 0)));
	struct node_query q;
	struct pl_sub *x;

	if (!c->socket || !c->n->conf.push) {
		c->code = NODE_NO_METHOD;
		return pl_fail(
			e, PL_EUSAGE,
			"eth_subscribe takes a WebSocket to answer over");
	}
	if (!kind) {
		(void)pl_fail(e, PL_EUSAGE,
			      "newHeads, logs or newPendingTransactions");
		return node_bad(c, e);
	}
	if (kind == SUB_LOGS) /* a wrong one makes none */
		PL_TRY(node_query(c, &q, c->a, node_param(c, 1), e));
	x = pl_subs_add(&c->n->subs, c->n->last_filter + 1, c->socket);
	if (!x)
		return pl_fail(e, PL_ELIMIT, "too many subscriptions");
	c->n->last_filter++;
	x->kind = (int)kind;
	x->next = pl_dev_head(c->d)->header.number + 1;
	pl_jout_u64(c->w, NODE_KEY, x->id);
	if (kind != SUB_LOGS)
		return PL_OK;
	x->own = PL_NEW(x->a, struct node_query);
	return node_query(c, x->own, x->a, node_param(c, 1), e);
}

enum pl_rc node_unsubscribe(struct node_call *c, struct pl_err *e)
{
	uint64_t id;

	PL_TRY(node_u64(c, &id, 0, e));
	pl_jout_bool(c->w, NODE_KEY,
		     pl_subs_forget(&c->n->subs, id, c->socket));
	return PL_OK;
}

/* ------------------------------------------------------------------ telling */

static void push(struct pl_dev_node *n, struct pl_arena *a,
		 const struct pl_sub *x, struct pl_span result)
{
	n->conf.push(n->conf.push_ctx, x->socket,
		     pl_sub_message(a, x->id, result, NULL));
}

static void tell_head(struct pl_dev_node *n, struct pl_arena *a,
		      const struct pl_sub *x, const struct pl_dev_block *b)
{
	const struct pl_node_block block = { .header = &b->header };
	struct pl_jout w;
	struct pl_buf text;

	pl_buf_init(&text, a);
	pl_jout_init(&w, &text);
	pl_jout_open(&w, NULL, '{');
	pl_node_header(&w, &block);
	pl_jout_close(&w, '}');
	push(n, a, x, pl_buf_span(&text));
}

/* A message for each. */
static enum pl_rc tell_logs(struct pl_dev_node *n, struct pl_arena *a,
			    const struct pl_sub *x,
			    const struct pl_dev_block *b, bool removed,
			    struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_jout w;
	struct pl_buf text;

	pl_buf_init(&text, a);
	pl_jout_init(&w, &text);
	pl_jout_open(&w, NULL, '[');
	PL_TRY(node_block_logs(&w, b, x->own, removed, e));
	pl_jout_close(&w, ']');
	PL_TRY(pl_json_parse(a, &list, pl_buf_span(&text), e));
	for (size_t i = 0; i < pl_json_len(list); i++) {
		struct pl_buf one;

		pl_buf_init(&one, a);
		PL_TRY(pl_jcs(&one, pl_json_at(list, i), e));
		push(n, a, x, pl_buf_span(&one));
	}
	return PL_OK;
}

static void tell_one(struct pl_dev_node *n, struct pl_arena *a,
		     struct pl_sub *x)
{
	const struct pl_dev_block *b;
	struct pl_err e;

	for (; (b = pl_dev_block(n->d, x->next)) != NULL; x->next++) {
		if (x->kind == SUB_HEADS)
			tell_head(n, a, x, b);
		else if (x->kind == SUB_LOGS)
			(void)!tell_logs(n, a, x, b, false,
					 &e); /* our own block */
		pl_arena_reset(a);
	}
}

void node_subs_tell(struct pl_dev_node *n)
{
	struct pl_arena *a = NULL;

	for (size_t i = 0; i < n->subs.n; i++) {
		struct pl_sub *x = &n->subs.v[i];

		if (!x->id || x->next > pl_dev_head(n->d)->header.number)
			continue;
		if (!a)
			a = pl_arena_open(0);
		tell_one(n, a, x);
	}
	pl_arena_close(a);
}

void node_subs_sent(struct pl_dev_node *n, struct pl_arena *a,
		    const struct pl_hash32 *hash)
{
	struct pl_jout w;
	struct pl_buf text;

	pl_buf_init(&text, a);
	pl_jout_init(&w, &text);
	pl_jout_hash(&w, NULL, hash);
	for (size_t i = 0; i < n->subs.n; i++)
		if (n->subs.v[i].kind == SUB_PENDING)
			push(n, a, &n->subs.v[i], pl_buf_span(&text));
}

static void take_back(struct pl_dev_node *n, struct pl_arena *a,
		      struct pl_sub *x, uint64_t first)
{
	struct pl_err e;

	for (uint64_t b = first; x->kind == SUB_LOGS && b < x->next; b++) {
		(void)!tell_logs(n, a, x, pl_dev_block(n->d, b), true, &e);
		pl_arena_reset(a);
	}
	if (x->next > first)
		x->next = first;
}

void node_take_back(struct pl_dev_node *n, uint64_t first)
{
	struct pl_arena *a = pl_arena_open(0);

	node_subs_tell(n); /* that it came, before that it is gone */
	for (size_t i = 0; i < n->subs.n; i++)
		take_back(n, a, &n->subs.v[i], first);
	pl_arena_close(a);
	node_filters_back(n, first);
}
