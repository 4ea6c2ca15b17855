// eth_subscribe through ethers' WebSocketProvider: URL… (ws://), each a fresh
// development node; all of them tell the same.
"use strict";
const assert = require("assert");
const ethers = require("ethers");
const { compile } = require("./devnet_txs.js");

async function until(done) {
	for (let i = 0; i < 400 && !done(); i++)
		await new Promise((next) => setTimeout(next, 25));
	assert.ok(done());
}

async function hear(url) {
	const p = new ethers.WebSocketProvider(url);
	const made = compile();
	const heads = [], logs = [], pending = [], blocks = [], events = [];
	const ids = {};

	// beneath ethers: every message as it came
	const inner = p.websocket.onmessage;
	p.websocket.onmessage = (m) => {
		const v = JSON.parse(m.data);
		if (v.method === "eth_subscription") {
			const to = { [ids.heads]: heads, [ids.logs]: logs, [ids.pending]: pending };
			(to[v.params.subscription] || []).push(v.params.result);
		}
		inner(m);
	};
	const send = (method, ...params) => p.send(method, params);
	// ethers' own wait() looks at a block number that it keeps for 250 ms,
	// finds no confirmation yet, and then waits for one more block
	const mined = async (hash) => {
		for (let i = 0; i < 400; i++) {
			const r = await send("eth_getTransactionReceipt", hash);
			if (r)
				return r;
			await new Promise((next) => setTimeout(next, 25));
		}
		throw new Error(`${hash} is in no block`);
	};
	ids.heads = await send("eth_subscribe", "newHeads");
	ids.logs = await send("eth_subscribe", "logs", {});
	ids.pending = await send("eth_subscribe", "newPendingTransactions");
	await p.on("block", (n) => blocks.push(n));
	await assert.rejects(send("eth_subscribe", "nothing"));

	const a = await p.getSigner(0);
	const coin = await new ethers.ContractFactory(made.Coin.abi, made.Coin.code, a).deploy();
	await mined(coin.deploymentTransaction().hash);
	await coin.on("Transfer", (from, to, n) => events.push(n));
	await send("eth_blockNumber"); // what was subscribed to is, then
	const hashes = [coin.deploymentTransaction().hash];
	for (let i = 1; i <= 5; i++) {
		const tx = await coin.mint(a.address, i);
		hashes.push(tx.hash);
		assert.strictEqual((await mined(tx.hash)).status, "0x1");
	}
	await send("evm_mine");
	await until(() => heads.length >= 7 && events.length >= 5 && pending.length >= 6);
	assert.deepStrictEqual(heads.map((h) => Number(h.number)), [1, 2, 3, 4, 5, 6, 7]);
	for (const h of heads) {
		const b = await send("eth_getBlockByNumber", h.number, false);
		for (const key of Object.keys(b))
			if (key in h && typeof b[key] === "string")
				assert.strictEqual(h[key], b[key], key);
	}
	assert.deepStrictEqual(events, [1n, 2n, 3n, 4n, 5n]);
	assert.deepStrictEqual(pending, hashes);
	const all = await send("eth_getLogs", { fromBlock: "0x0" });
	assert.deepStrictEqual(logs.map((l) => [l.blockHash, l.logIndex, l.data]),
		all.map((l) => [l.blockHash, l.logIndex, l.data]));
	await until(() => blocks[blocks.length - 1] === 7);

	assert.strictEqual(await send("eth_unsubscribe", ids.heads), true);
	await send("evm_mine");
	await send("eth_blockNumber");
	assert.strictEqual(heads.length, 7);
	await p.destroy();
	return { logs: logs.map((l) => [l.topics, l.data, l.blockNumber]),
		heads: heads.map((h) => [h.number, h.gasUsed]) };
}

(async () => {
	const said = [];
	for (const url of process.argv.slice(2))
		said.push(await hear(url));
	for (const x of said)
		assert.deepStrictEqual(x, said[0]);
	process.exit(0);
})().catch((e) => { console.error(e); process.exit(1); });
