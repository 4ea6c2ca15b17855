#!/usr/bin/env bats
# plume analyze ensemble over forecasts, and as a record itself: replayed from
# the records it stands on, judged as any model, refused when those are
# dropped, changed or of something else.
load common

setup() {
	fresh
	need jq
}

series() { # LENGTH: steps of a slope, a week's pattern and noise
	awk -v n="$1" 'BEGIN { s = 5; p = 100; print "day,v,w"
		for (i = 1; i <= n; i++) {
			s = (s * 16807) % 2147483647
			p += 0.3 + 2 * (i % 7 - 3) * (i % 2 ? 1 : -1) + \
				3 * (s / 2147483647 - 0.5)
			printf "%d,%.4f,%.4f\n", i, p, 1000 - p
		} }'
}

# forecasts FROM TO METHOD…: v.csv ends as all of it
forecasts() {
	local i m
	series 260 >all.csv
	for ((i = $1; i <= $2; i++)); do
		head -n "$i" all.csv >v.csv
		for m in "${@:3}"; do
			plume analyze forecast --csv v.csv --time day --value v \
				--method "$m" --period 7 --horizon 3 --record \
				-q >/dev/null
		done
	done
	cp all.csv v.csv
}

ensemble() { # ARG…
	run_ok plume analyze ensemble --of forecast --json "$@"
}

