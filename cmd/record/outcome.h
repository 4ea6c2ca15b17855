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

struct pl_input_series;

struct pl_outcome {
	enum pl_outcome_kind kind;
	const char *source, *command;
	const char *series;   /* tells series of one source apart */
	const char *of;       /* in words: "price", "volume by day" */
	const char *method;   /* "garch", "ets" */
	double level;         /* promised */
	uint64_t ahead;       /* periods from the record's last point */
	uint64_t at;          /* points before the one that followed */
	double value, lo, hi; /* QUANTILE: value; DIRECTION: value > 0 is up */
	double actual;
	double last; /* the record's last value */
	const struct pl_record *record;
};

struct pl_series_read; /* one that was read before */

struct pl_outcomes {
	struct pl_outcome *v;
	size_t n, room;
	uint64_t records; /* looked at */
	uint64_t waiting; /* forecasts whose time has not come */
	uint64_t missing; /* forecasts of times that have no value */
	uint64_t revised; /* records whose past is no longer the same */
	uint64_t gone;    /* records whose source is gone */
	enum pl_trust trust;
	struct pl_series_read *read;
	/* Replay: read indexes between these blocks alone; NULL: all. */
	const uint64_t *pin_first, *pin_last;
};

/* What a record's series is, whatever came to it later: the source, the
 * column or measure, and for losses their unit.  Two records of one key speak
 * of the same thing. */
PL_CHECKED enum pl_rc pl_series_key(struct pl_arena *a, const char **out,
				    const struct pl_record *r,
				    struct pl_err *e);

/* The series of a record as it is now, beyond where the record ended; read
 * once.  *path is its file, or NULL. */
PL_CHECKED enum pl_rc pl_outcomes_series(struct pl_ctx *c,
					 struct pl_outcomes *o,
					 const struct pl_input_series **out,
					 const char **path,
					 const struct pl_record *r,
					 const char *csv, struct pl_err *e);

/* Add those of a record, which must last as long as they.  `csv` or NULL as
 * for pl_analyze_again.  Records of analyses that forecast nothing add
 * nothing. */
PL_CHECKED enum pl_rc pl_outcomes_add(struct pl_ctx *c, struct pl_outcomes *o,
				      const struct pl_record *r,
				      const char *csv, struct pl_err *e);

/* By source, series, command, method, level, ahead, then time; of several
 * records of one moment the last counts. */
void pl_outcomes_sort(struct pl_outcomes *o);

/* Do both belong to one forecaster? */
bool pl_outcome_same(const struct pl_outcome *x, const struct pl_outcome *y);

/* Of the kinds above: was it right? */
bool pl_outcome_held(const struct pl_outcome *x);

/* Pinball loss; of an interval the mean of its two ends', of a direction 0 or
 * 1. */
double pl_outcome_loss(const struct pl_outcome *x);

#endif
