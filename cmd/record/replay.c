#include "cmd/analyze/again.h"
#include "cmd/analyze/keep.h"
#include "cmd/ctx.h"

struct args {
	const char *id, *csv;
	uint64_t threads;
};

struct row {
	const char *id, *command;
	bool same;
	const char *path, *was, *now;
	const char *plume; /* that made it */
	enum pl_trust trust;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ "id", 0, PL_STR, PL_AT(struct args, id, const char *), "ID",
	  "the record's id, or its first digits", PL_POSITIONAL | PL_REQUIRED },
	{ "csv", 0, PL_FILE, PL_AT(struct args, csv, const char *), "FILE",
	  "read this file, wherever the recorded one is" },
	{ "threads", 0, PL_UINT, PL_AT(struct args, threads, uint64_t), "N",
	  "threads, which no figure hangs on; 0: one for each processor", 0, 0,
	  "0", 0, 64 },
	{ 0 },
};
static const struct pl_field fields[] = {
	{ "id", PL_STR, PL_AT(struct row, id, const char *),
	  "SHA-256 of the record" },
	{ "command", PL_STR, PL_AT(struct row, command, const char *),
	  "what was done again" },
	{ "same", PL_FLAG, PL_AT(struct row, same, bool), "byte for byte" },
	{ "path", PL_STR, PL_AT(struct row, path, const char *),
	  "the first member that differs" },
	{ "was", PL_STR, PL_AT(struct row, was, const char *),
	  "its recorded value" },
	{ "now", PL_STR, PL_AT(struct row, now, const char *),
	  "its value now" },
	{ "plume", PL_STR, PL_AT(struct row, plume, const char *),
	  "version that made the record" },
	{ "trust", PL_TRUST, PL_AT(struct row, trust, enum pl_trust),
	  "of the data as it was read now" },
	{ 0 },
};

#define MAKE_RECORD                                                            \
	"awk 'BEGIN { print \"v\"; for (i = 1; i <= 60; i++) "                 \
	"print i + sin(i) }' >v.csv; plume asset init; "                       \
	"plume analyze trend --csv v.csv --record"
static const struct pl_example examples[] = {
	{ "do an analysis again",
	  "plume record replay $(basename records/*.json .json)", MAKE_RECORD },
	{ "the data changed since",
	  "plume record replay $(basename records/*.json .json)",
	  MAKE_RECORD "; echo 99 >>v.csv", 1 },
	{ 0 },
};
/* clang-format on */

/* What the figures were made from is looked at first: where that differs, the
 * figures must. */
static enum pl_rc sources_differ(struct pl_arena *a, bool *differ,
				 struct pl_record_diff *d,
				 const struct pl_record *was,
				 const struct pl_record *now, struct pl_err *e)
{
	static const char *const keys[] = { "sha256", "series_sha256" };
	const struct pl_json *x = pl_json_get(was->doc, "input");
	const struct pl_json *y = pl_json_get(now->doc, "input");
	struct pl_record_diff found;

	*differ = false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		PL_TRY(pl_json_need_str(&found.was, x, keys[i], e));
		PL_TRY(pl_json_need_str(&found.now, y, keys[i], e));
		if (!strcmp(found.was, found.now))
			continue;
		found.path = pl_printf(a, "input.%s", keys[i]);
		*d = found;
		*differ = true;
		return PL_OK;
	}
	return PL_OK;
}

static enum pl_rc compare(struct row *row, struct pl_arena *a,
			  const struct pl_record *was,
			  const struct pl_record *now, struct pl_err *e)
{
	struct pl_record_diff d;
	bool differ;

	PL_TRY(pl_record_compare(a, &row->same, &d, was, now, e));
	if (row->same)
		return PL_OK;
	PL_TRY(sources_differ(a, &differ, &d, was, now, e));
	row->path = d.path;
	row->was = d.was;
	row->now = d.now;
	return PL_OK;
}

static enum pl_rc trust_now(struct row *row, const struct pl_record *now,
			    struct pl_err *e)
{
	const char *label;

	PL_TRY(pl_json_need_str(&label, now->doc, "trust", e));
	return pl_trust_parse(&row->trust, label, e);
}

static enum pl_rc answer(struct pl_ctx *c, const struct row *row,
			 struct pl_err *e)
{
	PL_TRY(pl_out_row(c->out, row, e));
	if (row->same)
		return PL_OK;
	(void)pl_fail(e, PL_EPROOF,
		      "%.12s does not come out again: %s was %s, is %s now",
		      row->id, row->path, row->was, row->now);
	if (!strncmp(row->path, "input.", 6))
		return pl_hint(e, "the data changed since; --csv FILE reads "
				  "another copy of it");
	if (strcmp(row->plume, PL_VERSION) != 0)
		return pl_hint(e, "it was made by plume %s, this is %s",
			       row->plume, PL_VERSION);
	return e->rc;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_again how = { a->csv, a->threads };
	const char *dir;
	struct row *row = PL_NEW(c->arena, struct row);
	struct pl_record was, now;
	struct pl_hash32 id;

	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(pl_record_find(c->arena, &id, dir, a->id, e));
	PL_TRY(pl_record_load(c->arena, &was, dir, &id, e));
	row->id = pl_record_name(c->arena, &id);
	if (pl_analyze_again(c, &now, &was, &how, e)) {
		/* words of the record's, not of the call's */
		if (e->rc == PL_EUSAGE && !a->csv)
			e->rc = PL_EFORMAT;
		if (e->rc == PL_ENOTFOUND && !a->csv && !e->hint[0])
			(void)pl_hint(e, "--csv FILE reads it from where it "
					 "is now");
		return pl_note(e, "record %.12s", row->id);
	}
	row->command = pl_json_str(pl_json_get(was.doc, "command"));
	row->plume = pl_json_str(pl_json_get(was.doc, "plume"));
	PL_TRY(trust_now(row, &now, e));
	PL_TRY(compare(row, c->arena, &was, &now, e));
	return answer(c, row, e);
}

const struct pl_cmd cmd_record_replay = {
	.path = "record replay",
	.summary = "do a recorded analysis again and compare the bytes",
	.about = "Reads the recorded source (a file by its name in the asset "
		 "repository, in this folder, or where it lay when you made "
		 "the record), computes with the recorded "
		 "parameters, and compares the new record with the old byte "
		 "for byte. Exit status 0 when they are the same; 1 when "
		 "they are not, naming the first member that differs and both "
		 "values, the digest of the data before all others; 7 when "
		 "the source is gone. A record that was changed is refused "
		 "before anything is computed.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
