// viem, as suites use it: devnet_viem.js URL OTHER.  The same steps on two
// fresh development nodes; what each step came to is told apart from what the
// chains call differently, and has to be the same.
"use strict";
const assert = require("assert");
const { bls12_381: bls } = require("@noble/curves/bls12-381");
const viem = require("viem");
const { mnemonicToAccount } = require("viem/accounts");
const { foundry } = require("viem/chains");
const { compile } = require("./devnet_txs.js");

const PHRASE = "test test test test test test test test test test test junk";
const OWN = ["blockHash", "blockTimestamp", "parentHash", "timestamp", "stateRoot", "mixHash",
	"size"];
// one node names it in every receipt and block, the other where there are blobs
const LOOSE = ["blobGasPrice", "blobGasUsed", "requestsHash", "totalDifficulty",
	"withdrawals", "withdrawalsRoot", "parentBeaconBlockRoot", "slotNumber", "blobs",
	"commitments", "proofs", "cellProofs"];
// said, so that both are sent the same bytes
const FEES = { maxFeePerGas: viem.parseGwei("40"), maxPriorityFeePerGas: viem.parseGwei("1") };
const PRICE = { gasPrice: viem.parseGwei("40") };

// A polynomial of one number: no trusted set-up is needed for its commitment.
const constant = {
	blobToKzgCommitment: (blob) =>
		bls.G1.ProjectivePoint.BASE.multiply(BigInt("0x" +
			Buffer.from(blob.slice(0, 32)).toString("hex"))).toRawBytes(true),
	computeBlobKzgProof: () => Uint8Array.from([0xc0, ...new Array(47).fill(0)]),
};

function plain(x) {
	if (typeof x === "bigint") return `${x}n`;
	if (Array.isArray(x)) return x.map(plain);
	if (x === null || typeof x !== "object") return x;
	return Object.fromEntries(Object.keys(x)
		.filter((k) => !OWN.includes(k) && !LOOSE.includes(k) && x[k] !== undefined)
		.sort().map((k) => [k, plain(x[k])]));
}

// What the error is called that a suite sees, and what a contract said.
function failure(e) {
	const names = [e.name, e.cause && e.cause.name];
	const said = e.walk && e.walk((x) => x.name === "ContractFunctionRevertedError");
	return { names, said: said ? plain([said.reason, said.data && said.data.errorName,
		said.data && said.data.args, said.raw]) : null };
}

