#include "repo/asset.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/jcs.h"
#include "crypto/sha256.h"
#include "repo/impl.h"
#include "repo/merkle.h"

#define MAX_ID 64

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

enum pl_rc pl_asset_id_check(const char *id, struct pl_err *e)
{
	size_t n = 0;

	while (is_id_char(id[n]))
		n++;
	if (n && !id[n] && n <= MAX_ID && id[0] != '-' && id[n - 1] != '-')
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE, "\"%.80s\" cannot name an asset", id);
	return pl_hint(e,
		       "use lower-case letters, digits and inner hyphens, "
		       "at most %d: villa-7",
		       MAX_ID);
}

const char *pl_asset_path(struct pl_arena *a, const char *id, const char *name)
{
	return name ? pl_printf(a, "assets/%s/%s", id, name)
		    : pl_printf(a, "assets/%s", id);
}

enum pl_rc pl_asset_read(struct pl_arena *a, const struct pl_json **out,
			 struct pl_repo *r, const char *rev, const char *id,
			 struct pl_err *e)
{
	const char *path;
	struct pl_span text;

	PL_TRY(pl_asset_id_check(id, e));
	path = pl_asset_path(a, id, "asset.json");
	if (pl_repo_read(a, &text, r, rev, path, PL_MAX_ASSET_JSON, e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		(void)pl_fail(e, PL_ENOTFOUND, "no asset \"%s\"%s%.100s", id,
			      rev ? " at " : "", rev ? rev : "");
		return pl_hint(e, "plume asset list shows those there are");
	}
	if (pl_json_parse(a, out, text, e))
		return pl_note(e, "%s", path);
	if (pl_json_type(*out) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s holds %s, not an object",
			       path, pl_json_type_name(*out));
	return PL_OK;
}

/* ------------------------------------------------------------------- list */

enum pl_rc pl_asset_list(struct pl_arena *a, const char ***ids, size_t *n,
			 struct pl_repo *r, const char *rev, struct pl_err *e)
{
	struct pl_repo_item *v;
	size_t items, count = 0;
	const char **out;

	PL_TRY(pl_repo_files(a, &v, &items, r, rev, "assets", e));
	out = PL_NEW_N(a, const char *, items + 1);
	for (size_t i = 0; i < items; i++) {
		const char *name = v[i].path + strlen("assets/");
		size_t len = strcspn(name, "/");

		/* a plain file beside the folders is nobody's */
		if (strlen(v[i].path) <= strlen("assets/") ||
		    (!name[len] && v[i].plain))
			continue;
		if (count && strlen(out[count - 1]) == len &&
		    !strncmp(out[count - 1], name, len))
			continue;
		out[count++] = pl_strndup(a, name, len);
	}
	*ids = out;
	*n = count;
	return PL_OK;
}

/* ------------------------------------------------------------------ new one */

static enum pl_rc find_class(struct pl_arena *a, struct pl_asset_class *out,
			     struct pl_repo *r, const char *name,
			     struct pl_err *e)
{
	struct pl_asset_class *v;
	struct pl_buf names;
	size_t n;

	(void)r;
	PL_TRY(pl_asset_classes(a, &v, &n, e));
	pl_buf_init(&names, a);
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(v[i].name, name)) {
			*out = v[i];
			return PL_OK;
		}
		pl_buf_fmt(&names, "%s%s", i ? ", " : "", v[i].name);
	}
	(void)pl_fail(e, PL_ENOTFOUND, "no template \"%.80s\"", name);
	return pl_hint(e, "there are %s", pl_buf_cstr(&names));
}

/* What a --set value means in place of `was` (NULL: nothing there yet). */
static enum pl_rc set_value(struct pl_arena *a, const struct pl_json **out,
			    const struct pl_json *was, const char *text,
			    struct pl_err *e)
{
	if ((!was || pl_json_type(was) != PL_J_STR || *text == '"') &&
	    !pl_json_parse(a, out, pl_span_str(text), e))
		return PL_OK;
	return pl_json_new_str(a, out, text, e);
}

static bool parse_index(size_t *out, const char *s)
{
	char *end;

	if (*s < '0' || *s > '9' || strlen(s) > 6)
		return false;
	*out = strtoul(s, &end, 10);
	return !*end;
}

