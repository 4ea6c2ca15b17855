/* The figures of plume analyze portfolio. */
#include <inttypes.h>
#include <math.h>

#include "analytics/boot.h"
#include "analytics/fixed_math.h"
#include "analytics/mc.h"
#include "analytics/moments.h"
#include "analytics/portfolio_boot.h"
#include "analytics/risk.h"
#include "base/hex.h"
#include "base/num.h"
#include "cmd/analyze/calendar.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/portfolio.h"
#include "crypto/addr.h"

#define MODEL_NAME "plume.portfolio"
#define MODEL_VERSION 2
#define CONFIDENCE .95

struct work {
	struct pl_ctx *c;
	const struct pl_portfolio_args *args;
	struct pl_portfolio_row *row;
	struct pl_input_series s[PL_PF_MAX];
	const struct pl_input_args *each; /* of tokens; NULL: columns */
	struct pl_portfolio_holding *h;
	double w[PL_PF_MAX], *x; /* n rows of k */
	size_t n, k, longest;
	struct pl_pf_cov cov;
	struct pl_flags flags;
};

/* Points of doubt about how risk is spread. */
static const struct pl_feature_def features[] = {
	{ "top_share", "largest part of one holding in the risk, 0 to 1", 0, 50,
	  .1, 0, 1 },
	{ "correlation", "mean correlation between the holdings", 0, 30, .1, 0,
	  1 },
	{ "es", "mean loss beyond VaR, a fraction", 0, 200, .02, 0, .1 },
};
static const char *const verdicts[] = { "spread", "tilted", "concentrated" };
static const double cuts[] = { 35, 60 };
static const struct pl_score_model score_model = {
	.name = "plume.portfolio.score",
	.version = 1,
	.features = features,
	.n = 3,
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 2,
};

/* ----------------------------------------------------------------- input */

/* The next of names separated by commas; NULL at the end. */
static char *next_name(struct pl_arena *a, const char **list)
{
	const size_t n = strcspn(*list, ",");
	char *name;

	if (!**list)
		return NULL;
	name = pl_strndup(a, *list, n);
	*list += n + ((*list)[n] == ',');
	return name;
}

/* The file's own columns are named to who named none. */
static enum pl_rc too_few(struct work *w, struct pl_err *e)
{
	const char *there;
	struct pl_err no;

	(void)pl_fail(e, PL_EUSAGE,
		      w->k ? "--columns names one series, 2 are needed"
			   : "which columns are held? --columns names 2 or "
			     "more");
	if (pl_input_numeric(w->c->arena, &there, &w->args->in, &no) || !*there)
		return e->rc;
	return pl_hint(e, "columns of numbers: --columns %s", there);
}

static enum pl_rc take_names(struct work *w, struct pl_err *e)
{
	const char *list = w->args->columns ? w->args->columns : "";
	char *name;

	w->h = PL_NEW_N(w->c->arena, struct pl_portfolio_holding, PL_PF_MAX);
	while ((name = next_name(w->c->arena, &list))) {
		if (w->k == PL_PF_MAX)
			return pl_fail(e, PL_EUSAGE, "--columns: more than %d",
				       PL_PF_MAX);
		for (size_t i = 0; i < w->k; i++)
			if (!strcmp(w->h[i].name, name))
				return pl_fail(e, PL_EUSAGE,
					       "--columns: \"%s\" twice",
					       pl_out_safe(w->c->arena, name));
		w->h[w->k++].name = name;
	}
	if (w->k >= 2)
		return PL_OK;
	return too_few(w, e);
}

static enum pl_rc take_weights(struct work *w, struct pl_err *e)
{
	const char *list = w->args->weights;
	double sum = 0;
	size_t n = 0;
	char *text;

	for (size_t i = 0; !list && i < w->k; i++)
		w->w[i] = 1 / (double)w->k;
	while (list && (text = next_name(w->c->arena, &list))) {
		if (n == w->k)
			return pl_fail(e, PL_EUSAGE, "--weights: more than %zu",
				       w->k);
		PL_TRY(pl_double_parse(&w->w[n], text, strlen(text), e));
		if (!(fabs(w->w[n]) <= 100))
			return pl_fail(e, PL_EUSAGE,
				       "--weights: %s is no weight", text);
		sum += w->w[n++];
	}
	if (w->args->weights && n != w->k)
		return pl_fail(e, PL_EUSAGE, "--weights: %zu for %zu columns",
			       n, w->k);
	if (w->args->weights && fabs(sum - 1) > 1e-6)
		pl_flag_add(&w->flags, "weights_sum",
			    pl_printf(w->c->arena,
				      "the weights add up to %.6g: the rest is "
				      "cash, or debt",
				      sum));
	return PL_OK;
}

