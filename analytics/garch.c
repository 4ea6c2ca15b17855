#include "analytics/garch.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>

#include "analytics/fixed_math.h"
#include "analytics/garch_int.h"
#include "analytics/gsl.h"

#define K 4      /* mu, omega, alpha, beta */
#define WEAK .04 /* alpha, below which there is hardly an ARCH effect */

/* Bounds on the standardised sample.  Persistence of 1 and more is allowed
 * and flagged: with a fixed presample the likelihood exists there. */
static const double lower[K] = { -10, 1e-12, 0, 0 };
static const double upper[K] = { 10, 1e3, 10, 1 - 1e-6 };

/* (alpha, beta) of the grid; omega makes the long-run variance 1. */
/* clang-format off */
static const double grid[][2] = {
	{ .05, .90 }, { .10, .80 }, { .03, .96 }, { .15, .60 },
	{ .20, .75 }, { .30, .30 }, { .05, .50 }, { .10, .88 },
	{ .01, .98 }, { .00, .99 }, { .25, .00 }, { .00, .90 },
};
/* clang-format on */
#define GRID (sizeof(grid) / sizeof(grid[0]))

struct search {
	struct pl_garch_sample s;
	struct pl_ml_problem p;
	struct pl_garch_spec spec;
	struct pl_ml_state best;
	uint64_t iterations, evaluations, agree, tried;
};

/* Grid points in the order of their likelihood, best first. */
static void rank_grid(double start[GRID][K], struct search *f)
{
	double value[GRID];

	for (size_t i = 0; i < GRID; i++) {
		const double theta[K] = { 0, 1 - grid[i][0] - grid[i][1],
					  grid[i][0], grid[i][1] };
		double v = pl_garch_value(&f->s, theta);
		size_t j = i;

		f->evaluations++;
		for (; j > 0 && !(value[j - 1] >= v); j--) {
			value[j] = value[j - 1];
			memcpy(start[j], start[j - 1], sizeof(theta));
		}
		value[j] = v;
		memcpy(start[j], theta, sizeof(theta));
	}
}

/* BFGS works without bounds: y = (mu, ln omega, logit(persistence / top),
 * logit(share)), alpha = persistence share. */
static const double top = 1.02;

static void to_theta(double *theta, const gsl_vector *y)
{
	const double p = top / (1 + pl_exp(-gsl_vector_get(y, 2)));
	const double a = 1 / (1 + pl_exp(-gsl_vector_get(y, 3)));

	theta[0] = gsl_vector_get(y, 0);
	theta[1] = pl_exp(gsl_vector_get(y, 1));
	theta[2] = p * a;
	theta[3] = p * (1 - a);
}

static void from_theta(gsl_vector *y, const double *theta)
{
	const double p = fmin(fmax(theta[2] + theta[3], 1e-4), .9999 * top);
	const double a = fmin(fmax(theta[2] / p, 1e-4), .9999);

	gsl_vector_set(y, 0, theta[0]);
	gsl_vector_set(y, 1, pl_log(theta[1]));
	gsl_vector_set(y, 2, pl_log(p / (top - p)));
	gsl_vector_set(y, 3, pl_log(a / (1 - a)));
}

static void cost_both(const gsl_vector *y, void *ctx, double *f, gsl_vector *g)
{
	struct search *s = ctx;
	struct pl_ml_eval at;
	double theta[K], n = (double)s->s.n, p, a, d[K];

	s->evaluations++;
	to_theta(theta, y);
	if (!(theta[1] >= lower[1]) || !(theta[3] <= upper[3]) ||
	    !pl_garch_pass(&at, theta, &s->s)) {
		*f = GSL_POSINF;
		gsl_vector_set_all(g, 0);
		return;
	}
	p = theta[2] + theta[3];
	a = theta[2] / p;
	d[0] = at.g[0];
	d[1] = at.g[1] * theta[1];
	d[2] = (at.g[2] * a + at.g[3] * (1 - a)) * p * (1 - p / top);
	d[3] = (at.g[2] - at.g[3]) * p * a * (1 - a);
	*f = -at.l / n;
	for (size_t i = 0; i < K; i++)
		gsl_vector_set(g, i, -d[i] / n);
}

static double cost(const gsl_vector *y, void *ctx)
{
	struct search *s = ctx;
	double theta[K], v;

	s->evaluations++;
	to_theta(theta, y);
	v = pl_garch_value(&s->s, theta);
	return isfinite(v) ? -v / (double)s->s.n : GSL_POSINF;
}

static void cost_grad(const gsl_vector *y, void *ctx, gsl_vector *g)
{
	double f;

	cost_both(y, ctx, &f, g);
}

/* Move theta uphill; where GSL sees no more progress is where Newton goes on,
 * so every status but "out of memory" is good enough. */
static enum pl_rc bfgs(struct search *f, double *theta, struct pl_err *e)
{
	gsl_multimin_function_fdf fn = { .f = cost,
					 .df = cost_grad,
					 .fdf = cost_both,
					 .n = K,
					 .params = f };
	gsl_multimin_fdfminimizer *m = gsl_multimin_fdfminimizer_alloc(
		gsl_multimin_fdfminimizer_vector_bfgs2, K);
	double buf[K], to[K];
	gsl_vector_view y = gsl_vector_view_array(buf, K);
	int status;

