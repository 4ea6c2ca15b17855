/* JSON Schema 2020-12: does a value obey a schema?  Pure, without recursion
 * on the value's say-so: nesting and work are bounded, and a schema made to
 * take forever is PL_ELIMIT.  References reach this schema, the schemas given
 * beside it and the 2020-12 meta-schemas' absence is an error, never a fetch.
 * Formats (date, date-time, uri, email, uuid …) are assertions. */
#ifndef PL_CODEC_SCHEMA_H
#define PL_CODEC_SCHEMA_H

#include "codec/json_in.h"

struct pl_schema; /* lives in its arena */

/* One thing that is wrong. */
struct pl_schema_error {
	const char *at;      /* JSON Pointer into the value; "" is all of it */
	const char *keyword; /* "required", "pattern" … */
	const char *message; /* plain words, with the value */
};

struct pl_schema_errors {
	struct pl_schema_error *v; /* at most PL_MAX_SCHEMA_ERRORS */
	size_t n;
};

/* Prepare a schema: find its ids and anchors, check its keywords' types and
 * its patterns.  docs[0] is the schema, the others may be referred to by
 * their $id.  PL_EFORMAT names the place in the schema. */
PL_CHECKED enum pl_rc pl_schema_compile(struct pl_arena *a,
					const struct pl_schema **out,
					const struct pl_json *const *docs,
					size_t n, struct pl_err *e);

/* PL_OK whether or not the value is valid: it is when out->n is 0.
 * PL_ELIMIT when the schema asks for too much work. */
PL_CHECKED enum pl_rc pl_schema_check(struct pl_arena *a,
				      struct pl_schema_errors *out,
				      const struct pl_schema *s,
				      const struct pl_json *v,
				      struct pl_err *e);

#endif
