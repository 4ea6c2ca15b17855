#!/usr/bin/env bats
# plume analyze ensemble: models weighted by their record.
load common

forecasts() { # FROM TO
	awk 'BEGIN { srand(7); p = 100; print "day,v"; for (i = 1; i <= 260; i++) {
		p *= 1 + 0.04 * (rand() - .5); print i "," p } }' >all.csv
	local i
	for ((i = $1; i <= $2; i++)); do
		head -n "$i" all.csv >v.csv
		plume analyze risk --csv v.csv --time day --value v --record \
			-q >/dev/null
	done
	cp all.csv v.csv
}

@test "weights add up, follow the loss, and give the weighted forecast" {
	forecasts 200 225
	run_ok plume analyze ensemble --json
	jq -e '.moments == 26 and (.few | not) and (.experts | length) >= 4' \
		<<<"$output"
	jq -e '([.experts[].weight] | add) as $s | $s > .999999 and $s < 1.000001' \
		<<<"$output"
	jq -e '([.experts[] | .weight * .forecast] | add) / .value |
		. > .999999 and . < 1.000001' <<<"$output"
	jq -e '(.experts | sort_by(.mean_loss) | map(.weight)) as $w |
		$w == ($w | sort | reverse)' <<<"$output"
	jq -e '.best as $b | .best_loss as $l | .experts |
		(min_by(.mean_loss) | .method == $b and .mean_loss == $l)
		and all(.why != null)' <<<"$output"
	# the weights by their definition
	jq -e '.eta as $e | .experts | (map(-$e * .total | exp) | add) as $s |
		all((-$e * .total | exp) / $s / .weight - 1 | fabs < 1e-9)' \
		<<<"$output"
	# the losses are those of record score
	score=$(plume record score --json)
	jq -e --argjson s "$score" '.experts | all(. as $x | $s | any(
		.method == $x.method and .promised == .95 and
		(.pinball / $x.mean_loss - 1 | fabs) < 1e-9 and
		(.rate - $x.held | fabs) < 1e-9))' <<<"$output"
	run_ok plume analyze ensemble --level 0.99
	has "$output" "Weighted value at risk"
}

@test "few moments are said; a greater rate learns faster" {
	forecasts 200 210
	run_ok plume analyze ensemble --json
	jq -e '.few and .moments == 11' <<<"$output"
	slow=$(jq '[.experts[].weight] | max' <<<"$output")
	run_ok plume analyze ensemble --eta 50 --json
	jq -e --argjson s "$slow" '([.experts[].weight] | max) > $s' \
		<<<"$output"
	run_ok plume analyze ensemble
	has "$output" "too few"
}

@test "what there is no ensemble of" {
	run_fail 7 plume analyze ensemble
	forecasts 200 200
	head -n 200 all.csv >v.csv
	run_fail 4 plume analyze ensemble # nothing came due
	run_fail 2 plume analyze ensemble --level 0.9
	run_fail 2 plume analyze ensemble --eta 0
	cp all.csv w.csv
	plume analyze risk --csv w.csv --time day --value v --record -q \
		>/dev/null
	run_fail 2 plume analyze ensemble
	has "$stderr" "several sources"
	run_fail 4 plume analyze ensemble --source w.csv
	run_fail 7 plume analyze ensemble --source x.csv
}
