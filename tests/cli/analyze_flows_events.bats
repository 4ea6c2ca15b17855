#!/usr/bin/env bats
# Flows of an indexed token beside what other followed contracts tell: prices
# of a pool, net asset values of a feed or a vault, the queue of its redeemers,
# and acts of compliance.  Figures beside them are worked out by hand.
load common
load prices

P=0x3333333333333333333333333333333333333333
F=0x5555555555555555555555555555555555555555
V=0x6666666666666666666666666666666666666666
R=0x7777777777777777777777777777777777777777
REDEEM=0x1fdc681a13d8c5da54e301c7ce6542dcde4581e4725043fdab2db12ddc574506

setup() {
	fresh
	need jq
	plume asset init >/dev/null 2>&1
	# 1000 coins minted, then ten moved a day for twelve days, two burned
	{
		echo "block_number,block_timestamp,log_index,transaction_hash,from_address,to_address,value,token_address"
		row 0 0 1 100000000000
		for ((i = 1; i < 12; i++)); do
			row $i 1 $((1 + i % 3 + 1)) 1000000000
		done
		row 12 2 0 200000000
	} >moves.csv
	plume index import moves.csv --decimals 8 >/dev/null
}

a() { printf '0x%040d' "$1"; }
row() { # DAY FROM TO VALUE, at noon
	printf '%d,%d,0,0x%064d,%s,%s,%s,%s\n' $(($1 * 144 + 72)) \
		$((T0 + 86400 * $1 + 43200)) $(($1 + 1)) "$(a "$2")" \
		"$(a "$3")" "$4" $COIN
}
flows() { plume analyze flows --token $COIN --json "$@"; }
near() { # FILTER VALUE: of $output, to 1 in 10^12
	jq -e "($1) as \$x | ($2) as \$v | (\$x - \$v | fabs) <=
		1e-12 * (\$v | fabs)" <<<"$output" >/dev/null || {
		jq "$1" <<<"$output" >&2
		return 1
	}
}
# Values of 8 decimals every third day: 0.20, 0.21, 0.22, 0.23
values() {
	local i
	for ((i = 0; i < 4; i++)); do
		answer $((432 * i)) $((20000000 + 1000000 * i))
	done
}
# A price a day, a hundredth of cash above the value: 1000 coins for so many
prices() {
	local i
	for ((i = 0; i < 12; i++)); do
		sync2 $((144 * i + 10)) 100000000000 \
			$((200000000 + (i / 3) * 10000000 + 10000000))
	done
}

@test "premium, yield and stale value by a feed and a pool" {
	feed $F 8
	values | sync_logs $F $ANSWER
	pool2 $P $COIN $CASH
	prices | sync_logs $P $SWAP2,$SYNC2
	run_ok flows --nav-source $F --price-source $P --record
	id=$(jq_of .record)
	[ "$(jq_of '.nav | [.values, .prices, .matched, .last] | tojson')" = \
		'[4,12,12,"2023-11-24T00:00:00Z"]' ]
	near .nav.premium '(0.24 / 0.23 - 1)'
	near .nav.premium_mean.value \
		'((0.21 / 0.2 + 0.22 / 0.21 + 0.23 / 0.22 + 0.24 / 0.23) / 4 - 1)'
	# of day 12, noon: 3.5 days after the last value; usual: 3 days
	near .nav.age_days 3.5
	near .nav.usual_days 3
	near .nav.late '(3.5 / 3 - 1)'
	[ "$(jq_of '.input.events | [.to_block, (.contracts | map([.option,
		.contract, .rows, .unpriced, .last_block]))] | tojson')" = \
		"[1594,[[\"nav-source\",\"$F\",4,0,1296],[\"price-source\",\"$P\",12,0,1594]]]" ]
	# the same out of files
	{
		echo time,nav
		for ((i = 0; i < 4; i++)); do
			echo "$((T0 + 600 * 432 * i)),0.2$i"
		done
	} >nav.csv
	{
		echo time,price
		for ((i = 0; i < 12; i++)); do
			echo "$((T0 + 600 * (144 * i + 10))),0.2$((i / 3 + 1))"
		done
	} >prices.csv
	jq -S '.nav | del(.premium_mean.lo, .premium_mean.hi)' <<<"$output" >by-index
	run_ok flows --nav nav.csv --prices prices.csv
	jq -S '.nav | del(.premium_mean.lo, .premium_mean.hi)' <<<"$output" >by-file
	node -e 'const [a, b] = ["by-index", "by-file"].map((f) =>
		JSON.parse(require("fs").readFileSync(f)));
		const eq = (x, y) => typeof x === "number" ? Math.abs(x - y) <=
			1e-9 * Math.abs(y) : x === y || (x && typeof x === "object"
			&& Object.keys(x).every((k) => eq(x[k], y[k])));
		process.exit(eq(a, b) ? 0 : 1);'
	# one of each may be a file
	run_ok flows --nav nav.csv --price-source $P
	near .nav.premium '(0.24 / 0.23 - 1)'
	[ "$(jq_of .trust)" = local ]
	run_fail 2 flows --nav nav.csv --nav-source $F
	run_fail 2 flows --price-source $P
	has "$stderr" "--nav-source"
	run_ok plume analyze flows --token $COIN --nav-source $F \
		--price-source $P
	has "$output" "price-source $P: 12 events"
	has "$output" "Days begin at midnight UTC"
	# done again; with more in the index too; not with other rows
	run_ok plume record replay "$id"
	{ prices && sync2 1700 1 1; } | sync_logs $P $SWAP2,$SYNC2 1596
	run_ok plume record replay "$id" --json
	[ "$(jq_of .same)" = true ]
}

