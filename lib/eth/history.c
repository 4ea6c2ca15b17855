#include "eth/history.h"

#include <inttypes.h>

#include "codec/ssz.h"
#include "crypto/sha256.h"

/* ------------------------------------------------ the ring of EIP-2935 */

const struct pl_addr pl_history_address = {
	{ 0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
	  0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35 }
};

/* SPEC EIP-2935 HISTORY_SERVE_WINDOW: block `head` itself is not in its own
 * state, its parent is */
bool pl_history_serves(uint64_t head, uint64_t number, uint64_t window)
{
	return number < head && head - number <= window;
}

struct pl_hash32 pl_history_slot(uint64_t number, uint64_t window)
{
	struct pl_u256 at = pl_u256_of(number % window);
	struct pl_hash32 slot;

	pl_u256_to_be(slot.b, &at);
	return slot;
}

enum pl_rc pl_history_hash(struct pl_hash32 *out, const struct pl_u256 *value,
			   struct pl_err *e)
{
	if (pl_u256_is_zero(value))
		return pl_fail(e, PL_ENOTFOUND,
			       "the chain's ring of block hashes (EIP-2935) "
			       "does not reach back to this block");
	pl_u256_to_be(out->b, value);
	return PL_OK;
}

uint64_t pl_history_next(uint64_t head, uint64_t number, uint64_t window)
{
	return head - number > window ? head - window : number;
}

uint64_t pl_history_hops(uint64_t head, uint64_t number, uint64_t window)
{
	return (head - number) / window + ((head - number) % window != 0);
}

/* ------------------------------------------- places in the beacon chain */

/* A step down a Merkle tree: member `at` of a container of `fields`. */
struct step {
	unsigned fields, at;
};

/* Where a node stands below another: its generalized index without the
 * leading one, and how many siblings lead up. */
struct place {
	uint64_t index;
	unsigned depth;
};

/* What the containers on the way look like, by fork. */
static const struct form {
	unsigned state;   /* members of BeaconState */
	unsigned body;    /* of BeaconBlockBody */
	unsigned payload; /* of ExecutionPayload; 0: nothing is known */
} forms[PL_LC_FORKS] = {
	[PL_LC_BELLATRIX] = { 25, 10, 14 }, [PL_LC_CAPELLA] = { 28, 11, 15 },
	[PL_LC_DENEB] = { 28, 12, 17 },     [PL_LC_ELECTRA] = { 37, 13, 17 },
	[PL_LC_FULU] = { 38, 13, 17 },
};

#define BLOCK_FIELDS 5 /* BeaconBlock: slot … body */
#define BLOCK_BODY 4
#define BODY_EXECUTION_PAYLOAD 9
#define PAYLOAD_BLOCK_HASH 12
#define STATE_HISTORICAL_ROOTS 7
#define STATE_HISTORICAL_SUMMARIES 27
#define HISTORICAL_ROOTS_LIMIT_DEPTH 24
#define BATCH_FIELDS 2 /* HistoricalBatch: block_roots, state_roots */
#define BATCH_BLOCK_ROOTS 0

static void descend(struct place *p, struct step s)
{
	unsigned depth = 0;

	while (1u << depth < s.fields)
		depth++;
	p->index = p->index << depth | s.at;
	p->depth += depth;
}

/* The block's hash below the root of the beacon block. */
static struct place hash_place(const struct form *f)
{
	struct place p = { 0, 0 };

	descend(&p, (struct step){ BLOCK_FIELDS, BLOCK_BODY });
	descend(&p, (struct step){ f->body, BODY_EXECUTION_PAYLOAD });
	descend(&p, (struct step){ f->payload, PAYLOAD_BLOCK_HASH });
	return p;
}

static bool same(const struct pl_hash32 *leaf, const struct pl_hash32 *branch,
		 struct place at, const struct pl_hash32 *root)
{
	struct pl_hash32 got;

	pl_ssz_branch_root(&got, leaf, branch, at.depth, at.index);
	return pl_hash32_equal(&got, root);
}

