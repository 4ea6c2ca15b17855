/* Headers decoded and hashed per second, of the layouts before London, of
 * Nitro (London) and of Prague.  The headers are made here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "eth/header.h"

#define ROUNDS 7
#define CALLS 100000

static struct pl_header made(unsigned n_fields)
{
	static const uint8_t extra[32] = "a header made for measuring";
	struct pl_header h;

	memset(&h, 0xa5, sizeof(h));
	h.number = 22431084;
	h.gas_limit = 36000000;
	h.gas_used = 13371337;
	h.time = 1746612311;
	h.difficulty = pl_u256_of(n_fields == 15 ? 11570000000000000 : 0);
	h.base_fee = pl_u256_of(1234567890);
	h.blob_gas_used = 786432;
	h.excess_blob_gas = 80000000;
	h.extra = (struct pl_span){ extra, sizeof(extra) };
	h.n_fields = n_fields;
	return h;
}

static void measure(const char *name, unsigned n_fields)
{
	struct pl_header h = made(n_fields), got;
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;
	struct pl_err e;
	double best = 0;

	pl_buf_init(&b, a);
	pl_header_encode(&b, &h);
	for (int r = 0; r < ROUNDS; r++) {
		uint64_t from = pl_time_mono_ns();
		double t;

		for (int i = 0; i < CALLS; i++)
			if (pl_header_decode(&got, pl_buf_span(&b), &e)) {
				(void)fprintf(stderr, "%s\n", e.msg);
				exit(1);
			}
		t = (double)(pl_time_mono_ns() - from) / CALLS;
		if (!r || t < best)
			best = t;
	}
	printf("header %-9s %4zu B %9.0f ns  %8.3f M/s  goal 0.7\n", name, b.n,
	       best, 1e3 / best);
	pl_arena_close(a);
}

#define BATCH 64

static void measure_many(const char *name, unsigned n_fields)
{
	static struct pl_header got[BATCH];
	struct pl_header h = made(n_fields);
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span rlps[BATCH];
	struct pl_err e;
	double best = 0;

	for (size_t i = 0; i < BATCH; i++) {
		struct pl_buf b;

		h.number++;
		pl_buf_init(&b, a);
		pl_header_encode(&b, &h);
		rlps[i] = pl_buf_span(&b);
	}
	for (int r = 0; r < 300 * ROUNDS; r++) {
		uint64_t from = pl_time_mono_ns();
		double t;

		if (pl_header_decode_many(got, rlps, BATCH, &e)) {
			(void)fprintf(stderr, "%s\n", e.msg);
			exit(1);
		}
		t = (double)(pl_time_mono_ns() - from) / BATCH;
		if (!r || t < best)
			best = t;
	}
	printf("headers %-9s %3zu B %9.0f ns  %8.3f M/s  goal 3.0 (batched)\n",
	       name, rlps[0].n, best, 1e3 / best);
	pl_arena_close(a);
}

int main(void)
{
	measure("frontier", 15);
	measure("nitro", 16);
	measure("prague", 21);
	measure_many("frontier", 15);
	measure_many("nitro", 16);
	measure_many("prague", 21);
	return 0;
}
