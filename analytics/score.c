#include "analytics/score.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"

double pl_pinball(double y, double q, double tau)
{
	return y < q ? (1 - tau) * (q - y) : tau * (y - q);
}

enum pl_rc pl_rate(struct pl_rate *out, uint64_t hits, uint64_t n,
		   double confidence, struct pl_err *e)
{
	struct pl_rate r = { .n = n, .hits = hits, .lo = 0, .hi = 1 };
	double tail = (1 - confidence) / 2, h = (double)hits;

	if (!n || hits > n)
		return pl_fail(e, PL_EMATH, "no rate of none");
	if (!(confidence > 0 && confidence < 1))
		return pl_fail(e, PL_EMATH, "a confidence of %g", confidence);
	r.rate = h / (double)n;
	if (hits)
		r.lo = gsl_cdf_beta_Pinv(tail, h, (double)(n - hits) + 1);
	if (hits < n)
		r.hi = gsl_cdf_beta_Qinv(tail, h + 1, (double)(n - hits));
	*out = r;
	return PL_OK;
}

double pl_rate_p(uint64_t hits, uint64_t n, double promised)
{
	double below =
		gsl_cdf_binomial_P((unsigned)hits, promised, (unsigned)n);
	double above = hits ? gsl_cdf_binomial_Q((unsigned)hits - 1, promised,
						 (unsigned)n)
			    : 1;

	return fmin(1, 2 * fmin(below, above));
}

/* Each row's losses less its least; *unit: the greatest of them. */
static enum pl_rc add_row(double *total, double *unit, const double *loss,
			  size_t k, struct pl_err *e)
{
	double lo = INFINITY;

	for (size_t i = 0; i < k; i++) {
		if (!isfinite(loss[i]))
			return pl_fail(e, PL_EMATH, "a loss is not finite");
		lo = fmin(lo, loss[i]);
	}
	for (size_t i = 0; i < k; i++) {
		*unit = fmax(*unit, loss[i] - lo);
		total[i] += loss[i] - lo;
	}
	return PL_OK;
}

/* exp(-eta L[k]) over their sum; all alike where L is. */
static void weigh(double *w, const double *total, size_t k, double eta)
{
	double least = INFINITY, sum = 0;

	for (size_t i = 0; i < k; i++)
		least = fmin(least, total[i]);
	for (size_t i = 0; i < k; i++) {
		w[i] = pl_exp(-eta * (total[i] - least));
		sum += w[i];
	}
	for (size_t i = 0; i < k; i++)
		w[i] /= sum;
}

enum pl_rc pl_exp_weights(double *w, double *total, double *eta,
			  const double *loss, size_t rows, size_t k,
			  struct pl_err *e)
{
	double unit = 0;

	if (!rows || !k)
		return pl_fail(e, PL_EMATH, "no losses to weigh by");
	for (size_t i = 0; i < k; i++)
		w[i] = 0;
	for (size_t t = 0; t < rows; t++)
		PL_TRY(add_row(w, &unit, loss + t * k, k, e));
	for (size_t i = 0; unit > 0 && i < k; i++)
		w[i] /= unit;
	if (!(*eta > 0))
		*eta = sqrt(8 * pl_log((double)k) / (double)rows);
	if (total)
		memcpy(total, w, k * sizeof(*w));
	weigh(w, w, k, *eta);
	return PL_OK;
}

enum pl_rc pl_exp_path(double *w, double *unit, double *bound,
		       const double *loss, size_t rows, size_t k, double eta,
		       struct pl_err *e)
{
	double span = 0, n = (double)rows;

	if (!rows || !k)
		return pl_fail(e, PL_EMATH, "no losses to weigh by");
	if (!(eta > 0 && isfinite(eta)))
		return pl_fail(e, PL_EMATH, "a learning rate of %g", eta);
	if (k > PL_EXP_MAX)
		return pl_fail(e, PL_EMATH, "over %d to weigh", PL_EXP_MAX);
	for (size_t i = 0; i < rows * k; i++)
		w[i] = 0;
	/* each row of w first holds what was lost before it */
	for (size_t t = 0; t < rows; t++) {
		double *next = w + (t + 1) * k, lost[PL_EXP_MAX] = { 0 };

		PL_TRY(add_row(lost, &span, loss + t * k, k, e));
		for (size_t i = 0; t + 1 < rows && i < k; i++)
			next[i] = w[t * k + i] + lost[i];
	}
	for (size_t t = 0; t < rows; t++) {
		double total[PL_EXP_MAX];

		for (size_t i = 0; i < k; i++)
			total[i] = span > 0 ? w[t * k + i] / span : 0;
		weigh(w + t * k, total, k, eta);
	}
	*unit = span;
	*bound = span * (pl_log((double)k) / eta + eta * n / 8) / n;
	return PL_OK;
}
