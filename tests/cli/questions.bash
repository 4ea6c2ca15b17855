# One question for every analysis and source, for bats files that ask what
# holds of all their records: `questions_data` makes the inputs here,
# `questions` lists one command a line.
# shellcheck shell=bash

QUESTION_TOKEN=0x0000000000000000000000000000000000000099

# s.csv: prices of whole-number origin, with a slope, a week's pattern, noise.
questions_series() {
	awk 'BEGIN { s = 23; p = q = 100
		print "day,price,other"
		for (i = 1; i <= 300; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			p *= 1.0005 + 0.015 * z + 0.002 * ((i % 7) - 3)
			q *= 1 + 0.004 * z + 0.00001 * (s % 997 - 498)
			printf "%d,%.6f,%.6f\n", i, p, q
		} }' >s.csv
}

# moves.csv: transfers of a token among eight, first minted; labels.csv.
questions_moves() {
	awk 'function a(i) { return sprintf("0x%040d", i) } BEGIN { s = 7
		print "token_address,from_address,to_address,value," \
			"transaction_hash,log_index,block_number," \
			"block_timestamp"
		for (i = 1; i <= 400; i++) {
			s = (s * 16807) % 2147483647
			f = i < 9 ? 0 : s % 7 + 1
			t = i < 9 ? i : int(s / 7) % 8 + 1
			printf "%s,%s,%s,%d,0x%064d,0,%d,%d\n", a(99), a(f),
				a(t), i < 9 ? 90000000 : 100 + s % 5000, i, i,
				1700000000 + 3600 * i
		} }' >moves.csv
	(echo address,entity,kind,country
	printf '0x%040d,Treasury,issuer,CH\n0x%040d,Ann,holder,DE\n' 1 2) \
		>labels.csv
}

# The data, and the token in the index.
questions_data() {
	questions_series
	questions_moves
	plume index import moves.csv --network ethereum --decimals 2 -q \
		>/dev/null
}

# Of files; each reads the one after --csv, and that first.
questions_csv() {
	cat <<-'END'
	trend --csv s.csv --time day --value price
	trend --csv s.csv --value price --change mean-variance
	risk --csv s.csv --time day --value price
	forecast --csv s.csv --time day --value price --period 7 --horizon 3
	forecast --csv s.csv --value price --log --method arima
	forecast --csv s.csv --value price --period 7 --method ets
	backtest --csv s.csv --time day --value price --refit 50
	portfolio --csv s.csv --columns price,other --paths 5000
	regime --csv s.csv --value price
	flows --csv moves.csv
	concentration --csv moves.csv --labels labels.csv
	wash --csv moves.csv
	anomaly --csv moves.csv
	END
}

# Of the indexed token.
questions_token() {
	local t="--token $QUESTION_TOKEN --network ethereum"

	cat <<-END
	trend $t --bar hour
	risk $t --bar hour --returns given
	forecast $t --bar hour --horizon 2
	backtest $t --bar hour --returns given --refit 100
	regime $t --bar hour --returns given
	flows $t
	concentration $t
	wash $t
	anomaly $t
	END
}

# ask QUESTION…: keeps the record, sets id.
ask() {
	# shellcheck disable=SC2086
	run_ok plume analyze "$@" --record --json </dev/null
	id=$(jq -r .record <<<"$output")
	[ "${#id}" = 64 ]
}
