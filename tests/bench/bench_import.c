/* A first import end to end: N logs, made from the real ones of a token, into
 * a new index by `plume index import`, and what SQLite alone needs for the
 * same rows.  Arguments: the program, the file to write (the peer reads it
 * too), the real logs, N. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/hex.h"
#include "bench.h"
#include "eth/log_scan.h"

#define ROUNDS 3
#define ROOM 400 /* real logs there are at most */

PL_EMBED(bench_schema, "lib/store/schema.sql");

static struct pl_scanned_log real[ROOM];
static size_t reals;

static void die(const char *why)
{
	(void)fprintf(stderr, "bench_import: %s\n", why);
	exit(1);
}

static void read_real(struct pl_arena *a, const char *path)
{
	struct pl_span text;
	struct pl_log_scan s;
	struct pl_err e;

	if (pl_file_read(a, &text, path, (size_t)1 << 24, &e))
		die(e.msg);
	pl_log_scan_begin(&s, a, text);
	while (reals < ROOM && pl_log_scan_next(&s, &real[reals])) {
		struct pl_log *l = &real[reals++].log;

		l->data = pl_span_dup(a, l->data);
	}
	if (!reals)
		die("no logs in the real file");
}

/* Number i of the row: its block, its place there, its transaction. */
static void place(uint64_t i, uint64_t *block, uint64_t *at, char tx[67])
{
	uint64_t x = i * 0x9e3779b97f4a7c15;

	*block = 24000000 + i / 150;
	*at = i % 150;
	(void)snprintf(tx, 67, "0x%016" PRIx64 "%016" PRIx64 "%032" PRIx64, x,
		       ~x * 0xc2b2ae3d27d4eb4f, i);
}

static void write_logs(struct pl_arena *a, const char *path, uint64_t n)
{
	FILE *f = fopen(path, "wb");

	for (uint64_t i = 0; f && i < n; i++) {
		const struct pl_log *l = &real[i % reals].log;
		static char *addr[ROOM], *from[ROOM], *to[ROOM], *data[ROOM];
		size_t k = i % reals;
		uint64_t block, at;
		char tx[67];

		if (!addr[k]) {
			addr[k] = pl_hex(a, pl_addr_span(&l->address));
			from[k] = pl_hex(a, pl_hash32_span(&l->topics[1]));
			to[k] = pl_hex(a, pl_hash32_span(&l->topics[2]));
			data[k] = pl_hex(a, l->data);
		}
		place(i, &block, &at, tx);
		(void)fprintf(
			f,
			"%c{\"address\":\"%s\",\"topics\":[\"%s\",\"%s\","
			"\"%s\"],\"data\":\"%s\",\"blockNumber\":\"0x%" PRIx64
			"\",\"transactionHash\":\"%s\","
			"\"transactionIndex\":\"0x%" PRIx64
			"\",\"logIndex\":\"0x%" PRIx64 "\"}",
			i ? ',' : '[', addr[k],
			pl_hex(a, pl_hash32_span(&l->topics[0])), from[k],
			to[k], data[k], block, tx, at, at);
	}
	if (!f || fputs("]", f) < 0 || fclose(f))
		die("the file cannot be written");
}

static void forget(const char *store)
{
	static const char *const end[] = { "", "-wal", "-shm" };
	char path[512];

	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", store, end[i]);
		(void)unlink(path);
	}
}

static double plume(const char *program, const char *file, const char *store)
{
	double start = bench_ms();
	int status;
	pid_t p;

	forget(store);
	p = fork();
	if (!p) {
		(void)!freopen("/dev/null", "w", stdout);
		execl(program, program, "index", "import", file, "--store",
		      store, (char *)NULL);
		_exit(127);
	}
	if (p < 0 || waitpid(p, &status, 0) != p || status)
		die("plume index import failed");
	return bench_ms() - start;
}

static void say(const char *name, double ms, uint64_t n)
{
	printf("%-34s %7.0f ms  %8.0f rows/s\n", name, ms,
	       (double)n / ms * 1e3);
}

/* ---------------------------------------------- what SQLite alone can do */

