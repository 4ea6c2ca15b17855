#include "cmd/account/row.h"

static const struct pl_example examples[] = {
	{ .about = "your accounts", .line = "plume account list" },
	{ .about = "for a script: | jq -r .[].address",
	  .line = "plume account list --json",
	  .setup = "echo 'correct horse' >pw; "
		   "plume account new alice --password-file pw" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct pl_account *v;
	const char *dir;
	size_t n;

	(void)opaque;
	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	PL_TRY(pl_keyring_list(c->arena, &v, &n, dir, e));
	if (!n)
		pl_say(c, "no accounts in %s: `plume account new` makes one",
		       dir);
	for (size_t i = 0; i < n; i++) {
		struct pl_account_row row;

		pl_account_row(c, &row, &v[i]);
		PL_TRY(pl_out_row(c->out, &row, e));
	}
	return PL_OK;
}

const struct pl_cmd cmd_account_list = {
	.path = "account list",
	.summary = "list your accounts",
	.about = "Lists the key files of the keystore folder; a file that "
		 "cannot be used is listed with the reason.  Nothing is "
		 "unlocked and no password is asked for.",
	.needs = PL_NEEDS_CONFIG,
	.fields = pl_account_list_fields,
	.examples = examples,
	.many = true,
	.run = run,
};
