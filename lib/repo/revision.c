/* Revisions: the files of one, how the work tree differs, and the log. */
#include <git2.h>
#include <stdlib.h>

#include "base/lazy.h"
#include "base/limits.h"
#include "repo/impl.h"

#define MAX_TREE_DEPTH 64
#define MAX_LOG_WALK 1000000 /* commits looked at for one log */

#define FUNCS(X)                                                               \
	X(git_repository_odb)                                                  \
	X(git_revparse_single)                                                 \
	X(git_object_peel)                                                     \
	X(git_object_id)                                                       \
	X(git_object_free)                                                     \
	X(git_odb_read)                                                        \
	X(git_odb_read_header)                                                 \
	X(git_odb_hash)                                                        \
	X(git_odb_free)                                                        \
	X(git_odb_object_data)                                                 \
	X(git_odb_object_size)                                                 \
	X(git_odb_object_free)                                                 \
	X(git_oid_tostr)                                                       \
	X(git_oid_equal)                                                       \
	X(git_tree_lookup)                                                     \
	X(git_tree_id)                                                         \
	X(git_tree_free)                                                       \
	X(git_tree_entrycount)                                                 \
	X(git_tree_entry_byindex)                                              \
	X(git_tree_entry_bypath)                                               \
	X(git_tree_entry_free)                                                 \
	X(git_tree_entry_id)                                                   \
	X(git_tree_entry_name)                                                 \
	X(git_tree_entry_type)                                                 \
	X(git_tree_entry_filemode_raw)                                         \
	X(git_revwalk_new)                                                     \
	X(git_revwalk_push)                                                    \
	X(git_revwalk_next)                                                    \
	X(git_revwalk_sorting)                                                 \
	X(git_revwalk_free)                                                    \
	X(git_commit_lookup)                                                   \
	X(git_commit_free)                                                     \
	X(git_commit_tree)                                                     \
	X(git_commit_parentcount)                                              \
	X(git_commit_parent)                                                   \
	X(git_commit_author)                                                   \
	X(git_commit_message)                                                  \
	X(git_commit_summary)
#define PL_LAZY_TABLE lg
PL_LAZY(lg, "libgit2.so." LIBGIT2_SOVERSION, FUNCS);

static enum pl_rc peel(git_object **out, struct pl_repo *r, const char *rev,
		       git_object_t type, struct pl_err *e)
{
	git_object *o, *peeled;
	int code;

	PL_TRY(lg_load(e));
	code = lg.git_revparse_single(&o, r->git, rev);
	if (code < 0) {
		(void)pl_fail(e, PL_ENOTFOUND, "no revision \"%.100s\" in %s",
			      rev, r->tree.root);
		return pl_hint(e, strcmp(rev, "HEAD")
					  ? "plume asset log ID lists "
					    "revisions"
					  : "nothing was committed yet");
	}
	code = lg.git_object_peel(&peeled, o, type);
	lg.git_object_free(o);
	if (code < 0)
		return pl_fail(e, PL_EUSAGE, "\"%.100s\" is not a commit", rev);
	*out = peeled;
	return PL_OK;
}

enum pl_rc pl_git_tree(git_tree **out, struct pl_repo *r, const char *rev,
		       struct pl_err *e)
{
	git_object *o;

	PL_TRY(peel(&o, r, rev, GIT_OBJECT_TREE, e));
	*out = (git_tree *)o;
	return PL_OK;
}

enum pl_rc pl_repo_resolve(struct pl_oid *out, struct pl_repo *r,
			   const char *rev, struct pl_err *e)
{
	git_object *o;

	PL_TRY(peel(&o, r, rev, GIT_OBJECT_COMMIT, e));
	(void)lg.git_oid_tostr(out->hex, sizeof(out->hex), lg.git_object_id(o));
	lg.git_object_free(o);
	return PL_OK;
}

