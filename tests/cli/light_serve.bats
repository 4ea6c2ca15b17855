#!/usr/bin/env bats
# plume light serve, asked over HTTP, in front of an honest node and of liars.
load common
load ../serve

# Its secret key is 1.
USER1=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf

setup() {
	fresh
	need curl
	need jq
	world_up --blocks 80
}

teardown() {
	world_down
}

same_as_node() { # METHOD PARAMS [JQ]
	diff <(rpc "$1" "$2" | jq -S ".result ${3:-}") \
		<(node_rpc "$1" "$2" | jq -S ".result ${3:-}")
}

plain() { # the result, without what the made-up node does not write
	jq -S '.result | if type == "array" then
		map(del(.blockTimestamp, .logs[]?.blockTimestamp)) else . end' "$@"
}

@test "one line when it is ready; SIGTERM and SIGINT end it with 0" {
	serve_up
	[ "$(jq -r .network ready)" = world ]
	[ "$(jq .chain_id ready)" = 1337 ]
	[ "$(jq -r .trust ready)" = proven ]
	[ "$(jq -r .level ready)" = optimistic ]
	serve_down
	serve_up
	kill -INT "$SERVE_PID"
	wait "$SERVE_PID"
}

@test "answers are the node's own, proven" {
	serve_up
	same_as_node eth_chainId '[]'
	same_as_node eth_getBalance "[\"$USER1\",\"0x20\"]"
	same_as_node eth_getTransactionCount "[\"$USER1\",\"0x20\"]"
	same_as_node eth_getBlockByNumber '["0x20",true]' \
		'| del(.size, .totalDifficulty)'
	same_as_node eth_getBlockReceipts '["0x20"]' \
		'| map(del(.blobGasPrice))'
	same_as_node eth_getLogs '[{"fromBlock":"0x18","toBlock":"0x28"}]' \
		'| map(del(.blockTimestamp))'
	curl -sSi "$URL" --data \
		'{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}' >answer
	grep -qi '^X-Plume-Trust: proven' answer
}

@test "calls run here, over proven state" {
	local estate=0x524646545fb1e25f80d5d35b44db26001501b66d call
	serve_up
	call="[{\"to\":\"$estate\",\"data\":\"0x18160ddd\"},\"latest\"]"
	same_as_node eth_call "$call"
	curl -sSi "$URL" --data "{\"jsonrpc\":\"2.0\",\"id\":1,
		\"method\":\"eth_call\",\"params\":$call}" >answer
	grep -qi '^X-Plume-Trust: proven' answer
	gas=$(rpc eth_estimateGas "$call" | jq -r .result)
	[ $((gas)) -gt 23000 ] && [ $((gas)) -lt 25000 ]
	[ "$(rpc eth_createAccessList "$call" |
		jq '.result.accessList[0].storageKeys | length')" = 1 ]
	# pause() by a stranger
	rpc eth_call "[{\"to\":\"$estate\",\"data\":\"0x8456cb59\"}]" >got
	[ "$(jq .error.code got)" = 3 ]
	[[ $(jq -r .error.data got) == 0x118cdaa7* ]]
	serve_down
	NET=orbit serve_up
	[ "$(rpc eth_call "$call" | jq -r .result)" = \
		"0x$(printf %064x 1000000000)" ]
	[ "$(rpc eth_estimateGas "$call" | jq .error.code)" = -32004 ]
	[ "$(rpc eth_call '[{"to":"0x0000000000000000000000000000000000000064"}]' |
		jq .error.code)" = -32004 ]
}

