// Contracts whose events the index keeps, on the node at URL:
//   compile OUT             creation code of events.sol's contracts, as JSON
//   up URL CODE             deploys them; prints their addresses as JSON
//   act URL CODE ADDRESSES  does something with each of them
//   write URL ADDRESS KIND… random logs of these kinds by a mimic
//   raw URL ADDRESS TOPICS DATA   one log as given; TOPICS with commas
//   answer URL ADDRESS SIG(ARGS) WORDS…  what a mimic answers
//   want URL ADDRESS KIND…  the rows of its logs, as ethers reads them
"use strict";
const fs = require("fs");
const path = require("path");
const { AbiCoder, Interface, Wallet, id } = require("ethers");
const table = require("../vectors/events.js");

const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const A1 = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const [verb, ...args] = process.argv.slice(2);
const URL = args[0];

async function rpc(method, params = []) {
	const r = await fetch(URL, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
	});
	const j = await r.json();
	if (j.error) throw new Error(`${method}: ${j.error.message}`);
	return j.result;
}

const wallet = new Wallet(KEY);
let chain, fee;
async function send(to, data) {
	chain ??= Number(await rpc("eth_chainId"));
	fee ??= BigInt(await rpc("eth_gasPrice")) * 2n;
	const nonce = Number(await rpc("eth_getTransactionCount", [wallet.address, "latest"]));
	const raw = await wallet.signTransaction({
		to, data, nonce, chainId: chain, gasLimit: 4000000, type: 0, gasPrice: fee,
	});
	const hash = await rpc("eth_sendRawTransaction", [raw]);
	for (let k = 0; k < 600; k++) {
		const r = await rpc("eth_getTransactionReceipt", [hash]);
		if (r && r.status !== "0x1") throw new Error("reverted: " + hash);
		if (r) return r;
		await new Promise((f) => setTimeout(f, 20));
	}
	throw new Error("never mined: " + hash);
}
const call = (sig, ...v) => {
	const f = new Interface(["function " + sig]);
	return f.encodeFunctionData(f.fragments[0], v);
};

function compile(out) {
	const solc = require("solc");
	const root = path.join(__dirname, "../../node_modules");
	const o = JSON.parse(solc.compile(JSON.stringify({
		language: "Solidity",
		sources: { f: { content: fs.readFileSync(path.join(__dirname, "events.sol"), "utf8") } },
		settings: { evmVersion: "cancun", optimizer: { enabled: true },
			outputSelection: { f: { "*": ["evm.bytecode.object"] } } },
	}), { import: (p) => ({ contents: fs.readFileSync(path.join(root, p), "utf8") }) }));
	for (const e of o.errors || [])
		if (e.severity === "error") throw new Error(e.formattedMessage);
	fs.writeFileSync(out, JSON.stringify(Object.fromEntries(
		Object.entries(o.contracts.f).map(([k, v]) => [k, "0x" + v.evm.bytecode.object]))));
}

async function up(code) {
	const c = JSON.parse(fs.readFileSync(code));
	const at = {};
	const make = async (name, more = "") =>
		(await send(null, c[name] + more)).contractAddress.toLowerCase();
	at.Coin = await make("Coin");
	at.Vault = await make("Vault", AbiCoder.defaultAbiCoder().encode(["address"], [at.Coin]).slice(2));
	at.Deed = await make("Deed");
	at.Units = await make("Units");
	at.Mimic = await make("Mimic");
	console.log(JSON.stringify(at));
}

async function act(at) {
	const me = wallet.address;
	const max = 2n ** 256n - 1n;
	await send(at.Coin, call("approve(address,uint256)", at.Vault, max));
	await send(at.Coin, call("transfer(address,uint256)", A1, 5n));
	await send(at.Vault, call("deposit(uint256,address)", 1000000n, me));
	await send(at.Coin, call("transfer(address,uint256)", at.Vault, 50000n)); // yield
	await send(at.Vault, call("deposit(uint256,address)", 2100000n, A1));
	await send(at.Vault, call("redeem(uint256,address,address)", 500000n, A1, me));
	await send(at.Deed, call("mint(address,uint256)", me, max));
	await send(at.Deed, call("approve(address,uint256)", A1, max));
	await send(at.Deed, call("transferFrom(address,address,uint256)", me, A1, max));
	await send(at.Units, call("mint(address,uint256,uint256)", me, 7n, 2n ** 255n));
	await send(at.Units, call("mintMany(address,uint256[],uint256[])", me, [8n, 9n, 8n], [1n, 0n, 3n]));
	await send(at.Units, call("setApprovalForAll(address,bool)", A1, true));
	await send(at.Units, call("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", me, A1, [8n], [4n], "0x"));
}

