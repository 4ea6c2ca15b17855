/* Clique from block to block: EIP-225's own scenarios, as a table, sealed with
 * real keys; then each rule broken once. */
#include "check.h"

#include "crypto/secp.h"
#include "eth/clique.h"

/* Signers are letters.  Their keys are searched so that the letters are in the
 * order of the addresses. */
#define LETTERS 6
static uint8_t secrets[LETTERS][32];
static struct pl_addr addrs[LETTERS];

static int make_keys(void **state)
{
	size_t n = 0;

	(void)state;
	for (unsigned seed = 1; n < LETTERS; seed++) {
		uint8_t secret[32] = { 0x11 };
		struct pl_addr a;
		struct pl_err e;

		secret[30] = (uint8_t)(seed >> 8);
		secret[31] = (uint8_t)seed;
		assert_ok(pl_secp_address(&a, secret, &e), &e);
		/* the n-th sixth of all addresses */
		if (a.b[0] / 43 != n)
			continue;
		memcpy(secrets[n], secret, 32);
		addrs[n++] = a;
	}
	return 0;
}

/* A chain that grows by one header after the other. */
struct chain {
	struct pl_arena *a;
	struct pl_clique s;
	struct pl_check check;
	struct pl_header h; /* the last one made */
};

static size_t letters(struct pl_addr *out, const char *names)
{
	size_t n = strlen(names);

	for (size_t i = 0; i < n; i++)
		out[i] = addrs[names[i] - 'A'];
	return n;
}

static void begin(struct chain *c, const char *signers, uint64_t epoch)
{
	struct pl_header first = { .number = 1 };
	struct pl_addr list[LETTERS];
	struct pl_err e;

	c->a = pl_arena_open(0);
	c->h = (struct pl_header){ .n_fields = 15 };
	assert_ok(pl_clique_begin(&c->s, c->a, epoch ? epoch : PL_CLIQUE_EPOCH,
				  &first, list, letters(list, signers), &e),
		  &e);
}

/* The block after the last: difficulty as the turn says, a list where it is a
 * checkpoint's. */
static void draft(struct chain *c, char signer, char voted, bool authorize)
{
	struct pl_header *h = &c->h;
	struct pl_hash32 parent = c->s.hash;
	bool checkpoint = (c->s.number + 1) % c->s.epoch == 0;
	size_t n = checkpoint ? c->s.n_signers : 0, index = 0;
	uint8_t *extra = pl_alloc(c->a, 97 + 20 * n);

	while (index < c->s.n_signers &&
	       !pl_addr_equal(&c->s.signers[index], &addrs[signer - 'A']))
		index++;
	memcpy(extra + 32, c->s.signers, 20 * n);
	*h = (struct pl_header){
		.n_fields = 15,
		.parent_hash = parent,
		.uncles_hash = pl_empty_uncles,
		.number = c->s.number + 1,
		.time = 1000 + 15 * (c->s.number + 1),
		.extra = { extra, 97 + 20 * n },
	};
	h->difficulty = pl_u256_of(
		c->s.n_signers && h->number % c->s.n_signers == index ? 2 : 1);
	if (voted)
		h->miner = addrs[voted - 'A'];
	if (authorize)
		memset(h->nonce, 0xff, sizeof(h->nonce));
}

static void seal(struct chain *c, char signer)
{
	struct pl_header bare = c->h;
	uint8_t *at = (uint8_t *)(uintptr_t)c->h.extra.p + c->h.extra.n - 65;
	struct pl_hash32 digest;
	struct pl_buf scratch;
	struct pl_sig sig;
	struct pl_err e;

	pl_buf_init(&scratch, c->a);
	bare.extra.n -= 65;
	digest = pl_header_hash(&bare, &scratch);
	assert_ok(pl_secp_sign(&sig, &digest, secrets[signer - 'A'], &e), &e);
	memcpy(at, sig.r, 32);
	memcpy(at + 32, sig.s, 32);
	at[64] = sig.y_parity;
	c->h.hash = pl_header_hash(&c->h, &scratch);
}

/* What the code under test says: NULL, or the rule that does not hold. */
static const char *follow(struct chain *c)
{
	struct pl_addr signer;
	struct pl_buf scratch;
	struct pl_err e;

	pl_buf_init(&scratch, c->a);
	assert_true(pl_clique_fits(&c->h));
	assert_ok(pl_clique_signer(&signer, &c->h, &scratch, &e), &e);
	pl_check_init(&c->check, c->a);
	if (!pl_clique_follow(&c->s, &c->check, &c->h, &signer, &e))
		return NULL;
	assert_int_equal(e.rc, PL_EPROOF);
	return c->check.failed.rule;
}

