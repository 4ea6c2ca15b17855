#include "check.h"

#include "codec/rlp.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "eth/tx.h"

#define SECRET                                                                 \
	"4646464646464646464646464646464646464646464646464646464646464646"
#define SENDER "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"

/* The example of EIP-155, as its text gives it. */
#define EIP155                                                                 \
	"f86c098504a817c80082520894353535353535353535353535353535353535353588" \
	"0d"                                                                   \
	"e0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63" \
	"e1"                                                                   \
	"590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297f" \
	"b1"                                                                   \
	"966a3b6d83"

struct made {
	struct pl_arena *a;
	struct pl_buf b, lists;
	struct pl_err e;
};

static struct made *start(void)
{
	struct pl_arena *a = pl_arena_open(0);
	struct made *m = PL_NEW(a, struct made);

	m->a = a;
	pl_buf_init(&m->b, a);
	pl_buf_init(&m->lists, a);
	return m;
}

static void stop(struct made *m)
{
	pl_arena_close(m->a);
}

static void example_of_eip155(void **state)
{
	struct made *m = start();
	struct pl_tx tx = {
		.type = PL_TX_LEGACY,
		.has_chain_id = true,
		.chain_id = 1,
		.nonce = 9,
		.gas_price = pl_u256_of(20000000000),
		.gas = 21000,
		.has_to = true,
		.value = pl_u256_of(1000000000000000000),
	};
	struct pl_hash32 h;

	(void)state;
	memset(tx.to.b, 0x35, 20);
	h = pl_tx_sign_hash(&tx, &m->b);
	assert_hex_equal(pl_hash32_span(&h),
			 "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23"
			 "db92e4c8e53");
	assert_ok(pl_tx_sign(&tx, &m->b, unhex(m->a, SECRET).p, &m->e), &m->e);
	assert_int_equal(pl_tx_v(&tx), 37);
	assert_int_equal(m->b.n, 0);
	pl_tx_encode(&m->b, &tx);
	assert_hex_equal(pl_buf_span(&m->b), EIP155);
	stop(m);
}

/* Transactions of every type and corner, signed here. */
static struct pl_tx made_tx(struct made *m, int which)
{
	struct pl_tx tx = {
		.type = (enum pl_tx_type)(which % 5),
		.has_chain_id = which != 5,
		.has_to = which != 6,
		.chain_id = which == 5 ? 0 : 98866,
		.nonce = which ? 300 : 0,
		.gas = 21000 + (uint64_t)which,
		.value = { { 5, 0, 0, which == 7 ? UINT64_MAX : 0 } },
		.data = which % 2 ? unhex(m->a, "a9059cbb00") : unhex(m->a, ""),
	};
	uint8_t word[32] = { 1 };
	size_t entry, list;

	if (which == 6) /* creates a contract */
		tx.type = PL_TX_FEE;
	memset(tx.to.b, tx.has_to ? 0x11 : 0, 20);
	if (tx.type < PL_TX_FEE) {
		tx.gas_price = pl_u256_of(7);
	} else {
		tx.max_fee = pl_u256_of(900);
		tx.max_priority_fee = pl_u256_of(3);
	}
	if (tx.type == PL_TX_LEGACY)
		return tx;
	pl_buf_init(&m->lists, m->a);
	entry = pl_rlp_open(&m->lists);
	pl_rlp_put(&m->lists, pl_addr_span(&tx.to));
	list = pl_rlp_open(&m->lists);
	pl_rlp_put(&m->lists, (struct pl_span){ word, 32 });
	pl_rlp_close(&m->lists, list);
	pl_rlp_close(&m->lists, entry);
	tx.access_list = pl_span_dup(m->a, pl_buf_span(&m->lists));
	pl_buf_reset(&m->lists);
	if (tx.type == PL_TX_BLOB) {
		tx.max_blob_fee = pl_u256_of(1);
		pl_rlp_put(&m->lists, (struct pl_span){ word, 32 });
		tx.blob_hashes = pl_span_dup(m->a, pl_buf_span(&m->lists));
	}
	if (tx.type != PL_TX_SETCODE)
		return tx;
	entry = pl_rlp_open(&m->lists);
	pl_rlp_put_u64(&m->lists, 98866);
	pl_rlp_put(&m->lists, pl_addr_span(&tx.to));
	for (uint64_t i = 0; i < 4; i++)
		pl_rlp_put_u64(&m->lists, i);
	pl_rlp_close(&m->lists, entry);
	tx.auth_list = pl_span_dup(m->a, pl_buf_span(&m->lists));
	return tx;
}

