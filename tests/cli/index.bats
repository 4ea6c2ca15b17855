#!/usr/bin/env bats
# The index: imports whole or not at all, what a node may and may not say,
# and what is left when the machine gives up in the middle.
load common

T=0x1111111111111111111111111111111111111111
A=0x2222222222222222222222222222222222222222
B=0x3333333333333333333333333333333333333333
HEAD=token_address,from_address,to_address,value,transaction_hash,log_index,block_number,block_hash,block_timestamp

tx() { printf '0x%064x' "$1"; } # TX
hash() { printf '0xb10c%060x' "$1"; } # hash of block N

# row N [VALUE]: one transfer in block N, as ethereum-etl writes it
row() {
	echo "$T,$A,$B,${2:-$1},$(tx "$1"),0,$1,$(hash "$1"),$((1700000000 + $1))"
}
rows() { # FROM TO: a whole file of such rows
	awk -v h=$HEAD -v t=$T -v a=$A -v b=$B -v from="$1" -v to="$2" 'BEGIN {
		print h
		for (i = from; i <= to; i++)
			printf "%s,%s,%s,%d,0x%064x,0,%d,0xb10c%060x,%d\n",
				t, a, b, i, i, i, i, 1700000000 + i
	}'
}
field() { # NAME: of the JSON in $output, the first one
	sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$output" | head -n 1
}
is() { # NAME VALUE
	[ "$(field "$1")" = "$2" ] && return
	printf '%s is not %s in:\n%s\n' "$1" "$2" "$output" >&2
	return 1
}
export_of() { plume index export --token $T -o csv; }
state() { # what the index holds, one line
	plume index export --token $T -o csv 2>/dev/null | sha256sum
}

@test "importing again adds nothing" {
	rows 1 5 >a.csv
	run_ok plume index import a.csv --json
	is rows 5
	is added 5
	is trust local
	is first_block 1
	is last_block 5
	before=$(state)
	run_ok plume index import a.csv --json
	is added 0
	is duplicates 5
	[ "$(state)" = "$before" ]
}

@test "an overlapping file adds what is new" {
	rows 1 5 >a.csv
	rows 4 9 >b.csv
	run_ok plume index import a.csv b.csv -o jsonl
	output=${lines[1]}
	is added 4
	is duplicates 2
}

@test "the same from a pipe, packed or not" {
	rows 1 5 >a.csv
	gzip -k a.csv
	run_ok plume index import - --json <a.csv
	is added 5
	run_ok plume index import a.csv.gz --json
	is added 0
	is duplicates 5
	head -c 60 a.csv.gz >cut.csv.gz
	run_fail 4 plume index import cut.csv.gz
	has "$stderr" "cut.csv.gz: gzip: cut short"
}

@test "a contradicting row is refused and nothing is written over" {
	rows 1 5 >a.csv
	run_ok plume index import a.csv
	before=$(state)
	{ echo "$HEAD" && row 9 && row 3 77; } >b.csv
	run_fail 1 plume index import b.csv
	has "$stderr" "b.csv: line 3"
	has "$stderr" "the value is 3 in the index, 77 in this source"
	[ "$(state)" = "$before" ] # row 9 is not there either
	run_ok plume index import b.csv --skip-bad --json
	is rejected 1
	is added 1
}

