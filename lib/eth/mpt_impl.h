/* Within eth/mpt*.c: what nodes look like in the store. */
#ifndef PL_ETH_MPT_IMPL_H
#define PL_ETH_MPT_IMPL_H

#include "base/buf.h"
#include "eth/mpt.h"

#define NIBBLES (2 * PL_MPT_KEY)
#define WAYS 17 /* of a branch; the last leads to the value it holds itself */

enum kind {
	LEAF,
	EXTENSION,
	BRANCH,
	STUB, /* known by its hash; `resolved` once it is more */
	MOVED /* while pl_mpt_keep copies */
};

/* A node is named by where it lies, in units of 8 bytes. */
#define UNIT 8
#define BLOCK_BITS 13
#define BLOCK_UNITS (1u << BLOCK_BITS)

struct node {
	uint8_t kind;
	bool sealed;
	uint8_t ref_n;  /* bytes of ref: 32 for a hash, fewer for RLP */
	uint8_t path_n; /* nibbles: leaves and extensions */
	uint16_t value_n;
	bool marked;      /* see pl_mpt_mark */
	uint8_t ref[32];  /* what its parent writes of it, once sealed */
	uint32_t child[]; /* 17 of a branch; 1 of others: sub, child, resolved;
			   * then the path, two nibbles a byte, and the value */
};

struct dirty {
	uint32_t id, next; /* one more than an index; 0: none */
	size_t from, n;    /* in `enc` */
};

struct pl_mpt {
	struct pl_arena *a;
	uint8_t **blocks;
	size_t n_blocks;
	unsigned used; /* units of the last block */
	size_t bytes;
	/* for sealing */
	struct pl_arena *scratch;
	struct dirty *dirty;
	size_t n_dirty, cap_dirty;
	struct pl_buf enc;
};

static inline struct node *mpt_at(const struct pl_mpt *m, uint32_t id)
{
	return (struct node *)(void *)(m->blocks[id >> BLOCK_BITS] +
				       (size_t)(id & (BLOCK_UNITS - 1)) * UNIT);
}

/* Behind stubs that were resolved. */
static inline uint32_t mpt_real(const struct pl_mpt *m, uint32_t id)
{
	while (id && mpt_at(m, id)->kind == STUB && mpt_at(m, id)->child[0])
		id = mpt_at(m, id)->child[0];
	return id;
}

static inline uint8_t *mpt_path(const struct node *x)
{
	return (uint8_t *)(uintptr_t)(x->child + 1);
}

static inline uint8_t *mpt_value(const struct node *x)
{
	return mpt_path(x) + (x->path_n + 1) / 2;
}

static inline unsigned mpt_nibble(const uint8_t *path, size_t i)
{
	return path[i / 2] >> (i % 2 ? 0 : 4) & 15;
}

uint32_t mpt_leaf(struct pl_mpt *m, const uint8_t *nib, size_t n,
		  struct pl_span value, uint32_t sub);
uint32_t mpt_short(struct pl_mpt *m, enum kind k, const uint8_t *nib, size_t n);
uint32_t mpt_branch(struct pl_mpt *m);
uint32_t mpt_hashed(struct pl_mpt *m, const uint8_t hash[32]);

/* A key's nibbles, one a byte; returns how many. */
size_t mpt_nibbles(uint8_t out[NIBBLES], struct pl_span key);

/* How many of the node's path lie at the front of nib. */
size_t mpt_common(const struct node *x, const uint8_t *nib, size_t n);

/* The RLP of a node whose children are sealed. */
void mpt_encode(const struct pl_mpt *m, struct pl_buf *b, uint32_t id);

#endif
