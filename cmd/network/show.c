#include "base/hex.h"
#include "cmd/network/row.h"

struct args {
	const char *name;
};

static const struct pl_opt opts[] = {
	{ .name = "name",
	  .kind = PL_NETWORK,
	  .off = PL_AT(struct args, name, const char *),
	  .arg = "NAME",
	  .about = "the network; without it the one used by default",
	  .flags = PL_POSITIONAL },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "one network", .line = "plume network show sepolia" },
	{ .about = "its chain id for a script",
	  .line = "plume network show plume --json" },
	{ .about = "a name nobody knows: exit status 7",
	  .line = "plume network show sepollia",
	  .status = 7 },
	{ 0 },
};

static void say(struct pl_out *o, const char *what, const struct pl_addr *a)
{
	if (a)
		(void)fprintf(pl_out_file(o), "%-16s %s\n", what,
			      pl_hex(pl_out_arena(o), pl_addr_span(a)));
}

static void orbit(struct pl_out *o, const struct pl_network_row *r)
{
	if (!r->kind)
		return;
	(void)fprintf(pl_out_file(o), "%-16s %s\n", "kind", r->kind);
	say(o, "outbox", r->outbox);
	say(o, "rollup", r->rollup);
	say(o, "bridge", r->bridge);
	say(o, "sequencer_inbox", r->sequencer_inbox);
	if (r->n.feed)
		(void)fprintf(pl_out_file(o), "%-16s %s\n", "feed",
			      pl_out_safe(pl_out_arena(o), r->n.feed));
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct pl_network_row *r = opaque;

	(void)e;
	pl_out_block(o, r);
	if (r->n.explorer)
		(void)fprintf(pl_out_file(o), "explorer  %s\n",
			      pl_out_safe(pl_out_arena(o), r->n.explorer));
	orbit(o, r);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const char *name = a->name;
	struct pl_network_row r;

	if (!name)
		name = pl_ctx_setting(c, "network.default");
	PL_TRY(pl_network_row(c, name, &r, e));
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_network_show = {
	.path = "network show",
	.summary = "show one network",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_network_fields,
	.examples = examples,
	.text = text,
	.run = run,
};
