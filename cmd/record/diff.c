#include "record/diff.h"
#include "cmd/ctx.h"

struct args {
	const char *a, *b;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ "a", 0, PL_STR, PL_AT(struct args, a, const char *), "A",
	  "the earlier record's id, or its first digits",
	  PL_POSITIONAL | PL_REQUIRED },
	{ "b", 0, PL_STR, PL_AT(struct args, b, const char *), "B",
	  "the later one's", PL_POSITIONAL | PL_REQUIRED },
	{ 0 },
};
#define F(m, type) PL_AT(struct pl_change, m, type)
static const struct pl_field fields[] = {
	{ "part", PL_STR, F(part, const char *),
	  "input, model, parameters, verdict or result" },
	{ "path", PL_STR, F(path, const char *), "which member" },
	{ "was", PL_STR, F(was, const char *), "its value in A, as JSON" },
	{ "now", PL_STR, F(now, const char *), "its value in B, as JSON" },
	{ "change", PL_DOUBLE, F(change, const double *),
	  "B less A, of numbers", PL_NULLABLE },
	{ 0 },
};
#define TWO_RECORDS                                                            \
	"plume asset init; awk 'BEGIN { print \"v\"; for (i = 1; i <= 60; "    \
	"i++) print i + sin(i) }' >v.csv; plume analyze trend --csv v.csv "    \
	"--record; plume analyze trend --csv v.csv --level 0.9 --record"
static const struct pl_example examples[] = {
	{ "what another parameter changed",
	  "plume record diff $(basename -s .json records/*.json)",
	  TWO_RECORDS, 1 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc load(struct pl_ctx *c, struct pl_record *out, const char *dir,
		       const char *id, struct pl_err *e)
{
	struct pl_hash32 full;

	PL_TRY(pl_record_find(c->arena, &full, dir, id, e));
	return pl_record_load(c->arena, out, dir, &full, e);
}

static size_t count(const struct pl_changes *d, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += !strcmp(d->v[i].part, part);
	return n;
}

static const char *verdict(const struct pl_record *r)
{
	const char *s = pl_json_str(pl_json_get(r->doc, "verdict"));

	return s ? s : "none";
}

/* In one line, what kind of difference it is. */
static enum pl_rc judge(struct pl_ctx *c, const struct pl_changes *d,
			const struct pl_record *x, const struct pl_record *y,
			struct pl_err *e)
{
	const char *was = verdict(x), *now = verdict(y);
	const char *of = count(d, "input")        ? "other data"
			 : count(d, "model")      ? "another model"
			 : count(d, "parameters") ? "other parameters"
						  : "nothing it stands on";

	if (d->cut)
		pl_say(c, "more than %d differences; the first are shown",
		       PL_DIFF_MAX);
	if (!strcmp(was, now))
		return pl_fail(e, PL_EPROOF,
			       "the records differ in %zu places (%s), not in "
			       "their verdict: %s",
			       d->n, of, pl_out_safe(c->arena, now));
	return pl_fail(e, PL_EPROOF,
		       "the records differ in %zu places (%s); the verdict was "
		       "%s, is %s",
		       d->n, of, pl_out_safe(c->arena, was),
		       pl_out_safe(c->arena, now));
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_record was, now;
	struct pl_changes d;
	const char *dir;

	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(load(c, &was, dir, a->a, e));
	PL_TRY(load(c, &now, dir, a->b, e));
	PL_TRY(pl_record_diff(c->arena, &d, &was, &now, e));
	for (size_t i = 0; i < d.n; i++)
		PL_TRY(pl_out_row(c->out, &d.v[i], e));
	if (d.n)
		return judge(c, &d, &was, &now, e);
	pl_say(c, "the records are the same");
	return PL_OK;
}

const struct pl_cmd cmd_record_diff = {
	.path = "record diff",
	.summary = "tell what differs between two decision records",
	.about = "Every member whose value is another, in the order a reader "
		 "asks: the data they stand on, the model, its parameters, the "
		 "verdict with its reasons, the figures. Exit status 0 when "
		 "the records are the same, 1 when they differ.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
