/* An asset repository as a whole: found, made, opened, locked, and who commits
 * to it. */
#include "repo/impl.h"

#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/lazy.h"
#include "base/limits.h"

#define FUNCS(X)                                                               \
	X(git_libgit2_init)                                                    \
	X(git_libgit2_opts)                                                    \
	X(git_libgit2_shutdown)                                                \
	X(git_error_last)                                                      \
	X(git_repository_init_ext)                                             \
	X(git_repository_open_ext)                                             \
	X(git_repository_free)                                                 \
	X(git_repository_config_snapshot)                                      \
	X(git_config_get_string)                                               \
	X(git_config_free)
#define PL_LAZY_TABLE lg
PL_LAZY(lg, "libgit2.so." LIBGIT2_SOVERSION, FUNCS);

enum pl_rc pl_git_fail(struct pl_err *e, int code, const char *what)
{
	const git_error *g = lg.git_error_last();
	const char *why = g && g->message ? g->message : "no reason given";
	enum pl_rc rc = code == GIT_ENOTFOUND ? PL_ENOTFOUND : PL_ESTORE;

	if (code == GIT_EOWNER) {
		(void)pl_fail(e, rc, "%s belongs to another user", what);
		return pl_hint(e,
			       "if you trust it: git config --global --add "
			       "safe.directory %s",
			       what);
	}
	(void)pl_fail(e, rc, "%s: %s", what, why);
	if (code == GIT_ELOCKED)
		return pl_hint(e, "another git is at work, or was killed and "
				  "left a .lock file under .git");
	return rc;
}

static enum pl_rc start(struct pl_err *e)
{
	PL_TRY(lg_load(e));
	if (lg.git_libgit2_init() < 0)
		return pl_git_fail(e, -1, "starting libgit2");
	(void)lg.git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	return PL_OK;
}

/* ------------------------------------------------------- find, init, open */

enum pl_rc pl_repo_find(struct pl_arena *a, const char **root, const char *from,
			struct pl_err *e)
{
	char *at = realpath(from ? from : ".", NULL);
	char *dir;

	if (!at)
		return pl_fail(e, PL_ENOTFOUND, "no folder %s: %s",
			       from ? from : ".", strerror(errno));
	dir = pl_strdup(a, at);
	free(at); /* realpath's own */
	for (char *end = dir + strlen(dir); end; end = strrchr(dir, '/')) {
		*end = '\0';
		if (pl_file_exists(pl_printf(a, "%s/.plume/config", dir))) {
			*root = *dir ? dir : "/";
			return PL_OK;
		}
	}
	(void)pl_fail(e, PL_ENOTFOUND, "no asset repository in %s or above it",
		      from ? from : "the current folder");
	return pl_hint(e, "make one with `plume asset init DIR`, or name one "
			  "with -C DIR");
}

static const char first_config[] =
	"# Settings of this asset repository: plume-config(5).\n";

/* What keeps plume's own files out of commits, and git's line-end conversion
 * away from papers whose digests are on record. */
static const char *const ignore_lines[] = { "/.plume/*", "!/.plume/config",
					    NULL };
static const char *const attribute_lines[] = { "/assets/** -text",
					       "/records/** -text",
					       "/schemas/** -text", NULL };

static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	while (text && *text) {
		if (!strncmp(text, line, n) &&
		    (text[n] == '\n' || !text[n] || text[n] == '\r'))
			return true;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return false;
}

/* The file with those of the lines that it lacks put at its end. */
static enum pl_rc with_lines(struct pl_arena *a, struct pl_repo_file *files,
			     size_t *n, const struct pl_tree *t,
			     const char *path, const char *const *lines,
			     struct pl_err *e)
{
	struct pl_span was = { (const uint8_t *)"", 0 };
	enum pl_rc rc = pl_tree_read(a, &was, NULL, t, path, PL_MAX_SCHEMA, e);
	struct pl_buf b;
	size_t before;

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	pl_buf_init(&b, a);
	pl_buf_put(&b, was);
	if (b.n && b.p[b.n - 1] != '\n')
		pl_buf_byte(&b, '\n');
	before = b.n;
	for (; *lines; lines++)
		if (!has_line((const char *)was.p, *lines))
			pl_buf_fmt(&b, "%s\n", *lines);
	if (b.n > before)
		files[(*n)++] = (struct pl_repo_file){ path, pl_buf_span(&b) };
	return PL_OK;
}

