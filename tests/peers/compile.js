// compile.js FILE CONTRACT: prints the creation code, by the solc of
// package-lock.json.
"use strict";
const fs = require("fs");
const solc = require("solc");
const [file, contract] = process.argv.slice(2);
const out = JSON.parse(
	solc.compile(
		JSON.stringify({
			language: "Solidity",
			sources: { f: { content: fs.readFileSync(file, "utf8") } },
			settings: {
				outputSelection: { f: { "*": ["evm.bytecode.object"] } },
			},
		}),
	),
);
for (const e of out.errors || [])
	if (e.severity === "error") throw new Error(e.formattedMessage);
process.stdout.write("0x" + out.contracts.f[contract].evm.bytecode.object);
