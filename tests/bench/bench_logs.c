/* An eth_getLogs list of Transfers decoded: by the scan, by the tree.  The
 * text is made here, and written to the file named in the first argument for
 * the peer to read. */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "eth/log_scan.h"
#include "eth/node_json.h"

#define LOGS 100000
#define ROUNDS 7

static void put_log(struct pl_buf *b, uint64_t i)
{
	uint64_t x = i * 0x9e3779b97f4a7c15;

	pl_buf_fmt(b,
		   "%s{\"address\":\"0xdac17f958d2ee523a2206206994597c13d831ec7"
		   "\",\"topics\":[\"0xddf252ad1be2c89b69c2b068fc378daa952ba7f1"
		   "63c4a11628f55a4df523b3ef\",\"0x%040d%024" PRIx64
		   "\",\"0x%040d%024" PRIx64 "\"],\"data\":\"0x%064" PRIx64
		   "\",\"blockNumber\":\"0x%" PRIx64
		   "\",\"transactionHash\":\"0x%016" PRIx64 "%048" PRIx64
		   "\",\"transactionIndex\":\"0x%" PRIx64
		   "\",\"blockHash\":\"0x%064" PRIx64
		   "\",\"blockTimestamp\":\"0x%" PRIx64
		   "\",\"logIndex\":\"0x%" PRIx64 "\",\"removed\":false}",
		   i ? "," : "", 0, x, 0, ~x, i, 21000000 + i / 100, x, i,
		   i % 100, i / 100, 1730000000 + i / 10, i % 300);
}

static double scanned(struct pl_span text, size_t *n)
{
	struct pl_arena *a = pl_arena_open(0);
	double start = bench_ms();
	struct pl_scanned_log l;
	struct pl_log_scan s;

	*n = 0;
	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &l))
		(*n)++;
	if (s.odd)
		*n = 0;
	start = bench_ms() - start;
	pl_arena_close(a);
	return start;
}

static double treed(struct pl_span text, size_t *n)
{
	struct pl_arena *a = pl_arena_open(0);
	double start = bench_ms();
	const struct pl_json *list;
	struct pl_log l;
	struct pl_err e;

	*n = 0;
	if (!pl_json_parse(a, &list, text, &e))
		for (; *n < pl_json_len(list); (*n)++)
			if (pl_log_from_json(a, &l, pl_json_at(list, *n), &e))
				break;
	start = bench_ms() - start;
	pl_arena_close(a);
	return start;
}

static void measure(const char *name, struct pl_span text,
		    double (*run)(struct pl_span, size_t *))
{
	double ms[ROUNDS], m;
	size_t n = 0;

	for (int i = 0; i < ROUNDS; i++)
		ms[i] = run(text, &n);
	m = bench_median(ms, ROUNDS);
	printf("%-34s %7.1f ms  %8.0f MB/s  %5.2f M logs/s%s\n", name, m,
	       (double)text.n / m / 1e3, (double)n / m / 1e3,
	       n == LOGS ? "" : "  NOT ALL READ");
}

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_byte(&b, '[');
	for (uint64_t i = 0; i < LOGS; i++)
		put_log(&b, i);
	pl_buf_byte(&b, ']');
	printf("== %d logs, %.1f MB of JSON, on one core (goal: 1000 MB/s)\n",
	       LOGS, (double)b.n / 1e6);
	measure("plume, the scan", pl_buf_span(&b), scanned);
	measure("plume, by a tree (jansson)", pl_buf_span(&b), treed);
	if (argc > 1) {
		FILE *f = fopen(argv[1], "wb");

		if (!f || fwrite(b.p, 1, b.n, f) != b.n || fclose(f))
			return 1;
	}
	pl_arena_close(a);
	return 0;
}
