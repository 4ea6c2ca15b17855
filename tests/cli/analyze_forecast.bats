#!/usr/bin/env bats
# plume analyze forecast: words, figures, calendars, records, and every series
# that can not carry it refused or flagged.
load common

# N days: a level, a week's pattern and noise of whole-number origin.
weekly() {
	awk -v n="$1" 'BEGIN {
		print "day,value"; s = 11
		for (i = 1; i <= n; i++) {
			s = (s * 16807) % 2147483647
			printf "%d,%.4f\n", i, 100 + 5 * (i % 7) + \
				4 * s / 2147483647
		}
	}'
}

# The same as dates from 2024-01-01 (a Monday) on; EVERY: keep the line where
# this awk condition on i (days since then) and wd (0: Monday) holds.
dates() { # N CONDITION
	TZ=UTC awk -v n="$1" 'BEGIN {
		print "date,value"; s = 5; v = 100
		for (i = 0; i < n; i++) {
			wd = i % 7; s = (s * 16807) % 2147483647
			v += s / 2147483647 - 0.5
			if ('"$2"') printf "%s,%.4f\n", \
				strftime("%Y-%m-%d", 1704067200 + 86400 * i), v
		}
	}'
}

@test "forecast: the verdict first, then bounds, accuracy, reasons, source" {
	weekly 300 >w.csv
	run_ok plume analyze forecast --csv w.csv --time day --value value \
		--period 7
	[[ ${lines[0]} == "In 7 points: between "* ]]
	grep -q 'Better than to expect no change' <<<"$output"
	grep -q 'held [0-9.]* % of' <<<"${output//$'\n'/ }"
	for word in Next 'Past forecasts' seasonal-naive arima ets Calendar Why \
		SHA-256 Trust; do
		grep -q "$word" <<<"$output"
	done
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	LC_ALL=C run_ok plume analyze forecast --csv w.csv --value value
	! grep -nP '[^\x20-\x7e]' <<<"$output"
}

@test "forecast --json: contributions sum to the score, coverage is measured" {
	weekly 300 >w.csv
	run_ok plume analyze forecast --csv w.csv --time day --value value \
		--period 7 --horizon 3 --json
	jq -e '(.steps | length) == 3 and .verdict == "better than naive" and
		all(.steps[]; .lo < .value and .value < .hi and .judged > 50)
		and .coverage.adaptive > 0.8 and .coverage.lo < .coverage.hi
		and ((.score_base + ([.contributions[].contribution] | add)
			- .score) | fabs) < 1e-12
		and ([.accuracy[] | select(.chosen)] | length) == 1
		and .calendar.period == 7 and .calendar.rule == "regular"
		and .counterfactual.verdict != .verdict' <<<"$output"
	[ "$(jq -r '.steps[2].time' <<<"$output")" = 303 ]
}

@test "a forecast's record replays, here and from standard input" {
	weekly 200 >w.csv
	run_ok plume analyze forecast --csv w.csv --time day --value value \
		--period 7 --horizon 2 --log --rate 0.05 --record --json
	id=$(jq -r .record <<<"$output")
	run_ok plume record replay "$id"
	run_ok bash -c 'plume analyze forecast --csv - --value value \
		--record --json <w.csv'
	id=$(jq -r .record <<<"$output")
	run_ok plume record replay "$id" --csv w.csv
}

@test "calendars: days, weekdays, months, gaps, odd times" {
	dates 120 1 >d.csv
	run_ok plume analyze forecast --csv d.csv --time date --json
	jq -e '.calendar.rule == "regular" and .calendar.unit == "day" and
		.calendar.period == 7 and
		.steps[0].time == "2024-04-30T00:00:00Z"' <<<"$output"
	dates 180 'wd < 5' >b.csv
	run_ok plume analyze forecast --csv b.csv --time date --json
	jq -e '.calendar.rule == "weekdays" and .calendar.period == 5 and
		.calendar.gaps == 0 and all(.steps[].time[0:10];
		(. + "T00:00:00Z" | fromdate | gmtime | .[6]) as $d |
		$d > 0 and $d < 6)' <<<"$output"
	dates 1900 'strftime("%d", 1704067200 + 86400 * i) == "01"' >m.csv
	run_ok plume analyze forecast --csv m.csv --time date --json
	jq -e '.calendar.rule == "months" and .calendar.period == 12 and
		(.steps | map(.time[8:10]) | unique) == ["01"]' <<<"$output"
	dates 120 'i != 50 && i != 51' >g.csv
	run_ok plume analyze forecast --csv g.csv --time date --json
	jq -e '.calendar.gaps == 1 and any(.flags[]; .code == "gaps")' \
		<<<"$output"
	dates 400 '(i * i) % 3 == 1 && i % 11 != 3' >o.csv
	run_ok plume analyze forecast --csv o.csv --time date --json
	jq -e '.calendar.rule == "irregular" and .steps[0].time == null and
		any(.flags[]; .code == "irregular_times")' <<<"$output"
}

