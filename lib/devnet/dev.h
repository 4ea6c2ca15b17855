/* A development chain: real blocks of Ethereum's rules, made from a pool of
 * transactions, with every state kept.  Pure: what time it is, and what a
 * chain it stands on says, are arguments.
 *
 * Block 0 (or that of a chain it goes on from) is made by pl_dev_open; the
 * rest by pl_dev_mine.  What a test changes by hand between blocks (a balance,
 * a slot) is in the state that the next block begins from; `latest` shows it
 * at once, the roots of blocks already made do not move. */
#ifndef PL_DEVNET_DEV_H
#define PL_DEVNET_DEV_H

#include "eth/fork.h"
#include "eth/header.h"
#include "eth/trie.h"
#include "eth/tx.h"
#include "evm/override.h"
#include "evm/transact.h"

struct pl_dev;

struct pl_dev_tx {
	struct pl_span raw;     /* as the transactions root holds it */
	struct pl_span receipt; /* as the receipts root holds it */
	struct pl_addr sender;
	struct pl_hash32 hash;
	uint64_t gas_used;
	uint64_t first_log; /* logs of the block before its own */
};

struct pl_dev_block {
	struct pl_header header;
	struct pl_dev_tx *txs;
	size_t n_txs;
	struct pl_u256 blob_price;
	uint32_t before, after; /* states: what it began from, and left */
};

/* What is asked when a chain stands on another's state, of which only the root
 * is known (pl_dev_conf.parent). */
struct pl_dev_remote {
	/* Proof nodes of an account (and, with slot, of one in its storage)
	 * under the state root of the block stood on. */
	enum pl_rc (*prove)(struct pl_dev_remote *x, struct pl_arena *a,
			    const struct pl_addr *addr,
			    const struct pl_hash32 *slot,
			    struct pl_span **account, size_t *n_account,
			    struct pl_span **storage, size_t *n_storage,
			    struct pl_err *e);
	enum pl_rc (*code)(struct pl_dev_remote *x, struct pl_arena *a,
			   struct pl_span *out, const struct pl_addr *addr,
			   struct pl_err *e);
	enum pl_rc (*block_hash)(struct pl_dev_remote *x, struct pl_hash32 *out,
				 uint64_t number, struct pl_err *e);
};

struct pl_dev_conf {
	uint64_t chain_id;
	enum pl_fork fork;
	uint64_t gas_limit;      /* of a block */
	struct pl_u256 base_fee; /* of block 1 */
	uint64_t time;           /* of block 0 */
	struct pl_addr coinbase;
	uint64_t max_code_size; /* of contracts; 0: EIP-170's */
	const struct pl_addr *accounts;
	size_t n_accounts;
	struct pl_u256 balance; /* of each */
	/* The header whose state it goes on from, and who proves that; NULL:
	 * a chain of its own. */
	const struct pl_header *parent;
	struct pl_dev_remote *remote;
	/* The beacon block root a block of that time carries (EIP-4788); NULL:
	 * zeros. */
	void (*beacon_root)(void *ctx, struct pl_hash32 *out, uint64_t time);
	/* The last word on a block's header but for what its transactions
	 * leave: a chain of another kind.  h->extra must outlive the chain.
	 * May be NULL. */
	void (*seal)(void *ctx, struct pl_header *h);
	/* A block was made; may be NULL. */
	void (*mined)(void *ctx, const struct pl_dev_block *b);
	void *ctx;
};

PL_CHECKED enum pl_rc pl_dev_open(struct pl_dev **out,
				  const struct pl_dev_conf *conf,
				  struct pl_err *e);
void pl_dev_close(struct pl_dev *d); /* NULL is allowed */

const struct pl_dev_conf *pl_dev_conf(const struct pl_dev *d);

/* ---------------------------------------------------------------- blocks */

/* The newest. */
const struct pl_dev_block *pl_dev_head(const struct pl_dev *d);
uint64_t pl_dev_first(const struct pl_dev *d); /* number of the oldest kept */
/* NULL where there is none; valid until a revert drops it. */
const struct pl_dev_block *pl_dev_block(const struct pl_dev *d,
					uint64_t number);
const struct pl_dev_block *pl_dev_block_of(const struct pl_dev *d,
					   const struct pl_hash32 *hash);
