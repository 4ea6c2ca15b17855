/* Man pages in mdoc(7). */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cmd/gen.h"
#include "cmd/help.h"
#include "cmd/opt.h"
#include "cmd/settings.h"

#define DATE "November 20, 2026" /* of this version's pages */

/* ------------------------------------------------------------- roff text */

/* `word` becomes a quoted word; a backslash is itself. */
static void put_char(struct pl_buf *b, char c, bool *quoted)
{
	if (c == '\\') {
		pl_buf_str(b, "\\e");
	} else if (c == '`') {
		pl_buf_str(b, *quoted ? "\\(cq" : "\\(oq");
		*quoted = !*quoted;
	} else if (c == '\'') {
		pl_buf_str(b, "\\(aq");
	} else {
		pl_buf_byte(b, (uint8_t)c);
	}
}

#define FOLD 76 /* bytes of a line of the source */

/* A word of running text, on this line or the next.  mandoc counts what is
 * no ASCII as the escape it stands for. */
static void put_word(struct pl_buf *b, const char *w, size_t n, size_t *at,
		     bool *quoted)
{
	struct pl_buf roff;
	size_t width;

	pl_buf_init(&roff, b->a);
	for (size_t i = 0; i < n; i++)
		put_char(&roff, w[i], quoted);
	width = roff.n;
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)w[i] >= 0xc0)
			width += 6;
	if (*at && *at + 1 + width > FOLD) {
		pl_buf_byte(b, '\n');
		*at = 0;
	}
	if (*at)
		pl_buf_byte(b, ' ');
	else if (*w == '.' || *w == '\'')
		pl_buf_str(b, "\\&");
	*at += width + (*at ? 1 : 0);
	pl_buf_put(b, pl_buf_span(&roff));
}

static bool ends_sentence(const char *last, const char *next)
{
	next += strspn(next, " \n");
	return (*last == '.' || *last == '!' || *last == '?') &&
	       (isupper((unsigned char)*next) || *next == '`');
}

/* Running text: a sentence begins a line, as mdoc wants it. */
static void text(struct pl_buf *b, const char *s)
{
	bool quoted = false;
	size_t at = 0;

	for (s += strspn(s, " \n"); *s;) {
		size_t n = strcspn(s, " \n"), gap = strspn(s + n, " \n");
		bool paragraph = gap > 1 && s[n] == '\n' && s[n + 1] == '\n';

		put_word(b, s, n, &at, &quoted);
		if (paragraph || (gap && ends_sentence(s + n - 1, s + n))) {
			pl_buf_str(b, paragraph ? "\n.Pp\n" : "\n");
			at = 0;
		}
		s += n + gap;
	}
	if (at)
		pl_buf_byte(b, '\n');
}

/* Words of a macro's line: hyphens are ASCII hyphens there. */
static void arg(struct pl_buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '-')
			pl_buf_str(b, "\\-");
		else if (*s == '\\')
			pl_buf_str(b, "\\e");
		else if (*s == '"')
			pl_buf_str(b, "\\(dq");
		else
			pl_buf_byte(b, (uint8_t)*s);
	}
}

static char *title(struct pl_arena *a, const char *path)
{
	char *s = pl_strdup(a, path);

	for (char *p = s; *p; p++)
		*p = (char)(*p == ' ' ? '-' : toupper((unsigned char)*p));
	return s;
}

static char *dashed(struct pl_arena *a, const char *path)
{
	char *s = pl_strdup(a, path);

	for (char *p = s; *p; p++)
		if (*p == ' ')
			*p = '-';
	return s;
}

static void head(struct pl_buf *b, const char *name, const char *section,
		 const char *about)
{
	pl_buf_fmt(b,
		   ".\\\" Written by `make gen` from the command table.\n"
		   ".Dd " DATE "\n.Dt %s %s\n.Os"
		   "\n.Sh NAME\n.Nm %s\n.Nd ",
		   title(b->a, name), section, name);
	text(b, about);
}

/* ------------------------------------------------------------- options */

