/* A beacon chain of the minimal preset made here, signed with keys of our own:
 * member i of committee k has the secret key 1 + i + 100·k, so that any subset
 * signs at once with the sum of its keys. */
#ifndef PL_TESTS_LIGHT_CHAIN_H
#define PL_TESTS_LIGHT_CHAIN_H

#include "check.h"

#include "codec/ssz.h"
#include "crypto/sha256.h"
#include "eth/light_store.h"

#define SIZE 32 /* of a committee */
#define NODES 4096

/* A Merkle tree in which only some generalized indices are set. */
struct tree {
	struct pl_hash32 node[NODES];
	bool set[NODES];
};

static inline void tree_set(struct tree *t, uint64_t gindex,
			    const struct pl_hash32 *v)
{
	t->node[gindex] = *v;
	t->set[gindex] = true;
}

static inline struct pl_hash32 tree_hash(struct tree *t)
{
	for (size_t i = NODES / 2; i-- > 1;)
		if (!t->set[i])
			t->node[i] = pl_sha256_pair(&t->node[2 * i],
						    &t->node[2 * i + 1]);
	return t->node[1];
}

static inline void tree_branch(struct pl_hash32 out[PL_LC_BRANCH],
			       const struct tree *t, uint64_t gindex)
{
	size_t depth = 0;

	while (gindex >> (depth + 1))
		depth++;
	memset(out, 0, PL_LC_BRANCH * sizeof(*out));
	for (size_t i = PL_LC_BRANCH - depth; gindex > 1; gindex /= 2)
		out[i++] = t->node[gindex ^ 1];
}

/* What the state of a slot says. */
struct state {
	uint64_t slot;
	unsigned current, next; /* committees */
	const struct pl_lc_header *finalized;
};

struct chain {
	struct pl_arena *a;
	struct pl_lc_config config;
	enum pl_lc_fork fork;
	struct tree *tree;
	struct pl_lc_committee *committee[256]; /* made when asked for */
};

/* All forks up to `fork` hold from epoch 0. */
static inline struct chain *chain_open(enum pl_lc_fork fork)
{
	struct pl_arena *a = pl_arena_open(0);
	struct chain *c = PL_NEW(a, struct chain);

	c->a = a;
	c->fork = fork;
	c->config = *pl_lc_config_named("minimal");
	memset(&c->config.genesis_validators_root, 0x5a, 32);
	for (unsigned f = 0; f < PL_LC_FORKS; f++)
		c->config.fork[f].epoch = f <= (unsigned)fork ? 0 : PL_LC_NEVER;
	c->tree = PL_NEW(a, struct tree);
	return c;
}

static inline void chain_close(struct chain *c)
{
	pl_arena_close(c->a);
}

static inline void secret_key(uint8_t out[PL_BLS_SK], uint64_t v)
{
	memset(out, 0, PL_BLS_SK);
	for (size_t i = 0; i < 8; i++)
		out[PL_BLS_SK - 1 - i] = (uint8_t)(v >> 8 * i);
}

static inline void public_key(uint8_t out[PL_BLS_PK], uint64_t secret)
{
	uint8_t sk[PL_BLS_SK];
	struct pl_bls_pk pk;
	struct pl_err e;

	secret_key(sk, secret);
	assert_ok(pl_bls_sk_to_pk(&pk, sk, &e), &e);
	pl_bls_pk_encode(out, &pk);
}

static inline const struct pl_lc_committee *committee(struct chain *c,
						      unsigned k)
{
	struct pl_lc_committee *m = c->committee[k];
	uint64_t sum = 0;

	if (m)
		return m;
	m = PL_NEW(c->a, struct pl_lc_committee);
	for (uint64_t i = 0; i < SIZE; i++) {
		public_key(m->pubkeys[i], 1 + i + 100 * (uint64_t)k);
		sum += 1 + i + 100 * (uint64_t)k;
	}
	public_key(m->aggregate_pubkey, sum);
	c->committee[k] = m;
	return m;
}

static inline void set_committee(struct chain *c, uint64_t gindex, unsigned k)
{
	struct pl_hash32 root;

	pl_lc_committee_root(&root, committee(c, k), c->config.preset);
	tree_set(c->tree, gindex, &root);
}

static inline uint64_t gindex_of(const struct chain *c, uint64_t altair,
				 uint64_t electra, uint64_t gloas)
{
	if (c->fork >= PL_LC_GLOAS)
		return gloas;
	return c->fork >= PL_LC_ELECTRA ? electra : altair;
}

#define FINALIZED(c) gindex_of(c, 105, 169, 735)
#define CURRENT(c) gindex_of(c, 54, 86, 2945)
#define NEXT(c) gindex_of(c, 55, 87, 2946)

/* c->tree is the state of a slot afterwards. */
static inline struct pl_hash32 state_root(struct chain *c,
					  const struct state *s)
{
	struct pl_hash32 root = { { 0 } };

	memset(c->tree, 0, sizeof(*c->tree));
	set_committee(c, CURRENT(c), s->current);
	set_committee(c, NEXT(c), s->next);
	if (s->finalized && s->finalized->beacon.slot)
		pl_lc_beacon_root(&root, &s->finalized->beacon);
	tree_set(c->tree, FINALIZED(c), &root);
	return tree_hash(c->tree);
}

