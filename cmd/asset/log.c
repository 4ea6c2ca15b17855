#include "cmd/asset/open.h"

struct args {
	const char *id;
	uint64_t max;
};

struct row {
	const char *commit, *subject, *author, *message;
	int64_t time;
	struct pl_hash32 root;
	bool removed;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID",
	  .off = PL_AT(struct args, id, const char *),
	  .flags = PL_POSITIONAL | PL_REQUIRED, .about = "the asset" },
	{ .name = "max", .letter = 'n', .kind = PL_UINT, .arg = "N",
	  .off = PL_AT(struct args, max, uint64_t), .def = "1000",
	  .about = "at most so many commits" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "commit", .kind = PL_STR, .off = R(commit, const char *),
	  .about = "its id" },
	{ .name = "time", .kind = PL_TIME, .off = R(time, int64_t),
	  .about = "when" },
	{ .name = "author", .kind = PL_STR, .off = R(author, const char *),
	  .about = "who" },
	{ .name = "subject", .kind = PL_STR, .off = R(subject, const char *),
	  .about = "first line of the message" },
	{ .name = "message", .kind = PL_STR, .off = R(message, const char *),
	  .flags = PL_WIDE, .about = "all of it" },
	{ .name = "root", .kind = PL_HASH32, .off = R(root, struct pl_hash32),
	  .flags = PL_WIDE, .about = "SHA-256 Merkle root of the folder" },
	{ .name = "removed", .kind = PL_FLAG, .off = R(removed, bool),
	  .flags = PL_WIDE, .about = "the asset is gone in this commit" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "newest first",
	  .setup = PL_SETUP_ASSET PL_SETUP_WHO "plume asset commit",
	  .line = "plume asset log villa-7" },
	{ 0 },
};
/* clang-format on */

static enum pl_rc print(struct pl_ctx *c, struct pl_repo *repo, const char *id,
			const struct pl_repo_entry *v, struct pl_err *e)
{
	struct row row = { v->oid.hex, v->subject, NULL, v->message,
			   v->time,    { { 0 } },  false };
	struct pl_repo_item *items;
	size_t n;

	row.author = pl_printf(c->arena, "%s <%s>", v->name, v->email);
	PL_TRY(pl_repo_files(c->arena, &items, &n, repo, v->oid.hex,
			     pl_asset_path(c->arena, id, NULL), e));
	row.removed = !n;
	PL_TRY(pl_asset_root(&row.root, repo, v->oid.hex, id, e));
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc log_of(struct pl_ctx *c, struct pl_repo *repo,
			 const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const char *dir;
	struct pl_repo_entry *v;
	struct pl_repo_item *items;
	enum pl_rc rc;
	size_t n = 0, here;

	PL_TRY(pl_asset_id_check(a->id, e));
	dir = pl_asset_path(c->arena, a->id, NULL);
	rc = pl_repo_log(c->arena, &v, &n, repo, NULL, dir, (size_t)a->max, e);
	if (rc && rc != PL_ENOTFOUND)
		return rc;
	PL_TRY(pl_repo_files(c->arena, &items, &here, repo, NULL, dir, e));
	if (!n && !here && a->max) {
		(void)pl_fail(e, PL_ENOTFOUND, "no asset \"%s\"", a->id);
		return pl_hint(e, "plume asset list shows those there are");
	}
	if (!n)
		pl_say(c, "%s was not committed yet", a->id);
	for (size_t i = 0; i < n; i++)
		PL_TRY(print(c, repo, a->id, &v[i], e));
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	return pl_cmd_in_repo(c, log_of, opaque, e);
}

const struct pl_cmd cmd_asset_log = {
	.path = "asset log",
	.summary = "list the commits that changed an asset",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
