/* What the token commands share: which token is meant, what is known of it,
 * and the way of every write from words to a receipt. */
#ifndef PL_CMD_TOKEN_TOKEN_H
#define PL_CMD_TOKEN_TOKEN_H

#include "cmd/ctx.h"
#include "cmd/light/level.h"
#include "cmd/signer.h"
#include "cmd/token/dry.h"
#include "cmd/token/resolve.h"
#include "sync/send.h"
#include "sync/token.h"

/* A token, its node and what is known of it. */
struct pl_token {
	struct pl_network net;
	struct pl_rpc *rpc;
	struct pl_token_artifact t;
	const char *asset; /* id in the repository, or NULL */
	struct pl_token_info info;
};

/* Resolve, dial and read.  needs: PL_NEEDS_NET. */
PL_CHECKED enum pl_rc pl_token_open(struct pl_ctx *c, struct pl_token *out,
				    const char *text, struct pl_err *e);

/* The same with a node that is there already. */
struct pl_token_at {
	const char *text;
	struct pl_rpc *rpc;
};
PL_CHECKED enum pl_rc pl_token_open_at(struct pl_ctx *c, struct pl_token *out,
				       const struct pl_token_at *at,
				       struct pl_err *e);

/* The node of a command that writes: with --dry-run that of pl_dry_open. */
struct pl_send_args;
PL_CHECKED enum pl_rc pl_token_node(struct pl_ctx *c, struct pl_rpc **out,
				    struct pl_dry *dry,
				    const struct pl_send_args *send,
				    struct pl_err *e);

/* "12.5" in the token's units; PL_EFORMAT when it has no decimals(). */
PL_CHECKED enum pl_rc pl_token_amount(struct pl_amount *out,
				      const struct pl_token *t,
				      const char *text, struct pl_err *e);

/* The symbol as it may be shown: escaped, "tokens" where there is none. */
const char *pl_token_unit(struct pl_ctx *c, const struct pl_token_info *i);

/* An address for a question: its name of the address book behind it. */
const char *pl_token_who(struct pl_ctx *c, const struct pl_addr *a);

/* In a command's table of options, by place: which token, and how much. */
#define PL_TOKEN_OPT(type, member)                                             \
	{                                                                      \
		.name = "token", .kind = PL_STR,                               \
		.off = PL_AT(type, member, const char *), .arg = "TOKEN",      \
		.flags = PL_POSITIONAL | PL_REQUIRED, .complete = "token",     \
		.about = "address, id of the asset, or name of the address "   \
			 "book"                                                \
	}
#define PL_AMOUNT_OPT(type, member)                                            \
	{                                                                      \
		.name = "amount", .kind = PL_DECIMAL,                          \
		.off = PL_AT(type, member, const char *), .arg = "AMOUNT",     \
		.flags = PL_POSITIONAL | PL_REQUIRED,                          \
		.about = "how much, in the token's units (12.5)"               \
	}

/* What may be said of any transaction. */
struct pl_send_args {
	const uint64_t *nonce, *gas;
	const char *max_fee, *tip; /* gwei per gas */
	uint64_t wait;
	const int *level; /* enum pl_level; of dry runs on Orbit chains */
};
#define PL_SEND_OPTS(type, member)                                             \
	{ .name = "nonce",                                                     \
	  .kind = PL_UINT,                                                     \
	  .off = PL_AT(type, member.nonce, const uint64_t *),                  \
	  .arg = "N",                                                          \
	  .flags = PL_GIVEN,                                                   \
	  .about = "the transaction's number instead of the next free one" },  \
		{ .name = "gas-limit",                                         \
		  .kind = PL_UINT,                                             \
		  .off = PL_AT(type, member.gas, const uint64_t *),            \
		  .arg = "GAS",                                                \
		  .flags = PL_GIVEN,                                           \
		  .about = "instead of the node's estimate and a margin" },    \
		{ .name = "max-fee",                                           \
		  .kind = PL_DECIMAL,                                          \
		  .off = PL_AT(type, member.max_fee, const char *),            \
		  .arg = "GWEI",                                               \
		  .about = "the most to pay per gas, tip included" },          \
		{ .name = "tip",                                               \
		  .kind = PL_DECIMAL,                                          \
		  .off = PL_AT(type, member.tip, const char *),                \
		  .arg = "GWEI",                                               \
		  .about = "what the block's maker gets per gas" },            \
		{ .name = "wait",                                              \
		  .kind = PL_UINT,                                             \
		  .off = PL_AT(type, member.wait, uint64_t),                   \
		  .arg = "SECONDS",                                            \
		  .def = "180",                                                \
		  .min = 1,                                                    \
		  .max = 86400,                                                \
		  .about = "how long to wait for the receipt" },               \
	{                                                                      \
		.name = "level", .kind = PL_ENUM,                              \
		.off = PL_AT(type, member.level, const int *), .arg = "LEVEL", \
		.words = pl_level_words, .flags = PL_GIVEN,                    \
		.about = "with --dry-run on an Orbit chain: how firm the "     \
			 "block is on whose state it runs; claimed without it" \
	}

