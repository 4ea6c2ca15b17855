#!/usr/bin/env bats
# Keys: made, taken over, listed; passwords from files and descriptors; and
# nothing secret where it could be seen.
load common

ONES=0101010101010101010101010101010101010101010101010101010101010101
ONES_ADDR=0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1
KEYS=.local/share/plume/keystore

setup() {
	fresh
	echo 'correct horse' >pw
}

@test "new writes a key file for its owner alone" {
	umask 022
	run_ok plume account new alice --password-file pw --json
	[ "$(stat -c %a "$HOME/$KEYS")" = 700 ]
	[ "$(stat -c %a "$HOME/$KEYS/alice")" = 600 ]
	has "$output" '"name": "alice"'
	has "$output" "\"file\": \"$HOME/$KEYS/alice\""
	has "$output" '"changed": true'
	has "$(cat "$HOME/$KEYS/alice")" '"n":262144,"p":1,"r":8'
	has "$stderr" 'keep the password'
}

@test "without a name the file is named as geth names it" {
	run_ok plume account new --password-file pw
	run ls "$HOME/$KEYS"
	[[ $output =~ ^UTC--[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{9}Z--[0-9a-f]{40}$ ]]
}

@test "a name is taken once, and the first key stays" {
	run_ok plume account new alice --password-file pw
	cp "$HOME/$KEYS/alice" before
	run_fail 2 plume account new alice --password-file pw
	has "$stderr" 'alice already'
	cmp before "$HOME/$KEYS/alice"
}

@test "names that could lead elsewhere are refused" {
	for name in ../x a/b .x -- '' 0xab 'a b' $'a\nb'; do
		run_fail 2 plume account new --password-file pw -- "$name"
	done
	[ ! -e "$HOME/$KEYS" ]
}

@test "--dry-run writes nothing" {
	run_ok plume account new alice --password-file pw --dry-run --json
	has "$output" '"changed": false'
	has "$output" '"address": null'
	[ ! -e "$HOME/$KEYS" ]
}

@test "nobody to ask for the password is exit status 8" {
	run_fail 8 setsid plume account new alice </dev/null
	has "$stderr" 'nobody is there'
	has "$stderr" --password-file
	run_fail 8 setsid plume account new alice --json </dev/null
	has "$stderr" '"kind":"declined"'
	[ ! -e "$HOME/$KEYS" ]
}

@test "an empty password is not accepted for a new key" {
	: >empty
	run_fail 2 plume account new alice --password-file empty
	has "$stderr" 'empty password'
}

@test "password files of one line only, and not too long" {
	printf 'one\ntwo\n' >two
	run_fail 2 plume account new a --password-file two
	has "$stderr" 'more than one line'
	head -c 2000 /dev/zero | tr '\0' x >long
	run_fail 4 plume account new a --password-file long
	has "$stderr" '1024'
	printf 'a\0b\n' >zero
	run_fail 2 plume account new a --password-file zero
	run_fail 7 plume account new a --password-file nowhere
	run_fail 2 plume account new a --password-file pw --password-fd 3
	[ ! -e "$HOME/$KEYS" ]
}

@test "a bare key is taken over from a file and a descriptor" {
	echo "0x$ONES" >key
	run_ok plume account import --private-key-file key --name bob \
		--password-file pw --json
	has "$output" "$ONES_ADDR"
	run_ok plume account show bob --json
	has "$output" "$ONES_ADDR"
	run_fail 2 plume account import --private-key-file key --name other \
		--password-file pw
	has "$stderr" "$ONES_ADDR is there already, as bob"
	rm "$HOME/$KEYS/bob"
	run_ok plume account import --private-key-fd 7 --password-fd 8 \
		--name carl --json 7<key 8<pw
	has "$output" "$ONES_ADDR"
	run ! grep -ri "$ONES" "$HOME"
}

@test "what is no key is refused, and not repeated" {
	local bad
	for bad in 12 "${ONES}01" "${ONES%?}g" \
		fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 \
		0000000000000000000000000000000000000000000000000000000000000000; do
		echo "$bad" >key
		run_fail 4 plume account import --private-key-file key \
			--name bob --password-file pw
		[[ $stderr != *"$bad"* ]]
		[[ $stderr != *"${bad:0:20}"* ]] || [ "${#bad}" -lt 20 ]
	done
	[ ! -e "$HOME/$KEYS/bob" ]
}

@test "one source of a key, and exactly one" {
	echo $ONES >key
	run_fail 2 plume account import --password-file pw
	run_fail 2 plume account import f --private-key-file key
}

@test "a key file goes through, a wrong password does not" {
	PLUME_KEYSTORE=$PWD/other run_ok plume account new dora \
		--password-file pw
	echo 'wrong horse' >wrong
	run_fail 1 plume account import other/dora --password-file wrong
	has "$stderr" 'wrong password'
	[[ $stderr != *'wrong horse'* ]]
	run_fail 1 plume account import other/dora --password-file wrong --json
	has "$stderr" '"kind":"proof"'
	[ ! -e "$HOME/$KEYS" ]
	run_ok plume account import other/dora --password-file pw --json
	has "$output" '"name": "dora"'
	[ "$(jq -r .address other/dora)" = \
		"$(jq -r .address "$HOME/$KEYS/dora")" ]
	# our own salt and IV: the files share nothing but the key
	run ! cmp -s other/dora "$HOME/$KEYS/dora"
}

@test "a key file that asks too much is refused before it is paid" {
	PLUME_KEYSTORE=$PWD/k run_ok plume account new x --password-file pw
	sed 's/"n":262144/"n":1073741824/' k/x >big
	run_fail 4 plume account import big --password-file pw
	has "$stderr" 'n=1073741824'
	sed 's/"n":262144/"n":262143/' k/x >odd
	run_fail 4 plume account import odd --password-file pw
	has "$stderr" 'power of two'
	sed 's/"version":3/"version":1/' k/x >old
	run_fail 4 plume account import old --password-file pw
	sed 's/"address":"./"address":"z/' k/x >hex
	run_fail 4 plume account import hex --password-file pw
	head -c 100 k/x >cut
	run_fail 4 plume account import cut --password-file pw
	head -c 70000 /dev/zero >huge
	run_fail 4 plume account import huge --password-file pw
	run_fail 7 plume account import nowhere --password-file pw
}

@test "list names what it finds and why a file will not do" {
	run_ok plume account list --json
	[ "$output" = '[]' ]
	echo $ONES >key
	run_ok plume account import --private-key-file key --name alice \
		--password-file pw
	echo '{}' >"$HOME/$KEYS/broken"
	run_ok plume account list --json
	[ "$(jq -r '.[0].address' <<<"$output")" = "$ONES_ADDR" ]
	[ "$(jq -r '.[0].wrong' <<<"$output")" = null ]
	[ "$(jq -r '.[1].name' <<<"$output")" = broken ]
	[ "$(jq -r '.[1].wrong' <<<"$output")" != null ]
	run_fail 4 plume account show broken
}

@test "show finds by name, address, alias and file" {
	echo $ONES >key
	run_ok plume account import --private-key-file key --name bob \
		--password-file pw
	run_ok plume account show $ONES_ADDR --json
	has "$output" '"name": "bob"'
	run_ok plume account show "$HOME/$KEYS/bob" --json
	has "$output" "$ONES_ADDR"
	run_ok plume account show
	has "$output" "$ONES_ADDR"
	run_ok plume account alias treasury $ONES_ADDR
	run_ok plume account show treasury --json
	has "$output" '"name": "bob"'
	has "$output" '"alias": "treasury"'
	run_fail 7 plume account show nobody
	has "$stderr" 'there are: bob'
	chmod 644 "$HOME/$KEYS/bob"
	run_ok plume account show bob
	has "$stderr" 'chmod 600'
}

@test "the command line has no room for secrets" {
	run_fail 2 plume account new a --password 'correct horse'
	run_fail 2 plume account import --private-key "$ONES"
	[ ! -e "$HOME/$KEYS" ]
}

@test "on a terminal: no echo, asked twice, Ctrl-C leaves the terminal whole" {
	need script
	cat >talk <<'X'
stty -a </dev/tty | grep -o -- '-\?\becho\b' >before
plume account new alice
echo "status $?" >status
stty -a </dev/tty | grep -o -- '-\?\becho\b' >after
X
	(sleep 1; echo 'hidden words'; sleep 1; echo 'hidden words'; sleep 2) |
		script -qec 'bash talk' typescript >/dev/null
	has "$(cat status)" 'status 0'
	has "$(cat typescript)" 'New password'
	[[ $(cat typescript) != *hidden* ]]
	cmp before after
	(sleep 1; echo 'some words'; sleep 1; echo 'other words'; sleep 1) |
		script -qec 'bash talk' typescript2 >/dev/null
	has "$(cat status)" 'status 2'
	(sleep 1; printf '\003'; sleep 1) |
		script -qec 'trap : INT; bash talk; bash -c "stty -a </dev/tty" | grep -o -- "-\?\becho\b" >after' \
			typescript3 >/dev/null
	cmp before after
}