@test "wrong rows are named by file, line, column and value" {
	while IFS='|' read -r what line; do
		{ echo "$HEAD" && row 1 && echo "$line"; } >bad.csv
		run_fail 4 plume index import bad.csv
		has "$stderr" "bad.csv: line 3"
		has "$stderr" "$what"
		has "$stderr" "nothing was imported"
		run_fail 5 plume index export --token $T -o csv || run_fail 7 plume index export --token $T -o csv
	done <<-E
		column value, value "-5"|$T,$A,$B,-5,$(tx 2),0,2,,
		column value, value "1e5"|$T,$A,$B,1e5,$(tx 2),0,2,,
		column value, value ""|$T,$A,$B,,$(tx 2),0,2,,
		larger than 2^256|$T,$A,$B,115792089237316195423570985008687907853269984665640564039457584007913129639936,$(tx 2),0,2,,
		column from_address, value "0x12"|$T,0x12,$B,5,$(tx 2),0,2,,
		column transaction_hash|$T,$A,$B,5,$A,0,2,,
		column log_index, value "x"|$T,$A,$B,5,$(tx 2),x,2,,
		over 2^63|$T,$A,$B,5,$(tx 2),0,18446744073709551615,,
		column block_timestamp, value "yesterday"|$T,$A,$B,5,$(tx 2),0,2,,yesterday
		fields where 9 belong|$T,$A,$B,5
		fields where 9 belong|$T,$A,$B,5,$(tx 2),0,2,,,x
	E
}

@test "--skip-bad leaves wrong rows out and counts them" {
	{ rows 1 3 && echo "$T,$A,$B,x,$(tx 7),0,7,," && row 8; } >a.csv
	run_ok plume index import a.csv --skip-bad --json
	is rows 4
	is rejected 1
	has "$stderr" "a.csv: line 5, column value, value \"x\""
}

@test "a record that cannot be read ends the file, --skip-bad or not" {
	{ rows 1 3 && printf '"%s,\n' $T; } >a.csv
	run_fail 4 plume index import a.csv --skip-bad
	has "$stderr" "a.csv: line 5"
	has "$stderr" "never closed"
}

@test "equal rows without a log index are all kept, and once" {
	{
		echo "Txhash,Blockno,UnixTimestamp,From,To,Quantity"
		for v in 1,000.5 1,000.5 7; do
			echo "\"$(tx 1)\",\"5\",\"1700000000\",\"$A\",\"$B\",\"$v\",\"\""
		done
	} >e.csv
	run_ok plume index import e.csv --token $T --decimals 2 --json
	is format etherscan
	is added 3
	is no_log_index 3
	has "$stderr" "no log index"
	run_ok plume index import e.csv --token $T --decimals 2 --json
	is added 0
	is duplicates 3
	run_ok export_of
	[ "$(grep -c ",100050," <<<"$output")" = 2 ]
	# a source that knows the log indexes completes them
	{
		echo "$HEAD"
		echo "$T,$A,$B,100050,$(tx 1),3,5,,"
		echo "$T,$A,$B,100050,$(tx 1),4,5,,"
		echo "$T,$A,$B,700,$(tx 1),5,5,,"
	} >l.csv
	run_ok plume index import l.csv --json
	is added 0
	is completed 3
	run_ok plume index status --token $T --json
	is rows 3
	is no_log_index 0
}

@test "whole tokens need decimals, and fit them" {
	printf 'Txhash,From,To,Quantity\n%s,%s,%s,1.234\n' "$(tx 1)" $A $B >e.csv
	run_fail 2 plume index import e.csv --token $T
	has "$stderr" "--decimals N"
	run_fail 4 plume index import e.csv --token $T --decimals 2
	has "$stderr" 'value "1.234"'
	run_ok plume index import e.csv --token $T --decimals 3
	for v in 1,23 12,34,567 1.2.3 1,234,56 ,5 1,.5 ''; do
		printf 'Txhash,From,To,Quantity\n%s,%s,%s,"%s"\n' "$(tx 2)" $A $B "$v" >bad.csv
		run_fail 4 plume index import bad.csv --token $T
	done
}

@test "columns by name and number; a wrong map is a usage error" {
	printf 'id;who;whom;much\n%s;%s;%s;5\n' "$(tx 1)" $A $B >m.csv
	run_ok plume index import m.csv --token $T --map from=who,to=3,value=MUCH,tx=1 --json
	is added 1
	run_fail 4 plume index import m.csv --token $T
	has "$stderr" '"from"'
	has "$stderr" "id, who, whom, much"
	run_fail 2 plume index import m.csv --token $T --map from=nobody
	has "$stderr" 'no column "nobody"'
	run_fail 2 plume index import m.csv --token $T --map sender=who
	run_fail 2 plume index import m.csv --token $T --map from
	run_fail 2 plume index import m.csv --map from=who,to=3,value=much,tx=1
	has "$stderr" "--token"
	run_fail 2 plume index import m.csv --token $T --map from=who,to=3,value=4,tx=1 --where who
}

