#!/usr/bin/env bats
# Random programs through `plume evm run` and through anvil: they end alike,
# with the same output, and cost the same gas.

load anvil.bash

bats_require_minimum_version 1.5.0

setup() {
	foundry anvil >/dev/null || skip "anvil is not installed"
	command -v node >/dev/null || skip "node is not installed"
	cd "$BATS_TEST_TMPDIR" || return
	export ANVIL_DIR=$BATS_TEST_TMPDIR
	PLUME=${PLUME:-$(anvil_root)/build/plume}
}

teardown() {
	anvil_down
}

# same FORK SEED: PLUME_TIMES programs and PLUME_SEED ask for more and others
same() {
	anvil_up 31337 --hardfork "$1"
	run node "$BATS_TEST_DIRNAME/evm_run.js" "$ANVIL_URL" "$PLUME" "$1" \
		"${PLUME_TIMES:-250}" "${PLUME_SEED:-$2}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ([0-9]+)" succeed, "([0-9]+)" revert, 0 differ" ]]
	[ "${BASH_REMATCH[1]}" -ge 50 ]
	[ "${BASH_REMATCH[2]}" -ge 5 ]
}

@test "random programs by the rules of Paris" {
	same paris 1
}

@test "random programs by the rules of Cancun" {
	same cancun 2
}

@test "random programs by the rules of Prague" {
	same prague 3
}

@test "random programs by the rules of Osaka" {
	same osaka 4
}

# The comparison itself: it must notice another fork's opcodes.
@test "opcodes of another fork are noticed" {
	anvil_up 31337 --hardfork paris
	run node "$BATS_TEST_DIRNAME/evm_run.js" "$ANVIL_URL" "$PLUME" cancun 60 5
	[ "$status" -eq 1 ]
}
