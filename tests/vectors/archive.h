/* Archives of test data. */
#ifndef PL_TESTS_ARCHIVE_H
#define PL_TESTS_ARCHIVE_H

#include <unistd.h>

#include "check.h"

/* An archive unpacked into a folder of its own, by the machine's tools. */
static inline char *unpack(struct pl_arena *a, const char *name)
{
	char *path = testdata(a, pl_printf(a, "ethereum-tests/%s", name));
	char *dir = pl_strdup(a, "/tmp/plume-ethtests-XXXXXX"), *cmd;

	if (!path) {
		print_message("no data: set PLUME_TESTDATA\n");
		pl_arena_close(a);
		skip();
	}
	assert_non_null(mkdtemp(dir));
	cmd = pl_printf(a,
			"zstd -dc --long=25 '%s' 2>/dev/null | tar xf - -C %s",
			path, dir);
	if (system(cmd)) {
		(void)rmdir(dir);
		print_message("zstd is not installed\n");
		pl_arena_close(a);
		skip();
	}
	return dir;
}

static inline void remove_dir(struct pl_arena *a, const char *dir)
{
	assert_int_equal(system(pl_printf(a, "rm -rf %s", dir)), 0);
}

#endif
