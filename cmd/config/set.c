#include "cmd/config/row.h"

struct args {
	const char *key, *value;
	int scope;
};

static const struct pl_opt opts[] = {
	{ .name = "key",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, key, const char *),
	  .arg = "KEY",
	  .complete = "key",
	  .about = "name of the setting (plume-config(5))",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ .name = "value",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, value, const char *),
	  .arg = "VALUE",
	  .about = "its value from now on",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	PL_SCOPE_OPT(struct args, scope),
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "use the test network from now on",
	  .line = "plume config set network.default sepolia" },
	{ .about = "a node of your own",
	  .line = "plume config set network.ethereum.rpc "
		  "http://127.0.0.1:8545" },
	{ .about = "for this asset repository only, not yet for real",
	  .line = "plume config set network.default devnet --scope repo "
		  "--dry-run",
	  .setup = "mkdir .plume" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_setting *s;

	PL_TRY(pl_setting_find(&s, a->key, e));
	if (a->scope && s->user_only)
		return pl_fail(e, PL_EUSAGE,
			       "%s: a repository must not decide this", a->key);
	PL_TRY(pl_setting_check(c, s, a->key, a->value, e));
	return pl_config_apply(c, a->scope,
			       &(struct pl_config_edit){ a->key, a->value }, e);
}

const struct pl_cmd cmd_config_set = {
	.path = "config set",
	.summary = "give a setting a value",
	.about = "Unknown keys and values that would not do are refused.  The "
		 "file is replaced at once: readers see the old settings or "
		 "the new ones.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_config_change_fields,
	.examples = examples,
	.text = pl_config_change_text,
	.run = run,
};
