/* The precompiled contracts, a call each of what tests/bench/peers/
 * precompile.txt holds ("CONTRACT INPUT NAME" a line): microseconds, and gas
 * a second.  With a file's name: the same there, for the peer. */
#include "bench.h"

#include <inttypes.h>

#include "base/hex.h"
#include "evm/precompile.h"

#define INPUTS "tests/bench/peers/precompile.txt"
#define ROUNDS 25
#define ROUND_MS 3.0

static struct pl_arena *arena;

static void call(unsigned index, struct pl_span in)
{
	struct pl_span out;

	if (!pl_precompile_run(&out, arena, index, PL_FORK_OSAKA, in)) {
		(void)fprintf(stderr, "bench_precompile: %u fails\n", index);
		exit(1);
	}
	pl_arena_reset(arena);
}

/* Microseconds a call, of the fastest of rounds of equally many: what else
 * the machine does falls out. */
static double timed(unsigned index, struct pl_span in)
{
	double begin = bench_ms(), ms, best = 1e9;
	size_t n = 0;

	while (bench_ms() - begin < ROUND_MS) {
		call(index, in);
		n++;
	}
	for (size_t r = 0; r < ROUNDS; r++) {
		begin = bench_ms();
		for (size_t i = 0; i < n; i++)
			call(index, in);
		ms = bench_ms() - begin;
		best = ms < best ? ms : best;
	}
	return best * 1e3 / (double)n;
}

static void line(char *text, struct pl_arena *kept, FILE *peer)
{
	char *hex = strchr(text, ' '),
	     *name = hex ? strchr(hex + 1, ' ') : NULL;
	unsigned index = (unsigned)strtoul(text, NULL, 10);
	struct pl_span in;
	struct pl_err e;
	uint64_t gas;
	double us;

	if (!name ||
	    pl_hex_bytes(kept, &in, hex + 1, (size_t)(name - hex - 1), &e))
		exit(1);
	name[strcspn(name, "\n")] = '\0';
	gas = pl_precompile_gas(index, PL_FORK_OSAKA, in);
	us = timed(index, in);
	if (!peer)
		printf("%-28s %10.2f us %8.0f Mgas/s\n", name + 1, us,
		       (double)gas / us);
	else
		(void)fprintf(peer, "%.3f %" PRIu64 " %s\n", us, gas, text);
}

int main(int argc, char **argv)
{
	struct pl_arena *kept = pl_arena_open(0);
	FILE *f = fopen(INPUTS, "r"), *peer = NULL;
	char *text = NULL;
	size_t room = 0;

	if (!f || (argc > 1 && !(peer = fopen(argv[1], "w")))) {
		perror(f ? argv[1] : INPUTS);
		return 1;
	}
	arena = pl_arena_open(0);
	while (getline(&text, &room, f) > 0)
		line(text, kept, peer);
	free(text);
	(void)fclose(f);
	pl_arena_close(arena);
	pl_arena_close(kept);
	return peer && fclose(peer);
}
