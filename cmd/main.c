/* The program: streams, global options, dispatch, exit status. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analytics/gsl.h"
#include "cmd/ctx.h"
#include "cmd/help.h"
#include "cmd/opt.h"
#include "cmd/run.h"
#include "cmd/term.h"

/* A closed stdin, stdout or stderr must not be some file opened later. */
static void open_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		(void)close(fd);
}

static enum pl_rc explain(struct pl_ctx *c, const struct pl_line *line,
			  FILE *to)
{
	if (line->cmd)
		pl_help_cmd(c->arena, to, line->cmd);
	else if (line->group)
		pl_help_group(c->arena, to, line->group);
	else
		pl_help_overview(c->arena, to);
	return to == stdout ? PL_OK : PL_EUSAGE;
}

/* Flushing can fail for the first time here: help and raw output. */
static enum pl_rc flush(struct pl_err *e)
{
	if (!fflush(stdout) && !ferror(stdout))
		return PL_OK;
	return pl_fail(e, PL_EIO, "cannot write the result: %s",
		       strerror(errno));
}

static enum pl_rc run(struct pl_ctx *c, struct pl_globals *g, int argc,
		      char **argv, struct pl_err *e)
{
	static char version[] = "version";
	struct pl_line line;

	if (argc > 1 && !strcmp(argv[1], "--version"))
		argv[1] = version;
	PL_TRY(pl_line_parse(c, &line, g, argc - 1, argv + 1, e));
	c->color_err = pl_term_color(2, g->no_color);
	if (g->help) {
		(void)explain(c, &line, stdout);
		return flush(e);
	}
	if (!line.cmd && g->format != PL_TEXT) {
		(void)pl_fail(e, PL_EUSAGE, "no command was given");
		return pl_hint(e, "`plume help` lists them");
	}
	if (!line.cmd) { /* nothing to do was said: not a success */
		e->msg[0] = '\0';
		return explain(c, &line, stderr);
	}
	PL_TRY(pl_run_line(c, &line, stdout, NULL, e));
	return flush(e);
}

/* Errors are JSON where results are; the line may be too broken to parse. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		const char *s = argv[i];

		if (!strcmp(s, "--json") || !strncmp(s, "-ojson", 6) ||
		    !strncmp(s, "--output=json", 13))
			return true;
		if ((!strcmp(s, "-o") || !strcmp(s, "--output")) &&
		    i + 1 < argc && !strncmp(argv[i + 1], "json", 4))
			return true;
	}
	return false;
}

static void complain(struct pl_ctx *c, enum pl_rc rc, const struct pl_err *e,
		     bool json)
{
	const char *on = c->color_err ? "\x1b[1;31m" : "";
	const char *off = c->color_err ? "\x1b[0m" : "";
	struct pl_buf b;

	if (!json) {
		(void)fprintf(stderr, "%splume:%s %s\n", on, off,
			      pl_out_safe(c->arena, e->msg));
		if (*e->hint)
			(void)fprintf(stderr, "hint: %s\n",
				      pl_out_safe(c->arena, e->hint));
		return;
	}
	pl_buf_init(&b, c->arena);
	pl_buf_fmt(&b,
		   "{\"error\":{\"kind\":\"%s\",\"message\":", pl_rc_name(rc));
	pl_out_json_str(&b, e->msg);
	pl_buf_str(&b, ",\"hint\":");
	if (*e->hint)
		pl_out_json_str(&b, e->hint);
	else
		pl_buf_str(&b, "null");
	(void)fprintf(stderr, "%s}}\n", pl_buf_cstr(&b));
}

/* Set when a reader went away: by the time the command has cleaned up, errno
 * is another call's. */
static volatile sig_atomic_t pipe_gone;

static void on_pipe(int signal_number)
{
	(void)signal_number;
	pipe_gone = 1;
}

/* The reader of a pipe went away.  Writes were allowed to fail, so that no
 * file or table is left half-written; now end as if the signal had come. */
static void die_of_pipe(void)
{
	(void)signal(SIGPIPE, SIG_DFL);
	(void)raise(SIGPIPE);
}

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_globals g = { 0 };
	struct pl_ctx c = { .arena = a, .g = &g };
	struct pl_err e = { 0 };
	const struct sigaction pipe = { .sa_handler = on_pipe,
					.sa_flags = SA_RESTART };
	enum pl_rc rc;

	open_standard_fds();
	(void)sigaction(SIGPIPE, &pipe, NULL);
	(void)signal(SIGXFSZ, SIG_IGN); /* a file too large fails its write */
	pl_gsl_init();
	pl_term_init(&c);
	errno = 0;
	rc = run(&c, &g, argc, argv, &e);
	if (rc == PL_EIO && pipe_gone)
		die_of_pipe();
	if (rc && *e.msg)
		complain(&c, rc, &e, wants_json(argc, argv));
	pl_ctx_close(&c);
	pl_arena_close(a);
	return pl_rc_exit(rc);
}
