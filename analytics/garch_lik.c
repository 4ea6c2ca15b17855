/* The likelihood of GARCH(1,1)-normal with its analytic first and second
 * derivatives by recursion (Fiorentini, Calzolari & Panattoni 1996), in one
 * pass without a logarithm per observation: variances are multiplied up and
 * split into mantissa and exponent once per block. */
#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/garch_int.h"
#include "analytics/moments.h"

/* Observations per block.  Within the optimiser's bounds a standardised
 * variance lies within 1e-12..1e15, so a block's product neither overflows nor
 * vanishes; and sums of sums lose fewer digits than one long sum. */
#define BLOCK 16
static const double ln_2 = 0.693147180559945309417232121458;
static const double ln_2pi = 1.837877066409345483560659472811;

enum pl_rc pl_garch_standardise(struct pl_arena *a, struct pl_garch_sample *out,
				const double *x, size_t stride, size_t n,
				struct pl_err *e)
{
	struct pl_moments m;
	double *z, sq = 0;

	PL_TRY(pl_moments(&m, x, stride, n, e));
	z = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < n; i++)
		z[i] = (x[i * stride] - m.mean) / m.sd_pop;
	for (size_t i = 0; i < n; i++)
		sq += z[i] * z[i];
	*out = (struct pl_garch_sample){ .x = z,
					 .n = n,
					 .mean = m.mean,
					 .sd = m.sd_pop,
					 .s1 = pl_mean(z, 1, n),
					 .s2 = sq / (double)n };
	return PL_OK;
}

double pl_garch_presample(const struct pl_garch_sample *s, double mu)
{
	return s->s2 - 2 * mu * s->s1 + mu * mu;
}

/* A sum of logarithms as ln m + ex ln 2. */
struct logsum {
	double m;
	int64_t ex;
};

/* False when the block's product shows a variance out of range. */
static inline bool log_add(struct logsum *l, double product)
{
	int a, b;

	if (!(product > 1e-300 && product < 1e300))
		return false;
	l->m = frexp(l->m * frexp(product, &a), &b);
	l->ex += a + b;
	return true;
}

static double total(const struct logsum *l, double q, size_t n)
{
	return -.5 *
	       ((double)n * ln_2pi + (pl_log(l->m) + (double)l->ex * ln_2 + q));
}

double pl_garch_value(const struct pl_garch_sample *s, const double *theta)
{
	const double mu = theta[0], omega = theta[1];
	const double alpha = theta[2], beta = theta[3];
	const double h0 = pl_garch_presample(s, mu);
	double h = omega + (alpha + beta) * h0, q = 0;
	struct logsum l = { 1, 0 };

	for (size_t t = 0; t < s->n;) {
		const size_t end = s->n - t > BLOCK ? t + BLOCK : s->n;
		double product = 1, qb = 0;

		for (; t < end; t++) {
			const double e = s->x[t] - mu, e2 = e * e;

			product *= h;
			qb += e2 / h;
			h = (omega + alpha * e2) + beta * h;
		}
		if (!log_add(&l, product))
			return NAN;
		q += qb;
	}
	return total(&l, q, s->n);
}

/* First and second derivatives of h[t]; m, w, a, b stand for mu, omega, alpha,
 * beta.  Those not here are zero at every t. */
struct deriv {
	double m, w, a, b;
	double mm, ma, mb, wb, ab, bb;
};

/* Sums over a block or over all: q of e^2/h; gradient; Hessian and outer
 * products, upper triangle row by row. */
struct sums {
	double q, g[4], h[10], o[10];
};

static inline void step(struct deriv *d, double e, double e2, double h,
			double alpha, double beta)
{
	d->bb = 2 * d->b + beta * d->bb;
	d->ab = d->a + beta * d->ab;
	d->wb = d->w + beta * d->wb;
	d->mb = d->m + beta * d->mb;
	d->ma = -2 * e + beta * d->ma;
	d->mm = 2 * alpha + beta * d->mm;
	d->m = -2 * alpha * e + beta * d->m;
	d->w = 1 + beta * d->w;
	d->a = e2 + beta * d->a;
	d->b = h + beta * d->b;
}

