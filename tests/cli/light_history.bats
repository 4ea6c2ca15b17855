# check-history: old blocks out of a beacon state's lists.  The proof is the
# one of the command's own example.
load common

STATE=0x319175821d73a619978d8cbbd3115d3e5f542c1d790f08e045e8f4952c50f757

setup() {
	fresh
	plume help light check-history --json |
		jq -r '.. | .examples? // empty | .[0].setup' >make.sh
	bash -euo pipefail make.sh
}

check() {
	plume light check-history --slot 8700000 --state-root $STATE --json "$@"
}

@test "a block of Capella's first period" {
	run_ok check history.json
	[ "$(jq -c '.[0] | [.slot, .ok, .list, .proved, .trust]' \
		<<<"$output")" = \
		'[6209536,true,"historical_summaries",["history.proof"],"local"]' ]
	jq -e '.[0].hash | endswith("0001")' <<<"$output"
}

@test "the answer of a beacon node is taken with its data around it" {
	jq '.state = {version: "deneb", data: .state}' history.json >node.json
	run_ok check node.json
	jq -s . history.json node.json >both.json
	run_ok check both.json
	[ "$(jq -c 'map(.ok)' <<<"$output")" = '[true,true]' ]
}

@test "each half of the proof changed: false, and no hash is told" {
	local edit
	for edit in '.block.execution_block_header |= sub("1$"; "2")' \
		'.block.execution_block_proof[0] |= sub("1$"; "2")' \
		'.block.beacon_block_proof[12] |= sub("1$"; "2")' \
		'.block.beacon_block_proof |= .[1:]' \
		'.block.beacon_block_proof += .block.beacon_block_proof[:1]' \
		'.state.proof[0] |= sub("1$"; "2")' \
		'.state.historical_summaries += .state.historical_summaries' \
		'.state.historical_summaries[0].state_summary_root |= sub("1$"; "2")' \
		'.block.slot += 1'; do
		jq "$edit" history.json >false.json
		run_fail 1 check false.json
		[ "$(jq -c '.[0] | [.ok, .hash, .slot, .failed.rule]' \
			<<<"$output")" = '[false,null,null,"history.proof"]' ]
	done
}

@test "another state, a list that has no such block, no proof at all" {
	run --separate-stderr plume light check-history --slot 8700001 \
		--state-root $STATE history.json
	[ "$status" != 0 ]
	[[ $stderr == *"slot 8700000"* ]]
	jq '.block.slot = 8700000' history.json >young.json
	run --separate-stderr check young.json
	[ "$status" != 0 ]
	[[ $stderr == *"not over"* ]]
	echo '{"block": {}, "state": {}}' >none.json
	run --separate-stderr check none.json
	[ "$status" != 0 ]
	[ "$(jq -r '.[0].failed.rule' <<<"$output")" = input ]
}
