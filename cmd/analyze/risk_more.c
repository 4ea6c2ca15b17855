#include "cmd/analyze/risk_more.h"

#include <math.h>
#include <stdlib.h>

#include "analytics/boot.h"
#include "analytics/fixed_math.h"
#include "analytics/mc.h"
#include "analytics/pot.h"
#include "analytics/sort.h"
#include "cmd/analyze/risk.h"

#define CONFIDENCE .95
#define MAX_INTERVALS 48

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
const struct pl_field pl_risk_interval_fields[] = {
	{ "figure", PL_STR, F(pl_risk_interval, figure, const char *),
	  "the field it belongs to" },
	{ "value", PL_DOUBLE, F(pl_risk_interval, value, double),
	  "the figure itself" },
	{ "lo", PL_DOUBLE, F(pl_risk_interval, lo, double), "lower bound" },
	{ "hi", PL_DOUBLE, F(pl_risk_interval, hi, double),
	  "upper bound; null: there is none" },
	{ "method", PL_STR, F(pl_risk_interval, method, const char *),
	  "how it was found" },
	{ 0 },
};
const struct pl_field pl_risk_pot_fields[] = {
	{ "threshold", PL_DOUBLE, F(pl_risk_pot_row, threshold, double),
	  "losses beyond it are the peaks" },
	{ "threshold_level", PL_DOUBLE,
	  F(pl_risk_pot_row, threshold_level, const double *),
	  "the quantile of the losses it is; null: it was given",
	  PL_NULLABLE },
	{ "exceedances", PL_UINT, F(pl_risk_pot_row, exceedances, uint64_t),
	  "losses beyond it" },
	{ "xi", PL_DOUBLE, F(pl_risk_pot_row, xi, double),
	  "shape: above 0 a heavy tail, from 1 on without a mean" },
	{ "beta", PL_DOUBLE, F(pl_risk_pot_row, beta, double), "scale" },
	{ "se_xi", PL_DOUBLE, F(pl_risk_pot_row, se_xi, double),
	  "standard error, observed information" },
	{ "se_beta", PL_DOUBLE, F(pl_risk_pot_row, se_beta, double),
	  "standard error, observed information" },
	{ "loglik", PL_DOUBLE, F(pl_risk_pot_row, loglik, double),
	  "log-likelihood of the excesses" },
	{ "gradient_norm", PL_DOUBLE,
	  F(pl_risk_pot_row, gradient_norm, double),
	  "largest derivative of it, per standard error" },
	{ "few", PL_FLAG, F(pl_risk_pot_row, few, bool),
	  "fewer than 50 exceedances" },
	{ 0 },
};
const struct pl_field pl_risk_hill_fields[] = {
	{ "k", PL_UINT, F(pl_risk_hill_row, k, uint64_t), "largest losses" },
	{ "alpha", PL_DOUBLE, F(pl_risk_hill_row, alpha, double),
	  "tail index: moments from it on do not exist" },
	{ "lo", PL_DOUBLE, F(pl_risk_hill_row, lo, double),
	  "lower bound, asymptotic" },
	{ "hi", PL_DOUBLE, F(pl_risk_hill_row, hi, double),
	  "upper bound, asymptotic" },
	{ "from", PL_UINT, F(pl_risk_hill_row, from, uint64_t),
	  "the range of k looked over: from" },
	{ "to", PL_UINT, F(pl_risk_hill_row, to, uint64_t), "to" },
	{ "least", PL_DOUBLE, F(pl_risk_hill_row, least, double),
	  "least alpha over that range" },
	{ "most", PL_DOUBLE, F(pl_risk_hill_row, most, double),
	  "greatest alpha over that range" },
	{ "stable", PL_FLAG, F(pl_risk_hill_row, stable, bool),
	  "it stays within the interval" },
	{ 0 },
};
const struct pl_field pl_risk_horizon_fields[] = {
	{ "periods", PL_UINT, F(pl_risk_horizon_row, periods, uint64_t),
	  "ahead" },
	{ "paths", PL_UINT, F(pl_risk_horizon_row, paths, uint64_t),
	  "simulated" },
	{ "var95", PL_DOUBLE, F(pl_risk_horizon_row, var95, double),
	  "value at risk over the horizon, at 95 %" },
	{ "var99", PL_DOUBLE, F(pl_risk_horizon_row, var99, double),
	  "at 99 %" },
	{ "es95", PL_DOUBLE, F(pl_risk_horizon_row, es95, double),
	  "expected shortfall over the horizon, at 95 %" },
	{ "es99", PL_DOUBLE, F(pl_risk_horizon_row, es99, double), "at 99 %" },
	{ "var99_lo", PL_DOUBLE, F(pl_risk_horizon_row, var99_lo, double),
	  "var99, simulation error alone: lower bound" },
	{ "var99_hi", PL_DOUBLE, F(pl_risk_horizon_row, var99_hi, double),
	  "upper bound" },
	{ "es99_se", PL_DOUBLE, F(pl_risk_horizon_row, es99_se, double),
	  "es99, standard error of the simulation alone" },
	{ 0 },
};
const struct pl_field pl_risk_simulation_fields[] = {
	{ "seed", PL_UINT, F(pl_risk_simulation, seed, uint64_t),
	  "of every random number here" },
	{ "replications", PL_UINT,
	  F(pl_risk_simulation, replications, uint64_t),
	  "of the block bootstrap" },
	{ "block", PL_UINT, F(pl_risk_simulation, block, uint64_t),
	  "returns in a block" },
	{ "confidence", PL_DOUBLE, F(pl_risk_simulation, confidence, double),
	  "of every interval" },
	{ 0 },
};
/* clang-format on */

