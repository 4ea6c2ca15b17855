/* Transactions and blocks on a state: every rule broken once, what is waived,
 * what is paid to whom, delegations, and what blocks do by themselves. */
#include "check.h"
#include "machine.h"

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "crypto/sha256.h"
#include "evm/transact.h"

#define ETHER 1000000000000000000u
#define SENDER 0xa1
#define TO 0xa2
#define CONTRACT 0xa3
#define COINBASE 0xa4
#define NONE ((struct pl_span){ NULL, 0 })

static struct pl_err err;
static const uint8_t secret[32] = { [31] = 7 };

struct world {
	struct machine on;
	struct pl_tx tx;
	struct pl_transact how;
	struct pl_transacted out;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	machine_open(&w->on, PL_FORK_OSAKA);
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(ETHER), NONE);
	w->on.block.chain_id = 1;
	w->on.block.number = 9;
	w->on.block.gas_limit = 30000000;
	w->on.block.coinbase = *ADDR(COINBASE);
	w->on.block.base_fee = pl_u256_of(7);
	w->on.block.blob_base_fee = pl_u256_of(1);
	w->tx.type = PL_TX_FEE;
	w->tx.has_chain_id = true;
	w->tx.chain_id = 1;
	w->tx.nonce = 5;
	w->tx.gas = 100000;
	w->tx.gas_price = w->tx.max_fee = pl_u256_of(10);
	w->tx.max_priority_fee = pl_u256_of(2);
	w->tx.has_to = true;
	w->tx.to = *ADDR(TO);
	w->how.tx = &w->tx;
	w->how.sender = *ADDR(SENDER);
	w->how.block_gas = w->on.block.gas_limit;
	w->how.block_blob_gas = 9 * PL_BLOB_GAS;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	machine_close(&w->on);
	free(w);
	return 0;
}

static void put(struct world *w, uint8_t at, const char *code)
{
	pl_memstate_put(w->on.m, ADDR(at), 1, U(0), unhex(w->on.a, code));
}

static void go(struct world *w)
{
	assert_ok(pl_transact(&w->out, &w->on.evm, &w->how, &err), &err);
}

static uint64_t balance(struct world *w, const struct pl_addr *a)
{
	return pl_acct_balance(pl_state_get(w->on.s, a))->w[0];
}

static uint64_t slot(struct world *w, const struct pl_addr *a, uint64_t key)
{
	struct pl_acct *x = pl_state_get(w->on.s, a);

	return pl_slot_value(pl_state_slot(w->on.s, x, U(key)))->w[0];
}

/* --------------------------------------------------------------- refusals */

static void bad_type(struct world *w)
{
	w->on.block.fork = PL_FORK_BERLIN;
}
static void bad_chain(struct world *w)
{
	w->tx.chain_id = 2;
}
static void chain_before_155(struct world *w)
{
	w->on.block.fork = PL_FORK_TANGERINE;
	w->tx.type = PL_TX_LEGACY;
}
static void nonce_low(struct world *w)
{
	w->tx.nonce = 4;
}
static void nonce_high(struct world *w)
{
	w->tx.nonce = 6;
}
static void nonce_max(struct world *w)
{
	w->tx.nonce = UINT64_MAX;
	pl_memstate_put(w->on.m, ADDR(SENDER), UINT64_MAX, U(ETHER), NONE);
}
static void has_code(struct world *w)
{
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(ETHER),
			unhex(w->on.a, "00"));
}
static void gas_cap(struct world *w)
{
	w->tx.gas = 16777217;
}
static void tip(struct world *w)
{
	w->tx.max_priority_fee = pl_u256_of(11);
}
static void fee(struct world *w)
{
	w->tx.max_fee = w->tx.max_priority_fee = pl_u256_of(6);
}
static void legacy_fee(struct world *w)
{
	w->tx.type = PL_TX_LEGACY;
	w->tx.gas_price = pl_u256_of(6);
}

