// ethers' WebSocketProvider over `plume light serve`: URL ADDRESS ADVANCE,
// where GET of ADVANCE lets the beacon node show twenty blocks more.
const assert = require("assert");
const http = require("http");
const { WebSocketProvider } = require("ethers");

async function main() {
	const [url, user, advance] = process.argv.slice(2);
	const p = new WebSocketProvider(url);

	assert.strictEqual((await p.getNetwork()).chainId, 1337n);
	const head = await p.getBlockNumber();
	const many = await Promise.all(Array.from({ length: 40 },
		(_, i) => p.getBlock(i + 1, true)));
	many.forEach((b, i) => assert.strictEqual(b.number, i + 1));
	assert.ok(await p.getBalance(user, 32) >= 0n);
	assert.strictEqual(await p.call({ to: user, data: "0x00" }), "0x");
	await assert.rejects(p.send("eth_hashrate", []));

	const blocks = [], logs = [];
	await p.on("block", (n) => blocks.push(n));
	await p.on({ address: "0x" + "70".repeat(20) }, (log) => logs.push(log));
	// what was subscribed to is known to be, once a later request is done
	await p.send("eth_subscribe", ["newHeads"]);
	await new Promise((done) => http.get(advance, done));
	for (let i = 0; i < 300 && blocks[blocks.length - 1] !== head + 20; i++)
		await new Promise((done) => setTimeout(done, 50));
	assert.deepStrictEqual([...new Set(blocks)],
		Array.from({ length: 20 }, (_, i) => head + 1 + i));
	const want = await p.getLogs({ address: "0x" + "70".repeat(20),
		fromBlock: head + 1,
		toBlock: head + 20 });
	for (let i = 0; i < 100 && logs.length < want.length; i++)
		await new Promise((done) => setTimeout(done, 50));
	assert.ok(want.length > 0);
	assert.deepStrictEqual(logs.map((l) => [l.blockNumber, l.index]),
		want.map((l) => [l.blockNumber, l.index]));
	await p.destroy();
}

main().then(() => process.exit(0),
	(e) => { console.error(e); process.exit(1); });
