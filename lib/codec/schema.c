#include "codec/schema.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/format.h"
#include "codec/jcs.h"
#include "codec/schema_impl.h"
#include "codec/utf8.h"

#define REGEX_COST 100 /* steps charged for one search */
#define SHOWN 60       /* characters of a value in a message */

/* The way into the value, innermost first. */
struct at {
	const struct at *up;
	const char *key; /* NULL: an index */
	size_t index;
};

/* The resources entered, innermost first: what $dynamicRef looks through. */
struct scope {
	const struct scope *up;
	size_t resource;
};

/* Which children of an array or object some keyword has looked at. */
struct marks {
	uint8_t *seen;
	size_t n;
};

struct run {
	struct pl_arena *a;       /* of the errors */
	struct pl_arena *scratch; /* of this check */
	const struct pl_schema *s;
	struct pl_schema_errors *out;
	size_t steps, depth;
};

/* One schema applied to one value. */
struct node {
	const struct pl_json *schema, *v;
	size_t resource;
	const struct scope *scope;
	const struct at *at;
	struct marks *marks; /* NULL: nobody asks */
	bool quiet;          /* the answer counts, the words do not */
	bool valid;
};

static enum pl_rc apply(struct run *r, struct node *n, struct pl_err *e);

static enum pl_rc charge(struct run *r, size_t cost, struct pl_err *e)
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

static void put_pointer(struct pl_buf *b, const struct at *at)
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

/* A value as JSON, cut at a character's end when long. */
static const char *shown(struct run *r, const struct pl_json *v)
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

static void wrong(struct run *r, struct node *n, const char *keyword,
		  const char *message)
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

/* Formatting costs memory: only where somebody will read it. */
#define WRONG(run_, node_, keyword, ...)                                       \
	wrong(run_, node_, keyword,                                            \
	      (node_)->quiet || (run_)->out->n == PL_MAX_SCHEMA_ERRORS         \
		      ? ""                                                     \
		      : pl_printf((run_)->a, __VA_ARGS__))

/* ------------------------------------------------------------------ marks */

static enum pl_rc new_marks(struct run *r, struct marks *m,
			    const struct node *n, struct pl_err *e)
{
	*m = (struct marks){ NULL, pl_json_len(n->v) };
	if (!r->s->tracks || !m->n)
		return PL_OK;
	PL_TRY(charge(r, 1 + m->n / 16, e));
	m->seen = pl_alloc(r->scratch, m->n);
	return PL_OK;
}

static void mark(struct node *n, size_t i)
{
	if (n->marks && n->marks->seen)
		n->marks->seen[i] = 1;
}

static void mark_from(struct node *n, const struct marks *m)
{
	if (n->marks && n->marks->seen && m->seen)
		for (size_t i = 0; i < m->n; i++)
			n->marks->seen[i] |= m->seen[i];
}

/* --------------------------------------------------- schemas inside schemas */

/* The same value under another schema; its marks count when it holds.  Where
 * it must hold (not quiet) they count in any case: the value is wrong then
 * anyway, and nobody wants to hear that all its members are unknown. */
static enum pl_rc in_place(struct run *r, bool *valid, struct node *n,
			   const struct pl_json *schema, bool quiet,
			   struct pl_err *e)
{
	struct marks m;
	struct node sub = *n;

	PL_TRY(new_marks(r, &m, n, e));
	sub.schema = schema;
	sub.marks = &m;
	sub.quiet = n->quiet || quiet;
	sub.valid = true;
	PL_TRY(apply(r, &sub, e));
	if (sub.valid || !quiet)
		mark_from(n, &m);
	*valid = sub.valid;
	return PL_OK;
}

/* A member or item under a schema. */
static enum pl_rc child(struct run *r, bool *valid, struct node *n,
			const struct pl_json *schema, const struct pl_json *v,
			const char *key, size_t index, bool quiet,
			struct pl_err *e)
{
	struct at at = { n->at, key, index };
	struct node sub = *n;

	sub.schema = schema;
	sub.v = v;
	sub.at = &at;
	sub.marks = NULL;
	sub.quiet = n->quiet || quiet;
	sub.valid = true;
	PL_TRY(apply(r, &sub, e));
	*valid = sub.valid;
	return PL_OK;
}

