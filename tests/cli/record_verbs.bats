#!/usr/bin/env bats
# What is promised of decision records, of those of every analysis and source:
# they replay byte for byte with any number of threads, are shown, exported,
# and refused when a byte or their data changed.
load common
load questions

setup() {
	fresh
	need jq
}

# same ARG…: the record $id comes out again
same() {
	run_ok plume record replay "$id" --json "$@" </dev/null
	jq -e '.same and .path == null' <<<"$output" >/dev/null
}

# Are lines of at most 80 columns, but for digests?
narrow() {
	! grep -vE '^ *(tree:)?[0-9a-f]{64}$' <<<"$output" | grep -E '^.{81}'
}

@test "every analysis can be asked: the table names them all" {
	(questions_csv; questions_token) | cut -d' ' -f1 | sort -u >have
	plume analyze --help | sed -n 's/^  analyze \([a-z]*\).*/\1/p' |
		sort -u >want
	[ "$(wc -l <want)" -ge 11 ]
	# an ensemble is made of records: analyze_ensemble.bats
	diff have <(grep -vx ensemble want)
}

@test "of files: replayed with one thread and with two, shown, exported" {
	questions_data
	local n=0
	while read -r -a q; do
		ask "${q[@]}"
		same --threads 1
		same --threads 2
		run_ok plume record show "$id"
		narrow
		has "$output" "Line of evidence"
		run_ok plume record export "$id" --to "out$n" --json
		jq -e '.[0].complete' <<<"$output"
		n=$((n + 1))
	done < <(questions_csv)
	[ "$n" = 13 ]
	# the bundles alone, elsewhere
	rm -rf s.csv moves.csv labels.csv "$XDG_DATA_HOME"
	for ((n = 0; n < 13; n++)); do
		id=$(basename -s .json "out$n"/records/*.json)
		run_ok plume -C "out$n" record replay "$id"
	done
}

@test "of an indexed token: replayed, shown, exported, and once more after an import" {
	questions_data
	local n=0
	while read -r -a q; do
		ask "${q[@]}"
		same --threads 1
		same --threads 2
		run_ok plume record show "$id"
		narrow
		has "$output" "block 400"
		run_ok plume record export "$id" --to "out$n" --json
		jq -e '.[0] | (.complete | not) and
			(.input | startswith("data/1-0x")) and
			(.missing | test("needs the index"))' <<<"$output"
		# the same transfers, in an index elsewhere
		run_ok plume -C "out$n" index import "out$n"/data/*.jsonl \
			--network ethereum
		[ -s "out$n/.plume/index.db" ]
		run_ok plume -C "out$n" record replay "$id"
		echo "$id" >>ids
		n=$((n + 1))
	done < <(questions_token)
	[ "$n" = 9 ]
	# what comes later is no part of it
	sed 's/^\(.*\),400,\(.*\)$/\1,401,\2/;$!d' moves.csv >last
	(head -n 1 moves.csv; sed 's/0x\(0*\)400,/0x\1401,/' last) >more.csv
	run_ok plume index import more.csv --network ethereum --json
	jq -e '.[0].added == 1' <<<"$output"
	while read -r id; do
		same
	done <ids
}

@test "of standard input: --csv names the file, without it the status is 7" {
	questions_data
	while read -r -a q; do
		[ "${q[0]}" != portfolio ] || continue # reads no stream
		file=${q[2]}
		q[2]=-
		run_ok bash -c 'f=$1; shift; plume analyze "$@" --record --json \
			<"$f"' - "$file" "${q[@]}"
		id=$(jq -r .record <<<"$output")
		run_fail 7 plume record replay "$id" </dev/null
		has "$stderr" "standard input"
		same --csv "$file"
	done < <(questions_csv)
}

@test "a file that moved is named with --csv, whatever it is called now" {
	questions_data
	while read -r -a q; do
		ask "${q[@]}"
		mv "${q[2]}" "elsewhere and renamed.csv"
		run_fail 7 plume record replay "$id" </dev/null
		has "$stderr" "${q[2]}"
		same --csv "elsewhere and renamed.csv"
		mv "elsewhere and renamed.csv" "${q[2]}"
	done < <(questions_csv)
}

@test "changed data: status 1, and the digest is named" {
	questions_data
	while read -r -a q; do
		ask "${q[@]}"
		cp "${q[2]}" kept
		# one figure of the 200th row: the price, the amount
		sed -E '200s/^([0-9]+,)/\11/;200s/(0x[0-9]+,)([0-9]+,0x)/\11\2/' \
			kept >"${q[2]}"
		! cmp -s kept "${q[2]}"
		run_fail 1 plume record replay "$id" --json
		jq -e '(.same | not) and .path == "input.sha256"' <<<"$output"
		has "$stderr" "$(sha256sum <"${q[2]}" | cut -d' ' -f1)"
		cp kept "${q[2]}"
		same
	done < <(questions_csv)
}

@test "a record flipped, cut or emptied is refused by every command" {
	questions_data
	while read -r -a q; do
		ask "${q[@]}"
		f=$XDG_DATA_HOME/plume/records/$id.json
		cp "$f" good
		size=$(stat -c %s good)
		for at in 0 $((size / 3)) $((size - 1)); do
			cp good "$f"
			printf '\x%02x' \
				$(($(od -An -tu1 -j"$at" -N1 good) ^ 1)) |
				dd of="$f" bs=1 seek="$at" conv=notrunc \
					status=none
			run_fail 1 plume record replay "$id"
			has "$stderr" "was changed"
		done
		for at in 0 1 $((size / 2)) $((size - 1)); do
			head -c "$at" good >"$f"
			run_fail 1 plume record replay "$id"
			run_fail 1 plume record show "$id"
			rm -rf x
			run_fail 1 plume record export "$id" --to x
		done
		cp good "$f"
		same
	done < <(questions_csv)
}

@test "another version of plume is no matter, another version of the model is" {
	questions_data
	while read -r -a q; do
		ask "${q[@]}"
		dir=$XDG_DATA_HOME/plume/records
		for change in 's/"plume":"[^"]*"/"plume":"0.0.1"/' \
			's/\("version":\)[0-9]*/\1999/'; do
			sed "$change" "$dir/$id.json" >other
			! cmp -s other "$dir/$id.json"
			new=$(sha256sum <other | cut -d' ' -f1)
			mv other "$dir/$new.json"
			if [[ $change == *plume* ]]; then
				run_ok plume record replay "$new"
			else
				run_fail 1 plume record replay "$new"
				has "$stderr" "version was 999"
			fi
		done
	done < <(questions_csv)
}
