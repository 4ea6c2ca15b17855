/* An ensemble for people: who leads and by how much, the forecast, each model
 * and why, what it stands on. */
#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "cmd/analyze/ensemble.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/say.h"

static void leader(struct pl_say *s, const struct pl_ensemble_row *r)
{
	struct pl_arena *a = s->b.a;
	const char *best = pl_out_safe(a, r->best);
	const char *p = isfinite(r->test.p) ? pl_printf(a, "p %.2g", r->test.p)
					    : "no test";

	if (!strcmp(r->verdict, "even"))
		pl_say_text(s, 0,
			    "No model leads by far: %s has lost least, its "
			    "weight is %.2f times that of %s (Diebold-Mariano "
			    "%s).",
			    best, pl_exp(r->score),
			    pl_out_safe(a, r->test.second), p);
	else
		pl_say_text(s, 0,
			    "%s leads: its weight is %.2f times that of %s, "
			    "the second (Diebold-Mariano %s).",
			    best, pl_exp(r->score),
			    pl_out_safe(a, r->test.second), p);
}

static void forecast(struct pl_say *s, const struct pl_ensemble_row *r)
{
	if (isnan(r->lo))
		pl_say_text(s, 0,
			    "Weighted value at risk of the next period, %.4g "
			    "%%: %.6g (equal weights: %.6g).",
			    100 * r->level, r->value, r->equal);
	else
		pl_say_text(s, 0,
			    "Weighted forecast, %" PRIu64 " ahead%s%s: %.6g, "
			    "between %.6g and %.6g at %.4g %% (equal weights: "
			    "%.6g).",
			    r->ahead, r->time ? ", " : "",
			    r->time ? pl_say_time(s->b.a, r->time) : "",
			    r->value, r->lo, r->hi, 100 * r->level, r->equal);
	pl_say_text(s, 0,
		    "Over %" PRIu64 " moments the ensemble lost %.6g on "
		    "average, the best model (%s) %.6g, equal weights %.6g; "
		    "its regret, %.3g, cannot be over %.3g.",
		    r->moments, r->mean_loss, pl_out_safe(s->b.a, r->best),
		    r->best_loss, r->equal_loss, r->regret, r->bound);
}

enum pl_rc pl_ensemble_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_ensemble_row *r = row;
	const struct pl_ensemble_expert *x = r->experts.v;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	leader(&s, r);
	forecast(&s, r);
	pl_buf_fmt(&s.b, "\n%-16s %8s %12s %8s %12s\n", "Model", "weight",
		   "forecast", "held", "mean loss");
	for (size_t i = 0; i < r->experts.n; i++) {
		pl_buf_fmt(&s.b, "%-16s %8.4f %12.6g %6.1f %% %12.6g\n",
			   pl_out_safe(r->arena, x[i].method), x[i].weight,
			   x[i].value, 100 * x[i].held, x[i].mean_loss);
		pl_say_text(&s, 2, "  %s", pl_out_safe(r->arena, x[i].why));
	}
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_pictures(&s, r->pictures);
	pl_say_flags(&s, &r->flags);
	pl_buf_fmt(&s.b, "\nWeighed %zu records of analyze %s\n", r->records.n,
		   r->of);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
