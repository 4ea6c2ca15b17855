/* What a block does before and after its transactions. */
#include "crypto/sha256.h"
#include "evm/transact.h"

#define SYSTEM_GAS 30000000
#define GWEI 1000000000u

/* EIP-4788 and its followers: who calls the system's contracts, and these. */
static const struct pl_addr system_address = {
	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }
};
static const struct pl_addr beacon_roots = {
	{ 0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80, 0x7e, 0xf1, 0x31,
	  0x9f, 0xb7, 0xb8, 0xbb, 0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02 }
};
static const struct pl_addr history_storage = {
	{ 0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
	  0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35 }
};
static const struct pl_addr withdrawal_requests = {
	{ 0x00, 0x00, 0x09, 0x61, 0xef, 0x48, 0x0e, 0xb5, 0x5e, 0x80,
	  0xd1, 0x9a, 0xd8, 0x35, 0x79, 0xa6, 0x4c, 0x00, 0x70, 0x02 }
};
static const struct pl_addr consolidation_requests = {
	{ 0x00, 0x00, 0xbb, 0xdd, 0xc7, 0xce, 0x48, 0x86, 0x42, 0xfb,
	  0x57, 0x9f, 0x8b, 0x00, 0xf3, 0xa5, 0x90, 0x00, 0x72, 0x51 }
};
static const struct pl_addr mainnet_deposits = {
	{ 0x00, 0x00, 0x00, 0x00, 0x21, 0x9a, 0xb5, 0x40, 0x35, 0x6c,
	  0xbb, 0x83, 0x9c, 0xbe, 0x05, 0x30, 0x3d, 0x77, 0x05, 0xfa }
};
/* keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)") */
static const struct pl_hash32 deposit_event = {
	{ 0x64, 0x9b, 0xbc, 0x62, 0xd0, 0xe3, 0x13, 0x42, 0xaf, 0xea, 0x4e,
	  0x5c, 0xd8, 0x2d, 0x40, 0x49, 0xe7, 0xe1, 0xee, 0x91, 0x2f, 0xc0,
	  0x88, 0x9a, 0xa7, 0x90, 0x80, 0x3b, 0xe3, 0x90, 0x38, 0xc5 }
};

/* A call that no transaction makes and nobody pays for.  *there is false, and
 * nothing happens, where the contract has no code. */
static enum pl_rc system_call(struct pl_evm_result *out, bool *there,
			      struct pl_evm *evm, const struct pl_addr *to,
			      struct pl_span input, struct pl_err *e)
{
	struct pl_evm_msg m = { .kind = PL_EVM_CALL, .gas = SYSTEM_GAS };
	struct pl_state *s = evm->state;

	pl_state_begin_tx(s);
	*there = pl_acct_code(s, pl_state_get(s, to)).n != 0;
	PL_TRY(pl_state_failure(s, e));
	if (!*there)
		return PL_OK;
	evm->origin = m.sender = system_address;
	evm->gas_price = pl_u256_of(0);
	evm->blob_hashes = NULL;
	evm->n_blob_hashes = 0;
	m.recipient = m.code_addr = *to;
	m.input = input;
	pl_evm_run(out, evm, &m);
	PL_TRY(pl_state_failure(s, e));
	pl_state_end_tx(s, evm->block->fork);
	return PL_OK;
}

/* A call whose failure matters to nobody. */
static enum pl_rc store(struct pl_evm *evm, const struct pl_addr *to,
			const struct pl_hash32 *what, struct pl_err *e)
{
	struct pl_evm_result r;
	bool there;

	return system_call(&r, &there, evm, to, pl_hash32_span(what), e);
}