/* A blob transaction with n blobs of that version. */
static void blobs(struct world *w, size_t n, uint8_t version)
{
	struct pl_hash32 h = { { version } };
	struct pl_buf b;

	pl_buf_init(&b, w->on.a);
	for (size_t i = 0; i < n; i++)
		pl_rlp_put(&b, pl_hash32_span(&h));
	w->tx.type = PL_TX_BLOB;
	w->tx.blob_hashes = pl_buf_span(&b);
	w->tx.max_blob_fee = pl_u256_of(1);
}
static void blob_create(struct world *w)
{
	blobs(w, 1, 1);
	w->tx.has_to = false;
}
static void no_blobs(struct world *w)
{
	blobs(w, 0, 1);
}
static void seven_blobs(struct world *w)
{
	blobs(w, 7, 1);
}
static void ten_blobs_in_prague(struct world *w)
{
	w->on.block.fork = PL_FORK_PRAGUE;
	blobs(w, 10, 1);
}
static void full_of_blobs(struct world *w)
{
	blobs(w, 2, 1);
	w->how.block_blob_gas = 2 * PL_BLOB_GAS - 1;
}
static void blob_version(struct world *w)
{
	blobs(w, 1, 2);
}
static void blob_fee(struct world *w)
{
	blobs(w, 1, 1);
	w->on.block.blob_base_fee = pl_u256_of(2);
}
static void auth_create(struct world *w)
{
	w->tx.type = PL_TX_SETCODE;
	w->tx.has_to = false;
}
static void no_auths(struct world *w)
{
	w->tx.type = PL_TX_SETCODE;
}
static void poor(struct world *w)
{
	/* by one, of what the cap would take */
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(999999), NONE);
}
static void poor_by_blobs(struct world *w)
{
	blobs(w, 1, 1);
	w->tx.max_blob_fee = pl_u256_of(5);
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(1000000 + 4 * PL_BLOB_GAS),
			NONE);
}
static void price_overflows(struct world *w)
{
	struct pl_u256 all;

	memset(&all, 0xff, sizeof(all));
	w->tx.max_fee = all;
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, &all, NONE);
}
static void block_gas(struct world *w)
{
	w->how.block_gas = 99999;
}
static void intrinsic(struct world *w)
{
	w->tx.gas = 20999;
}
static void create_costs(struct world *w)
{
	w->tx.has_to = false;
	w->tx.gas = 52999;
}
static void data_floor(struct world *w)
{
	w->tx.data = unhex(w->on.a, "ff");
	w->tx.gas = 21039; /* 21 016 without EIP-7623 */
}
static void initcode(struct world *w)
{
	w->tx.has_to = false;
	w->tx.gas = 3000000;
	w->tx.data = (struct pl_span){ pl_alloc(w->on.a, 49153), 49153 };
}

static const struct {
	void (*how)(struct world *w);
	enum pl_refusal rule;
} broken[] = {
	{ bad_type, PL_REFUSED_TYPE },
	{ bad_chain, PL_REFUSED_CHAIN_ID },
	{ chain_before_155, PL_REFUSED_CHAIN_ID },
	{ nonce_low, PL_REFUSED_NONCE_LOW },
	{ nonce_high, PL_REFUSED_NONCE_HIGH },
	{ nonce_max, PL_REFUSED_NONCE_MAX },
	{ has_code, PL_REFUSED_NOT_EOA },
	{ gas_cap, PL_REFUSED_GAS_CAP },
	{ tip, PL_REFUSED_TIP },
	{ fee, PL_REFUSED_FEE },
	{ legacy_fee, PL_REFUSED_FEE },
	{ blob_create, PL_REFUSED_BLOB_CREATE },
	{ no_blobs, PL_REFUSED_NO_BLOBS },
	{ seven_blobs, PL_REFUSED_BLOBS },
	{ ten_blobs_in_prague, PL_REFUSED_BLOBS },
	{ full_of_blobs, PL_REFUSED_BLOB_GAS },
	{ blob_version, PL_REFUSED_BLOB_VERSION },
	{ blob_fee, PL_REFUSED_BLOB_FEE },
	{ auth_create, PL_REFUSED_AUTH_CREATE },
	{ no_auths, PL_REFUSED_NO_AUTHS },
	{ poor, PL_REFUSED_FUNDS },
	{ poor_by_blobs, PL_REFUSED_FUNDS },
	{ price_overflows, PL_REFUSED_FUNDS },
	{ block_gas, PL_REFUSED_BLOCK_GAS },
	{ intrinsic, PL_REFUSED_INTRINSIC },
	{ create_costs, PL_REFUSED_INTRINSIC },
	{ data_floor, PL_REFUSED_FLOOR },
	{ initcode, PL_REFUSED_INITCODE },
};