@test "what can not be forecast is refused by name" {
	weekly 300 >w.csv
	head -4 w.csv >three.csv
	run_fail 4 plume analyze forecast --csv three.csv --value value
	grep -q '3 points are too few, 40 are needed' <<<"$output$stderr"
	awk 'BEGIN { print "v"; for (i = 0; i < 60; i++) print 7 }' >flat.csv
	run plume analyze forecast --csv flat.csv
	[ "$status" -ne 0 ]
	grep -q 'all 60 points equal 7' <<<"$output"
	# flat while it should learn, alive later
	awk 'BEGIN { print "v"; for (i = 0; i < 60; i++)
		print i < 40 ? 7 : i }' >half.csv
	run plume analyze forecast --csv half.csv
	[ "$status" -ne 0 ]
	grep -q 'the part to learn from' <<<"$output"
	sed '50s/.*/50,NaN/' w.csv >nan.csv
	run plume analyze forecast --csv nan.csv --value value
	[ "$status" -ne 0 ]
	run_ok plume analyze forecast --csv nan.csv --value value \
		--missing skip --json
	jq -e '.n == 299 and any(.flags[]; .code == "missing_values")' \
		<<<"$output"
	run_fail 2 plume analyze forecast --csv nan.csv --value value \
		--missing break
	sed '50s/.*/49,1/' w.csv >twice.csv
	sed -i '49s/.*/49,2/' twice.csv
	run plume analyze forecast --csv twice.csv --time day --value value
	[ "$status" -ne 0 ]
	sed '50s/.*/49,-3/' w.csv >neg.csv
	run plume analyze forecast --csv neg.csv --value value --log
	[ "$status" -ne 0 ]
	grep -q 'point 49 is -3' <<<"$output"
	run plume analyze forecast --csv w.csv --value value --horizon 100
	[ "$status" -ne 0 ]
	grep -q 'quarter' <<<"$output"
	for bad in "--level 1" "--level 0.2" "--rate 0" "--horizon 0" \
		"--period 0" "--period 25" "--window 3" "--method magic"; do
		# shellcheck disable=SC2086
		run_fail 2 plume analyze forecast --csv w.csv --value value $bad
	done
	run plume analyze forecast --csv w.csv --value value \
		--method seasonal-naive
	[ "$status" -ne 0 ]
	grep -q 'wants a period' <<<"$output"
}

@test "the same bytes with few points, huge values and tiny ones" {
	for scale in 1e-12 1 1e12; do
		weekly 120 | awk -F, -v k="$scale" 'NR == 1 { print; next }
			{ printf "%d,%.10g\n", $1, $2 * k }' >s.csv
		run_ok plume analyze forecast --csv s.csv --value value \
			--period 7 --json
		jq -e 'all(.steps[]; .lo < .hi)' <<<"$output"
		first=$output
		run_ok plume analyze forecast --csv s.csv --value value \
			--period 7 --json
		[ "$first" = "$output" ]
	done
}

@test "90 % intervals of Bitcoin, Ether and the DAX hold 88 to 92 % of the time" {
	d=${PLUME_TESTDATA:-../shared/data}/analytics/finance
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	[ -d "$d" ] || skip "no test data"
	for f in "btcusdt_daily.csv date close" "ethusdt_daily.csv date close" \
		"eustock_dax_cac.csv time DAX"; do
		read -r file time value <<<"$f"
		for h in 1 7 21; do
			run_ok plume analyze forecast --csv "$d/$file" \
				--time "$time" --value "$value" --horizon $h \
				--json
			jq -e --argjson h $h '.coverage.judged > 850 * $h and
				(.steps | length) == $h and
				.coverage.adaptive > 0.88 and
				.coverage.adaptive < 0.92 and
				all(.steps[];
				.coverage > 0.88 and .coverage < 0.92)' \
				<<<"$output"
		done
	done
}

@test "forecast --svg draws the bounds" {
	weekly 100 >w.csv
	run_ok plume analyze forecast --csv w.csv --value value --svg f.svg
	grep -q '<svg' f.svg
	grep -q 'what may follow' f.svg
}
