/* The store of nodes; finding, putting and taking away. */
#include <assert.h>
#include <stddef.h>

#include "crypto/keccak.h"
#include "eth/header.h"
#include "eth/mpt_impl.h"

/* ----------------------------------------------------------------- store */

static void store_open(struct pl_mpt *m)
{
	m->a = pl_arena_open(0);
	m->blocks = NULL;
	m->n_blocks = 0;
	m->bytes = 0;
	m->used = BLOCK_UNITS;
}

struct pl_mpt *pl_mpt_open(void)
{
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_mpt *m = PL_NEW(scratch, struct pl_mpt);

	m->scratch = scratch;
	store_open(m);
	pl_buf_init(&m->enc, scratch);
	return m;
}

void pl_mpt_close(struct pl_mpt *m)
{
	if (!m)
		return;
	pl_arena_close(m->a);
	pl_arena_close(m->scratch); /* m lives there */
}

size_t pl_mpt_size(const struct pl_mpt *m)
{
	return m->bytes;
}

static uint32_t node_new(struct pl_mpt *m, enum kind k, size_t n_child,
			 size_t bytes)
{
	const size_t size = offsetof(struct node, child) +
			    n_child * sizeof(uint32_t) + bytes;
	const unsigned units = (unsigned)((size + UNIT - 1) / UNIT);
	uint32_t id;

	if (units > BLOCK_UNITS - m->used) {
		assert(m->n_blocks < UINT32_MAX >> BLOCK_BITS);
		m->blocks = pl_grow(m->a, m->blocks, m->n_blocks,
				    sizeof(*m->blocks));
		m->blocks[m->n_blocks] =
			pl_alloc(m->a, (size_t)BLOCK_UNITS * UNIT);
		m->used = m->n_blocks ? 0 : 1; /* 0 is the empty trie */
		m->n_blocks++;
	}
	id = (uint32_t)((m->n_blocks - 1) << BLOCK_BITS | m->used);
	m->used += units;
	m->bytes += (size_t)units * UNIT;
	mpt_at(m, id)->kind = (uint8_t)k;
	return id;
}

static void put_path(struct node *x, const uint8_t *nib, size_t n)
{
	uint8_t *p = mpt_path(x);

	x->path_n = (uint8_t)n;
	for (size_t i = 0; i < n; i += 2)
		p[i / 2] =
			(uint8_t)(nib[i] << 4 | (i + 1 < n ? nib[i + 1] : 0));
}

uint32_t mpt_leaf(struct pl_mpt *m, const uint8_t *nib, size_t n,
		  struct pl_span value, uint32_t sub)
{
	const uint32_t id = node_new(m, LEAF, 1, (n + 1) / 2 + value.n);
	struct node *x = mpt_at(m, id);

	assert(value.n <= PL_MPT_VALUE);
	put_path(x, nib, n);
	x->value_n = (uint16_t)value.n;
	x->child[0] = sub;
	memcpy(mpt_value(x), value.p, value.n);
	return id;
}

uint32_t mpt_short(struct pl_mpt *m, enum kind k, const uint8_t *nib, size_t n)
{
	const uint32_t id = node_new(m, k, 1, (n + 1) / 2);

	put_path(mpt_at(m, id), nib, n);
	return id;
}

uint32_t mpt_branch(struct pl_mpt *m)
{
	return node_new(m, BRANCH, WAYS, 0);
}

uint32_t mpt_hashed(struct pl_mpt *m, const uint8_t hash[32])
{
	const uint32_t id = node_new(m, STUB, 1, 0);
	struct node *x = mpt_at(m, id);

	x->sealed = true;
	x->ref_n = 32;
	memcpy(x->ref, hash, 32);
	return id;
}

uint32_t pl_mpt_stub(struct pl_mpt *m, const struct pl_hash32 *root)
{
	return mpt_hashed(m, root->b);
}

