/* What the files of the JSON Schema validator share.  Private to codec/. */
#ifndef PL_CODEC_SCHEMA_IMPL_H
#define PL_CODEC_SCHEMA_IMPL_H

#include "base/limits.h"
#include "codec/regex.h"
#include "codec/schema.h"

/* A schema with an id of its own: references inside it are relative to that
 * id, and anchors belong to it. */
struct pl_schema_resource {
	const char *uri; /* without fragment; "" for a root without $id */
	const struct pl_json *root;
};

struct pl_schema_anchor {
	size_t resource;
	const char *name;
	const struct pl_json *at;
	bool dynamic;
};

/* Patterns are compiled once and found by where their text lies. */
struct pl_schema_pattern {
	const char *text;
	struct pl_regex *re;
};

struct pl_schema {
	struct pl_arena *a;
	const struct pl_json *root, *zero; /* zero is the number 0 */
	struct pl_schema_resource *resources;
	size_t n_resources;
	struct pl_schema_anchor *anchors;
	size_t n_anchors;
	struct pl_schema_pattern *patterns; /* sorted by address */
	size_t n_patterns;
	bool tracks; /* some unevaluated… keyword is there */
};

/* Where a reference leads: a schema and the resource it belongs to. */
struct pl_schema_target {
	const struct pl_json *at;
	size_t resource;
	const char *dynamic; /* the name, when it is a dynamic anchor */
};
PL_CHECKED enum pl_rc pl_schema_resolve(struct pl_schema_target *out,
					const struct pl_schema *s,
					size_t resource, const char *ref,
					struct pl_arena *scratch,
					struct pl_err *e);

/* The resource whose root is `at`, or `otherwise`. */
size_t pl_schema_resource_of(const struct pl_schema *s,
			     const struct pl_json *at, size_t otherwise);

struct pl_regex *pl_schema_pattern(const struct pl_schema *s, const char *text);

/* JSON equality (1 and 1.0 are equal), a hash that agrees with it, and
 * whether x is a multiple of m > 0, exactly, in decimal.  *cost grows with
 * the number of values looked at. */
bool pl_json_equal(const struct pl_json *x, const struct pl_json *y,
		   size_t *cost);
uint64_t pl_json_hash(const struct pl_json *v, size_t *cost);
int pl_json_compare_numbers(const struct pl_json *x, const struct pl_json *y);
bool pl_json_is_whole(const struct pl_json *v);
bool pl_json_is_multiple(const struct pl_json *x, const struct pl_json *m);

/* ------------------------------------------------------ applying a schema */

/* The way into the value, innermost first. */
struct pl_schema_at {
	const struct pl_schema_at *up;
	const char *key; /* NULL: an index */
	size_t index;
};

/* The resources entered, innermost first: what $dynamicRef looks through. */
struct pl_schema_scope {
	const struct pl_schema_scope *up;
	size_t resource;
};

/* Which children of an array or object some keyword has looked at. */
struct pl_schema_marks {
	uint8_t *seen;
	size_t n;
};

struct pl_schema_run {
	struct pl_arena *a;       /* of the errors */
	struct pl_arena *scratch; /* of this check */
	const struct pl_schema *s;
	struct pl_schema_errors *out;
	size_t steps, depth;
};

/* One schema applied to one value. */
struct pl_schema_node {
	const struct pl_json *schema, *v;
	size_t resource;
	const struct pl_schema_scope *scope;
	const struct pl_schema_at *at;
	struct pl_schema_marks *marks; /* NULL: nobody asks */
	bool quiet;                    /* the answer counts, the words do not */
	bool valid;
};

/* Apply n->schema to n->v.  n->valid is cleared where it does not hold; what
 * is returned otherwise than PL_OK is no judgement of the value. */
PL_CHECKED enum pl_rc pl_schema_apply(struct pl_schema_run *r,
				      struct pl_schema_node *n,
				      struct pl_err *e);

/* Steps are limited, so that no schema can take for ever. */
PL_CHECKED enum pl_rc pl_schema_charge(struct pl_schema_run *r, size_t cost,
				       struct pl_err *e);

/* A value as JSON, cut at a character's end when long. */
const char *pl_schema_shown(struct pl_schema_run *r, const struct pl_json *v);

/* n is not valid, and why. */
void pl_schema_wrong(struct pl_schema_run *r, struct pl_schema_node *n,
		     const char *keyword, const char *message);

/* Formatting costs memory: only where somebody will read it. */
#define PL_SCHEMA_WRONG(run_, node_, keyword, ...)                             \
	pl_schema_wrong(run_, node_, keyword,                                  \
			(node_)->quiet ||                                      \
					(run_)->out->n == PL_MAX_SCHEMA_ERRORS \
				? ""                                           \
				: pl_printf((run_)->a, __VA_ARGS__))

PL_CHECKED enum pl_rc pl_schema_new_marks(struct pl_schema_run *r,
					  struct pl_schema_marks *m,
					  const struct pl_schema_node *n,
					  struct pl_err *e);
void pl_schema_mark(struct pl_schema_node *n, size_t i);
void pl_schema_mark_from(struct pl_schema_node *n,
			 const struct pl_schema_marks *m);

/* The same value under another schema; its marks count when it holds.  Where
 * it must hold (not quiet) they count in any case: the value is wrong then
 * anyway, and nobody wants to hear that all its members are unknown. */
PL_CHECKED enum pl_rc pl_schema_in_place(struct pl_schema_run *r, bool *valid,
					 struct pl_schema_node *n,
					 const struct pl_json *schema,
					 bool quiet, struct pl_err *e);

/* A member or item under a schema. */
PL_CHECKED enum pl_rc
pl_schema_child(struct pl_schema_run *r, bool *valid, struct pl_schema_node *n,
		const struct pl_json *schema, const struct pl_json *v,
		const char *key, size_t index, bool quiet, struct pl_err *e);

/* One that must hold, as a member of n that is then marked. */
PL_CHECKED enum pl_rc pl_schema_must(struct pl_schema_run *r,
				     struct pl_schema_node *n,
				     const struct pl_json *schema,
				     const struct pl_json *v, const char *key,
				     size_t index, struct pl_err *e);

/* Does the text hold a match of a pattern that stands in the schema? */
PL_CHECKED enum pl_rc pl_schema_find(struct pl_schema_run *r, bool *found,
				     const char *pattern, const char *s,
				     size_t len, struct pl_err *e);

/* A count against a bound that may be written as a real number: the sign. */
int pl_schema_count_against(size_t count, const struct pl_json *arg);

/* Keywords in the order they are applied, the assertions before the
 * applicators; each table ends with a NULL. */
typedef enum pl_rc (*pl_schema_keyword_fn)(struct pl_schema_run *r,
					   struct pl_schema_node *n,
					   const struct pl_json *arg,
					   struct pl_err *e);
struct pl_schema_keyword {
	const char *name;
	pl_schema_keyword_fn fn;
};
extern const struct pl_schema_keyword pl_schema_assertions[];
extern const struct pl_schema_keyword pl_schema_applicators[];

#endif
