#!/usr/bin/env bats
# The command line itself: words, options, output forms, errors, streams.
load common

@test "plume alone: an overview on stderr, status 2" {
	run_fail 2 plume
	[ -z "$output" ]
	has "$stderr" "usage: plume COMMAND"
	! [[ $stderr == *"plume: "* ]]
}

@test "plume help: the same overview on stdout, status 0" {
	run_ok plume help
	[ -z "$stderr" ]
	has "$output" "usage: plume COMMAND"
	help=$output
	run_ok plume --help
	[ "$output" = "$help" ]
	run_ok plume -h
	[ "$output" = "$help" ]
}

@test "a group alone lists its verbs" {
	run_fail 2 plume network
	has "$stderr" "network list"
	[ -z "$output" ]
	run_ok plume network --help
	has "$output" "network list"
	run_ok plume help network
	has "$output" "network remove"
}

@test "help of a command, three ways, is the same" {
	run_ok plume help network add
	has "$output" "usage: plume network add [options] NAME"
	help=$output
	run_ok plume network add --help
	[ "$output" = "$help" ]
	run_ok plume --help network add
	has "$output" "usage: plume COMMAND"
	run_ok plume network add lab --chain-id 4 -h
	[ "$output" = "$help" ]
}

@test "no line of any help is wider than 80 columns" {
	run_ok plume help --all
	wide=$(printf '%s\n' "$output" | grep -v '^  [$#]' |
		awk 'length($0) > 80')
	printf '%s\n' "$wide"
	[ -z "$wide" ]
}

@test "did you mean: commands, verbs, options, words" {
	run_fail 2 plume versoin
	has "$stderr" 'did you mean `plume version`?'
	run_fail 2 plume netwrok list
	has "$stderr" 'did you mean `plume network`?'
	run_fail 2 plume network lsit
	has "$stderr" 'did you mean `plume network list`?'
	run_fail 2 plume help network lsit
	has "$stderr" 'did you mean `plume network list`?'
	run_fail 2 plume network add lab --chian-id 4
	has "$stderr" "did you mean --chain-id?"
	run_fail 2 plume version -o jsno
	has "$stderr" "text, json, jsonl, csv"
	has "$stderr" "did you mean 'json'?"
	run_fail 2 plume token mint --acount x
	has "$stderr" "did you mean --account?"
	run_fail 2 plume network add --name lab
	has "$stderr" "it stands by its place"
	run_fail 2 plume zzzzzzzz
	has "$stderr" '`plume help` lists them'
}

@test "prefixes of options are not guessed" {
	run_fail 2 plume version --out json
	run_fail 2 plume network add lab --chain 4
}

@test "values: --x=v, --x v, -xv, -x v" {
	for o in --output=json "--output json" -ojson "-o json" --json; do
		# shellcheck disable=SC2086
		run_ok plume version $o
		[ "$(jq -r .name <<<"$output")" = plume ]
	done
	run_fail 2 plume version --output
	has "$stderr" "--output needs a value (FORMAT)"
	run_fail 2 plume version -o
	run_fail 2 plume network add lab --chain-id --rpc http://x
	has "$stderr" "--chain-id needs a value"
	run_fail 2 plume version --quiet=yes
	has "$stderr" "--quiet takes no value"
}

@test "global options stand before and after the verb" {
	run_ok plume --json network show sepolia
	a=$output
	run_ok plume network --json show sepolia
	[ "$output" = "$a" ]
	run_ok plume network show --json sepolia
	[ "$output" = "$a" ]
	run_ok plume network show sepolia --json
	[ "$output" = "$a" ]
	[ "$(jq .chain_id <<<"$a")" = 11155111 ]
}

@test "flags are taken back by --no-, the last word wins" {
	run_ok plume version --json --no-json
	[ "$output" = "plume $(plume version --json | jq -r .version)" ]
	run_ok plume version --no-json --json
	[ "$(jq -r .name <<<"$output")" = plume ]
	run_ok plume version --no-color --color
}

