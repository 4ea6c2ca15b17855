// Overrides of eth_call and eth_estimateGas: override.js URL OTHER.  Two
// development nodes at block 1 give the same answers, and the same errors.
"use strict";

const A = "0x1111111111111111111111111111111111111111";
const B = "0x2222222222222222222222222222222222222222";
const OTHER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const word = (n) => "0x" + BigInt(n).toString(16).padStart(64, "0");
const ret = "60005260206000f3"; // of the word on the stack
const made = "0x600a600155600b60025560015460005260206000f3"; // writes, then reads slot 1
const bytes = (hex) => "0x" + hex;

async function ask(url, method, params) {
	const r = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) });
	return r.json();
}

// A contract with 7, 8 and 9 in slots 1, 2 and 3, that answers 1000 times the
// first, 100 times the second, and the third.
const LIVE = "6103e8600154026064600254020160035401" + ret;
const INIT = "60076001556008600255600960035560" + (LIVE.length / 2).toString(16).padStart(2, "0") +
	"80601b6000396000f3" + LIVE;

function cases(live) {
	const slot = (n) => bytes(`60${n.toString(16).padStart(2, "0")}54` + ret);
	const list = [];
	const add = (what, call, over, block) => list.push([what, [call, "latest", over,
		...(block ? [block] : [])], ["eth_call", "eth_estimateGas"]]);
	const callOnly = () => list[list.length - 1][2].pop();
	add("nothing", { to: live }, {});
	add("one slot of three", { to: live }, { [live]: { stateDiff: { [word(2)]: word(3) } } });
	add("all slots", { to: live }, { [live]: { state: { [word(2)]: word(3) } } });
	add("no slot", { to: live }, { [live]: { state: {} } });
	add("another's slots", { to: live }, { [A]: { stateDiff: { [word(2)]: word(3) } } });
	add("code", { to: A }, { [A]: { code: bytes("602a" + ret) } });
	add("code and slot", { to: A }, { [A]: { code: slot(1), stateDiff: { [word(1)]: word(77) } } });
	add("code that writes", { to: A }, { [A]: { code: made } });
	add("code taken away", { to: live }, { [live]: { code: "0x" } });
	add("code's size and hash, of another", { to: A }, { [A]: { code: bytes(`73${B.slice(2)}3b73${B.slice(2)}3f18` + ret) },
		[B]: { code: "0x6001600255" } });
	add("one's own balance", { to: A }, { [A]: { code: bytes("47" + ret), balance: "0x1234" } });
	add("another's balance", { to: A }, { [A]: { code: bytes(`73${B.slice(2)}31` + ret) }, [B]: { balance: word(99) } });
	add("balance of nobody named", { to: A }, { [A]: { code: bytes(`73${B.slice(2)}31` + ret) } });
	add("hash of an account that is named", { to: A }, { [A]: { code: bytes(`73${B.slice(2)}3f` + ret) }, [B]: { nonce: "0x1" } });
	add("value that nobody has", { from: B, to: A, value: "0x64", gasPrice: "0x77359400" }, {});
	callOnly(); // the other estimates what could not be paid
	add("value that it is given", { from: B, to: A, value: "0x64", gasPrice: "0x77359400" },
		{ [B]: { balance: "0xde0b6b3a7640000" } });
	// create: the address made tells the nonce
	add("nonce", { to: A }, { [A]: { code: bytes("600060006000f0" + ret), nonce: "0x7" } });
	add("delegatecall into it", { to: A }, { [A]: { code: bytes("6020600060006000" + `73${B.slice(2)}5af450600051` + ret),
		stateDiff: { [word(1)]: word(5) } }, [B]: { code: slot(1) } });
	callOnly(); // it does not fail when what it calls does: any gas is enough
	add("a precompile", { to: "0x0000000000000000000000000000000000000004", data: "0x1234" },
		{ "0x0000000000000000000000000000000000000004": { balance: "0x1" } });
	add("the sender's code", { from: OTHER, to: A }, { [OTHER]: { code: "0x6001" }, [A]: { code: bytes("3331" + ret) } });
	add("number and time", { to: A }, { [A]: { code: bytes("4342" + "03" + ret) } }, { number: "0x64", time: "0x70000000" });
	add("coinbase", { to: A }, { [A]: { code: bytes("41" + ret) } }, { feeRecipient: B });
	add("a revert", { to: A }, { [A]: { code: "0x602a60005260206000fd" } });
	return list;
}

async function main() {
	const urls = process.argv.slice(2, 4);
	let differences = 0, n = 0;
	const [from] = (await ask(urls[0], "eth_accounts", [])).result;
	for (const url of urls)
		await ask(url, "eth_sendTransaction", [{ from, data: bytes(INIT), gas: "0x7a120" }]);
	let live;
	for (let i = 0; i < 200; i++) {
		const blocks = await Promise.all(urls.map((u) => ask(u, "eth_getBlockByNumber", ["0x1", false])));
		if (blocks.every((b) => b.result)) {
			const r = await Promise.all(urls.map((u, k) => ask(u, "eth_getTransactionReceipt",
				[blocks[k].result.transactions[0]])));
			live = r[0].result.contractAddress;
			if (r[1].result && r[1].result.contractAddress === live) break;
		}
		await new Promise((next) => setTimeout(next, 25));
	}
	for (const [what, params, methods] of cases(live))
		for (const method of methods) {
			const [a, b] = await Promise.all(urls.map((u) => ask(u, method, params)));
			n++;
			const tell = (x) => x.error ? ["error", x.error.code === 3 ? 3 : -1, x.error.data || null] : x.result;
			let [p, q] = [tell(a), tell(b)];
			// each estimates by halving, to within 1.5 %
			if (method === "eth_estimateGas" && typeof p === "string" && typeof q === "string" &&
			    Math.abs(Number(p) - Number(q)) <= Number(q) * 0.015)
				q = p;
			if (JSON.stringify(p) === JSON.stringify(q)) continue;
			differences++;
			console.error(`${method}, ${what}:\n  ${JSON.stringify(a)}\n  ${JSON.stringify(b)}`);
		}
	console.log(`${n} answers, ${differences} differences`);
	process.exit(differences ? 1 : 0);
}

main().catch((e) => { console.error(e); process.exit(1); });
