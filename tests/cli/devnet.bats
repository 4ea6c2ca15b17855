#!/usr/bin/env bats
# plume devnet, asked over HTTP.
load common
load ../devnet

setup() {
	fresh
	need curl
	need jq
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
}

send() { # FROM TO WEI
	get eth_sendTransaction "[{\"from\":\"$1\",\"to\":\"$2\",\"value\":\"$3\"}]"
}

# Stores 42 in slot 0; a call answers what slot 0 holds.
CODE=0x602a600055600b8060106000396000f360005460005260206000f3

@test "one line when it is ready; SIGTERM and SIGINT end it with 0" {
	devnet_up
	[ "$(jq .chain_id ready)" = 31337 ]
	[ "$(jq .head ready)" = 0 ]
	[ "$(jq '.accounts | length' ready)" = 10 ]
	[ "$(jq -r '.accounts[0].address | ascii_downcase' ready)" = "$A0" ]
	devnet_down
	devnet_up --accounts 3 --chain-id 1337 --hardfork cancun
	[ "$(get eth_chainId)" = 0x539 ]
	[ "$(rpc eth_accounts | jq '.result | length')" = 3 ]
	kill -INT "$DEVNET_PID"
	wait "$DEVNET_PID"
}

@test "a transaction is in a block when the answer comes" {
	devnet_up
	tx=$(send "$A0" "$A1" 0x5)
	[ "$(get eth_blockNumber)" = 0x1 ]
	[ "$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.status)" = 0x1 ]
	[ "$(get eth_getBalance "[\"$A1\",\"latest\"]")" = 0x21e19e0c9bab2400005 ]
	[ "$(get eth_getBalance "[\"$A1\",\"0x0\"]")" = 0x21e19e0c9bab2400000 ]
	[ "$(get eth_getTransactionCount "[\"$A0\"]")" = 0x1 ]
}

@test "contracts: made, called, estimated, their refusals with reasons" {
	devnet_up
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	to=$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)
	[ "$(get eth_getStorageAt "[\"$to\",\"0x0\",\"latest\"]")" = \
		0x000000000000000000000000000000000000000000000000000000000000002a ]
	[ "$(get eth_call "[{\"to\":\"$to\"},\"latest\"]")" = \
		0x000000000000000000000000000000000000000000000000000000000000002a ]
	over="{\"$to\":{\"stateDiff\":{\"0x0\":\"0x7\"}}}"
	[ "$(get eth_call "[{\"to\":\"$to\"},\"latest\",$over]" | tail -c 3)" = 07 ]
	[ "$(get eth_estimateGas "[{\"from\":\"$A0\",\"to\":\"$A1\",\"value\":\"0x1\"}]")" = 0x5208 ]
	# REVERT with nothing
	run rpc eth_call '[{"data":"0x60006000fd"},"latest"]'
	[ "$(jq .error.code <<<"$output")" = 3 ]
	[ "$(jq -r .error.data <<<"$output")" = 0x ]
}

@test "proofs of every block hold under its state root" {
	devnet_up
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	to=$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)
	send "$A0" "$A1" 0x1
	for n in 0x0 0x1 0x2; do
		rpc eth_getBlockByNumber "[\"$n\",true]" | jq .result >block.json
		rpc eth_getProof "[\"$to\",[\"0x0\"],\"$n\"]" | jq .result >proof.json
		run_ok plume light check-proof proof.json \
			--state-root "$(jq -r .stateRoot block.json)"
		run_ok plume light check-block block.json
	done
}

@test "blocks on demand, snapshots and ways back" {
	devnet_up --no-mining
	send "$A0" "$A1" 0x5
	send "$A0" "$A1" 0x6
	[ "$(get eth_blockNumber)" = 0x0 ]
	[ "$(rpc txpool_status | jq -r .result.pending)" = 0x2 ]
	[ "$(get eth_getTransactionCount "[\"$A0\",\"pending\"]")" = 0x2 ]
	id=$(get evm_snapshot)
	get evm_mine
	[ "$(rpc eth_getBlockByNumber '["latest",false]' | jq '.result.transactions | length')" = 2 ]
	[ "$(get evm_revert "[\"$id\"]")" = true ]
	[ "$(get eth_blockNumber)" = 0x0 ]
	[ "$(rpc evm_revert "[\"$id\"]" | jq .result)" = false ]
	rpc anvil_reset
	[ "$(get eth_blockNumber)" = 0x0 ]
	[ "$(rpc txpool_status | jq -r .result.pending)" = 0x0 ]
	rpc anvil_mine '["0x5","0xa"]'
	[ "$(get eth_blockNumber)" = 0x5 ]
	a=$(rpc eth_getBlockByNumber '["0x4",false]' | jq -r .result.timestamp)
	b=$(rpc eth_getBlockByNumber '["0x5",false]' | jq -r .result.timestamp)
	[ $((b - a)) = 10 ]
}

@test "a block every second, though nobody asks" {
	devnet_up --block-time 1
	send "$A0" "$A1" 0x5
	for ((i = 0; i < 100; i++)); do
		[ "$(get eth_blockNumber)" = 0x0 ] || break
		sleep 0.1
	done
	[ "$(rpc eth_getBlockByNumber '["0x1",false]' | jq '.result.transactions | length')" = 1 ]
}

@test "time, balances, nonces, code and slots by hand" {
	devnet_up
	b=0x00000000000000000000000000000000000000bb
	rpc anvil_setBalance "[\"$b\",\"0xde0b6b3a7640000\"]"
	rpc anvil_setNonce "[\"$b\",\"0x9\"]"
	[ "$(get eth_getTransactionCount "[\"$b\"]")" = 0x9 ]
	run rpc eth_sendTransaction "[{\"from\":\"$b\",\"to\":\"$A1\"}]"
	has "$output" "No Signer"
	rpc anvil_impersonateAccount "[\"$b\"]"
	tx=$(send "$b" "$A1" 0x1)
	[ "$(rpc eth_getTransactionByHash "[\"$tx\"]" | jq -r .result.from)" = $b ]
	[ "$(get eth_getTransactionCount "[\"$b\"]")" = 0xa ]
	rpc anvil_setCode "[\"$b\",\"0x60005460005260206000f3\"]"
	rpc anvil_setStorageAt "[\"$b\",\"0x0\",\"0x77\"]"
	[ "$(get eth_call "[{\"to\":\"$b\"}]" | tail -c 3)" = 77 ]
	rpc evm_setNextBlockTimestamp '["0x80000000"]'
	rpc evm_mine
	[ "$(rpc eth_getBlockByNumber '["latest",false]' | jq -r .result.timestamp)" = 0x80000000 ]
	rpc evm_increaseTime '["0x1000"]'
	rpc evm_mine
	t=$(rpc eth_getBlockByNumber '["latest",false]' | jq -r .result.timestamp)
	[ $((t)) -ge $((0x80001000)) ]
	run rpc evm_setNextBlockTimestamp '["0x1"]'
	[ "$(jq .error.code <<<"$output")" = -32602 ]
}

@test "filters tell what is new, and once" {
	devnet_up
	blocks=$(get eth_newBlockFilter)
	logs=$(get eth_newFilter '[{}]')
	# LOG1 of nothing, topic 7
	get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"0x600760006000a100\"}]"
	[ "$(rpc eth_getFilterChanges "[\"$blocks\"]" | jq '.result | length')" = 1 ]
	[ "$(rpc eth_getFilterChanges "[\"$blocks\"]" | jq '.result | length')" = 0 ]
	[ "$(rpc eth_getFilterChanges "[\"$logs\"]" | jq -r '.result[0].topics[0]' | tail -c 3)" = 07 ]
	[ "$(get eth_uninstallFilter "[\"$logs\"]")" = true ]
	[ "$(rpc eth_uninstallFilter "[\"$logs\"]" | jq .result)" = false ]
	[ "$(rpc eth_getLogs '[{"fromBlock":"0x0"}]' | jq '.result | length')" = 1 ]
	none=0x0000000000000000000000000000000000000000000000000000000000000008
	[ "$(rpc eth_getLogs "[{\"fromBlock\":\"0x0\",\"topics\":[\"$none\"]}]" | jq '.result | length')" = 0 ]
}

@test "requests that are none, and batches" {
	devnet_up
	[ "$(curl -sS "$URL" --data '{' | jq .error.code)" = -32700 ]
	[ "$(curl -sS "$URL" --data '{"id":1}' | jq .error.code)" = -32600 ]
	[ "$(rpc eth_nothing | jq .error.code)" = -32601 ]
	[ "$(rpc eth_getBalance '[]' | jq .error.code)" = -32602 ]
	[ "$(rpc eth_getBalance '["0x12"]' | jq .error.code)" = -32602 ]
	[ "$(rpc eth_getBalance "[\"$A0\",\"0x99\"]" | jq .error.code)" = -32000 ]
	[ "$(curl -sS "$URL" --data '[{"jsonrpc":"2.0","id":"a","method":"eth_chainId"},
		{"jsonrpc":"2.0","method":"eth_chainId"},
		{"jsonrpc":"2.0","id":2,"method":"web3_sha3","params":["0x"]}]' |
		jq -c '[.[].id]')" = '["a",2]' ]
	[ "$(curl -sS -o /dev/null -w '%{http_code}' "$URL/nothing")" = 404 ]
}

@test "what no chain takes is refused by name" {
	devnet_up
	run rpc eth_sendRawTransaction '["0x01"]'
	[ "$(jq .error.code <<<"$output")" = -32000 ]
	run rpc eth_sendTransaction "[{\"from\":\"$A0\",\"to\":\"$A1\",\"value\":\"0xffffffffffffffffffff\",\"gas\":\"0x5208\"}]"
	has "$output" "nsufficient funds"
	send "$A0" "$A1" 0x1
	run rpc eth_sendTransaction "[{\"from\":\"$A0\",\"to\":\"$A1\",\"nonce\":\"0x0\",\"gas\":\"0x5208\"}]"
	has "$output" "nonce too low"
}

@test "a transaction is traced again, by calls and by operations" {
	devnet_up
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	[ "$(rpc debug_traceTransaction "[\"$tx\",{\"tracer\":\"callTracer\"}]" |
		jq -r .result.type)" = CREATE ]
	[ "$(rpc debug_traceTransaction "[\"$tx\"]" |
		jq -r '.result.structLogs[2].op')" = SSTORE ]
	[ "$(rpc debug_traceBlockByNumber '["0x1",{"tracer":"callTracer"}]' |
		jq -r '.result[0].txHash')" = "$tx" ]
	[ "$(rpc debug_traceCall "[{\"data\":\"0x60006000fd\"},\"latest\"]" |
		jq .result.failed)" = true ]
	[ "$(rpc debug_traceTransaction "[\"$tx\",{\"tracer\":\"none\"}]" |
		jq .error.code)" = -32602 ]
}

@test "a chain is dumped, and loaded into another" {
	devnet_up
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	to=$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)
	rpc anvil_setBalance "[\"$to\",\"0x99\"]"
	hash=$(rpc eth_getBlockByNumber '["latest",false]' | jq -r .result.hash)
	rpc eth_getProof "[\"$to\",[\"0x0\"],\"0x1\"]" | jq .result >before
	dump=$(get anvil_dumpState)
	send "$A0" "$A1" 0x5
	# over what came after it
	[ "$(get anvil_loadState "[\"$dump\"]")" = true ]
	[ "$(get eth_blockNumber)" = 0x1 ]
	[ "$(get anvil_dumpState)" = "$dump" ]
	# what is none changes nothing
	[ "$(rpc anvil_loadState "[\"${dump:0:1000}\"]" | jq .error.code)" = -32602 ]
	[ "$(rpc anvil_loadState '["0x1f8b"]' | jq .error.code)" = -32602 ]
	[ "$(get anvil_dumpState)" = "$dump" ]
	devnet_down
	devnet_up --timestamp 1700000000
	send "$A0" "$A1" 0x5
	filter=$(get eth_newBlockFilter)
	[ "$(get anvil_loadState "[\"$dump\"]")" = true ]
	[ "$(rpc eth_getBlockByNumber '["latest",false]' | jq -r .result.hash)" = "$hash" ]
	[ "$(rpc eth_getFilterChanges "[\"$filter\"]" | jq -r .result[0])" = "$hash" ]
	[ "$(get eth_getBalance "[\"$to\"]")" = 0x99 ]
	rpc eth_getProof "[\"$to\",[\"0x0\"],\"0x1\"]" | jq .result >after
	diff before after
	send "$A0" "$A1" 0x5
	[ "$(get eth_blockNumber)" = 0x2 ]
	devnet_down
	devnet_up --chain-id 5
	rpc anvil_loadState "[\"$dump\"]" | jq -e '.error.message | test("chain 31337, not 5")'
}

@test "who is told where, and who may come" {
	"$PLUME" devnet --listen 0.0.0.0:0 --json >ready 2>devnet.log </dev/null 3>&- &
	DEVNET_PID=$!
	for ((n = 0; n < 600; n++)); do
		! grep -q "other machines" devnet.log || break
		sleep 0.02
	done
	devnet_down
	has "$(cat devnet.log)" "can be reached from other machines"
	devnet_up
	! grep -q "other machines" devnet.log
	devnet_down
	# nobody learns where it answers: it does not
	run timeout 20 sh -c '"$1" devnet --listen 127.0.0.1:0 >/dev/full' sh "$PLUME"
	[ "$status" = 5 ]
}

@test "a phrase that is none is refused" {
	run_fail 2 "$PLUME" devnet --listen 127.0.0.1:0 --mnemonic \
		'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo'
	has "$stderr" "checksum"
	run_fail 2 "$PLUME" devnet --listen 127.0.0.1:0 --derivation-path 44/60
	has "$stderr" "path"
}

@test "a file keeps the chain, and brings it back" {
	devnet_up --state chain
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	to=$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)
	send "$A0" "$A1" 0x5
	hash=$(rpc eth_getBlockByNumber '["latest",false]' | jq -r .result.hash)
	rpc anvil_setBalance "[\"$to\",\"0x99\"]"
	rpc eth_getProof "[\"$to\",[\"0x0\"],\"0x1\"]" | jq .result >before
	devnet_down
	devnet_up --state chain
	[ "$(jq -r .head_hash ready)" = "$hash" ]
	[ "$(get eth_getBalance "[\"$to\"]")" = 0x99 ]
	[ "$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)" = "$to" ]
	rpc eth_getProof "[\"$to\",[\"0x0\"],\"0x1\"]" | jq .result >after
	diff before after
	send "$A0" "$A1" 0x5
	[ "$(get eth_blockNumber)" = 0x3 ]
	devnet_down
	run_fail 2 timeout 20 plume devnet --state chain --chain-id 5 --listen 127.0.0.1:0
	head -c 1000 chain >cut
	run_fail 4 timeout 20 plume devnet --state cut --listen 127.0.0.1:0
	# a balance, in the state of block 0
	at=$(LC_ALL=C grep -obUaP '\x1e\x19\xe0\xc9\xba\xb2' chain | head -n 1 | cut -d: -f1)
	printf '\x1f' | dd of=chain bs=1 seek="$at" conv=notrunc status=none
	run_fail 1 timeout 20 plume devnet --state chain --listen 127.0.0.1:0
}
