/* Keywords that judge a value by itself. */
#include <stdlib.h>

#include "base/buf.h"
#include "codec/format.h"
#include "codec/schema_impl.h"
#include "codec/utf8.h"

#define REGEX_COST 100 /* steps charged for one search */

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
static const char *type_words(struct pl_schema_run *r,
			      const struct pl_json *arg)
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

static enum pl_rc k_type(struct pl_schema_run *r, struct pl_schema_node *n,
			 const struct pl_json *arg, struct pl_err *e)
{
	size_t count = pl_json_len(arg);

	(void)e;
	if (pl_json_type(arg) == PL_J_STR && is_type(n->v, pl_json_str(arg)))
		return PL_OK;
	for (size_t i = 0; i < count; i++)
		if (is_type(n->v, pl_json_str(pl_json_at(arg, i))))
			return PL_OK;
	PL_SCHEMA_WRONG(r, n, "type", "is %s, and must be of type %s",
			pl_schema_shown(r, n->v), type_words(r, arg));
	return PL_OK;
}

static enum pl_rc k_const(struct pl_schema_run *r, struct pl_schema_node *n,
			  const struct pl_json *arg, struct pl_err *e)
{
	size_t cost = 0;

	if (!pl_json_equal(n->v, arg, &cost))
		PL_SCHEMA_WRONG(r, n, "const", "is %s, and must be %s",
				pl_schema_shown(r, n->v),
				pl_schema_shown(r, arg));
	return pl_schema_charge(r, cost, e);
}

static enum pl_rc k_enum(struct pl_schema_run *r, struct pl_schema_node *n,
			 const struct pl_json *arg, struct pl_err *e)
{
	struct pl_buf b;
	size_t cost = 0;

	for (size_t i = 0; i < pl_json_len(arg); i++) {
		if (pl_json_equal(n->v, pl_json_at(arg, i), &cost))
			return pl_schema_charge(r, cost, e);
	}
	PL_TRY(pl_schema_charge(r, cost, e));
	pl_buf_init(&b, r->scratch);
	for (size_t i = 0; !n->quiet && i < pl_json_len(arg) && b.n < 300; i++)
		pl_buf_fmt(&b, "%s%s", i ? ", " : "",
			   pl_schema_shown(r, pl_json_at(arg, i)));
	PL_SCHEMA_WRONG(r, n, "enum", "is %s, and must be one of %s",
			pl_schema_shown(r, n->v), pl_buf_cstr(&b));
	return PL_OK;
}

static bool is_number(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_INT || pl_json_type(v) == PL_J_REAL;
}

#define BOUND(fn, keyword, holds, words)                                       \
	static enum pl_rc fn(struct pl_schema_run *r,                          \
			     struct pl_schema_node *n,                         \
			     const struct pl_json *arg, struct pl_err *e)      \
	{                                                                      \
		(void)e;                                                       \
		if (is_number(n->v) &&                                         \
		    !(pl_json_compare_numbers(n->v, arg) holds 0))             \
			PL_SCHEMA_WRONG(r, n, keyword,                         \
					"is %s, and must be " words " %s",     \
					pl_schema_shown(r, n->v),              \
					pl_schema_shown(r, arg));              \
		return PL_OK;                                                  \
	}
BOUND(k_maximum, "maximum", <=, "at most")
BOUND(k_minimum, "minimum", >=, "at least")
BOUND(k_exclusive_maximum, "exclusiveMaximum", <, "less than")
BOUND(k_exclusive_minimum, "exclusiveMinimum", >, "more than")

static enum pl_rc k_multiple_of(struct pl_schema_run *r,
				struct pl_schema_node *n,
				const struct pl_json *arg, struct pl_err *e)
{
	if (is_number(n->v) && !pl_json_is_multiple(n->v, arg))
		PL_SCHEMA_WRONG(r, n, "multipleOf", "is %s, no multiple of %s",
				pl_schema_shown(r, n->v),
				pl_schema_shown(r, arg));
	return pl_schema_charge(r, 4, e);
}

int pl_schema_count_against(size_t count, const struct pl_json *arg)
{
	double x = 0;
	struct pl_err e;

	(void)!pl_json_num(&x, arg, &e);
	return (double)count < x ? -1 : (double)count > x;
}

static enum pl_rc count_rule(struct pl_schema_run *r, struct pl_schema_node *n,
			     size_t count, const struct pl_json *arg,
			     const char *keyword, const char *unit,
			     bool at_most)
{
	int way = pl_schema_count_against(count, arg);

	if (at_most ? way > 0 : way < 0)
		PL_SCHEMA_WRONG(r, n, keyword,
				"has %zu %s, and must have at %s %s", count,
				unit, at_most ? "most" : "least",
				pl_schema_shown(r, arg));
	return PL_OK;
}

