#include "analytics/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/sort.h"

const char *const pl_bt_words[] = { "historical", "normal", "ewma", "garch-n",
				    "garch-t",    "gjr-t",  "fhs",  NULL };

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct roll {
	struct pl_arena *a; /* of the result */
	const double *x;
	size_t n, window;
	double level;
	const struct pl_bt_spec *spec;
	struct pl_bt_path *out;
};

/* ------------------------------------------------- without a volatility */

/* The window's tail, ascending: its quantile of type 7 and the returns at or
 * below it. */
static enum pl_rc tail_of(struct roll *r, struct pl_bt_day *d, double *w,
			  size_t n, struct pl_err *e)
{
	const size_t need = (size_t)ceil((double)n * (1 - r->level)) + 2;
	const size_t k = need < n ? need : n;
	double *tail, q;
	uint32_t m = 0;

	pl_select_low(w, n, k);
	qsort(w, k, sizeof(*w), ascending);
	PL_TRY(pl_quantile(&q, w, n, 1 - r->level, 7, e));
	while (m < k && w[m] <= q)
		m++;
	m = m ? m : 1;
	tail = PL_NEW_N(r->a, double, m);
	memcpy(tail, w, m * sizeof(*w));
	*d = (struct pl_bt_day){ .var = -q,
				 .es = -pl_mean(tail, 1, m),
				 .m = 0,
				 .s = 1,
				 .nu = NAN,
				 .tail = tail,
				 .tail_n = m };
	return PL_OK;
}

static enum pl_rc historical(struct roll *r, struct pl_err *e)
{
	struct pl_arena *own = pl_arena_open(0);
	double *w = PL_NEW_N(own, double, r->window);
	enum pl_rc rc = PL_OK;

	for (size_t t = r->window; t < r->n && !rc; t++) {
		struct pl_bt_day *d = &r->out->day[t - r->window];

		memcpy(w, r->x + t - r->window, r->window * sizeof(*w));
		rc = tail_of(r, d, w, r->window, e);
	}
	pl_arena_close(own);
	return rc;
}

static void location_scale(struct pl_bt_day *d, double m, double s,
			   enum pl_vol_kind kind, double nu, double level)
{
	double q, mean;

	pl_vol_tail(&q, &mean, 1 - level, kind, nu);
	*d = (struct pl_bt_day){ .var = -(m + s * q),
				 .es = -(m + s * mean),
				 .m = m,
				 .s = s,
				 .nu = pl_vol_is_t(kind) ? nu : NAN };
}

static enum pl_rc normal(struct roll *r, struct pl_err *e)
{
	for (size_t t = r->window; t < r->n; t++) {
		struct pl_moments m;

		PL_TRY(pl_moments(&m, r->x + t - r->window, 1, r->window, e));
		location_scale(&r->out->day[t - r->window], m.mean, m.sd_pop,
			       PL_VOL_NORMAL, NAN, r->level);
	}
	return PL_OK;
}

static enum pl_rc ewma(struct roll *r, struct pl_err *e)
{
	double *h = PL_NEW_N(r->a, double, r->n + 1);
	struct pl_ewma w;

	PL_TRY(pl_risk_ewma(&w, h, r->x, 1, r->n, NULL, e));
	for (size_t t = r->window; t < r->n; t++)
		location_scale(&r->out->day[t - r->window], 0, sqrt(h[t]),
			       PL_VOL_NORMAL, NAN, r->level);
	return PL_OK;
}

/* ------------------------------------------------------- with volatility */

struct filter {
	enum pl_vol_kind kind;
	bool fhs, fitted;
	struct pl_vol_par p;
	double h;              /* of the day to come */
	double q, mean;        /* of the standardised tail */
	struct pl_bt_day tail; /* fhs: of the residuals */
};

static enum pl_rc refit(struct roll *r, struct filter *f,
			struct pl_arena *scratch, size_t t, struct pl_err *e)
{
	const struct pl_vol_spec spec = { .kind = f->kind,
					  .warm = f->fitted ? &f->p : NULL };
	struct pl_vol v;
	enum pl_rc rc;

