# plume: the only build file.  `make help` lists the targets.
#   MODE=release|debug|asan|ubsan|tsan|cov|fuzz   each in build/$(MODE)/
#   DEV=1 makes warnings errors;  V=1 shows the commands

MODE ?= release
BUILD ?= build
O := $(BUILD)/$(MODE)
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
SRC := $(CURDIR)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
Q := $(if $(V),,@)

# ---------------------------------------------------------------- toolchain
PKGS := gsl sqlite3 jansson libsecp256k1
LAZY_PKGS := libgit2 libcurl libcrypto libmicrohttpd libwebsockets
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) $(LAZY_PKGS))
# Its headers do not say which file they are of, and each release has another.
LWS_SO := $(notdir $(realpath $(shell pkg-config --variable=libdir \
  libwebsockets 2>/dev/null)/libwebsockets.so))
# GSL goes in statically where its archive is there: 0.2 ms less of start-up,
# and figures that do not change with the system's GSL.  GSL_SHARED=1 links it.
GSL_A := $(shell $(CC) -print-file-name=libgsl.a)
GSL_LIBS := $(if $(GSL_SHARED),-lgsl -lgslcblas,$(if $(wildcard $(GSL_A)),\
  -l:libgsl.a -l:libgslcblas.a,-lgsl -lgslcblas))
# GMP likewise, and what every run loads: 0.6 ms of 1.7 go with them.
# LIBS_SHARED=1 links those three as they are, for a system that mends SQLite
# under its programs.
static_or = $(if $(wildcard $(shell $(CC) -print-file-name=lib$(1).a)),\
  -l:lib$(1).a,-l$(1))
GMP_LIBS := $(call static_or,gmp)
BASE_LIBS := $(if $(LIBS_SHARED),-lsqlite3 -ljansson -lsecp256k1,$(foreach \
  l,sqlite3 jansson secp256k1,$(call static_or,$(l))))
PKG_LIBS = $(shell pkg-config --libs-only-L $(PKGS)) $(BASE_LIBS) $(GSL_LIBS) $(GMP_LIBS)

# Tables of options and fields end where their defaults begin, hence no
# -Wmissing-field-initializers.
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
  -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings \
  -Wundef -Wvla -Walloca -Wformat=2 -Wnull-dereference -Wswitch-enum \
  -Wframe-larger-than=16384 -Wno-missing-field-initializers
HARDEN := -fstack-protector-strong -fstack-clash-protection
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer

CF_release := -O2 $(FORTIFY) $(HARDEN)
CF_debug := -O0 -g3
CF_asan := -O1 -g $(SAN_asan)
CF_ubsan := -O1 -g -fsanitize=undefined -fno-sanitize-recover=all
CF_tsan := -O1 -g -fsanitize=thread
CF_cov := -O0 -g --coverage
CF_fuzz := -O1 -g $(SAN_asan) -fsanitize=fuzzer-no-link
ifeq ($(MODE),fuzz)
CC := clang
endif

CFLAGS ?=
LDFLAGS ?=
# -ffp-contract=off: a model's figures are the same to the bit on every
# machine of one architecture, with and without fused multiply-add.
comma := ,
PL_CFLAGS = -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L \
  -DPL_VERSION='"$(VERSION)"' -DPL_SRC='"$(SRC)"' \
  -Ilib -I. -fPIE -ffp-contract=off -fno-math-errno -fvisibility=hidden \
  -ffile-prefix-map=$(SRC)=. $(WARN) $(if $(DEV),-Werror) $(CF_$(MODE)) \
  $(PKG_CFLAGS) $(BLST_CFLAGS) $(CFLAGS)
# GSL's calls of libm go to analytics/fixed_math.c: glibc's variants of these
# differ in the last digit from one processor to the next.  Its heapsort too,
# which is slow.
WRAPPED := exp expm1 log log10 log1p log2 pow sin cos sincos tanh gsl_sort \
  gsl_sort_vector