#define COUNTED(fn, keyword, t, how, unit, at_most)                            \
	static enum pl_rc fn(struct pl_schema_run *r,                          \
			     struct pl_schema_node *n,                         \
			     const struct pl_json *arg, struct pl_err *e)      \
	{                                                                      \
		if (pl_json_type(n->v) != t)                                   \
			return PL_OK;                                          \
		PL_TRY(pl_schema_charge(r, 1 + pl_json_str_len(n->v) / 64,     \
					e));                                   \
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

enum pl_rc pl_schema_find(struct pl_schema_run *r, bool *found,
			  const char *pattern, const char *s, size_t len,
			  struct pl_err *e)
{
	struct pl_regex *re = pl_schema_pattern(r->s, pattern);

	if (!re)
		return pl_fail(e, PL_EFORMAT,
			       "schema: a reference leads to a "
			       "pattern outside of any schema");
	PL_TRY(pl_schema_charge(r, REGEX_COST + len / 8, e));
	return pl_regex_find(found, re, s, len, e);
}

static enum pl_rc k_pattern(struct pl_schema_run *r, struct pl_schema_node *n,
			    const struct pl_json *arg, struct pl_err *e)
{
	bool found;

	if (pl_json_type(n->v) != PL_J_STR)
		return PL_OK;
	PL_TRY(pl_schema_find(r, &found, pl_json_str(arg), pl_json_str(n->v),
			      pl_json_str_len(n->v), e));
	if (!found)
		PL_SCHEMA_WRONG(r, n, "pattern",
				"is %s, which does not match %s",
				pl_schema_shown(r, n->v), pl_json_str(arg));
	return PL_OK;
}

static enum pl_rc k_format(struct pl_schema_run *r, struct pl_schema_node *n,
			   const struct pl_json *arg, struct pl_err *e)
{
	const char *format = pl_json_str(arg);
	struct pl_regex *re;

	if (pl_json_type(n->v) != PL_J_STR)
		return PL_OK;
	PL_TRY(pl_schema_charge(r, 1 + pl_json_str_len(n->v) / 16, e));
	if (!strcmp(format, "regex")) {
		PL_TRY(pl_schema_charge(r, REGEX_COST, e));
		if (!pl_regex_compile(r->scratch, &re, pl_json_str(n->v),
				      pl_json_str_len(n->v), e))
			return PL_OK;
		if (e->rc != PL_EFORMAT)
			return e->rc;
		PL_SCHEMA_WRONG(r, n, "format", "is %s, no regular expression",
				pl_schema_shown(r, n->v));
	} else if (!pl_format_ok(format, pl_json_str(n->v),
				 pl_json_str_len(n->v))) {
		PL_SCHEMA_WRONG(r, n, "format", "is %s, and must be %s",
				pl_schema_shown(r, n->v),
				pl_format_about(format));
	}
	return PL_OK;
}

/* ------------------------------------------------- items and members */

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

static enum pl_rc k_unique_items(struct pl_schema_run *r,
				 struct pl_schema_node *n,
				 const struct pl_json *arg, struct pl_err *e)
{
	size_t count = pl_json_len(n->v), cost = 0;
	struct hashed *h;

	if (pl_json_type(n->v) != PL_J_ARRAY || !pl_json_bool(arg) || !count)
		return PL_OK;
	PL_TRY(pl_schema_charge(r, count, e));
	h = PL_NEW_N(r->scratch, struct hashed, count);
	for (size_t i = 0; i < count; i++) {
		h[i].v = pl_json_at(n->v, i);
		h[i].index = i;
		h[i].hash = pl_json_hash(h[i].v, &cost);
	}
	PL_TRY(pl_schema_charge(r, cost, e));
	qsort(h, count, sizeof(*h), by_hash);
	for (size_t i = 1; i < count; i++) {
		for (size_t k = i; k-- && h[k].hash == h[i].hash;) {
			cost = 0;
			if (pl_json_equal(h[k].v, h[i].v, &cost)) {
				PL_SCHEMA_WRONG(
					r, n, "uniqueItems",
					"items %zu and %zu are the same",
					h[k].index, h[i].index);
				return PL_OK;
			}
			PL_TRY(pl_schema_charge(r, cost, e));
		}
	}
	return PL_OK;
}

static enum pl_rc k_required(struct pl_schema_run *r, struct pl_schema_node *n,
			     const struct pl_json *arg, struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (size_t i = 0; i < pl_json_len(arg); i++)
		if (!pl_json_get(n->v, pl_json_str(pl_json_at(arg, i))))
			PL_SCHEMA_WRONG(r, n, "required", "\"%s\" is missing",
					pl_json_str(pl_json_at(arg, i)));
	return pl_schema_charge(r, pl_json_len(arg), e);
}

static enum pl_rc k_dependent_required(struct pl_schema_run *r,
				       struct pl_schema_node *n,
				       const struct pl_json *arg,
				       struct pl_err *e)
{
	if (pl_json_type(n->v) != PL_J_OBJECT)
		return PL_OK;
	for (void *it = pl_json_iter(arg); it; it = pl_json_next(arg, it)) {
		const struct pl_json *names = pl_json_iter_value(it);

		PL_TRY(pl_schema_charge(r, 1 + pl_json_len(names), e));
		if (!pl_json_get(n->v, pl_json_iter_key(it)))
			continue;
		for (size_t i = 0; i < pl_json_len(names); i++)
			if (!pl_json_get(n->v,
					 pl_json_str(pl_json_at(names, i))))
				PL_SCHEMA_WRONG(
					r, n, "dependentRequired",
					"\"%s\" is missing, which belongs to "
					"\"%s\"",
					pl_json_str(pl_json_at(names, i)),
					pl_json_iter_key(it));
	}
	return PL_OK;
}

const struct pl_schema_keyword pl_schema_assertions[] = {
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
	{ NULL, NULL },
};
