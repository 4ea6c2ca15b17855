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

@test "killed between any two steps, the same command ends in the same rows" {
	rows 1 2000 >a.csv
	"$PLUME" index import a.csv --store local.db >/dev/null
	for after in 0.02 0.05 0.1 0.15 0.2 0.3; do
		timeout -s KILL $after "$PLUME" index import a.csv --store "$A" >/dev/null 2>&1 || :
	done
	"$PLUME" index import a.csv --store "$A" >/dev/null
	stores=(local.db "$A")
	"$PLUME" index export --token $T --store "$A" -o csv | cmp - <("$PLUME" index export --token $T --store local.db -o csv)
}