enum pl_rc pl_block_begin(struct pl_evm *evm,
			  const struct pl_hash32 *parent_hash,
			  const struct pl_hash32 *beacon_root, struct pl_err *e)
{
	enum pl_fork fork = evm->block->fork;

	/* SPEC EIP-4788 BEACON_ROOTS_ADDRESS: it keeps the parent's beacon
	 * root */
	if (fork >= PL_FORK_CANCUN && beacon_root)
		PL_TRY(store(evm, &beacon_roots, beacon_root, e));
	/* SPEC EIP-2935 HISTORY_STORAGE_ADDRESS: it keeps the parent's hash */
	if (fork >= PL_FORK_PRAGUE)
		PL_TRY(store(evm, &history_storage, parent_hash, e));
	return PL_OK;
}

/* ---------------------------------------------------------------- requests */

struct requests {
	struct pl_arena *a;
	struct pl_span *v;
	size_t n;
};

static void add_request(struct requests *rs, uint8_t type, struct pl_span data)
{
	struct pl_buf b;

	if (!data.n)
		return;
	pl_buf_init(&b, rs->a);
	pl_buf_byte(&b, type);
	pl_buf_put(&b, data);
	rs->v = pl_grow(rs->a, rs->v, rs->n, sizeof(*rs->v));
	rs->v[rs->n++] = pl_buf_span(&b);
}

/* The fields of the deposit contract's event: where each one's offset stands
 * is its place in this list. */
static const struct {
	uint16_t offset, length;
} deposit_fields[] = { { 160, 48 },  /* public key */
		       { 256, 32 },  /* withdrawal credentials */
		       { 320, 8 },   /* amount */
		       { 384, 96 },  /* signature */
		       { 512, 8 } }; /* index */
#define DEPOSIT_FIELDS (sizeof(deposit_fields) / sizeof(deposit_fields[0]))
#define DEPOSIT_EVENT_SIZE 576

static bool word_is(const uint8_t *p, uint64_t want)
{
	struct pl_u256 v = pl_u256_from_be32(p), w = pl_u256_of(want);

	return !pl_u256_cmp(&v, &w);
}

/* SPEC EIP-6110 is_valid_deposit_event_data: one layout and no other */
static enum pl_rc put_deposit(struct pl_buf *out, struct pl_span data,
			      struct pl_err *e)
{
	if (data.n != DEPOSIT_EVENT_SIZE)
		return pl_fail(e, PL_EREFUSED,
			       "deposit event of %zu bytes, not %d", data.n,
			       DEPOSIT_EVENT_SIZE);
	for (size_t i = 0; i < DEPOSIT_FIELDS; i++) {
		const uint8_t *at = data.p + deposit_fields[i].offset;

		if (!word_is(data.p + 32 * i, deposit_fields[i].offset) ||
		    !word_is(at, deposit_fields[i].length))
			return pl_fail(e, PL_EREFUSED,
				       "deposit event: field %zu out of place",
				       i);
		pl_buf_put(out, (struct pl_span){ at + 32,
						  deposit_fields[i].length });
	}
	return PL_OK;
}

static enum pl_rc add_deposits(struct requests *rs,
			       const struct pl_block_tail *t, struct pl_err *e)
{
	const struct pl_addr *from =
		t->deposit_contract ? t->deposit_contract : &mainnet_deposits;
	struct pl_buf b;

	pl_buf_init(&b, rs->a);
	for (size_t i = 0; i < t->n_logs; i++) {
		const struct pl_log *l = &t->logs[i];

		if (pl_addr_equal(&l->address, from) && l->n_topics &&
		    pl_hash32_equal(&l->topics[0], &deposit_event))
			PL_TRY(put_deposit(&b, l->data, e));
	}
	add_request(rs, 0, pl_buf_span(&b));
	return PL_OK;
}

/* SPEC EIP-7002 system-call: without the contract, or where it fails, there
 * is no block (EIP-7251 likewise) */
static enum pl_rc ask_contract(struct requests *rs, struct pl_evm *evm,
			       const struct pl_addr *contract, uint8_t type,
			       struct pl_err *e)
{
	struct pl_evm_result r;
	bool there;

