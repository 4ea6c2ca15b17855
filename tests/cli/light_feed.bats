#!/usr/bin/env bats
# A sequencer's feed that is listened to: an honest server, and those that
# break off, skip, lie or say nothing (tests/tools/feed_node).
load common

setup() {
	fresh
	need jq
	start_world
	export PLUME_TIMEOUT=5
	feed_up
}

teardown() {
	stop_world
	[ -z "${FEED_PID:-}" ] || kill "$FEED_PID" 2>/dev/null || true
}

# feed_up [FALSE]: sets ws, the address; what it was asked for goes to ./asked.
feed_up() {
	: >asked
	rm -f feedport
	"${PL_OBJ:-$ROOT/build/release}/tests/tools/feed_node" \
		"$world/feed.lines" "${1:-$world/feed.rival}" asked \
		>feedport 3>&- &
	FEED_PID=$!
	for _ in $(seq 200); do
		[ -s feedport ] && break
		sleep 0.05
	done
	ws=ws://127.0.0.1:$(cat feedport)
}

light() { # the parent's light client has begun
	PLUME_TIMEOUT=20 plume light init --checkpoint "$root" >/dev/null
}

hears() { # LIE WANT ARG…: the numbers of messages
	local lie=$1 want=$2
	shift 2
	run_ok plume light feed "$ws/$lie" --network orbit --signatures-only \
		-o jsonl "$@"
	[ "$(jq -s -c 'map(.sequence)' <<<"$output")" = "$want" ]
}

refuses() { # STATUS LIE WORD: and tells no more than was true
	run_fail "$1" plume light feed "$ws/$2" --network orbit \
		--signatures-only -o jsonl --count 9
	has "$stderr" "$3"
	[ "$(jq -s 'all(.sequence >= 56 and .sequence <= 59)' \
		<<<"$output")" = true ]
}

@test "light feed: live, and the signer proven on the parent chain" {
	light
	run_ok plume light feed "$ws/" --network orbit --count 4 -o jsonl
	jq -s -e 'map(.block) == [56,57,58,59] and all(.form == "V2" and
		.poster and .trust == "signed" and .parent_block > 100)' \
		<<<"$output"
	[ "$(cat asked)" = ' 0 2' ]
	run_ok plume light feed "$ws/" --network orbit --count 1 --from 58 \
		--json
	jq -e 'length == 1 and .[0].block == 58' <<<"$output"
	has "$(cat asked)" ' 58 2'
}

@test "light feed: its own feed without a word, for so many seconds" {
	plume config set network.orbit.feed "$ws/"
	run_ok plume light feed --network orbit --signatures-only --seconds 1 \
		--json
	[ "$(jq -c 'map(.block)' <<<"$output")" = '[56,57,58,59]' ]
	plume config unset network.orbit.feed
	run_fail 2 plume light feed --network orbit
	has "$stderr" 'network.orbit.feed'
	run_fail 2 plume light feed "$world/feed.json" --network orbit --from 3
}

@test "light feed: SIGINT ends it well" {
	plume light feed "$ws/" --network orbit --signatures-only -o jsonl \
		>rows 3>&- &
	for _ in $(seq 100); do
		[ "$(wc -l <rows)" = 4 ] && break
		sleep 0.05
	done
	kill -INT $!
	wait $!
	[ "$(wc -l <rows)" = 4 ]
}

@test "light feed: parts, repetitions and lost connections change nothing" {
	hears parts '[56,57,58,59]' --count 4
	hears again '[56,57,58,59]' --count 4
	hears all '[58,59]' --from 58 --count 2
	: >asked
	hears drop '[56,57,58,59]' --count 4
	[ "$(cat asked)" = $'drop 0 2\ndrop 57 2\ndrop 58 2\ndrop 59 2' ]
}

@test "light feed: skipped, contradicting and false messages" {
	refuses 3 gap 'leaves out'
	refuses 1 false 'contradicts itself'
	jq -c '.messages[0].blockHash |= sub("0x.."; "0x00")' \
		"$world/feed.rival" >changed
	kill "$FEED_PID"
	feed_up changed
	light
	run_fail 1 plume light feed "$ws/false" --network orbit -o jsonl
	has "$stderr" 'takes no batches'
	[ "$(jq -s -c 'map(.block)' <<<"$output")" = '[56,57,58,59]' ]
	jq -c '.messages[0] |= del(.signature, .signatureV2)' \
		"$world/feed.rival" >changed
	kill "$FEED_PID"
	feed_up changed
	refuses 1 false 'not signed'
}

@test "light feed: servers of another chain or kind" {
	refuses 2 chain 'chain 42161'
	refuses 2 version 'version 3'
	refuses 3 http 'HTTP status 200'
	refuses 3 moved 'HTTP status 302'
	! grep elsewhere asked
	refuses 3 busy 'too many listeners'
	refuses 3 accept 'no WebSocket'
}

@test "light feed: cut, endless, oversized, broken and silent" {
	refuses 3 cut 'lost'
	refuses 4 long 'more than 67108864 bytes'
	refuses 4 endless 'more than 67108864 bytes'
	refuses 4 nonsense 'message 1'
	refuses 4 masked 'no valid JSON'
	refuses 3 close 'code 1008'
	[[ $stderr != *$'\033'* ]]
	export PLUME_TIMEOUT=1
	refuses 3 mute ''
	refuses 3 hang 'no answer in 1 seconds'
	run_fail 3 plume light feed ws://127.0.0.1:1 --network orbit \
		--signatures-only
}

@test "light feed: a message over the limit takes no memory" {
	sanitized && skip 'sanitizers take address space of their own'
	(
		ulimit -v 400000
		run_fail 4 plume light feed "$ws/long" --network orbit \
			--signatures-only
	)
}

