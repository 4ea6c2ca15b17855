/* What validators assert and none contradicts: every claim from the one that
 * is confirmed up to a pending one has no rival.  The parent's logs say which
 * claims there are; that they stand, and stand alone, is proven. */
#include "base/limits.h"
#include "orbit/assertion.h"
#include "sync/orbit_impl.h"

#define PENDING 1024 /* claims looked at */
#define BATCH 128    /* slots in one question */

/* Many slots of the rollup. */
static enum pl_rc rollup_slots(struct orbit_find *f, struct pl_u256 *out,
			       const struct pl_hash32 *slots, size_t n,
			       struct pl_err *e)
{
	for (size_t i = 0; i < n; i += BATCH) {
		size_t k = n - i < BATCH ? n - i : BATCH;

		PL_TRY(orbit_slots(f, out + i, &f->o->conf.contracts.rollup,
				   slots + i, k, e));
	}
	return PL_OK;
}

/* ------------------------------------------------------------------- BoLD */

struct claims {
	struct pl_hash32 confirmed;
	struct pl_asserted *v; /* newest first, as the logs come */
	size_t n;
};

static enum pl_rc gather(struct orbit_find *f, void *ctx,
			 const struct pl_log *log, bool *done, struct pl_err *e)
{
	struct claims *c = ctx;
	struct pl_asserted x;
	struct pl_err ignored;

	(void)e;
	if (pl_asserted_read(&x, log, &ignored))
		return PL_OK;
	*done = pl_hash32_equal(&x.hash, &c->confirmed);
	if (*done)
		return PL_OK;
	c->v = pl_grow(f->a, c->v, c->n, sizeof(*c->v));
	c->v[c->n++] = x;
	*done = c->n == PENDING;
	return PL_OK;
}

/* What the rollup keeps of each, and last of the confirmed one. */
static enum pl_rc look_up(struct orbit_find *f, struct pl_assertion_node **out,
			  const struct claims *c, struct pl_err *e)
{
	struct pl_hash32 *slot = PL_NEW_N(f->a, struct pl_hash32, c->n + 1);
	struct pl_u256 *v = PL_NEW_N(f->a, struct pl_u256, c->n + 1);
	struct pl_assertion_node *node =
		PL_NEW_N(f->a, struct pl_assertion_node, c->n + 1);

	for (size_t i = 0; i < c->n; i++)
		slot[i] =
			pl_orbit_mapping(&c->v[i].hash, PL_BOLD_ASSERTIONS, 0);
	slot[c->n] = pl_orbit_mapping(&c->confirmed, PL_BOLD_ASSERTIONS, 0);
	PL_TRY(rollup_slots(f, v, slot, c->n + 1, e));
	for (size_t i = 0; i <= c->n; i++)
		PL_TRY(pl_assertion_node_read(&node[i], &v[i], e));
	*out = node;
	return PL_OK;
}

/* Claim i's parent among the older ones; c->n: the confirmed one; or beyond:
 * none of them. */
static size_t parent_of(const struct claims *c, size_t i)
{
	size_t at = i + 1;

	if (pl_hash32_equal(&c->v[i].parent, &c->confirmed))
		return c->n;
	while (at < c->n && !pl_hash32_equal(&c->v[at].hash, &c->v[i].parent))
		at++;
	return at < c->n ? at : c->n + 1;
}

/* SPEC nitro-contracts RollupCore.createNewAssertion: a second child is a
 * rival of the first, and both wait for their dispute to end */
static void mark_undisputed(bool *stands, const struct claims *c,
			    const struct pl_assertion_node *node)
{
	stands[c->n] = node[c->n].status == PL_ASSERTION_CONFIRMED;
	stands[c->n + 1] = false;
	for (size_t i = c->n; i--;) {
		size_t parent = parent_of(c, i);

		stands[i] = node[i].status == PL_ASSERTION_PENDING &&
			    stands[parent] && !node[parent].second_child_block;
	}
}

static enum pl_rc asserted_bold(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_addr *rollup = &f->o->conf.contracts.rollup;
	struct pl_hash32 slot = pl_orbit_slot(PL_BOLD_CONFIRMED);
	struct pl_assertion_node *node;
	struct claims c = { .n = 0 };
	struct pl_u256 latest;
	bool *stands;

	PL_TRY(orbit_slots(f, &latest, rollup, &slot, 1, e));
	pl_u256_to_be(c.confirmed.b, &latest);
	PL_TRY(orbit_logs(f, rollup, &pl_asserted_topic, NULL, gather, &c, e));
	PL_TRY(look_up(f, &node, &c, e));
	stands = PL_NEW_N(f->a, bool, c.n + 2);
	mark_undisputed(stands, &c, node);
	for (size_t i = 0; i < c.n; i++) {
		const struct pl_asserted *x = &c.v[i];

		if (!stands[i] || x->after.status != PL_MACHINE_FINISHED)
			continue;
		f->ground.has_assertion = true;
		f->ground.assertion = x->hash;
		orbit_take(f, &x->after.global.block_hash, PL_LEVEL_ASSERTED,
			   PL_SIGNED, "pending assertion");
		return PL_OK;
	}
	return orbit_no_hint(f, "asserted", e);
}

/* ------------------------------------------------------------ before BoLD */

