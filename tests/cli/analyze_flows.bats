#!/usr/bin/env bats
# plume analyze flows: sums by hand, ages, exposure, values and prices.
load common

# transfers FROM:TO:VALUE:DAY …
moves() {
	local n=0 f t v d
	echo "token_address,from_address,to_address,value,transaction_hash,log_index,block_number,block_timestamp"
	for m in "$@"; do
		n=$((n + 1))
		IFS=: read -r f t v d <<<"$m"
		printf '0x%040d,0x%040d,0x%040d,%s,0x%064d,0,%d,%d\n' 99 \
			"$f" "$t" "$v" "$n" "$n" $((1704067200 + d * 86400))
	done
}

@test "sums, ages and velocity by hand" {
	moves 0:1:100:0 1:2:40:5 2:0:10:9 2:2:3:10 1:2:0:10 >m.csv
	run_ok plume analyze flows --csv m.csv --json
	jq -e '.whole and .minted == "100" and .burned == "10" and
		.supply == "90" and .volume == "40" and .to_self == "3" and
		(.net_share - 0.9 | fabs) < 1e-12 and .active == 2 and
		.day_count == 11 and .ages.held == "90" and
		(.velocity.value - 40 / 11 * 365.25 / 90 | fabs) < 1e-9 and
		.ages.days_destroyed == 240 and
		any(.flags[]; .code == "zero_value_legs") and
		any(.flags[]; .code == "self_transfers")' <<<"$output"
	jq -e '. as $r | reduce .contributions[].contribution as $c
		(.score_base; . + $c) | . == $r.score' <<<"$output"
	run_ok plume analyze flows --csv m.csv
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	# a part of it: no supply, no balances; ages not seen are told
	run_ok plume analyze flows --csv m.csv --from-block 2 --json
	jq -e '(.whole | not) and .supply == null and .velocity == null and
		any(.flags[]; .code == "window") and
		any(.flags[]; .code == "unseen")' <<<"$output"
	run_ok plume analyze flows --csv m.csv --from-block 2 --supply 90 --json
	jq -e '.supply == "90" and .velocity.value > 0' <<<"$output"
}

@test "values, prices, a position; nothing from after the time of the figures" {
	moves 0:1:100:0 1:2:40:5 1:2:4:30 >m.csv
	printf 'date,nav\n2024-01-01,100\n2024-01-11,101\n2024-06-01,5\n' >n.csv
	printf 'date,open,close\n2024-01-12,1,90.9\n2024-06-01,1,7\n' >p.csv
	run_ok plume analyze flows --csv m.csv --nav n.csv --prices p.csv \
		--position 44 --json
	jq -e '.nav.values == 2 and .nav.matched == 1 and
		(.nav.premium + 0.1 | fabs) < 1e-12 and
		(.nav.late - 1 | fabs) < 1e-9 and
		(.liquidity.days.value - 310 | fabs) < 1e-9 and
		any(.flags[]; .code == "stale_nav")' <<<"$output"
	run_fail 2 plume analyze flows --csv m.csv --prices p.csv
	printf 'date,nav\n2024-01-01,-1\n' >n.csv
	run_fail 4 plume analyze flows --csv m.csv --nav n.csv
	printf 'date,nav\n2024-01-01,nan\n' >n.csv
	run_fail 4 plume analyze flows --csv m.csv --nav n.csv
	run_fail 2 plume analyze flows --csv m.csv --participation 0
	run_fail 2 plume analyze flows --csv m.csv --as-of 2024-01-02
}

@test "exposure by steps" {
	moves 0:1:100:0 0:3:10:0 1:2:30:1 3:2:10:1 2:4:8:2 >m.csv
	run_ok plume analyze flows --csv m.csv --json --hops 2 \
		--exposure 0x0000000000000000000000000000000000000001
	jq -e '.exposure.reached == 2 and .exposure.exposed[0].share == 0.75 and
		.exposure.exposed[1].share == 0.75 and
		[.exposure.hops[].reached] == [1, 1]' <<<"$output"
	run_fail 7 plume analyze flows --csv m.csv \
		--exposure 0x0000000000000000000000000000000000000009
}

@test "without times, and 2^255" {
	big=57896044618658097711785492504343953926634992332820282019728792003956564819968
	moves 0:1:$big:0 1:2:1:1 | cut -d, -f1-7 >m.csv
	run_ok plume analyze flows --csv m.csv --json
	jq -e --arg b $big '.minted == $b and .ages == null and
		any(.flags[]; .code == "no_times")' <<<"$output"
	moves 0:1:$big:0 0:2:$big:1 >m.csv
	run_fail 4 plume analyze flows --csv m.csv
	has "$stderr" "2^256"
}

@test "its record replays, with all of its files" {
	moves 0:1:100:0 1:2:40:5 1:2:4:30 >m.csv
	printf 'date,nav\n2024-01-01,100\n2024-01-11,101\n' >n.csv
	printf 'date,price\n2024-01-12,90.9\n' >p.csv
	run_ok plume analyze flows --csv m.csv --nav n.csv --prices p.csv \
		--position 1.0 --decimals 2 --record --json
	id=$(jq -r .record <<<"$output")
	mkdir sub
	cd sub
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
}
