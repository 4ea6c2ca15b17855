#!/usr/bin/env bats
# An Orbit chain from end to end: its contracts on the made-up parent chain,
# every level, and the settings and nodes that would lead astray.
load common

L2TOKEN=0x9898989898989898989898989898989898989898
L3TOKEN=0xa9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9
USER4=0x1efF47bc3a10a45D4B230B5d10E37751FE6AA718

setup() {
	fresh
	start_world
	PLUME_TIMEOUT=20 plume light init --checkpoint "$root" >/dev/null
}

teardown() {
	stop_world
}

read_json() { # JQ ARG…
	local what=$1
	shift
	run_ok plume light "$@" --network orbit --json
	output=$(jq -c "$what" <<<"$output")
}

is() { # WANT: of $output
	[ "$output" = "$1" ] || {
		printf 'have %s\nwant %s\n' "$output" "$1"
		return 1
	}
}

@test "confirmed: the block, and the parent's header it stands on" {
	read_json '[.block, .level, .trust, .stands_by, .parent_level]' header
	is '[47,"confirmed","proven","assertion","optimistic"]'
	read_json '[(.parent_block_hash | length), (.parent_block > 100)]' header
	is '[66,true]'
	read_json '[.level, .trust, .parent_level]' header finalized
	is '["confirmed","proven","finalized"]'
	read_json '[.block, .level, .trust, .by]' header 20
	is '[20,"confirmed","proven","parent hashes"]'
}

@test "state, transactions, receipts and logs of a confirmed block" {
	read_json '[.nonce >= 1, .trust, .level]' account $USER4
	[[ $output == *'"proven","confirmed"'* ]]
	read_json '[.[0].block, .[0].trust]' storage $L2TOKEN 0
	is '[47,"proven"]'
	read_json '[.transactions | length > 0]' block 46
	is '[true]'
	run_ok plume light logs --network orbit --address $L2TOKEN --from 1 \
		--to latest --json
	jq -e '.complete == true and .level == "confirmed" and
		.trust == "proven"' <<<"$output" >/dev/null
	[ "$(jq '.logs | length' <<<"$output")" -gt 3 ]
}

@test "levels below: each says how far it can be believed" {
	read_json '[.block, .level, .trust]' header --level asserted
	is '[51,"asserted","signed"]'
	read_json '[.block, .level, .trust]' header --level posted
	is '[55,"posted","claimed"]'
	read_json '[.block, .level, .trust]' header --level claimed
	is '[59,"claimed","claimed"]'
	read_json '[.block, .level, .trust, .stands_by]' header \
		--level signed --feed "$world/feed.json"
	is '[59,"signed","signed","feed"]'
	run_fail 1 plume light header --network orbit --level asserted \
		--require proven
	run_fail 7 plume light header --network orbit --level signed
	[[ $stderr == *--feed* ]]
	run_fail 2 plume light header --network world --level asserted
}

l3() { # JQ ARG…
	local what=$1
	shift
	run_ok plume light "$@" --network orbit3 --json
	output=$(jq -c "$what" <<<"$output")
}

@test "a chain that settles on an Orbit chain: two steps, each proven" {
	l3 '[.block, .level, .trust, .stands_by, .parent_block, .parent_level]' \
		header
	is '[27,"confirmed","proven","assertion",47,"confirmed"]'
	l3 '[.block, .level, .trust, .by]' header 20
	is '[20,"confirmed","proven","parent hashes"]'
	l3 '.transactions | length' block 26
	[ "$output" -gt 0 ]
	run_ok plume light logs --network orbit3 --address $L3TOKEN --from 1 \
		--to latest --json
	jq -e '.complete and .trust == "proven" and (.logs | length > 0)' \
		<<<"$output"
	l3 '[.block, .level, .trust, .parent_level]' header --level asserted
	is '[31,"asserted","signed","confirmed"]'
	l3 '[.level, .trust, .parent_block <= 47]' header finalized
	is '["confirmed","proven",true]'
}

