/* Settings files: whatever stands in one, entries with a key or an error that
 * names the file; and never another file's. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "repo/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "/tmp/plume-fuzz-config-XXXXXX";

static void remove_file(void)
{
	(void)unlink(path);
}

static void make_file(void)
{
	int fd = mkstemp(path);

	if (fd < 0 || close(fd) || atexit(remove_file))
		abort();
}

static void put(const uint8_t *data, size_t size)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_config c = { NULL, 0 };
	struct pl_err e = { .rc = PL_OK };

	if (!pl_file_regular(path))
		make_file();
	put(data, size);
	if (pl_config_read(a, &c, path, 1, &e)) {
		if (c.n || !strstr(e.msg, path))
			abort();
	}
	for (size_t i = 0; i < c.n; i++) {
		if (!*c.v[i].key || !c.v[i].value || c.v[i].level != 1 ||
		    strcmp(c.v[i].file, path) != 0 ||
		    !strncmp(c.v[i].key, "include", 7))
			abort();
		if (!pl_config_get(&c, c.v[i].key))
			abort();
	}
	pl_arena_close(a);
	return 0;
}
