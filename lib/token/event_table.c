/* The events plume indexes.  Signatures stand as their standards give them;
 * which parameters are indexed tells forms of one topic apart. */
#include "token/event.h"

/* clang-format off */
const struct pl_event_def pl_event_defs[] = {
	/* ERC-20 */
	{ PL_EV_TRANSFER, PL_STD_ERC20, "transfer",
	  "event Transfer(address indexed from, address indexed to, "
	  "uint256 value)", "from to value" },
	{ PL_EV_APPROVAL, PL_STD_ERC20, "approval",
	  "event Approval(address indexed owner, address indexed spender, "
	  "uint256 value)", "from to value" },

	/* ERC-721 */
	{ PL_EV_TRANSFER_NFT, PL_STD_ERC721, "transfer-nft",
	  "event Transfer(address indexed from, address indexed to, "
	  "uint256 indexed tokenId)", "from to id" },
	{ PL_EV_APPROVAL_NFT, PL_STD_ERC721, "approval-nft",
	  "event Approval(address indexed owner, address indexed approved, "
	  "uint256 indexed tokenId)", "from to id" },
	{ PL_EV_APPROVAL_ALL, PL_STD_ERC721 | PL_STD_ERC1155, "approval-all",
	  "event ApprovalForAll(address indexed owner, "
	  "address indexed operator, bool approved)", "from by flag" },

	/* ERC-1155 */
	{ PL_EV_TRANSFER_SINGLE, PL_STD_ERC1155, "transfer-single",
	  "event TransferSingle(address indexed operator, "
	  "address indexed from, address indexed to, uint256 id, "
	  "uint256 value)", "by from to id value" },
	{ PL_EV_TRANSFER_BATCH, PL_STD_ERC1155, "transfer-batch",
	  "event TransferBatch(address indexed operator, "
	  "address indexed from, address indexed to, uint256[] ids, "
	  "uint256[] values)", "by from to id value" },

	/* ERC-3643: the token */
	{ PL_EV_ADDRESS_FROZEN, PL_STD_ERC3643, "address-frozen",
	  "event AddressFrozen(address indexed userAddress, "
	  "bool indexed isFrozen, address indexed owner)", "from flag by" },
	{ PL_EV_TOKENS_FROZEN, PL_STD_ERC3643, "tokens-frozen",
	  "event TokensFrozen(address indexed userAddress, uint256 amount)",
	  "from value" },
	{ PL_EV_TOKENS_UNFROZEN, PL_STD_ERC3643, "tokens-unfrozen",
	  "event TokensUnfrozen(address indexed userAddress, uint256 amount)",
	  "from value" },
	{ PL_EV_RECOVERY, PL_STD_ERC3643, "recovery",
	  "event RecoverySuccess(address indexed lostWallet, "
	  "address indexed newWallet, address indexed investorOnchainID)",
	  "from to by" },
	{ PL_EV_PAUSED, PL_STD_ERC3643 | PL_STD_ERC20, "paused",
	  "event Paused(address userAddress)", "by" },
	{ PL_EV_PAUSED, PL_STD_ERC3643, "paused",
	  "event Paused(address indexed userAddress)", "by" },
	{ PL_EV_UNPAUSED, PL_STD_ERC3643 | PL_STD_ERC20, "unpaused",
	  "event Unpaused(address userAddress)", "by" },
	{ PL_EV_UNPAUSED, PL_STD_ERC3643, "unpaused",
	  "event Unpaused(address indexed userAddress)", "by" },
	{ PL_EV_COMPLIANCE_ADDED, PL_STD_ERC3643, "compliance-added",
	  "event ComplianceAdded(address indexed compliance)", "to" },
	{ PL_EV_REGISTRY_ADDED, PL_STD_ERC3643, "registry-added",
	  "event IdentityRegistryAdded(address indexed identityRegistry)",
	  "to" },

	/* ERC-3643: who may act for the owner, of both contracts */
	{ PL_EV_AGENT_ADDED, PL_STD_ERC3643 | PL_STD_REGISTRY, "agent-added",
	  "event AgentAdded(address indexed agent)", "from" },
	{ PL_EV_AGENT_REMOVED, PL_STD_ERC3643 | PL_STD_REGISTRY,
	  "agent-removed", "event AgentRemoved(address indexed agent)",
	  "from" },

	/* ERC-3643: the identity registry */
	{ PL_EV_IDENTITY_REGISTERED, PL_STD_REGISTRY, "identity-registered",
	  "event IdentityRegistered(address indexed investorAddress, "
	  "address indexed identity)", "from by" },
	{ PL_EV_IDENTITY_REMOVED, PL_STD_REGISTRY, "identity-removed",
	  "event IdentityRemoved(address indexed investorAddress, "
	  "address indexed identity)", "from by" },
	{ PL_EV_IDENTITY_UPDATED, PL_STD_REGISTRY, "identity-updated",
	  "event IdentityUpdated(address indexed oldIdentity, "
	  "address indexed newIdentity)", "from to" },
	{ PL_EV_COUNTRY_UPDATED, PL_STD_REGISTRY, "country-updated",
	  "event CountryUpdated(address indexed investorAddress, "
	  "uint16 indexed country)", "from id" },

	/* ERC-4626 */
	{ PL_EV_DEPOSIT, PL_STD_ERC4626, "deposit",
	  "event Deposit(address indexed sender, address indexed owner, "
	  "uint256 assets, uint256 shares)", "by to value shares" },
	{ PL_EV_WITHDRAW, PL_STD_ERC4626, "withdraw",
	  "event Withdraw(address indexed sender, address indexed receiver, "
	  "address indexed owner, uint256 assets, uint256 shares)",
	  "by to from value shares" },

	/* ERC-7540; what its RedeemRequest calls assets are shares */
	{ PL_EV_DEPOSIT_REQUEST, PL_STD_ERC7540, "deposit-request",
	  "event DepositRequest(address indexed controller, "
	  "address indexed owner, uint256 indexed requestId, "
	  "address sender, uint256 assets)", "to from id by value" },
	{ PL_EV_REDEEM_REQUEST, PL_STD_ERC7540, "redeem-request",
	  "event RedeemRequest(address indexed controller, "
	  "address indexed owner, uint256 indexed requestId, "
	  "address sender, uint256 assets)", "to from id by shares" },
	{ PL_EV_OPERATOR_SET, PL_STD_ERC7540, "operator-set",
	  "event OperatorSet(address indexed controller, "
	  "address indexed operator, bool approved)", "from by flag" },

	/* ERC-7943: of fungible tokens, of single ones, of many kinds */
	{ PL_EV_FROZEN, PL_STD_ERC7943, "frozen",
	  "event Frozen(address indexed account, uint256 amount)",
	  "from value" },
	{ PL_EV_FROZEN, PL_STD_ERC7943, "frozen",
	  "event Frozen(address indexed account, uint256 indexed tokenId, "
	  "bool indexed frozenStatus)", "from id flag" },
	{ PL_EV_FROZEN, PL_STD_ERC7943, "frozen",
	  "event Frozen(address indexed account, uint256 indexed tokenId, "
	  "bool frozenStatus)", "from id flag" },
	{ PL_EV_FROZEN, PL_STD_ERC7943, "frozen",
	  "event Frozen(address indexed account, uint256 indexed tokenId, "
	  "uint256 amount)", "from id value" },
	{ PL_EV_FORCED_TRANSFER, PL_STD_ERC7943, "forced-transfer",
	  "event ForcedTransfer(address indexed from, address indexed to, "
	  "uint256 amount)", "from to value" },
	{ PL_EV_FORCED_TRANSFER, PL_STD_ERC7943, "forced-transfer",
	  "event ForcedTransfer(address indexed from, address indexed to, "
	  "uint256 indexed tokenId)", "from to id" },
	{ PL_EV_FORCED_TRANSFER, PL_STD_ERC7943, "forced-transfer",
	  "event ForcedTransfer(address indexed from, address indexed to, "
	  "uint256 indexed tokenId, uint256 amount)", "from to id value" },

	/* Uniswap */
	{ PL_EV_SWAP_V2, PL_STD_UNIV2, "swap-v2",
	  "event Swap(address indexed sender, uint256 amount0In, "
	  "uint256 amount1In, uint256 amount0Out, uint256 amount1Out, "
	  "address indexed to)", "by in0 in1 out0 out1 to" },
	{ PL_EV_SYNC_V2, PL_STD_UNIV2, "sync-v2",
	  "event Sync(uint112 reserve0, uint112 reserve1)",
	  "reserve0 reserve1" },
	{ PL_EV_SWAP_V3, PL_STD_UNIV3, "swap-v3",
	  "event Swap(address indexed sender, address indexed recipient, "
	  "int256 amount0, int256 amount1, uint160 sqrtPriceX96, "
	  "uint128 liquidity, int24 tick)",
	  "by to amount0 amount1 sqrt-price liquidity tick" },
	{ PL_EV_START_V3, PL_STD_UNIV3, "start-v3",
	  "event Initialize(uint160 sqrtPriceX96, int24 tick)",
	  "sqrt-price tick" },

	/* Chainlink's aggregators */
	{ PL_EV_ANSWER, PL_STD_FEED, "answer",
	  "event AnswerUpdated(int256 indexed current, "
	  "uint256 indexed roundId, uint256 updatedAt)", "answer id stamp" },
};
/* clang-format on */

