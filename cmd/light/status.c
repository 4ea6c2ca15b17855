#include "cmd/ctx.h"
#include "cmd/light/head_row.h"

static const struct pl_example examples[] = {
	{ .about = "before the first init",
	  .line = "plume light status --network ethereum",
	  .status = 7 },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	struct pl_lc_config config;
	struct pl_light_row row;
	struct pl_network net;
	struct pl_light *l;
	const char *dir;

	(void)args;
	PL_TRY(pl_ctx_beacon_chain(c, &config, &net, e));
	PL_TRY(pl_ctx_light_dir(c, &dir, &net, e));
	if (pl_light_open(c->arena, &l, dir, &config, e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		(void)pl_fail(e, PL_ENOTFOUND,
			      "there is no light client of %s yet", net.name);
		return pl_hint(e, "plume light init begins one");
	}
	pl_light_row(c, &row, l, &net, dir);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_status = {
	.path = "light status",
	.summary = "show where the light client stands",
	.about = "Reads the store and asks nobody: the checkpoint, the "
		 "committees known, both heads and how old they are.",
	.needs = PL_NEEDS_NETWORK,
	.fields = pl_light_row_fields,
	.examples = examples,
	.text = pl_light_row_text,
	.run = run,
};
