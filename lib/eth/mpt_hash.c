/* What nodes look like outside: their RLP, their hashes, proofs. */
#include <assert.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/header.h"
#include "eth/mpt_impl.h"

/* -------------------------------------------------------------- encoding */

static void put_ref(const struct pl_mpt *m, struct pl_buf *b, uint32_t id)
{
	const struct node *x;

	if (!id) {
		pl_buf_byte(b, 0x80);
		return;
	}
	x = mpt_at(m, id);
	assert(x->ref_n);
	if (x->ref_n == 32)
		pl_buf_byte(b, 0xa0);
	pl_buf_put(b, (struct pl_span){ x->ref, x->ref_n });
}

/* The hex-prefix encoding of a leaf's or an extension's path. */
static void encode_path(struct pl_buf *b, const struct node *x)
{
	uint8_t path[1 + PL_MPT_KEY];
	const uint8_t *p = mpt_path(x);
	const size_t odd = x->path_n % 2, n = 1 + x->path_n / 2u;

	path[0] = (uint8_t)((x->kind == LEAF ? 0x20 : 0) | (odd ? 0x10 : 0));
	if (odd)
		path[0] |= (uint8_t)mpt_nibble(p, 0);
	for (size_t i = 1; i < n; i++) {
		const size_t at = odd + 2 * (i - 1);

		path[i] = (uint8_t)(mpt_nibble(p, at) << 4 |
				    mpt_nibble(p, at + 1));
	}
	pl_rlp_put(b, (struct pl_span){ path, n });
}

void mpt_encode(const struct pl_mpt *m, struct pl_buf *b, uint32_t id)
{
	const struct node *x = mpt_at(m, id), *v;
	const size_t list = pl_rlp_open(b);

	if (x->kind == BRANCH) {
		for (unsigned i = 0; i < WAYS - 1; i++)
			put_ref(m, b, x->child[i]);
		if (x->child[WAYS - 1]) {
			v = mpt_at(m, mpt_real(m, x->child[WAYS - 1]));
			pl_rlp_put(b, (struct pl_span){ mpt_value(v),
							v->value_n });
		} else {
			pl_buf_byte(b, 0x80);
		}
	} else {
		encode_path(b, x);
		if (x->kind == LEAF)
			pl_rlp_put(b, (struct pl_span){ mpt_value(x),
							x->value_n });
		else
			put_ref(m, b, x->child[0]);
	}
	pl_rlp_close(b, list);
}

/* --------------------------------------------------------------- sealing
 * Nodes that changed are gathered by their depth and hashed from the deepest
 * up, those of one depth together: they do not need one another. */

#define LEVELS (NIBBLES + 2)

static void gather(struct pl_mpt *m, uint32_t id, uint32_t heads[LEVELS],
		   size_t depth)
{
	struct node *x;
	struct dirty *d;

	if (!id)
		return;
	x = mpt_at(m, id);
	if (x->sealed)
		return;
	x->sealed = true;
	if (x->kind == BRANCH)
		for (unsigned i = 0; i < WAYS; i++)
			gather(m, x->child[i], heads, depth + 1);
	else if (x->kind == EXTENSION)
		gather(m, x->child[0], heads, depth + 1);
	if (m->n_dirty == m->cap_dirty) {
		m->cap_dirty = m->cap_dirty ? 2 * m->cap_dirty : 64;
		m->dirty = pl_realloc(m->scratch, m->dirty,
				      m->n_dirty * sizeof(*m->dirty),
				      m->cap_dirty * sizeof(*m->dirty));
	}
	d = m->dirty + m->n_dirty++;
	*d = (struct dirty){ .id = id, .next = heads[depth] };
	heads[depth] = (uint32_t)m->n_dirty;
}

#define TOGETHER 64

static void finish(struct pl_mpt *m, struct dirty *const *d,
		   const struct pl_span *rlp, size_t n)
{
	struct pl_hash32 hash[TOGETHER];

	pl_keccak256_many(hash, rlp, n);
	for (size_t i = 0; i < n; i++) {
		struct node *x = mpt_at(m, d[i]->id);

		x->ref_n = 32;
		memcpy(x->ref, hash[i].b, 32);
	}
}