static struct pl_span signed_tx(struct made *m, struct pl_tx *tx, int which)
{
	struct pl_buf out;

	*tx = made_tx(m, which);
	assert_ok(pl_tx_sign(tx, &m->b, unhex(m->a, SECRET).p, &m->e), &m->e);
	pl_buf_init(&out, m->a);
	pl_tx_encode(&out, tx);
	return pl_buf_span(&out);
}

static void all_types_round_trip(void **state)
{
	struct made *m = start();

	(void)state;
	for (int which = 0; which < 10; which++) {
		struct pl_tx tx, got;
		struct pl_span raw = signed_tx(m, &tx, which);
		struct pl_hash32 h1, h2;
		char text[PL_ADDR_TEXT];
		struct pl_addr from;

		assert_ok(pl_tx_decode(&got, raw, &m->e), &m->e);
		assert_int_equal(got.type, tx.type);
		assert_int_equal(got.nonce, tx.nonce);
		assert_int_equal(got.has_to, tx.has_to);
		assert_true(got.chain_id == tx.chain_id);
		h1 = pl_tx_hash(&tx, &m->b);
		h2 = pl_tx_hash(&got, &m->b);
		assert_memory_equal(h1.b, h2.b, 32);
		assert_ok(pl_tx_sender(&from, &got, &m->b, false, &m->e),
			  &m->e);
		pl_addr_text(text, &from);
		assert_string_equal(text, SENDER);
	}
	stop(m);
}

/* Any changed byte: refused, or signed by somebody else. */
static void changed_bytes_change_the_sender(void **state)
{
	struct made *m = start();

	(void)state;
	for (int which = 0; which < 7; which++) {
		struct pl_tx tx, got;
		struct pl_span raw = signed_tx(m, &tx, which);
		uint8_t *bytes = (uint8_t *)(uintptr_t)pl_span_dup(m->a, raw).p;
		struct pl_addr from, other;

		assert_ok(pl_tx_sender(&from, &tx, &m->b, false, &m->e), &m->e);
		for (size_t i = 0; i < raw.n; i++) {
			struct pl_span cut = { raw.p, i };

			assert_int_equal(pl_tx_decode(&got, cut, &m->e),
					 PL_EFORMAT);
			bytes[i] ^= 1;
			if (!pl_tx_decode(&got,
					  (struct pl_span){ bytes, raw.n },
					  &m->e) &&
			    !pl_tx_sender(&other, &got, &m->b, false, &m->e))
				assert_false(pl_addr_equal(&from, &other));
			bytes[i] ^= 1;
		}
	}
	stop(m);
}

static const struct {
	const char *label, *raw;
} bad[] = {
	{ "no bytes", "" },
	{ "unknown type", "05c0" },
	{ "type 0 in an envelope", "00c0" },
	{ "a string", "83646f67" },
	{ "an empty list", "c0" },
};

static void bad_forms_are_refused(void **state)
{
	struct made *m = start();
	struct pl_tx tx;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (pl_tx_decode(&tx, unhex(m->a, bad[i].raw), &m->e) !=
		    PL_EFORMAT)
			fail_msg("%s", bad[i].label);
	stop(m);
}

static void refused(struct made *m, const struct pl_tx *tx, const char *why)
{
	struct pl_tx got;

	pl_buf_reset(&m->b);
	pl_tx_encode(&m->b, tx);
	assert_int_equal(pl_tx_decode(&got, pl_buf_span(&m->b), &m->e),
			 PL_EFORMAT);
	if (!strstr(m->e.msg, why))
		fail_msg("'%s' does not say '%s'", m->e.msg, why);
	pl_buf_reset(&m->b);
}

