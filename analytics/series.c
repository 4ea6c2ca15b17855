#include "analytics/series.h"

#include <math.h>

#include "analytics/fixed_math.h"

const char *const pl_returns_words[] = { "given", "log", "simple", NULL };
const char *const pl_gap_words[] = { "refuse", "skip", "break", NULL };

/* One input value; sets *missing for a NaN the policy allows. */
static enum pl_rc look(bool *missing, double v, size_t i,
		       const struct pl_returns_spec *spec, struct pl_err *e)
{
	*missing = isnan(v);
	if (*missing && spec->gap == PL_GAP_REFUSE) {
		(void)pl_fail(e, PL_EMATH, "point %zu has no value", i + 1);
		return pl_hint(e, "leave gaps out, or break the series there");
	}
	if (isinf(v))
		return pl_fail(e, PL_EMATH, "point %zu is infinite", i + 1);
	if (spec->kind == PL_RET_GIVEN || *missing || v > 0)
		return PL_OK;
	(void)pl_fail(e, PL_EMATH,
		      "point %zu is %g: a price must be above zero", i + 1, v);
	return pl_hint(e, "are these returns already, rather than prices?");
}

static double one(double from, double to, const struct pl_returns_spec *spec)
{
	double r = to;

	if (spec->kind == PL_RET_LOG)
		r = pl_log(to / from);
	else if (spec->kind == PL_RET_SIMPLE)
		r = to / from - 1;
	return spec->percent ? 100 * r : r;
}

/* A ratio of prices can overflow or vanish although both are finite. */
static enum pl_rc checked(double r, size_t i, struct pl_err *e)
{
	if (isfinite(r))
		return PL_OK;
	return pl_fail(e, PL_EMATH, "the return at point %zu is out of range",
		       i + 1);
}

/* Every value is looked at before the first return is written. */
static enum pl_rc look_all(struct pl_returns_count *c, const double *x,
			   size_t stride, size_t n,
			   const struct pl_returns_spec *spec, struct pl_err *e)
{
	const bool prices = spec->kind != PL_RET_GIVEN;
	bool missing, gap = false, seen = false;
	double prev = 0;

	for (size_t i = 0; i < n; i++) {
		const double v = x[i * stride];

		PL_TRY(look(&missing, v, i, spec, e));
		c->missing += missing;
		if (missing) {
			gap = true;
			continue;
		}
		if (prices && seen && gap && spec->gap == PL_GAP_BREAK)
			c->breaks++;
		else if (!prices || seen) {
			PL_TRY(checked(one(prev, v, spec), i, e));
			c->n++;
		}
		prev = v;
		seen = true;
		gap = false;
	}
	return PL_OK;
}

enum pl_rc pl_series_returns(double *out, size_t *at,
			     struct pl_returns_count *count, const double *x,
			     size_t stride, size_t n,
			     const struct pl_returns_spec *spec,
			     struct pl_err *e)
{
	const bool prices = spec->kind != PL_RET_GIVEN;
	struct pl_returns_count c = { 0 };
	bool gap = false, seen = false;
	double prev = 0;
	size_t k = 0;

	PL_TRY(look_all(&c, x, stride, n, spec, e));
	if (!c.n)
		return pl_fail(e, PL_EMATH,
			       "%zu point%s give%s no return, %d %s needed", n,
			       n == 1 ? "" : "s", n == 1 ? "s" : "",
			       prices ? 2 : 1, prices ? "are" : "is");
	for (size_t i = 0; i < n; i++) {
		const double v = x[i * stride];

		if (isnan(v)) {
			gap = true;
			continue;
		}
		if (!prices || (seen && !(gap && spec->gap == PL_GAP_BREAK))) {
			if (at)
				at[k] = i;
			out[k++] = one(prev, v, spec);
		}
		prev = v;
		seen = true;
		gap = false;
	}
	*count = c;
	return PL_OK;
}