const size_t pl_event_def_count =
	sizeof(pl_event_defs) / sizeof(pl_event_defs[0]);

static const struct {
	const char *name;
	bool is_signed;
} columns[PL_EC_COUNT] = {
	[PL_EC_FROM] = { "from", false },
	[PL_EC_TO] = { "to", false },
	[PL_EC_BY] = { "by", false },
	[PL_EC_ID] = { "id", false },
	[PL_EC_VALUE] = { "value", false },
	[PL_EC_SHARES] = { "shares", false },
	[PL_EC_AMOUNT0] = { "amount0", true },
	[PL_EC_AMOUNT1] = { "amount1", true },
	[PL_EC_RESERVE0] = { "reserve0", false },
	[PL_EC_RESERVE1] = { "reserve1", false },
	[PL_EC_SQRT_PRICE] = { "sqrt-price", false },
	[PL_EC_LIQUIDITY] = { "liquidity", false },
	[PL_EC_TICK] = { "tick", true },
	[PL_EC_ANSWER] = { "answer", true },
	[PL_EC_STAMP] = { "stamp", false },
	[PL_EC_FLAG] = { "flag", false },
};

const char *pl_event_col_name(enum pl_event_col c)
{
	return columns[c].name;
}

bool pl_event_col_signed(enum pl_event_col c)
{
	return columns[c].is_signed;
}

