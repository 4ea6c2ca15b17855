#include <inttypes.h>

#include "base/hex.h"
#include "cmd/network/row.h"
#include "orbit/chain_info.h"
#include "orbit/contracts.h"

struct args {
	const char *name;
	const uint64_t *chain_id;
	const char *rpc, *explorer, *currency, *parent, *feed, *chain_info;
	const int *kind;
	const struct pl_addr *outbox, *rollup, *bridge, *sequencer_inbox;
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
	{ .name = "kind", .kind = PL_ENUM, .off = A(kind, const int *),
	  .arg = "KIND", .words = pl_orbit_kind_words, .flags = PL_GIVEN,
	  .about = "of an Orbit chain, which contracts settle it: bold, legacy "
		   "(before BoLD), or outbox to go by that alone" },
	{ .name = "outbox", .kind = PL_ADDR,
	  .off = A(outbox, const struct pl_addr *), .arg = "ADDRESS",
	  .about = "its Outbox on the parent chain", .flags = PL_GIVEN },
	{ .name = "rollup", .kind = PL_ADDR,
	  .off = A(rollup, const struct pl_addr *), .arg = "ADDRESS",
	  .about = "its Rollup there", .flags = PL_GIVEN },
	{ .name = "bridge", .kind = PL_ADDR,
	  .off = A(bridge, const struct pl_addr *), .arg = "ADDRESS",
	  .about = "its Bridge there", .flags = PL_GIVEN },
	{ .name = "sequencer-inbox", .kind = PL_ADDR,
	  .off = A(sequencer_inbox, const struct pl_addr *), .arg = "ADDRESS",
	  .about = "its SequencerInbox there", .flags = PL_GIVEN },
	{ .name = "feed", .kind = PL_STR, .off = A(feed, const char *),
	  .arg = "URL", .about = "its sequencer's feed, or a file of it" },
	{ .name = "chain-info", .kind = PL_FILE,
	  .off = A(chain_info, const char *), .arg = "FILE",
	  .about = "take from nitro's, Conduit's or the token bridge's JSON "
		   "what is not given here" },
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
	{ .about = "an Orbit chain, whose blocks can then be proven",
	  .line = "plume network add xchain --chain-id 424242 --parent "
		  "ethereum --kind bold --outbox "
		  "0x7e4627bC114Fcd12ba912103279FD2858E644E71 --rollup "
		  "0x4eD3F488a5a4417839BbC39712EB76D8Aaee6eE8" },
	{ .about = "a built-in network keeps its chain id: exit status 2",
	  .line = "plume network add plume --chain-id 1",
	  .status = 2 },
	{ 0 },
};

struct edits {
	struct pl_ctx *c;
	const char *name;
	struct pl_config_edit v[16];
	size_t n;
	int scope;
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
	if (x->scope && s->user_only) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%s: a repository must not decide this", key);
		return pl_hint(e, "leave out --scope: your own settings may");
	}
	PL_TRY(pl_setting_check(x->c, s, key, value, e));
	x->v[x->n++] = (struct pl_config_edit){ key, value };
	return PL_OK;
}

static enum pl_rc edit_addr(struct edits *x, const char *what,
			    const struct pl_addr *given,
			    const struct pl_addr *listed, bool has,
			    struct pl_err *e)
{
	if (!given && !has)
		return PL_OK;
	if (!given)
		given = listed;
	return edit(x, what, pl_hex(x->c->arena, pl_addr_span(given)), e);
}

/* An address that lists still name, though the chain left it. */
static void warn_of_trap(struct pl_ctx *c, const char *name,
			 const struct pl_addr *rollup)
{
	const struct pl_orbit_known *k = rollup ? pl_orbit_left(rollup) : NULL;

	if (k)
		pl_say(c,
		       "%s: %s is the rollup that chain %" PRIu64
		       " had before BoLD; now it is %s (--rollup)",
		       name, k->legacy_rollup, k->chain_id, k->rollup);
}

