#include "cmd/config/row.h"

#include "cmd/settings.h"

struct args {
	bool all;
};

static const struct pl_opt opts[] = {
	{ .name = "all",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, all, bool),
	  .about = "also the keys that have no value" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "what holds here, and why", .line = "plume config list" },
	{ .about = "every key there is, as data",
	  .line = "plume config list --all --json" },
	{ 0 },
};

static enum pl_rc put(struct pl_ctx *c, const char *key, bool all,
		      struct pl_err *e)
{
	struct pl_config_row r = { .key = key };
	struct pl_setting_now now;

	if (pl_setting_now(c, key, &now))
		r = (struct pl_config_row){ key, now.value, &now.origin,
					    now.source };
	else if (!all)
		return PL_OK;
	return pl_out_row(c->out, &r, e);
}

/* Keys of the files that stand under a pattern of the table. */
static enum pl_rc put_matching(struct pl_ctx *c, const struct pl_setting *s,
			       struct pl_err *e)
{
	const struct pl_config *f = &c->settings->files;
	const struct pl_setting *of;

	for (size_t i = 0; i < f->n; i++) {
		PL_TRY(pl_setting_find(&of, f->v[i].key, e));
		if (of == s && !pl_config_seen(f, i))
			PL_TRY(put(c, f->v[i].key, false, e));
	}
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;

	for (const struct pl_setting *s = pl_setting_table; s->name; s++) {
		if (strchr(s->name, '*'))
			PL_TRY(put_matching(c, s, e));
		if (a->all || !strchr(s->name, '*'))
			PL_TRY(put(c, s->name, a->all, e));
	}
	return PL_OK;
}

const struct pl_cmd cmd_config_list = {
	.path = "config list",
	.summary = "show the settings in force and where each comes from",
	.about = "An option on the command line wins over an environment "
		 "variable, that over the repository's .plume/config, that "
		 "over the user's $XDG_CONFIG_HOME/plume/config, that over "
		 "what is built in.  plume-config(5) explains the keys.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_config_fields,
	.examples = examples,
	.many = true,
	.run = run,
};
