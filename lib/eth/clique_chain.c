/* Clique from block to block: who may seal, whose turn it is, and how votes
 * change the list of signers. */
#include <stdlib.h>

#include "base/hex.h"
#include "eth/clique.h"

#define EXTRA_VANITY 32
#define EXTRA_SEAL 65
#define DIFF_INTURN 2
#define DIFF_NOTURN 1

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pl_addr));
}

/* The place of a signer in the list, or n_signers. */
static size_t find(const struct pl_clique *s, const struct pl_addr *who)
{
	size_t i = 0;

	while (i < s->n_signers && !pl_addr_equal(&s->signers[i], who))
		i++;
	return i;
}

static const char *text_of(struct pl_arena *a, const struct pl_addr *who)
{
	char text[2 * sizeof(who->b) + 1];

	pl_hex_put(text, pl_addr_span(who));
	return pl_printf(a, "0x%s", text);
}

enum pl_rc pl_clique_begin(struct pl_clique *s, struct pl_arena *a,
			   uint64_t epoch, const struct pl_header *h,
			   const struct pl_addr *signers, size_t n,
			   struct pl_err *e)
{
	if (n > PL_MAX_SIGNERS)
		return pl_fail(e, PL_ELIMIT, "%zu signers, over %d", n,
			       PL_MAX_SIGNERS);
	*s = (struct pl_clique){ .a = a,
				 .epoch = epoch,
				 .number = h->number - 1,
				 .hash = h->parent_hash,
				 .n_signers = n };
	if (n)
		memcpy(s->signers, signers, n * sizeof(*signers));
	qsort(s->signers, n, sizeof(*signers), by_bytes);
	for (size_t i = 1; i < n; i++)
		if (pl_addr_equal(&s->signers[i], &s->signers[i - 1]))
			return pl_fail(e, PL_EFORMAT,
				       "signer %s stands twice in the list",
				       text_of(a, &s->signers[i]));
	return PL_OK;
}

enum pl_rc pl_clique_list(struct pl_addr *out, size_t *n,
			  const struct pl_header *h, struct pl_err *e)
{
	size_t extra = EXTRA_VANITY + EXTRA_SEAL, count;

	if (h->extra.n < extra || (h->extra.n - extra) % sizeof(*out))
		return pl_fail(e, PL_EFORMAT,
			       "extra data of %zu bytes is not that of a "
			       "clique block",
			       h->extra.n);
	count = (h->extra.n - extra) / sizeof(*out);
	if (count > PL_MAX_SIGNERS)
		return pl_fail(e, PL_ELIMIT, "%zu signers, over %d", count,
			       PL_MAX_SIGNERS);
	memcpy(out, h->extra.p + EXTRA_VANITY, count * sizeof(*out));
	*n = count;
	return PL_OK;
}

/* ----------------------------------------------------------------- rules */

static enum pl_rc check_place(const struct pl_clique *s, struct pl_check *c,
			      const struct pl_header *h, struct pl_err *e)
{
	if (h->number != s->number + 1)
		return pl_check_u64(c, "clique.number", h->number,
				    s->number + 1, e);
	if (!pl_hash32_equal(&h->parent_hash, &s->hash))
		return pl_check_hash(c, "parent.link", &h->parent_hash,
				     &s->hash, e);
	/* SPEC EIP-225 BLOCK_PERIOD: blocks are that far apart at least */
	if (!s->time || !s->period)
		return PL_OK;
	if (h->time < s->time || h->time - s->time < s->period)
		return pl_check_false(c, "clique.period",
				      pl_printf(c->a, "%llu s or more",
						(unsigned long long)s->period),
				      pl_printf(c->a, "%lld s",
						(long long)(h->time - s->time)),
				      e);
	pl_check_proved(c, "clique.period");
	return PL_OK;
}

static bool is_checkpoint(const struct pl_clique *s, uint64_t number)
{
	return number % s->epoch == 0;
}

/* SPEC EIP-225 EPOCH_LENGTH: a checkpoint repeats the list and votes for
 * nothing, other blocks carry no list */