static enum pl_rc contracts(struct edits *x, const struct args *a,
			    const struct pl_chain_info *i, struct pl_err *e)
{
	const char *kind = a->kind ? pl_orbit_kind_words[*a->kind] : NULL;

	if (!kind && i->has_kind)
		kind = pl_orbit_kind_words[i->contracts.kind];
	PL_TRY(edit(x, "kind", kind, e));
	PL_TRY(edit_addr(x, "outbox", a->outbox, &i->contracts.outbox,
			 i->has_outbox, e));
	PL_TRY(edit_addr(x, "rollup", a->rollup, &i->contracts.rollup,
			 i->contracts.has_rollup, e));
	PL_TRY(edit_addr(x, "bridge", a->bridge, &i->contracts.bridge,
			 i->contracts.has_bridge, e));
	PL_TRY(edit_addr(x, "sequencerinbox", a->sequencer_inbox,
			 &i->contracts.sequencer_inbox,
			 i->contracts.has_sequencer_inbox, e));
	if (i->contracts.genesis_block)
		PL_TRY(edit(x, "genesisblock",
			    pl_printf(x->c->arena, "%" PRIu64,
				      i->contracts.genesis_block),
			    e));
	warn_of_trap(x->c, x->name,
		     a->rollup                 ? a->rollup
		     : i->contracts.has_rollup ? &i->contracts.rollup
					       : NULL);
	return edit(x, "feed", a->feed ? a->feed : i->feed, e);
}

/* The name of the network with that chain id, or NULL. */
static const char *by_id(struct pl_ctx *c, uint64_t id)
{
	struct pl_strs names = pl_network_names(c);

	for (size_t i = 0; i < names.n; i++) {
		struct pl_network n;
		struct pl_err e;

		if (!pl_ctx_network_named(c, names.v[i], &n, &e) &&
		    n.chain_id == id)
			return names.v[i];
	}
	return NULL;
}

static enum pl_rc read_info(struct pl_ctx *c, struct pl_chain_info *out,
			    const struct args *a, struct pl_err *e)
{
	const struct pl_json *json;
	struct pl_network known;
	const uint64_t *id = a->chain_id;
	struct pl_err ignored;

	memset(out, 0, sizeof(*out));
	if (!a->chain_info)
		return PL_OK;
	if (!id && !pl_ctx_network_named(c, a->name, &known, &ignored))
		id = &known.chain_id;
	PL_TRY(pl_json_read(c->arena, &json, a->chain_info, e));
	if (pl_chain_info_read(out, json, id, e))
		return pl_note(e, "%s", a->chain_info);
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
	struct edits x = { .c = c, .name = a->name, .scope = a->scope };
	struct pl_network_change r = { a->name, NULL, !c->g->dry_run };
	const char *parent = a->parent;
	struct pl_chain_info info;

	PL_TRY(pl_name_check(a->name, e));
	PL_TRY(pl_settings_file(c, a->scope, &r.file, e));
	PL_TRY(read_info(c, &info, a, e));
	if (!parent && info.parent_chain_id)
		parent = by_id(c, info.parent_chain_id);
	PL_TRY(chain_id(&x,
			a->chain_id || !a->chain_info ? a->chain_id
						      : &info.chain_id,
			e));
	PL_TRY(edit(&x, "rpc", a->rpc ? a->rpc : info.rpc, e));
	PL_TRY(edit(&x, "explorer", a->explorer ? a->explorer : info.explorer,
		    e));
	PL_TRY(edit(&x, "currency", a->currency ? a->currency : info.currency,
		    e));
	PL_TRY(edit(&x, "parent", parent, e));
	PL_TRY(contracts(&x, a, &info, e));
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
		 "changed, their chain id cannot (devnet's can).\n\n"
		 "A chain that settles on another by Orbit's contracts can be "
		 "read with proofs once its contracts are known.  --chain-info "
		 "takes them from a file: nitro's chain information, "
		 "Conduit's, or the token bridge's orbitChainsData.json, where "
		 "--chain-id says which of many.  Such lists often name a "
		 "rollup from before BoLD; reading then fails and says which "
		 "one the bridge has now.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_network_change_fields,
	.examples = examples,
	.run = run,
};