/* The nodes of one depth. */
static void seal_level(struct pl_mpt *m, uint32_t head)
{
	struct dirty *some[TOGETHER];
	struct pl_span rlp[TOGETHER];
	size_t n = 0;

	for (uint32_t i = head; i; i = m->dirty[i - 1].next) {
		struct dirty *d = m->dirty + i - 1;
		struct node *x = mpt_at(m, d->id);

		d->from = m->enc.n;
		mpt_encode(m, &m->enc, d->id);
		d->n = m->enc.n - d->from;
		if (d->n < 32) {
			x->ref_n = (uint8_t)d->n;
			memcpy(x->ref, m->enc.p + d->from, d->n);
		} else {
			some[n++] = d;
		}
		if (n < TOGETHER && d->next)
			continue;
		for (size_t k = 0; k < n; k++)
			rlp[k] = (struct pl_span){ m->enc.p + some[k]->from,
						   some[k]->n };
		finish(m, some, rlp, n);
		pl_buf_reset(&m->enc);
		n = 0;
	}
}

void pl_mpt_seal(struct pl_mpt *m, const uint32_t *versions, size_t n)
{
	uint32_t heads[LEVELS] = { 0 };
	size_t deep = LEVELS;

	m->n_dirty = 0;
	for (size_t i = 0; i < n; i++)
		gather(m, mpt_real(m, versions[i]), heads, 0);
	while (deep--)
		seal_level(m, heads[deep]);
}

struct pl_hash32 pl_mpt_root(const struct pl_mpt *m, uint32_t version)
{
	const struct node *x;
	struct pl_hash32 h;

	version = mpt_real(m, version);
	if (!version)
		return pl_empty_root;
	x = mpt_at(m, version);
	assert(x->sealed);
	if (x->ref_n < 32)
		return pl_keccak256((struct pl_span){ x->ref, x->ref_n });
	memcpy(h.b, x->ref, sizeof(h.b));
	return h;
}

/* ---------------------------------------------------------------- proofs */

enum pl_rc pl_mpt_prove(const struct pl_mpt *m, struct pl_arena *a,
			struct pl_span **nodes, size_t *n, uint32_t version,
			struct pl_span key, struct pl_err *e)
{
	uint8_t room[NIBBLES], *nib = room;
	size_t left = mpt_nibbles(room, key), count = 0, same;
	struct pl_span *out = NULL;
	uint32_t id = mpt_real(m, version);

	while (id) {
		const struct node *x = mpt_at(m, id);
		struct pl_buf b;

		if (x->kind == STUB)
			return pl_fail(e, PL_ENOTFOUND,
				       "a node on the way is not known");
		if (!count || x->ref_n == 32) {
			pl_buf_init(&b, a);
			mpt_encode(m, &b, id);
			out = pl_grow(a, out, count, sizeof(*out));
			out[count++] = pl_buf_span(&b);
		}
		if (x->kind == BRANCH && !left)
			break; /* it holds the value itself */
		if (x->kind == BRANCH) {
			id = mpt_real(m, x->child[*nib]);
			nib++;
			left--;
			continue;
		}
		same = mpt_common(x, nib, left);
		if (x->kind == LEAF || same < x->path_n)
			break;
		nib += same;
		left -= same;
		id = mpt_real(m, x->child[0]);
	}
	*nodes = out;
	*n = count;
	return PL_OK;
}

/* -------------------------------------------------------------- learning */

static enum pl_rc parse(struct pl_mpt *m, uint32_t *out, struct pl_span rlp,
			struct pl_err *e);

static enum pl_rc parse_child(struct pl_mpt *m, uint32_t *out,
			      struct pl_span *in, struct pl_err *e)
{
	const struct pl_span from = *in;
	struct pl_rlp item;

