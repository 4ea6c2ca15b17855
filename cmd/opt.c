/* The loop over a command line's words. */
#include "cmd/opt.h"

#include <assert.h>
#include <string.h>

#include "cmd/ctx.h"
#include "cmd/help.h"
#include "cmd/suggest.h"
#include "cmd/value.h"

/* ------------------------------------------------------- finding options */

bool pl_fields_trust(const struct pl_field *f)
{
	for (; f && f->name; f++) {
		if (f->kind == PL_TRUST)
			return true;
		if (f->sub && pl_fields_trust(f->sub))
			return true;
	}
	return false;
}

bool pl_opt_takes(const struct pl_cmd *cmd, const struct pl_opt *global)
{
	const char *n = global->name;
	unsigned net = PL_NEEDS_NET, any = PL_NEEDS_NET | PL_NEEDS_STORE |
					   PL_NEEDS_CONFIG | PL_NEEDS_NETWORK;

	if (!strcmp(n, "output") || !strcmp(n, "json"))
		return cmd->fields;
	if (!strcmp(n, "network"))
		return cmd->needs & (net | PL_NEEDS_NETWORK);
	if (!strcmp(n, "rpc") || !strcmp(n, "insecure-http"))
		return cmd->needs & net;
	if (!strcmp(n, "repo"))
		return cmd->needs & any;
	if (!strcmp(n, "store"))
		return cmd->needs & PL_NEEDS_STORE;
	if (!strcmp(n, "require"))
		return pl_fields_trust(cmd->fields);
	if (!strcmp(n, "yes"))
		return cmd->needs & PL_ASKS;
	if (!strcmp(n, "dry-run"))
		return cmd->needs & PL_CAN_DRY_RUN;
	return true;
}

/* One option on its way: which table it stands in and what was typed. */
struct found {
	const struct pl_opt *o;
	bool global, negated;
};

static bool matches(const struct pl_opt *o, const char *name, size_t len,
		    bool *negated)
{
	if (o->flags & PL_POSITIONAL)
		return false;
	*negated = false;
	if (strlen(o->name) == len && !memcmp(o->name, name, len))
		return true;
	if (o->kind != PL_FLAG)
		return false;
	*negated = true;
	if (len > 3 && !memcmp(name, "no-", 3) && strlen(o->name) == len - 3 &&
	    !memcmp(o->name, name + 3, len - 3))
		return true;
	return !strncmp(o->name, "no-", 3) && strlen(o->name) == len + 3 &&
	       !memcmp(o->name + 3, name, len);
}

static bool find_in(struct found *f, const struct pl_opt *o, bool global,
		    const char *name, size_t len)
{
	for (; o && o->name; o++)
		if (matches(o, name, len, &f->negated)) {
			f->o = o;
			f->global = global;
			return true;
		}
	return false;
}

static bool find_long(struct found *f, const struct pl_cmd *cmd,
		      const char *name, size_t len)
{
	return (cmd && find_in(f, cmd->opts, false, name, len)) ||
	       find_in(f, pl_global_opts, true, name, len);
}

static bool find_letter(struct found *f, const struct pl_cmd *cmd, char c)
{
	const struct pl_opt *o = cmd ? cmd->opts : NULL;

	f->negated = false;
	for (f->global = false;; f->global = true) {
		for (; o && o->name; o++)
			if (o->letter && o->letter == c &&
			    !(o->flags & PL_POSITIONAL)) {
				f->o = o;
				return true;
			}
		if (f->global)
			return false;
		o = pl_global_opts;
	}
}

/* ------------------------------------------------------- walking the words */

#define MAX_OPTS 64

struct walk {
	struct pl_ctx *c;
	const struct pl_cmd *cmd; /* NULL before the command is known */
	void *args;
	struct pl_globals *g;
	char *const *v;
	int n, i;
	uint64_t seen, seen_global; /* by index in their tables */
	struct late *late, **end;   /* addresses, in their order */
};

/* What a name stands for depends on the repository and the network, which may
 * be named later in the line: addresses are looked up when all was read. */
struct late {
	const struct pl_opt *o;
	const char *text;
	struct late *next;
};

static enum pl_rc keep(struct walk *w, const struct pl_opt *o, const char *s,
		       struct pl_err *e)
{
	struct late *l;

	if (o->kind != PL_ADDR)
		return pl_opt_set(w->c, w->args, o, s, e);
	l = PL_NEW(w->c->arena, struct late);
	*l = (struct late){ o, s, NULL };
	*w->end = l;
	w->end = &l->next;
	return PL_OK;
}

static enum pl_rc look_up_late(struct walk *w, struct pl_err *e)
{
	for (const struct late *l = w->late; l; l = l->next)
		PL_TRY(pl_opt_set(w->c, w->args, l->o, l->text, e));
	return PL_OK;
}

