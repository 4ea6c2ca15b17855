/* The table of settings, the files they come from, and who wins. */
#include "cmd/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "cmd/suggest.h"
#include "crypto/addr.h"
#include "store/index.h"

const char *const pl_origin_words[] = { "builtin", "user", "repo",
					"environment", NULL };
const char *const pl_scope_words[] = { "user", "repo", NULL };

/* clang-format off */
const struct pl_setting pl_setting_table[] = {
	{ .name = "network.default", .kind = PL_NETWORK, .env = "PLUME_NETWORK",
	  .def = "plume", .about = "the network used without --network" },
	{ .name = "network.*.chainid", .kind = PL_UINT, .min = 1,
	  .max = UINT64_MAX,
	  .about = "chain id of the network *; the built-in ones keep theirs" },
	{ .name = "network.*.rpc", .kind = PL_STR, .env = "PLUME_RPC",
	  .about = "URL of the node to ask; the variable holds for whatever "
		   "network is in use" },
	{ .name = "network.*.insecure", .kind = PL_FLAG, .user_only = true,
	  .about = "true: http without encryption to its node is allowed" },
	{ .name = "network.*.explorer", .kind = PL_STR,
	  .about = "URL of a block explorer, for links" },
	{ .name = "network.*.currency", .kind = PL_STR,
	  .about = "symbol of the coin that pays for gas" },
	{ .name = "network.*.parent", .kind = PL_NETWORK, .user_only = true,
	  .about = "the network it settles on" },
	{ .name = "network.*.beacon", .kind = PL_STR, .env = "PLUME_BEACON",
	  .about = "URL of a beacon API that serves light clients; several "
		   "with commas between; the variable holds for whatever "
		   "network is in use" },
	{ .name = "network.*.consensus", .kind = PL_FILE, .user_only = true,
	  .about = "config.yaml of its beacon chain, where it is none of those "
		   "built in" },
	{ .name = "network.*.genesisvalidatorsroot", .kind = PL_HASH32,
	  .user_only = true,
	  .about = "of that beacon chain" },
	{ .name = "network.*.genesistime", .kind = PL_UINT,
	  .user_only = true, .max = INT64_MAX,
	  .about = "of that beacon chain: seconds since 1970" },
	{ .name = "network.*.kind", .kind = PL_STR, .user_only = true,
	  .about = "how its rollup settles on the parent: bold, legacy (the "
		   "contracts before BoLD) or outbox (that contract alone)" },
	{ .name = "network.*.outbox", .kind = PL_ADDR, .user_only = true,
	  .about = "its Outbox on the parent chain" },
	{ .name = "network.*.rollup", .kind = PL_ADDR, .user_only = true,
	  .about = "its Rollup on the parent chain" },
	{ .name = "network.*.bridge", .kind = PL_ADDR, .user_only = true,
	  .about = "its Bridge on the parent chain" },
	{ .name = "network.*.sequencerinbox", .kind = PL_ADDR,
	  .user_only = true,
	  .about = "its SequencerInbox on the parent chain" },
	{ .name = "network.*.genesisblock", .kind = PL_UINT,
	  .user_only = true, .max = INT64_MAX,
	  .about = "its first Nitro block; 0 unless it was migrated" },
	{ .name = "network.*.feed", .kind = PL_STR, .user_only = true,
	  .about = "its sequencer's feed: wss://…, several with commas "
		   "between, or a file of broadcasts" },
	{ .name = "network.timeout", .kind = PL_UINT, .env = "PLUME_TIMEOUT",
	  .def = "60", .min = 1, .max = 3600,
	  .about = "seconds until an exchange with a node is given up" },
	{ .name = "network.retries", .kind = PL_UINT, .env = "PLUME_RETRIES",
	  .def = "3", .max = 20,
	  .about = "how often a question to a node is asked again after a "
		   "failure" },
	{ .name = "alias.*", .kind = PL_ADDR,
	  .about = "the address book: the address that the name * stands for" },
	{ .name = "store.path", .kind = PL_FILE, .env = "PLUME_STORE",
	  .about = "the index; without it .plume/index.db of the repository, "
		   "else plume/index.db under $XDG_DATA_HOME; "
		   "clickhouse://USER@HOST:PORT/DATABASE is a server's "
		   "(?cluster=NAME spreads it over that cluster, on whose "
		   "other servers &shards=HOST:PORT,… makes the tables; "
		   "&secure=1 means https), its "
		   "password in PLUME_CLICKHOUSE_PASSWORD or in the file that "
		   "PLUME_CLICKHOUSE_PASSWORD_FILE names" },
	{ .name = "account.default", .kind = PL_STR, .env = "PLUME_ACCOUNT",
	  .user_only = true,
	  .about = "the account that signs without --account" },
	{ .name = "account.passwordfile", .kind = PL_FILE,
	  .env = "PLUME_PASSWORD_FILE", .user_only = true,
	  .about = "the file that holds the password of the key; the variable "
		   "names a file too" },
	{ .name = "account.keystore", .kind = PL_DIR, .env = "PLUME_KEYSTORE",
	  .user_only = true,
	  .about = "the folder of the keys; without it plume/keystore under "
		   "$XDG_DATA_HOME" },
	{ 0 },
};
/* clang-format on */

