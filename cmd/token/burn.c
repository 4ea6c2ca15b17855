/* Tokens destroyed, one's own or allowed ones. */
#include "cmd/token/token.h"

struct args {
	const char *token;
	const char *amount;
	const struct pl_addr *from;
	struct pl_signer_args signer;
	struct pl_send_args send;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	PL_TOKEN_OPT(struct args, token),
	PL_AMOUNT_OPT(struct args, amount),
	{ .name = "from", .kind = PL_ADDR,
	  .off = A(from, const struct pl_addr *), .arg = "ADDRESS",
	  .flags = PL_GIVEN,
	  .about = "burn this holder's tokens, as far as it has allowed" },
	PL_SIGNER_OPTS(struct args, signer),
	PL_SEND_OPTS(struct args, send),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "burn 100 of one's own",
	  .line = "plume token burn villa-7 100 --account issuer "
		  "--password-file pw --yes",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ .about = "say what would happen",
	  .line = "plume token burn villa-7 0.5 --account issuer "
		  "--dry-run",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_token_write w = {
		.token = a->token,
		.did = "burn",
		.amount = a->amount,
		.from = a->from,
		.signer = &a->signer,
		.send = &a->send,
	};

	return pl_token_write(c, &w, e);
}

const struct pl_cmd cmd_token_burn = {
	.path = "token burn",
	.summary = "destroy tokens",
	.about = "Burns the signer's own tokens; with --from those of a holder "
		 "who "
		 "has allowed the signer to spend them (burnFrom).",
	.needs = PL_NEEDS_NET | PL_HAS_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_token_row_fields,
	.examples = examples,
	.text = pl_token_row_text,
	.run = run,
};
