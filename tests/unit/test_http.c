/* HTTP: which addresses may be dialled, and what comes of nodes that
 * misbehave (tests/tools/bad_node.c, here in a child of the test). */
#include "check.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/http.h"
#include "net/rpc.h"

int bad_node_main(void);
#define main bad_node_main
#include "../tools/bad_node.c"
#undef main

static struct pl_arena *a;
static struct pl_err e;
static pid_t child;
static unsigned port;

/* clang-format off */
static const struct {
	const char *url;
	enum pl_rc safe, insecure;
	const char *host;
} urls[] = {
	{ "https://rpc.plume.org", PL_OK, PL_OK, "rpc.plume.org" },
	{ "https://rpc.plume.org/key", PL_OK, PL_OK, "rpc.plume.org" },
	{ "HTTPS://rpc.plume.org:8443/a?b#c", PL_OK, PL_OK,
	  "rpc.plume.org:8443" },
	{ "https://u:p@node.example/k", PL_OK, PL_OK, "node.example" },
	{ "https://[2001:db8::1]:80/", PL_OK, PL_OK, "[2001:db8::1]:80" },
	{ "http://localhost:8545", PL_OK, PL_OK, "localhost:8545" },
	{ "http://LOCALHOST", PL_OK, PL_OK, "LOCALHOST" },
	{ "http://127.0.0.1:8545/", PL_OK, PL_OK, "127.0.0.1:8545" },
	{ "http://127.1.2.3", PL_OK, PL_OK, "127.1.2.3" },
	{ "http://[::1]:8545", PL_OK, PL_OK, "[::1]:8545" },
	{ "http://u:p@127.0.0.1/", PL_OK, PL_OK, "127.0.0.1" },
	{ "http://rpc.plume.org", PL_EUSAGE, PL_OK, "rpc.plume.org" },
	{ "http://10.0.0.1", PL_EUSAGE, PL_OK, "10.0.0.1" },
	{ "http://127.example.org", PL_EUSAGE, PL_OK, "127.example.org" },
	{ "http://127.0.0.1.example.org", PL_EUSAGE, PL_OK,
	  "127.0.0.1.example.org" },
	{ "http://127.1", PL_EUSAGE, PL_OK, "127.1" },
	{ "http://localhost.example.org", PL_EUSAGE, PL_OK,
	  "localhost.example.org" },
	{ "http://localhost@evil.example", PL_EUSAGE, PL_OK, "evil.example" },
	{ "http://[::ffff:127.0.0.1]", PL_EUSAGE, PL_OK,
	  "[::ffff:127.0.0.1]" },
#define NONE PL_EUSAGE, PL_EUSAGE, "(not an address)"
	{ "http://localhost\\@evil.example", NONE },
	{ "http://a@localhost@evil.example", NONE },
	{ "http://localhost:8545@evil.example:x", NONE },
	{ "https://", NONE }, { "https:///x", NONE }, { "https://:80", NONE },
	{ "", NONE }, { "rpc.plume.org", NONE }, { "ftp://x", NONE },
	{ "file:///etc/passwd", NONE }, { "gopher://x", NONE },
	{ "https://a b", NONE }, { "https://a\n", NONE },
	{ "https://a\tb", NONE }, { "https://\xc3\xa4.example", NONE },
	{ "https://x:0", NONE }, { "https://x:65536", NONE },
	{ "https://x:", NONE }, { "https://x:8a", NONE },
	{ "https://[::1", NONE }, { "https://[::1]x", NONE },
	{ "https://[]", NONE }, { "https://a%62", NONE },
	{ "https://a,b", NONE },
};
/* clang-format on */

static void urls_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		if (pl_http_url_check(urls[i].url, false, &e) != urls[i].safe)
			fail_msg("%s: %s", urls[i].url, e.msg);
		if (pl_http_url_check(urls[i].url, true, &e) !=
		    urls[i].insecure)
			fail_msg("%s, insecure: %s", urls[i].url, e.msg);
		assert_string_equal(pl_http_host(a, urls[i].url), urls[i].host);
	}
}

/* ------------------------------------------------------------ exchanges */

/* clang-format off */
static const struct {
	const char *path;
	enum pl_rc rc;
	const char *words;
} paths[] = {
	{ "ok", PL_OK, "" },
	{ "close", PL_ENET, "without an answer" },
	{ "close-mid", PL_ENET, "in the middle" },
	{ "cut", PL_ENET, "cut short" },
	{ "hang", PL_ENET, "no answer in time" },
	{ "slow", PL_ENET, "no answer in time" },
	{ "huge", PL_ELIMIT, "larger than" },
	{ "huge-claim", PL_ELIMIT, "larger than" },
	{ "no-http", PL_ENET, "127.0.0.1" },
	{ "html", PL_ENET, "web page" },
	{ "other-id", PL_ENET, "its id is 4711" },
	{ "text-id", PL_ENET, "not ours" },
	{ "429", PL_ENET, "busy" },
	{ "500", PL_ENET, "HTTP status 500" },
	{ "401", PL_ENET, "wants a key" },
	{ "404", PL_ENET, "HTTP status 404" },
	{ "redirect", PL_ENET, "redirects" },
	{ "empty", PL_ENET, "empty answer" },
	{ "twice", PL_ENET, "no JSON" },
	{ "deep", PL_ENET, "no JSON" },
	{ "null", PL_ENOTFOUND, "knows nothing" },
	{ "wrong-type", PL_EFORMAT, "eth_chainId" },
	{ "ok", PL_OK, "" },
};
/* clang-format on */

