#!/bin/bash
# Models beside gretl, R and numpy, each goal with what was reached:
#   models.sh BENCH-FOLDER garch|risk|pelt|cost
set -u
bin=$1
data=${PLUME_TESTDATA:-../shared/data}/analytics
peers=$PWD/tests/bench/peers
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# NAME OURS PEER'S-NAME PEER TIMES: milliseconds
goal() {
	if [ -z "$2" ] || [ -z "$4" ]; then
		echo "goal   $1: no figure${4:+ of ours}"
		return
	fi
	awk -v name="$1" -v ours="$2" -v who="$3" -v peer="$4" -v want="$5" \
		'BEGIN { r = peer / ours; printf "goal   %s: plume %.3f ms, " \
		"%s %.3f ms: %.1f x, at least %g wanted: %s\n", name, ours, \
		who, peer, r, want, (r >= want ? "met" : "NOT MET") }'
}

# FILE WORDS: the milliseconds in the first line that begins so
ms() {
	awk -v line="$2" 'index($0, line) == 1 { sub(/ ms.*/, ""); print $NF
		exit }' "$1"
}

# gretl on the two samples; its time here over its time there is what a
# recorded time of something not installed is multiplied by.
gretl() {
	command -v gretlcli >/dev/null || return 1
	cp "$data/finance/dem2gbp.csv" "$tmp/"
	zcat "$data/bench/garch100k.csv.gz" >"$tmp/garch100k.csv"
	(cd "$tmp" && gretlcli -b "$peers/garch.gretl" 2>&1) |
		grep -E '^gretl +[a-z]' >"$tmp/gretl"
}
scaled() { # MILLISECONDS recorded where gretl took 2.8
	ms "$tmp/gretl" "gretl  dem2gbp" |
		awk -v was="$1" '{ printf "%.3f", was * $1 / 2.8 }'
}

if [ ! -e "$data/README.md" ] && [ "$2" != cost ]; then
	echo "no data below $data (PLUME_TESTDATA)"
	exit 0
fi
case $2 in
garch)
	"$bin/bench_garch" | tee "$tmp/plume"
	if gretl; then
		cat "$tmp/gretl"
	else
		echo "gretl is not installed"
	fi
	if command -v Rscript >/dev/null; then
		zcat "$data/bench/garch100k.csv.gz" >"$tmp/garch100k.csv"
		cp "$data/finance/dem2gbp.csv" "$tmp/"
		(cd "$tmp" && Rscript "$peers/garch.R" 2>&1 |
			grep -E '^(fGarch|R )' | tee r)
	else
		echo "R is not installed"
	fi
	touch "$tmp/gretl" "$tmp/r"
	goal "GARCH normal, 2k" "$(ms "$tmp/plume" "plume  dem2gbp")" \
		gretl "$(ms "$tmp/gretl" "gretl  dem2gbp")" 1.5
	goal "GARCH normal, 100k" "$(ms "$tmp/plume" "plume  garch100k")" \
		tseries "$(ms "$tmp/r" "R tser garch100k")" 1.5
	;;
risk)
	"$bin/bench_risk" | tee "$tmp/plume"
	gretl
	touch "$tmp/gretl" "$tmp/numpy"
	for python in python3 /usr/bin/python3; do
		$python "$peers/risk.py" >"$tmp/numpy" 2>/dev/null && break
	done
	cat "$tmp/numpy"
	[ -s "$tmp/numpy" ] || echo "numpy is not installed"
	# arch (Python) is in no Debian: 16.8 ms where gretl took 2.8
	goal "GARCH t, 2k" "$(ms "$tmp/plume" "plume  t ")" \
		"arch (16.8 ms scaled by gretl's time)" "$(scaled 16.8)" 5
	grep '2 threads' "$tmp/plume" >"$tmp/two"
	goal "Monte Carlo, 1e6 paths of 10 days, 2 threads" \
		"$(ms "$tmp/two" "plume  mc")" \
		numpy "$(ms "$tmp/numpy" "numpy  mc")" 3
	grep '(garch-n,' "$tmp/plume" >"$tmp/refits"
	goal "VaR of 1000 windows, GARCH refitted in each" \
		"$(ms "$tmp/refits" "plume  rolling")" "the limit" 1000 1
	;;
pelt)
	"$bin/bench_pelt" | tee "$tmp/plume"
	gretl
	touch "$tmp/gretl"
	# changepoint (R) is in no Debian: 15 and 167 ms where gretl took 2.8
	for n in 10k:15 100k:167; do
		goal "PELT, mean, ${n%:*}" \
			"$(ms "$tmp/plume" "pelt   cp${n%:*} ")" \
			"changepoint (${n#*:} ms scaled by gretl's time)" \
			"$(scaled "${n#*:}")" 1.5
	done
	;;
cost)
	"$bin/bench_cost"
	"$bin/bench_moves"
	;;
esac