/* ------------------------------------------------------------- the table */

/* "network.*.rpc" against "network.a.b.rpc": * is what lies between the
 * parts before and after it, and not nothing. */
static bool falls_under(const char *pattern, const char *key)
{
	const char *star = strchr(pattern, '*');
	size_t n = strlen(key), before, after;

	if (!star)
		return !strcmp(pattern, key);
	before = (size_t)(star - pattern);
	after = strlen(star + 1);
	return n > before + after && !strncmp(pattern, key, before) &&
	       !strcmp(star + 1, key + n - after);
}

enum pl_rc pl_setting_find(const struct pl_setting **out, const char *key,
			   struct pl_err *e)
{
	struct pl_suggest near = pl_suggest_for(key);

	for (const struct pl_setting *s = pl_setting_table; s->name; s++) {
		if (falls_under(s->name, key)) {
			*out = s;
			return PL_OK;
		}
		pl_suggest_try(&near, s->name);
	}
	(void)pl_fail(e, PL_EUSAGE, "there is no setting %s", key);
	if (near.best)
		return pl_hint(e, "did you mean %s?", near.best);
	return pl_hint(e, "`plume config list --all` shows them all");
}

enum pl_rc pl_name_check(const char *name, struct pl_err *e)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (n && !name[n] && n <= 64 && name[0] >= 'a' && name[0] <= 'z')
		return PL_OK;
	return pl_fail(e, PL_EUSAGE,
		       "'%s' is no name: a letter, then letters, digits and "
		       "dashes, lower case, at most 64",
		       name);
}

/* What * stands for in the key. */
static char *middle(struct pl_arena *a, const struct pl_setting *s,
		    const char *key)
{
	const char *star = strchr(s->name, '*');
	size_t before = (size_t)(star - s->name), after = strlen(star + 1);

	return pl_strndup(a, key + before, strlen(key) - before - after);
}

/* No value holds control characters; only paths hold spaces. */
static enum pl_rc check_text(const char *value, bool path, struct pl_err *e)
{
	for (const char *p = value; *p; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch < ' ' || ch == 0x7f || (ch == ' ' && !path))
			return pl_fail(e, PL_EUSAGE,
				       "'%s' holds a %s character", value,
				       ch == ' ' ? "space" : "control");
	}
	return *value ? PL_OK : pl_fail(e, PL_EUSAGE, "an empty value");
}

static enum pl_rc check_value(struct pl_ctx *c, const struct pl_setting *s,
			      const char *value, struct pl_err *e)
{
	struct pl_addr addr;
	uint8_t hash[32];

	if (s->kind == PL_ADDR)
		return pl_addr_parse(&addr, value, e);
	if (s->kind == PL_NETWORK)
		return pl_name_check(value, e);
	if (s->kind == PL_HASH32)
		return pl_hex_fixed(hash, sizeof(hash), value, strlen(value),
				    e);
	if (s->kind == PL_UINT)
		return pl_opt_check(c, PL_UINT, s->min, s->max, value, e);
	return check_text(value, s->kind != PL_STR, e);
}

enum pl_rc pl_setting_check(struct pl_ctx *c, const struct pl_setting *s,
			    const char *key, const char *value,
			    struct pl_err *e)
{
	if (strchr(s->name, '*') && pl_name_check(middle(c->arena, s, key), e))
		return pl_note(e, "%s", key);
	if (check_value(c, s, value, e)) {
		e->rc = PL_EUSAGE;
		return pl_note(e, "%s", key);
	}
	return PL_OK;
}

/* ------------------------------------------------------------- the files */

static const char *env(const char *name)
{
	const char *s = name ? getenv(name) : NULL;

	return s && *s ? s : NULL;
}

/* A folder of the XDG base directory specification: relative values are
 * ignored, as it says. */
