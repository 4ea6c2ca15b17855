/* Asking a person: a child on a terminal of its own, answered by the test. */
#define _XOPEN_SOURCE 700 /* pseudo-terminals */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/cmd.h"

static void ask(const char *terminal, bool yes)
{
	struct pl_globals g = { .yes = yes };
	struct pl_ctx c = { .g = &g, .tty_in = true, .tty_err = true };
	struct pl_err e;
	int fd;

	(void)setsid();
	fd = open(terminal, O_RDWR);
	(void)ioctl(fd, TIOCSCTTY, 0);
	(void)dup2(fd, 0);
	(void)dup2(fd, 2);
	(void)alarm(5);
	_exit(-pl_confirm(&c, "really?", &e));
}

/* The result of pl_confirm with this typed at the terminal. */
static int answered(const char *typed, bool yes)
{
	int pty = posix_openpt(O_RDWR | O_NOCTTY), status;
	char screen[100] = "";
	size_t n = 0;
	pid_t child;

	if (pty < 0 || grantpt(pty) || unlockpt(pty))
		skip();
	child = fork();
	if (!child)
		ask(ptsname(pty), yes);
	while (!yes && n < sizeof(screen) - 1 && !strstr(screen, "[y/N] ")) {
		ssize_t got = read(pty, screen + n, sizeof(screen) - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	assert_int_equal(!!strstr(screen, "really? [y/N] "), !yes);
	if (*typed)
		assert_int_equal(write(pty, typed, strlen(typed)),
				 (ssize_t)strlen(typed));
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)close(pty);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void answers(void **state)
{
	static const struct {
		const char *typed;
		enum pl_rc rc;
	} cases[] = {
		{ "y\n", PL_OK },         { "YES\n", PL_OK },
		{ "n\n", PL_EDECLINED },  { "\n", PL_EDECLINED },
		{ "ye\n", PL_EDECLINED }, { "yes please\n", PL_EDECLINED },
		{ "\x04", PL_EDECLINED }, /* end of input */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(answered(cases[i].typed, false), cases[i].rc);
	assert_int_equal(answered("", true), PL_OK);
}

static void nobody_there(void **state)
{
	struct pl_globals g = { 0 };
	struct pl_ctx c = { .g = &g };
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_confirm(&c, "pay\nreally?", &e), PL_EDECLINED);
	assert_non_null(strstr(e.msg, "pay really?"));
	assert_non_null(strstr(e.hint, "--yes"));
}

static void require_compares_labels(void **state)
{
	struct pl_globals g = { .require = PL_SIGNED };
	struct pl_ctx c = { .g = &g };
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_require(&c, PL_LOCAL, &e), PL_EPROOF);
	assert_int_equal(pl_require(&c, PL_CLAIMED, &e), PL_EPROOF);
	assert_ok(pl_require(&c, PL_SIGNED, &e), &e);
	assert_ok(pl_require(&c, PL_PROVEN, &e), &e);
	g.require = 0;
	assert_ok(pl_require(&c, PL_LOCAL, &e), &e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(require_compares_labels),
	};

	return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}
