#include "codec/ssz.h"
#include "crypto/sha256.h"
#include "eth/light.h"

/* SPEC electra/sync-protocol finalized_root_gindex_at_slot */
uint64_t pl_lc_gindex_finalized(enum pl_lc_fork f)
{
	if (f >= PL_LC_GLOAS)
		return 735;
	return f >= PL_LC_ELECTRA ? 169 : 105;
}

/* SPEC electra/sync-protocol current_sync_committee_gindex_at_slot */
uint64_t pl_lc_gindex_current(enum pl_lc_fork f)
{
	if (f >= PL_LC_GLOAS)
		return 2945;
	return f >= PL_LC_ELECTRA ? 86 : 54;
}

/* SPEC electra/sync-protocol next_sync_committee_gindex_at_slot */
uint64_t pl_lc_gindex_next(enum pl_lc_fork f)
{
	if (f >= PL_LC_GLOAS)
		return 2946;
	return f >= PL_LC_ELECTRA ? 87 : 55;
}

/* SPEC gloas/sync-protocol EXECUTION_BLOCK_HASH_GINDEX; before Gloas the leaf
 * is the payload header's root */
uint64_t pl_lc_gindex_execution(enum pl_lc_fork f)
{
	return f >= PL_LC_GLOAS ? 2856 : 25;
}

uint64_t pl_lc_gindex_block_hash(enum pl_lc_fork f)
{
	if (f >= PL_LC_GLOAS)
		return 2856;
	return f >= PL_LC_DENEB ? 812 : 412;
}

/* SPEC phase0/beacon-chain BeaconBlockHeader: five fields */
void pl_lc_beacon_root(struct pl_hash32 *out, const struct pl_lc_beacon *b)
{
	struct pl_ssz_tree t;

	pl_ssz_tree_init(&t);
	pl_ssz_tree_u64(&t, b->slot);
	pl_ssz_tree_u64(&t, b->proposer_index);
	pl_ssz_tree_root(&t, &b->parent_root);
	pl_ssz_tree_root(&t, &b->state_root);
	pl_ssz_tree_root(&t, &b->body_root);
	pl_ssz_tree_end(out, &t, 3);
}

/* SPEC deneb/sync-protocol get_lc_execution_root: fifteen fields in Capella,
 * seventeen since Deneb */
void pl_lc_execution_root(struct pl_hash32 *out,
			  const struct pl_lc_execution *x, enum pl_lc_fork f)
{
	struct pl_hash32 bloom, extra;
	struct pl_ssz_tree t;

	pl_ssz_bytes_root(&bloom, x->logs_bloom, sizeof(x->logs_bloom));
	pl_ssz_byte_list_root(&extra,
			      (struct pl_span){ x->extra_data, x->extra_n },
			      sizeof(x->extra_data));
	pl_ssz_tree_init(&t);
	pl_ssz_tree_root(&t, &x->parent_hash);
	pl_ssz_tree_bytes(&t, x->fee_recipient.b, sizeof(x->fee_recipient.b));
	pl_ssz_tree_root(&t, &x->state_root);
	pl_ssz_tree_root(&t, &x->receipts_root);
	pl_ssz_tree_root(&t, &bloom);
	pl_ssz_tree_root(&t, &x->prev_randao);
	pl_ssz_tree_u64(&t, x->block_number);
	pl_ssz_tree_u64(&t, x->gas_limit);
	pl_ssz_tree_u64(&t, x->gas_used);
	pl_ssz_tree_u64(&t, x->timestamp);
	pl_ssz_tree_root(&t, &extra);
	pl_ssz_tree_bytes(&t, x->base_fee_per_gas, 32);
	pl_ssz_tree_root(&t, &x->block_hash);
	pl_ssz_tree_root(&t, &x->transactions_root);
	pl_ssz_tree_root(&t, &x->withdrawals_root);
	if (f < PL_LC_DENEB) {
		pl_ssz_tree_end(out, &t, 4);
		return;
	}
	pl_ssz_tree_u64(&t, x->blob_gas_used);
	pl_ssz_tree_u64(&t, x->excess_blob_gas);
	pl_ssz_tree_end(out, &t, 5);
}

