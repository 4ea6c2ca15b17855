/* Records with what they stand on, in a folder that a stranger checks with
 * plume, with sha256sum, or by hand; with no network. */
#include <inttypes.h>

#include "base/file.h"
#include "base/limits.h"
#include "cmd/analyze/again.h"
#include "cmd/analyze/keep.h"
#include "cmd/record/anchors.h"
#include "cmd/run.h"
#include "cmd/settings.h"
#include "crypto/addr.h"
#include "crypto/sha256.h"

struct args {
	struct pl_strs ids, evidence;
	const char *to;
};

struct row {
	const char *id, *command, *verdict, *input, *missing;
	bool complete;
	uint64_t anchors;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR,
	  .off = PL_AT(struct args, ids, struct pl_strs), .arg = "ID",
	  .flags = PL_POSITIONAL | PL_MANY,
	  .about = "records, by their ids' first digits; without any, all" },
	{ .name = "to", .kind = PL_DIR,
	  .off = PL_AT(struct args, to, const char *), .arg = "DIR",
	  .flags = PL_REQUIRED, .about = "a new folder for the bundle" },
	{ .name = "evidence", .kind = PL_FILE,
	  .off = PL_AT(struct args, evidence, struct pl_strs), .arg = "FILE",
	  .flags = PL_MANY,
	  .about = "evidence of the light client to put in: what --save of "
		   "`record audit` and of the light commands wrote" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "SHA-256 of the record" },
	{ .name = "command", .kind = PL_STR, .off = R(command, const char *),
	  .about = "what made it" },
	{ .name = "verdict", .kind = PL_STR, .off = R(verdict, const char *),
	  .about = "what it says" },
	{ .name = "input", .kind = PL_STR, .off = R(input, const char *),
	  .about = "what it was made from, below the folder; null: not in it" },
	{ .name = "complete", .kind = PL_FLAG, .off = R(complete, bool),
	  .about = "the bundle alone is enough to do the analysis again" },
	{ .name = "missing", .kind = PL_STR, .off = R(missing, const char *),
	  .about = "why not, else null" },
	{ .name = "anchors", .kind = PL_UINT, .off = R(anchors, uint64_t),
	  .about = "roots on chain that hold it" },
	{ 0 },
};
#define MAKE_RECORD                                                            \
	"awk 'BEGIN { print \"v\"; for (i = 1; i <= 60; i++) "                 \
	"print i + sin(i) }' >v.csv; plume asset init; "                       \
	"plume analyze trend --csv v.csv --record"
static const struct pl_example examples[] = {
	{ "a bundle, and what a stranger does with it",
	  "plume record export --to bundle", MAKE_RECORD, 0 },
	{ 0 },
};
/* clang-format on */

static const char readme[] =
	"Decision records of plume, with what they stand on.\n"
	"\n"
	"    sha256sum -c SHA256SUMS          nothing was changed on the way\n"
	"    sha256sum records/*.json         a record's name is its SHA-256\n"
	"    plume -C . record list           the same, and what each says\n"
	"    plume -C . record replay ID      does the analysis again and\n"
	"                                     compares the bytes\n"
	"    plume light verify evidence/*    proofs from Ethereum's "
	"consensus,\n"
	"                                     with no network; --root ROOT "
	"says\n"
	"                                     which beacon block you trust\n"
	"    plume -C . record audit ID       proves a record's anchor anew,\n"
	"                                     from any node\n"
	"\n"
	"records/anchors/ holds the Merkle trees: RFC 6962 with SHA-256, the\n"
	"leaves are the ids (32 bytes) in ascending order.  The contract "
	"keeps\n"
	"under slot keccak(root . keccak(account . 0)) the time of the block\n"
	"that first held the root.\n"
	"\n"
	"data/*.jsonl are a token's transfers as the index had them, named\n"
	"by its chain and address.  They make an index in this folder, for\n"
	"its records to be replayed from:\n"
	"    plume -C . index import data/FILE --network NETWORK\n";

struct job {
	struct pl_ctx *c;
	const struct args *a;
	const char *dir; /* of the records */
	struct pl_anchor *anchors;
	size_t n_anchors;
	struct pl_buf sums;
	const char **written; /* below the folder */
	size_t n_written, room;
};

