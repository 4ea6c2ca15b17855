#!/usr/bin/env bats
# plume call, and --dry-run of what writes: run here over proven state, in
# front of an honest node and of liars.
load common

# Of the made-up chains: PlumeToken "World Estate", and a token whose rules let
# nothing move.  The secret key of the first one's owner is 21.
ESTATE=0x524646545fB1e25F80d5d35B44db26001501b66D
STRICT=0x7373737373737373737373737373737373737373
OWNER=0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92E4

setup() {
	fresh
	need jq
	start_world
	run_ok plume light init --checkpoint "$root"
}

teardown() {
	stop_world
}

account() { # NAME SECRET-NUMBER
	printf '%064x\n' "$2" >key
	echo password >pw
	run_ok plume account import --name "$1" --private-key-file key \
		--password-file pw
	rm key
}

# One token dry run that ends well.
dry() {
	run_ok plume token "$@" --account owner --dry-run --json
}

@test "a view function, by its signature" {
	run_ok plume call $ESTATE 'balanceOf(address)(uint256 held)' $OWNER --json
	[ "$(jq_of .result.held)" = 1000000000 ]
	[ "$(jq_of .trust)" = proven ]
	[ "$(jq_of .level)" = optimistic ]
	[ "$(jq_of .slots)" = 1 ]
	run_ok plume call $ESTATE 'symbol()(string)' --json
	[ "$(jq_of '.result[0]')" = WEST ]
	run_ok plume call $ESTATE 'symbol()(string)'
	has "$output" '"WEST"  (string)'
	has "$output" ": proven"
	# arrays, tuples, no signature of what comes back: the bytes
	run_ok plume call $ESTATE 'totalSupply()' --json
	[ "$(jq_of .result)" = null ]
	[ "$(jq_of .data)" = "0x$(printf %064x 1000000000)" ]
	run_ok plume call $ESTATE --data 0x18160ddd --json
	[ "$(jq_of .data)" = "0x$(printf %064x 1000000000)" ]
	[ "$(jq_of .result)" = null ]
}

@test "at older blocks, of an Orbit chain, at every level" {
	run_ok plume call $ESTATE 'totalSupply()(uint256 all)' --block 20 --json
	[ "$(jq_of .block)" = 20 ]
	[ "$(jq_of .result.all)" = 1000000000 ]
	run_ok plume call $ESTATE 'totalSupply()(uint256 all)' --network orbit \
		--json
	[ "$(jq_of '[.result.all, .level, .trust] | join(" ")')" = \
		"1000000000 confirmed proven" ]
	run_ok plume call $ESTATE 'totalSupply()(uint256 all)' --network orbit \
		--level asserted --json
	[ "$(jq_of '[.result.all, .level, .trust] | join(" ")')" = \
		"1000000000 asserted signed" ]
	run_fail 6 plume call 0x0000000000000000000000000000000000000064 \
		'arbBlockNumber()(uint256)' --network orbit
	has "$stderr" "precompile of ArbOS"
}

@test "what reverts says why, by status 6" {
	run_fail 6 plume call $ESTATE 'transfer(address,uint256)' $STRICT 5
	has "$stderr" "ERC20InvalidSender"
	run_fail 6 plume call $ESTATE 'mint(address,uint256)' $STRICT 5 \
		--from 0x00000000000000000000000000000000000000aa
	has "$stderr" "only the token's owner may do this"
	run_fail 6 plume call $STRICT 'transfer(address,uint256)' $OWNER 5
	has "$stderr" 0x834c2d55
	# custom errors that are named
	run_fail 6 plume call $STRICT 'transfer(address,uint256)' $OWNER 5 \
		--error 'error7(uint256)' --error 'Locked()'
	has "$stderr" 0x834c2d55
	run_fail 6 plume call $ESTATE --data 0x12345678
	run_fail 7 plume call $OWNER 'balanceOf(address)(uint256)' $OWNER
	has "$stderr" "no contract stands at"
}

