/* Every method of the node; who has it under which names is in
 * node_methods.c. */
#ifndef PL_DEVNET_NODE_METHODS_H
#define PL_DEVNET_NODE_METHODS_H

#include "devnet/node_impl.h"

node_method_fn node_chain_id;
node_method_fn node_block_number;
node_method_fn node_send_raw;
node_method_fn node_get_receipt;
node_method_fn node_eth_call;
node_method_fn node_estimate_gas;
node_method_fn node_get_balance;
node_method_fn node_get_transaction_count;
node_method_fn node_get_code;
node_method_fn node_get_storage_at;
node_method_fn node_get_proof;
node_method_fn node_get_block;
node_method_fn node_get_tx;
node_method_fn node_get_logs;
node_method_fn node_send_tx;
node_method_fn node_get_gas_price;
node_method_fn node_get_tip;
node_method_fn node_fee_history;
node_method_fn node_get_blob_base_fee;
node_method_fn node_accounts;
node_method_fn node_coinbase;
node_method_fn node_true;
node_method_fn node_zero;
node_method_fn node_false;
node_method_fn node_get_block_tx_count;
node_method_fn node_get_uncle_count;
node_method_fn node_get_uncle;
node_method_fn node_get_tx_by_index;
node_method_fn node_get_raw_tx;
node_method_fn node_get_block_receipts;
node_method_fn node_create_access_list;
node_method_fn node_send_raw_sync;
node_method_fn node_sign_tx;
node_method_fn node_sign;
node_method_fn node_personal_sign;
node_method_fn node_new_filter;
node_method_fn node_new_block_filter;
node_method_fn node_new_pending_filter;
node_method_fn node_get_filter_changes;
node_method_fn node_get_filter_logs;
node_method_fn node_uninstall_filter;
node_method_fn node_net_version;
node_method_fn node_client_version;
node_method_fn node_sha3;
node_method_fn node_modules;
node_method_fn node_txpool_status;
node_method_fn node_txpool_content;
node_method_fn node_get_raw_header;
node_method_fn node_evm_mine;
node_method_fn node_mine;
node_method_fn node_snapshot;
node_method_fn node_revert;
node_method_fn node_increase_time;
node_method_fn node_set_next_time;
node_method_fn node_set_time;
node_method_fn node_set_time_step;
node_method_fn node_remove_time_step;
node_method_fn node_set_automine;
node_method_fn node_get_automine;
node_method_fn node_set_interval;
node_method_fn node_get_interval;
node_method_fn node_set_gas_limit;
node_method_fn node_set_balance;
node_method_fn node_add_balance;
node_method_fn node_set_code;
node_method_fn node_set_nonce;
node_method_fn node_set_storage;
node_method_fn node_impersonate;
node_method_fn node_stop_impersonating;
node_method_fn node_auto_impersonate;
node_method_fn node_set_coinbase;
node_method_fn node_set_base_fee;
node_method_fn node_set_randao;
node_method_fn node_drop_tx;
node_method_fn node_drop_all;
node_method_fn node_info;
node_method_fn node_metadata;
node_method_fn node_trace_tx;
node_method_fn node_trace_call;
node_method_fn node_trace_block;

/* What methods of several files share. */
void node_gas_price(struct node_call *c, struct pl_u256 *out);
void node_run_at(struct node_call *c, struct node_run *x,
		 const struct pl_dev_block *b, uint32_t state);
PL_CHECKED enum pl_rc node_put_receipt(struct node_call *c,
				       const struct pl_hash32 *hash,
				       struct pl_err *e);

#endif
