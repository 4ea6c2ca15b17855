#include "cmd/account/row.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"

struct args {
	const char *who;
};

struct row {
	const char *name;
	const struct pl_addr *address;
	const char *alias, *kind, *file, *id;
	const uint64_t *n, *r, *p, *c;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "account", .kind = PL_STR, .arg = "NAME",
	  .off = PL_AT(struct args, who, const char *),
	  .about = "name, address or key file; without it the default, or the "
		   "only one",
	  .flags = PL_POSITIONAL },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "name", .kind = PL_STR, .off = R(name, const char *),
	  .about = "what --account takes: the key file's name" },
	{ .name = "address", .kind = PL_ADDR, .flags = PL_NULLABLE,
	  .off = R(address, const struct pl_addr *),
	  .about = "the account's address; null: the key file names none" },
	{ .name = "alias", .kind = PL_STR, .off = R(alias, const char *),
	  .about = "its name in the address book" },
	{ .name = "file", .kind = PL_STR, .off = R(file, const char *),
	  .about = "the key file" },
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "the key file's UUID" },
	{ .name = "kind", .kind = PL_STR, .off = R(kind, const char *),
	  .about = "how the password guards the key: scrypt or pbkdf2" },
	{ .name = "n", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = R(n, const uint64_t *), .about = "scrypt's cost" },
	{ .name = "r", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = R(r, const uint64_t *), .about = "scrypt's block size" },
	{ .name = "p", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = R(p, const uint64_t *), .about = "scrypt's parallelism" },
	{ .name = "c", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = R(c, const uint64_t *), .about = "PBKDF2's rounds" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "one of several",
	  .line = "plume account show alice",
	  .setup = "echo 'correct horse' >pw; "
		   "plume account new alice --password-file pw" },
	{ .about = "a name nobody has: exit status 7",
	  .line = "plume account show nobody",
	  .status = 7 },
	{ 0 },
};

static const uint64_t *number(struct pl_ctx *c, uint64_t v)
{
	uint64_t *p = PL_NEW(c->arena, uint64_t);

	*p = v;
	return p;
}

static void kdf_of(struct pl_ctx *c, struct row *row,
		   const struct pl_keystore *ks)
{
	row->kind = pl_keystore_kdf_words[ks->kdf];
	if (ks->kdf == PL_KDF_PBKDF2) {
		row->c = number(c, ks->rounds);
		return;
	}
	row->n = number(c, ks->scrypt.n);
	row->r = number(c, ks->scrypt.r);
	row->p = number(c, ks->scrypt.p);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_account_row base;
	struct pl_account acc;
	struct pl_keystore ks;
	struct pl_span text;
	struct row row;
	struct stat st;

	PL_TRY(pl_account_find(c, &acc, a->who, e));
	PL_TRY(pl_file_read(c->arena, &text, acc.file, PL_MAX_KEYSTORE, e));
	PL_TRY(pl_keystore_parse(c->arena, &ks, text, e));
	pl_account_row(c, &base, &acc);
	row = (struct row){ .name = base.name,
			    .address = base.address,
			    .alias = base.alias,
			    .file = base.file,
			    .id = *ks.id ? ks.id : NULL };
	kdf_of(c, &row, &ks);
	if (!stat(acc.file, &st) && (st.st_mode & 077))
		pl_say(c, "others may read the key file: chmod 600 %s",
		       pl_out_safe(c->arena, acc.file));
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_account_show = {
	.path = "account show",
	.summary = "show one of your accounts",
	.about = "Reads what a key file says without its password: address, "
		 "how the password guards the key, where it lies.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
