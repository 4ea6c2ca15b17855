/* Within devnet/dev_*.c. */
#ifndef PL_DEVNET_DEV_IMPL_H
#define PL_DEVNET_DEV_IMPL_H

#include "devnet/db_state.h"
#include "devnet/dev.h"
#include "devnet/map.h"

#define DEV_MAX_POOL 16384

/* A version of the state as the machine reads it.  First member: pl_state
 * knows nothing of the rest. */
struct dev_source {
	struct pl_state_source base;
	struct pl_dev *d;
	uint32_t state;
};

/* Where what is not in memory comes from; first member as pl_tries wants it. */
struct dev_more {
	struct pl_tries_more base;
	struct pl_dev *d;
};

/* Blocks live in arenas of some hundred blocks each, so that those which a
 * revert drops are given back. */
struct dev_segment {
	struct pl_arena *a;
	size_t first; /* index of its first block */
};

struct dev_snapshot {
	uint64_t id;
	size_t n_blocks;
	uint32_t state;
	int64_t offset;
	struct pl_addr coinbase;
	uint64_t gas_limit, step;
	size_t size; /* of the trie, then */
};

/* The file that the chain is kept in, and what of it is there (dev_db.c). */
struct dev_db {
	struct pl_db_more more; /* without a file: more.db is NULL */
	struct pl_arena *a;
	size_t rows,
		kept; /* blocks there; those of them that are the chain's */
	size_t codes, pooled;
	uint64_t arrivals;
	uint8_t now[128];
	size_t now_n;
};

struct pl_dev {
	struct pl_dev_conf conf;
	struct pl_arena *a; /* lists; code; what lives as long as the chain */
	struct pl_tries t;  /* every kept state */
	struct dev_more more;
	struct dev_db db;
	struct pl_map txs, hashes; /* hashes: of blocks */
	struct pl_dev_block **blocks;
	size_t n_blocks;
	uint64_t first;
	struct dev_segment *segments;
	size_t n_segments;
	uint32_t state; /* now */
	uint32_t begun; /* as it was when block 0 was all there was */

	struct pl_dev_pooled *pool;
	size_t n_pool;
	size_t cap_pool;
	struct pl_arena *pool_arena; /* their bytes */
	uint64_t arrivals;

	struct pl_evm_pool *machine;
	struct dev_source block_source, call_source;
	struct pl_override_source call_over; /* over call_source */
	struct pl_state *block_state, *call_state;
	struct pl_evm_block call_env;
	struct pl_evm call_evm;
	struct pl_arena *scratch; /* of one block or one call */

	int64_t offset;
	uint64_t step; /* 0: the clock */
	bool has_next_time, has_next_fee, has_next_randao;
	uint64_t next_time;
	struct pl_u256 next_fee;
	struct pl_hash32 next_randao;
	struct pl_addr coinbase;
	uint64_t gas_limit;

	struct dev_snapshot *snapshots;
	size_t n_snapshots;
	uint64_t next_snapshot;
	size_t lost; /* bytes of the trie that nobody will ask for */
};

/* dev_state.c */
void dev_source_init(struct pl_dev *d, struct dev_source *x);
PL_CHECKED enum pl_rc dev_apply(struct pl_dev *d, uint32_t *state,
				const struct pl_state_change *changes, size_t n,
				struct pl_err *e);
void dev_tidy(struct pl_dev *d);
/* States come from the chain behind this one. */
void dev_stand_on(struct pl_dev *d);

/* dev_genesis.c */
PL_CHECKED enum pl_rc dev_genesis(struct pl_dev *d, struct pl_err *e);

/* dev.c */
struct pl_arena *dev_block_arena(struct pl_dev *d);
void dev_keep(struct pl_dev *d, const struct pl_dev_block *b);
void dev_forget_last(struct pl_dev *d);
void dev_next_header(struct pl_dev *d, struct pl_header *h, uint64_t now);

/* dev_block.c: a block in the making. */
struct dev_making {
	struct pl_dev *d;
	struct pl_arena *a; /* of what stays with the block */
	struct pl_header h;
	struct pl_evm_block env;
	struct pl_evm evm;
	uint32_t before;
	struct pl_dev_tx *txs;
	size_t n;
	struct pl_log *logs; /* of all of them */
	size_t n_logs;
	uint64_t gas, blob_gas;
};
PL_CHECKED enum pl_rc dev_begin(struct dev_making *m, struct pl_dev *d,
				struct pl_arena *a, const struct pl_header *h,
				uint32_t before, struct pl_err *e);
/* PL_EREFUSED: it may not stand in this block. */
PL_CHECKED enum pl_rc dev_add(struct dev_making *m, struct pl_transacted *out,
			      const struct pl_dev_pooled *p, struct pl_err *e);

/* The roots of a block's transactions and receipts; in d->scratch. */
PL_CHECKED enum pl_rc dev_list_roots(struct pl_dev *d, struct pl_hash32 *txs,
				     struct pl_hash32 *receipts,
				     const struct pl_dev_tx *v, size_t n,
				     struct pl_err *e);

/* dev_file.c: the parts that every kind of file has. */
void dev_put_block(struct pl_buf *b, const struct pl_dev_block *block);
PL_CHECKED enum pl_rc dev_read_block(struct pl_dev *d, struct pl_dev_block *b,
				     struct pl_span *in, struct pl_err *e);
PL_CHECKED enum pl_rc dev_check_block(struct pl_dev *d,
				      const struct pl_dev_block *b,
				      struct pl_err *e);
PL_CHECKED enum pl_rc dev_check_chain(const struct pl_dev *d, uint64_t chain,
				      struct pl_span fork, struct pl_err *e);
PL_CHECKED enum pl_rc dev_read_pool(struct pl_dev *d, struct pl_span *in,
				    struct pl_err *e);
void dev_empty(struct pl_dev *d);

/* dev_pool.c */
/* The best that can stand next in a block with that much room, by the nonces
 * of the state s; n_pool when there is none.  Passed over: what `used` says. */
size_t dev_pool_best(struct pl_dev *d, struct pl_state *s, const bool *used,
		     const struct dev_making *m);
/* Drop those that `used` says, and those that the state has overtaken. */
PL_CHECKED enum pl_rc dev_pool_clean(struct pl_dev *d, const bool *used,
				     struct pl_err *e);

#endif
