/* Blocks, proofs and receipts as JSON from anybody: whatever comes, an answer
 * and never a crash; what was accepted was proven by some rule. */
#include <stdlib.h>

#include "codec/json_in.h"
#include "eth/check.h"
#include "orbit/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct pl_family *const families[] = { &pl_family_nitro,
						    &pl_family_clique, NULL };

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void all_checks(struct pl_arena *a, const struct pl_json *item)
{
	static const struct pl_anchor none = { .families = families };
	struct pl_receipts_report receipts;
	struct pl_block_report block;
	struct pl_proof_report proof;
	struct pl_check c;
	struct pl_err e;

	pl_check_init(&c, a);
	if (pl_check_block(&c, &block, item, families, &e))
		need(e.rc == PL_EPROOF || !c.failed.rule);
	else
		need(!c.failed.rule && c.n_proved && block.header.n_fields);
	pl_check_init(&c, a);
	if (!pl_check_proof(&c, &proof, item, &none, &e))
		need(!c.failed.rule && c.n_proved);
	pl_check_init(&c, a);
	if (!pl_check_receipts(&c, &receipts, item, &none, &e))
		need(!c.failed.rule && c.n_proved);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc;
	struct pl_answers found;
	struct pl_err e;

	if (!pl_json_parse(a, &doc, (struct pl_span){ p, n }, &e) &&
	    !pl_answers(a, &found, doc, pl_is_receipt_list, &e))
		for (size_t i = 0; i < found.n && i < 8; i++)
			all_checks(a, found.v[i]);
	pl_arena_close(a);
	return 0;
}
