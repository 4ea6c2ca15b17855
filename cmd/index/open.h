/* What the index commands share. */
#ifndef PL_CMD_INDEX_OPEN_H
#define PL_CMD_INDEX_OPEN_H

#include "cmd/ctx.h"
#include "store/index.h"

/* The index of this run (pl_ctx_store_path); with PL_INDEX_CREATE its folder
 * is made as well. */
PL_CHECKED enum pl_rc pl_open_index(struct pl_ctx *c, struct pl_index **out,
				    unsigned flags, struct pl_err *e);

/* Close it; with --dry-run a file that was not there before goes again. */
void pl_close_index(struct pl_ctx *c, struct pl_index *ix, bool was_there);

/* The token of this address on the chain of --network. */
PL_CHECKED enum pl_rc pl_open_token(struct pl_ctx *c, struct pl_index *ix,
				    struct pl_index_token *out,
				    const struct pl_addr *address,
				    struct pl_err *e);

/* For examples: a file with one transfer, imported. */
#define PL_EXAMPLE_TOKEN "0x1111111111111111111111111111111111111111"
#define PL_EXAMPLE_IMPORT                                                      \
	"printf 'token_address,from_address,to_address,value,"                 \
	"transaction_hash\\n" PL_EXAMPLE_TOKEN                                 \
	",0x2222222222222222222222222222222222222222,"                         \
	"0x3333333333333333333333333333333333333333,5,"                        \
	"0x44444444444444444444444444444444"                                   \
	"44444444444444444444444444444444\\n' > t.csv && plume index import "  \
	"t.csv"

/* A token's rows in the index, for `list` and `status`. */
struct pl_token_row {
	uint64_t chain_id;
	struct pl_addr token;
	const char *symbol;
	const uint64_t *decimals;
	uint64_t rows, zero_value, no_log_index, no_block, no_time;
	const enum pl_trust *trust;
	const uint64_t *first_block, *last_block;
	const int64_t *first_time, *last_time;
	const struct pl_hash32 *last_hash;
};

PL_CHECKED enum pl_rc pl_token_row_of(struct pl_ctx *c, struct pl_index *ix,
				      struct pl_token_row *out, int64_t token,
				      struct pl_err *e);

#endif
