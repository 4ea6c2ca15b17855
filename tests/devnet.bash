# A development chain for bats files of cli and peers: $URL, and `ready`, the
# line it began with.
# shellcheck shell=bash
# shellcheck disable=SC2034 # for who sources this

A0=0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266
A1=0x70997970c51812dc3a010c7d01b50e0d17dc79c8

devnet_up() { # [ARGUMENTS…]
	local i
	: >ready
	"$PLUME" devnet --listen 127.0.0.1:0 --json "$@" >ready 2>devnet.log \
		</dev/null 3>&- &
	DEVNET_PID=$!
	for ((i = 0; i < 600; i++)); do
		URL=$(jq -r .url ready 2>/dev/null) && [ -n "$URL" ] && return
		kill -0 "$DEVNET_PID" 2>/dev/null || break
		sleep 0.02
	done
	cat devnet.log >&2
	return 1
}

devnet_down() { # its status
	kill "$DEVNET_PID"
	wait "$DEVNET_PID"
}

rpc() { # METHOD [PARAMS]: the answer
	curl -sS -H 'Content-Type: application/json' "$URL" --data \
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":${2:-[]}}"
}

get() { # METHOD [PARAMS]: the result, bare
	rpc "$@" | jq -r '.result // error(.error.message // "null")'
}
