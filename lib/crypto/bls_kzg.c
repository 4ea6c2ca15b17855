#include "crypto/bls_kzg.h"

#include <blst.h>

const uint8_t pl_kzg_modulus[32] = { 0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d,
				     0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1,
				     0xd8, 0x05, 0x53, 0xbd, 0xa4, 0x02, 0xff,
				     0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff,
				     0x00, 0x00, 0x00, 0x01 };

/* The ceremony's secret times the generator of G2: KZG_SETUP_G2_MONOMIAL[1] of
 * consensus-specs presets/mainnet/trusted_setups/trusted_setup_4096.json. */
static const uint8_t tau_g2[96] = {
	0xb5, 0xbf, 0xd7, 0xdd, 0x8c, 0xde, 0xb1, 0x28, 0x84, 0x3b, 0xc2, 0x87,
	0x23, 0x0a, 0xf3, 0x89, 0x26, 0x18, 0x70, 0x75, 0xcb, 0xfb, 0xef, 0xa8,
	0x10, 0x09, 0xa2, 0xce, 0x61, 0x5a, 0xc5, 0x3d, 0x29, 0x14, 0xe5, 0x87,
	0x0c, 0xb4, 0x52, 0xd2, 0xaf, 0xaa, 0xab, 0x24, 0xf3, 0x49, 0x9f, 0x72,
	0x18, 0x5c, 0xbf, 0xee, 0x53, 0x49, 0x27, 0x14, 0x73, 0x44, 0x29, 0xb7,
	0xb3, 0x86, 0x08, 0xe2, 0x39, 0x26, 0xc9, 0x11, 0xcc, 0xec, 0xea, 0xc9,
	0xa3, 0x68, 0x51, 0x47, 0x7b, 0xa4, 0xc6, 0x0b, 0x08, 0x70, 0x41, 0xde,
	0x62, 0x10, 0x00, 0xed, 0xc9, 0x8e, 0xda, 0xda, 0x20, 0xc1, 0xde, 0xf2
};

static enum pl_rc scalar_read(blst_scalar *out, const uint8_t in[32],
			      const char *what, struct pl_err *e)
{
	/* SPEC polynomial-commitments bytes_to_bls_field: below the modulus */
	if (memcmp(in, pl_kzg_modulus, 32) >= 0)
		return pl_fail(e, PL_EFORMAT,
			       "KZG: %s is not below the group's order", what);
	blst_scalar_from_bendian(out, in);
	return PL_OK;
}

/* SPEC polynomial-commitments validate_kzg_g1: infinity or of the subgroup */
static enum pl_rc point_read(blst_p1_affine *out,
			     const uint8_t in[PL_KZG_BYTES], const char *what,
			     struct pl_err *e)
{
	if (blst_p1_uncompress(out, in) ||
	    (!blst_p1_affine_is_inf(out) && !blst_p1_affine_in_g1(out)))
		return pl_fail(e, PL_EFORMAT, "KZG: the %s is no point of G1",
			       what);
	return PL_OK;
}

/* commitment - y·G1 + z·proof */
static void left_side(blst_p1 *out, const blst_p1_affine *c,
		      const blst_p1_affine *proof, const blst_scalar *z,
		      const blst_scalar *y)
{
	blst_p1 t;

	blst_p1_mult(&t, blst_p1_generator(), y->b, 255);
	blst_p1_cneg(&t, true);
	blst_p1_add_or_double_affine(out, &t, c);
	blst_p1_from_affine(&t, proof);
	blst_p1_mult(&t, &t, z->b, 255);
	blst_p1_add_or_double(out, out, &t);
}

/* SPEC polynomial-commitments verify_kzg_proof_impl:
 * e(C - y·G1, G2) = e(proof, (τ - z)·G2), with z brought to the left, where
 * the points are smaller */
static bool equal(const blst_p1 *left, const blst_p1_affine *proof)
{
	blst_p1_affine l;
	const blst_p1_affine *ps[2] = { &l, proof };
	const blst_p2_affine *qs[2] = { &BLS12_381_NEG_G2, NULL };
	blst_p2_affine tau;
	blst_fp12 f;

	/* pairings with infinity are one; others of one point are not */
	if (blst_p1_is_inf(left) || blst_p1_affine_is_inf(proof))
		return blst_p1_is_inf(left) && blst_p1_affine_is_inf(proof);
	if (blst_p2_uncompress(&tau, tau_g2))
		return false;
	qs[1] = &tau;
	blst_p1_to_affine(&l, left);
	blst_miller_loop_n(&f, qs, ps, 2);
	blst_final_exp(&f, &f);
	return blst_fp12_is_one(&f);
}

enum pl_rc pl_kzg_verify(const uint8_t commitment[PL_KZG_BYTES],
			 const uint8_t z[32], const uint8_t y[32],
			 const uint8_t proof[PL_KZG_BYTES], struct pl_err *e)
{
	blst_p1_affine c, pi;
	blst_scalar at, value;
	blst_p1 left;

	PL_TRY(point_read(&c, commitment, "commitment", e));
	PL_TRY(scalar_read(&at, z, "z", e));
	PL_TRY(scalar_read(&value, y, "y", e));
	PL_TRY(point_read(&pi, proof, "proof", e));
	left_side(&left, &c, &pi, &at, &value);
	if (!equal(&left, &pi))
		return pl_fail(e, PL_EPROOF, "KZG: the proof is false");
	return PL_OK;
}
