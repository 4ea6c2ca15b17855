/* BLS12-381: EIP-2537's seven contracts, and EIP-4844's point evaluation. */
#include "crypto/bls_kzg.h"
#include "crypto/bls_point.h"
#include "crypto/sha256.h"
#include "evm/precompile_impl.h"

/* ---------------------------------------------------------------- prices */

/* clang-format off */
/* EIP-2537's discounts for k = 1 … 128 terms, in thousandths. */
static const uint16_t g1_discount[128] = {
	1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698,
	692, 687, 682, 677, 673, 669, 665, 661, 658, 654, 651, 648,
	645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619,
	617, 615, 613, 611, 609, 608, 606, 604, 603, 601, 599, 598,
	596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581,
	580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567,
	566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555,
	554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545, 544,
	543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534,
	533, 532, 532, 531, 530, 529, 528, 528, 527, 526, 525, 525,
	524, 523, 522, 522, 521, 520, 520, 519,
};
static const uint16_t g2_discount[128] = {
	1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749,
	740, 732, 724, 717, 711, 704, 699, 693, 688, 683, 679, 674,
	670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634,
	632, 629, 627, 624, 622, 620, 618, 615, 613, 611, 609, 607,
	606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587,
	586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571,
	570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558,
	557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548, 547,
	546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537,
	537, 536, 535, 535, 534, 533, 532, 532, 531, 530, 530, 529,
	528, 528, 527, 526, 526, 525, 524, 524,
};
/* clang-format on */

/* k multiplications at the discount for so many. */
static uint64_t msm_gas(uint64_t k, uint64_t price, const uint16_t *discount)
{
	if (!k)
		return 0;
	return k * price * discount[(k < 128 ? k : 128) - 1] / 1000;
}

/* SPEC EIP-2537 gas-schedule: whole terms count, and no others are taken */
uint64_t pl_pre_bls_gas(unsigned index, enum pl_fork fork, struct pl_span in)
{
	(void)fork;
	switch (index) {
	case 0x0a:
		return 50000;
	case 0x0b:
		return 375;
	case 0x0c:
		return msm_gas(in.n / PL_BLS_G1_TERM, 12000, g1_discount);
	case 0x0d:
		return 600;
	case 0x0e:
		return msm_gas(in.n / PL_BLS_G2_TERM, 22500, g2_discount);
	case 0x0f:
		return 37700 + 32600 * (uint64_t)(in.n / PL_BLS_PAIR);
	case 0x10:
		return 5500;
	case 0x11:
		return 23800;
	default:
		return UINT64_MAX;
	}
}

/* -------------------------------------------------------------- EIP-2537 */

bool pl_pre_bls_g1_add(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n == (size_t)2 * PL_BLS_G1 &&
	       !pl_bls_g1_add(pl_pre_room(out, a, PL_BLS_G1), in.p, &e);
}

bool pl_pre_bls_g2_add(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n == (size_t)2 * PL_BLS_G2 &&
	       !pl_bls_g2_add(pl_pre_room(out, a, PL_BLS_G2), in.p, &e);
}

bool pl_pre_bls_g1_msm(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n && in.n % PL_BLS_G1_TERM == 0 &&
	       !pl_bls_g1_msm(pl_pre_room(out, a, PL_BLS_G1), a, in.p,
			      in.n / PL_BLS_G1_TERM, &e);
}

bool pl_pre_bls_g2_msm(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n && in.n % PL_BLS_G2_TERM == 0 &&
	       !pl_bls_g2_msm(pl_pre_room(out, a, PL_BLS_G2), a, in.p,
			      in.n / PL_BLS_G2_TERM, &e);
}

bool pl_pre_bls_pairing(struct pl_span *out, struct pl_arena *a,
			enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;
	enum pl_rc rc;

	(void)fork;
	if (!in.n || in.n % PL_BLS_PAIR != 0)
		return false;
	rc = pl_bls_pairing(in.p, in.n / PL_BLS_PAIR, &e);
	if (rc && rc != PL_EPROOF)
		return false;
	pl_pre_room(out, a, 32)[31] = !rc;
	return true;
}

bool pl_pre_bls_map_g1(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n == PL_BLS_FP &&
	       !pl_bls_map_to_g1(pl_pre_room(out, a, PL_BLS_G1), in.p, &e);
}

bool pl_pre_bls_map_g2(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return in.n == (size_t)2 * PL_BLS_FP &&
	       !pl_bls_map_to_g2(pl_pre_room(out, a, PL_BLS_G2), in.p, &e);
}

/* -------------------------------------------------------------- EIP-4844 */

#define BLOB_ELEMENTS 4096 /* FIELD_ELEMENTS_PER_BLOB */

bool pl_pre_point_evaluation(struct pl_span *out, struct pl_arena *a,
			     enum pl_fork fork, struct pl_span in)
{
	struct pl_hash32 h;
	struct pl_err e;
	uint8_t *room;

	(void)fork;
	/* SPEC EIP-4844 point_evaluation_precompile: 192 bytes */
	if (in.n != 192)
		return false;
	/* SPEC EIP-4844 kzg_to_versioned_hash: 0x01, then the SHA-256 */
	h = pl_sha256_here((struct pl_span){ in.p + 96, PL_KZG_BYTES });
	h.b[0] = 1;
	if (memcmp(h.b, in.p, 32) != 0)
		return false;
	if (pl_kzg_verify(in.p + 96, in.p + 32, in.p + 64, in.p + 144, &e))
		return false;
	room = pl_pre_room(out, a, 64);
	room[30] = BLOB_ELEMENTS >> 8;
	memcpy(room + 32, pl_kzg_modulus, 32);
	return true;
}
