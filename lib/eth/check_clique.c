/* The family of proof-of-authority chains (clique): each header carries its
 * sealer's signature. */
#include "eth/check.h"
#include "eth/clique.h"

static enum pl_rc clique_check(struct pl_check *c, struct pl_block_report *r,
			       const struct pl_json *fields,
			       const struct pl_json *item, struct pl_err *e)
{
	(void)fields;
	if (pl_clique_signer(&r->signer, &r->header, &c->scratch, e))
		return pl_check_false(c, "clique.signer", "a valid seal",
				      pl_strdup(c->a, e->msg), e);
	r->has_signer = true;
	PL_TRY(pl_claim_addr(c, "clique.signer", item, "signer", &r->signer,
			     e));
	pl_check_proved(c, "clique.signer");
	return PL_OK;
}

const struct pl_family pl_family_clique = { "clique", pl_clique_fits,
					    clique_check, NULL, NULL };
