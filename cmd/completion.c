#include "cmd/gen.h"

struct args {
	int shell;
};

static const struct pl_opt opts[] = {
	{ .name = "shell",
	  .kind = PL_ENUM,
	  .off = PL_AT(struct args, shell, int),
	  .arg = "SHELL",
	  .about = "the shell",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .words = pl_shell_words },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "for this bash", .line = "plume completion bash" },
	{ .about = "for fish, for good",
	  .line = "plume completion fish > plume.fish" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_buf b;

	(void)e;
	pl_buf_init(&b, c->arena);
	pl_gen_completion(&b, a->shell);
	(void)fputs(pl_buf_cstr(&b), stdout);
	return PL_OK;
}

const struct pl_cmd cmd_completion = {
	.path = "completion",
	.summary = "print the tab completion script of a shell",
	.about = "bash: `source <(plume completion bash)`.  zsh: write it to a "
		 "file named _plume in a folder of $fpath.  fish: write it to "
		 "~/.config/fish/completions/plume.fish.  An installed plume "
		 "has put them in place already.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.examples = examples,
	.run = run,
};
