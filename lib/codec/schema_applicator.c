/* Keywords that apply further schemas: to items, to members, to the value
 * itself, and from elsewhere. */
#include "codec/schema_impl.h"

/* ------------------------------------------------------------------- items */

static enum pl_rc k_prefix_items(struct pl_schema_run *r,
				 struct pl_schema_node *n,
				 const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v) && i < pl_json_len(arg); i++)
		PL_TRY(pl_schema_must(r, n, pl_json_at(arg, i),
				      pl_json_at(n->v, i), NULL, i, e));
	return PL_OK;
}

static enum pl_rc k_items(struct pl_schema_run *r, struct pl_schema_node *n,
			  const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = pl_json_len(pl_json_get(n->schema, "prefixItems"));
	     i < pl_json_len(n->v); i++)
		PL_TRY(pl_schema_must(r, n, arg, pl_json_at(n->v, i), NULL, i,
				      e));
	return PL_OK;
}

static enum pl_rc k_contains(struct pl_schema_run *r, struct pl_schema_node *n,
			     const struct pl_json *arg, struct pl_err *e)
{
	const struct pl_json *least = pl_json_get(n->schema, "minContains");
	const struct pl_json *most = pl_json_get(n->schema, "maxContains");
	size_t count = 0;
	bool ok;

	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v); i++) {
		PL_TRY(pl_schema_child(r, &ok, n, arg, pl_json_at(n->v, i),
				       NULL, i, true, e));
		count += ok;
		if (ok)
			pl_schema_mark(n, i);
	}
	if (least ? pl_schema_count_against(count, least) < 0 : !count)
		PL_SCHEMA_WRONG(
			r, n, least ? "minContains" : "contains",
			"%zu of the items are as wanted, and at least %s must "
			"be",
			count, least ? pl_schema_shown(r, least) : "1");
	if (most && pl_schema_count_against(count, most) > 0)
		PL_SCHEMA_WRONG(
			r, n, "maxContains",
			"%zu of the items are as wanted, and at most %s may be",
			count, pl_schema_shown(r, most));
	return PL_OK;
}

/* ----------------------------------------------------------------- members */

static enum pl_rc k_dependent_schemas(struct pl_schema_run *r,
				      struct pl_schema_node *n,
				      const struct pl_json *arg,
				      struct pl_err *e)
{
	bool ok;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(arg); it; it = pl_json_next(arg, it)) {
		PL_TRY(pl_schema_charge(r, 1, e));
		if (!pl_json_get(n->v, pl_json_iter_key(it)))
			continue;
		PL_TRY(pl_schema_in_place(r, &ok, n, pl_json_iter_value(it),
					  false, e));
		n->valid = n->valid && ok;
	}
	return PL_OK;
}

static enum pl_rc k_properties(struct pl_schema_run *r,
			       struct pl_schema_node *n,
			       const struct pl_json *arg, struct pl_err *e)
{
	size_t i = 0;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	PL_TRY(pl_schema_charge(r, pl_json_len(n->v), e));
	for (void *it = pl_json_iter(n->v); it;
	     it = pl_json_next(n->v, it), i++) {
		const char *key = pl_json_iter_key(it);
		const struct pl_json *schema = pl_json_get(arg, key);

		if (schema)
			PL_TRY(pl_schema_must(r, n, schema,
					      pl_json_iter_value(it), key, i,
					      e));
	}
	return PL_OK;
}

static enum pl_rc k_pattern_properties(struct pl_schema_run *r,
				       struct pl_schema_node *n,
				       const struct pl_json *arg,
				       struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *p = pl_json_iter(arg); p; p = pl_json_next(arg, p)) {
		size_t i = 0;

		for (void *it = pl_json_iter(n->v); it;
		     it = pl_json_next(n->v, it), i++) {
			const char *key = pl_json_iter_key(it);
			bool found;

			PL_TRY(pl_schema_find(r, &found, pl_json_iter_key(p),
					      key, strlen(key), e));
			if (found)
				PL_TRY(pl_schema_must(
					r, n, pl_json_iter_value(p),
					pl_json_iter_value(it), key, i, e));
		}
	}
	return PL_OK;
}

/* Does a schema beside additionalProperties speak of this member? */
static enum pl_rc is_spoken_of(struct pl_schema_run *r, bool *out,
			       const struct pl_schema_node *n, const char *key,
			       struct pl_err *e)
{
	const struct pl_json *patterns =
		pl_json_get(n->schema, "patternProperties");

	*out = pl_json_get(pl_json_get(n->schema, "properties"), key) != NULL;
	if (!patterns)
		return PL_OK;
	for (void *p = pl_json_iter(patterns); p && !*out;
	     p = pl_json_next(patterns, p))
		PL_TRY(pl_schema_find(r, out, pl_json_iter_key(p), key,
				      strlen(key), e));
	return PL_OK;
}

