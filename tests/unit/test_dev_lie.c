/* Each lie changes what it is about and nothing else. */
#include "check.h"

#include "base/buf.h"
#include "devnet/lie.h"

static const struct {
	enum pl_dev_lie lie;
	const char *request, *honest, *told;
} lies[] = {
	{ PL_DEV_LIE_STATE, "{\"id\":1,\"method\":\"eth_getBalance\"}",
	  "{\"id\":1,\"result\":\"0x10\"}", "{\"id\":1,\"result\":\"0x11\"}" },
	{ PL_DEV_LIE_STATE, "{\"id\":1,\"method\":\"eth_call\"}",
	  "{\"id\":1,\"result\":\"0x01\"}", "{\"id\":1,\"result\":\"0x02\"}" },
	{ PL_DEV_LIE_STATE, "{\"id\":1,\"method\":\"eth_getProof\"}",
	  "{\"id\":1,\"result\":{\"accountProof\":[\"0xc0\"],\"balance\":"
	  "\"0x7\",\"storageProof\":[{\"value\":\"0x3\"}]}}",
	  "{\"id\":1,\"result\":{\"accountProof\":[\"0xc0\"],\"balance\":"
	  "\"0x1\",\"storageProof\":[{\"value\":\"0x1\"}]}}" },
	{ PL_DEV_LIE_PROOFS, "{\"id\":1,\"method\":\"eth_getProof\"}",
	  "{\"id\":1,\"result\":{\"accountProof\":[\"0xc0\",\"0xc1\"],"
	  "\"storageProof\":[{\"proof\":[\"0xc2\"]}]}}",
	  "{\"id\":1,\"result\":{\"accountProof\":[\"0xc0\"],"
	  "\"storageProof\":[{\"proof\":[]}]}}" },
	{ PL_DEV_LIE_LOGS, "{\"id\":1,\"method\":\"eth_getLogs\"}",
	  "{\"id\":1,\"result\":[1,2]}", "{\"id\":1,\"result\":[1]}" },
	{ PL_DEV_LIE_LOGS, "{\"id\":1,\"method\":\"eth_getBlockReceipts\"}",
	  "{\"id\":1,\"result\":[{\"logs\":[]},{\"logs\":[1]}]}",
	  "{\"id\":1,\"result\":[{\"logs\":[]},{\"logs\":[]}]}" },
	{ PL_DEV_LIE_HEADERS, "{\"id\":1,\"method\":\"eth_getBlockByNumber\"}",
	  "{\"id\":1,\"result\":{\"number\":\"0x1\",\"stateRoot\":\"0xa1\"}}",
	  "{\"id\":1,\"result\":{\"number\":\"0x1\",\"stateRoot\":\"0xa2\"}}" },
	/* a batch, answered in another order */
	{ PL_DEV_LIE_STATE,
	  "[{\"id\":1,\"method\":\"eth_chainId\"},"
	  "{\"id\":\"b\",\"method\":\"eth_getCode\"}]",
	  "[{\"id\":\"b\",\"result\":\"0x00\"},{\"id\":1,\"result\":\"0x9\"}]",
	  "[{\"id\":\"b\",\"result\":\"0x01\"},{\"id\":1,\"result\":\"0x9\"}"
	  "]" },
};

static const struct {
	enum pl_dev_lie lie;
	const char *request, *honest;
} silences[] = {
	{ PL_DEV_HONEST, "{\"id\":1,\"method\":\"eth_getBalance\"}",
	  "{\"id\":1,\"result\":\"0x10\"}" },
	{ PL_DEV_LIE_SIGNATURES, "{\"id\":1,\"method\":\"eth_getBalance\"}",
	  "{\"id\":1,\"result\":\"0x10\"}" },
	{ PL_DEV_LIE_STATE, "{\"id\":1,\"method\":\"eth_chainId\"}",
	  "{\"id\":1,\"result\":\"0x10\"}" },
	{ PL_DEV_LIE_STATE, "{\"id\":1,\"method\":\"eth_getBalance\"}",
	  "{\"id\":1,\"error\":{\"code\":3}}" },
	{ PL_DEV_LIE_LOGS, "{\"id\":1,\"method\":\"eth_getLogs\"}",
	  "{\"id\":1, \"result\":[]}" },
	{ PL_DEV_LIE_HEADERS, "{\"id\":1,\"method\":\"eth_getBlockByNumber\"}",
	  "{\"id\":1, \"result\":null}" },
	{ PL_DEV_LIE_PROOFS, "no JSON", "{\"id\":1}" },
	{ PL_DEV_LIE_PROOFS, "{\"method\":5}", "[{\"result\":{}}]" },
};

static void lies_are_told(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(lies); i++) {
		struct pl_span out =
			pl_dev_lie(lies[i].lie, a, pl_span_str(lies[i].request),
				   pl_span_str(lies[i].honest));

		assert_string_equal(pl_strndup(a, (const char *)out.p, out.n),
				    lies[i].told);
	}
	pl_arena_close(a);
}

static void the_rest_is_as_it_was(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(silences); i++) {
		struct pl_span honest = pl_span_str(silences[i].honest);
		struct pl_span out =
			pl_dev_lie(silences[i].lie, a,
				   pl_span_str(silences[i].request), honest);

		assert_ptr_equal(out.p, honest.p);
		assert_int_equal(out.n, honest.n);
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lies_are_told),
		cmocka_unit_test(the_rest_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
