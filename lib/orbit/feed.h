/* What a sequencer signs in its feed (nitro, broadcaster/message): two ways,
 * and both are over fields laid end to end, so that the hash does not say
 * where a part of no fixed length ends. */
#ifndef PL_ORBIT_FEED_H
#define PL_ORBIT_FEED_H

#include "base/buf.h"
#include "base/types.h"

struct pl_feed_message {
	uint64_t sequence;
	uint64_t delayed_read; /* delayed messages read with it */
	/* The header it came with from the parent chain. */
	uint8_t kind;
	struct pl_addr poster;
	uint64_t block_number, timestamp; /* the parent chain's */
	bool has_request_id;
	struct pl_hash32 request_id;
	bool has_base_fee;
	struct pl_u256 base_fee;
	struct pl_span l2_msg;
	/* V1 alone, and only of a batch posting report. */
	bool has_batch_gas;
	uint64_t batch_gas;
	/* V2 alone: what the message made. */
	bool has_block_hash;
	struct pl_hash32 block_hash;
	struct pl_span block_metadata;
};

/* With what it came signed by; a span of no bytes: not in that way. */
struct pl_feed_signed {
	struct pl_feed_message m;
	struct pl_span v1, v2;
};

/* V1 (the field `signature`) says nothing about the block that comes of the
 * message.  The RLP is built in scratch and dropped again. */
struct pl_hash32 pl_feed_hash_v1(const struct pl_feed_message *m,
				 uint64_t chain_id, struct pl_buf *scratch);

/* V2 (the field `signatureV2`, since nitro 3.9) covers the block's hash, where
 * the message has one. */
struct pl_hash32 pl_feed_hash_v2(const struct pl_feed_message *m,
				 uint64_t chain_id);

/* What its signature is over: V2 where there is one, else V1.  Scratch is
 * taken from the arena. */
struct pl_hash32 pl_feed_signed_hash(const struct pl_feed_signed *s,
				     uint64_t chain_id, struct pl_arena *a);

/* Who signed that hash: 65 bytes, r, s and a parity of 0 or 1, without the
 * prefix wallets put before messages.  PL_EFORMAT for another form, PL_EPROOF
 * when it is nobody's.  A hash of other fields gives another address, not an
 * error: compare it with one that is known. */
PL_CHECKED enum pl_rc pl_feed_signer(struct pl_addr *out,
				     const struct pl_hash32 *hash,
				     struct pl_span sig, struct pl_err *e);

/* Who signed a message.  PL_EPROOF when it is not signed; else as above. */
PL_CHECKED enum pl_rc pl_feed_who(struct pl_addr *out,
				  const struct pl_feed_signed *s,
				  uint64_t chain_id, struct pl_arena *a,
				  struct pl_err *e);

#endif
