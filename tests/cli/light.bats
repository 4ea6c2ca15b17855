# check-block, check-proof and check-receipts: what they accept, what they
# print, and how they refuse.
load common

F=$ROOT/tests/fixtures/light

# edit FILE SED-SCRIPT: a changed copy here, which must differ.
edit() {
	sed "$2" "$F/$1" >"$1"
	! cmp -s "$F/$1" "$1"
}

@test "a block as a node serves it" {
	run_ok plume light check-block "$F/block.json" --json
	[ "$(jq -c '.[0] | [.number, .fork, .chain, .transactions, .ok, .failed, .trust]' <<<"$output")" = \
		'[22500001,"prague","ethereum",7,true,null,"local"]' ]
	[ "$(jq -r '.[0].hash' <<<"$output")" = \
		0xb817487c67523aab7ecb3d4869442169049d7b25249b41cfb261984d4e699343 ]
	for rule in header.hash tx.hash tx.sender tx.root withdrawals.root; do
		jq -e --arg r $rule '.[0].proved | index($r)' <<<"$output"
	done
}

@test "the result alone, a list, standard input and the raw form are taken" {
	jq .result "$F/block.json" >result.json
	jq '[., .result]' "$F/block.json" >list.json
	run_ok plume light check-block result.json list.json - "$F/block_rlp.json" \
		--json <"$F/block.json"
	[ "$(jq -c 'map(.ok)' <<<"$output")" = '[true,true,true,true,true]' ]
}

@test "headers of every layout, and the links between them" {
	run_ok plume light check-block "$F/headers.json" --json
	[ "$(jq -r 'map(.fork) | join(" ")' <<<"$output")" = \
		"prague prague frontier london shanghai cancun nitro" ]
	[ "$(jq -c 'map(select(.proved | index("parent.link")) | .number)' \
		<<<"$output")" = '[22500001]' ]
}

@test "a link that does not hold" {
	# another block 22500000, true in itself, before the child
	jq '[.[0].header]' "$F/headers.json" >parent.json
	jq '.result' "$F/block.json" >child.json
	rlp=$(jq -r '.[0].rlp' "$F/headers.json")
	run_ok plume light check-block parent.json child.json --json
	printf '"%s"' "${rlp/2222222222/2222222223}" >other.json # its mix hash
	run_fail 1 plume light check-block other.json child.json --json
	[ "$(jq -c 'map(.ok)' <<<"$output")" = '[true,false]' ]
	[ "$(jq -r '.[1].failed.rule' <<<"$output")" = parent.link ]
}

@test "one false item: every row is printed, status 1, rule and both values" {
	edit block.json 's/"from":"0x9d8a/"from":"0x9d8b/'
	run_fail 1 plume light check-block "$F/headers.json" block.json \
		"$F/block_rlp.json" --json
	[ "$(jq length <<<"$output")" = 9 ]
	[ "$(jq -c 'map(.ok) | map(select(. == false)) | length' <<<"$output")" = 1 ]
	[ "$(jq -r '.[7].failed.rule' <<<"$output")" = tx.sender ]
	has "$(jq -r '.[7].failed.expected' <<<"$output" | tr A-F a-f)" 0x9d8b
	has "$(jq -r '.[7].failed.got' <<<"$output" | tr A-F a-f)" 0x9d8a62
	has "$stderr" tx.sender
	has "${stderr,,}" 0x9d8b
	has "${stderr,,}" 0x9d8a62
	has "$stderr" "block.json: block 22500001"
}

@test "hashes only are not counted as proven" {
	jq '.result.transactions |= map(.hash)' "$F/block.json" >hashes.json
	run_ok plume light check-block hashes.json --json
	[ "$(jq -c '.[0] | [.transactions, .hashes_only, (.proved | index("tx.root"))]' \
		<<<"$output")" = '[0,7,null]' ]
	run_ok plume light check-block hashes.json
	has "$output" "not proven"
}

@test "proofs of an account and of an absent one, by header and by root" {
	root=$(jq -r .result.stateRoot "$F/block.json")
	for by in "--header $F/block.json" "--state-root $root" \
		"--header $(jq -r '.[1].rlp' "$F/headers.json")"; do
		# shellcheck disable=SC2086 # two words
		run_ok plume light check-proof $by "$F/proofs.json" --json
		[ "$(jq -c 'map([.ok, .exists, (.slots | length)])' <<<"$output")" = \
			'[[true,true,3],[true,false,3]]' ]
		[ "$(jq -c '.[0].slots | map(.value)' <<<"$output")" = \
			'["1000","1005","0"]' ]
		[ "$(jq -r '.[0].balance' <<<"$output")" = 1000000000000000003 ]
	done
}