static void transactions_that_break_one_rule(void **state)
{
	bool seen[PL_REFUSALS] = { false };

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		void *x;
		struct world *w;
		size_t n;

		(void)set_up(&x);
		w = x;
		broken[i].how(w);
		if (pl_transact(&w->out, &w->on.evm, &w->how, &err) !=
		    PL_EREFUSED)
			fail_msg("case %zu was not refused", i);
		if (pl_refusal_of(&err) != broken[i].rule)
			fail_msg("case %zu: %s", i, err.msg);
		seen[broken[i].rule] = true;
		(void)pl_state_changes(w->on.s, w->on.a, &n);
		assert_int_equal(n, 0);
		(void)tear_down(&x);
	}
	for (unsigned r = 0; r < PL_REFUSALS; r++)
		if (!seen[r])
			fail_msg("no case for: %s",
				 pl_refusal_text((enum pl_refusal)r));
}

/* One step back from each of those rules that count. */
static void at_the_edge_they_stand(void **state)
{
	struct world *w = *state;

	go(w);
	w->tx.nonce++;
	w->tx.gas = 21000;
	go(w);
	w->tx.nonce++;
	w->tx.gas = 16777216;
	w->how.block_gas = w->tx.gas;
	go(w);
	w->tx.nonce++;
	w->tx.gas = 21040;
	w->tx.data = unhex(w->on.a, "ff");
	go(w);
	assert_int_equal(w->out.gas_used, 21040);
	w->tx.nonce++;
	blobs(w, 6, 1);
	w->how.block_blob_gas = 6 * PL_BLOB_GAS;
	go(w);
	assert_int_equal(w->out.blob_gas, 6 * PL_BLOB_GAS);
}

static void calls_of_nobody(void **state)
{
	struct world *w = *state;

	put(w, CONTRACT, "3a5f5260205ff3"); /* returns GASPRICE */
	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(0), unhex(w->on.a, "00"));
	w->tx.to = *ADDR(CONTRACT);
	w->tx.nonce = 99;
	w->tx.gas = 20000000;
	w->tx.max_fee = w->tx.max_priority_fee = pl_u256_of(0);
	w->how.no_nonce = w->how.no_balance = w->how.no_base_fee = true;
	w->how.no_eoa = w->how.no_gas_cap = true;
	go(w);
	assert_int_equal(w->out.status, PL_EVM_SUCCESS);
	assert_int_equal(w->out.output.n, 32);
	assert_int_equal(w->out.output.p[31], 0);
	/* as other nodes do: code may ask for the sender's EXTCODEHASH */
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, ADDR(SENDER))), 6);
	assert_int_equal(balance(w, ADDR(COINBASE)), 0);
	/* a price is seen by the code, and is paid by nobody */
	w->tx.max_fee = w->tx.max_priority_fee = pl_u256_of(9);
	go(w);
	assert_int_equal(w->out.output.p[31], 9);
	assert_int_equal(balance(w, ADDR(COINBASE)), 0);
	/* what it has not it cannot send */
	w->tx.value = pl_u256_of(1);
	assert_int_equal(pl_transact(&w->out, &w->on.evm, &w->how, &err),
			 PL_EREFUSED);
	assert_int_equal(pl_refusal_of(&err), PL_REFUSED_FUNDS);
}

/* A price of 0 is waived for blobs as well, and then costs nothing. */
static void blobs_for_nothing(void **state)
{
	struct world *w = *state;

	pl_memstate_put(w->on.m, ADDR(SENDER), 5, U(0), NONE);
	blobs(w, 1, 1);
	w->tx.max_blob_fee = w->tx.max_fee = pl_u256_of(0);
	w->tx.max_priority_fee = pl_u256_of(0);
	w->how.no_base_fee = true;
	go(w);
	assert_int_equal(w->out.blob_gas, PL_BLOB_GAS);
	assert_int_equal(balance(w, ADDR(SENDER)), 0);
}

/* ------------------------------------------------------------------- paying */

