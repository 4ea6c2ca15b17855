/* Which token a user means by a word. */
#ifndef PL_CMD_TOKEN_RESOLVE_H
#define PL_CMD_TOKEN_RESOLVE_H

#include "cmd/ctx.h"

/* Which contract a user's TOKEN stands for: an address, the id of an asset
 * whose token.json has an entry for the network's chain, or a name of the
 * address book; PL_EUSAGE where the last two differ.  *asset (may be NULL)
 * gets the id or NULL.  Dials nobody.  PL_ENOTFOUND says what was looked
 * for. */
PL_CHECKED enum pl_rc pl_token_resolve(struct pl_ctx *c, struct pl_addr *out,
				       const char **asset, const char *text,
				       struct pl_err *e);

#endif
