/* Settings: one table of keys, and five places a value can come from. */
#ifndef PL_CMD_SETTINGS_H
#define PL_CMD_SETTINGS_H

#include "cmd/cmd.h"
#include "repo/config.h"

enum pl_origin { PL_BUILTIN, PL_USER, PL_REPO, PL_ENV };
extern const char *const pl_origin_words[];

/* Where `set` writes: the first two words of --scope. */
extern const char *const pl_scope_words[]; /* "user", "repo", NULL */

/* In a command's table of options: which of the files it writes. */
#define PL_SCOPE_OPT(type, member)                                             \
	{                                                                      \
		.name = "scope", .kind = PL_ENUM,                              \
		.off = PL_AT(type, member, int), .arg = "WHERE",               \
		.about = "whose settings", .words = pl_scope_words,            \
		.def = "user"                                                  \
	}

/* One known key.  A name "network.*.rpc" stands for any word between the
 * points, "alias.*" for any last word. */
struct pl_setting {
	const char *name;
	enum pl_kind kind;
	const char *env; /* variable that overrides the files, or NULL */
	const char *def; /* built in, or NULL */
	const char *about;
	uint64_t min, max; /* PL_UINT: bounds, where max is not 0 */
	bool user_only;    /* a repository must not decide this */
};
extern const struct pl_setting pl_setting_table[]; /* ends with { 0 } */

struct pl_settings {
	struct pl_config files;
	const char *user_file; /* NULL: no HOME */
	const char *repo_file; /* NULL: no repository around */
	const char *repo_root;
};

/* Read the settings files, once; called by main for commands that need them.
 * PL_EFORMAT names the file and the key that is wrong. */
PL_CHECKED enum pl_rc pl_settings_load(struct pl_ctx *c, struct pl_err *e);

/* The row of the table that a key falls under.  PL_EUSAGE with a guess for a
 * key nobody knows. */
PL_CHECKED enum pl_rc pl_setting_find(const struct pl_setting **out,
				      const char *key, struct pl_err *e);

/* Would the value do?  PL_EUSAGE says why not. */
PL_CHECKED enum pl_rc pl_setting_check(struct pl_ctx *c,
				       const struct pl_setting *s,
				       const char *key, const char *value,
				       struct pl_err *e);

/* Value, origin and source (file or variable) of a key; false: not set. */
struct pl_setting_now {
	const char *value, *source;
	enum pl_origin origin;
};
bool pl_setting_now(struct pl_ctx *c, const char *key,
		    struct pl_setting_now *out);

/* The file that a scope means.  PL_ENOTFOUND: there is no such place. */
PL_CHECKED enum pl_rc pl_settings_file(struct pl_ctx *c, int scope,
				       const char **out, struct pl_err *e);

/* A name for an address or a network: a letter, then letters, digits and
 * dashes, lower case, at most 64. */
PL_CHECKED enum pl_rc pl_name_check(const char *name, struct pl_err *e);

/* Networks, built-in ones first: all names, each once. */
struct pl_strs pl_network_names(struct pl_ctx *c);

#endif
