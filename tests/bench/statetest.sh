#!/bin/bash
# ethereum/tests' GeneralStateTests by `evm statetest`, from files, on one
# core.  statetest.sh DATA; PLUME is the program.
#
# evmone-statetest leaves five things out unless told otherwise (its built-in
# filter): four tests that hash or allocate for seconds, and vmPerformance.
# What is compared with its figure leaves out the same; then comes the rest.
# Of that, one test asks for 2^32 rounds of BLAKE2F, which nothing but a faster
# processor shortens.
set -eu
archive=$1/ethereum-tests/GeneralStateTests.tar.zst
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'

zstd -dc --long=25 "$archive" | tar xf - -C "$dir"
tests=$dir/GeneralStateTests
mkdir "$dir/out" "$dir/rounds"
for left in stCreateTest/CreateOOGafterMaxCodesize.json \
	stQuadraticComplexityTest/Call50000_sha256.json \
	stTimeConsuming/static_Call50000_sha256.json VMTests/vmPerformance; do
	[ ! -e "$tests/$left" ] || mv "$tests/$left" "$dir/out"
done
mv "$tests/stTimeConsuming/CALLBlake2f_MaxRounds.json" "$dir/rounds"

one() { # WHAT FOLDER [GOAL]
	local took files
	took=$({ time "$PLUME" evm statetest "$2" >"$dir/lines"; } 2>&1)
	files=$(find "$2" -name '*.json' | wc -l)
	tee -a "$dir/all" <<<"$took $files $(tail -n 1 "$dir/lines")" |
		awk -v what="$1" -v goal="${3:-}" '{ line(what, goal) }
			function line(what, goal) {
				printf "%-32s %6.2f s user %5.2f s system", \
					what, $1, $2
				printf "  %d files  %s%s\n", $3, $4, goal
			}'
}
one "evmone's default selection" "$tests" "  goal 6 s user"
one "what it leaves out" "$dir/out"
one "2^32 rounds of BLAKE2F" "$dir/rounds"
awk '{ u += $1; s += $2; n += $3
	match($4, /"passed":[0-9]+/); p += substr($4, RSTART + 9, RLENGTH - 9)
	match($4, /"failed":[0-9]+/); f += substr($4, RSTART + 9, RLENGTH - 9) }
	END { printf "%-32s %6.2f s user %5.2f s system  %d files  ", \
		"the whole archive", u, s, n
		printf "{\"passed\":%d,\"failed\":%d}\n", p, f }' "$dir/all"
cat <<'END'
evmone-statetest 0.15, recorded: 3.1 s, with its default filter, which leaves
out stCreateTest.CreateOOGafterMaxCodesize,
stQuadraticComplexityTest.Call50000_sha256,
stTimeConsuming.static_Call50000_sha256, stTimeConsuming.CALLBlake2f_MaxRounds
and VMTests/vmPerformance.*; it ran all 2697 files of ethereum/tests, of which
the archive has those counted above.
END
