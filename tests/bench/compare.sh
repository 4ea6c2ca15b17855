#!/bin/bash
# Hot paths beside their peers, in one run, the goals first: compare.sh [PART…]
# runs some of the parts alone, and an unknown one lists them.  A peer that is
# not installed is named and left out (`make bench-deps` installs what Debian
# and npm have).
set -u
cd "$(dirname "$0")/../.." || exit 2
bin=$PL_OBJ/tests/bench
data=${PLUME_TESTDATA:-../shared/data}
parts="start garch risk pelt logs import keccak header proof bls light
 precompile evm statetest devnet replay serve cost"
wanted=${*:-$parts}
for w in $wanted; do
	case " $parts " in
	*[[:space:]]"$w"[[:space:]]*) ;;
	*)
		echo "bench: no part $w; there are: ${parts//$'\n'/}" >&2
		exit 2
		;;
	esac
done

# Is it wanted?  Then its title, and when it began.
took=
part() {
	took_last
	case " $wanted " in
	*[[:space:]]"$1"[[:space:]]*) ;;
	*) return 1 ;;
	esac
	name=$1 began=$SECONDS
	echo
	echo "== $2"
}
name=
took_last() {
	[ -z "$name" ] || took="$took $name $((SECONDS - began)) s;"
	name=
}

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
	"$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg);" \
	"$(date -u +%Y-%m-%d); $(cc --version | head -n 1)"

start() {
	for cast in node_modules/@foundry-rs/cast-*/bin/cast; do
		break
	done
	if [ -x "$cast" ]; then
		"$bin/bench_start" "plume version" "$PLUME" version \
			"cast --version" "$cast" --version
	else
		"$bin/bench_start" "plume version" "$PLUME" version
		echo "cast is not installed"
	fi
}

logs() {
	logs=$(mktemp)
	"$bin/bench_logs" "$logs"
	if command -v node >/dev/null && [ -d node_modules/ethers ]; then
		node tests/bench/peers/logs.js "$logs"
	else
		echo "node or ethers is not installed"
	fi
	rm -f "$logs"
}

import() {
	real=$data/analytics/rwa/paxg_logs_ethgetlogs_first400.json
	if [ -e "$real" ]; then
		logs=$(mktemp)
		"$bin/bench_import" "$PLUME" "$logs" "$real" 1000000
		if command -v node >/dev/null && [ -d node_modules/ethers ]; then
			node --max-old-space-size=6000 tests/bench/peers/import.js "$logs"
		else
			echo "node or ethers is not installed"
		fi
		rm -f "$logs"
	else
		echo "no logs below $data (PLUME_TESTDATA)"
	fi
}

precompile() {
	calls=$(mktemp)
	if command -v node >/dev/null; then
		"$bin/bench_precompile" "$calls" &&
			node tests/bench/peers/precompile.js "$calls"
	else
		"$bin/bench_precompile"
		echo "node is not installed"
	fi
	rm -f "$calls"
}

evm() {
	if [ -d "$data/evm-bench" ]; then
		tests/bench/evm.sh "$bin/bench_evm"
	else
		echo "no programs below $data (PLUME_TESTDATA)"
	fi
}

statetest() {
	if [ -d "$data/ethereum-tests" ] && command -v zstd >/dev/null; then
		tests/bench/statetest.sh "$data"
	else
		echo "no zstd, or no tests below $data (PLUME_TESTDATA)"
	fi
}

devnet() {
	for anvil in node_modules/@foundry-rs/anvil-*/bin/anvil; do
		break
	done
	if [ -x "$anvil" ]; then
		"$bin/bench_devnet" "$PLUME" "$anvil"
	else
		"$bin/bench_devnet" "$PLUME"
		echo "anvil is not installed"
	fi
}

replay() {
	if [ -d "$data/chain/lc/capella" ]; then
		tests/bench/replay.sh "$data"
	else
		echo "no light client data below $data (PLUME_TESTDATA)"
	fi
}

serve() {
	if command -v jq >/dev/null && [ -x "$bin/../tools/world_node" ]; then
		tests/bench/serve.sh "$bin/bench_serve"
	else
		echo "jq or world_node is not there"
	fi
}

if part start "start-up (goal: at most 1.5 ms and a quarter of cast's)"; then
	start
fi
if part garch "GARCH(1,1), normal, by maximum likelihood, inside the process"; then
	tests/bench/models.sh "$bin" garch
fi
if part risk "risk: t innovations, Monte Carlo, rolling fits, inside the process"; then
	tests/bench/models.sh "$bin" risk
fi
if part pelt "change points, inside the process"; then
	tests/bench/models.sh "$bin" pelt
fi
if part logs "logs of eth_getLogs, decoded"; then
	logs
fi
if part import "logs into the index"; then
	import
fi
for b in keccak header proof bls light; do
	if part $b $b; then
		"$bin/bench_$b"
	fi
done
if part precompile "precompiled contracts, one call each"; then
	precompile
fi
if part evm "EVM: programs inside the process, and by eth_call of anvil (revm)"; then
	evm
fi
if part statetest "GeneralStateTests, on one core"; then
	statetest
fi
if part devnet "a development chain"; then
	devnet
fi
if part replay "light client: bootstrap, six updates, finality, from files"; then
	replay
fi
if part serve "light serve, synced with a made-up chain"; then
	serve
fi
if part cost "cost against the number of points, and of transfers"; then
	tests/bench/models.sh "$bin" cost
fi
took_last
echo
echo "took:$took $SECONDS s in all"
