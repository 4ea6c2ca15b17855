/* Clique, the proof of authority of Goerli and Rinkeby (EIP-225). */
#ifndef PL_ETH_CLIQUE_H
#define PL_ETH_CLIQUE_H

#include "base/limits.h"
#include "eth/check.h"

#define PL_CLIQUE_EPOCH 30000 /* EPOCH_LENGTH as suggested */

/* Whether a header has the form of a clique block: 32 bytes of vanity and a
 * 65-byte seal in the extra data, difficulty 1 or 2, no mix hash. */
bool pl_clique_fits(const struct pl_header *h);

/* Who sealed it: recovered from the last 65 bytes of the extra data over the
 * hash of the header without them.  PL_EPROOF when the seal is nobody's. */
PL_CHECKED enum pl_rc pl_clique_signer(struct pl_addr *out,
				       const struct pl_header *h,
				       struct pl_buf *scratch,
				       struct pl_err *e);

/* Who may seal the block after `number`, and what is voted on: about 15 kB
 * and the votes, which lie in the arena. */
struct pl_clique {
	struct pl_arena *a;
	uint64_t epoch;  /* EPOCH_LENGTH */
	uint64_t period; /* BLOCK_PERIOD in seconds; 0: not known */
	uint64_t number;
	struct pl_hash32 hash;
	uint64_t time;
	struct pl_addr signers[PL_MAX_SIGNERS]; /* in rising order */
	size_t n_signers;
	/* Who sealed the blocks up to `number`, by number modulo the room;
	 * n_recent of them are known. */
	struct pl_addr recent[PL_MAX_SIGNERS];
	size_t n_recent;
	struct pl_clique_vote {
		struct pl_addr signer, beneficiary;
		bool authorize;
	} * votes;
	size_t n_votes;
};

/* Begin before the block of a header: the list holds for it, nobody sealed
 * lately, nothing is voted on.  That is the truth right behind a checkpoint;
 * elsewhere votes of the same epoch are missed.  PL_EFORMAT for a signer that
 * stands twice, PL_ELIMIT for too many. */
PL_CHECKED enum pl_rc pl_clique_begin(struct pl_clique *s, struct pl_arena *a,
				      uint64_t epoch, const struct pl_header *h,
				      const struct pl_addr *signers, size_t n,
				      struct pl_err *e);

/* The list in a checkpoint's extra data, at most PL_MAX_SIGNERS; *n is 0 for
 * a header without one. */
PL_CHECKED enum pl_rc pl_clique_list(struct pl_addr *out, size_t *n,
				     const struct pl_header *h,
				     struct pl_err *e);

/* The next block, sealed by `signer` (pl_clique_signer): the rules of EIP-225
 * between a block and those before it, each noted in c.  Then its vote counts.
 * On PL_EPROOF s is as it was.  The rules:
 *	parent.link, clique.period, clique.checkpoint (the list in the extra
 *	data, and no vote), clique.vote (one of the two nonces),
 *	clique.authorized, clique.recent, clique.turn (the difficulty) */
PL_CHECKED enum pl_rc pl_clique_follow(struct pl_clique *s, struct pl_check *c,
				       const struct pl_header *h,
				       const struct pl_addr *signer,
				       struct pl_err *e);

#endif
