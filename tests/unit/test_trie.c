#include "check.h"

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/header.h"
#include "eth/trie.h"

#define MAX 64

/* A second, plain way to the same trie: it is built again for every prefix,
 * and keeps every node, so that it can give proofs.  Slow and short. */
struct store {
	struct pl_arena *a;
	struct pl_span node[40 * MAX];
	struct pl_hash32 hash[40 * MAX];
	size_t n;
};

static unsigned nib(struct pl_span k, size_t i)
{
	return k.p[i / 2] >> (i % 2 ? 0 : 4) & 15;
}

static void put_prefix(struct pl_buf *b, struct pl_span key, size_t from,
		       size_t to, bool leaf)
{
	uint8_t out[40];
	size_t n = 0, i = from;
	unsigned flag = leaf ? 2 : 0;

	if ((to - from) % 2)
		out[n++] = (uint8_t)((flag + 1) << 4 | nib(key, i++));
	else
		out[n++] = (uint8_t)(flag << 4);
	for (; i < to; i += 2)
		out[n++] = (uint8_t)(nib(key, i) << 4 | nib(key, i + 1));
	pl_rlp_put(b, (struct pl_span){ out, n });
}

/* The reference to a node: itself when short, else its hash. */
static void put_ref(struct store *s, struct pl_buf *b, struct pl_span node)
{
	struct pl_hash32 h = pl_keccak256(node);

	if (node.n < 32) {
		pl_buf_put(b, node);
		return;
	}
	s->node[s->n] = node;
	s->hash[s->n++] = h;
	pl_rlp_put(b, pl_hash32_span(&h));
}

static struct pl_span plain(struct store *s, const struct pl_trie_item *items,
			    size_t n, size_t depth)
{
	struct pl_buf b;
	size_t same = depth, end = 2 * items[0].key.n;

	pl_buf_init(&b, s->a);
	if (n == 1) {
		put_prefix(&b, items[0].key, depth, end, true);
		pl_rlp_put(&b, items[0].value);
		pl_rlp_close(&b, 0);
		return pl_buf_span(&b);
	}
	for (;; same++) {
		bool all = true;

		for (size_t i = 0; i < n; i++)
			all = all && same < 2 * items[i].key.n && same < end &&
			      nib(items[i].key, same) ==
				      nib(items[0].key, same);
		if (!all)
			break;
	}
	if (same > depth) {
		put_prefix(&b, items[0].key, depth, same, false);
		put_ref(s, &b, plain(s, items, n, same));
		pl_rlp_close(&b, 0);
		return pl_buf_span(&b);
	}
	for (unsigned x = 0; x < 16; x++) {
		struct pl_trie_item some[MAX];
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (2 * items[i].key.n > depth &&
			    nib(items[i].key, depth) == x)
				some[k++] = items[i];
		if (k)
			put_ref(s, &b, plain(s, some, k, depth + 1));
		else
			pl_rlp_put(&b, (struct pl_span){ NULL, 0 });
	}
	for (size_t i = 0; i <= n; i++)
		if (i == n || 2 * items[i].key.n == depth) {
			pl_rlp_put(&b, i == n ? (struct pl_span){ NULL, 0 }
					      : items[i].value);
			break;
		}
	pl_rlp_close(&b, 0);
	return pl_buf_span(&b);
}

/* Keys of 32 bytes as in state, or short ones that end inside each other. */
static size_t make_items(struct pl_arena *a, struct pl_trie_item *items,
			 size_t n, unsigned kind, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t at[2] = { seed, i };
		struct pl_hash32 h = pl_keccak256(
			(struct pl_span){ (const uint8_t *)at, sizeof(at) });
		size_t key = kind ? 1u + h.b[31] % 3u : 32;
		size_t value = 1u + h.b[30] % (kind == 2 ? 3u : 60u);

		if (kind)
			for (size_t k = 0; k < key; k++)
				h.b[k] &= 0x13; /* many share a prefix */
		items[i].key = pl_span_dup(a, (struct pl_span){ h.b, key });
		items[i].value =
			(struct pl_span){ memset(pl_alloc(a, value),
						 1 + (int)(i % 250), value),
					  value };
	}
	pl_trie_sort(items, n);
	for (size_t i = 1; i < n;) /* the same key twice */
		if (pl_span_equal(items[i - 1].key, items[i].key)) {
			memmove(&items[i], &items[i + 1],
				(n - i - 1) * sizeof(*items));
			n--;
		} else {
			i++;
		}
	return n;
}

