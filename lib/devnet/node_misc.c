/* Methods about the node itself. */
#include "base/hex.h"
#include "crypto/keccak.h"
#include "devnet/node_methods.h"

enum pl_rc node_chain_id(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, NODE_KEY, pl_dev_conf(c->d)->chain_id);
	return PL_OK;
}

enum pl_rc node_net_version(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_str(
		c->w, NODE_KEY,
		pl_printf(c->a, "%ju", (uintmax_t)pl_dev_conf(c->d)->chain_id));
	return PL_OK;
}

enum pl_rc node_true(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_bool(c->w, NODE_KEY, true);
	return PL_OK;
}

enum pl_rc node_false(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_bool(c->w, NODE_KEY, false);
	return PL_OK;
}

enum pl_rc node_zero(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, NODE_KEY, 0);
	return PL_OK;
}

enum pl_rc node_client_version(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_str(c->w, NODE_KEY, "plume-devnet/v" PL_VERSION);
	return PL_OK;
}

enum pl_rc node_sha3(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 h;
	struct pl_span in;

	PL_TRY(node_data(c, &in, 0, e));
	h = pl_keccak256(in);
	pl_jout_hash(c->w, NODE_KEY, &h);
	return PL_OK;
}

enum pl_rc node_accounts(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_open(c->w, NODE_KEY, '[');
	for (size_t i = 0; i < c->n->conf.n_keys; i++)
		pl_jout_addr(c->w, NULL, &c->n->conf.keys[i].addr);
	for (size_t i = 0; i < c->n->n_impersonated; i++)
		pl_jout_addr(c->w, NULL, &c->n->impersonated[i]);
	pl_jout_close(c->w, ']');
	return PL_OK;
}

enum pl_rc node_coinbase(struct node_call *c, struct pl_err *e)
{
	struct pl_evm_block next;

	(void)e;
	pl_dev_next_env(c->d, &next, c->now);
	pl_jout_addr(c->w, NODE_KEY, &next.coinbase);
	return PL_OK;
}

enum pl_rc node_modules(struct node_call *c, struct pl_err *e)
{
	static const char *const names[] = {
		"anvil", "debug", "eth", "evm", "net", "rpc", "txpool", "web3"
	};

	(void)e;
	pl_jout_open(c->w, NODE_KEY, '{');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		pl_jout_str(c->w, names[i], "1.0");
	pl_jout_close(c->w, '}');
	return PL_OK;
}

enum pl_rc node_info(struct node_call *c, struct pl_err *e)
{
	const struct pl_dev_block *b = pl_dev_head(c->d);
	const struct pl_dev_conf *conf = pl_dev_conf(c->d);
	struct pl_evm_block next;
	struct pl_u256 price;

	(void)e;
	pl_dev_next_env(c->d, &next, c->now);
	node_gas_price(c, &price);
	pl_jout_open(c->w, NODE_KEY, '{');
	pl_jout_u64(c->w, "currentBlockNumber", b->header.number);
	pl_jout_int(c->w, "currentBlockTimestamp", (int64_t)b->header.time);
	pl_jout_hash(c->w, "currentBlockHash", &b->header.hash);
	pl_jout_str(c->w, "hardFork", pl_fork_name(conf->fork));
	pl_jout_str(c->w, "transactionOrder", "fees");
	pl_jout_open(c->w, "environment", '{');
	pl_jout_u256(c->w, "baseFee", &next.base_fee);
	pl_jout_int(c->w, "chainId", (int64_t)conf->chain_id);
	pl_jout_u64(c->w, "gasLimit", next.gas_limit);
	pl_jout_u256(c->w, "gasPrice", &price);
	pl_jout_close(c->w, '}');
	pl_jout_open(c->w, "forkConfig", '{');
	pl_jout_null(c->w, "forkUrl");
	if (conf->parent)
		pl_jout_int(c->w, "forkBlockNumber",
			    (int64_t)conf->parent->number);
	else
		pl_jout_null(c->w, "forkBlockNumber");
	pl_jout_null(c->w, "forkRetryBackoff");
	pl_jout_close(c->w, '}');
	pl_jout_close(c->w, '}');
	return PL_OK;
}

enum pl_rc node_metadata(struct node_call *c, struct pl_err *e)
{
	const struct pl_dev_block *b = pl_dev_head(c->d);

	(void)e;
	pl_jout_open(c->w, NODE_KEY, '{');
	pl_jout_str(c->w, "clientVersion", "plume-devnet/v" PL_VERSION);
	pl_jout_int(c->w, "chainId", (int64_t)pl_dev_conf(c->d)->chain_id);
	pl_jout_u64(c->w, "latestBlockNumber", b->header.number);
	pl_jout_hash(c->w, "latestBlockHash", &b->header.hash);
	pl_jout_open(c->w, "snapshots", '{');
	pl_jout_close(c->w, '}');
	pl_jout_close(c->w, '}');
	return PL_OK;
}