static enum pl_rc step_into(struct pl_arena *a, const struct pl_json **at,
			    const char *key, struct pl_err *e)
{
	const struct pl_json *next;
	size_t i;

	if (pl_json_type(*at) == PL_J_ARRAY)
		next = parse_index(&i, key) ? pl_json_at(*at, i) : NULL;
	else
		next = pl_json_get(*at, key);
	if (!next) {
		PL_TRY(pl_json_parse(a, &next, pl_span_str("{}"), e));
		PL_TRY(pl_json_put(a, *at, key, next, e));
	}
	*at = next;
	return PL_OK;
}

static enum pl_rc set_last(struct pl_arena *a, const struct pl_json *at,
			   const char *key, const char *text, struct pl_err *e)
{
	const struct pl_json *v;
	size_t i;

	if (pl_json_type(at) != PL_J_ARRAY) {
		PL_TRY(set_value(a, &v, pl_json_get(at, key), text, e));
		return pl_json_put(a, at, key, v, e);
	}
	if (!parse_index(&i, key) || i > pl_json_len(at))
		return pl_fail(e, PL_EUSAGE,
			       "\"%s\" is no index into a list "
			       "of %zu",
			       key, pl_json_len(at));
	PL_TRY(set_value(a, &v, pl_json_at(at, i), text, e));
	return i == pl_json_len(at) ? pl_json_append(a, at, v, e)
				    : pl_json_put_at(a, at, i, v, e);
}

/* "member.path=value" */
static enum pl_rc apply_set(struct pl_arena *a, const struct pl_json *asset,
			    const char *set, struct pl_err *e)
{
	const char *eq = strchr(set, '=');
	const struct pl_json *at = asset;
	char *key;

	if (!eq || eq == set)
		return pl_fail(e, PL_EUSAGE,
			       "--set %.80s: it takes MEMBER=VALUE, as in "
			       "title='Villa 7' or property.year_built=1998",
			       set);
	key = pl_strndup(a, set, (size_t)(eq - set));
	if (!strcmp(key, "id") || !strcmp(key, "class") ||
	    !strcmp(key, "$schema") || !strncmp(key, "documents", 9))
		return pl_fail(e, PL_EUSAGE,
			       "--set %s: plume writes that itself", key);
	for (;;) {
		size_t n = strcspn(key, ".");
		bool last = !key[n];

		key[n] = '\0';
		if (!n)
			return pl_fail(e, PL_EUSAGE,
				       "--set %.80s: an empty "
				       "name",
				       set);
		if (last ? set_last(a, at, key, eq + 1, e)
			 : step_into(a, &at, key, e))
			return pl_note(e, "--set %.80s", set);
		if (last)
			return PL_OK;
		key += n + 1;
	}
}

static enum pl_rc put_str(struct pl_arena *a, const struct pl_json *obj,
			  const char *key, const char *text, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(pl_json_new_str(a, &v, text, e));
	return pl_json_put(a, obj, key, v, e);
}

static enum pl_rc put_document(struct pl_arena *a, const struct pl_json *asset,
			       const struct pl_asset_document *d,
			       struct pl_err *e)
{
	const struct pl_json *list, *now, *v, *size;

	PL_TRY(pl_json_parse(a, &v, pl_span_str("{}"), e));
	PL_TRY(put_str(a, v, "path", d->path, e));
	PL_TRY(put_str(a, v, "kind", d->kind, e));
	PL_TRY(put_str(a, v, "media_type", d->media_type, e));
	PL_TRY(put_str(a, v, "sha256", pl_hash32_text(a, &d->sha256) + 2, e));
	PL_TRY(pl_json_parse(
		a, &size,
		pl_span_str(pl_printf(a, "%llu", (unsigned long long)d->size)),
		e));
	PL_TRY(pl_json_put(a, v, "size", size, e));
	if (d->title)
		PL_TRY(put_str(a, v, "title", d->title, e));
	list = pl_json_get(asset, "documents");
	if (!list || pl_json_type(list) != PL_J_ARRAY) {
		PL_TRY(pl_json_parse(a, &list, pl_span_str("[]"), e));
		PL_TRY(pl_json_put(a, asset, "documents", list, e));
	}
	for (size_t i = 0; i < pl_json_len(list); i++) {
		const char *path;

		now = pl_json_at(list, i);
		path = pl_json_str(pl_json_get(now, "path"));
		if (!path || strcmp(path, d->path))
			continue;
		/* what people wrote about the paper stays */
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			PL_TRY(pl_json_put(a, now, pl_json_iter_key(it),
					   pl_json_iter_value(it), e));
		return PL_OK;
	}
	return pl_json_append(a, list, v, e);
}

