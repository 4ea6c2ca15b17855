#!/usr/bin/env bats
# plume devnet --state-db: what was answered is there afterwards, whatever ended
# the program.
load common
load ../devnet

setup() {
	fresh
	need curl
	need jq
	so=$PL_OBJ/tests/tools/die_at.so
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || kill "$DEVNET_PID" 2>/dev/null || :
}

send() { # TO WEI: the hash
	get eth_sendTransaction "[{\"from\":\"$A0\",\"to\":\"$1\",\"value\":\"$2\"}]"
}

killed() {
	kill -9 "$DEVNET_PID"
	wait "$DEVNET_PID" || [ $? = 137 ]
	DEVNET_PID=
}

# All that clients see of a chain: blocks, receipts, states by proofs.
view() {
	local n head
	head=$(($(get eth_blockNumber)))
	for ((n = 0; n <= head; n++)); do
		get eth_getBlockByNumber "[\"$(printf 0x%x "$n")\",true]"
		rpc eth_getBlockReceipts "[\"$(printf 0x%x "$n")\"]"
		for who in "$A0" "$A1" "${to:-$A1}"; do
			rpc eth_getProof "[\"$who\",[\"0x0\",\"0x9\"],\"$(printf 0x%x "$n")\"]"
		done
	done
	rpc eth_getBalance "[\"$A1\",\"latest\"]"
	[ -z "${to:-}" ] || rpc eth_call "[{\"to\":\"$to\"},\"latest\"]"
	[ -z "${to:-}" ] || rpc eth_getCode "[\"$to\",\"latest\"]"
	rpc txpool_content
}

# Stores 42 in slot 0; a call answers what slot 0 holds.
CODE=0x602a600055600b8060106000396000f360005460005260206000f3

live() { # some blocks, a contract, changes by hand
	send "$A1" 0x5
	tx=$(get eth_sendTransaction "[{\"from\":\"$A0\",\"data\":\"$CODE\"}]")
	to=$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.contractAddress)
	rpc anvil_setStorageAt "[\"$to\",\"0x9\",\"0x$(printf %064x 7)\"]"
	send "$A1" 0x6
	rpc anvil_setBalance "[\"$A1\",\"0x1234\"]"
}

