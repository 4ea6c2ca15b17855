/* An account as the account commands print it, and what making one takes. */
#ifndef PL_CMD_ACCOUNT_ROW_H
#define PL_CMD_ACCOUNT_ROW_H

#include "cmd/signer.h"

struct pl_account_row {
	const char *name;
	const struct pl_addr *address; /* NULL: the file names none */
	const char *alias;             /* the address book's name, or NULL */
	const char *kind, *file;
	const char *wrong; /* NULL, or why the file cannot be used */
	bool changed;      /* a file was written */
};
extern const struct pl_field pl_account_fields[];      /* new, import */
extern const struct pl_field pl_account_list_fields[]; /* list */

void pl_account_row(struct pl_ctx *c, struct pl_account_row *out,
		    const struct pl_account *acc);

/* Keep a key in a new file of the keystore folder, under the password.  With
 * --dry-run everything but the writing is done.  name may be NULL.  PL_EUSAGE
 * for an empty password, a bad name, or a name or address that is there. */
PL_CHECKED enum pl_rc pl_account_keep(struct pl_ctx *c,
				      struct pl_account_row *out,
				      const char *name, const uint8_t key[32],
				      struct pl_span password,
				      struct pl_err *e);

/* A fresh key, kept. */
PL_CHECKED enum pl_rc pl_account_new(struct pl_ctx *c,
				     struct pl_account_row *out,
				     const char *name, struct pl_span password,
				     struct pl_err *e);

#endif
