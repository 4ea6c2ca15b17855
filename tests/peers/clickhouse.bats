#!/usr/bin/env bats
# The index on ClickHouse beside the one on SQLite: the same bytes out of both,
# on one server and spread over two (Debian's clickhouse-server).

# shellcheck disable=SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0

T=0x1111111111111111111111111111111111111111
HEAD=token_address,from_address,to_address,value,transaction_hash,log_index,block_number,block_hash,block_timestamp

setup() {
	for SERVER in clickhouse-server /usr/sbin/clickhouse-server ''; do
		[ -n "$SERVER" ] && command -v "$SERVER" >/dev/null && break
	done
	[ -n "$SERVER" ] || skip "clickhouse-server is not installed"
	command -v curl >/dev/null || skip "curl is not installed"
	command -v node >/dev/null || skip "node is not installed"
	cd "$BATS_TEST_TMPDIR" || return
	export PLUME=${PLUME:-$BATS_TEST_DIRNAME/../../build/plume}
	export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	export PLUME_CLICKHOUSE_PASSWORD=geheim
	# free ports: HTTP, native and between servers, for two
	mapfile -t port < <(node -e '
const net = require("net"), all = [];
for (let i = 0; i < 6; i++) all.push(net.createServer().listen(0, "127.0.0.1"));
setTimeout(() => { for (const s of all) { console.log(s.address().port); s.close(); } }, 100);')
	PIDS=()
	server 0
	server 1
	A=clickhouse://default@127.0.0.1:${port[0]}/plume
	D="clickhouse://default@127.0.0.1:${port[0]}/spread?cluster=two&shards=127.0.0.1:${port[3]}"
}

teardown() {
	for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null || :; done
	for p in "${PIDS[@]}"; do
		for ((n = 0; n < 100; n++)); do
			kill -0 "$p" 2>/dev/null || break
			sleep 0.1
		done
		kill -9 "$p" 2>/dev/null || :
	done
}

server() { # 0 or 1: its own folder and ports, a cluster of both
	local d=$PWD/s$1 at=$(($1 * 3))
	mkdir -p "$d"
	cat >"$d/c.xml" <<-E
		<yandex>
		<logger><level>error</level><log>$d/log</log><errorlog>$d/err</errorlog></logger>
		<http_port>${port[at]}</http_port><tcp_port>${port[at + 1]}</tcp_port>
		<interserver_http_port>${port[at + 2]}</interserver_http_port>
		<listen_host>127.0.0.1</listen_host>
		<path>$d/data/</path><tmp_path>$d/tmp/</tmp_path>
		<users_config>u.xml</users_config><default_profile>default</default_profile>
		<default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>
		<remote_servers><two>
		<shard><replica><host>127.0.0.1</host><port>${port[1]}</port><user>default</user><password>geheim</password></replica></shard>
		<shard><replica><host>127.0.0.1</host><port>${port[4]}</port><user>default</user><password>geheim</password></replica></shard>
		</two></remote_servers>
		</yandex>
	E
	cat >"$d/u.xml" <<-E
		<yandex><profiles><default><max_memory_usage>1000000000</max_memory_usage></default></profiles>
		<users><default><password>geheim</password><networks><ip>127.0.0.1</ip></networks>
		<profile>default</profile><quota>default</quota></default></users>
		<quotas><default></default></quotas></yandex>
	E
	"$SERVER" --config-file="$d/c.xml" >"$d/out" 2>&1 3>&- 4>&- &
	PIDS+=($!)
	for ((n = 0; n < 200; n++)); do
		curl -s "http://127.0.0.1:${port[at]}/ping" 2>/dev/null | grep -q Ok && return
		sleep 0.1
	done
	cat "$d/out" "$d/err" >&2
	return 1
}
sql() { # PORT STATEMENT
	curl -sS -H 'X-ClickHouse-User: default' -H 'X-ClickHouse-Key: geheim' \
		--data-binary "$2" "http://127.0.0.1:$1/"
}

rows() { # FROM TO
	echo $HEAD
	awk -v a="$1" -v b="$2" -v t=$T 'BEGIN { for (i = a; i <= b; i++)
		printf "%s,0x%040d,0x%040d,%d,0x%064d,%d,%d,0x%064d,%d\n",
			t, i % 7, i % 11, i % 13, int(i / 3), i % 3, int(i / 99),
			int(i / 99), 1700000000 + int(i / 99) }'
}
# The same commands to each store; then the same bytes out of each.
each_store() {
	for s in "${stores[@]}"; do "$PLUME" "$@" --store "$s" --json >out; done
}
same() {
	k=0
	for s in "${stores[@]}"; do
		"$PLUME" index export --token $T --store "$s" -o csv >"x$k.csv"
		"$PLUME" index export --token $T --store "$s" --from-block 3 --to-block 5 -o csv >"part$k.csv"
		"$PLUME" index export --token $T --store "$s" --from 2023-11-14T22:13:21Z --to 2023-11-14T22:13:23Z -o csv >"time$k.csv"
		"$PLUME" index status --token $T --store "$s" --json >"status$k"
		"$PLUME" index list --store "$s" --json >"list$k"
		k=$((k + 1))
	done
	[ -s x0.csv ]
	for ((i = 1; i < k; i++)); do
		cmp x0.csv "x$i.csv"
		cmp part0.csv "part$i.csv"
		cmp time0.csv "time$i.csv"
		cmp list0 "list$i"
		diff <(grep -v '"since"' status0) <(grep -v '"since"' "status$i")
	done
}

