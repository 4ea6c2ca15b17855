// node evm_diff.js URL TOOL FORK N SEED [FILE]: N random programs through a
// node's eth_call and through TOOL (tests/tools/evm_diff): same success, gas,
// output, storage, balances and code?  With FILE: what the node said, in the
// form that tests/cli/evm_recorded.bats reads.
'use strict';
const fs = require('fs'), http = require('http');
const crypto = require('crypto');
const { spawnSync } = require('child_process');

const [url, tool, fork, count, seed, file] = process.argv.slice(2);
const order = ['byzantium', 'istanbul', 'berlin', 'london', 'paris', 'shanghai',
	'cancun', 'prague', 'osaka'];
const since = f => order.indexOf(fork) >= order.indexOf(f);

let state = crypto.createHash('sha256').update(String(seed)).digest();
function bytes(n) {
	const parts = [];
	for (let have = 0; have < n; have += 32) {
		state = crypto.createHash('sha256').update(state).digest();
		parts.push(state);
	}
	return Buffer.concat(parts).subarray(0, n);
}
const below = n => bytes(6).readUIntBE(0, 6) % n;
const pick = list => list[below(list.length)];

// -------------------------------------------------------------- assembler
const OP = {
	STOP: 0, ADD: 1, MUL: 2, SUB: 3, DIV: 4, SDIV: 5, MOD: 6, SMOD: 7,
	ADDMOD: 8, MULMOD: 9, EXP: 10, SIGNEXTEND: 11, LT: 0x10, GT: 0x11,
	SLT: 0x12, SGT: 0x13, EQ: 0x14, ISZERO: 0x15, AND: 0x16, OR: 0x17,
	XOR: 0x18, NOT: 0x19, BYTE: 0x1a, SHL: 0x1b, SHR: 0x1c, SAR: 0x1d,
	CLZ: 0x1e, KECCAK256: 0x20, ADDRESS: 0x30, BALANCE: 0x31, ORIGIN: 0x32,
	CALLER: 0x33, CALLVALUE: 0x34, CALLDATALOAD: 0x35, CALLDATASIZE: 0x36,
	CALLDATACOPY: 0x37, CODESIZE: 0x38, CODECOPY: 0x39, GASPRICE: 0x3a,
	EXTCODESIZE: 0x3b, EXTCODECOPY: 0x3c, RETURNDATASIZE: 0x3d,
	RETURNDATACOPY: 0x3e, EXTCODEHASH: 0x3f, BLOCKHASH: 0x40,
	COINBASE: 0x41, TIMESTAMP: 0x42, NUMBER: 0x43, PREVRANDAO: 0x44,
	GASLIMIT: 0x45, CHAINID: 0x46, SELFBALANCE: 0x47, BASEFEE: 0x48,
	BLOBHASH: 0x49, BLOBBASEFEE: 0x4a, POP: 0x50, MLOAD: 0x51,
	MSTORE: 0x52, MSTORE8: 0x53, SLOAD: 0x54, SSTORE: 0x55, JUMP: 0x56,
	JUMPI: 0x57, PC: 0x58, MSIZE: 0x59, GAS: 0x5a, JUMPDEST: 0x5b,
	TLOAD: 0x5c, TSTORE: 0x5d, MCOPY: 0x5e, PUSH0: 0x5f, DUP1: 0x80,
	SWAP1: 0x90, LOG0: 0xa0, CREATE: 0xf0, CALL: 0xf1, CALLCODE: 0xf2,
	RETURN: 0xf3, DELEGATECALL: 0xf4, CREATE2: 0xf5, STATICCALL: 0xfa,
	REVERT: 0xfd, INVALID: 0xfe, SELFDESTRUCT: 0xff,
};
function push(v, least = 1) {
	let hex = BigInt(v).toString(16);
	if (hex.length & 1) hex = '0' + hex;
	hex = hex.padStart(2 * least, '0');
	return Buffer.concat([Buffer.from([0x5f + hex.length / 2]),
		Buffer.from(hex, 'hex')]);
}
// names, numbers (pushed) and buffers
const asm = (...parts) => Buffer.concat(parts.flat(9).map(p =>
	Buffer.isBuffer(p) ? p : typeof p === 'string' ? Buffer.from([OP[p]])
		: push(p)));

