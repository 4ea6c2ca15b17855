#!/usr/bin/env bats
# Events beside transfers: on plume's devnet, real contracts of OpenZeppelin
# and a mimic of those whose code is not ours to ship; what plume keeps is what
# ethers reads.
load ../cli/common
load ../devnet

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	command -v node >/dev/null && [ -d node_modules/solc ] || return 0
	node tests/peers/events.js compile "$BATS_FILE_TMPDIR/code.json"
}

setup() {
	fresh
	need jq
	need node
	need curl
	[ -s "$BATS_FILE_TMPDIR/code.json" ] ||
		skip "the packages of package-lock.json are not installed"
	devnet_up
	plume config set network.devnet.rpc "$URL" >/dev/null
	plume config set network.default devnet >/dev/null
	js up "$URL" "$BATS_FILE_TMPDIR/code.json" >at.json
	MIMIC=$(at Mimic)
}

teardown() {
	[ -z "${DEVNET_PID:-}" ] || devnet_down || true
}

js() { # a verb of events.js
	node "$ROOT/tests/peers/events.js" "$@"
}
at() { # NAME: its address
	jq -r ".$1" at.json
}
ours() { # TOKEN [OPTIONS]: the rows, members sorted, without what is null
	plume index events --token "$1" -o jsonl "${@:2}" | jq -cS '
		del(.chain_id, .token_address, .block_timestamp, .price, .trust)
		| with_entries(select(.value != null))
		| with_entries(if (.key | IN("from_address", "to_address",
			"operator")) then .value |= ascii_downcase else . end)'
}
want() { # TOKEN KIND…
	js want "$URL" "$@" | jq -cS .
}
words() { # TOPIC-TEXT: keccak of it
	node -e 'console.log(require("'"$ROOT"'/node_modules/ethers").id(process.argv[1]))' "$1"
}
word() { printf '%064x' "$1"; } # N

# every kind there is, by the mimic
KINDS="approval transfer-nft approval-nft approval-all transfer-single
transfer-batch address-frozen tokens-frozen tokens-unfrozen recovery paused
unpaused compliance-added registry-added identity-registered identity-removed
identity-updated country-updated deposit withdraw deposit-request
redeem-request operator-set frozen forced-transfer agent-added agent-removed swap-v2 sync-v2 swap-v3
start-v3 answer"

@test "real contracts: recognised, synced all at once, as ethers reads them" {
	js act "$URL" at.json
	for k in Coin Vault Deed Units; do
		run_ok plume index add "$(at $k)" --name "$k" --json
		[ "$(jq_of .changed)" = true ]
		jq_of '.standards | join(" ")' >>standards
	done
	diff standards - <<-E
		erc20
		erc20 erc4626
		erc721
		erc1155
	E
	run_ok plume index add "$(at Vault)" --name Vault --json
	[ "$(jq_of .changed)" = false ]
	[ "$(jq_of '.token1 | ascii_downcase')" = "$(at Coin)" ]
	run_ok plume index sync --json
	[ "$(jq_of length)" = 4 ]
	[ "$(jq_of '[.[].events_added] | add')" = 10 ]
	[ "$(jq_of '[.[].added] | add')" = 9 ]
	diff <(ours "$(at Vault)") <(want "$(at Vault)" deposit withdraw)
	diff <(ours "$(at Deed)") <(want "$(at Deed)" transfer-nft)
	diff <(ours "$(at Units)") \
		<(want "$(at Units)" transfer-single transfer-batch)
	[ "$(ours "$(at Units)" | wc -l)" = 5 ]
	# 50 000 of yield on 1 000 000: a share is worth 1.05 to within its
	# rounding, before that 1
	run_ok plume index events --token "$(at Vault)" -o json
	[ "$(jq_of '[.[].price | . * 1e5 | round] | join(" ")')" = \
		"100000 105000 105000" ]
	# nothing new, and not a row changed
	ours "$(at Units)" >before
	run_ok plume index sync --json
	[ "$(jq_of '[.[] | .rows + .events] | add')" = 0 ]
	ours "$(at Units)" | diff before -
	run_ok plume index status --json
	[ "$(jq_of 'map(.event_rows) | add')" = 10 ]
	run_ok plume index status
	run_ok plume index status --token "$(at Deed)" --json
	[ "$(jq_of '.sources[0].to_block')" = "$(($(get eth_blockNumber)))" ]
}