enum { CONFIRM_DATA, PARENT, CHILDREN, HASH, WORDS };

struct node {
	struct pl_u256 word[WORDS];
	bool named; /* by an event whose hash it has, and is no rival */
	struct pl_assertion_state after;
};

/* Numbered from the confirmed one up. */
struct nodes {
	uint64_t confirmed;
	struct node *v;
	size_t n;
};

static bool is_hash(const struct pl_u256 *v, const struct pl_hash32 *h)
{
	struct pl_hash32 word;

	pl_u256_to_be(word.b, v);
	return pl_hash32_equal(&word, h);
}

static enum pl_rc read_nodes(struct orbit_find *f, struct nodes *x,
			     struct pl_err *e)
{
	static const unsigned words[WORDS] = { PL_NODE_CONFIRM_DATA,
					       PL_NODE_PARENT, PL_NODE_CHILDREN,
					       PL_NODE_HASH };
	size_t n = x->n * WORDS;
	struct pl_hash32 *slot = PL_NEW_N(f->a, struct pl_hash32, n);
	struct pl_u256 *v = PL_NEW_N(f->a, struct pl_u256, n);

	for (size_t i = 0; i < n; i++) {
		struct pl_hash32 key = pl_orbit_slot(x->confirmed + i / WORDS);

		slot[i] = pl_orbit_mapping(&key, PL_LEGACY_NODES,
					   words[i % WORDS]);
	}
	PL_TRY(rollup_slots(f, v, slot, n, e));
	x->v = PL_NEW_N(f->a, struct node, x->n);
	for (size_t i = 0; i < n; i++)
		x->v[i / WORDS].word[i % WORDS] = v[i];
	return PL_OK;
}

/* The node's hash covers the states; its confirmData, the block. */
static enum pl_rc name_node(struct orbit_find *f, void *ctx,
			    const struct pl_log *log, bool *done,
			    struct pl_err *e)
{
	struct nodes *x = ctx;
	const struct pl_global_state *g;
	struct pl_node_created c;
	struct pl_hash32 claim;
	struct pl_err ignored;
	struct node *node;

	(void)f;
	(void)e;
	if (pl_node_created_read(&c, log, &ignored))
		return PL_OK; /* rivals among them: their hashes go on from
				 each other's */
	*done = c.number <= x->confirmed;
	if (*done || c.number - x->confirmed >= x->n)
		return PL_OK;
	node = &x->v[c.number - x->confirmed];
	g = &c.after.global;
	claim = pl_confirm_data(&g->block_hash, &g->send_root);
	node->named = !c.has_sibling && is_hash(&node->word[HASH], &c.hash) &&
		      is_hash(&node->word[CONFIRM_DATA], &claim);
	node->after = c.after;
	return PL_OK;
}

/* SPEC nitro-contracts-2 RollupCore.createNewNode: the parent counts its
 * children by the number of the latest; a node whose hash was made without a
 * sibling is the first */
static size_t newest_undisputed(struct orbit_find *f, const struct nodes *x)
{
	bool *stands = PL_NEW_N(f->a, bool, x->n);
	size_t best = 0;

	stands[0] = true;
	for (size_t i = 1; i < x->n; i++) {
		const struct node *n = &x->v[i];
		uint64_t parent = n->word[PARENT].w[0] - x->confirmed;

		stands[i] =
			n->named && parent < i && stands[parent] &&
			x->v[parent].word[CHILDREN].w[2] == x->confirmed + i;
		if (stands[i] && n->after.status == PL_MACHINE_FINISHED)
			best = i;
	}
	return best;
}

static enum pl_rc asserted_legacy(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_addr *rollup = &f->o->conf.contracts.rollup;
	struct pl_hash32 slot = pl_orbit_slot(PL_LEGACY_LATEST);
	struct pl_u256 packed;
	struct nodes x;
	size_t best;

	PL_TRY(orbit_slots(f, &packed, rollup, &slot, 1, e));
	x.confirmed = packed.w[0];
	if (packed.w[2] <= x.confirmed)
		return orbit_no_hint(f, "asserted", e);
	x.n = packed.w[2] - x.confirmed < PENDING
		      ? packed.w[2] - x.confirmed + 1
		      : PENDING;
	PL_TRY(read_nodes(f, &x, e));
	PL_TRY(orbit_logs(f, rollup, &pl_node_created_topic, NULL, name_node,
			  &x, e));
	best = newest_undisputed(f, &x);
	if (!best)
		return orbit_no_hint(f, "asserted", e);
	orbit_take(f, &x.v[best].after.global.block_hash, PL_LEVEL_ASSERTED,
		   PL_SIGNED, "pending node");
	return PL_OK;
}

enum pl_rc orbit_asserted(struct orbit_find *f, struct pl_err *e)
{
	const struct pl_orbit_contracts *c = &f->o->conf.contracts;

	switch (c->has_rollup ? c->kind : PL_ORBIT_OUTBOX) {
	case PL_ORBIT_BOLD:
		return asserted_bold(f, e);
	case PL_ORBIT_LEGACY:
		return asserted_legacy(f, e);
	case PL_ORBIT_OUTBOX:
		return orbit_no_hint(f, "asserted", e);
	}
	return pl_fail(e, PL_EBUG, "orbit: no such kind");
}