@test "kill -9 loses nothing that was answered; it goes on from there" {
	devnet_up --state-db chain.db
	live
	rpc evm_increaseTime '[5000]'
	view >before
	killed
	devnet_up --state-db chain.db
	[ "$(jq .head ready)" = 3 ]
	view >after
	cmp before after
	[ "$(get eth_getStorageAt "[\"$to\",\"0x9\",\"latest\"]" | tail -c 3)" = 07 ]
	last=$(get eth_getBlockByNumber '["latest",false]' | jq -r .timestamp)
	send "$A1" 0x1
	[ "$(get eth_blockNumber)" = 0x4 ]
	now=$(get eth_getBlockByNumber '["latest",false]' | jq -r .timestamp)
	[ $((now - last)) -ge 4000 ]
	# a transaction of the other life runs once more on the state of then
	[ "$(rpc debug_traceTransaction "[\"$tx\"]" | jq .result.failed)" = false ]
	view >before
	devnet_down
	DEVNET_PID=
	[ ! -e chain.db-wal ]
	devnet_up --state-db chain.db
	view >after
	cmp before after
}

@test "what waits, what was taken back and what was reset" {
	devnet_up --state-db chain.db --no-mining
	send "$A1" 0x5
	rpc evm_mine
	snapshot=$(get evm_snapshot)
	send "$A1" 0x6
	rpc evm_mine
	rpc evm_mine
	send "$A1" 0x7
	[ "$(get evm_revert "[\"$snapshot\"]")" = true ]
	[ "$(get eth_blockNumber)" = 0x1 ]
	waiting=$(send "$A1" 0x8)
	view >before
	killed
	devnet_up --state-db chain.db --no-mining
	[ "$(get eth_blockNumber)" = 0x1 ]
	view >after
	cmp before after
	rpc evm_mine
	[ "$(rpc eth_getTransactionReceipt "[\"$waiting\"]" | jq -r .result.blockNumber)" = 0x2 ]
	# another block 2 takes the place of the one that was taken back
	[ "$(get eth_getBalance "[\"$A1\",\"latest\"]")" = 0x21e19e0c9bab240000d ]
	killed
	devnet_up --state-db chain.db
	[ "$(get eth_blockNumber)" = 0x2 ]
	rpc anvil_reset
	killed
	devnet_up --state-db chain.db
	[ "$(get eth_blockNumber)" = 0x0 ]
	[ "$(get eth_getBalance "[\"$A1\",\"latest\"]")" = 0x21e19e0c9bab2400000 ]
}

refused() { # STATUS ARGUMENTS…
	local status=$1
	shift
	run_fail "$status" timeout 20 "$PLUME" devnet --listen 127.0.0.1:0 "$@"
}

@test "files of others, damaged ones, and options that do not go together" {
	devnet_up --state-db chain.db
	live
	refused 5 --state-db chain.db
	has "$stderr" "in use"
	devnet_down
	DEVNET_PID=
	refused 2 --state-db chain.db --chain-id 5
	has "$stderr" "of chain 31337"
	refused 2 --state-db chain.db --hardfork prague
	refused 2 --state-db chain.db --state chain
	refused 2 --state-db chain.db --orbit
	refused 2 --state-db chain.db --fork-url http://127.0.0.1:1
	echo 'no state' >bad.db
	refused 5 --state-db bad.db
	has "$stderr" "bad.db"
	[ "$(cat bad.db)" = 'no state' ]
	refused 5 --state-db "$PWD"
	head -c 5000 chain.db >bad.db
	refused 5 --state-db bad.db
	# an index of plume's is not a state of plume's
	cp chain.db bad.db
	printf 'plme' | dd of=bad.db bs=1 seek=68 conv=notrunc status=none
	refused 5 --state-db bad.db
	has "$stderr" "no state of plume"
	# a byte of a transaction: no header commits to that
	LC_ALL=C sed 's/\x60[*]\x60\x00\x55/\x60+\x60\x00\x55/g' \
		chain.db >bad.db
	run ! cmp -s chain.db bad.db
	run timeout 20 "$PLUME" devnet --listen 127.0.0.1:0 --state-db bad.db
	[ "$status" = 1 ]
	has "$output" "bad.db"
	has "$output" "block 2"
}

@test "a full disk: the answer says so, and what was answered before is there" {
	devnet_up --state-db chain.db
	send "$A1" 0x5
	killed
	: >ready
	(ulimit -f 1024 && exec "$PLUME" devnet --listen 127.0.0.1:0 --json \
		--state-db chain.db >ready 2>devnet.log 3>&-) &
	DEVNET_PID=$!
	for _ in $(seq 600); do
		URL=$(jq -r .url ready 2>/dev/null) && [ -n "$URL" ] && break
		sleep 0.02
	done
	full=
	kept=0
	big=0x$(head -c 40000 /dev/zero | od -An -v -tx1 | tr -d ' \n' | tr 0 5)
	for _ in $(seq 60); do
		rpc eth_sendTransaction "[{\"from\":\"$A0\",\"to\":\"$A1\",\"gas\":\"0x300000\",\"data\":\"$big\"}]" >one
		jq -e .result one >/dev/null 2>&1 || {
			full=yes
			break
		}
		kept=$((kept + 1))
	done
	[ "$full" = yes ]
	grep -q "no space left" one || {
		cat one devnet.log
		return 1
	}
	killed
	devnet_up --state-db chain.db
	[ $(($(get eth_blockNumber))) = $((kept + 1)) ]
}

die_up() { # N TORN: false when it died before it was ready
	local i
	: >ready
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
		LD_PRELOAD=$so DIE_AT=$1 DIE_TORN=$2 "$PLUME" devnet \
		--listen 127.0.0.1:0 --json --state-db chain.db \
		>ready 2>devnet.log </dev/null 3>&- &
	DEVNET_PID=$!
	for ((i = 0; i < 600; i++)); do
		URL=$(jq -r .url ready 2>/dev/null) && [ -n "$URL" ] && return
		kill -0 "$DEVNET_PID" 2>/dev/null || break
		sleep 0.02
	done
	return 1
}

@test "killed between any two writes: all that was answered, and whole" {
	[ -e "$so" ] || skip "no die_at.so"
	for ((n = 1; n < 200; n++)); do
		rm -f chain.db* answered
		touch answered
		: >set
		if die_up "$n" $((n % 2)); then
			for wei in 0x1 0x2; do
				send "$A1" "$wei" >>answered 2>/dev/null || break
			done
			rpc anvil_setBalance "[\"$A1\",\"0x99\"]" >set 2>/dev/null || :
		fi
		# by its answer: who has just died can still be signalled
		through=no
		grep -q '"result"' set && through=yes
		kill -9 "$DEVNET_PID" 2>/dev/null || :
		wait "$DEVNET_PID" || [ $? = 137 ]
		devnet_up --state-db chain.db
		head=$(($(get eth_blockNumber)))
		grep -c 0x answered >count || :
		# one more than was answered may be there: killed behind the commit
		[ "$head" -ge "$(cat count)" ]
		[ "$head" -le $(($(cat count) + 1)) ]
		while read -r tx; do
			[ "$(rpc eth_getTransactionReceipt "[\"$tx\"]" | jq -r .result.status)" = 0x1 ]
		done <answered
		if [ "$through" = yes ]; then
			[ "$head" = 2 ]
			[ "$(get eth_getBalance "[\"$A1\",\"latest\"]")" = 0x99 ]
		fi
		rpc eth_getProof "[\"$A1\",[],\"latest\"]" |
			jq -e '.result.accountProof | length > 0' >/dev/null
		killed
		[ "$through" = no ] || break
	done
	[ "$through" = yes ]
	[ "$n" -gt 20 ]
}
