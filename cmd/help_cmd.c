/* `plume help`: for people as text, for scripts and tests as data: the tables
 * themselves, and the JSON schema of a command's result. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/help.h"
#include "cmd/opt.h"
#include "cmd/suggest.h"

struct args {
	struct pl_strs words;
	bool all, schema;
};

static const struct pl_opt opts[] = {
	{ .name = "command",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, words, struct pl_strs),
	  .arg = "COMMAND",
	  .complete = "command",
	  .about = "a command or a group of them; none: the overview",
	  .flags = PL_POSITIONAL | PL_MANY },
	{ .name = "all",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, all, bool),
	  .about = "every command" },
	{ .name = "schema",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, schema, bool),
	  .about = "print the JSON Schema of the command's result" },
	{ 0 },
};

struct opt_row {
	const char *name, *letter, *kind, *arg, *about, *def;
	bool required, many, global;
	struct pl_list words;
};

struct example_row {
	const char *about, *line, *setup, *needs;
	int64_t status;
};

struct row {
	const char *command, *summary, *usage;
	bool hidden, list, result;
	struct pl_list arguments, options, examples;
};

/* clang-format off */
#define O(m, type) PL_AT(struct opt_row, m, type)
static const struct pl_field opt_fields[] = {
	{ .name = "name", .kind = PL_STR, .off = O(name, const char *),
	  .about = "long name" },
	{ .name = "letter", .kind = PL_STR, .off = O(letter, const char *),
	  .about = "short name" },
	{ .name = "kind", .kind = PL_STR, .off = O(kind, const char *),
	  .about = "kind of its value" },
	{ .name = "arg", .kind = PL_STR, .off = O(arg, const char *),
	  .about = "placeholder" },
	{ .name = "about", .kind = PL_STR, .off = O(about, const char *),
	  .about = "meaning" },
	{ .name = "default", .kind = PL_STR, .off = O(def, const char *),
	  .about = "default" },
	{ .name = "required", .kind = PL_FLAG, .off = O(required, bool),
	  .about = "must be given" },
	{ .name = "many", .kind = PL_FLAG, .off = O(many, bool),
	  .about = "may be repeated" },
	{ .name = "global", .kind = PL_FLAG, .off = O(global, bool),
	  .about = "an option of every command that can honour it" },
	{ .name = "words", .kind = PL_LIST, .off = O(words, struct pl_list),
	  .of = PL_STR, .about = "what may stand there" },
	{ 0 },
};
#define X(m, type) PL_AT(struct example_row, m, type)
static const struct pl_field example_fields[] = {
	{ .name = "about", .kind = PL_STR, .off = X(about, const char *),
	  .about = "what it shows" },
	{ .name = "line", .kind = PL_STR, .off = X(line, const char *),
	  .about = "the command line" },
	{ .name = "setup", .kind = PL_STR, .off = X(setup, const char *),
	  .about = "shell commands that come first" },
	{ .name = "needs", .kind = PL_STR, .off = X(needs, const char *),
	  .about = "a program it needs" },
	{ .name = "status", .kind = PL_INT, .off = X(status, int64_t),
	  .about = "exit status" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "command", .kind = PL_STR, .off = R(command, const char *),
	  .about = "group and verb" },
	{ .name = "summary", .kind = PL_STR, .off = R(summary, const char *),
	  .about = "what it does" },
	{ .name = "usage", .kind = PL_STR, .off = R(usage, const char *),
	  .about = "how to call it" },
	{ .name = "hidden", .kind = PL_FLAG, .off = R(hidden, bool),
	  .about = "not listed in the help" },
	{ .name = "result", .kind = PL_FLAG, .off = R(result, bool),
	  .about = "prints a result" },
	{ .name = "list", .kind = PL_FLAG, .off = R(list, bool),
	  .about = "the result is a list" },
	{ .name = "arguments", .kind = PL_LIST,
	  .off = R(arguments, struct pl_list), .sub = opt_fields,
	  .size = sizeof(struct opt_row), .about = "what stands by its place" },
	{ .name = "options", .kind = PL_LIST,
	  .off = R(options, struct pl_list), .sub = opt_fields,
	  .size = sizeof(struct opt_row), .about = "options" },
	{ .name = "examples", .kind = PL_LIST,
	  .off = R(examples, struct pl_list), .sub = example_fields,
	  .size = sizeof(struct example_row), .about = "lines that run" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "what there is", .line = "plume help" },
	{ .about = "one command", .line = "plume help version" },
	{ .about = "what a command's JSON looks like",
	  .line = "plume help --schema version" },
	{ .about = "all commands and options as data",
	  .line = "plume help --all --json" },
	{ 0 },
};

static struct opt_row describe(struct pl_arena *a, const struct pl_opt *o,
			       bool global)
{
	struct opt_row r = {
		.name = o->name,
		.letter = o->letter ? pl_printf(a, "%c", o->letter) : NULL,
		.kind = pl_kind_name(o->kind),
		.arg = o->arg,
		.about = o->about,
		.def = o->def,
		.required = o->flags & PL_REQUIRED,
		.many = o->flags & PL_MANY,
		.global = global,
		.words = { o->words, 0 },
	};

	while (o->words && o->words[r.words.n])
		r.words.n++;
	return r;
}