static void must(sqlite3 *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		die(sqlite3_errmsg(db));
}

static void bind(sqlite3_stmt *q, uint64_t i)
{
	const struct pl_log *l = &real[i % reals].log;
	static uint8_t tx[32];
	uint64_t block, at;
	struct pl_err e;
	char text[67];

	place(i, &block, &at, text);
	if (pl_hex_fixed(tx, 32, text, 66, &e))
		die(e.msg);
	sqlite3_bind_blob(q, 1, tx, 32, SQLITE_STATIC);
	sqlite3_bind_int64(q, 2, (int64_t)at);
	sqlite3_bind_int64(q, 3, (int64_t)block);
	sqlite3_bind_blob(q, 4, l->topics[1].b + 12, 20, SQLITE_STATIC);
	sqlite3_bind_blob(q, 5, l->topics[2].b + 12, 20, SQLITE_STATIC);
	sqlite3_bind_blob(q, 6, l->data.p, (int)l->data.n, SQLITE_STATIC);
}

/* The same rows by one prepared statement and nothing else: with plume's
 * indexes made afterwards, or kept while rows come. */
static double alone(const char *store, uint64_t n, bool afterwards)
{
	static const char indexes[] =
		"CREATE UNIQUE INDEX transfer_identity ON transfer (chain, tx,"
		"log_index) WHERE log_index IS NOT NULL;"
		"CREATE UNIQUE INDEX transfer_loose ON transfer (chain, tx,"
		"token, sender, recipient, value, nth) WHERE log_index IS NULL;"
		"CREATE INDEX transfer_order ON transfer (token, block, time,"
		"log_index)";
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span s = PL_EMBEDDED(bench_schema);
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	double start;

	forget(store);
	must(db, sqlite3_open(store, &db));
	must(db, sqlite3_exec(db,
			      pl_printf(a,
					"PRAGMA journal_mode=WAL;"
					"PRAGMA synchronous=NORMAL;"
					"PRAGMA temp_store=MEMORY;"
					"PRAGMA cache_size=-65536;%.*s",
					(int)s.n, (const char *)s.p),
			      NULL, NULL, NULL));
	start = bench_ms();
	must(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	if (afterwards)
		must(db, sqlite3_exec(db,
				      "DROP INDEX transfer_identity;"
				      "DROP INDEX transfer_loose;"
				      "DROP INDEX transfer_order",
				      NULL, NULL, NULL));
	must(db, sqlite3_prepare_v2(db,
				    "INSERT INTO transfer (token, chain, tx, "
				    "log_index, block, sender, recipient, "
				    "value, trust, source) VALUES "
				    "(1, 1, ?, ?, ?, ?, ?, ?, 1, 1)",
				    -1, &q, NULL));
	for (uint64_t i = 0; i < n; i++) {
		bind(q, i);
		must(db, sqlite3_step(q));
		must(db, sqlite3_reset(q));
	}
	if (afterwards)
		must(db, sqlite3_exec(db, indexes, NULL, NULL, NULL));
	must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	(void)sqlite3_finalize(q);
	must(db, sqlite3_close(db));
	start = bench_ms() - start;
	pl_arena_close(a);
	return start;
}

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	double ms[ROUNDS];
	const char *store;
	uint64_t n;

	if (argc < 5)
		die("bench_import PLUME FILE REAL N");
	n = strtoull(argv[4], NULL, 10);
	store = pl_printf(a, "%s.db", argv[2]);
	read_real(a, argv[3]);
	write_logs(a, argv[2], n);
	printf("== %ju logs in a file into a new index (goal: 200000 rows/s)\n",
	       (uintmax_t)n);
	(void)fflush(stdout);
	for (int i = 0; i < ROUNDS; i++)
		ms[i] = plume(argv[1], argv[2], store);
	say("plume index import", bench_median(ms, ROUNDS), n);
	say("SQLite alone, indexes afterwards", alone(store, n, true), n);
	say("SQLite alone, indexes kept", alone(store, n, false), n);
	forget(store);
	pl_arena_close(a);
	return 0;
}
