/* An Orbit chain's blocks out of its parent's storage: every level, every kind
 * of contracts, and nodes and settings that lie. */
#include "check.h"

#include "crypto/secp.h"
#include "orbit/assertion.h"
#include "orbit/family.h"
#include "sync/orbit.h"
#include "world/heads.h"
#include "world/world.h"

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

struct fixture {
	struct pl_arena *a;
	struct world *w;
	struct pl_transport *t1, *t2;
	struct world_heads anchors;
	struct pl_orbit_conf conf;
	struct pl_orbit *o;
	struct pl_view *v;
	struct pl_err e;
};

static struct pl_rpc *node(struct fixture *f, struct pl_transport *t,
			   const char *url)
{
	struct pl_rpc_conf conf = { .url = url, .backoff_ms = 1 };

	return pl_rpc_new(f->a, t, &conf);
}

/* Anew, by f->conf. */
static void look(struct fixture *f)
{
	struct pl_view_conf l1 = { .chain_id = WORLD_L1,
				   .anchors = &f->anchors.base };
	struct pl_view_conf l2 = { .chain_id = WORLD_L2, .families = families };

	l1.rpc = node(f, f->t1, "http://world/l1");
	l2.rpc = node(f, f->t2, "http://world/l2");
	f->conf.parent = pl_view_new(f->a, &l1);
	f->conf.rpc = l2.rpc;
	f->o = pl_orbit_new(f->a, &f->conf);
	l2.anchors = pl_orbit_anchors(f->o);
	f->v = pl_view_new(f->a, &l2);
}

static void make(struct fixture *f, enum world_dispute dispute)
{
	struct pl_orbit_contracts *c = &f->conf.contracts;

	f->w = world_new(f->a, &(struct world_conf){ .blocks = 150,
						     .dispute = dispute });
	f->t1 = world_transport(f->a, f->w, WORLD_HONEST);
	f->t2 = world_transport(f->a, f->w, WORLD_HONEST);
	f->anchors = world_heads(f->w->l1);
	f->anchors.behind = 40;
	f->conf.name = "orbit";
	f->conf.chain_id = WORLD_L2;
	c->kind = PL_ORBIT_BOLD;
	c->outbox = f->w->orbit.outbox;
	c->rollup = f->w->orbit.rollup;
	c->bridge = f->w->orbit.bridge;
	c->sequencer_inbox = f->w->orbit.sequencer_inbox;
	c->has_rollup = c->has_bridge = c->has_sequencer_inbox = true;
	look(f);
}

/* The contracts from before BoLD, that have it all too. */
static void before_bold(struct fixture *f)
{
	f->conf.contracts.kind = PL_ORBIT_LEGACY;
	f->conf.contracts.rollup = f->w->orbit.legacy_rollup;
	f->conf.contracts.has_bridge = false; /* it has the other one */
	look(f);
}

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	f->conf.level = PL_LEVEL_CONFIRMED;
	make(f, WORLD_AGREED);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_arena_close(f->a);
	free(f);
	return 0;
}

static enum pl_rc head(struct fixture *f, struct pl_viewed *out,
		       enum pl_tag tag)
{
	const struct pl_block_ref ref = { .tag = tag };

	return pl_view_header(f->v, f->a, out, &ref, &f->e);
}

static void stands(struct fixture *f, enum pl_tag tag, size_t number,
		   enum pl_level level, enum pl_trust trust, const char *by)
{
	const struct pl_orbit_ground *g;
	struct pl_viewed h;

	assert_ok(head(f, &h, tag), &f->e);
	assert_int_equal(h.header.number, number);
	assert_memory_equal(h.header.hash.b,
			    f->w->l2->block[number].header.hash.b, 32);
	assert_int_equal(h.level, level);
	assert_int_equal(h.trust, trust);
	g = pl_orbit_ground(f->o, tag);
	assert_non_null(g);
	assert_string_equal(g->by, by);
	assert_int_equal(g->parent_block,
			 f->w->l1->n - (tag == PL_TAG_LATEST ? 1 : 41));
}

static void refused(struct fixture *f, enum pl_rc rc, const char *word)
{
	struct pl_viewed h;

	assert_int_equal(head(f, &h, PL_TAG_LATEST), rc);
	if (!strstr(f->e.msg, word))
		fail_msg("'%s' does not say '%s'", f->e.msg, word);
}

/* ------------------------------------------------------------- confirmed */

