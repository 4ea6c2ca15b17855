/* Nothing moves any more. */
#include "cmd/token/token.h"

struct args {
	const char *token;
	struct pl_signer_args signer;
	struct pl_send_args send;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	PL_TOKEN_OPT(struct args, token),
	PL_SIGNER_OPTS(struct args, signer),
	PL_SEND_OPTS(struct args, send),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "stop it",
	  .line = "plume token pause villa-7 --account issuer "
		  "--password-file pw --yes",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_token_write w = {
		.token = a->token,
		.did = "pause",
		.signer = &a->signer,
		.send = &a->send,
	};

	return pl_token_write(c, &w, e);
}

const struct pl_cmd cmd_token_pause = {
	.path = "token pause",
	.summary = "stop all movements of a token",
	.about = "Transfers, mints and burns are refused until `plume token "
		 "unpause`.  Only the token's owner may do this.",
	.needs = PL_NEEDS_NET | PL_HAS_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_token_row_fields,
	.examples = examples,
	.text = pl_token_row_text,
	.run = run,
};
