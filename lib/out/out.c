/* The writer: one row in, text, JSON, JSON lines or CSV out. */
#include "out/out.h"

#include <assert.h>
#include <errno.h>

#include "out/value.h"

const char *const pl_format_words[] = { "text", "json", "jsonl", "csv", NULL };

struct pl_out *pl_out_new(struct pl_arena *a, const struct pl_out_spec *spec)
{
	struct pl_out *o = PL_NEW(a, struct pl_out);

	o->a = a;
	o->s = *spec;
	return o;
}

FILE *pl_out_file(struct pl_out *o)
{
	return o->s.to;
}

struct pl_arena *pl_out_arena(struct pl_out *o)
{
	return o->scratch;
}

const struct pl_out_spec *pl_out_spec_of(const struct pl_out *o)
{
	return &o->s;
}

static enum pl_rc wrong(struct pl_err *e)
{
	return pl_fail(e, PL_EIO, "cannot write the result: %s",
		       strerror(errno));
}

static enum pl_rc put(struct pl_out *o, const struct pl_buf *b,
		      struct pl_err *e)
{
	if (b->n && fwrite(b->p, 1, b->n, o->s.to) != b->n)
		return wrong(e);
	return PL_OK;
}

enum pl_rc pl_out_raw(struct pl_out *o, struct pl_span s, struct pl_err *e)
{
	o->raw = true;
	if (s.n && fwrite(s.p, 1, s.n, o->s.to) != s.n)
		return wrong(e);
	return PL_OK;
}

static enum pl_rc trusted(const struct pl_field *f, const void *row,
			  enum pl_trust least, struct pl_err *e);

static enum pl_rc trusted_list(const struct pl_field *f,
			       const struct pl_list *l, enum pl_trust least,
			       struct pl_err *e)
{
	for (size_t i = 0; i < l->n; i++)
		PL_TRY(trusted(f->sub, (const char *)l->v + i * f->size, least,
			       e));
	return PL_OK;
}

static enum pl_rc trusted(const struct pl_field *f, const void *row,
			  enum pl_trust least, struct pl_err *e)
{
	for (; f->name; f++) {
		const void *v = pl_field_value(f, row);

		if (v && f->kind == PL_OBJECT)
			PL_TRY(trusted(f->sub, v, least, e));
		if (v && f->kind == PL_LIST && f->sub)
			PL_TRY(trusted_list(f, v, least, e));
		if (v && f->kind == PL_TRUST &&
		    *(const enum pl_trust *)v < least)
			return pl_fail(
				e, PL_EPROOF,
				"the result is %s, --require asks for %s",
				pl_trust_name(*(const enum pl_trust *)v),
				pl_trust_name(least));
	}
	return PL_OK;
}

static void render(struct pl_out *o, struct pl_buf *b, const void *row)
{
	const struct pl_field *f = o->s.fields;

	switch (o->s.format) {
	case PL_FMT_JSON:
		if (o->s.many)
			pl_buf_str(b, o->rows ? ",\n" : "[\n");
		pl_json_row(b, f, row, o->s.many ? -1 : 0);
		if (!o->s.many)
			pl_buf_byte(b, '\n');
		break;
	case PL_JSONL:
		pl_json_row(b, f, row, -1);
		pl_buf_byte(b, '\n');
		break;
	case PL_CSV:
		if (!o->rows)
			pl_csv_head(b, f);
		pl_csv_row(b, f, row);
		break;
	case PL_TEXT:
		if (o->s.many)
			pl_text_add(o, row);
		else
			pl_text_row(o, row);
		break;
	}
}

enum pl_rc pl_out_row(struct pl_out *o, const void *row, struct pl_err *e)
{
	struct pl_buf b;

	assert(o->s.fields && (o->s.many || !o->rows));
	if (o->s.require)
		PL_TRY(trusted(o->s.fields, row, o->s.require, e));
	if (!o->scratch)
		o->scratch = pl_arena_open(0);
	if (o->s.format == PL_TEXT && o->s.text) {
		PL_TRY(o->s.text(o, row, e));
	} else {
		pl_buf_init(&b, o->scratch);
		render(o, &b, row);
		PL_TRY(put(o, &b, e));
	}
	if (o->s.copy) {
		pl_json_row(o->s.copy, o->s.fields, row, -1);
		pl_buf_byte(o->s.copy, '\n');
	}
	o->rows++;
	pl_arena_reset(o->scratch);
	return ferror(o->s.to) ? wrong(e) : PL_OK;
}

void pl_out_block(struct pl_out *o, const void *row)
{
	pl_text_row(o, row);
}

static void finish(struct pl_out *o, bool done, struct pl_buf *b)
{
	switch (o->s.format) {
	case PL_FMT_JSON:
		if (o->s.many && o->rows)
			pl_buf_str(b, "\n]\n");
		else if (o->s.many && done)
			pl_buf_str(b, "[]\n");
		break;
	case PL_CSV:
		if (o->s.many && !o->rows && done)
			pl_csv_head(b, o->s.fields);
		break;
	case PL_TEXT:
		pl_text_end(o);
		break;
	case PL_JSONL:
		break;
	}
}

enum pl_rc pl_out_end(struct pl_out *o, bool done, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	struct pl_buf b;

	pl_buf_init(&b, o->a);
	if (o->s.fields && !o->raw)
		finish(o, done, &b);
	rc = put(o, &b, e);
	pl_arena_close(o->scratch);
	o->scratch = NULL;
	if (!rc && (fflush(o->s.to) || ferror(o->s.to)))
		rc = wrong(e);
	return rc;
}
