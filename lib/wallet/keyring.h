/* The folder of key files: one account per file, found by the file's name or
 * by address.  A name plume gives is 1 to 64 of [A-Za-z0-9._-], not starting
 * with a dot or dash, and not of an address's form.  Files are written 0600,
 * the folder is made 0700.  Hidden files and folders inside are left alone. */
#ifndef PL_WALLET_KEYRING_H
#define PL_WALLET_KEYRING_H

#include "wallet/keystore.h"

struct pl_account {
	const char *name; /* the file's name */
	const char *file; /* path */
	bool has_addr;
	struct pl_addr addr; /* as the file claims */
	const char *kind;    /* "scrypt", "pbkdf2" */
	const char *wrong;   /* NULL, or why the file cannot be used */
};

/* PL_EUSAGE says what a name may be made of. */
PL_CHECKED enum pl_rc pl_keyring_name_check(const char *name, struct pl_err *e);

/* Every account of the folder, by name; no folder is no account. */
PL_CHECKED enum pl_rc pl_keyring_list(struct pl_arena *a,
				      struct pl_account **out, size_t *n,
				      const char *dir, struct pl_err *e);

/* By name, address ("0x…") or path of a key file.  PL_ENOTFOUND lists near
 * names; PL_EUSAGE when several files hold the address. */
PL_CHECKED enum pl_rc pl_keyring_find(struct pl_arena *a,
				      struct pl_account *out, const char *dir,
				      const char *who, struct pl_err *e);

/* Would pl_keyring_add take this name (NULL: geth's) and address (NULL: not
 * known yet)?  PL_EUSAGE says why not. */
PL_CHECKED enum pl_rc pl_keyring_may_add(struct pl_arena *a, const char *dir,
					 const char *name,
					 const struct pl_addr *addr,
					 struct pl_err *e);

/* Keep a key file's text.  name = NULL: as geth names it, from the time and
 * the address.  PL_EUSAGE when name or address is there already. */
PL_CHECKED enum pl_rc pl_keyring_add(struct pl_arena *a, struct pl_account *out,
				     const char *dir, const char *name,
				     struct pl_span text, int64_t now,
				     struct pl_err *e);

#endif
