/* Everything that `plume devnet` answers at one address: the chain's node at
 * "/", its child's at "/child", the beacon API below "/eth/", and lies on top
 * where they are asked for. */
#ifndef PL_DEVNET_PLAY_H
#define PL_DEVNET_PLAY_H

#include "devnet/child.h"
#include "devnet/consensus.h"
#include "devnet/lie.h"
#include "devnet/node.h"

struct pl_dev_play {
	struct pl_dev_node *node;
	struct pl_dev_consensus *consensus; /* NULL: none */
	struct pl_dev_node *child;          /* NULL: none */
	struct pl_dev_child *link;          /* of the child */
	bool mines; /* a confirmation is put into a block at once */
	enum pl_dev_lie lie;
};

/* For struct pl_server_conf. */
void pl_dev_play_handle(void *play, unsigned worker, struct pl_arena *a,
			struct pl_reply *out, const struct pl_ask *ask);
void pl_dev_play_tick(void *play);
void pl_dev_play_gone(void *play, uint64_t socket);

#endif
