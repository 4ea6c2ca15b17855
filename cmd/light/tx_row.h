/* A transaction, and a log, as the commands that read proven data show them:
 * fields that the block's roots commit to, and what follows from them. */
#ifndef PL_CMD_LIGHT_TX_ROW_H
#define PL_CMD_LIGHT_TX_ROW_H

#include "cmd/light/read.h"

struct pl_tx_row {
	struct pl_hash32 hash;
	uint64_t index, type, nonce, gas;
	struct pl_addr from;
	const struct pl_addr *to; /* NULL: makes a contract */
	struct pl_amount value;
	struct pl_u256 price; /* wei a unit of gas cost */
	struct pl_span input;
};
extern const struct pl_field pl_tx_row_fields[];

/* Transaction i of a block whose roots were checked. */
PL_CHECKED enum pl_rc pl_tx_row(struct pl_arena *a, struct pl_tx_row *row,
				const struct pl_node_block *b, size_t i,
				struct pl_err *e);

struct pl_log_row {
	uint64_t block;
	struct pl_hash32 block_hash, tx;
	int64_t time;
	uint64_t tx_index, log_index;
	struct pl_addr address;
	struct pl_list topics; /* struct pl_hash32 */
	struct pl_span data;
};
extern const struct pl_field pl_log_row_fields[];

/* A copy, in the arena. */
struct pl_log_row pl_log_row(struct pl_arena *a, const struct pl_node_place *at,
			     const struct pl_log *log);

/* What its address, topics and data look like to a person. */
void pl_log_row_say(struct pl_out *o, const struct pl_log_row *l);

#endif