const ONE = 0xc0de01n, TWO = 0xc0de02n, THREE = 0xc0de03n, NOBODY = 0xdeadn;
const GAS = 400000;

// Calls the second account, tells how that went, then asks it for its slots.
const OUTER = asm('CALLDATASIZE', 0, 0, 'CALLDATACOPY', 'GAS', 0, 0,
	'CALLDATASIZE', 0, 0, TWO, GAS, 'CALL', 'GAS', 'SWAP1', 0, 'MSTORE',
	'SWAP1', 'SUB', 32, 'MSTORE', 'RETURNDATASIZE', 0, 256, 'RETURNDATACOPY',
	'RETURNDATASIZE', 64, 'MSTORE', TWO, 'BALANCE', 96, 'MSTORE',
	THREE, 'BALANCE', 128, 'MSTORE', TWO, 'EXTCODESIZE', 160, 'MSTORE',
	256, 256, 'RETURNDATASIZE', 'ADD', 0, 0, 0, TWO, GAS, 'CALL',
	192, 'MSTORE', 64, 'MLOAD', 512, 'ADD', 0, 'RETURN');

// Without input it tells its slots: so storage is seen from outside.
function telling(main) {
	const dump = [];
	for (let k = 0; k < 8; k++)
		dump.push(k, k > 5 && since('cancun') ? 'TLOAD' : 'SLOAD', 32 * k,
			'MSTORE');
	const body = asm(dump, 256, 0, 'RETURN');
	return asm('CALLDATASIZE', push(body.length + 5, 2), 'JUMPI', body,
		'JUMPDEST', main);
}

// --------------------------------------------------------------- programs
const value = () => pick([0n, 1n, 2n, 3n, 31n, 32n, 33n, 255n, 256n,
	(1n << 255n), (1n << 256n) - 1n, (1n << 128n), (1n << 64n) - 1n,
	(1n << 255n) - 1n, ONE, TWO, THREE, NOBODY,
	BigInt('0x' + bytes(1 + below(32)).toString('hex')),
	BigInt('0x' + bytes(1 + below(32)).toString('hex'))]);
const near = () => below(200) ? below(300) : value(); // an offset or a length
const who = () => pick([ONE, TWO, THREE, THREE, THREE, NOBODY,
	BigInt(1 + below(10)), 4n, 2n]);
const binary = ['ADD', 'MUL', 'SUB', 'DIV', 'SDIV', 'MOD', 'SMOD', 'EXP',
	'SIGNEXTEND', 'LT', 'GT', 'SLT', 'SGT', 'EQ', 'AND', 'OR', 'XOR', 'BYTE',
	...since('istanbul') ? ['SHL', 'SHR', 'SAR'] : []];
const unary = ['ISZERO', 'NOT', 'BALANCE', 'CALLDATALOAD', 'EXTCODESIZE',
	'BLOCKHASH', ...since('istanbul') ? ['EXTCODEHASH'] : [],
	...since('cancun') ? ['BLOBHASH'] : [], ...since('osaka') ? ['CLZ'] : []];
const asking = ['ADDRESS', 'ORIGIN', 'CALLER', 'CALLVALUE', 'CALLDATASIZE',
	'CODESIZE', 'GASPRICE', 'RETURNDATASIZE', 'COINBASE', 'TIMESTAMP',
	'NUMBER', 'PREVRANDAO', 'GASLIMIT', 'PC', 'MSIZE', 'GAS',
	...since('istanbul') ? ['CHAINID', 'SELFBALANCE'] : [],
	...since('london') ? ['BASEFEE'] : [],
	...since('shanghai') ? ['PUSH0'] : [],
	...since('cancun') ? ['BLOBBASEFEE'] : []];
const slot = () => below(8);

function init() { // code that makes a contract, in memory from 0 on
	const code = pick([asm(0, 0, 'RETURN'), asm(1, 0, 'RETURN'),
		asm(0xef, 0, 'MSTORE8', 1, 0, 'RETURN'), asm(TWO, 'SELFDESTRUCT'),
		asm(0x5b00, 0, 'MSTORE', 2, 30, 'RETURN'), asm('INVALID'),
		asm(7, slot(), 'SSTORE', 32, 0, 'RETURN'), asm(0, 0, 'REVERT'),
		asm(24577, 0, 'RETURN'), asm('CALLER', 'SELFDESTRUCT'), bytes(9)]);
	const padded = Buffer.concat([code, Buffer.alloc(32)]).subarray(0, 32);
	return [asm(push('0x' + padded.toString('hex'), 32), 0, 'MSTORE'),
		code.length];
}

