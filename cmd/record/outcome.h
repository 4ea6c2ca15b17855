/* What records forecast, and what came of it: every forecast of a record whose
 * time has come by now, with the value that followed.  The past of the series
 * must be the recorded one to the bit, or nothing is judged. */
#ifndef PL_CMD_RECORD_OUTCOME_H
#define PL_CMD_RECORD_OUTCOME_H

#include "cmd/cmd.h"
#include "record/record.h"

enum pl_outcome_kind {
	PL_OUT_QUANTILE, /* a loss not passed with probability level */
	PL_OUT_INTERVAL, /* a value between lo and hi */
	PL_OUT_DIRECTION /* up or down */
};

struct pl_outcome {
	enum pl_outcome_kind kind;
	const char *source, *command;
	const char *method;   /* "garch", "ets" */
	double level;         /* promised */
	uint64_t ahead;       /* periods from the record's last point */
	uint64_t at;          /* points before the one that followed */
	double value, lo, hi; /* QUANTILE: value; DIRECTION: value > 0 is up */
	double actual;
	double last; /* the record's last value */
};

struct pl_outcomes {
	struct pl_outcome *v;
	size_t n, room;
	uint64_t records; /* looked at */
	uint64_t waiting; /* forecasts whose time has not come */
	uint64_t revised; /* records whose past is no longer the same */
	uint64_t gone;    /* records whose source is gone */
	enum pl_trust trust;
};

/* Add those of a record.  `csv` or NULL as for pl_analyze_again.  Records of
 * analyses that forecast nothing add nothing. */
PL_CHECKED enum pl_rc pl_outcomes_add(struct pl_ctx *c, struct pl_outcomes *o,
				      const struct pl_record *r,
				      const char *csv, struct pl_err *e);

/* By source, command, method, level, ahead, then time; of several records of
 * one moment the last counts. */
void pl_outcomes_sort(struct pl_outcomes *o);

/* Do both belong to one forecaster? */
bool pl_outcome_same(const struct pl_outcome *x, const struct pl_outcome *y);

/* Of the kinds above: was it right? */
bool pl_outcome_held(const struct pl_outcome *x);

/* Pinball loss; of an interval the mean of its two ends', of a direction 0 or
 * 1. */
double pl_outcome_loss(const struct pl_outcome *x);

#endif