@test "every kind of event, as ethers reads it" {
	# shellcheck disable=SC2086
	js write "$URL" "$MIMIC" $KINDS
	run_fail 6 plume index add "$MIMIC" # no standard is known of it
	has "$stderr" "--kind"
	run_fail 2 plume index add "$MIMIC" --kind transfer,nonsense
	run_ok plume index add "$MIMIC" \
		--kind "$(tr -s ' \n' , <<<"$KINDS" | sed 's/,$//')"
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of .events_malformed)" = 0 ]
	# shellcheck disable=SC2086
	want "$MIMIC" $KINDS >theirs
	ours "$MIMIC" | diff theirs -
	for k in $KINDS; do
		grep -q "\"event\":\"$k\"" theirs
	done
	# any width of range gives the same rows
	run_ok plume index add "$MIMIC" --store b.db \
		--kind "$(tr -s ' \n' , <<<"$KINDS" | sed 's/,$//')"
	run_ok plume index sync --token "$MIMIC" --chunk 1 --store b.db
	ours "$MIMIC" --store b.db | diff theirs -
	# fewer kinds: the others go; more again: they are read again
	run_ok plume index add "$MIMIC" --kind erc3643
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of .removed)" -gt 20 ]
	ours "$MIMIC" | diff <(want "$MIMIC" address-frozen tokens-frozen \
		tokens-unfrozen recovery paused unpaused compliance-added \
		registry-added agent-added agent-removed) -
	run_ok plume index add "$MIMIC" --kind swap-v3,answer
	run_ok plume index sync
	ours "$MIMIC" | diff <(want "$MIMIC" swap-v3 answer) -
	# --kind of the reader picks among them
	ours "$MIMIC" --kind answer | diff <(want "$MIMIC" answer) -
}

@test "what a contract is: standards told by what it answers" {
	answers() { # SIG+ARGS WORD…
		js answer "$URL" "$MIMIC" "$@"
	}
	z=$(word 0) one=$(word 1) a0="0x${A0#0x}"
	is() { # STANDARDS: joined by blanks
		run_ok plume index add "$MIMIC" --dry-run --json
		[ "$(jq_of '.standards | join(" ")')" = "$1" ]
	}
	answers "latestRoundData()" 1 265012345678 1700000000 1700000000 1
	answers "decimals()" 8
	is feed
	# a feed that hands on says whose answers they are
	answers "aggregator()" "$a0"
	run_ok plume index add "$MIMIC" --dry-run
	has "$stderr" "hands on the answers of $A0"
	answers "token0()" "$(at Coin)"
	answers "token1()" "$(at Vault)"
	answers "getReserves()" 1 2 3
	is "univ2 feed"
	answers "slot0()" 1 2 3 4 5 6 1
	is "univ2 univ3 feed"
	answers "identityRegistry()" "$a0"
	is "univ2 univ3 feed"
	answers "compliance()" "$a0"
	is "erc3643 univ2 univ3 feed"
	answers "canSend(address)$one" 1
	answers "getFrozenTokens(address,uint256)$one$z" 0
	is "erc3643 erc7943 univ2 univ3 feed"
	# ERC-165, but not one that says yes to everything
	answers "supportsInterface(bytes4)ce3bbe50${z:8}" 1
	is "erc3643 erc7540 erc7943 univ2 univ3 feed"
	answers "supportsInterface(bytes4)ffffffff${z:8}" 1
	is "erc3643 erc7943 univ2 univ3 feed"
	run_fail 7 plume index add $A0
}

