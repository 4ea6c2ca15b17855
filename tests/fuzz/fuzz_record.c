/* A record of any bytes, under its right name: what is taken for a record
 * must be canonical, equal itself, have a line of evidence or say why not,
 * and give arguments or say why not. */
#include <stdlib.h>

#include "cmd/analyze/risk.h"
#include "cmd/analyze/trend.h"
#include "crypto/sha256.h"
#include "record/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz(struct pl_arena *a, struct pl_span in)
{
	struct pl_input_args input = { 0 };
	struct pl_risk_args risk = { 0 };
	struct pl_trend_args trend = { 0 };
	struct pl_record_diff d;
	struct pl_evidence *v;
	struct pl_record r;
	struct pl_hash32 id;
	struct pl_err e;
	bool same;
	size_t n;

	if (pl_sha256(&id, in, &e) || pl_record_check(a, &r, &id, in, &e))
		return;
	if (pl_record_compare(a, &same, &d, &r, &r, &e) || !same)
		abort();
	if (!pl_evidence_of(a, &v, &n, &r, &e) && n < 4)
		abort();
	if (!pl_input_args_of(a, &input, r.doc, NULL, &e) &&
	    !input.csv == !input.token)
		abort();
	if (!pl_risk_args_of(a, &risk, r.doc, &e) &&
	    risk.returns > PL_RET_SIMPLE)
		abort();
	if (!pl_trend_args_of(a, &trend, r.doc, &e) && !trend.penalty)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);

	fuzz(a, (struct pl_span){ data, size });
	pl_arena_close(a);
	return 0;
}
