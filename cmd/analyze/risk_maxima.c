/* plume analyze risk: the worst loss of each block of returns, and the loss
 * that the worst of a block passes once in a dozen, and in five dozen. */
#include <math.h>

#include "analytics/gev.h"
#include "cmd/analyze/risk_work.h"

#define Z95 1.959963984540054

static double beyond(struct pl_risk_work *w, const struct pl_gev *g,
		     double blocks, const char *figure)
{
	double level, se;

	pl_gev_return(&level, &se, g, blocks);
	pl_risk_bound(w, figure, level, level - Z95 * se, level + Z95 * se,
		      "delta method");
	return level;
}

void pl_risk_maxima(struct pl_risk_work *w)
{
	const size_t block = (size_t)w->args->maxima;
	struct pl_risk_maxima_row *r;
	double *loss, *worst;
	struct pl_gev g;
	struct pl_err why;
	size_t n;

	if (!block || w->n / block < PL_GEV_MIN)
		return;
	loss = PL_NEW_N(w->c->arena, double, w->n);
	worst = PL_NEW_N(w->c->arena, double, w->n / block);
	for (size_t i = 0; i < w->n; i++)
		loss[i] = -w->x[i];
	n = pl_block_maxima(worst, loss, 1, w->n, block);
	if (pl_gev_fit(&g, worst, 1, n, &why)) {
		pl_risk_flag(w, "maxima_not_fitted",
			     pl_strdup(w->c->arena, why.msg));
		return;
	}
	r = PL_NEW(w->c->arena, struct pl_risk_maxima_row);
	*r = (struct pl_risk_maxima_row){
		.block = block,
		.blocks = n,
		.xi = g.xi,
		.se_xi = g.se_xi,
		.loc = g.loc,
		.se_loc = g.se_loc,
		.scale = g.scale,
		.se_scale = g.se_scale,
		.loglik = g.loglik,
		.gradient_norm = g.gradient,
	};
	w->row->maxima = r;
	pl_risk_bound(w, "maxima.xi", g.xi, g.xi - Z95 * g.se_xi,
		      g.xi + Z95 * g.se_xi, "Hessian");
	r->once_in_12 = beyond(w, &g, 12, "maxima.once_in_12");
	r->once_in_60 = beyond(w, &g, 60, "maxima.once_in_60");
}