static enum pl_rc read_blob(struct pl_arena *a, struct pl_span *out,
			    git_odb *odb, const git_oid *oid, size_t limit,
			    const char *path, struct pl_err *e)
{
	git_odb_object *o;
	git_object_t type;
	size_t n;
	int code = lg.git_odb_read_header(&n, &type, odb, oid);

	if (code < 0)
		return pl_git_fail(e, code, path);
	if (type != GIT_OBJECT_BLOB)
		return pl_fail(e, PL_EUSAGE, "%s is not a file", path);
	if (n > limit)
		return pl_fail(e, PL_ELIMIT, "%s: %zu bytes, at most %zu", path,
			       n, limit);
	code = lg.git_odb_read(&o, odb, oid);
	if (code < 0)
		return pl_git_fail(e, code, path);
	*out = pl_span_dup(a, (struct pl_span){ lg.git_odb_object_data(o),
						lg.git_odb_object_size(o) });
	lg.git_odb_object_free(o);
	return PL_OK;
}

static enum pl_rc read_at(struct pl_arena *a, struct pl_span *out,
			  struct pl_repo *r, const char *rev, const char *path,
			  size_t limit, struct pl_err *e)
{
	git_tree_entry *ent;
	git_tree *tree;
	git_odb *odb;
	enum pl_rc rc;
	int code;

	PL_TRY(pl_git_tree(&tree, r, rev, e));
	code = lg.git_tree_entry_bypath(&ent, tree, path);
	lg.git_tree_free(tree);
	if (code < 0)
		return pl_fail(e, PL_ENOTFOUND, "no %s at %.100s", path, rev);
	code = lg.git_repository_odb(&odb, r->git);
	if (code < 0) {
		rc = pl_git_fail(e, code, path);
	} else {
		rc = read_blob(a, out, odb, lg.git_tree_entry_id(ent), limit,
			       path, e);
		lg.git_odb_free(odb);
	}
	lg.git_tree_entry_free(ent);
	return rc;
}

enum pl_rc pl_repo_read(struct pl_arena *a, struct pl_span *out,
			struct pl_repo *r, const char *rev, const char *path,
			size_t limit, struct pl_err *e)
{
	PL_TRY(pl_tree_path_check(path, e));
	if (rev)
		return read_at(a, out, r, rev, path, limit, e);
	return pl_tree_read(a, out, NULL, &r->tree, path, limit, e);
}

/* --------------------------------------------------------- walking a tree */

struct walk {
	struct pl_arena *a;
	struct pl_repo *r;
	pl_git_file_fn fn;
	void *to;
	size_t seen;
	struct {
		git_tree *tree; /* ours, but for the first */
		const char *path;
		size_t i;
	} at[MAX_TREE_DEPTH];
	size_t depth;
};

static enum pl_rc walk_into(struct walk *w, const git_oid *oid,
			    const char *path, struct pl_err *e)
{
	int code;

	if (w->depth == MAX_TREE_DEPTH)
		return pl_fail(e, PL_ELIMIT,
			       "%s: folders nested deeper than %d", path,
			       MAX_TREE_DEPTH);
	code = lg.git_tree_lookup(&w->at[w->depth].tree, w->r->git, oid);
	if (code < 0)
		return pl_git_fail(e, code, path);
	w->at[w->depth].path = path;
	w->at[w->depth].i = 0;
	w->depth++;
	return PL_OK;
}

static enum pl_rc walk_entry(struct walk *w, const git_tree_entry *ent,
			     const char *dir, struct pl_err *e)
{
	const char *name = lg.git_tree_entry_name(ent);
	const git_oid *oid = lg.git_tree_entry_id(ent);
	struct pl_git_file f;

	if (w->seen++ >= PL_MAX_REPO_FILES)
		return pl_fail(e, PL_ELIMIT, "%s: more than %d files", dir,
			       PL_MAX_REPO_FILES);
	f.path = *dir ? pl_printf(w->a, "%s/%s", dir, name)
		      : pl_strdup(w->a, name);
	if (lg.git_tree_entry_type(ent) == GIT_OBJECT_TREE)
		return walk_into(w, oid, f.path, e);
	f.mode = lg.git_tree_entry_filemode_raw(ent);
	f.oid = oid;
	return w->fn(w->to, &f, e);
}