static void confirmed_by_every_kind(void **state)
{
	struct fixture *f = *state;
	size_t n = WORLD_CONFIRMED(f->w);

	stands(f, PL_TAG_LATEST, n, PL_LEVEL_CONFIRMED, PL_PROVEN, "assertion");
	assert_memory_equal(pl_orbit_ground(f->o, PL_TAG_LATEST)->assertion.b,
			    f->w->orbit.confirmed.b, 32);
	f->conf.contracts.kind = PL_ORBIT_OUTBOX;
	look(f);
	stands(f, PL_TAG_LATEST, n, PL_LEVEL_CONFIRMED, PL_PROVEN, "outbox");
	before_bold(f);
	stands(f, PL_TAG_LATEST, n, PL_LEVEL_CONFIRMED, PL_PROVEN, "node");
}

/* Under the finalized header of the parent an older one was the latest. */
static void finalized_stands_on_the_finalized_parent(void **state)
{
	struct fixture *f = *state;

	stands(f, PL_TAG_FINALIZED, WORLD_CONFIRMED(f->w) - 10,
	       PL_LEVEL_CONFIRMED, PL_PROVEN, "assertion");
	assert_int_equal(pl_orbit_ground(f->o, PL_TAG_FINALIZED)->parent_level,
			 PL_LEVEL_FINALIZED);
}

static void older_blocks_and_state_follow(void **state)
{
	struct fixture *f = *state;
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 20 };
	struct pl_addr user = world_user(4);
	struct pl_hash32 who = world_word_addr(&user);
	struct pl_hash32 key = world_mapping(&who, 0);
	struct pl_node_proof p;
	struct pl_u256 want;
	struct pl_viewed at;
	bool exists;

	assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
	assert_int_equal(at.level, PL_LEVEL_CONFIRMED);
	assert_ok(pl_view_account(f->v, f->a, &p, &exists, &at.header,
				  &f->w->l2_token, &key, 1, &f->e),
		  &f->e);
	want = world_load(f->w->l2->block[20].state, &f->w->l2_token, &key);
	assert_int_equal(pl_u256_cmp(&p.slots[0].value, &want), 0);
}

/* ---------------------------------------------------------- other levels */

static struct pl_feed_signed message(struct fixture *f, size_t n,
				     unsigned signer)
{
	struct pl_feed_signed s = { .m = { .sequence = n, .kind = 3 } };
	uint8_t secret[32], *sig = pl_alloc(f->a, 65);
	struct pl_hash32 h;
	struct pl_sig x;

	s.m.has_block_hash = true;
	s.m.block_hash = f->w->l2->block[n].header.hash;
	h = pl_feed_hash_v2(&s.m, WORLD_L2);
	world_secret(secret, signer);
	assert_ok(pl_secp_sign(&x, &h, secret, &f->e), &f->e);
	memcpy(sig, x.r, 32);
	memcpy(sig + 32, x.s, 32);
	sig[64] = x.y_parity;
	s.v2 = (struct pl_span){ sig, 65 };
	return s;
}

static void the_weaker_levels(void **state)
{
	struct fixture *f = *state;
	struct pl_feed_signed feed[2];

	f->conf.level = PL_LEVEL_ASSERTED;
	look(f);
	stands(f, PL_TAG_LATEST, WORLD_ASSERTED(f->w), PL_LEVEL_ASSERTED,
	       PL_SIGNED, "pending assertion");
	f->conf.level = PL_LEVEL_POSTED;
	look(f);
	stands(f, PL_TAG_LATEST, WORLD_POSTED(f->w), PL_LEVEL_POSTED,
	       PL_CLAIMED, "batch");
	f->conf.level = PL_LEVEL_CLAIMED;
	look(f);
	stands(f, PL_TAG_LATEST, f->w->l2->n - 1, PL_LEVEL_CLAIMED, PL_CLAIMED,
	       "the node's word");
	feed[0] = message(f, WORLD_POSTED(f->w), 21);
	feed[1] = message(f, f->w->l2->n - 2, 21);
	f->conf.feed = feed;
	f->conf.n_feed = 2;
	f->conf.level = PL_LEVEL_SIGNED;
	look(f);
	stands(f, PL_TAG_LATEST, f->w->l2->n - 2, PL_LEVEL_SIGNED, PL_SIGNED,
	       "feed");
	assert_memory_equal(pl_orbit_ground(f->o, PL_TAG_LATEST)->signer.b,
			    f->w->orbit.poster.b, 20);
	f->conf.level = PL_LEVEL_POSTED;
	look(f);
	stands(f, PL_TAG_LATEST, WORLD_POSTED(f->w), PL_LEVEL_POSTED, PL_SIGNED,
	       "feed");
}

/* Pending is not confirmed, and disputed is not even pending: what stands is
 * the newest claim whose whole line down to the confirmed one has no rival. */
