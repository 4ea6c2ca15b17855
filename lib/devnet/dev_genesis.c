/* What a chain begins with. */
#include "base/hex.h"
#include "crypto/keccak.h"
#include "devnet/dev_impl.h"

/* Contracts that are there from the start: those that the rules of a fork call
 * by themselves, as their EIPs give the code, and the factory that gives
 * contracts the same address on every chain (Arachnid's deterministic
 * deployment proxy). */
/* clang-format off */
static const struct {
	enum pl_fork from;
	uint64_t nonce;
	const char *addr, *code;
} predeployed[] = {
	{ PL_FORK_PARIS, 0, "4e59b44847b379578588920ca78fbf26c0b4956c",
	  "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "e03601600081602082378035828234f58015156039578182fd5b808252505050"
	  "6014600cf3" },
	{ PL_FORK_CANCUN, 1, "000f3df6d732807ef1319fb7b8bb8522d0beac02",
	  "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024"
	  "575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001f"
	  "ff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff0155"
	  "00" },
	{ PL_FORK_PRAGUE, 1, "0000f90827f1c53a10cb7a02335b175320002935",
	  "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042"
	  "575f35600143038111604257611fff81430311604257611fff9006545f526020"
	  "5ff35b5f5ffd5b5f35611fff60014303065500" },
	{ PL_FORK_PRAGUE, 1, "00000961ef480eb55e80d19ad83579a64c007002",
	  "3373fffffffffffffffffffffffffffffffffffffffe1460cb5760115f54807f"
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "146101f457600182026001905f5b5f8211156068578101908302848302900491"
	  "6001019190604d565b909390049250505036603814608857366101f457346101"
	  "f4575f5260205ff35b34106101f4576001546001016001556003548060030260"
	  "04013381556001015f35815560010160203590553360601b5f5260385f601437"
	  "604c5fa0600101600355005b6003546002548082038060101160df575060105b"
	  "5f5b8181146101835782810160030260040181604c02815460601b8152601401"
	  "816001015481526020019060020154807fffffffffffffffffffffffffffffff"
	  "ff00000000000000000000000000000000168252906010019060401c90816038"
	  "1c81600701538160301c81600601538160281c81600501538160201c81600401"
	  "538160181c81600301538160101c81600201538160081c816001015353600101"
	  "60e1565b910180921461019557906002556101a0565b90505f6002555f600355"
	  "5b5f54807fffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "ffffffffff14156101cd57505f5b6001546002828201116101e25750505f6101"
	  "e8565b01600290035b5f555f600155604c025ff35b5f5ffd" },
	{ PL_FORK_PRAGUE, 1, "0000bbddc7ce488642fb579f8b00f3a590007251",
	  "3373fffffffffffffffffffffffffffffffffffffffe1460d35760115f54807f"
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "1461019a57600182026001905f5b5f8211156068578101908302848302900491"
	  "6001019190604d565b9093900492505050366060146088573661019a57346101"
	  "9a575f5260205ff35b341061019a576001546001016001556003548060040260"
	  "04013381556001015f358155600101602035815560010160403590553360601b"
	  "5f5260605f60143760745fa0600101600355005b600354600254808203806002"
	  "1160e7575060025b5f5b81811461012957828101600402600401816074028154"
	  "60601b8152601401816001015481526020018160020154815260200190600301"
	  "54905260010160e9565b910180921461013b5790600255610146565b90505f60"
	  "02555f6003555b5f54807fffffffffffffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffff141561017357505f5b600154600182820111610188"
	  "5750505f61018e565b01600190035b5f555f6001556074025ff35b5f5ffd" },
};
/* clang-format on */

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
	dev_stand_on(d);
	b.before = b.after = pl_mpt_stub(d->t.trie, &b.header.state_root);
	b.blob_price = pl_blob_base_fee(b.header.excess_blob_gas, d->conf.fork);
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
		.state_root = pl_mpt_root(d->t.trie, d->state),
		.tx_root = pl_empty_root,
		.receipts_root = pl_empty_root,
		.gas_limit = d->gas_limit,
		.time = d->conf.time,
		.n_fields = pl_fork_header_fields(d->conf.fork),
		.base_fee = before_fee(&d->conf.base_fee),
		.withdrawals_root = pl_empty_root,
		.requests_hash = pl_requests_hash(NULL, 0),
	};
	if (d->conf.seal)
		d->conf.seal(d->conf.ctx, h);
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
