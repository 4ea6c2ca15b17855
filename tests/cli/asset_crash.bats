#!/usr/bin/env bats
# kill -9 between any two writes of the asset repository: afterwards the old
# state or the new one, git content with it, and the same command gets through.
load common

setup_file() {
	SHIM=$BATS_FILE_TMPDIR/die_at.so
	${CC:-cc} -shared -fPIC -o "$SHIM" \
		"$BATS_TEST_DIRNAME/../tools/die_at.c" -ldl
	export SHIM
}

setup() {
	fresh
	need git
	export PLUME_AUTHOR_NAME=Ada PLUME_AUTHOR_EMAIL=ada@example.org
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:detect_leaks=0
	# a sanitized program starts slowly: not every place of death then
	STEP=1
	! sanitized || STEP=6
}

dying() { # N FUNCTION: it execs plume
	local n=$1
	shift
	(
		export LD_PRELOAD=$SHIM DIE_AT=$n DIE_LOG=$PWD/calls
		"$@"
	) >"$BATS_TEST_TMPDIR/out" 2>&1
}

sound() { # git finds nothing wrong
	git -C "$1" fsck --strict --full --no-dangling \
		>"$BATS_TEST_TMPDIR/fsck" 2>&1 || {
		echo "fsck after $n: $(cat "$BATS_TEST_TMPDIR/fsck")"
		return 1
	}
}

# Walk the place of death upward until the command gets through; then, for
# writes, once more with half of the bytes written.
# walk SETUP COMMAND JUDGE: bash functions.  JUDGE looks at r after each death.
walk() {
	local n torn places=0
	rm -rf r r.old
	"$1" || return 1
	[ ! -e r ] || cp -a r r.old
	for torn in 0 1; do
		export DIE_TORN=$torn
		for ((n = 1 + torn * (STEP / 2); n < 600; n += STEP)); do
			[ $torn = 0 ] || grep -qE "^$n p?write" log ||
				[ "$n" -gt "$places" ] || continue
			rm -rf r
			[ ! -e r.old ] || cp -a r.old r
			rm -f calls
			dying "$n" "$2" && break
			[ $torn = 1 ] || mv calls log
			"$3" || {
				echo "after a death in write $n (torn $torn):"
				tail -n 1 log
				cat "$BATS_TEST_TMPDIR/out"
				return 1
			}
		done
		[ $torn = 1 ] || places=$((n - STEP))
	done
	echo "# $2: $places places" >&3
	[ "$places" -gt 3 ]
}

made() { plume asset init r >/dev/null; }
with_asset() {
	made && plume -C r asset new villa-7 -t real-estate >/dev/null 2>&1
}
committed() {
	with_asset && plume -C r asset commit >/dev/null || return 1
	old=$(git -C r rev-parse HEAD)
	printf 'deed\n' >deed.txt
	plume -C r asset add-document villa-7 deed.txt -k deed >/dev/null
}

nothing() { :; }
do_init() { exec plume asset init r; }
do_new() { exec plume -C r asset new villa-7 -t real-estate; }
do_doc() { exec plume -C r asset add-document villa-7 deed.txt -k deed; }
do_commit() { exec plume -C r asset commit -m 'more papers'; }
judge_init() {
	# old: no asset repository; new: a whole one
	if [ -e r/.plume/config ]; then
		sound r && [ -z "$(git -C r status --porcelain -- .gitignore |
			grep -v '^??')" ] || return 1
	fi
	plume asset init r >/dev/null && sound r &&
		[ "$(git -C r symbolic-ref HEAD)" = refs/heads/main ] &&
		plume -C r asset new a -t fund >/dev/null 2>&1 &&
		plume -C r asset commit >/dev/null &&
		[ -z "$(git -C r status --porcelain)" ]
}

@test "init: nothing, or a repository; again completes it" {
	walk nothing do_init judge_init
}

judge_new() {
	# whoever looks through plume sees no asset, or a whole one
	plume -C r asset check >/dev/null 2>&1 || return 1
	case $(plume -C r asset list --json | jq -r '.[].id' | tr -d '\n') in
	'') plume -C r asset new villa-7 -t real-estate >/dev/null 2>&1 ||
		return 1 ;;
	villa-7) ;;
	*) return 1 ;;
	esac
	[ "$(ls -A r/.plume | grep -vc -e config -e lock)" = 0 ] || {
		ls -A r/.plume
		return 1
	}
	plume -C r asset commit >/dev/null && sound r &&
		[ -z "$(git -C r status --porcelain)" ]
}

@test "new: no asset, or all of its files" {
	walk made do_new judge_new
}

judge_doc() {
	local papers
	plume -C r asset check >/dev/null 2>&1 || return 1
	papers=$(plume -C r asset show villa-7 --json | jq .documents)
	case $papers in
	1) [ ! -e r/assets/villa-7/documents/deed.txt ] || return 1 ;;
	2) cmp deed.txt r/assets/villa-7/documents/deed.txt || return 1 ;;
	*) return 1 ;;
	esac
	plume -C r asset add-document villa-7 deed.txt -k deed >/dev/null &&
		plume -C r asset check >/dev/null 2>&1 &&
		plume -C r asset commit >/dev/null && sound r &&
		[ -z "$(git -C r status --porcelain)" ]
}

@test "add-document: the paper and its record, or neither" {
	printf 'deed\n' >deed.txt
	walk with_asset do_doc judge_doc
}

judge_commit() {
	local now count
	sound r || return 1
	now=$(git -C r rev-parse HEAD)
	count=$(git -C r rev-list --count HEAD)
	case $count in
	1) [ "$now" = "$old" ] || return 1 ;;
	2) [ "$(git -C r rev-parse HEAD^)" = "$old" ] || return 1 ;;
	*) return 1 ;;
	esac
	# the same command completes, and git itself is not locked out
	plume -C r asset commit -m 'more papers' >/dev/null || return 1
	sound r && [ -z "$(git -C r status --porcelain)" ] &&
		[ "$(git -C r rev-list --count HEAD)" = 2 ] &&
		[ -z "$(find r/.git -name '*.lock' -o -name 'plume-*')" ] &&
		git -C r commit -q --allow-empty -m 'by hand' \
			--author 'B <b@example.org>' 2>/dev/null
}

@test "commit: the old commit or the new one, and no lock stays" {
	export GIT_COMMITTER_NAME=B GIT_COMMITTER_EMAIL=b@example.org
	walk committed do_commit judge_commit
}

@test "a lock of somebody else's is named, with what to do" {
	committed
	: >r/.git/index.lock
	run_fail 5 plume -C r asset commit
	[[ $stderr == *index.lock* && $stderr == *"rm '"* ]]
	[ -e r/.git/index.lock ]
	rm r/.git/index.lock
	run_ok plume -C r asset commit
}

@test "two at once: both commits are there" {
	made
	for i in 1 2 3 4; do
		plume -C r asset new "a-$i" -t fund >/dev/null 2>&1 &
	done
	wait
	for i in 1 2 3 4; do
		plume -C r asset commit "a-$i" >/dev/null 2>"err$i" &
	done
	wait
	run_ok plume -C r asset commit
	sound r
	[ -z "$(git -C r status --porcelain)" ]
	[ "$(plume -C r asset list --json | jq length)" = 4 ]
}
