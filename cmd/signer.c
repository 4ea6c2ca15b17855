#include "cmd/signer.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "crypto/addr.h"

/* ------------------------------------------------------- which account */

/* An address book's name may stand for one of our own addresses. */
static enum pl_rc by_alias(struct pl_ctx *c, struct pl_account *out,
			   const char *dir, const char *who)
{
	char text[PL_ADDR_TEXT];
	struct pl_addr addr;
	struct pl_err e;

	PL_TRY(pl_ctx_address(c, who, &addr, &e));
	pl_addr_text(text, &addr);
	return pl_keyring_find(c->arena, out, dir, text, &e);
}

static enum pl_rc the_only_one(struct pl_ctx *c, struct pl_account *out,
			       const char *dir, struct pl_err *e)
{
	struct pl_account *v;
	size_t n;

	PL_TRY(pl_keyring_list(c->arena, &v, &n, dir, e));
	if (!n) {
		(void)pl_fail(e, PL_ENOTFOUND, "there is no account yet");
		return pl_hint(e, "`plume account new` makes one");
	}
	if (n > 1) {
		(void)pl_fail(e, PL_EUSAGE, "there are %zu accounts: say which",
			      n);
		return pl_hint(e, "--account NAME, or keep it: plume config "
				  "set account.default NAME");
	}
	return pl_keyring_find(c->arena, out, dir, v[0].name, e);
}

enum pl_rc pl_account_find(struct pl_ctx *c, struct pl_account *out,
			   const char *who, struct pl_err *e)
{
	const char *dir;
	enum pl_rc rc;

	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	if (!who)
		who = pl_ctx_setting(c, "account.default");
	if (!who)
		return the_only_one(c, out, dir, e);
	rc = pl_keyring_find(c->arena, out, dir, who, e);
	if (rc == PL_ENOTFOUND && !by_alias(c, out, dir, who))
		return PL_OK;
	return rc;
}

enum pl_rc pl_signer_address(struct pl_ctx *c, struct pl_addr *out,
			     const struct pl_signer_args *args,
			     struct pl_err *e)
{
	struct pl_account acc;

	PL_TRY(pl_account_find(c, &acc, args->account, e));
	if (!acc.has_addr) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the key file of %s does not name its address",
			      acc.name);
		return pl_hint(e,
			       "`plume account import %s` makes one that "
			       "does",
			       acc.file);
	}
	*out = acc.addr;
	return PL_OK;
}

/* ----------------------------------------------------------- unlocking */

static enum pl_rc ask(struct pl_ctx *c, struct pl_secret_text *out,
		      const char *name, const struct pl_password_args *args,
		      struct pl_err *e)
{
	struct pl_password_args from = *args;
	char *prompt = pl_printf(
		c->arena, "Password of %s: ", pl_out_safe(c->arena, name));

	if (!from.file && !from.fd)
		from.file = pl_ctx_setting(c, "account.passwordfile");
	return pl_password_read(c, out, &from, prompt, false, e);
}

enum pl_rc pl_keyfile_unlock(struct pl_ctx *c, uint8_t key[32],
			     struct pl_addr *addr,
			     struct pl_secret_text *password, const char *file,
			     const char *name,
			     const struct pl_password_args *args,
			     struct pl_err *e)
{
	struct pl_secret_text s;
	struct pl_keystore ks;
	struct pl_span text;
	enum pl_rc rc;

	PL_TRY(pl_file_read(c->arena, &text, file, PL_MAX_KEYSTORE, e));
	if (pl_keystore_parse(c->arena, &ks, text, e))
		return pl_note(e, "%s", name);
	PL_TRY(ask(c, &s, name, args, e));
	rc = pl_keystore_unlock(key, addr, &ks, pl_secret_span(&s), e);
	if (rc || !password)
		pl_secret_text_close(&s);
	else
		*password = s;
	return rc ? pl_note(e, "%s", name) : PL_OK;
}

enum pl_rc pl_signer_open(struct pl_ctx *c, struct pl_signer **out,
			  const struct pl_signer_args *args, struct pl_err *e)
{
	struct pl_account acc;
	struct pl_addr addr;
	struct pl_signer *s;
	uint8_t *key;
	enum pl_rc rc;

	PL_TRY(pl_account_find(c, &acc, args->account, e));
	key = pl_secret_open(32);
	rc = pl_keyfile_unlock(c, key, &addr, NULL, acc.file, acc.name,
			       &args->password, e);
	if (!rc)
		rc = pl_signer_of_key(c->arena, &s, key, acc.name, e);
	pl_secret_close(key, 32);
	if (rc)
		return rc;
	pl_signer_close(c->signer);
	*out = c->signer = s;
	return PL_OK;
}