/* One that must hold. */
static enum pl_rc must(struct run *r, struct node *n,
		       const struct pl_json *schema, const struct pl_json *v,
		       const char *key, size_t index, struct pl_err *e)
{
	bool ok;

	PL_TRY(child(r, &ok, n, schema, v, key, index, false, e));
	n->valid = n->valid && ok;
	mark(n, index);
	return PL_OK;
}

/* ---------------------------------------------------------------- keywords */

typedef enum pl_rc (*keyword_fn)(struct run *r, struct node *n,
				 const struct pl_json *arg, struct pl_err *e);

static bool is_type(const struct pl_json *v, const char *name)
{
	switch (pl_json_type(v)) {
	case PL_J_NULL:
		return !strcmp(name, "null");
	case PL_J_BOOL:
		return !strcmp(name, "boolean");
	case PL_J_INT:
	case PL_J_REAL:
		return !strcmp(name, "number") ||
		       (!strcmp(name, "integer") && pl_json_is_whole(v));
	case PL_J_STR:
		return !strcmp(name, "string");
	case PL_J_ARRAY:
		return !strcmp(name, "array");
	case PL_J_OBJECT:
		return !strcmp(name, "object");
	}
	return false;
}

/* "a string or null" */
static const char *type_words(struct run *r, const struct pl_json *arg)
{
	struct pl_buf b;

	if (pl_json_type(arg) == PL_J_STR)
		return pl_json_str(arg);
	pl_buf_init(&b, r->a);
	for (size_t i = 0; i < pl_json_len(arg); i++)
		pl_buf_fmt(&b, "%s%s", i ? " or " : "",
			   pl_json_str(pl_json_at(arg, i)));
	return pl_buf_cstr(&b);
}

static enum pl_rc k_type(struct run *r, struct node *n,
			 const struct pl_json *arg, struct pl_err *e)
{
	size_t count = pl_json_len(arg);

	(void)e;
	if (pl_json_type(arg) == PL_J_STR && is_type(n->v, pl_json_str(arg)))
		return PL_OK;
	for (size_t i = 0; i < count; i++)
		if (is_type(n->v, pl_json_str(pl_json_at(arg, i))))
			return PL_OK;
	WRONG(r, n, "type", "is %s, and must be of type %s", shown(r, n->v),
	      type_words(r, arg));
	return PL_OK;
}

static enum pl_rc k_const(struct run *r, struct node *n,
			  const struct pl_json *arg, struct pl_err *e)
{
	size_t cost = 0;

	if (!pl_json_equal(n->v, arg, &cost))
		WRONG(r, n, "const", "is %s, and must be %s", shown(r, n->v),
		      shown(r, arg));
	return charge(r, cost, e);
}

static enum pl_rc k_enum(struct run *r, struct node *n,
			 const struct pl_json *arg, struct pl_err *e)
{
	struct pl_buf b;
	size_t cost = 0;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		if (pl_json_equal(n->v, pl_json_at(arg, i), &cost))
			return charge(r, cost, e);
	}
	PL_TRY(charge(r, cost, e));
	pl_buf_init(&b, r->scratch);
	for (size_t i = 0; !n->quiet && i < pl_json_len(arg) && b.n < 300; i++)
		pl_buf_fmt(&b, "%s%s", i ? ", " : "",
			   shown(r, pl_json_at(arg, i)));
	WRONG(r, n, "enum", "is %s, and must be one of %s", shown(r, n->v),
	      pl_buf_cstr(&b));
	return PL_OK;
}

static bool is_number(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_INT || pl_json_type(v) == PL_J_REAL;
}

#define BOUND(fn, keyword, holds, words)                                       \
	static enum pl_rc fn(struct run *r, struct node *n,                    \
			     const struct pl_json *arg, struct pl_err *e)      \
	{                                                                      \
		(void)e;                                                       \
		if (is_number(n->v) &&                                         \
		    !(pl_json_compare_numbers(n->v, arg) holds 0))             \
			WRONG(r, n, keyword,                                   \
			      "is %s, and must be " words " %s",               \
			      shown(r, n->v), shown(r, arg));                  \
		return PL_OK;                                                  \
	}
