/* The beacon state's list of past periods (historical_summaries), and proofs
 * of old blocks out of it. */
#include "summaries.h"

#include "beacon_json.h"
#include "codec/ssz.h"
#include "crypto/sha256.h"

#define PERIOD 64 /* SLOTS_PER_HISTORICAL_ROOT, minimal preset */
#define PERIOD_DEPTH 6
#define LIST_DEPTH 24 /* HISTORICAL_ROOTS_LIMIT */

/* Roots of the beacon blocks of a period, of slots before the first: zeros. */
static void block_roots(struct pl_hash32 out[PERIOD], struct world *w,
			uint64_t period)
{
	memset(out, 0, PERIOD * sizeof(*out));
	for (uint64_t i = 0; i < PERIOD; i++)
		if (period * PERIOD + i >= WORLD_SLOT0)
			pl_lc_beacon_root(
				&out[i],
				&world_lc_at(w, period * PERIOD + i)->beacon);
}

/* The tree over `n` leaves, a power of two: node 1 is its root. */
static void tree(struct pl_hash32 *node, const struct pl_hash32 *leaf, size_t n)
{
	memcpy(node + n, leaf, n * sizeof(*node));
	for (size_t i = n; i-- > 1;)
		node[i] = pl_sha256_pair(&node[2 * i], &node[2 * i + 1]);
}

/* Of a period that is over; made once. */
static struct pl_hash32 block_summary(struct world *w, uint64_t period)
{
	struct pl_hash32 leaf[PERIOD], node[2 * PERIOD];

	while (w->n_summaries <= period) {
		block_roots(leaf, w, w->n_summaries);
		tree(node, leaf, PERIOD);
		w->summary = pl_grow(w->a, w->summary, w->n_summaries,
				     sizeof(*w->summary));
		w->summary[w->n_summaries++] = node[1];
	}
	return w->summary[period];
}

/* Nothing here asks for the states' half: any root will do. */
static struct pl_hash32 state_summary(uint64_t period)
{
	return world_word(0x5747 + period);
}

struct pl_hash32 world_summaries(struct world *w, uint64_t slot)
{
	struct pl_hash32 root, half[2];
	struct pl_ssz_tree t;

	pl_ssz_tree_init(&t);
	for (uint64_t p = 0; p < slot / PERIOD; p++) {
		half[0] = block_summary(w, p);
		half[1] = state_summary(p);
		root = pl_sha256_pair(&half[0], &half[1]);
		pl_ssz_tree_root(&t, &root);
	}
	pl_ssz_tree_end(&root, &t, LIST_DEPTH);
	pl_ssz_mix_in_length(&root, slot / PERIOD);
	return root;
}

static void roots_json(struct pl_buf *o, const char *name,
		       const struct pl_hash32 *v, size_t n)
{
	world_lc_name(o, name);
	for (size_t i = 0; i < n; i++) {
		pl_buf_byte(o, i ? ',' : '[');
		world_hex(o, pl_hash32_span(&v[i]));
	}
	pl_buf_byte(o, ']');
}

/* Siblings from node `at` upwards. */
static size_t climb(struct pl_hash32 *out, const struct pl_hash32 *node,
		    size_t at)
{
	size_t n = 0;

	for (; at > 1; at /= 2)
		out[n++] = node[at ^ 1];
	return n;
}

static void payload_leaves(struct pl_hash32 leaf[32],
			   const struct pl_lc_execution *x)
{
	memset(leaf, 0, 32 * sizeof(*leaf));
	leaf[0] = x->parent_hash;
	memcpy(leaf[1].b, x->fee_recipient.b, 20);
	leaf[2] = x->state_root;
	leaf[3] = x->receipts_root;
	pl_ssz_bytes_root(&leaf[4], x->logs_bloom, sizeof(x->logs_bloom));
	leaf[5] = x->prev_randao;
	pl_ssz_put_le64(leaf[6].b, x->block_number);
	pl_ssz_put_le64(leaf[7].b, x->gas_limit);
	pl_ssz_put_le64(leaf[8].b, x->gas_used);
	pl_ssz_put_le64(leaf[9].b, x->timestamp);
	pl_ssz_byte_list_root(&leaf[10],
			      (struct pl_span){ x->extra_data, x->extra_n },
			      sizeof(x->extra_data));
	memcpy(leaf[11].b, x->base_fee_per_gas, 32);
	leaf[12] = x->block_hash;
	leaf[13] = x->transactions_root;
	leaf[14] = x->withdrawals_root;
	pl_ssz_put_le64(leaf[15].b, x->blob_gas_used);
	pl_ssz_put_le64(leaf[16].b, x->excess_blob_gas);
}

/* From the block's hash up to the root of the beacon block: payload of 32
 * leaves, body of 16, block of 8. */
static size_t execution_branch(struct pl_hash32 *out,
			       const struct pl_lc_header *h)
{
	struct pl_hash32 leaf[32], node[64];
	const struct pl_lc_beacon *b = &h->beacon;
	size_t n;

	payload_leaves(leaf, &h->execution);
	tree(node, leaf, 32);
	n = climb(out, node, 32 + 12);
	for (size_t i = 0; i < 4; i++)
		out[n++] = h->execution_branch[PL_LC_BRANCH - 4 + i];
	memset(leaf, 0, sizeof(leaf));
	pl_ssz_put_le64(leaf[0].b, b->slot);
	pl_ssz_put_le64(leaf[1].b, b->proposer_index);
	leaf[2] = b->parent_root;
	leaf[3] = b->state_root;
	leaf[4] = b->body_root;
	tree(node, leaf, 8);
	return n + climb(out + n, node, 8 + 4);
}

static void block_json(struct pl_buf *o, struct world *w, uint64_t slot)
{
	const struct pl_lc_header *h = world_lc_at(w, slot);
	struct pl_hash32 leaf[PERIOD], node[2 * PERIOD], branch[16], root;
	size_t n;

	pl_lc_beacon_root(&root, &h->beacon);
	pl_buf_str(o, "\"block\":{");
	world_lc_number(o, "slot", slot);
	world_lc_bytes(o, "execution_block_header", h->execution.block_hash.b,
		       32);
	n = execution_branch(branch, h);
	roots_json(o, "execution_block_proof", branch, n);
	world_lc_bytes(o, "beacon_block_root", root.b, 32);
	block_roots(leaf, w, slot / PERIOD);
	tree(node, leaf, PERIOD);
	n = climb(branch, node, PERIOD + slot % PERIOD);
	roots_json(o, "beacon_block_proof", branch, n);
	pl_buf_byte(o, '}');
}

void world_history_json(struct pl_buf *o, struct world *w, uint64_t number,
			uint64_t state_slot, const struct pl_hash32 *branch,
			size_t n)
{
	pl_buf_byte(o, '{');
	block_json(o, w, WORLD_SLOT0 + number);
	pl_buf_str(o, ",\"state\":{");
	world_lc_number(o, "slot", state_slot);
	world_lc_name(o, "historical_summaries");
	pl_buf_byte(o, '[');
	for (uint64_t p = 0; p < state_slot / PERIOD; p++) {
		struct pl_hash32 blocks = block_summary(w, p);
		struct pl_hash32 states = state_summary(p);

		pl_buf_str(o, p ? ",{" : "{");
		world_lc_bytes(o, "block_summary_root", blocks.b, 32);
		world_lc_bytes(o, "state_summary_root", states.b, 32);
		pl_buf_byte(o, '}');
	}
	pl_buf_byte(o, ']');
	roots_json(o, "proof", branch, n);
	pl_buf_str(o, "}}");
}
