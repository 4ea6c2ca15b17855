/* Keccak-256 of many messages at once, eight or four side by side
 * (keccak_wide.h).  A place is given to the next message as soon as its own
 * has ended, so messages of any mix of lengths keep all places busy until the
 * last few; a single one left over is ended by itself. */
#include "crypto/keccak.h"

#ifdef __x86_64__
#include "crypto/keccak_wide.h"

#define RATE 136

struct places {
	struct pl_keccak_wide wide;
	struct pl_hash32 *out[PL_KECCAK_PLACES]; /* NULL: nobody is there */
	unsigned width, busy;
};

static const uint8_t nothing[1]; /* empty messages have no address */

static void give(struct places *p, unsigned l, struct pl_hash32 *out,
		 struct pl_span in)
{
	p->wide.left[l].p = in.n ? in.p : nothing;
	p->wide.left[l].n = in.n;
	p->wide.going &= (uint8_t) ~(1u << l);
	p->out[l] = out;
}

static void squeeze(const struct places *p, unsigned l)
{
	for (size_t i = 0; i < 4; i++)
		memcpy(p->out[l]->b + 8 * i, &p->wide.state[i][l], 8);
}

/* What is left of the one message still open. */
static void end_alone(const struct places *p, unsigned l)
{
	struct pl_keccak k = { .at = 0 };

	for (size_t i = 0; i < 25; i++)
		k.state[i] = p->wide.going >> l & 1 ? p->wide.state[i][l] : 0;
	pl_keccak_add(&k, p->wide.left[l]);
	*p->out[l] = pl_keccak_final(&k);
}

/* One block of every open message; those that have ended leave their place. */
static void step(struct places *p)
{
	struct pl_keccak_wide *w = &p->wide;

	p->width == PL_KECCAK_PLACES ? pl_keccak_absorb8(w)
				     : pl_keccak_absorb4(w);
	w->going = 0xff;
	for (unsigned l = 0; l < p->width; l++) {
		if (w->left[l].n >= RATE) {
			(void)pl_span_take(w->left + l, RATE);
			continue;
		}
		if (p->out[l])
			squeeze(p, l);
		p->busy -= p->out[l] != NULL;
		p->out[l] = NULL;
		w->left[l].n = 0;
	}
}

static void many(struct pl_hash32 *out, const struct pl_span *in, size_t n,
		 unsigned width)
{
	struct places p = { .width = width };
	size_t next = 0;

	for (unsigned l = 0; l < PL_KECCAK_PLACES; l++)
		p.wide.left[l].p = nothing;
	do {
		for (unsigned l = 0; l < width && next < n; l++) {
			if (p.out[l])
				continue;
			give(&p, l, out + next, in[next]);
			next++;
			p.busy++;
		}
		if (p.busy > 1)
			step(&p);
	} while (next < n || p.busy > 1);
	for (unsigned l = 0; p.busy && l < width; l++)
		if (p.out[l])
			end_alone(&p, l);
}
#endif

bool pl_keccak256_many_by(unsigned way, struct pl_hash32 *out,
			  const struct pl_span *in, size_t n)
{
	switch (way) {
#ifdef __x86_64__
	case 2:
		if (!__builtin_cpu_supports("avx512bw"))
			return false;
		many(out, in, n, 8);
		return true;
	case 1:
		if (!__builtin_cpu_supports("avx2"))
			return false;
		many(out, in, n, 4);
		return true;
#endif
	case 0:
		for (size_t i = 0; i < n; i++)
			out[i] = pl_keccak256(in[i]);
		return true;
	default:
		return false;
	}
}

void pl_keccak256_many(struct pl_hash32 *out, const struct pl_span *in,
		       size_t n)
{
	if (n < 2 || (!pl_keccak256_many_by(2, out, in, n) &&
		      !pl_keccak256_many_by(1, out, in, n)))
		(void)pl_keccak256_many_by(0, out, in, n);
}
