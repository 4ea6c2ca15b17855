/* Assertion hashes, node hashes and feed signatures: each field counts, and
 * the layouts are those of the contracts and of nitro, rebuilt here by hand. */
#include "check.h"

#include "crypto/keccak.h"
#include "crypto/secp.h"
#include "orbit/assertion.h"
#include "orbit/feed.h"

static struct pl_hash32 fill(uint8_t b)
{
	struct pl_hash32 h;

	memset(h.b, b, sizeof(h.b));
	return h;
}

static void put_word(struct pl_buf *b, uint64_t v)
{
	for (int i = 0; i < 24; i++)
		pl_buf_byte(b, 0);
	for (int i = 56; i >= 0; i -= 8)
		pl_buf_byte(b, (uint8_t)(v >> i));
}

static void put_hash(struct pl_buf *b, struct pl_hash32 h)
{
	pl_buf_put(b, pl_hash32_span(&h));
}

static struct pl_hash32 taken(struct pl_buf *b)
{
	struct pl_hash32 h = pl_keccak256(pl_buf_span(b));

	pl_buf_reset(b);
	return h;
}

static const struct pl_assertion_state before = {
	.global = { .batch = 3, .pos = 1 },
	.status = PL_MACHINE_FINISHED,
};

static struct pl_assertion_state some_state(void)
{
	struct pl_assertion_state s = { .global = { fill(0x11), fill(0x22), 7,
						    0x0102030405060708 },
					.status = PL_MACHINE_ERRORED,
					.end_history_root = fill(0x33) };

	return s;
}

static void assertion_layout(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 parent = fill(0x44), acc = fill(0x55), inner, want,
			 got;
	struct pl_assertion_state s = some_state();
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	put_hash(&b, fill(0x11));
	put_hash(&b, fill(0x22));
	put_word(&b, 7);
	put_word(&b, 0x0102030405060708);
	put_word(&b, 2);
	put_hash(&b, fill(0x33));
	inner = taken(&b);
	put_hash(&b, parent);
	put_hash(&b, inner);
	put_hash(&b, acc);
	want = taken(&b);
	got = pl_assertion_hash(&parent, &s, &acc);
	assert_memory_equal(got.b, want.b, 32);
	pl_arena_close(a);
}

static void every_field_of_an_assertion_counts(void **state)
{
	struct pl_hash32 parent = fill(1), acc = fill(2), good, got;
	struct pl_assertion_state s = some_state(), t;

	(void)state;
	good = pl_assertion_hash(&parent, &s, &acc);
	/* what comes behind the last member is padding */
	for (size_t i = 0;
	     i < offsetof(struct pl_assertion_state, end_history_root) + 32;
	     i++) {
		t = s;
		/* the status is an int: one byte of it is enough */
		if (i >= offsetof(struct pl_assertion_state, status) &&
		    i < offsetof(struct pl_assertion_state, end_history_root))
			t.status = PL_MACHINE_RUNNING;
		else
			((uint8_t *)&t)[i] ^= 4;
		got = pl_assertion_hash(&parent, &t, &acc);
		assert_memory_not_equal(got.b, good.b, 32);
	}
	got = pl_assertion_hash(&acc, &s, &parent);
	assert_memory_not_equal(got.b, good.b, 32);
}

static void node_layout(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 last = fill(6), exec = fill(7), acc = fill(8),
			 wasm = fill(9), want, got;
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	for (int sibling = 0; sibling < 2; sibling++) {
		pl_buf_byte(&b, (uint8_t)sibling);
		put_hash(&b, last);
		put_hash(&b, exec);
		put_hash(&b, acc);
		put_hash(&b, wasm);
		want = taken(&b);
		got = pl_node_hash(sibling, &last, &exec, &acc, &wasm);
		assert_memory_equal(got.b, want.b, 32);
	}
	put_hash(&b, last);
	put_hash(&b, exec);
	want = taken(&b);
	got = pl_confirm_data(&last, &exec);
	assert_memory_equal(got.b, want.b, 32);
	pl_arena_close(a);
}

/* A NodeCreated event that was made here. */
static struct pl_log make_node(struct pl_buf *b, bool sibling)
{
	struct pl_assertion_state after = some_state();
	struct pl_hash32 exec = pl_execution_hash(&before, &after, 5);
	struct pl_hash32 parent = fill(6), acc = fill(8), wasm = fill(9);
	struct pl_log l = { .n_topics = 4 };

