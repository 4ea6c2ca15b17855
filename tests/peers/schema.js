// Assets changed in one place each, with ajv's verdict on every one.
//   node schema.js FOLDER: writes FOLDER/assets/x-N/asset.json, prints {id: ok}
'use strict';
const fs = require('fs'), path = require('path');
const root = path.join(__dirname, '../..');
const need = m => require(require.resolve(m, { paths: [root] }));
const Ajv = need('ajv/dist/2020'), formats = need('ajv-formats');

const dir = process.argv[2], verdicts = {};
let n = 0;

function sorted(v) {
	if (Array.isArray(v)) return v.map(sorted);
	if (!v || typeof v !== 'object') return v;
	return Object.fromEntries(Object.keys(v).sort()
		.map(k => [k, sorted(v[k])]));
}

// What each value is tried as, in its place.
const odd = [null, true, 0, -1, 1.5, 1e21, '', 'x', '2024-02-30', '12.', '-1',
	'EUR', 'pt', [], [1], {}, { a: 1 }];

function* changes(v, at = []) {
	if (at.length) {
		yield [at, undefined];
		for (const o of odd) yield [at, o];
	}
	if (v && typeof v === 'object') {
		if (!Array.isArray(v)) yield [[...at, 'unheard-of'], 1];
		for (const k of Object.keys(v)) yield* changes(v[k], [...at, k]);
	}
}

function changed(v, at, to) {
	const copy = JSON.parse(JSON.stringify(v));
	let p = copy;
	for (const k of at.slice(0, -1)) p = p[k];
	const last = at[at.length - 1];
	if (to !== undefined) p[last] = to;
	else if (Array.isArray(p)) p.splice(last, 1);
	else delete p[last];
	return copy;
}

function write(asset, ok) {
	const id = `x-${n++}`, to = path.join(dir, 'assets', id);
	fs.mkdirSync(to, { recursive: true });
	fs.writeFileSync(path.join(to, 'asset.json'),
		JSON.stringify(sorted(asset), null, 2) + '\n');
	verdicts[id] = ok;
}

const only = process.argv[3], step = Number(process.argv[4] || 1);
const file = path.join(dir, 'schemas', `${only}.schema.json`);
const ajv = new Ajv({ strict: false, allErrors: false });
formats(ajv);
const valid = ajv.compile(JSON.parse(fs.readFileSync(file)));
const base = JSON.parse(fs.readFileSync(
	path.join(dir, 'assets', 'base', 'asset.json')));
let i = 0;
write(base, valid(base));
for (const [at, to] of changes(base)) {
	// another class is another schema, and plume says so before looking
	if (at[0] === 'class' || i++ % step) continue;
	const asset = changed(base, at, to);
	write(asset, valid(asset));
}
console.log(JSON.stringify(verdicts));
