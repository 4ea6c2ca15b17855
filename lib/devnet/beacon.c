#include "devnet/beacon.h"

#include "base/arena.h"
#include "codec/ssz.h"
#include "crypto/bls.h"
#include "crypto/sha256.h"

#define FORK PL_LC_FULU /* of all its headers */
#define HEAD_START 16   /* slots before the first tick */
#define KEPT 1024       /* newest headers, and one of each period */
#define COMMITTEES 4    /* whose keys are at hand */

/* A header, and the one that its state calls finalized. */
struct entry {
	struct pl_hash32 root;
	struct pl_lc_header header, finalized;
};

/* What a period is remembered by. */
struct period {
	struct entry *best; /* NULL: none of its headers yet */
	bool good;          /* its finalized header is of the same period */
};

struct committee {
	bool made;
	uint64_t k;
	struct pl_lc_committee m;
};

struct pl_dev_beacon {
	struct pl_arena *a;
	const struct pl_lc_config *config;
	bool lie;
	struct pl_lc_execution execution; /* of the newest block */
	struct entry *ring[KEPT];
	size_t n; /* headers so far */
	const struct entry *newest;
	struct entry first;
	uint64_t first_period;
	struct period *period;
	size_t n_periods;
	struct committee committee[COMMITTEES];
};

/* ------------------------------------------------------------------- keys */

/* Member i of committee k has the secret key 1 + i + 100·k: any of them sign
 * together with the sum of theirs. */
static uint64_t secret(uint64_t k, uint64_t i)
{
	return 1 + i + 100 * k;
}

static void secret_bytes(uint8_t out[PL_BLS_SK], uint64_t v)
{
	memset(out, 0, PL_BLS_SK);
	for (size_t i = 0; i < 8; i++)
		out[PL_BLS_SK - 1 - i] = (uint8_t)(v >> 8 * i);
}

static void public_key(uint8_t out[PL_BLS_PK], uint64_t v)
{
	uint8_t sk[PL_BLS_SK];
	struct pl_bls_pk pk;
	struct pl_err e;

	secret_bytes(sk, v);
	(void)!pl_bls_sk_to_pk(&pk, sk, &e); /* in range, not 0 */
	pl_bls_pk_encode(out, &pk);
}

static const struct pl_lc_committee *committee(struct pl_dev_beacon *b,
					       uint64_t k)
{
	struct committee *c = &b->committee[k % COMMITTEES];
	uint64_t sum = 0;

	if (c->made && c->k == k)
		return &c->m;
	for (uint64_t i = 0; i < b->config->preset->sync_committee_size; i++) {
		public_key(c->m.pubkeys[i], secret(k, i));
		sum += secret(k, i);
	}
	public_key(c->m.aggregate_pubkey, sum);
	c->made = true;
	c->k = k;
	return &c->m;
}

static void sign(struct pl_dev_beacon *b, struct pl_lc_update *u)
{
	uint64_t k = pl_lc_period(b->config, u->signature_slot), sum = 0;
	struct pl_hash32 root, domain;
	uint8_t sk[PL_BLS_SK];
	struct pl_err e;

	for (uint64_t i = 0; i < b->config->preset->sync_committee_size; i++) {
		u->sync_committee_bits[i / 8] |= (uint8_t)(1u << i % 8);
		sum += secret(k, i);
	}
	pl_lc_beacon_root(&root, &u->attested_header.beacon);
	pl_lc_domain(&domain, b->config, u->signature_slot);
	root = pl_sha256_pair(&root, &domain);
	secret_bytes(sk, sum);
	(void)!pl_bls_sign(u->sync_committee_signature, sk,
			   pl_hash32_span(&root), &e);
	if (b->lie)
		u->sync_committee_signature[PL_LC_SIGNATURE - 1] ^= 1;
}

/* ------------------------------------------------------- states and bodies */

