/* A schema applied to a value: the walk, and the words for what is wrong. */
#include "codec/schema.h"

#include "codec/jcs.h"
#include "codec/schema_impl.h"

#define SHOWN 60 /* characters of a value in a message */

enum pl_rc pl_schema_charge(struct pl_schema_run *r, size_t cost,
			    struct pl_err *e)
{
	r->steps += cost;
	if (r->steps <= PL_MAX_SCHEMA_STEPS)
		return PL_OK;
	return pl_fail(e, PL_ELIMIT,
		       "the schema asks for more than %d steps: it is made to "
		       "take long, or the value is far too large",
		       PL_MAX_SCHEMA_STEPS);
}

/* --------------------------------------------------------------- messages */

static void put_pointer(struct pl_buf *b, const struct pl_schema_at *at)
{
	if (!at)
		return;
	put_pointer(b, at->up); /* as deep as the value */
	pl_buf_byte(b, '/');
	if (!at->key) {
		pl_buf_fmt(b, "%zu", at->index);
		return;
	}
	for (const char *p = at->key; *p; p++) {
		if (*p == '~' || *p == '/')
			pl_buf_str(b, *p == '~' ? "~0" : "~1");
		else
			pl_buf_byte(b, (uint8_t)*p);
	}
}

const char *pl_schema_shown(struct pl_schema_run *r, const struct pl_json *v)
{
	struct pl_buf b;
	struct pl_err e;
	size_t n = SHOWN;

	if (pl_json_type(v) == PL_J_ARRAY || pl_json_type(v) == PL_J_OBJECT)
		return pl_json_type_name(v);
	pl_buf_init(&b, r->a);
	if (pl_jcs(&b, v, &e))
		return "a number beyond 2^53";
	if (b.n <= SHOWN)
		return pl_buf_cstr(&b);
	while (n && (b.p[n] & 0xc0) == 0x80)
		n--;
	return pl_printf(r->a, "%.*s…", (int)n, (const char *)b.p);
}

void pl_schema_wrong(struct pl_schema_run *r, struct pl_schema_node *n,
		     const char *keyword, const char *message)
{
	struct pl_schema_errors *out = r->out;
	struct pl_buf at;

	n->valid = false;
	if (n->quiet || out->n == PL_MAX_SCHEMA_ERRORS)
		return;
	if (!out->v)
		out->v = PL_NEW_N(r->a, struct pl_schema_error,
				  PL_MAX_SCHEMA_ERRORS);
	pl_buf_init(&at, r->a);
	put_pointer(&at, n->at);
	out->v[out->n++] =
		(struct pl_schema_error){ pl_strdup(r->a, pl_buf_cstr(&at)),
					  keyword, message };
}

/* ------------------------------------------------------------------ marks */

enum pl_rc pl_schema_new_marks(struct pl_schema_run *r,
			       struct pl_schema_marks *m,
			       const struct pl_schema_node *n, struct pl_err *e)
{
	*m = (struct pl_schema_marks){ NULL, pl_json_len(n->v) };
	if (!r->s->tracks || !m->n)
		return PL_OK;
	PL_TRY(pl_schema_charge(r, 1 + m->n / 16, e));
	m->seen = pl_alloc(r->scratch, m->n);
	return PL_OK;
}

void pl_schema_mark(struct pl_schema_node *n, size_t i)
{
	if (n->marks && n->marks->seen)
		n->marks->seen[i] = 1;
}

void pl_schema_mark_from(struct pl_schema_node *n,
			 const struct pl_schema_marks *m)
{
	if (n->marks && n->marks->seen && m->seen)
		for (size_t i = 0; i < m->n; i++)
			n->marks->seen[i] |= m->seen[i];
}

/* --------------------------------------------------- schemas inside schemas */

enum pl_rc pl_schema_in_place(struct pl_schema_run *r, bool *valid,
			      struct pl_schema_node *n,
			      const struct pl_json *schema, bool quiet,
			      struct pl_err *e)
{
	struct pl_schema_marks m;
	struct pl_schema_node sub = *n;

	PL_TRY(pl_schema_new_marks(r, &m, n, e));
	sub.schema = schema;
	sub.marks = &m;
	sub.quiet = n->quiet || quiet;
	sub.valid = true;
	PL_TRY(pl_schema_apply(r, &sub, e));
	if (sub.valid || !quiet)
		pl_schema_mark_from(n, &m);
	*valid = sub.valid;
	return PL_OK;
}

