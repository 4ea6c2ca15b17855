# light replay: a chain of the minimal preset (made by tests/unit/light_chain.h
# and signed with its keys), whole and forged.
load common

F=$ROOT/tests/fixtures/light/minimal
R=0xa97dadcc7a5250297c76ee1d8bb7a55dba0cea70dc3578dc7fdf65af93ebe334
G=0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a

# replay ARGS…: from the fixture's start
replay() {
	plume light replay --preset minimal --genesis-validators-root $G \
		--root $R --bootstrap "$F/bootstrap.ssz" "$@"
}

# flip FILE OFFSET: a copy here with one bit of that byte changed
flip() {
	cp "$F/$1" "$1"
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf "\\x$(printf %02x $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "from the start to the end, step by step" {
	run_ok replay --updates "$F/updates.api.bin" --finality \
		"$F/finality.ssz" --optimistic "$F/optimistic.ssz" --json
	[ "$(jq -c '[.steps[] | [.kind, .period, .slot, .participants, .finalized_slot, .ok, .failed]]' <<<"$output")" = \
		'[["bootstrap",0,16,null,16,true,null],["update",0,40,32,24,true,null],["update",1,88,30,72,true,null],["finality",1,100,32,90,true,null],["optimistic",1,101,31,90,true,null]]' ]
	[ "$(jq -c '[.finalized.slot, .finalized.block_number, .optimistic.slot, .trust, .accepted]' <<<"$output")" = \
		'[90,90,101,"proven",5]' ]
	[ "$(jq -r '.finalized.block_hash' <<<"$output")" = "0x$(printf '66%.0s' {1..32})" ]
	jq -e '.finalized | .beacon_root and .state_root' <<<"$output"
}

@test "updates in one file each" {
	# length and digest, then the object; the two are of one size
	size=$(($(stat -c %s "$F/updates.api.bin") / 2))
	head -c $size "$F/updates.api.bin" >one.bin
	tail -c $((size - 12)) "$F/updates.api.bin" >two.ssz
	run_ok replay --updates one.bin two.ssz --json
	[ "$(jq -c '[.steps[].slot]' <<<"$output")" = '[16,40,88]' ]
	run_ok replay --updates one.bin --updates two.ssz
}

@test "in words" {
	run_ok replay --updates "$F/updates.api.bin"
	has "$output" "ok     update       period 1  slot 88  30 signed  finalized 72"
	has "$output" "trust       proven"
}

@test "a false step: status 1, the rule, and the store as before" {
	flip updates.api.bin 12 # the attested header's offset
	run_fail 1 replay --updates updates.api.bin --json
	[ "$(jq -c '[.steps[].failed]' <<<"$output")" = '[null,"decode","period"]' ]
	[ "$(jq .finalized.slot <<<"$output")" = 16 ]
	has "$stderr" updates.api.bin
	flip updates.api.bin 8
	run_fail 1 replay --updates updates.api.bin --json
	[ "$(jq -r '.steps[1].failed' <<<"$output")" = fork_digest ]
	flip updates.api.bin 1700 # the next committee's branch
	run_fail 1 replay --updates updates.api.bin --json
	[ "$(jq -r '.steps[1].failed' <<<"$output")" = next_sync_committee_branch ]
	flip finality.ssz 300 # the signature
	run_fail 1 replay --updates "$F/updates.api.bin" --finality finality.ssz --json
	[ "$(jq -r '.steps[3].failed' <<<"$output")" = signature ]
	[ "$(jq .finalized.slot <<<"$output")" = 72 ]
}

