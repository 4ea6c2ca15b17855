/* Assets made and changed in the work tree. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/jcs.h"
#include "crypto/sha256.h"
#include "repo/asset.h"
#include "repo/impl.h"

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
	return pl_asset_text(a, out, asset, e);
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
	PL_TRY(pl_asset_text(a, &files[1].bytes, asset, e));
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
	    pl_asset_text(a, &f.bytes, asset, &quiet) ||
	    pl_span_equal(was, f.bytes))
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