	PL_TRY(pl_rlp_next(&item, in, e));
	if (!item.is_list && !item.body.n) {
		*out = 0;
		return PL_OK;
	}
	if (!item.is_list && item.body.n == 32) {
		*out = mpt_hashed(m, item.body.p);
		return PL_OK;
	}
	/* below 32 bytes: nesting is bounded */
	if (item.is_list && from.n - in->n < 32)
		return parse(m, out, (struct pl_span){ from.p, from.n - in->n },
			     e);
	return pl_fail(e, PL_EPROOF, "a child that is neither hash nor node");
}

static enum pl_rc parse_branch(struct pl_mpt *m, uint32_t *out,
			       struct pl_span in, struct pl_err *e)
{
	const uint32_t id = mpt_branch(m);
	struct pl_span value;
	uint32_t child, v;

	for (unsigned i = 0; i < WAYS - 1; i++) {
		PL_TRY(parse_child(m, &child, &in, e));
		mpt_at(m, id)->child[i] = child;
	}
	PL_TRY(pl_rlp_bytes(&value, &in, e));
	if (value.n > PL_MPT_VALUE)
		return pl_fail(e, PL_ELIMIT, "a value of %zu bytes", value.n);
	if (value.n) {
		v = mpt_leaf(m, NULL, 0, value, 0);
		mpt_at(m, v)->sealed = true;
		mpt_at(m, id)->child[WAYS - 1] = v;
	}
	*out = id;
	return PL_OK;
}

static enum pl_rc parse_short(struct pl_mpt *m, uint32_t *out,
			      struct pl_span in, struct pl_err *e)
{
	uint8_t nib[NIBBLES + 2];
	struct pl_span path, value;
	size_t n, skip;

	PL_TRY(pl_rlp_bytes(&path, &in, e));
	if (!path.n || *path.p >= 0x40 || path.n > PL_MPT_KEY + 1)
		return pl_fail(e, PL_EPROOF, "a path without a valid prefix");
	skip = *path.p & 0x10 ? 1 : 2;
	n = 2 * path.n - skip;
	for (size_t i = 0; i < n; i++)
		nib[i] = (uint8_t)mpt_nibble(path.p, i + skip);
	if (n > NIBBLES)
		return pl_fail(e, PL_EPROOF, "a path of %zu nibbles", n);
	if (!(*path.p & 0x20)) {
		uint32_t child;

		PL_TRY(parse_child(m, &child, &in, e));
		if (!child || !n)
			return pl_fail(e, PL_EPROOF, "an idle extension");
		*out = mpt_short(m, EXTENSION, nib, n);
		mpt_at(m, *out)->child[0] = child;
		return PL_OK;
	}
	PL_TRY(pl_rlp_bytes(&value, &in, e));
	if (!value.n || value.n > PL_MPT_VALUE)
		return pl_fail(e, PL_EPROOF, "a value of %zu bytes", value.n);
	*out = mpt_leaf(m, nib, n, value, 0);
	return PL_OK;
}

/* The node of these bytes, sealed; what lies below is stubs. */
static enum pl_rc parse(struct pl_mpt *m, uint32_t *out, struct pl_span rlp,
			struct pl_err *e)
{
	struct pl_span body;
	struct node *x;
	size_t items;

	PL_TRY(pl_rlp_whole_list(&body, rlp, e));
	PL_TRY(pl_rlp_count(&items, body, e));
	if (items != 2 && items != WAYS)
		return pl_fail(e, PL_EPROOF, "a node of %zu items", items);
	PL_TRY(items == 2 ? parse_short(m, out, body, e)
			  : parse_branch(m, out, body, e));
	x = mpt_at(m, *out);
	x->sealed = true;
	x->marked = true;
	if (rlp.n < 32) {
		x->ref_n = (uint8_t)rlp.n;
		memcpy(x->ref, rlp.p, rlp.n);
	}
	return PL_OK;
}

/* The stub becomes the node of these bytes, which hash to what it names. */
static enum pl_rc resolve(struct pl_mpt *m, uint32_t stub, struct pl_span rlp,
			  struct pl_err *e)
{
	const struct pl_hash32 h = pl_keccak256(rlp);
	uint32_t id;

