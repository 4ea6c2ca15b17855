#!/usr/bin/env bats
# The token commands against anvil, judged by cast, ethers and solc: programs
# that nobody here wrote.

load anvil.bash

bats_require_minimum_version 1.5.0

setup_file() {
	need
	export PLUME=${PLUME:-$(anvil_root)/build/plume}
	export PLUME_KEYSTORE=$BATS_FILE_TMPDIR/keystore
	account_of issuer "$ANVIL_KEY0"
	account_of holder "$ANVIL_KEY1"
	PATH=$(dirname "$PLUME"):$PATH
	export PATH
}

need() {
	foundry anvil >/dev/null || skip "anvil is not installed"
	foundry cast >/dev/null || skip "cast is not installed"
	command -v node >/dev/null || skip "node is not installed"
	[ -d "$(anvil_root)/node_modules/ethers" ] ||
		skip "the packages of package-lock.json are not installed"
}

setup() {
	need
	cd "$BATS_TEST_TMPDIR"
	export ANVIL_DIR=$BATS_TEST_TMPDIR HOME=$BATS_TEST_TMPDIR
	export XDG_CONFIG_HOME=$HOME/config XDG_DATA_HOME=$HOME/data
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	echo 'correct horse' >pw
	chmod 600 pw
}

teardown() {
	anvil_down
}

node_up() { # anvil, and plume told about it
	anvil_up "$@"
	"$PLUME" config set network.devnet.rpc "$ANVIL_URL" >/dev/null
	"$PLUME" config set network.default devnet >/dev/null
}

cast() {
	"$(foundry cast)" "$@" --rpc-url "$ANVIL_URL" | sed 's/ \[.*//'
}

# plume with the issuer's key, and yes to all
p() {
	"$PLUME" "$@" --account issuer --password-file pw --yes
}
as_holder() {
	"$PLUME" "$@" --account holder --password-file pw --yes
}

json() { # a field of JSON on stdin
	node -e '
const v = JSON.parse(require("fs").readFileSync(0))[process.argv[1]];
console.log(v === null ? "null" : v);' "$1"
}

create() { # a token of 1000 with 6 places; sets TOKEN
	p token create --name 'Villa 7' --symbol VIL7 --decimals 6 \
		--supply 1000 --json "$@" >create.json
	TOKEN=$(json token <create.json)
}

@test "create: what cast reads is what was said" {
	node_up
	create --cap 5000
	[ "$(cast call "$TOKEN" 'name()(string)')" = '"Villa 7"' ]
	[ "$(cast call "$TOKEN" 'symbol()(string)')" = '"VIL7"' ]
	[ "$(cast call "$TOKEN" 'decimals()(uint8)')" = 6 ]
	[ "$(cast call "$TOKEN" 'totalSupply()(uint256)')" = 1000000000 ]
	[ "$(cast call "$TOKEN" 'cap()(uint256)')" = 5000000000 ]
	[ "$(cast call "$TOKEN" 'owner()(address)')" = "$ANVIL_ADDR0" ]
	[ "$(cast call "$TOKEN" 'paused()(bool)')" = false ]
	tx=$(json tx <create.json)
	[ "$(cast receipt "$tx" gasUsed)" = "$(json gas_used <create.json)" ]
	[ "$(cast receipt "$tx" blockHash)" = "$(json block_hash <create.json)" ]
	[ "$(cast receipt "$tx" blockNumber)" = "$(json block <create.json)" ]
	[ "$(cast receipt "$tx" type)" = 2 ]
}

@test "create: dry-run names the address, prices, and sends nothing" {
	node_up
	run --separate-stderr p token create --name T --symbol T --dry-run --json
	[ "$status" -eq 0 ]
	said=$(json token <<<"$output")
	[ "$(json status <<<"$output")" = dry-run ]
	[ "$(json tx <<<"$output")" = null ]
	[ "$(json max_fee <<<"$output")" != 0 ]
	[ "$(cast block-number)" = 0 ]
	create
	[ "$TOKEN" = "$said" ]
}

