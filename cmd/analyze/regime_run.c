/* The figures of plume analyze regime, and their words. */
#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/moments.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/regime.h"
#include "cmd/analyze/say.h"

#define MODEL_NAME "plume.regime"
#define MODEL_VERSION 2
#define SPELLS 50 /* the latest */

static const char *const verdicts[] = { "calm", "unsettled", "turbulent" };
static const double cuts[] = { 100. / 3, 200. / 3 };

struct work {
	struct pl_ctx *c;
	const struct pl_regime_args *args;
	struct pl_regime_row *row;
	struct pl_returns_series r;
	struct pl_hmm best;
	struct pl_flags flags;
};

/* One state is a normal: its likelihood at mean and deviation of divisor n. */
static enum pl_rc one_state(struct pl_regime_choice *out, const struct work *w,
			    struct pl_err *e)
{
	const double n = (double)w->r.n;
	struct pl_moments m;

	PL_TRY(pl_moments(&m, w->r.x, 1, w->r.n, e));
	out->states = 1;
	out->loglik =
		-.5 * n *
		(1.837877066409345483560659472811 + 2 * pl_log(m.sd_pop) + 1);
	out->aic = 4 - 2 * out->loglik;
	out->bic = 2 * pl_log(n) - 2 * out->loglik;
	return PL_OK;
}

static enum pl_rc fit(struct work *w, struct pl_err *e)
{
	const uint64_t given = w->args->states;
	struct pl_regime_choice *c =
		PL_NEW_N(w->c->arena, struct pl_regime_choice, PL_HMM_MAX);
	size_t n = 1;

	PL_TRY(one_state(&c[0], w, e));
	for (uint64_t k = given ? given : 2; k <= (given ? given : PL_HMM_MAX);
	     k++) {
		const struct pl_hmm_spec spec = {
			.k = k,
			.starts = w->args->starts,
			.seed = w->args->seed,
			.threads = (unsigned)w->args->threads,
		};
		struct pl_hmm h;

		/* too few returns for more states than these */
		if (!given && k > 2 && w->r.n < k * PL_HMM_MIN)
			break;
		PL_TRY(pl_hmm_fit(w->c->arena, &h, w->r.x, w->r.n, &spec, e));
		c[n++] = (struct pl_regime_choice){ k, h.loglik, h.aic, h.bic };
		if (n == 2 || h.bic < w->best.bic)
			w->best = h;
	}
	w->row->choices = (struct pl_list){ c, n };
	if (c[0].bic <= w->best.bic)
		pl_flag_add(&w->flags, "no_regimes",
			    "one state alone has the better BIC: the returns "
			    "show no regimes");
	return PL_OK;
}

static const double z95 = 1.959963984540054;

static void states(struct work *w)
{
	const struct pl_hmm *h = &w->best;
	const size_t k = (size_t)h->par.k;
	struct pl_regime_state *s =
		PL_NEW_N(w->c->arena, struct pl_regime_state, k);
	struct pl_regime_move *m =
		PL_NEW_N(w->c->arena, struct pl_regime_move, k * k);
	struct pl_hmm_error se;

	pl_hmm_errors(&se, &h->par, w->r.x, w->r.n);
	for (size_t i = 0; i < k; i++) {
		double lo, hi;

		pl_hmm_bounds(&lo, &hi, h->par.trans[i][i], se.trans[i][i],
			      z95);
		s[i] = (struct pl_regime_state){
			.state = i + 1,
			.mean = h->par.mean[i],
			.sd = h->par.sd[i],
			.se_mean = se.mean[i],
			.se_sd = se.sd[i],
			.share = h->share[i],
			.stay = h->stay[i],
			.stay_lo = 1 / (1 - lo),
			.stay_hi = 1 / (1 - hi),
			.now = h->last[i],
		};
		for (size_t j = 0; j < k; j++) {
			s[i].next += h->last[j] * h->par.trans[j][i];
			pl_hmm_bounds(&lo, &hi, h->par.trans[i][j],
				      se.trans[i][j], z95);
			m[i * k + j] = (struct pl_regime_move){
				i + 1, j + 1, h->par.trans[i][j], lo, hi
			};
		}
	}
	w->row->states_n = k;
	w->row->states = (struct pl_list){ s, k };
	w->row->moves = (struct pl_list){ m, k * k };
}

static const char *time_of(const struct work *w, size_t i)
{
	return w->r.s.about.first
		       ? pl_input_time(w->c->arena, &w->r.s, w->r.at[i])
		       : NULL;
}

