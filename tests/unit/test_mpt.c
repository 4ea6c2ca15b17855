/* The trie that changes, against the one that is built whole. */
#include "check.h"

#include "crypto/keccak.h"
#include "eth/header.h"
#include "eth/mpt.h"
#include "eth/trie.h"

#define KEYS 300
#define VERSIONS 40

static struct pl_err err;

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* What a version must hold, in the plain form. */
struct model {
	uint32_t version;
	struct pl_hash32 root;
	struct pl_span value[KEYS]; /* n = 0: absent */
};

/* Few nibbles differ, some keys are fronts of others, some are hashes. */
static void make_keys(struct pl_arena *a, struct pl_span *keys, uint64_t *s)
{
	for (size_t i = 0; i < KEYS; i++) {
		uint8_t *k = pl_alloc(a, 32);
		struct pl_hash32 h;

		if (i % 3) { /* hashes */
			h = pl_keccak256((struct pl_span){ (const uint8_t *)&i,
							   sizeof(i) });
			memcpy(k, h.b, 32);
			keys[i] = (struct pl_span){ k, 32 };
			continue;
		}
		k[0] = (uint8_t)(next(s) % 2 * 0x10);
		k[1] = (uint8_t)(next(s) % 3);
		k[2] = (uint8_t)(i / 3);
		keys[i] = (struct pl_span){ k, 3 + i % 5 };
	}
	keys[0] = (struct pl_span){ NULL, 0 }; /* the key of no bytes */
}

static struct pl_span some_value(struct pl_arena *a, uint64_t *s)
{
	size_t n = 1 + next(s) % (next(s) % 4 ? 40 : 300);
	uint8_t *p = pl_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)next(s);
	return (struct pl_span){ p, n };
}

static struct pl_hash32 whole_root(struct pl_arena *a,
				   const struct pl_span *keys,
				   const struct model *m)
{
	struct pl_trie_item items[KEYS];
	struct pl_hash32 root;
	struct pl_buf b;
	size_t n = 0;

	for (size_t i = 0; i < KEYS; i++)
		if (m->value[i].n)
			items[n++] =
				(struct pl_trie_item){ keys[i], m->value[i] };
	pl_trie_sort(items, n);
	pl_buf_init(&b, a);
	assert_ok(pl_trie_root(&root, &b, items, n, &err), &err);
	return root;
}

static void check_version(struct pl_arena *a, const struct pl_mpt *t,
			  const struct pl_span *keys, const struct model *m)
{
	struct pl_hash32 root = pl_mpt_root(t, m->version);

	assert_memory_equal(root.b, m->root.b, 32);
	for (size_t i = 0; i < KEYS; i++) {
		struct pl_span *nodes, got = { NULL, 0 };
		enum pl_mpt_found f;
		size_t n;

		f = pl_mpt_get(t, m->version, keys[i], &got, NULL);
		assert_int_equal(f, m->value[i].n ? PL_MPT_PRESENT
						  : PL_MPT_ABSENT);
		if (m->value[i].n)
			assert_true(pl_span_equal(got, m->value[i]));
		assert_ok(pl_mpt_prove(t, a, &nodes, &n, m->version, keys[i],
				       &err),
			  &err);
		assert_ok(pl_trie_prove(&got, &root, keys[i], nodes, n, &err),
			  &err);
		assert_true(pl_span_equal(got, m->value[i]));
	}
}

/* Change some keys of the newest version (which may not be sealed). */
static void change(struct pl_arena *a, struct pl_mpt *t,
		   const struct pl_span *keys, struct model *m, size_t n,
		   uint64_t *s)
{
	while (n--) {
		size_t k = next(s) % KEYS;
		struct pl_span v = { NULL, 0 };

		if (next(s) % 5 > 1)
			v = some_value(a, s);
		m->value[k] = v;
		m->version = pl_mpt_put(t, m->version, keys[k], v, 0);
	}
}

static void follows_the_whole_trie(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_mpt *t = pl_mpt_open();
		struct model *m = PL_NEW_N(a, struct model, VERSIONS);
		uint32_t *kept[VERSIONS / 2];
		struct pl_span keys[KEYS];
		uint64_t s = seed * 0x9e3779b97f4a7c15;

		make_keys(a, keys, &s);
		for (size_t i = 0; i < VERSIONS; i++) {
			if (i) /* from any earlier one */
				m[i] = m[next(&s) % i];
			change(a, t, keys, &m[i], next(&s) % 60, &s);
			pl_mpt_seal(t, &m[i].version, 1);
			m[i].root = whole_root(a, keys, &m[i]);
		}
		for (size_t i = 0; i < VERSIONS; i++)
			check_version(a, t, keys, &m[i]);
		for (size_t i = 0; i < VERSIONS / 2; i++)
			kept[i] = &m[2 * i].version;
		pl_mpt_keep(t, kept, VERSIONS / 2);
		for (size_t i = 0; i < VERSIONS; i += 2)
			check_version(a, t, keys, &m[i]);
		pl_mpt_close(t);
		pl_arena_close(a);
	}
}