@test "an event of one's own, and a feed: prices" {
	t=$(words 'NavSet(uint256,int128)')
	js raw "$URL" "$MIMIC" "$t,0x$(word 1700000000)" "0x$(word 1012500)"
	js raw "$URL" "$MIMIC" "$t,0x$(word 1700086400)" \
		0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
	run_fail 2 plume index add "$MIMIC" --event 'event NavSet(uint256 at)'
	run_fail 2 plume index add "$MIMIC" --event 'event NavSet(bool x)' \
		--value x --decimals 6
	run_ok plume index add "$MIMIC" --decimals 6 --value nav --time day \
		--event 'event NavSet(uint256 indexed day, int128 nav)'
	run_ok plume index sync
	run_ok plume index events --token "$MIMIC" --json
	[ "$(jq_of 'map([.event, .answer, .updated_at, .price]) | tojson')" = \
		'[["nav","1012500","2023-11-14T22:13:20Z",1.0125],["nav","-1","2023-11-15T22:13:20Z",null]]' ]
	# another text: what was read by the old one goes
	run_ok plume index add "$MIMIC" --decimals 6 --value x \
		--event 'event NavSet(uint256 indexed x, int128 nav)'
	run_ok plume index sync
	run_ok plume index events --token "$MIMIC" --json
	[ "$(jq_of 'map(.answer) | join(" ")')" = "1700000000 1700086400" ]
}

@test "prices as a series for the models" {
	local k t
	js answer "$URL" "$MIMIC" "latestRoundData()" 1 2 3 4 5
	js answer "$URL" "$MIMIC" "decimals()" 8
	t=$(words 'AnswerUpdated(int256,uint256,uint256)')
	for ((k = 1; k <= 12; k++)); do
		js raw "$URL" "$MIMIC" "$t,0x$(word $((k * 150000000))),0x$(word $k)" \
			"0x$(word $((1700000000 + 3600 * k)))"
	done
	run_ok plume index add "$MIMIC"
	run_ok plume index sync
	plume index events --token "$MIMIC" --kind answer -o csv >p.csv
	run_ok plume analyze trend --csv p.csv --time updated_at --value price \
		--json
	[ "$(jq_of '[.verdict, .n, .first, .last] | tojson')" = \
		'["rising",12,1.5,18]' ]
}

@test "hostile logs have no rows, and harm nobody" {
	t=$(words 'Transfer(address,address,uint256)')
	b=$(words 'TransferBatch(address,address,address,uint256[],uint256[])')
	f=$(words 'AddressFrozen(address,bool,address)')
	w() { printf '0x%s' "$(word "$1")"; }
	js raw "$URL" "$MIMIC" "" 0x
	js raw "$URL" "$MIMIC" "$t" "0x$(word 1)$(word 2)$(word 3)"
	js raw "$URL" "$MIMIC" "$t,$(w 1),$(w 2)" "0x$(word 3)" # ERC-20's
	js raw "$URL" "$MIMIC" "$t,$(w 1),$(w 2),$(w 3)" "0x$(word 3)"
	js raw "$URL" "$MIMIC" \
		"$t,0x8$(word 0 | cut -c2-),$(w 2),$(w 3)" 0x
	js raw "$URL" "$MIMIC" "$b,$(w 1),$(w 2),$(w 3)" \
		"0x$(word 64)$(word 128)$(word 1)$(word 9)$(word 2)$(word 5)$(word 6)"
	js raw "$URL" "$MIMIC" "$f,$(w 1),$(w 2),$(w 3)" 0x
	js raw "$URL" "$MIMIC" "$t,$(w 1),$(w 2),$(w 77)" 0x # a good one
	run_ok plume index add "$MIMIC" --kind erc721,erc1155,erc3643
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of '[.events, .events_malformed] | join(" ")')" = "1 5" ]
	has "$stderr" "5 logs are not what their standard writes"
	run_ok plume index events --token "$MIMIC" --json
	[ "$(jq_of 'map(.token_id) | join(" ")')" = 77 ]
}

