#!/usr/bin/env bats
# What `make install` puts where, and that what was put there works.

load common

setup_file() {
	export STAGE=$BATS_FILE_TMPDIR/stage MODE
	MODE=$(basename "${PL_OBJ:-release}")
	make -s -C "$(dirname "$BATS_TEST_FILENAME")/../.." MODE="$MODE" \
		BUILD="$(dirname "${PL_OBJ:-$PWD/build/release}")" \
		PREFIX=/usr DESTDIR="$STAGE" install
}

@test "files lie where distributions expect them" {
	for f in bin/plume lib/libplume.a lib/pkgconfig/plume.pc \
		include/plume/plume.h include/plume/eth/header.h \
		share/man/man1/plume.1 share/man/man1/plume-token-mint.1 \
		share/man/man5/plume-config.5 share/man/man7/plume-trust.7 \
		share/bash-completion/completions/plume \
		share/zsh/site-functions/_plume \
		share/fish/vendor_completions.d/plume.fish; do
		[ -s "$STAGE/usr/$f" ] || { echo "no $f"; return 1; }
	done
	run_ok "$STAGE/usr/bin/plume" version
	# nothing of the place it was built in
	run ! grep -rlE "$ROOT/(build|cmd|lib/[a-z]+)/" "$STAGE/usr/share" \
		"$STAGE/usr/lib/pkgconfig"
}

@test "the page of a command is found and readable" {
	need man
	MANPATH=$STAGE/usr/share/man run_ok man -P cat plume-token-mint
	has "$output" "plume-token-mint"
	has "$output" "--to"
}

@test "a program that links libplume: pkg-config knows all it takes" {
	[ "$MODE" = release ] || skip "the library was built with sanitizers"
	need cc
	need pkg-config
	cat >use.c <<'C'
#include <plume.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	const char *text = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
	struct pl_span empty = { 0 };
	struct pl_hash32 h = pl_keccak256(empty);
	char out[PL_ADDR_TEXT];
	struct pl_addr a;
	struct pl_err e;

	if (pl_addr_parse(&a, text, &e))
		return puts(e.msg), 1;
	pl_addr_text(out, &a);
	printf("%s %02x%02x\n", out, h.b[0], h.b[1]);
	return 0;
}
C
	export PKG_CONFIG_PATH=$STAGE/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$STAGE
	cc -o use use.c -I"$STAGE/usr/include/plume" -L"$STAGE/usr/lib" \
		$(PKG_CONFIG_SYSROOT_DIR='' pkg-config --cflags --libs --static plume)
	run_ok ./use
	# EIP-55's own example, and Keccak-256 of nothing
	[ "$output" = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed c5d2" ]
}

@test "uninstall takes everything away again" {
	make -s -C "$ROOT" MODE="$MODE" BUILD="$(dirname "${PL_OBJ:-$ROOT/build/release}")" \
		PREFIX=/usr DESTDIR="$STAGE" uninstall
	[ -z "$(find "$STAGE" -type f)" ] || { find "$STAGE" -type f; return 1; }
}