@test "the same rows, the same figures, on SQLite, one server and two" {
	stores=(local.db "$A" "$D")
	rows 1 3000 >a.csv
	each_store index import a.csv
	same
	[ "$(wc -l <x0.csv)" = 3001 ]
	# again, and more: nothing twice
	each_store index import a.csv
	rows 2900 3100 >b.csv
	each_store index import b.csv
	same
	[ "$(wc -l <x0.csv)" = 3101 ]
	# without log index, equal legs; then the log index comes in
	{ echo token_address,from_address,to_address,value,transaction_hash,block_number
	for i in 1 2; do printf '%s,0x%040d,0x%040d,77,0x%064d,90\n' $T 1 2 99999; done; } >loose.csv
	each_store index import loose.csv
	same
	{ echo $HEAD && printf '%s,0x%040d,0x%040d,77,0x%064d,4,90,0x%064d,1700000090\n' $T 1 2 99999 90; } >tight.csv
	each_store index import tight.csv
	same
	[ "$(wc -l <x0.csv)" = 3103 ]
	# a contradiction is refused by all
	{ echo $HEAD && printf '%s,0x%040d,0x%040d,78,0x%064d,4,90,0x%064d,1700000090\n' $T 1 2 99999 90; } >wrong.csv
	for s in "${stores[@]}"; do
		run --separate-stderr "$PLUME" index import wrong.csv --store "$s"
		[ "$status" = 1 ]
		grep -q 'the value is 77' <<<"$stderr"
	done
	same
	# both servers hold a part
	[ "$(sql "${port[0]}" 'SELECT count() > 500 FROM spread.transfer')" = 1 ]
	[ "$(sql "${port[3]}" 'SELECT count() > 500 FROM spread.transfer')" = 1 ]
	# a model sees the same series
	n=0
	for s in "${stores[@]}"; do
		"$PLUME" analyze trend --token $T --bar block --measure transfers --store "$s" --json >"trend.$n"
		n=$((n + 1))
	done
	[ -s trend.0 ]
	cmp trend.0 trend.1
	cmp trend.0 trend.2
	# merged by the server, still the same
	sql "${port[0]}" 'OPTIMIZE TABLE plume.transfer FINAL'
	same
}

