/* The parts of `token create` that concern the asset's repository. */
#ifndef PL_CMD_TOKEN_CREATE_H
#define PL_CMD_TOKEN_CREATE_H

#include "cmd/token/token.h"
#include "repo/asset.h"

/* The papers in force: the commit that HEAD names and their root in it.
 * PL_EUSAGE when the asset has changes that are not committed. */
PL_CHECKED enum pl_rc pl_token_papers(struct pl_ctx *c, struct pl_hash32 *root,
				      struct pl_hash32 *commit,
				      struct pl_repo *r, const char *asset,
				      struct pl_err *e);

/* What an earlier run has left for the chain. */
enum pl_token_before {
	PL_TOKEN_NONE,     /* nothing, or nothing that counts any more */
	PL_TOKEN_THERE,    /* a token */
	PL_TOKEN_FINISHED, /* one whose run was cut off; now written down */
};
/* PL_ENET when a transaction of an earlier run is still on its way. */
PL_CHECKED enum pl_rc pl_token_before(struct pl_ctx *c,
				      enum pl_token_before *out,
				      struct pl_token_entry *entry,
				      struct pl_repo *r, const char *asset,
				      const struct pl_network *net,
				      struct pl_rpc *rpc, struct pl_err *e);

/* Commit token.json.  *done is false, with a word to the user, where nobody
 * is known who commits. */
PL_CHECKED enum pl_rc pl_token_commit(struct pl_ctx *c, bool *done,
				      struct pl_repo *r, const char *asset,
				      const struct pl_token_entry *entry,
				      struct pl_err *e);

#endif
