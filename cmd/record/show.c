#include "cmd/analyze/keep.h"
#include "cmd/analyze/say.h"
#include "cmd/ctx.h"
#include "codec/jcs.h"
#include "record/evidence.h"

struct args {
	const char *id;
};

struct row {
	const char *id, *command, *plume, *verdict;
	const double *score;
	struct pl_list evidence;
	enum pl_trust trust;
	struct pl_span document;

	struct pl_arena *arena;
	const struct pl_json *doc;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ "id", 0, PL_STR, PL_AT(struct args, id, const char *), "ID",
	  "the record's id, or its first digits", PL_POSITIONAL | PL_REQUIRED },
	{ 0 },
};
static const struct pl_field evidence_fields[] = {
	{ "step", PL_STR, PL_AT(struct pl_evidence, step, const char *),
	  "record, model, series, rows, file or block" },
	{ "what", PL_STR, PL_AT(struct pl_evidence, what, const char *),
	  "in words" },
	{ "value", PL_STR, PL_AT(struct pl_evidence, value, const char *),
	  "id, digest, count or hash" },
	{ "trust", PL_TRUST, PL_AT(struct pl_evidence, trust, enum pl_trust),
	  "label of this link" },
	{ 0 },
};
static const struct pl_field fields[] = {
	{ "id", PL_STR, PL_AT(struct row, id, const char *),
	  "SHA-256 of the record, checked" },
	{ "command", PL_STR, PL_AT(struct row, command, const char *),
	  "what made it" },
	{ "plume", PL_STR, PL_AT(struct row, plume, const char *),
	  "version that made it" },
	{ "verdict", PL_STR, PL_AT(struct row, verdict, const char *),
	  "what it says" },
	{ "score", PL_DOUBLE, PL_AT(struct row, score, const double *),
	  "points", PL_NULLABLE },
	{ "evidence", PL_LIST, PL_AT(struct row, evidence, struct pl_list),
	  "from the record down to what it stands on", 0, evidence_fields,
	  sizeof(struct pl_evidence) },
	{ "trust", PL_TRUST, PL_AT(struct row, trust, enum pl_trust),
	  "weakest label among its inputs" },
	{ "document", PL_JSON, PL_AT(struct row, document, struct pl_span),
	  "the record itself" },
	{ 0 },
};

#define MAKE_RECORD                                                            \
	"awk 'BEGIN { print \"v\"; for (i = 1; i <= 60; i++) "                 \
	"print i + sin(i) }' >v.csv; plume asset init; "                       \
	"plume analyze trend --csv v.csv --record"
static const struct pl_example examples[] = {
	{ "what a record says and what it stands on",
	  "plume record show $(basename records/*.json .json)", MAKE_RECORD },
	{ 0 },
};
/* clang-format on */

static void say_evidence(struct pl_say *s, const struct pl_list *l)
{
	const struct pl_evidence *v = l->v;

	pl_buf_str(&s->b, "\nLine of evidence\n");
	for (size_t i = 0; i < l->n; i++) {
		pl_say_text(s, 18, "%-8s %-8s %s", v[i].step,
			    pl_trust_name(v[i].trust),
			    pl_out_safe(s->b.a, v[i].what));
		pl_buf_fmt(&s->b, "%18s%s\n", "",
			   pl_out_safe(s->b.a, v[i].value));
	}
}

static const char *word(struct pl_say *s, const struct pl_json *obj,
			const char *key)
{
	const char *text = pl_json_str(pl_json_get(obj, key));

	return text ? pl_out_safe(s->b.a, text) : "";
}

static double number(const struct pl_json *obj, const char *key)
{
	double x = 0;
	struct pl_err e;

	return pl_json_num(&x, pl_json_get(obj, key), &e) ? 0 : x;
}