static const char *where(const struct walk *w)
{
	return w->cmd ? pl_printf(w->c->arena, "plume %s", w->cmd->path)
		      : "plume";
}

static enum pl_rc usage_hint(const struct walk *w, struct pl_err *e)
{
	return pl_hint(e, "see `%s --help`", where(w));
}

/* "--amount" of a command whose AMOUNT stands by its place; "--acount" is
 * nearer to --account. */
static bool is_place(const struct walk *w, const char *typed, const char *near)
{
	size_t most = 1 + strlen(typed) / 6;

	if (near && pl_distance(typed, near) <= most)
		most = pl_distance(typed, near) - 1;
	for (const struct pl_opt *o = w->cmd ? w->cmd->opts : NULL;
	     o && o->name; o++)
		if ((o->flags & PL_POSITIONAL) &&
		    pl_distance(typed, o->name) <= most)
			return true;
	return false;
}

static const char *nearest(const struct walk *w, const char *typed)
{
	struct pl_suggest s = pl_suggest_for(typed);

	for (const struct pl_opt *o = w->cmd ? w->cmd->opts : NULL;
	     o && o->name; o++)
		if (!(o->flags & PL_POSITIONAL))
			pl_suggest_try(&s, o->name);
	for (const struct pl_opt *o = pl_global_opts; o->name; o++)
		if (!w->cmd || pl_opt_takes(w->cmd, o))
			pl_suggest_try(&s, o->name);
	return s.best;
}

static enum pl_rc unknown(const struct walk *w, const char *arg, size_t len,
			  struct pl_err *e)
{
	const char *typed = pl_strndup(w->c->arena, arg, len), *near;

	(void)pl_fail(e, PL_EUSAGE, "`%s` has no option %s", where(w), typed);
	if (typed[1] != '-')
		return usage_hint(w, e);
	near = nearest(w, typed + 2);
	if (is_place(w, typed + 2, near))
		return pl_hint(e, "it stands by its place, without a name: %s",
			       pl_help_usage(w->c->arena, w->cmd));
	return near ? pl_hint(e, "did you mean --%s?", near) : usage_hint(w, e);
}

/* The value after an option: "=v" or the next word.  A word that is itself an
 * option of this command is more likely a forgotten value. */
static enum pl_rc value_of(struct walk *w, const struct found *f,
			   const char *inline_, const char **out,
			   struct pl_err *e)
{
	const char *next = w->i + 1 < w->n ? w->v[w->i + 1] : NULL;
	struct found other;

	if (inline_) {
		*out = inline_;
		return PL_OK;
	}
	if (next && next[0] == '-' && next[1] == '-' &&
	    (!next[2] ||
	     find_long(&other, w->cmd, next + 2, strcspn(next + 2, "="))))
		next = NULL;
	if (!next) {
		(void)pl_fail(e, PL_EUSAGE, "--%s needs a value (%s)",
			      f->o->name, f->o->arg ? f->o->arg : "");
		return usage_hint(w, e);
	}
	w->i++;
	*out = next;
	return PL_OK;
}

static enum pl_rc once(struct walk *w, const struct found *f, struct pl_err *e)
{
	uint64_t bit;

	if (f->global) {
		w->seen_global |= (uint64_t)1 << (f->o - pl_global_opts);
		return PL_OK;
	}
	assert(w->cmd); /* who else has options of its own? */
	bit = (uint64_t)1 << (f->o - w->cmd->opts);
	if ((w->seen & bit) && f->o->kind != PL_FLAG &&
	    !(f->o->flags & PL_MANY))
		return pl_fail(e, PL_EUSAGE, "--%s is given twice", f->o->name);
	w->seen |= bit;
	return PL_OK;
}

static enum pl_rc apply(struct walk *w, const struct found *f,
			const char *inline_, struct pl_err *e)
{
	void *to = f->global ? (void *)w->g : w->args;
	const char *value = NULL;

	PL_TRY(once(w, f, e));
	if (f->o->kind != PL_FLAG) {
		PL_TRY(value_of(w, f, inline_, &value, e));
		return f->global ? pl_opt_set(w->c, to, f->o, value, e)
				 : keep(w, f->o, value, e);
	}
	if (inline_) {
		(void)pl_fail(e, PL_EUSAGE, "--%s takes no value", f->o->name);
		return usage_hint(w, e);
	}
	*(bool *)((char *)to + f->o->off) = !f->negated;
	return PL_OK;
}

static enum pl_rc long_option(struct walk *w, struct pl_err *e)
{
	const char *arg = w->v[w->i], *name = arg + 2;
	size_t len = strcspn(name, "=");
	struct found f;

