/* Which charts an analysis has. */
#include <math.h>

#include "cmd/analyze/again.h"
#include "cmd/analyze/forecast.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/risk.h"
#include "cmd/analyze/trend.h"
#include "cmd/report/report.h"
#include "out/xml.h"

void pl_report_figure(struct pl_buf *b, const struct pl_buf *svg,
		      const char *caption)
{
	if (!svg->n)
		return;
	pl_buf_str(b, "<figure>\n");
	pl_buf_put(b, pl_buf_span(svg));
	pl_buf_str(b, "<figcaption>");
	pl_xml_text(b, caption);
	pl_buf_str(b, "</figcaption></figure>\n");
}

static enum pl_rc trend(struct pl_ctx *c, struct pl_section *s, size_t no,
			const char *csv, struct pl_err *e)
{
	struct pl_trend_row *row = PL_NEW(c->arena, struct pl_trend_row);
	struct pl_trend_args args = { 0 };
	struct pl_buf svg;

	PL_TRY(pl_trend_args_of(c->arena, &args, s->record.doc, e));
	PL_TRY(pl_analyze_source(c, &args.in, &s->record, csv, e));
	PL_TRY(pl_trend_run(c, row, &args, e));
	pl_buf_init(&svg, c->arena);
	pl_trend_svg(&svg, row, pl_printf(c->arena, "f%zu-a", no), false);
	pl_report_figure(&s->figures, &svg,
			 "The series; dashed the robust line; dotted uprights "
			 "where its level changed.");
	return PL_OK;
}

static enum pl_rc risk(struct pl_ctx *c, struct pl_section *s, size_t no,
		       const char *csv, struct pl_err *e)
{
	struct pl_risk_row *row = PL_NEW(c->arena, struct pl_risk_row);
	struct pl_risk_args args = { 0 };
	struct pl_buf svg;

	PL_TRY(pl_risk_args_of(c->arena, &args, s->record.doc, e));
	PL_TRY(pl_analyze_source(c, &args.in, &s->record, csv, e));
	PL_TRY(pl_risk_run(c, row, &args, e));
	pl_buf_init(&svg, c->arena);
	pl_risk_svg(&svg, row, pl_printf(c->arena, "f%zu-a", no), false);
	pl_report_figure(&s->figures, &svg,
			 "How often a period brought each loss; gains are "
			 "negative. The uprights are the value at risk.");
	pl_buf_init(&svg, c->arena);
	pl_risk_fall_svg(&svg, row, pl_printf(c->arena, "f%zu-b", no), false);
	pl_report_figure(&s->figures, &svg,
			 "How far below its last peak the value stood.");
	return PL_OK;
}

static enum pl_rc forecast(struct pl_ctx *c, struct pl_section *s, size_t no,
			   const char *csv, struct pl_err *e)
{
	struct pl_forecast_row *row = PL_NEW(c->arena, struct pl_forecast_row);
	struct pl_forecast_args args = { 0 };
	struct pl_buf svg;

	PL_TRY(pl_forecast_args_of(c->arena, &args, s->record.doc, e));
	PL_TRY(pl_analyze_source(c, &args.in, &s->record, csv, e));
	PL_TRY(pl_forecast_run(c, row, &args, e));
	pl_buf_init(&svg, c->arena);
	pl_forecast_svg(&svg, row, pl_printf(c->arena, "f%zu-a", no), false);
	pl_report_figure(&s->figures, &svg,
			 "The end of the series, the forecast and the bounds "
			 "between which it should lie.");
	return PL_OK;
}

/* Of any analysis with a score: its contributions. */
static void reasons(struct pl_ctx *c, struct pl_section *s, size_t no)
{
	const struct pl_json *list =
		pl_json_get(s->record.doc, "contributions");
	size_t n = pl_json_len(list);
	struct pl_feature *f = PL_NEW_N(c->arena, struct pl_feature, n);
	struct pl_list features = { f, n };
	struct pl_buf svg;
	struct pl_err e;

	for (size_t i = 0; i < n; i++) {
		const struct pl_json *v = pl_json_at(list, i);
		const char *about = pl_json_str(pl_json_get(v, "about"));

		f[i].about = about ? about : "?";
		if (pl_json_num(&f[i].contribution,
				pl_json_get(v, "contribution"), &e))
			f[i].contribution = NAN;
	}
	pl_buf_init(&svg, c->arena);
	pl_reasons_svg(&svg, &features, pl_printf(c->arena, "f%zu-r", no),
		       false);
	pl_report_figure(&s->figures, &svg,
			 "What each feature gave to the score, in points.");
}

void pl_report_figures(struct pl_ctx *c, struct pl_section *s, size_t no,
		       const char *csv)
{
	static const struct {
		const char *command;
		enum pl_rc (*draw)(struct pl_ctx *c, struct pl_section *s,
				   size_t no, const char *csv,
				   struct pl_err *e);
	} by[] = { { "analyze trend", trend },
		   { "analyze risk", risk },
		   { "analyze forecast", forecast } };
	struct pl_err e;

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		if (!strcmp(by[i].command, s->command) &&
		    by[i].draw(c, s, no, csv, &e))
			pl_tell(c, "no chart of %s: %s", s->command, e.msg);
	}
	reasons(c, s, no);
}