static void tip_to_the_coinbase_the_base_fee_to_nobody(void **state)
{
	struct world *w = *state;

	w->tx.value = pl_u256_of(77);
	go(w);
	assert_int_equal(w->out.gas_used, 21000);
	assert_int_equal(w->out.gas_price.w[0], 9);
	assert_int_equal(balance(w, ADDR(COINBASE)), 2 * 21000);
	assert_int_equal(balance(w, ADDR(TO)), 77);
	assert_int_equal(balance(w, ADDR(SENDER)), ETHER - 9 * 21000 - 77);
	/* London's rule alone: before, the coinbase has it all */
	w->tx.nonce++;
	w->tx.type = PL_TX_LEGACY;
	w->on.block.fork = PL_FORK_BERLIN;
	go(w);
	assert_int_equal(balance(w, ADDR(COINBASE)), 2 * 21000 + 10 * 21000);
}

static void refunds_have_a_share_at_most(void **state)
{
	struct world *w = *state;

	/* clears slot 1, which costs 2100 + 2900, and is worth 4800 */
	put(w, CONTRACT, "5f600155");
	pl_memstate_put_slot(w->on.m, ADDR(CONTRACT), U(1), U(1));
	w->tx.to = *ADDR(CONTRACT);
	go(w);
	assert_int_equal(w->out.gas_refunded, 4800);
	assert_int_equal(w->out.gas_used, 21000 + 5 + 5000 - 4800);
	/* 15000 before London, of half of what was used: 26006 */
	pl_state_reset(w->on.s);
	put(w, CONTRACT, "6000600155");
	pl_memstate_put_slot(w->on.m, ADDR(CONTRACT), U(1), U(1));
	w->on.block.fork = PL_FORK_ISTANBUL;
	w->tx.type = PL_TX_LEGACY;
	go(w);
	assert_int_equal(w->out.gas_refunded, 13003);
	assert_int_equal(w->out.gas_used, 13003);
}

static void what_fails_pays_and_leaves_nothing(void **state)
{
	struct world *w = *state;
	size_t n;

	put(w, CONTRACT, "600160015560015ffd"); /* reverts with a byte */
	w->tx.to = *ADDR(CONTRACT);
	w->tx.value = pl_u256_of(3);
	go(w);
	assert_int_equal(w->out.status, PL_EVM_REVERT);
	assert_int_equal(w->out.output.n, 1);
	assert_true(w->out.gas_used < w->tx.gas);
	assert_int_equal(slot(w, ADDR(CONTRACT), 1), 0);
	assert_int_equal(balance(w, ADDR(CONTRACT)), 0);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, ADDR(SENDER))), 6);
	(void)pl_state_changes(w->on.s, w->on.a, &n);
	assert_int_equal(n, 2); /* sender and coinbase */
	w->tx.nonce++;
	w->tx.has_to = false;
	w->tx.data = unhex(w->on.a, "fe");
	go(w);
	assert_int_equal(w->out.status, PL_EVM_INVALID_OPCODE);
	assert_int_equal(w->out.gas_used, w->tx.gas);
	assert_true(w->out.created);
	assert_false(pl_acct_exists(pl_state_get(w->on.s, &w->out.contract)));
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, ADDR(SENDER))), 7);
}

static void the_access_list_is_warm(void **state)
{
	struct world *w = *state;
	struct pl_hash32 key = { { [31] = 1 } };
	size_t entry, keys;
	struct pl_buf b;

	put(w, CONTRACT, "600154600254"); /* two slots */
	w->tx.to = *ADDR(CONTRACT);
	go(w);
	assert_int_equal(w->out.gas_used, 21000 + 6 + 2100 + 2100);
	pl_buf_init(&b, w->on.a);
	entry = pl_rlp_open(&b);
	pl_rlp_put(&b, pl_addr_span(ADDR(CONTRACT)));
	keys = pl_rlp_open(&b);
	pl_rlp_put(&b, pl_hash32_span(&key));
	pl_rlp_close(&b, keys);
	pl_rlp_close(&b, entry);
	w->tx.access_list = pl_buf_span(&b);
	w->tx.nonce++;
	go(w);
	assert_int_equal(w->out.gas_used, 21000 + 2400 + 1900 + 6 + 100 + 2100);
	/* the coinbase from Shanghai on: BALANCE of it */
	pl_state_reset(w->on.s);
	w->tx.access_list = NONE;
	w->tx.nonce = 5;
	put(w, CONTRACT, "4131");
	go(w);
	assert_int_equal(w->out.gas_used, 21000 + 2 + 100);
	pl_state_reset(w->on.s);
	w->on.block.fork = PL_FORK_PARIS;
	go(w);
	assert_int_equal(w->out.gas_used, 21000 + 2 + 2600);
}