@test "what goes wrong has words" {
	rows 1 10 >a.csv
	run --separate-stderr "$PLUME" index status --token $T --store "$A"
	[ "$status" != 0 ]
	grep -q 'there is no index' <<<"$stderr"
	PLUME_CLICKHOUSE_PASSWORD=falsch run --separate-stderr "$PLUME" index import a.csv --store "$A"
	[ "$status" = 5 ]
	grep -q PLUME_CLICKHOUSE_PASSWORD <<<"$stderr"
	[[ $stderr != *falsch* ]]
	unset PLUME_CLICKHOUSE_PASSWORD
	echo geheim >pw
	PLUME_CLICKHOUSE_PASSWORD_FILE=$PWD/pw "$PLUME" index import a.csv --store "$A" >/dev/null
	for bad in clickhouse://x clickhouse:///db 'clickhouse://h/d?x=1' 'clickhouse://h/a b' 'clickhouse://h/d;drop'; do
		run --separate-stderr "$PLUME" index import a.csv --store "$bad"
		[ "$status" = 2 ]
	done
	run --separate-stderr "$PLUME" index import a.csv --store "clickhouse://default:geheim@${A#*@}"
	[ "$status" = 2 ]
	grep -q PLUME_CLICKHOUSE_PASSWORD_FILE <<<"$stderr"
	# from the environment, or the user's own settings; a repository's are paths
	PLUME_STORE="clickhouse://default:geheim@${A#*@}" "$PLUME" index list >/dev/null
	run --separate-stderr "$PLUME" index import a.csv --store clickhouse://127.0.0.1:1/plume
	[ "$status" = 3 ]
}

# What a killed plume leaves: the server is reached through tests/peers/ch_cut.js,
# which dies at a request, before or after the server got it.
through() { # N HOW [TEXT]: sets P, the port, and CUT, its process
	: >cut.log
	node "$BATS_TEST_DIRNAME/ch_cut.js" "${port[0]}" "$@" >cut.log 3>&- &
	CUT=$!
	PIDS+=("$CUT")
	for ((n = 0; n < 200; n++)); do
		P=$(sed -n 's/^port //p' cut.log)
		[ -z "$P" ] || return 0
		sleep 0.05
	done
	return 1
}
ended() {
	kill "$CUT" 2>/dev/null || :
	wait "$CUT" 2>/dev/null || :
}
loose() { # rows without log index, one of them to be completed later
	echo token_address,from_address,to_address,value,transaction_hash,block_number
	for k in 1 2 3; do printf '%s,0x%040d,0x%040d,77,0x%064d,90\n' $T 1 2 99999; done
}
tight() {
	echo $HEAD
	printf '%s,0x%040d,0x%040d,77,0x%064d,4,90,0x%064d,1700000090\n' $T 1 2 99999 90
	rows 30 60 | sed 1d
}
out_of() { "$PLUME" index export --token $T --store "$1" -o csv; }

@test "killed at any request, readers see all of a commit or nothing, and the next run ends it" {
	rows 1 50 >a.csv
	loose >l.csv
	tight >t.csv
	"$PLUME" index import a.csv --store local.db >/dev/null
	"$PLUME" index import l.csv --store local.db >/dev/null
	out_of local.db >before
	"$PLUME" index import t.csv --store local.db >/dev/null
	out_of local.db >after
	run cmp -s before after
	[ "$status" = 1 ]
	# how many requests one import is
	M=${A%/plume}
	"$PLUME" index import a.csv --store "$M/k" >/dev/null
	"$PLUME" index import l.csv --store "$M/k" >/dev/null
	through 100000 before
	"$PLUME" index import t.csv --store "clickhouse://default@127.0.0.1:$P/k" >/dev/null
	ended
	all=$(grep -c '^[0-9]' cut.log)
	[ "$all" -gt 20 ]
	out_of "$M/k" | cmp - after
	olds=0 news=0
	for ((at = all - 17; at <= all; at++)); do
		s=$M/k$at how=before
		[ $((at % 2)) = 0 ] || how=after
		"$PLUME" index import a.csv --store "$s" >/dev/null
		"$PLUME" index import l.csv --store "$s" >/dev/null
		through $at $how
		run "$PLUME" index import t.csv --store "clickhouse://default@127.0.0.1:$P/k$at"
		ended
		out_of "$s" >now
		if cmp -s now before; then
			olds=$((olds + 1))
		else
			cmp now after
			news=$((news + 1))
		fi
		"$PLUME" index import t.csv --store "$s" >/dev/null
		out_of "$s" | cmp - after
		"$PLUME" index verify --file-only --store "$s" >/dev/null
		# nothing lies about
		run sql "${port[0]}" "SELECT count() FROM system.tables WHERE database = 'k$at' AND name LIKE 'stage%'"
		[ "$output" = 0 ]
	done
	[ $olds -gt 2 ]
	[ $news -gt 2 ]
}