static void emptied_is_empty(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_mpt *t = pl_mpt_open();
	struct pl_span keys[KEYS];
	struct pl_hash32 root;
	uint32_t v = 0;
	uint64_t s = 7;

	(void)state;
	make_keys(a, keys, &s);
	for (size_t i = 0; i < KEYS; i++)
		v = pl_mpt_put(t, v, keys[i], some_value(a, &s), 0);
	pl_mpt_seal(t, &v, 1);
	for (size_t i = KEYS; i--;)
		v = pl_mpt_put(t, v, keys[i], (struct pl_span){ NULL, 0 }, 0);
	assert_int_equal(v, 0);
	root = pl_mpt_root(t, v);
	assert_memory_equal(root.b, pl_empty_root.b, 32);
	pl_mpt_close(t);
	pl_arena_close(a);
}

/* A trie known by its root alone becomes known by proofs, and changes as the
 * whole one does where both know the way. */
static void learns_from_proofs(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_mpt *t = pl_mpt_open(), *u = pl_mpt_open();
	struct pl_span keys[KEYS], got, *nodes;
	struct pl_hash32 root, other;
	uint32_t v = 0, w;
	uint64_t s = 99;
	size_t n;

	(void)state;
	make_keys(a, keys, &s);
	for (size_t i = 0; i < KEYS; i += 2)
		v = pl_mpt_put(t, v, keys[i], some_value(a, &s), 0);
	pl_mpt_seal(t, &v, 1);
	root = pl_mpt_root(t, v);
	w = pl_mpt_stub(u, &root);
	assert_int_equal(pl_mpt_get(u, w, keys[2], &got, NULL), PL_MPT_UNKNOWN);
	for (size_t i = 0; i < 40; i++) {
		assert_ok(pl_mpt_prove(t, a, &nodes, &n, v, keys[i], &err),
			  &err);
		if (n > 1 &&
		    pl_mpt_get(u, w, keys[i], NULL, NULL) == PL_MPT_UNKNOWN)
			assert_int_equal(pl_mpt_learn(u, w, keys[i], nodes,
						      i ? n - 1 : 0, &err),
					 PL_EPROOF);
		assert_ok(pl_mpt_learn(u, w, keys[i], nodes, n, &err), &err);
		assert_int_equal(pl_mpt_get(u, w, keys[i], NULL, NULL),
				 i % 2 ? PL_MPT_ABSENT : PL_MPT_PRESENT);
	}
	for (size_t i = 0; i < 40; i++) {
		struct pl_span value = some_value(a, &s);

		v = pl_mpt_put(t, v, keys[i], value, 0);
		w = pl_mpt_put(u, w, keys[i], value, 0);
	}
	pl_mpt_seal(t, &v, 1);
	pl_mpt_seal(u, &w, 1);
	root = pl_mpt_root(t, v);
	other = pl_mpt_root(u, w);
	assert_memory_equal(root.b, other.b, 32);
	pl_mpt_close(t);
	pl_mpt_close(u);
	pl_arena_close(a);
}

/* A proof with any byte changed teaches nothing. */
static void learns_no_lies(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_mpt *t = pl_mpt_open();
	struct pl_span keys[KEYS], *nodes;
	struct pl_hash32 root;
	uint32_t v = 0;
	uint64_t s = 3;
	size_t n;

	(void)state;
	make_keys(a, keys, &s);
	for (size_t i = 0; i < KEYS; i++)
		v = pl_mpt_put(t, v, keys[i], some_value(a, &s), 0);
	pl_mpt_seal(t, &v, 1);
	root = pl_mpt_root(t, v);
	assert_ok(pl_mpt_prove(t, a, &nodes, &n, v, keys[4], &err), &err);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < nodes[i].n; k++) {
			uint8_t *p = (uint8_t *)(uintptr_t)nodes[i].p;
			struct pl_mpt *u = pl_mpt_open();
			uint32_t w = pl_mpt_stub(u, &root);

			p[k] ^= 0x40;
			assert_int_equal(
				pl_mpt_learn(u, w, keys[4], nodes, n, &err),
				PL_EPROOF);
			p[k] ^= 0x40;
			pl_mpt_close(u);
		}
	pl_mpt_close(t);
	pl_arena_close(a);
}

