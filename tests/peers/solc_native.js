#!/usr/bin/env node
// npm's solc, spoken to as the native compiler is: `--version`, and
// `--standard-json` from standard input.  For `forge --use`, which would fetch
// one otherwise.
"use strict";
const fs = require("fs");
const solc = require("solc");

const args = process.argv.slice(2);
if (args.includes("--version"))
	console.log("solc, the solidity compiler commandline interface\n" +
		`Version: ${solc.version()}`);
else if (args.includes("--standard-json"))
	process.stdout.write(solc.compile(fs.readFileSync(0, "utf8")));
else
	throw new Error(`not spoken here: ${args.join(" ")}`);
