/* Completion scripts for bash, zsh and fish. */
#include <string.h>

#include "cmd/gen.h"
#include "cmd/opt.h"

const char *const pl_shell_words[] = { "bash", "zsh", "fish", NULL };

const char *pl_gen_offer(const struct pl_opt *o)
{
	if (o->complete)
		return o->complete;
	if (o->words)
		return "words";
	if (o->kind == PL_FILE)
		return "file";
	if (o->kind == PL_DIR)
		return "dir";
	if (o->kind == PL_NETWORK)
		return "network";
	if (o->kind == PL_ADDR)
		return o->flags & PL_TOKEN_REF ? "token" : "address";
	return "";
}

static bool listed(const struct pl_cmd *c)
{
	return !(c->needs & PL_HIDDEN);
}

/* For every option of a command, be it its own or a global one. */
typedef void (*opt_fn)(struct pl_buf *b, const struct pl_cmd *cmd,
		       const struct pl_opt *o);

static bool shadowed(const struct pl_cmd *cmd, const struct pl_opt *global)
{
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (!strcmp(o->name, global->name))
			return true;
	return false;
}

static void each_option(struct pl_buf *b, const struct pl_cmd *cmd, opt_fn put)
{
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (!(o->flags & PL_POSITIONAL))
			put(b, cmd, o);
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		if (pl_opt_takes(cmd, o) && !shadowed(cmd, o))
			put(b, cmd, o);
}

static void each_place(struct pl_buf *b, const struct pl_cmd *cmd, opt_fn put)
{
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (o->flags & PL_POSITIONAL)
			put(b, cmd, o);
}

static void joined(struct pl_buf *b, const char *const *words, char with)
{
	for (size_t i = 0; words[i]; i++) {
		if (i)
			pl_buf_byte(b, (uint8_t)with);
		pl_buf_str(b, words[i]);
	}
}

/* ------------------------------------------------------------- bash */

/* A command's table is one line of words: "--name" is a flag, "--name=WHAT"
 * takes a value, "@WHAT" is a place, "@WHAT+" any number of them.  WHAT is an
 * offer, or its words parted by |. */
static void bash_what(struct pl_buf *b, const struct pl_opt *o)
{
	const char *offer = pl_gen_offer(o);

	if (!strcmp(offer, "words"))
		joined(b, o->words, '|');
	else
		pl_buf_str(b, *offer ? offer : "none");
}

static void bash_option(struct pl_buf *b, const struct pl_cmd *cmd,
			const struct pl_opt *o)
{
	(void)cmd;
	pl_buf_fmt(b, " --%s", o->name);
	if (o->kind != PL_FLAG) {
		pl_buf_byte(b, '=');
		bash_what(b, o);
	}
	if (!o->letter)
		return;
	pl_buf_fmt(b, " -%c", o->letter);
	if (o->kind != PL_FLAG) {
		pl_buf_byte(b, '=');
		bash_what(b, o);
	}
}

static void bash_place(struct pl_buf *b, const struct pl_cmd *cmd,
		       const struct pl_opt *o)
{
	(void)cmd;
	pl_buf_str(b, " @");
	bash_what(b, o);
	if (o->flags & PL_MANY)
		pl_buf_byte(b, '+');
}

static const char bash_head[] =
	"# bash completion for plume; written by `make gen` from the command "
	"table\n\n"
	"# What a command takes.  --name is a flag, --name=WHAT takes a value, "
	"@WHAT is\n"
	"# an argument by its place, @WHAT+ any number of them.\n"
	"_plume_spec() {\n"
	"\tcase $1 in\n";