let s = 7n + BigInt(Date.now());
function bits(n) {
	let v = 0n;
	for (let i = 0; i < n; i += 32) {
		s = (s * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
		v = (v << 32n) | (s >> 32n);
	}
	return v % 2n ** BigInt(n);
}
function value(type, col, kind) {
	if (type.endsWith("[]")) return [bits(255), bits(9), 0n];
	if (type === "address") return "0x" + bits(160).toString(16).padStart(40, "0");
	if (type === "bool") return bits(1) === 1n;
	const [, u, n] = /^(u?)int(\d*)$/.exec(type);
	if (col === "stamp") return 1700000000n + bits(20);
	let v = bits(kind === "swap-v2" ? 200 : Number(n || 256) - 1);
	return !u && bits(1) ? -v : v;
}

async function write(address, kinds) {
	for (const [kind, sig, cols] of table) {
		if (!kinds.includes(kind)) continue;
		const face = new Interface(["event " + sig]);
		const ev = face.fragments[0];
		const v = ev.inputs.map((p, i) => value(p.type, cols && cols[i], kind));
		const log = face.encodeEventLog(ev, v);
		await send(address, call("write(bytes32[],bytes)", log.topics, log.data));
	}
}

// The rows as plume's JSON lines name them.
const column = {
	from: "from_address", to: "to_address", by: "operator", id: "token_id",
	value: "value", shares: "shares", amount0: "amount0", amount1: "amount1",
	reserve0: "reserve0", reserve1: "reserve1", "sqrt-price": "sqrt_price_x96",
	liquidity: "liquidity", tick: "tick", answer: "answer", stamp: "updated_at", flag: "flag",
};
const shown = (c, v) => c === "stamp" ? new Date(Number(v) * 1000).toISOString().replace(".000Z", "Z")
	: typeof v === "boolean" ? v : String(v).toLowerCase();

async function want(address, kinds) {
	const logs = await rpc("eth_getLogs", [{ address, fromBlock: "0x0", toBlock: "latest" }]);
	for (const l of logs) {
		const fit = table.find(([k, sig]) => {
			const f = new Interface(["event " + sig]).fragments[0];
			return kinds.includes(k) && f.topicHash === l.topics[0] &&
				1 + f.inputs.filter((p) => p.indexed).length === l.topics.length;
		});
		if (!fit) continue;
		const [kind, sig, cols] = fit;
		const face = new Interface(["event " + sig]);
		const v = face.decodeEventLog(face.fragments[0], l.data, l.topics);
		const base = { block_number: Number(l.blockNumber), log_index: Number(l.logIndex), event: kind,
			transaction_hash: l.transactionHash, block_hash: l.blockHash };
		const rows = [];
		if (kind === "swap-v2")
			rows.push({ operator: shown("", v[0]), to_address: shown("", v[5]),
				amount0: String(v[1] - v[3]), amount1: String(v[2] - v[4]) });
		else if (kind === "transfer-batch")
			v[3].forEach((_, k) => rows.push(Object.fromEntries(cols.map((c, i) =>
				[column[c], shown(c, i < 3 ? v[i] : v[i][k])]))));
		else
			rows.push(Object.fromEntries(cols.map((c, i) => [column[c], shown(c, v[i])])));
		rows.forEach((r, part) => console.log(JSON.stringify(sorted({ ...base, part, ...r }))));
	}
}
const sorted = (o) => Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));

(async () => {
	if (verb === "compile") compile(args[0]);
	else if (verb === "up") await up(args[1]);
	else if (verb === "act") await act(JSON.parse(fs.readFileSync(args[1])));
	else if (verb === "write") await write(args[1], args.slice(2));
	else if (verb === "raw")
		await send(args[1], call("write(bytes32[],bytes)", args[2] ? args[2].split(",") : [], args[3]));
	else if (verb === "answer") {
		const [, sig, list] = /^([^)]*\))(.*)$/.exec(args[2]);
		const word = (w) => BigInt(w).toString(16).padStart(64, "0");
		await send(args[1], call("set(bytes,bytes)", id(sig).slice(0, 10) + list,
			"0x" + args.slice(3).map(word).join("")));
	} else if (verb === "want") await want(args[1], args.slice(2));
	else throw new Error("what?");
})().catch((e) => {
	console.error(e.message);
	process.exit(1);
});
