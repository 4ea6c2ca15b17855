#include "cmd/network/row.h"

#include "orbit/contracts.h"

/* clang-format off */
#define R(m, type) PL_AT(struct pl_network_row, m, type)
const struct pl_field pl_network_fields[] = {
	{ .name = "name", .kind = PL_STR, .off = R(n.name, const char *),
	  .about = "what --network takes" },
	{ .name = "chain_id", .kind = PL_UINT, .off = R(n.chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "rpc", .kind = PL_STR, .off = R(n.rpc, const char *),
	  .about = "URL of its node; null: say one with --rpc" },
	{ .name = "currency", .kind = PL_STR,
	  .off = R(n.currency, const char *),
	  .about = "symbol of the coin that pays for gas" },
	{ .name = "explorer", .kind = PL_STR,
	  .off = R(n.explorer, const char *),
	  .about = "URL of a block explorer", .flags = PL_WIDE },
	{ .name = "parent", .kind = PL_STR, .off = R(n.parent, const char *),
	  .about = "the network it settles on; null: none" },
	{ .name = "kind", .kind = PL_STR, .off = R(kind, const char *),
	  .about = "which Orbit contracts settle it; null: none are known",
	  .flags = PL_WIDE },
	{ .name = "outbox", .kind = PL_ADDR,
	  .off = R(outbox, const struct pl_addr *),
	  .about = "its Outbox on the parent chain",
	  .flags = PL_WIDE | PL_NULLABLE },
	{ .name = "rollup", .kind = PL_ADDR,
	  .off = R(rollup, const struct pl_addr *), .about = "its Rollup",
	  .flags = PL_WIDE | PL_NULLABLE },
	{ .name = "bridge", .kind = PL_ADDR,
	  .off = R(bridge, const struct pl_addr *), .about = "its Bridge",
	  .flags = PL_WIDE | PL_NULLABLE },
	{ .name = "sequencer_inbox", .kind = PL_ADDR,
	  .off = R(sequencer_inbox, const struct pl_addr *),
	  .about = "its SequencerInbox", .flags = PL_WIDE | PL_NULLABLE },
	{ .name = "feed", .kind = PL_STR, .off = R(n.feed, const char *),
	  .about = "its sequencer's feed", .flags = PL_WIDE },
	{ .name = "builtin", .kind = PL_FLAG, .off = R(n.builtin, bool),
	  .about = "plume knows it without settings" },
	{ .name = "default", .kind = PL_FLAG, .off = R(is_default, bool),
	  .about = "used without --network" },
	{ 0 },
};
#define C(m, type) PL_AT(struct pl_network_change, m, type)
const struct pl_field pl_network_change_fields[] = {
	{ .name = "name", .kind = PL_STR, .off = C(name, const char *),
	  .about = "the network" },
	{ .name = "file", .kind = PL_STR, .off = C(file, const char *),
	  .about = "the settings file" },
	{ .name = "changed", .kind = PL_FLAG, .off = C(changed, bool),
	  .about = "the file was written; false with --dry-run" },
	{ 0 },
};
/* clang-format on */

enum pl_rc pl_network_row(struct pl_ctx *c, const char *name,
			  struct pl_network_row *out, struct pl_err *e)
{
	const struct pl_orbit_contracts *o;

	memset(out, 0, sizeof(*out));
	PL_TRY(pl_ctx_network_named(c, name, &out->n, e));
	o = out->n.orbit;
	if (o) {
		out->kind = pl_orbit_kind_words[o->kind];
		out->outbox = &o->outbox;
		out->rollup = o->has_rollup ? &o->rollup : NULL;
		out->bridge = o->has_bridge ? &o->bridge : NULL;
		out->sequencer_inbox =
			o->has_sequencer_inbox ? &o->sequencer_inbox : NULL;
	}
	out->is_default = !strcmp(name, pl_ctx_setting(c, "network.default"));
	return PL_OK;
}
