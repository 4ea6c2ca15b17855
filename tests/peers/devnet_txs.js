// The transactions that tests/peers/devnet.js sends: signed once, with nonces,
// gas and fees of their own, so that two nodes get the same bytes.
"use strict";
const fs = require("fs");
const path = require("path");
const crypto = require("crypto");
const ethers = require("ethers");
const solc = require("solc");

const SOURCE = path.join(__dirname, "devnet.sol");
const MODULES = path.join(__dirname, "../../node_modules");
const PHRASE = "test test test test test test test test test test test junk";
const GWEI = 10n ** 9n;
const FACTORY = "0x4e59b44847b379578588920ca78fbf26c0b4956c";

function compile() {
	const input = {
		language: "Solidity",
		sources: { "devnet.sol": { content: fs.readFileSync(SOURCE, "utf8") } },
		settings: {
			evmVersion: "cancun",
			optimizer: { enabled: true, runs: 200 },
			outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
		},
	};
	const find = (p) => ({ contents: fs.readFileSync(path.join(MODULES, p), "utf8") });
	const out = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
	for (const e of out.errors || [])
		if (e.severity === "error") throw new Error(e.formattedMessage);
	const made = {};
	for (const [name, c] of Object.entries(out.contracts["devnet.sol"]))
		made[name] = {
			code: "0x" + c.evm.bytecode.object,
			abi: new ethers.Interface(c.abi),
		};
	return made;
}

const wallets = [0, 1, 2, 3, 4, 5].map((i) =>
	ethers.HDNodeWallet.fromPhrase(PHRASE, undefined, `m/44'/60'/0'/0/${i}`));

// Blobs that hold one number 4096 times over: a constant polynomial, whose
// commitment is a multiple of the generator and whose proofs are all nothing.
function blob(k) {
	const { bls12_381: bls } = require("@noble/curves/bls12-381");
	const word = ethers.toBeHex(k, 32).slice(2);
	const commitment = k ? bls.G1.ProjectivePoint.BASE.multiply(BigInt(k)).toHex(true)
		: "c0" + "00".repeat(47);
	const hash = crypto.createHash("sha256").update(Buffer.from(commitment, "hex")).digest();
	hash[0] = 1;
	return { data: "0x" + word.repeat(4096), commitment: "0x" + commitment,
		hash: "0x" + hash.toString("hex") };
}
const NO_PROOF = "0xc0" + "00".repeat(47);

class Script {
	constructor(chainId) {
		this.chainId = chainId;
		this.nonces = wallets.map(() => 0);
		this.list = [];
		this.touched = new Set();
	}
	// from: index of the wallet; refused: no node should take it
	async send(what, from, tx, refused) {
		const full = Object.assign({ chainId: this.chainId, nonce: this.nonces[from],
			gasLimit: 3000000n, type: 2, maxFeePerGas: 40n * GWEI,
			maxPriorityFeePerGas: GWEI }, tx);
		if (full.type < 2) {
			full.gasPrice = full.gasPrice || full.maxFeePerGas;
			delete full.maxFeePerGas;
			delete full.maxPriorityFeePerGas;
		}
		let raw = await wallets[from].signTransaction(full);
		if (tx.wrap) raw = tx.wrap(raw);
		if (full.to) this.touched.add(full.to.toLowerCase());
		const at = ethers.getCreateAddress({ from: wallets[from].address, nonce: full.nonce });
		if (!full.to) this.touched.add(at.toLowerCase());
		if (!refused && full.nonce === this.nonces[from]) this.nonces[from]++;
		this.list.push({ what, raw, refused: !!refused });
		return at;
	}
	deploy(what, from, c, args = [], tx = {}) {
		const data = ethers.concat([c.code, c.abi.encodeDeploy(args)]);
		return this.send(what, from, Object.assign({ data, gasLimit: 6000000n }, tx));
	}
	call(what, from, to, c, name, args = [], tx = {}) {
		return this.send(what, from, Object.assign({ to,
			data: c.abi.encodeFunctionData(name, args) }, tx));
	}
}

