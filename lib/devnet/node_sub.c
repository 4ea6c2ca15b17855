/* eth_subscribe: who asked over a WebSocket is told of new blocks, logs and
 * what came into the pool. */
#include "codec/jcs.h"
#include "devnet/node_methods.h"

#define SUBS 1024
#define SUBS_OF_ONE 128

enum sub_kind { SUB_NONE, SUB_HEADS, SUB_LOGS, SUB_PENDING };

struct node_sub {
	enum sub_kind kind;
	uint64_t id, socket;
	uint64_t next; /* first block not told of */
	struct node_query query;
	struct pl_arena *a; /* of the query */
};

void node_subs_open(struct pl_dev_node *n)
{
	n->subs = PL_NEW_N(n->a, struct node_sub, SUBS);
}

static void forget(struct node_sub *x)
{
	pl_arena_close(x->a);
	*x = (struct node_sub){ .kind = SUB_NONE };
}

void node_subs_close(struct pl_dev_node *n)
{
	for (size_t i = 0; i < SUBS; i++)
		forget(&n->subs[i]);
}

void pl_dev_node_gone(void *node, uint64_t socket)
{
	struct pl_dev_node *n = node;

	pl_dev_node_lock(n);
	for (size_t i = 0; i < SUBS; i++)
		if (n->subs[i].kind && n->subs[i].socket == socket)
			forget(&n->subs[i]);
	pl_dev_node_unlock(n);
}

/* ------------------------------------------------------------- subscribing */

/* NULL where the socket, or all together, have too many. */
static struct node_sub *place(struct pl_dev_node *n, uint64_t socket)
{
	struct node_sub *free = NULL;
	size_t own = 0;

	for (size_t i = 0; i < SUBS; i++) {
		if (!n->subs[i].kind)
			free = &n->subs[i];
		else
			own += n->subs[i].socket == socket;
	}
	return own < SUBS_OF_ONE ? free : NULL;
}

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
	struct node_sub *x;

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
	x = place(c->n, c->socket);
	if (!x)
		return pl_fail(e, PL_ELIMIT, "too many subscriptions");
	*x = (struct node_sub){
		.kind = kind,
		.id = ++c->n->last_filter,
		.socket = c->socket,
		.next = pl_dev_head(c->d)->header.number + 1,
		.a = pl_arena_open(0),
	};
	pl_jout_u64(c->w, NODE_KEY, x->id);
	return kind == SUB_LOGS
		       ? node_query(c, &x->query, x->a, node_param(c, 1), e)
		       : PL_OK;
}

enum pl_rc node_unsubscribe(struct node_call *c, struct pl_err *e)
{
	bool found = false;
	uint64_t id;

	PL_TRY(node_u64(c, &id, 0, e));
	for (size_t i = 0; i < SUBS; i++) {
		struct node_sub *x = &c->n->subs[i];

		if (!x->kind || x->id != id || x->socket != c->socket)
			continue;
		forget(x);
		found = true;
	}
	pl_jout_bool(c->w, NODE_KEY, found);
	return PL_OK;
}

/* ------------------------------------------------------------------ telling */

static void push(struct pl_dev_node *n, struct pl_arena *a,
		 const struct node_sub *x, struct pl_span result)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_str(&w, "jsonrpc", "2.0");
	pl_jout_str(&w, "method", "eth_subscription");
	pl_jout_open(&w, "params", '{');
	pl_jout_u64(&w, "subscription", x->id);
	pl_jout_raw(&w, "result", result);
	pl_jout_close(&w, '}');
	pl_jout_close(&w, '}');
	n->conf.push(n->conf.push_ctx, x->socket, pl_buf_span(&b));
}

static void tell_head(struct pl_dev_node *n, struct pl_arena *a,
		      const struct node_sub *x, const struct pl_dev_block *b)
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
			    const struct node_sub *x,
			    const struct pl_dev_block *b, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_jout w;
	struct pl_buf text;

	pl_buf_init(&text, a);
	pl_jout_init(&w, &text);
	pl_jout_open(&w, NULL, '[');
	PL_TRY(node_block_logs(&w, b, &x->query, e));
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
		     struct node_sub *x)
{
	const struct pl_dev_block *b;
	struct pl_err e;

	for (; (b = pl_dev_block(n->d, x->next)) != NULL; x->next++) {
		if (x->kind == SUB_HEADS)
			tell_head(n, a, x, b);
		else if (x->kind == SUB_LOGS)
			(void)!tell_logs(n, a, x, b, &e); /* our own block */
		pl_arena_reset(a);
	}
}

void node_subs_tell(struct pl_dev_node *n)
{
	struct pl_arena *a = NULL;

	for (size_t i = 0; i < SUBS; i++) {
		if (!n->subs[i].kind ||
		    n->subs[i].next > pl_dev_head(n->d)->header.number)
			continue;
		if (!a)
			a = pl_arena_open(0);
		tell_one(n, a, &n->subs[i]);
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
	for (size_t i = 0; i < SUBS; i++)
		if (n->subs[i].kind == SUB_PENDING)
			push(n, a, &n->subs[i], pl_buf_span(&text));
}

void node_subs_reverted(struct pl_dev_node *n, uint64_t kept)
{
	for (size_t i = 0; i < SUBS; i++)
		if (n->subs[i].next > kept)
			n->subs[i].next = kept;
}
