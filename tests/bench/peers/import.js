// The list of logs in FILE by JSON.parse, and each decoded as a Transfer by
// ethers: what a program in JavaScript has before it writes a row.
"use strict";
const fs = require("fs");
const { ethers } = require("ethers");

const abi = new ethers.Interface([
	"event Transfer(address indexed from, address indexed to, uint256 value)",
]);

function say(name, from, n) {
	const ms = Number(process.hrtime.bigint() - from) / 1e6;
	const rate = ((n / ms) * 1e3).toFixed(0).padStart(8);
	console.log(
		`${name.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms  ${rate} rows/s`,
	);
}

let from = process.hrtime.bigint();
const logs = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
say("node JSON.parse, nothing kept", from, logs.length);
// the file twice in memory is enough: a part of the logs gives the rate
const part = logs.slice(0, 100000);
from = process.hrtime.bigint();
let sum = 0n;
for (const l of part)
	sum += abi.parseLog(l).args.value;
say(`ethers parseLog, ${part.length} of them`, from, part.length);
