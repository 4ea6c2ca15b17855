/* What can be proven of one chain.  Trusted blocks come from anchors (the
 * light client, or a rollup's contracts on its parent chain); everything
 * below them is asked of any node and believed only after its proof: headers
 * by hash, parent hashes or EIP-2935's ring, state by Merkle proofs, bodies
 * and receipts by rebuilding their roots, logs by having all receipts of every
 * block whose bloom does not rule them out.
 *
 * PL_EPROOF: an answer is false.  PL_ENOTFOUND: beyond the head, or the node
 * says that there is no such thing (which nothing can prove).  PL_ENET: no
 * answer that could be checked. */
#ifndef PL_SYNC_VIEW_H
#define PL_SYNC_VIEW_H

#include "base/limits.h"
#include "eth/fork.h"
#include "eth/light_config.h"
#include "eth/node_out.h"
#include "net/rpc.h"

/* How firmly a block stands, weakest first.  The first five are those of a
 * chain that settles on another; the last two the light client's. */
enum pl_level {
	PL_LEVEL_CLAIMED,   /* a node said so */
	PL_LEVEL_SIGNED,    /* the sequencer signed it */
	PL_LEVEL_POSTED,    /* its order stands on the parent chain */
	PL_LEVEL_ASSERTED,  /* a validator staked on it, and has no rival */
	PL_LEVEL_CONFIRMED, /* the rollup contract took it for good */
	PL_LEVEL_OPTIMISTIC,
	PL_LEVEL_FINALIZED
};
const char *pl_level_name(enum pl_level l);

enum pl_tag {
	PL_TAG_LATEST,
	PL_TAG_SAFE, /* for Ethereum the same as finalized */
	PL_TAG_FINALIZED,
	PL_TAG_EARLIEST, /* block 0 */
	PL_TAG_NUMBER,
	PL_TAG_HASH
};
struct pl_block_ref {
	enum pl_tag tag;
	uint64_t number;
	struct pl_hash32 hash;
};

/* "latest", "safe", "finalized", "earliest", a number, "0x" and 64 digits. */
PL_CHECKED enum pl_rc pl_block_ref_parse(struct pl_block_ref *out,
					 const char *text, struct pl_err *e);

/* A block that is trusted, and why. */
struct pl_anchored {
	struct pl_hash32 hash;
	enum pl_level level;
	enum pl_trust trust;
};

/* Where such blocks come from.  First member of every kind. */
struct pl_anchors {
	/* tag: LATEST, SAFE or FINALIZED */
	enum pl_rc (*find)(struct pl_anchors *x, struct pl_arena *a,
			   struct pl_anchored *out, enum pl_tag tag,
			   struct pl_err *e);
};

/* The light client's heads; light outlives what is returned. */
struct pl_light;
struct pl_anchors *pl_light_anchors(struct pl_arena *a, struct pl_light *light);

/* What the node itself says its blocks are: claimed, all of it. */
struct pl_anchors *pl_claimed_anchors(struct pl_arena *a, struct pl_rpc *rpc);

