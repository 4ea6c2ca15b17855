#include "analytics/level.h"

#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/minimise.h"

/* One model for both: state (level, slope), the slope held at zero where there
 * is none.  Variances are over that of the noise, or, where the noise is
 * nothing, over that of the level: q[0] noise, q[1] level, q[2] slope. */
struct sys {
	const double *y;
	size_t n;
	bool sloped;
	double q[3];
};

struct state {
	double a[2];          /* prediction of the next state */
	double p00, p01, p11; /* its variance */
};

struct pass {
	double ssq, ln_f;  /* over the points that are not used up */
	double ln_diffuse; /* of those that are */
	struct state end;  /* after the last point, given it */
};

/* The state before point d (1 or 2), known from the first d alone: the exact
 * limit of a diffuse start. */
static size_t start(struct state *s, const struct sys *m)
{
	const double e = m->q[0], l = m->q[1], z = m->q[2];

	if (!m->sloped) {
		*s = (struct state){ { m->y[0], 0 }, e + l, 0, 0 };
		return 1;
	}
	/* slope = y2 - y1 + noise, carried one step on by its own model */
	*s = (struct state){ { 2 * m->y[1] - m->y[0], m->y[1] - m->y[0] },
			     5 * e + 2 * l + z,
			     3 * e + l + z,
			     2 * e + l + 2 * z };
	return 2;
}

static void predict(struct state *s, const struct sys *m)
{
	if (m->sloped) {
		s->a[0] += s->a[1];
		s->p00 += 2 * s->p01 + s->p11 + m->q[1];
		s->p01 += s->p11;
		s->p11 += m->q[2];
	} else {
		s->p00 += m->q[1];
	}
}

/* Joseph's form: what is subtracted never makes a variance negative. */
static void update(struct state *s, const struct sys *m, double v, double f)
{
	const double k0 = s->p00 / f, k1 = s->p01 / f, c = 1 - k0;
	const double p00 = s->p00, p01 = s->p01, e = m->q[0];

	s->a[0] += k0 * v;
	s->a[1] += k1 * v;
	s->p00 = c * c * p00 + k0 * k0 * e;
	s->p01 = c * (p01 - k1 * p00) + k0 * k1 * e;
	s->p11 = s->p11 - 2 * k1 * p01 + k1 * k1 * p00 + k1 * k1 * e;
}

static bool run(struct pass *o, const struct sys *m, struct state *keep,
		double *vs, double *fs)
{
	struct state s;
	double product = 1;
	int ex = 0, part;

	*o = (struct pass){ 0 };
	for (size_t t = start(&s, m); t < m->n; t++) {
		const double v = m->y[t] - s.a[0], f = s.p00 + m->q[0];

		if (!(f > 0))
			return false;
		if (keep) {
			keep[t] = s;
			vs[t] = v;
			fs[t] = f;
		}
		o->ssq += v * v / f;
		product = frexp(product * f, &part);
		ex += part;
		update(&s, m, v, f);
		o->end = s;
		predict(&s, m);
	}
	o->ln_f = pl_log(product) + ex * 0x1.62e42fefa39efp-1;
	return isfinite(o->ssq) && o->ssq > 0;
}

/* Durbin & Koopman's diffuse likelihood counts -ln(F_inf)/2 of the points used
 * up: 1 for a level; 1, then that of level and slope together. */
static double concentrated(const struct sys *m, const struct pass *p)
{
	const double n = (double)(m->n - (m->sloped ? 2 : 1));

	return n * pl_log(p->ssq / n) + p->ln_f;
}

/* Shares of the noise, level and slope through angles, so that each can reach
 * nothing: q = squares of unbounded unknowns that are scaled to one. */
static void unpack(struct sys *m, const double *x)
{
	double sum = 0;

	m->q[0] = 1;
	m->q[1] = x[0] * x[0];
	m->q[2] = m->sloped ? x[1] * x[1] : 0;
	sum = m->q[0] + m->q[1] + m->q[2];
	for (size_t i = 0; i < 3; i++)
		m->q[i] /= sum;
}

/* The same with the level's or the slope's variance in the noise's place, for
 * series without noise. */
static void turn(struct sys *m, size_t first)
{
	const double t = m->q[0];

	m->q[0] = m->q[first];
	m->q[first] = t;
}

struct search {
	struct sys m;
	size_t first;
};