const char *pl_event_kind_name(enum pl_event_kind k)
{
	if (k == PL_EV_NAV)
		return "nav";
	for (size_t i = 0; i < pl_event_def_count; i++)
		if (pl_event_defs[i].kind == k)
			return pl_event_defs[i].name;
	return NULL;
}

static bool same(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

enum pl_event_kind pl_event_kind_of(const char *name, size_t len)
{
	if (same("nav", name, len))
		return PL_EV_NAV;
	for (size_t i = 0; i < pl_event_def_count; i++)
		if (same(pl_event_defs[i].name, name, len))
			return pl_event_defs[i].kind;
	return PL_EV_NONE;
}

uint64_t pl_event_kinds_of(unsigned set)
{
	uint64_t kinds = set & PL_STD_CUSTOM ? pl_event_bit(PL_EV_NAV) : 0;

	for (size_t i = 0; i < pl_event_def_count; i++)
		if (pl_event_defs[i].std & set)
			kinds |= pl_event_bit(pl_event_defs[i].kind);
	return kinds;
}

static const char *const stds[PL_STDS] = {
	"erc20",   "erc721",  "erc1155", "erc3643", "registry", "erc4626",
	"erc7540", "erc7943", "univ2",   "univ3",   "feed",     "nav",
};

const char *pl_std_name(unsigned bit)
{
	for (unsigned i = 0; i < PL_STDS; i++)
		if (bit == 1u << i)
			return stds[i];
	return NULL;
}

unsigned pl_std_of(const char *name, size_t len)
{
	for (unsigned i = 0; i < PL_STDS; i++)
		if (same(stds[i], name, len))
			return 1u << i;
	return 0;
}

char *pl_std_text(struct pl_arena *a, unsigned set)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (unsigned i = 0; i < PL_STDS; i++)
		if (set >> i & 1u)
			pl_buf_fmt(&b, "%s%s", b.n ? ", " : "", stds[i]);
	return pl_strdup(a, pl_buf_cstr(&b));
}