function call() {
	const op = pick(['CALL', 'CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']);
	const worth = op === 'CALL' || op === 'CALLCODE'
		? [pick([0, 0, 0, 1, 3, 2000])] : [];
	return asm(near(), near(), near(), near(), worth, who(),
		pick([0, 100, 2300, 9000, 30000, 'GAS', 'GAS']), op);
}

function create() {
	const [put, n] = init(), two = below(2) && since('istanbul');
	return asm(put, two ? value() : [], pick([n, n, n, n, n, n, 32, 32, 0, 60000]),
		0, pick([0, 0, 1, 5000]), two ? 'CREATE2' : 'CREATE');
}

// [how many words it takes, how many it leaves, code]
function step(depth) {
	switch (below(30)) {
	case 0: case 1: case 2: case 3: return [0, 1, asm(value())];
	case 4: case 5: case 6: case 7: case 8:
		return [2, 1, asm(pick(binary))];
	case 9: return [3, 1, asm(pick(['ADDMOD', 'MULMOD']))];
	case 10: return [1, 1, asm(pick(unary))];
	case 11: case 12: return [0, 1, asm(pick(asking))];
	case 13: {
		const n = below(Math.max(1, Math.min(16, depth)));
		return [n + 1, n + 2, Buffer.from([OP.DUP1 + n])];
	}
	case 14: {
		const n = below(Math.max(1, Math.min(16, depth - 1)));
		return [n + 2, n + 2, Buffer.from([OP.SWAP1 + n])];
	}
	case 15: return [1, 0, asm(near(), pick(['MSTORE', 'MSTORE8']))];
	case 16: return [0, 1, asm(near(), 'MLOAD')];
	case 17: return [1, 0, asm(slot(), 'SSTORE')];
	case 18: return [0, 0, asm(pick([0, 1, 2]), slot(), 'SSTORE')];
	case 19: return [0, 1, asm(slot(), 'SLOAD')];
	case 20: return [0, 1, asm(near(), near(), 'KECCAK256')];
	case 21: return [0, 0, asm(near(), near(), near(), pick(['CALLDATACOPY',
		'CODECOPY', ...since('cancun') ? ['MCOPY'] : []]))];
	case 22: return below(2)
		? [0, 0, asm(near(), near(), near(), who(), 'EXTCODECOPY')]
		: [0, 0, asm(pick(['RETURNDATASIZE', 'RETURNDATASIZE', 0, 0, 1]), 0, near(),
			'RETURNDATACOPY')];
	case 23: {
		const n = below(5);
		return [n, 0, asm(near(), near(), Buffer.from([OP.LOG0 + n]))];
	}
	case 24: case 25: return [0, 1, call()];
	case 26: return [0, 1, create()];
	case 27: return since('cancun') ? below(2) ? [1, 0, asm(6, 'TSTORE')]
		: [0, 1, asm(6 + below(2), 'TLOAD')] : [0, 1, asm('MSIZE')];
	case 28: return [0, 0, loop()];
	default: return below(9) ? [1, 0, asm('POP')] : [0, 0, odd()];
	}
}

// 1 to 20 times round; it jumps to where it is put.
function loop() {
	return at => {
		const head = asm(1 + below(20)), body = asm('DUP1', 'DUP1',
			pick(binary), pick([asm(slot(), 'SSTORE'), asm('POP'),
				asm(near(), 'MSTORE')]));
		return asm(head, 'JUMPDEST', body, 1, 'SWAP1', 'SUB', 'DUP1',
			push(at + head.length, 2), 'JUMPI', 'POP');
	};
}
const odd = () => pick([asm('JUMPDEST'), asm('STOP'), asm('INVALID'),
	bytes(1), asm(near(), near(), 'REVERT'), asm(near(), near(), 'RETURN'),
	asm(who(), 'SELFDESTRUCT'), asm(value(), 'JUMP'), bytes(4)]);

