#!/usr/bin/env bats
# plume analyze on the edges: constant and tiny samples, NaN, gaps, repeated
# and unsorted times, values at the ends of doubles, prices that are none,
# persistence of 1 and more; transfers of nothing, to oneself, twice, of
# amounts near 2^256, of tokens that take fees.  Each gives the refusal that
# stands here, or a flag: never a number without a word.
load common

# N EXPRESSION-OF-i: a series, 1 to N.
series() {
	awk -v n="$1" 'BEGIN { print "t,v,w"; for (i = 1; i <= n; i++) {
		x = 100 + sin(i * i); skip = 0; t = i; again = 0
		'"$2"'
		if (skip) continue
		print t "," x "," 100 + cos(i * i)
		if (again) print t "," x "," 100 + cos(i * i)
	} }'
}

make_series() {
	series 400 'x = 5' >constant.csv
	series 1 '' >one.csv
	series 2 '' >two.csv
	series 3 '' >three.csv
	series 400 'x = 0' >zero.csv
	series 400 'if (i == 77) x = "NaN"' >nan.csv
	series 400 'if (i == 77) x = "inf"' >inf.csv
	series 400 'if (i == 77) x = ""' >empty.csv
	series 430 'skip = i > 90 && i < 120' >gap.csv
	series 400 'again = i == 50' >twice.csv
	series 400 'if (i == 49) t = 51; if (i == 50) t = 49.5' >unsorted.csv
	series 400 'x = i % 2 ? "1e308" : "1e-308"' >huge.csv
	series 400 'x = i % 2 ? "1e-308" : "3e-308"' >tiny.csv
	series 400 'x = i % 2 ? 5 : -5' >alternate.csv
	series 400 'if (i == 60) x = -3' >negative.csv
	series 400 'if (i == 60) x = 0' >nought.csv
	series 400 't = i * i' >irregular.csv
}

# Lines of CASE VERBS | STATUS | WORDS: the refusal has them; or, for status
# 0, flags that must stand there, and `finite`: no figure but null is missing.
table() {
	local case verbs status words verb bad=0

	while IFS='|' read -r case status words; do
		read -r case verbs <<<"$case"
		status=${status// /}
		words=${words# }
		[ -n "$case" ] || continue
		for verb in $verbs; do
			one "$case" "$verb" "$status" "$words" || bad=1
		done
	done
	[ "$bad" = 0 ]
}

one() {
	local case=$1 verb=$2 want=$3 words=$4 have flag
	local -a args=()

	case $verb in
	portfolio) args=(--time t --columns "v,w") ;;
	concentration | flows | wash | anomaly)
		args=(--units raw --decimals 0)
		case $case in *_skip) args+=(--skip-bad) ;; esac
		case $case in *_most_skip) args+=(--skip-most) ;; esac
		;;
	*) args=(--time t --value v) ;;
	esac
	case $case in given_*) args+=(--returns given) ;; esac
	case $case in skipped_*) args+=(--missing skip) ;; esac
	run --separate-stderr timeout 100 plume analyze "$verb" \
		--csv "$case.csv" "${args[@]}" --json
	if [ "$status" != "$want" ]; then
		echo "$case $verb: status $status, not $want: $stderr" >&2
		return 1
	fi
	if [ "$want" != 0 ]; then
		# nothing beside the refusal
		[ -z "$output" ] || { echo "$case $verb: prints" >&2; return 1; }
		has "$(jq -r .error.message <<<"$stderr")" "$words"
		return
	fi
	have=" $(jq -r '[.flags[].code] | join(" ")' <<<"$output") "
	for flag in $words; do
		[[ $have == *" $flag "* ]] && continue
		echo "$case $verb: no flag $flag in:$have" >&2
		return 1
	done
}

