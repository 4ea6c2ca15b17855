# light init, sync, status, head against made-up chains over HTTP
# (tests/tools/world), honest and not.
load common

setup() {
	fresh
	start_world
}

teardown() {
	stop_world
}

@test "from a checkpoint to the head, in text and JSON" {
	run_plume light init --checkpoint "$root"
	[ "$status" = 0 ]
	[[ $output == *"slot 16"*"$root"*proven* ]]
	run_plume light sync --json
	[ "$status" = 0 ]
	[ "$(jq_of '.[0].optimistic.slot')" = 165 ]
	[ "$(jq_of '.[0].optimistic.block_number')" = 149 ]
	[ "$(jq_of '.[0].trust')" = proven ]
	[ "$(jq_of '.[0].steps | length')" -ge 3 ]
	run_plume light status
	[ "$status" = 0 ]
	[[ $output == *"slot 165"* ]]
	run_plume light head --finalized --json
	[ "$status" = 0 ]
	[ "$(jq_of .level)" = finalized ]
	run_plume light head --offline --json --require proven
	[ "$status" = 0 ]
	[ "$(jq_of .block)" = 149 ]
}

@test "init does not replace what is there, --force does" {
	run_plume light init --checkpoint "$root"
	[ "$status" = 0 ]
	run_plume light init --checkpoint "$root"
	[ "$status" = 2 ]
	[[ $stderr == *--force* ]]
	run_plume light init --checkpoint "$root" --force
	[ "$status" = 0 ]
}

@test "a root that nobody has, and no checkpoint at all" {
	run_plume light init --checkpoint \
		0x00000000000000000000000000000000000000000000000000000000000000ff
	[ "$status" = 7 ]
	run_plume light head
	[ "$status" = 7 ]
	[[ $stderr == *--checkpoint* ]]
	run_plume light status
	[ "$status" = 7 ]
}

@test "a checkpoint given on the way is enough" {
	run_plume light head --checkpoint "$root" --json
	[ "$status" = 0 ]
	[ "$(jq_of .block)" = 149 ]
}

@test "lies of the only endpoint end with 1 or 3 and move nothing" {
	run_plume light init --checkpoint "$root"
	for lie in bad-signature:1 wrong-committee:1 future:1 truncated:3 \
		html:1 500:3 not-found:7 hang:3 huge:3; do
		run_plume light sync --beacon "$at/${lie%:*}/beacon"
		echo "$lie: $status $stderr"
		[ "$status" = "${lie#*:}" ]
		[ -z "$output" ]
	done
	run_plume light status --json
	[ "$(jq_of .finalized.slot)" = 16 ]
}

@test "an endpoint that lies or is silent gives way to the next" {
	run_plume light init --checkpoint "$root"
	for lie in bad-signature hang truncated not-found; do
		run_plume light sync --beacon "$at/$lie/beacon" \
			--beacon "$at/beacon"
		[ "$status" = 0 ]
		[[ $stderr == *"passed over"* ]]
	done
	run_plume light sync --beacon http://127.0.0.1:1 --beacon "$at/beacon"
	[ "$status" = 0 ]
}

@test "JSON alone will do" {
	run_plume light head --checkpoint "$root" --beacon "$at/json/beacon" \
		--json
	[ "$status" = 0 ]
	[ "$(jq_of .block)" = 149 ]
}

@test "two signed heads of one slot are an equivocation, and kept" {
	run_plume light init --checkpoint "$root"
	run_plume light sync --beacon "$at/beacon" --beacon "$at/conflict/beacon"
	[ "$status" = 1 ]
	[[ $stderr == *equivocation* ]]
	[ "$(find "$XDG_DATA_HOME/plume/light/world" -name 'conflict-*' |
		wc -l)" = 2 ]
}

@test "a store that was changed is refused, and a new one begun" {
	run_plume light head --checkpoint "$root"
	[ "$status" = 0 ]
	store=$XDG_DATA_HOME/plume/light/world/store
	head -c 1000 "$store" >"$store.cut" && mv "$store.cut" "$store"
	run_plume light head --offline
	[ "$status" = 5 ]
	[[ $stderr == *"light init"* ]]
	run_plume light init --checkpoint "$root"
	[ "$status" = 0 ]
	run_plume light sync
	[ "$status" = 0 ]
}

@test "killed at any write, the next sync goes on" {
	shim=$PL_OBJ/tests/tools/die_at.so
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:detect_leaks=0
	for n in $(seq 1 5 60); do
		rm -rf "$XDG_DATA_HOME"
		run_plume light init --checkpoint "$root"
		[ "$status" = 0 ]
		(
			export LD_PRELOAD=$shim DIE_AT=$n DIE_TORN=$((n % 2))
			plume light sync >/dev/null 2>&1
		) && echo "$n: got through" || [ $? = 137 ]
		run_plume light head --json
		echo "write $n: $stderr"
		[ "$status" = 0 ]
		[ "$(jq_of .block)" = 149 ]
	done
}
