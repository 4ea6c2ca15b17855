#include "analytics/vol.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "analytics/fixed_math.h"
#include "analytics/garch.h"
#include "analytics/gsl.h"
#include "analytics/vol_int.h"

const char *const pl_vol_words[] = { "normal", "t", "gjr", "gjr-t", NULL };

bool pl_vol_is_t(enum pl_vol_kind k)
{
	return k == PL_VOL_T || k == PL_VOL_GJR_T;
}

bool pl_vol_is_gjr(enum pl_vol_kind k)
{
	return k == PL_VOL_GJR || k == PL_VOL_GJR_T;
}

/* Bounds on the standardised sample, of mu, omega, up, down, beta, 1/nu. */
static const double lower[V_MAX] = { -10, 1e-12, 0, 0, 0, 1 / PL_VOL_NU_MAX };
static const double upper[V_MAX] = { 10, 1e3,      10,
				     10, 1 - 1e-6, 1 / PL_VOL_NU_MIN };

/* Shock, beta, 1/nu; GJR starts with a third and five thirds of the shock. */
/* clang-format off */
static const double grid[][3] = {
	{ .05, .90, .20 }, { .10, .80, .15 }, { .03, .96, .25 },
	{ .10, .89, .30 }, { .20, .70, .20 }, { .05, .50, .25 },
	{ .02, .97, .10 }, { .30, .30, .20 }, { .01, .90, .25 },
};
/* clang-format on */
#define GRID (sizeof(grid) / sizeof(grid[0]))

struct search {
	struct pl_vol_ctx c;
	struct pl_vol_spec spec;
	struct pl_ml_problem p;
	double lo[V_MAX], hi[V_MAX];
	struct pl_ml_state best;
	uint64_t iterations, evaluations, agree, tried;
};

static bool eval(struct pl_ml_eval *out, const double *theta, const void *ctx)
{
	return pl_vol_pass(out, NULL, theta, ctx);
}

/* The model's own order out of the full one, held within the bounds. */
static void pack(double *theta, const double *full, const struct pl_vol_ctx *c)
{
	for (size_t i = 0; i < V_MAX; i++)
		if (c->place[i] != V_MAX)
			theta[c->place[i]] =
				fmin(fmax(full[i], lower[i]), upper[i]);
}

static void unpack(double *full, const double *theta,
		   const struct pl_vol_ctx *c)
{
	for (size_t i = 0; i < V_MAX; i++)
		full[i] = c->place[i] == V_MAX ? 0 : theta[c->place[i]];
	if (c->place[V_DOWN] == V_MAX)
		full[V_DOWN] = full[V_UP];
}

static void from_par(double *theta, const struct pl_vol_par *p,
		     const struct pl_vol_ctx *c)
{
	const double sd = c->s.sd;
	const double gamma = isnan(p->gamma) ? 0 : p->gamma;
	const double full[V_MAX] = {
		(p->mu - c->s.mean) / sd,
		p->omega / (sd * sd),
		p->alpha,
		p->alpha + gamma,
		p->beta,
		isnan(p->nu) ? .2 : 1 / p->nu,
	};

	pack(theta, full, c);
}

static void grid_point(double *theta, size_t i, const struct pl_vol_ctx *c)
{
	const double a = grid[i][0], b = grid[i][1];
	const bool gjr = pl_vol_is_gjr(c->kind);
	const double full[V_MAX] = {
		0, 1 - a - b, gjr ? a / 3 : a, gjr ? 5 * a / 3 : a,
		b, grid[i][2]
	};

	pack(theta, full, c);
}

struct starts {
	double theta[GRID][V_MAX], value[GRID];
	size_t n;
};

