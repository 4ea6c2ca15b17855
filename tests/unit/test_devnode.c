/* A node of one's own: found, started, asked, stopped, and nothing left. */
#include "check.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/http.h"
#include "sync/devnode.h"

static const char *program(void)
{
	const char *path = getenv("PLUME");

	return path && *path ? path : "build/plume";
}

static void starts_answers_and_goes(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_devnode_conf conf = { .chain_id = 98866 };
	struct pl_addr who = { { 1, 2, 3 } };
	struct pl_u256 wei = pl_u256_of(12345), got;
	struct pl_transport *t;
	struct pl_devnode *n, *other;
	struct pl_rpc *r;
	struct pl_err e;
	uint64_t id;

	(void)state;
	conf.path = program();
	assert_ok(pl_devnode_open(a, &n, &conf, &e), &e);
	assert_ok(pl_devnode_open(a, &other, &conf, &e), &e);
	assert_string_not_equal(pl_devnode_url(n), pl_devnode_url(other));
	assert_ok(pl_http_open(a, &t, NULL, &e), &e);
	r = pl_rpc_new(a, t, &(struct pl_rpc_conf){ .url = pl_devnode_url(n) });
	assert_ok(pl_rpc_chain_id(r, &id, &e), &e);
	assert_int_equal(id, 98866);
	assert_memory_not_equal(pl_devnode_checkpoint(n)->b,
				(struct pl_hash32){ { 0 } }.b, 32);
	assert_ok(pl_devnode_fund(a, r, &who, &wei, &e), &e);
	assert_ok(pl_rpc_u256(r, &got, "eth_getBalance",
			      "[\"0x0102030000000000000000000000000000000000\","
			      "\"latest\"]",
			      &e),
		  &e);
	assert_int_equal(pl_u256_cmp(&got, &wei), 0);
	pl_devnode_close(n);
	pl_devnode_close(other);
	assert_int_equal(pl_rpc_chain_id(r, &id, &e), PL_ENET);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	pl_transport_close(t);
	pl_arena_close(a);
}

/* Killed without a chance to clean up, plume takes its node with it. */
static void dies_with_its_parent(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_devnode_conf conf = { .chain_id = 1 };
	struct pl_transport *t;
	struct pl_rpc *r;
	struct pl_err e;
	char url[64] = { 0 };
	int ends[2], status;
	uint64_t id;
	pid_t child;

	(void)state;
	conf.path = program();
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		struct pl_devnode *n;

		if (pl_devnode_open(a, &n, &conf, &e))
			_exit(1);
		(void)!write(ends[1], pl_devnode_url(n),
			     strlen(pl_devnode_url(n)));
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(read(ends[0], url, sizeof(url) - 1) > 10);
	assert_ok(pl_http_open(a, &t, NULL, &e), &e);
	r = pl_rpc_new(a, t, &(struct pl_rpc_conf){ .url = url });
	for (int i = 0; i < 100 && !pl_rpc_chain_id(r, &id, &e); i++)
		(void)usleep(10000);
	assert_int_equal(pl_rpc_chain_id(r, &id, &e), PL_ENET);
	pl_transport_close(t);
	pl_arena_close(a);
}

static void says_why_it_does_not_listen(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_devnode_conf conf = { .path = "/bin/ls", .chain_id = 1 };
	struct pl_devnode *n = NULL;
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_devnode_open(a, &n, &conf, &e), PL_ENET);
	assert_non_null(strstr(e.msg, "/bin/ls does not listen: "));
	conf.path = "/nowhere/plume";
	assert_int_equal(pl_devnode_open(a, &n, &conf, &e), PL_ENET);
	assert_null(n);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_answers_and_goes),
		cmocka_unit_test(dies_with_its_parent),
		cmocka_unit_test(says_why_it_does_not_listen),
	};

	return cmocka_run_group_tests_name("devnode", tests, NULL, NULL);
}
