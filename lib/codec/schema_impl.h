/* What the files of the JSON Schema validator share.  Private to codec/. */
#ifndef PL_CODEC_SCHEMA_IMPL_H
#define PL_CODEC_SCHEMA_IMPL_H

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
	size_t n_resources, cap_resources;
	struct pl_schema_anchor *anchors;
	size_t n_anchors, cap_anchors;
	struct pl_schema_pattern *patterns; /* sorted by address */
	size_t n_patterns, cap_patterns;
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

#endif