/* A node that may be changed, with what the one of that name holds. */
static uint32_t writable(struct pl_mpt *m, uint32_t id)
{
	const struct node *x = mpt_at(m, id);
	struct node *y;
	uint32_t copy;

	if (!x->sealed)
		return id;
	if (x->kind == BRANCH) {
		copy = mpt_branch(m);
		y = mpt_at(m, copy);
		memcpy(y->child, x->child, WAYS * sizeof(*x->child));
		return copy;
	}
	assert(x->kind == EXTENSION);
	copy = node_new(m, EXTENSION, 1, (x->path_n + 1u) / 2);
	y = mpt_at(m, copy);
	y->path_n = x->path_n;
	y->child[0] = x->child[0];
	memcpy(mpt_path(y), mpt_path(x), (x->path_n + 1u) / 2);
	return copy;
}

/* --------------------------------------------------------------- finding */

size_t mpt_nibbles(uint8_t out[NIBBLES], struct pl_span key)
{
	assert(key.n <= PL_MPT_KEY);
	for (size_t i = 0; i < key.n; i++) {
		out[2 * i] = key.p[i] >> 4;
		out[2 * i + 1] = key.p[i] & 15;
	}
	return 2 * key.n;
}

size_t mpt_common(const struct node *x, const uint8_t *nib, size_t n)
{
	const uint8_t *p = mpt_path(x);
	size_t i = 0;

	while (i < n && i < x->path_n && mpt_nibble(p, i) == nib[i])
		i++;
	return i;
}

/* The leaf of a key, NULL where there is none; *unknown: or may be one. */
static struct node *leaf_of(const struct pl_mpt *m, uint32_t version,
			    struct pl_span key, bool *unknown)
{
	uint8_t room[NIBBLES], *nib = room;
	size_t n = mpt_nibbles(room, key), same;
	uint32_t id = mpt_real(m, version);

	*unknown = false;
	while (id) {
		struct node *x = mpt_at(m, id);

		if (x->kind == STUB) {
			*unknown = true;
			return NULL;
		}
		if (x->kind == BRANCH) {
			id = mpt_real(m, x->child[n ? *nib : WAYS - 1]);
			nib += n != 0;
			n -= n != 0;
			continue;
		}
		same = mpt_common(x, nib, n);
		if (same < x->path_n || (x->kind == LEAF && same < n))
			return NULL;
		if (x->kind == LEAF)
			return x;
		nib += same;
		n -= same;
		id = mpt_real(m, x->child[0]);
	}
	return NULL;
}

enum pl_mpt_found pl_mpt_get(const struct pl_mpt *m, uint32_t version,
			     struct pl_span key, struct pl_span *value,
			     uint32_t *sub)
{
	bool unknown;
	const struct node *x = leaf_of(m, version, key, &unknown);

	if (!x)
		return unknown ? PL_MPT_UNKNOWN : PL_MPT_ABSENT;
	if (value)
		*value = (struct pl_span){ mpt_value(x), x->value_n };
	if (sub)
		*sub = x->child[0];
	return PL_MPT_PRESENT;
}

void pl_mpt_attach(struct pl_mpt *m, uint32_t version, struct pl_span key,
		   uint32_t sub)
{
	bool unknown;
	struct node *x = leaf_of(m, version, key, &unknown);

	if (x)
		x->child[0] = sub;
}

/* --------------------------------------------------------------- putting */

struct item {
	struct pl_span value;
	uint32_t sub;
};

static void unpack(uint8_t *nib, const struct node *x)
{
	for (size_t i = 0; i < x->path_n; i++)
		nib[i] = (uint8_t)mpt_nibble(mpt_path(x), i);
}

/* What is left of a leaf or an extension behind `from` nibbles. */
static uint32_t rest_of(struct pl_mpt *m, uint32_t id, size_t from)
{
	const struct node *x = mpt_at(m, id);
	uint8_t nib[NIBBLES];
	uint32_t made;

	unpack(nib, x);
	if (x->kind == LEAF)
		return mpt_leaf(m, nib + from, x->path_n - from,
				(struct pl_span){ mpt_value(x), x->value_n },
				x->child[0]);
	if (from == x->path_n)
		return x->child[0];
	made = mpt_short(m, EXTENSION, nib + from, x->path_n - from);
	mpt_at(m, made)->child[0] = x->child[0];
	return made;
}

/* A leaf or extension whose path parts from nib behind `same` nibbles. */
static uint32_t split(struct pl_mpt *m, uint32_t id, const uint8_t *nib,
		      size_t n, size_t same, const struct item *it)
{
	const uint32_t fork = mpt_branch(m);
	const struct node *x = mpt_at(m, id);
	struct node *b = mpt_at(m, fork);
	uint32_t top;

	if (same == x->path_n) /* a leaf: the key goes on, the path does not */
		b->child[WAYS - 1] = rest_of(m, id, same);
	else
		b->child[mpt_nibble(mpt_path(x), same)] =
			rest_of(m, id, same + 1);
	if (same == n)
		b->child[WAYS - 1] = mpt_leaf(m, nib, 0, it->value, it->sub);
	else
		b->child[nib[same]] = mpt_leaf(m, nib + same + 1, n - same - 1,
					       it->value, it->sub);
	if (!same)
		return fork;
	top = mpt_short(m, EXTENSION, nib, same);
	mpt_at(m, top)->child[0] = fork;
	return top;
}

static uint32_t put_leaf(struct pl_mpt *m, uint32_t id, const uint8_t *nib,
			 size_t n, const struct item *it)
{
	struct node *x = mpt_at(m, id);

	if (x->sealed || x->value_n != it->value.n)
		return mpt_leaf(m, nib, n, it->value, it->sub);
	memmove(mpt_value(x), it->value.p, it->value.n);
	x->child[0] = it->sub;
	return id;
}

/* Goes as deep as keys are long. */
static uint32_t put(struct pl_mpt *m, uint32_t id, const uint8_t *nib, size_t n,
		    const struct item *it)
{
	struct node *x;
	uint32_t below;
	size_t same, way;

	id = mpt_real(m, id);
	if (!id)
		return mpt_leaf(m, nib, n, it->value, it->sub);
	x = mpt_at(m, id);
	assert(x->kind != STUB);
	if (x->kind == BRANCH) {
		way = n ? *nib : WAYS - 1;
		below = put(m, x->child[way], nib + (n != 0), n - (n != 0), it);
		if (below == x->child[way])
			return id;
		id = writable(m, id);
		mpt_at(m, id)->child[way] = below;
		return id;
	}
	same = mpt_common(x, nib, n);
	if (x->kind == LEAF && same == x->path_n && same == n)
		return put_leaf(m, id, nib, n, it);
	if (x->kind == LEAF || same < x->path_n)
		return split(m, id, nib, n, same, it);
	below = put(m, x->child[0], nib + same, n - same, it);
	if (below == x->child[0])
		return id;
	id = writable(m, id);
	mpt_at(m, id)->child[0] = below;
	return id;
}

/* ----------------------------------------------------------- taking away */

/* The path `nib` and what hangs below it as one node, where that can be. */
static uint32_t joined(struct pl_mpt *m, const uint8_t *nib, size_t n,
		       uint32_t id)
{
	const struct node *x = mpt_at(m, id);
	uint8_t path[2 * NIBBLES];
	uint32_t made;

	memcpy(path, nib, n);
	if (x->kind == LEAF || x->kind == EXTENSION) {
		unpack(path + n, x);
		n += x->path_n;
	}
	if (x->kind == LEAF)
		return mpt_leaf(m, path, n,
				(struct pl_span){ mpt_value(x), x->value_n },
				x->child[0]);
	made = mpt_short(m, EXTENSION, path, n);
	mpt_at(m, made)->child[0] = x->kind == EXTENSION ? x->child[0] : id;
	return made;
}