/* ---------------------------------------------------------- EIP-7702 */

/* An authorisation, as it should be but for what the caller changes. */
struct auth {
	uint64_t chain, nonce;
	const struct pl_addr *to;
	bool high_s, other_r;
};

static void put_auth(struct pl_buf *b, const struct auth *x)
{
	/* the order of the group, less s, is the other s */
	static const uint8_t order[32] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xff, 0xff, 0xff, 0xfe, 0xba, 0xae,
					   0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
					   0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36,
					   0x41, 0x41 };
	struct pl_u256 r, s, n = pl_u256_from_be32(order);
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 digest;
	struct pl_sig sig;
	struct pl_buf m;
	size_t list;

	pl_buf_init(&m, a);
	pl_buf_byte(&m, 5);
	list = pl_rlp_open(&m);
	pl_rlp_put_u64(&m, x->chain);
	pl_rlp_put(&m, pl_addr_span(x->to));
	pl_rlp_put_u64(&m, x->nonce);
	pl_rlp_close(&m, list);
	digest = pl_keccak256(pl_buf_span(&m));
	assert_ok(pl_secp_sign(&sig, &digest, secret, &err), &err);
	r = pl_u256_from_be32(sig.r);
	s = pl_u256_from_be32(sig.s);
	if (x->high_s)
		assert_true(pl_u256_sub(&s, &n, &s));
	if (x->other_r)
		r = pl_u256_of(5);
	list = pl_rlp_open(b);
	pl_rlp_put_u64(b, x->chain);
	pl_rlp_put(b, pl_addr_span(x->to));
	pl_rlp_put_u64(b, x->nonce);
	pl_rlp_put_u64(b, sig.y_parity ^ x->high_s);
	pl_rlp_put_u256(b, &r);
	pl_rlp_put_u256(b, &s);
	pl_rlp_close(b, list);
	pl_arena_close(a);
}

static void set_auth(struct world *w, const struct auth *x)
{
	struct pl_buf b;

	pl_buf_init(&b, w->on.a);
	put_auth(&b, x);
	w->tx.type = PL_TX_SETCODE;
	w->tx.auth_list = pl_buf_span(&b);
}

static void delegations(void **state)
{
	struct world *w = *state;
	struct auth x = { 1, 0, ADDR(CONTRACT), false, false };
	struct pl_addr signer, to;

	assert_ok(pl_secp_address(&signer, secret, &err), &err);
	put(w, CONTRACT, "30600155"); /* slot 1 = ADDRESS */
	w->tx.to = signer;
	set_auth(w, &x);
	go(w);
	/* a new account: all of 25000 is paid; its delegate is warm */
	assert_int_equal(w->out.gas_used, 21000 + 25000 + 5 + 22100);
	assert_true(slot(w, &signer, 1) != 0);
	assert_int_equal(slot(w, ADDR(CONTRACT), 1), 0);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, &signer)), 1);
	assert_true(pl_evm_delegation(
		&to, pl_acct_code(w->on.s, pl_state_get(w->on.s, &signer))));
	assert_true(pl_addr_equal(&to, ADDR(CONTRACT)));
	/* it may be taken back, for which half of it comes back */
	x = (struct auth){ 0, 1, ADDR(0), false, false };
	set_auth(w, &x);
	w->tx.nonce++;
	go(w);
	assert_int_equal(w->out.gas_used, 46000 - 46000 / 5);
	assert_int_equal(
		pl_acct_code(w->on.s, pl_state_get(w->on.s, &signer)).n, 0);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, &signer)), 2);
}

