#!/usr/bin/env bats
# Tools nobody here wrote, pointed at `plume light serve` instead of a node:
# Foundry's cast and ethers, unchanged.
load ../cli/common
load anvil
load ../serve

USER1=0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf

setup() {
	fresh
	need curl
	need jq
	CAST=$(foundry cast) || skip "cast is not installed"
	world_up --blocks 80
	serve_up --poll 1
}

teardown() {
	world_down
}

cast() {
	"$CAST" "$@" --rpc-url "$URL"
}

@test "cast reads blocks, transactions, receipts and logs" {
	[ "$(cast chain-id)" = 1337 ]
	[ "$(cast block-number)" = "$(jq .head ready)" ]
	[ "$(cast block 32 --json | jq -r .hash)" = \
		"$(node_rpc eth_getBlockByNumber '["0x20",false]' |
			jq -r .result.hash)" ]
	cast block latest --full >/dev/null
	cast block finalized >/dev/null
	tx=$(cast block 32 --json | jq -r '.transactions[0]')
	[ "$(cast tx "$tx" --json | jq -r .hash)" = "$tx" ]
	[ "$(cast receipt "$tx" --json | jq -r .transactionHash)" = "$tx" ]
	cast receipt "$tx" >/dev/null
	[ "$(cast logs --from-block 24 --to-block 40 --json | jq length)" = \
		"$(node_rpc eth_getLogs \
			'[{"fromBlock":"0x18","toBlock":"0x28"}]' |
			jq '.result | length')" ]
}

@test "cast reads accounts, code, storage and proofs" {
	token=$(node_rpc eth_getLogs '[{"fromBlock":"0x0","toBlock":"0x28"}]' |
		jq -r '.result[0].address')
	[ "$(cast balance "$USER1" --block 32)" = \
		"$(printf '%d' "$(node_rpc eth_getBalance \
			"[\"$USER1\",\"0x20\"]" | jq -r .result)")" ]
	[ "$(cast nonce "$USER1" --block 32)" = \
		"$(printf '%d' "$(node_rpc eth_getTransactionCount \
			"[\"$USER1\",\"0x20\"]" | jq -r .result)")" ]
	[ "$(cast code "$token" --block 32)" = \
		"$(node_rpc eth_getCode "[\"$token\",\"0x20\"]" |
			jq -r .result)" ]
	cast storage "$token" 0 --block 32 >/dev/null
	cast proof "$USER1" --block 32 | jq -e .accountProof >/dev/null
	cast gas-price >/dev/null
	cast rpc eth_feeHistory 0x4 latest '[20]' | jq -e .reward >/dev/null
	[ "$(cast client)" ]
}

@test "cast publishes a transaction made offline" {
	nonce=$(cast nonce "$USER1")
	raw=$("$CAST" mktx --private-key \
		0x0000000000000000000000000000000000000000000000000000000000000001 \
		--chain 1337 --nonce "$nonce" --gas-limit 21000 \
		--gas-price 100gwei --priority-gas-price 1gwei "$USER1")
	[ "$(cast publish --async "$raw")" = "$("$CAST" keccak "$raw")" ]
	wrong=$("$CAST" mktx --private-key \
		0x0000000000000000000000000000000000000000000000000000000000000001 \
		--chain 1 --nonce "$nonce" --gas-limit 21000 \
		--gas-price 100gwei --priority-gas-price 1gwei "$USER1")
	run cast publish --async "$wrong"
	[ "$status" != 0 ]
	has "$output" "not sent"
}

@test "ethers reads, filters and waits" {
	need node
	[ -d "$ROOT/node_modules/ethers" ] || skip "ethers is not installed"
	NODE_PATH=$ROOT/node_modules node "$ROOT/tests/peers/light_serve.js" \
		"$URL" "$USER1"
}

@test "viem reads, proves and filters" {
	need node
	[ -d "$ROOT/node_modules/viem" ] || skip "viem is not installed"
	NODE_PATH=$ROOT/node_modules timeout 60 node \
		"$ROOT/tests/peers/light_serve_viem.js" "$URL" "$USER1"
}

@test "ethers over a WebSocket: reads, new blocks and their logs" {
	need node
	[ -d "$ROOT/node_modules/ethers" ] || skip "ethers is not installed"
	serve_down
	rm -r "$XDG_DATA_HOME/plume/light"
	curl -sSf "http://127.0.0.1:$WORLD/become/beacon/stale-head"
	serve_up --poll 1
	NODE_PATH=$ROOT/node_modules timeout 60 node \
		"$ROOT/tests/peers/light_serve_ws.js" "ws${URL#http}" "$USER1" \
		"http://127.0.0.1:$WORLD/become/beacon/honest"
}

@test "cast and ethers read a Nitro chain's blocks, with its own transactions" {
	local n tx
	serve_down
	NET=orbit serve_up
	for n in 36 40 44; do
		for tx in $(cast block "$n" --json | jq -r '.transactions[]'); do
			cast tx "$tx" >/dev/null
			cast receipt "$tx" >/dev/null
		done
	done
	cast block 40 --full --json |
		jq -e '.transactions | map(.type) | index("0x6a") == 0'
}
