/* References between schemas: RFC 3986 resolution, ids, anchors, pointers. */
#include <stdlib.h>

#include "base/hex.h"
#include "base/limits.h"
#include "codec/schema_impl.h"

/* Length of "scheme:" at the head of a URI, or 0. */
static size_t scheme_len(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return n && s[n] == ':' ? n + 1 : 0;
}

/* Length of "//authority" at the head of what follows a scheme. */
static size_t authority_len(const char *s)
{
	return s[0] == '/' && s[1] == '/' ? 2 + strcspn(s + 2, "/?#") : 0;
}

/* SPEC RFC 3986 §5.2.4 remove_dot_segments, in place on an absolute path */
static void remove_dots(char *path)
{
	char *out = path, *in = path;

	while (*in) {
		size_t n = 1 + strcspn(in + 1, "/");
		bool last = !in[n];

		if (*in == '/' && n == 2 && in[1] == '.') {
			if (last)
				*out++ = '/';
		} else if (*in == '/' && n == 3 && !memcmp(in, "/..", 3)) {
			while (out > path && *--out != '/')
				;
			if (last)
				*out++ = '/';
		} else {
			memmove(out, in, n);
			out += n;
		}
		in += n;
	}
	*out = '\0';
}

/* SPEC RFC 3986 §5.2.2; the fragment of `ref` is left off */
static char *resolve_uri(struct pl_arena *a, const char *base, const char *ref)
{
	size_t n = strcspn(ref, "#"), scheme = scheme_len(base);
	size_t root = scheme + authority_len(base + scheme);
	size_t dir = strcspn(base, "?#");
	size_t path = strcspn(ref, "?#");
	char *merged, *tail;

	if (scheme_len(ref))
		return pl_strndup(a, ref, n);
	if (!n)
		return pl_strdup(a, base);
	if (ref[0] == '/' && ref[1] == '/')
		return pl_printf(a, "%.*s%.*s", (int)scheme, base, (int)n, ref);
	if (!path) /* "?query" */
		return pl_printf(a, "%.*s%.*s", (int)dir, base, (int)n, ref);
	while (dir > root && base[dir - 1] != '/')
		dir--;
	if (*ref == '/')
		dir = root;
	merged = pl_printf(a, "%.*s%s%.*s", (int)(dir - root), base + root,
			   dir == root && *ref != '/' && root > scheme ? "/"
								       : "",
			   (int)path, ref);
	if (*merged == '/')
		remove_dots(merged);
	tail = pl_strndup(a, ref + path, n - path);
	return pl_printf(a, "%.*s%s%s", (int)root, base, merged, tail);
}

size_t pl_schema_resource_of(const struct pl_schema *s,
			     const struct pl_json *at, size_t otherwise)
{
	if (!pl_json_get(at, "$id"))
		return otherwise;
	for (size_t i = 0; i < s->n_resources; i++)
		if (s->resources[i].root == at)
			return i;
	return otherwise;
}

/* ---------------------------------------------------------------- finding */

/* A part of a JSON Pointer in a URI fragment, decoded; false when it is bad. */
static bool decode_part(char *out, size_t size, const char *s, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '%') {
			if (i + 2 >= n || pl_hex_digit(s[i + 1]) < 0 ||
			    pl_hex_digit(s[i + 2]) < 0)
				return false;
			c = (char)(pl_hex_digit(s[i + 1]) * 16 +
				   pl_hex_digit(s[i + 2]));
			i += 2;
		}
		/* "~1" may itself come from "%7E1": looked at afterwards */
		if (!c || k + 1 >= size)
			return false;
		out[k++] = c;
	}
	out[k] = '\0';
	n = k;
	k = 0;
	for (size_t i = 0; i < n; i++) {
		if (out[i] == '~' && out[i + 1] == '1') {
			out[k++] = '/';
			i++;
		} else if (out[i] == '~' && out[i + 1] == '0') {
			out[k++] = '~';
			i++;
		} else {
			out[k++] = out[i];
		}
	}
	out[k] = '\0';
	return true;
}

