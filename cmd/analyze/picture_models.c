/* Pictures of portfolio, regime, backtest and ensemble. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/backtest.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/portfolio.h"

static const char *source(const struct pl_input *in)
{
	return in->source ? in->source : "the series";
}

/* --------------------------------------------------------------- portfolio */

const struct pl_pictures *
pl_portfolio_pictures(struct pl_ctx *c, const struct pl_portfolio_row *r)
{
	const struct pl_portfolio_holding *h = r->holdings.v;
	const size_t n = r->holdings.n;
	struct pl_chart_bar *v = PL_NEW_N(c->arena, struct pl_chart_bar, n);
	struct pl_pictures *out = pl_pictures_new(c);
	struct pl_picture *p = pl_picture_add(out);
	struct pl_buf about;

	pl_buf_init(&about, c->arena);
	pl_buf_str(&about, "Pairs of bars, share of wealth and part of the "
			   "risk, in per cent:");
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct pl_chart_bar){ h[i].name, 100 * h[i].weight,
					      100 * h[i].share };
		if (i < 12)
			pl_buf_fmt(&about, "%s %s %.3g and %.3g", i ? ";" : "",
				   h[i].name, v[i].value, v[i].second);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "Wealth and risk of each holding",
		.about = pl_buf_cstr(&about),
		.caption = "Who carries more of the risk than of the wealth. "
			   "Parts of the expected shortfall, normal with the "
			   "shrunk covariance.",
		.unit = "per cent: of the wealth | of the risk",
		.bars = { .v = v,
			  .n = n,
			  .paired = true,
			  .name = "share of wealth",
			  .second_name = "part of the risk" },
	};
	return out;
}

/* ------------------------------------------------------------------ regime */

/* Not the most likely path's: where two states take turns every few periods, no
 * single path is likely, and the likeliest may pass through neither. */
static uint8_t most_probable(const struct pl_regime_view *v, size_t i)
{
	const double *p = &v->smooth[i * v->states];
	uint8_t best = 0;

	for (uint8_t k = 1; k < v->states; k++)
		if (p[k] > p[best])
			best = k;
	return best;
}

static void coloured(struct pl_ctx *c, struct pl_picture *p,
		     const struct pl_regime_view *v)
{
	static const char *const names[] = { NULL, "state 2", "state 3",
					     "state 4" };
	uint8_t *shade = PL_NEW_N(c->arena, uint8_t, v->n);
	struct pl_chart_line *l = &p->line;
	size_t wild = 0;

	for (size_t i = 0; i < v->returns; i++) {
		size_t to = i + 1 < v->returns ? v->at[i + 1] : v->n;
		uint8_t s = most_probable(v, i);

		for (size_t k = v->at[i]; k < to && k < v->n; k++)
			shade[k] = s;
		wild += s + 1u == v->states;
	}
	p->kind = PL_PIC_LINE;
	p->title = pl_printf(c->arena, "%s and its regimes", source(v->in));
	p->about = pl_printf(
		c->arena,
		"Line of %zu values; behind it, shaded the darker the wilder, "
		"the most probable of %zu states of each: the wildest is it "
		"for %zu of %zu returns.",
		v->n, v->states, wild, v->returns);
	p->caption = "The series; behind it the most probable state of each "
		     "period, unshaded where it is calmest.";
	*l = (struct pl_chart_line){
		.y = v->y, .n = v->n, .shade = shade, .name = "the series"
	};
	for (size_t i = 1; i < v->states && i < PL_CHART_SHADES; i++)
		l->shade_name[i] = names[i];
	pl_picture_ends(c->arena, v->in, &l->left, &l->right);
}

static void probabilities(struct pl_ctx *c, struct pl_picture *p,
			  const struct pl_regime_view *v)
{
	struct pl_chart_row *row =
		PL_NEW_N(c->arena, struct pl_chart_row, v->states);

	for (size_t k = 0; k < v->states; k++) {
		double *y = PL_NEW_N(c->arena, double, v->returns);

		for (size_t i = 0; i < v->returns; i++)
			y[i] = v->smooth[i * v->states + k];
		row[k] = (struct pl_chart_row){
			pl_printf(c->arena, "state %zu%s", k + 1,
				  !k                   ? ", calmest"
				  : k + 1 == v->states ? ", wildest"
						       : ""),
			y,
		};
	}
	p->kind = PL_PIC_ROWS;
	p->title = "Probability of each state";
	p->about = pl_printf(c->arena,
			     "%zu rows, one a state, of its probability at "
			     "each of %zu returns, seen from the end.",
			     v->states, v->returns);
	p->caption = "How probable each state was in each period, by all "
		     "returns.";
	p->rows = (struct pl_chart_rows){
		.v = row, .n = v->states, .len = v->returns, .lo = 0, .hi = 1
	};
	pl_picture_ends(c->arena, v->in, &p->rows.left, &p->rows.right);
}

const struct pl_pictures *pl_regime_pictures(struct pl_ctx *c,
					     const struct pl_regime_view *v)
{
	struct pl_pictures *out = pl_pictures_new(c);

	coloured(c, pl_picture_add(out), v);
	probabilities(c, pl_picture_add(out), v);
	return out;
}

/* ---------------------------------------------------------------- backtest */

