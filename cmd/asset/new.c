#include "cmd/asset/open.h"

#include "base/time.h"

struct args {
	const char *id, *template;
	struct pl_strs sets;
};

struct row {
	const char *id, *class_name, *path;
	struct pl_list files;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .off = PL_AT(struct args, id, const char *),
	  .about = "its name: lower-case letters, digits, hyphens" },
	{ .name = "template", .kind = PL_STR, .arg = "NAME",
	  .flags = PL_REQUIRED, .letter = 't',
	  .off = PL_AT(struct args, template, const char *),
	  .about = "asset class; `plume asset templates` lists them" },
	{ .name = "set", .kind = PL_STR, .arg = "MEMBER=VALUE",
	  .flags = PL_MANY, .off = PL_AT(struct args, sets, struct pl_strs),
	  .about = "replace or add a member, as in property.year_built=1998" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "the asset" },
	{ .name = "class", .kind = PL_STR, .off = R(class_name, const char *),
	  .about = "its class" },
	{ .name = "path", .kind = PL_STR, .off = R(path, const char *),
	  .about = "the file to fill in" },
	{ .name = "files", .kind = PL_LIST, .of = PL_STR,
	  .size = sizeof(const char *), .off = R(files, struct pl_list),
	  .flags = PL_WIDE, .about = "what was written" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "a house", .setup = PL_SETUP_REPO,
	  .line = "plume asset new villa-7 --template real-estate" },
	{ .about = "with a title and a value of its own",
	  .setup = PL_SETUP_REPO,
	  .line = "plume asset new bond-1 -t private-credit "
		  "--set title='Harbour loan' "
		  "--set loan.principal.amount=250000" },
	{ .about = "outside of a repository: exit status 7",
	  .line = "plume asset new villa-7 -t real-estate", .status = 7 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;

	(void)e;
	(void)fprintf(pl_out_file(o), "%s\n", r->path);
	return PL_OK;
}

static enum pl_rc make(struct pl_ctx *c, struct pl_repo *repo,
		       const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { a->id,
			   a->template,
			   pl_asset_path(c->arena, a->id, "asset.json"),
			   { NULL, 0 } };
	struct pl_repo_item *v;
	const char **files;
	size_t n;

	PL_TRY(pl_asset_new(repo, a->id, a->template, a->sets.v, a->sets.n,
			    pl_time_now(), e));
	PL_TRY(pl_repo_files(c->arena, &v, &n, repo, NULL,
			     pl_asset_path(c->arena, a->id, NULL), e));
	files = PL_NEW_N(c->arena, const char *, n);
	for (size_t i = 0; i < n; i++)
		files[i] = v[i].path;
	row.files = (struct pl_list){ files, n };
	PL_TRY(pl_out_row(c->out, &row, e));
	pl_say(c, "fill in %s, then: plume asset check %s", row.path, a->id);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	return pl_cmd_in_repo(c, make, opaque, e);
}

const struct pl_cmd cmd_asset_new = {
	.path = "asset new",
	.summary = "begin an asset from a template",
	.about = "Writes assets/ID/asset.json, a complete example of its class "
		 "to be filled in, documents/papers.md, a list of the papers "
		 "such an asset needs, and schemas/CLASS.schema.json, so that "
		 "editors and other validators know the schema. --set changes "
		 "a member on the way: a string stays a string, anything else "
		 "is read as JSON where it is JSON; items of lists go by "
		 "number (valuations.0.amount=1300000).",
	.needs = PL_CAN_DRY_RUN | PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