	l.topics[0] = pl_keccak256(pl_span_str(
		"NodeCreated(uint64,bytes32,bytes32,bytes32,(((bytes32[2],"
		"uint64[2]),uint8),((bytes32[2],uint64[2]),uint8),uint64),"
		"bytes32,bytes32,uint256)"));
	l.topics[1].b[31] = 12;
	l.topics[2] = parent;
	l.topics[3] = pl_node_hash(sibling, &parent, &exec, &acc, &wasm);
	put_hash(b, exec);
	put_hash(b, before.global.block_hash);
	put_hash(b, before.global.send_root);
	put_word(b, before.global.batch);
	put_word(b, before.global.pos);
	put_word(b, before.status);
	put_hash(b, after.global.block_hash);
	put_hash(b, after.global.send_root);
	put_word(b, after.global.batch);
	put_word(b, after.global.pos);
	put_word(b, after.status);
	put_word(b, 5);
	put_hash(b, acc);
	put_hash(b, wasm);
	put_word(b, 99);
	l.data = pl_buf_span(b);
	return l;
}

static void nodes_are_read_and_checked(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_node_created n;
	struct pl_buf b;
	struct pl_log l;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	for (int sibling = 0; sibling < 2; sibling++) {
		pl_buf_reset(&b);
		l = make_node(&b, sibling);
		assert_ok(pl_node_created_read(&n, &l, &e), &e);
		assert_int_equal(n.has_sibling, sibling);
		assert_int_equal(n.number, 12);
		assert_int_equal(n.n_blocks, 5);
		assert_int_equal(n.after.status, PL_MACHINE_ERRORED);
		assert_int_equal(n.before.global.batch, 3);
	}
	l.topics[2].b[0] ^= 1;
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EPROOF);
	l.topics[2].b[0] ^= 1;
	l.topics[1].b[0] = 1; /* a number of 256 bits */
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EFORMAT);
	l.topics[1].b[0] = 0;
	b.p[32 * 5 + 31] = 0; /* a machine that runs */
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EFORMAT);
	b.p[32 * 5 + 31] = 1;
	b.p[32 * 11 + 31] ^= 1; /* another number of blocks */
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EPROOF);
	b.p[32 * 11 + 31] ^= 1;
	assert_ok(pl_node_created_read(&n, &l, &e), &e);
	l.data.n -= 32;
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EFORMAT);
	l.data.n += 32;
	l.n_topics = 3;
	assert_int_equal(pl_node_created_read(&n, &l, &e), PL_EFORMAT);
	pl_arena_close(a);
}

static void events_are_told_apart(void **state)
{
	static const uint8_t words[96] = { [31] = 1, [63] = 2 };
	struct pl_log l = { .n_topics = 2, .data = { words, 64 } };
	struct pl_send_root root;
	struct pl_confirmed c;
	struct pl_err e;

	(void)state;
	l.topics[0] = pl_keccak256(
		pl_span_str("AssertionConfirmed(bytes32,bytes32,bytes32)"));
	l.topics[1] = fill(5);
	assert_ok(pl_confirmed_read(&c, &l, &e), &e);
	assert_int_equal(c.block_hash.b[31], 1);
	assert_int_equal(c.send_root.b[31], 2);
	assert_int_equal(c.assertion.b[0], 5);
	l.data.n = 96;
	assert_int_equal(pl_confirmed_read(&c, &l, &e), PL_EFORMAT);
	l.data.n = 63;
	assert_int_equal(pl_confirmed_read(&c, &l, &e), PL_EFORMAT);
	l.data.n = 64;
	l.topics[0].b[31] ^= 1;
	assert_int_equal(pl_confirmed_read(&c, &l, &e), PL_EFORMAT);
	l = (struct pl_log){ .n_topics = 3 };
	l.topics[0] =
		pl_keccak256(pl_span_str("SendRootUpdated(bytes32,bytes32)"));
	l.topics[1] = fill(7);
	l.topics[2] = fill(8);
	assert_ok(pl_send_root_read(&root, &l, &e), &e);
	assert_int_equal(root.send_root.b[0], 7);
	assert_int_equal(root.block_hash.b[0], 8);
	assert_int_equal(pl_confirmed_read(&c, &l, &e), PL_EFORMAT);
}

/* ----------------------------------------------------------------- feed */

#define MSG "\x04\xaa\xbb"
#define META "\x00\x05"

static struct pl_feed_message some_message(void)
{
	struct pl_feed_message m = {
		.sequence = 0x0102030405060708,
		.delayed_read = 9,
		.kind = 3,
		.block_number = 0x80,
		.timestamp = 0x1234,
		.has_request_id = true,
		.request_id = fill(0x66),
		.has_base_fee = true,
		.base_fee = pl_u256_of(0x100),
		.l2_msg = pl_span_str(MSG),
		.has_block_hash = true,
		.block_hash = fill(0x77),
		.block_metadata = { (const uint8_t *)META, 2 },
	};

	memset(m.poster.b, 0x55, sizeof(m.poster.b));
	return m;
}

