#include "analytics/ets.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/minimise.h"

/* Bounds that are usual, and keep every model stable. */
#define LOW 1e-4
#define HIGH .9999
#define PHI_LOW .8
#define PHI_HIGH .98

void pl_ets_name(char *out, const struct pl_ets_form *f)
{
	size_t n = 0;

	out[n++] = f->error;
	out[n++] = ',';
	out[n++] = f->trend;
	if (f->damped)
		out[n++] = 'd';
	out[n++] = ',';
	out[n++] = f->season;
	out[n] = '\0';
}

void pl_ets_start(struct pl_ets_state *s, const struct pl_ets *m)
{
	s->level = m->level;
	s->slope = m->slope;
	s->at = 0;
	memcpy(s->season, m->season, sizeof(s->season));
}

double pl_ets_next(const struct pl_ets_state *s, const struct pl_ets *m)
{
	const double q = s->level + m->phi * s->slope;

	if (m->form.season == 'A')
		return q + s->season[s->at];
	return m->form.season == 'M' ? q * s->season[s->at] : q;
}

void pl_ets_step(struct pl_ets_state *s, const struct pl_ets *m, double y)
{
	const double q = s->level + m->phi * s->slope, f = pl_ets_next(s, m);
	double d = y - f;

	if (m->form.season == 'A') {
		s->season[s->at] += m->gamma * d;
	} else if (m->form.season == 'M') {
		const double was = s->season[s->at];

		s->season[s->at] += m->gamma * d / q;
		d /= was;
	}
	s->level = q + m->alpha * d;
	s->slope = m->phi * s->slope + m->beta * d;
	if (++s->at == m->period)
		s->at = 0;
}

void pl_ets_ahead(double *out, size_t h, const struct pl_ets_state *s,
		  const struct pl_ets *m)
{
	struct pl_ets_state t = *s;

	for (size_t i = 0; i < h; i++) {
		out[i] = pl_ets_next(&t, m);
		t.level += m->phi * t.slope;
		t.slope *= m->phi;
		t.at = t.at + 1 == m->period ? 0 : t.at + 1;
	}
}

/* ------------------------------------------------------------ likelihood */

struct sums {
	double e2, d2; /* errors as the form has them, and in the own unit */
	double ln_f;   /* sum of ln |forecast|, of multiplicative errors */
};

/* False where a forecast, or what is divided by, is not above zero. */
static bool run(struct sums *o, const struct pl_ets *m, const double *y,
		size_t n)
{
	const bool mul = m->form.error == 'M';
	struct pl_ets_state s;
	double product = 1;
	int ex = 0, part;

	*o = (struct sums){ 0 };
	pl_ets_start(&s, m);
	for (size_t t = 0; t < n; t++) {
		const double f = pl_ets_next(&s, m), d = y[t] - f;

		if (m->form.season == 'M' &&
		    (!(s.level + m->phi * s.slope > 0) ||
		     !(s.season[s.at] > 0)))
			return false;
		if (mul && !(f > 0))
			return false;
		o->e2 += mul ? d / f * (d / f) : d * d;
		o->d2 += d * d;
		if (mul) { /* one logarithm for all of them */
			product *= frexp(f, &part);
			ex += part;
			product = frexp(product, &part);
			ex += part;
		}
		pl_ets_step(&s, m, y[t]);
	}
	o->ln_f = pl_log(product) + ex * 0x1.62e42fefa39efp-1;
	return isfinite(o->e2) && o->e2 > 0;
}

/* ---------------------------------------------------------------- unknowns */

struct problem {
	struct pl_ets m;
	const double *y;
	size_t n;
	double unit; /* of level, slope and additive season in the unknowns */
	size_t k;
};

static size_t unknowns(const struct pl_ets_form *f, size_t period)
{
	return 2u + (f->trend == 'A' ? 2u : 0u) + (f->damped ? 1u : 0u) +
	       (f->season != 'N' ? period : 0u);
}

static double within(double u, double lo, double hi)
{
	return lo + (hi - lo) * pl_logistic(u);
}

static double back(double v, double lo, double hi)
{
	return pl_logit(fmin(fmax((v - lo) / (hi - lo), 1e-4), 1 - 1e-4));
}

/* The last of the seasons makes up the sum of zero, or of the period. */
static void close_season(struct pl_ets *m)
{
	double sum = 0;

	for (size_t i = 0; i + 1 < m->period; i++)
		sum += m->season[i];
	m->season[m->period - 1] =
		(m->form.season == 'M' ? (double)m->period : 0) - sum;
}

