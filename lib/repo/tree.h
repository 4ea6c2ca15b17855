/* Files below the root of an asset repository, reached without ever passing
 * through a symbolic link, and written all or none.  Private to repo/. */
#ifndef PL_REPO_TREE_H
#define PL_REPO_TREE_H

#include <sys/stat.h>

#include "repo/repo.h"

/* The root folder, open.  One process writes at a time: `held` counts how
 * often this one asked for the lock. */
struct pl_tree {
	const char *root;
	int fd;      /* of the root */
	int lock_fd; /* -1: not locked */
	unsigned held;
	bool dry; /* write nothing */
};

/* Relative, '/' between parts, none of them empty, ".", ".." or ".git", UTF-8
 * without control characters.  PL_EUSAGE otherwise. */
PL_CHECKED enum pl_rc pl_tree_path_check(const char *path, struct pl_err *e);

PL_CHECKED enum pl_rc pl_tree_open(struct pl_tree *t, const char *root,
				   struct pl_err *e);
void pl_tree_close(struct pl_tree *t);

/* Wait for the lock of .plume/lock (some seconds, then PL_ESTORE), and finish
 * or drop what a killed process left.  Each success needs its unlock. */
PL_CHECKED enum pl_rc pl_tree_lock(struct pl_tree *t, struct pl_err *e);
void pl_tree_unlock(struct pl_tree *t);

/* A transaction was left behind: lock and unlock will settle it. */
bool pl_tree_unsettled(const struct pl_tree *t);

/* All files, or none, whatever kills the process.  Lock held. */
PL_CHECKED enum pl_rc pl_tree_write(struct pl_tree *t,
				    const struct pl_repo_file *files, size_t n,
				    struct pl_err *e);

/* A plain file; *st as it was when read. */
PL_CHECKED enum pl_rc pl_tree_read(struct pl_arena *a, struct pl_span *out,
				   struct stat *st, const struct pl_tree *t,
				   const char *path, size_t limit,
				   struct pl_err *e);

/* Everything below `under` that is no folder, sorted by bytes of the path; an
 * absent `under` has nothing below it, a file is its own only item. */
PL_CHECKED enum pl_rc pl_tree_list(struct pl_arena *a,
				   struct pl_repo_item **out, size_t *n,
				   const struct pl_tree *t, const char *under,
				   struct pl_err *e);

#endif
