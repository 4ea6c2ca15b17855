# Evidence: kept by reads of proven data, checked elsewhere without network,
# and refused after any change.
load common

setup() {
	fresh
	start_world
}

teardown() {
	stop_world
}

TOKEN=0x7070707070707070707070707070707070707070

# keep NAME ARGS…: a read with --save
keep() {
	run_plume light "${@:2}" --checkpoint "$root" --save "$1.evidence" \
		--json
	echo "$stderr"
	[ "$status" = 0 ]
}

# Another machine: no data, no network, the same settings.
elsewhere() {
	stop_world
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/elsewhere
	export https_proxy=http://127.0.0.1:1 http_proxy=http://127.0.0.1:1
}

verify() {
	run_plume light verify "$@" --json
}

@test "every read: kept here, verified elsewhere" {
	keep head head
	keep header header 20
	keep block block 130
	keep account account "$TOKEN"
	keep absent account 0x00000000000000000000000000000000000000aa
	keep storage storage "$TOKEN" 0x1 0x2 --block finalized
	keep code code "$TOKEN"
	keep logs logs --from 100 --to 140 --address "$TOKEN"
	hash=$(plume light block 130 --json | jq -r '.transactions[0].hash')
	keep tx tx "$hash"
	keep receipt receipt "$hash"
	elsewhere
	for f in *.evidence; do
		verify "$f" --root "$root"
		echo "$f: $stderr"
		[ "$status" = 0 ]
		[ "$(jq_of '.[0].ok')" = true ]
		[ "$(jq_of '.[0].trust')" = proven ]
		[ "$(jq_of '.[0].trusted_as')" = given ]
	done
	verify ./*.evidence --root "$root"
	[ "$status" = 0 ]
	[ "$(jq_of length)" = 10 ]
	gzip -k account.evidence
	verify account.evidence.gz --root "$root"
	[ "$status" = 0 ]
}

@test "an Orbit chain, at every level" {
	keep l2 account 0x9898989898989898989898989898989898989898 \
		--network orbit
	keep asserted storage 0x9898989898989898989898989898989898989898 0x1 \
		--network orbit --level asserted
	keep signed header --network orbit --level signed \
		--feed "$world/feed.json"
	elsewhere
	for f in l2:proven asserted:signed signed:signed; do
		verify "${f%:*}.evidence" --root "$root"
		echo "$f: $stderr"
		[ "$status" = 0 ]
		[ "$(jq_of '.[0].trust')" = "${f#*:}" ]
	done
	# contracts are the verifier's own settings, never the file's
	plume config unset network.orbit.outbox
	plume config set network.orbit.outbox \
		0x0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c
	verify l2.evidence --root "$root"
	[ "$status" != 0 ]
}

@test "the answer says what was asked and found" {
	keep a account "$TOKEN"
	[ "$(jq_of .nonce)" = 1 ]
	block=$(jq_of .block)
	elsewhere
	verify a.evidence --root "$root"
	[ "$(jq_of '.[0].answer[0].nonce')" = 1 ]
	[ "$(jq_of '.[0].block')" = "$block" ]
	[[ $(jq_of '.[0].question') == "light account"*"$TOKEN" ]]
	run_plume light verify a.evidence --root "$root"
	[[ $output == *"ok "*proven* ]]
}

@test "a root that nobody here trusts is not trusted" {
	keep a account "$TOKEN"
	verify a.evidence # the light client's own
	[ "$status" = 0 ]
	[ "$(jq_of '.[0].trusted_as')" = "the light client's own" ]
	elsewhere
	verify a.evidence
	[ "$status" = 1 ]
	[[ $stderr == *--root* ]]
	verify a.evidence --root \
		0x00000000000000000000000000000000000000000000000000000000000000ff
	[ "$status" = 1 ]
	[ "$(jq_of '.[0].trust')" = local ]
}

@test "evidence is never written over" {
	keep a account "$TOKEN"
	run_plume light account "$TOKEN" --save a.evidence
	[ "$status" = 2 ]
}

@test "an answer that was changed does not follow" {
	keep a account "$TOKEN"
	elsewhere
	sed '/"answer"/s/"nonce":1/"nonce":2/' a.evidence >b.evidence
	verify b.evidence --root "$root"
	[ "$status" = 1 ]
	[[ $(jq_of '.[0].failed') == *nonce* ]]
}

# Whatever is changed: refused, or the same answer.
never_another() {
	verify "$1" --root "$root"
	case $status in
	0) [ "$(jq_of '.[0].answer[0]')" = "$truth" ] ;;
	1 | 2 | 4) [ "$(jq_of '.[0].ok // false' 2>/dev/null || echo false)" != true ] ;;
	*)
		echo "status $status: $stderr"
		return 1
		;;
	esac
}

@test "lines dropped, repeated, swapped; bytes changed; cut anywhere" {
	keep a storage "$TOKEN" 0x1
	elsewhere
	verify a.evidence --root "$root"
	truth=$(jq_of '.[0].answer[0]')
	n=$(wc -l <a.evidence)
	for i in $(seq "$n"); do
		sed "${i}d" a.evidence >b && never_another b
		sed "${i}p" a.evidence >b && never_another b
		sed -n "${i}{h;n;p;g;p;d};p" a.evidence >b && never_another b
	done
	size=$(wc -c <a.evidence)
	for i in $(seq 7 $((size / 40)) "$size"); do
		head -c "$i" a.evidence >b && never_another b
		{
			head -c "$i" a.evidence
			printf 7
			tail -c +$((i + 2)) a.evidence
		} >b && never_another b
	done
}

@test "evidence of two questions mixed" {
	keep a account "$TOKEN"
	keep b account 0x00000000000000000000000000000000000000aa
	elsewhere
	{
		head -1 b.evidence
		tail -n +2 a.evidence
	} >c.evidence
	verify c.evidence --root "$root"
	[ "$status" = 1 ]
}

@test "a command that is no read is not run" {
	keep a account "$TOKEN"
	elsewhere
	for words in '["light","sync"]' '["config","set"]' \
		'["light","account","--beacon=http://127.0.0.1:1"]' \
		'["light","account","--save=x"]' '["account","new"]'; do
		sed "1s|\"command\":\\[[^]]*\\]|\"command\":$words|" \
			a.evidence >b.evidence
		verify b.evidence --root "$root"
		[ "$status" = 1 ]
		[ ! -e x ]
	done
}
