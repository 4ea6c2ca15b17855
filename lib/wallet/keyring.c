#include "wallet/keyring.h"

#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"
#include "crypto/addr.h"

#define MAX_NAME 64

/* --------------------------------------------------------------- names */

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

enum pl_rc pl_keyring_name_check(const char *name, struct pl_err *e)
{
	size_t n = strlen(name);
	bool good = n && n <= MAX_NAME && *name != '.' && *name != '-';

	for (size_t i = 0; good && i < n; i++)
		good = name_byte(name[i]);
	if (!good) {
		(void)pl_fail(e, PL_EUSAGE, "not a name for an account");
		return pl_hint(e,
			       "use 1 to %d of A-Z a-z 0-9 . _ -, and no "
			       "dot or dash in front",
			       MAX_NAME);
	}
	if (n >= 2 && name[0] == '0' && (name[1] == 'x' || name[1] == 'X'))
		return pl_fail(e, PL_EUSAGE,
			       "a name may not look like an address");
	return PL_OK;
}

/* "UTC--2026-01-31T23-59-59.000000000Z--<address>", as geth sorts them. */
static char *geth_name(struct pl_arena *a, const struct pl_addr *addr,
		       int64_t now)
{
	char when[PL_TIME_TEXT], *s;

	pl_time_text(when, now);
	for (s = when; *s && *s != 'Z'; s++) {
		if (*s == ':')
			*s = '-';
	}
	*s = '\0';
	return pl_printf(a, "UTC--%s.000000000Z--%s", when,
			 pl_hex(a, pl_addr_span(addr)) + 2);
}

/* ------------------------------------------------------------- reading */

static void fill(struct pl_account *out, const struct pl_keystore *ks)
{
	out->has_addr = ks->has_addr;
	out->addr = ks->addr;
	out->kind = pl_keystore_kdf_words[ks->kdf];
}

/* A file that is no key file is listed with the reason: a list that leaves
 * out a damaged key would frighten more than one that shows it. */
static void look(struct pl_arena *a, struct pl_account *out, const char *name,
		 const char *file)
{
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_keystore ks;
	struct pl_span text;
	struct pl_err e;

	*out = (struct pl_account){ .name = pl_strdup(a, name),
				    .file = pl_strdup(a, file) };
	if (pl_file_read(scratch, &text, file, PL_MAX_KEYSTORE, &e) ||
	    pl_keystore_parse(scratch, &ks, text, &e))
		out->wrong = pl_strdup(a, e.msg);
	else
		fill(out, &ks);
	pl_arena_close(scratch);
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

enum pl_rc pl_keyring_list(struct pl_arena *a, struct pl_account **out,
			   size_t *n, const char *dir, struct pl_err *e)
{
	struct pl_account *v;
	char **names;
	size_t found, count = 0;
	enum pl_rc rc = pl_dir_list(a, &names, &found, dir, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (rc)
		found = 0;
	v = PL_NEW_N(a, struct pl_account, found);
	for (size_t i = 0; i < found; i++) {
		char *file = pl_printf(a, "%s/%s", dir, names[i]);

		if (names[i][0] == '.' || !is_file(file))
			continue;
		look(a, &v[count++], names[i], file);
	}
	*out = v;
	*n = count;
	return PL_OK;
}

/* ------------------------------------------------------------- finding */

static enum pl_rc usable(struct pl_account *out, const struct pl_account *found,
			 struct pl_err *e)
{
	if (found->wrong)
		return pl_fail(e, PL_EFORMAT, "account %s: %s", found->name,
			       found->wrong);
	*out = *found;
	return PL_OK;
}

static enum pl_rc absent(struct pl_arena *a, const struct pl_account *v,
			 size_t n, const char *who, struct pl_err *e)
{
	struct pl_buf names;

	(void)pl_fail(e, PL_ENOTFOUND, "no account %s", who);
	if (!n)
		return pl_hint(e, "`plume account new` makes one");
	pl_buf_init(&names, a);
	for (size_t i = 0; i < n && names.n < 150; i++)
		pl_buf_fmt(&names, "%s%s", i ? ", " : "", v[i].name);
	return pl_hint(e, "there are: %.160s", pl_buf_cstr(&names));
}

static enum pl_rc by_addr(struct pl_arena *a, struct pl_account *out,
			  const struct pl_account *v, size_t n, const char *who,
			  struct pl_err *e)
{
	const struct pl_account *found = NULL;
	struct pl_addr addr;

	PL_TRY(pl_addr_parse(&addr, who, e));
	for (size_t i = 0; i < n; i++) {
		if (!v[i].has_addr || !pl_addr_equal(&v[i].addr, &addr))
			continue;
		if (found)
			return pl_fail(e, PL_EUSAGE,
				       "%s and %s both hold %s: say which by "
				       "its name",
				       found->name, v[i].name, who);
		found = &v[i];
	}
	if (!found)
		return absent(a, v, n, who, e);
	return usable(out, found, e);
}

static enum pl_rc by_path(struct pl_arena *a, struct pl_account *out,
			  const char *path, struct pl_err *e)
{
	struct pl_account found;

	if (!pl_file_exists(path))
		return pl_fail(e, PL_ENOTFOUND, "no key file %s", path);
	look(a, &found, strrchr(path, '/') + 1, path);
	return usable(out, &found, e);
}

enum pl_rc pl_keyring_find(struct pl_arena *a, struct pl_account *out,
			   const char *dir, const char *who, struct pl_err *e)
{
	struct pl_account *v;
	size_t n;

	if (strchr(who, '/'))
		return by_path(a, out, who, e);
	PL_TRY(pl_keyring_list(a, &v, &n, dir, e));
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(v[i].name, who))
			return usable(out, &v[i], e);
	}
	if (who[0] == '0' && (who[1] == 'x' || who[1] == 'X'))
		return by_addr(a, out, v, n, who, e);
	return absent(a, v, n, who, e);
}

