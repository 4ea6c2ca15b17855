/* The light client's rules on a chain made here: what holds is accepted under
 * every fork, and each rule refuses what breaks it, by its name. */
#include "light_chain.h"

#include "eth/light_file.h"

static void accept_update(struct pl_lc_store *s, const struct pl_lc_update *u,
			  uint64_t now)
{
	const char *failed = NULL;
	struct pl_err e;

	assert_ok(pl_lc_process(s, u, now, &failed, &e), &e);
}

static uint64_t finalized(const struct pl_lc_store *s)
{
	return s->finalized_header.beacon.slot;
}

static uint64_t optimistic(const struct pl_lc_store *s)
{
	return s->optimistic_header.beacon.slot;
}

/* The rule refuses, and the store is as it was but for cached keys. */
static void refuse_at(struct pl_lc_store *s, const struct pl_lc_update *u,
		      uint64_t now, const char *rule)
{
	struct pl_lc_store *was = malloc(sizeof(*was));
	const char *failed = NULL;
	struct pl_err e;

	assert_non_null(was);
	*was = *s;
	assert_int_equal(pl_lc_process(s, u, now, &failed, &e), PL_EPROOF);
	assert_non_null(failed);
	assert_string_equal(failed, rule);
	assert_int_equal(strncmp(e.msg, rule, strlen(rule)), 0);
	was->current_keys = s->current_keys;
	was->next_keys = s->next_keys;
	assert_memory_equal(was, s, sizeof(*was));
	free(was);
}

static void refuse(struct pl_lc_store *s, const struct pl_lc_update *u,
		   const char *rule)
{
	refuse_at(s, u, 100000, rule);
}

/* Over three periods under every fork, each object through its SSZ. */
static void follows_every_fork(void **state)
{
	(void)state;
	for (unsigned f = PL_LC_ALTAIR; f < PL_LC_FORKS; f++) {
		struct chain *c = chain_open((enum pl_lc_fork)f);
		struct pl_lc_store *s = make_store(c);
		static const struct wish wishes[] = {
			{ 40, 24, true, 32, 0 },   { 56, 48, true, 32, 0 },
			{ 88, 72, true, 30, 0 },   { 100, 90, false, 22, 0 },
			{ 160, 144, true, 32, 0 },
		};

		for (size_t i = 0; i < COUNT(wishes); i++) {
			struct pl_lc_update *u = make_update(c, wishes[i]);
			struct pl_lc_update *back =
				PL_NEW(c->a, struct pl_lc_update);
			enum pl_lc_fork form;
			struct pl_buf b;
			struct pl_err e;

			pl_buf_init(&b, c->a);
			pl_lc_update_encode(&b, u, c->config.preset, c->fork);
			assert_ok(pl_lc_fork_guess(&form, PL_LC_UPDATE,
						   pl_buf_span(&b), &c->config,
						   &e),
				  &e);
			/* a later fork of the same form may be found first */
			assert_int_equal(form, f);
			assert_ok(pl_lc_update_decode(
					  back, PL_LC_UPDATE, pl_buf_span(&b),
					  c->config.preset, form, &e),
				  &e);
			accept_update(s, back, wishes[i].slot + 5);
			assert_int_equal(finalized(s), wishes[i].finalized);
			assert_int_equal(optimistic(s), wishes[i].slot);
		}
		assert_true(s->next_known);
		chain_close(c);
	}
}

/* Under a fork that comes while the client is at work. */
static void branch_depths_change_at_a_fork(void **state)
{
	struct chain *c = chain_open(PL_LC_DENEB);
	struct pl_lc_store *s;
	struct pl_lc_update *u;

	(void)state;
	c->config.fork[PL_LC_ELECTRA].epoch = 10; /* slot 80 */
	s = make_store(c);
	accept_update(s, make_update(c, (struct wish){ 40, 24, true, 32, 0 }),
		      100);
	accept_update(s, make_update(c, (struct wish){ 79, 65, true, 32, 0 }),
		      100);
	/* signed at the fork's first slot: still under the version before */
	u = make_update(c, (struct wish){ 88, 75, true, 32, 0 });
	refuse(s, u, "fork");
	c->fork = PL_LC_ELECTRA;
	u = make_update(c, (struct wish){ 88, 81, true, 32, 0 });
	accept_update(s, u, 100);
	assert_int_equal(finalized(s), 81);
	u = make_update(c, (struct wish){ 90, 82, true, 32, 0 });
	/* the wrong fork version: Deneb's signature on Electra's header */
	c->config.fork[PL_LC_ELECTRA].version[0] = 4;
	sign(c, u, 1, 32);
	c->config.fork[PL_LC_ELECTRA].version[0] = 5;
	refuse(s, u, "signature");
	chain_close(c);
}

