#include "orbit/family.h"

#include "orbit/nitro.h"

static enum pl_rc nitro_check(struct pl_check *c, struct pl_block_report *r,
			      const struct pl_json *fields,
			      const struct pl_json *item, struct pl_err *e)
{
	struct pl_nitro n = pl_nitro_read(&r->header);

	(void)item;
	PL_TRY(pl_claim_u64(c, "nitro.l1_block", fields, "l1BlockNumber",
			    n.l1_block, e));
	PL_TRY(pl_claim_hash(c, "nitro.send_root", fields, "sendRoot",
			     &n.send_root, e));
	return pl_claim_u64(c, "nitro.send_count", fields, "sendCount",
			    n.send_count, e);
}

const struct pl_family pl_family_nitro = { "nitro", pl_nitro_fits,
					   nitro_check };