	if (memcmp(h.b, mpt_at(m, stub)->ref, 32) != 0)
		return pl_fail(e, PL_EPROOF,
			       "a node that is not what the trie names");
	PL_TRY(parse(m, &id, rlp, e));
	mpt_at(m, id)->ref_n = 32;
	memcpy(mpt_at(m, id)->ref, h.b, 32);
	mpt_at(m, stub)->child[0] = id;
	return PL_OK;
}

static enum pl_rc known(struct pl_mpt *m, uint32_t *id, pl_mpt_node_fn node,
			void *ctx, struct pl_err *e)
{
	struct pl_span rlp;
	struct pl_hash32 h;

	*id = mpt_real(m, *id);
	if (!*id || mpt_at(m, *id)->kind != STUB)
		return PL_OK;
	memcpy(h.b, mpt_at(m, *id)->ref, 32);
	PL_TRY(node(ctx, &rlp, &h, e));
	PL_TRY(resolve(m, *id, rlp, e));
	*id = mpt_real(m, *id);
	return PL_OK;
}

/* Where a branch has but one way out beside this one, make it known: the branch
 * goes when this one does. */
static enum pl_rc know_other(struct pl_mpt *m, uint32_t id, size_t way,
			     pl_mpt_node_fn node, void *ctx, struct pl_err *e)
{
	const struct node *x = mpt_at(m, id);
	uint32_t other = 0;

	for (unsigned i = 0; i < WAYS; i++) {
		if (i == way || !x->child[i])
			continue;
		if (other)
			return PL_OK;
		other = x->child[i];
	}
	return known(m, &other, node, ctx, e);
}

enum pl_rc pl_mpt_fill(struct pl_mpt *m, uint32_t version, struct pl_span key,
		       bool taking, pl_mpt_node_fn node, void *ctx,
		       struct pl_err *e)
{
	uint8_t room[NIBBLES], *nib = room;
	size_t left = mpt_nibbles(room, key), same;
	uint32_t id = version;

	for (;;) {
		const struct node *x;

		PL_TRY(known(m, &id, node, ctx, e));
		if (!id)
			return PL_OK;
		x = mpt_at(m, id);
		if (x->kind == BRANCH) {
			const size_t way = left ? *nib : WAYS - 1;

			if (taking)
				PL_TRY(know_other(m, id, way, node, ctx, e));
			if (!left)
				return PL_OK;
			id = mpt_at(m, id)->child[way];
			nib++;
			left--;
			continue;
		}
		same = mpt_common(x, nib, left);
		if (x->kind == LEAF || same < x->path_n)
			return PL_OK;
		nib += same;
		left -= same;
		id = x->child[0];
	}
}

struct proof {
	const struct pl_span *nodes;
	size_t n;
};

static enum pl_rc of_proof(void *ctx, struct pl_span *rlp,
			   const struct pl_hash32 *hash, struct pl_err *e)
{
	const struct proof *p = ctx;

	for (size_t i = 0; i < p->n; i++) {
		const struct pl_hash32 h = pl_keccak256(p->nodes[i]);

		if (!pl_hash32_equal(&h, hash))
			continue;
		*rlp = p->nodes[i];
		return PL_OK;
	}
	return pl_fail(e, PL_EPROOF, "the proof lacks a node on the way");
}

enum pl_rc pl_mpt_learn(struct pl_mpt *m, uint32_t version, struct pl_span key,
			const struct pl_span *nodes, size_t n, struct pl_err *e)
{
	struct proof p = { nodes, n };

	return pl_mpt_fill(m, version, key, false, of_proof, &p, e);
}

/* --------------------------------------------------------------- walking */

struct walk {
	const struct pl_mpt *m;
	struct pl_mpt_leaf leaf;
	uint8_t nib[NIBBLES];
	bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf);
	void *ctx;
};

