#include "cmd/run.h"

#include <errno.h>
#include <string.h>

#include "base/time.h"
#include "cmd/analyze/watch.h"
#include "cmd/ctx.h"
#include "cmd/light/evidence.h"
#include "cmd/settings.h"
#include "cmd/term.h"

static const char *name_of(void *c, const struct pl_addr *a)
{
	return pl_ctx_name_of(c, a);
}

static struct pl_out *writer(struct pl_ctx *c, FILE *to, struct pl_buf *json)
{
	const struct pl_cmd *cmd = c->cmd;
	struct pl_out_spec spec = {
		.to = to,
		.format = (enum pl_format)c->g->format,
		.fields = cmd->fields,
		.many = cmd->many,
		.text = cmd->text,
		.width = c->width,
		.color = pl_term_color(1, c->g->no_color),
		.utf8 = c->utf8,
		.name_of = name_of,
		.names = c,
		.require = (enum pl_trust)c->g->require,
		.copy = json,
	};

	return pl_out_new(c->arena, &spec);
}

enum pl_rc pl_run_line(struct pl_ctx *c, const struct pl_line *line, FILE *to,
		       struct pl_buf *json, struct pl_err *e)
{
	unsigned reads = PL_NEEDS_CONFIG | PL_NEEDS_NET | PL_NEEDS_STORE |
			 PL_NEEDS_NETWORK;
	uint64_t began = c->g->verbose ? pl_time_mono_ns() : 0;
	struct pl_keep_args *watch = pl_watch_of(line);
	enum pl_rc rc;

	if (watch)
		return pl_watch(c, line, watch, to, e);
	if (line->cmd->needs & reads)
		PL_TRY(pl_settings_load(c, e));
	PL_TRY(pl_evidence_begin(c, line, &json, e));
	c->out = writer(c, to, json);
	rc = line->cmd->run(c, line->args, e);
	if (!rc)
		rc = pl_evidence_save(c, e);
	if (c->g->verbose)
		pl_tell(c, "`plume %s` took %.1f ms", line->cmd->path,
			(double)(pl_time_mono_ns() - began) / 1e6);
	if (rc) {
		struct pl_err late; /* the command's own failure counts */

		(void)!pl_out_end(c->out, false, &late);
		return rc;
	}
	return pl_out_end(c->out, true, e);
}

enum pl_rc pl_run_words(struct pl_ctx *c, const char *const *words, FILE *to,
			struct pl_buf *json, struct pl_err *e)
{
	struct pl_globals g = { .quiet = true, .no_color = c->g->no_color };
	struct pl_ctx sub = *c;
	struct pl_line line;
	FILE *nowhere = NULL;
	char **argv;
	enum pl_rc rc;
	int n = 0;

	while (words[n])
		n++;
	argv = PL_NEW_N(c->arena, char *, (size_t)n + 1);
	for (int i = 0; i < n; i++)
		argv[i] = pl_strdup(c->arena, words[i]);
	sub.g = &g;
	sub.settings = NULL;
	sub.out = NULL;
	sub.cmd = NULL;
	sub.transport = NULL;
	sub.n_more = 0;
	sub.signer = NULL;
	PL_TRY(pl_line_parse(&sub, &line, &g, n, argv, e));
	if (!line.cmd)
		return pl_fail(e, PL_EBUG, "'%s' is no command", words[0]);
	if (!to) {
		nowhere = fopen("/dev/null", "w");
		if (!nowhere)
			return pl_fail(e, PL_EIO, "cannot open /dev/null: %s",
				       strerror(errno));
		sub.width = 0;
	}
	rc = pl_run_line(&sub, &line, to ? to : nowhere, json, e);
	pl_ctx_close(&sub);
	if (nowhere)
		(void)fclose(nowhere);
	return rc;
}
