#!/usr/bin/env bats
# A portfolio of indexed tokens by the prices that followed contracts tell,
# joined on their bars; and one of standard input.
load common
load prices

P=0x3333333333333333333333333333333333333333
Q=0x4444444444444444444444444444444444444444
F=0x5555555555555555555555555555555555555555

setup() {
	fresh
	need jq
	plume asset init >/dev/null 2>&1
}

# Day I of a series that goes up and down: A, or B.
price_a() { echo $((20000000000 + ($1 * $1 * 7919 % 1013) * 3000000)); }
price_b() { echo $((50000000000 + ($1 * $1 * 104729 % 997) * 5000000)); }
# The first is told from day 0 to 99, the other from day 20 to 119.
two() {
	local i
	pool2 $P $COIN $CASH
	for ((i = 0; i < 100; i++)); do
		sync2 $((144 * i)) 100000000000 "$(($(price_a $i) / 100))"
	done | sync_logs $P $SWAP2,$SYNC2
	feed $F 8
	for ((i = ${SKIP:-20}; i < 120; i++)); do
		[ "$i" = "${HOLE:-}" ] || answer $((144 * i)) "$(price_b $i)"
	done | sync_logs $F $ANSWER
}
held() {
	plume analyze portfolio --token $COIN --token $F --paths 1000 \
		--level 0.95 --json "$@"
}

@test "two tokens: joined on their bars, as the same prices of a file" {
	two
	run_ok held --weights 0.7,0.3 --record
	id=$(jq_of .record)
	[ "$(jq_of '[.n, .trust] | tojson')" = '[79,"claimed"]' ]
	[ "$(jq_of '.holdings | map([.name, .weight, .input.n, .input.kind,
		.input.index.prices.contract]) | tojson')" = \
		"[[\"$COIN\",0.7,100,\"index\",\"$P\"],[\"$F\",0.3,100,\"index\",\"$F\"]]" ]
	has "$(jq_of '.flags | map(.about) | join("|")')" \
		"80 bars that all of them have were taken, of up to 100"
	jq '[.sd, .historical, .normal, .simulated]' <<<"$output" >by-token
	{
		echo coin,other
		for ((i = 20; i < 100; i++)); do
			echo "$(price_a $i)e-9,$(price_b $i)e-8"
		done
	} >f.csv
	run_ok plume analyze portfolio --csv f.csv --columns coin,other \
		--weights 0.7,0.3 --paths 1000 --level 0.95 --json
	jq '[.sd, .historical, .normal, .simulated]' <<<"$output" >by-file
	# the pool's price is a quotient: to 1 in 10^9
	jq -en --slurpfile a by-token --slurpfile b by-file \
		'[[$a, $b] | map([.. | numbers]) | transpose[] |
		(.[0] / .[1] - 1 | fabs) < 1e-9] | (length > 10) and all'
	run_ok plume record replay "$id" --json
	[ "$(jq_of .same)" = true ]
	run_ok plume analyze portfolio --token $COIN --token $F --paths 1000 \
		--level 0.95
	has "$output" "told by $P (sync-v2)"
	has "$output" "told by $F (answer)"
	has "$output" "Joined on the bars that all of them have: 79 returns."
}

@test "a bar that one lacks: refused, left out for all, carried" {
	HOLE=50 two
	run_fail 4 held
	has "$stderr" "1 of 100 bars have no price"
	run_ok held --missing skip --record
	[ "$(jq_of .n)" = 78 ]
	[ "$(jq_of '.flags | map(.code) | index("missing_values") != null')" = true ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok held --missing carry
	[ "$(jq_of '[.n, .holdings[1].input.missing,
		.holdings[1].input.missing_rule] | tojson')" = '[79,1,"carry"]' ]
	run_ok held --from 2024-01-01 --to 2024-01-31 --missing skip
	[ "$(jq_of .n)" = 28 ]
}

@test "what a portfolio of tokens is not" {
	two
	pool3 $Q $CASH $COIN
	run_fail 2 held # two contracts tell the first
	has "$stderr" "$P, $Q"
	run_ok held --source $P --source $F
	run_fail 2 held --source $P
	run_fail 2 held --csv f.csv
	run_fail 2 held --columns a,b
	run_fail 2 held --measure volume
	run_fail 2 held --missing break
	run_fail 2 plume analyze portfolio --token $COIN
	has "$stderr" "1 tokens"
	run_fail 2 plume analyze portfolio --token $COIN --token $COIN
	has "$stderr" "twice"
	run_fail 2 plume analyze portfolio --csv f.csv --columns a,b --source $P
	# no bar in common
	run_fail 7 held --source $P --source $F --to 2023-11-17
	rm -f "$(find "$PWD" "$HOME" -name '*.db' | head -n 1)"*
	SKIP=110 two
	run_fail 4 held
	has "$stderr" "no bar in common"
}

@test "out of standard input, and columns named to who named none" {
	awk 'BEGIN { print "day,gold,oil,note"; for (i = 1; i <= 60; i++)
		printf "%d,%d,%d,x\n", i, 1000 + i * i * 7919 % 13,
			500 + i * i * 104729 % 17 }' >f.csv
	run_ok plume analyze portfolio --csv f.csv --columns gold,oil \
		--paths 1000 --level 0.95 --json
	jq 'del(.input.source)' <<<"$output" >by-file
	run_ok plume analyze portfolio --csv - --columns gold,oil \
		--paths 1000 --level 0.95 --json <f.csv
	jq 'del(.input.source)' <<<"$output" | diff by-file -
	gzip f.csv
	run_ok plume analyze portfolio --csv - --columns gold,oil \
		--paths 1000 --level 0.95 --json <f.csv.gz
	[ "$(jq_of .n)" = 59 ]
	run_fail 2 plume analyze portfolio --csv f.csv.gz
	has "$stderr" "which columns are held?"
	has "$stderr" "--columns day,gold,oil"
	run_fail 2 plume analyze portfolio --csv - --time day <f.csv.gz
	has "$stderr" "--columns gold,oil"
	run_fail 2 plume analyze portfolio --csv f.csv.gz --columns gold
}