@test "mint, transfer, burn: balances, events and gas as cast sees them" {
	node_up
	create
	p token mint "$TOKEN" 12.5 --to "$ANVIL_ADDR1" --json >mint.json
	p token transfer "$TOKEN" 0.000001 --to "$ANVIL_ADDR1" --json >move.json
	as_holder token burn "$TOKEN" 2 --json >burn.json
	[ "$(cast call "$TOKEN" 'balanceOf(address)(uint256)' "$ANVIL_ADDR1")" = 10500001 ]
	[ "$(cast call "$TOKEN" 'balanceOf(address)(uint256)' "$ANVIL_ADDR0")" = 999999999 ]
	[ "$(cast call "$TOKEN" 'totalSupply()(uint256)')" = 1010500000 ]
	[ "$("$PLUME" token balance "$TOKEN" "$ANVIL_ADDR1" --json | json balance)" = 10.500001 ]
	[ "$("$PLUME" token show "$TOKEN" --json | json supply)" = 1010.5 ]
	for f in mint move burn; do
		tx=$(json tx <$f.json)
		[ "$(cast receipt "$tx" gasUsed)" = "$(json gas_used <$f.json)" ]
		[[ $(cast receipt "$tx" status) =~ ^(true|1) ]]
		price=$(cast receipt "$tx" effectiveGasPrice)
		wei=$(node -p "(BigInt('$price') * BigInt($(json gas_used <$f.json))).toString()")
		[ "$("$(foundry cast)" to-wei "$(json fee <$f.json)")" = "$wei" ]
	done
	n=$("$(foundry cast)" logs --rpc-url "$ANVIL_URL" --from-block 0 \
		--address "$TOKEN" 'Transfer(address,address,uint256)' \
		--json | node -p 'JSON.parse(require("fs").readFileSync(0)).length')
	[ "$n" = 4 ]
}

@test "what would be refused says why in the token's units: exit 6" {
	node_up
	create
	run --separate-stderr as_holder token transfer "$TOKEN" 7.5 --to "$ANVIL_ADDR0"
	[ "$status" -eq 6 ]
	[[ $stderr == *"ERC20InsufficientBalance(sender $ANVIL_ADDR1, balance 0 VIL7, needed 7.5 VIL7)"* ]]
	run --separate-stderr as_holder token mint "$TOKEN" 1 --dry-run --json
	[ "$status" -eq 6 ]
	[[ $stderr == *'"kind":"refused"'*"OwnableUnauthorizedAccount(account $ANVIL_ADDR1)"* ]]
	run --separate-stderr as_holder token pause "$TOKEN"
	[ "$status" -eq 6 ]
	run --separate-stderr p token unpause "$TOKEN"
	[ "$status" -eq 6 ]
	[[ $stderr == *"not paused"*ExpectedPause* ]]
	run --separate-stderr p token transfer "$TOKEN" 1 --to 0x0000000000000000000000000000000000000000
	[ "$status" -eq 6 ]
	[[ $stderr == *ERC20InvalidReceiver* ]]
	[ "$(cast block-number)" = 1 ]
}

@test "cap: not one unit over it" {
	node_up
	create --cap 1000.000001
	p token mint "$TOKEN" 0.000001
	run --separate-stderr p token mint "$TOKEN" 0.000001
	[ "$status" -eq 6 ]
	[[ $stderr == *"ERC20ExceededCap(increasedSupply 1000.000002 VIL7, cap 1000.000001 VIL7)"* ]]
}