static void item(struct pl_buf *b, const struct pl_opt *o)
{
	pl_buf_str(b, ".It ");
	if (o->flags & PL_POSITIONAL) {
		pl_buf_fmt(b, "Ar %s\n", pl_help_placeholder(o));
		text(b, pl_help_about(b->a, o));
		return;
	}
	if (o->letter)
		pl_buf_fmt(b, "Fl %c , ", o->letter);
	pl_buf_str(b, "Fl \\-");
	arg(b, o->name);
	if (o->kind != PL_FLAG)
		pl_buf_fmt(b, " Ar %s", pl_help_placeholder(o));
	pl_buf_byte(b, '\n');
	text(b, pl_help_about(b->a, o));
}

static void options(struct pl_buf *b, const struct pl_cmd *cmd)
{
	pl_buf_str(b, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (o->flags & PL_POSITIONAL)
			item(b, o);
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (!(o->flags & PL_POSITIONAL))
			item(b, o);
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		if (pl_opt_takes(cmd, o))
			item(b, o);
	pl_buf_str(b, ".El\n.Pp\n"
		      "Every flag can be taken back by\n.Fl \\-no\\-\n"
		      "before its name; a bare\n.Fl \\-\nends the options.\n");
}

static void synopsis(struct pl_buf *b, const struct pl_cmd *cmd)
{
	pl_buf_fmt(b, ".Sh SYNOPSIS\n.Nm plume %s\n.Op Ar options\n",
		   cmd->path);
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		if (!(o->flags & PL_REQUIRED) || (o->flags & PL_POSITIONAL))
			continue;
		pl_buf_str(b, ".Fl \\-");
		arg(b, o->name);
		pl_buf_fmt(b, " Ar %s\n", pl_help_placeholder(o));
	}
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (o->flags & PL_POSITIONAL)
			pl_buf_fmt(b, ".%sAr %s%s\n",
				   o->flags & PL_REQUIRED ? "" : "Op ",
				   pl_help_placeholder(o),
				   o->flags & PL_MANY ? " ..." : "");
}

/* ------------------------------------------------------------- result */

static void fields(struct pl_buf *b, const struct pl_field *f,
		   const char *prefix)
{
	for (; f->name; f++) {
		char *name = pl_printf(b->a, "%s%s", prefix, f->name);

		pl_buf_fmt(b, ".It Va %s\n", name);
		text(b, f->about ? f->about : f->name);
		if (f->sub)
			fields(b, f->sub,
			       pl_printf(b->a, "%s%s.", name,
					 f->kind == PL_LIST ? "[]" : ""));
	}
}

static void output(struct pl_buf *b, const struct pl_cmd *cmd)
{
	pl_buf_str(b, ".Sh OUTPUT\n");
	if (!cmd->fields) {
		pl_buf_str(b, "Text on standard output.\n");
		return;
	}
	pl_buf_fmt(b,
		   "%s, as text, JSON, JSON lines or CSV\n.Pq Fl o .\n"
		   "Amounts and integers that a double cannot hold are decimal "
		   "strings in JSON;\nan amount\n.Va x\nhas a sibling\n"
		   ".Va x_decimals .\nThe fields:\n",
		   cmd->many ? "A list of objects" : "One object");
	pl_buf_str(b, ".Bl -tag -width Ds\n");
	fields(b, cmd->fields, "");
	pl_buf_str(b, ".El\n.Pp\nThe JSON Schema of it is printed by\n"
		      ".Ql plume help --schema ");
	pl_buf_fmt(b, "%s .\n", cmd->path);
}

/* ------------------------------------------------------------- the rest */

