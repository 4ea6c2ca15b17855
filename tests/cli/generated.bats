#!/usr/bin/env bats
# Help, man pages and completions all come from the command table: each names
# the same options for every command, and the committed files are up to date.
load common

setup_file() {
	export GEN=$BATS_FILE_TMPDIR
	"${PLUME:-build/plume}" help --all --json >"$GEN/all.json"
}

commands() { # that are listed
	jq -r '.[] | select(.hidden | not).command' "$GEN/all.json"
}
long_options() { # of a command, sorted
	jq -r --arg c "$1" \
		'.[] | select(.command == $c).options[] | "--" + .name' \
		"$GEN/all.json" | sort
}

@test "there are commands, and each has a summary and an example" {
	[ "$(commands | wc -l)" -ge 12 ]
	bad=$(jq -r '.[] | select((.hidden | not) and
		(.summary == "" or (.examples | length) == 0)).command' \
		"$GEN/all.json")
	echo "without: $bad"
	[ -z "$bad" ]
}

@test "the committed man pages and completions are up to date" {
	mkdir gen
	run_ok plume __gen gen
	(cd gen && find . -type f) | sort >want
	(cd "$ROOT" && find ./man ./completions -type f ! -name plume-trust.7) |
		sort >have
	diff -u have want
	while read -r f; do
		cmp "$ROOT/$f" "gen/$f"
	done <want
}

@test "written twice, the same bytes" {
	mkdir a b
	plume __gen a
	(export LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo && plume __gen b)
	diff -r a b
}

@test "the completion command prints the committed script" {
	plume completion bash | cmp - "$ROOT/completions/plume.bash"
	plume completion zsh | cmp - "$ROOT/completions/_plume"
	plume completion fish | cmp - "$ROOT/completions/plume.fish"
}

@test "help names exactly the options of every command" {
	while read -r c; do
		# shellcheck disable=SC2086
		plume help $c | sed -n 's/^  \(-., \|    \)\(--[a-z0-9-]*\).*/\2/p' |
			sort >have
		long_options "$c" >want
		diff -u want have || { echo "in help of: $c"; return 1; }
	done < <(commands)
}

@test "man pages name exactly the options of every command" {
	while read -r c; do
		sed -n 's/^\.It \(Fl . , \)\{0,1\}Fl \\-\([^ ]*\).*/--\2/p' \
			"$ROOT/man/plume-${c// /-}.1" | sed 's/\\-/-/g' |
			sort >have
		long_options "$c" >want
		diff -u want have || { echo "in the page of: $c"; return 1; }
	done < <(commands)
}

