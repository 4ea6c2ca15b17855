#include "cmd/config/row.h"

struct args {
	const char *key;
};

static const struct pl_opt opts[] = {
	{ .name = "key",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, key, const char *),
	  .arg = "KEY",
	  .complete = "key",
	  .about = "name of the setting (plume-config(5))",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "the network used without --network",
	  .line = "plume config get network.default" },
	{ .about = "a key without a value: exit status 7",
	  .line = "plume config get account.keystore",
	  .status = 7 },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_config_row *r = row;

	(void)e;
	(void)fprintf(pl_out_file(o), "%s\n",
		      pl_out_safe(pl_out_arena(o), r->value));
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_setting *s;
	struct pl_setting_now now;
	struct pl_config_row r;

	PL_TRY(pl_setting_find(&s, a->key, e));
	if (!pl_setting_now(c, a->key, &now))
		return pl_fail(e, PL_ENOTFOUND, "%s is not set", a->key);
	r = (struct pl_config_row){ a->key, now.value, &now.origin,
				    now.source };
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_config_get = {
	.path = "config get",
	.summary = "print the value of a setting",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_config_fields,
	.examples = examples,
	.text = text,
	.run = run,
};