static const struct pl_json *item_at(const struct pl_json *array,
				     const char *text)
{
	size_t i = 0, n = strlen(text);

	if (!n || n > 9 || (n > 1 && *text == '0'))
		return NULL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return NULL;
		i = 10 * i + (size_t)(*text - '0');
	}
	return pl_json_at(array, i);
}

/* SPEC RFC 6901 §4 and §6; passing through an id changes the resource */
static bool follow_pointer(struct pl_schema_target *t,
			   const struct pl_schema *s, const char *p)
{
	char part[512];

	while (*p == '/') {
		size_t n = strcspn(++p, "/");

		if (!decode_part(part, sizeof(part), p, n))
			return false;
		t->at = pl_json_type(t->at) == PL_J_ARRAY
				? item_at(t->at, part)
				: pl_json_get(t->at, part);
		if (!t->at)
			return false;
		t->resource = pl_schema_resource_of(s, t->at, t->resource);
		p += n;
	}
	return !*p;
}

static bool find_anchor(struct pl_schema_target *t, const struct pl_schema *s,
			const char *name)
{
	for (size_t i = 0; i < s->n_anchors; i++) {
		const struct pl_schema_anchor *a = &s->anchors[i];

		if (a->resource != t->resource || strcmp(a->name, name))
			continue;
		t->at = a->at;
		t->dynamic = a->dynamic ? a->name : NULL;
		return true;
	}
	return false;
}

static bool find_resource(size_t *out, const struct pl_schema *s,
			  const char *uri)
{
	for (size_t i = 0; i < s->n_resources; i++) {
		if (!strcmp(s->resources[i].uri, uri)) {
			*out = i;
			return true;
		}
	}
	return false;
}

enum pl_rc pl_schema_resolve(struct pl_schema_target *out,
			     const struct pl_schema *s, size_t resource,
			     const char *ref, struct pl_arena *scratch,
			     struct pl_err *e)
{
	const char *fragment = strchr(ref, '#');
	struct pl_schema_target t = { .resource = resource };
	char *uri = resolve_uri(scratch, s->resources[resource].uri, ref);

	if (strlen(ref) > 2048)
		return pl_fail(e, PL_ELIMIT, "a reference of %zu bytes",
			       strlen(ref));
	if (*ref != '#' && !find_resource(&t.resource, s, uri))
		return pl_fail(e, PL_EFORMAT,
			       "\"$ref\" %.200s: no schema has the id %.200s, "
			       "and plume fetches none",
			       ref, uri);
	t.at = s->resources[t.resource].root;
	fragment = fragment ? fragment + 1 : "";
	if (*fragment == '/' ? !follow_pointer(&t, s, fragment)
			     : *fragment && !find_anchor(&t, s, fragment))
		return pl_fail(e, PL_EFORMAT, "\"$ref\" %.200s leads nowhere",
			       ref);
	*out = t;
	return PL_OK;
}

struct pl_regex *pl_schema_pattern(const struct pl_schema *s, const char *text)
{
	size_t lo = 0, hi = s->n_patterns;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->patterns[mid].text == text)
			return s->patterns[mid].re;
		if ((uintptr_t)s->patterns[mid].text < (uintptr_t)text)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* --------------------------------------------------------------- compiling */

/* Which keywords hold what. */
enum holds {
	SCHEMA,
	SCHEMAS,
	NAMED,
	PATTERNS,
	COUNT,
	NUMBER,
	STRING,
	NAMES,
	BOOLEAN,
	POSITIVE,
	NAMED_NAMES,
	ARRAY,
	TYPES
};
static const struct {
	const char *name;
	enum holds holds;
} keywords[] = {
	{ "not", SCHEMA },
	{ "if", SCHEMA },
	{ "then", SCHEMA },
	{ "else", SCHEMA },
	{ "items", SCHEMA },
	{ "contains", SCHEMA },
	{ "additionalProperties", SCHEMA },
	{ "propertyNames", SCHEMA },
	{ "unevaluatedItems", SCHEMA },
	{ "unevaluatedProperties", SCHEMA },
	{ "allOf", SCHEMAS },
	{ "anyOf", SCHEMAS },
	{ "oneOf", SCHEMAS },
	{ "prefixItems", SCHEMAS },
	{ "$defs", NAMED },
	{ "definitions", NAMED },
	{ "properties", NAMED },
	{ "dependentSchemas", NAMED },
	{ "patternProperties", PATTERNS },
	{ "maxLength", COUNT },
	{ "minLength", COUNT },
	{ "maxItems", COUNT },
	{ "minItems", COUNT },
	{ "maxContains", COUNT },
	{ "minContains", COUNT },
	{ "maxProperties", COUNT },
	{ "minProperties", COUNT },
	{ "maximum", NUMBER },
	{ "minimum", NUMBER },
	{ "exclusiveMaximum", NUMBER },
	{ "exclusiveMinimum", NUMBER },
	{ "multipleOf", POSITIVE },
	{ "pattern", STRING },
	{ "format", STRING },
	{ "$ref", STRING },
	{ "$dynamicRef", STRING },
	{ "$id", STRING },
	{ "$anchor", STRING },
	{ "$dynamicAnchor", STRING },
	{ "$schema", STRING },
	{ "uniqueItems", BOOLEAN },
	{ "required", NAMES },
	{ "dependentRequired", NAMED_NAMES },
	{ "enum", ARRAY },
	{ "type", TYPES },
};