static void fast_and_plain_agree(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct store *s = PL_NEW(a, struct store);
	struct pl_buf scratch;

	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct pl_arena *now = pl_arena_open(0);
		struct pl_trie_item items[MAX];
		struct pl_hash32 root, want;
		struct pl_err e;
		size_t n = make_items(now, items, 1 + seed % MAX,
				      (unsigned)seed % 3, seed);

		*s = (struct store){ .a = now };
		want = pl_keccak256(plain(s, items, n, 0));
		pl_buf_init(&scratch, now);
		assert_ok(pl_trie_root(&root, &scratch, items, n, &e), &e);
		assert_memory_equal(root.b, want.b, 32);
		pl_arena_close(now);
	}
	pl_arena_close(a);
}

/* The nodes a prover would send: from the root along the key. */
static size_t nodes_for(const struct store *s, struct pl_span *out,
			struct pl_span root, struct pl_span key)
{
	size_t n = 0, at = 0;
	struct pl_span node = root;

	out[n++] = root;
	for (;;) {
		struct pl_span body, items[17], whole;
		struct pl_err e;
		size_t k = 0;

		assert_ok(pl_rlp_whole_list(&body, node, &e), &e);
		for (; body.n; k++)
			assert_ok(pl_rlp_raw(&items[k], &body, &e), &e);
		if (k == 17) {
			if (at == 2 * key.n)
				return n;
			whole = items[nib(key, at++)];
		} else {
			struct pl_span p = items[0];
			size_t from, len;

			assert_ok(pl_rlp_bytes(&p, &items[0], &e), &e);
			from = p.p[0] & 0x10 ? 1 : 2;
			len = 2 * p.n - from;
			if (p.p[0] & 0x20 || len > 2 * key.n - at)
				return n;
			for (size_t i = 0; i < len; i++)
				if (nib(p, from + i) != nib(key, at + i))
					return n;
			at += len;
			whole = items[1];
		}
		if (*whole.p >= 0xc0) {
			node = whole; /* inside its parent */
			continue;
		}
		if (whole.n != 33)
			return n;
		for (k = 0; memcmp(s->hash[k].b, whole.p + 1, 32) != 0; k++)
			assert_true(k + 1 < s->n);
		node = out[n++] = s->node[k];
	}
}

/* pl_trie_prove, and the same question three times in a batch, between proofs
 * that are false and true: each must be judged as it is alone. */
static enum pl_rc both_ways(struct pl_span *v, const struct pl_hash32 *root,
			    struct pl_span key, const struct pl_span *nodes,
			    size_t n, struct pl_err *e)
{
	enum pl_rc rc = pl_trie_prove(v, root, key, nodes, n, e);
	struct pl_trie_job it = { *root, key, nodes, n, { NULL, 0 }, PL_EBUG };
	struct pl_trie_job odd = it, empty = it, jobs[5];

	odd.root.b[7] ^= 1;
	empty.root = pl_empty_root;
	empty.n = 0;
	memcpy(jobs, (struct pl_trie_job[]){ it, odd, it, empty, it },
	       sizeof(jobs));
	assert_int_equal(pl_trie_prove_many(jobs, 5), rc ? 1 : 4);
	for (size_t i = 0; i < 5; i += 2) {
		assert_int_equal(jobs[i].rc, rc);
		if (!rc)
			assert_true(pl_span_equal(jobs[i].value, *v));
	}
	assert_int_equal(jobs[1].rc, PL_EPROOF);
	assert_ok(jobs[3].rc, e);
	return rc;
}