@test "logs as nodes give them: answer, result, list" {
	topic=0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef
	log() { # TX LOG DATA [EXTRA]
		printf '{"address":"%s","topics":["%s","0x000000000000000000000000%s","0x000000000000000000000000%s"],"data":"0x%064x","blockNumber":"0x5","blockHash":"%s","transactionHash":"%s","logIndex":"0x%x"%s}' \
			$T $topic ${A#0x} ${B#0x} "$3" "$(hash 5)" "$(tx "$1")" "$2" "$4"
	}
	echo "[$(log 1 0 9),$(log 2 1 9)]" >list.json
	echo "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[$(log 3 2 9)]}" >answer.json
	{ log 4 3 9 && echo && log 5 4 9 && echo; } >lines.json
	for f in list answer lines; do
		run_ok plume index import $f.json --json
		is rejected 0
	done
	run_ok plume index status --token $T --json
	is rows 5
	is last_hash "$(hash 5)"
	log 6 5 9 ',"removed":true' >removed.json
	run_fail 4 plume index import removed.json
	has "$stderr" '"removed" is true'
	log 6 5 9 ',"removed":"true"' >removed.json
	run_fail 4 plume index import removed.json
	has "$stderr" '"removed" is a string'
	log 6 5 9 | sed 's/"data":"0x00/"data":"0x/' >short.json
	run_fail 4 plume index import short.json
	has "$stderr" '"data"'
	log 6 5 9 | sed 's/"0x0000/"0x0100/' >dirty.json
	run_fail 4 plume index import dirty.json
	has "$stderr" "more than an address"
	echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"too many"}}' >error.json
	run_fail 4 plume index import error.json
	has "$stderr" "too many"
	echo '[]' >none.json
	run_fail 4 plume index import none.json
	echo '<html>' >page.json
	run_fail 4 plume index import page.json
	printf '%*s' 10000 '' | tr ' ' '[' >deep.json
	run_fail 4 plume index import deep.json
}

@test "an export can be imported again, as CSV and as JSON lines" {
	{
		rows 1 4
		echo "$T,$A,$B,115792089237316195423570985008687907853269984665640564039457584007913129639935,$(tx 9),3,9,,"
		echo "$T,$A,$B,0,$(tx 9),,9,,"
	} >a.csv
	run_ok plume index import a.csv
	plume index export --token $T -o csv >x.csv
	plume index export --token $T -o jsonl >x.jsonl
	for f in x.csv x.jsonl; do
		run_ok plume index import $f --store other-$f.db --json
		is added 6
		is format etl
		run_ok plume index export --token $T --store other-$f.db -o csv
		[ "$output" = "$(cat x.csv)" ]
	done
	run_fail 4 plume index import x.csv --network ethereum --store third.db
	has "$stderr" "the row is of chain 98866, the import of 1"
	has "$stderr" "--network"
}

@test "a reader that goes away in the middle ends an export quietly" {
	rows 1 5000 >a.csv
	run_ok plume index import a.csv
	run --separate-stderr bash -c "\"$PLUME\" index export --token $T -o csv |
		head -1; exit \${PIPESTATUS[0]}"
	[ "$status" = 141 ] || [ "$status" = 0 ]
	[ -z "$stderr" ]
	[ "${#lines[@]}" = 1 ]
	run_ok plume index export --token $T -o csv
	[ "${#lines[@]}" = 5001 ]
}