struct seen {
	size_t leaves, nodes;
	uint8_t last[PL_MPT_KEY];
	size_t last_n;
};

static bool see_leaf(void *ctx, const struct pl_mpt_leaf *l)
{
	struct seen *x = ctx;
	size_t n = l->key_n < x->last_n ? l->key_n : x->last_n;
	int c = memcmp(x->last, l->key, n);

	assert_true(!x->leaves || c < 0 || (!c && x->last_n < l->key_n));
	memcpy(x->last, l->key, l->key_n);
	x->last_n = l->key_n;
	x->leaves++;
	return true;
}

static bool see_node(void *ctx, const struct pl_hash32 *hash,
		     struct pl_span rlp)
{
	struct seen *x = ctx;
	struct pl_hash32 h = pl_keccak256(rlp);

	assert_memory_equal(h.b, hash->b, 32);
	x->nodes++;
	return true;
}

static void walks_in_order(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_mpt *t = pl_mpt_open();
	struct pl_span keys[KEYS];
	struct seen x = { 0 };
	uint32_t v = 0, sub;
	uint64_t s = 5;

	(void)state;
	make_keys(a, keys, &s);
	for (size_t i = 0; i < KEYS; i++)
		v = pl_mpt_put(t, v, keys[i], some_value(a, &s), 0);
	pl_mpt_seal(t, &v, 1);
	assert_true(pl_mpt_walk(t, v, see_leaf, &x));
	assert_int_equal(x.leaves, KEYS);
	pl_mpt_nodes(t, v, see_node, &x);
	assert_true(x.nodes > KEYS / 2);
	/* a trie inside another is kept with it */
	sub = v;
	v = pl_mpt_put(t, 0, keys[1], keys[1], sub);
	pl_mpt_seal(t, &v, 1);
	pl_mpt_keep(t, (uint32_t *[]){ &v }, 1);
	assert_int_equal(pl_mpt_get(t, v, keys[1], NULL, &sub), PL_MPT_PRESENT);
	x = (struct seen){ 0 };
	assert_true(pl_mpt_walk(t, sub, see_leaf, &x));
	assert_int_equal(x.leaves, KEYS);
	pl_mpt_close(t);
	pl_arena_close(a);
}

struct changed {
	struct pl_arena *a;
	struct pl_trie_item v[KEYS];
	size_t n;
};

static bool see_change(void *ctx, const struct pl_mpt_leaf *leaf, uint32_t was)
{
	struct changed *c = ctx;
	const struct pl_span key = { leaf->key, leaf->key_n };

	(void)was;
	assert_true(c->n < KEYS);
	c->v[c->n].key = pl_span_dup(c->a, key);
	c->v[c->n++].value = pl_span_dup(c->a, leaf->value);
	return true;
}

static size_t unlike(const struct model *a, const struct model *b)
{
	size_t n = 0;

	for (size_t i = 0; i < KEYS; i++)
		n += !pl_span_equal(a->value[i], b->value[i]);
	return n;
}

/* What differs from one version to another makes the one the other. */
static void tells_what_changed(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_mpt *t = pl_mpt_open();
		struct model *m = PL_NEW_N(a, struct model, 12);
		struct pl_span keys[KEYS];
		uint64_t s = seed * 0x9e3779b97f4a7c15;

		make_keys(a, keys, &s);
		for (size_t i = 1; i < 12; i++) { /* the first is empty */
			m[i] = m[next(&s) % i];
			change(a, t, keys, &m[i], next(&s) % 60, &s);
			pl_mpt_seal(t, &m[i].version, 1);
		}
		for (size_t i = 0; i < 12 * 12; i++) {
			const struct model *x = &m[i / 12], *y = &m[i % 12];
			struct changed *c = PL_NEW(a, struct changed);
			struct pl_hash32 root, want;
			uint32_t v = x->version;

			c->a = a;
			assert_true(
				pl_mpt_diff(t, v, y->version, see_change, c));
			assert_int_equal(c->n, unlike(x, y));
			for (size_t k = 0; k < c->n; k++)
				v = pl_mpt_put(t, v, c->v[k].key, c->v[k].value,
					       0);
			pl_mpt_seal(t, &v, 1);
			root = pl_mpt_root(t, v);
			want = pl_mpt_root(t, y->version);
			assert_memory_equal(root.b, want.b, 32);
		}
		pl_mpt_close(t);
		pl_arena_close(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_changed),
		cmocka_unit_test(follows_the_whole_trie),
		cmocka_unit_test(emptied_is_empty),
		cmocka_unit_test(learns_from_proofs),
		cmocka_unit_test(learns_no_lies),
		cmocka_unit_test(walks_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
