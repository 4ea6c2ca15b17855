// eth_signTypedData_v4 beside ethers: types and values made at random (the
// seed is told when they differ), signed by the node and by the same key.
"use strict";
const assert = require("assert");
const ethers = require("ethers");
const { wallets } = require("./devnet_txs.js");

function random(seed) {
	let n = 0n;
	const next = () => BigInt(ethers.keccak256(ethers.toBeHex((BigInt(seed) << 64n) + n++, 32)));
	const pick = (k) => Number(next() % BigInt(k));
	return { next, pick };
}

function make(seed) {
	const { next, pick } = random(seed);
	const types = {};
	const names = ["Alpha", "Beta", "Gamma", "alpha"].slice(0, 1 + pick(4));
	const atom = () => [() => `uint${8 * (1 + pick(32))}`, () => `int${8 * (1 + pick(32))}`,
		() => `bytes${1 + pick(32)}`, () => "bytes", () => "string", () => "bool",
		() => "address"][pick(7)]();
	const array = (t) => pick(3) ? t : array(t + (pick(2) ? "[]" : `[${pick(3)}]`));
	// later ones hold earlier ones: none holds itself
	names.forEach((name, i) => {
		types[name] = [...Array(1 + pick(4))].map((_, k) => ({ name: `m${k}`,
			type: array(i && pick(3) === 0 ? names[pick(i)] : atom()) }));
	});
	const value = (t) => {
		const open = t.lastIndexOf("[");
		if (open >= 0) {
			const n = t.slice(open) === "[]" ? pick(3) : Number(t.slice(open + 1, -1));
			return [...Array(n)].map(() => value(t.slice(0, open)));
		}
		if (types[t]) return Object.fromEntries(types[t].map((m) => [m.name, value(m.type)]));
		if (t === "string") return ["", "häuser", "x".repeat(pick(70)), "\u0000\"\\"][pick(4)];
		if (t === "bool") return pick(2) === 1;
		if (t === "address") return ethers.getAddress(ethers.toBeHex(next() >> 96n, 20));
		if (t === "bytes") return ethers.hexlify(ethers.getBytes(ethers.toBeHex(next(), 32)).slice(0, pick(33)));
		if (t.startsWith("bytes")) return ethers.toBeHex(next(), 32).slice(0, 2 + 2 * Number(t.slice(5)));
		const bits = BigInt(t.replace(/\D/g, ""));
		if (t.startsWith("uint")) return [0n, (1n << bits) - 1n, next() % (1n << bits)][pick(3)];
		return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n, (next() % (1n << bits)) - (1n << (bits - 1n))][pick(3)];
	};
	const domain = {};
	if (pick(4)) domain.name = "Name";
	if (pick(2)) domain.version = "2";
	if (pick(2)) domain.chainId = pick(100000);
	if (pick(2)) domain.verifyingContract = ethers.getAddress(ethers.toBeHex(next() >> 96n, 20));
	if (pick(4) === 0) domain.salt = ethers.toBeHex(next(), 32);
	// what nothing refers to is no type of ethers' encoder
	const used = new Set();
	const walk = (t) => {
		const base = t.split("[")[0];
		if (!types[base] || used.has(base)) return;
		used.add(base);
		types[base].forEach((m) => walk(m.type));
	};
	const primary = names[names.length - 1];
	walk(primary);
	for (const name of names) if (!used.has(name)) delete types[name];
	return { domain, types, message: value(primary) };
}

async function main() {
	const p = new ethers.JsonRpcProvider(process.argv[2], undefined, { staticNetwork: true });
	let n = 0;
	for (let seed = 1; seed <= 300; seed++, n++) {
		const { domain, types, message } = make(seed);
		const want = await wallets[0].signTypedData(domain, types, message);
		const payload = ethers.TypedDataEncoder.getPayload(domain, types, message);
		// as an object, and as its text
		const sent = seed % 2 ? payload : JSON.stringify(payload);
		const got = await p.send("eth_signTypedData_v4", [wallets[0].address, sent]);
		assert.strictEqual(got, want, `seed ${seed}: ${JSON.stringify(payload)}`);
	}
	await assert.rejects(p.send("eth_signTypedData_v4", [ethers.ZeroAddress,
		ethers.TypedDataEncoder.getPayload({}, { A: [] }, {})]));
	console.log(`${n} signatures`);
	p.destroy();
}

main().catch((e) => { console.error(e); process.exit(1); });