static void delegations_that_do_not_count(void **state)
{
	const struct auth bad[] = {
		{ 2, 0, ADDR(CONTRACT), false, false },
		{ 1, 1, ADDR(CONTRACT), false, false },
		{ 1, UINT64_MAX, ADDR(CONTRACT), false, false },
		{ 1, 0, ADDR(CONTRACT), true, false },
		{ 1, 0, ADDR(CONTRACT), false, true },
	};
	struct world *w = *state;
	struct pl_addr signer;

	assert_ok(pl_secp_address(&signer, secret, &err), &err);
	for (size_t i = 0; i < COUNT(bad); i++) {
		pl_state_reset(w->on.s);
		set_auth(w, &bad[i]);
		go(w);
		assert_int_equal(w->out.gas_used, 46000);
		assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, &signer)),
				 0);
	}
	/* an account with code of its own */
	pl_state_reset(w->on.s);
	pl_memstate_put(w->on.m, &signer, 0, U(0), unhex(w->on.a, "00"));
	set_auth(w, &(struct auth){ 1, 0, ADDR(CONTRACT), false, false });
	go(w);
	assert_int_equal(w->out.gas_used, 46000);
	assert_int_equal(
		pl_acct_code(w->on.s, pl_state_get(w->on.s, &signer)).n, 1);
}

/* A delegation stands though the transaction fails. */
static void delegations_outlive_a_revert(void **state)
{
	struct world *w = *state;
	struct pl_addr signer;

	assert_ok(pl_secp_address(&signer, secret, &err), &err);
	put(w, CONTRACT, "5f5ffd");
	w->tx.to = *ADDR(CONTRACT);
	set_auth(w, &(struct auth){ 1, 0, ADDR(CONTRACT), false, false });
	go(w);
	assert_int_equal(w->out.status, PL_EVM_REVERT);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, &signer)), 1);
	/* and such an account may send */
	w->how.sender = signer;
	w->tx.type = PL_TX_FEE;
	w->tx.auth_list = NONE;
	w->tx.nonce = 1;
	w->how.no_balance = true;
	go(w);
}

/* -------------------------------------------------------------------- blocks
 */

static const struct pl_addr history = {
	{ 0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
	  0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35 }
};
static const struct pl_addr roots = {
	{ 0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80, 0x7e, 0xf1, 0x31,
	  0x9f, 0xb7, 0xb8, 0xbb, 0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02 }
};
static const struct pl_addr exits = {
	{ 0x00, 0x00, 0x09, 0x61, 0xef, 0x48, 0x0e, 0xb5, 0x5e, 0x80,
	  0xd1, 0x9a, 0xd8, 0x35, 0x79, 0xa6, 0x4c, 0x00, 0x70, 0x02 }
};
static const struct pl_addr merges = {
	{ 0x00, 0x00, 0xbb, 0xdd, 0xc7, 0xce, 0x48, 0x86, 0x42, 0xfb,
	  0x57, 0x9f, 0x8b, 0x00, 0xf3, 0xa5, 0x90, 0x00, 0x72, 0x51 }
};

/* slot 1 = the word that was given, slot 2 = the caller */
#define KEEPER                                                                 \
	"5f35600155"                                                           \
	"33600255"

static void system_calls_before_a_block(void **state)
{
	const struct pl_hash32 parent = { { [31] = 0x11 } };
	const struct pl_hash32 beacon = { { [31] = 0x22 } };
	struct world *w = *state;
	size_t n;

	/* contracts that are not there are left out */
	assert_ok(pl_block_begin(&w->on.evm, &parent, &beacon, &err), &err);
	(void)pl_state_changes(w->on.s, w->on.a, &n);
	assert_int_equal(n, 0);
	pl_state_reset(w->on.s);
	pl_memstate_put(w->on.m, &history, 1, U(0), unhex(w->on.a, KEEPER));
	pl_memstate_put(w->on.m, &roots, 1, U(0), unhex(w->on.a, KEEPER));
	w->on.block.fork = PL_FORK_CANCUN;
	assert_ok(pl_block_begin(&w->on.evm, &parent, &beacon, &err), &err);
	assert_int_equal(slot(w, &roots, 1), 0x22);
	assert_int_equal(slot(w, &roots, 2), 0xfffffffffffffffe);
	assert_int_equal(slot(w, &history, 1), 0);
	w->on.block.fork = PL_FORK_PRAGUE;
	assert_ok(pl_block_begin(&w->on.evm, &parent, NULL, &err), &err);
	assert_int_equal(slot(w, &history, 1), 0x11);
	/* nobody pays, and the caller is no account */
	(void)pl_state_changes(w->on.s, w->on.a, &n);
	assert_int_equal(n, 2);
}

static enum pl_rc end(struct world *w, const struct pl_block_tail *tail,
		      struct pl_span **requests, size_t *n)
{
	return pl_block_end(requests, n, w->on.a, &w->on.evm, tail, &err);
}

