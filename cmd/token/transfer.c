/* Tokens from the signer to somebody. */
#include "cmd/token/token.h"

struct args {
	const char *token;
	const char *amount;
	struct pl_addr to;
	struct pl_signer_args signer;
	struct pl_send_args send;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	PL_TOKEN_OPT(struct args, token),
	PL_AMOUNT_OPT(struct args, amount),
	{ .name = "to", .kind = PL_ADDR,
	  .off = A(to, struct pl_addr), .arg = "ADDRESS",
	  .flags = PL_REQUIRED,
	  .about = "who receives" },
	PL_SIGNER_OPTS(struct args, signer),
	PL_SEND_OPTS(struct args, send),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "send 12.5 of one's own",
	  .line = "plume token transfer villa-7 12.5 --to "
		  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "
		  "--account issuer --password-file pw --yes",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ .about = "more than there is: exit status 6",
	  .line = "plume token transfer villa-7 1000000 --to "
		  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "
		  "--account issuer --dry-run",
	  .setup = "token_example",
	  .needs = "anvil",
	  .status = 6 },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_token_write w = {
		.token = a->token,
		.did = "transfer",
		.amount = a->amount,
		.to = &a->to,
		.signer = &a->signer,
		.send = &a->send,
	};

	return pl_token_write(c, &w, e);
}

const struct pl_cmd cmd_token_transfer = {
	.path = "token transfer",
	.summary = "send tokens to somebody",
	.about = "Works with every ERC-20.  A token that takes the call and "
		 "logs no "
		 "transfer, or would answer false, counts as refusing: exit "
		 "status 6.",
	.needs = PL_NEEDS_NET | PL_HAS_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_token_row_fields,
	.examples = examples,
	.text = pl_token_row_text,
	.run = run,
};
