#!/usr/bin/env bats
# Random programs give what anvil 1.7.1 gave for them: output, gas, effects.
# tests/peers/evm_diff.bats makes new ones; its script recorded these.
load common

replays() { # FORK
	local all=$BATS_TEST_TMPDIR/all
	local tool=${PL_OBJ:-$ROOT/build/release}/tests/tools/evm_diff
	gzip -dc "$ROOT/tests/fixtures/evm/anvil-$1.txt.gz" >"$all"
	[ "$(wc -l <"$all")" -eq 151 ]
	cut -d ' ' -f 5 <(tail -n +2 "$all") >want
	{ head -n 1 "$all"; tail -n +2 "$all" | cut -d ' ' -f 1-4; } |
		"$tool" >got
	[ "$(wc -l <got)" -eq 150 ]
	diff want got >&2
}

setup() {
	fresh
}

@test "recorded programs of Berlin" {
	replays berlin
}

@test "recorded programs of Shanghai" {
	replays shanghai
}

@test "recorded programs of Cancun" {
	replays cancun
}

@test "recorded programs of Osaka" {
	replays osaka
}
