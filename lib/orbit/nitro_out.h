/* How Nitro's nodes write what is theirs: members of struct pl_family. */
#ifndef PL_ORBIT_NITRO_OUT_H
#define PL_ORBIT_NITRO_OUT_H

#include "eth/node_out.h"
#include "eth/tx.h"

/* sendRoot, sendCount and l1BlockNumber, read out of the hashed fields. */
void pl_nitro_header_out(struct pl_jout *w, const struct pl_header *h);
void pl_nitro_receipt_out(struct pl_jout *w, const struct pl_header *h);

/* A transaction of Nitro's own, inside an open object. */
PL_CHECKED enum pl_rc pl_nitro_tx_out(struct pl_jout *w, struct pl_arena *a,
				      const struct pl_node_block *b, size_t i,
				      struct pl_err *e);

/* What a unit of gas cost: the base fee, and the tip where the header says
 * that tips are collected.  What ArbOS does itself costs nothing. */
struct pl_u256 pl_nitro_price(const struct pl_header *h,
			      const struct pl_tx *tx);
struct pl_u256 pl_nitro_own_price(const struct pl_header *h, uint64_t type);

#endif
