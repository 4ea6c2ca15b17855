#!/usr/bin/env bats
# plume analyze backtest: words, figures, replay, refusals.
load common

prices() {
	awk -v n="$1" 'BEGIN {
		print "day,price"; s = 42; p = 100; h = 2e-4; r = 0
		for (i = 1; i <= n; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			h = 1e-5 + 0.15 * r * r + 0.8 * h
			r = sqrt(h) * z
			p *= 1 + r
			printf "%s,%.6f\n", i, p
		}
	}'
}

@test "the verdict first, then every model with its tests" {
	prices 900 >prices.csv
	run_ok plume analyze backtest --csv prices.csv --value price \
		--level 0.95
	[[ ${lines[0]} == "Best of 7 models: "* ]]
	for m in historical normal ewma garch-n garch-t gjr-t fhs; do
		grep -q "^$m " <<<"$output"
	done
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
}

@test "figures belong together" {
	prices 900 >prices.csv
	run_ok plume analyze backtest --csv prices.csv --value price --json \
		--level 0.95 --window 300
	jq -e '.n == 899 and .window == 300 and .days == 599 and
		.best == .models[0].name and .verdict == .models[0].verdict and
		(.models | length == 7) and (.models | all(
			.rate_lo <= .rate and .rate <= .rate_hi and
			(.lr_cc - .lr_uc - .lr_ind | fabs) < 1e-12 and
			.p_z2 > 0 and .p_z2 <= 1 and .mean_es > .mean_var)) and
		([.models[] | {sound: 0, doubtful: 1, unsound: 2}[.verdict]] |
			. == sort) and
		(reduce .contributions[].contribution as $c
			(.score_base; . + $c)) == .score' <<<"$output"
}

@test "threads do not count, the seed does, the record replays" {
	prices 700 >prices.csv
	cmd="plume analyze backtest --csv prices.csv --value price --json"
	run_ok $cmd --threads 1 && one=$output
	run_ok $cmd --threads 2 && [ "$output" = "$one" ]
	run_ok $cmd --seed 2 && [ "$output" != "$one" ]
	run_ok $cmd --refit 40 --level 0.975 --window 320 --simulations 500 \
		--record
	run_ok plume record replay "$(jq -r .record <<<"$output")"
}

@test "250 days at 99 %: Basel's multiplier; other numbers of days have none" {
	prices 601 >prices.csv
	run_ok plume analyze backtest --csv prices.csv --value price \
		--window 350
	[[ $output == *"Basel's multiplier for "*": 3."*" hits in 250 days"* ]]
	run_ok plume analyze backtest --csv prices.csv --value price \
		--window 340
	[[ $output != *Basel* ]]
}

@test "refused: too short, constant, beyond bounds" {
	prices 200 >prices.csv
	run_fail 4 plume analyze backtest --csv prices.csv --value price
	for o in "--level 1" "--level 0.4" "--refit 0" "--simulations 5" \
		"--threads 65"; do
		run_fail 2 plume analyze backtest --csv prices.csv $o
	done
	(echo p; yes 5 | head -600) >flat.csv
	run_fail 4 plume analyze backtest --csv flat.csv
	prices 700 >prices.csv
	run_fail 4 plume analyze backtest --csv prices.csv --value price \
		--window 120 --level 0.999
}
