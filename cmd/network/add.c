#include <inttypes.h>

#include "cmd/network/row.h"

struct args {
	const char *name;
	const uint64_t *chain_id;
	const char *rpc, *explorer, *currency, *parent;
	int scope;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "name", .kind = PL_STR, .off = A(name, const char *),
	  .arg = "NAME", .about = "what --network will take",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ .name = "chain-id", .kind = PL_UINT,
	  .off = A(chain_id, const uint64_t *), .arg = "N", .min = 1,
	  .max = UINT64_MAX,
	  .about = "EIP-155 chain id; needed for a network not known yet",
	  .flags = PL_GIVEN },
	{ .name = "rpc", .kind = PL_STR, .off = A(rpc, const char *),
	  .arg = "URL", .about = "the node to ask" },
	{ .name = "explorer", .kind = PL_STR, .off = A(explorer, const char *),
	  .arg = "URL", .about = "a block explorer, for links" },
	{ .name = "currency", .kind = PL_STR, .off = A(currency, const char *),
	  .arg = "SYMBOL", .about = "the coin that pays for gas" },
	{ .name = "parent", .kind = PL_NETWORK, .off = A(parent, const char *),
	  .arg = "NETWORK", .about = "the network it settles on" },
	PL_SCOPE_OPT(struct args, scope),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "a chain of your own",
	  .line = "plume network add lab --chain-id 4242 --rpc "
		  "http://127.0.0.1:9545" },
	{ .about = "another node for a network that is built in",
	  .line = "plume network add ethereum --rpc http://127.0.0.1:8545" },
	{ .about = "a built-in network keeps its chain id: exit status 2",
	  .line = "plume network add plume --chain-id 1",
	  .status = 2 },
	{ 0 },
};

struct edits {
	struct pl_ctx *c;
	const char *name;
	struct pl_config_edit v[8];
	size_t n;
};

static enum pl_rc edit(struct edits *x, const char *what, const char *value,
		       struct pl_err *e)
{
	const struct pl_setting *s;
	char *key;

	if (!value)
		return PL_OK;
	key = pl_printf(x->c->arena, "network.%s.%s", x->name, what);
	PL_TRY(pl_setting_find(&s, key, e));
	PL_TRY(pl_setting_check(x->c, s, key, value, e));
	x->v[x->n++] = (struct pl_config_edit){ key, value };
	return PL_OK;
}

static enum pl_rc chain_id(struct edits *x, const uint64_t *id,
			   struct pl_err *e)
{
	struct pl_network known;
	bool is_new = pl_ctx_network_named(x->c, x->name, &known, e);

	if (is_new && !id)
		return pl_fail(e, PL_EUSAGE,
			       "network '%s' is new: --chain-id says which "
			       "chain it is",
			       x->name);
	if (!is_new && id && known.builtin && known.chain_id != *id &&
	    strcmp(x->name, "devnet"))
		return pl_fail(e, PL_EUSAGE,
			       "'%s' is chain %" PRIu64
			       ", and everybody knows it by that name",
			       x->name, known.chain_id);
	if (!id)
		return PL_OK;
	return edit(x, "chainid", pl_printf(x->c->arena, "%" PRIu64, *id), e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct edits x = { .c = c, .name = a->name };
	struct pl_network_change r = { a->name, NULL, !c->g->dry_run };

	PL_TRY(pl_name_check(a->name, e));
	PL_TRY(pl_settings_file(c, a->scope, &r.file, e));
	PL_TRY(chain_id(&x, a->chain_id, e));
	PL_TRY(edit(&x, "rpc", a->rpc, e));
	PL_TRY(edit(&x, "explorer", a->explorer, e));
	PL_TRY(edit(&x, "currency", a->currency, e));
	PL_TRY(edit(&x, "parent", a->parent, e));
	if (!x.n)
		return pl_fail(e, PL_EUSAGE, "nothing to remember was given");
	if (r.changed)
		PL_TRY(pl_config_write(r.file, x.v, x.n, e));
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_network_add = {
	.path = "network add",
	.summary = "remember a network, or change one",
	.about = "Writes network.NAME.* to the settings.  The names that are "
		 "built in always mean the same chain: their node can be "
		 "changed, their chain id cannot (devnet's can).",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_network_change_fields,
	.examples = examples,
	.run = run,
};