static enum pl_rc read_columns(struct work *w, struct pl_err *e)
{
	struct pl_input_kept kept = { .there = false };

	for (size_t i = 0; i < w->k; i++) {
		struct pl_input_args in = w->args->in;

		in.value = w->h[i].name;
		in.kept = &kept;
		PL_TRY(pl_input_read(w->c, &w->s[i], &in,
				     w->args->ret.kind == PL_RET_GIVEN, e));
		w->h[i].series_sha256 = w->s[i].about.series_sha256;
	}
	return PL_OK;
}

/* Of tokens: the bars that all of them have.  Bars of one width follow one
 * another without gaps, so that a shift brings them together. */
static enum pl_rc join(struct work *w, struct pl_err *e)
{
	double first = w->s[0].t[0], last = w->s[0].t[w->s[0].n - 1];

	for (size_t i = 1; i < w->k; i++) {
		first = fmax(first, w->s[i].t[0]);
		last = fmin(last, w->s[i].t[w->s[i].n - 1]);
	}
	for (size_t i = 0; i < w->k; i++) {
		struct pl_input_series *s = &w->s[i];
		size_t from = 0, to = s->n;

		while (from < to && s->t[from] < first)
			from++;
		while (to > from && s->t[to - 1] > last)
			to--;
		if (to == from)
			return pl_fail(e, PL_EMATH,
				       "the tokens have no bar in common");
		s->t += from;
		s->y += from;
		s->n = to - from;
	}
	if (w->s[0].n < w->longest)
		pl_flag_add(&w->flags, "joined",
			    pl_printf(w->c->arena,
				      "%zu bars that all of them have were "
				      "taken, of up to %zu that one has",
				      w->s[0].n, w->longest));
	return PL_OK;
}

static enum pl_rc read_tokens(struct work *w, struct pl_err *e)
{
	w->h = PL_NEW_N(w->c->arena, struct pl_portfolio_holding, PL_PF_MAX);
	for (size_t i = 0; i < w->k; i++) {
		struct pl_input_series *s = &w->s[i];

		PL_TRY(pl_input_read(w->c, s, &w->each[i], false, e));
		w->h[i].name = s->about.source;
		w->h[i].series_sha256 = s->about.series_sha256;
		w->h[i].input = &s->about;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(w->h[k].name, w->h[i].name))
				w->h[i].name =
					pl_hex(w->c->arena,
					       pl_addr_span(w->each[i].token));
		if (s->n > w->longest)
			w->longest = s->n;
	}
	return join(w, e);
}

/* Rows in which all columns have a value, then returns column by column. */
static enum pl_rc take_returns(struct work *w, struct pl_err *e)
{
	const size_t rows = w->s[0].n, k = w->k;
	const struct pl_returns_spec spec = {
		.kind = (enum pl_returns)w->args->ret.kind
	};
	double *y = PL_NEW_N(w->c->arena, double, rows);
	double *r = PL_NEW_N(w->c->arena, double, rows);
	struct pl_returns_count count;
	bool *whole = PL_NEW_N(w->c->arena, bool, rows);
	size_t kept = 0;

	for (size_t t = 0; t < rows; t++) {
		whole[t] = true;
		for (size_t i = 0; i < k; i++)
			whole[t] = whole[t] && !isnan(w->s[i].y[t]);
		kept += whole[t];
	}
	pl_calendar_flag(w->c->arena, &w->flags, &w->s[0], NULL, rows);
	if (kept < rows)
		pl_flag_add(&w->flags, "missing_values",
			    "rows in which a value was missing are left out");
	w->x = PL_NEW_N(w->c->arena, double, (kept + 1) * k);
	for (size_t i = 0; i < k; i++) {
		size_t n = 0;

		for (size_t t = 0; t < rows; t++)
			if (whole[t])
				y[n++] = w->s[i].y[t];
		if (pl_series_returns(r, NULL, &count, y, 1, n, &spec, e))
			return pl_note(e, "column \"%s\"",
				       pl_out_safe(w->c->arena, w->h[i].name));
		w->n = count.n;
		for (size_t t = 0; t < w->n; t++)
			w->x[t * k + i] = w->args->ret.losses ? -r[t] : r[t];
	}
	return PL_OK;
}

/* --------------------------------------------------------------- figures */

struct boot_ctx {
	double level;
};

