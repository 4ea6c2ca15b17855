# Tests, fuzzing, benchmarks and checks of the source; included by Makefile.

PLUME_TESTDATA ?= ../shared/data
export PLUME_TESTDATA
FUZZ_NAMES := $(patsubst tests/fuzz/%.c,%,$(FUZZ_SRC))
REPLAY_BIN := $(patsubst %,$(O)/tests/fuzz/replay_%,$(FUZZ_NAMES))
CLI_BATS := $(sort $(wildcard tests/cli/*.bats))
PEER_BATS := $(sort $(wildcard tests/peers/*.bats))
# die_at is preloaded into the program; the others are programs.
HELPERS := $(patsubst tests/tools/%.c,$(O)/tests/tools/%,\
  $(filter-out %/die_at.c,$(sort $(wildcard tests/tools/*.c)))) \
  $(O)/tests/tools/die_at.so
# The models at other levels of optimisation, whose records must have the same
# bytes: they and what prints them compiled anew, the rest as it is.
VARIANT_SRC := $(ANA_SRC) $(wildcard cmd/analyze/*.c lib/out/*.c \
  lib/record/*.c) lib/base/num.c
VARIANTS := $(O)/O0/plume $(O)/O3/plume
variant = $(patsubst %.c,$(O)/$(1)/%.o,$(VARIANT_SRC))
$(call variant,O0): $(O)/O0/%.o: %.c | $(O)/.libs
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PL_CFLAGS) -U_FORTIFY_SOURCE -O0 \
	  -include lib/base/banned.h -MMD -MP -c -o $@ $<
$(call variant,O3): $(O)/O3/%.o: %.c | $(O)/.libs
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PL_CFLAGS) -O3 -w -include lib/base/banned.h -MMD -MP -c -o $@ $<
$(O)/O0/plume: $(call variant,O0) $(O)/cmd/main.o $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)
$(O)/O3/plume: $(call variant,O3) $(O)/cmd/main.o $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)
-include $(patsubst %.o,%.d,$(call variant,O0) $(call variant,O3))
-include $(HELPERS:=.d) $(wildcard $(O)/tests/tools/world/*.d)

# Preloaded into the program by tests: a shared object each.
$(O)/tests/tools/%.so: tests/tools/%.c | $(O)/.libs
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O1 -g -fPIC -shared -o $@ $< -ldl

$(WORLD): $(patsubst %.c,$(O)/%.o,$(sort $(wildcard tests/tools/world/*.c)))
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

# The walk over published figures, and the modules it is made of.
REFERENCE_OBJ := $(patsubst %.c,$(O)/%.o,\
  $(sort $(wildcard tests/vectors/reference/*.c)))
$(O)/tests/vectors/test_reference: $(O)/tests/vectors/test_reference.o \
  $(REFERENCE_OBJ) $(WORLD) $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
-include $(REFERENCE_OBJ:.o=.d)

$(O)/tests/tools/world_node: $(O)/tests/tools/world_node.o $(WORLD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(O)/tests/tools/precompile $(O)/tests/tools/evm_diff $(O)/tests/tools/store_sums: \
  $(O)/tests/tools/%: $(O)/tests/tools/%.o $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/tests/tools/%: $(O)/tests/tools/%.o
	$(Q)$(CC) $(filter-out -Wl$(comma)--wrap=%,$(PL_LDFLAGS)) -o $@ $^ -ldl -lm

$(O)/tests/fuzz/replay_%: $(O)/tests/fuzz/%.o $(O)/tests/fuzz/replay_main.o \
  $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: tests-build
tests-build: all $(UNIT_BIN) $(VEC_BIN) $(REPLAY_BIN) $(HELPERS) $(VARIANTS)

.PHONY: check
check: ## every test: set-up, unit, vectors, cli, peers, fuzz replay, source
	$(Q)tests/tools/deps check
	$(Q)$(MAKE) --no-print-directory tests-build
	$(Q)$(MAKE) --no-print-directory -s check-list | \
	  PLUME=$(abspath $(PLUME)) PL_OBJ=$(abspath $(O)) \
	  CMOCKA_MESSAGE_OUTPUT=TAP TSAN_OPTIONS=report_bugs=1 \
	  ASAN_OPTIONS=$(if $(ASAN_OPTIONS),$(ASAN_OPTIONS):)abort_on_error=1 \
	  tests/tools/run $(O)/tap

# What `check` runs: NAME<TAB>COMMAND a line, the slow ones first.  Under the
# sanitizers not what compares figures, of builds or over many runs, and of the
# comparisons with others' programs those alone that run code which no other
# test does.
PEERS_SANITIZED := clickhouse devnet index_events light_serve wallet
FIGURES := replay_machines record_score_forecast analyze_ensemble_forecast
SANITIZED := $(filter asan ubsan tsan,$(MODE))
PEERS_RUN := $(if $(SANITIZED),$(PEERS_SANITIZED:%=tests/peers/%.bats),\
  $(PEER_BATS))
CLI_RUN := $(if $(SANITIZED),\
  $(filter-out $(FIGURES:%=tests/cli/%.bats),$(CLI_BATS)),$(CLI_BATS))
.PHONY: check-list
check-list:
	@$(foreach t,$(PEERS_RUN),printf 'peers-%s\tbats --tap %s\n' \
	  $(notdir $(t)) $(t);)
	@$(foreach t,$(CLI_RUN),printf 'cli-%s\tbats --tap %s\n' \
	  $(notdir $(t)) $(t);)
	@$(foreach t,$(VEC_BIN),printf 'vectors-%s\t%s\n' $(notdir $(t)) $(t);)
	@$(foreach t,$(UNIT_BIN),printf 'unit-%s\t%s\n' $(notdir $(t)) $(t);)
	@$(foreach t,$(FUZZ_NAMES),printf 'fuzz-%s\t%s %s\n' $(t) \
	  $(O)/tests/fuzz/replay_$(t) \
	  '$$(find tests/fuzz/corpora/$(t:fuzz_%=%) -type f 2>/dev/null)';)
	@printf 'source-layers\ttests/tools/check-layers $(O)\n'
	@printf 'source-style\ttests/tools/check-style\n'
	@printf 'source-length\ttests/tools/check-length\n'
	@printf 'source-spec-refs\ttests/tools/check-spec-refs\n'
	@printf 'source-generated\ttests/tools/check-generated $(PLUME)\n'
	@printf 'source-format\ttests/tools/check-format\n'

.PHONY: check-unit
check-unit: ## unit tests only; T=name runs one
	$(Q)$(MAKE) --no-print-directory \
	  $(if $(T),$(O)/tests/unit/test_$(T),$(UNIT_BIN))
	$(Q)for t in $(if $(T),$(O)/tests/unit/test_$(T),$(UNIT_BIN)); do \
	  "$$t" || exit 1; done

.PHONY: check-vectors
check-vectors: ## official vectors and real data (PLUME_TESTDATA); T=name
	$(Q)$(MAKE) --no-print-directory \
	  $(if $(T),$(O)/tests/vectors/test_$(T),$(VEC_BIN))
	$(Q)for t in $(if $(T),$(O)/tests/vectors/test_$(T),$(VEC_BIN)); do \
	  "$$t" || exit 1; done

.PHONY: check-cli
check-cli: all $(HELPERS) $(VARIANTS) ## tests of the program; T=name runs one file
	$(Q)PLUME=$(abspath $(PLUME)) PL_OBJ=$(abspath $(O)) \
	  bats $(if $(T),tests/cli/$(T).bats,$(CLI_BATS))

.PHONY: check-peers
check-peers: all $(HELPERS) ## against anvil, cast, git …; T=name
	$(Q)PLUME=$(abspath $(PLUME)) PL_OBJ=$(abspath $(O)) \
	  bats $(if $(T),tests/peers/$(T).bats,$(PEER_BATS))

.PHONY: check-layers
check-layers: all ## arrows between folders, façades
	$(Q)tests/tools/check-layers $(O)

.PHONY: asan
asan: ## `check` under the address and undefined-behaviour sanitizers
	$(Q)$(MAKE) --no-print-directory MODE=asan check

FUZZ_TIME ?= 60
.PHONY: fuzz
fuzz: ## libFuzzer over each harness; T=name one, FUZZ_TIME=60 seconds each
	$(Q)$(MAKE) --no-print-directory MODE=fuzz fuzz-run

.PHONY: fuzz-run
fuzz-run: $(patsubst %,$(O)/tests/fuzz/%,$(if $(T),fuzz_$(T),$(FUZZ_NAMES)))
	$(Q)for f in $(if $(T),fuzz_$(T),$(FUZZ_NAMES)); do \
	  d=$(BUILD)/corpora/$$f; mkdir -p $$d $(BUILD)/crashes; \
	  $(O)/tests/fuzz/$$f -max_total_time=$(FUZZ_TIME) -timeout=10 \
	    -rss_limit_mb=4096 -print_final_stats=0 \
	    -artifact_prefix=$(BUILD)/crashes/$$f- $$d \
	    $$(ls -d tests/fuzz/corpora/$${f#fuzz_} 2>/dev/null) \
	    >$(BUILD)/crashes/$$f.log 2>&1 || \
	    { tail -n 40 $(BUILD)/crashes/$$f.log; exit 1; }; \
	  echo "$$f: $$(grep -E 'DONE' $(BUILD)/crashes/$$f.log)"; done

$(BUILD)/fuzz/tests/fuzz/fuzz_%: $(BUILD)/fuzz/tests/fuzz/fuzz_%.o \
  $(BUILD)/fuzz/libcmd.a $(BUILD)/fuzz/libplume.a
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

.PHONY: bench
bench: all $(patsubst %.c,$(O)/%,$(BENCH_SRC)) $(O)/tests/tools/world_node ## time the hot paths beside their peers; T=part
	$(Q)PLUME=$(abspath $(PLUME)) PL_OBJ=$(abspath $(O)) tests/bench/compare.sh $(T)

.PHONY: bench-deps
bench-deps: ## install the peers that bench compares with
	$(Q)tests/tools/deps bench

$(O)/tests/bench/%: $(O)/tests/bench/%.o $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: fmt fmt-check tidy analyze gen
FMT_SRC = $$(git ls-files '*.c' '*.h')
fmt: ## rewrite the C sources in the project's format
	$(Q)clang-format -i $(FMT_SRC)
fmt-check:
	$(Q)tests/tools/check-format
PROG_SRC := $(LIB_SRC) $(ANA_SRC) $(CMD_SRC) cmd/main.c
SCRIPTS = $$(git grep -lE '^\#!/bin/(ba)?sh' tests .ci) \
  $$(git ls-files 'tests/*.bash')
tidy: ## clang-tidy and cppcheck over the program, shellcheck over scripts
	$(Q)printf '%s\n' $(PROG_SRC) | xargs -P "$$(nproc)" -I '{}' \
	  clang-tidy --quiet --warnings-as-errors='*' '{}' -- \
	  $(filter-out $(FORTIFY) $(HARDEN),$(PL_CFLAGS))
	$(Q)cppcheck -q --std=c11 --enable=warning,portability,performance \
	  --inline-suppr --error-exitcode=1 -Ilib -I. \
	  --suppressions-list=tests/tools/cppcheck.list lib analytics cmd
	$(Q)shellcheck $(SCRIPTS)
analyze: ## gcc's -fanalyzer over the program
	$(Q)$(MAKE) --no-print-directory MODE=debug BUILD=$(BUILD)/analyze \
	  CFLAGS=-fanalyzer DEV=1 all
gen: all ## rewrite man pages and completions from the command table
	$(Q)$(PLUME) __gen .
