/* Transactions with code from the input, on a state with code from the input.
 * What a revert took back never was; ether does not come out of nothing; a
 * refused transaction changes nothing; gas is within its bounds; the same
 * transaction gives the same root on a state that was used and on a new one,
 * computed over changes and over what they were put into. */
#include <stdlib.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "crypto/secp.h"
#include "evm/memstate.h"
#include "evm/transact.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct pl_addr sender = { { [0] = 0xaa } };
static const struct pl_addr first = { { [18] = 0x10 } };
static const struct pl_addr second = { { [18] = 0x20 } };
static const struct pl_addr coinbase = { { [18] = 0xc0 } };
static const uint8_t secret[32] = { [31] = 7 };

struct world {
	struct pl_arena *a;
	struct pl_memstate *m;
	struct pl_evm_block block;
	struct pl_evm evm;
	struct pl_tx tx;
	struct pl_transact how;
	struct pl_span code[2];
	struct pl_addr signer; /* of the authorisation */
};

static void need(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t byte(struct pl_span *in)
{
	return in->n ? *pl_span_take(in, 1).p : 0;
}

static struct pl_span part(struct pl_span *in, size_t most)
{
	size_t n = byte(in);

	n = n < in->n ? n : in->n;
	return pl_span_take(in, n < most ? n : most);
}

/* ---------------------------------------------------------- what is given */

static struct pl_hash32 hash_of(void *x, uint64_t number)
{
	struct pl_hash32 h = { { [0] = 0xb1, [31] = (uint8_t)number } };

	(void)x;
	return h;
}

static struct pl_memstate *make_state(struct world *w)
{
	struct pl_memstate *m = pl_memstate_new(w->a);
	const struct pl_span none = { NULL, 0 };
	const struct pl_u256 ether = pl_u256_of(1000000000000000000);
	const struct pl_u256 some = pl_u256_of(1000), one = pl_u256_of(1);

	pl_memstate_hashes(m, hash_of, NULL);
	pl_memstate_put(m, &sender, 1, &ether, none);
	pl_memstate_put(m, &first, 1, &some, w->code[0]);
	pl_memstate_put_slot(m, &first, &one, &some);
	pl_memstate_put(m, &second, 1, &some, w->code[1]);
	pl_memstate_put(m, &w->signer, 0, &some, none);
	return m;
}

static void make_block(struct world *w, struct pl_span *in)
{
	w->block.fork = (enum pl_fork)(byte(in) % PL_FORKS);
	w->block.chain_id = 1;
	w->block.number = 5;
	w->block.time = 1000;
	w->block.gas_limit = 30000000;
	w->block.coinbase = coinbase;
	if (w->block.fork >= PL_FORK_LONDON)
		w->block.base_fee = pl_u256_of(7);
	w->block.blob_base_fee = pl_blob_base_fee(0, w->block.fork);
}

static void put_access(struct world *w, struct pl_span *in)
{
	struct pl_buf b;
	size_t entry, keys;

	pl_buf_init(&b, w->a);
	for (uint8_t i = byte(in) % 3; i; i--) {
		entry = pl_rlp_open(&b);
		pl_rlp_put(&b, pl_addr_span(byte(in) & 1 ? &first : &second));
		keys = pl_rlp_open(&b);
		for (uint8_t k = byte(in) % 4; k; k--) {
			struct pl_hash32 key = { { [31] = byte(in) } };

			pl_rlp_put(&b, pl_hash32_span(&key));
		}
		pl_rlp_close(&b, keys);
		pl_rlp_close(&b, entry);
	}
	w->tx.access_list = pl_buf_span(&b);
}

static void put_blobs(struct world *w, struct pl_span *in)
{
	struct pl_buf b;

	pl_buf_init(&b, w->a);
	for (uint8_t i = byte(in) % 8; i; i--) {
		struct pl_hash32 h = { { [0] = 1, [31] = i } };

		h.b[0] = byte(in) == 0xee ? 2 : 1;
		pl_rlp_put(&b, pl_hash32_span(&h));
	}
	w->tx.blob_hashes = pl_buf_span(&b);
	w->tx.max_blob_fee = pl_u256_of(byte(in) % 3);
}

/* One good authorisation, or with one byte of it changed. */
static void put_auth(struct world *w, struct pl_span *in)
{
	uint8_t nonce = byte(in) % 3, to = byte(in), flip = byte(in);
	const struct pl_addr *code = to & 1 ? &first : &second;
	struct pl_hash32 digest;
	struct pl_u256 r, s;
	struct pl_sig sig;
	struct pl_buf b;
	struct pl_err e;
	size_t list;

	pl_buf_init(&b, w->a);
	pl_buf_byte(&b, 5);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, to & 2 ? 1 : 0);
	pl_rlp_put(&b, pl_addr_span(code));
	pl_rlp_put_u64(&b, nonce);
	pl_rlp_close(&b, list);
	digest = pl_keccak256(pl_buf_span(&b));
	need(!pl_secp_sign(&sig, &digest, secret, &e));
	sig.r[flip % 32] ^= flip >> 5;
	r = pl_u256_from_be32(sig.r);
	s = pl_u256_from_be32(sig.s);
	pl_buf_reset(&b);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, to & 2 ? 1 : 0);
	pl_rlp_put(&b, pl_addr_span(code));
	pl_rlp_put_u64(&b, nonce);
	pl_rlp_put_u64(&b, sig.y_parity);
	pl_rlp_put_u256(&b, &r);
	pl_rlp_put_u256(&b, &s);
	pl_rlp_close(&b, list);
	w->tx.auth_list = pl_buf_span(&b);
}

