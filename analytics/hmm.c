#include "analytics/hmm.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "base/par.h"

#define K PL_HMM_MAX
/* The likelihood has no bound where a state sits on one point: deviations are
 * held above this share of the sample's. */
static const double floor_share = 1e-3;
static const double ln_2pi = 1.837877066409345483560659472811;
static const double tolerance = 1e-9; /* of the likelihood, to stop */

struct ws {
	const double *x; /* standardised */
	size_t n, k;
	double *dens;  /* n x k, scaled by the largest of a row */
	double *alpha; /* n x k, rows sum to 1 */
	double *beta;  /* n x k */
	double *scale; /* n: what the row of alpha summed to */
};

static struct ws *ws_new(struct pl_arena *a, const double *x, size_t n,
			 size_t k)
{
	struct ws *w = PL_NEW(a, struct ws);

	*w = (struct ws){ x,
			  n,
			  k,
			  PL_NEW_N(a, double, n *k),
			  PL_NEW_N(a, double, n *k),
			  PL_NEW_N(a, double, n *k),
			  PL_NEW_N(a, double, n) };
	return w;
}

/* Densities, each row scaled by its largest; the sum of the logarithms of
 * those and of the normal's constant. */
static double densities(struct ws *w, const struct pl_hmm_par *p)
{
	double sum = 0, top = 0, c[K];

	for (size_t j = 0; j < w->k; j++)
		c[j] = -pl_log(p->sd[j]);
	for (size_t t = 0; t < w->n; t++) {
		double *d = w->dens + t * w->k;

		for (size_t j = 0; j < w->k; j++) {
			const double z = (w->x[t] - p->mean[j]) / p->sd[j];

			d[j] = c[j] - .5 * z * z;
			top = j && top > d[j] ? top : d[j];
		}
		for (size_t j = 0; j < w->k; j++)
			d[j] = pl_exp(d[j] - top);
		sum += top;
	}
	return sum - .5 * ln_2pi * (double)w->n;
}

/* Scaled forward pass; the log-likelihood. */
static double forward(struct ws *w, const struct pl_hmm_par *p)
{
	const size_t k = w->k;
	double l = densities(w, p), product = 1;

	for (size_t t = 0; t < w->n; t++) {
		double *a = w->alpha + t * k, s = 0;
		const double *d = w->dens + t * k;

		for (size_t j = 0; j < k; j++) {
			double v = 0;

			for (size_t i = 0; t && i < k; i++)
				v += a[i - k] * p->trans[i][j];
			a[j] = (t ? v : p->start[j]) * d[j];
			s += a[j];
		}
		if (!(s > 0))
			return NAN;
		for (size_t j = 0; j < k; j++)
			a[j] /= s;
		w->scale[t] = s;
		product *= s;
		if (product < 1e-200 || t + 1 == w->n) {
			l += pl_log(product);
			product = 1;
		}
	}
	return l;
}

static void backward(struct ws *w, const struct pl_hmm_par *p)
{
	const size_t k = w->k;

	for (size_t t = w->n; t-- > 0;) {
		double *b = w->beta + t * k;

		for (size_t i = 0; i < k; i++) {
			double v = 0;

			if (t + 1 == w->n) {
				b[i] = 1;
				continue;
			}
			for (size_t j = 0; j < k; j++)
				v += p->trans[i][j] * b[k + j] *
				     w->dens[(t + 1) * k + j];
			b[i] = v / w->scale[t + 1];
		}
	}
}

struct counts {
	double move[K][K], from[K], weight[K], sum[K], square[K];
};

static void gather(struct counts *c, const struct ws *w,
		   const struct pl_hmm_par *p)
{
	const size_t k = w->k;

	memset(c, 0, sizeof(*c));
	for (size_t t = 0; t < w->n; t++) {
		const double *a = w->alpha + t * k, *b = w->beta + t * k;

		for (size_t i = 0; i < k; i++) {
			const double g = a[i] * b[i];

			c->weight[i] += g;
			c->sum[i] += g * w->x[t];
			if (t + 1 == w->n)
				continue;
			c->from[i] += g;
			for (size_t j = 0; j < k; j++)
				c->move[i][j] += a[i] * p->trans[i][j] *
						 w->dens[(t + 1) * k + j] *
						 b[k + j] / w->scale[t + 1];
		}
	}
	for (size_t t = 0; t < w->n; t++)
		for (size_t i = 0; i < k; i++) {
			const double d = w->x[t] - c->sum[i] / c->weight[i];

			c->square[i] += w->alpha[t * k + i] *
					w->beta[t * k + i] * d * d;
		}
}

