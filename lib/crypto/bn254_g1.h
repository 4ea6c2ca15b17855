/* Within crypto/: points of BN254's curve y² = x³ + 3, all of
 * which but the one at infinity are of order r. */
#ifndef PL_CRYPTO_BN254_G1_H
#define PL_CRYPTO_BN254_G1_H

#include "base/err.h"
#include "crypto/bn254_field.h"

struct pl_bn_g1 {
	struct pl_fp x, y; /* both zero: at infinity */
};

static inline bool pl_bn_g1_is_inf(const struct pl_bn_g1 *p)
{
	return pl_fp_is_zero(&p->x) && pl_fp_is_zero(&p->y);
}

/* 64 bytes; PL_EFORMAT as bn254.h says. */
PL_CHECKED enum pl_rc pl_bn_g1_read(struct pl_bn_g1 *out, const uint8_t *in,
				    struct pl_err *e);
void pl_bn_g1_write(uint8_t *out, const struct pl_bn_g1 *p);

/* The failures' words. */
enum pl_rc pl_bn_no_element(struct pl_err *e);
enum pl_rc pl_bn_no_point(struct pl_err *e);

#endif