static void bootstrap_rules(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_bootstrap *b = make_bootstrap(c, 16, 0);
	struct pl_lc_store *s = PL_NEW(c->a, struct pl_lc_store);
	const char *failed = NULL;
	struct pl_hash32 root;
	struct pl_err e;

	(void)state;
	pl_lc_beacon_root(&root, &b->header.beacon);
	root.b[5] ^= 1;
	assert_int_equal(pl_lc_store_init(s, &c->config, &root, b, &failed, &e),
			 PL_EPROOF);
	assert_string_equal(failed, "trusted_block_root");
	root.b[5] ^= 1;
	b->current_sync_committee.pubkeys[3][7] ^= 1;
	assert_int_equal(pl_lc_store_init(s, &c->config, &root, b, &failed, &e),
			 PL_EPROOF);
	assert_string_equal(failed, "current_sync_committee_branch");
	b->current_sync_committee.pubkeys[3][7] ^= 1;
	b->current_sync_committee_branch[PL_LC_BRANCH - 7].b[0] = 1;
	assert_int_equal(pl_lc_store_init(s, &c->config, &root, b, &failed, &e),
			 PL_EPROOF);
	assert_string_equal(failed, "current_sync_committee_branch");
	b->current_sync_committee_branch[PL_LC_BRANCH - 7].b[0] = 0;
	b->header.execution.gas_used++;
	assert_int_equal(pl_lc_store_init(s, &c->config, &root, b, &failed, &e),
			 PL_EPROOF);
	assert_string_equal(failed, "header");
	b->header.execution.gas_used--;
	assert_ok(pl_lc_store_init(s, &c->config, &root, b, &failed, &e), &e);
	chain_close(c);
}

static void headers_before_a_fork_have_nothing_of_it(void **state)
{
	struct chain *c = chain_open(PL_LC_CAPELLA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 24, true, 32, 0 });

	(void)state;
	u->attested_header.execution.blob_gas_used = 1;
	refuse(s, u, "header");
	chain_close(c);
	c = chain_open(PL_LC_ALTAIR);
	s = make_store(c);
	u = make_update(c, (struct wish){ 40, 24, true, 32, 0 });
	u->attested_header.execution.block_number = 1;
	refuse(s, u, "header");
	chain_close(c);
}

static void light_participants_at_least_one(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);

	(void)state;
	refuse(s, make_update(c, (struct wish){ 40, 24, true, 0, 0 }),
	       "participants");
	chain_close(c);
}

static void light_slots_in_order(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct wish w = { 40, 24, true, 32, 0 };
	struct pl_lc_update *u = make_update(c, w);

	(void)state;
	refuse_at(s, u, 40, "slots"); /* signed in the future */
	u->signature_slot = 40;
	refuse(s, u, "slots");
	w.slot = 20;
	u = make_update(c, w); /* finalizes what comes after it */
	refuse(s, u, "slots");
	chain_close(c);
}

static void light_periods_are_not_skipped(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 88, 72, true, 32, 0 });

	(void)state;
	refuse(s, u, "period"); /* no next committee is known */
	accept_update(s, make_update(c, (struct wish){ 40, 24, true, 32, 0 }),
		      100);
	refuse(s, make_update(c, (struct wish){ 150, 140, true, 32, 0 }),
	       "period");
	accept_update(s, u, 100);
	chain_close(c);
}

static void light_updates_are_relevant(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);

	(void)state;
	refuse(s, make_update(c, (struct wish){ 12, 8, false, 32, 0 }),
	       "relevance");
	/* an old one that brings the missing committee is welcome */
	accept_update(s, make_update(c, (struct wish){ 12, 8, true, 32, 0 }),
		      100);
	assert_int_equal(finalized(s), 16);
	assert_true(s->next_known);
	refuse(s, make_update(c, (struct wish){ 12, 8, true, 32, 0 }),
	       "relevance");
	chain_close(c);
}