@test "-- ends the options; letters may be joined" {
	run_fail 7 plume network show -- --json
	has "$stderr" "--json"
	run_ok plume version -qv
	run_fail 2 plume version -qz
	has "$stderr" "no option -z"
}

@test "a value given twice is refused, a word too many too" {
	run_fail 2 plume network add lab --chain-id 1 --chain-id 2
	has "$stderr" "--chain-id is given twice"
	run_fail 2 plume version again
	has "$stderr" "cannot use the word 'again'"
	run_fail 2 plume network add
	has "$stderr" "needs NAME"
}

@test "numbers are checked for form and range" {
	for v in -1 1.5 1e3 x '' 18446744073709551616 0; do
		run_fail 2 plume network add lab "--chain-id=$v"
		has "$stderr" "--chain-id: "
	done
	run_ok plume network add lab --chain-id=0x2a
	[ "$(plume network show lab --json | jq .chain_id)" = 42 ]
}

@test "an option no command can honour is refused, not ignored" {
	run_fail 2 plume version --rpc http://127.0.0.1:1
	has "$stderr" "cannot honour --rpc: it asks no node"
	run_fail 2 plume version --store x.db
	run_fail 2 plume version -C .
	run_fail 2 plume version --require proven
	run_fail 2 plume version --dry-run
	run_fail 2 plume version -y
	run_fail 2 plume completion bash --json
	run_fail 2 plume config list --network sepolia
	run_fail 2 plume network list --dry-run
	run_fail 2 plume --dry-run version
}

@test "--verbose says what is read and how long it took, --quiet nothing" {
	plume config set network.default sepolia
	run_ok plume network show -v
	has "$stderr" "settings from $XDG_CONFIG_HOME/plume/config"
	has "$stderr" "took"
	run_ok plume network show
	[ -z "$stderr" ]
}

@test "errors are JSON where results are" {
	for o in --json -ojson "-o json" --output=jsonl; do
		# shellcheck disable=SC2086
		run_fail 2 plume versoin $o
		[ "$(jq -r .error.kind <<<"$stderr")" = usage ]
		has "$(jq -r .error.message <<<"$stderr")" versoin
		has "$(jq -r .error.hint <<<"$stderr")" "plume version"
		[ -z "$output" ]
	done
	for o in --json -ojsonl; do
		run_fail 2 plume $o
		[ "$(jq -r .error.message <<<"$stderr")" = "no command was given" ]
		run_fail 2 plume network $o
	done
	run_fail 7 plume network show nowhere --json
	[ "$(jq -r .error.kind <<<"$stderr")" = notfound ]
}

@test "control bytes of an argument do not reach the terminal" {
	run_fail 2 plume $'a\e[31mb\x9b\xff'
	! [[ $stderr == *$'\e'* ]]
	has "$stderr" 'a\x1b[31mb\x9b\xff'
}

@test "a full disk is status 5, also for help and scripts" {
	for c in version "version --json" "network list" "network list -ocsv" \
		help "help version" "completion bash" "help --schema version" \
		--help "help --all --json"; do
		run --separate-stderr bash -c "\"$PLUME\" $c >/dev/full"
		[ "$status" = 5 ]
		has "$stderr" "No space left"
	done
}

@test "a reader that goes away ends the program quietly" {
	run --separate-stderr bash -c \
		'"$PLUME" help --all --json | head -c 1; exit ${PIPESTATUS[0]}'
	# 141: ended by SIGPIPE, as cat would; 0: all fitted into the pipe
	[ "$status" = 141 ] || [ "$status" = 0 ]
	[ -z "$stderr" ]
	run --separate-stderr bash -c '
		"$PLUME" version > >(exec sleep 0) ; true'
	[ -z "$stderr" ]
}