/* A transaction of a command, from its data to its receipt. */
struct pl_token_tx {
	struct pl_ctx *c;
	const struct pl_network *net;
	struct pl_rpc *rpc;
	const struct pl_token_artifact *t;
	const struct pl_token_info *info; /* NULL before there is a token */
	const struct pl_signer_args *signer;
	const struct pl_send_args *send;
	struct pl_addr from;
	struct pl_plan plan;
	struct pl_send_conf conf;
	struct pl_sent sent;
	struct pl_dry dry; /* with --dry-run */
};

/* Simulate and price.  to = NULL creates.  PL_EREFUSED with the reason. */
PL_CHECKED enum pl_rc pl_token_tx_plan(struct pl_token_tx *x,
				       const struct pl_addr *to,
				       struct pl_span data, struct pl_err *e);

/* Ask ("Mint 5 X to Y", and the price), unlock, … */
PL_CHECKED enum pl_rc pl_token_tx_unlock(struct pl_token_tx *x,
					 struct pl_signer **s,
					 const char *question,
					 struct pl_err *e);

/* … send and await. */
PL_CHECKED enum pl_rc pl_token_tx_send(struct pl_token_tx *x,
				       struct pl_signer *s, struct pl_err *e);

/* The result of every write. */
struct pl_token_row {
	const char *status; /* "done", "dry-run" */
	const char *did;    /* "mint", "pause" … */
	const char *network;
	uint64_t chain_id;
	struct pl_addr token;
	const char *symbol, *asset;
	const struct pl_amount *amount;
	struct pl_addr from;
	const struct pl_addr *to;
	const struct pl_hash32 *tx, *block_hash;
	const uint64_t *block, *gas_used;
	uint64_t nonce, gas_limit;
	const struct pl_amount *fee;
	struct pl_amount max_fee;
	const char *currency;
	/* With --dry-run: */
	const char *ran; /* "here", "node" */
	const uint64_t *on_block;
	struct pl_span events, changes; /* JSON */
	const struct pl_effects *effects;
	enum pl_trust trust;
};
extern const struct pl_field pl_token_row_fields[];

/* The last of them, for a member of that type. */
#define PL_DRY_FIELDS(type, member)                                            \
	{ .name = "ran",                                                       \
	  .kind = PL_STR,                                                      \
	  .off = PL_AT(type, member ran, const char *),                        \
	  .about = "of a dry run: here: executed by plume on state with its "  \
		   "proofs; node: simulated by the node" },                    \
		{ .name = "on_block",                                          \
		  .kind = PL_UINT,                                             \
		  .off = PL_AT(type, member on_block, const uint64_t *),       \
		  .flags = PL_NULLABLE,                                        \
		  .about = "of a dry run here: the block whose state it ran "  \
			   "on" },                                             \
		{ .name = "events",                                            \
		  .kind = PL_JSON,                                             \
		  .off = PL_AT(type, member events, struct pl_span),           \
		  .flags = PL_WIDE,                                            \
		  .about = "of a dry run here: what it would log, decoded "    \
			   "where the event is known" },                       \
	{                                                                      \
		.name = "changes", .kind = PL_JSON,                            \
		.off = PL_AT(type, member changes, struct pl_span),            \
		.flags = PL_WIDE,                                              \
		.about = "of a dry run here: balances before and after, of "   \
			 "coins (token null) and tokens, without the fee"      \
	}
enum pl_rc pl_token_row_text(struct pl_out *o, const void *row,
			     struct pl_err *e);

/* Fill what follows from the transaction, planned or sent. */
void pl_token_row_fill(struct pl_token_row *row, const struct pl_token_tx *x,
		       bool sent);

/* One function of a token called, from the user's words to the row printed:
 * what mint, transfer, burn, pause and unpause are made of. */
struct pl_token_write {
	const char *token;               /* as the user names it */
	const char *did;                 /* "mint" */
	const char *amount;              /* NULL: none */
	const struct pl_addr *to, *from; /* NULL: the signer, where used */
	const struct pl_signer_args *signer;
	const struct pl_send_args *send;
};
PL_CHECKED enum pl_rc pl_token_write(struct pl_ctx *c,
				     const struct pl_token_write *w,
				     struct pl_err *e);

/* An entry of an asset's token.json. */
struct pl_token_entry {
	const char *network, *status; /* "pending" until its receipt is here */
	uint64_t chain_id, nonce;
	struct pl_addr address, deployer;
	const char *name, *symbol;
	uint8_t decimals;
	struct pl_hash32 code_hash, root, commit;
	const struct pl_hash32 *tx, *block_hash;
	const uint64_t *block;
};

/* The last entry of the asset for the chain; PL_ENOTFOUND. */
struct pl_repo;
PL_CHECKED enum pl_rc pl_token_entry_get(struct pl_ctx *c,
					 struct pl_token_entry *out,
					 struct pl_repo *r, const char *asset,
					 uint64_t chain_id, struct pl_err *e);

/* Append it; an entry with the same chain and address is replaced. */
PL_CHECKED enum pl_rc pl_token_entry_put(struct pl_ctx *c, struct pl_repo *r,
					 const char *asset,
					 const struct pl_token_entry *entry,
					 struct pl_err *e);

#endif