static void light_finality_branch(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 24, true, 32, 0 });
	struct pl_hash32 branch[PL_LC_BRANCH];

	(void)state;
	for (size_t i = 0; i < PL_LC_BRANCH; i++) {
		u->finality_branch[i].b[9] ^= 4;
		refuse(s, u, "finality_branch");
		u->finality_branch[i].b[9] ^= 4;
	}
	memcpy(branch, u->finality_branch, sizeof(branch));
	memcpy(u->finality_branch, u->next_sync_committee_branch,
	       sizeof(branch)); /* swapped */
	memcpy(u->next_sync_committee_branch, branch, sizeof(branch));
	refuse(s, u, "finality_branch");
	memset(u->finality_branch, 0, sizeof(branch));
	refuse(s, u, "finalized_empty"); /* an absent field filled */
	chain_close(c);
}

static void light_genesis_is_finalized_as_zero(void **state)
{
	struct chain *c = chain_open(PL_LC_ALTAIR);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 0, true, 32, 0 });

	(void)state;
	/* the state says zero, and the branch proves that */
	state_root(c, &(struct state){ 40, 0, 1, NULL });
	tree_branch(u->finality_branch, c->tree, FINALIZED(c));
	u->finalized_header.beacon.proposer_index = 1;
	refuse(s, u, "finalized_empty");
	u->finalized_header.beacon.proposer_index = 0;
	accept_update(s, u, 100);
	assert_int_equal(finalized(s), 16);
	assert_int_equal(optimistic(s), 40);
	chain_close(c);
}

static void light_next_committee(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct wish w = { 40, 24, true, 32, 0 };
	struct pl_lc_update *u = make_update(c, w);

	(void)state;
	u->next_sync_committee_branch[8].b[0] ^= 1;
	refuse(s, u, "next_sync_committee_branch");
	u->next_sync_committee_branch[8].b[0] ^= 1;
	u->next_sync_committee = *committee(c, 3); /* of another period */
	refuse(s, u, "next_sync_committee_branch");
	memset(u->next_sync_committee_branch, 0,
	       sizeof(u->next_sync_committee_branch));
	refuse(s, u, "next_sync_committee_empty");
	accept_update(s, make_update(c, w), 100);
	w.slot = 50;
	u = make_update(c, w);
	u->next_sync_committee = *committee(c, 3);
	refuse(s, u, "next_sync_committee_same");
	chain_close(c);
}

static void light_signature_by_the_right_committee(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 24, true, 32, 0 });

	(void)state;
	u->sync_committee_bits[0] ^= 1; /* one says it did not sign */
	refuse(s, u, "signature");
	u->sync_committee_bits[0] ^= 1;
	u->sync_committee_signature[50] ^= 1;
	refuse(s, u, "signature");
	sign(c, u, 1, 32); /* the next period's committee */
	refuse(s, u, "signature");
	sign(c, u, 0, 32);
	u->attested_header.beacon.proposer_index ^= 1;
	refuse(s, u, "signature");
	u->attested_header.beacon.proposer_index ^= 1;
	c->config.genesis_validators_root.b[0] ^= 1; /* another chain */
	refuse(s, u, "signature");
	c->config.genesis_validators_root.b[0] ^= 1;
	accept_update(s, u, 100);
	chain_close(c);
}

static void light_committee_keys_are_keys(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_committee *m;
	struct pl_lc_store *s;
	struct pl_lc_update *u;

	(void)state;
	(void)committee(c, 0);
	m = c->committee[0];
	memset(m->pubkeys[5], 0, PL_LC_PUBKEY);
	s = make_store(c); /* the branch holds: the state itself is bad */
	u = make_update(c, (struct wish){ 40, 24, true, 32, 0 });
	s->key_check = PL_BLS_KEY; /* --paranoid looks at each */
	refuse(s, u, "sync_committee_keys");
	s->key_check = PL_BLS_BOUND;
	u->sync_committee_bits[0] &= (uint8_t) ~(1u << 5);
	refuse(s, u, "sync_committee_keys"); /* it would be subtracted */
	chain_close(c);
}