/* Long and short proofs, and one too long, over the edges of a group. */
static void batches_of_any_size(void **state)
{
	static const uint8_t nothing[1] = { 0x80 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span nodes[66];
	struct pl_trie_job *jobs = PL_NEW_N(a, struct pl_trie_job, 200);

	(void)state;
	for (size_t i = 0; i < COUNT(nodes); i++)
		nodes[i] = (struct pl_span){ nothing, 1 };
	for (size_t i = 0; i < 200; i++)
		jobs[i] = (struct pl_trie_job){
			.root = pl_empty_root,
			.key = { nothing, 1 },
			.nodes = nodes,
			.n = i * 7 % 67,
		};
	for (size_t n = 0; n <= 200; n++) {
		size_t hold = 0;

		for (size_t i = 0; i < n; i++) {
			struct pl_span v;
			struct pl_err e;
			enum pl_rc rc =
				pl_trie_prove(&v, &jobs[i].root, jobs[i].key,
					      nodes, jobs[i].n, &e);

			jobs[i].rc = PL_EBUG;
			hold += !rc;
			assert_int_equal(pl_trie_prove_many(jobs + i, 1), !rc);
			assert_int_equal(jobs[i].rc, rc);
		}
		assert_int_equal(pl_trie_prove_many(jobs, n), hold);
	}
	pl_arena_close(a);
}

static void refuse_changes(const struct pl_hash32 *root, struct pl_span key,
			   const struct pl_span *nodes, size_t n,
			   struct pl_arena *a)
{
	struct pl_span p[PL_TRIE_KEY * 2], v;
	struct pl_err e;

	for (size_t i = 0; i < n; i++) {
		struct pl_span copy = pl_span_dup(a, nodes[i]);
		uint8_t *bytes = (uint8_t *)(uintptr_t)copy.p;

		memcpy(p, nodes, n * sizeof(*p));
		p[i] = copy;
		for (size_t k = 0; k < copy.n; k++) {
			bytes[k] ^= (uint8_t)(1u << k % 8);
			assert_int_equal(both_ways(&v, root, key, p, n, &e),
					 PL_EPROOF);
			bytes[k] ^= (uint8_t)(1u << k % 8);
			p[i].n = k;
			assert_int_equal(both_ways(&v, root, key, p, n, &e),
					 PL_EPROOF);
			p[i].n = copy.n;
		}
		memmove(&p[i], &p[i + 1], (n - i - 1) * sizeof(*p));
		assert_int_equal(both_ways(&v, root, key, p, n - 1, &e),
				 PL_EPROOF);
	}
	for (size_t i = 0; i + 1 < n; i++) {
		memcpy(p, nodes, n * sizeof(*p));
		p[i] = nodes[i + 1];
		p[i + 1] = nodes[i];
		assert_int_equal(both_ways(&v, root, key, p, n, &e), PL_EPROOF);
	}
	memcpy(p, nodes, n * sizeof(*p));
	p[n] = nodes[n - 1]; /* one too many */
	assert_int_equal(both_ways(&v, root, key, p, n + 1, &e), PL_EPROOF);
}

static void proofs_of_all_and_none(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct store *s = PL_NEW(a, struct store);

	(void)state;
	for (uint64_t seed = 0; seed < 24; seed++) {
		struct pl_arena *now = pl_arena_open(0);
		struct pl_trie_item items[MAX];
		struct pl_span root, nodes[PL_TRIE_KEY * 2], v;
		struct pl_hash32 hash;
		struct pl_err e;
		size_t n = make_items(now, items, 1 + 2 * seed,
				      (unsigned)seed % 3, seed);

		*s = (struct store){ .a = now };
		root = plain(s, items, n, 0);
		hash = pl_keccak256(root);
		for (size_t i = 0; i < n; i++) {
			struct pl_span key = items[i].key;
			size_t k = nodes_for(s, nodes, root, key);

			assert_ok(both_ways(&v, &hash, key, nodes, k, &e), &e);
			assert_true(pl_span_equal(v, items[i].value));
			if (i % 7 == 0)
				refuse_changes(&hash, key, nodes, k, now);
			/* a key that is not there, close to one that is */
			key = pl_span_dup(now, key);
			((uint8_t *)(uintptr_t)key.p)[key.n - 1] ^= 0x44;
			k = nodes_for(s, nodes, root, key);
			assert_ok(both_ways(&v, &hash, key, nodes, k, &e), &e);
			assert_null(v.p);
		}
		pl_arena_close(now);
	}
	pl_arena_close(a);
}

/* Tries whose roots everybody knows. */
static void known_roots(void **state)
{
	static const struct pl_trie_item words[] = {
		{ { (const uint8_t *)"do", 2 },
		  { (const uint8_t *)"verb", 4 } },
		{ { (const uint8_t *)"dog", 3 },
		  { (const uint8_t *)"puppy", 5 } },
		{ { (const uint8_t *)"doge", 4 },
		  { (const uint8_t *)"coin", 4 } },
		{ { (const uint8_t *)"horse", 5 },
		  { (const uint8_t *)"stallion", 8 } },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 root;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	assert_ok(pl_trie_root(&root, &b, words, COUNT(words), &e), &e);
	assert_hex_equal(pl_hash32_span(&root),
			 "5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe4"
			 "57715e9ac84");
	assert_ok(pl_trie_root(&root, &b, NULL, 0, &e), &e);
	assert_memory_equal(root.b, pl_empty_root.b, 32);
	pl_arena_close(a);
}

static void wrong_order_is_refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_trie_item t[2] = {
		{ { (const uint8_t *)"b", 1 }, { (const uint8_t *)"1", 1 } },
		{ { (const uint8_t *)"a", 1 }, { (const uint8_t *)"2", 1 } },
	};
	struct pl_hash32 root;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	assert_int_equal(pl_trie_root(&root, &b, t, 2, &e), PL_EFORMAT);
	t[1].key = t[0].key;
	assert_int_equal(pl_trie_root(&root, &b, t, 2, &e), PL_EFORMAT);
	t[1].value.n = 0;
	assert_int_equal(pl_trie_root(&root, &b, t + 1, 1, &e), PL_EFORMAT);
	t[0].key = (struct pl_span){ pl_alloc(a, 65), 65 };
	assert_int_equal(pl_trie_root(&root, &b, t, 1, &e), PL_ELIMIT);
	pl_arena_close(a);
}

/* A list's root is the root of its items under the RLP of their indices,
 * around the places where the key grows. */
static void lists_are_tries(void **state)
{
	static const size_t counts[] = { 0,   1,   2,   127, 128,
					 129, 255, 256, 257, 300 };

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		struct pl_arena *a = pl_arena_open(0);
		size_t n = counts[i];
		struct pl_span *values = PL_NEW_N(a, struct pl_span, n);
		struct pl_trie_item *t = PL_NEW_N(a, struct pl_trie_item, n);
		struct pl_hash32 root, want;
		struct pl_buf b;
		struct pl_err e;

		for (size_t k = 0; k < n; k++) {
			pl_buf_init(&b, a);
			pl_rlp_put_u64(&b, k);
			t[k].key = pl_buf_span(&b);
			pl_buf_init(&b, a);
			pl_buf_fmt(&b, "value %zu of a list", k * 7919);
			t[k].value = values[k] = pl_buf_span(&b);
		}
		pl_trie_sort(t, n);
		pl_buf_init(&b, a);
		assert_ok(pl_trie_root(&want, &b, t, n, &e), &e);
		assert_ok(pl_trie_list_root(&root, a, values, n, &e), &e);
		assert_memory_equal(root.b, want.b, 32);
		pl_arena_close(a);
	}
}

