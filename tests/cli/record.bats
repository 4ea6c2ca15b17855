#!/usr/bin/env bats
# plume record: kept, listed, shown, done again; and whatever was changed
# refused.
load common

# A series, and the id of the record made of it.
make_record() {
	(echo day,v; for i in $(seq 120); do
		echo "$i,$((i * 3 + i * i % 17)).25"
	done) >v.csv
	run_ok plume analyze "${1:-trend}" --csv v.csv --time day --value v \
		--record --json
	id=$(jq -r .record <<<"$output")
	file=$XDG_DATA_HOME/plume/records/$id.json
	[ -f "$file" ]
}

@test "a record is named by the SHA-256 of its bytes, and jq -cS writes the same" {
	for verb in trend risk; do
		make_record $verb
		[ "$(sha256sum <"$file" | cut -d' ' -f1)" = "$id" ]
		[ "$(jq -r .command "$file")" = "analyze $verb" ]
		# members in order, no blanks: canonical but for its numbers
		[ "$(jq -cS 'walk(if type == "number" then 0 else . end)' "$file")" = \
			"$(jq -c 'walk(if type == "number" then 0 else . end)' "$file")" ]
		[ "$(tail -c 1 "$file")" = "}" ]
		! grep -q "$HOME" "$file"
	done
}

@test "the same analysis gives the same record, whenever and wherever" {
	make_record
	first=$id
	mkdir elsewhere
	cp v.csv elsewhere
	cd elsewhere
	TZ=America/Lima LC_ALL=C run_ok plume analyze trend --csv v.csv \
		--time day --value v --record --json
	[ "$(jq -r .record <<<"$output")" = "$first" ]
	[ "$(ls "$XDG_DATA_HOME/plume/records")" = "$first.json" ]
}

@test "where the file lies is no part of the record, and is found again" {
	make_record
	first=$id
	for path in ./v.csv "$PWD/v.csv" "../$(basename "$PWD")/v.csv"; do
		run_ok plume analyze trend --csv "$path" --time day --value v \
			--record --json
		[ "$(jq -r .record <<<"$output")" = "$first" ]
		jq -e '.input.source == "v.csv"' <<<"$output"
	done
	here=$PWD
	mkdir empty
	cd empty
	run_ok plume record replay "$id"
	has "$stderr" "$here/v.csv"
	# a file of this name in the folder one stands in comes first
	sed '60s/25$/26/' ../v.csv >v.csv
	run_fail 1 plume record replay "$id"
	rm v.csv ../v.csv
	run_fail 7 plume record replay "$id"
	has "$stderr" "--csv"
}

@test "below an asset repository a file is named from its root" {
	plume asset init -q r
	mkdir r/data
	(echo v; seq 60 | awk '{ print $1 + $1 % 7 }') >r/data/v.csv
	run_ok plume -C r analyze trend --csv r/data/v.csv --record --json
	id=$(jq -r .record <<<"$output")
	jq -e '.input.source == "data/v.csv"' <<<"$output"
	cd r/data
	run_ok plume analyze trend --csv v.csv --record --json
	[ "$(jq -r .record <<<"$output")" = "$id" ]
	cd ../..
	# a copy of the repository reads its own file
	cp -r r copy
	sed -i '$s/.*/99/' copy/data/v.csv
	run_ok plume -C r record replay "$id"
	run_fail 1 plume -C copy record replay "$id"
}

@test "the record holds what the command printed" {
	make_record risk
	run_ok plume analyze risk --csv v.csv --time day --value v --json
	jq -e --slurpfile r "$file" '$r[0] as $r |
		$r.input == .input and $r.model == .model and
		$r.contributions == .contributions and $r.score == .score and
		$r.counterfactual == .counterfactual and
		$r.verdict == .verdict and $r.result.var == .var and
		$r.result.garch == .garch and ($r | has("record") | not)' \
		<<<"$output"
}

@test "show gives the reasons in the words of the analysis" {
	why() { sed -n '/^Why  /,/^Input  /{/^Input  /!p}' |
		sed '/^Parameters$/,$d; /^$/d'; }
	awk 'BEGIN { print "v"; for (i = 1; i <= 120; i++)
		print 100 + 10 * sin(i * i) + (i > 60 ? 30 : 0) }' >w.csv
	plume asset init >/dev/null
	for verb in trend risk; do
		run_ok plume analyze $verb --csv w.csv --value v --record
		said=$(why <<<"$output")
		id=$(sed -n 's/^Record  //p' <<<"$output")
		run_ok plume record show "$id"
		[ -n "$said" ] && diff <(why <<<"$output") - <<<"$said"
	done
}

