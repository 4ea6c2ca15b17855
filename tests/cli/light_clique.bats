# check-block --signers: proof-of-authority blocks held to those that may seal
# them.  The fixture is a made-up chain of three signers with an epoch of 3.
load common

F=$ROOT/tests/fixtures/light/clique.json
SIGNERS=0x06e405303159d9d4e9f6c3691f94ecefe1115d08
SIGNERS+=,0x4936457882667adf281c939e673a250add38622f
SIGNERS+=,0x6b16fa5169e47ebf811edafcee09e6dcb8ef554f

check() { plume light check-block --epoch 3 --json "$@"; }

@test "blocks sealed in turn by those named are signed" {
	run_ok check --signers "$SIGNERS" --period 15 "$F"
	[ "$(jq -c 'map([.number, .ok, .trust])' <<<"$output")" = \
		'[[1,true,"signed"],[2,true,"signed"],[3,true,"signed"],[4,true,"signed"],[5,true,"signed"],[6,true,"signed"]]' ]
	for rule in authorized recent turn checkpoint vote period; do
		jq -e --arg r clique.$rule '.[1].proved | index($r)' \
			<<<"$output"
	done
}

@test "the list of a checkpoint serves as well, and order does not matter" {
	jq '[.[5], .[3], .[2], .[4]]' "$F" >from3.json
	run_ok check --signers checkpoint from3.json
	[ "$(jq -c 'map(.trust) | unique' <<<"$output")" = '["signed"]' ]
}

@test "without --signers nobody is known: local" {
	run_ok check "$F"
	[ "$(jq -c 'map(.trust) | unique' <<<"$output")" = '["local"]' ]
	[ "$(jq -c 'map(.proved | index("clique.turn")) | unique' \
		<<<"$output")" = '[null]' ]
}

@test "a list without one of them, and what follows the false block" {
	run_fail 1 check --signers "${SIGNERS%,*}" "$F"
	[ "$(jq -c '[.[] | select(.failed) | [.number, .failed.rule]]' \
		<<<"$output")" = '[[2,"clique.authorized"]]' ]
	[ "$(jq -c 'map(.trust)' <<<"$output")" = \
		'["signed","local","local","local","local","local"]' ]
	run_fail 1 check --signers "${SIGNERS#*,}" "$F"
	[[ $stderr == *clique.* ]]
}

@test "other periods and epochs are not this chain's" {
	run_fail 1 check --signers "$SIGNERS" --period 16 "$F"
	[ "$(jq -r '.[1].failed.rule' <<<"$output")" = clique.period ]
	run_fail 1 plume light check-block --json --signers "$SIGNERS" "$F"
	[ "$(jq -r '.[2].failed.rule' <<<"$output")" = clique.checkpoint ]
}

@test "behind a gap nothing is signed" {
	jq '[.[0, 1, 3, 4, 5]]' "$F" >gap.json
	run_ok check --signers "$SIGNERS" gap.json
	[ "$(jq -c 'map(.trust)' <<<"$output")" = \
		'["signed","signed","local","local","local"]' ]
}

@test "lists that are none" {
	run_fail 2 check --signers checkpoint "$F"
	[[ $stderr == *"no checkpoint"* ]]
	run_fail 2 check --signers 0x12 "$F"
	run_fail 2 check --signers "" "$F"
	run_fail 2 plume light check-block --epoch 0 --signers "$SIGNERS" "$F"
	run_fail 2 check --signers "$SIGNERS" \
		"$ROOT/tests/fixtures/light/block.json"
	[[ $stderr == *"clique"* ]]
}

@test "Goerli's first blocks, by the signer of its genesis" {
	need_data
	run_ok plume light check-block --json --period 15 --signers \
		0xe0a2bd4258d2768837baa26a28fe71dc079f84c7 \
		"$TESTDATA/chain/clique/goerli_headers.json"
	[ "$(jq -c 'map([.number, .trust])' <<<"$output")" = \
		'[[1,"signed"],[2,"signed"],[3,"signed"],[4,"signed"],[1000000,"local"]]' ]
}