/* A tree of which only some nodes are known; those that are on nobody's way
 * are zero. */
struct leaf {
	uint64_t gindex;
	struct pl_hash32 value;
};

static bool is_above(uint64_t gindex, uint64_t leaf)
{
	while (leaf > gindex)
		leaf /= 2;
	return leaf == gindex;
}

/* As deep as the leaves: eleven calls at most. */
static struct pl_hash32 node(const struct leaf *l, size_t n, uint64_t gindex)
{
	struct pl_hash32 left, right;
	bool above = false;

	for (size_t i = 0; i < n; i++) {
		if (l[i].gindex == gindex)
			return l[i].value;
		above |= is_above(gindex, l[i].gindex);
	}
	if (!above)
		return (struct pl_hash32){ { 0 } };
	left = node(l, n, 2 * gindex);
	right = node(l, n, 2 * gindex + 1);
	return pl_sha256_pair(&left, &right);
}

static void branch(struct pl_hash32 out[PL_LC_BRANCH], const struct leaf *l,
		   size_t n, uint64_t gindex)
{
	size_t depth = 0;

	while (gindex >> (depth + 1))
		depth++;
	memset(out, 0, PL_LC_BRANCH * sizeof(*out));
	for (size_t i = PL_LC_BRANCH - depth; gindex > 1; gindex /= 2)
		out[i++] = node(l, n, gindex ^ 1);
}

#define STATE_LEAVES 3

static void state(struct leaf l[STATE_LEAVES], struct pl_dev_beacon *b,
		  uint64_t slot, const struct pl_lc_header *finalized)
{
	uint64_t k = pl_lc_period(b->config, slot);

	l[0] = (struct leaf){ .gindex = pl_lc_gindex_finalized(FORK) };
	l[1] = (struct leaf){ .gindex = pl_lc_gindex_current(FORK) };
	l[2] = (struct leaf){ .gindex = pl_lc_gindex_next(FORK) };
	if (finalized->beacon.slot)
		pl_lc_beacon_root(&l[0].value, &finalized->beacon);
	pl_lc_committee_root(&l[1].value, committee(b, k), b->config->preset);
	pl_lc_committee_root(&l[2].value, committee(b, k + 1),
			     b->config->preset);
}

static void body(struct pl_dev_beacon *b, struct pl_lc_header *h)
{
	struct leaf l = { .gindex = pl_lc_gindex_execution(FORK) };

	h->execution = b->execution;
	pl_lc_execution_root(&l.value, &h->execution, FORK);
	h->beacon.body_root = node(&l, 1, 1);
	branch(h->execution_branch, &l, 1, l.gindex);
}

/* ---------------------------------------------------------------- headers */

static struct period *period(struct pl_dev_beacon *b, uint64_t k)
{
	while (b->first_period + b->n_periods <= k) {
		b->period = pl_grow(b->a, b->period, b->n_periods,
				    sizeof(*b->period));
		b->period[b->n_periods++] = (struct period){ NULL, false };
	}
	return &b->period[k - b->first_period];
}

/* The period's own entry, of its best header: one that another of the period
 * finalizes and the period's committee signs. */
static void remember(struct pl_dev_beacon *b, const struct entry *x)
{
	const struct pl_lc_config *c = b->config;
	uint64_t slot = x->header.beacon.slot, k = pl_lc_period(c, slot);
	struct period *p = period(b, k);
	bool good = x->finalized.beacon.slot &&
		    pl_lc_period(c, x->finalized.beacon.slot) == k;

	if (p->best && (pl_lc_period(c, slot + 1) != k || (p->good && !good)))
		return;
	if (!p->best)
		p->best = PL_NEW(b->a, struct entry);
	*p->best = *x;
	p->good = good;
}

