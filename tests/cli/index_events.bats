#!/usr/bin/env bats
# What a node may and may not say about a followed contract's events, from
# recordings; and the file of the index, looked over.
load common

T=0x1111111111111111111111111111111111111111
A=0x2222222222222222222222222222222222222222
B=0x3333333333333333333333333333333333333333
SINGLE=0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62

setup() {
	fresh
	need jq
}

word() { printf '%064x' "$1"; }
hash() { printf '0xb10c%060x' "$1"; } # of block N
tx() { printf '0x%064x' "$1"; }
call() { # METHOD PARAMS RESULT
	printf '{"method":"%s","params":%s,"result":%s}\n' "$@"
}
no() { # DATA: the contract has no such function
	printf '{"method":"eth_call","params":[{"to":"%s","data":"0x%s"},"latest"],"error":{"code":3,"message":"execution reverted"}}\n' $T "$1"
}
# The contract does not say what it is: --kind does.
what_it_is() {
	local s
	call eth_chainId '[]' '"0x18232"'
	call eth_getCode "[\"$T\",\"latest\"]" '"0x6001"'
	for s in 313ce567 95d89b41 18160ddd 134e18f4 6290865d 3b3e12f4 \
		b4f3fcb7 38d52e0f a8d5fd65 0dfe1681 d21220a7 0902f1ac 3850c7bd \
		feaf968c 245a7bfc; do
		no $s
	done
	for s in 70a08231 07a2d13a; do
		no "$s$(word 1)"
	done
	no "2bc06a92$(word 1)"
	no "158b1a57$(word 1)"
	no "ff6e708c$(word 1)$(word 0)"
	for s in ffffffff 80ac58cd d9b67a26 ce3bbe50 620ee8e4; do
		no "01ffc9a7$s$(printf '%056d' 0)"
	done
}
block() { # N [HASH]
	call eth_getBlockByNumber "[\"0x$(printf %x "$1")\",false]" \
		"{\"number\":\"0x$(printf %x "$1")\",\"hash\":\"${2:-$(hash "$1")}\",\"timestamp\":\"0x$(printf %x $((1700000000 + $1)))\"}"
}
log() { # BLOCK [INDEX [HASH]]: a TransferSingle
	printf '{"address":"%s","topics":["%s","0x%s","0x%s","0x%s"],"data":"0x%s%s","blockNumber":"0x%x","blockHash":"%s","transactionHash":"%s","logIndex":"0x%x","removed":false}' \
		$T $SINGLE "$(word 9)" "$(printf %024d 0)${A#0x}" \
		"$(printf %024d 0)${B#0x}" "$(word 7)" "$(word "$1")" "$1" \
		"${3:-$(hash "$1")}" "$(tx "$1")" "${2:-0}"
}
logs() { # FROM TO LOGS
	call eth_getLogs "[{\"address\":\"$T\",\"topics\":[[\"$SINGLE\"]],\"fromBlock\":\"0x$(printf %x "$1")\",\"toBlock\":\"0x$(printf %x "$2")\"}]" "[$3]"
}
head_is() { # N
	call eth_chainId '[]' '"0x18232"'
	call eth_blockNumber '[]' "\"0x$(printf %x "$1")\""
}
follow_it() { # [OPTIONS]
	what_it_is >n0
	run_ok plume index add $T --kind transfer-single \
		--rpc "replay:$PWD/n0" "$@"
}
sync() { plume index sync --token $T --rpc "replay:$PWD/$1" --json "${@:2}"; }
rows() { plume index events --token $T -o jsonl | wc -l; }

@test "events: read, resumed, and nothing twice" {
	follow_it
	{ head_is 9 && logs 0 9 "$(log 7),$(log 3)" && block 3 && block 7 && block 9; } >n1
	run_ok sync n1
	[ "$(jq_of '[.rows, .events_added, .trust, .last_block] | tojson')" = \
		'[0,2,"claimed",9]' ]
	{ head_is 9 && block 9; } >n2
	run_ok sync n2
	[ "$(jq_of '[.events, .from_block] | tojson')" = '[0,null]' ]
	run_ok plume index events --token $T --json
	[ "$(jq_of 'map([.block_number, .value]) | tojson')" = \
		'[[3,"3"],[7,"7"]]' ]
	run_ok plume index events --token $T -o csv --from-block 4
	[ "${#lines[@]}" = 2 ]
	# the same log twice in one answer is one
	follow_it --store twice.db
	{ head_is 3 && logs 0 3 "$(log 3),$(log 3)" && block 3; } >n3
	run_ok sync n3 --store twice.db
	[ "$(jq_of .events_added)" = 1 ]
}

