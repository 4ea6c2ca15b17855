#!/usr/bin/env bats
# The whole thread on somebody else's node, judged by cast, and by the very
# commands that quickstart prints.

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
