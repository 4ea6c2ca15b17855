#!/usr/bin/env bats
# plume record score: past forecasts against what happened.
load common

# all.csv, and a record of VERB for each of the lengths FROM..TO (with header)
forecasts() { # VERB FROM TO [ARGS…]
	awk 'BEGIN { srand(7); p = 100; print "day,v"; for (i = 1; i <= 260; i++) {
		p *= 1 + 0.04 * (rand() - .5); print i "," p } }' >all.csv
	local i
	for ((i = $2; i <= $3; i++)); do
		head -n "$i" all.csv >v.csv
		plume analyze "$1" --csv v.csv --time day --value v --record \
			-q "${@:4}" >/dev/null
	done
	cp all.csv v.csv
}

@test "value at risk is held against the losses that came" {
	forecasts risk 200 240
	run_ok plume record score --json
	has "$stderr" "41 records"
	jq -e 'map(select(.method == "historical" and .promised == .95)) |
		length == 1 and .[0].n == 41 and .[0].what == "loss" and
		.[0].lo <= .[0].rate and .[0].rate <= .[0].hi' <<<"$output"
	# by hand: the losses that passed each record's value
	hand=$(for f in "$XDG_DATA_HOME"/plume/records/*.json; do
		jq -r '"\(.input.n) \(.result.var.historical.p95)"' "$f"
	done | awk 'NR == FNR { v[NR - 1] = $2; next }
		{ l = -log(v[$1 + 1] / v[$1]); held += l <= $2
		  loss += l < $2 ? .05 * ($2 - l) : .95 * (l - $2); n++ }
		END { printf "%d %.12g\n", held, loss / n }' \
		FS='[, ]' all.csv -)
	[ "$(jq -r '.[] | select(.method == "historical" and
		.promised == .95) | .held' <<<"$output")" = "${hand% *}" ]
	jq -e --argjson h "${hand#* }" '.[] | select(.method == "historical" and
		.promised == .95) | (.pinball / $h - 1) | fabs < 1e-9' <<<"$output"
}

@test "a verdict of a trend is held against the next value" {
	forecasts trend 100 130
	run_ok plume record score --json
	jq -e 'all(.what == "direction" and .promised == .5)' <<<"$output"
	flat=$(cat "$XDG_DATA_HOME"/plume/records/*.json |
		jq -s 'map(select(.verdict == "flat")) | length')
	jq -e --argjson f "$flat" '(map(.n) | add // 0) == 31 - $f' <<<"$output"
}

@test "what has not happened waits; a past that was revised does not count" {
	forecasts risk 200 203
	head -n 203 all.csv >v.csv
	run_ok plume record score --json
	has "$stderr" "1 forecasts wait"
	jq -e 'all(.n == 3 and .verdict == "too few to say")' <<<"$output"
	cp all.csv v.csv
	sed -i '100s/.*/99,1/' v.csv
	run_ok plume record score --json
	[ "$output" = "[]" ]
	has "$stderr" "4 records are left out"
	rm v.csv
	run_ok plume record score --json
	has "$stderr" "source is gone"
	run_ok plume record score --csv all.csv --json
	jq -e 'all(.n == 4)' <<<"$output"
}

@test "several records of one moment count once" {
	forecasts risk 200 202
	for i in 200 201 202; do
		head -n "$i" all.csv >v.csv
		plume analyze risk --csv v.csv --time day --value v --record \
			-q --lambda .9 >/dev/null
	done
	cp all.csv v.csv
	run_ok plume record score --json
	has "$stderr" "6 records"
	jq -e 'all(.n == 3)' <<<"$output"
}

@test "a record that was changed is refused" {
	forecasts risk 200 201
	f=$(ls "$XDG_DATA_HOME"/plume/records/*.json | head -1)
	sed -i 's/"p95":0/"p95":1/' "$f"
	run_fail 1 plume record score
	run_fail 7 plume record score 0123abcd
}
