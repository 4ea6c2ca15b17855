#include "cmd/config/row.h"

struct args {
	const char *key;
	int scope;
};

static const struct pl_opt opts[] = {
	{ .name = "key",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, key, const char *),
	  .arg = "KEY",
	  .complete = "key",
	  .about = "name of the setting",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	PL_SCOPE_OPT(struct args, scope),
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "back to the network that is built in",
	  .line = "plume config unset network.default",
	  .setup = "plume config set network.default sepolia" },
	{ .about = "what is not set cannot be removed: exit status 7",
	  .line = "plume config unset store.path",
	  .status = 7 },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_setting *s;

	PL_TRY(pl_setting_find(&s, a->key, e));
	return pl_config_apply(c, a->scope,
			       &(struct pl_config_edit){ a->key, NULL }, e);
}

const struct pl_cmd cmd_config_unset = {
	.path = "config unset",
	.summary = "remove a setting from a settings file",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_config_change_fields,
	.examples = examples,
	.text = pl_config_change_text,
	.run = run,
};