async function steps(url) {
	const made = compile();
	const abi = Object.fromEntries(Object.entries(made).map(([name, c]) =>
		[name, JSON.parse(c.abi.formatJson())]));
	const chain = { ...foundry, rpcUrls: { default: { http: [url] } } };
	const transport = viem.http(url, { retryCount: 0, timeout: 120000 });
	const pub = viem.createPublicClient({ chain, transport, pollingInterval: 30, cacheTime: 0 });
	const test = viem.createTestClient({ chain, transport, mode: "anvil" })
		.extend(viem.publicActions).extend(viem.walletActions);
	const [a, b] = [0, 1].map((i) => mnemonicToAccount(PHRASE, { addressIndex: i }));
	const wallet = viem.createWalletClient({ account: a, chain, transport });
	const other = viem.createWalletClient({ account: b, chain, transport });
	const told = [];
	const tell = (what, x) => told.push([what, plain(x)]);
	const fails = async (what, promise) => {
		try {
			tell(what, { came: await promise });
		} catch (e) {
			tell(what, failure(e));
		}
	};
	const mined = async (what, hash) => {
		assert.match(hash, /^0x[0-9a-f]{64}$/);
		const r = await pub.waitForTransactionReceipt({ hash, pollingInterval: 30 });
		tell(what, r);
		let t = await pub.getTransaction({ hash });
		for (let i = 0; i < 100 && t.blockNumber === null; i++) { // the other may lag
			await new Promise((next) => setTimeout(next, 25));
			t = await pub.getTransaction({ hash });
		}
		tell(`${what}: transaction`, t);
		return r;
	};

	// accounts, deployment, writes, reads, simulation
	tell("chain", await pub.getChainId());
	tell("addresses", await wallet.getAddresses());
	tell("balance", await pub.getBalance({ address: a.address }));
	const at = (await mined("deploy", await wallet.deployContract({ abi: abi.Coin,
		bytecode: made.Coin.code, ...FEES }))).contractAddress;
	const coin = viem.getContract({ address: at, abi: abi.Coin,
		client: { public: pub, wallet } });
	const seen = [], blocks = [];
	const unwatch = pub.watchContractEvent({ address: at, abi: abi.Coin, eventName: "Transfer",
		onLogs: (l) => seen.push(...l), onError: (e) => told.push(["watch", String(e)]) });
	const unwatchBlocks = pub.watchBlocks({ onBlock: (x) => blocks.push(x.number), emitMissed: true });
	await new Promise((next) => setTimeout(next, 300)); // the filter is made
	await mined("mint", await coin.write.mint([a.address, 1000n], FEES));
	await mined("transfer", await coin.write.transfer([b.address, 7n], FEES));
	tell("read", await Promise.all([coin.read.name(), coin.read.totalSupply(),
		coin.read.balanceOf([b.address])]));
	tell("gas", [await coin.estimateGas.transfer([b.address, 1n], { account: a.address }),
		await pub.estimateGas({ account: a.address, to: b.address, value: 1n })]);
	const { request, result } = await pub.simulateContract({ account: a, address: at,
		abi: abi.Coin, functionName: "transfer", args: [b.address, 3n] });
	tell("simulate", result);
	await mined("what was simulated", await wallet.writeContract({ ...request, ...FEES }));
	await fails("too much", pub.simulateContract({ account: b, address: at, abi: abi.Coin,
		functionName: "transfer", args: [a.address, 10n ** 30n] }));
	await fails("too much, sent", other.writeContract({ address: at, abi: abi.Coin,
		functionName: "transfer", args: [a.address, 10n ** 30n], ...FEES }));
	for (let i = 0; i < 400 && (seen.length < 3 || blocks.length < 3); i++)
		await new Promise((next) => setTimeout(next, 25));
	unwatch();
	unwatchBlocks();
	tell("watched", seen.map((l) => [l.args, l.blockNumber, l.logIndex, l.removed]));
	tell("logs", await pub.getContractEvents({ address: at, abi: abi.Coin, fromBlock: 0n }));
	tell("logs of one", await pub.getContractEvents({ address: at, abi: abi.Coin,
		eventName: "Transfer", args: { to: b.address }, fromBlock: 0n }));

	// state, proofs, blocks
	tell("code", await pub.getCode({ address: at }));
	tell("slot", await pub.getStorageAt({ address: at, slot: "0x2" }));
	const proof = await pub.getProof({ address: at, storageKeys: [viem.pad("0x2")] });
	tell("proof", [proof.balance, proof.nonce, proof.codeHash, proof.storageHash,
		proof.storageProof]);
	const { hash: _, ...block } = await pub.getBlock({ includeTransactions: true });
	tell("block", block);
	tell("count", await pub.getTransactionCount({ address: a.address }));
	const fees = await pub.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] });
	tell("fees", [fees.oldestBlock, fees.baseFeePerGas, fees.gasUsedRatio]);

	// overrides of a call
	const odd = (await mined("deploy odd", await wallet.deployContract({ abi: abi.Odd,
		bytecode: made.Odd.code, ...FEES }))).contractAddress;
	const call = { address: at, abi: abi.Coin, functionName: "totalSupply" };
	const slot2 = viem.pad("0x2");
	const word = (n) => viem.pad(viem.toHex(n));
	tell("stateDiff", await pub.readContract({ ...call,
		stateOverride: [{ address: at, stateDiff: [{ slot: slot2, value: word(77n) }] }] }));
	tell("state", await pub.readContract({ ...call,
		stateOverride: [{ address: at, state: [{ slot: slot2, value: word(78n) }] }] }));
	tell("code", await pub.call({ to: "0x00000000000000000000000000000000000000aa",
		stateOverride: [{ address: "0x00000000000000000000000000000000000000aa",
			code: "0x4760005260206000f3", balance: 5n }] }));
	for (let how = 0; how < 5; how++)
		await fails(`fail(${how})`, pub.simulateContract({ account: a, address: odd,
			abi: abi.Odd, functionName: "fail", args: [BigInt(how)] }));

	// the kinds of transactions
	const to = b.address;
	for (const type of ["legacy", "eip2930", "eip1559"])
		await mined(type, await wallet.sendTransaction({ to, value: 5n, type,
			...(type === "eip1559" ? FEES : PRICE),
			...(type === "eip2930" ? { accessList: [{ address: at, storageKeys: [slot2] }] } : {}) }));
	const blob = viem.toHex(Buffer.from(word(9n).slice(2).repeat(4096), "hex"));
	await mined("eip4844", await wallet.sendTransaction({ to, blobs: [blob], kzg: constant,
		maxFeePerBlobGas: viem.parseGwei("30"), type: "eip4844", gas: 100000n, ...FEES }));
	const code = (await mined("wallet code", await wallet.deployContract({
		abi: abi.Wallet7702, bytecode: made.Wallet7702.code, ...FEES }))).contractAddress;
	const authorization = await other.signAuthorization({ contractAddress: code });
	await mined("eip7702", await wallet.sendTransaction({ to: b.address,
		authorizationList: [authorization], data: viem.encodeFunctionData({
			abi: abi.Wallet7702, functionName: "run", args: [a.address, 3n, "0x"] }), gas: 200000n, ...FEES }));
	tell("delegated", await pub.getCode({ address: b.address }));

	// signed by the node
	const node = viem.createWalletClient({ chain, transport, account: a.address });
	const domain = { name: "N", version: "1", chainId: 31337, verifyingContract: at };
	const types = { Mail: [{ name: "to", type: "Who" }, { name: "text", type: "string" },
		{ name: "n", type: "int24[2][]" }], Who: [{ name: "at", type: "address" }] };
	const typed = { domain, types, primaryType: "Mail",
		message: { to: { at: b.address }, text: "häl", n: [[1, -2], [3, 4]] } };
	tell("signature", await node.signMessage({ message: "hello" }));
	tell("typed", await node.signTypedData(typed));
	assert.strictEqual(await node.signTypedData(typed), await a.signTypedData(typed));
	assert.ok(await pub.verifyTypedData({ ...typed, address: a.address,
		signature: await node.signTypedData(typed) }));
	await mined("sent by the node", await node.sendTransaction({ to, value: 1n, ...FEES }));

	// the test client
	const rich = "0x" + "ab".repeat(20);
	await test.setBalance({ address: rich, value: viem.parseEther("5") });
	tell("setBalance", await pub.getBalance({ address: rich }));
	await test.impersonateAccount({ address: rich });
	// nobody signs it, and each node has a way of its own to fill the places
	const sent = await test.sendTransaction({ account: rich, to, value: 2n, ...FEES });
	const { transactionHash, ...impersonated } = await pub.waitForTransactionReceipt({ hash: sent });
	tell("impersonated", impersonated);
	await test.stopImpersonatingAccount({ address: rich });
	await fails("not any more", test.sendTransaction({ account: rich, to, value: 2n, ...FEES }));
	const before = await pub.getBlockNumber();
	const id = await test.snapshot();
	await test.mine({ blocks: 3, interval: 10 });
	tell("mined", (await pub.getBlockNumber()) - before);
	const t = (await pub.getBlock()).timestamp;
	tell("interval", t - (await pub.getBlock({ blockNumber: before + 2n })).timestamp);
	await test.revert({ id });
	tell("reverted", (await pub.getBlockNumber()) - before);
	// the other goes on from the base fee of what was taken back
	await test.setNextBlockBaseFeePerGas({ baseFeePerGas: viem.parseGwei("1") });
	const now = (await pub.getBlock()).timestamp;
	await test.setNextBlockTimestamp({ timestamp: now + 5000n });
	await test.mine({ blocks: 1 });
	tell("time", (await pub.getBlock()).timestamp - now);
	await fails("a time behind", test.setNextBlockTimestamp({ timestamp: now }));
	await test.increaseTime({ seconds: 600 });
	await test.mine({ blocks: 1 });
	const passed = (await pub.getBlock()).timestamp - now;
	assert.ok(passed >= 5600n && passed < 5700n, `${passed}`);
	await test.setCode({ address: rich, bytecode: "0x602a60005260206000f3" });
	await test.setNonce({ address: rich, nonce: 12 });
	await test.setStorageAt({ address: rich, index: 3, value: word(4n) });
	tell("set", [await pub.call({ to: rich }), await pub.getTransactionCount({ address: rich }),
		await pub.getStorageAt({ address: rich, slot: "0x3" })]);
	await test.setAutomine(false);
	tell("automine", await test.getAutomine());
	const waits = await wallet.sendTransaction({ to, value: 1n, ...FEES });
	tell("waits", (await test.getTxpoolStatus()).pending);
	await test.dropTransaction({ hash: waits });
	tell("dropped", (await test.getTxpoolStatus()).pending);
	const two = await wallet.sendTransaction({ to, value: 2n, ...FEES });
	await test.mine({ blocks: 1 });
	await mined("by hand", two);
	await test.setAutomine(true);
	await test.setNextBlockBaseFeePerGas({ baseFeePerGas: 12345n });
	await test.mine({ blocks: 1 });
	tell("base fee", (await pub.getBlock()).baseFeePerGas);
	await test.setCoinbase({ address: rich });
	await test.mine({ blocks: 1 });
	tell("coinbase", (await pub.getBlock()).miner);
	// each in its own words
	const dump = await test.dumpState();
	await test.mine({ blocks: 2 });
	await test.setBalance({ address: rich, value: 1n });
	await test.loadState({ state: dump });
	tell("loaded", await pub.getBalance({ address: a.address }));
	return told;
}

(async () => {
	const [one, two] = [await steps(process.argv[2]), await steps(process.argv[3])];
	let differences = 0;
	for (let i = 0; i < Math.max(one.length, two.length); i++)
		if (JSON.stringify(one[i]) !== JSON.stringify(two[i])) {
			differences++;
			console.error(`${JSON.stringify(one[i])}\n${JSON.stringify(two[i])}\n`);
		}
	console.log(`${one.length} outcomes, ${differences} differences`);
	process.exit(differences ? 1 : 0);
})().catch((e) => { console.error(e); process.exit(1); });
