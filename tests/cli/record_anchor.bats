#!/usr/bin/env bats
# plume record anchor and audit: from a record to the sync committee, over the
# development chain.
load common
load ../devnet

KEY=ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80

setup() {
	fresh
	need jq
	need curl
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
}

records() { # LEVEL…: one record each
	(echo v; seq 60 | awk '{ print $1 + sin($1) }') >v.csv
	for level; do
		plume analyze trend --csv v.csv --level "$level" --record -q \
			>/dev/null
	done
}

# begin ARG…: records, a devnet, an account
begin() {
	plume asset init -q .
	records .8 .9 .95
	devnet_up "$@"
	plume network add devnet --rpc "$URL" >/dev/null
	plume config set network.default devnet
	(umask 077 && echo 'correct horse' >pw && echo "$KEY" >key)
	plume account import --name issuer --private-key-file key \
		--password-file pw -q >/dev/null
	first=$(cd records && ls *.json | head -1)
	first=${first%.json}
}

light() {
	root=$(jq -r .checkpoint ready)
	plume light init --checkpoint "$root" >/dev/null
}

anchor() {
	plume record anchor --password-file pw --yes --json "$@"
}

# settled COMMAND…: until it succeeds; a block is provable in 2 s
settled() {
	local tries # `run` sets i
	for ((tries = 0; tries < 100; tries++)); do
		run --separate-stderr "$@"
		[ "$status" = 0 ] && return
		sleep 0.1
	done
	printf '%s\n' "never: $*" "$output" "$stderr" >&2
	return 1
}

@test "a record is proven against its anchor, and again with no network" {
	begin --consensus
	light
	run_ok anchor
	[ "$(jq_of '[.status, .records, .created] | tojson')" = \
		'["done",3,true]' ]
	merkle=$(jq_of .root)
	settled plume record audit "$first" --json --save audit.json
	[ "$(jq_of '[.trust, .id, .root, .records] | tojson')" = \
		"[\"proven\",\"$first\",\"$merkle\",3]" ]
	# the time is the block's
	[ "$(date -ud "$(jq_of .anchored)" +%s)" = \
		"$(($(get eth_getBlockByNumber '["0x1",false]' | jq -r .timestamp)))" ]
	run_ok plume record audit "$first" --require proven
	has "$output" "was known by"
	run_ok plume record export --to bundle --evidence audit.json
	devnet_down
	cd bundle
	rm -rf "$XDG_DATA_HOME"
	run_ok plume light verify evidence/audit.json --root "$root" --json
	[ "$(jq_of '[.[0].ok, .[0].trust, .[0].answer[0].id] | tojson')" = \
		"[true,\"proven\",\"$first\"]" ]
	run_fail 1 plume light verify evidence/audit.json --root "${root%??}00"
	# another verdict, another time, another record, a missing sibling
	sed 's/"verdict":"rising"/"verdict":"raised"/' evidence/audit.json >x
	run_fail 1 plume light verify x --root "$root"
	sed 's/\("anchored":"20\)2/\11/' evidence/audit.json >x
	run_fail 1 plume light verify x --root "$root"
	sed "s/$first/$(printf %064d 7)/g" evidence/audit.json >x
	run_fail 1 plume light verify x --root "$root"
	sed "s/\"ids\":\[\"$first\",/\"ids\":[/" evidence/audit.json >x
	! cmp -s x evidence/audit.json
	run_fail 1 plume light verify x --root "$root"
}

@test "an anchor is made once; what comes later goes into the same contract" {
	begin
	run_ok anchor --dry-run
	[ "$(jq_of '[.status, .records] | tojson')" = '["dry-run",3]' ]
	[ ! -e records/anchors ]
	[ "$(get eth_blockNumber)" = 0x0 ]
	run_ok anchor
	contract=$(jq_of .contract)
	gas=$(jq_of .gas_used)
	run_ok anchor
	[ "$(jq_of '[.status, .records, .root] | tojson')" = '["nothing",0,null]' ]
	records .7
	run_ok anchor
	[ "$(jq_of '[.status, .records, .created, .contract] | tojson')" = \
		"[\"done\",1,false,\"$contract\"]" ]
	[ "$(jq_of .gas_used)" -lt "$gas" ]
	[ "$(get eth_blockNumber)" = 0x2 ]
	# the same set by name: on chain already, nothing is sent
	run_ok anchor "$(basename -s .json "$(ls -t records/*.json | head -1)")"
	[ "$(jq_of .status)" = already ]
	jq -e '.anchored != null' <<<"$output"
	[ "$(get eth_blockNumber)" = 0x2 ]
	# and a set of its own where that is asked for
	run_ok anchor "$first" --new-contract
	[ "$(jq_of '[.status, .created] | tojson')" = '["done",true]' ]
	[ "$(jq_of .contract)" != "$contract" ]
}

@test "a run that was cut off goes on where it was" {
	begin
	run_ok anchor
	file=$(jq_of .file)
	# cut off between sending and the receipt
	jq '.status = "pending" | del(.tx, .block)' "$file" >x
	cp x "$file"
	run_ok anchor
	[ "$(jq_of .status)" = already ]
	[ "$(get eth_blockNumber)" = 0x1 ]
	[ "$(jq -r .status "$file")" = done ]
	# cut off before sending: it is sent
	records .7
	next=$(plume record anchor --dry-run --json | jq -r .root)
	last=$(ls -t records/*.json | head -1)
	last=$(basename "$last" .json)
	jq --arg r "$next" --arg id "$last" '.root = $r | .ids = [$id] |
		.nonce = 1 | .status = "pending"' "$file" \
		>"records/anchors/31337-${next#0x}.json"
	run_ok anchor
	[ "$(jq_of '[.status, .root] | tojson')" = "[\"done\",\"$next\"]" ]
	[ "$(get eth_blockNumber)" = 0x2 ]
}

@test "who asks is answered: no is 8, a changed record 1, a wrong contract 6" {
	begin
	run_fail 8 plume record anchor --password-file pw </dev/null
	[ ! -e records/anchors ]
	run_fail 6 anchor --contract 0x000000000000000000000000000000000000dEaD
	run_fail 7 anchor 0123456789
	sed -i 's/rising/raised/' "records/$first.json"
	run_fail 1 anchor
	[ "$(get eth_blockNumber)" = 0x0 ]
}

@test "a false batch, a false contract and an unknown root are refused" {
	begin --consensus
	light
	run_fail 7 plume record audit "$first"
	run_ok anchor
	file=$(jq_of .file)
	settled plume record audit "$first"
	cp "$file" good
	# a batch that claims one more record
	jq '.ids[0] = "'"$(printf %064d 1)"'"' good >"$file"
	run_fail 1 plume record audit "$first"
	has "$stderr" "do not have the root"
	# a contract that is none
	jq '.contract = "0x4e59b44847b379578588920cA78FbF26c0B4956C"' \
		good >"$file"
	run_fail 1 plume record audit "$first"
	has "$stderr" "not PlumeAnchor"
	# somebody else's account never anchored it
	jq '.by = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"' good >"$file"
	run_fail 1 plume record audit "$first"
	has "$stderr" "is not on chain"
	[ -z "$output" ]
	cp good "$file"
	sed -i 's/rising/raised/' "records/$first.json"
	run_fail 1 plume record audit "$first"
}
