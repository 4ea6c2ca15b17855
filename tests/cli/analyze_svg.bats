#!/usr/bin/env bats
# analyze --svg: the charts as a file, of every analysis.  They are read by
# Python's XML parser and not by anything of ours.
load common

series() {
	awk 'BEGIN { p = 100; print "day,v,w"; for (i = 1; i <= 300; i++) {
		p *= 1 + 0.02 * sin(i * i) * (i % 100 < 60 ? 1 : 3)
		print i "," p "," 50 + i / 9 + 7 * cos(i * i) } }' >"${1:-v.csv}"
}

# transfers that are minted, burned, sent round and sent to oneself
moves() {
	awk 'function a(i) { return sprintf("0x%040d", i * 7919) } BEGIN {
		print "token_address,from_address,to_address,value," \
			"transaction_hash,log_index,block_number,block_timestamp"
		for (i = 1; i <= 400; i++) {
			f = i < 9 ? 0 : i % 5 + 1; t = (i + 1) % 5 + 1
			if (i < 9) t = i
			if (i % 50 == 0) t = 0
			if (i % 70 == 0) t = f
			print a(99) "," a(f) "," a(t) "," (i < 9 ? 900000 : \
				i == 200 ? 500000 : 100) sprintf(",0x%064d", i) \
				",0," i "," 1700000000 + 9000 * i
		}
	}' | sed 's/0x0\{40\}/0x0000000000000000000000000000000000000000/g' \
		>"${1:-moves.csv}"
	printf 'address,entity,kind,country\n0x%040d,"%s",issuer,CH\n' 7919 \
		'Name <&""> '"'"'東京証券取引所東京証券取引所東京証券取引所東京証券取引所東京証券取引所東京証券取引所' \
		>labels.csv
	printf 'date,nav\n2023-11-01,1\n2023-11-20,1.01\n' >nav.csv
	printf 'date,price\n2023-11-15,0.99\n2023-11-25,1.03\n2023-12-20,1\n' \
		>price.csv
}

look() { # FILE: its titles and words; fails where something is wrong
	python3 "$BATS_TEST_DIRNAME/svg_look.py" "$1"
}

# picture VERB ARG…: VERB.svg, twice the same; $seen is what stands in it
picture() {
	run_ok plume analyze "$@" --svg "$1.svg"
	run_ok plume analyze "$@" --svg again.svg
	cmp "$1.svg" again.svg
	seen=$(look "$1.svg") || { echo "$1: $seen"; return 1; }
}

@test "trend, risk and forecast" {
	need python3
	series
	picture trend --csv v.csv --time day --value v
	has "$seen" 'v.csv and its trend'
	has "$seen" 'line of the robust slope'
	grep -q 'class="f"' trend.svg
	picture risk --csv v.csv --time day --value v
	has "$seen" 'Losses of v.csv, per cent'
	has "$seen" 'VaR 99 %'
	has "$seen" 'Falls of v.csv from its peak'
	picture forecast --csv v.csv --time day --value v
	has "$seen" 'its interval'
}

@test "regime, backtest and portfolio" {
	need python3
	series
	picture regime --csv v.csv --time day --value v --states 2
	has "$seen" 'Probability of each state'
	grep -q '<rect class="k1"' regime.svg
	picture backtest --csv v.csv --value v --window 200 --level 0.95 \
		--simulations 200
	has "$seen" 'beyond it'
	has "$seen" 'Losses beyond value at risk, by model'
	# a ring for each loss beyond
	hits=$(plume analyze backtest --csv v.csv --value v --window 200 \
		--level 0.95 --simulations 200 --json | jq '.models[0].hits')
	rings=$(grep -c '<circle class="o"' backtest.svg)
	# and one in the legend
	((rings > 1 && rings <= hits + 1))
	picture portfolio --csv v.csv --columns v,w --paths 2000
	has "$seen" 'part of the risk'
}

