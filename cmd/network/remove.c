#include "cmd/network/row.h"

struct args {
	const char *name;
	int scope;
};

static const struct pl_opt opts[] = {
	{ .name = "name",
	  .kind = PL_NETWORK,
	  .off = PL_AT(struct args, name, const char *),
	  .arg = "NAME",
	  .about = "the network",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	PL_SCOPE_OPT(struct args, scope),
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "forget a chain of your own",
	  .line = "plume network remove lab",
	  .setup = "plume network add lab --chain-id 4242" },
	{ .about = "what is built in cannot go: exit status 7",
	  .line = "plume network remove sepolia",
	  .status = 7 },
	{ 0 },
};

static bool seen(const struct pl_config_edit *v, size_t n, const char *key)
{
	while (n--)
		if (!strcmp(v[n].key, key))
			return true;
	return false;
}

static size_t removals(struct pl_ctx *c, struct pl_config_edit *v,
		       const struct args *a)
{
	const struct pl_config *f = &c->settings->files;
	char *prefix = pl_printf(c->arena, "network.%s.", a->name);
	int level = a->scope ? PL_REPO : PL_USER;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].level == level &&
		    !strncmp(f->v[i].key, prefix, strlen(prefix)) &&
		    !seen(v, n, f->v[i].key))
			v[n++] = (struct pl_config_edit){ f->v[i].key, NULL };
	return n;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_network_change r = { a->name, NULL, !c->g->dry_run };
	struct pl_config_edit *v =
		PL_NEW_N(c->arena, struct pl_config_edit, c->settings->files.n);
	struct pl_network known;
	size_t n;

	PL_TRY(pl_settings_file(c, a->scope, &r.file, e));
	PL_TRY(pl_ctx_network_named(c, a->name, &known, e));
	n = removals(c, v, a);
	if (!n)
		return pl_fail(e, PL_ENOTFOUND, "%s says nothing of '%s'",
			       r.file, a->name);
	if (r.changed)
		PL_TRY(pl_config_write(r.file, v, n, e));
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_network_remove = {
	.path = "network remove",
	.summary = "forget what the settings say of a network",
	.about = "A network that is built in is afterwards as it was built "
		 "in.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_network_change_fields,
	.examples = examples,
	.run = run,
};