@test "series: each edge has its refusal or its flag" {
	make_series
	cp nan.csv skipped_nan.csv
	table <<'END'
constant trend forecast | 4 | all 400 points equal 5
constant risk           | 4 | all 399 returns are 0: nothing moves
constant regime portfolio backtest | 4 | all 399 points equal 0
one trend               | 4 | 1 point is too few, 10 are needed
one forecast            | 4 | 1 point is too few, 40 are needed
one risk regime backtest portfolio | 4 | 1 point gives no return, 2 are needed
two trend               | 4 | 2 points are too few, 10 are needed
two forecast            | 4 | 2 points are too few, 40 are needed
two risk                | 4 | 1 returns are too few: the 95 % tail needs 20
two regime              | 4 | 1 point is too few
two portfolio           | 4 | 1 point is too few, 20 are needed
two backtest            | 4 | 1 returns with a window of 250 leave no days
three trend             | 4 | 3 points are too few, 10 are needed
three forecast          | 4 | 3 points are too few, 40 are needed
three risk              | 4 | 2 returns are too few: the 95 % tail needs 20
three regime            | 4 | 2 points are too few, 100 are needed
three portfolio         | 4 | 2 points are too few, 20 are needed
three backtest          | 4 | 2 returns with a window of 250 leave no days
zero trend forecast     | 4 | all 400 points equal 0
zero risk regime backtest | 4 | line 2: 0 is no price
zero portfolio          | 4 | point 1 is 0: a price must be above zero
nan trend risk forecast backtest regime portfolio | 4 | line 78, column "v": the value is missing
empty trend risk forecast backtest regime portfolio | 4 | line 78, column "v": the value is missing
inf trend risk forecast backtest regime portfolio | 4 | line 78, column "v": "inf" is not a number
skipped_nan trend risk forecast backtest regime portfolio | 0 | missing_values
gap trend risk forecast backtest regime portfolio | 0 | gaps
irregular trend risk forecast backtest regime portfolio | 0 | irregular_times
twice trend risk forecast backtest regime portfolio | 4 | lines 51 and 52 have the same time: which of them counts?
unsorted trend risk forecast backtest regime portfolio | 4 | line 51 is earlier than line 50
huge trend              | 4 | values out of range
huge forecast           | 4 | values out of range
huge risk backtest regime portfolio | 4 | the return at point 2 is out of range
tiny trend              | 4 | values out of range
tiny risk               | 0 | cornish_fisher_invalid garch_boundary
tiny regime             | 0 | state_collapsed
tiny forecast           | 0 | coverage_off
alternate trend         | 0 |
alternate forecast      | 0 | coverage_off
alternate risk regime backtest | 4 | line 3: -5 is no price
alternate portfolio     | 4 | point 2 is -5: a price must be above zero
negative risk regime backtest | 4 | line 61: -3 is no price
negative portfolio      | 4 | point 60 is -3: a price must be above zero
nought risk regime backtest | 4 | line 61: 0 is no price
nought portfolio        | 4 | point 60 is 0: a price must be above zero
END
}

# Returns whose volatility never comes back: alpha + beta = 1.05.
igarch() {
	awk -v n="$1" 'BEGIN {
		print "t,v"; s = 11; h = 1e-4; r = 0
		for (i = 1; i <= n; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			h = 1e-6 + 0.25 * r * r + 0.8 * h
			r = sqrt(h) * z
			printf "%d,%.12g\n", i, r
		}
	}'
}

@test "persistence of 1 and more is flagged and has no long run" {
	igarch 1200 >given_igarch.csv
	table <<'END'
given_igarch risk | 0 | garch_integrated
END
	run_ok plume analyze risk --csv given_igarch.csv --time t --value v \
		--returns given --json
	jq -e '.garch.persistence >= 1 and .garch.long_run_sigma == null and
		([.intervals[].figure] | index("garch.long_run_sigma") | not) and
		([.intervals[] | select(.figure == "garch.persistence") |
			.lo < .value and .value < .hi] == [true])' <<<"$output"
}

@test "no figure without its interval, unless a flag names it" {
	local n

	series 400 '' >plain.csv
	for n in 25 60 120 400; do
		head -n $((n + 1)) plain.csv >"risk$n.csv"
		run_ok plume analyze risk --csv "risk$n.csv" --time t \
			--value v --json
		jq -e '. as $r | [.intervals[].figure] as $have |
			([.flags[] | select(.code == "no_interval") | .about] |
				join("")) as $said |
			["var", "es"] | all(. as $k | $r[$k] | to_entries |
			all(.key as $m | .value | to_entries | all(
				.value == null or
				("\($k).\($m).\(.key)" as $f |
				($have | index($f)) or ($said | contains($f))
				))))' <<<"$output"
	done
}

A=0x00000000000000000000000000000000000000a1
B=0x00000000000000000000000000000000000000b2
Z=0x0000000000000000000000000000000000000000
HALF=57896044618658097711785492504343953926634992332820282019728792003956564819968
MOST=115792089237316195423570985008687907853269984665640564039457584007913129639935
HEAD="tx_hash,block_number,timestamp,from,to,value,log_index"