@test "list, show, replay" {
	make_record
	run_ok plume record list --json
	jq -e --arg id "$id" '.[0].id == $id and .[0].intact and
		.[0].source == "v.csv"' <<<"$output"
	run_ok plume record show "${id:0:6}" --json
	jq -e --arg id "$id" --arg f "$(sha256sum <v.csv | cut -d' ' -f1)" '
		.id == $id and ([.evidence[].step] ==
			["record", "model", "series", "rows", "file"]) and
		.evidence[0].value == $id and .evidence[3].value == "120" and
		.evidence[4].value == $f and all(.evidence[]; .trust == "local")
		' <<<"$output"
	[ "$(jq -cS .document <<<"$output")" = "$(jq -cS . "$file")" ]
	run_ok plume record show "0x$id"
	has "$output" "Line of evidence"
	run_ok plume record replay "$id" --json
	jq -e '.same and .path == null' <<<"$output"
}

@test "replay: the data changed" {
	make_record
	sed -i '60s/25$/26/' v.csv
	run_fail 1 plume record replay "$id" --json
	jq -e '.same == false and .path == "input.sha256"' <<<"$output"
	has "$stderr" "$(sha256sum <v.csv | cut -d' ' -f1)"
	has "$stderr" input.sha256
}

@test "replay: the file is gone, or elsewhere" {
	make_record
	mv v.csv w.csv
	run_fail 7 plume record replay "$id"
	has "$stderr" v.csv
	run_ok plume record replay "$id" --csv w.csv
	run_fail 7 plume record replay "$id" --csv nowhere.csv
}

@test "replay: made from standard input" {
	make_record
	run_ok bash -c 'plume analyze trend --csv - --value v --record --json <v.csv'
	id=$(jq -r .record <<<"$output")
	run_fail 7 plume record replay "$id"
	has "$stderr" "--csv"
	run_ok plume record replay "$id" --csv v.csv
}

# A record whose bytes are right but whose figures are not: someone computed
# its new name as well.
@test "replay: a forged figure is found and named" {
	make_record
	jq -c '.result.slope.value = 7.5' "$file" >forged
	truncate -s -1 forged
	new=$(sha256sum <forged | cut -d' ' -f1)
	cp forged "$XDG_DATA_HOME/plume/records/$new.json"
	run_ok plume record show "$new"
	run_fail 1 plume record replay "$new" --json
	jq -e '.same == false and .path == "result.slope.value" and
		.was == "7.5"' <<<"$output"
	has "$stderr" "result.slope.value"
}

@test "a record made by another version replays, and says so where it differs" {
	make_record
	jq -c '.plume = "0.0.9"' "$file" >other
	truncate -s -1 other
	new=$(sha256sum <other | cut -d' ' -f1)
	cp other "$XDG_DATA_HOME/plume/records/$new.json"
	run_ok plume record replay "$new"
	jq -c '.plume = "0.0.9" | .model.version = 99' "$file" >other
	truncate -s -1 other
	new=$(sha256sum <other | cut -d' ' -f1)
	cp other "$XDG_DATA_HOME/plume/records/$new.json"
	run_fail 1 plume record replay "$new"
	has "$stderr" "model.version was 99"
	has "$stderr" "made by plume 0.0.9"
}

@test "parameters of a record that nobody could have given are refused" {
	make_record risk
	while read -r change; do
		jq -c "$change" "$file" >other
		truncate -s -1 other
		new=$(sha256sum <other | cut -d' ' -f1)
		cp other "$XDG_DATA_HOME/plume/records/$new.json"
		run plume record replay "$new"
		[ "$status" != 0 ] && [ "$status" -lt 70 ]
	done <<-'END'
		.model.parameters.lambda = 7
		.model.parameters.lambda = "x"
		.model.parameters.quantile_type = 0
		.model.parameters.quantile_type = 10
		.model.parameters.quantile_type = 4294967303
		.model.parameters.warm = -1
		.model.parameters.warm = 100000000
		.model.parameters.returns = "sideways"
		.model.parameters = null
		.model = {}
		.input.csv = null
		.input.kind = "index"
		.input.kind = 5
		.input.source = "/dev/null"
		.input.missing_rule = "guess"
		.command = "analyze everything"
	END
}

@test "a changed byte is refused: sampled over the whole record" {
	make_record
	cp "$file" good
	size=$(stat -c %s good)
	for ((at = 0; at < size; at += 97)); do
		cp good "$file"
		printf '\x%02x' $(($(od -An -tu1 -j$at -N1 good) ^ 1)) |
			dd of="$file" bs=1 seek=$at conv=notrunc status=none
		run_fail 1 plume record show "$id"
		has "$stderr" "was changed"
	done
	run_fail 1 plume record replay "$id"
	run_fail 1 plume record list
	has "$output" "$id"
	# and it is not written over as if nothing had happened
	run_fail 1 plume analyze trend --csv v.csv --time day --value v --record
	head -c $((size / 2)) good >"$file"
	run_fail 1 plume record show "$id"
	: >"$file"
	run_fail 1 plume record show "$id"
	cp good "$file"
	run_ok plume record show "$id"
}

