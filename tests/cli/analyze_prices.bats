#!/usr/bin/env bats
# Prices and net asset values out of the index as input of the models: which
# contract tells them, bars by time and by block, what is missing, units,
# and what tells no price.  Figures beside them are worked out by hand.
load common
load prices

P=0x3333333333333333333333333333333333333333
Q=0x4444444444444444444444444444444444444444
F=0x5555555555555555555555555555555555555555
V=0x6666666666666666666666666666666666666666

setup() {
	fresh
	need jq
	plume asset init >/dev/null 2>&1 # records are kept here
}

# A price a day for N days: 0.2, 0.21, 0.22 … cash for one coin (coins have 8
# decimals, cash 6; the pool has 1000 coins).
days() { # N [STEP-IN-BLOCKS]
	local i
	for ((i = 0; i < $1; i++)); do
		sync2 $((i * ${2:-144})) 100000000000 $((200000000 + 10000000 * i))
	done
}
# The bars of a token, [[time, value], …], by a record's own series: the
# digest in the output is that of these very doubles.
digest() { # of "TIME VALUE" lines
	node -e '
		const b = [];
		for (const l of require("fs").readFileSync(0, "utf8").trim()
			.split("\n"))
			for (const x of l.split(" ")) {
				const d = Buffer.alloc(8);
				d.writeDoubleBE(Number(x));
				b.push(d);
			}
		console.log(require("crypto").createHash("sha256")
			.update(Buffer.concat(b)).digest("hex"));'
}
trend() { # TOKEN [OPTIONS]
	plume analyze trend --token "$1" --measure price --json "${@:2}"
}

@test "price of a pool: bars of days, named, recorded, done again" {
	pool2 $P $COIN $CASH -- --name pool
	days 12 | sync_logs $P $SWAP2,$SYNC2
	run_ok trend $COIN --record
	[ "$(jq_of '[.verdict, .n, .first, .last, .trust] | tojson')" = \
		'["rising",12,0.2,0.31,"claimed"]' ]
	[ "$(jq_of '.input | [.kind, .source, .rows, .missing, .missing_rule,
		.time_kind, .first, .last] | tojson')" = \
		"[\"index\",\"$COIN\",12,0,\"refuse\",\"bar\",\"2023-11-15T00:00:00Z\",\"2023-11-26T00:00:00Z\"]" ]
	[ "$(jq_of '.input.index | [.measure, .bar, .first_block.number,
		.last_block.number] | tojson')" = '["price","day",0,1584]' ]
	[ "$(jq_of '.input.index.prices | tojson')" = \
		"{\"contract\":\"$P\",\"name\":\"pool\",\"events\":[\"sync-v2\"],\"of\":\"$COIN\",\"in\":\"$CASH\",\"inverted\":false,\"decimals0\":8,\"decimals1\":6,\"bar_price\":\"close\",\"unpriced\":0}" ]
	id=$(jq_of .record)
	run_ok plume record replay "$id" --json
	[ "$(jq_of .same)" = true ]
	# what came later does not count, other rows within do
	days 14 | sync_logs $P $SWAP2,$SYNC2 1586
	run_ok plume record replay "$id"
	run_ok trend $COIN
	[ "$(jq_of .n)" = 14 ]
	run_ok plume analyze trend --token $COIN --measure price
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"price of $COIN by day, the last of each: 14 events, 14 bars"
	has "$output" "pool (sync-v2)"
	need sqlite3
	sqlite3 "$(find "$PWD" "$HOME" -name "*.db" | head -n 1)" \
		"UPDATE event SET reserve1 = reserve0 WHERE block = 144"
	run_fail 1 plume record replay "$id"
	has "$stderr" "input.sha256"
}

@test "the series is that of the figures, to the bit" {
	need node
	pool2 $P $COIN $CASH
	days 12 | sync_logs $P $SWAP2,$SYNC2
	run_ok trend $COIN
	node -e 'for (let i = 0; i < 12; i++) console.log(1700006400 + 86400 * i,
		(200000000 + 10000000 * i) / 100000000000 * 100)' >series
	[ "$(jq_of .input.series_sha256)" = "$(digest <series)" ]
	# the other side: turned round
	run_ok trend $CASH
	awk '{ print $1 }' series >times
	node -e 'for (const l of require("fs").readFileSync("series", "utf8")
		.trim().split("\n")) { const [t, v] = l.split(" ");
		console.log(t, 1 / Number(v)); }' >turned
	[ "$(jq_of .input.series_sha256)" = "$(digest <turned)" ]
	[ "$(jq_of '.input.index.prices | [.inverted, .of, .in] | tojson')" = \
		"[true,\"$CASH\",\"$COIN\"]" ]
	run_ok plume analyze trend --token $CASH --measure price
	has "$output" "turned round"
	# of the pool itself: as it stands
	run_ok trend $P
	[ "$(jq_of .input.series_sha256)" = "$(digest <series)" ]
}

