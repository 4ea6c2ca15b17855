#!/bin/bash
# evm.sh BENCH: time BENCH (bench_evm) beside an anvil, where it is installed.
set -u
bench=$1
for anvil in node_modules/@foundry-rs/anvil-*/bin/anvil; do
	break
done
if [ ! -x "$anvil" ]; then
	"$bench"
	echo "anvil is not installed"
	exit 0
fi
log=$(mktemp)
"$anvil" --port 0 --hardfork prague --disable-block-gas-limit \
	--disable-code-size-limit >"$log" 2>&1 &
trap 'kill $! 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 100); do
	port=$(sed -n 's/^Listening on [0-9.]*:\([0-9]*\)$/\1/p' "$log")
	[ -n "$port" ] && break
	sleep 0.1
done
"$bench" "http://127.0.0.1:$port"
