/* What is wrong with an asset: its form, its schema, its papers, its dates. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/jcs.h"
#include "codec/schema.h"
#include "codec/utf8.h"
#include "crypto/sha256.h"
#include "repo/asset.h"

#define DAY ((int64_t)24 * 3600)

struct check {
	struct pl_arena *a;
	struct pl_asset_findings *f;
	struct pl_repo *r;
	const char *rev, *id, *dir; /* dir: "assets/<id>" */
	int64_t now;
	const struct pl_json *asset;
	struct pl_repo_item *files;
	bool *listed;
	size_t n_files;
};

static void found(struct check *c, const char *file, const char *at,
		  const char *rule, const char *message)
{
	struct pl_asset_findings *f = c->f;
	size_t was = f->cap;

	if (f->n == was) {
		f->cap = was ? 2 * was : 16;
		f->v = pl_realloc(c->a, f->v, was * sizeof(*f->v),
				  f->cap * sizeof(*f->v));
	}
	f->v[f->n++] =
		(struct pl_asset_finding){ c->id, file, at, rule, message };
}

/* Words of *e as a finding; what is no fault of the asset's stays a failure. */
static enum pl_rc found_error(struct check *c, const char *file,
			      const char *rule, struct pl_err *e)
{
	if (e->rc == PL_EIO || e->rc == PL_ESTORE || e->rc == PL_EBUG)
		return e->rc;
	found(c, file, "", rule, pl_strdup(c->a, e->msg));
	return PL_OK;
}

/* ---------------------------------------------------------------- the file */

static enum pl_rc check_form(struct check *c, struct pl_span text,
			     struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	if (pl_jcs_pretty(&b, c->asset, e))
		return found_error(c, "asset.json", "canonical", e);
	if (!pl_span_equal(text, pl_buf_span(&b)))
		found(c, "asset.json", "", "canonical",
		      "is not in its one form (members sorted, two blanks per "
		      "level): `plume asset check --fix` or a commit rewrites "
		      "it");
	return PL_OK;
}

static enum pl_rc read_asset(struct check *c, struct pl_err *e)
{
	const char *path = pl_asset_path(c->a, c->id, "asset.json");
	struct pl_span text;

	if (pl_repo_read(c->a, &text, c->r, c->rev, path, PL_MAX_ASSET_JSON,
			 e)) {
		if (e->rc != PL_ENOTFOUND)
			return found_error(c, "asset.json", "file", e);
		found(c, "asset.json", "", "missing", "there is no asset.json");
		return PL_OK;
	}
	if (pl_json_parse(c->a, &c->asset, text, e)) {
		c->asset = NULL;
		return found_error(c, "asset.json", "json", e);
	}
	if (pl_json_type(c->asset) != PL_J_OBJECT) {
		found(c, "asset.json", "", "json", "is not a JSON object");
		c->asset = NULL;
		return PL_OK;
	}
	return check_form(c, text, e);
}

/* --------------------------------------------------------------- the schema */

/* A schema of the repository wins over the built-in one of the class, but may
 * not differ from it under the same $id. */
static enum pl_rc pick_schema(struct check *c, const struct pl_json **out,
			      const char *name, struct pl_err *e)
{
	const char *path = pl_printf(c->a, "schemas/%s.schema.json", name);
	struct pl_asset_class *v;
	const struct pl_json *own = NULL, *builtin = NULL;
	struct pl_span text;
	enum pl_rc rc;
	size_t n;

	rc = pl_repo_read(c->a, &text, c->r, c->rev, path, PL_MAX_SCHEMA, e);
	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (!rc && pl_json_parse(c->a, &own, text, e))
		return pl_note(e, "%s", path);
	PL_TRY(pl_asset_classes(c->a, &v, &n, e));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			PL_TRY(pl_json_parse(c->a, &builtin, v[i].schema, e));
	if (own && builtin) {
		const char *x = pl_json_str(pl_json_get(own, "$id"));
		const char *y = pl_json_str(pl_json_get(builtin, "$id"));
		struct pl_buf bx, by;

		pl_buf_init(&bx, c->a);
		pl_buf_init(&by, c->a);
		PL_TRY(pl_jcs(&bx, own, e));
		PL_TRY(pl_jcs(&by, builtin, e));
		if (x && !strcmp(x, y) &&
		    !pl_span_equal(pl_buf_span(&bx), pl_buf_span(&by)))
			return pl_fail(e, PL_EFORMAT,
				       "%s differs from plume's own schema %s: "
				       "a changed one needs another $id",
				       path, x);
	}
	*out = own ? own : builtin;
	if (!*out)
		return pl_fail(e, PL_EFORMAT,
			       "class \"%s\" has no schema: neither %s nor one "
			       "of plume's own",
			       name, path);
	return PL_OK;
}

static enum pl_rc apply_schema(struct check *c, const struct pl_json *doc,
			       struct pl_err *e)
{
	struct pl_schema_errors errors;
	const struct pl_schema *s;