static bool is_false(const struct pl_json *schema)
{
	return pl_json_type(schema) == PL_J_BOOL && !pl_json_bool(schema);
}

/* A member under a schema; where that is plain false, say what it means. */
static enum pl_rc extra_member(struct pl_schema_run *r,
			       struct pl_schema_node *n,
			       const struct pl_json *schema, void *it, size_t i,
			       const char *keyword, struct pl_err *e)
{
	const char *key = pl_json_iter_key(it);
	struct pl_schema_at at = { n->at, key, i };
	struct pl_schema_node sub = *n;

	if (!is_false(schema))
		return pl_schema_must(r, n, schema, pl_json_iter_value(it), key,
				      i, e);
	sub.at = &at;
	PL_SCHEMA_WRONG(r, &sub, keyword,
			"no member of that name belongs here");
	n->valid = false;
	return PL_OK;
}

static enum pl_rc k_additional_properties(struct pl_schema_run *r,
					  struct pl_schema_node *n,
					  const struct pl_json *arg,
					  struct pl_err *e)
{
	size_t i = 0;
	bool known;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	PL_TRY(pl_schema_charge(r, pl_json_len(n->v), e));
	for (void *it = pl_json_iter(n->v); it;
	     it = pl_json_next(n->v, it), i++) {
		PL_TRY(is_spoken_of(r, &known, n, pl_json_iter_key(it), e));
		if (!known)
			PL_TRY(extra_member(r, n, arg, it, i,
					    "additionalProperties", e));
	}
	return PL_OK;
}

/* A member's name is a string value of its own, made for the occasion. */
static enum pl_rc k_property_names(struct pl_schema_run *r,
				   struct pl_schema_node *n,
				   const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(n->v); it; it = pl_json_next(n->v, it)) {
		const char *key = pl_json_iter_key(it);
		const struct pl_json *name;
		bool ok;

		PL_TRY(pl_schema_charge(r, 1 + strlen(key) / 16, e));
		PL_TRY(pl_json_new_str(r->scratch, &name, key, e));
		PL_TRY(pl_schema_child(r, &ok, n, arg, name, key, 0, false, e));
		if (!ok)
			PL_SCHEMA_WRONG(
				r, n, "propertyNames",
				"\"%s\" cannot be the name of a member here",
				key);
	}
	return PL_OK;
}

static enum pl_rc k_unevaluated_properties(struct pl_schema_run *r,
					   struct pl_schema_node *n,
					   const struct pl_json *arg,
					   struct pl_err *e)
{
	size_t i = 0;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(n->v); it;
	     it = pl_json_next(n->v, it), i++)
		if (!n->marks->seen[i])
			PL_TRY(extra_member(r, n, arg, it, i,
					    "unevaluatedProperties", e));
	return PL_OK;
}

static enum pl_rc k_unevaluated_items(struct pl_schema_run *r,
				      struct pl_schema_node *n,
				      const struct pl_json *arg,
				      struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v); i++) {
		struct pl_schema_at at = { n->at, NULL, i };
		struct pl_schema_node sub = *n;

		if (n->marks->seen[i])
			continue;
		if (!is_false(arg)) {
			PL_TRY(pl_schema_must(r, n, arg, pl_json_at(n->v, i),
					      NULL, i, e));
			continue;
		}
		sub.at = &at;
		PL_SCHEMA_WRONG(r, &sub, "unevaluatedItems",
				"no item belongs here");
		n->valid = false;
	}
	return PL_OK;
}

/* ------------------------------------------------------------------- logic */

static enum pl_rc k_all_of(struct pl_schema_run *r, struct pl_schema_node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	bool ok;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		PL_TRY(pl_schema_in_place(r, &ok, n, pl_json_at(arg, i), false,
					  e));
		n->valid = n->valid && ok;
	}
	return PL_OK;
}

/* How many of the schemas hold, quietly; stops at `enough`, unless marks are
 * wanted from all that hold. */
static enum pl_rc count_holding(struct pl_schema_run *r, size_t *out,
				struct pl_schema_node *n,
				const struct pl_json *arg, size_t enough,
				struct pl_err *e)
{
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		PL_TRY(pl_schema_in_place(r, &ok, n, pl_json_at(arg, i), true,
					  e));
		count += ok;
		if (count == enough && !r->s->tracks)
			break;
	}
	*out = count;
	return PL_OK;
}

static enum pl_rc k_any_of(struct pl_schema_run *r, struct pl_schema_node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	size_t count;

	PL_TRY(count_holding(r, &count, n, arg, 1, e));
	if (!count)
		PL_SCHEMA_WRONG(r, n, "anyOf",
				"has none of the %zu forms it may have",
				pl_json_len(arg));
	return PL_OK;
}

