/* Which contract is where since when, and the small ones. */
#include "crypto/blake2f.h"
#include "crypto/p256.h"
#include "crypto/ripemd160.h"
#include "crypto/secp.h"
#include "crypto/sha256.h"
#include "evm/precompile_impl.h"

/* ---------------------------------------------------------------- input */

struct pl_span pl_pre_part(struct pl_span in, size_t at, size_t n)
{
	if (at >= in.n)
		return (struct pl_span){ in.p, 0 };
	return (struct pl_span){ in.p + at, n < in.n - at ? n : in.n - at };
}

void pl_pre_bytes(uint8_t *out, size_t n, struct pl_span in, size_t at)
{
	struct pl_span part = pl_pre_part(in, at, n);

	if (part.n)
		memcpy(out, part.p, part.n);
	memset(out + part.n, 0, n - part.n);
}

uint8_t *pl_pre_room(struct pl_span *out, struct pl_arena *a, size_t n)
{
	uint8_t *room = pl_alloc(a, n);

	*out = (struct pl_span){ room, n };
	return room;
}

/* A library that does not work on this machine must not be taken for a
 * contract that fails: the chain would go another way. */
static bool worked(enum pl_rc rc, const struct pl_err *e)
{
	if (rc == PL_EIO)
		pl_die(e);
	return !rc;
}

/* ------------------------------------------------------------ ECRECOVER */

static bool ecrecover(struct pl_span *out, struct pl_arena *a,
		      enum pl_fork fork, struct pl_span in)
{
	static const uint8_t zeros[31];
	struct pl_hash32 digest;
	struct pl_addr who;
	struct pl_sig sig;
	struct pl_err e;
	uint8_t v[32];

	(void)fork;
	pl_pre_bytes(digest.b, 32, in, 0);
	pl_pre_bytes(v, 32, in, 32);
	pl_pre_bytes(sig.r, 32, in, 64);
	pl_pre_bytes(sig.s, 32, in, 96);
	*out = (struct pl_span){ in.p, 0 };
	if (memcmp(v, zeros, 31) != 0 || (v[31] != 27 && v[31] != 28))
		return true;
	sig.y_parity = (uint8_t)(v[31] - 27);
	if (!pl_secp_recover(&who, &digest, &sig, &e))
		memcpy(pl_pre_room(out, a, 32) + 12, who.b, sizeof(who.b));
	return true;
}

/* --------------------------------------------------------------- hashes */

static bool sha256(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		   struct pl_span in)
{
	struct pl_hash32 h = pl_sha256_here(in);

	(void)fork;
	memcpy(pl_pre_room(out, a, 32), h.b, 32);
	return true;
}

static bool ripemd160(struct pl_span *out, struct pl_arena *a,
		      enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;

	(void)fork;
	return worked(pl_ripemd160(pl_pre_room(out, a, 32) + 12, in, &e), &e);
}

static bool identity(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		     struct pl_span in)
{
	(void)a;
	(void)fork;
	*out = in;
	return true;
}

/* -------------------------------------------------------------- BLAKE2F */

#define BLAKE2F_INPUT 213

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint64_t le64(const uint8_t *p)
{
	return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[1] << 8 | p[0];
}

static void put_le64(uint8_t *p, uint64_t x)
{
	p[0] = (uint8_t)x;
	p[1] = (uint8_t)(x >> 8);
	p[2] = (uint8_t)(x >> 16);
	p[3] = (uint8_t)(x >> 24);
	p[4] = (uint8_t)(x >> 32);
	p[5] = (uint8_t)(x >> 40);
	p[6] = (uint8_t)(x >> 48);
	p[7] = (uint8_t)(x >> 56);
}

static void le64s(uint64_t *out, size_t n, const uint8_t *p)
{
	for (size_t i = 0; i < n; i++)
		out[i] = le64(p + 8 * i);
}

static bool blake2f(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		    struct pl_span in)
{
	uint64_t h[8], m[16], t[2];
	uint8_t *room;

	(void)fork;
	/* SPEC EIP-152 input: 213 bytes, the last of them 0 or 1 */
	if (in.n != BLAKE2F_INPUT || in.p[BLAKE2F_INPUT - 1] > 1)
		return false;
	le64s(h, 8, in.p + 4);
	le64s(m, 16, in.p + 68);
	le64s(t, 2, in.p + 196);
	pl_blake2f(h, m, t, in.p[BLAKE2F_INPUT - 1], be32(in.p));
	room = pl_pre_room(out, a, sizeof(h));
	for (size_t i = 0; i < 8; i++)
		put_le64(room + 8 * i, h[i]);
	return true;
}

