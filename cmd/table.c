/* The one place where commands are registered, and the global options. */
#include "cmd/cmd.h"

#define PL_CMD(name) extern const struct pl_cmd cmd_##name;
#include "cmd/table.def"
#undef PL_CMD

#define PL_CMD(name) &cmd_##name,
const struct pl_cmd *const pl_cmds[] = {
#include "cmd/table.def"
	NULL,
};
#undef PL_CMD

const struct pl_group pl_groups[] = {
	{ "quickstart", "the whole thread, from a paper to a risk figure" },
	{ "asset", "papers of assets, kept in git" },
	{ "account", "keys and the address book" },
	{ "token", "create and move tokens" },
	{ "call", "run a contract's function over proven state" },
	{ "light", "check what a chain's server says, by proof" },
	{ "evm", "the virtual machine by itself" },
	{ "devnet", "a chain of one's own, in this program" },
	{ "index", "the local copy of token events" },
	{ "analyze", "models of a token, a series or transfers" },
	{ "record", "analyses kept as evidence" },
	{ "report", "a page of analyses for people" },
	{ "config", "settings" },
	{ "network", "the chains plume knows" },
	{ "completion", "tab completion for your shell" },
	{ "version", "what version this is" },
	{ "help", "what a command does" },
	{ NULL, NULL },
};

static const char *const trust_words[] = { "local", "claimed", "signed",
					   "proven", NULL };

/* clang-format off */
#define G(member, type) PL_AT(struct pl_globals, member, type)
const struct pl_opt pl_global_opts[] = {
	{ .name = "output", .letter = 'o', .kind = PL_ENUM,
	  .off = G(format, int), .arg = "FORMAT", .words = pl_format_words,
	  .about = "form of the result" },
	{ .name = "json", .kind = PL_FLAG, .off = G(json, bool),
	  .about = "the same as --output json; errors become JSON too" },
	{ .name = "network", .kind = PL_NETWORK,
	  .off = G(network, const char *), .arg = "NAME",
	  .about = "the chain to use (`plume network list`)" },
	{ .name = "rpc", .kind = PL_STR, .off = G(rpc, const char *),
	  .arg = "URL",
	  .about = "the node to ask instead of the network's own" },
	{ .name = "insecure-http", .kind = PL_FLAG,
	  .off = G(insecure_http, bool),
	  .about = "allow http without encryption to other machines" },
	{ .name = "repo", .letter = 'C', .kind = PL_DIR,
	  .off = G(repo, const char *), .arg = "DIR",
	  .about = "the asset repository, instead of the one around here" },
	{ .name = "store", .kind = PL_FILE, .off = G(store, const char *),
	  .arg = "FILE", .about = "the index to use; or clickhouse://…" },
	{ .name = "require", .kind = PL_TRUST, .off = G(require, int),
	  .arg = "LABEL", .words = trust_words,
	  .about = "fail rather than print a result with a weaker trust label: "
		   "local, claimed, signed, proven" },
	{ .name = "yes", .letter = 'y', .kind = PL_FLAG, .off = G(yes, bool),
	  .about = "do not ask, do it" },
	{ .name = "dry-run", .kind = PL_FLAG, .off = G(dry_run, bool),
	  .about = "show what would happen and change nothing" },
	{ .name = "quiet", .letter = 'q', .kind = PL_FLAG,
	  .off = G(quiet, bool),
	  .about = "print results and errors only" },
	{ .name = "verbose", .letter = 'v', .kind = PL_FLAG,
	  .off = G(verbose, bool),
	  .about = "say what is being done, on stderr" },
	{ .name = "no-color", .kind = PL_FLAG, .off = G(no_color, bool),
	  .about = "no colours; NO_COLOR in the environment does the same" },
	{ .name = "help", .letter = 'h', .kind = PL_FLAG, .off = G(help, bool),
	  .about = "explain the command and stop" },
	{ 0 },
};
/* clang-format on */
