#!/usr/bin/env bats
# Input that was damaged on its way or made to harm: files cut anywhere, bytes
# changed at random (the same ones every time), values of the wrong type at
# every key, names with control bytes, devices in the place of files.  Whatever
# comes, the program ends by itself with a documented status, a failure has
# words that name the file, and nothing raw reaches a terminal.
load common

F=$BATS_TEST_DIRNAME/../fixtures/light
TOKEN=0x1111111111111111111111111111111111111111

setup() {
	fresh
	BATTER=${PL_OBJ:-$ROOT/build/release}/tests/tools/batter
	[ -x "$BATTER" ] || skip "batter is not built"
	# a sanitized program starts slowly; release walks all of them
	THIN=1
	! sanitized || THIN=6
	root=$(jq -r .result.stateRoot "$F/block.json")
}

# damaged FILE NAME STEP SEED COUNT CMD…: CMD over NAME, which is FILE cut and
# FILE changed.  $options are batter's.
damaged() {
	# shellcheck disable=SC2086 # words
	"$BATTER" $options "$1" "$2" cut $(($3 * THIN)) -- "${@:6}"
	# shellcheck disable=SC2086
	"$BATTER" $options "$1" "$2" change "$4" $(($5 / THIN)) -- "${@:6}"
}

@test "answers of a node, damaged" {
	options="-n m.json"
	damaged "$F/block.json" m.json 150 1 80 plume light check-block m.json
	damaged "$F/headers.json" m.json 900 2 40 \
		plume light check-block m.json --json
	damaged "$F/proofs.json" m.json 150 3 80 \
		plume light check-proof --state-root "$root" m.json
	damaged "$F/receipts.json" m.json 200 4 80 \
		plume light check-receipts --header "$F/block.json" m.json --json
}

# wrong FILE SEED EACH: FILE with another value at one place, a line each
wrong() {
	jq -c --argjson seed "$2" --argjson each "$(($3 * THIN))" '
		def junk: [null, true, 0, -1, 1, 1.5, 9007199254740993, 1e308,
			"", "0x", "0x0", "0x00", "0x1", "-1", "0xzz", "a\u0000b",
			"0x\u001b[31m", "\ud83d\ude00", ("9" * 400),
			("0x" + "f" * 64), ("0x" + "f" * 65),
			("0x" + "ab" * 5000), [], [[]], [null], {}, {"a": 1}];
		. as $doc | [paths] as $at | junk as $j |
		range($seed; ($at | length) * ($j | length); $each) |
		. as $i | $doc | setpath($at[$i % ($at | length)];
			$j[$i / ($at | length) | floor])' "$1"
}

everywhere() { # FILE SEED EACH CMD…
	wrong "$1" "$2" "$3" >lines
	# shellcheck disable=SC2086
	"$BATTER" $options lines m.json lines -- "${@:4}"
}

@test "answers of a node, with values of every type at every key" {
	options="-n m.json"
	everywhere "$F/block.json" 3 37 plume light check-block m.json
	everywhere "$F/block_rlp.json" 1 11 plume light check-block m.json --json
	everywhere "$F/proofs.json" 2 13 \
		plume light check-proof --state-root "$root" m.json
	everywhere "$F/receipts.json" 4 31 \
		plume light check-receipts --header "$F/block.json" m.json
	options=
	everywhere "$F/block.json" 5 61 \
		plume light check-receipts --header m.json "$F/receipts.json"
}

transfers() { # FROM TO
	echo token_address,from_address,to_address,value,transaction_hash,log_index,block_number,block_timestamp
	for ((i = $1; i <= $2; i++)); do
		printf '%s,0x%040x,0x%040x,%d,0x%064x,0,%d,%d\n' \
			$TOKEN 7 8 $i $i $i $((1700000000 + i))
	done
}

@test "transfers, as CSV, packed and as logs, damaged" {
	options="-n m.csv -r i.db"
	transfers 1 4 >base
	damaged base m.csv 50 5 40 plume index import m.csv --token $TOKEN \
		--store i.db
	gzip -nc base >base.gz
	options="-n m.csv.gz -r i.db"
	damaged base.gz m.csv.gz 12 6 40 plume index import m.csv.gz \
		--token $TOKEN --store i.db
	transfers 1 2 >two.csv
	plume index import two.csv --store two.db >/dev/null
	plume index export --token $TOKEN --store two.db --json >base.json
	options="-n m.json -r i.db"
	everywhere base.json 0 11 plume index import m.json --token $TOKEN \
		--store i.db
}

@test "series, damaged" {
	{ echo day,value && for ((i = 1; i < 40; i++)); do
		echo "2026-01-$((i % 28 + 1)),\"1,$((i * i % 101 + 300))\""
	done; } >base
	options="-n m.csv"
	damaged base m.csv 60 7 60 plume analyze trend --csv m.csv \
		--value value --time day --sort
	damaged base m.csv 60 8 60 plume analyze risk --csv m.csv --value value
}

@test "an index, damaged" {
	options="-r m.db"
	transfers 1 9 >base
	plume index import base --store whole.db >/dev/null
	damaged whole.db m.db 2500 9 40 plume index export --token $TOKEN \
		-o jsonl --store m.db
	damaged whole.db m.db 5000 10 40 plume index import base --store m.db
}

@test "settings, damaged" {
	options=
	plume asset init r
	printf '[network "x"]\n\trpc = http://127.0.0.1:1\n\tchain-id = 7\n[alias]\n\tbob = 0x%040d\n# end\n' 7 |
		cat r/.plume/config - >base
	damaged base r/.plume/config 7 11 40 plume -C r config list
	damaged base r/.plume/config 9 12 30 plume -C r network list
}

