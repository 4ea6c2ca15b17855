/* Logs as JSON: big integers put in quotes never make valid JSON invalid, and
 * a log that is read holds what a transfer must hold. */
#include <stdlib.h>

#include "sync/logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(const struct pl_json *v)
{
	struct pl_log l;
	struct pl_err e;

	if (!v || pl_log_read(&l, v, &e))
		return;
	if (l.is_transfer && !(l.t.has & PL_TR_LOG))
		abort();
	if (!l.is_transfer && l.t.has)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span in = { data, size }, quoted;
	const struct pl_json *plain, *v;
	struct pl_err e;
	bool valid;

	valid = !pl_json_parse(a, &plain, in, &e);
	quoted = pl_json_quote_big(a, in);
	if (quoted.n < in.n)
		abort();
	if (pl_json_parse(a, &v, quoted, &e)) {
		if (valid)
			abort();
		pl_arena_close(a);
		return 0;
	}
	one(v);
	for (size_t i = 0; i < pl_json_len(v); i++)
		one(pl_json_at(v, i));
	pl_arena_close(a);
	return 0;
}
