# Tests, fuzzing, benchmarks and checks of the source; included by Makefile.

.PHONY: check-unit
check-unit: ## unit tests; T=name runs one
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
