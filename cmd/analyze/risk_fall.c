/* plume analyze risk: the deepest fall, and where it was. */
#include "cmd/analyze/risk_work.h"

/* The time after the first k returns. */
static const char *time_after(const struct pl_risk_work *w, uint64_t k)
{
	if (!w->s.about.first)
		return NULL;
	if (k)
		return pl_input_time(w->c->arena, &w->s, w->at[k - 1]);
	return w->args->returns == PL_RET_GIVEN ? NULL : w->s.about.first;
}

/* Amounts add up: the deepest fall of their running sum, in their unit. */
static struct pl_drawdown sum_drawdown(const double *x, size_t n)
{
	struct pl_drawdown d = { 0 };
	double sum = 0, peak = 0;
	uint64_t peak_at = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i];
		if (sum > peak) {
			peak = sum;
			peak_at = i + 1;
		}
		if (peak - sum <= d.depth)
			continue;
		d.depth = peak - sum;
		d.peak = peak_at;
		d.trough = i + 1;
	}
	sum = peak = 0;
	for (size_t i = 0; i < n && !d.recovered; i++) {
		sum += x[i];
		if (i + 1 == d.peak)
			peak = sum;
		if (i + 1 > d.trough && sum >= peak)
			d.recovered = i + 1;
	}
	d.fall = d.trough - d.peak;
	d.open = d.depth > 0 && !d.recovered;
	d.length = (d.open ? n : d.recovered) - d.peak;
	if (d.depth <= 0)
		d.length = 0;
	return d;
}

enum pl_returns pl_risk_compounding(const struct pl_risk_work *w)
{
	const int *given = w->args->compound;

	if (w->args->returns != PL_RET_GIVEN)
		return (enum pl_returns)w->args->returns;
	return given && *given == PL_COMPOUND_LOG ? PL_RET_LOG : PL_RET_SIMPLE;
}

const char *pl_risk_compounding_word(const struct pl_risk_work *w)
{
	return w->unit == PL_UNIT_AMOUNT
		       ? "sum"
		       : pl_returns_words[pl_risk_compounding(w)];
}

static enum pl_rc compound(struct pl_risk_work *w, struct pl_drawdown *d,
			   enum pl_returns how, struct pl_err *e)
{
	double *fraction = PL_NEW_N(w->c->arena, double, w->n);

	for (size_t i = 0; i < w->n; i++)
		fraction[i] = w->scale == 1 ? w->x[i] : w->x[i] / w->scale;
	return pl_risk_drawdown(d, fraction, 1, w->n, how, false, e);
}

/* Given returns do not say whether they are simple or logarithmic; published
 * tables hold either, and reckon the fall in either way. */
static enum pl_rc other_drawdown(struct pl_risk_work *w, struct pl_err *e)
{
	const bool log = pl_risk_compounding(w) == PL_RET_LOG;
	struct pl_risk_other_row *r;
	struct pl_drawdown d;

	if (w->args->returns != PL_RET_GIVEN || w->unit == PL_UNIT_AMOUNT)
		return PL_OK;
	PL_TRY(compound(w, &d, log ? PL_RET_SIMPLE : PL_RET_LOG, e));
	r = PL_NEW(w->c->arena, struct pl_risk_other_row);
	r->compounding = pl_returns_words[log ? PL_RET_SIMPLE : PL_RET_LOG];
	r->max_drawdown = d.depth;
	w->row->drawdown_other = r;
	return PL_OK;
}

enum pl_rc pl_risk_fall(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_risk_drawdown_row *r =
		PL_NEW(w->c->arena, struct pl_risk_drawdown_row);
	struct pl_drawdown d;

	if (w->unit == PL_UNIT_AMOUNT)
		d = sum_drawdown(w->x, w->n);
	else
		PL_TRY(compound(w, &d, pl_risk_compounding(w), e));
	w->row->max_drawdown = d.depth;
	w->ruined = d.ruined;
	if (d.ruined)
		pl_risk_flag(w, "ruined",
			     "a return of -100 % or worse: nothing was "
			     "left after it");
	*r = (struct pl_risk_drawdown_row){
		d.depth > 0 ? time_after(w, d.peak) : NULL,
		d.depth > 0 ? time_after(w, d.trough) : NULL,
		d.recovered ? time_after(w, d.recovered) : NULL,
		d.peak,
		d.trough,
		d.length,
		d.open,
		pl_risk_compounding_word(w),
	};
	w->row->drawdown = r;
	return other_drawdown(w, e);
}
