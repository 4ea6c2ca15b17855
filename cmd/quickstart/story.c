#include "cmd/quickstart/story.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/run.h"

static const char *bold(struct pl_story *s, bool on)
{
	if (!s->c->color_err)
		return "";
	return on ? "\x1b[1m" : "\x1b[0m";
}

enum pl_rc pl_story_part(struct pl_story *s, const char *title,
			 const char *about, struct pl_err *e)
{
	pl_say(s->c, "%s%s%u. %s%s", s->part ? "\n" : "", bold(s, true),
	       s->part + 1, title, bold(s, false));
	s->part++;
	if (s->c->g->yes)
		return PL_OK;
	pl_say(s->c, "%s", about);
	return pl_go_on(s->c, e);
}

/* A word as a shell reads it back. */
static void quote(struct pl_buf *b, const char *w)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=,@%+";

	if (*w && !w[strspn(w, plain)]) {
		pl_buf_str(b, w);
		return;
	}
	pl_buf_byte(b, '\'');
	for (; *w; w++) {
		if (*w == '\'')
			pl_buf_str(b, "'\\''");
		else
			pl_buf_byte(b, (uint8_t)*w);
	}
	pl_buf_byte(b, '\'');
}

static const char *line_of(struct pl_story *s, const char *const *words)
{
	struct pl_buf b;

	pl_buf_init(&b, s->c->arena);
	pl_buf_str(&b, "plume");
	for (; *words; words++) {
		pl_buf_byte(&b, ' ');
		quote(&b, *words);
	}
	return pl_buf_cstr(&b);
}

/* The last line of JSON lines. */
static enum pl_rc last_row(struct pl_story *s, const struct pl_json **row,
			   struct pl_buf *json, struct pl_err *e)
{
	struct pl_span text = pl_buf_span(json);
	size_t from;

	*row = NULL;
	if (!text.n)
		return PL_OK;
	for (from = text.n - 1; from && text.p[from - 1] != '\n'; from--)
		;
	(void)pl_span_take(&text, from);
	return pl_json_parse(s->c->arena, row, text, e);
}

enum pl_rc pl_story_run(struct pl_story *s, const struct pl_json **row,
			bool show, const char *const *words, struct pl_err *e)
{
	bool shown = show && s->shows;
	struct pl_buf json;
	enum pl_rc rc;

	if (s->n == PL_STORY_STEPS)
		return pl_fail(e, PL_EBUG, "the story has too many steps");
	s->step[s->n].command = line_of(s, words);
	pl_buf_init(&json, s->c->arena);
	if (shown)
		(void)putchar('\n');
	rc = pl_run_words(s->c, words, shown ? stdout : NULL, &json, e);
	if (shown)
		(void)putchar('\n');
	(void)fflush(stdout);
	if (rc)
		return pl_note(e, "%s", s->step[s->n].command);
	return last_row(s, row, &json, e);
}

static void did(struct pl_story *s, const char *what)
{
	struct pl_story_step *st = &s->step[s->n++];

	st->what = what;
	pl_say(s->c, "%s %s", s->c->utf8 ? "  ✓" : "  ok", what);
	pl_say(s->c, "      %s", st->command);
}

void pl_story_did(struct pl_story *s, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	did(s, pl_strdup(s->c->arena, what));
}

void pl_story_did_by(struct pl_story *s, const char *line, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	s->step[s->n].command = line;
	did(s, pl_strdup(s->c->arena, what));
}

const char *pl_story_text(struct pl_story *s, const struct pl_json *row,
			  const char *key)
{
	const struct pl_json *v = pl_json_get(row, key);
	char text[PL_NUM_TEXT];
	struct pl_err e;
	double x;

	if (pl_json_str(v))
		return pl_out_safe(s->c->arena, pl_json_str(v));
	if (!v || pl_json_num(&x, v, &e))
		return "";
	pl_double_text(text, x);
	return pl_strdup(s->c->arena, text);
}

enum pl_rc pl_story_export(struct pl_story *s, const char *name,
			   const char *value, struct pl_err *e)
{
	char here[4096];
	size_t n;

	if (setenv(name, value, 1))
		return pl_fail(e, PL_EIO, "cannot set %s: %s", name,
			       strerror(errno));
	n = getcwd(here, sizeof(here)) ? strlen(here) : 0;
	if (n && !strncmp(value, here, n) && value[n] == '/')
		pl_say(s->c, "      export %s=\"$PWD%s\"", name, value + n);
	else
		pl_say(s->c, "      export %s=%s", name, value);
	return PL_OK;
}
