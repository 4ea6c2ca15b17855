#!/usr/bin/env bats
# Many logs from slow, busy and lying nodes (tests/tools/log_node.c): ranges
# under way at once end in the rows that one after the other end in.
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
	[ -x "${PL_OBJ:-$ROOT/build/release}/tests/tools/log_node" ] ||
		skip "tests/tools/log_node is not built"
}
teardown() {
	[ -z "${NODE_PID:-}" ] || kill "$NODE_PID" 2>/dev/null || :
}
field() { # NAME: of the JSON in $output, the first one
	sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$output" | head -n 1
}
is() { # NAME VALUE
	[ "$(field "$1")" = "$2" ] && return
	echo "$1 is $(field "$1"), not $2: $output" >&2
	return 1
}
sync() { # PATH [OPTION…]
	plume index sync --token $T --rpc "http://127.0.0.1:$port/$1" --json "${@:2}"
}
rows() { # STORE: every row but where it came from
	plume index export --token $T --store "$1" -o csv | sha256sum
}

@test "ranges at once: the rows of one after the other" {
	node_up 5 299 4
	run_ok sync "" --store one.db --chunk 10 --parallel 1
	is added 1200
	is last_block 299
	run_ok sync "" --store four.db --chunk 10 --parallel 4
	is added 1200
	run_ok sync "" --store most.db --chunk 3 --parallel 16
	is rows 1200
	[ "$(rows one.db)" = "$(rows four.db)" ]
	[ "$(rows one.db)" = "$(rows most.db)" ]
	run_ok sync "" --store most.db
	is rows 0
}

@test "ranges at once: too many results, a busy node, another spelling" {
	node_up 1 299 4
	run_ok sync "" --store one.db --parallel 1
	# 60 logs at most: fifteen blocks
	run_ok sync few --store few.db --chunk 200 --parallel 8
	is added 1200
	[ "$(rows one.db)" = "$(rows few.db)" ]
	# downwards too
	run_ok sync few --store down.db --chunk 200 --from-block 250
	run_ok sync few --store down.db --chunk 200 --from-block 0
	is first_block 0
	[ "$(rows one.db)" = "$(rows down.db)" ]
	run_ok sync last --store last.db --chunk 100 # "id" after "result"
	is added 1200
	[ "$(rows one.db)" = "$(rows last.db)" ]
	run_ok sync odd --store odd.db --chunk 100 # members nobody knows
	[ "$(rows one.db)" = "$(rows odd.db)" ]
}

@test "a busy node is left alone for as long as it asks" {
	node_up 1 99 4
	run_ok sync busy --chunk 25 --parallel 4
	is added 400
}

@test "several nodes: one takes over what another fails to give" {
	node_up 1 299 4
	run_ok sync "" --store one.db
	run_ok sync "" --store two.db --chunk 10 --also "http://127.0.0.1:$port/last"
	is added 1200
	is source "127.0.0.1:$port"
	[ "$(rows one.db)" = "$(rows two.db)" ]
	for bad in dead other-id cut both garbage twice fork; do
		run_ok sync "$bad" --store $bad.db --chunk 50 --also "http://127.0.0.1:$port/"
		is added 1200
		[ "$(rows one.db)" = "$(rows $bad.db)" ]
	done
	run_fail 2 sync "" --also nonsense
	run_fail 2 sync "" --also http://192.0.2.1/
}

@test "answers that are no answers: refused, and what came before is kept" {
	node_up 1 299 4
	while IFS='|' read -r how status words; do
		run_fail "$status" sync "$how" --store "$how.db" --chunk 50
		has "$stderr" "$words"
		[ "$(plume index export --token $T --store "$how.db" -o csv | wc -l)" -le 1 ]
	done <<-E
		other-id|3|its id is 4711
		cut|3|cut short or no JSON
		garbage|3|cut short or no JSON
		twice|3|cut short or no JSON
		both|3|a result and an error
		dead|3|HTTP status 500
		fork|3|another block
	E
	# the fifth block is of another chain: the range before it stands
	run_fail 3 sync fork --store part.db --chunk 4 --parallel 4
	run_ok plume index status --token $T --store part.db --json
	is rows 16
	run_ok sync "" --store part.db
	is added 1184
}

@test "killed in the middle, it goes on" {
	node_up 20 299 4
	run_ok sync "" --store one.db --chunk 50
	for after in 0.1 0.3 0.5; do
		timeout -s KILL $after "$BATS_TEST_TMPDIR/bin/plume" index sync --token $T \
			--rpc "http://127.0.0.1:$port/" --store two.db --chunk 5 >/dev/null 2>&1 || :
	done
	run_ok sync "" --store two.db
	[ "$(rows one.db)" = "$(rows two.db)" ]
}