static enum pl_rc walk_all(struct walk *w, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;

	while (!rc && w->depth) {
		size_t d = w->depth - 1, i = w->at[d].i++;

		if (i < lg.git_tree_entrycount(w->at[d].tree))
			rc = walk_entry(
				w, lg.git_tree_entry_byindex(w->at[d].tree, i),
				w->at[d].path, e);
		else
			lg.git_tree_free(w->at[--w->depth].tree);
	}
	while (w->depth)
		lg.git_tree_free(w->at[--w->depth].tree);
	return rc;
}

enum pl_rc pl_git_walk(struct pl_arena *a, struct pl_repo *r,
		       const git_tree *tree, const char *under,
		       pl_git_file_fn fn, void *to, struct pl_err *e)
{
	struct walk w = { .a = a, .r = r, .fn = fn, .to = to };
	git_tree_entry *ent = NULL;
	enum pl_rc rc;

	if (!tree)
		return PL_OK;
	PL_TRY(lg_load(e));
	if (!*under) {
		rc = walk_into(&w, lg.git_tree_id(tree), "", e);
	} else {
		struct pl_git_file f = { .path = under };

		if (lg.git_tree_entry_bypath(&ent, tree, under) < 0)
			return PL_OK;
		f.mode = lg.git_tree_entry_filemode_raw(ent);
		f.oid = lg.git_tree_entry_id(ent);
		if (lg.git_tree_entry_type(ent) == GIT_OBJECT_TREE)
			rc = walk_into(&w, f.oid, under, e);
		else
			rc = fn(to, &f, e);
		lg.git_tree_entry_free(ent);
	}
	return rc ? rc : walk_all(&w, e);
}

/* ------------------------------------------------------- files and status */

struct item_list {
	struct pl_arena *a;
	struct pl_repo_item *v;
	git_oid *oids;
	size_t n, cap;
};

static enum pl_rc collect(void *to, const struct pl_git_file *f,
			  struct pl_err *e)
{
	struct item_list *l = to;
	size_t was = l->cap;

	(void)e;
	if (l->n == was) {
		l->cap = was ? 2 * was : 32;
		l->v = pl_realloc(l->a, l->v, was * sizeof(*l->v),
				  l->cap * sizeof(*l->v));
		l->oids = pl_realloc(l->a, l->oids, was * sizeof(*l->oids),
				     l->cap * sizeof(*l->oids));
	}
	l->oids[l->n] = *f->oid;
	l->v[l->n++] = (struct pl_repo_item){
		.path = pl_strdup(l->a, f->path),
		.mode = f->mode,
		.plain = (f->mode & 0170000) == 0100000,
	};
	return PL_OK;
}

static int item_by_path(const void *x, const void *y)
{
	return strcmp(((const struct pl_repo_item *)x)->path,
		      ((const struct pl_repo_item *)y)->path);
}

enum pl_rc pl_repo_files(struct pl_arena *a, struct pl_repo_item **out,
			 size_t *n, struct pl_repo *r, const char *rev,
			 const char *under, struct pl_err *e)
{
	struct item_list l = { .a = a };
	git_tree *tree;
	enum pl_rc rc;

	PL_TRY(pl_tree_path_check(under, e));
	if (!rev)
		return pl_tree_list(a, out, n, &r->tree, under, e);
	PL_TRY(pl_git_tree(&tree, r, rev, e));
	rc = pl_git_walk(a, r, tree, under, collect, &l, e);
	lg.git_tree_free(tree);
	if (rc)
		return rc;
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), item_by_path);
	*out = l.v;
	*n = l.n;
	return PL_OK;
}

