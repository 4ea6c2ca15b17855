#include "cmd/network/row.h"

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
	PL_TRY(pl_ctx_network_named(c, name, &out->n, e));
	out->is_default = !strcmp(name, pl_ctx_setting(c, "network.default"));
	return PL_OK;
}