static void unpack(struct problem *p, const double *x)
{
	struct pl_ets *m = &p->m;
	size_t i = 0;

	m->alpha = within(x[i++], LOW, HIGH);
	m->level = x[i++] * p->unit;
	if (m->form.trend == 'A') {
		m->beta = within(x[i++], LOW, fmax(m->alpha, 2 * LOW));
		m->slope = x[i++] * p->unit;
	}
	if (m->form.damped)
		m->phi = within(x[i++], PHI_LOW, PHI_HIGH);
	if (m->form.season == 'N')
		return;
	m->gamma = within(x[i++], LOW, fmax(1 - m->alpha, 2 * LOW));
	for (size_t j = 0; j + 1 < m->period; j++)
		m->season[j] =
			m->form.season == 'A' ? x[i++] * p->unit : x[i++];
	close_season(m);
}

static void pack(double *x, const struct problem *p)
{
	const struct pl_ets *m = &p->m;
	size_t i = 0;

	x[i++] = back(m->alpha, LOW, HIGH);
	x[i++] = m->level / p->unit;
	if (m->form.trend == 'A') {
		x[i++] = back(m->beta, LOW, fmax(m->alpha, 2 * LOW));
		x[i++] = m->slope / p->unit;
	}
	if (m->form.damped)
		x[i++] = back(m->phi, PHI_LOW, PHI_HIGH);
	if (m->form.season == 'N')
		return;
	x[i++] = back(m->gamma, LOW, fmax(1 - m->alpha, 2 * LOW));
	for (size_t j = 0; j + 1 < m->period; j++)
		x[i++] = m->form.season == 'A' ? m->season[j] / p->unit
					       : m->season[j];
}

/* -2 log-likelihood over n, which keeps the scale of what is minimised */
static double cost(const double *x, void *ctx)
{
	struct problem *p = ctx;
	struct sums s;

	unpack(p, x);
	if (!run(&s, &p->m, p->y, p->n))
		return INFINITY;
	return pl_log(s.e2 / (double)p->n) + 2 * s.ln_f / (double)p->n;
}

/* ------------------------------------------------------- where to begin */

/* Line through the first points, and the mean distance from it of each place
 * in the period, over at most four periods. */
static void first_states(struct problem *p)
{
	struct pl_ets *m = &p->m;
	const size_t per = m->period, most = per > 1 ? 4 * per : 10;
	const size_t n = p->n < most ? p->n : most;
	const double mid = ((double)n - 1) / 2;
	double mean = 0, xy = 0, xx = 0, count[PL_ETS_PERIOD_MAX] = { 0 };

	for (size_t i = 0; i < n; i++)
		mean += p->y[i];
	mean /= (double)n;
	for (size_t i = 0; i < n; i++) {
		xy += ((double)i - mid) * (p->y[i] - mean);
		xx += ((double)i - mid) * ((double)i - mid);
	}
	m->slope = m->form.trend == 'A' ? xy / xx : 0;
	m->level = mean - m->slope * (mid + 1);
	if (m->form.season == 'N')
		return;
	memset(m->season, 0, sizeof(m->season));
	for (size_t i = 0; i < n; i++) {
		const double fit = mean + xy / xx * ((double)i - mid);

		m->season[i % per] +=
			m->form.season == 'A' ? p->y[i] - fit : p->y[i] / fit;
		count[i % per]++;
	}
	mean = 0;
	for (size_t j = 0; j < per; j++) {
		m->season[j] /= fmax(count[j], 1);
		mean += m->season[j] / (double)per;
	}
	for (size_t j = 0; j < per; j++) {
		if (m->form.season == 'A')
			m->season[j] -= mean;
		else
			m->season[j] = fmax(m->season[j] / mean, .01);
	}
	close_season(m);
}

static const double starts[][4] = { /* alpha, beta, gamma, phi */
				    { .5, .05, .05, .97 },
				    { .1, .01, .01, .95 },
				    { .9, .02, .02, .9 }
};

static bool climb(struct problem *p)
{
	struct pl_arena *scratch = pl_arena_open(0);
	double *x = PL_NEW_N(scratch, double, p->k);
	double *best = PL_NEW_N(scratch, double, p->k);
	struct pl_minimum m, top = { .f = INFINITY };
	const struct pl_ets begin = p->m;

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		p->m = begin;
		p->m.alpha = starts[i][0];
		p->m.beta = p->m.form.trend == 'A' ? starts[i][1] : 0;
		p->m.gamma = p->m.form.season != 'N' ? starts[i][2] : 0;
		p->m.phi = p->m.form.damped ? starts[i][3] : 1;
		first_states(p);
		pack(x, p);
		if (!pl_minimise(scratch, &m, x, p->k, cost, p, 300))
			continue;
		m.evaluations += top.evaluations;
		if (m.f < top.f) {
			top = m;
			memcpy(best, x, p->k * sizeof(*x));
		}
		top.evaluations = m.evaluations;
	}
	if (isfinite(top.f))
		unpack(p, best);
	p->m.evaluations = top.evaluations;
	p->m.converged = top.converged;
	pl_arena_close(scratch);
	return isfinite(top.f);
}

