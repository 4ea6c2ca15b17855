/* cmocka, with its includes in the order it needs, and asserts of our own. */
#ifndef PL_TESTS_CHECK_H
#define PL_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hex.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* rc is OK, or the words of *e are printed. */
#define assert_ok(rc, e)                                                       \
	do {                                                                   \
		enum pl_rc assert_ok_rc_ = (rc);                               \
		if (assert_ok_rc_)                                             \
			print_error("%s: %s\n", #rc, (e)->msg);                \
		assert_int_equal(assert_ok_rc_, PL_OK);                        \
	} while (0)

/* The bytes equal the hexadecimal text (with or without 0x). */
static inline void assert_hex_equal(struct pl_span got, const char *want)
{
	char *text = malloc(2 * got.n + 1);

	assert_non_null(text);
	pl_hex_put(text, got);
	assert_string_equal(text,
			    want[0] == '0' && want[1] == 'x' ? want + 2 : want);
	free(text);
}

/* The bytes of hexadecimal text, in the arena. */
static inline struct pl_span unhex(struct pl_arena *a, const char *text)
{
	struct pl_span s;
	struct pl_err e;
	char *with = text[0] == '0' && text[1] == 'x'
			     ? pl_strdup(a, text)
			     : pl_printf(a, "0x%s", text);

	assert_ok(pl_hex_bytes(a, &s, with, strlen(with), &e), &e);
	return s;
}

/* Path below $PLUME_TESTDATA (default ../shared/data), or NULL where the
 * folder is absent: the caller then calls skip(). */
static inline char *testdata(struct pl_arena *a, const char *path)
{
	const char *root = getenv("PLUME_TESTDATA");
	char *p;
	FILE *f;

	if (!root || !*root)
		root = "../shared/data";
	p = pl_printf(a, "%s/README.md", root);
	f = fopen(p, "r");
	if (!f)
		return NULL;
	(void)fclose(f);
	return pl_printf(a, "%s/%s", root, path);
}

#endif
