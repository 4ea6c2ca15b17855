// ethers' JsonRpcProvider over `plume light serve`: URL ADDRESS
const assert = require("assert");
const { JsonRpcProvider } = require("ethers");

async function main() {
	const [url, user] = process.argv.slice(2);
	const p = new JsonRpcProvider(url, undefined, { pollingInterval: 500 });

	assert.strictEqual((await p.getNetwork()).chainId, 1337n);
	const head = await p.getBlockNumber();
	const block = await p.getBlock(32, true);
	assert.strictEqual(block.number, 32);
	assert.strictEqual((await p.getBlock(block.hash)).hash, block.hash);
	assert.strictEqual(block.prefetchedTransactions.length,
		block.transactions.length);
	const tx = await p.getTransaction(block.transactions[0]);
	assert.strictEqual(tx.blockNumber, 32);
	const receipt = await p.waitForTransaction(tx.hash, 1, 10000);
	assert.strictEqual(receipt.hash, tx.hash);
	assert.ok(await p.getBalance(user, 32) >= 0n);
	assert.ok(await p.getTransactionCount(user) >= 0);
	assert.strictEqual((await p.getStorage(user, 0)).length, 66);
	const logs = await p.getLogs({ fromBlock: 24, toBlock: 40 });
	assert.ok(logs.length > 0);
	const some = await p.getLogs({ fromBlock: 24, toBlock: 40,
		address: logs[0].address, topics: [logs[0].topics[0]] });
	assert.ok(some.length > 0 && some.length <= logs.length);
	const fee = await p.getFeeData();
	assert.ok(fee.gasPrice !== null && fee.maxFeePerGas !== null);
	assert.strictEqual(await p.getTransaction("0x" + "11".repeat(32)), null);
	assert.strictEqual(await p.call({ to: user, data: "0x00" }), "0x");
	await assert.rejects(p.send("eth_getWork", []));
	const seen = await new Promise((done, fail) => {
		const over = setTimeout(() => done(null), 3000);

		p.on("block", (n) => { clearTimeout(over); done(n); });
		p.on("error", fail);
	});
	assert.ok(seen === null || seen >= head);
	p.destroy();
}

main().catch((e) => { console.error(e); process.exit(1); });
