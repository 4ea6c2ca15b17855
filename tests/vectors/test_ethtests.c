/* Vectors of ethereum/tests, ethers, wycheproof and bitcoinjs: Keccak, RLP,
 * tries, signatures, addresses and transactions. */
#include "check.h"

#include "archive.h"
#include "base/file.h"
#include "base/limits.h"
#include "codec/gzip.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "crypto/secp.h"
#include "crypto/sha256.h"
#include "eth/mpt.h"
#include "eth/trie.h"
#include "eth/tx.h"
#include "evm/memstate.h"
#include "evm/statetest_impl.h"

static struct pl_err err;

/* The document of vectors/NAME; skips where there is no data. */
static const struct pl_json *vectors(struct pl_arena *a, const char *name)
{
	char *path =
		testdata(a, pl_printf(a, "ethereum-tests/vectors/%s", name));
	const struct pl_json *doc;
	struct pl_span text;

	if (!path) {
		print_message("no data: set PLUME_TESTDATA\n");
		pl_arena_close(a);
		skip();
	}
	assert_ok(pl_data_read(a, &text, NULL, path, PL_MAX_FILE, &err), &err);
	assert_ok(pl_json_parse(a, &doc, text, &err), &err);
	return doc;
}

static const char *str(const struct pl_json *v, const char *key)
{
	const char *s = pl_json_str(pl_json_get(v, key));

	assert_non_null(s);
	return s;
}

static struct pl_span bytes(struct pl_arena *a, const struct pl_json *v,
			    const char *key)
{
	return unhex(a, str(v, key));
}

static void keccak(void **state)
{
	static const char *const names[] = { "keccak256-public.json.gz",
					     "ethers6-hashes.json.gz" };
	static const char *const in[] = { "msg", "data" };
	static const size_t counts[] = { 230, 257 };

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct pl_arena *a = pl_arena_open(0);
		const struct pl_json *doc = vectors(a, names[f]);

		assert_int_equal(pl_json_len(doc), counts[f]);
		for (size_t i = 0; i < counts[f]; i++) {
			const struct pl_json *v = pl_json_at(doc, i);
			struct pl_hash32 h = pl_keccak256(bytes(a, v, in[f]));

			assert_hex_equal(pl_hash32_span(&h),
					 str(v, "keccak256"));
		}
		pl_arena_close(a);
	}
}

static void accounts(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = vectors(a, "ethers6-accounts.json.gz");
	size_t with_key = 0;

	(void)state;
	assert_int_equal(pl_json_len(doc), 259);
	for (size_t i = 0; i < 259; i++) {
		const struct pl_json *v = pl_json_at(doc, i);
		char text[PL_ADDR_TEXT];
		struct pl_addr addr;

		assert_ok(pl_addr_parse(&addr, str(v, "address"), &err), &err);
		pl_addr_text(text, &addr);
		assert_string_equal(text, str(v, "address"));
		if (!pl_json_str(pl_json_get(v, "privateKey")))
			continue;
		assert_ok(pl_secp_address(&addr, bytes(a, v, "privateKey").p,
					  &err),
			  &err);
		pl_addr_text(text, &addr);
		assert_string_equal(text, str(v, "address"));
		with_key++;
	}
	assert_true(with_key > 200);
	pl_arena_close(a);
}

static void created(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = vectors(a, "ethers6-create.json.gz");
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < pl_json_len(doc); i++) {
		const struct pl_json *v = pl_json_at(doc, i);
		const struct pl_json *list = pl_json_get(v, "creates");
		struct pl_addr from, made;

		assert_ok(pl_addr_parse(&from, str(v, "sender"), &err), &err);
		for (size_t k = 0; k < pl_json_len(list); k++, n++) {
			const struct pl_json *one = pl_json_at(list, k);
			char text[PL_ADDR_TEXT];
			uint64_t nonce;

			assert_ok(pl_json_u64(&nonce, pl_json_get(one, "nonce"),
					      &err),
				  &err);
			made = pl_create_address(&from, nonce);
			pl_addr_text(text, &made);
			assert_string_equal(text, str(one, "address"));
		}
	}
	assert_true(n >= 100);
	pl_arena_close(a);
}