static void pending_and_disputed_claims(void **state)
{
	static const struct {
		enum world_dispute dispute;
		int beyond; /* the block of WORLD_ASSERTED; -1: none stands */
	} cases[] = {
		{ WORLD_AGREED, 0 }, { WORLD_RIVALS, -1 }, { WORLD_BRANCH, -1 },
		{ WORLD_NEWEST, 0 }, { WORLD_CHAIN, 2 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int legacy = 0; legacy < 2; legacy++) {
			size_t n;

			f->conf.level = PL_LEVEL_ASSERTED;
			make(f, cases[i].dispute);
			if (legacy)
				before_bold(f);
			n = WORLD_ASSERTED(f->w) + (size_t)cases[i].beyond;
			if (cases[i].beyond < 0)
				stands(f, PL_TAG_LATEST, WORLD_CONFIRMED(f->w),
				       PL_LEVEL_CONFIRMED, PL_PROVEN,
				       legacy ? "node" : "assertion");
			else
				stands(f, PL_TAG_LATEST, n, PL_LEVEL_ASSERTED,
				       PL_SIGNED,
				       legacy ? "pending node"
					      : "pending assertion");
			/* confirmed now, and pending at the older header */
			stands(f, PL_TAG_FINALIZED, WORLD_CONFIRMED(f->w),
			       PL_LEVEL_ASSERTED, PL_SIGNED,
			       legacy ? "pending node" : "pending assertion");
		}
}

/* The parent's node hides or falsifies what it can: it never makes a disputed
 * claim stand, nor another block. */
static void lies_about_pending_claims(void **state)
{
	static const enum world_dispute all[] = { WORLD_AGREED, WORLD_BRANCH,
						  WORLD_NEWEST };
	struct fixture *f = *state;

	for (size_t i = 0; i < 2 * COUNT(all); i++)
		for (int lie = 1; lie < WORLD_HUGE; lie++) {
			const struct world_block *b;
			struct pl_viewed h;

			f->conf.level = PL_LEVEL_ASSERTED;
			if (lie == 1)
				make(f, all[i / 2]);
			world_lie_now(f->t1, (enum world_lie)lie);
			if (i % 2)
				before_bold(f);
			else
				look(f);
			if (head(f, &h, PL_TAG_LATEST))
				continue;
			assert_true(h.header.number <= WORLD_ASSERTED(f->w));
			b = &f->w->l2->block[h.header.number];
			assert_memory_equal(h.header.hash.b, b->header.hash.b,
					    32);
			assert_int_equal(h.level,
					 h.header.number > WORLD_CONFIRMED(f->w)
						 ? PL_LEVEL_ASSERTED
						 : PL_LEVEL_CONFIRMED);
			if (all[i / 2] == WORLD_BRANCH)
				assert_int_equal(h.level, PL_LEVEL_CONFIRMED);
		}
}

/* Where nothing newer was asserted, what is confirmed will do. */
static void no_assertion_is_pending(void **state)
{
	struct fixture *f = *state;

	f->conf.level = PL_LEVEL_ASSERTED;
	f->conf.contracts.kind = PL_ORBIT_OUTBOX;
	look(f);
	stands(f, PL_TAG_LATEST, WORLD_CONFIRMED(f->w), PL_LEVEL_CONFIRMED,
	       PL_PROVEN, "outbox");
}

static void signatures_of_others_are_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_feed_signed s = message(f, f->w->l2->n - 1, 22);

	f->conf.level = PL_LEVEL_SIGNED;
	look(f);
	refused(f, PL_ENOTFOUND, "no message");
	f->conf.feed = &s;
	f->conf.n_feed = 1;
	look(f);
	refused(f, PL_EPROOF, "takes no batches");
	s = message(f, f->w->l2->n - 1, 21);
	s.v1 = s.v2;
	s.v2.n = 0; /* V1 covers no block */
	look(f);
	refused(f, PL_ENOTFOUND, "block's hash");
	for (size_t i = 0; i < 65; i++) {
		s = message(f, f->w->l2->n - 1, 21);
		((uint8_t *)(uintptr_t)s.v2.p)[i] ^= 1;
		look(f);
		assert_int_not_equal(
			head(f, &(struct pl_viewed){ 0 }, PL_TAG_LATEST),
			PL_OK);
	}
	s = message(f, f->w->l2->n - 1, 21);
	s.m.block_hash.b[3] ^= 4;
	look(f);
	refused(f, PL_EPROOF, "takes no batches");
}

/* ------------------------------------------------------------------ traps */