/* The scenarios of EIP-225, "Test Cases".  A block is its signer and, where it
 * votes, + or - and on whom.  The last block of one with a `failure` is the
 * false one. */
static const struct {
	const char *label, *signers, *blocks, *result, *failure;
	uint64_t epoch;
} scenarios[] = {
	{ "one signer, no votes", "A", "A", "A", NULL, 0 },
	{ "one adds two, the second needs two votes", "A", "A+B B A+C", "AB",
	  NULL, 0 },
	{ "two add three, the third needs three votes", "AB",
	  "A+C B+C A+D B+D C A+E B+E", "ABCD", NULL, 0 },
	{ "one drops itself", "A", "A-A", "", NULL, 0 },
	{ "two: one is not enough to drop", "AB", "A-B", "AB", NULL, 0 },
	{ "two: both drop one", "AB", "A-B B-B", "A", NULL, 0 },
	{ "three: two drop the third", "ABC", "A-C B-C", "AB", NULL, 0 },
	{ "four: two are not enough", "ABCD", "A-C B-C", "ABCD", NULL, 0 },
	{ "four: three are", "ABCD", "A-D B-D C-D", "ABC", NULL, 0 },
	{ "votes for count once a signer", "AB", "A+C B A+C B A+C", "AB", NULL,
	  0 },
	{ "several are added at once", "AB", "A+C B A+D B A B+D A B+C", "ABCD",
	  NULL, 0 },
	{ "votes against count once a signer", "AB", "A-B B A-B B A-B", "AB",
	  NULL, 0 },
	{ "several are dropped at once", "ABCD",
	  "A-C B C A-D B C A B-D C-D A B-C", "AB", NULL, 0 },
	{ "a dropped signer's votes against are gone", "ABC", "C-B A-C B-C A-B",
	  "AB", NULL, 0 },
	{ "a dropped signer's votes for are gone", "ABC", "C+D A-C B-C A+D",
	  "AB", NULL, 0 },
	{ "only the one voted on changes", "ABCD",
	  "A-C B C A-D B-C C A B-D C-D", "ABC", NULL, 0 },
	{ "a majority that came about takes effect on touch", "ABCD",
	  "A-C B C A-D B-C C A B-D C-D A C+C", "AB", NULL, 0 },
	{ "or is gone at the first touch", "ABCD",
	  "A-C B C A-D B-C C A B-D C-D A B+C", "ABC", NULL, 0 },
	{ "votes do not outlive a change", "ABCDE",
	  "A+F B+F C+F D-F E-F B-F C-F D+F E+F B-A C-A D-A B+F", "BCDEF", NULL,
	  0 },
	{ "a checkpoint forgets votes", "AB", "A+C B A B+C", "AB", NULL, 3 },
	{ "a stranger", "A", "B", NULL, "clique.authorized", 0 },
	{ "too soon again", "AB", "A A", NULL, "clique.recent", 0 },
	{ "a checkpoint does not forget who sealed", "ABC", "A B A A", NULL,
	  "clique.recent", 3 },
};

static void eip225_scenarios(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scenarios); i++) {
		const char *b = scenarios[i].blocks, *failed = NULL;
		struct pl_addr want[LETTERS];
		struct chain c;

		begin(&c, scenarios[i].signers, scenarios[i].epoch);
		for (; *b && !failed; b += *b == ' ') {
			char signer = *b++, sign = 0, voted = 0;

			if (*b == '+' || *b == '-') {
				sign = *b++;
				voted = *b++;
			}
			draft(&c, signer, voted, sign == '+');
			seal(&c, signer);
			failed = follow(&c);
		}
		if (*b)
			fail_msg("%s: stopped at %s", scenarios[i].label, b);
		if (scenarios[i].failure) {
			assert_non_null(failed);
			assert_string_equal(failed, scenarios[i].failure);
		} else {
			if (failed)
				fail_msg("%s: %s", scenarios[i].label, failed);
			assert_int_equal(c.s.n_signers,
					 letters(want, scenarios[i].result));
			assert_memory_equal(c.s.signers, want,
					    20 * c.s.n_signers);
		}
		pl_arena_close(c.a);
	}
}

/* Two blocks of a chain of three signers whose third is a checkpoint. */
static void grow(struct chain *c)
{
	begin(c, "ABC", 3);
	c->s.period = 15;
	for (const char *signer = "BC"; *signer; signer++) {
		draft(c, *signer, 0, false);
		seal(c, *signer);
		assert_null(follow(c));
	}
}

static uint8_t *extra_of(struct chain *c)
{
	return (uint8_t *)(uintptr_t)c->h.extra.p;
}