@test "a proof under another root, and one that lies" {
	root=$(jq -r .result.stateRoot "$F/block.json")
	run_fail 1 plume light check-proof --state-root "${root/0x5/0x6}" \
		"$F/proofs.json" --json
	[ "$(jq -c 'map(.failed.rule)' <<<"$output")" = \
		'["account.proof","account.proof"]' ]
	[ "$(jq -c '.[0].balance' <<<"$output")" = null ]
	edit proofs.json 's/"value":"0x3e8"/"value":"0x3e9"/'
	run_fail 1 plume light check-proof --state-root "$root" proofs.json --json
	[ "$(jq -c '.[0].failed' <<<"$output")" = \
		'{"rule":"storage.value","expected":"1001","got":"1000"}' ]
	[ "$(jq -c '.[1].ok' <<<"$output")" = true ]
}

@test "a proof that names no root needs one" {
	run_fail 2 plume light check-proof "$F/proofs.json"
	has "$stderr" --state-root
	run_fail 2 plume light check-proof --header "$F/block.json" \
		--state-root 0x"$(printf '%064d' 0)" "$F/proofs.json"
}

@test "receipts against their header, and a changed one" {
	run_ok plume light check-receipts --header "$F/block.json" \
		"$F/receipts.json" --json
	[ "$(jq -c '.[0] | [.number, .receipts, .logs, .ok, .anchor]' <<<"$output")" = \
		'[22500001,7,6,true,"header"]' ]
	edit receipts.json '0,/"status":"0x1"/s//"status":"0x0"/'
	run_fail 1 plume light check-receipts --header "$F/block.json" \
		receipts.json --json
	[ "$(jq -r '.[0].failed.rule' <<<"$output")" = receipts.root ]
	[ "$(jq -r '.[0].failed.expected' <<<"$output")" = \
		"$(jq -r .result.receiptsRoot "$F/block.json")" ]
	run_fail 1 plume light check-receipts "$F/receipts.json" \
		--receipts-root 0x"$(printf '%064d' 7)"
	run_fail 2 plume light check-receipts "$F/receipts.json"
}

@test "with the block's transactions, sender and price are proven too" {
	for change in '.result[2].from |= sub("9d"; "9e")' \
		'.result[1].to |= sub("11"; "12")' \
		'.result[6].contractAddress |= sub("0x.."; "0x00")' \
		'.result[3].transactionHash |= sub("0x."; "0x0")' \
		'.result[2].effectiveGasPrice = "0x68"'; do
		jq "$change" "$F/receipts.json" >changed.json
		! cmp -s changed.json "$F/receipts.json"
		run_fail 1 plume light check-receipts \
			--header "$F/block.json" changed.json --json
		has "$(jq -r '.[0].failed.rule' <<<"$output")" receipt.
	done
	run_ok plume light check-receipts --header "$F/block.json" \
		"$F/receipts.json" --json
	jq -e '.[0].proved | index("receipt.from")' <<<"$output"
}

@test "receipts left out, doubled or in another order are refused" {
	for change in 'del(.result[3])' '.result += [.result[6]]' \
		'.result |= reverse' '.result = []'; do
		jq "$change" "$F/receipts.json" >changed.json
		run_fail 1 plume light check-receipts \
			--header "$F/block.json" changed.json
	done
}

@test "transactions left out, doubled or in another order are refused" {
	for change in 'del(.transactions[3])' '.transactions += [.transactions[6]]' \
		'.transactions |= reverse' '.transactions = []' \
		'.withdrawals |= reverse' 'del(.withdrawals[0])'; do
		jq "$change" "$F/block_rlp.json" >changed.json
		run_fail 1 plume light check-block changed.json
	done
}

@test "bad input: status 4, the file and the place are named" {
	echo '{"number":' >cut.json
	echo '{"a":1,"a":2}' >twice.json
	echo '<html>busy</html>' >page.html
	echo '[]' >empty.json
	echo 7 >number.json
	edit block.json 's/"gasLimit":"0x[0-9a-f]*"/"gasLimit":"many"/'
	yes '[' | head -n 10000 | tr -d '\n' >deep.json
	for f in cut.json twice.json page.html empty.json number.json block.json \
		deep.json; do
		for verb in block "proof --state-root 0x$(printf '%064d' 0)" \
			"receipts --receipts-root 0x$(printf '%064d' 0)"; do
			case $f,$verb in
			empty.json,receipts*) continue ;; # an empty block's
			esac
			# shellcheck disable=SC2086 # words
			run_fail 4 plume light check-$verb $f
			has "$stderr" "$f"
		done
	done
	run_fail 4 plume light check-block block.json
	has "$stderr" gasLimit
	run_fail 4 plume light check-block twice.json
	has "$stderr" line
}

