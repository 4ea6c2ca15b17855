# A node that lies, and a beacon node that lies: whatever one says, nothing
# false is printed as proven, nothing crashes, and time and memory have a
# bound.  What holds for every lie:
#	status 0	what is printed is what an honest node's answers give
#	another		a documented status, words on stderr, nothing proven
load common

# Lies of any node, and those that a read cannot survive.
NODE_LIES="stale-state other-block other-account short-proof omitted-logs
no-receipt extra-log wrong-balance wrong-storage wrong-code flipped old-head
other-chain null error truncated html 500 huge"
BEACON_LIES="bad-signature few-signers wrong-committee future conflict
stale-head not-found null error flipped truncated html 500 huge"
STATUSES=" 1 2 3 4 5 6 7 8 9 " # 2: the node is of another chain
MEMORY=786432 # kB of address space: programs and libraries take half of it

USER1=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf
TOKEN=0x7070707070707070707070707070707070707070
TRANSFER=0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef

# One node for all tests: WORLD is its folder, WORLD_URL its address.
setup_file() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	fresh
	start_world 2>/dev/null
	export WORLD=$world WORLD_URL=$at WORLD_PID
	plume light init --checkpoint "$root" >/dev/null
	cp -r "$XDG_DATA_HOME/plume/light" "$WORLD/begun"
	plume light sync >/dev/null
	cp -r "$XDG_DATA_HOME/plume/light" "$WORLD/synced"
	plume light logs --offline --from 100 --to 104 \
		--json >"$WORLD/some.json"
}

teardown_file() {
	stop_world
}

setup() {
	fresh
	export PLUME_NETWORK=world PLUME_RETRIES=0 PLUME_TIMEOUT=2
	# a sanitizer maps far more than it uses
	! sanitized || MEMORY=unlimited
	mkdir -p "$XDG_DATA_HOME/plume" "$XDG_CONFIG_HOME/plume"
	cp "$WORLD/settings" "$XDG_CONFIG_HOME/plume/config"
	cp -r "$WORLD/synced" "$XDG_DATA_HOME/plume/light"
}

# The reads, each with a block so deep that proofs, parents and the ring are
# needed.
reads() {
	local tx
	tx=$(jq -r '.logs[0].tx // .logs[0].transaction // .logs[0].tx_hash' \
		"$WORLD/some.json")
	cat <<-END
		header 3
		header 120
		block 101
		account $USER1 --block finalized
		account $USER1 --block 20
		storage $TOKEN 0 1 --block 140
		code $TOKEN
		tx $tx
		receipt $tx
		logs --from 100 --to 110 --topic $TRANSFER
		logs --from 90 --to 149 --address $TOKEN
	END
}

# ask URL READ…: bounded, its output in `out`, words in `err`.
ask() {
	local url=$1
	shift
	# shellcheck disable=SC2016 # the inner shell's words
	timeout 60 bash -c 'ulimit -v "$0"; exec "$@"' "$MEMORY" \
		plume light "$@" --offline --json \
		--rpc "$url" >out 2>err </dev/null
}

# The way a header was reached is the reader's own choice: a ring without an
# answer is walked past.
same() {
	cmp -s honest.out out || diff <(jq 'walk(if type == "object" then
		del(.by) else . end)' honest.out) <(jq 'walk(if type == "object"
		then del(.by) else . end)' out)
}

# bounded NAME STATUS: what every lie must keep to; honest.out is the truth.
bounded() {
	if [ "$2" = 0 ]; then
		same && return
		echo "$1: status 0, but another answer"
		return 1
	fi
	if [[ $STATUSES != *" $2 "* ]] || [ ! -s err ]; then
		echo "$1: status $2: $(head -c 500 err)"
		return 1
	fi
	! grep -q '"trust": *"proven"' out || {
		echo "$1: status $2, and yet proven: $(head -c 500 out)"
		return 1
	}
}

