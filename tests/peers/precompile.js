// node precompile.js URL TOOL FORK N SEED: N inputs for each precompiled
// contract of that fork, good and hostile, through a node's eth_call and
// through TOOL (tests/tools/precompile): same answers, failures and gas?
'use strict';
const http = require('http'), path = require('path');
const crypto = require('crypto');
const { spawnSync } = require('child_process');
const root = path.join(__dirname, '../..');
const need = m => require(require.resolve(m, { paths: [root] }));
const { SigningKey } = need('ethers');

const [url, tool, fork, count, seed] = process.argv.slice(2);
const CAP = 20000000n; // what a call gets at most
const order = ['byzantium', 'istanbul', 'berlin', 'cancun', 'prague', 'osaka'];
const since = f => order.indexOf(fork) >= order.indexOf(f);

// ------------------------------------------------------------- randomness
let state = crypto.createHash('sha256').update(String(seed)).digest();
function bytes(n) {
	const parts = [];
	for (let have = 0; have < n; have += 32) {
		state = crypto.createHash('sha256').update(state).digest();
		parts.push(state);
	}
	return Buffer.concat(parts).subarray(0, n);
}
const below = n => Number(big(bytes(6)) % BigInt(n));
const pick = list => list[below(list.length)];
const big = b => BigInt('0x' + (b.toString('hex') || '0'));
const word = (x, n = 32) => Buffer.from(
	x.toString(16).padStart(2 * n, '0'), 'hex');
const cat = (...b) => Buffer.concat(b);

// ------------------------------------------------------------ two curves
// Affine points over Fp2 = Fp[i]/(i² + 1); null is at infinity.  Slow.
const mod = (a, p) => ((a % p) + p) % p;
function power(b, e, p) {
	let r = 1n;
	for (b = mod(b, p); e; e >>= 1n, b = b * b % p)
		if (e & 1n) r = r * b % p;
	return r;
}
function curve(p, b, one) {
	const f = {
		sub: (x, y) => [mod(x[0] - y[0], p), mod(x[1] - y[1], p)],
		add: (x, y) => [mod(x[0] + y[0], p), mod(x[1] + y[1], p)],
		mul: (x, y) => [mod(x[0] * y[0] - x[1] * y[1], p),
			mod(x[0] * y[1] + x[1] * y[0], p)],
		inv: x => {
			const n = power(x[0] * x[0] + x[1] * x[1], p - 2n, p);
			return [mod(x[0] * n, p), mod(-x[1] * n, p)];
		},
	};
	const same = (x, y) => x[0] === y[0] && x[1] === y[1];
	function add(P, Q) {
		if (!P || !Q) return P || Q;
		let up, along;
		if (!same(P[0], Q[0])) {
			up = f.sub(Q[1], P[1]);
			along = f.sub(Q[0], P[0]);
		} else if (same(P[1], Q[1])) {
			up = f.mul([3n, 0n], f.mul(P[0], P[0]));
			along = f.add(P[1], P[1]);
		} else {
			return null;
		}
		const l = f.mul(up, f.inv(along));
		const x = f.sub(f.sub(f.mul(l, l), P[0]), Q[0]);
		return [x, f.sub(f.mul(l, f.sub(P[0], x)), P[1])];
	}
	function mul(k, P) {
		let r = null;
		for (; k; k >>= 1n, P = add(P, P))
			if (k & 1n) r = add(r, P);
		return r;
	}
	// any point of it: of no subgroup in particular
	function any(real) {
		for (;;) {
			const x = [mod(big(bytes(64)), p),
				real ? 0n : mod(big(bytes(64)), p)];
			const point = at(x);
			if (point) return point;
		}
	}
	function at(x) {
		const y = root2(f.add(f.mul(f.mul(x, x), x), b));
		return y && [x, y];
	}
	function root2(a) { // p is 3 modulo 4
		const root = v => power(v, (p + 1n) / 4n, p);
		if (!a[1]) {
			const r = [root(a[0]), 0n];
			return same(f.mul(r, r), a) ? r : null;
		}
		const n = root(a[0] * a[0] + a[1] * a[1]);
		for (const s of [n, p - n]) {
			const x = root((a[0] + s) * ((p + 1n) / 2n));
			if (!x) continue;
			const r = [x, mod(a[1] * power(2n * x, p - 2n, p), p)];
			if (same(f.mul(r, r), a)) return r;
		}
		return null;
	}
	// a few known multiples, of which inputs are made
	const known = [null, one];
	for (let i = 0; i < 6; i++) known.push(mul(big(bytes(32)), one));
	known.push(mul(2n, one), mul(3n, one));
	return { add, mul, any, at, one, known, neg: P => P && [P[0],
		[mod(-P[1][0], p), mod(-P[1][1], p)]] };
}