/* Runs of one state along the most likely path, the latest last. */
static void spells(struct work *w)
{
	const uint8_t *path = w->best.path;
	struct pl_regime_spell *s =
		PL_NEW_N(w->c->arena, struct pl_regime_spell, SPELLS);
	size_t end = w->r.n, n = 0;

	while (end && n < SPELLS) {
		size_t from = end - 1;

		while (from && path[from - 1] == path[end - 1])
			from--;
		n++;
		s[SPELLS - n] =
			(struct pl_regime_spell){ path[from] + 1u, from + 1,
						  end, time_of(w, from),
						  time_of(w, end - 1) };
		end = from;
	}
	w->row->spells = (struct pl_list){ s + SPELLS - n, n };
}

/* Turbulence: 0 surely calmest, 100 surely wildest, each state in its
 * place between. */
static enum pl_rc score(struct work *w, struct pl_err *e)
{
	static const char *const names[] = { "state_2", "state_3", "state_4" };
	static const char *const about[] = {
		"probability of being in state 2 now",
		"probability of being in state 3 now",
		"probability of being in state 4 now",
	};
	const size_t k = (size_t)w->best.par.k;
	struct pl_feature_def f[PL_HMM_MAX - 1];
	const struct pl_score_model m = { .name = "plume.regime.score",
					  .version = 1,
					  .features = f,
					  .n = k - 1,
					  .verdicts = verdicts,
					  .cuts = cuts,
					  .n_cuts = 2 };
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);
	struct pl_regime_row *r = w->row;

	for (size_t i = 1; i < k; i++)
		f[i - 1] = (struct pl_feature_def){
			names[i - 1],
			about[i - 1],
			0,
			100 * (double)i / (double)(k - 1),
			.1,
			0,
			1
		};
	PL_TRY(pl_explain(x, &m, w->best.last + 1, e));
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	return PL_OK;
}

static void flags(struct work *w)
{
	const struct pl_hmm *h = &w->best;

	if (!h->converged)
		pl_flag_add(&w->flags, "not_converged",
			    "the likelihood was still rising when the search "
			    "stopped");
	if (h->agree < 2)
		pl_flag_add(&w->flags, "starts_differ",
			    "only one start reached this likelihood: there "
			    "may be a higher one");
	if (h->floor)
		pl_flag_add(&w->flags, "state_collapsed",
			    "a state has hardly any variance: it sits on a "
			    "few equal returns");
	for (size_t i = 0; i < h->par.k; i++) {
		if (h->stay[i] >= 2)
			continue;
		pl_flag_add(&w->flags, "fleeting_state",
			    "a state lasts less than two periods: it catches "
			    "single jumps, no regime");
		break;
	}
}

enum pl_rc pl_regime_run(struct pl_ctx *c, struct pl_regime_row *out,
			 const struct pl_regime_args *args, struct pl_err *e)
{
	struct pl_regime_row row = { .arena = c->arena };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	if (args->states == 1 || args->states > PL_HMM_MAX || !args->starts ||
	    args->starts > 1000 || args->threads > 64)
		return pl_fail(e, PL_EUSAGE,
			       "--states, --starts or --threads is beyond its "
			       "bounds");
	PL_TRY(pl_returns_read(c, &w->r, &args->in, &args->ret, &w->flags, e));
	if (fit(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->r.s.about.source));
	states(w);
	spells(w);
	PL_TRY(score(w, e));
	flags(w);
	row.n = w->r.n;
	row.loglik = w->best.loglik;
	row.aic = w->best.aic;
	row.bic = w->best.bic;
	row.optimizer =
		(struct pl_regime_optimizer){ w->best.converged, w->best.gain,
					      w->best.iterations,
					      w->best.starts, w->best.agree };
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->r.s.about;
	row.trust = row.input.trust;
	row.model = (struct pl_regime_about){
		MODEL_NAME,
		MODEL_VERSION,
		args->seed,
		{ pl_returns_words[args->ret.kind], args->ret.losses,
		  args->states, args->starts },
	};
	row.pictures = pl_regime_pictures(c, &(struct pl_regime_view){
						     .in = &row.input,
						     .y = w->r.s.y,
						     .n = w->r.s.n,
						     .at = w->r.at,
						     .path = w->best.path,
						     .smooth = w->best.smooth,
						     .returns = w->r.n,
						     .states = row.states_n,
					     });
	*out = row;
	return PL_OK;
}

