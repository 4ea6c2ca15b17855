/* The events that tokens, vaults, registries, pools and price feeds write:
 * which they are, and a log read as a row.  One table (event_table.c) holds
 * each event's signature as Solidity writes it and says which column every
 * parameter goes to; topics and decoding follow from that text.  Pure.
 *
 * What a row means, by kind, stands in that table.  Numbers are raw units and
 * whole: `value` of a deposit are assets, amounts of a swap are what the pool
 * gained (negative: paid out). */
#ifndef PL_TOKEN_EVENT_H
#define PL_TOKEN_EVENT_H

#include "codec/abi.h"

/* Numbers are kept in files: never change one, add at the end. */
enum pl_event_kind {
	PL_EV_NONE = 0,
	PL_EV_TRANSFER = 1, /* ERC-20 */
	PL_EV_APPROVAL = 2,
	PL_EV_TRANSFER_NFT = 3, /* ERC-721 */
	PL_EV_APPROVAL_NFT = 4,
	PL_EV_APPROVAL_ALL = 5,     /* ERC-721 and ERC-1155 */
	PL_EV_TRANSFER_SINGLE = 6,  /* ERC-1155 */
	PL_EV_TRANSFER_BATCH = 7,   /* one row for each id */
	PL_EV_ADDRESS_FROZEN = 8,   /* ERC-3643 */
	PL_EV_TOKENS_FROZEN = 9,    /* so many more */
	PL_EV_TOKENS_UNFROZEN = 10, /* so many fewer */
	PL_EV_RECOVERY = 11,
	PL_EV_PAUSED = 12,
	PL_EV_UNPAUSED = 13,
	PL_EV_COMPLIANCE_ADDED = 14,
	PL_EV_REGISTRY_ADDED = 15,
	PL_EV_IDENTITY_REGISTERED = 16, /* written by the identity registry */
	PL_EV_IDENTITY_REMOVED = 17,
	PL_EV_IDENTITY_UPDATED = 18,
	PL_EV_COUNTRY_UPDATED = 19,
	PL_EV_DEPOSIT = 20, /* ERC-4626 */
	PL_EV_WITHDRAW = 21,
	PL_EV_DEPOSIT_REQUEST = 22, /* ERC-7540 */
	PL_EV_REDEEM_REQUEST = 23,
	PL_EV_OPERATOR_SET = 24,
	PL_EV_FROZEN = 25, /* ERC-7943: so many from now on, in all */
	PL_EV_FORCED_TRANSFER = 26,
	PL_EV_SWAP_V2 = 27, /* Uniswap */
	PL_EV_SYNC_V2 = 28,
	PL_EV_SWAP_V3 = 29,
	PL_EV_START_V3 = 30,
	PL_EV_ANSWER = 31,      /* Chainlink's AnswerUpdated */
	PL_EV_NAV = 32,         /* an event that the user described */
	PL_EV_AGENT_ADDED = 33, /* ERC-3643: token or registry */
	PL_EV_AGENT_REMOVED = 34,
	PL_EV_KINDS
};

/* What a contract is; it may be several of these. */
#define PL_STD_ERC20 1u
#define PL_STD_ERC721 2u
#define PL_STD_ERC1155 4u
#define PL_STD_ERC3643 8u
#define PL_STD_REGISTRY 16u /* ERC-3643's identity registry */
#define PL_STD_ERC4626 32u
#define PL_STD_ERC7540 64u
#define PL_STD_ERC7943 128u
#define PL_STD_UNIV2 256u
#define PL_STD_UNIV3 512u
#define PL_STD_FEED 1024u
#define PL_STD_CUSTOM 2048u
#define PL_STD_ALL 4095u
#define PL_STDS 12

/* Columns of a row: addresses, then numbers. */
enum pl_event_col {
	PL_EC_FROM, /* holder, sender, owner of what is given away */
	PL_EC_TO,   /* receiver, spender, new wallet, what was added */
	PL_EC_BY,   /* operator, sender on behalf of others, identity */
	PL_EC_ID,   /* token id, request id, round, country */
	PL_EC_VALUE,
	PL_EC_SHARES,
	PL_EC_AMOUNT0,
	PL_EC_AMOUNT1,
	PL_EC_RESERVE0,
	PL_EC_RESERVE1,
	PL_EC_SQRT_PRICE, /* square root of token1 per token0, times 2^96 */
	PL_EC_LIQUIDITY,
	PL_EC_TICK,
	PL_EC_ANSWER,
	PL_EC_STAMP, /* seconds since 1970, as the contract says */
	PL_EC_FLAG,  /* 1: frozen, approved; 0: no longer */
	PL_EC_COUNT
};
#define PL_EC_ADDRS 3
#define PL_EC_NUMS (PL_EC_COUNT - PL_EC_ADDRS)

