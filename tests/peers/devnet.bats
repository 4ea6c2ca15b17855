#!/usr/bin/env bats
# plume devnet beside Foundry's anvil, and under the tools that test suites are
# made of, unchanged.
load ../cli/common
load anvil
load ../devnet

setup() {
	fresh
	need curl
	need jq
	need node
	[ -d "$ROOT/node_modules/ethers" ] || skip "ethers is not installed"
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
	anvil_down
}

cast() {
	ETH_RPC_URL=$URL "$(foundry cast)" "$@"
}

key() { # of account N
	jq -r ".accounts[$1].key" ready
}

@test "the same transactions leave the same behind as on anvil" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka
	run node "$ROOT/tests/peers/devnet.js" "$URL" "$ANVIL_URL"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ([0-9]+)\ transactions,\ ([0-9]+)\ logs ]]
	[ "${BASH_REMATCH[1]}" -ge 200 ]
	[ "${BASH_REMATCH[2]}" -ge 150 ]
}

@test "the same transactions have the same traces as on anvil" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka --steps-tracing
	node "$ROOT/tests/peers/devnet.js" "$URL" "$ANVIL_URL" sent
	run node "$ROOT/tests/peers/devnet_trace.js" "$URL" "$ANVIL_URL"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ([0-9]+)\ traces ]]
	[ "${BASH_REMATCH[1]}" -ge 500 ]
}

@test "ethers: contracts, events, reasons, fixtures" {
	devnet_up
	node "$ROOT/tests/peers/devnet_ethers.js" "$URL"
}

@test "viem: the same outcomes as on anvil" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	[ -d "$ROOT/node_modules/viem" ] || skip "viem is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka
	run timeout 240 node "$ROOT/tests/peers/devnet_viem.js" "$URL" "$ANVIL_URL"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ([0-9]+)\ outcomes ]]
	[ "${BASH_REMATCH[1]}" -ge 65 ]
}

@test "calls on a state that is made up come to what anvil's do" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka
	run timeout 120 node "$ROOT/tests/peers/override.js" "$URL" "$ANVIL_URL"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ([0-9]+)\ answers ]]
	[ "${BASH_REMATCH[1]}" -ge 40 ]
}

@test "the accounts of a phrase are anvil's" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	local phrase='jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge'
	anvil_up 31337 --mnemonic "$phrase" --derivation-path "m/44'/60'/3'/1/" --accounts 5
	devnet_up --mnemonic "$phrase" --derivation-path "m/44'/60'/3'/1/" --accounts 5
	curl -sS -H 'Content-Type: application/json' "$ANVIL_URL" --data \
		'{"jsonrpc":"2.0","id":1,"method":"eth_accounts"}' | jq -c .result >theirs
	[ "$(jq length theirs)" = 5 ]
	get eth_accounts | jq -c . | diff - theirs
	# and what they sign for
	cast send --unlocked --from "$(jq -r '.[4]' theirs)" "$A1" --value 1ether --json >sent
	[ "$(jq -r .status sent)" = 0x1 ]
	[ "$(get eth_getBalance "[\"$A1\",\"latest\"]")" = 0xde0b6b3a7640000 ]
}

@test "ethers signs the same typed data" {
	devnet_up
	run node "$ROOT/tests/peers/typed.js" "$URL"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" = "300 signatures" ]
}

@test "subscriptions over a WebSocket tell what anvil's tell" {
	foundry anvil >/dev/null || skip "anvil is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka
	timeout 120 node "$ROOT/tests/peers/devnet_ws.js" "ws${URL#http}" \
		"ws${ANVIL_URL#http}"
}

@test "cast: sends, reads, blocks, logs, proofs" {
	foundry cast >/dev/null || skip "cast is not installed"
	devnet_up
	[ "$(cast chain-id)" = 31337 ]
	[ "$(cast client)" != "" ]
	cast send --private-key "$(key 0)" "$A1" --value 1ether --json >sent
	[ "$(jq -r .status sent)" = 0x1 ]
	[ "$(cast balance "$A1" --ether)" = 10001.000000000000000000 ]
	cast send --unlocked --from "$A1" "$A0" --value 1 --json >sent
	[ "$(cast nonce "$A1")" = 1 ]
	# stores 42 and answers it
	cast send --private-key "$(key 0)" --json --create \
		0x602a600055600b8060106000396000f360005460005260206000f3 >sent
	to=$(jq -r .contractAddress sent)
	[ "$(cast call "$to")" = 0x000000000000000000000000000000000000000000000000000000000000002a ]
	[ "$(cast storage "$to" 0)" = 0x000000000000000000000000000000000000000000000000000000000000002a ]
	[ "$(cast estimate --from "$A0" "$A1" --value 1)" = 21000 ]
	cast proof "$to" 0 >proof
	cast block latest --full >block
	cast tx "$(jq -r .transactionHash sent)" >tx
	cast receipt "$(jq -r .transactionHash sent)" >receipt
	cast access-list --from "$A0" "$to" >list
	[ "$(cast logs --from-block 0 --json | jq length)" = 0 ]
	cast rpc anvil_setBalance "$A1" 0x10
	[ "$(cast balance "$A1")" = 16 ]
	cast rpc evm_increaseTime 3600
	cast rpc evm_mine
}

# forge_script URL: what it broadcast, into the folder `broadcast`
forge_script() {
	timeout 240 "$(foundry forge)" script script/S.s.sol --offline \
		--use "$ROOT/tests/peers/solc_native.js" --rpc-url "$1" --broadcast \
		--slow --tc S --private-key "$(key 0)" >forge.log 2>&1 || {
		cat forge.log
		return 1
	}
	mv broadcast/S.s.sol/31337/run-latest.json "$2"
}

# Without what the two chains call differently.
forge_outcome() {
	jq -S '[.transactions[] | {transactionType, contractName, contractAddress, function}],
		[.receipts[] | {status, gasUsed, cumulativeGasUsed, type, from, to,
			contractAddress, effectiveGasPrice, blockNumber,
			logs: [.logs[] | {address, topics, data, logIndex}]}]' "$1"
}

@test "forge script --broadcast" {
	foundry forge >/dev/null || skip "forge is not installed"
	foundry anvil >/dev/null || skip "anvil is not installed"
	devnet_up
	anvil_up 31337 --hardfork osaka
	mkdir script
	cp "$ROOT/tests/peers/forge.sol" script/S.s.sol
	forge_script "$URL" ours
	forge_script "$ANVIL_URL" theirs
	diff <(forge_outcome ours) <(forge_outcome theirs)
	# what it says was broadcast is on the chain
	[ "$(jq '.receipts | length' ours)" -eq 6 ]
	while read -r hash; do
		[ "$(get eth_getTransactionReceipt "[\"$hash\"]" | jq -r .status)" = 0x1 ]
	done < <(jq -r '.transactions[].hash' ours)
	[ "$(get eth_blockNumber)" = 0x6 ]
	to=$(jq -r '.transactions[] | select(.contractName == "Counter")
		| .contractAddress' ours | head -1)
	[ "$(get eth_getStorageAt "[\"$to\",\"0x0\",\"latest\"]")" = \
		0x000000000000000000000000000000000000000000000000000000000000000b ]
	[ "$(get eth_getBalance "[\"$to\",\"latest\"]")" = 0x5 ]
	[ "$(get eth_getLogs "[{\"address\":\"$to\",\"fromBlock\":\"0x0\"}]" | jq length)" = 2 ]
}
