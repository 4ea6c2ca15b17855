#!/usr/bin/env bats
# The token commands offline: a node that is a file of answers, good and bad.
load common

TOKEN=0x5FbDB2315678afecb367f032d93F642f64180aa3
HOLDER=0x70997970C51812dc3A010C7d01b50e0d17dc79C8

word() { printf '%064x' "$1"; }
text() { # an ABI string of up to 32 bytes
	printf '%s%s' "$(word 32)" "$(word ${#1})"
	printf '%s' "$1" | od -An -tx1 -v | tr -d ' \n' |
		awk '{ while (length($0) % 64) $0 = $0 "0"; printf "%s", $0 }'
}

# A recording of a token at block 7; NAME=HEX changes an answer, NAME= makes
# the call revert.
node_says() {
	local -A says=(
		[06fdde03]=$(text 'Villa 7') [95d89b41]=$(text VIL7)
		[313ce567]=$(word 6) [18160ddd]=$(word 1010500000)
		[355274ea]=$(printf 'f%.0s' {1..64}) [5c975abb]=$(word 0)
		[8da5cb5b]=$(word 0x1234) [e30c3978]=$(word 0)
		[38d52e0f]=$(text '') [assetRoot]=$(word 0)
		[assetCommit]=$(word 0)
	)
	local change f
	for change in "$@"; do
		says[${change%%=*}]=${change#*=}
	done
	says[$ROOT_SIG]=${says[assetRoot]} says[$COMMIT_SIG]=${says[assetCommit]}
	unset 'says[assetRoot]' 'says[assetCommit]'
	{
		echo '{"method":"eth_chainId","params":[],"result":"0x7a69"}'
		echo '{"method":"eth_getBlockByNumber","params":["latest",false],"result":{"number":"0x7","timestamp":"0x65920080","hash":"0x'"$(word 0xabc)"'"}}'
		echo '{"method":"eth_getCode","params":["'$TOKEN'","0x7"],"result":"0x6000"}'
		for f in "${!says[@]}"; do
			printf '{"method":"eth_call","params":[{"to":"%s","data":"0x%s"},"0x7"],' $TOKEN "$f"
			if [ -n "${says[$f]}" ]; then
				printf '"result":"0x%s"}\n' "${says[$f]}"
			else
				printf '"error":{"code":3,"message":"execution reverted"}}\n'
			fi
		done
		[ -z "${BALANCE:-}" ] ||
			printf '{"method":"eth_call","params":[{"to":"%s","data":"0x70a08231%s"},"0x7"],"result":"0x%s"}\n' \
				"${TOKEN,,}" "000000000000000000000000${HOLDER:2}" "$BALANCE" |
			sed 's/data":"\(0x[0-9a-fA-F]*\)"/data":"\L\1"/'
	} >node.jsonl
}
ROOT_SIG=a32884de
COMMIT_SIG=432dd74e

show() {
	plume token show $TOKEN --network devnet --rpc replay:node.jsonl "$@"
}

@test "show: everything a token says, at one block" {
	node_says
	run_ok show --json
	[ "$(jq -r .name <<<"$output")" = "Villa 7" ]
	[ "$(jq -r .supply <<<"$output")" = 1010.5 ]
	[ "$(jq -r .cap <<<"$output")" = null ]
	[ "$(jq -r .paused <<<"$output")" = false ]
	[ "$(jq -r .owner <<<"$output")" = 0x0000000000000000000000000000000000001234 ]
	[ "$(jq -r .pending_owner <<<"$output")" = null ]
	[ "$(jq -r .asset <<<"$output")" = null ]
	[ "$(jq -r .block <<<"$output")" = 7 ]
	[ "$(jq -r .trust <<<"$output")" = claimed ]
}

@test "show: what a token does not have is null" {
	node_says 06fdde03= 95d89b41= 313ce567= 355274ea= 5c975abb= \
		8da5cb5b= e30c3978= 38d52e0f= assetRoot= assetCommit=
	run_ok show --json
	for f in name symbol decimals cap paused owner asset root commit papers; do
		[ "$(jq -r ".$f" <<<"$output")" = null ]
	done
	[ "$(jq -r .supply <<<"$output")" = 1010500000 ]
}

@test "show: answers that are no answers count as none" {
	# decimals over 255, a bool of 2, an address of 21 bytes, a text whose
	# length lies
	node_says 313ce567="$(word 256)" 5c975abb="$(word 2)" \
		8da5cb5b="01$(printf '0%.0s' {1..62})" \
		06fdde03="$(word 32)$(word 999)"
	run_ok show --json
	for f in name decimals paused owner; do
		[ "$(jq -r ".$f" <<<"$output")" = null ]
	done
}

@test "show: a token's texts do not reach the terminal raw" {
	node_says 95d89b41="$(text $'\e[31mX\a')"
	run_ok show
	[[ $output != *$'\e'* ]]
	[[ $output != *$'\a'* ]]
	run_ok show --json
	[ "$(jq -r .symbol <<<"$output")" = $'\e[31mX\a' ]
}

@test "show: no ERC-20 is exit 4, no contract exit 7" {
	node_says 18160ddd=
	run_fail 4 show
	has "$stderr" "no ERC-20"
	node_says 18160ddd="$(word 1)$(word 2)"
	run_fail 4 show
	node_says
	sed -i 's/"0x6000"/"0x"/' node.jsonl
	run_fail 7 show
	has "$stderr" "no contract stands at $TOKEN in block 7"
}

@test "show: --require proven refuses what a node only says: exit 1" {
	node_says
	run_fail 1 show --require proven
	[ -z "$output" ]
}

@test "show: a node of another chain: exit 2" {
	node_says
	sed -i 's/0x7a69/0x1/' node.jsonl
	run_fail 2 show
}

@test "show: a block without a hash, hex that is none: exit 4" {
	node_says
	sed -i 's/"hash":"0x[0-9a-f]*"/"hash":"0x12"/' node.jsonl
	run_fail 4 show
	has "$stderr" "latest block"
	node_says 18160ddd=xyz
	run_fail 4 show
}

@test "balance: at the block everything else was read at" {
	BALANCE=$(word 10500001) node_says
	run_ok plume token balance $TOKEN $HOLDER --network devnet \
		--rpc replay:node.jsonl --json
	[ "$(jq -r .balance <<<"$output")" = 10.500001 ]
	[ "$(jq -r .holder <<<"$output")" = $HOLDER ]
	[ "$(jq -r .block <<<"$output")" = 7 ]
	BALANCE=$(word 1)$(word 1) node_says
	run_fail 4 plume token balance $TOKEN $HOLDER --network devnet \
		--rpc replay:node.jsonl
}

@test "names: an asset's id, the address book, neither" {
	plume account alias vil $TOKEN >/dev/null
	node_says
	run_ok plume token show vil --network devnet --rpc replay:node.jsonl
	run_fail 7 plume token show nobody --network devnet --rpc replay:node.jsonl
	has "$stderr" "no token 'nobody'"
	run_fail 2 plume token show 0x5fbDB2315678afecb367f032d93F642f64180aa3 \
		--network devnet --rpc replay:node.jsonl
}

@test "names: -C and --network count wherever they stand in the line" {
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	plume asset init repo >/dev/null
	plume asset new villa-7 --template real-estate -C repo >/dev/null
	node_says
	run_fail 7 plume index status --token villa-7 -C repo --network devnet
	has "$stderr" "asset villa-7 has no token on devnet"
	cat >repo/assets/villa-7/token.json <<-E
	{"tokens": [{"chain_id": 31337, "nonce": 0, "decimals": 6, "block": null,
	"network": "devnet", "status": "deployed", "name": "T", "symbol": "T",
	"address": "$TOKEN", "deployer": "$HOLDER", "tx": null,
	"block_hash": null, "code_hash": "0x$(word 1)", "root": "0x$(word 2)",
	"commit": "0x$(word 3)"}]}
	E
	run_ok plume token show villa-7 --rpc replay:node.jsonl -C repo \
		--network devnet --json
	[ "$(jq -r .token <<<"$output")" = $TOKEN ]
	# a name that means two things is no name
	plume account alias villa-7 $HOLDER >/dev/null
	run_fail 2 plume token show villa-7 --rpc replay:node.jsonl -C repo \
		--network devnet
	has "$stderr" "$HOLDER in the address book"
	echo '{"tokens": 5}' >repo/assets/villa-7/token.json
	run_fail 4 plume token show villa-7 --rpc replay:node.jsonl -C repo \
		--network devnet
	has "$stderr" "token.json of villa-7"
}