/* A committee's first signature is checked by its aggregate_pubkey, its second
 * by its keys; where that sum is none, all are by the keys.  The answer is the
 * same. */
static void light_first_signature_by_the_sum(void **state)
{
	struct wish first = { 40, 24, true, 31, 0 };
	struct wish then = { 41, 24, true, 31, 0 };

	(void)state;
	for (unsigned odd = 0; odd < 3; odd++) {
		struct chain *c = chain_open(PL_LC_ELECTRA);
		struct pl_lc_committee *m;
		struct pl_lc_store *s;
		struct pl_lc_update *u;

		(void)committee(c, 0);
		m = c->committee[0];
		if (odd == 1) /* a key, and not the sum */
			memcpy(m->aggregate_pubkey, m->pubkeys[0],
			       PL_LC_PUBKEY);
		if (odd == 2) /* no key at all */
			memset(m->aggregate_pubkey, 0, PL_LC_PUBKEY);
		s = make_store(c);
		u = make_update(c, first);
		accept_update(s, u, 100);
		assert_int_equal(s->current_keys.ready, odd != 0);
		u = make_update(c, then);
		u->sync_committee_bits[0] ^= 1;
		refuse(s, u, "signature");
		u->sync_committee_bits[0] ^= 1;
		accept_update(s, u, 100);
		assert_true(s->current_keys.ready);
		chain_close(c);
	}
}

/* One below two thirds moves the optimistic head, and nothing else. */
static void light_two_thirds_move_finality(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);

	(void)state;
	accept_update(s, make_update(c, (struct wish){ 40, 24, true, 21, 0 }),
		      100);
	assert_int_equal(finalized(s), 16);
	assert_int_equal(optimistic(s), 40);
	assert_false(s->next_known);
	assert_true(s->has_best);
	accept_update(s, make_update(c, (struct wish){ 40, 24, true, 22, 0 }),
		      100);
	assert_int_equal(finalized(s), 24);
	assert_true(s->next_known);
	assert_false(s->has_best);
	chain_close(c);
}

static void light_safety_threshold(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);

	(void)state;
	accept_update(s, make_update(c, (struct wish){ 40, 24, true, 32, 0 }),
		      100);
	accept_update(s, make_update(c, (struct wish){ 44, 0, false, 16, 0 }),
		      100);
	assert_int_equal(optimistic(s), 40); /* half is not more than half */
	accept_update(s, make_update(c, (struct wish){ 44, 0, false, 17, 0 }),
		      100);
	assert_int_equal(optimistic(s), 44);
	accept_update(s, make_update(c, (struct wish){ 42, 0, false, 32, 0 }),
		      100);
	assert_int_equal(optimistic(s), 44); /* never backwards */
	chain_close(c);
}

static void light_force_update_after_timeout(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	const char *failed = NULL;
	struct pl_err e;
	bool forced;

	(void)state;
	assert_ok(pl_lc_force(s, &forced, 1000, &failed, &e), &e);
	assert_false(forced); /* there is nothing to force */
	accept_update(s, make_update(c, (struct wish){ 40, 0, true, 20, 0 }),
		      41);
	assert_ok(pl_lc_force(s, &forced, 16 + 64, &failed, &e), &e);
	assert_false(forced);
	assert_ok(pl_lc_force(s, &forced, 16 + 65, &failed, &e), &e);
	assert_true(forced);
	assert_int_equal(finalized(s), 40);
	assert_true(s->next_known);
	assert_ok(pl_lc_force(s, &forced, 5000, &failed, &e), &e);
	assert_false(forced);
	/* finality in a period whose committee is not known cannot be applied
	 */
	s->next_known = false;
	s->has_best = true;
	s->best_valid_update =
		*make_update(c, (struct wish){ 70, 66, true, 32, 0 });
	assert_int_equal(pl_lc_force(s, &forced, 5000, &failed, &e), PL_EPROOF);
	assert_string_equal(failed, "apply");
	chain_close(c);
}

