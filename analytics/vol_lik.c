/* The likelihood of the four models with analytic first and second derivatives
 * in one pass.  One body, compiled once for each model. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_sf_psi.h>

#include "analytics/fixed_math.h"
#include "analytics/vol_int.h"

#define BLOCK 16 /* see garch_lik.c */
#define TRI 21   /* upper triangle of 6 x 6 */
static const double ln_2 = 0.693147180559945309417232121458;
static const double ln_pi = 1.144729885849400174143427351353;

void pl_vol_ctx_init(struct pl_vol_ctx *c, enum pl_vol_kind kind)
{
	c->kind = kind;
	c->k = 0;
	for (size_t i = 0; i < V_MAX; i++) {
		const bool there = (i != V_DOWN || pl_vol_is_gjr(kind)) &&
				   (i != V_SHAPE || pl_vol_is_t(kind));

		c->place[i] = there ? c->k++ : V_MAX;
	}
}

/* Derivatives of h: m, w, u, d, b stand for mu, omega, the weights of shocks
 * up and down (one and the same without GJR: u), beta. */
struct deriv {
	double m, w, u, d, b;
	double mm, mu, md, mb, wb, ub, db, bb;
};

struct sums {
	double l; /* the part of l that is no logarithm of h */
	double g[V_MAX], h[TRI], o[TRI];
};

/* What one observation gives: derivatives of l[t] by h, by mu at constant h,
 * by nu. */
struct point {
	double l, h, hh, m, hm, mm;
	double n, nn, hn, mn;
};

/* Constants of the t at one nu. */
struct shape {
	double nu, w, k; /* w = nu - 2, k = nu + 1 */
	double c, c1, c2;
};

static struct shape shape_at(double nu)
{
	const double w = nu - 2, a = (nu + 1) / 2, b = nu / 2;

	return (struct shape){
		nu,
		w,
		nu + 1,
		pl_lgamma(a) - pl_lgamma(b) - .5 * (ln_pi + pl_log(w)),
		.5 * (gsl_sf_psi(a) - gsl_sf_psi(b)) - .5 / w,
		.25 * (gsl_sf_psi_1(a) - gsl_sf_psi_1(b)) + .5 / (w * w),
	};
}

/* l = -(ln 2 pi + ln h + z)/2, z = e^2/h; or, with D = w + z,
 * l = c - ln h/2 - k/2 ln(D/w). */
static inline struct point at_point(bool t, const struct shape *f, double e,
				    double e2, double h)
{
	const double r = 1 / h, z = e2 * r;
	struct point p = { 0 };

	if (!t) {
		p.l = -.5 * z;
		p.h = .5 * (z - 1) * r;
		p.hh = .5 * (1 - 2 * z) * r * r;
		p.m = e * r;
		p.hm = -e * r * r;
		p.mm = -r;
		return p;
	}
	{
		const double k = f->k, w = f->w, i = 1 / (w + z);
		const double kz = k * z * i, zw = z * i / w;
		const double a = pl_log((w + z) / w);

		p.l = -.5 * k * a;
		p.h = .5 * (kz - 1) * r;
		p.hh = .5 * (1 - kz - kz * w * i) * r * r;
		p.m = k * e * r * i;
		p.hm = -p.m * w * i * r;
		p.mm = -k * r * i * (1 - 2 * z * i);
		p.n = f->c1 - .5 * a + .5 * k * zw;
		p.nn = f->c2 + zw - .5 * k * zw * (2 * w + z) * i / w;
		p.hn = .5 * r * z * i * (1 - k * i);
		p.mn = e * r * i * (1 - k * i);
	}
	return p;
}

static inline void gather(struct sums *s, bool gjr, bool t,
			  const struct deriv *d, const struct point *p)
{
	const double vm = p->hh * d->m + p->hm;
	const double vw = p->hh * d->w, vu = p->hh * d->u;
	const double vd = gjr ? p->hh * d->d : 0;
	const double g[V_MAX] = { p->h * d->m + p->m, p->h * d->w,
				  p->h * d->u,        gjr ? p->h * d->d : 0,
				  p->h * d->b,        t ? p->n : 0 };
	size_t k = 0;

	s->l += p->l;
	for (size_t i = 0; i < V_MAX; i++) {
		s->g[i] += g[i];
		for (size_t j = i; j < V_MAX; j++)
			s->o[k++] += g[i] * g[j];
	}
	s->h[0] += p->h * d->mm + (vm + p->hm) * d->m + p->mm;
	s->h[1] += vm * d->w;
	s->h[2] += p->h * d->mu + vm * d->u;
	s->h[4] += p->h * d->mb + vm * d->b;
	s->h[6] += vw * d->w;
	s->h[7] += vw * d->u;
	s->h[9] += p->h * d->wb + vw * d->b;
	s->h[11] += vu * d->u;
	s->h[13] += p->h * d->ub + vu * d->b;
	s->h[18] += p->h * d->bb + p->hh * d->b * d->b;
	if (gjr) {
		s->h[3] += p->h * d->md + vm * d->d;
		s->h[8] += vw * d->d;
		s->h[12] += vu * d->d;
		s->h[15] += vd * d->d;
		s->h[16] += p->h * d->db + vd * d->b;
	}
	if (t) {
		s->h[5] += p->hn * d->m + p->mn;
		s->h[10] += p->hn * d->w;
		s->h[14] += p->hn * d->u;
		if (gjr)
			s->h[17] += p->hn * d->d;
		s->h[19] += p->hn * d->b;
		s->h[20] += p->nn;
	}
}

