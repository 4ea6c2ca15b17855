/* BLS signatures over BLS12-381 as Ethereum's consensus uses them (façade over
 * blst): public keys of 48 bytes in G1, signatures of 96 bytes in G2, the
 * proof-of-possession ciphersuite of draft-irtf-cfrg-bls-signature.  Pure:
 * no allocation and no state, so that threads may share keys and split work.
 *
 * The rules are the draft's, not eth2's own extension: a signature by nobody
 * is never valid.  (altair/bls.md's eth_fast_aggregate_verify takes "no keys,
 * signature at infinity" for true; that is for blocks whose sync committee
 * slept, and nothing plume believes may rest on it.) */
#ifndef PL_CRYPTO_BLS_H
#define PL_CRYPTO_BLS_H

#include "base/types.h"

#define PL_BLS_PK 48  /* bytes of a public key, compressed */
#define PL_BLS_SIG 96 /* of a signature, compressed */
#define PL_BLS_SK 32  /* of a secret key, big-endian */

/* A public key ready for use: a point of the curve, never the one at infinity.
 * The bytes are blst's and this machine's: keep them in memory only. */
struct pl_bls_pk {
	uint64_t l[12];
};

/* What is asked of a public key besides being a point of the curve.
 *
 * PL_BLS_KEY is the draft's KeyValidate, for keys from anywhere.
 *
 * PL_BLS_BOUND leaves out that the point lies in the subgroup G1, which is
 * three quarters of the work.  It is for keys under a Merkle branch to a state
 * root that a sync committee signed or that the user named as trusted.  Two
 * arguments: a key enters the beacon state through a deposit whose own
 * signature is checked, KeyValidate included, so a key outside G1 in a state
 * means that the signers of the state broke the rules, and whoever can have a
 * false state signed has no need of odd keys.  And such a key is worth no more
 * than an honest one: it is P + T with P in G1 and the order of T prime to r;
 * the pairing with a point of G2 takes its values in a group of order r, hence
 * maps T to 1, and the key verifies what P verifies and nothing else
 * (test_bls shows it).  Signatures are always checked: they come from
 * anybody. */
enum pl_bls_check { PL_BLS_KEY, PL_BLS_BOUND };

/* PL_EFORMAT where the bytes are no such key: not 48, wrong flags, a
 * coordinate not below the modulus, no point of the curve, infinity, outside
 * the subgroup. */
PL_CHECKED enum pl_rc pl_bls_pk_decode(struct pl_bls_pk *out, struct pl_span in,
				       enum pl_bls_check check,
				       struct pl_err *e);
void pl_bls_pk_encode(uint8_t out[PL_BLS_PK], const struct pl_bls_pk *pk);

/* n keys, one after the other in `in`.  The words name the first that is
 * wrong; what out holds then is of no use.  Costs 11 to 15 µs a key
 * with PL_BLS_BOUND, four times that with PL_BLS_KEY: threads may do a part
 * each. */
PL_CHECKED enum pl_rc pl_bls_pks_decode(struct pl_bls_pk *out,
					const uint8_t *in, size_t n,
					enum pl_bls_check check,
					struct pl_err *e);

/* The sum of those of the n keys whose bit is set (SSZ order: bit i is bit
 * i % 8 of byte i / 8; bits past n are not looked at), or of all with
 * bits = NULL: the draft's AggregatePKs.  With `all`, the sum of all n that an
 * earlier call found for the same keys, the absent ones are subtracted where
 * they are fewer.  PL_EPROOF where nobody takes part, or the sum is at
 * infinity; PL_ELIMIT over PL_MAX_BLS_KEYS. */
PL_CHECKED enum pl_rc pl_bls_pks_sum(struct pl_bls_pk *out,
				     const struct pl_bls_pk *keys, size_t n,
				     const uint8_t *bits,
				     const struct pl_bls_pk *all,
				     struct pl_err *e);

