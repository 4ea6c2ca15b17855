#include "cmd/asset/open.h"

#include "base/buf.h"
#include "codec/jcs.h"
#include "crypto/sha256.h"

struct args {
	const char *id, *at;
};

struct row {
	const char *id, *class_name, *title, *status, *jurisdiction, *vehicle,
		*symbol, *value, *value_date;
	uint64_t documents, changes;
	struct pl_hash32 root, digest;
	const char *commit;
	struct pl_span asset, token;
};

/* clang-format off */
#define A(m) PL_AT(struct args, m, const char *)
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID", .off = A(id),
	  .flags = PL_POSITIONAL | PL_REQUIRED, .about = "the asset" },
	{ .name = "at", .kind = PL_STR, .arg = "REV", .off = A(at),
	  .about = "as it was at this revision" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "the asset" },
	{ .name = "class", .kind = PL_STR, .off = R(class_name, const char *),
	  .about = "its class" },
	{ .name = "title", .kind = PL_STR, .off = R(title, const char *),
	  .about = "what people call it" },
	{ .name = "status", .kind = PL_STR, .off = R(status, const char *),
	  .about = "draft, offered, active …" },
	{ .name = "jurisdiction", .kind = PL_STR,
	  .off = R(jurisdiction, const char *), .about = "ISO 3166 code" },
	{ .name = "vehicle", .kind = PL_STR, .off = R(vehicle, const char *),
	  .about = "entity that holds it" },
	{ .name = "value", .kind = PL_STR, .off = R(value, const char *),
	  .about = "last valuation: amount and ISO 4217 currency" },
	{ .name = "value_date", .kind = PL_STR,
	  .off = R(value_date, const char *), .about = "its day" },
	{ .name = "symbol", .kind = PL_STR, .off = R(symbol, const char *),
	  .about = "of its token" },
	{ .name = "documents", .kind = PL_UINT, .off = R(documents, uint64_t),
	  .about = "papers on record" },
	{ .name = "root", .kind = PL_HASH32, .off = R(root, struct pl_hash32),
	  .about = "SHA-256 Merkle root of the folder" },
	{ .name = "digest", .kind = PL_HASH32,
	  .off = R(digest, struct pl_hash32),
	  .about = "SHA-256 of asset.json as RFC 8785 writes it" },
	{ .name = "commit", .kind = PL_STR, .off = R(commit, const char *),
	  .about = "last commit that changed it; null: none" },
	{ .name = "changes", .kind = PL_UINT, .off = R(changes, uint64_t),
	  .about = "files that differ from it" },
	{ .name = "asset", .kind = PL_JSON, .off = R(asset, struct pl_span),
	  .flags = PL_WIDE, .about = "asset.json" },
	{ .name = "token", .kind = PL_JSON, .off = R(token, struct pl_span),
	  .flags = PL_WIDE, .about = "token.json, or null" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "as it stands", .setup = PL_SETUP_ASSET,
	  .line = "plume asset show villa-7" },
	{ .about = "as it was committed",
	  .setup = PL_SETUP_ASSET PL_SETUP_WHO "plume asset commit",
	  .line = "plume asset show villa-7 --at HEAD --json" },
	{ 0 },
};
/* clang-format on */

static const char *member(const struct pl_json *v, const char *key)
{
	return pl_json_str(pl_json_get(v, key));
}

static enum pl_rc canonical(struct pl_ctx *c, struct pl_span *out,
			    const struct pl_json *v, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, c->arena);
	PL_TRY(pl_jcs(&b, v, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static void describe(struct pl_ctx *c, struct row *row,
		     const struct pl_json *asset)
{
	const struct pl_json *list = pl_json_get(asset, "valuations");
	const struct pl_json *last =
		pl_json_len(list) ? pl_json_at(list, pl_json_len(list) - 1)
				  : NULL;

	row->class_name = member(asset, "class");
	row->title = member(asset, "title");
	row->status = member(asset, "status");
	row->jurisdiction = member(asset, "jurisdiction");
	row->vehicle = member(pl_json_get(asset, "legal"), "vehicle");
	row->symbol = member(pl_json_get(asset, "token"), "symbol");
	row->documents = pl_json_len(pl_json_get(asset, "documents"));
	if (member(last, "amount") && member(last, "currency"))
		row->value =
			pl_printf(c->arena, "%s %s", member(last, "amount"),
				  member(last, "currency"));
	row->value_date = member(last, "date");
}

/* Last commit and what changed since; neither need exist. */
static enum pl_rc history(struct pl_ctx *c, struct row *row,
			  struct pl_repo *repo, const char *rev,
			  struct pl_err *e)
{
	const char *dir = pl_asset_path(c->arena, row->id, NULL);
	struct pl_repo_change *changes;
	struct pl_repo_entry *log;
	size_t n = 0;

	if (!pl_repo_log(c->arena, &log, &n, repo, rev, dir, 1, e) && n)
		row->commit = log[0].oid.hex;
	if (rev)
		return PL_OK;
	n = 0;
	PL_TRY(pl_repo_status(c->arena, &changes, &n, repo, dir, e));
	row->changes = n;
	return PL_OK;
}

static enum pl_rc token_of(struct pl_ctx *c, struct row *row,
			   struct pl_repo *repo, const char *rev,
			   struct pl_err *e)
{
	const char *path = pl_asset_path(c->arena, row->id, "token.json");
	const struct pl_json *token;
	struct pl_span text;
	enum pl_rc rc;

	row->token = pl_span_str("null");
	rc = pl_repo_read(c->arena, &text, repo, rev, path, (size_t)4 << 20, e);
	if (rc)
		return rc == PL_ENOTFOUND ? PL_OK : rc;
	if (pl_json_parse(c->arena, &token, text, e))
		return pl_note(e, "%s", path);
	return canonical(c, &row->token, token, e);
}

static enum pl_rc show(struct pl_ctx *c, struct pl_repo *repo,
		       const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .id = a->id };
	const struct pl_json *asset;

	PL_TRY(pl_asset_read(c->arena, &asset, repo, a->at, a->id, e));
	describe(c, &row, asset);
	PL_TRY(canonical(c, &row.asset, asset, e));
	PL_TRY(pl_sha256(&row.digest, row.asset, e));
	PL_TRY(token_of(c, &row, repo, a->at, e));
	PL_TRY(pl_asset_root(&row.root, repo, a->at, a->id, e));
	PL_TRY(history(c, &row, repo, a->at, e));
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	return pl_cmd_in_repo(c, show, opaque, e);
}

const struct pl_cmd cmd_asset_show = {
	.path = "asset show",
	.summary = "show an asset, now or at a revision",
	.about = "The JSON form has all of asset.json and token.json. REV is "
		 "anything git understands: a commit, HEAD~2, a tag, "
		 "main@{2026-01-31}.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