async function transfers(s) {
	const to = wallets[5].address;
	for (const type of [0, 1, 2])
		for (let i = 0; i < 4; i++)
			await s.send(`transfer of type ${type}`, i % 3, { to, type, value: BigInt(i) * 10n ** 15n,
				gasLimit: 40000n, ...(type === 1 ? { accessList: [{ address: to,
					storageKeys: [ethers.ZeroHash] }] } : {}) });
	await s.send("to oneself", 0, { to: wallets[0].address, value: 1n, gasLimit: 21000n });
	await s.send("with data", 0, { to, data: "0x00ff" + "00".repeat(500) + "ab".repeat(300) });
	await s.send("much data", 0, { to, data: "0x" + "cd".repeat(20000), gasLimit: 900000n });
	await s.send("to nobody", 0, { to: "0x00000000000000000000000000000000deadbeef", value: 5n });
	await s.send("nothing to nobody", 0, { to: "0x00000000000000000000000000000000deadbee0" });
	await s.send("before EIP-155", 0, { to, type: 0, chainId: 0, value: 3n, gasLimit: 21000n });
}

async function coins(s, made) {
	const coin = await s.deploy("coin", 0, made.Coin);
	const call = (from, name, args, tx) => s.call(`coin.${name}`, from, coin, made.Coin, name, args, tx);
	const w = wallets.map((x) => x.address);
	await call(0, "mint", [w[0], 10n ** 24n]);
	for (let i = 1; i < 5; i++) await call(0, "mint", [w[i], BigInt(i) * 10n ** 20n]);
	for (let i = 0; i < 40; i++)
		await call(i % 4, "transfer", [w[(i + 1) % 5], BigInt(i) * 10n ** 17n]);
	await call(1, "transfer", [w[2], 10n ** 30n]); // more than there is
	await call(1, "transfer", [ethers.ZeroAddress, 1n]);
	await call(1, "approve", [w[2], 10n ** 19n]);
	await call(2, "transferFrom", [w[1], w[3], 10n ** 18n]);
	await call(2, "transferFrom", [w[1], w[3], 10n ** 20n]);
	await call(3, "burn", [10n ** 18n]);
	await call(3, "burnFrom", [w[1], 1n]);
	const sig = ethers.Signature.from(await wallets[1].signTypedData(
		{ name: "Coin", version: "1", chainId: s.chainId, verifyingContract: coin },
		{ Permit: [{ name: "owner", type: "address" }, { name: "spender", type: "address" },
			{ name: "value", type: "uint256" }, { name: "nonce", type: "uint256" },
			{ name: "deadline", type: "uint256" }] },
		{ owner: w[1], spender: w[4], value: 5n, nonce: 0n, deadline: ethers.MaxUint256 }));
	const permit = [w[1], w[4], 5n, ethers.MaxUint256, sig.v, sig.r, sig.s];
	await call(4, "permit", permit);
	await call(4, "permit", permit); // the nonce is used up
	await call(4, "transferFrom", [w[1], w[4], 5n]);
	await call(0, "transfer", [w[1], 1n], { gasLimit: 30000n }); // too little gas
	return coin;
}

async function vaults(s, made, coin) {
	const vault = await s.deploy("vault", 0, made.Vault, [coin]);
	const call = (from, name, args, tx) => s.call(`vault.${name}`, from, vault, made.Vault, name, args, tx);
	const w = wallets.map((x) => x.address);
	for (let i = 0; i < 4; i++) {
		await s.call("coin.approve", i, coin, made.Coin, "approve", [vault, ethers.MaxUint256]);
		await call(i, "deposit", [10n ** 18n * BigInt(i + 1), w[i]]);
		await call(i, "mint", [10n ** 17n, w[i]]);
	}
	await s.call("coin.transfer", 0, coin, made.Coin, "transfer", [vault, 12345678901n]); // a yield
	for (let i = 0; i < 4; i++) {
		await call(i, "withdraw", [10n ** 17n, w[i], w[i]]);
		await call(i, "redeem", [10n ** 16n, w[(i + 1) % 4], w[i]]);
		await call(i, "redeem", [10n ** 28n, w[i], w[i]]); // more than there is
	}
	await call(4, "deposit", [1n, w[4]]); // nothing allowed
}

