#include "cmd/asset/open.h"

#include "base/time.h"

struct args {
	struct pl_strs ids;
	const char *at;
	bool fix;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID",
	  .flags = PL_POSITIONAL | PL_MANY,
	  .off = PL_AT(struct args, ids, struct pl_strs),
	  .about = "assets; all without it" },
	{ .name = "at", .kind = PL_STR, .arg = "REV",
	  .off = PL_AT(struct args, at, const char *),
	  .about = "as they were at this revision" },
	{ .name = "fix", .kind = PL_FLAG, .off = PL_AT(struct args, fix, bool),
	  .about = "first bring asset.json into its one form" },
	{ 0 },
};
#define R(m) PL_AT(struct pl_asset_finding, m, const char *)
static const struct pl_field fields[] = {
	{ .name = "asset", .kind = PL_STR, .off = R(asset),
	  .about = "the asset" },
	{ .name = "file", .kind = PL_STR, .off = R(file),
	  .about = "below the asset's folder" },
	{ .name = "at", .kind = PL_STR, .off = R(at),
	  .about = "place in asset.json, a JSON Pointer" },
	{ .name = "rule", .kind = PL_STR, .off = R(rule),
	  .about = "which rule is broken: schema/KEYWORD, digest, size, "
		   "missing, extra, duplicate, id, class, date, canonical, "
		   "link, name, json" },
	{ .name = "message", .kind = PL_STR, .off = R(message),
	  .about = "how, in words" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "all assets", .setup = PL_SETUP_ASSET,
	  .line = "plume asset check" },
	{ .about = "a paper that changed: exit status 1",
	  .setup = PL_SETUP_ASSET
		   "echo more >>assets/villa-7/documents/papers.md",
	  .line = "plume asset check villa-7", .status = 1 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct pl_asset_finding *f = opaque;
	struct pl_arena *a = pl_arena_open(0);

	(void)e;
	(void)fprintf(pl_out_file(o), "%s%s%s%s%s: %s: %s\n",
		      pl_out_safe(a, f->asset), *f->file ? "/" : "",
		      pl_out_safe(a, f->file), *f->at ? " at " : "",
		      pl_out_safe(a, f->at), f->rule,
		      pl_out_safe(a, f->message));
	pl_arena_close(a);
	return PL_OK;
}

static enum pl_rc check_one(struct pl_ctx *c, struct pl_asset_findings *f,
			    struct pl_repo *repo, const struct args *a,
			    const char *id, struct pl_err *e)
{
	bool changed = false;

	if (a->fix) {
		enum pl_rc rc = pl_asset_format(&changed, repo, id, e);

		/* what is no asset is the check's to tell */
		if (rc && rc != PL_ENOTFOUND && rc != PL_EUSAGE)
			return rc;
	}
	if (changed)
		pl_say(c, "%s: asset.json brought into its one form", id);
	return pl_asset_check(c->arena, f, repo, a->at, id, pl_time_now(), e);
}

static enum pl_rc check_all(struct pl_ctx *c, struct pl_repo *repo,
			    const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_asset_findings f = { NULL, 0, 0 };
	const char **ids = a->ids.v;
	size_t n = a->ids.n;

	if (!n)
		PL_TRY(pl_asset_list(c->arena, &ids, &n, repo, a->at, e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(check_one(c, &f, repo, a, ids[i], e));
	PL_TRY(pl_cmd_findings(c, &f, e));
	if (!f.n) {
		pl_say(c, "%zu asset%s checked, nothing wrong", n,
		       n == 1 ? "" : "s");
		return PL_OK;
	}
	return pl_fail(e, PL_EPROOF, "%zu finding%s in %zu asset%s checked",
		       f.n, f.n == 1 ? "" : "s", n, n == 1 ? "" : "s");
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;

	if (a->at && a->fix)
		return pl_fail(e, PL_EUSAGE,
			       "--fix changes the work tree, "
			       "not what was at a revision");
	return pl_cmd_in_repo(c, check_all, a, e);
}

const struct pl_cmd cmd_asset_check = {
	.path = "asset check",
	.summary = "check assets against schema, papers and dates",
	.about = "One row per finding; exit status 1 when there is one. "
		 "Checked are: asset.json reads as JSON without duplicate "
		 "names, has its one form (RFC 8785 with line breaks), obeys "
		 "the JSON Schema of its class and names its own folder; every "
		 "paper on record is there with that SHA-256 and size, and no "
		 "other file is; dates of valuations and papers are past and "
		 "in order, ends come after beginnings; nothing is a symbolic "
		 "link.",
	.needs = PL_CAN_DRY_RUN | PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