static void make(struct pl_dev_beacon *b, uint64_t slot)
{
	const struct entry *parent = b->newest;
	struct entry *x = b->ring[b->n % KEPT];
	struct leaf l[STATE_LEAVES];
	struct entry fresh = { .header.fork = FORK, .finalized.fork = FORK };

	fresh.header.beacon.slot = slot;
	if (parent) {
		fresh.header.beacon.parent_root = parent->root;
		fresh.finalized = parent->header;
	}
	state(l, b, slot, &fresh.finalized);
	fresh.header.beacon.state_root = node(l, STATE_LEAVES, 1);
	body(b, &fresh.header);
	pl_lc_beacon_root(&fresh.root, &fresh.header.beacon);
	if (!x)
		x = PL_NEW(b->a, struct entry);
	*x = fresh;
	b->ring[b->n++ % KEPT] = x;
	b->newest = x;
	remember(b, x);
}

static uint64_t slot_at(const struct pl_dev_beacon *b, uint64_t now)
{
	return (now - b->config->genesis_time) / b->config->seconds_per_slot;
}

static uint64_t slots_of_period(const struct pl_dev_beacon *b)
{
	return (uint64_t)b->config->preset->slots_per_epoch *
	       b->config->preset->epochs_per_sync_committee_period;
}

/* Headers of period k before slot `end`, until one of them can hand over to
 * the next committee. */
static void hand_over(struct pl_dev_beacon *b, uint64_t k, uint64_t end)
{
	uint64_t next = b->newest->header.beacon.slot + 1;

	if (next < k * slots_of_period(b))
		next = k * slots_of_period(b);
	for (; !period(b, k)->good && next < end; next++)
		make(b, next);
}

/* Two headers of each period that went by, and of the target's own when it is
 * one of the last two slots, of which none can follow another in time. */
static void catch_up(struct pl_dev_beacon *b, uint64_t target)
{
	const uint64_t slots = slots_of_period(b);
	uint64_t k = pl_lc_period(b->config, b->newest->header.beacon.slot);

	for (; k < pl_lc_period(b->config, target); k++)
		hand_over(b, k, (k + 1) * slots - 1);
	if (target % slots >= slots - 2)
		hand_over(b, k, target);
}

void pl_dev_beacon_tick(struct pl_dev_beacon *b, uint64_t now,
			const struct pl_dev_payload *head)
{
	uint64_t target;

	if (now < b->config->genesis_time)
		return;
	/* signed in the slot after it, which has begun */
	target = slot_at(b, now) - 1;
	if (target <= b->newest->header.beacon.slot)
		return;
	catch_up(b, target);
	pl_dev_execution(&b->execution, head);
	make(b, target);
}

enum pl_rc pl_dev_beacon_open(struct pl_dev_beacon **out, uint64_t now,
			      const struct pl_dev_payload *genesis,
			      struct pl_err *e)
{
	const struct pl_lc_config *c = pl_lc_config_named("devnet");
	struct pl_dev_beacon *b;
	struct pl_arena *a;
	uint64_t slot;

	if (now < c->genesis_time + 10 * HEAD_START)
		return pl_fail(e, PL_EUSAGE,
			       "the beacon chain beside the devnet begins in "
			       "2026");
	if (genesis->header->n_fields < 20)
		return pl_fail(e, PL_EUSAGE,
			       "a beacon chain wants blocks of Cancun or "
			       "later");
	a = pl_arena_open(0);
	b = PL_NEW(a, struct pl_dev_beacon);
	b->a = a;
	b->config = c;
	slot = slot_at(b, now) - HEAD_START;
	if (slot % slots_of_period(b) > slots_of_period(b) - 4)
		slot -= 4; /* two headers and a signature in one period */
	b->first_period = pl_lc_period(c, slot);
	pl_dev_execution(&b->execution, genesis);
	make(b, slot);
	b->first = *b->newest;
	make(b, slot + 1);
	*out = b;
	return PL_OK;
}

void pl_dev_beacon_close(struct pl_dev_beacon *b)
{
	if (b)
		pl_arena_close(b->a);
}

