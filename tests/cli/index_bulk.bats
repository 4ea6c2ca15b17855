#!/usr/bin/env bats
# A first import of so many rows that they are written together.

load common

T=0x1111111111111111111111111111111111111111
HEAD=token_address,from_address,to_address,value,transaction_hash,log_index,block_number

rows() { # FROM TO
	echo $HEAD
	awk -v a="$1" -v b="$2" -v t=$T 'BEGIN { for (i = a; i <= b; i++)
		printf "%s,0x%040d,0x%040d,%d,0x%064d,%d,%d\n",
			t, i % 7, i % 11, i, int(i / 2), i % 2, int(i / 100) }'
}
sum() {
	plume index export --token $T --store "$1" -o csv | sha256sum
}

@test "many rows at once: the same as in parts" {
	rows 1 25000 >all.csv
	plume index import all.csv --store all.db >/dev/null
	rows 1 2 >a.csv
	rows 3 24990 >b.csv
	rows 24000 25000 >c.csv
	plume index import b.csv a.csv c.csv b.csv --store parts.db >/dev/null
	[ "$(sum all.db)" = "$(sum parts.db)" ]
	[ "$(plume index export --token $T --store all.db -o csv | wc -l)" = 25001 ]
}

@test "many rows at once, a full disk: none of them" {
	rows 1 25000 >all.csv
	for kb in 40 100 900 1200 1400 2500 3500; do
		rm -f i.db*
		status=0
		(ulimit -f $kb && plume index import all.csv --store i.db) >out 2>&1 || status=$?
		if [ "$status" = 0 ]; then
			echo "written in spite of $kb kB" >&2
			return 1
		fi
		[ "$status" = 5 ]
		! plume index status --token $T --store i.db >/dev/null 2>&1
		plume index import all.csv --store i.db >/dev/null
		[ "$(plume index export --token $T --store i.db -o csv | wc -l)" = 25001 ]
	done
}

@test "many rows at once, killed: none of them or all" {
	so=$PL_OBJ/tests/tools/die_at.so
	[ -e "$so" ] || skip "no die_at.so"
	rows 1 25000 >all.csv
	rows 90001 90003 >first.csv
	plume index import first.csv --store base.db >/dev/null
	cp base.db i.db
	plume index import all.csv --store i.db >/dev/null
	new=$(sum i.db) old=$(sum base.db)
	step=37 died=0
	for base in base.db none; do
		[ $base = base.db ] || { old=none && plume index import all.csv --store n.db >/dev/null && new=$(sum n.db); }
		for ((n = 1; n < 9000; n += step)); do
			rm -f i.db*
			[ $base = none ] || cp $base i.db
			status=0
			ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
				LD_PRELOAD=$so DIE_AT=$n DIE_TORN=$((n % 2)) \
				plume index import all.csv --store i.db >out 2>&1 || status=$?
			[ "$status" = 0 ] && break
			[ "$status" = 137 ]
			died=$((died + 1))
			now=none
			plume index status --token $T --store i.db >/dev/null 2>&1 && now=$(sum i.db)
			[ "$(plume index export --token $T --store i.db -o csv 2>/dev/null | wc -l)" -gt 1 ] || now=none
			[ "$now" = "$old" ] || [ "$now" = "$new" ] || {
				echo "a third state after write $n of $base" >&2
				return 1
			}
			step=173
		done
		[ "$status" = 0 ]
		[ "$(sum i.db)" = "$new" ]
	done
	[ "$died" -gt 10 ]
}