static const char bash_tail[] =
	"\t*) return 1 ;;\n"
	"\tesac\n"
	"}\n\n"
	"# Offer values of a kind that begin with $cur.\n"
	"_plume_offer() {\n"
	"\tlocal IFS=$'\\n' word\n"
	"\tcase $1 in\n"
	"\tnone) ;;\n"
	"\tfile)\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	"\t\t;;\n"
	"\tdir)\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\tCOMPREPLY=($(compgen -d -- \"$cur\"))\n"
	"\t\t;;\n"
	"\t*'|'*) COMPREPLY=($(compgen -W \"${1//|/$'\\n'}\" -- \"$cur\")) ;;\n"
	"\t*)\n"
	"\t\twhile read -r word; do\n"
	"\t\t\tCOMPREPLY+=(\"${word%%$'\\t'*}\")\n"
	"\t\tdone < <(\"${COMP_WORDS[0]}\" __complete \"$1\" \"$cur\" "
	"\"${places[@]}\" 2>/dev/null)\n"
	"\t\t;;\n"
	"\tesac\n"
	"}\n\n"
	"# The value that option $1 of the table takes, or nothing.\n"
	"_plume_takes() {\n"
	"\tlocal t\n"
	"\tfor t in $spec; do\n"
	"\t\t[[ $t == \"$1\"=* ]] && echo \"${t#*=}\" && return\n"
	"\tdone\n"
	"}\n\n"
	"# Words as the program sees them: the shell parts --a=b at the sign.\n"
	"_plume_words() {\n"
	"\tlocal i w glue=\n"
	"\twords=()\n"
	"\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"\t\tw=${COMP_WORDS[i]}\n"
	"\t\tif [[ $w == [=:] && ${#words[@]} -gt 0 ]]; then\n"
	"\t\t\twords[${#words[@]} - 1]+=$w\n"
	"\t\t\tglue=1\n"
	"\t\telif [[ -n $glue ]]; then\n"
	"\t\t\twords[${#words[@]} - 1]+=$w\n"
	"\t\t\tglue=\n"
	"\t\telse\n"
	"\t\t\twords+=(\"$w\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n\n"
	"_plume() {\n"
	"\tlocal words cur spec path= prev= options=1 i w t n\n"
	"\tlocal -a places=()\n"
	"\tCOMPREPLY=()\n"
	"\t_plume_words\n"
	"\tcur=${words[${#words[@]} - 1]}\n"
	"\tspec=$(_plume_spec '')\n"
	"\tfor ((i = 0; i < ${#words[@]} - 1; i++)); do\n"
	"\t\tw=${words[i]}\n"
	"\t\tif [[ -n $prev ]]; then\n"
	"\t\t\tprev=\n"
	"\t\telif [[ -n $options && $w == -- ]]; then\n"
	"\t\t\toptions=\n"
	"\t\telif [[ -n $options && $w == -* ]]; then\n"
	"\t\t\t[[ $w != *=* ]] && prev=$(_plume_takes \"$w\")\n"
	"\t\telif [[ -z $path ]]; then\n"
	"\t\t\tpath=$w\n"
	"\t\t\tspec=$(_plume_spec \"$path\") || return\n"
	"\t\telif [[ $spec == verbs:* ]]; then\n"
	"\t\t\tpath+=\" $w\"\n"
	"\t\t\tspec=$(_plume_spec \"$path\") || return\n"
	"\t\telse\n"
	"\t\t\tplaces+=(\"$w\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"\tif [[ -n $prev ]]; then\n"
	"\t\t_plume_offer \"$prev\"\n"
	"\telif [[ -n $options && $cur == --*=* ]]; then\n"
	"\t\tprev=$(_plume_takes \"${cur%%=*}\")\n"
	"\t\tcur=${cur#*=}\n"
	"\t\t[[ -n $prev ]] && _plume_offer \"$prev\"\n"
	"\telif [[ -n $options && $cur == -* ]]; then\n"
	"\t\t[[ $spec == verbs:* ]] && spec=$(_plume_spec '')\n"
	"\t\tfor t in $spec; do\n"
	"\t\t\t[[ $t == -* ]] && COMPREPLY+=(\"${t%%=*}\")\n"
	"\t\tdone\n"
	"\t\tCOMPREPLY=($(compgen -W \"${COMPREPLY[*]}\" -- \"$cur\"))\n"
	"\telif [[ $spec == verbs:* ]]; then\n"
	"\t\tCOMPREPLY=($(compgen -W \"${spec#verbs:}\" -- \"$cur\"))\n"
	"\telse\n"
	"\t\tn=${#places[@]}\n"
	"\t\tfor t in $spec; do\n"
	"\t\t\t[[ $t == @* ]] || continue\n"
	"\t\t\t((n-- == 0)) || [[ $t == *+ ]] || continue\n"
	"\t\t\tt=${t#@}\n"
	"\t\t\t_plume_offer \"${t%+}\"\n"
	"\t\t\tbreak\n"
	"\t\tdone\n"
	"\tfi\n"
	"}\n"
	"complete -F _plume plume\n";