/* From best to worst; each is better than all after it, none than itself. */
static void light_is_better_update(void **state)
{
	static const struct wish order[] = {
		{ 40, 24, true, 32, 0 },  /* all of it, by everybody */
		{ 40, 24, true, 31, 0 },  /* by one less */
		{ 41, 24, true, 31, 0 },  /* newer */
		{ 41, 24, true, 31, 45 }, /* signed later */
		{ 66, 40, true, 32, 0 },  /* finality in a period before */
		{ 40, 0, true, 32, 0 },   /* no finality */
		{ 40, 24, false, 32, 0 }, /* no committee */
		{ 63, 40, true, 32, 64 }, /* the committee of a period before */
		{ 40, 0, false, 32, 0 },
		{ 40, 24, true, 21, 0 }, /* no supermajority */
		{ 40, 24, false, 20, 0 },
		{ 40, 0, true, 19, 0 },
	};
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_update *u[COUNT(order)];

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++)
		u[i] = make_update(c, order[i]);
	for (size_t i = 0; i < COUNT(order); i++)
		for (size_t j = 0; j < COUNT(order); j++)
			assert_int_equal(
				pl_lc_is_better_update(&c->config, u[i], u[j]),
				i < j);
	chain_close(c);
}

/* Finality and optimistic updates are updates with less in them. */
static void light_finality_and_optimistic_updates(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u, *back = PL_NEW(c->a, struct pl_lc_update);
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	u = make_update(c, (struct wish){ 40, 24, false, 32, 0 });
	u->kind = PL_LC_FINALITY;
	pl_buf_init(&b, c->a);
	pl_lc_update_encode(&b, u, c->config.preset, c->fork);
	assert_ok(pl_lc_update_decode(back, PL_LC_FINALITY, pl_buf_span(&b),
				      c->config.preset, c->fork, &e),
		  &e);
	accept_update(s, back, 100);
	assert_int_equal(finalized(s), 24);
	assert_false(s->next_known);
	u = make_update(c, (struct wish){ 42, 0, false, 30, 0 });
	u->kind = PL_LC_OPTIMISTIC;
	pl_buf_reset(&b);
	pl_lc_update_encode(&b, u, c->config.preset, c->fork);
	assert_ok(pl_lc_update_decode(back, PL_LC_OPTIMISTIC, pl_buf_span(&b),
				      c->config.preset, c->fork, &e),
		  &e);
	accept_update(s, back, 100);
	assert_int_equal(optimistic(s), 42);
	chain_close(c);
}

/* No prefix of an object is one, and no byte more is taken. */
static void truncated_objects_are_refused(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_update *back = PL_NEW(c->a, struct pl_lc_update);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 24, true, 32, 0 });
	struct pl_span all;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, c->a);
	pl_lc_update_encode(&b, u, c->config.preset, c->fork);
	all = pl_buf_span(&b);
	/* the last bytes are the finalized header's extra_data: shorter is
	 * well formed, and another header */
	for (size_t n = 0; n < all.n - 5; n++)
		assert_int_not_equal(
			pl_lc_update_decode(back, PL_LC_UPDATE,
					    (struct pl_span){ all.p, n },
					    c->config.preset, c->fork, &e),
			PL_OK);
	for (size_t n = 0; n < 40; n++)
		pl_buf_byte(&b, 0);
	all = pl_buf_span(&b);
	assert_int_equal(pl_lc_update_decode(back, PL_LC_UPDATE, all,
					     c->config.preset, c->fork, &e),
			 PL_ELIMIT);
	chain_close(c);
}

/* Every byte of an update, flipped: no store moves.  Only what the committee
 * signed, and its signature, cost a pairing. */
static void flipped_bytes_are_refused(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u = PL_NEW(c->a, struct pl_lc_update);
	struct pl_buf b;
	size_t slow = 0, decoded = 0, fixed;

	(void)state;
	pl_buf_init(&b, c->a);
	pl_lc_update_encode(
		&b, make_update(c, (struct wish){ 40, 24, true, 32, 0 }),
		c->config.preset, c->fork);
	fixed = (size_t)b.p[0] | (size_t)b.p[1] << 8;
	for (size_t i = 0; i < b.n; i++) {
		const char *failed = "decode";
		struct pl_err e;

		/* signature_slot is not signed: within a period and a fork
		 * another one is as good, and moves the heads no further */
		if (i == fixed - 8)
			continue;
		b.p[i] ^= (uint8_t)(1u << i % 8);
		if (!pl_lc_update_decode(u, PL_LC_UPDATE, pl_buf_span(&b),
					 c->config.preset, c->fork, &e)) {
			decoded++;
			assert_int_equal(pl_lc_process(s, u, 100, &failed, &e),
					 PL_EPROOF);
			slow += !strcmp(failed, "signature");
		}
		b.p[i] ^= (uint8_t)(1u << i % 8);
	}
	assert_true(decoded > b.n / 2);
	assert_true(slow > 0);
	assert_int_equal(finalized(s), 16);
	assert_int_equal(optimistic(s), 16);
	chain_close(c);
}

