#include "cmd/account/row.h"

struct args {
	const char *name;
	struct pl_password_args password;
};

static const struct pl_opt opts[] = {
	{ .name = "name",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, name, const char *),
	  .arg = "NAME",
	  .about = "name of the account; without it, from time and address",
	  .flags = PL_POSITIONAL },
	PL_PASSWORD_OPTS(struct args, password),
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "a new key, its password from a file",
	  .line = "plume account new alice --password-file pw",
	  .setup = "echo 'correct horse' >pw" },
	{ .about = "a name is taken once: exit status 2",
	  .line = "plume account new alice --password-file pw",
	  .setup = "echo 'correct horse' >pw; "
		   "plume account new alice --password-file pw",
	  .status = 2 },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_password_args from = a->password;
	const char *dir;
	struct pl_account_row row;
	struct pl_secret_text pw;
	enum pl_rc rc;

	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	PL_TRY(pl_keyring_may_add(c->arena, dir, a->name, NULL, e));
	if (!from.file && !from.fd)
		from.file = pl_ctx_setting(c, "account.passwordfile");
	PL_TRY(pl_password_read(c, &pw, &from, "New password: ", true, e));
	rc = pl_account_new(c, &row, a->name, pl_secret_span(&pw), e);
	pl_secret_text_close(&pw);
	if (rc)
		return rc;
	if (c->g->dry_run)
		row.address = NULL; /* the next draw gives another */
	else
		pl_say(c, "keep the password and a copy of the file: without "
			  "both, the key is gone");
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_account_new = {
	.path = "account new",
	.summary = "make a new key",
	.about = "Draws a key and keeps it in a file of the keystore folder, "
		 "under a password (Web3 Secret Storage version 3, scrypt "
		 "with n = 262144), readable for you alone.  Other software "
		 "reads the file as it is.\n\n"
		 "The folder is $PLUME_KEYSTORE, the setting account.keystore, "
		 "or plume/keystore under $XDG_DATA_HOME.  The password is "
		 "asked for twice, or read from a file or a file descriptor; "
		 "it never stands on the command line.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_account_fields,
	.examples = examples,
	.run = run,
};
