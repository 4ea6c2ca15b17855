#!/usr/bin/env bats
# plume report in a browser: Chromium lays the page out at two widths, light
# and dark, and a script outside the page says what came of it.
load ../cli/common

setup() {
	fresh
	browser=$(command -v chromium || command -v chromium-browser ||
		command -v google-chrome) || skip "chromium is not installed"
	need jq
	need python3
}

# chrome ARG…: one run with a profile of its own
chrome() {
	local profile rc=0
	profile=$(mktemp -d "$BATS_TEST_TMPDIR/chrome.XXXXXX")
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --hide-scrollbars \
		--allow-file-access-from-files --disable-extensions \
		--user-data-dir="$profile" --enable-logging=stderr \
		"$@" 2>chrome.err || rc=$?
	rm -rf "$profile"
	return $rc
}

# look FILE [ARG…]: seen.json, what report_look.js saw of the page
look() {
	cat >wrap.html <<-EOT
		<!doctype html><meta charset="utf-8"><body data-report="$1">
		<script>$(cat "$BATS_TEST_DIRNAME/report_look.js")</script>
	EOT
	chrome --virtual-time-budget=20000 --dump-dom "${@:2}" \
		"file://$PWD/wrap.html" >dom.html
	python3 - >seen.json <<-'EOT'
		import html, re
		dom = open("dom.html", encoding="utf-8").read()
		print(html.unescape(re.search(r'<pre id="out">(.*?)</pre>', dom,
		                              re.S).group(1)))
	EOT
	! grep -i 'CONSOLE' chrome.err
}

prices() {
	awk 'BEGIN { p = 100; print "day,price"; for (i = 1; i <= 400; i++) {
		p *= 1 + 0.02 * sin(i * i); print i "," p } }' >"${1:-p.csv}"
}

is_good() { # of seen.json
	jq -e 'length == 2 and .[0].width == 390 and .[1].width == 1280' \
		seen.json
	jq -c '.[] | select(.wide > .width) | ["too wide", .width, .wide]' \
		seen.json >bad
	jq -c '.[] | select(.clipped != []) | ["cut off", .clipped]' \
		seen.json >>bad
	jq -c '.[] | select(.contrast.ratio < 4.5) | .contrast' seen.json >>bad
	jq -c '.[] | select(.requests != [] or .foreign != [] or .scripts > 0 or
		.handlers > 0) | [.requests, .foreign, .scripts, .handlers]' \
		seen.json >>bad
	jq -c '.[] | select(.twice != [] or .dangling != [] or .headless > 0) |
		[.twice, .dangling, .headless]' seen.json >>bad
	jq -c '.[] | select(.h1 != 1 or .main != 1 or .landmarks < 4 or
		.lang != "en" or .title == "" or .tables != .captions or
		.svgs != .titled or .svgs != .described or .figures != .svgs) |
		del(.text)' seen.json >>bad
	cat bad
	[ ! -s bad ]
}

@test "a report lies well at two widths, and asks nobody" {
	prices
	run_ok plume report --csv p.csv --time day --value price --to r.html
	look r.html
	is_good
	jq -e 'all(.[]; .dark | not) and .[0].ground == [255,255,255]' seen.json
	jq -e '.[0] | .figures >= 5 and .tables >= 10' seen.json
	for words in 'Report on p.csv' Verdicts 'Line of evidence' 'VaR' \
		'plume analyze trend --csv p.csv --time day --value price' \
		"$(plume analyze trend --csv p.csv --time day --value price \
			--record --json | jq -r .record)"; do
		has "$(jq -r '.[1].text' seen.json)" "$words"
	done
}

@test "in the dark it is dark, and can still be read" {
	prices
	run_ok plume report --csv p.csv --time day --value price --to r.html
	look r.html --blink-settings=preferredColorScheme=0
	jq -e 'all(.[]; .dark)' seen.json
	jq -e '.[0].ground | add < 150' seen.json
	is_good
}

@test "pictures of it at two widths hold something" {
	prices
	run_ok plume report --csv p.csv --time day --value price --to r.html
	for size in 500,1600 1280,1600; do
		chrome --window-size=$size --screenshot="$PWD/$size.png" \
			"file://$PWD/r.html"
		python3 - "$size" <<-'EOT'
			import struct, sys, zlib
			w, h = map(int, sys.argv[1].split(","))
			b = open(sys.argv[1] + ".png", "rb").read()
			assert b[:8] == b"\x89PNG\r\n\x1a\n"
			assert struct.unpack(">II", b[16:24]) == (w, h)
			at, data = 8, b""
			while at < len(b):
			    n, kind = struct.unpack(">I4s", b[at:at + 8])
			    if kind == b"IDAT": data += b[at + 8:at + 8 + n]
			    at += n + 12
			raw = zlib.decompress(data)
			assert len(set(raw)) > 100, "one colour"
		EOT
	done
}

@test "printed it is a PDF of some pages" {
	prices
	run_ok plume report --csv p.csv --time day --value price --to r.html
	chrome --print-to-pdf="$PWD/r.pdf" "file://$PWD/r.html"
	[ "$(head -c 5 r.pdf)" = %PDF- ]
	[ "$(grep -ac '/Type */Page\b' r.pdf)" -ge 2 ]
}

@test "hostile names are shown and never obeyed" {
	name='<img src=x onerror=alert(1)>"'"'"'&<script>document.title=1'
	column='</title></svg><script>alert(2)</script>'
	prices in.csv
	sed "1s|.*|day,\"$column\"|" in.csv >"$name.csv"
	run_ok plume report --csv "$name.csv" --time day --value "$column" \
		--title '</title><script>alert(3)</script><b>T' --to r.html
	look r.html
	is_good
	jq -e '.[0].title == "</title><script>alert(3)</script><b>T"' seen.json
	has "$(jq -r '.[0].text' seen.json)" "$name.csv"
	! grep -qiE '<(script|img|b|iframe)\b' r.html
}

@test "of real prices, and of records that are done again" {
	need_data
	f=$TESTDATA/analytics/finance/btcusdt_daily.csv
	[ -e "$f" ] || skip "no prices"
	run_ok plume report --csv "$f" --time date --value close --to r.html \
		--record --json
	jq -e '.refused == 0' <<<"$output"
	look r.html
	is_good
	run_ok plume report --records all --to again.html
	look again.html
	is_good
	has "$(jq -r '.[0].text' seen.json)" "byte for byte the same"
}