/* In the order of their likelihood, best first. */
static void add_start(struct starts *s, struct search *f, const double *theta)
{
	const double l = pl_vol_value(theta, &f->c);
	size_t j = s->n;

	f->evaluations++;
	if (!isfinite(l))
		return;
	for (; j > 0 && !(s->value[j - 1] >= l); j--) {
		s->value[j] = s->value[j - 1];
		memcpy(s->theta[j], s->theta[j - 1], sizeof(s->theta[j]));
	}
	s->value[j] = l;
	memcpy(s->theta[j], theta, sizeof(s->theta[j]));
	s->n++;
}

static bool climb(struct search *f, const double *from)
{
	struct pl_ml_state st = { .iterations = 0 };
	const double near = 1e-7; /* likelihoods of one maximum */
	bool there;

	memcpy(st.theta, from, f->c.k * sizeof(*from));
	there = pl_ml_newton(&st, &f->p, f->spec.max_iter);
	f->iterations += st.iterations;
	f->evaluations += st.evaluations;
	if (!there || !st.converged)
		return false;
	if (f->agree && st.at.l <= f->best.at.l + near) {
		f->agree += st.at.l >= f->best.at.l - near;
		return true;
	}
	f->best = st;
	f->agree = 1;
	return true;
}

static uint64_t enough(const struct search *f)
{
	if (f->spec.starts)
		return f->spec.starts;
	return f->agree == f->tried ? 2 : 6;
}

/* Where the grid's starts do not agree: the fit with normal innovations. */
static void from_normal(struct search *f, struct pl_arena *a, const double *x,
			size_t stride)
{
	double theta[V_MAX] = { 0 };
	struct pl_garch g;
	struct pl_err none;

	if (pl_garch_fit(a, &g, x, stride, f->c.s.n, NULL, &none))
		return;
	f->evaluations += g.evaluations;
	from_par(theta,
		 &(struct pl_vol_par){ g.coef.mu, g.coef.omega, g.coef.alpha,
				       NAN, g.coef.beta, NAN },
		 &f->c);
	f->tried++;
	(void)climb(f, theta);
}

static enum pl_rc cold(struct search *f, struct pl_arena *a, const double *x,
		       size_t stride, struct pl_err *e)
{
	struct starts s = { .n = 0 };
	double theta[V_MAX] = { 0 };

	for (size_t i = 0; i < GRID; i++) {
		grid_point(theta, i, &f->c);
		add_start(&s, f, theta);
	}
	while (f->tried < s.n && f->tried < enough(f))
		(void)climb(f, s.theta[f->tried++]);
	if (f->agree < f->tried)
		from_normal(f, a, x, stride);
	if (f->agree)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "GARCH (%s): no maximum found from %d starts in %d "
		       "steps each",
		       pl_vol_words[f->c.kind], (int)f->tried,
		       (int)f->spec.max_iter);
}

/* garch.h has the better search for its own model: its maximum, and the
 * likelihood's derivatives there. */
static bool as_garch(struct search *f, struct pl_arena *a, const double *x,
		     size_t stride)
{
	const struct pl_garch_spec spec = { .max_iter = f->spec.max_iter,
					    .starts = f->spec.starts };
	double theta[V_MAX] = { 0 };
	struct pl_garch g;
	struct pl_err none;

	if (pl_garch_fit(a, &g, x, stride, f->c.s.n, &spec, &none))
		return false;
	from_par(theta,
		 &(struct pl_vol_par){ g.coef.mu, g.coef.omega, g.coef.alpha,
				       NAN, g.coef.beta, NAN },
		 &f->c);
	if (!climb(f, theta))
		return false;
	f->iterations += g.iterations;
	f->evaluations += g.evaluations;
	f->tried = g.starts;
	f->agree = g.agree;
	return true;
}

static enum pl_rc search(struct search *f, struct pl_arena *a, const double *x,
			 size_t stride, struct pl_err *e)
{
	double theta[V_MAX] = { 0 };

	if (f->spec.warm) {
		from_par(theta, f->spec.warm, &f->c);
		f->tried = 1;
		/* in there a neighbour's bound is no place to begin */
		if (climb(f, theta) && f->best.theta[V_UP] > 0)
			return PL_OK;
		f->tried = f->agree = 0;
	}
	if (f->c.kind == PL_VOL_NORMAL && as_garch(f, a, x, stride))
		return PL_OK;
	return cold(f, a, x, stride, e);
}

