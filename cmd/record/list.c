#include "cmd/analyze/keep.h"
#include "cmd/ctx.h"

/* A record in a list; what is not intact shows its name only. */
struct row {
	const char *id;
	bool intact;
	const char *command, *verdict, *source, *last;
	const enum pl_trust *trust;
};

/* clang-format off */
static const struct pl_field fields[] = {
	{ "id", PL_STR, PL_AT(struct row, id, const char *),
	  "SHA-256 of the record" },
	{ "intact", PL_FLAG, PL_AT(struct row, intact, bool),
	  "its bytes hash to its id" },
	{ "command", PL_STR, PL_AT(struct row, command, const char *),
	  "what made it" },
	{ "verdict", PL_STR, PL_AT(struct row, verdict, const char *),
	  "what it says" },
	{ "source", PL_STR, PL_AT(struct row, source, const char *),
	  "the file, or the token" },
	{ "last", PL_STR, PL_AT(struct row, last, const char *),
	  "time of the last point" },
	{ "trust", PL_TRUST, PL_AT(struct row, trust, const enum pl_trust *),
	  "weakest label among its inputs", PL_NULLABLE },
	{ 0 },
};
static const struct pl_example examples[] = {
	{ "the records kept here", "plume record list" },
	{ 0 },
};
/* clang-format on */

static enum pl_rc fill(struct pl_arena *a, struct row *out,
		       const struct pl_record *r, struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(r->doc, "input");
	enum pl_trust *trust = PL_NEW(a, enum pl_trust);
	const char *label;

	PL_TRY(pl_json_need_str(&label, r->doc, "trust", e));
	PL_TRY(pl_trust_parse(trust, label, e));
	out->intact = true;
	out->command = pl_json_str(pl_json_get(r->doc, "command"));
	out->verdict = pl_json_str(pl_json_get(r->doc, "verdict"));
	out->source = pl_json_str(pl_json_get(in, "source"));
	out->last = pl_json_str(pl_json_get(in, "last"));
	out->trust = trust;
	return PL_OK;
}

static enum pl_rc put(struct pl_ctx *c, const char *dir,
		      const struct pl_hash32 *id, size_t *broken,
		      struct pl_err *e)
{
	struct row row = { .id = pl_record_name(c->arena, id) };
	struct pl_record r;
	enum pl_rc rc = pl_record_load(c->arena, &r, dir, id, e);

	if (!rc)
		rc = fill(c->arena, &row, &r, e);
	if (rc && rc != PL_EPROOF && rc != PL_EFORMAT && rc != PL_ELIMIT)
		return rc;
	if (rc)
		++*broken;
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const char *dir;
	struct pl_hash32 *ids;
	size_t n, broken = 0;

	(void)opaque;
	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(pl_record_list(c->arena, &ids, &n, dir, e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(put(c, dir, &ids[i], &broken, e));
	if (!n)
		pl_say(c, "no records in %s", dir);
	if (broken)
		return pl_fail(e, PL_EPROOF,
			       "%zu of %zu records in %s are not intact",
			       broken, n, dir);
	return PL_OK;
}

const struct pl_cmd cmd_record_list = {
	.path = "record list",
	.summary = "list the decision records kept here",
	.about = "Records lie in records/ of the asset repository, or, outside "
		 "of one, in $XDG_DATA_HOME/plume/records. Each is read and "
		 "checked against its name; exit status 1 when one is not "
		 "intact.",
	.needs = PL_NEEDS_CONFIG,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
