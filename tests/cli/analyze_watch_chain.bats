#!/usr/bin/env bats
# analyze … --watch beside index sync --follow: as blocks come, rows and then
# records come, each of what the chain had by then.
load common
load ../devnet

# Asked for its decimals: 2.  Else LOG3: Transfer(caller, word 0 of the call,
# word 1 of it)
CODE=0x36600418601157600260005260206000f35b60206020600037600035337fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef60206000a300
T=0x000000000000000000000000000000000000c0de

setup() {
	fresh
	need jq
	need curl
	devnet_up
	plume config set network.devnet.rpc "$URL" >/dev/null
	plume config set network.default devnet >/dev/null
	rpc anvil_setCode "[\"$T\",\"$CODE\"]" >/dev/null
}

teardown() {
	local pid
	for pid in ${WATCH_PID:-} ${FOLLOW_PID:-}; do
		kill "$pid" 2>/dev/null || :
	done
	[ -z "${DEVNET_PID:-}" ] || devnet_down || :
}

transfers() { # AMOUNT…, each in a block of its own
	local n
	for n; do
		get eth_sendTransaction "[{\"from\":\"$A0\",\"to\":\"$T\",
			\"data\":\"0x$(printf '%064x%064x' 9 "$n")\"}]" >/dev/null
	done
}

records() { # N: until the newest line of the watch tells of N bars
	local k
	for ((k = 0; k < 600; k++)); do
		[ "$(awk 'END { print $2 }' out)" = "$1" ] && return
		kill -0 "$WATCH_PID" && kill -0 "$FOLLOW_PID" || break
		sleep 0.05
	done
	cat out err follow >&2
	return 1
}

@test "blocks come, the index follows, the analysis is done again" {
	transfers 5 7 6 9 8 11 10 13 12 15 14 17
	run_ok plume index sync --token $T
	"$PLUME" index sync --token $T --follow --poll 1 >follow 2>&1 \
		</dev/null 3>&- &
	FOLLOW_PID=$!
	"$PLUME" analyze trend --token $T --bar block --watch --every 1 \
		>out 2>err </dev/null 3>&- &
	WATCH_PID=$!
	records 12
	transfers 16
	records 13
	transfers 19 18
	records 15
	kill -INT "$WATCH_PID" && wait "$WATCH_PID" && WATCH_PID=
	kill -INT "$FOLLOW_PID" && wait "$FOLLOW_PID" && FOLLOW_PID=
	# what the last record says is what a run of today says
	run_ok plume analyze trend --token $T --bar block --json
	now=$(jq -c '[.score, .verdict, .input.series_sha256]' <<<"$output")
	run_ok plume record list --json
	jq -e 'length >= 3 and all(.intact)' <<<"$output"
	id=$(awk 'END { print $NF }' out)
	run_ok plume record show "$id" --json
	[ "$(jq -c '.document | [.score, .verdict, .input.series_sha256]' \
		<<<"$output")" = "$now" ]
	# and the first is still what it was, whatever came since
	run_ok plume record replay "$(awk 'NR == 1 { print $NF }' out)" --json
	jq -e .same <<<"$output"
}
