/* Precompiled contracts: the first byte names one, the second its fork, the
 * rest is its input.  Nothing takes longer than its gas allows, the same
 * bytes give the same answer, and sums, multiples and pairings keep the laws
 * that they have whatever the bytes are. */
#include <stdlib.h>

#include "base/arena.h"
#include "evm/precompile.h"

#define MOST_GAS 400000

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct pl_arena *arena;
static enum pl_fork fork;

static void need(bool holds)
{
	if (!holds)
		abort();
}

/* The same bytes elsewhere. */
static struct pl_span copy(struct pl_span s)
{
	uint8_t *room = pl_alloc(arena, s.n);

	if (s.n)
		memcpy(room, s.p, s.n);
	return (struct pl_span){ room, s.n };
}

static bool run(struct pl_span *out, unsigned index, struct pl_span in)
{
	return pl_precompile_run(out, arena, index, fork, in);
}

/* n bytes of the input from `at` on, zeros behind its end */
static void part(uint8_t *out, size_t n, struct pl_span in, size_t at)
{
	memset(out, 0, n);
	if (at < in.n)
		memcpy(out, in.p + at, n < in.n - at ? n : in.n - at);
}

static struct pl_span two(const uint8_t *a, size_t n, const uint8_t *b,
			  size_t m)
{
	uint8_t *room = pl_alloc(arena, n + m);

	memcpy(room, a, n);
	memcpy(room + n, b, m);
	return (struct pl_span){ room, n + m };
}

/* a + b = b + a, a point as much as the others; g bytes are a point. */
static void sum_law(unsigned index, size_t g, struct pl_span in,
		    const struct pl_span *sum)
{
	uint8_t a[256], b[256];
	struct pl_span other;

	part(a, g, in, 0);
	part(b, g, in, g);
	need(run(&other, index, two(b, g, a, g)) == !!sum);
	if (!sum)
		return;
	need(sum->n == g && pl_span_equal(*sum, other));
	need(run(&other, index, two(sum->p, g, a, g)) && other.n == g);
}

/* (k + 1)P = kP + P */
static void multiple_law(unsigned index, unsigned add, size_t g,
			 struct pl_span in, const struct pl_span *product)
{
	struct pl_span other, sum;
	uint8_t a[256], k[32];
	bool more = false;

	part(a, g, in, 0);
	part(k, 32, in, g);
	for (size_t i = 32; i-- > 0 && !more;)
		more = ++k[i] != 0;
	need(run(&other, index, two(a, g, k, 32)) == !!product);
	if (!product || !more)
		return;
	need(product->n == g);
	need(run(&sum, add, two(product->p, g, a, g)));
	need(pl_span_equal(sum, other));
}

/* The last pair may as well be the first. */
static void pairing_law(unsigned index, size_t pair, struct pl_span in,
			const struct pl_span *out)
{
	struct pl_span other;

	if (in.n % pair || in.n < pair)
		return;
	need(run(&other, index,
		 two(in.p + in.n - pair, pair, in.p, in.n - pair)) == !!out);
	if (out)
		need(out->n == 32 && pl_span_equal(*out, other));
}

static void laws(unsigned index, struct pl_span in, const struct pl_span *out)
{
	switch (index) {
	case 4:
		need(out && pl_span_equal(*out, in));
		break;
	case 6:
		sum_law(6, 64, in, out);
		break;
	case 7:
		multiple_law(7, 6, 64, in, out);
		break;
	case 8:
		pairing_law(8, 192, in, out);
		break;
	case 0x0b:
		if (in.n == 256)
			sum_law(0x0b, 128, in, out);
		break;
	case 0x0c:
		if (in.n == 160)
			multiple_law(0x0c, 0x0b, 128, in, out);
		break;
	case 0x0d:
		if (in.n == 512)
			sum_law(0x0d, 256, in, out);
		break;
	case 0x0e:
		if (in.n == 288)
			multiple_law(0x0e, 0x0d, 256, in, out);
		break;
	case 0x0f:
		pairing_law(0x0f, 384, in, out);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p + 2, n - 2 }, out, again;
	unsigned index;

	if (n < 2)
		return 0;
	index = p[0] % 0x13 == 0x12 ? 0x100 : p[0] % 0x13u;
	fork = (enum pl_fork)(p[1] % PL_FORKS);
	if (!arena)
		arena = pl_arena_open(0);
	if (pl_precompile_gas(index, fork, in) <= MOST_GAS) {
		bool ok = run(&out, index, in);

		need(run(&again, index, copy(in)) == ok);
		if (ok)
			need(pl_span_equal(out, again));
		laws(index, in, ok ? &out : NULL);
	}
	pl_arena_reset(arena);
	return 0;
}