/* Nodes with the right hash and the wrong form: a prover who owns the root
 * may make them, and they are not proofs all the same. */
static const struct {
	const char *label, *node;
} odd[] = {
	{ "not a list", "83646f67" },
	{ "three items", "c3010203" },
	{ "a prefix that is none", "c24005" },
	{ "padding that is not zero", "c22105" },
	{ "a leaf without a value", "c22080" },
	{ "an extension without a path", "c400c22005" },
	{ "an extension to nowhere", "c21680" },
	{ "an extension to a leaf", "c416c23105" },
	{ "a branch of one", "d3c2200580808080808080808080808080808080" },
	{ "a branch of one value", "d18080808080808080808080808080808005" },
	{ "a child that is no node", "d2050580808080808080808080808080808080" },
	{ "bytes behind the node", "c2200505" },
	{ "a length not minimal", "f802200505" },
};

static void odd_nodes_prove_nothing(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	static const uint8_t key[1] = { 0x61 };

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		struct pl_span node = unhex(a, odd[i].node), v;
		struct pl_hash32 root = pl_keccak256(node);
		struct pl_err e;

		if (both_ways(&v, &root, (struct pl_span){ key, 1 }, &node, 1,
			      &e) != PL_EPROOF)
			fail_msg("%s", odd[i].label);
	}
	pl_arena_close(a);
}