@test "events: a file without transfers is kept like others, with a log" {
	wal() { # the read version in SQLite's header: 2 is WAL
		[ "$(od -An -tu1 -j19 -N1 i.db | tr -d ' ')" = 2 ]
	}
	follow_it --store i.db
	! wal
	{ head_is 9 && logs 0 9 "$(log 7)" && block 7 && block 9; } >n1
	run_ok sync n1 --store i.db
	wal
	# and a file that an older plume left without one, when next opened
	need sqlite3
	sqlite3 i.db 'PRAGMA journal_mode=DELETE' >/dev/null
	! wal
	{ head_is 9 && block 9; } >n2
	run_ok sync n2 --store i.db
	wal
}

@test "events: what was not asked for is refused by name, and nothing kept" {
	follow_it
	while IFS='|' read -r says log; do
		{ head_is 9 && logs 0 9 "$(log 3),$log" && block 3 && block 7 && block 9; } >n1
		run_fail 4 sync n1
		has "$stderr" "$says"
		[ "$(rows)" = 0 ]
	done <<-E
		another contract|$(log 7 | sed "s/\"$T\"/\"$A\"/")
		another event|$(log 7 | sed "s/$SINGLE/$(tx 1)/")
		taken back|$(log 7 | sed 's/false/true/')
		outside the range|$(log 17)
		at most 4|$(log 7 | sed "s/\],\"data/,\"$(tx 1)\"],\"data/")
		hex|$(log 7 | sed 's/"data":"0x0/"data":"0x/')
		blockHash|$(log 7 | sed 's/"blockHash":"[^"]*",//')
		logIndex|$(log 7 | sed 's/"logIndex":"0x0",//')
		have the index 0|$(log 3 | sed "s/$(tx 3)/$(tx 4)/")
		log 1|null
	E
	# of another block than the node has there
	{ head_is 9 && logs 0 9 "$(log 3 0 "$(hash 99)")" && block 3 && block 9; } >n1
	run_fail 3 sync n1
	has "$stderr" "another block"
	[ "$(rows)" = 0 ]
}

@test "events: a node that says something else later is not believed" {
	follow_it
	{ head_is 9 && logs 0 9 "$(log 3)" && block 3 && block 9; } >n1
	run_ok sync n1
	# read again from the start, with another amount under the same place
	what_it_is >n0
	run_ok plume index add $T --kind transfer-single,transfer-batch \
		--rpc "replay:$PWD/n0"
	{
		head_is 9
		logs 0 9 "$(log 3 | sed "s/$(word 3)\"/$(word 4)\"/")" |
			sed "s/\\[\\[\"$SINGLE\"/&,\"0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb\"/"
		block 3 && block 9
	} >n2
	run_fail 1 sync n2
	has "$stderr" "something else than the index has"
	run_ok plume index events --token $T --json
	[ "$(jq_of 'map(.value) | join(" ")')" = 3 ]
}

@test "events: halves the range until the node bears it" {
	follow_it
	{
		head_is 9
		for to in 9 4; do
			logs 0 $to "" | sed 's/"result":\[\]/"error":{"code":-32005,"message":"query returned more than 10000 results"}/'
		done
		logs 0 1 "$(log 1)" && block 1
		logs 2 5 "$(log 3)" && block 3 && block 5
		logs 6 9 "$(log 7)" && block 7 && block 9
	} >n1
	run_ok sync n1 --chunk 10
	[ "$(jq_of '[.events_added, .last_block] | tojson')" = '[3,9]' ]
}

@test "verify --file-only: pages, references, rows" {
	follow_it
	{ head_is 9 && logs 0 9 "$(log 3),$(log 7)" && block 3 && block 7 && block 9; } >n1
	run_ok sync n1
	run_ok plume index verify --file-only --json
	[ "$(jq_of '[.whole, .file_faults] | tojson')" = '[true,0]' ]
	run_fail 2 plume index verify --file-only --logs
	need sqlite3
	db=$XDG_DATA_HOME/plume/index.db
	[ -e "$db" ] || db=$(find "$XDG_DATA_HOME" -name '*.db')
	sqlite3 "$db" "UPDATE event SET operator = NULL WHERE block = 3"
	run_fail 1 plume index verify --file-only --json
	[ "$(jq_of '[.whole, .file_faults] | tojson')" = '[false,1]' ]
	has "$output" "columns are not those of transfer-single"
}
