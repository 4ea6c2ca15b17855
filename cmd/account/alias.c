/* The address book. */
#include "cmd/config/row.h"
#include "cmd/ctx.h"
#include "cmd/settings.h"
#include "crypto/addr.h"

struct args {
	const char *name;
	const struct pl_addr *address;
	bool remove;
	int scope;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "name", .kind = PL_STR, .off = A(name, const char *),
	  .arg = "NAME", .flags = PL_POSITIONAL, .complete = "address",
	  .about = "the name; without it, all of them" },
	{ .name = "address", .kind = PL_ADDR,
	  .off = A(address, const struct pl_addr *), .arg = "ADDRESS",
	  .flags = PL_POSITIONAL | PL_GIVEN,
	  .about = "what the name stands for from now on" },
	{ .name = "remove", .kind = PL_FLAG, .off = A(remove, bool),
	  .about = "forget the name" },
	{ .name = "scope", .kind = PL_ENUM, .off = A(scope, int),
	  .arg = "WHERE", .words = pl_scope_words, .def = "user",
	  .about = "whose address book to change" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
struct row {
	const char *name;
	struct pl_addr address;
	enum pl_origin origin;
	const char *file;
	bool changed;
};
static const struct pl_field fields[] = {
	{ .name = "name", .kind = PL_STR, .off = R(name, const char *),
	  .about = "the name" },
	{ .name = "address", .kind = PL_ADDR,
	  .off = R(address, struct pl_addr), .about = "what it stands for" },
	{ .name = "origin", .kind = PL_ENUM, .words = pl_origin_words,
	  .off = R(origin, enum pl_origin), .about = "whose address book" },
	{ .name = "file", .kind = PL_STR, .off = R(file, const char *),
	  .about = "the settings file", .flags = PL_WIDE },
	{ .name = "changed", .kind = PL_FLAG, .off = R(changed, bool),
	  .about = "the file was written", .flags = PL_WIDE },
	{ 0 },
};
/* clang-format on */

#define SOME "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
static const struct pl_example examples[] = {
	{ .about = "give an address a name",
	  .line = "plume account alias treasury " SOME },
	{ .about = "list them",
	  .line = "plume account alias",
	  .setup = "plume account alias treasury " SOME },
	{ .about = "look one up",
	  .line = "plume account alias treasury --json",
	  .setup = "plume account alias treasury " SOME },
	{ .about = "forget it",
	  .line = "plume account alias treasury --remove",
	  .setup = "plume account alias treasury " SOME },
	{ .about = "a mistyped address is noticed by its capitals: exit "
		   "status 2",
	  .line = "plume account alias treasury "
		  "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
	  .status = 2 },
	{ 0 },
};

static bool is_alias(const struct pl_config_entry *x)
{
	return !strncmp(x->key, "alias.", 6);
}

/* A later line of the same file wins over an earlier one. */
static bool overridden(const struct pl_config *f, size_t i)
{
	for (size_t j = i + 1; j < f->n; j++)
		if (f->v[j].level == f->v[i].level &&
		    !strcmp(f->v[j].key, f->v[i].key))
			return true;
	return false;
}

static enum pl_rc list(struct pl_ctx *c, const char *only, size_t *n,
		       struct pl_err *e)
{
	const struct pl_config *f = &c->settings->files;

	*n = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct pl_config_entry *x = &f->v[i];
		struct row r = { x->key + 6,
				 { { 0 } },
				 (enum pl_origin)x->level,
				 x->file,
				 false };

		if (!is_alias(x) || overridden(f, i))
			continue;
		if (only && strcmp(only, r.name))
			continue;
		PL_TRY(pl_addr_parse(&r.address, x->value, e));
		PL_TRY(pl_out_row(c->out, &r, e));
		++*n;
	}
	return PL_OK;
}

static enum pl_rc change(struct pl_ctx *c, const struct args *a,
			 struct pl_err *e)
{
	char *key = pl_printf(c->arena, "alias.%s", a->name);
	struct row r = { a->name,
			 { { 0 } },
			 a->scope ? PL_REPO : PL_USER,
			 NULL,
			 !c->g->dry_run };
	const char *before = pl_config_in(c, key, a->scope);
	char text[PL_ADDR_TEXT];
	struct pl_config_edit edit = { key, NULL };

	PL_TRY(pl_settings_file(c, a->scope, &r.file, e));
	if (a->address) {
		r.address = *a->address;
		pl_addr_text(text, a->address);
		edit.value = text;
	} else if (!before) {
		return pl_fail(e, PL_ENOTFOUND, "%s has no name '%s'", r.file,
			       a->name);
	} else {
		PL_TRY(pl_addr_parse(&r.address, before, e));
	}
	if (r.changed)
		PL_TRY(pl_config_write(r.file, &edit, 1, e));
	return pl_out_row(c->out, &r, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_addr any;
	size_t n;

	if (a->name)
		PL_TRY(pl_name_check(a->name, e));
	if (a->remove && (!a->name || a->address))
		return pl_fail(e, PL_EUSAGE,
			       "--remove takes a name and nothing else");
	if (a->address || a->remove)
		return change(c, a, e);
	if (c->g->dry_run)
		return pl_fail(e, PL_EUSAGE,
			       "--dry-run, but nothing would change");
	PL_TRY(list(c, a->name, &n, e));
	return a->name && !n ? pl_ctx_address(c, a->name, &any, e) : PL_OK;
}

const struct pl_cmd cmd_account_alias = {
	.path = "account alias",
	.summary = "the address book: names for addresses",
	.about = "A name may stand wherever an address is asked for.  Where "
		 "the user's own book and the one that came with a repository "
		 "give a name two meanings, plume refuses to guess.",
	.needs = PL_NEEDS_CONFIG | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
