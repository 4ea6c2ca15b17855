/* plume analyze ensemble, in its parts: arguments, figures, words. */
#ifndef PL_CMD_ANALYZE_ENSEMBLE_H
#define PL_CMD_ANALYZE_ENSEMBLE_H

#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"

#define PL_ENSEMBLE_MAX 32 /* models joined */

enum pl_ensemble_of { PL_ENSEMBLE_RISK, PL_ENSEMBLE_FORECAST };
enum pl_ensemble_loss { PL_ENSEMBLE_PINBALL, PL_ENSEMBLE_ERROR };
extern const char *const pl_ensemble_of_words[];
extern const char *const pl_ensemble_loss_words[];

struct pl_ensemble_args {
	const char *csv, *source, *like, *svg;
	int of, loss;
	const double *level; /* NULL: 0.95; of forecasts, the newest's */
	uint64_t ahead;
	const double *eta; /* NULL: by the number of moments */
	struct pl_keep_args keep;
	/* Replay: the records, and the blocks an index is read between.  No
	 * options. */
	struct pl_strs ids;
	const uint64_t *pin_first, *pin_last;
};

struct pl_ensemble_expert {
	const char *method;
	const char *why; /* in words */
	double weight, total, mean_loss, held_loss, missed_loss, held;
	double value, lo, hi;
	uint64_t back_in;      /* moments before it can lead */
	struct pl_list losses; /* double, at each moment */
};

struct pl_ensemble_moment {
	uint64_t at; /* points before it */
	const char *time;
	double actual, loss, value;
};

struct pl_ensemble_test {
	const char *second;
	double t, p;
};

struct pl_ensemble_parameters {
	const char *of, *loss;
	double level;
	uint64_t ahead;
	const double *eta;
	const char *returns; /* of the losses: what the records say */
	bool percent, losses;
};

struct pl_ensemble_model {
	const char *name;
	uint64_t version;
	const char *seed;
	struct pl_ensemble_parameters parameters;
};

struct pl_ensemble_row {
	const char *verdict, *of, *source;
	double score, level;
	uint64_t known, ahead;
	const char *time;
	double value, lo, hi, equal;
	uint64_t moments;
	bool few;
	const char *best;
	double best_loss, mean_loss, equal_loss, regret, bound, eta, unit;
	struct pl_ensemble_test test;
	struct pl_list experts, realised;
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_ensemble_model model;
	struct pl_input input;
	struct pl_list records; /* const char * */
	enum pl_trust trust;
	const char *record;

	const char *path; /* of the file read */
	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_ensemble_fields[];

PL_CHECKED enum pl_rc pl_ensemble_run(struct pl_ctx *c,
				      struct pl_ensemble_row *out,
				      const struct pl_ensemble_args *args,
				      struct pl_err *e);

/* The arguments a record was made with, but for --csv. */
PL_CHECKED enum pl_rc pl_ensemble_args_of(struct pl_arena *a,
					  struct pl_ensemble_args *out,
					  const struct pl_json *record,
					  struct pl_err *e);

enum pl_rc pl_ensemble_text(struct pl_out *o, const void *row,
			    struct pl_err *e);

#endif
