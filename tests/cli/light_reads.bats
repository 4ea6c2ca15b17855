#!/usr/bin/env bats
# Proven reads from end to end: consensus and blocks of the made-up chains
# over HTTP, each read in text and JSON, and what false answers come to.
load common

TOKEN=0x7070707070707070707070707070707070707070
NOBODY=0x0000000000000000000000000000000000009999
TRANSFER='Transfer(address,address,uint256)'

setup() {
	fresh
	# kB of address space; a sanitizer maps far more than it uses
	export MEMORY=1500000
	! sanitized || MEMORY=unlimited
	start_world
	PLUME_TIMEOUT=20 plume light init --checkpoint "$root" >/dev/null
}

teardown() {
	stop_world
}

# read_json JQ ARG…: what the filter makes of the answer, on one line.
read_json() {
	local what=$1
	shift
	run_ok plume light "$@" --json
	output=$(jq -c "$what" <<<"$output")
}

is() { # WANT: of $output
	[ "$output" = "$1" ] || {
		printf 'have %s\nwant %s\n' "$output" "$1"
		return 1
	}
}

the_node_says() { # METHOD PARAMS: its result
	curl -s -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"'"$1"'","params":'"$2"'}' \
		"$at/l1" | jq -c .result
}

head_is_told() { # of the JSON in $output
	jq -e '.trust == "proven" and (.level | IN("optimistic", "finalized"))
		and (.block_hash | length) == 66 and (.by | length) > 3 and
		.network == "world" and .chain_id == 1337 and
		(.block | type) == "number"' <<<"$output" >/dev/null
}

@test "light header: by tag, number and hash, near and far" {
	read_json '[.level, .by]' header
	is '["optimistic","head"]'
	for ref in safe finalized; do
		read_json '[.level, .by]' header $ref
		is '["finalized","head"]'
	done
	read_json '[.block, .level, .by]' header 3
	is '[3,"finalized","history storage"]'
	read_json '[.block, .by]' header earliest
	is '[0,"history storage"]'
	hash=$(the_node_says eth_getBlockByNumber '["0x50",false]' | jq -r .hash)
	read_json '[.block, .block_hash]' header "$hash"
	is "[80,\"$hash\"]"
	run_ok plume light header 80 --json
	head_is_told
}

