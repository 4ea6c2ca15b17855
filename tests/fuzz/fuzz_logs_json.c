/* Logs as JSON: big integers put in quotes never make valid JSON invalid, and
 * a log that is read holds what a transfer must hold. */
#include <stdlib.h>

#include "sync/logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(const struct pl_json *v)
{
	struct pl_transfer_log l;
	struct pl_err e;

	if (!v || pl_transfer_log_read(&l, v, &e))
		return;
	if (l.is_transfer && !(l.t.has & PL_TR_LOG))
		abort();
	if (!l.is_transfer && l.t.has)
		abort();
}

/* What is scanned is read no other way. */
static void scanned(struct pl_arena *a, struct pl_span text,
		    const struct pl_json *list)
{
	struct pl_transfer_log x, y;
	struct pl_scanned_log l;
	struct pl_log_scan s;
	struct pl_err e;

	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &l))
		;
	if (s.odd)
		return;
	pl_log_scan_begin(&s, a, text);
	for (size_t i = 0; pl_log_scan_next(&s, &l); i++) {
		bool is = pl_transfer_log_scanned(&x, &l);

		if (is != !pl_transfer_log_read(&y, pl_json_at(list, i), &e) ||
		    (is && (x.is_transfer != y.is_transfer ||
			    memcmp(&x.t, &y.t, sizeof(x.t)) != 0)))
			abort();
	}
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
	scanned(a, in, v);
	for (size_t i = 0; i < pl_json_len(v); i++)
		one(pl_json_at(v, i));
	pl_arena_close(a);
	return 0;
}