static void add(struct pl_risk_more *m, const char *figure, double value,
		double lo, double hi, const char *method)
{
	struct pl_list *l = &m->row->intervals;
	struct pl_risk_interval *v;

	if (!l->v)
		l->v = PL_NEW_N(m->a, struct pl_risk_interval, MAX_INTERVALS);
	if (l->n == MAX_INTERVALS || !isfinite(value) || !isfinite(lo))
		return;
	v = (struct pl_risk_interval *)(uintptr_t)l->v;
	v[l->n++] =
		(struct pl_risk_interval){ figure, value, lo,
					   isfinite(hi) ? hi : NAN, method };
}

/* ------------------------------------------------------------- bootstrap */

struct boot_ctx {
	const struct pl_risk_more *m;
	bool p99;
};
enum {
	B_SD,
	B_SKEW,
	B_KURT,
	B_V95,
	B_V99,
	B_E95,
	B_E99,
	B_C95,
	B_C99,
	B_DD,
	B_N
};

static double fall(const double *x, size_t n, const struct pl_risk_more *m)
{
	double sum = 0, peak = 0, depth = 0;

	for (size_t i = 0; i < n; i++) {
		const double r = m->amount ? x[i] : x[i] / m->scale;

		if (m->amount || m->compound == PL_RET_LOG)
			sum += r;
		else
			sum += r > -1 ? pl_log1p(r) : -1e3;
		peak = fmax(peak, sum);
		depth = fmax(depth, peak - sum);
	}
	return m->amount ? depth : -pl_expm1(-depth);
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The lower tail alone, sorted, at the front of x: what a quantile of 5 % and
 * the mean below it can ask for.  Where ties run past it, all of x. */
static void low_tail(double *x, size_t n)
{
	const size_t k = n / 20 + 3;

	if (n > 200) {
		pl_select_low(x, n, k);
		qsort(x, k, sizeof(*x), ascending);
		if (x[k - 1] > x[k - 3])
			return;
	}
	qsort(x, n, sizeof(*x), ascending);
}

static void tail_of(double *var, double *es, const double *x, size_t n,
		    double level, int type)
{
	struct pl_err e;
	size_t k = 0;
	double q, sum = 0;

	*var = *es = NAN;
	if (pl_quantile(&q, x, n, 1 - level, type, &e))
		return;
	while (k < n && x[k] <= q)
		sum += x[k++];
	*var = -q;
	*es = k ? -sum / (double)k : -x[0];
}

static void figures(double *out, double *x, size_t n, const void *opaque)
{
	const struct boot_ctx *c = opaque;
	const int type = (int)c->m->args->quantile_type;
	struct pl_moments mo;
	struct pl_cf cf;
	struct pl_err e;

	for (size_t i = 0; i < B_N; i++)
		out[i] = NAN;
	out[B_DD] = fall(x, n, c->m);
	if (pl_moments(&mo, x, 1, n, &e))
		return;
	out[B_SD] = mo.sd;
	out[B_SKEW] = mo.skew;
	out[B_KURT] = mo.kurt;
	if (!pl_risk_cornish_fisher(&cf, x, 1, n, .95, &e))
		out[B_C95] = cf.tail.var;
	if (c->p99 && !pl_risk_cornish_fisher(&cf, x, 1, n, .99, &e))
		out[B_C99] = cf.tail.var;
	low_tail(x, n);
	tail_of(&out[B_V95], &out[B_E95], x, n, .95, type);
	if (c->p99)
		tail_of(&out[B_V99], &out[B_E99], x, n, .99, type);
}

static enum pl_rc bootstrap(struct pl_risk_more *m, struct pl_err *e)
{
	static const char *const names[B_N] = {
		"moments.sd",
		"moments.skewness",
		"moments.excess_kurtosis",
		"var.historical.p95",
		"var.historical.p99",
		"es.historical.p95",
		"es.historical.p99",
		"var.cornish_fisher.p95",
		"var.cornish_fisher.p99",
		"max_drawdown",
	};
	struct pl_risk_row *r = m->row;
	const struct boot_ctx c = { m, isfinite(r->var.historical.p99) };
	const struct pl_boot_spec spec = { .seed = m->args->seed,
					   .reps = m->args->replications,
					   .block = m->args->block,
					   .confidence = CONFIDENCE,
					   .threads =
						   (unsigned)m->args->threads };
	const double value[B_N] = {
		r->moments->sd,
		r->moments->skew,
		r->moments->kurt,
		r->var.historical.p95,
		r->var.historical.p99,
		r->es.historical.p95,
		r->es.historical.p99,
		r->var.cornish_fisher.p95,
		r->var.cornish_fisher.p99,
		r->max_drawdown,
	};
	struct pl_boot_spec used;
	struct pl_boot b[B_N];

	PL_TRY(pl_boot(b, &used, m->x, m->n, B_N, &spec, figures, &c, e));
	r->simulation = (struct pl_risk_simulation){ spec.seed, used.reps,
						     used.block, CONFIDENCE };
	for (size_t i = 0; i < B_N; i++)
		add(m, names[i], value[i], b[i].lo, b[i].hi, "block bootstrap");
	return PL_OK;
}

/* ----------------------------------------------------- volatility models */

/* EWMA: its relative variance is (1-l)/(1+l) times that of squared
 * standardised returns. */
static enum pl_rc ewma(struct pl_risk_more *m, struct pl_err *e)
{
	const struct pl_ewma_spec spec = { m->args->lambda, m->args->warm };
	double *h = PL_NEW_N(m->a, double, m->n + 1), s2 = 0, s4 = 0, rel, f;
	struct pl_risk_row *r = m->row;
	struct pl_ewma w;

	PL_TRY(pl_risk_ewma(&w, h, m->x, 1, m->n, &spec, e));
	for (size_t i = 0; i < m->n; i++) {
		const double z2 = m->x[i] * m->x[i] / h[i];

		s2 += z2;
		s4 += z2 * z2;
	}
	s2 /= (double)m->n;
	s4 /= (double)m->n;
	rel = (s4 / (s2 * s2) - 1) * (1 - w.lambda) / (1 + w.lambda);
	/* on the scale of the logarithm, half of it for the root */
	f = pl_exp(1.959963984540054 * .5 * sqrt(rel));
	add(m, "ewma.sigma_next", w.sigma, w.sigma / f, w.sigma * f,
	    "delta method");
	add(m, "var.ewma.p95", r->var.ewma.p95, r->var.ewma.p95 / f,
	    r->var.ewma.p95 * f, "delta method");
	add(m, "var.ewma.p99", r->var.ewma.p99, r->var.ewma.p99 / f,
	    r->var.ewma.p99 * f, "delta method");
	return PL_OK;
}

static void garch(struct pl_risk_more *m)
{
	const struct pl_vol *g = m->garch;
	struct pl_risk_row *r = m->row;
	const double sigma = sqrt(g->h_next), mu = g->coef.mu;
	const double f = pl_exp(1.959963984540054 * g->se_sigma_next / sigma);
	const double v95 = r->var.garch.p95, v99 = r->var.garch.p99;

	if (!isfinite(f))
		return;
	add(m, "garch.sigma_next", sigma, sigma / f, sigma * f,
	    "delta method, QML");
	add(m, "var.garch.p95", v95, (v95 + mu) / f - mu, (v95 + mu) * f - mu,
	    "delta method, QML");
	add(m, "var.garch.p99", v99, (v99 + mu) / f - mu, (v99 + mu) * f - mu,
	    "delta method, QML");
}

/* One step ahead: the residuals' own quantiles, at tomorrow's volatility. */
static enum pl_rc fhs_next(struct pl_risk_more *m, struct pl_err *e)
{
	const struct pl_vol *g = m->garch;
	const int type = (int)m->args->quantile_type;
	const double s = sqrt(g->h_next), mu = g->coef.mu;
	struct pl_risk_row *r = m->row;
	struct pl_var_interval in;
	struct pl_tail t;

	for (int i = 0; i < 2; i++) {
		const double p = i ? .99 : .95;

		if (m->n < (i ? 100 : 20))
			continue;
		PL_TRY(pl_risk_historical(m->a, &t, g->z, 1, m->n, p, type, e));
		PL_TRY(pl_risk_var_interval(m->a, &in, g->z, 1, m->n, p,
					    CONFIDENCE, e));
		*(i ? &r->var.fhs.p99 : &r->var.fhs.p95) = s * t.var - mu;
		*(i ? &r->es.fhs.p99 : &r->es.fhs.p95) = s * t.es - mu;
		add(m, i ? "var.fhs.p99" : "var.fhs.p95", s * t.var - mu,
		    s * in.lo - mu, s * in.hi - mu,
		    "order statistics of the residuals");
	}
	return PL_OK;
}

static enum pl_rc fhs_horizon(struct pl_risk_more *m, struct pl_err *e)
{
	const struct pl_risk_args *a = m->args;
	const struct pl_mc_spec spec = {
		.paths = a->paths,
		.horizon = a->horizon,
		.seed = a->seed,
		.shocks = PL_MC_RESIDUALS,
		.sum = m->amount || m->compound == PL_RET_LOG ? PL_MC_LOG
							      : PL_MC_SIMPLE,
		.unit = m->scale,
		.threads = (unsigned)a->threads,
	};
	struct pl_risk_horizon_row *h;
	struct pl_mc_tail p95, p99;
	struct pl_err why;
	double *out;

	if (!a->paths || !a->horizon)
		return PL_OK;
	out = PL_NEW_N(m->a, double, a->paths);
	if (pl_mc_vol(out, m->garch, &spec, &why)) {
		pl_flag_add(m->flags, "simulation_failed",
			    pl_strdup(m->a, why.msg));
		return PL_OK;
	}
	PL_TRY(pl_mc_tail(&p95, out, a->paths, .95, CONFIDENCE, e));
	PL_TRY(pl_mc_tail(&p99, out, a->paths, .99, CONFIDENCE, e));
	h = PL_NEW(m->a, struct pl_risk_horizon_row);
	*h = (struct pl_risk_horizon_row){ a->horizon, a->paths,   p95.var,
					   p99.var,    p95.es,     p99.es,
					   p99.var_lo, p99.var_hi, p99.es_se };
	m->row->horizon = h;
	add(m, "horizon.var95", p95.var, p95.var_lo, p95.var_hi,
	    "order statistics of the paths");
	add(m, "horizon.var99", p99.var, p99.var_lo, p99.var_hi,
	    "order statistics of the paths");
	return PL_OK;
}

/* ------------------------------------------------------------------ tail */

static void pot_figure(struct pl_risk_more *m, const struct pl_pot *p,
		       enum pl_pot_figure what, double level, const char *name,
		       double value)
{
	struct pl_pot_interval in;
	struct pl_err e;

	if (pl_pot_interval(&in, p, what, level, CONFIDENCE, &e))
		return;
	add(m, name, value, in.lo, in.hi,
	    in.profile ? "profile likelihood" : "delta method");
}

static void pot_tails(struct pl_risk_more *m, const struct pl_pot *p)
{
	struct pl_risk_row *r = m->row;

	pot_figure(m, p, PL_POT_XI, .99, "pot.xi", p->xi);
	for (int i = 0; i < 2; i++) {
		const double level = i ? .99 : .95;
		double var, es;
		struct pl_err e;

		if (pl_pot_tail(&var, &es, p, level, &e))
			continue;
		es = isfinite(es) ? es : NAN;
		*(i ? &r->var.pot.p99 : &r->var.pot.p95) = var;
		*(i ? &r->es.pot.p99 : &r->es.pot.p95) = es;
		pot_figure(m, p, PL_POT_VAR, level,
			   i ? "var.pot.p99" : "var.pot.p95", var);
		pot_figure(m, p, PL_POT_ES, level,
			   i ? "es.pot.p99" : "es.pot.p95", es);
	}
}

static void pot_flags(struct pl_risk_more *m, const struct pl_pot *p)
{
	if (p->few)
		pl_flag_add(m->flags, "pot_few",
			    pl_printf(m->a,
				      "the tail rests on %d exceedances, fewer "
				      "than %d: its figures are rough",
				      (int)p->exceed, PL_POT_FEW));
	if (p->no_mean)
		pl_flag_add(m->flags, "pot_no_mean",
			    "the tail index xi is 1 or more: the mean loss "
			    "beyond VaR does not exist");
}

static enum pl_rc hill(struct pl_risk_more *m, const double *loss, uint64_t k)
{
	struct pl_hill h;
	struct pl_err why;
	struct pl_risk_hill_row *r;

	if (pl_hill(m->a, &h, loss, 1, m->n, k, CONFIDENCE, &why)) {
		pl_flag_add(m->flags, "hill_not_given",
			    pl_strdup(m->a, why.msg));
		return PL_OK;
	}
	r = PL_NEW(m->a, struct pl_risk_hill_row);
	*r = (struct pl_risk_hill_row){ h.k,  h.from,  h.to,   h.alpha, h.lo,
					h.hi, h.least, h.most, h.stable };
	m->row->hill = r;
	add(m, "hill.alpha", h.alpha, h.lo, h.hi, "asymptotic");
	return PL_OK;
}

static enum pl_rc tail(struct pl_risk_more *m, struct pl_err *e)
{
	const struct pl_risk_args *a = m->args;
	struct pl_risk_pot_row *r = PL_NEW(m->a, struct pl_risk_pot_row);
	double *loss = PL_NEW_N(m->a, double, m->n), u;
	struct pl_err why;
	struct pl_pot p;

	for (size_t i = 0; i < m->n; i++)
		loss[i] = -m->x[i];
	if (a->threshold)
		u = *a->threshold;
	else
		PL_TRY(pl_quantile(&u, pl_sorted(m->a, loss, 1, m->n), m->n,
				   a->threshold_level, (int)a->quantile_type,
				   e));
	if (pl_pot_fit(m->a, &p, loss, 1, m->n, u, &why)) {
		pl_flag_add(m->flags, "pot_not_fitted",
			    pl_strdup(m->a, why.msg));
		return PL_OK;
	}
	*r = (struct pl_risk_pot_row){
		u,          a->threshold ? NULL : &a->threshold_level,
		p.exceed,   p.xi,
		p.beta,     p.se_xi,
		p.se_beta,  p.loglik,
		p.gradient, p.few,
	};
	m->row->pot = r;
	pot_tails(m, &p);
	pot_flags(m, &p);
	return hill(m, loss, a->hill ? a->hill : p.exceed);
}

enum pl_rc pl_risk_more(struct pl_risk_more *m, struct pl_err *e)
{
	const struct pl_pair none = { NAN, NAN };
	struct pl_risk_row *r = m->row;

	r->var.fhs = r->es.fhs = r->var.pot = r->es.pot = none;
	PL_TRY(bootstrap(m, e));
	PL_TRY(ewma(m, e));
	if (m->garch) {
		garch(m);
		PL_TRY(fhs_next(m, e));
		PL_TRY(fhs_horizon(m, e));
	}
	return tail(m, e);
}
