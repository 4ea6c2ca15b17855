#include "cmd/analyze/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>

#include "base/stop.h"
#include "cmd/ctx.h"
#include "cmd/run.h"

#define EVERY 10 /* seconds */

struct pl_keep_args *pl_watch_of(const struct pl_line *line)
{
	for (const struct pl_opt *o = line->cmd->opts; o && o->name; o++) {
		struct pl_keep_args *k;

		if (strcmp(o->name, "watch") != 0 || o->kind != PL_FLAG)
			continue;
		k = (struct pl_keep_args *)(void *)((char *)line->args +
						    o->off -
						    offsetof(
							    struct pl_keep_args,
							    watch));
		return k->watch ? k : NULL;
	}
	return NULL;
}

struct watch {
	struct pl_ctx *c;
	const struct pl_line *line;
	FILE *to, *nowhere;
	char last[65]; /* the record that was told last */
	uint64_t runs;
};

static void on_signal(int sig)
{
	(void)sig;
	pl_stop_ask();
}

/* "2024-05-01  365 points  rising  6.72  record 0123456789ab" */
static enum pl_rc tell(struct watch *w, struct pl_arena *a,
		       const struct pl_json *row, struct pl_span json,
		       struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(row, "input");
	const char *last = pl_json_str(pl_json_get(in, "last"));
	const char *verdict = pl_json_str(pl_json_get(row, "verdict"));
	struct pl_err ignored;
	double score;
	uint64_t n;
	int put;

	if (w->c->g->format != PL_TEXT) {
		put = fwrite(json.p, 1, json.n, w->to) == json.n ? 0 : -1;
	} else {
		if (pl_json_u64(&n, pl_json_get(in, "n"), &ignored))
			n = 0;
		put = fprintf(w->to, "%-20s %8" PRIu64 " points  %-10s ",
			      last ? pl_out_safe(a, last) : "-", n,
			      verdict ? pl_out_safe(a, verdict) : "-");
		if (!pl_json_num(&score, pl_json_get(row, "score"), &ignored))
			(void)fprintf(w->to, "%8.2f  ", score);
		(void)fprintf(w->to, "record %.12s\n", w->last);
	}
	if (put < 0 || fflush(w->to))
		return pl_fail(e, PL_EIO, "cannot write the result: %s",
			       strerror(errno));
	return PL_OK;
}

static enum pl_rc pass(struct watch *w, struct pl_arena *a, struct pl_err *e)
{
	struct pl_globals g = *w->c->g;
	struct pl_ctx sub = *w->c;
	const struct pl_json *row;
	struct pl_buf json;
	const char *id;

	g.quiet = true;
	g.format = PL_JSONL;
	sub.g = &g;
	sub.arena = a;
	sub.settings = NULL;
	sub.transport = NULL;
	sub.signer = NULL;
	sub.n_more = 0;
	pl_buf_init(&json, a);
	PL_TRY(pl_run_line(&sub, w->line, w->nowhere, &json, e));
	PL_TRY(pl_json_parse(a, &row, pl_buf_span(&json), e));
	PL_TRY(pl_json_need_str(&id, row, "record", e));
	if (!strcmp(id, w->last))
		return PL_OK;
	(void)snprintf(w->last, sizeof(w->last), "%s", id);
	return tell(w, a, row, pl_buf_span(&json), e);
}

/* May the next run do better? */
static bool may_pass(enum pl_rc rc)
{
	return rc == PL_ENET || rc == PL_ESTORE || rc == PL_EMATH ||
	       rc == PL_ENOTFOUND || rc == PL_EFORMAT;
}

static enum pl_rc watch(struct watch *w, uint64_t every, struct pl_err *e)
{
	while (!pl_stop_asked()) {
		struct pl_arena *a = pl_arena_open(0);
		enum pl_rc rc = pass(w, a, e);

		pl_arena_close(a);
		if (rc && (!w->runs || !may_pass(rc)))
			return rc;
		if (rc)
			pl_say(w->c, "%s; looking again", e->msg);
		w->runs++;
		for (uint64_t s = 0; s < every && !pl_stop_asked(); s++)
			pl_stop_pause(1000);
	}
	return PL_OK;
}

enum pl_rc pl_watch(struct pl_ctx *c, const struct pl_line *line,
		    struct pl_keep_args *args, FILE *to, struct pl_err *e)
{
	uint64_t every = args->every ? *args->every : EVERY;
	struct sigaction act = { .sa_handler = on_signal };
	struct watch w = { .c = c, .line = line, .to = to };
	enum pl_rc rc;

	if (c->g->format == PL_CSV)
		return pl_fail(e, PL_EUSAGE,
			       "--watch writes text or lines of JSON");
	w.nowhere = fopen("/dev/null", "w");
	if (!w.nowhere)
		return pl_fail(e, PL_EIO, "cannot open /dev/null: %s",
			       strerror(errno));
	args->watch = false;
	args->every = NULL;
	args->record = true;
	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	rc = watch(&w, every, e);
	(void)fclose(w.nowhere);
	return rc;
}
