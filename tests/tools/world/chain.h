/* Blocks of a made-up chain: real headers, signed transactions, receipts and
 * states, all of whose hashes hold.  Nothing is executed: what a transaction
 * did is written down beside it. */
#ifndef PL_TESTS_WORLD_CHAIN_H
#define PL_TESTS_WORLD_CHAIN_H

#include "eth/receipt.h"
#include "eth/tx.h"
#include "orbit/nitro_tx.h"
#include "state.h"

#define WORLD_BLOB_GAS 131072 /* of each blob transaction, which has one */

struct world_tx {
	bool own; /* a Nitro chain's own kind */
	struct pl_tx tx;
	struct pl_nitro_tx nitro;
	struct pl_addr from;
	struct pl_span raw;
	struct pl_hash32 hash;
	struct pl_log *log;
	size_t n_logs;
	struct pl_receipt receipt; /* once sealed */
	struct pl_span receipt_raw;
};

struct world_withdrawal {
	uint64_t index, validator;
	struct pl_addr to;
	uint64_t gwei;
};

struct world_block {
	struct pl_header header;
	struct pl_span rlp;
	struct world_tx *tx;
	size_t n_tx;
	struct world_withdrawal *withdrawal; /* one, or NULL */
	struct world_state *state;           /* after it */
};

struct world_chain {
	struct pl_arena *a;
	uint64_t id;
	bool nitro;
	struct world_block *block;
	size_t n, room;
	struct world_state now;
	struct world_block open; /* being filled */
	/* of the next header: */
	uint64_t time;
	struct pl_hash32 mix_hash, extra;
	uint8_t nonce[8];
};

/* Accounts 1, 2, … have the secret keys 1, 2, …. */
struct pl_addr world_user(unsigned i);
void world_secret(uint8_t out[32], unsigned i);

struct world_chain *world_chain(struct pl_arena *a, uint64_t id, bool nitro,
				size_t blocks);

/* Into the open block.  From user i: pays value to `to`, or calls it with
 * data. */
struct world_tx *world_send(struct world_chain *c, unsigned user,
			    enum pl_tx_type type, const struct pl_addr *to,
			    uint64_t value, struct pl_span data);
struct world_tx *world_own(struct world_chain *c, struct pl_nitro_tx tx);
void world_log(struct world_chain *c, struct world_tx *t,
	       const struct pl_addr *who, const struct pl_hash32 *topics,
	       unsigned n_topics, struct pl_span data);
void world_withdraw(struct world_chain *c, unsigned user, uint64_t gwei);
void world_seal(struct world_chain *c);

struct pl_hash32 world_word(uint64_t v); /* 32 bytes, big-endian */
struct pl_hash32 world_word_addr(const struct pl_addr *a);
struct pl_hash32 world_topic(const char *signature);
/* keccak(key ‖ slot): of a mapping */
struct pl_hash32 world_mapping(const struct pl_hash32 *key, uint64_t slot);

#endif