/* Does the file of the work tree hold what git has under oid? */
static enum pl_rc same_as(bool *same, struct pl_repo *r,
			  const struct pl_repo_item *w, unsigned mode,
			  const git_oid *oid, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_span bytes;
	git_oid now;
	enum pl_rc rc;
	int code;

	*same = false;
	if (!w->plain || mode != w->mode)
		return PL_OK;
	a = pl_arena_open(0);
	rc = pl_tree_read(a, &bytes, NULL, &r->tree, w->path, PL_MAX_DOCUMENT,
			  e);
	if (!rc) {
		code = lg.git_odb_hash(&now, bytes.p, bytes.n, GIT_OBJECT_BLOB);
		rc = code < 0 ? pl_git_fail(e, code, w->path) : PL_OK;
		*same = !rc && lg.git_oid_equal(&now, oid);
	}
	pl_arena_close(a);
	return rc;
}

struct status {
	struct pl_arena *a;
	struct pl_repo *r;
	struct pl_repo_item *work;
	bool *known; /* per item of work: HEAD has it */
	size_t n_work;
	struct pl_repo_change *v;
	size_t n;
};

static void add_change(struct status *s, const char *path, const char *what)
{
	s->v = pl_grow(s->a, s->v, s->n, sizeof(*s->v));
	s->v[s->n++] = (struct pl_repo_change){ pl_strdup(s->a, path), what };
}

static enum pl_rc compare(void *to, const struct pl_git_file *f,
			  struct pl_err *e)
{
	struct status *s = to;
	struct pl_repo_item key = { .path = f->path }, *w = NULL;
	bool same;

	if (s->n_work)
		w = bsearch(&key, s->work, s->n_work, sizeof(key),
			    item_by_path);
	if (!w) {
		add_change(s, f->path, "removed");
		return PL_OK;
	}
	s->known[w - s->work] = true;
	PL_TRY(same_as(&same, s->r, w, f->mode, f->oid, e));
	if (!same)
		add_change(s, f->path, "changed");
	return PL_OK;
}

static int change_by_path(const void *x, const void *y)
{
	return strcmp(((const struct pl_repo_change *)x)->path,
		      ((const struct pl_repo_change *)y)->path);
}

enum pl_rc pl_repo_status(struct pl_arena *a, struct pl_repo_change **out,
			  size_t *n, struct pl_repo *r, const char *under,
			  struct pl_err *e)
{
	struct status s = { .a = a, .r = r };
	git_tree *tree = NULL;
	enum pl_rc rc;

	PL_TRY(pl_repo_files(a, &s.work, &s.n_work, r, NULL, under, e));
	s.known = PL_NEW_N(a, bool, s.n_work);
	rc = pl_git_tree(&tree, r, "HEAD", e);
	if (rc && rc != PL_ENOTFOUND)
		return rc;
	rc = pl_git_walk(a, r, tree, under, compare, &s, e);
	if (tree)
		lg.git_tree_free(tree);
	if (rc)
		return rc;
	for (size_t i = 0; i < s.n_work; i++)
		if (!s.known[i])
			add_change(&s, s.work[i].path, "new");
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), change_by_path);
	*out = s.v;
	*n = s.n;
	return PL_OK;
}

/* ------------------------------------------------------------------- log */

/* The id of what `under` was in a commit; all zeros when it was not there. */
static enum pl_rc entry_of(git_oid *out, const git_commit *c, const char *under,
			   struct pl_err *e)
{
	git_tree_entry *ent;
	git_tree *tree;
	int code = lg.git_commit_tree(&tree, c);

	if (code < 0)
		return pl_git_fail(e, code, "reading a commit");
	memset(out, 0, sizeof(*out));
	if (!lg.git_tree_entry_bypath(&ent, tree, under)) {
		*out = *lg.git_tree_entry_id(ent);
		lg.git_tree_entry_free(ent);
	}
	lg.git_tree_free(tree);
	return PL_OK;
}