/* compute_fork_digest, for the main network; Fulu's as published. */
static void fork_digests_of_mainnet(void **state)
{
	static const struct {
		uint64_t epoch;
		const char *digest;
		enum pl_lc_fork fork;
	} rows[] = {
		{ 74240, "afcaaba0", PL_LC_ALTAIR },
		{ 144896, "4a26c58b", PL_LC_BELLATRIX },
		{ 194048, "bba4da96", PL_LC_CAPELLA },
		{ 269568, "6a95a1a9", PL_LC_DENEB },
		{ 364032, "ad532ceb", PL_LC_ELECTRA },
		{ 411392, "cc2c5cdb", PL_LC_FULU },
		{ 412671, "cc2c5cdb", PL_LC_FULU },
		{ 412672, "cb0d1acc", PL_LC_FULU },
		{ 419072, "8c9f62fe", PL_LC_FULU },
	};
	const struct pl_lc_config *c = pl_lc_config_named("ethereum");
	const uint8_t none[4] = { 1, 2, 3, 4 };
	enum pl_lc_fork fork;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t got[4];

		assert_ok(pl_lc_fork_digest(got, c, rows[i].epoch, &e), &e);
		assert_hex_equal((struct pl_span){ got, 4 }, rows[i].digest);
		assert_ok(pl_lc_fork_of_digest(&fork, c, got, &e), &e);
		assert_int_equal(fork, rows[i].fork);
	}
	assert_int_equal(pl_lc_fork_of_digest(&fork, c, none, &e), PL_EFORMAT);
}

/* Gloas has the block's hash alone, under a branch of its own. */
static void gloas_headers_prove_the_block_hash(void **state)
{
	struct chain *c = chain_open(PL_LC_GLOAS);
	struct pl_lc_store *s = make_store(c);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 24, true, 32, 0 });

	(void)state;
	u->attested_header.execution_block_hash.b[0] ^= 1;
	refuse(s, u, "header");
	u->attested_header.execution_block_hash.b[0] ^= 1;
	u->attested_header.execution_branch[10].b[0] ^= 1;
	refuse(s, u, "header");
	u->attested_header.execution_branch[10].b[0] ^= 1;
	u->attested_header.fork = PL_LC_FULU;
	refuse(s, u, "fork");
	u->attested_header.fork = PL_LC_GLOAS;
	accept_update(s, u, 100);
	chain_close(c);
}

static char *hex(struct chain *c, const void *p, size_t n)
{
	return pl_hex(c->a, (struct pl_span){ p, n });
}

#define H(field) hex(c, &(field), sizeof(field))
#define N(v) ((unsigned long long)(v))

