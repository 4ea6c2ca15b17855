#!/bin/bash
# ethereum/tests' GeneralStateTests by `evm statetest`, from files, on one
# core.  statetest.sh DATA; PLUME is the program.  One test is timed apart:
# it asks for 2^32 rounds of BLAKE2F, which nothing but a faster processor
# shortens.
set -eu
archive=$1/ethereum-tests/GeneralStateTests.tar.zst
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'

zstd -dc --long=25 "$archive" | tar xf - -C "$dir"
mkdir "$dir/rounds"
mv "$dir"/*/stTimeConsuming/CALLBlake2f_MaxRounds.json "$dir/rounds"

one() { # WHAT FOLDER GOAL
	local took
	took=$({ time "$PLUME" evm statetest "$2" >"$dir/lines"; } 2>&1)
	awk -v what="$1" -v goal="$3" -v sum="$(tail -n 1 "$dir/lines")" \
		'{ printf "%-40s %6.1f s of one core  %s%s\n", what,
			$1 + $2, sum, goal }' <<<"$took"
}
one "GeneralStateTests" "$dir/GeneralStateTests" \
	"  goal 6 (evmone, recorded: 3.1)"
one "its 2^32 rounds of BLAKE2F" "$dir/rounds" ""
