/* MODEXP: EIP-198, priced anew by EIP-2565 and EIP-7883, bounded by EIP-7823.
 */
#include "base/limits.h"
#include "crypto/bigint.h"
#include "evm/precompile_impl.h"

__extension__ typedef unsigned __int128 u128;

#define HEAD 96 /* three words: the lengths of what follows */

/* Lengths that do not fit are as good as endless. */
struct lengths {
	uint64_t base, exp, mod;
};

static uint64_t length_at(struct pl_span in, size_t at)
{
	uint8_t word[32];
	struct pl_u256 v;
	uint64_t n;

	pl_pre_bytes(word, 32, in, at);
	v = pl_u256_from_be32(word);
	return pl_u256_to_u64(&n, &v) ? n : UINT64_MAX;
}

static struct lengths read_lengths(struct pl_span in)
{
	return (struct lengths){ length_at(in, 0), length_at(in, 32),
				 length_at(in, 64) };
}

/* Where the exponent begins; past every end where that does not fit. */
static size_t exp_at(const struct lengths *l)
{
	return l->base > SIZE_MAX - HEAD ? SIZE_MAX : HEAD + (size_t)l->base;
}

/* Bits below the highest one of the exponent's first 32 bytes. */
static unsigned head_bits(const struct lengths *l, struct pl_span in)
{
	size_t n = l->exp < 32 ? (size_t)l->exp : 32;
	uint8_t word[32] = { 0 };
	struct pl_u256 v;
	unsigned bits;

	pl_pre_bytes(word + 32 - n, n, in, exp_at(l));
	v = pl_u256_from_be32(word);
	bits = pl_u256_bits(&v);
	return bits ? bits - 1 : 0;
}

static u128 iterations(const struct lengths *l, struct pl_span in, unsigned per)
{
	u128 n = head_bits(l, in);

	if (l->exp > 32)
		n += (u128)per * (l->exp - 32);
	return n ? n : 1;
}

/* SPEC EIP-198 mult_complexity: three pieces of a curve */
static u128 complexity_198(u128 n)
{
	if (n <= 64)
		return n * n;
	if (n <= 1024)
		return n * n / 4 + 96 * n - 3072;
	return n * n / 16 + 480 * n - 199680;
}

/* SPEC EIP-2565 mult_complexity: words of 8 bytes, squared */
/* SPEC EIP-7883 mult_complexity: at least 16, doubled above 32 bytes */
static u128 complexity(u128 n, enum pl_fork fork)
{
	u128 w = (n + 7) / 8;

	if (fork < PL_FORK_BERLIN)
		return complexity_198(n);
	if (fork < PL_FORK_OSAKA)
		return w * w;
	return n <= 32 ? 16 : 2 * w * w;
}

uint64_t pl_pre_modexp_gas(unsigned index, enum pl_fork fork, struct pl_span in)
{
	struct lengths l = read_lengths(in);
	u128 cost = complexity(l.base > l.mod ? l.base : l.mod, fork);
	u128 times = iterations(&l, in, fork < PL_FORK_OSAKA ? 8 : 16);
	unsigned by = fork < PL_FORK_BERLIN ? 20 : fork < PL_FORK_OSAKA ? 3 : 1;
	unsigned least = fork < PL_FORK_BERLIN  ? 0
			 : fork < PL_FORK_OSAKA ? 200
						: 500;

	(void)index;
	/* 2^64 × 20 at most may be left, and both factors are below 2^125 */
	if (cost && times > ((u128)UINT64_MAX << 5) / cost)
		return UINT64_MAX;
	cost = cost * times / by;
	if (cost > UINT64_MAX)
		return UINT64_MAX;
	return cost < least ? least : (uint64_t)cost;
}

static struct pl_number number_at(struct pl_span in, size_t at, size_t n)
{
	return (struct pl_number){ pl_pre_part(in, at, n), n };
}

bool pl_pre_modexp(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		   struct pl_span in)
{
	struct lengths l = read_lengths(in);
	const uint64_t most = fork < PL_FORK_OSAKA ? PL_MAX_MODEXP : 1024;
	struct pl_number base, exp, mod;
	struct pl_err e;
	size_t at;

	/* SPEC EIP-7823 upper-bounds: 1024 bytes each */
	if (fork >= PL_FORK_OSAKA &&
	    (l.base > most || l.exp > most || l.mod > most))
		return false;
	*out = (struct pl_span){ in.p, 0 };
	/* nothing is asked for; the exponent's length may then be endless */
	if (!l.mod)
		return true;
	if (l.base > most || l.exp > most || l.mod > most)
		return false;
	at = HEAD;
	base = number_at(in, at, (size_t)l.base);
	at += (size_t)l.base;
	exp = number_at(in, at, (size_t)l.exp);
	at += (size_t)l.exp;
	mod = number_at(in, at, (size_t)l.mod);
	return !pl_bigint_powm(pl_pre_room(out, a, mod.n), base, exp, mod, &e);
}
