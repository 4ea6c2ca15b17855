/* Account proofs of eight nodes, of the main network, verified alone and in
 * batches.  The bound is hashing: seven branches of 532 bytes are four
 * permutations each.  The peer's figure is a recorded one. */
#include <dirent.h>

#include "bench.h"

#include "base/time.h"
#include "codec/json_in.h"
#include "eth/trie.h"

#define NODES 8
#define BATCH 256
#define ROUNDS 200
#define FILES 64

static struct pl_err e;

static void must(bool ok)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_proof: %s\n", e.msg);
	exit(1);
}

/* The account proof of a file; false where it has another length. */
static bool load(struct pl_arena *a, struct pl_account_job *j, const char *path)
{
	const struct pl_json *doc, *proof, *list;
	struct pl_span *nodes = PL_NEW_N(a, struct pl_span, NODES);

	must(!pl_json_read(a, &doc, path, &e));
	proof = pl_json_get(doc, "proof");
	list = pl_json_get(proof, "accountProof");
	if (pl_json_len(list) != NODES)
		return false;
	must(!pl_json_hash32(&j->state_root, pl_json_get(doc, "stateRoot"),
			     &e));
	must(!pl_json_addr(&j->addr, pl_json_get(proof, "address"), &e));
	for (size_t i = 0; i < NODES; i++)
		must(!pl_json_data(a, nodes + i, pl_json_at(list, i), &e));
	j->nodes = nodes;
	j->n = NODES;
	return true;
}

static size_t load_all(struct pl_arena *a, struct pl_account_job *jobs)
{
	const char *root = getenv("PLUME_TESTDATA");
	const char *dir = pl_printf(a, "%s/chain/proofs",
				    root && *root ? root : "../shared/data");
	DIR *d = opendir(dir);
	struct dirent *f;
	size_t n = 0;

	while (d && n < FILES && (f = readdir(d)))
		if (strstr(f->d_name, ".json"))
			n += load(a, jobs + n,
				  pl_printf(a, "%s/%s", dir, f->d_name));
	if (d)
		(void)closedir(d);
	return n;
}

static void alone(const struct pl_account_job *jobs)
{
	for (size_t i = 0; i < BATCH; i++) {
		const struct pl_account_job *j = jobs + i;
		struct pl_account acc;
		bool found;

		must(!pl_trie_account(&acc, &found, &j->state_root, &j->addr,
				      j->nodes, j->n, &e));
	}
}

static double best_us(struct pl_account_job *jobs, bool batched)
{
	double best = 0;

	for (int r = 0; r < ROUNDS; r++) {
		uint64_t from = pl_time_mono_ns();
		double t;

		if (batched)
			must(pl_trie_account_many(jobs, BATCH) == BATCH);
		else
			alone(jobs);
		t = (double)(pl_time_mono_ns() - from) / (1e3 * BATCH);
		if (!r || t < best)
			best = t;
	}
	return best;
}

int main(void)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_account_job *jobs = PL_NEW_N(a, struct pl_account_job,
					       FILES > BATCH ? FILES : BATCH);
	size_t n = load_all(a, jobs);
	double one, many;

	if (!n) {
		puts("no proofs of eight nodes below PLUME_TESTDATA");
		return 0;
	}
	for (size_t i = n; i < BATCH; i++)
		jobs[i] = jobs[i % n];
	one = best_us(jobs, false);
	many = best_us(jobs, true);
	printf("account proof of %d nodes, alone   %8.2f us  goal 12.0 "
	       "(ethereumjs, recorded: 238)\n",
	       NODES, one);
	printf("account proof of %d nodes, batched %8.2f us  %8.0f /s  goal "
	       "300000\n",
	       NODES, many, 1e6 / many);
	pl_arena_close(a);
	return 0;
}
