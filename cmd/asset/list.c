#include "cmd/asset/open.h"

struct args {
	const char *at;
};

struct row {
	const char *id, *class_name, *title, *status, *symbol;
	uint64_t documents, changes;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "at", .kind = PL_STR, .arg = "REV",
	  .off = PL_AT(struct args, at, const char *),
	  .about = "as they were at this revision" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "the asset" },
	{ .name = "class", .kind = PL_STR, .off = R(class_name, const char *),
	  .about = "its class" },
	{ .name = "title", .kind = PL_STR, .off = R(title, const char *),
	  .about = "what people call it" },
	{ .name = "status", .kind = PL_STR, .off = R(status, const char *),
	  .about = "draft, offered, active …" },
	{ .name = "symbol", .kind = PL_STR, .off = R(symbol, const char *),
	  .about = "of its token" },
	{ .name = "documents", .kind = PL_UINT, .off = R(documents, uint64_t),
	  .about = "papers on record" },
	{ .name = "changes", .kind = PL_UINT, .off = R(changes, uint64_t),
	  .about = "files that differ from the last commit" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "what there is", .setup = PL_SETUP_ASSET,
	  .line = "plume asset list" },
	{ .about = "for a script: | jq -r .[].id", .setup = PL_SETUP_ASSET,
	  .line = "plume asset list --json" },
	{ 0 },
};
/* clang-format on */

static const char *member(const struct pl_json *v, const char *key)
{
	return pl_json_str(pl_json_get(v, key));
}

/* An asset that cannot be read is still listed: check says what is wrong. */
static void describe(struct pl_ctx *c, struct row *row, struct pl_repo *repo,
		     const char *rev)
{
	const struct pl_json *asset;
	struct pl_err e;

	if (pl_asset_read(c->arena, &asset, repo, rev, row->id, &e))
		return;
	row->class_name = member(asset, "class");
	row->title = member(asset, "title");
	row->status = member(asset, "status");
	row->symbol = member(pl_json_get(asset, "token"), "symbol");
	row->documents = pl_json_len(pl_json_get(asset, "documents"));
}

static enum pl_rc list(struct pl_ctx *c, struct pl_repo *repo,
		       const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const char **ids;
	size_t n;

	PL_TRY(pl_asset_list(c->arena, &ids, &n, repo, a->at, e));
	for (size_t i = 0; i < n; i++) {
		struct row row = { .id = ids[i] };
		struct pl_repo_change *v;
		struct pl_err quiet;
		size_t changes = 0;

		describe(c, &row, repo, a->at);
		if (!a->at &&
		    !pl_repo_status(c->arena, &v, &changes, repo,
				    pl_asset_path(c->arena, ids[i], NULL),
				    &quiet))
			row.changes = changes;
		PL_TRY(pl_out_row(c->out, &row, e));
	}
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	return pl_cmd_in_repo(c, list, opaque, e);
}

const struct pl_cmd cmd_asset_list = {
	.path = "asset list",
	.summary = "list the assets of the repository",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
