/* Typed data that people sign: EIP-712, as wallets hand it over in JSON
 * (eth_signTypedData_v4). */
#ifndef PL_ETH_TYPED_H
#define PL_ETH_TYPED_H

#include "codec/json_in.h"

#define PL_TYPED_TYPES 64   /* structs */
#define PL_TYPED_MEMBERS 64 /* of one */
#define PL_TYPED_DEPTH 32   /* structs and arrays within one another */

/* The digest of {"types","primaryType","domain","message"}.  Where "types" has
 * no EIP712Domain, it is of the members that the domain has, in the order of
 * the specification.  A struct that is null or absent counts as 32 zeros, as
 * wallets have it; any other value has to be there.  PL_EFORMAT names what is
 * wrong, PL_ELIMIT what is beyond the above. */
PL_CHECKED enum pl_rc pl_typed_digest(struct pl_arena *a, struct pl_hash32 *out,
				      const struct pl_json *data,
				      struct pl_err *e);

#endif