#define N_KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

/* A place in the schema, for messages and for the walk. */
struct place {
	const struct place *up;
	const char *name;
	size_t depth;
};

static enum pl_rc bad(struct pl_err *e, const struct place *p, const char *what)
{
	(void)pl_fail(e, PL_EFORMAT, "%s", what);
	for (; p; p = p->up)
		if (p->name)
			(void)pl_note(e, "%.80s", p->name);
	return pl_note(e, "schema");
}

static enum pl_rc add_pattern(struct pl_schema *s, const char *text, size_t n,
			      const struct place *p, struct pl_err *e)
{
	s->patterns =
		pl_grow(s->a, s->patterns, s->n_patterns, sizeof(*s->patterns));
	if (pl_regex_compile(s->a, &s->patterns[s->n_patterns].re, text, n, e))
		return e->rc == PL_EFORMAT ? pl_note(e, "schema: %.80s",
						     p->name ? p->name : "")
					   : e->rc;
	s->patterns[s->n_patterns++].text = text;
	return PL_OK;
}

static enum pl_rc add_resource(struct pl_schema *s, size_t *out,
			       const char *uri, const struct pl_json *at,
			       const struct place *p, struct pl_err *e)
{
	size_t seen;

	if (find_resource(&seen, s, uri))
		return bad(e, p,
			   pl_printf(s->a,
				     "two schemas have the id "
				     "\"%.200s\"",
				     uri));
	s->resources = pl_grow(s->a, s->resources, s->n_resources,
			       sizeof(*s->resources));
	s->resources[s->n_resources] = (struct pl_schema_resource){ uri, at };
	*out = s->n_resources++;
	return PL_OK;
}

static void add_anchor(struct pl_schema *s, size_t resource, const char *name,
		       const struct pl_json *at, bool dynamic)
{
	if (!name)
		return;
	s->anchors =
		pl_grow(s->a, s->anchors, s->n_anchors, sizeof(*s->anchors));
	s->anchors[s->n_anchors++] =
		(struct pl_schema_anchor){ resource, name, at, dynamic };
}

static enum pl_rc visit(struct pl_schema *s, const struct pl_json *at,
			size_t resource, const struct place *p,
			struct pl_err *e);

static enum pl_rc visit_members(struct pl_schema *s, const struct pl_json *v,
				size_t resource, const struct place *p,
				bool patterns, struct pl_err *e)
{
	for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it)) {
		const char *key = pl_json_iter_key(it);
		struct place here = { p, key, p->depth + 1 };

		if (patterns)
			PL_TRY(add_pattern(s, key, strlen(key), &here, e));
		PL_TRY(visit(s, pl_json_iter_value(it), resource, &here, e));
	}
	return PL_OK;
}

static bool is_type_name(const char *s)
{
	static const char *const names[] = { "null",   "boolean", "integer",
					     "number", "string",  "array",
					     "object" };

	for (size_t i = 0; s && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], s))
			return true;
	return false;
}

