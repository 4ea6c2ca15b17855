#!/usr/bin/env bats
# The asset repository, with git itself as the judge.
load common

setup() {
	fresh
	need git
	need jq
	export PLUME_AUTHOR_NAME='Ada Byron' PLUME_AUTHOR_EMAIL=ada@example.org
}

start() { # a repository with villa-7 in it
	plume asset init . >/dev/null
	plume asset new villa-7 --template real-estate >/dev/null 2>&1
}

rules() { # of what check finds
	plume asset check "$@" --json 2>/dev/null | jq -r '.[].rule' | sort |
		tr '\n' ' '
}

edit() { # JQ-PROGRAM: asset.json, kept in its one form
	jq -S --indent 2 "$1" assets/villa-7/asset.json >new.json
	mv new.json assets/villa-7/asset.json
}

@test "from nothing to a commit git reads" {
	run_ok plume asset init papers
	cd papers
	[ "$(git symbolic-ref HEAD)" = refs/heads/main ]
	run_ok plume asset new villa-7 --template real-estate
	[ "$output" = assets/villa-7/asset.json ]
	run_ok plume asset check
	printf 'deed' >../deed.pdf
	run_ok plume asset add-document villa-7 ../deed.pdf --kind deed --json
	[ "$(jq -r .sha256 <<<"$output")" = \
		"0x$(sha256sum ../deed.pdf | cut -d' ' -f1)" ]
	[ "$(jq -r .media_type <<<"$output")" = application/pdf ]
	run_ok plume asset commit -m $'Villa 7: papers\n\nAll of them.' --json
	commit=$(jq -r .commit <<<"$output")
	[ "$(jq -r .changed <<<"$output")" = true ]
	[ "$(git rev-parse HEAD)" = "$commit" ]
	run_ok git fsck --strict --full
	[ -z "$(git status --porcelain)" ]
	[ "$(git log -1 --format='%an <%ae>|%cn|%s|%b')" = \
		'Ada Byron <ada@example.org>|Ada Byron|Villa 7: papers|All of them.' ]
	[ "$(git show HEAD:assets/villa-7/documents/deed.pdf)" = deed ]
	git show HEAD:assets/villa-7/asset.json | cmp - assets/villa-7/asset.json
	[ "$(git ls-files | tr '\n' ' ')" = ".gitattributes .gitignore \
.plume/config assets/villa-7/asset.json assets/villa-7/documents/deed.pdf \
assets/villa-7/documents/papers.md schemas/real-estate.schema.json " ]
	# git goes on where plume left, and plume where git did
	git -c user.name=B -c user.email=b@x.org commit -q --allow-empty -m b
	run_ok plume asset new loan-1 -t private-credit
	run_ok plume asset commit
	run_ok git fsck --strict --full
	[ "$(git rev-list --count HEAD)" = 3 ]
}

@test "every template passes its own check" {
	plume asset init . >/dev/null
	n=0
	for t in $(plume asset templates --json | jq -r '.[].name'); do
		run_ok plume asset new "a-$t" -t "$t"
		n=$((n + 1))
	done
	[ "$n" -ge 7 ]
	run_ok plume asset check
	run_ok plume asset commit
	[ -z "$(git status --porcelain)" ]
}

@test "a second commit has nothing to do and says so" {
	start
	run_ok plume asset commit
	run_ok plume asset commit
	[[ $output == *"nothing to commit"* ]]
	run_ok plume asset commit --json
	[ "$(jq -r .changed <<<"$output")" = false ]
	[ "$(jq -r .commit <<<"$output")" = "$(git rev-parse HEAD)" ]
	[ "$(git rev-list --count HEAD)" = 1 ]
}

@test "init twice, and in a repository that was there" {
	git init -q -b trunk .
	echo '*.o' >.gitignore
	run_ok plume asset init .
	run_ok plume asset init . --json
	[ "$(jq -r .created <<<"$output")" = false ]
	[ "$(git symbolic-ref HEAD)" = refs/heads/trunk ]
	[ "$(head -1 .gitignore)" = '*.o' ]
	[ "$(grep -c plume .gitignore)" = 2 ]
	touch .plume/index.db .plume/keys
	[ -z "$(git status --porcelain --untracked-files=all | grep -v -e config -e .git)" ]
}

