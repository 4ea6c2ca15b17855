#include "cmd/asset/open.h"

#include "base/time.h"

struct args {
	struct pl_strs ids;
	const char *message, *name, *email;
};

struct asset {
	const char *id;
	struct pl_hash32 root;
	bool gone;
};

struct row {
	const char *commit;
	bool changed;
	const struct pl_hash32 *root;
	const char *message, *author;
	struct pl_list assets;
};

/* clang-format off */
#define A(m) PL_AT(struct args, m, const char *)
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID",
	  .flags = PL_POSITIONAL | PL_MANY,
	  .off = PL_AT(struct args, ids, struct pl_strs),
	  .about = "assets; all without it" },
	{ .name = "message", .letter = 'm', .kind = PL_STR, .arg = "TEXT",
	  .off = A(message), .about = "what changed, and why; without it a "
				      "line that names the assets" },
	{ .name = "author-name", .kind = PL_STR, .arg = "NAME", .off = A(name),
	  .about = "who commits; else PLUME_AUTHOR_NAME, else git's "
		   "user.name" },
	{ .name = "author-email", .kind = PL_STR, .arg = "EMAIL",
	  .off = A(email),
	  .about = "else PLUME_AUTHOR_EMAIL, else git's user.email" },
	{ 0 },
};
static const struct pl_field asset_fields[] = {
	{ .name = "id", .kind = PL_STR,
	  .off = PL_AT(struct asset, id, const char *), .about = "the asset" },
	{ .name = "root", .kind = PL_HASH32,
	  .off = PL_AT(struct asset, root, struct pl_hash32),
	  .about = "SHA-256 Merkle root of its folder" },
	{ .name = "removed", .kind = PL_FLAG,
	  .off = PL_AT(struct asset, gone, bool),
	  .about = "the commit takes it out" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "commit", .kind = PL_STR, .off = R(commit, const char *),
	  .about = "id of the commit; HEAD's when nothing was to be "
		   "committed; null with --dry-run" },
	{ .name = "changed", .kind = PL_FLAG, .off = R(changed, bool),
	  .about = "there was something to commit" },
	{ .name = "root", .kind = PL_HASH32, .flags = PL_NULLABLE,
	  .off = R(root, const struct pl_hash32 *),
	  .about = "SHA-256 Merkle root of the asset's folder, where it is "
		   "one asset" },
	{ .name = "message", .kind = PL_STR, .off = R(message, const char *),
	  .about = "message of the commit" },
	{ .name = "author", .kind = PL_STR, .off = R(author, const char *),
	  .about = "who commits" },
	{ .name = "assets", .kind = PL_LIST, .sub = asset_fields,
	  .size = sizeof(struct asset), .off = R(assets, struct pl_list),
	  .about = "each asset's state" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "all assets", .setup = PL_SETUP_ASSET PL_SETUP_WHO,
	  .line = "plume asset commit -m 'Villa 7: first papers'" },
	{ .about = "nobody said who commits: exit status 2",
	  .setup = PL_SETUP_ASSET,
	  .line = "plume asset commit villa-7", .status = 2 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct asset *v = r->assets.v;
	struct pl_arena *a = pl_arena_open(0);
	FILE *to = pl_out_file(o);

	(void)e;
	if (!r->changed)
		(void)fprintf(to, "nothing to commit\n");
	else if (r->commit)
		(void)fprintf(to, "commit  %s\n", r->commit);
	else
		(void)fprintf(to, "would commit: %s\n",
			      pl_out_safe(a, r->message));
	for (size_t i = 0; i < r->assets.n; i++)
		(void)fprintf(to, "root    %s  %s%s\n",
			      pl_hash32_text(a, &v[i].root), v[i].id,
			      v[i].gone ? " (removed)" : "");
	pl_arena_close(a);
	return PL_OK;
}

static enum pl_rc tell(struct pl_ctx *c, const struct pl_asset_commit *done,
		       const struct pl_repo_who *who, struct pl_err *e)
{
	struct asset *v = PL_NEW_N(c->arena, struct asset, done->n);
	struct row row = { .changed = done->changed,
			   .message = done->message,
			   .assets = { v, done->n } };

	for (size_t i = 0; i < done->n; i++)
		v[i] = (struct asset){ done->assets[i].id, done->assets[i].root,
				       done->assets[i].gone };
	if (done->n == 1)
		row.root = &v[0].root;
	if (*done->commit.hex)
		row.commit = done->commit.hex;
	row.author = pl_printf(c->arena, "%s <%s>", who->name, who->email);
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc commit(struct pl_ctx *c, struct pl_repo *repo,
			 const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_asset_commit done = { .n = 0 };
	struct pl_asset_findings f = { NULL, 0, 0 };
	struct pl_repo_who who;

	PL_TRY(pl_repo_identity(c->arena, &who, repo, a->name, a->email,
				pl_time_now(), e));
	PL_TRY(pl_asset_commit(c->arena, &done, &f, repo, a->ids.v, a->ids.n,
			       &who, a->message, e));
	return tell(c, &done, &who, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	return pl_cmd_in_repo(c, commit, opaque, e);
}

const struct pl_cmd cmd_asset_commit = {
	.path = "asset commit",
	.summary = "check assets and commit them to git",
	.about = "Brings asset.json into its one form, checks as `plume asset "
		 "check` does, and commits the assets' folders, their schemas "
		 "and, the first time, the repository's settings; nothing "
		 "else that may be staged or changed. Refuses with exit "
		 "status 1 when the check finds something; with nothing to "
		 "commit it says so and succeeds. What is checked is the "
		 "staged tree, so that nothing can slip in between. The root "
		 "is a SHA-256 Merkle root over (mode, path, SHA-256 of the "
		 "bytes) of every file: git's own names rest on SHA-1. git's "
		 "hooks are not run and no signature is made.",
	.needs = PL_CAN_DRY_RUN | PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