@test "pause stops transfers, mints and burns; unpause lets them go on" {
	node_up
	create
	p token pause "$TOKEN" --json >pause.json
	[ "$(json did <pause.json)" = pause ]
	[ "$(cast call "$TOKEN" 'paused()(bool)')" = true ]
	[ "$("$PLUME" token show "$TOKEN" --json | json paused)" = true ]
	for verb in mint burn "transfer --to $ANVIL_ADDR1"; do
		# shellcheck disable=SC2086
		run --separate-stderr p token ${verb%% *} "$TOKEN" 1 ${verb#${verb%% *}}
		[ "$status" -eq 6 ]
		[[ $stderr == *EnforcedPause* ]]
	done
	p token unpause "$TOKEN"
	p token transfer "$TOKEN" 1 --to "$ANVIL_ADDR1"
}

@test "permit: ethers signs, the token lets burn that much and no more" {
	node_up
	create
	p token transfer "$TOKEN" 100 --to "$ANVIL_ADDR1"
	sig=$(cd "$(anvil_root)" && node -e '
const { Wallet, Signature } = require("ethers");
const [key, token, spender] = process.argv.slice(1);
const w = new Wallet(key);
w.signTypedData(
	{ name: "Villa 7", version: "1", chainId: 31337, verifyingContract: token },
	{ Permit: [
		{ name: "owner", type: "address" }, { name: "spender", type: "address" },
		{ name: "value", type: "uint256" }, { name: "nonce", type: "uint256" },
		{ name: "deadline", type: "uint256" } ] },
	{ owner: w.address, spender, value: 30000000n, nonce: 0n, deadline: 9999999999n },
).then((s) => { const g = Signature.from(s); console.log(g.v, g.r, g.s); });
' "$ANVIL_KEY1" "$TOKEN" "$ANVIL_ADDR0")
	read -r v r s <<<"$sig"
	# for another amount the same signature is nobody's
	run "$(foundry cast)" send --rpc-url "$ANVIL_URL" --private-key "$ANVIL_KEY0" "$TOKEN" \
		'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)' \
		"$ANVIL_ADDR1" "$ANVIL_ADDR0" 30000001 9999999999 "$v" "$r" "$s"
	[[ $output == *ERC2612InvalidSigner* || $output == *4b800e46* ]]
	cast send --private-key "$ANVIL_KEY0" "$TOKEN" \
		'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)' \
		"$ANVIL_ADDR1" "$ANVIL_ADDR0" 30000000 9999999999 "$v" "$r" "$s" >/dev/null
	[ "$(cast call "$TOKEN" 'allowance(address,address)(uint256)' "$ANVIL_ADDR1" "$ANVIL_ADDR0")" = 30000000 ]
	p token burn "$TOKEN" 30 --from "$ANVIL_ADDR1"
	[ "$(cast call "$TOKEN" 'balanceOf(address)(uint256)' "$ANVIL_ADDR1")" = 70000000 ]
	run --separate-stderr p token burn "$TOKEN" 0.5 --from "$ANVIL_ADDR1"
	[ "$status" -eq 6 ]
	[[ $stderr == *"ERC20InsufficientAllowance(spender $ANVIL_ADDR0, allowance 0 VIL7, needed 0.5 VIL7)"* ]]
}

@test "the contract: two steps to a new owner, no paused token without one" {
	node_up
	create
	send() { "$(foundry cast)" send --rpc-url "$ANVIL_URL" --private-key "$@" >/dev/null; }
	send "$ANVIL_KEY0" "$TOKEN" 'transferOwnership(address)' "$ANVIL_ADDR1"
	[ "$(cast call "$TOKEN" 'owner()(address)')" = "$ANVIL_ADDR0" ]
	[ "$("$PLUME" token show "$TOKEN" --json | json pending_owner)" = "$ANVIL_ADDR1" ]
	send "$ANVIL_KEY1" "$TOKEN" 'acceptOwnership()'
	as_holder token pause "$TOKEN"
	run send "$ANVIL_KEY1" "$TOKEN" 'renounceOwnership()'
	[ "$status" -ne 0 ]
	as_holder token unpause "$TOKEN"
	send "$ANVIL_KEY1" "$TOKEN" 'renounceOwnership()'
	[ "$("$PLUME" token show "$TOKEN" --json | json owner)" = 0x0000000000000000000000000000000000000000 ]
	run send "$ANVIL_KEY0" "$TOKEN" 'setPapers(bytes32,bytes32)' \
		0x1111111111111111111111111111111111111111111111111111111111111111 \
		0x2222222222222222222222222222222222222222222222222222222222222222
	[ "$status" -ne 0 ]
}

@test "mined and reverted is exit 6 and names transaction and reason" {
	node_up
	create
	p token transfer "$TOKEN" 5 --to "$ANVIL_ADDR1"
	cast rpc evm_setAutomine false >/dev/null
	# a pause that comes later and pays more stands first in the block
	(
		sleep 0.7
		"$(foundry cast)" send --rpc-url "$ANVIL_URL" --async \
			--private-key "$ANVIL_KEY0" --gas-price 300gwei \
			--priority-gas-price 200gwei "$TOKEN" 'pause()'
		cast rpc evm_mine
	) >/dev/null 3>&- &
	run --separate-stderr as_holder token transfer "$TOKEN" 5 \
		--to "$ANVIL_ADDR0" --wait 20
	[ "$status" -eq 6 ]
	[ -z "$output" ]
	[ "$(cast block-number)" = 3 ]
	tx=$(cast block 3 --json | node -p 'JSON.parse(require("fs").readFileSync(0)).transactions[1]')
	[[ $stderr == *"$tx"* ]]
	[[ $stderr == *EnforcedPause* ]]
	[ "$(cast call "$TOKEN" 'balanceOf(address)(uint256)' "$ANVIL_ADDR1")" = 5000000 ]
}

@test "wrong password 1, nobody to ask 8, unknown account 7, usage 2" {
	node_up
	create
	echo wrong >bad
	run --separate-stderr "$PLUME" token mint "$TOKEN" 1 --account issuer --password-file bad --yes
	[ "$status" -eq 1 ]
	run --separate-stderr "$PLUME" token mint "$TOKEN" 1 --account issuer --password-file pw </dev/null
	[ "$status" -eq 8 ]
	run --separate-stderr "$PLUME" token mint "$TOKEN" 1 --account nobody --password-file pw --yes
	[ "$status" -eq 7 ]
	run --separate-stderr p token mint "$TOKEN" 1.0000001
	[ "$status" -eq 2 ]
	run --separate-stderr p token mint "$TOKEN" -5
	[ "$status" -eq 2 ]
	run --separate-stderr p token mint "$TOKEN"
	[ "$status" -eq 2 ]
	run --separate-stderr p token transfer "$TOKEN" 5
	[ "$status" -eq 2 ]
	run --separate-stderr p token create --name T --symbol T --decimals 37
	[ "$status" -eq 2 ]
	run --separate-stderr p token create --name T --symbol T --supply 2 --cap 1
	[ "$status" -eq 2 ]
	[ "$(cast block-number)" = 1 ]
}

@test "a node of another chain is refused before anything is signed: exit 2" {
	node_up 4242
	run --separate-stderr p token create --name T --symbol T
	[ "$status" -eq 2 ]
	[[ $stderr == *4242*31337* ]]
	[ "$(cast block-number)" = 0 ]
}

@test "a node that is gone: exit 3; an address without code: exit 7" {
	node_up
	run --separate-stderr "$PLUME" token show "$ANVIL_ADDR1"
	[ "$status" -eq 7 ]
	create
	anvil_down
	sleep 0.1
	run --separate-stderr p token mint "$TOKEN" 1 --json
	[ "$status" -eq 3 ]
	[[ $stderr == *'"kind":"network"'* ]]
}

@test "a node that dies before the receipt: exit 3, and the hash is named" {
	node_up
	create
	cast rpc evm_setAutomine false >/dev/null
	run --separate-stderr p token mint "$TOKEN" 1 --wait 1
	[ "$status" -eq 3 ]
	[[ $stderr =~ 0x[0-9a-f]{64} ]]
}

@test "tokens of other people: old, polite, lying, bare" {
	node_up
	deploy() {
		"$(foundry cast)" send --rpc-url "$ANVIL_URL" --private-key "$ANVIL_KEY0" \
			--json --create "$(node "$BATS_TEST_DIRNAME/compile.js" \
				"$BATS_TEST_DIRNAME/odd.sol" "$1")" | json contractAddress
	}
	old=$(deploy Old)
	"$PLUME" token show "$old" --json >show.json
	[ "$(json symbol <show.json)" = OLD ]
	[ "$(json name <show.json)" = "Old Token" ]
	[ "$(json supply <show.json)" = 10 ]
	[ "$(json owner <show.json)" = null ]
	[ "$(json paused <show.json)" = null ]
	p token transfer "$old" 2.5 --to "$ANVIL_ADDR1"
	[ "$(cast call "$old" 'balanceOf(address)(uint256)' "$ANVIL_ADDR1")" = 250 ]
	run --separate-stderr p token transfer "$old" 100 --to "$ANVIL_ADDR1"
	[ "$status" -eq 6 ]
	[[ $stderr == *"not enough of it"* ]]
	run --separate-stderr p token transfer "$(deploy Polite)" 1 --to "$ANVIL_ADDR1"
	[ "$status" -eq 6 ]
	[[ $stderr == *"answers false"* ]]
	liar=$(deploy Liar)
	run --separate-stderr p token transfer "$liar" 1 --to "$ANVIL_ADDR1"
	[ "$status" -eq 6 ]
	[[ $stderr == *"no transfer"* ]]
	run --separate-stderr "$PLUME" token show "$liar"
	[ "$status" -eq 0 ]
	[[ $output != *$'\x1b'* ]]
	[[ $output != *$'\x07'* ]]
	bare=$(deploy Bare)
	[ "$("$PLUME" token show "$bare" --json | json decimals)" = null ]
	run --separate-stderr p token transfer "$bare" 1 --to "$ANVIL_ADDR1"
	[ "$status" -eq 4 ]
	[[ $stderr == *"decimals()"* ]]
}

# ---------------------------------------------------- bound to an asset

asset_up() {
	"$PLUME" asset init . >/dev/null
	"$PLUME" asset new villa-7 --template real-estate >/dev/null
	"$PLUME" asset commit villa-7 -m 'first papers' >/dev/null
}

@test "an asset's token is found by the asset's id and stands on its papers" {
	node_up
	asset_up
	create --asset villa-7
	head=$(json commit <create.json)
	[ "$(git rev-parse HEAD~1)" = "$head" ]
	[ -z "$(git status --porcelain assets)" ]
	[ "$(cast call "$TOKEN" 'assetRoot()(bytes32)')" = "$(json root <create.json)" ]
	[ "$(cast call "$TOKEN" 'assetCommit()(bytes32)')" = "0x${head}000000000000000000000000" ]
	[ "$(cast call "$TOKEN" 'asset()(string)')" = '"villa-7"' ]
	"$PLUME" token show villa-7 --json >show.json
	[ "$(json token <show.json)" = "$TOKEN" ]
	[ "$(json papers <show.json)" = match ]
	"$PLUME" asset check villa-7 >/dev/null
	p token mint villa-7 1 --to "$ANVIL_ADDR1"
	"$PLUME" account alias villa "$TOKEN" >/dev/null
	[ "$("$PLUME" token balance villa "$ANVIL_ADDR1" --json | json balance)" = 1 ]
	[ "$("$PLUME" token balance villa-7 "$ANVIL_ADDR1" --json | json balance)" = 1 ]
	run --separate-stderr "$PLUME" token show villa-8
	[ "$status" -eq 7 ]
}

@test "papers that are not committed are nothing to stand on: exit 2" {
	node_up
	asset_up
	mkdir -p assets/villa-7/documents
	echo deed >assets/villa-7/documents/deed.txt
	run --separate-stderr p token create --asset villa-7 --name T --symbol T
	[ "$status" -eq 2 ]
	[[ $stderr == *deed.txt* ]]
	run --separate-stderr p token create --asset villa-9 --name T --symbol T
	[ "$status" -eq 7 ]
	[ "$(cast block-number)" = 0 ]
}

@test "one token per asset and chain, unless --again; a chain begun anew" {
	node_up
	asset_up
	create --asset villa-7
	first=$TOKEN
	run --separate-stderr p token create --asset villa-7 --name T --symbol T
	[ "$status" -eq 2 ]
	[[ $stderr == *"$first"* ]]
	create --asset villa-7 --again
	[ "$TOKEN" != "$first" ]
	[ "$("$PLUME" token show villa-7 --json | json token)" = "$TOKEN" ]
	anvil_down
	node_up
	run --separate-stderr "$PLUME" token show villa-7
	[ "$status" -eq 7 ]
	create --asset villa-7
	"$PLUME" token show villa-7 >/dev/null
}

@test "an interrupted create is taken up again, not done twice" {
	node_up
	asset_up
	cast rpc evm_setAutomine false >/dev/null
	run --separate-stderr p token create --asset villa-7 --name T --symbol T --wait 1
	[ "$status" -eq 3 ]
	grep -q '"pending"' assets/villa-7/token.json
	run --separate-stderr p token create --asset villa-7 --name T --symbol T --wait 1
	[ "$status" -eq 3 ]
	[[ $stderr == *"not mined yet"* ]]
	cast rpc evm_mine >/dev/null
	run --separate-stderr p token create --asset villa-7 --name T --symbol T --json
	[ "$status" -eq 0 ]
	[ "$(json status <<<"$output")" = resumed ]
	[ "$(cast nonce "$ANVIL_ADDR0")" = 1 ]
	[ "$("$PLUME" token show villa-7 --json | json symbol)" = T ]
	[ -z "$(git status --porcelain assets)" ]
}