	PL_TRY(pl_schema_compile(c->a, &s, &doc, 1, e));
	PL_TRY(pl_schema_check(c->a, &errors, s, c->asset, e));
	for (size_t i = 0; i < errors.n; i++)
		found(c, "asset.json", errors.v[i].at,
		      pl_printf(c->a, "schema/%s", errors.v[i].keyword),
		      errors.v[i].message);
	return PL_OK;
}

static enum pl_rc check_schema(struct check *c, struct pl_err *e)
{
	const char *name = pl_json_str(pl_json_get(c->asset, "class"));
	const struct pl_json *doc;

	if (!name || pl_asset_id_check(name, e)) {
		found(c, "asset.json", "/class", "class",
		      "must name the asset's class, as in \"real-estate\"");
		return PL_OK;
	}
	if (pick_schema(c, &doc, name, e) || apply_schema(c, doc, e))
		return found_error(c, "asset.json", "schema", e);
	return PL_OK;
}

static void check_id(struct check *c)
{
	const char *id = pl_json_str(pl_json_get(c->asset, "id"));

	if (!id || strcmp(id, c->id))
		found(c, "asset.json", "/id", "id",
		      pl_printf(c->a,
				"is %s%.80s%s, and the folder is "
				"\"%s\"",
				id ? "\"" : "", id ? id : "missing",
				id ? "\"" : "", c->id));
}

/* ------------------------------------------------------------------- papers */

static struct pl_repo_item *find_file(struct check *c, const char *path)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (!strcmp(c->files[i].path, path))
			return &c->files[i];
	return NULL;
}

static enum pl_rc compare_bytes(struct check *c, const struct pl_json *doc,
				const char *path, const char *file,
				const char *at, struct pl_err *e)
{
	struct pl_arena *one = pl_arena_open(0);
	const char *want = pl_json_str(pl_json_get(doc, "sha256"));
	struct pl_span bytes = { NULL, 0 };
	struct pl_hash32 got;
	int64_t size = -1;
	enum pl_rc rc;

	rc = pl_repo_read(one, &bytes, c->r, c->rev, path, PL_MAX_DOCUMENT, e);
	if (!rc)
		rc = pl_sha256(&got, bytes, e);
	pl_arena_close(one);
	if (rc)
		return found_error(c, file, "file", e);
	if (want && strcmp(want, pl_hash32_text(c->a, &got) + 2))
		found(c, file, at, "digest",
		      pl_printf(c->a,
				"has SHA-256 %s, and %.64s is on record; "
				"`plume asset add-document` records the new "
				"one",
				pl_hash32_text(c->a, &got) + 2, want));
	else if (!pl_json_int(&size, pl_json_get(doc, "size"), e) &&
		 size != (int64_t)bytes.n)
		found(c, file, at, "size",
		      pl_printf(c->a, "has %zu bytes, and %lld are on record",
				bytes.n, (long long)size));
	return PL_OK;
}

static enum pl_rc check_document(struct check *c, const struct pl_json *doc,
				 size_t i, struct pl_err *e)
{
	const char *file = pl_json_str(pl_json_get(doc, "path"));
	const char *at = pl_printf(c->a, "/documents/%zu", i);
	struct pl_repo_item *item;
	const char *path;

	if (!file)
		return PL_OK; /* the schema says so */
	path = pl_printf(c->a, "%s/%s", c->dir, file);
	item = find_file(c, path);
	if (!item) {
		found(c, file, at, "missing",
		      "is on record, and there is no such file");
		return PL_OK;
	}
	if (c->listed[item - c->files])
		found(c, file, at, "duplicate", "is on record twice");
	c->listed[item - c->files] = true;
	return item->plain ? compare_bytes(c, doc, path, file, at, e) : PL_OK;
}

/* What each file of the folder is there for. */
static void check_file(struct check *c, size_t i)
{
	const struct pl_repo_item *f = &c->files[i];
	const char *file = f->path + strlen(c->dir);
	struct pl_err e;

	file += *file == '/';
	if (!f->plain)
		found(c, file, "", "link",
		      "is a symbolic link, device or the like; papers are "
		      "plain files");
	else if (pl_repo_path_check(f->path, &e))
		found(c, file, "", "name", pl_strdup(c->a, e.msg));
	else if (!c->listed[i] && strcmp(file, "asset.json") &&
		 strcmp(file, "token.json"))
		found(c, file, "", "extra",
		      "is not on record; `plume asset add-document` puts it "
		      "there");
}

static enum pl_rc check_files(struct check *c, struct pl_err *e)
{
	const struct pl_json *docs = pl_json_get(c->asset, "documents");

	for (size_t i = 0; i < pl_json_len(docs); i++)
		PL_TRY(check_document(c, pl_json_at(docs, i), i, e));
	for (size_t i = 0; i < c->n_files; i++)
		check_file(c, i);
	return PL_OK;
}