static void make_tx(struct world *w, struct pl_span *in)
{
	struct pl_tx *tx = &w->tx;
	uint8_t kind = byte(in), to = byte(in);

	tx->type = (enum pl_tx_type)(kind % 5);
	tx->has_chain_id = tx->type || kind & 0x80;
	tx->chain_id = kind & 0x40 ? 2 : 1;
	tx->has_to = to & 3;
	tx->to = to & 1 ? first : to & 4 ? second : w->signer;
	tx->nonce = to & 0x80 ? byte(in) % 3 : 1;
	tx->gas = 21000 + 1000 * (uint64_t)byte(in);
	tx->gas_price = tx->max_fee = pl_u256_of(byte(in) % 20);
	tx->max_priority_fee = pl_u256_of(byte(in) % 20);
	tx->value = pl_u256_of(byte(in));
	if (tx->type >= PL_TX_ACCESS)
		put_access(w, in);
	if (tx->type == PL_TX_BLOB)
		put_blobs(w, in);
	if (tx->type == PL_TX_SETCODE)
		put_auth(w, in);
	if (kind & 0x20)
		w->how.no_nonce = w->how.no_base_fee = w->how.no_eoa =
			w->how.no_gas_cap = true;
	w->how.no_balance = (kind & 0x30) == 0x30;
	w->how.tx = tx;
	w->how.sender = sender;
	w->how.block_gas = w->block.gas_limit;
	w->how.block_blob_gas =
		(uint64_t)pl_blob_schedule(w->block.fork).max * PL_BLOB_GAS;
}

/* ------------------------------------------------------- what must hold */

static struct pl_u256 sum(struct pl_state *s, const struct pl_state_change *ch,
			  size_t n)
{
	struct pl_u256 total = pl_u256_of(0);

	(void)s;
	for (size_t i = 0; i < n; i++)
		if (ch[i].account.exists)
			need(pl_u256_add(&total, &total,
					 &ch[i].account.balance));
	return total;
}

/* All that there was, in the accounts that changed. */
static struct pl_u256 sum_before(struct world *w,
				 const struct pl_state_change *ch, size_t n)
{
	struct pl_state_source *src = pl_memstate_source(w->m);
	struct pl_u256 total = pl_u256_of(0);
	struct pl_state_account x;
	struct pl_err e;

	for (size_t i = 0; i < n; i++) {
		need(!src->account(src, &x, &ch[i].addr, &e));
		need(pl_u256_add(&total, &total, &x.balance));
	}
	return total;
}

static void burn(struct pl_u256 *total, const struct pl_u256 *price,
		 uint64_t gas)
{
	struct pl_u256 burnt;

	need(pl_u256_mul64(&burnt, price, gas) &&
	     pl_u256_add(total, total, &burnt));
}

