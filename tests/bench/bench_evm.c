/* The programs of evm-bench inside the process. */
#include "bench.h"

#include "evm_programs.h"

#define ROUNDS 15

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	struct program p[EVM_PROGRAMS] = { 0 };
	size_t n = evm_programs(p, a);

	for (size_t i = 0; i < n; i++) {
		double ms[ROUNDS];
		struct pl_transacted t;
		struct machine m;

		if (argc > 1 && !strstr(p[i].name, argv[1]))
			continue;
		evm_open(&m, a, &p[i]);
		for (size_t k = 0; k < ROUNDS; k++) {
			double begin = bench_ms();

			evm_call(&t, &m, &p[i]);
			ms[k] = bench_ms() - begin;
		}
		printf("%-26s %9.3f ms %9.1f Mgas/s\n", p[i].name,
		       bench_median(ms, ROUNDS),
		       (double)t.gas_used / ms[ROUNDS / 2] / 1e3);
		evm_close(&m);
	}
	pl_arena_close(a);
	return 0;
}
