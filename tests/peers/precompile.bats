#!/usr/bin/env bats
# The precompiled contracts against anvil's: random and hostile inputs give the
# same answers, the same failures and cost the same gas.

load anvil.bash

bats_require_minimum_version 1.5.0

setup() {
	foundry anvil >/dev/null || skip "anvil is not installed"
	command -v node >/dev/null || skip "node is not installed"
	[ -d "$(anvil_root)/node_modules/ethers" ] ||
		skip "the packages of package-lock.json are not installed"
	cd "$BATS_TEST_TMPDIR" || return
	export ANVIL_DIR=$BATS_TEST_TMPDIR
	TOOL=${PL_OBJ:-$(anvil_root)/build/release}/tests/tools/precompile
}

teardown() {
	anvil_down
}

# same FORK CALLS: at least so many, all alike; another seed every time, which
# is printed with what differs (PLUME_SEED repeats it)
same() {
	anvil_up 31337 --hardfork "$1"
	run node "$BATS_TEST_DIRNAME/precompile.js" "$ANVIL_URL" "$TOOL" "$1" \
		"${PLUME_TIMES:-10}" "${PLUME_SEED:-$RANDOM}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ "$1: "([0-9]+)" calls, 0 differ" ]]
	[ "${BASH_REMATCH[1]}" -ge "$2" ]
}

@test "the contracts of Byzantium" {
	same byzantium 178
}

@test "the contracts of Istanbul" {
	same istanbul 198
}

@test "the contracts of Berlin" {
	same berlin 198
}

@test "the contracts of Cancun" {
	same cancun 218
}

@test "the contracts of Prague" {
	same prague 358
}

@test "the contracts of Osaka" {
	same osaka 378
}

# The comparison itself: it must notice another fork's prices.
@test "prices of another fork are noticed" {
	anvil_up 31337 --hardfork prague
	run node "$BATS_TEST_DIRNAME/precompile.js" "$ANVIL_URL" "$TOOL" osaka 3 1
	[ "$status" -eq 1 ]
	[[ $output == *"5 0x"*"node"* ]]
	[[ $output == *"256 0x"*"node"* ]]
}
