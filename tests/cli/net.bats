#!/usr/bin/env bats
# Nodes that misbehave (tests/tools/bad_node.c) and what a command says.
load common

setup() {
	fresh
	node_up || return
	export PLUME_TIMEOUT=2 PLUME_RETRIES=0
}

teardown() {
	if [ -n "${NODE:-}" ]; then kill "$NODE"; fi
}

node_up() {
	local i
	"${PL_OBJ:-$ROOT/build/release}/tests/tools/bad_node" >port 2>/dev/null \
		3>&- &
	NODE=$!
	for ((i = 0; i < 100; i++)); do
		[ -s port ] && break
		sleep 0.05
	done
	URL=http://user:pass@127.0.0.1:$(cat port)
}

# What every command does first is ask the node for its chain.
ask() { # STATUS PATH WORDS
	run_fail "$1" plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rpc "$URL/$2"
	has "$stderr" "$3"
	has "$stderr" 127.0.0.1
	[[ $stderr != *pass* ]]
	[ -z "$output" ]
}

@test "closed without an answer: exit status 3" { ask 3 close 'without an answer'; }
@test "closed in the middle: exit status 3" { ask 3 close-mid 'in the middle'; }
@test "an answer cut short: exit status 3" { ask 3 cut 'cut short'; }
@test "an answer to another call: exit status 3" { ask 3 other-id 'its id is 4711'; }
@test "a web page: exit status 3" { ask 3 html 'this is a web page, not a node'; }
@test "no answer in time: exit status 3" { ask 3 hang 'no answer in time'; }
@test "an answer that never ends: exit status 3" { ask 3 slow 'no answer in time'; }
@test "too many requests: exit status 3" { ask 3 429 busy; }
@test "a broken node: exit status 3" { ask 3 500 'HTTP status 500'; }
@test "a redirect is not followed: exit status 3" { ask 3 redirect redirects; }
@test "keys twice in the answer: exit status 3" { ask 3 twice 'no JSON'; }
@test "10000 levels of JSON: exit status 3" { ask 3 deep 'no JSON'; }
@test "an answer of another type: exit status 4" { ask 4 wrong-type eth_chainId; }
@test "a terabyte announced: exit status 4" { ask 4 huge-claim 'larger than'; }

@test "a gigabyte sent: exit status 4, within the memory allowed" {
	PLUME_TIMEOUT=60 ask 4 huge 'larger than'
}

@test "errors of the network are JSON where results are" {
	run_fail 3 plume token show --json \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rpc "$URL/html"
	[ "$(jq -r .error.kind <<<"$stderr")" = network ]
}

@test "a node that fails twice is asked a third time" {
	PLUME_RETRIES=3 run --separate-stderr plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rpc "$URL/flaky"
	# it got past the chain id: what is missing is the token
	[ "$status" = 7 ] || [ "$status" = 3 ] || [ "$status" = 4 ]
	[[ $stderr != *'status 503'* ]]
}

@test "a node of another chain is refused" {
	run_fail 2 plume token show --network ethereum \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rpc "$URL/ok"
	has "$stderr" 'chain 98866'
	has "$stderr" 'chain 1'
}

@test "http to another machine needs to be allowed" {
	run_fail 2 plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed \
		--rpc http://192.0.2.1:1/secret-key
	has "$stderr" 'http to another machine'
	[[ $stderr != *secret-key* ]]
	run_fail 2 plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rpc ftp://x
}

@test "nobody listens: exit status 3" {
	run_fail 3 plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed \
		--rpc http://127.0.0.1:1
	has "$stderr" 'nobody accepts the connection'
}

@test "a certificate nobody vouches for is refused" {
	need openssl
	local i
	openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem \
		-days 2 -subj /CN=localhost 2>/dev/null
	local port=$((20000 + RANDOM % 20000))
	openssl s_server -accept "127.0.0.1:$port" -key k.pem -cert c.pem \
		-quiet -www >s.log 2>&1 </dev/null 3>&- &
	local server=$!
	for ((i = 0; i < 50; i++)); do
		(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
		sleep 0.1
	done
	run --separate-stderr plume token show \
		0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed \
		--rpc "https://127.0.0.1:$port"
	kill "$server"
	[ "$status" = 3 ]
	has "$stderr" 'certificate is not one to be trusted'
}
