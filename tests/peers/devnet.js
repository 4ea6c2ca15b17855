// The same transactions to two nodes: devnet.js URL OTHER [sent].  Prints how
// many were compared; whatever differs is told, and ends with status 1.  With
// `sent` nothing is asked about what they left behind.
"use strict";
const zlib = require("zlib");
const ethers = require("ethers");
const { script } = require("./devnet_txs.js");

// The chain's own: the two began at different times, and have other names for
// the same thing.
const OWN = ["blockHash", "blockTimestamp", "blobs", "commitments", "proofs", "cellProofs"];
let differences = 0;

function differ(what, a, b) {
	if (JSON.stringify(a) === JSON.stringify(b)) return;
	differences++;
	console.error(`${what}:\n  ${JSON.stringify(a)}\n  ${JSON.stringify(b)}`);
}

function plain(x) {
	if (Array.isArray(x)) return x.map(plain);
	if (x === null || typeof x !== "object") return x;
	return Object.fromEntries(Object.keys(x).filter((k) => !OWN.includes(k)).sort()
		.map((k) => [k, plain(x[k])]));
}

// blobGasPrice stands in every receipt of the one, in those of blobs only of
// the other.
function receipt(r) {
	const p = plain(r);
	if (p && p.type !== "0x3") delete p.blobGasPrice;
	return p;
}

async function ask(p, method, params) {
	try {
		return { result: await p.send(method, params) };
	} catch (e) {
		const error = e.error || (e.info && e.info.error) || {};
		return { error: error.code === undefined ? String(e) : error.code, data: error.data };
	}
}

async function both(nodes, method, params) {
	return Promise.all(nodes.map((p) => ask(p, method, params)));
}

// The other answers before the block is made, and of a block that was made may
// still say that the transaction waits.
async function mined(nodes, method, hash) {
	for (let i = 0; ; i++) {
		const got = await both(nodes, method, [hash]);
		if (i === 100 || got.every((x) => x.result && x.result.blockHash)) return got;
		await new Promise((done) => setTimeout(done, 50));
	}
}

async function send(nodes, t) {
	const [a, b] = await both(nodes, "eth_sendRawTransaction", [t.raw]);
	const taken = [a, b].map((x) => x.result !== undefined);
	differ(`${t.what}: taken`, taken[0], taken[1]);
	differ(`${t.what}: refused`, !taken[0], t.refused);
	if (!taken[0]) return;
	differ(`${t.what}: hash`, a.result, b.result);
	const [ra, rb] = await mined(nodes, "eth_getTransactionReceipt", a.result);
	differ(`${t.what}: receipt`, receipt(ra.result), receipt(rb.result));
	const [ta, tb] = await mined(nodes, "eth_getTransactionByHash", a.result);
	differ(`${t.what}: transaction`, plain(ta.result), plain(tb.result));
}

// Every account and every slot that the other one holds.
async function accounts(nodes) {
	const dump = await nodes[1].send("anvil_dumpState", []);
	const state = JSON.parse(zlib.gunzipSync(Buffer.from(dump.slice(2), "hex"))).accounts;
	let slots = 0;
	for (const [who, x] of Object.entries(state)) {
		// of the rules themselves; the other has but one of them
		if (/^0x0000f90827f1c53a10cb7a02335b175320002935$/i.test(who)) continue;
		for (const method of ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"])
			differ(`${method} of ${who}`, ...(await both(nodes, method, [who, "latest"])));
		for (const slot of Object.keys(x.storage)) {
			slots++;
			differ(`slot ${slot} of ${who}`, ...(await both(nodes, "eth_getStorageAt",
				[who, slot, "latest"])));
		}
	}
	return [Object.keys(state).length, slots];
}

async function calls(nodes, s) {
	const coin = s.made.Coin.abi, odd = s.made.Odd.abi, from = ethers.ZeroAddress;
	const list = [
		{ to: s.coin, data: coin.encodeFunctionData("totalSupply") },
		{ to: s.coin, data: coin.encodeFunctionData("balanceOf", [s.touched[0]]) },
		{ from: s.touched[0], to: s.coin, data: coin.encodeFunctionData("transfer", [s.coin, 10n ** 40n]) },
		...[0, 1, 2, 3, 4, 7, 8, 10].map((how) => ({ from, to: s.odd,
			data: odd.encodeFunctionData("fail", [how]) })),
	];
	for (const call of list)
		for (const method of ["eth_call", "eth_estimateGas"]) {
			const [a, b] = await both(nodes, method, [call, "latest"]);
			differ(`${method} ${call.data.slice(0, 10)}: error`, a.error, b.error);
			differ(`${method} ${call.data.slice(0, 10)}: data`, a.data, b.data);
			if (method === "eth_call")
				differ(`eth_call ${call.data.slice(0, 10)}`, a.result, b.result);
		}
}

async function main() {
	const nodes = process.argv.slice(2, 4).map((url) =>
		new ethers.JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 }));
	const s = await script(31337);
	for (const t of s.list) await send(nodes, t);
	const [a, b] = await both(nodes, "eth_getLogs", [{ fromBlock: "0x0", toBlock: "latest" }]);
	differ("number of logs", a.result.length, b.result.length);
	differ("logs", plain(a.result), plain(b.result));
	const [held, slots] = process.argv[4] === "sent" ? [0, 0] : await accounts(nodes);
	await calls(nodes, s);
	console.log(`${s.list.length} transactions, ${a.result.length} logs, ` +
		`${held} accounts, ${slots} slots, ${differences} differences`);
	nodes.forEach((p) => p.destroy());
	process.exit(differences ? 1 : 0);
}

main().catch((e) => { console.error(e); process.exit(1); });