/* The optimistic update as the beacon API writes it. */
static char *as_json(struct chain *c, const struct pl_lc_update *u)
{
	const struct pl_lc_beacon *b = &u->attested_header.beacon;
	const struct pl_lc_execution *x = &u->attested_header.execution;
	const struct pl_hash32 *br = u->attested_header.execution_branch + 7;
	char *beacon =
		pl_printf(c->a,
			  "{\"slot\":\"%llu\",\"proposer_index\":\"%llu\","
			  "\"parent_root\":\"%s\",\"state_root\":\"%s\","
			  "\"body_root\":\"%s\"}",
			  N(b->slot), N(b->proposer_index), H(b->parent_root),
			  H(b->state_root), H(b->body_root));
	char *execution = pl_printf(
		c->a,
		"{\"parent_hash\":\"%s\",\"fee_recipient\":\"%s\","
		"\"state_root\":\"%s\",\"receipts_root\":\"%s\","
		"\"logs_bloom\":\"%s\",\"prev_randao\":\"%s\","
		"\"block_number\":\"%llu\",\"gas_limit\":\"0\","
		"\"gas_used\":\"%llu\",\"timestamp\":\"0\","
		"\"extra_data\":\"%s\",\"base_fee_per_gas\":\"7\","
		"\"block_hash\":\"%s\",\"transactions_root\":\"%s\","
		"\"withdrawals_root\":\"%s\",\"blob_gas_used\":\"%llu\","
		"\"excess_blob_gas\":\"0\"}",
		H(x->parent_hash), H(x->fee_recipient), H(x->state_root),
		H(x->receipts_root), H(x->logs_bloom), H(x->prev_randao),
		N(x->block_number), N(x->gas_used),
		hex(c, x->extra_data, x->extra_n), H(x->block_hash),
		H(x->transactions_root), H(x->withdrawals_root),
		N(x->blob_gas_used));

	return pl_printf(
		c->a,
		"[{\"version\":\"electra\",\"data\":{\"attested_header\":{"
		"\"beacon\":%s,\"execution\":%s,\"execution_branch\":["
		"\"%s\",\"%s\",\"%s\",\"%s\"]},\"sync_aggregate\":{"
		"\"sync_committee_bits\":\"%s\","
		"\"sync_committee_signature\":\"%s\"},"
		"\"signature_slot\":\"%llu\"}}]",
		beacon, execution, H(br[0]), H(br[1]), H(br[2]), H(br[3]),
		hex(c, u->sync_committee_bits, SIZE / 8),
		H(u->sync_committee_signature), N(u->signature_slot));
}

/* Reads all of a file; the number of objects, each accepted. */
static size_t read_all(struct chain *c, struct pl_span bytes, const char *form)
{
	struct pl_lc_update *u = PL_NEW(c->a, struct pl_lc_update);
	struct pl_lc_file f;
	struct pl_err e;
	size_t n = 0;

	assert_ok(pl_lc_file_open(&f, c->a, bytes, PL_LC_OPTIMISTIC, &c->config,
				  &e),
		  &e);
	assert_string_equal(f.form, form);
	for (; pl_lc_file_more(&f); n++) {
		struct pl_lc_store *s = make_store(c);

		assert_ok(pl_lc_file_next(&f, NULL, u, &e), &e);
		accept_update(s, u, 100);
		assert_int_equal(optimistic(s), 40);
	}
	return n;
}

static void chunk(struct chain *c, struct pl_buf *b, struct pl_span ssz)
{
	uint8_t digest[4];
	struct pl_err e;

	assert_ok(pl_lc_fork_digest(digest, &c->config, 0, &e), &e);
	pl_ssz_put_u64(b, 4 + ssz.n);
	pl_buf_put(b, (struct pl_span){ digest, 4 });
	pl_buf_put(b, ssz);
}

static void files_of_every_form(void **state)
{
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 0, false, 32, 0 });
	struct pl_span ssz;
	struct pl_buf b, octets, packed;
	struct pl_lc_file f;
	struct pl_err e;

	(void)state;
	u->kind = PL_LC_OPTIMISTIC;
	pl_buf_init(&b, c->a);
	pl_lc_update_encode(&b, u, c->config.preset, c->fork);
	ssz = pl_buf_span(&b);
	assert_int_equal(read_all(c, ssz, "ssz"), 1);
	assert_int_equal(read_all(c, pl_span_str(as_json(c, u)), "json"), 1);
	pl_buf_init(&octets, c->a);
	chunk(c, &octets, ssz);
	chunk(c, &octets, ssz);
	assert_int_equal(read_all(c, pl_buf_span(&octets), "api.bin"), 2);
	pl_buf_init(&packed, c->a);
	pl_buf_byte(&packed, (uint8_t)(ssz.n & 0x7f) | 0x80);
	pl_buf_byte(&packed, (uint8_t)(ssz.n >> 7));
	pl_buf_byte(&packed, 61 << 2);
	pl_buf_byte(&packed, (uint8_t)(ssz.n - 1));
	pl_buf_byte(&packed, (uint8_t)((ssz.n - 1) >> 8));
	pl_buf_put(&packed, ssz);
	assert_int_equal(read_all(c, pl_buf_span(&packed), "ssz_snappy"), 1);

	/* a digest of no fork, and a length that runs past the end */
	octets.p[9] ^= 1;
	assert_ok(pl_lc_file_open(&f, c->a, pl_buf_span(&octets),
				  PL_LC_OPTIMISTIC, &c->config, &e),
		  &e);
	assert_int_equal(pl_lc_file_next(&f, NULL, u, &e), PL_EFORMAT);
	assert_ok(pl_lc_file_next(&f, NULL, u, &e), &e);
	octets.p[8 + 4 + ssz.n] ^= 2;
	assert_ok(pl_lc_file_open(&f, c->a, pl_buf_span(&octets),
				  PL_LC_OPTIMISTIC, &c->config, &e),
		  &e);
	assert_int_equal(pl_lc_file_next(&f, NULL, u, &e), PL_EFORMAT);
	assert_int_not_equal(pl_lc_file_next(&f, NULL, u, &e), PL_OK);
	chain_close(c);
}