	PL_TRY(system_call(&r, &there, evm, contract,
			   (struct pl_span){ NULL, 0 }, e));
	if (!there)
		return pl_fail(e, PL_EREFUSED,
			       "no contract for requests of type %u", type);
	if (r.status != PL_EVM_SUCCESS)
		return pl_fail(e, PL_EREFUSED,
			       "contract for requests of type %u: %s", type,
			       pl_evm_status_text(r.status));
	add_request(rs, type, r.output);
	return PL_OK;
}

struct pl_hash32 pl_requests_hash(const struct pl_span *requests, size_t n)
{
	struct pl_hash32 all, one;
	struct pl_span rest;
	uint8_t hashes[32 * 256];

	/* SPEC EIP-7685 compute_requests_hash: sha256 of their sha256s; types
	 * are bytes, so there are no more than 256 */
	for (size_t i = 0; i < n && i < 256; i++) {
		one = pl_sha256_here(requests[i]);
		memcpy(hashes + 32 * i, one.b, 32);
	}
	rest = (struct pl_span){ hashes, 32 * (n < 256 ? n : 256) };
	all = pl_sha256_here(rest);
	return all;
}

/* -------------------------------------------------------------- who is paid */

/* SPEC EIP-4895 amount: gwei, out of nothing */
static void withdraw(struct pl_state *s, const struct pl_withdrawal *w)
{
	struct pl_u256 wei = pl_u256_of(w->gwei);

	if (pl_u256_mul64(&wei, &wei, GWEI))
		pl_state_add_balance(s, pl_state_get(s, &w->address), &wei);
}

/* SPEC yellow-paper block-reward: 5, 3 (EIP-649), then 2 ether (EIP-1234); a
 * 32nd of it for each uncle, whose miner has eighths, one fewer for each block
 * of age */
static void reward(struct pl_evm *evm, const struct pl_block_tail *t)
{
	const struct pl_evm_block *b = evm->block;
	uint64_t ether = b->fork < PL_FORK_BYZANTIUM        ? 5
			 : b->fork < PL_FORK_CONSTANTINOPLE ? 3
							    : 2;
	struct pl_u256 one = pl_u256_of(ether * GWEI * GWEI), sum = one, part;
	struct pl_state *s = evm->state;

	for (size_t i = 0; i < t->n_uncles; i++) {
		const struct pl_uncle *u = &t->uncles[i];
		uint64_t eighths = u->number + 8 - b->number;

		part = one;
		(void)pl_u256_div64(&part, 32);
		if (pl_u256_add(&sum, &sum, &part) &&
		    pl_u256_mul64(&part, &one, eighths)) {
			(void)pl_u256_div64(&part, 8);
			pl_state_add_balance(s, pl_state_get(s, &u->miner),
					     &part);
		}
	}
	pl_state_add_balance(s, pl_state_get(s, &b->coinbase), &sum);
}

enum pl_rc pl_block_end(struct pl_span **requests, size_t *n_requests,
			struct pl_arena *a, struct pl_evm *evm,
			const struct pl_block_tail *tail, struct pl_err *e)
{
	enum pl_fork fork = evm->block->fork;
	struct requests rs = { a, NULL, 0 };
	struct pl_state *s = evm->state;

	if (fork >= PL_FORK_PRAGUE) {
		PL_TRY(add_deposits(&rs, tail, e));
		PL_TRY(ask_contract(&rs, evm, &withdrawal_requests, 1, e));
		PL_TRY(ask_contract(&rs, evm, &consolidation_requests, 2, e));
	}
	pl_state_begin_tx(s);
	if (fork < PL_FORK_PARIS)
		reward(evm, tail);
	for (size_t i = 0; i < tail->n_withdrawals; i++)
		withdraw(s, &tail->withdrawals[i]);
	PL_TRY(pl_state_failure(s, e));
	pl_state_end_tx(s, fork);
	*requests = rs.v;
	*n_requests = rs.n;
	return PL_OK;
}