/* -------------------------------------------------------------------- files */

static bool has(const struct job *j, const char *name)
{
	for (size_t i = 0; i < j->n_written; i++) {
		if (!strcmp(j->written[i], name))
			return true;
	}
	return false;
}

static void remember(struct job *j, const char *name)
{
	const char **v;

	if (j->n_written == j->room) {
		j->room = j->room ? 2 * j->room : 64;
		v = PL_NEW_N(j->c->arena, const char *, j->room);
		if (j->n_written)
			memcpy(v, j->written, j->n_written * sizeof(*v));
		j->written = v;
	}
	j->written[j->n_written++] = pl_strdup(j->c->arena, name);
}

static enum pl_rc make_folder_of(struct job *j, const char *path,
				 struct pl_err *e)
{
	const char *slash = strrchr(path, '/');

	return pl_dir_make(
		pl_strndup(j->c->arena, path, (size_t)(slash - path)), 0755, e);
}

/* Once: the same name always stands for the same bytes. */
static enum pl_rc put(struct job *j, const char *name, struct pl_span bytes,
		      struct pl_err *e)
{
	const char *path = pl_printf(j->c->arena, "%s/%s", j->a->to, name);
	struct pl_hash32 h;

	if (has(j, name))
		return PL_OK;
	PL_TRY(pl_sha256(&h, bytes, e));
	PL_TRY(make_folder_of(j, path, e));
	PL_TRY(pl_file_write(path, bytes, 0644, e));
	remember(j, name);
	pl_buf_fmt(&j->sums, "%s  %s\n", pl_record_name(j->c->arena, &h), name);
	return PL_OK;
}

/* A record may come from anybody: its source's name stays below the folder
 * and away from what the bundle itself is made of. */
static bool is_tame(const char *name)
{
	static const char *const ours[] = { "records", "evidence", "data",
					    "README.txt", "SHA256SUMS" };
	size_t n = strcspn(name, "/");

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strlen(ours[i]) == n && !strncmp(ours[i], name, n) &&
		    strcmp(ours[i], "data") != 0)
			return false;
	}
	for (const char *p = name; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '\\')
			return false;
		if (*p == '.' && (p == name || p[-1] == '/'))
			return false; /* hidden, "." and ".." */
		if (*p == '/' && (p == name || p[1] == '/' || !p[1]))
			return false;
	}
	return *name && strlen(name) < 200;
}

/* ------------------------------------------------------------------- inputs */

static enum pl_rc put_file(struct job *j, struct row *row, const char *name,
			   const char *option, const char *want,
			   const struct pl_record *r, struct pl_err *e)
{
	const char *path = pl_analyze_file(j->c, name, option, r);
	struct pl_span bytes;
	struct pl_hash32 h;

	if (!is_tame(name) || !path) {
		row->missing = path ? "the name of its file is not kept here"
				    : "its file is gone";
		return PL_OK;
	}
	PL_TRY(pl_file_read(j->c->arena, &bytes, path, PL_MAX_JSON_FILE, e));
	PL_TRY(pl_sha256(&h, bytes, e));
	if (strcmp(pl_record_name(j->c->arena, &h), want) != 0) {
		row->missing = "its file has changed since";
		return PL_OK;
	}
	PL_TRY(put(j, name, bytes, e));
	row->complete = true;
	return PL_OK;
}

/* Labels, prices and the like: without one of them it is not complete. */
static enum pl_rc more_files(struct job *j, struct row *row,
			     const struct pl_record *r, struct pl_err *e)
{
	const struct pl_json *files =
		pl_json_get(pl_json_get(r->doc, "input"), "files");

	for (size_t i = 0; row->complete && i < pl_json_len(files); i++) {
		const struct pl_json *f = pl_json_at(files, i);
		const char *option, *name, *digest;

		PL_TRY(pl_json_need_str(&option, f, "option", e));
		PL_TRY(pl_json_need_str(&name, f, "name", e));
		PL_TRY(pl_json_need_str(&digest, f, "sha256", e));
		if (!strcmp(option, "csv"))
			continue;
		row->complete = false;
		PL_TRY(put_file(j, row, name, option, digest, r, e));
	}
	return PL_OK;
}

