/* Programs that take long: output and gas as another machine recorded them. */
#include "check.h"

#include "../bench/evm_programs.h"

static void programs(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	static struct program p[EVM_PROGRAMS];
	size_t n = evm_programs(p, a), bad = 0;

	(void)state;
	if (!n) {
		pl_arena_close(a);
		skip();
	}
	for (size_t i = 0; i < n; i++) {
		struct pl_transacted t;
		static struct machine m;

		evm_open(&m, a, &p[i]);
		evm_call(&t, &m, &p[i]);
		if (t.status || !pl_span_equal(t.output, p[i].want) ||
		    t.gas_used != p[i].want_gas) {
			print_error("%s: %s, gas %llu, not %llu\n", p[i].name,
				    pl_evm_status_text(t.status),
				    (unsigned long long)t.gas_used,
				    (unsigned long long)p[i].want_gas);
			bad++;
		}
		evm_close(&m);
	}
	assert_int_equal(n, 25);
	assert_int_equal(bad, 0);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(programs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