/* ---------------------------------------------------------------- report */

/* Row i of the matrix that takes changes of theta to changes of the i-th
 * reported parameter (mu, omega, alpha, gamma, beta, nu). */
static void jacobian(double *row, size_t i, const struct search *f)
{
	const size_t *at = f->c.place;
	const double sd = f->c.s.sd, *theta = f->best.theta;

	memset(row, 0, V_MAX * sizeof(*row));
	switch (i) {
	case V_MU:
		row[at[V_MU]] = sd;
		break;
	case V_OMEGA:
		row[at[V_OMEGA]] = sd * sd;
		break;
	case V_DOWN: /* gamma = down - up */
		row[at[V_DOWN]] = 1;
		row[at[V_UP]] = -1;
		break;
	case V_SHAPE:
		row[at[i]] = -1 / (theta[at[i]] * theta[at[i]]);
		break;
	default:
		row[at[i]] = 1;
		break;
	}
}

static double bilinear(const double *a, const double *cov, const double *b,
		       size_t k)
{
	double v = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			v += a[i] * cov[i * k + j] * b[j];
	return v;
}

static double quadratic(const double *row, const double *cov, size_t k)
{
	return bilinear(row, cov, row, k);
}

/* A parameter has an error unless something it is made of is on its bound. */
static struct pl_vol_par errors(const double *cov, bool found,
				const struct search *f)
{
	double se[V_MAX], row[V_MAX];

	for (size_t i = 0; i < V_MAX; i++) {
		bool there = found && f->c.place[i] != V_MAX;

		se[i] = NAN;
		if (!there)
			continue;
		jacobian(row, i, f);
		for (size_t j = 0; j < f->c.k; j++)
			there = there && !(row[j] != 0 && f->best.active[j]);
		if (there)
			se[i] = sqrt(quadratic(row, cov, f->c.k));
	}
	return (struct pl_vol_par){ se[0], se[1], se[2], se[3], se[4], se[5] };
}

static void sandwich(double *q, const double *inv, const double *b, size_t k)
{
	double t[V_MAX * V_MAX] = { 0 };

	memset(q, 0, k * k * sizeof(*q));
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			for (size_t l = 0; l < k; l++)
				t[i * k + j] += inv[i * k + l] * b[l * k + j];
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			for (size_t l = 0; l < k; l++)
				q[i * k + j] += t[i * k + l] * inv[l * k + j];
}

/* The whole covariance, for figures made of several parameters. */
static void covariance(struct pl_vol *o, const double *q, bool found,
		       const struct search *f, const struct pl_vol_end *end)
{
	const double sd = f->c.s.sd;
	double row[V_MAX][V_MAX] = { { 0 } };

	for (size_t i = 0; i < V_MAX; i++)
		if (f->c.place[i] != V_MAX)
			jacobian(row[i], i, f);
	for (size_t i = 0; found && i < V_MAX; i++)
		for (size_t j = 0; j < V_MAX; j++)
			o->cov[i * V_MAX + j] =
				bilinear(row[i], q, row[j], f->c.k);
	if (!found)
		o->cov[0] = NAN;
	o->slope[V_MU] = sd * end->d[V_MU];
	o->slope[V_OMEGA] = end->d[V_OMEGA];
	o->slope[V_UP] = sd * sd * end->d[V_UP];
	if (pl_vol_is_gjr(f->c.kind)) { /* alpha moves both, gamma one */
		o->slope[V_UP] += sd * sd * end->d[V_DOWN];
		o->slope[V_DOWN] = sd * sd * end->d[V_DOWN];
	}
	o->slope[V_BETA] = sd * sd * end->d[V_BETA];
}