@test "a reorganisation takes events back, whole" {
	run_ok plume index add "$MIMIC" --kind erc721,swap-v3
	js write "$URL" "$MIMIC" transfer-nft swap-v3
	run_ok plume index sync
	snapshot=$(get evm_snapshot)
	js write "$URL" "$MIMIC" transfer-nft swap-v3 transfer-nft
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of .events_added)" = 2 ]
	get evm_revert "[\"$snapshot\"]" >/dev/null
	# a node that is merely behind loses nothing
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of '[.removed, .events] | join(" ")')" = "0 0" ]
	get evm_increaseTime '[1000]' >/dev/null
	for _ in 1 2 3; do
		js write "$URL" "$MIMIC" transfer-nft swap-v3
	done
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of '[.removed, .events_added] | join(" ")')" = "2 6" ]
	has "$stderr" "reorganised"
	diff <(ours "$MIMIC") <(want "$MIMIC" transfer-nft swap-v3)
}

@test "sync: killed between any two writes, events go on" {
	so=${PL_OBJ:-$ROOT/build/release}/tests/tools/die_at.so
	[ -e "$so" ] || skip "no die_at.so"
	js write "$URL" "$MIMIC" transfer-nft swap-v3 transfer-batch answer
	want "$MIMIC" transfer-nft swap-v3 transfer-batch answer >theirs
	local n status=1
	for ((n = 1; n < 400; n += 4)); do
		rm -f k.db*
		plume index add "$MIMIC" --store k.db >/dev/null \
			--kind transfer-nft,swap-v3,transfer-batch,answer
		status=0
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
			LD_PRELOAD=$so DIE_AT=$n plume index sync \
			--token "$MIMIC" --store k.db --chunk 2 >out 2>&1 ||
			status=$?
		[ "$status" = 0 ] && break
		[ "$status" = 137 ] || cat out
		[ "$status" = 137 ]
		plume index sync --token "$MIMIC" --store k.db >/dev/null
		ours "$MIMIC" --store k.db | diff theirs -
	done
	[ "$status" = 0 ]
	[ "$n" -gt 10 ]
	plume index verify --store k.db >/dev/null
}

@test "sync --follow: rows as blocks come, and an end that loses nothing" {
	run_ok plume index add "$MIMIC" --kind erc721
	js write "$URL" "$MIMIC" transfer-nft
	plume index sync --follow --poll 1 -o jsonl >follow 2>words 3>&- &
	pid=$!
	wait_for() { # ROWS
		local k
		for ((k = 0; k < 300; k++)); do
			[ "$(jq -s 'map(.events_added) | add' follow)" = "$1" ] &&
				return
			kill -0 "$pid" || return 1
			sleep 0.1
		done
		return 1
	}
	wait_for 1
	js write "$URL" "$MIMIC" transfer-nft
	js write "$URL" "$MIMIC" transfer-nft
	wait_for 3
	kill -INT "$pid"
	wait "$pid"
	js write "$URL" "$MIMIC" transfer-nft
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of .events_added)" = 1 ]
	diff <(ours "$MIMIC") <(want "$MIMIC" transfer-nft)
	run_fail 2 plume index sync --follow --to-block 5
}

@test "remove: what it says it takes" {
	js act "$URL" at.json
	run_ok plume index add "$(at Vault)"
	run_ok plume index add "$(at Deed)"
	run_ok plume index sync
	run_ok plume index remove "$(at Vault)" --dry-run --json
	[ "$(jq_of .rows)" = 6 ]
	run_ok plume index remove "$(at Vault)" --keep-rows --json
	[ "$(jq_of '[.followed, .rows] | tojson')" = "[true,0]" ]
	run_ok plume index sync --json
	[ "$(jq_of length)" = 1 ]
	run_ok plume index remove "$(at Vault)" --json
	[ "$(jq_of '[.followed, .rows] | tojson')" = "[false,6]" ]
	run_fail 7 plume index status --token "$(at Vault)"
	run_ok plume index remove "$(at Deed)"
	run_fail 7 plume index sync
	# and back again
	run_ok plume index add "$(at Vault)"
	run_ok plume index sync --json
	[ "$(jq_of '.[0] | [.rows, .events] | tojson')" = "[3,3]" ]
}

