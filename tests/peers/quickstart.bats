#!/usr/bin/env bats
# The whole thread, judged by git, jq, sha256sum, cast and the very commands
# that quickstart prints.

load ../cli/common
load anvil.bash

setup() {
	fresh
	foundry anvil >/dev/null || skip "anvil is not installed"
	foundry cast >/dev/null || skip "cast is not installed"
}

teardown() {
	anvil_down
}

@test "the thread ends in a line of evidence, and leaves no process" {
	run_ok plume quickstart demo --yes --json
	jq -e '.steps | length > 15' <<<"$output"
	[ "$(jq -r '.evidence[0].value' <<<"$output")" = "$(jq -r .risk <<<"$output")" ]
	# each link has a label, and the last is the block the rows end with
	jq -e 'all(.evidence[]; .trust | IN("local", "claimed"))' <<<"$output"
	jq -e '.block_hash == .evidence[-1].value' <<<"$output"
	jq -e '[.evidence[] | select(.step == "block")][-1].value == .block_hash' \
		<<<"$output"
	jq -e '.trust == "claimed"' <<<"$output"
	# the words between: every command, on stderr
	[ "$(grep -c '^      plume ' <<<"$stderr")" -gt 12 ]
	url=$(sed -n 's/^      export PLUME_RPC=//p' <<<"$stderr")
	run_fail 3 plume token show "$(jq -r .token <<<"$output")" \
		--rpc "$url" --network devnet
}

@test "what it leaves: git's own checks, records by their hash, keys apart" {
	run_ok plume quickstart demo --yes --json
	cd demo
	git fsck --strict
	[ "$(git log --oneline | wc -l)" -ge 4 ]
	[ -z "$(git ls-files .plume | grep -v '^.plume/config$')" ]
	for id in $(jq -r '.trend, .risk' <<<"$output"); do
		git cat-file -e "HEAD:records/$id.json"
		[ "$(sha256sum <"records/$id.json")" = "$id  -" ]
		run_ok plume record replay "$id"
	done
	[ "$(stat -c %a .plume/keys .plume/keys.password | tr '\n' ' ')" = "700 600 " ]
	jq -e '.documents | length == 2' assets/villa-7/asset.json
	run_ok plume asset check
	# the evidence kept is what cast makes of it, and one changed byte shows
	run_ok plume light check-block evidence/block.json
	sed 's/"gasUsed":"0x\(.\)/"gasUsed":"0x1\1/' evidence/block.json >forged.json
	run_fail 1 plume light check-block forged.json
	run_ok plume light check-proof --header evidence/block.json evidence/proof.json
	jq '.storageProof[0].value = "0x1"' evidence/proof.json >forged.json
	run_fail 1 plume light check-proof --header evidence/block.json forged.json
}

@test "another node, another key: the token there is what cast sees" {
	cast=$(foundry cast)
	anvil_up 31337 --timestamp 1700000000
	echo 'correct horse' >pw
	account_of mine "$ANVIL_KEY0"
	run_ok plume quickstart demo --yes --json --rpc "$ANVIL_URL" \
		--network devnet --account mine --password-file pw --days 120
	token=$(jq -r .token <<<"$output")
	[ "$("$cast" call "$token" 'symbol()(string)' --rpc-url "$ANVIL_URL")" = '"VILLA7"' ]
	# minted less burned
	[ "$("$cast" call "$token" 'totalSupply()(uint256)' --rpc-url "$ANVIL_URL" |
		cut -d' ' -f1)" = 999750000000000000000000 ]
	[ "$("$cast" call "$token" 'owner()(address)' --rpc-url "$ANVIL_URL")" = \
		"$ANVIL_ADDR0" ]
	hash=$("$cast" block "$(jq -r .block <<<"$output")" -f hash --rpc-url "$ANVIL_URL")
	[ "$(jq -r .block_hash <<<"$output")" = "$hash" ]
}

@test "the lines it prints, typed one by one, do the same" {
	run_ok plume quickstart one --yes --json
	jq -r '.steps[].command' <<<"$output" >lines
	anvil_up 31337
	export PLUME_RPC=$ANVIL_URL PLUME_NETWORK=devnet
	export PLUME_AUTHOR_NAME=A PLUME_AUTHOR_EMAIL=a@example.org
	plume asset init two
	cp one/title-deed.txt two/
	cd two
	printf 'pw\n' >../pw
	export PLUME_PASSWORD_FILE=$PWD/../pw PLUME_KEYSTORE=$PWD/.plume/keys
	grep -E '^plume (asset (new|add|check|commit)|account)' ../lines >papers
	grep -E '^plume token (create|mint|burn|show|transfer .* --yes)' ../lines >tokens
	[ "$(wc -l <papers)" = 5 ] && [ "$(wc -l <tokens)" = 5 ]
	bash -e papers
	"$(foundry cast)" rpc anvil_setBalance \
		"$(plume account show issuer --json | jq -r .address)" \
		0x56bc75e2d63100000 --rpc-url "$ANVIL_URL"
	bash -e tokens
	run_ok plume token show villa-7 --json
	[ "$(jq -r .supply <<<"$output")" = 999750 ]
}

@test "nobody to ask, a folder in use, half an account, no anvil" {
	run_fail 8 plume quickstart demo </dev/null
	mkdir used && touch used/file
	run_fail 2 plume quickstart used --yes
	has "$stderr" "not empty"
	run_fail 2 plume quickstart a --yes --account x
	run_fail 2 plume -C . quickstart b --yes
	PLUME_ANVIL=/nonexistent run_fail 7 plume quickstart c --yes
	run_fail 2 plume quickstart d --yes --days 5
}