PL_LDFLAGS = $(addprefix -Wl$(comma)--wrap=,$(WRAPPED)) -pie -Wl,-z,relro,-z,now $(filter -fsanitize% --coverage -O%,\
  $(filter-out -fsanitize=fuzzer-no-link,$(CF_$(MODE)))) $(LDFLAGS)
# blst comes as C in npm's c-kzg and goes into libplume.a; BLST_PREFIX= names
# an installed one instead.
BLST_PREFIX ?=
BLST_O := $(if $(BLST_PREFIX),,build/deps/blst.o)
BLST_CFLAGS := -I$(if $(BLST_PREFIX),$(BLST_PREFIX)/include,build/deps)
BLST_LIBS := $(if $(BLST_PREFIX),-L$(BLST_PREFIX)/lib -lblst)
# GSL stands behind libplume.a and needs what --wrap leads to: asked for at once.
LIBS = -Wl,-u,__wrap_sin $(PKG_LIBS) $(BLST_LIBS) -lm -ldl -lpthread

# ---------------------------------------------------------------- sources
LIB_SRC := $(sort $(wildcard lib/*/*.c))
ANA_SRC := $(sort $(wildcard analytics/*.c))
CMD_SRC := $(sort $(filter-out cmd/main.c,$(wildcard cmd/*.c cmd/*/*.c)))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
VEC_SRC := $(sort $(wildcard tests/vectors/test_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
EMBEDDED := $(sort $(wildcard lib/store/*.sql templates/*/* templates/*/*/*))

obj = $(patsubst %.c,$(O)/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC))
ANA_OBJ := $(call obj,$(ANA_SRC))
CMD_OBJ := $(call obj,$(CMD_SRC))
ALL_OBJ := $(LIB_OBJ) $(ANA_OBJ) $(CMD_OBJ) $(O)/cmd/main.o
LIBPLUME := $(O)/libplume.a
LIBCMD := $(O)/libcmd.a
WORLD := $(O)/tests/tools/world.a # chains made up for tests
PLUME := $(O)/plume
FUZZ_SRC := $(filter-out %replay_main.c,$(FUZZ_SRC))
UNIT_BIN := $(patsubst %.c,$(O)/%,$(UNIT_SRC))
VEC_BIN := $(patsubst %.c,$(O)/%,$(VEC_SRC))

# ---------------------------------------------------------------- building
.PHONY: all
all: $(PLUME) ## build the program: build/plume
ifeq ($(MODE),release)
	$(Q)ln -sf release/plume $(BUILD)/plume
endif

# Say what to do where the libraries are missing, before a wall of errors.
build/deps/blst.o:
	$(Q)tests/tools/deps blst
$(O)/.libs: | $(BLST_O)
	$(Q)mkdir -p $(O)
	$(Q)pkg-config --exists $(PKGS) $(LAZY_PKGS) || \
	  { echo "plume: libraries are missing: run 'make deps'" >&2; exit 1; }
	$(Q)touch $@

$(O)/lib/net/ws.o: override CFLAGS += -DPL_LWS_SO='"$(LWS_SO)"'
$(O)/%.o: %.c | $(O)/.libs
	$(Q)mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(CC) $(PL_CFLAGS) -include lib/base/banned.h -MMD -MP -c -o $@ $<

# Words of 256 bits go through memory by quarters: wider loads of what was just
# stored so would have to wait.
$(O)/lib/evm/loop.o $(O)/lib/evm/loop_traced.o $(O)/lib/evm/u256_wrap.o: \
  CFLAGS += -fno-tree-vectorize

# Tests may use what the program may not.
$(O)/tests/%.o: tests/%.c | $(O)/.libs
	$(Q)mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(CC) $(PL_CFLAGS) -Itests/unit -Itests/tools -MMD -MP -c -o $@ $<

# Files inside the binary: an object that embeds rebuilds when they change.
$(patsubst %.c,$(O)/%.o,$(shell grep -ls PL_EMBED $(LIB_SRC) $(CMD_SRC))): \
  $(EMBEDDED)

$(LIBPLUME): $(LIB_OBJ) $(ANA_OBJ) $(BLST_O)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(LIBCMD): $(CMD_OBJ)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(PLUME): $(O)/cmd/main.o $(LIBCMD) $(LIBPLUME)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(WORLD) $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(O)/tests/vectors/%: $(O)/tests/vectors/%.o $(WORLD) $(LIBCMD) $(LIBPLUME)
	$(Q)$(CC) $(PL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
.SECONDARY:

-include $(ALL_OBJ:.o=.d) $(UNIT_BIN:=.d) $(VEC_BIN:=.d)

include tests/tests.mk

# ---------------------------------------------------------------- installing
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
# What a program that links libplume may include: the pure parts.
PUBLIC := $(wildcard lib/base/*.h lib/codec/*.h lib/crypto/*.h lib/eth/*.h \
  lib/orbit/*.h)
INSTALL ?= install

.PHONY: install uninstall
install: all ## PREFIX=/usr/local DESTDIR=: program, man pages, completions
	$(Q)$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
	  $(addprefix $(DESTDIR)$(DATADIR)/man/man,1 5 7) \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions \
	  $(DESTDIR)$(DATADIR)/zsh/site-functions \
	  $(DESTDIR)$(DATADIR)/fish/vendor_completions.d \
	  $(addprefix $(DESTDIR)$(INCDIR)/plume/,\
	    $(sort $(patsubst lib/%/,%,$(dir $(PUBLIC)))))
	$(Q)$(INSTALL) -m 755 $(PLUME) $(DESTDIR)$(BINDIR)/plume
	$(Q)for n in 1 5 7; do $(INSTALL) -m 644 man/*.$$n \
	  $(DESTDIR)$(DATADIR)/man/man$$n/ || exit 1; done
	$(Q)$(INSTALL) -m 644 completions/plume.bash \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions/plume
	$(Q)$(INSTALL) -m 644 completions/_plume \
	  $(DESTDIR)$(DATADIR)/zsh/site-functions/_plume
	$(Q)$(INSTALL) -m 644 completions/plume.fish \
	  $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/plume.fish
	$(Q)$(INSTALL) -m 644 $(LIBPLUME) $(DESTDIR)$(LIBDIR)/libplume.a
	$(Q)for h in $(PUBLIC); do $(INSTALL) -m 644 $$h \
	  $(DESTDIR)$(INCDIR)/plume/$${h#lib/} || exit 1; done
	$(Q)$(INSTALL) -m 644 lib/plume.h $(DESTDIR)$(INCDIR)/plume/plume.h
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	  -e 's|@INCDIR@|$(INCDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	  -e 's|@BLST_LIBS@|$(BLST_LIBS)|' \
	  lib/plume.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/plume.pc

uninstall: ## take away what install put there
	$(Q)rm -f $(DESTDIR)$(BINDIR)/plume $(DESTDIR)$(LIBDIR)/libplume.a \
	  $(DESTDIR)$(LIBDIR)/pkgconfig/plume.pc \
	  $(patsubst man/%.1,$(DESTDIR)$(DATADIR)/man/man1/%.1,$(wildcard man/*.1)) \
	  $(patsubst man/%.5,$(DESTDIR)$(DATADIR)/man/man5/%.5,$(wildcard man/*.5)) \
	  $(patsubst man/%.7,$(DESTDIR)$(DATADIR)/man/man7/%.7,$(wildcard man/*.7)) \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions/plume \
	  $(DESTDIR)$(DATADIR)/zsh/site-functions/_plume \
	  $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/plume.fish
	$(Q)rm -rf $(DESTDIR)$(INCDIR)/plume

# ---------------------------------------------------------------- set-up
.PHONY: deps
deps: ## install the Debian packages and npm packages this needs
	$(Q)tests/tools/deps build

.PHONY: demo
demo: ## set up, build, and run the whole thread in build/demo
	$(Q)tests/tools/deps build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)rm -rf $(BUILD)/demo
	$(Q)$(PLUME) quickstart $(BUILD)/demo --yes

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' Makefile tests/tests.mk | \
	  sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | \
	  while IFS="$$(printf '\t')" read -r t w; do \
	    printf '  make %-14s %s\n' "$$t" "$$w"; done

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)