@test "man pages are clean under mandoc -Tlint" {
	need mandoc
	for f in "$ROOT"/man/*.[157]; do
		# the pages refer to each other before they are installed
		mandoc -Tlint -Wall "$f" 2>&1 | grep -vE \
			'referenced manual not found|outdated mandoc.db' >>lint ||
			true
	done
	cat lint
	[ ! -s lint ]
	for f in "$ROOT"/man/*.[157]; do
		grep -oE '^\.Xr plume[^ ]* [157]' "$f" | while read -r _ n s; do
			[ -e "$ROOT/man/$n.$s" ] || { echo "$f: no $n($s)"; exit 1; }
		done
	done
}

@test "every man page has the sections" {
	for c in $(commands | tr ' ' -); do
		for s in NAME SYNOPSIS DESCRIPTION OPTIONS OUTPUT "EXIT STATUS" \
			EXAMPLES "SEE ALSO"; do
			grep -qx "\.Sh $s" "$ROOT/man/plume-$c.1" ||
				{ echo "$c: no $s"; return 1; }
		done
	done
}

# What bash offers for a line whose last word is being typed.
bash_offers() {
	bash --norc --noprofile -c '
		source "$1"
		shift
		COMP_WORDS=("$@")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_plume
		printf "%s\n" "${COMPREPLY[@]}"' - \
		"$ROOT/completions/plume.bash" "$@"
}

@test "bash offers exactly the options of every command" {
	while read -r c; do
		# shellcheck disable=SC2086
		bash_offers plume $c -- | sort >have
		long_options "$c" >want
		diff -u want have || { echo "in bash for: $c"; return 1; }
	done < <(commands)
}

@test "bash offers groups, verbs, words, values, files, names" {
	[ "$(bash_offers plume netw)" = network ]
	[ "$(bash_offers plume network re)" = remove ]
	[ "$(bash_offers plume -o j | paste -sd' ')" = "json jsonl" ]
	[ "$(bash_offers plume --output = c)" = csv ]
	[ "$(bash_offers plume --json netw)" = network ]
	[ "$(bash_offers plume -C / network re)" = remove ]
	[ "$(bash_offers plume config unset x --scope r)" = repo ]
	[ "$(bash_offers plume network show sep)" = sepolia ]
	plume account alias treasury 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
	[ "$(bash_offers plume account alias tr)" = treasury ]
	[ "$(bash_offers plume config set network.d)" = network.default ]
	mkdir folder
	touch file
	[ "$(bash_offers plume config list -C f)" = folder ]
	[ "$(bash_offers plume help netw)" = network ]
	[ "$(bash_offers plume help network re)" = remove ]
	[ -z "$(bash_offers plume version '')" ]
}

fish_offers() {
	fish --no-config -c "source $ROOT/completions/plume.fish
		complete -C '$1'" | cut -f1
}

@test "fish offers exactly the options of every command" {
	need fish
	while read -r c; do
		fish_offers "plume $c --" | sort >have
		long_options "$c" >want
		diff -u want have || { echo "in fish for: $c"; return 1; }
	done < <(commands)
}

@test "fish offers groups, verbs, words, values, names" {
	need fish
	[ "$(fish_offers 'plume netw')" = network ]
	[ "$(fish_offers 'plume network re')" = remove ]
	[ "$(fish_offers 'plume -o j' | sort | paste -sd' ')" = "json jsonl" ]
	[ "$(fish_offers 'plume --json netw')" = network ]
	[ "$(fish_offers 'plume -C / network re')" = remove ]
	[ "$(fish_offers 'plume config unset x --scope r')" = repo ]
	[ "$(fish_offers 'plume network show sep')" = sepolia ]
	[ "$(fish_offers 'plume help network re')" = remove ]
	mkdir folder
	[ "$(fish_offers 'plume config list -C fo')" = folder/ ]
}

zsh_offers() {
	timeout 20 "$ROOT/tests/cli/zsh_complete" "$ROOT/completions" "$1"
}

@test "zsh's script names exactly the options of every command" {
	need zsh
	zsh -n "$ROOT/completions/_plume"
	while read -r c; do
		sed -n "/^	'$c')\$/,/&& return/p" "$ROOT/completions/_plume" |
			sed -n "s/^			'\(\*\|([^)]*)\)\{0,1\}\(--[a-z0-9-]*\).*/\2/p" |
			sort >have
		# one word of a command is not in quotes' way
		long_options "$c" >want
		diff -u want have || { echo "in zsh for: $c"; return 1; }
	done < <(commands)
}

@test "zsh offers groups, verbs, options, words, values, names" {
	need zsh
	[ "$(zsh_offers 'plume netw')" = network ]
	[ "$(zsh_offers 'plume network ' | sort | paste -sd' ')" = "add list remove show" ]
	[ "$(zsh_offers 'plume config unset x --scope ' | sort | paste -sd' ')" = "repo user" ]
	[ "$(zsh_offers 'plume network add lab --' | sort)" = "$(long_options 'network add')" ]
	[ "$(zsh_offers 'plume -o j' | paste -sd' ')" = "json jsonl" ]
	[ "$(zsh_offers 'plume network show sep')" = sepolia ]
	[ "$(zsh_offers 'plume -C / network re')" = remove ]
	[ "$(zsh_offers 'plume help network re')" = remove ]
}

@test "options: no letter and no name stands for two things" {
	bad=$(jq -r '.[] | .command as $c |
		([.options[].name] | group_by(.)[] | select(length > 1) |
		 "\($c): --\(.[0])"),
		([.options[].letter // empty] | group_by(.)[] |
		 select(length > 1) | "\($c): -\(.[0])")' "$GEN/all.json")
	echo "$bad"
	[ -z "$bad" ]
}

@test "words for people: summaries and option texts end without a stop" {
	bad=$(jq -r '.[] | .command as $c |
		([.summary] + [.options[].about] + [.arguments[].about])[] |
		select(test("\\.$") or test("^[A-Z][a-z]")) | "\($c): \(.)"' \
		"$GEN/all.json")
	echo "$bad"
	[ -z "$bad" ]
}
