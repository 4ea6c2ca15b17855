#include "cmd/light/signers.h"

#include <inttypes.h>
#include <stdlib.h>

#include "crypto/addr.h"
#include "eth/clique.h"

static int by_number(const void *a, const void *b)
{
	const struct pl_sealed *x = a, *y = b;
	uint64_t m = x->report->header.number;
	uint64_t n = y->report->header.number;

	return (m > n) - (m < n);
}

static enum pl_rc read_list(struct pl_arena *a, struct pl_addr *out, size_t *n,
			    const char *text, struct pl_err *e)
{
	for (*n = 0;; text++) {
		size_t len = strcspn(text, ",");

		if (*n == PL_MAX_SIGNERS)
			return pl_fail(e, PL_ELIMIT, "--signers: over %d",
				       PL_MAX_SIGNERS);
		if (pl_addr_parse(&out[(*n)++], pl_strndup(a, text, len), e)) {
			e->rc = PL_EUSAGE;
			return pl_note(e, "--signers");
		}
		text += len;
		if (!*text)
			return PL_OK;
	}
}

static enum pl_rc begin(struct pl_clique *s, struct pl_arena *a,
			const struct pl_signers *how,
			const struct pl_header *first, struct pl_err *e)
{
	struct pl_addr list[PL_MAX_SIGNERS];
	size_t n;

	if (strcmp(how->list, "checkpoint") != 0) {
		PL_TRY(read_list(a, list, &n, how->list, e));
	} else {
		PL_TRY(pl_clique_list(list, &n, first, e));
		if (!n)
			return pl_fail(e, PL_EUSAGE,
				       "--signers: block %" PRIu64 ", the "
				       "first one, is no checkpoint: it has "
				       "no list",
				       first->number);
	}
	PL_TRY(pl_clique_begin(s, a, how->epoch, first, list, n, e));
	s->period = how->period;
	return PL_OK;
}

static void follow(struct pl_checks *l, struct pl_clique *s,
		   const struct pl_sealed *b)
{
	const struct pl_block_report *r = b->report;
	struct pl_check check;
	struct pl_err e;
	enum pl_rc rc;

	pl_check_init(&check, l->scratch);
	rc = pl_clique_follow(s, &check, &r->header, &r->signer, &e);
	pl_checks_also(l, b->v, &check, b->where, rc, &e);
	if (!rc)
		b->v->trust = PL_SIGNED;
}

enum pl_rc pl_checks_signers(struct pl_checks *l, const struct pl_signers *how,
			     struct pl_sealed *v, size_t n, struct pl_err *e)
{
	struct pl_clique *s = PL_NEW(l->c->arena, struct pl_clique);

	if (!how->epoch)
		return pl_fail(e, PL_EUSAGE, "--epoch: 0 blocks");
	if (!n)
		return pl_fail(e, PL_EUSAGE,
			       "--signers: none of the blocks is a clique "
			       "block that holds");
	qsort(v, n, sizeof(*v), by_number);
	PL_TRY(begin(s, l->c->arena, how, &v[0].report->header, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_header *h = &v[i].report->header;

		if (h->number == s->number + 1 &&
		    pl_hash32_equal(&h->parent_hash, &s->hash))
			follow(l, s, &v[i]);
	}
	return PL_OK;
}