	if (!m)
		return pl_gsl_ok(GSL_ENOMEM, "BFGS", e);
	from_theta(&y.vector, theta);
	status = gsl_multimin_fdfminimizer_set(m, &fn, &y.vector, .1, .1);
	for (uint64_t i = 0; !status && i < f->spec.max_iter; i++) {
		status = gsl_multimin_fdfminimizer_iterate(m);
		f->iterations++;
		if (gsl_multimin_test_gradient(m->gradient, 1e-6) !=
		    GSL_CONTINUE)
			break;
	}
	to_theta(to, m->x);
	gsl_multimin_fdfminimizer_free(m);
	for (size_t i = 0; i < K; i++)
		if (isfinite(to[i]))
			theta[i] = fmin(fmax(to[i], lower[i]), upper[i]);
	return PL_OK;
}

static bool climb(struct pl_ml_state *st, struct search *f, const double *from)
{
	bool there;

	*st = (struct pl_ml_state){ .iterations = 0 };
	memcpy(st->theta, from, K * sizeof(*from));
	there = pl_ml_newton(st, &f->p, f->spec.max_iter);
	f->iterations += st->iterations;
	f->evaluations += st->evaluations;
	return there && st->converged;
}

static enum pl_rc one_start(struct search *f, double *from, struct pl_err *e)
{
	struct pl_ml_state st;
	bool there = false;
	/* two likelihoods within their rounding are one maximum */
	const double near = 1e-9;

	if (f->spec.method == PL_GARCH_AUTO)
		there = climb(&st, f, from);
	if (!there) {
		PL_TRY(bfgs(f, from, e));
		there = climb(&st, f, from);
	}
	if (!there)
		return PL_OK;
	if (f->agree && st.at.l <= f->best.at.l + near) {
		f->agree += st.at.l >= f->best.at.l - near;
		return PL_OK;
	}
	f->best = st;
	f->agree = 1;
	return PL_OK;
}

/* How many starts are enough.  A long sample with a clear ARCH effect has one
 * maximum; short ones have more than one more often, and without that effect
 * the likelihood is a plain with many low hills. */
static uint64_t enough(const struct search *f)
{
	const bool brief = f->s.n < 20000;
	const bool clear = f->agree == f->tried && f->best.theta[2] > WEAK;

	if (f->spec.starts)
		return f->spec.starts;
	if (!clear)
		return brief ? 6 : 3;
	return f->s.n < 1000 ? 4 : brief ? 2 : 1;
}

static enum pl_rc search(struct search *f, struct pl_err *e)
{
	double start[GRID][K];

	rank_grid(start, f);
	do {
		PL_TRY(one_start(f, start[f->tried++], e));
	} while (f->tried < enough(f));
	if (f->agree)
		return PL_OK;
	(void)pl_fail(e, PL_EMATH,
		      "GARCH: no maximum found from %d starts in %d steps each",
		      (int)f->tried, (int)f->spec.max_iter);
	return pl_hint(e, "the sample may be too short or hold a few extreme "
			  "values; try EWMA");
}

/* Without ARCH effect beta is not identified; when a constant variance is as
 * good as what was found, say so with beta = 0. */
static void settle(struct search *f)
{
	struct pl_ml_state st = { .iterations = 0 };
	const double mu = f->best.theta[0];

	if (f->best.theta[2] > 0)
		return;
	st.theta[0] = mu;
	st.theta[1] = pl_garch_presample(&f->s, mu);
	f->evaluations++;
	if (!pl_garch_pass(&st.at, st.theta, &f->s) ||
	    !(st.at.l >= f->best.at.l - 1e-6))
		return;
	st.active[2] = st.active[3] = true;
	st.converged = f->best.converged;
	f->best = st;
}

static struct pl_garch_par par(const double *v, const double *unit)
{
	return (struct pl_garch_par){ v[0] * unit[0], v[1] * unit[1],
				      v[2] * unit[2], v[3] * unit[3] };
}

static struct pl_garch_par errors(const double *cov, const bool *active,
				  const double *unit, bool found)
{
	double se[K];

	for (size_t i = 0; i < K; i++)
		se[i] = found && !active[i] ? sqrt(cov[i * K + i]) : NAN;
	return par(se, unit);
}

static void standard_errors(struct pl_garch *o, const struct pl_ml_state *st,
			    const double *unit)
{
	double a[K * K], inv[K * K], opg[K * K], t[K * K] = { 0 };
	double q[K * K] = { 0 }, worst = 0;
	bool h, b;

	for (size_t i = 0; i < K * K; i++)
		a[i] = -st->at.h[i];
	h = pl_ml_invert(inv, a, st->active, K);
	b = pl_ml_invert(opg, st->at.b, st->active, K);
	for (size_t i = 0; h && i < K; i++)
		for (size_t j = 0; j < K; j++)
			for (size_t k = 0; k < K; k++)
				t[i * K + j] +=
					inv[i * K + k] * st->at.b[k * K + j];
	for (size_t i = 0; h && i < K; i++)
		for (size_t j = 0; j < K; j++)
			for (size_t k = 0; k < K; k++)
				q[i * K + j] += t[i * K + k] * inv[k * K + j];
	o->se.hessian = errors(inv, st->active, unit, h);
	o->se.opg = errors(opg, st->active, unit, b);
	o->se.qml = errors(q, st->active, unit, h);
	for (size_t i = 0; h && i < K; i++)
		if (!st->active[i])
			worst = fmax(worst,
				     fabs(st->at.g[i]) * sqrt(inv[i * K + i]));
	o->gradient = h ? worst : NAN;
}

