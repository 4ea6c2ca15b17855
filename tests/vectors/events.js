// Random logs of every event, written by ethers: one line each of
//   kind topics data part column=value …
// with numbers in decimal.  The signatures are those of the standards, not
// read from plume's table.
"use strict";
const { Interface } = require("ethers");

const events = [
	["transfer", "Transfer(address indexed a, address indexed b, uint256 c)", ["from", "to", "value"]],
	["approval", "Approval(address indexed a, address indexed b, uint256 c)", ["from", "to", "value"]],
	["transfer-nft", "Transfer(address indexed a, address indexed b, uint256 indexed c)", ["from", "to", "id"]],
	["approval-nft", "Approval(address indexed a, address indexed b, uint256 indexed c)", ["from", "to", "id"]],
	["approval-all", "ApprovalForAll(address indexed a, address indexed b, bool c)", ["from", "by", "flag"]],
	["transfer-single", "TransferSingle(address indexed a, address indexed b, address indexed c, uint256 d, uint256 e)", ["by", "from", "to", "id", "value"]],
	["transfer-batch", "TransferBatch(address indexed a, address indexed b, address indexed c, uint256[] d, uint256[] e)", ["by", "from", "to", "id", "value"]],
	["address-frozen", "AddressFrozen(address indexed a, bool indexed b, address indexed c)", ["from", "flag", "by"]],
	["tokens-frozen", "TokensFrozen(address indexed a, uint256 b)", ["from", "value"]],
	["tokens-unfrozen", "TokensUnfrozen(address indexed a, uint256 b)", ["from", "value"]],
	["recovery", "RecoverySuccess(address indexed a, address indexed b, address indexed c)", ["from", "to", "by"]],
	["paused", "Paused(address a)", ["by"]],
	["unpaused", "Unpaused(address a)", ["by"]],
	["paused", "Paused(address indexed a)", ["by"]],
	["unpaused", "Unpaused(address indexed a)", ["by"]],
	["compliance-added", "ComplianceAdded(address indexed a)", ["to"]],
	["registry-added", "IdentityRegistryAdded(address indexed a)", ["to"]],
	["agent-added", "AgentAdded(address indexed a)", ["from"]],
	["agent-removed", "AgentRemoved(address indexed a)", ["from"]],
	["identity-registered", "IdentityRegistered(address indexed a, address indexed b)", ["from", "by"]],
	["identity-removed", "IdentityRemoved(address indexed a, address indexed b)", ["from", "by"]],
	["identity-updated", "IdentityUpdated(address indexed a, address indexed b)", ["from", "to"]],
	["country-updated", "CountryUpdated(address indexed a, uint16 indexed b)", ["from", "id"]],
	["deposit", "Deposit(address indexed a, address indexed b, uint256 c, uint256 d)", ["by", "to", "value", "shares"]],
	["withdraw", "Withdraw(address indexed a, address indexed b, address indexed c, uint256 d, uint256 e)", ["by", "to", "from", "value", "shares"]],
	["deposit-request", "DepositRequest(address indexed a, address indexed b, uint256 indexed c, address d, uint256 e)", ["to", "from", "id", "by", "value"]],
	["redeem-request", "RedeemRequest(address indexed a, address indexed b, uint256 indexed c, address d, uint256 e)", ["to", "from", "id", "by", "shares"]],
	["operator-set", "OperatorSet(address indexed a, address indexed b, bool c)", ["from", "by", "flag"]],
	["frozen", "Frozen(address indexed a, uint256 b)", ["from", "value"]],
	["frozen", "Frozen(address indexed a, uint256 indexed b, bool indexed c)", ["from", "id", "flag"]],
	["frozen", "Frozen(address indexed a, uint256 indexed b, bool c)", ["from", "id", "flag"]],
	["frozen", "Frozen(address indexed a, uint256 indexed b, uint256 c)", ["from", "id", "value"]],
	["forced-transfer", "ForcedTransfer(address indexed a, address indexed b, uint256 c)", ["from", "to", "value"]],
	["forced-transfer", "ForcedTransfer(address indexed a, address indexed b, uint256 indexed c)", ["from", "to", "id"]],
	["forced-transfer", "ForcedTransfer(address indexed a, address indexed b, uint256 indexed c, uint256 d)", ["from", "to", "id", "value"]],
	["swap-v2", "Swap(address indexed a, uint a0, uint a1, uint b0, uint b1, address indexed c)", null],
	["sync-v2", "Sync(uint112 a, uint112 b)", ["reserve0", "reserve1"]],
	["swap-v3", "Swap(address indexed a, address indexed b, int256 c, int256 d, uint160 e, uint128 f, int24 g)", ["by", "to", "amount0", "amount1", "sqrt-price", "liquidity", "tick"]],
	["start-v3", "Initialize(uint160 a, int24 b)", ["sqrt-price", "tick"]],
	["answer", "AnswerUpdated(int256 indexed a, uint256 indexed b, uint256 c)", ["answer", "id", "stamp"]],
];

let s = 20261121n;
function bits(n) {
	let v = 0n;
	for (let i = 0; i < n; i += 32) {
		s = (s * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
		v = (v << 32n) | (s >> 32n);
	}
	return v % 2n ** BigInt(n);
}
function random(type, col, most) {
	if (type.endsWith("[]")) return null;
	if (type === "address") return "0x" + bits(160).toString(16).padStart(40, "0");
	if (type === "bool") return bits(1) === 1n;
	let [, u, n] = /^(u?)int(\d*)$/.exec(type);
	n = Number(n || 256);
	if (col === "stamp") n = 40;
	let v = bits(1 + Number(bits(32) % BigInt(u ? n : n - 1)));
	if (!u && bits(1)) v = -v;
	return v % 2n ** BigInt(most);
}
const text = (v) => (typeof v === "boolean" ? (v ? "1" : "0") : String(v).toLowerCase());

function one([kind, sig, cols]) {
	const face = new Interface(["event " + sig]);
	const ev = face.fragments[0];
	const n = Number(bits(32) % 4n);
	const values = ev.inputs.map((p, i) =>
		p.type.endsWith("[]")
			? Array.from({ length: n }, () => random("uint256", "", 256))
			: random(p.type, cols && cols[i], kind === "swap-v2" ? 255 : 256));
	const log = face.encodeEventLog(ev, values);
	const put = (part, pairs) => console.log([kind, log.topics.join(","),
		log.data, part, ...pairs].join(" "));
	if (kind === "swap-v2")
		put(0, [`by=${values[0]}`, `to=${values[5]}`,
			`amount0=${values[1] - values[3]}`,
			`amount1=${values[2] - values[4]}`]);
	else if (kind === "transfer-batch")
		for (let k = 0; k < n || k === 0; k++)
			put(n ? k : -1, n ? cols.map((c, i) =>
				`${c}=${text(i < 3 ? values[i] : values[i][k])}`) : []);
	else
		put(0, cols.map((c, i) => `${c}=${text(values[i])}`));
}

module.exports = events;
if (require.main === module)
	for (let round = 0; round < 20; round++) events.forEach(one);
