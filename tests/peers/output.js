// node output.js FOLDER: does every NAME.json there follow NAME.schema.json, in
// ajv's eyes, without members its schema does not name?  Prints what does not.
'use strict';
const fs = require('fs'), path = require('path');
const root = path.join(__dirname, '../..');
const need = m => require(require.resolve(m, { paths: [root] }));
const Ajv = need('ajv/dist/2020'), formats = need('ajv-formats');

const dir = process.argv[2];
const read = f => JSON.parse(fs.readFileSync(path.join(dir, f), 'utf8'));
let bad = 0, seen = 0;

function wrong(name, why) {
	console.log(`${name}: ${why}`);
	bad++;
}

// The schema, closed: what it does not name may not be there.
function closed(s) {
	if (Array.isArray(s)) return s.map(closed);
	if (!s || typeof s !== 'object') return s;
	const t = Object.fromEntries(Object.entries(s)
		.map(([k, v]) => [k, closed(v)]));
	if (t.properties && t.type) t.additionalProperties = false;
	return t;
}

// Every member of every object, left out once: the schema must notice.
function* cuts(v, whole) {
	if (!v || typeof v !== 'object') return;
	for (const k of Object.keys(v)) {
		if (Array.isArray(v)) {
			if (k === '0') yield* cuts(v[k], whole);
			continue;
		}
		const kept = v[k];
		delete v[k];
		yield k;
		v[k] = kept;
	}
}

for (const f of fs.readdirSync(dir).filter(f => f.endsWith('.schema.json'))) {
	const name = f.slice(0, -'.schema.json'.length);
	const ajv = new Ajv({ strict: true, allowUnionTypes: true,
		strictTypes: false });
	formats(ajv);
	const check = ajv.compile(closed(read(f)));
	let doc;
	try {
		doc = read(name + '.json');
	} catch (e) {
		wrong(name, e.message);
		continue;
	}

	seen++;
	if (!check(doc)) wrong(name, ajv.errorsText(check.errors));
	for (const k of cuts(doc, doc))
		if (check(doc)) wrong(name, `is valid without ${k}`);
}
console.log(`${seen} seen, ${bad} wrong`);
process.exit(bad || !seen ? 1 : 0);