@test "the user's git configuration does not bend what is stored" {
	export GIT_CONFIG_GLOBAL=$HOME/.gitconfig
	git config --global init.defaultBranch odd
	git config --global core.autocrlf true
	git config --global commit.gpgsign true
	git config --global user.name Git
	git config --global user.email git@example.org
	cp "$GIT_CONFIG_GLOBAL" before
	unset PLUME_AUTHOR_NAME PLUME_AUTHOR_EMAIL
	start
	printf 'a\r\nb\n' >mixed.txt
	plume asset add-document villa-7 mixed.txt -k note >/dev/null
	run_ok plume asset commit
	[ "$(git symbolic-ref HEAD)" = refs/heads/main ]
	git cat-file blob HEAD:assets/villa-7/documents/mixed.txt | cmp - mixed.txt
	[ -z "$(git status --porcelain -- assets)" ]
	[ "$(git log -1 --format=%an)" = Git ]
	cmp before "$GIT_CONFIG_GLOBAL"
	# and a clone with that configuration gets the same bytes
	git clone -q . ../clone
	cmp ../clone/assets/villa-7/documents/mixed.txt mixed.txt
	run_ok plume -C ../clone asset check
}

@test "the Merkle root, by sha256sum and a few lines of another language" {
	need node
	start
	run_ok plume asset show villa-7 --json
	root=$(jq -r .root <<<"$output")
	cat >root.js <<-'END'
	const c = require('crypto'), fs = require('fs'), p = require('path');
	const H = (...b) => c.createHash('sha256').update(Buffer.concat(b)).digest();
	const d = process.argv[2], fs_ = [];
	(function walk(r) { for (const n of fs.readdirSync(p.join(d, r))) {
	  const q = r ? r + '/' + n : n;
	  fs.statSync(p.join(d, q)).isDirectory() ? walk(q) : fs_.push(q); } })('');
	fs_.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const leaf = f => H(Buffer.from([0]), Buffer.from('100644 ' + f + '\0'),
	  H(fs.readFileSync(p.join(d, f))));
	const root = l => { if (l.length == 1) return l[0];
	  let k = 1; while (2 * k < l.length) k *= 2;
	  return H(Buffer.from([1]), root(l.slice(0, k)), root(l.slice(k))); };
	console.log('0x' + root(fs_.map(leaf)).toString('hex'));
	END
	[ "$(node root.js assets/villa-7)" = "$root" ]
	echo x >x.txt
	plume asset add-document villa-7 x.txt -k note >/dev/null
	run_ok plume asset show villa-7 --json
	[ "$(jq -r .root <<<"$output")" != "$root" ]
	[ "$(node root.js assets/villa-7)" = "$(jq -r .root <<<"$output")" ]
	# the digest is that of RFC 8785 bytes
	jq -cSj . assets/villa-7/asset.json >canonical
	[ "$(jq -r .digest <<<"$output")" = \
		"0x$(sha256sum canonical | cut -d' ' -f1)" ]
}

@test "each thing that can be wrong has its rule, and stops the commit" {
	start
	cp -r assets/villa-7 ok
	try() { # RULES SHELL
		rm -rf assets/villa-7
		cp -r ok assets/villa-7
		eval "$2"
		got=$(rules villa-7)
		[ "$got" = "$1 " ] || {
			echo "found '$got', not '$1', after: $2"
			return 1
		}
		run_fail 1 plume asset check
		run_fail 1 plume asset commit
		[ -z "$(git rev-parse -q --verify HEAD)" ]
	}
	f=assets/villa-7/asset.json d=assets/villa-7/documents
	try digest "echo x >>$d/papers.md"
	try size "edit '.documents[0].size = 1'"
	try missing "rm $d/papers.md"
	try extra "echo x >$d/unlisted.txt"
	try extra "mkdir assets/villa-7/more; echo x >assets/villa-7/more/x"
	try duplicate "edit '.documents += .documents'"
	try link "rm $d/papers.md; ln -s /etc/passwd $d/papers.md"
	try id "edit '.id = \"villa-8\"'"
	try schema/required "edit 'del(.title)'"
	try schema/type "edit '.property.year_built = \"1998\"'"
	try schema/enum "edit '.property.kind = \"castle\"'"
	try schema/pattern "edit '.valuations[0].amount = \"1,250,000\"'"
	try schema/pattern "edit '.valuations[0].currency = \"euro\"'"
	try schema/format "edit '.created = \"2024-02-30\"'"
	try schema/unevaluatedProperties "edit '.titel = \"x\"'"
	try schema/additionalProperties "edit '.property.pool = true'"
	try date "edit '.valuations[0].date = \"2999-01-01\"'"
	try date "edit '.valuations = [.valuations[0] + {date: \"2024-04-01\"}, .valuations[0]]'"
	try date "edit '.insurance = [{insurer: \"I\", covers: \"fire\", sum: {amount: \"1\", currency: \"EUR\"}, start_date: \"2024-02-01\", end_date: \"2024-01-01\"}]'"
	try class "edit '.class = 7'"
	try schema "edit '.class = \"spaceship\"'"
	try json "echo '{\"a\": 1, \"a\": 2}' >$f; rm -r $d"
	try json "printf '{\"a\": \"\\377\"}' >$f; rm -r $d"
	try missing "rm -r $f $d; echo '{}' >assets/villa-7/token.json"
	try json "echo '{' >assets/villa-7/token.json"
}