static enum pl_rc check_token(struct check *c, struct pl_err *e)
{
	const char *path = pl_asset_path(c->a, c->id, "token.json");
	const struct pl_json *v;
	struct pl_span text;

	if (!find_file(c, path))
		return PL_OK;
	if (pl_repo_read(c->a, &text, c->r, c->rev, path, PL_MAX_ASSET_JSON, e))
		return found_error(c, "token.json", "file", e);
	if (pl_json_parse(c->a, &v, text, e))
		return found_error(c, "token.json", "json", e);
	return PL_OK;
}

/* -------------------------------------------------------------------- dates */

static bool day_of(int64_t *out, const struct pl_json *v)
{
	struct pl_err e;

	return pl_json_str(v) && pl_json_str_len(v) == 10 &&
	       !pl_time_parse(out, pl_json_str(v), 10, &e);
}

/* Days that can only lie behind us; one of grace for other time zones. */
static void check_past(struct check *c, const struct pl_json *v, const char *at)
{
	int64_t day;

	if (day_of(&day, v) && day > c->now + DAY)
		found(c, "asset.json", at, "date",
		      pl_printf(c->a, "%s lies in the future", pl_json_str(v)));
}

static void check_valuations(struct check *c)
{
	const struct pl_json *list = pl_json_get(c->asset, "valuations");
	int64_t last = 0, day;

	for (size_t i = 0; i < pl_json_len(list); i++) {
		const struct pl_json *v =
			pl_json_get(pl_json_at(list, i), "date");
		const char *at = pl_printf(c->a, "/valuations/%zu/date", i);

		if (!day_of(&day, v))
			continue;
		check_past(c, v, at);
		if (i && day < last)
			found(c, "asset.json", at, "date",
			      pl_printf(c->a,
					"%s comes after a later day: "
					"oldest first",
					pl_json_str(v)));
		last = day;
	}
}

static void check_pair(struct check *c, const struct pl_json *obj,
		       const char *from, const char *to, const char *at)
{
	int64_t x, y;

	if (day_of(&x, pl_json_get(obj, from)) &&
	    day_of(&y, pl_json_get(obj, to)) && y < x)
		found(c, "asset.json", pl_printf(c->a, "%s/%s", at, to), "date",
		      pl_printf(c->a, "%s lies before %s, %s",
				pl_json_str(pl_json_get(obj, to)), from,
				pl_json_str(pl_json_get(obj, from))));
}

/* Every object with a beginning and an end.  Recursion is bounded by
 * PL_MAX_JSON_DEPTH. */
static void check_pairs(struct check *c, const struct pl_json *v,
			const char *at)
{
	if (pl_json_type(v) == PL_J_OBJECT) {
		check_pair(c, v, "issue_date", "maturity_date", at);
		check_pair(c, v, "issue_date", "due_date", at);
		check_pair(c, v, "start_date", "end_date", at);
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			check_pairs(c, pl_json_iter_value(it),
				    pl_printf(c->a, "%s/%s", at,
					      pl_json_iter_key(it)));
	} else if (pl_json_type(v) == PL_J_ARRAY) {
		for (size_t i = 0; i < pl_json_len(v); i++)
			check_pairs(c, pl_json_at(v, i),
				    pl_printf(c->a, "%s/%zu", at, i));
	}
}

static void check_dates(struct check *c)
{
	const struct pl_json *docs = pl_json_get(c->asset, "documents");

	check_past(c, pl_json_get(c->asset, "created"), "/created");
	for (size_t i = 0; i < pl_json_len(docs); i++)
		check_past(c, pl_json_get(pl_json_at(docs, i), "date"),
			   pl_printf(c->a, "/documents/%zu/date", i));
	check_valuations(c);
	check_pairs(c, c->asset, "");
}

enum pl_rc pl_asset_check(struct pl_arena *a, struct pl_asset_findings *f,
			  struct pl_repo *r, const char *rev, const char *id,
			  int64_t now, struct pl_err *e)
{
	struct check c = {
		.a = a, .f = f, .r = r, .rev = rev, .id = id, .now = now
	};

	if (pl_asset_id_check(id, e)) {
		found(&c, "", "", "id", pl_strdup(a, e->msg));
		return PL_OK;
	}
	c.dir = pl_asset_path(a, id, NULL);
	if (pl_repo_files(a, &c.files, &c.n_files, r, rev, c.dir, e))
		return found_error(&c, "", "file", e);
	if (!c.n_files) {
		(void)pl_fail(e, PL_ENOTFOUND, "no asset \"%s\"%s%.100s", id,
			      rev ? " at " : "", rev ? rev : "");
		return pl_hint(e, "plume asset list shows those there are");
	}
	c.listed = PL_NEW_N(a, bool, c.n_files);
	PL_TRY(read_asset(&c, e));
	if (c.asset) {
		check_id(&c);
		PL_TRY(check_schema(&c, e));
		check_dates(&c);
	}
	PL_TRY(check_files(&c, e));
	return check_token(&c, e);
}