@test "light header: every field is the one the node has" {
	run_ok plume light header 80 --json
	node=$(the_node_says eth_getBlockByNumber '["0x50",false]')
	for pair in parent_hash=parentHash state_root=stateRoot \
		transactions_root=transactionsRoot receipts_root=receiptsRoot \
		withdrawals_root=withdrawalsRoot requests_hash=requestsHash \
		logs_bloom=logsBloom mix_hash=mixHash extra_data=extraData \
		parent_beacon_root=parentBeaconBlockRoot \
		uncles_hash=sha3Uncles nonce=nonce; do
		[ "$(jq -r ".${pair%=*}" <<<"$output")" = \
			"$(jq -r ".${pair#*=}" <<<"$node")" ] || {
			echo "$pair"
			return 1
		}
	done
}

@test "light header: beyond the head is status 7, a word that is none 2" {
	run_fail 7 plume light header 100000
	[[ $stderr == *"beyond the optimistic head"* ]]
	run_fail 2 plume light header newest
	[[ $stderr == *"newest"* ]]
}

@test "light block: its transactions are those of the node" {
	run_ok plume light block 100 --json
	head_is_told
	[ "$(jq -c '[.transactions[].hash]' <<<"$output")" = \
		"$(the_node_says eth_getBlockByNumber '["0x64",false]' |
			jq -c .transactions)" ]
	run_ok plume light block 100
	[[ $output == *"trust         proven"* || $output == *"trust "*"proven"* ]]
}

@test "light account: one with a balance, a contract, and none" {
	user=$(plume light block 100 --json | jq -r '.transactions[0].from')
	run_ok plume light account "$user" --block 100 --json
	head_is_told
	[ "$(jq -c '[.exists, .has_code, .balance_decimals, .block]' <<<"$output")" = \
		'[true,false,18,100]' ]
	wei=$(the_node_says eth_getBalance "[\"$user\",\"0x64\"]")
	want=$(python3 -c "import decimal as d; d.getcontext().prec = 90
x = d.Decimal(int($wei, 16)) / 10**18
print(format(x.normalize(), 'f'))")
	[ "$(jq -r .balance <<<"$output")" = "$want" ]
	read_json '[.exists, .has_code]' account "$TOKEN"
	is '[true,true]'
	read_json '[.exists, .balance, .nonce]' account "$NOBODY"
	is '[false,"0",0]'
}

@test "light storage: several slots, empty ones among them" {
	run_ok plume light storage "$TOKEN" 0 0xffff --block finalized --json
	[ "$(jq -c '[.[] | .exists, .number]' <<<"$output")" = \
		'[false,"0",false,"0"]' ]
	output=$(jq -c '.[0]' <<<"$output")
	head_is_told
	run_ok plume light storage "$TOKEN" 7 -o csv
	[[ $output == slot,value,number,* ]]
	run_fail 2 plume light storage "$TOKEN" seven
}

@test "light code: the bytes of a contract" {
	read_json '[.size, .code]' code "$TOKEN"
	is "[6,$(the_node_says eth_getCode "[\"$TOKEN\",\"latest\"]")]"
	read_json '[.size, .code]' code "$NOBODY"
	is '[0,"0x"]'
}

@test "light tx and light receipt: found, told, and unknown" {
	tx=$(plume light block 100 --json | jq -r '.transactions[1].hash')
	run_ok plume light tx "$tx" --json
	head_is_told
	[ "$(jq -c '[.hash, .index, .block]' <<<"$output")" = "[\"$tx\",1,100]" ]
	run_ok plume light receipt "$tx" --json
	head_is_told
	node=$(the_node_says eth_getTransactionReceipt "[\"$tx\"]")
	[ "$(jq -c '[.logs[] | .address, .topics, .data, .log_index] |
		map(if type == "string" then ascii_downcase else . end)' <<<"$output")" = \
		"$(jq -c '[.logs[] | .address, .topics, .data,
			(.logIndex | ltrimstr("0x") | tonumber)]' <<<"$node")" ]
	run_ok plume light receipt "$tx"
	[[ $output == *"succeeded"*"on block 100"*"proven"* ]]
	unknown=0x$(printf '%064d' 7)
	run_fail 7 plume light tx "$unknown"
	[[ $stderr == *"nothing can prove"* ]]
	run_fail 7 plume light receipt "$unknown"
}

@test "light logs: complete, and exactly the node's" {
	run_ok plume light logs --address $TOKEN --topic "$TRANSFER" --from 20 \
		--to 120 --json
	head_is_told
	[ "$(jq -c '[.complete, .blocks, .from, .to]' <<<"$output")" = \
		'[true,101,20,120]' ]
	jq -e '.excluded > 10 and .receipts_fetched > 10 and .bytes > 1000' \
		<<<"$output"
	topic=$(jq -r '.logs[0].topics[0]' <<<"$output")
	[ "$(jq -c '[.logs[] | [.tx, .topics, .data]]' <<<"$output")" = \
		"$(the_node_says eth_getLogs '[{"fromBlock":"0x14","toBlock":"0x78","address":"'$TOKEN'","topics":["'"$topic"'"]}]' |
			jq -c '[.[] | [.transactionHash, .topics, .data]]')" ]
}

@test "light logs: alternatives, any, and topics that no log has" {
	first=$(plume light logs --from 20 --to 120 --topic "$TRANSFER" --json |
		jq -c '.logs[0]')
	sender=0x$(jq -r '.topics[1]' <<<"$first" | tail -c 41)
	read_json '[.logs | length > 0, all(.topics[1] | endswith("'"${sender#0x}"'"))]' \
		logs --from 20 --to 120 --topic any --topic "$sender"
	is '[true,true]'
	read_json '.logs | length > 0' logs --from 20 --to 120 \
		--topic "Nothing(),$TRANSFER"
	is true
	read_json '[.logs, .complete]' logs --from 20 --to 120 \
		--topic "$TRANSFER" --topic any --topic any --topic any
	is '[[],true]'
	run_ok plume light logs --from 20 --to 120 --topic 'Nothing()'
	[[ $output == *"0 logs in blocks 20 to 120: complete"* ]]
}

@test "light logs: ranges that cannot be" {
	run_fail 2 plume light logs --from 50 --to 40
	run_fail 4 plume light logs --from 0 --to 120 --max-blocks 100
	[[ $stderr == *"--max-blocks"* ]]
	run_fail 2 plume light logs --topic nonsense
}

@test "--require proven is content, and a network without proofs refused" {
	run_ok plume light header --require proven
	plume network add lab --chain-id 4 --rpc http://127.0.0.1:9
	run_fail 2 plume light header --network lab
}

# Every read against a node that lies: refused, or the lie is none because the
# proof tells what it is about.
lie_to() { # LIE STATUS ARG…
	local lie=$1 want=$2
	shift 2
	PLUME_TIMEOUT=5 run --separate-stderr timeout 60 bash -c \
		'ulimit -v "$MEMORY"; exec plume "$@"' _ light "$@" \
		--rpc "$at/$lie/l1"
	[ "$status" = "$want" ] || {
		echo "$lie, $*: status $status, not $want: $output $stderr"
		return 1
	}
	[ "$want" = 0 ] || [ -z "$output" ]
}

@test "lies about state are refused" {
	for lie in stale-state other-account short-proof; do
		lie_to $lie 1 account "$TOKEN"
		lie_to $lie 1 storage "$TOKEN" 1
		lie_to $lie 1 code "$TOKEN"
	done
	lie_to wrong-code 1 code "$TOKEN"
	lie_to wrong-balance 0 account "$TOKEN"
}

@test "lies about blocks, receipts and logs are refused" {
	tx=$(plume light block 100 --json | jq -r '.transactions[1].hash')
	for lie in other-block flipped; do
		lie_to $lie 1 header 100
		lie_to $lie 1 block 100
		lie_to $lie 1 tx "$tx"
		lie_to $lie 1 logs --from 90 --to 110
	done
	for lie in omitted-logs no-receipt extra-log; do
		lie_to $lie 1 receipt "$tx"
		lie_to $lie 1 logs --from 90 --to 110 --topic "$TRANSFER"
	done
}

@test "a node without answers is status 3" {
	for lie in null truncated html 500 error; do
		lie_to $lie 3 header 100
		lie_to $lie 3 account "$TOKEN"
	done
}

@test "a node that hangs, and one that never ends" {
	start=$SECONDS
	PLUME_TIMEOUT=1 run --separate-stderr plume light header \
		--rpc "$at/hang/l1"
	[ "$status" = 3 ]
	[ $((SECONDS - start)) -lt 20 ]
	PLUME_TIMEOUT=60 run --separate-stderr bash -c \
		'ulimit -v "$MEMORY"; exec plume light header --rpc "$1/huge/l1"' \
		_ "$at"
	[ "$status" = 4 ]
	[ -z "$output" ]
}

@test "batches refused, cut down, mixed up: the same logs, or none" {
	run_ok plume light logs --from 20 --to 120 --topic "$TRANSFER" --json
	want=$output
	for lie in missing twice foreign reversed refused limit 400 first; do
		run_ok plume light logs --from 20 --to 120 \
			--topic "$TRANSFER" --json --rpc "$at/batch-$lie/l1"
		is "$want"
	done
	lie_to batch-swapped 1 logs --from 20 --to 120 --topic "$TRANSFER"
	lie_to batch-swapped 1 header 140
}
