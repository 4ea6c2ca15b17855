/* The index and the models, each result kept as a decision record. */
#include <time.h>

#include "cmd/quickstart/story.h"

#define PATIENCE 200 /* times 50 ms, for the committee to sign */

static void pause_ms(long ms)
{
	struct timespec t = { 0, ms * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* A block can be proven once the next slot's committee has signed it. */
static enum pl_rc signed_by_then(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;
	uint64_t last;
	int64_t head = 0;

	PL_TRY(pl_rpc_block_number(s->rpc, &last, e));
	for (unsigned i = 0; i < PATIENCE; i++) {
		PL_STORY_RUN(s, &row, e, "light", "header");
		PL_TRY(pl_json_int(&head, pl_json_get(row, "block"), e));
		if ((uint64_t)head >= last)
			break;
		pause_ms(50);
	}
	if ((uint64_t)head < last)
		return pl_fail(e, PL_ENET, "block %ju was never signed",
			       (uintmax_t)last);
	pl_story_did(s, "block %s, signed by the sync committee: %s",
		     pl_story_text(s, row, "block"),
		     pl_story_text(s, row, "trust"));
	return PL_OK;
}

static enum pl_rc sync(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	if (s->root) {
		PL_TRY(signed_by_then(s, e));
		PL_STORY_RUN(s, &row, e, "index", "sync", "--token", "villa-7",
			     "--proven");
	} else {
		PL_STORY_RUN(s, &row, e, "index", "sync", "--token", "villa-7");
	}
	pl_story_did(s, "%s transfers indexed, blocks %s to %s: %s",
		     pl_story_text(s, row, "added"),
		     pl_story_text(s, row, "first_block"),
		     pl_story_text(s, row, "last_block"),
		     pl_story_text(s, row, "trust"));
	return PL_OK;
}

/* One analysis of the sales since the first: bars of a day where the node
 * keeps days, else of a block. */
static enum pl_rc analyse(struct pl_story *s, const char **id, const char *verb,
			  const char *returns, const char *how,
			  struct pl_err *e)
{
	const char *words[] = { "analyze",
				verb,
				"--token",
				"villa-7",
				"--bar",
				s->keeps_days ? "day" : "block",
				s->keeps_days ? "--from" : "--from-block",
				s->since,
				"--commit",
				returns,
				how,
				NULL };
	const struct pl_json *row;

	PL_TRY(pl_story_run(s, &row, true, words, e));
	*id = pl_story_text(s, row, "record");
	pl_story_did(s, "%s of the turnover, record %.16s", verb, *id);
	return PL_OK;
}

static enum pl_rc replay(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	PL_STORY_RUN(s, &row, e, "record", "replay", s->risk);
	pl_story_did(s, "computed again from the index: the same bytes");
	PL_STORY_RUN(s, &row, e, "record", "show", s->risk);
	s->evidence = pl_json_get(row, "evidence");
	s->trust = pl_story_text(s, row, "trust");
	pl_story_did(s, "the record's line of evidence, below");
	return PL_OK;
}

enum pl_rc pl_story_models(struct pl_story *s, struct pl_err *e)
{
	PL_TRY(pl_story_part(
		s, "Trend and risk, with their evidence",
		"The token's transfers go into a local index; models run over "
		"them; each result\nis a record that anybody can recompute.",
		e));
	PL_TRY(sync(s, e));
	PL_TRY(analyse(s, &s->trend, "trend", NULL, NULL, e));
	PL_TRY(analyse(s, &s->risk, "risk", "--returns", "log", e));
	return replay(s, e);
}
