#!/usr/bin/env bats
# Many records: two that watch the same data write each once and whole; a
# thousand are listed, and anchored under one root.
load common

setup() {
	fresh
	need jq
}

teardown() {
	for pid in ${PIDS:-}; do
		kill "$pid" 2>/dev/null || :
	done
}

series() { # LENGTH, in one step
	awk -v n="$1" 'BEGIN { p = 100; print "day,v"; for (i = 1; i <= n; i++) {
		p *= 1 + 0.02 * sin(i * i); print i "," p } }' >new.csv
	mv new.csv v.csv
}

# a thousand records out of one: another length each, under their right names
thousand() { # N
	series 60
	plume analyze trend --csv v.csv --time day --value v --record -q \
		>/dev/null
	dir=$XDG_DATA_HOME/plume/records
	first=$(ls "$dir")
	local i name
	for ((i = 1; i < $1; i++)); do
		sed "s/\"bytes\":[0-9]*/\"bytes\":$((100000 + i))/" "$dir/$first" >x
		name=$(sha256sum <x)
		mv x "$dir/${name%% *}.json"
	done
}

@test "two watchers of one file: each record once, whole, none half-written" {
	series 100
	local w k tries
	PIDS=
	for w in 1 2; do
		"$PLUME" analyze trend --csv v.csv --time day --value v --watch \
			--every 1 >"out$w" 2>"err$w" </dev/null 3>&- &
		PIDS="$PIDS $!"
	done
	for k in 1 2 3; do
		for ((tries = 0; tries < 1200; tries++)); do
			[ "$(wc -l <out1)" -ge "$k" ] &&
				[ "$(wc -l <out2)" -ge "$k" ] && break
			sleep 0.05
		done
		[ "$tries" -lt 1200 ]
		series $((100 + k))
	done
	for pid in $PIDS; do
		kill -INT "$pid"
		wait "$pid"
	done
	PIDS=
	for w in 1 2; do
		head -n 3 "out$w" | awk '{ print $2, $NF }' >"seen$w"
		[ "$(cut -d' ' -f1 <"seen$w" | tr '\n' ' ')" = "100 101 102 " ]
	done
	cmp seen1 seen2
	run_ok plume record list --json
	jq -e 'length >= 3 and length <= 4 and all(.intact)' <<<"$output"
	# nothing else is left there, no file half-written under another name
	[ "$(ls -A "$XDG_DATA_HOME/plume/records" |
		grep -cvE '^[0-9a-f]{64}\.json$')" = 0 ]
}

@test "a thousand records are listed, one that was changed among them is named" {
	thousand 1000
	run_ok plume record list --json
	jq -e 'length == 1000 and all(.intact)' <<<"$output"
	bad=$(ls "$dir" | sed -n 500p)
	sed -i 's/"csv"/"cvs"/' "$dir/$bad"
	run_fail 1 plume record list --json
	has "$stderr" "1 of 1000 records"
	jq -e --arg b "${bad%.json}" '[.[] | select(.intact | not) | .id] ==
		[$b]' <<<"$output"
}
