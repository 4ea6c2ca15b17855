#include "cmd/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/secret.h"

#define ROOM (PL_MAX_PASSWORD + 2) /* a byte too many, and the end */

static void text_open(struct pl_secret_text *s)
{
	s->p = pl_secret_open(ROOM);
	s->n = 0;
}

void pl_secret_text_close(struct pl_secret_text *s)
{
	pl_secret_close(s->p, ROOM);
	s->p = NULL;
	s->n = 0;
}

static enum pl_rc too_long(struct pl_err *e)
{
	return pl_fail(e, PL_ELIMIT, "a password of more than %d bytes",
		       PL_MAX_PASSWORD);
}

/* ------------------------------------------------ from a file descriptor */

/* The one line, without its end ("\n" or "\r\n"). */
static enum pl_rc one_line(struct pl_secret_text *s, struct pl_err *e)
{
	char *end = memchr(s->p, '\n', s->n);

	if (end && end + 1 != s->p + s->n)
		return pl_fail(e, PL_EUSAGE, "holds more than one line");
	if (end)
		s->n--;
	if (end && s->n && s->p[s->n - 1] == '\r')
		s->n--;
	pl_wipe(s->p + s->n, ROOM - s->n);
	if (strlen(s->p) != s->n)
		return pl_fail(e, PL_EUSAGE, "holds a zero byte");
	return s->n > PL_MAX_PASSWORD ? too_long(e) : PL_OK;
}

static enum pl_rc read_fd(struct pl_secret_text *s, int fd, struct pl_err *e)
{
	/* one byte more than allowed, to see that there are too many; a line
	 * of the longest password has up to two bytes of end */
	while (s->n < ROOM - 1) {
		ssize_t k = read(fd, s->p + s->n, ROOM - 1 - s->n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return pl_fail(e, PL_EIO, "cannot be read: %s",
				       strerror(errno));
		if (!k)
			return one_line(s, e);
		s->n += (size_t)k;
	}
	return too_long(e);
}

static enum pl_rc from_file(struct pl_secret_text *s, const char *path,
			    struct pl_err *e)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	enum pl_rc rc;

	if (fd < 0)
		return pl_fail(e, errno == ENOENT ? PL_ENOTFOUND : PL_EIO,
			       "cannot open %s: %s", path, strerror(errno));
	rc = read_fd(s, fd, e);
	if (!standard)
		(void)close(fd);
	return rc ? pl_note(e, "%s", path) : PL_OK;
}

/* -------------------------------------------------------- from a terminal */

static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

/* Which signal came: a handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void note_signal(int sig)
{
	caught = sig;
}

struct terminal {
	int fd;
	struct termios was;
	struct sigaction old[WATCHED];
};

static bool quiet_on(struct terminal *t)
{
	struct sigaction act = { .sa_handler = note_signal };
	struct termios now;

	caught = 0;
	if (tcgetattr(t->fd, &t->was))
		return false;
	now = t->was;
	now.c_lflag &= ~(tcflag_t)ECHO;
	now.c_lflag |= ICANON | ISIG | ECHONL;
	(void)sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < WATCHED; i++)
		(void)sigaction(watched[i], &act, &t->old[i]);
	return !tcsetattr(t->fd, TCSAFLUSH, &now);
}

static void quiet_off(struct terminal *t)
{
	(void)tcsetattr(t->fd, TCSAFLUSH, &t->was);
	for (size_t i = 0; i < WATCHED; i++)
		(void)sigaction(watched[i], &t->old[i], NULL);
}

static void say(int fd, const char *s)
{
	size_t n = strlen(s);

	(void)!write(fd, s, n);
}

/* A line as typed.  false: interrupted or the end of input; `caught` says. */
static bool type_line(struct terminal *t, struct pl_secret_text *s)
{
	s->n = 0;
	while (s->n < ROOM - 1) {
		ssize_t k = read(t->fd, s->p + s->n, 1);

		if (k <= 0)
			return false;
		if (s->p[s->n] == '\n')
			break;
		s->n++;
	}
	s->p[s->n] = '\0';
	return true;
}

/* The signal is sent again once the terminal is as it was: Ctrl-C ends the
 * program and Ctrl-Z stops it, and echo is on either way. */
static enum pl_rc ask_once(struct terminal *t, struct pl_secret_text *s,
			   const char *prompt, struct pl_err *e)
{
	for (;;) {
		bool typed;
		int sig;

		if (!quiet_on(t))
			return pl_fail(e, PL_EDECLINED,
				       "the terminal cannot hide a password");
		say(t->fd, prompt);
		typed = type_line(t, s);
		quiet_off(t);
		if (typed && s->n > PL_MAX_PASSWORD)
			return too_long(e);
		if (typed)
			return PL_OK;
		sig = caught;
		if (!sig)
			return pl_fail(e, PL_EDECLINED, "nothing was entered");
		if (sig != SIGTSTP)
			pl_secret_text_close(s);
		(void)raise(sig);
		if (sig != SIGTSTP) /* it is ignored: stop all the same */
			return pl_fail(e, PL_EDECLINED, "interrupted");
	}
}

static enum pl_rc ask_again(struct terminal *t, const struct pl_secret_text *s,
			    struct pl_err *e)
{
	struct pl_secret_text again;
	enum pl_rc rc;

	text_open(&again);
	rc = ask_once(t, &again, "The same again: ", e);
	if (!rc && (again.n != s->n || !pl_ct_equal(again.p, s->p, s->n)))
		rc = pl_fail(e, PL_EUSAGE, "the two do not agree");
	pl_secret_text_close(&again);
	return rc;
}

static enum pl_rc from_terminal(struct pl_ctx *c, struct pl_secret_text *s,
				const char *prompt, bool twice,
				struct pl_err *e)
{
	struct terminal t = { .fd = -1 };
	enum pl_rc rc;

	if (c->tty_in || c->tty_err)
		t.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t.fd < 0) {
		(void)pl_fail(e, PL_EDECLINED,
			      "nobody is there to be asked for the password");
		return pl_hint(e, "--password-file FILE or --password-fd N "
				  "give it without a terminal");
	}
	rc = ask_once(&t, s, prompt, e);
	if (!rc && twice)
		rc = ask_again(&t, s, e);
	(void)close(t.fd);
	return rc;
}

enum pl_rc pl_password_read(struct pl_ctx *c, struct pl_secret_text *out,
			    const struct pl_password_args *args,
			    const char *prompt, bool twice, struct pl_err *e)
{
	struct pl_secret_text s;
	enum pl_rc rc;

	if (args->file && args->fd)
		return pl_fail(e, PL_EUSAGE,
			       "the password cannot come from a file and a "
			       "file descriptor at once");
	text_open(&s);
	if (args->file) {
		rc = from_file(&s, args->file, e);
	} else if (args->fd) {
		rc = read_fd(&s, (int)*args->fd, e);
		if (rc)
			(void)pl_note(e, "file descriptor %d", (int)*args->fd);
	} else {
		rc = from_terminal(c, &s, prompt, twice, e);
	}
	if (rc)
		pl_secret_text_close(&s);
	else
		*out = s;
	return rc;
}