@test "two writers at once: one of them is told, nothing is lost or twice" {
	rows 1 400 >a.csv
	rows 300 900 >b.csv
	"$PLUME" index import a.csv --store "$A" >/dev/null
	"$PLUME" index import a.csv --store local.db >/dev/null
	"$PLUME" index import b.csv --store local.db >/dev/null
	for w in 1 2 3; do
		"$PLUME" index import b.csv --store "$A" >"w$w" 2>"w$w.err" &
		W[w]=$!
	done
	for w in 1 2 3; do
		status=0
		wait "${W[w]}" || status=$?
		[ $status = 0 ] || grep -q 'another plume has written' "w$w.err"
	done
	"$PLUME" index import b.csv --store "$A" >/dev/null
	out_of "$A" | cmp - <(out_of local.db)
}

@test "sums: every bar of every width, exactly, and every holder" {
	stores=(local.db "$A" "$D")
	rows 1 3000 >a.csv
	loose >l.csv
	{ # 2^255, to oneself, minted, burned; the same block over 2^256 later
		echo $HEAD
		v=57896044618658097711785492504343953926634992332820282019728792003956564819968
		printf '%s,0x%040d,0x%040d,%s,0x%064d,0,12,0x%064d,1700000012\n' $T 5 5 $v 88001 12
		printf '%s,0x%040d,0x%040d,%s,0x%064d,0,20,0x%064d,1700000020\n' $T 0 8 7 88002 20
		printf '%s,0x%040d,0x%040d,%s,0x%064d,0,20,0x%064d,1700000020\n' $T 8 0 7 88003 20
	} >big.csv
	printf '%s\n%s,0x%040d,0x%040d,%s,0x%064d,0,14,0x%064d,1700000014\n' $HEAD $T 1 5 $v 88004 14 >more.csv
	for f in a big more l; do
		each_store index import $f.csv --decimals 0
		k=0
		for s in "${stores[@]}"; do
			"$PL_OBJ/tests/tools/store_sums" "$s" $T >"sums$k"
			for o in '' '--from-block 3 --to-block 25' --drop-equal; do
				# shellcheck disable=SC2086
				"$PLUME" analyze concentration --token $T $o --store "$s" --json 2>&1 || :
			done >"conc$k"
			k=$((k + 1))
		done
		[ "$(grep -c volume= sums0)" -gt 300 ] || [ $f = l ]
		for k in 1 2; do
			cmp sums0 "sums$k"
			cmp conc0 "conc$k"
		done
		[ $f != more ] || grep -q 'passes 2^256 - 1' sums0
		[ $f != a ] || grep -q tree: conc0
	done
}