/* The block a transaction stands in, and its place there; or NULL. */
const struct pl_dev_block *pl_dev_find(const struct pl_dev *d, size_t *i,
				       const struct pl_hash32 *tx);

/* Make a block out of what the pool holds; now: the wall clock.  *made (may be
 * NULL) is the block.  What could not stand in any block is dropped from the
 * pool. */
PL_CHECKED enum pl_rc pl_dev_mine(struct pl_dev *d,
				  const struct pl_dev_block **made,
				  uint64_t now, struct pl_err *e);
/* The block that would be made now; lives in `a`, changes nothing. */
PL_CHECKED enum pl_rc pl_dev_pending(struct pl_dev *d, struct pl_arena *a,
				     struct pl_dev_block *out, uint64_t now,
				     struct pl_err *e);

/* What the next block will be like (but for its transactions). */
void pl_dev_next_env(struct pl_dev *d, struct pl_evm_block *out, uint64_t now);
/* What a block was like; for what is run on its state. */
void pl_dev_env_of(const struct pl_dev *d, struct pl_evm_block *out,
		   const struct pl_dev_block *b);

/* ------------------------------------------------------------------ pool */

struct pl_dev_pooled {
	struct pl_tx tx;
	struct pl_span raw;
	struct pl_addr sender;
	struct pl_hash32 hash;
	uint64_t order; /* of arrival */
	bool unsigned_; /* its signature does not count */
};

/* Into the pool.  raw is a signed envelope (a blob transaction may carry its
 * blobs around it, which are not kept), or, with `sender`, one whose signature
 * does not count.  PL_EREFUSED says by which rule not, in the words of
 * pl_refusal_text where it is one of those. */
PL_CHECKED enum pl_rc pl_dev_send(struct pl_dev *d, struct pl_hash32 *hash,
				  struct pl_span raw,
				  const struct pl_addr *sender,
				  struct pl_err *e);
/* A signature that nobody made, for a transaction whose sender is played: it
 * holds the sender, so that no two of different senders are the same. */
void pl_dev_play(struct pl_tx *tx, const struct pl_addr *who);
/* Whether its signature is such a one. */
bool pl_dev_played_by(struct pl_addr *who, const struct pl_tx *tx);

/* Whether anything in the pool may stand in the next block. */
PL_CHECKED enum pl_rc pl_dev_is_ready(struct pl_dev *d, bool *ready,
				      struct pl_err *e);
const struct pl_dev_pooled *pl_dev_pooled(const struct pl_dev *d, size_t i);
size_t pl_dev_n_pooled(const struct pl_dev *d);
bool pl_dev_drop(struct pl_dev *d, const struct pl_hash32 *hash);
void pl_dev_drop_all(struct pl_dev *d);
/* The nonce behind those of the sender's that wait without a gap. */
PL_CHECKED enum pl_rc pl_dev_next_nonce(struct pl_dev *d, uint64_t *out,
					const struct pl_addr *who,
					struct pl_err *e);

/* ----------------------------------------------------------------- state */

/* The state now: the newest block's, and what was changed by hand since. */
uint32_t pl_dev_now(const struct pl_dev *d);

PL_CHECKED enum pl_rc pl_dev_account(struct pl_dev *d, uint32_t state,
				     struct pl_state_account *out,
				     const struct pl_addr *addr,
				     struct pl_err *e);
PL_CHECKED enum pl_rc pl_dev_slot(struct pl_dev *d, uint32_t state,
				  struct pl_u256 *out,
				  const struct pl_addr *addr,
				  const struct pl_u256 *key, struct pl_err *e);
/* Valid as long as the chain is open. */
PL_CHECKED enum pl_rc pl_dev_code(struct pl_dev *d, uint32_t state,
				  struct pl_span *out,
				  const struct pl_addr *addr, struct pl_err *e);
/* eth_getProof: account, and slots in the order of keys. */
struct pl_dev_proof {
	struct pl_account account;
	struct pl_span *nodes;
	size_t n_nodes;
	struct pl_u256 *values;
	struct pl_span **slot_nodes;
	size_t *n_slot_nodes;
};
PL_CHECKED enum pl_rc pl_dev_prove(struct pl_dev *d, struct pl_arena *a,
				   uint32_t state, struct pl_dev_proof *out,
				   const struct pl_addr *addr,
				   const struct pl_hash32 *keys, size_t n,
				   struct pl_err *e);