static bool all_strings(const struct pl_json *v, bool types)
{
	if (pl_json_type(v) != PL_J_ARRAY)
		return false;
	for (size_t i = 0; i < pl_json_len(v); i++) {
		const char *text = pl_json_str(pl_json_at(v, i));

		if (types ? !is_type_name(text) : !text)
			return false;
	}
	return true;
}

static bool all_names(const struct pl_json *v)
{
	if (pl_json_type(v) != PL_J_OBJECT)
		return false;
	for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
		if (!all_strings(pl_json_iter_value(it), false))
			return false;
	return true;
}

/* The words for what a keyword should hold, or NULL when it does. */
static const char *shape_error(enum holds h, const struct pl_json *v,
			       const struct pl_json *zero)
{
	enum pl_json_type t = pl_json_type(v);
	bool is_num = t == PL_J_INT || t == PL_J_REAL;

	switch (h) {
	case SCHEMA:
		return NULL; /* visit() looks */
	case SCHEMAS:
		return t == PL_J_ARRAY && pl_json_len(v) ? NULL
							 : "a list of schemas";
	case NAMED:
	case PATTERNS:
		return t == PL_J_OBJECT ? NULL : "an object of schemas";
	case COUNT:
		return is_num && pl_json_is_whole(v) &&
				       pl_json_compare_numbers(v, zero) >= 0
			       ? NULL
			       : "a whole number from 0";
	case NUMBER:
		return is_num ? NULL : "a number";
	case POSITIVE:
		return is_num && pl_json_compare_numbers(v, zero) > 0
			       ? NULL
			       : "a number over 0";
	case STRING:
		return t == PL_J_STR && strlen(pl_json_str(v)) ==
						pl_json_str_len(v)
			       ? NULL
			       : "a string";
	case BOOLEAN:
		return t == PL_J_BOOL ? NULL : "true or false";
	case ARRAY:
		return t == PL_J_ARRAY ? NULL : "a list";
	case NAMES:
		return all_strings(v, false) ? NULL : "a list of names";
	case NAMED_NAMES:
		return all_names(v) ? NULL : "an object of lists of names";
	case TYPES:
		return (t == PL_J_STR && is_type_name(pl_json_str(v))) ||
				       all_strings(v, true)
			       ? NULL
			       : "a type or a list of types";
	}
	return NULL;
}

static enum pl_rc visit_keyword(struct pl_schema *s, enum holds h,
				const struct pl_json *v, size_t resource,
				const struct place *here, struct pl_err *e)
{
	const char *wrong = shape_error(h, v, s->zero);

	if (wrong)
		return bad(e, here,
			   pl_printf(s->a, "holds %s, not %s",
				     pl_json_type_name(v), wrong));
	if (h == SCHEMA)
		return visit(s, v, resource, here, e);
	if (h == NAMED || h == PATTERNS)
		return visit_members(s, v, resource, here, h == PATTERNS, e);
	for (size_t i = 0; h == SCHEMAS && i < pl_json_len(v); i++)
		PL_TRY(visit(s, pl_json_at(v, i), resource, here, e));
	if (h == STRING && !strcmp(here->name, "pattern"))
		return add_pattern(s, pl_json_str(v), pl_json_str_len(v), here,
				   e);
	return PL_OK;
}

static enum pl_rc check_dialect(const struct pl_json *at, const struct place *p,
				struct pl_err *e)
{
	static const char dialect[] =
		"https://json-schema.org/draft/2020-12/schema";
	const char *s = pl_json_str(pl_json_get(at, "$schema"));

	if (!s || (!strncmp(s, dialect, sizeof(dialect) - 1) &&
		   (!s[sizeof(dialect) - 1] ||
		    !strcmp(s + sizeof(dialect) - 1, "#"))))
		return PL_OK;
	return bad(e, p,
		   "\"$schema\" names another dialect than JSON Schema "
		   "2020-12");
}

/* Recursion is bounded by PL_MAX_JSON_DEPTH, which the reader enforces. */
static enum pl_rc visit(struct pl_schema *s, const struct pl_json *at,
			size_t resource, const struct place *p,
			struct pl_err *e)
{
	const char *id;

