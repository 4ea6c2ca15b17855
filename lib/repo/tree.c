#include "repo/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/utf8.h"

#define LOCK_WAIT_NS ((uint64_t)10 * 1000 * 1000 * 1000)
#define LOCK_NAP_NS 20000000L

/* A transaction is prepared in TX_NEW and stands from the moment TX_NEW is
 * renamed to TX: files named 0, 1, … and a list of where they go. */
#define TX_NEW ".plume/tx.new"
#define TX ".plume/tx"
#define LIST "list"
#define MAX_LIST ((size_t)1 << 20)

static enum pl_rc sys(struct pl_err *e, const char *what, const char *path)
{
	enum pl_rc rc = errno == ENOENT ? PL_ENOTFOUND : PL_EIO;

	if (errno == ELOOP || errno == ENOTDIR)
		return pl_fail(e, PL_EUSAGE,
			       "%s is, or lies behind, a symbolic link or a "
			       "file in place of a folder",
			       path);
	return pl_fail(e, rc, "%s %s: %s", what, path, strerror(errno));
}

static bool is_dot_git(const char *s, size_t n)
{
	return n == 4 && s[0] == '.' && (s[1] | 0x20) == 'g' &&
	       (s[2] | 0x20) == 'i' && (s[3] | 0x20) == 't';
}

enum pl_rc pl_tree_path_check(const char *path, struct pl_err *e)
{
	const char *why = NULL;
	size_t n;

	if (strlen(path) >= PL_MAX_PATH)
		return pl_fail(e, PL_EUSAGE, "path of %zu bytes, at most %d",
			       strlen(path), PL_MAX_PATH - 1);
	for (const char *p = path; !why; p += n + 1) {
		n = strcspn(p, "/");
		if (!n)
			why = "an empty part";
		else if ((n == 1 && p[0] == '.') ||
			 (n == 2 && p[0] == '.' && p[1] == '.'))
			why = "\".\" or \"..\"";
		else if (is_dot_git(p, n))
			why = "\".git\"";
		else if (n > 255)
			why = "a part over 255 bytes";
		if (!p[n])
			break;
	}
	if (!pl_utf8_printable(path, strlen(path)))
		why = "control characters, or is no UTF-8";
	if (why)
		return pl_fail(e, PL_EUSAGE, "path \"%.200s\" has %s", path,
			       why);
	return PL_OK;
}

enum pl_rc pl_tree_open(struct pl_tree *t, const char *root, struct pl_err *e)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return sys(e, "cannot open", root);
	*t = (struct pl_tree){ .root = root, .fd = fd, .lock_fd = -1 };
	return PL_OK;
}

void pl_tree_close(struct pl_tree *t)
{
	while (t->held)
		pl_tree_unlock(t);
	(void)close(t->fd);
}

/* Open one folder inside another, making it when asked to. */
static int enter(int at, const char *name, bool make)
{
	if (make && mkdirat(at, name, 0777) && errno != EEXIST)
		return -1;
	return openat(at, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Open the folder that holds `path`; *name is its last part. */
static enum pl_rc open_parent(int *out, const char **name,
			      const struct pl_tree *t, const char *path,
			      bool make, struct pl_err *e)
{
	char part[256];
	int fd = fcntl(t->fd, F_DUPFD_CLOEXEC, 0), next;
	size_t n;

	PL_TRY(fd < 0 ? sys(e, "cannot open", t->root) : PL_OK);
	for (; n = strcspn(path, "/"), path[n]; path += n + 1) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)n, path);
		next = enter(fd, part, make);
		(void)close(fd);
		if (next < 0)
			return sys(e, "cannot open", path);
		fd = next;
	}
	*name = path;
	*out = fd;
	return PL_OK;
}

/* ---------------------------------------------------------------- reading */