@test "closed streams do no harm" {
	run --separate-stderr bash -c '"$PLUME" version >&-'
	[ "$status" = 5 ] || [ "$status" = 0 ]
	run --separate-stderr bash -c '"$PLUME" version 2>&- <&-'
	[ "$status" = 0 ]
}

@test "the locale changes no number and no decimal point" {
	plume network list -o csv >c
	LC_ALL=de_DE.UTF-8 plume network list -o csv >d
	cmp c d
	LC_ALL=C plume network list -o csv >e
	cmp c e
	LC_ALL=nonsense plume version
}

@test "no colours in a pipe, under NO_COLOR, TERM=dumb, --no-color" {
	need script
	on_tty() {
		script -qec "stty cols 200; $*" /dev/null </dev/null
	}
	export TERM=xterm
	run on_tty plume network list
	has "$output" $'\e[1m'
	run plume network list
	! [[ $output == *$'\e'* ]]
	run on_tty plume network list --no-color
	! [[ $output == *$'\e'* ]]
	export NO_COLOR=1
	run on_tty plume network list
	has "$output" sepolia
	! [[ $output == *$'\e'* ]]
	unset NO_COLOR
	export TERM=dumb
	run on_tty plume network list
	has "$output" sepolia
	! [[ $output == *$'\e'* ]]
}

@test "a table too wide for the terminal becomes blocks, nothing lost" {
	need script
	export TERM=dumb
	run script -qec "stty cols 40; plume network list" /dev/null </dev/null
	has "$output" "https://testnet-rpc.plume.org"
	has "$output" "chain id  98867"
	wide=$(printf '%s\n' "$output" | tr -d '\r' | awk 'length($0) > 40')
	[ -z "$wide" ]
	run script -qec "stty cols 200; plume network list" /dev/null </dev/null
	has "${lines[0]}" "chain id"
}

@test "the four forms say the same" {
	plume network list -o json >a
	plume network list -o jsonl | jq -s . >b
	jq . a | cmp - b
	[ "$(jq length a)" = 6 ]
	plume network list -o csv >c
	[ "$(wc -l <c)" = 7 ]
	[ "$(head -1 c)" = $'name,chain_id,rpc,currency,explorer,parent,kind,outbox,rollup,bridge,sequencer_inbox,feed,builtin,default\r' ]
	has "$(cat c)" $'ethereum,1,,ETH,https://etherscan.io,,,,,,,,true,false\r'
}

@test "the schema of every command's result is valid and is followed" {
	while read -r c; do
		# shellcheck disable=SC2086
		plume help --schema $c | jq -e '."$schema"' >/dev/null
	done < <(plume help --all --json | jq -r '.[] | select(.result).command')
	# required names of the schema are the names of the result
	want=$(plume help --schema network list | jq -c '.items.required')
	got=$(plume network list --json | jq -c '.[0] | keys_unsorted')
	[ "$want" = "$got" ]
	run_fail 7 plume help --schema completion
	run_fail 2 plume help --schema
}

@test "without a home nothing is written where one happens to be" {
	unset XDG_CONFIG_HOME XDG_DATA_HOME HOME
	echo pw >pw
	touch before after
	ls -A >before
	for c in "account new a --password-file pw" "account list" \
		"index list" "record list" "config set network.default devnet" \
		"index import pw"; do
		# shellcheck disable=SC2086
		run_fail 7 plume $c
		has "$stderr" "HOME is set"
	done
	ls -A >after
	diff before after
	run_ok plume network list
	PLUME_KEYSTORE=$PWD/keys run_ok plume account list
}