static void a_rollup_from_before_bold_is_named(void **state)
{
	struct fixture *f = *state;

	f->conf.contracts.rollup = f->w->orbit.legacy_rollup;
	look(f);
	refused(f, PL_EPROOF, "0x4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e");
	refused(f, PL_EPROOF, "0x3535353535353535353535353535353535353535");
	assert_non_null(strstr(f->e.hint, "network.orbit.rollup 0x4e4e"));
	f->conf.contracts.rollup = f->w->orbit.rollup;
	f->conf.contracts.sequencer_inbox = f->w->orbit.outbox;
	look(f);
	refused(f, PL_EPROOF, "takes batches from");
}

static void other_contracts_prove_nothing(void **state)
{
	struct fixture *f = *state;

	f->conf.contracts.outbox = f->w->token;
	look(f);
	refused(f, PL_EPROOF, "not of one chain");
	f->conf.contracts.kind = PL_ORBIT_OUTBOX;
	look(f);
	refused(f, PL_ENOTFOUND, "no confirmed block");
	memset(&f->conf.contracts.outbox, 7, 20);
	look(f);
	refused(f, PL_ENOTFOUND, "no confirmed block");
	memset(&f->conf.contracts.bridge, 7, 20);
	look(f);
	refused(f, PL_ENOTFOUND, "no contract");
}

/* Storage that says otherwise than a confirmed chain's. */
static void unconfirmed_status_byte_and_swapped_key(void **state)
{
	struct pl_hash32 key = pl_orbit_slot(5), a, b;
	struct pl_assertion_node n;
	struct pl_u256 w = { { 7, 8, 9, 0x0201 } };
	struct pl_err e;

	(void)state;
	assert_ok(pl_assertion_node_read(&n, &w, &e), &e);
	assert_int_equal(n.status, PL_ASSERTION_CONFIRMED);
	assert_int_equal(n.second_child_block, 8);
	w.w[3] = 0x0101;
	assert_ok(pl_assertion_node_read(&n, &w, &e), &e);
	assert_int_equal(n.status, PL_ASSERTION_PENDING);
	w.w[3] = 0x0301;
	assert_int_equal(pl_assertion_node_read(&n, &w, &e), PL_EFORMAT);
	a = pl_orbit_mapping(&key, 3, 0);
	key = pl_orbit_slot(3);
	b = pl_orbit_mapping(&key, 5, 0);
	assert_memory_not_equal(a.b, b.b, 32);
	key = world_mapping(&(struct pl_hash32){ { 9 } }, 117);
	a = pl_orbit_mapping(&(struct pl_hash32){ { 9 } }, 117, 0);
	assert_memory_equal(a.b, key.b, 32);
}

/* Whatever the parent's node or the chain's own says, no other block than the
 * true one, or an older confirmed one, is taken. */
static void lies_are_refused(void **state)
{
	struct fixture *f = *state;

	for (int both = 0; both < 2; both++)
		for (int lie = 1; lie < WORLD_HUGE; lie++) {
			struct pl_viewed h;

			world_lie_now(both ? f->t2 : f->t1,
				      (enum world_lie)lie);
			for (int kind = 0; kind < 3; kind++) {
				f->conf.contracts.kind =
					kind == PL_ORBIT_LEGACY
						? PL_ORBIT_OUTBOX
						: (enum pl_orbit_kind)kind;
				look(f);
				if (head(f, &h, PL_TAG_LATEST))
					continue;
				assert_true(h.header.number <=
					    WORLD_CONFIRMED(f->w));
				assert_memory_equal(
					h.header.hash.b,
					f->w->l2->block[h.header.number]
						.header.hash.b,
					32);
				assert_int_equal(h.level, PL_LEVEL_CONFIRMED);
			}
			world_lie_now(f->t1, WORLD_HONEST);
			world_lie_now(f->t2, WORLD_HONEST);
		}
}

/* A node that shows none of the events cannot be gone by, and lies neither. */
static void hidden_events_hide_and_forge_nothing(void **state)
{
	struct fixture *f = *state;

	world_lie_now(f->t1, WORLD_OMITTED_LOGS);
	refused(f, PL_ENOTFOUND, "no confirmed block");
	assert_non_null(strstr(f->e.hint, "--parent-rpc"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(x) cmocka_unit_test_setup_teardown(x, begin, end)
		T(confirmed_by_every_kind),
		T(finalized_stands_on_the_finalized_parent),
		T(older_blocks_and_state_follow),
		T(the_weaker_levels),
		T(pending_and_disputed_claims),
		T(lies_about_pending_claims),
		T(no_assertion_is_pending),
		T(signatures_of_others_are_refused),
		T(a_rollup_from_before_bold_is_named),
		T(other_contracts_prove_nothing),
		cmocka_unit_test(unconfirmed_status_byte_and_swapped_key),
		T(lies_are_refused),
		T(hidden_events_hide_and_forge_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
