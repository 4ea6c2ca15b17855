#include "eth/trie.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/header.h"

static unsigned nibble(struct pl_span key, size_t i)
{
	return key.p[i / 2] >> (i % 2 ? 0 : 4) & 15;
}

static size_t nibbles(struct pl_span key)
{
	return 2 * key.n;
}

/* ------------------------------------------------------------- building
 * A node is written at the end of the buffer and then, when it is of 32 bytes
 * or more and not the root, replaced where it stands by its hash: the buffer
 * is the stack of the nodes not finished yet. */

/* The hex-prefix encoding of nibbles from..to of a key. */
static void put_path(struct pl_buf *b, struct pl_span key, size_t from,
		     size_t to, bool leaf)
{
	uint8_t path[1 + PL_TRIE_KEY];
	size_t odd = (to - from) % 2, n = 1 + (to - from) / 2;

	path[0] = (uint8_t)((leaf ? 0x20 : 0) | (odd ? 0x10 : 0));
	if (odd)
		path[0] |= (uint8_t)nibble(key, from);
	for (size_t i = 1; i < n; i++) {
		size_t at = from + odd + 2 * (i - 1);

		path[i] = (uint8_t)(nibble(key, at) << 4 | nibble(key, at + 1));
	}
	pl_rlp_put(b, (struct pl_span){ path, n });
}

/* The node behind `from` becomes what its parent holds of it. */
static void make_ref(struct pl_buf *b, size_t from)
{
	struct pl_hash32 h;

	if (b->n - from < 32)
		return;
	h = pl_keccak256((struct pl_span){ b->p + from, b->n - from });
	b->n = from;
	pl_rlp_put(b, pl_hash32_span(&h));
}

static size_t common(struct pl_span a, struct pl_span b, size_t from)
{
	size_t i = from;

	while (i < nibbles(a) && i < nibbles(b) && nibble(a, i) == nibble(b, i))
		i++;
	return i;
}

static void put_node(struct pl_buf *b, const struct pl_trie_item *items,
		     size_t n, size_t depth);

/* All items agree on the nibbles before depth, and not on the one at it. */
static void put_branch(struct pl_buf *b, const struct pl_trie_item *items,
		       size_t n, size_t depth)
{
	size_t list = pl_rlp_open(b), i = 0;
	struct pl_span value = { NULL, 0 };

	if (nibbles(items[0].key) == depth)
		value = items[i++].value;
	for (unsigned x = 0; x < 16; x++) {
		size_t from = i, at = b->n;

		while (i < n && nibble(items[i].key, depth) == x)
			i++;
		if (i == from) {
			pl_rlp_put(b, (struct pl_span){ NULL, 0 });
			continue;
		}
		put_node(b, items + from, i - from, depth + 1);
		make_ref(b, at);
	}
	pl_rlp_put(b, value);
	pl_rlp_close(b, list);
}

/* Goes as deep as keys are long: at most 2·PL_TRIE_KEY. */
static void put_node(struct pl_buf *b, const struct pl_trie_item *items,
		     size_t n, size_t depth)
{
	size_t list, same, at;

	if (n > 1) {
		/* sorted: what first and last share, all share */
		same = common(items[0].key, items[n - 1].key, depth);
		if (same == depth) {
			put_branch(b, items, n, depth);
			return;
		}
		list = pl_rlp_open(b);
		put_path(b, items[0].key, depth, same, false);
		at = b->n;
		put_branch(b, items, n, same);
		make_ref(b, at);
		pl_rlp_close(b, list);
		return;
	}
	list = pl_rlp_open(b);
	put_path(b, items[0].key, depth, nibbles(items[0].key), true);
	pl_rlp_put(b, items[0].value);
	pl_rlp_close(b, list);
}

