#!/usr/bin/env bats
# analyze … --watch: a record and a line each time the data had grown.
load common

teardown() {
	[ -z "${WATCH_PID:-}" ] || kill "$WATCH_PID" 2>/dev/null || :
}

series() { # LENGTH
	awk -v n="$1" 'BEGIN { p = 100; print "day,v"; for (i = 1; i <= n; i++) {
		p *= 1 + 0.02 * sin(i * i); print i "," p } }' >new.csv
	mv new.csv v.csv # in one step
}

watch() { # ARG…
	"$PLUME" analyze trend --csv v.csv --time day --value v --watch \
		--every 1 "$@" >out 2>err </dev/null 3>&- &
	WATCH_PID=$!
}

# lines N: until out has so many
lines() {
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		[ "$(wc -l <out)" -ge "$1" ] && return
		kill -0 "$WATCH_PID" 2>/dev/null || break
		sleep 0.05
	done
	cat out err >&2
	return 1
}

ended() { # SIGNAL: with status 0
	kill "-$1" "$WATCH_PID"
	wait "$WATCH_PID"
	WATCH_PID=
}

@test "a line and a record each time the data grew, Ctrl-C ends it" {
	series 100
	watch
	lines 1
	series 101
	lines 2
	series 102
	lines 3
	ended INT
	[ "$(wc -l <out)" = 3 ]
	[ "$(ls "$XDG_DATA_HOME/plume/records" | wc -l)" = 3 ]
	while read -r _ n _ _ _ _ id; do
		f=$(ls "$XDG_DATA_HOME"/plume/records/"$id"*.json)
		[ "$(jq .input.n "$f")" = "$n" ]
	done <out
	[ "$(awk '{ print $2 }' out | tr '\n' ' ')" = "100 101 102 " ]
	run_ok plume record list --json
	jq -e 'length == 3 and all(.intact)' <<<"$output"
}

@test "lines of JSON are the rows, and are what the verb itself prints" {
	series 100
	watch -o jsonl
	lines 1
	ended TERM
	run_ok plume analyze trend --csv v.csv --time day --value v --record \
		-o jsonl
	[ "$output" = "$(cat out)" ]
}

@test "data that are broken for a while are waited out" {
	series 100
	watch
	lines 1
	echo 'day,v' >new.csv
	mv new.csv v.csv
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		grep -q 'looking again' err && break
		sleep 0.05
	done
	grep -q 'looking again' err
	series 103
	lines 2
	ended INT
}

@test "what cannot be watched" {
	run_fail 7 plume analyze trend --csv none.csv --value v --watch
	series 100
	run_fail 2 plume analyze trend --csv v.csv --value v --every 5
	has "$stderr" "--watch"
	run_fail 2 plume analyze trend --csv v.csv --value v --watch -o csv
}