@test "ranges have the same names in export, sync and analyze" {
	rows 1 40 >a.csv
	run_ok plume index import a.csv
	for v in "index export" "index sync" "analyze trend" "analyze risk"; do
		# shellcheck disable=SC2086
		plume help $v --json | jq -e '[.[0].options[].name] |
			contains(["from-block", "to-block"])' >/dev/null
	done
	plume index export --token $T -o csv | sed 1d >all
	at=$(sed -n 11p all | cut -d, -f5)
	plume index export --token $T -o csv --from "$at" | sed 1d >since
	plume index export --token $T -o csv --to "$at" | sed 1d >before
	cat before since | diff - all
	[ "$(wc -l <before)" = 10 ]
}

@test "anybody can check the digest of a series with sha256sum" {
	rows 1 40 | awk -F, -v OFS=, 'NR > 1 { $4 = $4 * 37 % 101; $7 *= 1999 } 1' >a.csv
	run_ok plume index import a.csv --decimals 0
	run_ok plume analyze trend --token $T --measure volume --bar 1999blocks --json
	# a line of each row in a file of its group, as plume-trust(7) has it
	awk -F, 'NR > 1 {
		f = sprintf("group.%09d", $7 / 10000)
		printf "98866,%s,%s,%s,%s,%s,%s,%s,0x%064x\n", $1, $7, $6, $9,
			$5, $2, $3, $4 >>f
	}' a.csv
	[ "$(ls group.* | wc -l)" -gt 4 ]
	want=$(for f in group.*; do
		while read -r line; do echo "$line" | sha256sum | cut -c-64; done <"$f" |
			sort | perl -ne 'print pack("H64", $_)' | sha256sum | cut -c-64
	done | perl -ne 'print pack("H64", $_)' | sha256sum | cut -c-64)
	has "$output" "tree:$want"
}

@test "status and list say where rows came from" {
	rows 1 3 >a.csv
	run_ok plume index import a.csv
	run_ok plume index status --token $T --json
	is name a.csv
	is sha256 "0x$(sha256sum a.csv | cut -d' ' -f1)"
	run_ok plume index list --json
	is rows 3
	run_fail 7 plume index status --token $A
	has "$stderr" "plume index list"
}

@test "--require refuses labels that files do not have" {
	rows 1 3 >a.csv
	run_fail 1 plume index import a.csv --require claimed
	run_fail 7 plume index list
	run_ok plume index import a.csv
	run_fail 1 plume index status --token $T --require claimed
}

@test "--dry-run keeps nothing" {
	rows 1 3 >a.csv
	run_ok plume index import a.csv --dry-run --json
	is added 3
	is dry_run true
	[ ! -e "$XDG_DATA_HOME/plume/index.db" ]
	run_fail 7 plume index status --token $T
}

# ------------------------------------------------------------ a node, replayed