row() { # N FROM TO VALUE [TIMES]: an hour each, log index 0
	printf '0x%064x,%d,%d,%s,%s,%s,0\n' "$1" "$1" \
		$((1700000000 + $1 * 3600)) "$2" "$3" "$4"
}
moves() { # FILE, rows on standard input
	{ echo "$HEAD" && cat; } >"$1.csv"
}
many() { # FROM-N TO-N FROM TO VALUE
	local n

	for n in $(seq "$1" "$2"); do
		row "$n" "$3" "$4" "$5"
	done
}

make_moves() {
	many 1 40 $A $A 100 | moves self
	row 1 $Z $A 1000 | moves holder
	{ row 1 $Z $A 1000 && many 2 40 $A $B 0; } | moves zerolegs
	many 1 40 $Z $A 0 | moves allzero
	{ row 1 $Z $A $HALF && row 2 $A $B $HALF; } | moves half
	{ cat half.csv && row 3 $B $A $HALF; } >return.csv
	{ row 1 $Z $A $MOST && row 2 $Z $B $MOST && row 3 $A $B 5; } |
		moves most
	row 1 $Z $A "${MOST%5}6" | moves over
	row 1 $Z $A -5 | moves minus
	{ row 1 $Z $A 1000 && many 2 40 $A $B 100; } | moves fee
	{ row 1 $Z $A 1000 && many 2 40 $A $B 5 && many 2 40 $A $B 5; } |
		moves duplicate
	sed 's/,[^,]*$//' duplicate.csv >equal.csv
	{ row 1 $Z $A 1000 && many 2 30 $A $B 5 && many 31 40 $A bad 5; } |
		moves some_skip
	{ row 1 $Z $A 1000 && many 2 10 $A $B 5 && many 11 40 $A bad 5; } |
		moves mostly_skip
	cp mostly_skip.csv mostly_most_skip.csv
	cp some_skip.csv some.csv
	moves none </dev/null
}

@test "transfers: each edge has its refusal or its flag" {
	make_moves
	table <<'END'
self concentration      | 4 | nobody has more than before: there are no holders
self flows wash         | 0 | self_transfers
self anomaly            | 4 | bars are too few, 10 are needed
holder concentration    | 0 | few_holders no_interval
holder flows            | 0 | few_days
holder wash             | 0 | few_transfers
holder anomaly          | 4 | 1 bars are too few, 10 are needed
zerolegs concentration  | 0 | zero_value_legs few_holders
zerolegs flows          | 0 | zero_value_legs few_days
zerolegs wash           | 0 | zero_value_legs few_transfers
zerolegs anomaly        | 4 | bars are too few, 10 are needed
allzero concentration   | 4 | nobody has more than before: there are no holders
allzero flows           | 0 | zero_value_legs few_days
allzero wash            | 4 | no transfer moves anything
allzero anomaly         | 4 | bars are too few, 10 are needed
half concentration      | 0 | few_holders no_interval
half flows              | 0 | few_days
half wash               | 4 | the transfers pass 2^256 - 1 raw units
half anomaly            | 4 | 2 bars are too few, 10 are needed
return concentration    | 4 | the transfers of one address pass 2^256 - 1
return flows wash       | 4 | the transfers pass 2^256 - 1 raw units
most concentration      | 4 | pass 2^256 - 1 raw units: no token has so many
most flows wash         | 4 | pass 2^256 - 1 raw units: no token has so many
most anomaly            | 4 | 2 bars are too few, 10 are needed
over concentration flows wash anomaly | 4 | number larger than 2^256 - 1
minus concentration flows wash anomaly | 4 | value "-5"
fee concentration       | 0 | window
fee flows wash          | 0 | negative_balances
duplicate concentration flows wash | 0 | duplicates
equal concentration flows wash | 0 | equal_rows
some concentration flows wash anomaly | 4 | line 32, column to
some_skip concentration flows wash | 0 | rejected
mostly_skip concentration flows wash anomaly | 4 | 30 of 40 rows are no transfers as they stand
mostly_most_skip concentration flows wash | 0 | mostly_rejected
none concentration flows wash anomaly | 4 | no transfer of a token in it
END
	run_fail 2 plume analyze flows --csv some.csv --skip-most
	has "$stderr" "--skip-most goes with --skip-bad"
}

@test "an ensemble of nothing is refused" {
	run --separate-stderr plume analyze ensemble --json
	[ "$status" != 0 ] && [ -z "$output" ]
	has "$stderr" '"error"'
}

# The verdict's words come first, and a remnant's say so.
@test "people are told of rows that were left out" {
	make_moves
	run_ok plume analyze flows --csv mostly_most_skip.csv --units raw \
		--decimals 0 --skip-bad --skip-most
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"30 rows of the file are no transfers as they stand"
}
