#include "cmd/help.h"

#include <inttypes.h>
#include <string.h>

#include "cmd/opt.h"

#define COLUMNS 80
#define OPT_COLUMN 30 /* where the words about an option begin */

static void spaces(FILE *to, size_t n)
{
	(void)fprintf(to, "%*s", (int)n, "");
}

/* One paragraph's words from *s on; returns where the next line begins. */
static const char *fold_paragraph(FILE *to, const char *s, unsigned indent,
				  unsigned width)
{
	size_t at = indent;
	bool first = true;

	while (*s && *s != '\n') {
		size_t n = strcspn(s, " \n");
		size_t w = pl_out_width(s) - pl_out_width(s + n);

		if (!first && at + 1 + w > width) {
			(void)putc('\n', to);
			spaces(to, indent);
			at = indent;
			first = true;
		}
		if (!first) {
			(void)putc(' ', to);
			at++;
		}
		(void)fprintf(to, "%.*s", (int)n, s);
		at += w;
		first = false;
		s += n;
		if (*s == '\n' && s[1] && s[1] != '\n' && s[1] != ' ')
			s++; /* a single line end is a space */
		while (*s == ' ')
			s++;
	}
	return s;
}

void pl_help_fold(FILE *to, const char *text, unsigned indent, unsigned width)
{
	bool first = true;

	while (*text) {
		if (!first && *text != '\n')
			spaces(to, indent);
		first = false;
		if (*text == ' ') { /* kept as it is */
			size_t n = strcspn(text, "\n");

			(void)fprintf(to, "%.*s", (int)n, text);
			text += n;
		} else {
			text = fold_paragraph(to, text, indent, width);
		}
		(void)putc('\n', to);
		if (*text == '\n')
			text++;
	}
}

const char *pl_help_placeholder(const struct pl_opt *o)
{
	return o->arg ? o->arg : o->name;
}

char *pl_help_usage(struct pl_arena *a, const struct pl_cmd *cmd)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "plume %s [options]", cmd->path);
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		if (!(o->flags & PL_REQUIRED) || (o->flags & PL_POSITIONAL))
			continue;
		pl_buf_fmt(&b, " --%s %s", o->name, pl_help_placeholder(o));
	}
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		bool need = o->flags & PL_REQUIRED;

		if (!(o->flags & PL_POSITIONAL))
			continue;
		pl_buf_fmt(&b, " %s%s%s%s", need ? "" : "[",
			   pl_help_placeholder(o),
			   o->flags & PL_MANY ? "..." : "", need ? "" : "]");
	}
	return pl_strdup(a, pl_buf_cstr(&b));
}

char *pl_help_option(struct pl_arena *a, const struct pl_opt *o)
{
	const char *arg = o->kind == PL_FLAG ? NULL : pl_help_placeholder(o);

	if (o->flags & PL_POSITIONAL)
		return pl_printf(a, "%s%s", pl_help_placeholder(o),
				 o->flags & PL_MANY ? "..." : "");
	if (o->letter)
		return pl_printf(a, "-%c, --%s%s%s", o->letter, o->name,
				 arg ? " " : "", arg ? arg : "");
	return pl_printf(a, "    --%s%s%s", o->name, arg ? " " : "",
			 arg ? arg : "");
}

char *pl_help_about(struct pl_arena *a, const struct pl_opt *o)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, o->about);
	if (o->kind == PL_ENUM) {
		pl_buf_str(&b, ": ");
		for (size_t i = 0; o->words[i]; i++)
			pl_buf_fmt(&b, "%s%s", i ? ", " : "", o->words[i]);
	}
	if (o->max)
		pl_buf_fmt(&b, ", %" PRIu64 " to %" PRIu64, o->min, o->max);
	if (o->def)
		pl_buf_fmt(&b, " (default: %s)", o->def);
	if ((o->flags & PL_MANY) && !(o->flags & PL_POSITIONAL))
		pl_buf_str(&b, "; may be repeated");
	if ((o->flags & PL_REQUIRED) && !(o->flags & PL_POSITIONAL))
		pl_buf_str(&b, " (required)");
	return pl_strdup(a, pl_buf_cstr(&b));
}