static void bash_verbs(struct pl_buf *b, const struct pl_group *g)
{
	pl_buf_fmt(b, "\t%s) echo 'verbs:", g->name);
	for (size_t i = 0; pl_cmds[i]; i++)
		if (listed(pl_cmds[i]) && pl_cmd_in(pl_cmds[i], g))
			pl_buf_fmt(b, " %s", pl_cmd_verb(pl_cmds[i]));
	pl_buf_str(b, "' ;;\n");
}

static void bash(struct pl_buf *b)
{
	pl_buf_str(b, bash_head);
	pl_buf_str(b, "\t'') echo '");
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		bash_option(b, NULL, o);
	pl_buf_str(b, " --version @");
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g))
			pl_buf_fmt(b, "%s|", g->name);
	pl_buf_str(b, "' ;;\n");
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g) && !pl_cmd_find(g->name))
			bash_verbs(b, g);
	for (size_t i = 0; pl_cmds[i]; i++) {
		if (!listed(pl_cmds[i]))
			continue;
		pl_buf_fmt(b, "\t'%s') echo '", pl_cmds[i]->path);
		each_place(b, pl_cmds[i], bash_place);
		each_option(b, pl_cmds[i], bash_option);
		pl_buf_str(b, "' ;;\n");
	}
	pl_buf_str(b, bash_tail);
}

/* ------------------------------------------------------------- zsh */

/* Text inside '…' and inside an _arguments specification. */
static void zsh_text(struct pl_buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			pl_buf_str(b, "'\\''");
		else if (strchr("[]:\\", *s))
			pl_buf_fmt(b, "\\%c", *s);
		else
			pl_buf_byte(b, (uint8_t)*s);
	}
}

static void zsh_action(struct pl_buf *b, const struct pl_opt *o)
{
	const char *offer = pl_gen_offer(o);

	pl_buf_byte(b, ':');
	zsh_text(b, o->arg ? o->arg : o->name);
	pl_buf_byte(b, ':');
	if (!strcmp(offer, "words")) {
		pl_buf_byte(b, '(');
		joined(b, o->words, ' ');
		pl_buf_byte(b, ')');
	} else if (!strcmp(offer, "file")) {
		pl_buf_str(b, "_files");
	} else if (!strcmp(offer, "dir")) {
		pl_buf_str(b, "_files -/");
	} else if (*offer) {
		pl_buf_fmt(b, " _plume_offer %s", offer);
	} else {
		pl_buf_str(b, "( )");
	}
}

static void zsh_one(struct pl_buf *b, const struct pl_opt *o, bool letter)
{
	bool many = o->flags & PL_MANY;

	pl_buf_fmt(b, "\t\t\t'%s", many ? "*" : "");
	if (!many && o->letter)
		pl_buf_fmt(b, "(-%c --%s)", o->letter, o->name);
	if (letter)
		pl_buf_fmt(b, "-%c%s", o->letter,
			   o->kind == PL_FLAG ? "" : "+");
	else
		pl_buf_fmt(b, "--%s%s", o->name, o->kind == PL_FLAG ? "" : "=");
	pl_buf_byte(b, '[');
	zsh_text(b, o->about);
	pl_buf_byte(b, ']');
	if (o->kind != PL_FLAG)
		zsh_action(b, o);
	pl_buf_str(b, "' \\\n");
}

static void zsh_option(struct pl_buf *b, const struct pl_cmd *cmd,
		       const struct pl_opt *o)
{
	(void)cmd;
	if (o->letter)
		zsh_one(b, o, true);
	zsh_one(b, o, false);
}

static void zsh_place(struct pl_buf *b, const struct pl_cmd *cmd,
		      const struct pl_opt *o)
{
	(void)cmd;
	pl_buf_fmt(b, "\t\t\t'%s",
		   o->flags & PL_MANY       ? "*"
		   : o->flags & PL_REQUIRED ? ""
					    : ":");
	zsh_action(b, o);
	pl_buf_str(b, "' \\\n");
}

