#include "orbit/nitro.h"

#define MAX_ARBOS 1000 /* versions are two digits so far */

static uint64_t be64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

struct pl_nitro pl_nitro_read(const struct pl_header *h)
{
	const uint8_t *mix = h->mix_hash.b;
	struct pl_nitro n = {
		.send_count = be64(mix),
		.l1_block = be64(mix + 8),
		.arbos = be64(mix + 16),
		.collect_tips = mix[25] & 1,
		.delayed_read = be64(h->nonce),
	};

	memcpy(n.send_root.b, h->extra.p, sizeof(n.send_root.b));
	return n;
}

bool pl_nitro_fits(const struct pl_header *h)
{
	struct pl_u256 one = pl_u256_of(1);

	/* no other chain has difficulty 1 with a 32-byte extra data: clique's
	 * is longer, and proof of work's difficulty higher */
	return h->n_fields == 16 && h->extra.n == 32 &&
	       !pl_u256_cmp(&h->difficulty, &one) &&
	       pl_hash32_equal(&h->uncles_hash, &pl_empty_uncles) &&
	       be64(h->mix_hash.b + 16) <= MAX_ARBOS;
}