static char *url_of(const char *path)
{
	return pl_printf(a, "http://user:word@127.0.0.1:%u/%s", port, path);
}

/* A limit of 1 MB on what rpc.c leaves unlimited, so that a test of a huge
 * answer is quick. */
struct narrow {
	struct pl_transport base, *under;
};

static enum pl_rc narrow_exchange(struct pl_transport *t,
				  struct pl_arena *arena, struct pl_answer *out,
				  const struct pl_request *ask,
				  struct pl_err *err)
{
	struct pl_request less = *ask;

	less.limit = (size_t)1 << 20;
	return pl_transport_exchange(((struct narrow *)t)->under, arena, out,
				     &less, err);
}

static void nodes_that_misbehave_are_named(void **state)
{
	static const struct pl_transport_ops ops = { narrow_exchange, NULL };
	const struct pl_http_conf http = { .timeout_s = 1 };
	struct narrow t = { { &ops }, NULL };

	(void)state;
	assert_ok(pl_http_open(a, &t.under, &http, &e), &e);
	for (size_t i = 0; i < COUNT(paths); i++) {
		const struct pl_rpc_conf conf = { .url = url_of(
							  paths[i].path) };
		struct pl_rpc *r = pl_rpc_new(a, &t.base, &conf);
		uint64_t id = 0;
		enum pl_rc rc = pl_rpc_chain_id(r, &id, &e);

		if (rc != paths[i].rc || (rc && !strstr(e.msg, paths[i].words)))
			fail_msg("%s: %d %s", paths[i].path, rc, e.msg);
		if (!rc)
			assert_int_equal(id, 98866);
		if (rc)
			assert_non_null(strstr(
				e.msg, pl_printf(a, "127.0.0.1:%u", port)));
		if (rc)
			assert_null(strstr(e.msg, "word"));
	}
	pl_transport_close(t.under);
	pl_transport_close(t.under);
}

static void a_flaky_node_is_asked_again(void **state)
{
	const struct pl_rpc_conf conf = { .url = url_of("flaky"),
					  .retries = 3,
					  .backoff_ms = 1 };
	struct pl_transport *t;
	uint64_t id;

	(void)state;
	assert_ok(pl_http_open(a, &t, NULL, &e), &e);
	assert_ok(pl_rpc_chain_id(pl_rpc_new(a, t, &conf), &id, &e), &e);
	pl_transport_close(t);
}

static void nobody_there_is_said(void **state)
{
	const struct pl_rpc_conf conf = { .url = "http://127.0.0.1:1" };
	struct pl_transport *t;
	uint64_t id;

	(void)state;
	assert_ok(pl_http_open(a, &t, NULL, &e), &e);
	assert_int_equal(pl_rpc_chain_id(pl_rpc_new(a, t, &conf), &id, &e),
			 PL_ENET);
	assert_non_null(strstr(e.msg, "nobody accepts"));
	pl_transport_close(t);
}

static void headers_with_line_breaks_are_not_sent(void **state)
{
	static const char *const headers[] = { "X: a\r\nY: b", NULL };
	const struct pl_rpc_conf conf = { .url = url_of("ok"),
					  .headers = headers };
	struct pl_transport *t;
	uint64_t id;

	(void)state;
	assert_ok(pl_http_open(a, &t, NULL, &e), &e);
	assert_int_equal(pl_rpc_chain_id(pl_rpc_new(a, t, &conf), &id, &e),
			 PL_EUSAGE);
	pl_transport_close(t);
}

static int setup(void **state)
{
	int ends[2];
	FILE *f;
	int got;

	(void)state;
	a = pl_arena_open(0);
	if (pipe(ends))
		return -1;
	child = fork();
	if (!child) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(ends[1], 1);
		_exit(bad_node_main());
	}
	(void)close(ends[1]);
	f = fdopen(ends[0], "r");
	got = f ? fscanf(f, "%u", &port) : 0;
	if (f)
		(void)fclose(f);
	return got == 1 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	pl_arena_close(a);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_follow_the_table),
		cmocka_unit_test(nodes_that_misbehave_are_named),
		cmocka_unit_test(a_flaky_node_is_asked_again),
		cmocka_unit_test(nobody_there_is_said),
		cmocka_unit_test(headers_with_line_breaks_are_not_sent),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