static void tail(double *out, double *x, size_t n, const void *opaque)
{
	const struct boot_ctx *c = opaque;
	struct pl_arena *a = pl_arena_open(0);
	struct pl_moments m;
	struct pl_tail t;
	struct pl_err e;

	for (size_t i = 0; i < 4; i++)
		out[i] = NAN;
	if (!pl_risk_historical(a, &t, x, 1, n, c->level, PL_QUANTILE_TYPE,
				&e)) {
		out[0] = t.var;
		out[1] = t.es;
	}
	if (!pl_moments(&m, x, 1, n, &e) &&
	    !pl_risk_normal(&t, m.mean, m.sd_pop, c->level, &e)) {
		out[2] = t.var;
		out[3] = t.es;
	}
	pl_arena_close(a);
}

static enum pl_rc intervals(struct work *w, struct pl_err *e)
{
	const struct boot_ctx c = { w->args->level };
	const struct pl_boot_spec spec = { .seed = w->args->seed,
					   .confidence = CONFIDENCE,
					   .threads =
						   (unsigned)w->args->threads };
	double *p = PL_NEW_N(w->c->arena, double, w->n);
	struct pl_portfolio_row *r = w->row;
	struct pl_boot_spec used;
	struct pl_boot b[4];

	for (size_t t = 0; t < w->n; t++)
		for (size_t i = 0; i < w->k; i++)
			p[t] += w->w[i] * w->x[t * w->k + i];
	PL_TRY(pl_boot(b, &used, p, w->n, 4, &spec, tail, &c, e));
	r->historical.var_interval =
		(struct pl_portfolio_bounds){ b[0].lo, b[0].hi };
	r->historical.es_interval =
		(struct pl_portfolio_bounds){ b[1].lo, b[1].hi };
	r->normal.var_interval =
		(struct pl_portfolio_bounds){ b[2].lo, b[2].hi };
	r->normal.es_interval =
		(struct pl_portfolio_bounds){ b[3].lo, b[3].hi };
	return PL_OK;
}

static enum pl_rc risk(struct work *w, struct pl_err *e)
{
	struct pl_portfolio_row *r = w->row;
	struct pl_pf_risk normal, past;
	double plain = 0;

	PL_TRY(pl_pf_covariance(w->c->arena, &w->cov, w->x, w->n, w->k, e));
	PL_TRY(pl_pf_risk(w->c->arena, &normal, &w->cov, w->w, w->args->level,
			  e));
	PL_TRY(pl_pf_historical(w->c->arena, &past, w->x, w->n, w->k, w->w,
				w->args->level, e));
	for (size_t i = 0; i < w->k; i++) {
		struct pl_portfolio_holding *h = &w->h[i];

		h->weight = w->w[i];
		h->mean = w->cov.mean[i];
		h->sd = sqrt(w->cov.sample[i * (w->k + 1)]);
		h->var_part = normal.var_part[i];
		h->es_part = normal.es_part[i];
		h->hist_part = past.es_part[i];
		h->share = normal.es_part[i] / normal.es;
		plain += fabs(w->w[i]) * sqrt(w->cov.cov[i * (w->k + 1)]);
	}
	r->sd = normal.sd;
	r->shrinkage = w->cov.shrinkage;
	r->diversification = plain / normal.sd;
	r->normal.var = normal.var;
	r->normal.es = normal.es;
	r->historical.var = past.var;
	r->historical.es = past.es;
	return intervals(w, e);
}

static double deviation(const struct work *w, const double *weights)
{
	double v = 0;

	for (size_t i = 0; i < w->k; i++)
		for (size_t j = 0; j < w->k; j++)
			v += weights[i] * w->cov.cov[i * w->k + j] * weights[j];
	return sqrt(v);
}

static enum pl_rc others(struct work *w, struct pl_err *e)
{
	double least[PL_PF_MAX], shorts[PL_PF_MAX], parity[PL_PF_MAX];
	const double *c = w->cov.cov;

	PL_TRY(pl_pf_least(least, c, w->k, false, e));
	PL_TRY(pl_pf_least(shorts, c, w->k, true, e));
	PL_TRY(pl_pf_parity(parity, c, w->k, e));
	for (size_t i = 0; i < w->k; i++) {
		w->h[i].least = least[i];
		w->h[i].least_short = shorts[i];
		w->h[i].parity = parity[i];
	}
	w->row->sd_least = deviation(w, least);
	w->row->sd_least_short = deviation(w, shorts);
	w->row->sd_parity = deviation(w, parity);
	return PL_OK;
}

