#!/usr/bin/env bats
# The index against anvil: what is read is what cast reads; reorganisations,
# kills and several ranges end in the same rows.

load anvil.bash

bats_require_minimum_version 1.5.0

setup() {
	foundry anvil >/dev/null || skip "anvil is not installed"
	foundry cast >/dev/null || skip "cast is not installed"
	command -v node >/dev/null || skip "node is not installed"
	[ -d "$(anvil_root)/node_modules/ethers" ] ||
		skip "the packages of package-lock.json are not installed"
	cd "$BATS_TEST_TMPDIR" || return
	export PLUME=${PLUME:-$(anvil_root)/build/plume}
	export ANVIL_DIR=$BATS_TEST_TMPDIR HOME=$BATS_TEST_TMPDIR
	export XDG_CONFIG_HOME=$HOME/config XDG_DATA_HOME=$HOME/data
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	anvil_up
	token_accounts >/dev/null
	"$PLUME" token create --name 'Villa 7' --symbol VIL7 --decimals 6 \
		--supply 1000 --account issuer --password-file pw --yes \
		--json >create.json
	TOKEN=$(json token <create.json)
}

teardown() {
	anvil_down
}

cast() {
	"$(foundry cast)" "$@" --rpc-url "$ANVIL_URL"
}

json() { # a field of the JSON object on stdin
	node -e '
const v = JSON.parse(require("fs").readFileSync(0))[process.argv[1]];
console.log(v === null ? "null" : v);' "$1"
}

move() { # VALUE…: a transfer of each, a block each
	for v in "$@"; do
		cast send --private-key "$ANVIL_KEY0" "$TOKEN" \
			'transfer(address,uint256)' "$ANVIL_ADDR1" "$v" >/dev/null
	done
}

sync() {
	"$PLUME" index sync --token "$TOKEN" --json "$@"
}

# Every transfer as "block log from to value", by plume and by cast.
ours() {
	"$PLUME" index export --token "$TOKEN" -o jsonl "$@" | node -e '
for (const l of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
	const r = JSON.parse(l);
	console.log(r.block_number, r.log_index, r.transaction_hash,
		r.block_hash, Date.parse(r.block_timestamp) / 1000,
		r.from_address.toLowerCase(), r.to_address.toLowerCase(), r.value);
}'
}
theirs() {
	cast logs --json --from-block 0 --to-block latest --address "$TOKEN" \
		'Transfer(address indexed,address indexed,uint256)' >logs.json
	node -e '
const { execFileSync } = require("child_process");
const time = {};
for (const l of JSON.parse(require("fs").readFileSync("logs.json"))) {
	time[l.blockNumber] ??= JSON.parse(execFileSync(process.argv[1],
		["block", String(Number(l.blockNumber)), "--json", "--rpc-url", process.argv[2]])).timestamp;
	console.log(Number(l.blockNumber), Number(l.logIndex), l.transactionHash,
		l.blockHash, Number(time[l.blockNumber]),
		"0x" + l.topics[1].slice(26), "0x" + l.topics[2].slice(26),
		BigInt(l.data).toString());
}' "$(foundry cast)" "$ANVIL_URL"
}

@test "sync: the rows are those that cast reads" {
	move 1 0 500 7000000
	sync >first.json
	[ "$(json added <first.json)" = 5 ] # and the first supply, minted
	[ "$(json zero_value <first.json)" = 1 ]
	[ "$(json symbol <first.json)" = VIL7 ]
	[ "$(json decimals <first.json)" = 6 ]
	ours >ours
	theirs >theirs
	diff ours theirs
	move 9
	sync >second.json
	[ "$(json added <second.json)" = 1 ]
	sync >third.json
	[ "$(json rows <third.json)" = 0 ]
	diff <(ours) <(theirs)
}

@test "sync: any width of range gives the same rows" {
	move 1 2 3 4 5 6
	sync --store a.db >/dev/null
	sync --store b.db --chunk 1 >/dev/null
	sync --store c.db --from-block 4 >/dev/null
	sync --store c.db --from-block 0 --chunk 1 >/dev/null
	ours --store a.db >a
	diff a <(ours --store b.db)
	diff a <(ours --store c.db)
	diff a <(theirs)
}

@test "sync: a real reorganisation" {
	move 1 2
	sync >/dev/null
	snapshot=$(cast rpc evm_snapshot | tr -d '"')
	move 3 4 5
	sync >before.json
	[ "$(json added <before.json)" = 3 ]
	cast rpc evm_revert "$snapshot" >/dev/null
	cast rpc evm_increaseTime 1000 >/dev/null
	move 33 44 55 66
	sync >after.json 2>words
	[ "$(json removed <after.json)" = 3 ]
	[ "$(json added <after.json)" = 4 ]
	grep -q reorganised words
	diff <(ours) <(theirs)
}

@test "sync: killed between any two writes, it goes on" {
	so=$PL_OBJ/tests/tools/die_at.so
	[ -e "$so" ] || skip "no die_at.so"
	move 1 2 3 4 5 6 7 8
	theirs >theirs
	for ((n = 1; n < 400; n += 3)); do
		rm -f k.db*
		status=0
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
			LD_PRELOAD=$so DIE_AT=$n sync --store k.db --chunk 2 \
			>out 2>&1 || status=$?
		[ "$status" = 0 ] && break
		[ "$status" = 137 ] || cat out
		[ "$status" = 137 ]
		sync --store k.db >/dev/null
		ours --store k.db >ours
		diff ours theirs
	done
	[ "$status" = 0 ]
	[ "$n" -gt 10 ]
}

@test "sync: a series for analysis, and the same rows as a file" {
	move 1000000 2000000 3000000
	sync >/dev/null
	"$PLUME" index export --token "$TOKEN" -o csv >x.csv
	"$PLUME" index import x.csv --json >import.json
	grep -Eq '"added": ?0,' import.json
	"$PLUME" index import x.csv --store file.db >/dev/null
	diff <(ours) <(ours --store file.db)
	"$PLUME" index status --token "$TOKEN" --json | grep -q '"trust": "claimed"'
	"$PLUME" index status --token "$TOKEN" --store file.db --json |
		grep -q '"trust": "local"'
}