static enum pl_rc read_plain(struct pl_buf *b, struct stat *st, int fd,
			     size_t limit, const char *path, struct pl_err *e)
{
	if (fstat(fd, st))
		return sys(e, "cannot read", path);
	if (!S_ISREG(st->st_mode))
		return pl_fail(e, PL_EUSAGE, "%s is not a plain file", path);
	if ((uintmax_t)st->st_size > limit)
		return pl_fail(e, PL_ELIMIT, "%s: %jd bytes, at most %zu", path,
			       (intmax_t)st->st_size, limit);
	(void)pl_buf_room(b, (size_t)st->st_size + 65536);
	return pl_fd_read(b, fd, path, limit, e);
}

enum pl_rc pl_tree_read(struct pl_arena *a, struct pl_span *out,
			struct stat *st, const struct pl_tree *t,
			const char *path, size_t limit, struct pl_err *e)
{
	const char *name;
	struct stat own;
	struct pl_buf b;
	int at, fd;
	enum pl_rc rc;

	PL_TRY(open_parent(&at, &name, t, path, false, e));
	/* O_NONBLOCK: a FIFO must not make us wait for its writer */
	fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	(void)close(at);
	if (fd < 0)
		return sys(e, "cannot open", path);
	pl_buf_init(&b, a);
	rc = read_plain(&b, st ? st : &own, fd, limit, path, e);
	(void)close(fd);
	if (rc)
		return rc;
	*pl_buf_room(&b, 0) = 0;
	*out = pl_buf_span(&b);
	return PL_OK;
}

/* ---------------------------------------------------------------- listing */

struct listing {
	struct pl_arena *a;
	struct pl_repo_item *v;
	size_t n, cap;
	char **dirs; /* still to be looked into */
	size_t n_dirs, cap_dirs;
};

static void *one_more(struct pl_arena *a, void *v, size_t n, size_t *cap,
		      size_t size)
{
	size_t was = *cap;

	if (n < was)
		return v;
	*cap = was ? 2 * was : 32;
	return pl_realloc(a, v, was * size, *cap * size);
}

static void add_item(struct listing *l, const char *path, const struct stat *st)
{
	l->v = one_more(l->a, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct pl_repo_item){
		.path = path,
		.mode = st->st_mode & S_IXUSR ? 0100755u : 0100644u,
		.plain = S_ISREG(st->st_mode),
	};
}

static enum pl_rc add_entry(struct listing *l, int at, const char *dir,
			    const char *name, struct pl_err *e)
{
	char *path = pl_printf(l->a, "%s/%s", dir, name);
	struct stat st;

	if (strlen(path) >= PL_MAX_PATH)
		return pl_fail(e, PL_ELIMIT, "%.80s…: path over %d bytes", path,
			       PL_MAX_PATH - 1);
	if (l->n + l->n_dirs >= PL_MAX_REPO_FILES)
		return pl_fail(e, PL_ELIMIT, "%s: more than %d files", dir,
			       PL_MAX_REPO_FILES);
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? PL_OK : sys(e, "cannot read", path);
	if (!S_ISDIR(st.st_mode)) {
		add_item(l, path, &st);
		return PL_OK;
	}
	l->dirs = one_more(l->a, l->dirs, l->n_dirs, &l->cap_dirs,
			   sizeof(*l->dirs));
	l->dirs[l->n_dirs++] = path;
	return PL_OK;
}

static enum pl_rc list_dir(struct listing *l, int fd, const char *dir,
			   struct pl_err *e)
{
	DIR *d = fdopendir(fd);
	struct dirent *ent;
	enum pl_rc rc = PL_OK;

	if (!d) {
		(void)close(fd);
		return sys(e, "cannot open", dir);
	}
	while (!rc && (ent = readdir(d))) {
		if (strcmp(ent->d_name, ".") && strcmp(ent->d_name, ".."))
			rc = add_entry(l, fd, dir, ent->d_name, e);
	}
	(void)closedir(d);
	return rc;
}

