#!/usr/bin/env bats
# analyze --svg: the chart as a file.
load common

series() {
	awk 'BEGIN { p = 100; print "day,v"; for (i = 1; i <= 300; i++) {
		p *= 1 + 0.02 * sin(i * i); print i "," p } }' >"${1:-v.csv}"
}

is_xml() { # FILE
	python3 -c 'import sys, xml.dom.minidom as m
d = m.parse(sys.argv[1])
assert d.documentElement.tagName == "svg"
assert not d.getElementsByTagName("script")
print(d.getElementsByTagName("title")[0].firstChild.data)' "$1"
}

@test "trend and risk write well-formed pictures, the same each time" {
	need python3
	series
	for verb in trend risk; do
		run_ok plume analyze $verb --csv v.csv --time day --value v \
			--svg $verb.svg
		run_ok plume analyze $verb --csv v.csv --time day --value v \
			--svg again.svg
		cmp $verb.svg again.svg
		has "$(is_xml $verb.svg)" v.csv
	done
	grep -q 'class="f"' trend.svg
	grep -q 'VaR 99 %' risk.svg
}

@test "the picture is no part of the record, and a dry run writes none" {
	series
	run_ok plume analyze trend --csv v.csv --value v --record --json
	id=$(jq_of .record)
	run_ok plume analyze trend --csv v.csv --value v --record --json \
		--svg x.svg
	[ "$(jq_of .record)" = "$id" ]
	run_ok plume analyze trend --csv v.csv --value v --svg y.svg --dry-run
	[ ! -e y.svg ]
	run_fail 7 plume analyze trend --csv v.csv --value v --svg none/y.svg
}

@test "a hostile file name is text in it" {
	need python3
	name='"><script>alert(1)<&.csv'
	series "$name"
	run_ok plume analyze trend --csv "$name" --time day --value v \
		--svg x.svg
	has "$(is_xml x.svg)" "$name"
	! grep -q '<script' x.svg
}