static double cost(const double *x, void *ctx)
{
	struct search *s = ctx;
	struct pass p;

	unpack(&s->m, x);
	turn(&s->m, s->first);
	if (!run(&p, &s->m, NULL, NULL, NULL))
		return INFINITY;
	return concentrated(&s->m, &p) / (double)s->m.n;
}

static bool climb(struct pl_arena *a, struct sys *best, struct pl_level *o)
{
	static const double from[][2] = { { .3, .02 }, { 1, .3 } };
	double least = INFINITY;

	for (size_t first = 0; first < (best->sloped ? 3 : 2); first++)
		for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
			struct search s = { *best, first };
			double x[2] = { from[i][0], from[i][1] };
			struct pl_minimum m;

			if (!pl_minimise(a, &m, x, best->sloped ? 2 : 1, cost,
					 &s, 40))
				continue;
			o->evaluations += m.evaluations;
			if (!(m.f < least))
				continue;
			least = m.f;
			o->converged = m.converged;
			unpack(&s.m, x);
			turn(&s.m, first);
			for (size_t k = 0; k < 3; k++)
				best->q[k] = s.m.q[k];
		}
	return isfinite(least);
}

/* Backwards over the filter's predictions (Durbin & Koopman 4.4). */
static void smoother(double *out, const struct sys *m, const struct state *s,
		     const double *v, const double *f)
{
	double r0 = 0, r1 = 0;
	size_t t = m->n;
	const size_t d = m->sloped ? 2 : 1;

	while (t-- > d) {
		const double u = v[t] / f[t];
		const double t0 = r0, t1 = m->sloped ? r0 + r1 : 0;
		/* L' r with L = T - T K Z; here K is before T */
		const double k0 = s[t].p00 / f[t], k1 = s[t].p01 / f[t];

		r0 = u + t0 - (k0 * t0 + k1 * t1);
		r1 = t1;
		out[t] = s[t].a[0] + s[t].p00 * r0 + s[t].p01 * r1;
	}
	/* the first: the state before point d is known from them by noise
	 * only, which the rest corrects */
	if (!m->sloped) {
		out[0] = m->y[0] + m->q[0] * r0;
	} else {
		const double c1 = 2 * m->q[0], c0 = -m->q[0];

		out[1] = m->y[1] + c1 * r0 + m->q[0] * r1;
		out[0] = m->y[0] + c0 * r0 - m->q[0] * r1;
	}
}

enum pl_rc pl_level_fit(struct pl_arena *a, struct pl_level *out,
			double *smooth, const double *y, size_t n, bool sloped,
			struct pl_err *e)
{
	struct sys m = { .y = y, .n = n, .sloped = sloped };
	struct pl_level o = { .n = n, .sloped = sloped };
	const size_t d = sloped ? 2 : 1;
	struct state *keep = NULL;
	double *v = NULL, *f = NULL, s2, free_n = (double)(n - d);
	struct pass p;

	PL_TRY(pl_sample_varies(y, 1, n, 10, "local level", e));
	if (smooth) {
		keep = PL_NEW_N(a, struct state, n);
		v = PL_NEW_N(a, double, n);
		f = PL_NEW_N(a, double, n);
	}
	if (!climb(a, &m, &o) || !run(&p, &m, keep, v, f))
		return pl_fail(e, PL_EMATH, "local level: no fit is possible");
	s2 = p.ssq / free_n;
	o.noise = s2 * m.q[0];
	o.level = s2 * m.q[1];
	o.slope = s2 * m.q[2];
	o.at_zero = m.q[0] < 1e-9 || m.q[1] < 1e-9 || (sloped && m.q[2] < 1e-9);
	o.loglik =
		-.5 *
		(free_n * (1.837877066409345483560659472811 + 1 + pl_log(s2)) +
		 p.ln_f + (double)d * 1.837877066409345483560659472811);
	o.aic = 2 * ((sloped ? 3 : 2) + (double)d) - 2 * o.loglik;
	o.last = p.end.a[0];
	o.last_se = sqrt(s2 * p.end.p00);
	o.drift = sloped ? p.end.a[1] : NAN;
	o.drift_se = sloped ? sqrt(s2 * p.end.p11) : NAN;
	if (smooth)
		smoother(smooth, &m, keep, v, f);
	*out = o;
	return PL_OK;
}
