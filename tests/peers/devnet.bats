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

@test "forge script broadcasts" {
	command -v forge >/dev/null || skip "forge is not installed"
	devnet_up
	mkdir -p src script
	printf '[profile.default]\n' >foundry.toml
	cat >script/S.s.sol <<'SOL'
pragma solidity ^0.8.20;
interface Vm { function startBroadcast() external; }
contract C { uint256 public x = 7; function set(uint256 y) external { x = y; } }
contract S {
    Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    function run() external { vm.startBroadcast(); C c = new C(); c.set(9); }
}
SOL
	forge script script/S.s.sol --rpc-url "$URL" --broadcast \
		--private-key "$(key 0)"
	[ "$(get eth_blockNumber)" != 0x0 ]
}