/* ------------------------------------------------------------------ RLP */

/* ethers: strings are 0x data; ethereum/tests: text, "#" and big integers,
 * and JSON integers. */
static void put_json(struct pl_arena *a, struct pl_buf *b,
		     const struct pl_json *v)
{
	const char *s = pl_json_str(v);
	struct pl_u256 x;
	size_t list;

	if (s && !strcmp(s, "#11579208923731619542357098500868790785326998466"
			    "5640564039457584007913129639936")) {
		uint8_t two_to_256[33] = { 1 };

		pl_rlp_put(b, (struct pl_span){ two_to_256, 33 });
	} else if (s && s[0] == '#') {
		assert_ok(pl_u256_parse(&x, s + 1, strlen(s + 1), &err), &err);
		pl_rlp_put_u256(b, &x);
	} else if (s && s[0] == '0' && s[1] == 'x') {
		pl_rlp_put(b, unhex(a, s));
	} else if (s) { /* it may hold zeros */
		pl_rlp_put(b, (struct pl_span){ (const uint8_t *)s,
						pl_json_str_len(v) });
	} else if (pl_json_type(v) == PL_J_INT) {
		assert_ok(pl_json_u256(&x, v, &err), &err);
		pl_rlp_put_u256(b, &x);
	} else {
		assert_int_equal(pl_json_type(v), PL_J_ARRAY);
		list = pl_rlp_open(b);
		for (size_t i = 0; i < pl_json_len(v); i++)
			put_json(a, b, pl_json_at(v, i));
		pl_rlp_close(b, list);
	}
}

static void rlp_of(struct pl_arena *a, const struct pl_json *v,
		   const char *encoded)
{
	struct pl_span in, raw;
	struct pl_buf b;

	pl_buf_init(&b, a);
	put_json(a, &b, v);
	assert_hex_equal(pl_buf_span(&b), encoded);
	in = pl_buf_span(&b);
	assert_ok(pl_rlp_raw(&raw, &in, &err), &err);
	assert_int_equal(in.n, 0);
}

static void rlp_ethers(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = vectors(a, "ethers6-rlp.json.gz");

	(void)state;
	assert_int_equal(pl_json_len(doc), 61);
	for (size_t i = 0; i < 61; i++) {
		const struct pl_json *v = pl_json_at(doc, i);

		rlp_of(a, pl_json_get(v, "decoded"), str(v, "encoded"));
	}
	pl_arena_close(a);
}

/* ------------------------------------------------------- ethereum/tests */

static const struct pl_json *read_doc(struct pl_arena *a, const char *dir,
				      const char *name)
{
	const struct pl_json *doc;

	assert_ok(pl_json_read(a, &doc, pl_printf(a, "%s/%s", dir, name), &err),
		  &err);
	return doc;
}

/* Texts of trie tests: 0x data or characters. */
static struct pl_span trie_text(struct pl_arena *a, const char *s)
{
	if (!s)
		return (struct pl_span){ NULL, 0 };
	return s[0] == '0' && s[1] == 'x' ? unhex(a, s) : pl_span_str(s);
}

static size_t set_item(struct pl_trie_item *items, size_t n, struct pl_span key,
		       struct pl_span value)
{
	size_t i = 0;

	while (i < n && !pl_span_equal(items[i].key, key))
		i++;
	if (value.n) {
		items[i] = (struct pl_trie_item){ key, value };
		return i == n ? n + 1 : n;
	}
	if (i == n)
		return n;
	items[i] = items[n - 1];
	return n - 1;
}

