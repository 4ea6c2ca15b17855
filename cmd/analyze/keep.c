/* Keeping an analysis: the row as a record, in a folder, in git. */
#include "cmd/analyze/keep.h"

#include "cmd/analyze/picture.h"

#include <limits.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/time.h"
#include "cmd/ctx.h"
#include "repo/repo.h"

/* clang-format off */
const struct pl_field pl_flag_fields[] = {
	{ "code", PL_STR, PL_AT(struct pl_flag, code, const char *),
	  "stable name" },
	{ "about", PL_STR, PL_AT(struct pl_flag, about, const char *),
	  "in words" },
	{ 0 },
};
const struct pl_field pl_contribution_fields[] = {
	{ "feature", PL_STR, PL_AT(struct pl_feature, name, const char *),
	  "what was measured" },
	{ "about", PL_STR, PL_AT(struct pl_feature, about, const char *),
	  "in words" },
	{ "value", PL_DOUBLE, PL_AT(struct pl_feature, value, double),
	  "as measured" },
	{ "used", PL_DOUBLE, PL_AT(struct pl_feature, used, double),
	  "held within the bounds lo and hi" },
	{ "lo", PL_DOUBLE, PL_AT(struct pl_feature, lo, double),
	  "lower bound" },
	{ "hi", PL_DOUBLE, PL_AT(struct pl_feature, hi, double),
	  "upper bound" },
	{ "base", PL_DOUBLE, PL_AT(struct pl_feature, base, double),
	  "the value that gives nothing" },
	{ "weight", PL_DOUBLE, PL_AT(struct pl_feature, weight, double),
	  "points per unit" },
	{ "contribution", PL_DOUBLE,
	  PL_AT(struct pl_feature, contribution, double),
	  "weight × (used − base); score_base and these, added in order, "
	  "are the score to the bit" },
	{ 0 },
};
const struct pl_field pl_counterfactual_fields[] = {
	{ "feature", PL_STR, PL_AT(struct pl_flip, feature, const char *),
	  "the one whose change is the smallest" },
	{ "from", PL_DOUBLE, PL_AT(struct pl_flip, from, double), "its value" },
	{ "to", PL_DOUBLE, PL_AT(struct pl_flip, to, double),
	  "the nearest value that gives another verdict" },
	{ "change", PL_DOUBLE, PL_AT(struct pl_flip, change, double),
	  "to − from" },
	{ "steps", PL_DOUBLE, PL_AT(struct pl_flip, steps, double),
	  "the change in the feature's own scale" },
	{ "verdict", PL_STR, PL_AT(struct pl_flip, verdict, const char *),
	  "what it would then be" },
	{ 0 },
};
/* clang-format on */

void pl_flag_add(struct pl_flags *f, const char *code, const char *about)
{
	if (f->n < PL_MAX_FLAGS)
		f->v[f->n++] = (struct pl_flag){ code, about };
	else
		f->v[f->n - 1] = (struct pl_flag){
			"more", "there are more notes than can be shown: this "
				"input deserves a close look"
		};
}

/* The user's own, whatever repository the records are in. */
static enum pl_rc source_file(struct pl_ctx *c, const char **dir,
			      const char **out, const char *id,
			      struct pl_err *e)
{
	PL_TRY(pl_ctx_data(c, dir, "sources", "paths of files", e));
	*out = pl_printf(c->arena, "%s/%s", *dir, id);
	return PL_OK;
}

void pl_keep_path(struct pl_ctx *c, const char *id, const char *csv)
{
	const char *dir, *file;
	char path[PATH_MAX];
	struct pl_err e;

	if (!id || !csv || c->g->dry_run || !strcmp(csv, "-") ||
	    !realpath(csv, path))
		return;
	/* a help for replay, without which the record is as good */
	if (source_file(c, &dir, &file, id, &e) || pl_dir_make(dir, 0700, &e) ||
	    pl_file_write(file, pl_span_str(path), 0600, &e))
		pl_say(c, "where the file lies is not remembered: %s", e.msg);
}

const char *pl_keep_path_of(struct pl_ctx *c, const char *id)
{
	const char *dir, *file;
	struct pl_span s;
	struct pl_err e;

	if (source_file(c, &dir, &file, id, &e) ||
	    pl_file_read(c->arena, &s, file, PATH_MAX, &e) ||
	    memchr(s.p, 0, s.n))
		return NULL;
	return (const char *)s.p; /* a zero follows */
}

enum pl_rc pl_keep_make(struct pl_ctx *c, struct pl_record *out,
			const char *plume, const char *command,
			const struct pl_field *fields, const void *row,
			struct pl_err *e)
{
	struct pl_buf b;

	if (c->shown)
		c->shown->row = row;
	pl_buf_init(&b, c->arena);
	pl_out_json(&b, fields, row);
	return pl_record_make(c->arena, out, plume, command, pl_buf_span(&b),
			      e);
}

static enum pl_rc commit_in(struct pl_ctx *c, struct pl_repo *r,
			    const char *name, struct pl_err *e)
{
	const char *path = pl_printf(c->arena, "records/%s.json", name);
	struct pl_repo_who who;
	struct pl_oid oid;
	bool changed;

	PL_TRY(pl_repo_identity(c->arena, &who, r, NULL, NULL, pl_time_now(),
				e));
	PL_TRY(pl_repo_commit(&oid, &changed, r, &path, 1, &who,
			      pl_printf(c->arena, "record: keep %.12s from %s",
					name, c->cmd->path),
			      e));
	if (changed)
		pl_say(c, "committed as %.12s", oid.hex);
	return PL_OK;
}

static enum pl_rc commit(struct pl_ctx *c, const char *name, struct pl_err *e)
{
	const char *root;
	struct pl_repo *r;
	enum pl_rc rc;

	PL_TRY(pl_ctx_repo_need(c, &root, e));
	PL_TRY(pl_repo_open(c->arena, &r, root, e));
	rc = commit_in(c, r, name, e);
	pl_repo_close(r);
	return rc;
}

enum pl_rc pl_keep(struct pl_ctx *c, const char **id,
		   const struct pl_keep_args *args,
		   const struct pl_field *fields, const void *row,
		   struct pl_err *e)
{
	const char *dir, *root, *name;
	struct pl_record r;

	if (args->every)
		return pl_fail(e, PL_EUSAGE, "--every goes with --watch");
	if (!args->record && !args->commit)
		return PL_OK;
	if (args->commit) /* before anything is written */
		PL_TRY(pl_ctx_repo_need(c, &root, e));
	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(pl_keep_make(c, &r, NULL, c->cmd->path, fields, row, e));
	name = pl_record_name(c->arena, &r.id);
	if (c->g->dry_run) {
		pl_say(c, "would write %s/%s.json", dir, name);
		*id = name;
		return PL_OK;
	}
	PL_TRY(pl_record_save(c->arena, dir, &r, e));
	if (args->commit)
		PL_TRY(commit(c, name, e));
	*id = name;
	return PL_OK;
}
