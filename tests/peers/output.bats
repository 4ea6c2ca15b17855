#!/usr/bin/env bats
# What commands print with --json follows the schema that `plume help --schema`
# prints, as ajv reads it: every example of every command with a result.
load ../cli/common

setup() {
	fresh
	need node
	need jq
	[ -e "$ROOT/node_modules/ajv" ] || skip "no ajv (npm ci)"
	. "$BATS_TEST_DIRNAME/anvil.bash"
	OUT=$BATS_TEST_TMPDIR/out
	mkdir "$OUT"
	plume help --all --json >"$BATS_TEST_TMPDIR/all.json"
}

teardown() {
	[ ! -s anvil.pid ] || anvil_down
}

# keep NAME COMMAND-LINE…: its JSON and the schema of its command
keep() {
	local name=$1 cmd=$2
	shift 2
	bash -c "$* --json" >"$OUT/$name.json" 2>err </dev/null || true
	[ -s "$OUT/$name.json" ] || { # an error has no result
		rm "$OUT/$name.json"
		jq -e '.error | .kind and .message and has("hint")' err >/dev/null ||
			{ echo "no JSON error: $*"; cat err; return 1; }
		return 0
	}
	# shellcheck disable=SC2086
	plume help --schema $cmd >"$OUT/$name.schema.json"
}

examples() { # JQ-CONDITION: "COMMAND<TAB>SETUP<TAB>LINE<TAB>NEEDS" a line
	jq -r '.[] | select((.hidden | not) and .result) | .command as $c |
		.examples[] | select('"$1"') |
		select(.line | test(" -o |--schema|\\||--json .|^[^p]") | not) |
		[$c, .setup // "", .line, .needs // ""] | map(gsub("\t"; " ")) |
		join("\u001f")' "$BATS_TEST_TMPDIR/all.json"
}

@test "the JSON of every example follows the schema of its command" {
	n=0
	while IFS=$'\037' read -r cmd setup line needs; do
		n=$((n + 1))
		rm -rf "$BATS_TEST_TMPDIR/here" "$HOME"
		fresh
		if [ "$setup" = world_example ]; then
			start_world
			PLUME_TIMEOUT=20 plume light init --checkpoint "$root" \
				>/dev/null 2>&1
		elif [ -n "$setup" ]; then
			bash -euo pipefail -c "$setup" >/dev/null 2>&1 </dev/null
		fi
		keep "$n-${cmd// /-}" "$cmd" "$line"
		if [ "$setup" = world_example ]; then
			stop_world
			unset PLUME_NETWORK PLUME_RETRIES PLUME_TIMEOUT
		fi
	done < <(examples '.needs == null and .status < 2')
	run node "$BATS_TEST_DIRNAME/output.js" "$OUT"
	echo "$output"
	[ "$status" = 0 ]
	[ "$(ls "$OUT" | wc -l)" -gt 100 ]
}

@test "the JSON of what needs a chain follows the schema of its command" {
	foundry anvil >/dev/null || skip "no anvil (npm ci)"
	token_example
	plume account alias holder "$ANVIL_ADDR1"
	pay="--account issuer --password-file pw"
	keep create-dry "token create" plume token create --name X --symbol X \
		--supply 7 --cap 9 --account issuer --dry-run
	keep create "token create" plume token create --name X --symbol X \
		"$pay" --yes
	for v in "mint villa-7 5" "transfer villa-7 1.5 --to holder" \
		"burn villa-7 1" "pause villa-7" "unpause villa-7"; do
		verb=${v%% *}
		keep "$verb-dry" "token $verb" plume token "$v" "$pay" \
			--dry-run
		keep "$verb" "token $verb" plume token "$v" "$pay" --yes
	done
	keep show "token show" plume token show villa-7
	keep balance "token balance" plume token balance villa-7 holder
	keep no-pause "token unpause" plume token unpause villa-7 "$pay" --yes
	keep sync-dry "index sync" plume index sync --token villa-7 --dry-run
	keep sync "index sync" plume index sync --token villa-7
	keep again "index sync" plume index sync --token villa-7
	keep list "index list" plume index list
	keep status "index status" plume index status --token villa-7
	keep export "index export" plume index export --token villa-7
	keep trend "analyze trend" plume analyze trend --token villa-7 \
		--bar block
	keep asset "asset show" plume asset show villa-7
	[ "$(ls "$OUT" | wc -l)" -ge 40 ]
	run node "$BATS_TEST_DIRNAME/output.js" "$OUT"
	echo "$output"
	[ "$status" = 0 ]
}
