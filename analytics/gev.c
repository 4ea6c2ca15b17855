#include "analytics/gev.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/ml.h"
#include "analytics/moments.h"

enum { LOC, SCALE, XI, K };

/* In units of the sample's deviation, from its mean.  Below xi -1 the
 * likelihood has no maximum. */
static const double lower[K] = { -1e3, 1e-6, -.99 };
static const double upper[K] = { 1e3, 1e3, 5 };

struct sample {
	const double *x;
	size_t stride, n;
	double mean, sd;
};

/* y = ln(1 + xi z) / xi and its derivatives; z where xi is 0. */
struct gumbel {
	double y, z, x, zz, zx, xx;
};

/* Near q = xi z = 0 the closed forms lose their digits to series. */
#define NEAR .02
#define TERMS 12

static bool gumbel_at(struct gumbel *o, double z, double xi)
{
	const double q = xi * z, a = 1 + q;
	double power = 1;

	if (!(a > 0))
		return false;
	o->y = xi == 0 ? z : pl_log1p(q) / xi;
	o->z = 1 / a;
	o->zz = -xi / (a * a);
	o->zx = -z / (a * a);
	if (fabs(q) >= NEAR) {
		o->x = (z / a - o->y) / xi;
		o->xx = (-z * z / (a * a) - 2 * o->x) / xi;
		return true;
	}
	o->x = o->xx = 0;
	for (int k = 1; k <= TERMS; k++, power *= -q) {
		o->x -= power * k / (k + 1);
		o->xx += power * k * (k + 1) / (k + 2);
	}
	o->x *= z * z;
	o->xx *= z * z * z;
	return true;
}

/* l = -ln s - (1 + xi) y - e^-y of one maximum, g and h its derivatives by
 * loc, scale, xi. */
static bool point(double *l, double *g, double *h, double z, double s,
		  double xi)
{
	struct gumbel u;
	double e, ly, lz, lzz, lzx;

	if (!gumbel_at(&u, z, xi))
		return false;
	e = pl_exp(-u.y);
	ly = e - (1 + xi);
	lz = ly * u.z;
	lzz = -e * u.z * u.z + ly * u.zz;
	lzx = -e * u.x * u.z + ly * u.zx - u.z;
	*l = -(1 + xi) * u.y - e;
	g[LOC] = -lz / s;
	g[SCALE] = -(1 + lz * z) / s;
	g[XI] = -u.y + ly * u.x;
	h[0] = lzz / (s * s);
	h[1] = (lzz * z + lz) / (s * s);
	h[2] = -lzx / s;
	h[4] = (1 + lzz * z * z + 2 * lz * z) / (s * s);
	h[5] = -z * lzx / s;
	h[8] = -2 * u.x - e * u.x * u.x + ly * u.xx;
	h[3] = h[1];
	h[6] = h[2];
	h[7] = h[5];
	return true;
}

static bool eval(struct pl_ml_eval *out, const double *theta, const void *ctx)
{
	const struct sample *p = ctx;
	const double s = theta[SCALE];

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < p->n; i++) {
		const double x = (p->x[i * p->stride] - p->mean) / p->sd;
		double l, g[K], h[K * K];

		if (!point(&l, g, h, (x - theta[LOC]) / s, s, theta[XI]))
			return false;
		out->l += l;
		for (size_t j = 0; j < K; j++)
			out->g[j] += g[j];
		for (size_t j = 0; j < K * K; j++) {
			out->h[j] += h[j];
			out->b[j] += g[j / K] * g[j % K];
		}
	}
	out->l -= (double)p->n * pl_log(s);
	return isfinite(out->l);
}

double pl_gev_loglik(const double *maxima, size_t stride, size_t n, double loc,
		     double scale, double xi)
{
	const struct sample p = { maxima, stride, n, 0, 1 };
	const double theta[K] = { loc, scale, xi };
	struct pl_ml_eval at;

	if (!(scale > 0) || !eval(&at, theta, &p))
		return NAN;
	return at.l;
}

