#include "cmd/cmd.h"

struct row {
	const char *name, *version, *license, *compiler;
};

static const struct pl_field fields[] = {
	{ .name = "name",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, name, const char *),
	  .about = "the program" },
	{ .name = "version",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, version, const char *),
	  .about = "semantic version" },
	{ .name = "license",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, license, const char *),
	  .about = "SPDX identifier" },
	{ .name = "compiler",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, compiler, const char *),
	  .about = "what built it" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "print the version", .line = "plume version" },
	{ .about = "for a script", .line = "plume version --json" },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;

	(void)e;
	(void)fprintf(pl_out_file(o), "%s %s\n", r->name, r->version);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	const struct row r = { "plume", PL_VERSION, "GPL-3.0-or-later",
			       __VERSION__ };

	(void)args;
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_version = {
	.path = "version",
	.summary = "print the version",
	.about = "`plume --version` does the same.",
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