static void measure(struct pl_ets *m, const struct sums *s)
{
	const double n = (double)m->n, k = (double)m->parameters;

	m->loglik = -.5 * n * pl_log(s->e2) - s->ln_f;
	m->aic = 2 * k - 2 * m->loglik;
	m->aicc = m->aic + 2 * k * (k + 1) / (n - k - 1);
	m->bic = k * pl_log(n) - 2 * m->loglik;
	m->sigma2 = s->e2 / (n - k + 1);
	m->mse = s->d2 / n;
}

static enum pl_rc check(const double *y, size_t n, size_t period,
			const struct pl_ets_form *f, struct pl_err *e)
{
	if (period < 1 || period > PL_ETS_PERIOD_MAX)
		return pl_fail(e, PL_EMATH,
			       "exponential smoothing: a period of %zu, 1 to "
			       "%d are possible",
			       period, PL_ETS_PERIOD_MAX);
	PL_TRY(pl_sample_varies(y, 1, n, unknowns(f, period) + 5,
				"exponential smoothing", e));
	if (f->error != 'M' && f->season != 'M')
		return PL_OK;
	for (size_t i = 0; i < n; i++)
		if (!(y[i] > 0))
			return pl_fail(e, PL_EMATH,
				       "exponential smoothing: point %zu is "
				       "%g, a multiplicative model needs "
				       "values above zero",
				       i + 1, y[i]);
	return PL_OK;
}

enum pl_rc pl_ets_measure(struct pl_ets *m, const double *y, size_t n,
			  struct pl_err *e)
{
	struct sums s;

	m->n = n;
	m->parameters = unknowns(&m->form, m->period) + 1;
	if (!run(&s, m, y, n))
		return pl_fail(e, PL_EMATH,
			       "exponential smoothing: a forecast is not "
			       "above zero");
	measure(m, &s);
	return PL_OK;
}

enum pl_rc pl_ets_fit(struct pl_ets *out, const double *y, size_t n,
		      size_t period, const struct pl_ets_form *form,
		      struct pl_err *e)
{
	struct problem p = { .y = y, .n = n };
	double mean = 0;
	struct sums s;

	PL_TRY(check(y, n, period, form, e));
	p.m.form = *form;
	p.m.n = n;
	p.m.period = form->season == 'N' ? 1 : period;
	p.m.phi = 1;
	p.k = unknowns(form, period);
	p.m.parameters = p.k + 1;
	for (size_t i = 0; i < n; i++)
		mean += fabs(y[i]) / (double)n;
	p.unit = mean;
	if (!climb(&p) || !run(&s, &p.m, y, n))
		return pl_fail(e, PL_EMATH,
			       "exponential smoothing: no fit is possible");
	measure(&p.m, &s);
	*out = p.m;
	return PL_OK;
}

static const struct pl_ets_form forms[PL_ETS_MODELS] = {
	{ 'A', 'N', false, 'N' }, { 'A', 'A', false, 'N' },
	{ 'A', 'A', true, 'N' },  { 'M', 'N', false, 'N' },
	{ 'M', 'A', false, 'N' }, { 'M', 'A', true, 'N' },
	{ 'A', 'N', false, 'A' }, { 'A', 'A', false, 'A' },
	{ 'A', 'A', true, 'A' },  { 'M', 'N', false, 'A' },
	{ 'M', 'A', false, 'A' }, { 'M', 'A', true, 'A' },
	{ 'M', 'N', false, 'M' }, { 'M', 'A', false, 'M' },
	{ 'M', 'A', true, 'M' },
};

enum pl_rc pl_ets_auto(struct pl_ets *out, const double *y, size_t n,
		       size_t period, struct pl_err *e)
{
	struct pl_ets best = { .aicc = INFINITY }, m;
	uint64_t tried = 0, evaluations = 0;
	enum pl_rc rc = PL_OK;

	PL_TRY(check(y, n, period < 1 ? 1 : period, &forms[0], e));
	for (size_t i = 0; i < PL_ETS_MODELS; i++) {
		struct pl_err ignored;

		if (forms[i].season != 'N' && period < 2)
			continue;
		rc = pl_ets_fit(&m, y, n, period, &forms[i], i ? &ignored : e);
		if (rc)
			continue; /* the data do not allow this one */
		tried++;
		evaluations += m.evaluations;
		if (m.aicc < best.aicc)
			best = m;
	}
	if (!tried)
		return pl_fail(e, PL_EMATH,
			       "exponential smoothing: no form fits");
	best.tried = tried;
	best.evaluations = evaluations;
	*out = best;
	return PL_OK;
}
