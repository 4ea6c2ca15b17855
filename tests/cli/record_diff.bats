#!/usr/bin/env bats
# plume record diff and export: what changed, and what a stranger needs.
load common

# The id of the record of an analysis of v.csv
record() {
	plume analyze "${1:-trend}" --csv v.csv --value v "${@:2}" --record \
		--json | jq -r .record
}

series() {
	(echo day,v; for i in $(seq 120); do
		echo "$i,$((i * 3 + i * i % 17)).25"
	done) >v.csv
}

@test "the same record differs in nothing" {
	series
	a=$(record)
	run_ok plume record diff "$a" "${a:0:8}" --json
	[ "$output" = "[]" ]
	has "$stderr" "the same"
}

@test "another parameter: that one and the figures that hang on it" {
	series
	a=$(record trend --level .9)
	b=$(record trend --level .95)
	run_fail 1 plume record diff "$a" "$b" --json
	has "$stderr" "other parameters"
	[ "$(jq -c '[.[] | .part] | unique' <<<"$output")" = \
		'["parameters","result"]' ]
	[ "$(jq -c '.[0] | [.path, .was, .now]' <<<"$output")" = \
		'["model.parameters.level","0.9","0.95"]' ]
	jq -e '.[] | select(.path == "result.slope.interval.level") |
		.change > .0499 and .change < .0501' <<<"$output"
}

@test "other data comes first, and a verdict that turned is said" {
	series
	a=$(record)
	sed -i '2,$s/,/,-/' v.csv
	b=$(record)
	run_fail 1 plume record diff "$a" "$b" --json
	has "$stderr" "the verdict was rising, is falling"
	has "$stderr" "other data"
	[ "$(jq -r '.[0].part' <<<"$output")" = input ]
	[ "$(jq -r '[.[].part] | index("verdict") > index("input")' \
		<<<"$output")" = true ]
	jq -e '.[] | select(.path == "verdict") |
		.was == "\"rising\"" and .now == "\"falling\""' <<<"$output"
	# it is symmetrical
	run_fail 1 plume record diff "$b" "$a" --json
	has "$stderr" "was falling, is rising"
}

@test "records of two models; one that was changed is refused" {
	series
	a=$(record trend)
	b=$(record risk)
	run_fail 1 plume record diff "$a" "$b" --json
	has "$stderr" "another model"
	jq -e '.[] | select(.path == "command") | .part == "model"' \
		<<<"$output"
	jq -e '[.[] | select(.was == "absent" or .now == "absent")] |
		length > 10' <<<"$output"
	sed -i 's/rising/raised/' "$XDG_DATA_HOME/plume/records/$a.json"
	run_fail 1 plume record diff "$a" "$b"
	has "$stderr" "was changed"
	[ -z "$output" ]
	run_fail 7 plume record diff 123456 "$b"
}

@test "a bundle is enough to do the analysis again elsewhere" {
	series
	a=$(record)
	b=$(record risk)
	run_ok plume record export --to bundle --json
	jq -e 'length == 2 and all(.complete) and all(.input == "v.csv")' \
		<<<"$output"
	# on another machine, with nothing of this one
	rm -rf v.csv "$HOME"
	mkdir -p "$HOME" far
	mv bundle far
	cd far/bundle
	sha256sum -c --quiet SHA256SUMS
	[ "$(wc -l <SHA256SUMS)" = "$(find . -type f | grep -vc SHA256SUMS)" ]
	run_ok plume record replay "$a" --json
	jq -e .same <<<"$output"
	run_ok plume record replay "$b"
	run_ok plume record list --json
	jq -e 'length == 2 and all(.intact)' <<<"$output"
	# a byte of the data, a byte of a record
	sed -i '$s/25$/26/' v.csv
	run_fail 1 plume record replay "$a"
	sed -i 's/rising/raised/' "records/$a.json"
	run_fail 1 plume record list
}

@test "the same bundle is the same bytes; a folder that is there stays" {
	series
	a=$(record)
	run_ok plume record export "${a:0:10}" --to x
	run_ok plume record export "$a" "$a" --to y
	diff -r x y
	run_fail 2 plume record export --to x
	has "$stderr" "there already"
	run_fail 7 plume record export --to z --evidence none.json
	[ ! -e z ]
}

@test "what is gone or changed is said, and never put in" {
	series
	a=$(record)
	sed -i '$s/25$/26/' v.csv
	run_ok plume record export --to x --json
	jq -e '.[0] | (.complete | not) and .input == null and
		(.missing | test("changed"))' <<<"$output"
	[ ! -e x/v.csv ]
	rm v.csv
	run_ok plume record export --to y --json
	jq -e '.[0].missing | test("gone")' <<<"$output"
}

@test "a hostile record cannot write outside the folder" {
	series
	a=$(record)
	dir=$XDG_DATA_HOME/plume/records
	mv "$dir/$a.json" good.json
	for name in ../out.csv /tmp/plume-out.csv .plume/config README.txt \
		records/x.json a/../../out.csv a//b .git/hooks/x 'a\nb'; do
		# as plume wrote it but for the one name, and with its hash
		sed 's|"source":"v.csv"|"source":"'"${name//\\/\\\\}"'"|' \
			good.json >evil.json
		id=$(sha256sum <evil.json | cut -d' ' -f1)
		[ "$id" != "$a" ]
		cp evil.json "$dir/$id.json"
		before=$(find . "$HOME" | grep -v "$id" | sort)
		run_ok plume record export --to x --json
		jq -e '.[0].complete | not' <<<"$output"
		[ "$(find x -type f | wc -l)" = 4 ]
		rm -rf x "$dir/$id.json"
		[ "$(find . "$HOME" | grep -v "$id" | sort)" = "$before" ]
		[ ! -e /tmp/plume-out.csv ] && [ ! -e ../out.csv ]
	done
}
