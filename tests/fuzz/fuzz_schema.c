/* JSON Schema: the input is {"schema": …, "value": …}.  Whatever the schema,
 * compiling and checking end, and a value is never found both valid and, by
 * the same schema inside a "not", valid again. */
#include <stdlib.h>

#include "codec/jcs.h"
#include "codec/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum pl_rc verdict(struct pl_arena *a, bool *valid,
			  const struct pl_json *schema, const struct pl_json *v)
{
	const struct pl_schema *s;
	struct pl_schema_errors out;
	struct pl_err e;

	PL_TRY(pl_schema_compile(a, &s, &schema, 1, &e));
	PL_TRY(pl_schema_check(a, &out, s, v, &e));
	*valid = !out.n;
	return PL_OK;
}

/* {"not": schema}; only where no reference would change its meaning. */
static const struct pl_json *negated(struct pl_arena *a,
				     const struct pl_json *schema)
{
	const struct pl_json *n;
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, a);
	if (pl_jcs(&b, schema, &e) || strstr(pl_buf_cstr(&b), "$") ||
	    pl_json_parse(a, &n, pl_span_str("{}"), &e) ||
	    pl_json_put(a, n, "not", schema, &e))
		return NULL;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *in, *schema, *v, *n;
	bool valid, other;
	struct pl_err e;

	if (size < 65536 &&
	    !pl_json_parse(a, &in, (struct pl_span){ data, size }, &e)) {
		schema = pl_json_get(in, "schema");
		v = pl_json_get(in, "value");
		if (schema && v && !verdict(a, &valid, schema, v)) {
			n = negated(a, schema);
			if (n && !verdict(a, &other, n, v) && valid == other)
				abort();
		}
	}
	pl_arena_close(a);
	return 0;
}