static void trie_case(struct pl_arena *a, const struct pl_json *v, bool secure)
{
	const struct pl_json *in = pl_json_get(v, "in");
	bool pairs = pl_json_type(in) == PL_J_ARRAY;
	struct pl_trie_item *items = PL_NEW_N(a, struct pl_trie_item, 512);
	struct pl_hash32 root;
	void *it = pairs ? NULL : pl_json_iter(in);
	size_t n = 0, total = pl_json_len(in);
	struct pl_mpt *m = pl_mpt_open();
	uint32_t version = 0;
	struct pl_buf b;

	assert_true(total < 512);
	for (size_t i = 0; i < total; i++) {
		const struct pl_json *pair = pl_json_at(in, i);
		struct pl_span key, value;

		if (pairs) {
			key = trie_text(a, pl_json_str(pl_json_at(pair, 0)));
			value = trie_text(a, pl_json_str(pl_json_at(pair, 1)));
		} else {
			key = trie_text(a, pl_json_iter_key(it));
			value = trie_text(a,
					  pl_json_str(pl_json_iter_value(it)));
			it = pl_json_next(in, it);
		}
		if (secure) {
			struct pl_hash32 h = pl_keccak256(key);

			key = pl_span_dup(a, pl_hash32_span(&h));
		}
		n = set_item(items, n, key, value);
		/* every step a version of its own */
		version = pl_mpt_put(m, version, key, value, 0);
		pl_mpt_seal(m, &version, 1);
	}
	pl_trie_sort(items, n);
	pl_buf_init(&b, a);
	assert_ok(pl_trie_root(&root, &b, items, n, &err), &err);
	assert_hex_equal(pl_hash32_span(&root), str(v, "root"));
	root = pl_mpt_root(m, version);
	assert_hex_equal(pl_hash32_span(&root), str(v, "root"));
	pl_mpt_close(m);
}

static void tries_and_rlp(void **state)
{
	static const char *const tries[] = {
		"TrieTests/trieanyorder.json",
		"TrieTests/trieanyorder_secureTrie.json",
		"TrieTests/trietest.json"
	};
	struct pl_arena *a = pl_arena_open(0);
	char *dir = unpack(a, "small-Trie-RLP-ABI-KeyStore-Genesis.tar.zst");
	const struct pl_json *doc;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(tries); i++) {
		doc = read_doc(a, dir, tries[i]);
		for (void *it = pl_json_iter(doc); it;
		     it = pl_json_next(doc, it), n++)
			trie_case(a, pl_json_iter_value(it), i == 1);
	}
	print_message("%zu tries, 28 + 26 RLP\n", n);
	assert_int_equal(n, 19);
	doc = read_doc(a, dir, "RLPTests/rlptest.json");
	assert_int_equal(pl_json_len(doc), 28);
	for (void *it = pl_json_iter(doc); it; it = pl_json_next(doc, it))
		rlp_of(a, pl_json_get(pl_json_iter_value(it), "in"),
		       str(pl_json_iter_value(it), "out"));
	doc = read_doc(a, dir, "RLPTests/invalidRLPTest.json");
	assert_int_equal(pl_json_len(doc), 26);
	for (void *it = pl_json_iter(doc); it; it = pl_json_next(doc, it)) {
		struct pl_span in = bytes(a, pl_json_iter_value(it), "out");
		struct pl_span raw;

		/* not one item, or bytes behind it */
		if (!pl_rlp_raw(&raw, &in, &err) && !in.n)
			fail_msg("%s was accepted", pl_json_iter_key(it));
	}
	remove_dir(a, dir);
	pl_arena_close(a);
}

/* Numbers of these documents have leading zeros. */
static uint64_t number(const struct pl_json *v, const char *key)
{
	const char *s = str(v, key);
	struct pl_u256 x;

	assert_ok(pl_u256_parse(&x, s, strlen(s), &err), &err);
	return x.w[0];
}