/* By hand.  NULL members stay as they are. */
struct pl_dev_change {
	const struct pl_u256 *balance;
	const uint64_t *nonce;
	const struct pl_span *code;
	const struct pl_u256 *key, *value; /* one slot */
};
PL_CHECKED enum pl_rc pl_dev_set(struct pl_dev *d, const struct pl_addr *addr,
				 const struct pl_dev_change *c,
				 struct pl_err *e);

/* ----------------------------------------------------------------- calls */

struct pl_dev_call {
	uint32_t state;
	struct pl_evm_block env;
	struct pl_transact how;
	struct pl_overrides overrides;
	struct pl_evm_tracer *tracer;
};
/* Run it and change nothing.  What *out points to lives until the next. */
PL_CHECKED enum pl_rc pl_dev_run(struct pl_dev *d, struct pl_transacted *out,
				 const struct pl_dev_call *c, struct pl_err *e);
/* An account as it will find it. */
PL_CHECKED enum pl_rc pl_dev_run_account(struct pl_dev *d,
					 struct pl_state_account *out,
					 const struct pl_dev_call *c,
					 const struct pl_addr *addr,
					 struct pl_err *e);
/* The state it ran on, for what it touched (pl_state_warm_list). */
struct pl_state *pl_dev_run_state(struct pl_dev *d);

/* Run transaction i of a block once more, with those before it. */
PL_CHECKED enum pl_rc pl_dev_replay(struct pl_dev *d, struct pl_transacted *out,
				    const struct pl_dev_block *b, size_t i,
				    struct pl_evm_tracer *tracer,
				    struct pl_err *e);

/* --------------------------------------------------------------- control */

/* Ids count up from 0.  Reverting to one drops it and those after it; false
 * where there is none of that id. */
uint64_t pl_dev_snapshot(struct pl_dev *d);
/* The newest block's number when it was taken; false where there is none of
 * that id. */
bool pl_dev_snapshot_head(const struct pl_dev *d, uint64_t *out, uint64_t id);
bool pl_dev_revert(struct pl_dev *d, uint64_t id);

/* As it began: block 0 alone, no snapshots, an empty pool, the clock's time. */
void pl_dev_reset(struct pl_dev *d);

/* Times: what a block gets is the clock plus an offset, and more than its
 * parent's. */
void pl_dev_add_time(struct pl_dev *d, int64_t seconds);
int64_t pl_dev_time_offset(const struct pl_dev *d);
void pl_dev_set_time(struct pl_dev *d, uint64_t time, uint64_t now);
/* Only of the next block; PL_EUSAGE when its parent is not older. */
PL_CHECKED enum pl_rc pl_dev_next_time(struct pl_dev *d, uint64_t time,
				       struct pl_err *e);
/* Seconds between blocks whatever the clock says; 0: the clock again. */
void pl_dev_time_step(struct pl_dev *d, uint64_t seconds);
void pl_dev_next_base_fee(struct pl_dev *d, const struct pl_u256 *fee);
void pl_dev_next_randao(struct pl_dev *d, const struct pl_hash32 *v);
void pl_dev_coinbase(struct pl_dev *d, const struct pl_addr *who);
void pl_dev_gas_limit(struct pl_dev *d, uint64_t gas);

/* Bytes the chain holds: tries, blocks. */
size_t pl_dev_size(const struct pl_dev *d);

/* ------------------------------------------------------------------ file */

/* The whole chain as bytes: blocks, receipts, and every state that is kept. */
PL_CHECKED enum pl_rc pl_dev_save(struct pl_dev *d, struct pl_buf *out,
				  struct pl_err *e);
/* A chain opened with the same conf becomes what was saved.  Every hash and
 * root is checked: PL_EFORMAT or PL_EPROOF for what does not hold, and the
 * chain is then to be closed.  PL_EUSAGE for another chain's. */
PL_CHECKED enum pl_rc pl_dev_load(struct pl_dev *d, struct pl_span bytes,
				  struct pl_err *e);
/* Whether it would: the chain stays as it is. */
PL_CHECKED enum pl_rc pl_dev_load_check(const struct pl_dev *d,
					struct pl_span bytes, struct pl_err *e);

#endif