static size_t count(const struct pl_opt *o)
{
	size_t n = 0;

	while (o && o[n].name)
		n++;
	return n;
}

static struct pl_list describe_opts(struct pl_arena *a,
				    const struct pl_cmd *cmd, bool places)
{
	size_t room = count(cmd->opts) + count(pl_global_opts), n = 0;
	struct opt_row *v = PL_NEW_N(a, struct opt_row, room);

	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (!(o->flags & PL_POSITIONAL) != places)
			v[n++] = describe(a, o, false);
	for (const struct pl_opt *o = pl_global_opts; o->name && !places; o++)
		if (pl_opt_takes(cmd, o))
			v[n++] = describe(a, o, true);
	return (struct pl_list){ v, n };
}

static struct pl_list describe_examples(struct pl_arena *a,
					const struct pl_example *x)
{
	struct example_row *v;
	size_t n = 0;

	while (x && x[n].line)
		n++;
	v = PL_NEW_N(a, struct example_row, n);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct example_row){ x[i].about, x[i].line, x[i].setup,
					     x[i].needs, x[i].status };
	return (struct pl_list){ v, n };
}

static enum pl_rc put(struct pl_ctx *c, const struct pl_cmd *cmd,
		      struct pl_err *e)
{
	struct row r = {
		.command = cmd->path,
		.summary = cmd->summary,
		.usage = pl_help_usage(c->arena, cmd),
		.hidden = cmd->needs & PL_HIDDEN,
		.result = cmd->fields,
		.list = cmd->many,
		.arguments = describe_opts(c->arena, cmd, true),
		.options = describe_opts(c->arena, cmd, false),
		.examples = describe_examples(c->arena, cmd->examples),
	};

	return pl_out_row(c->out, &r, e);
}

static enum pl_rc put_all(struct pl_ctx *c, const struct pl_group *g,
			  struct pl_err *e)
{
	for (size_t i = 0; pl_cmds[i]; i++)
		if (!g || pl_cmd_in(pl_cmds[i], g))
			PL_TRY(put(c, pl_cmds[i], e));
	return PL_OK;
}

/* The words name a command, a group, or nothing at all. */
static enum pl_rc look_up(struct pl_ctx *c, const struct pl_strs *w,
			  const struct pl_cmd **cmd,
			  const struct pl_group **group, struct pl_err *e)
{
	struct pl_line line = { 0 };

	*cmd = NULL;
	*group = NULL;
	if (!w->n)
		return PL_OK;
	if (w->n <= 2)
		PL_TRY(pl_line_find(c, &line, w, e));
	if (w->n > 2 || (w->n == 2 && line.cmd && !*pl_cmd_verb(line.cmd)))
		return pl_fail(e, PL_EUSAGE,
			       "a command has at most two words: '%s' is one "
			       "too many",
			       w->v[w->n - 1]);
	*cmd = line.cmd;
	*group = line.group;
	return PL_OK;
}

static enum pl_rc schema(struct pl_ctx *c, const struct pl_cmd *cmd,
			 struct pl_err *e)
{
	char *title;

	if (!cmd)
		return pl_fail(e, PL_EUSAGE, "--schema needs a command");
	if (!cmd->fields)
		return pl_fail(e, PL_ENOTFOUND,
			       "`plume %s` prints no JSON, so there is no "
			       "schema of it",
			       cmd->path);
	title = pl_printf(c->arena, "plume %s", cmd->path);
	return pl_out_raw(c->out,
			  pl_span_str(pl_out_schema(c->arena, title,
						    cmd->fields, cmd->many)),
			  e);
}

static void every(struct pl_ctx *c)
{
	for (size_t i = 0; pl_cmds[i]; i++) {
		if (pl_cmds[i]->needs & PL_HIDDEN)
			continue;
		pl_help_cmd(c->arena, stdout, pl_cmds[i]);
		(void)putchar('\n');
	}
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_cmd *cmd;
	const struct pl_group *group;

	PL_TRY(look_up(c, &a->words, &cmd, &group, e));
	if (a->all && a->words.n)
		return pl_fail(e, PL_EUSAGE, "--all and a command: say one");
	if (a->schema)
		return schema(c, cmd, e);
	if (c->g->format != PL_TEXT)
		return cmd ? put(c, cmd, e) : put_all(c, group, e);
	if (a->all)
		every(c);
	else if (cmd)
		pl_help_cmd(c->arena, stdout, cmd);
	else if (group)
		pl_help_group(c->arena, stdout, group);
	else
		pl_help_overview(c->arena, stdout);
	return PL_OK;
}

const struct pl_cmd cmd_help = {
	.path = "help",
	.summary = "explain a command",
	.about = "Without a word, the overview.  With -o json the same as "
		 "data: options, arguments, examples.  --schema prints the "
		 "JSON Schema (2020-12) that the command's --json output "
		 "follows.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