size_t pl_block_maxima(double *out, const double *x, size_t stride, size_t n,
		       size_t block)
{
	const size_t blocks = block ? n / block : 0, skip = n - blocks * block;

	for (size_t b = 0; b < blocks; b++) {
		out[b] = x[(skip + b * block) * stride];
		for (size_t i = 1; i < block; i++)
			out[b] = fmax(out[b],
				      x[(skip + b * block + i) * stride]);
	}
	return blocks;
}

/* Newton from Gumbel's moments, with several shapes. */
static bool climb(struct pl_ml_state *best, const struct sample *p)
{
	static const double shapes[] = { .1, -.1, .3, -.3, .6 };
	const struct pl_ml_problem f = { K, lower, upper, eval, p };
	/* sqrt 6 / pi, and Euler's constant times it */
	const double scale = .7796968012336760, loc = -.4500532075456420;
	bool found = false;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct pl_ml_state st = { .iterations = 0 };

		st.theta[LOC] = loc;
		st.theta[SCALE] = scale;
		st.theta[XI] = shapes[i];
		if (!pl_ml_newton(&st, &f, 200) || !st.converged)
			continue;
		if (st.active[LOC] || st.active[SCALE] || st.active[XI])
			continue;
		if (found && !(st.at.l > best->at.l))
			continue;
		*best = st;
		found = true;
	}
	return found;
}

enum pl_rc pl_gev_fit(struct pl_gev *out, const double *maxima, size_t stride,
		      size_t n, struct pl_err *e)
{
	struct sample p = { maxima, stride, n, 0, 1 };
	struct pl_gev g = { .n = n, .converged = true };
	double a[K * K], unit[K];
	struct pl_ml_state st = { .iterations = 0 };
	struct pl_moments m;

	PL_TRY(pl_sample_varies(maxima, stride, n, PL_GEV_MIN, "block maxima",
				e));
	PL_TRY(pl_moments(&m, maxima, stride, n, e));
	p.mean = m.mean;
	p.sd = m.sd;
	for (size_t i = 0; i < K * K; i++)
		g.cov[i] = NAN;
	if (!climb(&st, &p))
		return pl_fail(e, PL_EMATH,
			       "block maxima: the likelihood has no maximum "
			       "(%zu maxima)",
			       n);
	g.loc = p.mean + p.sd * st.theta[LOC];
	g.scale = p.sd * st.theta[SCALE];
	g.xi = st.theta[XI];
	g.loglik = st.at.l - (double)n * pl_log(p.sd);
	unit[LOC] = unit[SCALE] = p.sd;
	unit[XI] = 1;
	for (size_t i = 0; i < K * K; i++)
		a[i] = -st.at.h[i];
	if (pl_ml_invert(g.cov, a, NULL, K)) {
		for (size_t i = 0; i < K; i++)
			g.gradient =
				fmax(g.gradient,
				     fabs(st.at.g[i]) * sqrt(g.cov[i * K + i]));
		for (size_t i = 0; i < K * K; i++)
			g.cov[i] *= unit[i / K] * unit[i % K];
	}
	g.se_loc = sqrt(g.cov[0]);
	g.se_scale = sqrt(g.cov[4]);
	g.se_xi = sqrt(g.cov[8]);
	*out = g;
	return PL_OK;
}

/* With w = -ln(1 - 1/blocks): level = loc + scale (w^-xi - 1)/xi. */
void pl_gev_return(double *level, double *se, const struct pl_gev *g,
		   double blocks)
{
	const double lw = -pl_log(-pl_log1p(-1 / blocks)), q = g->xi * lw;
	/* (e^q - 1)/xi and its derivative by xi */
	const double u = q == 0 ? lw : pl_expm1(q) / g->xi;
	const double v = fabs(q) < 1e-3 ? lw * lw * (.5 + q / 3 + q * q / 8)
					: (lw * pl_exp(q) - u) / g->xi;
	const double d[K] = { 1, u, g->scale * v };
	double var = 0;

	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++)
			var += d[i] * g->cov[i * K + j] * d[j];
	*level = g->loc + g->scale * u;
	*se = sqrt(var);
}
