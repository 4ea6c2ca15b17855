#!/bin/bash
# serve.sh BENCH: start a made-up chain's node and `plume light serve` before
# it, and time BENCH (bench_serve) against that.
set -u
bench=$(readlink -f "$1")
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PLUME=${PLUME:-$ROOT/build/plume}
# shellcheck source=tests/serve.bash
. "$ROOT/tests/serve.bash"
home=$(mktemp -d)
trap 'world_down; rm -rf "$home"' EXIT
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data
cd "$home" || exit 1
world_up && serve_up &&
	"$bench" "${URL##*:}" 0x7e5f4552091a69125d5dfcb7b8c2659029395bdf