static struct pl_span auth_with_parity(struct made *m, uint64_t y)
{
	struct pl_addr to = { { 1 } };
	struct pl_buf b;

	pl_buf_init(&b, m->a);
	pl_rlp_put_u64(&b, 98866);
	pl_rlp_put(&b, pl_addr_span(&to));
	pl_rlp_put_u64(&b, 0);
	pl_rlp_put_u64(&b, y);
	pl_rlp_put_u64(&b, 1);
	pl_rlp_put_u64(&b, 1);
	pl_rlp_close(&b, 0);
	return pl_buf_span(&b);
}

static void rules_of_the_types(void **state)
{
	struct made *m = start();
	struct pl_span raw = unhex(m->a, EIP155);
	struct pl_tx tx;
	uint8_t *v;

	(void)state;
	v = (uint8_t *)(uintptr_t)(raw.p + raw.n - 67);
	assert_int_equal(*v, 37);
	for (*v = 0x1d; *v < 35; ++*v) { /* EIP-155: 29 to 34 */
		assert_int_equal(pl_tx_decode(&tx, raw, &m->e), PL_EFORMAT);
		assert_non_null(strstr(m->e.msg, "v is"));
	}
	*v = 37;
	assert_ok(pl_tx_decode(&tx, raw, &m->e), &m->e);
	(void)signed_tx(m, &tx, 3); /* EIP-4844 */
	tx.has_to = false;
	refused(m, &tx, "to: absent");
	(void)signed_tx(m, &tx, 4); /* EIP-7702 */
	tx.has_to = false;
	refused(m, &tx, "to: absent");
	(void)signed_tx(m, &tx, 4);
	tx.auth_list.n = 0;
	refused(m, &tx, "authorisation list is empty");
	(void)signed_tx(m, &tx, 4);
	tx.auth_list = auth_with_parity(m, 256);
	refused(m, &tx, "y parity over 255");
	(void)signed_tx(m, &tx, 2);
	tx.sig.y_parity = 2;
	refused(m, &tx, "y parity");
	(void)signed_tx(m, &tx, 1);
	tx.access_list.n--;
	refused(m, &tx, "rlp:");
	stop(m);
}

/* EIP-2: the other s is the same signature, and not taken. */
static void high_s_is_refused(void **state)
{
	struct pl_u256 n = { { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b,
			       0xfffffffffffffffe, 0xffffffffffffffff } };
	struct made *m = start();
	struct pl_tx tx, got;
	struct pl_u256 s;
	struct pl_addr from;

	(void)state;
	(void)signed_tx(m, &tx, 2);
	s = pl_u256_from_be32(tx.sig.s);
	assert_true(pl_u256_sub(&s, &n, &s));
	pl_u256_to_be(tx.sig.s, &s);
	tx.sig.y_parity ^= 1;
	pl_tx_encode(&m->b, &tx);
	assert_ok(pl_tx_decode(&got, pl_span_dup(m->a, pl_buf_span(&m->b)),
			       &m->e),
		  &m->e);
	assert_int_equal(pl_tx_sender(&from, &got, &m->b, false, &m->e),
			 PL_EPROOF);
	assert_ok(pl_tx_sender(&from, &got, &m->b, true, &m->e), &m->e);
	stop(m);
}

