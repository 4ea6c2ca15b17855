// viem's public client over `plume light serve`: URL ADDRESS
"use strict";
const assert = require("assert");
const viem = require("viem");

async function main() {
	const [url, address] = process.argv.slice(2);
	const p = viem.createPublicClient({ transport: viem.http(url, { retryCount: 0, timeout: 120000 }) });
	const blockNumber = 32n;

	assert.strictEqual(await p.getChainId(), 1337);
	const block = await p.getBlock({ blockNumber, includeTransactions: true });
	assert.strictEqual(block.number, blockNumber);
	assert.strictEqual((await p.getBlock({ blockHash: block.hash })).stateRoot, block.stateRoot);
	const [t] = block.transactions;
	assert.deepStrictEqual(await p.getTransaction({ hash: t.hash }), t);
	const r = await p.getTransactionReceipt({ hash: t.hash });
	assert.strictEqual(r.blockHash, block.hash);
	assert.strictEqual(r.from, t.from);
	const balance = await p.getBalance({ address, blockNumber });
	const nonce = await p.getTransactionCount({ address, blockNumber });
	const proof = await p.getProof({ address, storageKeys: [], blockNumber });
	assert.deepStrictEqual([proof.balance, proof.nonce], [balance, nonce]);
	// the account's proof begins with the node that the header's root names
	assert.strictEqual(viem.keccak256(proof.accountProof[0]), block.stateRoot);
	const logs = await p.getLogs({ fromBlock: 24n, toBlock: 40n });
	assert.ok(logs.length > 0);
	assert.ok(logs.every((l) => l.removed === false));
	const token = logs[0].address;
	assert.ok((await p.getCode({ address: token, blockNumber })).length > 2);
	const some = await p.getLogs({ address: token, fromBlock: 24n, toBlock: 40n });
	assert.deepStrictEqual(some, logs.filter((l) => l.address === token));
	const fees = await p.estimateFeesPerGas();
	assert.ok(fees.maxFeePerGas > fees.maxPriorityFeePerGas);
	await assert.rejects(p.getTransaction({ hash: "0x" + "11".repeat(32) }),
		(e) => e.name === "TransactionNotFoundError");
	await assert.rejects(p.request({ method: "eth_getWork" }));
}

main().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });
