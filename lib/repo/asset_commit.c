/* Assets checked and committed together. */
#include "base/buf.h"
#include "base/limits.h"
#include "repo/asset.h"
#include "repo/impl.h"

struct committing {
	struct pl_arena *a;
	struct pl_repo *r;
	const char **ids;
	size_t n;
	const char **paths;
	size_t n_paths;
};

static bool in_head(struct committing *c, const char *path)
{
	struct pl_span s;
	struct pl_err e;

	return !pl_repo_read(c->a, &s, c->r, "HEAD", path, PL_MAX_ASSET_JSON,
			     &e);
}

static bool in_work(struct committing *c, const char *path)
{
	struct pl_repo_item *v;
	struct pl_err e;
	size_t n;

	return !pl_repo_files(c->a, &v, &n, c->r, NULL, path, &e) && n;
}

/* All there are, in the work tree or in HEAD. */
static enum pl_rc all_ids(struct committing *c, struct pl_err *e)
{
	const char **work, **head, **all;
	size_t nw, nh = 0, n = 0;

	PL_TRY(pl_asset_list(c->a, &work, &nw, c->r, NULL, e));
	if (pl_asset_list(c->a, &head, &nh, c->r, "HEAD", e) &&
	    e->rc != PL_ENOTFOUND)
		return e->rc;
	all = PL_NEW_N(c->a, const char *, nw + nh + 1);
	for (size_t i = 0; i < nw; i++)
		all[n++] = work[i];
	for (size_t i = 0; i < nh; i++) {
		bool seen = false;

		for (size_t k = 0; k < nw; k++)
			seen = seen || !strcmp(work[k], head[i]);
		if (!seen)
			all[n++] = head[i];
	}
	c->ids = all;
	c->n = n;
	return PL_OK;
}

static void add_schema_path(struct committing *c, const char *id)
{
	const struct pl_json *asset;
	const char *name, *path;
	struct pl_err e;

	if (pl_asset_read(c->a, &asset, c->r, NULL, id, &e))
		return;
	name = pl_json_str(pl_json_get(asset, "class"));
	if (!name || pl_asset_id_check(name, &e))
		return;
	path = pl_printf(c->a, "schemas/%s.schema.json", name);
	for (size_t i = 0; i < c->n_paths; i++)
		if (!strcmp(c->paths[i], path))
			return;
	if (in_work(c, path))
		c->paths[c->n_paths++] = path;
}

/* The assets, their schemas, and what init wrote until a commit has it. */
static void collect_paths(struct committing *c)
{
	static const char *const house[] = { ".gitattributes", ".gitignore",
					     ".plume/config" };

	c->paths = PL_NEW_N(c->a, const char *, 2 * c->n + 3);
	c->n_paths = 0;
	for (size_t i = 0; i < c->n; i++) {
		c->paths[c->n_paths++] = pl_asset_path(c->a, c->ids[i], NULL);
		add_schema_path(c, c->ids[i]);
	}
	for (size_t i = 0; i < sizeof(house) / sizeof(house[0]); i++)
		if (!in_head(c, house[i]) && in_work(c, house[i]))
			c->paths[c->n_paths++] = house[i];
}

static enum pl_rc check_all(struct committing *c, struct pl_asset_findings *f,
			    const char *rev, int64_t now, struct pl_err *e)
{
	size_t was = f->n;

	for (size_t i = 0; i < c->n; i++) {
		if (in_work(c, pl_asset_path(c->a, c->ids[i], NULL)))
			PL_TRY(pl_asset_check(c->a, f, c->r, rev, c->ids[i],
					      now, e));
	}
	if (f->n == was)
		return PL_OK;
	(void)pl_fail(e, PL_EPROOF,
		      "nothing is committed: %zu finding%s, first %s/%s%s%s: "
		      "%.300s",
		      f->n - was, f->n - was == 1 ? "" : "s", f->v[was].asset,
		      f->v[was].file, *f->v[was].at ? " at " : "", f->v[was].at,
		      f->v[was].message);
	return pl_hint(e, "plume asset check shows them all");
}

