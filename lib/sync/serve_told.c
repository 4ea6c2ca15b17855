/* What was told, to take it back. */
#include "sync/serve_told.h"

#include <string.h>

static void add(struct serve_heard *h, uint64_t block, struct pl_span text)
{
	h->v = pl_grow(h->a, h->v, h->n, sizeof(*h->v));
	h->v[h->n++] = (struct serve_log){ block, text };
	h->bytes += text.n;
}

void serve_heard(struct serve_heard *h, const struct pl_node_place *at,
		 const struct pl_log *log)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, h->a);
	pl_jout_init(&w, &b);
	pl_node_log(&w, NULL, at, log);
	add(h, at->header->number, pl_buf_span(&b));
}

/* Walked from the last to the first: the block that begins what fits. */
static uint64_t fitting(const struct serve_heard *h, size_t *bytes,
			uint64_t from)
{
	for (size_t i = h->n; i; i--) {
		if (h->v[i - 1].block < from)
			break;
		*bytes += h->v[i - 1].text.n;
		if (*bytes > SERVE_TOLD_BYTES)
			return h->v[i - 1].block + 1;
	}
	return from;
}

static void copy(struct serve_heard *out, const struct serve_heard *h,
		 uint64_t from)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].block >= from)
			add(out, h->v[i].block,
			    pl_span_dup(out->a, h->v[i].text));
}

struct serve_heard serve_heard_keep(struct pl_arena *a,
				    const struct serve_heard *old,
				    const struct serve_heard *more,
				    uint64_t from)
{
	struct serve_heard out = { .a = a };
	size_t bytes = 0;

	from = fitting(more, &bytes, from);
	from = fitting(old, &bytes, from);
	copy(&out, old, from);
	copy(&out, more, from);
	return out;
}

struct serve_heard serve_heard_take(struct pl_arena *a, struct serve_heard *h,
				    uint64_t first)
{
	struct serve_heard out = { .a = a };
	size_t n = h->n;

	while (n && h->v[n - 1].block >= first)
		n--;
	for (size_t i = n; i < h->n; i++) {
		add(&out, h->v[i].block, pl_node_log_gone(a, h->v[i].text));
		h->bytes -= h->v[i].text.n;
	}
	h->n = n;
	return out;
}

const struct pl_hash32 *serve_name_of(const struct serve_names *t,
				      uint64_t block)
{
	if (block > t->to || t->to - block >= t->n)
		return NULL;
	return &t->hash[block % SERVE_TOLD];
}

void serve_names_cut(struct serve_names *t, uint64_t last)
{
	if (last >= t->to)
		return;
	if (serve_name_of(t, last)) {
		t->n -= (size_t)(t->to - last);
		t->to = last;
	} else {
		t->n = 0;
	}
}

void serve_name(struct serve_names *t, uint64_t block,
		const struct pl_hash32 *hash)
{
	if (block && serve_name_of(t, block - 1))
		serve_names_cut(t, block - 1);
	else
		t->n = 0;
	t->n += t->n < SERVE_TOLD;
	t->to = block;
	t->hash[block % SERVE_TOLD] = *hash;
}
