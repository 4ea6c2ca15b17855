#!/usr/bin/env bats
# plume analyze regime: words, figures, replay, refusals.
load common

# 900 prices: calm, wild for 200 days, calm again, wild at the end when asked.
prices() {
	awk -v wild="$1" 'BEGIN { s = 42; p = 100; print "day,price"
		for (i = 1; i <= 900; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			v = (i > 300 && i <= 500) || (wild && i > 850)
			p *= 1 + (v ? 0.04 : 0.008) * z
			printf "%d,%.6f\n", i, p
		} }'
}

@test "calm at the end of one, turbulent at the end of the other" {
	prices 0 >prices.csv
	run_ok plume analyze regime --csv prices.csv --time day --value price
	[[ ${lines[0]} == "The market is calm: "* ]]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	prices 1 >prices.csv
	run_ok plume analyze regime --csv prices.csv --time day --value price
	[[ ${lines[0]} == "The market is turbulent: "* ]]
}

@test "the spells are where they were made" {
	prices 0 >prices.csv
	run_ok plume analyze regime --csv prices.csv --value price --json
	jq -e '.states_n == 2 and (.spells | map(.state) == [1, 2, 1]) and
		(.spells[1].from - 300 | fabs) < 6 and
		(.spells[1].to - 499 | fabs) < 6 and
		.states[0].sd < .states[1].sd and
		(.states[1].sd / .states[0].sd - 5 | fabs) < 1 and
		([.states[].now] | add - 1 | fabs) < 1e-12 and
		([.states[].next] | add - 1 | fabs) < 1e-12 and
		(.choices | length == 4) and
		(.bic == ([.choices[].bic] | min)) and
		(reduce .contributions[].contribution as $c
			(.score_base; . + $c)) == .score' <<<"$output"
}

@test "threads do not count, and the record replays" {
	prices 1 >prices.csv
	cmd="plume analyze regime --csv prices.csv --value price --json"
	run_ok $cmd --threads 1 && one=$output
	run_ok $cmd --threads 2 && [ "$output" = "$one" ]
	run_ok $cmd --states 3 --starts 4 --seed 7 --record
	jq -e '.states_n == 3 and .optimizer.starts == 4' <<<"$output"
	run_ok plume record replay "$(jq -r .record <<<"$output")"
}

@test "no regimes where there are none; too short, constant: refused" {
	awk 'BEGIN { s = 7; print "r"; for (i = 1; i <= 600; i++) {
		z = -6
		for (k = 0; k < 12; k++) {
			s = (s * 16807) % 2147483647
			z += s / 2147483647
		}
		printf "%.6f\n", 0.01 * z } }' >r.csv
	run_ok plume analyze regime --csv r.csv --returns given --json
	jq -e '[.flags[].code] | index("no_regimes")' <<<"$output"
	head -90 r.csv >few.csv
	run_fail 4 plume analyze regime --csv few.csv --returns given
	(echo p; yes 5 | head -300) >flat.csv
	run_fail 4 plume analyze regime --csv flat.csv
	run_fail 2 plume analyze regime --csv r.csv --states 1
	run_fail 2 plume analyze regime --csv r.csv --states 5
	run_fail 2 plume analyze regime --csv r.csv --starts 0
}
