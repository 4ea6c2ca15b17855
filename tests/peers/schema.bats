#!/usr/bin/env bats
# JSON Schema against ajv, and canonical JSON against ECMAScript itself: both
# are software nobody here wrote.
load ../cli/common

setup() {
	fresh
	need node
	need jq
}

@test "ajv and plume agree on every change to every template" {
	[ -e "$ROOT/node_modules/ajv-formats" ] || skip "no ajv (npm ci)"
	total=0
	for t in $(plume asset templates --json | jq -r '.[].name'); do
		rm -rf r
		plume asset init r >/dev/null
		plume -C r asset new base -t "$t" >/dev/null 2>&1
		node "$BATS_TEST_DIRNAME/schema.js" r "$t" 3 >ajv.json
		rm -r r/assets/base
		plume -C r asset check --json 2>/dev/null >found.json || true
		# plume's verdict: no finding whose rule is the schema's
		jq -S --slurpfile f found.json '
			([$f[0][] | select(.rule | startswith("schema"))
				.asset] | unique) as $bad |
			with_entries(.key as $id |
				.value = ($bad | index($id) == null))' \
			ajv.json >plume.json
		jq -S . ajv.json >want.json
		diff want.json plume.json >&2
		total=$((total + $(jq length ajv.json)))
		[ "$(jq '[.[] | select(.)] | length' ajv.json)" -gt 5 ]
		[ "$(jq '[.[] | select(. | not)] | length' ajv.json)" -gt 50 ]
	done
	echo "# $total assets judged alike" >&3
	[ "$total" -gt 2000 ]
}

@test "RFC 8785 numbers and strings are JSON.stringify's" {
	cat >make.js <<-'END'
	const f = new Float64Array(1), u = new BigUint64Array(f.buffer);
	let s = 88172645463325252n, v = [];
	for (let i = 0; i < 20000; i++) {
	  s ^= (s << 13n) & 0xffffffffffffffffn; s ^= s >> 7n;
	  s ^= (s << 17n) & 0xffffffffffffffffn;
	  u[0] = s;
	  if (Number.isFinite(f[0])) v.push(f[0]);
	}
	for (let e = -1074; e < 1024; e++) v.push(2 ** e, 3 * 2 ** e, -(10 ** (e / 4)));
	v = v.filter(Number.isFinite);
	const t = [];
	for (let c = 0; c < 0x3000; c++) t.push(String.fromCharCode(c));
	t.push('\u{1f600}', '\ufb33', '\u20ac"\\/');
	const o = { class: 'free', id: 'a', numbers: v, strings: t };
	for (const k of ['\ufb33', '\u{1f600}', '\u20ac', '\r', '1', '10', '2',
	  '\u0080', '\u00f6', 'z', '']) o[k] = 1;
	const sort = o => Object.keys(o).sort().map(k =>
	  JSON.stringify(k) + ':' + JSON.stringify(o[k])).join(',');
	const fs = require('fs');
	fs.writeFileSync('want', '{' + sort(o) + '}');
	fs.writeFileSync('asset.json', JSON.stringify(o));
	END
	node make.js
	plume asset init r >/dev/null
	mkdir -p r/assets/a r/schemas
	echo true >r/schemas/free.schema.json
	cp asset.json r/assets/a
	plume -C r asset show a --json >shown
	want=$(sha256sum want | cut -d' ' -f1)
	[ "$(jq -r .digest shown)" = "0x$want" ]
}