static const char zsh_head[] =
	"#compdef plume\n"
	"# zsh completion for plume; written by `make gen` from the command "
	"table\n\n"
	"# Offer what the program knows of a kind: \"word<TAB>description\" a "
	"line.\n"
	"_plume_offer() {\n"
	"\tlocal line\n"
	"\tlocal -a offers places\n"
	"\tplaces=(${${(@)words[2,CURRENT-1]}:#-*})\n"
	"\twhile IFS= read -r line; do\n"
	"\t\toffers+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
	"\tdone < <(${_plume_program} __complete $1 \"$PREFIX\" $places "
	"2>/dev/null)\n"
	"\t_describe -t values $1 offers\n"
	"}\n\n"
	"_plume() {\n"
	"\tlocal _plume_program=$words[1] found= skip= word\n"
	"\tinteger i\n"
	"\tfor ((i = 2; i < CURRENT; i++)); do\n"
	"\t\tword=$words[i]\n"
	"\t\tif [[ -n $skip ]]; then\n"
	"\t\t\tskip=\n"
	"\t\telif [[ $word == -* ]]; then\n"
	"\t\t\t[[ $word == (";

static void zsh_describe(struct pl_buf *b, const char *name, const char *about)
{
	pl_buf_fmt(b, "\t\t\t'%s:", name);
	for (; *about; about++) {
		if (*about == '\'')
			pl_buf_str(b, "'\\''");
		else
			pl_buf_byte(b, (uint8_t)*about);
	}
	pl_buf_str(b, "' \\\n");
}

static void zsh_verbs(struct pl_buf *b, const struct pl_group *g)
{
	pl_buf_fmt(b, "\t%s)\n\t\tlocal -a verbs\n\t\tverbs=( \\\n", g->name);
	for (size_t i = 0; pl_cmds[i]; i++)
		if (listed(pl_cmds[i]) && pl_cmd_in(pl_cmds[i], g))
			zsh_describe(b, pl_cmd_verb(pl_cmds[i]),
				     pl_cmds[i]->summary);
	pl_buf_str(b, "\t\t)\n"
		      "\t\t_arguments -s -S $globals '1:verb:->verb' && "
		      "return\n"
		      "\t\t[[ $state == verb ]] && _describe -t commands verb "
		      "verbs\n\t\t;;\n");
}

static void zsh_command(struct pl_buf *b, const struct pl_cmd *cmd)
{
	pl_buf_fmt(b, "\t'%s')\n\t\t_arguments -s -S \\\n", cmd->path);
	each_place(b, cmd, zsh_place);
	each_option(b, cmd, zsh_option);
	pl_buf_str(b, "\t\t\t&& return\n\t\t;;\n");
}

/* Options with a value, which the search for the command steps over. */
static void zsh_valued(struct pl_buf *b)
{
	bool first = true;

	for (const struct pl_opt *o = pl_global_opts; o->name; o++) {
		if (o->kind == PL_FLAG)
			continue;
		pl_buf_fmt(b, "%s--%s", first ? "" : "|", o->name);
		first = false;
		if (o->letter)
			pl_buf_fmt(b, "|-%c", o->letter);
	}
}

static void zsh_groups(struct pl_buf *b)
{
	pl_buf_str(b, "\t'')\n\t\tlocal -a groups\n\t\tgroups=( \\\n");
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g))
			zsh_describe(b, g->name, g->about);
	pl_buf_str(b, "\t\t)\n"
		      "\t\t_arguments -s -S $globals "
		      "'--version[print the version]' '1:command:->command' && "
		      "return\n"
		      "\t\t[[ $state == command ]] && _describe -t commands "
		      "command groups\n\t\t;;\n");
}