void pl_dev_beacon_lie(struct pl_dev_beacon *b, bool lie)
{
	b->lie = lie;
}

/* ---------------------------------------------------------------- answers */

const struct pl_lc_config *pl_dev_beacon_config(const struct pl_dev_beacon *b)
{
	return b->config;
}

struct pl_hash32 pl_dev_beacon_first(const struct pl_dev_beacon *b)
{
	return b->first.root;
}

struct pl_hash32 pl_dev_beacon_finalized(const struct pl_dev_beacon *b)
{
	struct pl_hash32 root;

	pl_lc_beacon_root(&root, &b->newest->finalized.beacon);
	return root;
}

const struct pl_lc_header *pl_dev_beacon_head(const struct pl_dev_beacon *b)
{
	return &b->newest->header;
}

static const struct entry *find(const struct pl_dev_beacon *b,
				const struct pl_hash32 *root)
{
	if (pl_hash32_equal(&b->first.root, root))
		return &b->first;
	for (size_t i = 0; i < b->n && i < KEPT; i++)
		if (pl_hash32_equal(&b->ring[i]->root, root))
			return b->ring[i];
	for (size_t i = 0; i < b->n_periods; i++)
		if (b->period[i].best &&
		    pl_hash32_equal(&b->period[i].best->root, root))
			return b->period[i].best;
	return NULL;
}

const struct pl_lc_header *pl_dev_beacon_header(const struct pl_dev_beacon *b,
						const struct pl_hash32 *root)
{
	const struct entry *x = find(b, root);

	return x ? &x->header : NULL;
}

bool pl_dev_beacon_bootstrap(struct pl_lc_bootstrap *out,
			     struct pl_dev_beacon *b,
			     const struct pl_hash32 *root)
{
	const struct entry *x = find(b, root);
	struct leaf l[STATE_LEAVES];

	if (!x)
		return false;
	memset(out, 0, sizeof(*out));
	state(l, b, x->header.beacon.slot, &x->finalized);
	out->header = x->header;
	out->current_sync_committee =
		*committee(b, pl_lc_period(b->config, x->header.beacon.slot));
	branch(out->current_sync_committee_branch, l, STATE_LEAVES,
	       pl_lc_gindex_current(FORK));
	return true;
}

static void update(struct pl_lc_update *out, struct pl_dev_beacon *b,
		   const struct entry *x, enum pl_lc_kind kind)
{
	uint64_t slot = x->header.beacon.slot;
	struct leaf l[STATE_LEAVES];

	memset(out, 0, sizeof(*out));
	state(l, b, slot, &x->finalized);
	out->kind = kind;
	out->attested_header = x->header;
	out->signature_slot = slot + 1;
	out->finalized_header.fork = FORK;
	if (kind == PL_LC_UPDATE) {
		out->next_sync_committee =
			*committee(b, pl_lc_period(b->config, slot) + 1);
		branch(out->next_sync_committee_branch, l, STATE_LEAVES,
		       pl_lc_gindex_next(FORK));
	}
	if (kind != PL_LC_OPTIMISTIC && x->finalized.beacon.slot) {
		out->finalized_header = x->finalized;
		branch(out->finality_branch, l, STATE_LEAVES,
		       pl_lc_gindex_finalized(FORK));
	}
	sign(b, out);
}

bool pl_dev_beacon_update(struct pl_lc_update *out, struct pl_dev_beacon *b,
			  uint64_t k)
{
	if (k < b->first_period || k - b->first_period >= b->n_periods ||
	    !b->period[k - b->first_period].best)
		return false;
	update(out, b, b->period[k - b->first_period].best, PL_LC_UPDATE);
	return true;
}

bool pl_dev_beacon_newest(struct pl_lc_update *out, struct pl_dev_beacon *b,
			  enum pl_lc_kind kind)
{
	update(out, b, b->newest, kind);
	return true;
}
