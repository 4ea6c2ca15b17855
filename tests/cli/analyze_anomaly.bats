#!/usr/bin/env bats
# plume analyze anomaly: planted days and wallets are found, quiet ones not.
load common

# quiet DAYS [spike]: about ten transfers a day among many; with spike, day 30
# has 50 times the volume, and one wallet sends 40 times on day 20
transfers() {
	awk -v n="$1" -v spike="$2" 'function a(i) { return sprintf("0x%040d", i) }
	function put(f, v, d) {
		printf "%s,%s,%s,%d,0x%064d,0,%d,%d\n", a(9999), a(f), \
			a(500 + k % 50), v, ++k, k, 1704067200 + d * 86400 + k
	}
	BEGIN {
		print "token_address,from_address,to_address,value," \
			"transaction_hash,log_index,block_number,block_timestamp"
		s = 7
		for (d = 0; d < n; d++) {
			s = (s * 16807) % 2147483647
			for (i = 0; i < 8 + s % 5; i++) {
				s = (s * 16807) % 2147483647
				put(1 + s % 40, 900 + s % 200, d)
			}
			if (spike && d == 30)
				put(3, 500000, d)
			if (spike && d == 20)
				for (i = 0; i < 40; i++)
					put(77, 1, d)
		}
	}'
}

@test "a day of much volume, a burst and its wallet" {
	transfers 60 1 >m.csv
	run_ok plume analyze anomaly --csv m.csv --json
	jq -e '.bars == 60 and .volumes == 1 and .bursts == 1 and
		.wallets_found == 1 and .wallets[0].most == 40 and
		any(.points[]; .what == "volume" and
			.time == "2024-01-31T00:00:00Z") and
		any(.points[]; .what == "transfers" and
			.time == "2024-01-21T00:00:00Z")' <<<"$output"
	jq -e '. as $r | reduce .contributions[].contribution as $c
		(.score_base; . + $c) | . == $r.score' <<<"$output"
	run_ok plume analyze anomaly --csv m.csv
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	for scale in mad sn qn; do
		run_ok plume analyze anomaly --csv m.csv --scale $scale --json
		jq -e '.volumes == 1' <<<"$output"
	done
}

@test "nothing planted, nothing found" {
	transfers 60 >m.csv
	run_ok plume analyze anomaly --csv m.csv --json
	jq -e '.volumes == 0 and .bursts == 0 and .wallets_found == 0 and
		.verdict == "quiet" and .points == []' <<<"$output"
}

@test "too few bars, no times, wrong options" {
	transfers 9 >m.csv
	run_fail 4 plume analyze anomaly --csv m.csv
	has "$stderr" "too few"
	transfers 60 | cut -d, -f1-7 >m.csv
	run_fail 4 plume analyze anomaly --csv m.csv
	has "$stderr" "block-seconds"
	run_fail 2 plume analyze anomaly --csv m.csv --fdr 0
	transfers 60 >m.csv
	run_fail 2 plume analyze anomaly --csv m.csv --bar block
}

@test "its record replays" {
	transfers 60 1 >m.csv
	run_ok plume analyze anomaly --csv m.csv --scale mad --record --json
	id=$(jq -r .record <<<"$output")
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
}
