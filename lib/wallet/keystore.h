/* Key files: Web3 Secret Storage, version 3.  Written with scrypt
 * (n = 262144, r = 8, p = 1) and the address; read from geth, Foundry and
 * ethers as well (scrypt or PBKDF2, with or without address).  Every field is
 * checked against limits.h before a byte is reserved for it.
 *
 * Wrong password and changed file cannot be told apart: both are PL_EPROOF. */
#ifndef PL_WALLET_KEYSTORE_H
#define PL_WALLET_KEYSTORE_H

#include "base/types.h"
#include "crypto/kdf.h"

enum pl_keystore_kdf { PL_KDF_SCRYPT, PL_KDF_PBKDF2 };
extern const char *const pl_keystore_kdf_words[]; /* "scrypt", "pbkdf2" */

/* A key file, read but not opened: nothing in it is secret. */
struct pl_keystore {
	enum pl_keystore_kdf kdf;
	struct pl_scrypt scrypt; /* PL_KDF_SCRYPT */
	uint64_t rounds;         /* PL_KDF_PBKDF2 */
	struct pl_span salt;     /* in the arena */
	uint8_t iv[16], cipher[32];
	size_t cipher_n; /* under 32: zeros in front were left out */
	struct pl_hash32 mac;
	bool has_addr;
	struct pl_addr addr; /* as the file claims; unlocking checks it */
	const char *id;      /* "" when there is none */
};

/* PL_EFORMAT or PL_ELIMIT names the member that is wrong. */
PL_CHECKED enum pl_rc pl_keystore_parse(struct pl_arena *a,
					struct pl_keystore *out,
					struct pl_span text, struct pl_err *e);

/* The private key into key (locked memory of the caller's, wiped again on
 * failure) and its address.  PL_EPROOF: wrong password, a changed file, or an
 * address that is not the key's. */
PL_CHECKED enum pl_rc pl_keystore_unlock(uint8_t key[32], struct pl_addr *addr,
					 const struct pl_keystore *ks,
					 struct pl_span password,
					 struct pl_err *e);

/* The text of a new key file: salt, IV and id from the system's generator. */
PL_CHECKED enum pl_rc pl_keystore_lock(struct pl_arena *a, struct pl_span *out,
				       const uint8_t key[32],
				       struct pl_span password,
				       const struct pl_scrypt *cost,
				       struct pl_err *e);

/* n = 262144, r = 8, p = 1 */
extern const struct pl_scrypt pl_keystore_cost;

#endif