@test "several tell it: listed, one is taken by name; none: said" {
	pool2 $P $COIN $CASH
	pool3 $Q $CASH $COIN
	days 12 | sync_logs $P $SWAP2,$SYNC2
	run_fail 2 trend $COIN
	has "$stderr" "2 followed contracts tell the price"
	has "$stderr" "$P, $Q"
	has "$stderr" "--source"
	run_ok trend $COIN --source $P
	[ "$(jq_of .input.index.prices.contract)" = $P ]
	run_fail 7 trend $COIN --source $Q # followed, and nothing there yet
	run_fail 7 trend $F
	has "$stderr" "no followed contract tells the price"
	run_fail 7 trend $COIN --source $F
	pool2 $F $CASH $CASH
	run_fail 2 trend $COIN --source $F
	has "$stderr" "is no pool or vault of this token"
	run_fail 2 plume analyze trend --token $COIN --measure nav --source $P
	has "$stderr" "tells a nav"
	# what goes with what
	run_fail 2 plume analyze trend --token $COIN --source $P
	run_fail 2 plume analyze trend --token $COIN --bar-price twap
	run_fail 2 plume analyze trend --token $COIN --missing skip
	run_fail 2 trend $COIN --include-zero
	run_fail 2 plume analyze trend --csv - --source $P
}