/* Why, what would change it, and what to doubt: as the analysis said it. */
static void say_why(struct pl_say *s, const struct row *r)
{
	const struct pl_json *why = pl_json_get(r->doc, "contributions");
	const struct pl_json *flip = pl_json_get(r->doc, "counterfactual");
	const struct pl_json *flags = pl_json_get(r->doc, "flags");
	const struct pl_json *result = pl_json_get(r->doc, "result");
	size_t n = pl_json_len(why), n_flags = pl_json_len(flags);
	struct pl_feature *f = PL_NEW_N(s->b.a, struct pl_feature, n + 1);
	struct pl_flag *note = PL_NEW_N(s->b.a, struct pl_flag, n_flags + 1);
	const struct pl_flip other = {
		.feature = word(s, flip, "feature"),
		.from = number(flip, "from"),
		.to = number(flip, "to"),
		.verdict = word(s, flip, "verdict"),
	};

	for (size_t i = 0; i < n; i++) {
		const struct pl_json *x = pl_json_at(why, i);

		f[i].name = word(s, x, "feature");
		f[i].about = word(s, x, "about");
		f[i].value = number(x, "value");
		f[i].contribution = number(x, "contribution");
	}
	for (size_t i = 0; i < n_flags; i++)
		note[i].about = word(s, pl_json_at(flags, i), "about");
	if (r->score)
		pl_say_reasons(s, *r->score, number(result, "score_base"),
			       &(struct pl_list){ f, n },
			       pl_json_is_null(flip) ? NULL : &other);
	pl_say_flags(s, &(struct pl_list){ note, n_flags });
}

static void say_parameters(struct pl_say *s, const struct pl_json *doc)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(doc, "model"), "parameters");

	pl_buf_str(&s->b, "\nParameters\n");
	for (void *it = pl_json_iter(p); it; it = pl_json_next(p, it)) {
		const struct pl_json *v = pl_json_iter_value(it);
		const char *str = pl_json_str(v);
		struct pl_buf text;
		struct pl_err e;

		pl_buf_init(&text, s->b.a);
		if (pl_jcs(&text, v, &e))
			continue;
		pl_buf_fmt(&s->b, "%-17s %s\n",
			   pl_out_safe(s->b.a, pl_json_iter_key(it)),
			   pl_out_safe(s->b.a, str ? str : pl_buf_cstr(&text)));
	}
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	pl_buf_fmt(&s.b, "Record   %s\n", r->id);
	pl_buf_fmt(&s.b, "Made by  plume %s, %s\n",
		   pl_out_safe(r->arena, r->plume),
		   pl_out_safe(r->arena, r->command));
	if (r->verdict && r->score)
		pl_buf_fmt(&s.b, "Verdict  %s (%.2f points)\n",
			   pl_out_safe(r->arena, r->verdict), *r->score);
	pl_buf_fmt(&s.b, "Trust    %s\n", pl_trust_name(r->trust));
	say_why(&s, r);
	say_parameters(&s, r->doc);
	say_evidence(&s, &r->evidence);
	return pl_say_end(&s, o, e);
}

static enum pl_rc fill(struct row *out, const struct pl_record *r,
		       struct pl_arena *a, struct pl_err *e)
{
	const struct pl_json *score = pl_json_get(r->doc, "score");
	struct pl_evidence *v;
	double *points = PL_NEW(a, double);
	const char *label;

	PL_TRY(pl_json_need_str(&label, r->doc, "trust", e));
	PL_TRY(pl_trust_parse(&out->trust, label, e));
	PL_TRY(pl_evidence_of(a, &v, &out->evidence.n, r, e));
	if (!pl_json_is_null(score)) {
		PL_TRY(pl_json_num(points, score, e));
		out->score = points;
	}
	out->evidence.v = v;
	out->id = pl_record_name(a, &r->id);
	out->command = pl_json_str(pl_json_get(r->doc, "command"));
	out->plume = pl_json_str(pl_json_get(r->doc, "plume"));
	out->verdict = pl_json_str(pl_json_get(r->doc, "verdict"));
	out->document = r->bytes;
	out->arena = a;
	out->doc = r->doc;
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const char *dir;
	struct row *row = PL_NEW(c->arena, struct row);
	struct pl_hash32 id;
	struct pl_record r;

	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(pl_record_find(c->arena, &id, dir, a->id, e));
	PL_TRY(pl_record_load(c->arena, &r, dir, &id, e));
	if (fill(row, &r, c->arena, e))
		return pl_note(e, "record %s", pl_record_name(c->arena, &id));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_record_show = {
	.path = "record show",
	.summary = "show a decision record and what it stands on",
	.about = "Checks that the record's bytes hash to its id, and prints "
		 "its verdict, why (contributions that add up to the score), "
		 "what would have changed it, what to doubt, every parameter, "
		 "and the line of evidence: record, model, series, rows, and "
		 "the file or the blocks they came from, each with its trust "
		 "label. The figures are in the document (`--json`), and "
		 "`plume record replay` computes them again. A record that "
		 "was changed is refused with exit status 1.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
