#!/usr/bin/env bats
# plume analyze risk: its volatility models, tails, simulation and intervals.
load common

# N prices whose volatility comes in clusters, after losses more than gains,
# with shocks of heavy tails.
prices() {
	awk -v n="$1" 'BEGIN {
		print "day,price"; s = 42; p = 100; h = 2e-4; r = 0
		for (i = 1; i <= n; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			if (s / 2147483647 > 0.93)
				z *= 2
			h = 1e-5 + (r < 0 ? 0.25 : 0.05) * r * r + 0.8 * h
			r = sqrt(h) * z
			p *= 1 + r
			printf "%s,%.6f\n", i, p
		}
	}'
}

risk() {
	run_ok plume analyze risk --csv prices.csv --value price --json "$@"
}

@test "four volatility models: the wider one is never less likely" {
	prices 1500 >prices.csv
	for m in normal t gjr gjr-t; do
		risk --garch "$m"
		jq -e --arg m "$m" '.garch.model == $m and .optimizer.converged
			and .optimizer.gradient_norm < 1e-6
			and (.garch.gamma == null) == ($m | test("gjr") | not)
			and (.garch.nu == null) == ($m | test("t$") | not)
			and ([.garch.se[].alpha] | all(. > 0))
			and .garch.ljung_box_squares_p > 0' <<<"$output"
		eval "l_${m/-/_}=$(jq .garch.loglik <<<"$output")"
	done
	jq -en "$l_t >= $l_normal - 1e-6 and $l_gjr > $l_normal + 5 and
		$l_gjr_t >= $l_gjr - 1e-6"
	run_fail 2 plume analyze risk --csv prices.csv --garch egarch
}

@test "every figure of loss lies within its interval" {
	prices 800 >prices.csv
	risk --garch gjr-t
	jq -e '[.intervals[] | select(.figure != "max_drawdown") |
		.lo <= .value and (.hi == null or .value <= .hi)] |
		length > 15 and all' <<<"$output"
	[ "$(jq '[.intervals[].figure] | unique | length' <<<"$output")" = \
		"$(jq '.intervals | length' <<<"$output")" ]
	# and names a field that has that value
	jq -e '. as $r | .intervals | all(. as $i |
		($r | getpath($i.figure | split("."))) == $i.value)' \
		<<<"$output"
}

@test "seed and replications count, threads do not" {
	prices 600 >prices.csv
	risk --threads 1 && one=$output
	risk --threads 2 && [ "$output" = "$one" ]
	risk --seed 2 && [ "$output" != "$one" ]
	jq -e '.model.seed == 2 and .simulation.seed == 2 and
		.simulation.replications == 1000' <<<"$output"
	risk --replications 100 --block 7
	jq -e '.simulation | .replications == 100 and .block == 7' \
		<<<"$output"
}

@test "the tail: threshold, exceedances, few of them" {
	prices 600 >prices.csv
	risk
	jq -e '.pot.threshold_level == 0.9 and .pot.exceedances == 60 and
		(.pot.few | not) and .hill.k == 60' <<<"$output"
	risk --threshold-level 0.95 --hill 40
	jq -e '.pot.few and .hill.k == 40 and
		([.flags[].code] | index("pot_few"))' <<<"$output"
	risk --threshold 0.03
	jq -e '.pot.threshold == 0.03 and .pot.threshold_level == null' \
		<<<"$output"
	risk --threshold 3
	jq -e '.pot == null and .var.pot.p99 == null and
		([.flags[].code] | index("pot_not_fitted"))' <<<"$output"
}

@test "block maxima: a level and its bounds, none where blocks are few" {
	prices 700 >prices.csv
	risk
	jq -e '.maxima as $m | $m.block == 21 and $m.blocks == 33 and
		$m.once_in_12 < $m.once_in_60 and $m.gradient_norm < 1e-6 and
		([.intervals[] | select(.figure == "maxima.once_in_60")] |
		length == 1 and .[0].lo < $m.once_in_60 and
		.[0].hi > $m.once_in_60)' <<<"$output"
	run_ok plume analyze risk --csv prices.csv --value price
	[[ $output == *"The worst of 21 returns goes beyond"*"33"*"blocks."* ]]
	for n in 0 36; do
		risk --maxima $n
		jq -e '.maxima == null and ([.intervals[].figure |
			select(startswith("maxima"))] == [])' <<<"$output"
	done
	run_fail 2 plume analyze risk --csv prices.csv --maxima 10001
}

@test "the simulation over a horizon, and without one" {
	prices 600 >prices.csv
	risk --horizon 1 --paths 100000
	# one period ahead is what the residuals say without simulating
	jq -e '.horizon.periods == 1 and
		((.horizon.var99 / .var.fhs.p99 - 1) | fabs) < 0.15 and
		.horizon.var99_lo <= .horizon.var99 and
		.horizon.var99 <= .horizon.var99_hi' <<<"$output"
	risk --paths 0
	jq -e '.horizon == null' <<<"$output"
	run_fail 2 plume analyze risk --csv prices.csv --paths 10
	run_fail 2 plume analyze risk --csv prices.csv --horizon 0
	run_fail 2 plume analyze risk --csv prices.csv --threshold-level 1
}

@test "a record with models and thresholds replays" {
	prices 500 >prices.csv
	risk --garch t --threshold 0.02 --seed 9 --paths 5000 --horizon 5 \
		--record --threads 2
	id=$(jq -r .record <<<"$output")
	run_ok plume record replay "$id"
}

@test "few returns: what cannot be had is null, and said" {
	prices 60 >prices.csv
	risk
	jq -e '.garch == null and .var.fhs.p95 == null and
		.horizon == null and .pot == null and
		([.flags[].code] | index("garch_not_fitted") and
			index("pot_not_fitted"))' <<<"$output"
}