BOUND(k_maximum, "maximum", <=, "at most")
BOUND(k_minimum, "minimum", >=, "at least")
BOUND(k_exclusive_maximum, "exclusiveMaximum", <, "less than")
BOUND(k_exclusive_minimum, "exclusiveMinimum", >, "more than")

static enum pl_rc k_multiple_of(struct run *r, struct node *n,
				const struct pl_json *arg, struct pl_err *e)
{
	if (is_number(n->v) && !pl_json_is_multiple(n->v, arg))
		WRONG(r, n, "multipleOf", "is %s, no multiple of %s",
		      shown(r, n->v), shown(r, arg));
	return charge(r, 4, e);
}

/* A count against a bound that may be written as a real number. */
static int against(size_t count, const struct pl_json *arg)
{
	double x = 0;
	struct pl_err e;

	(void)!pl_json_num(&x, arg, &e);
	return (double)count < x ? -1 : (double)count > x;
}

static enum pl_rc count_rule(struct run *r, struct node *n, size_t count,
			     const struct pl_json *arg, const char *keyword,
			     const char *unit, bool at_most)
{
	int way = against(count, arg);

	if (at_most ? way > 0 : way < 0)
		WRONG(r, n, keyword, "has %zu %s, and must have at %s %s",
		      count, unit, at_most ? "most" : "least", shown(r, arg));
	return PL_OK;
}

#define COUNTED(fn, keyword, t, how, unit, at_most)                            \
	static enum pl_rc fn(struct run *r, struct node *n,                    \
			     const struct pl_json *arg, struct pl_err *e)      \
	{                                                                      \
		if (pl_json_type(n->v) != t)                                   \
			return PL_OK;                                          \
		PL_TRY(charge(r, 1 + pl_json_str_len(n->v) / 64, e));          \
		return count_rule(r, n, how, arg, keyword, unit, at_most);     \
	}
#define POINTS pl_utf8_count(pl_json_str(n->v), pl_json_str_len(n->v))
COUNTED(k_max_length, "maxLength", PL_J_STR, POINTS, "characters", true)
COUNTED(k_min_length, "minLength", PL_J_STR, POINTS, "characters", false)
COUNTED(k_max_items, "maxItems", PL_J_ARRAY, pl_json_len(n->v), "items", true)
COUNTED(k_min_items, "minItems", PL_J_ARRAY, pl_json_len(n->v), "items", false)
COUNTED(k_max_properties, "maxProperties", PL_J_OBJECT, pl_json_len(n->v),
	"members", true)
COUNTED(k_min_properties, "minProperties", PL_J_OBJECT, pl_json_len(n->v),
	"members", false)

static enum pl_rc find(struct run *r, bool *found, const char *pattern,
		       const char *s, size_t len, struct pl_err *e)
{
	struct pl_regex *re = pl_schema_pattern(r->s, pattern);

	if (!re)
		return pl_fail(e, PL_EFORMAT,
			       "schema: a reference leads to a "
			       "pattern outside of any schema");
	PL_TRY(charge(r, REGEX_COST + len / 8, e));
	return pl_regex_find(found, re, s, len, e);
}

static enum pl_rc k_pattern(struct run *r, struct node *n,
			    const struct pl_json *arg, struct pl_err *e)
{
	bool found;

	if (pl_json_type(n->v) != PL_J_STR)
		return PL_OK;
	PL_TRY(find(r, &found, pl_json_str(arg), pl_json_str(n->v),
		    pl_json_str_len(n->v), e));
	if (!found)
		WRONG(r, n, "pattern", "is %s, which does not match %s",
		      shown(r, n->v), pl_json_str(arg));
	return PL_OK;
}