@test "names and nesting made to hurt" {
	start
	for id in .. . ../x a/b -x x- '' A 'a b' "$(printf 'a%.0s' {1..65})" $'a\n' .git; do
		run plume asset new "$id" -t fund
		[ "$status" = 2 ]
	done
	[ "$(ls assets)" = villa-7 ]
	printf '%10000s%10000s' '' '' | tr ' ' '[' >assets/villa-7/asset.json
	run_fail 1 plume asset check
	[[ $output == *"nested deeper"* ]]
	# a name that is no UTF-8
	printf x >$'assets/villa-7/documents/\xff.txt'
	[[ $(rules villa-7) == *name* ]]
	run_fail 2 plume asset add-document villa-7 $'assets/villa-7/documents/\xff.txt' -k x
	rm $'assets/villa-7/documents/\xff.txt'
	printf x >doc
	for name in ../x ../../.git/config /etc/x a/../b .git/x 'a//b' $'a\nb'; do
		run_fail 2 plume asset add-document villa-7 doc -k x --name "$name"
	done
	# documents/ leads out of the repository
	rm -r assets/villa-7
	plume asset new villa-7 -t fund >/dev/null 2>&1
	rm -r assets/villa-7/documents
	mkdir ../outside
	ln -s ../../../outside assets/villa-7/documents
	run plume asset add-document villa-7 doc -k x
	[ "$status" = 2 ]
	[ -z "$(ls ../outside)" ]
	rm -r assets
	ln -s ../outside assets
	run plume asset new b -t fund
	[ "$status" = 2 ]
	[ -z "$(ls ../outside)" ]
}

@test "a file grown beyond the limit is refused before it is read" {
	start
	truncate -s 300M big.bin
	run_fail 4 plume asset add-document villa-7 big.bin -k x
	[[ $stderr == *big.bin* ]]
	truncate -s 300M assets/villa-7/documents/papers.md
	[ "$(rules)" = 'file ' ]
}

@test "a form of one's own is brought back, and only the form" {
	start
	jq -c . assets/villa-7/asset.json >x
	mv x assets/villa-7/asset.json
	[ "$(rules)" = 'canonical ' ]
	run_ok plume asset check --fix
	[ "$(rules)" = '' ]
	jq --indent 7 . assets/villa-7/asset.json >x
	mv x assets/villa-7/asset.json
	run_ok plume asset commit
	[ -z "$(git status --porcelain -- assets)" ]
	[ "$(rules)" = '' ]
}

@test "only what is asked for is committed" {
	start
	plume asset new other -t fund >/dev/null 2>&1
	echo staged >staged.txt
	git add staged.txt
	run_ok plume asset commit villa-7
	[ "$(git ls-tree -r --name-only HEAD | grep -c -e other -e staged)" = 0 ]
	[ "$(git status --porcelain staged.txt)" = 'A  staged.txt' ]
	run_ok plume asset commit
	[ -z "$(git status --porcelain assets schemas)" ]
	rm -r assets/other
	run_ok plume asset commit
	[ "$(git ls-tree -r --name-only HEAD | grep -c other)" = 0 ]
	[ "$(git status --porcelain)" = 'A  staged.txt' ]
}

@test "history: list, show and check at a revision, log" {
	start
	run_ok plume asset commit -m one
	one=$(plume asset show villa-7 --json | jq -r .root)
	plume asset new b -t fund >/dev/null 2>&1
	run_ok plume asset commit -m two
	edit '.title = "New title"'
	run_ok plume asset list --json
	[ "$(jq -r '.[] | select(.id == "villa-7").changes' <<<"$output")" = 1 ]
	run_ok plume asset commit -m three
	run_ok plume asset log villa-7 --json
	[ "$(jq -r '[.[].subject] | join(" ")' <<<"$output")" = 'three one' ]
	[ "$(git log --format=%H -- assets/villa-7 | tr '\n' ' ')" = \
		"$(jq -r '[.[].commit] | join(" ")' <<<"$output") " ]
	[ "$(jq -r '.[1].root' <<<"$output")" = "$one" ]
	run_ok plume asset show villa-7 --at HEAD~2 --json
	[ "$(jq -r .root <<<"$output")" = "$one" ]
	[ "$(jq -r .asset.title <<<"$output")" = 'Villa in Cascais' ]
	run_ok plume asset list --at HEAD~2 --json
	[ "$(jq length <<<"$output")" = 1 ]
	run_ok plume asset check --at HEAD~1
	run_fail 7 plume asset show villa-7 --at nowhere
	has "$stderr" 'no revision "nowhere"'
	run_fail 7 plume asset show nobody
	run_fail 7 plume asset log nobody
	run_fail 7 plume asset commit nobody
}