@test "settings: flag over environment over repository over user" {
	[ "$(plume config get network.default)" = plume ]
	plume config set network.default sepolia
	[ "$(plume config get network.default)" = sepolia ]
	mkdir -p repo/.plume repo/sub/deep
	cd repo/sub/deep
	plume config set network.default devnet --scope repo
	[ "$(plume config get network.default)" = devnet ]
	[ "$(git config -f ../../.plume/config network.default)" = devnet ]
	[ "$(plume -C / config get network.default)" = sepolia ]
	[ "$(PLUME_NETWORK=ethereum plume config get network.default)" = ethereum ]
	run_ok plume config list --json
	[ "$(jq -r '.[0].origin' <<<"$output")" = repo ]
	[ "$(jq -r '.[0].source' <<<"$output")" = "$BATS_TEST_TMPDIR/here/repo/.plume/config" ]
	PLUME_NETWORK=ethereum run_ok plume config list --json
	[ "$(jq -r '.[0].source' <<<"$output")" = PLUME_NETWORK ]
	plume config unset network.default --scope repo
	plume config unset network.default
	[ "$(plume config get network.default)" = plume ]
}

@test "settings: what git wrote is read, and the other way round" {
	mkdir -p "$XDG_CONFIG_HOME/plume"
	git config -f "$XDG_CONFIG_HOME/plume/config" network.lab.rpc 'http://a/#;"\'
	git config -f "$XDG_CONFIG_HOME/plume/config" network.lab.chainid 7
	[ "$(plume network show lab --json | jq -r .rpc)" = 'http://a/#;"\' ]
	plume config set network.lab.explorer 'http://b/#;"\'
	[ "$(git config -f "$XDG_CONFIG_HOME/plume/config" network.lab.explorer)" = 'http://b/#;"\' ]
	plume config set store.path ' a "b" \c; #d '
	[ "$(git config -f "$XDG_CONFIG_HOME/plume/config" store.path)" = ' a "b" \c; #d ' ]
	[ "$(plume config get store.path)" = ' a "b" \c; #d ' ]
}

@test "settings: unknown keys, bad values, broken files, includes" {
	run_fail 2 plume config set network.defalt x
	has "$stderr" "did you mean network.default?"
	run_fail 2 plume config get nonsense
	run_fail 2 plume config set network.lab.chainid many
	run_fail 2 plume config set network.default 'A b'
	run_fail 2 plume config set alias.x 0x12
	run_fail 7 plume config unset store.path
	run_fail 7 plume config get store.path
	run_fail 7 plume config set store.path x --scope repo
	run_fail 7 plume -C "$PWD/nowhere" config list
	[ ! -e "$XDG_CONFIG_HOME/plume/config" ]
	mkdir -p "$XDG_CONFIG_HOME/plume"
	f=$XDG_CONFIG_HOME/plume/config
	printf '[network\n' >"$f"
	run_fail 4 plume config list
	has "$stderr" "$f"
	printf '[network]\nnodefault = x\n' >"$f"
	run_fail 4 plume config list
	has "$stderr" "network.nodefault"
	printf '[ Include ]\npath = /etc/passwd\n' >"$f"
	run_fail 4 plume config list
	has "$stderr" "includes"
	printf 'a\0b' >"$f"
	run_fail 4 plume config list
	head -c 1100000 /dev/zero | tr '\0' '#' >"$f"
	run_fail 4 plume config list
	rm "$f"
	mkfifo "$f"
	run_fail 4 timeout 5 "$PLUME" config list
	rm "$f"
	run_fail 2 plume config set store.path $'a\n[alias]\nx = y'
	[ ! -e "$f" ]
	# commands that read no settings do not care
	run_ok plume version
	PLUME_NETWORK='B ad' run_fail 2 plume config list
	has "$stderr" PLUME_NETWORK
}

@test "settings: a lock of somebody else, a folder without rights" {
	mkdir -p "$XDG_CONFIG_HOME/plume"
	: >"$XDG_CONFIG_HOME/plume/config.lock"
	run_fail 5 plume config set network.default sepolia
	has "$stderr" "config.lock"
	[ -e "$XDG_CONFIG_HOME/plume/config.lock" ]
	[ ! -e "$XDG_CONFIG_HOME/plume/config" ]
}

@test "settings: --dry-run writes nothing" {
	run_ok plume config set network.default sepolia --dry-run --json
	[ "$(jq .changed <<<"$output")" = false ]
	run_ok plume network add lab --chain-id 4 --dry-run
	run_ok plume account alias me 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --dry-run
	[ ! -e "$XDG_CONFIG_HOME" ]
}

@test "settings: a repository decides neither keys nor known chains" {
	mkdir .plume
	run_fail 2 plume config set account.keystore /tmp/x --scope repo
	printf '[account]\nkeystore = /tmp/x\n' >.plume/config
	run_fail 4 plume config list
	has "$stderr" "must not decide"
	printf '[network "plume"]\nchainid = 1\n' >.plume/config
	run_fail 4 plume network show plume
	run_fail 2 plume network add ethereum --chain-id 2
	printf '[network "devnet"]\nchainid = 1337\n' >.plume/config
	[ "$(plume network show devnet --json | jq .chain_id)" = 1337 ]
}

@test "networks: built in, added, changed, removed" {
	run_ok plume network list --json
	[ "$(jq -c '[.[] | [.name, .chain_id]]' <<<"$output")" = \
		'[["plume",98866],["plume-testnet",98867],["ethereum",1],["sepolia",11155111],["devnet",31337],["devnet-child",31338]]' ]
	run_fail 2 plume network add lab
	has "$stderr" "--chain-id"
	run_fail 2 plume network add Lab --chain-id 4
	run_fail 2 plume network add ethereum
	plume network add lab --chain-id 18446744073709551615 --rpc http://x
	# beyond 2^53 a number would not survive a reader with doubles
	[ "$(plume network show lab --json | jq -r '.chain_id|type')" = string ]
	plume network add ethereum --rpc http://y --explorer http://z
	[ "$(plume network show ethereum --json | jq -r .rpc)" = http://y ]
	plume network remove ethereum
	[ "$(plume network show ethereum --json | jq -r .rpc)" = null ]
	plume network remove lab
	run_fail 7 plume network show lab
	run_fail 7 plume network remove lab
	run_fail 7 plume network show sepollia
	has "$stderr" "did you mean sepolia?"
}

@test "address book: set, list, look up, remove; EIP-55 guards typing" {
	a=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
	run_ok plume account alias --json
	[ "$output" = "[]" ]
	plume account alias treasury "$(tr A-F a-f <<<$a)"
	[ "$(plume account alias treasury --json | jq -r '.[0].address')" = $a ]
	plume account alias copy treasury
	[ "$(plume account alias copy --json | jq -r '.[0].address')" = $a ]
	run_fail 2 plume account alias treasury "${a%d}D"
	run_fail 2 plume account alias Treasury $a
	run_fail 2 plume account alias 0x12 $a
	run_fail 2 plume account alias x --remove $a
	run_fail 7 plume account alias tresury
	has "$stderr" "did you mean treasury?"
	plume account alias treasury --remove
	run_fail 7 plume account alias treasury
	run_fail 7 plume account alias treasury --remove
}

@test "address book: two meanings of a name are not guessed between" {
	a=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
	b=0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359
	mkdir .plume
	plume account alias pay $a
	plume account alias pay $b --scope repo
	run_fail 2 plume account alias other pay
	has "$stderr" "$a"
	has "$stderr" "$b"
	plume account alias pay $a --scope repo
	run_ok plume account alias other pay
}

@test "start-up loads neither libgit2 nor libcurl nor libcrypto" {
	need strace
	# leaks cannot be looked for by one who is traced himself
	run env ASAN_OPTIONS=detect_leaks=0 \
		strace -f -e trace=openat "$PLUME" version
	[ "$status" = 0 ]
	! [[ $output == *libgit2* || $output == *libcurl* || $output == *libcrypto* ]]
	! [[ $output == *plume/config* ]]
}