/* The data of a deposit's event, of 0x01 … by field. */
static uint8_t *deposit(struct world *w)
{
	static const uint16_t at[] = { 160, 256, 320, 384, 512 };
	static const uint8_t length[] = { 48, 32, 8, 96, 8 };
	uint8_t *p = pl_alloc(w->on.a, 576);

	for (size_t i = 0; i < 5; i++) {
		p[32 * i + 30] = (uint8_t)(at[i] >> 8);
		p[32 * i + 31] = (uint8_t)at[i];
		p[at[i] + 31] = length[i];
		memset(p + at[i] + 32, (int)i + 1, length[i]);
	}
	return p;
}

static void requests_after_a_block(void **state)
{
	struct world *w = *state;
	struct pl_log log = { .address = *ADDR(0xdd), .n_topics = 1 };
	struct pl_block_tail tail = { .logs = &log,
				      .n_logs = 1,
				      .deposit_contract = ADDR(0xdd) };
	static const size_t places[] = { 1, 49, 81, 89, 185 };
	struct pl_hash32 want;
	struct pl_span *v;
	uint8_t *p = deposit(w), hashes[64];
	size_t n;

	log.topics[0] = pl_keccak256(
		pl_span_str("DepositEvent(bytes,bytes,bytes,bytes,bytes)"));
	log.data = (struct pl_span){ p, 576 };
	/* a block without those contracts cannot end */
	w->on.block.fork = PL_FORK_PRAGUE;
	assert_int_equal(end(w, &tail, &v, &n), PL_EREFUSED);
	pl_state_reset(w->on.s);
	pl_memstate_put(w->on.m, &exits, 1, U(0), unhex(w->on.a, "00"));
	pl_memstate_put(w->on.m, &merges, 1, U(0), unhex(w->on.a, "60025ff3"));
	assert_ok(end(w, &tail, &v, &n), &err);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].n, 193);
	assert_int_equal(v[0].p[0], 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(v[0].p[places[i]], i + 1);
	assert_hex_equal(v[1], "020000");
	for (size_t i = 0; i < 2; i++)
		memcpy(hashes + 32 * i, pl_sha256_here(v[i]).b, 32);
	want = pl_sha256_here((struct pl_span){ hashes, 64 });
	assert_memory_equal(pl_requests_hash(v, n).b, want.b, 32);
	/* one byte of its layout is another */
	for (size_t i = 0; i < 5; i++) {
		p[32 * i + 31] ^= 1;
		assert_int_equal(end(w, &tail, &v, &n), PL_EREFUSED);
		p[32 * i + 31] ^= 1;
	}
	log.data.n = 575;
	assert_int_equal(end(w, &tail, &v, &n), PL_EREFUSED);
	log.data.n = 576;
	log.address = *ADDR(0xde); /* somebody else's event */
	assert_ok(end(w, &tail, &v, &n), &err);
	assert_int_equal(n, 1);
	/* a contract that fails */
	pl_state_reset(w->on.s);
	pl_memstate_put(w->on.m, &merges, 1, U(0), unhex(w->on.a, "fe"));
	assert_int_equal(end(w, &tail, &v, &n), PL_EREFUSED);
	/* none of it before Prague */
	w->on.block.fork = PL_FORK_CANCUN;
	assert_ok(end(w, &tail, &v, &n), &err);
	assert_int_equal(n, 0);
}

static void rewards_and_withdrawals(void **state)
{
	struct world *w = *state;
	const struct pl_uncle uncles[] = { { *ADDR(1), 8 }, { *ADDR(2), 4 } };
	const struct pl_withdrawal ws[] = { { 0, 0, 3, *ADDR(3) },
					    { 1, 0, 0, *ADDR(4) } };
	struct pl_block_tail tail = { .uncles = uncles, .n_uncles = 2 };
	struct pl_span *v;
	size_t n;

	w->on.block.fork = PL_FORK_BYZANTIUM;
	assert_ok(end(w, &tail, &v, &n), &err);
	assert_int_equal(balance(w, ADDR(COINBASE)),
			 3 * ETHER + 2 * (3 * ETHER / 32));
	assert_int_equal(balance(w, ADDR(1)), 3 * ETHER / 8 * 7);
	assert_int_equal(balance(w, ADDR(2)), 3 * ETHER / 8 * 3);
	pl_state_reset(w->on.s);
	w->on.block.fork = PL_FORK_CANCUN;
	tail = (struct pl_block_tail){ .withdrawals = ws, .n_withdrawals = 2 };
	assert_ok(end(w, &tail, &v, &n), &err);
	assert_int_equal(balance(w, ADDR(COINBASE)), 0);
	assert_int_equal(balance(w, ADDR(3)), 3000000000);
	assert_false(pl_acct_exists(pl_state_get(w->on.s, ADDR(4))));
}