static void statuses(struct pl_buf *b)
{
	/* clang-format off */
	static const char *const s[][2] = {
		{ "0", "done" },
		{ "1", "the answer is no: a proof, signature, check or "
		       "requirement is false" },
		{ "2", "the command line is wrong" },
		{ "3", "the network failed; worth trying again" },
		{ "4", "malformed input" },
		{ "5", "storage or git failed" },
		{ "6", "the chain refused, or would" },
		{ "7", "not found" },
		{ "8", "declined: the user said no, or there was nobody to "
		       "ask" },
		{ "70", "a bug in plume" },
	};
	/* clang-format on */

	pl_buf_str(b, ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n");
	for (size_t i = 0; i < sizeof(s) / sizeof(s[0]); i++)
		pl_buf_fmt(b, ".It %s\n%s\n", s[i][0], s[i][1]);
	pl_buf_str(b, ".El\n");
}

static void examples(struct pl_buf *b, const struct pl_example *x)
{
	if (!x || !x->line)
		return;
	pl_buf_str(b, ".Sh EXAMPLES\n");
	for (bool first = true; x->line; x++, first = false) {
		char *about = pl_strdup(b->a, x->about);

		if (!first)
			pl_buf_str(b, ".Pp\n");
		*about = (char)toupper((unsigned char)*about);
		text(b, pl_printf(b->a, "%s:", about));
		pl_buf_str(b, ".Bd -literal -offset indent\n$ ");
		arg(b, x->line);
		pl_buf_str(b, "\n.Ed\n");
	}
}

/* Neighbours of the same group, in the alphabet's order. */
static void see_also(struct pl_buf *b, const struct pl_cmd *cmd)
{
	const struct pl_cmd *last = NULL;
	size_t n = strcspn(cmd->path, " ");

	pl_buf_str(b, ".Sh SEE ALSO\n.Xr plume 1 ,\n");
	for (;;) {
		const struct pl_cmd *next = NULL;

		for (size_t i = 0; pl_cmds[i]; i++) {
			const struct pl_cmd *p = pl_cmds[i];

			if (strncmp(p->path, cmd->path, n + 1) ||
			    !cmd->path[n] || p == cmd ||
			    (last && strcmp(p->path, last->path) <= 0))
				continue;
			if (!next || strcmp(p->path, next->path) < 0)
				next = p;
		}
		if (!next)
			break;
		pl_buf_fmt(b, ".Xr plume-%s 1 ,\n", dashed(b->a, next->path));
		last = next;
	}
	pl_buf_str(b, ".Xr plume-config 5 ,\n.Xr plume-trust 7\n");
}

void pl_gen_man_cmd(struct pl_buf *b, const struct pl_cmd *cmd)
{
	char *about = pl_strdup(b->a, cmd->about ? cmd->about : cmd->summary);

	head(b, pl_printf(b->a, "plume-%s", dashed(b->a, cmd->path)), "1",
	     cmd->summary);
	synopsis(b, cmd);
	pl_buf_str(b, ".Sh DESCRIPTION\n");
	if (!cmd->about)
		about = pl_printf(b->a, "%c%s.", toupper((unsigned char)*about),
				  about + 1);
	text(b, about);
	options(b, cmd);
	output(b, cmd);
	statuses(b);
	examples(b, cmd->examples);
	see_also(b, cmd);
}

static void commands(struct pl_buf *b)
{
	pl_buf_str(b, ".Sh COMMANDS\n");
	for (const struct pl_group *g = pl_groups; g->name; g++) {
		bool any = false;

		for (size_t i = 0; pl_cmds[i]; i++) {
			const struct pl_cmd *c = pl_cmds[i];

			if (!pl_cmd_in(c, g) || (c->needs & PL_HIDDEN))
				continue;
			if (!any)
				pl_buf_fmt(b,
					   ".Ss %s: %s\n"
					   ".Bl -tag -width Ds\n",
					   g->name, g->about);
			any = true;
			pl_buf_fmt(b, ".It Xr plume-%s 1\n",
				   dashed(b->a, c->path));
			text(b, c->summary);
		}
		if (any)
			pl_buf_str(b, ".El\n");
	}
}

static void environment(struct pl_buf *b)
{
	pl_buf_str(b, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
	for (const struct pl_setting *s = pl_setting_table; s->name; s++) {
		if (!s->env)
			continue;
		pl_buf_fmt(b, ".It Ev %s\nin place of the setting\n.Cm %s\n",
			   s->env, s->name);
	}
	pl_buf_str(b, ".It Ev PLUME_AUTHOR_NAME , PLUME_AUTHOR_EMAIL\n"
		      "who commits, in place of git's user.name and "
		      "user.email\n"
		      ".It Ev PLUME_ANVIL\n"
		      "the program that\n.Xr plume-quickstart 1\nstarts as "
		      "its test chain\n"
		      ".It Ev NO_COLOR\n"
		      "when set and not empty, no colours\n"
		      ".It Ev COLUMNS\n"
		      "width of the terminal\n"
		      ".It Ev LC_ALL , LC_CTYPE , LANG\n"
		      "the first that is set says by its ending .UTF-8\n"
		      "whether charts may use more than ASCII; numbers and "
		      "dates do not depend on it\n"
		      ".It Ev XDG_CONFIG_HOME , XDG_DATA_HOME\n"
		      "where the user's settings and data are kept, instead "
		      "of\n.Pa ~/.config\nand\n.Pa ~/.local/share\n.El\n"
		      ".Sh FILES\n.Bl -tag -width Ds\n"
		      ".It Pa ~/.config/plume/config\nthe user's settings\n"
		      ".It Pa .plume/config\nthe settings of an asset "
		      "repository\n"
		      ".It Pa .plume/index.db , records/\nits index and its "
		      "decision records\n"
		      ".It Pa ~/.local/share/plume/\nkeystore, the keys;\n"
		      "index.db and records, the index and the\ndecision "
		      "records made outside of a repository\n.El\n");
}

void pl_gen_man_main(struct pl_buf *b)
{
	head(b, "plume", "1",
	     "real-world assets on chain, with every number traced to its "
	     "source");
	pl_buf_str(
		b,
		".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n"
		".Sh DESCRIPTION\n.Nm\n"
		"tokenizes an asset, keeps its papers in git, checks the chain "
		"by proof instead\nof trusting a server, and runs trend and "
		"risk models over what happened there.\nStandard output is "
		"data, standard error is words.\nCalled without a command it "
		"prints an overview on standard error and exits\nwith status "
		"2;\n.Ql plume help\nprints it on standard output.\n");
	commands(b);
	pl_buf_str(b, ".Sh OPTIONS\nOptions of every command that can honour "
		      "them,\naccepted before and after its name;\na command "
		      "that cannot honour one refuses it.\n"
		      ".Bl -tag -width Ds\n");
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		item(b, o);
	pl_buf_str(b, ".It Fl \\-version\nprint the version and stop\n.El\n");
	environment(b);
	statuses(b);
	pl_buf_str(b, ".Pp\nWith\n.Fl \\-json\nan error is one JSON object on "
		      "standard error:\n.Dl "
		      "{\\(dqerror\\(dq:{\\(dqkind\\(dq:\\(dq...\\(dq,"
		      "\\(dqmessage\\(dq:\\(dq...\\(dq,"
		      "\\(dqhint\\(dq:\\(dq...\\(dq}}\n"
		      ".Sh SEE ALSO\n.Xr plume-config 5 ,\n"
		      ".Xr plume-trust 7\n");
}

static void setting(struct pl_buf *b, const struct pl_setting *s)
{
	char *about = pl_strdup(b->a, s->about);

	pl_buf_fmt(b, ".It Cm %s Pq %s\n", s->name, pl_kind_name(s->kind));
	*about = (char)toupper((unsigned char)*about);
	text(b, pl_printf(b->a, "%s.", about));
	if (s->env)
		pl_buf_fmt(b, "Environment:\n.Ev %s .\n", s->env);
	if (s->def)
		pl_buf_fmt(b, "Built in:\n.Ql %s .\n", s->def);
	if (s->user_only)
		pl_buf_str(b, "Not allowed in a repository's file.\n");
}

void pl_gen_man_config(struct pl_buf *b)
{
	head(b, "plume-config", "5", "settings of plume");
	pl_buf_str(
		b,
		".Sh DESCRIPTION\nSettings are files in the syntax of\n"
		".Xr git-config 1 ,\nwithout includes.\nA command line option "
		"wins over an environment variable, that over\n"
		".Pa .plume/config\nof the asset repository around the "
		"current folder (or the one given by\n.Fl C ) ,\nthat over\n"
		".Pa $XDG_CONFIG_HOME/plume/config\nof the user, that over "
		"what is built in.\n"
		".Ql plume config list\nshows which values hold and where each "
		"comes from.\nA key that plume does not know, and a value that "
		"would not do, are errors.\n.Pp\n"
		"Relative paths start at the repository in its file, and at "
		"the home folder in\nthe user's.\n"
		".Sh KEYS\n.Bl -tag -width Ds\n");
	for (const struct pl_setting *s = pl_setting_table; s->name; s++)
		setting(b, s);
	pl_buf_str(
		b,
		".El\n.Sh EXAMPLES\n.Bd -literal -offset indent\n"
		"[network]\n\tdefault = lab\n[network \"lab\"]\n"
		"\tchainid = 4242\n\trpc = http://127.0.0.1:8545\n"
		"[alias]\n"
		"\ttreasury = 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
		".Ed\n.Sh SEE ALSO\n.Xr plume 1 ,\n.Xr plume-config-set 1 ,\n"
		".Xr plume-trust 7\n");
}
