#!/usr/bin/env bats
# plume devnet --fork-url: a chain that goes on from another's block, whose
# state comes with proofs; and from one that lies.
load common
load ../devnet

NOBODY=0x00000000000000000000000000000000000000aa
ESTATE=0x524646545fb1e25f80d5d35b44db26001501b66d
OWNER=0x157bfbecd023fd6384dad2bded5dad7e27bf92e4

setup() {
	fresh
	need curl
	need jq
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
	[ -z "${FIRST_PID:-}" ] || kill "$FIRST_PID" 2>/dev/null || :
	stop_world
}

# A chain of one's own to go on from: $FIRST
first_up() { # [ARGUMENTS…]
	devnet_up "$@"
	FIRST=$URL FIRST_PID=$DEVNET_PID DEVNET_PID=
}

send() { # FROM-JSON
	get eth_sendTransaction "[$1]" >/dev/null
}

@test "state, code and older blocks are the other chain's; what is new is one's own" {
	first_up
	send '{"from":"'$A0'","to":"'$A1'","value":"0x7"}'
	# a contract that counts: SLOAD(0) + 1 into slot 0, and logs it
	send '{"from":"'$A0'","data":"0x600c600c600039600c6000f35f546001018060005500"}'
	code=$(get eth_getCode '["0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","latest"]')
	[ "${#code}" -gt 10 ]
	send '{"from":"'$A0'","to":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"}'
	head=$(get eth_blockNumber)
	hash=$(get eth_getBlockByNumber '["latest",false]' | jq -r .hash)
	devnet_up --fork-url "$FIRST"
	[ "$(jq .head ready)" = $((head)) ]
	[ "$(jq -r .head_hash ready)" = "$hash" ]
	[ "$(get eth_getCode '["0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","latest"]')" = "$code" ]
	slot() {
		get eth_getStorageAt \
			'["0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","0x0","latest"]'
	}
	[ $(($(slot))) = 1 ]
	# the contract goes on counting, here alone
	send '{"from":"'$A0'","to":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"}'
	send '{"from":"'$A0'","to":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"}'
	[ $(($(slot))) = 3 ]
	[ $(($(get eth_blockNumber))) = $((head + 2)) ]
	[ "$(get eth_getBlockByNumber "[\"0x$(printf %x $((head + 1)))\",false]" |
		jq -r .parentHash)" = "$hash" ]
	# BLOCKHASH of a block before it
	old=$(URL=$FIRST get eth_getBlockByNumber '["0x1",false]' | jq -r .hash)
	[ "$(get eth_call '[{"data":"0x6001405f5260205ff3"},"latest"]')" = "$old" ]
	URL=$FIRST
	[ $(($(slot))) = 1 ]
	[ "$(get eth_blockNumber)" = "$head" ]
}

@test "an older block, by its number" {
	first_up
	send '{"from":"'$A0'","to":"'$NOBODY'","value":"0x7"}'
	send '{"from":"'$A0'","to":"'$NOBODY'","value":"0x7"}'
	devnet_up --fork-url "$FIRST" --fork-block 1
	[ "$(jq .head ready)" = 1 ]
	[ "$(get eth_getBalance "[\"$NOBODY\",\"latest\"]")" = 0x7 ]
}

@test "a token of a chain with a history" {
	start_world
	# which has none of the contracts that Prague's blocks end with
	devnet_up --fork-url "$at/l1" --chain-id 1337 --hardfork cancun
	[ "$(get eth_call "[{\"to\":\"$ESTATE\",\"data\":\"0x70a08231000000000000000000000000${OWNER#0x}\"},\"latest\"]")" = \
		"0x$(printf %064x 1000000000)" ]
	# its owner moves some, impersonated
	rpc anvil_impersonateAccount "[\"$OWNER\"]" >/dev/null
	send "{\"from\":\"$OWNER\",\"to\":\"$ESTATE\",\"data\":\"0xa9059cbb000000000000000000000000${A1#0x}$(printf %064x 250)\"}"
	[ "$(get eth_call "[{\"to\":\"$ESTATE\",\"data\":\"0x70a08231000000000000000000000000${A1#0x}\"},\"latest\"]")" = \
		"0x$(printf %064x 250)" ]
	[ "$(get eth_call "[{\"to\":\"$ESTATE\",\"data\":\"0x70a08231000000000000000000000000${OWNER#0x}\"},\"latest\"]")" = \
		"0x$(printf %064x 999999750)" ]
}

@test "a node that lies is not believed" {
	local lie
	start_world
	for lie in flipped short-proof stale-state other-account; do
		run_fail 1 timeout 20 plume devnet --listen 127.0.0.1:0 \
			--fork-url "$at/$lie/l1"
	done
	# code is asked for when it is looked at
	devnet_up --fork-url "$at/wrong-code/l1"
	rpc eth_getCode "[\"$ESTATE\",\"latest\"]" >got
	jq -e '.error and (.result | not)' got
	devnet_down
	run_fail 3 timeout 20 plume devnet --listen 127.0.0.1:0 \
		--fork-url http://127.0.0.1:1
	run_fail 2 plume devnet --fork-url "$at/l1" --fork-block newest
	run_fail 2 plume devnet --fork-url "$at/l1" --consensus
	run_fail 2 plume devnet --fork-url "$at/l1" --state file
}
