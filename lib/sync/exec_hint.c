/* What a message will look at, as the node says: a hint, of which nothing but
 * time depends. */
#include <inttypes.h>

#include "base/hex.h"
#include "eth/node_json.h"
#include "sync/exec_impl.h"

#define MOST_ACCOUNTS 120
#define MOST_KEYS 1024 /* in all */
#define MOST_ASKED 32  /* calls of one run */

struct list {
	struct pl_remote_want *v;
	size_t n, keys;
};

static struct pl_remote_want *entry(struct list *l, const struct pl_addr *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (pl_addr_equal(&l->v[i].addr, addr))
			return &l->v[i];
	if (l->n == MOST_ACCOUNTS)
		return NULL;
	l->v[l->n].addr = *addr;
	return &l->v[l->n++];
}

/* Behind those it has. */
static void add_keys(struct pl_arena *a, struct list *l,
		     struct pl_remote_want *w, const struct pl_hash32 *keys,
		     size_t n)
{
	struct pl_hash32 *all;

	if (n > MOST_KEYS - l->keys)
		n = MOST_KEYS - l->keys;
	if (!n)
		return;
	all = PL_NEW_N(a, struct pl_hash32, w->n_keys + n);
	if (w->n_keys)
		memcpy(all, w->keys, w->n_keys * sizeof(*all));
	memcpy(all + w->n_keys, keys, n * sizeof(*all));
	w->keys = all;
	w->n_keys += n;
	l->keys += n;
}

/* What is malformed in it is passed over. */
static void add_said(struct pl_arena *a, struct list *l,
		     const struct pl_json *answer)
{
	const struct pl_json *list = pl_json_get(answer, "accessList");
	struct pl_err ignored;

	for (size_t i = 0; i < pl_json_len(list) && i < MOST_ACCOUNTS; i++) {
		const struct pl_json *o = pl_json_at(list, i);
		const struct pl_json *keys = pl_json_get(o, "storageKeys");
		size_t n = pl_json_len(keys), k = 0;
		struct pl_remote_want *w;
		struct pl_hash32 *key;
		struct pl_addr addr;

		if (pl_get_addr(&addr, o, "address", &ignored))
			continue;
		w = entry(l, &addr);
		if (!w)
			return;
		if (n > MOST_KEYS)
			n = MOST_KEYS;
		key = PL_NEW_N(a, struct pl_hash32, n);
		for (size_t j = 0; j < n; j++)
			k += !pl_json_hash32(&key[k], pl_json_at(keys, j),
					     &ignored);
		add_keys(a, l, w, key, k);
	}
}

static void add_given(struct pl_arena *a, struct list *l, struct pl_span list)
{
	struct pl_span keys;
	struct pl_addr addr;
	struct pl_err ignored;

	while (list.n && !pl_access_next(&addr, &keys, &list, &ignored)) {
		size_t n = keys.n / 33;
		struct pl_hash32 *key = PL_NEW_N(a, struct pl_hash32, n);
		struct pl_remote_want *w = entry(l, &addr);

		if (!w)
			return;
		for (size_t i = 0; i < n; i++)
			memcpy(key[i].b, keys.p + 33 * i + 1, 32);
		add_keys(a, l, w, key, n);
	}
}

static const char *call_params(struct pl_arena *a, const struct pl_exec *x,
			       const struct pl_exec_call *c)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "[{\"from\":\"%s\"", pl_hex(a, pl_addr_span(&c->from)));
	if (c->has_to)
		pl_buf_fmt(&b, ",\"to\":\"%s\"",
			   pl_hex(a, pl_addr_span(&c->to)));
	if (c->data.n)
		pl_buf_fmt(&b, ",\"data\":\"%s\"", pl_hex(a, c->data));
	if (!pl_u256_is_zero(&c->value))
		pl_buf_fmt(&b, ",\"value\":\"%s\"",
			   pl_rpc_quantity(a, &c->value));
	pl_buf_fmt(&b, "},\"0x%" PRIx64 "\"]", x->at.header.number);
	return pl_buf_cstr(&b);
}

/* A node that cannot tell is not asked again. */
static void ask(struct pl_exec *x, struct list *l,
		const struct exec_calls *calls)
{
	const size_t n = calls->n < MOST_ASKED ? calls->n : MOST_ASKED;
	struct pl_rpc_item *item;
	struct pl_err ignored;
	bool told = false;

	if (x->mute)
		return;
	item = PL_NEW_N(x->scratch, struct pl_rpc_item, n);
	for (size_t i = 0; i < n; i++)
		item[i] = (struct pl_rpc_item){
			.method = "eth_createAccessList",
			.params = call_params(x->scratch, x, &calls->v[i]),
		};
	if (!pl_rpc_batch(pl_view_rpc(x->view), x->scratch, item, n, &ignored))
		for (size_t i = 0; i < n; i++) {
			told |= item[i].result != NULL;
			add_said(x->scratch, l, item[i].result);
		}
	x->mute = !told;
}

enum pl_rc exec_fetch(struct pl_exec *x, const struct exec_calls *calls,
		      struct pl_err *e)
{
	struct list l = { .n = 0 };

	pl_arena_reset(x->scratch);
	l.v = PL_NEW_N(x->scratch, struct pl_remote_want, MOST_ACCOUNTS);
	(void)entry(&l, &x->block.coinbase);
	for (size_t i = 0; i < calls->n; i++) {
		const struct pl_exec_call *c = &calls->v[i];

		(void)entry(&l, &c->from);
		if (c->has_to)
			(void)entry(&l, &c->to);
		add_given(x->scratch, &l, c->access_list);
	}
	ask(x, &l, calls);
	return pl_remote_prefetch(x->remote, l.v, l.n, e);
}
