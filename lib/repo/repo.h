/* The asset repository: an ordinary git repository that ordinary git reads,
 * checks and shows (façade over libgit2, loaded when first used).  Layout:
 *
 *	.plume/config              settings of the repository, committed
 *	assets/<id>/asset.json     the asset, canonical (repo/asset.h)
 *	assets/<id>/documents/…    its papers
 *	assets/<id>/token.json     its token, once there is one
 *	records/<id>.json          decision records
 *	schemas/<class>.schema.json
 *
 * Files are written in transactions: a reader, and a process that comes after
 * a kill, finds all of a transaction or nothing of it. */
#ifndef PL_REPO_REPO_H
#define PL_REPO_REPO_H

#include "base/arena.h"
#include "base/types.h"

struct pl_repo;

/* A git object id as text: 40 hexadecimal digits. */
struct pl_oid {
	char hex[65];
};

/* Who commits, and when (seconds since 1970, minutes east of UTC). */
struct pl_repo_who {
	const char *name, *email;
	int64_t time;
	int offset;
};

/* One file of a transaction: path below the root, with '/' between parts. */
struct pl_repo_file {
	const char *path;
	struct pl_span bytes;
};

/* The root of the asset repository that `from` lies in (NULL: the current
 * folder): the nearest folder upwards that holds .plume/config.
 * PL_ENOTFOUND says how to make one. */
PL_CHECKED enum pl_rc pl_repo_find(struct pl_arena *a, const char **root,
				   const char *from, struct pl_err *e);

/* Make dir (created when absent) an asset repository on branch main, whatever
 * the user's git configuration says.  An existing git repository is kept and
 * completed; *fresh tells whether anything had to be written. */
PL_CHECKED enum pl_rc pl_repo_init(bool *fresh, const char *dir,
				   struct pl_err *e);

/* Open the repository at root, finishing or dropping a transaction that a
 * killed process left.  `a` must live until pl_repo_close. */
PL_CHECKED enum pl_rc pl_repo_open(struct pl_arena *a, struct pl_repo **out,
				   const char *root, struct pl_err *e);
void pl_repo_close(struct pl_repo *r); /* NULL is allowed */
/* From here on files are judged but not written, and nothing is committed. */
void pl_repo_dry_run(struct pl_repo *r);
const char *pl_repo_root(const struct pl_repo *r);

/* Name and e-mail of who commits: the arguments where not NULL, else
 * $PLUME_AUTHOR_NAME and _EMAIL, else git's user.name and user.email (of the
 * repository or the user).  PL_EUSAGE with a hint when there is neither.
 * The time is `now`, in UTC. */
PL_CHECKED enum pl_rc pl_repo_identity(struct pl_arena *a,
				       struct pl_repo_who *out,
				       struct pl_repo *r, const char *name,
				       const char *email, int64_t now,
				       struct pl_err *e);

/* Write all n files, or none.  A path that leaves the root, passes through a
 * symbolic link or enters .git is PL_EUSAGE. */
PL_CHECKED enum pl_rc pl_repo_write(struct pl_repo *r,
				    const struct pl_repo_file *files, size_t n,
				    struct pl_err *e);

/* A file as it is in the work tree (rev NULL) or was at a revision ("HEAD",
 * "main~2", an id …).  PL_ENOTFOUND, PL_ELIMIT over `limit` bytes. */
PL_CHECKED enum pl_rc pl_repo_read(struct pl_arena *a, struct pl_span *out,
				   struct pl_repo *r, const char *rev,
				   const char *path, size_t limit,
				   struct pl_err *e);

/* The commit a revision names. */
PL_CHECKED enum pl_rc pl_repo_resolve(struct pl_oid *out, struct pl_repo *r,
				      const char *rev, struct pl_err *e);

/* Commit the state of the given paths (files, or folders with all in them;
 * what is gone from the work tree goes from the commit as well) on top of
 * HEAD.  Everything else stays as it is in HEAD.  *changed is false, and *out
 * HEAD's id, when there was nothing to commit.  PL_ESTORE when HEAD moved
 * meanwhile, in a merge, or on a detached HEAD. */
PL_CHECKED enum pl_rc pl_repo_commit(struct pl_oid *out, bool *changed,
				     struct pl_repo *r,
				     const char *const *paths, size_t n,
				     const struct pl_repo_who *who,
				     const char *message, struct pl_err *e);

/* Paths of the work tree that differ from HEAD, below `under` (NULL: all). */
struct pl_repo_change {
	const char *path;
	const char *what; /* "new", "changed", "removed" */
};
PL_CHECKED enum pl_rc pl_repo_status(struct pl_arena *a,
				     struct pl_repo_change **out, size_t *n,
				     struct pl_repo *r, const char *under,
				     struct pl_err *e);

/* Commits that changed something below `under`, newest first. */
struct pl_repo_entry {
	struct pl_oid oid;
	const char *name, *email; /* of the author */
	int64_t time;
	const char *subject, *message;
};
PL_CHECKED enum pl_rc pl_repo_log(struct pl_arena *a,
				  struct pl_repo_entry **out, size_t *n,
				  struct pl_repo *r, const char *rev,
				  const char *under, size_t max,
				  struct pl_err *e);

/* Files below a folder in the work tree (rev NULL) or at a revision, sorted
 * by path; links, devices and the like are not plain. */
struct pl_repo_item {
	const char *path; /* below the root */
	unsigned mode;    /* 0100644, 0100755, or what git has there */
	bool plain;
};
PL_CHECKED enum pl_rc pl_repo_files(struct pl_arena *a,
				    struct pl_repo_item **out, size_t *n,
				    struct pl_repo *r, const char *rev,
				    const char *under, struct pl_err *e);

/* Is the path one that repositories take: relative, '/' between parts, none of
 * them empty, ".", ".." or ".git", printable UTF-8?  PL_EUSAGE otherwise. */
PL_CHECKED enum pl_rc pl_repo_path_check(const char *path, struct pl_err *e);

#endif
