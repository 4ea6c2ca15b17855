#!/bin/bash
# Hot paths beside their peers, in one run.  A peer that is not installed is
# named and left out (`make bench-deps` installs what Debian and npm have).
set -u
cd "$(dirname "$0")/../.." || exit 2
bin=$PL_OBJ/tests/bench
data=${PLUME_TESTDATA:-../shared/data}

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
	"$(nproc) processors; $(date -u +%Y-%m-%d);" \
	"$(cc --version | head -n 1)"

echo
echo "== start-up (goal: at most 1.5 ms and a quarter of cast's)"
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

for b in keccak header proof bls light; do
	[ -x "$bin/bench_$b" ] || continue
	echo
	"$bin/bench_$b"
done

echo
logs=$(mktemp)
"$bin/bench_logs" "$logs"
if command -v node >/dev/null && [ -d node_modules/ethers ]; then
	node tests/bench/peers/logs.js "$logs"
else
	echo "node or ethers is not installed"
fi
rm -f "$logs"

echo
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

echo
echo "== precompiled contracts, one call each"
calls=$(mktemp)
if command -v node >/dev/null; then
	"$bin/bench_precompile" "$calls" &&
		node tests/bench/peers/precompile.js "$calls"
else
	"$bin/bench_precompile"
	echo "node is not installed"
fi
rm -f "$calls"

echo
echo "== EVM: programs inside the process, and by eth_call of anvil (revm)"
if [ -d "$data/evm-bench" ]; then
	tests/bench/evm.sh "$bin/bench_evm"
else
	echo "no programs below $data (PLUME_TESTDATA)"
fi

echo
echo "== GeneralStateTests, on one core"
if [ -d "$data/ethereum-tests" ] && command -v zstd >/dev/null; then
	tests/bench/statetest.sh "$data"
else
	echo "no zstd, or no tests below $data (PLUME_TESTDATA)"
fi

echo
echo "== a development chain"
for anvil in node_modules/@foundry-rs/anvil-*/bin/anvil; do
	break
done
if [ -x "$anvil" ]; then
	"$bin/bench_devnet" "$PLUME" "$anvil"
else
	"$bin/bench_devnet" "$PLUME"
	echo "anvil is not installed"
fi

echo
echo "== light client: bootstrap, six updates, finality, from files"
if [ -d "$data/chain/lc/capella" ]; then
	tests/bench/replay.sh "$data"
else
	echo "no light client data below $data (PLUME_TESTDATA)"
fi

echo
echo "== light serve, synced with a made-up chain"
if command -v jq >/dev/null && [ -x "$bin/../tools/world_node" ]; then
	tests/bench/serve.sh "$bin/bench_serve"
else
	echo "jq or world_node is not there"
fi

echo
echo "== GARCH(1,1), normal, by maximum likelihood, inside the process"
if [ ! -e "$data/README.md" ]; then
	echo "no data below $data (PLUME_TESTDATA)"
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
zcat "$data/analytics/bench/garch100k.csv.gz" >"$tmp/garch100k.csv"
cp "$data/analytics/finance/dem2gbp.csv" "$tmp/"
[ -x "$bin/bench_garch" ] && "$bin/bench_garch"
if command -v gretlcli >/dev/null; then
	(cd "$tmp" && gretlcli -b "$OLDPWD/tests/bench/peers/garch.gretl" 2>&1 |
		grep -E '^gretl +[a-z]')
else
	echo "gretl is not installed"
fi
if command -v Rscript >/dev/null; then
	(cd "$tmp" && Rscript "$OLDPWD/tests/bench/peers/garch.R" 2>&1 |
		grep -E '^(fGarch|R )')
else
	echo "R is not installed"
fi
if [ -x "$bin/bench_risk" ]; then
	tests/bench/risk.sh "$bin/bench_risk"
fi
