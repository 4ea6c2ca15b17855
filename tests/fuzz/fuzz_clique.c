/* A run of clique headers: whatever their lists, votes and seals, the list of
 * signers stays in order and within its room. */
#include <stdlib.h>

#include "eth/clique.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void in_order(const struct pl_clique *s)
{
	if (s->n_signers > PL_MAX_SIGNERS || s->n_votes > PL_MAX_VOTES)
		abort();
	for (size_t i = 1; i < s->n_signers; i++)
		if (memcmp(s->signers[i - 1].b, s->signers[i].b, 20) >= 0)
			abort();
}

/* Who sealed: fuzzed, for no seal would hold. */
static struct pl_addr letter(uint8_t b)
{
	struct pl_addr a = { { 0 } };

	a.b[19] = b & 15;
	return a;
}

/* A block a few bytes: signer, whom it votes on, flags. */
static void blocks(struct pl_clique *s, struct pl_arena *a, struct pl_span in)
{
	while (in.n >= 3) {
		const uint8_t *b = pl_span_take(&in, 3).p;
		struct pl_addr signer = letter(b[0]);
		uint8_t extra[97 + 20 * 16] = { 0 };
		size_t list = b[2] & 2 && s->n_signers <= 16 ? s->n_signers : 0;
		struct pl_header h = { .number = s->number + 1,
				       .parent_hash = s->hash,
				       .miner = letter(b[1]),
				       .extra = { extra, 97 + 20 * list } };
		struct pl_check c;
		struct pl_err e;

		memcpy(extra + 32, s->signers, 20 * list);
		if (!(b[1] & 15))
			memset(h.miner.b, 0, 20);
		if (b[2] & 1)
			memset(h.nonce, 0xff, sizeof(h.nonce));
		h.difficulty = pl_u256_of(b[2] & 4 ? 2 : 1);
		h.hash.b[0] = (uint8_t)h.number;
		pl_check_init(&c, a);
		(void)!pl_clique_follow(s, &c, &h, &signer, &e);
		in_order(s);
	}
}

/* First byte: epoch and how many signers; bit 7: a header in RLP instead. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_addr list[PL_MAX_SIGNERS];
	struct pl_header h = { .number = 1 };
	struct pl_clique *s;
	struct pl_arena *a;
	struct pl_span in;
	size_t n_list = 0;
	struct pl_err e;

	if (!n)
		return 0;
	in = (struct pl_span){ p + 1, n - 1 };
	a = pl_arena_open(0);
	s = PL_NEW(a, struct pl_clique);
	if (p[0] & 0x80) {
		struct pl_addr signer;
		struct pl_buf scratch;

		pl_buf_init(&scratch, a);
		if (!pl_header_decode(&h, in, &e) && pl_clique_fits(&h)) {
			(void)!pl_clique_signer(&signer, &h, &scratch, &e);
			if (!pl_clique_list(list, &n_list, &h, &e))
				(void)!pl_clique_begin(s, a, 3, &h, list,
						       n_list, &e);
		}
	} else {
		for (n_list = 0; n_list < (p[0] & 15u); n_list++)
			list[n_list] = letter((uint8_t)(n_list + 1));
		if (!pl_clique_begin(s, a, 3 + (p[0] >> 4), &h, list, n_list,
				     &e))
			blocks(s, a, in);
	}
	pl_arena_close(a);
	return 0;
}