struct pl_view_conf {
	struct pl_rpc *rpc;         /* any node of the chain */
	struct pl_anchors *anchors; /* NULL: pl_view_seed tells */
	uint64_t chain_id;
	const struct pl_family *const *families; /* of its blocks; or NULL */
	/* Blocks besides the heads that are trusted: the way back to an old
	 * block begins at the nearest.  Live as long as the view. */
	const struct pl_anchored *older;
	size_t n_older;
	/* Hashes in its EIP-2935 ring; 0: by the headers, which say whether
	 * they are Ethereum's since Prague or ArbOS 40's and later. */
	uint64_t ring;
	/* The beacon chain whose blocks they are: when its forks come.  NULL:
	 * by the headers, of which the newest form counts as Osaka's. */
	const struct pl_lc_config *beacon;
	size_t keep; /* headers kept for the next read; 0: 512 */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

struct pl_view;

/* Lives in the arena. */
struct pl_view *pl_view_new(struct pl_arena *a,
			    const struct pl_view_conf *conf);

/* Ask the anchors anew at the next read; what was not final is forgotten. */
void pl_view_refresh(struct pl_view *v);

/* Another view of the same chain, for another thread: by its own way to a
 * node, without anchors, and keeping fewer headers. */
struct pl_view *pl_view_beside(struct pl_arena *a, const struct pl_view *v,
			       struct pl_rpc *rpc);

struct pl_rpc *pl_view_rpc(struct pl_view *v);
uint64_t pl_view_chain_id(const struct pl_view *v);

/* The rules a block's code runs by. */
enum pl_fork pl_view_fork(const struct pl_view *v, const struct pl_header *h);

/* Of an Arbitrum Nitro chain. */
bool pl_view_is_nitro(const struct pl_view *v, const struct pl_header *h);

/* A header that was proven. */
struct pl_viewed {
	struct pl_header header;
	enum pl_level level;
	enum pl_trust trust;
	/* "head", "parent hashes", "history storage", "historical roots" */
	const char *by;
};
/* A head that somebody else proved: it holds until the next refresh. */
void pl_view_seed(struct pl_view *v, enum pl_tag tag,
		  const struct pl_viewed *head);

PL_CHECKED enum pl_rc pl_view_header(struct pl_view *v, struct pl_arena *a,
				     struct pl_viewed *out,
				     const struct pl_block_ref *ref,
				     struct pl_err *e);

/* Headers from `from` up to the proven one, each the parent of the next, from
 * the newest down.  The header lives until the callback returns. */
typedef enum pl_rc (*pl_view_header_fn)(void *ctx, const struct pl_header *h,
					struct pl_err *e);
PL_CHECKED enum pl_rc pl_view_ancestors(struct pl_view *v,
					const struct pl_header *newest,
					uint64_t from, pl_view_header_fn each,
					void *ctx, struct pl_err *e);

/* Transactions and withdrawals, both roots rebuilt; with `receipts`, those
 * too.  out->header is `at`'s. */
PL_CHECKED enum pl_rc pl_view_block(struct pl_view *v, struct pl_arena *a,
				    struct pl_node_block *out,
				    const struct pl_viewed *at, bool receipts,
				    struct pl_err *e);

/* An account and slots of it in the state after a block.  An account that is
 * proven absent has the values of an empty one. */
PL_CHECKED enum pl_rc pl_view_account(struct pl_view *v, struct pl_arena *a,
				      struct pl_node_proof *out, bool *exists,
				      const struct pl_header *at,
				      const struct pl_addr *address,
				      const struct pl_hash32 *slots, size_t n,
				      struct pl_err *e);

/* The bytes that have the hash an account was proven to have. */
PL_CHECKED enum pl_rc
pl_view_code(struct pl_view *v, struct pl_arena *a, struct pl_span *out,
	     const struct pl_header *at, const struct pl_addr *address,
	     const struct pl_hash32 *hash, struct pl_err *e);

/* Several accounts, with slots and code, in one exchange. */
struct pl_view_want {
	struct pl_addr address;
	const struct pl_hash32 *slots;
	size_t n_slots;
	bool code; /* wanted */
	/* Out: */
	bool proven; /* else the node gave no proof of it */
	bool exists;
	struct pl_node_proof proof;
	bool has_code; /* the bytes are here, and have the proven hash */
	struct pl_span bytes;
};
PL_CHECKED enum pl_rc pl_view_accounts(struct pl_view *v, struct pl_arena *a,
				       struct pl_view_want *want, size_t n,
				       const struct pl_header *at,
				       struct pl_err *e);

/* The block of a transaction, its place there, and with `receipts` what it
 * left behind. */
struct pl_viewed_tx {
	struct pl_viewed at;
	struct pl_node_block block;
	size_t index;
};
PL_CHECKED enum pl_rc pl_view_tx(struct pl_view *v, struct pl_arena *a,
				 struct pl_viewed_tx *out,
				 const struct pl_hash32 *hash, bool receipts,
				 struct pl_err *e);

/* ------------------------------------------------------------------ logs */

/* eth_getLogs' filter.  A topic without alternatives matches every log that
 * has that topic or more. */
struct pl_log_filter {
	const struct pl_addr *addresses;
	size_t n_addresses; /* 0: any */
	struct {
		const struct pl_hash32 *any;
		size_t n;
	} topics[PL_MAX_TOPICS];
	size_t n_topics; /* positions named, those without alternatives too */
};

/* Whether a bloom allows a match; whether a log is one. */
bool pl_log_may_match(const struct pl_log_filter *f,
		      const uint8_t bloom[PL_BLOOM]);
bool pl_log_matches(const struct pl_log_filter *f, const struct pl_log *log);

struct pl_view_logs {
	struct pl_log_filter filter;
	uint64_t from;
	uint64_t max_blocks; /* PL_ELIMIT over so many; 0: 100000 */
	/* By rising block and index.  What it gets lives until it returns. */
	enum pl_rc (*each)(void *ctx, const struct pl_node_place *at,
			   const struct pl_log *log, struct pl_err *e);
	void *ctx;
};

/* What an answer rests on. */
struct pl_view_logs_stats {
	uint64_t blocks;           /* headers linked */
	uint64_t excluded;         /* by their bloom */
	uint64_t receipts_fetched; /* of the others, each one */
	uint64_t bytes;            /* of those receipts, as hashed */
	uint64_t logs;             /* that match */
};

/* Every log of the blocks from how->from up to `to` that matches: none is
 * missing. */
PL_CHECKED enum pl_rc pl_view_logs(struct pl_view *v,
				   struct pl_view_logs_stats *out,
				   const struct pl_viewed *to,
				   const struct pl_view_logs *how,
				   struct pl_err *e);

#endif
