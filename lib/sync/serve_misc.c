/* The table of methods, and those that need no proof. */
#include <inttypes.h>

#include "crypto/keccak.h"
#include "eth/tx.h"
#include "sync/serve_impl.h"

/* clang-format off */
const struct serve_method serve_methods[] = {
	{ "eth_getBalance", serve_balance_method, 1, 2 },
	{ "eth_getTransactionCount", serve_nonce_method, 1, 2 },
	{ "eth_getCode", serve_code_method, 1, 2 },
	{ "eth_getStorageAt", serve_storage_method, 2, 3 },
	{ "eth_getProof", serve_proof_method, 2, 3 },
	{ "eth_getBlockByNumber", serve_block_by_number_method, 1, 2 },
	{ "eth_getBlockByHash", serve_block_by_hash_method, 1, 2 },
	{ "eth_getBlockTransactionCountByNumber", serve_tx_count_method, 1, 1 },
	{ "eth_getBlockTransactionCountByHash", serve_tx_count_method, 1, 1 },
	{ "eth_getUncleCountByBlockNumber", serve_uncle_count_method, 1, 1 },
	{ "eth_getUncleCountByBlockHash", serve_uncle_count_method, 1, 1 },
	{ "eth_getTransactionByHash", serve_tx_by_hash_method, 1, 1 },
	{ "eth_getTransactionByBlockNumberAndIndex", serve_tx_by_index_method,
	  2, 2 },
	{ "eth_getTransactionByBlockHashAndIndex", serve_tx_by_index_method,
	  2, 2 },
	{ "eth_getTransactionReceipt", serve_receipt_method, 1, 1 },
	{ "eth_getBlockReceipts", serve_block_receipts_method, 1, 1 },
	{ "eth_getLogs", serve_logs_method, 1, 1 },
	{ "eth_newFilter", serve_new_filter_method, 1, 1, true },
	{ "eth_newBlockFilter", serve_new_block_filter_method, 0, 0, true },
	{ "eth_getFilterChanges", serve_filter_changes_method, 1, 1, true },
	{ "eth_getFilterLogs", serve_filter_logs_method, 1, 1 },
	{ "eth_uninstallFilter", serve_uninstall_method, 1, 1, true },
	{ "eth_subscribe", serve_subscribe_method, 1, 2, true },
	{ "eth_unsubscribe", serve_unsubscribe_method, 1, 1, true },
	{ "eth_feeHistory", serve_fee_history_method, 2, 3 },
	{ "eth_gasPrice", serve_gas_price_method, 0, 0 },
	{ "eth_maxPriorityFeePerGas", serve_priority_fee_method, 0, 0 },
	{ "eth_chainId", serve_chain_id_method, 0, 0 },
	{ "eth_blockNumber", serve_block_number_method, 0, 0 },
	{ "eth_syncing", serve_syncing_method, 0, 0 },
	{ "eth_accounts", serve_accounts_method, 0, 0 },
	{ "eth_sendRawTransaction", serve_send_raw_method, 1, 1, true },
	{ "eth_call", serve_call_method, 1, 4 },
	{ "eth_estimateGas", serve_estimate_gas_method, 1, 4 },
	{ "eth_createAccessList", serve_access_list_method, 1, 4 },
	{ "net_version", serve_net_version_method, 0, 0 },
	{ "net_listening", serve_listening_method, 0, 0 },
	{ "web3_clientVersion", serve_version_method, 0, 0 },
	{ "web3_sha3", serve_sha3_method, 1, 1 },
	{ NULL, NULL, 0, 0, false }
};
/* clang-format on */

_Static_assert(sizeof(serve_methods) / sizeof(serve_methods[0]) <=
		       SERVE_METHODS,
	       "a figure is kept for every method");

size_t serve_method_find(const char *name)
{
	for (size_t i = 0; serve_methods[i].name; i++)
		if (!strcmp(serve_methods[i].name, name))
			return i;
	return SERVE_METHODS;
}

enum pl_rc serve_chain_id_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, SERVE_KEY, pl_view_chain_id(c->seat->view));
	return PL_OK;
}

enum pl_rc serve_block_number_method(struct serve_call *c, struct pl_err *e)
{
	const struct pl_viewed *head = serve_latest(c);

	(void)e;
	serve_trust(c, head->trust);
	pl_jout_u64(c->w, SERVE_KEY, head->header.number);
	return PL_OK;
}

enum pl_rc serve_net_version_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_str(
		c->w, SERVE_KEY,
		pl_printf(c->a, "%" PRIu64, pl_view_chain_id(c->seat->view)));
	return PL_OK;
}

enum pl_rc serve_listening_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_bool(c->w, SERVE_KEY, true);
	return PL_OK;
}

enum pl_rc serve_version_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_str(c->w, SERVE_KEY, "plume/" PL_VERSION);
	return PL_OK;
}

enum pl_rc serve_sha3_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_hash32 h;
	struct pl_span in;

	if (pl_json_data(c->a, &in, pl_json_at(c->params, 0), e))
		return serve_bad(c, e);
	h = pl_keccak256(in);
	pl_jout_hash(c->w, SERVE_KEY, &h);
	return PL_OK;
}

/* It serves what it has proven, which has no start to catch up from. */
enum pl_rc serve_syncing_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_bool(c->w, SERVE_KEY, false);
	return PL_OK;
}

enum pl_rc serve_accounts_method(struct serve_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_open(c->w, SERVE_KEY, '[');
	pl_jout_close(c->w, ']');
	return PL_OK;
}

/* --------------------------------------------------------------- sending */

static enum pl_rc check_signed(struct serve_call *c, struct pl_hash32 *hash,
			       struct pl_span raw, struct pl_err *e)
{
	struct pl_buf scratch;
	struct pl_addr from;
	struct pl_tx tx;

	pl_buf_init(&scratch, c->a);
	if (pl_tx_decode(&tx, raw, e) ||
	    pl_tx_check(&tx, pl_view_chain_id(c->seat->view), e) ||
	    pl_tx_sender(&from, &tx, &scratch, false, e)) {
		c->code = RPC_REJECTED;
		return pl_note(e, "not sent");
	}
	*hash = pl_keccak256(raw);
	return PL_OK;
}

/* The hash is computed here; a node that names another took something else. */
enum pl_rc serve_send_raw_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_rpc *node = pl_view_rpc(c->seat->view);
	const struct pl_json *v = pl_json_at(c->params, 0), *answer;
	struct pl_hash32 hash, said;
	struct pl_rpc_error err;
	struct pl_span raw;

	if (pl_json_data(c->a, &raw, v, e))
		return serve_bad(c, e);
	PL_TRY(check_signed(c, &hash, raw, e));
	if (pl_rpc_ask(node, c->a, &answer, &err, "eth_sendRawTransaction",
		       pl_printf(c->a, "[\"%s\"]", pl_json_str(v)), e)) {
		if (e->rc == PL_EREFUSED && err.code >= INT32_MIN &&
		    err.code < 0)
			c->code = (int)err.code;
		return e->rc;
	}
	PL_TRY(pl_json_hash32(&said, answer, e));
	if (!pl_hash32_equal(&said, &hash))
		return pl_fail(e, PL_EPROOF,
			       "the node says it took another transaction than "
			       "the one sent, %s",
			       pl_hash32_text(c->a, &hash));
	pl_jout_hash(c->w, SERVE_KEY, &hash);
	return PL_OK;
}