static enum pl_rc sure(struct work *w, struct pl_err *e)
{
	static const char *const whole[] = {
		"sd",
		"shrinkage",
		"diversification",
		"sd_least_variance",
		"sd_least_variance_short",
		"sd_risk_parity",
	};
	static const char *const of_each[] = {
		"mean",
		"sd",
		"var_part",
		"es_part",
		"historical_es_part",
		"share",
		"least_variance",
		"least_variance_short",
		"risk_parity",
	};
	const struct pl_boot_spec spec = { .seed = w->args->seed,
					   .confidence = CONFIDENCE,
					   .threads =
						   (unsigned)w->args->threads };
	const size_t n = PL_PF_ALL(w->k);
	struct pl_portfolio_interval *v =
		PL_NEW_N(w->c->arena, struct pl_portfolio_interval, n);
	double *at = PL_NEW_N(w->c->arena, double, n);
	struct pl_boot *b = PL_NEW_N(w->c->arena, struct pl_boot, n);
	struct pl_boot_spec used;

	PL_TRY(pl_pf_boot(b, &used, w->x, w->n, w->k, w->w, w->args->level,
			  &spec, e));
	pl_pf_figures(at, w->x, w->n, w->k, w->w, w->args->level);
	for (size_t i = 0; i < n; i++) {
		const size_t h = i - PL_PF_WHOLE_FIGURES;
		const bool all = i < PL_PF_WHOLE_FIGURES;

		v[i] = (struct pl_portfolio_interval){
			all ? NULL : w->h[h / PL_PF_FIGURES].name,
			all ? whole[i] : of_each[h % PL_PF_FIGURES],
			at[i],
			b[i].lo,
			b[i].hi,
		};
	}
	w->row->intervals = (struct pl_list){ v, n };
	return PL_OK;
}

static enum pl_rc simulate(struct work *w, struct pl_err *e)
{
	const struct pl_portfolio_args *a = w->args;
	const struct pl_pf_mc_spec spec = {
		.paths = a->paths,
		.horizon = a->horizon,
		.seed = a->seed,
		.nu = a->nu,
		.compound = a->ret.kind == PL_RET_LOG,
		.unit = 1,
		.threads = (unsigned)a->threads,
	};
	struct pl_portfolio_method *m = &w->row->simulated;
	double *out = PL_NEW_N(w->c->arena, double, a->paths);
	struct pl_mc_tail t;

	PL_TRY(pl_pf_simulate(out, &w->cov, w->w, &spec, e));
	PL_TRY(pl_mc_tail(&t, out, a->paths, a->level, CONFIDENCE, e));
	*m = (struct pl_portfolio_method){
		t.var,
		t.es,
		{ t.var_lo, t.var_hi },
		{ t.es - 1.96 * t.es_se, t.es + 1.96 * t.es_se },
	};
	return PL_OK;
}

static double correlations(struct work *w)
{
	const size_t k = w->k;
	struct pl_portfolio_pair *p = PL_NEW_N(
		w->c->arena, struct pl_portfolio_pair, k * (k - 1) / 2);
	const double se = 1.959963984540054 / sqrt((double)w->n - 3);
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++) {
			const double r = w->cov.corr[i * k + j];
			const double z = .5 * (pl_log1p(r) - pl_log1p(-r));

			p[n++] = (struct pl_portfolio_pair){
				w->h[i].name, w->h[j].name, r,
				isfinite(z) ? pl_tanh(z - se) : NAN,
				isfinite(z) ? pl_tanh(z + se) : NAN
			};
			sum += r;
		}
	w->row->correlations = (struct pl_list){ p, n };
	return sum / (double)n;
}

static enum pl_rc score(struct work *w, struct pl_err *e)
{
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);
	struct pl_portfolio_row *r = w->row;
	double f[3] = { 0, 0, r->historical.es };

	for (size_t i = 0; i < w->k; i++)
		f[0] = fmax(f[0], w->h[i].share);
	f[1] = correlations(w);
	PL_TRY(pl_explain(x, &score_model, f, e));
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	if (w->n < 250)
		pl_flag_add(&w->flags, "small_sample",
			    "fewer than 250 returns: tails rest on a handful "
			    "of them");
	if (r->shrinkage > .5)
		pl_flag_add(&w->flags, "shrinkage",
			    "more than half of the covariance is the target "
			    "it is shrunk to: the sample says little");
	return PL_OK;
}

static enum pl_rc compute(struct work *w, struct pl_err *e)
{
	PL_TRY(take_returns(w, e));
	PL_TRY(risk(w, e));
	PL_TRY(others(w, e));
	PL_TRY(sure(w, e));
	PL_TRY(simulate(w, e));
	return score(w, e);
}