@test "calls run on what they wish, and on what is proven" {
	serve_up
	who=0x7373737373737373737373737373737373737373
	# its own balance, and the number of the block
	code=0x4743900360005260206000f3
	head=$(rpc eth_blockNumber | jq -r .result)
	[ "$(($(rpc eth_call "[{\"to\":\"$who\"},\"$head\",{\"$who\":{\"code\":\"$code\",\"balance\":\"0x10000\"}}]" |
		jq -r .result)))" -eq "$((0x10000 - head))" ]
	[ "$(($(rpc eth_call "[{\"to\":\"$who\"},\"$head\",{\"$who\":{\"code\":\"$code\",\"balance\":\"0x10000\"}},{\"number\":\"0x1\"}]" |
		jq -r .result)))" -eq "$((0x10000 - 1))" ]
	[ "$(rpc eth_call "[{\"to\":\"$who\"},\"$head\",{\"$who\":{\"code\":5}}]" |
		jq .error.code)" = -32602 ]
}

@test "what no proof shows is refused, or marked" {
	serve_up
	tx=$(node_rpc eth_getBlockByNumber '["0x20",false]' |
		jq -r '.result.transactions[0]')
	[ "$(rpc eth_getRawTransactionByHash "[\"$tx\"]" |
		jq .error.code)" = -32601 ]
	[ "$(rpc eth_hashrate | jq .error.code)" = -32601 ]
	serve_down
	serve_up --allow-claimed
	answer=$(rpc eth_getRawTransactionByHash "[\"$tx\"]")
	[ "$(jq -r .plume.trust <<<"$answer")" = claimed ]
	[ "$(rpc eth_chainId | jq .plume)" = null ]
}

@test "metrics, health, other hosts and pages" {
	serve_up
	[ "$(curl -sS "$URL/healthz")" = ok ]
	rpc eth_chainId >/dev/null
	curl -sS "$URL/metrics" >metrics
	grep -q '^plume_requests_total{method="eth_chainId",result="ok"} 1$' \
		metrics
	grep -q '^plume_head_number{tag="finalized"} ' metrics
	grep -q '^plume_upstream_requests_total [1-9]' metrics
	[ "$(curl -sS -o /dev/null -w '%{http_code}' -H 'Host: evil.example' \
		"$URL/healthz")" = 403 ]
	[ "$(curl -sS -o /dev/null -w '%{http_code}' -H 'Origin: https://a' \
		"$URL" --data '{}')" = 403 ]
}

@test "memory stays under 30 MB" {
	serve_up
	sanitized && skip "a sanitizer takes its own"
	for i in $(seq 1 40); do
		rpc eth_getBlockByNumber "[\"0x$(printf %x "$i")\",true]"
		rpc eth_getBlockReceipts "[\"0x$(printf %x "$i")\"]"
	done >/dev/null
	bytes=$(curl -sS "$URL/metrics" |
		sed -n 's/^plume_resident_bytes //p')
	echo "resident: $bytes"
	[ "$bytes" -lt $((30 * 1024 * 1024)) ]
}

@test "no lie of a node comes through" {
	local lie q
	serve_up
	head=$(rpc eth_getBlockByNumber '["finalized",false]' |
		jq -r .result.number)
	serve_down
	for lie in stale-state other-block other-account short-proof \
		omitted-logs wrong-balance flipped truncated html; do
		serve_up --rpc "http://127.0.0.1:$WORLD/$lie/l1" || continue
		for q in "eth_getBalance [\"$USER1\",\"$head\"]" \
			"eth_getBlockReceipts [\"$head\"]" \
			"eth_call [{\"to\":\"0x524646545fb1e25f80d5d35b44db26001501b66d\",\"data\":\"0x18160ddd\"},\"$head\"]" \
			"eth_getLogs [{\"fromBlock\":\"0x20\",\"toBlock\":\"$head\"}]"; do
			rpc "${q%% *}" "${q#* }" >got
			jq -e .error got >/dev/null && continue
			diff <(plain got) \
				<(node_rpc "${q%% *}" "${q#* }" | plain) ||
				{ echo "$lie: $q"; return 1; }
		done
		serve_down
	done
}

# A build that knows no such chains has no --level.
@test "a chain that settles on another: proven to what is confirmed there" {
	NET=orbit serve_up
	NODE=l2
	[ "$(jq -r .level ready)" = confirmed ]
	[ "$(jq -r .trust ready)" = proven ]
	head=$(printf '0x%x' "$(jq .head ready)")
	[ "$(rpc eth_blockNumber | jq -r .result)" = "$head" ]
	same_as_node eth_getBalance "[\"$USER1\",\"$head\"]"
	same_as_node eth_getBlockByNumber "[\"$head\",false]" \
		'| del(.size, .totalDifficulty, .l1BlockNumber, .sendCount,
			.sendRoot)'
	[ "$(rpc eth_getBlockByNumber '["0xffff",false]' |
		jq .result)" = null ]
	serve_down
	NET=orbit serve_up --level asserted
	[ "$(jq -r .level ready)" = asserted ]
	[ "$(rpc eth_blockNumber | jq -r .plume.trust)" = signed ]
}

@test "addresses that are none, and a port that is taken" {
	run_fail 2 plume light serve --network world --listen nowhere \
		--checkpoint "$(cat world/root)"
	has "$stderr" "no address to listen at"
	serve_up
	run_fail 5 plume light serve --network world --listen "${URL#http://}"
	has "$stderr" "another program has this port"
}
