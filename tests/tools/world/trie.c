#include "trie.h"

#include <string.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"

struct walk {
	struct pl_arena *a;
	const struct pl_hash32 *key; /* NULL: no proof is wanted */
	struct world_proof *proof;
};

static unsigned nibble(const struct pl_hash32 *k, size_t i)
{
	return i % 2 ? k->b[i / 2] & 15u : k->b[i / 2] >> 4;
}

/* Hex-prefix encoding of nibbles [from, to) of k. */
static void put_path(struct pl_buf *b, const struct pl_hash32 *k, size_t from,
		     size_t to, bool leaf)
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

/* How a parent names a child: by its hash, or in full when it is short. */
static void put_child(struct pl_buf *b, struct pl_span node)
{
	struct pl_hash32 h;

	if (node.n < 32) {
		pl_buf_put(b, node);
		return;
	}
	h = pl_keccak256(node);
	pl_rlp_put(b, pl_hash32_span(&h));
}

static struct pl_span subtrie(struct walk *w, const struct world_item *it,
			      size_t n, size_t depth, bool on_path);

static void put_branch(struct pl_buf *b, struct walk *w,
		       const struct world_item *it, size_t n, size_t depth,
		       bool on_path)
{
	size_t at = 0;

	for (unsigned v = 0; v < 16; v++) {
		size_t from = at;
		bool here = on_path && nibble(w->key, depth) == v;

		while (at < n && nibble(&it[at].key, depth) == v)
			at++;
		if (at == from)
			pl_rlp_put(b, (struct pl_span){ NULL, 0 });
		else
			put_child(b, subtrie(w, it + from, at - from, depth + 1,
					     here));
	}
	pl_rlp_put(b, (struct pl_span){ NULL, 0 });
}

static bool shares(const struct walk *w, const struct pl_hash32 *k, size_t from,
		   size_t to)
{
	for (; from < to; from++)
		if (nibble(w->key, from) != nibble(k, from))
			return false;
	return true;
}

static struct pl_span subtrie(struct walk *w, const struct world_item *it,
			      size_t n, size_t depth, bool on_path)
{
	size_t same = depth, list;
	struct pl_buf b;

	pl_buf_init(&b, w->a);
	list = pl_rlp_open(&b);
	while (same < 64 &&
	       nibble(&it[0].key, same) == nibble(&it[n - 1].key, same))
		same++;
	if (n == 1) {
		put_path(&b, &it->key, depth, 64, true);
		pl_rlp_put(&b, it->value);
	} else if (same > depth) {
		bool on = on_path && shares(w, &it->key, depth, same);

		put_path(&b, &it->key, depth, same, false);
		put_child(&b, subtrie(w, it, n, same, on));
	} else {
		put_branch(&b, w, it, n, depth, on_path);
	}
	pl_rlp_close(&b, list);
	if (on_path && (b.n >= 32 || !depth))
		w->proof->node[w->proof->n++] = pl_buf_span(&b);
	return pl_buf_span(&b);
}

struct pl_hash32 world_trie(struct pl_arena *a, const struct world_item *items,
			    size_t n, const struct pl_hash32 *key,
			    struct world_proof *proof)
{
	static const uint8_t nothing = 0x80;
	struct walk w = { a, key, proof };
	struct pl_span root;

	if (proof)
		proof->n = 0;
	if (!n)
		return pl_keccak256((struct pl_span){ &nothing, 1 });
	root = subtrie(&w, items, n, 0, key);
	for (size_t i = 0; proof && i < proof->n / 2; i++) {
		struct pl_span x = proof->node[i];

		proof->node[i] = proof->node[proof->n - 1 - i];
		proof->node[proof->n - 1 - i] = x;
	}
	return pl_keccak256(root);
}
