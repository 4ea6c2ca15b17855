#include "sync/recognise.h"

#include "base/hex.h"
#include "codec/abi.h"
#include "token/token.h"

#define MAX_SYMBOL 64

/* What is asked, in one exchange.  Arguments: words after the selector. */
enum probe {
	DECIMALS,
	SYMBOL,
	SUPPLY,
	BALANCE,
	NO_165, /* what an ERC-165 contract must deny */
	IS_721,
	IS_1155,
	IS_7540_DEPOSIT,
	IS_7540_REDEEM,
	REGISTRY,
	COMPLIANCE,
	TOPICS,
	ISSUERS,
	ASSET,
	SHARE, /* ERC-7575: of a vault whose shares are another contract */
	TO_ASSETS,
	CAN_SEND,
	FROZEN,
	FROZEN_ID,
	TOKEN0,
	TOKEN1,
	RESERVES,
	SLOT0,
	ROUND,
	AGGREGATOR,
	PROBES
};

#define ID(x) #x "00000000000000000000000000000000000000000000000000000000"
#define W0 "0000000000000000000000000000000000000000000000000000000000000000"
#define W1 "0000000000000000000000000000000000000000000000000000000000000001"

static const struct {
	const char *sig, *args;
} probes[PROBES] = {
	[DECIMALS] = { "decimals()", "" },
	[SYMBOL] = { "symbol()", "" },
	[SUPPLY] = { "totalSupply()", "" },
	[BALANCE] = { "balanceOf(address)", W1 },
	[NO_165] = { "supportsInterface(bytes4)", ID(ffffffff) },
	[IS_721] = { "supportsInterface(bytes4)", ID(80ac58cd) },
	[IS_1155] = { "supportsInterface(bytes4)", ID(d9b67a26) },
	[IS_7540_DEPOSIT] = { "supportsInterface(bytes4)", ID(ce3bbe50) },
	[IS_7540_REDEEM] = { "supportsInterface(bytes4)", ID(620ee8e4) },
	[REGISTRY] = { "identityRegistry()", "" },
	[COMPLIANCE] = { "compliance()", "" },
	[TOPICS] = { "topicsRegistry()", "" },
	[ISSUERS] = { "issuersRegistry()", "" },
	[ASSET] = { "asset()", "" },
	[SHARE] = { "share()", "" },
	[TO_ASSETS] = { "convertToAssets(uint256)", W1 },
	[CAN_SEND] = { "canSend(address)", W1 },
	[FROZEN] = { "getFrozenTokens(address)", W1 },
	[FROZEN_ID] = { "getFrozenTokens(address,uint256)", W1 W0 },
	[TOKEN0] = { "token0()", "" },
	[TOKEN1] = { "token1()", "" },
	[RESERVES] = { "getReserves()", "" },
	[SLOT0] = { "slot0()", "" },
	[ROUND] = { "latestRoundData()", "" },
	[AGGREGATOR] = { "aggregator()", "" },
};

struct asking {
	struct pl_arena *a;
	struct pl_rpc *r;
	struct pl_span answer[PROBES]; /* n 0: none, or a revert */
};

static char *call_params(struct pl_arena *a, const struct pl_addr *to,
			 const char *data)
{
	return pl_printf(a, "[{\"to\":\"%s\",\"data\":\"%s\"},\"latest\"]",
			 pl_hex(a, pl_addr_span(to)), data);
}

static enum pl_rc data_of(struct pl_arena *a, char **out, enum probe p,
			  struct pl_err *e)
{
	struct pl_abi_item f;

	PL_TRY(pl_abi_sig_parse(a, &f, probes[p].sig, e));
	*out = pl_printf(a, "%s%s", pl_hex(a, (struct pl_span){ f.hash.b, 4 }),
			 probes[p].args);
	return PL_OK;
}

/* Nodes refuse a call that reverts: that is an answer, "no". */
static struct pl_span answer_of(struct pl_arena *a,
				const struct pl_rpc_item *item)
{
	struct pl_span s = { NULL, 0 };
	struct pl_err e;

	if (!item->result || pl_json_data(a, &s, item->result, &e))
		return (struct pl_span){ NULL, 0 };
	return s;
}

static enum pl_rc ask(struct asking *q, const struct pl_addr *to,
		      struct pl_err *e)
{
	struct pl_rpc_item item[PROBES];

	memset(item, 0, sizeof(item));
	for (size_t i = 0; i < PROBES; i++) {
		char *data = NULL;

		PL_TRY(data_of(q->a, &data, (enum probe)i, e));
		item[i].method = "eth_call";
		item[i].params = call_params(q->a, to, data);
	}
	PL_TRY(pl_rpc_batch(q->r, q->a, item, PROBES, e));
	for (size_t i = 0; i < PROBES; i++)
		q->answer[i] = answer_of(q->a, &item[i]);
	return PL_OK;
}

/* ------------------------------------------------------- looking at answers */

static bool small(uint64_t *out, struct pl_span s)
{
	struct pl_u256 v;

	if (s.n != 32)
		return false;
	v = pl_u256_from_be32(s.p);
	return pl_u256_to_u64(out, &v);
}

static bool word(const struct asking *q, enum probe p)
{
	return q->answer[p].n == 32;
}

static bool truth(const struct asking *q, enum probe p)
{
	uint64_t v;

	return small(&v, q->answer[p]) && v == 1;
}

static bool truth_or_not(const struct asking *q, enum probe p)
{
	uint64_t v;

	return small(&v, q->answer[p]) && v <= 1;
}

