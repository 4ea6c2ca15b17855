#include "cmd/asset/open.h"

struct args {
	const char *name;
	bool schema, example;
};

struct row {
	const char *name, *title, *about;
	struct pl_span schema, example;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "name", .kind = PL_STR, .arg = "NAME", .flags = PL_POSITIONAL,
	  .off = PL_AT(struct args, name, const char *),
	  .about = "only this one" },
	{ .name = "schema", .kind = PL_FLAG,
	  .off = PL_AT(struct args, schema, bool),
	  .about = "print its JSON Schema, and nothing else" },
	{ .name = "example", .kind = PL_FLAG,
	  .off = PL_AT(struct args, example, bool),
	  .about = "print the asset it starts from, and nothing else" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "name", .kind = PL_STR, .off = R(name, const char *),
	  .about = "what --template takes" },
	{ .name = "title", .kind = PL_STR, .off = R(title, const char *),
	  .about = "the asset class" },
	{ .name = "about", .kind = PL_STR, .off = R(about, const char *),
	  .about = "what belongs to it" },
	{ .name = "schema", .kind = PL_JSON, .off = R(schema, struct pl_span),
	  .flags = PL_WIDE, .about = "its JSON Schema (2020-12)" },
	{ .name = "example", .kind = PL_JSON, .off = R(example, struct pl_span),
	  .flags = PL_WIDE, .about = "the asset it starts from" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "all asset classes", .line = "plume asset templates" },
	{ .about = "a schema for other software",
	  .line = "plume asset templates fund --schema >fund.schema.json" },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_asset_class *v;
	size_t n, shown = 0;

	if ((a->schema || a->example) && !a->name)
		return pl_fail(e, PL_EUSAGE,
			       "--schema and --example need the "
			       "name of a template");
	PL_TRY(pl_asset_classes(c->arena, &v, &n, e));
	for (size_t i = 0; i < n; i++) {
		struct row row = { v[i].name, v[i].title, v[i].about,
				   v[i].schema, v[i].example };

		if (a->name && strcmp(a->name, v[i].name))
			continue;
		shown++;
		if (a->schema || a->example)
			return pl_out_raw(c->out,
					  a->schema ? row.schema : row.example,
					  e);
		PL_TRY(pl_out_row(c->out, &row, e));
	}
	if (shown)
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "no template \"%.80s\"", a->name);
	return pl_hint(e, "`plume asset templates` lists them");
}

const struct pl_cmd cmd_asset_templates = {
	.path = "asset templates",
	.summary = "list the asset classes plume brings along",
	.about = "Each has a JSON Schema, an example to start from and a list "
		 "of the papers such an asset needs. A class of your own is a "
		 "schema of your own: put it into schemas/CLASS.schema.json "
		 "of the repository and name CLASS in the asset's \"class\".",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