static void standard_errors(struct pl_vol *o, const struct search *f,
			    const struct pl_vol_end *end)
{
	const struct pl_ml_state *st = &f->best;
	const size_t k = f->c.k;
	double a[V_MAX * V_MAX], inv[V_MAX * V_MAX], opg[V_MAX * V_MAX];
	double q[V_MAX * V_MAX], row[V_MAX] = { 0 }, worst = 0;
	bool h, b;

	for (size_t i = 0; i < k * k; i++)
		a[i] = -st->at.h[i];
	h = pl_ml_invert(inv, a, st->active, k);
	b = pl_ml_invert(opg, st->at.b, st->active, k);
	if (h)
		sandwich(q, inv, st->at.b, k);
	o->se.hessian = errors(inv, h, f);
	o->se.opg = errors(opg, b, f);
	o->se.qml = errors(q, h, f);
	for (size_t i = 0; i < V_MAX; i++)
		if (f->c.place[i] != V_MAX)
			row[f->c.place[i]] = end->d[i];
	o->se_sigma_next =
		h ? f->c.s.sd * sqrt(quadratic(row, q, k)) / 2 / sqrt(end->h)
		  : NAN;
	covariance(o, q, h, f, end);
	for (size_t i = 0; h && i < k; i++)
		if (!st->active[i])
			worst = fmax(worst,
				     fabs(st->at.g[i]) * sqrt(inv[i * k + i]));
	o->gradient = h ? worst : NAN;
}

static void path(struct pl_arena *a, struct pl_vol *o,
		 const struct pl_garch_sample *s, const double *full)
{
	const double v = s->sd * s->sd, mu = full[V_MU];
	const double h0 = pl_garch_presample(s, mu);
	double h = full[V_OMEGA] + o->persistence * h0;

	o->h = PL_NEW_N(a, double, s->n);
	o->z = PL_NEW_N(a, double, s->n);
	for (size_t t = 0; t < s->n; t++) {
		const double e = s->x[t] - mu;

		o->h[t] = h * v;
		o->z[t] = e / sqrt(h);
		h = (full[V_OMEGA] + full[e < 0 ? V_DOWN : V_UP] * (e * e)) +
		    full[V_BETA] * h;
	}
	o->h0 = h0 * v;
	o->h_next = h * v;
}

static void report(struct pl_arena *a, struct pl_vol *o, struct search *f)
{
	const struct pl_garch_sample *s = &f->c.s;
	const double n = (double)s->n, k = (double)f->c.k;
	const bool gjr = pl_vol_is_gjr(f->c.kind), t = pl_vol_is_t(f->c.kind);
	double full[V_MAX];
	struct pl_vol_end end;
	struct pl_ml_eval at;

	unpack(full, f->best.theta, &f->c);
	(void)pl_vol_pass(&at, &end, f->best.theta, &f->c);
	f->evaluations++;
	*o = (struct pl_vol){ .kind = f->c.kind, .n = s->n, .k = f->c.k };
	o->coef = (struct pl_vol_par){
		s->mean + s->sd * full[V_MU],
		s->sd * s->sd * full[V_OMEGA],
		full[V_UP],
		gjr ? full[V_DOWN] - full[V_UP] : NAN,
		full[V_BETA],
		t ? 1 / full[V_SHAPE] : NAN,
	};
	o->loglik = f->best.at.l - n * pl_log(s->sd);
	o->aic = 2 * k - 2 * o->loglik;
	o->bic = k * pl_log(n) - 2 * o->loglik;
	o->persistence = .5 * (full[V_UP] + full[V_DOWN]) + full[V_BETA];
	o->integrated = o->persistence >= 1;
	o->long_run =
		o->integrated ? NAN : o->coef.omega / (1 - o->persistence);
	o->boundary = full[V_UP] <= 0 || full[V_DOWN] <= 0 ||
		      full[V_BETA] <= 0 || full[V_BETA] >= upper[V_BETA] ||
		      full[V_OMEGA] <= lower[V_OMEGA];
	o->normal = t && full[V_SHAPE] <= lower[V_SHAPE];
	o->iterations = f->iterations;
	o->evaluations = f->evaluations;
	o->starts = f->tried;
	o->agree = f->agree;
	o->converged = f->best.converged;
	standard_errors(o, f, &end);
	path(a, o, s, full);
}