/* The empty trie: no nodes, or its one node; and every account is absent. */
static void empty_state(void **state)
{
	static const uint8_t nothing[1] = { 0x80 };
	struct pl_span node = { nothing, 1 };
	struct pl_addr addr = { { 1 } };
	struct pl_hash32 slot = { { 2 } };
	struct pl_account acc;
	struct pl_u256 v;
	struct pl_err e;
	bool found;

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		assert_ok(pl_trie_account(&acc, &found, &pl_empty_root, &addr,
					  &node, n, &e),
			  &e);
		assert_false(found);
		assert_memory_equal(acc.code_hash.b, pl_keccak_empty.b, 32);
		assert_ok(pl_trie_slot(&v, &pl_empty_root, &slot, &node, n, &e),
			  &e);
		assert_true(pl_u256_is_zero(&v));
	}
	assert_int_equal(pl_trie_account(&acc, &found, &pl_keccak_empty, &addr,
					 &node, 0, &e),
			 PL_EPROOF);
}

/* Accounts there, absent and malformed, in one batch. */
static void accounts_in_a_batch(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_trie_item items[50];
	struct pl_account_job *jobs = PL_NEW_N(a, struct pl_account_job, 50);
	struct pl_span nodes[50][8], root;
	struct store *s = PL_NEW(a, struct store);
	struct pl_hash32 hash;
	size_t hold;

	(void)state;
	*s = (struct store){ .a = a };
	for (size_t i = 0; i < 50; i++) {
		struct pl_hash32 key;
		struct pl_buf b;

		jobs[i] =
			(struct pl_account_job){ .addr = { { 9, (uint8_t)i } },
						 .nodes = nodes[i],
						 .rc = PL_EBUG };
		key = pl_keccak256(pl_addr_span(&jobs[i].addr));
		pl_buf_init(&b, a);
		pl_rlp_put_u64(&b, i);
		pl_rlp_put_u64(&b, 1000 * i);
		pl_rlp_put(&b, pl_hash32_span(&pl_empty_root));
		pl_rlp_put(&b, (struct pl_span){ pl_keccak_empty.b,
						 i % 5 ? 32 : 31 });
		pl_rlp_close(&b, 0);
		items[i].key = pl_span_dup(a, pl_hash32_span(&key));
		items[i].value = pl_buf_span(&b);
	}
	pl_trie_sort(items, 40); /* the last ten are absent */
	root = plain(s, items, 40, 0);
	hash = pl_keccak256(root);
	for (size_t i = 0; i < 50; i++) {
		struct pl_hash32 key =
			pl_keccak256(pl_addr_span(&jobs[i].addr));

		jobs[i].state_root = hash;
		jobs[i].n = nodes_for(s, nodes[i], root, pl_hash32_span(&key));
	}
	hold = pl_trie_account_many(jobs, 50);
	assert_int_equal(hold, 42); /* 0, 5 … 35 are short of a byte */
	for (size_t i = 0; i < 50; i++) {
		struct pl_account one;
		struct pl_err e;
		bool found;
		enum pl_rc rc =
			pl_trie_account(&one, &found, &hash, &jobs[i].addr,
					nodes[i], jobs[i].n, &e);

		assert_int_equal(jobs[i].rc, rc);
		assert_int_equal(rc, i < 40 && i % 5 == 0 ? PL_EPROOF : PL_OK);
		if (rc)
			continue;
		assert_int_equal(jobs[i].found, i < 40);
		assert_int_equal(found, i < 40);
		assert_int_equal(jobs[i].account.nonce, i < 40 ? i : 0);
		assert_memory_equal(jobs[i].account.storage_root.b,
				    one.storage_root.b, 32);
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_and_plain_agree),
		cmocka_unit_test(proofs_of_all_and_none),
		cmocka_unit_test(known_roots),
		cmocka_unit_test(wrong_order_is_refused),
		cmocka_unit_test(lists_are_tries),
		cmocka_unit_test(odd_nodes_prove_nothing),
		cmocka_unit_test(empty_state),
		cmocka_unit_test(batches_of_any_size),
		cmocka_unit_test(accounts_in_a_batch),
	};

	return cmocka_run_group_tests_name("trie", tests, NULL, NULL);
}