static void json_is_strict(void **state)
{
	static const struct {
		const char *from, *to;
	} edits[] = {
		{ "\"slot\":\"40\"", "\"slot\":\"0x28\"" },
		{ "\"slot\":\"40\"", "\"slot\":\"-40\"" },
		{ "\"slot\":\"40\"", "\"slot\":40" },
		{ "\"slot\":\"40\"", "\"slot\":\"18446744073709551616\"" },
		{ "\"slot\":\"40\",", "" },
		{ "\"extra_data\":\"0x", "\"extra_data\":\"" },
		/* 33 bytes: over the list's limit */
		{ "\"extra_data\":\"0x706c756d65\"",
		  "\"extra_data\":\"0x00000000000000000000000000000000"
		  "0000000000000000000000000000000000\"" },
		{ "\"execution_branch\":[", "\"execution_branch\":[\"0x00\"," },
		{ "\"version\":\"electra\"", "\"version\":\"osaka\"" },
		{ "\"version\":\"electra\"", "\"version\":\"gloas\"" },
		{ "\"sync_committee_bits\":\"0x",
		  "\"sync_committee_bits\":\"0x00" },
	};
	struct chain *c = chain_open(PL_LC_ELECTRA);
	struct pl_lc_update *u =
		make_update(c, (struct wish){ 40, 0, false, 32, 0 });
	char *json = as_json(c, u);

	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		char *at = strstr(json, edits[i].from), *bad;
		struct pl_lc_file f;
		struct pl_err e;

		assert_non_null(at);
		bad = pl_printf(c->a, "%.*s%s%s", (int)(at - json), json,
				edits[i].to, at + strlen(edits[i].from));
		assert_ok(pl_lc_file_open(&f, c->a, pl_span_str(bad),
					  PL_LC_OPTIMISTIC, &c->config, &e),
			  &e);
		assert_int_not_equal(pl_lc_file_next(&f, NULL, u, &e), PL_OK);
	}
	chain_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_every_fork),
		cmocka_unit_test(branch_depths_change_at_a_fork),
		cmocka_unit_test(bootstrap_rules),
		cmocka_unit_test(headers_before_a_fork_have_nothing_of_it),
		cmocka_unit_test(light_participants_at_least_one),
		cmocka_unit_test(light_slots_in_order),
		cmocka_unit_test(light_periods_are_not_skipped),
		cmocka_unit_test(light_updates_are_relevant),
		cmocka_unit_test(light_finality_branch),
		cmocka_unit_test(light_genesis_is_finalized_as_zero),
		cmocka_unit_test(light_next_committee),
		cmocka_unit_test(light_signature_by_the_right_committee),
		cmocka_unit_test(light_committee_keys_are_keys),
		cmocka_unit_test(light_first_signature_by_the_sum),
		cmocka_unit_test(light_two_thirds_move_finality),
		cmocka_unit_test(light_safety_threshold),
		cmocka_unit_test(light_force_update_after_timeout),
		cmocka_unit_test(light_is_better_update),
		cmocka_unit_test(light_finality_and_optimistic_updates),
		cmocka_unit_test(truncated_objects_are_refused),
		cmocka_unit_test(flipped_bytes_are_refused),
		cmocka_unit_test(fork_digests_of_mainnet),
		cmocka_unit_test(gloas_headers_prove_the_block_hash),
		cmocka_unit_test(files_of_every_form),
		cmocka_unit_test(json_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
