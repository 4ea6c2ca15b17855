#include "crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include "base/lazy.h"

#define FUNCS(X)                                                               \
	X(BN_CTX_new)                                                          \
	X(BN_CTX_free)                                                         \
	X(BN_CTX_start)                                                        \
	X(BN_CTX_get)                                                          \
	X(BN_CTX_end)                                                          \
	X(BN_bin2bn)                                                           \
	X(BN_cmp)                                                              \
	X(BN_is_zero)                                                          \
	X(BN_mod_inverse)                                                      \
	X(BN_mod_mul)                                                          \
	X(BN_nnmod)                                                            \
	X(EC_GROUP_new_by_curve_name)                                          \
	X(EC_GROUP_get0_order)                                                 \
	X(EC_POINT_new)                                                        \
	X(EC_POINT_free)                                                       \
	X(EC_POINT_mul)                                                        \
	X(EC_POINT_is_at_infinity)                                             \
	X(EC_POINT_set_affine_coordinates)                                     \
	X(EC_POINT_get_affine_coordinates)                                     \
	X(ERR_clear_error)

#define PL_LAZY_TABLE ec
PL_LAZY(ec, "libcrypto.so.3", FUNCS);

/* Made once: it carries the table of the generator's multiples. */
static EC_GROUP *group;

/* The numbers of one verification. */
struct work {
	BN_CTX *ctx;
	EC_POINT *key, *sum;
	BIGNUM *h, *r, *s, *x, *y, *u, *v;
};

static bool work_open(struct work *w)
{
	w->ctx = ec.BN_CTX_new();
	w->key = ec.EC_POINT_new(group);
	w->sum = ec.EC_POINT_new(group);
	if (!w->ctx || !w->key || !w->sum)
		return false;
	ec.BN_CTX_start(w->ctx);
	w->h = ec.BN_CTX_get(w->ctx);
	w->r = ec.BN_CTX_get(w->ctx);
	w->s = ec.BN_CTX_get(w->ctx);
	w->x = ec.BN_CTX_get(w->ctx);
	w->y = ec.BN_CTX_get(w->ctx);
	w->u = ec.BN_CTX_get(w->ctx);
	w->v = ec.BN_CTX_get(w->ctx);
	return w->v != NULL;
}

static void work_close(struct work *w)
{
	if (w->ctx)
		ec.BN_CTX_end(w->ctx);
	ec.BN_CTX_free(w->ctx);
	ec.EC_POINT_free(w->key);
	ec.EC_POINT_free(w->sum);
	ec.ERR_clear_error();
}

/* SPEC EIP-7951 input-validation: r and s above 0 and below n */
static bool in_range(const BIGNUM *k, const BIGNUM *n)
{
	return !ec.BN_is_zero(k) && ec.BN_cmp(k, n) < 0;
}

/* x(h/s·G + r/s·Q) = r modulo n.  Coordinates not below p and points off the
 * curve are refused by EC_POINT_set_affine_coordinates. */
static bool holds(struct work *w)
{
	const BIGNUM *n = ec.EC_GROUP_get0_order(group);

	if (!in_range(w->r, n) || !in_range(w->s, n))
		return false;
	/* SPEC EIP-7951 input-validation: the key is a point of the curve */
	if (!ec.EC_POINT_set_affine_coordinates(group, w->key, w->x, w->y,
						w->ctx))
		return false;
	if (!ec.BN_mod_inverse(w->s, w->s, n, w->ctx) ||
	    !ec.BN_mod_mul(w->u, w->h, w->s, n, w->ctx) ||
	    !ec.BN_mod_mul(w->v, w->r, w->s, n, w->ctx) ||
	    !ec.EC_POINT_mul(group, w->sum, w->u, w->key, w->v, w->ctx))
		return false;
	if (ec.EC_POINT_is_at_infinity(group, w->sum))
		return false;
	return ec.EC_POINT_get_affine_coordinates(group, w->sum, w->x, NULL,
						  w->ctx) &&
	       ec.BN_nnmod(w->x, w->x, n, w->ctx) && !ec.BN_cmp(w->x, w->r);
}

enum pl_rc pl_p256_verify(const uint8_t digest[32], const uint8_t r[32],
			  const uint8_t s[32], const uint8_t x[32],
			  const uint8_t y[32], struct pl_err *e)
{
	struct work w = { 0 };
	bool made, true_one;

	PL_TRY(ec_load(e));
	if (!group)
		group = ec.EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (!group)
		return pl_fail(e, PL_EIO, "libcrypto has no curve P-256");
	made = work_open(&w) && ec.BN_bin2bn(digest, 32, w.h) &&
	       ec.BN_bin2bn(r, 32, w.r) && ec.BN_bin2bn(s, 32, w.s) &&
	       ec.BN_bin2bn(x, 32, w.x) && ec.BN_bin2bn(y, 32, w.y);
	true_one = made && holds(&w);
	work_close(&w);
	if (!made)
		return pl_fail(e, PL_EIO, "libcrypto has no memory for P-256");
	return true_one ? PL_OK
			: pl_fail(e, PL_EPROOF, "not this P-256 signature");
}
