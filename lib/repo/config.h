/* Settings files in git-config syntax (façade over libgit2's git_config).  A
 * file is read whole; edits replace it at once, under a lock file as git
 * uses.  Includes are refused: a file from elsewhere must not name others. */
#ifndef PL_REPO_CONFIG_H
#define PL_REPO_CONFIG_H

#include "base/arena.h"

struct pl_config_entry {
	const char
		*key; /* "network.sepolia.rpc"; section and name lower case */
	const char *value; /* "" for a key that stands alone */
	const char *file;
	int level; /* the caller's, as given to pl_config_read */
};

struct pl_config {
	struct pl_config_entry *v;
	size_t n;
};

/* Appends the file's entries.  A file that is not there adds nothing.
 * PL_EFORMAT names file and line. */
PL_CHECKED enum pl_rc pl_config_read(struct pl_arena *a, struct pl_config *c,
				     const char *path, int level,
				     struct pl_err *e);

/* The entry of the highest level, the last one of it; NULL: not set. */
const struct pl_config_entry *pl_config_get(const struct pl_config *c,
					    const char *key);

/* Does an entry before the i-th have the same key? */
bool pl_config_seen(const struct pl_config *c, size_t i);

struct pl_config_edit {
	const char *key;
	const char *value; /* NULL: remove the key, all its values */
};

/* All edits or none.  Folders are made as needed.  PL_ENOTFOUND when a key to
 * remove is not there. */
PL_CHECKED enum pl_rc pl_config_write(const char *path,
				      const struct pl_config_edit *v, size_t n,
				      struct pl_err *e);

#endif