@test "bars without a price: refused, left out, carried; said each time" {
	need node
	pool2 $P $COIN $CASH
	{ days 6 && days 24 | tail -16; } | sync_logs $P $SWAP2,$SYNC2
	run_fail 4 trend $COIN
	has "$stderr" "2 of 24 bars have no price"
	has "$stderr" "--missing skip"
	run_ok trend $COIN --missing skip
	[ "$(jq_of '[.n, .input.n, .input.missing, .input.missing_rule]
		| tojson')" = '[22,24,2,"skip"]' ]
	[ "$(jq_of '.flags | map(.code) | index("missing_values") != null')" = true ]
	run_ok trend $COIN --missing carry --record
	[ "$(jq_of '[.n, .input.missing, .input.missing_rule] | tojson')" = \
		'[24,2,"carry"]' ]
	node -e 'let v; for (let i = 0; i < 24; i++) {
		if (i < 6 || i > 7) v = (200000000 + 10000000 * i) / 1e11 * 100;
		console.log(1700006400 + 86400 * i, v); }' >carried
	[ "$(jq_of .input.series_sha256)" = "$(digest <carried)" ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok plume analyze trend --token $COIN --measure price \
		--missing carry
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"2 without a price: the value before carried on"
	# returns know a third way, a trend does not
	run_fail 2 trend $COIN --missing break
	# bars by block
	run_ok trend $COIN --bar 288blocks --missing carry
	[ "$(jq_of '[.n, .input.time_kind, .input.first, .input.last,
		.input.missing] | tojson')" = '[12,"block","0","3168",1]' ]
	# a part of it, and whole bars
	run_ok trend $COIN --from 2023-11-23 --whole-bars
	[ "$(jq_of '[.n, .first, .input.first] | tojson')" = \
		'[14,0.29,"2023-11-24T00:00:00Z"]' ]
	run_ok trend $COIN --from-block 1152 --to-block 3024
	[ "$(jq_of '[.n, .first, .last | . * 1e9 | round] | tojson')" = \
		'[14000000000,280000000,410000000]' ]
}

@test "a file's missing values may be carried as well" {
	awk 'BEGIN { print "v"; for (i = 0; i < 30; i++)
		print i % 7 == 3 ? "NA" : i }' >v.csv
	run_fail 4 plume analyze trend --csv v.csv
	run_ok plume analyze trend --csv v.csv --missing carry --json --record
	[ "$(jq_of '[.n, .input.missing, .input.missing_rule] | tojson')" = \
		'[30,4,"carry"]' ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok plume analyze trend --csv v.csv --missing carry
	has "$output" "4 without a value"
	sed -i 2s/.*/NA/ v.csv
	run_fail 4 plume analyze trend --csv v.csv --missing carry
	has "$stderr" "the first value is missing"
}

# One day with three prices, then one a day.
@test "the price of a bar: its last, by volume, by time" {
	need node
	pool3 $Q $COIN $CASH
	{
		# prices by hand: the root of 4/100, 16/100, 9/100 · 2^96
		# (coins have two decimals more): 1 coin = 4, 16, 9 cash
		swap3 0 100000000 -4000000 0x333333333333333333333333
		swap3 36 -300000000 48000000 0x666666666666666666666666
		swap3 108 100000000 -9000000 0x4ccccccccccccccccccccccc
		for ((i = 1; i < 12; i++)); do
			swap3 $((144 * i + 72)) -200000000 \
				$((2000000 * i)) 0x333333333333333333333333
		done
	} | sync_logs $Q $SWAP3,$START3
	# 2^96 · 0.2 is not whole: to 1 in 10^15
	near() { # BAR-PRICE VALUE…
		local how=$1 i=0
		run_ok plume analyze trend --token $COIN --measure price \
			--bar-price "$how" --json
		[ "$(jq_of .input.index.prices.bar_price)" = "$how" ]
		for v in "${@:2}"; do
			jq -e --argjson v "$v" '(.first / $v - 1 | fabs) < 1e-14' \
				<<<"$output"
		done
	}
	near close 9
	# 100 + 300 + 100 coins' hundredths against 4 + 48 + 9 cash
	near vwap 12.2
	# 4 for 36 blocks, 16 for 72, 9 for 36
	near twap 11.25
	# the second day: 9 for half of it, then 4
	run_ok plume analyze trend --token $COIN --measure price \
		--bar-price twap --json --from-block 0 --record
	run_ok plume record replay "$(jq_of .record)"
	run_ok plume analyze trend --token $COIN --measure price \
		--bar-price twap --json --bar 144blocks
	[ "$(jq_of '.first * 1e12 | round')" = 11250000000000 ]
	# cash in coins, by volume: sums turned round, not means of turned ones
	run_ok plume analyze trend --token $CASH --measure price \
		--bar-price vwap --json
	jq -e '(.first * 12.2 - 1 | fabs) < 1e-14' <<<"$output"
	run_ok plume analyze trend --token $COIN --measure price \
		--bar-price twap
	has "$(tr -s ' \n' ' ' <<<"$output")" "weighed by time"
	feed $F 8
	{ for ((i = 0; i < 12; i++)); do answer $((144 * i)) $((100 + i)); done; } |
		sync_logs $F $ANSWER
	run_fail 2 plume analyze trend --token $F --measure price \
		--bar-price vwap
	has "$stderr" "vwap needs what was exchanged"
}

@test "what tells no price: refused by its place, or left out and counted" {
	feed $F 8
	{
		for ((i = 0; i < 14; i++)); do
			case $i in
			4) answer $((144 * i)) 0 ;;
			7) answer $((144 * i)) -5 ;;
			*) answer $((144 * i)) $((265000000000 + i)) ;;
			esac
		done
	} | sync_logs $F $ANSWER
	run_fail 4 plume analyze trend --token $F --measure price
	has "$stderr" "block 576, log 4: this answer tells no price above 0"
	run_ok plume analyze trend --token $F --measure price --missing skip \
		--json
	[ "$(jq_of '[.n, .input.rows, .input.missing,
		.input.index.prices.unpriced, .first] | tojson')" = \
		'[12,14,2,2,2650]' ]
	run_ok plume analyze trend --token $F --measure price --missing carry
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"2 events that tell no price above 0 left out"
	# of a token that the feed does not name: by word of the user alone
	run_fail 7 trend $COIN
	run_ok trend $COIN --source $F --missing skip
	[ "$(jq_of '[.input.index.token, .input.index.prices.contract,
		.input.index.prices.of] | tojson')" = "[\"$COIN\",\"$F\",null]" ]
	# an empty side of a pool, and a swap of one token alone
	pool2 $P $COIN $CASH
	{ days 12 && sync2 1800 0 5 && sync2 1801 5 0 && sync2 1802 0 0; } |
		sync_logs $P $SWAP2,$SYNC2
	run_fail 4 trend $COIN --source $P
	has "$stderr" "block 1800, log 12: this sync-v2 tells no price"
	run_ok trend $COIN --source $P --missing skip
	[ "$(jq_of '[.n, .input.index.prices.unpriced] | tojson')" = '[12,3]' ]
}

