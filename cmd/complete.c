/* `plume __complete KIND PREFIX [WORDS…]`: what a shell offers for a value, a
 * line each: word, tab, description.  Reads settings files, dials nobody. */
#include <string.h>

#include "base/file.h"
#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "cmd/settings.h"
#include "wallet/keyring.h"

struct args {
	const char *kind, *prefix;
	struct pl_strs before;
};

static const struct pl_opt opts[] = {
	{ .name = "kind",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, kind, const char *),
	  .arg = "KIND",
	  .about = "network, address, key, command",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ .name = "prefix",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, prefix, const char *),
	  .arg = "PREFIX",
	  .about = "what was typed of the word",
	  .flags = PL_POSITIONAL },
	{ .name = "before",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, before, struct pl_strs),
	  .arg = "WORD",
	  .about = "words at the places before it",
	  .flags = PL_POSITIONAL | PL_MANY },
	{ 0 },
};

static void offer(struct pl_ctx *c, const struct args *a, const char *word,
		  const char *about)
{
	if (a->prefix && strncmp(word, a->prefix, strlen(a->prefix)))
		return;
	(void)printf("%s\t%s\n", pl_out_safe(c->arena, word),
		     pl_out_safe(c->arena, about ? about : ""));
}

static void networks(struct pl_ctx *c, const struct args *a)
{
	struct pl_strs names = pl_network_names(c);

	for (size_t i = 0; i < names.n; i++) {
		struct pl_network n;
		struct pl_err e;

		if (!pl_ctx_network_named(c, names.v[i], &n, &e))
			offer(c, a, n.name,
			      pl_printf(c->arena, "chain %llu",
					(unsigned long long)n.chain_id));
	}
}

static void addresses(struct pl_ctx *c, const struct args *a)
{
	const struct pl_config *f = &c->settings->files;

	for (size_t i = 0; i < f->n; i++)
		if (!strncmp(f->v[i].key, "alias.", 6))
			offer(c, a, f->v[i].key + 6, f->v[i].value);
}

/* Names of folders are enough here: opening git costs more than a key press
 * should. */
static void assets(struct pl_ctx *c, const struct args *a)
{
	const char *root = pl_ctx_repo(c);
	struct pl_err e;
	char **names;
	size_t n;

	if (!root || pl_dir_list(c->arena, &names, &n,
				 pl_printf(c->arena, "%s/assets", root), &e))
		return;
	for (size_t i = 0; i < n; i++)
		offer(c, a, names[i], "asset");
}

static void tokens(struct pl_ctx *c, const struct args *a)
{
	assets(c, a);
	addresses(c, a);
}

static void accounts(struct pl_ctx *c, const struct args *a)
{
	struct pl_account *v;
	const char *dir;
	struct pl_err e;
	size_t n;

	if (pl_ctx_keystore_dir(c, &dir, &e) ||
	    pl_keyring_list(c->arena, &v, &n, dir, &e))
		return;
	for (size_t i = 0; i < n; i++)
		offer(c, a, v[i].name, "account");
}

static void keys(struct pl_ctx *c, const struct args *a)
{
	const struct pl_config *f = &c->settings->files;

	for (const struct pl_setting *s = pl_setting_table; s->name; s++)
		if (!strchr(s->name, '*'))
			offer(c, a, s->name, s->about);
	for (size_t i = 0; i < f->n; i++)
		if (!pl_config_seen(f, i) &&
		    strcmp(f->v[i].key, "network.default"))
			offer(c, a, f->v[i].key, f->v[i].value);
}

static void commands(struct pl_ctx *c, const struct args *a)
{
	if (!a->before.n) {
		for (const struct pl_group *g = pl_groups; g->name; g++)
			if (pl_group_filled(g))
				offer(c, a, g->name, g->about);
		return;
	}
	for (size_t i = 0; pl_cmds[i] && a->before.n == 1; i++) {
		const struct pl_cmd *cmd = pl_cmds[i];
		const struct pl_group *g = pl_group_find(a->before.v[0]);

		if (g && pl_cmd_in(cmd, g) && *pl_cmd_verb(cmd))
			offer(c, a, pl_cmd_verb(cmd), cmd->summary);
	}
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	static const struct {
		const char *kind;
		void (*list)(struct pl_ctx *c, const struct args *a);
	} kinds[] = {
		{ "network", networks }, { "address", addresses },
		{ "asset", assets },     { "token", tokens },
		{ "account", accounts }, { "key", keys },
		{ "command", commands },
	};
	const struct args *a = opaque;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].kind, a->kind)) {
			kinds[i].list(c, a);
			return PL_OK;
		}
	return pl_fail(e, PL_EUSAGE, "nothing is known of the kind '%s'",
		       a->kind);
}

const struct pl_cmd cmd_complete = {
	.path = "__complete",
	.summary = "offer words to a shell",
	.needs = PL_HIDDEN | PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.run = run,
};
