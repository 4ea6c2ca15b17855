/* One call of JSON-RPC: what is asked, and where the answer goes. */
#ifndef PL_TESTS_WORLD_RPC_H
#define PL_TESTS_WORLD_RPC_H

#include "world.h"

struct call {
	struct world *w;
	struct world_chain *c;
	enum world_lie lie;
	const char *method;
	const struct pl_json *params;
	struct pl_buf *out;
};

/* "0x1f"; 0 for NULL. */
uint64_t rpc_number_of(const char *s);

/* A block by number, tag, hash or EIP-1898 object; NULL: there is none. */
const struct world_block *rpc_block_of(const struct call *x,
				       const struct pl_json *ref);
const struct world_block *rpc_by_hash(const struct world_chain *c,
				      const char *text);

/* The block the answer is taken from: under that lie, one `back` blocks
 * earlier. */
const struct world_block *rpc_shown(const struct call *x,
				    const struct world_block *b,
				    enum world_lie lie, size_t back);
void rpc_null(struct call *x);

void rpc_get_block(struct call *x);
void rpc_raw_header(struct call *x);
void rpc_block_receipts(struct call *x);
void rpc_raw_receipts(struct call *x);
void rpc_get_tx(struct call *x);
void rpc_tx_at(struct call *x);
void rpc_raw_tx(struct call *x);
void rpc_get_receipt(struct call *x);
void rpc_fee_history(struct call *x);

void rpc_get_proof(struct call *x);
void rpc_get_code(struct call *x);
void rpc_get_balance(struct call *x);
void rpc_get_nonce(struct call *x);
void rpc_get_storage(struct call *x);
void rpc_get_logs(struct call *x);

void rpc_call(struct call *x);
void rpc_estimate_gas(struct call *x);
void rpc_access_list(struct call *x);

#endif