@test "verify: finds what is missing, extra and different, and mends nothing" {
	js act "$URL" at.json
	js write "$URL" "$MIMIC" transfer-nft swap-v3
	run_ok plume index add "$(at Vault)"
	run_ok plume index add "$(at Units)"
	run_ok plume index add "$MIMIC" --kind erc721,swap-v3
	run_ok plume index sync
	for how in --logs ''; do
		# shellcheck disable=SC2086
		run_ok plume index verify $how --json
		[ "$(jq_of '[.whole, .file_faults, (.tokens | map(.same) | add),
			(.tokens | map(.missing + .extra + .different +
			.unchecked) | add), .tokens[0].trust] | tojson')" = \
			'[true,0,13,0,"claimed"]' ]
	done
	run_ok plume index verify --token "$MIMIC"
	# part of the blocks: the others are not checked, and it says so
	run_ok plume index verify --token "$(at Units)" --to-block 15 --json
	[ "$(jq_of '.tokens[0] | [.same, .unchecked, .to_block] | tojson')" = \
		"[1,4,15]" ]
	# another chain now: a swap is gone, two others are there
	cp -r "$XDG_DATA_HOME/plume" kept
	snapshot=$(get evm_snapshot)
	js write "$URL" "$MIMIC" transfer-nft swap-v3
	run_ok plume index sync
	get evm_revert "[\"$snapshot\"]" >/dev/null
	get evm_increaseTime '[1000]' >/dev/null
	for _ in 1 2 3; do
		js write "$URL" "$MIMIC" swap-v3
	done
	plume index export --token "$(at Vault)" -o csv >before
	ours "$MIMIC" >>before
	run_fail 1 plume index verify --json
	[ "$(jq_of '.tokens | map([.missing, .extra, .different])
		| sort | last | tojson')" = "[2,2,0]" ]
	[ "$(jq_of '[.tokens[].faults[] | .what] | sort | unique
		| join(" ")')" = "extra missing" ]
	plume index export --token "$(at Vault)" -o csv >after
	ours "$MIMIC" >>after
	diff before after
	run_ok plume index sync
	run_ok plume index verify
}

@test "verify: rows that another program changed" {
	need sqlite3
	js act "$URL" at.json
	run_ok plume index add "$(at Vault)" --store x.db
	run_ok plume index sync --store x.db
	run_ok plume index verify --store x.db
	sqlite3 x.db "PRAGMA journal_mode=DELETE" >/dev/null
	verdict() { # SQL: [missing, extra, different] and exit status 1
		cp x.db y.db
		sqlite3 y.db "$1"
		run_fail 1 plume index verify --store y.db --json
		jq_of '.tokens[0] | [.missing, .extra, .different] | tojson'
	}
	[ "$(verdict "UPDATE event SET shares = zeroblob(32)
		WHERE block = 8")" = "[0,0,1]" ]
	[ "$(verdict "DELETE FROM event WHERE block = 8")" = "[1,0,0]" ]
	[ "$(verdict "UPDATE event SET tx = zeroblob(32)
		WHERE block = 8")" = "[1,1,0]" ]
	[ "$(verdict "UPDATE transfer SET recipient = sender
		WHERE block = 10")" = "[0,0,1]" ]
	[ "$(verdict "UPDATE transfer SET block_hash = zeroblob(32)
		WHERE block = 10")" = "[0,0,1]" ]
	[ "$(verdict "DELETE FROM transfer")" = "[3,0,0]" ]
	# a label that nothing proved is no lie about the chain
	cp x.db y.db
	sqlite3 y.db "UPDATE event SET kind = 50"
	run_fail 1 plume index verify --store y.db --json
	[ "$(jq_of '[.whole, .file_faults] | tojson')" = "[false,3]" ]
	run_fail 1 plume index verify --store y.db --file-only
}

# proven_to BLOCK: sync --proven until the light client is as far
proven_to() {
	local tries
	for ((tries = 0; tries < 120; tries++)); do
		run --separate-stderr plume index sync --token "$MIMIC" \
			--proven --json
		[ "$status" = 0 ] && [ "$(jq_of .last_block)" -ge "$1" ] &&
			return
		sleep 0.1
	done
	printf '%s\n' "never: $1" "$output" "$stderr" >&2
	return 1
}

@test "proven: events of the light client, labelled so; a liar's are refused" {
	devnet_down || true
	devnet_up --consensus
	plume network add devnet --rpc "$URL"
	plume light init --checkpoint "$(jq -r .checkpoint ready)"
	js up "$URL" "$BATS_FILE_TMPDIR/code.json" >at.json
	MIMIC=$(at Mimic)
	js write "$URL" "$MIMIC" transfer-batch swap-v3 frozen
	run_ok plume index add "$MIMIC" --kind erc1155,univ3,erc7943
	# first the node's word, then the proof of it: labels rise, none falls
	run_ok plume index sync --token "$MIMIC" --json
	[ "$(jq_of '[.trust, .events_added] | tojson')" = '["claimed",8]' ]
	proven_to "$(($(get eth_blockNumber)))"
	plume index events --token "$MIMIC" -o jsonl | jq -r .trust | sort -u |
		diff - <(echo proven)
	run_ok plume index events --token "$MIMIC" --require proven
	want "$MIMIC" transfer-batch swap-v3 frozen >theirs
	ours "$MIMIC" | diff theirs -
	run_ok plume index sync --token "$MIMIC" --json
	run_ok plume index events --token "$MIMIC" --require proven
	run_fail 1 plume index sync --token "$MIMIC" --require proven
	# and alone
	run_ok plume index add "$MIMIC" --kind erc1155,univ3,erc7943 \
		--store p.db
	run_ok plume index sync --proven --store p.db --require proven
	ours "$MIMIC" --store p.db | diff theirs -
	run_ok plume index verify --proven --json
	[ "$(jq_of '[.whole, .tokens[0].same, .tokens[0].trust] | tojson')" = \
		'[true,8,"proven"]' ]
	devnet_down || true
	devnet_up --consensus --lie logs
	plume network add devnet --rpc "$URL"
	rm -rf "$XDG_DATA_HOME"
	plume light init --checkpoint "$(jq -r .checkpoint ready)"
	js up "$URL" "$BATS_FILE_TMPDIR/code.json" >at.json
	MIMIC=$(at Mimic)
	js write "$URL" "$MIMIC" transfer-nft swap-v3
	run_ok plume index add "$MIMIC" --kind erc721,univ3
	local tries
	for ((tries = 0; tries < 120; tries++)); do
		run --separate-stderr plume index sync --token "$MIMIC" --proven
		[ "$status" = 0 ] || break
		sleep 0.1
	done
	[ "$status" = 1 ]
	run_plume index sync --token "$MIMIC"
	run_plume index verify
	[ "$status" = 1 ]
}

@test "verify: rows of a file that names no log, by their content" {
	js act "$URL" at.json
	run_ok plume index sync --token "$(at Vault)"
	plume index export --token "$(at Vault)" -o json | jq -r '
		(["token_address", "from_address", "to_address", "value",
		"transaction_hash", "block_number"] as $h | $h,
		(.[] | [.[$h[]] | tostring])) | @csv' | tr -d '"' >loose.csv
	run_ok plume index import loose.csv --store l.db --json
	run_ok plume index status --token "$(at Vault)" --store l.db --json
	[ "$(jq_of '[.rows, .no_log_index] | tojson')" = "[3,3]" ]
	run_ok plume index verify --store l.db --json
	[ "$(jq_of '.tokens[0] | [.same, .unchecked] | tojson')" = "[3,0]" ]
	# another amount: one is extra, one is missing
	sed '2s/,\([0-9]*\),0x/,\19,0x/' loose.csv >wrong.csv
	run_ok plume index import wrong.csv --store w.db
	run_fail 1 plume index verify --store w.db --json
	[ "$(jq_of '.tokens[0] | [.same, .missing, .extra] | tojson')" = \
		"[2,1,1]" ]
	# and a row without a block cannot be checked
	cut -d, -f1-5 loose.csv >blind.csv
	run_ok plume index import blind.csv --store b.db
	run_ok plume index verify --store b.db --json
	[ "$(jq_of '.tokens[0] | [.same, .unchecked] | tojson')" = "[0,3]" ]
}
