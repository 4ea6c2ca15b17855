#!/usr/bin/env bats
# plume light serve in front of nodes that lie, stall or drown it, through the
# whole way a client's request takes.  What holds for every lie: nothing false
# is answered as proven, nothing ends the program, memory has a bound, and who
# asks for what is known gets it at once.
load common
load ../serve

USER1=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf
TOKEN=0x7070707070707070707070707070707070707070
LIES="stale-state other-block other-account short-proof omitted-logs
no-receipt extra-log wrong-balance wrong-storage wrong-code flipped old-head
other-chain null error wrong-id truncated html 500"
HIGH_WATER=$((320 * 1024)) # kB: one large answer, and eight small ones

setup() {
	fresh
	need curl
	need jq
	world_up --blocks 80
	export PLUME_TIMEOUT=2 PLUME_RETRIES=0
	NODE=honest/l1
}

teardown() {
	world_down
}

become() { # PLACE LIE
	curl -sSf -o /dev/null "http://127.0.0.1:$WORLD/become/$1/$2"
}

# What is in the cache after `warm`, asked for at once.
KNOWN="eth_getBalance [\"$USER1\",\"0x20\"]"
warm() {
	rpc eth_getBalance "[\"$USER1\",\"0x20\"]" >known
	jq -e .result known >/dev/null
}
known_at_once() {
	local got
	got=$(curl -sS -m 1 "$URL" --data "{\"jsonrpc\":\"2.0\",\"id\":1,
		\"method\":\"eth_getBalance\",\"params\":[\"$USER1\",\"0x20\"]}")
	[ "$got" = "$(cat known)" ] && return
	echo "known answer: '$got'"
	return 1
}

# Reads of all kinds, below the head and of a block further back.
reads() {
	local tx
	tx=$(node_rpc eth_getBlockByNumber '["0x22",false]' |
		jq -r '.result.transactions[0]')
	cat <<-END
		eth_getBalance ["$USER1","latest"]
		eth_getTransactionCount ["$USER1","0x22"]
		eth_getCode ["$TOKEN","0x22"]
		eth_getStorageAt ["$TOKEN","0x2","0x22"]
		eth_getProof ["$TOKEN",["0x0"],"0x22"]
		eth_getBlockByNumber ["0x23",true]
		eth_getBlockByNumber ["latest",false]
		eth_getBlockReceipts ["0x23"]
		eth_getTransactionByHash ["$tx"]
		eth_getTransactionReceipt ["$tx"]
		eth_getTransactionByBlockNumberAndIndex ["0x22","0x1"]
		eth_getLogs [{"fromBlock":"0x18","toBlock":"0x28"}]
		eth_getLogs [{"fromBlock":"0x30","toBlock":"latest","address":"$TOKEN"}]
		eth_feeHistory ["0x4","0x22",[50]]
		eth_gasPrice []
	END
}

# Without what headers do not tell, and the made-up node does not reckon.
plain() {
	jq -S '.result | walk(if type == "object" then del(.size,
		.totalDifficulty, .blobGasPrice, .blockTimestamp) else . end)' \
		"$@"
}

# An answer whole, and what the server says of it.
ask() { # METHOD PARAMS
	curl -sS -m 20 -D head -o got -H 'Content-Type: application/json' \
		"$URL" --data "{\"jsonrpc\":\"2.0\",\"id\":1,
			\"method\":\"$1\",\"params\":$2}"
}

@test "every read under every lie: the truth or nothing, and others go on" {
	local lie method params n=0 refused=0 bad=0
	reads >questions
	serve_up
	while read -r method params; do
		n=$((n + 1))
		ask "$method" "$params"
		plain got >"truth.$n"
		[ "$(cat "truth.$n")" != null ]
	done <questions
	[ "$n" = 15 ]
	serve_down
	for lie in $LIES; do
		serve_up
		warm
		become l1 "$lie"
		n=0
		while read -r method params; do
			n=$((n + 1))
			ask "$method" "$params"
			if jq -e 'has("error")' got >/dev/null; then
				refused=$((refused + 1))
			elif jq -e '.result == null' got >/dev/null; then
				grep -qi '^X-Plume-Trust: claimed' head ||
					bad=$((bad + 1))
			elif ! diff <(plain got) "truth.$n"; then
				echo "$lie: $method $params"
				bad=$((bad + 1))
			fi
		done <questions
		known_at_once
		become l1 honest
		rpc eth_getBalance "[\"$TOKEN\",\"0x24\"]" |
			jq -e .result >/dev/null
		serve_down
	done
	echo "$refused refused, $bad wrong"
	[ $bad = 0 ]
	[ $refused -ge 120 ]
}

@test "a node that hangs: who asks for what is known does not wait" {
	local i start
	serve_up
	warm
	become l1 hang
	start=$SECONDS
	for i in $(seq 1 20); do
		rpc eth_getBalance "[\"$USER1\",\"0x$(printf %x $((i + 8)))\"]" \
			>"hung.$i" 3>&- &
	done
	sleep 0.2
	for i in $(seq 1 40); do
		known_at_once
	done
	curl -sS -m 1 "$URL/metrics" | grep -q '^plume_upstream_requests_total'
	[ $((SECONDS - start)) -lt 8 ]
	for i in $(seq 1 20); do
		while [ ! -s "hung.$i" ] && [ $((SECONDS - start)) -lt 60 ]; do
			sleep 0.1
		done
		[ "$(jq .error.code "hung.$i")" = -32002 ]
	done
	become l1 honest
	rpc eth_getBalance "[\"$USER1\",\"0x9\"]" | jq -e .result >/dev/null
}