function program() {
	if (!below(12)) return bytes(1 + below(60));
	const parts = [], begin = telling(Buffer.alloc(0)).length;
	let depth = 0, at = begin;
	const add = b => {
		parts.push(b);
		at += b.length;
	};
	for (let n = 4 + below(60); n > 0; n--) {
		const [takes, leaves, code] = step(depth);
		for (; depth < takes && below(300); depth++) add(asm(value()));
		if (typeof code === 'function') {
			add(code(at));
		} else if (takes === leaves && below(2)) { // jump over it, or not
			const by = asm(pick([0, 1, 'GAS', 'CALLVALUE']));
			add(asm(by, push(at + by.length + 4 + code.length, 2),
				'JUMPI', code, 'JUMPDEST'));
		} else {
			add(code);
		}
		depth = Math.max(0, depth - takes) + leaves;
	}
	for (let k = 0; k < 6 && depth > 0; k++, depth--) add(asm(32 * k, 'MSTORE'));
	add(asm(192, 0, below(9) ? 'RETURN' : 'REVERT'));
	return telling(Buffer.concat(parts));
}

// ---------------------------------------------------------------- compare
const hex = b => '0x' + b.toString('hex');
const at = n => '0x' + n.toString(16).padStart(40, '0');

function ask(batch) {
	const body = JSON.stringify(batch.map(([outer, two, three, input], id) => ({
		jsonrpc: '2.0', id, method: 'eth_call', params: [{ to: at(ONE),
			data: input, gas: '0x1c9c380' }, 'latest',
		Object.fromEntries([[ONE, outer], [TWO, two], [THREE, three]].map(
			([n, code]) => [at(n), { code, balance: '0x3e8', nonce: '0x1' }]))],
	})));
	return new Promise((resolve, reject) => {
		const req = http.request(url, { method: 'POST', headers: {
			'content-type': 'application/json' } }, res => {
			const parts = [];
			res.on('data', d => parts.push(d));
			res.on('end', () => resolve(JSON.parse(Buffer.concat(parts))
				.sort((a, b) => a.id - b.id).map(a => a.result ||
					JSON.stringify(a.error))));
		});
		req.on('error', reject);
		req.end(body);
	});
}

// What the node's calls see of their block.
async function block() {
	const ops = ['CHAINID', 'NUMBER', 'TIMESTAMP', 'GASLIMIT', 'COINBASE',
		'PREVRANDAO', since('london') ? 'BASEFEE' : 0,
		since('cancun') ? 'BLOBBASEFEE' : 0];
	if (!since('istanbul')) ops[0] = 31337;
	const [out] = await ask([[hex(asm(ops.map((op, i) => [op, 32 * i,
		'MSTORE']), 256, 0, 'RETURN')), '0x', '0x', '0x']]);
	const words = ops.map((_, i) => '0x' + out.slice(2 + 64 * i, 66 + 64 * i));
	return `${fork} ${words.join(' ')}\n`;
}

async function main() {
	const head = await block(), list = [], theirs = [], kinds = [0, 0];
	for (let i = 0; i < Number(count); i++)
		list.push([OUTER, program(), program(), bytes(1 + below(70))].map(hex));
	for (let i = 0; i < list.length; i += 40)
		theirs.push(...await ask(list.slice(i, i + 40)));
	if (await block() !== head) throw new Error('another block came');
	if (file)
		fs.writeFileSync(file, head + list.map((l, i) =>
			`${l.join(' ')} ${theirs[i]}\n`).join(''));
	const r = spawnSync(tool, { maxBuffer: 1 << 28,
		input: head + list.map(l => l.join(' ') + '\n').join('') });
	if (r.status) throw new Error(`${tool}: ${r.stderr} ${r.signal}`);
	const ours = r.stdout.toString().trim().split('\n');
	let bad = 0;
	theirs.forEach((t, i) => {
		kinds[t.slice(65, 66) === '1' ? 0 : 1]++;
		if (t !== ours[i] && bad++ < 5)
			console.log(`${head}${list[i].join(' ')}\nnode ${t}\nplume ${ours[i]}`);
	});
	console.log(`${fork}: ${list.length} programs, ${kinds[0]} succeed, ` +
		`${kinds[1]} fail, ${bad} differ (seed ${seed})`);
	process.exit(bad ? 1 : 0);
}
main();