async function others(s, made) {
	const deeds = await s.deploy("deeds", 1, made.Deeds);
	const w = wallets.map((x) => x.address);
	for (let i = 0; i < 6; i++) await s.call("deeds.mint", 1, deeds, made.Deeds, "mint", [w[i % 3], i]);
	await s.call("deeds.mint again", 1, deeds, made.Deeds, "mint", [w[0], 1]);
	await s.call("deeds.mint to a contract", 1, deeds, made.Deeds, "mint", [deeds, 9]);
	await s.call("deeds.transferFrom", 0, deeds, made.Deeds, "transferFrom", [w[0], w[4], 0]);
	await s.call("deeds.transferFrom", 0, deeds, made.Deeds, "transferFrom", [w[0], w[4], 0]);
	const many = await s.deploy("many", 1, made.Many);
	await s.call("many.mint", 1, many, made.Many, "mint", [w[0], [1, 2, 3], [10, 20, 30]]);
	await s.call("many.move", 0, many, made.Many, "safeBatchTransferFrom",
		[w[0], w[1], [1, 2], [5, 21], "0x"]);
	await s.call("many.move", 0, many, made.Many, "safeBatchTransferFrom",
		[w[0], w[1], [1, 2], [5, 20], "0x"]);
}

async function factories(s, made) {
	const f = await s.deploy("factory", 2, made.Factory);
	const init = (n) => ethers.concat([made.Child.code, made.Child.abi.encodeDeploy([n])]);
	const child = (salt, n) => ethers.getCreate2Address(f, ethers.toBeHex(salt, 32), ethers.keccak256(init(n)));
	for (let i = 0; i < 6; i++) {
		await s.call("factory.make", 2, f, made.Factory, "make", [i, i * 3], { value: BigInt(i) });
		s.touched.add(child(i, i * 3).toLowerCase());
	}
	await s.call("factory.make again", 2, f, made.Factory, "make", [1, 3]);
	for (let i = 0; i < 3; i++) await s.call("factory.makePlain", 2, f, made.Factory, "makePlain", [i]);
	await s.call("child.bump", 3, child(2, 6), made.Child, "bump");
	await s.call("child.end", 3, child(2, 6), made.Child, "end", [wallets[4].address]);
	await s.call("child.bump after its end", 3, child(2, 6), made.Child, "bump");
	await s.call("child.end to itself", 3, child(3, 9), made.Child, "end", [child(3, 9)]);
	await s.call("factory.flash", 3, f, made.Factory, "flash", [77, wallets[5].address], { value: 9n });
	await s.call("factory.flash", 3, f, made.Factory, "flash", [77, wallets[5].address], { value: 9n });
	await s.call("factory.flash to itself", 3, f, made.Factory, "flash", [78, child(78, 1)], { value: 9n });
	for (let i = 0; i < 4; i++)
		await s.send("deterministic factory", 3, { to: FACTORY,
			data: ethers.concat([ethers.toBeHex(i % 3, 32), init(5)]) });
	const end = "0x730000000000000000000000000000000000000b0bff"; // ends while being made
	await s.send("ends while being made", 3, { data: end, value: 11n, gasLimit: 200000n });
	await s.send("code that begins with 0xef", 3, { data: "0x60ef60005360016000f3", gasLimit: 100000n });
	await s.send("code too large", 3, { data: "0x6160016000f3", gasLimit: 8000000n });
	await s.send("stack that is empty", 3, { data: "0x50", gasLimit: 100000n });
	await s.send("a jump to nowhere", 3, { data: "0x600456", gasLimit: 100000n });
	await s.send("an opcode that is none", 3, { data: "0x0c", gasLimit: 100000n });
}

async function odd(s, made) {
	const o = await s.deploy("odd", 4, made.Odd);
	const call = (name, args, tx) => s.call(`odd.${name}(${args})`, 4, o, made.Odd, name, args, tx);
	for (let how = 0; how < 13; how++) await call("fail", [how], { gasLimit: 400000n });
	await call("fill", [0, 20]);
	await call("fill", [10, 20]);
	await call("clear", [5, 15]);
	await call("clear", [5, 15]);
	await call("fill", [5, 3]);
	await call("clear", [0, 40]);
	await call("push", [12]);
	await call("pop", [7]);
	await call("pop", [9]);
	await call("keep", [5]);
	await call("kept", []);
	await call("deep", [40]);
	await call("deep", [2000], { gasLimit: 8000000n });
	await call("env", []);
	await call("env", [], { type: 0 });
	await call("copy", [3000]);
	await call("give", [wallets[5].address], { value: 7n });
	await call("give", [o], { value: 7n });
	await s.send("what is no function", 4, { to: o, data: "0x12345678" });
	await s.send("money it does not take", 4, { to: o, value: 1n });
	await precompiles(s, call);
	return o;
}

