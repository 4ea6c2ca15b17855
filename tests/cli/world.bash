# The made-up chains of tests/tools/world over HTTP, for bats files: world_up
# in setup_file, world_home in a test (or its setup).
# shellcheck disable=SC2154 # bats sets BATS_*
WORLD_NODE=${PL_OBJ:-$(dirname "${BASH_SOURCE[0]}")/../../build/release}
WORLD_NODE=$WORLD_NODE/tests/tools/world_node

# Starts them; what a client has to be told lies in $WORLD.
world_up() { # [OPTION…]
	[ -x "$WORLD_NODE" ] || skip "world_node is not built"
	WORLD=$BATS_FILE_TMPDIR/world
	mkdir -p "$WORLD"
	"$WORLD_NODE" --write "$WORLD" "$@" >"$WORLD/port" 2>/dev/null \
		3>&- 4>&- &
	echo $! >"$WORLD/pid"
	for _ in $(seq 300); do
		[ -s "$WORLD/port" ] && break
		sleep 0.1
	done
	WORLD_URL=http://127.0.0.1:$(cat "$WORLD/port")
	WORLD_ROOT=$(cat "$WORLD/root")
	export WORLD WORLD_URL WORLD_ROOT
}

world_down() {
	[ ! -s "$WORLD/pid" ] || kill "$(cat "$WORLD/pid")" 2>/dev/null || true
}

# A home that knows the networks "world" (meant when none is named) and
# "orbit", and has no light client yet.
world_home() {
	mkdir -p "$XDG_CONFIG_HOME/plume"
	{
		cat "$WORLD/settings"
		printf '[network]\n\tdefault = world\n\tretries = 0\n'
	} >"$XDG_CONFIG_HOME/plume/config"
}