@test "concentration, flows, wash and anomaly" {
	need python3
	moves
	picture concentration --csv moves.csv --labels labels.csv --bootstrap 0
	has "$seen" 'Lorenz curve, Gini'
	has "$seen" 'Name <&"> '
	has "$seen" 'Countries of the holders'
	picture flows --csv moves.csv --nav nav.csv --prices price.csv
	has "$seen" 'Minted and burned, by day'
	grep -q '<rect class="n"' flows.svg
	has "$seen" 'How long tokens have lain'
	has "$seen" 'Price over net asset value'
	picture wash --csv moves.csv --rounds 2 --worlds 0 --labels labels.csv
	has "$seen" 'matched within a day'
	has "$seen" 'Accounts among which tokens went round'
	grep -q '<path class="e"' wash.svg
	picture anomaly --csv moves.csv --bar day
	has "$seen" 'Volume by day'
	has "$seen" 'stands out'
}

@test "ensemble: the weights as they came to be" {
	need python3
	series all.csv
	run_ok plume asset init
	for i in $(seq 130 150); do
		head -n "$i" all.csv >v.csv
		run_ok plume analyze risk --csv v.csv --value v --record -q \
			--replications 50
	done
	cp all.csv v.csv
	picture ensemble
	has "$seen" 'Weights of the models of v.csv'
	run_ok plume analyze ensemble
	has "$output" 'each row: from 0'
}

@test "few points and equal ones" {
	need python3
	(echo v; for i in $(seq 30); do echo 5; done) >c.csv
	plume analyze trend --csv c.csv --value v --svg c.svg >out 2>&1 ||
		[ $? = 4 ]
	[ ! -e c.svg ] || look c.svg >/dev/null
	head -n 12 >moves1.csv < <(moves /dev/stdout)
	run_ok plume analyze concentration --csv moves1.csv --bootstrap 0 \
		--svg one.svg
	look one.svg >/dev/null
}

@test "the pictures are no part of the record, and a dry run writes none" {
	series
	run_ok plume analyze trend --csv v.csv --value v --record --json
	id=$(jq_of .record)
	run_ok plume analyze trend --csv v.csv --value v --record --json \
		--svg x.svg
	[ "$(jq_of .record)" = "$id" ]
	moves
	run_ok plume analyze flows --csv moves.csv --record --json
	id=$(jq_of .record)
	run_ok plume analyze flows --csv moves.csv --record --json --svg x.svg
	[ "$(jq_of .record)" = "$id" ]
	run_ok plume analyze trend --csv v.csv --value v --svg y.svg --dry-run
	[ ! -e y.svg ]
	run_fail 7 plume analyze trend --csv v.csv --value v --svg none/y.svg
}

@test "a hostile file name is text in them" {
	need python3
	name='"><script>alert(1)<&.csv'
	series "$name"
	picture trend --csv "$name" --time day --value v
	has "$seen" "$name"
	! grep -q '<script' trend.svg
}

@test "on a terminal: 80 columns, plain where it must be, no colour in a pipe" {
	need python3
	series
	moves
	for line in 'regime --csv v.csv --value v --states 2' \
		'portfolio --csv v.csv --columns v,w --paths 2000' \
		'concentration --csv moves.csv --labels labels.csv --bootstrap 0' \
		'flows --csv moves.csv --nav nav.csv --prices price.csv' \
		'wash --csv moves.csv --rounds 2 --worlds 0' \
		'anomaly --csv moves.csv'; do
		# shellcheck disable=SC2086
		run_ok plume analyze $line
		has "$output" '█'
		! grep -q $'\x1b' <<<"$output"
		# the columns of wide characters count twice
		printf '%s\n' "$output" >out.txt
		python3 -c 'import sys, unicodedata as u
for s in open("out.txt", encoding="utf-8"):
    n = sum(2 if u.east_asian_width(c) in "WF" else 1 for c in s.rstrip("\n"))
    assert n <= 80, (n, s)'
		# shellcheck disable=SC2086
		LC_ALL=C run_ok plume analyze $line
		printf '%s\n' "$output" | grep -v '東' >out.txt
		! grep -nP '[^\x20-\x7e]' out.txt
	done
}
