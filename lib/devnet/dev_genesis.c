/* What a chain begins with. */
#include "base/hex.h"
#include "crypto/keccak.h"
#include "devnet/dev_impl.h"

/* Contracts that are there from the start: those that the rules of a fork call
 * by themselves, as their EIPs give the code, and the factory that gives
 * contracts the same address on every chain (Arachnid's deterministic
 * deployment proxy). */
static const struct {
	enum pl_fork from;
	uint64_t nonce;
	const char *addr, *code;
} predeployed[] = {
	{ PL_FORK_PARIS, 0, "4e59b44847b379578588920ca78fbf26c0b4956c",
	  "FACTORY" },
	{ PL_FORK_CANCUN, 1, "000f3df6d732807ef1319fb7b8bb8522d0beac02",
	  "ROOTS" },
	{ PL_FORK_PRAGUE, 1, "0000f90827f1c53a10cb7a02335b175320002935",
	  "HISTORY" },
	{ PL_FORK_PRAGUE, 1, "00000961ef480eb55e80d19ad83579a64c007002",
	  "WITHDRAWALS" },
	{ PL_FORK_PRAGUE, 1, "0000bbddc7ce488642fb579f8b00f3a590007251",
	  "CONSOLIDATIONS" },
};

static enum pl_rc put(struct pl_dev *d, const struct pl_addr *addr,
		      uint64_t nonce, const struct pl_u256 *balance,
		      const struct pl_span *code, struct pl_err *e)
{
	const struct pl_dev_change c = { .balance = balance,
					 .nonce = &nonce,
					 .code = code };

	return pl_dev_set(d, addr, &c, e);
}

static enum pl_rc put_contract(struct pl_dev *d, size_t i, struct pl_err *e)
{
	const char *text = predeployed[i].code;
	const size_t n = strlen(text) / 2;
	uint8_t *bytes = pl_alloc(d->a, n);
	const struct pl_span code = { bytes, n };
	const struct pl_u256 none = pl_u256_of(0);
	struct pl_addr addr;

	if (predeployed[i].from > d->conf.fork)
		return PL_OK;
	PL_TRY(pl_hex_fixed(addr.b, 20, predeployed[i].addr, 40, e));
	PL_TRY(pl_hex_fixed(bytes, n, text, 2 * n, e));
	return put(d, &addr, predeployed[i].nonce, &none, &code, e);
}

/* The balances of the accounts that its owner has keys to. */
static enum pl_rc fund(struct pl_dev *d, struct pl_err *e)
{
	for (size_t i = 0; i < d->conf.n_accounts; i++) {
		const struct pl_dev_change c = { .balance = &d->conf.balance };

		PL_TRY(pl_dev_set(d, &d->conf.accounts[i], &c, e));
	}
	return PL_OK;
}

/* A chain that goes on from another's block. */
static enum pl_rc stand_on(struct pl_dev *d, struct pl_err *e)
{
	struct pl_dev_block b = { .header = *d->conf.parent };

	b.header.extra = pl_span_dup(dev_block_arena(d), b.header.extra);
	b.before = b.after = pl_mpt_stub(d->trie, &b.header.state_root);
	b.blob_price = pl_blob_base_fee(b.header.excess_blob_gas,
					d->conf.fork);
	d->first = b.header.number;
	d->state = b.after;
	dev_keep(d, &b);
	return fund(d, e);
}

/* A block's base fee follows from its parent's.  So that block 1 has the one
 * asked for, block 0, in which no gas was used, has a seventh more. */
static struct pl_u256 before_fee(const struct pl_u256 *fee)
{
	struct pl_u256 seventh = *fee, x;

	(void)pl_u256_div64(&seventh, 7);
	return pl_u256_add(&x, fee, &seventh) ? x : *fee;
}

static void first_header(struct pl_dev *d, struct pl_header *h)
{
	*h = (struct pl_header){
		.uncles_hash = pl_empty_uncles,
		.miner = d->coinbase,
		.state_root = pl_mpt_root(d->trie, d->state),
		.tx_root = pl_empty_root,
		.receipts_root = pl_empty_root,
		.gas_limit = d->gas_limit,
		.time = d->conf.time,
		.n_fields = pl_fork_header_fields(d->conf.fork),
		.base_fee = before_fee(&d->conf.base_fee),
		.withdrawals_root = pl_empty_root,
		.requests_hash = pl_requests_hash(NULL, 0),
	};
}

enum pl_rc dev_genesis(struct pl_dev *d, struct pl_err *e)
{
	struct pl_dev_block b = { .n_txs = 0 };
	struct pl_buf buf;

	if (d->conf.parent)
		return stand_on(d, e);
	for (size_t i = 0; i < sizeof(predeployed) / sizeof(*predeployed); i++)
		PL_TRY(put_contract(d, i, e));
	PL_TRY(fund(d, e));
	first_header(d, &b.header);
	pl_buf_init(&buf, d->scratch);
	b.header.hash = pl_header_hash(&b.header, &buf);
	b.blob_price = pl_blob_base_fee(0, d->conf.fork);
	b.before = b.after = d->state;
	dev_keep(d, &b);
	return PL_OK;
}
