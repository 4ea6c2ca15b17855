#!/usr/bin/env bats
# plume analyze wash: planted circles are found and named, others are not.
load common

# circle ROUNDS: three accounts pass 1000 round every two hours, beside 50
# transfers that never come back
circle() {
	awk -v n="$1" 'function a(i) { return sprintf("0x%040d", i) }
	function put(f, t, v, s) {
		printf "%s,%s,%s,%d,0x%064d,0,%d,%d\n", a(9999), a(f), a(t), \
			v, ++k, k, 1700006400 + s
	}
	BEGIN {
		print "token_address,from_address,to_address,value," \
			"transaction_hash,log_index,block_number,block_timestamp"
		for (i = 0; i < n; i++)
			for (j = 0; j < 3; j++)
				put(1 + j, 1 + (j + 1) % 3, 1000, i * 7200 + j)
		for (i = 0; i < 50; i++)
			put(100 + i, 200 + i, 1000, i)
	}'
}

@test "a circle is found, with its accounts, transactions and a test" {
	circle 100 >m.csv
	run_ok plume analyze wash --csv m.csv --show 400 --json
	jq -e '.matched_transfers == 300 and .evidence == 300 and
		(.moves | length) == 300 and .set_count == 1 and
		(.sets[0].members | length) == 3 and .sets[0].rounds == 100 and
		.p == 0.01 and .washed == "300000" and
		(.share - 300 / 350 | fabs) < 1e-12 and
		.verdict == "dominant"' <<<"$output"
	jq -e '. as $r | reduce .contributions[].contribution as $c
		(.score_base; . + $c) | . == $r.score' <<<"$output"
	run_ok plume analyze wash --csv m.csv
	has "$output" "Wash trading dominates"
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
}

@test "one round fewer, a label or a hub: no set" {
	circle 99 >m.csv
	run_ok plume analyze wash --csv m.csv --json
	jq -e '.matched_transfers == 0 and .p == null' <<<"$output"
	run_ok plume analyze wash --csv m.csv --rounds 99 --json
	jq -e '.matched_transfers == 297' <<<"$output"
	printf 'address,kind\n0x%040d,exchange\n' 2 >l.csv
	run_ok plume analyze wash --csv m.csv --rounds 99 --labels l.csv --json
	jq -e '.matched_transfers == 0 and .hubs == 1' <<<"$output"
	run_ok plume analyze wash --csv m.csv --rounds 99 --hubs 1 --json
	jq -e '.matched_transfers == 0 and
		any(.flags[]; .code == "hubs")' <<<"$output"
}

@test "without times: refused, or times from blocks, and flagged" {
	circle 100 | cut -d, -f1-7 >m.csv
	run_fail 4 plume analyze wash --csv m.csv
	has "$stderr" "block-seconds"
	run_ok plume analyze wash --csv m.csv --block-seconds 12 --json
	jq -e '.matched_transfers == 300 and
		any(.flags[]; .code == "times_from_blocks")' <<<"$output"
	run_fail 2 plume analyze wash --csv m.csv --margin 2
	run_fail 2 plume analyze wash --csv m.csv --margin nan
}

@test "its record replays" {
	circle 100 >m.csv
	run_ok plume analyze wash --csv m.csv --margin 0.02 --record --json
	id=$(jq -r .record <<<"$output")
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
}
