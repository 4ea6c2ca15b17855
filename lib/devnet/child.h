/* A chain that settles on a development chain as Nitro's chains do on
 * Ethereum: its headers have their form, and a contract on the parent with an
 * Outbox's storage (templates/contracts/DevOutbox.sol) keeps the hash of the
 * block it has come to.  No messages leave it, so that its send root is 0.
 * What Nitro adds to the machine (precompiles, gas for L1) it has not.
 *
 * The account that confirms has a key that anybody can derive. */
#ifndef PL_DEVNET_CHILD_H
#define PL_DEVNET_CHILD_H

#include "devnet/dev.h"

#define PL_DEV_CHILD_ID 31338 /* its chain id; orbit/contracts.h knows it */

struct pl_dev_child;

/* Lives in the arena.  parent: must hold pl_dev_child_owner's account with some
 * ether; the contract is deployed there at once. */
PL_CHECKED enum pl_rc pl_dev_child_new(struct pl_arena *a,
				       struct pl_dev_child **out,
				       struct pl_dev *parent, uint64_t now,
				       struct pl_err *e);

/* Who confirms, and the contract it does that by. */
struct pl_addr pl_dev_child_owner(void);
struct pl_addr pl_dev_child_outbox(void);

/* For pl_dev_conf.seal of the child, with the struct as its ctx. */
void pl_dev_child_seal(void *child, struct pl_header *h);

/* Confirm the child's newest block on the parent, where that is not done: a
 * transaction there, and a block that holds it when mine is set.  The child's
 * next headers name the parent's head of now as what they know of it. */
PL_CHECKED enum pl_rc pl_dev_child_confirm(struct pl_dev_child *x,
					   const struct pl_dev *child,
					   bool mine, uint64_t now,
					   struct pl_err *e);

#endif
