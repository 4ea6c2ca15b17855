/* Who signs: a key in locked memory today, another kind of holder later.
 * Commands know nothing but the address and this table. */
#ifndef PL_WALLET_SIGNER_H
#define PL_WALLET_SIGNER_H

#include "base/types.h"
#include "crypto/secp.h"

struct pl_signer;

struct pl_signer_ops {
	/* As pl_secp_sign: deterministic, low s. */
	enum pl_rc (*sign)(struct pl_signer *s, struct pl_sig *out,
			   const struct pl_hash32 *digest, struct pl_err *e);
	void (*close)(struct pl_signer *s);
};

struct pl_signer {
	const struct pl_signer_ops *ops;
	struct pl_addr addr;
	const char *name; /* of the account, for messages */
};

PL_CHECKED static inline enum pl_rc
pl_signer_sign(struct pl_signer *s, struct pl_sig *out,
	       const struct pl_hash32 *digest, struct pl_err *e)
{
	return s->ops->sign(s, out, digest, e);
}

/* Wipes what must be wiped; NULL is allowed. */
static inline void pl_signer_close(struct pl_signer *s)
{
	if (s && s->ops->close)
		s->ops->close(s);
}

/* A signer with the private key, which is copied into locked memory.
 * PL_EFORMAT for a number that is no key.  The struct lives in the arena. */
PL_CHECKED enum pl_rc pl_signer_of_key(struct pl_arena *a,
				       struct pl_signer **out,
				       const uint8_t key[32], const char *name,
				       struct pl_err *e);

#endif