static const char *xdg(struct pl_arena *a, const char *name, const char *other)
{
	const char *s = env(name);

	if (s && *s == '/')
		return pl_printf(a, "%s/plume", s);
	s = env("HOME");
	return s ? pl_printf(a, "%s/%s/plume", s, other) : NULL;
}

static enum pl_rc find_root(struct pl_ctx *c, const char **out,
			    struct pl_err *e)
{
	char *path = PL_NEW_N(c->arena, char, PATH_MAX);

	*out = NULL;
	if (!realpath(c->g->repo ? c->g->repo : ".", path)) {
		if (!c->g->repo)
			return PL_OK; /* where we stand is gone */
		return pl_fail(e, PL_ENOTFOUND,
			       "cannot enter the folder %s: %s", c->g->repo,
			       strerror(errno));
	}
	for (;;) {
		char *slash = strrchr(path, '/');

		if (pl_file_exists(pl_printf(c->arena, "%s/.plume", path))) {
			*out = path;
			return PL_OK;
		}
		if (!slash || slash == path)
			return PL_OK;
		*slash = '\0';
	}
}

static enum pl_rc check_entry(struct pl_ctx *c, const struct pl_config_entry *x,
			      struct pl_err *e)
{
	const struct pl_setting *s;
	enum pl_rc rc = pl_setting_find(&s, x->key, e);

	if (!rc && s->user_only && x->level == PL_REPO)
		rc = pl_fail(e, PL_EUSAGE,
			     "%s: a repository must not decide this", x->key);
	if (!rc)
		rc = pl_setting_check(c, s, x->key, x->value, e);
	if (!rc)
		return PL_OK;
	e->rc = PL_EFORMAT;
	return pl_note(e, "%s", x->file);
}

static enum pl_rc check_env(struct pl_ctx *c, struct pl_err *e)
{
	for (const struct pl_setting *s = pl_setting_table; s->name; s++) {
		if (!env(s->env))
			continue;
		if (check_value(c, s, env(s->env), e)) {
			e->rc = PL_EUSAGE;
			return pl_note(e, "%s", s->env);
		}
	}
	return PL_OK;
}

static enum pl_rc read_files(struct pl_ctx *c, struct pl_settings *s,
			     struct pl_err *e)
{
	if (s->user_file)
		PL_TRY(pl_config_read(c->arena, &s->files, s->user_file,
				      PL_USER, e));
	if (s->repo_file)
		PL_TRY(pl_config_read(c->arena, &s->files, s->repo_file,
				      PL_REPO, e));
	for (size_t i = 0; i < s->files.n; i++)
		PL_TRY(check_entry(c, &s->files.v[i], e));
	return PL_OK;
}

enum pl_rc pl_settings_load(struct pl_ctx *c, struct pl_err *e)
{
	struct pl_settings *s;
	const char *dir;

	if (c->settings)
		return PL_OK;
	s = PL_NEW(c->arena, struct pl_settings);
	dir = xdg(c->arena, "XDG_CONFIG_HOME", ".config");
	if (dir)
		s->user_file = pl_printf(c->arena, "%s/config", dir);
	PL_TRY(find_root(c, &s->repo_root, e));
	if (s->repo_root)
		s->repo_file =
			pl_printf(c->arena, "%s/.plume/config", s->repo_root);
	PL_TRY(read_files(c, s, e));
	PL_TRY(check_env(c, e));
	if (s->user_file && pl_file_exists(s->user_file))
		pl_tell(c, "settings from %s", s->user_file);
	if (s->repo_file && pl_file_exists(s->repo_file))
		pl_tell(c, "settings from %s", s->repo_file);
	c->settings = s;
	return PL_OK;
}

enum pl_rc pl_settings_file(struct pl_ctx *c, int scope, const char **out,
			    struct pl_err *e)
{
	const char *file =
		scope ? c->settings->repo_file : c->settings->user_file;

	if (!file && !scope)
		return pl_fail(e, PL_ENOTFOUND,
			       "neither XDG_CONFIG_HOME nor HOME is set: "
			       "there is no place for settings");
	if (!file) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "no asset repository here or above");
		return pl_hint(e, "`plume asset init` makes one; -C names one "
				  "elsewhere");
	}
	*out = file;
	return PL_OK;
}

/* ------------------------------------------------------------- lookups */

bool pl_setting_now(struct pl_ctx *c, const char *key,
		    struct pl_setting_now *out)
{
	const struct pl_config_entry *x =
		pl_config_get(&c->settings->files, key);
	const struct pl_setting *s;
	struct pl_err e;

