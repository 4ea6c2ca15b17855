#!/usr/bin/env bats
# The whole thread on plume's own chain, judged by git, jq, sha256sum and the
# light client: nothing of anybody else's node is needed.
load common

setup() {
	fresh
	need jq
	need git
}

@test "the thread ends in a line of evidence, and leaves no process" {
	run_ok plume quickstart demo --yes --json
	jq -e '.steps | length > 15' <<<"$output"
	[ "$(jq -r '.evidence[0].value' <<<"$output")" = "$(jq -r .risk <<<"$output")" ]
	# each link has a label, and the last is the block the rows end with
	jq -e '[.evidence[] | select(.step | IN("rows", "block", "header"))] |
		length == 4 and all(.[]; .trust == "proven")' <<<"$output"
	jq -e '[.evidence[] | select(.step == "header")][0].value ==
		.block_hash' <<<"$output"
	# and what the committee follows from
	jq -e '.evidence[-1].step == "root"' <<<"$output"
	jq -e '[.evidence[] | select(.step == "block")][-1].value == .block_hash' \
		<<<"$output"
	jq -e '.trust == "proven"' <<<"$output"
	# the words between: every command, on stderr
	[ "$(grep -c '^      plume ' <<<"$stderr")" -gt 12 ]
	url=$(sed -n 's/^      export PLUME_RPC=//p' <<<"$stderr")
	run_fail 3 plume token show "$(jq -r .token <<<"$output")" \
		--rpc "$url" --network devnet
}

@test "what it leaves: git's own checks, records by their hash, keys apart" {
	run_ok plume quickstart demo --yes --json
	printf '%s\n' "$output" >row
	cd demo
	git fsck --strict
	[ "$(git log --oneline | wc -l)" -ge 4 ]
	[ -z "$(git ls-files .plume | grep -v '^.plume/config$')" ]
	for id in $(jq -r '.trend, .risk' <<<"$output"); do
		git cat-file -e "HEAD:records/$id.json"
		[ "$(sha256sum <"records/$id.json")" = "$id  -" ]
		run_ok plume record replay "$id"
	done
	[ "$(stat -c %a .plume/keys .plume/keys.password | tr '\n' ' ')" = "700 600 " ]
	jq -e '.documents | length == 2' assets/villa-7/asset.json
	run_ok plume asset check
	# the evidence kept is what it says, and one changed byte shows
	run_ok plume light check-block evidence/block.json
	sed 's/"gasUsed":"0x\(.\)/"gasUsed":"0x1\1/' evidence/block.json >forged.json
	run_fail 1 plume light check-block forged.json
	run_ok plume light check-proof --header evidence/block.json evidence/proof.json
	jq '.storageProof[0].value = "0x1"' evidence/proof.json >forged.json
	run_fail 1 plume light check-proof --header evidence/block.json forged.json
	# down from the committee, when nothing runs any more
	root=$(jq -r '.evidence[-1].value' ../row)
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/elsewhere
	run_ok plume light verify evidence/header.evidence \
		evidence/supply.evidence --root "$root" --json
	[ "$(jq_of 'all(.[]; .ok and .trust == "proven")')" = true ]
	[ "$(jq_of '.[0].answer[0].block_hash')" = \
		"$(jq -r .block_hash ../row)" ]
	sed 's/"supply":"9/"supply":"8/' evidence/supply.evidence >forged
	run_fail 1 plume light verify forged --root "$root"
	run_fail 1 plume light verify evidence/supply.evidence \
		--root "${root%??}00"
}

@test "it needs no program but plume itself" {
	run_ok env "PATH=$BATS_TEST_TMPDIR/bin" plume quickstart demo --yes \
		--json
	jq -e '.trust == "proven"' <<<"$output"
}

@test "nobody to ask, a folder in use, half an account" {
	run_fail 8 plume quickstart demo </dev/null
	mkdir used && touch used/file
	run_fail 2 plume quickstart used --yes
	has "$stderr" "not empty"
	run_fail 2 plume quickstart a --yes --account x
	run_fail 2 plume -C . quickstart b --yes
	run_fail 2 plume quickstart d --yes --days 5
}