	if (!find_long(&f, w->cmd, name, len))
		return unknown(w, arg, len + 2, e);
	return apply(w, &f, name[len] ? name + len + 1 : NULL, e);
}

static enum pl_rc letters(struct walk *w, struct pl_err *e)
{
	struct found f;

	for (const char *p = w->v[w->i] + 1; *p; p++) {
		if (!find_letter(&f, w->cmd, *p))
			return unknown(w, pl_printf(w->c->arena, "-%c", *p), 2,
				       e);
		if (f.o->kind != PL_FLAG)
			return apply(w, &f, p[1] ? p + 1 : NULL, e);
		PL_TRY(apply(w, &f, NULL, e));
	}
	return PL_OK;
}

static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1];
}

static enum pl_rc option(struct walk *w, struct pl_err *e)
{
	return w->v[w->i][1] == '-' ? long_option(w, e) : letters(w, e);
}

static const struct pl_opt *next_place(const struct walk *w)
{
	const struct pl_opt *o = w->cmd->opts;

	for (; o && o->name; o++) {
		bool filled = w->seen & (uint64_t)1 << (o - w->cmd->opts);

		if ((o->flags & PL_POSITIONAL) &&
		    (!filled || (o->flags & PL_MANY)))
			return o;
	}
	return NULL;
}

static enum pl_rc positional(struct walk *w, struct pl_err *e)
{
	const struct pl_opt *o = next_place(w);

	if (!o) {
		(void)pl_fail(e, PL_EUSAGE, "`%s` cannot use the word '%s'",
			      where(w), w->v[w->i]);
		return usage_hint(w, e);
	}
	w->seen |= (uint64_t)1 << (o - w->cmd->opts);
	return keep(w, o, w->v[w->i], e);
}

static enum pl_rc complete(struct walk *w, struct pl_err *e)
{
	for (const struct pl_opt *o = w->cmd->opts; o && o->name; o++) {
		if (w->seen & (uint64_t)1 << (o - w->cmd->opts))
			continue;
		if (o->def) {
			PL_TRY(pl_opt_set(w->c, w->args, o, o->def, e));
		} else if (o->flags & PL_REQUIRED) {
			(void)pl_fail(e, PL_EUSAGE, "`%s` needs %s", where(w),
				      pl_opt_shown(w->c->arena, o));
			return usage_hint(w, e);
		}
	}
	return PL_OK;
}

static const char *why_not(const char *name)
{
	if (!strcmp(name, "network") || !strcmp(name, "rpc") ||
	    !strcmp(name, "insecure-http"))
		return "it asks no node";
	if (!strcmp(name, "store"))
		return "it does not use the index";
	if (!strcmp(name, "repo"))
		return "it reads no settings and no repository";
	if (!strcmp(name, "require"))
		return "its result carries no trust label";
	if (!strcmp(name, "yes"))
		return "it never asks";
	if (!strcmp(name, "dry-run"))
		return "it cannot be tried without doing it";
	return "its output has one form only";
}

static enum pl_rc check_globals(const struct walk *w, struct pl_err *e)
{
	for (const struct pl_opt *o = pl_global_opts; o->name; o++) {
		if (!(w->seen_global & (uint64_t)1 << (o - pl_global_opts)))
			continue;
		if (pl_opt_takes(w->cmd, o))
			continue;
		(void)pl_fail(e, PL_EUSAGE, "`%s` cannot honour --%s: %s",
			      where(w), o->name, why_not(o->name));
		return usage_hint(w, e);
	}
	return PL_OK;
}

static enum pl_rc walk_command(struct walk *w, struct pl_err *e)
{
	bool options = true;

	w->end = &w->late;
	for (; w->i < w->n; w->i++) {
		const char *arg = w->v[w->i];

		if (options && !strcmp(arg, "--"))
			options = false;
		else if (options && is_option(arg))
			PL_TRY(option(w, e));
		else
			PL_TRY(positional(w, e));
		if (w->g->help)
			return PL_OK;
	}
	if (w->g->json)
		w->g->format = PL_FMT_JSON;
	PL_TRY(check_globals(w, e));
	PL_TRY(look_up_late(w, e));
	return complete(w, e);
}

enum pl_rc pl_opt_parse(struct pl_ctx *c, const struct pl_cmd *cmd, void *args,
			struct pl_globals *g, int argc, char *const *argv,
			struct pl_err *e)
{
	struct walk w = {
		.c = c, .cmd = cmd, .args = args, .g = g, .v = argv, .n = argc
	};

	return walk_command(&w, e);
}

/* ------------------------------------------------------- groups and verbs */

const struct pl_group *pl_group_find(const char *name)
{
	for (const struct pl_group *g = pl_groups; g->name; g++)
		if (!strcmp(g->name, name))
			return g;
	return NULL;
}