/* ---------------------------------------------------------------------- fees
 */

static void base_fees(void **state)
{
	static const struct {
		uint64_t limit, used, fee, next;
	} cases[] = {
		{ 30000000, 15000000, 1000, 1000 },
		{ 30000000, 30000000, 1000, 1125 },
		{ 30000000, 0, 1000, 875 },
		{ 30000000, 15000001, 1000, 1001 }, /* one at least */
		{ 30000000, 14999999, 1000, 1000 },
		{ 30000000, 30000000, 7, 8 },
		{ 30000000, 0, 7, 7 },
	};
	struct pl_header h = { .n_fields = 16 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		h.gas_limit = cases[i].limit;
		h.gas_used = cases[i].used;
		h.base_fee = pl_u256_of(cases[i].fee);
		assert_int_equal(pl_next_base_fee(&h).w[0], cases[i].next);
	}
	h.n_fields = 15;
	assert_int_equal(pl_next_base_fee(&h).w[0], 1000000000);
}

static void blob_fees(void **state)
{
	struct pl_header h = { .n_fields = 20 };
	struct pl_u256 most;

	(void)state;
	/* e^(excess / fraction), rounded down */
	assert_int_equal(pl_blob_base_fee(0, PL_FORK_CANCUN).w[0], 1);
	assert_int_equal(pl_blob_base_fee(2314057, PL_FORK_CANCUN).w[0], 1);
	assert_int_equal(pl_blob_base_fee(2314058, PL_FORK_CANCUN).w[0], 2);
	assert_int_equal(pl_blob_base_fee(10 * 3338477, PL_FORK_CANCUN).w[0],
			 22026);
	assert_int_equal(pl_blob_base_fee(10 * 5007716, PL_FORK_PRAGUE).w[0],
			 22026);
	/* what does not fit ends, and is as large as can be */
	memset(&most, 0xff, sizeof(most));
	most = pl_blob_base_fee(UINT64_MAX, PL_FORK_CANCUN);
	assert_int_equal(most.w[3], UINT64_MAX);
	h.excess_blob_gas = 100;
	h.blob_gas_used = 4 * PL_BLOB_GAS;
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_CANCUN),
			 100 + PL_BLOB_GAS);
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_PRAGUE), 0);
	/* EIP-7918: while blobs cost less than 8192 gas, a third is added */
	h.blob_gas_used = 9 * PL_BLOB_GAS;
	h.base_fee = pl_u256_of(17);
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_OSAKA),
			 100 + 3 * PL_BLOB_GAS);
	h.base_fee = pl_u256_of(16);
	h.blob_gas_used = 8 * PL_BLOB_GAS;
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_OSAKA),
			 100 + 2 * PL_BLOB_GAS);
	h.base_fee = pl_u256_of(17);
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_OSAKA),
			 100 + 8 * PL_BLOB_GAS * 3 / 9);
	h.n_fields = 17; /* the first with blobs */
	assert_int_equal(pl_next_excess_blob_gas(&h, PL_FORK_OSAKA), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transactions_that_break_one_rule),
		T(at_the_edge_they_stand),
		T(calls_of_nobody),
		T(blobs_for_nothing),
		T(tip_to_the_coinbase_the_base_fee_to_nobody),
		T(refunds_have_a_share_at_most),
		T(what_fails_pays_and_leaves_nothing),
		T(the_access_list_is_warm),
		T(delegations),
		T(delegations_that_do_not_count),
		T(delegations_outlive_a_revert),
		T(system_calls_before_a_block),
		T(requests_after_a_block),
		T(rewards_and_withdrawals),
		cmocka_unit_test(base_fees),
		cmocka_unit_test(blob_fees),
	};

	return cmocka_run_group_tests_name("transact", tests, NULL, NULL);
}