	r->out->refits++;
	rc = pl_vol_fit(scratch, &v, r->x + t - r->window, 1, r->window, &spec,
			e);
	if (rc && !f->fitted)
		return rc;
	if (rc) { /* yesterday's parameters serve another time */
		r->out->failed++;
		return PL_OK;
	}
	f->fitted = true;
	f->p = v.coef;
	f->h = v.h_next;
	pl_vol_tail(&f->q, &f->mean, 1 - r->level, f->kind, v.coef.nu);
	return f->fhs ? tail_of(r, &f->tail, v.z, r->window, e) : PL_OK;
}

static void forecast(struct pl_bt_day *d, const struct filter *f)
{
	const double s = sqrt(f->h), mu = f->p.mu;

	if (f->fhs) {
		*d = f->tail;
		d->var = s * f->tail.var - mu;
		d->es = s * f->tail.es - mu;
	} else {
		*d = (struct pl_bt_day){ .var = -(mu + s * f->q),
					 .es = -(mu + s * f->mean),
					 .nu = f->p.nu };
	}
	d->m = mu;
	d->s = s;
}

static void filter_step(struct filter *f, double x)
{
	const double e = x - f->p.mu;
	const double gamma = pl_vol_is_gjr(f->kind) && e < 0 ? f->p.gamma : 0;

	f->h = f->p.omega + (f->p.alpha + gamma) * e * e + f->p.beta * f->h;
}

static enum pl_rc volatility(struct roll *r, enum pl_vol_kind kind, bool fhs,
			     struct pl_err *e)
{
	struct pl_arena *scratch = pl_arena_open(0);
	struct filter f = { .kind = kind, .fhs = fhs };
	enum pl_rc rc = PL_OK;

	for (size_t t = r->window; t < r->n && !rc; t++) {
		if ((t - r->window) % r->spec->refit == 0) {
			rc = refit(r, &f, scratch, t, e);
			pl_arena_reset(scratch);
		}
		if (rc)
			break;
		forecast(&r->out->day[t - r->window], &f);
		filter_step(&f, r->x[t]);
	}
	pl_arena_close(scratch);
	return rc;
}

static enum pl_rc check(const double *x, size_t n,
			const struct pl_bt_spec *spec, struct pl_err *e)
{
	if (!(spec->level > .5 && spec->level < 1))
		return pl_fail(e, PL_EMATH, "level %g is not between 0.5 and 1",
			       spec->level);
	if (spec->window < PL_VOL_MIN ||
	    !((double)spec->window * (1 - spec->level) > 1 - 1e-9))
		return pl_fail(e, PL_EMATH,
			       "a window of %d returns is too short for the "
			       "level %g",
			       (int)spec->window, spec->level);
	if (!spec->refit)
		return pl_fail(e, PL_EMATH, "refit every 0 days");
	if (n < spec->window + 2 || n - spec->window > PL_BT_MAX_DAYS)
		return pl_fail(e, PL_EMATH,
			       "backtest: %zu returns with a window of %d "
			       "leave no days, or more than %d",
			       n, (int)spec->window, PL_BT_MAX_DAYS);
	return pl_sample_varies(x, 1, n, 2, "backtest", e);
}

enum pl_rc pl_bt_roll(struct pl_arena *a, struct pl_bt_path *out,
		      enum pl_bt_model model, const double *x, size_t n,
		      const struct pl_bt_spec *spec, struct pl_err *e)
{
	struct pl_bt_path p = { .model = model };
	struct roll r = { a, x, n, 0, spec->level, spec, &p };

	PL_TRY(check(x, n, spec, e));
	r.window = (size_t)spec->window;
	p.n = n - r.window;
	p.day = PL_NEW_N(a, struct pl_bt_day, p.n);
	switch (model) {
	case PL_BT_HISTORICAL:
		PL_TRY(historical(&r, e));
		break;
	case PL_BT_NORMAL:
		PL_TRY(normal(&r, e));
		break;
	case PL_BT_EWMA:
		PL_TRY(ewma(&r, e));
		break;
	case PL_BT_GARCH:
		PL_TRY(volatility(&r, PL_VOL_NORMAL, false, e));
		break;
	case PL_BT_GARCH_T:
		PL_TRY(volatility(&r, PL_VOL_T, false, e));
		break;
	case PL_BT_GJR_T:
		PL_TRY(volatility(&r, PL_VOL_GJR_T, false, e));
		break;
	case PL_BT_FHS:
		PL_TRY(volatility(&r, PL_VOL_NORMAL, true, e));
		break;
	case PL_BT_MODELS:
		return pl_fail(e, PL_EMATH, "no such model");
	}
	*out = p;
	return PL_OK;
}
