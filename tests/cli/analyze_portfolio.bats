#!/usr/bin/env bats
# plume analyze portfolio: words, sums, replay, refusals.
load common

setup_file() {
	awk 'BEGIN { p = q = r = 100; print "day,gold,oil,bond"
		for (i = 1; i <= 400; i++) {
			p *= 1 + 0.02 * sin(i * i)
			q *= 1 + 0.01 * sin(i * i) + 0.02 * cos(3 * i * i)
			r *= 1 + 0.004 * cos(5 * i * i)
			print i "," p "," q "," r
		} }' >"$BATS_FILE_TMPDIR/prices.csv"
}

pf() {
	run_ok plume analyze portfolio --csv "$BATS_FILE_TMPDIR/prices.csv" \
		--columns gold,oil,bond "$@"
}

@test "the verdict first; no line is too wide" {
	pf --weights 0.5,0.3,0.2
	[[ ${lines[0]} == "Risk is "* ]]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	grep -q "^gold  *0.5000" <<<"$output"
}

@test "parts add up to the whole, contributions to the score" {
	pf --weights 0.5,0.3,0.2 --json
	jq -e '
		def same(a; b): ((a - b) | fabs) < 1e-12;
		same([.holdings[].var_part] | add; .normal.var) and
		same([.holdings[].es_part] | add; .normal.es) and
		same([.holdings[].historical_es_part] | add; .historical.es) and
		same([.holdings[].share] | add; 1) and
		same([.holdings[].risk_parity] | add; 1) and
		same([.holdings[].least_variance] | add; 1) and
		.sd_least_variance_short <= .sd_least_variance and
		.sd_least_variance <= .sd and
		(.correlations | length == 3 and
			all(.lo < .correlation and .correlation < .hi)) and
		(reduce .contributions[].contribution as $c
			(.score_base; . + $c)) == .score' <<<"$output"
}

@test "threads do not count, and the record replays" {
	pf --json --threads 1 && one=$output
	pf --json --threads 2 && [ "$output" = "$one" ]
	pf --json --seed 5 && [ "$output" != "$one" ]
	pf --json --weights 0.9,0.4,-0.3 --nu 5 --horizon 3 --paths 5000 \
		--level 0.95 --record
	jq -e '[.flags[].code] == []' <<<"$output"
	run_ok plume record replay "$(jq -r .record <<<"$output")" \
		--csv "$BATS_FILE_TMPDIR/prices.csv"
}

@test "values that are losses are losses when the record is replayed" {
	awk -F, 'NR == 1 || $2 = ($1 * 7 % 13 - 6) / 100' OFS=, \
		"$BATS_FILE_TMPDIR/prices.csv" |
		awk -F, 'NR == 1 || $3 = ($1 * 5 % 11 - 4) / 100' OFS=, >loss.csv
	run_ok plume analyze portfolio --csv loss.csv --columns gold,oil \
		--returns given --losses --record --json
	jq -e '.model.parameters.losses' <<<"$output"
	id=$(jq -r .record <<<"$output") var=$(jq .historical.var <<<"$output")
	run_ok plume analyze portfolio --csv loss.csv --columns gold,oil \
		--returns given --json
	[ "$(jq .historical.var <<<"$output")" != "$var" ]
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
}

@test "refused: one column, twice the same, wrong weights, no such column" {
	csv=$BATS_FILE_TMPDIR/prices.csv
	for o in "--columns gold" "--columns gold,gold" "" \
		"--columns gold,oil --weights 1" \
		"--columns gold,oil --weights 1,2,3" \
		"--columns gold,oil --weights 1,x" \
		"--columns gold,oil --level 1" \
		"--columns gold,oil --nu 1" \
		"--columns gold,oil --value gold" \
		"--columns gold,oil --missing break"; do
		run plume analyze portfolio --csv "$csv" $o
		[ "$status" -eq 2 ] || [ "$status" -eq 4 ]
		[ -n "$output" ]
	done
	run_fail 7 plume analyze portfolio --csv "$csv" --columns gold,tin
	run_ok plume analyze portfolio --csv - --columns gold,oil <"$csv"
	sed '100s/,[^,]*$/,/' "$csv" >gap.csv
	run_fail 4 plume analyze portfolio --csv gap.csv --columns gold,bond
	run_ok plume analyze portfolio --csv gap.csv --columns gold,bond \
		--missing skip --json
	jq -e '.n == 398 and .flags[0].code == "missing_values"' <<<"$output"
}

@test "every figure of a holding has its interval, and threads change none" {
	awk 'BEGIN { p = q = 100; print "day,gold,oil"
		for (i = 1; i <= 300; i++) { p *= 1 + 0.02 * sin(i * i)
			q *= 1 + 0.01 * sin(i * i) + 0.02 * cos(3 * i * i)
			print i "," p "," q } }' >pair.csv
	run_ok plume analyze portfolio --csv pair.csv --columns gold,oil \
		--threads 1 --json
	jq -e '. as $r | (.intervals | length) == 24 and
		(.intervals | all(. as $v |
		(if $v.holding then $r.holdings[] | select(.name == $v.holding)
		else $r end | .[$v.figure]) as $x |
		(($x - $v.value) | fabs) <= 1e-12 * ($x | fabs) and
		$v.lo < $v.hi and
		($v.figure == "shrinkage" or
			($v.lo <= $x and $x <= $v.hi))))' <<<"$output"
	one=$output
	run_ok plume analyze portfolio --csv pair.csv --columns gold,oil \
		--threads 2 --json
	[ "$output" = "$one" ]
}