static enum pl_rc init_files(struct pl_arena *a, bool *fresh, struct pl_tree *t,
			     const char *dir, struct pl_err *e)
{
	struct pl_repo_file files[3];
	size_t n = 0;

	PL_TRY(with_lines(a, files, &n, t, ".gitignore", ignore_lines, e));
	PL_TRY(with_lines(a, files, &n, t, ".gitattributes", attribute_lines,
			  e));
	/* last: with it the folder counts as an asset repository */
	if (!pl_file_exists(pl_printf(a, "%s/.plume/config", dir)))
		files[n++] = (struct pl_repo_file){ ".plume/config",
						    pl_span_str(first_config) };
	*fresh = n > 0;
	return n ? pl_tree_write(t, files, n, e) : PL_OK;
}

/* git's own folder is made aside and moved into place whole. */
static enum pl_rc init_git(struct pl_arena *a, const char *dir,
			   struct pl_err *e)
{
	git_repository_init_options o = {
		.version = GIT_REPOSITORY_INIT_OPTIONS_VERSION,
	};
	char *aside = pl_printf(a, "%s/.plume/init-%ld", dir, (long)getpid());
	char *git = pl_printf(a, "%s/.git", dir);
	git_repository *repo;
	int code;

	if (pl_file_exists(git))
		return PL_OK;
	PL_TRY(start(e));
	o.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
	o.initial_head = "main";
	code = lg.git_repository_init_ext(&repo, aside, &o);
	if (code < 0)
		return pl_git_fail(e, code, dir);
	lg.git_repository_free(repo);
	if (rename(pl_printf(a, "%s/.git", aside), git))
		return pl_fail(e, PL_EIO, "cannot make %s: %s", git,
			       strerror(errno));
	(void)rmdir(aside);
	return PL_OK;
}

enum pl_rc pl_repo_init(bool *fresh, const char *dir, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_tree t;
	enum pl_rc rc;

	rc = pl_dir_make(pl_printf(a, "%s/.plume", dir), 0777, e);
	if (!rc)
		rc = pl_tree_open(&t, dir, e);
	if (rc) {
		pl_arena_close(a);
		return rc;
	}
	rc = pl_tree_lock(&t, e);
	if (!rc)
		rc = init_git(a, dir, e);
	if (!rc)
		rc = init_files(a, fresh, &t, dir, e);
	pl_tree_close(&t);
	pl_arena_close(a);
	return rc;
}

/* libgit2 1.5 finds no repository where it should say whose it is. */
static bool of_another(const struct pl_tree *t)
{
	struct stat st;

	return !fstatat(t->fd, ".git", &st, AT_SYMLINK_NOFOLLOW) &&
	       st.st_uid != geteuid();
}

static enum pl_rc open_git(struct pl_repo *r, struct pl_err *e)
{
	int code = lg.git_repository_open_ext(
		&r->git, r->tree.root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);

	if (code == GIT_ENOTFOUND && of_another(&r->tree))
		code = GIT_EOWNER;
	if (code == GIT_ENOTFOUND) {
		(void)pl_fail(e, PL_ESTORE, "%s is no git repository",
			      r->tree.root);
		return pl_hint(e, "plume asset init %s", r->tree.root);
	}
	if (code < 0)
		return pl_git_fail(e, code, r->tree.root);
	return PL_OK;
}

static enum pl_rc check_dot_plume(const struct pl_tree *t, struct pl_err *e)
{
	struct stat st;

