/* What the files of repo/ share about an open repository.  Private. */
#ifndef PL_REPO_IMPL_H
#define PL_REPO_IMPL_H

#include "repo/tree.h"

struct git_repository;
struct git_tree;

struct pl_repo {
	struct pl_arena *a;
	struct pl_tree tree;
	struct git_repository *git;
};

/* Translate libgit2's failure `code` at once; `what` says what was tried. */
PL_CHECKED enum pl_rc pl_git_fail(struct pl_err *e, int code, const char *what);

/* The tree of a commit, tag or tree named by rev. */
PL_CHECKED enum pl_rc pl_git_tree(struct git_tree **out, struct pl_repo *r,
				  const char *rev, struct pl_err *e);

/* Every file below `under` in a tree (NULL: an empty one), unsorted as git
 * has them.  Calls back until that fails. */
struct pl_git_file {
	const char *path;
	unsigned mode;
	const struct git_oid *oid; /* valid during the call */
};
typedef enum pl_rc (*pl_git_file_fn)(void *to, const struct pl_git_file *f,
				     struct pl_err *e);
PL_CHECKED enum pl_rc pl_git_walk(struct pl_arena *a, struct pl_repo *r,
				  const struct git_tree *tree,
				  const char *under, pl_git_file_fn fn,
				  void *to, struct pl_err *e);

/* Write blobs and trees, but no commit: HEAD's tree with the work tree's
 * state of `paths` in it.  *out can stand for a revision.  Lock held. */
PL_CHECKED enum pl_rc pl_git_stage(struct pl_oid *out, struct pl_repo *r,
				   const char *const *paths, size_t n,
				   struct pl_err *e);

/* Commit a staged tree: index first, then the branch, both compared with what
 * they were.  Lock held. */
PL_CHECKED enum pl_rc pl_git_commit(struct pl_oid *out, bool *changed,
				    struct pl_repo *r,
				    const struct pl_oid *staged,
				    const char *const *paths, size_t n,
				    const struct pl_repo_who *who,
				    const char *message, struct pl_err *e);

/* Remove locks of git's that a killed plume left.  Lock held. */
PL_CHECKED enum pl_rc pl_git_unlock_stale(struct pl_repo *r, struct pl_err *e);

/* Lock, with that done.  Unlock with pl_tree_unlock. */
PL_CHECKED enum pl_rc pl_repo_lock(struct pl_repo *r, struct pl_err *e);

/* The text of an asset's file: sorted, indented, the same from anybody. */
struct pl_json;
PL_CHECKED enum pl_rc pl_asset_text(struct pl_arena *a, struct pl_span *out,
				    const struct pl_json *v, struct pl_err *e);

#endif
