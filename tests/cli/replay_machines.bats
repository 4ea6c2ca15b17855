#!/usr/bin/env bats
# One record, many machines: replayed on one processor and on two, by builds
# of the models with and without optimisation, and by a C library that is told
# the processor knows neither FMA nor AVX2, each record has the same bytes.
load common
load questions

HIDDEN=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-AVX512F

# What each verb is asked, of files and of an indexed token; one line a record.
questions() {
	questions_csv
	questions_token
}

# The documents, one after the other, as the program "$@" makes them.
documents() {
	while read -r question; do
		# shellcheck disable=SC2086
		"$@" analyze $question --json </dev/null || return 1
	done < <(questions)
}

prepare() {
	questions_data
	documents plume >want
	[ "$(grep -c '^  "verdict"' want)" -eq 22 ]
}

# The record $id, by every build, with and without the newer instructions, with
# one thread and with two.
everywhere() {
	local hide="env GLIBC_TUNABLES=$HIDDEN"

	# shellcheck disable=SC2086
	{
		run_ok $hide "$PLUME" record replay "$id" --threads 1
		run_ok "$PLUME" record replay "$id" --threads 2
		run_ok $hide "$PL_OBJ/O0/plume" record replay "$id" --threads 2
		run_ok $hide "$PL_OBJ/O3/plume" record replay "$id" --threads 2
	}
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
	questions_data
	while read -r -a question; do
		ask "${question[@]}"
		everywhere
	done < <(questions)
}

@test "and those made of records: an ensemble of losses, and one of forecasts" {
	questions_series
	head -n 250 s.csv >all.csv
	for n in $(seq 241 245); do
		head -n "$n" all.csv >s.csv
		for q in risk 'forecast --horizon 1 --method naive' \
			'forecast --horizon 1 --method ets'; do
			# shellcheck disable=SC2086
			plume analyze $q --csv s.csv --time day --value price \
				--record -q >/dev/null
		done
	done
	cp all.csv s.csv
	for of in risk forecast; do
		ask ensemble --of "$of"
		everywhere
	done
}