static enum pl_rc check_list(const struct pl_clique *s, struct pl_check *c,
			     const struct pl_header *h, struct pl_err *e)
{
	static const struct pl_addr nobody;
	struct pl_addr list[PL_MAX_SIGNERS];
	size_t n, want = is_checkpoint(s, h->number) ? s->n_signers : 0;

	PL_TRY(pl_clique_list(list, &n, h, e));
	if (n != want || (n && memcmp(list, s->signers, n * sizeof(*list))))
		return pl_check_false(
			c, "clique.checkpoint",
			pl_printf(c->a, "%zu signers as authorized", want),
			pl_printf(c->a, "%zu signers%s", n,
				  n == want ? ", others" : ""),
			e);
	if (is_checkpoint(s, h->number) && !pl_addr_equal(&h->miner, &nobody))
		return pl_check_false(c, "clique.checkpoint", "no vote",
				      text_of(c->a, &h->miner), e);
	pl_check_proved(c, "clique.checkpoint");
	return PL_OK;
}

static bool nonce_is(const struct pl_header *h, uint8_t byte)
{
	for (size_t i = 0; i < sizeof(h->nonce); i++)
		if (h->nonce[i] != byte)
			return false;
	return true;
}

/* SPEC EIP-225 NONCE_AUTH: all ones; NONCE_DROP, and a checkpoint: zero */
static enum pl_rc check_nonce(const struct pl_clique *s, struct pl_check *c,
			      const struct pl_header *h, struct pl_err *e)
{
	char text[2 * sizeof(h->nonce) + 1];

	if (nonce_is(h, 0) ||
	    (nonce_is(h, 0xff) && !is_checkpoint(s, h->number))) {
		pl_check_proved(c, "clique.vote");
		return PL_OK;
	}
	pl_hex_put(text, (struct pl_span){ h->nonce, sizeof(h->nonce) });
	return pl_check_false(c, "clique.vote",
			      is_checkpoint(s, h->number)
				      ? "nonce 0: a checkpoint"
				      : "nonce 0 or 0xffffffffffffffff",
			      pl_printf(c->a, "0x%s", text), e);
}

/* SPEC EIP-225 SIGNER_LIMIT: one block out of that many in a row */
static enum pl_rc check_recent(const struct pl_clique *s, struct pl_check *c,
			       const struct pl_addr *signer, struct pl_err *e)
{
	size_t limit = s->n_signers / 2 + 1;

	for (size_t back = 0; back + 1 < limit && back < s->n_recent; back++) {
		uint64_t number = s->number - back;

		if (pl_addr_equal(&s->recent[number % PL_MAX_SIGNERS], signer))
			return pl_check_false(
				c, "clique.recent",
				pl_printf(c->a, "one block of %zu in a row",
					  limit),
				pl_printf(c->a, "%s sealed block %llu as well",
					  text_of(c->a, signer),
					  (unsigned long long)number),
				e);
	}
	pl_check_proved(c, "clique.recent");
	return PL_OK;
}

static enum pl_rc check_signer(const struct pl_clique *s, struct pl_check *c,
			       const struct pl_header *h,
			       const struct pl_addr *signer, struct pl_err *e)
{
	size_t index = find(s, signer);
	struct pl_u256 want;

	/* SPEC EIP-225 SIGNER_COUNT: only authorized signers seal */
	if (index == s->n_signers)
		return pl_check_false(
			c, "clique.authorized",
			pl_printf(c->a, "one of %zu signers", s->n_signers),
			text_of(c->a, signer), e);
	pl_check_proved(c, "clique.authorized");
	PL_TRY(check_recent(s, c, signer, e));
	/* SPEC EIP-225 DIFF_INTURN: for the signer whose place in the list it
	 * is, DIFF_NOTURN for any other */
	want = pl_u256_of(h->number % s->n_signers == index ? DIFF_INTURN
							    : DIFF_NOTURN);
	return pl_check_u256(c, "clique.turn", &h->difficulty, &want, e);
}

