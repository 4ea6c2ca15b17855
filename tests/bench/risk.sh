#!/bin/bash
# Models of risk beside numpy, tseries and gretl: risk.sh BENCH
set -u
echo
echo "== risk: t innovations, Monte Carlo, rolling fits, inside the process"
"$1"
if python3 -c 'import numpy' 2>/dev/null; then
	python3 tests/bench/peers/risk.py
elif /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
	/usr/bin/python3 tests/bench/peers/risk.py
else
	echo "numpy is not installed"
fi
# arch (Python) fits GARCH-t in 0.0168 s where gretl takes 0.0028 s for
# GARCH-n on the same sample; it is in no Debian, so its time is gretl's of
# this run times that ratio.
if command -v gretlcli >/dev/null; then
	tmp=$(mktemp -d)
	data=${PLUME_TESTDATA:-../shared/data}
	cp "$data/analytics/finance/dem2gbp.csv" "$tmp/"
	zcat "$data/analytics/bench/garch100k.csv.gz" >"$tmp/garch100k.csv"
	(cd "$tmp" && gretlcli -b "$OLDPWD/tests/bench/peers/garch.gretl" 2>&1) |
		awk '/^gretl +dem2gbp/ { printf "arch   t          %9.3f ms  " \
			"(gretl %.3f ms of this run x 6.0)\n", $3 * 6, $3 }'
	rm -rf "$tmp"
fi