/* A block's period, and which of the two lists keeps it. */
struct period {
	uint64_t slots;   /* SLOTS_PER_HISTORICAL_ROOT */
	bool summaries;   /* in historical_summaries */
	uint64_t entry;   /* the place in its list */
	struct form form; /* of the block's fork */
};

static uint64_t fork_period(const struct pl_lc_config *c, uint64_t slots)
{
	uint64_t epoch = c->fork[PL_LC_CAPELLA].epoch;

	return epoch / (slots / c->preset->slots_per_epoch);
}

/* SPEC capella/beacon-chain process_historical_summaries_update: a period
 * that ends under Capella becomes a summary, one that ended before it is an
 * entry of historical_roots for ever */
static enum pl_rc find_period(struct period *p, const struct pl_lc_config *c,
			      uint64_t slot, struct pl_err *e)
{
	enum pl_lc_fork fork = pl_lc_fork_at(c, slot);
	uint64_t first;

	p->form = forms[fork];
	if (!p->form.payload)
		return pl_fail(e, PL_ENOTFOUND,
			       "slot %" PRIu64 ": blocks of %s have no "
			       "execution payload in a known place",
			       slot, pl_lc_fork_name(fork));
	/* both presets make it the slots of a committee's period */
	p->slots = pl_lc_update_timeout(c);
	first = fork_period(c, p->slots);
	p->entry = slot / p->slots;
	p->summaries = p->entry >= first;
	if (p->summaries)
		p->entry -= first;
	return PL_OK;
}

/* The beacon block's root below the entry: in a summary the entry is the root
 * of block_roots itself, in historical_roots that of both lists of roots. */
static struct place root_place(const struct period *p, uint64_t slot)
{
	struct place at = { 0, 0 };

	if (!p->summaries)
		descend(&at, (struct step){ BATCH_FIELDS, BATCH_BLOCK_ROOTS });
	descend(&at, (struct step){ (unsigned)p->slots,
				    (unsigned)(slot % p->slots) });
	return at;
}

/* ----------------------------------------------------------------- check */

static enum pl_rc false_step(struct pl_err *e, const char *what)
{
	return pl_fail(e, PL_EPROOF, "the history proof is false: %s", what);
}

/* SPEC capella/beacon-chain HistoricalSummary: roots of blocks and of states
 * are kept apart, so that the former suffice for a proof */
static void list_root(struct pl_hash32 *out, const struct pl_history_list *l,
		      bool summaries)
{
	struct pl_ssz_tree t;
	struct pl_hash32 pair;

	pl_ssz_tree_init(&t);
	for (size_t i = 0; i < l->n; i++) {
		if (summaries) {
			pair = pl_sha256_pair(&l->roots[2 * i],
					      &l->roots[2 * i + 1]);
			pl_ssz_tree_root(&t, &pair);
		} else {
			pl_ssz_tree_root(&t, &l->roots[i]);
		}
	}
	pl_ssz_tree_end(out, &t, HISTORICAL_ROOTS_LIMIT_DEPTH);
	pl_ssz_mix_in_length(out, l->n);
}

static enum pl_rc check_list(const struct pl_lc_config *c,
			     const struct pl_lc_beacon *header,
			     const struct pl_history_list *l, bool summaries,
			     struct pl_err *e)
{
	enum pl_lc_fork fork = pl_lc_fork_at(c, header->slot);
	struct place at = { 0, 0 };
	struct pl_hash32 root;