@test "a chain that settles on an Orbit chain: liars, evidence, settings" {
	run_ok plume light account $USER4 --network orbit3 --save kept --json
	truth=$output
	for lie in stale-state other-block other-account short-proof flipped \
		wrong-storage omitted-logs; do
		for between in "$at/$lie/l1" "$at/$lie/l2"; do
			of=world
			[ "$between" = "${between%l1}l1" ] || of=orbit
			plume config set network.$of.rpc "$between" >/dev/null
			run --separate-stderr plume light account $USER4 \
				--network orbit3 --json
			cp "$world/settings" "$XDG_CONFIG_HOME/plume/config"
			[ -z "$output" ] || [ "$output" = "$truth" ] ||
				[ "$(jq .block <<<"$output")" -lt 27 ]
		done
	done
	plume config set network.orbit.rollup \
		0x3535353535353535353535353535353535353535
	run_fail 1 plume light header --network orbit3
	[[ $stderr == *'network.orbit.rollup'* ]]
	plume config set network.orbit.parent orbit3
	run_fail 2 plume light header --network orbit3
	stop_world
	cp "$world/settings" "$XDG_CONFIG_HOME/plume/config"
	run_ok plume light verify kept --root "$root" --json
	jq -e '.[0].ok and .[0].trust == "proven" and .[0].block == 27' \
		<<<"$output"
}

@test "a message that another signed is refused" {
	sed 's/"blockHash":"0x../"blockHash":"0x00/g' "$world/feed.json" >feed.json
	! cmp -s feed.json "$world/feed.json"
	run_fail 1 plume light header --network orbit --level signed \
		--feed feed.json
	[[ $stderr == *'takes no batches'* ]]
}

@test "a rollup from before BoLD is refused by name" {
	plume config set network.orbit.rollup \
		0x3535353535353535353535353535353535353535
	run_fail 1 plume light header --network orbit
	[[ $stderr == *0x3535353535353535353535353535353535353535* ]]
	[[ $stderr == *0x4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e* ]]
	[[ $stderr == *'plume config set network.orbit.rollup'* ]]
}

@test "kinds: the outbox alone, and the contracts before BoLD" {
	plume config set network.orbit.kind outbox
	read_json '[.block, .trust, .stands_by]' header
	is '[47,"proven","outbox"]'
	plume config set network.orbit.kind legacy
	plume config set network.orbit.rollup \
		0x3535353535353535353535353535353535353535
	plume config unset network.orbit.bridge
	read_json '[.block, .trust, .stands_by]' header
	is '[47,"proven","node"]'
	read_json '[.block, .level, .trust, .stands_by]' header \
		--level asserted
	is '[51,"asserted","signed","pending node"]'
	run_fail 1 plume light header --network orbit --level asserted \
		--require proven
}

@test "nodes of the parent or the chain that lie: no false answer" {
	run_ok plume light account $USER4 --network orbit --json
	truth=$output
	for lie in stale-state other-block other-account short-proof flipped \
		wrong-storage; do
		run --separate-stderr plume light account $USER4 --network orbit \
			--parent-rpc "$at/$lie/l1" --json
		[ -z "$output" ] || [ "$output" = "$truth" ] ||
			[ "$(jq .block <<<"$output")" -lt 47 ]
	done
	run --separate-stderr plume light account $USER4 --network orbit \
		--rpc "$at/stale-state/l2" --json
	[ "$status" -eq 1 ] && [ -z "$output" ]
	run_fail 7 plume light header --network orbit \
		--parent-rpc "$at/omitted-logs/l1"
	[[ $stderr == *--parent-rpc* ]]
}

# entry LIST ID: of the token bridge's file, the named addresses
listed() {
	jq -r --argjson id "$1" '[.mainnet, .testnet] | add[] |
		select(.chainId == $id) | .ethBridge |
		[.outbox, .rollup, .bridge, .sequencerInbox] |
		map(ascii_downcase) | @json' \
		"$TESTDATA/chain/orbit/orbitChainsData.json"
}

shown() { # NAME
	run_ok plume network show "$1" --json
	jq -c '[.outbox, .rollup, .bridge, .sequencer_inbox] |
		map(ascii_downcase)' <<<"$output"
}

@test "network add: every chain of the token bridge's list" {
	need_data chain/orbit
	n=0
	for id in $(jq '[.mainnet, .testnet] | add | map(.chainId)[range(0; 53; 6)]' \
		"$TESTDATA/chain/orbit/orbitChainsData.json"); do
		plume network add "chain$id" --chain-id "$id" --chain-info \
			"$TESTDATA/chain/orbit/orbitChainsData.json" >/dev/null
		[ "$(shown "chain$id")" = "$(listed "$id")" ]
		n=$((n + 1))
	done
	[ "$n" -gt 5 ]
}