const P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
const BP = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const BR = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const bn1 = curve(P, [3n, 0n], [[1n, 0n], [2n, 0n]]);
const bn2 = curve(P, [0x2b149d40ceb8aaae81be18991be06ac3b5b4c5e559dbefa33267e6dc24a138e5n,
	0x009713b03af0fed4cd2cafadeed8fdf4a74fa084e52d1852e4a2bd0685c315d2n],
[[0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6edn,
	0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2n],
[0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daan,
	0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975bn]]);
const bls1 = curve(BP, [4n, 0n], [
	[0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bbn, 0n],
	[0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1n, 0n]]);
const bls2 = curve(BP, [4n, 4n], [
	[0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8n,
		0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7en],
	[0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801n,
		0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79ben]]);

const bnG1 = p => p ? cat(word(p[0][0]), word(p[1][0])) : Buffer.alloc(64);
const bnG2 = p => p ? cat(...[p[0][1], p[0][0], p[1][1], p[1][0]]
	.map(x => word(x))) : Buffer.alloc(128);
const blsG1 = p => p ? cat(word(p[0][0], 64), word(p[1][0], 64))
	: Buffer.alloc(128);
const blsG2 = p => p ? cat(...[p[0][0], p[0][1], p[1][0], p[1][1]]
	.map(x => word(x, 64))) : Buffer.alloc(256);
const one = (c, put, real) => put(below(12) ? pick(c.known) : c.any(real));
const factor = r => pick([0n, 1n, 2n, r - 1n, r, r + 1n, (1n << 256n) - 1n,
	big(bytes(16)), big(bytes(32)), big(bytes(32)), big(bytes(32))]);

// Pairs whose product is one as often as not.
function pairs(g1, g2, put1, put2, r) {
	const n = below(4), parts = [];
	let sum = 0n;
	for (let i = 0; i < n; i++) {
		if (!below(9)) {
			parts.push(one(g1, put1, true), one(g2, put2));
			continue;
		}
		const a = BigInt(below(50)), b = BigInt(below(50));
		sum += a * b;
		parts.push(put1(g1.mul(a, g1.one)), put2(g2.mul(b, g2.one)));
	}
	sum = mod(below(3) ? -sum : sum, r);
	parts.push(put1(g1.mul(sum, g1.one)), put2(g2.one));
	return cat(...parts);
}