	if (l->has_slot && l->slot != header->slot) {
		(void)pl_fail(e, PL_ESTALE,
			      "the list of past periods is of the state at "
			      "slot %" PRIu64 ", the proven header is at slot "
			      "%" PRIu64,
			      l->slot, header->slot);
		return pl_hint(e, "ask the beacon node for the state of "
				  "the proven header's slot");
	}
	if (!forms[fork].state || fork < PL_LC_CAPELLA)
		return pl_fail(e, PL_ENOTFOUND,
			       "a state of %s has no list of past periods in a "
			       "known place",
			       pl_lc_fork_name(fork));
	descend(&at, (struct step){ forms[fork].state,
				    summaries ? STATE_HISTORICAL_SUMMARIES
					      : STATE_HISTORICAL_ROOTS });
	if (l->n_branch != at.depth)
		return false_step(e, "the list's branch has a wrong length");
	list_root(&root, l, summaries);
	if (!same(&root, l->branch, at, &header->state_root))
		return false_step(e, "the list is not the proven state's");
	return PL_OK;
}

static enum pl_rc check_block(const struct pl_history_block *b,
			      const struct period *p,
			      const struct pl_hash32 *entry, struct pl_err *e)
{
	struct place at = hash_place(&p->form);
	static const struct pl_hash32 zero;

	if (pl_hash32_equal(&b->block_hash, &zero))
		return pl_fail(e, PL_ENOTFOUND,
			       "slot %" PRIu64 " is from before the merge",
			       b->slot);
	if (b->n_execution != at.depth)
		return false_step(e, "the execution branch has a wrong length");
	if (!same(&b->block_hash, b->execution, at, &b->beacon_root))
		return false_step(e, "the execution block is not in the beacon "
				     "block");
	at = root_place(p, b->slot);
	if (b->n_beacon != at.depth)
		return false_step(e, "the beacon branch has a wrong length");
	if (!same(&b->beacon_root, b->beacon, at, entry))
		return false_step(e, "the beacon block is not in its period");
	return PL_OK;
}

enum pl_rc pl_history_check(const struct pl_lc_config *c,
			    const struct pl_lc_beacon *header,
			    const struct pl_history_proof *p, struct pl_err *e)
{
	const struct pl_history_list *l = &p->list;
	struct period period;

	PL_TRY(find_period(&period, c, p->block.slot, e));
	if (period.summaries != l->summaries)
		return pl_fail(e, PL_ENOTFOUND,
			       "slot %" PRIu64 " stands in %s, which is not "
			       "given",
			       p->block.slot,
			       period.summaries ? "historical_summaries"
						: "historical_roots");
	PL_TRY(check_list(c, header, l, period.summaries, e));
	if (period.entry >= l->n)
		return pl_fail(e, PL_ENOTFOUND,
			       "the period of slot %" PRIu64 " was not over at "
			       "slot %" PRIu64,
			       p->block.slot, header->slot);
	return check_block(
		&p->block, &period,
		&l->roots[period.summaries ? 2 * period.entry : period.entry],
		e);
}

/* ------------------------------------------------------------------- SSZ */

/* A branch of `n` roots, next in the bytes. */
static const struct pl_hash32 *take_roots(struct pl_ssz *s, size_t n)
{
	return (const struct pl_hash32 *)pl_ssz_take(s, 32 * n);
}

enum pl_rc pl_history_decode_block(struct pl_history_block *out,
				   const struct pl_lc_config *c,
				   struct pl_span ssz, struct pl_err *e)
{
	struct pl_history_block b = { 0 };
	struct period period;
	struct pl_ssz s;

	if (ssz.n < 8)
		return pl_fail(e, PL_EFORMAT, "block proof: %zu bytes", ssz.n);
	/* the slot is the last member, and says how long the others are */
	b.slot = pl_ssz_le64(ssz.p + ssz.n - 8);
	PL_TRY(find_period(&period, c, b.slot, e));
	b.n_beacon = root_place(&period, b.slot).depth;
	b.n_execution = hash_place(&period.form).depth;
	PL_TRY(pl_ssz_open(&s, ssz, 32 * (b.n_beacon + b.n_execution + 1) + 8,
			   0, "block proof", e));
	b.beacon = take_roots(&s, b.n_beacon);
	b.beacon_root = pl_ssz_hash32(&s);
	b.execution = take_roots(&s, b.n_execution);
	*out = b;
	return PL_OK;
}
