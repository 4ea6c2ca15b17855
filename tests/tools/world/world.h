/* Three chains made up for tests, where everything a proof goes through is
 * real: an Ethereum of the minimal preset whose sync committees sign with keys
 * known here, a Nitro chain that hangs on it by a rollup's contracts, and one
 * that hangs on that.  It answers as nodes do, and lies on request. */
#ifndef PL_TESTS_WORLD_H
#define PL_TESTS_WORLD_H

#include "chain.h"
#include "codec/json_in.h"
#include "eth/light_config.h"
#include "net/transport.h"
#include "vm.h"

#define WORLD_L1 1337
#define WORLD_L2 13371
#define WORLD_L3 133711
#define WORLD_L3_N 40 /* blocks of the L3 */
#define WORLD_BLOCKS 16000
#define WORLD_SLOT0 16 /* slot of the L1's block 0, which is trusted */

/* The L2's block numbers, from the end: */
#define WORLD_CONFIRMED(w) ((w)->l2->n - 1 - 12)
#define WORLD_ASSERTED(w) ((w)->l2->n - 1 - 8)
#define WORLD_POSTED(w) ((w)->l2->n - 1 - 4)
#define WORLD_CONFIRMED_L3 (WORLD_L3_N - 1 - 12)
#define WORLD_ARBOS_40 8 /* the block of a Nitro chain that brings it */

/* Whether validators agree on the L2's block WORLD_ASSERTED. */
enum world_dispute {
	WORLD_AGREED,
	WORLD_RIVALS, /* another claims otherwise of it */
	WORLD_BRANCH, /* …and one goes on from the first */
	WORLD_NEWEST, /* two go on from it, and disagree */
	WORLD_CHAIN   /* one goes on from it: block WORLD_ASSERTED + 2 */
};

enum world_lie {
	WORLD_HONEST,
	WORLD_STALE_STATE,   /* proofs of the state of an older block */
	WORLD_OTHER_BLOCK,   /* the answer for the block before */
	WORLD_OTHER_ACCOUNT, /* a proof of another account */
	WORLD_SHORT_PROOF,   /* the last node is missing */
	WORLD_OMITTED_LOGS,  /* receipts without their logs */
	WORLD_NO_RECEIPT,    /* one receipt fewer */
	WORLD_EXTRA_LOG,     /* a log that was not */
	WORLD_WRONG_BALANCE,
	WORLD_WRONG_STORAGE,
	WORLD_WRONG_CODE,
	WORLD_FLIPPED, /* a byte of a header, proof node, transaction */
	WORLD_OLD_HEAD,
	WORLD_OTHER_CHAIN,
	WORLD_WRONG_LIST, /* of what a call will look at */
	WORLD_NULL,
	WORLD_ERROR,
	WORLD_WRONG_ID, /* of another request */
	/* of batches, single calls being answered honestly: */
	WORLD_BATCH_MISSING,  /* the last answer is not there */
	WORLD_BATCH_TWICE,    /* the first stands in the place of the last */
	WORLD_BATCH_SWAPPED,  /* first and last have each other's id */
	WORLD_BATCH_FOREIGN,  /* the last has an id that nobody gave */
	WORLD_BATCH_REVERSED, /* no lie: in any order they may come */
	WORLD_BATCH_REFUSED,  /* nor these: an error for all of it, */
	WORLD_BATCH_LIMIT,    /* the same for those of over five calls, */
	WORLD_BATCH_400,      /* an HTTP error, */
	WORLD_BATCH_FIRST,    /* the first alone is answered */
	/* of the beacon API: */
	WORLD_BAD_SIGNATURE,
	WORLD_FEW_SIGNERS, /* one below two thirds */
	WORLD_WRONG_COMMITTEE,
	WORLD_FUTURE,
	WORLD_CONFLICT, /* another header of the head's slot, signed */
	WORLD_STALE_HEAD,
	WORLD_NOT_FOUND,
	WORLD_JSON, /* no lie: SSZ is not spoken */
	/* of the transport, for all: */
	WORLD_TRUNCATED,
	WORLD_HTML,
	WORLD_500,
	WORLD_HUGE, /* over HTTP only, as the next */
	WORLD_HANG,
	WORLD_SLOW, /* no lie: the answer comes after two seconds */
	WORLD_LIES
};
extern const char *const world_lie_words[]; /* "stale-state" …, NULL-ended */

