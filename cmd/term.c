#include "cmd/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/ctx.h"
#include "out/progress.h"

static const char *env(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

static unsigned columns(void)
{
	const char *s = env("COLUMNS");
	struct winsize w;
	unsigned long n;

	if (!isatty(1))
		return 0;
	n = s ? strtoul(s, NULL, 10) : 0;
	if (n >= 20 && n <= 10000)
		return (unsigned)n;
	if (!ioctl(1, TIOCGWINSZ, &w) && w.ws_col >= 20)
		return w.ws_col;
	return 80;
}

/* The locale's name is read, the locale is never set: numbers stay as the
 * C locale writes them. */
static bool is_utf8(void)
{
	const char *s = env("LC_ALL");

	if (!s)
		s = env("LC_CTYPE");
	if (!s)
		s = env("LANG");
	s = s ? strchr(s, '.') : NULL;
	return s &&
	       (!strncasecmp(s, ".utf-8", 6) || !strncasecmp(s, ".utf8", 5));
}

bool pl_term_color(int fd, bool refused)
{
	const char *term = env("TERM");

	return !refused && !env("NO_COLOR") && term && strcmp(term, "dumb") &&
	       isatty(fd);
}

void pl_term_init(struct pl_ctx *c)
{
	c->tty_in = isatty(0);
	c->tty_err = isatty(2);
	c->width = columns();
	c->utf8 = is_utf8();
}

struct pl_progress *pl_ctx_progress(struct pl_ctx *c, const char *what,
				    uint64_t total)
{
	bool show = c->tty_err && !c->g->quiet && env("TERM") &&
		    strcmp(getenv("TERM"), "dumb");

	return pl_progress_new(c->arena, show ? stderr : NULL, what, total);
}

static void words(const char *fmt, va_list ap) PL_PRINTF(1, 0);
static void words(const char *fmt, va_list ap)
{
	(void)vfprintf(stderr, fmt, ap);
	(void)putc('\n', stderr);
}

void pl_say(struct pl_ctx *c, const char *fmt, ...)
{
	va_list ap;

	if (c->g->quiet)
		return;
	va_start(ap, fmt);
	words(fmt, ap);
	va_end(ap);
}

void pl_tell(struct pl_ctx *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->g->verbose)
		return;
	va_start(ap, fmt);
	words(fmt, ap);
	va_end(ap);
}

enum pl_rc pl_require(struct pl_ctx *c, enum pl_trust t, struct pl_err *e)
{
	if (!c->g->require || (int)t >= c->g->require)
		return PL_OK;
	return pl_fail(e, PL_EPROOF, "the result is %s, --require asks for %s",
		       pl_trust_name(t),
		       pl_trust_name((enum pl_trust)c->g->require));
}

/* A line from the terminal itself: stdin may be data. */
static bool answer(char *line, size_t size)
{
	FILE *tty = fopen("/dev/tty", "re");
	bool got;

	if (!tty)
		return isatty(0) && fgets(line, (int)size, stdin);
	got = fgets(line, (int)size, tty);
	(void)fclose(tty);
	return got;
}

/* A question of several lines, quoted in one. */
static enum pl_rc unasked(struct pl_err *e, const char *why,
			  const char *question)
{
	(void)pl_fail(e, PL_EDECLINED, "%s: %s", why, question);
	for (char *p = e->msg; *p; p++)
		if (*p == '\n')
			*p = ' ';
	return pl_hint(e, "--yes answers yes");
}

/* Put a question and take the line that answers it. */
static enum pl_rc ask(struct pl_ctx *c, char line[32], const char *question,
		      const char *choices, struct pl_err *e)
{
	if (!c->tty_err)
		return unasked(e, "nobody is there to be asked", question);
	(void)fprintf(stderr, "%s [%s] ", question, choices);
	if (!answer(line, 32))
		return unasked(e, "nobody answered", question);
	line[strcspn(line, "\r\n")] = '\0';
	return PL_OK;
}

enum pl_rc pl_confirm(struct pl_ctx *c, const char *question, struct pl_err *e)
{
	char line[32] = "";

	if (c->g->yes)
		return PL_OK;
	PL_TRY(ask(c, line, question, "y/N", e));
	if (!strcasecmp(line, "y") || !strcasecmp(line, "yes"))
		return PL_OK;
	return pl_fail(e, PL_EDECLINED, "declined");
}

enum pl_rc pl_go_on(struct pl_ctx *c, struct pl_err *e)
{
	char line[32] = "";

	if (c->g->yes)
		return PL_OK;
	PL_TRY(ask(c, line, "Go on?", "Y/n", e));
	if (!*line || !strcasecmp(line, "y") || !strcasecmp(line, "yes"))
		return PL_OK;
	return pl_fail(e, PL_EDECLINED, "stopped here");
}