@test "a header of no bytes is none" {
	for j in '"0x"' '["0x"]' '{"result":"0x"}'; do
		echo "$j" >none.json
		run_fail 4 plume light check-block none.json
		has "$stderr" "none.json"
		run_fail 4 plume light check-receipts --header none.json \
			"$F/receipts.json"
		has "$stderr" "none.json"
	done
}

@test "a log's \"removed\" is a boolean" {
	jq '(.result[] | select(.logs != []).logs[0]).removed = "true"' "$F/receipts.json" >r.json
	run_fail 4 plume light check-receipts --header "$F/block.json" r.json
	has "$stderr" '"removed" is a string'
	jq '(.result[] | select(.logs != []).logs[0]).removed = null' "$F/receipts.json" >r.json
	run_ok plume light check-receipts --header "$F/block.json" r.json
}

@test "a missing file is status 7, and the others are still checked" {
	run_fail 7 plume light check-block nowhere.json "$F/block.json" --json
	has "$stderr" nowhere.json
	[ "$(jq -c 'map(.ok)' <<<"$output")" = '[false,true]' ]
}

@test "a node's error and a missing block" {
	echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"too busy"}}' >error.json
	echo '{"jsonrpc":"2.0","id":1,"result":null}' >null.json
	run_fail 4 plume light check-block error.json
	has "$stderr" "too busy"
	run_fail 7 plume light check-block null.json
}

@test "nothing here is more than local" {
	run_fail 1 plume light check-block "$F/block.json" --require proven
	has "$stderr" local
}

@test "control bytes in a file's words do not reach the terminal" {
	printf '{"jsonrpc":"2.0","error":{"message":"a\\u001b[31mb"}}' >esc.json
	run_fail 4 plume light check-block esc.json
	[[ $stderr != *$'\x1b[31m'* ]]
}

@test "every real file verifies" {
	need_data
	D=$TESTDATA/chain
	run_ok plume light check-block "$D"/blocks/*.json "$D"/blocks_rlp/*.json \
		"$D"/headers/*.json "$D"/arbitrum/arb1_headers.json \
		"$D"/clique/*.json --json
	[ "$(jq length <<<"$output")" = 61 ]
	[ "$(jq 'map(select(.proved | index("parent.link"))) | length' <<<"$output")" -ge 20 ]
	run_ok plume light check-proof "$D"/proofs/*.json --json
	[ "$(jq length <<<"$output")" = 14 ]
	run_ok plume light check-receipts "$D"/receipts/*.json --json
	[ "$(jq length <<<"$output")" = 3 ]
	for f in "$D"/proofs/*.json; do
		run_ok plume light check-proof \
			--state-root "$(jq -r .stateRoot "$f")" "$f"
	done
	run_ok plume light check-proof --header "$D/headers/mainnet_headers.json" \
		"$D"/proofs/2366*.json --json
	[ "$(jq -r 'map(.anchor) | unique | join(" ")' <<<"$output")" = header ]
}

@test "a whole Nitro block: transactions nobody signed, and their receipts" {
	run_ok plume light check-block "$F/nitro_block.json" "$F/nitro_rlp.json" \
		--json
	[ "$(jq -c 'map([.chain, .transactions, .ok])' <<<"$output")" = \
		'[["nitro",8,true],["nitro",8,true]]' ]
	for rule in tx.hash tx.from tx.sender tx.root nitro.tx_form receipts.root; do
		jq -e --arg r $rule '.[0].proved | index($r)' <<<"$output"
	done
	run_ok plume light check-receipts "$F/nitro_block.json" --json
	jq -e '.[0].proved | index("receipt.from")' <<<"$output"
	# receipts alone, held against the block
	jq .receipts "$F/nitro_block.json" >receipts.json
	jq .block "$F/nitro_block.json" >block.json
	run_ok plume light check-receipts receipts.json --header block.json --json
	[ "$(jq -c '.[0] | [.receipts, .logs, .anchor]' <<<"$output")" = \
		'[8,2,"header"]' ]
	jq -e '.[0].proved | index("receipt.from")' <<<"$output"
}

@test "the sender of a deposit on Nitro is under its hash" {
	jq '.block.transactions[1].from = .block.transactions[1].to' \
		"$F/nitro_block.json" >other.json
	run_fail 1 plume light check-block other.json --json
	[ "$(jq -r '.[0].failed.rule' <<<"$output")" = tx.hash ]
}

@test "a single receipt is told apart from a block's" {
	jq '(.result // .)[0]' "$F/receipts.json" >one.json
	run_fail 4 plume light check-receipts one.json --header "$F/block.json"
	has "$output$stderr" "single receipt"
	has "$output$stderr" eth_getBlockReceipts
}