	if (pl_setting_find(&s, key, &e))
		return false;
	if (env(s->env))
		*out = (struct pl_setting_now){ env(s->env), s->env, PL_ENV };
	else if (x)
		*out = (struct pl_setting_now){ x->value, x->file,
						(enum pl_origin)x->level };
	else if (s->def)
		*out = (struct pl_setting_now){ s->def, NULL, PL_BUILTIN };
	else
		return false;
	return true;
}

const char *pl_ctx_setting(struct pl_ctx *c, const char *key)
{
	struct pl_setting_now now;

	return pl_setting_now(c, key, &now) ? now.value : NULL;
}

/* A path of a settings file: "~/…" is the user's, other relative ones start
 * at the repository, or for the user's file at the home. */
static const char *path_setting(struct pl_ctx *c, const char *key)
{
	struct pl_setting_now now;
	const char *base = NULL;

	if (!pl_setting_now(c, key, &now))
		return NULL;
	if (now.origin == PL_ENV || now.value[0] == '/')
		return now.value;
	/* of a repository it stays a path: the user's password for a server
	 * is not for whoever wrote the repository's file */
	if (now.origin != PL_REPO && pl_index_is_remote(now.value))
		return now.value;
	if (now.value[0] == '~' && now.value[1] == '/') {
		now.value += 2;
		base = env("HOME");
	} else if (now.origin == PL_REPO) {
		base = c->settings->repo_root;
	} else {
		base = env("HOME");
	}
	return base ? pl_printf(c->arena, "%s/%s", base, now.value) : now.value;
}

/* Never the folder one happens to be in: keys would lie about in it. */
enum pl_rc pl_ctx_data(struct pl_ctx *c, const char **out, const char *name,
		       const char *what, struct pl_err *e)
{
	const char *dir = xdg(c->arena, "XDG_DATA_HOME", ".local/share");

	if (!dir)
		return pl_fail(e, PL_ENOTFOUND,
			       "neither XDG_DATA_HOME nor HOME is set: there "
			       "is no place for %s",
			       what);
	*out = pl_printf(c->arena, "%s/%s", dir, name);
	return PL_OK;
}

static enum pl_rc in_data(struct pl_ctx *c, const char **out, const char *name,
			  const char *what, const char *instead,
			  struct pl_err *e)
{
	if (pl_ctx_data(c, out, name, what, e))
		return pl_hint(e, "%s", instead);
	return PL_OK;
}

enum pl_rc pl_ctx_store_path(struct pl_ctx *c, const char **out,
			     struct pl_err *e)
{
	const char *path = c->g->store;

	if (path && pl_index_has_password(path)) {
		(void)pl_fail(e, PL_EUSAGE,
			      "a password in --store is seen by everybody on "
			      "this machine");
		return pl_hint(e, "put it into PLUME_CLICKHOUSE_PASSWORD, or "
				  "into the file that "
				  "PLUME_CLICKHOUSE_PASSWORD_FILE names");
	}
	if (!path)
		path = path_setting(c, "store.path");
	if (!path && c->settings->repo_root)
		path = pl_printf(c->arena, "%s/.plume/index.db",
				 c->settings->repo_root);
	if (!path)
		return in_data(c, out, "index.db", "the index",
			       "--store FILE names the index", e);
	*out = path;
	return PL_OK;
}

enum pl_rc pl_ctx_keystore_dir(struct pl_ctx *c, const char **out,
			       struct pl_err *e)
{
	const char *path = path_setting(c, "account.keystore");

	if (!path)
		return in_data(c, out, "keystore", "keys",
			       "PLUME_KEYSTORE names the folder of the keys",
			       e);
	*out = path;
	return PL_OK;
}

enum pl_rc pl_ctx_records_dir(struct pl_ctx *c, const char **out,
			      struct pl_err *e)
{
	if (!c->settings->repo_root)
		return in_data(c, out, "records", "records",
			       "-C DIR names an asset repository", e);
	*out = pl_printf(c->arena, "%s/records", c->settings->repo_root);
	return PL_OK;
}

const char *pl_ctx_repo(struct pl_ctx *c)
{
	return c->settings->repo_root;
}

enum pl_rc pl_ctx_repo_need(struct pl_ctx *c, const char **out,
			    struct pl_err *e)
{
	const char *file;

	PL_TRY(pl_settings_file(c, 1, &file, e));
	*out = c->settings->repo_root;
	return PL_OK;
}