/* A commit counts when `under` differs from what every parent had. */
static enum pl_rc changes(bool *out, const git_commit *c, const char *under,
			  struct pl_err *e)
{
	unsigned n = lg.git_commit_parentcount(c);
	git_oid now, then = { { 0 } };
	bool same = false;

	PL_TRY(entry_of(&now, c, under, e));
	if (!n)
		same = lg.git_oid_equal(&now, &then);
	for (unsigned i = 0; !same && i < n; i++) {
		git_commit *p;
		enum pl_rc rc;
		int code = lg.git_commit_parent(&p, c, i);

		if (code < 0)
			return pl_git_fail(e, code, "reading a parent commit");
		rc = entry_of(&then, p, under, e);
		lg.git_commit_free(p);
		PL_TRY(rc);
		same = lg.git_oid_equal(&now, &then);
	}
	*out = !same;
	return PL_OK;
}

static void fill_entry(struct pl_arena *a, struct pl_repo_entry *out,
		       const git_oid *oid, git_commit *c)
{
	const git_signature *who = lg.git_commit_author(c);
	const char *subject = lg.git_commit_summary(c);

	(void)lg.git_oid_tostr(out->oid.hex, sizeof(out->oid.hex), oid);
	out->name = pl_strdup(a, who->name);
	out->email = pl_strdup(a, who->email);
	out->time = who->when.time;
	out->subject = pl_strdup(a, subject ? subject : "");
	out->message = pl_strdup(a, lg.git_commit_message(c));
}

static enum pl_rc log_one(struct pl_arena *a, struct pl_repo_entry *out,
			  bool *counts, struct pl_repo *r, const git_oid *oid,
			  const char *under, struct pl_err *e)
{
	git_commit *c;
	enum pl_rc rc;
	int code = lg.git_commit_lookup(&c, r->git, oid);

	if (code < 0)
		return pl_git_fail(e, code, "reading a commit");
	rc = changes(counts, c, under, e);
	if (!rc && *counts)
		fill_entry(a, out, oid, c);
	lg.git_commit_free(c);
	return rc;
}

static enum pl_rc log_walk(struct pl_arena *a, struct pl_repo_entry **out,
			   size_t *n, struct pl_repo *r, git_revwalk *walk,
			   const char *under, size_t max, struct pl_err *e)
{
	struct pl_repo_entry *v = NULL;
	size_t count = 0, cap = 0;
	git_oid oid;

	for (size_t seen = 0; count < max && seen < MAX_LOG_WALK; seen++) {
		bool counts = false;

		if (lg.git_revwalk_next(&oid, walk))
			break;
		if (count == cap) {
			size_t was = cap;

			cap = cap ? 2 * cap : 32;
			v = pl_realloc(a, v, was * sizeof(*v),
				       cap * sizeof(*v));
		}
		PL_TRY(log_one(a, &v[count], &counts, r, &oid, under, e));
		count += counts;
	}
	*out = v;
	*n = count;
	return PL_OK;
}

enum pl_rc pl_repo_log(struct pl_arena *a, struct pl_repo_entry **out,
		       size_t *n, struct pl_repo *r, const char *rev,
		       const char *under, size_t max, struct pl_err *e)
{
	git_object *head;
	git_revwalk *walk;
	enum pl_rc rc;
	int code;

	PL_TRY(pl_tree_path_check(under, e));
	PL_TRY(peel(&head, r, rev ? rev : "HEAD", GIT_OBJECT_COMMIT, e));
	code = lg.git_revwalk_new(&walk, r->git);
	if (code < 0) {
		lg.git_object_free(head);
		return pl_git_fail(e, code, "walking the history");
	}
	(void)lg.git_revwalk_sorting(walk,
				     GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
	code = lg.git_revwalk_push(walk, lg.git_object_id(head));
	lg.git_object_free(head);
	rc = code < 0 ? pl_git_fail(e, code, "walking the history")
		      : log_walk(a, out, n, r, walk, under, max, e);
	lg.git_revwalk_free(walk);
	return rc;
}
