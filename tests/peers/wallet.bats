#!/usr/bin/env bats
# Key files to and from Foundry's cast and ethers, which nobody here wrote.

load anvil.bash

bats_require_minimum_version 1.5.0

ONES=0101010101010101010101010101010101010101010101010101010101010101
ONES_ADDR=0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$PWD XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data
	export PLUME_KEYSTORE=$PWD/keys
	PLUME=${PLUME:-$(anvil_root)/build/plume}
	CAST=$(foundry cast) || skip "cast is not installed"
	echo 'correct horse' >pw
	printf %s 'correct horse' >pw-bare # cast takes a line's end for part
	echo $ONES >key
}

@test "cast opens the key file that plume makes" {
	"$PLUME" account new alice --password-file pw --json >made
	run --separate-stderr "$CAST" wallet address --keystore keys/alice \
		--password-file pw-bare
	[ "$status" = 0 ]
	[ "$output" = "$(jq -r .address made)" ]
}

@test "the key inside is the key that was put there" {
	"$PLUME" account import --private-key-file key --name ones \
		--password-file pw >/dev/null
	run --separate-stderr "$CAST" wallet private-key --keystore keys/ones \
		--password 'correct horse'
	[ "$status" = 0 ]
	[ "$output" = "0x$ONES" ]
}

@test "plume takes over the key file that cast makes" {
	"$CAST" wallet import bob --keystore-dir cast --private-key $ONES \
		--unsafe-password 'correct horse' >/dev/null
	[ "$(jq -r .crypto.kdfparams.n cast/bob)" = 8192 ]
	[ "$(jq -r .address cast/bob)" = null ]
	run --separate-stderr "$PLUME" account import cast/bob \
		--password-file pw --json
	[ "$status" = 0 ]
	[ "$(jq -r .address <<<"$output")" = $ONES_ADDR ]
	[ "$(jq -r .name <<<"$output")" = bob ]
	[ "$(jq -r .crypto.kdfparams.n keys/bob)" = 262144 ]
	[ "$(jq -r .address keys/bob)" = 1a642f0e3c3af545e7acbd38b07251b3990914f1 ]
	echo wrong >wrong
	rm keys/bob
	run --separate-stderr "$PLUME" account import cast/bob \
		--password-file wrong
	[ "$status" = 1 ]
	[ ! -e keys/bob ]
}

@test "plume uses a file of cast's where it lies" {
	mkdir -m 700 keys
	"$CAST" wallet import bob --keystore-dir keys --private-key $ONES \
		--unsafe-password 'correct horse' >/dev/null
	run --separate-stderr "$PLUME" account list --json
	[ "$status" = 0 ]
	[ "$(jq -r '.[0].name' <<<"$output")" = bob ]
	[ "$(jq -r '.[0].address' <<<"$output")" = null ]
	[ "$(jq -r '.[0].wrong' <<<"$output")" = null ]
}

@test "ethers opens the key file that plume makes" {
	command -v node >/dev/null || skip "node is not installed"
	[ -d "$(anvil_root)/node_modules/ethers" ] ||
		skip "the packages of package-lock.json are not installed"
	"$PLUME" account import --private-key-file key --name ones \
		--password-file pw >/dev/null
	file=$PWD/keys/ones
	run --separate-stderr bash -c "cd '$(anvil_root)' && node -e '
const { decryptKeystoreJsonSync } = require(\"ethers\");
const fs = require(\"fs\");
const a = decryptKeystoreJsonSync(fs.readFileSync(process.argv[1], \"utf8\"),
	\"correct horse\");
console.log(a.address, a.privateKey);
' '$file'"
	[ "$status" = 0 ]
	[ "$output" = "$ONES_ADDR 0x$ONES" ]
}
