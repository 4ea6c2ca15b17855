#include "analytics/hmm_error.h"

#include <gsl/gsl_linalg.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"

#define K PL_HMM_MAX
#define ALL (2 * K + K * (K - 1))

static const double impossible = 1e-5;
static const double first_step = .02; /* of a deviation, or of a logarithm */
static const double step = .1;        /* of a standard error */

/* Parameter i: the mean of state `from`, the logarithm of its deviation, or
 * the log odds of going to `to` rather than to the row's likeliest. */
struct coordinate {
	enum { MEAN, DEVIATION, MOVE } kind;
	size_t from, to;
};

struct surface {
	const struct pl_hmm_par *p;
	const double *x;
	size_t n;
	struct coordinate at[ALL];
	size_t m;
	size_t base[K]; /* the likeliest move of each row */
	double h[ALL];  /* steps */
};

static void coordinates(struct surface *s)
{
	const size_t k = (size_t)s->p->k;

	for (size_t i = 0; i < k; i++) {
		const double *row = s->p->trans[i];
		size_t b = 0;

		for (size_t j = 1; j < k; j++)
			b = row[j] > row[b] ? j : b;
		s->base[i] = b;
		s->at[s->m++] = (struct coordinate){ MEAN, i, 0 };
		s->at[s->m++] = (struct coordinate){ DEVIATION, i, 0 };
		for (size_t j = 0; j < k; j++)
			if (j != b && row[j] > impossible)
				s->at[s->m++] =
					(struct coordinate){ MOVE, i, j };
	}
}

static void move(struct pl_hmm_par *q, const struct coordinate *c, double d)
{
	double sum = 0, *row = q->trans[c->from];

	switch (c->kind) {
	case MEAN:
		q->mean[c->from] += d;
		return;
	case DEVIATION:
		q->sd[c->from] *= pl_exp(d);
		return;
	case MOVE:
		row[c->to] *= pl_exp(d);
		for (size_t j = 0; j < q->k; j++)
			sum += row[j];
		for (size_t j = 0; j < q->k; j++)
			row[j] /= sum;
	}
}

/* The log-likelihood di and dj along coordinates i and j. */
static double level(const struct surface *s, size_t i, double di, size_t j,
		    double dj)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hmm_par q = *s->p;
	double l;

	if (di != 0)
		move(&q, &s->at[i], di);
	if (dj != 0)
		move(&q, &s->at[j], dj);
	l = pl_hmm_loglik(a, &q, s->x, s->n);
	pl_arena_close(a);
	return l;
}

/* Steps of a tenth of the error each coordinate would have alone. */
static bool steps(struct surface *s, double top)
{
	for (size_t i = 0; i < s->m; i++) {
		const struct coordinate *c = &s->at[i];
		const double d = c->kind == MEAN
					 ? first_step * s->p->sd[c->from]
					 : first_step;
		const double curve = (2 * top - level(s, i, d, 0, 0) -
				      level(s, i, -d, 0, 0)) /
				     (d * d);

		if (!(curve > 0))
			return false;
		s->h[i] = step / sqrt(curve);
	}
	return true;
}

/* Minus the Hessian, in units of the steps. */
static void curvature(double *v, const struct surface *s, double top)
{
	double up[ALL], down[ALL];

	for (size_t i = 0; i < s->m; i++) {
		up[i] = level(s, i, s->h[i], 0, 0);
		down[i] = level(s, i, -s->h[i], 0, 0);
		v[i * s->m + i] = 2 * top - up[i] - down[i];
	}
	for (size_t i = 0; i < s->m; i++)
		for (size_t j = 0; j < i; j++) {
			const double both = level(s, i, s->h[i], j, s->h[j]) +
					    level(s, i, -s->h[i], j, -s->h[j]);

			v[i * s->m + j] = v[j * s->m + i] =
				.5 * (up[i] + down[i] + up[j] + down[j] -
				      2 * top - both);
		}
}

static bool invert(double *v, size_t m)
{
	gsl_matrix_view a = gsl_matrix_view_array(v, m, m);

	pl_gsl_init();
	return !gsl_linalg_cholesky_decomp1(&a.matrix) &&
	       !gsl_linalg_cholesky_invert(&a.matrix);
}

/* Of p[to] in that row: its derivative along each of the row's log odds. */
static double move_error(const struct surface *s, const double *cov,
			 size_t from, size_t to)
{
	const double *row = s->p->trans[from];
	double g[ALL] = { 0 }, sum = 0;
	bool free = false;

	for (size_t i = 0; i < s->m; i++) {
		const struct coordinate *c = &s->at[i];

		if (c->kind != MOVE || c->from != from)
			continue;
		g[i] = row[to] * ((c->to == to) - row[c->to]);
		free |= c->to == to || to == s->base[from];
	}
	for (size_t i = 0; i < s->m; i++)
		for (size_t j = 0; j < s->m; j++)
			sum += g[i] * cov[i * s->m + j] * g[j];
	return free && sum > 0 ? sqrt(sum) : NAN;
}

void pl_hmm_errors(struct pl_hmm_error *out, const struct pl_hmm_par *p,
		   const double *x, size_t n)
{
	struct surface s = { .p = p, .x = x, .n = n };
	double cov[ALL * ALL], top;
	bool good;

	coordinates(&s);
	top = level(&s, 0, 0, 0, 0);
	good = steps(&s, top);
	if (good) {
		curvature(cov, &s, top);
		good = invert(cov, s.m);
	}
	for (size_t i = 0; i < s.m && good; i++)
		for (size_t j = 0; j < s.m; j++)
			cov[i * s.m + j] *= s.h[i] * s.h[j];
	for (size_t i = 0; i < K; i++) {
		out->mean[i] = out->sd[i] = NAN;
		for (size_t j = 0; j < K; j++)
			out->trans[i][j] = good && i < p->k && j < p->k
						   ? move_error(&s, cov, i, j)
						   : NAN;
	}
	for (size_t i = 0; i < s.m && good; i++) {
		const size_t at = s.at[i].from;
		const double se = sqrt(cov[i * s.m + i]);

		if (s.at[i].kind == MEAN)
			out->mean[at] = se;
		else if (s.at[i].kind == DEVIATION)
			out->sd[at] = se * p->sd[at];
	}
}

void pl_hmm_bounds(double *lo, double *hi, double p, double se, double z)
{
	const double at = pl_log(p / (1 - p)), d = z * se / (p * (1 - p));

	*lo = 1 / (1 + pl_exp(d - at));
	*hi = 1 / (1 + pl_exp(-d - at));
}
