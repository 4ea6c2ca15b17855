/* Every method of the node; who has it under which names is in
 * node_methods.c. */
#ifndef PL_DEVNET_NODE_METHODS_H
#define PL_DEVNET_NODE_METHODS_H

#include "devnet/node_impl.h"

enum pl_rc node_chain_id(struct node_call *c, struct pl_err *e);
enum pl_rc node_block_number(struct node_call *c, struct pl_err *e);
enum pl_rc node_send_raw(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_receipt(struct node_call *c, struct pl_err *e);
enum pl_rc node_eth_call(struct node_call *c, struct pl_err *e);
enum pl_rc node_estimate_gas(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_balance(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_transaction_count(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_code(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_storage_at(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_proof(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_block(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_logs(struct node_call *c, struct pl_err *e);
enum pl_rc node_send_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_gas_price(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_tip(struct node_call *c, struct pl_err *e);
enum pl_rc node_fee_history(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_blob_base_fee(struct node_call *c, struct pl_err *e);
enum pl_rc node_accounts(struct node_call *c, struct pl_err *e);
enum pl_rc node_coinbase(struct node_call *c, struct pl_err *e);
enum pl_rc node_true(struct node_call *c, struct pl_err *e);
enum pl_rc node_zero(struct node_call *c, struct pl_err *e);
enum pl_rc node_false(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_block_tx_count(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_uncle_count(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_uncle(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_tx_by_index(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_raw_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_block_receipts(struct node_call *c, struct pl_err *e);
enum pl_rc node_create_access_list(struct node_call *c, struct pl_err *e);
enum pl_rc node_send_raw_sync(struct node_call *c, struct pl_err *e);
enum pl_rc node_sign_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_sign(struct node_call *c, struct pl_err *e);
enum pl_rc node_personal_sign(struct node_call *c, struct pl_err *e);
enum pl_rc node_dump_state(struct node_call *c, struct pl_err *e);
enum pl_rc node_load_state(struct node_call *c, struct pl_err *e);
enum pl_rc node_sign_typed(struct node_call *c, struct pl_err *e);
enum pl_rc node_new_filter(struct node_call *c, struct pl_err *e);
enum pl_rc node_new_block_filter(struct node_call *c, struct pl_err *e);
enum pl_rc node_new_pending_filter(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_filter_changes(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_filter_logs(struct node_call *c, struct pl_err *e);
enum pl_rc node_uninstall_filter(struct node_call *c, struct pl_err *e);
enum pl_rc node_subscribe(struct node_call *c, struct pl_err *e);
enum pl_rc node_unsubscribe(struct node_call *c, struct pl_err *e);
enum pl_rc node_net_version(struct node_call *c, struct pl_err *e);
enum pl_rc node_client_version(struct node_call *c, struct pl_err *e);
enum pl_rc node_sha3(struct node_call *c, struct pl_err *e);
enum pl_rc node_modules(struct node_call *c, struct pl_err *e);
enum pl_rc node_txpool_status(struct node_call *c, struct pl_err *e);
enum pl_rc node_txpool_content(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_raw_header(struct node_call *c, struct pl_err *e);
enum pl_rc node_evm_mine(struct node_call *c, struct pl_err *e);
enum pl_rc node_mine(struct node_call *c, struct pl_err *e);
enum pl_rc node_snapshot(struct node_call *c, struct pl_err *e);
enum pl_rc node_revert(struct node_call *c, struct pl_err *e);
enum pl_rc node_increase_time(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_next_time(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_time(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_time_step(struct node_call *c, struct pl_err *e);
enum pl_rc node_remove_time_step(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_automine(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_automine(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_interval(struct node_call *c, struct pl_err *e);
enum pl_rc node_get_interval(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_gas_limit(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_balance(struct node_call *c, struct pl_err *e);
enum pl_rc node_add_balance(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_code(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_nonce(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_storage(struct node_call *c, struct pl_err *e);
enum pl_rc node_impersonate(struct node_call *c, struct pl_err *e);
enum pl_rc node_stop_impersonating(struct node_call *c, struct pl_err *e);
enum pl_rc node_auto_impersonate(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_coinbase(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_base_fee(struct node_call *c, struct pl_err *e);
enum pl_rc node_set_randao(struct node_call *c, struct pl_err *e);
enum pl_rc node_drop_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_drop_all(struct node_call *c, struct pl_err *e);
enum pl_rc node_info(struct node_call *c, struct pl_err *e);
enum pl_rc node_metadata(struct node_call *c, struct pl_err *e);
enum pl_rc node_trace_tx(struct node_call *c, struct pl_err *e);
enum pl_rc node_trace_call(struct node_call *c, struct pl_err *e);
enum pl_rc node_trace_block(struct node_call *c, struct pl_err *e);
enum pl_rc node_reset(struct node_call *c, struct pl_err *e);

/* What methods of several files share. */
void node_gas_price(struct node_call *c, struct pl_u256 *out);
void node_run_at(struct node_call *c, struct node_run *x,
		 const struct pl_dev_block *b, uint32_t state);
PL_CHECKED enum pl_rc node_put_receipt(struct node_call *c,
				       const struct pl_hash32 *hash,
				       struct pl_err *e);

#endif