/* The name of a chain here; NULL: no network of the settings is it. */
static const char *network_of(struct pl_ctx *c, uint64_t chain)
{
	struct pl_strs names = pl_network_names(c);

	for (size_t i = 0; i < names.n; i++) {
		struct pl_network n;
		struct pl_err e;

		if (!pl_ctx_network_named(c, names.v[i], &n, &e) &&
		    n.chain_id == chain)
			return n.name;
	}
	return NULL;
}

/* The transfers, as `index export` writes them. */
static enum pl_rc put_rows(struct job *j, struct row *row,
			   const struct pl_json *index, struct pl_err *e)
{
	const struct pl_globals *g = j->c->g;
	const char *words[16] = { "index", "export" };
	const char *token, *name, *network;
	struct pl_buf rows;
	struct pl_err why;
	uint64_t chain;
	size_t n = 2;

	PL_TRY(pl_json_need_str(&token, index, "token", e));
	PL_TRY(pl_json_u64(&chain, pl_json_get(index, "chain_id"), e));
	network = network_of(j->c, chain);
	if (!network) {
		row->missing = "no network here is its chain";
		return PL_OK;
	}
	words[n++] = "--token";
	words[n++] = token;
	words[n++] = "--network";
	words[n++] = network;
	if (g->store) {
		words[n++] = "--store";
		words[n++] = g->store;
	}
	pl_buf_init(&rows, j->c->arena);
	row->missing = "doing it again needs the index: index import makes it "
		       "of the transfers here";
	if (pl_run_words(j->c, words, NULL, &rows, &why)) {
		row->missing = "the index no longer has its token";
		return PL_OK;
	}
	name = pl_printf(j->c->arena, "data/%" PRIu64 "-%s.jsonl", chain,
			 token);
	PL_TRY(put(j, name, pl_buf_span(&rows), e));
	row->input = name;
	return PL_OK;
}

static enum pl_rc put_input(struct job *j, struct row *row,
			    const struct pl_record *r, struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(r->doc, "input");
	const char *kind, *source, *digest;

	PL_TRY(pl_json_need_str(&kind, in, "kind", e));
	PL_TRY(pl_json_need_str(&source, in, "source", e));
	if (strcmp(kind, "csv") != 0) {
		const struct pl_json *index = pl_json_get(in, "index");

		/* models of single transfers have its members in input */
		return put_rows(j, row, index ? index : in, e);
	}
	PL_TRY(pl_json_need_str(&digest, in, "sha256", e));
	PL_TRY(put_file(j, row, source, NULL, digest, r, e));
	row->input = row->complete ? source : NULL;
	return more_files(j, row, r, e);
}

static enum pl_rc put_anchors(struct job *j, struct row *row,
			      const struct pl_hash32 *id, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_buf b;

	for (size_t i = 0; i < j->n_anchors; i++) {
		const struct pl_anchor *x = &j->anchors[i];

		if (!x->done || pl_anchor_find(x, id) < 0)
			continue;
		pl_buf_init(&b, a);
		PL_TRY(pl_anchor_put(&b, x, e));
		PL_TRY(put(j,
			   pl_printf(a, "records/anchors/%s",
				     pl_anchors_name(a, x)),
			   pl_buf_span(&b), e));
		row->anchors++;
	}
	return PL_OK;
}

/* ------------------------------------------------------------------- bundle */

/* Those an ensemble was made of. */
static enum pl_rc put_records(struct job *j, const struct pl_record *r,
			      struct pl_err *e)
{
	const struct pl_json *ids = pl_json_get(r->doc, "records");
	struct pl_arena *a = j->c->arena;

	for (size_t i = 0; i < pl_json_len(ids); i++) {
		const char *name = pl_json_str(pl_json_at(ids, i));
		struct pl_record part;
		struct pl_hash32 id;

		if (!name)
			return pl_fail(e, PL_EFORMAT, "records: no id");
		PL_TRY(pl_record_find(a, &id, j->dir, name, e));
		PL_TRY(pl_record_load(a, &part, j->dir, &id, e));
		PL_TRY(put(
			j,
			pl_printf(a, "records/%s.json", pl_record_name(a, &id)),
			part.bytes, e));
	}
	return PL_OK;
}