static bool told(struct walk *w, const struct node *x, size_t depth)
{
	struct pl_mpt_leaf *l = &w->leaf;

	l->key_n = depth / 2;
	for (size_t i = 0; i < l->key_n; i++)
		l->key[i] = (uint8_t)(w->nib[2 * i] << 4 | w->nib[2 * i + 1]);
	l->value = (struct pl_span){ mpt_value(x), x->value_n };
	l->sub = x->child[0];
	return w->each(w->ctx, l);
}

static bool walk(struct walk *w, uint32_t id, size_t depth)
{
	const struct node *x;

	id = mpt_real(w->m, id);
	if (!id || mpt_at(w->m, id)->kind == STUB)
		return true;
	x = mpt_at(w->m, id);
	if (x->kind == BRANCH) {
		if (!walk(w, x->child[WAYS - 1], depth))
			return false;
		for (uint8_t i = 0; i < WAYS - 1; i++) {
			if (depth == NIBBLES)
				break;
			w->nib[depth] = i;
			if (!walk(w, x->child[i], depth + 1))
				return false;
		}
		return true;
	}
	if (x->path_n > NIBBLES - depth) /* no trie that was built here */
		return true;
	for (size_t i = 0; i < x->path_n; i++)
		w->nib[depth + i] = (uint8_t)mpt_nibble(mpt_path(x), i);
	depth += x->path_n;
	return x->kind == LEAF ? told(w, x, depth)
			       : walk(w, x->child[0], depth);
}

bool pl_mpt_walk(const struct pl_mpt *m, uint32_t version,
		 bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf),
		 void *ctx)
{
	struct walk w = { .m = m, .each = each, .ctx = ctx };

	return walk(&w, version, 0);
}

struct dump {
	const struct pl_mpt *m;
	struct pl_buf b;
	bool (*each)(void *ctx, const struct pl_hash32 *hash,
		     struct pl_span rlp);
	void *ctx;
	bool unmarked; /* those alone */
};

static void dump(struct dump *d, uint32_t id, bool root)
{
	const struct node *x;
	struct pl_hash32 h;

	id = mpt_real(d->m, id);
	if (!id || mpt_at(d->m, id)->kind == STUB)
		return;
	x = mpt_at(d->m, id);
	if (d->unmarked && x->marked)
		return;
	if (root || x->ref_n == 32) {
		pl_buf_reset(&d->b);
		mpt_encode(d->m, &d->b, id);
		h = pl_mpt_root(d->m, id);
		if (!d->each(d->ctx, &h, pl_buf_span(&d->b)))
			return;
	}
	if (x->kind == LEAF)
		dump(d, x->child[0], true);
	else if (x->kind == EXTENSION)
		dump(d, x->child[0], false);
	else
		for (unsigned i = 0; i < WAYS - 1; i++)
			dump(d, x->child[i], false);
}

static void dump_all(struct dump *d, uint32_t version)
{
	struct pl_arena *a = pl_arena_open(0);

	pl_buf_init(&d->b, a);
	dump(d, version, true);
	pl_arena_close(a);
}

void pl_mpt_nodes(const struct pl_mpt *m, uint32_t version,
		  bool (*each)(void *ctx, const struct pl_hash32 *hash,
			       struct pl_span rlp),
		  void *ctx)
{
	struct dump d = { .m = m, .each = each, .ctx = ctx };

	dump_all(&d, version);
}

void pl_mpt_unmarked(const struct pl_mpt *m, uint32_t version,
		     bool (*each)(void *ctx, const struct pl_hash32 *hash,
				  struct pl_span rlp),
		     void *ctx)
{
	struct dump d = { .m = m, .each = each, .ctx = ctx, .unmarked = true };

	dump_all(&d, version);
}

/* Goes as deep as keys are long, twice over: storage hangs on accounts. */
void pl_mpt_mark(struct pl_mpt *m, uint32_t version)
{
	const uint32_t id = mpt_real(m, version);
	struct node *x;

	if (!id || mpt_at(m, id)->kind == STUB || mpt_at(m, id)->marked)
		return;
	x = mpt_at(m, id);
	x->marked = true;
	for (unsigned i = 0; i < (x->kind == BRANCH ? WAYS : 1); i++)
		pl_mpt_mark(m, x->child[i]);
}