static enum pl_rc k_format(struct run *r, struct node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	const char *format = pl_json_str(arg);
	struct pl_regex *re;

	if (pl_json_type(n->v) != PL_J_STR)
		return PL_OK;
	PL_TRY(charge(r, 1 + pl_json_str_len(n->v) / 16, e));
	if (!strcmp(format, "regex")) {
		PL_TRY(charge(r, REGEX_COST, e));
		if (!pl_regex_compile(r->scratch, &re, pl_json_str(n->v),
				      pl_json_str_len(n->v), e))
			return PL_OK;
		if (e->rc != PL_EFORMAT)
			return e->rc;
		WRONG(r, n, "format", "is %s, no regular expression",
		      shown(r, n->v));
	} else if (!pl_format_ok(format, pl_json_str(n->v),
				 pl_json_str_len(n->v))) {
		WRONG(r, n, "format", "is %s, and must be %s", shown(r, n->v),
		      pl_format_about(format));
	}
	return PL_OK;
}

/* ----------------------------------------------------------------- arrays */

static enum pl_rc k_prefix_items(struct run *r, struct node *n,
				 const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v) && i < pl_json_len(arg); i++)
		PL_TRY(must(r, n, pl_json_at(arg, i), pl_json_at(n->v, i), NULL,
			    i, e));
	return PL_OK;
}

static enum pl_rc k_items(struct run *r, struct node *n,
			  const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = pl_json_len(pl_json_get(n->schema, "prefixItems"));
	     i < pl_json_len(n->v); i++)
		PL_TRY(must(r, n, arg, pl_json_at(n->v, i), NULL, i, e));
	return PL_OK;
}

static enum pl_rc k_contains(struct run *r, struct node *n,
			     const struct pl_json *arg, struct pl_err *e)
{
	const struct pl_json *least = pl_json_get(n->schema, "minContains");
	const struct pl_json *most = pl_json_get(n->schema, "maxContains");
	size_t count = 0;
	bool ok;

	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v); i++) {
		PL_TRY(child(r, &ok, n, arg, pl_json_at(n->v, i), NULL, i, true,
			     e));
		count += ok;
		if (ok)
			mark(n, i);
	}
	if (least ? against(count, least) < 0 : !count)
		WRONG(r, n, least ? "minContains" : "contains",
		      "%zu of the items are as wanted, and at least %s must "
		      "be",
		      count, least ? shown(r, least) : "1");
	if (most && against(count, most) > 0)
		WRONG(r, n, "maxContains",
		      "%zu of the items are as wanted, and at most %s may be",
		      count, shown(r, most));
	return PL_OK;
}

struct hashed {
	uint64_t hash;
	const struct pl_json *v;
	size_t index;
};

static int by_hash(const void *x, const void *y)
{
	const struct hashed *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static enum pl_rc k_unique_items(struct run *r, struct node *n,
				 const struct pl_json *arg, struct pl_err *e)
{
	size_t count = pl_json_len(n->v), cost = 0;
	struct hashed *h;

	if (pl_json_type(n->v) != PL_J_ARRAY || !pl_json_bool(arg) || !count)
		return PL_OK;
	PL_TRY(charge(r, count, e));
	h = PL_NEW_N(r->scratch, struct hashed, count);
	for (size_t i = 0; i < count; i++) {
		h[i].v = pl_json_at(n->v, i);
		h[i].index = i;
		h[i].hash = pl_json_hash(h[i].v, &cost);
	}
	PL_TRY(charge(r, cost, e));
	qsort(h, count, sizeof(*h), by_hash);
	for (size_t i = 1; i < count; i++) {
		for (size_t k = i; k-- && h[k].hash == h[i].hash;) {
			cost = 0;
			if (pl_json_equal(h[k].v, h[i].v, &cost)) {
				WRONG(r, n, "uniqueItems",
				      "items %zu and %zu are the same",
				      h[k].index, h[i].index);
				return PL_OK;
			}
			PL_TRY(charge(r, cost, e));
		}
	}
	return PL_OK;
}

/* ---------------------------------------------------------------- objects */

static enum pl_rc k_required(struct run *r, struct node *n,
			     const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(arg); i++)
		if (!pl_json_get(n->v, pl_json_str(pl_json_at(arg, i))))
			WRONG(r, n, "required", "\"%s\" is missing",
			      pl_json_str(pl_json_at(arg, i)));
	return charge(r, pl_json_len(arg), e);
}