enum pl_rc pl_vol_fit(struct pl_arena *a, struct pl_vol *out, const double *x,
		      size_t stride, size_t n, const struct pl_vol_spec *spec,
		      struct pl_err *e)
{
	struct search f = { .spec = *spec };

	if (!f.spec.max_iter)
		f.spec.max_iter = 200;
	pl_vol_ctx_init(&f.c, spec->kind);
	pack(f.lo, lower, &f.c);
	pack(f.hi, upper, &f.c);
	f.p = (struct pl_ml_problem){ f.c.k, f.lo, f.hi, eval, &f.c };
	PL_TRY(pl_sample_varies(x, stride, n, PL_VOL_MIN, "GARCH", e));
	PL_TRY(pl_garch_standardise(a, &f.c.s, x, stride, n, e));
	PL_TRY(search(&f, a, x, stride, e));
	report(a, out, &f);
	return PL_OK;
}

static enum pl_rc loglik(struct pl_arena *a, double *l, double *grad,
			 enum pl_vol_kind kind, const struct pl_vol_par *at,
			 const double *x, size_t stride, size_t n,
			 struct pl_err *e)
{
	struct pl_vol_ctx c;
	double theta[V_MAX] = { 0 }, g[V_MAX], sd;
	struct pl_ml_eval v;

	pl_vol_ctx_init(&c, kind);
	PL_TRY(pl_garch_standardise(a, &c.s, x, stride, n, e));
	from_par(theta, at, &c);
	sd = c.s.sd;
	if (!pl_vol_pass(&v, NULL, theta, &c))
		return pl_fail(e, PL_EMATH,
			       "GARCH: no likelihood at these parameters");
	*l = v.l - (double)n * pl_log(sd);
	if (!grad)
		return PL_OK;
	memcpy(g, v.g, c.k * sizeof(*g));
	g[c.place[V_MU]] /= sd;
	g[c.place[V_OMEGA]] /= sd * sd;
	/* (alpha, gamma) to (up, down): alpha moves both */
	if (pl_vol_is_gjr(kind))
		g[c.place[V_UP]] += g[c.place[V_DOWN]];
	if (pl_vol_is_t(kind))
		g[c.place[V_SHAPE]] *= -1 / (at->nu * at->nu);
	memcpy(grad, g, c.k * sizeof(*g));
	return PL_OK;
}

enum pl_rc pl_vol_loglik(double *l, double *grad, enum pl_vol_kind kind,
			 const struct pl_vol_par *at, const double *x,
			 size_t stride, size_t n, struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;

	PL_TRY(pl_sample_varies(x, stride, n, 2, "GARCH", e));
	if (!(at->omega > 0 && at->alpha >= 0 && at->beta >= 0))
		return pl_fail(e, PL_EMATH,
			       "GARCH: no likelihood at these parameters");
	a = pl_arena_open(0);
	rc = loglik(a, l, grad, kind, at, x, stride, n, e);
	pl_arena_close(a);
	return rc;
}

void pl_vol_tail(double *quantile, double *mean_below, double p,
		 enum pl_vol_kind kind, double nu)
{
	if (pl_vol_is_t(kind)) {
		const double q = gsl_cdf_tdist_Pinv(p, nu);
		const double unit = sqrt((nu - 2) / nu);

		*quantile = unit * q;
		*mean_below = -unit * gsl_ran_tdist_pdf(q, nu) / p *
			      (nu + q * q) / (nu - 1);
		return;
	}
	*quantile = gsl_cdf_ugaussian_Pinv(p);
	*mean_below = -gsl_ran_ugaussian_pdf(*quantile) / p;
}