static void pubkey_root(struct pl_hash32 *out, const uint8_t pk[PL_LC_PUBKEY])
{
	struct pl_hash32 lo, hi = { { 0 } };

	memcpy(lo.b, pk, 32);
	memcpy(hi.b, pk + 32, PL_LC_PUBKEY - 32);
	*out = pl_sha256_pair(&lo, &hi);
}

void pl_lc_committee_root(struct pl_hash32 *out,
			  const struct pl_lc_committee *m,
			  const struct pl_lc_preset *p)
{
	struct pl_hash32 keys, one;
	struct pl_ssz_tree t;
	unsigned depth = 0;

	while (1u << depth < p->sync_committee_size)
		depth++;
	pl_ssz_tree_init(&t);
	for (uint32_t i = 0; i < p->sync_committee_size; i++) {
		pubkey_root(&one, m->pubkeys[i]);
		pl_ssz_tree_root(&t, &one);
	}
	pl_ssz_tree_end(&keys, &t, depth);
	pubkey_root(&one, m->aggregate_pubkey);
	*out = pl_sha256_pair(&keys, &one);
}

void pl_lc_header_execution_root(struct pl_hash32 *out,
				 const struct pl_lc_header *h,
				 const struct pl_lc_config *c)
{
	enum pl_lc_fork f = pl_lc_fork_at(c, h->beacon.slot);

	*out = (struct pl_hash32){ { 0 } };
	if (h->fork >= PL_LC_GLOAS)
		*out = h->execution_block_hash;
	else if (f >= PL_LC_CAPELLA)
		pl_lc_execution_root(out, &h->execution, f);
}

const struct pl_hash32 *pl_lc_block_hash(const struct pl_lc_header *h)
{
	return h->fork >= PL_LC_GLOAS ? &h->execution_block_hash
				      : &h->execution.block_hash;
}

static bool all_zero(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= b[i];
	return !any;
}

#define ZERO(field) all_zero(&(field), sizeof(field))

static bool execution_is_empty(const struct pl_lc_execution *x)
{
	return ZERO(x->parent_hash) && ZERO(x->fee_recipient) &&
	       ZERO(x->state_root) && ZERO(x->receipts_root) &&
	       ZERO(x->logs_bloom) && ZERO(x->prev_randao) &&
	       !x->block_number && !x->gas_limit && !x->gas_used &&
	       !x->timestamp && !x->extra_n && ZERO(x->base_fee_per_gas) &&
	       ZERO(x->block_hash) && ZERO(x->transactions_root) &&
	       ZERO(x->withdrawals_root) && !x->blob_gas_used &&
	       !x->excess_blob_gas;
}

bool pl_lc_header_is_empty(const struct pl_lc_header *h)
{
	const struct pl_lc_beacon *b = &h->beacon;

	return !b->slot && !b->proposer_index && ZERO(b->parent_root) &&
	       ZERO(b->state_root) && ZERO(b->body_root) &&
	       execution_is_empty(&h->execution) &&
	       ZERO(h->execution_block_hash) &&
	       pl_lc_branch_is_empty(h->execution_branch);
}

bool pl_lc_committee_is_empty(const struct pl_lc_committee *m)
{
	return all_zero(m, sizeof(*m));
}

bool pl_lc_committee_equal(const struct pl_lc_committee *a,
			   const struct pl_lc_committee *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool pl_lc_branch_is_empty(const struct pl_hash32 branch[PL_LC_BRANCH])
{
	return all_zero(branch, PL_LC_BRANCH * sizeof(*branch));
}

/* SPEC electra/sync-protocol is_valid_normalized_merkle_branch: nodes that the
 * branch does not need are zero */
bool pl_lc_branch_holds(const struct pl_hash32 *leaf,
			const struct pl_hash32 branch[PL_LC_BRANCH],
			uint64_t gindex, const struct pl_hash32 *root)
{
	struct pl_hash32 got;
	unsigned depth = 0;
	size_t extra;

	while (gindex >> (depth + 1))
		depth++;
	extra = PL_LC_BRANCH - depth;
	if (!all_zero(branch, extra * sizeof(*branch)))
		return false;
	pl_ssz_branch_root(&got, leaf, branch + extra, depth,
			   gindex - ((uint64_t)1 << depth));
	return pl_hash32_equal(&got, root);
}