async function precompiles(s, call) {
	const word = (x) => ethers.toBeHex(x, 32).slice(2);
	const digest = ethers.id("digest");
	const sig = wallets[0].signingKey.sign(digest);
	const inputs = [
		[1, digest + word(sig.v) + sig.r.slice(2) + sig.s.slice(2)],
		[1, digest + word(99) + sig.r.slice(2) + sig.s.slice(2)],
		[2, "0x" + "61".repeat(100)], [3, "0x" + "62".repeat(100)], [4, "0x" + "63".repeat(100)],
		[5, "0x" + word(1) + word(1) + word(1) + "03" + "05" + "07"],
		[5, "0x" + word(32) + word(32) + word(32) + word(3n ** 150n) + word(2n ** 255n) + word(10n ** 70n)],
		[6, "0x" + word(1) + word(2) + word(1) + word(2)],
		[6, "0x" + word(1) + word(3) + word(1) + word(2)],
		[7, "0x" + word(1) + word(2) + word(12345)],
		[8, "0x"], [8, "0x" + word(1)],
		[9, "0x0000000c" + "48".repeat(64) + "61".repeat(128) + "0300000000000000" + "0000000000000000" + "01"],
		[9, "0x0000000c"],
		[10, "0x" + "01".repeat(192)],
		[11, "0x" + "00".repeat(256)], [12, "0x" + "00".repeat(160)], [13, "0x" + "00".repeat(512)],
		[15, "0x" + "00".repeat(384)], [16, "0x" + word(0) + word(7)], [16, "0x" + "00".repeat(64)],
		[17, "0x" + "00".repeat(128)],
	];
	for (const [at, input] of inputs)
		await call("precompile", [ethers.toBeHex(at, 20), input], { gasLimit: 1000000n });
}

async function blobs(s, o, made) {
	for (const ks of [[0], [1], [5, 6]]) {
		const list = ks.map(blob);
		const wrap = (raw) => {
			const tx = ethers.decodeRlp("0x" + raw.slice(4));
			return "0x03" + ethers.encodeRlp([tx, "0x01", list.map((b) => b.data),
				list.map((b) => b.commitment), list.flatMap(() => Array(128).fill(NO_PROOF))]).slice(2);
		};
		await s.send(`with ${ks.length} blobs`, 4, { type: 3, to: o, wrap,
			data: made.Odd.abi.encodeFunctionData("env"), maxFeePerBlobGas: 10n * GWEI,
			blobVersionedHashes: list.map((b) => b.hash) });
	}
}

async function delegations(s, made) {
	const code = await s.deploy("wallet code", 0, made.Wallet7702);
	const auth = (i, address, nonce) => wallets[i].authorizeSync({ address, nonce, chainId: s.chainId });
	const run = made.Wallet7702.abi.encodeFunctionData("run", [wallets[2].address, 3n, "0x"]);
	const to = wallets[5].address;
	await s.send("a delegation", 0, { type: 4, to, data: run, authorizationList: [auth(5, code, 0)] });
	await s.send("a call of it", 0, { to, data: run });
	await s.send("with a nonce that is not its", 0, { type: 4, to, data: run,
		authorizationList: [auth(5, code, 7)] });
	await s.send("taken back", 0, { type: 4, to, data: run,
		authorizationList: [auth(5, ethers.ZeroAddress, 1)] });
	await s.send("of the sender itself", 0, { type: 4, to: wallets[0].address, data: run,
		authorizationList: [auth(0, code, s.nonces[0] + 1)] });
	s.nonces[0]++;
}

async function refusals(s) {
	const to = wallets[1].address;
	await s.send("a nonce of yesterday", 0, { to, nonce: 0 }, true);
	await s.send("too little gas to begin", 0, { to, gasLimit: 20000n }, true);
	await s.send("more than it has", 0, { to, value: 10n ** 30n }, true);
	await s.send("another chain's", 0, { to, chainId: 5 }, true);
	await s.send("below the base fee", 0, { to, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }, true);
	await s.send("more gas than a block", 0, { to, gasLimit: 31000000n }, true);
}

async function script(chainId) {
	const made = compile(), s = new Script(chainId);
	await transfers(s);
	const coin = await coins(s, made);
	await vaults(s, made, coin);
	await others(s, made);
	await factories(s, made);
	const o = await odd(s, made);
	await blobs(s, o, made);
	await delegations(s, made);
	await refusals(s);
	for (const w of wallets) s.touched.add(w.address.toLowerCase());
	return { made, list: s.list, touched: [...s.touched], coin, odd: o };
}

module.exports = { script, wallets, compile };