static int key_cmp(struct pl_span a, struct pl_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int item_cmp(const void *a, const void *b)
{
	return key_cmp(((const struct pl_trie_item *)a)->key,
		       ((const struct pl_trie_item *)b)->key);
}

void pl_trie_sort(struct pl_trie_item *items, size_t n)
{
	if (n)
		qsort(items, n, sizeof(*items), item_cmp);
}

enum pl_rc pl_trie_root(struct pl_hash32 *out, struct pl_buf *scratch,
			const struct pl_trie_item *items, size_t n,
			struct pl_err *e)
{
	size_t from = scratch->n;

	for (size_t i = 0; i < n; i++) {
		if (items[i].key.n > PL_TRIE_KEY)
			return pl_fail(e, PL_ELIMIT,
				       "trie key of %zu bytes, more than %d",
				       items[i].key.n, PL_TRIE_KEY);
		if (!items[i].value.n)
			return pl_fail(e, PL_EFORMAT, "trie item %zu is empty",
				       i);
		if (i && key_cmp(items[i - 1].key, items[i].key) >= 0)
			return pl_fail(e, PL_EFORMAT,
				       "trie item %zu is out of order", i);
	}
	if (!n) {
		*out = pl_empty_root;
		return PL_OK;
	}
	put_node(scratch, items, n, 0);
	*out = pl_keccak256(
		(struct pl_span){ scratch->p + from, scratch->n - from });
	scratch->n = from;
	return PL_OK;
}

/* The RLP of an index below 2^16 + 1, right behind each other in `room`. */
static struct pl_span index_key(uint8_t *room, size_t i)
{
	if (!i) {
		room[0] = 0x80;
		return (struct pl_span){ room, 1 };
	}
	if (i < 0x80) {
		room[0] = (uint8_t)i;
		return (struct pl_span){ room, 1 };
	}
	if (i < 0x100) {
		room[0] = 0x81;
		room[1] = (uint8_t)i;
		return (struct pl_span){ room, 2 };
	}
	room[0] = 0x82;
	room[1] = (uint8_t)(i >> 8);
	room[2] = (uint8_t)i;
	return (struct pl_span){ room, 3 };
}

enum pl_rc pl_trie_list_root(struct pl_hash32 *out, struct pl_arena *a,
			     const struct pl_span *values, size_t n,
			     struct pl_err *e)
{
	struct pl_trie_item *items;
	struct pl_buf scratch;
	uint8_t *keys;
	size_t k = 0;

	if (n > PL_MAX_BLOCK_TXS)
		return pl_fail(e, PL_ELIMIT, "list of %zu items, more than %d",
			       n, PL_MAX_BLOCK_TXS);
	items = PL_NEW_N(a, struct pl_trie_item, n);
	keys = pl_alloc_n(a, n, 3);
	/* by the bytes of their RLP: 1 to 127, 0, 128 and up */
	for (size_t i = 1; i < n && i < 0x80; i++, k++)
		items[k] = (struct pl_trie_item){ index_key(keys + 3 * i, i),
						  values[i] };
	if (n)
		items[k++] =
			(struct pl_trie_item){ index_key(keys, 0), values[0] };
	for (size_t i = 0x80; i < n; i++, k++)
		items[k] = (struct pl_trie_item){ index_key(keys + 3 * i, i),
						  values[i] };
	pl_buf_init(&scratch, a);
	return pl_trie_root(out, &scratch, items, n, e);
}

/* -------------------------------------------------------------- proofs */

struct walk {
	struct pl_span key;
	size_t at; /* nibbles of the key used up */
	const struct pl_span *nodes;
	const struct pl_hash32 *hashes; /* of the nodes */
	size_t n, used;
	bool after_extension; /* then only a branch may follow */
};

static enum pl_rc refuse(struct pl_err *e, const struct walk *w,
			 const char *what)
{
	return pl_fail(e, PL_EPROOF, "proof node %zu: %s",
		       w->used ? w->used - 1 : 0, what);
}

/* Fetch the node whose hash the parent holds.  A root may be short; any other
 * node below 32 bytes would have stood inside its parent. */
static enum pl_rc fetch(struct pl_span *node, struct walk *w,
			const struct pl_hash32 *want, struct pl_err *e)
{
	const struct pl_hash32 *got = w->hashes + w->used;

	if (w->used == w->n)
		return pl_fail(e, PL_EPROOF,
			       "proof ends after %zu nodes, above the key",
			       w->n);
	*node = w->nodes[w->used++];
	if (!pl_hash32_equal(got, want))
		return refuse(e, w, "not the node its parent names");
	if (w->used > 1 && node->n < 32)
		return refuse(e, w, "too short to stand by itself");
	return PL_OK;
}

/* A child in a branch or extension. */
enum child { CHILD_NONE, CHILD_HASH, CHILD_INSIDE };

static enum pl_rc read_child(enum child *kind, struct pl_span *ref,
			     struct pl_span *in, const struct walk *w,
			     struct pl_err *e)
{
	struct pl_span from = *in;
	struct pl_rlp item;

	/* 32 bytes, nearly always */
	if (in->n > 32 && *in->p == 0xa0) {
		*ref = (struct pl_span){ pl_span_take(in, 33).p + 1, 32 };
		*kind = CHILD_HASH;
		return PL_OK;
	}
	PL_TRY(pl_rlp_next(&item, in, e));
	*ref = item.body;
	if (!item.is_list && !item.body.n) {
		*kind = CHILD_NONE;
	} else if (!item.is_list && item.body.n == 32) {
		*kind = CHILD_HASH;
	} else if (item.is_list && from.n - in->n < 32) {
		*kind = CHILD_INSIDE;
		*ref = (struct pl_span){ from.p, from.n - in->n };
	} else {
		return refuse(e, w, "child that is neither hash nor node");
	}
	return PL_OK;
}

/* Where the walk goes on: to a node inside this one or to another. */
static enum pl_rc descend(struct pl_span *node, struct walk *w, enum child kind,
			  struct pl_span ref, struct pl_err *e)
{
	struct pl_hash32 want;

	if (kind == CHILD_INSIDE) {
		*node = ref;
		return PL_OK;
	}
	memcpy(want.b, ref.p, sizeof(want.b));
	return fetch(node, w, &want, e);
}

/* A branch: *next is the child on the way, or *value what it holds itself. */
static enum pl_rc read_branch(enum child *kind, struct pl_span *ref,
			      struct pl_span *value, struct pl_span in,
			      struct walk *w, struct pl_err *e)
{
	bool at_end = w->at == nibbles(w->key);
	unsigned x = at_end ? 16 : nibble(w->key, w->at), used = 0;

	*kind = CHILD_NONE;
	for (unsigned i = 0; i < 16; i++) {
		struct pl_span r;
		enum child k;

		PL_TRY(read_child(&k, &r, &in, w, e));
		used += k != CHILD_NONE;
		if (i == x) {
			*kind = k;
			*ref = r;
		}
	}
	PL_TRY(pl_rlp_bytes(value, &in, e));
	PL_TRY(pl_rlp_end(in, "the branch", e));
	if (used + (value->n != 0) < 2)
		return refuse(e, w, "branch with fewer than two ways");
	if (!at_end || !value->n)
		*value = (struct pl_span){ NULL, 0 };
	w->at += !at_end;
	return PL_OK;
}

struct path {
	struct pl_span bytes; /* hex-prefix encoded */
	bool leaf;
	size_t from, n; /* nibbles of `bytes`, and how many are path */
};

static enum pl_rc read_path(struct path *p, struct pl_span *in,
			    const struct walk *w, struct pl_err *e)
{
	PL_TRY(pl_rlp_bytes(&p->bytes, in, e));
	if (!p->bytes.n || *p->bytes.p >= 0x40)
		return refuse(e, w, "path without a valid prefix");
	p->leaf = *p->bytes.p & 0x20;
	p->from = *p->bytes.p & 0x10 ? 1 : 2;
	if (p->from == 2 && *p->bytes.p & 0x0f)
		return refuse(e, w, "path with padding that is not zero");
	p->n = nibbles(p->bytes) - p->from;
	if (!p->leaf && !p->n)
		return refuse(e, w, "extension without a path");
	return PL_OK;
}

static bool path_fits(const struct path *p, const struct walk *w)
{
	if (p->n > nibbles(w->key) - w->at)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (nibble(p->bytes, p->from + i) != nibble(w->key, w->at + i))
			return false;
	return true;
}

/* A leaf or an extension; *done says whether the walk ends here. */
static enum pl_rc read_short(enum child *kind, struct pl_span *ref,
			     struct pl_span *value, bool *done,
			     struct pl_span in, struct walk *w,
			     struct pl_err *e)
{
	struct path p;
	bool fits;

	PL_TRY(read_path(&p, &in, w, e));
	fits = path_fits(&p, w);
	*value = (struct pl_span){ NULL, 0 };
	if (p.leaf) {
		struct pl_span v;

		PL_TRY(pl_rlp_bytes(&v, &in, e));
		PL_TRY(pl_rlp_end(in, "the leaf", e));
		if (!v.n)
			return refuse(e, w, "leaf without a value");
		if (fits && w->at + p.n == nibbles(w->key))
			*value = v;
		*done = true;
		return PL_OK;
	}
	PL_TRY(read_child(kind, ref, &in, w, e));
	PL_TRY(pl_rlp_end(in, "the extension", e));
	if (*kind == CHILD_NONE)
		return refuse(e, w, "extension that leads nowhere");
	*done = !fits;
	w->at += fits ? p.n : 0;
	return PL_OK;
}

/* One node.  *done: the walk ends, with *value or without. */
static enum pl_rc step(struct pl_span *node, struct pl_span *value, bool *done,
		       struct walk *w, struct pl_err *e)
{
	struct pl_span body, ref = { NULL, 0 };
	enum child kind = CHILD_NONE;
	size_t items;

	PL_TRY(pl_rlp_whole_list(&body, *node, e));
	PL_TRY(pl_rlp_count(&items, body, e));
	*done = false;
	if (items == 17) {
		bool at_end = w->at == nibbles(w->key);

		PL_TRY(read_branch(&kind, &ref, value, body, w, e));
		*done = at_end || kind == CHILD_NONE;
		w->after_extension = false;
	} else if (items == 2) {
		bool after = w->after_extension;

		w->after_extension = true;
		PL_TRY(read_short(&kind, &ref, value, done, body, w, e));
		if (after)
			return refuse(e, w, "no branch behind an extension");
	} else {
		return refuse(e, w, "neither branch, extension nor leaf");
	}
	return *done ? PL_OK : descend(node, w, kind, ref, e);
}

static enum pl_rc prove(struct pl_span *value, const struct pl_hash32 *root,
			struct walk *w, struct pl_err *e)
{
	struct pl_span node;
	bool done = false;

	PL_TRY(fetch(&node, w, root, e));
	/* the empty trie may be shown by its one node, the empty string */
	if (pl_hash32_equal(root, &pl_empty_root)) {
		*value = (struct pl_span){ NULL, 0 };
		return PL_OK;
	}
	while (!done)
		PL_TRY(step(&node, value, &done, w, e));
	return PL_OK;
}

static enum pl_rc check_size(size_t n, struct pl_span key, struct pl_err *e)
{
	if (n > PL_MAX_PROOF_NODES || key.n > PL_TRIE_KEY)
		return pl_fail(e, PL_ELIMIT, "proof of %zu nodes, more than %d",
			       n, PL_MAX_PROOF_NODES);
	return PL_OK;
}

/* The whole proof, by its nodes and their hashes; check_size() has passed. */
static enum pl_rc prove_hashed(struct pl_span *value,
			       const struct pl_hash32 *root, struct walk *w,
			       struct pl_err *e)
{
	struct pl_span v = { NULL, 0 };

	if (w->n || !pl_hash32_equal(root, &pl_empty_root)) {
		enum pl_rc rc = prove(&v, root, w, e);

		/* a node with the right hash and a wrong form is a false
		 * proof too */
		if (rc == PL_EFORMAT) {
			e->rc = PL_EPROOF;
			return pl_note(e, "proof node %zu",
				       w->used ? w->used - 1 : 0);
		}
		PL_TRY(rc);
	}
	if (w->used != w->n)
		return pl_fail(e, PL_EPROOF, "proof has %zu nodes, %zu needed",
			       w->n, w->used);
	*value = v;
	return PL_OK;
}

enum pl_rc pl_trie_prove(struct pl_span *value, const struct pl_hash32 *root,
			 struct pl_span key, const struct pl_span *nodes,
			 size_t n, struct pl_err *e)
{
	struct pl_hash32 hashes[PL_MAX_PROOF_NODES];
	struct walk w = {
		.key = key, .nodes = nodes, .hashes = hashes, .n = n
	};

	PL_TRY(check_size(n, key, e));
	pl_keccak256_many(hashes, nodes, n);
	return prove_hashed(value, root, &w, e);
}

/* Nodes hashed together: one longest proof, or many usual ones. */
#define GROUP (2 * PL_MAX_PROOF_NODES)

/* As many jobs from the first on as GROUP nodes hold, at least one. */
static size_t prove_group(struct pl_trie_job *jobs, size_t n)
{
	struct pl_span nodes[GROUP] = { { NULL, 0 } };
	struct pl_hash32 hashes[GROUP];
	size_t all = 0, taken, at = 0;
	struct pl_err e;

	for (taken = 0; taken < n; taken++) {
		struct pl_trie_job *j = jobs + taken;

		j->value = (struct pl_span){ NULL, 0 };
		j->rc = check_size(j->n, j->key, &e);
		if (j->rc)
			continue;
		if (j->n > GROUP - all)
			break;
		for (size_t i = 0; i < j->n; i++)
			nodes[all++] = j->nodes[i];
	}
	pl_keccak256_many(hashes, nodes, all);
	for (size_t i = 0; i < taken; i++) {
		struct pl_trie_job *j = jobs + i;
		struct walk w = { .key = j->key,
				  .nodes = nodes + at,
				  .hashes = hashes + at,
				  .n = j->n };

		if (j->rc)
			continue;
		j->rc = prove_hashed(&j->value, &j->root, &w, &e);
		at += j->n;
	}
	return taken;
}

size_t pl_trie_prove_many(struct pl_trie_job *jobs, size_t n)
{
	size_t hold = 0;

	for (size_t from = 0; from < n;)
		from += prove_group(jobs + from, n - from);
	for (size_t i = 0; i < n; i++)
		hold += !jobs[i].rc;
	return hold;
}

static enum pl_rc read_account(struct pl_account *out, struct pl_span value,
			       struct pl_err *e)
{
	struct pl_account a;
	struct pl_span in;

	PL_TRY(pl_rlp_whole_list(&in, value, e));
	PL_TRY(pl_rlp_u64(&a.nonce, &in, e));
	PL_TRY(pl_rlp_u256(&a.balance, &in, e));
	PL_TRY(pl_rlp_fixed(a.storage_root.b, 32, &in, e));
	PL_TRY(pl_rlp_fixed(a.code_hash.b, 32, &in, e));
	PL_TRY(pl_rlp_end(in, "the account", e));
	*out = a;
	return PL_OK;
}

/* What a proven value says about an account; no value: it is absent. */
static enum pl_rc account_of(struct pl_account *out, bool *found,
			     struct pl_span v, struct pl_err *e)
{
	struct pl_account a = { .storage_root = pl_empty_root,
				.code_hash = pl_keccak_empty };

	if (v.p && read_account(&a, v, e)) {
		e->rc = PL_EPROOF;
		return pl_note(e, "account");
	}
	*out = a;
	*found = v.p != NULL;
	return PL_OK;
}

enum pl_rc pl_trie_account(struct pl_account *out, bool *found,
			   const struct pl_hash32 *state_root,
			   const struct pl_addr *addr,
			   const struct pl_span *nodes, size_t n,
			   struct pl_err *e)
{
	struct pl_hash32 key = pl_keccak256(pl_addr_span(addr));
	struct pl_span v;

	PL_TRY(pl_trie_prove(&v, state_root, pl_hash32_span(&key), nodes, n,
			     e));
	return account_of(out, found, v, e);
}

/* n is at most ACCOUNTS. */
#define ACCOUNTS 32
static void prove_accounts(struct pl_account_job *jobs, size_t n)
{
	struct pl_trie_job t[ACCOUNTS];
	struct pl_span addrs[ACCOUNTS] = { { NULL, 0 } };
	struct pl_hash32 keys[ACCOUNTS];
	struct pl_err e;

	for (size_t i = 0; i < n; i++)
		addrs[i] = pl_addr_span(&jobs[i].addr);
	pl_keccak256_many(keys, addrs, n);
	for (size_t i = 0; i < n; i++)
		t[i] = (struct pl_trie_job){ .root = jobs[i].state_root,
					     .key = pl_hash32_span(keys + i),
					     .nodes = jobs[i].nodes,
					     .n = jobs[i].n };
	(void)pl_trie_prove_many(t, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_account_job *j = jobs + i;

		j->rc = t[i].rc;
		if (!j->rc)
			j->rc = account_of(&j->account, &j->found, t[i].value,
					   &e);
	}
}

size_t pl_trie_account_many(struct pl_account_job *jobs, size_t n)
{
	size_t hold = 0;

	for (size_t from = 0; from < n; from += ACCOUNTS)
		prove_accounts(jobs + from,
			       n - from < ACCOUNTS ? n - from : ACCOUNTS);
	for (size_t i = 0; i < n; i++)
		hold += !jobs[i].rc;
	return hold;
}

enum pl_rc pl_trie_slot(struct pl_u256 *out,
			const struct pl_hash32 *storage_root,
			const struct pl_hash32 *slot,
			const struct pl_span *nodes, size_t n, struct pl_err *e)
{
	struct pl_hash32 key = pl_keccak256(pl_hash32_span(slot));
	struct pl_u256 x = { { 0 } };
	struct pl_span v;

	PL_TRY(pl_trie_prove(&v, storage_root, pl_hash32_span(&key), nodes, n,
			     e));
	/* the value is the RLP of the number, zero is never stored */
	if (v.p && (pl_rlp_u256(&x, &v, e) || pl_rlp_end(v, "the slot", e))) {
		e->rc = PL_EPROOF;
		return pl_note(e, "storage value");
	}
	if (v.p && pl_u256_is_zero(&x))
		return pl_fail(e, PL_EPROOF, "storage value: a stored zero");
	*out = x;
	return PL_OK;
}