/* ----------------------------------------------------------------- votes */

static void drop_vote(struct pl_clique *s, size_t i)
{
	s->n_votes--;
	memmove(&s->votes[i], &s->votes[i + 1],
		(s->n_votes - i) * sizeof(*s->votes));
}

/* Forget the votes of a signer (NULL: anybody) on somebody (NULL: on all). */
static void forget(struct pl_clique *s, const struct pl_addr *signer,
		   const struct pl_addr *beneficiary)
{
	for (size_t i = s->n_votes; i-- > 0;) {
		const struct pl_clique_vote *v = &s->votes[i];

		if ((!signer || pl_addr_equal(&v->signer, signer)) &&
		    (!beneficiary ||
		     pl_addr_equal(&v->beneficiary, beneficiary)))
			drop_vote(s, i);
	}
}

static size_t count_votes(const struct pl_clique *s, const struct pl_addr *who)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_votes; i++)
		n += pl_addr_equal(&s->votes[i].beneficiary, who);
	return n;
}

/* The list changes: somebody comes in, in order, or goes with his votes. */
static enum pl_rc change(struct pl_clique *s, const struct pl_addr *who,
			 struct pl_err *e)
{
	size_t i = find(s, who);

	if (i < s->n_signers) {
		s->n_signers--;
		memmove(&s->signers[i], &s->signers[i + 1],
			(s->n_signers - i) * sizeof(*who));
		forget(s, who, NULL);
		return PL_OK;
	}
	if (s->n_signers == PL_MAX_SIGNERS)
		return pl_fail(e, PL_ELIMIT, "over %d signers", PL_MAX_SIGNERS);
	s->signers[s->n_signers++] = *who;
	qsort(s->signers, s->n_signers, sizeof(*who), by_bytes);
	return PL_OK;
}

static enum pl_rc add_vote(struct pl_clique *s, const struct pl_header *h,
			   const struct pl_addr *signer, struct pl_err *e)
{
	bool authorize = nonce_is(h, 0xff);

	/* one that would change nothing is no vote */
	if (authorize == (find(s, &h->miner) < s->n_signers))
		return PL_OK;
	if (s->n_votes == PL_MAX_VOTES)
		return pl_fail(e, PL_ELIMIT, "over %d votes", PL_MAX_VOTES);
	s->votes = pl_grow(s->a, s->votes, s->n_votes, sizeof(*s->votes));
	s->votes[s->n_votes++] =
		(struct pl_clique_vote){ *signer, h->miner, authorize };
	return PL_OK;
}

/* SPEC EIP-225 beneficiary: of each signer the latest vote on somebody
 * counts; more than half change the list, at once and for that one only, and
 * then nothing is left of the vote */
static enum pl_rc vote(struct pl_clique *s, const struct pl_header *h,
		       const struct pl_addr *signer, struct pl_err *e)
{
	if (is_checkpoint(s, h->number)) {
		s->n_votes = 0;
		return PL_OK;
	}
	forget(s, signer, &h->miner);
	PL_TRY(add_vote(s, h, signer, e));
	if (count_votes(s, &h->miner) <= s->n_signers / 2)
		return PL_OK;
	PL_TRY(change(s, &h->miner, e));
	forget(s, NULL, &h->miner);
	return PL_OK;
}

enum pl_rc pl_clique_follow(struct pl_clique *s, struct pl_check *c,
			    const struct pl_header *h,
			    const struct pl_addr *signer, struct pl_err *e)
{
	PL_TRY(check_place(s, c, h, e));
	PL_TRY(check_nonce(s, c, h, e));
	PL_TRY(check_list(s, c, h, e));
	PL_TRY(check_signer(s, c, h, signer, e));
	PL_TRY(vote(s, h, signer, e));
	s->number = h->number;
	s->hash = h->hash;
	s->time = h->time;
	s->recent[h->number % PL_MAX_SIGNERS] = *signer;
	if (s->n_recent < PL_MAX_SIGNERS)
		s->n_recent++;
	return PL_OK;
}
