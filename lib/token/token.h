/* The token of templates/contracts/PlumeToken.sol and every ERC-20: what to
 * send, what the logs and reverts mean.  One description, the compiled
 * artifact inside the binary, is behind all of it.  Pure. */
#ifndef PL_TOKEN_TOKEN_H
#define PL_TOKEN_TOKEN_H

#include "codec/abi.h"

#define PL_TOKEN_MAX_DECIMALS 36 /* of a token made here */
#define PL_TOKEN_MAX_TEXT 256    /* bytes of a name or symbol */

/* The contract as compiled; lives in the arena. */
struct pl_token_artifact {
	const char *contract; /* "PlumeToken" */
	const char *compiler; /* solc's version */
	struct pl_abi abi;    /* holds the whole of ERC-20 and ERC-2612 */
	struct pl_span code; /* creation code, constructor's arguments follow */
	struct pl_hash32 hash; /* Keccak-256 of that code */
};

PL_CHECKED enum pl_rc pl_token_artifact(struct pl_arena *a,
					struct pl_token_artifact *out,
					struct pl_err *e);

/* What a new token is made of. */
struct pl_token_terms {
	const char *name, *symbol;
	uint8_t decimals;
	struct pl_u256 cap;      /* raw units; 0: none */
	struct pl_u256 supply;   /* raw units minted to the owner at once */
	struct pl_addr owner;    /* may mint, pause and bind to other papers */
	const char *asset;       /* the asset's id, "" without one */
	struct pl_hash32 root;   /* Merkle root of the asset's papers */
	struct pl_hash32 commit; /* git commit, left-aligned, zero-padded */
};

/* The data of the transaction that deploys it. */
PL_CHECKED enum pl_rc pl_token_deploy_data(struct pl_arena *a,
					   struct pl_span *out,
					   const struct pl_token_artifact *t,
					   const struct pl_token_terms *terms,
					   struct pl_err *e);

/* The data of a call of any of its functions, by name or signature. */
PL_CHECKED enum pl_rc pl_token_call(struct pl_arena *a, struct pl_span *out,
				    const struct pl_token_artifact *t,
				    const char *function,
				    const struct pl_abi_value *v, size_t n,
				    struct pl_err *e);

/* Read the answer of such a call that returns one value. */
PL_CHECKED enum pl_rc pl_token_answer(struct pl_arena *a,
				      struct pl_abi_value *out,
				      const struct pl_token_artifact *t,
				      const char *function, struct pl_span data,
				      struct pl_err *e);

/* name() and symbol() as tokens of all ages answer them: a string, a string
 * with loose padding, or bytes32. */
PL_CHECKED enum pl_rc pl_token_text_answer(struct pl_arena *a, char **out,
					   struct pl_span data,
					   struct pl_err *e);

/* Keccak-256 of "Transfer(address,address,uint256)": topic 0. */
extern const struct pl_hash32 pl_token_topic_transfer;

enum pl_token_event_kind {
	PL_TOKEN_OTHER, /* not one of ours */
	PL_TOKEN_TRANSFER,
	PL_TOKEN_MINT, /* a transfer from the zero address */
	PL_TOKEN_BURN, /* a transfer to it */
	PL_TOKEN_APPROVAL,
	PL_TOKEN_PAUSED,
	PL_TOKEN_UNPAUSED,
	PL_TOKEN_OWNER,  /* ownership went from `from` to `to` */
	PL_TOKEN_PAPERS, /* bound to other papers: root and commit */
};

struct pl_token_event {
	enum pl_token_event_kind kind;
	struct pl_addr token;
	struct pl_addr from; /* sender, owner of an approval, who paused */
	struct pl_addr to;   /* receiver, spender */
	struct pl_u256 value;
	struct pl_hash32 root, commit;
};

const char *pl_token_event_name(enum pl_token_event_kind k);

/* A log as it stands in a receipt.  A log of another event is PL_TOKEN_OTHER,
 * one that claims to be ours and is malformed PL_EFORMAT.  Transfers with
 * their value indexed (ERC-721) are PL_TOKEN_OTHER. */
PL_CHECKED enum pl_rc
pl_token_event(struct pl_arena *a, struct pl_token_event *out,
	       const struct pl_token_artifact *t, const struct pl_addr *addr,
	       const struct pl_hash32 *topics, size_t n_topics,
	       struct pl_span data, struct pl_err *e);

/* Why a call was refused, for a person: "the sender holds too little:
 * ERC20InsufficientBalance(sender 0x…, balance 5 ESTATE, needed 7 ESTATE)".
 * symbol and decimals turn raw units into the token's own; without a symbol,
 * or with one that is no plain word, the numbers stay raw. */
char *pl_token_revert_text(struct pl_arena *a,
			   const struct pl_token_artifact *t,
			   struct pl_span revert, const char *symbol,
			   uint8_t decimals);

#endif