const struct pl_cmd *pl_cmd_find(const char *path)
{
	for (size_t i = 0; pl_cmds[i]; i++)
		if (!strcmp(pl_cmds[i]->path, path))
			return pl_cmds[i];
	return NULL;
}

const char *pl_cmd_verb(const struct pl_cmd *cmd)
{
	const char *space = strchr(cmd->path, ' ');

	return space ? space + 1 : "";
}

bool pl_cmd_in(const struct pl_cmd *cmd, const struct pl_group *group)
{
	size_t n = strlen(group->name);

	return !strncmp(cmd->path, group->name, n) &&
	       (cmd->path[n] == ' ' || !cmd->path[n]);
}

bool pl_group_filled(const struct pl_group *g)
{
	for (size_t i = 0; pl_cmds[i]; i++)
		if (pl_cmd_in(pl_cmds[i], g) &&
		    !(pl_cmds[i]->needs & PL_HIDDEN))
			return true;
	return false;
}

static enum pl_rc no_such(struct pl_ctx *c, const char *group, const char *word,
			  struct pl_err *e)
{
	struct pl_suggest s = pl_suggest_for(word);

	for (size_t i = 0; pl_cmds[i]; i++) {
		const struct pl_cmd *cmd = pl_cmds[i];
		const char *p = cmd->path;
		size_t n = strcspn(p, " ");

		if (cmd->needs & PL_HIDDEN)
			continue;
		if (!group)
			pl_suggest_try(&s, pl_strndup(c->arena, p, n));
		else if (strlen(group) == n && !strncmp(p, group, n) && p[n])
			pl_suggest_try(&s, p + n + 1);
	}
	(void)pl_fail(e, PL_EUSAGE, "there is no command `plume %s%s%s`",
		      group ? group : "", group ? " " : "", word);
	if (s.best)
		return pl_hint(e, "did you mean `plume %s%s%s`?",
			       group ? group : "", group ? " " : "", s.best);
	return pl_hint(e, "`plume help%s%s` lists them", group ? " " : "",
		       group ? group : "");
}

/* The next word that is no option; global options on the way are taken. */
static enum pl_rc next_word(struct walk *w, const char **word, struct pl_err *e)
{
	*word = NULL;
	for (; w->i < w->n; w->i++) {
		if (!is_option(w->v[w->i])) {
			*word = w->v[w->i++];
			return PL_OK;
		}
		PL_TRY(option(w, e));
		if (w->g->help)
			return PL_OK;
	}
	return PL_OK;
}

static enum pl_rc find_first(struct pl_ctx *c, struct pl_line *line,
			     const char *word, struct pl_err *e)
{
	line->cmd = pl_cmd_find(word);
	if (line->cmd)
		return PL_OK;
	line->group = pl_group_find(word);
	return line->group ? PL_OK : no_such(c, NULL, word, e);
}

static enum pl_rc find_second(struct pl_ctx *c, struct pl_line *line,
			      const char *word, struct pl_err *e)
{
	const char *group = line->group->name;

	line->cmd = pl_cmd_find(pl_printf(c->arena, "%s %s", group, word));
	return line->cmd ? PL_OK : no_such(c, group, word, e);
}

enum pl_rc pl_line_find(struct pl_ctx *c, struct pl_line *line,
			const struct pl_strs *words, struct pl_err *e)
{
	*line = (struct pl_line){ 0 };
	PL_TRY(find_first(c, line, words->v[0], e));
	if (line->cmd || words->n < 2)
		return PL_OK;
	return find_second(c, line, words->v[1], e);
}

static enum pl_rc find_command(struct walk *w, struct pl_line *line,
			       struct pl_err *e)
{
	const char *word;

	PL_TRY(next_word(w, &word, e));
	if (!word)
		return PL_OK;
	PL_TRY(find_first(w->c, line, word, e));
	if (line->cmd)
		return PL_OK;
	PL_TRY(next_word(w, &word, e));
	return word ? find_second(w->c, line, word, e) : PL_OK;
}

enum pl_rc pl_line_parse(struct pl_ctx *c, struct pl_line *line,
			 struct pl_globals *g, int argc, char *const *argv,
			 struct pl_err *e)
{
	struct walk w = { .c = c, .g = g, .v = argv, .n = argc };

	*line = (struct pl_line){ 0 };
	PL_TRY(find_command(&w, line, e));
	if (g->json)
		g->format = PL_FMT_JSON;
	if (!line->cmd || g->help)
		return PL_OK;
	w.cmd = c->cmd = line->cmd;
	w.args = line->args = pl_alloc(c->arena, line->cmd->args_size);
	return walk_command(&w, e);
}
