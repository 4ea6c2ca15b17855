# A made-up chain's node and `plume light serve` in front of it, for bats
# files of cli and peers.  $WORLD, the port of the one; $URL, the other.
# shellcheck shell=bash
# shellcheck disable=SC2034 # for who sources this

world_up() { # [ARGUMENTS…]
	local node=${PL_OBJ:-$ROOT/build/release}/tests/tools/world_node i
	[ -x "$node" ] || skip "world_node is not built"
	mkdir -p world
	"$node" --write "$PWD/world" "$@" >world/port 2>world/log </dev/null \
		3>&- &
	WORLD_PID=$!
	for ((i = 0; i < 600; i++)); do
		[ -s world/port ] && break
		kill -0 "$WORLD_PID" || return 1
		sleep 0.05
	done
	WORLD=$(cat world/port)
	mkdir -p "$XDG_CONFIG_HOME/plume"
	cp world/settings "$XDG_CONFIG_HOME/plume/config"
}

serve_up() { # [ARGUMENTS…]: of light serve
	local i
	: >ready
	"$PLUME" light serve --network "${NET:-world}" --checkpoint "$(cat world/root)" \
		--listen 127.0.0.1:0 --json "$@" >ready 2>serve.log </dev/null \
		3>&- &
	SERVE_PID=$!
	for ((i = 0; i < 600; i++)); do
		URL=$(jq -r .url ready 2>/dev/null) && [ -n "$URL" ] && return
		kill -0 "$SERVE_PID" 2>/dev/null || break
		sleep 0.05
	done
	cat serve.log >&2
	return 1
}

serve_down() { # its status
	kill "$SERVE_PID"
	wait "$SERVE_PID"
}

world_down() {
	[ -z "${SERVE_PID:-}" ] || kill "$SERVE_PID" 2>/dev/null || :
	[ -z "${WORLD_PID:-}" ] || kill "$WORLD_PID" 2>/dev/null || :
}

rpc() { # METHOD [PARAMS]: the answer
	curl -sS -H 'Content-Type: application/json' "$URL" --data \
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":${2:-[]}}"
}

node_rpc() { # the same of the node itself; NODE=l2: of the other chain's
	curl -sS "http://127.0.0.1:$WORLD/${NODE:-l1}" --data \
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":${2:-[]}}"
}
