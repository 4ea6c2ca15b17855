/* Files of transfers, of any kind there is, into an index; the first byte says
 * how to read.  Every row is counted in one place, and a trial run leaves the
 * index as it was. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "sync/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/plume-fuzz-import-XXXXXX";
static char path[64], store[64];
static struct pl_index *ix;

static void clean(void)
{
	static const char *const ends[] = { "i.db", "i.db-wal", "i.db-shm",
					    "in" };
	char name[96];

	pl_index_close(ix);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "%s/%s", dir, ends[i]);
		(void)unlink(name);
	}
	(void)rmdir(dir);
}

static void make_index(void)
{
	struct pl_err e;

	if (!mkdtemp(dir))
		abort();
	(void)snprintf(path, sizeof(path), "%s/in", dir);
	(void)snprintf(store, sizeof(store), "%s/i.db", dir);
	if (pl_index_open(&ix, store, PL_INDEX_CREATE, &e) || atexit(clean))
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
	struct pl_import how = { .chain = 1,
				 .dry_run = true,
				 .token_set = false,
				 .decimals_set = true };
	struct pl_import_result r;
	struct pl_err e;

	if (!ix)
		make_index();
	if (!size)
		return 0;
	how.format = (enum pl_import_format)(data[0] % 5);
	how.skip_bad = data[0] & 8;
	how.units = (enum pl_units)((data[0] >> 4) % 3);
	how.dates = (enum pl_dates)((data[0] >> 6) % 3);
	how.token.b[0] = how.token.b[19] = 0x11;
	how.decimals = 6;
	put(data + 1, size - 1);
	if (pl_import_file(ix, &r, &how, path, &e)) {
		if (e.rc == PL_EBUG || !strstr(e.msg, path))
			abort();
		return 0;
	}
	if (r.added + r.enriched + r.duplicates + r.rejected < r.rows ||
	    r.rows > size || (r.rejected && !how.skip_bad))
		abort();
	return 0;
}