#define PREFIX "417262697472756d204e6974726f20466565643a"
#define POSTER "5555555555555555555555555555555555555555"
#define ID "6666666666666666666666666666666666666666666666666666666666666666"
#define BLOCK "7777777777777777777777777777777777777777777777777777777777777777"

static void assert_keccak_of(struct pl_arena *a, struct pl_hash32 got,
			     const char *hex)
{
	struct pl_hash32 want = pl_keccak256(unhex(a, hex));

	assert_memory_equal(got.b, want.b, 32);
}

static void feed_v2_layout(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_feed_message m = some_message();

	(void)state;
	assert_keccak_of(a, pl_feed_hash_v2(&m, 98866),
			 PREFIX "0000000000018232" /* the chain */
				"0102030405060708" BLOCK "0005"
				"0000000000000009"
				"03" POSTER "0000000000000080"
				"0000000000001234" ID "0100"
				"04aabb");
	m.has_block_hash = m.has_request_id = false;
	m.base_fee = pl_u256_of(0); /* no byte, as when there is none */
	assert_keccak_of(a, pl_feed_hash_v2(&m, 98866),
			 PREFIX "0000000000018232"
				"0102030405060708"
				"0005"
				"0000000000000009"
				"03" POSTER "0000000000000080"
				"0000000000001234"
				"04aabb");
	pl_arena_close(a);
}

static void feed_v1_layout(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_feed_message m = some_message();
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	/* header: 03, address, 8180, 821234, id, 820100: 63 bytes */
	assert_keccak_of(a, pl_feed_hash_v1(&m, 98866, &b),
			 PREFIX "0102030405060708"
				"0000000000018232"
				"0000000000000009"
				"f845"
				"f83f03"
				"94" POSTER "8180821234"
				"a0" ID "820100"
				"8304aabb");
	m.has_request_id = m.has_base_fee = false;
	m.has_batch_gas = true;
	m.batch_gas = 5;
	assert_keccak_of(a, pl_feed_hash_v1(&m, 98866, &b),
			 PREFIX "0102030405060708"
				"0000000000018232"
				"0000000000000009"
				"e3"
				"dd03"
				"94" POSTER "8180821234"
				"c080"
				"8304aabb05");
	assert_int_equal(b.n, 0);
	pl_arena_close(a);
}

static void feed_signers(void **state)
{
	static const uint8_t secret[32] = { [31] = 0x42 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_feed_message m = some_message();
	struct pl_hash32 h = pl_feed_hash_v2(&m, 1), other;
	struct pl_addr want, got;
	uint8_t bytes[66] = { 0 };
	struct pl_sig sig;
	struct pl_err e;

	(void)state;
	assert_ok(pl_secp_address(&want, secret, &e), &e);
	assert_ok(pl_secp_sign(&sig, &h, secret, &e), &e);
	memcpy(bytes, sig.r, 32);
	memcpy(bytes + 32, sig.s, 32);
	bytes[64] = sig.y_parity;
	assert_ok(pl_feed_signer(&got, &h, (struct pl_span){ bytes, 65 }, &e),
		  &e);
	assert_memory_equal(got.b, want.b, 20);
	other = pl_feed_hash_v2(&m, 2);
	if (!pl_feed_signer(&got, &other, (struct pl_span){ bytes, 65 }, &e))
		assert_memory_not_equal(got.b, want.b, 20);
	for (size_t i = 0; i < 64; i++) {
		bytes[i] ^= 1;
		if (!pl_feed_signer(&got, &h, (struct pl_span){ bytes, 65 },
				    &e))
			assert_memory_not_equal(got.b, want.b, 20);
		else
			assert_int_equal(e.rc, PL_EPROOF);
		bytes[i] ^= 1;
	}
	for (size_t n = 0; n <= 66; n++)
		if (n != 65)
			assert_int_equal(
				pl_feed_signer(&got, &h,
					       (struct pl_span){ bytes, n },
					       &e),
				PL_EFORMAT);
	bytes[64] = 27; /* as wallets write it, and nitro does not */
	assert_int_equal(
		pl_feed_signer(&got, &h, (struct pl_span){ bytes, 65 }, &e),
		PL_EFORMAT);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(
		pl_feed_signer(&got, &h, (struct pl_span){ bytes, 65 }, &e),
		PL_EPROOF);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assertion_layout),
		cmocka_unit_test(every_field_of_an_assertion_counts),
		cmocka_unit_test(node_layout),
		cmocka_unit_test(nodes_are_read_and_checked),
		cmocka_unit_test(events_are_told_apart),
		cmocka_unit_test(feed_v2_layout),
		cmocka_unit_test(feed_v1_layout),
		cmocka_unit_test(feed_signers),
	};

	return cmocka_run_group_tests_name("orbit", tests, NULL, NULL);
}
