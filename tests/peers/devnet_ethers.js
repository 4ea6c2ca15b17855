// ethers as suites use it, over `plume devnet`: URL
"use strict";
const assert = require("assert");
const ethers = require("ethers");
const { compile, wallets } = require("./devnet_txs.js");

async function main() {
	const p = new ethers.JsonRpcProvider(process.argv[2], undefined, { pollingInterval: 50 });
	const made = compile();
	const [a, b] = [await p.getSigner(0), await p.getSigner(1)];
	assert.strictEqual(a.address, wallets[0].address);
	assert.strictEqual((await p.getNetwork()).chainId, 31337n);

	// the node signs; deploy, wait, call, events
	const coin = await new ethers.ContractFactory(made.Coin.abi, made.Coin.code, a).deploy();
	await coin.waitForDeployment();
	const seen = new Promise((done) => coin.on("Transfer", (from, to, n) => done([from, to, n])));
	await (await coin.mint(a.address, 1000n)).wait();
	assert.deepStrictEqual(await seen, [ethers.ZeroAddress, a.address, 1000n]);
	coin.off("Transfer");
	assert.strictEqual(await coin.balanceOf(a.address), 1000n);
	await assert.rejects(coin.connect(b).transfer.staticCall(a.address, 5n), (e) =>
		e.code === "CALL_EXCEPTION" && e.revert.name === "ERC20InsufficientBalance" &&
		e.revert.args[2] === 5n);
	await assert.rejects(coin.connect(b).transfer(a.address, 5n), (e) =>
		e.action === "estimateGas" && e.data.length === 2 + 8 + 3 * 64);
	const receipt = await (await coin.transfer(b.address, 7n)).wait();
	assert.strictEqual(receipt.status, 1);
	assert.strictEqual((await coin.queryFilter(coin.filters.Transfer(a.address))).length, 1);

	// a key of one's own signs
	const w = wallets[2].connect(p);
	const tx = await w.sendTransaction({ to: b.address, value: ethers.parseEther("1.5") });
	assert.strictEqual((await tx.wait()).status, 1);
	assert.strictEqual(await p.getBalance(b.address) > ethers.parseEther("10001.4"), true);
	assert.strictEqual((await p.getTransaction(tx.hash)).from, w.address);
	assert.strictEqual(ethers.verifyMessage("hello", await a.signMessage("hello")), a.address);

	// reasons, panics and custom errors out of estimates and calls
	const odd = await new ethers.ContractFactory(made.Odd.abi, made.Odd.code, a).deploy();
	await odd.waitForDeployment();
	await assert.rejects(odd.fail.staticCall(0), (e) => e.reason === "no, said the contract");
	await assert.rejects(odd.fail.staticCall(1), (e) => e.revert.name === "Refused");
	await assert.rejects(odd.fail.staticCall(2), (e) => e.revert.name === "Panic" && Number(e.revert.args[0]) === 18);
	const failed = await odd.fail(3, { gasLimit: 200000 });
	await assert.rejects(failed.wait(), (e) => e.code === "CALL_EXCEPTION" && e.receipt.status === 0);

	// what fixtures do: snapshot, change, go back
	const id = await p.send("evm_snapshot", []);
	await (await coin.transfer(b.address, 100n)).wait();
	assert.strictEqual(await coin.balanceOf(b.address), 107n);
	assert.strictEqual(await p.send("evm_revert", [id]), true);
	assert.strictEqual(await coin.balanceOf(b.address), 7n);
	const rich = "0x" + "ab".repeat(20);
	await p.send("anvil_setBalance", [rich, ethers.toQuantity(10n ** 18n)]);
	await p.send("anvil_impersonateAccount", [rich]);
	await (await (await p.getSigner(rich)).sendTransaction({ to: a.address, value: 1n })).wait();
	assert.strictEqual(await p.getTransactionCount(rich), 1);
	const block = await p.getBlock("latest", true);
	assert.strictEqual(block.prefetchedTransactions[0].from.toLowerCase(), rich);
	const fee = await p.getFeeData();
	assert.ok(fee.maxFeePerGas > fee.maxPriorityFeePerGas);
	p.destroy();
}

main().catch((e) => { console.error(e); process.exit(1); });
