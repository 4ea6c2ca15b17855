#include "trie.h"

#include <string.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"

#define NIBBLES 64

/* A leaf, or a branch with the extension above it, if any. */
struct world_trie {
	struct pl_hash32 key; /* of any item below */
	unsigned from, at;    /* these nibbles all below have in common; a
			       * leaf's go to the end */
	struct pl_span value; /* a leaf's */
	const void *item;
	struct world_trie *child[16];
	uint8_t name[33]; /* how its parent names it */
	size_t name_n;    /* 0: not known yet */
};

static unsigned nibble(const struct pl_hash32 *k, unsigned i)
{
	return i % 2 ? k->b[i / 2] & 15u : k->b[i / 2] >> 4;
}

/* The first nibble from `from` on in which they differ, `to` at most. */
static unsigned differ(const struct pl_hash32 *x, const struct pl_hash32 *y,
		       unsigned from, unsigned to)
{
	while (from < to && nibble(x, from) == nibble(y, from))
		from++;
	return from;
}

static struct world_trie *copy(struct pl_arena *a, const struct world_trie *t)
{
	struct world_trie *n = PL_NEW(a, struct world_trie);

	*n = *t;
	n->name_n = 0;
	return n;
}

static struct world_trie *put(struct pl_arena *a, struct world_trie *t,
			      unsigned from, const struct world_trie *leaf)
{
	struct world_trie *n = copy(a, leaf), **child;
	unsigned same;

	n->from = from;
	if (!t)
		return n;
	same = differ(&t->key, &leaf->key, from, t->at);
	if (same == NIBBLES)
		return n;
	if (same == t->at) {
		n = copy(a, t);
		child = &n->child[nibble(&leaf->key, same)];
		*child = put(a, *child, same + 1, leaf);
		return n;
	}
	n = PL_NEW(a, struct world_trie);
	n->key = t->key;
	n->from = from;
	n->at = same;
	child = &n->child[nibble(&t->key, same)];
	*child = copy(a, t);
	(*child)->from = same + 1;
	n->child[nibble(&leaf->key, same)] = put(a, NULL, same + 1, leaf);
	return n;
}

struct world_trie *world_trie_put(struct pl_arena *a, struct world_trie *t,
				  const struct pl_hash32 *key,
				  struct pl_span value, const void *item)
{
	struct world_trie leaf = {
		.key = *key, .at = NIBBLES, .value = value, .item = item
	};

	return put(a, t, 0, &leaf);
}

struct world_trie *world_trie_drop(struct pl_arena *a, struct world_trie *t,
				   const struct pl_hash32 *key)
{
	struct world_trie *n, *last = NULL;
	unsigned left = 0, v;

	if (!t || differ(&t->key, key, t->from, t->at) < t->at)
		return t;
	if (t->at == NIBBLES)
		return NULL;
	v = nibble(key, t->at);
	n = copy(a, t);
	n->child[v] = world_trie_drop(a, t->child[v], key);
	if (n->child[v] == t->child[v])
		return t;
	for (v = 0; v < 16; v++) {
		if (!n->child[v])
			continue;
		left++;
		last = n->child[v];
	}
	if (left > 1)
		return n;
	last = copy(a, last);
	last->from = t->from;
	return last;
}

const void *world_trie_find(const struct world_trie *t,
			    const struct pl_hash32 *key)
{
	while (t && differ(&t->key, key, t->from, t->at) == t->at) {
		if (t->at == NIBBLES)
			return t->item;
		t = t->child[nibble(key, t->at)];
	}
	return NULL;
}

/* ---------------------------------------------------------------- nodes */

/* Hex-prefix encoding of nibbles [from, to) of k. */
static void put_path(struct pl_buf *b, const struct pl_hash32 *k, unsigned from,
		     unsigned to, bool leaf)
{
	uint8_t out[33];
	size_t n = 0;
	bool odd = (to - from) % 2;

	out[n++] = (uint8_t)((leaf ? 0x20 : 0) | (odd ? 0x10 : 0) |
			     (odd ? nibble(k, from++) : 0));
	for (; from < to; from += 2)
		out[n++] =
			(uint8_t)(nibble(k, from) << 4 | nibble(k, from + 1));
	pl_rlp_put(b, (struct pl_span){ out, n });
}

/* How a parent names a node: by its hash, or in full when it is short. */
static void put_name(struct pl_buf *b, struct pl_span node)
{
	struct pl_hash32 h;

	if (node.n < 32) {
		pl_buf_put(b, node);
		return;
	}
	h = pl_keccak256(node);
	pl_rlp_put(b, pl_hash32_span(&h));
}

static struct pl_span node_of(struct pl_arena *a, struct world_trie *t);

static void put_child(struct pl_buf *b, struct world_trie *t)
{
	size_t start = b->n;

	if (!t) {
		pl_rlp_put(b, (struct pl_span){ NULL, 0 });
		return;
	}
	if (t->name_n) {
		pl_buf_put(b, (struct pl_span){ t->name, t->name_n });
		return;
	}
	put_name(b, node_of(b->a, t));
	t->name_n = b->n - start;
	memcpy(t->name, b->p + start, t->name_n);
}

static struct pl_span branch_of(struct pl_arena *a, struct world_trie *t)
{
	struct pl_buf b;
	size_t list;

	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	for (unsigned v = 0; v < 16; v++)
		put_child(&b, t->child[v]);
	pl_rlp_put(&b, (struct pl_span){ NULL, 0 });
	pl_rlp_close(&b, list);
	return pl_buf_span(&b);
}

/* The leaf, the extension, or the branch where there is none. */
static struct pl_span node_of(struct pl_arena *a, struct world_trie *t)
{
	struct pl_buf b;
	size_t list;

	if (t->at < NIBBLES && t->at == t->from)
		return branch_of(a, t);
	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	put_path(&b, &t->key, t->from, t->at, t->at == NIBBLES);
	if (t->at == NIBBLES)
		pl_rlp_put(&b, t->value);
	else
		put_name(&b, branch_of(a, t));
	pl_rlp_close(&b, list);
	return pl_buf_span(&b);
}

struct pl_hash32 world_trie_root(struct world_trie *t)
{
	static const uint8_t nothing = 0x80;
	struct pl_arena *a;
	struct pl_hash32 root;

	if (!t)
		return pl_keccak256((struct pl_span){ &nothing, 1 });
	a = pl_arena_open(0);
	root = pl_keccak256(node_of(a, t));
	pl_arena_close(a);
	return root;
}

static void add(struct world_proof *p, struct pl_span node)
{
	if (!p->n || node.n >= 32)
		p->node[p->n++] = node;
}

void world_trie_proof(struct pl_arena *a, struct world_trie *t,
		      const struct pl_hash32 *key, struct world_proof *out)
{
	out->n = 0;
	while (t) {
		add(out, node_of(a, t));
		if (t->at == NIBBLES ||
		    differ(&t->key, key, t->from, t->at) < t->at)
			return;
		if (t->at > t->from)
			add(out, branch_of(a, t));
		t = t->child[nibble(key, t->at)];
	}
}
