/* Recorded exchanges answer what was recorded and nothing else. */
#include "check.h"

#include <unistd.h>

#include "base/file.h"
#include "net/replay.h"
#include "net/rpc.h"

static struct pl_arena *a;
static struct pl_err e;
static char path[] = "/tmp/plume-replay-XXXXXX";

static const char recording[] =
	"# a comment\n"
	"{\"method\":\"eth_chainId\",\"params\":[],\"result\":\"0x1\"}\n"
	"\n"
	"{\"method\":\"eth_blockNumber\",\"result\":\"0x10\"}\n"
	"{\"method\":\"eth_blockNumber\",\"result\":\"0x11\"}\n"
	"{\"method\":\"eth_call\",\"params\":[{\"to\":\"0x1\",\"data\":\"0x\"},"
	"\"latest\"],\"error\":{\"code\":3,\"message\":\"reverted\","
	"\"data\":\"0x12\"}}\n"
	"{\"method\":\"eth_x\",\"status\":429,\"body\":\"slow\"}\n"
	"{\"method\":\"eth_null\",\"result\":null}";

static struct pl_rpc *node(const char *text)
{
	const struct pl_rpc_conf conf = { .url = "replay:x" };
	struct pl_transport *t;

	assert_ok(pl_file_write(path, pl_span_str(text), 0600, &e), &e);
	assert_ok(pl_replay_open(a, &t, path, &e), &e);
	return pl_rpc_new(a, t, &conf);
}

static void what_was_recorded_is_answered(void **state)
{
	struct pl_rpc *r = node(recording);
	struct pl_rpc_error err;
	const struct pl_json *v;
	uint64_t n;

	(void)state;
	assert_ok(pl_rpc_chain_id(r, &n, &e), &e);
	assert_int_equal(n, 1);
	for (uint64_t want = 0x10; want < 0x14; want++) {
		assert_ok(pl_rpc_block_number(r, &n, &e), &e);
		assert_int_equal(n, want < 0x11 ? 0x10 : 0x11);
	}
	/* the same params, written another way */
	assert_int_equal(pl_rpc_ask(r, a, &v, &err, "eth_call",
				    "[ {\"data\":\"0x\", \"to\":\"0x1\"},"
				    "\"latest\" ]",
				    &e),
			 PL_EREFUSED);
	assert_hex_equal(err.data, "12");
	assert_int_equal(pl_rpc_call(r, a, &v, "eth_x", "[]", &e), PL_ENET);
	assert_ok(pl_rpc_call(r, a, &v, "eth_null", "[]", &e), &e);
	assert_true(pl_json_is_null(v));
}

static void what_was_not_is_refused(void **state)
{
	struct pl_rpc *r = node(recording);
	const struct pl_json *v;

	(void)state;
	assert_int_equal(pl_rpc_call(r, a, &v, "eth_chainId", "[1]", &e),
			 PL_ENOTFOUND);
	assert_non_null(strstr(e.msg, "eth_chainId [1]"));
	assert_int_equal(pl_rpc_call(r, a, &v, "eth_other", "[]", &e),
			 PL_ENOTFOUND);
}

static void batches_are_answered(void **state)
{
	struct pl_rpc_item v[2] = { { "eth_blockNumber", "[]", NULL, { 0 } },
				    { "eth_chainId", "[]", NULL, { 0 } } };
	struct pl_rpc *r = node(recording);

	(void)state;
	assert_ok(pl_rpc_batch(r, a, v, 2, &e), &e);
	assert_string_equal(pl_json_str(v[0].result), "0x10");
	assert_string_equal(pl_json_str(v[1].result), "0x1");
}

static void bad_recordings_name_the_line(void **state)
{
	static const char *const bad[] = {
		"\n{",
		"\n[]",
		"\n{\"method\":\"x\"}",
		"\n{\"result\":1}",
		"\n{\"method\":\"x\",\"result\":1,\"error\":{}}",
		"\n{\"method\":1,\"result\":1}",
	};
	struct pl_transport *t;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_ok(pl_file_write(path, pl_span_str(bad[i]), 0600, &e),
			  &e);
		assert_int_equal(pl_replay_open(a, &t, path, &e), PL_EFORMAT);
		assert_non_null(strstr(e.msg, "line 2"));
	}
	assert_int_equal(
		pl_replay_open(a, &t, pl_printf(a, "%s.none", path), &e),
		PL_ENOTFOUND);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_recorded_is_answered),
		cmocka_unit_test(what_was_not_is_refused),
		cmocka_unit_test(batches_are_answered),
		cmocka_unit_test(bad_recordings_name_the_line),
	};
	int failed, fd = mkstemp(path);

	if (fd < 0)
		return 1;
	(void)close(fd);
	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	(void)unlink(path);
	return failed;
}
