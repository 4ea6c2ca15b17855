#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static enum pl_rc sys(struct pl_err *e, const char *what, const char *path)
{
	enum pl_rc rc = errno == ENOENT ? PL_ENOTFOUND : PL_EIO;

	return pl_fail(e, rc, "%s %s: %s", what, path, strerror(errno));
}

enum pl_rc pl_fd_read(struct pl_buf *b, int fd, const char *path, size_t limit,
		      struct pl_err *e)
{
	for (;;) {
		uint8_t *to = pl_buf_room(b, 65536);
		ssize_t n = read(fd, to, 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sys(e, "cannot read", path);
		if (!n)
			return PL_OK;
		b->n += (size_t)n;
		if (b->n > limit)
			return pl_fail(e, PL_ELIMIT,
				       "%s: larger than %zu bytes", path,
				       limit);
	}
}

enum pl_rc pl_file_read(struct pl_arena *a, struct pl_span *out,
			const char *path, size_t limit, struct pl_err *e)
{
	bool stdin_ = !strcmp(path, "-");
	struct pl_buf b;
	struct stat st;
	enum pl_rc rc;
	int fd = stdin_ ? 0 : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return sys(e, "cannot open", path);
	pl_buf_init(&b, a);
	if (fstat(fd, &st)) {
		rc = sys(e, "cannot read", path);
	} else if (S_ISDIR(st.st_mode)) {
		rc = pl_fail(e, PL_EUSAGE, "%s is a folder, not a file", path);
	} else if (S_ISREG(st.st_mode) && (uintmax_t)st.st_size > limit) {
		rc = pl_fail(e, PL_ELIMIT, "%s: %jd bytes, at most %zu", path,
			     (intmax_t)st.st_size, limit);
	} else {
		if (S_ISREG(st.st_mode))
			(void)pl_buf_room(&b, (size_t)st.st_size + 65536);
		rc = pl_fd_read(&b, fd, path, limit, e);
	}
	if (!stdin_)
		(void)close(fd);
	if (rc)
		return rc;
	*pl_buf_room(&b, 0) = 0;
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc write_all(int fd, struct pl_span s, const char *path,
			    struct pl_err *e)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sys(e, "cannot write", path);
		(void)pl_span_take(&s, (size_t)n);
	}
	if (fsync(fd))
		return sys(e, "cannot write", path);
	return PL_OK;
}

static void sync_parent(struct pl_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? pl_strndup(a, path, (size_t)(slash - path) + 1)
			  : pl_strdup(a, ".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd); /* some file systems cannot; the rename stands */
	(void)close(fd);
}

static enum pl_rc put(const char *path, struct pl_span bytes, unsigned mode,
		      bool fresh, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	char *tmp = pl_printf(a, "%s.XXXXXX", path);
	enum pl_rc rc;
	int fd = mkstemp(tmp);

	if (fd < 0) {
		rc = sys(e, "cannot create", path);
		pl_arena_close(a);
		return rc;
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	rc = write_all(fd, bytes, path, e);
	if (!rc && fchmod(fd, (mode_t)mode))
		rc = sys(e, "cannot write", path);
	if (close(fd) && !rc)
		rc = sys(e, "cannot write", path);
	if (!rc && fresh && link(tmp, path))
		rc = errno == EEXIST
			     ? pl_fail(e, PL_EUSAGE, "%s exists already", path)
			     : sys(e, "cannot create", path);
	if (!rc && !fresh && rename(tmp, path))
		rc = sys(e, "cannot write", path);
	if (rc || fresh)
		(void)unlink(tmp);
	if (!rc)
		sync_parent(a, path);
	pl_arena_close(a);
	return rc;
}

enum pl_rc pl_file_write(const char *path, struct pl_span bytes, unsigned mode,
			 struct pl_err *e)
{
	return put(path, bytes, mode, false, e);
}

enum pl_rc pl_file_create(const char *path, struct pl_span bytes, unsigned mode,
			  struct pl_err *e)
{
	return put(path, bytes, mode, true, e);
}

bool pl_file_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

bool pl_file_regular(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

enum pl_rc pl_dir_make(const char *path, unsigned mode, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	char *p = pl_strdup(a, path);
	enum pl_rc rc = PL_OK;
	struct stat st;

	for (char *s = p + 1; !rc; s++) {
		char c = *s;

		if (c && c != '/')
			continue;
		*s = '\0';
		if (mkdir(p, (mode_t)mode) && errno != EEXIST)
			rc = sys(e, "cannot create", p);
		*s = c;
		if (!c)
			break;
	}
	if (!rc && (stat(path, &st) || !S_ISDIR(st.st_mode)))
		rc = pl_fail(e, PL_EIO, "%s is not a folder", path);
	pl_arena_close(a);
	return rc;
}

static int by_bytes(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

enum pl_rc pl_dir_list(struct pl_arena *a, char ***names, size_t *n,
		       const char *path, struct pl_err *e)
{
	DIR *d = opendir(path);
	struct dirent *ent;
	char **v = NULL;
	size_t count = 0, cap = 0;

	if (!d)
		return sys(e, "cannot open", path);
	while ((ent = readdir(d))) {
		if (!strcmp(ent->d_name, ".") || !strcmp(ent->d_name, ".."))
			continue;
		if (count + 1 >= cap) {
			size_t was = cap * sizeof(*v);

			cap = cap ? cap * 2 : 32;
			v = pl_realloc(a, v, was, cap * sizeof(*v));
		}
		v[count++] = pl_strdup(a, ent->d_name);
	}
	(void)closedir(d);
	if (!v)
		v = PL_NEW_N(a, char *, 1);
	qsort(v, count, sizeof(*v), by_bytes);
	v[count] = NULL;
	*names = v;
	*n = count;
	return PL_OK;
}
