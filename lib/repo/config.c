#include "repo/config.h"

#include <errno.h>
#include <fcntl.h>
#include <git2/config.h>
#include <git2/errors.h>
#include <git2/global.h>
#include <git2/version.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/lazy.h"
#include "base/limits.h"

/* clang-format off */
#define FUNCS(X)                                                               \
	X(git_libgit2_init) X(git_error_last) X(git_config_open_ondisk)        \
	X(git_config_iterator_new) X(git_config_next)                          \
	X(git_config_iterator_free) X(git_config_set_multivar)                 \
	X(git_config_delete_multivar) X(git_config_free)
/* clang-format on */
#define PL_LAZY_TABLE git
PL_LAZY(git, "libgit2.so." LIBGIT2_SOVERSION, FUNCS);

static enum pl_rc ready(struct pl_err *e)
{
	PL_TRY(git_load(e));
	if (git.git_libgit2_init() < 0)
		return pl_fail(e, PL_ESTORE, "libgit2 does not start");
	return PL_OK;
}

static enum pl_rc lib(struct pl_err *e, enum pl_rc rc, const char *path)
{
	const git_error *g = git.git_error_last();

	return pl_fail(e, rc, "%s: %s", path,
		       g && g->message ? g->message : "libgit2 says no more");
}

/* ------------------------------------------------------------- reading */

static bool includes(const char *line)
{
	line += strspn(line, " \t\r\n[");
	return !strncasecmp(line, "include", 7);
}

/* The size is limited and includes are refused before libgit2 sees it. */
static enum pl_rc vet(struct pl_arena *a, const char *path, struct pl_err *e)
{
	struct pl_span s;
	struct stat st;
	const char *p;

	if (stat(path, &st))
		return pl_fail(e, errno == ENOENT ? PL_ENOTFOUND : PL_EIO,
			       "cannot open %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return pl_fail(e, PL_EFORMAT, "%s is not a file", path);
	PL_TRY(pl_file_read(a, &s, path, PL_MAX_CONFIG, e));
	if (memchr(s.p, 0, s.n))
		return pl_fail(e, PL_EFORMAT, "%s holds a zero byte", path);
	for (p = (const char *)s.p; (p = strchr(p, '[')); p++)
		if (includes(p))
			return pl_fail(e, PL_EFORMAT,
				       "%s includes another file; plume reads "
				       "no includes",
				       path);
	return PL_OK;
}

static void append(struct pl_arena *a, struct pl_config *c,
		   const git_config_entry *g, const char *path, int level)
{
	c->v = pl_grow(a, c->v, c->n, sizeof(*c->v));
	c->v[c->n++] = (struct pl_config_entry){
		.key = pl_strdup(a, g->name),
		.value = pl_strdup(a, g->value ? g->value : ""),
		.file = path,
		.level = level,
	};
}

static enum pl_rc copy_entries(struct pl_arena *a, struct pl_config *c,
			       const git_config *file, const char *path,
			       int level, struct pl_err *e)
{
	git_config_iterator *it;
	git_config_entry *g;
	int r;

	if (git.git_config_iterator_new(&it, file) < 0)
		return lib(e, PL_EFORMAT, path);
	while (!(r = git.git_config_next(&g, it)))
		append(a, c, g, path, level);
	git.git_config_iterator_free(it);
	return r == GIT_ITEROVER ? PL_OK : lib(e, PL_EFORMAT, path);
}

enum pl_rc pl_config_read(struct pl_arena *a, struct pl_config *c,
			  const char *path, int level, struct pl_err *e)
{
	struct pl_config grown = *c;
	git_config *file;
	enum pl_rc rc = vet(a, path, e);

	if (rc == PL_ENOTFOUND)
		return PL_OK;
	PL_TRY(rc);
	PL_TRY(ready(e));
	if (git.git_config_open_ondisk(&file, path) < 0)
		return lib(e, PL_EFORMAT, path);
	rc = copy_entries(a, &grown, file, pl_strdup(a, path), level, e);
	git.git_config_free(file);
	if (!rc)
		*c = grown;
	return rc;
}

const struct pl_config_entry *pl_config_get(const struct pl_config *c,
					    const char *key)
{
	const struct pl_config_entry *best = NULL;

	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].key, key) &&
		    (!best || c->v[i].level >= best->level))
			best = &c->v[i];
	return best;
}

bool pl_config_seen(const struct pl_config *c, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(c->v[j].key, c->v[i].key))
			return true;
	return false;
}