/* The rules of the newest fork a case speaks of. */
static const struct pl_json *newest(const struct pl_json *results)
{
	static const char *const forks[] = { "Cancun", "Shanghai", "Paris",
					     "London", "Berlin" };

	for (size_t i = 0; i < COUNT(forks); i++)
		if (pl_json_get(results, forks[i]))
			return pl_json_get(results, forks[i]);
	return NULL;
}

static void tx_case(struct pl_arena *a, const char *name,
		    const struct pl_json *v, size_t *valid)
{
	const struct pl_json *want = newest(pl_json_get(v, "result"));
	struct pl_span raw = bytes(a, v, "txbytes");
	struct pl_addr from;
	struct pl_hash32 h;
	struct pl_tx tx;
	struct pl_buf b;
	enum pl_rc rc;

	assert_non_null(want);
	pl_buf_init(&b, a);
	rc = pl_tx_decode(&tx, raw, &err);
	if (!rc)
		rc = pl_tx_check(&tx, 1, &err);
	if (!rc)
		rc = pl_tx_sender(&from, &tx, &b, false, &err);
	if (pl_json_get(want, "exception")) {
		if (!rc)
			fail_msg("%s accepted, against %s", name,
				 str(want, "exception"));
		return;
	}
	if (rc)
		fail_msg("%s: %s", name, err.msg);
	h = pl_tx_hash(&tx, &b);
	assert_hex_equal(pl_hash32_span(&h), str(want, "hash"));
	assert_hex_equal(pl_addr_span(&from), str(want, "sender"));
	++*valid;
}

/* The same by the rules of every fork, with a sender who can pay for all that
 * 256 bits can say. */
static enum pl_rc stands(struct pl_arena *a, struct pl_addr *from,
			 struct pl_hash32 *hash, uint64_t *gas,
			 struct pl_span raw, enum pl_fork fork)
{
	struct pl_evm_block block = { .fork = fork, .chain_id = 1 };
	struct pl_evm evm = { .block = &block };
	struct pl_transact how = { .block_gas = UINT64_MAX };
	struct pl_memstate *m = pl_memstate_new(a);
	struct pl_transacted done;
	struct pl_u256 most;
	uint64_t floor;
	struct pl_buf b;
	struct pl_tx tx;
	enum pl_rc rc;

	pl_buf_init(&b, a);
	PL_TRY(pl_tx_decode(&tx, raw, &err));
	PL_TRY(pl_tx_sender(from, &tx, &b, fork < PL_FORK_HOMESTEAD, &err));
	*hash = pl_tx_hash(&tx, &b);
	PL_TRY(pl_transact_intrinsic(gas, &floor, &tx, fork, &err));
	memset(&most, 0xff, sizeof(most));
	pl_memstate_put(m, from, tx.nonce, &most, (struct pl_span){ NULL, 0 });
	evm.state = pl_state_open(pl_memstate_source(m));
	evm.pool = pl_evm_pool_open();
	how.tx = &tx;
	how.sender = *from;
	rc = pl_transact(&done, &evm, &how, &err);
	pl_evm_pool_close(evm.pool);
	pl_state_close(evm.state);
	return rc;
}

static void tx_on_forks(struct pl_arena *a, const char *name,
			const struct pl_json *v, size_t *forks)
{
	const struct pl_json *results = pl_json_get(v, "result");
	struct pl_span raw = bytes(a, v, "txbytes");

	for (void *it = pl_json_iter(results); it;
	     it = pl_json_next(results, it), ++*forks) {
		const struct pl_json *want = pl_json_iter_value(it);
		bool good = !pl_json_get(want, "exception");
		struct pl_hash32 h;
		struct pl_addr from;
		enum pl_fork fork;
		uint64_t gas;

		assert_true(pl_statetest_fork(&fork, pl_json_iter_key(it)));
		if (stands(a, &from, &h, &gas, raw, fork)) {
			if (good)
				fail_msg("%s, %s: %s", name,
					 pl_json_iter_key(it), err.msg);
			continue;
		}
		if (!good)
			fail_msg("%s, %s: accepted, against %s", name,
				 pl_json_iter_key(it), str(want, "exception"));
		assert_hex_equal(pl_hash32_span(&h), str(want, "hash"));
		assert_hex_equal(pl_addr_span(&from), str(want, "sender"));
		assert_int_equal(gas, number(want, "intrinsicGas"));
	}
}