/* -------------------------------------------------------------- adding */

/* The same address twice would make every lookup by address ambiguous. */
static enum pl_rc check_new(struct pl_arena *a, const char *dir,
			    const struct pl_addr *addr, struct pl_err *e)
{
	char text[PL_ADDR_TEXT];
	struct pl_account *v;
	size_t n;

	PL_TRY(pl_keyring_list(a, &v, &n, dir, e));
	for (size_t i = 0; i < n; i++) {
		if (!v[i].has_addr || !pl_addr_equal(&v[i].addr, addr))
			continue;
		pl_addr_text(text, addr);
		return pl_fail(e, PL_EUSAGE, "%s is there already, as %s", text,
			       v[i].name);
	}
	return PL_OK;
}

enum pl_rc pl_keyring_may_add(struct pl_arena *a, const char *dir,
			      const char *name, const struct pl_addr *addr,
			      struct pl_err *e)
{
	if (name) {
		PL_TRY(pl_keyring_name_check(name, e));
		if (pl_file_exists(pl_printf(a, "%s/%s", dir, name)))
			return pl_fail(e, PL_EUSAGE,
				       "there is an account %s already", name);
	}
	return addr ? check_new(a, dir, addr, e) : PL_OK;
}

enum pl_rc pl_keyring_add(struct pl_arena *a, struct pl_account *out,
			  const char *dir, const char *name,
			  struct pl_span text, int64_t now, struct pl_err *e)
{
	struct pl_account made = { 0 };
	struct pl_keystore ks;

	PL_TRY(pl_keystore_parse(a, &ks, text, e));
	if (!name && !ks.has_addr)
		return pl_fail(e, PL_EUSAGE,
			       "a key file without an address needs a name");
	PL_TRY(pl_keyring_may_add(a, dir, name, ks.has_addr ? &ks.addr : NULL,
				  e));
	PL_TRY(pl_dir_make(dir, 0700, e));
	made.name = name ? pl_strdup(a, name) : geth_name(a, &ks.addr, now);
	made.file = pl_printf(a, "%s/%s", dir, made.name);
	fill(&made, &ks);
	if (pl_file_create(made.file, text, 0600, e))
		return pl_note(e, "account %s", made.name);
	*out = made;
	return PL_OK;
}