/* ------------------------------------------------------------- writing */

/* libgit2 puts quotes around a value where needed, but leaves what is inside
 * as it is (seen in 1.5). */
static char *escaped(struct pl_arena *a, const char *value)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			pl_buf_byte(&b, '\\');
		pl_buf_byte(&b, (uint8_t)*value);
	}
	return pl_strdup(a, pl_buf_cstr(&b));
}

static enum pl_rc edit(struct pl_arena *a, git_config *file, const char *path,
		       const struct pl_config_edit *v, struct pl_err *e)
{
	int r;

	if (!v->value)
		r = git.git_config_delete_multivar(file, v->key, "^.*$");
	else
		r = git.git_config_set_multivar(file, v->key, "^.*$",
						escaped(a, v->value));
	if (r == GIT_ENOTFOUND)
		return pl_fail(e, PL_ENOTFOUND, "%s does not set %s", path,
			       v->key);
	return r < 0 ? lib(e, PL_ESTORE, path) : PL_OK;
}

static enum pl_rc edit_all(struct pl_arena *a, const char *lock,
			   const char *path, const struct pl_config_edit *v,
			   size_t n, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	git_config *file;

	if (git.git_config_open_ondisk(&file, lock) < 0)
		return lib(e, PL_EFORMAT, path);
	for (size_t i = 0; i < n && !rc; i++)
		rc = edit(a, file, path, &v[i], e);
	git.git_config_free(file);
	return rc;
}

/* What was written reads back as what was meant. */
static enum pl_rc verify(struct pl_arena *a, const char *lock, const char *path,
			 const struct pl_config_edit *v, size_t n,
			 struct pl_err *e)
{
	struct pl_config c = { 0 };

	PL_TRY(pl_config_read(a, &c, lock, 0, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_config_entry *x = pl_config_get(&c, v[i].key);

		if (v[i].value ? !x || strcmp(x->value, v[i].value) : !!x)
			return pl_fail(e, PL_ESTORE,
				       "%s: '%s' cannot be kept as the value "
				       "of %s",
				       path, v[i].value ? v[i].value : "",
				       v[i].key);
	}
	return PL_OK;
}

static enum pl_rc sys(struct pl_err *e, const char *what, const char *path)
{
	return pl_fail(e, PL_EIO, "cannot %s %s: %s", what, path,
		       strerror(errno));
}

/* The lock file begins as a copy of the old file. */
static enum pl_rc take_lock(const char *lock, struct pl_span old,
			    struct pl_err *e)
{
	enum pl_rc rc = pl_file_create(lock, old, 0644, e);

	if (rc == PL_EUSAGE) {
		(void)pl_fail(e, PL_ESTORE,
			      "%s exists: somebody else is "
			      "changing the settings",
			      lock);
		return pl_hint(e, "when nobody is, remove that file");
	}
	return rc;
}

/* libgit2 has replaced the file: make its bytes last before the rename. */
static enum pl_rc put_in_place(struct pl_arena *a, const char *lock,
			       const char *path, struct pl_err *e)
{
	struct pl_span s;

	PL_TRY(pl_file_read(a, &s, lock, PL_MAX_CONFIG, e));
	PL_TRY(pl_file_write(lock, s, 0644, e));
	return rename(lock, path) ? sys(e, "write", path) : PL_OK;
}

static enum pl_rc write_locked(struct pl_arena *a, const char *path,
			       const struct pl_config_edit *v, size_t n,
			       struct pl_err *e)
{
	const char *slash = strrchr(path, '/');
	char *lock = pl_printf(a, "%s.lock", path);
	struct pl_span old = { 0 };
	enum pl_rc rc = vet(a, path, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (!rc)
		PL_TRY(pl_file_read(a, &old, path, PL_MAX_CONFIG, e));
	if (rc && slash)
		PL_TRY(pl_dir_make(pl_strndup(a, path, (size_t)(slash - path)),
				   0755, e));
	PL_TRY(take_lock(lock, old, e));
	rc = edit_all(a, lock, path, v, n, e);
	if (!rc)
		rc = verify(a, lock, path, v, n, e);
	if (!rc)
		rc = put_in_place(a, lock, path, e);
	if (rc)
		(void)unlink(lock);
	return rc;
}

enum pl_rc pl_config_write(const char *path, const struct pl_config_edit *v,
			   size_t n, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	enum pl_rc rc = ready(e);

	if (!rc)
		rc = write_locked(a, path, v, n, e);
	pl_arena_close(a);
	return rc;
}