static void transaction_tests(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *dir = unpack(a, "TransactionTests.tar.zst"), **groups, **names;
	size_t n_groups, n, total = 0, valid = 0, forks = 0;

	(void)state;
	assert_ok(pl_dir_list(a, &groups, &n_groups,
			      pl_printf(a, "%s/TransactionTests", dir), &err),
		  &err);
	for (size_t g = 0; g < n_groups; g++) {
		char *sub =
			pl_printf(a, "%s/TransactionTests/%s", dir, groups[g]);

		assert_ok(pl_dir_list(a, &names, &n, sub, &err), &err);
		for (size_t i = 0; i < n; i++, total++) {
			const struct pl_json *doc = read_doc(a, sub, names[i]);

			for (void *it = pl_json_iter(doc); it;
			     it = pl_json_next(doc, it)) {
				tx_case(a, pl_json_iter_key(it),
					pl_json_iter_value(it), &valid);
				tx_on_forks(a, pl_json_iter_key(it),
					    pl_json_iter_value(it), &forks);
			}
		}
	}
	assert_int_equal(total, 156);
	assert_int_equal(valid, 40);
	print_message("%zu transactions, %zu by fork\n", total, forks);
	assert_int_equal(forks, 1985);
	remove_dir(a, dir);
	pl_arena_close(a);
}

/* --------------------------------------------------------------- ethers */

/* Signed by us, the unsigned parts taken from the signed text itself. */
static void ethers_case(struct pl_arena *a, const struct pl_json *v,
			const char *key)
{
	struct pl_span raw = bytes(a, v, key);
	struct pl_sig sig;
	struct pl_addr from, want;
	struct pl_tx tx;
	struct pl_buf b;
	const uint8_t *secret = bytes(a, v, "privateKey").p;

	if (pl_tx_decode(&tx, raw, &err))
		fail_msg("%s %s: %s", str(v, "name"), key, err.msg);
	pl_buf_init(&b, a);
	pl_tx_encode(&b, &tx);
	assert_true(pl_span_equal(pl_buf_span(&b), raw));
	assert_ok(pl_tx_sender(&from, &tx, &b, false, &err), &err);
	assert_ok(pl_secp_address(&want, secret, &err), &err);
	assert_memory_equal(from.b, want.b, 20);
	sig = tx.sig;
	assert_ok(pl_tx_sign(&tx, &b, secret, &err), &err);
	assert_memory_equal(sig.r, tx.sig.r, 32);
	assert_memory_equal(sig.s, tx.sig.s, 32);
	assert_int_equal(sig.y_parity, tx.sig.y_parity);
}

static void ethers_transactions(void **state)
{
	static const char *const keys[] = { "signedLegacy", "signedEip155",
					    "signedBerlin", "signedLondon",
					    "signedCancun" };
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = vectors(a, "ethers6-transactions.json.gz");
	size_t done = 0;
#if defined(__SANITIZE_ADDRESS__)
	const size_t step = 23;
#else
	const size_t step = 7;
#endif

	(void)state;
	assert_int_equal(pl_json_len(doc), 3200);
	for (size_t i = 0; i < 3200; i += step) {
		const struct pl_json *v = pl_json_at(doc, i);

		for (size_t k = 0; k < COUNT(keys); k++) {
			const char *s = pl_json_str(pl_json_get(v, keys[k]));

			if (!s || strlen(s) < 4)
				continue;
			ethers_case(a, v, keys[k]);
			done++;
		}
	}
	assert_true(done > 2 * 3200 / step);
	pl_arena_close(a);
}

/* ----------------------------------------------------------- signatures */

