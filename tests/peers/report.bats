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
	awk 'BEGIN { p = 100; print "day,price,other"
		for (i = 1; i <= 400; i++) { p *= 1 + 0.02 * sin(i * i)
		print i "," p "," 50 + i / 9 + 7 * cos(i * i) } }' >"${1:-p.csv}"
}

words_of() { # VERB: the first words of its record
	case $1 in
	trend) echo 'a day' ;;
	risk) echo 'of 100 points' ;;
	regime) echo 'The market is' ;;
	portfolio) echo 'Risk is' ;;
	esac
}

# transfers that are minted, burned, sent round and sent to oneself
moves() {
	awk 'function a(i) { return i ? sprintf("0x%040d", i * 7919) : z }
	BEGIN { z = "0x0000000000000000000000000000000000000000"
		print "token_address,from_address,to_address,value," \
			"transaction_hash,log_index,block_number,block_timestamp"
		for (i = 1; i <= 400; i++) {
			f = i < 9 ? 0 : i % 5 + 1; t = (i + 1) % 5 + 1
			if (i < 9) t = i
			if (i % 50 == 0) t = 0
			if (i % 70 == 0) t = f
			print a(99) "," a(f) "," a(t) "," (i < 9 ? 900000 : \
				i == 200 ? 500000 : 100) sprintf(",0x%064d", i) \
				",0," i "," 1700000000 + 9000 * i
		}
	}' >moves.csv
	printf 'address,entity,kind,country\n0x%040d,"%s",issuer,CH\n' 7919 \
		'Name <&""> 東京証券取引所東京証券取引所東京証券取引所東京証券取引所' \
		>labels.csv
	printf 'date,nav\n2023-11-01,1\n2023-11-20,1.01\n' >nav.csv
	printf 'date,price\n2023-11-15,0.99\n2023-11-25,1.03\n2023-12-20,1\n' \
		>price.csv
}

is_good() { # of seen.json
	jq -e 'length == 2 and .[0].width == 400 and .[1].width == 1280' \
		seen.json
	jq -c '.[] | select(.wide > .width) | ["too wide", .width, .wide]' \
		seen.json >bad
	jq -c '.[] | select(.clipped != []) | ["cut off", .clipped]' \
		seen.json >>bad
	jq -c '.[] | select(.overlapping != []) | ["on each other",
		.overlapping]' seen.json >>bad
	jq -c '.[] | select(.smallest < 10) | ["too small", .smallest]' \
		seen.json >>bad
	jq -c '.[] | select(.keys.first != "skip" or .keys.jumps > 0 or
		.keys.unnamed > 0 or .keys.wide > 0 or
		.captioned != .figures) | ["keys", .keys]' seen.json >>bad
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

@test "every analysis on one page, light and dark" {
	prices
	moves
	for line in 'trend --csv p.csv --time day --value price' \
		'risk --csv p.csv --time day --value price' \
		'forecast --csv p.csv --time day --value price' \
		'regime --csv p.csv --value price --states 2' \
		'backtest --csv p.csv --value price --window 250 --level 0.95 --simulations 200' \
		'portfolio --csv p.csv --columns price,other --paths 2000' \
		'concentration --csv moves.csv --labels labels.csv --bootstrap 50' \
		'flows --csv moves.csv --nav nav.csv --prices price.csv' \
		'wash --csv moves.csv --rounds 2 --worlds 9 --labels labels.csv' \
		'anomaly --csv moves.csv --bar day'; do
		# shellcheck disable=SC2086
		run_ok plume analyze $line --record -q
	done
	run_ok plume report --records all --to r.html --json
	jq -e '.analyses == 10' <<<"$output"
	look r.html
	is_good
	# a chart for each, and one of each score
	jq -e '.[0].figures >= 25' seen.json
	# each verdict in words, as the command says it
	for verb in trend risk regime portfolio; do
		has "$(jq -r '.[1].text' seen.json | tr '\n' ' ')" \
			"$(words_of $verb)"
	done
	look r.html --blink-settings=preferredColorScheme=0
	is_good
	chrome --print-to-pdf="$PWD/r.pdf" "file://$PWD/r.html"
	[ "$(grep -ac '/Type */Page\b' r.pdf)" -ge 8 ]
}

@test "hostile names are shown and never obeyed" {
	name='<img src=x onerror=alert(1)>"'"'"'&<script>document.title=1'
	column='</title></svg><script>alert(2)</script>'
	prices in.csv
	sed "1s|.*|day,\"$column\",other|" in.csv >"$name.csv"
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
