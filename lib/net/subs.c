/* The table of subscriptions. */
#include "net/subs.h"

#include "codec/json_out.h"

void pl_subs_init(struct pl_subs *t, struct pl_arena *a, size_t n,
		  size_t of_one)
{
	*t = (struct pl_subs){ .v = PL_NEW_N(a, struct pl_sub, n),
			       .n = n,
			       .of_one = of_one };
}

static void forget(struct pl_sub *x)
{
	pl_arena_close(x->a);
	*x = (struct pl_sub){ .id = 0 };
}

void pl_subs_release(struct pl_subs *t)
{
	for (size_t i = 0; i < t->n; i++)
		forget(&t->v[i]);
}

struct pl_sub *pl_subs_add(struct pl_subs *t, uint64_t id, uint64_t socket)
{
	struct pl_sub *free = NULL;
	size_t own = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].id)
			free = &t->v[i];
		else
			own += t->v[i].socket == socket;
	}
	if (!free || own >= t->of_one)
		return NULL;
	*free = (struct pl_sub){ .id = id,
				 .socket = socket,
				 .a = pl_arena_open(0) };
	return free;
}

bool pl_subs_forget(struct pl_subs *t, uint64_t id, uint64_t socket)
{
	for (size_t i = 0; i < t->n; i++) {
		struct pl_sub *x = &t->v[i];

		if (!id || x->id != id || x->socket != socket)
			continue;
		forget(x);
		return true;
	}
	return false;
}

void pl_subs_gone(struct pl_subs *t, uint64_t socket)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].id && t->v[i].socket == socket)
			forget(&t->v[i]);
}

bool pl_subs_any(const struct pl_subs *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].id)
			return true;
	return false;
}

struct pl_span pl_sub_message(struct pl_arena *a, uint64_t id,
			      struct pl_span result, const char *trust)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_str(&w, "jsonrpc", "2.0");
	pl_jout_str(&w, "method", "eth_subscription");
	pl_jout_open(&w, "params", '{');
	pl_jout_u64(&w, "subscription", id);
	pl_jout_raw(&w, "result", result);
	pl_jout_close(&w, '}');
	if (trust) {
		pl_jout_open(&w, "plume", '{');
		pl_jout_str(&w, "trust", trust);
		pl_jout_close(&w, '}');
	}
	pl_jout_close(&w, '}');
	return pl_buf_span(&b);
}
