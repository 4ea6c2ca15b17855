#!/usr/bin/env bats
# plume analyze concentration: figures by hand, what is left out and merged,
# what is refused, and a record that replays.
load common

ADDR=0x000000000000000000000000000000000000000

# transfers FROM:TO:VALUE …
moves() {
	local n=0
	echo "token_address,from_address,to_address,value,transaction_hash,log_index,block_number"
	for m in "$@"; do
		n=$((n + 1))
		IFS=: read -r f t v <<<"$m"
		printf '%s9,%s%s,%s%s,%s,0x%064d,0,%d\n' $ADDR $ADDR "$f" \
			$ADDR "$t" "$v" "$n" "$n"
	done
}

@test "figures by hand: balances of a whole history" {
	moves 0:1:100 1:2:40 1:3:10 >m.csv
	run_ok plume analyze concentration --csv m.csv --json
	jq -e '.view == "balances" and .figures.holders == 3 and
		(.figures.hhi - 0.42 | fabs) < 1e-12 and
		.figures.nakamoto == 2 and .figures.total == "100" and
		.negative == 0' <<<"$output"
	# the contributions, in order, are the score
	jq -e '. as $r | reduce .contributions[].contribution as $c
		(.score_base; . + $c) | . == $r.score' <<<"$output"
	jq -e 'any(.flags[]; .code == "few_holders")' <<<"$output"
}

@test "a window is not a balance, and is called one where it must" {
	moves 0:1:100 1:2:40 1:3:10 >m.csv
	run_ok plume analyze concentration --csv m.csv --from-block 2
	has "$output" "window"
	run_ok plume analyze concentration --csv m.csv --from-block 2 --json
	jq -e '.view == "window" and .negative == 1 and
		.negative_amount == "50" and
		any(.flags[]; .code == "window")' <<<"$output"
	# asked to be balances all the same: the negative ones are told
	run_ok plume analyze concentration --csv m.csv --from-block 2 \
		--view balances --json
	jq -e 'any(.flags[]; .code == "negative_balances")' <<<"$output"
}

@test "labels: an entity is one holder, a bridge is none, countries" {
	moves 0:1:40 0:2:30 0:3:20 0:4:10 >m.csv
	printf 'address,entity,kind,country\n%s1,A,issuer,CH\n%s2,A,,CH\n%s3,Gate,bridge,\n' \
		$ADDR $ADDR $ADDR >l.csv
	run_ok plume analyze concentration --csv m.csv --labels l.csv --json
	jq -e '.figures.holders == 2 and .by_address.holders == 3 and
		.merged == 1 and .left_out.addresses == 1 and
		.left_out.amount == "20" and .figures.total == "80" and
		.countries.list[0].country == "CH" and
		(.countries.list[0].share - 0.875 | fabs) < 1e-12 and
		(.countries.unknown - 0.125 | fabs) < 1e-12 and
		(.countries.hhi_hi - 1 | fabs) < 1e-12' <<<"$output"
	run_ok plume analyze concentration --csv m.csv --labels l.csv \
		--all-kinds --json
	jq -e '.figures.holders == 3 and .left_out.addresses == 0' <<<"$output"
	run_ok plume analyze concentration --csv m.csv --exclude ${ADDR}1 --json
	jq -e '.figures.total == "60"' <<<"$output"
	echo "${ADDR}1,B,," >>l.csv
	run_fail 4 plume analyze concentration --csv m.csv --labels l.csv
	has "$stderr" "named twice"
}

@test "edges: 2^255, sums past 2^256, nobody, wrong options" {
	big=57896044618658097711785492504343953926634992332820282019728792003956564819968
	moves 0:1:$big 1:2:1 >m.csv
	run_ok plume analyze concentration --csv m.csv --json
	jq -e --arg b $big '.figures.total == $b' <<<"$output"
	moves 0:1:$big 0:2:$big >m.csv
	run_fail 4 plume analyze concentration --csv m.csv
	has "$stderr" "2^256"
	moves 1:0:5 >m.csv
	run_fail 4 plume analyze concentration --csv m.csv
	has "$stderr" "nobody"
	moves 0:1:5 >m.csv
	run_ok plume analyze concentration --csv m.csv --json
	jq -e '.intervals == null and
		any(.flags[]; .code == "no_interval")' <<<"$output"
	run_fail 2 plume analyze concentration --csv m.csv --share 0
	run_fail 2 plume analyze concentration --csv m.csv --share nan
	run_fail 2 plume analyze concentration --csv m.csv --level 1
	run_fail 2 plume analyze concentration --csv m.csv --bootstrap 5
	run_fail 2 plume analyze concentration
}

@test "duplicates are left out, equal rows without log index flagged" {
	moves 0:1:100 1:2:40 >m.csv
	sed -n 3p m.csv >>m.csv
	run_ok plume analyze concentration --csv m.csv --json
	jq -e '.input.duplicates == 1 and .figures.total == "100" and
		any(.flags[]; .code == "duplicates")' <<<"$output"
	moves 0:1:100 1:2:40 | cut -d, -f1-5 >n.csv
	sed -n 3p n.csv >>n.csv
	run_ok plume analyze concentration --csv n.csv --json
	jq -e '.input.equal_rows == 1 and .input.used == 3 and
		any(.flags[]; .code == "equal_rows")' <<<"$output"
	run_ok plume analyze concentration --csv n.csv --drop-equal --json
	jq -e '.input.used == 2' <<<"$output"
}

@test "the record replays, from a file and from the index" {
	moves 0:1:100 1:2:40 1:3:10 0:4:7 >m.csv
	printf 'address,entity\n%s1,A\n%s2,A\n' $ADDR $ADDR >l.csv
	run_ok plume analyze concentration --csv m.csv --labels l.csv \
		--share 0.4 --exclude ${ADDR}4 --record --json
	id=$(jq -r .record <<<"$output")
	mkdir -p sub
	cd sub
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
	cd ..
	echo "${ADDR}3,A" >>l.csv
	run_fail 1 plume record replay "$id" --json
	jq -e '.same == false' <<<"$output"
	run_ok plume index import m.csv
	run_ok plume analyze concentration --token ${ADDR}9 --record --json
	id=$(jq -r .record <<<"$output")
	# what comes in later does not count
	moves 0:1:100 1:2:40 1:3:10 0:4:7 0:5:9 >m2.csv
	run_ok plume index import m2.csv
	run_ok plume record replay "$id" --json
	jq -e .same <<<"$output"
}
