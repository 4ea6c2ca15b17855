// node precompile.js FILE: what bench_precompile timed ("US GAS CONTRACT INPUT
// NAME" a line), again by anvil: a loop of static calls in one eth_call, less
// the same loop around a call that does nothing.
'use strict';
const fs = require('fs'), http = require('http'), path = require('path');
const { spawn } = require('child_process');
const dir = path.join(__dirname, '../../../node_modules/@foundry-rs');
const found = fs.existsSync(dir) &&
	fs.readdirSync(dir).find(n => n.startsWith('anvil-'));
if (!found) {
	console.log('anvil is not installed');
	process.exit(0);
}
const anvil = spawn(path.join(dir, found, 'bin/anvil'), ['--port', '0',
	'--hardfork', 'osaka', '--gas-limit', '1000000000000'],
{ stdio: ['ignore', 'pipe', 'ignore'] });

// word 0: the address; word 1: how often; the rest: the input
const CODE = '0x60403603806040600037602035' +
	'5b60006000836000600035' + '5afa50600190038060' + '0d5700';
const AT = '0x00000000000000000000000000000000000c0de5';
const word = x => x.toString(16).padStart(64, '0');

function call(url, data) {
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call',
		params: [{ to: AT, data, gas: '0x1000000000' }, 'latest',
			{ [AT]: { code: CODE } }] });
	return new Promise((resolve, reject) => {
		const begin = process.hrtime.bigint();
		const req = http.request(url, { method: 'POST', headers: {
			'content-type': 'application/json' } }, res => {
			let text = '';
			res.on('data', d => { text += d; });
			res.on('end', () => JSON.parse(text).error ? reject(text)
				: resolve(Number(process.hrtime.bigint() - begin) / 1e3));
		});
		req.on('error', reject);
		req.end(body);
	});
}

async function timed(url, index, n, input) {
	let best = Infinity;
	for (let i = 0; i < 25; i++)
		best = Math.min(best, await call(url,
			'0x' + word(index) + word(n) + input));
	return best;
}

async function main(url) {
	let logs = 0, lines = 0; // of the ratios
	console.log('                                  plume          anvil    ratio');
	for (const l of fs.readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
		const [us, gas, index, hex] = l.split(' ');
		const name = l.split(' ').slice(4).join(' '), input = hex.slice(2);
		const n = Math.max(10, Math.min(10000, Math.round(4000 / us)));
		const peer = (await timed(url, +index, n, input) -
			await timed(url, 0xdead, n, input)) / n;
		console.log(`${name.padEnd(28)} ${(+us).toFixed(2).padStart(10)} us ` +
			`${peer.toFixed(2).padStart(10)} us ` +
			`${(peer / us).toFixed(2).padStart(7)} x`);
		if (us > 0.05 && peer > 0) { // less is the loop, not the contract
			logs += Math.log(peer / us);
			lines++;
		}
	}
	console.log(`geometric mean of ${lines}: ${Math.exp(logs / lines).toFixed(2)} x`);
}

let out = '';
anvil.stdout.on('data', d => {
	out += d;
	const m = /Listening on (127\.0\.0\.1:\d+)/.exec(out);
	if (!m) return;
	anvil.stdout.removeAllListeners('data');
	anvil.stdout.resume();
	main('http://' + m[1]).catch(e => console.log(String(e)))
		.finally(() => anvil.kill());
});
