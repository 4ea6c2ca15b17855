// node evm_run.js URL PLUME FORK N SEED: N random programs through a node's
// debug_traceCall and through `plume evm run`: same ends, outputs and gas?
'use strict';
const http = require('http');
const crypto = require('crypto');
const { spawnSync } = require('child_process');

const [url, plume, fork, count, seed] = process.argv.slice(2);
const SENDER = '0x' + '5e'.repeat(20), ME = '0x' + 'c0'.repeat(20);
const GAS = 500000, BASE = 21000;

// ------------------------------------------------------------- randomness
let pool = Buffer.alloc(0), turn = 0;
function byte() {
	if (!pool.length)
		pool = crypto.createHash('sha512').update(`${seed}/${turn++}`)
			.digest();
	const b = pool[0];
	pool = pool.subarray(1);
	return b;
}
const below = n => (byte() << 16 | byte() << 8 | byte()) % n;
const pick = list => list[below(list.length)];
const hex = b => Buffer.from(b).toString('hex');

// --------------------------------------------------------------- programs
// [opcode, words taken, words put]
const since = f => ['paris', 'shanghai', 'cancun', 'prague', 'osaka']
	.indexOf(fork) >= ['paris', 'shanghai', 'cancun', 'prague', 'osaka']
	.indexOf(f);
const plain = [[0x01, 2], [0x02, 2], [0x03, 2], [0x04, 2], [0x05, 2],
	[0x06, 2], [0x07, 2], [0x08, 3], [0x09, 3], [0x0a, 2], [0x0b, 2],
	[0x10, 2], [0x11, 2], [0x12, 2], [0x13, 2], [0x14, 2], [0x15, 1],
	[0x16, 2], [0x17, 2], [0x18, 2], [0x19, 1], [0x1a, 2], [0x1b, 2],
	[0x1c, 2], [0x1d, 2]];
const known = [0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3d, 0x58, 0x59, 0x5a];
if (since('shanghai')) known.push(0x5f);
if (since('osaka')) plain.push([0x1e, 1]);

function number() {
	switch (below(6)) {
	case 0: return [0x60, byte()];
	case 1: return [0x60, below(4)];
	case 2: return [0x61, byte(), byte()];
	case 3: return [0x7f, ...Array(32).fill(0xff)];
	case 4: { // near a power of two
		const n = 1n << BigInt(below(256));
		const v = byte() & 1 ? n : n - 1n;
		return [0x7f, ...Buffer.from(v.toString(16).padStart(64, '0'),
			'hex')];
	}
	default: {
		const n = 1 + below(32);
		return [0x5f + n, ...Array.from({ length: n }, byte)];
	}
	}
}
const at = () => [0x61, below(3) ? 0 : below(8), byte()];
const few = () => [0x60, below(5) * 16 + below(3)];
const key = () => [0x60, below(3)];
const target = () => pick([
	[0x60, 1 + below(9)], [0x30], [0x60, 0xee],
	[0x73, ...Array(20).fill(0xee)]]);

const groups = [
	() => [...at(), 0x51],                           // MLOAD
	() => [...number(), ...at(), 0x52, ...number()], // MSTORE
	() => [...number(), ...at(), 0x53, ...number()],
	() => [...few(), ...at(), 0x20],
	() => [...few(), ...at(), ...at(), 0x39, ...number()], // CODECOPY
	() => [...few(), ...few(), ...at(), 0x37, ...number()],
	() => [...key(), 0x54],                          // SLOAD
	() => [...key(), ...key(), 0x55, ...number()],   // SSTORE
	() => [...number(), ...few(), ...at(), 0xa1, ...number()],
	() => [...few(), ...at(), 0xa0, ...number()],
	() => [...target(), 0x31],
	() => [...target(), 0x3b],
	() => [...target(), 0x3f],
	() => [...few(), ...at(), ...at(), ...target(), 0x3c, ...number()],
	// CALL, CALLCODE: of nobody's money but for what is not there
	() => [...few(), ...at(), ...few(), ...at(), 0x60, +!below(9),
		...target(), 0x62, 0, byte(), byte(), pick([0xf1, 0xf2])],
	() => [...few(), ...at(), ...few(), ...at(), ...target(),
		0x62, 0, byte(), byte(), pick([0xf4, 0xfa])],
	() => [...few(), ...at(), 0x60, 0, 0xf0],        // CREATE
	() => [...number(), ...few(), ...at(), 0x60, 0, 0xf5],
	() => { // init code that returns what is in memory, or reverts
		const init = [0x60, byte(), 0x60, 0, 0x53, 0x60, below(40),
			0x60, 0, pick([0xf3, 0xf3, 0xfd])];
		return [0x69, ...init, 0x60, 0, 0x52, 0x60, 10, 0x60, 22,
			0x60, 0, 0xf0];
	},
	() => [...few(), ...few(), ...at(), 0x3e, ...number()], // RETURNDATACOPY
];
if (since('cancun'))
	groups.push(() => [...few(), ...at(), ...at(), 0x5e, ...number()],
		() => [...key(), 0x5c],
		() => [...number(), ...key(), 0x5d, ...number()]);