static enum pl_rc list_path(struct listing *l, const struct pl_tree *t,
			    const char *path, struct pl_err *e)
{
	const char *name;
	struct stat st;
	int at, fd = -1;
	enum pl_rc rc = PL_OK;

	PL_TRY(open_parent(&at, &name, t, path, false, e));
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		rc = sys(e, "cannot open", path);
	else if (!S_ISDIR(st.st_mode))
		add_item(l, path, &st);
	else if ((fd = enter(at, name, false)) < 0)
		rc = sys(e, "cannot open", path);
	(void)close(at);
	return rc || fd < 0 ? rc : list_dir(l, fd, path, e);
}

static int by_path(const void *x, const void *y)
{
	return strcmp(((const struct pl_repo_item *)x)->path,
		      ((const struct pl_repo_item *)y)->path);
}

enum pl_rc pl_tree_list(struct pl_arena *a, struct pl_repo_item **out,
			size_t *n, const struct pl_tree *t, const char *under,
			struct pl_err *e)
{
	struct listing l = { .a = a };
	enum pl_rc rc = list_path(&l, t, under, e);

	if (rc == PL_ENOTFOUND)
		rc = PL_OK;
	while (!rc && l.n_dirs)
		rc = list_path(&l, t, l.dirs[--l.n_dirs], e);
	if (rc)
		return rc;
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_path);
	*out = l.v;
	*n = l.n;
	return PL_OK;
}

/* ---------------------------------------------------------------- writing */

static enum pl_rc write_new(int at, const char *name, struct pl_span s,
			    struct pl_err *e)
{
	int fd = openat(at, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0666);
	bool failed;

	if (fd < 0)
		return sys(e, "cannot create", name);
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			(void)pl_span_take(&s, (size_t)n);
	}
	failed = s.n || fsync(fd);
	if (close(fd) || failed)
		return sys(e, "cannot write", name);
	return PL_OK;
}

/* Remove a folder of plain files, inside the repository. */
static void remove_dir(const struct pl_tree *t, const char *path)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_repo_item *v;
	struct pl_err e;
	size_t n;

	if (!pl_tree_list(a, &v, &n, t, path, &e)) {
		for (size_t i = 0; i < n; i++)
			(void)unlinkat(t->fd, v[i].path, 0);
		(void)unlinkat(t->fd, path, AT_REMOVEDIR);
	}
	pl_arena_close(a);
}

/* Put the files of a transaction where they belong; what is no longer there
 * was put before. */
static enum pl_rc apply_one(const struct pl_tree *t, int tx, const char *from,
			    const char *path, struct pl_err *e)
{
	const char *name;
	enum pl_rc rc = PL_OK;
	int at;

	PL_TRY(pl_tree_path_check(path, e));
	PL_TRY(open_parent(&at, &name, t, path, true, e));
	if (renameat(tx, from, at, name) && errno != ENOENT)
		rc = sys(e, "cannot write", path);
	(void)fsync(at); /* some file systems cannot; the rename stands */
	(void)close(at);
	return rc;
}

static enum pl_rc apply_list(const struct pl_tree *t, int tx, char *list,
			     struct pl_err *e)
{
	char from[24], *line = list;

	for (unsigned i = 0; *line; i++) {
		char *end = strchr(line, '\n');

		if (!end)
			return pl_fail(e, PL_ESTORE, TX "/" LIST " is cut off");
		*end = '\0';
		(void)snprintf(from, sizeof(from), "%u", i);
		PL_TRY(apply_one(t, tx, from, line, e));
		line = end + 1;
	}
	return PL_OK;
}

