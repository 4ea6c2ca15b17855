#include "cmd/network/row.h"

static const struct pl_example examples[] = {
	{ .about = "the chains plume knows", .line = "plume network list" },
	{ .about = "as a spreadsheet", .line = "plume network list -o csv" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	struct pl_strs names = pl_network_names(c);

	(void)args;
	for (size_t i = 0; i < names.n; i++) {
		struct pl_network_row r;

		PL_TRY(pl_network_row(c, names.v[i], &r, e));
		PL_TRY(pl_out_row(c->out, &r, e));
	}
	return PL_OK;
}

const struct pl_cmd cmd_network_list = {
	.path = "network list",
	.summary = "show the networks plume knows",
	.about = "Those built in and those of the settings.  Nothing is asked "
		 "of any node.",
	.needs = PL_NEEDS_CONFIG,
	.fields = pl_network_fields,
	.examples = examples,
	.many = true,
	.run = run,
};