/* a: the weight of this shock */
static inline void step(struct deriv *d, bool gjr, double e, double h, double a,
			double beta)
{
	const bool down = gjr && e < 0;
	const double up_e = down ? 0 : e, down_e = down ? e : 0;

	d->bb = 2 * d->b + beta * d->bb;
	d->ub = d->u + beta * d->ub;
	d->wb = d->w + beta * d->wb;
	d->mb = d->m + beta * d->mb;
	d->mu = -2 * up_e + beta * d->mu;
	if (gjr) {
		d->db = d->d + beta * d->db;
		d->md = -2 * down_e + beta * d->md;
		d->d = down_e * down_e + beta * d->d;
	}
	d->mm = 2 * a + beta * d->mm;
	d->m = -2 * a * e + beta * d->m;
	d->w = 1 + beta * d->w;
	d->u = up_e * up_e + beta * d->u;
	d->b = h + beta * d->b;
}

static struct deriv start(const struct pl_garch_sample *s, bool gjr, double mu,
			  double persistence)
{
	const double h0 = pl_garch_presample(s, mu), d0 = 2 * (mu - s->s1);
	const double half = gjr ? .5 : 1;

	return (struct deriv){ .m = persistence * d0,
			       .w = 1,
			       .u = half * h0,
			       .d = gjr ? half * h0 : 0,
			       .b = h0,
			       .mm = persistence * 2,
			       .mu = half * d0,
			       .md = gjr ? half * d0 : 0,
			       .mb = d0 };
}

static void merge(struct sums *all, const struct sums *b)
{
	all->l += b->l;
	for (size_t i = 0; i < V_MAX; i++)
		all->g[i] += b->g[i];
	for (size_t i = 0; i < TRI; i++) {
		all->h[i] += b->h[i];
		all->o[i] += b->o[i];
	}
}

/* ln of the product of all h as ln m + ex ln 2 */
struct logsum {
	double m;
	int64_t ex;
};

static inline bool log_add(struct logsum *l, double product)
{
	int a, b;

	if (!(product > 1e-300 && product < 1e300))
		return false;
	l->m = frexp(l->m * frexp(product, &a), &b);
	l->ex += a + b;
	return true;
}

/* full: mu, omega, up, down, beta, nu */
static inline bool body(struct sums *all, struct logsum *l,
			struct pl_vol_end *end, const double *full,
			const struct pl_garch_sample *s, bool gjr, bool t)
{
	const double mu = full[V_MU], w = full[V_OMEGA], beta = full[V_BETA];
	const double up = full[V_UP], down = gjr ? full[V_DOWN] : up;
	const double persistence = .5 * (up + down) + beta;
	const struct shape f = t ? shape_at(full[V_SHAPE])
				 : (struct shape){ .c = -.5 * (ln_2 + ln_pi) };
	struct deriv d = start(s, gjr, mu, persistence);
	double h = w + persistence * pl_garch_presample(s, mu);

	for (size_t i = 0; i < s->n;) {
		const size_t stop = s->n - i > BLOCK ? i + BLOCK : s->n;
		struct sums block = { 0 };
		double product = 1;

		for (; i < stop; i++) {
			const double e = s->x[i] - mu, e2 = e * e;
			const double a = gjr && e < 0 ? down : up;
			const struct point p = at_point(t, &f, e, e2, h);

			product *= h;
			gather(&block, gjr, t, &d, &p);
			step(&d, gjr, e, h, a, beta);
			h = (w + a * e2) + beta * h;
		}
		if (!log_add(l, product))
			return false;
		merge(all, &block);
	}
	all->l += (double)s->n * f.c;
	*end = (struct pl_vol_end){ h, { d.m, d.w, d.u, d.d, d.b, 0 } };
	return true;
}

