#include "cmd/asset/open.h"

#include <stdlib.h>

#include "base/file.h"

struct args {
	const char *dir;
};

struct row {
	const char *dir;
	bool created;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "dir", .kind = PL_DIR, .arg = "DIR", .flags = PL_POSITIONAL,
	  .off = PL_AT(struct args, dir, const char *),
	  .about = "the folder; made when absent", .def = "." },
	{ 0 },
};
static const struct pl_field fields[] = {
	{ .name = "dir", .kind = PL_STR,
	  .off = PL_AT(struct row, dir, const char *),
	  .about = "the repository's folder" },
	{ .name = "created", .kind = PL_FLAG,
	  .off = PL_AT(struct row, created, bool),
	  .about = "something had to be written; false: it was one already" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "a new folder", .line = "plume asset init papers" },
	{ .about = "again changes nothing", .line = "plume asset init papers",
	  .setup = "plume asset init papers" },
	{ 0 },
};
/* clang-format on */

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;

	(void)e;
	(void)fprintf(pl_out_file(o), "%s %s\n",
		      r->created ? "asset repository in" : "nothing to do in",
		      r->dir);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .dir = a->dir };
	char *full;

	if (c->g->dry_run)
		row.created = !pl_file_exists(
			pl_printf(c->arena, "%s/.plume/config", a->dir));
	else
		PL_TRY(pl_repo_init(&row.created, a->dir, e));
	full = realpath(a->dir, NULL);
	if (full)
		row.dir = pl_strdup(c->arena, full);
	free(full); /* realpath's own */
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_asset_init = {
	.path = "asset init",
	.summary = "make a folder an asset repository",
	.about = "An asset repository is an ordinary git repository on branch "
		 "main, with .plume/config for plume's settings, a .gitignore "
		 "that keeps keys and the index out of commits, and a "
		 ".gitattributes that keeps git from changing line ends of "
		 "papers whose digests are on record. A git repository that "
		 "is there already is kept and completed.",
	.needs = PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