@test "sums are the server's: what comes back is no row" {
	rows 1 9000 >a.csv
	"$PLUME" index import a.csv --store "$A" --decimals 0 >/dev/null
	through 100000 before
	s=clickhouse://default@127.0.0.1:$P/plume
	"$PLUME" analyze trend --token $T --bar 9blocks --store "$s" --json >trend
	"$PLUME" analyze concentration --token $T --store "$s" --json >conc
	ended
	[ "$(jq -r .input.rows trend)" = 9000 ]
	[ "$(jq -r .input.rows conc)" = 9000 ]
	bytes=$(awk '/^[0-9]/ { s += $2 } END { print s }' cut.log)
	[ "$bytes" -lt 90000 ]
}

@test "hostile answers: words and a status, no secret, no control byte" {
	rows 1 300 >a.csv
	"$PLUME" index import a.csv --store "$A" >/dev/null
	for how in short words error cut; do
		for at in 1 2 7 8 9; do
			through $at $how "wrong $PLUME_CLICKHOUSE_PASSWORD?"
			run --separate-stderr timeout 60 "$PLUME" index export --token $T \
				--store "clickhouse://default@127.0.0.1:$P/plume" -o csv
			ended
			echo "$how $at: $status $stderr"
			[ "$status" = 3 ] || [ "$status" = 5 ] ||
				{ [ "$status" = 7 ] && [ $at -lt 3 ]; }
			grep -q . <<<"$stderr"
			if grep -q geheim <<<"$stderr"; then false; fi
			if grep -q "$(printf '[\033\007]')" <<<"$stderr"; then false; fi
		done
	done
	through 3 huge
	run --separate-stderr timeout 120 "$PLUME" index list --store "clickhouse://default@127.0.0.1:$P/plume"
	ended
	[ "$status" = 4 ] || [ "$status" = 3 ] || [ "$status" = 5 ]
	grep -q . <<<"$stderr"
}

@test "the tables of a cluster are made by plume, or it says how" {
	rows 1 500 >a.csv
	run --separate-stderr "$PLUME" index import a.csv --store "${D%&shards*}"
	[ "$status" = 5 ]
	grep -qF "&shards=HOST:8123" <<<"$stderr"
	"$PLUME" index import a.csv --store "$D" >/dev/null
	# once made they need no more words
	[ "$("$PLUME" index export --token $T --store "${D%&shards*}" -o csv | wc -l)" = 501 ]
	[ "$(sql "${port[3]}" 'SELECT count() > 100 FROM spread.transfer')" = 1 ]
	run --separate-stderr "$PLUME" index list --store "$A?shards=127.0.0.1:1"
	[ "$status" = 2 ]
}

# The tests of the index itself, once more, with the server for a file.
again() { # WHICH FILES…
	local which=$1 path
	shift
	# without the folders bats has put before it for its own
	path=$(tr : '\n' <<<"$PATH" | grep -v bats-core | paste -sd:)
	env -i PATH="$path" HOME="$PWD" TMPDIR="$BATS_TEST_TMPDIR" PLUME="$PLUME" \
		PL_OBJ="${PL_OBJ:-}" PL_STORE_AT="$STORE" PL_STORE_MORE="$MORE" \
		PL_STORE_PASSWORD=geheim bats -f "$which" "$@" >again.out 2>&1 || {
		cat again.out
		return 1
	}
}

@test "index add, sync, events, reorganisations, import: the tests of files on one server" {
	STORE=${A%/plume} MORE=
	again '^events|^sync|^importing|^an overlapping|^a contradicting|^equal rows|^an export|^ranges|^anybody|^status' \
		"$BATS_TEST_DIRNAME"/../cli/index_events.bats "$BATS_TEST_DIRNAME"/../cli/index.bats
	[ "$(grep -c '^ok' again.out)" -ge 18 ]
}

@test "and spread over two" {
	STORE=${A%/plume} MORE="?cluster=two&shards=127.0.0.1:${port[3]}"
	again '^events|reorganisation|^equal rows|^ranges' \
		"$BATS_TEST_DIRNAME"/../cli/index_events.bats "$BATS_TEST_DIRNAME"/../cli/index.bats
	[ "$(grep -c '^ok' again.out)" -ge 7 ]
}
