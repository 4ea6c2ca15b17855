#include "cmd/analyze/picture.h"

#include <string.h>

#include "base/file.h"
#include "cmd/analyze/say.h"
#include "crypto/addr.h"

struct pl_pictures *pl_pictures_new(struct pl_ctx *c)
{
	struct pl_pictures *p = PL_NEW(c->arena, struct pl_pictures);

	if (c->shown)
		c->shown->pictures = p;
	return p;
}

enum pl_rc pl_picture_write(struct pl_ctx *c, const char *path,
			    const struct pl_pictures *p, const char *source,
			    struct pl_err *e)
{
	struct pl_buf svg;

	if (!path)
		return PL_OK;
	pl_buf_init(&svg, c->arena);
	pl_pictures_svg(&svg, p,
			pl_printf(c->arena, "%s: %s", source, c->cmd->path));
	if (!svg.n)
		return pl_fail(e, PL_EMATH, "there is nothing to draw");
	if (c->g->dry_run) {
		pl_say(c, "would write %s", path);
		return PL_OK;
	}
	return pl_file_write(path, pl_buf_span(&svg), 0644, e);
}

void pl_say_pictures(struct pl_say *s, const struct pl_pictures *p)
{
	for (size_t i = 0; p && i < p->n; i++) {
		struct pl_buf b;

		pl_buf_init(&b, s->b.a);
		pl_picture_chart(&b, &s->chart, &p->v[i]);
		if (!b.n)
			continue;
		pl_buf_byte(&s->b, '\n');
		pl_buf_put(&s->b, pl_buf_span(&b));
	}
}

void pl_picture_ends(struct pl_arena *a, const struct pl_input *in,
		     const char **left, const char **right)
{
	*left = in->first ? pl_say_time(a, in->first) : "first";
	*right = in->last ? pl_say_time(a, in->last) : "last";
}

const char *pl_picture_addr(struct pl_arena *a, const struct pl_addr *x)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, x);
	return pl_printf(a, "%.6s..%s", text, text + 38);
}

void pl_reasons_picture(struct pl_arena *a, struct pl_picture *out,
			const struct pl_list *features)
{
	const struct pl_feature *f = features->v;
	struct pl_chart_bar *v = PL_NEW_N(a, struct pl_chart_bar, features->n);
	struct pl_buf about;

	pl_buf_init(&about, a);
	pl_buf_str(&about, "Bars of the points that each feature gave:");
	for (size_t i = 0; i < features->n; i++) {
		v[i] = (struct pl_chart_bar){ .label = f[i].about,
					      .value = f[i].contribution };
		pl_buf_fmt(&about, "%s %s %+.2f", i ? ";" : "", f[i].about,
			   f[i].contribution);
	}
	*out = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "What gave the score its points",
		.about = pl_buf_cstr(&about),
		.caption = "What each feature gave to the score, in points.",
		.bars = { .v = v, .n = features->n },
	};
}