/* An address that is not zero. */
static bool address(struct pl_addr *out, const struct asking *q, enum probe p)
{
	static const uint8_t zeros[20];
	struct pl_span s = q->answer[p];

	if (s.n != 32 || memcmp(s.p, zeros, 12) != 0 ||
	    !memcmp(s.p + 12, zeros, 20))
		return false;
	memcpy(out->b, s.p + 12, 20);
	return true;
}

static bool is_address(const struct asking *q, enum probe p)
{
	struct pl_addr x;

	return address(&x, q, p);
}

static bool decimals_of(uint8_t *out, struct pl_span s)
{
	uint64_t v;

	if (!small(&v, s) || v > UINT8_MAX)
		return false;
	*out = (uint8_t)v;
	return true;
}

/* Contracts that answer anything with "yes" are no ERC-165. */
static unsigned by_165(const struct asking *q)
{
	unsigned stds = 0;

	if (truth(q, NO_165))
		return 0;
	if (truth(q, IS_721))
		stds |= PL_STD_ERC721;
	if (truth(q, IS_1155))
		stds |= PL_STD_ERC1155;
	if (truth(q, IS_7540_DEPOSIT) || truth(q, IS_7540_REDEEM))
		stds |= PL_STD_ERC7540;
	return stds;
}

static unsigned standards(const struct asking *q)
{
	unsigned stds = by_165(q);
	bool pool = is_address(q, TOKEN0) && is_address(q, TOKEN1);

	if (word(q, SUPPLY) && word(q, BALANCE) && !(stds & PL_STD_ERC721))
		stds |= PL_STD_ERC20;
	if (is_address(q, REGISTRY) && is_address(q, COMPLIANCE))
		stds |= PL_STD_ERC3643;
	if (is_address(q, TOPICS) && is_address(q, ISSUERS))
		stds |= PL_STD_REGISTRY;
	if (is_address(q, ASSET) && word(q, TO_ASSETS))
		stds |= PL_STD_ERC4626;
	if (truth_or_not(q, CAN_SEND) &&
	    (word(q, FROZEN) || word(q, FROZEN_ID)))
		stds |= PL_STD_ERC7943;
	if (pool && q->answer[RESERVES].n == 96)
		stds |= PL_STD_UNIV2;
	if (pool && q->answer[SLOT0].n == 224)
		stds |= PL_STD_UNIV3;
	if (q->answer[ROUND].n == 160)
		stds |= PL_STD_FEED;
	return stds;
}

/* ------------------------------------------------------------------- prices */

static enum pl_rc decimals_at(struct asking *q, bool *known, uint8_t *out,
			      const struct pl_addr *to, struct pl_err *e)
{
	struct pl_rpc_item item = { .method = "eth_call" };
	char *data = NULL;

	PL_TRY(data_of(q->a, &data, DECIMALS, e));
	item.params = call_params(q->a, to, data);
	PL_TRY(pl_rpc_batch(q->r, q->a, &item, 1, e));
	*known = decimals_of(out, answer_of(q->a, &item));
	return PL_OK;
}

static enum pl_rc pair(struct asking *q, struct pl_recognised *x,
		       const struct pl_addr *self, struct pl_err *e)
{
	bool vault = (x->stds & PL_STD_ERC4626) != 0, known0, known1;

	if (vault) {
		if (!address(&x->addr0, q, SHARE))
			x->addr0 = *self;
		x->pair_known = address(&x->addr1, q, ASSET);
	} else {
		x->pair_known = address(&x->addr0, q, TOKEN0) &&
				address(&x->addr1, q, TOKEN1);
	}
	if (!x->pair_known)
		return PL_OK;
	PL_TRY(decimals_at(q, &known0, &x->units.dec0, &x->addr0, e));
	PL_TRY(decimals_at(q, &known1, &x->units.dec1, &x->addr1, e));
	x->units_known = known0 && known1;
	return PL_OK;
}

static enum pl_rc prices(struct asking *q, struct pl_recognised *x,
			 const struct pl_addr *self, struct pl_err *e)
{
	const unsigned two = PL_STD_ERC4626 | PL_STD_UNIV2 | PL_STD_UNIV3;

	if (x->stds & two)
		return pair(q, x, self, e);
	if (x->stds & PL_STD_FEED) {
		x->units.dec0 = x->decimals;
		x->units_known = x->decimals_known;
		x->aggregator_known = address(&x->aggregator, q, AGGREGATOR);
	}
	return PL_OK;
}

enum pl_rc pl_recognise(struct pl_arena *a, struct pl_recognised *out,
			struct pl_rpc *r, const struct pl_addr *self,
			struct pl_err *e)
{
	struct asking q = { .a = a, .r = r };
	struct pl_recognised x = { .stds = 0 };
	struct pl_span code;
	struct pl_err no;
	char *text = NULL;

	PL_TRY(pl_rpc_data(r, a, &code, "eth_getCode",
			   pl_printf(a, "[\"%s\",\"latest\"]",
				     pl_hex(a, pl_addr_span(self))),
			   e));
	if (!code.n) {
		(void)pl_fail(e, PL_ENOTFOUND, "no contract stands at %s",
			      pl_hex(a, pl_addr_span(self)));
		return pl_hint(e, "look at the address and at --network");
	}
	PL_TRY(ask(&q, self, e));
	x.stds = standards(&q);
	x.decimals_known = decimals_of(&x.decimals, q.answer[DECIMALS]);
	if (!pl_token_text_answer(a, &text, q.answer[SYMBOL], &no) && *text &&
	    strlen(text) <= MAX_SYMBOL)
		x.symbol = text;
	PL_TRY(prices(&q, &x, self, e));
	*out = x;
	return PL_OK;
}