/* The same sum out of compressed keys, PL_BLS_BOUND, of which only those that
 * are added or subtracted are decoded: a committee seen for the first time
 * costs the keys of its absent members instead of all.  `all` may then be the
 * aggregate_pubkey that stands beside the keys, under the same branch: the
 * state transition (altair get_next_sync_committee) makes it their sum, and
 * what was said of odd keys holds for an odd sum.  PL_EFORMAT names a key that
 * was needed and is none. */
PL_CHECKED enum pl_rc pl_bls_packed_sum(struct pl_bls_pk *out,
					const uint8_t *packed, size_t n,
					const uint8_t *bits,
					const struct pl_bls_pk *all,
					struct pl_err *e);

/* The draft's Verify.  This and the other four answer PL_EPROOF for
 * everything that is wrong with a signature, its encoding included. */
PL_CHECKED enum pl_rc pl_bls_verify(const struct pl_bls_pk *pk,
				    struct pl_span msg,
				    const uint8_t sig[PL_BLS_SIG],
				    struct pl_err *e);

/* The draft's FastAggregateVerify: everybody whose bit is set signed the same
 * message.  keys, n, bits and all as for pl_bls_pks_sum.  Safe only for keys
 * with a proof of possession, as all of the beacon chain's are. */
PL_CHECKED enum pl_rc
pl_bls_fast_aggregate_verify(const struct pl_bls_pk *keys, size_t n,
			     const uint8_t *bits, const struct pl_bls_pk *all,
			     struct pl_span msg, const uint8_t sig[PL_BLS_SIG],
			     struct pl_err *e);

/* The draft's AggregateVerify in its proof-of-possession form: key i signed
 * msgs[i], messages may repeat. */
PL_CHECKED enum pl_rc pl_bls_aggregate_verify(const struct pl_bls_pk *keys,
					      const struct pl_span *msgs,
					      size_t n,
					      const uint8_t sig[PL_BLS_SIG],
					      struct pl_err *e);

/* Many signatures at once, for about half of the price of one by one.  Each
 * is weighed with a number drawn from seed, so that wrong ones cannot cancel
 * out: seed is 32 bytes that nobody could know when the signatures were made
 * (pl_random).  A false set passes with probability 2^-64.  Who is wrong is
 * not said; ask pl_bls_verify. */
struct pl_bls_set {
	struct pl_bls_pk pk;
	struct pl_span msg;
	const uint8_t *sig; /* PL_BLS_SIG bytes */
};

PL_CHECKED enum pl_rc pl_bls_batch_verify(const struct pl_bls_set *sets,
					  size_t n, const uint8_t seed[32],
					  struct pl_err *e);

/* A point of G2, the one at infinity included; else PL_EPROOF. */
PL_CHECKED enum pl_rc pl_bls_sig_check(const uint8_t sig[PL_BLS_SIG],
				       struct pl_err *e);

/* The draft's Aggregate: n signatures, one after the other in sigs, to one.
 * PL_EPROOF where one is no signature or n is 0. */
PL_CHECKED enum pl_rc pl_bls_aggregate(uint8_t out[PL_BLS_SIG],
				       const uint8_t *sigs, size_t n,
				       struct pl_err *e);

/* Secret keys: PL_EFORMAT for 0 and for what is not below the order r.  Copies
 * are wiped; constant time. */
PL_CHECKED enum pl_rc pl_bls_sk_to_pk(struct pl_bls_pk *out,
				      const uint8_t sk[PL_BLS_SK],
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_bls_sign(uint8_t out[PL_BLS_SIG],
				  const uint8_t sk[PL_BLS_SK],
				  struct pl_span msg, struct pl_err *e);

/* RFC 9380's hash_to_curve, BLS12381G2_XMD:SHA-256_SSWU_RO_, as x.c1, x.c0,
 * y.c1, y.c0, big-endian, 48 bytes each.  dst is the domain separation tag,
 * 1 to 255 bytes; an empty one means the ciphersuite's own. */
PL_CHECKED enum pl_rc pl_bls_hash_to_g2(uint8_t out[192], struct pl_span msg,
					struct pl_span dst, struct pl_err *e);

#endif
