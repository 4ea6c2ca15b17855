/* The charts of an analysis, as figures with captions. */
#include <math.h>

#include "cmd/analyze/picture.h"
#include "cmd/report/report.h"
#include "out/xml.h"

static void figure(struct pl_section *s, const struct pl_picture *p,
		   const char *id)
{
	struct pl_buf svg;

	pl_buf_init(&svg, s->figures.a);
	pl_picture_svg(&svg, p, id, false);
	if (!svg.n)
		return;
	pl_buf_str(&s->figures, "<figure>\n<figcaption><strong>");
	pl_xml_text(&s->figures, p->title);
	pl_buf_str(&s->figures, "</strong> ");
	pl_xml_text(&s->figures, p->caption);
	pl_buf_str(&s->figures, "</figcaption>\n");
	pl_buf_put(&s->figures, pl_buf_span(&svg));
	pl_buf_str(&s->figures, "</figure>\n");
}

/* Of any analysis with a score: its contributions. */
static void reasons(struct pl_ctx *c, struct pl_section *s, size_t no)
{
	const struct pl_json *list =
		pl_json_get(s->record.doc, "contributions");
	size_t n = pl_json_len(list);
	struct pl_feature *f = PL_NEW_N(c->arena, struct pl_feature, n);
	struct pl_list features = { f, n };
	struct pl_picture p;
	struct pl_err e;

	for (size_t i = 0; i < n; i++) {
		const struct pl_json *v = pl_json_at(list, i);
		const char *about = pl_json_str(pl_json_get(v, "about"));

		f[i].about = about ? about : "?";
		if (pl_json_num(&f[i].contribution,
				pl_json_get(v, "contribution"), &e))
			f[i].contribution = NAN;
	}
	pl_reasons_picture(c->arena, &p, &features);
	figure(s, &p, pl_printf(c->arena, "f%zu-r", no));
}

void pl_report_figures(struct pl_ctx *c, struct pl_section *s, size_t no)
{
	for (size_t i = 0; s->pictures && i < s->pictures->n; i++)
		figure(s, &s->pictures->v[i],
		       pl_printf(c->arena, "f%zu-%zu", no, i));
	reasons(c, s, no);
}
