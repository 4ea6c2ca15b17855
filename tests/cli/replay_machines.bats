#!/usr/bin/env bats
# One record, many machines: replayed on one processor and on two, by builds
# of the models with and without optimisation, and by a C library that is told
# the processor knows neither FMA nor AVX2, each record has the same bytes.
load common

HIDDEN=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-AVX512F

# Prices of whole-number origin: a slope, a week's pattern, noise.
series() {
	awk 'BEGIN {
		print "day,price"; s = 23; p = 100
		for (i = 1; i <= 400; i++) {
			z = -6
			for (k = 0; k < 12; k++) {
				s = (s * 16807) % 2147483647
				z += s / 2147483647
			}
			p *= 1.0005 + 0.015 * z + 0.002 * ((i % 7) - 3)
			printf "%d,%.6f\n", i, p
		}
	}' >s.csv
}

# What each verb is asked; one line a record.
questions() {
	cat <<-'END'
	analyze trend --csv s.csv --time day --value price
	analyze trend --csv s.csv --value price --change mean-variance
	analyze risk --csv s.csv --time day --value price
	analyze forecast --csv s.csv --time day --value price --period 7
	analyze forecast --csv s.csv --value price --log --method arima
	analyze forecast --csv s.csv --value price --period 7 --method ets
	END
}

# The documents, one after the other, as the program "$@" makes them.
documents() {
	while read -r question; do
		# shellcheck disable=SC2086
		"$@" $question --json </dev/null || return 1
	done < <(questions)
}

prepare() {
	series
	documents plume >want
	[ "$(grep -c '^  "verdict"' want)" -eq 6 ]
}

@test "the same bytes on one processor and on two" {
	prepare
	documents taskset -c 0 "$PLUME" | cmp - want
	documents "$PLUME" | cmp - want
}

@test "the same bytes without optimisation and with all of it" {
	prepare
	for level in O0 O3; do
		[ -x "$PL_OBJ/$level/plume" ]
		documents "$PL_OBJ/$level/plume" | cmp - want
	done
}

@test "the same bytes where the C library sees neither FMA nor AVX2" {
	prepare
	plain=$("$PL_OBJ/tests/tools/libm_digest")
	hidden=$(GLIBC_TUNABLES=$HIDDEN "$PL_OBJ/tests/tools/libm_digest")
	[ "$plain" != "$hidden" ] ||
		echo "# the C library's own digits do not change here" >&3
	for p in "$PLUME" "$PL_OBJ/O0/plume" "$PL_OBJ/O3/plume"; do
		documents env GLIBC_TUNABLES=$HIDDEN "$p" | cmp - want
	done
}

@test "records kept by one are replayed by all the others" {
	prepare
	while read -r question; do
		# shellcheck disable=SC2086
		id=$(plume $question --record --json </dev/null | jq -r .record)
		[ "${#id}" -eq 64 ]
		for p in "$PLUME" "$PL_OBJ/O0/plume" "$PL_OBJ/O3/plume"; do
			run_ok env GLIBC_TUNABLES=$HIDDEN "$p" record replay \
				"$id"
			run_ok taskset -c 0 "$p" record replay "$id"
		done
	done < <(questions)
}
