#include "cmd/account/row.h"

#include "base/hex.h"
#include "base/secret.h"

struct args {
	const char *file, *name, *key_file;
	const uint64_t *key_fd;
	bool key_prompt;
	struct pl_password_args password;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "file", .kind = PL_FILE, .off = A(file, const char *),
	  .arg = "FILE", .flags = PL_POSITIONAL,
	  .about = "a key file of geth, Foundry, ethers or another plume" },
	{ .name = "name", .kind = PL_STR, .off = A(name, const char *),
	  .arg = "NAME",
	  .about = "name of the account; without it FILE's, or from time and "
		   "address" },
	{ .name = "private-key-file", .kind = PL_FILE,
	  .off = A(key_file, const char *), .arg = "FILE",
	  .about = "read a bare private key (64 hex digits) from FILE" },
	{ .name = "private-key-fd", .kind = PL_UINT,
	  .off = A(key_fd, const uint64_t *), .arg = "N", .max = 1024,
	  .flags = PL_GIVEN,
	  .about = "read a bare private key from file descriptor N" },
	{ .name = "private-key", .kind = PL_FLAG, .off = A(key_prompt, bool),
	  .about = "ask for a bare private key on the terminal" },
	PL_PASSWORD_OPTS(struct args, password),
	{ 0 },
};
/* clang-format on */

#define ONES "0101010101010101010101010101010101010101010101010101010101010101"
static const struct pl_example examples[] = {
	{ .about = "a bare key, kept under a password from now on",
	  .line = "plume account import --private-key-file key --name bob "
		  "--password-file pw",
	  .setup = "echo 'correct horse' >pw; echo " ONES " >key" },
	{ .about = "another program's key file: its password stays",
	  .line = "plume account import keys/alice --password-file pw",
	  .setup = "echo 'correct horse' >pw; PLUME_KEYSTORE=keys "
		   "plume account new alice --password-file pw" },
	{ 0 },
};

/* ------------------------------------------------------------ bare keys */

/* The words never hold what was read. */
static enum pl_rc parse_key(uint8_t key[32], const struct pl_secret_text *s,
			    struct pl_err *e)
{
	const char *p = s->p;
	size_t n = s->n;

	for (; n && (*p == ' ' || *p == '\t'); p++)
		n--;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (pl_hex_fixed(key, 32, p, n, e))
		return pl_fail(e, PL_EFORMAT,
			       "not a private key: 64 hex digits are needed");
	return PL_OK;
}

static enum pl_rc bare_key(struct pl_ctx *c, uint8_t key[32],
			   const struct args *a, struct pl_err *e)
{
	struct pl_password_args from = { a->key_file, a->key_fd };
	struct pl_secret_text s;
	enum pl_rc rc =
		pl_password_read(c, &s, &from, "Private key: ", false, e);

	if (rc)
		return pl_note(e, "private key");
	rc = parse_key(key, &s, e);
	pl_secret_text_close(&s);
	return rc;
}

static enum pl_rc new_password(struct pl_ctx *c, struct pl_secret_text *out,
			       const struct args *a, struct pl_err *e)
{
	struct pl_password_args from = a->password;

	if (!from.file && !from.fd)
		from.file = pl_ctx_setting(c, "account.passwordfile");
	return pl_password_read(c, out, &from, "New password: ", true, e);
}

/* ---------------------------------------------------------------- names */

/* FILE's own name where it will do. */
static const char *name_for(const struct args *a)
{
	const char *slash;
	struct pl_err none;

	if (a->name || !a->file)
		return a->name;
	slash = strrchr(a->file, '/');
	slash = slash ? slash + 1 : a->file;
	return pl_keyring_name_check(slash, &none) ? NULL : slash;
}

static enum pl_rc check_sources(const struct args *a, struct pl_err *e)
{
	int n = !!a->file + !!a->key_file + !!a->key_fd + a->key_prompt;

	if (n == 1)
		return PL_OK;
	return pl_fail(e, PL_EUSAGE,
		       "give one of FILE, --private-key-file, "
		       "--private-key-fd and --private-key");
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const char *name = name_for(a), *dir;
	struct pl_secret_text pw = { 0 };
	struct pl_account_row row;
	struct pl_addr addr;
	uint8_t *key;
	enum pl_rc rc;

	PL_TRY(check_sources(a, e));
	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	PL_TRY(pl_keyring_may_add(c->arena, dir, name, NULL, e));
	key = pl_secret_open(32);
	if (a->file) {
		rc = pl_keyfile_unlock(c, key, &addr, &pw, a->file, a->file,
				       &a->password, e);
	} else {
		rc = bare_key(c, key, a, e);
		if (!rc)
			rc = new_password(c, &pw, a, e);
	}
	if (!rc)
		rc = pl_account_keep(c, &row, name, key, pl_secret_span(&pw),
				     e);
	pl_secret_text_close(&pw);
	pl_secret_close(key, 32);
	return rc ? rc : pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_account_import = {
	.path = "account import",
	.summary = "take over a key from another program",
	.about = "A key file is unlocked with its password, checked, and kept "
		 "under the same password with its address and at plume's own "
		 "cost (scrypt, n = 262144); FILE itself is left as it is.  A "
		 "bare private key gets a new password.\n\n"
		 "No secret is taken from the command line or the "
		 "environment.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_account_fields,
	.examples = examples,
	.run = run,
};
