#include "wallet/signer.h"

#include "base/secret.h"

struct key_signer {
	struct pl_signer base;
	uint8_t *key; /* 32 bytes of locked memory; NULL once closed */
};

static enum pl_rc key_sign(struct pl_signer *s, struct pl_sig *out,
			   const struct pl_hash32 *digest, struct pl_err *e)
{
	struct key_signer *k = (struct key_signer *)s;

	return pl_secp_sign(out, digest, k->key, e);
}

static void key_close(struct pl_signer *s)
{
	struct key_signer *k = (struct key_signer *)s;

	pl_secret_close(k->key, 32);
	k->key = NULL;
}

static const struct pl_signer_ops key_ops = { key_sign, key_close };

enum pl_rc pl_signer_of_key(struct pl_arena *a, struct pl_signer **out,
			    const uint8_t key[32], const char *name,
			    struct pl_err *e)
{
	struct pl_addr addr;
	struct key_signer *k;

	PL_TRY(pl_secp_address(&addr, key, e));
	k = PL_NEW(a, struct key_signer);
	k->base = (struct pl_signer){ &key_ops, addr, pl_strdup(a, name) };
	k->key = pl_secret_open(32);
	memcpy(k->key, key, 32);
	*out = &k->base;
	return PL_OK;
}
