#!/usr/bin/env bats
# index sync --proven: transfers from the light client, in front of an honest
# node and of liars.
load common

TOKEN=0x7070707070707070707070707070707070707070
L2_TOKEN=0x9898989898989898989898989898989898989898

setup() {
	fresh
	need jq
	start_world
	run_ok plume light init --checkpoint "$root"
}

teardown() {
	stop_world
}

@test "every transfer, proven, and no other than the node's own" {
	run_ok plume index sync --token $TOKEN --proven --json
	[ "$(jq_of .trust)" = proven ]
	[ "$(jq_of .source)" = "light client" ]
	[ "$(jq_of .head)" = 149 ]
	rows=$(jq_of .rows)
	[ "$rows" -gt 40 ]
	# what the node says of itself is the same, and only its word
	run_ok plume index sync --token $TOKEN --json --store other.db
	[ "$(jq_of .trust)" = claimed ]
	[ "$(jq_of .rows)" = "$rows" ]
	for s in index other; do
		args=()
		[ $s = index ] || args=(--store other.db)
		plume index export --token $TOKEN -o jsonl "${args[@]}" |
			jq -c '{block, log_index, from, to, value}' >$s
	done
	diff index other
	# nothing new the second time
	run_ok plume index sync --token $TOKEN --proven --json
	[ "$(jq_of .added)" = 0 ]
}

@test "an Orbit chain, as firm as --level says" {
	run_ok plume index sync --token $L2_TOKEN --network orbit --proven --json
	[ "$(jq_of '[.trust, .head] | join(" ")')" = "proven 47" ]
	run_ok plume index sync --token $L2_TOKEN --network orbit --proven \
		--level asserted --json
	[ "$(jq_of '[.trust, .head] | join(" ")')" = "signed 51" ]
	run_fail 1 plume index sync --token $L2_TOKEN --network orbit --proven \
		--level asserted --require proven
	run_fail 2 plume index sync --token $L2_TOKEN --network orbit \
		--level asserted
}

@test "no lie gets into the index" {
	local lie
	run_ok plume index sync --token $TOKEN --proven --json \
		--store true.db
	plume index export --token $TOKEN -o jsonl --store true.db >truth
	for lie in omitted-logs no-receipt extra-log flipped; do
		run_plume index sync --token $TOKEN --proven --json \
			--rpc "$at/$lie/l1" --store "$lie.db"
		echo "$lie: $status $stderr"
		[ "$status" = 1 ]
		run_plume index export --token $TOKEN -o jsonl --store "$lie.db"
		[ -z "$output" ] ||
			[ -z "$(comm -13 <(sort truth) <(sort <<<"$output"))" ]
	done
}