@test "light feed: the next server is asked where one fails" {
	light
	SECONDS=0
	run_ok plume light feed "$ws/hang,$ws/gap,$ws/nonsense,$ws/" \
		--network orbit --count 4 -o jsonl
	[ "$(jq -s -c 'map(.block)' <<<"$output")" = '[56,57,58,59]' ]
	((SECONDS < 20)) # five of them with the one that hangs
	grep -q '^gap 0' asked
	grep -q '^ 57' asked
}

@test "light feed: ws to another machine needs to be allowed" {
	run_fail 2 plume light feed ws://192.0.2.1/secret-key --network orbit \
		--signatures-only
	has "$stderr" 'ws to another machine'
	[[ $stderr != *secret-key* ]]
	run_fail 2 plume light feed https://localhost/ --network orbit \
		--signatures-only
}

# tls_up: wss in front of the feed; a certificate that nobody vouches for.
tls_up() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem \
		-days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost 2>/dev/null
	python3 - "$(cat feedport)" >tlsport 3>&- <<-'EOF' &
		import signal, socket, ssl, sys, threading
		signal.alarm(120)
		tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		tls.load_cert_chain("c.pem", "k.pem")
		def pump(a, b):
		    try:
		        while data := a.recv(4096):
		            b.sendall(data)
		    except OSError:
		        pass
		    b.close()
		def serve(c):
		    try:
		        c = tls.wrap_socket(c, server_side=True)
		    except OSError:
		        return
		    to = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    threading.Thread(target=pump, args=(to, c), daemon=True).start()
		    pump(c, to)
		s = socket.create_server(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		while True:
		    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
	EOF
	TLS_PID=$!
	for _ in $(seq 100); do
		[ -s tlsport ] && break
		sleep 0.05
	done
}

@test "light feed: wss, and its certificate" {
	need openssl
	need python3
	tls_up
	at=wss://localhost:$(cat tlsport)/
	run --separate-stderr plume light feed "$at" --network orbit \
		--signatures-only --count 4
	refused=$status
	[ -z "$output" ]
	run --separate-stderr env SSL_CERT_FILE=c.pem plume light feed "$at" \
		--network orbit --signatures-only --count 4 --json
	trusted=$status
	heard=$output
	run --separate-stderr env SSL_CERT_FILE=c.pem plume light feed \
		"${at/localhost/127.0.0.1}" --network orbit --signatures-only
	kill "$TLS_PID"
	[ "$refused $trusted $status" = '3 0 3' ]
	[ "$(jq -c 'map(.block)' <<<"$heard")" = '[56,57,58,59]' ]
}

# ------------------------------------------------------------------- reads

head_at() { # ARG…: of the chain's head by the feed
	plume light header --network orbit --level signed --json "$@" |
		jq -c '[.block, .level, .trust, .stands_by]'
}

@test "reads at level signed: the feed is listened to" {
	light
	plume config set network.orbit.feed "$ws/"
	[ "$(head_at)" = '[59,"signed","signed","feed"]' ]
	[ "$(cat asked)" = ' 59 2' ] # from where the node is
	for feed in parts again drop gap; do
		[ "$(head_at --feed "$ws/$feed")" = \
			'[59,"signed","signed","feed"]' ]
	done
	run_fail 1 plume light header --network orbit --level signed \
		--require proven
	run_fail 2 plume light header --network orbit --level signed \
		--feed "$ws/chain"
	run_fail 7 plume light header --network orbit --level signed \
		--feed "$ws/mute"
	[ "$(plume light header --network orbit --json | jq -r .level)" = \
		confirmed ] # and nobody listens
}

@test "reads at level signed: the feed without blocks' hashes, and false" {
	light
	jq -c '.messages[] |= del(.signatureV2)' "$world/feed.lines" >v1
	jq -c '.messages[].message.delayedMessagesRead += 1' \
		"$world/feed.lines" >changed
	for lines in v1 changed; do
		kill "$FEED_PID"
		cp $lines "$world/feed.lines"
		feed_up
		run --separate-stderr plume light header --network orbit \
			--level signed --feed "$ws/"
		[ -z "$output" ]
		case $lines in
		v1) [ "$status" = 7 ] && has "$stderr" V1 ;;
		changed) [ "$status" = 1 ] && has "$stderr" 'no batches' ;;
		esac
	done
}

@test "--save keeps what was heard, and verify believes no more of it" {
	light
	run_ok plume light header --network orbit --level signed \
		--feed "$ws/" --save kept --json
	truth=$output
	stop_world
	kill "$FEED_PID"
	run_ok plume light verify kept --root "$root" --json
	jq -e --argjson truth "$truth" '.[0].ok and
		.[0].trust == "signed" and .[0].block == $truth.block' \
		<<<"$output"
	sed 's/"blockHash":"0x../"blockHash":"0x00/g' kept >changed
	! cmp -s kept changed
	run --separate-stderr plume light verify changed --root "$root"
	[ "$status" = 1 ]
}

@test "light serve: follows the feed, and passes through its loss" {
	need curl
	light
	plume light serve --network orbit --level signed --feed "$ws/" \
		--listen 127.0.0.1:0 --poll 1 --json >served 2>words 3>&- &
	server=$!
	for _ in $(seq 200); do
		[ -s served ] && break
		sleep 0.05
	done
	[ "$(jq -r '[.head, .level, .trust] | @csv' served)" = \
		'59,"signed","signed"' ]
	url=$(jq -r .url served)
	kill "$FEED_PID"
	sleep 2
	n=$(curl -s "$url" -d '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}')
	kill $server
	[ "$(jq -r .result <<<"$n")" = 0x3b ]
}