@test "git in a state no commit belongs in" {
	start
	run_ok plume asset commit
	edit '.title = "x"'
	git checkout -q --detach
	run_fail 5 plume asset commit
	[[ $stderr == *detached* && $stderr == *"git switch"* ]]
	git checkout -q main
	git rev-parse HEAD >.git/MERGE_HEAD
	run_fail 5 plume asset commit
	[[ $stderr == *merge* ]]
	rm .git/MERGE_HEAD
	run_ok plume asset commit
	run_fail 2 plume asset commit villa-7 -m '  '
}

@test "--set, and what it refuses" {
	plume asset init . >/dev/null
	run_ok plume asset new v -t real-estate --set title='Casa "Ü"' \
		--set property.year_built=2001 --set valuations.0.amount=7 \
		--set 'risks=["one"]' --set property.units=2 \
		--set custody.account=12 --set notes=true
	jq -e '.title == "Casa \"Ü\"" and .property.year_built == 2001 and
		.valuations[0].amount == "7" and .risks == ["one"]' \
		assets/v/asset.json
	run plume asset new w -t real-estate --set title
	[ "$status" = 2 ]
	run plume asset new w -t real-estate --set id=z
	[ "$status" = 2 ]
	run plume asset new w -t real-estate --set valuations.9.amount=1
	[ "$status" = 2 ]
	run plume asset new w -t spaceship
	[ "$status" = 7 ]
	[[ $output == *real-estate* ]]
	[ ! -e assets/w ]
}

@test "--dry-run writes nothing" {
	run_ok plume asset init r --dry-run
	[ ! -e r ]
	start
	find . -type f -exec sha256sum {} + | sort >../before
	echo d >../d.txt
	run_ok plume asset new b -t fund --dry-run
	run_ok plume asset add-document villa-7 ../d.txt -k x --dry-run
	run_ok plume asset commit --dry-run --json
	[ "$(jq -r '.changed, .commit' <<<"$output" | tr '\n' ' ')" = 'true null ' ]
	find . -type f -exec sha256sum {} + | sort | cmp - ../before
}

@test "a class of one's own, and no quiet change of plume's" {
	start
	mkdir -p assets/car-1 schemas
	cat >schemas/car.schema.json <<-'END'
	{ "$schema": "https://json-schema.org/draft/2020-12/schema",
	  "$id": "urn:example:car", "type": "object",
	  "properties": { "class": { "const": "car" }, "id": { "type": "string" },
	    "wheels": { "type": "integer", "minimum": 3 } },
	  "required": [ "wheels" ], "additionalProperties": false }
	END
	echo '{"class":"car","id":"car-1","wheels":2}' >assets/car-1/asset.json
	[ "$(rules car-1)" = 'canonical schema/minimum ' ]
	echo '{"class":"car","id":"car-1","wheels":4}' >assets/car-1/asset.json
	run_ok plume asset commit car-1
	git ls-tree -r --name-only HEAD | grep -q schemas/car.schema.json
	jq '.required = []' schemas/real-estate.schema.json >x
	mv x schemas/real-estate.schema.json
	[ "$(rules villa-7)" = 'schema ' ]
	jq '.["$id"] = "urn:example:mine"' schemas/real-estate.schema.json >x
	mv x schemas/real-estate.schema.json
	[ "$(rules villa-7)" = '' ]
}

@test "a repository of another user is said to be one" {
	[ "$(id -u)" = 0 ] || skip "only root can become somebody else"
	need setpriv
	d=$(mktemp -d /tmp/plume-other.XXXXXX) # bats' own is closed to others
	chmod 755 "$d"
	plume asset init "$d/r" >/dev/null
	cp "$(readlink -f "$PLUME")" "$d/plume" && chmod 755 "$d/plume"
	cd "$d"
	run_fail 5 setpriv --reuid=65534 --regid=65534 --clear-groups \
		env -u XDG_CONFIG_HOME HOME=/nonexistent "$d/plume" \
		-C r asset list
	cd / && rm -r "$d"
	has "$stderr" "belongs to another user"
	has "$stderr" "safe.directory"
}