/* One step of Baum-Welch from what forward and backward left. */
static void maximise(struct pl_hmm_par *p, const struct ws *w)
{
	struct counts c;

	gather(&c, w, p);
	for (size_t i = 0; i < w->k; i++) {
		p->start[i] = w->alpha[i] * w->beta[i];
		if (c.weight[i] > 1e-8) {
			p->mean[i] = c.sum[i] / c.weight[i];
			p->sd[i] = fmax(sqrt(c.square[i] / c.weight[i]),
					floor_share);
		}
		for (size_t j = 0; j < w->k && c.from[i] > 1e-8; j++)
			p->trans[i][j] = c.move[i][j] / c.from[i];
	}
}

struct climb {
	struct pl_hmm_par p;
	double l, gain;
	uint64_t iterations;
	bool converged;
};

static void climb(struct climb *c, struct ws *w, uint64_t max_iter)
{
	c->converged = false;
	c->l = forward(w, &c->p);
	for (c->iterations = 0; c->iterations < max_iter && isfinite(c->l);
	     c->iterations++) {
		double l;

		backward(w, &c->p);
		maximise(&c->p, w);
		l = forward(w, &c->p);
		c->gain = l - c->l;
		c->l = l;
		if (!(fabs(c->gain) > tolerance * (1 + fabs(l)) * 1e-2)) {
			c->converged = isfinite(l);
			return;
		}
	}
}

/* Start 0: deviations that double from state to state around that of the
 * sample; the others at random about that. */
static void begin(struct pl_hmm_par *p, size_t k, uint64_t seed, size_t no)
{
	struct pl_rng r;

	pl_rng_stream(&r, seed, no);
	memset(p, 0, sizeof(*p));
	p->k = k;
	for (size_t i = 0; i < k; i++) {
		const double u = no ? pl_rng_u01(&r) - .5 : 0;
		const double v = no ? pl_rng_u01(&r) - .5 : 0;
		const double stay = no ? .5 + .49 * pl_rng_u01(&r) : .95;

		p->start[i] = 1 / (double)k;
		p->mean[i] = u;
		p->sd[i] = .5 * ldexp(1, (int)i) * (1 + v);
		for (size_t j = 0; j < k; j++)
			p->trans[i][j] =
				i == j ? stay : (1 - stay) / (double)(k - 1);
	}
}

/* ----------------------------------------------------------- the search */

struct search {
	const struct pl_hmm_spec *spec;
	const double *x;
	size_t n;
	struct climb *at; /* of each start */
};

static void one(void *opaque, size_t i)
{
	struct search *s = opaque;
	struct pl_arena *a = pl_arena_open(0);

	begin(&s->at[i].p, (size_t)s->spec->k, s->spec->seed, i);
	climb(&s->at[i], ws_new(a, s->x, s->n, (size_t)s->spec->k),
	      s->spec->max_iter);
	pl_arena_close(a);
}

static size_t best_of(const struct search *s)
{
	size_t best = 0;

	for (size_t i = 1; i < s->spec->starts; i++)
		if (s->at[i].l > s->at[best].l || isnan(s->at[best].l))
			best = i;
	return best;
}

/* Calm first. */
static void order(struct pl_hmm_par *p)
{
	const struct pl_hmm_par q = *p;
	size_t to[K];

	for (size_t i = 0; i < p->k; i++) {
		to[i] = 0;
		for (size_t j = 0; j < p->k; j++)
			to[i] += q.sd[j] < q.sd[i] ||
				 (q.sd[j] == q.sd[i] && j < i);
	}
	for (size_t i = 0; i < p->k; i++) {
		p->start[to[i]] = q.start[i];
		p->mean[to[i]] = q.mean[i];
		p->sd[to[i]] = q.sd[i];
		for (size_t j = 0; j < p->k; j++)
			p->trans[to[i]][to[j]] = q.trans[i][j];
	}
}

