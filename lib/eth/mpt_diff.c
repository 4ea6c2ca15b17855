/* What changed from one version to another. */
#include "eth/mpt_impl.h"

/* A place in a trie: a node, and how much of its path lies above. */
struct place {
	uint32_t id; /* 0: nothing is there */
	size_t at;
};

struct diff {
	const struct pl_mpt *m;
	struct pl_mpt_leaf leaf;
	uint8_t nib[NIBBLES];
	bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf, uint32_t was);
	void *ctx;
};

static struct place place_of(const struct diff *d, uint32_t id)
{
	return (struct place){ mpt_real(d->m, id), 0 };
}

/* One nibble further down. */
static struct place step(const struct diff *d, struct place p, unsigned nib)
{
	const struct node *x;

	if (!p.id)
		return p;
	x = mpt_at(d->m, p.id);
	if (x->kind == BRANCH)
		return place_of(d, x->child[nib]);
	if (x->kind == STUB || p.at == x->path_n ||
	    mpt_nibble(mpt_path(x), p.at) != nib)
		return (struct place){ 0, 0 };
	p.at++;
	if (x->kind == EXTENSION && p.at == x->path_n)
		return place_of(d, x->child[0]);
	return p;
}

/* The leaf whose key ends here. */
static const struct node *leaf_at(const struct diff *d, struct place p)
{
	const struct node *x;

	if (!p.id)
		return NULL;
	x = mpt_at(d->m, p.id);
	if (x->kind == BRANCH) {
		p = place_of(d, x->child[WAYS - 1]);
		return p.id ? mpt_at(d->m, p.id) : NULL;
	}
	return x->kind == LEAF && p.at == x->path_n ? x : NULL;
}

static struct pl_span value_of(const struct node *x)
{
	return x ? (struct pl_span){ mpt_value(x), x->value_n }
		 : (struct pl_span){ NULL, 0 };
}

static bool told(struct diff *d, const struct node *a, const struct node *b,
		 size_t depth)
{
	const uint32_t was = a ? mpt_real(d->m, a->child[0]) : 0;
	const uint32_t now = b ? mpt_real(d->m, b->child[0]) : 0;
	struct pl_mpt_leaf *l = &d->leaf;

	if (was == now && pl_span_equal(value_of(a), value_of(b)))
		return true;
	l->key_n = depth / 2;
	for (size_t i = 0; i < l->key_n; i++)
		l->key[i] = (uint8_t)(d->nib[2 * i] << 4 | d->nib[2 * i + 1]);
	l->value = value_of(b);
	l->sub = now;
	return d->each(d->ctx, l, was);
}

/* Goes as deep as keys are long. */
static bool diff(struct diff *d, struct place a, struct place b, size_t depth)
{
	if (a.id == b.id && a.at == b.at)
		return true;
	if (!told(d, leaf_at(d, a), leaf_at(d, b), depth))
		return false;
	for (uint8_t i = 0; i < WAYS - 1 && depth < NIBBLES; i++) {
		d->nib[depth] = i;
		if (!diff(d, step(d, a, i), step(d, b, i), depth + 1))
			return false;
	}
	return true;
}

bool pl_mpt_diff(const struct pl_mpt *m, uint32_t from, uint32_t to,
		 bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf,
			      uint32_t was),
		 void *ctx)
{
	struct diff d = { .m = m, .each = each, .ctx = ctx };

	return diff(&d, place_of(&d, from), place_of(&d, to), 0);
}