/* Carry out the transaction that stands, if there is one. */
static enum pl_rc settle(const struct pl_tree *t, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_span list;
	enum pl_rc rc;
	int tx;

	remove_dir(t, TX_NEW);
	tx = openat(t->fd, TX, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (tx < 0)
		return errno == ENOENT ? PL_OK : sys(e, "cannot open", TX);
	a = pl_arena_open(0);
	rc = pl_tree_read(a, &list, NULL, t, TX "/" LIST, MAX_LIST, e);
	if (rc == PL_ENOTFOUND)
		rc = PL_OK; /* killed while removing what was done */
	else if (!rc)
		rc = apply_list(t, tx,
				pl_strndup(a, (const char *)list.p, list.n), e);
	(void)close(tx);
	pl_arena_close(a);
	if (rc)
		return pl_note(e, "finishing an interrupted write in %s",
			       t->root);
	remove_dir(t, TX);
	return PL_OK;
}

bool pl_tree_unsettled(const struct pl_tree *t)
{
	struct stat st;

	return !fstatat(t->fd, TX, &st, AT_SYMLINK_NOFOLLOW);
}

static enum pl_rc prepare(struct pl_arena *a, const struct pl_tree *t,
			  const struct pl_repo_file *files, size_t n,
			  struct pl_err *e)
{
	int at = enter(t->fd, TX_NEW, true);
	enum pl_rc rc = PL_OK;
	struct pl_buf list;

	if (at < 0)
		return sys(e, "cannot create", TX_NEW);
	pl_buf_init(&list, a);
	for (size_t i = 0; !rc && i < n; i++) {
		pl_buf_fmt(&list, "%s\n", files[i].path);
		rc = write_new(at, pl_printf(a, "%zu", i), files[i].bytes, e);
		if (rc)
			(void)pl_note(e, "%s", files[i].path);
	}
	if (!rc)
		rc = write_new(at, LIST, pl_buf_span(&list), e);
	(void)fsync(at);
	(void)close(at);
	return rc;
}

/* Would each file have a place?  Asked before the transaction stands, for
 * afterwards it must not fail. */
static enum pl_rc check_target(const struct pl_tree *t, const char *path,
			       struct pl_err *e)
{
	const char *name;
	struct stat st;
	enum pl_rc rc;
	int at;

	PL_TRY(pl_tree_path_check(path, e));
	rc = open_parent(&at, &name, t, path, false, e);
	if (rc)
		return rc == PL_ENOTFOUND ? PL_OK : rc;
	if (!fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) &&
	    !S_ISREG(st.st_mode))
		rc = pl_fail(e, PL_EUSAGE,
			     "%s is there already, and is not a "
			     "plain file",
			     path);
	(void)close(at);
	return rc;
}

enum pl_rc pl_tree_write(struct pl_tree *t, const struct pl_repo_file *files,
			 size_t n, struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;

	for (size_t i = 0; i < n; i++)
		PL_TRY(check_target(t, files[i].path, e));
	if (t->dry)
		return PL_OK;
	a = pl_arena_open(0);
	rc = prepare(a, t, files, n, e);
	pl_arena_close(a);
	if (!rc && renameat(t->fd, TX_NEW, t->fd, TX))
		rc = sys(e, "cannot write", TX);
	if (rc) {
		remove_dir(t, TX_NEW);
		return rc;
	}
	return settle(t, e);
}

/* ---------------------------------------------------------------- locking */

static enum pl_rc lock_fd(int fd, const char *root, struct pl_err *e)
{
	const struct timespec nap = { 0, LOCK_NAP_NS };
	uint64_t until = pl_time_mono_ns() + LOCK_WAIT_NS;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return sys(e, "cannot lock", ".plume/lock");
		if (pl_time_mono_ns() > until) {
			(void)pl_fail(e, PL_ESTORE,
				      "another plume has been writing in %s "
				      "for ten seconds",
				      root);
			return pl_hint(e, "wait for it, then try again");
		}
		(void)nanosleep(&nap, NULL);
	}
	return PL_OK;
}

enum pl_rc pl_tree_lock(struct pl_tree *t, struct pl_err *e)
{
	enum pl_rc rc;
	int fd;

	if (t->held) {
		t->held++;
		return PL_OK;
	}
	fd = openat(t->fd, ".plume/lock",
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return sys(e, "cannot open", ".plume/lock");
	rc = lock_fd(fd, t->root, e);
	if (!rc)
		rc = settle(t, e);
	if (rc) {
		(void)close(fd);
		return rc;
	}
	t->lock_fd = fd;
	t->held = 1;
	return PL_OK;
}

void pl_tree_unlock(struct pl_tree *t)
{
	if (--t->held)
		return;
	(void)close(t->lock_fd); /* and with it goes the lock */
	t->lock_fd = -1;
}