struct pl_event {
	enum pl_event_kind kind;
	unsigned has; /* bit 1u << column */
	struct pl_addr addr[PL_EC_ADDRS];
	struct pl_u256 num[PL_EC_NUMS]; /* signed ones in two's complement */
	unsigned part;                  /* number within a batch, from 0 */
};

static inline bool pl_event_has(const struct pl_event *e, enum pl_event_col c)
{
	return (e->has >> c) & 1u;
}

static inline const struct pl_addr *pl_event_addr(const struct pl_event *e,
						  enum pl_event_col c)
{
	return pl_event_has(e, c) ? &e->addr[c] : NULL;
}

static inline const struct pl_u256 *pl_event_num(const struct pl_event *e,
						 enum pl_event_col c)
{
	return pl_event_has(e, c) ? &e->num[c - PL_EC_ADDRS] : NULL;
}

/* One line of the table. */
struct pl_event_def {
	enum pl_event_kind kind;
	unsigned std;
	const char *name; /* "transfer-batch": for people and files */
	const char *sig;  /* "event Transfer(address indexed from, …)" */
	const char *cols; /* where each parameter goes: "from to value" */
};
extern const struct pl_event_def pl_event_defs[];
extern const size_t pl_event_def_count;

/* The columns that rows of this form have, as in pl_event.has. */
unsigned pl_event_def_columns(const struct pl_event_def *d);

/* The name of a kind; NULL for none.  And back: PL_EV_NONE where nothing is
 * called so. */
const char *pl_event_kind_name(enum pl_event_kind k);
enum pl_event_kind pl_event_kind_of(const char *name, size_t len);

/* Sets of kinds: bit 1 << kind. */
static inline uint64_t pl_event_bit(enum pl_event_kind k)
{
	return (uint64_t)1 << k;
}
uint64_t pl_event_kinds_of(unsigned stds); /* all that these write */

/* "erc3643" … of one bit of PL_STD_…; NULL for others.  And back: 0. */
const char *pl_std_name(unsigned bit);
unsigned pl_std_of(const char *name, size_t len);

/* "erc20, erc4626"; "" for none. */
char *pl_std_text(struct pl_arena *a, unsigned stds);

const char *pl_event_col_name(enum pl_event_col c);
bool pl_event_col_signed(enum pl_event_col c);

/* ---------------------------------------------------------------- decoding */
struct pl_event_book;

/* The table with topics worked out.  `sig` (may be NULL) adds an event of the
 * user's own: its parameter `member` becomes the answer of PL_EV_NAV, and a
 * parameter `stamp` (may be NULL) its time.  PL_EUSAGE for a text that is no
 * event, for members it does not have or that are no integers. */
PL_CHECKED enum pl_rc pl_event_book(struct pl_arena *a,
				    const struct pl_event_book **out,
				    const char *sig, const char *member,
				    const char *stamp, struct pl_err *e);

/* The first topics of the events of these kinds, each once. */
size_t pl_event_topics(struct pl_arena *a, struct pl_hash32 **out,
		       const struct pl_event_book *book, uint64_t kinds);

/* The rows of a log: none for an event that is not in the book or not of
 * `kinds` (*n is 0).  PL_EFORMAT for one that is, and has another number of
 * topics than any of its forms, data that is not what the ABI writes, values
 * out of their type's range, or batches of unequal length: such a log has no
 * rows. */
PL_CHECKED enum pl_rc pl_event_read(struct pl_arena *a, struct pl_event **out,
				    size_t *n, const struct pl_event_book *book,
				    uint64_t kinds,
				    const struct pl_hash32 *topics,
				    size_t n_topics, struct pl_span data,
				    struct pl_err *e);

/* ------------------------------------------------------------------ prices */
/* What a price's units need; 0 where they do not come in. */
struct pl_event_units {
	uint8_t dec0, dec1; /* token0 and token1; shares and assets; answers:
			     * dec0 */
};

/* The price that a row stands for, in whole units:
 *   swap-v3, start-v3  token1 for one token0, after the swap
 *   swap-v2            token1 for one token0, what was paid in this swap
 *   sync-v2            token1 for one token0, the pool's reserves
 *   deposit, withdraw  assets for one share, as they were exchanged
 *   answer, nav        the answer
 * false where the row has none: another kind, a zero divisor, a side that did
 * not move, an answer below zero, a number beyond what a double holds.  To
 * within 4 units in the last place of a double: prices enter the models here.
 */
bool pl_event_price(double *out, const struct pl_event *e,
		    const struct pl_event_units *u);

/* b for one a in whole units of both, where a has dec0 decimals and b dec1;
 * false for zero on either side and for what a double does not hold. */
bool pl_event_ratio(double *out, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_event_units *u);

/* Without its sign. */
struct pl_u256 pl_event_magnitude(const struct pl_u256 *v);

/* Two's complement as a decimal number with its sign. */
char *pl_event_signed_text(struct pl_arena *a, const struct pl_u256 *v);

#endif