struct world_conf {
	unsigned blocks;    /* of the L1, WORLD_BLOCKS at most; 0: 150 */
	unsigned l2_blocks; /* 0: 60 */
	uint64_t l2_ring;   /* hashes the L2 keeps; 0: as ArbOS does */
	enum world_dispute dispute;
	enum pl_lc_fork fork; /* 0: Electra; or Fulu */
	int64_t now;          /* the head's slot has just begun; 0: fixed */
};

struct world_orbit {
	struct pl_addr outbox, rollup, legacy_rollup, bridge, sequencer_inbox;
	struct pl_addr poster;                /* signs the feed */
	struct pl_hash32 confirmed, asserted; /* hashes of assertions */
};

struct chain; /* tests/unit/light_chain.h */
struct world_beacon;

struct world {
	struct pl_arena *a;
	struct world_chain *l1, *l2, *l3;
	struct pl_addr token, l2_token, l3_token; /* with Transfer logs */
	struct world_contracts on_l1, on_l2;      /* that can be called */
	struct world_orbit orbit, orbit3;         /* of the L2 and of the L3 */
	enum pl_lc_fork fork; /* of the beacon chain from its start on */
	struct pl_lc_config config;
	struct world_beacon *beacon;
	struct pl_hash32 root; /* of the first beacon block: to be trusted */
	struct pl_hash32 *summary; /* of past periods (summaries.h) */
	size_t n_summaries;
};

struct world *world_new(struct pl_arena *a, const struct world_conf *conf);

/* config.yaml of the beacon chain. */
const char *world_config_yaml(struct pl_arena *a, const struct world *w);

/* The feed's messages past those posted, as the sequencer broadcasts them. */
const char *world_feed(struct pl_arena *a, const struct world *w);

/* The message of one block; a rival one contradicts it, as truly signed. */
const char *world_feed_line(struct pl_arena *a, const struct world *w, size_t n,
			    bool rival);

/* What an HTTP server would say. */
struct world_reply {
	int status;
	const char *type, *fork;
	struct pl_span body;
};

/* A JSON-RPC request, single or batch. */
struct world_reply world_rpc(struct pl_arena *a, struct world *w,
			     struct world_chain *c, enum world_lie lie,
			     struct pl_span body);

/* GET of a path ("/eth/v1/…?…"); ssz: the octet-stream is wanted. */
struct world_reply world_beacon(struct pl_arena *a, struct world *w,
				enum world_lie lie, const char *path, bool ssz);

/* GET of "/beacon/history/N" gives a proof of the L1's block N out of the
 * finalized header's state, as eth/history.h reads it. */

/* Either, by the path: "/l1", "/l2", "/l3", "/beacon/eth/…". */
struct world_reply world_serve(struct pl_arena *a, struct world *w,
			       enum world_lie lie, const char *path,
			       const char *accept, struct pl_span body);

/* The same as a transport for URLs "http://world/l1" and so on. */
struct pl_transport *world_transport(struct pl_arena *a, struct world *w,
				     enum world_lie lie);
size_t world_asked(const struct pl_transport *t); /* exchanges so far */
void world_lie_now(struct pl_transport *t, enum world_lie lie);

/* Within the world. */
void world_beacon_new(struct world *w);
void world_l3_new(struct world *w);
void world_l2_new(struct world *w, unsigned blocks, uint64_t ring);
void world_l1_new(struct world *w, unsigned blocks, int64_t genesis,
		  enum world_dispute dispute);
void world_block_json(struct pl_buf *out, const struct world_chain *c,
		      const struct world_block *b, bool full);
void world_tx_json(struct pl_buf *out, const struct world_chain *c,
		   const struct world_block *b, size_t i);
void world_receipt_json(struct pl_buf *out, const struct world_block *b,
			size_t i, enum world_lie lie);
void world_log_json(struct pl_buf *out, const struct world_block *b, size_t i,
		    const struct pl_log *l, size_t index);
void world_proof_json(struct pl_buf *out, const struct world_block *b,
		      const struct pl_json *params, enum world_lie lie);
void world_hex(struct pl_buf *out, struct pl_span s); /* "0x…" in quotes */
void world_u64(struct pl_buf *out, uint64_t v);       /* "0x1f" in quotes */
void world_u256(struct pl_buf *out, const struct pl_u256 *v);

#endif
