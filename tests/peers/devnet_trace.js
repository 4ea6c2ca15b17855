// Traces of the same transactions by two nodes: URL OTHER, which got them by
// devnet.js.  What each is compared in is what both say.
"use strict";
const ethers = require("ethers");

const CALL = ["type", "from", "to", "value", "gas", "gasUsed", "input", "output"];
let compared = 0, differences = 0;

function differ(what, a, b) {
	compared++;
	if (JSON.stringify(a) === JSON.stringify(b)) return;
	differences++;
	if (differences > 20) return;
	const at = Array.isArray(a) ? a.findIndex((v, i) => JSON.stringify(v) !== JSON.stringify(b[i])) : -1;
	const show = (v) => JSON.stringify(at < 0 ? v : v.slice(at, at + 2));
	console.error(`${what}:\n  ${show(a)}\n  ${show(b)}`);
}

// Where the two see it differently: the other one tells the logs of what was
// taken back, forgets whose end an account to itself was, and has another name
// for what is no operation.
function tree(x) {
	if (x.type === "SELFDESTRUCT") return x.type;
	const out = Object.fromEntries(CALL.filter((k) => x[k] !== undefined).map((k) => [k, x[k]]));
	out.failed = x.error !== undefined;
	if (x.logs && !out.failed) out.logs = x.logs.map((l) => [l.address, l.topics, l.data]);
	out.calls = (x.calls || []).map(tree);
	return out;
}

// The outermost gas is the transaction's, as geth has it; the other one takes
// off what was gone before the first operation.
function whole(x) {
	const out = tree(x);
	delete out.gas;
	return out;
}

// Slots seen so far, where one is read or written and nowhere else; geth writes
// them without 0x.
function storage(s) {
	return s.storage && Object.entries(s.storage)
		.map(([k, v]) => [k, v].map((x) => BigInt(x.replace(/^(0x)?/, "0x"))))
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map((x) => x.join("="));
}

// The hour is each chain's own: where it lies on the stack it is not compared.
function steps(x, time) {
	const name = (op) => (/^0x|Unknown/.test(op) ? "none" : op);
	return x.structLogs.map((s) => [s.pc, name(s.op), s.gas, s.depth,
		storage(s), (s.stack || []).map((v) => (BigInt(v) === BigInt(time) ? "time" : BigInt(v).toString(16)))]);
}

async function main() {
	const nodes = process.argv.slice(2).map((url) =>
		new ethers.JsonRpcProvider(url, undefined, { staticNetwork: true, batchMaxCount: 1 }));
	const both = (method, params) => Promise.all(nodes.map((p) => p.send(method, params)));
	const head = Number((await both("eth_blockNumber", []))[0]);
	for (let n = 1; n <= head; n++) {
		const [b, c] = await both("eth_getBlockByNumber", [ethers.toQuantity(n), false]);
		for (const tx of b.transactions) {
			const [a, o] = await both("debug_traceTransaction", [tx, { tracer: "callTracer",
				tracerConfig: { withLog: true } }]);
			differ(`calls of ${tx}`, whole(a), whole(o));
			if (Number(b.gasUsed) > 300000) continue;
			const [x, y] = await both("debug_traceTransaction", [tx, {}]);
			differ(`steps of ${tx}`, steps(x, b.timestamp), steps(y, c.timestamp));
			differ(`end of ${tx}`, [x.gas, x.failed, x.returnValue.replace(/^0x/, "")],
				[y.gas, y.failed, y.returnValue.replace(/^0x/, "")]);
		}
	}
	console.log(`${compared} traces, ${differences} differences`);
	nodes.forEach((p) => p.destroy());
	process.exit(differences ? 1 : 0);
}

main().catch((e) => { console.error(e); process.exit(1); });
