/* Blocks, transactions and receipts as nodes write them in JSON (the
 * execution-apis schemas), read into the structs that can be hashed.  Reading
 * believes nothing: what these hold counts for nothing before it was hashed.
 * PL_EFORMAT names the key that is missing or wrong. */
#ifndef PL_ETH_NODE_JSON_H
#define PL_ETH_NODE_JSON_H

#include "codec/json_in.h"
#include "eth/header.h"
#include "eth/receipt.h"
#include "eth/tx.h"

/* Which of the later fields are there decides the layout; h->hash is computed,
 * not taken from the JSON. */
PL_CHECKED enum pl_rc pl_header_from_json(struct pl_arena *a,
					  struct pl_header *h,
					  const struct pl_json *obj,
					  struct pl_err *e);

PL_CHECKED enum pl_rc pl_tx_from_json(struct pl_arena *a, struct pl_tx *tx,
				      const struct pl_json *obj,
				      struct pl_err *e);

PL_CHECKED enum pl_rc pl_receipt_from_json(struct pl_arena *a,
					   struct pl_receipt *r,
					   const struct pl_json *obj,
					   struct pl_err *e);

PL_CHECKED enum pl_rc pl_log_from_json(struct pl_arena *a, struct pl_log *l,
				       const struct pl_json *obj,
				       struct pl_err *e);

/* The RLP of an EIP-7702 authorization, appended; `parity` is the key its
 * signature's parity goes by. */
PL_CHECKED enum pl_rc pl_auth_from_json(struct pl_buf *b,
					const struct pl_json *obj,
					const char *parity, struct pl_err *e);

/* The RLP of the entries of "accessList", of "authorizationList" (at most
 * `limit` of them: each costs a recovery) and of "blobVersionedHashes",
 * appended: what a transaction holds, and what a request describes. */
PL_CHECKED enum pl_rc pl_access_from_json(struct pl_buf *b,
					  const struct pl_json *obj,
					  struct pl_err *e);
PL_CHECKED enum pl_rc pl_auths_from_json(struct pl_buf *b,
					 const struct pl_json *obj,
					 size_t limit, struct pl_err *e);
PL_CHECKED enum pl_rc pl_blobs_from_json(struct pl_buf *b,
					 const struct pl_json *obj,
					 struct pl_err *e);

/* The RLP of an EIP-4895 withdrawal, appended. */
PL_CHECKED enum pl_rc pl_withdrawal_from_json(struct pl_buf *out,
					      const struct pl_json *obj,
					      struct pl_err *e);

/* Members by key; PL_EFORMAT names the key. */
PL_CHECKED enum pl_rc pl_get_u64(uint64_t *out, const struct pl_json *obj,
				 const char *key, struct pl_err *e);
PL_CHECKED enum pl_rc pl_get_u256(struct pl_u256 *out,
				  const struct pl_json *obj, const char *key,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_get_hash32(struct pl_hash32 *out,
				    const struct pl_json *obj, const char *key,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_get_addr(struct pl_addr *out,
				  const struct pl_json *obj, const char *key,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_get_data(struct pl_arena *a, struct pl_span *out,
				  const struct pl_json *obj, const char *key,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_get_fixed(uint8_t *out, size_t n,
				   const struct pl_json *obj, const char *key,
				   struct pl_err *e);
/* An array of at most `limit` members. */
PL_CHECKED enum pl_rc pl_get_list(const struct pl_json **out, size_t *n,
				  const struct pl_json *obj, const char *key,
				  size_t limit, struct pl_err *e);

/* The key is there and its value is not null. */
bool pl_has(const struct pl_json *obj, const char *key);

#endif
