#!/usr/bin/env bats
# Every example of every command runs, in a fresh folder, and ends with the
# status its table promises.  One test per group.
load common

setup_file() {
	# a file: all of it is more than an environment variable may hold
	"${PLUME:-$BATS_TEST_DIRNAME/../../build/plume}" help --all --json \
		>"$BATS_FILE_TMPDIR/all.json"
}

anvil_here() { # the native binary from npm, or one that is installed
	compgen -G "$ROOT/node_modules/@foundry-rs/anvil-*/bin/anvil" >/dev/null ||
		command -v anvil >/dev/null
}

one_example() { # INDEX-OF-COMMAND INDEX-OF-EXAMPLE
	local x line setup needs want
	x=$(jq -c ".[$1].examples[$2]" "$BATS_FILE_TMPDIR/all.json")
	line=$(jq -r .line <<<"$x")
	setup=$(jq -r '.setup // ""' <<<"$x")
	needs=$(jq -r '.needs // ""' <<<"$x")
	want=$(jq -r .status <<<"$x")
	case $needs in
	'') ;;
	anvil) anvil_here || { echo "without anvil: $line"; return 77; } ;;
	*) command -v "$needs" >/dev/null ||
		{ echo "without $needs: $line"; return 77; } ;;
	esac
	rm -rf "$BATS_TEST_TMPDIR/here" "$BATS_TEST_TMPDIR/home"
	fresh
	# what "anvil" setups call, and where the node's pid is kept
	[ "$needs" != anvil ] || setup=". '$ROOT/tests/peers/anvil.bash'; $setup"
	# the made-up chains end with the shell that started them: this one
	if [ "$setup" = world_example ]; then
		start_world
		PLUME_TIMEOUT=20 plume light init --checkpoint "$root" \
			>setup.log 2>&1 || cat setup.log
		rm -f setup.log
	elif [ -n "$setup" ]; then
		bash -euo pipefail -c "$setup" >setup.log 2>&1 </dev/null || {
			echo "setup failed: $setup"
			cat setup.log
			return 1
		}
		rm -f setup.log
	fi
	got=0
	bash -c "$line" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" \
		</dev/null || got=$?
	[ ! -s anvil.pid ] || kill -KILL "$(cat anvil.pid)" || true
	if [ "$setup" = world_example ]; then
		stop_world
		unset PLUME_NETWORK PLUME_RETRIES PLUME_TIMEOUT
	fi
	[ "$got" = "$want" ] && return
	echo "status $got, not $want: $line"
	cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
	return 1
}

examples_of() { # GROUP
	local c i rc ran=0 left=0 bad=0
	while read -r c i; do
		rc=0
		one_example "$c" "$i" || rc=$?
		case $rc in
		0) ran=$((ran + 1)) ;;
		77) left=$((left + 1)) ;;
		*) bad=$((bad + 1)) ;;
		esac
	done < <(jq -r --arg g "$1" 'to_entries[] | .key as $c | .value |
		select((.command | split(" ")[0]) == $g and (.hidden | not)) |
		.examples | to_entries[] | "\($c) \(.key)"' "$BATS_FILE_TMPDIR/all.json")
	echo "$ran ran, $left left out, $bad failed"
	[ "$bad" = 0 ] || return 1
	[ $((ran + left)) -gt 0 ] || skip "no command of $1 in this program"
	[ "$ran" -gt 0 ] || skip "$left examples need a program that is absent"
}

@test "examples of plume quickstart" {
	examples_of quickstart
}

@test "examples of plume call" {
	examples_of call
}

@test "examples of plume devnet" {
	examples_of devnet
}

@test "examples of plume asset" {
	examples_of asset
}

@test "examples of plume account" {
	examples_of account
}

@test "examples of plume token" {
	examples_of token
}

@test "examples of plume light" {
	examples_of light
}

@test "examples of plume evm" {
	examples_of evm
}

@test "examples of plume index" {
	examples_of index
}

@test "examples of plume analyze" {
	examples_of analyze
}

@test "examples of plume record" {
	examples_of record
}

@test "examples of plume report" {
	examples_of report
}

@test "examples of plume config" {
	examples_of config
}

@test "examples of plume network" {
	examples_of network
}

@test "examples of plume completion" {
	examples_of completion
}

@test "examples of plume version" {
	examples_of version
}

@test "examples of plume help" {
	examples_of help
}

@test "every group's examples are among these tests" {
	for g in $(jq -r '.[] | select(.hidden | not).command' "$BATS_FILE_TMPDIR/all.json" |
		cut -d' ' -f1 | sort -u); do
		grep -qx "	examples_of $g" "$BATS_TEST_FILENAME" ||
			{ echo "not run: examples of $g"; return 1; }
	done
}