@test "a node that is slow: its answers come side by side" {
	local i start=$SECONDS
	serve_up
	become l1 slow
	for i in $(seq 1 8); do
		rpc eth_getBlockByNumber "[\"finalized\",$([ $((i % 2)) = 0 ] &&
			echo true || echo false)]" >"slow.$i" 3>&- &
	done
	for i in $(seq 1 8); do
		while [ ! -s "slow.$i" ] && [ $((SECONDS - start)) -lt 60 ]; do
			sleep 0.1
		done
	done
	# a time-out of two seconds may strike; eight in turn would take 16
	[ $((SECONDS - start)) -lt 12 ]
}

@test "a gigabyte of answer, for sixteen at once: memory has a bound" {
	local i start=$SECONDS water
	serve_up
	warm
	become l1 huge
	for i in $(seq 1 16); do
		rpc eth_getBlockReceipts "[\"0x$(printf %x $((i + 8)))\"]" \
			>"drowned.$i" 3>&- &
	done
	for i in $(seq 1 20); do
		known_at_once
		sleep 0.05
	done
	for i in $(seq 1 16); do
		while [ ! -s "drowned.$i" ] && [ $((SECONDS - start)) -lt 90 ]
		do
			sleep 0.1
		done
		jq -e .error "drowned.$i" >/dev/null
	done
	water=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' \
		"/proc/$SERVE_PID/status")
	echo "high water: $water kB"
	become l1 honest
	rpc eth_getBlockReceipts '["0x9"]' | jq -e .result >/dev/null
	sanitized && skip "a sanitizer takes its own"
	[ "$water" -lt "$HIGH_WATER" ]
	bytes=$(curl -sS "$URL/metrics" |
		sed -n 's/^plume_resident_bytes //p')
	echo "resident after: $bytes"
	[ "$bytes" -lt $((40 * 1024 * 1024)) ]
}

@test "a beacon node that hangs, drowns or lies: answers go on" {
	local lie i
	serve_up --poll 1
	warm
	for lie in hang huge bad-signature truncated html stale-head; do
		become beacon $lie
		sleep 1.5
		for i in 1 2 3 4 5; do
			known_at_once
		done
		[ "$(rpc eth_blockNumber | jq -r .result)" = \
			"$(printf '0x%x' "$(jq .head ready)")" ]
		rpc eth_getBalance "[\"$TOKEN\",\"latest\"]" |
			jq -e .result >/dev/null
	done
	become beacon hang
	for i in $(seq 1 80); do
		[ "$(curl -sS -m 1 -o /dev/null -w '%{http_code}' \
			"$URL/healthz")" = 503 ] && break
		sleep 0.1
	done
	[ "$i" -lt 80 ]
	become beacon honest
	for i in $(seq 1 80); do
		[ "$(curl -sS -m 1 "$URL/healthz")" = ok ] && break
		sleep 0.1
	done
	[ "$i" -lt 80 ]
}

@test "two signed headers that conflict: nothing is answered any more" {
	local i
	serve_up --poll 1
	warm
	become beacon conflict
	for i in $(seq 1 80); do
		rpc eth_blockNumber >got
		jq -e .error got >/dev/null && break
		sleep 0.1
	done
	has "$(jq -r .error.message got)" equivocation
	[ "$(rpc eth_getBalance "[\"$USER1\",\"0x20\"]" |
		jq .error.code)" = -32000 ]
	[ "$(curl -sS -o /dev/null -w '%{http_code}' "$URL/healthz")" = 503 ]
	curl -sS "$URL/metrics" |
		grep -q '^plume_verification_failures_total [1-9]'
	find "$XDG_DATA_HOME/plume/light" -name 'conflict-*.bin' >evidence
	[ "$(wc -l <evidence)" = 2 ]
	# and it stays so
	become beacon honest
	sleep 2.5
	rpc eth_blockNumber | jq -e .error >/dev/null
	serve_down
}

@test "two endpoints of which one signs another header: serving ends" {
	local i
	serve_up --poll 1 --beacon "http://127.0.0.1:$WORLD/beacon" \
		--beacon "http://127.0.0.1:$WORLD/honest/beacon"
	warm
	become beacon conflict # and /honest/beacon stays what it is
	for i in $(seq 1 80); do
		rpc eth_blockNumber >got
		jq -e .error got >/dev/null && break
		sleep 0.1
	done
	has "$(jq -r .error.message got)" equivocation
	find "$XDG_DATA_HOME/plume/light" -name 'conflict-*.bin' >evidence
	[ "$(wc -l <evidence)" = 2 ]
	serve_down
}

@test "the end comes soon, whatever node is waited for" {
	local i start
	PLUME_TIMEOUT=60 serve_up --poll 1
	become l1 hang
	become beacon hang
	for i in $(seq 1 12); do
		rpc eth_getBalance "[\"$USER1\",\"0x$(printf %x $((i + 8)))\"]" \
			>/dev/null 3>&- &
	done
	sleep 1.5
	start=$SECONDS
	serve_down
	[ $((SECONDS - start)) -lt 5 ]
}