@test "an id that is none, is short, or fits several" {
	make_record
	run_fail 2 plume record show xyzw
	run_fail 2 plume record show "${id:0:3}"
	run_fail 7 plume record show "$(tr 0-9a-f 1-9a-f0 <<<"${id:0:12}")"
	run_fail 2 plume record show ../../../etc/passwd
	twin=${id:0:63}$([ "${id:63}" = 0 ] && echo 1 || echo 0)
	cp "$file" "$XDG_DATA_HOME/plume/records/$twin.json"
	run_fail 2 plume record show "${id:0:20}"
	has "$stderr" "2 records"
}

@test "in an asset repository records lie beside the papers, and are committed when asked" {
	export PLUME_AUTHOR_NAME=A PLUME_AUTHOR_EMAIL=a@example.org
	run_ok plume asset init
	make_record_here() {
		run_ok plume analyze trend --csv v.csv --value v "$@" --json
		id=$(jq -r .record <<<"$output")
	}
	(echo v; seq 60 | awk '{ print $1 + $1 % 7 }') >v.csv
	make_record_here --record
	[ -f "records/$id.json" ]
	[ ! -e "$XDG_DATA_HOME/plume/records" ]
	[ -z "$(git log --all --format=%h -- records)" ]
	make_record_here --commit
	[ "$(git log --format=%an -- "records/$id.json")" = A ]
	[ "$(git log --format=%ad -1 --date=format:%z)" = +0000 ]
	git fsck --strict
	[ "$(git show "HEAD:records/$id.json" | sha256sum | cut -d' ' -f1)" = "$id" ]
	mkdir deep
	cd deep
	run_ok plume record replay "$id"
	cd ..
	run_ok plume -C . record list --json
	here=$PWD
	mkdir "$BATS_TEST_TMPDIR/outside"
	cp v.csv "$BATS_TEST_TMPDIR/outside"
	cd "$BATS_TEST_TMPDIR/outside"
	run_ok plume record show "$id" -C "$here"
	run_fail 7 plume analyze trend --csv v.csv --value v --commit
	[ ! -e "$XDG_DATA_HOME/plume/records" ]
}

@test "words in a record that mean nothing are its fault, not the call's" {
	make_record
	cp "$file" kept
	for change in 's/"penalty":"mbic"/"penalty":"dear"/' \
		's/"trust":"local"/"trust":"certain"/g'; do
		sed "$change" kept >changed
		! cmp -s kept changed
		id=$(sha256sum <changed | cut -d' ' -f1)
		mv changed "${file%/*}/$id.json"
		if [[ $change == *penalty* ]]; then
			run_fail 4 plume record replay "$id"
		else
			run_fail 4 plume record show "$id"
		fi
		has "$stderr" "${id:0:12}"
	done
}

@test "--dry-run tells the id and writes nothing" {
	(echo v; seq 60 | awk '{ print $1 + $1 % 7 }') >v.csv
	run_ok plume analyze trend --csv v.csv --record --dry-run --json
	id=$(jq -r .record <<<"$output")
	[ ! -e "$XDG_DATA_HOME/plume/records" ]
	run_ok plume analyze trend --csv v.csv --record --json
	[ "$(jq -r .record <<<"$output")" = "$id" ]
}

# Transfers of a token in 60 blocks, as eth_getLogs would not give them: CSV.
transfers() { # FROM TO
	echo block_number,log_index,tx_hash,contract,from_address,to_address,value_raw
	for b in $(seq "$1" "$2"); do
		printf '%d,0,0x%064x,0x%040x,0x%040x,0x%040x,%d\n' \
			"$b" "$b" 7 17 18 $((b * 1000 + b * b % 13))
	done
}

@test "a record of an indexed token replays, whatever came into the index since" {
	transfers 1 60 >one.csv
	transfers 61 90 >more.csv
	run_ok plume index import one.csv --network ethereum --decimals 2
	run_ok plume analyze trend --token 0x0000000000000000000000000000000000000007 \
		--network ethereum --bar block --record --json
	id=$(jq -r .record <<<"$output")
	jq -e '.n == 60 and .verdict == "rising" and .trust == "local" and
		.input.index.last_block.number == 60' <<<"$output"
	run_ok plume record replay "$id"
	run_ok plume index import more.csv --network ethereum
	run_ok plume record replay "$id"
	run_ok plume record show "$id" --json
	jq -e '[.evidence[].step] == ["record", "model", "series", "rows",
		"block", "block"]' <<<"$output"
	run_fail 2 plume record replay "$id" --csv one.csv
	rm -rf "$XDG_DATA_HOME/plume/index.db"*
	run_fail 7 plume record replay "$id"
	transfers 1 59 >less.csv
	run_ok plume index import less.csv --network ethereum --decimals 2
	run_fail 1 plume record replay "$id"
	has "$stderr" "input.sha256"
}
