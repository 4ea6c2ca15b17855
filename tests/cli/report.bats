#!/usr/bin/env bats
# plume report: one page that asks nobody; without a browser.
load common

prices() {
	awk 'BEGIN { p = 100; print "day,price"; for (i = 1; i <= 400; i++) {
		p *= 1 + 0.02 * sin(i * i); print i "," p } }' >"${1:-p.csv}"
}

report() {
	plume report --csv p.csv --time day --value price "$@"
}

@test "the same data gives the same page, wherever and whenever" {
	prices
	run_ok report --to a.html --json
	[ "$(jq_of .sha256)" = "$(sha256sum <a.html | cut -d' ' -f1)" ]
	[ "$(jq_of .bytes)" = "$(wc -c <a.html)" ]
	mkdir far
	cp p.csv far
	TZ=America/Lima LC_ALL=C run_ok report --to b.html
	run_ok plume report --csv "$PWD/far/p.csv" --time day --value price \
		--to c.html
	cmp a.html b.html
	cmp a.html c.html
	! grep -qF "$HOME" a.html
	! grep -qiE '<script|https?://' <(sed 's|http://www.w3.org/2000/svg||g' \
		a.html)
}

@test "verdicts come first, then charts, reasons, figures, evidence" {
	prices
	run_ok report --to a.html
	order=$(grep -noE 'id="verdicts"|id="s0"|<svg|Why <|All figures|id="evidence"' \
		a.html | cut -d: -f1,2 | awk -F: '!seen[$2]++ { print $2 }' |
		tr '\n' ' ')
	[ "$order" = 'id="verdicts" id="s0" <svg Why < All figures id="evidence" ' ]
	for verb in trend risk; do
		v=$(plume analyze $verb --csv p.csv --time day --value price \
			--json | jq -r .verdict)
		grep -q "<p class=\"verdict\">$v</p>" a.html
	done
}

@test "its record ids are those of the analyses, kept where asked" {
	prices
	run_ok report --to a.html
	[ ! -e "$XDG_DATA_HOME/plume/records" ]
	run_ok report --to b.html --record
	for f in "$XDG_DATA_HOME"/plume/records/*.json; do
		id=$(basename "$f" .json)
		grep -q "$id" a.html
		grep -q "plume record replay $id" b.html
		run_ok plume record replay "$id"
	done
	[ "$(ls "$XDG_DATA_HOME/plume/records" | wc -l)" -ge 2 ]
}

@test "records: one or all, and one that no longer comes out is said" {
	prices
	id=$(plume analyze risk --csv p.csv --value price --record --json |
		jq -r .record)
	plume analyze trend --csv p.csv --value price --record -q >/dev/null
	run_ok plume report --records "${id:0:8}" --to a.html --json
	[ "$(jq_of .analyses)" = 1 ]
	grep -q 'done again here, byte for byte the same' a.html
	run_ok plume report --records all --to b.html --json
	[ "$(jq_of .analyses)" = 2 ]
	sed -i '$s/.*/400,1/' p.csv
	run_ok plume report --records "$id" --to c.html
	grep -q 'does NOT come out again' c.html
	rm p.csv
	run_ok plume report --records "$id" --to d.html
	grep -q 'not done again here' d.html
	sed -i 's/"verdict":"[a-z]*"/"verdict":"none"/' \
		"$XDG_DATA_HOME/plume/records/$id.json"
	run_fail 1 plume report --records "$id" --to e.html
	[ ! -e e.html ]
}

@test "what a model refuses stands there with its reason" {
	(echo v; seq 40 | awk '{ print $1 - 20 }') >p.csv
	run_ok plume report --csv p.csv --value v --to a.html --json
	[ "$(jq_of '.refused >= 1')" = true ]
	grep -q 'This analysis was refused' a.html
	(echo v; for i in $(seq 40); do echo 5; done) >p.csv
	run_fail 4 plume report --csv p.csv --value v --to b.html
	[ ! -e b.html ]
}

@test "one source, a file that can be read twice, a trust that is enough" {
	prices
	run_fail 2 plume report --to a.html
	run_fail 2 plume report --csv p.csv --records all --to a.html
	run_fail 2 plume report --csv - --value price --to a.html <p.csv
	run_fail 2 report
	run_fail 1 report --require proven --to a.html
	run_fail 2 report --only nothing --to a.html
	run_fail 7 plume report --records all --to a.html
	run_fail 7 plume report --csv none.csv --value v --to a.html
	[ ! -e a.html ]
	run_ok report --dry-run --to a.html
	[ ! -e a.html ]
	run_ok report --only risk --to a.html --json
	[ "$(jq_of .analyses)" = 1 ]
}