@test "a later time: values after the last transfer count, and replay" {
	feed $F 8
	{ values && answer 2160 24000000; } | sync_logs $F $ANSWER
	run_ok flows --nav-source $F --as-of 2023-12-05
	[ "$(jq_of '.nav | [.values, .last] | tojson')" = \
		'[5,"2023-11-30T00:00:00Z"]' ]
	near .nav.age_days 5
	run_ok flows --nav-source $F --as-of 2023-11-29 --record
	[ "$(jq_of .nav.values)" = 4 ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok flows --nav-source $F --as-of 2023-12-20
	[ "$(jq_of '.flags | map(.code) | index("stale_nav") != null')" = true ]
	run_ok flows --nav-source $F --as-of 2023-11-28T00:00:00Z
	[ "$(jq_of '.nav.values')" = 4 ]
}

@test "values that tell nothing are counted and told" {
	feed $F 8
	{ values && answer 1440 0 && answer 1441 -7; } | sync_logs $F $ANSWER
	run_ok flows --nav-source $F
	[ "$(jq_of '[.nav.values, .input.events.contracts[0].unpriced] | tojson')" = \
		'[4,2]' ]
	has "$(jq_of '.flags | map(.about) | join("|")')" \
		"2 of 6 events of the contract of --nav-source tell no price"
	run_fail 7 flows --nav-source $P
	pool2 $P $CASH $CASH
	run_fail 2 flows --nav-source $P
	pool2 $P $COIN $CASH coin=
	run_fail 4 flows --nav-source $F --price-source $P
	has "$stderr" "not known"
}

@test "a vault of other shares: its value, and who waits to be redeemed" {
	# ERC-7575: the shares are the coin
	follow $V deposit,withdraw,redeem-request 38d52e0f="$(word $CASH)" \
		07a2d13a="$(word 1)" a8d5fd65="$(word $COIN)"
	{
		deposit 0 200000000 100000000000
		deposit 720 21000000 10000000000
		# 30 coins asked back, 10 of them paid
		echo "800 $REDEEM $ADDRESSES 0x$(word 1) $(words 7 3000000000)"
		withdraw 900 2100000 1000000000
		withdraw 1000 999 500
	} | sync_logs $V $DEPOSIT,$WITHDRAW,$REDEEM
	run_ok flows --nav-source $V --record
	[ "$(jq_of '.nav.values')" = 3 ]
	[ "$(jq_of '.queue | [.requests, .requested, .redeemed, .waiting]
		| tojson')" = '[1,"30","10.000005","19.999995"]' ]
	near .queue.share '(19.999995 / 998)'
	[ "$(jq_of '.input.events.contracts[0] | [.of, .in, .rows, .unpriced]
		| tojson')" = "[\"$COIN\",\"$CASH\",5,1]" ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok plume analyze flows --token $COIN --nav-source $V
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		"Of 30 shares that 1 requests asked to redeem, 19.999995 wait."
	# its value as a series, by the shares' address
	run_ok plume analyze trend --token $COIN --measure nav --bar 144blocks \
		--missing skip --json || has "$stderr" "too few"
}

@test "acts of compliance: of the token, and of its registry" {
	local agent=0xf68e73cec97f2d70aa641fb26e87a4383686e2efacb648f2165aeb02ac562ec5
	local registered=0x6ae73635c50d24a45af6fbd5e016ac4bed179addbc8bf24e04ff0fcc6d33af19
	local country=0x04ed3b726495c2dca1ff1215d9ca54e1a4030abb5e82b0f6ce55702416cee853
	local frozen=0x7fa523c84ab8d7fc5b72f08b9e46dbbf10c39e119a075b3e317002d14bc9f436
	local paused=0x62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258
	follow $COIN address-frozen,paused,agent-added
	{
		echo "10 $frozen 0x$(word 5) 0x$(word 1) 0x$(word 7) 0x"
		echo "20 $frozen 0x$(word 5) 0x$(word 0) 0x$(word 7) 0x"
		echo "30 $paused $(word 7)"
		echo "40 $agent 0x$(word 7) 0x"
		echo "5000 $agent 0x$(word 8) 0x" # after the last transfer
	} | sync_logs $COIN $frozen,$paused,$agent
	run_ok flows --record
	[ "$(jq_of '.events | map([.kind, .rows, .last]) | tojson')" = \
		'[["address-frozen",2,"2023-11-15T03:20:00Z"],["paused",1,"2023-11-15T05:00:00Z"],["agent-added",1,"2023-11-15T06:40:00Z"]]' ]
	run_ok plume record replay "$(jq_of .record)"
	follow $R identity-registered,country-updated
	{
		for ((i = 0; i < 5; i++)); do
			echo "$((i * 100)) $registered 0x$(word $((20 + i))) 0x$(word $((30 + i))) 0x"
		done
		echo "700 $country 0x$(word 20) 0x$(word 276) 0x"
	} | sync_logs $R $registered,$country
	run_ok flows --registry $R --record
	[ "$(jq_of '.events | map([.kind, .rows]) | tojson')" = \
		'[["address-frozen",2],["paused",1],["identity-registered",5],["country-updated",1],["agent-added",1]]' ]
	run_ok plume record replay "$(jq_of .record)"
	run_ok plume analyze flows --token $COIN --registry $R
	has "$output" "identity-registered"
	# up to a later time
	run_ok flows --as-of 2024-01-01 --record
	[ "$(jq_of '.events | map(select(.kind == "agent-added").rows) | tojson')" = \
		'[2]' ]
	[ "$(jq_of '.input.events.to_block')" = 5000 ]
	run_ok plume record replay "$(jq_of .record)"
	run_fail 7 flows --registry $V
}

@test "a token without times: counts are told, no table without rows" {
	sed 's/block_timestamp,//; 2,$s/^\([0-9]*\),[0-9]*,/\1,/' moves.csv >bare.csv
	run_ok plume analyze flows --csv bare.csv --decimals 8
	has "$output" "transfers between holders"
	[ "$(grep -c "value         from           to" <<<"$output")" = 0 ]
	run_ok plume analyze flows --csv - --decimals 8 <bare.csv
	has "$output" "transfers between holders"
}

@test "transfers out of standard input, for every verb that looks at each" {
	cp moves.csv more.csv
	for ((i = 13; i < 60; i++)); do
		row $i 2 3 $((i * 1000))
	done >>more.csv
	for verb in flows wash concentration anomaly; do
		run_ok plume analyze $verb --csv more.csv --decimals 8 --json
		jq 'del(.input.source, .input.files[].name)' <<<"$output" >by-file
		run_ok plume analyze $verb --csv - --decimals 8 --json <more.csv
		jq 'del(.input.source, .input.files[].name)' <<<"$output" |
			diff by-file -
	done
	# one that names no token cannot be read twice: it is to be said
	cut -d, -f1-7 more.csv >bare.csv
	run_fail 2 plume analyze flows --csv - <bare.csv
	has "$stderr" "--token"
	run_ok plume analyze flows --csv - --token $COIN <bare.csv
}