@test "the ends of what a pool can say" {
	# the least and the greatest root that Uniswap allows, 1 and 2^160 - 1
	pool3 $Q $COIN $CASH
	{
		i=0
		for root in 0x01000276a3 0xfffd8963efd1fc6a506488495d951d5263988d25 \
			0x1 0xffffffffffffffffffffffffffffffffffffffff 0x0; do
			swap3 $((144 * i++)) 1 -1 $root
		done
	} | sync_logs $Q $SWAP3,$START3
	run_fail 4 trend $COIN --missing refuse
	has "$stderr" "block 576"
	run_ok plume index events --token $Q --json
	# (root / 2^96)^2 · 100, by hand
	jq -e 'map(.price) | (.[0] / 2.9389568087743113e-37 - 1 | fabs) < 1e-12 and
		(.[1] / 3.402567868363881e40 - 1 | fabs) < 1e-12 and
		(.[2] / 1.5930919111324523e-56 - 1 | fabs) < 1e-12 and
		(.[3] / 3.402823669209385e40 - 1 | fabs) < 1e-12 and
		.[4] == null' <<<"$output"
	# decimals from 0 to 255 on either side; beyond a double there is none
	pool3 $P $COIN $CASH coin="$(word 255)" cash="$(word 0)"
	swap3 0 1 -1 0xffffffffffffffffffffffffffffffffffffffff |
		sync_logs $P $SWAP3,$START3
	run_ok plume index events --token $P --json
	jq -e '.[0].price / 3.402823669209385e293 - 1 | fabs < 1e-12' <<<"$output"
	pool2 $V $COIN $CASH coin="$(word 255)" cash="$(word 0)"
	swap2 0 1 0 0 0x7$(printf 'f%.0s' {1..63}) | sync_logs $V $SWAP2,$SYNC2
	run_ok plume index events --token $V --json
	[ "$(jq_of '.[0].price')" = null ]
}

@test "decimals not known: no price, said" {
	pool2 $P $COIN $CASH coin=
	days 12 | sync_logs $P $SWAP2,$SYNC2
	run_fail 7 trend $COIN # a pool of tokens that are not known
	run_fail 4 trend $P
	has "$stderr" "decimals that prices of $P need are not known"
	# more than a byte is no number of decimals
	pool2 $P $COIN $CASH coin="$(word 256)"
	run_fail 4 trend $P
	# transfers are another matter: there are none
	run_fail 7 plume analyze trend --token $P
	has "$stderr" "no transfers"
	run_fail 7 plume analyze flows --token $P
}

@test "net asset value of a vault; what is all rounding tells none" {
	vault $V
	{
		for ((i = 0; i < 12; i++)); do
			# 100 shares for 100 + i cash
			deposit $((144 * i)) $((100000000 + 1000000 * i)) 10000000000
			[ $i != 5 ] || withdraw $((144 * i)) 999 500
		done
	} | sync_logs $V $DEPOSIT,$WITHDRAW
	run_fail 4 plume analyze trend --token $V --measure nav
	has "$stderr" "this withdraw tells no price"
	run_ok plume analyze trend --token $V --measure nav --missing skip --json
	[ "$(jq_of '[.n, .first, .last, .input.index.measure,
		.input.index.prices.unpriced] | tojson')" = '[12,1,1.11,"nav",1]' ]
	run_fail 7 plume analyze trend --token $V --measure price
	# the asset is not priced by its vault
	run_fail 7 plume analyze trend --token $CASH --measure nav
	run_ok plume analyze trend --token $V --measure nav --missing skip \
		--bar-price vwap --json
	[ "$(jq_of '[.first, .last] | tojson')" = '[1,1.11]' ]
}

@test "every model that takes a series takes prices, and does it again" {
	pool2 $P $COIN $CASH
	{
		for ((i = 0; i < 320; i++)); do
			sync2 $((144 * i)) 100000000000 \
				$((200000000 + (i * i * 7919 % 1013) * 10000))
		done
	} | sync_logs $P $SWAP2,$SYNC2
	for verb in trend risk "forecast --horizon 3" \
		"backtest --window 250" "regime --states 2"; do
		# shellcheck disable=SC2086
		run_ok plume analyze $verb --token $COIN --measure price \
			--record --json
		[ "$(jq_of '[.input.rows, .input.n, .trust] | tojson')" = \
			'[320,320,"claimed"]' ]
		[ "$(jq_of .input.index.prices.contract)" = $P ]
		run_ok plume record replay "$(jq_of .record)"
	done
	run_fail 1 plume --require proven analyze trend --token $COIN \
		--measure price
}
