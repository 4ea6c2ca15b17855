/* What is on record about assets: identifiers, asset.json, roots, tokens and
 * records. */
#include "repo/asset.h"

#include "base/buf.h"
#include "base/limits.h"
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
	struct pl_oid at;

	PL_TRY(pl_asset_id_check(id, e));
	path = pl_asset_path(a, id, "asset.json");
	if (pl_repo_read(a, &text, r, rev, path, PL_MAX_ASSET_JSON, e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		if (rev)
			PL_TRY(pl_repo_resolve(&at, r, rev, e));
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

/* ------------------------------------------------------ tokens and records */

enum pl_rc pl_asset_text(struct pl_arena *a, struct pl_span *out,
			 const struct pl_json *v, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	PL_TRY(pl_jcs_pretty(&b, v, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

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
		rc = pl_asset_text(a, &f.bytes, v, e);
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