# The losses of a method's records by hand: "AT LOSS" a line, of the ends' mean
# pinball loss, or of the absolute error.
by_hand() { # METHOD AHEAD pinball|error
	for f in "$XDG_DATA_HOME"/plume/records/*.json; do
		jq -r --arg m "$1" --argjson a "$2" 'select(.command ==
			"analyze forecast" and .result.method == $m) |
			"\(.input.n + $a - 1) \(.result.steps[$a - 1] |
			"\(.value) \(.lo) \(.hi)")"' "$f"
	done | awk -v kind="$3" 'NR == FNR { y[FNR - 2] = $2; next }
		function pin(q, t) { return (x - q) * (x < q ? t - 1 : t) }
		function abs(z) { return z < 0 ? -z : z }
		$1 in y { x = y[$1]
			l = (pin($3, .05) + pin($4, .95)) / 2
			if (kind == "error")
				l = abs(x - $2)
			printf "%d %.17g\n", $1, l }' FS='[, ]' all.csv - |
		sort -n
}

@test "forecasts: weights, losses and the joined bounds, by another program" {
	need python3
	forecasts 200 224 naive seasonal-naive ets arima
	for loss in pinball error; do
		ensemble --ahead 2 --loss $loss
		for m in naive seasonal-naive ets arima; do
			by_hand $m 2 $loss >"$m.loss"
			[ "$(wc -l <"$m.loss")" = 25 ]
		done
		echo "$output" >got.json
		python3 - <<-'END'
		import json, math
		r = json.load(open("got.json"))
		names = [x["method"] for x in r["experts"]]
		assert sorted(names) == ["arima", "ets", "naive",
		    "seasonal-naive"], names
		rows = {m: [(int(a), float(b)) for a, b in
		    (l.split() for l in open(m + ".loss"))] for m in names}
		T, K = r["moments"], len(names)
		assert T == 25 and r["known"] == 223 and r["ahead"] == 2
		for x in r["experts"]:
		    L = [b for a, b in rows[x["method"]]]
		    assert [a for a, b in rows[x["method"]]] == \
		        [m["at"] for m in r["realised"]]
		    for a, b in zip(L, x["losses"]):
		        assert abs(a - b) < 1e-9, (a, b)
		    assert abs(sum(L) / T - x["mean_loss"]) < 1e-9
		    assert x["held_loss"] + x["missed_loss"] == x["mean_loss"]
		loss = [[x["losses"][t] for x in r["experts"]] for t in range(T)]
		unit = max(max(l) - min(l) for l in loss)
		assert abs(unit / r["unit"] - 1) < 1e-12
		eta = math.sqrt(8 * math.log(K) / T)
		assert abs(eta / r["eta"] - 1) < 1e-12
		def weights(rows):
		    L = [sum(l[k] - min(l) for l in rows) / unit
		        for k in range(K)]
		    e = [math.exp(-eta * v) for v in L]
		    return [v / sum(e) for v in e], L
		w, L = weights(loss)
		for k, x in enumerate(r["experts"]):
		    assert abs(w[k] / x["weight"] - 1) < 1e-9
		    assert abs(L[k] - x["total"]) < 1e-9
		    assert x["back_in"] == math.ceil(L[k] - min(L))
		for a, b in (("value", "forecast"), ("lo", "lo"), ("hi", "hi")):
		    s = sum(u * x[b] for u, x in zip(w, r["experts"]))
		    assert abs(s - r[a]) < 1e-9, a
		two = sorted(w)[-2:]
		assert abs(math.log(two[1] / two[0]) - r["score"]) < 1e-9
		s = r["score_base"]
		for c in r["contributions"]:
		    s += c["contribution"]
		assert s == r["score"]
		assert r["verdict"] == (r["best"] if two[1] / two[0] >= 1.5
		    else "even")
		# the bound, by its definition; the regret keeps it
		bound = unit * (math.log(K) / eta + eta * T / 8) / T
		assert abs(bound / r["regret_bound"] - 1) < 1e-9
		assert abs(bound - unit * math.sqrt(math.log(K) / 2 / T)) < 1e-9
		best = min(sum(l[k] for l in loss) for k in range(K)) / T
		assert abs(r["ensemble_loss"] - best - r["regret"]) < 1e-9
		assert r["regret"] <= r["regret_bound"]
		END
	done
}

@test "the order, the number and the folder of the records do not matter" {
	forecasts 200 212 naive ets
	ensemble
	first=$output
	# written anew in another order, some of them twice asked for
	dir=$XDG_DATA_HOME/plume/records
	mkdir other
	for f in $(ls "$dir" | sort -R --random-source=all.csv); do
		mv "$dir/$f" other
		touch other
	done
	mv other/*.json "$dir"
	forecasts 205 206 ets naive
	ensemble
	[ "$output" = "$first" ]
	# a file that is no record is none
	echo nonsense >"$dir/readme.json"
	ensemble
	[ "$output" = "$first" ]
}

@test "kept, replayed with more records and more data there, shown, exported" {
	forecasts 200 212 naive ets
	head -n 212 all.csv >v.csv
	ensemble --record
	id=$(jq -r .record <<<"$output")
	[ "$(jq '.records | length' <<<"$output")" = 26 ]
	[ "$(jq -r '.records[]' <<<"$output" | sort -u)" = \
		"$(ls "$XDG_DATA_HOME/plume/records" | sed 's/\.json//' |
			grep -v "$id")" ]
	jq -e --arg id "$id" '.command == "analyze ensemble" and
		(.records | length) == 26 and (has("input")) and
		.result.realised[0].actual != null and
		.model.name == "plume.ensemble"' \
		"$XDG_DATA_HOME/plume/records/$id.json"
	run_ok plume record replay "$id" --threads 2
	run_ok plume record show "$id" --json
	jq -e '[.evidence[].step] == ["record", "model", "series", "rows",
		"file", "records"]' <<<"$output"
	# its own digest of the ids, by sha256sum
	want=$(jq -r '.records[]' "$XDG_DATA_HOME/plume/records/$id.json" |
		sha256sum | cut -d' ' -f1)
	jq -e --arg w "$want" '.evidence[5].value == $w' <<<"$output"
	run_ok plume record export "$id" --to out --json
	jq -e '.[0].complete' <<<"$output"
	[ "$(ls out/records/*.json | wc -l)" = 27 ]
	# more records, which it was not made of; the data as they were
	cp v.csv kept
	forecasts 213 214 naive ets arima
	cp kept v.csv
	run_ok plume record replay "$id"
	# more data: another file, as for any record
	cp all.csv v.csv
	run_fail 1 plume record replay "$id"
	has "$stderr" "input.sha256"
	cp kept v.csv
	# the bundle, on another machine
	rm -rf "$XDG_DATA_HOME" v.csv all.csv
	run_ok plume -C out record replay "$id"
	run_ok plume -C out record list
}

@test "a record it stands on dropped, changed or forged" {
	forecasts 200 212 naive ets
	head -n 212 all.csv >v.csv
	ensemble --record
	id=$(jq -r .record <<<"$output")
	first=$(jq -r '.records[0]' <<<"$output")
	dir=$XDG_DATA_HOME/plume/records
	cp "$dir/$first.json" kept
	rm "$dir/$first.json"
	run_fail 7 plume record replay "$id"
	has "$stderr" "${first:0:12}"
	sed 's/"level":0.9/"level":0.8/' kept >"$dir/$first.json"
	run_fail 1 plume record replay "$id"
	has "$stderr" "was changed"
	run_fail 1 plume analyze ensemble --of forecast
	cp kept "$dir/$first.json"
	run_ok plume record replay "$id"
	# a forecast made in hindsight, with a right name: another record, which
	# the kept ensemble does not take, and which does not come out again
	need node
	cp "$dir/$first.json" whole
	forge whole '.result.steps[0].value = 1'
	run_ok plume record show "$new"
	run_fail 1 plume record replay "$new" --csv <(head -n 212 all.csv)
	run_ok plume record replay "$id"
	rm "$dir/$new.json"
	# the ensemble's own record: other weights, another list
	cp "$dir/$id.json" whole
	forge whole ' ' # nothing
	[ "$new" = "$id" ]
	for change in '.result.experts[0].weight = 0.9' '.records.shift()' \
		'.records = []' '.records[0] = "x"' '.result.value = 5' \
		'.model.parameters.of = "fate"' '.model.parameters.eta = -1' \
		'.model.parameters.ahead = 0' '.records.push(r.records[0])'; do
		forge whole "$change"
		[ "$new" != "$id" ]
		run --separate-stderr plume record replay "$new"
		[ "$status" = 1 ] || [ "$status" = 2 ] || [ "$status" = 4 ]
		[ -n "$stderr" ]
		rm "$dir/$new.json"
	done
}

# forge FILE CHANGE: the record with one member set to something else, in
# canonical form (RFC 8785 is what JavaScript writes, with sorted members),
# under its right name; sets new.
forge() {
	node -e '
		const r = JSON.parse(require("fs").readFileSync(process.argv[1]))
		eval("r" + process.argv[2])
		const sorted = v => Array.isArray(v) ? v.map(sorted) :
			v && typeof v == "object" ? Object.fromEntries(
			Object.keys(v).sort().map(k => [k, sorted(v[k])])) : v
		process.stdout.write(JSON.stringify(sorted(r)))
	' "$1" "$2" >forged
	new=$(sha256sum <forged | cut -d' ' -f1)
	cp forged "$dir/$new.json"
}

@test "two columns of one file are two series" {
	forecasts 200 210 naive ets
	for i in 208 209 210; do
		head -n $i all.csv >v.csv
		for m in naive ets; do
			plume analyze forecast --csv v.csv --time day --value w \
				--method $m --horizon 1 --record -q >/dev/null
		done
	done
	cp all.csv v.csv
	run_fail 2 plume analyze ensemble --of forecast
	has "$stderr" "several series of v.csv"
	has "$stderr" "--like"
	like() { # COLUMN: a record of it
		for f in "$XDG_DATA_HOME"/plume/records/*.json; do
			jq -r --arg c "$1" 'select(.input.csv.value_column == $c) |
				input_filename' "$f"
		done | head -n 1 | xargs basename -s .json
	}
	ensemble --like "$(like v)"
	jq -e '.moments == 11' <<<"$output"
	ensemble --like "$(like w)"
	jq -e '.moments == 3 and .few and .value > 500' <<<"$output"
	# and record score keeps them apart
	run_ok plume record score --json
	jq -e '[.[] | select(.method == "ets" and .what == "interval" and
		.ahead == 1) | [.of, .n]] | sort == [["v", 11], ["w", 3]]' \
		<<<"$output"
}

@test "the ensemble is judged by record score as any model" {
	series 260 >all.csv
	for i in $(seq 200 206); do
		head -n "$i" all.csv >v.csv
		for m in naive ets; do
			plume analyze forecast --csv v.csv --time day --value v \
				--method $m --horizon 1 --record -q >/dev/null
		done
		[ "$i" = 200 ] && continue
		plume analyze ensemble --of forecast --record -q >/dev/null
	done
	cp all.csv v.csv
	run_ok plume record score --json
	jq -e '.[] | select(.method == "ensemble" and .what == "interval") |
		.n == 6 and .command == "analyze ensemble" and
		.promised == .9 and .ahead == 1' <<<"$output"
	# by hand
	hand=$(for f in "$XDG_DATA_HOME"/plume/records/*.json; do
		jq -r 'select(.command == "analyze ensemble") | "\(.input.n) " +
			"\(.result.value) \(.result.lo) \(.result.hi)"' "$f"
	done | awk 'NR == FNR { y[FNR - 2] = $2; next }
		function abs(z) { return z < 0 ? -z : z }
		{ held += y[$1] >= $3 && y[$1] <= $4; e += abs(y[$1] - $2) }
		END { printf "%d %.12g\n", held, e / 6 }' FS='[, ]' all.csv -)
	jq -e --argjson h "${hand% *}" --argjson e "${hand#* }" '.[] |
		select(.method == "ensemble" and .what == "interval") |
		.held == $h and (.error / $e - 1 | fabs) < 1e-9' <<<"$output"
}

@test "what it does not take" {
	forecasts 200 203 naive ets
	run_fail 7 plume analyze ensemble
	has "$stderr" "--of forecast"
	run_fail 2 plume analyze ensemble --loss error
	run_fail 2 plume analyze ensemble --ahead 2
	run_fail 2 plume analyze ensemble --of forecast --ahead 0
	run_fail 2 plume analyze ensemble --of forecast --level 1
	run_fail 4 plume analyze ensemble --of forecast --level 0.5
	run_fail 4 plume analyze ensemble --of forecast --ahead 9
	run_fail 2 plume analyze ensemble --of forecast --source x --like y
	run_fail 7 plume analyze ensemble --of forecast --like 012345678
	run_ok plume analyze ensemble --of forecast
	! grep -E '^.{81}' <<<"$output"
	has "$output" "too few"
}
