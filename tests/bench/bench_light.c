/* Whole updates through the light client's rules: 46 real periods of the main
 * network, each of which brings the next committee, whose first signature is
 * the one of the update after it.  The bound is one pairing (about 1 ms), the
 * absent members' keys, and the hash_tree_root of 512 keys. */
#include "bench.h"

#include "base/file.h"
#include "base/limits.h"
#include "eth/light_file.h"
#include "eth/light_store.h"

#define ROUNDS 5
#define MAX_UPDATES 64
#define GOAL_MS 7.0
#define RECORDED_LODESTAR_MS 12.0

static struct pl_err e;

static void must(bool ok)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_light: %s\n", e.msg);
	exit(1);
}

static struct pl_span read_data(struct pl_arena *a, const char *path)
{
	const char *root = getenv("PLUME_TESTDATA");
	struct pl_span s = { NULL, 0 };

	if (pl_file_read(a, &s,
			 pl_printf(a, "%s/chain/lc/deneb/%s",
				   root && *root ? root : "../shared/data",
				   path),
			 PL_MAX_FILE, &e)) {
		(void)printf("no light client data (PLUME_TESTDATA)\n");
		exit(0);
	}
	return s;
}

static void begin(struct pl_arena *a, struct pl_lc_store *s,
		  const struct pl_lc_config *c)
{
	struct pl_lc_bootstrap *b = PL_NEW(a, struct pl_lc_bootstrap);
	struct pl_span ssz = read_data(a, "bootstrap_slot11034656.ssz");
	const char *failed = NULL;
	struct pl_lc_file f = { 0 };
	struct pl_hash32 root;

	must(!pl_lc_file_open(&f, a, ssz, PL_LC_BOOTSTRAP, c, &e));
	must(!pl_lc_file_next(&f, b, NULL, &e));
	pl_lc_beacon_root(&root, &b->header.beacon);
	must(!pl_lc_store_init(s, c, &root, b, &failed, &e));
}

/* Milliseconds of each update. */
static size_t run(struct pl_arena *a, const struct pl_lc_config *c,
		  struct pl_span updates, double *ms, enum pl_bls_check check)
{
	struct pl_lc_store *s = PL_NEW(a, struct pl_lc_store);
	struct pl_lc_update *u = PL_NEW(a, struct pl_lc_update);
	const char *failed = NULL;
	struct pl_lc_file f = { 0 };
	size_t n = 0;

	begin(a, s, c);
	s->key_check = check;
	must(!pl_lc_file_open(&f, a, updates, PL_LC_UPDATE, c, &e));
	while (pl_lc_file_more(&f) && n < MAX_UPDATES) {
		double t0;

		must(!pl_lc_file_next(&f, NULL, u, &e));
		t0 = bench_ms();
		must(!pl_lc_process(s, u, UINT64_MAX / 2, &failed, &e));
		ms[n++] = bench_ms() - t0;
	}
	return n;
}

int main(void)
{
	static const struct {
		enum pl_bls_check check;
		const char *name;
	} ways[] = { { PL_BLS_BOUND, "as a branch binds the keys" },
		     { PL_BLS_KEY, "--paranoid" } };
	const struct pl_lc_config *c = pl_lc_config_named("ethereum");
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span updates = read_data(a, "updates_1347_1392.api.bin");
	double ms[ROUNDS * MAX_UPDATES];

	(void)printf("== light client: an update that brings a new committee "
		     "(goal: 7 ms)\n");
	for (size_t w = 0; w < 2; w++) {
		size_t n = 0;
		double median;

		for (size_t r = 0; r < ROUNDS; r++)
			n += run(a, c, updates, ms + n, ways[w].check);
		median = bench_median(ms, n);
		(void)printf("plume  %-27s min %.2f  median %.2f  max %.2f ms "
			     "over %zu updates, one thread\n",
			     ways[w].name, ms[0], median, ms[n - 1], n);
		(void)printf(
			"       %.2f of the goal, %.2f of Lodestar's 12 ms "
			"(recorded)\n",
			median / GOAL_MS, median / RECORDED_LODESTAR_MS);
	}
	pl_arena_close(a);
	return 0;
}