/* "villa-7: new asset", "villa-7, bond-1: changes" */
static const char *default_message(struct committing *c)
{
	struct pl_buf b;
	size_t shown = 0, fresh = 0, gone = 0;

	pl_buf_init(&b, c->a);
	for (size_t i = 0; i < c->n; i++) {
		const char *path = pl_asset_path(c->a, c->ids[i], NULL);
		struct pl_repo_change *v;
		struct pl_err e;
		size_t n;

		if (pl_repo_status(c->a, &v, &n, c->r, path, &e) || !n)
			continue;
		if (shown++ < 3)
			pl_buf_fmt(&b, "%s%s", shown > 1 ? ", " : "",
				   c->ids[i]);
		fresh += !in_head(c,
				  pl_asset_path(c->a, c->ids[i], "asset.json"));
		gone += !in_work(c, path);
	}
	if (!shown)
		return "assets: settings of the repository\n";
	if (shown > 3)
		pl_buf_fmt(&b, " and %zu more", shown - 3);
	pl_buf_str(&b, fresh == shown  ? ": new"
		       : gone == shown ? ": removed"
				       : ": changes");
	return pl_buf_cstr(&b);
}

static enum pl_rc fill_states(struct committing *c, struct pl_asset_commit *out,
			      const char *rev, struct pl_err *e)
{
	out->assets = PL_NEW_N(c->a, struct pl_asset_state, c->n);
	out->n = c->n;
	for (size_t i = 0; i < c->n; i++) {
		struct pl_asset_state *s = &out->assets[i];

		s->id = c->ids[i];
		s->gone = !in_work(c, pl_asset_path(c->a, s->id, NULL));
		PL_TRY(pl_asset_root(&s->root, c->r, rev, s->id, e));
	}
	return PL_OK;
}

/* What a commit would do. */
static enum pl_rc preview(struct committing *c, struct pl_asset_commit *out,
			  struct pl_err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		struct pl_repo_change *v;
		size_t n;

		PL_TRY(pl_repo_status(c->a, &v, &n, c->r,
				      pl_asset_path(c->a, c->ids[i], NULL), e));
		out->changed = out->changed || n;
	}
	return fill_states(c, out, NULL, e);
}

static enum pl_rc commit_locked(struct committing *c,
				struct pl_asset_commit *out,
				struct pl_asset_findings *f,
				const struct pl_repo_who *who,
				const char *message, struct pl_err *e)
{
	struct pl_oid staged;
	bool changed;

	for (size_t i = 0; i < c->n; i++) {
		PL_TRY(pl_asset_id_check(c->ids[i], e));
		if (in_work(c, pl_asset_path(c->a, c->ids[i], "asset.json")))
			PL_TRY(pl_asset_format(&changed, c->r, c->ids[i], e));
	}
	PL_TRY(check_all(c, f, NULL, who->time, e));
	if (!message)
		message = default_message(c);
	out->message = message;
	if (c->r->tree.dry)
		return preview(c, out, e);
	collect_paths(c);
	PL_TRY(pl_git_stage(&staged, c->r, c->paths, c->n_paths, e));
	/* the staged files are what will be committed: they are judged */
	PL_TRY(check_all(c, f, staged.hex, who->time, e));
	PL_TRY(fill_states(c, out, staged.hex, e));
	return pl_git_commit(&out->commit, &out->changed, c->r, &staged,
			     c->paths, c->n_paths, who, message, e);
}

enum pl_rc pl_asset_commit(struct pl_arena *a, struct pl_asset_commit *out,
			   struct pl_asset_findings *f, struct pl_repo *r,
			   const char *const *ids, size_t n,
			   const struct pl_repo_who *who, const char *message,
			   struct pl_err *e)
{
	struct committing c = { .a = a, .r = r, .n = n };
	struct pl_asset_commit result = { .n = 0 };
	enum pl_rc rc = PL_OK;

	PL_TRY(pl_repo_lock(r, e));
	c.ids = PL_NEW_N(a, const char *, n);
	for (size_t i = 0; i < n; i++) {
		c.ids[i] = ids[i];
		if (!rc)
			rc = pl_asset_id_check(ids[i], e);
		if (!rc && !in_work(&c, pl_asset_path(a, ids[i], NULL)) &&
		    !in_head(&c, pl_asset_path(a, ids[i], "asset.json"))) {
			rc = pl_fail(e, PL_ENOTFOUND, "no asset \"%s\"",
				     ids[i]);
			(void)pl_hint(e, "plume asset list shows those there "
					 "are");
		}
	}
	if (!rc && !n)
		rc = all_ids(&c, e);
	if (!rc)
		rc = commit_locked(&c, &result, f, who, message, e);
	pl_tree_unlock(&r->tree);
	if (!rc)
		*out = result;
	return rc;
}