static inline void execution_part(struct chain *c, struct pl_lc_header *h)
{
	struct tree *body = PL_NEW(c->a, struct tree);
	struct pl_lc_execution *x = &h->execution;
	uint64_t gindex = 25;
	struct pl_hash32 leaf;

	if (c->fork >= PL_LC_GLOAS) {
		memset(&h->execution_block_hash, 0x77, 32);
		leaf = h->execution_block_hash;
		gindex = 2856;
	} else {
		memset(&x->block_hash, 0x66, 32);
		memset(x->logs_bloom, 0x11, sizeof(x->logs_bloom));
		x->block_number = h->beacon.slot;
		x->gas_used = 21000;
		x->extra_n = 5;
		memcpy(x->extra_data, "plume", 5);
		x->base_fee_per_gas[0] = 7;
		if (c->fork >= PL_LC_DENEB)
			x->blob_gas_used = 131072;
		pl_lc_execution_root(&leaf, x, c->fork);
	}
	tree_set(body, gindex, &leaf);
	h->beacon.body_root = tree_hash(body);
	tree_branch(h->execution_branch, body, gindex);
}

/* The header of a state; c->tree is that state afterwards. */
static inline struct pl_lc_header make_header(struct chain *c,
					      const struct state *s)
{
	struct pl_lc_header h = { .fork = c->fork };

	h.beacon.slot = s->slot;
	h.beacon.proposer_index = s->slot * 3;
	h.beacon.state_root = state_root(c, s);
	if (c->fork >= PL_LC_CAPELLA)
		execution_part(c, &h);
	return h;
}

static inline struct pl_lc_bootstrap *
make_bootstrap(struct chain *c, uint64_t slot, unsigned current)
{
	struct pl_lc_bootstrap *b = PL_NEW(c->a, struct pl_lc_bootstrap);
	struct state s = { .slot = slot,
			   .current = current,
			   .next = current + 1 };

	b->header = make_header(c, &s);
	b->current_sync_committee = *committee(c, current);
	tree_branch(b->current_sync_committee_branch, c->tree, CURRENT(c));
	return b;
}

/* The first `participants` members of committee k sign the attested header. */
static inline void sign(struct chain *c, struct pl_lc_update *u, unsigned k,
			unsigned participants)
{
	struct pl_hash32 root, domain;
	uint8_t sk[PL_BLS_SK];
	uint64_t sum = 0;
	struct pl_err e;

	memset(u->sync_committee_bits, 0, sizeof(u->sync_committee_bits));
	for (unsigned i = 0; i < participants; i++) {
		u->sync_committee_bits[i / 8] |= (uint8_t)(1u << i % 8);
		sum += 1 + i + 100 * (uint64_t)k;
	}
	if (!participants)
		return;
	pl_lc_beacon_root(&root, &u->attested_header.beacon);
	pl_lc_domain(&domain, &c->config, u->signature_slot);
	root = pl_sha256_pair(&root, &domain);
	secret_key(sk, sum);
	assert_ok(pl_bls_sign(u->sync_committee_signature, sk,
			      pl_hash32_span(&root), &e),
		  &e);
}

/* An update: attested at `slot`, signed one slot later by the committee of
 * that period (committee k serves period k), finalizing `finalized` (0: no
 * finality), with the next committee if asked for. */
struct wish {
	uint64_t slot, finalized;
	bool with_next;
	unsigned participants;
	uint64_t signature_slot; /* 0: slot + 1 */
};

static inline struct pl_lc_update *make_update(struct chain *c, struct wish w)
{
	struct pl_lc_update *u = PL_NEW(c->a, struct pl_lc_update);
	unsigned period = (unsigned)pl_lc_period(&c->config, w.slot);
	struct pl_lc_header finalized = { .fork = c->fork };
	struct state s = { w.slot, period, period + 1, NULL };

	u->kind = PL_LC_UPDATE;
	u->finalized_header.fork = c->fork;
	if (w.finalized) {
		struct state then = { w.finalized, 0, 1, NULL };

		finalized = make_header(c, &then);
		s.finalized = &finalized;
		u->finalized_header = finalized;
	}
	u->attested_header = make_header(c, &s);
	if (w.finalized)
		tree_branch(u->finality_branch, c->tree, FINALIZED(c));
	if (w.with_next) {
		u->next_sync_committee = *committee(c, s.next);
		tree_branch(u->next_sync_committee_branch, c->tree, NEXT(c));
	}
	u->signature_slot = w.signature_slot ? w.signature_slot : w.slot + 1;
	sign(c, u, (unsigned)pl_lc_period(&c->config, u->signature_slot),
	     w.participants);
	return u;
}

/* A store begun at slot 16, in period 0. */
static inline struct pl_lc_store *make_store(struct chain *c)
{
	struct pl_lc_store *s = PL_NEW(c->a, struct pl_lc_store);
	struct pl_lc_bootstrap *b = make_bootstrap(c, 16, 0);
	const char *failed = NULL;
	struct pl_hash32 root;
	struct pl_err e;

	pl_lc_beacon_root(&root, &b->header.beacon);
	assert_ok(pl_lc_store_init(s, &c->config, &root, b, &failed, &e), &e);
	return s;
}

#endif
