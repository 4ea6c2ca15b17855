/* WebSockets: which addresses may be dialled, and what of an address is said.
 * What comes of servers is in tests/cli/light_feed.bats. */
#include "check.h"

#include "net/url.h"
#include "net/ws.h"

/* clang-format off */
static const struct {
	const char *url;
	enum pl_rc safe, insecure;
	const char *host, *path;
	unsigned port;
} urls[] = {
	{ "wss://feed.example", PL_OK, PL_OK, "feed.example", "", 443 },
	{ "WSS://feed.example:8443/a?b#c", PL_OK, PL_OK, "feed.example", "/a?b",
	  8443 },
	{ "wss://[2001:db8::1]/x", PL_OK, PL_OK, "2001:db8::1", "/x", 443 },
	{ "ws://localhost/feed", PL_OK, PL_OK, "localhost", "/feed", 80 },
	{ "ws://[::1]:9642", PL_OK, PL_OK, "::1", "", 9642 },
	{ "ws://127.0.0.1?a=b", PL_OK, PL_OK, "127.0.0.1", "?a=b", 80 },
	{ "ws://feed.example", PL_EUSAGE, PL_OK, "feed.example", "", 80 },
	{ "ws://127.0.0.1.example", PL_EUSAGE, PL_OK, "127.0.0.1.example", "",
	  80 },
#define NONE PL_EUSAGE, PL_EUSAGE, NULL, NULL, 0
	{ "wss://u:p@feed.example/", NONE },
	{ "wss://localhost\\@evil.example", NONE },
	{ "https://feed.example", NONE }, { "http://localhost", NONE },
	{ "wss://", NONE }, { "wss:///x", NONE }, { "ws://:80", NONE },
	{ "wss://x:0", NONE }, { "wss://x:65536", NONE }, { "wss://x:", NONE },
	{ "wss://a b", NONE }, { "wss://a\r\nX: y", NONE }, { "feed", NONE },
	{ "", NONE },
};
/* clang-format on */

static void urls_follow_the_table(void **state)
{
	struct pl_url u;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		const char *url = urls[i].url;

		if (pl_ws_url_check(url, false, &e) != urls[i].safe ||
		    pl_ws_url_check(url, true, &e) != urls[i].insecure)
			fail_msg("%s: %s", url, e.msg);
		if (!urls[i].host)
			continue;
		assert_true(pl_url_split(&u, url));
		assert_true(u.ws);
		assert_true(pl_span_is(u.host, urls[i].host));
		assert_true(pl_span_is(u.path, urls[i].path));
		assert_int_equal(u.port, urls[i].port);
	}
}

/* Addresses carry keys in their paths. */
static void errors_name_no_path(void **state)
{
	static const char *const bad[] = { "ws://feed.example/secret",
					   "wss://u:secret@feed.example/secret",
					   "ftp://feed.example/secret" };
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(pl_ws_url_check(bad[i], false, &e), PL_EUSAGE);
		assert_null(strstr(e.msg, "secret"));
	}
}

static void nobody_is_there(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_ws_conf conf = { .open_s = 2 };
	struct pl_ws *s = NULL;
	struct pl_err e;

	(void)state;
	assert_int_equal(
		pl_ws_open(a, &s, "ws://127.0.0.1:1/secret", &conf, &e),
		PL_ENET);
	assert_non_null(strstr(e.msg, "127.0.0.1:1"));
	assert_null(strstr(e.msg, "secret"));
	pl_ws_close(s);
	pl_arena_close(a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_follow_the_table),
		cmocka_unit_test(errors_name_no_path),
		cmocka_unit_test(nobody_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