static enum pl_rc k_dependent_required(struct run *r, struct node *n,
				       const struct pl_json *arg,
				       struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(arg); it; it = pl_json_next(arg, it)) {
		const struct pl_json *names = pl_json_iter_value(it);

		PL_TRY(charge(r, 1 + pl_json_len(names), e));
		if (!pl_json_get(n->v, pl_json_iter_key(it)))
			continue;
		for (size_t i = 0; i < pl_json_len(names); i++)
			if (!pl_json_get(n->v,
					 pl_json_str(pl_json_at(names, i))))
				WRONG(r, n, "dependentRequired",
				      "\"%s\" is missing, which belongs to "
				      "\"%s\"",
				      pl_json_str(pl_json_at(names, i)),
				      pl_json_iter_key(it));
	}
	return PL_OK;
}

static enum pl_rc k_dependent_schemas(struct run *r, struct node *n,
				      const struct pl_json *arg,
				      struct pl_err *e)
{
	bool ok;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(arg); it; it = pl_json_next(arg, it)) {
		PL_TRY(charge(r, 1, e));
		if (!pl_json_get(n->v, pl_json_iter_key(it)))
			continue;
		PL_TRY(in_place(r, &ok, n, pl_json_iter_value(it), false, e));
		n->valid = n->valid && ok;
	}
	return PL_OK;
}

static enum pl_rc k_properties(struct run *r, struct node *n,
			       const struct pl_json *arg, struct pl_err *e)
{
	size_t i = 0;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	PL_TRY(charge(r, pl_json_len(n->v), e));
	for (void *it = pl_json_iter(n->v); it;
	     it = pl_json_next(n->v, it), i++) {
		const char *key = pl_json_iter_key(it);
		const struct pl_json *schema = pl_json_get(arg, key);

		if (schema)
			PL_TRY(must(r, n, schema, pl_json_iter_value(it), key,
				    i, e));
	}
	return PL_OK;
}

static enum pl_rc k_pattern_properties(struct run *r, struct node *n,
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

			PL_TRY(find(r, &found, pl_json_iter_key(p), key,
				    strlen(key), e));
			if (found)
				PL_TRY(must(r, n, pl_json_iter_value(p),
					    pl_json_iter_value(it), key, i, e));
		}
	}
	return PL_OK;
}

/* Does a schema beside additionalProperties speak of this member? */
static enum pl_rc is_spoken_of(struct run *r, bool *out, const struct node *n,
			       const char *key, struct pl_err *e)
{
	const struct pl_json *patterns =
		pl_json_get(n->schema, "patternProperties");

	*out = pl_json_get(pl_json_get(n->schema, "properties"), key) != NULL;
	if (!patterns)
		return PL_OK;
	for (void *p = pl_json_iter(patterns); p && !*out;
	     p = pl_json_next(patterns, p))
		PL_TRY(find(r, out, pl_json_iter_key(p), key, strlen(key), e));
	return PL_OK;
}

static bool is_false(const struct pl_json *schema)
{
	return pl_json_type(schema) == PL_J_BOOL && !pl_json_bool(schema);
}

/* A member under a schema; where that is plain false, say what it means. */
static enum pl_rc extra_member(struct run *r, struct node *n,
			       const struct pl_json *schema, void *it, size_t i,
			       const char *keyword, struct pl_err *e)
{
	const char *key = pl_json_iter_key(it);
	struct at at = { n->at, key, i };
	struct node sub = *n;

	if (!is_false(schema))
		return must(r, n, schema, pl_json_iter_value(it), key, i, e);
	sub.at = &at;
	WRONG(r, &sub, keyword, "no member of that name belongs here");
	n->valid = false;
	return PL_OK;
}

static enum pl_rc k_additional_properties(struct run *r, struct node *n,
					  const struct pl_json *arg,
					  struct pl_err *e)
{
	size_t i = 0;
	bool known;

	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	PL_TRY(charge(r, pl_json_len(n->v), e));
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
static enum pl_rc k_property_names(struct run *r, struct node *n,
				   const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(n->v); it; it = pl_json_next(n->v, it)) {
		const char *key = pl_json_iter_key(it);
		const struct pl_json *name;
		bool ok;

		PL_TRY(charge(r, 1 + strlen(key) / 16, e));
		PL_TRY(pl_json_new_str(r->scratch, &name, key, e));
		PL_TRY(child(r, &ok, n, arg, name, key, 0, false, e));
		if (!ok)
			WRONG(r, n, "propertyNames",
			      "\"%s\" cannot be the name of a member here",
			      key);
	}
	return PL_OK;
}