static enum pl_rc one(struct job *j, const struct pl_hash32 *id,
		      struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct row row = { .id = pl_record_name(a, id) };
	struct pl_record r;

	PL_TRY(pl_record_load(a, &r, j->dir, id, e));
	row.command = pl_json_str(pl_json_get(r.doc, "command"));
	row.verdict = pl_json_str(pl_json_get(r.doc, "verdict"));
	PL_TRY(put(j, pl_printf(a, "records/%s.json", row.id), r.bytes, e));
	PL_TRY(put_input(j, &row, &r, e));
	PL_TRY(put_records(j, &r, e));
	PL_TRY(put_anchors(j, &row, id, e));
	if (row.complete)
		row.missing = NULL;
	return pl_out_row(j->c->out, &row, e);
}

static enum pl_rc put_evidence(struct job *j, struct pl_err *e)
{
	for (size_t i = 0; i < j->a->evidence.n; i++) {
		const char *path = j->a->evidence.v[i];
		const char *base = strrchr(path, '/');
		struct pl_span bytes;
		const char *name;

		base = base ? base + 1 : path;
		if (!is_tame(base))
			return pl_fail(e, PL_EUSAGE,
				       "\"%s\" is no name for a file here",
				       base);
		name = pl_printf(j->c->arena, "evidence/%s", base);
		if (has(j, name))
			return pl_fail(e, PL_EUSAGE,
				       "two files of evidence are called %s",
				       base);
		PL_TRY(pl_file_read(j->c->arena, &bytes, path, PL_MAX_JSON_FILE,
				    e));
		PL_TRY(put(j, name, bytes, e));
	}
	return PL_OK;
}

static enum pl_rc all(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 *ids, *have;
	size_t n = 0, n_have;

	PL_TRY(pl_record_list(a, &have, &n_have, j->dir, e));
	ids = PL_NEW_N(a, struct pl_hash32, n_have + j->a->ids.n);
	for (size_t i = 0; i < j->a->ids.n; i++)
		PL_TRY(pl_record_find(a, &ids[n++], j->dir, j->a->ids.v[i], e));
	for (size_t i = 0; !j->a->ids.n && i < n_have; i++)
		ids[n++] = have[i];
	if (!n)
		return pl_fail(e, PL_ENOTFOUND, "no records in %s", j->dir);
	PL_TRY(pl_dir_make(j->a->to, 0755, e));
	/* with it the folder is a place where plume finds records */
	PL_TRY(put(j, ".plume/config",
		   pl_span_str("# a bundle of decision records\n"), e));
	PL_TRY(put(j, "README.txt", pl_span_str(readme), e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(one(j, &ids[i], e));
	PL_TRY(put_evidence(j, e));
	return pl_file_write(pl_printf(a, "%s/SHA256SUMS", j->a->to),
			     pl_buf_span(&j->sums), 0644, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job j = { .c = c, .a = opaque };

	if (pl_file_exists(j.a->to)) {
		(void)pl_fail(e, PL_EUSAGE, "%s is there already", j.a->to);
		return pl_hint(e, "name a new folder");
	}
	for (size_t i = 0; i < j.a->evidence.n; i++) {
		if (!pl_file_exists(j.a->evidence.v[i]))
			return pl_fail(e, PL_ENOTFOUND, "no file %s",
				       j.a->evidence.v[i]);
	}
	pl_buf_init(&j.sums, c->arena);
	PL_TRY(pl_ctx_records_dir(c, &j.dir, e));
	PL_TRY(pl_anchors_read(c, &j.anchors, &j.n_anchors, j.dir, 0, e));
	return all(&j, e);
}

const struct pl_cmd cmd_record_export = {
	.path = "record export",
	.summary = "put records and what they stand on into a folder",
	.about = "For somebody who believes nobody: the records, the files "
		 "they were made from where those are still the same, the "
		 "Merkle trees that were anchored, evidence of the light "
		 "client, and SHA256SUMS. Inside that folder plume's own "
		 "commands work with no network: record list, show, diff and "
		 "replay, and light verify.\n\n"
		 "A record whose input cannot be put in is named with the "
		 "reason.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