static void item(FILE *to, const char *left, const char *right, unsigned column)
{
	size_t w = pl_out_width(left) + 2;

	(void)fprintf(to, "  %s", left);
	if (w + 2 > column) {
		(void)putc('\n', to);
		w = 0;
	}
	spaces(to, column - w);
	pl_help_fold(to, right, column, COLUMNS);
}

static void one_option(struct pl_arena *a, FILE *to, const struct pl_opt *o)
{
	item(to, pl_help_option(a, o), pl_help_about(a, o), OPT_COLUMN);
}

static void options(struct pl_arena *a, FILE *to, const struct pl_cmd *cmd,
		    bool places)
{
	bool first = true;

	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		if (!(o->flags & PL_POSITIONAL) == places)
			continue;
		if (first)
			(void)fputs(places ? "\nArguments:\n" : "\nOptions:\n",
				    to);
		first = false;
		one_option(a, to, o);
	}
}

static void fields(struct pl_arena *a, FILE *to, const struct pl_cmd *cmd)
{
	if (!cmd->fields)
		return;
	(void)fprintf(to, "\nResult (%s, -o text|json|jsonl|csv):\n",
		      cmd->many ? "a list" : "one object");
	for (const struct pl_field *f = cmd->fields; f->name; f++)
		item(to, pl_printf(a, "%s", f->name), f->about, 24);
}

void pl_help_cmd(struct pl_arena *a, FILE *to, const struct pl_cmd *cmd)
{
	pl_help_fold(to, pl_printf(a, "plume %s - %s", cmd->path, cmd->summary),
		     0, COLUMNS);
	(void)fputs("\nusage: ", to);
	pl_help_fold(to, pl_help_usage(a, cmd), 7, COLUMNS);
	if (cmd->about) {
		(void)putc('\n', to);
		pl_help_fold(to, cmd->about, 0, COLUMNS);
	}
	options(a, to, cmd, true);
	options(a, to, cmd, false);
	(void)fputs("\nGlobal options:\n", to);
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		if (pl_opt_takes(cmd, o))
			one_option(a, to, o);
	fields(a, to, cmd);
	if (cmd->examples && cmd->examples->line)
		(void)fputs("\nExamples:\n", to);
	for (const struct pl_example *x = cmd->examples; x && x->line; x++)
		(void)fprintf(to, "  # %s\n  $ %s\n", x->about, x->line);
}

void pl_help_group(struct pl_arena *a, FILE *to, const struct pl_group *g)
{
	(void)fprintf(to, "plume %s - %s\n\n", g->name, g->about);
	for (size_t i = 0; pl_cmds[i]; i++) {
		const struct pl_cmd *cmd = pl_cmds[i];

		if (pl_cmd_in(cmd, g) && !(cmd->needs & PL_HIDDEN))
			item(to, pl_printf(a, "%s", cmd->path), cmd->summary,
			     24);
	}
	(void)fprintf(to, "\n`plume help %s VERB` says more about one.\n",
		      g->name);
}

void pl_help_overview(struct pl_arena *a, FILE *to)
{
	(void)a;
	(void)fputs(
		"plume - real-world assets on chain, with every number traced "
		"to its source\n\n"
		"usage: plume COMMAND [options]\n\n",
		to);
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g))
			item(to, g->name, g->about, 14);
	(void)fputs(
		"\n`plume COMMAND` lists what a command can do; `plume help "
		"token mint` explains\none of them, `--json` makes the "
		"output JSON, `--help` works everywhere.\n",
		to);
	if (pl_cmd_find("quickstart"))
		(void)fputs("New here?  `plume quickstart DIR` walks through "
			    "all of it on your machine.\n",
			    to);
}
