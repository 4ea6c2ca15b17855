#include "cmd/asset/open.h"

enum pl_rc pl_cmd_repo_open(struct pl_ctx *c, struct pl_repo **out,
			    struct pl_err *e)
{
	const char *root;

	PL_TRY(pl_ctx_repo_need(c, &root, e));
	PL_TRY(pl_repo_open(c->arena, out, root, e));
	if (c->g->dry_run)
		pl_repo_dry_run(*out);
	return PL_OK;
}

enum pl_rc pl_cmd_in_repo(struct pl_ctx *c, pl_in_repo_fn fn, const void *args,
			  struct pl_err *e)
{
	struct pl_repo *repo;
	enum pl_rc rc;

	PL_TRY(pl_cmd_repo_open(c, &repo, e));
	rc = fn(c, repo, args, e);
	pl_repo_close(repo);
	return rc;
}

enum pl_rc pl_cmd_findings(struct pl_ctx *c, const struct pl_asset_findings *f,
			   struct pl_err *e)
{
	for (size_t i = 0; i < f->n; i++)
		PL_TRY(pl_out_row(c->out, &f->v[i], e));
	return PL_OK;
}

const struct pl_hash32 *pl_cmd_hash(struct pl_ctx *c, struct pl_hash32 h)
{
	struct pl_hash32 *p = PL_NEW(c->arena, struct pl_hash32);

	*p = h;
	return p;
}