	if (pl_json_type(at) == PL_J_BOOL)
		return PL_OK;
	if (pl_json_type(at) != PL_J_OBJECT)
		return bad(e, p, "a schema is an object, true or false");
	id = pl_json_str(pl_json_get(at, "$id"));
	if (id && p->depth)
		PL_TRY(add_resource(
			s, &resource,
			resolve_uri(s->a, s->resources[resource].uri, id), at,
			p, e));
	PL_TRY(check_dialect(at, p, e));
	add_anchor(s, resource, pl_json_str(pl_json_get(at, "$anchor")), at,
		   false);
	add_anchor(s, resource, pl_json_str(pl_json_get(at, "$dynamicAnchor")),
		   at, true);
	if (pl_json_get(at, "unevaluatedItems") ||
	    pl_json_get(at, "unevaluatedProperties"))
		s->tracks = true;
	for (size_t i = 0; i < N_KEYWORDS; i++) {
		struct place here = { p, keywords[i].name, p->depth + 1 };
		const struct pl_json *v = pl_json_get(at, keywords[i].name);

		if (v)
			PL_TRY(visit_keyword(s, keywords[i].holds, v, resource,
					     &here, e));
	}
	return PL_OK;
}

/* Every reference must lead somewhere before anything is checked. */
static enum pl_rc check_refs(const struct pl_schema *s,
			     const struct pl_json *at, size_t resource,
			     struct pl_arena *scratch, struct pl_err *e)
{
	static const char *const refs[] = { "$ref", "$dynamicRef" };
	struct pl_schema_target t;

	if (pl_json_type(at) != PL_J_OBJECT)
		return PL_OK;
	resource = pl_schema_resource_of(s, at, resource);
	for (size_t i = 0; i < 2; i++) {
		const char *ref = pl_json_str(pl_json_get(at, refs[i]));

		if (ref && pl_schema_resolve(&t, s, resource, ref, scratch, e))
			return pl_note(e, "schema");
	}
	for (size_t i = 0; i < N_KEYWORDS; i++) {
		const struct pl_json *v = pl_json_get(at, keywords[i].name);
		enum holds h = keywords[i].holds;

		if (!v)
			continue;
		if (h == SCHEMA)
			PL_TRY(check_refs(s, v, resource, scratch, e));
		for (size_t k = 0; h == SCHEMAS && k < pl_json_len(v); k++)
			PL_TRY(check_refs(s, pl_json_at(v, k), resource,
					  scratch, e));
		if (h != NAMED && h != PATTERNS)
			continue;
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			PL_TRY(check_refs(s, pl_json_iter_value(it), resource,
					  scratch, e));
	}
	return PL_OK;
}

static int by_address(const void *x, const void *y)
{
	uintptr_t a = (uintptr_t)((const struct pl_schema_pattern *)x)->text;
	uintptr_t b = (uintptr_t)((const struct pl_schema_pattern *)y)->text;

	return (a > b) - (a < b);
}

static enum pl_rc add_document(struct pl_schema *s, const struct pl_json *doc,
			       struct pl_err *e)
{
	const struct place top = { 0 };
	const char *id = pl_json_str(pl_json_get(doc, "$id"));
	size_t resource;
	char *uri = id ? pl_strndup(s->a, id, strcspn(id, "#"))
		       : pl_strdup(s->a, "");

	PL_TRY(add_resource(s, &resource, uri, doc, &top, e));
	return visit(s, doc, resource, &top, e);
}

enum pl_rc pl_schema_compile(struct pl_arena *a, const struct pl_schema **out,
			     const struct pl_json *const *docs, size_t n,
			     struct pl_err *e)
{
	struct pl_schema *s = PL_NEW(a, struct pl_schema);
	struct pl_arena *scratch;
	enum pl_rc rc = PL_OK;

	s->a = a;
	s->root = docs[0];
	PL_TRY(pl_json_parse(a, &s->zero, pl_span_str("0"), e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(add_document(s, docs[i], e));
	if (s->n_patterns)
		qsort(s->patterns, s->n_patterns, sizeof(*s->patterns),
		      by_address);
	scratch = pl_arena_open(0);
	for (size_t i = 0; !rc && i < s->n_resources; i++)
		rc = check_refs(s, s->resources[i].root, i, scratch, e);
	pl_arena_close(scratch);
	if (!rc)
		*out = s;
	return rc;
}
