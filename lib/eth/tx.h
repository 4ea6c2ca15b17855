/* Transactions: types 0 to 4, decoded from their canonical envelope, encoded,
 * hashed, signed, and their sender recovered. */
#ifndef PL_ETH_TX_H
#define PL_ETH_TX_H

#include "base/buf.h"
#include "base/types.h"
#include "crypto/secp.h"

enum pl_tx_type {
	PL_TX_LEGACY = 0, /* with or without EIP-155 */
	PL_TX_ACCESS = 1, /* EIP-2930 */
	PL_TX_FEE = 2,    /* EIP-1559 */
	PL_TX_BLOB = 3,   /* EIP-4844, without its blobs */
	PL_TX_SETCODE = 4 /* EIP-7702 */
};

/* To make one: zero it, set type, chain_id and the fields of that type, then
 * pl_tx_sign.  Spans point into the bytes it was decoded from, or wherever the
 * maker points them; they must outlive it. */
struct pl_tx {
	enum pl_tx_type type;
	bool has_chain_id; /* false only for legacy before EIP-155 */
	bool has_to;       /* false: creates a contract */
	uint64_t chain_id;
	uint64_t nonce;
	uint64_t gas;
	struct pl_u256 gas_price; /* types 0 and 1 */
	struct pl_u256 max_fee;   /* types 2 to 4, per gas */
	struct pl_u256 max_priority_fee;
	struct pl_u256 max_blob_fee; /* type 3 */
	struct pl_addr to;
	struct pl_u256 value;
	struct pl_span data;
	/* Payloads of the RLP lists (what stands inside the list). */
	struct pl_span access_list; /* types 1 to 4 */
	struct pl_span blob_hashes; /* type 3 */
	struct pl_span auth_list;   /* type 4 */
	struct pl_sig sig;
};

/* From the bytes eth_getRawTransactionByHash gives and blocks hash.  Checks
 * every length and list inside.  PL_EFORMAT otherwise. */
PL_CHECKED enum pl_rc pl_tx_decode(struct pl_tx *out, struct pl_span raw,
				   struct pl_err *e);

/* Append the signed envelope: what eth_sendRawTransaction takes. */
void pl_tx_encode(struct pl_buf *out, const struct pl_tx *tx);

/* The functions below build what they hash in `scratch`, and leave it as long
 * as it was. */
struct pl_hash32 pl_tx_hash(const struct pl_tx *tx, struct pl_buf *scratch);

/* What the sender signs. */
struct pl_hash32 pl_tx_sign_hash(const struct pl_tx *tx,
				 struct pl_buf *scratch);

/* Fill tx->sig.  A legacy transaction is signed with EIP-155 if it
 * has_chain_id; the other types always carry theirs. */
PL_CHECKED enum pl_rc pl_tx_sign(struct pl_tx *tx, struct pl_buf *scratch,
				 const uint8_t secret[32], struct pl_err *e);

/* Who sent it.  PL_EPROOF when the signature is nobody's, and when s is high
 * unless allow_high_s (blocks before Homestead, EIP-2). */
PL_CHECKED enum pl_rc pl_tx_sender(struct pl_addr *out, const struct pl_tx *tx,
				   struct pl_buf *scratch, bool allow_high_s,
				   struct pl_err *e);

/* Whether a chain of that id could take it into a block (rules of Cancun, as
 * far as they need no state): chain, nonce, fees, gas, size, and low s.
 * PL_EPROOF names the rule that refuses it. */
PL_CHECKED enum pl_rc pl_tx_check(const struct pl_tx *tx, uint64_t chain_id,
				  struct pl_err *e);

/* What a unit of gas costs in a block of that base fee: the base fee and the
 * tip, as far as the cap allows. */
struct pl_u256 pl_tx_price(const struct pl_tx *tx,
			   const struct pl_u256 *base_fee);

/* The v of a legacy transaction: 27, 28, or 35 + 2·chain_id and up. */
uint64_t pl_tx_v(const struct pl_tx *tx);

/* The address a creating transaction makes: keccak(rlp(sender, nonce)). */
struct pl_addr pl_create_address(const struct pl_addr *sender, uint64_t nonce);

/* Gas a transaction uses before its first opcode (EIP-2028, 2930, 3860,
 * 7702; Istanbul and later), without EIP-7623's floor.  PL_EMATH when it does
 * not fit 64 bits. */
PL_CHECKED enum pl_rc pl_tx_intrinsic_gas(uint64_t *out, const struct pl_tx *tx,
					  struct pl_err *e);

/* Walk an access list's payload: one entry per call; *keys are 32-byte RLP
 * strings, 33 bytes each.  Advances *list. */
PL_CHECKED enum pl_rc pl_access_next(struct pl_addr *addr, struct pl_span *keys,
				     struct pl_span *list, struct pl_err *e);

/* One EIP-7702 authorisation of a list's payload; advances *list. */
struct pl_auth {
	struct pl_u256 chain_id;
	struct pl_addr address;
	uint64_t nonce;
	struct pl_u256 r, s;
	uint8_t y_parity;
};
PL_CHECKED enum pl_rc pl_auth_next(struct pl_auth *out, struct pl_span *list,
				   struct pl_err *e);

#endif
