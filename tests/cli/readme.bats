#!/usr/bin/env bats
# What the README tells people to type works.  What needs a chain is run in
# tests/peers/readme.bats.
load common

# The block under "The same, step by step", without its comments.
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

@test "README: every command and option that is named exists" {
	# shellcheck disable=SC2016
	grep -v 'check-\*' "$ROOT/README.md" |
		grep -oE '(^ *|`|[$] |&& )plume [a-z][^`|#>…]*' |
		sed 's/^[`$& ]*plume //; s/&&.*//' >lines
	[ "$(wc -l <lines)" -gt 25 ]
	plume help --all --json >all.json
	while read -r line; do
		cmd=$(cut -d' ' -f1,2 <<<"$line")
		jq -e --arg c "$cmd" 'any(.[]; .command == $c)' all.json \
			>/dev/null || cmd=${line%% *}
		[ "$cmd" != help ] || continue
		jq -r --arg c "$cmd" '.[] | select(.command == $c) |
			"ok", "--" + .options[].name' all.json >known
		grep -qx ok known || [ "$(wc -w <<<"$line")" = 1 ] ||
			{ echo "no command: plume $line"; return 1; }
		for o in $(grep -oE -- '--[a-z][a-z-]*' <<<"$line"); do
			grep -qx -- "$o" known ||
				{ echo "no option $o: plume $line"; return 1; }
		done
	done <lines
}

@test "README: the steps that need no chain, in their order" {
	need jq
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	export PLUME_PASSWORD_FILE=$PWD/pw
	(umask 077 && echo 'correct horse' >pw)
	mkdir papers
	echo deed >papers/deed.pdf
	awk 'BEGIN { print "date,close";
		for (k = 0; k < 300; k++)
			printf "%04d-%02d-%02d,%.4f\n", 2020 + int(k / 336),
				int(k / 28) % 12 + 1, k % 28 + 1,
				100 + 10 * sin(k * k) + k % 7 }' >papers/prices.csv
	steps | grep -vE 'plume (token|light|record)|--token ' >run.sh
	[ "$(wc -l <run.sh)" -ge 8 ]
	run_ok bash -euo pipefail run.sh
	[[ $(tail -1 <<<"$output") =~ ^[0-9.]+$ ]]
	run_ok plume -C papers asset log villa-7 --json
	[ "$(jq -r '.[0].subject' <<<"$output")" = 'first papers' ]
	[ "$(plume -C papers config get network.default)" = plume-testnet ]
	run_ok plume account alias buyer --json
}