static void other_parent(struct chain *c)
{
	c->h.parent_hash.b[0] ^= 1;
}
static void other_number(struct chain *c)
{
	c->h.number += 3;
}
static void too_early(struct chain *c)
{
	c->h.time--;
}
static void odd_nonce(struct chain *c)
{
	c->h.nonce[7] = 1;
}
static void checkpoint_votes(struct chain *c)
{
	memset(c->h.nonce, 0xff, sizeof(c->h.nonce));
}
static void checkpoint_names(struct chain *c)
{
	c->h.miner = addrs[5];
}
static void other_list(struct chain *c)
{
	extra_of(c)[32 + 19] ^= 1;
}
static void swapped_list(struct chain *c)
{
	memcpy(extra_of(c) + 32, &addrs[1], 20);
	memcpy(extra_of(c) + 52, &addrs[0], 20);
}
static void no_list(struct chain *c)
{
	c->h.extra.n = 97;
}
static void wrong_turn(struct chain *c)
{
	c->h.difficulty = pl_u256_of(1);
}

static const struct {
	const char *rule;
	void (*spoil)(struct chain *c);
	char signer; /* A is in turn */
} broken[] = {
	{ "parent.link", other_parent, 'A' },
	{ "clique.number", other_number, 'A' },
	{ "clique.period", too_early, 'A' },
	{ "clique.vote", odd_nonce, 'A' },
	{ "clique.vote", checkpoint_votes, 'A' },
	{ "clique.checkpoint", checkpoint_names, 'A' },
	{ "clique.checkpoint", other_list, 'A' },
	{ "clique.checkpoint", swapped_list, 'A' },
	{ "clique.checkpoint", no_list, 'A' },
	{ "clique.turn", wrong_turn, 'A' },
	{ "clique.authorized", NULL, 'D' },
	{ "clique.recent", NULL, 'C' },
};

static void clique_rules_broken_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct pl_clique *before;
		struct chain c;
		const char *failed;

		grow(&c);
		before = PL_NEW(c.a, struct pl_clique);
		*before = c.s;
		draft(&c, broken[i].signer, 0, false);
		if (broken[i].spoil)
			broken[i].spoil(&c);
		seal(&c, broken[i].signer);
		failed = follow(&c);
		assert_non_null(failed);
		assert_string_equal(failed, broken[i].rule);
		assert_memory_equal(&c.s, before, sizeof(c.s));
		/* the true one still fits */
		draft(&c, 'A', 0, false);
		seal(&c, 'A');
		assert_null(follow(&c));
		/* and no list may stand where there is no checkpoint */
		pl_arena_close(c.a);
	}
}

static void lists_stand_in_checkpoints_only(void **state)
{
	struct chain c;
	uint8_t *extra;

	(void)state;
	begin(&c, "AB", 0);
	draft(&c, 'B', 0, false);
	extra = pl_alloc(c.a, 97 + 40);
	memcpy(extra + 32, addrs, 40);
	c.h.extra = (struct pl_span){ extra, 97 + 40 };
	seal(&c, 'B');
	assert_string_equal(follow(&c), "clique.checkpoint");
	pl_arena_close(c.a);
}

static void lists_of_signers(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_addr *many = PL_NEW_N(a, struct pl_addr, PL_MAX_SIGNERS + 1);
	struct pl_clique *s = PL_NEW(a, struct pl_clique);
	uint8_t *extra = pl_alloc(a, 97 + 20 * (PL_MAX_SIGNERS + 1));
	struct pl_header h = { .number = 1 };
	size_t n = 7;
	struct pl_err e;

	(void)state;
	assert_int_equal(
		pl_clique_begin(s, a, 3, &h, many, PL_MAX_SIGNERS + 1, &e),
		PL_ELIMIT);
	assert_int_equal(pl_clique_begin(s, a, 3, &h, many, 2, &e), PL_EFORMAT);
	h.extra = (struct pl_span){ extra, 96 };
	assert_int_equal(pl_clique_list(many, &n, &h, &e), PL_EFORMAT);
	h.extra.n = 98;
	assert_int_equal(pl_clique_list(many, &n, &h, &e), PL_EFORMAT);
	h.extra.n = 97 + 20 * (PL_MAX_SIGNERS + 1);
	assert_int_equal(pl_clique_list(many, &n, &h, &e), PL_ELIMIT);
	assert_int_equal(n, 7);
	h.extra.n = 97;
	assert_ok(pl_clique_list(many, &n, &h, &e), &e);
	assert_int_equal(n, 0);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eip225_scenarios),
		cmocka_unit_test(clique_rules_broken_once),
		cmocka_unit_test(lists_stand_in_checkpoints_only),
		cmocka_unit_test(lists_of_signers),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
