#include "cmd/analyze/again.h"

#include "base/file.h"
#include "cmd/analyze/again_models.h"
#include "cmd/analyze/forecast.h"
#include "cmd/analyze/moves.h"
#include "cmd/analyze/risk.h"
#include "cmd/analyze/trend.h"
#include "cmd/ctx.h"

const char *pl_analyze_file(struct pl_ctx *c, const char *name,
			    const char *option, const struct pl_record *was)
{
	const char *root = pl_ctx_repo(c), *path, *id;

	if (!strcmp(name, "-"))
		return NULL;
	path = root ? pl_printf(c->arena, "%s/%s", root, name) : NULL;
	if (path && pl_file_exists(path))
		return path;
	if (pl_file_exists(name))
		return name;
	id = pl_record_name(c->arena, &was->id);
	path = pl_keep_path_of(
		c, option ? pl_printf(c->arena, "%s.%s", id, option) : id);
	return path && pl_file_exists(path) ? path : NULL;
}

static void find_file(struct pl_ctx *c, struct pl_input_args *in,
		      const struct pl_record *was)
{
	const char *path;

	if (!in->csv || in->csv[0] == '/')
		return;
	path = pl_analyze_file(c, in->csv, NULL, was);
	if (!path || path == in->csv)
		return;
	in->csv = path;
	pl_say(c, "reading %s", pl_out_safe(c->arena, path));
}

static enum pl_rc source(struct pl_ctx *c, struct pl_input_args *in,
			 const struct pl_record *was, const char *csv,
			 struct pl_err *e)
{
	PL_TRY(pl_input_args_of(c->arena, in, was->doc, csv, e));
	if (!csv)
		find_file(c, in, was);
	return PL_OK;
}

static enum pl_rc risk(struct pl_ctx *c, struct pl_record *out,
		       const struct pl_record *was, const struct pl_again *how,
		       const char *plume, struct pl_err *e)
{
	struct pl_risk_row *row = PL_NEW(c->arena, struct pl_risk_row);
	struct pl_risk_args args = { 0 };

	PL_TRY(pl_risk_args_of(c->arena, &args, was->doc, e));
	PL_TRY(source(c, &args.in, was, how->csv, e));
	args.threads = how->threads;
	PL_TRY(pl_risk_run(c, row, &args, e));
	return pl_keep_make(c, out, plume, "analyze risk", pl_risk_fields, row,
			    e);
}

static enum pl_rc trend(struct pl_ctx *c, struct pl_record *out,
			const struct pl_record *was, const struct pl_again *how,
			const char *plume, struct pl_err *e)
{
	struct pl_trend_row *row = PL_NEW(c->arena, struct pl_trend_row);
	struct pl_trend_args args = { 0 };

	PL_TRY(pl_trend_args_of(c->arena, &args, was->doc, e));
	PL_TRY(source(c, &args.in, was, how->csv, e));
	PL_TRY(pl_trend_run(c, row, &args, e));
	return pl_keep_make(c, out, plume, "analyze trend", pl_trend_fields,
			    row, e);
}

static enum pl_rc forecast(struct pl_ctx *c, struct pl_record *out,
			   const struct pl_record *was,
			   const struct pl_again *how, const char *plume,
			   struct pl_err *e)
{
	struct pl_forecast_row *row = PL_NEW(c->arena, struct pl_forecast_row);
	struct pl_forecast_args args = { 0 };

	PL_TRY(pl_forecast_args_of(c->arena, &args, was->doc, e));
	PL_TRY(source(c, &args.in, was, how->csv, e));
	PL_TRY(pl_forecast_run(c, row, &args, e));
	return pl_keep_make(c, out, plume, "analyze forecast",
			    pl_forecast_fields, row, e);
}

enum pl_rc pl_analyze_again(struct pl_ctx *c, struct pl_record *out,
			    const struct pl_record *was,
			    const struct pl_again *how, struct pl_err *e)
{
	static const struct pl_again as_ever;
	const char *command = pl_json_str(pl_json_get(was->doc, "command"));
	const char *plume = pl_json_str(pl_json_get(was->doc, "plume"));

	how = how ? how : &as_ever;
	if (!strcmp(command, "analyze risk"))
		return risk(c, out, was, how, plume, e);
	if (!strcmp(command, "analyze trend"))
		return trend(c, out, was, how, plume, e);
	if (!strcmp(command, "analyze forecast"))
		return forecast(c, out, was, how, plume, e);
	if (pl_models_know(command))
		return pl_models_again(c, out, was, how, e);
	return pl_moves_again(c, out, was, how->csv, plume, e);
}

enum pl_rc pl_analyze_source(struct pl_ctx *c, struct pl_input_args *in,
			     const struct pl_record *was, const char *csv,
			     struct pl_err *e)
{
	return source(c, in, was, csv, e);
}
