/* `plume __gen DIR`: what `make gen` runs. */
#include "cmd/gen.h"

#include "base/file.h"
#include "cmd/opt.h"

struct args {
	const char *dir;
};

static const struct pl_opt opts[] = {
	{ .name = "dir",
	  .kind = PL_DIR,
	  .off = PL_AT(struct args, dir, const char *),
	  .arg = "DIR",
	  .about = "folder in which man/ and completions/ are written",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ 0 },
};

static enum pl_rc put(struct pl_ctx *c, const struct args *a, const char *name,
		      struct pl_buf *b, struct pl_err *e)
{
	char *path = pl_printf(c->arena, "%s/%s", a->dir, name);
	enum pl_rc rc = pl_file_write(path, pl_buf_span(b), 0644, e);

	pl_buf_reset(b);
	return rc;
}

static char *page(struct pl_arena *a, const struct pl_cmd *cmd)
{
	char *s = pl_printf(a, "man/plume-%s.1", cmd->path);

	for (char *p = s; *p; p++)
		if (*p == ' ')
			*p = '-';
	return s;
}

/* Nothing is written from a table that the writers cannot follow. */
static enum pl_rc check(struct pl_err *e)
{
	for (size_t i = 0; pl_cmds[i]; i++)
		if (pl_cmds[i]->fields && pl_out_check(pl_cmds[i]->fields, e))
			return pl_note(e, "fields of \"%s\"", pl_cmds[i]->path);
	return PL_OK;
}

static enum pl_rc pages(struct pl_ctx *c, const struct args *a,
			struct pl_buf *b, struct pl_err *e)
{
	for (size_t i = 0; pl_cmds[i]; i++) {
		if (pl_cmds[i]->needs & PL_HIDDEN)
			continue;
		pl_gen_man_cmd(b, pl_cmds[i]);
		PL_TRY(put(c, a, page(c->arena, pl_cmds[i]), b, e));
	}
	pl_gen_man_main(b);
	PL_TRY(put(c, a, "man/plume.1", b, e));
	pl_gen_man_config(b);
	return put(c, a, "man/plume-config.5", b, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	static const char *const names[] = { "plume.bash", "_plume",
					     "plume.fish" };
	const struct args *a = opaque;
	struct pl_buf b;

	PL_TRY(check(e));
	pl_buf_init(&b, c->arena);
	PL_TRY(pl_dir_make(pl_printf(c->arena, "%s/man", a->dir), 0755, e));
	PL_TRY(pl_dir_make(pl_printf(c->arena, "%s/completions", a->dir), 0755,
			   e));
	PL_TRY(pages(c, a, &b, e));
	for (int i = 0; pl_shell_words[i]; i++) {
		pl_gen_completion(&b, i);
		PL_TRY(put(c, a,
			   pl_printf(c->arena, "completions/%s", names[i]), &b,
			   e));
	}
	return PL_OK;
}

const struct pl_cmd cmd_gen = {
	.path = "__gen",
	.summary = "write man pages and completions",
	.needs = PL_HIDDEN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.run = run,
};