static void beyond(struct pl_ctx *c, struct pl_picture *p,
		   const struct pl_backtest_view *v)
{
	const double unit = v->given ? 1 : 100;
	double *loss = PL_NEW_N(c->arena, double, v->n);
	double *var = PL_NEW_N(c->arena, double, v->n);
	size_t *hit = PL_NEW_N(c->arena, size_t, v->n), hits = 0;

	for (size_t i = 0; i < v->n; i++) {
		loss[i] = -unit * v->x[i];
		var[i] = unit * v->var[i];
		if (loss[i] > var[i])
			hit[hits++] = i;
	}
	p->kind = PL_PIC_LINE;
	p->title = pl_printf(c->arena, "Losses of %s against value at risk",
			     source(v->in));
	p->about = pl_printf(c->arena,
			     "Line of %zu losses; dashed, the value at risk at "
			     "%.4g %% that %s gave the day before; rings where "
			     "the loss was larger: %zu, against %.4g expected.",
			     v->n, 100 * v->level, v->name, hits,
			     (1 - v->level) * (double)v->n);
	p->caption = pl_printf(c->arena,
			       "Each period's loss (gains are negative), the "
			       "value at risk that %s gave before it, and the "
			       "losses beyond.",
			       v->name);
	p->unit = v->given ? "loss" : "loss, per cent";
	p->line = (struct pl_chart_line){
		.y = loss,
		.n = v->n,
		.fit = var,
		.dots = hit,
		.n_dots = hits,
		.name = "loss",
		.fit_name = pl_printf(c->arena, "VaR %.4g %%, %s",
				      100 * v->level, v->name),
		.dot_name = "beyond it",
	};
	p->line.left = "first judged";
	p->line.right = v->in->last ? v->in->last : "last";
	if (v->in->last && strlen(v->in->last) == 20)
		p->line.right = pl_strndup(c->arena, v->in->last, 10);
}

static void rates(struct pl_ctx *c, struct pl_picture *p,
		  const struct pl_list *models, double level)
{
	const struct pl_backtest_model *m = models->v;
	struct pl_chart_bar *v =
		PL_NEW_N(c->arena, struct pl_chart_bar, models->n);
	struct pl_buf about;

	pl_buf_init(&about, c->arena);
	pl_buf_fmt(&about,
		   "Pairs of bars, how many per cent of the losses lay "
		   "beyond each model's value at risk, beside %.4g as "
		   "expected:",
		   100 * (1 - level));
	for (size_t i = 0; i < models->n; i++) {
		v[i] = (struct pl_chart_bar){
			pl_printf(c->arena, "%s, %s", m[i].name, m[i].verdict),
			100 * m[i].rate, 100 * (1 - level)
		};
		pl_buf_fmt(&about, "%s %s %.3g", i ? ";" : "", m[i].name,
			   v[i].value);
	}
	p->kind = PL_PIC_BARS;
	p->title = "Losses beyond value at risk, by model";
	p->about = pl_buf_cstr(&about);
	p->caption = "How many per cent of the losses lay beyond what each "
		     "model gave, and how many should; best model first.";
	p->unit = "per cent of periods: seen | expected";
	p->bars = (struct pl_chart_bars){ .v = v,
					  .n = models->n,
					  .paired = true,
					  .name = "seen",
					  .second_name = "expected" };
}

const struct pl_pictures *pl_backtest_pictures(struct pl_ctx *c,
					       const struct pl_backtest_view *v,
					       const struct pl_list *models)
{
	struct pl_pictures *out = pl_pictures_new(c);

	beyond(c, pl_picture_add(out), v);
	rates(c, pl_picture_add(out), models, v->level);
	return out;
}

/* ---------------------------------------------------------------- ensemble */

const struct pl_pictures *pl_ensemble_pictures(struct pl_ctx *c,
					       const struct pl_ensemble_view *v)
{
	struct pl_pictures *out = pl_pictures_new(c);
	struct pl_picture *p = pl_picture_add(out);
	struct pl_chart_row *row =
		PL_NEW_N(c->arena, struct pl_chart_row, v->k);
	double most = 0;
	struct pl_buf about;

	pl_buf_init(&about, c->arena);
	pl_buf_fmt(&about,
		   "%zu rows, one a model, of its weight after each of %zu "
		   "moments; the last weights:",
		   v->k, v->moments);
	for (size_t k = 0; k < v->k; k++) {
		double *y = PL_NEW_N(c->arena, double, v->moments);

		for (size_t t = 0; t < v->moments; t++) {
			y[t] = v->weight[t * v->k + k];
			most = fmax(most, y[t]);
		}
		row[k] = (struct pl_chart_row){ v->name[k], y };
		pl_buf_fmt(&about, "%s %s %.3g", k ? ";" : "", v->name[k],
			   y[v->moments - 1]);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_ROWS,
		.title = pl_printf(c->arena, "Weights of the models of %s",
				   v->source),
		.about = pl_buf_cstr(&about),
		.caption = "The weight of each model after each moment at "
			   "which all were judged.",
		.rows = { .v = row,
			  .n = v->k,
			  .len = v->moments,
			  .lo = 0,
			  .hi = most,
			  .left = v->left,
			  .right = v->right },
	};
	return out;
}