enum pl_rc pl_regime_args_of(struct pl_regime_args *out,
			     const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *m = pl_json_get(record, "model");
	const struct pl_json *p = pl_json_get(m, "parameters");

	PL_TRY(pl_returns_args_of(&out->ret, p, e));
	PL_TRY(pl_json_u64(&out->states, pl_json_get(p, "states"), e));
	PL_TRY(pl_json_u64(&out->starts, pl_json_get(p, "starts"), e));
	return pl_json_u64(&out->seed, pl_json_get(m, "seed"), e);
}

/* ----------------------------------------------------------------- words */

static const char *error(struct pl_arena *a, double se)
{
	return isnan(se) ? "-" : pl_printf(a, "%.2g", se);
}

static void table(struct pl_say *s, const struct pl_regime_row *r)
{
	struct pl_arena *a = s->b.a;
	const struct pl_regime_state *v = r->states.v;

	pl_buf_fmt(&s->b, "\n%-6s %11s %10s %11s %10s %8s %8s %8s\n", "State",
		   "mean", "(s.e.)", "volatility", "(s.e.)", "of time", "lasts",
		   "now");
	for (size_t i = 0; i < r->states.n; i++)
		pl_buf_fmt(&s->b,
			   "%-6" PRIu64 " %11.4g %10s %11.4g %10s %6.1f %% "
			   "%8.1f %6.1f %%\n",
			   v[i].state, v[i].mean, error(a, v[i].se_mean),
			   v[i].sd, error(a, v[i].se_sd), 100 * v[i].share,
			   v[i].stay, 100 * v[i].now);
}

/* How states follow each other; a row is where from. */
static void moves(struct pl_say *s, const struct pl_regime_row *r)
{
	const struct pl_regime_move *m = r->moves.v;
	const struct pl_regime_state *v = r->states.v;
	const size_t k = r->states.n;

	pl_buf_fmt(&s->b, "\n%-6s %10s", "From", "lasts 95 %");
	for (size_t j = 0; j < k; j++)
		pl_buf_fmt(&s->b, " %14s",
			   pl_printf(s->b.a, "to %zu, 95 %%", j + 1));
	pl_buf_byte(&s->b, '\n');
	for (size_t i = 0; i < k; i++) {
		pl_buf_fmt(&s->b, "%-6" PRIu64 " %10s", v[i].state,
			   isnan(v[i].stay_lo)
				   ? "-"
				   : pl_printf(s->b.a, "%.3g-%.3g",
					       v[i].stay_lo, v[i].stay_hi));
		for (size_t j = 0; j < k; j++, m++)
			pl_buf_fmt(&s->b, " %14s",
				   isnan(m->lo)
					   ? pl_printf(s->b.a, "%.3f", m->p)
					   : pl_printf(s->b.a, "%.3f-%.3f",
						       m->lo, m->hi));
		pl_buf_byte(&s->b, '\n');
	}
}

static void choices(struct pl_say *s, const struct pl_regime_row *r)
{
	const struct pl_regime_choice *c = r->choices.v;

	pl_buf_fmt(&s->b, "\n%-8s %16s %14s %14s\n", "States", "log-likelihood",
		   "AIC", "BIC");
	for (size_t i = 0; i < r->choices.n; i++)
		pl_buf_fmt(&s->b, "%-8" PRIu64 " %16.4f %14.4f %14.4f%s\n",
			   c[i].states, c[i].loglik, c[i].aic, c[i].bic,
			   c[i].states == r->states_n ? "  shown" : "");
	pl_say_text(s, 2,
		    "%" PRIu64 " of %" PRIu64
		    " starts reached this likelihood (seed %" PRIu64
		    "); %s after %" PRIu64 " iterations.",
		    r->optimizer.agree, r->optimizer.starts, r->model.seed,
		    r->optimizer.converged ? "converged" : "not converged",
		    r->optimizer.iterations);
}

enum pl_rc pl_regime_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_regime_row *r = row;
	const struct pl_regime_state *v = r->states.v;
	const struct pl_regime_spell *last = r->spells.v;
	size_t top = 0;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	last += r->spells.n - 1;
	for (size_t i = 1; i < r->states.n; i++)
		top = v[i].now > v[top].now ? i : top;
	pl_say_text(&s, 0, "The market is %s: %.1f of 100 points.", r->verdict,
		    r->score);
	pl_say_text(&s, 0,
		    "State %" PRIu64 " of %" PRIu64
		    " holds with %.1f %% probability; by the most likely path "
		    "state %" PRIu64 " has lasted %" PRIu64 " periods%s%s.",
		    v[top].state, r->states_n, 100 * v[top].now, last->state,
		    last->to - last->from + 1, last->since ? ", since " : "",
		    last->since ? pl_say_time(r->arena, last->since) : "");
	table(&s, r);
	moves(&s, r);
	choices(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
