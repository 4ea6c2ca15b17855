/* Checking blocks, proofs and receipts as nodes and archives write them: what
 * follows by hash from what.  A check ends with PL_OK and the list of rules
 * that were proven, or with PL_EPROOF and the first rule that is false.
 * Nothing is believed: a value that no rule could check is in no report. */
#ifndef PL_ETH_CHECK_H
#define PL_ETH_CHECK_H

#include "codec/json_in.h"
#include "eth/fork.h"
#include "eth/header.h"
#include "eth/trie.h"
#include "eth/tx.h"

struct pl_finding {
	const char *rule;     /* "header.hash", "tx.root" … */
	const char *expected; /* what the input says; may be NULL */
	const char *got;      /* what its bytes give */
};

#define PL_CHECK_RULES 64 /* different rules one item can pass */

/* The work on one item. */
struct pl_check {
	struct pl_arena *a;
	struct pl_buf scratch;
	const char *proved[PL_CHECK_RULES]; /* in order, each once */
	size_t n_proved;
	struct pl_finding failed; /* .rule NULL: nothing so far */
};

void pl_check_init(struct pl_check *c, struct pl_arena *a);

/* Note a rule that holds, and one that does not (PL_EPROOF). */
void pl_check_proved(struct pl_check *c, const char *rule);
PL_CHECKED enum pl_rc pl_check_false(struct pl_check *c, const char *rule,
				     const char *expected, const char *got,
				     struct pl_err *e);

