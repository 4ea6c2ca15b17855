/* The key a command signs with: one set of options and one way to open it, so
 * that another kind of signer can follow without a command noticing. */
#ifndef PL_CMD_SIGNER_H
#define PL_CMD_SIGNER_H

#include "cmd/ctx.h"
#include "cmd/password.h"
#include "wallet/keyring.h"
#include "wallet/signer.h"

struct pl_signer_args {
	const char *account; /* --account, or NULL */
	struct pl_password_args password;
};

/* In a command's table of options: PL_SIGNER_OPTS(struct args, signer), where
 * `signer` is a struct pl_signer_args. */
#define PL_SIGNER_OPTS(type, member)                                           \
	{ .name = "account",                                                   \
	  .kind = PL_STR,                                                      \
	  .off = PL_AT(type, member.account, const char *),                    \
	  .arg = "NAME",                                                       \
	  .complete = "account",                                               \
	  .about = "the account that signs: name, address or key file" },      \
		PL_PASSWORD_OPTS(type, member.password)

/* Which account is meant: --account, PLUME_ACCOUNT, account.default, else the
 * only one there is.  Names of the address book work as well.  PL_ENOTFOUND;
 * PL_EUSAGE when there are several and none was named. */
PL_CHECKED enum pl_rc pl_account_find(struct pl_ctx *c, struct pl_account *out,
				      const char *who, struct pl_err *e);

/* Its address alone, without a password; for --dry-run and "my own" lookups.
 * PL_EUSAGE when the key file names none. */
PL_CHECKED enum pl_rc pl_signer_address(struct pl_ctx *c, struct pl_addr *out,
					const struct pl_signer_args *args,
					struct pl_err *e);

/* Ask for the password and unlock.  The signer lives until the command ends,
 * when the key is wiped; closing it earlier is allowed.  PL_EPROOF for a wrong
 * password, PL_EDECLINED when there is nobody to ask for one. */
PL_CHECKED enum pl_rc pl_signer_open(struct pl_ctx *c, struct pl_signer **out,
				     const struct pl_signer_args *args,
				     struct pl_err *e);

/* What both share: ask for the password of the key file and unlock it.  key is
 * 32 bytes of locked memory.  password may be NULL; otherwise it is left open
 * on success for the caller to close. */
PL_CHECKED enum pl_rc pl_keyfile_unlock(struct pl_ctx *c, uint8_t key[32],
					struct pl_addr *addr,
					struct pl_secret_text *password,
					const char *file, const char *name,
					const struct pl_password_args *args,
					struct pl_err *e);

#endif
