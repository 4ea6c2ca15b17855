#!/usr/bin/env bats
# The whole line, on one machine: a sync committee signs what the devnet makes,
# a child settles on it, and a light client that believes no node reads both.
load common
load ../devnet

FACTORY=0x4e59b44847b379578588920cA78FbF26c0B4956C

setup() {
	fresh
	need curl
	need jq
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
}

# begin ARG…: the devnet, and a light client that has begun
begin() {
	devnet_up --consensus "$@"
	root=$(jq -r .checkpoint ready)
	plume network add devnet --rpc "$URL"
	plume network add devnet-child --rpc "$URL/child"
	rm -rf "$XDG_DATA_HOME"
	plume light init --network devnet --checkpoint "$root"
}

# send PATH VALUE: from the first account to the second
send() {
	curl -sf "$URL$1" -H 'content-type: application/json' -d '{"jsonrpc":
		"2.0","id":1,"method":"eth_sendTransaction","params":[{"from":
		"'$A0'","to":"'$A1'","value":"'"$2"'"}]}' | jq -r .result
}

# settled COMMAND…: run it until it succeeds; a block is provable in 2 s
settled() {
	local tries # `run` sets i
	for ((tries = 0; tries < 60; tries++)); do
		run --separate-stderr "$@"
		[ "$status" = 0 ] && return
		sleep 0.1
	done
	printf '%s\n' "never: $*" "$output" "$stderr" >&2
	return 1
}

@test "balance, receipt and logs are proven down to the committee" {
	begin
	tx=$(send / 0x7)
	settled plume light receipt "$tx" --network devnet --json
	[ "$(jq_of '[.trust, .block, .succeeded]|tojson')" = \
		'["proven",1,true]' ]
	run_ok plume light account "$A1" --network devnet --json
	[ "$(jq_of '[.trust, .balance]|tojson')" = \
		'["proven","10000.000000000000000007"]' ]
	run_ok plume light logs --network devnet --from 0 --to 1 --json
	[ "$(jq_of '[.complete, (.logs|length)]|tojson')" = '[true,0]' ]
	run_ok plume light header 0 --network devnet --json
	[ "$(jq_of .trust)" = proven ]
}

@test "the committees follow one another" {
	begin
	head=$(plume light head --network devnet --json | jq .slot)
	settled later
	run_ok plume light status --network devnet
}

later() {
	local now
	now=$(plume light head --network devnet --json | jq .slot)
	((now >= head + 2))
}

@test "evidence of a child's account holds when nothing runs any more" {
	begin --orbit
	tx=$(send /child 0x9)
	settled plume light receipt "$tx" --network devnet-child --json
	[ "$(jq_of '[.trust, .level, .block]|tojson')" = \
		'["proven","confirmed",1]' ]
	run_ok plume light account "$A1" --network devnet-child --json \
		--save evidence.json
	[ "$(jq_of '[.trust, .stands_by, .balance]|tojson')" = \
		'["proven","outbox","10000.000000000000000009"]' ]
	devnet_down
	run_ok plume light verify evidence.json --root "$root"
	has "$output" proven
	run_fail 1 plume light verify evidence.json --root "${root%??}00"
	grep -q 10000.000000000000000009 evidence.json
	sed 's/10000.000000000000000009/10000.000000000000000008/' \
		evidence.json >changed.json
	run_fail 1 plume light verify changed.json --root "$root"
}

@test "each block of a child is confirmed, and only the newest by name" {
	begin --orbit
	for v in 0x1 0x2 0x3; do
		tx=$(send /child $v)
	done
	settled plume light receipt "$tx" --network devnet-child --json
	[ "$(jq_of .block)" = 3 ]
	run_ok plume light header 1 --network devnet-child --json
	[ "$(jq_of .trust)" = proven ]
	[ "$(plume light header 2 --network devnet-child --json | jq -r .block_hash)" = \
		"$(curl -sf "$URL/child" -H 'content-type: application/json' \
			-d '{"jsonrpc":"2.0","id":1,"method":
			"eth_getBlockByNumber","params":["0x2",false]}' |
			jq -r .result.hash)" ]
}

# lied ABOUT COMMAND…: asked of a node that lies about it: refused, and
# nothing printed
lied() {
	local tries # `run` sets i
	begin --lie "$1"
	# creation code that leaves a log
	get eth_sendTransaction '[{"from":"'$A0'","data":"0x60006000a000"}]'
	for ((tries = 0; tries < 30; tries++)); do # until the block is signed
		run --separate-stderr plume light "${@:2}" --network devnet
		[ "$status" = 7 ] || break
		sleep 0.1
	done
	[ "$status" = 1 ] && [ -z "$output" ] && return
	printf '%s\n' "$*: status $status" "$output" "$stderr" >&2
	return 1
}

@test "lies about headers" {
	lied headers header
}

@test "lies about state" {
	lied state code $FACTORY
}

@test "lies about logs" {
	lied logs logs --from 0 --to 1
}

@test "proofs that are cut short" {
	lied proofs account "$A1"
}

@test "signatures that are not the committee's" {
	begin --lie signatures
	run_fail 1 plume light sync --network devnet
	has "$stderr" signature
	run_fail 1 plume light account "$A1" --network devnet
}

@test "what does not go together" {
	run_fail 2 plume devnet --orbit --timestamp 1
	run_fail 2 plume devnet --consensus --hardfork shanghai
	run_fail 2 plume devnet --orbit --chain-id 31338
	run_fail 2 plume devnet --lie signatures
	run_fail 2 plume devnet --lie everything
}
