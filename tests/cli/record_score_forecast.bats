#!/usr/bin/env bats
# plume record score over forecasts: a known answer on constructed data,
# horizons that overlap, values that never came, several sources, real prices.
load common

setup() {
	fresh
	need jq
}

# made N FROM TO ARG…: all.csv of N steps and a forecast at each length
made() {
	local n=$1 from=$2 to=$3 i
	shift 3
	for ((i = from; i <= to; i++)); do
		head -n "$i" all.csv >v.csv
		plume analyze forecast --csv v.csv --time day --value v --record \
			-q "$@" >/dev/null
	done
	cp all.csv v.csv
}

# "METHOD AHEAD N HELD SUM-OF-PINBALL SUM-OF-ERRORS UPS DIRECTIONS" of every
# record here, from all.csv, by hand; missing values (an empty field) left out.
by_hand() {
	for f in "$XDG_DATA_HOME"/plume/records/*.json; do
		jq -r '.result.method as $m | .input.n as $n | .result.last as $l |
			.model.parameters.level as $p | .result.steps[] |
			"\($m) \(.ahead) \($n) \($l) \($p) \(.value) \(.lo) \(.hi)"' "$f"
	done | awk '
		function pin(q, t) { return (x - q) * (x < q ? t - 1 : t) }
		function abs(z) { return z < 0 ? -z : z }
		NR == FNR { if (FNR > 1) { t++; y[t] = $2 } next }
		($3 + $2) in y && y[$3 + $2] != "" {
			x = y[$3 + $2]
			k = $1 " " $2
			n[k]++
			held[k] += x >= $7 && x <= $8
			loss[k] += (pin($7, (1 - $5) / 2) + pin($8, (1 + $5) / 2)) / 2
			err[k] += abs(x - $6)
			if ($6 != $4) {
				dirs[k]++
				ups[k] += (x - $4) * ($6 - $4) > 0
			}
		}
		END { for (k in n) printf "%s %d %d %.12g %.12g %d %d\n", k, n[k],
			held[k], loss[k] / n[k], err[k] / n[k], ups[k], dirs[k] }' \
		FS='[, ]' all.csv -
}

# Does the output agree with by_hand, line for line?
agrees() {
	local m a n held loss err ups dirs seen=0
	while read -r m a n held loss err ups dirs; do
		jq -e --arg m "$m" --argjson a "$a" --argjson n "$n" \
			--argjson h "$held" --argjson l "$loss" --argjson e "$err" \
			--argjson u "$ups" --argjson d "$dirs" '
			([.[] | select(.method == $m and .ahead == $a and
				.what == "interval")] | length == 1 and (.[0] |
				.n == $n and .held == $h and
				(.rate - $h / $n | fabs) < 1e-12 and
				(.pinball / $l - 1 | fabs) < 1e-9 and
				(.error / $e - 1 | fabs) < 1e-9)) and
			([.[] | select(.method == $m and .ahead == $a and
				.what == "direction")] |
				(map(.n) | add // 0) == $d and
				(map(.held) | add // 0) == $u)' <<<"$output"
		seen=$((seen + 1))
	done < <(by_hand)
	[ "$seen" -gt 0 ]
	jq -e --argjson s "$seen" '[.[] | select(.what == "interval")] |
		length == $s' <<<"$output"
}

@test "a known answer: what was promised is kept, broken, or kept too well" {
	# ever smaller steps, faster and faster: bounds of the past always hold
	awk 'BEGIN { print "day,v"; for (i = 1; i <= 180; i++) {
		p += (i % 2 ? 1 : -1) * 1000 * exp(-i * i / 3600)
		printf "%d,%.9f\n", i, p } }' >all.csv
	made 180 101 160 --method naive --horizon 1 --level 0.9
	run_ok plume record score --json
	jq -e '.[] | select(.what == "interval") | .n == 60 and .held == 60 and
		.rate == 1 and .hi == 1 and .verdict == "too careful" and
		(.p / (2 * pow(.9; 60)) - 1 | fabs) < 1e-9' <<<"$output"
	agrees
	rm -r "$XDG_DATA_HOME"
	# ever greater steps, faster and faster: bounds of the past are too narrow
	awk 'BEGIN { p = 0; print "day,v"; for (i = 1; i <= 220; i++) {
		p += (i % 2 ? 1 : -1) * exp(i * i / 900); printf "%d,%.6f\n", i, p } }' \
		>all.csv
	made 220 100 130 --method naive --horizon 1
	run_ok plume record score --json
	jq -e '.[] | select(.what == "interval") | .n == 31 and .held < 26 and
		.hi < .9 and .p < .01 and .verdict == "too bold"' <<<"$output"
	agrees
}

@test "horizons that overlap: every figure by hand, fewer count as independent" {
	awk 'BEGIN { s = 11; p = 100; print "day,v"; for (i = 1; i <= 200; i++) {
		s = (s * 16807) % 2147483647; p += s / 2147483647 - 0.45
		printf "%d,%.5f\n", i, p } }' >all.csv
	made 200 120 159 --method ets --horizon 5 --level 0.8
	run_ok plume record score --json
	agrees
	jq -e '[.[] | select(.what == "interval") | [.ahead, .n, .independent]]
		== [[1, 40, 40], [2, 40, 20], [3, 40, 14], [4, 40, 10],
		[5, 40, 8]]' <<<"$output"
	jq -e 'all(.[]; .lo <= .rate and .rate <= .hi) and
		all(.[] | select(.ahead > 2); .verdict == "too few to say")' \
		<<<"$output"
	# wider than were they independent
	jq -e '([.[] | select(.what == "interval")] | map(.hi - .lo)) as $w |
		$w[4] > $w[0]' <<<"$output"
	run_ok plume record score
	! grep -E '^.{81}' <<<"$output"
	has "$output" "8 that do not overlap"
}

@test "values that have not come wait, values that never came are said" {
	awk 'BEGIN { s = 11; p = 100; print "day,v"; for (i = 1; i <= 140; i++) {
		s = (s * 16807) % 2147483647; p += s / 2147483647 - 0.45
		if (i == 133) print i ","; else printf "%d,%.5f\n", i, p } }' >all.csv
	made 140 129 131 --method naive --horizon 4 --missing skip
	run_ok plume record score --json
	# days 129..134 of 128..130 known: 133 is not there
	has "$stderr" "3 records that forecast"
	has "$stderr" "2 forecasts are of times that have no value"
	agrees
	head -n 132 all.csv >v.csv # up to day 131
	run_ok plume record score --json
	has "$stderr" "6 forecasts wait"
	jq -e '[.[] | select(.what == "interval") | .n] | add == 6' <<<"$output"
}

@test "several sources: each by itself, whichever file is gone" {
	for s in 3 4; do
		awk -v s=$s 'BEGIN { p = 100; print "day,v"; for (i = 1; i <= 160; i++) {
			s = (s * 16807) % 2147483647; p += s / 2147483647 - 0.45
			printf "%d,%.5f\n", i, p } }' >all.csv
		made 160 130 134 --method naive --horizon 1
		mv v.csv "of$s.csv"
		mkdir "d$s"
		cp all.csv "d$s/of$s.csv"
		for f in "$XDG_DATA_HOME"/plume/records/*.json; do
			[ "$(jq -r .input.source "$f")" = v.csv ] || continue
			sed "s/\"source\":\"v.csv\"/\"source\":\"of$s.csv\"/" \
				"$f" >renamed
			rm "$f"
			mv renamed "${f%/*}/$(sha256sum <renamed |
				cut -d' ' -f1).json"
		done
	done
	run_ok plume record score --json
	jq -e '[.[] | select(.what == "interval") | [.source, .n]] | sort ==
		[["of3.csv", 5], ["of4.csv", 5]]' <<<"$output"
	rm of3.csv
	run_ok plume record score --json
	jq -e '[.[] | select(.what == "interval") | [.source, .n]] ==
		[["of4.csv", 5]]' <<<"$output"
	has "$stderr" "5 records are left out: their source is gone"
}

@test "real prices: rolling origins of bitcoin, by hand" {
	need_data
	(echo day,v; tail -n 330 "$TESTDATA/analytics/finance/btcusdt_daily.csv" |
		cut -d, -f1,5) >all.csv
	made 330 281 320 --method ets --horizon 2
	run_ok plume record score --json
	has "$stderr" "40 records that forecast; 0 forecasts wait"
	jq -e '.[] | select(.what == "interval" and .ahead == 1) |
		.n == 40 and .independent == 40 and .promised == .9 and
		.lo <= .9 and .hi >= .9 and .verdict == "kept its promise"' \
		<<<"$output"
	agrees
}