/* Compare and note.  `expected` is the input's own word. */
PL_CHECKED enum pl_rc pl_check_hash(struct pl_check *c, const char *rule,
				    const struct pl_hash32 *expected,
				    const struct pl_hash32 *got,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_check_addr(struct pl_check *c, const char *rule,
				    const struct pl_addr *expected,
				    const struct pl_addr *got,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_check_u64(struct pl_check *c, const char *rule,
				   uint64_t expected, uint64_t got,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_check_u256(struct pl_check *c, const char *rule,
				    const struct pl_u256 *expected,
				    const struct pl_u256 *got,
				    struct pl_err *e);

/* The same for members of an object; an absent or null one says nothing and
 * is not checked. */
PL_CHECKED enum pl_rc pl_claim_hash(struct pl_check *c, const char *rule,
				    const struct pl_json *obj, const char *key,
				    const struct pl_hash32 *got,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_claim_addr(struct pl_check *c, const char *rule,
				    const struct pl_json *obj, const char *key,
				    const struct pl_addr *got,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_claim_u64(struct pl_check *c, const char *rule,
				   const struct pl_json *obj, const char *key,
				   uint64_t got, struct pl_err *e);

/* The answers in a document: a JSON-RPC answer's result, the value itself, or
 * the members of a list of either.  `whole` says of a list that it is one
 * answer (a block's receipts); may be NULL.  PL_ENOTFOUND for a null result,
 * PL_EFORMAT for a JSON-RPC error. */
struct pl_answers {
	const struct pl_json **v;
	size_t n;
};
PL_CHECKED enum pl_rc pl_answers(struct pl_arena *a, struct pl_answers *out,
				 const struct pl_json *doc,
				 bool (*whole)(const struct pl_json *),
				 struct pl_err *e);

struct pl_family;

struct pl_block_report {
	bool known; /* a header could be read: what follows is set */
	struct pl_header header;
	const char *chain; /* "ethereum", or the family, or "unknown" */
	const char *fork;  /* or the family's own word */
	const struct pl_family *family; /* or NULL */
	uint64_t transactions; /* verified one by one and against the root */
	uint64_t hashes_only;  /* given as hashes, which prove nothing */
	uint64_t chain_id;     /* of its transactions, proven; 0: none said */
	bool has_signer;
	struct pl_addr signer;     /* of a proof-of-authority block */
	const struct pl_json *txs; /* those verified, or NULL */
	bool has_total;
	struct pl_u256 total_difficulty;
};

/* A transaction of a kind that only its family knows: what the rules common to
 * all chains ask.  It has no signature; the hash covers its sender. */
struct pl_own_tx {
	uint64_t type, chain_id;
	struct pl_addr from, to;
	bool has_to;
};

struct pl_jout;
struct pl_node_block;

/* A family of chains that uses Ethereum's header in its own way. */
struct pl_family {
	const char *name;
	bool (*fits)(const struct pl_header *h);
	/* Rules of its own; `fields` (may be NULL) is the header in JSON. */
	enum pl_rc (*check)(struct pl_check *c, struct pl_block_report *r,
			    const struct pl_json *fields,
			    const struct pl_json *item, struct pl_err *e);
	/* Whether transactions of a type are its own; NULL: none is. */
	bool (*owns)(uint64_t type);
	/* One of those: an object o, whose bytes go to *raw, or, with o NULL,
	 * the bytes in *raw.  Holds what o states beside the hashed fields
	 * against them. */
	enum pl_rc (*tx)(struct pl_check *c, struct pl_own_tx *out,
			 struct pl_span *raw, const struct pl_json *o,
			 struct pl_err *e);
	/* How nodes show its headers, transactions of its own and receipts
	 * (eth/node_out.h), and what gas cost; each may be NULL. */
	void (*header_out)(struct pl_jout *w, const struct pl_header *h);
	enum pl_rc (*tx_out)(struct pl_jout *w, struct pl_arena *a,
			     const struct pl_node_block *b, size_t i,
			     struct pl_err *e);
	void (*receipt_out)(struct pl_jout *w, const struct pl_header *h);
	struct pl_u256 (*price)(const struct pl_header *h,
				const struct pl_tx *tx);
	struct pl_u256 (*own_price)(const struct pl_header *h, uint64_t type);
};
extern const struct pl_family pl_family_clique;

/* One block in any form the commands take.  *r is filled as far as the work
 * got, whatever the result.  families ends with NULL. */
PL_CHECKED enum pl_rc pl_check_block(struct pl_check *c,
				     struct pl_block_report *r,
				     const struct pl_json *item,
				     const struct pl_family *const *families,
				     struct pl_err *e);

/* Only the header of any such form, and the rules about it. */
PL_CHECKED enum pl_rc pl_check_header(struct pl_check *c,
				      struct pl_block_report *r,
				      const struct pl_json *item,
				      const struct pl_family *const *families,
				      struct pl_err *e);

/* child is the block after parent: hash, number and time go together. */
PL_CHECKED enum pl_rc pl_check_link(struct pl_check *c,
				    const struct pl_block_report *child,
				    const struct pl_block_report *parent,
				    struct pl_err *e);

/* What a proof or a list of receipts is held against. */
struct pl_anchor {
	const struct pl_header *header; /* or NULL */
	const struct pl_hash32 *root;   /* state or receipts root, or NULL */
	/* The header's transactions, proven from it (pl_check_block), or NULL.
	 * Receipts are then held against them. */
	const struct pl_json *txs;
	/* As for pl_check_block; may be NULL. */
	const struct pl_family *const *families;
};

struct pl_slot_report {
	struct pl_hash32 key;
	struct pl_u256 value;
	bool exists;
};

struct pl_proof_report {
	bool known; /* address and state_root are set */
	struct pl_addr address;
	struct pl_hash32 state_root;
	const char *anchor; /* "header", "state-root" or "file" */
	bool has_number;
	uint64_t number;
	bool has_hash;
	struct pl_hash32 hash; /* of the block: the header's */
	bool exists;
	struct pl_account account;
	struct pl_slot_report *slots;
	size_t n_slots;
};

/* An eth_getProof answer.  Without an anchor the file's own header or
 * state root stands in, and r->anchor says "file". */
PL_CHECKED enum pl_rc pl_check_proof(struct pl_check *c,
				     struct pl_proof_report *r,
				     const struct pl_json *item,
				     const struct pl_anchor *anchor,
				     struct pl_err *e);

struct pl_receipts_report {
	bool known; /* root is set */
	struct pl_hash32 root;
	const char *anchor; /* "header", "receipts-root" or "file" */
	bool has_block;
	uint64_t number;
	struct pl_hash32 hash;
	uint64_t receipts, logs;
};

PL_CHECKED enum pl_rc pl_check_receipts(struct pl_check *c,
					struct pl_receipts_report *r,
					const struct pl_json *item,
					const struct pl_anchor *anchor,
					struct pl_err *e);

/* A list that is one answer: receipts, as objects or raw. */
bool pl_is_receipt_list(const struct pl_json *v);

/* Within eth/: the family a header belongs to, or NULL. */
const struct pl_family *pl_family_of(const struct pl_family *const *families,
				     const struct pl_header *h);

/* Within eth/: a block's transaction of any kind, as an object or bytes. */
struct pl_any_tx {
	bool is_own;
	struct pl_tx tx; /* unless is_own */
	struct pl_own_tx own;
	struct pl_span raw;
};
PL_CHECKED enum pl_rc pl_any_tx_read(struct pl_check *c, struct pl_any_tx *out,
				     const struct pl_family *family,
				     const struct pl_json *v, struct pl_err *e);

/* Within eth/: the receipts of `list` against a header (or only a root). */
struct pl_receipt_set {
	const struct pl_json *list;
	const struct pl_json *txs;      /* of the block, or NULL */
	const struct pl_family *family; /* of the block, or NULL */
	const struct pl_header *header; /* or NULL */
	const struct pl_hash32 *root;   /* or NULL: none is known */
	const struct pl_hash32 *block;  /* hash, or NULL */
	const uint64_t *number;         /* or NULL */
};
PL_CHECKED enum pl_rc pl_check_receipt_set(struct pl_check *c,
					   struct pl_receipts_report *r,
					   const struct pl_receipt_set *s,
					   struct pl_err *e);

#endif
