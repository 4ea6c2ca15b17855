/* Verified headers, transactions, receipts and logs as nodes write them in
 * JSON (the execution-apis schemas).  Written is what the given bytes commit
 * to or what follows from them: the sender is recovered, sizes, gas, prices,
 * indices and made addresses are computed.
 *
 * Left out, because nothing in the bytes tells it:
 *   totalDifficulty        no header has it
 *   uncles, size           of a block with uncles whose headers are not given
 *   blobGasPrice           off the main network (each chain has a schedule)
 *   gasUsedForL1           of Nitro chains: a node's own reckoning
 *   contractAddress        null for what Nitro's own transactions create */
#ifndef PL_ETH_NODE_OUT_H
#define PL_ETH_NODE_OUT_H

#include "codec/json_out.h"
#include "eth/header.h"
#include "eth/receipt.h"
#include "eth/trie.h"

struct pl_family;

/* A block whose roots were checked.  Spans are what its tries hold. */
struct pl_node_block {
	const struct pl_header *header;
	uint64_t chain_id;
	const struct pl_family *family; /* or NULL */
	const struct pl_span *txs;
	size_t n_txs;
	const struct pl_span *withdrawals; /* RLP of each */
	size_t n_withdrawals;
	const struct pl_span *receipts; /* n_txs of them, or NULL */
	/* What the block's maker knows besides: who sent each transaction
	 * (NULL: recovered from its signature), and the price of blob gas
	 * (NULL: the main network's where it is that). */
	const struct pl_addr *senders;
	const struct pl_u256 *blob_price;
	/* The transactions are a run of the block's: the index of the first,
	 * gas used and logs before it. */
	uint64_t first, first_gas, first_log;
};

/* The members of a header, inside an open object: "hash", "parentHash" … */
void pl_node_header(struct pl_jout *w, const struct pl_node_block *b);

/* The whole object, with full transactions or only their hashes. */
PL_CHECKED enum pl_rc pl_node_block(struct pl_jout *w, struct pl_arena *a,
				    const char *key,
				    const struct pl_node_block *b, bool full,
				    struct pl_err *e);

/* Transaction i as an object.  header NULL: one that waits for a block. */
PL_CHECKED enum pl_rc pl_node_tx(struct pl_jout *w, struct pl_arena *a,
				 const char *key, const struct pl_node_block *b,
				 size_t i, struct pl_err *e);

/* Receipt i, or all of them as an array.  PL_EFORMAT where they and the
 * transactions do not go together. */
PL_CHECKED enum pl_rc pl_node_receipt(struct pl_jout *w, struct pl_arena *a,
				      const char *key,
				      const struct pl_node_block *b, size_t i,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_node_receipts(struct pl_jout *w, struct pl_arena *a,
				       const char *key,
				       const struct pl_node_block *b,
				       struct pl_err *e);

/* A log, and where it stands. */
struct pl_node_place {
	const struct pl_header *header;
	struct pl_hash32 tx;
	uint64_t tx_index, log_index;
	bool removed; /* the block is no longer of the chain */
};
void pl_node_log(struct pl_jout *w, const char *key,
		 const struct pl_node_place *at, const struct pl_log *log);
/* What pl_node_log wrote of a log, as it is told once more when its block is no
 * longer of the chain. */
struct pl_span pl_node_log_gone(struct pl_arena *a, struct pl_span text);

/* An eth_getProof answer out of what was verified: nodes of the proofs are
 * passed on byte for byte. */
struct pl_node_slot {
	struct pl_hash32 key;
	struct pl_u256 value;
	const struct pl_span *nodes;
	size_t n_nodes;
};
struct pl_node_proof {
	struct pl_addr address;
	struct pl_account account;
	const struct pl_span *nodes;
	size_t n_nodes;
	const struct pl_node_slot *slots;
	size_t n_slots;
};
void pl_node_proof(struct pl_jout *w, const char *key,
		   const struct pl_node_proof *p);

/* For families: the members every transaction has (place, hash, type), inside
 * an open object. */
void pl_node_tx_place(struct pl_jout *w, const struct pl_node_block *b,
		      size_t i, uint64_t type);

#endif
