/* Commits without git's staging ritual: the new tree is HEAD's with the given
 * paths as they stand, the index is brought along, the branch moves only if
 * it still is where it was.  A kill leaves the old commit or the new one, and
 * the locks it may leave are known to be ours and are taken away. */
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/lazy.h"
#include "base/limits.h"
#include "base/time.h"
#include "repo/impl.h"

#define FUNCS(X)                                                               \
	X(git_blob_create_from_buffer)                                         \
	X(git_commit_create)                                                   \
	X(git_commit_free)                                                     \
	X(git_commit_lookup)                                                   \
	X(git_commit_tree_id)                                                  \
	X(git_index_add)                                                       \
	X(git_index_find_prefix)                                               \
	X(git_index_free)                                                      \
	X(git_index_get_byindex)                                               \
	X(git_index_get_bypath)                                                \
	X(git_index_has_conflicts)                                             \
	X(git_index_new)                                                       \
	X(git_index_open)                                                      \
	X(git_index_read_tree)                                                 \
	X(git_index_remove)                                                    \
	X(git_index_remove_directory)                                          \
	X(git_index_write)                                                     \
	X(git_index_write_tree_to)                                             \
	X(git_oid_equal)                                                       \
	X(git_oid_fromstr)                                                     \
	X(git_oid_tostr)                                                       \
	X(git_reference_create_matching)                                       \
	X(git_reference_free)                                                  \
	X(git_reference_lookup)                                                \
	X(git_reference_name_to_id)                                            \
	X(git_reference_symbolic_target)                                       \
	X(git_repository_commondir)                                            \
	X(git_repository_path)                                                 \
	X(git_repository_set_ident)                                            \
	X(git_repository_state)                                                \
	X(git_signature_free)                                                  \
	X(git_signature_new)                                                   \
	X(git_tree_entrycount)                                                 \
	X(git_tree_free)                                                       \
	X(git_tree_lookup)
#define PL_LAZY_TABLE lg
PL_LAZY(lg, "libgit2.so." LIBGIT2_SOVERSION, FUNCS);

#define LOCK_WAIT_NS ((uint64_t)3 * 1000 * 1000 * 1000)
#define NAP_NS 20000000L

/* In git's own folder: a file whose hard link is the lock we hold, the index
 * being written, and which branch is about to become what. */
#define OUR_LOCK "plume-lock"
#define OUR_INDEX "plume-index"
#define OUR_REF "plume-ref"

static const char *git_file(struct pl_arena *a, struct pl_repo *r,
			    const char *name)
{
	return pl_printf(a, "%s%s", lg.git_repository_path(r->git), name);
}

static void nap(void)
{
	const struct timespec t = { 0, NAP_NS };

	(void)nanosleep(&t, NULL);
}

/* ------------------------------------------------------------ stale locks */