@test "what is wrong with the words costs no connection" {
	stop_world
	run_fail 2 plume call $ESTATE
	run_fail 2 plume call $ESTATE 'balanceOf(address'
	run_fail 2 plume call $ESTATE 'balanceOf(address)(uint256)'
	run_fail 2 plume call $ESTATE 'balanceOf(address)(uint256)' 7
	run_fail 2 plume call $ESTATE 'f(uint8)' 256
	run_fail 2 plume call $ESTATE 'f(uint8[2])' '[1]'
	run_fail 2 plume call $ESTATE 'f(bool)' maybe
	run_fail 2 plume call $ESTATE --data 0x1
	run_fail 2 plume call $ESTATE 'f()' --data 0x --value 1.2.3
	run_fail 2 plume call $ESTATE 'f()' --error 'nonsense('
}

@test "no lie of a node comes through" {
	local lie
	run_ok plume call $ESTATE 'balanceOf(address)(uint256 held)' $OWNER \
		--json
	truth=$(jq_of .result.held)
	for lie in stale-state other-block other-account short-proof \
		wrong-balance wrong-storage wrong-code flipped wrong-list null \
		error truncated html; do
		run_plume call $ESTATE 'balanceOf(address)(uint256 held)' \
			$OWNER --json --offline --rpc "$at/$lie/l1"
		echo "$lie: $status $stderr"
		case $status in
		0) [ "$(jq_of .result.held)" = "$truth" ] ;;
		1 | 3) [ -z "$output" ] ;;
		*) return 1 ;;
		esac
	done
}

@test "evidence of a call: kept here, verified elsewhere, refused when changed" {
	run_ok plume call $ESTATE 'balanceOf(address)(uint256 held)' $OWNER \
		--save held.evidence --json
	run_ok plume call $ESTATE 'totalSupply()(uint256)' --save l2.evidence \
		--network orbit
	run_ok plume call $ESTATE 'f(int256)(uint256)' --save minus.evidence \
		--data 0x18160ddd
	stop_world
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/elsewhere
	for f in held l2 minus; do
		run_ok plume light verify $f.evidence --root "$root" --json
		[ "$(jq_of '.[0].ok')" = true ]
		[ "$(jq_of '.[0].trust')" = proven ]
	done
	run_ok plume light verify held.evidence --root "$root" --json
	[ "$(jq_of '.[0].answer[0].result.held')" = 1000000000 ]
	[[ $(jq_of '.[0].question') == "call "*balanceOf* ]]
	sed '/"answer"/s/"1000000000"/"1000000001"/' held.evidence >b.evidence
	run_fail 1 plume light verify b.evidence --root "$root"
	# one byte of what the node answered, anywhere
	size=$(wc -c <held.evidence)
	for i in $(seq 97 $((size / 25)) "$size"); do
		{
			head -c "$i" held.evidence
			printf 7
			tail -c +$((i + 2)) held.evidence
		} >b.evidence
		run_plume light verify b.evidence --root "$root" --json
		[ "$status" != 0 ] ||
			[ "$(jq_of '.[0].answer[0].result.held')" = 1000000000 ]
	done
}

@test "--dry-run runs here and shows what would come of it" {
	account owner 21
	dry transfer $ESTATE 2.5 --to $STRICT
	[ "$(jq_of '[.status, .ran, .trust] | join(" ")')" = \
		"dry-run here proven" ]
	[ "$(jq_of '.events[0].event')" = Transfer ]
	[ "$(jq_of '.events[0].args[2].value')" = 2500000 ]
	[ "$(jq_of '.changes[0] | [.before, .after, .symbol] | join(" ")')" = \
		"1000 997.5 WEST" ]
	[ "$(jq_of '.changes[1] | [.before, .after] | join(" ")')" = "0 2.5" ]
	dry mint $ESTATE 7
	[ "$(jq_of '.changes[0].after')" = 1007 ]
	dry burn $ESTATE 1000
	[ "$(jq_of '.changes[0].after')" = 0 ]
	dry pause $ESTATE
	[ "$(jq_of '.events[0].event')" = Paused ]
	[ "$(jq_of '.changes | length')" = 0 ]
	dry create --name New --symbol NEW --supply 12 --require proven
	[ "$(jq_of '[.events[].event] | index("Transfer") != null')" = true ]
	[ "$(jq_of '.changes[0] | [.before, .after, .symbol] | join(" ")')" = \
		"0 12 NEW" ] || {
		jq_of .changes
		return 1
	}
	run_ok plume token mint $ESTATE 5 --account owner --dry-run
	has "$output" "would log Transfer(from 0x0000000000000000000000000000000000000000"
	has "$output" "would have 1005 WEST instead of 1000 (+5)"
}

