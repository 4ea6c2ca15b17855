/* What the asset commands share: the repository they work in. */
#ifndef PL_CMD_ASSET_OPEN_H
#define PL_CMD_ASSET_OPEN_H

#include "cmd/cmd.h"
#include "cmd/ctx.h"
#include "repo/asset.h"

/* The repository of -C or the current folder; with --dry-run nothing that is
 * written to it stays.  Close with pl_repo_close. */
PL_CHECKED enum pl_rc pl_cmd_repo_open(struct pl_ctx *c, struct pl_repo **out,
				       struct pl_err *e);

/* Call fn with that repository and the command's struct args. */
typedef enum pl_rc (*pl_in_repo_fn)(struct pl_ctx *c, struct pl_repo *repo,
				    const void *args, struct pl_err *e);
PL_CHECKED enum pl_rc pl_cmd_in_repo(struct pl_ctx *c, pl_in_repo_fn fn,
				     const void *args, struct pl_err *e);

/* The findings as rows, and the words of how many. */
PL_CHECKED enum pl_rc pl_cmd_findings(struct pl_ctx *c,
				      const struct pl_asset_findings *f,
				      struct pl_err *e);

/* The hash as JSON and tables show it. */
const struct pl_hash32 *pl_cmd_hash(struct pl_ctx *c, struct pl_hash32 h);

/* Examples begin here: a repository, an asset in it, and who commits. */
#define PL_SETUP_REPO "plume asset init .; "
#define PL_SETUP_ASSET                                                         \
	PL_SETUP_REPO "plume asset new villa-7 --template real-estate; "
#define PL_SETUP_WHO                                                           \
	"git config user.name 'Ada Byron'; "                                   \
	"git config user.email ada@example.org; "

#endif
