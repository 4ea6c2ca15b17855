#include "cmd/account/row.h"

#include "base/file.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/rand.h"
#include "crypto/secp.h"

/* clang-format off */
#define R(m, type) PL_AT(struct pl_account_row, m, type)
#define NAME { .name = "name", .kind = PL_STR, .off = R(name, const char *), \
	  .about = "what --account takes: the key file's name" }
#define ADDRESS { .name = "address", .kind = PL_ADDR, .flags = PL_NULLABLE, \
	  .off = R(address, const struct pl_addr *), \
	  .about = "the account's address; null: the key file names none" }
#define ALIAS { .name = "alias", .kind = PL_STR, \
	  .off = R(alias, const char *), \
	  .about = "its name in the address book" }
#define KIND { .name = "kind", .kind = PL_STR, .off = R(kind, const char *), \
	  .about = "how the password guards the key: scrypt or pbkdf2" }
#define KEY_FILE(how) { .name = "file", .kind = PL_STR, .flags = (how), \
	  .off = R(file, const char *), .about = "the key file" }
const struct pl_field pl_account_fields[] = {
	NAME, ADDRESS, ALIAS, KIND, KEY_FILE(0),
	{ .name = "changed", .kind = PL_FLAG, .off = R(changed, bool),
	  .about = "a file was written", .flags = PL_WIDE },
	{ 0 },
};
const struct pl_field pl_account_list_fields[] = {
	NAME, ADDRESS, ALIAS, KIND, KEY_FILE(PL_WIDE),
	{ .name = "wrong", .kind = PL_STR, .off = R(wrong, const char *),
	  .about = "why the file cannot be used; null: it can" },
	{ 0 },
};
/* clang-format on */

void pl_account_row(struct pl_ctx *c, struct pl_account_row *out,
		    const struct pl_account *acc)
{
	struct pl_addr *addr = NULL;

	if (acc->has_addr) {
		addr = PL_NEW(c->arena, struct pl_addr);
		*addr = acc->addr;
	}
	*out = (struct pl_account_row){
		.name = acc->name,
		.address = addr,
		.alias = addr ? pl_ctx_name_of(c, addr) : NULL,
		.kind = acc->kind,
		.file = acc->file,
		.wrong = acc->wrong,
	};
}

/* What pl_keyring_add would refuse, before a password is worked on. */
static enum pl_rc rehearse(struct pl_ctx *c, struct pl_account_row *out,
			   const char *name, const struct pl_addr *addr,
			   struct pl_err *e)
{
	struct pl_account acc = { .name = name,
				  .kind = pl_keystore_kdf_words[0],
				  .has_addr = true,
				  .addr = *addr };
	const char *dir;

	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	PL_TRY(pl_keyring_may_add(c->arena, dir, name, addr, e));
	if (name)
		acc.file = pl_printf(c->arena, "%s/%s", dir, name);
	pl_account_row(c, out, &acc);
	return PL_OK;
}

enum pl_rc pl_account_keep(struct pl_ctx *c, struct pl_account_row *out,
			   const char *name, const uint8_t key[32],
			   struct pl_span password, struct pl_err *e)
{
	struct pl_account acc;
	struct pl_addr addr;
	struct pl_span text;
	const char *dir;

	if (!password.n)
		return pl_fail(e, PL_EUSAGE,
			       "an empty password protects nothing");
	PL_TRY(pl_secp_address(&addr, key, e));
	PL_TRY(rehearse(c, out, name, &addr, e));
	if (c->g->dry_run)
		return PL_OK;
	PL_TRY(pl_keystore_lock(c->arena, &text, key, password,
				&pl_keystore_cost, e));
	PL_TRY(pl_ctx_keystore_dir(c, &dir, e));
	PL_TRY(pl_keyring_add(c->arena, &acc, dir, name, text, pl_time_now(),
			      e));
	pl_account_row(c, out, &acc);
	out->changed = true;
	return PL_OK;
}

/* A number that is no key comes up once in 2^128 draws. */
static enum pl_rc draw(uint8_t key[32], struct pl_err *e)
{
	PL_TRY(pl_random(key, 32, e));
	return pl_secp_check(key, e);
}

enum pl_rc pl_account_new(struct pl_ctx *c, struct pl_account_row *out,
			  const char *name, struct pl_span password,
			  struct pl_err *e)
{
	uint8_t *key = pl_secret_open(32);
	enum pl_rc rc = draw(key, e);

	if (!rc)
		rc = pl_account_keep(c, out, name, key, password, e);
	pl_secret_close(key, 32);
	return rc;
}
