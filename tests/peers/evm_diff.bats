#!/usr/bin/env bats
# The machine against anvil's: random programs that call, create, store, log
# and fail have the same output, gas and effects.  From Berlin on: before it
# anvil 1.7 charges 2100 too much for a slot's first SSTORE.

load anvil.bash

bats_require_minimum_version 1.5.0

setup() {
	foundry anvil >/dev/null || skip "anvil is not installed"
	command -v node >/dev/null || skip "node is not installed"
	cd "$BATS_TEST_TMPDIR" || return
	export ANVIL_DIR=$BATS_TEST_TMPDIR
	TOOL=${PL_OBJ:-$(anvil_root)/build/release}/tests/tools/evm_diff
}

teardown() {
	anvil_down
}

# same FORK: another seed every time, which is printed with what differs
# (PLUME_SEED repeats it)
same() {
	local n=${PLUME_TIMES:-200}
	anvil_up 31337 --hardfork "$1"
	run node "$BATS_TEST_DIRNAME/evm_diff.js" "$ANVIL_URL" "$TOOL" "$1" \
		"$n" "${PLUME_SEED:-$RANDOM}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ "$1: $n programs, "([0-9]+)" succeed, "([0-9]+)" fail, 0" ]]
	# it means something only where both happen
	[ "${BASH_REMATCH[1]}" -gt $((n / 5)) ]
	[ "${BASH_REMATCH[2]}" -gt $((n / 10)) ]
}

@test "random programs of Berlin" {
	same berlin
}

@test "random programs of London" {
	same london
}

@test "random programs of Shanghai" {
	same shanghai
}

@test "random programs of Cancun" {
	same cancun
}

@test "random programs of Prague" {
	same prague
}

@test "random programs of Osaka" {
	same osaka
}

# The comparison itself: it must notice another fork's rules.
@test "rules of another fork are noticed" {
	anvil_up 31337 --hardfork istanbul
	run node "$BATS_TEST_DIRNAME/evm_diff.js" "$ANVIL_URL" "$TOOL" berlin 60 1
	[ "$status" -eq 1 ]
	[[ $output == *"plume"* ]]
}