enum pl_rc pl_schema_child(struct pl_schema_run *r, bool *valid,
			   struct pl_schema_node *n,
			   const struct pl_json *schema,
			   const struct pl_json *v, const char *key,
			   size_t index, bool quiet, struct pl_err *e)
{
	struct pl_schema_at at = { n->at, key, index };
	struct pl_schema_node sub = *n;

	sub.schema = schema;
	sub.v = v;
	sub.at = &at;
	sub.marks = NULL;
	sub.quiet = n->quiet || quiet;
	sub.valid = true;
	PL_TRY(pl_schema_apply(r, &sub, e));
	*valid = sub.valid;
	return PL_OK;
}

enum pl_rc pl_schema_must(struct pl_schema_run *r, struct pl_schema_node *n,
			  const struct pl_json *schema, const struct pl_json *v,
			  const char *key, size_t index, struct pl_err *e)
{
	bool ok;

	PL_TRY(pl_schema_child(r, &ok, n, schema, v, key, index, false, e));
	n->valid = n->valid && ok;
	pl_schema_mark(n, index);
	return PL_OK;
}

/* ---------------------------------------------------------------- the walk */

/* One table's keywords; *left counts those of the schema not yet met. */
static enum pl_rc apply_table(struct pl_schema_run *r, struct pl_schema_node *n,
			      size_t *left, const struct pl_schema_keyword *k,
			      struct pl_err *e)
{
	for (; *left && k->name; k++) {
		const struct pl_json *arg = pl_json_get(n->schema, k->name);

		if (!arg)
			continue;
		PL_TRY(k->fn(r, n, arg, e));
		if (!n->valid && n->quiet)
			*left = 0;
		else
			--*left;
	}
	return PL_OK;
}

static enum pl_rc apply_keywords(struct pl_schema_run *r,
				 struct pl_schema_node *n, struct pl_err *e)
{
	size_t left = pl_json_len(n->schema);

	PL_TRY(apply_table(r, n, &left, pl_schema_assertions, e));
	return apply_table(r, n, &left, pl_schema_applicators, e);
}

/* Recursion: nesting of the value is bounded by its reader, references that
 * lead in a circle without going into the value by PL_MAX_SCHEMA_DEPTH. */
enum pl_rc pl_schema_apply(struct pl_schema_run *r, struct pl_schema_node *n,
			   struct pl_err *e)
{
	struct pl_schema_scope scope = { n->scope, n->resource };
	struct pl_schema_node in = *n; /* with what lives as long as this */
	struct pl_schema_marks own;
	enum pl_rc rc;

	PL_TRY(pl_schema_charge(r, 2, e));
	if (pl_json_type(n->schema) == PL_J_BOOL) {
		if (!pl_json_bool(n->schema))
			PL_SCHEMA_WRONG(r, n, "false", "nothing belongs here");
		return PL_OK;
	}
	if (pl_json_type(n->schema) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "schema: a reference leads to %s",
			       pl_json_type_name(n->schema));
	if (r->depth == PL_MAX_SCHEMA_DEPTH)
		return pl_fail(e, PL_ELIMIT,
			       "schema: references nested deeper than %d, in "
			       "a circle perhaps",
			       PL_MAX_SCHEMA_DEPTH);
	if (!in.marks) {
		PL_TRY(pl_schema_new_marks(r, &own, n, e));
		in.marks = &own;
	}
	in.resource = pl_schema_resource_of(r->s, n->schema, n->resource);
	scope.resource = in.resource;
	in.scope = &scope;
	r->depth++;
	rc = apply_keywords(r, &in, e);
	r->depth--;
	n->valid = in.valid;
	return rc;
}

enum pl_rc pl_schema_check(struct pl_arena *a, struct pl_schema_errors *out,
			   const struct pl_schema *s, const struct pl_json *v,
			   struct pl_err *e)
{
	struct pl_schema_errors errors = { NULL, 0 };
	struct pl_schema_run r = { .a = a, .s = s, .out = &errors };
	struct pl_schema_node n = { .schema = s->root, .v = v, .valid = true };
	enum pl_rc rc;

	r.scratch = pl_arena_open(0);
	rc = pl_schema_apply(&r, &n, e);
	pl_arena_close(r.scratch);
	if (!rc)
		*out = errors;
	return rc;
}
