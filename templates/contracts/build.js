#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Compiles each contract NAME.sol with the solc of package-lock.json.
//   build.js          writes NAME.input.json and NAME.json
//   build.js --check  compiles again and compares both byte for byte, and
//                     compiles the committed input by itself as well
// Exit status: 0 done or equal, 1 something differs, 2 cannot compile.
"use strict";

const fs = require("fs");
const path = require("path");

const NAMES = ["PlumeToken", "DevOutbox", "PlumeAnchor"];

// Whose code on chain has no parts that the constructor fills in, so that its
// hash tells the contract: that code goes into the artifact too.
const RUNTIME = ["PlumeAnchor"];
const here = (file) => path.join(__dirname, file);

function fail(status, words) {
	process.stderr.write(`build.js: ${words}\n`);
	process.exit(status);
}

function load(module) {
	try {
		return require(module);
	} catch (e) {
		return fail(2, `${module} is missing: run npm ci --ignore-scripts`);
	}
}

const solc = load("solc");

// evmVersion cancun: OpenZeppelin 5.7 needs MCOPY; Nitro runs Cancun's
// opcodes since ArbOS 20 and Plume is at ArbOS 51, Ethereum since March 2024.
// A later one would gain no opcode that this contract uses, and lose chains.
//
// No metadata at the end of the code (appendCBOR, bytecodeHash): the code is
// then a function of the source alone and not of file names or comments.
const settings = (name) => ({
	evmVersion: "cancun",
	optimizer: { enabled: true, runs: 200 },
	metadata: { appendCBOR: false, bytecodeHash: "none" },
	outputSelection: {
		[`${name}.sol`]: {
			[name]: [
				"abi",
				"evm.bytecode.object",
				...(RUNTIME.includes(name)
					? ["evm.deployedBytecode.object"]
					: []),
			],
		},
	},
});

// Every source that the contract reaches, by the name it is imported under.
function gather(contract) {
	const sources = {};
	const todo = [`${contract}.sol`];

	while (todo.length) {
		const name = todo.pop();
		if (sources[name]) continue;
		const file =
			name === `${contract}.sol`
				? here(name)
				: require.resolve(name, { paths: [__dirname] });
		const content = fs.readFileSync(file, "utf8");
		sources[name] = { content };
		for (const m of content.matchAll(
			/^import\s[^;]*?["']([^"']+)["'];/gm,
		)) {
			todo.push(
				m[1].startsWith(".")
					? path.posix.join(path.posix.dirname(name), m[1])
					: m[1],
			);
		}
	}
	return Object.fromEntries(
		Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}

function compile(name, input) {
	const out = JSON.parse(solc.compile(input));
	const bad = (out.errors || []).filter((e) => e.severity !== "info");

	if (bad.length) fail(2, bad.map((e) => e.formattedMessage).join("\n"));
	const c = out.contracts[`${name}.sol`][name];
	const compiler = solc.version().replace(/\.Emscripten.*$/, "");
	return (
		JSON.stringify(
			{
				contract: name,
				license: "MIT",
				compiler,
				abi: c.abi,
				bytecode: "0x" + c.evm.bytecode.object,
				...(RUNTIME.includes(name) && {
					runtime: "0x" + c.evm.deployedBytecode.object,
				}),
			},
			null,
			1,
		) + "\n"
	);
}

function check(file, want) {
	const name = path.basename(file);

	if (!fs.existsSync(file)) fail(1, `${name} is missing`);
	if (fs.readFileSync(file, "utf8") !== want)
		fail(1, `${name} is not what the source gives: run build.js`);
	process.stdout.write(`ok ${name}\n`);
}

function build(name, checking) {
	let sources;
	try {
		sources = gather(name);
	} catch (e) {
		fail(2, e.message);
	}
	const input =
		JSON.stringify(
			{ language: "Solidity", sources, settings: settings(name) },
			null,
			1,
		) + "\n";
	const artifact = compile(name, input);
	const files = {
		input: here(`${name}.input.json`),
		artifact: here(`${name}.json`),
	};

	if (checking) {
		check(files.input, input);
		check(files.artifact, artifact);
		if (compile(name, fs.readFileSync(files.input, "utf8")) !== artifact)
			fail(1, "the committed input gives other code");
		return;
	}
	fs.writeFileSync(files.input, input);
	fs.writeFileSync(files.artifact, artifact);
}

function main(args) {
	if (args.length > 1 || (args.length === 1 && args[0] !== "--check"))
		fail(2, "usage: build.js [--check]");
	for (const name of NAMES) build(name, args.length > 0);
}

main(process.argv.slice(2));