@test "--dry-run says why it would be refused" {
	account owner 21
	run_fail 6 plume token transfer $ESTATE 5000 --to $STRICT \
		--account owner --dry-run
	has "$stderr" "ERC20InsufficientBalance"
	has "$stderr" "needed 5000 WEST"
	run_fail 6 plume token transfer $STRICT 50 --to $ESTATE \
		--account owner --dry-run
	has "$stderr" "restriction 3 of ERC-1404: lock-up until 2027"
	has "$stderr" "not verified in the identity registry"
	run_fail 6 plume token unpause $ESTATE --account owner --dry-run
	has "$stderr" "the token is not paused"
	run_fail 6 plume token mint $ESTATE 999999 --account owner --dry-run
	has "$stderr" "more than the token's cap"
	account other 3
	run_fail 6 plume token mint $ESTATE 1 --account other --dry-run
	has "$stderr" "only the token's owner may do this"
}

@test "--dry-run on an Orbit chain, on the state of its newest block" {
	account owner 21
	dry transfer $ESTATE 1 --to $STRICT --network orbit
	[ "$(jq_of '[.ran, .trust, .on_block] | join(" ")')" = \
		"here claimed 59" ]
	dry transfer $ESTATE 1 --to $STRICT --network orbit --level confirmed \
		--require proven
	[ "$(jq_of '.changes[0].after')" = 999 ]
	run_fail 1 plume token pause $ESTATE --account owner --dry-run \
		--network orbit --require proven
	run_fail 2 plume token pause $ESTATE --account owner --yes \
		--level confirmed
}

@test "--dry-run believes no lie" {
	local lie
	account owner 21
	for lie in stale-state other-account short-proof wrong-code flipped \
		wrong-list wrong-storage; do
		run_plume token transfer $ESTATE 2.5 --to $STRICT \
			--account owner --dry-run --json --rpc "$at/$lie/l1"
		echo "$lie: $status $stderr"
		case $lie:$status in
		wrong-*:0)
			[ "$(jq_of .trust)" = proven ]
			[ "$(jq_of '.changes[1].after')" = 2.5 ]
			;;
		*:1) ;;
		*) return 1 ;;
		esac
	done
	run_fail 3 plume token transfer $ESTATE 2.5 --to $STRICT \
		--account owner --dry-run --rpc "$at/null/l1"
}

@test "without a light client the node simulates, and is believed" {
	account owner 21
	plume config set network.plain.chainid 1337
	plume config set network.plain.rpc "$at/l1"
	export PLUME_NETWORK=plain
	run_ok plume token transfer $ESTATE 1 --to $STRICT --account owner \
		--dry-run --json
	has "$stderr" "the node simulated it, and is believed"
	[ "$(jq_of .trust)" = claimed ]
	# it gives proofs, if of a head that is its word
	[ "$(jq_of '[.ran, .changes[1].after] | join(" ")')" = "here 1" ]
	plume config unset network.plain.rpc
	plume config set network.plain.rpc "$at/flipped/l1"
	run_ok plume token transfer $ESTATE 1 --to $STRICT --account owner \
		--dry-run --json
	[ "$(jq_of '[.ran, .trust] | join(" ")')" = "node claimed" ]
	[ "$(jq_of .changes)" = null ]
	run_fail 1 plume token transfer $ESTATE 1 --to $STRICT --account owner \
		--dry-run --require proven
}
