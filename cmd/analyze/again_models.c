#include "cmd/analyze/again_models.h"

#include "cmd/analyze/backtest.h"
#include "cmd/analyze/ensemble.h"
#include "cmd/analyze/portfolio.h"
#include "cmd/analyze/regime.h"

typedef enum pl_rc (*again_fn)(struct pl_ctx *c, const void **row,
			       const struct pl_field **fields,
			       const struct pl_record *was,
			       const struct pl_again *how, struct pl_err *e);

static enum pl_rc backtest(struct pl_ctx *c, const void **out,
			   const struct pl_field **fields,
			   const struct pl_record *was,
			   const struct pl_again *how, struct pl_err *e)
{
	struct pl_backtest_row *row = PL_NEW(c->arena, struct pl_backtest_row);
	/* the row points into it */
	struct pl_backtest_args *args =
		PL_NEW(c->arena, struct pl_backtest_args);

	PL_TRY(pl_backtest_args_of(args, was->doc, e));
	PL_TRY(pl_analyze_source(c, &args->in, was, how->csv, e));
	args->threads = how->threads;
	PL_TRY(pl_backtest_run(c, row, args, e));
	*out = row;
	*fields = pl_backtest_fields;
	return PL_OK;
}

static enum pl_rc portfolio(struct pl_ctx *c, const void **out,
			    const struct pl_field **fields,
			    const struct pl_record *was,
			    const struct pl_again *how, struct pl_err *e)
{
	struct pl_portfolio_row *row =
		PL_NEW(c->arena, struct pl_portfolio_row);
	/* the row points into it */
	struct pl_portfolio_args *args =
		PL_NEW(c->arena, struct pl_portfolio_args);

	PL_TRY(pl_portfolio_args_of(c->arena, args, was->doc, e));
	PL_TRY(pl_analyze_source(c, &args->in, was, how->csv, e));
	args->in.value = NULL; /* the columns stand with the holdings */
	args->threads = how->threads;
	PL_TRY(pl_portfolio_run(c, row, args, e));
	*out = row;
	*fields = pl_portfolio_fields;
	return PL_OK;
}

static enum pl_rc regime(struct pl_ctx *c, const void **out,
			 const struct pl_field **fields,
			 const struct pl_record *was,
			 const struct pl_again *how, struct pl_err *e)
{
	struct pl_regime_row *row = PL_NEW(c->arena, struct pl_regime_row);
	/* the row points into it */
	struct pl_regime_args *args = PL_NEW(c->arena, struct pl_regime_args);

	PL_TRY(pl_regime_args_of(args, was->doc, e));
	PL_TRY(pl_analyze_source(c, &args->in, was, how->csv, e));
	args->threads = how->threads;
	PL_TRY(pl_regime_run(c, row, args, e));
	*out = row;
	*fields = pl_regime_fields;
	return PL_OK;
}

static enum pl_rc ensemble(struct pl_ctx *c, const void **out,
			   const struct pl_field **fields,
			   const struct pl_record *was,
			   const struct pl_again *how, struct pl_err *e)
{
	struct pl_ensemble_row *row = PL_NEW(c->arena, struct pl_ensemble_row);
	/* the row points into it */
	struct pl_ensemble_args *args =
		PL_NEW(c->arena, struct pl_ensemble_args);

	args->csv = how->csv;
	PL_TRY(pl_ensemble_args_of(c->arena, args, was->doc, e));
	PL_TRY(pl_ensemble_run(c, row, args, e));
	*out = row;
	*fields = pl_ensemble_fields;
	return PL_OK;
}

static const struct {
	const char *command;
	again_fn again;
} known[] = {
	{ "analyze backtest", backtest },
	{ "analyze ensemble", ensemble },
	{ "analyze portfolio", portfolio },
	{ "analyze regime", regime },
};

static again_fn find(const char *command)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].command, command))
			return known[i].again;
	return NULL;
}

bool pl_models_know(const char *command)
{
	return find(command) != NULL;
}

enum pl_rc pl_models_again(struct pl_ctx *c, struct pl_record *out,
			   const struct pl_record *was,
			   const struct pl_again *how, struct pl_err *e)
{
	const char *command = pl_json_str(pl_json_get(was->doc, "command"));
	const char *plume = pl_json_str(pl_json_get(was->doc, "plume"));
	const struct pl_field *fields;
	const void *row;

	PL_TRY(find(command)(c, &row, &fields, was, how, e));
	return pl_keep_make(c, out, plume, command, fields, row, e);
}