static struct pl_hash32 root_of(struct world *w,
				const struct pl_state_change *ch, size_t n)
{
	struct pl_hash32 root;
	struct pl_err e;

	need(!pl_memstate_root(w->m, &root, w->a, ch, n, &e));
	return root;
}

/* Code runs, and all of it is taken back. */
static void run_in_vain(struct world *w)
{
	struct pl_state *s = w->evm.state;
	struct pl_evm_msg m = { .kind = PL_EVM_CALL,
				.gas = 100000,
				.sender = sender,
				.recipient = first,
				.code_addr = first,
				.input = w->tx.data };
	struct pl_evm_result r;
	size_t mark, n;

	pl_state_begin_tx(s);
	mark = pl_state_mark(s);
	pl_evm_run(&r, &w->evm, &m);
	need(r.gas_left <= m.gas);
	pl_state_revert(s, mark);
	(void)pl_state_logs(s, &n);
	need(!n && !pl_state_refunded(s));
	(void)pl_state_warm_list(s, w->a, &n);
	need(!n);
	(void)pl_state_changes(s, w->a, &n);
	need(!n);
}

static bool run(struct world *w, struct pl_hash32 *root, uint64_t *used)
{
	struct pl_state *s = w->evm.state;
	struct pl_transacted t;
	struct pl_state_change *ch;
	struct pl_u256 was, is;
	uint64_t gas, floor;
	struct pl_err e = { .rc = PL_OK };
	enum pl_rc rc = pl_transact(&t, &w->evm, &w->how, &e);
	size_t n;

	ch = pl_state_changes(s, w->a, &n);
	*root = root_of(w, ch, n);
	if (rc) {
		need(rc == PL_EREFUSED && !n &&
		     pl_refusal_of(&e) < PL_REFUSALS);
		return false;
	}
	need(!pl_transact_intrinsic(&gas, &floor, &w->tx, w->block.fork, &e));
	need(t.gas_used <= w->tx.gas && t.gas_used >= floor);
	need(t.gas_used + t.gas_refunded >= gas);
	was = sum_before(w, ch, n);
	is = sum(s, ch, n);
	if (!w->how.no_base_fee) {
		burn(&is, &w->block.base_fee, t.gas_used);
		burn(&is, &w->block.blob_base_fee, t.blob_gas);
	}
	/* less only where something destructed itself */
	need(pl_u256_cmp(&is, &was) <= 0);
	*used = t.gas_used;
	return true;
}

/* The changes become part of the state: the root is the same. */
static void keep(struct world *w, const struct pl_hash32 *root)
{
	struct pl_state_change *ch;
	struct pl_hash32 now;
	size_t n;

	ch = pl_state_changes(w->evm.state, w->a, &n);
	pl_memstate_apply(w->m, ch, n);
	now = root_of(w, NULL, 0);
	need(pl_hash32_equal(&now, root));
}

static void check(struct world *w)
{
	struct pl_hash32 root, again;
	uint64_t used, used_again;
	bool ran;

	w->m = make_state(w);
	w->evm.state = pl_state_open(pl_memstate_source(w->m));
	run_in_vain(w);
	ran = run(w, &root, &used);
	if (ran)
		keep(w, &root);
	pl_state_close(w->evm.state);
	w->m = make_state(w);
	w->evm.state = pl_state_open(pl_memstate_source(w->m));
	need(run(w, &again, &used_again) == ran);
	need(pl_hash32_equal(&root, &again));
	need(!ran || used == used_again);
	pl_state_close(w->evm.state);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p, n };
	struct world w = { .a = pl_arena_open(0) };
	struct pl_err e;

	if (n <= 4096) {
		need(!pl_secp_address(&w.signer, secret, &e));
		make_block(&w, &in);
		make_tx(&w, &in);
		w.code[0] = part(&in, 255);
		w.code[1] = part(&in, 255);
		w.tx.data = in;
		w.evm.block = &w.block;
		w.evm.pool = pl_evm_pool_open();
		check(&w);
		pl_evm_pool_close(w.evm.pool);
	}
	pl_arena_close(w.a);
	return 0;
}