static void refused_by_rule(const struct pl_tx *tx, const char *why)
{
	struct pl_err e;

	assert_int_equal(pl_tx_check(tx, 98866, &e), PL_EPROOF);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

static void rules_of_a_chain(void **state)
{
	struct made *m = start();
	struct pl_tx tx;

	(void)state;
	(void)signed_tx(m, &tx, 2);
	tx.gas = 100000;
	assert_ok(pl_tx_check(&tx, 98866, &m->e), &m->e);
	tx.chain_id = 1;
	refused_by_rule(&tx, "chain id");
	tx.chain_id = 98866;
	tx.nonce = UINT64_MAX;
	refused_by_rule(&tx, "nonce");
	tx.nonce--;
	tx.max_priority_fee = pl_u256_of(901);
	refused_by_rule(&tx, "priority fee");
	tx.max_fee.w[3] = UINT64_MAX;
	refused_by_rule(&tx, "256 bits");
	tx.max_fee.w[3] = 0;
	tx.max_priority_fee = tx.max_fee;
	tx.gas = 21000;
	refused_by_rule(&tx, "gas of");
	tx.gas = 100000000;
	tx.has_to = false;
	tx.data = (struct pl_span){ pl_alloc(m->a, 49153), 49153 };
	refused_by_rule(&tx, "init code");
	tx.data.n--;
	assert_ok(pl_tx_check(&tx, 98866, &m->e), &m->e);
	memset(tx.sig.s, 0xff, 32);
	refused_by_rule(&tx, "high s");
	stop(m);
}

/* EIP-2294: a chain id whose v would not fit */
static void huge_chain_id(void **state)
{
	struct made *m = start();
	struct pl_tx tx = made_tx(m, 0);

	(void)state;
	tx.chain_id = UINT64_MAX / 2;
	assert_int_equal(pl_tx_sign(&tx, &m->b, unhex(m->a, SECRET).p, &m->e),
			 PL_EFORMAT);
	stop(m);
}

/* The first contracts of a well-known sender (nonces 0 and 1), and long
 * nonces, against the RLP writer. */
static void created_addresses(void **state)
{
	static const uint64_t nonces[] = { 0,   1,   127,   128,
					   255, 256, 65536, UINT64_MAX - 1 };
	struct made *m = start();
	struct pl_addr sender, made;

	(void)state;
	assert_ok(pl_addr_parse(&sender,
				"0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0",
				&m->e),
		  &m->e);
	made = pl_create_address(&sender, 0);
	assert_hex_equal(pl_addr_span(&made),
			 "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d");
	made = pl_create_address(&sender, 1);
	assert_hex_equal(pl_addr_span(&made),
			 "343c43a37d37dff08ae8c4a11544c718abb4fcf8");
	for (size_t i = 0; i < COUNT(nonces); i++) {
		struct pl_hash32 h;

		pl_buf_reset(&m->b);
		pl_rlp_put(&m->b, pl_addr_span(&sender));
		pl_rlp_put_u64(&m->b, nonces[i]);
		pl_rlp_close(&m->b, 0);
		h = pl_keccak256(pl_buf_span(&m->b));
		made = pl_create_address(&sender, nonces[i]);
		assert_memory_equal(made.b, h.b + 12, 20);
	}
	stop(m);
}

static void intrinsic_gas(void **state)
{
	static const uint64_t want[] = { 21000,
					 21000 + 16 * 4 + 4 + 2400 + 1900,
					 21000 + 2400 + 1900,
					 21000 + 16 * 4 + 4 + 2400 + 1900,
					 21000 + 2400 + 1900 + 25000,
					 21000 + 16 * 4 + 4,
					 21000 + 32000 + 2400 + 1900 };
	struct made *m = start();

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		struct pl_tx tx = made_tx(m, (int)i);
		uint64_t gas;

		assert_ok(pl_tx_intrinsic_gas(&gas, &tx, &m->e), &m->e);
		assert_int_equal(gas, want[i]);
	}
	stop(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_eip155),
		cmocka_unit_test(all_types_round_trip),
		cmocka_unit_test(changed_bytes_change_the_sender),
		cmocka_unit_test(bad_forms_are_refused),
		cmocka_unit_test(rules_of_the_types),
		cmocka_unit_test(high_s_is_refused),
		cmocka_unit_test(rules_of_a_chain),
		cmocka_unit_test(huge_chain_id),
		cmocka_unit_test(created_addresses),
		cmocka_unit_test(intrinsic_gas),
	};

	return cmocka_run_group_tests_name("tx", tests, NULL, NULL);
}