/* l[t] = -(ln 2 pi + ln h + e^2/h)/2.  With r = 1/h, z = e^2 r:
 * u = dl/dh = (z-1) r/2, v = d2l/dh2 = (1-2z) r^2/2, c = d2l/dh de' = -e r^2
 * (mu moves e by -1). */
static inline void gather(struct sums *s, const struct deriv *d, double e,
			  double e2, double h)
{
	const double r = 1 / h, z = e2 * r, u = .5 * (z - 1) * r;
	const double v = .5 * (1 - 2 * z) * r * r, c = -e * r * r;
	const double gm = u * d->m + e * r, gw = u * d->w;
	const double ga = u * d->a, gb = u * d->b;
	const double vm = v * d->m + c, vw = v * d->w, va = v * d->a;

	s->q += z;
	s->g[0] += gm;
	s->g[1] += gw;
	s->g[2] += ga;
	s->g[3] += gb;
	s->h[0] += u * d->mm + (vm + c) * d->m - r;
	s->h[1] += vm * d->w;
	s->h[2] += u * d->ma + vm * d->a;
	s->h[3] += u * d->mb + vm * d->b;
	s->h[4] += vw * d->w;
	s->h[5] += vw * d->a;
	s->h[6] += u * d->wb + vw * d->b;
	s->h[7] += va * d->a;
	s->h[8] += u * d->ab + va * d->b;
	s->h[9] += u * d->bb + v * d->b * d->b;
	s->o[0] += gm * gm;
	s->o[1] += gm * gw;
	s->o[2] += gm * ga;
	s->o[3] += gm * gb;
	s->o[4] += gw * gw;
	s->o[5] += gw * ga;
	s->o[6] += gw * gb;
	s->o[7] += ga * ga;
	s->o[8] += ga * gb;
	s->o[9] += gb * gb;
}

static void merge(struct sums *all, const struct sums *block)
{
	all->q += block->q;
	for (size_t i = 0; i < 4; i++)
		all->g[i] += block->g[i];
	for (size_t i = 0; i < 10; i++) {
		all->h[i] += block->h[i];
		all->o[i] += block->o[i];
	}
}

static void spread(double *square, const double *upper)
{
	size_t k = 0;

	for (size_t i = 0; i < 4; i++)
		for (size_t j = i; j < 4; j++, k++)
			square[i * 4 + j] = square[j * 4 + i] = upper[k];
}

/* Derivatives of the first variance: h = omega + (alpha + beta) h0(mu). */
static struct deriv start(const struct pl_garch_sample *s, double mu,
			  double persistence)
{
	const double h0 = pl_garch_presample(s, mu), d0 = 2 * (mu - s->s1);

	return (struct deriv){ .m = persistence * d0,
			       .w = 1,
			       .a = h0,
			       .b = h0,
			       .mm = persistence * 2,
			       .ma = d0,
			       .mb = d0 };
}

bool pl_garch_pass(struct pl_ml_eval *out, const double *theta, const void *ctx)
{
	const struct pl_garch_sample *s = ctx;
	const double mu = theta[0], omega = theta[1];
	const double alpha = theta[2], beta = theta[3];
	struct deriv d = start(s, mu, alpha + beta);
	double h = omega + (alpha + beta) * pl_garch_presample(s, mu);
	struct logsum l = { 1, 0 };
	struct sums all = { 0 };

	for (size_t t = 0; t < s->n;) {
		const size_t end = s->n - t > BLOCK ? t + BLOCK : s->n;
		struct sums block = { 0 };
		double product = 1;

		for (; t < end; t++) {
			const double e = s->x[t] - mu, e2 = e * e;

			product *= h;
			gather(&block, &d, e, e2, h);
			step(&d, e, e2, h, alpha, beta);
			h = (omega + alpha * e2) + beta * h;
		}
		if (!log_add(&l, product))
			return false;
		merge(&all, &block);
	}
	out->l = total(&l, all.q, s->n);
	memcpy(out->g, all.g, sizeof(all.g));
	spread(out->h, all.h);
	spread(out->b, all.o);
	return isfinite(out->l);
}