static enum pl_rc k_unevaluated_properties(struct run *r, struct node *n,
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

static enum pl_rc k_unevaluated_items(struct run *r, struct node *n,
				      const struct pl_json *arg,
				      struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_ARRAY)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(n->v); i++) {
		struct at at = { n->at, NULL, i };
		struct node sub = *n;

		if (n->marks->seen[i])
			continue;
		if (!is_false(arg)) {
			PL_TRY(must(r, n, arg, pl_json_at(n->v, i), NULL, i,
				    e));
			continue;
		}
		sub.at = &at;
		WRONG(r, &sub, "unevaluatedItems", "no item belongs here");
		n->valid = false;
	}
	return PL_OK;
}

/* ------------------------------------------------------------------- logic */

static enum pl_rc k_all_of(struct run *r, struct node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	bool ok;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		PL_TRY(in_place(r, &ok, n, pl_json_at(arg, i), false, e));
		n->valid = n->valid && ok;
	}
	return PL_OK;
}

/* How many of the schemas hold, quietly; stops at `enough`, unless marks are
 * wanted from all that hold. */
static enum pl_rc count_holding(struct run *r, size_t *out, struct node *n,
				const struct pl_json *arg, size_t enough,
				struct pl_err *e)
{
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		PL_TRY(in_place(r, &ok, n, pl_json_at(arg, i), true, e));
		count += ok;
		if (count == enough && !r->s->tracks)
			break;
	}
	*out = count;
	return PL_OK;
}

static enum pl_rc k_any_of(struct run *r, struct node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	size_t count;

	PL_TRY(count_holding(r, &count, n, arg, 1, e));
	if (!count)
		WRONG(r, n, "anyOf", "has none of the %zu forms it may have",
		      pl_json_len(arg));
	return PL_OK;
}

static enum pl_rc k_one_of(struct run *r, struct node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	size_t count;

	PL_TRY(count_holding(r, &count, n, arg, 2, e));
	if (count != 1)
		WRONG(r, n, "oneOf",
		      count ? "has more than one of the %zu forms it may have"
			    : "has none of the %zu forms it may have",
		      pl_json_len(arg));
	return PL_OK;
}

static enum pl_rc k_not(struct run *r, struct node *n,
			const struct pl_json *arg, struct pl_err *e)
{
	struct node sub = *n;
	struct marks none;

	PL_TRY(new_marks(r, &none, n, e));
	sub.schema = arg;
	sub.marks = &none;
	sub.quiet = sub.valid = true;
	PL_TRY(apply(r, &sub, e));
	if (sub.valid)
		WRONG(r, n, "not", "has the one form it must not have");
	return PL_OK;
}

static enum pl_rc k_if(struct run *r, struct node *n, const struct pl_json *arg,
		       struct pl_err *e)
{
	const struct pl_json *next;
	bool ok;

	PL_TRY(in_place(r, &ok, n, arg, true, e));
	next = pl_json_get(n->schema, ok ? "then" : "else");
	if (!next)
		return PL_OK;
	PL_TRY(in_place(r, &ok, n, next, false, e));
	n->valid = n->valid && ok;
	return PL_OK;
}

static enum pl_rc follow(struct run *r, struct node *n,
			 const struct pl_schema_target *t, struct pl_err *e)
{
	struct node sub = *n;
	struct marks m;

	PL_TRY(new_marks(r, &m, n, e));
	sub.schema = t->at;
	sub.resource = t->resource;
	sub.marks = &m;
	sub.valid = true;
	PL_TRY(apply(r, &sub, e));
	mark_from(n, &m);
	n->valid = n->valid && sub.valid;
	return PL_OK;
}