static void viterbi(struct pl_arena *a, uint8_t *path, const struct ws *w,
		    const struct pl_hmm_par *p)
{
	const size_t k = w->k;
	uint8_t *from = PL_NEW_N(a, uint8_t, w->n * k);
	double now[K] = { 0 }, next[K], lt[K][K];
	size_t at = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			lt[i][j] = pl_log(p->trans[i][j]);
	for (size_t t = 0; t < w->n; t++) {
		for (size_t j = 0; j < k; j++) {
			const double d = pl_log(w->dens[t * k + j]);
			size_t b = 0;

			for (size_t i = 1; t && i < k; i++)
				if (now[i] + lt[i][j] > now[b] + lt[b][j])
					b = i;
			next[j] = d +
				  (t ? now[b] + lt[b][j] : pl_log(p->start[j]));
			from[t * k + j] = (uint8_t)b;
		}
		memcpy(now, next, sizeof(now));
	}
	for (size_t j = 1; j < k; j++)
		at = now[j] > now[at] ? j : at;
	for (size_t t = w->n; t-- > 0;) {
		path[t] = (uint8_t)at;
		at = from[t * k + at];
	}
}

static void report(struct pl_arena *a, struct pl_hmm *o, struct ws *w,
		   struct climb *c, double mean, double sd)
{
	const size_t k = w->k;
	const double n = (double)w->n, free = (double)(k * k + 2 * k - 1);

	order(&c->p);
	c->l = forward(w, &c->p);
	backward(w, &c->p);
	o->smooth = PL_NEW_N(a, double, w->n *k);
	o->path = PL_NEW_N(a, uint8_t, w->n);
	for (size_t t = 0; t < w->n * k; t++) {
		o->smooth[t] = w->alpha[t] * w->beta[t];
		o->share[t % k] += o->smooth[t] / n;
	}
	viterbi(a, o->path, w, &c->p);
	o->par = c->p;
	for (size_t i = 0; i < k; i++) {
		o->last[i] = w->alpha[(w->n - 1) * k + i];
		o->stay[i] = 1 / (1 - c->p.trans[i][i]);
		o->floor |= c->p.sd[i] <= floor_share;
		o->par.mean[i] = mean + sd * c->p.mean[i];
		o->par.sd[i] = sd * c->p.sd[i];
	}
	o->loglik = c->l - n * pl_log(sd);
	o->aic = 2 * free - 2 * o->loglik;
	o->bic = free * pl_log(n) - 2 * o->loglik;
	o->gain = c->gain;
	o->iterations = c->iterations;
	o->converged = c->converged;
}

enum pl_rc pl_hmm_fit(struct pl_arena *a, struct pl_hmm *out, const double *x,
		      size_t n, const struct pl_hmm_spec *given,
		      struct pl_err *e)
{
	struct pl_hmm_spec spec = *given;
	struct pl_hmm o = { .n = n };
	struct search s = { &spec, NULL, n, NULL };
	struct pl_moments m;
	double *z;
	size_t best;

	if (spec.k < 2 || spec.k > PL_HMM_MAX)
		return pl_fail(e, PL_EMATH, "regimes: 2 to %d states",
			       PL_HMM_MAX);
	spec.starts = spec.starts ? spec.starts : 8;
	spec.max_iter = spec.max_iter ? spec.max_iter : 2000;
	PL_TRY(pl_sample_varies(x, 1, n, (size_t)spec.k * PL_HMM_MIN, "regimes",
				e));
	PL_TRY(pl_moments(&m, x, 1, n, e));
	z = PL_NEW_N(a, double, n);
	for (size_t t = 0; t < n; t++)
		z[t] = (x[t] - m.mean) / m.sd_pop;
	s.x = z;
	s.at = PL_NEW_N(a, struct climb, (size_t)spec.starts);
	pl_par((size_t)spec.starts, spec.threads, one, &s);
	best = best_of(&s);
	if (!isfinite(s.at[best].l))
		return pl_fail(e, PL_EMATH, "regimes: no likelihood found");
	for (size_t i = 0; i < spec.starts; i++)
		o.agree += s.at[i].l >= s.at[best].l - 1e-4;
	o.starts = spec.starts;
	report(a, &o, ws_new(a, z, n, (size_t)spec.k), &s.at[best], m.mean,
	       m.sd_pop);
	*out = o;
	return PL_OK;
}

double pl_hmm_loglik(struct pl_arena *a, const struct pl_hmm_par *p,
		     const double *x, size_t n)
{
	return forward(ws_new(a, x, n, (size_t)p->k), p);
}
