#!/usr/bin/env bats
# Transfers and other events from nodes that are slow, busy, lie, or whose
# chain is reorganised while it is followed (tests/tools/log_node.c): the index
# ends in the rows that an honest node gives one after the other.
load common
# shellcheck disable=SC2154 # bats sets status, output and stderr

T=0x1111111111111111111111111111111111111111

node_up() { # MS BLOCKS LOGS: sets port
	"${PL_OBJ:-$ROOT/build/release}/tests/tools/log_node" "$@" >port 2>/dev/null \
		3>&- 4>&- &
	NODE_PID=$!
	for ((n = 0; n < 100; n++)); do
		[ -s port ] && break
		sleep 0.05
	done
	port=$(cat port)
	[ -n "$port" ]
}
setup() {
	fresh
	need jq
	[ -x "${PL_OBJ:-$ROOT/build/release}/tests/tools/log_node" ] ||
		skip "tests/tools/log_node is not built"
}
teardown() {
	[ -z "${SYNC_PID:-}" ] || kill "$SYNC_PID" 2>/dev/null || :
	[ -z "${NODE_PID:-}" ] || kill "$NODE_PID" 2>/dev/null || :
}
follow_it() { # STORE
	plume index add $T --kind transfer,approval --store "$1" \
		--rpc "http://127.0.0.1:$port/" >/dev/null
}
sync() { # PATH STORE [OPTION…]
	[ -e "$2" ] || follow_it "$2"
	plume index sync --token $T --rpc "http://127.0.0.1:$port/$1" \
		--store "$2" --json "${@:3}"
}
rows() { # STORE: every row but where it came from
	{
		plume index export --token $T --store "$1" -o csv
		plume index events --token $T --store "$1" -o csv
	} | sha256sum
}

@test "events at once: the rows of one after the other" {
	node_up 2 299 4
	run_ok sync "" one.db --chunk 10 --parallel 1
	[ "$(jq_of '[.added, .events_added, .last_block] | tojson')" = '[1200,1200,299]' ]
	run_ok sync "" four.db --chunk 10 --parallel 4
	run_ok sync "" most.db --chunk 3 --parallel 16
	run_ok sync few few.db --chunk 200 --parallel 8 # too many at once
	run_ok sync odd odd.db --chunk 100              # members nobody knows
	run_ok sync last last.db --chunk 100
	for db in four most few odd last; do
		[ "$(rows one.db)" = "$(rows $db.db)" ]
		run_ok sync "" $db.db
		[ "$(jq_of '[.rows, .events] | tojson')" = '[0,0]' ]
	done
}

@test "events of several nodes: one takes over what another fails to give" {
	node_up 1 299 4
	run_ok sync "" one.db
	for bad in dead other-id cut garbage twice fork; do
		run_ok sync $bad $bad.db --chunk 50 --also "http://127.0.0.1:$port/"
		[ "$(jq_of '[.added, .events_added] | tojson')" = '[1200,1200]' ]
		[ "$(rows one.db)" = "$(rows $bad.db)" ]
	done
	# and alone each of them ends it, with what came before kept
	run_fail 3 sync fork part.db --chunk 4 --parallel 4
	has "$stderr" "another block"
	run_ok sync "" part.db
	[ "$(rows one.db)" = "$(rows part.db)" ]
}

@test "a node out of order, or that says all twice: the same rows" {
	node_up 1 299 4
	run_ok sync "" one.db
	run_ok sync backwards backwards.db --chunk 50 --parallel 3
	[ "$(jq_of '[.rows, .added, .events, .events_added] | tojson')" = \
		'[1200,1200,1200,1200]' ]
	run_ok sync double double.db --chunk 50 --parallel 3
	[ "$(jq_of '[.added, .duplicates, .events_added] | tojson')" = \
		'[1200,1200,1200]' ]
	[ "$(rows one.db)" = "$(rows backwards.db)" ]
	[ "$(rows one.db)" = "$(rows double.db)" ]
}

@test "a node that leaves blocks out: what it says is claimed, and verify sees it" {
	node_up 1 299 4
	run_ok sync gap gap.db
	[ "$(jq_of '[.added, .events_added, .trust] | tojson')" = '[1120,1120,"claimed"]' ]
	run -1 --separate-stderr plume index verify --logs --token $T --store gap.db \
		--rpc "http://127.0.0.1:$port/" --json
	has "$(jq_of '[.. | numbers | select(. == 80 or . == 160)] | length > 0')" true
}

@test "a node that is down now and then is waited for" {
	node_up 1 99 4
	run_ok sync down down.db --chunk 25 --parallel 4
	[ "$(jq_of '[.added, .events_added] | tojson')" = '[400,400]' ]
}

@test "killed while events come, it goes on" {
	node_up 10 299 4
	run_ok sync "" one.db
	follow_it two.db
	for after in 0.2 0.5 0.8; do
		timeout -s KILL $after "$BATS_TEST_TMPDIR/bin/plume" index sync --token $T \
			--rpc "http://127.0.0.1:$port/" --store two.db --chunk 5 >/dev/null 2>&1 || :
	done
	run_ok sync "" two.db
	[ "$(rows one.db)" = "$(rows two.db)" ]
}

@test "--follow, and a reorganisation deeper than what was read last" {
	node_up 1 299 4
	run_ok sync "" old.db
	follow_it f.db
	"$BATS_TEST_TMPDIR/bin/plume" index sync --token $T --store f.db --follow \
		--rpc "http://127.0.0.1:$port/" --chunk 10 --poll 1 -o jsonl \
		>told 2>words 3>&- 4>&- &
	SYNC_PID=$!
	for ((n = 0; n < 300; n++)); do
		[ -s told ] && break
		sleep 0.1
	done
	[ "$(rows f.db)" = "$(rows old.db)" ]
	kill -USR1 "$NODE_PID"
	run_ok sync "" new.db
	[ "$(rows new.db)" != "$(rows old.db)" ]
	for ((n = 0; n < 300; n++)); do
		[ "$(wc -l <told)" -ge 2 ] && break
		sleep 0.1
	done
	kill -TERM "$SYNC_PID"
	wait "$SYNC_PID"
	SYNC_PID=
	[ "$(grep -c "the chain was reorganised" words)" -ge 2 ]
	[ "$(rows f.db)" = "$(rows new.db)" ]
	# 200 blocks were lost: found in few steps, and not all was read again
	jq -se '.[1].removed >= 1600 and .[1].first_block == 0 and
		.[1].from_block > 0' told
}