static enum pl_rc k_ref(struct run *r, struct node *n,
			const struct pl_json *arg, struct pl_err *e)
{
	struct pl_schema_target t;

	PL_TRY(charge(r, 8, e));
	PL_TRY(pl_schema_resolve(&t, r->s, n->resource, pl_json_str(arg),
				 r->scratch, e));
	return follow(r, n, &t, e);
}

/* The outermost resource on the way here that has the dynamic anchor. */
static void redirect(struct pl_schema_target *t, const struct run *r,
		     const struct scope *scope)
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

static enum pl_rc k_dynamic_ref(struct run *r, struct node *n,
				const struct pl_json *arg, struct pl_err *e)
{
	struct pl_schema_target t;
	size_t depth = 0;

	PL_TRY(pl_schema_resolve(&t, r->s, n->resource, pl_json_str(arg),
				 r->scratch, e));
	for (const struct scope *s = n->scope; s; s = s->up)
		depth++;
	PL_TRY(charge(r, 8 + depth * (1 + r->s->n_anchors / 8), e));
	if (t.dynamic)
		redirect(&t, r, n->scope);
	return follow(r, n, &t, e);
}

/* In the order they are applied: the last two look at what the others saw. */
static const struct {
	const char *name;
	keyword_fn fn;
} keywords[] = {
	{ "type", k_type },
	{ "const", k_const },
	{ "enum", k_enum },
	{ "maximum", k_maximum },
	{ "minimum", k_minimum },
	{ "exclusiveMaximum", k_exclusive_maximum },
	{ "exclusiveMinimum", k_exclusive_minimum },
	{ "multipleOf", k_multiple_of },
	{ "maxLength", k_max_length },
	{ "minLength", k_min_length },
	{ "pattern", k_pattern },
	{ "format", k_format },
	{ "maxItems", k_max_items },
	{ "minItems", k_min_items },
	{ "uniqueItems", k_unique_items },
	{ "maxProperties", k_max_properties },
	{ "minProperties", k_min_properties },
	{ "required", k_required },
	{ "dependentRequired", k_dependent_required },
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
};

static enum pl_rc apply_keywords(struct run *r, struct node *n,
				 struct pl_err *e)
{
	size_t left = pl_json_len(n->schema);

	for (size_t i = 0; left && i < sizeof(keywords) / sizeof(keywords[0]);
	     i++) {
		const struct pl_json *arg =
			pl_json_get(n->schema, keywords[i].name);

		if (!arg)
			continue;
		PL_TRY(keywords[i].fn(r, n, arg, e));
		if (!n->valid && n->quiet)
			break;
		left--;
	}
	return PL_OK;
}

/* Recursion: nesting of the value is bounded by its reader, references that
 * lead in a circle without going into the value by PL_MAX_SCHEMA_DEPTH. */
static enum pl_rc apply(struct run *r, struct node *n, struct pl_err *e)
{
	struct scope scope = { n->scope, n->resource };
	struct marks own;
	enum pl_rc rc;

	PL_TRY(charge(r, 2, e));
	if (pl_json_type(n->schema) == PL_J_BOOL) {
		if (!pl_json_bool(n->schema))
			WRONG(r, n, "false", "nothing belongs here");
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
	if (!n->marks) {
		PL_TRY(new_marks(r, &own, n, e));
		n->marks = &own;
	}
	n->resource = pl_schema_resource_of(r->s, n->schema, n->resource);
	scope.resource = n->resource;
	n->scope = &scope;
	r->depth++;
	rc = apply_keywords(r, n, e);
	r->depth--;
	return rc;
}

enum pl_rc pl_schema_check(struct pl_arena *a, struct pl_schema_errors *out,
			   const struct pl_schema *s, const struct pl_json *v,
			   struct pl_err *e)
{
	struct pl_schema_errors errors = { NULL, 0 };
	struct run r = { .a = a, .s = s, .out = &errors };
	struct node n = { .schema = s->root, .v = v, .valid = true };
	enum pl_rc rc;

	r.scratch = pl_arena_open(0);
	rc = apply(&r, &n, e);
	pl_arena_close(r.scratch);
	if (!rc)
		*out = errors;
	return rc;
}
