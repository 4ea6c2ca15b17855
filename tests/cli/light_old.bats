# Reads of old blocks that begin at a block proven from the beacon state's
# lists of past periods (--history-proof).
load common

TOKEN=0x7070707070707070707070707070707070707070
# the last digit is another one: the made-up chain's hashes differ each time
FLIP='def flip: .[:-1] + (if endswith("0") then "1" else "0" end);'

setup() {
	fresh
	start_world
	export PLUME_TIMEOUT=20
	curl -s "$at/beacon/history/40" >40.json
	plume light init --checkpoint "$root" >/dev/null
}

teardown() {
	stop_world
}

hash_of() { # BLOCK
	curl -s -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["'"$(printf 0x%x "$1")"'",false]}' \
		"$at/l1" | jq -r .result.hash
}

@test "the block itself, those before it, and none after it" {
	for case in '40:historical roots' '39:parent hashes' \
		'5:parent hashes' '60:history storage'; do
		n=${case%%:*}
		run_ok plume light header "$n" --history-proof 40.json --json
		[ "$(jq -c '[.block, .block_hash, .by, .level, .trust]' \
			<<<"$output")" = \
			"[$n,\"$(hash_of "$n")\",\"${case#*:}\",\"finalized\",\"proven\"]" ]
	done
	run_ok plume light header "$(hash_of 40)" --history-proof 40.json --json
	[ "$(jq_of .by)" = "historical roots" ]
}

@test "what is read there is what is read by other roads" {
	for what in "account $TOKEN --block 40" "block 40" \
		"storage $TOKEN 1 --block 40" "code $TOKEN --block 40" \
		"logs --from 30 --to 40"; do
		# shellcheck disable=SC2086 # words
		run_ok plume light $what --json
		want=$(jq -S 'del(.. | .by?)' <<<"$output")
		# shellcheck disable=SC2086
		run_ok plume light $what --history-proof 40.json --json
		[ "$(jq -r '.. | .by? // empty' <<<"$output" | head -1)" = \
			"historical roots" ]
		[ "$(jq -S 'del(.. | .by?)' <<<"$output")" = "$want" ]
	done
	tx=$(plume light block 40 --json | jq -r '.transactions[0].hash')
	for verb in tx receipt; do
		run_ok plume light $verb "$tx" --history-proof 40.json --json
		[ "$(jq_of .by)" = "historical roots" ]
	done
}

@test "of several proofs the nearest serves" {
	curl -s "$at/beacon/history/100" >100.json
	jq -s . 100.json 40.json >both.json
	for case in '100:historical roots' '90:parent hashes' \
		'40:historical roots' '39:parent hashes'; do
		run_ok plume light header "${case%%:*}" \
			--history-proof both.json --json
		[ "$(jq_of .by)" = "${case#*:}" ]
	done
}

# Though the node would have told the block.
@test "a proof with anything changed is false" {
	for edit in '.block.execution_block_header |= flip' \
		'.block.beacon_block_root |= flip' \
		'.block.execution_block_proof[3] |= flip' \
		'.block.execution_block_proof |= .[1:]' \
		'.block.execution_block_proof += [.block.beacon_block_root]' \
		'.block.beacon_block_proof[5] |= flip' \
		'.block.beacon_block_proof |= .[:5]' \
		'.block.slot = "57"' \
		'.state.proof[0] |= flip' \
		'.state.proof |= .[:5]' \
		'.state.historical_summaries |= .[:1]' \
		'.state.historical_summaries |= reverse' \
		'.state.historical_summaries[1].state_summary_root |= flip'; do
		jq "$FLIP $edit" 40.json >false.json
		run_fail 1 plume light header 40 --history-proof false.json
		[ -z "$output" ]
		has "$stderr" "history proof is false"
	done
	# another block's hash with this one's branches
	jq --arg h "$(hash_of 41)" '.block.execution_block_header = $h' \
		40.json >false.json
	run_fail 1 plume light header 41 --history-proof false.json
}

@test "another state, a period that is not over, no proof, another chain" {
	jq '.state.slot = "136"' 40.json >stale.json
	run_fail 1 plume light header 40 --history-proof stale.json
	has "$stderr" "slot 136"
	has "$stderr" --offline
	jq '.block.slot = "150"' 40.json >young.json
	run_fail 7 plume light header 40 --history-proof young.json
	has "$stderr" "not over"
	echo '{"block":{}}' >none.json
	run_fail 4 plume light header 40 --history-proof none.json
	run_fail 2 plume light header 40 --history-proof 40.json \
		--network orbit
	has "$stderr" "settles on"
	jq -c '[range(65) as $i | .]' 40.json >many.json
	run_fail 4 plume light header 40 --history-proof many.json
}

@test "a node that lies about the block is refused" {
	for lie in other-block:1 flipped:1 null:3 error:3; do
		run --separate-stderr plume light header 40 \
			--history-proof 40.json --rpc "$at/${lie%:*}/l1"
		[ "$status" = "${lie#*:}" ]
		[ -z "$output" ]
	done
}

@test "evidence takes the proof along, and hangs on it" {
	run_ok plume light account $TOKEN --block 40 --history-proof 40.json \
		--save a.evidence --json
	run_ok plume light header 38 --history-proof 40.json \
		--save b.evidence --json
	stop_world
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/elsewhere
	rm 40.json
	for f in a b; do
		run_ok plume light verify $f.evidence --root "$root" --json
		[ "$(jq -c '.[0] | [.ok, .trust]' <<<"$output")" = \
			'[true,"proven"]' ]
	done
	[ "$(jq_of '.[0].answer[0].by')" = "parent hashes" ]
	grep -v '"method":"history"' a.evidence |
		sed '$s/.*//;/^$/d' >c.evidence
	echo "{\"lines\":$(($(wc -l <c.evidence) + 1))}" >>c.evidence
	run_fail 1 plume light verify c.evidence --root "$root" --json
	[ "$(jq_of '.[0].ok')" = false ]
	for edit in '/"method":"history"/s/"slot":"56"/"slot":"57"/' \
		'/"method":"history"/s/"slot":"144"/"slot":"136"/' \
		'/"method":"history"/s/"execution_block_proof":\["0x./&0/'; do
		sed "$edit" a.evidence >c.evidence
		! cmp -s a.evidence c.evidence
		run --separate-stderr plume light verify c.evidence \
			--root "$root" --json
		[ "$status" != 0 ]
		[ "$(jq_of '.[0].ok')" = false ]
	done
}