@test "every read under every lie: the truth or nothing" {
	local read lie bad=0 n=0 refused=0
	while read -r read; do
		# shellcheck disable=SC2086 # words of a command
		ask "$WORLD_URL/l1" $read || {
			cat err
			return 1
		}
		grep -q '"trust": *"proven"' out
		mv out honest.out
		for lie in $NODE_LIES; do
			local status=0
			# shellcheck disable=SC2086
			ask "$WORLD_URL/$lie/l1" $read || status=$?
			bounded "$lie: $read" $status || bad=$((bad + 1))
			n=$((n + 1))
			[ $status = 0 ] || refused=$((refused + 1))
			echo "$lie $status $read" >>"$BATS_FILE_TMPDIR/matrix"
		done
	done < <(reads)
	echo "$n questions, $refused refused, $bad wrong"
	[ $bad = 0 ]
	[ $n -ge 200 ]
}

# The status of a lie on reads that begin with a word, out of the matrix.
status_of() { # LIE WORD
	grep "^$1 [0-9]* $2" "$BATS_FILE_TMPDIR/matrix" |
		cut -d' ' -f2 | sort -u | tr '\n' ' '
}

@test "a lie that changes an answer is found false: status 1" {
	[ -s "$BATS_FILE_TMPDIR/matrix" ] || skip "the matrix was not made"
	local lie word
	while read -r lie word; do
		[ "$(status_of "$lie" "$word")" = "1 " ] || {
			echo "$lie on $word: $(status_of "$lie" "$word")"
			return 1
		}
	done <<-END
		stale-state account
		stale-state storage
		other-account account
		other-account storage
		short-proof account
		short-proof storage
		flipped account
		flipped header
		flipped block
		flipped logs
		other-block header
		other-block block
		omitted-logs logs
		omitted-logs receipt
		no-receipt logs
		no-receipt receipt
		extra-log logs
		extra-log receipt
		wrong-code code
	END
}

@test "a node's mere words about proven values are not used at all" {
	[ -s "$BATS_FILE_TMPDIR/matrix" ] || skip "the matrix was not made"
	[ "$(status_of wrong-balance account)" = "0 " ]
	[ "$(status_of wrong-storage storage)" = "0 " ]
}

@test "no answer worth the name: a status of the network's" {
	[ -s "$BATS_FILE_TMPDIR/matrix" ] || skip "the matrix was not made"
	local lie
	for lie in truncated html 500; do
		[ "$(status_of $lie "")" = "3 " ]
	done
	# more than a limit
	[[ "$(status_of huge "")" =~ ^[0-9]\ $ ]]
}

@test "every read of a node that never answers: the wait ends" {
	local read start=$SECONDS n=0 i pids=()
	while read -r read; do
		n=$((n + 1))
		(
			mkdir "hung.$n" && cd "hung.$n" || exit 99
			status=0
			# shellcheck disable=SC2086 # words of a command
			ask "$WORLD_URL/hang/l1" $read || status=$?
			echo $status >status
		) 3>&- &
		pids+=($!)
	done < <(reads)
	wait "${pids[@]}"
	[ $((SECONDS - start)) -lt 55 ]
	[ $n = 11 ]
	for ((i = 1; i <= n; i++)); do
		[ "$(cat "hung.$i/status")" = 3 ]
		has "$(cat "hung.$i/err")" 'no answer in time'
		[ ! -s "hung.$i/out" ] || ! grep -q proven "hung.$i/out"
	done
}

@test "reads of the chain that settles on it, its node lying" {
	local read lie status bad=0 refused=0
	while read -r read; do
		# shellcheck disable=SC2086 # words of a command
		ask "$WORLD_URL/l2" $read --network orbit || {
			cat err
			return 1
		}
		mv out honest.out
		for lie in $NODE_LIES; do
			status=0
			# shellcheck disable=SC2086
			ask "$WORLD_URL/$lie/l2" $read --network orbit ||
				status=$?
			bounded "$lie: orbit $read" $status ||
				bad=$((bad + 1))
			[ $status = 0 ] || refused=$((refused + 1))
		done
	done <<-END
		header
		header 3
		account $USER1
		logs --from 40 --to latest
	END
	[ $bad = 0 ]
	[ $refused -ge 30 ]
}

# ------------------------------------------------------------ beacon nodes

slot_of() { # of the head that the store has
	plume light head --offline --json | jq -r '.slot // .[0].slot'
}

