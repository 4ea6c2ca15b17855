#include "cmd/asset/open.h"

struct args {
	const char *id, *file, *kind, *title, *name;
};

/* clang-format off */
#define A(m) PL_AT(struct args, m, const char *)
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR, .arg = "ID", .off = A(id),
	  .flags = PL_POSITIONAL | PL_REQUIRED, .about = "the asset" },
	{ .name = "file", .kind = PL_FILE, .arg = "FILE", .off = A(file),
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the paper; - is standard input" },
	{ .name = "kind", .letter = 'k', .kind = PL_STR, .arg = "KIND",
	  .off = A(kind), .flags = PL_REQUIRED,
	  .about = "what it is: deed, appraisal, audit …" },
	{ .name = "title", .kind = PL_STR, .arg = "TEXT", .off = A(title),
	  .about = "what people call it" },
	{ .name = "name", .kind = PL_STR, .arg = "NAME", .off = A(name),
	  .about = "its name in documents/; without it the file's own" },
	{ 0 },
};
#define R(m, type) PL_AT(struct pl_asset_document, m, type)
static const struct pl_field fields[] = {
	{ .name = "path", .kind = PL_STR, .off = R(path, const char *),
	  .about = "below the asset's folder" },
	{ .name = "kind", .kind = PL_STR, .off = R(kind, const char *),
	  .about = "what it is" },
	{ .name = "title", .kind = PL_STR, .off = R(title, const char *),
	  .about = "what people call it" },
	{ .name = "media_type", .kind = PL_STR,
	  .off = R(media_type, const char *),
	  .about = "by its name's ending" },
	{ .name = "size", .kind = PL_UINT, .off = R(size, uint64_t),
	  .about = "bytes" },
	{ .name = "sha256", .kind = PL_HASH32,
	  .off = R(sha256, struct pl_hash32),
	  .about = "SHA-256 of the bytes" },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "a deed", .setup = PL_SETUP_ASSET "echo deed >deed.txt",
	  .line = "plume asset add-document villa-7 deed.txt --kind deed" },
	{ .about = "the list of papers, after editing it",
	  .setup = PL_SETUP_ASSET
		   "echo '- [x] deed' >>assets/villa-7/documents/papers.md",
	  .line = "plume asset add-document villa-7 "
		  "assets/villa-7/documents/papers.md --kind checklist" },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_asset_document d;
	struct pl_repo *repo;
	enum pl_rc rc;

	if (pl_asset_id_check(a->kind, e)) {
		(void)pl_note(e, "--kind");
		return pl_hint(e, "one word, like deed or land-register");
	}
	PL_TRY(pl_cmd_repo_open(c, &repo, e));
	rc = pl_asset_add_document(c->arena, &d, repo, a->id, a->file, a->kind,
				   a->title, a->name, e);
	if (!rc)
		rc = pl_out_row(c->out, &d, e);
	pl_repo_close(repo);
	return rc;
}

const struct pl_cmd cmd_asset_add_document = {
	.path = "asset add-document",
	.summary = "put a paper into an asset, and its digest on record",
	.about = "Copies FILE to assets/ID/documents/ and lists it in "
		 "asset.json with its SHA-256, size and media type. A paper "
		 "of that name is replaced; what people wrote about it in "
		 "asset.json stays. Both files change, or neither.",
	.needs = PL_CAN_DRY_RUN | PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
