/* Within sync/view*.c. */
#ifndef PL_SYNC_VIEW_IMPL_H
#define PL_SYNC_VIEW_IMPL_H

#include "sync/view.h"

struct view_kept {
	bool used;
	struct pl_viewed v;
	uint8_t extra[PL_MAX_EXTRA]; /* what v.header.extra points to */
};

struct pl_view {
	struct pl_view_conf conf;
	struct pl_arena *a;
	struct view_kept head[3]; /* LATEST, SAFE, FINALIZED */
	struct view_kept *kept;   /* conf.keep, by number modulo */
	size_t together;          /* calls in one exchange, at most */
	struct view_kept *older;  /* conf.n_older, once they were asked for */
};

void view_keep(struct view_kept *k, const struct pl_viewed *x);

/* With extra data that outlives the cache's place. */
void view_hand_out(struct pl_arena *a, struct pl_viewed *out,
		   const struct pl_viewed *x);

/* The header that a node's block has, which must be the one with this hash. */
PL_CHECKED enum pl_rc view_header_read(struct pl_view *v, struct pl_arena *a,
				       struct pl_header *out,
				       const struct pl_hash32 *hash,
				       const struct pl_json *block,
				       struct pl_err *e);

/* The headers that have these hashes, whoever gives them. */
PL_CHECKED enum pl_rc view_headers_by_hash(struct pl_view *v,
					   struct pl_arena *a,
					   struct pl_header *out,
					   const struct pl_hash32 *const *hash,
					   size_t n, struct pl_err *e);
PL_CHECKED enum pl_rc view_header_by_hash(struct pl_view *v, struct pl_arena *a,
					  struct pl_header *out,
					  const struct pl_hash32 *hash,
					  struct pl_err *e);

/* Where one of conf.older is nearer to `number`, and not before it, *x becomes
 * that block. */
PL_CHECKED enum pl_rc view_from_older(struct pl_view *v, struct pl_arena *a,
				      struct pl_viewed *x, uint64_t number,
				      struct pl_err *e);

/* From *x back to `number`, or as near to it as the chain's ring of block
 * hashes leads; *x is the block reached.  What fails leaves more to walk. */
void view_by_ring(struct pl_view *v, struct pl_arena *a, struct pl_viewed *x,
		  uint64_t number);

/* One call, null being PL_ENOTFOUND. */
PL_CHECKED enum pl_rc view_ask(struct pl_view *v, struct pl_arena *a,
			       const struct pl_json **out, const char *method,
			       const char *params, struct pl_err *e);

/* Many calls in as few exchanges as the node takes: where it refuses a batch,
 * gives none of its answers, or more than may be, the first call is made alone
 * and, that one answered, later batches are half as long, until
 * pl_view_refresh lets them grow again.  PL_OK: every item
 * has its result or its error. */
PL_CHECKED enum pl_rc view_batch(struct pl_view *v, struct pl_arena *a,
				 struct pl_rpc_item *item, size_t n,
				 struct pl_err *e);

/* An item has a result; failures as view_ask's. */
PL_CHECKED enum pl_rc view_result(struct pl_view *v,
				  const struct pl_rpc_item *item,
				  struct pl_err *e);

/* Of eth_getBlockByHash. */
const char *view_block_params(struct pl_arena *a, const struct pl_hash32 *hash,
			      bool full);

/* The words of eth_getProof; what it answered, held against a header. */
const char *view_proof_params(struct pl_arena *a, const struct pl_header *at,
			      const struct pl_addr *address,
			      const struct pl_hash32 *slots, size_t n);
PL_CHECKED enum pl_rc view_prove(struct pl_view *v, struct pl_arena *a,
				 struct pl_node_proof *out, bool *exists,
				 const struct pl_header *at,
				 const struct pl_addr *address,
				 const struct pl_hash32 *slots, size_t n,
				 const struct pl_json *o, struct pl_err *e);
/* Likewise of eth_getCode. */
const char *view_code_params(struct pl_arena *a, const struct pl_header *at,
			     const struct pl_addr *address);
PL_CHECKED enum pl_rc
view_prove_code(struct pl_view *v, struct pl_arena *a, struct pl_span *out,
		const struct pl_header *at, const struct pl_hash32 *hash,
		const struct pl_json *o, struct pl_err *e);

/* The whole list of a block's receipts: the bytes its root is over. */
PL_CHECKED enum pl_rc view_receipts(struct pl_arena *a, struct pl_span **out,
				    size_t *n, const struct pl_json *list,
				    const struct pl_header *h,
				    struct pl_err *e);

/* Transactions and withdrawals of a node's block, held to b->header. */
PL_CHECKED enum pl_rc view_body(struct pl_arena *a, struct pl_node_block *b,
				const struct pl_json *block, struct pl_err *e);

/* Name the node and the block in a failure. */
PL_CHECKED enum pl_rc view_blame(struct pl_view *v, uint64_t number,
				 struct pl_err *e);

#endif