static enum pl_rc check_args(const struct pl_portfolio_args *a,
			     struct pl_err *e)
{
	if (a->in.value)
		return pl_fail(e, PL_EUSAGE, "--value: --columns names them");
	if (pl_input_gap(&a->in) == PL_GAP_BREAK)
		return pl_fail(e, PL_EUSAGE,
			       "--missing break is for one series: skip leaves "
			       "out a row for all of them");
	if (!(a->level > .5 && a->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0.5 and 1, not %g",
			       a->level);
	if (a->nu != 0 && !(a->nu > 2 && a->nu <= 1e6))
		return pl_fail(e, PL_EUSAGE, "--nu lies above 2, not %g",
			       a->nu);
	if (a->paths < 1000 || a->paths > PL_MC_PATHS || !a->horizon ||
	    a->horizon > PL_MC_HORIZON || a->threads > 64)
		return pl_fail(e, PL_EUSAGE,
			       "--paths, --horizon or --threads is beyond its "
			       "bounds");
	return PL_OK;
}

enum pl_rc pl_portfolio_run(struct pl_ctx *c, struct pl_portfolio_row *out,
			    const struct pl_portfolio_args *args,
			    struct pl_err *e)
{
	struct pl_portfolio_row row = { .arena = c->arena };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(args, e));
	PL_TRY(pl_portfolio_tokens(c, &w->each, &w->k, args, e));
	if (w->each)
		PL_TRY(read_tokens(w, e));
	else
		PL_TRY(take_names(w, e));
	PL_TRY(take_weights(w, e));
	if (!w->each)
		PL_TRY(read_columns(w, e));
	if (compute(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->s[0].about.source));
	row.n = w->n;
	row.holdings = (struct pl_list){ w->h, w->k };
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->s[0].about;
	row.trust = row.input.trust;
	for (size_t i = 1; w->each && i < w->k; i++)
		row.trust = pl_trust_weaker(row.trust, w->s[i].about.trust);
	row.model = (struct pl_portfolio_about){
		MODEL_NAME,
		MODEL_VERSION,
		args->seed,
		{ pl_returns_words[args->ret.kind], args->ret.losses,
		  args->level, args->nu != 0 ? &args->nu : NULL, args->horizon,
		  args->paths, PL_QUANTILE_TYPE },
	};
	row.pictures = pl_portfolio_pictures(c, &row);
	*out = row;
	return PL_OK;
}

enum pl_rc pl_portfolio_args_of(struct pl_arena *a,
				struct pl_portfolio_args *out,
				const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *m = pl_json_get(record, "model");
	const struct pl_json *p = pl_json_get(m, "parameters");
	const struct pl_json *h =
		pl_json_get(pl_json_get(record, "result"), "holdings");
	struct pl_input_args *each =
		PL_NEW_N(a, struct pl_input_args, pl_json_len(h));
	struct pl_buf names, weights;
	char text[PL_NUM_TEXT];

	pl_buf_init(&names, a);
	pl_buf_init(&weights, a);
	for (size_t i = 0; i < pl_json_len(h); i++) {
		const char *name;
		double w;

		PL_TRY(pl_json_need_str(&name, pl_json_at(h, i), "name", e));
		PL_TRY(pl_json_num(&w, pl_json_get(pl_json_at(h, i), "weight"),
				   e));
		if (pl_json_get(pl_json_at(h, i), "input"))
			PL_TRY(pl_input_args_of(a, &each[out->n_each++],
						pl_json_at(h, i), NULL, e));
		pl_double_text(text, w);
		pl_buf_fmt(&names, "%s%s", i ? "," : "", name);
		pl_buf_fmt(&weights, "%s%s", i ? "," : "", text);
	}
	out->columns = pl_buf_cstr(&names);
	out->each = out->n_each ? each : NULL;
	if (out->n_each && out->n_each != pl_json_len(h))
		return pl_fail(e, PL_EFORMAT,
			       "some of the holdings are tokens, some not");
	if (pl_json_len(h) > PL_PF_MAX)
		return pl_fail(e, PL_EFORMAT, "over %d holdings", PL_PF_MAX);
	out->weights = pl_buf_cstr(&weights);
	PL_TRY(pl_returns_args_of(&out->ret, p, e));
	PL_TRY(pl_json_num(&out->level, pl_json_get(p, "level"), e));
	if (!pl_json_is_null(pl_json_get(p, "nu")))
		PL_TRY(pl_json_num(&out->nu, pl_json_get(p, "nu"), e));
	PL_TRY(pl_json_u64(&out->horizon, pl_json_get(p, "horizon"), e));
	PL_TRY(pl_json_u64(&out->paths, pl_json_get(p, "paths"), e));
	return pl_json_u64(&out->seed, pl_json_get(m, "seed"), e);
}