@test "network add: nitro's and Conduit's chain information" {
	need_data chain/orbit
	plume network add arb1 --chain-id 42161 --parent ethereum --outbox \
		0x0b9857ae2d4a3dbe74ffe1d7df045bb7f96e4840 --chain-info \
		"$TESTDATA/chain/orbit/arbitrum_chain_info.json"
	run_ok plume network show arb1 --json
	jq -e '.rollup == "0x5ef0d09d1e6204141b4d37530808ed19f60fba35" and
		.feed == "wss://arb1-feed.arbitrum.io/feed" and
		.parent == "ethereum"' < <(tr A-F a-f <<<"$output") >/dev/null
	plume network add p2 --chain-id 98866 --chain-info \
		"$TESTDATA/chain/orbit/plume_chain_info.json"
	[ "$(shown p2)" = "$(shown plume)" ]
	run_fail 7 plume network add nobody --chain-id 5 --chain-info \
		"$TESTDATA/chain/orbit/plume_chain_info.json"
	run_fail 7 plume network add which --chain-info \
		"$TESTDATA/chain/orbit/plume_chain_info.json"
}

@test "network add: a rollup that Plume left is told at once" {
	run --separate-stderr plume network add plume --rollup \
		0x35c60Cc77b0A8bf6F938B11bd3E9D319a876c2aC
	[ "$status" -eq 0 ]
	[[ $stderr == *'before BoLD'* ]]
	[[ $stderr == *0x4eD3F488a5a4417839BbC39712EB76D8Aaee6eE8* ]]
}

@test "light feed: signatures, and the signer proven on the parent chain" {
	run_ok plume light feed "$world/feed.json" --network orbit --json
	jq -e 'length == 4 and all(.[]; .form == "V2" and .poster and
		.trust == "signed" and .parent_block > 100) and
		.[3].block == 59' <<<"$output" >/dev/null
	[ "$(jq -r '.[3].block_hash' <<<"$output")" = \
		"$(plume light header --level claimed --network orbit --json |
			jq -r .block_hash)" ]
	run_ok plume light feed - --network orbit --signatures-only --json \
		<"$world/feed.json"
	jq -e 'all(.[]; (.poster | not) and .trust == "claimed")' \
		<<<"$output" >/dev/null
}

@test "light feed: V1 shows no block hash, lines are broadcasts" {
	jq -c '.messages[] | del(.signatureV2) | {version: 1, messages: [.]}' \
		"$world/feed.json" >lines
	[ "$(wc -l <lines)" -eq 4 ]
	run_ok plume light feed lines --network orbit --json
	jq -e 'length == 4 and all(.[]; .form == "V1" and .block_hash == null
		and .trust == "signed")' <<<"$output" >/dev/null
}

@test "light feed: changed, unsigned and broken messages are refused" {
	for change in '.messages[1].message.message.l2Msg = "BG1zZwE="' \
		'.messages[2].sequenceNumber += 1' \
		'.messages[0].blockHash = .messages[1].blockHash' \
		'.messages[0] |= del(.signature, .signatureV2)' \
		'.messages[3].message.delayedMessagesRead += 1'; do
		jq -c "$change" "$world/feed.json" >changed
		run_fail 1 plume light feed changed --network orbit
		[[ $stderr == *message* ]]
	done
	jq -c '.messages[0].signatureV2 = "AA="' "$world/feed.json" >broken
	run_fail 4 plume light feed broken --network orbit
	[[ $stderr == *base64* ]]
}

@test "--save and verify: both chains' evidence, and no network" {
	run_ok plume light account $USER4 --network orbit --save kept --json
	truth=$output
	stop_world
	run_ok plume light verify kept --root "$root" --json
	jq -e --argjson truth "$truth" '.[0].ok and
		.[0].trust == "proven" and .[0].block == $truth.block' \
		<<<"$output"
}

@test "network add: a repository does not decide which contracts prove" {
	git init -q . && mkdir -p .plume
	run_fail 2 plume network add evil --chain-id 98866 --scope repo \
		--outbox 0x0b9857ae2d4a3dbe74ffe1d7df045bb7f96e4840
	[[ $stderr == *repository* ]]
}

ask() { # METHOD PARAMS
	curl -s -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"'"$1"'","params":'"$2"'}' \
		"$url" | jq -c .result
}

@test "light serve: an Orbit chain's blocks and state, as confirmed" {
	plume light serve --network orbit --listen 127.0.0.1:0 --json \
		>served 2>words 3>&- &
	server=$!
	for _ in $(seq 100); do
		[ -s served ] && break
		sleep 0.1
	done
	url=$(grep -o 'http://127[^"]*' served | head -n 1)
	n=$(ask eth_blockNumber '[]')
	nonce=$(ask eth_getTransactionCount "[\"$USER4\",\"latest\"]")
	id=$(ask eth_chainId '[]')
	kill $server
	[ "$n $id" = '"0x2f" "0x343b"' ]
	[ "$((${nonce//\"/}))" = "$(plume light account $USER4 --json \
		--network orbit | jq .nonce)" ]
}