TOPIC=0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef
call() { # METHOD PARAMS RESULT
	printf '{"method":"%s","params":%s,"result":%s}\n' "$@"
}
node_says() { # HEAD: what a token of 2 decimals answers
	call eth_chainId '[]' '"0x18232"'
	call eth_getCode "[\"$T\",\"latest\"]" '"0x6001"'
	call eth_call "[{\"to\":\"$T\",\"data\":\"0x313ce567\"},\"latest\"]" "\"0x$(printf %064x 2)\""
	call eth_call "[{\"to\":\"$T\",\"data\":\"0x95d89b41\"},\"latest\"]" "\"0x$(printf %064x 32)$(printf %064x 5)56494c4c41$(printf %054d 0)\""
	call eth_blockNumber '[]' "\"0x$(printf %x "$1")\""
}
block() { # N [HASH]
	call eth_getBlockByNumber "[\"0x$(printf %x "$1")\",false]" \
		"{\"number\":\"0x$(printf %x "$1")\",\"hash\":\"${2:-$(hash "$1")}\",\"timestamp\":\"0x$(printf %x $((1700000000 + $1)))\"}"
}
nlog() { # BLOCK [VALUE [HASH [TX]]]: a log of block N
	printf '{"address":"%s","topics":["%s","0x000000000000000000000000%s","0x000000000000000000000000%s"],"data":"0x%064x","blockNumber":"0x%x","blockHash":"%s","transactionHash":"%s","logIndex":"0x0","removed":false}' \
		$T $TOPIC ${A#0x} ${B#0x} "${2:-$1}" "$1" "${3:-$(hash "$1")}" "$(tx "${4:-$1}")"
}
logs() { # FROM TO LOGS
	call eth_getLogs "[{\"address\":\"$T\",\"topics\":[\"$TOPIC\"],\"fromBlock\":\"0x$(printf %x "$1")\",\"toBlock\":\"0x$(printf %x "$2")\"}]" "[$3]"
}
sync() { plume index sync --token $T --rpc "replay:$PWD/$1" --json "${@:2}"; }

@test "sync: reads, resumes, and reads nothing twice" {
	{ node_says 9 && logs 0 9 "$(nlog 3),$(nlog 7)" && block 3 && block 7 && block 9; } >n1
	run_ok sync n1
	is added 2
	is trust claimed
	is decimals 2
	is symbol VILLA
	is first_block 0
	is last_block 9
	run_ok sync n1
	is rows 0
	is from_block null
	{ node_says 12 && block 9 && logs 10 12 "$(nlog 11)" && block 11 && block 12; } >n2
	run_ok sync n2
	is from_block 10
	is added 1
	is last_block 12
	run_ok plume index status --token $T --json
	is rows 3
	is no_time 0
	is last_hash "$(hash 11)"
}

@test "sync: --from-block below what is there fills in; above it is refused" {
	{ node_says 9 && logs 5 9 "$(nlog 7)" && block 7 && block 9; } >n1
	run_ok sync n1 --from-block 5
	is first_block 5
	{ node_says 9 && block 9 && logs 0 4 "$(nlog 3)" && block 3 && block 4; } >n2
	run_ok sync n2 --from-block 0
	is first_block 0
	is added 1
	run_fail 2 sync n2 --from-block 20
	has "$stderr" "left out"
}

@test "sync: halves the range until the node bears it" {
	{
		node_says 9
		for to in 9 4; do
			printf '{"method":"eth_getLogs","params":[{"address":"%s","topics":["%s"],"fromBlock":"0x0","toBlock":"0x%x"}],"error":{"code":-32005,"message":"query returned more than 10000 results"}}\n' $T $TOPIC $to
		done
		logs 0 1 "$(nlog 1)" && block 1
		# twice as many again, but never the five it refused
		logs 2 5 "$(nlog 3)" && block 3 && block 5
		logs 6 9 "$(nlog 7)" && block 7 && block 9
	} >n1
	run_ok sync n1 --chunk 10
	is added 3
	is last_block 9
	{ node_says 0 && printf '{"method":"eth_getLogs","params":[{"address":"%s","topics":["%s"],"fromBlock":"0x0","toBlock":"0x0"}],"error":{"code":-32005,"message":"no logs here"}}\n' $T $TOPIC; } >n2
	run_fail 6 sync n2 --store other.db
	has "$stderr" "no logs here"
}

@test "sync: what was not asked for is refused by name, and nothing kept" {
	good=$(nlog 3)
	while IFS='|' read -r says log; do
		{ node_says 9 && logs 0 9 "$good,$log" && block 3 && block 7 && block 9; } >n1
		run_fail 4 sync n1
		has "$stderr" "log 1"
		has "$stderr" "$says"
		run_ok plume index status --token $T --json
		is rows 0
	done <<-E
		another contract|$(nlog 7 | sed "s/$T/$A/")
		no Transfer|$(nlog 7 | sed "s/$TOPIC/$(tx 1)/")
		no Transfer|$(nlog 7 | sed "s/\],\"data/,\"$(tx 1)\"],\"data/")
		taken back|$(nlog 7 | sed 's/false/true/')
		outside the range|$(nlog 17)
		of a transfer|$(nlog 7 | sed 's/"data":"0x00/"data":"0x/')
		number and hash|$(nlog 7 | sed 's/"blockHash":"[^"]*",//')
		is missing|$(nlog 7 | sed 's/"logIndex":"0x0",//')
		is missing|null
	E
}

@test "sync: a log of another block than the node has there" {
	{ node_says 9 && logs 0 9 "$(nlog 3 3 "$(hash 99)")" && block 3 && block 9; } >n1
	run_fail 3 sync n1
	has "$stderr" "another block"
	{ node_says 9 && logs 0 9 "$(nlog 3)" && block 3 "$(hash 99)" && block 9; } >n2
	run_fail 3 sync n2
}

@test "sync: a reorganisation is seen and its transfers forgotten" {
	{ node_says 9 && logs 0 9 "$(nlog 3),$(nlog 7),$(nlog 8)" && block 3 && block 7 && block 8 && block 9; } >n1
	run_ok sync n1
	is added 3
	{
		node_says 9 && block 9 "$(hash 109)" && block 8 "$(hash 108)"
		block 7 && logs 8 9 "$(nlog 8 88 "$(hash 108)" 88)"
	} >n2
	run_ok sync n2
	is removed 1
	is added 1
	has "$stderr" "reorganised"
	run_ok plume index status --token $T --json
	is rows 3
	is last_hash "$(hash 108)"
	# a node that is merely behind loses nothing
	{ node_says 7 && block 7; } >n3
	run_ok sync n3
	is removed 0
	run_ok plume index status --token $T --json
	is rows 3
}

@test "sync: stays behind the head when asked to" {
	{ node_says 9 && logs 0 4 "$(nlog 3)" && block 3 && block 4; } >n1
	run_ok sync n1 --confirmations 5
	is last_block 4
	run_ok sync n1 --confirmations 10 --store other.db
	is rows 0
	is last_block null
}

@test "sync: no contract there, no node there" {
	{ call eth_chainId '[]' '"0x18232"' && call eth_getCode "[\"$T\",\"latest\"]" '"0x"'; } >n1
	run_fail 7 sync n1
	has "$stderr" "no contract"
	run_fail 3 plume index sync --token $T --rpc http://127.0.0.1:1
}

# ------------------------------------------------------------- machines give up

die_at() { # N TORN FILE: import, killed in place of the Nth write
	status=0
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
		LD_PRELOAD=$so DIE_AT=$1 DIE_TORN=$2 \
		plume index import "$3" --store i.db >out 2>&1 || status=$?
	[ "$status" = 0 ] || [ "$status" = 137 ] || cat out >&2
}

@test "a damaged index and other files: exit 5 and a hint" {
	rows 1 200 >a.csv
	run_ok plume index import a.csv --store i.db
	for at in 0 100 4096; do
		cp i.db bad.db
		head -c 512 /dev/zero | tr '\0' '\377' |
			dd of=bad.db bs=1 seek=$at conv=notrunc status=none
		run_fail 5 plume index import a.csv --store bad.db
		has "$stderr" "bad.db"
		has "$stderr" "hint:"
	done
	head -c 5000 i.db >bad.db
	run_fail 5 plume index import a.csv --store bad.db
	echo 'not an index' >bad.db
	run_fail 5 plume index list --store bad.db
	mkfifo pipe
	for f in "$PWD" pipe /dev/null; do
		run_fail 5 timeout 9 plume index import a.csv --store "$f"
		run_fail 5 timeout 9 plume index list --store "$f"
		has "$stderr" "not a regular file"
	done
}

@test "a full disk: exit 5, and the old state" {
	rows 1 3 >a.csv
	rows 1 20000 >b.csv
	run_ok plume index import a.csv
	before=$(state)
	full() { (ulimit -f 512 && plume index import b.csv); }
	run_fail 5 full
	has "$stderr" "no space left, or"
	has "$stderr" "hint:"
	[ "$(state)" = "$before" ]
	run_ok plume index import b.csv --json
	is added 19997
}

@test "a folder that may only be read: reading works, writing is exit 5" {
	rows 1 3 >a.csv
	mkdir ro
	plume index import a.csv --store ro/i.db >/dev/null
	as_nobody() { "$@"; }
	if [ "$(id -u)" = 0 ]; then
		need setpriv
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
		rm "$BATS_TEST_TMPDIR/bin/plume"
		cp "$PLUME" "$BATS_TEST_TMPDIR/bin/plume"
		as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
		as_nobody test -x "$BATS_TEST_TMPDIR/bin/plume" -a -r "$PWD/a.csv" ||
			skip "another user cannot reach the program or the folder"
	fi
	chmod 555 ro
	run_ok as_nobody plume index export --token $T -o csv --store ro/i.db
	[ "${#lines[@]}" = 4 ]
	rows 4 5 >b.csv
	run_fail 5 as_nobody plume index import b.csv --store ro/i.db
	has "$stderr" "hint:"
	run_fail 5 as_nobody plume index import b.csv --store ro/new.db
	chmod 755 ro
}

@test "two writers: one waits for the other" {
	rows 1 3000 >a.csv
	rows 3001 6000 >b.csv
	plume index import a.csv >/dev/null &
	first=$!
	run_ok plume index import b.csv
	wait $first
	run_ok plume index status --token $T --json
	is rows 6000
}

@test "many writers at a file that is not there yet: one makes it" {
	rows 1 3 >a.csv
	for round in 1 2 3 4 5 6; do
		pids=()
		for w in 1 2 3 4; do
			plume index import a.csv --store "$round.db" >/dev/null 2>"$w.err" &
			pids+=($!)
		done
		for p in "${pids[@]}"; do
			wait "$p" || { cat ./*.err >&2; return 1; }
		done
		run_ok plume index status --token $T --store "$round.db" --json
		is rows 3
	done
}

@test "killed between any two writes: the old state or the new" {
	so=$PL_OBJ/tests/tools/die_at.so
	[ -e "$so" ] || skip "no die_at.so"
	rows 1 3 >a.csv
	rows 4 12 >b.csv
	plume index import a.csv --store base.db >/dev/null
	cp base.db i.db
	old=$(plume index export --token $T --store base.db -o csv | sha256sum)
	plume index import b.csv --store i.db >/dev/null
	new=$(plume index export --token $T --store i.db -o csv | sha256sum)
	[ "$old" != "$new" ]
	news=0
	for torn in 0 1; do
		for ((n = 1; n < 400; n++)); do
			rm -f i.db*
			cp base.db i.db
			die_at $n $torn b.csv
			now=$(plume index export --token $T --store i.db -o csv | sha256sum)
			[ "$now" = "$old" ] || [ "$now" = "$new" ] || {
				echo "a third state after write $n (torn $torn)" >&2
				return 1
			}
			[ "$now" != "$new" ] || news=$((news + 1))
			[ "$status" = 0 ] && break
			[ "$status" = 137 ]
			# the same command again ends in the new state
			((n % 4)) || {
				plume index import b.csv --store i.db >/dev/null
				[ "$(plume index export --token $T --store i.db -o csv | sha256sum)" = "$new" ]
			}
		done
		[ "$status" = 0 ] # it got through in the end
		[ "$n" -gt 5 ]
	done
	[ "$news" -gt 1 ]
}

@test "killed while the index is first made: none, or a whole one" {
	so=$PL_OBJ/tests/tools/die_at.so
	[ -e "$so" ] || skip "no die_at.so"
	rows 1 3 >a.csv
	for ((n = 1; n < 400; n++)); do
		rm -f i.db*
		die_at $n 0 a.csv
		[ "$status" = 0 ] && break
		[ "$status" = 137 ]
		run_ok plume index import a.csv --store i.db --json
		run_ok plume index status --token $T --store i.db --json
		is rows 3
	done
	[ "$status" = 0 ]
	[ "$n" -gt 5 ]
}