// A loop of n rounds around a body that leaves the stack as it was.
function loop(start, body) {
	const top = start + 2; // PUSH1 n, JUMPDEST, body, n - 1, again?
	return [0x60, 1 + below(20), 0x5b, ...body,
		0x60, 1, 0x90, 0x03, 0x80, 0x61, top >> 8, top & 255, 0x57];
}

function program() {
	const code = [];
	let height = 0;
	for (let n = 10 + below(60); n > 0; n--) {
		const what = below(24);
		if (what === 0 && height < 1000) {
			code.push(...loop(code.length, [...number(), ...number(),
				pick(plain.filter(x => x[1] === 2))[0], 0x50]));
			height++;
		} else if (what < 8) {
			const op = pick(plain);
			while (height < op[1]) {
				code.push(...number());
				height++;
			}
			code.push(op[0]);
			height -= op[1] - 1;
		} else if (what < 12) {
			code.push(...number());
			height++;
		} else if (what < 14) {
			code.push(pick(known));
			height++;
		} else if (what < 18 && height > 1) {
			const k = 1 + below(Math.min(16, height - 1));
			code.push(byte() & 1 ? 0x8f + k : 0x7f + k);
			if (code[code.length - 1] < 0x90)
				height++;
		} else if (what === 18 && height) {
			code.push(0x50);
			height--;
		} else if (what === 19) { // over something, or not
			const skip = number(), cond = number();
			const dest = code.length + cond.length + 4 +
				skip.length + 1;
			code.push(...cond, 0x61, dest >> 8, dest & 255, 0x57,
				...skip, 0x50, 0x5b);
		} else if (what === 20 && !below(12)) {
			// Whatever it is, but what blocks and balances differ in.
			const b = byte();
			code.push(b === 0x31 || b >> 4 === 4 ? 0x5b : b);
		} else {
			code.push(...pick(groups)());
			height++;
		}
	}
	while (height < 1) {
		code.push(...number());
		height++;
	}
	code.push(0x60, 0, 0x52, 0x60, 96, 0x60, 0, below(5) ? 0xf3 : 0xfd);
	return hex(code);
}

// ---------------------------------------------------------------- the node
const agent = new http.Agent({ keepAlive: true });
let id = 0;
function ask(method, params) {
	return new Promise((done, fail) => {
		const r = http.request(url, { method: 'POST', agent,
			headers: { 'content-type': 'application/json' } }, a => {
			let text = '';
			a.on('data', d => { text += d; });
			a.on('end', () => {
				const o = JSON.parse(text);
				if (o.error)
					fail(new Error(`${method}: ` +
						JSON.stringify(o.error)));
				else
					done(o.result);
			});
		});
		r.on('error', fail);
		r.end(JSON.stringify({ jsonrpc: '2.0', id: ++id, method,
			params }));
	});
}

async function node(code) {
	await ask('anvil_setCode', [ME, '0x' + code]);
	const t = await ask('debug_traceCall', [{ from: SENDER, to: ME,
		gas: '0x' + (GAS + BASE).toString(16) }, 'latest',
	{ tracer: 'callTracer', tracerConfig: { onlyTopCall: true } }]);
	const reverted = t.error === 'execution reverted';
	return { end: !t.error ? 'success' : reverted ? 'revert' : 'failed',
		output: t.error && !reverted ? '0x' : t.output || '0x',
		gas: Number(t.gasUsed) };
}

function ours(code) {
	const p = spawnSync(plume, ['evm', 'run', '--code', '0x' + code,
		'--gas', GAS, '--fork', fork, '--sender', SENDER,
		'--receiver', ME, '--json'], { encoding: 'utf8' });
	if (p.status !== 0)
		throw new Error(p.stderr);
	const r = JSON.parse(p.stdout);
	const used = r.gas_used + BASE;
	return { end: r.success ? 'success' :
		r.status === 'execution reverted' ? 'revert' : 'failed',
	output: r.output,
	gas: used - (r.success ? Math.min(r.refund, Math.floor(used / 5)) : 0) };
}

(async () => {
	let differ = 0;
	const ends = { success: 0, revert: 0, failed: 0 };
	await ask('anvil_setNonce', [ME, '0x1']);
	for (let i = 0; i < Number(count); i++) {
		const code = program();
		const a = await node(code), b = ours(code);
		ends[b.end]++;
		if (JSON.stringify(a) === JSON.stringify(b))
			continue;
		differ++;
		if (differ <= 5)
			console.log(`${code}\n  node  ${JSON.stringify(a)}\n` +
				`  plume ${JSON.stringify(b)}`);
	}
	console.log(`${fork}: ${count} programs (seed ${seed}), ` +
		`${ends.success} succeed, ${ends.revert} revert, ` +
		`${differ} differ`);
	process.exit(differ ? 1 : 0);
})().catch(e => {
	console.log(String(e));
	process.exit(2);
});
