#!/usr/bin/env bats
# The committed artifact is what solc makes of the source, byte for byte.

bats_require_minimum_version 1.5.0

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	command -v node >/dev/null || skip "node is not installed"
	[ -d "$root/node_modules/solc" ] ||
		skip "the packages of package-lock.json are not installed"
}

@test "contracts: source, input and artifact belong together" {
	run --separate-stderr node "$root/templates/contracts/build.js" --check
	[ "$status" -eq 0 ]
}

@test "contracts: a changed source or artifact is noticed" {
	cp -r "$root/templates/contracts" "$BATS_TEST_TMPDIR/c"
	ln -s "$root/node_modules" "$BATS_TEST_TMPDIR/node_modules"
	cd "$BATS_TEST_TMPDIR/c"
	run --separate-stderr node build.js --check
	[ "$status" -eq 0 ]
	sed -i 's/"bytecode": "0x6/"bytecode": "0x7/' PlumeToken.json
	run --separate-stderr node build.js --check
	[ "$status" -eq 1 ]
	cp "$root/templates/contracts/PlumeToken.json" .
	sed -i 's/_mint(to, amount);/_mint(to, amount + 1);/' PlumeToken.sol
	run --separate-stderr node build.js --check
	[ "$status" -eq 1 ]
	cp "$root/templates/contracts/PlumeToken.sol" .
	sed -i 's/roots\[root\] = l2BlockHash/roots[root] = root/' DevOutbox.sol
	run --separate-stderr node build.js --check
	[ "$status" -eq 1 ]
}
