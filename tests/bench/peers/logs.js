// The list of logs in FILE by JSON.parse, and by ethers as its provider
// reads it.
"use strict";
const fs = require("fs");
const { ethers } = require("ethers");

const text = fs.readFileSync(process.argv[2], "utf8");
const provider = new ethers.JsonRpcProvider("http://127.0.0.1:9", 1, {
	staticNetwork: true,
});

function median(run) {
	const ms = [];
	for (let i = 0; i < 5; i++) {
		const from = process.hrtime.bigint();
		run();
		ms.push(Number(process.hrtime.bigint() - from) / 1e6);
	}
	return ms.sort((a, b) => a - b)[2];
}

function say(name, ms) {
	const rate = (text.length / ms / 1e3).toFixed(0).padStart(8);
	console.log(
		`${name.padEnd(34)} ${ms.toFixed(1).padStart(7)} ms  ${rate} MB/s`,
	);
}

say("node JSON.parse", median(() => JSON.parse(text)));
say(
	"node JSON.parse, ethers' Log",
	median(() =>
		JSON.parse(text).map((l) => provider._wrapLog(fix(l), 0)),
	),
);
provider.destroy();

// what JsonRpcProvider does to a log before it wraps it
function fix(l) {
	return {
		...l,
		address: ethers.getAddress(l.address),
		blockNumber: Number(l.blockNumber),
		index: Number(l.logIndex),
		transactionIndex: Number(l.transactionIndex),
	};
}
