/* --dry-run of what writes to a chain: the transaction runs here, on state
 * that comes with its proofs, and what it would leave behind is shown.
 *
 * Where a light client is at hand (cmd/light/client.h: a store, or an endpoint
 * and a checkpoint to begin one), all that is asked on the way is answered from
 * proofs too, no node is believed, and a node that gives no proof is an error.
 * Elsewhere the node simulates and prices it, which is its word; where it also
 * gives proofs, the effects come from running it here on the state under the
 * header that it names. */
#ifndef PL_CMD_TOKEN_DRY_H
#define PL_CMD_TOKEN_DRY_H

#include "cmd/ctx.h"
#include "net/rpc.h"

struct pl_abi;
struct pl_effects;
struct pl_light_node;
struct pl_plan;

struct pl_dry {
	bool light; /* over proven state; else the node is believed */
	struct pl_light_node *node;
	/* Once it ran here: */
	const struct pl_effects *effects; /* NULL: it did not */
	struct pl_span events, changes;   /* as JSON */
	uint64_t block;                   /* whose state it ran on */
};

/* The node to ask while a command with --dry-run runs: level is --level or
 * NULL, of an Orbit chain.  Closed when the command ends. */
PL_CHECKED enum pl_rc pl_dry_open(struct pl_ctx *c, struct pl_dry *out,
				  struct pl_rpc **rpc, const int *level,
				  struct pl_err *e);

/* Weakest of what was answered so far. */
enum pl_trust pl_dry_trust(const struct pl_dry *d);

/* Run it.  Where the node is believed and gives no proofs, effects stay NULL
 * and the user is told. */
PL_CHECKED enum pl_rc pl_dry_run(struct pl_ctx *c, struct pl_dry *d,
				 const struct pl_plan *plan,
				 const struct pl_abi *abi, struct pl_err *e);

/* After *e says that the chain refused: what the token's own rules say, as a
 * hint.  Nothing where nothing runs here. */
void pl_dry_explain(struct pl_ctx *c, struct pl_dry *d,
		    const struct pl_addr *token, const struct pl_addr *from,
		    const struct pl_addr *to, const struct pl_u256 *amount,
		    struct pl_err *e);

/* For people: a line for each event and change.  NULL: none. */
void pl_dry_text(struct pl_out *o, const struct pl_effects *f);

#endif