static bool same_inode(const char *x, const char *y)
{
	struct stat a, b;

	return !lstat(x, &a) && !lstat(y, &b) && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

/* libgit2 makes BRANCH.lock, writes the new id into it and renames it.  One
 * that holds the id we were about to write is ours; an empty one is ours, or
 * of a git that is at work this moment: that one will not stay. */
static bool ref_lock_is_ours(struct pl_arena *a, const char *path,
			     struct pl_span id)
{
	uint64_t until = pl_time_mono_ns() + LOCK_WAIT_NS / 3;
	struct pl_span s;
	struct pl_err e;

	for (;;) {
		if (pl_file_read(a, &s, path, 128, &e))
			return false;
		if (s.n || pl_time_mono_ns() > until)
			break;
		nap();
	}
	return s.n <= id.n && !memcmp(s.p, id.p, s.n);
}

/* The note reads "refs/heads/main 0123…\n"; a cut one was never acted on. */
static void free_ref_lock(struct pl_arena *a, struct pl_repo *r)
{
	const char *note = git_file(a, r, OUR_REF), *lock;
	struct pl_span s;
	struct pl_err e;
	const char *blank;

	if (pl_file_read(a, &s, note, PL_MAX_PATH + 128, &e))
		return;
	blank = memchr(s.p, ' ', s.n);
	if (blank && s.p[s.n - 1] == '\n') {
		size_t n = (size_t)(blank - (const char *)s.p);
		struct pl_span id = { s.p + n + 1, s.n - n - 1 };

		lock = pl_printf(a, "%s%.*s.lock",
				 lg.git_repository_commondir(r->git), (int)n,
				 (const char *)s.p);
		if (ref_lock_is_ours(a, lock, id))
			(void)unlink(lock);
	}
	(void)unlink(note);
}

enum pl_rc pl_git_unlock_stale(struct pl_repo *r, struct pl_err *e)
{
	struct pl_arena *a;
	const char *ours, *lock;

	PL_TRY(lg_load(e));
	a = pl_arena_open(0);
	ours = git_file(a, r, OUR_LOCK);
	lock = git_file(a, r, "index.lock");
	if (same_inode(ours, lock))
		(void)unlink(lock);
	(void)unlink(ours);
	(void)unlink(git_file(a, r, OUR_INDEX));
	(void)unlink(git_file(a, r, OUR_INDEX ".lock"));
	free_ref_lock(a, r);
	pl_arena_close(a);
	return PL_OK;
}

/* ---------------------------------------------------------------- staging */

static enum pl_rc add_blob(git_index *idx, struct pl_repo *r,
			   const struct pl_repo_item *f, struct pl_err *e)
{
	git_index_entry ent = { .mode = f->mode, .path = f->path };
	struct pl_arena *a;
	struct pl_span s;
	enum pl_rc rc;
	int code;

	if (!f->plain)
		return pl_fail(e, PL_EUSAGE,
			       "%s is not a plain file, and only those are "
			       "committed",
			       f->path);
	PL_TRY(pl_tree_path_check(f->path, e));
	a = pl_arena_open(0);
	rc = pl_tree_read(a, &s, NULL, &r->tree, f->path, PL_MAX_DOCUMENT, e);
	if (!rc) {
		code = lg.git_blob_create_from_buffer(&ent.id, r->git, s.p,
						      s.n);
		if (!code)
			code = lg.git_index_add(idx, &ent);
		if (code)
			rc = pl_git_fail(e, code, f->path);
	}
	pl_arena_close(a);
	return rc;
}

static void drop_path(git_index *idx, const char *path)
{
	(void)lg.git_index_remove_directory(idx, path, 0);
	(void)lg.git_index_remove(idx, path, 0);
}

static enum pl_rc stage_path(git_index *idx, struct pl_repo *r,
			     const char *path, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_repo_item *v;
	enum pl_rc rc;
	size_t n = 0;

	drop_path(idx, path);
	rc = pl_tree_list(a, &v, &n, &r->tree, path, e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = add_blob(idx, r, &v[i], e);
	pl_arena_close(a);
	return rc;
}

static enum pl_rc start_from_head(git_index *idx, struct pl_repo *r,
				  struct pl_err *e)
{
	git_tree *head;
	enum pl_rc rc = pl_git_tree(&head, r, "HEAD", e);
	int code;

	if (rc)
		return rc == PL_ENOTFOUND ? PL_OK : rc;
	code = lg.git_index_read_tree(idx, head);
	lg.git_tree_free(head);
	return code < 0 ? pl_git_fail(e, code, "reading HEAD") : PL_OK;
}

enum pl_rc pl_git_stage(struct pl_oid *out, struct pl_repo *r,
			const char *const *paths, size_t n, struct pl_err *e)
{
	git_index *idx;
	git_oid oid;
	enum pl_rc rc;
	int code;

	PL_TRY(lg_load(e));
	code = lg.git_index_new(&idx);
	if (code < 0)
		return pl_git_fail(e, code, "staging");
	rc = start_from_head(idx, r, e);
	for (size_t i = 0; !rc && i < n; i++) {
		rc = pl_tree_path_check(paths[i], e);
		if (!rc)
			rc = stage_path(idx, r, paths[i], e);
	}
	if (!rc) {
		code = lg.git_index_write_tree_to(&oid, idx, r->git);
		if (code < 0)
			rc = pl_git_fail(e, code, "writing a tree");
	}
	lg.git_index_free(idx);
	if (!rc)
		(void)lg.git_oid_tostr(out->hex, sizeof(out->hex), &oid);
	return rc;
}

/* ---------------------------------------------------------------- the index */

struct syncing {
	struct pl_repo *r;
	git_index *idx;
	size_t files, same;
};

static enum pl_rc count_same(void *to, const struct pl_git_file *f,
			     struct pl_err *e)
{
	struct syncing *s = to;
	const git_index_entry *ent;

	(void)e;
	ent = lg.git_index_get_bypath(s->idx, f->path, 0);
	s->files++;
	s->same += ent && ent->mode == f->mode &&
		   lg.git_oid_equal(&ent->id, f->oid);
	return PL_OK;
}

/* Entries of the index that are `path` or below it. */
static size_t count_below(git_index *idx, const char *path)
{
	size_t at, n = 0, len = strlen(path);
	const git_index_entry *ent;

	if (lg.git_index_find_prefix(&at, idx, path))
		return 0;
	for (; (ent = lg.git_index_get_byindex(idx, at)); at++) {
		if (strncmp(ent->path, path, len))
			break;
		n += !ent->path[len] || ent->path[len] == '/';
	}
	return n;
}

static enum pl_rc add_staged(void *to, const struct pl_git_file *f,
			     struct pl_err *e)
{
	struct syncing *s = to;
	git_index_entry ent = { .mode = f->mode, .path = f->path };
	struct stat st;
	int code;

	ent.id = *f->oid;
	/* what git compares before it looks into a file again */
	if (!fstatat(s->r->tree.fd, f->path, &st, AT_SYMLINK_NOFOLLOW)) {
		ent.ctime.seconds = (int32_t)st.st_ctim.tv_sec;
		ent.ctime.nanoseconds = (uint32_t)st.st_ctim.tv_nsec;
		ent.mtime.seconds = (int32_t)st.st_mtim.tv_sec;
		ent.mtime.nanoseconds = (uint32_t)st.st_mtim.tv_nsec;
		ent.dev = (uint32_t)st.st_dev;
		ent.ino = (uint32_t)st.st_ino;
		ent.uid = st.st_uid;
		ent.gid = st.st_gid;
		ent.file_size = (uint32_t)st.st_size;
	}
	code = lg.git_index_add(s->idx, &ent);
	return code < 0 ? pl_git_fail(e, code, f->path) : PL_OK;
}

static enum pl_rc open_index(git_index **out, const char *path,
			     struct pl_err *e)
{
	int code = lg.git_index_open(out, path);

	return code < 0 ? pl_git_fail(e, code, "reading git's index") : PL_OK;
}

static enum pl_rc index_is_synced(bool *synced, struct pl_arena *a,
				  struct pl_repo *r, git_tree *tree,
				  const char *const *paths, size_t n,
				  struct pl_err *e)
{
	struct syncing s = { .r = r };
	size_t below = 0;
	enum pl_rc rc;

	PL_TRY(open_index(&s.idx, git_file(a, r, "index"), e));
	rc = lg.git_index_has_conflicts(s.idx)
		     ? pl_fail(e, PL_ESTORE,
			       "git's index holds unresolved conflicts: "
			       "finish that with git first")
		     : PL_OK;
	for (size_t i = 0; !rc && i < n; i++) {
		rc = pl_git_walk(a, r, tree, paths[i], count_same, &s, e);
		below += count_below(s.idx, paths[i]);
	}
	lg.git_index_free(s.idx);
	*synced = s.files == s.same && s.files == below;
	return rc;
}

/* Hold git's own lock on its index: a hard link of a file of ours, so that
 * after a kill it can be told from anybody else's. */
static enum pl_rc lock_index(const char *ours, const char *lock,
			     struct pl_err *e)
{
	uint64_t until = pl_time_mono_ns() + LOCK_WAIT_NS;
	int fd = open(ours, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return pl_fail(e, PL_EIO, "cannot create %s: %s", ours,
			       strerror(errno));
	(void)close(fd);
	while (link(ours, lock)) {
		if (errno != EEXIST)
			return pl_fail(e, PL_EIO, "cannot lock %s: %s", lock,
				       strerror(errno));
		if (pl_time_mono_ns() > until) {
			(void)pl_fail(e, PL_ESTORE,
				      "%s exists: another git is at work "
				      "here, or was killed",
				      lock);
			return pl_hint(e, "if no git runs: rm '%s'", lock);
		}
		nap();
	}
	return PL_OK;
}

/* Straight into place: both files written so are made anew after a kill. */
static enum pl_rc write_plain(const char *path, struct pl_span s,
			      struct pl_err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	ssize_t n = 0;
	bool ok;

	if (fd < 0)
		return pl_fail(e, PL_EIO, "cannot create %s: %s", path,
			       strerror(errno));
	while (s.n && n >= 0) {
		n = write(fd, s.p, s.n);
		if (n > 0)
			(void)pl_span_take(&s, (size_t)n);
	}
	ok = !s.n && !fsync(fd);
	if (close(fd) || !ok)
		return pl_fail(e, PL_EIO, "cannot write %s: %s", path,
			       strerror(errno));
	return PL_OK;
}

static enum pl_rc copy_file(struct pl_arena *a, const char *from,
			    const char *to, struct pl_err *e)
{
	struct pl_span s;
	enum pl_rc rc = pl_file_read(a, &s, from, PL_MAX_FILE, e);

	if (rc == PL_ENOTFOUND)
		return PL_OK; /* no index yet */
	return rc ? rc : write_plain(to, s, e);
}

/* With the lock held: change a copy and put it in place of the index. */
static enum pl_rc rewrite_index(struct pl_arena *a, struct pl_repo *r,
				git_tree *tree, const char *const *paths,
				size_t n, struct pl_err *e)
{
	const char *real = git_file(a, r, "index");
	const char *copy = git_file(a, r, OUR_INDEX);
	struct syncing s = { .r = r };
	enum pl_rc rc;
	int code;

	PL_TRY(copy_file(a, real, copy, e));
	PL_TRY(open_index(&s.idx, copy, e));
	rc = PL_OK;
	for (size_t i = 0; !rc && i < n; i++) {
		drop_path(s.idx, paths[i]);
		rc = pl_git_walk(a, r, tree, paths[i], add_staged, &s, e);
	}
	if (!rc) {
		code = lg.git_index_write(s.idx);
		if (code < 0)
			rc = pl_git_fail(e, code, "writing git's index");
	}
	lg.git_index_free(s.idx);
	if (!rc && rename(copy, real))
		rc = pl_fail(e, PL_EIO, "cannot write %s: %s", real,
			     strerror(errno));
	return rc;
}

static enum pl_rc sync_index(struct pl_arena *a, struct pl_repo *r,
			     git_tree *tree, const char *const *paths, size_t n,
			     struct pl_err *e)
{
	const char *ours = git_file(a, r, OUR_LOCK);
	const char *lock = git_file(a, r, "index.lock");
	bool synced;
	enum pl_rc rc;

	PL_TRY(index_is_synced(&synced, a, r, tree, paths, n, e));
	if (synced)
		return PL_OK;
	rc = lock_index(ours, lock, e);
	if (!rc) {
		rc = rewrite_index(a, r, tree, paths, n, e);
		(void)unlink(lock);
	}
	(void)unlink(ours);
	return rc;
}

/* --------------------------------------------------------------- the commit */

struct head {
	const char *branch; /* "refs/heads/main" */
	bool born;
	git_oid commit, tree; /* when born */
};

static enum pl_rc read_branch(struct pl_arena *a, struct head *h,
			      struct pl_repo *r, struct pl_err *e)
{
	git_reference *ref;
	const char *target;
	int code = lg.git_reference_lookup(&ref, r->git, "HEAD");

	if (code < 0)
		return pl_git_fail(e, code, "reading HEAD");
	target = lg.git_reference_symbolic_target(ref);
	h->branch = target ? pl_strdup(a, target) : NULL;
	lg.git_reference_free(ref);
	if (h->branch)
		return PL_OK;
	(void)pl_fail(e, PL_ESTORE,
		      "HEAD is detached: a commit would belong "
		      "to no branch");
	return pl_hint(e, "git switch main");
}

static enum pl_rc read_head(struct pl_arena *a, struct head *h,
			    struct pl_repo *r, struct pl_err *e)
{
	git_commit *c;
	int code;

	memset(h, 0, sizeof(*h));
	if (lg.git_repository_state(r->git) != GIT_REPOSITORY_STATE_NONE) {
		(void)pl_fail(e, PL_ESTORE,
			      "git is in the middle of a merge, "
			      "rebase or the like in %s",
			      r->tree.root);
		return pl_hint(e, "git status tells how to finish or abort "
				  "it");
	}
	PL_TRY(read_branch(a, h, r, e));
	code = lg.git_reference_name_to_id(&h->commit, r->git, h->branch);
	if (code == GIT_ENOTFOUND)
		return PL_OK;
	if (!code)
		code = lg.git_commit_lookup(&c, r->git, &h->commit);
	if (code < 0)
		return pl_git_fail(e, code, h->branch);
	h->tree = *lg.git_commit_tree_id(c);
	lg.git_commit_free(c);
	h->born = true;
	return PL_OK;
}

static enum pl_rc make_commit(git_oid *out, struct pl_repo *r,
			      const struct head *h, git_tree *tree,
			      const struct pl_repo_who *who,
			      const char *message, struct pl_err *e)
{
	git_commit *parent = NULL;
	git_signature *sig = NULL;
	enum pl_rc rc = PL_OK;
	int code;

	code = lg.git_signature_new(&sig, who->name, who->email, who->time,
				    who->offset);
	if (!code && h->born)
		code = lg.git_commit_lookup(&parent, r->git, &h->commit);
	if (!code) {
		const git_commit *parents[] = { parent };

		code = lg.git_commit_create(out, r->git, NULL, sig, sig, NULL,
					    message, tree, h->born, parents);
	}
	if (code < 0)
		rc = pl_git_fail(e, code, "writing a commit");
	if (parent)
		lg.git_commit_free(parent);
	if (sig)
		lg.git_signature_free(sig);
	return rc;
}

/* Compare and swap. */
static enum pl_rc move_branch(struct pl_arena *a, struct pl_repo *r,
			      const struct head *h, const git_oid *to,
			      const struct pl_repo_who *who,
			      const char *message, struct pl_err *e)
{
	const char *note = git_file(a, r, OUR_REF);
	char hex[GIT_OID_HEXSZ + 1];
	git_reference *ref;
	int code;

	(void)lg.git_oid_tostr(hex, sizeof(hex), to);
	(void)lg.git_repository_set_ident(r->git, who->name, who->email);
	PL_TRY(write_plain(
		note, pl_span_str(pl_printf(a, "%s %s\n", h->branch, hex)), e));
	code = lg.git_reference_create_matching(
		&ref, r->git, h->branch, to, h->born,
		h->born ? &h->commit : NULL,
		pl_printf(a, "commit%s: %.*s", h->born ? "" : " (initial)",
			  (int)strcspn(message, "\n"), message));
	(void)unlink(note);
	if (!code) {
		lg.git_reference_free(ref);
		return PL_OK;
	}
	if (code == GIT_EMODIFIED || code == GIT_EEXISTS) {
		(void)pl_fail(e, PL_ESTORE,
			      "%s moved while this commit was "
			      "being made",
			      h->branch);
		return pl_hint(e, "run the same command again");
	}
	return pl_git_fail(e, code, h->branch);
}

static enum pl_rc commit_tree(struct pl_arena *a, struct pl_oid *out,
			      bool *changed, struct pl_repo *r, git_tree *tree,
			      const git_oid *tree_id, const char *const *paths,
			      size_t n, const struct pl_repo_who *who,
			      const char *message, struct pl_err *e)
{
	struct head h;
	git_oid id;

	PL_TRY(read_head(a, &h, r, e));
	PL_TRY(sync_index(a, r, tree, paths, n, e));
	*changed = h.born ? !lg.git_oid_equal(&h.tree, tree_id)
			  : lg.git_tree_entrycount(tree) > 0;
	if (!*changed) {
		(void)lg.git_oid_tostr(out->hex, sizeof(out->hex), &h.commit);
		return PL_OK;
	}
	PL_TRY(make_commit(&id, r, &h, tree, who, message, e));
	PL_TRY(move_branch(a, r, &h, &id, who, message, e));
	(void)lg.git_oid_tostr(out->hex, sizeof(out->hex), &id);
	return PL_OK;
}

enum pl_rc pl_git_commit(struct pl_oid *out, bool *changed, struct pl_repo *r,
			 const struct pl_oid *staged, const char *const *paths,
			 size_t n, const struct pl_repo_who *who,
			 const char *message, struct pl_err *e)
{
	struct pl_arena *a;
	git_tree *tree;
	git_oid id;
	enum pl_rc rc;
	int code;

	PL_TRY(lg_load(e));
	if (!message[strspn(message, " \t\r\n")])
		return pl_fail(e, PL_EUSAGE, "the commit message is empty");
	code = lg.git_oid_fromstr(&id, staged->hex);
	if (!code)
		code = lg.git_tree_lookup(&tree, r->git, &id);
	if (code < 0)
		return pl_git_fail(e, code, staged->hex);
	a = pl_arena_open(0);
	if (message[strlen(message) - 1] != '\n')
		message = pl_printf(a, "%s\n", message);
	rc = commit_tree(a, out, changed, r, tree, &id, paths, n, who, message,
			 e);
	lg.git_tree_free(tree);
	pl_arena_close(a);
	return rc;
}

enum pl_rc pl_repo_commit(struct pl_oid *out, bool *changed, struct pl_repo *r,
			  const char *const *paths, size_t n,
			  const struct pl_repo_who *who, const char *message,
			  struct pl_err *e)
{
	struct pl_oid staged;
	enum pl_rc rc;

	PL_TRY(pl_repo_lock(r, e));
	rc = pl_git_stage(&staged, r, paths, n, e);
	if (!rc)
		rc = pl_git_commit(out, changed, r, &staged, paths, n, who,
				   message, e);
	pl_tree_unlock(&r->tree);
	return rc;
}