/* Variances and residuals in the unit of x. */
static void path(struct pl_arena *a, struct pl_garch *o,
		 const struct pl_garch_sample *s, const double *theta)
{
	const double v = s->sd * s->sd, mu = theta[0];
	const double h0 = pl_garch_presample(s, mu);
	double h = theta[1] + (theta[2] + theta[3]) * h0;

	o->h = PL_NEW_N(a, double, s->n);
	o->z = PL_NEW_N(a, double, s->n);
	for (size_t t = 0; t < s->n; t++) {
		const double e = s->x[t] - mu;

		o->h[t] = h * v;
		o->z[t] = e / sqrt(h);
		h = (theta[1] + theta[2] * (e * e)) + theta[3] * h;
	}
	o->h0 = h0 * v;
	o->h_next = h * v;
}

static void report(struct pl_arena *a, struct pl_garch *o,
		   const struct search *f)
{
	const struct pl_ml_state *st = &f->best;
	const double sd = f->s.sd, n = (double)f->s.n;
	const double unit[K] = { sd, sd * sd, 1, 1 };

	*o = (struct pl_garch){ .n = f->s.n };
	o->coef = par(st->theta, unit);
	o->coef.mu += f->s.mean;
	o->loglik = st->at.l - n * pl_log(sd);
	o->aic = 2 * K - 2 * o->loglik;
	o->bic = K * pl_log(n) - 2 * o->loglik;
	o->persistence = o->coef.alpha + o->coef.beta;
	o->integrated = o->persistence >= 1;
	o->long_run =
		o->integrated ? NAN : o->coef.omega / (1 - o->persistence);
	o->boundary = st->theta[2] <= 0 || st->theta[3] <= 0 ||
		      st->theta[3] >= upper[3] || st->theta[1] <= lower[1];
	o->iterations = f->iterations;
	o->evaluations = f->evaluations;
	o->starts = f->tried;
	o->agree = f->agree;
	o->converged = st->converged;
	standard_errors(o, st, unit);
	path(a, o, &f->s, st->theta);
}

enum pl_rc pl_garch_fit(struct pl_arena *a, struct pl_garch *out,
			const double *x, size_t stride, size_t n,
			const struct pl_garch_spec *spec, struct pl_err *e)
{
	struct search f = { .p = { K, lower, upper, pl_garch_pass, NULL } };

	if (spec)
		f.spec = *spec;
	if (!f.spec.max_iter)
		f.spec.max_iter = 200;
	if (f.spec.starts > GRID)
		f.spec.starts = GRID;
	PL_TRY(pl_sample_varies(x, stride, n, PL_GARCH_MIN, "GARCH", e));
	PL_TRY(pl_garch_standardise(a, &f.s, x, stride, n, e));
	f.p.ctx = &f.s;
	PL_TRY(search(&f, e));
	settle(&f);
	report(a, out, &f);
	return PL_OK;
}

enum pl_rc pl_garch_loglik(double *l, double *grad, double *hess,
			   const struct pl_garch_par *at, const double *x,
			   size_t stride, size_t n, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_garch_sample s = { .sd = 1 };
	struct pl_ml_eval v;
	enum pl_rc rc = pl_sample_varies(x, stride, n, 2, "GARCH", e);

	if (!rc)
		rc = pl_garch_standardise(a, &s, x, stride, n, e);
	if (!rc) {
		const double u[K] = { s.sd, s.sd * s.sd, 1, 1 };
		const double theta[K] = { (at->mu - s.mean) / u[0],
					  at->omega / u[1], at->alpha,
					  at->beta };

		if (!(at->omega > 0 && at->alpha >= 0 && at->beta >= 0) ||
		    !pl_garch_pass(&v, theta, &s)) {
			rc = pl_fail(e, PL_EMATH,
				     "GARCH: no likelihood at these "
				     "parameters");
			goto out;
		}
		*l = v.l - (double)n * pl_log(s.sd);
		for (size_t i = 0; grad && i < K; i++)
			grad[i] = v.g[i] / u[i];
		for (size_t i = 0; hess && i < K * K; i++)
			hess[i] = v.h[i] / (u[i / K] * u[i % K]);
	}
out:
	pl_arena_close(a);
	return rc;
}

void pl_garch_forecast(double *h, size_t steps, const struct pl_garch *fit)
{
	for (size_t k = 0; k < steps; k++)
		h[k] = k ? fit->coef.omega + fit->persistence * h[k - 1]
			 : fit->h_next;
}