static enum pl_rc to_text(struct pl_arena *a, struct pl_span *out,
			  const struct pl_json *v, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	PL_TRY(pl_jcs_pretty(&b, v, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc build_new(struct pl_arena *a, struct pl_span *out,
			    const struct pl_asset_class *c, const char *id,
			    const char *const *sets, size_t n, int64_t now,
			    struct pl_err *e)
{
	struct pl_asset_document papers = { .path = "documents/papers.md",
					    .kind = "checklist",
					    .title = "Papers of this asset",
					    .media_type = "text/markdown",
					    .size = c->papers.n };
	const struct pl_json *asset;
	char today[PL_TIME_TEXT];

	PL_TRY(pl_sha256(&papers.sha256, c->papers, e));
	PL_TRY(pl_json_parse(a, &asset, c->example, e));
	pl_time_text(today, now);
	today[10] = '\0';
	PL_TRY(put_str(a, asset, "id", id, e));
	PL_TRY(put_str(a, asset, "created", today, e));
	PL_TRY(put_str(a, asset, "$schema",
		       pl_printf(a, "../../schemas/%s.schema.json", c->name),
		       e));
	PL_TRY(put_document(a, asset, &papers, e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(apply_set(a, asset, sets[i], e));
	return to_text(a, out, asset, e);
}

static enum pl_rc new_locked(struct pl_arena *a, struct pl_repo *r,
			     const char *id, const char *class_name,
			     const char *const *sets, size_t n, int64_t now,
			     struct pl_err *e)
{
	struct pl_repo_file files[3];
	struct pl_repo_item *was;
	struct pl_asset_class c = { .name = NULL };
	size_t n_files = 0, n_was;
	const char *schema;

	PL_TRY(find_class(a, &c, r, class_name, e));
	PL_TRY(pl_repo_files(a, &was, &n_was, r, NULL,
			     pl_asset_path(a, id, NULL), e));
	if (n_was)
		return pl_fail(e, PL_EUSAGE, "the asset \"%s\" exists already",
			       id);
	files[n_files].path = pl_asset_path(a, id, "asset.json");
	PL_TRY(build_new(a, &files[n_files++].bytes, &c, id, sets, n, now, e));
	files[n_files++] = (struct pl_repo_file){
		pl_asset_path(a, id, "documents/papers.md"), c.papers
	};
	schema = pl_printf(a, "schemas/%s.schema.json", c.name);
	PL_TRY(pl_repo_files(a, &was, &n_was, r, NULL, schema, e));
	if (!n_was)
		files[n_files++] = (struct pl_repo_file){ schema, c.schema };
	return pl_tree_write(&r->tree, files, n_files, e);
}

enum pl_rc pl_asset_new(struct pl_repo *r, const char *id,
			const char *class_name, const char *const *sets,
			size_t n_sets, int64_t now, struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;

	PL_TRY(pl_asset_id_check(id, e));
	PL_TRY(pl_repo_lock(r, e));
	a = pl_arena_open(0);
	rc = new_locked(a, r, id, class_name, sets, n_sets, now, e);
	pl_arena_close(a);
	pl_tree_unlock(&r->tree);
	return rc;
}

/* -------------------------------------------------------------- documents */

static const char *const media_types[][2] = {
	{ "pdf", "application/pdf" },
	{ "json", "application/json" },
	{ "xml", "application/xml" },
	{ "zip", "application/zip" },
	{ "md", "text/markdown" },
	{ "txt", "text/plain" },
	{ "csv", "text/csv" },
	{ "html", "text/html" },
	{ "png", "image/png" },
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "svg", "image/svg+xml" },
	{ "doc", "application/msword" },
	{ "docx", "application/vnd.openxmlformats-officedocument."
		  "wordprocessingml.document" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument."
		  "spreadsheetml.sheet" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "p7s", "application/pkcs7-signature" },
	{ "sig", "application/pgp-signature" },
};

static const char *media_type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0;
	     dot && i < sizeof(media_types) / sizeof(media_types[0]); i++) {
		const char *x = media_types[i][0], *y = dot + 1;

		while (*x && (*y | 0x20) == *x) {
			x++;
			y++;
		}
		if (!*x && !*y)
			return media_types[i][1];
	}
	return "application/octet-stream";
}

static enum pl_rc add_locked(struct pl_arena *a, struct pl_repo *r,
			     const char *id, struct pl_asset_document *d,
			     struct pl_span bytes, struct pl_err *e)
{
	const struct pl_json *asset;
	struct pl_repo_file files[2];

	PL_TRY(pl_asset_read(a, &asset, r, NULL, id, e));
	PL_TRY(put_document(a, asset, d, e));
	files[0] =
		(struct pl_repo_file){ pl_asset_path(a, id, d->path), bytes };
	files[1].path = pl_asset_path(a, id, "asset.json");
	PL_TRY(to_text(a, &files[1].bytes, asset, e));
	return pl_tree_write(&r->tree, files, 2, e);
}

enum pl_rc pl_asset_add_document(struct pl_arena *a,
				 struct pl_asset_document *out,
				 struct pl_repo *r, const char *id,
				 const char *file, const char *kind,
				 const char *title, const char *name,
				 struct pl_err *e)
{
	struct pl_asset_document d = { .kind = kind, .title = title };
	const char *slash = strrchr(file, '/');
	struct pl_span bytes;
	enum pl_rc rc;

	PL_TRY(pl_asset_id_check(id, e));
	if (!name && !strcmp(file, "-"))
		return pl_fail(e, PL_EUSAGE,
			       "a paper from standard input "
			       "needs --name");
	d.path = pl_printf(a, "documents/%s",
			   name    ? name
			   : slash ? slash + 1
				   : file);
	PL_TRY(pl_tree_path_check(d.path, e));
	PL_TRY(pl_file_read(a, &bytes, file, PL_MAX_DOCUMENT, e));
	PL_TRY(pl_sha256(&d.sha256, bytes, e));
	d.size = bytes.n;
	d.media_type = media_type_of(d.path);
	PL_TRY(pl_repo_lock(r, e));
	rc = add_locked(a, r, id, &d, bytes, e);
	pl_tree_unlock(&r->tree);
	if (!rc)
		*out = d;
	return rc;
}

/* ------------------------------------------------------------------- roots */

static enum pl_rc root_of(struct pl_arena *a, struct pl_hash32 *out,
			  struct pl_repo *r, const char *rev, const char *dir,
			  struct pl_err *e)
{
	struct pl_merkle_file *f;
	struct pl_repo_item *v;
	size_t n;

	PL_TRY(pl_repo_files(a, &v, &n, r, rev, dir, e));
	f = PL_NEW_N(a, struct pl_merkle_file, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_arena *one = pl_arena_open(0);
		struct pl_span bytes;
		enum pl_rc rc = pl_repo_read(one, &bytes, r, rev, v[i].path,
					     PL_MAX_DOCUMENT, e);

		f[i].path = v[i].path + strlen(dir) + 1;
		f[i].mode = v[i].mode;
		if (!rc)
			rc = pl_sha256(&f[i].sha256, bytes, e);
		pl_arena_close(one);
		PL_TRY(rc);
	}
	return pl_merkle_root(out, f, n, e);
}

enum pl_rc pl_asset_root(struct pl_hash32 *out, struct pl_repo *r,
			 const char *rev, const char *id, struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;

	PL_TRY(pl_asset_id_check(id, e));
	a = pl_arena_open(0);
	rc = root_of(a, out, r, rev, pl_asset_path(a, id, NULL), e);
	pl_arena_close(a);
	return rc;
}

/* ------------------------------------------------------------------ format */

static enum pl_rc format_locked(struct pl_arena *a, bool *changed,
				struct pl_repo *r, const char *id,
				struct pl_err *e)
{
	struct pl_repo_file f = { pl_asset_path(a, id, "asset.json"), { 0 } };
	const struct pl_json *asset;
	struct pl_span was;
	struct pl_err quiet;

	*changed = false;
	PL_TRY(pl_tree_read(a, &was, NULL, &r->tree, f.path, PL_MAX_ASSET_JSON,
			    e));
	/* what cannot be read is the check's business */
	if (pl_json_parse(a, &asset, was, &quiet) ||
	    to_text(a, &f.bytes, asset, &quiet) || pl_span_equal(was, f.bytes))
		return PL_OK;
	PL_TRY(pl_tree_write(&r->tree, &f, 1, e));
	*changed = true;
	return PL_OK;
}

enum pl_rc pl_asset_format(bool *changed, struct pl_repo *r, const char *id,
			   struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;

	PL_TRY(pl_asset_id_check(id, e));
	PL_TRY(pl_repo_lock(r, e));
	a = pl_arena_open(0);
	rc = format_locked(a, changed, r, id, e);
	pl_arena_close(a);
	pl_tree_unlock(&r->tree);
	return rc;
}

/* ------------------------------------------------------------------ commit */

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

static enum pl_rc check_all(struct committing *c, struct pl_findings *f,
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
				struct pl_findings *f,
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
			   struct pl_findings *f, struct pl_repo *r,
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

/* ------------------------------------------------------ tokens and records */

enum pl_rc pl_asset_token_get(struct pl_arena *a, const struct pl_json **out,
			      struct pl_repo *r, const char *id,
			      struct pl_err *e)
{
	const char *path;
	struct pl_span text;

	PL_TRY(pl_asset_id_check(id, e));
	path = pl_asset_path(a, id, "token.json");
	if (pl_repo_read(a, &text, r, NULL, path, PL_MAX_ASSET_JSON, e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		(void)pl_fail(e, PL_ENOTFOUND, "asset \"%s\" has no token yet",
			      id);
		return pl_hint(e, "plume token create --asset %s", id);
	}
	if (pl_json_parse(a, out, text, e))
		return pl_note(e, "%s", path);
	return PL_OK;
}

enum pl_rc pl_asset_token_put(struct pl_repo *r, const char *id,
			      struct pl_span json, struct pl_err *e)
{
	struct pl_arena *a;
	const struct pl_json *v;
	struct pl_repo_file f;
	enum pl_rc rc;

	PL_TRY(pl_asset_id_check(id, e));
	a = pl_arena_open(0);
	f.path = pl_asset_path(a, id, "token.json");
	rc = pl_json_parse(a, &v, json, e);
	if (!rc)
		rc = to_text(a, &f.bytes, v, e);
	if (!rc)
		rc = pl_repo_write(r, &f, 1, e);
	pl_arena_close(a);
	return rc;
}

static enum pl_rc record_check(const char *id, struct pl_span bytes,
			       struct pl_err *e)
{
	struct pl_hash32 want, got;

	PL_TRY(pl_hash32_parse(&want, id, e));
	PL_TRY(pl_sha256(&got, bytes, e));
	if (!pl_hash32_equal(&want, &got))
		return pl_fail(e, PL_EPROOF,
			       "record %.80s: its bytes have another SHA-256",
			       id);
	return PL_OK;
}

static const char *record_path(struct pl_arena *a, const char *id)
{
	return pl_printf(a, "records/%s.json",
			 id[0] == '0' && id[1] == 'x' ? id + 2 : id);
}

enum pl_rc pl_repo_record_put(struct pl_repo *r, const char *id,
			      struct pl_span bytes, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_repo_file f;
	enum pl_rc rc;

	PL_TRY(record_check(id, bytes, e));
	a = pl_arena_open(0);
	f = (struct pl_repo_file){ record_path(a, id), bytes };
	rc = pl_repo_write(r, &f, 1, e);
	pl_arena_close(a);
	return rc;
}

enum pl_rc pl_repo_record_get(struct pl_arena *a, struct pl_span *out,
			      struct pl_repo *r, const char *id,
			      struct pl_err *e)
{
	struct pl_hash32 h;
	struct pl_span s;

	PL_TRY(pl_hash32_parse(&h, id, e));
	if (pl_repo_read(a, &s, r, NULL, record_path(a, id), PL_MAX_RECORD,
			 e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		(void)pl_fail(e, PL_ENOTFOUND, "no record %s", id);
		return pl_hint(e, "plume record list shows those there are");
	}
	PL_TRY(record_check(id, s, e));
	*out = s;
	return PL_OK;
}

enum pl_rc pl_repo_record_list(struct pl_arena *a, const char ***ids, size_t *n,
			       struct pl_repo *r, struct pl_err *e)
{
	const size_t head = strlen("records/"), tail = strlen(".json");
	struct pl_repo_item *v;
	size_t items, count = 0;
	const char **out;

	PL_TRY(pl_repo_files(a, &v, &items, r, NULL, "records", e));
	out = PL_NEW_N(a, const char *, items + 1);
	for (size_t i = 0; i < items; i++) {
		const char *name = v[i].path + head;

		if (!v[i].plain || strlen(v[i].path) != head + 64 + tail ||
		    strspn(name, "0123456789abcdef") != 64 ||
		    strcmp(name + 64, ".json"))
			continue;
		out[count++] = pl_strndup(a, name, 64);
	}
	*ids = out;
	*n = count;
	return PL_OK;
}