@test "key files, damaged" {
	printf plume >pw
	cat >base <<-'K'
		{"version":3,"id":"00000000-0000-4000-8000-000000000000","address":"1a642f0e3c3af545e7acbd38b07251b3990914f1","crypto":{"cipher":"aes-128-ctr","ciphertext":"0000000000000000000000000000000000000000000000000000000000000000","cipherparams":{"iv":"00000000000000000000000000000000"},"kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"p":1,"r":1,"salt":"00"},"mac":"0000000000000000000000000000000000000000000000000000000000000000"}}
	K
	options="-n m.json"
	damaged base m.json 9 13 60 \
		plume account import m.json --name x --password-file pw
	everywhere base 0 7 \
		plume account import m.json --name x --password-file pw
	[ ! -e "$XDG_DATA_HOME/plume/keystore/x" ]
}

@test "records, damaged: under their old name, and under one that fits" {
	{ echo v && seq 40; } >v.csv
	plume analyze trend --csv v.csv --value v --record >/dev/null
	dir=$XDG_DATA_HOME/plume/records
	r=$(echo "$dir"/*.json)
	mv "$r" base
	id=$(basename "$r" .json)
	options="-n ${id:0:12}"
	damaged base "$r" 700 14 30 plume record show "$id"
	rm "$r"
	options=
	wrong base 5 171 >lines
	while IFS= read -r line; do
		printf '%s' "$line" >one
		id=$(sha256sum <one | cut -d' ' -f1)
		echo "$line" >one
		"$BATTER" one "$dir/$id.json" lines -- plume record show "$id"
		"$BATTER" one "$dir/$id.json" lines -- \
			plume record replay "$id" --csv v.csv
		rm "$dir/$id.json"
	done <lines
	[ -s lines ]
}

@test "names with control bytes, and words of 100 000 letters" {
	{ echo v && seq 12; } >v.csv
	long=$(printf '%0100000d' 0)
	for name in $'esc\e[31m.csv' $'tab\t.csv' $'nl\n.csv' ./-dash.csv \
		$'bad\xff.csv'; do
		cp v.csv "$name"
		run_ok plume analyze trend --csv "$name" --value v --record
		"$BATTER" v.csv "$name" change 0 1 -- \
			plume analyze trend --csv "$name" --value v
		"$BATTER" v.csv "$name" change 0 1 -- \
			plume analyze trend --csv "$name" --value w --json
		"$BATTER" v.csv "$name" change 0 1 -- \
			plume light check-block "$name"
		"$BATTER" v.csv "$name" change 0 1 -- \
			plume light check-block "$name.not" --json
		"$BATTER" v.csv "$name" change 0 1 -- plume record list
	done
	for words in "$long" "light $long" "light check-block $long" \
		"index list --store $long" "config get $long" "help $long" \
		"record show $long" "analyze trend --csv v.csv --value $long" \
		"--$long" "-C $long asset list" "network show $long" \
		"account new $long --password-file v.csv"; do
		got=0
		# shellcheck disable=SC2086 # words
		plume $words >out 2>err </dev/null || got=$?
		[[ $got =~ ^[2-7]$ ]]
		[ "$(wc -c <err)" -lt 2000 ]
	done
}

@test "folders, devices and huge files in the place of files" {
	mkdir dir
	truncate -s 2G huge
	yes '{"a":' | head -n 10000 | tr -d '\n' >deep
	for f in dir huge deep /dev/null /proc/self/mem; do
		for words in "light check-block" \
			"light check-proof --state-root $root" \
			"light check-receipts --receipts-root $root" \
			"index import --store i.db" "analyze trend --value 1 --csv" \
			"analyze risk --value 1 --csv" \
			"account import --password-file v.csv" \
			"index list --store"; do
			got=0
			# shellcheck disable=SC2086 # words
			plume $words "$f" >out 2>err </dev/null || got=$?
			[[ $got =~ ^[24578]$ ]] && grep -qF "${f#/}" err || {
				echo "status $got: $words $f" && cat err
				return 1
			}
		done
	done
}

# full BLOCKS CMD…: no file may grow over that; the status must be 5
full() {
	local got=0
	words=$( (ulimit -f "$1" && "${@:2}" 2>&1 >/dev/null)) || got=$?
	[ "$got" = 5 ] && [ -n "$words" ] && return
	echo "status $got: $*: $words"
	return 1
}

@test "a full disk: records, papers, commits, settings stay whole" {
	need git
	export PLUME_AUTHOR_NAME=A PLUME_AUTHOR_EMAIL=a@example.org
	{ echo v && seq 40; } >v.csv
	head -c 100000 /dev/zero >deed.bin
	plume asset init r
	plume -C r asset new villa -t real-estate
	plume -C r asset commit
	old=$(git -C r rev-parse HEAD)
	plume -C r asset new plot -t real-estate
	full 0 plume analyze trend --csv v.csv --value v --record
	full 0 plume -C r asset new other -t fund
	full 8 plume -C r asset add-document villa deed.bin -k deed
	has "$words" deed
	full 0 plume -C r asset commit
	full 0 plume asset init q
	full 0 plume account alias bob $TOKEN
	[ -z "$(ls "$XDG_DATA_HOME/plume/records" 2>/dev/null)" ]
	[ "$(git -C r rev-parse HEAD)" = "$old" ]
	git -C r fsck --strict --no-dangling
	run_ok plume -C r asset check
	# and with space again, the same words work
	run_ok plume -C r asset add-document villa deed.bin -k deed
	run_ok plume -C r asset commit
	[ -z "$(git -C r status --porcelain)" ]
	run_ok plume asset init q
	run_ok plume account alias bob $TOKEN
}