/* One word is a command ("version") or a group, which needs a second. */
static void zsh(struct pl_buf *b)
{
	pl_buf_str(b, zsh_head);
	zsh_valued(b);
	pl_buf_str(b, ") ]] && skip=1\n"
		      "\t\telif [[ -z $found ]]; then\n"
		      "\t\t\tfound=$word\n"
		      "\t\t\t[[ $word == (");
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_cmd_find(g->name))
			pl_buf_fmt(b, "%s|", g->name);
	pl_buf_str(b, ") ]] && break\n"
		      "\t\telse\n"
		      "\t\t\tfound+=\" $word\"\n"
		      "\t\t\tbreak\n"
		      "\t\tfi\n"
		      "\tdone\n"
		      "\tif [[ -n $found ]]; then\n"
		      "\t\t((i > CURRENT - 1)) && i=CURRENT-1\n"
		      "\t\twords=(plume \"${(@)words[i+1,-1]}\")\n"
		      "\t\t((CURRENT -= i - 1))\n"
		      "\tfi\n"
		      "\tlocal curcontext=$curcontext state line\n"
		      "\ttypeset -A opt_args\n"
		      "\tlocal -a globals\n"
		      "\tglobals=( \\\n");
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		zsh_option(b, NULL, o);
	pl_buf_str(b, "\t)\n\tcase $found in\n");
	zsh_groups(b);
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g) && !pl_cmd_find(g->name))
			zsh_verbs(b, g);
	for (size_t i = 0; pl_cmds[i]; i++)
		if (listed(pl_cmds[i]))
			zsh_command(b, pl_cmds[i]);
	pl_buf_str(b, "\tesac\n\treturn 1\n}\n\n"
		      "if [[ $funcstack[1] == _plume ]]; then\n"
		      "\t_plume \"$@\"\nelse\n\tcompdef _plume plume\nfi\n");
}

/* ------------------------------------------------------------- fish */

static void fish_text(struct pl_buf *b, const char *s)
{
	pl_buf_byte(b, '\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			pl_buf_byte(b, '\\');
		pl_buf_byte(b, (uint8_t)*s);
	}
	pl_buf_byte(b, '\'');
}

/* What fish offers for a value: " -xa '…'", " -rF" or " -x". */
static void fish_offer(struct pl_buf *b, const struct pl_opt *o)
{
	const char *offer = pl_gen_offer(o);

	if (!strcmp(offer, "words")) {
		pl_buf_str(b, " -xa '");
		joined(b, o->words, ' ');
		pl_buf_byte(b, '\'');
	} else if (!strcmp(offer, "file")) {
		pl_buf_str(b, " -rF");
	} else if (!strcmp(offer, "dir")) {
		pl_buf_str(b, " -xa '(__fish_complete_directories)'");
	} else if (*offer) {
		pl_buf_fmt(b, " -xa '(__plume_offer %s)'", offer);
	} else {
		pl_buf_str(b, " -x");
	}
}

static void fish_option(struct pl_buf *b, const struct pl_cmd *cmd,
			const struct pl_opt *o)
{
	pl_buf_fmt(b, "complete -c plume -n '__plume_in \"%s\"' -l %s",
		   cmd ? cmd->path : "", o->name);
	if (o->letter)
		pl_buf_fmt(b, " -s %c", o->letter);
	if (o->kind != PL_FLAG)
		fish_offer(b, o);
	pl_buf_str(b, " -d ");
	fish_text(b, o->about);
	pl_buf_byte(b, '\n');
}

static void fish_places(struct pl_buf *b, const struct pl_cmd *cmd)
{
	unsigned n = 0;

	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		const char *offer;

		if (!(o->flags & PL_POSITIONAL))
			continue;
		n++;
		offer = pl_gen_offer(o);
		if (!*offer)
			continue;
		pl_buf_fmt(b,
			   "complete -c plume -n '__plume_place \"%s\" %u%s'",
			   cmd->path, n, o->flags & PL_MANY ? " more" : "");
		if (!strcmp(offer, "file"))
			pl_buf_str(b, " -F");
		else
			fish_offer(b, o);
		pl_buf_byte(b, '\n');
	}
}