static bool run(struct sums *all, struct logsum *l, struct pl_vol_end *end,
		const double *full, const struct pl_vol_ctx *c)
{
	switch (c->kind) {
	case PL_VOL_NORMAL:
		return body(all, l, end, full, &c->s, false, false);
	case PL_VOL_T:
		return body(all, l, end, full, &c->s, false, true);
	case PL_VOL_GJR:
		return body(all, l, end, full, &c->s, true, false);
	case PL_VOL_GJR_T:
		return body(all, l, end, full, &c->s, true, true);
	}
	return false;
}

/* The likelihood alone, without a logarithm for each observation. */
static inline double value(const double *full, const struct pl_garch_sample *s,
			   bool gjr, bool t)
{
	const double mu = full[V_MU], w = full[V_OMEGA], beta = full[V_BETA];
	const double up = full[V_UP], down = gjr ? full[V_DOWN] : up;
	const struct shape f = t ? shape_at(full[V_SHAPE])
				 : (struct shape){ .c = -.5 * (ln_2 + ln_pi) };
	const double in = t ? 1 / f.w : 0;
	double h = w + (.5 * (up + down) + beta) * pl_garch_presample(s, mu);
	struct logsum l = { 1, 0 }, tail = { 1, 0 };
	double q = 0;

	for (size_t i = 0; i < s->n;) {
		const size_t stop = s->n - i > BLOCK ? i + BLOCK : s->n;
		double product = 1, far = 1, sum = 0;

		for (; i < stop; i++) {
			const double e = s->x[i] - mu, e2 = e * e;

			product *= h;
			if (t)
				far *= 1 + e2 / h * in;
			else
				sum += e2 / h;
			h = (w + (gjr && e < 0 ? down : up) * e2) + beta * h;
		}
		q += sum;
		if (!log_add(&l, product) || !log_add(&tail, far))
			return NAN;
	}
	q += t ? f.k * (pl_log(tail.m) + (double)tail.ex * ln_2) : 0;
	return (double)s->n * f.c -
	       .5 * (pl_log(l.m) + (double)l.ex * ln_2 + q);
}

static void spread(double *full, const double *theta,
		   const struct pl_vol_ctx *c)
{
	for (size_t i = 0; i < V_MAX; i++)
		full[i] = c->place[i] == V_MAX ? 0 : theta[c->place[i]];
	if (pl_vol_is_t(c->kind))
		full[V_SHAPE] = 1 / full[V_SHAPE];
}

double pl_vol_value(const double *theta, const struct pl_vol_ctx *c)
{
	double full[V_MAX];

	spread(full, theta, c);
	switch (c->kind) {
	case PL_VOL_NORMAL:
		return value(full, &c->s, false, false);
	case PL_VOL_T:
		return value(full, &c->s, false, true);
	case PL_VOL_GJR:
		return value(full, &c->s, true, false);
	case PL_VOL_GJR_T:
		return value(full, &c->s, true, true);
	}
	return NAN;
}

/* From nu to 1/nu: dnu = -nu^2 d(1/nu). */
static void reshape(struct sums *s, double nu)
{
	const double j = -nu * nu;

	s->h[20] = s->h[20] * j * j + s->g[V_SHAPE] * 2 * nu * nu * nu;
	s->g[V_SHAPE] *= j;
	s->o[20] *= j * j;
	for (size_t k = 5, i = 0; i < V_SHAPE; i++, k += V_MAX - i) {
		s->h[k] *= j;
		s->o[k] *= j;
	}
}

static void compact(struct pl_ml_eval *out, const struct sums *s,
		    const struct pl_vol_ctx *c)
{
	size_t t = 0;

	for (size_t i = 0; i < V_MAX; i++)
		for (size_t j = i; j < V_MAX; j++, t++) {
			const size_t p = c->place[i], q = c->place[j];

			if (p == V_MAX || q == V_MAX)
				continue;
			out->g[p] = s->g[i];
			out->h[p * c->k + q] = out->h[q * c->k + p] = s->h[t];
			out->b[p * c->k + q] = out->b[q * c->k + p] = s->o[t];
		}
}

bool pl_vol_pass(struct pl_ml_eval *out, struct pl_vol_end *end,
		 const double *theta, const struct pl_vol_ctx *c)
{
	double full[V_MAX];
	struct sums all = { 0 };
	struct logsum l = { 1, 0 };
	struct pl_vol_end last;

	spread(full, theta, c);
	if (!run(&all, &l, &last, full, c))
		return false;
	if (pl_vol_is_t(c->kind))
		reshape(&all, full[V_SHAPE]);
	out->l = all.l - .5 * (pl_log(l.m) + (double)l.ex * ln_2);
	compact(out, &all, c);
	if (end)
		*end = last;
	return isfinite(out->l);
}