@test "another root, another chain, an early clock" {
	run_fail 1 plume light replay --preset minimal --json --root ${R/0x?/0x0} \
		--genesis-validators-root $G --bootstrap "$F/bootstrap.ssz" \
		--updates "$F/updates.api.bin"
	[ "$(jq -c '[.steps[].failed, .finalized, .trust]' <<<"$output")" = \
		'["trusted_block_root","bootstrap","bootstrap",null,"local"]' ]
	run_fail 1 plume light replay --preset minimal --json --root $R \
		--genesis-validators-root $R --bootstrap "$F/bootstrap.ssz" \
		--updates "$F/updates.api.bin" --finality "$F/finality.ssz"
	[ "$(jq -c '[.steps[].failed]' <<<"$output")" = \
		'[null,"fork_digest","fork_digest","period"]' ]
	run_fail 1 replay --updates "$F/updates.api.bin" --now 88 --json
	[ "$(jq -c '[.steps[].failed]' <<<"$output")" = '[null,null,"slots"]' ]
	run_ok replay --updates "$F/updates.api.bin" --now 89 --paranoid
}

@test "a truncated file is no evidence at any length" {
	size=$(stat -c %s "$F/finality.ssz")
	for n in 0 1 100 $((size / 2)) $((size - 6)); do
		head -c "$n" "$F/finality.ssz" >cut.ssz
		run_fail 1 replay --updates "$F/updates.api.bin" \
			--finality cut.ssz --json
		[ "$(jq -r '.steps[3].failed' <<<"$output")" = decode ]
	done
	run_fail 7 replay --updates nowhere.bin
}

@test "a case in the layout of consensus-spec-tests" {
	run_ok plume light replay --spec-case "$F/case" --json
	[ "$(jq -c '[.steps[].kind]' <<<"$output")" = \
		'["bootstrap","update","update","update","force_update"]' ]
	[ "$(jq .finalized.slot <<<"$output")" = 104 ]
	cp -r "$F/case" case
	{
		cat "$F/case/steps.yaml"
		printf -- "- upgrade_store:\n    store_fork_digest: '0x5f1db285'\n"
		printf '    checks:\n'
		tail -n 4 "$F/case/steps.yaml"
	} >case/steps.yaml
	run_ok plume light replay --spec-case case --json
	[ "$(jq -r '.steps[5].kind' <<<"$output")" = upgrade_store ]
	sed -i 's/5f1db285/5f1db286/' case/steps.yaml
	run_fail 4 plume light replay --spec-case case
	cp "$F/case/steps.yaml" case/
	sed -i 's/slot: 72/slot: 71/' case/steps.yaml
	run_fail 1 plume light replay --spec-case case --json
	[ "$(jq -c '[.steps[].failed]' <<<"$output")" = \
		'[null,null,"check.slot","check.slot",null]' ]
	sed -i 's/^- force_update/- other_update/' case/steps.yaml
	run_fail 4 plume light replay --spec-case case
	printf 'a: [\n' >case/config.yaml
	run_fail 4 plume light replay --spec-case case
	has "$stderr" config.yaml
}

@test "what does not go together" {
	run_fail 2 plume light replay --bootstrap "$F/bootstrap.ssz"
	run_fail 2 plume light replay --spec-case "$F/case" --now 1
	run_fail 2 plume light replay --preset minimal --root $R \
		--bootstrap "$F/bootstrap.ssz"
	has "$stderr" --genesis-validators-root
	plume network add lab --chain-id 4
	run_fail 2 plume light replay --network lab --root $R \
		--bootstrap "$F/bootstrap.ssz"
}

@test "real data of the main network, Capella to Fulu" {
	need_data
	L=$TESTDATA/chain/lc
	run_ok plume light replay --bootstrap "$L/capella/bootstrap.json" --root \
		0x5afc212a7924789b2bc86acad3ab3a6ffb1f6e97253ea50bee7f4f51422c9275 \
		--updates "$L/capella/updates.json" --finality \
		"$L/capella/finality.json" --optimistic \
		"$L/capella/optimistic.json" --json
	[ "$(jq -c '[.chain, .accepted, .finalized.slot, .finalized.block_number]' <<<"$output")" = \
		'["ethereum",9,7109344,17923026]' ]
	for case in "$TESTDATA"/chain/spec/light_client_minimal/*/*/; do
		run_ok plume light replay --spec-case "$case"
	done
}