static enum pl_rc k_one_of(struct pl_schema_run *r, struct pl_schema_node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	size_t count;

	PL_TRY(count_holding(r, &count, n, arg, 2, e));
	if (count != 1)
		PL_SCHEMA_WRONG(
			r, n, "oneOf",
			count ? "has more than one of the %zu forms it may have"
			      : "has none of the %zu forms it may have",
			pl_json_len(arg));
	return PL_OK;
}

static enum pl_rc k_not(struct pl_schema_run *r, struct pl_schema_node *n,
			const struct pl_json *arg, struct pl_err *e)
{
	struct pl_schema_node sub = *n;
	struct pl_schema_marks none;

	PL_TRY(pl_schema_new_marks(r, &none, n, e));
	sub.schema = arg;
	sub.marks = &none;
	sub.quiet = sub.valid = true;
	PL_TRY(pl_schema_apply(r, &sub, e));
	if (sub.valid)
		PL_SCHEMA_WRONG(r, n, "not",
				"has the one form it must not have");
	return PL_OK;
}

static enum pl_rc k_if(struct pl_schema_run *r, struct pl_schema_node *n,
		       const struct pl_json *arg, struct pl_err *e)
{
	const struct pl_json *next;
	bool ok;

	PL_TRY(pl_schema_in_place(r, &ok, n, arg, true, e));
	next = pl_json_get(n->schema, ok ? "then" : "else");
	if (!next)
		return PL_OK;
	PL_TRY(pl_schema_in_place(r, &ok, n, next, false, e));
	n->valid = n->valid && ok;
	return PL_OK;
}

static enum pl_rc follow(struct pl_schema_run *r, struct pl_schema_node *n,
			 const struct pl_schema_target *t, struct pl_err *e)
{
	struct pl_schema_node sub = *n;
	struct pl_schema_marks m;

	PL_TRY(pl_schema_new_marks(r, &m, n, e));
	sub.schema = t->at;
	sub.resource = t->resource;
	sub.marks = &m;
	sub.valid = true;
	PL_TRY(pl_schema_apply(r, &sub, e));
	pl_schema_mark_from(n, &m);
	n->valid = n->valid && sub.valid;
	return PL_OK;
}

static enum pl_rc k_ref(struct pl_schema_run *r, struct pl_schema_node *n,
			const struct pl_json *arg, struct pl_err *e)
{
	struct pl_schema_target t;

	PL_TRY(pl_schema_charge(r, 8, e));
	PL_TRY(pl_schema_resolve(&t, r->s, n->resource, pl_json_str(arg),
				 r->scratch, e));
	return follow(r, n, &t, e);
}

/* The outermost resource on the way here that has the dynamic anchor. */
static void redirect(struct pl_schema_target *t, const struct pl_schema_run *r,
		     const struct pl_schema_scope *scope)
{
	const char *name = t->dynamic;

	for (; scope; scope = scope->up) {
		for (size_t i = 0; i < r->s->n_anchors; i++) {
			const struct pl_schema_anchor *a = &r->s->anchors[i];

			if (a->dynamic && a->resource == scope->resource &&
			    !strcmp(a->name, name)) {
				t->at = a->at;
				t->resource = a->resource;
			}
		}
	}
}

static enum pl_rc k_dynamic_ref(struct pl_schema_run *r,
				struct pl_schema_node *n,
				const struct pl_json *arg, struct pl_err *e)
{
	struct pl_schema_target t;
	size_t depth = 0;

	PL_TRY(pl_schema_resolve(&t, r->s, n->resource, pl_json_str(arg),
				 r->scratch, e));
	for (const struct pl_schema_scope *s = n->scope; s; s = s->up)
		depth++;
	PL_TRY(pl_schema_charge(r, 8 + depth * (1 + r->s->n_anchors / 8), e));
	if (t.dynamic)
		redirect(&t, r, n->scope);
	return follow(r, n, &t, e);
}

/* In the order they are applied: the last two look at what the others saw. */
const struct pl_schema_keyword pl_schema_applicators[] = {
	{ "$ref", k_ref },
	{ "$dynamicRef", k_dynamic_ref },
	{ "allOf", k_all_of },
	{ "anyOf", k_any_of },
	{ "oneOf", k_one_of },
	{ "not", k_not },
	{ "if", k_if },
	{ "dependentSchemas", k_dependent_schemas },
	{ "prefixItems", k_prefix_items },
	{ "items", k_items },
	{ "contains", k_contains },
	{ "properties", k_properties },
	{ "patternProperties", k_pattern_properties },
	{ "additionalProperties", k_additional_properties },
	{ "propertyNames", k_property_names },
	{ "unevaluatedItems", k_unevaluated_items },
	{ "unevaluatedProperties", k_unevaluated_properties },
	{ NULL, NULL },
};