/* ----------------------------------------------------------- P256VERIFY */

static bool p256verify(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	const uint8_t *p = in.p;
	struct pl_err e;

	(void)fork;
	*out = (struct pl_span){ in.p, 0 };
	/* SPEC EIP-7951 input-validation: 160 bytes */
	if (in.n == 160 &&
	    worked(pl_p256_verify(p, p + 32, p + 64, p + 96, p + 128, &e), &e))
		pl_pre_room(out, a, 32)[31] = 1;
	return true;
}

/* --------------------------------------------------------------- prices */

static uint64_t words(struct pl_span in)
{
	return (uint64_t)in.n / 32 + (in.n % 32 != 0);
}

/* The Yellow Paper's appendix E; EIP-152, EIP-7951. */
static uint64_t plain_gas(unsigned index, enum pl_fork fork, struct pl_span in)
{
	(void)fork;
	switch (index) {
	case 1:
		return 3000;
	case 2:
		return 60 + 12 * words(in);
	case 3:
		return 600 + 120 * words(in);
	case 4:
		return 15 + 3 * words(in);
	case 9:
		return in.n == BLAKE2F_INPUT ? be32(in.p) : 0;
	case 0x100:
		return 6900;
	default:
		return UINT64_MAX;
	}
}

/* ---------------------------------------------------------------- table */

#define P256 0x12 /* the row of 0x100 */

static const struct {
	enum pl_fork since;
	pl_pre_gas *gas;
	pl_pre_run *run;
} contracts[P256 + 1] = {
	[1] = { PL_FORK_FRONTIER, plain_gas, ecrecover },
	[2] = { PL_FORK_FRONTIER, plain_gas, sha256 },
	[3] = { PL_FORK_FRONTIER, plain_gas, ripemd160 },
	[4] = { PL_FORK_FRONTIER, plain_gas, identity },
	[5] = { PL_FORK_BYZANTIUM, pl_pre_modexp_gas, pl_pre_modexp },
	[6] = { PL_FORK_BYZANTIUM, pl_pre_bn_gas, pl_pre_bn_add },
	[7] = { PL_FORK_BYZANTIUM, pl_pre_bn_gas, pl_pre_bn_mul },
	[8] = { PL_FORK_BYZANTIUM, pl_pre_bn_gas, pl_pre_bn_pairing },
	[9] = { PL_FORK_ISTANBUL, plain_gas, blake2f },
	[0x0a] = { PL_FORK_CANCUN, pl_pre_bls_gas, pl_pre_point_evaluation },
	[0x0b] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_g1_add },
	[0x0c] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_g1_msm },
	[0x0d] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_g2_add },
	[0x0e] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_g2_msm },
	[0x0f] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_pairing },
	[0x10] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_map_g1 },
	[0x11] = { PL_FORK_PRAGUE, pl_pre_bls_gas, pl_pre_bls_map_g2 },
	[P256] = { PL_FORK_OSAKA, plain_gas, p256verify },
};

/* 0, which is none, for what is no contract of that fork. */
static unsigned row(unsigned index, enum pl_fork fork)
{
	unsigned i = index;

	if (index == 0x100)
		i = P256;
	else if (index >= P256)
		return 0;
	return contracts[i].run && fork >= contracts[i].since ? i : 0;
}

bool pl_precompile_find(unsigned *index, const struct pl_addr *addr,
			enum pl_fork fork)
{
	static const uint8_t zeros[18];
	unsigned i;

	if (memcmp(addr->b, zeros, sizeof(zeros)) != 0)
		return false;
	i = (unsigned)addr->b[18] << 8 | addr->b[19];
	if (!row(i, fork))
		return false;
	*index = i;
	return true;
}

uint64_t pl_precompile_gas(unsigned index, enum pl_fork fork, struct pl_span in)
{
	unsigned i = row(index, fork);

	return i ? contracts[i].gas(index, fork, in) : UINT64_MAX;
}

bool pl_precompile_run(struct pl_span *out, struct pl_arena *a, unsigned index,
		       enum pl_fork fork, struct pl_span in)
{
	unsigned i = row(index, fork);

	return i && contracts[i].run(out, a, fork, in);
}