	if (fstatat(t->fd, ".plume", &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISDIR(st.st_mode))
		return pl_fail(e, PL_ESTORE, "%s/.plume is no folder", t->root);
	return PL_OK;
}

enum pl_rc pl_repo_open(struct pl_arena *a, struct pl_repo **out,
			const char *root, struct pl_err *e)
{
	struct pl_repo *r = PL_NEW(a, struct pl_repo);
	enum pl_rc rc;

	r->a = a;
	PL_TRY(start(e));
	rc = pl_tree_open(&r->tree, pl_strdup(a, root), e);
	if (rc) {
		(void)lg.git_libgit2_shutdown();
		return rc;
	}
	rc = check_dot_plume(&r->tree, e);
	if (!rc)
		rc = open_git(r, e);
	if (!rc && pl_tree_unsettled(&r->tree)) {
		rc = pl_tree_lock(&r->tree, e);
		if (!rc)
			pl_tree_unlock(&r->tree);
	}
	if (rc)
		pl_repo_close(r);
	else
		*out = r;
	return rc;
}

void pl_repo_close(struct pl_repo *r)
{
	if (!r)
		return;
	if (r->git)
		lg.git_repository_free(r->git);
	pl_tree_close(&r->tree);
	(void)lg.git_libgit2_shutdown();
}

void pl_repo_dry_run(struct pl_repo *r)
{
	r->tree.dry = true;
}

const char *pl_repo_root(const struct pl_repo *r)
{
	return r->tree.root;
}

enum pl_rc pl_repo_lock(struct pl_repo *r, struct pl_err *e)
{
	enum pl_rc rc;

	PL_TRY(pl_tree_lock(&r->tree, e));
	rc = pl_git_unlock_stale(r, e);
	if (rc)
		pl_tree_unlock(&r->tree);
	return rc;
}

enum pl_rc pl_repo_path_check(const char *path, struct pl_err *e)
{
	return pl_tree_path_check(path, e);
}

/* --------------------------------------------------------------- identity */

static const char *pick(struct pl_arena *a, const char *given, const char *env,
			const git_config *cfg, const char *key)
{
	const char *v = given && *given ? given : getenv(env);

	if (v && *v)
		return pl_strdup(a, v);
	if (lg.git_config_get_string(&v, cfg, key) < 0 || !*v)
		return NULL;
	return pl_strdup(a, v);
}

enum pl_rc pl_repo_identity(struct pl_arena *a, struct pl_repo_who *out,
			    struct pl_repo *r, const char *name,
			    const char *email, int64_t now, struct pl_err *e)
{
	git_config *cfg;
	int code = lg.git_repository_config_snapshot(&cfg, r->git);

	if (code < 0)
		return pl_git_fail(e, code, "reading git's configuration");
	name = pick(a, name, "PLUME_AUTHOR_NAME", cfg, "user.name");
	email = pick(a, email, "PLUME_AUTHOR_EMAIL", cfg, "user.email");
	lg.git_config_free(cfg);
	if (!name || !email) {
		(void)pl_fail(e, PL_EUSAGE,
			      "who commits? Neither --author-name and "
			      "--author-email nor PLUME_AUTHOR_NAME and "
			      "PLUME_AUTHOR_EMAIL nor git's user.name and "
			      "user.email say");
		return pl_hint(e,
			       "git config --global user.name 'Ada Byron' && "
			       "git config --global user.email "
			       "ada@example.org");
	}
	if (strpbrk(name, "<>\n") || strpbrk(email, "<> \n"))
		return pl_fail(e, PL_EUSAGE,
			       "\"%s <%s>\" cannot stand in a commit", name,
			       email);
	*out = (struct pl_repo_who){ name, email, now, 0 };
	return PL_OK;
}

/* ----------------------------------------------------------------- writing */

enum pl_rc pl_repo_write(struct pl_repo *r, const struct pl_repo_file *files,
			 size_t n, struct pl_err *e)
{
	enum pl_rc rc;

	PL_TRY(pl_tree_lock(&r->tree, e));
	rc = pl_tree_write(&r->tree, files, n, e);
	pl_tree_unlock(&r->tree);
	return rc;
}