/* A branch that may have become too small to be one. */
static uint32_t shrunk(struct pl_mpt *m, uint32_t id)
{
	const struct node *x = mpt_at(m, id);
	unsigned ways = 0;
	uint8_t last = 0;
	uint32_t only;

	for (unsigned i = 0; i < WAYS; i++) {
		if (!x->child[i])
			continue;
		ways++;
		last = (uint8_t)i;
	}
	if (ways > 1)
		return id;
	if (!ways) /* what was learnt had a branch with one way */
		return 0;
	only = mpt_real(m, x->child[last]);
	if (last == WAYS - 1)
		return only;
	if (mpt_at(m, only)->kind == STUB)
		return id;
	return joined(m, &last, 1, only);
}

static uint32_t take(struct pl_mpt *m, uint32_t id, const uint8_t *nib,
		     size_t n, bool *found);

static uint32_t take_branch(struct pl_mpt *m, uint32_t id, const uint8_t *nib,
			    size_t n, bool *found)
{
	const size_t way = n ? *nib : WAYS - 1;
	uint32_t below = take(m, mpt_at(m, id)->child[way], nib + (n != 0),
			      n - (n != 0), found);

	if (!*found)
		return id;
	id = writable(m, id);
	mpt_at(m, id)->child[way] = below;
	return below ? id : shrunk(m, id);
}

static uint32_t take(struct pl_mpt *m, uint32_t id, const uint8_t *nib,
		     size_t n, bool *found)
{
	uint8_t path[NIBBLES];
	struct node *x;
	uint32_t below;
	size_t same;

	id = mpt_real(m, id);
	if (!id)
		return 0;
	x = mpt_at(m, id);
	assert(x->kind != STUB);
	if (x->kind == BRANCH)
		return take_branch(m, id, nib, n, found);
	same = mpt_common(x, nib, n);
	if (same < x->path_n || (x->kind == LEAF && same < n))
		return id;
	if (x->kind == LEAF) {
		*found = true;
		return 0;
	}
	below = take(m, x->child[0], nib + same, n - same, found);
	if (!*found)
		return id;
	below = mpt_real(m, below);
	if (!below)
		return 0;
	if (mpt_at(m, below)->kind != BRANCH &&
	    mpt_at(m, below)->kind != STUB) {
		unpack(path, x);
		return joined(m, path, x->path_n, below);
	}
	id = writable(m, id);
	mpt_at(m, id)->child[0] = below;
	return id;
}

uint32_t pl_mpt_put(struct pl_mpt *m, uint32_t version, struct pl_span key,
		    struct pl_span value, uint32_t sub)
{
	const struct item it = { value, sub };
	uint8_t nib[NIBBLES];
	size_t n = mpt_nibbles(nib, key);
	bool found = false;

	return value.n ? put(m, version, nib, n, &it)
		       : take(m, version, nib, n, &found);
}

/* --------------------------------------------------------------- keeping */

static uint32_t moved(struct pl_mpt *to, struct pl_mpt *from, uint32_t id)
{
	struct node *x, *y;
	uint32_t made;
	size_t ways, bytes;

	id = mpt_real(from, id);
	if (!id)
		return 0;
	x = mpt_at(from, id);
	if (x->kind == MOVED)
		return x->child[0];
	ways = x->kind == BRANCH ? WAYS : 1;
	bytes = x->kind == BRANCH ? 0 : (x->path_n + 1u) / 2 + x->value_n;
	made = node_new(to, (enum kind)x->kind, ways, bytes);
	y = mpt_at(to, made);
	memcpy(y, x,
	       offsetof(struct node, child) + ways * sizeof(uint32_t) + bytes);
	for (size_t i = 0; i < ways; i++)
		y->child[i] = moved(to, from, x->child[i]);
	x->kind = MOVED;
	x->child[0] = made;
	return made;
}

void pl_mpt_keep(struct pl_mpt *m, uint32_t **roots, size_t n)
{
	struct pl_mpt was = *m;

	store_open(m);
	for (size_t i = 0; i < n; i++)
		*roots[i] = moved(m, &was, *roots[i]);
	pl_arena_close(was.a);
}