// ----------------------------------------------------------------- inputs
function recover() {
	const digest = bytes(32);
	const sig = new SigningKey(bytes(32)).sign(digest);
	const v = below(8) ? sig.v : pick([0, 1, 26, 29, 255]);
	const s = big(Buffer.from(sig.s.slice(2), 'hex'));
	const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
	return cat(digest, word(BigInt(v)), Buffer.from(sig.r.slice(2), 'hex'),
		word(pick([s, s, s, n - s, 0n, n, n - 1n])));
}
function modexp() {
	const len = () => pick([0, 1, 2, 31, 32, 33, 64, 65, below(200)]);
	const [b, e, m] = [len(), len(), len()];
	const head = [b, e, m].map(BigInt);
	const huge = [1n << 255n, 1n << 64n, (1n << 64n) - 1n, 1n << 32n, 1025n,
		1024n, 1023n, 65536n];
	if (!below(5)) head[below(3)] = pick(huge);
	return cat(...head.map(x => word(x)), bytes(b),
		below(3) ? bytes(e) : Buffer.alloc(e), below(5) ? bytes(m)
			: Buffer.alloc(m));
}
function p256() {
	const { privateKey, publicKey } = crypto.generateKeyPairSync('ec',
		{ namedCurve: 'P-256' });
	const text = bytes(40);
	const sig = crypto.sign('sha256', text, { key: privateKey,
		dsaEncoding: 'ieee-p1363' });
	const { x, y } = publicKey.export({ format: 'jwk' });
	return cat(crypto.createHash('sha256').update(text).digest(), sig,
		Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url'));
}
// KZG over a + bX: the quotient is b at every point, so the proof is b·G.
const TAU = 0xd3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81n;
function compressed(p) {
	if (!p) return cat(Buffer.from([0xc0]), Buffer.alloc(47));
	const b = word(p[0][0], 48);
	b[0] |= 0x80 | (2n * p[1][0] > BP ? 0x20 : 0);
	return b;
}
let tau;
function point() {
	if (!tau) { // the ceremony's ad3eb5…: the greater y
		tau = bls1.at([TAU, 0n]);
		if (2n * tau[1][0] < BP) tau = bls1.neg(tau);
	}
	const a = factor(BR) % BR, b = factor(BR) % BR, z = factor(BR) % BR;
	const c = compressed(bls1.add(bls1.mul(a, bls1.one), bls1.mul(b, tau)));
	const hash = crypto.createHash('sha256').update(c).digest();
	hash[0] = 1;
	return cat(hash, word(z), word((a + b * z) % BR), c,
		compressed(bls1.mul(b, bls1.one)));
}
const terms = (g, put, r) => cat(...Array.from({ length: 1 + below(5) }, () =>
	cat(one(g, put, g === bls1), word(factor(r)))));
const element = () => word(pick([0n, 1n, BP - 1n, BP, BP + 1n,
	mod(big(bytes(64)), BP), mod(big(bytes(64)), BP)]), 64);

const contracts = [
	[1, 'byzantium', recover],
	[2, 'byzantium', () => bytes(below(300))],
	[3, 'byzantium', () => bytes(below(300))],
	[4, 'byzantium', () => bytes(below(300))],
	[5, 'byzantium', modexp],
	[6, 'byzantium', () => cat(one(bn1, bnG1, true), one(bn1, bnG1, true))],
	[7, 'byzantium', () => cat(one(bn1, bnG1, true), word(factor(R)))],
	[8, 'byzantium', () => pairs(bn1, bn2, bnG1, bnG2, R)],
	[9, 'istanbul', () => cat(word(BigInt(below(3000)), 4), bytes(208),
		word(BigInt(pick([0, 1, 1, 0, 2])), 1))],
	[10, 'cancun', point],
	[11, 'prague', () => cat(one(bls1, blsG1, true), one(bls1, blsG1, true))],
	[12, 'prague', () => terms(bls1, blsG1, BR)],
	[13, 'prague', () => cat(one(bls2, blsG2), one(bls2, blsG2))],
	[14, 'prague', () => terms(bls2, blsG2, BR)],
	[15, 'prague', () => pairs(bls1, bls2, blsG1, blsG2, BR)],
	[16, 'prague', element],
	[17, 'prague', () => cat(element(), element())],
	[256, 'osaka', p256],
];

// What an attacker makes of a good input.
function spoil(good) {
	const b = Buffer.from(good), at = below(b.length || 1);
	const w = 32 * below(Math.max(1, b.length >> 5));
	const odd = [P, P - 1n, R, BR, (1n << 256n) - 1n, 0n, 1n, 1n << 255n,
		BP & ((1n << 256n) - 1n)];
	switch (below(8)) {
	case 0: return b.subarray(0, at);
	case 1: return cat(b, bytes(1 + below(70)));
	case 2: if (b.length) b[at] ^= 1 << below(8); return b;
	case 3: if (b.length >= 32) word(pick(odd)).copy(b, w); return b;
	case 4: return cat(b, b);
	case 5: return bytes(b.length);
	case 6: return Buffer.alloc(b.length, pick([0, 0xff]));
	default: return cat(b.subarray(w), b.subarray(0, w));
	}
}

function inputs() {
	const list = [];
	for (const [index, from, make] of contracts) {
		list.push([index, Buffer.alloc(0)]);
		if (!since(from)) continue;
		for (let i = 0; i < Number(count); i++) {
			const good = make();
			list.push([index, good], [index, spoil(good)]);
		}
	}
	return list;
}

// --------------------------------------------------------------- the node
// Static call of word 0 with word 1 as its gas and the rest as its input;
// returns success, gas taken from GAS to GAS, and what came back.
const CODE = '0x6040360380604060003' +
	'75a60006000836000600035602035fa5a90600052900360205' +
	'23d600060403e3d6040016000f3';
const OVERHEAD = since('berlin') ? 126n : 726n;
const AT = '0x00000000000000000000000000000000000c0de5';

function ask(batch) {
	const body = JSON.stringify(batch.map((data, id) => ({ jsonrpc: '2.0', id,
		method: 'eth_call', params: [{ to: AT, data: '0x' + data.toString('hex'),
			gas: '0x1c9c380' }, 'latest', { [AT]: { code: CODE } }] })));
	return new Promise((resolve, reject) => {
		const req = http.request(url, { method: 'POST', headers: {
			'content-type': 'application/json' } }, res => {
			const parts = [];
			res.on('data', d => parts.push(d));
			res.on('end', () => resolve(JSON.parse(cat(...parts))
				.sort((a, b) => a.id - b.id)));
		});
		req.on('error', reject);
		req.end(body);
	});
}

function ours(list) {
	const text = list.map(([i, b]) => `${i} ${fork} 0x${b.toString('hex')}\n`);
	const r = spawnSync(tool, { input: text.join(''), maxBuffer: 1 << 28 });
	if (r.status) throw new Error(`${tool}: ${r.stderr}`);
	return r.stdout.toString().trim().split('\n').map(l => {
		const [gas, out] = l.split(' ');
		return { gas: BigInt(gas), out: out === 'fail' ? null : out };
	});
}

// What is no contract of this fork is an account without code, and a cold one.
function expected(index, mine, empty) {
	const from = contracts.find(c => c[0] === index)[1];
	if (!since(from) && empty) return { out: '0x', taken: since('berlin') ? 2500n : 0n };
	if (mine.gas > CAP) return { out: null, taken: CAP };
	return { out: mine.out, taken: mine.gas };
}

async function main() {
	const list = inputs(), mine = ours(list), bad = [], seen = {};
	for (let i = 0; i < list.length; i += 40) {
		const part = list.slice(i, i + 40);
		const answers = await ask(part.map(([index, b], j) => {
			const gas = mine[i + j].gas;
			return cat(word(BigInt(index)), word(gas < CAP ? gas : CAP), b);
		}));
		answers.forEach((a, j) => {
			const [index, b] = part[j], got = a.result || '';
			const want = expected(index, mine[i + j], !b.length);
			const ok = got.slice(2, 66) === word(1n).toString('hex');
			const taken = got ? BigInt('0x' + got.slice(66, 130)) - OVERHEAD
				: -1n;
			seen[index] = seen[index] || [0, 0];
			seen[index][want.out === null ? 1 : 0]++;
			if (ok !== (want.out !== null) || taken !== want.taken ||
			    (ok && '0x' + got.slice(130) !== want.out))
				bad.push(`${index} 0x${b.toString('hex')}: node ` +
					`${ok} ${taken} ${got.slice(130)}${JSON.stringify(
						a.error || '')}, plume ${want.taken} ${want.out}`);
		});
	}
	bad.slice(0, 20).forEach(b => console.log(b));
	for (const [i, n] of Object.entries(seen))
		console.log(`contract ${i}: ${n[0]} answers, ${n[1]} failures`);
	console.log(`${fork}: ${list.length} calls, ${bad.length} differ (seed ${seed})`);
	process.exit(bad.length ? 1 : 0);
}
main();
