#!/usr/bin/env bats
# The README's steps, all of them and in their order, on a chain: anvil stands
# for the test network.
load ../cli/common

setup() {
	fresh
	. "$BATS_TEST_DIRNAME/anvil.bash"
	foundry anvil >/dev/null || skip "no anvil (npm ci)"
	need jq
	export ANVIL_DIR=$BATS_TEST_TMPDIR
}

teardown() {
	anvil_down
}

rpc() {
	"$(foundry cast)" rpc --rpc-url "$ANVIL_URL" "$@"
}

steps() {
	sed -n '/^## The same, step by step/,/^## /{
		/^```sh$/,/^```$/{
			/^```/d
			s/  *#.*//
			/^$/d
			p
		}
	}' "$ROOT/README.md"
}

# Eleven more days with a sale each; then what a node serves about one block.
history() {
	local i n
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		rpc evm_increaseTime 86400 >/dev/null
		plume token transfer villa-7 "$i" --to buyer --yes >/dev/null
	done
	n=$(rpc eth_blockNumber | tr -d '"')
	rpc eth_getBlockByNumber "$n" true >block.json
	rpc eth_getBlockReceipts "$n" >receipts.json
	rpc eth_getProof "$ANVIL_ADDR1" '[]' "$n" >proof.json
}

@test "README: every step, in its order, on a chain" {
	anvil_up 31337
	export PLUME_RPC=$ANVIL_URL PLUME_NETWORK=devnet
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	export PLUME_PASSWORD_FILE=$PWD/pw
	(umask 077 && echo 'correct horse' >pw)
	mkdir papers
	echo deed >papers/deed.pdf
	awk 'BEGIN { print "date,close"; for (k = 0; k < 300; k++)
		printf "2020-%02d-%02d,%.4f\n", int(k / 28) + 1, k % 28 + 1,
			100 + 10 * sin(k * k) }' >papers/prices.csv
	n=0
	while read -r line; do
		case $line in
		'plume token transfer'*) line="$line --yes" ;;
		'plume token create'*--dry-run)
			a=$(plume account show issuer --json | jq -r .address)
			rpc anvil_setBalance "$a" 0x56bc75e2d63100000 >/dev/null
			;;
		'plume token create'*) line="$line --yes" ;;
		'plume light check-block'*) history ;;
		'plume record replay'*)
			line="plume record replay $(plume record list --json |
				jq -r '.[0].id[:8]')"
			;;
		esac
		n=$((n + 1))
		eval "$line" >out 2>err </dev/null || {
			echo "status $? of: $line"
			cat out err
			return 1
		}
	done < <(steps | sed 's/ && /\n/g')
	[ "$n" -ge 18 ]
	plume token show villa-7 --json |
		jq -e '.papers == "match" and (.papers_changed | not)'
	sed -i 's/"status": "draft"/"status": "offered"/' \
		assets/villa-7/asset.json
	plume asset commit villa-7 -m 'now offered' >/dev/null
	plume token show villa-7 --json |
		jq -e '.papers == "match" and .papers_changed'
	[ "$(plume token balance villa-7 buyer --json | jq -r .balance)" = 78.5 ]
}