static const char fish_head[] =
	"# fish completion for plume; written by `make gen` from the command "
	"table\n\n"
	"# The command's words and its places on the line so far, one a line:\n"
	"# first \"group verb\", then each place.\n"
	"function __plume_line\n"
	"    set -l words (commandline -opc)\n"
	"    set -l found ''\n"
	"    set -l places\n"
	"    set -l skip 0\n"
	"    for w in $words[2..-1]\n"
	"        if test $skip = 1\n"
	"            set skip 0\n"
	"        else if string match -qr -- '^-' $w\n"
	"            contains -- $w $__plume_valued; and set skip 1\n"
	"        else if test -z \"$found\"\n"
	"            set found $w\n"
	"        else if contains -- $found $__plume_groups\n"
	"            set found \"$found $w\"\n"
	"        else\n"
	"            set -a places $w\n"
	"        end\n"
	"    end\n"
	"    echo $found\n"
	"    printf '%s\\n' $places\n"
	"end\n\n"
	"function __plume_in # the line's command is this one\n"
	"    set -l now (__plume_line)\n"
	"    test \"$now[1]\" = \"$argv[1]\"\n"
	"end\n\n"
	"function __plume_place # this command, and at its n-th place\n"
	"    set -l now (__plume_line)\n"
	"    test \"$now[1]\" = \"$argv[1]\"; or return\n"
	"    set -l at (count (string match -v '' -- $now))\n"
	"    test $at -eq $argv[2]; or begin\n"
	"        test \"$argv[3]\" = more; and test $at -gt $argv[2]\n"
	"    end\n"
	"end\n\n"
	"function __plume_offer # what the program knows of a kind\n"
	"    set -l now (__plume_line)\n"
	"    set -l program (commandline -opc)[1]\n"
	"    $program __complete $argv[1] (commandline -ct) $now[2..-1] "
	"2>/dev/null\n"
	"end\n\n";

static void fish_valued(struct pl_buf *b, const struct pl_opt *o)
{
	for (; o && o->name; o++) {
		if (o->kind == PL_FLAG || (o->flags & PL_POSITIONAL))
			continue;
		if (!strstr(pl_buf_cstr(b), pl_printf(b->a, " --%s ", o->name)))
			pl_buf_fmt(b, "--%s ", o->name);
		if (o->letter && !strstr(pl_buf_cstr(b),
					 pl_printf(b->a, " -%c ", o->letter)))
			pl_buf_fmt(b, "-%c ", o->letter);
	}
}

static void fish_sets(struct pl_buf *b)
{
	struct pl_buf valued;

	pl_buf_init(&valued, b->a);
	pl_buf_str(&valued, "set -g __plume_valued ");
	fish_valued(&valued, pl_global_opts);
	for (size_t i = 0; pl_cmds[i]; i++)
		fish_valued(&valued, pl_cmds[i]->opts);
	pl_buf_fmt(b, "%s\nset -g __plume_groups", pl_buf_cstr(&valued));
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g) && !pl_cmd_find(g->name))
			pl_buf_fmt(b, " %s", g->name);
	pl_buf_str(b, "\n\ncomplete -c plume -f\n");
}

static void fish_word(struct pl_buf *b, const char *in, const char *word,
		      const char *about)
{
	pl_buf_fmt(b, "complete -c plume -n '__plume_in \"%s\"' -a %s -d ", in,
		   word);
	fish_text(b, about);
	pl_buf_byte(b, '\n');
}

static void fish(struct pl_buf *b)
{
	pl_buf_str(b, fish_head);
	fish_sets(b);
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (pl_group_filled(g))
			fish_word(b, "", g->name, g->about);
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		fish_option(b, NULL, o);
	pl_buf_str(b, "complete -c plume -n '__plume_in \"\"' -l version -d "
		      "'print the version'\n");
	for (size_t i = 0; pl_cmds[i]; i++) {
		const struct pl_cmd *c = pl_cmds[i];
		size_t n = strcspn(c->path, " ");

		if (!listed(c))
			continue;
		if (c->path[n])
			fish_word(b, pl_strndup(b->a, c->path, n),
				  c->path + n + 1, c->summary);
		fish_places(b, c);
		each_option(b, c, fish_option);
	}
}

void pl_gen_completion(struct pl_buf *b, int shell)
{
	static void (*const scripts[])(struct pl_buf *) = { bash, zsh, fish };

	scripts[shell](b);
}
