# For every bats file: `load common`.  Each test starts in an empty folder
# with a home of its own; `plume` is the program under test ($PLUME).
# shellcheck disable=SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PLUME=${PLUME:-$ROOT/build/plume}
export ROOT PLUME

# A fresh home and an empty current folder.
fresh() {
	export HOME=$BATS_TEST_TMPDIR/home
	export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share
	export XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$HOME
	export TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 TERM=dumb
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	unset "${!PLUME_@}" NO_COLOR COLUMNS CDPATH
	export PLUME_TESTDATA=$TESTDATA
	# tests/peers/clickhouse.bats runs files of tests/cli once more on a server
	if [ -n "${PL_STORE_AT:-}" ]; then
		export PLUME_STORE=$PL_STORE_AT/t_${BATS_TEST_NUMBER}_$$_$RANDOM$PL_STORE_MORE
		export PLUME_CLICKHOUSE_PASSWORD=$PL_STORE_PASSWORD
	fi
	mkdir -p "$HOME" "$BATS_TEST_TMPDIR/here" "$BATS_TEST_TMPDIR/bin"
	ln -sf "$PLUME" "$BATS_TEST_TMPDIR/bin/plume"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	cd "$BATS_TEST_TMPDIR/here" || return
}

# Real data of another repository, absolute; skips where it is absent.
TESTDATA=$(cd "$ROOT" && cd "${PLUME_TESTDATA:-../shared/data}" 2>/dev/null &&
	pwd) || TESTDATA=/nonexistent
need_data() {
	[ -e "$TESTDATA/README.md" ] || skip "no test data (PLUME_TESTDATA)"
}

need() { # a program
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

setup() {
	fresh
}

# Is the program under test built with the address sanitizer?
sanitized() {
	grep -qE '__[at]san_init' "$PLUME"
}

# run_ok CMD…: status 0 and nothing on stderr but words; shows all on failure.
run_ok() {
	run --separate-stderr "$@"
	if [ "$status" != 0 ]; then
		printf '%s\n' "status $status of: $*" "$output" "$stderr" >&2
		return 1
	fi
}

# run_fail STATUS CMD…: that exit status, and an error that says something.
run_fail() {
	local want=$1
	shift
	run --separate-stderr "$@"
	if [ "$status" != "$want" ] || [ -z "$stderr" ]; then
		printf '%s\n' "status $status, not $want, of: $*" "$output" \
			"$stderr" >&2
		return 1
	fi
}

# has TEXT PART: says what is missing where a bare [[ ]] would say nothing.
has() {
	[[ $1 == *"$2"* ]] && return
	printf '%s\n' "no '$2' in:" "$1" >&2
	return 1
}

# run_plume ARGS…: the program, its status, output and stderr; judged by the
# caller.
run_plume() {
	run --separate-stderr plume "$@"
}

# jq_of FILTER: of $output.
jq_of() {
	jq -r "$1" <<<"$output"
}

# start_world [BLOCKS]: the made-up chains of tests/tools/world over HTTP, and
# settings that name them ("world", "orbit").  Sets at, world, root.
start_world() {
	world=$BATS_TEST_TMPDIR/world
	mkdir -p "$world" "$XDG_CONFIG_HOME/plume"
	rm -f "$world/port" # of one that was there before
	"${PL_OBJ:-$ROOT/build/release}/tests/tools/world_node" \
		--blocks "${1:-150}" --write "$world" >"$world/port" 3>&- &
	WORLD_PID=$!
	for _ in $(seq 200); do
		[ -s "$world/port" ] && break
		sleep 0.05
	done
	at=http://127.0.0.1:$(cat "$world/port")
	root=$(cat "$world/root")
	export at root
	export PLUME_NETWORK=world PLUME_RETRIES=0 PLUME_TIMEOUT=2
	cp "$world/settings" "$XDG_CONFIG_HOME/plume/config"
}
stop_world() {
	[ -z "${WORLD_PID:-}" ] || kill "$WORLD_PID" 2>/dev/null || true
}