static void ecdsa_bitcoinjs(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc =
		vectors(a, "secp256k1-ecdsa-bitcoinjs.json.gz");
	const struct pl_json *list = pl_json_get(doc, "valid");
	size_t n = pl_json_len(list);

	(void)state;
	assert_int_equal(n, 2019);
	for (size_t i = 0; i < n; i += 5) {
		const struct pl_json *v = pl_json_at(list, i);
		struct pl_span want = bytes(a, v, "signature");
		struct pl_hash32 m;
		struct pl_sig sig;

		memcpy(m.b, bytes(a, v, "m").p, 32);
		assert_ok(pl_secp_sign(&sig, &m, bytes(a, v, "d").p, &err),
			  &err);
		assert_memory_equal(sig.r, want.p, 32);
		assert_memory_equal(sig.s, want.p + 32, 32);
	}
	pl_arena_close(a);
}

/* One DER integer of at most 32 bytes, in the one form it has. */
static bool der_int(uint8_t out[32], struct pl_span *in)
{
	struct pl_span v;

	if (in->n < 3 || in->p[0] != 2 || in->p[1] > 33 || !in->p[1] ||
	    in->n < 2u + in->p[1])
		return false;
	(void)pl_span_take(in, 1);
	v = pl_span_take(in, 1);
	v = pl_span_take(in, *v.p);
	if (*v.p & 0x80 || (v.n > 1 && !v.p[0] && !(v.p[1] & 0x80)))
		return false;
	if (!*v.p)
		(void)pl_span_take(&v, 1);
	if (v.n > 32)
		return false;
	memset(out, 0, 32);
	if (v.n)
		memcpy(out + 32 - v.n, v.p, v.n);
	return true;
}

static bool der_sig(struct pl_sig *out, struct pl_span in)
{
	out->y_parity = 0;
	if (in.n < 8 || in.p[0] != 0x30 || in.p[1] != in.n - 2)
		return false;
	(void)pl_span_take(&in, 2);
	return der_int(out->r, &in) && der_int(out->s, &in) && !in.n;
}

/* Our façade takes r and s, not DER: what is no strict DER cannot get there,
 * and must be among the invalid. */
static void wycheproof(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc =
		vectors(a, "wycheproof-ecdsa-secp256k1-bitcoin.json.gz");
	const struct pl_json *groups = pl_json_get(doc, "testGroups");
	size_t n = 0, reached = 0;

	(void)state;
	for (size_t g = 0; g < pl_json_len(groups); g++) {
		const struct pl_json *group = pl_json_at(groups, g);
		const struct pl_json *tests = pl_json_get(group, "tests");
		struct pl_span key = bytes(a, pl_json_get(group, "publicKey"),
					   "uncompressed");

		for (size_t i = 0; i < pl_json_len(tests); i++, n++) {
			const struct pl_json *t = pl_json_at(tests, i);
			bool valid = !strcmp(str(t, "result"), "valid"), got;
			struct pl_hash32 h;
			struct pl_sig sig;

			got = der_sig(&sig, bytes(a, t, "sig"));
			reached += got;
			assert_ok(pl_sha256(&h, bytes(a, t, "msg"), &err),
				  &err);
			if (got)
				got = !pl_secp_verify(&h, &sig, key, &err);
			if (got != valid)
				fail_msg("%s", str(t, "comment"));
		}
	}
	assert_int_equal(n, 463);
	assert_true(reached > 150);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keccak),
		cmocka_unit_test(accounts),
		cmocka_unit_test(created),
		cmocka_unit_test(rlp_ethers),
		cmocka_unit_test(tries_and_rlp),
		cmocka_unit_test(transaction_tests),
		cmocka_unit_test(ethers_transactions),
		cmocka_unit_test(ecdsa_bitcoinjs),
		cmocka_unit_test(wycheproof),
	};

	return cmocka_run_group_tests_name("ethtests", tests, NULL, NULL);
}