@test "syncing from a lying beacon node: no step beyond the truth" {
	local lie head begun bad=0
	head=$(slot_of)
	rm -r "$XDG_DATA_HOME/plume/light"
	cp -r "$WORLD/begun" "$XDG_DATA_HOME/plume/light"
	begun=$(slot_of)
	[ "$begun" -lt "$head" ]
	for lie in $BEACON_LIES; do
		local status=0 now
		rm -r "$XDG_DATA_HOME/plume/light"
		cp -r "$WORLD/begun" "$XDG_DATA_HOME/plume/light"
		# shellcheck disable=SC2016
		timeout 60 bash -c 'ulimit -v "$0"; exec "$@"' "$MEMORY" \
			plume light sync --json \
			--beacon "$WORLD_URL/$lie/beacon" \
			>out 2>err </dev/null || status=$?
		now=$(slot_of)
		echo "$lie: status $status, from $begun to $now of $head"
		if [ "$now" -gt "$head" ] || [ "$now" -lt "$begun" ] ||
			{ [ $status != 0 ] &&
				[[ $STATUSES != *" $status "* ]]; }; then
			head -c 500 err
			bad=$((bad + 1))
		fi
	done
	[ $bad = 0 ]
}

@test "a signature that is false, or of too few, moves nothing" {
	local lie
	for lie in bad-signature wrong-committee; do
		rm -r "$XDG_DATA_HOME/plume/light"
		cp -r "$WORLD/begun" "$XDG_DATA_HOME/plume/light"
		run_fail 1 plume light sync \
			--beacon "$WORLD_URL/$lie/beacon"
		[ "$(slot_of)" -le 16 ]
	done
}

@test "an honest endpoint beside a lying one: the head is reached" {
	local head lie
	head=$(slot_of)
	for lie in bad-signature html 500 not-found truncated; do
		rm -r "$XDG_DATA_HOME/plume/light"
		cp -r "$WORLD/begun" "$XDG_DATA_HOME/plume/light"
		run_ok plume light sync \
			--beacon "$WORLD_URL/$lie/beacon" \
			--beacon "$WORLD_URL/beacon"
		[ "$(slot_of)" = "$head" ]
	done
}

@test "beginning from a checkpoint that is another block's" {
	rm -r "$XDG_DATA_HOME/plume/light"
	run plume light init --checkpoint \
		0x00000000000000000000000000000000000000000000000000000000000000aa
	[ "$status" != 0 ]
	run plume light head --offline
	[ "$status" != 0 ]
	for lie in flipped other-block html truncated; do
		run plume light init \
			--beacon "$WORLD_URL/$lie/beacon" \
			--checkpoint "$(cat "$WORLD/root")"
		# honest where the lie does not touch a bootstrap
		[ "$status" = 0 ] || [[ $STATUSES == *" $status "* ]]
	done
}

@test "two endpoints whose signed headers conflict: evidence of both" {
	local dir=$XDG_DATA_HOME/plume/light before head k seen=
	before=$(slot_of)
	rm -r "$dir"
	cp -r "$WORLD/begun" "$dir"
	run_fail 1 plume light sync --json --beacon "$WORLD_URL/beacon" \
		--beacon "$WORLD_URL/conflict/beacon"
	# shellcheck disable=SC2154 # set by run --separate-stderr
	has "$stderr" equivocation 'members signed both'
	head=$(slot_of)
	[ "$head" -le "$before" ]
	# each stands on its own: the committee of the same periods signed it
	for k in 1 2; do
		set -- "$dir"/world/conflict-*-$k-*.bin
		[ $# = 1 ] && [ -s "$1" ]
		has "$stderr" "$1"
		plume light replay --json \
			--bootstrap "$dir/world/bootstrap-16.bin" \
			--root "$(cat "$WORLD/root")" \
			--finality "$1" "$dir"/world/update-*.bin \
			>"replayed.$k"
		jq -e 'all(.steps[]; .ok)' "replayed.$k"
		seen+=" $(jq -r .optimistic.beacon_root "replayed.$k")"
	done
	# shellcheck disable=SC2086 # two words
	set -- $seen
	[ "$1" != "$2" ]
	# and a later sync from the honest one alone goes on
	run_ok plume light sync --beacon "$WORLD_URL/beacon"
}
